//! Programs as WebAssembly, on wasmtime: the same file that browsers run, with the same host and in the same turns as on the MVM.
//!
//! - [`WasmModule::compile`]: bytes from anywhere to a module that may run.
//! - [`WasmInstance`]: one running instance: a heap, timers, microtasks. [`WasmInstance::start`] and what follows yield a
//!   [`mosl_vm::Turn`] each; a trap ends the turn as a limit does on the MVM.
//!
//! Nothing here trusts the module: what it imports is looked through before anything runs, its heap, stack and time are bounded, and
//! whatever it does at the border is an error of its own, never a panic.

mod calls;
mod embed;
mod engine;
mod host;
mod imports;
mod inside;
mod instance;
mod module;
mod regex;
mod strings;
mod turn;
mod values;

pub use engine::WasmLimits;
pub use inside::Inside as WasmTurn;
pub use instance::{WasmInstance, WasmObject};
pub use module::{WasmError, WasmModule};
