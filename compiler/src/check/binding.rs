//! The types of variables, and of the parts of patterns.

use mosl_syntax::Span;
use mosl_syntax::ast::{Expr, ExprKind, Pat, PatElem, PatKind, PatProp, SmolStr, VarKind};

use super::members::key_name;
use super::{Checker, Known};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::MISSING_MEMBER;
use crate::program::{BindingId, BindingKind};
use crate::resolve::Origin;
use crate::types::{Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// The declared type of a variable, or the one that its declaration gives it.
    pub(super) fn type_of_binding(&mut self, id: BindingId) -> TypeId {
        match self.bindings[id.0 as usize] {
            Known::Type(ty) => ty,
            Known::Busy => Types::ANY,
            Known::Not => {
                self.bindings[id.0 as usize] = Known::Busy;
                let file = self.res.bindings[id.0 as usize].file;
                let this = Types::ANY;
                let ty =
                    self.elsewhere(file, this, |checker| checker.silently(|checker| checker.find_type_of_binding(id)));
                // The declaration itself may have been reached on the way.
                if let Known::Type(known) = self.bindings[id.0 as usize] {
                    return known;
                }
                self.bindings[id.0 as usize] = Known::Type(ty);
                ty
            }
        }
    }

    fn find_type_of_binding(&mut self, id: BindingId) -> TypeId {
        let res = self.res;
        match &res.origins[id.0 as usize] {
            Origin::Declarator { declarator, kind, .. } => {
                let (declared, init) = self.declarator_types(declarator, *kind);
                self.declare_pattern(
                    &declarator.pat,
                    declared.unwrap_or(init),
                    declared.is_some(),
                    declarator.init.as_ref(),
                );
                self.known(id)
            }
            Origin::ForHead { declarator, right, is_of, is_await } => {
                let elem = self.head_element(right, *is_of, *is_await);
                let declared = declarator.ty.as_ref().map(|ty| self.annotation(ty));
                self.declare_pattern(&declarator.pat, declared.unwrap_or(elem), declared.is_some(), None);
                self.known(id)
            }
            Origin::Function(parts) => self.function_declaration_type(parts),
            Origin::Class(class) => self.types.intern(Type::ClassValue(*class)),
            // The head alone: the body is looked at where it is known what `this` is.
            Origin::Param { function, .. } => {
                self.head_of(function, None);
                self.known(id)
            }
            Origin::Enum(_) => {
                let of = self.enum_of(id);
                self.types.intern(Type::EnumValue(of))
            }
            Origin::Namespace => match res.bindings[id.0 as usize].kind {
                BindingKind::Namespace(file) => self.types.intern(Type::Namespace(file)),
                _ => Types::ANY,
            },
            Origin::Default(expr) => self.infer(expr, None),
            Origin::Catch(_) => Types::ANY,
        }
    }

    fn known(&self, id: BindingId) -> TypeId {
        match self.bindings[id.0 as usize] {
            Known::Type(ty) => ty,
            Known::Busy | Known::Not => Types::ANY,
        }
    }

    /// The written type of a declarator, and the type that its initialiser gives the pattern.
    pub(super) fn declarator_types(
        &mut self,
        declarator: &'a mosl_syntax::ast::Declarator,
        kind: VarKind,
    ) -> (Option<TypeId>, TypeId) {
        let declared = declarator.ty.as_ref().map(|ty| self.annotation(ty));
        let init = match &declarator.init {
            Some(init) => {
                let ty = self.infer(init, declared);
                if matches!(kind, VarKind::Const | VarKind::Using | VarKind::AwaitUsing) {
                    self.regular(ty)
                } else {
                    self.widen_value(ty, init)
                }
            }
            // `let x;` holds anything; what it holds is narrowed by its assignments.
            None => Types::ANY,
        };
        (declared, init)
    }

    pub(super) fn head_element(&mut self, right: &'a Expr, is_of: bool, is_await: bool) -> TypeId {
        let ty = self.infer(right, None);
        if !is_of {
            return Types::STRING;
        }
        let elem = if is_await { self.async_element_of(ty) } else { self.element_of(ty) };
        elem.unwrap_or(Types::ANY)
    }

    /// Gives every name of a pattern its type. `written`: the type was annotated, so that it is enforced.
    pub(super) fn declare_pattern(&mut self, pat: &'a Pat, ty: TypeId, written: bool, init: Option<&'a Expr>) {
        self.set_type(pat.id, ty);
        match &pat.kind {
            PatKind::Ident(_) => {
                if let Some(id) = self.binding_at(pat.id) {
                    self.declare_binding(id, ty, written, init.is_some_and(may_be_absent));
                }
            }
            PatKind::Array { elems, rest } => {
                self.note_destructured(pat, ty, init);
                if self.strict && self.element_of(ty).is_none() {
                    self.report_not_iterable(ty, pat.span);
                }
                for (index, elem) in elems.iter().enumerate() {
                    let Some(elem) = elem else { continue };
                    let (of, sure) = self.array_part(ty, index);
                    self.check_tuple_end(ty, index, elem.pat.span);
                    self.declare_part(elem, of, written && sure, !sure);
                }
                if let Some(rest) = rest {
                    let of = self.array_rest(ty, elems.len());
                    self.declare_pattern(rest, of, written, None);
                }
            }
            PatKind::Object { props, rest } => {
                self.note_destructured(pat, ty, init);
                for prop in props {
                    if let mosl_syntax::ast::PropKey::Computed(key) = &prop.key {
                        self.infer(key, None);
                    }
                    let member =
                        key_name(&prop.key).map(|name| (self.property_for_pattern(ty, &name, prop.key.span()), name));
                    let of = member.as_ref().map_or(Types::ANY, |(ty, _)| *ty);
                    let absent = member.is_some_and(|(_, name)| self.is_index_member(ty, &name));
                    self.declare_part(&prop.value, of, written, absent);
                }
                if let Some(rest) = rest {
                    let of = self.object_rest(ty, props);
                    self.declare_pattern(rest, of, false, None);
                }
            }
            PatKind::Expr(_) | PatKind::Missing => {}
        }
    }

    /// What `...rest` of an object pattern holds.
    pub(super) fn object_rest(&mut self, ty: TypeId, props: &[PatProp]) -> TypeId {
        let ty = self.expand(ty);
        if !self.strict || ty == Types::ANY {
            return Types::ANY;
        }
        let taken: Option<Vec<SmolStr>> = props.iter().map(|prop| key_name(&prop.key)).collect();
        match (taken, self.as_object(ty)) {
            (Some(taken), Some(mut object)) => {
                object.props.retain(|prop| !taken.contains(&prop.name));
                (object.call, object.construct) = (Vec::new(), Vec::new());
                self.types.object(object)
            }
            _ => Types::ANY,
        }
    }

    fn declare_part(&mut self, elem: &'a PatElem, ty: TypeId, written: bool, absent: bool) {
        let mut ty = ty;
        if let Some(default) = &elem.default {
            let found = self.infer(default, Some(ty));
            let found = self.widen_value(found, default);
            let present = self.without_undefined(ty);
            let adds_nothing = self.strict && matches!(self.types.get(found), Type::Object(_));
            ty = if present == Types::NEVER {
                found
            } else if adds_nothing && self.assignable(found, present) {
                present
            } else {
                self.types.union2(present, found)
            };
            if !self.strict {
                // The default may be of any type; so may what it stands in for.
                ty = if written { ty } else { Types::ANY };
            }
        }
        let absent = absent && elem.default.is_none();
        match &elem.pat.kind {
            PatKind::Ident(_) => {
                self.set_type(elem.pat.id, ty);
                if let Some(id) = self.binding_at(elem.pat.id) {
                    self.declare_binding(id, ty, written, absent);
                }
            }
            _ => self.declare_pattern(&elem.pat, ty, written, None),
        }
    }

    /// An element that destructuring takes from an array, and whether it is sure to be there.
    pub(super) fn array_part(&mut self, ty: TypeId, index: usize) -> (TypeId, bool) {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Tuple(tuple) => match self.tuple_elem(&tuple, index) {
                Some(of) => (of, true),
                None => (Types::UNDEFINED, true),
            },
            Type::Union(parts) if self.are_tuples(&parts) => {
                let of: Vec<TypeId> = parts.iter().map(|part| self.array_part(*part, index).0).collect();
                (self.types.union(of), true)
            }
            _ => (self.element_of(ty).unwrap_or(Types::ANY), false),
        }
    }

    pub(super) fn are_tuples(&self, parts: &[TypeId]) -> bool {
        parts.iter().all(|part| matches!(self.types.get(*part), Type::Tuple(_)))
    }

    /// A tuple has no more elements than its type says.
    pub(super) fn check_tuple_end(&mut self, ty: TypeId, index: usize, span: Span) {
        let ty = self.expand(ty);
        if let Type::Tuple(tuple) = self.types.get(ty).clone()
            && self.strict
            && self.tuple_elem(&tuple, index).is_none()
        {
            let length = super::report::count(tuple.elems.len(), "element");
            let message = format!("`{}` has {length}, and none at {index}", self.types.print(ty));
            self.report(Diagnostic::new(&MISSING_MEMBER, self.file, span, message, "not there"));
        }
    }

    fn array_rest(&mut self, ty: TypeId, from: usize) -> TypeId {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Tuple(tuple) => {
                let elems = tuple.elems.iter().skip(from).copied().collect();
                self.types.tuple(elems, false)
            }
            _ => {
                let elem = self.element_of(ty).unwrap_or(Types::ANY);
                self.types.array(elem)
            }
        }
    }

    pub(super) fn is_index_member(&mut self, ty: TypeId, name: &str) -> bool {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Object(object) => object.prop(name).is_none() && object.string_index.is_some(),
            _ => false,
        }
    }

    fn declare_binding(&mut self, id: BindingId, ty: TypeId, written: bool, absent: bool) {
        if absent && !written {
            self.absent.insert(id);
        }
        if let Known::Type(known) = self.bindings[id.0 as usize] {
            // A `var` declared again, or a declaration that a use had reached before: the first type stays.
            let _ = known;
            return;
        }
        let binding = &self.res.bindings[id.0 as usize];
        let mut ty = if ty == Types::THIS && !written { self.expand(ty) } else { ty };
        let is_variable = matches!(binding.kind, BindingKind::Let | BindingKind::Var);
        if is_variable && !written {
            if self.early_vars.contains(&id) && !self.strict {
                ty = Types::ANY;
            } else if !self.strict && binding.reassigned && ty != Types::ANY {
                // Assumed until an assignment says otherwise.
                let assumable = self.is_assumable(ty);
                if assumable && self.assume && !self.widened.contains(&id) {
                    self.assumed.insert(id);
                } else {
                    ty = Types::ANY;
                }
            } else if matches!(self.types.get(ty), Type::Null | Type::Undefined) {
                ty = Types::ANY;
            }
        }
        self.bindings[id.0 as usize] = Known::Type(ty);
    }

    /// Types that a reassigned variable of an untyped program can be assumed to keep.
    fn is_assumable(&self, ty: TypeId) -> bool {
        matches!(
            self.types.get(ty),
            Type::Number | Type::String | Type::Boolean | Type::Value(_) | Type::Class { .. } | Type::Array { .. }
        )
    }

    /// A variable's type as an expression yields it: a fresh literal loses its freshness, not its literal type.
    pub(super) fn regular(&mut self, ty: TypeId) -> TypeId {
        match self.types.get(ty).clone() {
            Type::Object(object) if object.fresh => {
                let mut object = (*object).clone();
                object.fresh = false;
                self.types.object(object)
            }
            Type::This => self.expand(ty),
            _ => ty,
        }
    }

    /// The type of a place that starts with a value of type `ty` and may change: literals become their primitive.
    pub(super) fn widen(&mut self, ty: TypeId) -> TypeId {
        match self.types.get(ty).clone() {
            Type::NumLit(_) => Types::NUMBER,
            Type::StrLit(_) => Types::STRING,
            Type::BoolLit(_) => Types::BOOLEAN,
            Type::EnumMember(of, _) => self.types.intern(Type::Enum(of)),
            Type::Union(parts) => {
                let parts: Vec<TypeId> = parts.iter().map(|part| self.widen(*part)).collect();
                self.types.union(parts)
            }
            _ => self.regular(ty),
        }
    }

    pub(super) fn without_undefined(&mut self, ty: TypeId) -> TypeId {
        let parts = self.types.parts(ty);
        let kept: Vec<TypeId> =
            parts.into_iter().filter(|part| !matches!(self.types.get(*part), Type::Undefined | Type::Void)).collect();
        self.types.union(kept)
    }

    pub(super) fn admits_undefined(&mut self, ty: TypeId) -> bool {
        self.assignable(Types::UNDEFINED, ty)
    }
}

/// Whether an expression reads an index, which may be out of range.
pub(super) fn may_be_absent(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Index { .. } => true,
        // A record's member; what is known to be there is not told apart here, which costs only a check.
        ExprKind::Paren(inner) | ExprKind::OptionalChain(inner) => may_be_absent(inner),
        ExprKind::Conditional { then, otherwise, .. } => may_be_absent(then) || may_be_absent(otherwise),
        ExprKind::Logical { right, .. } => may_be_absent(right),
        ExprKind::Sequence(exprs) => exprs.last().is_some_and(may_be_absent),
        _ => false,
    }
}
