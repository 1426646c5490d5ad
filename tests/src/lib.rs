//! Tests of the whole road: programs go in as text, what they print comes out. Holds the corpus on disk, the reader of literate
//! pages, generated programs and the JavaScript engine that they are compared with, a runner that compiles and
//! runs a program in this process, and a harness that lists programs as tests. Knows no program by name.

pub mod attack;
pub mod compare;
pub mod corpus;
pub mod forge;
pub mod generate;
pub mod harness;
pub mod known;
pub mod oracle;
pub mod page;
pub mod play;
pub mod random;
pub mod run;
pub mod shrink;
pub mod spec;

/// The guide for those who embed the VM: its blocks in Rust are tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/embedding.md")]
struct Embedding;
