//! A profile as tables of at most 80 columns.

use std::fmt::Write as _;

use super::summary::Summary;

/// How many rows a table has at most.
const ROWS: usize = 10;

/// How many columns a line has at most.
const WIDTH: usize = 80;

pub fn text(summary: &Summary) -> String {
    if summary.total == 0 {
        return "Nothing was sampled: the program uses less fuel than --every.\n".to_owned();
    }
    let mut out = format!("{} units of fuel\n\n    own    with calls  function\n", summary.total);
    for row in summary.functions.iter().take(ROWS) {
        let (own, all) = (summary.percent(row.own), summary.percent(row.with_calls));
        push(&mut out, &format!("{own:5.1} %  {all:10.1} %  {}", row.name));
    }
    out.push_str("\n    own    line\n");
    for row in summary.lines.iter().filter(|row| row.own > 0).take(ROWS) {
        let (own, text) = (summary.percent(row.own), summary.line_text(&row.file, row.line));
        push(&mut out, &format!("{own:5.1} %  {}:{}  {text}", row.file, row.line));
    }
    if !summary.dynamic.is_empty() {
        out.push_str("\n    line   what stayed dynamic there\n");
    }
    for hot in summary.dynamic.iter().take(ROWS) {
        let place = &hot.place;
        let heat = summary.percent(hot.fuel);
        push(&mut out, &format!("{heat:5.1} %  {}:{}  {}", place.file, place.line, place.headline));
        if let Some(source) = place.sources.first() {
            push(&mut out, &format!("         {source}"));
        }
    }
    out
}

/// A line, cut where it is too long.
fn push(out: &mut String, line: &str) {
    match line.char_indices().nth(WIDTH - 1) {
        Some((cut, _)) if line.chars().count() > WIDTH => _ = writeln!(out, "{}…", &line[..cut]),
        _ => _ = writeln!(out, "{}", line.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_eighty_columns() {
        let mut out = String::new();
        push(&mut out, &"é".repeat(81));
        push(&mut out, &"é".repeat(80));
        let lengths: Vec<usize> = out.lines().map(|line| line.chars().count()).collect();
        assert_eq!(lengths, [80, 80]);
        assert!(out.starts_with(&"é".repeat(79)) && out.contains('…'));
    }
}
