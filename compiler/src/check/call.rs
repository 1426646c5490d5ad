//! Calls and `new`: overloads, type arguments, arguments against parameters.

use mosl_syntax::Span;
use mosl_syntax::ast::{Arg, Expr, ExprKind, Type as Node};

use super::Checker;
use super::generic::Inference;
use super::report::count;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{ABSTRACT_CLASS, NO_OVERLOAD, NOT_CALLABLE, WRONG_ARGUMENT_COUNT};
use crate::types::{ParamId, Signature, Substitution, Type, TypeId, Types};

/// A call as the checks see it.
struct Call<'a, 'c> {
    args: &'c [&'a Arg],
    type_args: &'a [Node],
    span: Span,
    /// Where a missing argument is reported.
    callee: Span,
    expected: Option<TypeId>,
    /// A built-in in a file that is not strict: JavaScript lets it have any arguments.
    lenient: bool,
}

impl<'a> Checker<'a> {
    pub(super) fn infer_call(
        &mut self,
        expr: &'a Expr,
        callee: &'a Expr,
        type_args: &'a [Node],
        args: &'a [Arg],
        optional: bool,
        expected: Option<TypeId>,
    ) -> TypeId {
        if matches!(callee.kind, ExprKind::Super) {
            return self.infer_super_call(callee, args);
        }
        let of = self.infer(callee, None);
        let of = self.present(of, callee, optional);
        let lenient = !self.strict && self.is_library_callee(callee);
        let refs: Vec<&'a Arg> = args.iter().collect();
        let call = Call { args: &refs, type_args, span: expr.span, callee: callee.span, expected, lenient };
        if of == Types::ANY {
            self.infer_args_freely(&refs);
            self.forget_after_call();
            return Types::ANY;
        }
        let signatures = self.union_callable(of);
        if signatures.is_empty() {
            self.infer_args_freely(&refs);
            self.report_not_callable(of, callee);
            return Types::ANY;
        }
        let (signature, ret) = self.resolve_call(&signatures, &call);
        self.forget_after_call();
        if let Some(predicate) = signature.predicate.as_ref().filter(|predicate| predicate.asserts) {
            self.narrow_by_assertion(predicate, callee, args);
        }
        if ret == Types::NEVER && signature.ret == Types::NEVER {
            self.env.dead = true;
        }
        // Inferred type arguments of an untyped program are no promise.
        if !self.strict && !signature.type_params.is_empty() && type_args.is_empty() && ret != Types::ANY {
            return self.erase_generic(&signature);
        }
        ret
    }

    /// The result with `any` for every type parameter.
    fn erase_generic(&mut self, signature: &Signature) -> TypeId {
        let any = vec![Types::ANY; signature.type_params.len()];
        self.types.instantiate(signature.ret, &Substitution::new(&signature.type_params, &any))
    }

    fn is_library_callee(&mut self, callee: &'a Expr) -> bool {
        match &callee.kind {
            ExprKind::Paren(inner) => self.is_library_callee(inner),
            ExprKind::Ident(_) => matches!(
                self.res.facts[usize::from(self.file.0)].names.get(&callee.id),
                Some(crate::program::Resolved::Intrinsic(_))
            ),
            ExprKind::Member { object, name, .. } => {
                let of =
                    self.node_types[usize::from(self.file.0)].get(object.id.0 as usize).copied().unwrap_or(Types::ANY);
                let of = self.without_nullish(of);
                self.member(of, &name.text).is_some_and(|member| member.library)
            }
            _ => false,
        }
    }

    /// The signatures of a callee; of a union, those of its members if all can be called.
    fn union_callable(&mut self, ty: TypeId) -> Vec<Signature> {
        let ty = self.expand(ty);
        let parts = self.types.parts(ty);
        if parts.len() < 2 {
            if self.is_library(ty, "Function") {
                return vec![super::function::any_signature()];
            }
            return self.callable(ty);
        }
        let mut all: Vec<Signature> = Vec::new();
        for part in parts {
            let signatures = self.union_callable(part);
            if signatures.is_empty() {
                return Vec::new();
            }
            all.extend(signatures);
        }
        // The arguments must suit every member: what cannot be told is left to the run.
        let same = all.windows(2).all(|pair| pair[0].params == pair[1].params);
        let ret: Vec<TypeId> = all.iter().map(|signature| signature.ret).collect();
        let ret = self.types.union(ret);
        let mut first = if same { all.swap_remove(0) } else { super::function::any_signature() };
        first.ret = ret;
        vec![first]
    }

