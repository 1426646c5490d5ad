//! Literals: numbers with units, regular expressions, templates, arrays.

use mosl_syntax::ast::{ArrayElem, Expr, Template, Text, Unit};

use super::Lowerer;
use crate::mir::{Op, Plain, Repr, Temp, TemplateDef};

impl Lowerer<'_> {
    pub(super) fn unit_literal(&mut self, digits: &str, unit: Unit) -> Temp {
        if unit == Unit::Mrk {
            let amount = parse_mrk(digits).unwrap_or(0);
            return self.any(Op::Mrk(amount), &[]);
        }
        let value: f64 = digits.parse().unwrap_or(f64::NAN);
        self.number(match unit {
            Unit::Mrk | Unit::S => value,
            Unit::Deg => value * std::f64::consts::PI / 180.0,
            Unit::Ms => value / 1000.0,
            Unit::Min => value * 60.0,
            Unit::H => value * 3600.0,
        })
    }

    pub(super) fn regex(&mut self, pattern: &Text, flags: &Text) -> Temp {
        let (pattern, flags) = (self.text(pattern), self.text(flags));
        self.any(Op::RegExp { pattern, flags }, &[])
    }

    /// `` `a${b}c` ``: a chain of concatenations.
    pub(super) fn template(&mut self, template: &Template) -> Temp {
        let mut whole: Option<Temp> = None;
        for (index, quasi) in template.quasis.iter().enumerate() {
            if let Some(text) = quasi.cooked.as_ref().filter(|text| !text.0.is_empty()) {
                let id = self.text(text);
                let part = self.emit(Op::Str(id), &[], Repr::Str);
                whole = Some(self.join(whole, part));
            }
            if let Some(expr) = template.exprs.get(index) {
                let value = self.expr(expr);
                self.at(expr.span);
                let part = self.as_str(value);
                whole = Some(self.join(whole, part));
            }
        }
        whole.unwrap_or_else(|| self.string(""))
    }

    fn join(&mut self, whole: Option<Temp>, part: Temp) -> Temp {
        match whole {
            Some(whole) => self.plain(Plain::StrConcat, &[whole, part]),
            None => part,
        }
    }

    pub(super) fn tagged_template(&mut self, tag: &Expr, template: &Template) -> Temp {
        let (callee, this) = self.callee(tag);
        let cooked = template
            .quasis
            .iter()
            .map(|quasi| quasi.cooked.as_ref().map(|text| self.out.strings.intern_units(&text.0)));
        let cooked = cooked.collect();
        let raw = template.quasis.iter().map(|quasi| self.out.strings.intern_units(&quasi.raw.0)).collect();
        let index = u32::try_from(self.out.templates.len()).unwrap_or(u32::MAX);
        self.out.templates.push(TemplateDef { cooked, raw });
        let mut args = vec![callee, this, self.any(Op::Template(index), &[])];
        for expr in &template.exprs {
            args.push(self.expr_any(expr));
        }
        self.any(Op::Call, &args)
    }

    pub(super) fn array_literal(&mut self, elems: &[ArrayElem]) -> Temp {
        let simple = elems.iter().take_while(|elem| matches!(elem, ArrayElem::Expr(_))).take(4096).count();
        let mut items = Vec::with_capacity(simple);
        for elem in &elems[..simple] {
            if let ArrayElem::Expr(expr) = elem {
                items.push(self.expr_any(expr));
            }
        }
        let array = self.any(Op::NewArray, &items);
        for elem in &elems[simple..] {
            match elem {
                ArrayElem::Hole => self.plain_effect(Plain::ArrayHole, &[array]),
                ArrayElem::Expr(expr) => {
                    let value = self.expr_any(expr);
                    self.plain_effect(Plain::ArrayPush, &[array, value]);
                }
                ArrayElem::Spread(expr) => {
                    let value = self.expr_any(expr);
                    self.at(expr.span);
                    self.plain_effect(Plain::ArraySpread, &[array, value]);
                }
            }
        }
        array
    }
}

/// An amount as written, in units of 10^-18; `None` where it has more than 18 decimals or does not fit.
fn parse_mrk(digits: &str) -> Option<u128> {
    const DECIMALS: usize = 18;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > DECIMALS {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let padded = format!("{fraction:0<DECIMALS$}");
    whole.checked_mul(10_u128.pow(18))?.checked_add(padded.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::parse_mrk;

    #[test]
    fn amounts_are_exact() {
        assert_eq!(parse_mrk("5"), Some(5_000_000_000_000_000_000));
        assert_eq!(parse_mrk("0.25"), Some(250_000_000_000_000_000));
        assert_eq!(parse_mrk(".000000000000000001"), Some(1));
        assert_eq!(parse_mrk("0.0000000000000000001"), None);
    }
}
