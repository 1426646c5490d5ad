//! The host functions of `mark:mrk`. What a script can meet in the ordinary course (a payment settled before, a budget used up)
//! is a text for the module in MOSL to throw; the empty text is success.

use mosl_vm::{HandlerId, HostError, HostResult, HostValue};

use super::arguments::{id, mrk, text};
use super::{done, error, value};
use crate::ledger::{Op, PaymentState};
use crate::stage::payments::OWNER;
use crate::stage::world::World;

type Handler = Option<HandlerId>;
type Answer = Result<HostResult, HostError>;

pub fn request_payment(world: &mut World, handler: Handler, args: &[HostValue]) -> Answer {
    let (visitor, amount, memo) = (id(args, 0)?, mrk(args, 1)?, text(args, 2)?);
    if !world.options.payments.receive {
        let hint = "this project may not ask for money: put `\"capabilities\": { \"payments\": { \"receive\": true } }` into mosl.json";
        return Err(error("Error", hint));
    }
    Ok(HostResult::Pending(world.request_payment(handler, visitor, amount, memo)))
}

pub fn accept_payment(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    let payment = text(args, 0)?;
    value(world.settle_payment(payment, Op::Accept { payment: payment.into() }))
}

pub fn refund_payment(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    let payment = text(args, 0)?;
    value(world.settle_payment(payment, Op::Refund { payment: payment.into() }))
}

pub fn payment_state(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    value(world.payment_state(text(args, 0)?).map_or("unknown", PaymentState::name))
}

pub fn keep_payment(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    if let Some(open) = world.open.get_mut(text(args, 0)?) {
        open.kept = true;
    }
    done()
}

pub fn wallet_balance(world: &mut World, _: Handler, _: &[HostValue]) -> Answer {
    let balance = world.ledger.preview(&world.pending_batch(), OWNER).map_err(|failure| error("Error", failure))?;
    value(HostValue::Mrk(balance.0))
}

pub fn wallet_budget(world: &mut World, _: Handler, _: &[HostValue]) -> Answer {
    value(HostValue::Mrk(world.budget_left().0))
}

pub fn wallet_send(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    let (visitor, amount, memo) = (id(args, 0)?, mrk(args, 1)?, text(args, 2)?);
    value(world.send_money(visitor, amount, memo))
}
