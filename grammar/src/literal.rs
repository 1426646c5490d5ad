//! The values of literals: names with escapes, strings and templates (UTF-16, lone surrogates allowed), numbers.
//! ECMAScript 2025, sections 12.7 to 12.9. Where tokens end is [`crate::scan`]'s business.

use crate::ast::{SmolStr, Text};

/// An escape that means nothing, as byte range within the literal's inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadEscape {
    pub start: usize,
    pub end: usize,
    /// `\1`, `\08`: octal escapes, gone in strict mode.
    pub octal: bool,
}

/// The inside of a string literal or of a template part, with its escapes read. In templates line ends become `\n`.
pub fn cook(inside: &str, template: bool) -> Result<Text, BadEscape> {
    if !(inside.contains('\\') || template && inside.contains('\r')) {
        return Ok(Text::from(inside));
    }
    let mut units = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            let start = inside.len() - rest.len();
            let (unit, length) =
                escape(rest).map_err(|(length, octal)| BadEscape { start, end: start + length, octal })?;
            match unit {
                Some(Unit::Code(code)) => units.push(code),
                Some(Unit::Char(c)) => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
                None => {}
            }
            rest = &rest[length..];
        } else if template && c == '\r' {
            units.push(u16::from(b'\n'));
            rest = rest.strip_prefix("\r\n").unwrap_or(&rest[1..]);
        } else {
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            rest = &rest[c.len_utf8()..];
        }
    }
    Ok(Text(units.into()))
}

/// The raw text of a template part: escapes kept, line ends normalised.
pub fn raw(inside: &str) -> Text {
    if inside.contains('\r') {
        Text::from(inside.replace("\r\n", "\n").replace('\r', "\n").as_str())
    } else {
        Text::from(inside)
    }
}

enum Unit {
    Code(u16),
    Char(char),
}

/// Reads the escape at the start: what it stands for (nothing for a line continuation) and its length in bytes; or the length
/// of what is wrong and whether it is octal.
fn escape(text: &str) -> Result<(Option<Unit>, usize), (usize, bool)> {
    let Some(c) = text[1..].chars().next() else { return Err((1, false)) };
    let simple = |byte: u8| Ok((Some(Unit::Code(u16::from(byte))), 2));
    match c {
        'n' => simple(b'\n'),
        't' => simple(b'\t'),
        'r' => simple(b'\r'),
        'b' => simple(8),
        'f' => simple(12),
        'v' => simple(11),
        '0' if !text[2..].starts_with(|next: char| next.is_ascii_digit()) => simple(0),
        '0'..='9' => Err((2, true)),
        'x' => {
            let code = text.get(2..4).and_then(parse_hex).ok_or((2, false))?;
            Ok((Some(Unit::Code(code as u16)), 4))
        }
        'u' => unicode_escape(text).ok_or((2, false)),
        '\r' if text[2..].starts_with('\n') => Ok((None, 3)),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => Ok((None, 1 + c.len_utf8())),
        _ => Ok((Some(Unit::Char(c)), 1 + c.len_utf8())),
    }
}

/// `\u0041`, `\u{1F600}`.
fn unicode_escape(text: &str) -> Option<(Option<Unit>, usize)> {
    let Some(braced) = text[2..].strip_prefix('{') else {
        let code = text.get(2..6).and_then(parse_hex)?;
        return Some((Some(Unit::Code(code as u16)), 6));
    };
    let digits = braced.find('}')?;
    let code = parse_hex(braced[..digits].trim_start_matches('0')).or_else(|| all_zeros(&braced[..digits]))?;
    let unit = match char::from_u32(code) {
        Some(c) => Unit::Char(c),
        None if code <= 0xffff => Unit::Code(code as u16),
        None => return None,
    };
    Some((Some(unit), 2 + 1 + digits + 1))
}

fn all_zeros(digits: &str) -> Option<u32> {
    (!digits.is_empty() && digits.bytes().all(|digit| digit == b'0')).then_some(0)
}

fn parse_hex(digits: &str) -> Option<u32> {
    let hex = !digits.is_empty() && digits.len() <= 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if hex { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// A name with its `\u` escapes read; `None` if one is no character.
pub fn name(text: &str) -> Option<SmolStr> {
    if !text.contains('\\') {
        return Some(SmolStr::new(text));
    }
    let units = cook(text, false).ok()?;
    units.to_utf8().map(SmolStr::from)
}

/// The value of a numeric literal (without `n` or unit). Malformed ones, reported by the lexer, are as good as readable.
pub fn number(text: &str) -> f64 {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    let lower = digits.to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = lower.strip_prefix(prefix) {
            return radix_number(rest, radix);
        }
    }
    let end = digits
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-')))
        .unwrap_or(digits.len());
    digits[..end]
        .parse()
        .unwrap_or_else(|_| digits[..end].trim_end_matches(['e', 'E', '+', '-']).parse().unwrap_or(0.0))
}

/// Correctly rounded: the digits of a power-of-two radix are bits, of which a double keeps 53 (ties to even).
fn radix_number(digits: &str, radix: u32) -> f64 {
    let width = radix.trailing_zeros();
    let mut mantissa: u64 = 0;
    let mut exponent: i32 = 0;
    let mut sticky = false;
    for digit in digits.chars().map_while(|c| c.to_digit(radix)) {
        for bit in (0..width).rev().map(|shift| u64::from(digit >> shift & 1)) {
            if mantissa >> 62 == 0 {
                mantissa = mantissa << 1 | bit;
            } else {
                exponent += 1;
                sticky |= bit == 1;
            }
        }
    }
    // 63 bits and the sticky bit in the lowest place round as the whole number would.
    let value = (mantissa | u64::from(sticky)) as f64;
    value * 2f64.powi(exponent.min(2000))
}
