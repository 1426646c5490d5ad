//! Functions and classes.

use super::Printer;
use crate::ast::*;

impl Printer {
    pub(super) fn function(&mut self, function: &Function) {
        let head = match function.kind {
            FunctionKind::Declaration | FunctionKind::Expression => "function",
            FunctionKind::Arrow => "=>",
            FunctionKind::Method => "fn",
            FunctionKind::Getter => "get",
            FunctionKind::Setter => "set",
            FunctionKind::Constructor => "constructor",
        };
        self.list(head, |p| {
            p.flag(function.is_async, "async");
            p.flag(function.is_generator, "*");
            function.name.iter().for_each(|name| p.name(name));
            p.type_params(&function.type_params);
            p.params(function.this_type.as_ref(), &function.params, function.rest.as_deref());
            p.annotation(function.ret.as_ref());
            match &function.body {
                FunctionBody::Block(block) => {
                    p.indent += 1;
                    p.stmts(&block.body);
                    p.indent -= 1;
                }
                FunctionBody::Expr(expr) => p.expr(expr),
                FunctionBody::None => p.atom("<no body>"),
            }
        });
    }

    pub(super) fn params(&mut self, this_type: Option<&Type>, params: &[Param], rest: Option<&Param>) {
        self.list("", |p| {
            if let Some(ty) = this_type {
                p.list("this", |p| p.ty(ty));
            }
            p.each(params, Self::param);
            if let Some(rest) = rest {
                p.list("...", |p| p.param(rest));
            }
        });
    }

    pub(super) fn param(&mut self, param: &Param) {
        let bare = !param.optional
            && param.ty.is_none()
            && param.default.is_none()
            && param.property.is_none()
            && param.decorators.is_empty();
        if bare {
            self.pat(&param.pat);
            return;
        }
        self.list("", |p| {
            p.decorators(&param.decorators);
            p.flag(param.property.is_some(), "property");
            p.pat(&param.pat);
            p.flag(param.optional, "?");
            p.annotation(param.ty.as_ref());
            if let Some(default) = &param.default {
                p.list("=", |p| p.expr(default));
            }
        });
    }

    fn decorators(&mut self, decorators: &[Decorator]) {
        self.each(decorators, |p, decorator| p.list("@", |p| p.expr(&decorator.expr)));
    }

    pub(super) fn class(&mut self, class: &Class) {
        self.list("class", |p| {
            p.decorators(&class.decorators);
            p.flag(class.is_abstract, "abstract");
            class.name.iter().for_each(|name| p.name(name));
            p.type_params(&class.type_params);
            if let Some(superclass) = &class.superclass {
                p.list("extends", |p| {
                    p.expr(superclass);
                    p.type_args(&class.super_args);
                });
            }
            if !class.implements.is_empty() {
                p.list("implements", |p| p.each(&class.implements, Self::ty));
            }
            p.indent += 1;
            p.each(&class.members, Self::member);
            p.indent -= 1;
        });
    }

    fn member(&mut self, member: &ClassMember) {
        let head = match &member.kind {
            MemberKind::Field { .. } => "field",
            MemberKind::Method { .. } => "method",
            MemberKind::StaticBlock(_) => "static-block",
            MemberKind::IndexSignature(_) => "index",
            MemberKind::Error => "error",
        };
        self.line(head, |p| {
            p.decorators(&member.decorators);
            p.modifiers(&member.modifiers);
            match &member.kind {
                MemberKind::Field { key, optional, definite, ty, init } => {
                    p.key(key);
                    p.flag(*optional, "?");
                    p.flag(*definite, "!");
                    p.annotation(ty.as_ref());
                    init.iter().for_each(|init| p.expr(init));
                }
                MemberKind::Method { key, optional, function } => {
                    p.key(key);
                    p.flag(*optional, "?");
                    p.function(function);
                }
                MemberKind::StaticBlock(block) => p.stmts(&block.body),
                MemberKind::IndexSignature(signature) => p.index_signature(signature),
                MemberKind::Error => {}
            }
        });
    }

    fn modifiers(&mut self, modifiers: &Modifiers) {
        if let Some(access) = modifiers.access {
            self.atom(match access {
                Access::Public => "public",
                Access::Protected => "protected",
                Access::Private => "private",
            });
        }
        self.flag(modifiers.is_static, "static");
        self.flag(modifiers.is_abstract, "abstract");
        self.flag(modifiers.is_override, "override");
        self.flag(modifiers.is_readonly, "readonly");
        self.flag(modifiers.is_declare, "declare");
        self.flag(modifiers.is_accessor, "accessor");
    }
}
