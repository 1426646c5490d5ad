//! The frame of a function's translation: places of entry, nodes, registers in and out of the frame's memory, fuel, and the two ways
//! back to the interpreter. What single instructions become is in [`super::compile`] and the files it names.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    AbiParam, Block, Function as Ir, InstBuilder, JumpTableData, MemFlagsData, SigRef, Signature, Type, Value, types,
};
use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Variable};
use mosl_bytecode::table::Reg;
use mosl_bytecode::{Const, Function, Instr, RegType};

use super::helpers::Helper;
use super::layout::Layout;
use super::machine::CONVENTION;
use super::plan::{Bits, Plan, Refused};
use crate::code::Code;
use crate::interp::frame::Stack;
use crate::value;

/// VM, function, frame, registers, fuel, place of entry; yields the value that the frame returned and the fuel that is left, or one of
/// the marks below for it.
pub(super) fn entry_signature() -> Signature {
    let mut signature = Signature::new(CONVENTION);
    signature.params = vec![AbiParam::new(types::I64); 5];
    signature.params.push(AbiParam::new(types::I32));
    signature.returns = vec![AbiParam::new(types::I64); 2];
    signature
}

/// In place of fuel: something was thrown at the topmost frame's place.
pub(super) const THROWN: i64 = -1;
/// In place of fuel: a frame was pushed, which begins.
pub(super) const PUSHED: i64 = -2;
/// In place of fuel: the interpreter goes on at the topmost frame's place.
pub(super) const LEFT: i64 = -3;
/// In place of fuel: a limit was in the way of the call, of which nothing was done.
pub(super) const REFUSED: i64 = -4;

/// From here on, a place of entry is a call from machine code with so many more arguments: they are in place, the other registers
/// are not yet.
pub(super) const FRESH: i64 = 1 << 16;

/// Stack units of a function's frame.
pub(super) fn stack_units(function: &Function) -> i64 {
    1 + (function.registers.len() / 16) as i64
}

/// A function under translation.
pub(super) struct Translator<'a> {
    pub b: FunctionBuilder<'a>,
    pub code: &'a Code,
    pub function: &'a Function,
    pub layout: &'static Layout,
    pub plan: &'a Plan,
    pub vm: Value,
    pub rt: Value,
    pub frame: Value,
    pub regs: Value,
    pub fuel: Variable,
    vars: Vec<Option<Variable>>,
    /// By register: what it holds at the start, as an index into the module's constants.
    constants: Vec<Option<u32>>,
    blocks: Vec<Block>,
    helpers: [Option<SigRef>; Helper::COUNT],
    pub tail: SigRef,
    convention: cranelift_codegen::isa::CallConv,
    left: Option<Block>,
    passed_on: Option<Block>,
    /// What is translated now is off the common way.
    pub rare: bool,
    /// Registers that are in machine registers here.
    pub(super) cached: Bits,
    /// Of those, the ones that are newer than memory.
    pub(super) dirty: Bits,
    /// By instruction of the node: what is live before it.
    live: Vec<Bits>,
    live_at_end: Bits,
    pub node: usize,
    /// The instruction under translation.
    pub pc: usize,
}

