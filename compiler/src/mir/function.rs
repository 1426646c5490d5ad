//! Functions, blocks, instructions: data only.

use mosl_bytecode::{ErrorKind, FunctionKind, FunctionRole, StrId};

use super::{Op, Repr};
use crate::program::ClassId;

/// Index into [`super::Program::functions`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FuncId(pub u32);

/// Index into [`Function::blocks`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BlockId(pub u32);

/// An SSA value; index into [`Function::temps`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Temp(pub u32);

/// A mutable variable; index into [`Function::locals`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LocalId(pub u32);

/// Where an instruction comes from: bytes `start..end` of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Loc {
    pub file: u16,
    pub start: u32,
    pub end: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Function {
    /// The value of `name`.
    pub name: Option<StrId>,
    pub kind: FunctionKind,
    pub role: FunctionRole,
    /// The value of `length`.
    pub length: u16,
    /// The first locals hold the parameters.
    pub params: u32,
    /// The last parameter is an array of all further arguments.
    pub rest: bool,
    /// What `return` takes; `None` is [`Repr::Any`].
    pub result: Option<Repr>,
    /// How many values a closure of this function captures.
    pub captures: u16,
    /// The class with a fixed layout that this constructs.
    pub class: Option<ClassId>,
    /// Where the source writes it, or its class for a constructor.
    pub source: Option<Loc>,
    pub locals: Vec<Local>,
    /// The representation of each temporary.
    pub temps: Vec<Repr>,
    /// In layout order; the first is the entry and takes no parameters.
    pub blocks: Vec<Block>,
}

impl Function {
    pub fn result_repr(&self) -> Repr {
        self.result.unwrap_or(Repr::Any)
    }

    pub fn repr(&self, temp: Temp) -> Repr {
        self.temps[temp.0 as usize]
    }

    pub fn local(&self, local: LocalId) -> &Local {
        &self.locals[local.0 as usize]
    }

    pub fn block(&self, block: BlockId) -> &Block {
        &self.blocks[block.0 as usize]
    }
}

#[derive(Clone, Debug)]
pub struct Local {
    pub repr: Repr,
    /// As in the source, or what the compiler calls it.
    pub name: StrId,
}

#[derive(Clone, Debug)]
pub struct Block {
    pub params: Vec<Temp>,
    pub insts: Vec<Inst>,
    pub end: Terminator,
    pub end_loc: Loc,
    /// Where a throw in this block continues; that block begins with [`Op::Catch`].
    pub handler: Option<BlockId>,
}

#[derive(Clone, Debug)]
pub struct Inst {
    pub op: Op,
    pub args: Vec<Temp>,
    pub results: Vec<Temp>,
    pub loc: Loc,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Terminator {
    Jump {
        target: BlockId,
        args: Vec<Temp>,
    },
    /// The targets take no parameters.
    Branch {
        cond: Temp,
        then: BlockId,
        otherwise: BlockId,
    },
    Return(Temp),
    Throw(Temp),
    ThrowError(ErrorKind, StrId),
    Unreachable,
}

impl Terminator {
    /// Calls `visit` with each temporary read.
    pub fn for_each_use(&self, mut visit: impl FnMut(Temp)) {
        match self {
            Self::Jump { args, .. } => args.iter().copied().for_each(visit),
            Self::Branch { cond: temp, .. } | Self::Return(temp) | Self::Throw(temp) => visit(*temp),
            Self::ThrowError(..) | Self::Unreachable => {}
        }
    }

    pub fn for_each_use_mut(&mut self, mut visit: impl FnMut(&mut Temp)) {
        match self {
            Self::Jump { args, .. } => args.iter_mut().for_each(visit),
            Self::Branch { cond: temp, .. } | Self::Return(temp) | Self::Throw(temp) => visit(temp),
            Self::ThrowError(..) | Self::Unreachable => {}
        }
    }

    /// Calls `visit` with each block that follows (handlers excepted).
    pub fn for_each_target(&self, mut visit: impl FnMut(BlockId)) {
        match self {
            Self::Jump { target, .. } => visit(*target),
            Self::Branch { then, otherwise, .. } => {
                visit(*then);
                visit(*otherwise);
            }
            Self::Return(_) | Self::Throw(_) | Self::ThrowError(..) | Self::Unreachable => {}
        }
    }

    pub fn for_each_target_mut(&mut self, mut visit: impl FnMut(&mut BlockId)) {
        match self {
            Self::Jump { target, .. } => visit(target),
            Self::Branch { then, otherwise, .. } => {
                visit(then);
                visit(otherwise);
            }
            Self::Return(_) | Self::Throw(_) | Self::ThrowError(..) | Self::Unreachable => {}
        }
    }
}

impl Block {
    /// Calls `visit` with each block that may follow, the handler included.
    pub fn for_each_successor(&self, mut visit: impl FnMut(BlockId)) {
        self.end.for_each_target(&mut visit);
        if let Some(handler) = self.handler {
            visit(handler);
        }
    }
}
