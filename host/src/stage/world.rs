//! Everything that a script can touch, and the turn's buffer: what a turn does is staged when it ends well, and dropped when
//! it does not. Only [`World::release`] lets anything out.

use std::collections::BTreeMap;

use mosl_vm::{HandlerId, Host, HostCall, HostError, HostResult, HostValue, Stream};
use rustc_hash::FxHashMap;

use super::api::{Audience, Level, LogLine, Output, StageOptions, VisitorId};
use super::functions::HostFunction;
use super::payments::{OpenPayment, OpenPrompt};
use super::persist::Persisted;
use super::random::Random;
use crate::delta::Delta;
use crate::ledger::{Batch, Ledger, LedgerError, Op};
use crate::money::Mrk;
use crate::scene::{ROOT, Scene};

/// Someone who is here.
#[derive(Clone, Debug)]
pub struct VisitorState {
    pub name: String,
    /// In the ledger.
    pub account: String,
    pub position: [f64; 3],
    /// The balance that the visitor was told last.
    pub told: Mrk,
}

/// What a turn did, until it is known how it ended.
#[derive(Default)]
pub struct Staged {
    pub ops: Vec<Op>,
    pub prompts: Vec<OpenPrompt>,
    pub outputs: Vec<Output>,
}

pub struct World {
    pub options: StageOptions,
    pub scene: Scene,
    pub ledger: Box<dyn Ledger>,
    pub persisted: Persisted,
    pub visitors: BTreeMap<VisitorId, VisitorState>,
    /// Virtual seconds since the stage was opened.
    pub time: f64,
    pub random: Random,
    /// The module's host functions, by their place in its imports.
    pub functions: Vec<Option<HostFunction>>,
    /// Of the running turn.
    pub turn: Staged,
    /// Of turns that have ended well and are not released yet.
    pub staged: Staged,
    pub prompts: BTreeMap<u64, OpenPrompt>,
    pub open: BTreeMap<String, OpenPayment>,
    /// How many tweens each `animate` still waits for.
    pub tweens: FxHashMap<u64, usize>,
    /// Answers to host calls, to be given to the script in this order.
    pub ready: std::collections::VecDeque<(u64, Result<HostValue, HostError>)>,
    /// Some object has an `onTick`.
    pub wants_ticks: bool,
    pub outputs: Vec<Output>,
    pub turns: u32,
    next_call: u64,
    next_payment: u64,
    /// Makes payment ids of this run differ from those of earlier ones.
    payment_prefix: String,
}

impl World {
    pub fn new(options: StageOptions, ledger: Box<dyn Ledger>) -> Result<Self, LedgerError> {
        let payment_prefix = format!("{}-{}", options.project, ledger.journal_len()?);
        Ok(Self {
            scene: Scene::new(options.node_limit),
            random: Random::new(options.seed),
            options,
            ledger,
            persisted: Persisted::default(),
            visitors: BTreeMap::new(),
            time: 0.0,
            functions: Vec::new(),
            turn: Staged::default(),
            staged: Staged::default(),
            prompts: BTreeMap::new(),
            open: BTreeMap::new(),
            tweens: FxHashMap::default(),
            ready: std::collections::VecDeque::new(),
            wants_ticks: false,
            outputs: Vec::new(),
            turns: 0,
            next_call: 1,
            next_payment: 1,
            payment_prefix,
        })
    }

    /// A number for a host call that is answered later.
    pub fn new_call(&mut self) -> u64 {
        self.next_call += 1;
        self.next_call - 1
    }

    pub fn new_payment_id(&mut self) -> String {
        self.next_payment += 1;
        format!("{}-{}", self.payment_prefix, self.next_payment - 1)
    }

    /// The name of the project's object, as visitors know it.
    pub fn object_name(&self) -> String {
        let root = self.scene.node(ROOT).and_then(|scene| scene.children.first().copied());
        let name = root.and_then(|root| self.scene.node(root)).map(|node| node.name()).unwrap_or_default();
        if name.is_empty() { self.options.project.clone() } else { name }
    }

    pub fn log(&mut self, level: Level, text: impl Into<String>, trace: impl Into<String>) {
        self.outputs.push(Output::Log(LogLine { level, text: text.into(), trace: trace.into() }));
    }

    /// Money that moves with the turn that is under way or was just staged.
    pub fn pending_batch(&self) -> Batch {
        Batch { ops: self.staged.ops.iter().chain(&self.turn.ops).cloned().collect(), fields: Vec::new() }
    }

