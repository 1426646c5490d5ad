//! Literals: numbers and strings as the style writes them.

/// `0XAB` as `0xab`, `.5` as `0.5`, `5.` as `5`, `1E+5` as `1e5`; a unit stays.
pub fn number(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("0x") || lower.starts_with("0b") || lower.starts_with("0o") || lower.ends_with('n') {
        return lower;
    }
    let unit_at = lower.char_indices().find(|(at, c)| c.is_ascii_alphabetic() && !exponent(&lower, *at));
    let (digits, unit) = lower.split_at(unit_at.map_or(lower.len(), |(at, _)| at));
    let (mantissa, exponent) = digits.split_once('e').map_or((digits, None), |(m, e)| (m, Some(e)));
    let mut mantissa = mantissa.to_owned();
    if let Some(point) = mantissa.find('.') {
        let kept = mantissa.trim_end_matches('0').len().max((point + 2).min(mantissa.len()));
        mantissa.truncate(if kept == point + 1 { point } else { kept });
        if point == 0 {
            mantissa.insert(0, '0');
        }
    }
    let exponent = exponent.map(|e| e.trim_start_matches('+')).map(|e| format!("e{e}")).unwrap_or_default();
    format!("{mantissa}{exponent}{unit}")
}

/// Whether the letter at `at` begins the exponent of a number rather than a unit.
fn exponent(text: &str, at: usize) -> bool {
    let rest = text[at + 1..].trim_start_matches(['+', '-']);
    text.as_bytes()[at] == b'e' && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// A string literal in double quotes, unless single ones save escapes.
pub fn quoted(text: &str) -> String {
    let Some(inside) = text.get(1..text.len().saturating_sub(1)) else { return text.to_owned() };
    let (doubles, singles) = (inside.matches('"').count(), inside.matches('\'').count());
    let quote = if doubles > singles { '\'' } else { '"' };
    let mut out = String::with_capacity(text.len());
    out.push(quote);
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(escaped @ ('"' | '\'')) if escaped != quote => out.push(escaped),
                Some(escaped) => out.extend(['\\', escaped]),
                None => out.push('\\'),
            },
            c if c == quote => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::{number, quoted};

    #[test]
    fn numbers_are_lower_case_and_short() {
        let cases = [
            ("0XAB", "0xab"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1E+5", "1e5"),
            ("1.50", "1.5"),
            ("1_000", "1_000"),
            ("1.50E-3", "1.5e-3"),
            ("0.0", "0.0"),
            ("1.00", "1.0"),
            ("5mrk", "5mrk"),
            ("1.50s", "1.5s"),
            ("90deg", "90deg"),
            ("10n", "10n"),
        ];
        for (source, expect) in cases {
            assert_eq!(number(source), expect, "{source}");
        }
    }

    #[test]
    fn strings_take_double_quotes_unless_that_costs_escapes() {
        let cases = [
            ("'a'", "\"a\""),
            ("'a\"b'", "'a\"b'"),
            ("\"a'b\"", "\"a'b\""),
            (r"'it\'s'", "\"it's\""),
            (r#"'it\'s "x"'"#, r#"'it\'s "x"'"#),
            (r"'\d'", r#""\d""#),
            ("''", "\"\""),
        ];
        for (source, expect) in cases {
            assert_eq!(quoted(source), expect, "{source}");
        }
    }
}
