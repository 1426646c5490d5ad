//! The text form of deltas, one line each: what `mosl play --deltas` prints and what snapshots hold. Numbers are printed as
//! the wire holds them, with at most four decimals.

use super::wire::color_byte;
use super::{Delta, Easing, NodeKind, Property, Repeat, Value};
use crate::for_each_delta;

/// Prints deltas, one on a line.
pub fn print_batch(deltas: &[Delta]) -> String {
    deltas.iter().map(|delta| format!("{delta}\n")).collect()
}

macro_rules! define_delta_display {
    ($($code:literal $name:ident $text:literal { $($field:ident : $ty:ident),* } $doc:literal;)*) => {
        impl std::fmt::Display for Delta {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$name { $($field),* } => {
                        f.write_str($text)?;
                        $(Field { name: stringify!($field), ty: stringify!($ty), content: $field }.print(f)?;)*
                        Ok(())
                    })*
                }
            }
        }
    };
}
for_each_delta!(define_delta_display);

/// Fields that need no name beside their value, because the line reads well without.
const UNNAMED: &[&str] = &["node", "kind", "property", "value", "text", "visitor", "easing", "number"];

struct Field<'a, T> {
    name: &'static str,
    ty: &'static str,
    content: &'a T,
}

impl<T: Printed> Field<'_, T> {
    fn print(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.content.is_default() {
            return Ok(());
        }
        f.write_str(" ")?;
        if !UNNAMED.contains(&self.name) {
            write!(f, "{} ", self.name)?;
        }
        if self.ty == "node" {
            f.write_str("#")?;
        }
        self.content.print(f)?;
        f.write_str(if self.name == "duration" || self.ty == "time" { "s" } else { "" })
    }
}

trait Printed {
    fn print(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result;

    /// Left out of the line.
    fn is_default(&self) -> bool {
        false
    }
}

impl Printed for u32 {
    fn print(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl Printed for f64 {
    #[expect(clippy::cast_possible_truncation, reason = "the wire holds f32")]
    fn print(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (f64::from(*self as f32) * 1e4).round() / 1e4;
        // Adding zero turns -0 into 0.
        write!(f, "{}", rounded + 0.0)
    }
}

impl Printed for [f64; 3] {
    fn print(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        print_all(self, " ", f)
    }
}

impl Printed for String {
    fn print(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Printed for Value {
    fn print(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Color(parts) => print_color(*parts, f),
            Self::Text(text) => text.print(f),
            Self::Texts(texts) => print_all(texts, " ", f),
            Self::Points(points) => print_all(points, ", ", f),
            Self::Number(_) | Self::Vec2(_) | Self::Vec3(_) | Self::Quat(_) => print_all(self.components(), " ", f),
        }
    }
}

macro_rules! define_coded_print {
    ($($ty:ident)*) => { $(
        impl Printed for $ty {
            fn print(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.text())
            }
        }
    )* };
}
define_coded_print!(NodeKind Property Easing);

impl Printed for Repeat {
    fn print(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }

    fn is_default(&self) -> bool {
        *self == Self::Once
    }
}

fn print_color(parts: [f64; 4], f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    let [r, g, b, a] = parts.map(color_byte);
    write!(f, "#{r:02x}{g:02x}{b:02x}")?;
    if a == 255 { Ok(()) } else { write!(f, "{a:02x}") }
}

fn print_all<T: Printed>(items: &[T], separator: &str, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        item.print(f)?;
    }
    Ok(())
}
