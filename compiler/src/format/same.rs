//! The formatter's own judge: is what it printed the same program? The same tokens but for semicolons, commas before a closing
//! bracket, quotes and parentheses, the same tree but for parentheses, and the same comments.

use mosl_syntax::{Parsed, TokenKind, ast, parse, print};

use super::literal;

/// What the printed text changes about the program; `None` if it means what the source means and keeps its comments.
pub fn difference(source: &str, parsed: &Parsed, text: &str) -> Option<&'static str> {
    let again = parse(text);
    let correct = parsed.errors.is_empty();
    if correct && !again.errors.is_empty() {
        Some("a syntax error")
    } else if correct && !same_tree(&parsed.module, &again.module) {
        Some("the meaning")
    } else if !same_tokens(source, parsed, text, &again) {
        Some("the words")
    } else if !same_comments(source, parsed, text, &again) {
        Some("the comments")
    } else {
        None
    }
}

/// The printed trees hold neither positions nor spelling; parentheses and the quotes of keys are the style's.
fn same_tree(one: &ast::Module, other: &ast::Module) -> bool {
    bare_tree(&print::module(one)) == bare_tree(&print::module(other))
}

fn bare_tree(tree: &str) -> String {
    // `(paren x)` prints as its own node: its head goes, and with it every closing bracket, which says nothing here. A name and a
    // text print the same without quotes; the words are compared too.
    tree.replace("(paren ", "")
        .replace("(empty)", "")
        .chars()
        .filter(|c| !matches!(c, ')' | '"') && !c.is_whitespace())
        .collect()
}

/// Names, literals and operators in their order; what the style may add or drop is left out.
fn same_tokens(source: &str, parsed: &Parsed, text: &str, again: &Parsed) -> bool {
    let words = |text: &str, parsed: &Parsed| -> Vec<String> {
        let kept = parsed.tokens.iter().filter(|token| !is_style(token.kind, &text[token.span.range()]));
        kept.map(|token| normal(&text[token.span.range()])).collect()
    };
    words(source, parsed) == words(text, again)
}

fn is_style(_: TokenKind, text: &str) -> bool {
    matches!(text, ";" | "," | "(" | ")" | "|" | "&" | "")
}

fn normal(token: &str) -> String {
    match token.as_bytes().first() {
        Some(b'"' | b'\'') => {
            let text = literal::quoted(token);
            let inside = text.trim_matches('"');
            let is_name =
                !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$'));
            if is_name { inside.to_owned() } else { text }
        }
        Some(b'0'..=b'9' | b'.') if token.len() > 1 || token != "." => literal::number(token),
        _ => token.to_owned(),
    }
}

fn same_comments(source: &str, parsed: &Parsed, text: &str, again: &Parsed) -> bool {
    let words = |text: &str, parsed: &Parsed| -> Vec<String> {
        let mut all: Vec<String> = parsed
            .comments
            .iter()
            .map(|comment| text[comment.span.range()].split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        all.sort_unstable();
        all
    };
    words(source, parsed) == words(text, again)
}
