//! Forged modules. A table of forgeries, each against one rule of the verifier and refused by that rule; and thousands of mutants that
//! keep the form of a module: each is refused, or runs within its limits, on the interpreter and as machine code to the same end for the
//! same fuel. `MOSL_MUTANTS=n` makes n times as many.

use mosl_bytecode::table::Reg;
use mosl_bytecode::{
    Class, Const, Field, FunctionKind, FunctionRole, HostImport, Instr, Module, RegType, StrId, decode, encode, verify,
};
use mosl_compiler::project::MemoryFiles;
use mosl_tests::corpus::{self, Program};
use mosl_tests::forge::{forge, pay};
use mosl_tests::random::Random;
use mosl_tests::run::{self, How, Ran};
use mosl_vm::{JitMode, Limits, Stress};

const TIGHT: Limits = Limits { fuel: 200_000, heap: 8 << 20, stack: 2_000, deadline: None, timers: 100 };

/// Something of everything: classes with typed fields, closures, generators, handlers, lists.
const BASE: &str = "
class A { n: number = 1; s: string = 'a'; next: A | null = null; f(k: number): number { return this.n + k; } }
class B extends A { t: number = 2; constructor() { super(); this.n = 5; } }
function* count(to: number) { for (let i = 0; i < to; i++) yield i; }
async function wait(x: any) { try { return await x; } catch (e) { return 'caught'; } }
function add(a: number, b: number): number { return a + b; }
let total = 0;
for (const i of count(5)) total = add(total, i);
const twice = (f: any) => (x: any) => f(f(x));
console.log(total, new B().f(1), twice((x: any) => x * 2)(3), [1, ...[2, 3]].map((x) => x + 1).join(), `${await wait(1)}`);
export function out() { return total; }
";

fn base() -> Module {
    let bytes = run::compile(&MemoryFiles::new([("main.mosl", BASE)]), "main.mosl").expect("it compiles");
    decode(&bytes).expect("the compiler's modules decode")
}

/// The first instruction of the module that `wanted` picks, by function and place.
#[track_caller]
fn find(module: &Module, wanted: impl Fn(Instr) -> bool) -> (usize, usize) {
    let mut all = module.functions.iter().enumerate().flat_map(|(f, function)| {
        let found = function.code.iter().position(|instr| wanted(*instr));
        found.map(|at| (f, at))
    });
    all.next().expect("the base has such an instruction")
}

/// Puts an instruction in the place of the entry's first that is no terminator.
fn put(module: &mut Module, instr: Instr) {
    let entry = usize::from(module.entry);
    module.functions[entry].code[0] = instr;
}

/// A register of the entry with that type, added.
fn register(module: &mut Module, ty: RegType) -> Reg {
    let entry = usize::from(module.entry);
    let registers = &mut module.functions[entry].registers;
    registers.push(ty);
    Reg(registers.len() as u16 - 1)
}

fn list(module: &mut Module, registers: &[Reg]) -> u16 {
    let entry = usize::from(module.entry);
    let lists = &mut module.functions[entry].lists;
    lists.push(registers.into());
    lists.len() as u16 - 1
}

type Forgery = (&'static str, fn(&mut Module), &'static str);

