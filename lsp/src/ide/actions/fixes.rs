//! The compiler's own fixes, and imports for names that are not declared.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::diagnostics::Diagnostic;
use mosl_compiler::program::FileId;
use mosl_syntax::Span;

use super::{Action, ActionKind, Selection};
use crate::ide::completion::importable_exactly;
use crate::text::TextEdit;

pub fn quick_fixes(selection: &Selection<'_, '_>) -> Vec<Action> {
    let mut all = Vec::new();
    for found in selection.analysis.diagnostics(selection.file) {
        let span = found.primary.span;
        if span.end < selection.span.start || selection.span.end < span.start {
            continue;
        }
        if let Some(fix) = &found.fix {
            let mut action = Action::new(sentence(&fix.title), ActionKind::QuickFix, edits_of(&found));
            action.fixes = Some((found.code, span));
            action.preferred = true;
            all.push(action);
        }
        if found.name.starts_with("unresolved") {
            let is_type = found.name.contains("type");
            let name = selection.text(span);
            for (from, edit) in importable_exactly(selection.analysis, selection.file, name, is_type) {
                let mut action =
                    Action::new(format!("Import `{name}` from \"{from}\""), ActionKind::QuickFix, vec![edit]);
                action.fixes = Some((found.code, span));
                action.preferred = found.fix.is_none();
                all.push(action);
            }
        }
    }
    all
}

/// All certain fixes of a file at once; of those that are about one place, the first.
pub fn fix_all(analysis: &Analysis<'_>, file: FileId) -> Vec<TextEdit> {
    let mut edits: Vec<TextEdit> = Vec::new();
    for found in analysis.diagnostics(file) {
        if !found.fix.as_ref().is_some_and(|fix| fix.certain) {
            continue;
        }
        let own = edits_of(&found);
        let clash = |a: Span, b: Span| (a.start < b.end && b.start < a.end) || a.start == b.start;
        if own.iter().all(|edit| edits.iter().all(|other| !clash(edit.span, other.span))) {
            edits.extend(own);
        }
    }
    edits.sort_by_key(|edit| edit.span);
    edits
}

fn edits_of(found: &Diagnostic) -> Vec<TextEdit> {
    let edits = found.fix.iter().flat_map(|fix| &fix.edits);
    edits.map(|edit| TextEdit::new(edit.span, edit.text.clone())).collect()
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}
