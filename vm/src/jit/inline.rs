//! Small functions that become part of their callers' machine code. Which ones is a guess, made before the translation and
//! asked for again at each call: a site's cache must name that very function.
//!
//! A function taken in has no frame as long as nobody looks: its registers are machine registers. Whoever leaves the common way
//! makes the frame first ([`Translator::expose`]), as the call would have, and then all is as it is everywhere else. Fuel and stack units
//! are asked for where the call asks for them.

use std::mem;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use mosl_bytecode::table::Reg;
use mosl_bytecode::{Function, FunctionKind, FunctionRole, Instr, RegType, StrId};
use rustc_hash::FxHashMap;

use super::helpers::Helper;
use super::plan::{Plan, Refused};
use super::translate::{Body, Translator, plain, stack_units};
use crate::code::Code;
use crate::value;

/// Functions of more instructions are called.
const MAX_LENGTH: usize = 40;
/// How many instructions a function takes in altogether, and how deep.
const MAX_TAKEN: usize = 240;
const MAX_DEPTH: usize = 3;
/// How many instructions of functions it looks at for that: what is refused for a call inside is looked at again at each place.
const MAX_LOOKS: usize = 20 * MAX_TAKEN;

/// What is known of the functions that sites name.
pub(super) struct Guesses<'a> {
    /// What the instance that asks for machine code has seen at a site of the function to be compiled.
    pub seen: &'a dyn Fn(u16) -> Option<u16>,
    /// The one method of a name in the module.
    pub by_name: &'a FxHashMap<StrId, Option<u16>>,
}

/// Functions by the instructions that call them.
pub(super) type Inlinees<'a> = FxHashMap<usize, Inlinee<'a>>;

/// A function to be taken in.
pub(super) struct Inlinee<'a> {
    pub func: u16,
    pub function: &'a Function,
    pub plan: Plan,
    pub inlinees: Inlinees<'a>,
}

/// The methods of a module whose names are theirs alone.
pub(super) fn methods_by_name(code: &Code) -> FxHashMap<StrId, Option<u16>> {
    let mut found = FxHashMap::default();
    for (func, function) in code.module.functions.iter().enumerate() {
        if let (Some(name), FunctionRole::Method) = (function.name, function.role) {
            found.entry(name).and_modify(|known| *known = None).or_insert(Some(func as u16));
        }
    }
    found
}

/// Plans a function with the functions that it takes in.
pub(super) fn plan<'a>(code: &'a Code, func: u16, guesses: &Guesses) -> Result<(Plan, Inlinees<'a>), Refused> {
    let function = &code.module.functions[usize::from(func)];
    let inlinees = Taking { code, guesses, left: MAX_TAKEN, looks: MAX_LOOKS, within: vec![func] }.inlinees(function);
    let plan = Plan::new(function, |pc| {
        inlinees.contains_key(&pc) || super::call::goes_on(code, function, function.code[pc])
    })?;
    Ok((plan, inlinees))
}

struct Taking<'a, 'b> {
    code: &'a Code,
    guesses: &'b Guesses<'b>,
    left: usize,
    looks: usize,
    within: Vec<u16>,
}

impl<'a> Taking<'a, '_> {
    fn inlinees(&mut self, function: &'a Function) -> Inlinees<'a> {
        let mut found = Inlinees::default();
        for (pc, instr) in function.code.iter().enumerate() {
            if let Some(func) = self.callee(function, *instr)
                && let Some(inlinee) = self.inlinee(func)
            {
                found.insert(pc, inlinee);
            }
        }
        found
    }

    fn callee(&self, function: &Function, instr: Instr) -> Option<u16> {
        match instr {
            Instr::CallDirect { func, .. } => Some(func),
            Instr::CallMethod { site, .. } => {
                let seen = if self.within.len() == 1 { (self.guesses.seen)(site) } else { None };
                seen.or_else(|| *self.guesses.by_name.get(&function.sites[usize::from(site)])?)
            }
            _ => None,
        }
    }

    fn inlinee(&mut self, func: u16) -> Option<Inlinee<'a>> {
        let code = self.code;
        let function = &code.module.functions[usize::from(func)];
        let length = function.code.len();
        let is_simple = function.kind == FunctionKind::Normal
            && !function.rest
            && matches!(function.role, FunctionRole::Plain | FunctionRole::Arrow | FunctionRole::Method)
            && function.blocks.iter().all(|block| block.handler.is_none());
        if !is_simple || length > MAX_LENGTH.min(self.left).min(self.looks) || self.within.contains(&func) {
            return None;
        }
        self.looks -= length;
        let left = self.left;
        self.left -= length;
        self.within.push(func);
        let inlinees = if self.within.len() <= MAX_DEPTH { self.inlinees(function) } else { Inlinees::default() };
        self.within.pop();
        let goes_on = |pc: usize| {
            let instr = function.code[pc];
            let built_in = matches!(instr, Instr::CallNative { .. }) && super::call::goes_on(code, function, instr);
            inlinees.contains_key(&pc) || built_in
        };
        let leaves = (0..length).any(|pc| super::plan::is_call(function.code[pc]) && !goes_on(pc));
        let plan = if leaves { None } else { Plan::new(function, goes_on).ok().and_then(Plan::in_registers) };
        if plan.is_none() {
            self.left = left;
        }
        Some(Inlinee { func, function, plan: plan?, inlinees })
    }
}

