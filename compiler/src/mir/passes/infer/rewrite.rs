//! The representations that follow from what is known: numbers, texts and truth values are kept as such where nothing else can be, and
//! operators on them are those of their type. Values become dynamic again where they meet what takes any.

use super::super::super::{
    Block, CheckSite, Function, Inst, Loc, Local, LocalId, Op, Plain, Program, Repr, StrId, Temp, Terminator,
};
use super::facts::Reprs;
use super::layout::Layouts;
use crate::program::ClassId;

/// Representations of functions' parameters and results, by their numbers.
pub struct Signature {
    /// Only calls by its number enter it.
    pub is_direct: bool,
    pub params: Vec<Repr>,
    pub result: Repr,
}

/// What a function's rewriting needs to know of the rest.
pub struct Context<'a> {
    pub reprs: &'a [Reprs],
    pub layouts: &'a Layouts,
    pub signatures: &'a [Signature],
    pub site: CheckSite,
    pub length: Option<StrId>,
}

/// Decides all signatures: functions that only direct calls enter take and yield what is known of their values.
pub fn signatures(program: &Program, reprs: &[Reprs]) -> Vec<Signature> {
    let mut is_direct = vec![true; program.functions.len()];
    is_direct[program.entry.0 as usize] = false;
    for inst in program.functions.iter().flat_map(|func| &func.blocks).flat_map(|block| &block.insts) {
        if let Op::NewClosure(func) = inst.op {
            is_direct[func.0 as usize] = false;
        }
    }
    let signature = |(index, func): (usize, &Function)| {
        let is_direct = is_direct[index] && func.kind == mosl_bytecode::FunctionKind::Normal;
        let known = |repr: Repr, of: Repr| if repr == Repr::Any && is_direct { of } else { repr };
        let param = |local: usize| known(func.locals[local].repr, reprs[index].locals[local]);
        Signature {
            is_direct,
            params: (0..func.params as usize).map(param).collect(),
            result: known(func.result_repr(), reprs[index].result),
        }
    };
    program.functions.iter().enumerate().map(signature).collect()
}

/// A function that is being rewritten.
pub struct Rewriter<'a> {
    cx: &'a Context<'a>,
    index: usize,
    temps: Vec<Repr>,
    locals: Vec<Repr>,
    result: Repr,
    /// The typed form of a dynamic temporary.
    typed: Vec<Option<Temp>>,
    /// Whether one is asked for.
    wanted: Vec<bool>,
    /// What stands for a temporary from now on.
    instead: Vec<Temp>,
    insts: Vec<Inst>,
}

/// Rewrites one function.
pub fn rewrite(cx: &Context<'_>, index: usize, func: &mut Function) {
    let reprs = &cx.reprs[index];
    let signature = &cx.signatures[index];
    let mut locals: Vec<Repr> = func.locals.iter().map(|local| local.repr).collect();
    for (local, repr) in locals.iter_mut().enumerate() {
        match signature.params.get(local) {
            Some(param) => *repr = *param,
            None if *repr == Repr::Any => *repr = reprs.locals[local],
            None => {}
        }
    }
    let count = func.temps.len();
    let mut rewriter = Rewriter {
        cx,
        index,
        temps: std::mem::take(&mut func.temps),
        locals,
        result: signature.result,
        typed: vec![None; count],
        wanted: vec![false; count],
        instead: (0..count as u32).map(Temp).collect(),
        insts: vec![],
    };
    rewriter.shadow_parameters(func);
    rewriter.find_wanted(func);
    let params: Vec<Vec<Temp>> = func.blocks.iter().map(|block| block.params.clone()).collect();
    for block in &mut func.blocks {
        rewriter.block(block, &params);
    }
    func.temps = rewriter.temps;
    for (local, repr) in func.locals.iter_mut().zip(rewriter.locals) {
        local.repr = repr;
    }
    if signature.result != Repr::Any {
        func.result = Some(signature.result);
    }
}

/// Operators on two values of one type.
fn typed_operator(plain: Plain, repr: Repr) -> Option<Plain> {
    use Plain::*;
    Some(match (repr, plain) {
        (Repr::F64, AnyAdd) => F64Add,
        (Repr::F64, AnySub) => F64Sub,
        (Repr::F64, AnyMul) => F64Mul,
        (Repr::F64, AnyDiv) => F64Div,
        (Repr::F64, AnyRem) => F64Rem,
        (Repr::F64, AnyPow) => F64Pow,
        (Repr::F64, AnyNeg) => F64Neg,
        (Repr::F64, AnyLt) => F64Lt,
        (Repr::F64, AnyLe) => F64Le,
        (Repr::F64, AnyGt) => F64Gt,
        (Repr::F64, AnyGe) => F64Ge,
        (Repr::F64, StrictEq | LooseEq) => F64Eq,
        (Repr::Str, AnyAdd) => StrConcat,
        (Repr::Str, AnyLt) => StrLt,
        (Repr::Str, StrictEq | LooseEq) => StrEq,
        (Repr::Bool, StrictEq | LooseEq) => BoolEq,
        _ => return None,
    })
}

