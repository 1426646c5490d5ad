//! What of the code at the top of files a program needs. Files of the library and of the platform do nothing there but define: a class,
//! a function, a table that nobody reads goes, and with a class its methods. So does, in the platform's classes, a method whose name
//! nobody asks for. In the program's own files only definitions go that cannot be noticed.

use rustc_hash::{FxHashMap, FxHashSet};

use super::build::{Builder, Unit};
use crate::mir::{BlockId, Function, Inst, Op, Plain, Temp, Terminator};

/// The place of an instruction: its block, and where it stands in it.
type At = (usize, usize);

/// Something that instructions read or change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Value {
    Temp(Temp),
    Local(u32),
    Global(u32),
}

struct Prune<'b, 'm> {
    b: &'b Builder<'m>,
    unit: Unit,
    f: &'b Function,
    makers: FxHashMap<Temp, At>,
    /// What gives a value, or changes what it refers to.
    changes: FxHashMap<Value, Vec<At>>,
    needed: FxHashSet<At>,
    live: FxHashSet<Value>,
    waiting: Vec<Value>,
}

impl Builder<'_> {
    /// The entry of a unit without what this program does not need, as far as it is known by now.
    pub fn pruned_entry(&self, unit: Unit) -> Function {
        let mir = self.mir(unit);
        let mut entry = mir.function(mir.entry).clone();
        fold_superclass_checks(&mut entry);
        let needed = Prune::new(self, unit, &entry).run();
        for (at, block) in entry.blocks.iter_mut().enumerate() {
            let mut index = 0;
            block.insts.retain(|_| {
                index += 1;
                needed.contains(&(at, index - 1))
            });
        }
        entry
    }
}

impl<'b, 'm> Prune<'b, 'm> {
    fn new(b: &'b Builder<'m>, unit: Unit, f: &'b Function) -> Self {
        let (makers, changes, needed) = Default::default();
        let (live, waiting) = Default::default();
        Self { b, unit, f, makers, changes, needed, live, waiting }
    }

    fn run(mut self) -> FxHashSet<At> {
        for (at, block) in self.f.blocks.iter().enumerate() {
            for (index, inst) in block.insts.iter().enumerate() {
                self.makers.extend(inst.results.iter().map(|&result| (result, (at, index))));
            }
        }
        for (at, block) in self.f.blocks.iter().enumerate() {
            for (index, inst) in block.insts.iter().enumerate() {
                match self.changed(inst) {
                    _ if !self.is_removable(inst) => self.need((at, index)),
                    Some(value) => self.changes.entry(value).or_default().push((at, index)),
                    None if inst.results.is_empty() => self.need((at, index)),
                    None => {}
                }
            }
            let mut used = vec![];
            block.end.for_each_use(|temp| used.push(Value::Temp(temp)));
            used.into_iter().for_each(|value| self.read(value));
        }
        let slots: Vec<u32> = self.b.read_slots.iter().filter(|slot| slot.0 == self.unit).map(|slot| slot.1).collect();
        slots.into_iter().for_each(|slot| self.read(Value::Global(slot)));
        while let Some(value) = self.waiting.pop() {
            if let Value::Temp(temp) = value
                && let Some(&maker) = self.makers.get(&temp)
            {
                self.need(maker);
            }
            for at in self.changes.get(&value).cloned().unwrap_or_default() {
                if self.is_asked_for(self.inst(at)) {
                    self.need(at);
                }
            }
        }
        self.needed
    }

