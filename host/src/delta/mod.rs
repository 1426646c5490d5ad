//! Scene deltas: the only way in which a script shows anything. Their binary form drives the browser, their text form tests
//! and `mosl play --deltas`. Both, and the TypeScript decoder, are derived from the tables in [`table`].
//!
//! A batch is the byte [`VERSION`], then deltas until its end. This module knows no scene: it never judges whether a delta
//! makes sense after the ones before it.

mod table;
mod text;
mod typescript;
mod value;
mod wire;

pub use text::print_batch;
pub use typescript::typescript_decoder;
pub use value::{Easing, NodeId, NodeKind, Property, Repeat, Value, ValueType};
pub use wire::{DecodeError, decode_batch, encode_batch};

use crate::for_each_delta;

/// The first byte of every batch.
pub const VERSION: u8 = 1;

/// The Rust type that holds a field of a delta.
macro_rules! field_type {
    (node) => {
        NodeId
    };
    (count) => {
        u32
    };
    (kind) => {
        NodeKind
    };
    (property) => {
        Property
    };
    (easing) => {
        Easing
    };
    (repeat) => {
        Repeat
    };
    (value) => {
        Value
    };
    (number) => {
        f64
    };
    (time) => {
        f64
    };
    (vec3) => {
        [f64; 3]
    };
    (text) => {
        String
    };
}

macro_rules! define_deltas {
    ($($code:literal $name:ident $text:literal { $($field:ident : $ty:ident),* } $doc:literal;)*) => {
        /// One change of the scene.
        #[derive(Clone, PartialEq, Debug)]
        pub enum Delta {
            $(#[doc = $doc] $name { $($field: field_type!($ty)),* },)*
        }

        /// Code, text, fields (name and type) and meaning of every delta, for generators.
        const DELTAS: &[(u8, &str, &[(&str, &str)], &str)] =
            &[$(($code, $text, &[$((stringify!($field), stringify!($ty))),*], $doc),)*];
    };
}
for_each_delta!(define_deltas);
