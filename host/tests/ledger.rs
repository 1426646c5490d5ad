//! The ledger's promises: sums never change but by issue, nothing happens twice, and a crash at any moment leaves whole batches.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::sync::{Arc, Mutex};

use mosl_host::ledger::{
    Batch, ESCROW, EmbeddedLedger, FieldWrite, HeldPayment, Ledger, LedgerError, Op, PaymentState, SpendLimit,
};
use mosl_host::money::Mrk;
use redb::StorageBackend;

/// A small generator of numbers, so that a failing seed can be run again.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) % end
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len() as u64) as usize]
    }
}

const PEOPLE: &[&str] = &["ada", "ben", "cleo", "owner"];

fn payment(id: &str, payer: &str, amount: u64) -> HeldPayment {
    HeldPayment {
        id: id.into(),
        payer: payer.into(),
        payee: "owner".into(),
        amount: Mrk::whole(amount),
        memo: "test".into(),
        state: PaymentState::Held,
    }
}

fn issue(account: &str, amount: u64) -> Op {
    Op::Issue { id: format!("issue:{account}"), account: account.into(), amount: Mrk::whole(amount) }
}

fn send(id: &str, from: &str, to: &str, amount: u64) -> Op {
    let limit = SpendLimit { object: "wheel".into(), day: 20_000, per_day: Mrk::whole(1_000) };
    let (from, to) = (from.into(), to.into());
    Op::Send { id: id.into(), from, to, amount: Mrk::whole(amount), memo: String::new(), limit }
}

fn ops(ops: Vec<Op>) -> Batch {
    Batch { ops, fields: Vec::new() }
}

fn random_op(random: &mut Random, step: u64) -> Op {
    // Old ids come again now and then: repetitions must be harmless.
    let id = if random.below(5) == 0 { random.below(step + 1) } else { step };
    match random.below(6) {
        0 => Op::Issue {
            id: format!("i{id}"),
            account: random.pick(PEOPLE).into(),
            amount: Mrk::whole(random.below(50)),
        },
        1 | 2 => Op::Hold(payment(&format!("p{id}"), random.pick(PEOPLE), random.below(20))),
        3 => Op::Accept { payment: format!("p{}", random.below(step + 1)) },
        4 => Op::Refund { payment: format!("p{}", random.below(step + 1)) },
        _ => send(&format!("s{id}"), random.pick(PEOPLE), random.pick(PEOPLE), random.below(20)),
    }
}

/// Balances as the journal explains them, and the sum of what was issued.
fn replay(ledger: &EmbeddedLedger) -> (BTreeMap<String, u128>, u128) {
    let (mut balances, mut issued) = (BTreeMap::new(), 0);
    for entry in ledger.journal().unwrap() {
        *balances.entry(entry.credit).or_insert(0u128) += entry.amount.0;
        if entry.debit.is_empty() {
            issued += entry.amount.0;
        } else {
            let rest = balances.entry(entry.debit).or_insert(0);
            *rest = rest.checked_sub(entry.amount.0).expect("no account goes below zero");
        }
    }
    (balances, issued)
}

#[track_caller]
fn check_books(ledger: &EmbeddedLedger) {
    let accounts: BTreeMap<String, u128> =
        ledger.accounts().unwrap().into_iter().map(|(name, mrk)| (name, mrk.0)).collect();
    let (explained, issued) = replay(ledger);
    assert_eq!(accounts, explained, "the journal explains every balance");
    assert_eq!(accounts.values().sum::<u128>(), issued, "the sum changes by issue alone");
    let held: u128 = ledger.open_payments().unwrap().iter().map(|payment| payment.amount.0).sum();
    assert_eq!(ledger.balance(ESCROW).unwrap().0, held, "escrow holds the open payments");
}

