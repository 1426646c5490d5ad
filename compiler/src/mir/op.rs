//! What an instruction does: the immediates of each operation, its signature and whether it has effects.

use mosl_bytecode::{StrId, ValueKind};

use super::{FuncId, Function, LocalId, Plain, Repr, Temp};
use crate::program::ClassId;

/// What a failed check says: "`expr` should be `expected`".
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CheckSite {
    pub expr: StrId,
    pub expected: StrId,
}

/// An operation. Operands and results are listed as `(operands) -> (results)`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Op {
    Plain(Plain),

    // Constants: () -> (value)
    F64(f64),
    I32(i32),
    Bool(bool),
    Str(StrId),
    Undefined,
    Null,
    /// The mark of a variable that is not initialised yet.
    Uninit,
    Mrk(u128),
    Intrinsic(u16),
    RegExp {
        pattern: StrId,
        flags: StrId,
    },
    /// Index into [`super::Program::templates`].
    Template(u32),
    /// A module namespace object.
    Namespace(u16),

    // Variables
    /// () -> (value)
    GetLocal(LocalId),
    /// (value) -> ()
    SetLocal(LocalId),
    /// () -> (any)
    GetCapture(u16),
    /// () -> (any)
    GetGlobal(u32),
    /// (any) -> ()
    SetGlobal(u32),
    /// (any) -> (): throws unless the variable of that name is initialised.
    CheckInit(StrId),

    // Representations
    /// (value) -> (any)
    Box,
    /// (any) -> (value of that representation), or a throw.
    Check(Repr, CheckSite),
    /// (any) -> (value of that representation), which inference proved it to be; the bytecode checks all the same.
    Unbox(Repr, CheckSite),
    /// (any) -> (), or a throw.
    CheckKind(ValueKind, CheckSite),

    // Objects
    /// (object) -> (any)
    GetProp(StrId),
    /// (object, value) -> ()
    SetProp(StrId),
    /// (object of the class) -> (field)
    GetField(ClassId, u16),
    /// (object of the class, field) -> ()
    SetField(ClassId, u16),
    /// (object, key, function) -> (); kind bits as in the bytecode.
    DefineMethod(u8),
    /// (source, key…) -> (any)
    ObjectRest,
    /// (home, this, key) -> (any)
    SuperGet,
    /// (home, this, key, value) -> ()
    SuperSet,
    /// () -> (any)
    NewPrivateName(StrId),
    /// (object, name, value) -> ()
    DefinePrivate(u8),
    /// (item…) -> (any)
    NewArray,
    /// (record, method, argument) -> (any)
    IterCall,

    // Functions
    /// (capture…) -> (any)
    NewClosure(FuncId),
    /// (function, key) -> ()
    SetFunctionName(u8),
    /// (callee, this, argument…) -> (any)
    Call,
    /// (receiver, argument…) -> (any)
    CallMethod(StrId),
    /// (parameter…) -> (result)
    CallDirect(FuncId),
    /// (this, argument…) -> (any)
    CallNative(u16),
    /// (argument…) -> (any)
    CallHost(u16),
    /// (callee, this, array) -> (any)
    CallSpread,
    /// (callee, argument…) -> (any)
    New,
    /// (constructor, new.target, argument…) -> (any)
    SuperCall,
    /// (constructor, new.target, array) -> (any)
    SuperCallSpread,
}

impl Op {
    /// Whether it may be dropped when its results are not used: no effect, no throw.
    pub fn is_pure(self) -> bool {
        match self {
            Self::Plain(plain) => plain.is_pure(),
            Self::F64(_)
            | Self::I32(_)
            | Self::Bool(_)
            | Self::Str(_)
            | Self::Undefined
            | Self::Null
            | Self::Uninit
            | Self::Mrk(_)
            | Self::Intrinsic(_)
            | Self::GetLocal(_)
            | Self::GetCapture(_)
            | Self::GetGlobal(_)
            | Self::Unbox(..)
            | Self::Box => true,
            _ => false,
        }
    }

    /// Whether control may leave the block here by a throw.
    pub fn may_throw(self) -> bool {
        !self.is_pure() && !matches!(self, Self::SetLocal(_) | Self::SetGlobal(_) | Self::Plain(Plain::SetCell))
    }