/// Translates a function; yields its places of entry by instruction.
pub(super) fn translate(
    code: &Code,
    func: u16,
    layout: &'static Layout,
    target: TargetFrontendConfig,
    ir: &mut Ir,
    context: &mut FunctionBuilderContext,
) -> Result<Box<[u16]>, Refused> {
    let function = &code.module.functions[usize::from(func)];
    let plan = Plan::new(function, |instr| super::call::goes_on(code, function, instr))?;
    let mut b = FunctionBuilder::new(ir, context);
    let start = b.create_block();
    b.append_block_params_for_function_params(start);
    b.switch_to_block(start);
    let params = b.block_params(start).to_vec();
    let fuel = b.declare_var(types::I64);
    b.def_var(fuel, params[4]);
    let blocks = plan.nodes.iter().map(|_| b.create_block()).collect();
    let tail = b.import_signature(entry_signature());
    let size = function.registers.len();
    let mut translator = Translator {
        b,
        code,
        function,
        layout,
        plan: &plan,
        vm: params[0],
        rt: params[1],
        frame: params[2],
        regs: params[3],
        fuel,
        vars: vec![None; size],
        constants: vec![None; size],
        blocks,
        helpers: [None; Helper::COUNT],
        tail,
        convention: target.default_call_conv,
        left: None,
        passed_on: None,
        rare: false,
        cached: Bits::new(size),
        dirty: Bits::new(size),
        live: Vec::new(),
        live_at_end: Bits::new(size),
        node: 0,
        pc: 0,
    };
    for (reg, at) in &function.constants {
        translator.constants[usize::from(reg.0)] = Some(*at);
    }
    translator.entries(params[5]);
    for node in 0..plan.nodes.len() {
        translator.node(node);
    }
    translator.b.seal_all_blocks();
    translator.b.finalize(target);
    let mut entries = vec![0; function.code.len()];
    for node in plan.nodes.iter().filter(|node| node.entry != 0) {
        entries[node.start] = node.entry;
    }
    Ok(entries.into())
}

/// Memory that machine code reads and writes: always there, aligned.
pub(super) fn plain() -> MemFlagsData {
    MemFlagsData::trusted()
}

/// Entry, nodes, edges.
impl<'a> Translator<'a> {
    /// From the function's start to its places of entry.
    fn entries(&mut self, entry: Value) {
        let count = self.plan.entries;
        let (fresh, again) = (self.b.create_block(), self.cold());
        let given = self.b.ins().iadd_imm_s(entry, -FRESH);
        let zero = self.b.ins().iconst(types::I32, 0);
        let is_fresh = self.b.ins().icmp(IntCC::SignedGreaterThanOrEqual, given, zero);
        self.b.ins().brif(is_fresh, fresh, &[], again, &[]);
        self.b.switch_to_block(fresh);
        self.begin(given);
        self.land(0);
        self.b.switch_to_block(again);
        let mut landings = Vec::with_capacity(usize::from(count));
        for at in 0..self.plan.nodes.len() {
            if self.plan.nodes[at].entry != 0 {
                landings.push((at, self.cold()));
            }
        }
        if let [(at, landing)] = landings[..] {
            self.b.ins().jump(landing, &[]);
            self.b.switch_to_block(landing);
            self.land(at);
            return;
        }
        let calls: Vec<_> = landings.iter().map(|(_, block)| self.b.func.dfg.block_call(*block, &[])).collect();
        let table = self.b.create_jump_table(JumpTableData::new(calls[0], &calls[1..]));
        // The first has number 1 and is what the table does not have.
        let second = self.b.ins().iconst(types::I32, 2);
        let index = self.b.ins().isub(entry, second);
        self.b.ins().br_table(index, table);
        for (at, landing) in landings {
            self.b.switch_to_block(landing);
            self.land(at);
        }
    }

