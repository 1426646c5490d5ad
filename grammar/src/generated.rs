//! The parser that lalrpop generated from `mosl.lalrpop` (see `build.rs`).

#![expect(clippy::all, unused_imports, reason = "generated")]

include!(concat!(env!("OUT_DIR"), "/mosl_driven.rs"));
