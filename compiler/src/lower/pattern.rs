//! Destructuring: one routine for declarations, parameters and assignments, in ECMAScript's order.

use mosl_syntax::ast::{Expr, Pat, PatElem, PatKind, PatProp, PropKey};

use super::Lowerer;
use super::assign::target_name;
use super::control::Exit;
use super::member::{Target, is_plain_name};
use super::names::Key;
use crate::mir::{Op, Plain, Repr, Temp};
use crate::types::{TypeId, Types};

/// What a pattern does with the values it takes apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Initialises variables.
    Declare,
    /// Assigns to variables and places that exist.
    Assign,
}

impl Lowerer<'_> {
    pub(super) fn bind(&mut self, pat: &Pat, value: Temp, mode: Mode) {
        match &pat.kind {
            PatKind::Array { elems, rest } => self.bind_array(pat, elems, rest.as_deref(), value, mode),
            PatKind::Object { props, rest } => self.bind_object(pat, props, rest.as_deref(), value, mode),
            _ => {
                let place = self.place(pat, mode);
                self.put(pat, place, value, mode);
            }
        }
    }

    /// The place of a pattern that is none; nested patterns have none of their own.
    fn place(&mut self, pat: &Pat, mode: Mode) -> Option<Target> {
        match (&pat.kind, mode) {
            (PatKind::Array { .. } | PatKind::Object { .. } | PatKind::Missing, _) | (_, Mode::Declare) => None,
            (_, Mode::Assign) => Some(self.target(pat)),
        }
    }

    fn put(&mut self, pat: &Pat, place: Option<Target>, value: Temp, mode: Mode) {
        self.at(pat.span);
        match (&pat.kind, place) {
            (_, Some(place)) => self.write_target(&place, value, None),
            (PatKind::Ident(_), None) => {
                let caught = self.facts().catch_writes.get(&pat.id).copied();
                if let Some(id) = caught.or_else(|| self.declared(pat.id)) {
                    self.initialise(id, value);
                }
            }
            (PatKind::Missing, None) => {}
            (_, None) => self.bind(pat, value, mode),
        }
    }

    /// Gives a declared variable its first value.
    pub(super) fn initialise(&mut self, id: crate::program::BindingId, value: Temp) {
        let value = self.coerce_to_binding(value, id, None);
        if self.lookup(&Key::Binding(id)).is_none() {
            self.declare_binding(id);
        }
        self.write(&Key::Binding(id), value);
    }

    /// The value of an element, or its default where it is `undefined`.
    pub(super) fn with_default(&mut self, pat: &Pat, value: Temp, default: Option<&Expr>) -> Temp {
        let Some(default) = default else { return value };
        let value = self.as_any(value);
        let (absent, present, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.block_param(join, Repr::Any);
        let test = self.is_undefined(value);
        self.branch(test, absent, present);
        self.switch(present);
        self.jump_with(join, value);
        self.switch(absent);
        let fallback = self.named_expr(default, target_name(pat));
        let fallback = self.as_any(fallback);
        self.jump_with(join, fallback);
        self.switch(join);
        result
    }

    fn bind_elem(&mut self, elem: &PatElem, place: Option<Target>, value: Temp, mode: Mode) {
        let value = self.with_default(&elem.pat, value, elem.default.as_ref());
        self.put(&elem.pat, place, value, mode);
    }

    fn bind_object(&mut self, pat: &Pat, props: &[PatProp], rest: Option<&Pat>, value: Temp, mode: Mode) {
        let ty = self.type_of(pat.id);
        self.at(pat.span);
        let source = self.as_any(value);
        if props.is_empty() || !matches!(self.repr(value), Repr::Obj(_)) {
            self.plain_effect(Plain::RequireObject, &[source]);
        }
        let mut keys = vec![];
        for prop in props {
            let key = self.pattern_key(&prop.key, rest.is_some());
            let place = self.place(&prop.value.pat, mode);
            self.at(prop.span);
            if let (PatternKey::Value(key), true) = (&key, rest.is_some()) {
                keys.push(*key);
            }
            let item = self.pattern_value(value, source, ty, &key);
            self.bind_elem(&prop.value, place, item, mode);
        }
        if let Some(rest) = rest {
            let place = self.place(rest, mode);
            let mut operands = vec![source];
            operands.append(&mut keys);
            let others = self.any(Op::ObjectRest, &operands);
            self.put(rest, place, others, mode);
        }
    }

    /// A property's name; as a value where a rest property needs to know it.
    fn pattern_key(&mut self, key: &PropKey, as_value: bool) -> PatternKey {
        let name = match key {
            PropKey::Ident(name) => Some(name.text.to_string()),
            PropKey::Str(text, _) => text.to_utf8().filter(|text| is_plain_name(text)),
            _ => None,
        };
        match name {
            Some(name) if !as_value && is_plain_name(&name) => PatternKey::Name(name),
            _ => PatternKey::Value(self.prop_key(key)),
        }
    }

    fn pattern_value(&mut self, natural: Temp, source: Temp, ty: TypeId, key: &PatternKey) -> Temp {
        match key {
            PatternKey::Name(name) => {
                if let (Some((class, slot, _)), Repr::Obj(_)) = (self.field(ty, name), self.repr(natural)) {
                    let repr = self.out.field_repr(class, slot);
                    return self.emit(Op::GetField(class, slot), &[natural], repr);
                }
                let name = self.str(name);
                self.any(Op::GetProp(name), &[source])
            }
            PatternKey::Value(key) => self.plain(Plain::GetIndex, &[source, *key]),
        }
    }

    /// A property name as a key value: converted, so that it can be used more than once.
    pub(super) fn prop_key(&mut self, key: &PropKey) -> Temp {
        match key {
            PropKey::Ident(name) | PropKey::Private(name) => self.key(&name.text),
            PropKey::Str(text, _) => {
                let id = self.text(text);
                let text = self.emit(Op::Str(id), &[], Repr::Str);
                self.as_any(text)
            }
            PropKey::Num(value, _) => {
                let value = self.number(*value);
                let value = self.as_any(value);
                self.plain(Plain::ToKey, &[value])
            }
            PropKey::Computed(expr) => {
                let value = self.expr_any(expr);
                self.at(expr.span);
                self.plain(Plain::ToKey, &[value])
            }
        }
    }

    fn bind_array(&mut self, pat: &Pat, elems: &[Option<PatElem>], rest: Option<&Pat>, value: Temp, mode: Mode) {
        let source = self.as_any(value);
        self.at(pat.span);
        let iter = self.plain(Plain::IterInit, &[source]);
        let record = self.new_local("iterator", Repr::Any);
        self.set(record, iter);
        let outer = self.ctx().handler;
        let failed = self.new_block();
        self.f().exits.push(Exit::Iterator { record, is_async: false, outer });
        self.under_handler(Some(failed));
        for elem in elems {
            self.bind_array_elem(elem.as_ref(), record, mode);
        }
        if let Some(rest) = rest {
            let place = self.place(rest, mode);
            let iter = self.get(record);
            let array = self.plain(Plain::IterRest, &[iter]);
            self.put(rest, place, array, mode);
        }
        self.f().exits.pop();
        self.under_handler(outer);
        self.at(pat.span);
        let iter = self.get(record);
        self.plain_effect(Plain::IterClose, &[iter]);
        let done = self.new_block();
        self.jump(done);
        self.close_and_rethrow(failed, record);
        self.switch(done);
    }

    fn bind_array_elem(&mut self, elem: Option<&PatElem>, record: crate::mir::LocalId, mode: Mode) {
        let place = elem.and_then(|elem| self.place(&elem.pat, mode));
        let iter = self.get(record);
        let (value, _) = self.plain2(Plain::IterNext, &[iter]);
        if let Some(elem) = elem {
            self.bind_elem(elem, place, value, mode);
        }
    }

    /// The handler of code that steps an iterator: closes it, whose own errors are dropped, and throws on.
    pub(super) fn close_and_rethrow(&mut self, handler: crate::mir::BlockId, record: crate::mir::LocalId) {
        let error = self.catch(handler);
        let iter = self.get(record);
        self.plain_effect(Plain::IterCloseQuiet, &[iter]);
        self.throw(error);
    }

    /// The static type of an annotated pattern, if that says anything.
    pub(super) fn written_type(&self, ty: Option<&mosl_syntax::ast::Type>, pat: &Pat) -> Option<TypeId> {
        ty.map(|_| self.type_of(pat.id)).filter(|&ty| ty != Types::ANY)
    }
}

enum PatternKey {
    Name(String),
    Value(Temp),
}
