//! The code of one function: blocks in layout order, source places, fuel.

use mosl_bytecode::{Block, Function, Instr, Loc, Reg, RegType};

use super::allocate::{Registers, allocate};
use super::constants::constant_places;
use super::moves::sequence;
use super::pools::{Full, FunctionPools};
use super::share::{Place, Places};
use super::{EmitError, Emitter};
use crate::mir::{self, Repr, Temp, Terminator};
use crate::program::FileId;

impl Emitter<'_> {
    pub(super) fn function(&mut self, func: &mir::Function) -> Result<Function, EmitError> {
        let places = Places::of(func);
        let type_of = |place| self.place_type(func, &places, place);
        let place = func.blocks.first().and_then(|block| block.insts.first()).map_or(mir::Loc::default(), |i| i.loc);
        let registers =
            allocate(func, &places, constant_places(func, &places), type_of).map_err(|full| too_large(full, place))?;
        let mut body = Body {
            emitter: self,
            func,
            places: &places,
            registers,
            pools: FunctionPools::new(),
            code: vec![],
            blocks: vec![],
            locs: vec![],
            loc: mir::Loc::default(),
        };
        body.blocks().map_err(|full| too_large(full, body.loc))?;
        Ok(body.finish())
    }

    fn place_type(&self, func: &mir::Function, places: &Places, place: Place) -> RegType {
        match place {
            Place::Local(local) => self.reg_type(func.local(local).repr),
            Place::Temp(temp) if places.boxed.contains_key(&temp) => RegType::Any,
            Place::Temp(temp) => self.reg_type(func.repr(temp)),
        }
    }
}

fn too_large(full: Full, loc: mir::Loc) -> EmitError {
    let message = format!("this function is too large: it has too many {}; split it into smaller ones", full.0);
    EmitError { file: FileId(loc.file), start: loc.start, end: loc.end, message }
}

/// The function that is being emitted.
pub(super) struct Body<'a, 'e> {
    pub emitter: &'a mut Emitter<'e>,
    pub func: &'a mir::Function,
    pub places: &'a Places,
    registers: Registers,
    pub pools: FunctionPools,
    code: Vec<Instr>,
    blocks: Vec<Block>,
    locs: Vec<Loc>,
    loc: mir::Loc,
}

impl Body<'_, '_> {
    pub fn reg(&self, temp: Temp) -> Reg {
        self.registers.get(self.places.get(temp))
    }

    pub fn local(&self, local: mir::LocalId) -> Reg {
        self.registers.get(Place::Local(local))
    }

    /// Whether a value is in its register from the start.
    pub fn is_constant(&self, temp: Temp) -> bool {
        self.registers.constants.contains_key(&self.places.get(temp))
    }

    pub fn push(&mut self, instr: Instr) {
        let loc = Loc { pc: self.code.len() as u32, file: self.loc.file, start: self.loc.start, end: self.loc.end };
        let same =
            self.locs.last().is_some_and(|last| (last.file, last.start, last.end) == (loc.file, loc.start, loc.end));
        if !same {
            self.locs.push(loc);
        }
        self.code.push(instr);
    }

    pub fn move_to(&mut self, dst: Reg, src: Reg) {
        if dst != src {
            self.push(Instr::Move { dst, src });
        }
    }

    fn blocks(&mut self) -> Result<(), Full> {
        let func = self.func;
        if func.blocks.len() >= usize::from(u16::MAX) {
            return Err(Full("branches"));
        }
        for block in &func.blocks {
            let start = self.code.len() as u32;
            let handler = block.handler.map(|handler| handler.0 as u16);
            self.blocks.push(Block { start, fuel: 0, handler });
            for inst in &block.insts {
                self.loc = inst.loc;
                self.inst(inst)?;
            }
            self.loc = block.end_loc;
            self.end(&block.end)?;
            let fuel = mosl_bytecode::verify::block_fuel(&self.code[start as usize..]);
            if let Some(block) = self.blocks.last_mut() {
                block.fuel = fuel;
            }
        }
        Ok(())
    }

    fn end(&mut self, end: &Terminator) -> Result<(), Full> {
        let instr = match end {
            Terminator::Jump { target, args } => {
                self.arguments(*target, args)?;
                Instr::Jump { target: target.0 as u16 }
            }
            Terminator::Branch { cond, then, otherwise } => {
                Instr::Branch { cond: self.reg(*cond), then: then.0 as u16, otherwise: otherwise.0 as u16 }
            }
            Terminator::Return(value) => Instr::Return { value: self.reg(*value) },
            Terminator::Throw(value) => Instr::Throw { value: self.reg(*value) },
            Terminator::ThrowError(kind, message) => {
                Instr::ThrowError { kind: *kind as u8, message: self.emitter.consts.str(*message) }
            }
            Terminator::Unreachable => Instr::Unreachable {},
        };
        self.push(instr);
        Ok(())
    }

    /// The moves of a jump's arguments into the parameters of its target.
    fn arguments(&mut self, target: mir::BlockId, args: &[Temp]) -> Result<(), Full> {
        let params = &self.func.block(target).params;
        let moves: Vec<(Reg, Reg)> =
            args.iter().zip(params).map(|(&arg, &param)| (self.reg(param), self.reg(arg))).collect();
        let registers = &mut self.registers;
        let moves = sequence(&moves, |of| {
            let ty = registers.types[usize::from(of.0)];
            registers.fresh(ty)
        })?;
        for (dst, src) in moves {
            self.push(Instr::Move { dst, src });
        }
        Ok(())
    }

    /// What registers hold from the start.
    fn constants(&mut self) -> Vec<(Reg, u32)> {
        let consts = &mut self.emitter.consts;
        let mut held: Vec<(Reg, u32)> = self
            .registers
            .constants
            .iter()
            .map(|(place, op)| (self.registers.get(*place), consts.value(*op)))
            .collect();
        held.sort_unstable_by_key(|(reg, _)| *reg);
        held.dedup();
        held
    }

    fn finish(mut self) -> Function {
        let func = self.func;
        let constants = self.constants();
        let (lists, sites, checks) = self.pools.finish();
        let params = self.registers.types[..func.params as usize].to_vec();
        Function {
            name: func.name,
            kind: func.kind,
            role: func.role,
            length: func.length,
            params,
            rest: func.rest,
            result: func.result.filter(|repr| *repr != Repr::Any).map(|repr| self.emitter.reg_type(repr)),
            captures: func.captures,
            class: func.class.and_then(|class| self.emitter.classes.get(&class).copied()),
            source: self.emitter.source(func),
            registers: self.registers.types,
            constants,
            code: self.code,
            blocks: self.blocks,
            lists,
            sites,
            checks,
            locs: self.locs,
        }
    }
}
