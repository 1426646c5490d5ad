//! Amounts of money as 128-bit integers with 18 decimals: reading, printing, checked arithmetic. No floating point touches an
//! amount; a result that does not fit, or would be below zero, is `None`.

/// One MRK.
pub const UNIT: u128 = 1_000_000_000_000_000_000;
const DECIMALS: usize = 18;

/// How to round what is left over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    Up,
    Down,
    /// To the nearer; up where both are as near.
    Nearest,
}

impl Rounding {
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "up" => Some(Self::Up),
            "down" => Some(Self::Down),
            "nearest" => Some(Self::Nearest),
            _ => None,
        }
    }
}

/// Without the unit: `5`, `0.25`.
pub fn to_number_text(amount: u128) -> String {
    let (whole, fraction) = (amount / UNIT, amount % UNIT);
    if fraction == 0 {
        return whole.to_string();
    }
    let digits = format!("{fraction:018}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

/// As in `5 MRK`.
pub fn to_text(amount: u128) -> String {
    format!("{} MRK", to_number_text(amount))
}

/// Reads `5`, `0.25`, `1_000.5`, `5 MRK`, `5mrk`; not more than 18 decimals.
pub fn parse(text: &str) -> Option<u128> {
    let text = text.trim();
    let number = match text.len().checked_sub(3).and_then(|at| text.split_at_checked(at)) {
        Some((head, unit)) if unit.eq_ignore_ascii_case("mrk") => head.trim_end(),
        _ => text,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let fits = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !fits(whole) || !fits(fraction) || fraction.trim_end_matches('0').len() > DECIMALS {
        return None;
    }
    let fraction: u128 = format!("{:0<18}", fraction.trim_end_matches('0')).parse().ok()?;
    whole.parse::<u128>().ok()?.checked_mul(UNIT)?.checked_add(fraction)
}

/// `amount * n / d` rounded; exact through 256 bits. `None` where it does not fit or `d` is 0.
pub fn mul_div(amount: u128, n: u128, d: u128, rounding: Rounding) -> Option<u128> {
    if d == 0 {
        return None;
    }
    let (high, low) = widening_mul(amount, n);
    let (quotient, rest) = div_wide(high, low, d)?;
    let up = match rounding {
        Rounding::Down => false,
        Rounding::Up => rest > 0,
        Rounding::Nearest => rest >= d - rest && rest > 0,
    };
    quotient.checked_add(u128::from(up))
}

fn widening_mul(a: u128, b: u128) -> (u128, u128) {
    const MASK: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & MASK, b >> 64, b & MASK);
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 64);
    let cross = a0 * b1 + (middle & MASK);
    (a1 * b1 + (middle >> 64) + (cross >> 64), (cross << 64) | (low & MASK))
}

/// Long division bit by bit; `None` where the quotient does not fit.
fn div_wide(high: u128, low: u128, d: u128) -> Option<(u128, u128)> {
    if high >= d {
        return None;
    }
    let (mut rest, mut quotient) = (high, 0u128);
    for bit in (0..128).rev() {
        let carry = rest >> 127;
        rest = (rest << 1) | (low >> bit & 1);
        quotient <<= 1;
        if carry == 1 || rest >= d {
            rest = rest.wrapping_sub(d);
            quotient |= 1;
        }
    }
    Some((quotient, rest))
}

/// A percentage as a fraction of two integers: the decimal digits that the number prints with.
pub fn percent(amount: u128, percent: f64, rounding: Rounding) -> Option<u128> {
    if !percent.is_finite() || percent < 0.0 {
        return None;
    }
    let text = format!("{percent}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let numerator: u128 = format!("{whole}{fraction}").parse().ok()?;
    let denominator = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?.checked_mul(100)?;
    mul_div(amount, numerator, denominator, rounding)
}

/// `a / b` as a number; `None` for nothing by nothing is left to the caller.
pub fn ratio(a: u128, b: u128) -> f64 {
    a as f64 / b as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for (text, amount, printed) in [
            ("5", 5 * UNIT, "5 MRK"),
            ("0.25 MRK", UNIT / 4, "0.25 MRK"),
            ("0.000000000000000001mrk", 1, "0.000000000000000001 MRK"),
            ("340282366920938463463.374607431768211455", u128::MAX, "340282366920938463463.374607431768211455 MRK"),
        ] {
            assert_eq!(parse(text), Some(amount), "{text}");
            assert_eq!(to_text(amount), printed);
        }
        for bad in [
            "",
            "-1",
            "1.",
            ".5",
            "1e3",
            "0.0000000000000000001",
            "340282366920938463463.374607431768211456",
            "5 mk",
            "mrk",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn percentages_round_as_asked() {
        assert_eq!(percent(5 * UNIT, 10.0, Rounding::Down), Some(UNIT / 2));
        assert_eq!(percent(1, 50.0, Rounding::Down), Some(0));
        assert_eq!(percent(1, 50.0, Rounding::Up), Some(1));
        assert_eq!(percent(1, 50.0, Rounding::Nearest), Some(1));
        assert_eq!(percent(10, 2.5, Rounding::Nearest), Some(0));
        assert_eq!(percent(1000, 0.1, Rounding::Down), Some(1));
        assert_eq!(percent(u128::MAX, 100.0, Rounding::Down), Some(u128::MAX));
        assert_eq!(percent(u128::MAX, 100.1, Rounding::Down), None);
        assert_eq!(percent(1, -1.0, Rounding::Down), None);
    }
}
