//! Object literals.

use mosl_syntax::ast::{Expr, ExprKind, Function, FunctionKind as SyntaxKind, Prop, PropKey, PropKind};

use super::Lowerer;
use super::assign::is_anonymous;
use super::class::{Home, static_name};
use super::function::Role;
use super::member::is_plain_name;
use super::names::Key;
use crate::mir::{Op, Plain, Repr, Temp};

const ENUMERABLE: u8 = 4;

impl Lowerer<'_> {
    pub(super) fn object_literal(&mut self, props: &[Prop]) -> Temp {
        let object = self.plain(Plain::NewObject, &[]);
        let has_methods = props.iter().any(|prop| matches!(prop.kind, PropKind::Method { .. }));
        let home = has_methods.then(|| self.object_home(object));
        // Until an accessor or a spread came, a plain store defines: nothing on the object or above it can intervene.
        let mut simple = true;
        for prop in props {
            self.at(prop.span);
            match &prop.kind {
                PropKind::Value { key, value } => self.data_property(object, key, value, simple),
                PropKind::Shorthand(value) => {
                    if let ExprKind::Ident(name) = &value.kind {
                        self.data_property(object, &PropKey::Ident(name.clone()), value, simple);
                    }
                }
                PropKind::ShorthandDefault { .. } => {}
                PropKind::Method { key, function } => {
                    simple = false;
                    self.method_property(object, key, function, home);
                }
                PropKind::Spread(source) => {
                    simple = false;
                    let source = self.expr_any(source);
                    self.at(prop.span);
                    self.plain_effect(Plain::CopyProps, &[object, source]);
                }
            }
        }
        object
    }

    fn object_home(&mut self, object: Temp) -> Home {
        let serial = self.serial();
        self.declare_value(Key::Home(serial), "object", object);
        Home { serial }
    }

    fn data_property(&mut self, object: Temp, key: &PropKey, value: &Expr, simple: bool) {
        if let PropKey::Ident(name) = key
            && simple
            && is_plain_name(&name.text)
        {
            let value = self.named_expr(value, Some(&name.text));
            let value = self.as_any(value);
            self.at(key.span());
            let name = self.str(&name.text);
            self.effect(Op::SetProp(name), &[object, value]);
            return;
        }
        let name = static_name(key);
        let key_value = self.prop_key(key);
        let evaluated = self.named_expr(value, name.as_deref());
        let evaluated = self.as_any(evaluated);
        if name.is_none() && is_anonymous(value) {
            self.effect(Op::SetFunctionName(0), &[evaluated, key_value]);
        }
        self.at(key.span());
        self.plain_effect(Plain::DefineField, &[object, key_value, evaluated]);
    }

    fn method_property(&mut self, object: Temp, key: &PropKey, function: &Function, home: Option<Home>) {
        let name = static_name(key);
        let key = self.prop_key(key);
        let role = Role { home, receiver: None, is_derived: false };
        let closure = self.method(function, name.as_deref(), role);
        let kind = match function.kind {
            SyntaxKind::Getter => 1,
            SyntaxKind::Setter => 2,
            _ => 0,
        };
        debug_assert_eq!(self.repr(closure), Repr::Any);
        self.effect(Op::DefineMethod(kind + ENUMERABLE), &[object, key, closure]);
    }
}
