//! Instances: made, started, called, moved on in time.

use std::ffi::c_char;
use std::time::Duration;

use mosl_vm::instance::Arg;
use mosl_vm::{Host, HostError, Instance, Interrupter, Limits, Turn};

use crate::host::InC;
use crate::{MoslHost, MoslModule, MoslTurn, MoslValue, free, host_value, host_values, make, text};

/// One running instance of a module.
#[derive(Debug)]
pub struct MoslInstance(Instance);

/// Ends an instance's turns from any thread, also after the instance is gone.
#[derive(Debug)]
pub struct MoslInterrupter(Interrupter);

/// Bounds of an instance.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MoslLimits {
    /// Units of one turn.
    pub fuel: u64,
    /// Logical bytes of live heap.
    pub heap: usize,
    /// Stack units: a frame takes one, and one more for every 16 registers.
    pub stack: u32,
    /// Microseconds of one turn, the host's answers not counted; 0 for as long as it takes.
    pub deadline_us: u64,
    /// Timers that wait at one time.
    pub timers: usize,
}

/// Counts over an instance's life.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct MoslReport {
    pub fuel: u64,
    /// The most logical bytes of heap in use.
    pub peak_heap: usize,
    pub turns: u64,
    /// Refusals and failed checks, also those that the script caught.
    pub refusals: u64,
    /// Uncaught errors.
    pub uncaught: u64,
}

/// The bounds of an instance that nothing else is said of: generous ones.
#[unsafe(no_mangle)]
pub extern "C" fn mosl_limits_default() -> MoslLimits {
    let Limits { fuel, heap, stack, timers, .. } = Limits::default();
    MoslLimits { fuel, heap, stack, deadline_us: 0, timers }
}

/// An instance of which nothing has run; null for no module.
///
/// # Safety
/// `module` is null or a module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_new(module: *const MoslModule, limits: MoslLimits) -> *mut MoslInstance {
    make(|| {
        let MoslLimits { fuel, heap, stack, deadline_us, timers } = limits;
        let deadline = (deadline_us > 0).then(|| Duration::from_micros(deadline_us));
        // SAFETY: the caller's promise.
        let module = unsafe { module.as_ref() }?;
        Some(MoslInstance(Instance::new(&module.0, Limits { fuel, heap, stack, deadline, timers })))
    })
}

/// # Safety
/// `instance` is null or an instance that is the caller's, and is used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_free(instance: *mut MoslInstance) {
    // SAFETY: the caller's promise.
    unsafe { free(instance) };
}

/// Runs something of an instance with a host; null for no instance.
///
/// # Safety
/// `instance` is null or an instance that nobody else uses; `host` is null or a host.
unsafe fn run(
    instance: *mut MoslInstance,
    host: *const MoslHost,
    turns: impl FnOnce(&mut Instance, &mut dyn Host) -> Vec<Turn>,
) -> *mut MoslTurn {
    make(|| {
        // SAFETY: the caller's promise.
        let (instance, mut host) = unsafe { (&mut instance.as_mut()?.0, InC::new(host)) };
        Some(turns(instance, &mut host).into_iter().fold(MoslTurn::default(), MoslTurn::add))
    })
}

/// Runs the module's bodies.
///
/// # Safety
/// `instance` is null or an instance; `host` is null or a host.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_start(instance: *mut MoslInstance, host: *const MoslHost) -> *mut MoslTurn {
    // SAFETY: the caller's promise.
    unsafe { run(instance, host, |instance, host| vec![instance.start(host)]) }
}

/// Calls an exported function with copies of the arguments. Where there is none of that name the turn has no result.
///
/// # Safety
/// `instance` is null or an instance; `host` is null or a host; `name` ends with a zero; `args` points to `count` values.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_call(
    instance: *mut MoslInstance,
    host: *const MoslHost,
    name: *const c_char,
    args: *const *const MoslValue,
    count: usize,
) -> *mut MoslTurn {
    // SAFETY: the caller's promise.
    unsafe {
        let (name, args) = (text(name), host_values(args, count));
        run(instance, host, |instance, host| {
            let args: Vec<Arg> = args.into_iter().map(Arg::Value).collect();
            vec![instance.call_export(host, &name, &args)]
        })
    }
}

