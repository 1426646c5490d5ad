//! Every diagnostic of the catalogue as the creator sees it, at 80 columns; a test proves that none is missing.

use std::collections::BTreeSet;

use mosl_compiler::check_project;
use mosl_compiler::diagnostics::{CATALOGUE, Diagnostic, render::render};
use mosl_compiler::project::MemoryFiles;
use mosl_syntax::ErrorCode;

/// One program for each code: other files than `main.mosl` follow after a line `-- name`.
const STRICT: &[(&str, &str)] = &[
    ("E0100", "import { a } from \"./dor.mosl\";\n-- door.mosl\nexport const a = 1;"),
    ("E0102", "import { Box } from \"mark:scen\";"),
    ("E0103", "import { Dor } from \"./door.mosl\";\n-- door.mosl\nexport const Door = 1;"),
    (
        "E0104",
        "import { x } from \"./all.mosl\";\nx;\n-- all.mosl\nexport * from \"./a.mosl\";\nexport * from \"./b.mosl\";\n-- a.mosl\nexport const x = 1;\n-- b.mosl\nexport const x = 2;",
    ),
    ("E0105", "const a = 1;\nexport { a };\nexport { a };"),
    ("E0106", "import \"mark:space\";"),
    ("E0108", "import type { A } from \"./a.mosl\";\nnew A();\n-- a.mosl\nexport class A {}"),
    ("E0120", "const price = 1;\nconsole.log(prise);"),
    ("E0121", "let x: nubmer;"),
    ("E0122", "let x = 1;\nlet x = 2;"),
    ("E0123", "const x = 1;\nx = 2;"),
    ("E0124", "interface I {}\nconsole.log(I);"),
    ("E0125", "const limit = 1;\nlet x: limit;"),
    ("E0126", "console.log(x);\nconst x = 1;"),
    ("E0132", "const undefined = 1;"),
    ("E0134", "const word = /[z-a]+/;"),
    ("E0200", "const o = { a: 1 };\nwith (o) {}"),
    ("E0201", "eval(\"1\");"),
    ("E0202", "function f() { return arguments; }"),
    ("E0203", "class A {}\nA.prototype = null;"),
    ("E0204", "function Dog() {}\nnew Dog();"),
    ("E0205", "const o: any = {};\no.__defineGetter__(\"x\", () => 1);"),
    ("E0206", "new Proxy({}, {});"),
    ("E0207", "const x = 10n;"),
    ("E0208", "import(\"./a.mosl\");"),
    ("E0209", "type T = keyof any extends string ? 1 : 2;"),
    ("E0210", "namespace N {}"),
    ("E0211", "const enum E { A }"),
    ("E0212", "class A {\n  @log x = 1;\n}"),
    ("E0213", "class A {\n  constructor(public x: number) {}\n}"),
    ("E0214", "const x = <number>1;"),
    ("E0215", "if (1 == \"1\") {}"),
    ("E0216", "declare const x: number;"),
    ("E0217", "import a from \"./a.mosl\" with { type: \"json\" };\na;\n-- a.mosl\nexport default 1;"),
    ("E0219", "const self = this;\nconsole.log(self);"),
    ("E0218", "class A {\n  accessor x = 1;\n}"),
    ("E0300", "const price: Mrk = 5;"),
    ("E0301", "const names = [\"a\"];\nnames.lenght;"),
    ("E0302", "interface Point { x: number; y: number }\nconst p: Point = { x: 1 };"),
    ("E0303", "interface Point { x: number; y?: number }\nconst p: Point = { x: 1, z: 2 };"),
    ("E0304", "const n = 1;\nn();"),
    ("E0305", "function f(a: number, b: string) {}\nf(1);"),
    (
        "E0306",
        "function f(a: number, b: number): void;\nfunction f(a: string, b: string): void;\nfunction f(a: any, b: any) {}\nf(1, \"a\");",
    ),
    ("E0307", "function f(name: string | null) {\n  return name.length;\n}"),
    ("E0308", "const total = 5mrk + 1;"),
    ("E0309", "for (const x of { a: 1 }) {}"),
    ("E0310", "function f(a: boolean): number {\n  if (a) return 1;\n}"),
    ("E0311", "function f(a) { return a; }"),
    ("E0312", "class A { private x = 1; }\nnew A().x;"),
    ("E0313", "class A { readonly x = 1; }\nnew A().x = 2;"),
    ("E0314", "abstract class Shape { abstract area(): number; }\nclass Circle extends Shape {}"),
    ("E0315", "interface Named { name: string }\nclass A implements Named { name = 1; }"),
    ("E0316", "type P = { x: number };\nlet p: P<number>;"),
    ("E0317", "class A {\n  @persist handler = () => 1;\n}"),
    ("E0318", "class A {\n  x: number;\n}"),
    ("E0319", "let x: number;\nconsole.log(x);"),
    ("E0320", "const x = 0.1234567890123456789mrk;"),
    ("E0321", "const x = \"a\" as number;"),
    ("E0322", "function f(x: \"on\" | \"off\") {\n  return x === \"of\";\n}"),
    ("E0324", "function f(x: unknown) {\n  return x.name;\n}"),
    ("E0327", "class Door {}\nJSON.parse<Door>(\"{}\");"),
    (
        "E0328",
        "import type { Visitor } from \"mark:scene\";\nexport async function sell(visitor: Visitor, ready: boolean) {\n  const payment = await visitor.pay(5mrk, \"drink\");\n  if (ready) payment.accept();\n}",
    ),
    ("E0329", "function f(a?: number, b: number) {}"),
    (
        "E0330",
        "function f(a: string): number;\nfunction f(a: number): string;\nfunction f(a: string | number): number {\n  return 1;\n}",
    ),
];

