//! The border between a script and the world: plain data in and out, and the trait that a host implements.

mod convert;
pub(crate) mod wire;

use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::heap::Tracer;
use crate::value::Value;

/// Plain data: all that crosses the border.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum HostValue {
    #[default]
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    /// Lone surrogates became U+FFFD.
    Str(String),
    /// Money: 18 decimals.
    Mrk(u128),
    Vec2([f64; 2]),
    Vec3([f64; 3]),
    /// x y z w
    Quat([f64; 4]),
    /// r g b a, each 0 to 1
    Color([f64; 4]),
    Array(Vec<HostValue>),
    /// In order of insertion.
    Record(Vec<(String, HostValue)>),
}

impl HostValue {
    pub fn as_number(&self) -> Option<f64> {
        if let Self::Number(n) = self { Some(*n) } else { None }
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(b) = self { Some(*b) } else { None }
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Self::Str(s) = self { Some(s) } else { None }
    }

    pub fn as_mrk(&self) -> Option<u128> {
        if let Self::Mrk(m) = self { Some(*m) } else { None }
    }

    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// A record's entry.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Record(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),*) => {
        $(impl From<$type> for HostValue {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

from!(bool => Bool, f64 => Number, String => Str, &str => Str, Vec<HostValue> => Array);

/// A host function that a script calls.
#[derive(Clone, Copy, Debug)]
pub struct HostCall<'a> {
    /// Its place in the module's imports.
    pub index: usize,
    /// `mark:scene` and the like.
    pub module: &'a str,
    pub name: &'a str,
    /// The handler on whose behalf the call is made, also after it awaited.
    pub handler: Option<HandlerId>,
}

/// A call that the host made into the script: an event handler, a timer's callback.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct HandlerId(pub u64);

/// What a host function answers.
#[derive(Clone, PartialEq, Debug)]
pub enum HostResult {
    Value(HostValue),
    /// The answer comes later, by `Instance::resolve_host` with this number, which the host chose and has not used before.
    Pending(u64),
    Throw(HostError),
}

/// An error that a host function throws: an object of the built-in class of that name, else an `Error` with that `name`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostError {
    pub name: String,
    pub message: String,
}

/// Where a printed line goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    Out,
    Err,
}

/// What an instance needs of the world. Effects are the host's to buffer: `commit` or `discard` ends each turn.
pub trait Host {
    fn call(&mut self, call: HostCall<'_>, args: &[HostValue]) -> HostResult;

    /// One line, without its end.
    fn print(&mut self, stream: Stream, text: &str);

    /// Milliseconds since 1970, UTC.
    fn now_ms(&mut self) -> f64;

    /// Milliseconds since some fixed point.
    fn monotonic_ms(&mut self) -> f64;

    /// From 0 up to but not including 1.
    fn random(&mut self) -> f64;

    /// A turn begins.
    fn begin(&mut self) {}

    /// A turn has ended well: its effects happen.
    fn commit(&mut self) {}

    /// A turn was ended by a limit or fault: its effects never happened.
    fn discard(&mut self) {}
}

/// A host for the time of a turn, for those that cannot borrow it: code that a script calls. Clones share it.
#[derive(Clone, Default)]
pub struct LentHost(Rc<Cell<Option<NonNull<dyn Host>>>>);

impl LentHost {
    /// Runs a turn with a host.
    pub fn lend<R>(&self, host: &mut dyn Host, turn: impl FnOnce() -> R) -> R {
        struct TakenBack<'a>(&'a LentHost);
        impl Drop for TakenBack<'_> {
            fn drop(&mut self) {
                self.0.0.set(None);
            }
        }
        // SAFETY: only the lifetime changes; what is lent is taken back before this borrow ends, also where the turn panics.
        let host: &mut (dyn Host + 'static) = unsafe { std::mem::transmute(host) };
        self.0.set(Some(NonNull::from(host)));
        let _taken_back = TakenBack(self);
        turn()
    }

    /// Lets the host do something; `None` where there is none, or where it is at something already.
    pub fn ask<R>(&self, what: impl FnOnce(&mut dyn Host) -> R) -> Option<R> {
        let mut host = self.0.take()?;
        // SAFETY: what is lent is borrowed for this alone until it is taken back, and nobody finds it here meanwhile.
        let answer = what(unsafe { host.as_mut() });
        self.0.set(Some(host));
        Some(answer)
    }
}

/// The host of the running turn.
#[derive(Default)]
pub(crate) struct HostSlot {
    pub lent: LentHost,
    /// The handler that runs.
    pub handler: Option<HandlerId>,
}

impl fmt::Debug for HostSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostSlot({:?})", self.handler)
    }
}

impl HostSlot {
    pub fn call(&mut self, call: HostCall<'_>, args: &[HostValue]) -> HostResult {
        self.lent.ask(|host| host.call(call, args)).unwrap_or_else(|| {
            HostResult::Throw(HostError { name: "Error".into(), message: "no host is there".into() })
        })
    }

    pub fn print(&mut self, stream: Stream, text: &str) {
        self.lent.ask(|host| host.print(stream, text));
    }

    pub fn now_ms(&mut self) -> f64 {
        self.lent.ask(|host| host.now_ms()).unwrap_or_default()
    }

    pub fn monotonic_ms(&mut self) -> f64 {
        self.lent.ask(|host| host.monotonic_ms()).unwrap_or_default()
    }

    pub fn random(&mut self) -> f64 {
        self.lent.ask(|host| host.random()).unwrap_or_default()
    }
}

/// What the host holds of an instance's heap.
#[derive(Debug, Default)]
pub(crate) struct Handles {
    pub objects: FxHashMap<u64, Value>,
    pub next: u64,
    /// Promises of pending host calls, with the handler that waits.
    pub pending: FxHashMap<u64, (Value, Option<HandlerId>)>,
    /// Promises that handlers returned.
    pub returned: Vec<(HandlerId, Value)>,
    pub next_handler: u64,
}

impl Handles {
    pub fn trace(&self, tracer: &mut Tracer) {
        self.objects.values().for_each(|v| tracer.value(*v));
        self.pending.values().for_each(|(v, _)| tracer.value(*v));
        self.returned.iter().for_each(|(_, v)| tracer.value(*v));
    }

    /// Bytes of the tables.
    pub fn size(&self) -> usize {
        (self.objects.len() + self.pending.len() + self.returned.len()) * 32
    }

    pub fn hold(&mut self, value: Value) -> u64 {
        self.next += 1;
        self.objects.insert(self.next, value);
        self.next
    }

    pub fn new_handler(&mut self) -> HandlerId {
        self.next_handler += 1;
        HandlerId(self.next_handler)
    }
}