/// Operators on the bits of numbers.
fn bit_operator(plain: Plain) -> Option<Plain> {
    use Plain::*;
    Some(match plain {
        AnyAnd => I32And,
        AnyOr => I32Or,
        AnyXor => I32Xor,
        AnyShl => I32Shl,
        AnyShr => I32Shr,
        AnyUshr => I32Ushr,
        AnyBitNot => I32Not,
        _ => return None,
    })
}

/// How an instruction changes.
#[derive(Clone, Copy)]
enum Change {
    Operator(Plain),
    Bits(Plain),
    /// The result is the operand's typed form.
    Same,
    Length,
    GetField(ClassId, u16, Repr),
    SetField(ClassId, u16, Repr),
}

impl Rewriter<'_> {
    /// The representation that a temporary has or can have.
    fn repr(&self, temp: Temp) -> Repr {
        match self.temps[temp.0 as usize] {
            Repr::Any => self.cx.reprs[self.index].temps.get(temp.0 as usize).copied().unwrap_or(Repr::Any),
            repr => repr,
        }
    }

    fn change(&self, inst: &Inst) -> Option<Change> {
        let repr = self.repr(*inst.args.first()?);
        let alike = inst.args.iter().all(|&arg| self.repr(arg) == repr);
        match inst.op {
            Op::Plain(plain) if alike && typed_operator(plain, repr).is_some() => {
                typed_operator(plain, repr).map(Change::Operator)
            }
            Op::Plain(plain) if alike && repr == Repr::F64 && bit_operator(plain).is_some() => {
                bit_operator(plain).map(Change::Bits)
            }
            Op::Plain(Plain::ToNumber | Plain::ToNumeric) if repr == Repr::F64 => Some(Change::Same),
            Op::Plain(Plain::ToStr) if repr == Repr::Str => Some(Change::Same),
            Op::Plain(Plain::Truthy) if repr == Repr::Bool => Some(Change::Same),
            Op::GetProp(name) if repr == Repr::Str && Some(name) == self.cx.length => Some(Change::Length),
            Op::GetProp(name) | Op::SetProp(name) => {
                let Repr::Obj(class) = repr else { return None };
                let (slot, field) = self.cx.layouts.field(class, name)?;
                let is_read = matches!(inst.op, Op::GetProp(_));
                let fits = is_read || field == Repr::Any || self.repr(inst.args[1]) == field;
                fits.then_some(if is_read {
                    Change::GetField(class, slot, field)
                } else {
                    Change::SetField(class, slot, field)
                })
            }
            _ => None,
        }
    }

    /// Which dynamic values are asked for in typed form.
    fn find_wanted(&mut self, func: &Function) {
        let mut wanted = std::mem::take(&mut self.wanted);
        let mut want = |temp: Temp| wanted[temp.0 as usize] = true;
        for block in &func.blocks {
            for inst in &block.insts {
                match inst.op {
                    Op::SetLocal(local) if self.locals[local.0 as usize] != Repr::Any => want(inst.args[0]),
                    Op::CallDirect(callee) => {
                        let params = &self.cx.signatures[callee.0 as usize].params;
                        for (&arg, &param) in inst.args.iter().zip(params) {
                            if param != Repr::Any {
                                want(arg);
                            }
                        }
                    }
                    Op::SetProp(_) if self.change(inst).is_some() => {
                        want(inst.args[0]);
                        want(inst.args[1]);
                    }
                    _ if self.change(inst).is_some() => inst.args.iter().copied().for_each(&mut want),
                    _ => {}
                }
            }
            match &block.end {
                Terminator::Jump { target, args } => {
                    for (&arg, &param) in args.iter().zip(&func.block(*target).params) {
                        if self.repr(param) != Repr::Any {
                            want(arg);
                        }
                    }
                }
                Terminator::Return(value) if self.result != Repr::Any => want(*value),
                _ => {}
            }
        }
        self.wanted = wanted;
    }

    /// Parameters of closures come as dynamic values: what is known of them is kept in variables of their own.
    fn shadow_parameters(&mut self, func: &mut Function) {
        let reprs = &self.cx.reprs[self.index];
        if self.cx.signatures[self.index].is_direct {
            return;
        }
        let plain = func.params as usize - usize::from(func.rest);
        let mut is_read = vec![false; func.locals.len()];
        for inst in func.blocks.iter().flat_map(|block| &block.insts) {
            if let Op::GetLocal(local) = inst.op {
                is_read[local.0 as usize] = true;
            }
        }
        let mut shadows: Vec<(LocalId, LocalId)> = vec![];
        let mut shadow_of: Vec<Option<LocalId>> = vec![None; func.locals.len()];
        for param in (0..plain).filter(|&param| is_read[param]) {
            let repr = reprs.locals[param];
            if self.locals[param] == Repr::Any && matches!(repr, Repr::F64 | Repr::Bool | Repr::Str) {
                let shadow = LocalId(self.locals.len() as u32);
                shadows.push((LocalId(param as u32), shadow));
                shadow_of[param] = Some(shadow);
                self.locals.push(repr);
                func.locals.push(Local { repr, name: func.locals[param].name });
            }
        }
        if shadows.is_empty() {
            return;
        }
        for inst in func.blocks.iter_mut().flat_map(|block| &mut block.insts) {
            if let Op::GetLocal(local) | Op::SetLocal(local) = &mut inst.op
                && let Some(shadow) = shadow_of[local.0 as usize]
            {
                *local = shadow;
            }
        }
        let loc = func.blocks[0].insts.first().map_or(func.blocks[0].end_loc, |inst| inst.loc);
        let mut first = vec![];
        for &(param, shadow) in &shadows {
            let repr = self.locals[shadow.0 as usize];
            let (dynamic, value) = (self.fresh(Repr::Any), self.fresh(repr));
            first.push(Inst { op: Op::GetLocal(param), args: vec![], results: vec![dynamic], loc });
            first.push(Inst { op: Op::Unbox(repr, self.cx.site), args: vec![dynamic], results: vec![value], loc });
            first.push(Inst { op: Op::SetLocal(shadow), args: vec![value], results: vec![], loc });
        }
        func.blocks[0].insts.splice(0..0, first);
    }

    fn fresh(&mut self, repr: Repr) -> Temp {
        let temp = Temp(self.temps.len() as u32);
        self.temps.push(repr);
        self.typed.push(None);
        self.wanted.push(false);
        self.instead.push(temp);
        temp
    }

    fn emit(&mut self, op: Op, args: Vec<Temp>, repr: Repr, loc: Loc) -> Temp {
        let result = self.fresh(repr);
        self.insts.push(Inst { op, args, results: vec![result], loc });
        result
    }

    fn block(&mut self, block: &mut Block, params: &[Vec<Temp>]) {
        for param in &mut block.params {
            let repr = self.repr(*param);
            if self.temps[param.0 as usize] == Repr::Any && repr != Repr::Any {
                let typed = self.fresh(repr);
                let loc = block.insts.first().map_or(block.end_loc, |inst| inst.loc);
                self.insts.push(Inst { op: Op::Box, args: vec![typed], results: vec![*param], loc });
                self.typed[param.0 as usize] = Some(typed);
                *param = typed;
            }
        }
        let mut insts = std::mem::take(&mut block.insts).into_iter().peekable();
        while let Some(mut inst) = insts.next() {
            for arg in &mut inst.args {
                *arg = self.instead[arg.0 as usize];
            }
            let results = inst.results.clone();
            self.inst(inst);
            if let Some(check) = insts.next_if(|next| matches!(next.op, Op::CheckInit(_)) && next.args == results) {
                self.insts.push(check);
            }
            for result in results {
                self.unbox(result);
            }
        }
        self.end(block, params);
        block.insts = std::mem::take(&mut self.insts);
    }

    fn end(&mut self, block: &mut Block, params: &[Vec<Temp>]) {
        block.end.for_each_use_mut(|temp| *temp = self.instead[temp.0 as usize]);
        let loc = block.end_loc;
        match &mut block.end {
            Terminator::Jump { target, args } => {
                for (arg, param) in args.iter_mut().zip(&params[target.0 as usize]) {
                    *arg = self.in_repr(*arg, self.repr(*param), loc);
                }
            }
            Terminator::Return(value) => *value = self.in_repr(*value, self.result, loc),
            _ => {}
        }
    }

    /// A value for a place of that representation. What is never computed has no typed form: it gets one here.
    fn in_repr(&mut self, temp: Temp, repr: Repr, loc: Loc) -> Temp {
        if repr == Repr::Any || self.temps[temp.0 as usize] != Repr::Any {
            return temp;
        }
        match self.typed[temp.0 as usize] {
            Some(typed) => typed,
            None => self.emit(Op::Unbox(repr, self.cx.site), vec![temp], repr, loc),
        }
    }

    /// A dynamic value's typed form after the instruction that makes it, where one is asked for.
    fn unbox(&mut self, temp: Temp) {
        let repr = self.repr(temp);
        let asked = self.wanted[temp.0 as usize] && self.typed[temp.0 as usize].is_none();
        if asked && repr != Repr::Any && self.temps[temp.0 as usize] == Repr::Any {
            let loc = self.insts.last().map_or(Loc::default(), |inst| inst.loc);
            self.typed[temp.0 as usize] = Some(self.emit(Op::Unbox(repr, self.cx.site), vec![temp], repr, loc));
        }
    }

    fn typed(&self, temp: Temp) -> Temp {
        self.typed[temp.0 as usize].unwrap_or(temp)
    }

    fn inst(&mut self, mut inst: Inst) {
        let loc = inst.loc;
        match (inst.op, self.change(&inst)) {
            (Op::Box, _) => {
                self.typed[inst.results[0].0 as usize] = Some(inst.args[0]).filter(|&arg| {
                    self.temps[arg.0 as usize] != Repr::Any && self.temps[arg.0 as usize] == self.repr(inst.results[0])
                });
                self.insts.push(inst);
            }
            (_, Some(Change::Operator(plain))) => {
                let args = inst.args.iter().map(|&arg| self.typed(arg)).collect();
                self.produce(Op::Plain(plain), args, plain.results()[0], inst.results[0], loc);
            }
            (_, Some(Change::Bits(plain))) => {
                let args: Vec<Temp> = inst.args.iter().map(|&arg| self.typed(arg)).collect();
                let bits = args.into_iter().map(|arg| self.emit(Op::Plain(Plain::F64ToI32), vec![arg], Repr::I32, loc));
                let bits = bits.collect();
                let result = self.emit(Op::Plain(plain), bits, Repr::I32, loc);
                let number = if plain == Plain::I32Ushr { Plain::U32ToF64 } else { Plain::I32ToF64 };
                self.produce(Op::Plain(number), vec![result], Repr::F64, inst.results[0], loc);
            }
            (_, Some(Change::Same)) => {
                let (value, result) = (self.typed(inst.args[0]), inst.results[0]);
                if self.temps[result.0 as usize] == Repr::Any {
                    self.typed[result.0 as usize] = Some(value);
                    self.insts.push(Inst { op: Op::Box, args: vec![value], results: vec![result], loc });
                } else {
                    self.instead[result.0 as usize] = value;
                }
            }
            (_, Some(Change::Length)) => {
                let args = vec![self.typed(inst.args[0])];
                self.produce(Op::Plain(Plain::StrLen), args, Repr::F64, inst.results[0], loc);
            }
            (_, Some(Change::GetField(class, slot, repr))) => {
                let args = vec![self.typed(inst.args[0])];
                self.produce(Op::GetField(class, slot), args, repr, inst.results[0], loc);
            }
            (_, Some(Change::SetField(class, slot, repr))) => {
                let value = if repr == Repr::Any { inst.args[1] } else { self.typed(inst.args[1]) };
                let args = vec![self.typed(inst.args[0]), value];
                self.insts.push(Inst { op: Op::SetField(class, slot), args, results: vec![], loc });
            }
            (Op::GetLocal(local), _) if self.locals[local.0 as usize] != self.temps[inst.results[0].0 as usize] => {
                self.produce(inst.op, vec![], self.locals[local.0 as usize], inst.results[0], loc);
            }
            (Op::SetLocal(local), _) => {
                inst.args[0] = self.in_repr(inst.args[0], self.locals[local.0 as usize], loc);
                self.insts.push(inst);
            }
            (Op::CallDirect(callee), _) => self.call_direct(callee, inst),
            _ => self.insts.push(inst),
        }
    }

    fn call_direct(&mut self, callee: super::super::super::FuncId, mut inst: Inst) {
        let cx = self.cx;
        let signature = &cx.signatures[callee.0 as usize];
        for (arg, &param) in inst.args.iter_mut().zip(&signature.params) {
            *arg = self.in_repr(*arg, param, inst.loc);
        }
        if self.temps[inst.results[0].0 as usize] == signature.result {
            self.insts.push(inst);
        } else {
            self.produce(inst.op, inst.args, signature.result, inst.results[0], inst.loc);
        }
    }

    /// An instruction with a typed result in the place of one with a dynamic result (or of one with the same).
    fn produce(&mut self, op: Op, args: Vec<Temp>, repr: Repr, result: Temp, loc: Loc) {
        if self.temps[result.0 as usize] == repr {
            self.insts.push(Inst { op, args, results: vec![result], loc });
        } else {
            let typed = self.emit(op, args, repr, loc);
            self.insts.push(Inst { op: Op::Box, args: vec![typed], results: vec![result], loc });
            self.typed[result.0 as usize] = Some(typed);
        }
    }
}
