//! Properties by name where the program's classes say what is there: a field read or written in place once the object is seen to be an
//! instance, else by the runtime. Fields that a constructor gives their first value, and what defines them.

use mosl_bytecode::FunctionRole;
use wasm_encoder::{BlockType, HeapType, ValType};

use super::body::{Body, Call, Place};
use super::build::{ANY, Key, reference};
use super::number::{Goes, Pair};
use super::op::{ABSENT_BOOL, ABSENT_NUMBER};
use crate::mir::{Inst, LocalId, Op, Plain, Repr, StrId, Temp};
use crate::program::ClassId;

/// What a construct leaves on the stack whose result goes there.
pub(super) fn block_type(goes: Goes) -> BlockType {
    match goes {
        Goes::Stack => BlockType::Result(ANY),
        Goes::Pair(_) | Goes::Number(..) | Goes::Truth(..) => BlockType::Empty,
    }
}

/// A field that an object may have, and how one sees that it is an instance.
#[derive(Clone, Copy, Debug)]
struct Guess {
    class: ClassId,
    slot: u16,
    seen: Seen,
}

#[derive(Clone, Copy, Debug)]
enum Seen {
    /// By its static type.
    Typed,
    /// `this`, cast when the function was entered: null where it is no instance.
    This(u32),
    Test,
}

impl<'a> Body<'_, 'a, '_> {
    /// Whether a temporary is `this`.
    pub fn is_this(&self, temp: Temp) -> bool {
        match self.maker(self.root(temp)).map(|maker| maker.op) {
            Some(Op::Plain(Plain::LoadThis)) => true,
            Some(Op::GetLocal(local)) => self.this_variable == Some(local),
            _ => false,
        }
    }

    /// The variable that holds `this` and nothing else.
    pub fn find_this(&self) -> Option<LocalId> {
        let insts = || self.f.blocks.iter().flat_map(|block| &block.insts);
        let is_load = |temp: Temp| self.maker(temp).is_some_and(|maker| maker.op == Op::Plain(Plain::LoadThis));
        let local = insts().find_map(|inst| match inst.op {
            Op::SetLocal(local) if is_load(inst.args[0]) => Some(local),
            _ => None,
        })?;
        let sets = insts().filter(|inst| inst.op == Op::SetLocal(local)).count();
        (sets == 1 && local.0 >= self.f.params).then_some(local)
    }

    /// The class whose code this is.
    pub fn home(&self) -> Option<ClassId> {
        self.b.guesses.home(self.func?)
    }

    /// At entry: `this` as an instance of the class whose code this is, where that helps.
    pub fn cast_this(&mut self) {
        if !self.is_hot() || !matches!(self.call, Call::Closure | Call::Worker) {
            return;
        }
        let Some(class) = self.home() else { return };
        let program = self.b.program;
        let insts = self.f.blocks.iter().flat_map(|block| &block.insts);
        let helps = insts.clone().any(|inst| match inst.op {
            Op::GetProp(name) | Op::SetProp(name) => {
                self.is_this(inst.args[0]) && self.b.guesses.field_of(program, class, name).is_some()
            }
            Op::Plain(Plain::DefineField | Plain::DefineUnset) => self.is_this(inst.args[0]),
            _ => false,
        });
        if !helps || program.class(class).is_none() {
            return;
        }
        let ty = self.b.class_type(self.unit, class);
        let local = self.new_local(reference(ty, true));
        let target = HeapType::Concrete(ty);
        self.sink().local_get(1).ref_test_non_null(target).if_(BlockType::Empty);
        self.sink().local_get(1).ref_cast_non_null(target).local_set(local).end();
        self.own = Some((local, class));
    }

    fn field_guesses(&self, name: StrId, object: Temp) -> Vec<Guess> {
        let program = self.b.program;
        if let Repr::Obj(class) = self.f.repr(self.root(object)) {
            let found = self.b.guesses.field_of(program, class, name);
            if let Some((class, slot)) = found {
                return vec![Guess { class, slot, seen: Seen::Typed }];
            }
        } else if let Some((local, class)) = self.own
            && self.is_this(object)
            && let Some((class, slot)) = self.b.guesses.field_of(program, class, name)
        {
            return vec![Guess { class, slot, seen: Seen::This(local) }];
        }
        let known = self.b.guesses.fields(name);
        known.iter().map(|&(class, slot)| Guess { class, slot, seen: Seen::Test }).collect()
    }

    fn is_length(&self, name: StrId) -> bool {
        self.b.program.strings.units(name).iter().copied().eq("length".encode_utf16())
    }

    /// Whether the property is most likely a number that has no box yet.
    pub fn reads_number(&self, name: StrId, object: Temp) -> bool {
        let program = self.b.program;
        let guesses = self.field_guesses(name, object);
        let is_number = |guess: &Guess| program.field_repr(guess.class, guess.slot) == Repr::F64;
        if guesses.is_empty() { self.is_length(name) } else { guesses.iter().all(is_number) }
    }

