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
use super::inline::{Guesses, Inlined, Inlinees};
use super::layout::Layout;
use super::machine::CONVENTION;
use super::plan::{Bits, Plan, Refused};
use crate::code::Code;
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

/// A translation: of one function, and of those that it takes in.
pub(super) struct Translator<'a> {
    pub b: FunctionBuilder<'a>,
    pub code: &'a Code,
    pub layout: &'static Layout,
    pub vm: Value,
    pub fuel: Variable,
    helpers: [Option<SigRef>; Helper::COUNT],
    pub tail: SigRef,
    convention: cranelift_codegen::isa::CallConv,
    /// What is translated now is off the common way.
    pub rare: bool,
    /// The function whose instructions are translated now.
    pub body: Body<'a>,
}

/// A function under translation.
pub(super) struct Body<'a> {
    pub function: &'a Function,
    pub plan: &'a Plan,
    /// What it takes in.
    pub inlinees: &'a Inlinees<'a>,
    pub rt: Value,
    pub frame: Value,
    pub regs: Value,
    vars: Vec<Option<Variable>>,
    /// By register: what it holds at the start, as an index into the module's constants.
    pub(super) constants: Vec<Option<u32>>,
    blocks: Vec<Block>,
    left: Option<Block>,
    passed_on: Option<Block>,
    /// Registers that are in machine registers here.
    pub(super) cached: Bits,
    /// Of those, the ones that are newer than memory.
    pub(super) dirty: Bits,
    /// By instruction of the node: what is live before it.
    live: Vec<Bits>,
    live_at_end: Bits,
    /// Object registers that hold an instance for certain here.
    pub(super) objects: Bits,
    /// The collector can read all of the frame's registers here.
    cleared: bool,
    pub node: usize,
    /// The instruction under translation.
    pub pc: usize,
    /// Where it is part of another function.
    pub inlined: Option<Inlined<'a>>,
}

impl<'a> Body<'a> {
    /// A function whose translation begins with that frame.
    pub fn new(
        b: &mut FunctionBuilder,
        function: &'a Function,
        plan: &'a Plan,
        inlinees: &'a Inlinees<'a>,
        [rt, frame, regs]: [Value; 3],
    ) -> Self {
        let size = function.registers.len();
        let mut constants = vec![None; size];
        for (reg, at) in &function.constants {
            constants[usize::from(reg.0)] = Some(*at);
        }
        Self {
            function,
            plan,
            inlinees,
            rt,
            frame,
            regs,
            vars: vec![None; size],
            constants,
            blocks: plan.nodes.iter().map(|_| b.create_block()).collect(),
            left: None,
            passed_on: None,
            cached: Bits::new(size),
            dirty: Bits::new(size),
            live: Vec::new(),
            live_at_end: Bits::new(size),
            objects: Bits::new(size),
            cleared: true,
            node: 0,
            pc: 0,
            inlined: None,
        }
    }
}