/// What a function that is part of another's machine code has in place of a frame.
pub(super) struct Inlined<'a> {
    caller: Box<Body<'a>>,
    callee: Value,
    this: Value,
    /// Takes the result.
    done: Block,
}

impl<'a> Translator<'a> {
    /// What this call takes in, if anything.
    pub(super) fn inlinee(&self) -> Option<&'a Inlinee<'a>> {
        self.body.inlinees.get(&self.body.pc)
    }

    /// Goes on where the function that a site names is the expected one; `other` for others.
    pub(super) fn expect_function(&mut self, rt: Value, func: u16, other: Block) {
        let functions = self.load_word(self.vm, self.layout.vm_functions);
        let expected = self.load_word(functions, 8 * i32::from(func));
        let same = self.b.ins().icmp(IntCC::Equal, rt, expected);
        self.leave_unless(same, other);
    }

    /// The function in place of a call of it, and what follows the call; `slow` where a limit is near. Ends the block.
    pub(super) fn inline(
        &mut self,
        inlinee: &'a Inlinee<'a>,
        [rt, callee, this]: [Value; 3],
        args: &[Reg],
        dst: Reg,
        slow: Block,
    ) {
        self.ask_limits(inlinee.function, slow);
        let before = (self.body.cached.clone(), self.body.dirty.clone());
        let given: Vec<Value> =
            args.iter().zip(&inlinee.function.params).map(|(arg, ty)| self.argument(*arg, *ty)).collect();
        let done = self.b.create_block();
        let ty = self.machine_type(usize::from(dst.0));
        let result = self.b.append_block_param(done, ty);
        let frame = self.b.ins().iadd_imm_s(self.body.frame, i64::from(self.layout.frame_size));
        let regs = self.b.ins().iadd_imm_s(self.body.regs, self.body.function.registers.len() as i64 * 8);
        let places = [rt, frame, regs];
        let mut body = Body::new(&mut self.b, inlinee.function, &inlinee.plan, &inlinee.inlinees, places);
        for (param, arg) in args.iter().enumerate().take(inlinee.function.params.len()) {
            if self.body.objects.has(usize::from(arg.0)) {
                body.objects.insert(param);
            }
        }
        let caller = Box::new(mem::replace(&mut self.body, body));
        self.body.inlined = Some(Inlined { caller, callee, this, done });
        self.start_in_registers(&given);
        self.go_to_node(0);
        self.nodes();
        if let Some(inlined) = self.body.inlined.take() {
            self.body = *inlined.caller;
        }
        self.b.switch_to_block(done);
        self.set(dst, result);
        self.go_to_node(self.body.node + 1);
        (self.body.cached, self.body.dirty) = before;
    }

    /// Pays for the first block, and asks whether there is room for a frame; `slow` with nothing done where not.
    fn ask_limits(&mut self, function: &Function, slow: Block) {
        let depth = self.load_int(self.vm, self.layout.vm_depth);
        let units = stack_units(function) + self.hidden_units();
        let depth = self.b.ins().iadd_imm_s(depth, units);
        let limit = self.load_int(self.vm, self.layout.vm_stack_limit);
        let deep = self.b.ins().icmp(IntCC::UnsignedGreaterThan, depth, limit);
        self.leave_if(deep, slow);
        self.pay(function.blocks[0].fuel, slow);
    }

