//! The pages of modules: signatures, prose, members, and the frame around them all.

use std::fmt::Write as _;

use crate::escape;
use crate::links::{anchor, page as page_of, source_page};
use crate::markdown::{Scope, inline, to_html};
use crate::model::{Doc, Family, Group, Item, Kind, Member, Module};

/// What all pages share.
pub(crate) struct Frame<'a> {
    /// The site's name.
    pub title: &'a str,
    pub modules: &'a [Module],
    /// The module that the page belongs to.
    pub current: Option<usize>,
}

/// A whole page: `body` beside the list of modules, `contents` beside the body.
pub(crate) fn frame(title: &str, body: &str, contents: &str, around: &Frame<'_>) -> String {
    let head =
        if title == around.title { escape(title) } else { format!("{} · {}", escape(title), escape(around.title)) };
    // The policy is a second wall: pages hold no script but the site's own, and ask no host for anything.
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{head}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self' file:; script-src 'self' file:\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"stylesheet\" href=\"style.css\">\n\
         <script src=\"search-index.js\" defer></script>\n<script src=\"search.js\" defer></script>\n</head>\n<body>\n\
         <header class=\"top\">\n<a class=\"brand\" href=\"index.html\">{}</a>\n\
         <div class=\"search\" role=\"search\"><input id=\"search\" type=\"search\" placeholder=\"Search\" autocomplete=\"off\" \
         spellcheck=\"false\" role=\"combobox\" aria-label=\"Search\" aria-expanded=\"false\" aria-controls=\"results\" \
         aria-keyshortcuts=\"/\"><kbd>/</kbd><ul id=\"results\" role=\"listbox\" hidden></ul></div>\n</header>\n\
         <div class=\"columns\">\n<nav class=\"modules\" aria-label=\"Modules\"><details id=\"modules\"><summary>Modules</summary>\n{}</details></nav>\n\
         <main>\n{body}</main>\n{}</div>\n</body>\n</html>\n",
        escape(around.title),
        module_list(around),
        if contents.is_empty() {
            String::new()
        } else {
            format!("<aside class=\"contents\" aria-label=\"On this page\"><h2>On this page</h2>\n{contents}</aside>\n")
        },
    )
}

fn module_list(around: &Frame<'_>) -> String {
    let mut out = String::new();
    for family in Family::ALL {
        let mut entries = String::new();
        for (at, module) in around.modules.iter().enumerate().filter(|(_, module)| module.family == family) {
            let current = if around.current == Some(at) { " aria-current=\"page\"" } else { "" };
            let _ = writeln!(entries, "<li><a href=\"{}\"{current}>{}</a></li>", page_of(module), escape(&module.name));
        }
        if !entries.is_empty() {
            let _ = write!(out, "<h2>{}</h2>\n<ul>\n{entries}</ul>\n", family.title());
        }
    }
    out
}

/// A module's page; names that lead nowhere are told to `missing` with their line.
pub(crate) fn module(scope: Scope<'_>, around: &Frame<'_>, missing: &mut dyn FnMut(usize, &str)) -> String {
    let module = &around.modules[scope.module];
    let mut writer = Writer { scope, module, missing, out: String::new() };
    let _ = writeln!(writer.out, "<h1><code>{}</code></h1>", escape(&module.name));
    writer.doc(&module.doc, None);
    if module.items.is_empty() {
        writer.out.push_str("<p class=\"quiet\">It exports nothing.</p>\n");
    }
    let mut contents = String::new();
    for kind in Kind::ALL {
        let items: Vec<&Item> = module.items.iter().filter(|item| item.kind == kind).collect();
        if items.is_empty() {
            continue;
        }
        let _ = writeln!(writer.out, "<h2>{}</h2>", kind.plural());
        let _ = write!(contents, "<h3>{}</h3>\n<ul>\n", kind.plural());
        for item in items {
            let url = anchor(&item.name, None);
            let _ = writeln!(contents, "<li><a href=\"#{url}\">{}</a></li>", escape(&item.name));
            writer.item(item);
        }
        contents.push_str("</ul>\n");
    }
    frame(&module.name, &writer.out, &contents, around)
}

struct Writer<'a, 'm> {
    scope: Scope<'a>,
    module: &'a Module,
    missing: &'m mut dyn FnMut(usize, &str),
    out: String,
}

