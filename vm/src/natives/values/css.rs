//! Colours as text: `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()`, `hsl()` and the names of CSS Color Level 4.

/// r g b a, each 0 to 1.
pub type Rgba = [f64; 4];

pub fn parse(text: &str) -> Option<Rgba> {
    let text = text.trim().to_ascii_lowercase();
    if let Some(digits) = text.strip_prefix('#') {
        return parse_hex(digits);
    }
    if let Some((name, arguments)) = text.strip_suffix(')').and_then(|call| call.split_once('(')) {
        return parse_call(name.trim(), arguments);
    }
    if text == "transparent" {
        return Some([0.0; 4]);
    }
    let at = NAMES.binary_search_by_key(&text.as_str(), |(name, _)| name).ok()?;
    Some(from_rgb24(NAMES[at].1))
}

/// A colour from a number such as 0xff8800.
pub fn from_rgb24(rgb: u32) -> Rgba {
    let part = |shift: u32| f64::from(rgb >> shift & 0xFF) / 255.0;
    [part(16), part(8), part(0), 1.0]
}

fn parse_hex(digits: &str) -> Option<Rgba> {
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let width = match digits.len() {
        3 | 4 => 1,
        6 | 8 => 2,
        _ => return None,
    };
    let mut color = [0.0, 0.0, 0.0, 1.0];
    for (part, at) in color.iter_mut().zip((0..digits.len()).step_by(width)) {
        let value = u32::from_str_radix(&digits[at..at + width], 16).ok()?;
        *part = f64::from(if width == 1 { value * 17 } else { value }) / 255.0;
    }
    Some(color)
}

fn parse_call(name: &str, arguments: &str) -> Option<Rgba> {
    let parts: Vec<&str> = arguments.split([',', ' ', '/']).filter(|part| !part.is_empty()).collect();
    let (&[a, b, c], alpha) = parts.split_first_chunk::<3>()?;
    let alpha = match alpha {
        [] => 1.0,
        [alpha] => share(alpha, 1.0)?,
        _ => return None,
    };
    match name {
        "rgb" | "rgba" => Some([share(a, 255.0)?, share(b, 255.0)?, share(c, 255.0)?, alpha]),
        "hsl" | "hsla" => {
            let hue: f64 = a.trim_end_matches("deg").parse().ok().filter(|n: &f64| n.is_finite())?;
            let [r, g, b] = hsl_to_rgb(hue.to_radians(), share(b, 100.0)?, share(c, 100.0)?);
            Some([r, g, b, alpha])
        }
        _ => None,
    }
}

/// A number out of `whole`, or a percentage, as 0 to 1.
fn share(text: &str, whole: f64) -> Option<f64> {
    let (number, whole) = text.strip_suffix('%').map_or((text, whole), |number| (number, 100.0));
    let value: f64 = number.parse().ok()?;
    value.is_finite().then(|| (value / whole).clamp(0.0, 1.0))
}

