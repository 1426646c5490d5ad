//! Calls and `new`: overloads, type arguments, arguments against parameters.

mod arguments;
mod overload;

use mosl_syntax::Span;
use mosl_syntax::ast::{Access, Arg, ArrayElem, Expr, ExprKind, FunctionKind, MemberKind, Template, Type as Node};

use super::Checker;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{ABSTRACT_CLASS, NOT_CALLABLE, PRIVATE_MEMBER};
use crate::program::{BindingKind, ClassId, Resolved};
use crate::types::{ParamType, Signature, Substitution, Type, TypeId, Types};

/// A call as the checks see it.
struct Call<'a, 'c> {
    args: &'c [Given<'a>],
    type_args: &'a [Node],
    span: Span,
    /// Where a missing argument is reported.
    callee: Span,
    expected: Option<TypeId>,
    /// A built-in in a file that is not strict: JavaScript lets it have any arguments.
    lenient: bool,
}

/// An argument as the checks see it; a spread tuple is one for each of its elements.
#[derive(Clone, Copy)]
struct Given<'a> {
    expr: &'a Expr,
    /// Its type, where it was looked at before: an element of what is spread, the texts of a template.
    known: Option<TypeId>,
    /// It stands for any number of arguments.
    spread: bool,
}

/// The elements of an array literal, where each is one.
fn listed(expr: &Expr) -> Option<Vec<&Expr>> {
    let ExprKind::Array(elems) = &expr.kind else { return None };
    elems.iter().map(|elem| if let ArrayElem::Expr(expr) = elem { Some(expr) } else { None }).collect()
}

