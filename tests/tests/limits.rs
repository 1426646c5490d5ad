//! A script at a limit: its turn ends with a trap that names the limit and the line, the script cannot catch it, and memory that is
//! dropped is used again.

use mosl_compiler::project::MemoryFiles;
use mosl_tests::run::{self, How, LIMITS, Ran};
use mosl_vm::{JitMode, Limits, Stress, TrapKind};

#[track_caller]
fn run(text: &str, limits: Limits) -> Ran {
    let bytes =
        run::compile(&MemoryFiles::new([("main.mosl", text)]), "main.mosl").unwrap_or_else(|errors| panic!("{errors}"));
    let ran = run::run(&bytes, limits, Stress::Off).expect("the compiler's modules load");
    let how = How { jit: JitMode::Eager, ..How::default() };
    let compiled = run::run_as(&bytes, limits, how).expect("the compiler's modules load");
    let end = |ran: &Ran| ran.trap.as_ref().map(|trap| (trap.kind.name(), trap.trace.first().map(|at| at.line)));
    assert_eq!(end(&ran), end(&compiled), "machine code meets another limit, or elsewhere");
    assert_eq!(ran.out, compiled.out, "machine code prints another thing");
    ran
}

/// The trap's limit and line; the script's own handlers must not have run.
#[track_caller]
fn check_trap(text: &str, limits: Limits, limit: &TrapKind, line: u32) {
    let ran = run(text, limits);
    assert!(!ran.out.contains("caught"), "the script caught the trap: {}", ran.out);
    let trap = ran.trap.unwrap_or_else(|| panic!("no trap; printed {}{}", ran.out, ran.err));
    let place = trap.trace.first().map(|at| at.line);
    assert_eq!((trap.kind.name(), place), (limit.name(), Some(line)), "{trap:?}");
}

const FUEL: Limits = Limits { fuel: 1_000_000, ..LIMITS };
const HEAP: Limits = Limits { heap: 16 << 20, ..LIMITS };

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    check_trap("console.log('start');\nlet n = 0;\nwhile (true) n++;\n", FUEL, &TrapKind::Fuel, 3);
    check_trap("const f = () => {\n  for (;;);\n};\nf();\n", FUEL, &TrapKind::Fuel, 2);
}

#[test]
fn a_trap_passes_catch_and_finally() {
    let text = "try {\n  for (;;);\n} catch {\n  console.log('caught');\n} finally {\n  console.log('caught');\n}\n";
    check_trap(text, FUEL, &TrapKind::Fuel, 2);
    let text = "const f = () => {\n  try {\n    f();\n  } catch {\n    console.log('caught');\n  }\n};\nf();\n";
    check_trap(text, LIMITS, &TrapKind::Stack, 3);
}

#[test]
fn endless_microtasks_and_generators_run_out_of_fuel() {
    check_trap("const f = () => {\n  Promise.resolve().then(f);\n};\nf();\n", FUEL, &TrapKind::Fuel, 2);
    check_trap("function* g() { while (true) yield 1; }  for (const x of g());\n", FUEL, &TrapKind::Fuel, 1);
}

#[test]
fn catastrophic_regular_expressions_run_out_of_fuel() {
    let text = "const t = 'a'.repeat(40) + 'b';\nconsole.log(\n  /(a+)+$/.test(t));\n";
    check_trap(text, FUEL, &TrapKind::Fuel, 3);
    for pattern in ["(a|a)*$", "(?=(a+)+$)x", "(a|aa)+$", "(?:a?){30}a{30}$", ".*.*.*.*.*.*x"] {
        let text = format!(
            "const t = 'a'.repeat(100) + 'b';\ntry {{\n  new RegExp('{pattern}').exec(t);\n}} catch {{\n  console.log('caught');\n}}\n"
        );
        check_trap(&text, FUEL, &TrapKind::Fuel, 3);
    }
    let text = "const kept = [];\nfor (let i = 0; ; i++)\n  kept.push(new RegExp(`${'ab|'.repeat(20000)}${i}`));\n";
    check_trap(text, Limits { heap: 64 << 20, ..LIMITS }, &TrapKind::Memory, 3);
    check_trap("const t = 'ab'.repeat(1e6);\n/^(?:(a)|(b))*c/.test(t);\n", HEAP, &TrapKind::Memory, 2);
}

