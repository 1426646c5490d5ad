//! Inference and narrowing, as tables of small programs. `let _ = …` shows nothing: each case names a variable whose type it expects,
//! or the codes that it expects to be reported.

use mosl_compiler::diagnostics::render::render_all;
use mosl_compiler::project::{Manifest, MemoryFiles};
use mosl_compiler::{Checked, Options, check};

fn run(source: &str, strict: bool) -> Checked {
    let files = MemoryFiles::new([("main.mosl", source)]);
    let manifest = Manifest { strict, ..Manifest::default() };
    check(&files, "main.mosl", &Options { manifest, ..Options::default() })
}

/// The type of the last variable called `it`.
fn type_of_it(checked: &Checked) -> String {
    let program = checked.program.as_ref().expect("read");
    let it = program.bindings.iter().rev().find(|binding| binding.name == "it").expect("a variable called `it`");
    program.types.print(it.ty)
}

/// A strict program without errors whose variable `it` has this type.
#[track_caller]
fn it_is(source: &str, expect: &str) {
    let checked = run(source, true);
    assert!(!checked.has_errors(), "{source}\n{}", render_all(&checked.diagnostics, &checked.sources, false));
    assert_eq!(type_of_it(&checked), expect, "{source}");
}

/// A strict program whose errors have these codes.
#[track_caller]
fn fails(source: &str, codes: &[&str]) {
    let checked = run(source, true);
    let found: Vec<&str> = checked.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code).collect();
    assert_eq!(found, codes, "{source}\n{}", render_all(&checked.diagnostics, &checked.sources, false));
}

/// A program that is not strict, without errors.
#[track_caller]
fn loose(source: &str, expect: &str) {
    let checked = run(source, false);
    assert!(!checked.has_errors(), "{source}\n{}", render_all(&checked.diagnostics, &checked.sources, false));
    assert_eq!(type_of_it(&checked), expect, "{source}");
}

#[test]
fn literals_and_operators() {
    it_is("const it = 1;", "1");
    it_is("let it = 1;", "number");
    it_is("const it = 1 + 2;", "number");
    it_is("const it = \"a\" + 1;", "string");
    it_is("const it = `a${1}`;", "string");
    it_is("const it = [1, 2];", "number[]");
    it_is("const it = [1, \"a\"];", "(number | string)[]");
    it_is("const it = { a: 1, b: \"x\" };", "{ a: number; b: string }");
    it_is("const it = { a: 1 } as const;", "{ readonly a: 1 }");
    it_is("const it = [1, \"a\"] as const;", "readonly [1, \"a\"]");
    it_is("const it = 5mrk * 2;", "Mrk");
    it_is("const it = 90deg;", "number");
    it_is("const it = vec3(1, 2, 3) * 2 + vec3();", "Vec3");
    it_is("const it = Quat.euler(0, 1, 0) * vec3(1, 0, 0);", "Vec3");
    it_is("const it = vec3(1, 2, 3).x;", "number");
    it_is("const it = typeof 1;", "string");
    it_is("const it = 1 < 2;", "boolean");
    it_is("const it = /a/.test(\"a\");", "boolean");
    it_is("const it = null ?? 1;", "1");
}

#[test]
fn functions_and_callbacks() {
    it_is("function f(a: number) { return a * 2; } const it = f(1);", "number");
    it_is("const it = (a: number, b = 2) => a + b;", "(a: number, b?: number) => number");
    it_is("const it = [1, 2].map((x) => x + 1);", "number[]");
    it_is("const it = [1, 2].map((x) => `${x}`);", "string[]");
    it_is("const it = [1, 2].filter((x) => x > 1);", "number[]");
    it_is("const it = [1, 2].reduce((a, b) => a + b, 0);", "number");
    it_is("const it = [\"a\"].find((x) => x === \"a\");", "\"a\" | undefined");
    it_is("const it = [\"a\"].find((x) => x.length > 1);", "string | undefined");
    it_is("const it = Object.keys({ a: 1 });", "string[]");
    it_is("async function f() { return 1; } const it = f();", "Promise<number>");
    it_is("async function f() { return 1; } const it = await f();", "number");
    it_is("const it = new Map<string, number>().get(\"a\");", "number | undefined");
    it_is("const it = new Map([[\"a\", 1]]);", "Map<string, number>");
    it_is("const it = new Set([1]);", "Set<number>");
    it_is("function id<T>(x: T): T { return x; } const it = id(\"a\");", "\"a\"");
    it_is("function pair<A, B>(a: A, b: B): [A, B] { return [a, b]; } const it = pair(1, \"a\");", "[number, string]");
    it_is(
        "function get<T, K extends keyof T>(o: T, k: K): T[K] { return o[k]; } const it = get({ a: 1 }, \"a\");",
        "number",
    );
    it_is("function f(n: number): number { return n ? f(n - 1) : 0; } const it = f(1);", "number");
    it_is("const it = Math.max(1, 2);", "number");
    it_is("const it = \"a,b\".split(\",\");", "string[]");
    it_is("let it = 0; for (const x of [1, 2]) { it += x; }", "number");
    it_is("const [it] = [1, 2];", "any");
    it_is("const t: [number, string] = [1, \"a\"]; const [, it] = t;", "string");
    it_is("const { a: it } = { a: 1 };", "number");
    it_is("const a = [1]; const it = a[0];", "any");
    it_is("const a = [1]; const it: number = a[0];", "number");
}

