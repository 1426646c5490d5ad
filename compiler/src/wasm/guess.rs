//! What a place that names a property will most likely meet, read out of the program's classes. Code checks a guess where it uses it;
//! only what no program can change (that no prototype has a say about a name) is taken as it is.

use std::cell::RefCell;

use mosl_bytecode::FunctionRole;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::mir::{FuncId, Function, Inst, Op, Plain, Program, Repr, StrId, Temp};
use crate::program::ClassId;

#[derive(Debug, Default)]
pub(super) struct Guesses {
    /// By a field's name: the classes that declare it, and its slot.
    fields: FxHashMap<StrId, Vec<(ClassId, u16)>>,
    /// By a member's name: the classes that have it themselves.
    by_name: FxHashMap<StrId, Vec<ClassId>>,
    /// The class whose constructor, method or field initialiser a function is.
    homes: FxHashMap<FuncId, ClassId>,
    /// Names of methods and accessors.
    members: FxHashSet<StrId>,
    /// Names of fields that initialisers define.
    defined: FxHashSet<StrId>,
    /// A method's or accessor's name is computed.
    has_computed: bool,
    /// The function that defines the fields of a class, by its constructor's class.
    initialisers: FxHashMap<ClassId, FuncId>,
    /// What a class itself has under a name; `None` where that is no one method.
    own: FxHashMap<(ClassId, StrId), Option<FuncId>>,
    /// Methods of classes that are evaluated once: each has one closure.
    once: FxHashSet<FuncId>,
    /// The class inside whose braces a function stands, static ones too, and the constructor of a class.
    around: FxHashMap<FuncId, ClassId>,
    constructors: FxHashMap<ClassId, FuncId>,
    /// Static methods by name.
    statics: FxHashMap<StrId, Vec<FuncId>>,
    /// Some class extends what is known only when it runs, or has a member or field whose name is computed.
    is_open: bool,
    /// The class that a module-level variable holds, by its constructor; `None` where it is given more than that.
    classes: FxHashMap<u32, Option<FuncId>>,
    workers: RefCell<FxHashMap<FuncId, Option<Worker>>>,
}

impl Guesses {
    pub fn new(program: &Program) -> Self {
        let mut guesses = Self::default();
        for class in &program.classes {
            for (slot, field) in (first_slot(program, class.superclass)..).zip(&class.fields) {
                guesses.fields.entry(field.name).or_default().push((class.id, slot));
            }
        }
        for (index, function) in program.functions.iter().enumerate() {
            let func = FuncId(index as u32);
            if let Some(class) = function.class {
                guesses.homes.insert(func, class);
                guesses.around.insert(func, class);
                guesses.constructors.insert(class, func);
            }
            guesses.read(program, function);
            guesses.read_variables(function);
        }
        guesses
    }

    /// The names of the fields that an initialiser defines.
    fn read_fields(&mut self, initialiser: &Function) {
        let made = |temp: Temp| insts(initialiser).find(|inst| inst.results.first() == Some(&temp));
        for inst in insts(initialiser) {
            if matches!(inst.op, Op::Plain(Plain::DefineField | Plain::DefineUnset)) {
                let text =
                    made(inst.args[1]).map(|inst| if inst.op == Op::Box { made(inst.args[0]) } else { Some(inst) });
                match text.flatten().map(|inst| inst.op) {
                    Some(Op::Str(name)) => _ = self.defined.insert(name),
                    _ => self.is_open = true,
                }
            }
        }
    }

    fn read_variables(&mut self, function: &Function) {
        let mut closures: FxHashMap<Temp, FuncId> = FxHashMap::default();
        for inst in insts(function) {
            match inst.op {
                Op::NewClosure(func) => _ = closures.insert(inst.results[0], func),
                Op::SetGlobal(slot) => {
                    let func = closures.get(&inst.args[0]).copied();
                    self.classes.entry(slot).and_modify(|known| *known = None).or_insert(func);
                }
                _ => {}
            }
        }
    }