    /// Whether the property is most likely a truth value.
    pub fn reads_truth(&self, name: StrId, object: Temp) -> bool {
        let guesses = self.field_guesses(name, object);
        let is_truth = |guess: &Guess| self.b.program.field_repr(guess.class, guess.slot) == Repr::Bool;
        !guesses.is_empty() && guesses.iter().all(is_truth)
    }

    /// A local for a moment.
    pub fn scratch(&mut self, ty: ValType) -> u32 {
        if let Some(&(_, local)) = self.scratches.iter().find(|(known, _)| *known == ty) {
            return local;
        }
        let local = self.new_local(ty);
        self.scratches.push((ty, local));
        local
    }

    pub fn pair_for(&self, inst: &Inst) -> Option<Pair> {
        match self.places[inst.results.first()?.0 as usize] {
            Place::Pair(pair) => Some(pair),
            _ => None,
        }
    }

    /// The instance on the stack, or a branch.
    fn instance(&mut self, object: u32, guess: Guess, label: u32) {
        let ty = self.b.class_type(self.unit, guess.class);
        let target = HeapType::Concrete(ty);
        match guess.seen {
            Seen::Typed => _ = self.sink().local_get(object),
            Seen::This(own) => _ = self.sink().local_get(own).ref_is_null().br_if(label).local_get(own),
            Seen::Test => {
                self.sink().local_get(object).ref_test_non_null(target).i32_eqz().br_if(label);
                self.sink().local_get(object).ref_cast_non_null(target);
            }
        }
    }

    pub fn get_property(&mut self, name: StrId, inst: &'a Inst) {
        let goes = self.goes(inst);
        let is_hot = self.is_hot();
        let guesses = if is_hot { self.field_guesses(name, inst.args[0]) } else { vec![] };
        let is_length = is_hot && guesses.is_empty() && self.is_length(name);
        if guesses.is_empty() && !is_length {
            self.operands(&inst.args);
            self.named(name, inst.loc);
            self.runtime("get_prop");
            return self.deliver(Repr::Any, goes);
        }
        self.settle(&inst.args);
        let object = self.in_local(inst.args[0]);
        self.sink().block(block_type(goes));
        if is_length {
            self.array_length(object, goes);
        }
        for guess in guesses {
            self.sink().block(BlockType::Empty);
            self.instance(object, guess, 0);
            self.present_field(guess, 0);
            self.deliver(self.b.program.field_repr(guess.class, guess.slot), goes);
            self.sink().br(1).end();
        }
        self.operands(&inst.args);
        self.named(name, inst.loc);
        self.runtime("get_prop");
        self.deliver(Repr::Any, goes);
        self.sink().end();
    }

    fn array_length(&mut self, object: u32, goes: Goes) {
        let (array, length) = (self.b.ty("Array"), self.b.field("Array", "length"));
        let target = HeapType::Concrete(array);
        self.sink().block(BlockType::Empty).local_get(object).ref_test_non_null(target).i32_eqz().br_if(0);
        self.sink().local_get(object).ref_cast_non_null(target).struct_get(array, length);
        if matches!(goes, Goes::Stack | Goes::Truth(..)) {
            self.runtime("box_u32");
            self.deliver(Repr::Any, goes);
        } else {
            self.sink().f64_convert_i32_u();
            self.deliver(Repr::F64, goes);
        }
        self.sink().br(1).end();
    }

    /// The field of the instance on the stack, or a branch where it has no value.
    fn present_field(&mut self, guess: Guess, label: u32) {
        let (ty, index) = (self.b.class_type(self.unit, guess.class), 2 + u32::from(guess.slot));
        let repr = self.b.program.field_repr(guess.class, guess.slot);
        let val_type = self.b.val_type(self.unit, repr);
        let value = self.scratch(val_type);
        self.sink().struct_get(ty, index).local_set(value);
        self.absent(repr, value, label);
        self.sink().local_get(value);
    }

    /// A branch where a field's value is that it has none.
    fn absent(&mut self, repr: Repr, value: u32, label: u32) {
        match repr {
            Repr::F64 => {
                self.sink().local_get(value).local_get(value).f64_ne().if_(BlockType::Empty).local_get(value);
                self.sink()
                    .i64_reinterpret_f64()
                    .i64_const(ABSENT_NUMBER.cast_signed())
                    .i64_eq()
                    .br_if(label + 1)
                    .end();
            }
            Repr::Bool | Repr::I32 => _ = self.sink().local_get(value).i32_const(ABSENT_BOOL).i32_eq().br_if(label),
            Repr::Str | Repr::Obj(_) => _ = self.sink().local_get(value).ref_is_null().br_if(label),
            Repr::Any => {
                let absent = self.b.global("absent");
                self.sink().local_get(value).global_get(absent).ref_eq().br_if(label);
            }
        }
    }

