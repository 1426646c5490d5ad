//! The features over small sources: `$0` is the cursor, `^^^` under a line marks what is expected.

mod fixture;

mod actions;
mod completion;
mod half_typed;
mod looking;
mod navigation;
mod reading;
mod rename;
