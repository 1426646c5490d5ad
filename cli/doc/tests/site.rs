//! The reference as a whole: the library's is complete and without a warning, every link leads somewhere, and nothing that a comment
//! says becomes markup.

use std::collections::{BTreeMap, BTreeSet};

use mosl_compiler::check_project;
use mosl_compiler::project::MemoryFiles;
use mosl_doc::model::{Family, Group, Module};
use mosl_doc::{Site, library, project, site};

fn modules_of(source: &str) -> (Vec<Module>, Vec<String>) {
    let files = MemoryFiles::new([("mosl.json", "{ \"strict\": true }"), ("main.mosl", source)]);
    let checked = check_project(&files, "");
    assert!(!checked.has_errors(), "{:?}", checked.diagnostics);
    let mut warnings = Vec::new();
    let modules = project(&checked.program.unwrap(), &mut warnings);
    let warnings = warnings.into_iter().map(|warning| format!("{}: {}", warning.line, warning.message)).collect();
    (modules, warnings)
}

fn page<'a>(site: &'a Site, name: &str) -> &'a str {
    site.files.iter().find(|(file, _)| file == name).map_or("", |(_, text)| text)
}

/// Texts between two marks.
fn between<'a>(text: &'a str, start: &str, end: char) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

/// Every address in the site leads to a page of it, and to a place on that page.
#[track_caller]
fn assert_links_resolve(site: &Site) {
    let places: BTreeMap<&str, BTreeSet<&str>> = site
        .files
        .iter()
        .map(|(name, text)| (name.as_str(), between(text, " id=\"", '"').into_iter().collect()))
        .collect();
    let mut count = 0;
    for (name, text) in site.files.iter().filter(|(name, _)| name.ends_with(".html")) {
        let assets = between(text, " src=\"", '"');
        for address in between(text, " href=\"", '"').into_iter().chain(assets) {
            if address.starts_with("http") {
                continue;
            }
            let (file, place) = address.split_once('#').unwrap_or((address, ""));
            let file = if file.is_empty() { name } else { file };
            let known = places.get(file).unwrap_or_else(|| panic!("{name}: no page {address}"));
            assert!(place.is_empty() || known.contains(place), "{name}: nothing at {address}");
            count += 1;
        }
    }
    assert!(count > 100, "{count} links");
}

#[test]
fn the_librarys_reference_is_whole() {
    let mut warnings = Vec::new();
    let modules = library(&mut warnings);
    let site = site("MOSL", &modules);
    assert_eq!(warnings.iter().chain(&site.warnings).collect::<Vec<_>>(), Vec::<&mosl_doc::Warning>::new());
    assert_links_resolve(&site);
    let undocumented: Vec<String> = modules
        .iter()
        .filter(|module| module.family == Family::Platform)
        .flat_map(|module| &module.items)
        .flat_map(|item| {
            let members = item.members.iter().filter(|member| member.group != Group::Constructor);
            let members = members.filter(|member| member.doc.is_empty());
            let members = members.map(|member| format!("{}.{}", item.name, member.name));
            item.doc.is_empty().then(|| item.name.clone()).into_iter().chain(members).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(undocumented, Vec::<String>::new(), "what creators use has a comment");
    assert!(modules.iter().map(|module| module.examples().len()).sum::<usize>() > 30);
}

#[test]
fn a_constructor_and_its_instances_are_one_class() {
    let modules = library(&mut Vec::new());
    let map = modules.iter().flat_map(|module| &module.items).find(|item| item.name == "Map").unwrap();
    assert_eq!((map.kind.name(), map.signatures[0].as_str()), ("class", "class Map<K, V>"));
    assert!(map.members.iter().any(|member| member.group == Group::Constructor));
    assert!(map.members.iter().any(|member| member.name == "groupBy" && member.group == Group::Static));
}

#[test]
fn a_projects_reference_has_what_it_exports() {
    let source = "// Doors.\n\nimport { Container } from \"mark:scene\";\n\n/** A way. */\nexport type Way = \"in\" | \"out\";\n\
                  /**\n * Opens `Door`.\n * @param door - which\n * @returns the way\n */\n\
                  export function open(door: Door) { return door.way; }\n\
                  /** A door; see {@link open}. */\nexport default class Door extends Container {\n  /** Which way. */\n  \
                  way: Way = \"in\";\n  #secret = 1;\n  private hidden = this.#secret;\n  twice(n: number) { return n * 2; }\n}\nconst own = 1;\n";
    let (modules, warnings) = modules_of(source);
    assert_eq!(warnings, Vec::<String>::new());
    let names: Vec<&str> = modules[0].items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["Way", "open", "Door"]);
    assert_eq!(modules[0].doc.text, "Doors.");
    let door = &modules[0].items[2];
    let members: Vec<&str> = door.members.iter().flat_map(|member| &member.signatures).map(String::as_str).collect();
    assert_eq!(members, ["way: Way", "twice(n: number): number"]);
    assert_eq!(modules[0].items[1].signatures, ["function open(door: Door): Way"]);
    let all: Vec<Module> = modules.into_iter().chain(library(&mut Vec::new())).collect();
    let site = site("doors", &all);
    assert_eq!(site.warnings, []);
    assert_links_resolve(&site);
    let text = page(&site, "project-main.html");
    assert!(text.contains("<a href=\"project-main.html#Way\">Way</a>") && text.contains("mark-scene.html#Container"));
    assert!(text.contains("mark-scene.html#Node.animate"), "what it inherits is linked");
}

#[test]
fn hostile_comments_stay_text() {
    let attack = "</code></pre></section><script>alert(1)</script><img src=x onerror=alert(1)> \
                  [x](javascript:alert(1)) ![p](https://evil.example/p.png) {@link <script>} `</code><script>`";
    let source = format!(
        "// {attack}\n\n/**\n * {attack}\n *\n * ```html\n * {attack}\n * ```\n * @param a {attack}\n * @returns {attack}\n \
         * @deprecated {attack}\n * @see {attack}\n */\nexport function f(a: string = \"</pre><script>\") {{ return a; }}\n\
         export const o = {{ \"</script><script>\": 1 }};\n"
    );
    let (modules, _) = modules_of(&source);
    let site = site("<script>alert(1)</script>", &modules);
    for (name, text) in site.files.iter().filter(|(name, _)| name.ends_with(".html")) {
        assert_eq!(text.matches("<script").count(), 2, "{name}: only the site's own");
        assert!(!text.contains("<img") && !text.contains("href=\"javascript"), "{name}");
        assert_eq!(text.matches("<section").count(), text.matches("</section>").count(), "{name}");
    }
    // The index is a script of its own: what it holds is a list of texts.
    let index = page(&site, "search-index.js");
    let list = index.trim_start_matches("window.MOSL_INDEX = ").trim_end().trim_end_matches(';');
    assert!(serde_json::from_str::<Vec<[String; 5]>>(list).is_ok(), "{index}");
}

#[test]
fn mistakes_in_comments_are_told() {
    let source =
        "/**\n * See {@link Nothing}.\n * @param b none\n * @foo x\n */\nexport function f(a: number) { return a; }\n";
    let (modules, mut warnings) = modules_of(source);
    warnings.extend(
        site("x", &modules).warnings.into_iter().map(|warning| format!("{}: {}", warning.line, warning.message)),
    );
    let expect = ["1: there is no parameter `b`", "4: there is no tag `@foo`", "1: there is no `Nothing` to link to"];
    assert_eq!(warnings, expect);
}
