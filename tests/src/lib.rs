//! Tests of the whole road: programs go in as text, what they print comes out. Holds the corpus on disk, the reader of literate pages, a runner that compiles and
//! runs a program in this process, and a harness that lists programs as tests. Knows no program by name.

pub mod corpus;
pub mod harness;
pub mod page;
pub mod play;
pub mod random;
pub mod run;
pub mod spec;
