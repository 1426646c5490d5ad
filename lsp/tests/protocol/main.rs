//! The server at the other end of a pipe: real messages, real threads.

mod client;
#[path = "../shared/random.rs"]
mod random;

mod abuse;
mod documents;
mod requests;
mod table;