#[test]
fn classes() {
    it_is("class A { x = 1; } const it = new A();", "A");
    it_is("class A { x = 1; } const it = new A().x;", "number");
    it_is("class A { f() { return \"a\"; } } class B extends A {} const it = new B().f();", "string");
    it_is("class A { get x() { return 1; } } const it = new A().x;", "number");
    it_is("class A { static n = 1; } const it = A.n;", "number");
    it_is(
        "class Box<T> { constructor(public_: T) { this.value = public_; } value: T; } const it = new Box(1);",
        "Box<number>",
    );
    it_is(
        "class Box<T> { value: T; constructor(v: T) { this.value = v; } } const it = new Box(\"a\").value;",
        "string",
    );
    it_is("class A { #n = 1; get() { return this.#n; } } const it = new A().get();", "number");
    it_is("class E extends Error { code = 1; } const it = new E(\"x\").message;", "string");
    it_is("class A { add(): this { return this; } } class B extends A {} const it = new B().add();", "B");
    it_is(
        "abstract class S { abstract area(): number; } class C extends S { area() { return 1; } } const it = new C().area();",
        "number",
    );
    fails("class A { private x = 1; } new A().x;", &["E0312"]);
    fails("class A { x: number; }", &["E0318"]);
    fails("abstract class A {} new A();", &["E0314"]);
    fails("abstract class A { abstract f(): void; } class B extends A {}", &["E0314"]);
    fails("class A { x = 1; } class B { x = 1; } const a: A = new B();", &["E0300"]);
    fails("interface I { f(): number } class A implements I { f() { return \"a\"; } }", &["E0315"]);
    fails("class A { f(): number { return 1; } } class B extends A { f(): string { return \"\"; } }", &["E0315"]);
    fails("class A { readonly x = 1; } new A().x = 2;", &["E0313"]);
    fails("class A { @persist f = () => 1; }", &["E0317"]);
    fails("class A { constructor(a: number) {} } new A(\"a\");", &["E0300"]);
}

