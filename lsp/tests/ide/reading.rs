//! Hovers and signature help.

use mosl_lsp::ide::{hover, signature};

use crate::fixture::parse;

#[track_caller]
fn hovers(text: &str, code: &str) {
    let found = parse(text).ask(hover::hover);
    assert_eq!(found.map(|found| found.code).as_deref(), Some(code));
}

#[track_caller]
fn documents(text: &str, docs: &str) {
    let found = parse(text).ask(hover::hover).and_then(|found| found.docs);
    assert_eq!(found.as_deref(), Some(docs));
}

#[test]
fn variables_and_functions() {
    hovers("const ap$0ple = 1;\n", "const apple: 1");
    hovers("let apple = 1;\nap$0ple;\n", "let apple: number");
    hovers("function add(a: number, b = 2) { return a + b; }\nad$0d;\n", "function add(a: number, b?: number): number");
    hovers("function f(x: string | number) { if (typeof x === \"string\") { x$0; } }\n", "(parameter) x: string");
    hovers("class Door<T> extends Array<T> { x = 1 }\nDo$0or;\n", "class Door<T> extends Array<T>");
    hovers("enum Size { S }\nSi$0ze;\n", "enum Size");
    hovers("type Pair = [number, string];\nlet p: Pa$0ir;\n", "type Pair = [number, string]");
}

#[test]
fn members() {
    hovers("class Door { width = 1; }\nnew Door().wi$0dth;\n", "(property) Door.width: number");
    hovers(
        "class Door { open(fast?: boolean) {} }\nnew Door().op$0en();\n",
        "(method) Door.open(fast?: boolean): void",
    );
    hovers("const o = { size: 1 };\no.si$0ze;\n", "(property) size: number");
    hovers("[1].pus$0h(2);\n", "(method) number[].push(...items: number[]): number");
}

#[test]
fn the_library() {
    hovers("Ma$0th;\n", "const Math: Math");
    documents("[1].inc$0ludes(1);\n", "Whether a value is among the elements; finds NaN too.");
    hovers("90d$0eg;\n", "90deg = 1.570796 radians");
}

#[test]
fn documentation() {
    documents("/** Opens it. */\nfunction open() {}\nop$0en();\n", "Opens it.");
    documents("class A {\n  // The width.\n  width = 1;\n}\nnew A().wid$0th;\n", "The width.");
}

#[track_caller]
fn helps(text: &str, label: &str, parameter: usize) {
    let help = parse(text).ask(signature::signature_help).expect("help");
    assert_eq!((help.signatures[help.active].label.as_str(), help.active_parameter), (label, parameter));
}

#[test]
fn signatures() {
    let add = "function add(a: number, b: string): void {}\n";
    helps(&format!("{add}add($0);"), "add(a: number, b: string): void", 0);
    helps(&format!("{add}add(1, $0"), "add(a: number, b: string): void", 1);
    helps(&format!("{add}add(f(1, 2), [1, 2], $0"), "add(a: number, b: string): void", 2);
    helps("class P { constructor(x: number) {} }\nnew P($0)", "P(x: number): P", 0);
    helps(
        "class P { constructor(x: number) {} }\nclass Q extends P { constructor() { super($0) } }",
        "super(x: number): P",
        0,
    );
    helps("[1].push(1, 2, $0)", "push(...items: number[]): number", 0);
}
