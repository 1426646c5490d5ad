//! Fixed slots for the properties that constructors of unannotated classes give their instances before anyone sees them.
//!
//! A class gets them where its instances never have other properties, and nobody but the program itself ever holds one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::super::{ClassDef, FieldDef, FuncId, Op, Program, Repr, StrId};
use super::solver::{Slot, Solver};
use super::value::{Kinds, Object, Value};
use crate::program::ClassId;

/// What classes were given.
#[derive(Default)]
pub struct Layouts {
    /// The class with a fixed layout that a constructor makes instances of, and its depth in the tree of classes.
    classes: FxHashMap<FuncId, ClassId>,
    parents: FxHashMap<ClassId, Option<ClassId>>,
    /// New fields and their representations, by class and name.
    given: FxHashMap<ClassId, Vec<(StrId, Repr)>>,
    slots: FxHashMap<(ClassId, StrId), (u16, Repr)>,
    /// Classes that have new fields, their own or inherited.
    with_fields: FxHashSet<ClassId>,
}

impl Layouts {
    /// The class whose instance an object is.
    pub fn class_of(&self, object: Object) -> Option<ClassId> {
        match object {
            Object::Instance(constructor) => self.classes.get(&constructor).copied(),
            _ => None,
        }
    }

    /// The class that all of these are instances of.
    pub fn common(&self, objects: &[Object]) -> Option<ClassId> {
        let mut common: Option<ClassId> = None;
        for &object in objects {
            let class = self.class_of(object)?;
            common = match common {
                None => Some(class),
                Some(known) => {
                    let known = self.ancestors(known);
                    Some(self.ancestors(class).into_iter().find(|ancestor| known.contains(ancestor))?)
                }
            };
        }
        common.filter(|class| self.with_fields.contains(class))
    }

    /// The class itself first.
    fn ancestors(&self, class: ClassId) -> Vec<ClassId> {
        std::iter::successors(Some(class), |class| self.parents.get(class).copied().flatten()).collect()
    }

    /// As if the new fields were laid out: what only asks need not change the program.
    pub fn assume_given(&mut self) {
        let has_fields = |class: &ClassId| self.given.get(class).is_some_and(|fields| !fields.is_empty());
        let with = self.parents.keys().filter(|class| self.ancestors(**class).iter().any(has_fields));
        self.with_fields = with.copied().collect();
    }

    /// The place and representation of a new field.
    pub fn field(&self, class: ClassId, name: StrId) -> Option<(u16, Repr)> {
        self.slots.get(&(class, name)).copied()
    }
}