    /// A call from machine code: asks the limits, pays for the first block, and gives the registers behind the arguments what they
    /// hold at the start. Constants are not among them: see [`super::helpers`].
    fn begin(&mut self, given: Value) {
        let (l, function) = (self.layout, self.function);
        let size = function.registers.len() as i64;
        let refused = self.cold();
        let fuel = self.b.use_var(self.fuel);
        let left = self.b.ins().iadd_imm_s(fuel, -i64::from(function.blocks[0].fuel));
        let zero = self.b.ins().iconst(types::I64, 0);
        let empty = self.b.ins().icmp(IntCC::SignedLessThan, left, zero);
        self.leave_if(empty, refused);
        let depth = self.b.ins().load(types::I32, plain(), self.vm, l.vm_depth);
        let depth = self.b.ins().iadd_imm_s(depth, stack_units(function));
        let limit = self.b.ins().load(types::I32, plain(), self.vm, l.vm_stack_limit);
        let deep = self.b.ins().icmp(IntCC::UnsignedGreaterThan, depth, limit);
        self.leave_if(deep, refused);
        let base = self.b.ins().uload32(plain(), self.frame, l.frame_base);
        let top = self.b.ins().iadd_imm_s(base, size + Stack::SLACK as i64);
        let capacity = self.b.ins().load(types::I64, plain(), self.vm, l.vm_stack_capacity);
        let full = self.b.ins().icmp(IntCC::UnsignedGreaterThan, top, capacity);
        self.leave_if(full, refused);
        let native = self.b.ins().get_stack_pointer(types::I64);
        let end = self.b.ins().load(types::I64, plain(), self.vm, l.vm_native_end);
        let out = self.b.ins().icmp(IntCC::UnsignedLessThan, native, end);
        self.leave_if(out, refused);
        self.b.def_var(self.fuel, left);
        self.b.ins().store(plain(), depth, self.vm, l.vm_depth);
        self.fill_params(given);
        self.initialise();
        let on = self.b.create_block();
        self.b.ins().jump(on, &[]);
        self.b.switch_to_block(refused);
        let mark = self.b.ins().iconst(types::I64, REFUSED);
        self.b.ins().return_(&[fuel, mark]);
        self.b.switch_to_block(on);
    }

    /// Parameters without argument are undefined.
    fn fill_params(&mut self, given: Value) {
        let params = self.function.params.len();
        if params == 0 {
            return;
        }
        let (fill, filled) = (self.cold(), self.b.create_block());
        let wanted = self.b.ins().iconst(types::I32, params as i64);
        let fewer = self.b.ins().icmp(IntCC::SignedLessThan, given, wanted);
        self.b.ins().brif(fewer, fill, &[], filled, &[]);
        self.b.switch_to_block(fill);
        let undefined = self.bits(value::Value::UNDEFINED);
        for index in 0..params {
            let at = self.b.ins().iconst(types::I32, index as i64);
            let missing = self.b.ins().icmp(IntCC::SignedLessThanOrEqual, given, at);
            let old = self.b.ins().load(types::I64, plain(), self.regs, 8 * index as i32);
            let value = self.b.ins().select(missing, undefined, old);
            self.b.ins().store(plain(), value, self.regs, 8 * index as i32);
        }
        self.b.ins().jump(filled, &[]);
        self.b.switch_to_block(filled);
    }

    /// Gives the registers behind the parameters what they hold at the start, where that is asked for, and something that the
    /// collector can read elsewhere.
    fn initialise(&mut self) {
        let (first, end) = (self.function.params.len(), self.function.registers.len());
        let unasked = |this: &Self, at: usize| match this.constants[at] {
            Some(_) => true,
            None => this.plan.lazy && !this.plan.constant.has(at) && !this.plan.nodes[0].live.has(at),
        };
        let mut at = first;
        while at < end {
            if unasked(self, at) {
                let pair = at + 1 < end && unasked(self, at + 1);
                let ty = if pair { types::I64X2 } else { types::I64 };
                let zero = self.zero(ty);
                self.b.ins().store(plain(), zero, self.regs, 8 * at as i32);
                at += if pair { 2 } else { 1 };
                continue;
            }
            let value = match self.function.registers[at] {
                RegType::Any | RegType::Obj(_) => self.bits(value::Value::UNDEFINED),
                RegType::F64 | RegType::I32 | RegType::Bool => self.bits(value::Value::ZERO),
                RegType::Str => {
                    let template = self.b.ins().load(types::I64, plain(), self.rt, self.layout.rt_template);
                    self.b.ins().load(types::I64, plain(), template, 8 * at as i32)
                }
            };
            self.b.ins().store(plain(), value, self.regs, 8 * at as i32);
            at += 1;
        }
    }

