//! What a module holds: data only. A module is one linked program: the entry file and everything that it imports.

use crate::table::Instr;
pub use crate::table::Reg;

/// Index into [`Module::strings`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct StrId(pub u32);

/// The type of a register, parameter, result or field.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RegType {
    /// A dynamic value, NaN-boxed.
    Any,
    /// A double; its bits are those of the boxed number (NaN is canonical).
    F64,
    /// A 32-bit integer, zero-extended to the 64-bit register.
    I32,
    /// 0 or 1.
    Bool,
    /// A string; the bits of the boxed pointer.
    Str,
    /// An instance of `Module::classes[n]` or of a subclass; the bits of the boxed pointer.
    Obj(u16),
}

impl RegType {
    /// Whether the register's bits are those of a dynamic value, so that it can be read as one without `box`.
    pub const fn is_dynamic(self) -> bool {
        !matches!(self, Self::I32 | Self::Bool)
    }
}

/// What `check.kind` can ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ValueKind {
    /// Any object, value types included; not null.
    Object,
    Array,
    Function,
    Symbol,
    Undefined,
    Null,
    Map,
    Set,
    Promise,
    Mrk,
    Vec2,
    Vec3,
    Quat,
    Color,
    /// `undefined` or `null` is refused, everything else passes.
    NotNullish,
    /// `Vec2`, `Vec3`, `Quat`, `Color` or `Mrk`.
    ValueType,
    RegExp,
    Date,
}

impl ValueKind {
    pub const ALL: [Self; 18] = [
        Self::Object,
        Self::Array,
        Self::Function,
        Self::Symbol,
        Self::Undefined,
        Self::Null,
        Self::Map,
        Self::Set,
        Self::Promise,
        Self::Mrk,
        Self::Vec2,
        Self::Vec3,
        Self::Quat,
        Self::Color,
        Self::NotNullish,
        Self::ValueType,
        Self::RegExp,
        Self::Date,
    ];

    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// The error classes that `throw_error` can make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ErrorKind {
    Error,
    TypeError,
    RangeError,
    ReferenceError,
    SyntaxError,
    EvalError,
    UriError,
}

impl ErrorKind {
    pub const ALL: [Self; 7] = [
        Self::Error,
        Self::TypeError,
        Self::RangeError,
        Self::ReferenceError,
        Self::SyntaxError,
        Self::EvalError,
        Self::UriError,
    ];

    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::TypeError => "TypeError",
            Self::RangeError => "RangeError",
            Self::ReferenceError => "ReferenceError",
            Self::SyntaxError => "SyntaxError",
            Self::EvalError => "EvalError",
            Self::UriError => "URIError",
        }
    }
}

#[derive(Clone, PartialEq, Debug)]
pub enum Const {
    F64(f64),
    Str(StrId),
    /// Money: 18 decimals.
    Mrk(u128),
    Bool(bool),
    Undefined,
    Null,
    RegExp {
        pattern: StrId,
        flags: StrId,
    },
    /// `cooked` is `None` where an escape is invalid.
    Template {
        cooked: Vec<Option<StrId>>,
        raw: Vec<StrId>,
    },
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Module {
    /// Source files, by the number that [`Loc::file`] uses.
    pub files: Vec<SourceFile>,
    /// UTF-16 code units; each string once.
    pub strings: Vec<Box<[u16]>>,
    pub consts: Vec<Const>,
    pub imports: Vec<HostImport>,
    pub classes: Vec<Class>,
    pub functions: Vec<Function>,
    /// Names of the module-level variables; their number is the number of global slots. Each starts uninitialised.
    pub globals: Vec<StrId>,
    /// Module namespace objects (`import * as ns`).
    pub namespaces: Vec<Namespace>,
    /// Takes no parameters; runs all file bodies in order. Async where a file awaits at top level.
    pub entry: u16,
    /// What the entry file exports: name and global slot.
    pub exports: Vec<(StrId, u32)>,
    /// Fields marked `@persist` or `@synced`, of classes that the host keeps.
    pub persisted: Vec<PersistedField>,
    /// What the manifest asks for, as `name` or `name:argument`.
    pub capabilities: Vec<StrId>,
}

impl Module {
    /// The text of a range; `None` where the file carries none, or the range does not fit it.
    pub fn source_text(&self, source: SourceRange) -> Option<&str> {
        let text = self.files.get(usize::from(source.file))?.text.as_deref()?;
        text.get(source.start as usize..source.end as usize)
    }