#[test]
fn narrowing() {
    let narrowed = |condition: &str, expect: &str| {
        it_is(
            &format!("function f(x: string | number | null | undefined) {{ {condition} {{ const it = x; }} }}"),
            expect,
        );
    };
    narrowed("if (typeof x === \"string\")", "string");
    narrowed("if (typeof x !== \"string\" && x != null)", "number");
    narrowed("if (x)", "number | string");
    narrowed("if (x == null)", "null | undefined");
    narrowed("if (x === null) return; if (x === undefined) return;", "number | string");
    narrowed("if (!(typeof x === \"number\")) return;", "number");
    narrowed("while (x === null)", "null");
    it_is("function f(x: string | null) { const it = x ?? \"a\"; }", "string");
    it_is("function f(x: string | null) { const it = x?.length; }", "number | undefined");
    it_is("function f(x?: number) { const it = x ? x : 0; }", "number");
    it_is("function f(x: unknown) { if (typeof x === \"number\") { const it = x; } }", "number");
    it_is("function f(x: Error | string) { if (x instanceof Error) { const it = x.message; } }", "string");
    it_is(
        "class A { a = 1; } class B { b = 2; } function f(x: A | B) { if (x instanceof A) return; const it = x; }",
        "B",
    );
    it_is(
        "type S = { kind: \"a\"; a: number } | { kind: \"b\"; b: string }; function f(s: S) { if (s.kind === \"a\") { const it = s.a; } }",
        "number",
    );
    it_is(
        "type S = { kind: \"a\"; a: number } | { kind: \"b\"; b: string };
         function f(s: S) { switch (s.kind) { case \"a\": return 1; case \"b\": const it = s.b; return it; } }",
        "string",
    );
    it_is(
        "type S = { a: number } | { b: string }; function f(s: S) { if (\"a\" in s) { const it = s; } }",
        "{ a: number }",
    );
    it_is(
        "function isText(x: unknown): x is string { return typeof x === \"string\"; } function f(x: string | number) { if (isText(x)) { const it = x; } }",
        "string",
    );
    it_is("function f(x: string | null) { if (x === null) throw new Error(); const it = x; }", "string");
    it_is("let x: string | number = \"a\"; const it = x;", "string");
    it_is("function f(a: { b?: { c: number } }) { if (a.b) { const it = a.b.c; } }", "number");
    it_is("function f(x: number | string[]) { if (Array.isArray(x)) { const it = x; } }", "string[]");
    it_is("function f(a: (string | undefined)[]) { for (const x of a) { if (!x) continue; const it = x; } }", "string");
    it_is(
        "function f(x: string | null) { if (!x) return () => \"\"; const it = () => x.length; return it; }",
        "() => number",
    );
    fails("function f(x: string | null) { x.length; }", &["E0307"]);
    fails("let x: string | null = null; function g() { x = \"a\"; } function f() { return x.length; }", &["E0307"]);
    fails("function f(x: \"a\" | \"b\") { if (x === \"c\") {} }", &["E0322"]);
}

#[test]
fn what_does_not_fit_is_reported_once() {
    fails("const x: number = \"a\";", &["E0300"]);
    fails("const x = missing; x.y.z; x();", &["E0120"]);
    fails("const s = \"a\"; s.lenght;", &["E0301"]);
    fails("function f(a: number) {} f();", &["E0305"]);
    fails("function f(a: number) {} f(1, 2);", &["E0305"]);
    fails("const p: { x: number } = {};", &["E0302"]);
    fails("const p: { x: number } = { x: 1, y: 2 };", &["E0303"]);
    fails("const n = 1; n();", &["E0304"]);
    fails("const a = true * 2;", &["E0308"]);
    fails("const a = 1mrk + 1;", &["E0308"]);
    fails("for (const x of 5) {}", &["E0309"]);
    fails("function f(a: boolean): number { if (a) return 1; }", &["E0310"]);
    fails("function f(a) {}", &["E0311"]);
    fails("if (1 == \"1\") {}", &["E0215"]);
    fails("let x: number; console.log(x);", &["E0319"]);
    fails("\"a\" as number;", &["E0321"]);
    fails("const a: string[] = [1, \"b\", 2];", &["E0300", "E0300"]);
    fails("function f(u: unknown) { u.x; }", &["E0324"]);
    fails("type P = { x: number }; const p: P<number> = { x: 1 };", &["E0316"]);
    fails("function f(): number { return \"a\"; }", &["E0300"]);
    fails("parseInt(5);", &["E0300"]);
    fails("[1].map((x) => x.foo);", &["E0301"]);
}

#[test]
fn an_untyped_program_is_promised_nothing_unproved() {
    loose("let it = 1; it = 2;", "number");
    loose("let it = 1; it = \"a\";", "any");
    loose("let it = 1; function f(x) { it = x; } f(2);", "any");
    loose("let it = 0; for (let i = 0; i < 3; i++) it += i;", "number");
    loose("let a = 1; let it = a; a = \"x\";", "number");
    loose("const it = [1, 2];", "any[]");
    loose("const o = { a: 1 }; const it = o.a;", "any");
    loose("function f(x) { return x; } const it = f(1);", "any");
    loose("function f(x) { return x | 0; } const it = f(1);", "number");
    loose("class A { constructor(x) { this.x = x; } } const it = new A(1).x;", "any");
    loose("class A { f() { return 1; } } class B extends A { f() { return \"\"; } } const it = new A().f();", "any");
    loose("const it = \"a\".length;", "number");
    loose("var it = 1; console.log(it);", "number");
    loose("console.log(it); var it = 1;", "any");
    loose("if (Math.random() > 2) { var it = 1; }", "any");
    loose("const it = parseInt(5);", "number");
    loose("const m = new Map(); m.set(\"a\", 1); const it = m.get(\"a\");", "any");
    loose("function f(a, b) { return a; } const it = f(1, 2, 3);", "any");
    loose("const o = {}; o.x = 1; o.y = { z: 2 }; const it = o.y.z;", "any");
}