    pub(super) fn infer_args_freely(&mut self, args: &[&'a Arg]) {
        for arg in args {
            let ty = self.infer(arg.expr(), None);
            if let Arg::Spread(expr) = arg {
                self.spread_element(ty, expr.span);
            }
        }
    }

    fn infer_super_call(&mut self, callee: &'a Expr, args: &'a [Arg]) -> TypeId {
        let refs: Vec<&'a Arg> = args.iter().collect();
        let signatures = match self.class_stack.last().copied() {
            Some(class) => match self.res.classes[class.0 as usize].superclass {
                Some(parent) => self.class_constructors(parent),
                None => Vec::new(),
            },
            None => Vec::new(),
        };
        if signatures.is_empty() || !signatures[0].type_params.is_empty() {
            self.infer_args_freely(&refs);
            return Types::UNDEFINED;
        }
        let call = Call {
            args: &refs,
            type_args: &[],
            span: callee.span,
            callee: callee.span,
            expected: None,
            lenient: false,
        };
        self.resolve_call(&signatures, &call);
        self.forget_after_call();
        Types::UNDEFINED
    }

    pub(super) fn infer_new(
        &mut self,
        expr: &'a Expr,
        callee: &'a Expr,
        type_args: &'a [Node],
        args: &'a [Arg],
        expected: Option<TypeId>,
    ) -> TypeId {
        let of = self.infer(callee, None);
        let of = self.expand(of);
        let refs: Vec<&'a Arg> = args.iter().collect();
        let signatures = match *self.types.get(of) {
            Type::ClassValue(class) => {
                if self.class_node(class).is_abstract {
                    let name = self.res.classes[class.0 as usize].name.clone();
                    let message = format!("`{name}` is abstract: make an instance of a class that extends it");
                    self.report(Diagnostic::new(&ABSTRACT_CLASS, self.file, expr.span, message, "an abstract class"));
                }
                self.class_constructors(class)
            }
            Type::Any => Vec::new(),
            _ => self.constructors(of),
        };
        if signatures.is_empty() {
            self.infer_args_freely(&refs);
            self.forget_after_call();
            // `new` on a function was refused by its name.
            if of != Types::ANY && self.strict && self.callable(of).is_empty() {
                let found = self.types.print(of);
                let message = format!("`new` makes instances of classes, and this is `{found}`");
                self.report(Diagnostic::new(&NOT_CALLABLE, self.file, callee.span, message, "not a class"));
            }
            return Types::ANY;
        }
        let is_program_class = matches!(self.types.get(of), Type::ClassValue(_));
        let lenient = !self.strict && !is_program_class;
        let call = Call { args: &refs, type_args, span: expr.span, callee: callee.span, expected, lenient };
        let (signature, ret) = self.resolve_call(&signatures, &call);
        self.forget_after_call();
        if !self.strict && !signature.type_params.is_empty() && type_args.is_empty() {
            return self.erase_generic(&signature);
        }
        ret
    }

    fn report_not_callable(&mut self, of: TypeId, callee: &Expr) {
        if !self.strict {
            return;
        }
        let found = self.types.print(of);
        let source = self.text(callee.span).to_owned();
        let shown = if source.len() > 40 || source.contains('\n') { "this".to_owned() } else { format!("`{source}`") };
        let message = format!("{shown} is no function, but `{found}`");
        let mut diagnostic =
            Diagnostic::new(&NOT_CALLABLE, self.file, callee.span, message, format!("this is `{found}`"));
        if matches!(self.types.get(of), Type::ClassValue(_)) {
            diagnostic = diagnostic.help("write `new` before it");
        }
        self.report(diagnostic);
    }

    /// Picks the overload, checks the arguments against it, and says what the call yields.
    fn resolve_call(&mut self, signatures: &[Signature], call: &Call<'a, '_>) -> (Signature, TypeId) {
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

    fn report_no_overload(&mut self, candidates: &[&Signature], known: &[Option<TypeId>], call: &Call<'a, '_>) {
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

    fn arity_fits(&self, signature: &Signature, args: &[&Arg]) -> bool {
        let spread = args.iter().any(|arg| matches!(arg, Arg::Spread(_)));
        let required = signature.params.iter().filter(|param| !param.optional).count();
        spread || (args.len() >= required && (signature.rest.is_some() || args.len() <= signature.params.len()))
    }

    /// Whether the arguments known so far suit a signature.
    fn accepts(&mut self, signature: &Signature, known: &[Option<TypeId>], call: &Call<'a, '_>) -> bool {
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

    fn takes_functions(&mut self, ty: TypeId) -> bool {
        matches!(self.types.get(ty), Type::Unknown | Type::NonPrimitive | Type::Param(_))
            || self.is_library(ty, "Function")
    }

    fn written_args(&mut self, signature: &Signature, call: &Call<'a, '_>) -> Option<Substitution> {
        if call.type_args.is_empty() {
            return None;
        }
        let args: Vec<TypeId> = call.type_args.iter().map(|arg| self.annotation(arg)).collect();
        let args = self.fill_args(&signature.type_params, &args);
        Some(Substitution::new(&signature.type_params, &args))
    }

    /// From the arguments whose types are known.
    fn infer_type_args(
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
    fn apply(&mut self, signature: &Signature, call: &Call<'a, '_>, known: Option<&[Option<TypeId>]>) -> TypeId {
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
    fn infer_from_result(&mut self, inference: &mut Inference, signature: &Signature, call: &Call<'a, '_>) {
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

    fn mentions(&mut self, ty: TypeId, param: ParamId) -> bool {
        let by = Substitution::new(&[param], &[Types::ANY]);
        self.types.instantiate(ty, &by) != ty
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

    fn check_arity(&mut self, signature: &Signature, call: &Call<'a, '_>) {
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

    fn check_args(&mut self, signature: &Signature, call: &Call<'a, '_>, types: &[Option<TypeId>], by: &Substitution) {
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

    fn satisfies_constraint(&mut self, param: ParamId, ty: TypeId, by: &Substitution) -> bool {
        match self.types.params[param.0 as usize].constraint {
            Some(constraint) => {
                let constraint = self.types.instantiate(constraint, by);
                // A bound by another declaration's parameter is not known here.
                self.types.is_generic(constraint) || self.types.is_generic(ty) || self.assignable(ty, constraint)
            }
            None => true,
        }
    }

    fn report_constraint(&mut self, by: &Substitution, span: Span) {
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

/// A function that is written as a type predicate.
fn is_predicate(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Function(function) => {
            function.ret.as_ref().is_some_and(|ret| matches!(ret.kind, mosl_syntax::ast::TypeKind::Predicate { .. }))
        }
        ExprKind::Paren(inner) => is_predicate(inner),
        _ => false,
    }
}

/// A function whose parameters get their types from where it stands, or a literal that holds one.
fn is_context_sensitive(expr: &Expr) -> bool {
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
