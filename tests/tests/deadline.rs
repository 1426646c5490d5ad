//! A deadline, and a hand on another thread, stop whatever runs: loops, and natives in the middle of long work. Measured in processor
//! time, so that a busy machine changes nothing. `MOSL_ATTACKS=1` prints by how much each program was late.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use mosl_compiler::project::MemoryFiles;
use mosl_tests::attack::{Listener, processor_time};
use mosl_tests::run;
use mosl_vm::{HostValue, Instance, JitMode, Limits, Module, TrapKind, Turn, TurnEnd};

const DEADLINE: Duration = Duration::from_millis(40);

/// How late a turn may end: far more than any native takes here, on a machine that does other things too, and far less than one that
/// does not look at the clock. `MOSL_ATTACKS` prints how late each was.
const LATE: Duration = Duration::from_millis(1000);

const LIMITS: Limits = Limits { fuel: u64::MAX, heap: 64 << 20, stack: 2_000, deadline: Some(DEADLINE), timers: 100 };

/// What is there before the deadline counts, and what then takes too long.
const PROGRAMS: &[(&str, &str)] = &[
    ("", "for (;;);"),
    ("", "let n = 0; for (;;) n = (n * 31 + 7) % 1000;"),
    ("const f = (n: number): number => (n < 2 ? n : f(n - 1) + f(n - 2));", "f(90);"),
    ("const o: any = { a: 1 };", "for (;;) o['b' + o.a++ % 10] = { ...o };"),
    ("const a = new Array(1_000_000).fill(0);", "for (;;) a.indexOf(1);"),
    ("const a = new Array(1_000_000).fill(0);", "for (;;) a.fill(1);"),
    ("const a = new Array(1_000_000).fill(0);", "for (;;) a.reverse();"),
    ("const a = new Array(1_000_000).fill(0);", "for (;;) a.slice();"),
    ("const a = new Array(1_000_000).fill(0);", "for (;;) [...a];"),
    ("const a = new Array(1_000_000).fill(0);", "for (;;) a.concat(a);"),
    ("const a = new Array(1_000_000).fill(0);", "for (;;) a.map((x) => x + 1);"),
    ("const a = new Array(1_000_000).fill(0);", "for (;;) { a.shift(); a.push(1); }"),
    ("const a = new Array(300_000).fill(0);", "for (;;) JSON.stringify(a);"),
    ("const t = JSON.stringify(new Array(300_000).fill({ a: 1 }));", "for (;;) JSON.parse(t);"),
    ("const a = new Array(300_000).fill(0);", "for (;;) structuredClone(a);"),
    ("const a = Array.from({ length: 500_000 }, (_, i) => (i * 7919) % 500_000);", "for (;;) a.toSorted();"),
    ("const a = Array.from({ length: 100_000 }, (_, i) => 'x'.repeat(20) + i);", "for (;;) a.toSorted();"),
    ("const a = new Array(200_000).fill('abc');", "for (;;) a.join();"),
    ("const m = new Map(Array.from({ length: 200_000 }, (_, i) => [i, i]));", "for (;;) new Map(m);"),
    ("const s = new Set(Array.from({ length: 200_000 }, (_, i) => i));", "for (;;) s.union(s);"),
    ("const o: any = {}; for (let i = 0; i < 100_000; i++) o['k' + i] = i;", "for (;;) Object.entries(o);"),
    ("const o: any = {}; for (let i = 0; i < 100_000; i++) o['k' + i] = i;", "for (;;) ({ ...o });"),
    ("const t = 'a'.repeat(5_000_000);", "for (;;) t.indexOf('b');"),
    ("const t = 'a'.repeat(5_000_000), n = 'a'.repeat(1000) + 'b';", "for (;;) t.indexOf(n);"),
    ("const t = 'aB'.repeat(2_000_000);", "for (;;) t.toLowerCase();"),
    ("const t = 'é'.repeat(500_000);", "for (;;) t.normalize('NFD');"),
    ("const t = 'ab'.repeat(500_000);", "for (;;) t.replaceAll('a', 'c');"),
    ("const t = 'a,'.repeat(300_000);", "for (;;) t.split(',');"),
    ("const t = 'a'.repeat(100_000);", "for (;;) /(a+)+b/.test(t);"),
    ("const t = 'ab'.repeat(300_000);", "for (;;) t.replace(/a/g, 'c');"),
    ("const t = '1'.repeat(3_000_000);", "for (;;) Number(t);"),
    ("const a = new Float64Array(2_000_000);", "for (;;) a.fill(1);"),
    ("const a = new Float64Array(1_000_000).map((_, i) => -i);", "for (;;) a.toSorted();"),
    ("const a = new Uint8Array(5_000_000);", "for (;;) a.indexOf(1);"),
    ("const a = new Uint8Array(2_000_000);", "for (;;) new Float64Array(a);"),
    ("const a = Array.from({ length: 3000 }, (_, i) => ({ i }));", "for (;;) console.log(a);"),
    ("", "for (;;) Array.from({ length: 300_000 }, (_, i) => i);"),
    ("function* g() { for (;;) yield 1; }", "for (const x of g());"),
    ("", "const f = () => queueMicrotask(f); f();"),
    ("", "const f = async () => { for (;;) await null; }; f();"),
    (
        "const a: any = []; for (let i = 0; i < 300_000; i++) a.push({ i });",
        "for (let i = 0; ; i++) a[i % 300_000] = { i };",
    ),
];

