//! Documentation comments and the text of declarations.

use mosl_compiler::analysis::{Analysis, Site, SourceId};
use mosl_syntax::Span;

/// The text of a file of the program or of the library.
pub fn source_text<'a>(analysis: &Analysis<'a>, source: SourceId) -> &'a str {
    match source {
        SourceId::File(file) => analysis.loaded.files.get(usize::from(file.0)).map_or("", |file| &file.source),
        SourceId::Library(file) => mosl_stdlib::lib_sources().get(file).map_or("", |(_, text)| text),
    }
}

/// The documentation of what is declared at a place, as Markdown: its `/** … */`, or the `//` lines right above it. Of overloads, the
/// first has it for all.
pub fn docs_of(analysis: &Analysis<'_>, site: &Site) -> Option<String> {
    let text = source_text(analysis, site.source);
    let mut at = site.whole.start as usize;
    let name = text.get(site.name.range())?;
    for _ in 0..16 {
        if let Some(docs) = docs_above(text, at) {
            return Some(docs);
        }
        // An overload: the line above declares the same name.
        let before = text.get(..at)?.trim_end();
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let above = before[line..].trim_start();
        let declares =
            above.strip_prefix("declare function ").or(above.strip_prefix("export function ")).unwrap_or(above);
        let overload = declares.strip_prefix(name).is_some_and(|rest| rest.starts_with(['(', '<']));
        if !overload {
            return None;
        }
        at = line + (before[line..].len() - above.len());
    }
    None
}

/// The comment that ends right above an offset. `export`, decorators and modifiers may stand between.
pub fn docs_above(text: &str, at: usize) -> Option<String> {
    let mut before = text.get(..at)?.trim_end();
    loop {
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let last = before[line..].trim();
        let skipped = matches!(last, "export" | "export default" | "declare" | "export declare" | "async" | "static")
            || (last.starts_with('@') && !last.contains(' '));
        if !skipped {
            break;
        }
        before = before[..line].trim_end();
        if before.is_empty() {
            return None;
        }
    }
    // No blank line between the comment and what it is about, except for a documentation comment.
    if before.ends_with("*/") {
        let start = before.rfind("/*")?;
        return before[start..].starts_with("/**").then(|| clean_block(&before[start + 3..before.len() - 2]));
    }
    let gap = &text[before.len()..at];
    if gap.matches('\n').count() > 1 {
        return None;
    }
    let mut lines: Vec<&str> = Vec::new();
    for line in before.lines().rev() {
        match line.trim_start().strip_prefix("//") {
            Some(comment) => lines.push(comment.strip_prefix(' ').unwrap_or(comment)),
            None => break,
        }
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Without the stars at the lines' starts; `@param` and its kin as a list. `@length`, a note of the generator, is dropped.
fn clean_block(inner: &str) -> String {
    let mut out = String::new();
    for line in inner.lines() {
        let line = line.trim();
        let line = line.strip_prefix('*').map_or(line, str::trim_start);
        let line = match line.find("@length") {
            Some(at) => line[..at].trim_end(),
            None => line,
        };
        let line = match line.strip_prefix("@param ") {
            Some(rest) => {
                let (name, about) = rest.split_once(' ').unwrap_or((rest, ""));
                format!("- `{name}`: {}", about.trim_start_matches("- "))
            }
            None => match line.strip_prefix("@returns ").or(line.strip_prefix("@return ")) {
                Some(rest) => format!("\n*Returns* {rest}"),
                None => line.to_owned(),
            },
        };
        out.push_str(&line);
        out.push('\n');
    }
    out.trim().to_owned()
}

/// A declaration's text in one line, without its body.
pub fn headline(text: &str, whole: Span) -> String {
    let text = text.get(whole.range()).unwrap_or("");
    let end = text.find(['{', '\n']).unwrap_or(text.len());
    text[..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::docs_above;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        let at = text.find("here").expect("a place");
        assert_eq!(docs_above(text, at).as_deref(), expect);
    }

    #[test]
    fn comments_right_above_document() {
        check("/** One. */\nhere", Some("One."));
        check("/**\n * One.\n * Two.\n */\nexport here", Some("One.\nTwo."));
        check("// One\n// two\nhere", Some("One\ntwo"));
        check("// One\n\nhere", None);
        check("/* no */ here", None);
        check("/** Kept. */\n@persist\nhere", Some("Kept."));
    }
}
