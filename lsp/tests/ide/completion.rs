//! Completion, at places whole and half typed.

use mosl_lsp::ide::completion::{Completions, Item, complete};
use mosl_lsp::text::TextEdit;

use crate::fixture::parse;

#[track_caller]
fn at(text: &str) -> Completions {
    parse(text).ask(complete).expect("proposals")
}

#[track_caller]
fn offers(text: &str, wanted: &[&str]) {
    let found = at(text);
    for label in wanted {
        assert!(found.items.iter().any(|item| item.label == *label), "{label} is not offered: {:?}", labels(&found));
    }
}

#[track_caller]
fn withholds(text: &str, unwanted: &[&str]) {
    let found = at(text);
    for label in unwanted {
        assert!(!found.items.iter().any(|item| item.label == *label), "{label} is offered");
    }
}

fn labels(found: &Completions) -> Vec<&str> {
    found.items.iter().map(|item| item.label.as_str()).collect()
}

/// The text after an item is chosen.
#[track_caller]
fn choosing(text: &str, label: &str, after: &str) {
    let fixture = parse(text);
    let found = fixture.ask(complete).expect("proposals");
    let item: &Item = found
        .items
        .iter()
        .find(|item| item.label == label)
        .unwrap_or_else(|| panic!("no {label}: {:?}", labels(&found)));
    let mut edits = item.additional.clone();
    edits.push(TextEdit::new(found.replace, item.insert.clone()));
    assert_eq!(TextEdit::apply_all(&edits, &fixture.files[fixture.cursor.0].1), after);
}

#[test]
fn members() {
    offers("class Door { width = 1; open() {} }\nconst d = new Door();\nd.$0", &["width", "open"]);
    offers("class Door { width = 1; open() {} }\nconst d = new Door();\nd.wi$0\nconst x = 1;", &["width"]);
    offers("const o = { size: 1, color: 2 };\nfunction f() { if (o.$0) { return 1; } }", &["size", "color"]);
    offers("[1, 2].$0", &["map", "length", "push"]);
    offers("\"text\".$0", &["length", "slice"]);
    offers("const f = (x: { a: number }) => x.$0;", &["a"]);
    offers("enum Size { Small, Large }\nSize.$0", &["Small", "Large"]);
    offers("Math.$0\nconst y = 2;", &["floor", "PI"]);
    offers("class A { static make() {} }\nA.$0", &["make"]);
    offers("function f(p?: { name: string }) { p?.$0 }", &["name"]);
    offers("class A { x = 1; f() { this.$0 } }", &["x", "f"]);
    offers("class A { go() {} }\nclass B extends A { f() { super.$0 } }", &["go"]);
    offers("[{ a: 1 }].map(x => x.$0)", &["a"]);
    offers("const p = Promise.resolve({ a: 1 });\nasync function f() { (await p).$0 }", &["a"]);
}

#[test]
fn private_members_stay_inside() {
    let class = "class A { #x = 1; private y = 2; protected z = 3; f() { this.$0 } }\n";
    offers(class, &["#x", "y", "z"]);
    withholds("class A { #x = 1; private y = 2; protected z = 3; w = 1 }\nnew A().$0", &["#x", "y", "z"]);
    offers("class A { protected z = 3 }\nclass B extends A { f() { this.$0 } }", &["z"]);
}

#[test]
fn names_in_scope() {
    offers(
        "const apple = 1;\nfunction f(pear: number) { const plum = 2; $0 }",
        &["apple", "pear", "plum", "f", "Math", "if", "return"],
    );
    withholds("function f(pear: number) {}\n$0", &["pear"]);
    offers("for (const item of [1]) { it$0 }", &["item"]);
    offers("try {} catch (error) { err$0 }", &["error"]);
    let best = at("function f(n: string) {}\nconst num = 1;\nconst str = \"a\";\nf($0x);");
    assert_eq!(best.items[0].label, "str");
}

