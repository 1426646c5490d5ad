//! How the text of a regular expression is handed to the engine: the compiler, which refuses what is none, and the virtual machine,
//! which runs it, must read it alike.

/// The characters of a pattern as the engine wants them. With the flag `u` or `v` (`unicode`) they are code points, without it code
/// units, but for the names of groups. ECMA-262, 22.2.1 and B.1.2.
pub fn code_points(units: impl Iterator<Item = u16>, unicode: bool) -> Vec<u32> {
    if unicode {
        return paired(units).collect();
    }
    without_idle_escapes(&units.map(u32::from).collect::<Vec<_>>())
}

fn paired(units: impl Iterator<Item = u16>) -> impl Iterator<Item = u32> {
    char::decode_utf16(units).map(|c| c.map_or_else(|lone| u32::from(lone.unpaired_surrogate()), u32::from))
}

/// Without the flags `u` and `v`, a `\u` or `\x` that no hexadecimal digits follow stands for the letter (ECMA-262, B.1.2), which
/// the engine would take for something else. Names of groups keep their escapes and are read by code points.
fn without_idle_escapes(codes: &[u32]) -> Vec<u32> {
    let is = |at: usize, c: char| codes.get(at) == Some(&u32::from(c));
    let digits = |from: usize, count: usize| {
        (from..from + count)
            .all(|at| codes.get(at).and_then(|&c| char::from_u32(c)).is_some_and(|c| c.is_ascii_hexdigit()))
    };
    let mut out = Vec::with_capacity(codes.len());
    let mut at = 0;
    while at < codes.len() {
        let escape = is(at, '\\') && at + 1 < codes.len();
        let reference = escape && is(at + 1, 'k') && is(at + 2, '<');
        let group = is(at, '(') && is(at + 1, '?') && is(at + 2, '<') && !is(at + 3, '=') && !is(at + 3, '!');
        if reference || group {
            let end = (at..codes.len()).find(|&at| is(at, '>')).unwrap_or(codes.len());
            out.extend(paired(codes[at..end].iter().map(|&code| code as u16)));
            at = end;
        } else if escape {
            let idle = (is(at + 1, 'u') && !digits(at + 2, 4)) || (is(at + 1, 'x') && !digits(at + 2, 2));
            out.extend(&codes[at + usize::from(idle)..at + 2]);
            at += 2;
        } else {
            out.push(codes[at]);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::code_points;

    #[track_caller]
    fn check(pattern: &str, unicode: bool, expect: &str) {
        let text: String = code_points(pattern.encode_utf16(), unicode)
            .into_iter()
            .map(|code| char::from_u32(code).unwrap_or('\u{fffd}'))
            .collect();
        assert_eq!(text, expect, "{pattern}");
    }

    #[test]
    fn escapes_without_digits_stand_for_their_letters() {
        check(r"\u00e9\ux\xg\\u", false, r"\u00e9uxxg\\u");
        check(r"\u{61}", false, r"u{61}");
        check(r"\u{61}", true, r"\u{61}");
    }

    #[test]
    fn characters_beyond_16_bits_are_whole_in_names_only() {
        check("😀", true, "😀");
        check("😀", false, "\u{fffd}\u{fffd}");
        check(r"(?<𝒜>\u{61})\k<𝒜>", false, r"(?<𝒜>u{61})\k<𝒜>");
    }
}