/// Hue in radians, saturation and lightness 0 to 1.
pub fn hsl_to_rgb(hue: f64, saturation: f64, lightness: f64) -> [f64; 3] {
    let turn = (hue / std::f64::consts::TAU).rem_euclid(1.0);
    let spread = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|n| {
        let k = (n + turn * 12.0) % 12.0;
        lightness - spread * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}

/// The inverse of [`hsl_to_rgb`].
pub fn rgb_to_hsl([r, g, b]: [f64; 3]) -> [f64; 3] {
    let (max, min) = (r.max(g).max(b), r.min(g).min(b));
    let (lightness, spread) = ((max + min) / 2.0, max - min);
    if spread == 0.0 {
        return [0.0, 0.0, lightness];
    }
    let saturation = spread / (1.0 - (2.0 * lightness - 1.0).abs());
    let sixth = if max == r {
        ((g - b) / spread).rem_euclid(6.0)
    } else if max == g {
        (b - r) / spread + 2.0
    } else {
        (r - g) / spread + 4.0
    };
    [sixth / 6.0 * std::f64::consts::TAU, saturation, lightness]
}

/// `#rrggbb`, or `#rrggbbaa` where it is not opaque.
pub fn to_hex(color: Rgba) -> String {
    let byte = |n: f64| (n.clamp(0.0, 1.0) * 255.0).round() as u8;
    let [r, g, b, a] = color.map(byte);
    if a == 255 { format!("#{r:02x}{g:02x}{b:02x}") } else { format!("#{r:02x}{g:02x}{b:02x}{a:02x}") }
}

/// Sorted by name.
#[rustfmt::skip]
static NAMES: &[(&str, u32)] = &[
    ("aliceblue", 0xf0f8ff), ("antiquewhite", 0xfaebd7), ("aqua", 0x00ffff), ("aquamarine", 0x7fffd4),
    ("azure", 0xf0ffff), ("beige", 0xf5f5dc), ("bisque", 0xffe4c4), ("black", 0x000000), ("blanchedalmond", 0xffebcd),
    ("blue", 0x0000ff), ("blueviolet", 0x8a2be2), ("brown", 0xa52a2a), ("burlywood", 0xdeb887),
    ("cadetblue", 0x5f9ea0), ("chartreuse", 0x7fff00), ("chocolate", 0xd2691e), ("coral", 0xff7f50),
    ("cornflowerblue", 0x6495ed), ("cornsilk", 0xfff8dc), ("crimson", 0xdc143c), ("cyan", 0x00ffff),
    ("darkblue", 0x00008b), ("darkcyan", 0x008b8b), ("darkgoldenrod", 0xb8860b), ("darkgray", 0xa9a9a9),
    ("darkgreen", 0x006400), ("darkgrey", 0xa9a9a9), ("darkkhaki", 0xbdb76b), ("darkmagenta", 0x8b008b),
    ("darkolivegreen", 0x556b2f), ("darkorange", 0xff8c00), ("darkorchid", 0x9932cc), ("darkred", 0x8b0000),
    ("darksalmon", 0xe9967a), ("darkseagreen", 0x8fbc8f), ("darkslateblue", 0x483d8b), ("darkslategray", 0x2f4f4f),
    ("darkslategrey", 0x2f4f4f), ("darkturquoise", 0x00ced1), ("darkviolet", 0x9400d3), ("deeppink", 0xff1493),
    ("deepskyblue", 0x00bfff), ("dimgray", 0x696969), ("dimgrey", 0x696969), ("dodgerblue", 0x1e90ff),
    ("firebrick", 0xb22222), ("floralwhite", 0xfffaf0), ("forestgreen", 0x228b22), ("fuchsia", 0xff00ff),
    ("gainsboro", 0xdcdcdc), ("ghostwhite", 0xf8f8ff), ("gold", 0xffd700), ("goldenrod", 0xdaa520),
    ("gray", 0x808080), ("green", 0x008000), ("greenyellow", 0xadff2f), ("grey", 0x808080), ("honeydew", 0xf0fff0),
    ("hotpink", 0xff69b4), ("indianred", 0xcd5c5c), ("indigo", 0x4b0082), ("ivory", 0xfffff0), ("khaki", 0xf0e68c),
    ("lavender", 0xe6e6fa), ("lavenderblush", 0xfff0f5), ("lawngreen", 0x7cfc00), ("lemonchiffon", 0xfffacd),
    ("lightblue", 0xadd8e6), ("lightcoral", 0xf08080), ("lightcyan", 0xe0ffff), ("lightgoldenrodyellow", 0xfafad2),
    ("lightgray", 0xd3d3d3), ("lightgreen", 0x90ee90), ("lightgrey", 0xd3d3d3), ("lightpink", 0xffb6c1),
    ("lightsalmon", 0xffa07a), ("lightseagreen", 0x20b2aa), ("lightskyblue", 0x87cefa), ("lightslategray", 0x778899),
    ("lightslategrey", 0x778899), ("lightsteelblue", 0xb0c4de), ("lightyellow", 0xffffe0), ("lime", 0x00ff00),
    ("limegreen", 0x32cd32), ("linen", 0xfaf0e6), ("magenta", 0xff00ff), ("maroon", 0x800000),
    ("mediumaquamarine", 0x66cdaa), ("mediumblue", 0x0000cd), ("mediumorchid", 0xba55d3), ("mediumpurple", 0x9370db),
    ("mediumseagreen", 0x3cb371), ("mediumslateblue", 0x7b68ee), ("mediumspringgreen", 0x00fa9a),
    ("mediumturquoise", 0x48d1cc), ("mediumvioletred", 0xc71585), ("midnightblue", 0x191970), ("mintcream", 0xf5fffa),
    ("mistyrose", 0xffe4e1), ("moccasin", 0xffe4b5), ("navajowhite", 0xffdead), ("navy", 0x000080),
    ("oldlace", 0xfdf5e6), ("olive", 0x808000), ("olivedrab", 0x6b8e23), ("orange", 0xffa500),
    ("orangered", 0xff4500), ("orchid", 0xda70d6), ("palegoldenrod", 0xeee8aa), ("palegreen", 0x98fb98),
    ("paleturquoise", 0xafeeee), ("palevioletred", 0xdb7093), ("papayawhip", 0xffefd5), ("peachpuff", 0xffdab9),
    ("peru", 0xcd853f), ("pink", 0xffc0cb), ("plum", 0xdda0dd), ("powderblue", 0xb0e0e6), ("purple", 0x800080),
    ("rebeccapurple", 0x663399), ("red", 0xff0000), ("rosybrown", 0xbc8f8f), ("royalblue", 0x4169e1),
    ("saddlebrown", 0x8b4513), ("salmon", 0xfa8072), ("sandybrown", 0xf4a460), ("seagreen", 0x2e8b57),
    ("seashell", 0xfff5ee), ("sienna", 0xa0522d), ("silver", 0xc0c0c0), ("skyblue", 0x87ceeb),
    ("slateblue", 0x6a5acd), ("slategray", 0x708090), ("slategrey", 0x708090), ("snow", 0xfffafa),
    ("springgreen", 0x00ff7f), ("steelblue", 0x4682b4), ("tan", 0xd2b48c), ("teal", 0x008080), ("thistle", 0xd8bfd8),
    ("tomato", 0xff6347), ("turquoise", 0x40e0d0), ("violet", 0xee82ee), ("wheat", 0xf5deb3), ("white", 0xffffff),
    ("whitesmoke", 0xf5f5f5), ("yellow", 0xffff00), ("yellowgreen", 0x9acd32),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        for (text, hex) in [
            ("#d33", "#dd3333"),
            ("#FF8800", "#ff8800"),
            ("#ff880080", "#ff880080"),
            ("#f008", "#ff000088"),
            ("red", "#ff0000"),
            (" RebeccaPurple ", "#663399"),
            ("rgb(255, 136, 0)", "#ff8800"),
            ("rgb(100% 0% 0% / 50%)", "#ff000080"),
            ("hsl(120, 100%, 50%)", "#00ff00"),
            ("hsl(0deg 0% 100%)", "#ffffff"),
            ("transparent", "#00000000"),
        ] {
            assert_eq!(parse(text).map(to_hex).as_deref(), Some(hex), "{text}");
        }
        for bad in
            ["", "#", "#12", "#gggggg", "rgb(1,2)", "rgb(a,b,c)", "nocolor", "rgb(1,2,3,4,5)", "hsl(nan,1%,1%)", "#é3"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_are_sorted() {
        assert!(NAMES.is_sorted_by_key(|(name, _)| name));
    }

    #[test]
    fn hsl_and_back() {
        let [r, g, b] = hsl_to_rgb(1.0, 0.5, 0.4);
        let back = rgb_to_hsl([r, g, b]);
        assert!(back.iter().zip([1.0, 0.5, 0.4]).all(|(a, b)| (a - b).abs() < 1e-12), "{back:?}");
    }
}
