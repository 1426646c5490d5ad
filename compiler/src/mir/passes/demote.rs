//! A typed local that may be read before it is assigned becomes dynamic: it starts as `undefined`, its reads are checked.
//!
//! Forward data flow of "surely assigned" over the locals in question only; where that would be large, all of them are demoted.

use super::super::{BlockId, CheckSite, Function, Inst, Loc, Local, LocalId, Op, Program, Repr, Strings, Temp};

/// Blocks times locals above which the analysis is not worth its memory.
const LIMIT: usize = 1 << 24;

pub fn demote_unassigned(program: &mut Program) {
    let Program { functions, strings, .. } = program;
    for func in functions {
        for local in unassigned(func, |local| local.repr != Repr::Any) {
            demote(func, local, strings);
        }
    }
}

/// The locals among `those` that some path reads before it assigns them.
pub fn unassigned(func: &Function, those: impl Fn(&Local) -> bool) -> Vec<LocalId> {
    let is_asked = |index: &usize| *index >= func.params as usize && those(&func.locals[*index]);
    let candidates: Vec<usize> = (0..func.locals.len()).filter(is_asked).collect();
    if candidates.is_empty() {
        return vec![];
    }
    if candidates.len().saturating_mul(func.blocks.len()) > LIMIT {
        return candidates.iter().map(|&index| LocalId(index as u32)).collect();
    }
    let mut number = vec![usize::MAX; func.locals.len()];
    for (position, &local) in candidates.iter().enumerate() {
        number[local] = position;
    }
    let entry = assigned_at_entry(func, &number, candidates.len());
    let mut bad = vec![false; candidates.len()];
    for (index, block) in func.blocks.iter().enumerate() {
        let mut assigned = entry[index].clone().unwrap_or_else(|| vec![true; candidates.len()]);
        for inst in &block.insts {
            match inst.op {
                Op::GetLocal(local) if number[local.0 as usize] != usize::MAX => {
                    let position = number[local.0 as usize];
                    bad[position] |= !assigned[position];
                }
                Op::SetLocal(local) if number[local.0 as usize] != usize::MAX => {
                    assigned[number[local.0 as usize]] = true;
                }
                _ => {}
            }
        }
    }
    candidates.iter().zip(bad).filter(|(_, bad)| *bad).map(|(&index, _)| LocalId(index as u32)).collect()
}

/// For each reached block, which candidates are assigned on every path to it.
fn assigned_at_entry(func: &Function, number: &[usize], count: usize) -> Vec<Option<Vec<bool>>> {
    let mut entry: Vec<Option<Vec<bool>>> = vec![None; func.blocks.len()];
    entry[0] = Some(vec![false; count]);
    let mut work = vec![BlockId(0)];
    while let Some(at) = work.pop() {
        let block = func.block(at);
        let Some(before) = entry[at.0 as usize].clone() else { continue };
        let mut after = before.clone();
        for inst in &block.insts {
            if let Op::SetLocal(local) = inst.op
                && number[local.0 as usize] != usize::MAX
            {
                after[number[local.0 as usize]] = true;
            }
        }
        // A throw may come before any assignment of this block.
        if let Some(handler) = block.handler {
            meet(&mut entry[handler.0 as usize], &before, || work.push(handler));
        }
        block.end.for_each_target(|target| meet(&mut entry[target.0 as usize], &after, || work.push(target)));
    }
    entry
}

fn meet(entry: &mut Option<Vec<bool>>, incoming: &[bool], changed: impl FnOnce()) {
    match entry {
        None => {
            *entry = Some(incoming.to_vec());
            changed();
        }
        Some(known) => {
            let mut less = false;
            for (known, incoming) in known.iter_mut().zip(incoming) {
                less |= *known && !incoming;
                *known &= incoming;
            }
            if less {
                changed();
            }
        }
    }
}

fn demote(func: &mut Function, local: LocalId, strings: &mut Strings) {
    let repr = std::mem::replace(&mut func.locals[local.0 as usize].repr, Repr::Any);
    let expected = strings.intern(match repr {
        Repr::F64 | Repr::I32 => "number",
        Repr::Bool => "boolean",
        Repr::Str => "string",
        Repr::Any | Repr::Obj(_) => "an initialised value",
    });
    let site = CheckSite { expr: func.local(local).name, expected };
    let mut temps = std::mem::take(&mut func.temps);
    let mut fresh = |repr| {
        temps.push(repr);
        Temp(temps.len() as u32 - 1)
    };
    for block in &mut func.blocks {
        let mut insts = Vec::with_capacity(block.insts.len() + 4);
        for mut inst in std::mem::take(&mut block.insts) {
            let loc = inst.loc;
            match inst.op {
                Op::GetLocal(read) if read == local => {
                    let dynamic = fresh(Repr::Any);
                    let results = std::mem::replace(&mut inst.results, vec![dynamic]);
                    insts.push(inst);
                    insts.extend(unboxed(dynamic, results, repr, site, loc, &mut fresh));
                }
                Op::SetLocal(written) if written == local => {
                    let mut value = inst.args[0];
                    if repr == Repr::I32 {
                        let number = fresh(Repr::F64);
                        let op = Op::Plain(super::super::Plain::I32ToF64);
                        insts.push(Inst { op, args: vec![value], results: vec![number], loc });
                        value = number;
                    }
                    let boxed = fresh(Repr::Any);
                    insts.push(Inst { op: Op::Box, args: vec![value], results: vec![boxed], loc });
                    inst.args = vec![boxed];
                    insts.push(inst);
                }
                _ => insts.push(inst),
            }
        }
        block.insts = insts;
    }
    let start = fresh(Repr::Any);
    func.temps = temps;
    let loc = Loc::default();
    let undefined = Inst { op: Op::Undefined, args: vec![], results: vec![start], loc };
    let store = Inst { op: Op::SetLocal(local), args: vec![start], results: vec![], loc };
    func.blocks[0].insts.splice(0..0, [undefined, store]);
}

fn unboxed(
    dynamic: Temp,
    results: Vec<Temp>,
    repr: Repr,
    site: CheckSite,
    loc: Loc,
    fresh: &mut impl FnMut(Repr) -> Temp,
) -> Vec<Inst> {
    if repr != Repr::I32 {
        return vec![Inst { op: Op::Check(repr, site), args: vec![dynamic], results, loc }];
    }
    let number = fresh(Repr::F64);
    let check = Inst { op: Op::Check(Repr::F64, site), args: vec![dynamic], results: vec![number], loc };
    let op = Op::Plain(super::super::Plain::F64ToI32);
    vec![check, Inst { op, args: vec![number], results, loc }]
}
