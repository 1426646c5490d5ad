//! The line of source where something went wrong, with the expression underlined, as a terminal of 80 columns shows it.

use mosl_vm::{Module, TraceLine};

/// Columns of source that are shown; a longer line is cut around the expression.
const WIDTH: usize = 72;
/// Columns kept before the expression of a line that is cut.
const LEAD: usize = 20;

/// The innermost place of a trace that is in the creator's own files.
pub fn of_trace(module: &Module, trace: &[TraceLine]) -> String {
    let own = trace.iter().find(|place| !place.file.starts_with("mark:"));
    own.or(trace.first()).map_or_else(String::new, |place| of(module, place))
}

/// One place. Empty where the module does not carry its source.
pub fn of(module: &Module, place: &TraceLine) -> String {
    let text = module.source(&place.file).and_then(|source| source.lines().nth(place.line as usize - 1));
    text.map_or_else(String::new, |text| draw(text, place))
}

fn draw(text: &str, place: &TraceLine) -> String {
    let TraceLine { file, line, column, length, .. } = place;
    let start = text.floor_char_boundary(*column as usize - 1);
    let end = text.ceil_char_boundary((start + *length as usize).min(text.len()));
    // One column for each character: what is wider or narrower is rare in code.
    let (before, inside) = (text[..start].chars().count(), text[start..end].chars().count().max(1));
    let first = if text.chars().count() <= WIDTH { 0 } else { before.saturating_sub(LEAD) };
    let shown: String = text.chars().skip(first).take(WIDTH).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let at = before - first;
    let marks = "^".repeat(inside.min(WIDTH.saturating_sub(at)).max(1));
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    format!("{file}:{line}:{column}\n{number} | {}\n{margin} | {}{marks}\n\n", shown.trim_end(), " ".repeat(at))
}

#[cfg(test)]
mod tests {
    use mosl_vm::TraceLine;

    use super::draw;

    #[track_caller]
    fn check(text: &str, column: u32, length: u32, expect: &str) {
        let place = TraceLine { function: String::new(), file: "a.mosl".into(), line: 12, column, length };
        let drawn = draw(text, &place);
        assert_eq!(drawn, format!("a.mosl:12:{column}\n{expect}\n\n"));
        assert!(drawn.lines().all(|line| line.chars().count() <= 80), "{drawn}");
    }

    #[test]
    fn the_expression_is_underlined() {
        check("  throw new Error(\"x\");", 9, 14, "12 |   throw new Error(\"x\");\n   |         ^^^^^^^^^^^^^^");
        check("\tf();", 2, 3, "12 |  f();\n   |  ^^^");
        check("é = ü.x;", 6, 4, "12 | é = ü.x;\n   |     ^^^");
    }

    #[test]
    fn what_goes_on_below_or_is_nothing_is_marked_where_it_starts() {
        check("f(", 1, 40, "12 | f(\n   | ^^");
        check("f();", 5, 0, "12 | f();\n   |     ^");
        check("", 9, 3, "12 | \n   | ^");
    }

    #[test]
    fn long_lines_are_cut_around_it() {
        let line = format!("{}bad(){}", "x".repeat(300), "y".repeat(300));
        let expect = format!("12 | {}bad(){}\n   | {}^^^^^", "x".repeat(20), "y".repeat(47), " ".repeat(20));
        check(&line, 301, 5, &expect);
        let expect = format!("12 | {}\n   | {}{}", "x".repeat(72), " ".repeat(20), "^".repeat(52));
        check(&"x".repeat(300), 101, 200, &expect);
    }
}
