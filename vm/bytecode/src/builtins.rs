//! What the native table does not say of the built-in objects: which share a function, and what inherits from what.

use crate::natives::native_id;

/// Built-ins that are the same function object as another: the name that the native table lists, and whose function it is.
pub static ALIASES: &[(&str, &str)] = &[
    ("Array.prototype[Symbol.iterator]", "Array.prototype.values"),
    ("AsyncDisposableStack.prototype[Symbol.asyncDispose]", "AsyncDisposableStack.prototype.disposeAsync"),
    ("Date.prototype.toGMTString", "Date.prototype.toUTCString"),
    ("DisposableStack.prototype[Symbol.dispose]", "DisposableStack.prototype.dispose"),
    ("Map.prototype[Symbol.iterator]", "Map.prototype.entries"),
    ("Number.parseFloat", "parseFloat"),
    ("Number.parseInt", "parseInt"),
    ("Set.prototype.keys", "Set.prototype.values"),
    ("Set.prototype[Symbol.iterator]", "Set.prototype.values"),
    ("String.prototype.trimLeft", "String.prototype.trimStart"),
    ("String.prototype.trimRight", "String.prototype.trimEnd"),
    ("TypedArray.prototype.toString", "Array.prototype.toString"),
    ("TypedArray.prototype[Symbol.iterator]", "TypedArray.prototype.values"),
];

/// `[[Prototype]]` of owners where it is not the usual one (`Object.prototype`; `Function.prototype` for functions).
pub static PARENTS: &[(&str, &str)] = &[
    ("TypeError.prototype", "Error.prototype"),
    ("RangeError.prototype", "Error.prototype"),
    ("ReferenceError.prototype", "Error.prototype"),
    ("SyntaxError.prototype", "Error.prototype"),
    ("EvalError.prototype", "Error.prototype"),
    ("URIError.prototype", "Error.prototype"),
    ("AggregateError.prototype", "Error.prototype"),
    ("SuppressedError.prototype", "Error.prototype"),
    ("TypeError", "Error"),
    ("RangeError", "Error"),
    ("ReferenceError", "Error"),
    ("SyntaxError", "Error"),
    ("EvalError", "Error"),
    ("URIError", "Error"),
    ("AggregateError", "Error"),
    ("SuppressedError", "Error"),
    ("ArrayIterator.prototype", "Iterator.prototype"),
    ("MapIterator.prototype", "Iterator.prototype"),
    ("SetIterator.prototype", "Iterator.prototype"),
    ("StringIterator.prototype", "Iterator.prototype"),
    ("RegExpStringIterator.prototype", "Iterator.prototype"),
    ("IteratorHelper.prototype", "Iterator.prototype"),
    ("WrapForValidIterator.prototype", "Iterator.prototype"),
    ("Generator.prototype", "Iterator.prototype"),
    ("AsyncGenerator.prototype", "AsyncIterator.prototype"),
    ("AsyncFromSyncIterator.prototype", "AsyncIterator.prototype"),
    ("AsyncFunction", "Function"),
    ("AsyncGeneratorFunction", "Function"),
    ("GeneratorFunction", "Function"),
    ("GeneratorFunction.prototype", "Function.prototype"),
    ("AsyncFunction.prototype", "Function.prototype"),
    ("AsyncGeneratorFunction.prototype", "Function.prototype"),
    ("Int8Array.prototype", "TypedArray.prototype"),
    ("Uint8Array.prototype", "TypedArray.prototype"),
    ("Uint8ClampedArray.prototype", "TypedArray.prototype"),
    ("Int16Array.prototype", "TypedArray.prototype"),
    ("Uint16Array.prototype", "TypedArray.prototype"),
    ("Int32Array.prototype", "TypedArray.prototype"),
    ("Uint32Array.prototype", "TypedArray.prototype"),
    ("Float16Array.prototype", "TypedArray.prototype"),
    ("Float32Array.prototype", "TypedArray.prototype"),
    ("Float64Array.prototype", "TypedArray.prototype"),
    ("Int8Array", "TypedArray"),
    ("Uint8Array", "TypedArray"),
    ("Uint8ClampedArray", "TypedArray"),
    ("Int16Array", "TypedArray"),
    ("Uint16Array", "TypedArray"),
    ("Int32Array", "TypedArray"),
    ("Uint32Array", "TypedArray"),
    ("Float16Array", "TypedArray"),
    ("Float32Array", "TypedArray"),
    ("Float64Array", "TypedArray"),
];

/// What generator functions make inherits from their prototype's `prototype`, whose `constructor` leads back.
pub const GENERATORS: [(&str, &str); 2] = [
    ("GeneratorFunction.prototype", "Generator.prototype"),
    ("AsyncGeneratorFunction.prototype", "AsyncGenerator.prototype"),
];

/// The `[[Prototype]]` of a built-in; `None` for the one that all others inherit from.
pub fn parent(path: &str) -> Option<&'static str> {
    let usual = if native_id(path).is_some() { "Function.prototype" } else { "Object.prototype" };
    let parent = PARENTS.iter().find(|(child, _)| *child == path).map_or(usual, |(_, parent)| *parent);
    (parent != path).then_some(parent)
}
