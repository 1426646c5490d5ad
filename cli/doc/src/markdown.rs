//! Markdown of comments as HTML. Comments are not trusted: what is HTML in them is shown as text, pictures are not loaded (a page asks
//! no other host for anything), and links lead to web pages, mail or this site only.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::escape;
use crate::links::Links;
use crate::model::Item;
use crate::signature::highlight;

/// What names in a comment refer to.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub links: &'a Links<'a>,
    pub module: usize,
    pub item: Option<&'a Item>,
}

impl Scope<'_> {
    pub fn code(self, code: &str) -> String {
        highlight(code, &|name| self.links.type_url(self.module, name))
    }

    fn url(self, name: &str) -> Option<String> {
        self.links.url(self.module, self.item, name)
    }
}

/// Names in `{@link …}` that lead nowhere are told to `missing`.
pub(crate) fn to_html(text: &str, scope: Scope<'_>, missing: &mut dyn FnMut(&str)) -> String {
    let text = with_links(text, scope, missing);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut events = Vec::new();
    let mut program: Option<(bool, String)> = None;
    let mut dropped = 0;
    for event in Parser::new_ext(&text, options) {
        match (event, &mut program) {
            (Event::Start(Tag::CodeBlock(kind)), _) => {
                let is_mosl = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next() == Some("mosl"),
                    CodeBlockKind::Indented => false,
                };
                program = Some((is_mosl, String::new()));
            }
            (Event::End(TagEnd::CodeBlock), _) => {
                let (is_mosl, code) = program.take().unwrap_or_default();
                let code = code.trim_end();
                let shown = if is_mosl { scope.code(code) } else { escape(code) };
                events.push(markup(format!("<pre><code>{shown}</code></pre>\n")));
            }
            (Event::Text(text), Some((_, code))) => code.push_str(&text),
            (Event::Code(code), _) => events.push(markup(code_span(&code, scope))),
            (Event::Html(text) | Event::InlineHtml(text), _) => events.push(Event::Text(text)),
            (Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock), _) => {}
            // A picture is its description.
            (Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image), _) => {}
            (Event::Start(Tag::Link { dest_url, .. }), _) => match is_safe(&dest_url) {
                true => events.push(markup(format!("<a href=\"{}\" rel=\"noopener noreferrer\">", escape(&dest_url)))),
                false => dropped += 1,
            },
            (Event::End(TagEnd::Link), _) if dropped > 0 => dropped -= 1,
            (Event::Start(Tag::Heading { id, classes, attrs, .. }), _) => {
                events.push(Event::Start(Tag::Heading { level: HeadingLevel::H5, id, classes, attrs }));
            }
            (Event::End(TagEnd::Heading(_)), _) => events.push(Event::End(TagEnd::Heading(HeadingLevel::H5))),
            (other, _) => events.push(other),
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    out
}

/// The same within a line of text: without the paragraph around it.
pub(crate) fn inline(text: &str, scope: Scope<'_>, missing: &mut dyn FnMut(&str)) -> String {
    let html = to_html(text, scope, missing);
    let html = html.trim();
    match html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")) {
        Some(inner) if !inner.contains("<p>") => inner.to_owned(),
        _ => html.to_owned(),
    }
}

fn markup(text: String) -> Event<'static> {
    Event::InlineHtml(CowStr::from(text))
}

/// Code that is a name leads to what it names.
fn code_span(code: &str, scope: Scope<'_>) -> String {
    let shown = format!("<code>{}</code>", escape(code));
    match scope.url(code) {
        Some(url) => format!("<a href=\"{}\">{shown}</a>", escape(&url)),
        None => shown,
    }
}

/// `{@link Door.open}` and `{@link Door the door}` as code and as a link; code spans are left alone.
fn with_links(text: &str, scope: Scope<'_>, missing: &mut dyn FnMut(&str)) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{@link ") {
        let Some((inner, after)) = after.split_once('}') else { break };
        out.push_str(before);
        let (name, label) = inner.trim().split_once([' ', '|']).unwrap_or((inner.trim(), ""));
        match (scope.url(name), label.trim()) {
            (Some(url), label) if !label.is_empty() => out.push_str(&format!("[{label}]({url})")),
            (Some(_), _) => out.push_str(&format!("`{name}`")),
            (None, _) if name.contains("://") => out.push_str(&format!("<{name}>")),
            (None, label) => {
                missing(name);
                out.push_str(if label.is_empty() { name } else { label });
            }
        }
        rest = after;
    }
    out + rest
}

/// Whether a link may be followed: to the web, to mail, or within the site.
fn is_safe(url: &str) -> bool {
    let url = url.trim();
    let lower = url.to_ascii_lowercase();
    let scheme = lower.split(['/', '?', '#']).next().unwrap_or("").contains(':');
    let known = ["https://", "http://", "mailto:"].iter().any(|known| lower.starts_with(known));
    // `//host` would leave the site with whatever scheme it has; browsers drop control characters and read `\` as `/`.
    let plain = !url.chars().any(|c| c.is_control() || c == '\\') && !url.starts_with("//");
    plain && (known || !scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let links = Links::new(&[]);
        let scope = Scope { links: &links, module: 0, item: None };
        assert_eq!(to_html(text, scope, &mut |_| {}).trim(), expect);
    }

    #[test]
    fn prose_is_markdown() {
        check("a *b* `c<d`", "<p>a <em>b</em> <code>c&lt;d</code></p>");
        check(
            "[web](https://example.com)",
            "<p><a href=\"https://example.com\" rel=\"noopener noreferrer\">web</a></p>",
        );
        check(
            "```mosl\nlet x = \"<\";\n```",
            "<pre><code><span class=\"k\">let</span> x = <span class=\"s\">&quot;&lt;&quot;</span>;</code></pre>",
        );
    }

    #[test]
    fn hostile_comments_are_text() {
        check("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;");
        check("a <img src=x onerror=alert(1)> b", "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>");
        check("![x](https://evil.example/p.png)", "<p>x</p>");
        for url in ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x"] {
            check(&format!("[a]({url})"), "<p>a</p>");
        }
        check("[a](<java\tscript:alert(1)>)", "<p>a</p>");
        check("<javascript:alert(1)>", "<p>javascript:alert(1)</p>");
        check("```html\n</code></pre><script>\n```", "<pre><code>&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;</code></pre>");
        check("# a {onclick=alert(1)}", "<h5>a {onclick=alert(1)}</h5>");
    }
}
