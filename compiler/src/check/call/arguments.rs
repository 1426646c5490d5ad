//! Arguments against one signature: type arguments, contexts, number and types.

use mosl_syntax::Span;
use mosl_syntax::ast::{Arg, Expr, ExprKind};

use super::Call;
use crate::check::Checker;
use crate::check::generic::Inference;
use crate::check::report::count;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::WRONG_ARGUMENT_COUNT;
use crate::types::{ParamId, Signature, Substitution, Type, TypeId, Types};

impl<'a> Checker<'a> {
    pub(super) fn written_args(&mut self, signature: &Signature, call: &Call<'a, '_>) -> Option<Substitution> {
        if call.type_args.is_empty() {
            return None;
        }
        let args: Vec<TypeId> = call.type_args.iter().map(|arg| self.annotation(arg)).collect();
        let args = self.fill_args(&signature.type_params, &args);
        Some(Substitution::new(&signature.type_params, &args))
    }

    /// From the arguments whose types are known.
    pub(super) fn infer_type_args(
        &mut self,
        signature: &Signature,
        known: &[Option<TypeId>],
        call: &Call<'a, '_>,
    ) -> Substitution {
        if signature.type_params.is_empty() {
            return Substitution::default();
        }
        if let Some(written) = self.written_args(signature, call) {
            return written;
        }
        let mut inference = Inference::new(&signature.type_params);
        for (index, found) in known.iter().enumerate() {
            if let (Some(found), Some(param)) = (found, self.param_at(signature, index)) {
                self.infer_from(&mut inference, param, *found, 0);
            }
        }
        self.solve(&inference, Types::ANY)
    }

    /// Checks the arguments against one signature; yields the call's type. Each argument is looked at once: first those that do not
    /// depend on their context, then functions, whose parameters get what is known by then.
    pub(super) fn apply(
        &mut self,
        signature: &Signature,
        call: &Call<'a, '_>,
        known: Option<&[Option<TypeId>]>,
    ) -> TypeId {
        self.check_arity(signature, call);
        let generic = !signature.type_params.is_empty();
        let written = if generic { self.written_args(signature, call) } else { None };
        let mut inference = Inference::new(&signature.type_params);
        if generic && written.is_none() {
            self.infer_from_result(&mut inference, signature, call);
        }
        let mut types: Vec<Option<TypeId>> = vec![None; call.args.len()];
        for later in [false, true] {
            for (index, arg) in call.args.iter().enumerate() {
                let expr = arg.expr();
                if types[index].is_some() || (is_context_sensitive(expr) != later) {
                    continue;
                }
                let param = self.param_at(signature, index);
                let context = param.map(|param| self.context_for(param, &inference, written.as_ref(), later));
                let found = match known.and_then(|known| known[index]) {
                    Some(found) => found,
                    None => self.infer(expr, context),
                };
                types[index] = Some(found);
                if let Arg::Spread(expr) = arg {
                    let elem = self.spread_element(found, expr.span);
                    types[index] = Some(elem);
                }
                if let (Some(param), true, None) = (param, generic, &written) {
                    let found = types[index].unwrap_or(Types::ANY);
                    self.infer_from(&mut inference, param, found, 0);
                }
            }
        }
        let by = match written {
            Some(written) => written,
            None if generic => {
                let otherwise = if self.strict { Types::UNKNOWN } else { Types::ANY };
                self.solve(&inference, otherwise)
            }
            None => Substitution::default(),
        };
        if !call.lenient {
            self.check_args(signature, call, &types, &by);
        }
        let ret = self.types.instantiate(signature.ret, &by);
        if matches!(self.types.get(ret), Type::Indexed(..) | Type::Keyof(_)) { self.expand(ret) } else { ret }
    }

    /// What the place of the call expects says what the type parameters are, where no argument does.
    pub(super) fn infer_from_result(&mut self, inference: &mut Inference, signature: &Signature, call: &Call<'a, '_>) {
        if let Some(expected) = call.expected
            && !matches!(self.types.get(signature.ret), Type::Param(_))
            && !self.types.is_generic(expected)
        {
            let mut from_result = Inference::new(&signature.type_params);
            self.infer_from(&mut from_result, signature.ret, expected, 0);
            // Only where the arguments say nothing: parameters that occur in none of them.
            for (index, found) in from_result.found.iter().enumerate() {
                let param = signature.type_params[index];
                let in_args = (0..call.args.len())
                    .any(|at| self.param_at(signature, at).is_some_and(|ty| self.mentions(ty, param)));
                if !in_args {
                    inference.found[index] = *found;
                }
            }
        }
    }

    pub(super) fn mentions(&mut self, ty: TypeId, param: ParamId) -> bool {
        let by = Substitution::new(&[param], &[Types::ANY]);
        self.types.instantiate(ty, &by) != ty
    }

