//! Amounts of MRK: fixed point with 18 decimals in 128 bits, as the ERC-20 token has. Never a floating-point number.

/// An amount of money, in units of 10^-18 MRK.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Mrk(pub u128);

/// Units in one MRK.
const UNITS: u128 = 1_000_000_000_000_000_000;
const DECIMALS: usize = 18;

impl Mrk {
    pub const ZERO: Self = Self(0);

    /// A whole number of MRK.
    pub const fn whole(amount: u64) -> Self {
        Self(amount as u128 * UNITS)
    }

    /// Reads `5`, `0.25` or `5mrk`: digits, at most 18 of them after the point. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix("mrk").unwrap_or(text).trim_end();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > DECIMALS {
            return None;
        }
        let whole: u128 = whole.parse().ok()?;
        let fraction: u128 = format!("{fraction:0<DECIMALS$}").parse().ok()?;
        whole.checked_mul(UNITS)?.checked_add(fraction).map(Self)
    }

    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The digits alone: `5`, `0.25`.
    pub fn digits(self) -> String {
        let (whole, fraction) = (self.0 / UNITS, self.0 % UNITS);
        if fraction == 0 {
            return whole.to_string();
        }
        format!("{whole}.{}", format!("{fraction:0DECIMALS$}").trim_end_matches('0'))
    }
}

impl std::fmt::Display for Mrk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} MRK", self.digits())
    }
}

/// What an object may send in each day, as its owner granted it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    pub per_day: Mrk,
}

impl Budget {
    /// Reads `25mrk/day`.
    pub fn parse(text: &str) -> Option<Self> {
        let amount = text.strip_suffix("/day")?;
        amount.ends_with("mrk").then_some(())?;
        Mrk::parse(amount).map(|per_day| Self { per_day })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(Mrk::parse(text).map_or("refused".into(), |amount| amount.to_string()), expect);
    }

    #[test]
    fn amounts() {
        check("5", "5 MRK");
        check("5mrk", "5 MRK");
        check("0.25mrk", "0.25 MRK");
        check("0.000000000000000001", "0.000000000000000001 MRK");
        check("340282366920938463463.374607431768211455", "340282366920938463463.374607431768211455 MRK");
        for refused in
            ["", "mrk", "-1", "1.", ".5", "1e3", "0.0000000000000000001", "340282366920938463464", "1 000", "+1"]
        {
            check(refused, "refused");
        }
    }

    #[test]
    fn budgets() {
        assert_eq!(Budget::parse("25mrk/day"), Some(Budget { per_day: Mrk::whole(25) }));
        for refused in ["25/day", "25mrk", "mrk/day", "25mrk/week"] {
            assert_eq!(Budget::parse(refused), None, "{refused}");
        }
    }
}
