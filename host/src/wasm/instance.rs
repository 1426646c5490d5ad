//! A running instance: turns, timers, answers to host calls, and the host's view of its objects. The counterpart of
//! [`mosl_vm::Instance`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Instant;

use mosl_vm::{
    Called, HandlerId, Host, HostError, HostValue, LentHost, Report, TimerQueue, TrapReport, Turn, TurnEnd, Uncaught,
};
use wasmtime::{AsContextMut, EqRef, Instance, OwnedRooted, RootScope, Store, Val, format_err};

use super::embed::Embed;
use super::engine::{Limiter, PER_UNIT, STACK, STACK_BESIDE, WasmLimits, ticks};
use super::host::State;
use super::inside::Inside;
use super::module::WasmModule;
use super::regex::Regexes;
use super::strings::Strings;
use super::{imports, turn};

/// One running instance of a module: a heap, globals, timers, microtasks.
pub struct WasmInstance {
    store: Store<State>,
    module: WasmModule,
    limits: WasmLimits,
    dead: Option<TrapReport>,
    /// Promises that handlers returned.
    returned: Vec<(HandlerId, OwnedRooted<EqRef>)>,
}

/// An object of an instance that the host holds.
pub struct WasmObject(pub(super) OwnedRooted<EqRef>);

type Answer<T> = wasmtime::Result<T>;

impl WasmInstance {
    /// An instance of which nothing has run.
    pub fn new(module: &WasmModule, limits: WasmLimits) -> Self {
        let state = State {
            host: LentHost::default(),
            handler: None,
            last_handler: 0,
            strings: None,
            embed: None,
            limiter: Limiter { limit: limits.memory, taken: 0, refused: false },
            deadline: None,
            regexes: Regexes::default(),
            timers: TimerQueue::default(),
            most_timers: limits.timers,
            waiting: Default::default(),
            errors: Vec::new(),
            report: Report::default(),
        };
        let mut store = Store::new(module.engine(), state);
        store.limiter(|state| &mut state.limiter);
        Self { store, module: module.clone(), limits, dead: None, returned: Vec::new() }
    }

    /// Links the module and runs its files.
    pub fn start(&mut self, host: &mut dyn Host) -> Turn {
        let (module, limit) = (self.module.clone(), self.limits.fuel);
        self.run_turn(host, |store| {
            let embed = link(store, &module)?;
            set_counter(store, &embed, limit)?;
            let mut inside = Inside::new(store, embed)?;
            let started = inside.embed.start.call(&mut inside.scope, ());
            inside.settle(started)?;
            inside.drain()
        })
    }

