//! Object and array literals, templates, regular expressions and units.

use mosl_syntax::Span;
use mosl_syntax::ast::{ArrayElem, Expr, ExprKind, FunctionKind, Prop, PropKey, PropKind, SmolStr, Template, Unit};
use rustc_hash::FxHashMap;

use super::Checker;
use super::members::key_name;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{NOT_ITERABLE, UNKNOWN_UNIT};
use crate::types::{ObjectType, PropType, TupleElemType, Type, TypeId, Types};

impl<'a> Checker<'a> {
    pub(super) fn infer_array(&mut self, elems: &'a [ArrayElem], expected: Option<TypeId>) -> TypeId {
        let expected = expected.and_then(|expected| self.list_context(expected));
        let tuple = expected.and_then(|expected| match self.types.get(expected) {
            Type::Tuple(tuple) => Some(tuple.clone()),
            _ => None,
        });
        let elem_context = match (&tuple, expected) {
            (None, Some(expected)) => self.element_of(expected),
            _ => None,
        };
        let elem_context = elem_context.filter(|context| self.strict || !self.types.is_generic(*context));
        let mut parts: Vec<TupleElemType> = Vec::with_capacity(elems.len());
        for (index, elem) in elems.iter().enumerate() {
            let context = match &tuple {
                Some(tuple) => self.tuple_elem(tuple, index),
                None => elem_context,
            };
            let part = match elem {
                ArrayElem::Hole => TupleElemType { ty: Types::UNDEFINED, optional: false, rest: false },
                ArrayElem::Expr(expr) => {
                    let ty = self.infer(expr, context);
                    TupleElemType { ty: self.settle(ty, context, expr), optional: false, rest: false }
                }
                ArrayElem::Spread(expr) => {
                    let ty = self.infer(expr, None);
                    let ty = self.expand(ty);
                    if let (Type::Tuple(spread), true) = (self.types.get(ty), tuple.is_some() || self.const_context) {
                        parts.extend(spread.elems.iter().copied());
                        continue;
                    }
                    TupleElemType { ty: self.spread_element(ty, expr.span), optional: false, rest: true }
                }
            };
            parts.push(part);
        }
        if self.const_context {
            return self.types.tuple(parts, true);
        }
        if tuple.is_some() {
            return self.types.tuple(parts, false);
        }
        if !self.strict && elem_context.is_none() {
            return Types::ANY_ARRAY;
        }
        let mut all: Vec<TypeId> = parts.iter().map(|part| part.ty).collect();
        if all.is_empty() {
            // An empty array takes what its place expects; without one it may hold anything.
            return self.types.array(elem_context.unwrap_or(Types::ANY));
        }
        all.dedup();
        let elem = self.types.union(all);
        self.types.array(elem)
    }

    /// The part of an expected type that an array literal can be.
    pub(super) fn list_context(&mut self, expected: TypeId) -> Option<TypeId> {
        let mut expected = self.expand(expected);
        if let Type::Param(param) = *self.types.get(expected) {
            expected = self.types.params[param.0 as usize].constraint?;
        }
        let parts = self.types.parts(expected);
        let lists = parts.into_iter().filter(|part| {
            matches!(self.types.get(*part), Type::Array { .. } | Type::Tuple(_))
                || self.is_library(*part, "Iterable")
                || self.is_library(*part, "ArrayLike")
        });
        let lists: Vec<TypeId> = lists.collect();
        match lists[..] {
            [only] => Some(only),
            [] => None,
            // `readonly unknown[] | []` asks for a tuple.
            _ => lists.iter().copied().find(|list| matches!(self.types.get(*list), Type::Tuple(_))).or(Some(lists[0])),
        }
    }

    /// A literal keeps its type only where its context asks for literals (or `as const` does).
    fn settle(&mut self, ty: TypeId, context: Option<TypeId>, value: &Expr) -> TypeId {
        if self.const_context || context.is_some_and(|context| self.wants_literal(context)) {
            ty
        } else {
            match self.types.get(ty) {
                Type::Object(_) => ty,
                _ => self.widen_value(ty, value),
            }
        }
    }

