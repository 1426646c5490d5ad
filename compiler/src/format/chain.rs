//! Chains of members and calls, `a.b().c().d()`: on one line, or a call a line. Prettier's rules for which.

use mosl_syntax::ast::*;

use super::Formatter;
use super::doc::{Doc, break_parent, docs, hardline};
use super::nodes::Node;
use super::parens::{Place, needs_parens};

/// One piece of a chain: the expression it stands for, and what it adds to the piece before.
struct Link<'e> {
    expr: &'e Expr,
    doc: Doc,
    trailing_comment: bool,
}

impl Link<'_> {
    fn is_call(&self) -> bool {
        matches!(self.expr.kind, ExprKind::Call { .. })
    }

    fn is_member(&self) -> bool {
        is_member(self.expr)
    }

    /// `[0]`, `["key"]`
    fn is_literal_index(&self) -> bool {
        let ExprKind::Index { index, .. } = &self.expr.kind else { return false };
        matches!(index.without_parens().kind, ExprKind::Num(_) | ExprKind::Str(_))
    }
}

pub(super) fn is_member(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Member { .. } | ExprKind::PrivateMember { .. } | ExprKind::Index { .. } | ExprKind::NonNull(_)
    )
}

impl Formatter<'_> {
    pub(super) fn chain(&self, expr: &Expr, place: Place) -> Doc {
        let links = self.links(expr);
        let groups = group_links(&links);
        let printed: Vec<Doc> =
            groups.iter().map(|group| Doc::concat(group.iter().map(|link| link.doc.clone()).collect())).collect();
        let one_line = Doc::concat(printed.clone());
        let merges =
            groups.len() >= 2 && !groups[1].is_empty() && first_stays(&groups, matches!(place, Place::Statement));
        let cutoff = if merges { 3 } else { 2 };
        let commented = links.iter().any(|link| link.trailing_comment);
        if groups.len() <= cutoff
            && !commented
            && !groups[cutoff.min(groups.len())..].iter().any(|group| group.iter().any(|l| l.doc.will_break()))
        {
            return one_line.group();
        }
        let below = &printed[if merges { 2 } else { 1 }..];
        let below = docs![hardline(), Doc::join(&hardline(), below.iter().cloned())].indent();
        let expanded = docs![printed[0].clone(), if merges { printed[1].clone() } else { Doc::nil() }, below];
        let calls: Vec<&Link<'_>> = links.iter().filter(|link| link.is_call()).collect();
        let complex = |link: &&Link<'_>| match &link.expr.kind {
            ExprKind::Call { args, .. } => args.iter().any(|arg| !is_simple(arg.expr(), 0)),
            _ => false,
        };
        let breaks = printed[..printed.len() - 1].iter().any(Doc::will_break);
        let calls_back = |link: &&Link<'_>| match &link.expr.kind {
            ExprKind::Call { args, .. } => {
                args.iter().any(|arg| matches!(arg.expr().without_parens().kind, ExprKind::Function(_)))
            }
            _ => false,
        };
        let last_of_callbacks = printed.last().is_some_and(Doc::will_break)
            && calls.split_last().is_some_and(|(_, before)| before.iter().any(calls_back));
        if commented || calls.len() > 2 && calls.iter().any(complex) || breaks || last_of_callbacks {
            return expanded.group();
        }
        docs![
            if one_line.will_break() { break_parent() } else { Doc::nil() },
            Doc::first_that_fits(vec![one_line, expanded]),
        ]
    }

    /// Groups of a chain that would stand on lines of their own.
    pub(super) fn call_groups(&self, expr: &Expr) -> usize {
        let (mut calls, mut at) = (0, expr.without_parens());
        loop {
            at = match &at.kind {
                ExprKind::Call { callee, .. } => {
                    calls += usize::from(is_member(callee.without_parens()));
                    callee.without_parens()
                }
                ExprKind::Member { object, .. }
                | ExprKind::PrivateMember { object, .. }
                | ExprKind::Index { object, .. } => object.without_parens(),
                ExprKind::OptionalChain(inner) | ExprKind::NonNull(inner) => inner.without_parens(),
                _ => return calls,
            };
        }
    }

    /// The chain's pieces, from the innermost object out.
    fn links<'e>(&self, expr: &'e Expr) -> Vec<Link<'e>> {
        let mut outwards = Vec::new();
        let mut at = expr;
        loop {
            let (inner, doc, inner_place) = match &at.kind {
                ExprKind::Call { callee, type_args, args, optional } => {
                    let dot = if *optional { "?." } else { "" };
                    let doc = docs![dot, self.type_args(type_args), self.args(Node::Expr(at), args)];
                    (callee.without_parens(), doc, Place::Callee)
                }
                ExprKind::NonNull(inner) => (inner.without_parens(), "!".into(), Place::NonNull),
                _ => {
                    let object = match &at.kind {
                        ExprKind::Member { object, .. }
                        | ExprKind::PrivateMember { object, .. }
                        | ExprKind::Index { object, .. } => object,
                        _ => unreachable!("a chain is made of calls and members"),
                    };
                    (object.without_parens(), self.lookup(at), Place::Object)
                }
            };
            let own = if std::ptr::eq(at, expr) { doc } else { self.with_comments(Node::Expr(at), doc) };
            let trailing_comment = !std::ptr::eq(at, expr) && self.comments.has_any(Node::Expr(at));
            outwards.push(Link { expr: at, doc: own, trailing_comment });
            let goes_on =
                (is_member(inner) || matches!(inner.kind, ExprKind::Call { .. })) && !needs_parens(inner, inner_place);
            if goes_on {
                at = inner;
                continue;
            }
            outwards.push(Link { expr: inner, doc: self.expr(inner, inner_place), trailing_comment: false });
            outwards.reverse();
            return outwards;
        }
    }
}