    /// A turn of several steps: one macrotask, then all microtasks, then commit or discard.
    pub fn turn(&mut self, host: &mut dyn Host, body: impl FnOnce(&mut Inside<'_>) -> Answer<()>) -> Turn {
        self.run_turn(host, |store| {
            let embed = store.data().embed.clone().ok_or_else(|| format_err!("the module has not started"))?;
            let mut inside = Inside::new(store, embed)?;
            body(&mut inside)?;
            inside.drain()
        })
    }

    fn run_turn(&mut self, host: &mut dyn Host, body: impl FnOnce(&mut Store<State>) -> Answer<Outcome>) -> Turn {
        if let Some(report) = &self.dead {
            return ended(TurnEnd::Trapped(report.clone()));
        }
        host.begin();
        let outcome = self.open().and_then(|()| {
            let lent = self.store.data().host.clone();
            let store = &mut self.store;
            let run = || stacker::maybe_grow(STACK + STACK_BESIDE, STACK + 2 * STACK_BESIDE, || body(store));
            let run = AssertUnwindSafe(|| lent.lend(host, run));
            catch_unwind(run).unwrap_or_else(|panic| Err(format_err!("{}", told(panic.as_ref()))))
        });
        let fuel = self.fuel_used();
        let state = self.store.data_mut();
        state.handler = None;
        state.report.turns += 1;
        state.report.fuel += fuel;
        state.report.peak_heap = state.report.peak_heap.max(state.limiter.taken);
        let errors = std::mem::take(&mut state.errors);
        match outcome {
            Ok(Outcome { called, returned }) => {
                host.commit();
                self.returned.extend(returned);
                let settled = self.take_settled();
                Turn { end: TurnEnd::Completed, called, errors, settled, fuel }
            }
            Err(error) => {
                host.discard();
                let report = turn::trap_report(&error, self.store.data(), self.limits.fuel.map(|limit| (fuel, limit)));
                self.dead = Some(report.clone());
                Turn { errors, fuel, ..ended(TurnEnd::Trapped(report)) }
            }
        }
    }

    /// Sets what the turn may use.
    fn open(&mut self) -> Answer<()> {
        self.store.set_epoch_deadline(ticks(self.limits.deadline));
        let embed = self.store.data().embed.clone();
        let counts = embed.as_ref().map_or(self.module.counts_fuel(), |embed| embed.fuel.is_some());
        if let (Some(fuel), true) = (self.limits.fuel, self.module.is_metered()) {
            self.store.set_fuel(if counts { fuel.saturating_mul(PER_UNIT) } else { fuel })?;
        }
        if let Some(embed) = embed {
            set_counter(&mut self.store, &embed, self.limits.fuel)?;
        }
        let state = self.store.data_mut();
        state.deadline = self.limits.deadline.map(|time| Instant::now() + time);
        state.limiter.refused = false;
        Ok(())
    }

    /// By this turn.
    fn fuel_used(&mut self) -> u64 {
        let embed = self.store.data().embed.clone();
        if let Some(counter) = embed.and_then(|embed| embed.fuel) {
            let rest = counter.get(&mut self.store).i64().unwrap_or_default();
            return most_fuel(self.limits.fuel).saturating_sub(rest).max(0) as u64;
        }
        self.limits.fuel.map_or(0, |fuel| fuel - self.store.get_fuel().unwrap_or(fuel).min(fuel))
    }

    /// Handlers' promises that have settled.
    fn take_settled(&mut self) -> Vec<(HandlerId, Result<HostValue, Uncaught>)> {
        if self.returned.is_empty() {
            return Vec::new();
        }
        let Some(embed) = self.store.data().embed.clone() else { return Vec::new() };
        let Ok(mut inside) = Inside::new(&mut self.store, embed) else { return Vec::new() };
        let mut settled = Vec::new();
        self.returned.retain(|(handler, promise)| match inside.settlement(*handler, promise) {
            Ok(Some(result)) => {
                settled.push((*handler, result));
                false
            }
            Ok(None) => true,
            Err(_) => false,
        });
        settled
    }

    /// Settles the promise of a pending host call. Nothing happens where there is none of that number.
    pub fn resolve_host(&mut self, host: &mut dyn Host, id: u64, result: Result<HostValue, HostError>) -> Turn {
        let waiting = self.store.data_mut().waiting.remove(&id);
        self.turn(host, |inside| match waiting {
            Some((number, handler)) => inside.answer(number, handler, &result),
            None => Ok(()),
        })
    }

    /// Calls an exported function.
    pub fn call_export(&mut self, host: &mut dyn Host, name: &str, args: &[HostValue]) -> Turn {
        self.turn(host, |inside| inside.call_export(name, args))
    }

    /// Calls a method of an object.
    pub fn call_method(&mut self, host: &mut dyn Host, object: &WasmObject, name: &str, args: &[HostValue]) -> Turn {
        self.turn(host, |inside| inside.call_method(object, name, args))
    }

    /// When the next timer is due, in virtual milliseconds.
    pub fn next_timer(&self) -> Option<f64> {
        if self.dead.is_some() { None } else { self.store.data().timers.next_due() }
    }

    /// Virtual milliseconds since the instance was made.
    pub fn now(&self) -> f64 {
        self.store.data().timers.now
    }

    /// Moves virtual time on; each timer that comes due is a turn of its own.
    pub fn advance_to(&mut self, host: &mut dyn Host, until: f64) -> Vec<Turn> {
        let mut turns = Vec::new();
        while self.dead.is_none()
            && let Some((id, handler)) = self.store.data_mut().timers.take_due(until)
        {
            turns.push(self.turn(host, |inside| inside.fire_timer(id, handler)));
        }
        let timers = &mut self.store.data_mut().timers;
        timers.now = timers.now.max(until);
        turns
    }

    /// Host calls that have not been answered.
    pub fn pending_host_calls(&self) -> usize {
        self.store.data().waiting.len()
    }

    /// Nothing will happen any more unless the host calls.
    pub fn is_idle(&self) -> bool {
        self.dead.is_some() || (self.next_timer().is_none() && self.pending_host_calls() == 0)
    }

    /// Whether a limit or fault has ended it.
    pub fn is_dead(&self) -> bool {
        self.dead.is_some()
    }

    pub fn report(&self) -> &Report {
        &self.store.data().report
    }

    /// How many bodies of files await what has not settled.
    pub fn unsettled(&mut self) -> usize {
        let Some(embed) = self.store.data().embed.clone().filter(|embed| embed.unsettled.is_there()) else { return 0 };
        let waiting = embed.unsettled.call(RootScope::new(&mut self.store), ());
        waiting.map_or(0, |waiting| waiting as usize)
    }

    /// Reads the fields of an object that hold plain data, without running script.
    pub fn read_fields(&mut self, object: &WasmObject) -> Vec<(String, HostValue)> {
        let Some(embed) = self.store.data().embed.clone() else { return Vec::new() };
        let inside = Inside::new(&mut self.store, embed);
        inside.and_then(|mut inside| inside.read_fields(object)).unwrap_or_default()
    }
}

/// What a turn's body came to.
#[derive(Default)]
pub(super) struct Outcome {
    pub called: Option<Called>,
    pub returned: Vec<(HandlerId, OwnedRooted<EqRef>)>,
}

/// What a turn may burn, as the program counts it.
fn most_fuel(limit: Option<u64>) -> i64 {
    limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(i64::MAX)
}

fn set_counter(store: &mut Store<State>, embed: &Embed, limit: Option<u64>) -> Answer<()> {
    embed.fuel.map_or(Ok(()), |counter| counter.set(store, Val::I64(most_fuel(limit))))
}

fn ended(end: TurnEnd) -> Turn {
    Turn { end, called: None, errors: Vec::new(), settled: Vec::new(), fuel: 0 }
}

fn told(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "the host failed".into())
}

/// Makes the instance, its start function included.
fn link(store: &mut Store<State>, module: &WasmModule) -> Answer<Rc<Embed>> {
    let scope = &mut RootScope::new(store);
    let strings = Strings::new(scope, &module.strings)?;
    scope.as_context_mut().data_mut().strings = Some(strings.clone());
    let imports = imports::resolve(scope, module, &strings)?;
    let instance = Instance::new(&mut *scope, &module.code, &imports)?;
    let embed = Rc::new(Embed::find(scope, &instance)?);
    scope.as_context_mut().data_mut().embed = Some(Rc::clone(&embed));
    Ok(embed)
}
