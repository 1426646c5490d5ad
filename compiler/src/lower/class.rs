//! Classes (ECMA-262, 15.7.14): constructor, methods, fields, private names, static elements.
//!
//! Fields and private methods of instances are defined by one hidden method of the class (`class.fields`), static fields and
//! blocks run in another that is called once with the class as `this`.

use mosl_bytecode::{ErrorKind, FunctionRole};
use mosl_syntax::ast::{Class, ClassMember, Expr, Function, FunctionKind as SyntaxKind, MemberKind, PropKey, SmolStr};

use super::Lowerer;
use super::assign::is_anonymous;
use super::function::Role;
use super::names::{Captured, Key};
use crate::mir::{FuncId, Local, Op, Plain, Repr, Temp};
use crate::program::{BindingKind, ClassId, Resolved};

/// The object whose prototype `super` looks into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Home {
    pub serial: u32,
}

/// A class whose body encloses the current place.
pub(super) struct ClassScope {
    pub serial: u32,
    pub private_names: Vec<SmolStr>,
    pub has_instance_elements: bool,
    /// What `this` is known to be in the class's methods.
    pub receiver: Option<ClassId>,
}

/// The class being lowered.
struct Parts<'a> {
    class: &'a Class,
    serial: u32,
    proto_home: Home,
    static_home: Home,
    fixed: Option<ClassId>,
    receiver: Option<ClassId>,
}

const METHOD: u8 = 0;
const GETTER: u8 = 1;
const SETTER: u8 = 2;
const PRIVATE_FIELD: u8 = 3;