#[test]
fn random_operations_keep_the_books_straight() {
    for seed in 0..12 {
        let mut random = Random(seed);
        let mut ledger = EmbeddedLedger::in_memory().unwrap();
        for step in 0..120 {
            let batch = ops((0..=random.below(3)).map(|_| random_op(&mut random, step)).collect());
            let before = (ledger.accounts().unwrap(), ledger.journal().unwrap());
            if ledger.commit(&batch).is_err() {
                assert_eq!(
                    (ledger.accounts().unwrap(), ledger.journal().unwrap()),
                    before,
                    "a refused batch does nothing"
                );
            } else {
                let after = ledger.accounts().unwrap();
                let _ = ledger.commit(&batch);
                assert_eq!(ledger.accounts().unwrap(), after, "the same batch again does nothing");
            }
        }
        check_books(&ledger);
    }
}

#[track_caller]
fn refused(ledger: &mut EmbeddedLedger, op: Op, expect: &str) {
    assert_eq!(ledger.commit(&ops(vec![op])).map_err(|error| error.to_string()), Err(expect.into()));
}

#[test]
fn what_is_refused() {
    let mut ledger = EmbeddedLedger::in_memory().unwrap();
    ledger
        .commit(&ops(vec![issue("ada", 10), Op::Hold(payment("p", "ada", 4)), Op::Accept { payment: "p".into() }]))
        .unwrap();
    refused(
        &mut ledger,
        Op::Hold(payment("q", "ada", 7)),
        "there is not enough money: 7 MRK are needed, 6 MRK are there",
    );
    refused(&mut ledger, Op::Refund { payment: "p".into() }, "the payment was already accepted");
    refused(&mut ledger, Op::Refund { payment: "x".into() }, "there is no payment x");
    let limit = SpendLimit { object: "wheel".into(), day: 1, per_day: Mrk::whole(3) };
    let send = |id: &str, day, amount| Op::Send {
        id: id.into(),
        from: "owner".into(),
        to: "ada".into(),
        amount: Mrk::whole(amount),
        memo: String::new(),
        limit: SpendLimit { day, ..limit.clone() },
    };
    ledger.commit(&ops(vec![send("a", 1, 2)])).unwrap();
    refused(&mut ledger, send("b", 1, 2), "2 MRK is beyond what is left of today's budget, 1 MRK");
    ledger.commit(&ops(vec![send("b", 2, 2)])).unwrap();
    let overflow = Op::Issue { id: "much".into(), account: "ada".into(), amount: Mrk(u128::MAX) };
    assert_eq!(ledger.commit(&ops(vec![overflow])), Err(LedgerError::Overflow));
    check_books(&ledger);
}

/// Storage that remembers every write, so that a crash after any of them can be played.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Recording>>);

#[derive(Debug, Default)]
struct Recording {
    bytes: Vec<u8>,
    log: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Write(u64, Vec<u8>),
    SetLen(u64),
    Sync,
}

fn apply(bytes: &mut Vec<u8>, step: &Step) {
    match step {
        Step::Write(offset, data) => {
            let at = *offset as usize;
            let end = at + data.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[at..end].copy_from_slice(data);
        }
        Step::SetLen(len) => bytes.resize(*len as usize, 0),
        Step::Sync => {}
    }
}

impl Recorder {
    fn step(&self, step: Step) {
        let mut recording = self.0.lock().unwrap();
        apply(&mut recording.bytes, &step);
        recording.log.push(step);
    }

    fn steps(&self) -> usize {
        self.0.lock().unwrap().log.len()
    }

    /// What the disk may hold after a crash at a step: all that was synced, and of the rest each write or not.
    fn crash(&self, at: usize, random: &mut Random) -> Self {
        let log = &self.0.lock().unwrap().log[..at];
        let synced = log.iter().rposition(|step| matches!(step, Step::Sync)).map_or(0, |last| last + 1);
        let mut bytes = Vec::new();
        for (index, step) in log.iter().enumerate() {
            // Growing the file is not lost: later writes need the room.
            if index < synced || matches!(step, Step::SetLen(_)) || random.below(2) == 0 {
                apply(&mut bytes, step);
            }
        }
        Self(Arc::new(Mutex::new(Recording { bytes, log: Vec::new() })))
    }
}

