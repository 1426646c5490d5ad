//! Object and array literals, and the keys of properties.

use mosl_syntax::Span;
use mosl_syntax::ast::*;

use super::Formatter;
use super::assign::Side;
use super::doc::{Doc, docs, hardline, line, softline};
use super::literal;
use super::nodes::Node;
use super::parens::Place;

impl Formatter<'_> {
    /// An object whose first property stands on a line of its own stays spread out.
    pub(super) fn object(&self, expr: &Expr, props: &[Prop]) -> Doc {
        let Some(first) = props.first() else { return self.empty("{", "}", Node::Expr(expr)) };
        let spread_out = self.newline_between(expr.span.start, first.span.start);
        let items = props.iter().map(|prop| (Node::Prop(prop), self.prop(prop)));
        self.list_in_braces(items, true).group_if(spread_out)
    }

    /// `{ … }` with an item a line where the group around breaks; empty lines between items stay.
    pub(super) fn list_in_braces<'n>(
        &self,
        items: impl IntoIterator<Item = (Node<'n>, Doc)>,
        trailing_comma: bool,
    ) -> Doc {
        let inside = docs![line(), self.comma_list(items, ",")];
        let comma = if trailing_comma { Doc::if_broken(",", "", None) } else { Doc::nil() };
        docs!["{", inside.indent(), comma, line(), "}"]
    }

    /// Items with a separator and a place to break between them.
    pub(super) fn comma_list<'n>(
        &self,
        items: impl IntoIterator<Item = (Node<'n>, Doc)>,
        separator: &'static str,
    ) -> Doc {
        let mut parts = Vec::new();
        for (node, doc) in items {
            if !parts.is_empty() {
                parts.push(docs![separator, line()]);
                if self.empty_line_above(node) {
                    parts.push(softline());
                }
            }
            parts.push(doc);
        }
        Doc::concat(parts)
    }

    /// Brackets with nothing but comments inside.
    pub(super) fn empty(&self, open: &'static str, close: &'static str, node: Node<'_>) -> Doc {
        match self.comments.inside(self.source, node) {
            Some(comments) => docs![open, docs![softline(), comments].indent(), softline(), close].group(),
            None => docs![open, close],
        }
    }

    fn prop(&self, prop: &Prop) -> Doc {
        let doc = match &prop.kind {
            PropKind::Value { key, value } => {
                let left = self.object_key(key);
                self.assignment(left, ":", value, Side::Property)
            }
            PropKind::Shorthand(name) => self.expr(name, Place::Item),
            PropKind::ShorthandDefault { name, default } => {
                docs![self.expr(name, Place::Item), " = ", self.expr(default, Place::Item)]
            }
            PropKind::Method { key, function } => self.method(key, "", function),
            PropKind::Spread(value) => docs!["...", self.expr(value, Place::Spread)],
        };
        self.with_comments(Node::Prop(prop), doc)
    }

    /// A key of an object literal: quotes that it does not need go.
    fn object_key(&self, key: &PropKey) -> Doc {
        match key {
            PropKey::Str(text, span) if is_identifier(text) => {
                self.slice(Span::new(span.start + 1, span.end - 1)).into()
            }
            key => self.key(key),
        }
    }

    pub(super) fn key(&self, key: &PropKey) -> Doc {
        match key {
            PropKey::Ident(name) | PropKey::Private(name) => self.slice(name.span).into(),
            PropKey::Str(_, span) => literal::quoted(self.slice(*span)).into(),
            PropKey::Num(_, span) => literal::number(self.slice(*span)).into(),
            PropKey::Computed(expr) => docs!["[", self.expr(expr, Place::Item), "]"],
        }
    }

    pub(super) fn array(&self, expr: &Expr, elems: &[ArrayElem]) -> Doc {
        if elems.is_empty() {
            return self.empty("[", "]", Node::Expr(expr));
        }
        let last_is_hole = matches!(elems.last(), Some(ArrayElem::Hole));
        let comma = if last_is_hole { ",".into() } else { Doc::if_broken(",", "", None) };
        let numbers = elems.len() > 1 && elems.iter().all(is_number);
        let inside = if numbers { self.filled(elems) } else { self.elements(elems) };
        let spread_out = elems.len() > 1
            && (elems.iter().all(|elem| is_long(elem, true)) || elems.iter().all(|elem| is_long(elem, false)));
        docs!["[", docs![softline(), inside, comma].indent(), softline(), "]"].group_if(spread_out)
    }

    fn elements(&self, elems: &[ArrayElem]) -> Doc {
        let mut parts = Vec::new();
        for (at, elem) in elems.iter().enumerate() {
            if at > 0 {
                parts.push(docs![",", line()]);
                if let ArrayElem::Expr(expr) | ArrayElem::Spread(expr) = elem
                    && self.empty_line_above(Node::Expr(expr.without_parens()))
                {
                    parts.push(softline());
                }
            }
            parts.push(self.element(elem).group());
        }
        Doc::concat(parts)
    }

    fn element(&self, elem: &ArrayElem) -> Doc {
        match elem {
            ArrayElem::Hole => Doc::nil(),
            ArrayElem::Expr(expr) => self.expr(expr, Place::Argument),
            ArrayElem::Spread(expr) => docs!["...", self.expr(expr, Place::Spread)],
        }
    }

    /// Numbers fill their lines.
    fn filled(&self, elems: &[ArrayElem]) -> Doc {
        let mut parts = Vec::new();
        for (at, elem) in elems.iter().enumerate() {
            let comma = if at + 1 < elems.len() { "," } else { "" };
            parts.push(docs![self.element(elem), comma]);
            if let Some(ArrayElem::Expr(next)) = elems.get(at + 1) {
                let apart = self.empty_line_above(Node::Expr(next.without_parens()));
                parts.push(if apart { docs![hardline(), hardline()] } else { line() });
            }
        }
        Doc::fill(parts)
    }
}

fn is_identifier(text: &Text) -> bool {
    let Some(text) = text.to_utf8() else { return false };
    let mut chars = text.chars();
    let starts = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$');
    starts && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
}

fn is_number(elem: &ArrayElem) -> bool {
    let ArrayElem::Expr(expr) = elem else { return false };
    match &expr.without_parens().kind {
        ExprKind::Num(_) | ExprKind::Unit { .. } => true,
        ExprKind::Unary { op: UnaryOp::Neg | UnaryOp::Plus, operand } => {
            matches!(operand.without_parens().kind, ExprKind::Num(_))
        }
        _ => false,
    }
}

/// An object (or array) with more than one entry.
fn is_long(elem: &ArrayElem, object: bool) -> bool {
    let ArrayElem::Expr(expr) = elem else { return false };
    match &expr.without_parens().kind {
        ExprKind::Object(props) => object && props.len() > 1,
        ExprKind::Array(elems) => !object && elems.len() > 1,
        _ => false,
    }
}
