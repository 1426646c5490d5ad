//! Running turns: starting an instance, what follows each turn, faults and restarts, hot reload.

use mosl_vm::{Arg, Called, Fields, HandlerId, HostValue, Instance, JitMode, Module, Turn, TurnEnd, Uncaught};

use super::api::{Level, Output};
use super::world::{World, is_of};
use super::{Running, Stage, functions};

/// Answers to host calls that are handed out in one go; a script that asks on and on gets the rest later.
const MAX_ANSWERS: usize = 1000;

/// Seconds until the restart after the first fault; each fault in a row doubles it.
const FIRST_RESTART: f64 = 1.0;
const LAST_RESTART: f64 = 60.0;

impl Stage {
    /// Starts a project, or replaces its running version by a new one. The new one takes over persisted fields and the root's
    /// plain fields that have changed since its construction.
    pub fn load(&mut self, module: Module) {
        let carried = self.changed_fields();
        self.end_instance("the object was replaced by a new version");
        self.module = Some(module);
        self.restart_at = None;
        self.faults = 0;
        self.start(&carried);
        self.settle();
    }

    /// The root's plain fields that are not as its constructor left them.
    fn changed_fields(&mut self) -> Vec<(String, HostValue)> {
        let Some(Running { instance, root, initial, .. }) = &mut self.running else { return Vec::new() };
        let now = instance.read_fields(root, Fields::PlainData);
        now.into_iter().filter(|field| !initial.contains(field)).collect()
    }

    /// Makes an instance of the newest version and starts its root object.
    pub(super) fn start(&mut self, carried: &[(String, HostValue)]) {
        let Some(module) = self.module.clone() else { return };
        self.world.functions = functions::resolve(&module);
        self.world.persisted.set_module(&module);
        let mut instance = Instance::new(&module, self.world.options.limits);
        instance.set_jit(JitMode::Lazy);
        if let Some(profiler) = &self.world.options.profiler {
            instance.set_profiler(profiler.clone());
        }
        let turn = instance.start(&mut self.world);
        if !self.finish(turn) {
            return;
        }
        let mut made = None;
        let turn = instance.turn(&mut self.world, |turn| {
            if let Some(root) = turn.construct("default", &[])? {
                let initial = turn.read_fields(&root, Fields::PlainData);
                // A field that is gone or has another type now keeps its new value.
                turn.write_fields(&root, carried);
                made = Some((root, initial));
            }
            Ok(())
        });
        let Some((root, initial)) = made.filter(|_| turn.is_completed()) else {
            self.refuse(turn);
            return;
        };
        let born = self.world.time;
        self.running = Some(Running { instance, root, born, initial });
        self.next_tick = born;
        if self.finish(turn) && self.call("$start", Vec::new()) {
            self.world.outputs.push(Output::Started);
        }
        self.moved = true;
    }

    /// There is no root object: its class threw, or none is exported.
    fn refuse(&mut self, turn: Turn) {
        let silent = turn.errors.is_empty();
        if self.finish(turn) {
            if silent {
                let hint =
                    "nothing to run: the entry file should `export default` a class that extends Container or Space";
                self.world.log(Level::Error, hint, "");
            }
            self.drop_instance("the object could not be made");
        }
    }

    /// Calls a method of the root object, as a turn. Whether the object still runs.
    pub(super) fn call(&mut self, method: &str, args: Vec<HostValue>) -> bool {
        let Some(Running { instance, root, .. }) = &mut self.running else { return false };
        let args: Vec<Arg<'_>> = args.into_iter().map(Arg::from).collect();
        let turn = instance.call_method(&mut self.world, root, method, &args);
        self.finish(turn)
    }

    /// Gives the script the answers to its host calls that have come in.
    pub(super) fn settle(&mut self) {
        for _ in 0..MAX_ANSWERS {
            self.world.collect_finished_tweens();
            let Some(Running { instance, .. }) = &mut self.running else { return };
            let Some((call, answer)) = self.world.ready.pop_front() else { return };
            let turn = instance.resolve_host(&mut self.world, call, answer);
            self.finish(turn);
        }
    }

    /// What follows each turn: errors are told, ended handlers settled, and everything that happened is made durable and let
    /// out. A turn that was ended by a limit is undone. Whether the object still runs.
    pub(super) fn finish(&mut self, turn: Turn) -> bool {
        for uncaught in &turn.errors {
            self.report(uncaught);
        }
        if let TurnEnd::Trapped(report) = turn.end {
            self.fault(&report.text);
            return false;
        }
        for (handler, _) in &turn.settled {
            self.end_handler(*handler);
        }
        if !self.collect_persisted() {
            return false;
        }
        if let Err(failure) = self.world.release() {
            self.fault(&failure.to_string());
            return false;
        }
        self.moved = true;
        true
    }

    fn report(&mut self, uncaught: &Uncaught) {
        // A visitor's no is an answer, not an error.
        if uncaught.name != "PaymentDeclined" {
            let text = format!("Uncaught {}: {}", uncaught.name, uncaught.message);
            self.world.log(Level::Error, text, uncaught.text.clone());
        }
    }

    /// Refunds what a handler that has ended left open.
    fn end_handler(&mut self, handler: HandlerId) {
        let left = is_of(handler);
        self.world.refund_where(|open| left(open) && !open.kept);
    }

    /// Asks the script for the values of its persisted fields, so that they commit with the turn.
    fn collect_persisted(&mut self) -> bool {
        let Some(Running { instance, root, .. }) = &mut self.running else { return true };
        if !self.world.persisted.is_used() {
            return true;
        }
        let turn = instance.call_method(&mut self.world, root, "$persisted", &[]);
        for uncaught in &turn.errors {
            let text = format!("persisted fields cannot be stored: {}", uncaught.message);
            self.world.log(Level::Error, text, uncaught.text.clone());
        }
        if let TurnEnd::Trapped(report) = turn.end {
            self.fault(&report.text);
            return false;
        }
        match &turn.called {
            Some(Called::Value(HostValue::Array(values))) => self.world.persisted.note(values),
            Some(Called::Value(_)) if self.world.persisted.complain_once() => {
                let hint = "a field marked @persist holds more than plain data: none of them is stored";
                self.world.log(Level::Error, hint, "");
            }
            _ => {}
        }
        true
    }

    /// The instance is dead: undo, refund, and start again after a while.
    fn fault(&mut self, text: &str) {
        let restart_in = (FIRST_RESTART * f64::from(1u32 << self.faults.min(10))).min(LAST_RESTART);
        self.faults += 1;
        self.restart_at = Some(self.world.time + restart_in);
        self.drop_instance("the object failed");
        let (message, trace) = text.split_once('\n').unwrap_or((text, ""));
        self.world.outputs.push(Output::Fault { message: message.into(), trace: trace.into(), restart_in });
    }

    /// Ends the running instance in order, if there is one.
    pub(super) fn end_instance(&mut self, reason: &str) {
        if self.running.is_some() && self.call("$stop", Vec::new()) {
            self.drop_instance(reason);
        }
    }

    fn drop_instance(&mut self, reason: &str) {
        self.running = None;
        self.near.clear();
        self.world.staged = Default::default();
        self.world.withdraw_prompts(reason, |_| true);
        self.world.forget_instance();
        self.world.persisted.forget_writes();
        if let Err(failure) = self.world.refund_all() {
            self.world.log(Level::Error, failure.to_string(), "");
        }
    }
}

impl World {
    /// The virtual time of the instance that was born at `born`, in milliseconds.
    pub(super) fn instance_ms(&self, born: f64) -> f64 {
        (self.time - born) * 1000.0
    }
}
