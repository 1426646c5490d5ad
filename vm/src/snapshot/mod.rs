//! Snapshots: an instance between two turns as bytes, and an instance made of them, here or elsewhere, on either engine.
//!
//! A snapshot belongs to one module, by its hash, and holds what the script's values are: never addresses, code, caches or built-ins (a
//! built-in is a name: scripts cannot change it). The same state gives the same bytes: cells are numbered in the order in which they are
//! reached from the roots, and tables without an order are sorted.
//!
//! The bytes are read as untrusted. What the interpreter and machine code take for granted is looked at again: that numbers name cells
//! of the right kind, that objects have the slots of their shapes, that classes' fields and suspended calls' registers hold what they are
//! declared to, that calls are suspended where something suspends, that prototypes end. A snapshot that breaks a rule is refused
//! ([`RestoreError`]); what passes can do nothing that a script of the module's author could not have done.
//!
//! | part | holds |
//! | --- | --- |
//! | header | magic number, version, the module's hash |
//! | shapes | each step after its parent |
//! | heads | a cell each: its kind, and what has to be known to make it |
//! | bodies | a cell each: what it holds |
//! | weak | entries of weak maps and sets whose keys live |
//! | roots | variables, timers, promises that the host holds, counts |
//! | digest | SHA-256 of all before |

mod bodies;
mod check;
mod heads;
mod load;
mod roots;
mod save;

use std::fmt;
use std::sync::Arc;

pub(crate) use heads::ForeignKind;
pub(crate) use load::{Loaded, Loader, refuse};
pub(crate) use save::Saver;

use crate::digest::Digest;
use crate::instance::{Handle, Instance, Module};
use crate::limits::Limits;
use crate::vm::Vm;

/// The magic number and the version of the format, which changes with it, and with the tables of kinds and built-ins.
const HEADER: &[u8; 8] = b"MSNP\x01\0\0\0";

/// Parts between the header and the digest, each after its length.
const PARTS: usize = 5;

/// Why there is no snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SnapshotError {
    /// A limit or fault has ended the instance.
    Dead,
    /// It holds something that cannot move: what, for people to read.
    Unmovable(String),
}

/// Bytes that give no instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RestoreError {
    /// No snapshot of this version, or one that was damaged on its way.
    Format,
    /// The snapshot of another module.
    OtherModule,
    /// The snapshot breaks a rule.
    Invalid(&'static str),
    /// Its heap does not fit the limit.
    Memory,
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dead => f.write_str("the instance was ended by a limit or fault"),
            Self::Unmovable(what) => write!(f, "the instance holds {what}"),
        }
    }
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format => f.write_str("the bytes are no snapshot of this version"),
            Self::OtherModule => f.write_str("the snapshot was made of another module"),
            Self::Invalid(what) => write!(f, "the snapshot is not valid: {what}"),
            Self::Memory => f.write_str("the snapshot's heap does not fit the limit"),
        }
    }
}

impl std::error::Error for SnapshotError {}
impl std::error::Error for RestoreError {}

impl Instance {
    /// The instance's state between two turns: also in the middle of awaits, timers and generators. The instance goes on as if nothing
    /// had happened. Costs time and memory by the size of its heap.
    ///
    /// # Errors
    /// Where the instance is dead, or holds something that cannot move.
    pub fn snapshot(&self) -> Result<Vec<u8>, SnapshotError> {
        if self.dead.is_some() {
            return Err(SnapshotError::Dead);
        }
        save::save(&self.vm)
    }

    /// The instance of a snapshot, with limits of its own; [`Instance::set_jit`] says what runs it. Host calls that had no answer still
    /// wait, under their numbers ([`Instance::pending_calls`]); objects that the host held have their numbers ([`Instance::held`]).
    ///
    /// # Errors
    /// Where the bytes are no snapshot of this module, or break a rule.
    pub fn restore(module: &Module, bytes: &[u8], limits: Limits) -> Result<Self, RestoreError> {
        let mut vm = Vm::new(Arc::clone(&module.code), limits);
        vm.enter(|vm| load::load(vm, bytes))?;
        Ok(Self { vm, dead: None })
    }

    /// The numbers of host calls that have not been answered, in order.
    pub fn pending_calls(&self) -> Vec<u64> {
        let mut numbers: Vec<u64> = self.vm.handles.pending.keys().copied().collect();
        numbers.sort_unstable();
        numbers
    }

    /// The object that the host holds under a number ([`Handle::number`]), in an instance that was restored. Each number has one handle:
    /// ask for it once.
    pub fn held(&self, number: u64) -> Option<Handle> {
        self.vm.handles.objects.contains_key(&number).then_some(Handle(number))
    }
}

impl Handle {
    /// What the object is known by in snapshots of its instance.
    pub fn number(&self) -> u64 {
        self.0
    }
}

/// What every snapshot of a module begins with.
fn preamble(vm: &Vm) -> Vec<u8> {
    let mut bytes = HEADER.to_vec();
    bytes.extend(vm.code.digest().0);
    bytes
}

/// The parts of a snapshot whose header, module and digest are right.
fn parts<'a>(vm: &Vm, bytes: &'a [u8]) -> Loaded<[&'a [u8]; PARTS]> {
    let rest = bytes.strip_prefix(HEADER).ok_or(RestoreError::Format)?;
    let (body, digest) = bytes.split_last_chunk::<32>().ok_or(RestoreError::Format)?;
    if Digest::of(body).0 != *digest {
        return Err(RestoreError::Format);
    }
    if !rest.starts_with(&vm.code.digest().0) {
        return Err(RestoreError::OtherModule);
    }
    let mut rest = body.get(HEADER.len() + 32..).ok_or(RestoreError::Format)?;
    let mut parts = [&[][..]; PARTS];
    for part in &mut parts {
        let (length, after) = rest.split_first_chunk::<8>().ok_or(RestoreError::Format)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| RestoreError::Format)?;
        (*part, rest) = after.split_at_checked(length).ok_or(RestoreError::Format)?;
    }
    if rest.is_empty() { Ok(parts) } else { Err(RestoreError::Format) }
}

/// How a value begins.
mod tag {
    pub const UNDEFINED: u8 = 0;
    pub const NULL: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const TRUE: u8 = 3;
    pub const UNINIT: u8 = 4;
    pub const ABSENT: u8 = 5;
    /// A whole number below 2³², not -0.
    pub const WHOLE: u8 = 6;
    pub const NUMBER: u8 = 7;
    pub const CELL: u8 = 8;
    /// How a cell's head begins that is more, or less, than its kind.
    pub const LATIN1: u8 = 128;
    pub const WIDE: u8 = 129;
    pub const ROPE: u8 = 130;
    pub const SLICE: u8 = 131;
    pub const WELL_KNOWN: u8 = 132;
    pub const BUILTIN_FUNCTION: u8 = 133;
    pub const BUILTIN_OBJECT: u8 = 134;
    pub const BUILTIN_ACCESSOR: u8 = 135;
}