    pub(super) fn spread_element(&mut self, ty: TypeId, span: Span) -> TypeId {
        match self.element_of(ty) {
            Some(elem) => {
                self.check_sends_nothing(ty, span);
                elem
            }
            None => {
                self.report_not_iterable(ty, span);
                Types::ANY
            }
        }
    }

    /// Loops and spreads send nothing into a generator.
    pub(super) fn check_sends_nothing(&mut self, ty: TypeId, span: Span) {
        let ty = self.expand(ty);
        let sent = match self.types.get(ty) {
            Type::Interface { decl, args } if self.decls[decl.0 as usize].file.is_none() => args.get(2).copied(),
            _ => None,
        };
        let Some(sent) = sent.filter(|sent| self.reports_strictly() && !self.admits_undefined(*sent)) else { return };
        let message =
            format!("this generator is sent a `{}` for each `yield`, and nothing is sent here", self.types.print(sent));
        let diagnostic =
            Diagnostic::new(&NOT_ITERABLE, self.file, span, message, format!("this is `{}`", self.types.print(ty)));
        self.report(diagnostic.help("call its method `next(…)`"));
    }

    pub(super) fn report_not_iterable(&mut self, ty: TypeId, span: Span) {
        if !self.strict || ty == Types::ANY {
            return;
        }
        let found = self.types.print(ty);
        let message = format!("`{found}` cannot be iterated over");
        let mut diagnostic = Diagnostic::new(&NOT_ITERABLE, self.file, span, message, "not iterable");
        let plain = self.without_nullish(ty);
        if plain != ty {
            diagnostic = diagnostic.help("it may be `null` or `undefined`: check it first, or write `?? []`");
        } else if matches!(self.types.get(ty), Type::Object(_)) {
            diagnostic = diagnostic.help("`Object.entries(…)` yields an object's keys and values");
        }
        self.report(diagnostic);
    }

    pub(super) fn infer_object(&mut self, props: &'a [Prop], expected: Option<TypeId>) -> TypeId {
        // Of a type parameter nothing is known here.
        let expected = expected.filter(|expected| self.strict || !self.types.is_generic(*expected));
        let expected = expected.map(|expected| self.object_context(expected, props));
        let mut object = ObjectType { fresh: true, open: !self.strict && expected.is_none(), ..ObjectType::default() };
        let this = expected.unwrap_or(Types::ANY);
        let mut spreads_any = false;
        for prop in props {
            match &prop.kind {
                PropKind::Value { key, value } => self.object_prop(&mut object, key, value, expected),
                PropKind::Shorthand(value) => {
                    if let mosl_syntax::ast::ExprKind::Ident(name) = &value.kind {
                        let context = expected.and_then(|expected| self.prop_context(expected, &name.text));
                        let ty = self.infer(value, context);
                        let ty = self.settle(ty, context, value);
                        set_prop(&mut object, name.text.clone(), ty, false);
                    }
                }
                PropKind::ShorthandDefault { name, default } => {
                    self.infer(name, None);
                    self.infer(default, None);
                }
                PropKind::Method { key, function } => {
                    self.computed_key(key);
                    let name = key_name(key);
                    let context =
                        name.as_ref().and_then(|name| expected.and_then(|expected| self.prop_context(expected, name)));
                    self.this_types.push(this);
                    let ty = self.infer_function(function, context);
                    self.this_types.pop();
                    let Some(name) = name else { continue };
                    match function.kind {
                        FunctionKind::Getter => {
                            let ret = self.callable(ty).first().map_or(Types::ANY, |signature| signature.ret);
                            let setter = object.props.iter_mut().find(|prop| prop.name == name && prop.write.is_some());
                            match setter {
                                Some(prop) => prop.ty = ret,
                                None => set_prop(&mut object, name, ret, true),
                            }
                        }
                        FunctionKind::Setter => {
                            let param = self
                                .callable(ty)
                                .first()
                                .and_then(|signature| signature.params.first().map(|param| param.ty));
                            let written = function.params.first().is_some_and(|param| param.ty.is_some());
                            let known = object.prop(&name).map(|prop| prop.ty);
                            let takes = param.filter(|_| written).or(known).unwrap_or(Types::ANY);
                            set_prop(&mut object, name.clone(), known.or(param).unwrap_or(Types::ANY), false);
                            if let Some(prop) = object.props.iter_mut().find(|prop| prop.name == name) {
                                prop.write = Some(takes);
                            }
                        }
                        _ => set_prop(&mut object, name, ty, false),
                    }
                }
                PropKind::Spread(value) => {
                    // A literal that is spread is part of this one.
                    let is_literal = matches!(value.without_parens().kind, ExprKind::Object(_));
                    let ty = self.infer(value, expected.filter(|_| is_literal && self.strict));
                    spreads_any |= !self.spread_into(&mut object, ty);
                }
            }
        }
        if spreads_any {
            return Types::ANY;
        }
        if self.const_context {
            object.props.iter_mut().for_each(|prop| prop.readonly = true);
        }
        self.types.object(object)
    }

