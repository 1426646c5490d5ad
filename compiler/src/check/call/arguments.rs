//! Arguments against one signature: type arguments, contexts, number and types.

use mosl_syntax::Span;
use mosl_syntax::ast::Expr;
use mosl_syntax::ast::ExprKind;

use super::{Call, Given};
use crate::check::Checker;
use crate::check::generic::Inference;
use crate::check::report::count;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{WRONG_ARGUMENT_COUNT, WRONG_TYPE_ARGUMENTS};
use crate::types::{ParamId, Signature, Substitution, TupleElemType, Type, TypeId, Types};

impl<'a> Checker<'a> {
    fn written_args(&mut self, signature: &Signature, call: &Call<'a, '_>) -> Option<Substitution> {
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
        self.infer_rest(&mut inference, signature, known);
        self.solve(&inference, Types::ANY)
    }

    /// Checks the arguments against one signature; yields what its type parameters stand for. Each argument is looked at once: first
    /// those that do not depend on their context, then functions, whose parameters get what is known by then.
    pub(super) fn apply(
        &mut self,
        signature: &Signature,
        call: &Call<'a, '_>,
        known: Option<&[Option<TypeId>]>,
    ) -> Substitution {
        self.check_arity(signature, call);
        self.check_written_args(signature, call);
        let generic = !signature.type_params.is_empty();
        let written = if generic { self.written_args(signature, call) } else { None };
        let mut inference = Inference::new(&signature.type_params);
        if self.strict {
            inference.hand_on(&self.types, signature.ret);
            inference.fresh = Some(Vec::new());
        }
        if generic && written.is_none() {
            self.infer_hints(&mut inference, signature, call);
        }
        let depth = self.inferring.len();
        self.inferring.extend(&signature.type_params);
        let mut types: Vec<Option<TypeId>> = vec![None; call.args.len()];
        let mut postponed: Vec<(TypeId, TypeId)> = Vec::new();
        for later in [false, true] {
            for (index, arg) in call.args.iter().enumerate() {
                if types[index].is_some() || (is_context_sensitive(arg.expr) != later && arg.known.is_none()) {
                    continue;
                }
                let param = self.param_at(signature, index);
                let found = match arg.known.or(known.and_then(|known| known[index])) {
                    Some(found) => found,
                    None => {
                        let context = param.map(|param| self.context_for(param, &inference, written.as_ref(), later));
                        self.infer(arg.expr, context)
                    }
                };
                types[index] = Some(found);
                if let Some(fresh) = inference.fresh.as_mut().filter(|_| generic && arg.known.is_none()) {
                    self.fresh_literals(arg.expr, fresh);
                }
                if let (Some(param), true, None) = (param, generic, &written) {
                    // What a generic function makes is known when what it is given is.
                    if self.callable(found).iter().any(|of| !of.type_params.is_empty()) {
                        postponed.push((param, found));
                    } else {
                        self.infer_from(&mut inference, param, found, 0);
                    }
                }
            }
        }
        for (param, found) in postponed {
            self.infer_from(&mut inference, param, found, 0);
        }
        self.inferring.truncate(depth);
        let by = match written {
            Some(written) => written,
            None if generic => {
                self.infer_rest(&mut inference, signature, &types);
                let otherwise = if self.strict { Types::UNKNOWN } else { Types::ANY };
                self.solve(&inference, otherwise)
            }
            None => Substitution::default(),
        };
        if !call.lenient {
            self.check_args(signature, call, &types, &by);
        }
        by
    }

    /// As many type arguments as there are type parameters; those with a default may be left out.
    fn check_written_args(&mut self, signature: &Signature, call: &Call<'a, '_>) {
        let Some(first) = call.type_args.first().filter(|_| self.strict) else { return };
        let params = &signature.type_params;
        let required = params.iter().filter(|param| self.types.params[param.0 as usize].default.is_none()).count();
        let given = call.type_args.len();
        if (required..=params.len()).contains(&given) {
            return;
        }
        let wants = if required == params.len() {
            count(required, "type argument")
        } else {
            format!("{required} to {}", count(params.len(), "type argument"))
        };
        let message = format!("this takes {wants}, not {given}");
        let label = if given > params.len() { "too many" } else { "too few" };
        self.report(Diagnostic::new(&WRONG_TYPE_ARGUMENTS, self.file, first.span, message, label));
    }

