//! Lines above declarations: how often they are used, and what can be done with the file.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use mosl_syntax::Span;
use mosl_syntax::ast::{DefaultExport, Export, StmtKind};

use super::occurrences::Role;
use super::outline::{SymbolKind, outline};
use super::references::references_to;
use super::symbol::symbol_at;
use super::text::docs_above;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lens {
    /// Runs the file's program.
    Run(Span),
    /// Runs the programs in the project's comments: one is in the comment above this.
    Test(Span),
    /// Shows the object in the browser.
    Preview(Span),
    /// References to the declaration whose name is here; counted when it is shown.
    References(Span),
}

impl Lens {
    pub fn span(&self) -> Span {
        match self {
            Self::Run(span) | Self::Test(span) | Self::Preview(span) | Self::References(span) => *span,
        }
    }
}

pub fn lenses(analysis: &Analysis<'_>, file: FileId) -> Vec<Lens> {
    let loaded = &analysis.loaded.files[usize::from(file.0)];
    let mut lenses = Vec::new();
    let object = loaded.ast.body.iter().find_map(|stmt| match &stmt.kind {
        StmtKind::Export(export) => match &**export {
            Export::Default(DefaultExport::Class(class)) => Some((class, stmt.span)),
            _ => None,
        },
        _ => None,
    });
    let is_entry = file == FileId(0) && !loaded.is_library;
    match object {
        Some((class, span)) if is_entry && is_object(analysis, file, class.id) => lenses.push(Lens::Preview(span)),
        None if is_entry && !loaded.ast.body.is_empty() => {
            lenses.push(Lens::Run(Span::at(loaded.ast.body[0].span.start)))
        }
        _ => {}
    }
    for item in outline(loaded) {
        let docs = docs_above(&loaded.source, item.whole.start as usize);
        if !loaded.is_library && docs.is_some_and(|docs| docs.contains("```mosl")) {
            lenses.push(Lens::Test(item.name_span));
        }
        if matches!(item.kind, SymbolKind::Function | SymbolKind::Class | SymbolKind::Interface | SymbolKind::Enum)
            && !item.name_span.is_empty()
        {
            lenses.push(Lens::References(item.name_span));
        }
    }
    lenses
}

/// Whether a class extends one of the library's: an object that can be shown.
fn is_object(analysis: &Analysis<'_>, file: FileId, node: mosl_syntax::ast::NodeId) -> bool {
    let mut next = analysis.names.facts[usize::from(file.0)].classes.get(&node).copied();
    let mut steps = 0;
    while let Some(class) = next {
        let info = &analysis.names.classes[class.0 as usize];
        if analysis.loaded.files[usize::from(info.file.0)].is_library {
            return true;
        }
        steps += 1;
        next = info.superclass.filter(|_| steps <= analysis.names.classes.len());
    }
    false
}

/// The uses of the declaration at a name.
pub fn uses(analysis: &Analysis<'_>, file: FileId, name: Span) -> Vec<super::Place> {
    let Some(found) = symbol_at(analysis, file, name.start) else { return Vec::new() };
    let all = references_to(analysis, &found.symbol);
    let used = all.into_iter().filter(|reference| reference.occurrence.role != Role::Declare);
    used.map(|of| super::Place { source: mosl_compiler::analysis::SourceId::File(of.file), span: of.occurrence.span })
        .collect()
}
