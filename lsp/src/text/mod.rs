//! Text as the protocol counts it: lines, and columns in UTF-8 or UTF-16 units, against byte offsets. Positions from outside are
//! clamped, never trusted.

mod edit;
mod lines;

pub use edit::{TextEdit, apply_change};
pub use lines::{Encoding, LineColumn, LineIndex};