impl StorageBackend for Recorder {
    fn len(&self) -> Result<u64, std::io::Error> {
        Ok(self.0.lock().unwrap().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), std::io::Error> {
        let recording = self.0.lock().unwrap();
        let at = offset as usize;
        let found = recording.bytes.get(at..at + out.len()).ok_or(std::io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), std::io::Error> {
        self.step(Step::SetLen(len));
        Ok(())
    }

    fn sync_data(&self) -> Result<(), std::io::Error> {
        self.step(Step::Sync);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), std::io::Error> {
        self.step(Step::Write(offset, data.to_vec()));
        Ok(())
    }
}

/// All that a ledger holds, for comparison.
fn contents(ledger: &EmbeddedLedger) -> String {
    format!("{:?} {:?} {:?}", ledger.accounts(), ledger.journal(), ledger.field("sold"))
}

#[test]
fn a_crash_at_any_write_leaves_whole_batches() {
    for seed in 0..3 {
        let mut random = Random(seed);
        let recorder = Recorder::default();
        let mut ledger = EmbeddedLedger::with_backend(recorder.clone()).unwrap();
        let (first, mut acknowledged) = (recorder.steps(), vec![(recorder.steps(), contents(&ledger))]);
        for step in 0..25 {
            let field = FieldWrite { key: "sold".into(), value: Some(vec![step as u8]) };
            let batch =
                Batch { ops: vec![issue(&format!("a{step}"), 9), random_op(&mut random, step)], fields: vec![field] };
            let _ = ledger.commit(&batch);
            acknowledged.push((recorder.steps(), contents(&ledger)));
        }
        for _ in 0..60 {
            let at = first + random.below((recorder.steps() - first) as u64 + 1) as usize;
            let survivor = EmbeddedLedger::with_backend(recorder.crash(at, &mut random)).unwrap();
            check_books(&survivor);
            // Of the batches acknowledged by then none is lost; the one under way is there or not.
            let last = acknowledged.iter().rposition(|(steps, _)| *steps <= at).unwrap();
            let found = contents(&survivor);
            let allowed = &acknowledged[last..acknowledged.len().min(last + 2)];
            assert!(allowed.iter().any(|(_, state)| *state == found), "seed {seed}, crash at write {at}");
        }
    }
}

const CHILD: &str = "MOSL_LEDGER_CHILD";

/// Not a test of its own: the process that the next test kills.
#[test]
fn child_that_is_killed() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let mut ledger = EmbeddedLedger::open(path.as_ref()).unwrap();
    let first = ledger.journal().unwrap().len();
    for step in first.. {
        let id = format!("p{step}");
        let hold = vec![issue(&format!("payer{step}"), 5), Op::Hold(payment(&id, &format!("payer{step}"), 5))];
        ledger.commit(&ops(hold)).unwrap();
        ledger.commit(&ops(vec![Op::Accept { payment: id }])).unwrap();
        println!("accepted payer{step}");
        std::io::stdout().flush().unwrap();
    }
}

#[test]
fn kill_9_loses_and_doubles_nothing() {
    let path = std::env::temp_dir().join(format!("mosl-ledger-{}.redb", std::process::id()));
    let mut accepted = Vec::new();
    for round in 0..5 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_is_killed", "--nocapture"])
            .env(CHILD, &path)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // The first line of a round may follow what the test harness prints.
        let names = lines.filter_map(|line| line.split_once("accepted ").map(|(_, name)| name.to_owned()));
        accepted.extend(names.take(3 + round * 4));
        child.kill().unwrap();
        child.wait().unwrap();

        let mut ledger = EmbeddedLedger::open(&path).unwrap();
        check_books(&ledger);
        let refunds = ledger.open_payments().unwrap().into_iter().map(|payment| Op::Refund { payment: payment.id });
        ledger.commit(&ops(refunds.collect())).unwrap();
        check_books(&ledger);
        for payer in &accepted {
            assert_eq!(ledger.balance(payer), Ok(Mrk::ZERO), "{payer} paid, and that holds");
        }
        assert_eq!(ledger.balance(ESCROW), Ok(Mrk::ZERO));
    }
    assert!(accepted.len() > 20);
    std::fs::remove_file(&path).unwrap();
}