const FORGERIES: &[Forgery] = &[
    ("a number register read as text", |m| retype(m, |i| matches!(i, Instr::F64Add { .. }), RegType::Str), "type"),
    (
        "a number register read as an integer",
        |m| retype(m, |i| matches!(i, Instr::F64Add { .. }), RegType::I32),
        "type",
    ),
    (
        "an integer taken for an object",
        |m| {
            let (any, int) = (register(m, RegType::Obj(0)), register(m, RegType::I32));
            put(m, Instr::Move { dst: any, src: int });
        },
        "type of its place",
    ),
    (
        "a dynamic value taken for a text",
        |m| {
            let (text, any) = (register(m, RegType::Str), register(m, RegType::Any));
            put(m, Instr::Move { dst: text, src: any });
        },
        "type of its place",
    ),
    (
        "a dynamic value taken for an instance",
        |m| {
            let (object, any) = (register(m, RegType::Obj(0)), register(m, RegType::Any));
            put(m, Instr::Move { dst: object, src: any });
        },
        "type of its place",
    ),
    (
        "an instance of a superclass taken for one of a subclass",
        |m| {
            m.classes.push(Class { name: StrId(0), superclass: Some(0), fields: Vec::new() });
            let last = m.classes.len() as u16 - 1;
            let (narrow, wide) = (register(m, RegType::Obj(last)), register(m, RegType::Obj(0)));
            put(m, Instr::Move { dst: narrow, src: wide });
        },
        "type of its place",
    ),
    (
        "a flag taken for a dynamic value",
        |m| {
            let (any, flag) = (register(m, RegType::Any), register(m, RegType::Bool));
            put(m, Instr::Move { dst: any, src: flag });
        },
        "type of its place",
    ),
    (
        "an integer among arguments",
        |m| {
            let (any, int) = (register(m, RegType::Any), register(m, RegType::I32));
            let items = list(m, &[int]);
            put(m, Instr::NewArray { dst: any, items });
        },
        "dynamic",
    ),
    (
        "an integer as a key",
        |m| {
            let (any, int) = (register(m, RegType::Any), register(m, RegType::I32));
            put(m, Instr::GetIndex { dst: any, object: any, key: int });
        },
        "dynamic",
    ),
    (
        "a field of another type",
        |m| {
            let (object, text) = (register(m, RegType::Obj(0)), register(m, RegType::Str));
            put(m, Instr::GetField { dst: text, object, slot: 0 });
        },
        "another type",
    ),
    (
        "a field that is not there",
        |m| {
            let (object, any) = (register(m, RegType::Obj(0)), register(m, RegType::Any));
            put(m, Instr::GetField { dst: any, object, slot: 999 });
        },
        "slot is out of range",
    ),
    (
        "a field of what is no instance",
        |m| {
            let any = register(m, RegType::Any);
            put(m, Instr::GetField { dst: any, object: any, slot: 0 });
        },
        "no object register",
    ),
    (
        "a text written to a number's field",
        |m| {
            let (object, text) = (register(m, RegType::Obj(0)), register(m, RegType::Str));
            put(m, Instr::SetField { object, value: text, slot: 0 });
        },
        "type of its place",
    ),
    (
        "a field written past the end",
        |m| {
            let (object, any) = (register(m, RegType::Obj(0)), register(m, RegType::Any));
            put(m, Instr::SetField { object, value: any, slot: u16::MAX });
        },
        "slot is out of range",
    ),
    ("a register past the last", |m| put(m, Instr::NewObject { dst: Reg(u16::MAX) }), "out of range"),
    (
        "a source register past the last",
        |m| {
            let any = register(m, RegType::Any);
            put(m, Instr::Move { dst: any, src: Reg(any.0 + 1) });
        },
        "out of range",
    ),
    (
        "a list that names a register past the last",
        |m| {
            let any = register(m, RegType::Any);
            let items = list(m, &[Reg(u16::MAX)]);
            put(m, Instr::NewArray { dst: any, items });
        },
        "names no register",
    ),
    (
        "a list past the last",
        |m| {
            let any = register(m, RegType::Any);
            put(m, Instr::NewArray { dst: any, items: u16::MAX });
        },
        "list is out of range",
    ),
    (
        "a constant past the last",
        |m| {
            let any = register(m, RegType::Any);
            put(m, Instr::LoadConst { dst: any, value: u32::MAX });
        },
        "constant is out of range",
    ),
    (
        "a text constant in a number register",
        |m| {
            m.consts.push(Const::Str(StrId(0)));
            let (number, value) = (register(m, RegType::F64), m.consts.len() as u32 - 1);
            put(m, Instr::LoadConst { dst: number, value });
        },
        "does not fit",
    ),
    (
        "a number constant in a text register",
        |m| {
            m.consts.push(Const::F64(1.0));
            let (text, value) = (register(m, RegType::Str), m.consts.len() as u32 - 1);
            put(m, Instr::LoadConst { dst: text, value });
        },
        "does not fit",
    ),
    (
        "an initial constant of another type",
        |m| {
            m.consts.push(Const::F64(1.0));
            let (text, value) = (register(m, RegType::Str), m.consts.len() as u32 - 1);
            let entry = usize::from(m.entry);
            m.functions[entry].constants.push((text, value));
        },
        "does not fit",
    ),
    ("a constant whose text is not there", |m| m.consts.push(Const::Str(StrId(u32::MAX))), "string is out of range"),
    (
        "a template whose parts do not match",
        |m| {
            m.consts.push(Const::Template { cooked: vec![None], raw: Vec::new() });
        },
        "differ in number",
    ),
    (
        "a site past the last",
        |m| {
            let any = register(m, RegType::Any);
            put(m, Instr::GetProp { dst: any, object: any, site: u16::MAX });
        },
        "site is out of range",
    ),
    (
        "a global past the last",
        |m| {
            let any = register(m, RegType::Any);
            put(m, Instr::SetGlobal { src: any, global: u32::MAX });
        },
        "global slot is out of range",
    ),
    (
        "a capture past the last",
        |m| {
            let any = register(m, RegType::Any);
            put(m, Instr::GetCapture { dst: any, index: 3 });
        },
        "capture is out of range",
    ),
    (
        "a built-in past the last",
        |m| {
            let any = register(m, RegType::Any);
            let args = list(m, &[any]);
            put(m, Instr::CallNative { dst: any, native: u16::MAX, args });
        },
        "built-in is out of range",
    ),
    (
        "a host function past the last",
        |m| {
            let any = register(m, RegType::Any);
            let args = list(m, &[]);
            put(m, Instr::CallHost { dst: any, host: 9, args });
        },
        "import is out of range",
    ),
    (
        "a function past the last",
        |m| {
            let any = register(m, RegType::Any);
            let captures = list(m, &[]);
            put(m, Instr::NewClosure { dst: any, func: u16::MAX, captures });
        },
        "function is out of range",
    ),
    (
        "a closure with too few captures",
        |m| {
            let any = register(m, RegType::Any);
            let func = m.functions.len() as u16;
            let mut callee = m.functions[usize::from(m.entry)].clone();
            callee.captures = 5;
            m.functions.push(callee);
            let captures = list(m, &[any]);
            put(m, Instr::NewClosure { dst: any, func, captures });
        },
        "wrong length",
    ),
    (
        "a closure of a function with typed parameters",
        |m| {
            let func = m.functions.iter().position(|f| f.params.contains(&RegType::F64)).expect("there is one") as u16;
            let any = register(m, RegType::Any);
            let captures = list(m, &[]);
            put(m, Instr::NewClosure { dst: any, func, captures });
        },
        "typed parameter",
    ),
    (
        "a typed call with dynamic arguments",
        |m| {
            let func =
                m.functions.iter().position(|f| f.params == [RegType::F64, RegType::F64]).expect("add is") as u16;
            let (any, number) = (register(m, RegType::Any), register(m, RegType::F64));
            let args = list(m, &[any, any]);
            put(m, Instr::CallDirect { dst: number, func, args });
        },
        "type of its place",
    ),
    (
        "a typed call with too few arguments",
        |m| {
            let func =
                m.functions.iter().position(|f| f.params == [RegType::F64, RegType::F64]).expect("add is") as u16;
            let number = register(m, RegType::F64);
            let args = list(m, &[number]);
            put(m, Instr::CallDirect { dst: number, func, args });
        },
        "another number of arguments",
    ),
    (
        "a typed call whose result is taken for something else",
        |m| {
            let func =
                m.functions.iter().position(|f| f.params == [RegType::F64, RegType::F64]).expect("add is") as u16;
            let (number, text) = (register(m, RegType::F64), register(m, RegType::Str));
            let args = list(m, &[number, number]);
            put(m, Instr::CallDirect { dst: text, func, args });
        },
        "another type",
    ),
    (
        "a constructor called without new",
        |m| {
            let entry = usize::from(m.entry);
            let mut callee = m.functions[entry].clone();
            (callee.role, callee.kind) = (FunctionRole::BaseConstructor, FunctionKind::Normal);
            callee.code = vec![Instr::Return { value: Reg(0) }];
            callee.blocks.truncate(1);
            callee.blocks[0].handler = None;
            callee.registers = vec![RegType::Any];
            (callee.lists, callee.constants) = (Vec::new(), Vec::new());
            pay(&mut callee);
            m.functions.push(callee);
            let (func, any) = (m.functions.len() as u16 - 1, register(m, RegType::Any));
            let args = list(m, &[]);
            put(m, Instr::CallDirect { dst: any, func, args });
        },
        "constructor is called directly",
    ),
    ("a jump past the last block", |m| jump(m, u16::MAX), "jump leads to no block"),
    (
        "a jump to a handler",
        |m| {
            let (f, block) = handler(m);
            retarget(m, f, block);
        },
        "leads to a handler",
    ),
    (
        "a block that starts in the middle of another",
        |m| {
            let entry = usize::from(m.entry);
            m.functions[entry].blocks[1].start += 1;
        },
        "terminator",
    ),
    (
        "blocks out of order",
        |m| {
            let entry = usize::from(m.entry);
            m.functions[entry].blocks.swap(0, 1);
        },
        "first block",
    ),
    (
        "a block past the code",
        |m| {
            let entry = usize::from(m.entry);
            let end = m.functions[entry].code.len() as u32;
            m.functions[entry].blocks.last_mut().expect("there are some").start = end;
        },
        "",
    ),
    (
        "code that does not end",
        |m| {
            let entry = usize::from(m.entry);
            m.functions[entry].code.pop();
        },
        "",
    ),
    (
        "no code",
        |m| {
            let entry = usize::from(m.entry);
            m.functions[entry].code.clear();
        },
        "",
    ),
    (
        "a handler that is no block",
        |m| {
            let entry = usize::from(m.entry);
            m.functions[entry].blocks[0].handler = Some(u16::MAX);
        },
        "handler is no block",
    ),
    (
        "a handler that does not catch",
        |m| {
            let entry = usize::from(m.entry);
            m.functions[entry].blocks[0].handler = Some(1);
        },
        "handler",
    ),
    (
        "a catch outside a handler",
        |m| {
            let any = register(m, RegType::Any);
            put(m, Instr::Catch { dst: any });
        },
        "`catch` and handler",
    ),
    (
        "a block that costs nothing",
        |m| {
            let entry = usize::from(m.entry);
            m.functions[entry].blocks[0].fuel = 0;
        },
        "fuel",
    ),
    (
        "a block that costs as much as overflows",
        |m| {
            let entry = usize::from(m.entry);
            m.functions[entry].blocks[0].fuel = u32::MAX;
        },
        "fuel",
    ),
    (
        "an await in a plain function",
        |m| {
            let f = m.functions.iter().position(|f| f.kind == FunctionKind::Async).expect("there is one");
            m.functions[f].kind = FunctionKind::Normal;
        },
        "awaits",
    ),
    (
        "a yield in a plain function",
        |m| {
            let f = m.functions.iter().position(|f| f.kind == FunctionKind::Generator).expect("there is one");
            m.functions[f].kind = FunctionKind::Normal;
        },
        "generator",
    ),
    (
        "a generator with a typed result",
        |m| {
            let f = m.functions.iter().position(|f| f.kind == FunctionKind::Generator).expect("there is one");
            m.functions[f].result = Some(RegType::F64);
        },
        "typed result",
    ),
    (
        "an entry that takes something",
        |m| {
            m.entry = m.functions.iter().position(|f| !f.params.is_empty()).expect("there is one") as u16;
        },
        "entry",
    ),
    ("an entry that is no function", |m| m.entry = u16::MAX, "entry is no function"),
    ("a superclass that comes later", |m| m.classes[0].superclass = Some(1), "before its superclass"),
    ("a class that is its own superclass", |m| m.classes[0].superclass = Some(0), "before its superclass"),
    (
        "a class of more fields than there are numbers",
        |m| {
            m.classes[0].fields = vec![Field { name: StrId(0), ty: RegType::Any }; 70_000];
        },
        "too many fields",
    ),
    (
        "a field of a class that is not there",
        |m| m.classes[0].fields[0].ty = RegType::Obj(u16::MAX),
        "class is out of range",
    ),
    (
        "a register of a class that is not there",
        |m| {
            register(m, RegType::Obj(u16::MAX));
        },
        "class is out of range",
    ),
    ("an export of no global", |m| m.exports[0].1 = u32::MAX, "no global slot"),
    ("an export without a name", |m| m.exports[0].0 = StrId(u32::MAX), "string is out of range"),
    ("a name that is not there", |m| m.globals[0] = StrId(u32::MAX), "string is out of range"),
    (
        "a rest parameter that is typed",
        |m| {
            let f = m.functions.iter().position(|f| f.params.last() == Some(&RegType::F64)).expect("there is one");
            m.functions[f].rest = true;
        },
        "rest parameter",
    ),
    (
        "parameters that are no registers",
        |m| {
            let f = m.functions.iter().position(|f| !f.params.is_empty()).expect("there is one");
            m.functions[f].registers.clear();
        },
        "not the parameters",
    ),
    (
        "a kind of value that is not known",
        |m| {
            let any = register(m, RegType::Any);
            m.functions[usize::from(m.entry)]
                .checks
                .push(mosl_bytecode::CheckSite { expr: StrId(0), expected: StrId(0) });
            let check = m.functions[usize::from(m.entry)].checks.len() as u16 - 1;
            put(m, Instr::CheckKind { kind: 200, src: any, check });
        },
        "kind of value",
    ),
    (
        "an error of a kind that is not known",
        |m| {
            let (f, at) = find(m, |i| matches!(i, Instr::Throw { .. } | Instr::Return { .. }));
            m.consts.push(Const::Str(StrId(0)));
            m.functions[f].code[at] = Instr::ThrowError { kind: 200, message: m.consts.len() as u32 - 1 };
        },
        "kind of error",
    ),
    (
        "source places out of order",
        |m| {
            let entry = usize::from(m.entry);
            m.functions[entry].locs.reverse();
        },
        "source places",
    ),
];

