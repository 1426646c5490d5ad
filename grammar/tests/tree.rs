//! Promises about the tree itself: ids are unique and below the count, spans nest.

use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::*;
use mosl_syntax::{Span, parse};

#[derive(Default)]
struct Nodes {
    ids: Vec<NodeId>,
    around: Vec<Span>,
}

impl Nodes {
    fn enter(&mut self, id: NodeId, span: Span, inside: impl FnOnce(&mut Self)) {
        if let Some(outer) = self.around.last() {
            assert!(outer.start <= span.start && span.end <= outer.end, "{span:?} is not within {outer:?}");
        }
        self.ids.push(id);
        self.around.push(span);
        inside(self);
        self.around.pop();
    }
}

impl<'a> Visit<'a> for Nodes {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.enter(stmt.id, stmt.span, |nodes| visit::walk_stmt(nodes, stmt));
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.enter(expr.id, expr.span, |nodes| visit::walk_expr(nodes, expr));
    }

    fn visit_pat(&mut self, pat: &'a Pat) {
        // A target that is an expression shares its id with it.
        match &pat.kind {
            PatKind::Expr(expr) => self.visit_expr(expr),
            _ => self.enter(pat.id, pat.span, |nodes| visit::walk_pat(nodes, pat)),
        }
    }

    fn visit_type(&mut self, ty: &'a Type) {
        self.enter(ty.id, ty.span, |nodes| visit::walk_type(nodes, ty));
    }

    fn visit_function(&mut self, function: &'a Function) {
        self.enter(function.id, function.span, |nodes| visit::walk_function(nodes, function));
    }

    fn visit_class(&mut self, class: &'a Class) {
        self.enter(class.id, class.span, |nodes| visit::walk_class(nodes, class));
    }

    fn visit_member(&mut self, member: &'a ClassMember) {
        self.enter(member.id, member.span, |nodes| visit::walk_member(nodes, member));
    }

    fn visit_interface_member(&mut self, member: &'a InterfaceMember) {
        self.enter(member.id, member.span, |nodes| visit::walk_interface_member(nodes, member));
    }
}

#[track_caller]
fn check(source: &str) {
    let parsed = parse(source);
    let mut nodes = Nodes::default();
    nodes.around.push(parsed.module.span);
    visit::walk_stmts(&mut nodes, &parsed.module.body);
    let count = nodes.ids.len();
    nodes.ids.sort_unstable();
    nodes.ids.dedup();
    assert_eq!(nodes.ids.len(), count, "an id is used twice");
    assert!(nodes.ids.iter().all(|id| id.0 < parsed.module.node_count));
}

#[test]
fn ids_are_unique_and_spans_nest() {
    check(include_str!("programs/everything.mosl"));
    check("[a, { b, c: d = 1, ...e }, f.g, ...h[0]] = i; for ({ j } of k) ; (l) = m; n! += o as p");
}
