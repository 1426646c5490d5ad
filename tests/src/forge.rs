//! Forged modules: changes of a decoded module that keep its form, so that many of them pass the verifier's first rules and some pass
//! all. Where bytes are changed at random hardly a mutant gets that far.

use mosl_bytecode::table::{OPS, Operand, Reg};
use mosl_bytecode::verify::block_fuel;
use mosl_bytecode::{Function, FunctionKind, FunctionRole, Instr, Module, RegType};

use crate::random::Random;

/// One to four changes of one function or table, with the blocks' fuel put right afterwards.
pub fn forge(module: &mut Module, random: &mut Random) {
    for _ in 0..=random.below(4) {
        match random.below(12) {
            0 => change_class(module, random),
            1 => change_signature(module, random),
            2 => change_blocks(module, random),
            3 => change_tables(module, random),
            _ => change_code(module, random),
        }
    }
    module.functions.iter_mut().for_each(pay);
}

/// Sets each block's fuel to what the verifier expects, as a forger would.
pub fn pay(function: &mut Function) {
    for number in 0..function.blocks.len() {
        let start = function.blocks[number].start as usize;
        let end = function.blocks.get(number + 1).map_or(function.code.len(), |next| next.start as usize);
        if let Some(code) = function.code.get(start..end) {
            function.blocks[number].fuel = block_fuel(code);
        }
    }
}

fn pick<'a>(module: &'a mut Module, random: &mut Random) -> &'a mut Function {
    let at = random.below(module.functions.len());
    &mut module.functions[at]
}

fn change_code(module: &mut Module, random: &mut Random) {
    let bounds = Bounds::of(module);
    let function = pick(module, random);
    if function.code.is_empty() {
        return;
    }
    let (at, other) = (random.below(function.code.len()), random.below(function.code.len()));
    match random.below(6) {
        0 => function.code.swap(at, other),
        1 => function.code[at] = function.code[other],
        2 => {
            let opcode = random.below(OPS.len()) as u8;
            let made = Instr::from_operands(opcode, |kind| Some(bounds.word(function, kind, random)));
            function.code[at] = made.unwrap_or(function.code[at]);
        }
        _ => function.code[at] = change_operand(&bounds, function, function.code[at], random),
    }
}

/// The instruction with one operand changed, mostly to something that exists.
fn change_operand(bounds: &Bounds, function: &Function, instr: Instr, random: &mut Random) -> Instr {
    let mut operands = Vec::new();
    instr.for_each_operand(|kind, word| operands.push((kind, word)));
    if operands.is_empty() {
        return instr;
    }
    let at = random.below(operands.len());
    operands[at].1 = bounds.word(function, operands[at].0, random);
    let mut words = operands.into_iter();
    Instr::from_operands(instr.opcode() as u8, |_| words.next().map(|(_, word)| word)).unwrap_or(instr)
}

/// How many of each there are.
struct Bounds {
    consts: usize,
    functions: usize,
    classes: usize,
    imports: usize,
    globals: usize,
}

impl Bounds {
    fn of(module: &Module) -> Self {
        Self {
            consts: module.consts.len(),
            functions: module.functions.len(),
            classes: module.classes.len(),
            imports: module.imports.len(),
            globals: module.globals.len(),
        }
    }

    /// A word for an operand: one in sixteen is anything.
    fn word(&self, function: &Function, kind: Operand, random: &mut Random) -> u32 {
        use Operand::*;
        if random.below(16) == 0 {
            return (random.next_u64() >> (32 + random.below(32))) as u32;
        }
        let typed = |ty: RegType, random: &mut Random| {
            let fitting: Vec<usize> =
                (0..function.registers.len()).filter(|at| function.registers[*at] == ty).collect();
            if fitting.is_empty() { 0 } else { fitting[random.below(fitting.len())] }
        };
        let below = |count: usize, random: &mut Random| random.below(count.max(1));
        let word = match kind {
            def_any | use_any => typed(RegType::Any, random),
            def_f64 | use_f64 => typed(RegType::F64, random),
            def_i32 | use_i32 => typed(RegType::I32, random),
            def_bool | use_bool => typed(RegType::Bool, random),
            def_str | use_str => typed(RegType::Str, random),
            def_dep | use_dep => below(function.registers.len(), random),
            konst => below(self.consts, random),
            site => below(function.sites.len(), random),
            check => below(function.checks.len(), random),
            list => below(function.lists.len(), random),
            block => below(function.blocks.len(), random),
            func => below(self.functions, random),
            class => below(self.classes, random),
            native => below(mosl_bytecode::natives::NATIVES.len(), random),
            intrinsic => below(mosl_bytecode::natives::GLOBALS.len(), random),
            host => below(self.imports, random),
            global => below(self.globals, random),
            index | flag => below(8, random),
            int => random.below(100),
        };
        word as u32
    }
}

