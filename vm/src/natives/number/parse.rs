//! The numbers that texts begin with: parseFloat, parseInt.

use crate::string::StrView;

/// White space and line terminators, as `trim` and number parsing skip them.
pub const fn is_white_space(unit: u16) -> bool {
    matches!(
        unit,
        0x09..=0x0D | 0x20 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000 | 0xFEFF
    )
}

/// The bounds of `view` without white space at the chosen ends.
pub fn trim_bounds(view: StrView<'_>, at_start: bool, at_end: bool) -> (usize, usize) {
    let (mut start, mut end) = (0, view.len());
    while at_start && start < end && view.get(start).is_some_and(is_white_space) {
        start += 1;
    }
    while at_end && end > start && view.get(end - 1).is_some_and(is_white_space) {
        end -= 1;
    }
    (start, end)
}

/// The text without white space at the start, as ASCII; a unit that is none becomes a byte that no number has.
fn ascii(view: StrView<'_>) -> String {
    let (start, end) = trim_bounds(view, true, false);
    (start..end).filter_map(|at| view.get(at)).map(|unit| if unit < 128 { unit as u8 as char } else { '?' }).collect()
}

/// `parseFloat(text)`
pub fn parse_float(view: StrView<'_>) -> f64 {
    let text = ascii(view);
    match decimal_prefix(&text) {
        0 => f64::NAN,
        length => decimal(&text[..length]),
    }
}

/// `parseInt(text, radix)`, with radix after ToInt32.
pub fn parse_int(view: StrView<'_>, radix: i32) -> f64 {
    let text = ascii(view);
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (radix, digits) = match (radix, digits) {
        (0 | 16, [b'0', b'x' | b'X', rest @ ..]) => (16, rest),
        (0, _) => (10, digits),
        (2..=36, _) => (radix as u32, digits),
        _ => return f64::NAN,
    };
    let length = digits.iter().take_while(|&&b| char::from(b).is_digit(radix)).count();
    if length == 0 {
        return f64::NAN;
    }
    let magnitude = digits_to_number(&digits[..length], radix);
    if negative { -magnitude } else { magnitude }
}

/// The length of the longest StrDecimalLiteral at the start.
fn decimal_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    if text[sign..].starts_with("Infinity") {
        return sign + "Infinity".len();
    }
    let count = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = count(sign);
    let mut at = sign + whole;
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        fraction = count(at + 1);
        if whole + fraction > 0 {
            at += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let digits = at + 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        match count(digits) {
            0 => {}
            length => at = digits + length,
        }
    }
    at
}

/// The value of a StrDecimalLiteral; Rust reads it with correct rounding.
fn decimal(text: &str) -> f64 {
    match text.trim_start_matches(['+', '-']) {
        "Infinity" if text.starts_with('-') => f64::NEG_INFINITY,
        "Infinity" => f64::INFINITY,
        _ => text.parse().unwrap_or(f64::NAN),
    }
}

/// Digits of a base as a number, rounded correctly where the base is 10 or a power of two.
fn digits_to_number(digits: &[u8], radix: u32) -> f64 {
    if radix == 10 {
        return std::str::from_utf8(digits).ok().and_then(|d| d.parse().ok()).unwrap_or(f64::NAN);
    }
    let values = || digits.iter().filter_map(|&b| char::from(b).to_digit(radix));
    let exact = values().try_fold(0u64, |n, d| n.checked_mul(u64::from(radix))?.checked_add(u64::from(d)));
    match exact {
        _ if !radix.is_power_of_two() => by_parts(values(), radix),
        // The conversion rounds to nearest, ties to even.
        Some(n) => n as f64,
        None => power_of_two(values(), radix.trailing_zeros()),
    }
}

/// The standard leaves the last bits of large numbers open; these are V8's, which gathers as many digits as fit into 32 bits.
fn by_parts(digits: impl Iterator<Item = u32>, radix: u32) -> f64 {
    const MOST: u32 = u32::MAX / 36;
    let (mut value, mut part, mut scale) = (0.0, 0, 1);
    for digit in digits {
        if scale * radix > MOST {
            value = value * f64::from(scale) + f64::from(part);
            (part, scale) = (0, 1);
        }
        part = part * radix + digit;
        scale *= radix;
    }
    value * f64::from(scale) + f64::from(part)
}

/// Gathers 64 significant bits, the last of which tells whether any later one is set, and scales.
fn power_of_two(digits: impl Iterator<Item = u32>, bits: u32) -> f64 {
    let (mut significand, mut exponent) = (0u64, 0i32);
    for digit in digits {
        for bit in (0..bits).rev().map(|at| u64::from(digit >> at & 1)) {
            if significand < 1 << 62 {
                significand = significand << 1 | bit;
            } else {
                significand |= bit;
                exponent = exponent.saturating_add(1);
            }
        }
    }
    if exponent > 2000 { f64::INFINITY } else { significand as f64 * 2f64.powi(exponent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(text: &str) -> StrView<'_> {
        StrView::Latin1(text.as_bytes())
    }

    #[test]
    fn prefixes() {
        for (text, expect) in [
            ("3.25abc", 3.25),
            ("  -2.5e2x", -250.0),
            ("1e", 1.0),
            ("1e+", 1.0),
            (".5.5", 0.5),
            ("Infinityx", f64::INFINITY),
        ] {
            assert_eq!(parse_float(view(text)), expect, "{text}");
        }
        for (text, radix, expect) in [
            ("12px", 0, 12.0),
            ("0x1f", 0, 31.0),
            ("-0x1f", 16, -31.0),
            ("zz", 36, 1295.0),
            ("101", 2, 5.0),
            ("9007199254740993", 10, 9007199254740992.0),
        ] {
            assert_eq!(parse_int(view(text), radix), expect, "{text}");
        }
        assert!(
            parse_float(view("x")).is_nan() && parse_int(view("x"), 10).is_nan() && parse_int(view("1"), 37).is_nan()
        );
    }
}
