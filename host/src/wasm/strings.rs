//! Strings at the border: the module `wasm:js-string` (`js_string.wat`) and the ways in and out of its memory.

use wasmtime::{AsContextMut, Engine, Extern, ExternRef, Instance, Memory, Module, Rooted, TypedFunc, format_err};

use super::host::Scope;
use super::module::WasmError;

/// The assembled module.
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/js_string.wasm"));

/// A string as programs hold it; null is none.
pub type Text = Option<Rooted<ExternRef>>;

/// One store's strings.
#[derive(Clone)]
pub struct Strings {
    instance: Instance,
    memory: Memory,
    room: TypedFunc<i32, i32>,
    wrap: TypedFunc<i32, Rooted<ExternRef>>,
    unwrap: TypedFunc<Text, i32>,
}

/// Compiles the module; once for an engine.
pub fn module(engine: &Engine) -> Result<Module, WasmError> {
    Module::new(engine, BYTES).map_err(|error| WasmError::of("the strings' module does not compile", &error))
}

impl Strings {
    pub fn new(store: &mut Scope<'_>, module: &Module) -> wasmtime::Result<Self> {
        let instance = Instance::new(&mut *store, module, &[])?;
        let memory = instance.get_memory(&mut *store, "memory").ok_or_else(|| format_err!("no memory"))?;
        Ok(Self {
            instance,
            memory,
            room: instance.get_typed_func(&mut *store, "room")?,
            wrap: instance.get_typed_func(&mut *store, "wrap")?,
            unwrap: instance.get_typed_func(&mut *store, "unwrap")?,
        })
    }

    /// A function of `wasm:js-string`; the ways in and out are none.
    pub fn function(&self, store: &mut Scope<'_>, name: &str) -> Option<Extern> {
        let of_host = matches!(name, "wrap" | "unwrap" | "room");
        self.instance.get_func(store, name).filter(|_| !of_host).map(Extern::from)
    }

    /// Makes a string.
    pub fn make(&self, mut store: impl AsContextMut, units: &[u16]) -> wasmtime::Result<Rooted<ExternRef>> {
        let length = i32::try_from(units.len()).map_err(|_| format_err!("the string is too long"))?;
        if self.room.call(&mut store, length)? == 0 {
            return Err(format_err!("no memory for a string of {length} units"));
        }
        let bytes = &mut self.memory.data_mut(&mut store)[..units.len() * 2];
        for (place, unit) in bytes.chunks_exact_mut(2).zip(units) {
            place.copy_from_slice(&unit.to_le_bytes());
        }
        self.wrap.call(store, length)
    }

    /// The units of a string.
    pub fn units(&self, mut store: impl AsContextMut, text: Text) -> wasmtime::Result<Vec<u16>> {
        let length = self.unwrap.call(&mut store, text)?;
        let length = usize::try_from(length).map_err(|_| match length {
            -1 => format_err!("what should be a string is none"),
            _ => format_err!("no memory for a string"),
        })?;
        let bytes = &self.memory.data(&store)[..length * 2];
        Ok(bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect())
    }

    /// A string as text; lone surrogates become U+FFFD.
    pub fn text(&self, store: impl AsContextMut, text: Text) -> wasmtime::Result<String> {
        Ok(String::from_utf16_lossy(&self.units(store, text)?))
    }

    /// As [`Self::make`], of text.
    pub fn of(&self, store: impl AsContextMut, text: &str) -> wasmtime::Result<Rooted<ExternRef>> {
        self.make(store, &text.encode_utf16().collect::<Vec<_>>())
    }
}
