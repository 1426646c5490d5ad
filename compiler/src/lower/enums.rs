//! `enum`: an object with a property per member and, for numbers, one back from the value to the name, as in TypeScript.

use mosl_syntax::ast::EnumDecl;

use super::Lowerer;
use crate::mir::{Op, Plain, Repr, Temp};

impl Lowerer<'_> {
    pub(super) fn enum_decl(&mut self, decl: &EnumDecl) {
        let object = self.plain(Plain::NewObject, &[]);
        if let Some(id) = self.declared(decl.id) {
            self.initialise(id, object);
        }
        let mut last: Option<Temp> = None;
        for member in &decl.members {
            self.at(member.span);
            let value = match (&member.init, last) {
                (Some(init), _) => self.expr_static(init),
                (None, None) => self.number(0.0),
                (None, Some(last)) => self.next_value(last),
            };
            let name = self.text(&member.name.text);
            let name = self.emit(Op::Str(name), &[], Repr::Str);
            let name = self.as_any(name);
            let boxed = self.as_any(value);
            self.plain_effect(Plain::DefineField, &[object, name, boxed]);
            if self.repr(value) != Repr::Str {
                self.reverse(object, boxed, name, self.repr(value) == Repr::F64);
            }
            last = Some(value);
        }
    }

    fn next_value(&mut self, last: Temp) -> Temp {
        if let Some(&number) = self.ctx().numbers.get(&last) {
            return self.number(number + 1.0);
        }
        let last = self.convert(last, Repr::F64);
        let one = self.number(1.0);
        self.plain(Plain::F64Add, &[last, one])
    }

    /// `object[value] = name`, where the value is a number.
    fn reverse(&mut self, object: Temp, value: Temp, name: Temp, is_number: bool) {
        if is_number {
            self.plain_effect(Plain::DefineField, &[object, value, name]);
            return;
        }
        let (number, end) = (self.new_block(), self.new_block());
        let kind = self.plain(Plain::Typeof, &[value]);
        let wanted = self.string("number");
        let test = self.plain(Plain::StrEq, &[kind, wanted]);
        self.branch(test, number, end);
        self.switch(number);
        self.plain_effect(Plain::DefineField, &[object, value, name]);
        self.jump(end);
        self.switch(end);
    }
}
