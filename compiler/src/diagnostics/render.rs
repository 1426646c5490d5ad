//! Diagnostics as text on a terminal. The only file that knows miette.

use std::cell::OnceCell;
use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};
use mosl_syntax::Span;

use super::{Diagnostic, Severity, Source};

const WIDTH: usize = 80;
/// Lines past this many bytes (minified programs) are not drawn: nobody could read them, and miette's columns end at 65,535.
const MAX_LINE: usize = 400;
/// What covers more lines than this is drawn where it begins: nobody reads a hundred lines to learn of one mistake.
const MAX_LINES: usize = 5;

/// One diagnostic, with its source lines; ends with a line break.
pub fn render(diagnostic: &Diagnostic, sources: &[Source], color: bool) -> String {
    render_one(diagnostic, sources, &lines_of(sources), color)
}

/// Where the lines of each source begin, once somebody asks.
fn lines_of(sources: &[Source]) -> Vec<OnceCell<Vec<usize>>> {
    sources.iter().map(|_| OnceCell::new()).collect()
}

fn render_one(diagnostic: &Diagnostic, sources: &[Source], lines: &[OnceCell<Vec<usize>>], color: bool) -> String {
    if has_long_lines(diagnostic, sources) {
        return render_undrawn(diagnostic, sources);
    }
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false).with_context_lines(1);
    let file = usize::from(diagnostic.file.0);
    let source = &sources[file];
    let starts = lines[file].get_or_init(|| {
        let breaks = source.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
    });
    let shown = Shown { diagnostic, sources, source: Drawn { name: &source.name, text: &source.text, starts } };
    let mut out = String::new();
    handler.render_report(&mut out, &shown).expect("writing to a string");
    out
}

/// Whether a line that would be drawn is too long: those of the labels, and one around each.
fn has_long_lines(diagnostic: &Diagnostic, sources: &[Source]) -> bool {
    let text = sources[usize::from(diagnostic.file.0)].text.as_bytes();
    let own = diagnostic.secondary.iter().filter(|label| label.file.is_none());
    std::iter::once(&diagnostic.primary).chain(own).any(|label| {
        let (start, end) = ((label.span.start as usize).min(text.len()), (label.span.end as usize).min(text.len()));
        let is_break = |byte: &u8| *byte == b'\n';
        let (mut from, mut to) = (start, end);
        for _ in 0..2 {
            from = text[..from].iter().rposition(is_break).unwrap_or(0);
            to = text[to..].iter().position(is_break).map_or(text.len(), |at| to + at + 1);
        }
        text[from..to].split(is_break).any(|line| line.len() > MAX_LINE)
    })
}

/// Code, headline, place and help, without source lines.
fn render_undrawn(diagnostic: &Diagnostic, sources: &[Source]) -> String {
    let source = &sources[usize::from(diagnostic.file.0)];
    let (line, column) = super::json::line_column(&source.text, diagnostic.primary.span.start);
    let sign = if diagnostic.is_error() { '×' } else { '⚠' };
    let mut out = format!("{} {}\n\n  {sign} {}\n", diagnostic.code, diagnostic.name, diagnostic.message);
    out.push_str(&format!("    at {}:{line}:{column}", source.name));
    if !diagnostic.primary.text.is_empty() {
        out.push_str(&format!(": {}", diagnostic.primary.text));
    }
    out.push('\n');
    if let Some(help) = &diagnostic.help {
        out.push_str(&wrapped("  help: ", help));
    }
    out
}

/// Text behind a head, in lines of at most [`WIDTH`] that begin below the text.
fn wrapped(head: &str, text: &str) -> String {
    let margin = " ".repeat(head.len());
    let mut out = head.to_owned();
    let mut column = head.len();
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > head.len() && column + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(&margin);
            column = head.len();
        } else if column > head.len() {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
    out
}

/// All of them, errors and warnings in the order given.
pub fn render_all(diagnostics: &[Diagnostic], sources: &[Source], color: bool) -> String {
    let lines = lines_of(sources);
    let all: Vec<String> =
        diagnostics.iter().map(|diagnostic| render_one(diagnostic, sources, &lines, color)).collect();
    all.join("\n")
}

/// A source whose lines are known, so that showing a few of them does not read all that stand before.
struct Drawn<'a> {
    name: &'a str,
    text: &'a str,
    starts: &'a [usize],
}

impl Drawn<'_> {
    /// Counts from 0.
    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }
}

impl SourceCode for Drawn<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let first = self.line(span.offset()).saturating_sub(before + 1);
        let base = self.starts[first];
        let near = (span.offset() - base, span.len()).into();
        let found = self.text.as_bytes()[base..].read_span(&near, before, after)?;
        let place = (base + found.span().offset(), found.span().len()).into();
        let (line, column) = (first + found.line(), found.column());
        let contents =
            MietteSpanContents::new_named(self.name.to_owned(), found.data(), place, line, column, found.line_count());
        Ok(Box::new(contents))
    }
}

struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    sources: &'a [Source],
    source: Drawn<'a>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.diagnostic, f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Shown<'_> {
    /// miette wants byte offsets within the text, on character boundaries.
    fn span(&self, span: Span) -> (usize, usize) {
        let text = self.source.text;
        let clamp = |at: u32| {
            let mut at = (at as usize).min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (start, mut end) = (clamp(span.start), clamp(span.end));
        let line = self.source.line(start);
        if self.source.line(end) - line >= MAX_LINES {
            end = self.source.starts[line + 1] - 1;
        }
        (start, end.saturating_sub(start))
    }

    /// What is in other files cannot be drawn beside this file's lines: it is named in the help.
    fn elsewhere(&self) -> Vec<String> {
        let labels = self.diagnostic.secondary.iter();
        labels
            .filter_map(|label| {
                let source = &self.sources[usize::from(label.file?.0)];
                let (line, column) = super::json::line_column(&source.text, label.span.start);
                Some(format!("{}:{line}:{column}: {}", source.name, label.text))
            })
            .collect()
    }
}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{} {}", self.diagnostic.code, self.diagnostic.name)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let mut lines = self.elsewhere();
        lines.extend(self.diagnostic.help.clone());
        (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let primary = &self.diagnostic.primary;
        let text = (!primary.text.is_empty()).then(|| primary.text.clone());
        let (start, len) = self.span(primary.span);
        let first = LabeledSpan::new_primary_with_span(text, (start, len));
        let others = self.diagnostic.secondary.iter().filter(|label| label.file.is_none()).map(|label| {
            let (start, len) = self.span(label.span);
            LabeledSpan::new(Some(label.text.clone()), start, len)
        });
        Some(Box::new(std::iter::once(first).chain(others)))
    }
}
