//! Limits end turns, allocation stays flat, faults do not cross the border: on hand-assembled modules.

use mosl_bytecode::table::Reg;
use mosl_bytecode::verify::block_fuel;
use mosl_bytecode::{Block, Const, Function, Instr, Module as Data, RegType, StrId, verify};
use mosl_vm::{
    Host, HostCall, HostResult, HostValue, Instance, Limits, Module, Stream, Stress, TrapKind, Turn, TurnEnd,
};

#[derive(Default)]
struct Quiet {
    commits: usize,
    discards: usize,
}

impl Host for Quiet {
    fn call(&mut self, _call: HostCall<'_>, _args: &[HostValue]) -> HostResult {
        HostResult::Value(HostValue::Undefined)
    }
    fn print(&mut self, _stream: Stream, _text: &str) {}
    fn now_ms(&mut self) -> f64 {
        0.0
    }
    fn monotonic_ms(&mut self) -> f64 {
        0.0
    }
    fn random(&mut self) -> f64 {
        0.5
    }
    fn commit(&mut self) {
        self.commits += 1;
    }
    fn discard(&mut self) {
        self.discards += 1;
    }
}

/// A function of these blocks.
fn function(registers: &[RegType], blocks: &[&[Instr]], lists: &[&[u16]]) -> Function {
    let (mut code, mut table) = (Vec::new(), Vec::new());
    for block in blocks {
        table.push(Block { start: code.len() as u32, fuel: block_fuel(block), handler: None });
        code.extend_from_slice(block);
    }
    let lists = lists.iter().map(|list| list.iter().map(|reg| Reg(*reg)).collect()).collect();
    Function { registers: registers.to_vec(), code, blocks: table, lists, ..Function::default() }
}

fn instance(functions: Vec<Function>, limits: Limits) -> Instance {
    let strings = vec!["text of sixteen!".encode_utf16().collect()];
    let data = Data { strings, consts: vec![Const::Str(StrId(0))], functions, ..Data::default() };
    Instance::new(&Module::new(verify(data).expect("the module is sound")), limits)
}

#[track_caller]
fn check_trapped(turn: &Turn, kind: TrapKind) {
    match &turn.end {
        TurnEnd::Trapped(report) => assert_eq!(report.kind, kind),
        TurnEnd::Completed => panic!("the turn was not trapped"),
    }
}

const LIMITS: Limits = Limits { fuel: 1_000_000, heap: 4 << 20, stack: 2_000, deadline: None, timers: 10 };

/// `for (let i = 0; i < count; i++) body`: registers 0 and 1 are the body's, 2 to 5 the loop's.
fn counted(count: i32, body: &[Instr]) -> Function {
    let (i, one, end, more) = (Reg(2), Reg(3), Reg(4), Reg(5));
    let mut step = body.to_vec();
    step.push(Instr::F64Add { dst: i, a: i, b: one });
    step.push(Instr::F64Lt { dst: more, a: i, b: end });
    step.push(Instr::Branch { cond: more, then: 1, otherwise: 2 });
    let types = [RegType::Any, RegType::Any, RegType::F64, RegType::F64, RegType::F64, RegType::Bool];
    let start =
        [Instr::LoadInt { dst: one, value: 1 }, Instr::LoadInt { dst: end, value: count }, Instr::Jump { target: 1 }];
    function(&types, &[&start, &step, &[Instr::Return { value: Reg(0) }]], &[&[0], &[]])
}

#[test]
fn fuel_ends_an_endless_loop() {
    let spin = function(&[RegType::Any], &[&[Instr::Jump { target: 1 }], &[Instr::Jump { target: 1 }]], &[]);
    let mut host = Quiet::default();
    let mut instance = instance(vec![spin], LIMITS);
    check_trapped(&instance.start(&mut host), TrapKind::Fuel);
    assert_eq!((host.commits, host.discards), (0, 1));
    assert!(instance.is_dead());
    check_trapped(&instance.start(&mut host), TrapKind::Fuel);
}

#[test]
fn stack_ends_endless_recursion() {
    let call = [Instr::CallDirect { dst: Reg(0), func: 0, args: 0 }, Instr::Return { value: Reg(0) }];
    let recurse = function(&[RegType::Any], &[&call], &[&[]]);
    check_trapped(&instance(vec![recurse], LIMITS).start(&mut Quiet::default()), TrapKind::Stack);
}

#[test]
fn garbage_does_not_pile_up() {
    let allocate = [
        Instr::NewObject { dst: Reg(0) },
        Instr::NewArray { dst: Reg(1), items: 0 },
        Instr::NewCell { dst: Reg(0), value: Reg(1) },
    ];
    let mut instance = instance(vec![counted(50_000, &allocate)], LIMITS);
    let turn = instance.start(&mut Quiet::default());
    assert!(turn.is_completed(), "{:?}", turn.end);
    instance.collect();
    assert!(instance.heap_used() < 256 << 10, "{} bytes are left", instance.heap_used());
    assert!(instance.report().peak_heap < 3 << 20, "{} bytes at the peak", instance.report().peak_heap);
}

#[test]
fn memory_ends_what_keeps_everything() {
    // Each array holds the one before.
    let chain = [Instr::NewArray { dst: Reg(0), items: 0 }];
    let turn =
        instance(vec![counted(1_000_000, &chain)], Limits { fuel: u64::MAX, ..LIMITS }).start(&mut Quiet::default());
    check_trapped(&turn, TrapKind::Memory);
}

#[test]
fn ropes_are_counted_and_flattened_without_recursion() {
    let types = [
        RegType::Any,
        RegType::Any,
        RegType::F64,
        RegType::F64,
        RegType::F64,
        RegType::Bool,
        RegType::Str,
        RegType::Str,
    ];
    let mut grow = counted(
        20_000,
        &[
            Instr::LoadConst { dst: Reg(7), value: 0 },
            Instr::StrConcat { dst: Reg(6), a: Reg(6), b: Reg(7) },
            Instr::StrEq { dst: Reg(5), a: Reg(6), b: Reg(7) },
        ],
    );
    grow.registers = types.to_vec();
    let turn = instance(vec![grow], LIMITS).start(&mut Quiet::default());
    assert!(turn.is_completed(), "{:?}", turn.end);
}

#[test]
fn collecting_at_every_safepoint_changes_nothing() {
    let allocate = [Instr::NewArray { dst: Reg(0), items: 1 }, Instr::NewCell { dst: Reg(1), value: Reg(0) }];
    for stress in [Stress::Whole, Stress::Slices] {
        let mut instance = instance(vec![counted(200, &allocate)], LIMITS);
        instance.stress_collector(stress);
        assert!(instance.start(&mut Quiet::default()).is_completed());
    }
}

#[test]
fn unreachable_code_is_a_fault() {
    let broken = function(&[RegType::Any], &[&[Instr::Unreachable {}]], &[]);
    let turn = instance(vec![broken], LIMITS).start(&mut Quiet::default());
    assert!(matches!(turn.end, TurnEnd::Trapped(report) if matches!(report.kind, TrapKind::Fault(_))));
}