fn retype(module: &mut Module, wanted: fn(Instr) -> bool, ty: RegType) {
    let (f, at) = find(module, wanted);
    let Instr::F64Add { a, .. } = module.functions[f].code[at] else { return };
    let function = &mut module.functions[f];
    function.registers[usize::from(a.0)] = ty;
    if let Some(parameter) = function.params.get_mut(usize::from(a.0)) {
        *parameter = ty;
    }
}

fn jump(module: &mut Module, target: u16) {
    let (f, at) = find(module, |instr| matches!(instr, Instr::Jump { .. }));
    module.functions[f].code[at] = Instr::Jump { target };
}

/// A function with a handler, and that block.
fn handler(module: &Module) -> (usize, u16) {
    let with = |f: &mosl_bytecode::Function| f.blocks.iter().find_map(|block| block.handler);
    let mut all = module.functions.iter().enumerate();
    all.find_map(|(at, function)| with(function).map(|block| (at, block))).expect("the base has one")
}

fn retarget(module: &mut Module, f: usize, block: u16) {
    let code = &mut module.functions[f].code;
    let end = code.iter().position(|instr| instr.is_terminator()).expect("blocks end");
    code[end] = Instr::Jump { target: block };
}

#[test]
fn forgeries_are_refused_by_their_rule() {
    let mut others = Vec::new();
    for (name, change, what) in FORGERIES {
        let mut module = base();
        let fuel: Vec<_> = module.functions.iter().flat_map(|f| f.blocks.iter().map(|block| block.fuel)).collect();
        change(&mut module);
        let changed: Vec<_> = module.functions.iter().flat_map(|f| f.blocks.iter().map(|block| block.fuel)).collect();
        if changed.starts_with(&fuel) {
            module.functions.iter_mut().for_each(pay);
        }
        let error = verify(module).expect_err(name).to_string();
        if !error.contains(what) {
            others.push(format!("{name}: {error}"));
        }
    }
    assert!(others.is_empty(), "refused for other reasons: {others:#?}");
    println!("{} forgeries", FORGERIES.len());
}

