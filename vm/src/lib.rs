//! The MARK.SPACE virtual machine: runs verified bytecode, one heap for each instance, in turns with limits.
//!
//! For those who embed it: [`Module`], [`Instance`], [`Host`], [`Limits`], [`Turn`], [`Report`].
//! For those who write built-ins: [`vm::Vm`], [`native`], [`value::Value`], [`object`], [`string`].

mod bodies;
pub mod code;
pub mod convert;
pub mod cost;
pub mod digest;
pub mod event_loop;
pub mod heap;
pub mod host;
pub mod instance;
pub mod interp;
pub mod jit;
pub mod limits;
pub mod native;
pub mod natives;
pub mod object;
pub mod operators;
pub mod profile;
pub mod promise;
pub mod realm;
pub mod record;
pub mod refusal;
pub mod report;
pub mod snapshot;
pub mod string;
pub mod symbol;
pub mod text;
mod toil;
pub mod trace;
pub mod turn;
pub mod value;
pub mod vm;

pub use digest::{Digest, Digester};
pub use event_loop::{TimerQueue, timer_delay};
pub use heap::Stress;
pub use host::{HandlerId, Host, HostCall, HostError, HostResult, HostValue, LentHost, Stream};
pub use instance::{Arg, Called, Fields, Handle, Instance, LoadError, Module};
pub use jit::JitMode;
pub use limits::{Interrupter, Limits, TrapKind};
pub use profile::{Profiler, Sample};
pub use record::{Proof, Recorded, Recording, Replay};
pub use report::{RefusalRecord, Report};
pub use snapshot::{RestoreError, SnapshotError};
pub use trace::TraceLine;
pub use turn::{InTurn, TrapReport, Turn, TurnEnd, Uncaught};