    /// The constructor of the class that a module-level variable holds.
    pub fn class_in(&self, slot: u32) -> Option<FuncId> {
        self.classes.get(&slot).copied().flatten()
    }

    /// How code that knows a function calls it.
    pub fn worker(&self, program: &Program, func: FuncId) -> Option<Worker> {
        let mut workers = self.workers.borrow_mut();
        workers.entry(func).or_insert_with(|| Worker::of(program.function(func))).clone()
    }

    /// The members that a function's code gives to classes and literals.
    fn read(&mut self, program: &Program, function: &Function) {
        let insts = || function.blocks.iter().flat_map(|block| &block.insts);
        if !insts()
            .any(|inst| matches!(inst.op, Op::DefineMethod(_) | Op::Plain(Plain::SetFieldInit | Plain::NewClass)))
        {
            return;
        }
        let made: FxHashMap<Temp, &Inst> =
            insts().flat_map(|inst| inst.results.iter().map(move |&result| (result, inst))).collect();
        let maker = |temp: Temp| {
            let inst = *made.get(&temp)?;
            if inst.op == Op::Box { made.get(&inst.args[0]).copied() } else { Some(inst) }
        };
        let closure = |temp: Temp| match maker(temp)?.op {
            Op::NewClosure(func) => Some(func),
            _ => None,
        };
        for inst in insts() {
            match inst.op {
                Op::DefineMethod(kind) => {
                    let Some(&Inst { op: Op::Str(name), .. }) = maker(inst.args[1]) else {
                        self.has_computed = true;
                        continue;
                    };
                    self.members.insert(name);
                    let (Some(func), Some(holder)) = (closure(inst.args[2]), maker(inst.args[0])) else { continue };
                    if let Op::NewClosure(ctor) = holder.op {
                        self.statics.entry(name).or_default().push(func);
                        if let Some(class) = program.function(ctor).class {
                            self.around.insert(func, class);
                        }
                    }
                    if holder.op != Op::Plain(Plain::NewClass) {
                        continue;
                    }
                    if std::ptr::eq(function, program.function(program.entry))
                        && function.blocks[0].insts.iter().any(|first| std::ptr::eq(first, inst))
                    {
                        self.once.insert(func);
                    }
                    if let Some(class) = closure(holder.args[0]).and_then(|ctor| program.function(ctor).class) {
                        self.homes.insert(func, class);
                        self.around.insert(func, class);
                        let method = Some(func).filter(|_| kind & 3 == 0);
                        self.own.entry((class, name)).and_modify(|known| *known = None).or_insert(method);
                        let classes = self.by_name.entry(name).or_default();
                        if !classes.contains(&class) {
                            classes.push(class);
                        }
                    }
                }
                Op::Plain(Plain::NewClass) => {
                    let class = closure(inst.args[0]).and_then(|ctor| program.function(ctor).class);
                    let is_static = match maker(inst.args[1]).map(|above| above.op) {
                        Some(Op::Undefined | Op::Null | Op::Intrinsic(_)) => true,
                        _ => class.and_then(|class| program.class(class)?.superclass).is_some(),
                    };
                    self.is_open |= !is_static;
                }
                Op::Plain(Plain::SetFieldInit) => {
                    let class = closure(inst.args[0]).and_then(|ctor| program.function(ctor).class);
                    if let (Some(class), Some(func)) = (class, closure(inst.args[1])) {
                        self.homes.insert(func, class);
                        self.initialisers.insert(class, func);
                    }
                    match closure(inst.args[1]) {
                        Some(func) => self.read_fields(program.function(func)),
                        None => self.is_open = true,
                    }
                }
                _ => {}
            }
        }
    }

    /// The classes that declare a field of that name, where they are few.
    pub fn fields(&self, name: StrId) -> &[(ClassId, u16)] {
        const FEW: usize = 3;
        self.fields.get(&name).filter(|known| known.len() <= FEW).map_or(&[], Vec::as_slice)
    }