impl Lowerer<'_> {
    /// Evaluates a class; `name` is what it is called where it has no own name.
    pub(super) fn class(&mut self, class: &Class, name: Option<&str>) -> Temp {
        let parts = self.open_class(class);
        let superclass = match &class.superclass {
            Some(expr) => self.before_class(|lower| lower.superclass(expr)),
            None => self.undefined(),
        };
        self.at(class.span);
        let own = class.name.as_ref().map(|name| name.text.clone());
        let name = own.as_deref().or(name).unwrap_or("");
        let ctor = self.constructor(&parts, name);
        let proto = self.plain(Plain::NewClass, &[ctor, superclass]);
        self.write(&Key::Home(parts.proto_home.serial), proto);
        self.write(&Key::Home(parts.static_home.serial), ctor);
        for (index, member) in class.members.iter().enumerate() {
            self.define_member(&parts, index, member, ctor, proto);
        }
        self.initialise_inner_name(class, ctor);
        self.field_initialiser(&parts, ctor);
        self.static_elements(&parts, ctor);
        self.classes.pop();
        ctor
    }

    /// The value after `extends`. What is not there at all would stand for "no superclass".
    fn superclass(&mut self, expr: &Expr) -> Temp {
        let value = self.expr_any(expr);
        if let Resolved::Binding(id) = self.resolved(expr.id)
            && self.binding(id).kind == BindingKind::Class
        {
            return value;
        }
        self.at(expr.span);
        let absent = self.is_undefined(value);
        let (missing, present) = (self.new_block(), self.new_block());
        self.branch(absent, missing, present);
        self.switch(missing);
        self.throw_error(ErrorKind::TypeError, "Class extends value undefined is not a constructor or null");
        self.switch(present);
        value
    }

    /// Opens the scope of a class: its inner name, its private names, the places of its homes.
    fn open_class<'a>(&mut self, class: &'a Class) -> Parts<'a> {
        let (serial, proto, statics) = (self.serial(), self.serial(), self.serial());
        let id = self.facts().classes.get(&class.id).copied();
        let fixed = id.filter(|id| self.program.classes[id.0 as usize].fixed_layout);
        // Without strict types methods are lent to other objects and classes mixed into others, as JavaScript lets them.
        let receiver = fixed.filter(|_| self.file.strict);
        if let Some(inner) = self.inner_name(class) {
            let name = self.binding_name(inner);
            self.declare_constant(Key::Binding(inner), &name, Repr::Any);
        }
        let mut names: Vec<SmolStr> = vec![];
        for member in &class.members {
            if let Some(PropKey::Private(name)) = member.key()
                && !names.contains(&name.text)
            {
                names.push(name.text.clone());
            }
        }
        for name in &names {
            let description = self.str(&format!("#{}", name.trim_start_matches('#')));
            let value = self.any(Op::NewPrivateName(description), &[]);
            self.declare_value(Key::PrivateName(serial, name.clone()), name, value);
        }
        self.declare_constant(Key::Home(proto), "prototype", Repr::Any);
        self.declare_constant(Key::Home(statics), "class", Repr::Any);
        let has_instance_elements = class.members.iter().any(is_instance_element);
        self.classes.push(ClassScope { serial, private_names: names, has_instance_elements, receiver });
        Parts {
            class,
            serial,
            proto_home: Home { serial: proto },
            static_home: Home { serial: statics },
            fixed,
            receiver,
        }
    }

    /// The variable that is the class's own name inside its body.
    fn inner_name(&self, class: &Class) -> Option<crate::program::BindingId> {
        self.facts().class_inner.get(&class.id).copied()
    }

    fn initialise_inner_name(&mut self, class: &Class, ctor: Temp) {
        if let Some(id) = self.inner_name(class) {
            self.write(&Key::Binding(id), ctor);
        }
    }

    fn constructor(&mut self, parts: &Parts<'_>, name: &str) -> Temp {
        let role = Role {
            home: Some(parts.proto_home),
            receiver: parts.receiver,
            is_derived: parts.class.superclass.is_some(),
        };
        let written = parts.class.members.iter().find_map(constructor_of);
        let func = self.new_function();
        let loc = self.ctx().loc;
        let captured = match written {
            Some(function) => self.lower_function(function, func, Some(name), role),
            None => self.default_constructor(func, name, role),
        };
        let source = self.loc_of(parts.class.span);
        let made = &mut self.out.functions[func.0 as usize];
        made.class = parts.fixed;
        made.source = Some(source);
        self.f().loc = loc;
        self.closure(func, captured)
    }

    /// `constructor(...args) { super(...args); }`, or without a superclass an empty one.
    fn default_constructor(&mut self, func: FuncId, name: &str, role: Role) -> Vec<Captured> {
        let loc = self.ctx().loc;
        self.begin_function(SyntaxKind::Constructor);
        self.f().loc = loc;
        let name = self.str(name);
        let args_name = self.str("args");
        let f = self.f();
        f.func.name = Some(name);
        f.func.role = if role.is_derived { FunctionRole::DerivedConstructor } else { FunctionRole::BaseConstructor };
        if role.is_derived {
            f.func.locals.push(Local { repr: Repr::Any, name: args_name });
            f.func.params = 1;
            f.func.rest = true;
        }
        let callee = self.plain(Plain::LoadCallee, &[]);
        let this = if role.is_derived {
            let args = self.get(crate::mir::LocalId(0));
            let target = self.plain(Plain::LoadNewTarget, &[]);
            self.any(Op::SuperCallSpread, &[callee, target, args])
        } else {
            self.plain(Plain::LoadThis, &[])
        };
        if self.classes.last().is_some_and(|scope| scope.has_instance_elements) {
            self.plain_effect(Plain::RunFieldInit, &[this, callee]);
        }
        self.f().end(crate::mir::Terminator::Return(this));
        self.end_function(func)
    }

    fn define_member(&mut self, parts: &Parts<'_>, index: usize, member: &ClassMember, ctor: Temp, proto: Temp) {
        self.at(member.span);
        let is_static = member.modifiers.is_static;
        match &member.kind {
            MemberKind::Method { key, function, .. } if has_body(function) => {
                if matches!(function.kind, SyntaxKind::Constructor) {
                    return;
                }
                let (target, home) = if is_static { (ctor, parts.static_home) } else { (proto, parts.proto_home) };
                let role =
                    Role { home: Some(home), receiver: parts.receiver.filter(|_| !is_static), is_derived: false };
                self.define_method(parts, index, key, function, target, role, is_static);
            }
            MemberKind::Field { key: PropKey::Computed(expr), .. } if !member.modifiers.is_declare => {
                let value = self.before_class(|lower| lower.expr_any(expr));
                let key = self.plain(Plain::ToKey, &[value]);
                self.declare_value(Key::Member(parts.serial, index as u32), "field name", key);
            }
            _ => {}
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what a method definition consists of")]
    fn define_method(
        &mut self,
        parts: &Parts<'_>,
        index: usize,
        key: &PropKey,
        function: &Function,
        target: Temp,
        role: Role,
        is_static: bool,
    ) {
        let kind = method_kind(function);
        if let PropKey::Private(name) = key {
            let text = format!("#{}", name.text.trim_start_matches('#'));
            let closure = self.method(function, Some(&text), role);
            if is_static {
                let private = self.private_name(&name.text);
                self.effect(Op::DefinePrivate(kind), &[target, private, closure]);
            } else {
                // Added to each instance by the field initialiser.
                self.declare_value(Key::Member(parts.serial, index as u32), &text, closure);
            }
            return;
        }
        let name = static_name(key);
        let key = self.before_class(|lower| lower.prop_key(key));
        let closure = self.method(function, name.as_deref(), role);
        self.effect(Op::DefineMethod(kind), &[target, key, closure]);
    }

    /// Lowers what is evaluated before the class's own name is: a superclass, a computed key. Closures that it makes may run then.
    fn before_class<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        self.keys_of_classes += 1;
        let result = lower(self);
        self.keys_of_classes -= 1;
        result
    }

    /// The hidden method that defines the fields and private methods of a new instance.
    fn field_initialiser(&mut self, parts: &Parts<'_>, ctor: Temp) {
        if !parts.class.members.iter().any(is_instance_element) {
            return;
        }
        let func = self.begin_hidden(parts, parts.proto_home, "fields", parts.receiver);
        let is_private_method = |member: &ClassMember| matches!(&member.kind, MemberKind::Method { .. });
        let elements = parts.class.members.iter().enumerate().filter(|(_, member)| is_instance_element(member));
        for (index, member) in elements.clone().filter(|(_, member)| is_private_method(member)) {
            self.add_private_method(parts, index, member);
        }
        for (index, member) in elements.filter(|(_, member)| !is_private_method(member)) {
            self.define_field(parts, index, member);
        }
        let init = self.end_hidden(func);
        self.plain_effect(Plain::SetFieldInit, &[ctor, init]);
    }

    fn add_private_method(&mut self, parts: &Parts<'_>, index: usize, member: &ClassMember) {
        let MemberKind::Method { key: PropKey::Private(name), function, .. } = &member.kind else { return };
        let this = self.this();
        let this = self.as_any(this);
        let private = self.private_name(&name.text);
        let closure = self.read(&Key::Member(parts.serial, index as u32)).expect("the method was made before");
        self.effect(Op::DefinePrivate(method_kind(function)), &[this, private, closure]);
    }

    /// Static fields and blocks, in order, with the class as `this`.
    fn static_elements(&mut self, parts: &Parts<'_>, ctor: Temp) {
        let is_static = |member: &&ClassMember| match member.kind {
            MemberKind::Field { .. } => member.modifiers.is_static && !member.modifiers.is_declare,
            MemberKind::StaticBlock(_) => true,
            _ => false,
        };
        if !parts.class.members.iter().any(|member| is_static(&member)) {
            return;
        }
        let func = self.begin_hidden(parts, parts.static_home, "static", None);
        for (index, member) in parts.class.members.iter().enumerate().filter(|(_, member)| is_static(member)) {
            match &member.kind {
                MemberKind::StaticBlock(block) => {
                    self.declare_vars(&block.body);
                    self.scope(&block.body, |lower| lower.stmts(&block.body));
                }
                _ => self.define_field(parts, index, member),
            }
        }
        let init = self.end_hidden(func);
        self.any(Op::Call, &[init, ctor]);
    }

    fn define_field(&mut self, parts: &Parts<'_>, index: usize, member: &ClassMember) {
        let MemberKind::Field { key, init, .. } = &member.kind else { return };
        self.at(member.span);
        let this = self.this();
        let name = static_name(key);
        let value = match init {
            Some(expr) => self.named_expr(expr, name.as_deref()),
            None => self.undefined(),
        };
        self.at(member.span);
        if let PropKey::Private(private) = key {
            let (this, value) = (self.as_any(this), self.as_any(value));
            let private = self.private_name(&private.text);
            self.effect(Op::DefinePrivate(PRIVATE_FIELD), &[this, private, value]);
            return;
        }
        let is_unset = init.is_none() && !member.modifiers.is_static && self.begins_unset(parts, name.as_deref());
        if !is_unset && !member.modifiers.is_static && self.define_slot(parts, this, name.as_deref(), value, member) {
            return;
        }
        let (this, value) = (self.as_any(this), self.as_any(value));
        let key = match key {
            PropKey::Computed(_) => {
                let key = self.read(&Key::Member(parts.serial, index as u32)).expect("computed before");
                if init.as_ref().is_some_and(is_anonymous) {
                    self.effect(Op::SetFunctionName(0), &[value, key]);
                }
                key
            }
            _ => self.prop_key(key),
        };
        if is_unset {
            self.plain_effect(Plain::DefineUnset, &[this, key]);
        } else {
            self.plain_effect(Plain::DefineField, &[this, key, value]);
        }
    }

    /// A typed field at a fixed slot without initialiser: it is there, but reading it before it is assigned is an error.
    fn begins_unset(&self, parts: &Parts<'_>, name: Option<&str>) -> bool {
        let slot = parts.fixed.zip(name).and_then(|(class, name)| Some((class, self.slot_of(class, name)?.0)));
        slot.is_some_and(|(class, slot)| self.out.field_repr(class, slot) != Repr::Any)
    }

    /// Defines a field at its fixed slot, where `this` is known to have it.
    fn define_slot(
        &mut self,
        parts: &Parts<'_>,
        this: Temp,
        name: Option<&str>,
        value: Temp,
        member: &ClassMember,
    ) -> bool {
        let (Some(_), Some(name), Repr::Obj(class)) = (parts.fixed, name, self.repr(this)) else { return false };
        let Some((slot, ty)) = self.slot_of(class, name) else { return false };
        let repr = self.out.field_repr(class, slot);
        let value = self.coerce_to_repr(value, repr, member.span, ty);
        self.effect(Op::SetField(class, slot), &[this, value]);
        true
    }

    fn begin_hidden(&mut self, _parts: &Parts<'_>, home: Home, name: &str, receiver: Option<ClassId>) -> FuncId {
        let func = self.new_function();
        let loc = self.ctx().loc;
        self.begin_function(SyntaxKind::Method);
        let name = self.str(name);
        let f = self.f();
        f.loc = loc;
        f.home = Some(home);
        f.func.name = Some(name);
        f.func.role = FunctionRole::Method;
        let this = self.plain(Plain::LoadThis, &[]);
        let this = self.typed_receiver(this, receiver, mosl_syntax::Span::default());
        self.declare_value(Key::This, "this", this);
        func
    }

    fn end_hidden(&mut self, func: FuncId) -> Temp {
        let nothing = self.undefined();
        self.f().end(crate::mir::Terminator::Return(nothing));
        let captured = self.end_function(func);
        self.closure(func, captured)
    }
}

