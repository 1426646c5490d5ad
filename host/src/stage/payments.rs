//! Payments: the question to the visitor, escrow, and the many ways back. Money moves at two moments only: into escrow when the
//! visitor agrees, out of it when a turn that settles commits or when something ends.

use mosl_vm::{HandlerId, HostValue};

use super::api::{Level, Output, Prompt, VisitorId};
use super::world::World;
use crate::ledger::{Batch, HeldPayment, LedgerError, Op, PaymentState, SpendLimit};
use crate::money::Mrk;

/// The account of the project's owner.
pub const OWNER: &str = "owner";

/// A visitor's account in the ledger: no name that a visitor chooses is another's account.
pub fn visitor_account(account: &str) -> String {
    format!("visitor:{account}")
}

/// A question that a visitor has not answered.
pub struct OpenPrompt {
    pub prompt: Prompt,
    /// Virtual seconds.
    pub expires: f64,
    pub handler: Option<HandlerId>,
}

/// A payment in escrow.
pub struct OpenPayment {
    pub visitor: VisitorId,
    /// Who asked for it: when that handler ends, the payment is refunded unless it is kept.
    pub handler: Option<HandlerId>,
    pub kept: bool,
    /// Virtual seconds.
    pub expires: f64,
}

/// The answer that `requestPayment` gives to the script.
fn answer(id: &str, declined: &str) -> HostValue {
    HostValue::Record(vec![("id".into(), id.into()), ("declined".into(), declined.into())])
}

impl World {
    /// Asks a visitor to pay; the number of the question is that of the host call that waits for the answer.
    pub fn request_payment(&mut self, handler: Option<HandlerId>, visitor: VisitorId, amount: Mrk, memo: &str) -> u64 {
        let call = self.new_call();
        if !self.visitors.contains_key(&visitor) {
            self.ready.push_back((call, Ok(answer("", "the visitor has left"))));
            return call;
        }
        let expires_in = self.options.prompt_seconds;
        let (payee, object) = (self.options.project.clone(), self.object_name());
        let prompt = Prompt { id: call, visitor, amount, payee, memo: memo.into(), object, expires_in };
        self.turn.prompts.push(OpenPrompt { prompt, expires: self.time + expires_in, handler });
        call
    }

    /// The visitor's answer. A yes moves the amount into escrow, for good, before the script learns of it.
    pub fn answer_prompt(&mut self, visitor: VisitorId, id: u64, accept: bool) -> Result<(), LedgerError> {
        if self.prompts.get(&id).is_none_or(|open| open.prompt.visitor != visitor) {
            return Ok(());
        }
        let Some(open) = self.prompts.remove(&id) else { return Ok(()) };
        let declined = if accept { self.hold(&open)? } else { Err("the visitor said no".into()) };
        let reply = match declined {
            Ok(payment) => answer(&payment, ""),
            Err(reason) => answer("", &reason),
        };
        self.ready.push_back((id, Ok(reply)));
        Ok(())
    }

    /// The payment's id, or why the visitor cannot pay.
    fn hold(&mut self, open: &OpenPrompt) -> Result<Result<String, String>, LedgerError> {
        let Prompt { visitor, amount, memo, .. } = &open.prompt;
        let Some(state) = self.visitors.get(visitor) else { return Ok(Err("the visitor has left".into())) };
        let payer = state.account.clone();
        let id = self.new_payment_id();
        let (payee, memo, state) = (OWNER.into(), memo.clone(), PaymentState::Held);
        let held = HeldPayment { id: id.clone(), payer, payee, amount: *amount, memo, state };
        match self.ledger.commit(&Batch { ops: vec![Op::Hold(held)], fields: Vec::new() }) {
            Ok(()) => {}
            Err(LedgerError::Storage(reason)) => return Err(LedgerError::Storage(reason)),
            Err(refusal) => return Ok(Err(refusal.to_string())),
        }
        let expires = self.time + self.options.escrow_seconds;
        let payment = OpenPayment { visitor: *visitor, handler: open.handler, kept: false, expires };
        self.open.insert(id.clone(), payment);
        self.tell_balances()?;
        Ok(Ok(id))
    }

    /// Takes away the questions that `gone` picks, as unanswered.
    pub fn withdraw_prompts(&mut self, reason: &str, gone: impl Fn(&OpenPrompt) -> bool) {
        for (id, open) in self.prompts.extract_if(.., |_, open| gone(open)).collect::<Vec<_>>() {
            self.outputs.push(Output::PromptGone { visitor: open.prompt.visitor, prompt: id });
            self.ready.push_back((id, Ok(answer("", reason))));
        }
    }