#[test]
fn a_module_that_asks_the_host_gets_its_answer_and_no_more() {
    let mut module = base();
    module.imports.push(HostImport { module: "mark:none".into(), name: "nothing".into(), is_async: false });
    let any = register(&mut module, RegType::Any);
    let args = list(&mut module, &[any]);
    put(&mut module, Instr::CallHost { dst: any, host: 0, args });
    module.functions.iter_mut().for_each(pay);
    let ran = run::run(&encode(&module), TIGHT, Stress::Off).expect("it is a module");
    assert!(ran.err.contains("not offered"), "{}", ran.err);
}

/// How a run ended, as far as both engines must agree.
fn end(ran: &Ran) -> (String, String, Option<String>, u64) {
    (ran.out.clone(), ran.err.clone(), ran.trap.as_ref().map(|trap| trap.text.clone()), ran.report.fuel)
}

#[test]
fn mutants_are_refused_or_end_alike_on_both_engines() {
    let times = std::env::var("MOSL_MUTANTS").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    let programs = corpus::programs("conformance");
    let small = |program: &&Program| program.entry != "main.mosl" && program.source().len() < 4_000;
    let mut random = Random::new(8);
    let (mut made, mut accepted) = (0_u64, 0_u64);
    let mut modules = vec![base()];
    for program in programs.iter().filter(small).step_by(6) {
        let bytes = run::compile(&program.files(), &program.entry);
        modules.extend(bytes.ok().map(|bytes| decode(&bytes).expect("the compiler's modules decode")));
    }
    for module in &modules {
        for _ in 0..60 * times {
            let mut mutant = module.clone();
            forge(&mut mutant, &mut random);
            made += 1;
            let bytes = encode(&mutant);
            let stress = if random.below(8) == 0 { Stress::Slices } else { Stress::Off };
            let how = |jit| How { stress, jit, typed: true, ..How::default() };
            let Ok(interpreted) = run::run_as(&bytes, TIGHT, how(JitMode::Off)) else { continue };
            accepted += 1;
            let compiled = run::run_as(&bytes, TIGHT, how(JitMode::Eager)).expect("it runs on the interpreter");
            if end(&interpreted) != end(&compiled) {
                std::fs::write("/tmp/mosl-mutant.mvm", &bytes).expect("the file is writable");
                panic!("/tmp/mosl-mutant.mvm ends in two ways:\n{:?}\n{:?}", end(&interpreted), end(&compiled));
            }
        }
    }
    println!("{made} mutants of {} modules, {accepted} accepted", modules.len());
    assert!(accepted * 10 > made, "{accepted} of {made} mutants pass the verifier: this tests little else");
}
