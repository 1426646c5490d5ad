//! `enum`: an object with a property per member and, for numbers, one back from the value to the name, as in TypeScript.

use mosl_syntax::ast::{EnumDecl, Expr, ExprKind};

use super::Lowerer;
use crate::mir::{Op, Plain, Repr, Temp};
use crate::program::Resolved;
use crate::types::{EnumValue, Type};

impl Lowerer<'_> {
    pub(super) fn enum_decl(&mut self, decl: &EnumDecl) {
        let object = self.plain(Plain::NewObject, &[]);
        if let Some(id) = self.declared(decl.id) {
            self.initialise(id, object);
        }
        let constants = self.enum_constants(decl);
        let mut last: Option<Temp> = None;
        let mut known: Vec<(String, Temp)> = vec![];
        for (index, member) in decl.members.iter().enumerate() {
            self.at(member.span);
            let value = match (&member.init, last) {
                (Some(init), _) => match constants.get(index) {
                    Some(EnumValue::Number(number)) => self.number(*number),
                    Some(EnumValue::String(text)) => self.string(text),
                    _ => self.enum_value(init, &known),
                },
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
            known.push((member.name.text.to_utf8_lossy(), value));
        }
    }

    /// What the check worked out.
    fn enum_constants(&self, decl: &EnumDecl) -> Vec<EnumValue> {
        let Some(id) = self.declared(decl.id) else { return vec![] };
        match self.program.types.get(self.binding(id).ty) {
            Type::EnumValue(of) => {
                self.program.types.enums[of.0 as usize].members.iter().map(|(_, value)| value.clone()).collect()
            }
            _ => vec![],
        }
    }

    /// A member may be the value of one before it, by its bare name.
    fn enum_value(&mut self, init: &Expr, known: &[(String, Temp)]) -> Temp {
        if let ExprKind::Ident(name) = &init.kind
            && matches!(self.resolved(init.id), Resolved::Unresolved)
            && let Some((_, value)) = known.iter().find(|(member, _)| *member == name.text.as_str())
        {
            return *value;
        }
        self.expr_static(init)
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
