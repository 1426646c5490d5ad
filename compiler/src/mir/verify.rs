//! The MIR verifier: what every pass must leave true. It reports the first violation per function as text, for our own eyes.
//!
//! Checked: one definition per temporary, in an earlier place of the layout than its uses; representations of operands,
//! results, block arguments and returns; targets in range; a handler block begins with `catch`, takes no parameters, and
//! nothing else contains one; the entry block takes no parameters.

use super::{Block, BlockId, Function, Inst, Op, Plain, Program, Repr, Temp, Terminator};

/// The first thing wrong in each broken function.
pub fn verify(program: &Program) -> Vec<String> {
    let check = |(index, function): (usize, &Function)| {
        let mut verifier = Verifier { program, function, defined: vec![false; function.temps.len()] };
        verifier.function().err().map(|what| format!("function {index}: {what}"))
    };
    program.functions.iter().enumerate().filter_map(check).collect()
}

struct Verifier<'a> {
    program: &'a Program,
    function: &'a Function,
    defined: Vec<bool>,
}

type Checked = Result<(), String>;

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(what()) }
}

impl Verifier<'_> {
    fn function(&mut self) -> Checked {
        let function = self.function;
        let entry = function.blocks.first().ok_or("no blocks")?;
        ensure(entry.params.is_empty(), || "the entry block takes parameters".into())?;
        ensure(function.params as usize <= function.locals.len(), || "more parameters than locals".into())?;
        for (index, block) in function.blocks.iter().enumerate() {
            self.block(block).map_err(|what| format!("b{index}: {what}"))?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Checked {
        for &param in &block.params {
            self.define(param)?;
        }
        if let Some(handler) = block.handler {
            let target = self.target(handler)?;
            let first = target.insts.first().map(|inst| inst.op);
            ensure(first == Some(Op::Plain(Plain::Catch)), || "the handler does not begin with catch".into())?;
            ensure(target.params.is_empty(), || "the handler takes parameters".into())?;
        }
        for (index, inst) in block.insts.iter().enumerate() {
            let misplaced = inst.op == Op::Plain(Plain::Catch) && index > 0;
            ensure(!misplaced, || "catch in the middle of a block".into())?;
            self.inst(inst).map_err(|what| format!("{:?}: {what}", inst.op))?;
        }
        self.end(&block.end)
    }

    fn define(&mut self, temp: Temp) -> Checked {
        let slot = self.defined.get_mut(temp.0 as usize).ok_or_else(|| format!("{temp} is not declared"))?;
        ensure(!std::mem::replace(slot, true), || format!("{temp} is defined twice"))
    }

    fn used(&self, temp: Temp, expected: Repr) -> Checked {
        let defined = self.defined.get(temp.0 as usize).copied().unwrap_or(false);
        ensure(defined, || format!("{temp} is used before its definition"))?;
        let found = self.function.repr(temp);
        ensure(self.fits(found, expected), || format!("{temp} is {found:?}, expected {expected:?}"))
    }

    /// An instance of a subclass fits where one of its superclass is expected.
    fn fits(&self, found: Repr, expected: Repr) -> bool {
        match (found, expected) {
            (Repr::Obj(class), Repr::Obj(ancestor)) => self.program.is_subclass(class, ancestor),
            _ => found == expected,
        }
    }

    fn inst(&mut self, inst: &Inst) -> Checked {
        if let Op::GetLocal(local) | Op::SetLocal(local) = inst.op {
            ensure((local.0 as usize) < self.function.locals.len(), || "no such local".into())?;
        }
        if inst.op == Op::Box {
            let [value] = inst.args[..] else { return Err("box takes one operand".into()) };
            self.used(value, self.function.repr(value))?;
        } else {
            let (expected, more) = inst.op.args(self.program, self.function);
            let count = inst.args.len();
            let enough = if more { count >= expected.len() } else { count == expected.len() };
            ensure(enough, || format!("{count} operands, expected {}", expected.len()))?;
            let expected = expected.into_iter().chain(std::iter::repeat(Repr::Any));
            for (&temp, expected) in inst.args.iter().zip(expected) {
                self.used(temp, expected)?;
            }
        }
        let results = inst.op.results(self.program, self.function);
        ensure(results.len() == inst.results.len(), || {
            format!("{} results, expected {}", inst.results.len(), results.len())
        })?;
        for (&temp, expected) in inst.results.iter().zip(results) {
            self.define(temp)?;
            let found = self.function.repr(temp);
            ensure(found == expected, || format!("result {temp} is {found:?}, expected {expected:?}"))?;
        }
        Ok(())
    }

    fn target(&self, block: BlockId) -> Result<&Block, String> {
        self.function.blocks.get(block.0 as usize).ok_or_else(|| format!("no block b{}", block.0))
    }

    fn end(&self, end: &Terminator) -> Checked {
        match end {
            Terminator::Jump { target, args } => {
                let params = &self.target(*target)?.params;
                ensure(params.len() == args.len(), || {
                    format!("{} block arguments, expected {}", args.len(), params.len())
                })?;
                args.iter().zip(params).try_for_each(|(&arg, &param)| self.used(arg, self.function.repr(param)))
            }
            Terminator::Branch { cond, then, otherwise } => {
                self.used(*cond, Repr::Bool)?;
                [then, otherwise].into_iter().try_for_each(|&target| {
                    ensure(self.target(target)?.params.is_empty(), || "a branch target takes parameters".into())
                })
            }
            Terminator::Return(value) => self.used(*value, self.function.result_repr()),
            Terminator::Throw(value) => self.used(*value, Repr::Any),
            Terminator::ThrowError(..) | Terminator::Unreachable => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
