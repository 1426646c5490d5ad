//! The VM for programs in C: load a module, make instances, run their turns, answer their calls. `include/mosl_vm.h` is generated from
//! these files; `examples/embed.c` shows all of it at work.
//!
//! **Rules of the border.** Every pointer that a `…_new`, `…_load` or `…_start` yields is the caller's, to be given to the `…_free` of its
//! type exactly once; `const` pointers from accessors live as long as what they were asked of. Null is tolerated everywhere: it counts
//! as "nothing" (an instance of nothing does nothing, a value of nothing is `undefined`). Texts are UTF-8; those that go in end with a
//! zero. Nothing panics across: what fails inside ends the turn as a fault. An instance, with its turns and values, may move between
//! threads, and is used by one at a time; modules and interrupters are used by any.

mod host;
mod instance;
mod module;
mod turn;
mod value;

pub use host::*;
pub use instance::*;
pub use module::*;
pub use turn::*;
pub use value::*;

use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs what may go wrong inside; a panic yields the type's nothing.
fn guarded<T: Default>(run: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_default()
}

/// The text behind a pointer; empty where there is none, wrong bytes replaced.
///
/// # Safety
/// The pointer is null or points to bytes that end with a zero.
unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

/// A text for C: what follows a zero within is cut off.
fn c_text(text: &str) -> CString {
    let end = text.find('\0').unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}

/// What a pointer owns comes back to Rust.
///
/// # Safety
/// The pointer is null or came from `Box::into_raw`, and is used no more.
unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(pointer) });
    }
}

/// A pointer that the caller owns; null for nothing.
fn owned<T>(value: Option<T>) -> *mut T {
    value.map_or(std::ptr::null_mut(), |value| Box::into_raw(Box::new(value)))
}

/// A pointer that `guarded` can yield for a panic.
struct Made<T>(*mut T);

impl<T> Default for Made<T> {
    fn default() -> Self {
        Self(std::ptr::null_mut())
    }
}

/// As [`guarded`], for what the caller then owns.
fn make<T>(run: impl FnOnce() -> Option<T>) -> *mut T {
    guarded(|| Made(owned(run()))).0
}