    fn zero(&mut self, ty: Type) -> Value {
        if ty == types::I64 {
            return self.b.ins().iconst(types::I64, 0);
        }
        let nothing = self.b.func.dfg.constants.insert(vec![0u8; 16].into());
        self.b.ins().vconst(ty, nothing)
    }

    /// Goes to a node with everything in memory.
    fn land(&mut self, at: usize) {
        let plan = self.plan;
        for reg in plan.nodes[at].cached.iter() {
            let value = self.load_register(reg);
            self.define(reg, value);
        }
        self.b.ins().jump(self.blocks[at], &[]);
    }

    fn node(&mut self, at: usize) {
        let plan = self.plan;
        let node = &plan.nodes[at];
        self.b.switch_to_block(self.blocks[at]);
        self.node = at;
        self.cached = node.cached.clone();
        self.dirty = node.dirty.clone();
        self.live.clear();
        if plan.lazy {
            let mut live = plan.live_at_end(self.function, at);
            self.live_at_end = live.clone();
            let handler = node.handler.map(|handler| &plan.nodes[handler].live);
            for pc in (node.start..node.end).rev() {
                Plan::before(self.function, self.function.code[pc], &mut live);
                if let Some(wanted) = handler {
                    live.union(wanted);
                }
                self.live.push(live.clone());
            }
            self.live.reverse();
        }
        self.pc = node.start;
        while self.pc < node.end {
            let pc = self.pc;
            self.instruction(self.function.code[pc]);
            debug_assert!(self.pc >= pc, "an instruction is translated once");
            self.pc += 1;
        }
        let last = self.function.code[node.end - 1];
        if !last.is_terminator() && !super::plan::is_call(last) {
            unreachable!("a node ends with a terminator or a call");
        }
    }

    /// Continues at a block, which is paid for.
    pub fn go(&mut self, block: u16) {
        let cost = i64::from(self.function.blocks[usize::from(block)].fuel);
        let fuel = self.b.use_var(self.fuel);
        let cost = self.b.ins().iconst(types::I64, cost);
        let left = self.b.ins().isub(fuel, cost);
        let zero = self.b.ins().iconst(types::I64, 0);
        let (empty, enough) = (self.cold(), self.b.create_block());
        let out = self.b.ins().icmp(IntCC::SignedLessThan, left, zero);
        self.b.ins().brif(out, empty, &[], enough, &[]);
        self.b.switch_to_block(empty);
        self.leave();
        self.b.switch_to_block(enough);
        self.b.def_var(self.fuel, left);
        self.go_to_node(self.plan.node_of_block[usize::from(block)]);
    }

    /// Continues at a node of the same function: what it expects in machine registers is loaded, what it expects in memory is
    /// written.
    pub fn go_to_node(&mut self, at: usize) {
        let plan = self.plan;
        let node = &plan.nodes[at];
        let mut newer = self.dirty.clone();
        newer.subtract(&node.dirty);
        newer.intersect(&node.live);
        self.write_back(&newer);
        let mut missing = node.cached.clone();
        missing.subtract(&self.cached);
        for reg in missing.iter() {
            let value = self.load_register(reg);
            self.define(reg, value);
        }
        self.b.ins().jump(self.blocks[at], &[]);
    }

    pub fn cold(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }

    /// A block for what follows here.
    pub fn further(&mut self) -> Block {
        if self.rare { self.cold() } else { self.b.create_block() }
    }

    /// Goes to a cold block if a condition holds, and on otherwise.
    pub fn cold_if(&mut self, condition: Value) -> Block {
        let (cold, on) = (self.cold(), self.further());
        self.b.ins().brif(condition, cold, &[], on, &[]);
        self.b.switch_to_block(on);
        cold
    }

    /// Goes to a block that exists if a condition holds, and on otherwise.
    pub fn leave_if(&mut self, condition: Value, to: Block) {
        let on = self.further();
        self.b.ins().brif(condition, to, &[], on, &[]);
        self.b.switch_to_block(on);
    }