    /// `...args: A` takes all further arguments as a tuple.
    fn infer_rest(&mut self, inference: &mut Inference, signature: &Signature, types: &[Option<TypeId>]) {
        let Some(rest) = &signature.rest else { return };
        let Type::Param(param) = *self.types.get(rest.ty) else { return };
        let from = signature.params.len().min(types.len());
        let further: Vec<TypeId> = types[from..].iter().map(|ty| ty.unwrap_or(Types::ANY)).collect();
        self.rest_candidate(inference, param, &further, None);
    }

    /// What the place of the call expects says what the type parameters are, where no argument does.
    fn infer_hints(&mut self, inference: &mut Inference, signature: &Signature, call: &Call<'a, '_>) {
        let Some(expected) = call.expected else { return };
        let mut from_result = Inference::new(&signature.type_params);
        self.infer_from(&mut from_result, signature.ret, expected, 0);
        inference.hints = from_result.found;
    }

    /// A parameter's type as context of its argument: type parameters as far as they are known.
    fn context_for(
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
        for (index, id) in inference.params.iter().enumerate() {
            match inference.found[index].or(inference.hints[index]) {
                Some(found) => {
                    let keeps = self.keeps_literals(inference, index);
                    let found = if keeps { found } else { self.widen_found(inference, found) };
                    by.map.push((*id, found));
                }
                // Nothing is known of it yet: a function's parameters get its default, or may be anything.
                None if later && !self.only_results(param, *id) => {
                    let info = self.types.params[id.0 as usize].clone();
                    let bound = info.constraint.filter(|bound| !self.types.is_generic(*bound));
                    by.map.push((*id, info.default.or(bound).unwrap_or(Types::ANY)));
                }
                None => {}
            }
        }
        self.types.instantiate(param, &by)
    }

    /// Whether a function type mentions a type parameter in its result alone: its context says nothing about what is passed in.
    fn only_results(&mut self, ty: TypeId, param: ParamId) -> bool {
        let signatures = self.callable(ty);
        let [only] = &signatures[..] else { return false };
        let by = Substitution::new(&[param], &[Types::ANY]);
        let params: Vec<TypeId> = only.params.iter().chain(&only.rest).map(|param| param.ty).collect();
        params.into_iter().all(|ty| self.types.instantiate(ty, &by) == ty)
    }

    fn check_arity(&mut self, signature: &Signature, call: &Call<'a, '_>) {
        if call.lenient || self.arity_fits(signature, call.args) {
            return;
        }
        let (required, most) = self.arity(signature);
        let too_few = call.args.len() < required;
        if !self.strict {
            // JavaScript fills up with `undefined` and drops what is too much; what has a written type is missed.
            let missing =
                signature.params.iter().skip(call.args.len()).any(|param| !param.optional && param.ty != Types::ANY);
            if !(too_few && missing) {
                return;
            }
        }
        let wants = match most {
            None => format!("at least {}", count(required, "argument")),
            Some(most) if required == most => count(most, "argument"),
            Some(most) => format!("{required} to {most} arguments"),
        };
        let source = self.text(call.callee).to_owned();
        let shown = if source.len() > 40 || source.contains('\n') { "this".to_owned() } else { format!("`{source}`") };
        if let Some(spread) = call.args.iter().find(|arg| arg.spread) {
            let message = format!("{shown} takes {wants}, and how many are spread here is not known");
            let diagnostic =
                Diagnostic::new(&WRONG_ARGUMENT_COUNT, self.file, spread.expr.span, message, "any number of values");
            self.report(diagnostic.help("spread a tuple, or pass the values one by one"));
            return;
        }
        let message = format!("{shown} takes {wants}, not {}", call.args.len());
        let (span, label) = match (too_few, most) {
            (true, _) | (_, None) => {
                let missing = signature.params.get(call.args.len());
                let label = missing.map_or_else(
                    || "too few".to_owned(),
                    |missing| format!("`{}: {}` is missing", missing.name, self.types.print(missing.ty)),
                );
                (call.span, label)
            }
            (false, Some(most)) => (call.args[most].expr.span, "one too many".to_owned()),
        };
        self.report(Diagnostic::new(&WRONG_ARGUMENT_COUNT, self.file, span, message, label));
    }

