//! Static types: an interned table, and the representation that a type has at run time. Data and its printer only: what is
//! assignable to what is the checker's business (`check/relate.rs`).

mod instantiate;
mod print;
mod table;

use std::sync::Arc;

use mosl_syntax::ast::SmolStr;

use crate::program::{ClassId, FileId};
pub use instantiate::Substitution;
pub use table::{EnumInfo, EnumValue, MAX_LITERALS, MAX_UNION, Types};

/// Index into [`Types`]; equal types have equal ids.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct TypeId(pub u32);

/// A named type declaration (interface or recursive alias); index into [`Types::decls`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct DeclId(pub u32);

/// A type parameter; index into [`Types::params`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ParamId(pub u32);

/// An `enum`; index into [`Types::enums`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct EnumId(pub u32);

/// How values of a type are held at run time; what a static type is trusted for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Repr {
    Any,
    F64,
    I32,
    Bool,
    Str,
    /// An instance of a class with a fixed layout, never null.
    Obj(ClassId),
}

/// The value types that MOSL adds to JavaScript.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum ValueType {
    Mrk,
    Vec2,
    Vec3,
    Quat,
    Color,
}

impl ValueType {
    pub const ALL: [Self; 5] = [Self::Mrk, Self::Vec2, Self::Vec3, Self::Quat, Self::Color];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Mrk => "Mrk",
            Self::Vec2 => "Vec2",
            Self::Vec3 => "Vec3",
            Self::Quat => "Quat",
            Self::Color => "Color",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// Nothing is known, or an error was reported: never the cause of a further error.
    Any,
    Unknown,
    Never,
    Void,
    Undefined,
    Null,
    Boolean,
    Number,
    String,
    Symbol,
    /// `object`: everything but primitives.
    NonPrimitive,
    BoolLit(bool),
    /// The bits of the number, so that types can be hashed.
    NumLit(u64),
    StrLit(SmolStr),
    Value(ValueType),
    Array {
        elem: TypeId,
        readonly: bool,
    },
    Tuple(Arc<TupleType>),
    Function(Arc<FunctionType>),
    /// A structural type: an object literal or `{ … }` in type notation.
    Object(Arc<ObjectType>),
    /// An interface of the program or of the standard library.
    Interface {
        decl: DeclId,
        args: Box<[TypeId]>,
    },
    /// A type alias that refers to itself; the checker expands it where it looks inside.
    Alias {
        decl: DeclId,
        args: Box<[TypeId]>,
    },
    /// An instance of a class of the program.
    Class {
        class: ClassId,
        args: Box<[TypeId]>,
    },
    /// The class itself: `typeof C`.
    ClassValue(ClassId),
    /// A value of an enum.
    Enum(EnumId),
    EnumMember(EnumId, u32),
    /// The enum itself.
    EnumValue(EnumId),
    /// `import * as ns`
    Namespace(FileId),
    /// At least two members, sorted, none of them a union.
    Union(Box<[TypeId]>),
    Intersection(Box<[TypeId]>),
    Param(ParamId),
    /// `this` as a type, inside a class or an interface.
    This,
    /// `keyof T` of a type parameter.
    Keyof(TypeId),
    /// `T[K]` where one of both is a type parameter.
    Indexed(TypeId, TypeId),
    /// A utility type that waits for a type parameter: `Partial<T>`, `Record<K, V>`.
    Utility(Utility, Box<[TypeId]>),
}

/// The utility types of language.md, and what the library's own declarations need beside them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Utility {
    Partial,
    Required,
    Readonly,
    Record,
    Pick,
    Omit,
    Exclude,
    Extract,
    NonNullable,
    ReturnType,
    Parameters,
    ConstructorParameters,
    InstanceType,
    Awaited,
    /// Of a tuple or array: each element awaited (`Promise.all`).
    AwaitedAll,
}

impl Utility {
    const NAMES: [(Self, &'static str); 15] = [
        (Self::Partial, "Partial"),
        (Self::Required, "Required"),
        (Self::Readonly, "Readonly"),
        (Self::Record, "Record"),
        (Self::Pick, "Pick"),
        (Self::Omit, "Omit"),
        (Self::Exclude, "Exclude"),
        (Self::Extract, "Extract"),
        (Self::NonNullable, "NonNullable"),
        (Self::ReturnType, "ReturnType"),
        (Self::Parameters, "Parameters"),
        (Self::ConstructorParameters, "ConstructorParameters"),
        (Self::InstanceType, "InstanceType"),
        (Self::Awaited, "Awaited"),
        (Self::AwaitedAll, "AwaitedAll"),
    ];

    pub fn of(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, of)| *of == name).map(|(utility, _)| *utility)
    }

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(utility, _)| *utility == self).map_or("", |(_, name)| name)
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TupleType {
    pub elems: Vec<TupleElemType>,
    pub readonly: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TupleElemType {
    /// The element's type; of a rest element, the type of each of its elements.
    pub ty: TypeId,
    pub optional: bool,
    pub rest: bool,
}

/// A callable: one signature, or several overloads in order of declaration.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FunctionType {
    pub signatures: Vec<Signature>,
    /// Called with `new`.
    pub construct: bool,
    /// `abstract new () => T`: abstract classes are among its values.
    pub is_abstract: bool,
    /// Written as a method: its parameters are compared both ways.
    pub method: bool,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Signature {
    pub type_params: Vec<ParamId>,
    pub params: Vec<ParamType>,
    /// The array or tuple type of the rest parameter.
    pub rest: Option<ParamType>,
    pub ret: TypeId,
    pub predicate: Option<Predicate>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ParamType {
    pub name: SmolStr,
    pub ty: TypeId,
    pub optional: bool,
}

/// `x is T`, `asserts x`, `asserts x is T`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Predicate {
    pub asserts: bool,
    /// Index of the parameter; `None` is `this`.
    pub param: Option<u32>,
    pub ty: Option<TypeId>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ObjectType {
    /// In order of declaration.
    pub props: Vec<PropType>,
    pub call: Vec<Signature>,
    pub construct: Vec<Signature>,
    pub string_index: Option<TypeId>,
    pub number_index: Option<TypeId>,
    /// Nothing is written through the index signatures.
    pub readonly_index: bool,
    /// An unannotated object literal of a file that is not strict: any property may be added or change its type, so reads yield `any`.
    pub open: bool,
    /// Just written as a literal: unknown properties are reported where it meets a type.
    pub fresh: bool,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PropType {
    pub name: SmolStr,
    pub ty: TypeId,
    /// What a setter takes, where that is not what the getter yields.
    pub write: Option<TypeId>,
    pub optional: bool,
    pub readonly: bool,
}

impl PropType {
    pub fn new(name: SmolStr, ty: TypeId) -> Self {
        Self { name, ty, write: None, optional: false, readonly: false }
    }
}

impl ObjectType {
    pub fn prop(&self, name: &str) -> Option<&PropType> {
        self.props.iter().find(|prop| prop.name == name)
    }
}
