//! Regular expressions of an instance, by number, on the MVM's matcher.

use std::rc::Rc;
use std::time::Instant;

use mosl_vm::text::flags_are_valid;
use regress::{Regex, Units};
use wasmtime::{AsContext, ExternRef, OwnedRooted, Rooted};

/// So many may exist at one time; a program that keeps more is told so.
const MOST: usize = 100_000;

/// Subjects shorter than this are read afresh each time.
const WORTH_KEEPING: usize = 64;

/// The expressions, the last match, and the last subject: matching goes on in the same text as a rule.
#[derive(Default)]
pub struct Regexes {
    made: Vec<Option<Rc<Compiled>>>,
    free: Vec<usize>,
    groups: Vec<Option<std::ops::Range<usize>>>,
    error: String,
    subject: Option<(OwnedRooted<ExternRef>, Rc<[u16]>)>,
}

#[derive(Debug)]
struct Compiled {
    regex: Regex,
    sticky: bool,
    by_code_points: bool,
}

/// The turn's deadline passed while a text was searched.
#[derive(Debug)]
pub struct TooLong;

impl Regexes {
    /// The number of a new expression, or -1: [`Self::error`] says why.
    pub fn make(&mut self, pattern: &[u16], flags: &str) -> f64 {
        if !flags_are_valid(flags) {
            self.error = format!("Invalid flags supplied to RegExp constructor '{flags}'");
            return -1.0;
        }
        let regex = match Regex::from_units(pattern.iter().copied(), flags) {
            Ok(regex) if self.made.len() - self.free.len() < MOST => regex,
            Ok(_) => {
                self.error = "having this many regular expressions at one time".into();
                return -2.0;
            }
            Err(error) => {
                let shown = format!("/{}/{flags}: {}", String::from_utf16_lossy(pattern), error.text);
                self.error = if error.limit { shown } else { format!("Invalid regular expression: {shown}") };
                return if error.limit { -2.0 } else { -1.0 };
            }
        };
        let by_code_points = flags.contains(['u', 'v']);
        let compiled = Some(Rc::new(Compiled { regex, sticky: flags.contains('y'), by_code_points }));
        let place = self.free.pop().unwrap_or_else(|| {
            self.made.push(None);
            self.made.len() - 1
        });
        self.made[place] = compiled;
        place as f64
    }

    pub fn error(&self) -> &str {
        &self.error
    }

    pub fn free(&mut self, handle: f64) {
        if self.place(handle).and_then(|place| self.made[place].take()).is_some() {
            self.free.push(handle as usize);
        }
    }

    #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "a number that is none saturates")]
    fn place(&self, handle: f64) -> Option<usize> {
        let place = handle as usize;
        (handle >= 0.0 && place < self.made.len()).then_some(place)
    }

    fn get(&self, handle: f64) -> Option<Rc<Compiled>> {
        self.made[self.place(handle)?].clone()
    }

    /// `name=1,other=2`.
    pub fn names(&self, handle: f64) -> String {
        let Some(compiled) = self.get(handle) else { return String::new() };
        let names = compiled.regex.group_names().iter().enumerate().filter(|(_, name)| !name.is_empty());
        names.map(|(at, name)| format!("{name}={}", at + 1)).collect::<Vec<_>>().join(",")
    }

    /// The number of groups, the whole counted, of the match at or after `at`; 0 where there is none.
    pub fn exec(&mut self, handle: f64, text: &[u16], at: f64, deadline: Option<Instant>) -> Result<f64, TooLong> {
        self.groups.clear();
        let Some(compiled) = self.get(handle) else { return Ok(0.0) };
        if !(0.0..=text.len() as f64).contains(&at) {
            return Ok(0.0);
        }
        let from = match at as usize {
            from if compiled.by_code_points && is_within_pair(text, from) => from - 1,
            from => from,
        };
        let in_time = &mut |_, _| deadline.is_none_or(|deadline| Instant::now() < deadline);
        match compiled.regex.exec(Units::Wide(text), from, compiled.sticky, in_time) {
            Ok(found) => self.groups = found.unwrap_or_default().into_iter().collect(),
            Err(_) => return Err(TooLong),
        }
        Ok(self.groups.len() as f64)
    }

    /// Where a group of the last match begins and ends; -1 where it took no part.
    pub fn group(&self, group: f64) -> (f64, f64) {
        let found = if group >= 0.0 { self.groups.get(group as usize) } else { None };
        found.and_then(Option::as_ref).map_or((-1.0, -1.0), |range| (range.start as f64, range.end as f64))
    }

    /// The units of the last subject, where this is it.
    pub fn remembered(&self, store: impl AsContext, text: &Rooted<ExternRef>) -> Option<Rc<[u16]>> {
        let (subject, units) = self.subject.as_ref()?;
        Rooted::ref_eq(&store, text, subject).ok()?.then(|| Rc::clone(units))
    }

    pub fn remember(&mut self, text: OwnedRooted<ExternRef>, units: &Rc<[u16]>) {
        self.subject = (units.len() >= WORTH_KEEPING).then(|| (text, Rc::clone(units)));
    }
}

/// Whether an index lies between the two units of one code point.
fn is_within_pair(text: &[u16], index: usize) -> bool {
    let unit = |at: usize| text.get(at).copied().unwrap_or(0);
    index > 0 && (0xD800..0xDC00).contains(&unit(index - 1)) && (0xDC00..0xE000).contains(&unit(index))
}