impl Solver<'_> {
    /// Decides which classes are given fields.
    pub fn layouts(&self) -> Layouts {
        let mut layouts = Layouts::default();
        let constructors = self.program.functions.iter().enumerate();
        let constructors = constructors.filter_map(|(index, func)| Some((func.class?, FuncId(index as u32))));
        let by_class: FxHashMap<ClassId, FuncId> = constructors.collect();
        layouts.classes = by_class.iter().map(|(&class, &func)| (func, class)).collect();
        layouts.parents = self.program.classes.iter().map(|class| (class.id, class.superclass)).collect();
        if self.scan.has_computed_members {
            return layouts;
        }
        // Superclasses come first.
        let mut leaks: FxHashMap<ClassId, bool> = FxHashMap::default();
        for class in &self.program.classes {
            let parent_leaks = class.superclass.is_some_and(|parent| leaks.get(&parent).copied().unwrap_or(true));
            let made = by_class.get(&class.id).and_then(|func| self.scan.constructor(*func));
            leaks.insert(class.id, parent_leaks || made.is_none_or(|made| made.leaks));
            let (Some(made), Some(&func), false) = (made, by_class.get(&class.id), parent_leaks) else { continue };
            if !self.is_as_declared(class, func, &layouts) {
                continue;
            }
            let taken = self.names(class, &layouts);
            let free = |name: &&StrId| {
                !taken.contains(*name)
                    && !self.scan.accessors.contains(*name)
                    && !self.scan.deleted.contains(*name)
                    && !self.scan.is_index(self.program, **name)
            };
            let names = made.names.iter().filter(free).map(|&name| (name, Repr::Any)).collect();
            layouts.given.insert(class.id, names);
        }
        self.drop_dictionaries(&by_class, &mut layouts);
        self.choose_reprs(&by_class, &mut layouts);
        layouts
    }

    /// Whether a class extends what its definition says, and that has its fields.
    fn is_as_declared(&self, class: &ClassDef, func: FuncId, layouts: &Layouts) -> bool {
        let superclass =
            self.known_slot(Object::Closure(func), Slot::Superclass).map_or(Value::NONE, |at| self.value(at));
        match (class.superclass, self.sets.get(superclass.objects)) {
            (None, []) => superclass.kinds == Kinds::UNDEFINED,
            (Some(parent), [Object::Closure(found)]) if superclass.kinds == Kinds::NONE => {
                layouts.classes.get(found) == Some(&parent) && layouts.given.contains_key(&parent)
            }
            _ => false,
        }
    }

    /// All fields, declared and new ones, of a class and those that it extends.
    fn names(&self, class: &ClassDef, layouts: &Layouts) -> FxHashSet<StrId> {
        let ancestors = layouts.ancestors(class.id);
        let declared = ancestors.iter().filter_map(|id| self.program.class(*id)).flat_map(|class| &class.fields);
        let given = ancestors.iter().filter_map(|id| layouts.given.get(id)).flatten().map(|(name, _)| *name);
        declared.map(|field| field.name).chain(given).collect()
    }

    /// Instances with properties that are no fields are dictionaries: their classes and all that those extend stay as they are.
    fn drop_dictionaries(&self, by_class: &FxHashMap<ClassId, FuncId>, layouts: &mut Layouts) {
        for class in self.program.classes.iter().rev() {
            let Some(&func) = by_class.get(&class.id) else { continue };
            let instance = Object::Instance(func);
            let fields = self.names(class, layouts);
            let is_regular = layouts.given.contains_key(&class.id)
                && !self.has_escaped(instance)
                && self.data_names(instance).all(|name| fields.contains(&name));
            if !is_regular {
                for ancestor in layouts.ancestors(class.id) {
                    layouts.given.remove(&ancestor);
                }
            }
        }
        // Where a superclass was dropped, what extends it is, too.
        for class in &self.program.classes {
            if class.superclass.is_some_and(|parent| !layouts.given.contains_key(&parent)) {
                layouts.given.remove(&class.id);
            }
        }
    }

    fn choose_reprs(&self, by_class: &FxHashMap<ClassId, FuncId>, layouts: &mut Layouts) {
        let mut reprs: FxHashMap<(ClassId, StrId), Option<Repr>> = FxHashMap::default();
        for class in &self.program.classes {
            let Some(&func) = by_class.get(&class.id) else { continue };
            for ancestor in layouts.ancestors(class.id) {
                for &(name, _) in layouts.given.get(&ancestor).into_iter().flatten() {
                    let node = self.known_slot(Object::Instance(func), Slot::Data(name));
                    let value = node.map_or(Value::NONE, |node| self.value(node));
                    if value.is_none() {
                        continue;
                    }
                    let repr = value.primitive_repr();
                    reprs
                        .entry((ancestor, name))
                        .and_modify(|known| *known = known.filter(|_| *known == repr))
                        .or_insert(repr);
                }
            }
        }
        for (class, fields) in &mut layouts.given {
            for (name, repr) in fields {
                *repr = reprs.get(&(*class, *name)).copied().flatten().unwrap_or(Repr::Any);
            }
        }
    }
}

/// Puts the new fields into the classes; what names fields by their slots follows.
pub fn lay_out(program: &mut Program, layouts: &mut Layouts) {
    if layouts.given.values().all(Vec::is_empty) {
        return;
    }
    let insts = |program: &Program| -> Vec<Option<StrId>> {
        let insts = program.functions.iter().flat_map(|func| &func.blocks).flat_map(|block| &block.insts);
        insts
            .map(|inst| match inst.op {
                Op::GetField(class, slot) | Op::SetField(class, slot) => Some(program.field_name(class, slot)),
                _ => None,
            })
            .collect()
    };
    let names = insts(program);
    for class in &mut program.classes {
        let new = layouts.given.get(&class.id).into_iter().flatten();
        class.fields.extend(new.map(|&(name, repr)| FieldDef { name, repr }));
    }
    let mut all: FxHashMap<(ClassId, StrId), u16> = FxHashMap::default();
    for class in &program.classes {
        let chain: Vec<ClassId> = layouts.ancestors(class.id);
        let fields = chain.iter().rev().filter_map(|id| program.class(*id)).flat_map(|class| &class.fields);
        for (slot, field) in fields.enumerate() {
            all.insert((class.id, field.name), slot as u16);
            let is_new = chain
                .iter()
                .filter_map(|id| layouts.given.get(id))
                .any(|given| given.iter().any(|(name, _)| *name == field.name));
            if is_new {
                layouts.with_fields.insert(class.id);
                layouts.slots.insert((class.id, field.name), (slot as u16, field.repr));
            }
        }
    }
    let code = program.functions.iter_mut().flat_map(|func| &mut func.blocks).flat_map(|block| &mut block.insts);
    for (inst, name) in code.zip(names) {
        if let (Op::GetField(class, slot) | Op::SetField(class, slot), Some(name)) = (&mut inst.op, name) {
            *slot = all[&(*class, name)];
        }
    }
}
