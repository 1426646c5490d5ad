//! Code as HTML: words coloured by what they are, names of types linked. A reader of words, no parser: signatures are pieces of
//! programs.

use crate::escape;

const KEYWORDS: &[&str] = &[
    "abstract",
    "any",
    "as",
    "asserts",
    "async",
    "await",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "declare",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "get",
    "if",
    "implements",
    "import",
    "in",
    "infer",
    "instanceof",
    "interface",
    "is",
    "keyof",
    "let",
    "never",
    "new",
    "null",
    "number",
    "object",
    "of",
    "override",
    "private",
    "protected",
    "public",
    "readonly",
    "return",
    "satisfies",
    "set",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unknown",
    "using",
    "var",
    "void",
    "while",
    "yield",
];

/// `link` yields the address of a type's name.
pub(crate) fn highlight(code: &str, link: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(code.len() * 2);
    let mut rest = code;
    let mut before = "";
    while let Some(first) = rest.chars().next() {
        let length = piece(rest, first);
        let (text, after) = rest.split_at(length);
        match first {
            _ if text.starts_with("//") || text.starts_with("/*") => span(&mut out, "c", text),
            '"' | '\'' | '`' => span(&mut out, "s", text),
            '@' => span(&mut out, "d", text),
            '0'..='9' => span(&mut out, "n", text),
            c if is_word(c) => word(&mut out, text, before, after, link),
            _ => out.push_str(&escape(text)),
        }
        if !text.trim().is_empty() {
            before = text;
        }
        rest = after;
    }
    out
}

fn word(out: &mut String, text: &str, before: &str, after: &str, link: &dyn Fn(&str) -> Option<String>) {
    let next = after.trim_start();
    // `type: T` and `type?: T` name a member, whatever the word.
    let names = next.starts_with(':') || next.starts_with("?:") || next.starts_with('(') || before == ".";
    match link(text).filter(|_| before != "." && (!names || after.starts_with('('))) {
        Some(url) => out.push_str(&format!("<a href=\"{}\">{}</a>", escape(&url), escape(text))),
        None if KEYWORDS.contains(&text) && !names => span(out, "k", text),
        None => out.push_str(&escape(text)),
    }
}

fn span(out: &mut String, class: &str, text: &str) {
    out.push_str(&format!("<span class=\"{class}\">{}</span>", escape(text)));
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || c == '#'
}

/// How many bytes the first piece of the text takes.
fn piece(text: &str, first: char) -> usize {
    let until = |end: Option<usize>| end.unwrap_or(text.len());
    if text.starts_with("//") {
        return until(text.find('\n'));
    }
    if text.starts_with("/*") {
        return until(text.find("*/").map(|at| at + 2));
    }
    match first {
        '"' | '\'' | '`' => {
            let mut escaped = false;
            for (at, c) in text.char_indices().skip(1) {
                if c == first && !escaped {
                    return at + 1;
                }
                if c == '\n' && first != '`' {
                    return at;
                }
                escaped = c == '\\' && !escaped;
            }
            text.len()
        }
        '@' => 1 + text[1..].find(|c: char| !is_word(c)).unwrap_or(text.len() - 1),
        '0'..='9' => until(text.find(|c: char| !c.is_alphanumeric() && c != '.' && c != '_')),
        c if is_word(c) => until(text.find(|c: char| !is_word(c))),
        c => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::highlight;

    #[track_caller]
    fn check(code: &str, expect: &str) {
        let link = |name: &str| (name == "Door").then(|| "door.html#Door".to_owned());
        assert_eq!(highlight(code, &link), expect);
    }

    #[test]
    fn types_are_links_and_names_of_members_are_not() {
        check(
            "open(Door: Door): void",
            "open(Door: <a href=\"door.html#Door\">Door</a>): <span class=\"k\">void</span>",
        );
        check("type: string", "type: <span class=\"k\">string</span>");
    }

    #[test]
    fn nothing_becomes_markup() {
        check(
            "\"<b>\" // </script>",
            "<span class=\"s\">&quot;&lt;b&gt;&quot;</span> <span class=\"c\">// &lt;/script&gt;</span>",
        );
        check("a < b", "a &lt; b");
    }
}