    pub fn set_property(&mut self, name: StrId, inst: &'a Inst) {
        let guesses = if self.is_hot() { self.field_guesses(name, inst.args[0]) } else { vec![] };
        self.settle(&inst.args);
        if guesses.is_empty() {
            self.operands(&inst.args);
            self.named(name, inst.loc);
            return self.runtime("set_prop");
        }
        let object = self.in_local(inst.args[0]);
        let is_first = self.first_writes.contains(&std::ptr::from_ref(inst));
        self.sink().block(BlockType::Empty);
        for guess in guesses {
            self.sink().block(BlockType::Empty);
            self.write_field(object, guess, inst.args[1], !is_first);
            self.sink().br(1).end();
        }
        self.operands(&inst.args);
        self.named(name, inst.loc);
        self.runtime("set_prop");
        self.sink().end();
    }

    /// Writes a field in place, or branches out of the innermost block.
    fn write_field(&mut self, object: u32, guess: Guess, value: Temp, is_present: bool) {
        let (ty, index) = (self.b.class_type(self.unit, guess.class), 2 + u32::from(guess.slot));
        let (shape, bits) = (self.b.ty("Shape"), self.b.field("Shape", "bits"));
        let repr = self.b.program.field_repr(guess.class, guess.slot);
        let own = match guess.seen {
            Seen::Typed => object,
            Seen::This(own) => own,
            Seen::Test => self.new_local(reference(ty, true)),
        };
        self.instance(object, guess, 0);
        if matches!(guess.seen, Seen::Test) {
            self.sink().local_tee(own);
        }
        // A shape of its own: frozen, or otherwise special.
        self.sink().struct_get(ty, 0).struct_get(shape, bits).i32_const(1).i32_and().br_if(0);
        if is_present {
            let val_type = self.b.val_type(self.unit, repr);
            let old = self.scratch(val_type);
            self.sink().local_get(own).struct_get(ty, index).local_set(old);
            self.absent(repr, old, 0);
        }
        self.sink().local_get(own);
        self.typed_or_branch(value, repr, 0);
        self.sink().struct_set(ty, index);
    }

    /// An operand as a value of that type, or a branch.
    pub fn typed_or_branch(&mut self, value: Temp, repr: Repr, label: u32) {
        let root = self.root(value);
        let ty = match repr {
            Repr::Any => return self.operands(&[value]),
            Repr::F64 => return self.number_or_branch(value, label),
            Repr::Bool | Repr::I32 => return self.truth_or_branch(value, label),
            Repr::Str if self.f.repr(root) == Repr::Str => return self.operands(&[value]),
            Repr::Str => self.b.ty("Str"),
            Repr::Obj(class) => {
                if let Repr::Obj(of) = self.f.repr(root)
                    && self.b.mir(self.unit).is_subclass(of, class)
                {
                    return self.operands(&[value]);
                }
                self.b.class_type(self.unit, class)
            }
        };
        let local = self.in_local(value);
        let target = HeapType::Concrete(ty);
        self.sink().local_get(local).ref_test_non_null(target).i32_eqz().br_if(label);
        self.sink().local_get(local).ref_cast_non_null(target);
    }

    fn truth_or_branch(&mut self, value: Temp, label: u32) {
        if let Some(source) = self.source_of_box(value, Repr::Bool) {
            return self.operands(&[source]);
        }
        let local = self.in_local(value);
        let (yes, no) = (self.b.global("true"), self.b.global("false"));
        self.sink().local_get(local).global_get(yes).ref_eq().local_get(local).global_get(no).ref_eq();
        self.sink().i32_or().i32_eqz().br_if(label).local_get(local).global_get(yes).ref_eq();
    }

    /// In a constructor: writes that give fields of a new object their first values, in the order of the class, before anyone else
    /// sees the object. No prototype has a say about them.
    pub fn find_first_writes(&mut self) {
        if !self.is_hot() || self.f.role != FunctionRole::BaseConstructor {
            return;
        }
        let (Some(class), program) = (self.home(), self.b.program) else { return };
        let (mut defined, mut last) = (false, None);
        for inst in &self.f.blocks[0].insts {
            match inst.op {
                Op::Plain(Plain::RunFieldInit) if self.is_this(inst.args[0]) && last.is_none() => defined = true,
                Op::SetLocal(local) if self.this_variable == Some(local) => {}
                Op::SetProp(name) if self.is_this(inst.args[0]) && !self.is_this(inst.args[1]) => {
                    let Some((_, slot)) = self.b.guesses.field_of(program, class, name) else { return };
                    let is_in_order = last < Some(slot) || (defined && self.is_defined(class, name));
                    if !is_in_order || !self.b.guesses.is_only_field(name) {
                        return;
                    }
                    last = last.max(Some(slot));
                    self.first_writes.insert(std::ptr::from_ref(inst));
                }
                Op::GetProp(name) if self.b.guesses.is_only_field(name) => {}
                _ if inst.args.iter().any(|&arg| self.is_this(arg)) => return,
                _ => {}
            }
        }
    }

