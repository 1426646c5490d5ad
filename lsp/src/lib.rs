//! The language server.
//!
//! - [`text`]: positions and edits in both of the protocol's encodings.
//! - [`workspace`]: open documents, projects, and the threads that keep a checked program each. Edits are applied in the order in
//!   which they come; requests are answered from the program of that moment and given up when an edit overtakes them.
//! - [`ide`]: the features, one file each: plain functions over a checked program, plain data in and out. They know no LSP.
//! - `server`: the only part that knows LSP.

#![forbid(unsafe_code)]

pub mod ide;
mod server;
pub mod text;
pub mod workspace;

pub use server::{serve, serve_messages, serve_stdio};