/// What strict projects are warned of.
const LINTS: &[(&str, &str)] = &[
    ("W0101", "export function f() {\n  var x = 1;\n  return x;\n}"),
    ("W0105", "async function work() {}\nexport function f() {\n  work();\n}"),
    ("W0106", "export function f() {\n  return 1;\n  console.log(2);\n}"),
    (
        "W0107",
        "import { a, b } from \"./door.mosl\";\nconsole.log(b);\n-- door.mosl\nexport const a = 1;\nexport const b = 2;",
    ),
    ("W0108", "export function f() {\n  const tax = 2;\n  return 1;\n}"),
    ("W0109", "export function f(a: number) {\n  return a !== a;\n}"),
    ("W0110", "export function f(names: string[]) {\n  if (names) console.log(1);\n}"),
    ("W0111", "export function f(n: number) {\n  if (n = 1) console.log(n);\n}"),
    ("W0112", "export function f(n: number) {\n  n === 1;\n}"),
];

const LOOSE: &[(&str, &str)] = &[
    ("W0100", "let x = 1;\nx = \"a\";"),
    ("W0102", "const names = [\"a\"];\nnames.lenght;"),
    ("W0104", "const x = 1;\nx = 2;"),
    ("W0113", "export const lamp = () => lantern;"),
];

fn diagnostics(source: &str, strict: bool) -> (Vec<Diagnostic>, String) {
    let mut files = MemoryFiles::default();
    files.write("mosl.json", format!("{{ \"strict\": {strict} }}"));
    let mut name = "main.mosl";
    for part in source.split("\n-- ") {
        let text = if name == "main.mosl" { part } else { part.split_once('\n').map_or("", |(_, text)| text) };
        let file = if name == "main.mosl" { "main.mosl" } else { part.split('\n').next().unwrap_or(part) };
        files.write(file, format!("{text}\n"));
        name = "";
    }
    let checked = check_project(&files, "");
    let shown: Vec<String> =
        checked.diagnostics.iter().map(|diagnostic| render(diagnostic, &checked.sources, false)).collect();
    (checked.diagnostics, shown.join("\n"))
}

fn snapshot(name: &str, table: &[(&str, &str)], strict: bool) {
    let mut all = String::new();
    for (code, source) in table {
        let (found, shown) = diagnostics(source, strict);
        assert!(
            found.iter().any(|diagnostic| diagnostic.code == *code),
            "{code} was not reported for\n{source}\n{shown}"
        );
        all.push_str(&shown);
        all.push('\n');
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, all);
    });
}

fn family(prefix: &str) -> Vec<(&'static str, &'static str)> {
    STRICT.iter().copied().filter(|(code, _)| code.starts_with(prefix)).collect()
}

#[test]
fn files_and_names() {
    snapshot("diagnostics-names", &family("E01"), true);
}

#[test]
fn what_is_left_out() {
    snapshot("diagnostics-refusals", &family("E02"), true);
}

#[test]
fn types() {
    snapshot("diagnostics-types", &family("E03"), true);
}

#[test]
fn warnings() {
    snapshot("diagnostics-warnings", LOOSE, false);
}

#[test]
fn lints() {
    snapshot("diagnostics-lints", LINTS, true);
}

