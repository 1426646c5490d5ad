//! What a constructor surely gives `this` before anyone else sees it: a forward flow of names over its blocks.

use super::super::super::{BlockId, Function, Inst, Op, Plain, Program, StrId, Temp, Terminator};
use super::scan::{Makers, Scan};
use mosl_bytecode::FunctionRole;

/// Blocks above which a constructor is not looked into.
const MOST_BLOCKS: usize = 200;

/// Instructions above which it is not, either.
const MOST_INSTS: usize = 1 << 12;

/// Properties above which no more are followed.
const MOST_NAMES: usize = 100;

/// What holds at one point: the names given so far, in order, and whether others may see `this`.
#[derive(Clone, PartialEq, Debug)]
struct State {
    names: Vec<StrId>,
    leaks: bool,
}

struct Walk<'a> {
    program: &'a Program,
    scan: &'a Scan,
    func: &'a Function,
    makers: Makers,
    /// What the class's fields are given.
    init: Option<State>,
    /// Temporaries and variables that hold `this` and nothing else.
    temps: Vec<bool>,
    locals: Vec<bool>,
    cells: Vec<bool>,
    /// Read before they are given: never sure.
    doubtful: Vec<StrId>,
    /// Nothing else than `this` is returned.
    returns_this: bool,
}

/// What is known of a constructor.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// The properties that `this` surely has before others see it, in order.
    pub names: Vec<StrId>,
    /// Whether others may see `this` while the constructor runs.
    pub leaks: bool,
    /// Properties of `this` that are read while it may lack them.
    pub read_early: Vec<StrId>,
    /// Whether it yields `this` and nothing else.
    pub returns_this: bool,
}

/// Looks into a constructor and what defines its class's fields.
pub fn made(program: &Program, scan: &Scan, func: &Function, init: Option<&Function>) -> Made {
    if [Some(func), init].into_iter().flatten().any(is_large) {
        return Made { leaks: true, ..Made::default() };
    }
    let mut doubtful = vec![];
    let init = init.map(|init| {
        let mut walk = Walk::of(program, scan, init, None);
        let state = walk.run();
        doubtful.append(&mut walk.doubtful);
        state
    });
    let mut walk = Walk::of(program, scan, func, init);
    let mut state = walk.run();
    doubtful.append(&mut walk.doubtful);
    state.names.retain(|name| !doubtful.contains(name));
    Made { names: state.names, leaks: state.leaks, read_early: doubtful, returns_this: walk.returns_this }
}

fn is_large(func: &Function) -> bool {
    let count: usize = func.blocks.iter().map(|block| block.insts.len()).sum();
    func.blocks.len() > MOST_BLOCKS || count > MOST_INSTS
}

impl<'a> Walk<'a> {
    fn of(program: &'a Program, scan: &'a Scan, func: &'a Function, init: Option<State>) -> Self {
        let mut walk = Self {
            program,
            scan,
            func,
            makers: Makers::of(func),
            init,
            temps: vec![false; func.temps.len()],
            locals: vec![false; func.locals.len()],
            cells: vec![false; func.locals.len()],
            doubtful: vec![],
            returns_this: true,
        };
        walk.find_this();
        walk
    }

    /// `this` comes from `LoadThis` or `super(…)`, and goes through variables that are set from nothing else, and through the cell of a
    /// derived class's `this`.
    fn find_this(&mut self) {
        let func = self.func;
        let is_derived = func.role == FunctionRole::DerivedConstructor;
        let (set, put) = self.written();
        for _ in 0..4 {
            for inst in func.blocks.iter().flat_map(|block| &block.insts) {
                let holds = |temp: Temp, walk: &Self| walk.temps[temp.0 as usize];
                let is_this = match inst.op {
                    Op::Plain(Plain::LoadThis) => !is_derived,
                    Op::SuperCall | Op::SuperCallSpread => is_derived,
                    Op::Box | Op::Check(..) | Op::Unbox(..) => holds(inst.args[0], self),
                    Op::GetLocal(local) => self.locals[local.0 as usize],
                    Op::Plain(Plain::GetCell) => self.is_cell(inst.args[0]),
                    _ => false,
                };
                if is_this {
                    self.temps[inst.results[0].0 as usize] = true;
                }
            }
            for local in func.params as usize..func.locals.len() {
                let only_this =
                    |given: &[Temp]| !given.is_empty() && given.iter().all(|temp| self.temps[temp.0 as usize]);
                self.locals[local] = only_this(&set[local]);
                // The cell of `this`: made with the mark, set to `this` only.
                let is_fresh = |temp: &Temp| self.makers.op(*temp) == Some(Op::Plain(Plain::NewCell));
                self.cells[local] =
                    is_derived && matches!(&set[local][..], [cell] if is_fresh(cell)) && only_this(&put[local]);
            }
        }
    }