    fn inst(&self, at: At) -> &'b Inst {
        &self.f.blocks[at.0].insts[at.1]
    }

    fn read(&mut self, value: Value) {
        if self.live.insert(value) {
            self.waiting.push(value);
        }
    }

    fn need(&mut self, at: At) {
        if !self.needed.insert(at) {
            return;
        }
        let inst = self.inst(at);
        match inst.op {
            Op::GetLocal(local) => self.read(Value::Local(local.0)),
            Op::GetGlobal(slot) => self.read(Value::Global(slot)),
            _ => {}
        }
        inst.args.iter().chain(&inst.results).for_each(|&temp| self.read(Value::Temp(temp)));
    }

    /// What an instruction gives a value to, or what it changes.
    fn changed(&self, inst: &Inst) -> Option<Value> {
        match inst.op {
            Op::SetLocal(local) => Some(Value::Local(local.0)),
            Op::SetGlobal(slot) => Some(Value::Global(slot)),
            Op::Plain(Plain::NewClass) => Some(self.origin(inst.args[0])),
            _ if inst.results.is_empty() => inst.args.first().map(|&temp| self.origin(temp)),
            _ => None,
        }
    }

    /// Where a value is from.
    fn origin(&self, mut temp: Temp) -> Value {
        while let Some(&maker) = self.makers.get(&temp) {
            let inst = self.inst(maker);
            match inst.op {
                Op::Box | Op::Check(..) => temp = inst.args[0],
                Op::GetLocal(local) => return Value::Local(local.0),
                Op::GetGlobal(slot) => return Value::Global(slot),
                _ => break,
            }
        }
        Value::Temp(temp)
    }

    /// Whether the program is the same without an instruction that nothing depends on.
    fn is_removable(&self, inst: &Inst) -> bool {
        if self.unit == Unit::Library || self.b.is_platform(inst.loc.file) {
            return true;
        }
        match inst.op {
            Op::NewClosure(_) | Op::NewPrivateName(_) | Op::SetLocal(_) | Op::SetGlobal(_) | Op::SetFunctionName(_) => {
                true
            }
            Op::DefineMethod(_) => self.key(inst).is_some(),
            Op::Plain(Plain::SetFieldInit) => true,
            Op::Plain(Plain::NewClass) => self.is_extensible(inst.args[1]),
            op => op.is_pure(),
        }
    }

    /// Whether a superclass is surely one: nothing, or a class of the files' own.
    fn is_extensible(&self, superclass: Temp) -> bool {
        let from = match self.origin(superclass) {
            Value::Temp(temp) => self.makers.get(&temp).map(|&at| self.inst(at)),
            Value::Local(_) => None,
            Value::Global(slot) => {
                let mut given =
                    self.f.blocks.iter().flat_map(|block| &block.insts).filter(|inst| inst.op == Op::SetGlobal(slot));
                let first = given.next().filter(|_| given.next().is_none());
                first.and_then(|inst| self.makers.get(&inst.args[0])).map(|&at| self.inst(at))
            }
        };
        match from.map(|inst| inst.op) {
            Some(Op::Undefined) => true,
            Some(Op::NewClosure(func)) => super::body::is_constructor(self.b.function(self.unit, func)),
            _ => false,
        }
    }

    /// The name of a method, where it is written.
    fn key(&self, inst: &Inst) -> Option<String> {
        let Value::Temp(key) = self.origin(inst.args[1]) else { return None };
        match self.inst(*self.makers.get(&key)?).op {
            Op::Str(name) => Some(self.b.mir(self.unit).strings.text(name)),
            _ => None,
        }
    }

    /// Whether a method of a platform's class may be called: by its name, or by the host, whose names begin with `$`.
    fn is_asked_for(&self, inst: &Inst) -> bool {
        if !matches!(inst.op, Op::DefineMethod(_)) || !self.b.is_platform(inst.loc.file) || self.unit == Unit::Library {
            return true;
        }
        self.key(inst).is_none_or(|name| name.starts_with('$') || self.b.realm.is_asked_for(&name))
    }
}

/// A built-in class is there: what asks whether the superclass is `undefined` knows the answer.
fn fold_superclass_checks(f: &mut Function) {
    let makers: FxHashMap<Temp, (Op, Vec<Temp>)> = f
        .blocks
        .iter()
        .flat_map(|block| &block.insts)
        .filter_map(|inst| Some((*inst.results.first()?, (inst.op, inst.args.clone()))))
        .collect();
    let op = |temp: &Temp| makers.get(temp).map(|maker| maker.0);
    let is_false = |cond: &Temp| {
        let Some((Op::Plain(Plain::StrictEq), args)) = makers.get(cond) else { return false };
        matches!(op(&args[0]), Some(Op::Intrinsic(_))) && op(&args[1]) == Some(Op::Undefined)
    };
    let folded: Vec<(usize, BlockId)> = f
        .blocks
        .iter()
        .enumerate()
        .filter_map(|(at, block)| match block.end {
            Terminator::Branch { cond, otherwise, .. } if is_false(&cond) => Some((at, otherwise)),
            _ => None,
        })
        .collect();
    for (at, target) in folded {
        f.blocks[at].end = Terminator::Jump { target, args: vec![] };
    }
}
