//! How the parts of a value are put on lines: the rules of Node.js's `util.inspect` with its defaults.

/// Lines are broken past this many columns.
pub const BREAK_LENGTH: usize = 80;
/// So many levels of nesting may share one line.
const COMPACT: usize = 3;
/// Arrays and collections show at most so many elements.
pub const MAX_ITEMS: usize = 100;

/// What surrounds the parts.
pub struct Frame<'a> {
    /// In front of the opening brace: a function's or error's own text; may be empty.
    pub base: &'a str,
    pub open: &'a str,
    pub close: &'a str,
    /// Elements of an array: many short ones are laid out in columns.
    pub is_array: bool,
    /// Every element is a number, so that columns are aligned to the right.
    pub numbers: bool,
    pub indentation: usize,
    /// How many levels are nested below this value.
    pub levels_below: usize,
}

/// The length that Node.js counts: UTF-16 units.
pub fn units(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// Joins parts on one line if they fit and are not nested too deeply, else one line for each (or for each row of columns).
pub fn join(mut parts: Vec<String>, frame: &Frame<'_>) -> String {
    let entries = parts.len();
    if frame.is_array && entries > 6 {
        parts = in_columns(parts, frame);
    }
    let base = if frame.base.is_empty() { String::new() } else { format!("{} ", frame.base) };
    if frame.levels_below < COMPACT && entries == parts.len() {
        let start = parts.len() + frame.indentation + units(frame.open) + units(frame.base) + 10;
        if fits(&parts, start, frame.base) {
            let joined = parts.join(", ");
            if !joined.contains('\n') {
                return format!("{base}{} {joined} {}", frame.open, frame.close);
            }
        }
    }
    let line = format!("\n{}", " ".repeat(frame.indentation));
    format!("{base}{}{line}  {}{line}{}", frame.open, parts.join(&format!(",{line}  ")), frame.close)
}

fn fits(parts: &[String], start: usize, base: &str) -> bool {
    let total = parts.len() + start;
    if total + parts.len() > BREAK_LENGTH {
        return false;
    }
    let total = parts.iter().fold(total, |total, part| total.saturating_add(units(part)));
    total <= BREAK_LENGTH && !base.contains('\n')
}

/// Rows of equally wide columns, where the parts are of similar length.
fn in_columns(parts: Vec<String>, frame: &Frame<'_>) -> Vec<String> {
    const SEPARATOR: usize = 2;
    let has_more = parts.len() > MAX_ITEMS;
    let shown = parts.len() - usize::from(has_more);
    let widths: Vec<usize> = parts[..shown].iter().map(|part| width(part)).collect();
    let total: usize = widths.iter().map(|width| width + SEPARATOR).sum();
    let longest = widths.iter().copied().max().unwrap_or(0);
    let column = longest + SEPARATOR;
    let similar = total as f64 / column as f64 > 5.0 || longest <= 6;
    if column * 3 + frame.indentation >= BREAK_LENGTH || !similar {
        return parts;
    }
    let bias = (column as f64 - total as f64 / parts.len() as f64).sqrt();
    let biased = (column as f64 - 3.0 - bias).max(1.0);
    let square = ((2.5 * biased * shown as f64).sqrt() / biased + 0.5).floor() as usize;
    let columns = square.min((BREAK_LENGTH - frame.indentation) / column).min(COMPACT * 4).min(15);
    if columns <= 1 {
        return parts;
    }
    let lines: Vec<usize> = (0..columns)
        .map(|first| (first..shown).step_by(columns).map(|at| widths[at]).max().unwrap_or(0) + SEPARATOR)
        .collect();
    let mut rows: Vec<String> =
        (0..shown).step_by(columns).map(|start| row(&parts[..shown], &widths, &lines, start, frame.numbers)).collect();
    if has_more {
        rows.extend(parts.last().cloned());
    }
    rows
}

fn row(parts: &[String], widths: &[usize], lines: &[usize], start: usize, numbers: bool) -> String {
    let end = (start + lines.len()).min(parts.len());
    let mut out = String::new();
    for at in start..end {
        let last = at + 1 == end;
        let text = if last { parts[at].clone() } else { format!("{}, ", parts[at]) };
        let taken = widths[at] + if last { 0 } else { 2 };
        let wanted = lines[at - start] - if last { 2 } else { 0 };
        let padding = " ".repeat(wanted.saturating_sub(taken));
        match (numbers, last) {
            (true, _) => out.extend([padding, text]),
            (false, false) => out.extend([text, padding]),
            (false, true) => out.push_str(&text),
        }
    }
    out
}

/// Columns on a terminal: wide characters take two, combining ones none.
fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char_width).sum() }
}

fn char_width(c: char) -> usize {
    match c as u32 {
        0x300..=0x36F | 0x200B..=0x200F | 0x20D0..=0x20FF | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F | 0xE0100..=0xE01EF => 0,
        0x1100..=0x115F
        | 0x231A..=0x231B
        | 0x23E9..=0x23EC
        | 0x2614..=0x2615
        | 0x2648..=0x2653
        | 0x26AA..=0x26AB
        | 0x26BD..=0x26BE
        | 0x26C4..=0x26C5
        | 0x2705
        | 0x270A..=0x270B
        | 0x2728
        | 0x274C
        | 0x2753..=0x2755
        | 0x2757
        | 0x2795..=0x2797
        | 0x2B1B..=0x2B1C
        | 0x2B50
        | 0x2B55
        | 0x2E80..=0x303E
        | 0x3041..=0x33FF
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xA000..=0xA4CF
        | 0xA960..=0xA97C
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF01..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1F64F
        | 0x1F680..=0x1F6FF
        | 0x1F900..=0x1F9FF
        | 0x1FA70..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}
