//! Patterns: binding patterns and assignment targets.

use mosl_syntax::ast::{Expr, ExprKind, Name, NodeId, Pat, PatElem, PatKind};

use super::Origin;
use super::declare::Walk;
use super::expr::Use;
use super::scope::{ScopeKind, Value};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{ASSIGN_TO_CONST, ASSIGNMENT_THROWS, DUPLICATE_DECLARATION};
use crate::program::{BindingId, BindingKind, Resolved};

impl<'a> Walk<'_, 'a> {
    /// The defaults and computed keys of a pattern whose names are declared already.
    pub(super) fn binding_pattern(&mut self, pat: &'a Pat) {
        mosl_syntax::deep(|| self.binding_pattern_parts(pat));
    }

    fn binding_pattern_parts(&mut self, pat: &'a Pat) {
        match &pat.kind {
            PatKind::Array { elems, rest } => {
                elems.iter().flatten().for_each(|elem| self.binding_elem(elem));
                rest.iter().for_each(|rest| self.binding_pattern(rest));
            }
            PatKind::Object { props, rest } => {
                for prop in props {
                    self.prop_key(&prop.key);
                    self.binding_elem(&prop.value);
                }
                rest.iter().for_each(|rest| self.binding_pattern(rest));
            }
            PatKind::Ident(_) | PatKind::Expr(_) | PatKind::Missing => {}
        }
    }

    fn binding_elem(&mut self, elem: &'a PatElem) {
        self.binding_pattern(&elem.pat);
        self.exprs(&elem.default);
    }

    pub(super) fn assign_target(&mut self, pat: &'a Pat) {
        mosl_syntax::deep(|| self.assign_target_parts(pat));
    }

    fn assign_target_parts(&mut self, pat: &'a Pat) {
        match &pat.kind {
            PatKind::Ident(name) => self.assign_name(name, pat),
            PatKind::Expr(expr) => self.assign_member(expr),
            PatKind::Array { elems, rest } => {
                for elem in elems.iter().flatten() {
                    self.assign_target(&elem.pat);
                    self.exprs(&elem.default);
                }
                rest.iter().for_each(|rest| self.assign_target(rest));
            }
            PatKind::Object { props, rest } => {
                for prop in props {
                    self.prop_key(&prop.key);
                    self.assign_target(&prop.value.pat);
                    self.exprs(&prop.value.default);
                }
                rest.iter().for_each(|rest| self.assign_target(rest));
            }
            PatKind::Missing => {}
        }
    }

    fn assign_member(&mut self, target: &'a Expr) {
        self.expr(target);
        let mut inner = target;
        while let ExprKind::Paren(of) | ExprKind::NonNull(of) | ExprKind::As { expr: of, .. } = &inner.kind {
            inner = of;
        }
        match &inner.kind {
            ExprKind::Member { name, .. } | ExprKind::PrivateMember { name, .. } => {
                let assignments = &mut self.linker.out.member_assignments[usize::from(self.file.0)];
                assignments.push((name.span.start, name.text.clone()));
                self.check_prototype_assignment(inner);
            }
            ExprKind::Ident(name) => {
                if let Some(Resolved::Binding(id)) =
                    self.linker.out.facts[usize::from(self.file.0)].names.get(&inner.id).copied()
                {
                    self.assign_binding(id, name);
                }
            }
            // The grammar has refused it.
            _ => {}
        }
    }

    fn assign_name(&mut self, name: &Name, pat: &Pat) {
        self.use_name(name, pat.id, Use::Assign);
        match self.linker.out.facts[usize::from(self.file.0)].names.get(&pat.id).copied() {
            Some(Resolved::Binding(id)) => self.assign_binding(id, name),
            Some(Resolved::Intrinsic(_) | Resolved::Undefined) => {
                let message = format!("`{}` is built in and never changes", name.text);
                self.report(Diagnostic::new(&ASSIGN_TO_CONST, self.file, name.span, message, "assigned here"));
            }
            _ => {}
        }
    }

    fn assign_binding(&mut self, id: BindingId, name: &Name) {
        let imported = matches!(self.lookup(&name.text), Some(Value::Import(_)));
        let binding = &mut self.linker.out.bindings[id.0 as usize];
        let why = match binding.kind {
            _ if imported => "is imported: only the file that declares it can assign to it",
            BindingKind::Const => "is a `const`: it never gets another value",
            BindingKind::Using => "is held by `using`: it never gets another value",
            BindingKind::ClassInner | BindingKind::FunctionInner => "cannot be assigned inside of what it names",
            BindingKind::Enum | BindingKind::Namespace(_) | BindingKind::HostFunction | BindingKind::DefaultExport => {
                "never changes"
            }
            _ => {
                binding.reassigned = true;
                if self.frames.last().is_some_and(|frame| frame.id != binding.function) {
                    self.linker.out.inner_assigned.insert(id);
                }
                self.linker.out.assignments[usize::from(self.file.0)].push((name.span.start, id));
                return;
            }
        };
        let (kind, file, span) = (binding.kind, binding.file, binding.span);
        let message = format!("`{}` {why}", name.text);
        // JavaScript throws when the assignment runs: so does a program that is not strict.
        let entry = if self.strict { &ASSIGN_TO_CONST } else { &ASSIGNMENT_THROWS };
        let mut diagnostic = Diagnostic::new(entry, self.file, name.span, message, "assigned here");
        diagnostic = diagnostic.also_in(file, span, "declared here");
        if kind == BindingKind::Const && !imported {
            diagnostic = diagnostic.help("declare it with `let` if it should change");
        }
        self.report(diagnostic);
    }

    /// A `var` inside a block whose `let` has the same name.
    pub(super) fn check_var_clash(&mut self, name: &Name, node: NodeId) {
        for at in (0..self.scopes.len()).rev() {
            let scope = &self.scopes[at];
            if matches!(scope.kind, ScopeKind::Body | ScopeKind::Module) {
                return;
            }
            let Some(Value::Binding(id)) = scope.values.get(&name.text).copied() else { continue };
            let binding = &self.linker.out.bindings[id.0 as usize];
            let plain_catch = matches!(self.linker.out.origins[id.0 as usize], Origin::Catch(handler)
                if handler.param.as_ref().is_none_or(|param| matches!(param.kind, PatKind::Ident(_))));
            let yields =
                matches!(binding.kind, BindingKind::Param | BindingKind::FunctionInner | BindingKind::ClassInner);
            if plain_catch {
                // The `var` is the function's, but what it is given here goes to the nearest variable of that name (14.3.2.1).
                self.linker.out.bindings[id.0 as usize].reassigned = true;
                self.linker.out.facts[usize::from(self.file.0)].catch_writes.insert(node, id);
                if let Some(var) = self.binding_of(node) {
                    self.linker.out.bindings[var.0 as usize].needs_init_check = true;
                }
                return;
            }
            if !yields {
                let before = binding.span;
                let message = format!("`var {}` leaves this block, where the name is declared already", name.text);
                let diagnostic =
                    Diagnostic::new(&DUPLICATE_DECLARATION, self.file, name.span, message, "declared again here");
                self.report(diagnostic.also(before, "first declared here").help("use `let`, or another name"));
                return;
            }
        }
    }
}
