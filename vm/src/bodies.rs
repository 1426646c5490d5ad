//! The bodies of a program's files, where files that others import await at their top level: each is a function, called once what it
//! imports is done; what does not depend on each other waits side by side (ECMAScript 16.2.1.6.1.3, Evaluate). Programs whose entry
//! alone awaits are one function, and nothing of this runs. Also knows which bodies are suspended, for those who wait in vain.

use std::collections::BTreeSet;

use crate::heap::{Gc, Tracer};
use crate::interp::coroutine::{Coroutine, State};
use crate::native::{Args, Completion, Throw};
use crate::natives::{Family, Inner};
use crate::object::data::{ArrayData, FunctionData};
use crate::trace::{Trace, TraceLine};
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[(mosl_bytecode::natives::EVALUATE_MODULES, evaluate)];

/// One file's body; files are numbered in the order of evaluation.
#[derive(Debug)]
pub(crate) struct Body {
    pub function: Value,
    pub awaits: bool,
    /// The last file of its cycle: a file of a cycle fails with the whole.
    pub cycle_end: usize,
    pub waits_for: Vec<usize>,
    /// The files that wait for it, and for how many files it waits itself.
    pub parents: Vec<usize>,
    pub pending: usize,
    /// It, or what it waits for, awaits, and is not done.
    pub is_open: bool,
    pub failed: bool,
}

/// The files of a program that run apart, and the suspended bodies of all programs.
#[derive(Debug)]
pub(crate) struct Bodies {
    pub files: Vec<Body>,
    /// Settles with the entry.
    pub result: Value,
    pub suspended: Vec<Gc<Coroutine>>,
}

impl Default for Bodies {
    fn default() -> Self {
        Self { files: Vec::new(), result: Value::UNDEFINED, suspended: Vec::new() }
    }
}

impl Bodies {
    pub fn trace(&self, tracer: &mut Tracer) {
        self.files.iter().for_each(|body| tracer.value(body.function));
        tracer.value(self.result);
        self.suspended.iter().for_each(|coroutine| tracer.cell(*coroutine));
    }

    fn is_last(&self, at: usize) -> bool {
        at + 1 == self.files.len()
    }

    /// GatherAvailableAncestors: the files that waited for this one last, in order.
    fn available(&mut self, done: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut from = vec![done];
        while let Some(at) = from.pop() {
            for parent in self.files[at].parents.clone() {
                if found.contains(&parent) || self.files[self.files[parent].cycle_end].failed {
                    continue;
                }
                let body = &mut self.files[parent];
                body.pending = body.pending.saturating_sub(1);
                if body.pending == 0 {
                    found.insert(parent);
                    if !body.awaits {
                        from.push(parent);
                    }
                }
            }
        }
        found
    }
}

/// `[body, whether it awaits, where its cycle ends, what it waits for…]` for each file, in order.
fn evaluate(vm: &mut Vm, args: Args) -> Completion {
    let files: Option<Vec<Body>> =
        args.rest(0).iter().enumerate().map(|(at, row)| body(*row, at, args.len())).collect();
    let Some(files) = files.filter(|files| vm.bodies.files.is_empty() && !files.is_empty()) else {
        return Err(vm.fault("files to evaluate that are none"));
    };
    let result = vm.new_promise();
    vm.bodies.files = files;
    vm.bodies.result = result;
    vm.evaluate_bodies()?;
    Ok(result)
}

fn body(row: Value, at: usize, count: usize) -> Option<Body> {
    let row = &row.of::<ArrayData>()?.data.dense;
    let place = |value: &Value| value.as_number().map(|n| n as usize);
    let (&function, awaits, cycle_end) = (row.first()?, row.get(1)?.as_bool()?, place(row.get(2)?)?);
    let waits_for: Vec<usize> = row[3..].iter().map(place).collect::<Option<_>>()?;
    let fits = function.is_callable() && (at..count).contains(&cycle_end) && waits_for.iter().all(|&to| to < at);
    let (parents, pending, is_open, failed) = (Vec::new(), 0, false, false);
    fits.then_some(Body { function, awaits, cycle_end, waits_for, parents, pending, is_open, failed })
}

