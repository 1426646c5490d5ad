//! Money and what else must survive: accounts, payments in escrow, and the persisted fields of objects, which commit together.
//!
//! [`Ledger`] is what the stage needs; [`EmbeddedLedger`] is the implementation that comes with the host. Every operation
//! carries what makes a repetition harmless, and the sum of all balances changes by [`Op::Issue`] alone.

mod embedded;
mod entry;

pub use embedded::EmbeddedLedger;
pub use entry::{Batch, EntryKind, FieldWrite, HeldPayment, JournalEntry, LedgerError, Op, PaymentState, SpendLimit};

use crate::money::Mrk;

/// The account that holds what is paid but neither accepted nor refunded.
pub const ESCROW: &str = "escrow";

/// Where money is.
pub trait Ledger {
    /// What an account holds; nothing if it never existed.
    fn balance(&self, account: &str) -> Result<Mrk, LedgerError>;

    fn payment(&self, id: &str) -> Result<Option<HeldPayment>, LedgerError>;

    /// All payments that are held in escrow.
    fn open_payments(&self) -> Result<Vec<HeldPayment>, LedgerError>;

    /// What the object has sent on that day.
    fn spent(&self, object: &str, day: u64) -> Result<Mrk, LedgerError>;

    /// The stored value of a persisted field.
    fn field(&self, key: &str) -> Result<Option<Vec<u8>>, LedgerError>;

    /// Does all that the batch says, or nothing of it. If it moves money it is durable when this returns; if it only writes
    /// fields it is durable after the next [`Ledger::flush`].
    fn commit(&mut self, batch: &Batch) -> Result<(), LedgerError>;

    /// What the account would hold after the batch, or why the batch would be refused. Changes nothing.
    fn preview(&self, batch: &Batch, account: &str) -> Result<Mrk, LedgerError>;

    /// How many entries the journal has.
    fn journal_len(&self) -> Result<u64, LedgerError>;

    /// Makes everything durable that was committed.
    fn flush(&mut self) -> Result<(), LedgerError>;
}
