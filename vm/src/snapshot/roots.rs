//! What an instance holds besides its cells: variables, timers, what the host waits for and holds, files that wait, counts.

use mosl_bytecode::Const;

use super::save::Saver;
use super::{Loaded, Loader, refuse};
use crate::bodies::Body;
use crate::event_loop::Timer;
use crate::heap::CellKind;
use crate::host::HandlerId;
use crate::natives::console::{Labelled, MAX_INDENTATION};
use crate::report::{MAX_REFUSALS, RefusalRecord};
use crate::value::Value;

pub(super) fn save(saver: &mut Saver) {
    let vm = saver.vm;
    if !vm.jobs.is_empty() || !vm.rejections.0.is_empty() || vm.trap.is_some() {
        saver.cannot_move("work of a turn that has not ended");
    }
    saver.values(&vm.globals);
    saver.values(&vm.pool.namespaces);
    saver.value(vm.pool.raw_mark);
    save_registry(saver);
    let mut templates: Vec<_> = vm.pool.templates.iter().collect();
    templates.sort_unstable_by_key(|(place, _)| **place);
    saver.size(templates.len());
    for ((func, template), made) in templates {
        saver.count((*func).into());
        saver.count((*template).into());
        saver.value(*made);
    }
    let mut metas: Vec<_> = vm.pool.metas.iter().collect();
    metas.sort_unstable_by_key(|(file, _)| **file);
    saver.size(metas.len());
    for (file, made) in metas {
        saver.count((*file).into());
        saver.value(*made);
    }
    save_timers(saver);
    save_handles(saver);
    save_bodies(saver);
    save_report(saver);
    save_console(saver);
}

pub(super) fn load(loader: &mut Loader) -> Loaded<()> {
    let globals = loader.all()?;
    let namespaces = (0..loader.items()?).map(|_| loader.value_or_absent()).collect::<Loaded<Vec<_>>>()?;
    let is_namespace = |value: &Value| value.is_absent() || value.kind() == Some(CellKind::Namespace);
    let vm = &mut *loader.vm;
    let fits = globals.len() == vm.globals.len() && namespaces.len() == vm.pool.namespaces.len();
    if !fits || !namespaces.iter().all(is_namespace) {
        return refuse("the module has other variables");
    }
    (vm.globals, vm.pool.namespaces) = (globals, namespaces);
    let raw_mark = loader.any()?;
    if !(raw_mark.is_absent() || raw_mark.is_private_name()) {
        return refuse("the mark of raw JSON is none");
    }
    loader.vm.pool.raw_mark = raw_mark;
    load_registry(loader)?;
    load_templates(loader)?;
    for _ in 0..loader.items()? {
        let (file, made) = (loader.number()?, loader.value()?);
        loader.vm.pool.metas.insert(file, made);
    }
    load_timers(loader)?;
    load_handles(loader)?;
    load_bodies(loader)?;
    load_report(loader)?;
    load_console(loader)
}

/// `Symbol.for`, by the texts.
fn save_registry(saver: &mut Saver) {
    let mut symbols: Vec<_> = saver.vm.pool.registry.iter().collect();
    symbols.sort_by_cached_key(|(key, _)| key.as_string().map(|key| key.to_utf16().into_owned()));
    saver.size(symbols.len());
    for (key, symbol) in symbols {
        saver.cell(*key);
        saver.cell(*symbol);
    }
}

fn load_registry(loader: &mut Loader) -> Loaded<()> {
    for _ in 0..loader.items()? {
        let (key, symbol) = (loader.cell()?, loader.cell()?);
        let registered = symbol.as_symbol().filter(|symbol| symbol.is_registered);
        let same = registered.and_then(|symbol| symbol.description.as_string()).zip(key.as_string());
        if !same.is_some_and(|(description, key)| key.is_interned() && description.equals(&key)) {
            return refuse("a symbol is registered under another text");
        }
        if loader.vm.pool.registry.insert(key, symbol).is_some() {
            return refuse("two symbols are registered under one text");
        }
    }
    Ok(())
}

fn load_templates(loader: &mut Loader) -> Loaded<()> {
    for _ in 0..loader.items()? {
        let (func, template): (u16, u32) = (loader.number()?, loader.number()?);
        let made = loader.value()?;
        let module = &loader.vm.code.module;
        let is_template = matches!(module.consts.get(template as usize), Some(Const::Template { .. }));
        if usize::from(func) >= module.functions.len() || !is_template || made.kind() != Some(CellKind::Array) {
            return refuse("a template object is none");
        }
        loader.vm.pool.templates.insert((func, template), made);
    }
    Ok(())
}

