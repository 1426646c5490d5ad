//! Overloads: which signature a call means.

use mosl_syntax::ast::{Arg, Expr, ExprKind};

use super::Call;
use super::arguments::is_context_sensitive;
use crate::check::Checker;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::NO_OVERLOAD;
use crate::types::{Signature, Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// Picks the overload, checks the arguments against it, and says what the call yields.
    pub(super) fn resolve_call(&mut self, signatures: &[Signature], call: &Call<'a, '_>) -> (Signature, TypeId) {
        if let [only] = signatures {
            let ret = self.apply(only, call, None);
            return (only.clone(), ret);
        }
        // Written type arguments ask for a signature that takes some.
        let generic: Vec<Signature> = if call.type_args.is_empty() {
            Vec::new()
        } else {
            signatures.iter().filter(|signature| !signature.type_params.is_empty()).cloned().collect()
        };
        let signatures = if generic.is_empty() { signatures } else { &generic[..] };
        let fitting: Vec<&Signature> =
            signatures.iter().filter(|signature| self.arity_fits(signature, call.args)).collect();
        if let [only] = fitting[..] {
            let ret = self.apply(only, call, None);
            return (only.clone(), ret);
        }
        let candidates = if fitting.is_empty() { signatures.iter().collect() } else { fitting };
        // Arguments that do not depend on their context decide; they are looked at once.
        let mut known: Vec<Option<TypeId>> = Vec::with_capacity(call.args.len());
        for (index, arg) in call.args.iter().enumerate() {
            let free = !is_context_sensitive(arg.expr()) && !matches!(arg, Arg::Spread(_));
            let context = self.param_at(candidates[0], index).filter(|ty| !self.types.is_generic(*ty));
            known.push(free.then(|| self.infer(arg.expr(), context)));
        }
        for signature in &candidates {
            if self.accepts(signature, &known, call) {
                let signature = (*signature).clone();
                let ret = self.apply(&signature, call, Some(&known));
                return (signature, ret);
            }
        }
        if !call.lenient {
            self.report_no_overload(&candidates, &known, call);
        }
        for (arg, known) in call.args.iter().zip(&known) {
            if known.is_none() {
                self.infer(arg.expr(), None);
            }
        }
        let mut last = candidates[candidates.len() - 1].clone();
        last.predicate = None;
        // What the call yields is known only if all overloads agree.
        let agree = candidates.iter().all(|candidate| candidate.ret == last.ret);
        let ret = if agree && last.type_params.is_empty() { last.ret } else { Types::ANY };
        last.ret = ret;
        last.type_params.clear();
        (last, ret)
    }

    pub(super) fn report_no_overload(
        &mut self,
        candidates: &[&Signature],
        known: &[Option<TypeId>],
        call: &Call<'a, '_>,
    ) {
        // If all but one argument suit every overload, that argument is to blame.
        for (index, arg) in call.args.iter().enumerate() {
            let Some(found) = known[index] else { continue };
            let mut wanted: Vec<TypeId> = Vec::new();
            for candidate in candidates {
                if candidate.type_params.is_empty() {
                    wanted.extend(self.param_at(candidate, index));
                }
            }
            if wanted.is_empty() {
                continue;
            }
            let wanted = self.types.union(wanted);
            if !self.assignable(found, wanted) {
                self.report_mismatch_at(found, wanted, arg.expr().span);
                return;
            }
        }
        let found: Vec<String> =
            known.iter().map(|ty| ty.map_or_else(|| "function".to_owned(), |ty| self.types.print(ty))).collect();
        let message = format!("no overload takes ({})", found.join(", "));
        let shown: Vec<String> = candidates
            .iter()
            .take(4)
            .map(|candidate| {
                let ty = self.types.function(vec![(*candidate).clone()]);
                self.types.print(ty)
            })
            .collect();
        let help = format!("it takes one of: {}", shown.join("; "));
        self.report(Diagnostic::new(&NO_OVERLOAD, self.file, call.span, message, "").help(help));
    }

    pub(super) fn arity_fits(&self, signature: &Signature, args: &[&Arg]) -> bool {
        let spread = args.iter().any(|arg| matches!(arg, Arg::Spread(_)));
        let required = signature.params.iter().filter(|param| !param.optional).count();
        spread || (args.len() >= required && (signature.rest.is_some() || args.len() <= signature.params.len()))
    }

    /// Whether the arguments known so far suit a signature.
    pub(super) fn accepts(&mut self, signature: &Signature, known: &[Option<TypeId>], call: &Call<'a, '_>) -> bool {
        let by = self.infer_type_args(signature, known, call);
        let signature = self.types.instantiate_signature(signature, &by);
        for (index, found) in known.iter().enumerate() {
            let Some(wanted) = self.param_at(&signature, index) else { continue };
            let fits = match found {
                Some(found) => self.assignable(*found, wanted),
                // A function wants a place for one, and a predicate is wanted only of those that say they are.
                None => match self.context_signature(wanted) {
                    Some(context) => {
                        let wants_predicate = context.predicate.is_some_and(|predicate| !predicate.asserts);
                        !wants_predicate || is_predicate(call.args[index].expr())
                    }
                    None => wanted == Types::ANY || self.takes_functions(wanted),
                },
            };
            if !fits {
                return false;
            }
        }
        true
    }

    pub(super) fn takes_functions(&mut self, ty: TypeId) -> bool {
        matches!(self.types.get(ty), Type::Unknown | Type::NonPrimitive | Type::Param(_))
            || self.is_library(ty, "Function")
    }
}

/// A function that is written as a type predicate.
pub(super) fn is_predicate(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Function(function) => {
            function.ret.as_ref().is_some_and(|ret| matches!(ret.kind, mosl_syntax::ast::TypeKind::Predicate { .. }))
        }
        ExprKind::Paren(inner) => is_predicate(inner),
        _ => false,
    }
}