#[test]
fn nothing_where_names_are_made_up() {
    for text in ["const $0", "function f$0() {}", "class $0", "// com$0", "/* $0 */", "let a = 1$0"] {
        assert!(parse(text).ask(complete).is_none_or(|found| found.items.is_empty()), "{text}");
    }
}

#[test]
fn types() {
    offers("class Door {}\ninterface I {}\ntype T = 1;\nlet x: $0", &["Door", "I", "T", "number", "Promise"]);
    offers("class Door {}\nfunction f(x: D$0) {}", &["Door"]);
    withholds("const door = 1;\nlet x: $0", &["door", "if"]);
    offers("class Door {}\nlet x: Array<D$0>", &["Door"]);
    offers("interface Door {}\nclass A implements $0", &["Door"]);
}

#[test]
fn object_keys() {
    offers("interface P { name: string; age: number }\nconst p: P = { $0 };", &["name", "age"]);
    let rest = at("interface P { name: string; age: number }\nconst p: P = { name: \"a\", $0 };");
    assert_eq!(rest.items[0].label, "age");
    offers("function f(o: { fast: boolean }) {}\nf({ f$0 });", &["fast"]);
    offers("const { $0 } = { size: 1, color: 2 };", &["size", "color"]);
    choosing("const p: { name: string } = { na$0 };", "name", "const p: { name: string } = { name: $0 };\n".trim_end());
}

#[test]
fn texts() {
    offers("function f(x: \"left\" | \"right\") {}\nf(\"$0\");", &["left", "right"]);
    offers("type D = \"left\" | \"right\";\nfunction f(d: D) { if (d === \"$0\") {} }", &["left", "right"]);
    offers("const o: { ease?: \"in\" | \"out\" } = { ease: \"$0\" };", &["in", "out"]);
    choosing(
        "function f(x: \"left\" | \"right\") {}\nf(\"le$0\");",
        "left",
        "function f(x: \"left\" | \"right\") {}\nf(\"left\");",
    );
}

#[test]
fn modules() {
    offers("import { Box } from \"$0\";", &["mark:scene"]);
    offers(
        "//- main.mosl\nimport { x } from \"$0\";\n//- parts/door.mosl\nexport const x = 1;\n",
        &["./parts/door.mosl"],
    );
    offers("import { $0 } from \"mark:scene\";", &["Box", "Container"]);
}

#[test]
fn imports_are_added() {
    choosing("B$0\n", "Box", "import { Box } from \"mark:scene\";\n\nBox\n");
    choosing("import { Text } from \"mark:scene\";\nB$0\n", "Box", "import { Text, Box } from \"mark:scene\";\nBox\n");
    choosing(
        "//- main.mosl\ndoo$0\n//- parts/door.mosl\nexport const door = 1;\n",
        "door",
        "import { door } from \"./parts/door.mosl\";\n\ndoor\n",
    );
}

#[test]
fn class_members() {
    let base = "class Base { onClick(x: number): void {} size = 1 }\n";
    choosing(
        &format!("{base}class A extends Base {{\n  on$0\n}}\n"),
        "onClick",
        &format!("{base}class A extends Base {{\n  onClick(x: number) {{\n\t$0\n}}\n}}\n"),
    );
    offers(&format!("{base}class A extends Base {{\n  $0\n}}\n"), &["onClick", "size", "static", "constructor"]);
    offers("class A {\n  @$0\n}\n", &["persist", "synced"]);
    offers(
        "import { Container } from \"mark:scene\";\nexport default class A extends Container {\n  o$0\n}\n",
        &["onClick", "onStart"],
    );
}

#[test]
fn documentation() {
    let docs = parse("[1].$0").ask(|analysis, file, offset| {
        let found = complete(analysis, file, offset).expect("proposals");
        found.items.iter().find(|item| item.label == "includes").and_then(|item| item.documentation(analysis))
    });
    assert_eq!(docs.as_deref(), Some("Whether a value is among the elements; finds NaN too."));
}