    /// Goes to a block that exists unless a condition holds.
    pub fn leave_unless(&mut self, condition: Value, to: Block) {
        let on = self.further();
        self.b.ins().brif(condition, on, &[], to, &[]);
        self.b.switch_to_block(on);
    }
}

/// Registers.
impl Translator<'_> {
    pub fn register_type(&self, reg: Reg) -> RegType {
        self.function.registers[usize::from(reg.0)]
    }

    fn machine_type(&self, reg: usize) -> Type {
        match self.function.registers[reg] {
            RegType::F64 => types::F64,
            RegType::I32 => types::I32,
            RegType::Bool => types::I8,
            RegType::Any | RegType::Str | RegType::Obj(_) => types::I64,
        }
    }

    fn load_register(&mut self, reg: usize) -> Value {
        let ty = self.machine_type(reg);
        if self.constants[reg].is_none() {
            return self.b.ins().load(ty, plain(), self.regs, 8 * reg as i32);
        }
        let fixed = plain().with_readonly().with_can_move();
        let template = self.b.ins().load(types::I64, fixed, self.rt, self.layout.rt_template);
        self.b.ins().load(ty, fixed, template, 8 * reg as i32)
    }

    fn var(&mut self, reg: usize) -> Variable {
        if let Some(var) = self.vars[reg] {
            return var;
        }
        let ty = self.machine_type(reg);
        let var = self.b.declare_var(ty);
        self.vars[reg] = Some(var);
        var
    }

    fn define(&mut self, reg: usize, value: Value) {
        let var = self.var(reg);
        self.b.def_var(var, value);
    }

    /// What a register always holds, where that is no cell.
    pub fn constant(&self, reg: Reg) -> Option<value::Value> {
        if !self.plan.constant.has(usize::from(reg.0)) {
            return None;
        }
        let known = self.constants[usize::from(reg.0)].map(|at| &self.code.module.consts[at as usize]);
        match (known, self.register_type(reg)) {
            (Some(Const::F64(n)), RegType::F64 | RegType::Any) => Some(value::Value::number(*n)),
            (Some(Const::Undefined), RegType::Any) | (None, RegType::Any) => Some(value::Value::UNDEFINED),
            (Some(Const::Null), RegType::Any) => Some(value::Value::NULL),
            (Some(Const::Bool(known)), RegType::Any) => Some(value::Value::bool(*known)),
            (None, RegType::F64) => Some(value::Value::ZERO),
            _ => None,
        }
    }

    /// The number that a register always holds.
    pub fn constant_number(&self, reg: Reg) -> Option<f64> {
        self.constant(reg)?.as_number()
    }

    /// A register's content, in the machine type of its type.
    pub fn get(&mut self, reg: Reg) -> Value {
        let at = usize::from(reg.0);
        if let Some(known) = self.constant(reg) {
            return match self.register_type(reg) {
                RegType::F64 => self.b.ins().f64const(known.to_f64()),
                _ => self.bits(known),
            };
        }
        if self.cached.has(at) {
            let var = self.var(at);
            return self.b.use_var(var);
        }
        let value = self.load_register(at);
        self.define(at, value);
        self.cached.insert(at);
        value
    }

    /// A register's content as a dynamic value; its type is no `Bool` and no `I32`.
    pub fn dynamic(&mut self, reg: Reg) -> Value {
        let value = self.get(reg);
        match self.register_type(reg) {
            RegType::F64 => self.b.ins().bitcast(types::I64, MemFlagsData::new(), value),
            _ => value,
        }
    }

    /// A register's content read as a double, whatever it is.
    pub fn number(&mut self, reg: Reg) -> Value {
        if let Some(n) = self.constant_number(reg) {
            return self.b.ins().f64const(n);
        }
        let value = self.get(reg);
        match self.register_type(reg) {
            RegType::F64 => value,
            _ => self.b.ins().bitcast(types::F64, MemFlagsData::new(), value),
        }
    }

    /// Whether a register holds a number for certain.
    pub fn is_number(&self, reg: Reg) -> bool {
        self.register_type(reg) == RegType::F64 || self.constant_number(reg).is_some()
    }

    /// Sets a register to a value of the machine type of its type.
    pub fn set(&mut self, reg: Reg, value: Value) {
        let at = usize::from(reg.0);
        self.define(at, value);
        self.cached.insert(at);
        if self.plan.lazy {
            self.dirty.insert(at);
        } else {
            self.store_register(at, value);
        }
    }

    /// Sets a register to a dynamic value, of which the register's type is known to hold.
    pub fn set_dynamic(&mut self, reg: Reg, value: Value) {
        let value = match self.register_type(reg) {
            RegType::F64 => self.b.ins().bitcast(types::F64, MemFlagsData::new(), value),
            _ => value,
        };
        self.set(reg, value);
    }

    /// Sets a register that may hold any number to one.
    pub fn set_number(&mut self, reg: Reg, value: Value) {
        let value = match self.register_type(reg) {
            RegType::F64 => value,
            _ => self.b.ins().bitcast(types::I64, MemFlagsData::new(), value),
        };
        self.set(reg, value);
    }

    fn store_register(&mut self, reg: usize, value: Value) {
        let wide = match self.machine_type(reg) {
            types::I8 | types::I32 => self.b.ins().uextend(types::I64, value),
            _ => value,
        };
        self.b.ins().store(plain(), wide, self.regs, 8 * reg as i32);
    }

    fn write_back(&mut self, which: &Bits) {
        for reg in which.iter() {
            let var = self.var(reg);
            let value = self.b.use_var(var);
            self.store_register(reg, value);
        }
    }

    /// Writes back what is newer in machine registers and wanted: before the instruction, or behind it. The frame's memory is what
    /// everyone else sees.
    pub fn flush(&mut self, behind: bool) {
        if !self.plan.lazy {
            return;
        }
        let mut newer = self.dirty.clone();
        let at = self.pc - self.plan.nodes[self.node].start + usize::from(behind);
        newer.intersect(self.live.get(at).unwrap_or(&self.live_at_end));
        self.write_back(&newer);
    }

    /// Writes back what an operation done elsewhere may look at: its operands, what its handler wants, and references, which the
    /// collector must find.
    fn flush_for_operation(&mut self, instr: Instr) {
        if !self.plan.lazy {
            return;
        }
        let mut newer = self.dirty.clone();
        newer.intersect(&self.live[self.pc - self.plan.nodes[self.node].start]);
        let mut wanted = Bits::new(self.function.registers.len());
        super::plan::registers(self.function, instr, |_| {}, |reg| wanted.insert(reg));
        if let Some(handler) = self.plan.nodes[self.node].handler {
            wanted.union(&self.plan.nodes[handler].live);
        }
        for reg in newer.clone().iter() {
            let refers = !matches!(self.function.registers[reg], RegType::F64 | RegType::I32 | RegType::Bool);
            if !refers && !wanted.has(reg) {
                newer.remove(reg);
            }
        }
        self.write_back(&newer);
    }

    /// A dynamic value known now.
    pub fn bits(&mut self, value: value::Value) -> Value {
        self.b.ins().iconst(types::I64, value.bits().cast_signed())
    }
}