/// Answers a host call that was left pending, with a copy of `value`.
///
/// # Safety
/// `instance` is null or an instance; `host` is null or a host; `value` is null or a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_resolve(
    instance: *mut MoslInstance,
    host: *const MoslHost,
    pending: u64,
    value: *const MoslValue,
) -> *mut MoslTurn {
    // SAFETY: the caller's promise.
    unsafe {
        let value = host_value(value);
        run(instance, host, |instance, host| vec![instance.resolve_host(host, pending, Ok(value))])
    }
}

/// Lets a host call that was left pending fail, with an error of that class and text.
///
/// # Safety
/// `instance` is null or an instance; `host` is null or a host; the texts end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_reject(
    instance: *mut MoslInstance,
    host: *const MoslHost,
    pending: u64,
    name: *const c_char,
    message: *const c_char,
) -> *mut MoslTurn {
    // SAFETY: the caller's promise.
    unsafe {
        let error = HostError { name: text(name), message: text(message) };
        run(instance, host, |instance, host| vec![instance.resolve_host(host, pending, Err(error))])
    }
}

/// When the next timer is due, in virtual milliseconds; negative where there is none.
///
/// # Safety
/// `instance` is null or an instance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_next_timer(instance: *const MoslInstance) -> f64 {
    // SAFETY: the caller's promise.
    unsafe { instance.as_ref() }.and_then(|instance| instance.0.next_timer()).unwrap_or(-1.0)
}

/// Moves virtual time on; each timer that comes due is a turn, and what they did comes as one.
///
/// # Safety
/// `instance` is null or an instance; `host` is null or a host.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_advance_to(
    instance: *mut MoslInstance,
    host: *const MoslHost,
    until: f64,
) -> *mut MoslTurn {
    // SAFETY: the caller's promise.
    unsafe { run(instance, host, |instance, host| instance.advance_to(host, until)) }
}

/// Whether a limit or fault has ended it.
///
/// # Safety
/// `instance` is null or an instance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_is_dead(instance: *const MoslInstance) -> bool {
    // SAFETY: the caller's promise.
    unsafe { instance.as_ref() }.is_none_or(|instance| instance.0.is_dead())
}

/// # Safety
/// `instance` is null or an instance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_report(instance: *const MoslInstance) -> MoslReport {
    // SAFETY: the caller's promise.
    let Some(instance) = (unsafe { instance.as_ref() }) else { return MoslReport::default() };
    let report = instance.0.report();
    let (refusals, uncaught) = (report.refusal_count, report.uncaught);
    MoslReport { fuel: report.fuel, peak_heap: report.peak_heap, turns: report.turns, refusals, uncaught }
}

/// # Safety
/// `instance` is null or an instance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_instance_interrupter(instance: *const MoslInstance) -> *mut MoslInterrupter {
    // SAFETY: the caller's promise.
    make(|| Some(MoslInterrupter(unsafe { instance.as_ref() }?.0.interrupter())))
}

/// Ends the turn that runs, or the next one, within less than a millisecond of the script's time. From any thread.
///
/// # Safety
/// `interrupter` is null or an interrupter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_interrupt(interrupter: *const MoslInterrupter) {
    // SAFETY: the caller's promise.
    if let Some(interrupter) = unsafe { interrupter.as_ref() } {
        interrupter.0.interrupt();
    }
}

/// # Safety
/// `interrupter` is null or an interrupter that is the caller's, and is used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_interrupter_free(interrupter: *mut MoslInterrupter) {
    // SAFETY: the caller's promise.
    unsafe { free(interrupter) };
}
