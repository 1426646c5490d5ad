//! Numbers as text: ECMAScript's Number::toString in any base, toFixed, toExponential, toPrecision. All are exact: decimal
//! digits come from the double's full expansion, rounded half up as the standard asks.

/// Number::toString(x, 10).
pub fn to_decimal(x: f64) -> String {
    let mut buffer = ryu_js::Buffer::new();
    buffer.format(x).to_owned()
}

/// The decimal digits of a positive finite `x`, rounded half up at `digits` significant digits, and the exponent of the first digit
/// (`d.ddd × 10^exponent`).
fn significant(x: f64, digits: usize) -> (Vec<u8>, i32) {
    // Rust prints a double's exact value; 767 digits are the most that one has.
    let exact = format!("{x:.800e}");
    let (mantissa, exponent) = exact.split_once('e').unwrap_or((&exact, "0"));
    let mut exponent: i32 = exponent.parse().unwrap_or(0);
    let all: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    let mut kept = all[..digits.min(all.len())].to_vec();
    kept.resize(digits, b'0');
    if all.get(digits).is_some_and(|&next| next >= b'5') && increment(&mut kept) {
        exponent += 1;
        kept.pop();
    }
    (kept, exponent)
}

/// Adds one in the last place; true where that made the number a digit longer.
fn increment(digits: &mut Vec<u8>) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return false;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
    true
}

fn text(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).unwrap_or_default()
}

fn signed(x: f64, magnitude: String) -> String {
    if x < 0.0 { format!("-{magnitude}") } else { magnitude }
}

/// `x.toFixed(places)` for a finite |x| < 10^21; `places` up to 100.
pub fn to_fixed(x: f64, places: usize) -> String {
    let exact = format!("{:.*}", places + 1, x.abs());
    let magnitude = if exact.ends_with('5') {
        // Whether this is a tie needs all digits; Rust would round it to even.
        round_half_up(&format!("{:.1075}", x.abs()), places)
    } else {
        format!("{:.*}", places, x.abs())
    };
    let is_zero = magnitude.bytes().all(|b| matches!(b, b'0' | b'.'));
    // -0.0000001.toFixed(2) is "-0.00": only a true zero loses its sign.
    if is_zero && x == 0.0 { magnitude } else { signed(x, magnitude) }
}

fn round_half_up(exact: &str, places: usize) -> String {
    let point = exact.find('.').unwrap_or(exact.len());
    let mut digits: Vec<u8> = exact.bytes().filter(u8::is_ascii_digit).collect();
    let up = digits.get(point + places).is_some_and(|&d| d >= b'5');
    digits.truncate(point + places);
    let point = if up && increment(&mut digits) { point + 1 } else { point };
    if places == 0 { text(&digits).into() } else { format!("{}.{}", text(&digits[..point]), text(&digits[point..])) }
}

/// `x.toExponential(places)` for a finite x; as many digits as needed where `places` is `None`.
pub fn to_exponential(x: f64, places: Option<usize>) -> String {
    if x == 0.0 {
        return scientific(&vec![b'0'; places.unwrap_or(0) + 1], 0);
    }
    let (digits, exponent) = match places {
        Some(places) => significant(x.abs(), places + 1),
        None => shortest(x.abs()),
    };
    signed(x, scientific(&digits, exponent))
}

/// The fewest digits that read back as x, and the exponent of the first.
fn shortest(x: f64) -> (Vec<u8>, i32) {
    let shown = format!("{x:e}");
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    (mantissa.bytes().filter(u8::is_ascii_digit).collect(), exponent.parse().unwrap_or(0))
}

fn scientific(digits: &[u8], exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    let (head, tail) = digits.split_at(1);
    let point = if tail.is_empty() { "" } else { "." };
    format!("{}{point}{}e{sign}{}", text(head), text(tail), exponent.abs())
}

/// `x.toPrecision(precision)` for a finite x; `precision` from 1 to 100.
pub fn to_precision(x: f64, precision: usize) -> String {
    let (digits, exponent) = if x == 0.0 { (vec![b'0'; precision], 0) } else { significant(x.abs(), precision) };
    let places = precision as i32;
    if exponent < -6 || exponent >= places {
        return signed(x, scientific(&digits, exponent));
    }
    let magnitude = if exponent == places - 1 {
        text(&digits).to_owned()
    } else if exponent >= 0 {
        let (whole, fraction) = digits.split_at(exponent as usize + 1);
        format!("{}.{}", text(whole), text(fraction))
    } else {
        format!("0.{}{}", "0".repeat((-exponent - 1) as usize), text(&digits))
    };
    signed(x, magnitude)
}

