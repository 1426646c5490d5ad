//! One file per command: its declaration (arguments, help) and what it does.

pub mod bench;
pub mod build;
pub mod check;
pub mod debug;
pub mod dev;
pub mod doc;
pub mod explain;
pub mod fix;
pub mod fmt;
pub mod inspect;
pub mod lsp;
pub mod new;
pub mod play;
pub mod profile;
pub mod replay;
pub mod run;
pub mod schema;

use crate::args::{Args, Exit};

/// Deeply nested sources and deep recursion need room; the language's own limits end both long before this does.
const STACK_BYTES: usize = 512 << 20;

/// Runs a command on a thread with a large stack. Untouched stack costs no memory.
fn on_large_stack(args: &Args, run: fn(&Args) -> Exit) -> Exit {
    std::thread::scope(|scope| {
        let thread =
            std::thread::Builder::new().name("main".into()).stack_size(STACK_BYTES).spawn_scoped(scope, || run(args));
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(exit)) => exit,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => {
                crate::terminal::error(&format!("No thread can be started: {error}"));
                Exit::Failure
            }
        }
    })
}
