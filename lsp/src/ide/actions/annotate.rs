//! The inferred type, written down.

use super::{Action, ActionKind, Selection};
use crate::ide::inlay::{HintKind, HintOptions, hints};
use crate::ide::syntax::touches;
use mosl_syntax::Span;

/// For the variable, parameter or function at the selection.
pub fn annotate(selection: &Selection<'_, '_>) -> Option<Action> {
    let source = selection.source();
    let line_start = source[..selection.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let line_end = source[selection.span.start as usize..]
        .find('\n')
        .map_or(source.len(), |at| selection.span.start as usize + at);
    let part = Span::new(line_start as u32, line_end as u32);
    let options = HintOptions { types: true, parameters: false };
    let all = hints(selection.analysis, selection.file, part, options);
    let word = crate::ide::syntax::word_at(selection.loaded, selection.span.start);
    // The one right behind the name, or, on a function's name, its result.
    let hint = all
        .iter()
        .find(|hint| hint.kind == HintKind::Type && touches(word, hint.at) && !word.is_empty())
        .or_else(|| {
            let on_function = selection.path.iter().any(|node| match node {
                crate::ide::syntax::Node::Function(function) => {
                    function.name.as_ref().is_some_and(|name| name.span == word)
                }
                _ => false,
            });
            all.iter().find(|hint| on_function && source[..hint.at as usize].ends_with(')'))
        })?;
    let edit = hint.edit.clone()?;
    Some(Action::new(
        format!("Write the type `{}`", hint.text.trim_start_matches(": ")),
        ActionKind::Rewrite,
        vec![edit],
    ))
}