fn save_timers(saver: &mut Saver) {
    let timers = &saver.vm.timers;
    saver.f64(timers.queue.now);
    saver.count(timers.queue.entered.into());
    saver.count(timers.last_id.into());
    saver.size(timers.queue.queue.len());
    for ((due, age), timer) in &timers.queue.queue {
        saver.f64(f64::from_bits(*due));
        saver.count((*age).into());
        saver.value(timer.function);
        saver.values(&timer.args);
        saver.flag(timer.interval.is_some());
        saver.f64(timer.interval.unwrap_or(0.0));
        saver.count(timer.id.into());
        saver.handler(timer.handler);
    }
}

/// A moment of virtual time.
fn moment(loader: &mut Loader) -> Loaded<f64> {
    let moment = loader.f64()?;
    let fits = moment.is_finite() && moment.is_sign_positive();
    if fits { Ok(moment) } else { refuse("a moment is none") }
}

fn load_timers(loader: &mut Loader) -> Loaded<()> {
    let (now, entered, last_id) = (moment(loader)?, loader.number()?, loader.number()?);
    let timers = &mut loader.vm.timers;
    (timers.queue.now, timers.queue.entered, timers.last_id) = (now, entered, last_id);
    let count = loader.items()?;
    if count > loader.vm.limits.timers {
        return refuse("there are more timers than the limit allows");
    }
    for _ in 0..count {
        let (due, age) = (moment(loader)?, loader.number::<u32>()?);
        let (function, args): (Value, Box<[Value]>) = (loader.value()?, loader.values()?.into());
        let (repeats, interval) = (loader.flag()?, moment(loader)?);
        let (id, handler) = (loader.number::<u32>()?, loader.handler()?);
        if age > entered || id > last_id || !function.is_callable() || (repeats && interval < 1.0) {
            return refuse("a timer is none");
        }
        let timers = &mut loader.vm.timers;
        timers.args += args.len();
        let timer = Timer { function, args, interval: repeats.then_some(interval), id, handler };
        if timers.queue.queue.insert((due.to_bits(), age), timer).is_some() {
            return refuse("two timers are one");
        }
    }
    Ok(())
}

fn save_handles(saver: &mut Saver) {
    let handles = &saver.vm.handles;
    saver.count(handles.next);
    saver.count(handles.next_handler);
    let mut objects: Vec<_> = handles.objects.iter().collect();
    objects.sort_unstable_by_key(|(number, _)| **number);
    saver.size(objects.len());
    for (number, object) in objects {
        saver.count(*number);
        saver.value(*object);
    }
    let mut pending: Vec<_> = handles.pending.iter().collect();
    pending.sort_unstable_by_key(|(number, _)| **number);
    saver.size(pending.len());
    for (number, (promise, handler)) in pending {
        saver.count(*number);
        saver.value(*promise);
        saver.handler(*handler);
    }
    saver.size(handles.returned.len());
    for (handler, promise) in &handles.returned {
        saver.count(handler.0);
        saver.value(*promise);
    }
}

fn load_handles(loader: &mut Loader) -> Loaded<()> {
    let (next, next_handler) = (loader.count()?, loader.count()?);
    // Each turn counts on from here.
    if next > u64::MAX / 2 || next_handler > u64::MAX / 2 {
        return refuse("a count is too large");
    }
    (loader.vm.handles.next, loader.vm.handles.next_handler) = (next, next_handler);
    for _ in 0..loader.items()? {
        let (number, object) = (loader.count()?, loader.value()?);
        if number > next {
            return refuse("a handle is of no object");
        }
        loader.vm.handles.objects.insert(number, object);
    }
    for _ in 0..loader.items()? {
        let (number, promise, handler) = (loader.count()?, loader.value()?, loader.handler()?);
        loader.vm.handles.pending.insert(number, (promise, handler));
    }
    for _ in 0..loader.items()? {
        let (handler, promise) = (HandlerId(loader.count()?), loader.value()?);
        loader.vm.handles.returned.push((handler, promise));
    }
    Ok(())
}

