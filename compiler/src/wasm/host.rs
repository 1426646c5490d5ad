//! The border to the embedder: which functions the library may ask it for.

/// Functions of `mosl:host`, which every embedder provides; their types are those that the library declares.
const FUNCTIONS: &[&str] = &[
    "localeCompare",
    "monotonic",
    "normalize",
    "now",
    "numberToExponential",
    "numberToFixed",
    "numberToPrecision",
    "numberToRadix",
    "numberToString",
    "print",
    "random",
    "recordRefusal",
    "regexError",
    "regexExec",
    "regexEnd",
    "regexFree",
    "regexNames",
    "regexNew",
    "regexStart",
    "reportUncaught",
    "stringToNumber",
    "timerStart",
    "timerStop",
    "toLower",
    "toUpper",
    "zoneName",
    "zoneOffset",
];

pub(super) fn is_known(name: &str) -> bool {
    FUNCTIONS.contains(&name)
}