/// The signature that a call means, what its type parameters stand for, and what the call yields.
struct Meant {
    signature: Signature,
    by: Substitution,
    ret: TypeId,
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
        let given = self.given(args);
        let call = Call { args: &given, type_args, span: expr.span, callee: callee.span, expected, lenient };
        if of == Types::ANY {
            self.infer_args_freely(&given);
            self.forget_after_call();
            return Types::ANY;
        }
        let signatures = self.union_callable(of);
        if signatures.is_empty() {
            self.infer_args_freely(&given);
            self.report_not_callable(of, callee);
            return Types::ANY;
        }
        let Meant { signature, by, ret } = self.resolve_call(&signatures, &call);
        self.forget_after_call();
        if let Some(predicate) = self.types.instantiate_signature(&signature, &by).predicate {
            if predicate.asserts {
                self.narrow_by_assertion(&predicate, callee, args);
            } else {
                self.predicates.insert((self.file, expr.id), predicate);
            }
        }
        if ret == Types::NEVER && signature.ret == Types::NEVER {
            self.env.dead = true;
        }
        if self.is_json_parse(callee) && (self.strict || !type_args.is_empty()) {
            self.note_decoder(expr, type_args, ret);
        }
        if self.strict && !signature.type_params.is_empty() && type_args.is_empty() {
            let args: Vec<&Expr> = args.iter().map(Arg::expr).collect();
            self.note_fresh_call(expr, &args, ret);
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

    /// The arguments one by one, as far as their number is known.
    fn given(&mut self, args: &'a [Arg]) -> Vec<Given<'a>> {
        let mut all = Vec::with_capacity(args.len());
        for arg in args {
            let expr = arg.expr();
            if matches!(arg, Arg::Expr(_)) {
                all.push(Given { expr, known: None, spread: false });
                continue;
            }
            if let Some(elems) = listed(expr).filter(|_| self.strict) {
                all.extend(elems.into_iter().map(|expr| Given { expr, known: None, spread: false }));
                continue;
            }
            let ty = self.infer(expr, None);
            let ty = self.expand(ty);
            match self.types.get(ty).clone() {
                Type::Tuple(tuple) => {
                    for elem in &tuple.elems {
                        let ty = if elem.optional { self.types.optional(elem.ty) } else { elem.ty };
                        all.push(Given { expr, known: Some(ty), spread: elem.rest });
                    }
                }
                _ => {
                    let elem = self.spread_element(ty, expr.span);
                    all.push(Given { expr, known: Some(elem), spread: true });
                }
            }
        }
        all
    }

    fn is_library_callee(&mut self, callee: &'a Expr) -> bool {
        match &callee.kind {
            ExprKind::Paren(inner) => self.is_library_callee(inner),
            ExprKind::Ident(_) => {
                matches!(self.res.facts[usize::from(self.file.0)].names.get(&callee.id), Some(Resolved::Intrinsic(_)))
            }
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
        if let Some(together) = self.intersected(&all).filter(|_| self.strict) {
            return vec![together];
        }
        let same = all.windows(2).all(|pair| pair[0].params == pair[1].params);
        let ret: Vec<TypeId> = all.iter().map(|signature| signature.ret).collect();
        let ret = self.types.union(ret);
        let mut first = if same { all.swap_remove(0) } else { super::function::any_signature() };
        first.ret = ret;
        vec![first]
    }

    /// The signature that suits every one of several: its arguments are of all their types.
    fn intersected(&mut self, all: &[Signature]) -> Option<Signature> {
        if all.iter().any(|signature| !signature.type_params.is_empty() || signature.predicate.is_some()) {
            return None;
        }
        let count = all.iter().map(|signature| signature.params.len()).max()?;
        let mut params = Vec::with_capacity(count);
        for index in 0..count {
            let given: Vec<TypeId> = all.iter().filter_map(|signature| self.param_at(signature, index)).collect();
            let named = all.iter().find_map(|signature| signature.params.get(index))?;
            let must = |signature: &Signature| signature.params.get(index).is_some_and(|param| !param.optional);
            let ty = self.intersection(&given);
            params.push(ParamType { name: named.name.clone(), ty, optional: !all.iter().any(must) });
        }
        let rests: Vec<TypeId> = all
            .iter()
            .filter_map(|signature| signature.rest.as_ref())
            .filter_map(|rest| self.element_of(rest.ty))
            .collect();
        let rest = match rests.len() {
            0 => None,
            some if some == all.len() => {
                let elem = self.intersection(&rests);
                Some(ParamType { name: "items".into(), ty: self.types.array(elem), optional: false })
            }
            _ => return None,
        };
        let ret: Vec<TypeId> = all.iter().map(|signature| signature.ret).collect();
        let ret = self.types.union(ret);
        Some(Signature { type_params: Vec::new(), params, rest, ret, predicate: None })
    }

    fn infer_args_freely(&mut self, args: &[Given<'a>]) {
        for arg in args {
            if arg.known.is_none() {
                self.infer(arg.expr, None);
            }
        }
    }

    fn infer_super_call(&mut self, callee: &'a Expr, args: &'a [Arg]) -> TypeId {
        let given = self.given(args);
        self.super_calls.extend(self.class_stack.last());
        let called = self.super_ref();
        let signatures = match self.class_stack.last().copied() {
            Some(class) => match self.res.classes[class.0 as usize].superclass {
                Some(parent) => self.class_constructors(parent),
                None => Vec::new(),
            },
            None => Vec::new(),
        };
        if signatures.is_empty() || !signatures[0].type_params.is_empty() {
            self.infer_args_freely(&given);
            self.env.set(called, Types::ANY);
            return Types::UNDEFINED;
        }
        let span = callee.span;
        let call = Call { args: &given, type_args: &[], span, callee: span, expected: None, lenient: false };
        self.resolve_call(&signatures, &call);
        self.forget_after_call();
        self.env.set(called, Types::ANY);
        Types::UNDEFINED
    }

    /// A tagged template is a call with the texts and the values.
    pub(super) fn infer_tagged(&mut self, expr: &'a Expr, tag: &'a Expr, template: &'a Template) -> TypeId {
        let of = self.infer(tag, None);
        let of = self.present(of, tag, false);
        let texts = self.library_ref("TemplateStringsArray", &[]);
        let mut given = vec![Given { expr: tag, known: Some(texts), spread: false }];
        given.extend(template.exprs.iter().map(|expr| Given { expr, known: None, spread: false }));
        let signatures = if of == Types::ANY { Vec::new() } else { self.union_callable(of) };
        if signatures.is_empty() {
            self.infer_args_freely(&given);
            self.forget_after_call();
            return Types::ANY;
        }
        let lenient = !self.strict && self.is_library_callee(tag);
        let call = Call { args: &given, type_args: &[], span: expr.span, callee: tag.span, expected: None, lenient };
        let Meant { signature, ret, .. } = self.resolve_call(&signatures, &call);
        self.forget_after_call();
        if !self.strict && !signature.type_params.is_empty() { self.erase_generic(&signature) } else { ret }
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
        let given = self.given(args);
        let signatures = match self.types.get(of).clone() {
            Type::ClassValue(class) => {
                self.check_constructible(class, expr, callee);
                self.class_constructors(class)
            }
            Type::Function(function) if function.is_abstract => {
                let message =
                    format!("`{}` stands for an abstract class, which has no instances", self.types.print(of));
                self.report(Diagnostic::new(&ABSTRACT_CLASS, self.file, expr.span, message, "an abstract class"));
                function.signatures.clone()
            }
            Type::Any => Vec::new(),
            _ => self.constructors(of),
        };
        if signatures.is_empty() {
            self.infer_args_freely(&given);
            self.forget_after_call();
            // `new` on a function was refused by its name.
            let refused = self.declared_function(callee);
            if of != Types::ANY && self.strict && !refused {
                let found = self.types.print(of);
                let message = format!("`new` makes instances of classes, and this is `{found}`");
                self.report(Diagnostic::new(&NOT_CALLABLE, self.file, callee.span, message, "not a class"));
            }
            return Types::ANY;
        }
        let is_program_class = matches!(self.types.get(of), Type::ClassValue(_));
        let lenient = !self.strict && !is_program_class;
        let call = Call { args: &given, type_args, span: expr.span, callee: callee.span, expected, lenient };
        let Meant { signature, ret, .. } = self.resolve_call(&signatures, &call);
        self.forget_after_call();
        if !self.strict && !signature.type_params.is_empty() && type_args.is_empty() {
            return self.erase_generic(&signature);
        }
        ret
    }

    /// A name that a function declaration gives.
    fn declared_function(&self, callee: &Expr) -> bool {
        let named = self.binding_at(callee.id);
        named.is_some_and(|id| matches!(self.res.bindings[id.0 as usize].kind, BindingKind::Function))
    }

    /// Abstract classes have no instances of their own; a private constructor is for the class itself.
    fn check_constructible(&mut self, class: ClassId, expr: &'a Expr, callee: &'a Expr) {
        let name = self.res.classes[class.0 as usize].name.clone();
        let node = self.class_node(class);
        if node.is_abstract {
            let message = format!("`{name}` is abstract: make an instance of a class that extends it");
            self.report(Diagnostic::new(&ABSTRACT_CLASS, self.file, expr.span, message, "an abstract class"));
        }
        let hidden = node.members.iter().find_map(|member| match &member.kind {
            MemberKind::Method { function, .. } if function.kind == FunctionKind::Constructor => {
                member.modifiers.access.filter(|access| *access != Access::Public)
            }
            _ => None,
        });
        if let Some(access) = hidden.filter(|_| !self.class_stack.contains(&class)) {
            let word = if access == Access::Private { "private" } else { "protected" };
            let message = format!("the constructor of `{name}` is {word}");
            let label = "used outside of its class";
            self.report(Diagnostic::new(&PRIVATE_MEMBER, self.file, callee.span, message, label));
        }
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
}
