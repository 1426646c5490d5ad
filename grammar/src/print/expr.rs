//! Expressions.

use super::Printer;
use crate::ast::*;

impl Printer {
    pub(super) fn expr(&mut self, expr: &Expr) {
        crate::deep(|| self.expr_parts(expr));
    }

    fn expr_parts(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Ident(name) => self.name(name),
            ExprKind::This => self.atom("this"),
            ExprKind::Super => self.atom("super"),
            ExprKind::Null => self.atom("null"),
            ExprKind::Bool(value) => self.atom(value),
            ExprKind::Num(value) => self.atom(value),
            ExprKind::Unit { digits, unit } => self.atom(format_args!("{digits}{}", unit.text())),
            ExprKind::BigInt => self.atom("bigint"),
            ExprKind::Str(text) => self.text(text),
            ExprKind::Regex { pattern, flags } => self.list("regex", |p| {
                p.text(pattern);
                p.text(flags);
            }),
            ExprKind::Template(template) => self.list("template", |p| p.template(template)),
            ExprKind::TaggedTemplate { tag, type_args, template } => self.list("tagged", |p| {
                p.expr(tag);
                p.type_args(type_args);
                p.template(template);
            }),
            ExprKind::Array(elems) => self.list("array", |p| p.each(elems, Self::elem)),
            ExprKind::Object(props) => self.list("object", |p| p.each(props, Self::prop)),
            ExprKind::Function(function) => self.function(function),
            ExprKind::Class(class) => self.class(class),
            ExprKind::NewTarget => self.atom("new.target"),
            ExprKind::ImportMeta => self.atom("import.meta"),
            ExprKind::Missing => self.atom("<missing>"),
            _ => self.operation(&expr.kind),
        }
    }

    fn operation(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::Unary { op, operand } => self.list(unary_text(*op), |p| p.expr(operand)),
            ExprKind::Update { op, prefix, target } => {
                let text = if *op == UpdateOp::Increment { "++" } else { "--" };
                let head = if *prefix { format!("{text}_") } else { format!("_{text}") };
                self.list(&head, |p| p.pat(target));
            }
            ExprKind::Binary { op, left, right } => self.pair(op.text(), left, right),
            ExprKind::Logical { op, left, right } => self.pair(op.text(), left, right),
            ExprKind::PrivateIn { name, object } => self.list("in", |p| {
                p.name(name);
                p.expr(object);
            }),
            ExprKind::Assign { op, target, value } => {
                let head = match op {
                    AssignOp::Assign => "=".to_owned(),
                    AssignOp::Binary(op) => format!("{}=", op.text()),
                    AssignOp::Logical(op) => format!("{}=", op.text()),
                };
                self.list(&head, |p| {
                    p.pat(target);
                    p.expr(value);
                });
            }
            ExprKind::Conditional { test, then, otherwise } => {
                self.list("?", |p| [test, then, otherwise].into_iter().for_each(|part| p.expr(part)));
            }
            ExprKind::Sequence(exprs) => self.list(",", |p| p.each(exprs, Self::expr)),
            ExprKind::Await(inner) => self.list("await", |p| p.expr(inner)),
            ExprKind::Yield { delegate, value } => {
                self.list(if *delegate { "yield*" } else { "yield" }, |p| value.iter().for_each(|value| p.expr(value)));
            }
            ExprKind::ImportCall(args) => self.list("import", |p| p.each(args, Self::expr)),
            ExprKind::As { expr, ty } => self.typed("as", expr, ty),
            ExprKind::AsConst(inner) => self.list("as-const", |p| p.expr(inner)),
            ExprKind::Satisfies { expr, ty } => self.typed("satisfies", expr, ty),
            ExprKind::NonNull(inner) => self.list("!!", |p| p.expr(inner)),
            ExprKind::TypeAssertion { expr, ty } => self.typed("assert", expr, ty),
            ExprKind::Instantiation { expr, type_args } => self.list("instantiate", |p| {
                p.expr(expr);
                p.type_args(type_args);
            }),
            ExprKind::Paren(inner) => self.list("paren", |p| p.expr(inner)),
            _ => self.access(kind),
        }
    }

    fn access(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::Call { callee, type_args, args, optional } => {
                self.list(if *optional { "call?." } else { "call" }, |p| p.call(callee, type_args, args));
            }
            ExprKind::New { callee, type_args, args } => self.list("new", |p| p.call(callee, type_args, args)),
            ExprKind::Member { object, name, optional } | ExprKind::PrivateMember { object, name, optional } => {
                self.list(if *optional { "?." } else { "." }, |p| {
                    p.expr(object);
                    p.name(name);
                });
            }
            ExprKind::Index { object, index, optional } => {
                self.pair(if *optional { "?.[]" } else { "[]" }, object, index)
            }
            ExprKind::OptionalChain(inner) => self.list("chain", |p| p.expr(inner)),
            _ => {}
        }
    }

    fn pair(&mut self, head: &str, left: &Expr, right: &Expr) {
        self.list(head, |p| {
            p.expr(left);
            p.expr(right);
        });
    }

    fn typed(&mut self, head: &str, expr: &Expr, ty: &Type) {
        self.list(head, |p| {
            p.expr(expr);
            p.ty(ty);
        });
    }

    fn call(&mut self, callee: &Expr, type_args: &[Type], args: &[Arg]) {
        self.expr(callee);
        self.type_args(type_args);
        self.each(args, |p, arg| match arg {
            Arg::Expr(expr) => p.expr(expr),
            Arg::Spread(expr) => p.list("...", |p| p.expr(expr)),
        });
    }

    fn template(&mut self, template: &Template) {
        for (at, quasi) in template.quasis.iter().enumerate() {
            match &quasi.cooked {
                Some(cooked) => self.text(cooked),
                None => self.list("raw", |p| p.text(&quasi.raw)),
            }
            if let Some(expr) = template.exprs.get(at) {
                self.expr(expr);
            }
        }
    }

    fn elem(&mut self, elem: &ArrayElem) {
        match elem {
            ArrayElem::Hole => self.atom("<hole>"),
            ArrayElem::Expr(expr) => self.expr(expr),
            ArrayElem::Spread(expr) => self.list("...", |p| p.expr(expr)),
        }
    }

    fn prop(&mut self, prop: &Prop) {
        match &prop.kind {
            PropKind::Value { key, value } => self.list("", |p| {
                p.key(key);
                p.expr(value);
            }),
            PropKind::Shorthand(expr) => self.expr(expr),
            PropKind::ShorthandDefault { name, default } => self.pair("default", name, default),
            PropKind::Method { key, function } => self.list("method", |p| {
                p.key(key);
                p.function(function);
            }),
            PropKind::Spread(expr) => self.list("...", |p| p.expr(expr)),
        }
    }

    pub(super) fn key(&mut self, key: &PropKey) {
        match key {
            PropKey::Ident(name) | PropKey::Private(name) => self.name(name),
            PropKey::Str(text, _) => self.text(text),
            PropKey::Num(value, _) => self.atom(value),
            PropKey::Computed(expr) => self.list("computed", |p| p.expr(expr)),
        }
    }
}

fn unary_text(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Neg => "neg",
        UnaryOp::Plus => "plus",
        UnaryOp::Not => "!",
        UnaryOp::BitNot => "~",
        UnaryOp::Typeof => "typeof",
        UnaryOp::Void => "void",
        UnaryOp::Delete => "delete",
    }
}
