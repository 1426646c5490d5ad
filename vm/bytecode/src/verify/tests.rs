//! Forged modules: each breaks one rule, and must be refused for it.
