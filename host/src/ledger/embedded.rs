//! The ledger that needs nothing installed: double entry in one redb file. A batch is one transaction, so that a crash at any
//! moment leaves all of it or nothing.
//!
//! Tables: accounts and payments are the state, the journal is the history that explains it, `done` holds the ids of
//! operations that must not happen twice.

use std::path::Path;

use redb::backends::InMemoryBackend;
use redb::{Database, Durability, ReadableDatabase, ReadableTable, StorageBackend, Table, TableDefinition};

use super::entry::{Batch, EntryKind, HeldPayment, JournalEntry, LedgerError, Op, PaymentState, SpendLimit};
use super::{ESCROW, Ledger};
use crate::money::Mrk;

const ACCOUNTS: TableDefinition<&str, u128> = TableDefinition::new("accounts");
const JOURNAL: TableDefinition<u64, (u8, &str, &str, u128, &str, &str)> = TableDefinition::new("journal");
const PAYMENTS: TableDefinition<&str, (u8, &str, &str, u128, &str)> = TableDefinition::new("payments");
const OPEN: TableDefinition<&str, ()> = TableDefinition::new("open");
const DONE: TableDefinition<&str, ()> = TableDefinition::new("done");
const SPENT: TableDefinition<&str, (u64, u128)> = TableDefinition::new("spent");
const FIELDS: TableDefinition<&str, &[u8]> = TableDefinition::new("fields");

pub struct EmbeddedLedger {
    db: Database,
}

fn storage(error: impl Into<redb::Error>) -> LedgerError {
    LedgerError::Storage(error.into().to_string())
}

impl EmbeddedLedger {
    /// Opens the file, or makes it. A file that a crash left behind is repaired.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        Self::prepare(Database::create(path).map_err(storage)?)
    }

    /// A ledger that is gone with the process.
    pub fn in_memory() -> Result<Self, LedgerError> {
        Self::with_backend(InMemoryBackend::new())
    }

    /// A ledger on other storage.
    pub fn with_backend(backend: impl StorageBackend) -> Result<Self, LedgerError> {
        Self::prepare(Database::builder().create_with_backend(backend).map_err(storage)?)
    }

    /// Makes the tables, so that reading never meets a missing one.
    fn prepare(db: Database) -> Result<Self, LedgerError> {
        let txn = db.begin_write().map_err(storage)?;
        txn.open_table(ACCOUNTS).map_err(storage)?;
        txn.open_table(JOURNAL).map_err(storage)?;
        txn.open_table(PAYMENTS).map_err(storage)?;
        txn.open_table(OPEN).map_err(storage)?;
        txn.open_table(DONE).map_err(storage)?;
        txn.open_table(SPENT).map_err(storage)?;
        txn.open_table(FIELDS).map_err(storage)?;
        txn.commit().map_err(storage)?;
        Ok(Self { db })
    }

    /// Every account and what it holds.
    pub fn accounts(&self) -> Result<Vec<(String, Mrk)>, LedgerError> {
        let txn = self.db.begin_read().map_err(storage)?;
        let table = txn.open_table(ACCOUNTS).map_err(storage)?;
        let rows = table.iter().map_err(storage)?;
        rows.map(|row| row.map(|(name, amount)| (name.value().into(), Mrk(amount.value()))).map_err(storage)).collect()
    }

    /// The whole history, oldest first.
    pub fn journal(&self) -> Result<Vec<JournalEntry>, LedgerError> {
        let txn = self.db.begin_read().map_err(storage)?;
        let table = txn.open_table(JOURNAL).map_err(storage)?;
        let mut entries = Vec::new();
        for row in table.iter().map_err(storage)? {
            let (_, row) = row.map_err(storage)?;
            let (kind, debit, credit, amount, id, memo) = row.value();
            let kind =
                EntryKind::from_code(kind).ok_or(LedgerError::Storage("a journal entry of no known kind".into()))?;
            let [debit, credit, id, memo] = [debit, credit, id, memo].map(String::from);
            entries.push(JournalEntry { kind, debit, credit, amount: Mrk(amount), id, memo });
        }
        Ok(entries)
    }
}

impl Ledger for EmbeddedLedger {
    fn balance(&self, account: &str) -> Result<Mrk, LedgerError> {
        let txn = self.db.begin_read().map_err(storage)?;
        let table = txn.open_table(ACCOUNTS).map_err(storage)?;
        Ok(table.get(account).map_err(storage)?.map_or(Mrk::ZERO, |row| Mrk(row.value())))
    }

    fn payment(&self, id: &str) -> Result<Option<HeldPayment>, LedgerError> {
        let txn = self.db.begin_read().map_err(storage)?;
        find_payment(&txn.open_table(PAYMENTS).map_err(storage)?, id)
    }

