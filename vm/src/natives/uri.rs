//! encodeURI, decodeURI and their kin; escape and unescape of Annex B.

use crate::string::StrBuilder;

/// What encodeURIComponent leaves as it is, besides letters and digits.
const UNRESERVED: &[u8] = b"-_.!~*'()";
/// What encodeURI leaves in addition.
const RESERVED: &[u8] = b";/?:@&=+$,#";

/// Percent-encodes; `None` for a lone surrogate.
pub fn encode(units: &[u16], keep_reserved: bool) -> Option<String> {
    let mut out = String::with_capacity(units.len());
    for c in char::decode_utf16(units.iter().copied()) {
        let c = c.ok()?;
        let mut buffer = [0; 4];
        for &byte in c.encode_utf8(&mut buffer).as_bytes() {
            let kept = byte.is_ascii_alphanumeric()
                || UNRESERVED.contains(&byte)
                || (keep_reserved && RESERVED.contains(&byte));
            if kept {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    Some(out)
}

/// Annex B's `escape`.
pub fn escape(units: impl Iterator<Item = u16>, out: &mut StrBuilder) {
    for unit in units {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"@*_+-./".contains(&byte) => out.push_unit(unit),
            Ok(byte) => out.push_str(&format!("%{byte:02X}")),
            Err(_) => out.push_str(&format!("%u{unit:04X}")),
        }
    }
}

/// Undoes [`escape`]; what is no escape stays.
pub fn unescape(units: &[u16]) -> Vec<u16> {
    let hex = |from: usize, digits: usize| {
        let part = units.get(from..from + digits)?;
        part.iter().try_fold(0u16, |code, &unit| {
            let digit = char::from_u32(u32::from(unit)).and_then(|c| c.to_digit(16))?;
            Some(code * 16 + digit as u16)
        })
    };
    let mut out = Vec::with_capacity(units.len());
    let mut at = 0;
    while let Some(&unit) = units.get(at) {
        let escape = match units.get(at + 1) {
            _ if unit != u16::from(b'%') => None,
            Some(&next) if next == u16::from(b'u') => hex(at + 2, 4).map(|code| (code, 6)),
            _ => hex(at + 1, 2).map(|code| (code, 3)),
        };
        let (code, length) = escape.unwrap_or((unit, 1));
        out.push(code);
        at += length;
    }
    out
}

/// Undoes [`encode`]; `None` where an escape is malformed.
pub fn decode(units: &[u16], keep_reserved: bool) -> Option<Vec<u16>> {
    let mut out = Vec::with_capacity(units.len());
    let mut at = 0;
    while let Some(&unit) = units.get(at) {
        if unit != u16::from(b'%') {
            out.push(unit);
            at += 1;
            continue;
        }
        let start = at;
        let first = escaped_byte(units, &mut at)?;
        let count = match first {
            0..=0x7F => 1,
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return None,
        };
        let mut bytes = vec![first];
        for _ in 1..count {
            bytes.push(escaped_byte(units, &mut at)?);
        }
        let c = std::str::from_utf8(&bytes).ok()?;
        if keep_reserved && count == 1 && RESERVED.contains(&first) {
            out.extend_from_slice(&units[start..at]);
        } else {
            out.extend(c.encode_utf16());
        }
    }
    Some(out)
}

/// `%XX` at `at`.
fn escaped_byte(units: &[u16], at: &mut usize) -> Option<u8> {
    let &[percent, high, low] = units.get(*at..*at + 3)? else { return None };
    let digit = |unit: u16| char::from_u32(u32::from(unit))?.to_digit(16);
    *at += 3;
    (percent == u16::from(b'%')).then(|| Some((digit(high)? * 16 + digit(low)?) as u8))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn encodes_and_decodes() {
        assert_eq!(encode(&units("a b&ü€😀"), false).as_deref(), Some("a%20b%26%C3%BC%E2%82%AC%F0%9F%98%80"));
        assert_eq!(encode(&units("a b&ü"), true).as_deref(), Some("a%20b&%C3%BC"));
        assert_eq!(encode(&[0xD800], false), None);
        assert_eq!(decode(&units("%E2%82%AC%26"), false), Some(units("€&")));
        assert_eq!(decode(&units("%26%41"), true), Some(units("%26A")));
        for bad in ["%", "%4", "%zz", "%FF", "%C3", "%C3%28", "%ED%A0%80"] {
            assert_eq!(decode(&units(bad), false), None, "{bad}");
        }
    }
}
