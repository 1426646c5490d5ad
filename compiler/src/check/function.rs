//! Functions: their signatures, written or inferred, and the check of their bodies. A body is checked once, when its result type is first
//! needed or where it stands.

use mosl_syntax::Span;
use mosl_syntax::ast::{
    ExprKind, Function, FunctionBody, FunctionKind, Param, Pat, PatKind, SmolStr, Stmt, StmtKind, Type as Node,
    TypeKind,
};

use super::members::key_name;
use super::{Checker, FunctionContext, Known};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{
    BAD_OVERLOAD, IMPLICIT_ANY, MISSING_RETURN, REQUIRED_AFTER_OPTIONAL, TYPE_MISMATCH, UNRESOLVED_NAME,
};
use crate::program::FileId;
use crate::types::{ParamType, Predicate, PropType, Signature, Substitution, Type, TypeId, Types};

pub(super) fn param_name(param: &Param) -> SmolStr {
    match &param.pat.kind {
        PatKind::Ident(name) => name.text.clone(),
        _ => "value".into(),
    }
}

/// Takes anything, yields anything.
pub(super) fn any_signature() -> Signature {
    let rest = ParamType { name: "args".into(), ty: Types::ANY_ARRAY, optional: false };
    Signature { type_params: Vec::new(), params: Vec::new(), rest: Some(rest), ret: Types::ANY, predicate: None }
}

pub(super) fn plain_context() -> FunctionContext {
    FunctionContext {
        expected: None,
        enforced: false,
        returns: Vec::new(),
        yields: Vec::new(),
        yields_expected: None,
        sent: Types::ANY,
        is_async: false,
        is_generator: false,
        in_constructor: false,
        awaited: Vec::new(),
        field: None,
        fresh: Vec::new(),
    }
}