    fn open_payments(&self) -> Result<Vec<HeldPayment>, LedgerError> {
        let txn = self.db.begin_read().map_err(storage)?;
        let (open, payments) = (txn.open_table(OPEN).map_err(storage)?, txn.open_table(PAYMENTS).map_err(storage)?);
        let mut found = Vec::new();
        for row in open.iter().map_err(storage)? {
            let (id, ()) = row.map(|(id, _)| (id, ())).map_err(storage)?;
            found.extend(find_payment(&payments, id.value())?);
        }
        Ok(found)
    }

    fn spent(&self, object: &str, day: u64) -> Result<Mrk, LedgerError> {
        let txn = self.db.begin_read().map_err(storage)?;
        spent_on(&txn.open_table(SPENT).map_err(storage)?, object, day)
    }

    fn field(&self, key: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        let txn = self.db.begin_read().map_err(storage)?;
        let table = txn.open_table(FIELDS).map_err(storage)?;
        Ok(table.get(key).map_err(storage)?.map(|row| row.value().to_vec()))
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), LedgerError> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut txn = self.db.begin_write().map_err(storage)?;
        if batch.ops.is_empty() {
            txn.set_durability(Durability::None).map_err(|error| LedgerError::Storage(error.to_string()))?;
        }
        {
            Books::open(&txn)?.book_all(&batch.ops)?;
            let mut fields = txn.open_table(FIELDS).map_err(storage)?;
            for write in &batch.fields {
                match &write.value {
                    Some(value) => fields.insert(write.key.as_str(), value.as_slice()).map_err(storage)?,
                    None => fields.remove(write.key.as_str()).map_err(storage)?,
                };
            }
        }
        // A transaction that is dropped before this has changed nothing.
        txn.commit().map_err(storage)
    }

    fn preview(&self, batch: &Batch, account: &str) -> Result<Mrk, LedgerError> {
        let txn = self.db.begin_write().map_err(storage)?;
        let mut books = Books::open(&txn)?;
        books.book_all(&batch.ops)?;
        let balance = books.held_by(account);
        drop(books);
        txn.abort().map_err(storage)?;
        balance
    }

    fn journal_len(&self) -> Result<u64, LedgerError> {
        let txn = self.db.begin_read().map_err(storage)?;
        let table = txn.open_table(JOURNAL).map_err(storage)?;
        Ok(table.last().map_err(storage)?.map_or(0, |(number, _)| number.value() + 1))
    }

    fn flush(&mut self) -> Result<(), LedgerError> {
        self.db.begin_write().map_err(storage)?.commit().map_err(storage)
    }
}

fn find_payment(
    table: &impl ReadableTable<&'static str, (u8, &'static str, &'static str, u128, &'static str)>,
    id: &str,
) -> Result<Option<HeldPayment>, LedgerError> {
    let Some(row) = table.get(id).map_err(storage)? else { return Ok(None) };
    let (state, payer, payee, amount, memo) = row.value();
    let state = PaymentState::from_code(state).ok_or(LedgerError::Storage("a payment in no known state".into()))?;
    let [payer, payee, memo] = [payer, payee, memo].map(String::from);
    Ok(Some(HeldPayment { id: id.into(), payer, payee, amount: Mrk(amount), memo, state }))
}

fn spent_on(table: &impl ReadableTable<&'static str, (u64, u128)>, object: &str, day: u64) -> Result<Mrk, LedgerError> {
    let row = table.get(object).map_err(storage)?;
    Ok(row.map(|row| row.value()).filter(|(on, _)| *on == day).map_or(Mrk::ZERO, |(_, amount)| Mrk(amount)))
}

/// The open tables of one transaction.
struct Books<'t> {
    accounts: Table<'t, &'static str, u128>,
    journal: Table<'t, u64, (u8, &'static str, &'static str, u128, &'static str, &'static str)>,
    payments: Table<'t, &'static str, (u8, &'static str, &'static str, u128, &'static str)>,
    open: Table<'t, &'static str, ()>,
    done: Table<'t, &'static str, ()>,
    spent: Table<'t, &'static str, (u64, u128)>,
}

impl<'t> Books<'t> {
    fn open(txn: &'t redb::WriteTransaction) -> Result<Self, LedgerError> {
        Ok(Self {
            accounts: txn.open_table(ACCOUNTS).map_err(storage)?,
            journal: txn.open_table(JOURNAL).map_err(storage)?,
            payments: txn.open_table(PAYMENTS).map_err(storage)?,
            open: txn.open_table(OPEN).map_err(storage)?,
            done: txn.open_table(DONE).map_err(storage)?,
            spent: txn.open_table(SPENT).map_err(storage)?,
        })
    }

