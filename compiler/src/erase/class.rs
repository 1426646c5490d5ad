//! Classes: modifiers, `implements`, type parameters, members that only declare.

use mosl_syntax::Span;
use mosl_syntax::ast::visit::Visit;
use mosl_syntax::ast::{Class, ClassMember, FunctionBody, MemberKind, PropKey};

use super::Eraser;

/// Words in front of a member that JavaScript does not know.
const MODIFIERS: &[&str] = &["public", "protected", "private", "abstract", "override", "readonly", "declare"];

impl Eraser<'_> {
    pub(super) fn class(&mut self, class: &Class) {
        if class.is_abstract {
            let head = self.text.tokens_in(Span::new(class.span.start, class.body_span.start));
            let word = head.into_iter().find(|token| self.text.at(*token) == "abstract");
            let before = self.text.before(class.span.start, "abstract");
            let word = word.map_or(Span::new(before, class.span.start), |word| word);
            self.text.take(word.start, word.end);
        }
        for decorator in &class.decorators {
            self.refuse(decorator.span, "a decorator");
        }
        if let (Some(first), Some(last)) = (class.type_params.first(), class.type_params.last()) {
            self.angles(first.span.start, last.span.end);
        }
        class.superclass.iter().for_each(|expr| self.visit_expr(expr));
        self.type_args(&class.super_args);
        if let (Some(first), Some(last)) = (class.implements.first(), class.implements.last()) {
            self.text.take(self.text.before(first.span.start, "implements"), last.span.end);
        }
        class.members.iter().for_each(|member| self.member(member));
    }

    fn member(&mut self, member: &ClassMember) {
        for decorator in &member.decorators {
            self.refuse(decorator.span, &format!("the decorator `{}`", self.text.at(decorator.span)));
        }
        let only_declares = match &member.kind {
            MemberKind::IndexSignature(_) => true,
            MemberKind::Method { function, .. } => function.body == FunctionBody::None,
            MemberKind::Field { .. } => member.modifiers.is_abstract || member.modifiers.is_declare,
            MemberKind::StaticBlock(_) | MemberKind::Error => false,
        };
        if only_declares {
            return self.text.take_whole(member.span);
        }
        match &member.kind {
            MemberKind::Field { key, ty, init, .. } => {
                self.key(member, key);
                self.annotation(self.key_end(key), ty.as_ref());
                init.iter().for_each(|init| self.visit_expr(init));
                self.text.end_after_taken(member.span);
            }
            MemberKind::Method { key, optional, function } => {
                self.key(member, key);
                if *optional {
                    self.annotation(self.key_end(key), None);
                }
                self.function(function);
            }
            MemberKind::StaticBlock(block) => self.visit_block(block),
            MemberKind::IndexSignature(_) | MemberKind::Error => {}
        }
    }

    /// The modifiers in front of a key, and the key. A modifier also kept the member apart from a field without semicolon before it.
    fn key(&mut self, member: &ClassMember, key: &PropKey) {
        let start = member.decorators.last().map_or(member.span.start, |decorator| decorator.span.end);
        for (at, word) in self.text.tokens_in(Span::new(start, key.span().start)).into_iter().enumerate() {
            if !MODIFIERS.contains(&self.text.at(word)) {
                continue;
            }
            if at == 0 {
                self.text.take_whole(word);
            } else {
                self.text.take(word.start, word.end);
            }
        }
        self.visit_key(key);
    }

    fn key_end(&self, key: &PropKey) -> u32 {
        match key {
            PropKey::Computed(expr) => self.text.past(expr.span.end, "]"),
            _ => key.span().end,
        }
    }
}
