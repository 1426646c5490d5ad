//! Classes: their prototypes, their instances' shapes, their fields.

use crate::heap::Gc;
use crate::native::Completion;
use crate::object::Object;
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::object::shape::{Attrs, Root, ShapeId};
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

/// Inline slots of the first instance of a class without fixed slots; later ones get what it turned out to need.
pub(crate) const FIRST_INLINE: u8 = 8;

/// Inline slots of a class whose constructor assigns none: its methods will.
const LATE_INLINE: u8 = 4;

/// The most inline slots. An instance of a class with fixed slots has at least as many as the class has fields, up to these.
pub(crate) const MAX_INLINE: u32 = 48;

impl Vm {
    /// Makes a constructor closure a class; yields its prototype object.
    pub(crate) fn new_class(&mut self, ctor: Value, superclass: Value) -> Completion {
        let Some(mut constructor) = ctor.of::<FunctionData>() else {
            return Err(self.fault("a class has no constructor"));
        };
        let (parent, parent_proto) = if superclass.is_undefined() {
            (None, Some(self.intrinsic(Intrinsic::ObjectPrototype)))
        } else if superclass.is_null() {
            (None, None)
        } else {
            if !self.constructs(superclass)? {
                let what = self.brief(superclass);
                return Err(self.type_error(&format!("Class extends value {what} is not a constructor or null")));
            }
            let key = PropKey::Name(self.common().prototype);
            let proto = self.get(superclass, key)?;
            if !proto.is_object() && !proto.is_null() {
                return Err(self.type_error("Class extends value does not have valid prototype property"));
            }
            (superclass.as_object(), proto.as_object())
        };
        let prototype = self.new_fixed_object(parent_proto);
        let key = PropKey::Name(self.common().constructor);
        self.add_own(prototype, key, ctor, Attrs::HIDDEN);
        // An instance of a class that extends one with fixed slots has those slots too.
        let inherited =
            superclass.of::<FunctionData>().and_then(|f| f.data.class.as_ref().and_then(|class| class.layout));
        let class = self.code.module.functions[usize::from(constructor.data.func)].class.or(inherited);
        let inline = class.map_or(FIRST_INLINE, |class| match self.code.fields[usize::from(class)].len() {
            0 => LATE_INLINE,
            fields => fields.min(MAX_INLINE as usize) as u8,
        });
        let instance_shape = self.instance_shape(prototype, class, inline);
        constructor.data.class = Some(Box::new(ClassData {
            prototype,
            layout: class,
            field_init: Value::UNDEFINED,
            instance_shape,
            inline,
        }));
        if parent.is_some() {
            self.set_prototype(constructor.base(), parent);
        }
        Ok(prototype.into())
    }

    /// The shape of a fresh instance: with the fixed slots of its class.
    pub(crate) fn instance_shape(&mut self, prototype: Gc<Object>, class: Option<u16>, inline: u8) -> ShapeId {
        let class_number = class.unwrap_or(Root::NO_CLASS);
        let root = Root { inline, class: class_number, ..Root::of_proto(Some(prototype)) };
        let mut shape = self.shapes.root(root);
        if let Some(class) = class {
            let names: Vec<_> = self.code.fields[usize::from(class)].iter().map(|field| field.name).collect();
            for name in names {
                let name = self.module_string(name);
                shape = self.shapes.force_property(shape, name, Attrs::PLAIN.with(Attrs::FIELD));
            }
        }
        shape
    }

    /// The object that a base constructor starts with.
    pub(crate) fn new_instance(&mut self, new_target: Value) -> Completion {
        if let Some(class) =
            new_target.of::<FunctionData>().and_then(|f| f.data.class.as_ref().map(|c| (c.instance_shape, c.inline)))
        {
            return Ok(self.heap.plain(class.0, class.1, Instance).into());
        }
        let shape = self.construct_shape(new_target, Intrinsic::ObjectPrototype)?;
        Ok(self.heap.plain(shape, 0, Instance).into())
    }

    /// `OrdinaryCreateFromConstructor`'s prototype: the shape of objects that `new_target` makes, whose usual prototype is `usual`.
    pub fn construct_shape(&mut self, new_target: Value, usual: Intrinsic) -> Completion<ShapeId> {
        if new_target.is_undefined() {
            return Ok(self.shape_of_proto(usual));
        }
        let key = PropKey::Name(self.common().prototype);
        let proto = self.get(new_target, key)?;
        match proto.as_object() {
            Some(proto) => Ok(self.shapes.of_proto(Some(proto))),
            None => Ok(self.shape_of_proto(usual)),
        }
    }

    /// After the first instances: later ones get the inline slots that these turned out to need.
    #[inline]
    pub(crate) fn note_instance(&mut self, new_target: Value, instance: Value) {
        if let (Some(mut constructor), Some(object)) = (new_target.of::<FunctionData>(), instance.as_object())
            && let Some(class) = constructor.data.class.as_mut()
        {
            // What a constructor returned may be another class's.
            let fields = class.layout.map_or(0, |layout| self.code.fields[usize::from(layout)].len() as u32);
            let shape = self.shapes.get(object.shape());
            let needed = shape.count.max(fields).min(MAX_INLINE) as u8;
            if shape.root.inline == class.inline
                && (needed > class.inline || (class.inline == FIRST_INLINE && needed < FIRST_INLINE))
            {
                let (prototype, layout) = (class.prototype, class.layout);
                self.widen_instances(prototype, layout, constructor, needed);
            }
        }
    }

    #[cold]
    fn widen_instances(
        &mut self,
        prototype: Gc<Object>,
        class: Option<u16>,
        mut constructor: Gc<crate::object::Of<FunctionData>>,
        inline: u8,
    ) {
        let inline = if inline == FIRST_INLINE { FIRST_INLINE + 1 } else { inline };
        let shape = self.instance_shape(prototype, class, inline);
        if let Some(class) = constructor.data.class.as_mut() {
            class.inline = inline;
            class.instance_shape = shape;
        }
    }

    pub(crate) fn set_field_init(&mut self, ctor: Value, init: Value) -> Completion<()> {
        match ctor.of::<FunctionData>() {
            Some(mut function) if function.data.class.is_some() => {
                if let Some(class) = function.data.class.as_mut() {
                    class.field_init = init;
                }
                Ok(())
            }
            _ => Err(self.fault("fields are given to no class")),
        }
    }

    pub(crate) fn run_field_init(&mut self, object: Value, ctor: Value) -> Completion<()> {
        let init = ctor.of::<FunctionData>().and_then(|f| f.data.class.as_ref().map(|class| class.field_init));
        match init {
            Some(init) if init.is_callable() => self.call(init, object, &[]).map(drop),
            _ => Ok(()),
        }
    }

    /// What `super(…)` constructs.
    pub(crate) fn super_constructor(&mut self, ctor: Value) -> Completion {
        let parent = ctor.as_object().and_then(|ctor| self.prototype_of(ctor));
        match parent.map(Value::from) {
            Some(parent) if self.constructs(parent)? => Ok(parent),
            _ => Err(self.type_error("Super constructor is not a constructor")),
        }
    }
}
