//! Module specifiers as links, and names that are edited together.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use mosl_syntax::Span;

use super::occurrences::{Meaning, Role, occurrences};

/// A specifier (without its quotes) and the file behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    pub span: Span,
    pub target: FileId,
}

pub fn links(analysis: &Analysis<'_>, file: FileId) -> Vec<Link> {
    let imports = &analysis.loaded.files[usize::from(file.0)].imports;
    let mut links: Vec<Link> = imports
        .iter()
        .map(|(span, target)| Link { span: Span::new(span.start + 1, span.end.saturating_sub(1)), target: *target })
        .collect();
    links.sort_by_key(|link| link.span);
    links
}

/// A label and the jumps to it: they make sense only under one name. Nothing for all other names, whose change is a rename.
pub fn linked(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Vec<Span> {
    let names = occurrences(analysis, file);
    let here =
        names.iter().find(|of| super::syntax::touches(of.span, offset) && matches!(of.meaning, Meaning::Label(_)));
    let Some(Meaning::Label(label)) = here.map(|of| of.meaning) else { return Vec::new() };
    names.iter().filter(|of| of.meaning == Meaning::Label(label) && of.role != Role::Write).map(|of| of.span).collect()
}
