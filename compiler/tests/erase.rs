//! What erasure makes of each construct: the types go, everything else stays in its place.

use mosl_compiler::erase::{Script, to_javascript};
use mosl_compiler::project::MemoryFiles;
use mosl_compiler::{Options, check};

fn erase_files<const N: usize>(files: [(&str, &str); N]) -> Result<Vec<Script>, String> {
    let checked = check(&MemoryFiles::new(files), "main.mosl", &Options::default());
    let errors: Vec<_> = checked.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    to_javascript(&checked.program.expect("a program")).map_err(|refused| refused[0].message.clone())
}

/// Blanks in a row count as one, blanks at a line's end as none.
#[track_caller]
fn check_text(text: &str, expect: &str) {
    let scripts = erase_files([("main.mosl", text)]).expect("it has a form in JavaScript");
    let found = &scripts[0].text;
    assert_eq!(found.lines().count(), text.lines().count(), "lines stay where they were:\n{found}");
    let tidy = |line: &str| line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    assert_eq!(found.lines().map(tidy).collect::<Vec<_>>().join("\n"), expect);
}

#[test]
fn annotations_go_and_columns_stay() {
    let scripts = erase_files([(
        "main.mosl",
        "let x: number = 1, y: string | null = null; f(x as any, y!);\nfunction f(a?: number, ...b: any[]): void {}",
    )]);
    let expect =
        "let x         = 1, y                = null; f(x       , y );\nfunction f(a         , ...b       )       {}";
    assert_eq!(scripts.expect("plain")[0].text, expect);
}

#[test]
fn expressions() {
    check_text(
        "const a = [1 as const, { b: 2 } satisfies object, (3 as number)!];",
        "const a = [1 , { b: 2 } , (3 ) ];",
    );
    check_text(
        "const f = <T,>(x: T): T => x;\nf<number>(1);\nnew Map<string, Array<number>>();",
        "const f = (x ) => x;\nf (1);\nnew Map ();",
    );
    check_text("const tag = (s: any) => s;\ntag<string>`x`;", "const tag = (s ) => s;\ntag `x`;");
    check_text(
        "let x: any;\n(x as any[]) = 1;\n[(x.y as [number, 2]).z, (x as any)!] = [1, 2];",
        "let x ;\n(x ) = 1;\n[(x.y ).z, (x ) ] = [1, 2];",
    );
    check_text("let x = 1;\nclass A { n = --x as number; #p = 0; }", "let x = 1;\nclass A { n = --x ; #p = 0; }");
    check_text(
        "let x: any;\n(x as any)++;\n((x as any)!)++;\nx = x ? ++x as number : `${--x as any}` satisfies string;",
        "let x ;\n(x )++;\n((x ) )++;\nx = x ? ++x : `${--x }` ;",
    );
    check_text("let x: any;\n[x!.a, x!] = [1, 2];\n(x as any).b = 1;", "let x ;\n[x .a, x ] = [1, 2];\n(x ).b = 1;");
}

#[test]
fn functions() {
    check_text("function f(this: any, x = 1 as number) { return this; }", "function f( x = 1 ) { return this; }");
    check_text(
        "function f(x: number): number;\nfunction f(x: any): any { return x; }",
        "\nfunction f(x ) { return x; }",
    );
    check_text("function is(x: unknown): x is string { return !!x; }", "function is(x ) { return !!x; }");
    check_text(
        "const o = { m<T>(x: T): T { return x; }, get g(): number { return 1; } };",
        "const o = { m (x ) { return x; }, get g() { return 1; } };",
    );
}

#[test]
fn no_line_ends_before_an_arrow() {
    check_text("const f = (x: number):\n  number => x;", "const f = (x\n) => x;");
    check_text("const f = async <\n  T\n>(x: T) => x;", "const f = async (\n\nx ) => x;");
}

#[test]
fn lines_do_not_run_on() {
    check_text("let x = 1 as any\n;[1].map((y) => y)", "let x = 1\n;[1].map((y) => y)");
    check_text("const f = (x: any) => x\nlet y = f as any\n(f)(1)", "const f = (x ) => x\nlet y = f ;\n(f)(1)");
    check_text("let a = 1\ntype T = number\n;(a)", "let a = 1\n;\n(a)");
    check_text("let a: any = 1\ninterface I {}\n[a].length", "let a = 1\n;\n[a].length");
    check_text(
        "class A {\n  x: number\n  private *m() {}\n  y = 1\n  readonly [\"z\"] = 2\n}",
        "class A {\nx;\n; *m() {}\ny = 1\n; [\"z\"] = 2\n}",
    );
}

#[test]
fn classes() {
    check_text(
        "interface I {}\nabstract class A<T> implements I {\n  abstract m(): T;\n  declare d: number;\n  [k: string]: any;\n  static readonly s: number = 1;\n  p?: T;\n  q!: string;\n  constructor(x: T);\n  constructor(x: any) {}\n}",
        "\nclass A {\n\n\n\nstatic s = 1;\np ;\nq ;\n\nconstructor(x ) {}\n}",
    );
    check_text(
        "class A<T> { toString() { return 1; } }\nclass B extends A<number> implements Object {\n  override toString(): any { return \"\"; }\n}",
        "class A { toString() { return 1; } }\nclass B extends A {\ntoString() { return \"\"; }\n}",
    );
}

#[test]
fn enums_are_objects() {
    check_text(
        "enum E { A, B = (1 as number) << 2, C = E.B | E.A, \"d-e\", F = \"x\" }",
        "var E = {}; E[E[\"A\"] = 0] = \"A\"; E[E[\"B\"] = (1 ) << 2] = \"B\"; E[E[\"C\"] = E.B | E.A] = \"C\"; E[E[\"d-e\"] = E[\"C\"] + 1] = \"d-e\"; E[\"F\"] = \"x\";",
    );
}

#[test]
fn modules() {
    let main = "import { type A, a, B, b } from \"./lib.mosl\";\nimport type { C } from './lib.mosl';\nexport { type A, a };\nexport type D = A;\nexport * from \"./lib.mosl\";\na; b;";
    let lib = "export interface A {}\nexport type B = 1;\nexport interface C {}\nexport const a = 1, b = 2;";
    let scripts = erase_files([("main.mosl", main), ("lib.mosl", lib)]).expect("plain");
    let names: Vec<_> = scripts.iter().map(|script| script.name.as_str()).collect();
    assert_eq!(names, ["main.js", "lib.js"]);
    let lines: Vec<_> =
        scripts[0].text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        lines,
        ["import { a, b } from \"./lib.js\" ;", "", "export { a };", "", "export * from \"./lib.js\" ;", "a; b;"]
    );
}

#[test]
fn extensions_are_refused_by_name() {
    for (text, what) in [
        ("5mrk;", "the unit `mrk`"),
        ("90deg;", "the unit `deg`"),
        ("vec3(1, 2, 3);", "`vec3`"),
        ("import { Box } from \"mark:scene\"; new Box();", "the module `mark:scene`"),
        ("class A { @persist n = 1; }", "the decorator `@persist`"),
    ] {
        let refused = erase_files([("main.mosl", text)]).expect_err("it has no form in JavaScript");
        assert_eq!(refused, format!("{what} cannot be written as JavaScript"));
    }
}
