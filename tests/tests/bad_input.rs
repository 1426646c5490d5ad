//! Input that asks for too much: deep recursion through built-ins, enormous lengths, strings past memory, callbacks that change what is
//! gone through. Each ends as ECMAScript says, or with a limit that names the line; never with a hang, never with a panic.

use mosl_compiler::project::MemoryFiles;
use mosl_tests::run::{self, LIMITS};
use mosl_vm::{Limits, Stress};

/// How a program ends.
enum End {
    /// It prints this.
    Prints(&'static str),
    /// This limit ends it, on this line; handlers do not see it.
    Limit(&'static str, u32),
}
use End::{Limit, Prints};

const TIGHT: Limits = Limits { fuel: 3_000_000, heap: 32 << 20, ..LIMITS };

#[track_caller]
fn check(limits: Limits, text: &str, end: &End) {
    let bytes =
        run::compile(&MemoryFiles::new([("main.mosl", text)]), "main.mosl").unwrap_or_else(|errors| panic!("{errors}"));
    let ran = run::run(&bytes, limits, Stress::Off).expect("the compiler's modules load");
    let trap = ran.trap.as_ref().map(|trap| (trap.kind.name(), trap.trace.first().map_or(0, |place| place.line)));
    match end {
        Prints(out) => assert_eq!((ran.out.trim_end(), trap), (*out, None), "{text}\n{}", ran.err),
        Limit(kind, line) => assert_eq!((ran.out.as_str(), trap), ("", Some((*kind, *line))), "{text}"),
    }
}

#[track_caller]
fn check_all(limits: Limits, cases: &[(&str, End)]) {
    for (text, end) in cases {
        check(limits, text, end);
    }
}

#[test]
fn deep_recursion_through_built_ins_meets_the_stack_limit() {
    let programs = [
        "const f = () => [2, 1].sort(() => f());\ntry {\n  f();\n} catch {\n  console.log('caught');\n}",
        "const f = () => 'a'.replace(/a/, f);\nf();",
        "const f = () => Array.from([1], f);\nf();",
        "const o = { toString: () => `${o}` };\n`${o}`;",
        "const o = { valueOf: () => +o };\n+o;",
        "const o = { get x() { return this.x; } };\no.x;",
        "const o = { toJSON: () => JSON.stringify(o) };\nJSON.stringify(o);",
        "const f = () => JSON.parse('[1]', f);\nf();",
        "const f = () => new Map([[1, 1]]).forEach(f);\nf();",
        "const f = () => Reflection.reduce(f);\nconst Reflection = [1, 2];\nf();",
        "function* g() { yield* g(); }\ng().next();",
        "const f = (x) => Iterator.from([x]).map(f).toArray();\nf(1);",
        "class A { constructor() { new A(); } }\nnew A();",
        "class A { static [Symbol.hasInstance]() { return 1 instanceof A; } }\n1 instanceof A;",
        "const t = (s) => t`a`;\nt`b`;",
        "let C = class {};\nfor (let i = 0; i < 30000; i++) C = class extends C {};\nnew C();",
        "let f = () => 1;\nfor (let i = 0; i < 30000; i++) {\n  f = f.bind(null);\n  Object.defineProperty(f, 'name', { value: '' });\n}\nf();",
        "let a = [];\nfor (let i = 0; i < 30000; i++) a = [a];\na.join();",
        "let a = [];\nfor (let i = 0; i < 30000; i++) a = [a];\n`${a}`;",
    ];
    for program in programs {
        let bytes = run::compile(&MemoryFiles::new([("main.mosl", program)]), "main.mosl").expect("compiles");
        let ran = run::run(&bytes, Limits { fuel: 1 << 30, ..LIMITS }, Stress::Off).expect("loads");
        let kind = ran.trap.as_ref().map(|trap| trap.kind.name());
        assert_eq!((ran.out.as_str(), kind), ("", Some("stack")), "{program}\n{}", ran.err);
        assert!(!ran.trap.expect("a trap").trace.is_empty(), "{program}");
    }
}

#[test]
fn deep_data_costs_heap_and_no_stack() {
    let deep = |body: &str| format!("let a = [];\nfor (let i = 0; i < 100000; i++) a = [a];\n{body}");
    let plenty = Limits { fuel: 100_000_000, ..LIMITS };
    for (body, out) in [
        ("console.log(JSON.stringify(a).length);", "200002"),
        ("console.log(a);", "[ [ [ [Array] ] ] ]"),
        ("console.log(a.flat(Infinity).length);", "0"),
        ("console.log(structuredClone(a).length);", "1"),
        ("const t = '['.repeat(1e6) + ']'.repeat(1e6);\nconsole.log(JSON.parse(t).length);", "1"),
        ("const t = '['.repeat(1e5) + ']'.repeat(1e5);\nconsole.log(JSON.parse(t, (k, v) => 1));", "1"),
        ("try {\n  JSON.parse('['.repeat(1e6));\n} catch (e) {\n  console.log(e.name);\n}", "SyntaxError"),
        (
            "let e = new Error('x');\nfor (let i = 0; i < 1e4; i++) e = new Error('y', { cause: e });\nconsole.log(`${e}`);",
            "Error: y",
        ),
        (
            "let s = '';\nfor (let i = 0; i < 1e5; i++) s = 'a' + s + 'b';\nconsole.log(s.length, s[0], s.at(-1));",
            "200000 a b",
        ),
        (
            "let p = Promise.resolve(1);\nfor (let i = 0; i < 1e4; i++) p = Promise.resolve(p.then((x) => x + 1));\nconsole.log(await p);",
            "10001",
        ),
        (
            "let o = {};\nfor (let i = 0; i < 1e5; i++) o = Object.create(o);\nconsole.log(o.x, 'x' in o);",
            "undefined false",
        ),
        (
            "try {\n  new RegExp('('.repeat(3e5) + ')'.repeat(3e5));\n} catch (e) {\n  console.log(e.name.slice(0, 9));\n}",
            "TypeError",
        ),
    ] {
        check(plenty, &deep(body), &Prints(out));
    }
}

#[test]
fn enormous_lengths_burn_fuel_or_are_answered_at_once() {
    let holes = "const a = [];\na.length = 4294967295;\n";
    for call in [
        "a.sort();",
        "a.sort(() => 0);",
        "a.reverse();",
        "a.forEach((x) => x);",
        "a.map((x) => x);",
        "a.filter((x) => x);",
        "a.indexOf(1);",
        "a.lastIndexOf(1);",
        "a.includes(1);",
        "a.concat([1]);",
        "a.slice();",
        "a.splice(0, 10);",
        "a.shift();",
        "a.unshift(1);",
        "[...a];",
        "a.flat();",
        "a.flatMap((x) => x);",
        "a.reduce((x) => x, 0);",
        "a.reduceRight((x) => x, 0);",
        "a.find((x) => false);",
        "a.findLastIndex((x) => false);",
        "a.some((x) => x);",
        "a.every((x) => x);",
        "a.join();",
        "a.fill(1);",
        "a.copyWithin(0, 1);",
        "a.toReversed();",
        "a.toSorted();",
        "a.toSpliced(0, 1);",
        "a.with(0, 1);",
        "JSON.stringify(a);",
        "new Set(a);",
        "for (const x of a);",
        "const [...b] = a;",
        "Array.from(a);",
        "`${a}`;",
        "Object.assign([], { length: 1 }, [...a]);",
    ] {
        check(TIGHT, &format!("{holes}{call}"), &Limit("fuel", 3));
    }
    for method in ["indexOf", "includes", "sort", "forEach", "join", "shift"] {
        let text = format!("const a = {{ length: 2 ** 53 - 1 }};\n\nArray.prototype.{method}.call(a, () => 0, 0, 1);");
        check(TIGHT, &text, &Limit("fuel", 3));
    }
    check_all(
        TIGHT,
        &[
            (
                "const a = [];\na.length = 4294967295;\nconsole.log(a.at(-1), a.pop(), a.length, Object.keys(a));",
                Prints("undefined undefined 4294967294 []"),
            ),
            (
                "const a = new Array(4294967295);\nconsole.log(a);\nfor (const k in a) console.log(k);",
                Prints("[ <4294967295 empty items> ]"),
            ),
            ("console.log(structuredClone(new Array(4294967295)).length);", Prints("4294967295")),
            ("\nArray.from({ length: 4294967295 });", Limit("fuel", 2)),
        ],
    );
}

#[test]
fn what_is_too_long_is_a_range_error() {
    for program in [
        "new Array(-1)",
        "new Array(2 ** 32)",
        "[].length = 2 ** 32",
        "Array.from({ length: 2 ** 53 })",
        "'abc'.repeat(2 ** 30)",
        "'abc'.repeat(-1)",
        "'abc'.padStart(2 ** 30)",
        "'abc'.padEnd(2 ** 30, 'x')",
        "new ArrayBuffer(2 ** 53)",
        "new Float64Array(2 ** 40)",
        "(() => { let s = 'x'; for (;;) s += s; })()",
        "(() => { let s = 'x'; for (;;) s = `${s}${s}`; })()",
        "Math.max.apply(null, { length: 1e9 })",
        "String.fromCharCode.apply(null, { length: 1e9 })",
        "(1).toFixed(101)",
        "(1).toPrecision(101)",
        "(1).toExponential(-1)",
        "(1).toString(37)",
        "'a'.normalize('x')",
        "new Date(NaN).toISOString()",
        "String.fromCodePoint(1e7)",
    ] {
        let text = format!("try {{\n  {program};\n}} catch (e) {{\n  console.log(e.name);\n}}");
        check(TIGHT, &text, &Prints("RangeError"));
    }
}

#[test]
fn natives_that_fill_memory_meet_its_limit() {
    let small = Limits { fuel: 1 << 40, heap: 16 << 20, ..LIMITS };
    for program in [
        "Array.from({ length: 4294967295 });",
        "new Array(1e6).fill('x'.repeat(1e4)).join('');",
        "'x'.repeat(1e6).replaceAll('x', 'y'.repeat(1e5));",
        "'x'.repeat(1e6).replace(/x/g, '$&'.repeat(1e5));",
        "'x'.repeat(5e7).split('');",
        "'abc'.padEnd(2 ** 28, 'xy');",
        "[...'x'.repeat(4e6)].map((c) => [c]);",
        "JSON.parse('[' + '[],'.repeat(1e6) + '1]');",
        "new Map(Array.from({ length: 1e7 }, (_, i) => [i, i]));",
        "Object.fromEntries(new Map(Array.from({ length: 1e6 }, (_, i) => ['k' + i, i])));",
        "Iterator.from({ next: () => ({ done: false }) }).toArray();",
        "new Array(5e6).fill(1).toSorted();",
        "new Float64Array(1e8);",
        "new Uint8Array(15e6).toReversed().toReversed();",
    ] {
        check(small, &format!("\n{program}"), &Limit("memory", 2));
    }
}

#[test]
fn limits_pass_finally_and_closing_iterators() {
    check_all(
        TIGHT,
        &[
            ("try {\n  throw 1;\n} finally {\n  for (;;);\n}", Limit("fuel", 4)),
            (
                "const it = { [Symbol.iterator]: () => ({ next: () => ({ done: false }), return() {\n  for (;;);\n} }) };\nfor (const x of it) break;",
                Limit("fuel", 2),
            ),
            (
                "function* g() {\n  try {\n    yield 1;\n  } finally {\n    for (;;);\n  }\n}\nfor (const x of g()) break;",
                Limit("fuel", 5),
            ),
            (
                "function* g() {\n  try {\n    for (;;);\n  } finally {\n    console.log('finally');\n  }\n}\ng().next();",
                Limit("fuel", 3),
            ),
            ("const f = () => queueMicrotask(f);\nf();", Limit("fuel", 1)),
            ("async function f() {\n  for (;;) await null;\n}\nf();", Limit("fuel", 2)),
            ("const t = { then(r) { r(t); } };\nPromise.resolve(t);", Limit("fuel", 1)),
            ("\nnew Promise((r) => r({ get then() { for (;;); } }));", Limit("fuel", 2)),
            (
                "const s = { size: Infinity, has: () => true, keys: () => ({ next: () => ({ done: false, value: 1 }) }) }; new Set([1]).union(s);",
                Limit("fuel", 1),
            ),
        ],
    );
}

#[test]
fn comparisons_may_answer_anything() {
    check_all(
        LIMITS,
        &[
            (
                "const a = Array.from({ length: 500 }, (_, i) => i * 7919 % 500);\nlet s = 1;\na.sort(() => (s = s * 16807 % 2147483647) % 3 - 1);\nconsole.log(a.length, new Set(a).size);",
                Prints("500 500"),
            ),
            (
                "const a = [5, 3, 4];\ntry {\n  a.sort(() => {\n    throw new Error('no');\n  });\n} catch (e) {\n  console.log(e.message, a.join());\n}",
                Prints("no 5,3,4"),
            ),
            (
                "const a = [5, 3, 4, 1];\na.sort((x, y) => (a.length = 1, a.push(9), x - y));\nconsole.log(a.join());",
                Prints("1,3,4,5"),
            ),
            (
                "console.log([3, 1, 2].sort(() => NaN).join(), [1, 2, 3].sort(() => 1).join(), [1, 2, 3].sort(() => -1).join());",
                Prints("3,1,2 1,2,3 3,2,1"),
            ),
        ],
    );
}

#[test]
fn what_is_gone_through_may_change() {
    check_all(
        LIMITS,
        &[
            (
                "const seen = [];\nconst a = [1, 2, 3, 4];\na.forEach((x) => (seen.push(x), x === 2 && a.shift()));\nconsole.log(seen.join());",
                Prints("1,2,4"),
            ),
            (
                "const a = [1, 2, 3];\nconsole.log(a.map((x) => (a.push(x), a.length < 9 && (a[1] = 7), x)).join(), a.length);",
                Prints("1,7,3 6"),
            ),
            ("const a = [1, 2, 3];\nconsole.log(a.filter((x, i) => (a.length = 2, true)).join());", Prints("1,2")),
            (
                "const a = [1, 2, 3];\nconsole.log(a.find((x, i) => (a.length = 0, i === 2)), a.findLast((x, i) => x === undefined));",
                Prints("undefined undefined"),
            ),
            ("const a = [3, 2, 1];\nconsole.log(a.reduce((s, x) => (a.pop(), s + x)), a.length);", Prints("5 2")),
            (
                "const s = new Set([1, 2, 3]);\nconst seen = [];\ns.forEach((x) => (seen.push(x), s.delete(x), x < 3 && s.add(x + 10)));\nconsole.log(seen.join(), [...s].join());",
                Prints("1,2,3,11,12"),
            ),
            (
                "const m = new Map([[1, 1]]);\nlet n = 0;\nfor (const [k] of m) {\n  m.delete(k);\n  if (++n < 5) m.set(k, n);\n}\nconsole.log(n, m.size);",
                Prints("5 0"),
            ),
            (
                "const m = new Map([[1, 1], [2, 2]]);\nconst seen = [];\nfor (const [k] of m) {\n  seen.push(k);\n  m.clear();\n  if (seen.length < 3) m.set(9, 9);\n}\nconsole.log(seen.join());",
                Prints("1,9,9"),
            ),
            (
                "const t = new Uint8Array([3, 1, 2]);\nconsole.log(t.map((x, i) => (t[2] = 9, x)).join(), [...t.entries()].length);",
                Prints("3,1,9 3"),
            ),
            (
                "const a = [1, 2];\nconst seen = [];\nfor (const x of a) {\n  seen.push(x);\n  if (seen.length < 5) a.push(x * 2);\n}\nconsole.log(seen.join());",
                Prints("1,2,2,4,4,8"),
            ),
            (
                "const o = { a: 1, b: 2, c: 3 };\nconst seen = [];\nfor (const k in o) {\n  seen.push(k);\n  delete o.b;\n  o.d = 1;\n}\nconsole.log(seen.join());",
                Prints("a,c"),
            ),
            (
                "const a = [1, 2, 3];\nconst [x, ...r] = { *[Symbol.iterator]() {\n  for (const v of a) {\n    a.length = 2;\n    yield v;\n  }\n} };\nconsole.log(x, r.join());",
                Prints("1 2"),
            ),
            (
                "const a = [1, 2, 3];\nconsole.log(a.flatMap((x) => (a.length = 1, [x, x])).join(), a.concat(a).join());",
                Prints("1,1 1,1"),
            ),
            (
                "const a = [1, 2, 3, 4];\nconsole.log(a.splice({ valueOf: () => (a.length = 2, 0) }, 3).length, a.length);",
                Prints("3 1"),
            ),
            (
                "let q = 0;\nconst a = { length: 3, get 0() {\n  a.length = 0;\n  return 1;\n} };\nArray.prototype.forEach.call(a, () => q++);\nconsole.log(q);",
                Prints("1"),
            ),
        ],
    );
}

/// What is quadratic where a string or a queue is copied at each step; a second is far more than it needs.
#[test]
fn strings_are_consumed_from_the_front_cheaply() {
    let text = "let s = 'abcdefghij'.repeat(100000);\nlet n = 0;\nwhile (s) {\n  n += s.charCodeAt(0);\n  s = s.slice(1);\n}\nconsole.log(n);";
    let started = std::time::Instant::now();
    check(LIMITS, text, &Prints("101500000"));
    check(LIMITS, &text.replace("slice(1)", "substring(1)"), &Prints("101500000"));
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