fn has_body(function: &Function) -> bool {
    !matches!(function.body, mosl_syntax::ast::FunctionBody::None)
}

fn constructor_of(member: &ClassMember) -> Option<&Function> {
    match &member.kind {
        MemberKind::Method { function, .. } if function.kind == SyntaxKind::Constructor && has_body(function) => {
            Some(function)
        }
        _ => None,
    }
}

/// Whether the field initialiser of the class has something to do for this member.
fn is_instance_element(member: &ClassMember) -> bool {
    if member.modifiers.is_static || member.modifiers.is_declare || member.modifiers.is_abstract {
        return false;
    }
    match &member.kind {
        MemberKind::Field { .. } => true,
        MemberKind::Method { key: PropKey::Private(_), function, .. } => has_body(function),
        _ => false,
    }
}

fn method_kind(function: &Function) -> u8 {
    match function.kind {
        SyntaxKind::Getter => GETTER,
        SyntaxKind::Setter => SETTER,
        _ => METHOD,
    }
}

/// The name that a member gives to a function, where it is known now.
pub(super) fn static_name(key: &PropKey) -> Option<String> {
    match key {
        PropKey::Ident(name) => Some(name.text.to_string()),
        PropKey::Private(name) => Some(format!("#{}", name.text.trim_start_matches('#'))),
        PropKey::Str(text, _) => text.to_utf8(),
        PropKey::Num(value, _) if value.fract() == 0.0 && value.abs() < 1e15 => Some(format!("{value}")),
        PropKey::Num(..) | PropKey::Computed(_) => None,
    }
}