fn instance(setup: &str, body: &str) -> Instance {
    let text = format!("{setup}\nexport function attack() {{ {body} }}");
    let bytes = run::compile(&MemoryFiles::new([("main.mosl", text.as_str())]), "main.mosl");
    let module = Module::load(&bytes.unwrap_or_else(|errors| panic!("{errors}"))).expect("the compiler's modules load");
    Instance::new(&module, Limits { deadline: None, ..LIMITS })
}

#[track_caller]
fn ended_by(turn: &Turn, kind: &TrapKind, what: &str) {
    match &turn.end {
        TurnEnd::Trapped(trap) => assert_eq!(trap.kind, *kind, "{what}: {}", trap.text),
        TurnEnd::Completed => panic!("{what}: the turn was not ended: {turn:?}"),
    }
}

#[test]
fn a_deadline_stops_whatever_runs() {
    let mut late = Vec::new();
    for (setup, body) in PROGRAMS {
        for jit in [JitMode::Off, JitMode::Lazy] {
            let mut made = instance(setup, body);
            made.set_jit(jit);
            let mut host = Listener::default();
            assert!(made.start(&mut host).is_completed(), "{setup}");
            made.set_limits(LIMITS);
            let start = processor_time();
            let turn = made.call_export(&mut host, "attack", &[]);
            let took = processor_time() - start;
            ended_by(&turn, &TrapKind::Deadline, body);
            late.push((took.saturating_sub(DEADLINE), *body));
        }
    }
    late.sort_unstable();
    if std::env::var_os("MOSL_ATTACKS").is_some() {
        late.iter().for_each(|(late, body)| println!("{:7.3} ms late: {body}", late.as_secs_f64() * 1e3));
    }
    let too_late: Vec<_> = late.iter().filter(|(late, _)| *late > LATE).collect();
    assert!(too_late.is_empty(), "{too_late:#?}");
}

#[test]
fn another_thread_stops_whatever_runs() {
    for (setup, body) in [PROGRAMS[0], PROGRAMS[1], PROGRAMS[5], PROGRAMS[27]] {
        let mut made = instance(setup, body);
        let (interrupter, begins) = (made.interrupter(), Barrier::new(2));
        let turn = thread::scope(|scope| {
            let running = scope.spawn(|| {
                let mut host = Listener::default();
                assert!(made.start(&mut host).is_completed());
                made.set_limits(LIMITS);
                begins.wait();
                made.call_export(&mut host, "attack", &[HostValue::Null.into()])
            });
            begins.wait();
            thread::sleep(Duration::from_millis(5));
            interrupter.interrupt();
            running.join().expect("nothing panics")
        });
        assert!(
            matches!(&turn.end, TurnEnd::Trapped(trap) if matches!(trap.kind, TrapKind::Interrupt | TrapKind::Deadline))
        );
    }
}

/// After a native that owes more than a slice of fuel, the clock is still looked at.
#[test]
fn what_costs_much_at_once_hides_no_deadline() {
    let mut made = instance("", "new Array(3_000_000).fill(0); for (;;);");
    assert!(made.start(&mut Listener::default()).is_completed());
    made.set_limits(LIMITS);
    ended_by(&made.call_export(&mut Listener::default(), "attack", &[]), &TrapKind::Deadline, "fill, then a loop");
}