    /// Whether the class's initialiser defines a field of that name.
    fn is_defined(&self, class: ClassId, name: StrId) -> bool {
        let Some(func) = self.b.guesses.initialiser(class) else { return false };
        let f = self.b.program.function(func);
        let insts = || f.blocks.iter().flat_map(|block| &block.insts);
        let keys = insts().filter(|inst| matches!(inst.op, Op::Plain(Plain::DefineField | Plain::DefineUnset)));
        keys.map(|inst| inst.args[1]).any(|key| {
            let made = insts().find(|inst| inst.results.first() == Some(&key));
            let text = made.filter(|inst| inst.op == Op::Box).map_or(key, |inst| inst.args[0]);
            insts().any(|inst| inst.results.first() == Some(&text) && inst.op == Op::Str(name))
        })
    }

    /// A field that the class's initialiser defines on a new object.
    pub fn define_own(&mut self, plain: Plain, inst: &'a Inst) -> bool {
        let Some((own, class)) = self.own.filter(|_| self.is_this(inst.args[0])) else { return false };
        let Some(Op::Str(name)) = self.maker(self.root(inst.args[1])).map(|maker| maker.op) else { return false };
        let Some((class, slot)) = self.b.guesses.field_of(self.b.program, class, name) else { return false };
        let guess = Guess { class, slot, seen: Seen::This(own) };
        let (ty, index) = (self.b.class_type(self.unit, class), 2 + u32::from(slot));
        let repr = self.b.program.field_repr(class, slot);
        let val_type = self.b.val_type(self.unit, repr);
        let old = self.scratch(val_type);
        self.settle(&inst.args);
        self.sink().block(BlockType::Empty).block(BlockType::Empty).block(BlockType::Empty);
        self.instance(own, guess, 1);
        self.sink().struct_get(ty, index).local_set(old);
        self.absent(repr, old, 0);
        self.sink().br(1).end();
        let (shape, bits) = (self.b.ty("Shape"), self.b.field("Shape", "bits"));
        if plain == Plain::DefineField {
            self.sink().local_get(own).struct_get(ty, 0).struct_get(shape, bits).i32_const(1).i32_and().br_if(0);
            self.sink().local_get(own);
            self.typed_or_branch(inst.args[2], repr, 0);
            self.sink().struct_set(ty, index).br(1).end();
            self.operands(&inst.args);
            self.runtime("define_field");
        } else {
            let (site, record) = (self.b.site(), self.b.ty("Site"));
            let [seen, next] = ["shape", "next"].map(|field| self.b.field("Site", field));
            self.sink()
                .local_get(own)
                .struct_get(ty, 0)
                .global_get(site)
                .struct_get(record, seen)
                .ref_eq()
                .i32_eqz()
                .br_if(0);
            self.sink().local_get(own).global_get(site).struct_get(record, next).struct_set(ty, 0).br(1).end();
            self.operands(&inst.args);
            self.sink().global_get(site);
            self.runtime("define_unset_at");
        }
        self.sink().end();
        true
    }

    /// Runs the initialiser of the class's fields: by name, where it is known.
    pub fn run_initialiser(&mut self, inst: &'a Inst) -> bool {
        let Some(func) = self.home().and_then(|class| self.b.guesses.initialiser(class)) else { return false };
        let is_callee = self.maker(inst.args[1]).is_some_and(|maker| maker.op == Op::Plain(Plain::LoadCallee));
        if !self.is_hot() || !is_callee || !matches!(self.call, Call::Closure | Call::Worker) {
            return false;
        }
        let (function, class) = (self.b.ty("Function"), self.b.ty("Class"));
        let [of_class, fields] = [("Function", "class"), ("Class", "fields")].map(|(ty, name)| self.b.field(ty, name));
        let found = self.scratch(ANY);
        self.settle(&inst.args);
        self.sink().local_get(0).struct_get(function, of_class).struct_get(class, fields).local_tee(found);
        self.sink().ref_is_null().i32_eqz().if_(BlockType::Empty);
        self.sink().local_get(found).ref_cast_nullable(HeapType::Concrete(function));
        self.operands(&inst.args[..1]);
        let code = self.b.demand(Key::Entry(self.unit, func));
        self.sink().call(code).drop().end();
        true
    }
}
