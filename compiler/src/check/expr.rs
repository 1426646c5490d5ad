//! Expressions: one type each, in the flow of the program.

use mosl_syntax::Span;
use mosl_syntax::ast::{Expr, ExprKind, FunctionKind, Name, SmolStr, StmtKind};

use super::Checker;
use super::members::Member;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{
    BAD_CAST, MISSING_MEMBER, POSSIBLY_NULLISH, PRIVATE_MEMBER, UNASSIGNED_VARIABLE, UNKNOWN_MEMBER, UNKNOWN_NARROW,
};
use crate::diagnostics::suggest::nearest;
use crate::library;
use crate::program::{BindingId, BindingKind, Resolved};
use crate::resolve::Origin;
use crate::types::{Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// The type of an expression; `expected` is what its place wants, where it wants something.
    pub(super) fn infer(&mut self, expr: &'a Expr, expected: Option<TypeId>) -> TypeId {
        let expected = expected.filter(|expected| *expected != Types::ANY);
        let ty = self.infer_kind(expr, expected);
        self.set_type(expr.id, ty)
    }

    fn infer_kind(&mut self, expr: &'a Expr, expected: Option<TypeId>) -> TypeId {
        match &expr.kind {
            ExprKind::Ident(name) => self.infer_name(expr, name),
            ExprKind::This => match self.reference(expr).and_then(|id| self.env.get(id)) {
                Some(narrowed) => narrowed,
                None => self.this_type(),
            },
            ExprKind::Super => self.infer_super(),
            ExprKind::Null => Types::NULL,
            ExprKind::Bool(true) => Types::TRUE,
            ExprKind::Bool(false) => Types::FALSE,
            ExprKind::Num(value) => self.types.num_lit(*value),
            ExprKind::Unit { digits, unit } => self.infer_unit(digits, *unit, expr.span),
            ExprKind::Str(text) => match text.to_utf8() {
                Some(text) => self.types.str_lit(text),
                None => Types::STRING,
            },
            ExprKind::Regex { .. } => self.library_ref("RegExp", &[]),
            ExprKind::Template(template) => self.infer_template(template),
            ExprKind::TaggedTemplate { tag, template, .. } => {
                let tag = self.infer(tag, None);
                for part in &template.exprs {
                    self.infer(part, None);
                }
                self.forget_after_call();
                self.callable(tag).first().map_or(Types::ANY, |signature| {
                    if signature.type_params.is_empty() { signature.ret } else { Types::ANY }
                })
            }
            ExprKind::Array(elems) => self.infer_array(elems, expected),
            ExprKind::Object(props) => self.infer_object(props, expected),
            ExprKind::Function(function) => {
                let ty = self.infer_function(function, expected);
                debug_assert!(
                    function.kind != FunctionKind::Declaration || matches!(self.types.get(ty), Type::Function(_))
                );
                ty
            }
            ExprKind::Class(class) => match self.res.facts[usize::from(self.file.0)].classes.get(&class.id).copied() {
                Some(id) => {
                    self.check_class(id);
                    self.types.intern(Type::ClassValue(id))
                }
                None => Types::ANY,
            },
            ExprKind::Unary { op, operand } => self.infer_unary(*op, operand, expr.span),
            ExprKind::Update { target, .. } => self.infer_update(target, expr.span),
            ExprKind::Binary { op, left, right } => self.infer_binary(expr, *op, left, right),
            ExprKind::PrivateIn { object, .. } => {
                self.infer(object, None);
                Types::BOOLEAN
            }
            ExprKind::Logical { .. } => self.infer_logical(expr, expected),
            ExprKind::Assign { op, target, value } => self.infer_assign(*op, target, value, expr.span),
            ExprKind::Conditional { test, then, otherwise } => {
                let (yes, no) = self.condition(test);
                self.env = yes;
                let a = self.infer(then, expected);
                let after_then = std::mem::replace(&mut self.env, no);
                let b = self.infer(otherwise, expected);
                let after_else = std::mem::take(&mut self.env);
                self.env = self.join(after_then, after_else);
                self.types.union2(a, b)
            }
            ExprKind::Call { callee, type_args, args, optional } => {
                self.infer_call(expr, callee, type_args, args, *optional, expected)
            }
            ExprKind::New { callee, type_args, args } => self.infer_new(expr, callee, type_args, args, expected),
            ExprKind::Member { object, name, optional } => self.infer_member(expr, object, name, *optional),
            ExprKind::PrivateMember { object, name, optional } => {
                let key = SmolStr::from(format!("#{}", name.text.trim_start_matches('#')));
                let of = self.infer_object_of(object, *optional);
                let ty = match self.member(of, &key) {
                    Some(member) => member.ty,
                    None => Types::ANY,
                };
                self.narrowed(expr, ty)
            }
            ExprKind::Index { object, index, optional } => self.infer_index(expr, object, index, *optional),
            ExprKind::OptionalChain(inner) => {
                let ty = self.infer(inner, expected);
                if self.chain_may_stop(inner) { self.types.optional(ty) } else { ty }
            }
            ExprKind::Sequence(exprs) => {
                let mut last = Types::UNDEFINED;
                for (index, part) in exprs.iter().enumerate() {
                    let expected = if index + 1 == exprs.len() { expected } else { None };
                    last = self.infer(part, expected);
                }
                last
            }
            ExprKind::Await(inner) => {
                let ty = self.infer(inner, None);
                self.forget_after_call();
                self.awaited(ty)
            }
            ExprKind::Yield { delegate, value } => self.infer_yield(*delegate, value.as_deref()),
            ExprKind::NewTarget | ExprKind::ImportMeta | ExprKind::BigInt | ExprKind::Missing => Types::ANY,
            ExprKind::ImportCall(args) => {
                args.iter().for_each(|arg| {
                    self.infer(arg, None);
                });
                Types::ANY
            }
            ExprKind::As { expr: inner, ty } | ExprKind::TypeAssertion { expr: inner, ty } => {
                let target = self.annotation(ty);
                let found = self.infer(inner, Some(target));
                self.check_cast(found, target, expr.span);
                target
            }
            ExprKind::AsConst(inner) => {
                let outer = std::mem::replace(&mut self.const_context, true);
                let ty = self.infer(inner, None);
                self.const_context = outer;
                self.regular(ty)
            }
            ExprKind::Satisfies { expr: inner, ty } => {
                let target = self.annotation(ty);
                let found = self.infer(inner, Some(target));
                self.check_flow(found, target, inner);
                found
            }
            ExprKind::NonNull(inner) => {
                let ty = self.infer(inner, expected);
                self.without_nullish(ty)
            }
            ExprKind::Instantiation { expr: inner, .. } => {
                self.infer(inner, None);
                Types::ANY
            }
            ExprKind::Paren(inner) => self.infer(inner, expected),
        }
    }

    fn infer_yield(&mut self, delegate: bool, value: Option<&'a Expr>) -> TypeId {
        let ty = value.map_or(Types::UNDEFINED, |value| self.infer(value, None));
        let ty = if delegate { self.element_of(ty).unwrap_or(Types::ANY) } else { ty };
        if let Some(context) = self.functions.last_mut() {
            context.yields.push(ty);
        }
        self.forget_after_call();
        Types::ANY
    }

    fn infer_name(&mut self, expr: &'a Expr, name: &Name) -> TypeId {
        match self.res.facts[usize::from(self.file.0)].names.get(&expr.id).copied() {
            Some(Resolved::Undefined) => Types::UNDEFINED,
            Some(Resolved::Intrinsic(global)) => self.intrinsic(mosl_bytecode::natives::GLOBALS[usize::from(global)]),
            Some(Resolved::Binding(id)) => {
                let reference = self.binding_ref(id);
                match self.env.get(reference) {
                    Some(narrowed) => {
                        self.check_assigned(id, narrowed, name);
                        narrowed
                    }
                    None => self.type_of_binding(id),
                }
            }
            _ => Types::ANY,
        }
    }

    /// `let x: T;` starts as `undefined` in the flow, though `T` does not admit it.
    fn check_assigned(&mut self, id: BindingId, narrowed: TypeId, name: &Name) {
        let binding = &self.res.bindings[id.0 as usize];
        let Origin::Declarator { declarator, .. } = &self.res.origins[id.0 as usize] else { return };
        if declarator.ty.is_none()
            || declarator.init.is_some()
            || declarator.definite
            || binding.kind == BindingKind::Var
        {
            return;
        }
        let declared = self.type_of_binding(id);
        let may_be_undefined = self.types.parts(narrowed).contains(&Types::UNDEFINED);
        if may_be_undefined && !self.admits_undefined(declared) && self.strict {
            let message = format!("`{}` is read before it gets a value", name.text);
            let span = self.res.bindings[id.0 as usize].span;
            let diagnostic =
                Diagnostic::new(&UNASSIGNED_VARIABLE, self.file, name.span, message, "may have no value yet");
            self.report(diagnostic.also(span, "declared without a value"));
        }
    }

    /// The type of a built-in global.
    pub(super) fn intrinsic(&mut self, name: &str) -> TypeId {
        if let Some(known) = self.library_values.get(name) {
            return *known;
        }
        let mut ty = Types::ANY;
        let mut signatures = Vec::new();
        for tree in library::declarations(name, false) {
            for stmt in &tree.body {
                let StmtKind::Declare(inner) = &stmt.kind else { continue };
                match &inner.kind {
                    StmtKind::Var(var) => {
                        if let Some(notation) = var.declarators.first().and_then(|declarator| declarator.ty.as_ref()) {
                            ty = self.type_of_notation(notation, None);
                        }
                    }
                    StmtKind::Function(function) => signatures.push(self.library_function(function)),
                    _ => {}
                }
            }
        }
        if !signatures.is_empty() {
            ty = self.types.function(signatures);
        }
        self.library_values.insert(name.into(), ty);
        ty
    }

    fn library_function(&mut self, function: &'a mosl_syntax::ast::Function) -> crate::types::Signature {
        let depth = self.library_params.len();
        let type_params = self.type_params(&function.type_params, None);
        let mut params = Vec::with_capacity(function.params.len());
        for param in &function.params {
            let ty = param.ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, None));
            params.push(crate::types::ParamType {
                name: super::function::param_name(param),
                ty,
                optional: param.optional,
            });
        }
        let rest = function.rest.as_ref().map(|param| crate::types::ParamType {
            name: super::function::param_name(param),
            ty: param.ty.as_ref().map_or(Types::ANY_ARRAY, |ty| self.type_of_notation(ty, None)),
            optional: false,
        });
        let ret = function.ret.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, None));
        self.library_params.truncate(depth);
        crate::types::Signature { type_params, params, rest, ret, predicate: None }
    }

    fn infer_super(&mut self) -> TypeId {
        let Some(class) = self.class_stack.last().copied() else { return Types::ANY };
        let this = self.this_type();
        match self.types.get(this).clone() {
            Type::Class { args, .. } => self.class_base(class, &args).unwrap_or(Types::ANY),
            Type::ClassValue(_) => match self.res.classes[class.0 as usize].superclass {
                Some(parent) => self.types.intern(Type::ClassValue(parent)),
                None => Types::ANY,
            },
            _ => Types::ANY,
        }
    }

    /// What is known here about a reference, else its declared type.
    pub(super) fn narrowed(&mut self, expr: &Expr, declared: TypeId) -> TypeId {
        match self.reference(expr).and_then(|id| self.env.get(id)) {
            Some(narrowed) => narrowed,
            None => declared,
        }
    }

    /// The object of a member access: reported and stripped where it may be nullish.
    pub(super) fn infer_object_of(&mut self, object: &'a Expr, optional: bool) -> TypeId {
        let ty = self.infer(object, None);
        self.present(ty, object, optional)
    }

    pub(super) fn present(&mut self, ty: TypeId, object: &'a Expr, optional: bool) -> TypeId {
        let ty = self.expand(ty);
        if ty == Types::UNKNOWN {
            if !optional {
                let source = self.text(object.span).to_owned();
                let message = format!("nothing is known about `{source}`: it must be checked before it is used");
                let diagnostic = Diagnostic::new(&UNKNOWN_NARROW, self.file, object.span, message, "this is `unknown`");
                self.report(diagnostic.help("narrow it with `typeof` or `instanceof`"));
            }
            return Types::ANY;
        }
        let plain = self.without_nullish(ty);
        if plain == ty {
            return ty;
        }
        if !optional && self.strict {
            let source = self.text(object.span).to_owned();
            let shown = if source.len() > 40 || source.is_empty() { "this".to_owned() } else { format!("`{source}`") };
            let parts = self.types.parts(ty);
            let what =
                match (parts.contains(&Types::NULL), parts.contains(&Types::UNDEFINED) || parts.contains(&Types::VOID))
                {
                    (true, true) => "`null` or `undefined`",
                    (true, false) => "`null`",
                    _ => "`undefined`",
                };
            let (verb, help) = if plain == Types::NEVER {
                ("is", "give it a value first")
            } else {
                ("may be", "check it first, or write `?.`")
            };
            let message = format!("{shown} {verb} {what} here");
            let label = format!("this is `{}`", self.types.print(ty));
            self.report(Diagnostic::new(&POSSIBLY_NULLISH, self.file, object.span, message, label).help(help));
        }
        if plain == Types::NEVER { Types::ANY } else { plain }
    }

    fn infer_member(&mut self, expr: &'a Expr, object: &'a Expr, name: &Name, optional: bool) -> TypeId {
        let of = self.infer_object_of(object, optional);
        if name.missing || of == Types::ANY || of == Types::NEVER {
            return if of == Types::NEVER { Types::NEVER } else { self.narrowed(expr, Types::ANY) };
        }
        match self.member(of, &name.text) {
            Some(member) => {
                self.check_visible(&member, of, name);
                self.narrowed(expr, member.ty)
            }
            None => {
                let known = self.reference(expr).and_then(|id| self.env.get(id));
                if known.is_none() {
                    self.report_missing_member(of, name);
                }
                known.unwrap_or(Types::ANY)
            }
        }
    }

    pub(super) fn check_visible(&mut self, member: &Member, of: TypeId, name: &Name) {
        let Some((class, private)) = member.hidden else { return };
        let inside = self.class_stack.iter().any(|around| {
            if private {
                return *around == class;
            }
            let mut next = Some(*around);
            let mut steps = 0;
            while let Some(at) = next {
                if at == class {
                    return true;
                }
                steps += 1;
                next = self.res.classes[at.0 as usize].superclass.filter(|_| steps <= self.res.classes.len());
            }
            false
        });
        if !inside {
            let word = if private { "private" } else { "protected" };
            let message = format!("`{}` of `{}` is {word}", name.text, self.types.print(of));
            let label = if private { "used outside of its class" } else { "used outside of its class and subclasses" };
            self.report(Diagnostic::new(&PRIVATE_MEMBER, self.file, name.span, message, label));
        }
    }

    pub(super) fn report_missing_member(&mut self, of: TypeId, name: &Name) {
        let names = self.member_names(of);
        let near = nearest(&name.text, names.iter().map(SmolStr::as_str).filter(|name| !name.starts_with(['#', '@'])));
        let shown = self.types.print(of);
        // An untyped program may use any member of what it made itself; it is told only of what looks misspelt.
        let certain = self.strict || self.is_written_type(of);
        if !certain && near.is_none() {
            return;
        }
        let entry = if certain { &MISSING_MEMBER } else { &UNKNOWN_MEMBER };
        let message = format!("`{shown}` has no member `{}`", name.text);
        let mut diagnostic = Diagnostic::new(entry, self.file, name.span, message, "not known");
        if let Type::Union(parts) = self.types.get(of).clone()
            && near.is_none()
        {
            let lacking = parts.iter().copied().find(|part| self.member(*part, &name.text).is_none());
            if let Some(lacking) = lacking.map(|lacking| self.types.print(lacking)) {
                diagnostic = diagnostic.help(format!("`{lacking}` lacks it: tell the cases apart first"));
            }
        }
        self.report(diagnostic.suggest(name.span, near));
    }

    /// Types that someone wrote down, so that even an untyped program must keep to them.
    fn is_written_type(&self, ty: TypeId) -> bool {
        match self.types.get(ty) {
            Type::Interface { decl, .. } => self.decls[decl.0 as usize].file.is_some(),
            Type::Class { class, .. } => {
                let file = self.res.classes[class.0 as usize].file;
                self.loaded.files[usize::from(file.0)].is_library
            }
            Type::Object(object) => !object.open && !object.fresh,
            Type::EnumValue(_) => true,
            _ => false,
        }
    }

    fn infer_index(&mut self, expr: &'a Expr, object: &'a Expr, index: &'a Expr, optional: bool) -> TypeId {
        let of = self.infer_object_of(object, optional);
        let key = self.infer(index, None);
        let ty = self.index_read(of, key, index);
        self.narrowed(expr, ty)
    }

    /// The type of `of[key]`; that it may be absent is told by the syntax (`may_be_absent`).
    pub(super) fn index_read(&mut self, of: TypeId, key: TypeId, index: &'a Expr) -> TypeId {
        let of = self.expand(of);
        if of == Types::ANY || of == Types::NEVER {
            return Types::ANY;
        }
        if let Type::Union(parts) = self.types.get(of).clone() {
            let parts: Vec<TypeId> = parts.iter().map(|part| self.index_read(*part, key, index)).collect();
            return self.types.union(parts);
        }
        let key = self.expand(key);
        if self.types.is_generic(key) || matches!(self.types.get(of), Type::Param(_)) {
            return self.indexed_access(of, key);
        }
        let name = match self.types.get(key).clone() {
            Type::StrLit(text) => Some(text),
            Type::NumLit(bits) => Some(SmolStr::from(format!("{}", f64::from_bits(bits)))),
            Type::Union(_) => {
                let all = self.types.parts(key);
                if all.iter().all(|part| self.wants_literal(*part)) {
                    let parts: Vec<TypeId> = all.into_iter().map(|part| self.index_read(of, part, index)).collect();
                    return self.types.union(parts);
                }
                None
            }
            _ => None,
        };
        let (string, number) = self.index_types(of);
        let is_list =
            matches!(self.types.get(of), Type::Array { .. } | Type::String | Type::StrLit(_) | Type::EnumValue(_));
        if let Some(name) = &name
            && !(is_list && name.parse::<f64>().is_ok())
        {
            if let Some(member) = self.member(of, name) {
                return member.ty;
            }
            if string.is_none() && number.is_none() {
                let name = Name::new(name.clone(), index.span);
                self.report_missing_member(of, &name);
                return Types::ANY;
            }
        }
        let numeric = self.assignable(key, Types::NUMBER);
        match (numeric, number, string) {
            (true, Some(number), _) => number,
            (_, _, Some(string)) => string,
            _ => Types::ANY,
        }
    }

    /// Whether a link of an optional chain can find nothing, so that the whole is `undefined`.
    fn chain_may_stop(&mut self, expr: &Expr) -> bool {
        let (object, optional) = match &expr.kind {
            ExprKind::Member { object, optional, .. }
            | ExprKind::PrivateMember { object, optional, .. }
            | ExprKind::Index { object, optional, .. } => (object, *optional),
            ExprKind::Call { callee, optional, .. } => (callee, *optional),
            ExprKind::NonNull(inner) => return self.chain_may_stop(inner),
            _ => return false,
        };
        if optional {
            let ty = self.node_types[usize::from(self.file.0)].get(object.id.0 as usize).copied().unwrap_or(Types::ANY);
            let plain = self.without_nullish(ty);
            if plain != ty
                || matches!(self.types.get(ty), Type::Any | Type::Unknown)
                || super::binding::may_be_absent(object)
            {
                return true;
            }
        }
        self.chain_may_stop(object)
    }

    fn check_cast(&mut self, from: TypeId, to: TypeId, span: Span) {
        let wide = self.widen(from);
        if self.comparable(wide, to) || self.types.is_generic(to) || self.types.is_generic(from) || !self.strict {
            return;
        }
        let (expected, found) = (self.types.print(to), self.types.print(from));
        let message = format!("a `{found}` is never a `{expected}`");
        self.report(Diagnostic::new(&BAD_CAST, self.file, span, message, "this can never succeed"));
    }
}