/// One report for each mistake, also where the text cannot be read: what follows from a mistake is not reported beside it.
#[test]
fn a_broken_file_is_reported_without_echoes() {
    let source = "let total = 0\nfor (const item of itmes) {\n  total += item.price\n}\nfunction area(w: number, h: number) {\n  \
                  return w * h\nconsole.log(area(1, 2)\nconst x = \"abc\nlet y = 5 +\nObject.setPrototypeOf(total, x);\nfoo.";
    let (_, shown) = diagnostics(source, true);
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("diagnostics-broken", shown);
    });
}

/// `mosl check` shows every code somewhere in the snapshots, its name beside it.
#[test]
fn every_code_has_a_snapshot() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots");
    let files = std::fs::read_dir(folder).expect("the snapshots").map(|entry| entry.expect("a file").path());
    let own =
        files.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("diagnostics-")));
    let text: String = own.map(|path| std::fs::read_to_string(path).expect("a text")).collect();
    let shown: BTreeSet<&str> = text.lines().collect();
    let types = CATALOGUE.iter().map(|entry| format!("{} {}", entry.code, entry.name));
    let syntax = ErrorCode::ALL.iter().map(|code| format!("{code} {}", code.name()));
    let missing: Vec<String> = types.chain(syntax).filter(|head| !shown.contains(head.as_str())).collect();
    assert!(missing.is_empty(), "without a snapshot: {missing:?}");
    let wide = text.lines().filter(|line| !line.contains(['│', '·'])).find(|line| line.chars().count() > 80);
    assert_eq!(wide, None, "wider than a terminal");
}

/// Programs that cannot be read, of the kind that creators write. The first line of each says which codes are reported, in their order:
/// no mistake is reported twice, and none of them hides what is wrong elsewhere.
#[test]
fn broken_programs_are_reported_without_echoes() {
    let mut all = String::new();
    let mut wrong = String::new();
    for part in include_str!("broken.txt").split("\n====\n") {
        let (head, source) = part.split_once('\n').expect("a head and a program");
        let (found, shown) = diagnostics(source, false);
        let codes: Vec<&str> = found.iter().filter(|found| found.is_error()).map(|found| found.code).collect();
        if codes.join(" ") != head.trim_start_matches("// ") {
            wrong.push_str(&format!("{head}\n{shown}\n"));
        }
        all.push_str(&shown);
        all.push('\n');
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("diagnostics-programs", all);
    });
    assert!(wrong.is_empty(), "other codes than announced:\n{wrong}");
}

/// The programs of `docs/diagnostics.md`, by the code that the page shows for each.
const PROUD: &[(&str, &str)] = &[
    ("E0005", "function area(w: number, h: number) {\n  return w * h\nconst unused = 1;\nconsole.log(area(1, 2));"),
    ("E0009", "const greeting = `Hello ${name};\nconsole.log(greeting);"),
    ("E0014", "const price = 5mkr;\nconsole.log(price);"),
    ("E0204", "function Dog(name: string) {\n  this.name = name;\n}\nconst rex = new Dog(\"Rex\");"),
    ("E0215", "var count = \"3\";\nif (count == 3) console.log(\"three\");"),
    (
        "E0310",
        "type Shape = { kind: \"circle\"; r: number } | { kind: \"square\"; side: number };\nfunction area(shape: Shape): number {\n  switch (shape.kind) {\n    case \"circle\":\n      return Math.PI * shape.r ** 2;\n  }\n}",
    ),
    ("E0308", "async function load(): Promise<number> { return 5; }\nconst total = load() + 1;\nconsole.log(total);"),
    (
        "E0322",
        "type Light = \"red\" | \"green\";\nfunction isGo(light: Light) {\n  return light === \"gren\";\n}\nconsole.log(isGo(\"red\"));",
    ),
    (
        "E0307",
        "function find(names: string[], wanted: string): string | undefined {\n  return names.find((name) => name === wanted);\n}\nconsole.log(find([\"Ann\"], \"Ann\").length);",
    ),
    ("E0005", "if (Math.random() > 0.5 {\n  console.log(\"heads\");\n}"),
];

/// The page shows what is said now: where this fails, the page is to be written anew.
#[test]
fn the_page_of_ten_diagnostics_is_true() {
    let page = include_str!("../../docs/diagnostics.md");
    let blocks: Vec<&str> = page.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 2 * PROUD.len(), "each beside what TypeScript prints");
    for ((code, source), pair) in PROUD.iter().zip(blocks.chunks(2)) {
        let (found, shown) = diagnostics(source, true);
        assert!(found.iter().any(|found| found.code == *code), "{code}:\n{shown}");
        let lines = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        assert!(lines(&shown).contains(lines(pair[0]).trim()), "{code} is now\n{shown}\nthe page has\n{}", pair[0]);
        assert!(pair[1].contains("error TS"), "{code}: TypeScript's own words");
    }
}