/// Translates a function; yields its places of entry by instruction.
pub(super) fn translate(
    code: &Code,
    func: u16,
    guesses: &Guesses,
    layout: &'static Layout,
    target: TargetFrontendConfig,
    ir: &mut Ir,
    context: &mut FunctionBuilderContext,
) -> Result<Box<[u16]>, Refused> {
    let function = &code.module.functions[usize::from(func)];
    let (plan, inlinees) = super::inline::plan(code, func, guesses)?;
    let mut b = FunctionBuilder::new(ir, context);
    let start = b.create_block();
    b.append_block_params_for_function_params(start);
    b.switch_to_block(start);
    let params = b.block_params(start).to_vec();
    let fuel = b.declare_var(types::I64);
    b.def_var(fuel, params[4]);
    let tail = b.import_signature(entry_signature());
    let body = Body::new(&mut b, function, &plan, &inlinees, [params[1], params[2], params[3]]);
    let mut translator = Translator {
        b,
        code,
        layout,
        vm: params[0],
        fuel,
        helpers: [None; Helper::COUNT],
        tail,
        convention: target.default_call_conv,
        rare: false,
        body,
    };
    translator.entries(params[5]);
    translator.nodes();
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
        let count = self.body.plan.entries;
        let (fresh, other, again, fewer) = (self.b.create_block(), self.cold(), self.cold(), self.cold());
        let params = self.body.function.params.len() as i64;
        let wanted = self.b.ins().iconst(types::I32, FRESH + params);
        let is_fresh = self.b.ins().icmp(IntCC::SignedGreaterThanOrEqual, entry, wanted);
        self.b.ins().brif(is_fresh, fresh, &[], other, &[]);
        self.b.switch_to_block(other);
        let given = self.b.ins().iadd_imm_s(entry, -FRESH);
        let zero = self.b.ins().iconst(types::I32, 0);
        let is_again = self.b.ins().icmp(IntCC::SignedLessThan, given, zero);
        self.b.ins().brif(is_again, again, &[], fewer, &[]);
        self.b.switch_to_block(fewer);
        self.fill_params(given);
        self.b.ins().jump(fresh, &[]);
        self.b.switch_to_block(fresh);
        self.begin();
        self.land(0);
        self.b.switch_to_block(again);
        let mut landings = Vec::with_capacity(usize::from(count));
        for at in 0..self.body.plan.nodes.len() {
            if self.body.plan.nodes[at].entry != 0 {
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
    fn begin(&mut self) {
        let (l, function) = (self.layout, self.body.function);
        let refused = self.cold();
        let fuel = self.b.use_var(self.fuel);
        self.pay(function.blocks[0].fuel, refused);
        let depth = self.b.ins().load(types::I32, plain(), self.vm, l.vm_depth);
        let depth = self.b.ins().iadd_imm_s(depth, stack_units(function));
        let limit = self.b.ins().load(types::I32, plain(), self.vm, l.vm_stack_limit);
        let deep = self.b.ins().icmp(IntCC::UnsignedGreaterThan, depth, limit);
        self.leave_if(deep, refused);
        let native = self.b.ins().get_stack_pointer(types::I64);
        let end = self.b.ins().load(types::I64, plain(), self.vm, l.vm_native_end);
        let out = self.b.ins().icmp(IntCC::UnsignedLessThan, native, end);
        self.leave_if(out, refused);
        self.b.ins().store(plain(), depth, self.vm, l.vm_depth);
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
        let undefined = self.bits(value::Value::UNDEFINED);
        for index in 0..self.body.function.params.len() {
            let at = self.b.ins().iconst(types::I32, index as i64);
            let missing = self.b.ins().icmp(IntCC::SignedLessThanOrEqual, given, at);
            let old = self.b.ins().load(types::I64, plain(), self.body.regs, 8 * index as i32);
            let value = self.b.ins().select(missing, undefined, old);
            self.b.ins().store(plain(), value, self.body.regs, 8 * index as i32);
        }
    }

    /// Gives the registers behind the parameters what they hold at the start, where that is asked for, and something that the
    /// collector can read where that is not put off.
    fn initialise(&mut self) {
        let (first, function, plan) = (self.body.function.params.len(), self.body.function, self.body.plan);
        let mut unasked = Bits::new(function.registers.len());
        for at in first..function.registers.len() {
            let asked = self.body.constants[at].is_none()
                && (!plan.lazy || plan.constant.has(at) || plan.nodes[0].live.has(at));
            if !asked {
                unasked.insert(at);
                continue;
            }
            let value = match function.registers[at] {
                RegType::Any | RegType::Obj(_) => self.bits(value::Value::UNDEFINED),
                RegType::F64 | RegType::I32 | RegType::Bool => self.bits(value::Value::ZERO),
                RegType::Str => {
                    let template = self.b.ins().load(types::I64, plain(), self.body.rt, self.layout.rt_template);
                    self.b.ins().load(types::I64, plain(), template, 8 * at as i32)
                }
            };
            self.b.ins().store(plain(), value, self.body.regs, 8 * at as i32);
        }
        unasked.subtract(&plan.stale);
        self.clear(&unasked);
    }

    /// Writes something that the collector can read.
    fn clear(&mut self, which: &Bits) {
        let mut at = 0;
        while let Some(first) = which.iter().find(|reg| *reg >= at) {
            let pair = first + 1 < self.body.function.registers.len() && which.has(first + 1);
            let zero = self.zero(if pair { types::I64X2 } else { types::I64 });
            self.b.ins().store(plain(), zero, self.body.regs, 8 * first as i32);
            at = first + if pair { 2 } else { 1 };
        }
    }

    /// Before the collector may look: clears what a fresh frame's memory has of old, but for what is `live` and in memory alone, and
    /// what is written now.
    fn clear_stale(&mut self, live: &Bits, written: &Bits) {
        if self.body.cleared {
            return;
        }
        let mut in_memory = live.clone();
        in_memory.subtract(&self.body.dirty);
        in_memory.subtract(&self.body.plan.constant);
        let mut stale = self.body.plan.stale.clone();
        stale.subtract(&in_memory);
        stale.subtract(written);
        self.clear(&stale);
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
        let plan = self.body.plan;
        for reg in plan.nodes[at].cached.iter() {
            let value = self.load_register(reg);
            self.define(reg, value);
        }
        self.b.ins().jump(self.body.blocks[at], &[]);
    }

    /// Translates the body, from its nodes' blocks on.
    pub fn nodes(&mut self) {
        for node in 0..self.body.plan.nodes.len() {
            self.node(node);
        }
    }

    fn node(&mut self, at: usize) {
        let plan = self.body.plan;
        let node = &plan.nodes[at];
        self.b.switch_to_block(self.body.blocks[at]);
        self.body.node = at;
        self.body.cached = node.cached.clone();
        self.body.dirty = node.dirty.clone();
        let mut objects = node.objects.clone();
        if at == 0 && plan.nodes.iter().all(|node| !node.next.contains(&0)) {
            // What the caller knows of arguments.
            objects.union(&self.body.objects);
        }
        self.body.objects = objects;
        self.body.cleared = node.cleared || self.body.inlined.is_some();
        self.body.live.clear();
        if plan.lazy {
            let mut live = plan.live_at_end(self.body.function, at);
            self.body.live_at_end = live.clone();
            let handler = node.handler.map(|handler| &plan.nodes[handler].live);
            for pc in (node.start..node.end).rev() {
                Plan::before(self.body.function, self.body.function.code[pc], &mut live);
                if let Some(wanted) = handler {
                    live.union(wanted);
                }
                self.body.live.push(live.clone());
            }
            self.body.live.reverse();
        }
        self.body.pc = node.start;
        while self.body.pc < node.end {
            let pc = self.body.pc;
            self.instruction(self.body.function.code[pc]);
            Plan::pass(self.body.function, self.body.function.code[pc], &mut self.body.objects);
            debug_assert!(self.body.pc >= pc, "an instruction is translated once");
            self.body.pc += 1;
        }
        let last = self.body.function.code[node.end - 1];
        if !last.is_terminator() && !super::plan::is_call(last) {
            unreachable!("a node ends with a terminator or a call");
        }
    }

    /// Takes fuel; `empty` with nothing taken where there is not enough.
    pub fn pay(&mut self, cost: u32, empty: Block) {
        let fuel = self.b.use_var(self.fuel);
        let cost = self.b.ins().iconst(types::I64, i64::from(cost));
        let out = self.b.ins().icmp(IntCC::SignedLessThan, fuel, cost);
        self.leave_if(out, empty);
        let left = self.b.ins().isub(fuel, cost);
        self.b.def_var(self.fuel, left);
    }

    /// Continues at a block, which is paid for.
    pub fn go(&mut self, block: u16) {
        let (empty, enough) = (self.cold(), self.b.create_block());
        let cost = self.body.function.blocks[usize::from(block)].fuel;
        self.pay(cost, empty);
        self.b.ins().jump(enough, &[]);
        self.b.switch_to_block(empty);
        self.leave();
        self.b.switch_to_block(enough);
        self.go_to_node(self.body.plan.node_of_block[usize::from(block)]);
    }

    /// Continues at a node of the same function: what it expects in machine registers is loaded, what it expects in memory is
    /// written.
    pub fn go_to_node(&mut self, at: usize) {
        let plan = self.body.plan;
        let node = &plan.nodes[at];
        let mut newer = self.body.dirty.clone();
        newer.subtract(&node.dirty);
        newer.intersect(&node.live);
        self.write_back(&newer);
        let mut missing = node.cached.clone();
        missing.subtract(&self.body.cached);
        for reg in missing.iter() {
            let value = self.load_register(reg);
            self.define(reg, value);
        }
        self.b.ins().jump(self.body.blocks[at], &[]);
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
        self.body.function.registers[usize::from(reg.0)]
    }

    pub fn machine_type(&self, reg: usize) -> Type {
        match self.body.function.registers[reg] {
            RegType::F64 => types::F64,
            RegType::I32 => types::I32,
            RegType::Bool => types::I8,
            RegType::Any | RegType::Str | RegType::Obj(_) => types::I64,
        }
    }

    fn load_register(&mut self, reg: usize) -> Value {
        if self.body.plan.constant.has(reg) {
            return self.initial(reg);
        }
        let ty = self.machine_type(reg);
        self.b.ins().load(ty, plain(), self.body.regs, 8 * reg as i32)
    }

    /// What a register holds at the start.
    pub fn initial(&mut self, reg: usize) -> Value {
        let (ty, fixed) = (self.machine_type(reg), plain().with_readonly().with_can_move());
        let template = self.b.ins().load(types::I64, fixed, self.body.rt, self.layout.rt_template);
        self.b.ins().load(ty, fixed, template, 8 * reg as i32)
    }

    fn var(&mut self, reg: usize) -> Variable {
        if let Some(var) = self.body.vars[reg] {
            return var;
        }
        let ty = self.machine_type(reg);
        let var = self.b.declare_var(ty);
        self.body.vars[reg] = Some(var);
        var
    }

    fn define(&mut self, reg: usize, value: Value) {
        let var = self.var(reg);
        self.b.def_var(var, value);
    }

    /// What a register always holds, where that is no cell.
    pub fn constant(&self, reg: Reg) -> Option<value::Value> {
        if !self.body.plan.constant.has(usize::from(reg.0)) {
            return None;
        }
        let known = self.body.constants[usize::from(reg.0)].map(|at| &self.code.module.consts[at as usize]);
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
        if self.body.cached.has(at) {
            let var = self.var(at);
            return self.b.use_var(var);
        }
        let value = self.load_register(at);
        self.define(at, value);
        self.body.cached.insert(at);
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
        self.body.cached.insert(at);
        if self.body.plan.lazy {
            self.body.dirty.insert(at);
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
        self.b.ins().store(plain(), wide, self.body.regs, 8 * reg as i32);
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
        if !self.body.plan.lazy {
            return;
        }
        let mut newer = self.body.dirty.clone();
        let at = self.body.pc - self.body.plan.nodes[self.body.node].start;
        newer.intersect(self.body.live.get(at + usize::from(behind)).unwrap_or(&self.body.live_at_end));
        // What the instruction reads stays in memory, also where nobody wants it behind: a callee may refuse, and the interpreter reads it again.
        let live = self.body.live[at].clone();
        self.clear_stale(&live, &newer);
        self.write_back(&newer);
    }

    /// Writes back what an operation done elsewhere may look at: its operands, what its handler wants, and references, which the
    /// collector must find.
    fn flush_for_operation(&mut self, instr: Instr) {
        if !self.body.plan.lazy {
            return;
        }
        let mut newer = self.body.dirty.clone();
        let live = self.body.live[self.body.pc - self.body.plan.nodes[self.body.node].start].clone();
        newer.intersect(&live);
        let mut wanted = Bits::new(self.body.function.registers.len());
        super::plan::registers(self.body.function, instr, |_| {}, |reg| wanted.insert(reg));
        if let Some(handler) = self.body.plan.nodes[self.body.node].handler {
            wanted.union(&self.body.plan.nodes[handler].live);
        }
        for reg in newer.clone().iter() {
            let refers = !matches!(self.body.function.registers[reg], RegType::F64 | RegType::I32 | RegType::Bool);
            if !refers && !wanted.has(reg) {
                newer.remove(reg);
            }
        }
        self.clear_stale(&live, &newer);
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
        let address = std::ptr::from_ref(&self.body.function.code[pc]) as i64;
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
        self.expose();
        self.flush(false);
        let place = self.place(self.body.pc);
        let fuel = self.b.use_var(self.fuel);
        if let Some(block) = self.body.left {
            self.b.ins().jump(block, &[place.into(), fuel.into()]);
            return;
        }
        let block = self.cold();
        self.body.left = Some(block);
        let params = [self.b.append_block_param(block, types::I64), self.b.append_block_param(block, types::I64)];
        self.b.ins().jump(block, &[place.into(), fuel.into()]);
        self.b.switch_to_block(block);
        let [place, fuel] = params;
        self.b.ins().store(plain(), place, self.body.frame, self.layout.frame_pc);
        self.b.ins().store(plain(), fuel, self.vm, self.layout.vm_fuel);
        self.help(Helper::complete_top, &[self.vm, self.body.frame]);
        for frame in self.caller_frames() {
            self.help(Helper::complete_frame, &[self.vm, frame]);
        }
        let mark = self.b.ins().iconst(types::I64, LEFT);
        self.b.ins().return_(&[fuel, mark]);
    }

    /// Has the interpreter execute this instruction, which ends no block. Its result is in memory then.
    pub fn execute(&mut self, instr: Instr) {
        self.expose();
        self.flush_for_operation(instr);
        self.execute_flushed();
    }

    fn execute_flushed(&mut self) {
        let place = self.place(self.body.pc);
        self.save_fuel();
        let status = self.help(Helper::execute, &[self.vm, self.body.frame, place]);
        self.reload_fuel();
        let (failed, done) = (self.cold(), self.further());
        self.b.ins().brif(status, failed, &[], done, &[]);
        self.b.switch_to_block(failed);
        let status = self.b.ins().uextend(types::I64, status);
        let mark = self.b.ins().ineg(status);
        self.pass_on(mark);
        self.b.switch_to_block(done);
        self.conceal();
    }

    /// As [`Self::execute`], of a call: where it pushes a frame, the interpreter goes on with that.
    pub fn execute_call(&mut self) {
        self.expose();
        self.flush(false);
        self.execute_flushed();
    }

    /// Returns a mark to whoever called: this frame is not the topmost one any more. Ends the block.
    pub fn pass_on(&mut self, mark: Value) {
        if let Some(block) = self.body.passed_on {
            self.b.ins().jump(block, &[mark.into()]);
            return;
        }
        let block = self.cold();
        self.body.passed_on = Some(block);
        let param = self.b.append_block_param(block, types::I64);
        self.b.ins().jump(block, &[mark.into()]);
        self.b.switch_to_block(block);
        let mark = param;
        self.help(Helper::complete_frame, &[self.vm, self.body.frame]);
        for frame in self.caller_frames() {
            self.help(Helper::complete_frame, &[self.vm, frame]);
        }
        self.b.ins().return_(&[mark, mark]);
    }

    /// What [`Self::execute`] left in a register, in the machine type of its type.
    pub fn executed(&mut self, reg: Reg) -> Value {
        self.load_register(usize::from(reg.0))
    }

    /// The whole instruction is the interpreter's.
    pub fn execute_all(&mut self, instr: Instr) {
        self.execute(instr);
        self.body.cleared = true;
        let mut written = Vec::new();
        super::plan::registers(self.body.function, instr, |reg| written.push(reg), |_| {});
        for reg in written {
            if self.body.inlined.is_some() {
                let value = self.load_register(reg);
                self.set(Reg(reg as u16), value);
                continue;
            }
            // Memory is newer.
            self.body.cached.remove(reg);
            self.body.dirty.remove(reg);
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