    /// The field of that name which instances of a class have.
    pub fn field_of(&self, program: &Program, class: ClassId, name: StrId) -> Option<(ClassId, u16)> {
        let declared = self.fields.get(&name)?;
        let mut next = Some(class);
        while let Some(id) = next {
            if let Some(found) = declared.iter().find(|(of, _)| *of == id) {
                return Some((class, found.1));
            }
            next = program.class(id).and_then(|def| def.superclass);
        }
        None
    }

    /// Which methods a call of that name enters, by the class of the object, subclasses first; the last one without a class where the
    /// object is known to be of one. Classes and their prototypes stay as they are written, and no object has a property of its own
    /// instead of a method.
    pub fn methods(&self, program: &Program, name: StrId, known: Option<ClassId>) -> Vec<(Option<ClassId>, FuncId)> {
        const FEW: usize = 5;
        if self.is_open || self.has_computed || self.fields.contains_key(&name) || self.defined.contains(&name) {
            return vec![];
        }
        let is_below = |class: ClassId| known.is_none_or(|known| class != known && program.is_subclass(class, known));
        let mut found: Vec<(Option<ClassId>, Option<FuncId>)> = self
            .definers(name)
            .filter(|&(class, _)| is_below(class))
            .map(|(class, func)| (Some(class), func))
            .collect();
        let depth = |class: ClassId| ancestors(program, class).count();
        found.sort_by_key(|&(class, _)| class.map(|class| (std::cmp::Reverse(depth(class)), class.0)));
        if let Some(known) = known {
            let above = ancestors(program, known).find_map(|class| self.own.get(&(class, name)));
            found.extend(above.map(|&func| (None, func)));
        }
        let all: Option<Vec<_>> = found.into_iter().map(|(class, func)| Some((class, func?))).collect();
        all.filter(|all| all.len() <= FEW).unwrap_or_default()
    }

    fn definers(&self, name: StrId) -> impl Iterator<Item = (ClassId, Option<FuncId>)> {
        self.by_name.get(&name).into_iter().flatten().map(move |&class| (class, self.own[&(class, name)]))
    }

    /// Whether a method has one closure, which its class's evaluation keeps.
    pub fn is_once(&self, func: FuncId) -> bool {
        self.once.contains(&func)
    }

    /// The constructor of the class inside whose braces a function stands.
    pub fn constructor_around(&self, func: FuncId) -> Option<FuncId> {
        self.constructors.get(self.around.get(&func)?).copied()
    }

    /// The one static method of that name.
    pub fn only_static(&self, name: StrId) -> Option<FuncId> {
        match self.statics.get(&name)?[..] {
            [func] => Some(func),
            _ => None,
        }
    }

    pub fn home(&self, func: FuncId) -> Option<ClassId> {
        self.homes.get(&func).copied()
    }

    /// Whether a write to a field of that name asks no prototype: none has a member called so.
    pub fn is_only_field(&self, name: StrId) -> bool {
        !self.has_computed && !self.members.contains(&name)
    }

    /// The function that defines the fields of a class.
    pub fn initialiser(&self, class: ClassId) -> Option<FuncId> {
        self.initialisers.get(&class).copied()
    }
}

/// A class and those that it extends.
fn ancestors(program: &Program, class: ClassId) -> impl Iterator<Item = ClassId> {
    std::iter::successors(Some(class), |&class| program.class(class)?.superclass)
}

fn first_slot(program: &Program, class: Option<ClassId>) -> u16 {
    let (mut count, mut next) = (0, class);
    while let Some(def) = next.and_then(|id| program.class(id)) {
        count += def.fields.len();
        next = def.superclass;
    }
    count as u16
}

/// How code that knows whom it calls passes values: a closure's code with typed parameters and a typed result.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Worker {
    pub params: Vec<Repr>,
    pub result: Repr,
}

