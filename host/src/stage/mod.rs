//! One running project: its instance, its scene, its money, its visitors and its virtual time. Synchronous and
//! single-threaded; the only thing that it reads or writes is its data file, and the clock is what [`Stage::advance`] is given.
//! So a run is a function of its inputs.
//!
//! Invariant: what a turn did leaves the stage ([`Stage::drain`]) only after the turn ended well and its money is durable.

mod api;
mod clock;
pub mod functions;
mod payments;
mod persist;
mod random;
mod run;
mod visit;
mod world;

pub use persist::persisted_fields;

pub use api::{Audience, Input, Level, LogLine, Output, PaymentPolicy, Prompt, StageOptions, VisitorId};

use std::collections::BTreeSet;

use mosl_vm::{HostValue, Instance, Module};

use crate::delta::{Delta, NodeId};
use crate::ledger::{Batch, EmbeddedLedger, Ledger, LedgerError, Op};
use crate::money::Mrk;
use payments::{OWNER, visitor_account};
use world::World;

/// Why a stage cannot be opened.
pub type StageError = LedgerError;

pub struct Stage {
    world: World,
    /// The project's newest version.
    module: Option<Module>,
    running: Option<Running>,
    /// When the object starts again after a fault.
    restart_at: Option<f64>,
    /// Faults in a row.
    faults: u32,
    /// When the tick after the last one is due.
    next_tick: f64,
    last_flush: f64,
    near: BTreeSet<(VisitorId, NodeId)>,
    /// Something may have come near or gone since this was looked at.
    moved: bool,
    next_visitor: VisitorId,
}

/// An instance and its root object.
struct Running {
    instance: Instance,
    root: mosl_vm::Handle,
    /// The virtual time at which the instance's own time began.
    born: f64,
    /// The root's plain fields as its constructor left them: what differs later is state that a new version takes over.
    initial: Vec<(String, HostValue)>,
}

impl Stage {
    /// Opens the data file, and gives back what a crash left in escrow.
    pub fn open(options: StageOptions) -> Result<Self, StageError> {
        let ledger: Box<dyn Ledger> = match &options.data {
            Some(path) => Box::new(EmbeddedLedger::open(path)?),
            None => Box::new(EmbeddedLedger::in_memory()?),
        };
        let mut world = World::new(options, ledger)?;
        world.refund_all()?;
        let mut stage = Self {
            world,
            module: None,
            running: None,
            restart_at: None,
            faults: 0,
            next_tick: 0.0,
            last_flush: 0.0,
            near: BTreeSet::new(),
            moved: false,
            next_visitor: 1,
        };
        stage.endow(OWNER)?;
        Ok(stage)
    }

    /// Gives an account its starting balance, once and for all.
    fn endow(&mut self, account: &str) -> Result<(), LedgerError> {
        let amount = self.world.options.starting_balance;
        let op = Op::Issue { id: format!("start:{account}"), account: account.into(), amount };
        self.world.ledger.commit(&Batch { ops: vec![op], fields: Vec::new() })
    }

    /// Takes what happened since this was called last, in order. Deltas for the same visitors that follow each other are one
    /// batch.
    pub fn drain(&mut self) -> Vec<Output> {
        let mut merged: Vec<Output> = Vec::new();
        for output in std::mem::take(&mut self.world.outputs) {
            match (merged.last_mut(), output) {
                (Some(Output::Deltas { to, deltas }), Output::Deltas { to: also, deltas: more }) if *to == also => {
                    deltas.extend(more);
                }
                (_, output) => merged.push(output),
            }
        }
        merged
    }

    /// The first node of that name in the scene, those nearest to the root first.
    pub fn find(&self, name: &str) -> Option<NodeId> {
        self.world.scene.find(name)
    }

    /// Seconds of virtual time until a failed object starts again; `None` while it runs.
    pub fn restarts_in(&self) -> Option<f64> {
        self.restart_at.map(|at| at - self.world.time)
    }

    /// What a visitor's account holds.
    pub fn balance(&self, account: &str) -> Mrk {
        self.world.ledger.balance(&visitor_account(account)).unwrap_or_default()
    }

    /// What the project's owner holds.
    pub fn owner_balance(&self) -> Mrk {
        self.world.ledger.balance(OWNER).unwrap_or_default()
    }

    /// What the project may do with money, from now on: manifests change too.
    pub fn set_payments(&mut self, payments: PaymentPolicy) {
        self.world.options.payments = payments;
    }

    /// What accounts get that are seen for the first time from now on.
    pub fn set_starting_balance(&mut self, amount: Mrk) {
        self.world.options.starting_balance = amount;
    }

    /// Virtual seconds since the stage was opened.
    pub fn time(&self) -> f64 {
        self.world.time
    }

    /// Whether an object runs.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// The whole scene as deltas, as a visitor who joins now would get it.
    pub fn snapshot(&self) -> Vec<Delta> {
        self.world.scene.snapshot(self.world.time)
    }

    /// Ends the object in order: `onStop`, refunds, everything durable.
    pub fn stop(&mut self) {
        self.end_instance("the object has ended");
        self.restart_at = None;
        let ended = self.world.refund_all().and_then(|()| self.world.ledger.flush());
        if let Err(failure) = ended {
            self.world.log(Level::Error, failure.to_string(), "");
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A panic is a bug; what it left half done is refunded at the next start.
        if !std::thread::panicking() {
            self.stop();
        }
    }
}