    /// The representations of the operands; `None` where any number of `Any` follows those listed.
    pub fn args(self, program: &super::Program, func: &Function) -> (Vec<Repr>, bool) {
        const ANY: Repr = Repr::Any;
        let exactly = |reprs: &[Repr]| (reprs.to_vec(), false);
        let at_least = |n: usize| (vec![ANY; n], true);
        match self {
            Self::Plain(plain) => exactly(plain.args()),
            Self::SetLocal(local) => exactly(&[func.local(local).repr]),
            Self::SetGlobal(_)
            | Self::CheckInit(_)
            | Self::Check(..)
            | Self::Unbox(..)
            | Self::CheckKind(..)
            | Self::GetProp(_) => exactly(&[ANY]),
            Self::SetProp(_) | Self::SetFunctionName(_) => exactly(&[ANY; 2]),
            Self::GetField(class, _) => exactly(&[Repr::Obj(class)]),
            Self::SetField(class, slot) => exactly(&[Repr::Obj(class), program.field_repr(class, slot)]),
            Self::DefineMethod(_)
            | Self::SuperGet
            | Self::DefinePrivate(_)
            | Self::IterCall
            | Self::CallSpread
            | Self::SuperCallSpread => exactly(&[ANY; 3]),
            Self::SuperSet => exactly(&[ANY; 4]),
            Self::ObjectRest | Self::CallMethod(_) | Self::CallNative(_) | Self::New => at_least(1),
            Self::Call | Self::SuperCall => at_least(2),
            Self::NewArray | Self::CallHost(_) | Self::NewClosure(_) => at_least(0),
            Self::CallDirect(callee) => {
                let callee = program.function(callee);
                (callee.locals.iter().take(callee.params as usize).map(|local| local.repr).collect(), false)
            }
            _ => exactly(&[]),
        }
    }

    /// The representations of the results; [`Op::Box`]'s operand is checked by the verifier itself.
    pub fn results(self, program: &super::Program, func: &Function) -> Vec<Repr> {
        match self {
            Self::Plain(plain) => plain.results().to_vec(),
            Self::F64(_) => vec![Repr::F64],
            Self::I32(_) => vec![Repr::I32],
            Self::Bool(_) => vec![Repr::Bool],
            Self::Str(_) => vec![Repr::Str],
            Self::GetLocal(local) => vec![func.local(local).repr],
            Self::Check(repr, _) | Self::Unbox(repr, _) => vec![repr],
            Self::GetField(class, slot) => vec![program.field_repr(class, slot)],
            Self::CallDirect(callee) => vec![program.function(callee).result_repr()],
            Self::SetLocal(_)
            | Self::SetGlobal(_)
            | Self::CheckInit(_)
            | Self::CheckKind(..)
            | Self::SetProp(_)
            | Self::SetField(..)
            | Self::DefineMethod(_)
            | Self::SuperSet
            | Self::DefinePrivate(_)
            | Self::SetFunctionName(_) => vec![],
            _ => vec![Repr::Any],
        }
    }
}

impl super::Program {
    pub fn function(&self, id: FuncId) -> &Function {
        &self.functions[id.0 as usize]
    }

    pub fn class(&self, id: ClassId) -> Option<&super::ClassDef> {
        self.classes.iter().find(|class| class.id == id)
    }

    /// The representation of a field by its slot.
    pub fn field_repr(&self, class: ClassId, slot: u16) -> Repr {
        self.field(class, slot).map_or(Repr::Any, |field| field.repr)
    }

    /// The name of a field by its slot.
    pub fn field_name(&self, class: ClassId, slot: u16) -> StrId {
        self.field(class, slot).expect("a field has its place in the class").name
    }

    /// A field by its slot; slots of superclasses come first.
    fn field(&self, class: ClassId, slot: u16) -> Option<&super::FieldDef> {
        let mut chain = vec![];
        let mut next = Some(class);
        while let Some(def) = next.and_then(|id| self.class(id)) {
            chain.push(def);
            next = def.superclass;
        }
        chain.iter().rev().flat_map(|def| &def.fields).nth(usize::from(slot))
    }

    /// Whether instances of `class` are instances of `ancestor`.
    pub fn is_subclass(&self, class: ClassId, ancestor: ClassId) -> bool {
        let mut next = Some(class);
        while let Some(id) = next {
            if id == ancestor {
                return true;
            }
            next = self.class(id).and_then(|def| def.superclass);
        }
        false
    }
}

impl std::fmt::Display for Temp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "%{}", self.0)
    }
}