impl Worker {
    /// `None` where the function can only be called as a closure.
    pub fn of(f: &Function) -> Option<Self> {
        let is_plain = f.kind == mosl_bytecode::FunctionKind::Normal && !f.rest;
        let reads_target = insts(f).any(|inst| inst.op == Op::Plain(Plain::LoadNewTarget));
        if !is_plain || reads_target || f.role == FunctionRole::DerivedConstructor {
            return None;
        }
        let params = (0..f.params).map(|index| checked_param(f, index).map_or(Repr::Any, |check| check.1)).collect();
        let result = if f.role == FunctionRole::BaseConstructor { Repr::Any } else { result_of(f) };
        Some(Self { params, result })
    }

    /// Whether it is code that must know the closure it runs as.
    pub fn needs_closure(f: &Function) -> bool {
        f.captures > 0 || insts(f).any(|inst| matches!(inst.op, Op::Plain(Plain::LoadCallee) | Op::GetCapture(_)))
    }

    /// Whether it is called just as closures are.
    pub fn is_untyped(&self) -> bool {
        self.result == Repr::Any && self.params.iter().all(|&repr| repr == Repr::Any)
    }
}

fn insts(f: &Function) -> impl Iterator<Item = &Inst> {
    f.blocks.iter().flat_map(|block| &block.insts)
}

/// The check that the one use of a parameter is, where it stands in the first block: the instruction, and what it yields.
pub(super) fn checked_param(f: &Function, index: u32) -> Option<(&Inst, Repr)> {
    let first = f.blocks.first()?;
    let local = crate::mir::LocalId(index);
    if f.local(local).repr != Repr::Any || insts(f).any(|inst| inst.op == Op::SetLocal(local)) {
        return None;
    }
    let mut reads = insts(f).filter(|inst| inst.op == Op::GetLocal(local));
    let read = reads.next().filter(|_| reads.next().is_none())?.results[0];
    let mut uses = insts(f).filter(|inst| inst.args.contains(&read));
    uses.next().filter(|_| uses.next().is_none())?;
    let mut ends = 0;
    f.blocks.iter().for_each(|block| block.end.for_each_use(|temp| ends += u32::from(temp == read)));
    let check = first.insts.iter().find(|inst| inst.args.first() == Some(&read)).filter(|_| ends == 0)?;
    match check.op {
        Op::Check(repr, _) => Some((check, repr)),
        _ => None,
    }
}

/// Whether nothing that a program could see happens before the checks of the parameters.
pub(super) fn checks_first(f: &Function) -> bool {
    let checks: Vec<&Inst> = (0..f.params).filter_map(|index| checked_param(f, index)).map(|check| check.0).collect();
    let Some(first) = f.blocks.first() else { return false };
    let last = first.insts.iter().rposition(|inst| checks.iter().any(|check| std::ptr::eq(*check, inst)));
    let before = &first.insts[..last.map_or(0, |last| last + 1)];
    before.iter().all(|inst| {
        inst.op.is_pure() || matches!(inst.op, Op::SetLocal(_)) || checks.iter().any(|check| std::ptr::eq(*check, inst))
    })
}

/// The number or truth value that is boxed at every return.
fn result_of(f: &Function) -> Repr {
    let boxed = |temp: Temp| {
        let inst = insts(f).find(|inst| inst.op == Op::Box && inst.results[0] == temp)?;
        Some(f.repr(inst.args[0])).filter(|repr| matches!(repr, Repr::F64 | Repr::Bool))
    };
    let mut result = None;
    for block in &f.blocks {
        if let crate::mir::Terminator::Return(value) = block.end {
            let repr = match f.repr(value) {
                Repr::Any => boxed(value),
                typed => Some(typed),
            };
            match (repr, result) {
                (Some(repr), None) => result = Some(repr),
                (Some(repr), Some(known)) if repr == known => {}
                _ => return Repr::Any,
            }
        }
    }
    result.filter(|repr| matches!(repr, Repr::F64 | Repr::Bool)).unwrap_or(Repr::Any)
}
