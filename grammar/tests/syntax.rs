//! The tree of every family of syntax, as printed: each snapshot shows the source and what was read.

use mosl_syntax::{parse, print};

/// Source, tree and errors in one text.
fn show(source: &str) -> String {
    let parsed = parse(source);
    let mut out = String::new();
    for line in source.lines() {
        out.push_str("| ");
        out.push_str(line);
        out.push('\n');
    }
    out + &print::module(&parsed.module) + &print::errors(&parsed.errors)
}

macro_rules! families {
    ($($name:ident: $($source:literal)*;)*) => {
        $(#[test]
        fn $name() {
            let shown: Vec<String> = [$($source),*].into_iter().map(show).collect();
            insta::assert_snapshot!(shown.join("\n"));
        })*
    };
}

families! {
    literals:
        "x = [1, 1_000, .5, 5., 1e3, 1.5e-3, 0xFF, 0b1010, 0o17, 0XaB_cD]"
        "x = ['a\\'b', \"\\x41\\u0042\\u{1F600}\\0\\\n\", '\\uD800', null, true, false, this]"
        "x = [5mrk, 0.25mrk, 90deg, 1.5s, 200ms, 10min, 2h, 1_000mrk, 10n]"
        "x = [/a[/]\\/b/giu, `a${1}b${`c${2}`}d`, tag`\\unicode ${x}`, `\r\n`]"
        "\\u0061bc = \\u{62} + caf\u{e9} + $_0"
        "x = 017; y = 5km; z = 1__0; w = 0x; v = 3in; u = '\\07'; t = /a/gg; s = `\\u`";
    operators:
        "x = a + b * c ** d ** e - -f % (g, h)"
        "x = a || b && c | d ^ e & f == g < h << i"
        "x = (a ?? b) || c, !d, ~e, typeof f, void 0, delete g.h, #p in q"
        "x = -a ** b; y = a ?? b || c; z = a && b ?? c"
        "a = b += c ??= d; [a, b.c = 1, ...d[0]] = { e, f: g = 2, ...h.i } = j"
        "a ? b : c ? d : e; i++; --j.k; a?.b++; f() = 1; ++[a]";
    calls_and_members:
        "a.b.if[c](d, ...e)(f,).#g"
        "a?.b?.[c]?.(d).e; (a?.b).c; a?.b`t`; a ?.5 : 1"
        "new A; new A(1); new a.b.C(1).d; new (f())(); new new X()(); new.target; import.meta.url; import('x')"
        "f<T>(x); new Map<A, B<C>>(); a < b > c; f(a < b, c > d); g<T>`t`; x = y<T>; a<b>>c";
    functions:
        "function f(a, b = 1, { c, d: [e] = [] }, ...g) { return a }"
        "async function* f() { await a; yield b; yield* c; yield }"
        "x = [a => b, (a, b) => { c }, async a => await a, async () => {}, () => ({}), async(a), (a) => (b) => c]"
        "x = a ? (b) : c => d; y = a ? (b): T => c : d; z = a ? (b, c) => d : e"
        "x = { get, set, async, static: 1, get a() {}, set a(b) {}, async b() {}, *c() {}, async *d() {}, get: 1, async get() {} }"
        "x = { if: 1, 'a b': 2, 3: 4, [k]: 5, m() {}, ...n, o, __proto__: p }"
        "function f(this: T, a?: U, public b: V): asserts a is W; function f(a) {}";
    classes:
        "class A extends B.C { x; y = 1; 'z'; [w] = 2; static s; static = 3; get; set; async\n m() {} }"
        "class A { #a = 1; get #b() { return this.#a } static { this.x } static async *g() {} constructor() {} 'constructor'() {} }"
        "abstract class A<T> extends B<T> implements C, D<T> { abstract m(): void; private readonly x!: T; declare y?: U; override z() {} [k: string]: V }"
        "@a @b.c(1) class A { @persist x = 1; @synced() static y; @d() m(@e f) {} }\nexport default abstract class {}"
        "x = class B { static\n z\n get\n w() {} }";
    statements:
        "if (a) b; else if (c) d; else { e }"
        "for (;;) ; for (let i = 0; i < 1; i++) a; for (x in y) a; for (const [k] of m) a; for (a.b of c) d"
        "async () => { for await (const x of y) ; for (using a of b) ; await using c = d; using e = f }"
        "while (a) { break } do b; while (c) d; l: for (;;) continue l"
        "switch (a) { case 1: b; case 2: default: c } try { a } catch { b } finally { c } try { } catch ({ d }) { } throw e; debugger"
        "for (var i = 'a' in o ? 1 : 2; ;) break; var using = 1; using\nx = 2; type = 3; of = as; let async"
        "with (a) b";
    modules:
        "import 'a'; import b from 'c'; import d, * as e from 'f'; import { g, h as i, default as j, 'k l' as m, type n, type as, type as as o } from 'p'"
        "import type { A } from 'b'; import type C from 'd'; import type, { type } from 'e'; import j from 'k' with { type: 'json' }"
        "export { a, b as c, d as default, e as 'f g' }; export * from 'h'; export * as i from 'j'; export { default } from 'k'; export type { L } from 'm'"
        "export const a = 1; export function f() {} export default x => x; export async function g() {} export type T = U; export interface I {}";
    types:
        "type A = string | number[] | null & undefined; type B = | 'x' | -1 | true | `t`; type C = keyof typeof a.b[number]"
        "type A = { a: T; readonly b?: U, c(x: V): W\n d<T>(): void; (e: X): Y; new (): Z; [k: string]: A; get f(): B; set f(v: B); [g.h]: C }"
        "type A = (a: T, b?: U, ...c: V[]) => a is W; type B = new (x: T) => U; type C = abstract new () => V; type D = <T>(x: T) => (y: T) => T"
        "type A = [a: T, b?: U, ...c: V[]]; type B = [T, U?, ...V]; type C = readonly T[]; type D = T['a']['b'][]; type E = (A | B)[]"
        "type A<T extends B = C, const D, in out E> = T; interface I<T> extends J, K.L<M<N<T>>> { x: T }"
        "type A = T extends (infer U)[] ? U : never; type B = { readonly [K in keyof T as U]?: T[K] }; type C = import('x').Y<Z>; type D = unique symbol"
        "enum A { B, C = 1, 'd e' = C << 1 } const enum F { G } declare const x: T; declare function f(): T; declare module 'm' {} namespace N.M { export const a = 1 }"
        "x = a as T | U; y = b as const satisfies V; z = c!.d![0]; w = <T>e; v = f as any as () => void; u = a as T < b"
        "let a: T, b!: U, { c }: V = d; function f(x: A<B<C>>): x is D { } const g = <T,>(x: T): T => x, h = async <T>(x: T) => x";
}

