//! Classes and interfaces.

use mosl_syntax::ast::*;

use super::Formatter;
use super::assign::Side;
use super::doc::{Doc, docs, hardline, line};
use super::nodes::Node;
use super::parens::Place;

impl Formatter<'_> {
    pub(super) fn class(&self, class: &Class, owner: Node<'_>) -> Doc {
        let decorators: Vec<Doc> =
            class.decorators.iter().map(|decorator| docs![self.decorator(decorator), hardline()]).collect();
        let word = if class.is_abstract { "abstract class" } else { "class" };
        let name = class.name.as_ref().map_or_else(Doc::nil, |name| docs![" ", self.slice(name.span)]);
        let head = docs![word, name, self.type_params(&class.type_params)];
        let mut heritage = Vec::new();
        if let Some(superclass) = &class.superclass {
            heritage.push(docs![
                "extends ",
                self.expr(superclass, Place::Superclass),
                self.type_args(&class.super_args)
            ]);
        }
        if !class.implements.is_empty() {
            let types = class.implements.iter().map(|ty| self.ty(ty));
            heritage.push(docs!["implements ", Doc::join(&", ".into(), types)]);
        }
        let head = match heritage.len() {
            0 => head,
            1 => docs![head, " ", Doc::concat(heritage)],
            _ => docs![head, docs![line(), Doc::join(&line(), heritage)].indent()].group(),
        };
        docs![Doc::concat(decorators), head, " ", self.class_body(class, owner)]
    }

    fn class_body(&self, class: &Class, owner: Node<'_>) -> Doc {
        let members = class.members.iter().map(|member| (Node::Member(member), self.member(member)));
        let inside = self.stacked(members);
        match self.comments.inside(self.source, owner) {
            Some(comments) => self.braced(docs![inside, comments]),
            None if class.members.is_empty() => "{}".into(),
            None => self.braced(inside),
        }
    }

    fn decorator(&self, decorator: &Decorator) -> Doc {
        docs!["@", self.expr(&decorator.expr, Place::Item)]
    }

    fn member(&self, member: &ClassMember) -> Doc {
        let doc = match &member.kind {
            MemberKind::Field { key, optional, definite, ty, init } => {
                let mark = if *optional {
                    "?"
                } else if *definite {
                    "!"
                } else {
                    ""
                };
                let ty = ty.as_ref().map_or_else(Doc::nil, |ty| docs![": ", self.ty(ty)]);
                let left = docs![self.modifiers(member), self.key(key), mark, ty];
                match init {
                    Some(init) => docs![self.assignment(left, " =", init, Side::Field), ";"],
                    None => docs![left, ";"],
                }
            }
            MemberKind::Method { key, optional, function } => {
                let mark = if *optional { "?" } else { "" };
                docs![self.modifiers(member), self.method(key, mark, function)]
            }
            MemberKind::StaticBlock(block) => docs!["static ", self.block(block)],
            MemberKind::IndexSignature(index) => docs![self.modifiers(member), self.index_signature(index), ";"],
            MemberKind::Error => Doc::literal(self.slice(member.span)),
        };
        self.with_comments(Node::Member(member), docs![self.member_decorators(member), doc])
    }

    /// On the line of the member if they were there.
    fn member_decorators(&self, member: &ClassMember) -> Doc {
        let Some(last) = member.decorators.last() else { return Doc::nil() };
        let end = last.span.end as usize;
        let rest = &self.source[end..];
        let next = end + (rest.len() - rest.trim_start().len());
        let first = member.decorators[0].span.start;
        let apart = self.newline_between(first, next as u32);
        let separator = if apart { hardline() } else { " ".into() };
        let docs = member.decorators.iter().map(|decorator| docs![self.decorator(decorator), separator.clone()]);
        Doc::concat(docs.collect())
    }

    fn modifiers(&self, member: &ClassMember) -> String {
        let Modifiers { is_static, is_abstract, is_override, is_readonly, is_declare, is_accessor, access } =
            member.modifiers;
        let access = access.map(|access| match access {
            Access::Public => "public",
            Access::Protected => "protected",
            Access::Private => "private",
        });
        let words = [
            is_declare.then_some("declare"),
            access,
            is_static.then_some("static"),
            is_abstract.then_some("abstract"),
            is_override.then_some("override"),
            is_readonly.then_some("readonly"),
            is_accessor.then_some("accessor"),
        ];
        words.into_iter().flatten().map(|word| format!("{word} ")).collect()
    }

    pub(super) fn interface(&self, interface: &InterfaceDecl, owner: Node<'_>) -> Doc {
        let head = docs!["interface ", self.slice(interface.name.span), self.type_params(&interface.params)];
        let head = if interface.extends.is_empty() {
            head
        } else {
            let types = interface.extends.iter().map(|ty| self.ty(ty));
            let list = Doc::join(&docs![",", line()], types);
            docs![head, docs![line(), "extends ", list.indent()].indent()].group()
        };
        let members = interface
            .members
            .iter()
            .map(|member| (Node::InterfaceMember(member), docs![self.interface_member(member), ";"]));
        let members = members.map(|(node, doc)| (node, self.with_comments(node, doc)));
        let inside = self.stacked(members);
        let body = match self.comments.inside(self.source, owner) {
            Some(comments) => self.braced(docs![inside, comments]),
            None if interface.members.is_empty() => "{}".into(),
            None => self.braced(inside),
        };
        docs![head, " ", body]
    }

    /// Without its separator and comments.
    pub(super) fn interface_member(&self, member: &InterfaceMember) -> Doc {
        match &member.kind {
            InterfaceMemberKind::Property { key, readonly, optional, ty } => {
                let ty = ty.as_ref().map_or_else(Doc::nil, |ty| docs![": ", self.ty(ty)]);
                docs![if *readonly { "readonly " } else { "" }, self.key(key), if *optional { "?" } else { "" }, ty]
            }
            InterfaceMemberKind::Method { key, optional, signature } => {
                docs![self.key(key), if *optional { "?" } else { "" }, self.signature(signature, ": ")]
            }
            InterfaceMemberKind::Getter { key, ty } => {
                docs!["get ", self.key(key), "()", ty.as_ref().map_or_else(Doc::nil, |ty| docs![": ", self.ty(ty)])]
            }
            InterfaceMemberKind::Setter { key, param } => docs!["set ", self.key(key), "(", self.param(param), ")"],
            InterfaceMemberKind::Call(signature) => self.signature(signature, ": "),
            InterfaceMemberKind::Construct(signature) => docs!["new ", self.signature(signature, ": ")],
            InterfaceMemberKind::Index(index) => {
                docs![if index.readonly { "readonly " } else { "" }, self.index_signature(index)]
            }
            InterfaceMemberKind::Error => Doc::literal(self.slice(member.span).trim_end_matches([';', ','])),
        }
    }

    /// From its bracket on: what stands before it is the member's.
    fn index_signature(&self, index: &IndexSignature) -> Doc {
        docs!["[", self.slice(index.param.span), ": ", self.ty(&index.key), "]: ", self.ty(&index.value)]
    }
}