/// The pieces in groups: the first stays with the object, each other begins with `.name` and ends with its calls.
fn group_links<'l, 'e>(links: &'l [Link<'e>]) -> Vec<&'l [Link<'e>]> {
    let mut at = 1;
    while at < links.len()
        && (links[at].is_call() || links[at].is_literal_index() || matches!(links[at].expr.kind, ExprKind::NonNull(_)))
    {
        at += 1;
    }
    if !links[0].is_call() {
        while at + 1 < links.len() && links[at].is_member() && links[at + 1].is_member() {
            at += 1;
        }
    }
    let mut groups = vec![&links[..at]];
    let (mut start, mut called) = (at, false);
    for (at, link) in links.iter().enumerate().skip(at) {
        if called && link.is_member() && !link.is_literal_index() && !matches!(link.expr.kind, ExprKind::NonNull(_)) {
            groups.push(&links[start..at]);
            (start, called) = (at, false);
        }
        called |= link.is_call();
    }
    if start < links.len() {
        groups.push(&links[start..]);
    }
    groups
}

/// Whether the first call stays behind the object: `this.a()`, `Object.keys()`, `z.object()`.
fn first_stays(groups: &[&[Link<'_>]], is_statement: bool) -> bool {
    let indexed = groups[1].first().is_some_and(Link::is_literal_index);
    if let [only] = groups[0] {
        return match &only.expr.kind {
            ExprKind::This => true,
            ExprKind::Ident(name) => {
                is_factory(&name.text) || is_statement && name.text.chars().count() <= 2 || indexed
            }
            _ => false,
        };
    }
    match &groups[0].last().expect("a group has a link").expr.kind {
        ExprKind::Member { name, .. } => is_factory(&name.text) || indexed,
        _ => false,
    }
}

/// A capitalised name, `$` or `_`.
fn is_factory(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        || !name.is_empty() && name.chars().all(|c| matches!(c, '$' | '_'))
}

/// An argument that tells little: it does not make a chain hard to read.
fn is_simple(expr: &Expr, depth: usize) -> bool {
    let expr = expr.without_parens();
    let deeper = |expr: &Expr| is_simple(expr, depth + 1);
    match &expr.kind {
        ExprKind::Regex { pattern, .. } => pattern.0.len() <= 5,
        ExprKind::Template(template) => template.exprs.iter().all(deeper),
        ExprKind::Object(props) => props.iter().all(|prop| match &prop.kind {
            PropKind::Shorthand(_) => true,
            PropKind::Value { key, value } => !matches!(key, PropKey::Computed(_)) && deeper(value),
            _ => false,
        }),
        ExprKind::Array(elems) => elems.iter().all(|elem| match elem {
            ArrayElem::Hole => true,
            ArrayElem::Expr(expr) => deeper(expr),
            ArrayElem::Spread(_) => false,
        }),
        ExprKind::Call { callee, args, .. } | ExprKind::New { callee, args, .. } => {
            let limit = depth < 2;
            limit && is_simple_callee(callee) && args.iter().all(|arg| deeper(arg.expr()))
        }
        ExprKind::OptionalChain(inner) | ExprKind::NonNull(inner) => is_simple(inner, depth),
        ExprKind::Unary { op: UnaryOp::Not | UnaryOp::Neg | UnaryOp::Plus | UnaryOp::BitNot, operand } => {
            is_simple(operand, depth)
        }
        ExprKind::Member { .. } | ExprKind::PrivateMember { .. } | ExprKind::Index { .. } => is_simple_callee(expr),
        ExprKind::Ident(_)
        | ExprKind::This
        | ExprKind::Super
        | ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Num(_)
        | ExprKind::Unit { .. }
        | ExprKind::Str(_)
        | ExprKind::ImportMeta => true,
        _ => false,
    }
}

fn is_simple_callee(expr: &Expr) -> bool {
    match &expr.without_parens().kind {
        ExprKind::Ident(_) | ExprKind::This | ExprKind::Super => true,
        ExprKind::Member { object, .. } | ExprKind::PrivateMember { object, .. } | ExprKind::NonNull(object) => {
            is_simple_callee(object)
        }
        ExprKind::Index { object, index, .. } => {
            is_simple_callee(object)
                && matches!(index.without_parens().kind, ExprKind::Ident(_) | ExprKind::Num(_) | ExprKind::Str(_))
        }
        ExprKind::OptionalChain(inner) => is_simple_callee(inner),
        _ => false,
    }
}
