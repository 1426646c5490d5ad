//! What can be done to the code at a selection: fixes of what the compiler complains about, and rewritings.

mod annotate;
mod convert;
mod extract;
mod fixes;
mod imports;
mod inline;
mod members;
mod resources;

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use mosl_compiler::project::LoadedFile;
use mosl_syntax::Span;

pub use fixes::fix_all;
pub use imports::{moved_files, organize_imports};

use super::syntax::{Node, path_over};
use crate::text::TextEdit;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActionKind {
    QuickFix,
    Extract,
    Inline,
    Rewrite,
    OrganizeImports,
    FixAll,
}

/// A change of one file, ready to be made.
#[derive(Clone, PartialEq, Debug)]
pub struct Action {
    pub title: String,
    pub kind: ActionKind,
    pub edits: Vec<TextEdit>,
    /// The diagnostic that it answers: its code and place.
    pub fixes: Option<(&'static str, Span)>,
    /// The one that an automatic fix should choose.
    pub preferred: bool,
    /// Where a name that was made up stands afterwards, so that the editor can ask for a better one.
    pub rename_at: Option<u32>,
}

impl Action {
    pub fn new(title: impl Into<String>, kind: ActionKind, edits: Vec<TextEdit>) -> Self {
        Self { title: title.into(), kind, edits, fixes: None, preferred: false, rename_at: None }
    }
}

/// A selection in a file.
pub struct Selection<'s, 'a> {
    pub analysis: &'s Analysis<'a>,
    pub file: FileId,
    pub loaded: &'a LoadedFile,
    pub span: Span,
    /// The nodes around the selection, outermost first.
    pub path: Vec<Node<'a>>,
}

impl<'a> Selection<'_, 'a> {
    pub fn source(&self) -> &'a str {
        &self.loaded.source
    }

    pub fn text(&self, span: Span) -> &'a str {
        self.source().get(span.range()).unwrap_or("")
    }

    /// The white space that a line begins with.
    pub fn indent_at(&self, offset: u32) -> &'a str {
        let before = &self.source()[..offset as usize];
        let line = &self.source()[before.rfind('\n').map_or(0, |at| at + 1)..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// One step of indentation as this file makes it.
    pub fn indent_unit(&self) -> &'static str {
        let indented = self.source().lines().find(|line| line.starts_with([' ', '\t']));
        match indented {
            Some(line) if line.starts_with('\t') => "\t",
            Some(line) if line.starts_with("    ") => "    ",
            _ => "  ",
        }
    }
}

/// Everything that can be done at a selection.
pub fn actions(analysis: &Analysis<'_>, file: FileId, span: Span) -> Vec<Action> {
    let loaded: &LoadedFile = &analysis.loaded.files[usize::from(file.0)];
    let selection = Selection { analysis, file, loaded, span, path: path_over(&loaded.ast, span) };
    let mut all = fixes::quick_fixes(&selection);
    all.extend(members::add_missing(&selection));
    all.extend(resources::hold(&selection));
    all.extend(extract::extract(&selection));
    all.extend(inline::inline_variable(&selection));
    all.extend(annotate::annotate(&selection));
    all.extend(convert::convert(&selection));
    all
}
