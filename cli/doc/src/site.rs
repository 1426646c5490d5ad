//! The site: every page, the style, and the search with its index. It works from a folder without a server.

use std::fmt::Write as _;

use serde_json::json;

use crate::Warning;
use crate::escape;
use crate::links::{Links, anchor, page as page_of, source_page};
use crate::markdown::{Scope, inline};
use crate::model::{Family, Module};
use crate::page::{self, Frame, frame};
use crate::source;

/// Files of a site by name.
#[derive(Debug, Default)]
pub struct Site {
    pub files: Vec<(String, String)>,
    pub warnings: Vec<Warning>,
}

/// The site of some modules; `title` is its name.
pub fn site(title: &str, modules: &[Module]) -> Site {
    let links = Links::new(modules);
    let mut site = Site::default();
    site.files.push(("style.css".into(), include_str!("assets/style.css").into()));
    site.files.push(("search.js".into(), include_str!("assets/search.js").into()));
    site.files.push(("search-index.js".into(), search_index(modules)));
    for (at, module) in modules.iter().enumerate() {
        let around = Frame { title, modules, current: Some(at) };
        let scope = Scope { links: &links, module: at, item: None };
        let warnings = &mut site.warnings;
        let mut missing = |line: usize, name: &str| {
            let message = format!("there is no `{name}` to link to");
            warnings.push(Warning { file: module.file.clone(), line, message });
        };
        let text = page::module(scope, &around, &mut missing);
        site.files.push((page_of(module), text));
        site.files.push((source_page(module), source::page(module, scope, &around)));
    }
    let around = Frame { title, modules, current: None };
    site.files.push(("index.html".into(), index(&links, &around)));
    site
}

/// The first page: every module with what it says of itself.
fn index(links: &Links<'_>, around: &Frame<'_>) -> String {
    let mut body = format!("<h1>{}</h1>\n", escape(around.title));
    for family in Family::ALL {
        let own: Vec<usize> = (0..around.modules.len()).filter(|at| around.modules[*at].family == family).collect();
        if own.is_empty() {
            continue;
        }
        let _ = write!(body, "<h2>{}</h2>\n<ul class=\"cards\">\n", family.title());
        for at in own {
            let module = &around.modules[at];
            let scope = Scope { links, module: at, item: None };
            let names: Vec<String> = module
                .items
                .iter()
                .take(12)
                .map(|item| {
                    let url = format!("{}#{}", page_of(module), anchor(&item.name, None));
                    format!("<a href=\"{url}\"><code>{}</code></a>", escape(&item.name))
                })
                .collect();
            let more = if module.items.len() > 12 { " …" } else { "" };
            let _ = writeln!(
                body,
                "<li><h3><a href=\"{}\"><code>{}</code></a></h3><p>{}</p><p class=\"names\">{}{more}</p></li>",
                page_of(module),
                escape(&module.name),
                inline(&module.doc.summary(), scope, &mut |_| {}),
                names.join(" "),
            );
        }
        body.push_str("</ul>\n");
    }
    frame(around.title, &body, "", around)
}

/// A script that sets the list of all names: name, what it is, module, address, summary. A script, because a page that was opened from a
/// folder may load no JSON.
fn search_index(modules: &[Module]) -> String {
    let mut entries = Vec::new();
    for module in modules {
        let page = page_of(module);
        entries.push(json!([module.name, "module", "", page, module.doc.summary()]));
        for item in &module.items {
            let url = format!("{page}#{}", anchor(&item.name, None));
            entries.push(json!([item.name, item.kind.name(), module.name, url, item.doc.summary()]));
            for member in &item.members {
                let url = format!("{page}#{}", anchor(&item.name, Some(&member.name)));
                let name = format!("{}.{}", item.name, member.name);
                entries.push(json!([name, "member", module.name, url, member.doc.summary()]));
            }
        }
    }
    let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
    // `</script>` cannot end what is no part of a page; U+2028 is allowed in strings since ECMAScript 2019.
    format!("window.MOSL_INDEX = [\n{}\n];\n", entries.join(",\n"))
}
