//! What other files can see of a file: all of its text but the bodies of functions whose results are written down. Two texts with one
//! surface mean the same to whoever imports them, so that an edit inside of a body is the file's own affair.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use mosl_syntax::Span;
use mosl_syntax::ast::visit::{Visit, walk_expr, walk_function, walk_pat, walk_stmts, walk_var_decl};
use mosl_syntax::ast::{
    Expr, ExprKind, Function, FunctionBody, FunctionKind, Param, Pat, PatKind, SmolStr, Type, TypeKind, VarDecl,
};

use super::ParsedFile;

/// A hash of the surface. In a program that `knows_payments`, a body that may be given one counts: whether it settles it concerns
/// its callers.
pub fn surface(file: &ParsedFile, knows_payments: bool) -> u64 {
    let mut seen = Seen { knows_payments, ..Seen::default() };
    walk_stmts(&mut seen, &file.ast.body);
    seen.bodies.sort_unstable();
    let mut hasher = DefaultHasher::new();
    let mut at = 0;
    for body in &seen.bodies {
        file.source.get(at..body.start as usize).hash(&mut hasher);
        at = body.end as usize;
    }
    file.source.get(at..).hash(&mut hasher);
    // Whether a variable ever changes is decided wherever it is assigned.
    seen.assigned.retain(|name| seen.declared.contains(name));
    seen.assigned.hash(&mut hasher);
    hasher.finish()
}

#[derive(Default)]
struct Seen<'a> {
    knows_payments: bool,
    /// Bodies that nobody else sees, in order; none inside of another.
    bodies: Vec<Span>,
    inside: u32,
    /// The patterns here declare variables; others assign to some.
    declaring: bool,
    declared: BTreeSet<&'a SmolStr>,
    assigned: BTreeSet<&'a SmolStr>,
}

impl Seen<'_> {
    fn is_hidden(&self, function: &Function) -> bool {
        let is_plain = |param: &Param| param.ty.as_ref().is_some_and(is_plain);
        let written = function.ret.is_some() && function.kind != FunctionKind::Constructor;
        let keeps_to_itself =
            !self.knows_payments || function.params.iter().chain(function.rest.as_deref()).all(is_plain);
        written && keeps_to_itself && self.inside == 0
    }
}

/// Neither a payment nor something that may hold one.
fn is_plain(ty: &Type) -> bool {
    match &ty.kind {
        TypeKind::Keyword(_) | TypeKind::Str(_) | TypeKind::Num(_) | TypeKind::Bool(_) => true,
        TypeKind::Array(inner) | TypeKind::Readonly(inner) | TypeKind::Paren(inner) => is_plain(inner),
        TypeKind::Union(parts) => parts.iter().all(is_plain),
        _ => false,
    }
}

impl<'a> Visit<'a> for Seen<'a> {
    fn visit_function(&mut self, function: &'a Function) {
        let hidden = match &function.body {
            FunctionBody::Block(block) if self.is_hidden(function) => Some(block.span),
            _ => None,
        };
        self.bodies.extend(hidden);
        self.inside += u32::from(hidden.is_some());
        walk_function(self, function);
        self.inside -= u32::from(hidden.is_some());
    }

    fn visit_var_decl(&mut self, decl: &'a VarDecl) {
        if self.inside == 0 {
            for declarator in &decl.declarators {
                Names(&mut self.declared).visit_pat(&declarator.pat);
            }
        }
        let outer = std::mem::replace(&mut self.declaring, true);
        walk_var_decl(self, decl);
        self.declaring = outer;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let outer = std::mem::take(&mut self.declaring);
        walk_expr(self, expr);
        self.declaring = outer;
    }

    fn visit_pat(&mut self, pat: &'a Pat) {
        if !self.declaring {
            Names(&mut self.assigned).note(pat);
        }
        walk_pat(self, pat);
    }
}

/// The variables of a pattern.
struct Names<'n, 'a>(&'n mut BTreeSet<&'a SmolStr>);

impl<'a> Names<'_, 'a> {
    fn note(&mut self, pat: &'a Pat) {
        match &pat.kind {
            PatKind::Ident(name) => _ = self.0.insert(&name.text),
            PatKind::Expr(expr) => {
                let mut inner = &**expr;
                while let ExprKind::Paren(of) | ExprKind::NonNull(of) | ExprKind::As { expr: of, .. } = &inner.kind {
                    inner = of;
                }
                if let ExprKind::Ident(name) = &inner.kind {
                    self.0.insert(&name.text);
                }
            }
            _ => {}
        }
    }
}

impl<'a> Visit<'a> for Names<'_, 'a> {
    fn visit_pat(&mut self, pat: &'a Pat) {
        self.note(pat);
        walk_pat(self, pat);
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

#[cfg(test)]
mod tests {
    use super::{ParsedFile, surface};

    #[track_caller]
    fn check(before: &str, after: &str, same: bool) {
        let of = |text: &str| surface(&ParsedFile::new(text.into()), false);
        assert_eq!(of(before) == of(after), same);
    }

    #[test]
    fn bodies_with_written_results_are_nobody_elses_affair() {
        check("export function f(): number { return 1; }", "export function f(): number { return 2 + 3; }", true);
        check(
            "class A { get x(): number { return 1; } }",
            "class A { get x(): number { const y = 2; return y; } }",
            true,
        );
        check("const f = (): number => { return 1; };", "const f = (): number => { return 2; };", true);
    }

    #[test]
    fn what_can_be_seen_counts() {
        check("export function f() { return 1; }", "export function f() { return \"\"; }", false);
        check("export function f(): number { return 1; }", "export function f(): string { return 1; }", false);
        check("class A { constructor() { this.x = 1; } }", "class A { constructor() { this.x = \"\"; } }", false);
        check("export const x = 1;", "export const x = 2;", false);
        check("function f(): void {} export const x = 1;", "function f(): void { export const x = 1;", false);
    }

    #[test]
    fn an_assignment_in_a_body_is_seen_where_the_variable_is() {
        let text = |body: &str| format!("export let x = 1; function f(): void {{ let y = 0; {body} }}");
        check(&text("y = 2;"), &text("y = 3; y++;"), true);
        check(&text("y = 2;"), &text("x = 2;"), false);
        check(&text("y = 2;"), &text("[x] = [2];"), false);
        check(&text("y = 2;"), &text("x++;"), false);
        check(&text("y = 2;"), &text("for (x of [1]) {}"), false);
    }

    #[test]
    fn who_is_given_a_payment_is_seen() {
        let of = |text: &str| surface(&ParsedFile::new(text.into()), true);
        let text = |params: &str, body: &str| format!("export function take({params}): void {{ {body} }}");
        assert_ne!(of(&text("p: Payment", "")), of(&text("p: Payment", "p.accept();")));
        assert_eq!(of(&text("n: number", "")), of(&text("n: number", "n;")));
    }
}
