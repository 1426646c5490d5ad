//! Patterns: what declarations, parameters and assignments bind.

use mosl_syntax::ast::*;

use super::Formatter;
use super::doc::{Doc, docs, line, softline};
use super::nodes::Node;
use super::parens::Place;

impl Formatter<'_> {
    /// The pattern of a declaration or an assignment: it breaks with what is around it.
    pub(super) fn outer_pat(&self, pat: &Pat) -> Doc {
        match &pat.kind {
            PatKind::Object { props, rest } if pat.asserted.is_none() && (!props.is_empty() || rest.is_some()) => {
                let (content, spread_out) = self.object_pat(props, rest.as_deref());
                let doc = if spread_out { content.group_if(true) } else { content };
                self.with_comments(Node::Pat(pat), doc)
            }
            _ => self.inner_pat(pat),
        }
    }

    /// A target whose type is asserted: what asserts it is no part of the tree, and stays as it is written, but for blanks.
    pub(super) fn asserted_target(&self, pat: &Pat) -> Option<Doc> {
        pat.asserted?;
        let text = self.slice(pat.span);
        let has_comment = text.contains("//") || text.contains("/*");
        let words = if has_comment { text.to_owned() } else { text.split_whitespace().collect::<Vec<_>>().join(" ") };
        Some(self.with_comments(Node::Pat(pat), words.into()))
    }

    /// A pattern inside another: an object with patterns in it spreads out.
    pub(super) fn inner_pat(&self, pat: &Pat) -> Doc {
        match &pat.kind {
            PatKind::Object { props, rest } if pat.asserted.is_none() && (!props.is_empty() || rest.is_some()) => {
                let (content, spread_out) = self.object_pat(props, rest.as_deref());
                self.with_comments(Node::Pat(pat), content.group_if(spread_out))
            }
            _ => self.pat(pat),
        }
    }

    /// A parameter, or a pattern with a default.
    pub(super) fn pat(&self, pat: &Pat) -> Doc {
        if let Some(doc) = self.asserted_target(pat) {
            return doc;
        }
        let doc = match &pat.kind {
            PatKind::Ident(name) => self.slice(name.span).into(),
            PatKind::Array { elems, rest } => self.array_pat(elems, rest.as_deref()),
            PatKind::Object { props, rest } => self.object_pat(props, rest.as_deref()).0.group(),
            PatKind::Expr(expr) => return self.expr(expr, Place::Item),
            PatKind::Missing => Doc::nil(),
        };
        self.with_comments(Node::Pat(pat), doc)
    }

    fn array_pat(&self, elems: &[Option<PatElem>], rest: Option<&Pat>) -> Doc {
        if elems.is_empty() && rest.is_none() {
            return "[]".into();
        }
        let hole_last = rest.is_none() && matches!(elems.last(), Some(None));
        let comma = match rest {
            Some(_) => Doc::nil(),
            None if hole_last => ",".into(),
            None => Doc::if_broken(",", "", None),
        };
        let mut printed: Vec<Doc> =
            elems.iter().map(|elem| elem.as_ref().map_or_else(Doc::nil, |elem| self.pat_elem(elem))).collect();
        printed.extend(rest.map(|rest| docs!["...", self.pat(rest)]));
        let inside = docs![softline(), Doc::join(&docs![",", line()], printed), comma];
        docs!["[", inside.indent(), softline(), "]"].group()
    }

    /// The pattern in its braces, and whether it spreads out.
    fn object_pat(&self, props: &[PatProp], rest: Option<&Pat>) -> (Doc, bool) {
        if props.is_empty() && rest.is_none() {
            return ("{}".into(), false);
        }
        let nested = |prop: &PatProp| {
            let deep = matches!(prop.value.pat.kind, PatKind::Object { .. } | PatKind::Array { .. });
            deep && prop.value.default.is_none() && !prop.shorthand
        };
        let mut items: Vec<(Node<'_>, Doc)> =
            props.iter().map(|prop| (Node::PatProp(prop), self.pat_prop(prop))).collect();
        items.extend(rest.map(|rest| (Node::Pat(rest), docs!["...", self.pat(rest)])));
        (self.list_in_braces(items, rest.is_none()), props.iter().any(nested))
    }

    fn pat_prop(&self, prop: &PatProp) -> Doc {
        let value = self.pat_elem(&prop.value);
        let doc = if prop.shorthand { value } else { docs![self.key(&prop.key), ": ", value] };
        self.with_comments(Node::PatProp(prop), doc)
    }

    fn pat_elem(&self, elem: &PatElem) -> Doc {
        match &elem.default {
            Some(default) => docs![self.pat(&elem.pat), " = ", self.expr(default, Place::Item)],
            None => self.inner_pat(&elem.pat),
        }
    }
}
