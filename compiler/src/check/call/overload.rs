//! Overloads: which signature a call means.

use mosl_syntax::ast::{BinaryOp, Expr, ExprKind, Function, FunctionBody, Stmt, StmtKind};

use super::arguments::is_context_sensitive;
use super::{Call, Meant};
use crate::check::Checker;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::NO_OVERLOAD;
use crate::types::{Signature, Substitution, Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// Picks the overload, checks the arguments against it, and says what the call yields.
    pub(super) fn resolve_call(&mut self, signatures: &[Signature], call: &Call<'a, '_>) -> Meant {
        if let [only] = signatures {
            return self.mean(only, call, None);
        }
        // Written type arguments ask for a signature that takes some.
        let generic: Vec<Signature> = if call.type_args.is_empty() {
            Vec::new()
        } else {
            signatures.iter().filter(|signature| !signature.type_params.is_empty()).cloned().collect()
        };
        let signatures = if generic.is_empty() { signatures } else { &generic[..] };
        let mut fitting: Vec<&Signature> = Vec::with_capacity(signatures.len());
        for signature in signatures {
            if self.arity_fits(signature, call.args) {
                fitting.push(signature);
            }
        }
        if let [only] = fitting[..] {
            return self.mean(only, call, None);
        }
        let candidates = if fitting.is_empty() { signatures.iter().collect() } else { fitting };
        // Arguments that do not depend on their context decide; they are looked at once.
        let mut known: Vec<Option<TypeId>> = Vec::with_capacity(call.args.len());
        for (index, arg) in call.args.iter().enumerate() {
            let free = !is_context_sensitive(arg.expr);
            let context = self
                .param_at(candidates[0], index)
                .filter(|ty| !self.types.is_generic(*ty) || matches!(self.types.get(*ty), Type::Param(_)));
            known.push(arg.known.or_else(|| free.then(|| self.infer(arg.expr, context))));
        }
        let accepting = self.accepting(&candidates, &known, call);
        if let [only] = accepting[..] {
            return self.mean(only, call, Some(&known));
        }
        if accepting.is_empty() && !call.lenient {
            self.report_no_overload(&candidates, &known, call);
        }
        for (arg, known) in call.args.iter().zip(&known) {
            if known.is_none() {
                self.infer(arg.expr, None);
            }
        }
        let mut last = candidates[candidates.len() - 1].clone();
        last.predicate = None;
        // What the call yields is known only if all overloads agree.
        let agree = candidates.iter().all(|candidate| candidate.ret == last.ret);
        let ret = if agree && last.type_params.is_empty() { last.ret } else { Types::ANY };
        last.ret = ret;
        last.type_params.clear();
        Meant { signature: last, by: Substitution::default(), ret }
    }

    /// The first candidate that takes the arguments. In a file that is not strict, an argument that may be anything decides
    /// nothing: all that take it.
    fn accepting<'s>(
        &mut self,
        candidates: &[&'s Signature],
        known: &[Option<TypeId>],
        call: &Call<'a, '_>,
    ) -> Vec<&'s Signature> {
        let decided = self.strict || !known.contains(&Some(Types::ANY));
        let mut accepting = Vec::new();
        for signature in candidates {
            if self.accepts(signature, known, call) {
                accepting.push(*signature);
                if decided {
                    break;
                }
            }
        }
        accepting
    }

    fn mean(&mut self, signature: &Signature, call: &Call<'a, '_>, known: Option<&[Option<TypeId>]>) -> Meant {
        let by = self.apply(signature, call, known);
        let ret = self.types.instantiate(signature.ret, &by);
        let ret = match self.types.get(ret) {
            Type::Indexed(..) | Type::Keyof(_) | Type::Utility(..) => self.expand(ret),
            _ => ret,
        };
        Meant { signature: signature.clone(), by, ret }
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
                self.report_mismatch_at(found, wanted, arg.expr.span);
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
                        let wants_predicate = context.predicate.as_ref().is_some_and(|predicate| !predicate.asserts);
                        let arg = call.args[index].expr;
                        !wants_predicate || is_predicate(arg) || self.is_inferred_predicate(arg, wanted)
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

    /// Whether a function that is one test turns out to be a predicate where these parameters are passed to it.
    fn is_inferred_predicate(&mut self, expr: &'a Expr, wanted: TypeId) -> bool {
        let ExprKind::Function(function) = &expr.kind else { return false };
        if !self.strict || function.ret.is_some() || !is_one_test(function) {
            return false;
        }
        let ty = self.speculate(|checker| checker.infer(expr, Some(wanted)));
        self.callable(ty).first().is_some_and(|signature| signature.predicate.is_some())
    }

    fn takes_functions(&mut self, ty: TypeId) -> bool {
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

/// A function that only yields the result of a comparison, or of several.
fn is_one_test(function: &Function) -> bool {
    fn tests(expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Unary { operand: inner, .. } => tests(inner),
            ExprKind::Logical { left, right, .. } => tests(left) && tests(right),
            ExprKind::Binary { op, .. } => {
                use BinaryOp as B;
                matches!(op, B::StrictEq | B::StrictNe | B::Eq | B::Ne | B::Instanceof | B::In)
            }
            ExprKind::Call { .. } => true,
            _ => false,
        }
    }
    match &function.body {
        FunctionBody::Expr(expr) => tests(expr),
        FunctionBody::Block(block) => {
            matches!(&block.body[..], [Stmt { kind: StmtKind::Return(Some(expr)), .. }] if tests(expr))
        }
        FunctionBody::None => false,
    }
}
