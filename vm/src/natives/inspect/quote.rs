//! Text as `console.log` shows it inside a value: quoted, with escapes, by the quote that needs the fewest.

use crate::string::StrView;

/// The text in quotes: `'` unless the text holds one and another kind of quote does not occur.
pub fn quote(view: StrView<'_>) -> String {
    let has = |c: char| view.units().any(|unit| unit == c as u16);
    let substitution =
        || (1..view.len()).any(|at| view.get(at - 1) == Some(b'$'.into()) && view.get(at) == Some(b'{'.into()));
    let mark = match has('\'') {
        true if !has('"') => '"',
        true if !has('`') && !substitution() => '`',
        _ => '\'',
    };
    let mut out = String::with_capacity(view.len() + 2);
    out.push(mark);
    escape_into(&mut out, view, mark);
    out.push(mark);
    out
}

/// The text with escapes, without quotes; as symbols' descriptions are shown.
pub fn escaped(view: StrView<'_>) -> String {
    let mut out = String::with_capacity(view.len());
    escape_into(&mut out, view, '\u{0}');
    out
}

fn escape_into(out: &mut String, view: StrView<'_>, mark: char) {
    for unit in char::decode_utf16(view.units()) {
        match unit {
            Ok('\u{8}') => out.push_str("\\b"),
            Ok('\t') => out.push_str("\\t"),
            Ok('\n') => out.push_str("\\n"),
            Ok('\u{c}') => out.push_str("\\f"),
            Ok('\r') => out.push_str("\\r"),
            Ok('\\') => out.push_str("\\\\"),
            Ok('\'') if mark == '\'' => out.push_str("\\'"),
            Ok(c @ ('\0'..='\u{1f}' | '\u{7f}'..='\u{9f}')) => out.push_str(&format!("\\x{:02X}", c as u32)),
            Ok(c) => out.push(c),
            Err(lone) => out.push_str(&format!("\\u{:04x}", lone.unpaired_surrogate())),
        }
    }
}

/// Whether a property name is shown without quotes.
pub fn is_plain_key(view: StrView<'_>) -> bool {
    let letter = |unit: u16| u8::try_from(unit).is_ok_and(|b| b.is_ascii_alphabetic() || b == b'_');
    let mut units = view.units();
    units.next().is_some_and(letter)
        && units.all(|unit| letter(unit) || u8::try_from(unit).is_ok_and(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let units: Vec<u16> = text.encode_utf16().collect();
        assert_eq!(quote(StrView::Wide(&units)), expect);
    }

    #[test]
    fn chooses_quotes() {
        check("a", "'a'");
        check("it's", "\"it's\"");
        check("it's \"so\"", "`it's \"so\"`");
        check("'\"`", "'\\'\"`'");
        check("'\"${", "'\\'\"${'");
        check("\"", "'\"'");
    }

    #[test]
    fn escapes() {
        check("a\nb\t\u{1}\\\u{7f}ü", "'a\\nb\\t\\x01\\\\\\x7Fü'");
        assert_eq!(quote(StrView::Wide(&[0xD83D])), "'\\ud83d'");
    }
}