    /// Stack units of the frames that are not there.
    pub(super) fn hidden_units(&self) -> i64 {
        let (mut units, mut body) = (0, &self.body);
        while let Some(inlined) = &body.inlined {
            units += stack_units(body.function);
            body = &inlined.caller;
        }
        units
    }

    /// A register's content as a parameter of a type.
    fn argument(&mut self, arg: Reg, ty: RegType) -> Value {
        match ty {
            RegType::F64 => self.number(arg),
            RegType::I32 | RegType::Bool => self.get(arg),
            RegType::Any | RegType::Str | RegType::Obj(_) => self.dynamic(arg),
        }
    }

    /// The registers of a function taken in, at its start.
    fn start_in_registers(&mut self, given: &[Value]) {
        let (function, plan, params) = (self.body.function, self.body.plan, self.body.function.params.len());
        let wanted = |at: &usize| *at < params || plan.nodes[0].live.has(*at);
        let wanted: Vec<usize> = (0..function.registers.len()).filter(wanted).collect();
        for at in wanted {
            let value = match (given.get(at), function.registers[at]) {
                (Some(value), _) if at < params => *value,
                (_, RegType::Any | RegType::Obj(_)) => self.bits(value::Value::UNDEFINED),
                (_, RegType::F64) => self.b.ins().f64const(0.0),
                (_, RegType::I32) => self.b.ins().iconst(types::I32, 0),
                (_, RegType::Bool) => self.b.ins().iconst(types::I8, 0),
                (_, RegType::Str) => self.initial(at),
            };
            self.set(Reg(at as u16), value);
        }
    }

    /// Makes the frames of functions that are part of this machine code, before someone looks.
    pub(super) fn expose(&mut self) {
        let Some(mut inlined) = self.body.inlined.take() else { return };
        let rt = self.body.rt;
        mem::swap(&mut self.body, &mut *inlined.caller);
        self.expose();
        self.flush(true);
        let place = self.place(self.body.pc);
        self.b.ins().store(plain(), place, self.body.frame, self.layout.frame_pc);
        self.help(Helper::push_inlined, &[self.vm, self.body.frame, rt, inlined.callee, inlined.this]);
        mem::swap(&mut self.body, &mut *inlined.caller);
        self.body.inlined = Some(inlined);
    }

    /// What [`Self::expose`] made is not there any more.
    pub(super) fn conceal(&mut self) {
        let units = self.hidden_units();
        if units > 0 {
            let depth = self.load_int(self.vm, self.layout.vm_depth);
            let depth = self.b.ins().iadd_imm_s(depth, -units);
            self.b.ins().store(plain(), depth, self.vm, self.layout.vm_depth);
        }
    }

    /// The frames below one that is part of their machine code, innermost first.
    pub(super) fn caller_frames(&self) -> Vec<Value> {
        let (mut frames, mut body) = (Vec::new(), &self.body);
        while let Some(inlined) = &body.inlined {
            body = &inlined.caller;
            frames.push(body.frame);
        }
        frames
    }

    /// Hands a value to the function that this one is part of. `false` where it is part of none.
    pub(super) fn return_to_caller(&mut self, value: Reg) -> bool {
        let Some(Inlined { done, .. }) = self.body.inlined else { return false };
        let ty = self.b.func.dfg.block_params(done)[0];
        let ty = self.b.func.dfg.value_type(ty);
        let value = match ty {
            types::F64 => self.number(value),
            types::I64 => self.dynamic(value),
            _ => self.get(value),
        };
        self.b.ins().jump(done, &[value.into()]);
        true
    }

    /// The receiver of the function that is translated.
    pub(super) fn this(&mut self) -> Value {
        match self.body.inlined {
            Some(Inlined { this, .. }) => this,
            None => self.load_word(self.body.frame, self.layout.frame_this),
        }
    }

    /// Its closure.
    pub(super) fn callee(&mut self) -> Value {
        match self.body.inlined {
            Some(Inlined { callee, .. }) => callee,
            None => self.load_word(self.body.frame, self.layout.frame_callee),
        }
    }

    /// What `new` named.
    pub(super) fn new_target(&mut self) -> Value {
        match self.body.inlined {
            Some(_) => self.bits(value::Value::UNDEFINED),
            None => self.load_word(self.body.frame, self.layout.frame_new_target),
        }
    }
}
