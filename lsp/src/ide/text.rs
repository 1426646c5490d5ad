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

/// How the comments' tags are shown.
const TAGS: [(&str, &str); 6] = [
    ("@returns", "*Returns*"),
    ("@return", "*Returns*"),
    ("@throws", "*Throws*"),
    ("@deprecated", "**Deprecated.**"),
    ("@see", "*See*"),
    ("@remarks", ""),
];

/// The program behind `@example`, which stands between fences or not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Example {
    No,
    Expected,
    Open,
}

/// Without the stars at the lines' starts; tags as words, `@param`s as a list, examples as code. `@length`, a note of the generator, is
/// dropped.
fn clean_block(inner: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let (mut fenced, mut example) = (false, Example::No);
    for line in inner.lines() {
        let line = line.trim();
        let line = line.strip_prefix('*').map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest));
        let is_fence = line.trim_start().starts_with("```");
        if !fenced && line.starts_with('@') {
            close(&mut out, &mut example);
            out.push(tag(line, &mut example));
            continue;
        }
        if example == Example::Expected && !line.trim().is_empty() {
            example = if is_fence { Example::No } else { Example::Open };
            out.extend((!is_fence).then(|| "```mosl".to_owned()));
        }
        fenced ^= is_fence;
        let line = line.find("@length").map_or(line, |at| line[..at].trim_end());
        out.push(if fenced || example == Example::Open { line.to_owned() } else { without_links(line) });
    }
    close(&mut out, &mut example);
    out.join("\n").trim().to_owned()
}

fn close(out: &mut Vec<String>, example: &mut Example) {
    if *example == Example::Open {
        while out.last().is_some_and(|line| line.trim().is_empty()) {
            out.pop();
        }
        out.push("```".to_owned());
    }
    *example = Example::No;
}

fn tag(line: &str, example: &mut Example) -> String {
    let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = without_links(rest.trim());
    match name {
        "@param" => {
            let (name, about) = rest.split_once(' ').unwrap_or((&rest, ""));
            format!("- `{name}`: {}", about.trim_start_matches("- "))
        }
        "@example" => {
            *example = Example::Expected;
            format!("\n*Example* {rest}\n").replace(" \n", "\n")
        }
        "@length" => String::new(),
        _ => match TAGS.iter().find(|(known, _)| *known == name) {
            Some((_, shown)) => format!("\n{shown} {rest}"),
            None => line.to_owned(),
        },
    }
}

/// `{@link Name}` is the name.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{@link ") {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(&format!("{before}`{}`", name.trim()));
        rest = behind;
    }
    out + rest
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

    #[test]
    fn tags_are_words_and_examples_are_code() {
        check(
            "/**\n * Adds, as {@link sum} does.\n * @param a - the first\n * @returns both\n * @example\n * if (x) {\n *   add(1);\n * }\n */\nhere",
            Some(
                "Adds, as `sum` does.\n- `a`: the first\n\n*Returns* both\n\n*Example*\n\n```mosl\nif (x) {\n  add(1);\n}\n```",
            ),
        );
        check("/**\n * ```mosl\n * @persist\n *   x\n * ```\n */\nhere", Some("```mosl\n@persist\n  x\n```"));
        check("/** @deprecated Use `b`. */ here", Some("**Deprecated.** Use `b`."));
    }
}
