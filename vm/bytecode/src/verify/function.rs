//! Verification of one function: its blocks, and each instruction's operands against the tables.

use super::rules::{check_rule, constant_fits};
use super::{Check, Facts, VerifyError, block_fuel, fail, require};
use crate::module::*;
use crate::natives::{GLOBALS, NATIVES};
use crate::table::{Instr, Operand, Reg};

/// A function under verification.
pub(super) struct Context<'a> {
    pub facts: &'a Facts<'a>,
    pub function: &'a Function,
    /// By block: some block names it as handler.
    handlers: Vec<bool>,
}

pub(super) fn verify_signature(facts: &Facts, index: usize, function: &Function) -> Check {
    let context = Context { facts, function, handlers: Vec::new() };
    context.signature().map_err(|error| VerifyError { place: Some((index, 0)), ..error })
}

pub(super) fn verify_function(facts: &Facts, index: usize, function: &Function) -> Check {
    let located = |pc: usize| move |error: VerifyError| VerifyError { place: Some((index, pc)), ..error };
    let mut context = Context { facts, function, handlers: Vec::new() };
    context.tables().map_err(located(0))?;
    context.blocks().map_err(located(0))?;
    for (number, block) in function.blocks.iter().enumerate() {
        let (start, end) = context.range(number);
        for pc in start..end {
            context.placement(number, pc, start, end).map_err(located(pc))?;
            context.operands(function.code[pc]).map_err(located(pc))?;
            check_rule(&context, function.code[pc]).map_err(located(pc))?;
        }
        let fuel = block_fuel(&function.code[start..end]);
        require(block.fuel == fuel, "a block's fuel is not the sum over its instructions").map_err(located(start))?;
    }
    Ok(())
}

