//! The reference host: what scripts reach through `mark:*`. The scene and its delta stream, money, visitors, time.

pub mod delta;
pub mod ledger;
pub mod money;
pub mod scene;
pub mod stage;
pub mod wasm;
