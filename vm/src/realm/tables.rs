//! The built-in objects that the VM itself needs.

macro_rules! intrinsics {
    ($($name:ident $path:literal,)*) => {
        /// A built-in object that the VM itself needs.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Intrinsic { $($name,)* }

        impl Intrinsic {
            pub(super) const PATHS: &'static [&'static str] = &[$($path,)*];
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As in the native table.
            pub const fn path(self) -> &'static str {
                Self::PATHS[self as usize]
            }
        }
    };
}

intrinsics! {
    ObjectPrototype "Object.prototype",
    FunctionPrototype "Function.prototype",
    ArrayPrototype "Array.prototype",
    StringPrototype "String.prototype",
    NumberPrototype "Number.prototype",
    BooleanPrototype "Boolean.prototype",
    SymbolPrototype "Symbol.prototype",
    ErrorPrototype "Error.prototype",
    TypeErrorPrototype "TypeError.prototype",
    RangeErrorPrototype "RangeError.prototype",
    ReferenceErrorPrototype "ReferenceError.prototype",
    SyntaxErrorPrototype "SyntaxError.prototype",
    EvalErrorPrototype "EvalError.prototype",
    UriErrorPrototype "URIError.prototype",
    AggregateErrorPrototype "AggregateError.prototype",
    SuppressedErrorPrototype "SuppressedError.prototype",
    PromisePrototype "Promise.prototype",
    Promise "Promise",
    MapPrototype "Map.prototype",
    SetPrototype "Set.prototype",
    WeakMapPrototype "WeakMap.prototype",
    WeakSetPrototype "WeakSet.prototype",
    DatePrototype "Date.prototype",
    RegExpPrototype "RegExp.prototype",
    IteratorPrototype "Iterator.prototype",
    AsyncIteratorPrototype "AsyncIterator.prototype",
    ArrayIteratorPrototype "ArrayIterator.prototype",
    MapIteratorPrototype "MapIterator.prototype",
    SetIteratorPrototype "SetIterator.prototype",
    StringIteratorPrototype "StringIterator.prototype",
    RegExpStringIteratorPrototype "RegExpStringIterator.prototype",
    IteratorHelperPrototype "IteratorHelper.prototype",
    WrapForValidIteratorPrototype "WrapForValidIterator.prototype",
    GeneratorPrototype "Generator.prototype",
    AsyncGeneratorPrototype "AsyncGenerator.prototype",
    AsyncFromSyncIteratorPrototype "AsyncFromSyncIterator.prototype",
    GeneratorFunctionPrototype "GeneratorFunction.prototype",
    AsyncFunctionPrototype "AsyncFunction.prototype",
    AsyncGeneratorFunctionPrototype "AsyncGeneratorFunction.prototype",
    MrkPrototype "Mrk.prototype",
    Vec2Prototype "Vec2.prototype",
    Vec3Prototype "Vec3.prototype",
    QuatPrototype "Quat.prototype",
    ColorPrototype "Color.prototype",
    ArrayBufferPrototype "ArrayBuffer.prototype",
    TypedArrayPrototype "TypedArray.prototype",
    TypedArray "TypedArray",
    DataViewPrototype "DataView.prototype",
    DisposableStackPrototype "DisposableStack.prototype",
    AsyncDisposableStackPrototype "AsyncDisposableStack.prototype",
}
