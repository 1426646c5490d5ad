//! What goes into a stage and what comes out of it. Data only.

use std::path::PathBuf;

use mosl_vm::{Limits, Profiler};

use crate::delta::{Delta, NodeId};
use crate::money::{Budget, Mrk};

/// Tells visitors apart for as long as the stage exists.
pub type VisitorId = u32;

/// How a project is to run.
#[derive(Clone, Debug)]
pub struct StageOptions {
    /// The project's name: whom visitors pay.
    pub project: String,
    /// The file with money and persisted fields; without one they are gone with the stage.
    pub data: Option<PathBuf>,
    /// Where `Math.random` begins.
    pub seed: u64,
    /// What `Date` shows at virtual time 0, in milliseconds since 1970.
    pub epoch_ms: f64,
    /// How often `onTick` runs, per second.
    pub tick_hz: f64,
    /// What an account gets when it is seen for the first time; the owner's too.
    pub starting_balance: Mrk,
    pub payments: PaymentPolicy,
    /// Of each instance.
    pub limits: Limits,
    /// Samples what the instances do.
    pub profiler: Option<Profiler>,
    pub node_limit: usize,
    /// After how many seconds an unanswered question counts as a no.
    pub prompt_seconds: f64,
    /// After how many seconds a payment that is neither accepted nor refunded is refunded.
    pub escrow_seconds: f64,
}

impl Default for StageOptions {
    fn default() -> Self {
        Self {
            project: "project".into(),
            data: None,
            seed: 1,
            epoch_ms: 0.0,
            tick_hz: 60.0,
            starting_balance: Mrk::whole(100),
            payments: PaymentPolicy { receive: true, spend: None },
            limits: Limits { fuel: 200_000_000, heap: 256 << 20, ..Limits::default() },
            profiler: None,
            node_limit: crate::scene::NODE_LIMIT,
            prompt_seconds: 120.0,
            escrow_seconds: 600.0,
        }
    }
}

/// What a project may do with money.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PaymentPolicy {
    /// It may ask visitors to pay.
    pub receive: bool,
    /// It may send, within this.
    pub spend: Option<Budget>,
}

impl PaymentPolicy {
    /// Reads the capabilities of a manifest: `payments:receive`, `payments:spend=25mrk/day`. The bare `payments` grants
    /// receiving where nothing more is said.
    pub fn from_capabilities<S: AsRef<str>>(capabilities: &[S]) -> Result<Self, String> {
        let mut policy = Self::default();
        let (mut bare, mut detailed) = (false, false);
        for capability in capabilities {
            match capability.as_ref().split_once(':') {
                None => bare |= capability.as_ref() == "payments",
                Some(("payments", "receive")) => (policy.receive, detailed) = (true, true),
                Some(("payments", what)) => {
                    let budget = what.strip_prefix("spend=").and_then(Budget::parse);
                    let bad = || {
                        format!("`payments` cannot grant {what:?}: write \"receive\": true or \"spend\": \"25mrk/day\"")
                    };
                    (policy.spend, detailed) = (Some(budget.ok_or_else(bad)?), true);
                }
                Some(_) => {}
            }
        }
        policy.receive |= bare && !detailed;
        Ok(policy)
    }
}

/// Something that a visitor did.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// They disconnected.
    Leave {
        visitor: VisitorId,
    },
    Move {
        visitor: VisitorId,
        /// Of their feet, metres.
        position: [f64; 3],
    },
    /// `node` is what was hit; the object that handles it is found here.
    Click {
        visitor: VisitorId,
        node: NodeId,
    },
    HoverStart {
        visitor: VisitorId,
        node: NodeId,
    },
    HoverEnd {
        visitor: VisitorId,
        node: NodeId,
    },
    Message {
        visitor: VisitorId,
        node: NodeId,
        text: String,
    },
    Voice {
        visitor: VisitorId,
        node: NodeId,
        words: String,
    },
    /// A question that is not open any more is ignored.
    AnswerPrompt {
        visitor: VisitorId,
        prompt: u64,
        accept: bool,
    },
}

/// Who gets deltas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    Everyone,
    Only(VisitorId),
    AllBut(VisitorId),
}

/// Something that visitors or the creator are to see.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    Deltas {
        to: Audience,
        deltas: Vec<Delta>,
    },
    Prompt(Prompt),
    /// The question is not open any more, and nobody answered it.
    PromptGone {
        visitor: VisitorId,
        prompt: u64,
    },
    Balance {
        visitor: VisitorId,
        amount: Mrk,
    },
    Log(LogLine),
    /// The object ended by a limit or fault, and starts again from its committed state.
    Fault {
        message: String,
        trace: String,
        /// Virtual seconds.
        restart_in: f64,
    },
    /// The object runs, from now on or again.
    Started,
}

/// A question to a visitor: will they pay?
#[derive(Clone, PartialEq, Debug)]
pub struct Prompt {
    pub id: u64,
    pub visitor: VisitorId,
    pub amount: Mrk,
    pub payee: String,
    pub memo: String,
    /// The name of the object that asks.
    pub object: String,
    /// Virtual seconds.
    pub expires_in: f64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogLine {
    pub level: Level,
    pub text: String,
    /// For errors: the calls that led there, with their places in the source; else empty.
    pub trace: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    Log,
    Warn,
    Error,
}

impl Level {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(capabilities: &[&str], expect: Result<(bool, Option<u64>), &str>) {
        let found = PaymentPolicy::from_capabilities(capabilities);
        let policy = |(receive, spend): (bool, Option<u64>)| {
            let spend = spend.map(|whole| Budget { per_day: Mrk::whole(whole) });
            PaymentPolicy { receive, spend }
        };
        assert_eq!(found, expect.map(policy).map_err(String::from));
    }

    #[test]
    fn policies() {
        check(&["space"], Ok((false, None)));
        check(&["payments"], Ok((true, None)));
        check(&["payments", "payments:receive", "payments:spend=25mrk/day"], Ok((true, Some(25))));
        check(&["payments", "payments:spend=25mrk/day"], Ok((false, Some(25))));
        let bad = "`payments` cannot grant \"spend=lots\": write \"receive\": true or \"spend\": \"25mrk/day\"";
        check(&["payments:spend=lots"], Err(bad));
    }
}