impl Context<'_> {
    fn signature(&self) -> Check {
        let f = self.function;
        f.registers.iter().chain(f.result.as_ref()).try_for_each(|ty| self.facts.ty(*ty))?;
        require(f.registers.len() <= usize::from(u16::MAX), "there are too many registers")?;
        require(f.registers.starts_with(&f.params), "the first registers are not the parameters")?;
        require(!f.rest || f.params.last() == Some(&RegType::Any), "the rest parameter is missing or typed")?;
        let classes = self.facts.module.classes.len();
        require(f.class.is_none_or(|class| usize::from(class) < classes), "a class is out of range")?;
        let constructs = matches!(f.role, FunctionRole::BaseConstructor | FunctionRole::DerivedConstructor);
        require(!constructs || f.kind == FunctionKind::Normal, "a constructor suspends")?;
        require(f.kind == FunctionKind::Normal || f.result_type() == RegType::Any, "what suspends has a typed result")?;
        f.name.map_or(Ok(()), |name| self.facts.string(name))
    }

    fn tables(&self) -> Check {
        let f = self.function;
        f.sites.iter().try_for_each(|name| self.facts.string(*name))?;
        for check in &f.checks {
            self.facts.string(check.expr)?;
            self.facts.string(check.expected)?;
        }
        let registers = f.registers.len();
        for list in &f.lists {
            require(list.iter().all(|reg| usize::from(reg.0) < registers), "a list names no register")?;
        }
        for (reg, value) in &f.constants {
            require((*value as usize) < self.facts.module.consts.len(), "a constant is out of range")?;
            require(usize::from(reg.0) >= f.params.len(), "a parameter holds a constant")?;
            constant_fits(self, *reg, *value)?;
        }
        require(f.locs.is_sorted_by_key(|loc| loc.pc), "source places are out of order")
    }

    fn blocks(&mut self) -> Check {
        let f = self.function;
        require(f.blocks.len() <= usize::from(u16::MAX), "there are too many blocks")?;
        require(f.blocks.first().is_some_and(|block| block.start == 0), "the first block does not start the code")?;
        require(f.blocks.is_sorted_by(|a, b| a.start < b.start), "blocks are out of order")?;
        require(f.code.len() <= i32::MAX as usize, "the code is too long")?;
        require(f.blocks.last().is_some_and(|b| (b.start as usize) < f.code.len()), "a block is empty")?;
        self.handlers = vec![false; f.blocks.len()];
        for handler in f.blocks.iter().filter_map(|block| block.handler) {
            match self.handlers.get_mut(usize::from(handler)) {
                Some(is_handler) => *is_handler = true,
                None => return fail("a handler is no block"),
            }
        }
        require(!self.handlers[0], "the first block is a handler")
    }

    fn range(&self, number: usize) -> (usize, usize) {
        let blocks = &self.function.blocks;
        let end = blocks.get(number + 1).map_or(self.function.code.len(), |next| next.start as usize);
        (blocks[number].start as usize, end)
    }

    /// Terminators end blocks; `catch` begins handlers.
    fn placement(&self, number: usize, pc: usize, start: usize, end: usize) -> Check {
        let instr = self.function.code[pc];
        require(instr.is_terminator() == (pc + 1 == end), "a block does not end with its only terminator")?;
        let catches = matches!(instr, Instr::Catch { .. });
        require(catches == (pc == start && self.handlers[number]), "`catch` and handler blocks do not match")
    }

    /// The type of a register; an error where there is none.
    pub fn register(&self, reg: Reg) -> Result<RegType, VerifyError> {
        match self.function.registers.get(usize::from(reg.0)) {
            Some(ty) => Ok(*ty),
            None => fail("a register is out of range"),
        }
    }

    pub fn list(&self, index: u16) -> Result<&[Reg], VerifyError> {
        match self.function.lists.get(usize::from(index)) {
            Some(list) => Ok(list),
            None => fail("a list is out of range"),
        }
    }

    pub fn all_any(&self, list: &[Reg]) -> Check {
        list.iter().try_for_each(|reg| self.dynamic(*reg))
    }

    /// A register whose bits are those of a dynamic value.
    fn dynamic(&self, reg: Reg) -> Check {
        require(self.register(reg)?.is_dynamic(), "a register does not hold a dynamic value")
    }

    fn typed(&self, reg: Reg, ty: RegType) -> Check {
        require(self.register(reg)? == ty, "a register has another type")
    }

    fn operands(&self, instr: Instr) -> Check {
        let mut result = Ok(());
        instr.for_each_operand(|kind, word| {
            if result.is_ok() {
                result = self.operand(kind, word);
            }
        });
        result
    }

    fn operand(&self, kind: Operand, word: u32) -> Check {
        use Operand::*;
        let (f, m) = (self.function, self.facts.module);
        let below = |len: usize, what: &str| require((word as usize) < len, what);
        let reg = |ty| self.typed(Reg(word as u16), ty);
        match kind {
            def_any => reg(RegType::Any),
            use_any => self.dynamic(Reg(word as u16)),
            def_f64 | use_f64 => reg(RegType::F64),
            def_i32 | use_i32 => reg(RegType::I32),
            def_bool | use_bool => reg(RegType::Bool),
            def_str | use_str => reg(RegType::Str),
            def_dep | use_dep => self.register(Reg(word as u16)).map(drop),
            konst => below(m.consts.len(), "a constant is out of range"),
            site => below(f.sites.len(), "a site is out of range"),
            check => below(f.checks.len(), "a check site is out of range"),
            list => below(f.lists.len(), "a list is out of range"),
            block => {
                below(f.blocks.len(), "a jump leads to no block")?;
                require(!self.handlers[word as usize], "a jump leads to a handler")
            }
            func => below(m.functions.len(), "a function is out of range"),
            class => below(m.classes.len(), "a class is out of range"),
            native => below(NATIVES.len(), "a built-in is out of range"),
            intrinsic => below(GLOBALS.len(), "a built-in global is out of range"),
            host => below(m.imports.len(), "an import is out of range"),
            global => below(m.globals.len(), "a global slot is out of range"),
            index | flag | int => Ok(()),
        }
    }
}
