//! What a ledger is asked to do, and what it records. Data only.

use crate::money::Mrk;

/// Operations and field writes that happen together or not at all.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Batch {
    pub ops: Vec<Op>,
    pub fields: Vec<FieldWrite>,
}

impl Batch {
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty() && self.fields.is_empty()
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct FieldWrite {
    pub key: String,
    /// `None` removes the value.
    pub value: Option<Vec<u8>>,
}

/// One operation. `id` makes a repetition harmless: an operation whose id is known has no effect.
#[derive(Clone, PartialEq, Debug)]
pub enum Op {
    /// New money, from the issuer.
    Issue { id: String, account: String, amount: Mrk },
    /// Takes an amount from the payer into escrow.
    Hold(HeldPayment),
    /// Gives a held amount to its payee; no effect if that has happened.
    Accept { payment: String },
    /// Gives a held amount back to its payer; no effect if that has happened.
    Refund { payment: String },
    /// Moves an amount between accounts, within a limit.
    Send { id: String, from: String, to: String, amount: Mrk, memo: String, limit: SpendLimit },
}

/// What an object may send in a day.
#[derive(Clone, PartialEq, Debug)]
pub struct SpendLimit {
    pub object: String,
    /// Days since the epoch, in the host's time.
    pub day: u64,
    pub per_day: Mrk,
}

/// A payment and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct HeldPayment {
    pub id: String,
    pub payer: String,
    pub payee: String,
    pub amount: Mrk,
    pub memo: String,
    pub state: PaymentState,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum PaymentState {
    Held,
    Accepted,
    Refunded,
}

impl PaymentState {
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Held),
            1 => Some(Self::Accepted),
            2 => Some(Self::Refunded),
            _ => None,
        }
    }

    /// As scripts see it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "open",
            Self::Accepted => "accepted",
            Self::Refunded => "refunded",
        }
    }
}

/// One line of the journal: an amount that left one account and arrived at another.
#[derive(Clone, PartialEq, Debug)]
pub struct JournalEntry {
    pub kind: EntryKind,
    /// The account that it left; empty for new money.
    pub debit: String,
    pub credit: String,
    pub amount: Mrk,
    /// The operation's id, or the payment's.
    pub id: String,
    pub memo: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum EntryKind {
    Issue,
    Hold,
    Accept,
    Refund,
    Send,
}

impl EntryKind {
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Issue),
            1 => Some(Self::Hold),
            2 => Some(Self::Accept),
            3 => Some(Self::Refund),
            4 => Some(Self::Send),
            _ => None,
        }
    }
}

/// Why a batch was not committed; nothing of it has happened.
#[derive(Clone, PartialEq, Debug)]
pub enum LedgerError {
    /// The account holds less than is to leave it.
    Insufficient {
        account: String,
        balance: Mrk,
        amount: Mrk,
    },
    /// An account would hold more than can be counted.
    Overflow,
    UnknownPayment(String),
    /// The payment was settled the other way.
    Settled {
        payment: String,
        state: PaymentState,
    },
    BeyondBudget {
        left: Mrk,
        amount: Mrk,
    },
    /// The data file cannot be read or written.
    Storage(String),
}

impl std::fmt::Display for LedgerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Insufficient { balance, amount, .. } => {
                write!(f, "there is not enough money: {amount} are needed, {balance} are there")
            }
            Self::Overflow => f.write_str("an account would hold more than can be counted"),
            Self::UnknownPayment(id) => write!(f, "there is no payment {id}"),
            Self::Settled { state, .. } => write!(f, "the payment was already {}", state.name()),
            Self::BeyondBudget { left, amount } => {
                write!(f, "{amount} is beyond what is left of today's budget, {left}")
            }
            Self::Storage(reason) => write!(f, "the data file cannot be used: {reason}"),
        }
    }
}

impl std::error::Error for LedgerError {}