    fn computed_key(&mut self, key: &'a PropKey) -> Option<TypeId> {
        match key {
            PropKey::Computed(expr) => Some(self.infer(expr, None)),
            _ => None,
        }
    }

    fn object_prop(&mut self, object: &mut ObjectType, key: &'a PropKey, value: &'a Expr, expected: Option<TypeId>) {
        let key_type = self.computed_key(key);
        let mut name = key_name(key);
        if let (None, Some(key)) = (&name, key_type) {
            match self.types.get(key).clone() {
                Type::StrLit(text) => name = Some(text),
                Type::EnumMember(of, at) => {
                    if let crate::types::EnumValue::String(text) =
                        &self.types.enums[of.0 as usize].members[at as usize].1
                    {
                        name = Some(text.as_str().into());
                    }
                }
                _ => {}
            }
        }
        let context = match (&name, expected) {
            (Some(name), Some(expected)) => self.prop_context(expected, name),
            (None, Some(expected)) => self.index_types(expected).0,
            _ => None,
        };
        let ty = self.infer(value, context);
        let ty = self.settle(ty, context, value);
        match name {
            Some(name) => set_prop(object, name, ty, false),
            None => {
                let slot =
                    if key_type == Some(Types::NUMBER) { &mut object.number_index } else { &mut object.string_index };
                *slot = Some(match *slot {
                    Some(before) => self.types.union2(before, ty),
                    None => ty,
                });
            }
        }
    }