    /// `file:line` of an instruction, where the module tells.
    pub fn place(&self, function: &Function, pc: usize) -> Option<String> {
        let at = function.locs.partition_point(|loc| loc.pc as usize <= pc).checked_sub(1)?;
        let loc = function.locs[at];
        let file = self.files.get(usize::from(loc.file))?;
        Some(format!("{}:{}", file.name, file.line_starts.partition_point(|start| *start <= loc.start)))
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct SourceFile {
    pub name: String,
    /// Byte offset of each line's start, ascending; the first is 0. Traces turn offsets into lines with it.
    pub line_starts: Vec<u32>,
    /// The text itself, where the module carries it: what `Function.prototype.toString` prints is a part of it.
    pub text: Option<String>,
}

/// Where a function is written: bytes `start..end` of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourceRange {
    pub file: u16,
    pub start: u32,
    pub end: u32,
}

/// A host function that the module calls: `module` is `mark:scene` and the like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostImport {
    pub module: String,
    pub name: String,
    /// The host answers later: the call yields a promise.
    pub is_async: bool,
}

/// A class whose instances have fields at fixed slots: evaluated at most once, with a superclass that is known.
#[derive(Clone, PartialEq, Debug)]
pub struct Class {
    pub name: StrId,
    /// Index of a class earlier in the table.
    pub superclass: Option<u16>,
    /// Own fields in order of definition; their slots follow those of the superclass.
    pub fields: Vec<Field>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    pub name: StrId,
    pub ty: RegType,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Namespace {
    /// Exported name and global slot, sorted by name.
    pub entries: Vec<(StrId, u32)>,
}

/// A field whose value outlives the instance (`persist`) or that visitors' clients see (`synced`).
#[derive(Clone, PartialEq, Debug)]
pub struct PersistedField {
    pub class: StrId,
    pub field: StrId,
    pub persist: bool,
    pub synced: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FunctionKind {
    #[default]
    Normal,
    Generator,
    Async,
    AsyncGenerator,
}

/// How a function may be called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FunctionRole {
    /// `function`, callable; not constructible.
    #[default]
    Plain,
    Arrow,
    Method,
    /// A class constructor: only `new`.
    BaseConstructor,
    DerivedConstructor,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Function {
    /// The value of `name`.
    pub name: Option<StrId>,
    pub kind: FunctionKind,
    pub role: FunctionRole,
    /// The value of `length`.
    pub length: u16,
    /// The first registers hold the parameters. A function from which closures are made takes only `Any`.
    pub params: Vec<RegType>,
    /// The last parameter is an array of all further arguments.
    pub rest: bool,
    pub result: Option<RegType>,
    /// How many values a closure of this function captures.
    pub captures: u16,
    /// Constructors of classes in [`Module::classes`] name it, so that instances carry it.
    pub class: Option<u16>,
    /// Its text, a class's for a constructor; only of files that carry theirs.
    pub source: Option<SourceRange>,
    /// The type of every register, parameters first.
    pub registers: Vec<RegType>,
    /// What registers hold from the start, by index into [`Module::consts`]; others hold their type's zero.
    pub constants: Vec<(Reg, u32)>,
    pub code: Vec<Instr>,
    /// In order of their start; the first starts at 0, each ends where the next starts.
    pub blocks: Vec<Block>,
    pub lists: Vec<Box<[Reg]>>,
    pub sites: Vec<StrId>,
    pub checks: Vec<CheckSite>,
    /// Ascending by `pc`; each holds from its `pc` up to the next one's.
    pub locs: Vec<Loc>,
}

impl Function {
    /// The type of what a call yields; `Any` unless declared.
    pub fn result_type(&self) -> RegType {
        self.result.unwrap_or(RegType::Any)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    pub start: u32,
    /// Charged when the block is entered: the sum over its instructions. The verifier recomputes it.
    pub fuel: u32,
    /// The block that a throw in this one continues at; it begins with `catch`.
    pub handler: Option<u16>,
}

/// What a failed check says: "`expr` should be `expected`, but is a …".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CheckSite {
    pub expr: StrId,
    pub expected: StrId,
}

/// The source of the instructions from `pc` on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Loc {
    pub pc: u32,
    pub file: u16,
    pub start: u32,
    pub end: u32,
}