impl Vm {
    /// InnerModuleEvaluation: what needs to wait for nothing runs now, in order.
    fn evaluate_bodies(&mut self) -> Completion<()> {
        for at in 0..self.bodies.files.len() {
            let waits_for = std::mem::take(&mut self.bodies.files[at].waits_for);
            let open: Vec<usize> = waits_for.into_iter().filter(|&to| self.bodies.files[to].is_open).collect();
            let body = &mut self.bodies.files[at];
            body.pending = open.len();
            body.is_open = body.awaits || body.pending > 0;
            let (is_open, starts) = (body.is_open, body.pending == 0);
            for to in open {
                self.bodies.files[to].parents.push(at);
            }
            if is_open && starts {
                self.start_body(at)?;
            } else if !is_open && let Err(thrown) = self.run_body(at) {
                return self.abandon(at, thrown);
            }
        }
        let last = self.bodies.files.len() - 1;
        if !self.bodies.files[last].is_open {
            self.resolve_promise(self.bodies.result, Value::UNDEFINED);
        }
        Ok(())
    }

    /// A body threw at once: neither it nor what its cycle or later files were to do happens any more.
    fn abandon(&mut self, at: usize, thrown: Throw) -> Completion<()> {
        let reason = self.catch(thrown)?;
        for body in self.bodies.files.iter_mut().filter(|body| body.cycle_end >= at) {
            body.failed = true;
        }
        self.reject_promise(self.bodies.result, reason);
        Ok(())
    }

    fn run_body(&mut self, at: usize) -> Completion<()> {
        let function = self.bodies.files[at].function;
        self.call(function, Value::UNDEFINED, &[]).map(drop)
    }

    /// ExecuteAsyncModule
    fn start_body(&mut self, at: usize) -> Completion<()> {
        let function = self.bodies.files[at].function;
        let promise = self.call(function, Value::UNDEFINED, &[])?;
        self.root(promise);
        let place = Value::number(at as f64);
        let fulfilled = self.new_native("", 1, Inner::BodyDone, &[place]);
        self.root(fulfilled);
        let rejected = self.new_native("", 1, Inner::BodyFailed, &[place]);
        self.perform_then(promise, fulfilled, rejected, None);
        Ok(())
    }

    /// AsyncModuleExecutionFulfilled
    fn body_done(&mut self, at: usize, _value: Value) -> Completion<()> {
        if self.bodies.files[at].failed {
            return Ok(());
        }
        self.close_body(at);
        for next in self.bodies.available(at) {
            if self.bodies.files[next].failed {
                continue;
            }
            if self.bodies.files[next].awaits {
                self.start_body(next)?;
            } else if let Err(thrown) = self.run_body(next) {
                let reason = self.catch(thrown)?;
                self.body_failed(next, reason)?;
            } else {
                self.close_body(next);
            }
        }
        Ok(())
    }

    fn close_body(&mut self, at: usize) {
        self.bodies.files[at].is_open = false;
        if self.bodies.is_last(at) {
            self.resolve_promise(self.bodies.result, Value::UNDEFINED);
        }
    }

    /// AsyncModuleExecutionRejected: with a file fail all that wait for it.
    fn body_failed(&mut self, at: usize, reason: Value) -> Completion<()> {
        let mut failing = vec![at];
        while let Some(at) = failing.pop() {
            if std::mem::replace(&mut self.bodies.files[at].failed, true) {
                continue;
            }
            failing.extend(&self.bodies.files[at].parents);
            if self.bodies.is_last(at) {
                self.reject_promise(self.bodies.result, reason);
            }
        }
        Ok(())
    }

    /// Notes that a call suspends for the first time, if it is a file's body.
    pub(crate) fn note_suspended_body(&mut self, callee: Value, coroutine: Gc<Coroutine>) {
        let is_entry = callee.of::<FunctionData>().is_some_and(|function| function.data.func == self.code.module.entry);
        if is_entry || self.bodies.files.iter().any(|body| body.awaits && body.function == callee) {
            self.bodies.suspended.push(coroutine);
        }
    }

    /// Where bodies stand that wait.
    pub(crate) fn unsettled_bodies(&self) -> Vec<TraceLine> {
        let waiting = self.bodies.suspended.iter().filter(|coroutine| coroutine.state != State::Done);
        let place =
            |coroutine: &Gc<Coroutine>| Trace::at(coroutine.place()).lines(&self.code.module).into_iter().next();
        waiting.filter_map(place).collect()
    }
}

pub(crate) fn done(vm: &mut Vm, args: Args) -> Completion {
    settled(vm, args, Vm::body_done)
}

pub(crate) fn failed(vm: &mut Vm, args: Args) -> Completion {
    settled(vm, args, Vm::body_failed)
}

fn settled(vm: &mut Vm, args: Args, then: fn(&mut Vm, usize, Value) -> Completion<()>) -> Completion {
    let place = vm.native_slot(args.callee, 0).as_number().unwrap_or(0.0);
    then(vm, place as usize, args.get(0))?;
    Ok(Value::UNDEFINED)
}
