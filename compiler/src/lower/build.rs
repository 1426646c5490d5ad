//! Building the blocks of the function at hand: emitting instructions, starting and ending blocks.

use mosl_bytecode::ErrorKind;
use mosl_syntax::Span;
use mosl_syntax::ast::FunctionKind as SyntaxKind;
use rustc_hash::FxHashMap;

use super::Lowerer;
use super::class::Home;
use super::control::Exit;
use super::names::{Captured, Key, Storage};
use super::using::Resources;
use crate::mir::{Block, BlockId, Function, Inst, Loc, Local, LocalId, Op, Plain, Repr, Temp, Terminator};

/// A function under construction.
pub(super) struct FuncCtx {
    pub func: Function,
    /// The blocks that were started, in order.
    order: Vec<BlockId>,
    current: BlockId,
    /// The handler of blocks that start now.
    pub handler: Option<BlockId>,
    pub loc: Loc,
    pub syntax: SyntaxKind,
    pub is_async: bool,
    pub is_generator: bool,
    pub is_derived_constructor: bool,
    /// `this` of a derived constructor is initialised for all code that follows.
    pub this_known: bool,
    /// The written type of what it returns.
    pub result_type: Option<crate::types::TypeId>,
    pub home: Option<Home>,
    pub storage: FxHashMap<Key, Storage>,
    pub captures: Vec<Captured>,
    /// What a jump outwards passes, innermost last.
    pub exits: Vec<Exit>,
    /// Blocks with `using` declarations, innermost last.
    pub resources: Vec<Resources>,
    /// Where the optional chains that are open end.
    pub chains: Vec<BlockId>,
    /// The `i32` that a number was made from, so that bit operations in a row stay integers.
    pub i32_sources: FxHashMap<Temp, Temp>,
    /// Numbers known at compile time.
    pub numbers: FxHashMap<Temp, f64>,
}

impl FuncCtx {
    pub fn new(syntax: SyntaxKind) -> Self {
        let mut ctx = Self {
            func: Function::default(),
            order: Vec::new(),
            current: BlockId(0),
            handler: None,
            loc: Loc::default(),
            syntax,
            is_async: false,
            is_generator: false,
            is_derived_constructor: false,
            this_known: false,
            result_type: None,
            home: None,
            storage: FxHashMap::default(),
            captures: Vec::new(),
            exits: Vec::new(),
            resources: Vec::new(),
            chains: Vec::new(),
            i32_sources: FxHashMap::default(),
            numbers: FxHashMap::default(),
        };
        let entry = ctx.new_block();
        ctx.switch(entry);
        ctx
    }

    pub fn is_arrow(&self) -> bool {
        self.syntax == SyntaxKind::Arrow
    }

    pub fn new_temp(&mut self, repr: Repr) -> Temp {
        self.func.temps.push(repr);
        Temp(self.func.temps.len() as u32 - 1)
    }

    pub fn new_block(&mut self) -> BlockId {
        let block =
            Block { params: vec![], insts: vec![], end: Terminator::Unreachable, end_loc: self.loc, handler: None };
        self.func.blocks.push(block);
        BlockId(self.func.blocks.len() as u32 - 1)
    }

    pub fn switch(&mut self, block: BlockId) {
        self.func.blocks[block.0 as usize].handler = self.handler;
        self.order.push(block);
        self.current = block;
    }

    /// Ends the current block; what follows goes to a block that nothing reaches, unless another is started first.
    pub fn end(&mut self, end: Terminator) {
        let loc = self.loc;
        let block = &mut self.func.blocks[self.current.0 as usize];
        block.end = end;
        block.end_loc = loc;
        let dead = self.new_block();
        self.switch(dead);
    }

    pub fn push(&mut self, op: Op, args: Vec<Temp>, results: Vec<Temp>) {
        let loc = self.loc;
        self.func.blocks[self.current.0 as usize].insts.push(Inst { op, args, results, loc });
    }

    /// The finished function: blocks in the order of their start, without those that nothing reaches.
    pub fn finish(self) -> Function {
        let mut func = self.func;
        crate::mir::passes::keep_blocks(&mut func, &self.order);
        func
    }
}

