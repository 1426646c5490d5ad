//! Room for recursion over trees: nesting is bounded by [`crate::MAX_DEPTH`], the machine's stack is not what bounds it.

/// What one step of a recursion, with all that it calls until the next one, may need.
const RED_ZONE: usize = 256 << 10;
const STEP: usize = 4 << 20;

/// Runs one step of a recursion over a tree, on a fresh piece of stack where the current one runs out.
pub fn deep<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(RED_ZONE, STEP, step)
}

/// What dropping the deepest tree needs, as compiled without optimisation.
const DROP: usize = 24 << 20;

/// Runs what may drop a tree of any depth.
pub fn deepest<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(DROP, 2 * DROP, work)
}

/// Runs recursion that takes no steps through [`deep`], on a stack of its own for the deepest tree: up to 16 KiB a node. Pages that
/// are never touched cost nothing.
pub fn on_deepest_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::grow(crate::MAX_DEPTH as usize * (16 << 10), work)
}