    /// Adds the members of a spread value; says whether they are known.
    fn spread_into(&mut self, object: &mut ObjectType, ty: TypeId) -> bool {
        let ty = self.without_nullish(ty);
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Never => true,
            Type::Object(_) | Type::Interface { .. } | Type::Class { .. } | Type::Intersection(_) => {
                if let Type::Object(source) = self.types.get(ty).clone() {
                    object.open |= source.open;
                    object.string_index = object.string_index.or(source.string_index);
                    object.number_index = object.number_index.or(source.number_index);
                }
                let mut places: FxHashMap<SmolStr, usize> =
                    object.props.iter().enumerate().map(|(at, prop)| (prop.name.clone(), at)).collect();
                for (name, member) in self.members(ty) {
                    if name.starts_with('#') || (member.is_method && matches!(self.types.get(ty), Type::Class { .. })) {
                        continue;
                    }
                    let at = *places.entry(name.clone()).or_insert(object.props.len());
                    let before = object.props.get(at).map(|prop| prop.ty);
                    let prop = match before.filter(|_| member.optional) {
                        Some(before) => {
                            let present = self.without_undefined(member.ty);
                            PropType::new(name, self.types.union2(before, present))
                        }
                        None => PropType { optional: member.optional, ..PropType::new(name, member.ty) },
                    };
                    match object.props.get_mut(at) {
                        Some(place) => *place = prop,
                        None => object.props.push(prop),
                    }
                }
                true
            }
            _ => false,
        }
    }

    /// Of a union, the members that the literal's discriminants admit.
    pub(super) fn object_context(&mut self, expected: TypeId, props: &'a [Prop]) -> TypeId {
        let expected = self.expand(expected);
        let parts: Vec<TypeId> =
            self.types.parts(expected).into_iter().filter(|part| !self.is_primitive(*part)).collect();
        if parts.len() < 2 {
            return parts.first().copied().unwrap_or(expected);
        }
        let mut kept = parts.clone();
        for prop in props {
            let PropKind::Value { key, value } = &prop.kind else { continue };
            let literal = match &value.kind {
                mosl_syntax::ast::ExprKind::Str(text) => self.types.str_lit(text.to_utf8_lossy()),
                mosl_syntax::ast::ExprKind::Num(number) => self.types.num_lit(*number),
                mosl_syntax::ast::ExprKind::Bool(true) => Types::TRUE,
                mosl_syntax::ast::ExprKind::Bool(false) => Types::FALSE,
                _ => continue,
            };
            let Some(name) = key_name(key) else { continue };
            let tells = kept.iter().any(|part| {
                self.member(*part, &name).is_some_and(|member| self.wants_literal(member.ty) || self.is_unit(member.ty))
            });
            if !tells {
                continue;
            }
            let fitting: Vec<TypeId> = kept
                .iter()
                .copied()
                .filter(|part| self.member(*part, &name).is_some_and(|member| self.assignable(literal, member.ty)))
                .collect();
            if !fitting.is_empty() {
                kept = fitting;
            }
        }
        self.types.union(kept)
    }

    pub(super) fn prop_context(&mut self, expected: TypeId, name: &str) -> Option<TypeId> {
        if expected == Types::ANY {
            return None;
        }
        let parts = self.types.parts(expected);
        let mut all = Vec::new();
        for part in parts {
            if let Some(member) = self.member(part, name) {
                all.push(member.ty);
            } else if let (Some(value), _) = self.index_types(part) {
                all.push(value);
            }
        }
        (!all.is_empty()).then(|| self.types.union(all)).filter(|ty| *ty != Types::ANY)
    }

    pub(super) fn infer_template(&mut self, template: &'a Template) -> TypeId {
        for expr in &template.exprs {
            self.infer(expr, None);
        }
        match (&template.quasis[..], template.exprs.is_empty()) {
            ([only], true) => match &only.cooked {
                Some(text) => self.types.str_lit(text.to_utf8_lossy()),
                None => Types::STRING,
            },
            _ => Types::STRING,
        }
    }

    pub(super) fn infer_unit(&mut self, digits: &str, unit: Unit, span: Span) -> TypeId {
        if unit != Unit::Mrk {
            return Types::NUMBER;
        }
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let fraction = fraction.trim_end_matches('0');
        let fits = whole.trim_start_matches('0').len() <= 20;
        if !plain || fraction.len() > 18 || !fits {
            let message = format!("`{digits}mrk` is no amount of MRK");
            let label = if fraction.len() > 18 { "more than 18 decimals" } else { "not an amount" };
            self.report(Diagnostic::new(&UNKNOWN_UNIT, self.file, span, message, label));
        }
        Types::MRK
    }
}

fn set_prop(object: &mut ObjectType, name: mosl_syntax::ast::SmolStr, ty: TypeId, readonly: bool) {
    match object.props.iter_mut().find(|prop| prop.name == name) {
        Some(prop) => *prop = PropType { readonly, ..PropType::new(name, ty) },
        None => object.props.push(PropType { readonly, ..PropType::new(name, ty) }),
    }
}
