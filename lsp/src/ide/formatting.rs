//! The formatter's text as edits: only the lines that change, so that cursors and folds elsewhere stay where they are.

use mosl_compiler::format::{Formatted, format};
use mosl_compiler::project::LoadedFile;
use mosl_syntax::Span;

use super::syntax::{Node, path_at};
use crate::text::TextEdit;

/// Above this product of line counts, what changed is replaced as one piece.
const MAX_COMPARED: usize = 4_000_000;

/// The edits that bring a file into the canonical style. None if it is already, or if the formatter does not trust its own result.
pub fn format_file(file: &LoadedFile) -> Vec<TextEdit> {
    let source: &str = &file.source;
    let Formatted::Text(mut text) = format(source) else { return Vec::new() };
    if source.contains("\r\n") {
        text = text.replace('\n', "\r\n");
    }
    line_edits(source, &text)
}

/// Those of them that touch a part of the file.
pub fn format_part(file: &LoadedFile, part: Span) -> Vec<TextEdit> {
    let mut edits = format_file(file);
    edits.retain(|edit| edit.span.start <= part.end && part.start <= edit.span.end);
    edits
}

/// The edits to the statement or member that was finished right before a position by a `;` or a `}`.
pub fn format_finished(file: &LoadedFile, offset: u32) -> Vec<TextEdit> {
    if !file.parsed.errors.is_empty() {
        return Vec::new();
    }
    let finished = path_at(&file.ast, offset.saturating_sub(1)).into_iter().find_map(|node| match node {
        Node::Stmt(_) | Node::Member(_) if node.span().end == offset => Some(node.span()),
        _ => None,
    });
    finished.map_or_else(Vec::new, |part| format_part(file, part))
}

/// The differences between two texts, by lines.
fn line_edits(old: &str, new: &str) -> Vec<TextEdit> {
    let a: Vec<&str> = old.split_inclusive('\n').collect();
    let b: Vec<&str> = new.split_inclusive('\n').collect();
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let start: usize = old.split_inclusive('\n').take(head).map(str::len).sum();
    let kept = if a.len() * b.len() <= MAX_COMPARED { common_lines(a, b) } else { Vec::new() };
    let (mut at, mut i, mut j) = (start, 0, 0);
    let mut edits = Vec::new();
    for (x, y) in kept.into_iter().chain([(a.len(), b.len())]) {
        let removed: usize = a[i..x].iter().map(|line| line.len()).sum();
        if x > i || y > j {
            edits.push(TextEdit::new(Span::new(at as u32, (at + removed) as u32), b[j..y].concat()));
        }
        at += removed + a.get(x).map_or(0, |line| line.len());
        (i, j) = (x + 1, y + 1);
    }
    edits
}

/// A longest common subsequence: pairs of indices. Quadratic.
fn common_lines(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut best = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            best[i * width + j] = if a[i] == b[j] {
                best[(i + 1) * width + j + 1] + 1
            } else {
                best[(i + 1) * width + j].max(best[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::line_edits;
    use crate::text::TextEdit;

    #[track_caller]
    fn check(old: &str, new: &str, count: usize) {
        let edits = line_edits(old, new);
        assert_eq!(TextEdit::apply_all(&edits, old), new);
        assert_eq!(edits.len(), count, "{edits:?}");
    }

    #[test]
    fn only_lines_that_differ_are_replaced() {
        check("a\nb\nc\n", "a\nb\nc\n", 0);
        check("a\nb\nc\n", "a\nB\nc\n", 1);
        check("a\nb\nc\nd\n", "A\nb\nc\nD\n", 2);
        check("a\nb", "a\nb\n", 1);
        check("", "a\n", 1);
        check("a\nb\nc\n", "b\nc\nx\ny\n", 2);
    }
}
