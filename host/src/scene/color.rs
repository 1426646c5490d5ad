//! Colours as creators write them: `#rgb`, `#rrggbb`, either with alpha, and the names that CSS knows.

/// Reads a colour: sRGB and alpha, each 0 to 1. `None` if the text is none.
pub fn parse_color(text: &str) -> Option<[f64; 4]> {
    let lower = text.trim().to_ascii_lowercase();
    let Some(digits) = lower.strip_prefix('#') else {
        if lower == "transparent" {
            return Some([0.0; 4]);
        }
        let (_, rgb) = COLOR_NAMES.iter().find(|(name, _)| *name == lower)?;
        return Some(parts([(rgb >> 16) as u8, (rgb >> 8) as u8, *rgb as u8, 255]));
    };
    let nibbles: Vec<u8> =
        digits.chars().map(|digit| digit.to_digit(16).map(|nibble| nibble as u8)).collect::<Option<_>>()?;
    let bytes: Vec<u8> = match nibbles.len() {
        3 | 4 => nibbles.iter().map(|nibble| nibble * 17).collect(),
        6 | 8 => nibbles.chunks_exact(2).map(|pair| pair[0] * 16 + pair[1]).collect(),
        _ => return None,
    };
    Some(parts([bytes[0], bytes[1], bytes[2], bytes.get(3).copied().unwrap_or(255)]))
}

fn parts(bytes: [u8; 4]) -> [f64; 4] {
    bytes.map(|byte| f64::from(byte) / 255.0)
}

/// CSS's basic colours and the everyday ones of the rest.
pub const COLOR_NAMES: &[(&str, u32)] = &[
    ("aqua", 0x00ffff),
    ("beige", 0xf5f5dc),
    ("black", 0x000000),
    ("blue", 0x0000ff),
    ("brown", 0xa52a2a),
    ("coral", 0xff7f50),
    ("crimson", 0xdc143c),
    ("cyan", 0x00ffff),
    ("fuchsia", 0xff00ff),
    ("gold", 0xffd700),
    ("gray", 0x808080),
    ("green", 0x008000),
    ("grey", 0x808080),
    ("indigo", 0x4b0082),
    ("ivory", 0xfffff0),
    ("khaki", 0xf0e68c),
    ("lavender", 0xe6e6fa),
    ("lime", 0x00ff00),
    ("magenta", 0xff00ff),
    ("maroon", 0x800000),
    ("navy", 0x000080),
    ("olive", 0x808000),
    ("orange", 0xffa500),
    ("orchid", 0xda70d6),
    ("pink", 0xffc0cb),
    ("plum", 0xdda0dd),
    ("purple", 0x800080),
    ("red", 0xff0000),
    ("salmon", 0xfa8072),
    ("silver", 0xc0c0c0),
    ("skyblue", 0x87ceeb),
    ("tan", 0xd2b48c),
    ("teal", 0x008080),
    ("tomato", 0xff6347),
    ("turquoise", 0x40e0d0),
    ("violet", 0xee82ee),
    ("wheat", 0xf5deb3),
    ("white", 0xffffff),
    ("yellow", 0xffff00),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<[u8; 4]>) {
        assert_eq!(parse_color(text), expect.map(parts), "{text}");
    }

    #[test]
    fn colors() {
        check("#d33", Some([0xdd, 0x33, 0x33, 255]));
        check("#FF8800", Some([255, 0x88, 0, 255]));
        check("#12345678", Some([0x12, 0x34, 0x56, 0x78]));
        check(" Orange ", Some([255, 165, 0, 255]));
        check("transparent", Some([0; 4]));
        for refused in ["", "#", "#12", "#12345", "#ggg", "#é12", "oranje", "rgb(1,2,3)"] {
            check(refused, None);
        }
    }
}
