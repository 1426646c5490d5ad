//! Functions that the VM makes with values of its own, outside the native table: a promise's `resolve`, what waits for an element of
//! `Promise.all`. One table, so that each has a number by which a snapshot knows it.

use super::{array, disposal, generator, iterator, promise};
use crate::native::NativeFn;
use crate::{bodies, interp, natives};

macro_rules! inner {
    ($($name:ident $implementation:expr,)*) => {
        /// A function outside the native table.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Inner { $($name,)* }

        impl Inner {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What it runs.
            pub(crate) fn implementation(self) -> NativeFn {
                match self { $(Self::$name => $implementation,)* }
            }
        }
    };
}

inner! {
    Nothing generator::nothing,
    LeftOut natives::left_out,
    ThrowTypeError natives::throw_type_error,
    Resolve crate::promise::resolve_function,
    Reject crate::promise::reject_function,
    KeepFunctions promise::keep_functions,
    FinallyValue promise::finally_value,
    FinallyReason promise::finally_reason,
    PassValue promise::pass_value,
    PassReason promise::pass_reason,
    AllElement promise::combine::all_element,
    AnyElement promise::combine::any_element,
    SettledValue promise::combine::settled_value,
    SettledReason promise::combine::settled_reason,
    AsyncArrived array::from_async::arrived,
    AsyncFailed array::from_async::failed,
    UnwrapValue interp::async_generator::unwrap_value,
    CloseAndRethrow interp::async_generator::close_and_rethrow,
    DisposedValue disposal::after_value,
    DisposedReason disposal::after_reason,
    WeirdGetter iterator::weird_getter,
    WeirdSetter iterator::set_ignoring_prototype,
    BodyDone bodies::done,
    BodyFailed bodies::failed,
}