impl<'a> Writer<'a, '_> {
    fn item(&mut self, item: &'a Item) {
        let url = anchor(&item.name, None);
        let deprecated = if item.doc.deprecated.is_some() { " deprecated" } else { "" };
        let default = if item.is_default { " <span class=\"tag\">default export</span>" } else { "" };
        let _ = write!(
            self.out,
            "<section class=\"item{deprecated}\" id=\"{url}\">\n<h3><a class=\"anchor\" href=\"#{url}\" aria-label=\"Link to {name}\">#</a>\
             <span class=\"kind {kind}\">{kind}</span> {name}{default}{source}</h3>\n",
            name = escape(&item.name),
            kind = item.kind.name(),
            source = self.source_link(item.line),
        );
        self.signatures(&item.signatures);
        self.doc(&item.doc, Some(item));
        for group in Group::ALL {
            let members: Vec<&Member> = item.members.iter().filter(|member| member.group == group).collect();
            if !members.is_empty() {
                let _ = writeln!(self.out, "<h4>{}</h4>", group.title());
                members.into_iter().for_each(|member| self.member(item, member));
            }
        }
        self.inherited(item);
        self.out.push_str("</section>\n");
    }

    fn member(&mut self, item: &'a Item, member: &Member) {
        let url = anchor(&item.name, Some(&member.name));
        let deprecated = if member.doc.deprecated.is_some() { " deprecated" } else { "" };
        let _ = write!(
            self.out,
            "<div class=\"member{deprecated}\" id=\"{url}\">\n<a class=\"anchor\" href=\"#{url}\" aria-label=\"Link to {}\">#</a>{}\n",
            escape(&member.name),
            self.source_link(member.line),
        );
        self.signatures(&member.signatures);
        self.doc(&member.doc, Some(item));
        self.out.push_str("</div>\n");
    }

    fn source_link(&self, line: usize) -> String {
        format!("<a class=\"to-source\" href=\"{}#L{line}\">source</a>", source_page(self.module))
    }

    fn signatures(&mut self, signatures: &[String]) {
        let all: Vec<String> = signatures.iter().map(|signature| self.scope.code(signature)).collect();
        let _ = writeln!(self.out, "<pre class=\"signature\"><code>{}</code></pre>", all.join("\n"));
    }

    fn doc(&mut self, doc: &Doc, item: Option<&'a Item>) {
        let scope = Scope { item, ..self.scope };
        let line = doc.line;
        let missing = &mut *self.missing;
        let mut lost = |name: &str| missing(line, name);
        let out = &mut self.out;
        if let Some(why) = &doc.deprecated {
            let why = inline(why, scope, &mut lost);
            let _ = writeln!(out, "<p class=\"warning\"><strong>Deprecated.</strong> {why}</p>");
        }
        out.push_str(&to_html(&doc.text, scope, &mut lost));
        let mut rows: Vec<(String, String)> = doc
            .params
            .iter()
            .map(|(name, text)| (format!("<code>{}</code>", escape(name)), inline(text, scope, &mut lost)))
            .collect();
        rows.extend(doc.returns.iter().map(|text| ("Returns".to_owned(), inline(text, scope, &mut lost))));
        rows.extend(doc.throws.iter().map(|text| ("Throws".to_owned(), inline(text, scope, &mut lost))));
        rows.extend(doc.see.iter().map(|text| {
            // A bare name is a link.
            let text = if text.contains(char::is_whitespace) || text.contains(['`', '[', '<', '{']) {
                text.clone()
            } else {
                format!("{{@link {text}}}")
            };
            ("See".to_owned(), inline(&text, scope, &mut lost))
        }));
        if !rows.is_empty() {
            out.push_str("<dl>\n");
            for (term, text) in rows {
                let _ = writeln!(out, "<dt>{term}</dt><dd>{text}</dd>");
            }
            out.push_str("</dl>\n");
        }
    }

    /// The members of what it extends, by name.
    fn inherited(&mut self, item: &'a Item) {
        let links = self.scope.links;
        let mut known: Vec<&str> = item.members.iter().map(|member| member.name.as_str()).collect();
        for (module, base) in links.bases(self.module, item) {
            let members = base.members.iter().filter(|member| member.group != Group::Constructor);
            let members: Vec<&Member> = members.filter(|member| !known.contains(&member.name.as_str())).collect();
            known.extend(members.iter().map(|member| member.name.as_str()));
            if members.is_empty() {
                continue;
            }
            let page = page_of(module);
            let list: Vec<String> = members
                .iter()
                .map(|member| {
                    let url = anchor(&base.name, Some(&member.name));
                    format!("<a href=\"{page}#{url}\"><code>{}</code></a>", escape(&member.name))
                })
                .collect();
            let _ = writeln!(
                self.out,
                "<p class=\"inherited\">From <a href=\"{page}#{}\">{}</a>: {}</p>",
                anchor(&base.name, None),
                escape(&base.name),
                list.join(", ")
            );
        }
    }
}