/// Number::toString(x, radix) for a radix from 2 to 36: the whole part exactly, and of the fraction as many digits as tell the number from
/// its neighbours (the algorithm of V8, whose digits the standard leaves open).
pub fn to_radix(x: f64, radix: u32) -> String {
    if radix == 10 || !x.is_finite() || x == 0.0 {
        return to_decimal(x);
    }
    let magnitude = x.abs();
    let (mut whole, mut fraction) = (magnitude.trunc(), magnitude.fract());
    let radix_f = f64::from(radix);
    // Half the distance to the next double; digits below it carry nothing.
    let mut delta = (0.5 * (magnitude.next_up() - magnitude)).max(f64::from_bits(1));
    let mut digits: Vec<u8> = Vec::new();
    if fraction >= delta {
        loop {
            fraction *= radix_f;
            delta *= radix_f;
            let digit = fraction as u32;
            digits.push(digit as u8);
            fraction -= f64::from(digit);
            if (fraction > 0.5 || (fraction == 0.5 && digit & 1 == 1)) && fraction + delta > 1.0 {
                carry(&mut digits, radix, &mut whole);
                break;
            }
            if fraction < delta {
                break;
            }
        }
    }
    let mut out = whole_digits(whole, radix);
    if !digits.is_empty() {
        out.push('.');
        out.extend(digits.iter().filter_map(|&d| char::from_digit(u32::from(d), radix)));
    }
    signed(x, out)
}

/// Rounds up in the last place; the carry may reach the whole part.
fn carry(digits: &mut Vec<u8>, radix: u32, whole: &mut f64) {
    while let Some(last) = digits.pop() {
        if u32::from(last) + 1 < radix {
            digits.push(last + 1);
            return;
        }
    }
    *whole += 1.0;
}

fn whole_digits(mut whole: f64, radix: u32) -> String {
    let radix_f = f64::from(radix);
    let mut reversed = Vec::new();
    // Digits of a whole number past 2^53 that carry nothing are printed as zeros, as many as V8 prints.
    while whole / radix_f >= 9_007_199_254_740_992.0 {
        whole /= radix_f;
        reversed.push(b'0');
    }
    loop {
        let rest = whole % radix_f;
        reversed.push(char::from_digit(rest as u32, radix).map_or(b'0', |c| c as u8));
        whole = (whole - rest) / radix_f;
        if whole <= 0.0 {
            break;
        }
    }
    reversed.reverse();
    text(&reversed).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed() {
        for (x, places, expect) in [
            (2.5, 0, "3"),
            (1.5, 0, "2"),
            (0.5, 0, "1"),
            (-2.5, 0, "-3"),
            (1.005, 2, "1.00"),
            (1.45, 1, "1.4"),
            (10.235, 2, "10.23"),
            (0.000001, 7, "0.0000010"),
            (123.456, 2, "123.46"),
            (0.0, 2, "0.00"),
            (-0.0, 2, "0.00"),
            (-0.0000001, 2, "-0.00"),
            (1e20, 2, "100000000000000000000.00"),
            (9.95, 1, "9.9"),
            (99.995, 2, "100.00"),
            (0.25, 1, "0.3"),
        ] {
            assert_eq!(to_fixed(x, places), expect, "{x} {places}");
        }
    }

    #[test]
    fn exponential() {
        for (x, places, expect) in [
            (123456.0, Some(2), "1.23e+5"),
            (0.00015, None, "1.5e-4"),
            (0.0, Some(2), "0.00e+0"),
            (0.0, None, "0e+0"),
            (-1.5, Some(0), "-2e+0"),
            (25.0, Some(0), "3e+1"),
            (12345.0, Some(3), "1.235e+4"),
            (1e21, None, "1e+21"),
        ] {
            assert_eq!(to_exponential(x, places), expect, "{x} {places:?}");
        }
    }

    #[test]
    fn precision() {
        for (x, precision, expect) in [
            (123.456, 4, "123.5"),
            (0.000123, 2, "0.00012"),
            (1e21, 3, "1.00e+21"),
            (123456.0, 2, "1.2e+5"),
            (0.0, 3, "0.00"),
            (1.25, 2, "1.3"),
            (1e-7, 2, "1.0e-7"),
            (99.99, 3, "100"),
            (0.5, 1, "0.5"),
        ] {
            assert_eq!(to_precision(x, precision), expect, "{x} {precision}");
        }
    }

    #[test]
    fn radix() {
        for (x, radix, expect) in [
            (255.0, 16, "ff"),
            (0.5, 2, "0.1"),
            (-255.5, 16, "-ff.8"),
            (0.1, 2, "0.0001100110011001100110011001100110011001100110011001101"),
            (123.456, 36, "3f.gez4w97ry"),
            (0.1, 3, "0.0022002200220022002200220022002201"),
            (1.0 / 3.0, 3, "0.1"),
            (6.496921493012412e18, 24, "79ldf7b41m9m00"),
            (-242263227701187140.0, 29, "-joogmmpg28oh"),
        ] {
            assert_eq!(to_radix(x, radix), expect, "{x} {radix}");
        }
    }
}