    pub(super) fn arity_fits(&mut self, signature: &Signature, args: &[Given]) -> bool {
        let (least, most) = self.arity(signature);
        match args.iter().position(|arg| arg.spread) {
            Some(at) => !self.strict || (at >= least && most.is_none_or(|most| at < most)),
            None => args.len() >= least && most.is_none_or(|most| args.len() <= most),
        }
    }

    fn check_args(&mut self, signature: &Signature, call: &Call<'a, '_>, types: &[Option<TypeId>], by: &Substitution) {
        if by.map.iter().any(|(param, ty)| !self.satisfies_constraint(*param, *ty, by)) {
            self.report_constraint(by, call);
        }
        let signature = self.types.instantiate_signature(signature, by);
        let together = self.check_rest_args(&signature, call, types);
        for (index, arg) in call.args.iter().enumerate().take_while(|(index, _)| *index < together) {
            let (Some(wanted), Some(found)) = (self.param_at(&signature, index), types[index]) else { continue };
            if arg.known.is_some() {
                if !self.assignable(found, wanted) && self.strict {
                    self.report_mismatch_at(found, wanted, arg.expr.span);
                }
                if arg.spread {
                    // Later arguments shift by a number that is not known.
                    return;
                }
                continue;
            }
            self.check_flow(found, wanted, arg.expr);
        }
    }

    /// A rest parameter that is a union of tuples asks for arguments that suit one of them together. Yields from which on.
    fn check_rest_args(&mut self, signature: &Signature, call: &Call<'a, '_>, types: &[Option<TypeId>]) -> usize {
        let from = signature.params.len();
        let Some(rest) = signature.rest.as_ref().map(|rest| self.expand(rest.ty)) else { return usize::MAX };
        let together = matches!(self.types.get(rest), Type::Union(parts) if self.are_tuples(parts));
        if !together || !self.strict || call.args.iter().any(|arg| arg.spread) {
            return usize::MAX;
        }
        let further = types.iter().skip(from).map(|ty| ty.unwrap_or(Types::ANY));
        let elems = further.map(|ty| TupleElemType { ty, optional: false, rest: false }).collect();
        let given = self.types.tuple(elems, false);
        if !self.assignable(given, rest) {
            let span = call.args.get(from).map_or(call.span, |arg| arg.expr.span);
            self.report_mismatch_at(given, rest, span);
        }
        from
    }

    pub(in crate::check) fn satisfies_constraint(&mut self, param: ParamId, ty: TypeId, by: &Substitution) -> bool {
        match self.types.params[param.0 as usize].constraint {
            Some(constraint) => {
                let constraint = self.types.instantiate(constraint, by);
                let constraint = self.expand(constraint);
                // A bound by another declaration's parameter is not known here.
                self.types.is_generic(constraint) || self.types.is_generic(ty) || self.assignable(ty, constraint)
            }
            None => true,
        }
    }

    /// Blames the argument that alone says what the type parameter is, where there is one.
    fn report_constraint(&mut self, by: &Substitution, call: &Call<'a, '_>) {
        for (param, ty) in by.map.clone() {
            if self.satisfies_constraint(param, ty, by) {
                continue;
            }
            let of_type =
                |arg: &&Given| self.node_types[usize::from(self.file.0)].get(arg.expr.id.0 as usize) == Some(&ty);
            let span = call.args.iter().find(of_type).map_or(call.span, |arg| arg.expr.span);
            self.report_unfit(param, ty, by, span);
            return;
        }
    }

    pub(in crate::check) fn report_unfit(&mut self, param: ParamId, ty: TypeId, by: &Substitution, span: Span) {
        let info = self.types.params[param.0 as usize].clone();
        let wanted = info.constraint.map_or(Types::UNKNOWN, |constraint| self.types.instantiate(constraint, by));
        let wanted = self.expand(wanted);
        let (expected, found) = (self.types.print(wanted), self.types.print(ty));
        let message = format!("`{}` must be `{expected}`, and is `{found}` here", info.name);
        let mut diagnostic = Diagnostic::new(&WRONG_TYPE_ARGUMENTS, self.file, span, message, "");
        if let Some(near) = self.nearest_literal(ty, wanted) {
            let quoted = format!("\"{near}\"");
            diagnostic = diagnostic.suggest(span, Some(&quoted));
        }
        self.report(diagnostic);
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
