//! Primitives.

use super::Inspector;
use super::quote::{escaped, quote};
use crate::string::StrView;
use crate::value::Value;

/// Longer strings are cut.
const MAX_STRING: usize = 10_000;
/// Shorter strings are not broken at line ends.
const MIN_LINE: usize = 16;

impl Inspector<'_> {
    pub(super) fn primitive(&mut self, value: Value, plain_strings: bool) -> String {
        if let Some(string) = value.as_string() {
            return if plain_strings { string.to_rust() } else { self.string(string.view()) };
        }
        if let Some(number) = value.as_number() {
            return number_text(number);
        }
        if let Some(symbol) = value.as_symbol() {
            let description = symbol.description.as_string().map_or_else(String::new, |s| s.to_rust());
            return format!("Symbol({description})");
        }
        match value {
            Value::UNDEFINED => "undefined".into(),
            Value::NULL => "null".into(),
            Value::TRUE => "true".into(),
            Value::FALSE => "false".into(),
            _ => "<uninitialized>".into(),
        }
    }

    /// A string in quotes; one with line breaks is shown line by line where it is long.
    fn string(&self, view: StrView<'_>) -> String {
        let shown = view.len().min(MAX_STRING);
        let part = match view {
            StrView::Latin1(units) => StrView::Latin1(&units[..shown]),
            StrView::Wide(units) => StrView::Wide(&units[..shown]),
        };
        let rest = view.len() - shown;
        let more = match rest {
            0 => String::new(),
            1 => "... 1 more character".into(),
            _ => format!("... {rest} more characters"),
        };
        let room = (super::layout::BREAK_LENGTH).saturating_sub(self.indentation + 4);
        if shown > MIN_LINE && shown > room && part.units().any(|unit| unit == 10) {
            let lines: Vec<String> = lines(part).into_iter().map(quote).collect();
            return lines.join(&format!(" +\n{}", " ".repeat(self.indentation + 2))) + &more;
        }
        quote(part) + &more
    }
}

/// The lines, each with the line break that ends it.
fn lines(view: StrView<'_>) -> Vec<StrView<'_>> {
    match view {
        StrView::Latin1(units) => units.split_inclusive(|&unit| unit == b'\n').map(StrView::Latin1).collect(),
        StrView::Wide(units) => units.split_inclusive(|&unit| unit == 10).map(StrView::Wide).collect(),
    }
}

/// As Number::toString, but -0 keeps its sign.
pub(crate) fn number_text(number: f64) -> String {
    if number == 0.0 && number.is_sign_negative() {
        return "-0".into();
    }
    ryu_js::Buffer::new().format(number).to_owned()
}

/// `Symbol(description)` with escapes: a property's name.
pub(super) fn symbol_name(symbol: Value) -> String {
    let description = symbol.as_symbol().and_then(|s| s.description.as_string());
    format!("Symbol({})", description.map_or_else(String::new, |s| escaped(s.view())))
}
