//! The features over small sources: `$0` is the cursor, `^^^` under a line marks what is expected.

mod corpus;
mod fixture;
#[path = "../shared/random.rs"]
mod random;

mod actions;
mod completion;
mod half_typed;
mod incremental;
mod looking;
mod navigation;
mod reading;
mod rename;
mod there_and_back;