    /// A parameter's type as context of its argument: type parameters as far as they are known.
    pub(super) fn context_for(
        &mut self,
        param: TypeId,
        inference: &Inference,
        written: Option<&Substitution>,
        later: bool,
    ) -> TypeId {
        if !self.types.is_generic(param) {
            return param;
        }
        if let Some(written) = written {
            return self.types.instantiate(param, written);
        }
        let mut by = Substitution::default();
        for (id, found) in inference.params.iter().zip(&inference.found) {
            match found {
                Some(found) => {
                    let found = self.widen(*found);
                    by.map.push((*id, found));
                }
                // Nothing is known of it yet: a function's parameters get its default, or may be anything.
                None if later => {
                    let default = self.types.params[id.0 as usize].default.unwrap_or(Types::ANY);
                    by.map.push((*id, default));
                }
                None => {}
            }
        }
        self.types.instantiate(param, &by)
    }

    pub(super) fn check_arity(&mut self, signature: &Signature, call: &Call<'a, '_>) {
        if call.lenient || self.arity_fits(signature, call.args) {
            return;
        }
        let required = signature.params.iter().filter(|param| !param.optional).count();
        let too_few = call.args.len() < required;
        if !self.strict {
            // JavaScript fills up with `undefined` and drops what is too much; what has a written type is missed.
            let missing =
                signature.params.iter().skip(call.args.len()).any(|param| !param.optional && param.ty != Types::ANY);
            if !(too_few && missing) {
                return;
            }
        }
        let most = signature.params.len();
        let wants = match (required, most, signature.rest.is_some()) {
            (_, _, true) => format!("at least {}", count(required, "argument")),
            (least, most, false) if least == most => count(most, "argument"),
            (least, most, false) => format!("{least} to {most} arguments"),
        };
        let source = self.text(call.callee).to_owned();
        let shown = if source.len() > 40 || source.contains('\n') { "this".to_owned() } else { format!("`{source}`") };
        let message = format!("{shown} takes {wants}, not {}", call.args.len());
        let (span, label) = if too_few {
            let missing = &signature.params[call.args.len()];
            (call.span, format!("`{}: {}` is missing", missing.name, self.types.print(missing.ty)))
        } else {
            (call.args[most].expr().span, "one too many".to_owned())
        };
        self.report(Diagnostic::new(&WRONG_ARGUMENT_COUNT, self.file, span, message, label));
    }

    pub(super) fn check_args(
        &mut self,
        signature: &Signature,
        call: &Call<'a, '_>,
        types: &[Option<TypeId>],
        by: &Substitution,
    ) {
        if by.map.iter().any(|(param, ty)| !self.satisfies_constraint(*param, *ty, by)) {
            self.report_constraint(by, call.span);
        }
        let signature = self.types.instantiate_signature(signature, by);
        for (index, arg) in call.args.iter().enumerate() {
            let (Some(wanted), Some(found)) = (self.param_at(&signature, index), types[index]) else { continue };
            if matches!(arg, Arg::Spread(_)) {
                if !self.assignable(found, wanted) && self.strict {
                    self.report_mismatch_at(found, wanted, arg.expr().span);
                }
                // Later arguments shift by a number that is not known.
                return;
            }
            self.check_flow(found, wanted, arg.expr());
        }
    }

    pub(super) fn satisfies_constraint(&mut self, param: ParamId, ty: TypeId, by: &Substitution) -> bool {
        match self.types.params[param.0 as usize].constraint {
            Some(constraint) => {
                let constraint = self.types.instantiate(constraint, by);
                // A bound by another declaration's parameter is not known here.
                self.types.is_generic(constraint) || self.types.is_generic(ty) || self.assignable(ty, constraint)
            }
            None => true,
        }
    }

    pub(super) fn report_constraint(&mut self, by: &Substitution, span: Span) {
        for (param, ty) in by.map.clone() {
            if self.satisfies_constraint(param, ty, by) {
                continue;
            }
            let info = self.types.params[param.0 as usize].clone();
            let wanted = info.constraint.map_or(Types::UNKNOWN, |constraint| self.types.instantiate(constraint, by));
            let (expected, found) = (self.types.print(wanted), self.types.print(ty));
            let message = format!("`{}` must be a `{expected}`, and is `{found}` here", info.name);
            let entry = &crate::diagnostics::catalogue::WRONG_TYPE_ARGUMENTS;
            self.report(Diagnostic::new(entry, self.file, span, message, ""));
            return;
        }
    }
}

/// A function whose parameters get their types from where it stands, or a literal that holds one.
pub(super) fn is_context_sensitive(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Function(function) => {
            function.params.iter().chain(function.rest.as_deref()).any(|param| param.ty.is_none())
                || function.params.is_empty()
                    && matches!(&function.body, mosl_syntax::ast::FunctionBody::Expr(body) if is_context_sensitive(body))
        }
        ExprKind::Paren(inner) => is_context_sensitive(inner),
        ExprKind::Conditional { then, otherwise, .. } => is_context_sensitive(then) || is_context_sensitive(otherwise),
        ExprKind::Object(props) => props.iter().any(|prop| match &prop.kind {
            mosl_syntax::ast::PropKind::Value { value, .. } => is_context_sensitive(value),
            mosl_syntax::ast::PropKind::Method { function, .. } => {
                function.params.iter().any(|param| param.ty.is_none())
            }
            _ => false,
        }),
        ExprKind::Array(elems) => elems
            .iter()
            .any(|elem| matches!(elem, mosl_syntax::ast::ArrayElem::Expr(expr) if is_context_sensitive(expr))),
        _ => false,
    }
}
