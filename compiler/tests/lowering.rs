//! The road from source to MIR and bytecode: for each family of syntax a small program, with its MIR or its bytecode in the
//! snapshot beside the source.

use mosl_compiler::project::MemoryFiles;
use mosl_compiler::{Options, check, emit, mir};

/// The program's MIR after all passes and its bytecode, which the bytecode's verifier accepts.
fn lower(source: &str) -> (String, String) {
    let files = MemoryFiles::new([("main.mosl", source)]);
    let checked = check(&files, "main.mosl", &Options::default());
    let errors: Vec<_> = checked.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let program = checked.program.expect("the program was read");
    let lowered = emit::lower_to_mir(&program);
    let module = emit::emit_mir(&program, &lowered).expect("the program fits the format");
    let bytecode = mosl_bytecode::disassemble(&module);
    mosl_bytecode::verify(module).expect("the bytecode verifies");
    (mir::print_program(&lowered), bytecode)
}

#[track_caller]
fn mir(name: &str, source: &str) {
    let text = format!("{}\n---\n{}", source.trim(), lower(source).0);
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[track_caller]
fn bytecode(name: &str, source: &str) {
    let text = format!("{}\n---\n{}", source.trim(), lower(source).1);
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn arithmetic() {
    mir("arithmetic", "export function f(a: number, b: number) { return (a * b + 1) % 3 | 0; }");
    mir("arithmetic-dynamic", "export function f(a, b) { return a * b + `${a}` < b; }");
    bytecode(
        "arithmetic-registers",
        "function f(a: number, b: number): number { let c = a + b; c *= 2; return c - a; }\nf(1, 2);",
    );
}

#[test]
fn conditions() {
    mir(
        "conditions",
        "export function f(a: boolean, b: boolean, c) { if (a && !b || c) return 1; return a ? 2 : c ?? 3; }",
    );
}

#[test]
fn loops() {
    bytecode(
        "loop-counting",
        "function f(n: number): number { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }\nf(3);",
    );
    mir(
        "loop-labels",
        "export function f(a) { outer: for (;;) { while (a) { if (a.b) continue outer; break outer; } } }",
    );
    mir("loop-of", "export function f(items) { for (const [k, v = 1] of items) if (k) return v; }");
    mir("loop-closures", "export const all = []; for (let i = 0; i < 3; i++) all.push(() => i);");
}

#[test]
fn closures() {
    mir("closure-by-value", "export function f(a) { const b = a; return () => b; }");
    mir("closure-by-cell", "export function f(a) { return () => a++; }");
    mir(
        "closure-mutual",
        "export function f() { function even(n) { return n == 0 || odd(n - 1); } function odd(n) { return n != 0 && even(n - 1); } return even; }",
    );
    mir("closure-this", "export function f() { return () => [this, new.target]; }");
}

#[test]
fn calls() {
    mir(
        "call-kinds",
        "export function f(o, g, ...rest) { g(); o.m(1); o.m(o.x); o[g](...rest); new g(o); o?.m?.(1); Math.sqrt(2); }",
    );
    mir("call-direct", "function add(a: number, b: number): number { return a + b; }\nadd(1, 2);\nadd(...[1, 2]);");
}

#[test]
fn classes() {
    mir(
        "class-base",
        "export class A { x = 1; #y; static z = 2; constructor(y) { this.#y = y; } get y() { return this.#y; } static { A.z++; } }",
    );
    mir(
        "class-derived",
        "export class A { m() {} }\nexport class B extends A { #p() {} constructor() { super(); this.#p(); } m() { return super.m(); } }",
    );
    mir(
        "class-typed-fields",
        "export class P { x: number; y: number = 0; constructor(x: number) { this.x = x; } sum(): number { return this.x + this.y; } }",
    );
}

#[test]
fn exceptions() {
    mir("try-catch", "export function f(g) { try { return g(); } catch (e) { return e; } }");
    mir(
        "try-finally",
        "export function f(g) { for (const x of g) { try { if (x) break; continue; } finally { g(x); } } }",
    );
    mir("using", "export function f(g) { using a = g(); return a; }");
}

#[test]
fn destructuring() {
    mir("destructure-object", "export function f({ a, b: { c = 1 }, ...rest }) { return [a, c, rest]; }");
    mir("destructure-assign", "export function f(o, k) { [o.a, o[k()] = 2] = k; }");
}

#[test]
fn suspension() {
    mir("generator", "export function* f(a) { const b = yield a; yield* b; }");
    mir("async", "export async function f(a) { try { return await a; } catch { return 1; } }");
    mir("async-generator", "export async function* f(a) { for await (const x of a) yield x; }");
}

#[test]
fn literals() {
    mir(
        "object-literal",
        "export const f = (a, k) => ({ a, b: 1, [k]: 2, get c() { return super.d; }, ...a, m() {} });",
    );
    mir("template-literal", "export const f = (a, t) => [`x${a}y`, t`u${a}v`, /r/g, 5mrk, 90deg];");
    mir("enum", "export enum E { A, B = 5, C, D = \"d\" }");
}

#[test]
fn long_chains_need_no_stack() {
    let source = format!("export const x = (a) => a{};", " + a".repeat(400));
    lower(&source);
}
