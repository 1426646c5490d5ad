//! Diagnostics as JSON, for editors, the page's overlay and `mosl check --json`. Lines and columns count from 1; a column counts
//! UTF-16 code units.

use mosl_syntax::Span;
use serde::Serialize;

use super::{Diagnostic, Severity, Source};

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    /// Byte offsets.
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    certain: bool,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

/// A JSON array, one object per diagnostic.
pub fn to_json(diagnostics: &[Diagnostic], sources: &[Source]) -> serde_json::Value {
    let all: Vec<JsonDiagnostic> = diagnostics.iter().map(|diagnostic| convert(diagnostic, sources)).collect();
    serde_json::to_value(all).expect("plain data")
}

fn convert<'a>(diagnostic: &'a Diagnostic, sources: &'a [Source]) -> JsonDiagnostic<'a> {
    let place = |span: Span, file: Option<crate::program::FileId>| {
        place(&sources[usize::from(file.unwrap_or(diagnostic.file).0)], span)
    };
    JsonDiagnostic {
        code: diagnostic.code,
        name: diagnostic.name,
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: &diagnostic.message,
        place: place(diagnostic.primary.span, None),
        label: &diagnostic.primary.text,
        related: diagnostic
            .secondary
            .iter()
            .map(|label| Related { place: place(label.span, label.file), text: &label.text })
            .collect(),
        help: diagnostic.help.as_deref(),
        fix: diagnostic.fix.as_ref().map(|fix| JsonFix {
            title: &fix.title,
            certain: fix.certain,
            edits: fix.edits.iter().map(|edit| JsonEdit { place: place(edit.span, None), text: &edit.text }).collect(),
        }),
    }
}

fn place(source: &Source, span: Span) -> Place<'_> {
    let (line, column) = line_column(&source.text, span.start);
    let (end_line, end_column) = line_column(&source.text, span.end);
    Place { file: &source.name, line, column, end_line, end_column, start: span.start, end: span.end }
}

/// Line and column, both from 1, of a byte offset; the column in UTF-16 code units.
pub fn line_column(text: &str, offset: u32) -> (u32, u32) {
    let mut offset = (offset as usize).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[start..].encode_utf16().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