impl Lowerer<'_> {
    pub(super) fn f(&mut self) -> &mut FuncCtx {
        self.funcs.last_mut().expect("a function is being lowered")
    }

    pub(super) fn ctx(&self) -> &FuncCtx {
        self.funcs.last().expect("a function is being lowered")
    }

    pub(super) fn at(&mut self, span: Span) {
        self.f().loc = self.loc_of(span);
    }

    pub(super) fn loc_of(&self, span: Span) -> Loc {
        Loc { file: self.file.id.0, start: span.start, end: span.end }
    }

    pub(super) fn repr(&self, temp: Temp) -> Repr {
        self.ctx().func.repr(temp)
    }

    /// An instruction with one result of the given representation.
    pub(super) fn emit(&mut self, op: Op, args: &[Temp], repr: Repr) -> Temp {
        let f = self.f();
        let result = f.new_temp(repr);
        f.push(op, args.to_vec(), vec![result]);
        result
    }

    /// An instruction with a dynamic result.
    pub(super) fn any(&mut self, op: Op, args: &[Temp]) -> Temp {
        self.emit(op, args, Repr::Any)
    }

    /// An instruction without a result.
    pub(super) fn effect(&mut self, op: Op, args: &[Temp]) {
        self.f().push(op, args.to_vec(), vec![]);
    }

    /// An instruction of the table with one result.
    pub(super) fn plain(&mut self, plain: Plain, args: &[Temp]) -> Temp {
        self.emit(Op::Plain(plain), args, plain.results()[0])
    }

    /// An instruction of the table without a result.
    pub(super) fn plain_effect(&mut self, plain: Plain, args: &[Temp]) {
        self.effect(Op::Plain(plain), args);
    }

    /// An instruction of the table with two results.
    pub(super) fn plain2(&mut self, plain: Plain, args: &[Temp]) -> (Temp, Temp) {
        let f = self.f();
        let results = [f.new_temp(plain.results()[0]), f.new_temp(plain.results()[1])];
        f.push(Op::Plain(plain), args.to_vec(), results.to_vec());
        (results[0], results[1])
    }

    pub(super) fn undefined(&mut self) -> Temp {
        self.any(Op::Undefined, &[])
    }

    pub(super) fn string(&mut self, text: &str) -> Temp {
        let id = self.str(text);
        self.emit(Op::Str(id), &[], Repr::Str)
    }

    /// A string as a dynamic value: a property key.
    pub(super) fn key(&mut self, text: &str) -> Temp {
        let text = self.string(text);
        self.as_any(text)
    }

    pub(super) fn number(&mut self, value: f64) -> Temp {
        let temp = self.emit(Op::F64(value), &[], Repr::F64);
        self.f().numbers.insert(temp, value);
        temp
    }

    pub(super) fn bool(&mut self, value: bool) -> Temp {
        self.emit(Op::Bool(value), &[], Repr::Bool)
    }

    pub(super) fn new_local(&mut self, name: &str, repr: Repr) -> LocalId {
        let name = self.str(name);
        let func = &mut self.f().func;
        func.locals.push(Local { repr, name });
        LocalId(func.locals.len() as u32 - 1)
    }

    pub(super) fn get(&mut self, local: LocalId) -> Temp {
        let repr = self.ctx().func.local(local).repr;
        self.emit(Op::GetLocal(local), &[], repr)
    }

    pub(super) fn set(&mut self, local: LocalId, value: Temp) {
        self.effect(Op::SetLocal(local), &[value]);
    }

    pub(super) fn new_block(&mut self) -> BlockId {
        self.f().new_block()
    }

    pub(super) fn block_param(&mut self, block: BlockId, repr: Repr) -> Temp {
        let f = self.f();
        let temp = f.new_temp(repr);
        f.func.blocks[block.0 as usize].params.push(temp);
        temp
    }

    pub(super) fn switch(&mut self, block: BlockId) {
        self.f().switch(block);
    }

    pub(super) fn jump(&mut self, target: BlockId) {
        self.f().end(Terminator::Jump { target, args: vec![] });
    }

    pub(super) fn jump_with(&mut self, target: BlockId, arg: Temp) {
        self.f().end(Terminator::Jump { target, args: vec![arg] });
    }

    pub(super) fn branch(&mut self, cond: Temp, then: BlockId, otherwise: BlockId) {
        self.f().end(Terminator::Branch { cond, then, otherwise });
    }

    pub(super) fn throw(&mut self, value: Temp) {
        self.f().end(Terminator::Throw(value));
    }

    pub(super) fn throw_error(&mut self, kind: ErrorKind, message: &str) {
        let message = self.str(message);
        self.f().end(Terminator::ThrowError(kind, message));
    }

    /// Starts a block under another handler; returns the one before.
    pub(super) fn under_handler(&mut self, handler: Option<BlockId>) -> Option<BlockId> {
        let f = self.f();
        let before = std::mem::replace(&mut f.handler, handler);
        if before != handler {
            let block = f.new_block();
            f.end(Terminator::Jump { target: block, args: vec![] });
            f.switch(block);
        }
        before
    }

    /// Starts a handler block and catches; its own handler is the current one.
    pub(super) fn catch(&mut self, handler: BlockId) -> Temp {
        self.switch(handler);
        self.plain(Plain::Catch, &[])
    }
}