    /// Adds an operation to the turn, if the ledger will take it.
    pub fn stage_op(&mut self, op: Op, account: &str) -> Result<(), LedgerError> {
        self.turn.ops.push(op);
        let checked = self.ledger.preview(&self.pending_batch(), account);
        if checked.is_err() {
            self.turn.ops.pop();
        }
        checked.map(drop)
    }

    /// Counts down the `animate` calls whose tweens have ended.
    pub fn collect_finished_tweens(&mut self) {
        for token in self.scene.take_finished() {
            let Some(left) = self.tweens.get_mut(&token) else { continue };
            *left -= 1;
            if *left == 0 {
                self.tweens.remove(&token);
                self.ready.push_back((token, Ok(HostValue::Undefined)));
            }
        }
    }

    /// Makes what ended well happen: first the money and the fields, in one transaction, then what is seen of it.
    pub fn release(&mut self) -> Result<(), LedgerError> {
        let staged = std::mem::take(&mut self.staged);
        let batch = Batch { ops: staged.ops, fields: self.persisted.take_writes() };
        self.ledger.commit(&batch)?;
        self.persisted.note_committed(&batch);
        self.outputs.extend(staged.outputs);
        for prompt in staged.prompts {
            self.outputs.push(Output::Prompt(prompt.prompt.clone()));
            self.prompts.insert(prompt.prompt.id, prompt);
        }
        if !batch.ops.is_empty() {
            self.forget_settled(&batch.ops);
            self.tell_balances()?;
        }
        Ok(())
    }

    /// Tells each visitor whose balance has changed.
    pub fn tell_balances(&mut self) -> Result<(), LedgerError> {
        for (&visitor, state) in &mut self.visitors {
            let amount = self.ledger.balance(&state.account)?;
            if amount != state.told {
                state.told = amount;
                self.outputs.push(Output::Balance { visitor, amount });
            }
        }
        Ok(())
    }

    /// Everything that belongs to the instance that has ended.
    pub fn forget_instance(&mut self) {
        self.turn = Staged::default();
        self.scene.clear();
        self.tweens.clear();
        self.ready.clear();
        self.wants_ticks = false;
        let deltas = self.scene.take_deltas();
        self.outputs.push(Output::Deltas { to: Audience::Everyone, deltas });
    }

    /// What a turn that moved something ends with.
    fn turn_deltas(&mut self) -> Vec<Delta> {
        let mut deltas = self.scene.take_deltas();
        if !deltas.is_empty() {
            self.turns += 1;
            deltas.push(Delta::Turn { number: self.turns, time: self.time });
        }
        deltas
    }
}

impl Host for World {
    fn call(&mut self, call: HostCall<'_>, args: &[HostValue]) -> HostResult {
        let Some(function) = self.functions.get(call.index).copied().flatten() else {
            let message = format!("this host has no {} in {}", call.name, call.module);
            return HostResult::Throw(HostError { name: "Error".into(), message });
        };
        function(self, call.handler, args).unwrap_or_else(HostResult::Throw)
    }

    fn print(&mut self, stream: Stream, text: &str) {
        let level = if stream == Stream::Out { Level::Log } else { Level::Error };
        self.log(level, text, "");
    }

    fn now_ms(&mut self) -> f64 {
        self.options.epoch_ms + self.time * 1000.0
    }

    fn monotonic_ms(&mut self) -> f64 {
        self.time * 1000.0
    }

    fn random(&mut self) -> f64 {
        self.random.next()
    }

    fn begin(&mut self) {
        self.turn = Staged::default();
    }

    fn commit(&mut self) {
        let turn = std::mem::take(&mut self.turn);
        let deltas = self.turn_deltas();
        if !deltas.is_empty() {
            self.staged.outputs.push(Output::Deltas { to: Audience::Everyone, deltas });
        }
        self.staged.ops.extend(turn.ops);
        self.staged.prompts.extend(turn.prompts);
        self.staged.outputs.extend(turn.outputs);
    }

    fn discard(&mut self) {
        self.turn = Staged::default();
        self.scene.take_deltas();
    }
}

/// Whether a handler asked for what is open.
pub fn is_of(handler: HandlerId) -> impl Fn(&OpenPayment) -> bool {
    move |open| open.handler == Some(handler)
}
