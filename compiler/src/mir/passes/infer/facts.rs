//! What the solver found, function by function.

use rustc_hash::FxHashMap;

use super::super::super::{Op, Plain, Program, Repr};
use super::layout::Layouts;
use super::scan::Makers;
use super::solver::{Solver, is_constructor};
use super::value::{Kinds, SetId, Sets, Value};

#[derive(Clone)]
pub struct FunctionFacts {
    pub temps: Vec<Value>,
    pub locals: Vec<Value>,
    pub this: Value,
    pub result: Value,
}

pub struct Facts {
    pub functions: Vec<FunctionFacts>,
    pub sets: Sets,
}

impl Facts {
    pub fn of(program: &Program, solver: Solver<'_>) -> Self {
        let take = |first: u32, count: usize| solver.values[first as usize..first as usize + count].to_vec();
        let functions = program.functions.iter().zip(&solver.bases).map(|(func, base)| FunctionFacts {
            temps: take(base.temps, func.temps.len()),
            locals: take(base.locals, func.locals.len()),
            this: solver.value(base.this),
            result: solver.value(base.result),
        });
        Self { functions: functions.collect(), sets: solver.sets }
    }

    /// The representations that follow.
    pub fn reprs(&self, program: &Program, layouts: &Layouts) -> Vec<Reprs> {
        let mut memo: FxHashMap<SetId, Repr> = FxHashMap::default();
        let makers = makers(program);
        let of = |(index, facts): (usize, &FunctionFacts)| {
            let mut repr = |value: &Value| {
                value.primitive_repr().unwrap_or_else(|| {
                    if makers[index] || value.kinds != Kinds::NONE || value.objects == SetId::EMPTY {
                        return Repr::Any;
                    }
                    let class = || layouts.common(self.sets.get(value.objects)).map_or(Repr::Any, Repr::Obj);
                    *memo.entry(value.objects).or_insert_with(class)
                })
            };
            Reprs {
                temps: facts.temps.iter().map(&mut repr).collect(),
                locals: facts.locals.iter().map(&mut repr).collect(),
                result: repr(&facts.result),
            }
        };
        self.functions.iter().enumerate().map(of).collect()
    }
}

/// The representations that the values of a function can have.
pub struct Reprs {
    pub temps: Vec<Repr>,
    pub locals: Vec<Repr>,
    pub result: Repr,
}

/// The functions that give new instances their properties: constructors, and what defines classes' fields.
fn makers(program: &Program) -> Vec<bool> {
    let mut makes: Vec<bool> = program.functions.iter().map(is_constructor).collect();
    for func in &program.functions {
        let inits =
            func.blocks.iter().flat_map(|block| &block.insts).filter(|inst| inst.op == Op::Plain(Plain::SetFieldInit));
        let mut inits = inits.peekable();
        if inits.peek().is_some() {
            let makers = Makers::of(func);
            for inst in inits {
                if let Some(Op::NewClosure(init)) = makers.op(inst.args[1]) {
                    makes[init.0 as usize] = true;
                }
            }
        }
    }
    makes
}