/// Where a semicolon is inserted: each row is one rule or example of ECMAScript 2025, section 12.10.
#[test]
fn automatic_semicolon_insertion() {
    let rows = [
        ("{ 1\n2 } 3", 2),
        ("a = b\n++c", 2),
        ("a\n++\nb", 2),
        ("return_\na + b", 2),
        ("() => { return\na + b }", 1),
        ("a = b + c\n(d + e).print()", 1),
        ("let x\nlet y", 2),
        ("a\n/b/g", 1),
        ("do x; while (y) z", 2),
        ("do {} while (y) z", 2),
        ("if (a) b\nelse c", 1),
        ("x\n=> y", 1),
        ("for (;;) { break\nfoo }", 1),
        ("foo: for (;;) { continue\nfoo }", 1),
        ("function* f() { yield\na }", 1),
        ("async\nfunction f() {}", 2),
        ("a\n`t`", 1),
        ("a\n[0]", 1),
        ("var a = 1\nvar b", 2),
        ("class A { x = 1\ny\n'z'\n3 }", 1),
        ("a\n!b", 2),
        ("x as T\n[1].y", 2),
        ("type A = B\ntype C = D", 2),
        ("type\nA = B", 2),
        ("if (a) break_\n;", 1),
        ("import a from 'b'\nexport { a }", 2),
        ("throw_\n{}\n/a/g", 3),
        ("(x) => {}\n(y)", 2),
        ("x = function () {}\n(y)", 1),
        ("", 0),
        (";", 1),
    ];
    for (source, statements) in rows {
        let parsed = parse(source);
        let errors: Vec<_> = parsed.errors.iter().filter(|error| error.name() != "misplaced-newline").collect();
        assert!(errors.is_empty(), "{source:?}: {errors:?}");
        assert_eq!(parsed.module.body.len(), statements, "{source:?}: {}", print::module(&parsed.module));
    }
    for refused in ["{ 1 2 } 3", "for (a; b\n)", "if (a) b; else\n", "throw\na", "if (a)\nelse b", "for (;\n) x"] {
        assert!(!parse(refused).errors.is_empty(), "{refused:?}");
    }
}

