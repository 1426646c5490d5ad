//! How numbers and texts are converted, for engines that have their own values: the functions behind the built-in ones.

pub use crate::convert::string_to_number;
pub use crate::natives::number::format::{to_decimal, to_exponential, to_fixed, to_precision, to_radix};
pub use crate::natives::regexp::flags_are_valid;
pub use crate::natives::string::case::{Case, FORMS, change_case, compare_words, normal_form};
pub use crate::string::{MAX_LENGTH, StrView};
