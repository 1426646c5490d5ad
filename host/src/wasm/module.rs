//! Bytes to a module that may run: compiled, and looked through for what no host offers.

use std::fmt;
use std::sync::Arc;

use mosl_vm::{Digest, Digester};
use wasmtime::{Engine, ExternType, Module};

use super::engine::{Metering, engine};
use super::strings;

/// Why bytes do not run, for people to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WasmError(pub(super) Arc<str>);

impl fmt::Display for WasmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WasmError {}

impl WasmError {
    pub(super) fn of(what: &str, error: &wasmtime::Error) -> Self {
        Self(format!("{what}: {error:#}").into())
    }
}

/// Files beyond this are refused unread.
const MOST_BYTES: usize = 64 << 20;

/// A compiled module, to be instantiated any number of times. Cloning shares the code.
#[derive(Clone)]
pub struct WasmModule {
    pub(super) code: Module,
    pub(super) strings: Module,
    /// The host functions of `mark:*` that it calls: module and name, in the order of its imports.
    pub(super) calls: Arc<[(String, String)]>,
    metering: Metering,
    hash: Digest,
}

impl WasmModule {
    /// Compiles a file that anyone may have written.
    pub fn compile(bytes: &[u8]) -> Result<Self, WasmError> {
        Self::compile_for(bytes, Metering::Time)
    }

    /// As [`Self::compile`], so that instances are bounded by fuel whether the program counts it or not. What a program counts itself
    /// ([`WasmLimits::fuel`](super::WasmLimits)) is to be trusted only where the file comes from our own compiler.
    pub fn compile_metered(bytes: &[u8]) -> Result<Self, WasmError> {
        Self::compile_for(bytes, Metering::Fuel)
    }

    fn compile_for(bytes: &[u8], metering: Metering) -> Result<Self, WasmError> {
        if bytes.len() > MOST_BYTES {
            return Err(WasmError(format!("the file has {} bytes; {MOST_BYTES} are the most", bytes.len()).into()));
        }
        let engine = engine(metering)?;
        let code = Module::from_binary(&engine, bytes)
            .map_err(|error| WasmError::of("this is no WebAssembly that may run", &error))?;
        let calls = look_through(&code).map_err(|message| WasmError(message.into()))?;
        let mut digester = Digester::default();
        digester.update(bytes);
        Ok(Self { code, strings: strings::module(&engine)?, calls: calls.into(), metering, hash: digester.finish() })
    }

    /// The host functions of `mark:*` that it calls: module and name. `HostCall::index` counts them.
    pub fn imports(&self) -> impl Iterator<Item = (&str, &str)> {
        self.calls.iter().map(|(module, name)| (module.as_str(), name.as_str()))
    }

    /// The SHA-256 of the file.
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// Whether its instances are bounded by wasmtime's fuel.
    pub(super) fn is_metered(&self) -> bool {
        self.metering == Metering::Fuel
    }

    /// Whether it says that it counts its fuel itself.
    pub(super) fn counts_fuel(&self) -> bool {
        self.code.get_export("fuel").is_some()
    }

    pub(super) fn engine(&self) -> &Engine {
        self.code.engine()
    }
}

/// The `mark:*` functions among the imports; `Err` names an import that no host offers.
fn look_through(code: &Module) -> Result<Vec<(String, String)>, String> {
    let mut calls = Vec::new();
    for import in code.imports() {
        let (module, name) = (import.module(), import.name());
        match (module, import.ty()) {
            ("_", ExternType::Global(_)) | ("wasm:js-string" | "mosl:host", ExternType::Func(_)) => {}
            (module, ExternType::Func(_)) if module.starts_with("mark:") => calls.push((module.into(), name.into())),
            _ => return Err(format!("it imports `{name}` from `{module}`, which is not offered here")),
        }
    }
    Ok(calls)
}