impl<'a> Checker<'a> {
    /// The type of a declared function, all its overloads together.
    pub(super) fn function_declaration_type(&mut self, parts: &[&'a Function]) -> TypeId {
        let overloads: Vec<&'a Function> =
            parts.iter().copied().filter(|part| matches!(part.body, FunctionBody::None)).collect();
        let shown = if overloads.is_empty() { parts.to_vec() } else { overloads };
        let mut signatures = Vec::with_capacity(shown.len());
        for function in shown {
            let signature = self.signature_of_function(function);
            signatures.push(signature);
        }
        let ty = self.types.function(signatures);
        parts.iter().for_each(|part| {
            self.set_type(part.id, ty);
        });
        ty
    }

    /// The signature of a function whose parameters get nothing from a context: a declaration or a method.
    pub(super) fn signature_of_function(&mut self, function: &'a Function) -> Signature {
        let key = (self.file, function.id);
        if let Some(signature) = self.signatures.get(&key) {
            return signature.clone();
        }
        // Looked at once, so it reports also where a silent look asks for it first.
        let silent = std::mem::take(&mut self.silent);
        let mut signature = self.head_of(function, None);
        self.silent = silent;
        let this = self.this_type();
        match &function.ret {
            Some(_) => {}
            None if matches!(function.body, FunctionBody::None) => {}
            None => {
                let provisional = Signature { ret: Types::ANY, ..signature.clone() };
                self.signatures.insert(key, provisional);
                let file = self.file;
                let ret = self.elsewhere(file, this, |checker| checker.body(function, None));
                // A method's result may come from a subclass that nothing binds to it.
                signature.ret = if !self.strict && self.is_overridden(function) { Types::ANY } else { ret };
            }
        }
        self.signatures.insert(key, signature.clone());
        signature
    }

    fn is_overridden(&self, function: &Function) -> bool {
        // The name is on the member, not on the function: any method counts as soon as some method is overridden.
        matches!(function.kind, FunctionKind::Method | FunctionKind::Getter) && !self.overridden.is_empty()
    }

    /// Parameters and written result; what they lack comes from `context`.
    pub(super) fn head_of(&mut self, function: &'a Function, context: Option<&Signature>) -> Signature {
        let file = Some(self.file);
        let type_params = self.type_params(&function.type_params, file);
        if let Some(this) = &function.this_type {
            self.annotation(this);
        }
        let mut params = Vec::with_capacity(function.params.len());
        for (index, param) in function.params.iter().enumerate() {
            let from_context = context.and_then(|signature| self.param_at(signature, index));
            let from_context = from_context.map(|ty| self.shown(ty));
            let has_context = context.is_some();
            let ty = self.param_type(param, from_context, has_context);
            let optional = param.optional || param.default.is_some();
            params.push(ParamType { name: param_name(param), ty, optional });
        }
        self.check_order(function);
        if let Some(context) = context.filter(|context| context.params.is_empty() && function.rest.is_none()) {
            self.note_destructured_params(&function.params, context);
        }
        let rest = function.rest.as_deref().map(|param| {
            let from_context = context.and_then(|signature| self.rest_from(signature, function.params.len()));
            let ty = match (&param.ty, from_context) {
                (Some(ty), _) => self.annotation(ty),
                (None, Some(ty)) => ty,
                (None, None) => Types::ANY_ARRAY,
            };
            if let Some(written) = &param.ty {
                self.check_rest(ty, written, file);
            }
            self.declare_pattern(&param.pat, ty, true, None);
            ParamType { name: param_name(param), ty, optional: false }
        });
        let rest = rest.or_else(|| self.cut_parameters(function, &mut params));
        let written = function.ret.as_ref().map(|ty| self.annotation(ty));
        if let (Some(ty), Some(ret), true) = (written, &function.ret, function.is_async && !function.is_generator) {
            self.check_async_result(ty, ret.span);
        }
        let ret = written.unwrap_or(Types::ANY);
        let predicate = function.ret.as_ref().and_then(|ty| self.predicate_of(ty, &params, file));
        if let Some(TypeKind::Predicate { param, .. }) = function.ret.as_ref().map(|ret| &ret.kind)
            && predicate.is_none()
            && self.strict
        {
            let message = format!("`{}` is no parameter of this function", param.text);
            self.report(Diagnostic::new(&UNRESOLVED_NAME, self.file, param.span, message, "not a parameter"));
        }
        if let (Some(Predicate { param: Some(index), ty: Some(of), .. }), Some(ret)) = (&predicate, &function.ret)
            && self.strict
            && !self.assignable(*of, params[*index as usize].ty)
        {
            self.report_mismatch_at(*of, params[*index as usize].ty, ret.span);
        }
        Signature { type_params, params, rest, ret, predicate }
    }

    /// Where the list of parameters is just being typed, its end is not known: calls may give any number.
    fn cut_parameters(&self, function: &Function, params: &mut [ParamType]) -> Option<ParamType> {
        let errors = &self.loaded.files[usize::from(self.file.0)].parsed.errors;
        let body = match &function.body {
            FunctionBody::Block(block) if block.span.is_empty() => block.span.start + 1,
            FunctionBody::Block(block) => block.span.start,
            FunctionBody::Expr(body) => body.span.start,
            FunctionBody::None => function.span.end + 1,
        };
        if !errors.iter().any(|error| (function.span.start..body).contains(&error.span.start)) {
            return None;
        }
        params.iter_mut().for_each(|param| param.optional = true);
        Some(ParamType { name: "more".into(), ty: Types::ANY_ARRAY, optional: false })
    }

    /// An async function yields a promise.
    fn check_async_result(&mut self, written: TypeId, span: Span) {
        let ty = self.expand(written);
        if !self.reports_strictly() || self.is_library(ty, "Promise") {
            return;
        }
        let shown = self.types.print(written);
        let message = format!("an async function yields a promise: `Promise<{shown}>`");
        let diagnostic = Diagnostic::new(&TYPE_MISMATCH, self.file, span, message, format!("this is `{shown}`"));
        self.report(diagnostic.fix("write the promise", span, format!("Promise<{}>", self.text(span))));
    }

    /// `...args` takes an array's or a tuple's elements.
    pub(super) fn check_rest(&mut self, ty: TypeId, written: &Node, file: Option<FileId>) {
        let list = self.types.intern(Type::Array { elem: Types::ANY, readonly: true });
        if file.is_none() || !self.reports_strictly() || self.assignable(ty, list) {
            return;
        }
        let shown = self.types.print(ty);
        let message = format!("`...` takes any number of values: its type is an array, not `{shown}`");
        let diagnostic = Diagnostic::new(&TYPE_MISMATCH, self.file, written.span, message, "not an array");
        self.report(diagnostic.help(format!("write `{shown}[]`")));
    }

    /// What may be left out comes last.
    fn check_order(&mut self, function: &'a Function) {
        let Some(first) = function.params.iter().position(|param| param.optional) else { return };
        let must = |param: &&Param| !param.optional && param.default.is_none();
        if let Some(param) = function.params[first..].iter().find(must).filter(|_| self.reports_strictly()) {
            let message =
                format!("`{}` must be given, and comes after a parameter that may be left out", param_name(param));
            let diagnostic = Diagnostic::new(&REQUIRED_AFTER_OPTIONAL, self.file, param.span, message, "must be given");
            self.report(diagnostic.also(function.params[first].span, "may be left out").help("put it first"));
        }
    }

    /// Each overload is one that the function behind them can take and answer.
    pub(super) fn check_overloads(&mut self, parts: &[&'a Function]) {
        let Some(body) = parts.iter().find(|part| !matches!(part.body, FunctionBody::None)) else { return };
        if !self.reports_strictly() || parts.len() < 2 {
            return;
        }
        let behind = self.signature_of_function(body);
        let behind = self.with_any(&behind);
        for part in parts.iter().filter(|part| matches!(part.body, FunctionBody::None)) {
            let signature = self.signature_of_function(part);
            let signature = self.with_any(&signature);
            let answers = [signature.ret, behind.ret].contains(&Types::VOID)
                || self.assignable(signature.ret, behind.ret)
                || self.assignable(behind.ret, signature.ret);
            if answers && self.takes_what(&behind, &signature) {
                continue;
            }
            let span = part.name.as_ref().map_or(part.span, |name| name.span);
            let message = "the function behind the overloads does not do what this one promises";
            let label = if answers { "its parameters do not fit" } else { "its result does not fit" };
            let at = body.name.as_ref().map_or(body.span, |name| name.span);
            self.report(
                Diagnostic::new(&BAD_OVERLOAD, self.file, span, message, label).also(at, "the function itself"),
            );
            return;
        }
    }

    /// Whether each argument that one signature lets in may be one that the other expects.
    fn takes_what(&mut self, behind: &Signature, signature: &Signature) -> bool {
        let required = behind.params.iter().filter(|param| !param.optional).count();
        let most = if signature.rest.is_some() { usize::MAX } else { signature.params.len() };
        if required > most {
            return false;
        }
        signature.params.iter().enumerate().all(|(index, param)| match self.param_at(behind, index) {
            Some(own) => self.assignable(param.ty, own) || self.assignable(own, param.ty),
            None => true,
        })
    }

    /// A signature with `any` for its type parameters.
    fn with_any(&mut self, signature: &Signature) -> Signature {
        let any = vec![Types::ANY; signature.type_params.len()];
        self.types.instantiate_signature(signature, &Substitution::new(&signature.type_params, &any))
    }

    /// A type that waited for type parameters, as what it is by now.
    pub(super) fn shown(&mut self, ty: TypeId) -> TypeId {
        match self.types.get(ty) {
            Type::Indexed(..) | Type::Keyof(_) | Type::Utility(..) => self.expand(ty),
            _ => ty,
        }
    }

    /// The arguments from `from` on, as an array.
    fn rest_from(&mut self, signature: &Signature, from: usize) -> Option<TypeId> {
        let mut all: Vec<TypeId> = signature.params.iter().skip(from).map(|param| param.ty).collect();
        if let Some(rest) = &signature.rest {
            if all.is_empty() && from <= signature.params.len() {
                return Some(rest.ty);
            }
            all.extend(self.element_of(rest.ty));
        }
        let elem = if all.is_empty() { Types::ANY } else { self.types.union(all) };
        Some(self.types.array(elem))
    }

    /// The type that callers see; inside, a parameter with a default is never `undefined`.
    fn param_type(&mut self, param: &'a Param, from_context: Option<TypeId>, has_context: bool) -> TypeId {
        let written = param.ty.as_ref().map(|ty| self.annotation(ty));
        let ty = match (written, from_context, &param.default) {
            (Some(ty), ..) => ty,
            (None, Some(ty), _) => ty,
            (None, None, Some(default)) if self.strict => {
                let ty = self.infer(default, None);
                let ty = self.widen_value(ty, default);
                self.with_pattern(ty, &param.pat)
            }
            (None, None, _) => Types::ANY,
        };
        if let (Some(written), Some(default)) = (written, &param.default) {
            let found = self.infer(default, Some(written));
            self.check_flow(found, written, default);
        } else if let Some(default) = &param.default {
            self.infer(default, Some(ty));
        }
        let pattern = matches!(param.pat.kind, PatKind::Object { .. } | PatKind::Array { .. });
        let open = match &param.pat.kind {
            PatKind::Object { props, .. } => props.iter().any(|prop| prop.value.default.is_none()),
            PatKind::Array { elems, .. } => elems.iter().flatten().any(|elem| elem.default.is_none()),
            _ => true,
        };
        if self.strict && written.is_none() && !has_context && param.default.is_none() && open {
            let name = if pattern { SmolStr::from(self.text(param.pat.span)) } else { param_name(param) };
            let message = format!("the parameter `{name}` needs a type");
            let diagnostic =
                Diagnostic::new(&IMPLICIT_ANY, self.file, param.pat.span, message, "its type is not known");
            self.report(diagnostic.help(format!("write `{name}: number` or the type that it has, or `any`")));
        }
        let inside = if param.optional && param.default.is_none() {
            self.types.optional(ty)
        } else if param.default.is_some() {
            let present = self.without_undefined(ty);
            // In a file that is not strict the default says nothing about other arguments.
            if written.is_none() && !self.strict { Types::ANY } else { present }
        } else {
            ty
        };
        self.declare_pattern(&param.pat, inside, true, None);
        ty
    }

    /// `({ x = 1 } = {})`: what the pattern takes out, an argument may have.
    fn with_pattern(&mut self, ty: TypeId, pat: &'a Pat) -> TypeId {
        let (PatKind::Object { props, .. }, Type::Object(object)) = (&pat.kind, self.types.get(ty).clone()) else {
            return ty;
        };
        let mut object = (*object).clone();
        for prop in props {
            let (Some(name), Some(default)) = (key_name(&prop.key), &prop.value.default) else { continue };
            if object.prop(&name).is_none() {
                let found = self.infer(default, None);
                let found = self.widen_value(found, default);
                object.props.push(PropType { optional: true, ..PropType::new(name, found) });
            }
        }
        self.types.object(object)
    }

    /// A function expression, arrow or object method, in the flow of its surroundings.
    pub(super) fn infer_function(&mut self, function: &'a Function, expected: Option<TypeId>) -> TypeId {
        let context = expected.and_then(|expected| self.context_signature(expected));
        // The types from an earlier look at the same function (another overload, a loop) do not count.
        self.forget_params(function);
        let mut signature = self.head_of(function, context.as_ref());
        let this = match function.kind {
            FunctionKind::Arrow => self.this_type(),
            _ => Types::ANY,
        };
        let written = function.ret.is_some();
        let context_ret = context
            .as_ref()
            .map(|context| context.ret)
            .filter(|ret| !written && !matches!(self.types.get(*ret), Type::Param(_)));
        let env = self.env_for_closure(function.span);
        let outer = std::mem::replace(&mut self.env, env);
        let jumps = std::mem::take(&mut self.jumps);
        let const_context = std::mem::replace(&mut self.const_context, false);
        self.this_types.push(this);
        let ret = self.body(function, context_ret);
        if !written && signature.predicate.is_none() && ret == Types::BOOLEAN {
            signature.predicate = self.inferred_predicate(function, &signature);
        }
        self.this_types.pop();
        self.const_context = const_context;
        self.jumps = jumps;
        self.env = outer;
        if !written {
            signature.ret = ret;
        }
        let ty = match function.kind {
            FunctionKind::Method => self.types.method(vec![signature]),
            _ => self.types.function(vec![signature]),
        };
        if function.name.is_some()
            && let Some(id) = self.binding_at(function.id)
        {
            self.bindings[id.0 as usize] = Known::Type(ty);
        }
        self.set_type(function.id, ty)
    }

    /// `(item) => item !== null` says of its argument what its body tests, if that is all it tests.
    fn inferred_predicate(&mut self, function: &'a Function, signature: &Signature) -> Option<Predicate> {
        let test = match &function.body {
            FunctionBody::Expr(test) => &**test,
            FunctionBody::Block(block) => match &block.body[..] {
                [Stmt { kind: StmtKind::Return(Some(test)), .. }] => test,
                _ => return None,
            },
            FunctionBody::None => return None,
        };
        if !self.strict || function.is_async || function.is_generator {
            return None;
        }
        for (index, param) in function.params.iter().enumerate() {
            let Some(id) = self.binding_at(param.pat.id) else { continue };
            if self.res.bindings[id.0 as usize].reassigned || param.default.is_some() {
                continue;
            }
            let (place, declared) = (self.binding_ref(id), signature.params[index].ty);
            let env = self.env_for_closure(function.span);
            let (yes, _) = self.retest(test, env.clone());
            let Some(passes) = yes.get(place).filter(|passes| *passes != declared && *passes != Types::NEVER) else {
                continue;
            };
            // All that is of that type must pass.
            let mut only = env;
            only.set(place, passes);
            let (_, no) = self.retest(test, only);
            if no.dead || no.get(place) == Some(Types::NEVER) {
                return Some(Predicate { asserts: false, param: u32::try_from(index).ok(), ty: Some(passes) });
            }
        }
        None
    }

    fn forget_params(&mut self, function: &Function) {
        let mut names = Vec::new();
        for param in function.params.iter().chain(function.rest.as_deref()) {
            crate::resolve::pattern_names(&param.pat, &mut names);
        }
        for (_, node) in names {
            if let Some(id) = self.binding_at(node) {
                self.bindings[id.0 as usize] = Known::Not;
            }
        }
        if let Some(id) = self.binding_at(function.id) {
            self.bindings[id.0 as usize] = Known::Type(Types::ANY);
        }
    }

    /// The signature that a context asks a function for; its own type parameters stand for anything.
    pub(super) fn context_signature(&mut self, expected: TypeId) -> Option<Signature> {
        let expected = self.expand(expected);
        let parts = self.types.parts(expected);
        let mut found = None;
        for part in parts {
            let signatures = self.callable(part);
            match (&found, signatures.first()) {
                (None, Some(first)) => found = Some(first.clone()),
                (Some(_), Some(_)) => return None,
                _ => {}
            }
        }
        let signature = found?;
        let any = vec![Types::ANY; signature.type_params.len()];
        Some(self.types.instantiate_signature(&signature, &Substitution::new(&signature.type_params, &any)))
    }

    /// Checks a declared function or method where it stands, unless a use has done so before.
    pub(super) fn check_function_body(&mut self, function: &'a Function, this: TypeId) {
        let key = (self.file, function.id);
        let file = self.file;
        let signature = self.elsewhere(file, this, |checker| checker.signature_of_function(function));
        if !self.bodies_done.contains(&key) && !matches!(function.body, FunctionBody::None) {
            self.elsewhere(file, this, |checker| checker.body(function, None));
        }
        let ty = self.types.function(vec![signature]);
        self.set_type(function.id, ty);
    }

    /// Checks a body; yields what a call yields (a promise for `async`). Diagnostics are never silenced here: the body of a
    /// declaration is looked at only once.
    fn body(&mut self, function: &'a Function, context_ret: Option<TypeId>) -> TypeId {
        let key = (self.file, function.id);
        if !self.bodies_busy.insert(key) {
            return Types::ANY;
        }
        let declares = matches!(
            function.kind,
            FunctionKind::Declaration
                | FunctionKind::Method
                | FunctionKind::Constructor
                | FunctionKind::Getter
                | FunctionKind::Setter
        );
        let silent = if declares { std::mem::take(&mut self.silent) } else { self.silent };
        let written = function.ret.as_ref().map(|ty| self.node_types[usize::from(self.file.0)][ty.id.0 as usize]);
        let wanted = written.or(context_ret);
        let expected = wanted.map(|ty| self.result_inside(ty, function));
        let (yields_expected, sent) = self.generator_parts(written, function);
        self.functions.push(FunctionContext {
            expected,
            yields_expected,
            sent,
            enforced: written.is_some(),
            is_async: function.is_async,
            is_generator: function.is_generator,
            in_constructor: function.kind == FunctionKind::Constructor,
            ..plain_context()
        });
        if function.kind == FunctionKind::Constructor {
            self.await_fields();
        }
        let mut ends = false;
        match &function.body {
            FunctionBody::Block(block) => {
                self.stmts(&block.body);
                ends = !self.env.dead;
                self.note_unassigned();
            }
            FunctionBody::Expr(expr) => {
                let found = self.infer(expr, expected);
                self.return_value(found, Some(expr), expr.span);
            }
            FunctionBody::None => {}
        }
        let context = self.functions.pop().expect("pushed above");
        if ends && written.is_some() {
            self.check_end(function, expected.unwrap_or(Types::ANY));
        }
        self.silent = silent;
        self.bodies_busy.remove(&key);
        if declares {
            self.bodies_done.insert(key);
        }
        let is_method = matches!(function.kind, FunctionKind::Method | FunctionKind::Getter);
        let inner = self.inferred_result(&context, ends, is_method);
        if !context.fresh.is_empty() && written.is_none() && self.strict {
            self.fresh_results.insert(key, context.fresh.clone());
        }
        let result = self.result_outside(inner, &context, function);
        let info_ret = if let Some(written) = written { self.result_inside_async(written, function) } else { inner };
        let info = self.function_infos.entry(key).or_default();
        info.ret = if function.is_generator { Types::ANY } else { info_ret };
        written.unwrap_or(result)
    }

    fn inferred_result(&mut self, context: &FunctionContext, ends: bool, is_method: bool) -> TypeId {
        let mut all = context.returns.clone();
        if ends {
            if all.is_empty() {
                return Types::VOID;
            }
            all.push(Types::UNDEFINED);
        }
        let ty = self.types.union(all);
        let ty = if is_method { ty } else { self.regular(ty) };
        let literal_wanted = context.expected.is_some_and(|expected| self.wants_literal(expected));
        if literal_wanted { ty } else { self.widen_result(ty, &context.fresh) }
    }

    /// One literal widens (`() => 1` yields a number); several stay a union, as in TypeScript.
    fn widen_result(&mut self, ty: TypeId, fresh: &[TypeId]) -> TypeId {
        let stays = match self.types.get(ty) {
            Type::Union(_) | Type::This => true,
            _ => self.is_unit(ty) && !fresh.contains(&ty),
        };
        if stays && self.strict { ty } else { self.widen(ty) }
    }

    /// From what the body yields to what a call yields.
    fn result_outside(&mut self, inner: TypeId, context: &FunctionContext, function: &Function) -> TypeId {
        if function.is_generator {
            let yields = if context.yields.is_empty() { Types::ANY } else { self.types.union(context.yields.clone()) };
            let yields = self.widen(yields);
            let name = if function.is_async { "AsyncGenerator" } else { "Generator" };
            let args = if self.strict { [yields, inner, Types::ANY] } else { [Types::ANY; 3] };
            return self.library_ref(name, &args);
        }
        if function.is_async {
            let awaited = self.awaited(inner);
            return self.library_ref("Promise", &[awaited]);
        }
        inner
    }

    /// From a written result type to what `return` must yield.
    fn result_inside(&mut self, ty: TypeId, function: &Function) -> TypeId {
        if function.is_generator {
            let ty = self.expand(ty);
            return match self.types.get(ty).clone() {
                Type::Interface { args, .. } => args.get(1).copied().unwrap_or(Types::ANY),
                _ => Types::ANY,
            };
        }
        self.result_inside_async(ty, function)
    }

    /// What a generator with a written type must yield, and what it is sent.
    fn generator_parts(&mut self, written: Option<TypeId>, function: &Function) -> (Option<TypeId>, TypeId) {
        let Some(ty) = written.filter(|_| function.is_generator) else { return (None, Types::ANY) };
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Interface { args, .. } => (args.first().copied(), args.get(2).copied().unwrap_or(Types::ANY)),
            _ => (None, Types::ANY),
        }
    }

    fn result_inside_async(&mut self, ty: TypeId, function: &Function) -> TypeId {
        if function.is_async && !function.is_generator { self.awaited(ty) } else { ty }
    }

    fn check_end(&mut self, function: &'a Function, expected: TypeId) {
        let fine = matches!(self.types.get(expected), Type::Void | Type::Any | Type::Undefined | Type::Unknown)
            || self.admits_undefined(expected)
            || function.is_generator
            || matches!(function.kind, FunctionKind::Constructor | FunctionKind::Setter);
        // What could not be read may have returned.
        let errors = &self.loaded.files[usize::from(self.file.0)].parsed.errors;
        let unread = errors.iter().any(|error| (function.span.start..=function.span.end).contains(&error.span.start));
        if fine || unread {
            return;
        }
        let Some(ret) = &function.ret else { return };
        let message = format!("this function can end without returning a `{}`", self.types.print(expected));
        let diagnostic = Diagnostic::new(&MISSING_RETURN, self.file, ret.span, message, "not returned on every path");
        let unhandled = self.unhandled_case(function);
        self.report(match unhandled {
            Some((subject, left, span)) => diagnostic
                .also(span, format!("`{subject}` may be `{left}`"))
                .help("add a `case` for that, or a `return` behind the `switch`"),
            None => diagnostic,
        });
    }

    /// Of a function that ends with a `switch` without `default`: what it switches on, and what no `case` handles.
    fn unhandled_case(&mut self, function: &'a Function) -> Option<(String, String, Span)> {
        let FunctionBody::Block(block) = &function.body else { return None };
        let StmtKind::Switch { subject, cases } = &block.body.last()?.kind else { return None };
        if cases.iter().any(|case| case.test.is_none()) {
            return None;
        }
        let left = match (self.reference(subject).and_then(|place| self.env.get(place)), &subject.kind) {
            (Some(left), _) => left,
            (None, ExprKind::Member { object, name, .. }) => {
                let object = self.reference(object).and_then(|place| self.env.get(place))?;
                self.member(object, &name.text)?.ty
            }
            _ => return None,
        };
        (left != Types::ANY).then(|| (self.text(subject.span).to_owned(), self.types.print(left), subject.span))
    }

    /// What `return` hands back.
    pub(super) fn return_value(&mut self, ty: TypeId, expr: Option<&'a mosl_syntax::ast::Expr>, span: Span) {
        let Some(context) = self.functions.last().cloned() else { return };
        let ty = if context.is_async && !context.is_generator { self.awaited(ty) } else { ty };
        match (context.expected, expr) {
            _ if !context.enforced => {}
            (Some(Types::VOID), _) if !self.strict => {}
            (Some(expected), Some(expr)) => {
                self.decode_into(expected, expr);
                self.check_flow(ty, expected, expr);
            }
            (Some(expected), None) if self.strict && expected != Types::VOID && !self.admits_undefined(expected) => {
                self.report_mismatch_at(Types::UNDEFINED, expected, span);
            }
            _ => {}
        }
        self.note_unassigned();
        let mut fresh = Vec::new();
        if let Some(expr) = expr {
            self.fresh_literals(expr, &mut fresh);
        }
        if let Some(context) = self.functions.last_mut() {
            context.returns.push(ty);
            context.fresh.extend(fresh);
        }
    }
}