    /// What is written to each variable, and into the cell that it holds.
    fn written(&self) -> (Vec<Vec<Temp>>, Vec<Vec<Temp>>) {
        let (mut set, mut put) = (vec![vec![]; self.func.locals.len()], vec![vec![]; self.func.locals.len()]);
        for inst in self.func.blocks.iter().flat_map(|block| &block.insts) {
            match inst.op {
                Op::SetLocal(local) => set[local.0 as usize].push(inst.args[0]),
                Op::Plain(Plain::SetCell) => {
                    if let Some(Op::GetLocal(local)) = self.makers.op(inst.args[0]) {
                        put[local.0 as usize].push(inst.args[1]);
                    }
                }
                _ => {}
            }
        }
        (set, put)
    }

    fn is_cell(&self, temp: Temp) -> bool {
        matches!(self.makers.op(temp), Some(Op::GetLocal(local)) if self.cells[local.0 as usize])
    }

    fn run(&mut self) -> State {
        let nothing = State { names: vec![], leaks: true };
        let func = self.func;
        if func.blocks.iter().any(|block| block.handler.is_some()) {
            self.returns_this = false;
            return nothing;
        }
        let mut entry: Vec<Option<State>> = vec![None; func.blocks.len()];
        entry[0] = Some(State { names: vec![], leaks: false });
        let mut work = vec![BlockId(0)];
        let mut end: Option<State> = None;
        while let Some(at) = work.pop() {
            let Some(mut state) = entry[at.0 as usize].clone() else { continue };
            let block = func.block(at);
            for inst in &block.insts {
                self.inst(inst, &mut state);
            }
            if let Terminator::Return(value) = block.end {
                self.returns_this &= self.temps[value.0 as usize];
                meet(&mut end, &state);
            }
            block.end.for_each_target(|target| {
                if meet(&mut entry[target.0 as usize], &state) {
                    work.push(target);
                }
            });
        }
        end.unwrap_or(nothing)
    }

    fn inst(&mut self, inst: &Inst, state: &mut State) {
        let first = inst.args.first().is_some_and(|temp| self.temps[temp.0 as usize]);
        let others = inst.args.iter().skip(1).any(|temp| self.temps[temp.0 as usize]);
        match inst.op {
            Op::SetProp(name) if first && !others => self.gives(name, state),
            Op::Plain(Plain::DefineField) if first && !others => match self.makers.text(inst.args[1]) {
                Some(name) => self.gives(name, state),
                None => state.leaks = true,
            },
            Op::SetField(class, slot) if first && !others => self.gives(self.program.field_name(class, slot), state),
            Op::GetProp(name) if first => self.reads(name, state),
            Op::GetField(class, slot) if first => self.reads(self.program.field_name(class, slot), state),
            Op::Plain(Plain::RunFieldInit) if first => match self.init.clone() {
                Some(init) => {
                    for name in init.names {
                        self.gives(name, state);
                    }
                    state.leaks |= init.leaks;
                }
                None => state.leaks = true,
            },
            Op::Box | Op::Check(..) | Op::Unbox(..) | Op::SetLocal(_) if self.keeps(inst) => {}
            Op::Plain(Plain::SetCell) if self.is_cell(inst.args[0]) => {}
            Op::Plain(Plain::StrictEq) | Op::CheckKind(..) => {}
            _ if first || others => state.leaks = true,
            // The cell is captured by a closure that may run.
            Op::NewClosure(_) => state.leaks |= inst.args.iter().any(|&temp| self.is_cell(temp)),
            _ => {}
        }
    }

    /// Whether `this` stays among what is known to hold it.
    fn keeps(&self, inst: &Inst) -> bool {
        match inst.op {
            Op::SetLocal(local) => self.locals[local.0 as usize] || !self.temps[inst.args[0].0 as usize],
            _ => true,
        }
    }

    fn reads(&mut self, name: StrId, state: &mut State) {
        if !state.names.contains(&name) && !self.doubtful.contains(&name) {
            self.doubtful.push(name);
        }
        state.leaks |= self.scan.accessors.contains(&name);
    }

    fn gives(&self, name: StrId, state: &mut State) {
        state.leaks |= self.scan.accessors.contains(&name);
        if !state.leaks && state.names.len() < MOST_NAMES && !state.names.contains(&name) {
            state.names.push(name);
        }
    }
}

/// What holds on both ways.
fn meet(known: &mut Option<State>, other: &State) -> bool {
    let Some(before) = known else {
        *known = Some(other.clone());
        return true;
    };
    let mut after = before.clone();
    after.names.retain(|name| other.names.contains(name));
    after.leaks |= other.leaks;
    let changed = after != *before;
    *known = Some(after);
    changed
}