    /// Gives back the payments that `chosen` picks, with the turn that is released next.
    pub fn refund_where(&mut self, chosen: impl Fn(&OpenPayment) -> bool) {
        let ids: Vec<String> = self.open.iter().filter(|(_, open)| chosen(open)).map(|(id, _)| id.clone()).collect();
        for id in ids {
            // What the turn itself has settled stays so.
            if self.payment_state(&id) == Some(PaymentState::Held) {
                self.staged.ops.push(Op::Refund { payment: id });
            }
        }
    }

    /// Where a payment stands, with what the turn under way does to it.
    pub fn payment_state(&self, id: &str) -> Option<PaymentState> {
        let committed = self.ledger.payment(id).ok().flatten()?.state;
        let settled = |op: &Op| match op {
            Op::Accept { payment } if payment == id => Some(PaymentState::Accepted),
            Op::Refund { payment } if payment == id => Some(PaymentState::Refunded),
            _ => None,
        };
        Some(self.staged.ops.iter().chain(&self.turn.ops).find_map(settled).unwrap_or(committed))
    }

    /// Accepts or refunds with the turn; the text says why not.
    pub fn settle_payment(&mut self, id: &str, op: Op) -> String {
        match self.payment_state(id) {
            Some(PaymentState::Held) => {
                self.stage_op(op, OWNER).map_or_else(|error| error.to_string(), |()| String::new())
            }
            Some(settled) => format!("the payment was already {}", settled.name()),
            None => format!("there is no payment {id}"),
        }
    }

    pub fn forget_settled(&mut self, ops: &[Op]) {
        for op in ops {
            if let Op::Accept { payment } | Op::Refund { payment } = op {
                self.open.remove(payment);
            }
        }
    }

    /// What may still be sent today.
    pub fn budget_left(&self) -> Mrk {
        let Some(budget) = self.options.payments.spend else { return Mrk::ZERO };
        let limit = self.spend_limit(budget.per_day);
        let mut spent = self.ledger.spent(&limit.object, limit.day).unwrap_or(budget.per_day);
        for op in self.staged.ops.iter().chain(&self.turn.ops) {
            if let Op::Send { amount, limit: of, .. } = op
                && of.day == limit.day
            {
                spent = spent.checked_add(*amount).unwrap_or(budget.per_day);
            }
        }
        budget.per_day.checked_sub(spent).unwrap_or(Mrk::ZERO)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of days")]
    fn spend_limit(&self, per_day: Mrk) -> SpendLimit {
        let seconds = self.options.epoch_ms / 1000.0 + self.time;
        SpendLimit { object: self.options.project.clone(), day: (seconds / 86_400.0).max(0.0) as u64, per_day }
    }

    /// Sends from the owner's account with the turn; the text says why not.
    pub fn send_money(&mut self, visitor: VisitorId, amount: Mrk, memo: &str) -> String {
        let Some(budget) = self.options.payments.spend else {
            return "this project may not send money: grant `\"payments\": { \"spend\": \"25mrk/day\" }` in mosl.json"
                .into();
        };
        let Some(state) = self.visitors.get(&visitor) else { return "the visitor has left".into() };
        let (from, to, memo) = (OWNER.into(), state.account.clone(), memo.into());
        let id = format!("send:{}", self.new_payment_id());
        let op = Op::Send { id, from, to, amount, memo, limit: self.spend_limit(budget.per_day) };
        self.stage_op(op, OWNER).map_or_else(|error| error.to_string(), |()| String::new())
    }

    /// Ends what has waited too long.
    pub fn expire_payments(&mut self) {
        let now = self.time;
        self.withdraw_prompts("the visitor did not answer", |open| open.expires <= now);
        self.refund_where(|open| open.expires <= now);
    }

    /// When the next question or payment expires.
    pub fn next_expiry(&self) -> Option<f64> {
        let prompts = self.prompts.values().map(|open| open.expires);
        prompts.chain(self.open.values().map(|open| open.expires)).min_by(f64::total_cmp)
    }

    /// Gives back, at once, all that a crash or an end left in escrow.
    pub fn refund_all(&mut self) -> Result<(), LedgerError> {
        let left = self.ledger.open_payments()?;
        let ops = left.iter().map(|payment| Op::Refund { payment: payment.id.clone() }).collect();
        self.ledger.commit(&Batch { ops, fields: Vec::new() })?;
        self.open.clear();
        for payment in left {
            let text = format!("{} given back: the payment {:?} was left open", payment.amount, payment.memo);
            self.log(Level::Warn, text, "");
        }
        self.tell_balances()
    }
}
