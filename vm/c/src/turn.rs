//! What turns did.

use std::ffi::{CString, c_char};

use mosl_vm::instance::Called;
use mosl_vm::{Turn, TurnEnd};

use crate::{MoslValue, c_text, free};

/// What one turn did, or several that ran one after the other (timers).
#[derive(Debug, Default)]
pub struct MoslTurn {
    trap: Option<CString>,
    result: Option<MoslValue>,
    errors: Vec<CString>,
    fuel: u64,
}

impl MoslTurn {
    pub(crate) fn add(mut self, turn: Turn) -> Self {
        if let TurnEnd::Trapped(report) = &turn.end {
            self.trap = Some(c_text(&report.text));
        }
        let value = match turn.called {
            Some(Called::Value(value)) => Some(value),
            _ => turn.settled.into_iter().find_map(|(_, settled)| settled.ok()),
        };
        self.result = value.map(MoslValue::from).or(self.result);
        self.errors.extend(turn.errors.iter().map(|error| c_text(&error.text)));
        self.fuel = self.fuel.saturating_add(turn.fuel);
        self
    }
}

/// # Safety
/// `turn` is null or a turn that is the caller's, and is used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_turn_free(turn: *mut MoslTurn) {
    // SAFETY: the caller's promise.
    unsafe { free(turn) };
}

/// Which limit or fault ended the turn, and where: a text that lives as long as the turn; null where it ended well. The instance is dead
/// then, and nothing of the turn happened.
///
/// # Safety
/// `turn` is null or a turn.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_turn_trap(turn: *const MoslTurn) -> *const c_char {
    // SAFETY: the caller's promise.
    unsafe { turn.as_ref() }.and_then(|turn| turn.trap.as_ref()).map_or(std::ptr::null(), |text| text.as_ptr())
}

/// What the call yielded, or the promise that it yielded earlier; it lives as long as the turn. Null where nothing was.
///
/// # Safety
/// `turn` is null or a turn.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_turn_result(turn: *const MoslTurn) -> *const MoslValue {
    // SAFETY: the caller's promise.
    unsafe { turn.as_ref() }.and_then(|turn| turn.result.as_ref()).map_or(std::ptr::null(), std::ptr::from_ref)
}

/// The fuel that it used.
///
/// # Safety
/// `turn` is null or a turn.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_turn_fuel(turn: *const MoslTurn) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { turn.as_ref() }.map_or(0, |turn| turn.fuel)
}

/// An uncaught error with its trace, by number from 0; null past the last. It lives as long as the turn.
///
/// # Safety
/// `turn` is null or a turn.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_turn_error(turn: *const MoslTurn, index: usize) -> *const c_char {
    // SAFETY: the caller's promise.
    let error = unsafe { turn.as_ref() }.and_then(|turn| turn.errors.get(index));
    error.map_or(std::ptr::null(), |text| text.as_ptr())
}
