//! The server at the other end of a pipe: real messages, real threads.

mod client;

mod abuse;
mod documents;
mod requests;
mod table;