/// Broken programs: what is reported, and what is kept.
#[test]
fn error_recovery() {
    let rows = [
        "foo.",
        "foo.\nbar()",
        "foo(a, ",
        "function f() { if (x) { a()",
        "let x = ;\nlet y = 2;",
        "let = 5\nlet z = 1",
        "a + * b; c",
        "f(a b)",
        "f(a, , b)",
        "x = [1 2, , 3]",
        "x = { a: 1 b: 2 }",
        "x = { a: }",
        "x = { a b c, d: 1 }",
        "x = (1 + ] 2)\ny",
        "if (a {\n  b\n}\nc",
        "if a { b }\nc",
        "while (x\n  y()\nz()",
        "foo(a, b\nlet x = 1",
        "a ? b ;\nc",
        "const x = 1 let y = 2",
        "let 5x = 1;\nlet ok = 2",
        "class A { x = ; foo() { bar( } baz() {} }\nok()",
        "class A { 5 + 5; ok() {} }",
        "class { a() {} }\nok()",
        "function (a) { b }\nok()",
        "function f(a, ) { } function g(1, b) { } ok()",
        "import { a, from 'b'\nimport c from 'd'",
        "import { a } form 'b'\nok()",
        "export default\nlet x = 1",
        "type A = { a: ; b: T }\nok()",
        "interface I { a: T b: U }\nok()",
        "switch (x) { case 1 a(); case 2: b() }\nok()",
        "try { a() }\nok()",
        "for (let i = 0, i < 5, i++) { a() }\nok()",
        "`a${b + }c`\nok()",
        "let s = 'abc\nlet t = 1",
        "x = 1;;; } y = 2",
        "@@@ let x = 1\nok()",
        "let a = \u{20ac};\nok()",
        "first(;\nok();\nsecond = = 3;\nok();\nthird ] ;\nok()",
        "<!-- html\nok()",
        "a.b.c.\n\nif (x) { y }",
        "const f = (a, => a\nok()",
        "x = y as ;\nok()",
        "new\nok()",
    ];
    let shown: Vec<String> = rows.into_iter().map(show).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

/// One row for each early error.
#[test]
fn early_errors() {
    let rows = [
        "return 1",
        "break",
        "continue",
        "l: { continue l }",
        "for (;;) { break m }",
        "l: l: a",
        "function f() { await x }",
        "(a = await x) => a",
        "yield_; function f() { yield x }",
        "function* f(a = yield) {}",
        "new.target",
        "super.x",
        "class A { constructor() { super() } }",
        "a.#b",
        "class A { #a; #a }",
        "class A { constructor() {} constructor() {} }",
        "class A { constructor = 1 }",
        "class A { get a(b) {} set c() {} }",
        "x = { a = 1 }",
        "x = { __proto__: a, __proto__: b }",
        "switch (a) { default: default: }",
        "if (a) function f() {}",
        "while (a) let b",
        "if (a) { import 'b' }",
        "const a",
        "let { a }",
        "for (const x = 1 of y) ;",
        "for (let a, b of c) ;",
        "let static = 1, eval = 2",
        "var if = 1",
        "l\\u0065t = 1",
        "delete a",
        "[...a, b] = c",
        "(...a, b) => c",
        "({ a }) = b",
        "a?.b = c",
        "throw\na",
        "static { }",
        "class A { public public x; async constructor() {} }",
        "-->\nok()",
        "1 = 2; a + b = c; this = 3",
    ];
    let shown: Vec<String> = rows.into_iter().map(show).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn tokens_tell_what_they_stand_for() {
    let source = "x = { a } // c\nif (a < b) (c) => d<E>(f)\n/* g */ /h/i";
    let parsed = parse(source);
    insta::assert_snapshot!(print::tokens(&parsed, source) + &format!("{:?}\n", parsed.comments));
}
