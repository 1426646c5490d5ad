//! Imports: in order and without what is not used; and kept right when files move.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use mosl_syntax::Span;
use mosl_syntax::ast::{Import, StmtKind};

use crate::ide::completion::relative;
use crate::ide::occurrences::occurrences;
use crate::text::TextEdit;

/// Sorts the imports at the head of a file (the platform's first, then files by path), joins those of one module and drops names that
/// nothing uses. Imports for their effect keep their place before the others. No edits if all is in order.
pub fn organize_imports(analysis: &Analysis<'_>, file: FileId) -> Vec<TextEdit> {
    let loaded = &analysis.loaded.files[usize::from(file.0)];
    let head = loaded.ast.body.iter().take_while(|stmt| matches!(stmt.kind, StmtKind::Import(_)));
    let imports: Vec<(&Import, Span)> = head
        .filter_map(|stmt| match &stmt.kind {
            StmtKind::Import(import) => Some((&**import, stmt.span)),
            _ => None,
        })
        .collect();
    let (Some(first), Some(last)) = (imports.first(), imports.last()) else { return Vec::new() };
    let span = first.1.to(last.1);
    // A comment between imports would be lost.
    if loaded.parsed.comments.iter().any(|comment| span.start < comment.span.start && comment.span.end < span.end) {
        return Vec::new();
    }
    let names = occurrences(analysis, file);
    let used = |local: &str| {
        names.iter().any(|of| of.name == local && !(span.start <= of.span.start && of.span.end <= span.end))
    };
    let mut lines: Vec<Line> = Vec::new();
    for (import, _) in &imports {
        add(import, &used, &mut lines);
    }
    for line in &mut lines {
        line.named.sort_by_key(|name| name.trim_start_matches("type ").to_lowercase());
        line.named.dedup();
    }
    lines.sort_by_key(Line::key);
    let text: Vec<String> = lines.iter().map(Line::text).collect();
    let mut new = text.join("\n");
    let mut span = span;
    if new.is_empty() {
        // Nothing is left: the line breaks behind go too.
        let behind = &loaded.source[span.end as usize..];
        span.end += (behind.len() - behind.trim_start_matches(['\n', '\r']).len()) as u32;
    } else if loaded.source[span.range()].contains("\r\n") {
        new = new.replace('\n', "\r\n");
    }
    if loaded.source[span.range()] == new { Vec::new() } else { vec![TextEdit::new(span, new)] }
}

/// One import statement to be.
struct Line {
    from: String,
    type_only: bool,
    default: Option<String>,
    namespace: Option<String>,
    named: Vec<String>,
}

impl Line {
    fn is_effect(&self) -> bool {
        self.default.is_none() && self.namespace.is_none() && self.named.is_empty()
    }

    fn key(&self) -> (bool, bool, usize, String, bool) {
        let is_file = self.from.starts_with('.') || self.from.starts_with('/');
        // `../../a` before `../b` before `./c`.
        let ups = self.from.matches("../").count();
        (!self.is_effect(), is_file, usize::MAX - ups, self.from.clone(), self.type_only)
    }

    fn text(&self) -> String {
        if self.is_effect() {
            return format!("import \"{}\";", self.from);
        }
        let word = if self.type_only { "import type" } else { "import" };
        let mut parts: Vec<String> = self.default.iter().cloned().collect();
        parts.extend(self.namespace.iter().map(|name| format!("* as {name}")));
        if !self.named.is_empty() {
            parts.push(format!("{{ {} }}", self.named.join(", ")));
        }
        format!("{word} {} from \"{}\";", parts.join(", "), self.from)
    }
}

fn add(import: &Import, used: &dyn Fn(&str) -> bool, lines: &mut Vec<Line>) {
    let from = import.from.text.to_utf8_lossy();
    let effect = import.default.is_none() && import.namespace.is_none() && import.named.is_empty();
    let keep = |name: &&mosl_syntax::ast::Name| used(&name.text);
    let default = import.default.as_ref().filter(keep).map(|name| name.text.to_string());
    let namespace = import.namespace.as_ref().filter(keep).map(|name| name.text.to_string());
    let mut named = Vec::new();
    for name in import.named.iter().filter(|name| used(&name.local.text)) {
        let imported = name.imported.text.to_utf8_lossy();
        let mark = if name.type_only { "type " } else { "" };
        let alias =
            if imported == name.local.text.as_str() { String::new() } else { format!(" as {}", name.local.text) };
        named.push(format!("{mark}{imported}{alias}"));
    }
    if !effect && default.is_none() && namespace.is_none() && named.is_empty() {
        return;
    }
    let joins = |line: &&mut Line| {
        line.from == from
            && line.type_only == import.type_only
            && line.namespace.is_none()
            && namespace.is_none()
            && !line.is_effect()
            && !effect
            && (line.default.is_none() || default.is_none())
    };
    match lines.iter_mut().find(joins) {
        Some(line) => {
            line.default = line.default.take().or(default);
            line.named.extend(named);
        }
        None => lines.push(Line { from, type_only: import.type_only, default, namespace, named }),
    }
}

/// The edits that keep imports right when files get new names: old and new path of each.
pub fn moved_files(analysis: &Analysis<'_>, moves: &[(String, String)]) -> Vec<(FileId, Vec<TextEdit>)> {
    let moved = |name: &str| -> String {
        for (old, new) in moves {
            if name == old {
                return new.clone();
            }
            // A folder moved with all that is in it.
            if let Some(rest) = name.strip_prefix(old.as_str()).filter(|rest| rest.starts_with('/')) {
                return format!("{new}{rest}");
            }
        }
        name.to_owned()
    };
    let mut all = Vec::new();
    for file in analysis.loaded.files.iter().filter(|file| !file.is_library) {
        let here = moved(&file.name);
        let mut edits = Vec::new();
        for (span, target) in &file.imports {
            let target = &analysis.loaded.files[usize::from(target.0)];
            if target.is_library || (here == file.name && moved(&target.name) == target.name) {
                continue;
            }
            let written = file.source.get(span.start as usize + 1..span.end as usize - 1).unwrap_or("");
            let mut new = relative(&here, &moved(&target.name));
            if !written.ends_with(".mosl") {
                new = new.trim_end_matches(".mosl").to_owned();
            }
            if new != written {
                edits.push(TextEdit::new(Span::new(span.start + 1, span.end - 1), new));
            }
        }
        edits.sort_by_key(|edit| edit.span);
        if !edits.is_empty() {
            all.push((file.id, edits));
        }
    }
    all
}