/// Leaving machine code, and asking for help.
impl Translator<'_> {
    /// The address of an instruction of this function, which lives as long as the machine code.
    pub fn place(&mut self, pc: usize) -> Value {
        let address = std::ptr::from_ref(&self.function.code[pc]) as i64;
        self.b.ins().iconst(types::I64, address)
    }

    pub fn save_fuel(&mut self) {
        let fuel = self.b.use_var(self.fuel);
        self.b.ins().store(plain(), fuel, self.vm, self.layout.vm_fuel);
    }

    pub fn reload_fuel(&mut self) {
        let fuel = self.b.ins().load(types::I64, plain(), self.vm, self.layout.vm_fuel);
        self.b.def_var(self.fuel, fuel);
    }

    /// Leaves this instruction to the interpreter, and all that follows until a place of entry. Ends the block.
    pub fn leave(&mut self) {
        self.flush(false);
        let place = self.place(self.pc);
        let fuel = self.b.use_var(self.fuel);
        if let Some(block) = self.left {
            self.b.ins().jump(block, &[place.into(), fuel.into()]);
            return;
        }
        let block = self.cold();
        self.left = Some(block);
        let params = [self.b.append_block_param(block, types::I64), self.b.append_block_param(block, types::I64)];
        self.b.ins().jump(block, &[place.into(), fuel.into()]);
        self.b.switch_to_block(block);
        let [place, fuel] = params;
        self.b.ins().store(plain(), place, self.frame, self.layout.frame_pc);
        self.b.ins().store(plain(), fuel, self.vm, self.layout.vm_fuel);
        self.help(Helper::complete_top, &[self.vm, self.frame]);
        let mark = self.b.ins().iconst(types::I64, LEFT);
        self.b.ins().return_(&[fuel, mark]);
    }

    /// Has the interpreter execute this instruction, which ends no block. Its result is in memory then.
    pub fn execute(&mut self, instr: Instr) {
        self.flush_for_operation(instr);
        self.execute_flushed();
    }

    fn execute_flushed(&mut self) {
        let place = self.place(self.pc);
        self.save_fuel();
        let status = self.help(Helper::execute, &[self.vm, self.frame, place]);
        self.reload_fuel();
        let (failed, done) = (self.cold(), self.further());
        self.b.ins().brif(status, failed, &[], done, &[]);
        self.b.switch_to_block(failed);
        let status = self.b.ins().uextend(types::I64, status);
        let mark = self.b.ins().ineg(status);
        self.pass_on(mark);
        self.b.switch_to_block(done);
    }

    /// As [`Self::execute`], of a call: where it pushes a frame, the interpreter goes on with that.
    pub fn execute_call(&mut self) {
        self.flush(false);
        self.execute_flushed();
    }

    /// Returns a mark to whoever called: this frame is not the topmost one any more. Ends the block.
    pub fn pass_on(&mut self, mark: Value) {
        if let Some(block) = self.passed_on {
            self.b.ins().jump(block, &[mark.into()]);
            return;
        }
        let block = self.cold();
        self.passed_on = Some(block);
        let param = self.b.append_block_param(block, types::I64);
        self.b.ins().jump(block, &[mark.into()]);
        self.b.switch_to_block(block);
        let mark = param;
        self.help(Helper::complete_frame, &[self.vm, self.frame]);
        self.b.ins().return_(&[mark, mark]);
    }

    /// What [`Self::execute`] left in a register, in the machine type of its type.
    pub fn executed(&mut self, reg: Reg) -> Value {
        self.load_register(usize::from(reg.0))
    }

    /// The whole instruction is the interpreter's.
    pub fn execute_all(&mut self, instr: Instr) {
        self.execute(instr);
        let mut written = Vec::new();
        super::plan::registers(self.function, instr, |reg| written.push(reg), |_| {});
        for reg in written {
            // Memory is newer.
            self.cached.remove(reg);
            self.dirty.remove(reg);
        }
    }

    /// Calls a helper.
    pub fn help(&mut self, helper: Helper, args: &[Value]) -> Value {
        let signature = match self.helpers[helper as usize] {
            Some(signature) => signature,
            None => {
                let made = self.b.import_signature(helper.signature(self.convention));
                self.helpers[helper as usize] = Some(made);
                made
            }
        };
        let address = self.b.ins().iconst(types::I64, helper.address() as i64);
        let call = self.b.ins().call_indirect(signature, address, args);
        self.b.inst_results(call)[0]
    }
}