#[test]
fn enormous_patterns_are_matched_or_refused() {
    let programs = [
        "'('.repeat(1e5) + ')'.repeat(1e5)",
        "'(?:'.repeat(2000) + 'a' + ')*'.repeat(2000)",
        "'a|'.repeat(1e5)",
        "'(?:'.repeat(200) + '()'.repeat(60000) + ')*'.repeat(200)",
        "'(?:(?:(?:x{1000}){1000}){1000}){1000}'",
        "'\\\\p{L}'.repeat(50000)",
        "'[' + '\\\\p{L}\\\\P{Lu}'.repeat(20000) + ']'",
        "'(?<a>)|'.repeat(20000)",
        "'a{99999999999999999999}'",
        "'(?=' .repeat(250) + 'x' + ')'.repeat(250)",
        "Array.from({ length: 60000 }, (_, i) => String.fromCharCode(65000 - i)).join('|')",
        "'[' + Array.from({ length: 30000 }, (_, i) => String.fromCharCode(65000 - 2 * i)).join('') + ']'",
        "'[' + '['.repeat(5000) + ']'.repeat(5000) + ']'",
    ];
    for program in programs {
        for flags in ["", "u", "v", "iu"] {
            let text = format!(
                "try {{\n  new RegExp({program}, '{flags}').test('x'.repeat(1000));\n}} catch (e) {{\n  console.log(e.name);\n}}\n"
            );
            let ran = run(&text, Limits { fuel: 20_000_000, ..LIMITS });
            let fine = ran.trap.as_ref().is_none_or(|trap| trap.kind == TrapKind::Fuel);
            assert!(fine, "{program} {flags}: {:?}", ran.trap);
        }
    }
}

#[test]
fn endless_recursion_meets_the_stack_limit() {
    check_trap("function f(n) {\n  return f(n + 1) + 1;\n}\nf(0);\n", LIMITS, &TrapKind::Stack, 2);
    check_trap("const o = {\n  get x() {\n    return this.x;\n  },\n};\no.x;\n", LIMITS, &TrapKind::Stack, 2);
    check_trap("const f = (x) =>\n  [x].map(f);\nf(0);\n", LIMITS, &TrapKind::Stack, 2);
}

#[test]
fn growth_meets_the_heap_limit() {
    check_trap("const kept = [];\nwhile (true)\n  kept.push([1, 2, 3]);\n", HEAP, &TrapKind::Memory, 3);
    check_trap(
        "const kept = [];\nfor (let i = 0; ; i++)\n  kept.push(String(i).padEnd(1000, 'x'));\n",
        HEAP,
        &TrapKind::Memory,
        3,
    );
    check_trap("const m = new Map();\nfor (let i = 0; ; i++)\n  m.set(i, {});\n", HEAP, &TrapKind::Memory, 3);
    check_trap("let a = [];\nfor (;;)\n  a = [...a, ...a, 1];\n", HEAP, &TrapKind::Memory, 3);
}

#[test]
fn enormous_requests_are_refused_at_once() {
    check_trap(
        "const a =\n  new Array(1000).fill('x'.repeat(1e6)).join('');\nconsole.log(a.length);\n",
        HEAP,
        &TrapKind::Memory,
        2,
    );
    check_trap("const b =\n  new Float64Array(1e8);\nconsole.log(b.length);\n", HEAP, &TrapKind::Memory, 2);
    let ran = run("try {\n  'x'.repeat(2 ** 31);\n} catch (e) {\n  console.log(e.name);\n}\n", HEAP);
    assert_eq!(ran.out, "RangeError\n");
}

#[test]
fn memory_that_is_dropped_is_used_again() {
    let programs = [
        "let kept = null;\nfor (let i = 0; i < 400_000; i++) kept = { i, list: [i, i + 1], text: 'n' + i };\nconsole.log(kept.i);\n",
        "let s = '';\nfor (let i = 0; i < 200_000; i++) s = ('x' + s).slice(0, 100);\nconsole.log(s.length);\n",
        "const m = new Map();\nfor (let i = 0; i < 300_000; i++) {\n  m.set(i, [i]);\n  m.delete(i - 10);\n}\nconsole.log(m.size);\n",
        "for (let i = 0; i < 60_000; i++) await null;\nconsole.log('done');\n",
        "function* g() {\n  yield 1;\n  yield 2;\n}\nlet n = 0;\nfor (let i = 0; i < 100_000; i++) for (const x of g()) n += x;\nconsole.log(n);\n",
        "class N {\n  constructor(p) {\n    this.p = p;\n    p && (p.n = this);\n  }\n}\nfor (let i = 0; i < 300_000; i++) new N(new N(null));\nconsole.log('cycles');\n",
        "let n = 0;\nconst tick = () => {\n  if (++n < 20_000) setTimeout(tick, 1);\n  else console.log(n);\n};\ntick();\n",
        "const wm = new WeakMap();\nfor (let i = 0; i < 100_000; i++) wm.set({}, [i]);\nconsole.log('weak');\n",
        "let f = () => 0;\nfor (let i = 0; i < 200_000; i++) {\n  const j = i;\n  f = () => j;\n}\nconsole.log(f());\n",
    ];
    for program in programs {
        let ran = run(program, HEAP);
        assert!(ran.trap.is_none(), "{program}\n{}", ran.err);
        // Queues and tables outside the heap count, too.
        assert!(ran.report.peak_heap < 9 << 20, "{program}\npeak {}", ran.report.peak_heap);
    }
}

#[test]
fn the_next_turn_of_a_trapped_instance_is_trapped_too() {
    let ran = run("setTimeout(() => console.log('later'), 1);\nfor (;;);\n", FUEL);
    assert!(ran.trap.is_some());
    assert_eq!(ran.out, "");
}
