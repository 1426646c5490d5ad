//! A module's source as a page whose lines have anchors.

use std::fmt::Write as _;

use crate::markdown::Scope;
use crate::model::Module;
use crate::page::{Frame, frame};

pub(crate) fn page(module: &Module, scope: Scope<'_>, around: &Frame<'_>) -> String {
    let mut body = format!("<h1>Source of {}</h1>\n<pre class=\"source\">", crate::escape(&module.name));
    for (at, line) in lines(&scope.code(&module.source)).into_iter().enumerate() {
        let number = at + 1;
        let _ = writeln!(body, "<span id=\"L{number}\" data-line=\"{number}\">{line}</span>");
    }
    body.push_str("</pre>\n");
    frame(&format!("Source of {}", module.name), &body, "", around)
}

/// The HTML cut at its line breaks; what is open there is closed and opened again.
fn lines(html: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = String::new();
    for line in html.trim_end_matches('\n').split('\n') {
        let mut whole = format!("{open}{line}");
        let last_open = whole.rfind("<span class=");
        let is_open = last_open.is_some_and(|at| !whole[at..].contains("</span>"));
        open = match last_open.filter(|_| is_open) {
            Some(at) => whole[at..].split_inclusive('>').next().unwrap_or("").to_owned(),
            None => String::new(),
        };
        if is_open {
            whole.push_str("</span>");
        }
        all.push(whole);
    }
    all
}

#[cfg(test)]
mod tests {
    #[test]
    fn lines_of_a_comment_are_all_comment() {
        let html = "a <span class=\"c\">/* b\nc */</span> d\n\ne";
        let expect = ["a <span class=\"c\">/* b</span>", "<span class=\"c\">c */</span> d", "", "e"];
        assert_eq!(super::lines(html), expect);
    }
}