fn save_bodies(saver: &mut Saver) {
    let bodies = &saver.vm.bodies;
    saver.size(bodies.files.len());
    for body in &bodies.files {
        saver.value(body.function);
        [body.awaits, body.is_open, body.failed].into_iter().for_each(|flag| saver.flag(flag));
        saver.size(body.cycle_end);
        saver.size(body.pending);
        saver.size(body.parents.len());
        body.parents.iter().for_each(|parent| saver.size(*parent));
    }
    saver.value(bodies.result);
    let waiting: Vec<_> = bodies.suspended.iter().map(|coroutine| Value::internal_cell(*coroutine)).collect();
    saver.values(&waiting);
}

/// Files in their order; those that wait for one come after it.
fn load_bodies(loader: &mut Loader) -> Loaded<()> {
    let count = loader.items()?;
    for at in 0..count {
        let function = loader.value()?;
        let (awaits, is_open, failed) = (loader.flag()?, loader.flag()?, loader.flag()?);
        let (cycle_end, pending) = (loader.number()?, loader.number()?);
        let parents: Vec<usize> = (0..loader.items()?).map(|_| loader.number()).collect::<Loaded<_>>()?;
        let after = |place: &usize| *place > at && *place < count;
        if !function.is_callable() || !(at..count).contains(&cycle_end) || !parents.iter().all(after) {
            return refuse("a file's body is none");
        }
        let waits_for = Vec::new();
        let body = Body { function, awaits, cycle_end, waits_for, parents, pending, is_open, failed };
        loader.vm.bodies.files.push(body);
    }
    loader.vm.bodies.result = loader.value()?;
    for waiting in loader.all()? {
        match waiting.internal(CellKind::Coroutine) {
            Some(coroutine) => loader.vm.bodies.suspended.push(coroutine),
            None => return refuse("a file's body is none"),
        }
    }
    Ok(())
}

fn save_report(saver: &mut Saver) {
    let report = &saver.vm.report;
    let counts = [report.fuel, report.peak_heap as u64, report.turns, report.refusal_count, report.uncaught];
    counts.into_iter().for_each(|count| saver.count(count));
    saver.size(report.refusals.len());
    for refusal in &report.refusals {
        saver.count(refusal.code.into());
        saver.bytes(refusal.message.as_bytes());
        saver.flag(refusal.place.is_some());
        saver.bytes(refusal.place.as_deref().unwrap_or_default().as_bytes());
    }
}

fn load_report(loader: &mut Loader) -> Loaded<()> {
    let mut count = || match loader.count()? {
        count if count > u64::MAX / 2 => refuse("a count is too large"),
        count => Ok(count),
    };
    let (fuel, peak_heap, turns, refusal_count, uncaught) = (count()?, count()? as usize, count()?, count()?, count()?);
    let kept = loader.items()?;
    if kept > MAX_REFUSALS {
        return refuse("there are more refusals than are kept");
    }
    let report = &mut loader.vm.report;
    (report.fuel, report.peak_heap, report.turns) = (fuel, peak_heap, turns);
    (report.refusal_count, report.uncaught) = (refusal_count, uncaught);
    for _ in 0..kept {
        let (code, message, is_known, place) = (loader.number()?, loader.text()?, loader.flag()?, loader.text()?);
        let refusal = RefusalRecord { code, message, place: is_known.then_some(place) };
        loader.vm.report.refusals.push(refusal);
    }
    Ok(())
}

fn save_console(saver: &mut Saver) {
    let console = &saver.vm.console;
    saver.size(console.indentation);
    saver.size(console.counts.entries.len());
    for (label, count) in sorted(&console.counts) {
        saver.bytes(label.as_bytes());
        saver.count(*count);
    }
    saver.size(console.clocks.entries.len());
    for (label, start) in sorted(&console.clocks) {
        saver.bytes(label.as_bytes());
        saver.f64(*start);
    }
}

fn sorted<T>(labelled: &Labelled<T>) -> Vec<(&String, &T)> {
    let mut entries: Vec<_> = labelled.entries.iter().collect();
    entries.sort_unstable_by_key(|(label, _)| *label);
    entries
}

fn load_console(loader: &mut Loader) -> Loaded<()> {
    let indentation = loader.number()?;
    if indentation > MAX_INDENTATION {
        return refuse("lines are indented too far");
    }
    loader.vm.console.indentation = indentation;
    for _ in 0..loader.items()? {
        let (label, count) = (loader.text()?, loader.count()?);
        loader.vm.console.counts.insert(label, count & (u64::MAX >> 1));
    }
    for _ in 0..loader.items()? {
        let (label, start) = (loader.text()?, loader.f64()?);
        loader.vm.console.clocks.insert(label, start);
    }
    Ok(())
}