    fn book_all(&mut self, ops: &[Op]) -> Result<(), LedgerError> {
        ops.iter().try_for_each(|op| self.book(op))
    }

    fn book(&mut self, op: &Op) -> Result<(), LedgerError> {
        match op {
            Op::Issue { id, account, amount } => {
                if self.first_time(id)? {
                    self.enter(EntryKind::Issue, "", account, *amount, id, "")?;
                }
                Ok(())
            }
            Op::Hold(payment) => self.hold(payment),
            Op::Accept { payment } => self.settle(payment, PaymentState::Accepted),
            Op::Refund { payment } => self.settle(payment, PaymentState::Refunded),
            Op::Send { id, from, to, amount, memo, limit } => {
                if self.first_time(id)? {
                    self.spend(limit, *amount)?;
                    self.enter(EntryKind::Send, from, to, *amount, id, memo)?;
                }
                Ok(())
            }
        }
    }

    fn first_time(&mut self, id: &str) -> Result<bool, LedgerError> {
        Ok(self.done.insert(id, ()).map_err(storage)?.is_none())
    }

    fn hold(&mut self, payment: &HeldPayment) -> Result<(), LedgerError> {
        if find_payment(&self.payments, &payment.id)?.is_some() {
            return Ok(());
        }
        self.enter(EntryKind::Hold, &payment.payer, ESCROW, payment.amount, &payment.id, &payment.memo)?;
        self.open.insert(payment.id.as_str(), ()).map_err(storage)?;
        self.write_payment(payment, PaymentState::Held)
    }

    fn settle(&mut self, id: &str, to: PaymentState) -> Result<(), LedgerError> {
        let payment = find_payment(&self.payments, id)?.ok_or_else(|| LedgerError::UnknownPayment(id.into()))?;
        if payment.state == to {
            return Ok(());
        }
        if payment.state != PaymentState::Held {
            return Err(LedgerError::Settled { payment: id.into(), state: payment.state });
        }
        let (kind, receiver) = match to {
            PaymentState::Accepted => (EntryKind::Accept, &payment.payee),
            PaymentState::Refunded | PaymentState::Held => (EntryKind::Refund, &payment.payer),
        };
        self.enter(kind, ESCROW, receiver, payment.amount, id, &payment.memo)?;
        self.open.remove(id).map_err(storage)?;
        self.write_payment(&payment, to)
    }

    fn write_payment(&mut self, payment: &HeldPayment, state: PaymentState) -> Result<(), LedgerError> {
        let HeldPayment { id, payer, payee, amount, memo, .. } = payment;
        let row = (state as u8, payer.as_str(), payee.as_str(), amount.0, memo.as_str());
        self.payments.insert(id.as_str(), row).map_err(storage)?;
        Ok(())
    }

    fn spend(&mut self, limit: &SpendLimit, amount: Mrk) -> Result<(), LedgerError> {
        let spent = spent_on(&self.spent, &limit.object, limit.day)?;
        let left = limit.per_day.checked_sub(spent).unwrap_or(Mrk::ZERO);
        if amount > left {
            return Err(LedgerError::BeyondBudget { left, amount });
        }
        self.spent.insert(limit.object.as_str(), (limit.day, spent.0 + amount.0)).map_err(storage)?;
        Ok(())
    }

    /// Moves an amount and says so in the journal. New money has no `debit`.
    fn enter(
        &mut self,
        kind: EntryKind,
        debit: &str,
        credit: &str,
        amount: Mrk,
        id: &str,
        memo: &str,
    ) -> Result<(), LedgerError> {
        if !debit.is_empty() {
            let balance = self.held_by(debit)?;
            let short = || LedgerError::Insufficient { account: debit.into(), balance, amount };
            let rest = balance.checked_sub(amount).ok_or_else(short)?;
            self.accounts.insert(debit, rest.0).map_err(storage)?;
        }
        let sum = self.held_by(credit)?.checked_add(amount).ok_or(LedgerError::Overflow)?;
        self.accounts.insert(credit, sum.0).map_err(storage)?;
        let number = self.journal.last().map_err(storage)?.map_or(0, |(number, _)| number.value() + 1);
        self.journal.insert(number, (kind as u8, debit, credit, amount.0, id, memo)).map_err(storage)?;
        Ok(())
    }

    fn held_by(&self, account: &str) -> Result<Mrk, LedgerError> {
        Ok(self.accounts.get(account).map_err(storage)?.map_or(Mrk::ZERO, |row| Mrk(row.value())))
    }
}