fn change_class(module: &mut Module, random: &mut Random) {
    let classes = module.classes.len();
    if classes == 0 {
        return;
    }
    let ty = any_type(classes, random);
    let class = &mut module.classes[random.below(classes)];
    match random.below(4) {
        0 => class.superclass = (random.below(2) == 0).then(|| random.below(classes) as u16),
        1 => drop(class.fields.pop()),
        _ => {
            let fields = class.fields.len();
            if let Some(field) = class.fields.get_mut(random.below(fields.max(1))) {
                field.ty = ty;
            }
        }
    }
}

fn any_type(classes: usize, random: &mut Random) -> RegType {
    match random.below(6) {
        0 => RegType::Any,
        1 => RegType::F64,
        2 => RegType::I32,
        3 => RegType::Bool,
        4 => RegType::Str,
        _ => RegType::Obj(random.below(classes.max(1)) as u16),
    }
}

fn change_signature(module: &mut Module, random: &mut Random) {
    const KINDS: [FunctionKind; 4] =
        [FunctionKind::Normal, FunctionKind::Generator, FunctionKind::Async, FunctionKind::AsyncGenerator];
    const ROLES: [FunctionRole; 5] = [
        FunctionRole::Plain,
        FunctionRole::Arrow,
        FunctionRole::Method,
        FunctionRole::BaseConstructor,
        FunctionRole::DerivedConstructor,
    ];
    let classes = module.classes.len();
    let function = pick(module, random);
    match random.below(8) {
        0 => function.kind = KINDS[random.below(4)],
        1 => function.role = ROLES[random.below(5)],
        2 => function.captures = random.below(4) as u16,
        3 => function.rest = !function.rest,
        4 => function.class = (random.below(3) > 0).then(|| random.below(classes.max(1)) as u16),
        5 => drop(function.params.pop()),
        6 => function.result = (random.below(3) > 0).then(|| any_type(classes, random)),
        _ => {
            let (at, ty) = (random.below(function.registers.len().max(1)), any_type(classes, random));
            if let Some(register) = function.registers.get_mut(at) {
                *register = ty;
            }
            if let Some(parameter) = function.params.get_mut(at) {
                *parameter = ty;
            }
        }
    }
}

fn change_blocks(module: &mut Module, random: &mut Random) {
    let function = pick(module, random);
    let (code, blocks) = (function.code.len().max(1), function.blocks.len().max(1));
    let Some(block) = function.blocks.get_mut(random.below(blocks)) else { return };
    match random.below(3) {
        0 => block.start = random.below(code) as u32,
        1 => block.handler = None,
        _ => block.handler = Some(random.below(blocks) as u16),
    }
}

fn change_tables(module: &mut Module, random: &mut Random) {
    let (functions, globals, consts) = (module.functions.len(), module.globals.len(), module.consts.len());
    match random.below(5) {
        0 => module.entry = random.below(functions) as u16,
        1 => {
            let slot = random.below(globals.max(1) + 1) as u32;
            if let Some(export) = module.exports.first_mut() {
                export.1 = slot;
            }
        }
        2 if consts > 1 => module.consts.swap(random.below(consts), random.below(consts)),
        3 => {
            let function = pick(module, random);
            let (count, registers) = (function.lists.len().max(1), function.registers.len().max(1));
            if let Some(list) = function.lists.get_mut(random.below(count)) {
                let mut longer = list.to_vec();
                longer.push(Reg(random.below(registers) as u16));
                *list = longer.into();
            }
        }
        _ => {
            let function = pick(module, random);
            let register = Reg(random.below(function.registers.len().max(1)) as u16);
            function.constants.push((register, random.below(consts.max(1)) as u32));
        }
    }
}
