//! Changes of a text.

use mosl_syntax::Span;

use super::{Encoding, LineColumn, LineIndex};

/// A replacement, as features propose it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    pub span: Span,
    pub text: String,
}

impl TextEdit {
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    pub fn insert(at: u32, text: impl Into<String>) -> Self {
        Self::new(Span::at(at), text)
    }

    pub fn delete(span: Span) -> Self {
        Self::new(span, "")
    }

    /// The text after all edits; they must not overlap. In tests and wherever a result must be checked before it is offered.
    pub fn apply_all(edits: &[Self], text: &str) -> String {
        let mut ordered: Vec<&Self> = edits.iter().collect();
        ordered.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for edit in ordered {
            out.push_str(text.get(at..edit.span.start as usize).unwrap_or(""));
            out.push_str(&edit.text);
            at = edit.span.end as usize;
        }
        out.push_str(text.get(at..).unwrap_or(""));
        out
    }
}

/// Applies a client's change in place; a range that makes no sense is clamped into the text.
pub fn apply_change(text: &mut String, range: Option<(LineColumn, LineColumn)>, new: &str, encoding: Encoding) {
    let Some((start, end)) = range else {
        new.clone_into(text);
        return;
    };
    let lines = LineIndex::new(text);
    let a = lines.offset(text, start, encoding) as usize;
    let b = lines.offset(text, end, encoding) as usize;
    text.replace_range(a.min(b)..a.max(b), new);
}
