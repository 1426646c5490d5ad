//! wasmtime's engines and what bounds an instance: heap, stack, time and fuel.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use wasmtime::{Collector, Config, Engine, OptLevel, ResourceLimiter};

use super::module::WasmError;

/// Bytes of native stack that a module's calls may take.
pub const STACK: usize = 24 << 20;

/// What else a turn needs of the native stack: the embedding and the host.
pub const STACK_BESIDE: usize = 1 << 20;

/// Between two looks at the deadline.
const TICK: Duration = Duration::from_millis(5);

/// What each store's heap may grow to without being moved. Address space, not memory.
const HEAP_RESERVATION: u64 = 1 << 32;

/// What a store's heap begins with; memory is taken as it is used.
const FIRST_HEAP: u64 = 8 << 20;

/// Bounds of one instance.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WasmLimits {
    /// Bytes that heap and memories may take. A collection needs room for a copy: live data gets half of it.
    pub memory: usize,
    /// Wall-clock time of one turn.
    pub deadline: Option<Duration>,
    /// Fuel of one turn: the MVM's, where the program counts it; else wasmtime's, about one for each instruction, in modules that were
    /// compiled for it. Of those that count and were compiled for it, both: [`PER_UNIT`] instructions for each unit.
    pub fuel: Option<u64>,
    /// Timers that wait at one time.
    pub timers: usize,
}

impl Default for WasmLimits {
    fn default() -> Self {
        Self { memory: 2 << 30, deadline: None, fuel: None, timers: 10_000 }
    }
}

/// How modules are compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Metering {
    /// Deadlines only.
    Time,
    /// Deadlines and fuel.
    Fuel,
}

/// The engine for a kind of metering; there is one of each in a process.
pub fn engine(metering: Metering) -> Result<Engine, WasmError> {
    static ENGINES: [OnceLock<Result<Engine, WasmError>>; 2] = [OnceLock::new(), OnceLock::new()];
    ENGINES[metering as usize].get_or_init(|| make(metering)).clone()
}

fn make(metering: Metering) -> Result<Engine, WasmError> {
    let mut config = Config::new();
    config.collector(Collector::Copying);
    config.wasm_gc(true).wasm_function_references(true).wasm_exceptions(true).wasm_tail_call(true);
    // A module's globals are initialised in one function, for which Cranelift's alias analysis takes time by the square.
    config.cranelift_opt_level(OptLevel::None);
    config.max_wasm_stack(STACK);
    config.async_stack_size(STACK + STACK_BESIDE);
    config.gc_heap_reservation(HEAP_RESERVATION).gc_heap_initial_size(FIRST_HEAP);
    config.epoch_interruption(true);
    config.consume_fuel(metering == Metering::Fuel);
    let engine = Engine::new(&config).map_err(|error| WasmError::of("wasmtime does not start", &error))?;
    let ticking = engine.weak();
    let tick = move || {
        while let Some(engine) = ticking.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(TICK);
        }
    };
    std::thread::Builder::new()
        .name("wasm clock".into())
        .spawn(tick)
        .map_err(|error| WasmError(Arc::from(error.to_string())))?;
    Ok(engine)
}

/// Instructions that a program which counts its fuel may take for each unit of it; it takes far fewer.
pub const PER_UNIT: u64 = 1 << 10;

/// After how many ticks a turn of this length is over. `None` is never.
pub fn ticks(deadline: Option<Duration>) -> u64 {
    // Added to the present epoch, so that the largest number is none.
    let Some(deadline) = deadline else { return u64::MAX / 2 };
    u64::try_from(deadline.as_nanos().div_ceil(TICK.as_nanos())).unwrap_or(u64::MAX / 2).saturating_add(1)
}

/// Counts what heap and memories of a store take.
#[derive(Debug)]
pub struct Limiter {
    pub limit: usize,
    pub taken: usize,
    /// It has refused something since this was last put back.
    pub refused: bool,
}

/// The most elements of a table.
const TABLE_LIMIT: usize = 1 << 20;

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let taken = self.taken.saturating_add(desired.saturating_sub(current));
        let fits = taken <= self.limit;
        if fits {
            self.taken = taken;
        } else {
            self.refused = true;
        }
        Ok(fits)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_LIMIT)
    }
}
