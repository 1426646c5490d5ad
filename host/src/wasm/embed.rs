//! The functions by which the host reaches into a program: what `wasm:embed` (`stdlib/wasm/embed.mosl`) exports. All are optional:
//! a program carries those that it can be asked for.

use wasmtime::{EqRef, Global, Instance, Mutability, Rooted, TypedFunc, ValType, WasmParams, WasmResults, format_err};

use super::host::Scope;
use super::strings::Text;

/// A value of the script's; `None` is undefined.
pub type Value = Option<Rooted<EqRef>>;

/// A function of a program, where it has it.
pub struct Export<P, R> {
    name: &'static str,
    function: Option<TypedFunc<P, R>>,
}

impl<P: WasmParams, R: WasmResults> Export<P, R> {
    /// `Err` where there is one with other types.
    fn find(store: &mut Scope<'_>, instance: &Instance, name: &'static str) -> wasmtime::Result<Self> {
        let function = match instance.get_func(&mut *store, name) {
            Some(function) => Some(function.typed(&*store).map_err(|error| error.context(format!("`{name}`")))?),
            None => None,
        };
        Ok(Self { name, function })
    }

    pub fn is_there(&self) -> bool {
        self.function.is_some()
    }

    pub fn call(&self, store: impl wasmtime::AsContextMut, given: P) -> wasmtime::Result<R> {
        let function = self.function.as_ref().ok_or_else(|| format_err!("the module has no `{}`", self.name))?;
        function.call(store, given)
    }
}

macro_rules! exports {
    ($($(#[$doc:meta])* $field:ident $name:literal ($($param:ty),*) -> $result:ty;)*) => {
        /// The exports of one instance.
        pub struct Embed {
            /// What is left of the turn's fuel, where the program counts it.
            pub fuel: Option<Global>,
            $($(#[$doc])* pub $field: Export<($($param,)*), $result>,)*
        }

        impl Embed {
            pub fn find(store: &mut Scope<'_>, instance: &Instance) -> wasmtime::Result<Self> {
                Ok(Self { fuel: counter(store, instance)?, $($field: Export::find(store, instance, $name)?,)* })
            }
        }
    };
}

fn counter(store: &mut Scope<'_>, instance: &Instance) -> wasmtime::Result<Option<Global>> {
    let Some(global) = instance.get_global(&mut *store, "fuel") else { return Ok(None) };
    let ty = global.ty(&*store);
    let counts = matches!((ty.content(), ty.mutability()), (ValType::I64, Mutability::Var));
    if counts { Ok(Some(global)) } else { Err(format_err!("`fuel` is no variable of 64 bits")) }
}

exports! {
    /// Runs the module's files.
    start "start" () -> ();
    drain_microtasks "runMicrotasks" () -> Value;
    /// Its text, as reports show it.
    describe "errorText" (Value) -> Text;
    fire_timer "fireTimer" (f64) -> Value;
    settle_host "settleHost" (f64, i32, Value) -> Value;
    /// The present host call throws: name and message.
    fail_host "failHost" (Text, Text) -> Value;
    make_error "makeError" (Text, Text) -> Value;

    /// See [`super::values`].
    kind "valueKind" (Value) -> f64;
    as_number "valueNumber" (Value) -> f64;
    as_boolean "valueBoolean" (Value) -> i32;
    brief "valueBrief" (Value) -> Text;
    as_string "valueString" (Value) -> Text;
    /// Of a vector, quaternion or colour; of an amount, 32 bits of it, highest first.
    part "valuePart" (Value, f64) -> f64;
    /// Of an array.
    length "listLength" (Value) -> f64;
    item "listItem" (Value, f64) -> Value;
    /// Names of an object's own enumerable properties, as an array.
    keys "recordKeys" (Value) -> Value;
    /// A property that is no accessor's; `blocked` for others.
    entry "recordEntry" (Value, Text) -> Value;

    of_null "makeNull" () -> Value;
    of_boolean "makeBoolean" (i32) -> Value;
    of_number "makeNumber" (f64) -> Value;
    of_string "makeString" (Text) -> Value;
    of_vec "makeVec" (f64, f64, f64, f64, f64) -> Value;
    of_mrk "makeMrk" (f64, f64, f64, f64) -> Value;
    new_list "makeList" () -> Value;
    push "listPush" (Value, Value) -> Value;
    new_record "makeRecord" () -> Value;
    put "recordPut" (Value, Text, Value) -> Value;

    /// What the entry file exports under a name; undefined where there is nothing.
    exported "exportedValue" (Text) -> Value;
    /// An instance of a class with these arguments; undefined where it threw, which is reported.
    construct "constructObject" (Value, Value) -> Value;
    /// 0 no such method, 1 returned, 2 returned a promise, 3 threw, which is reported. Then `result`.
    call_method "callMethod" (Value, Text, Value) -> f64;
    /// Calls a function, with what it yields as [`Self::call_method`].
    call_function "callFunction" (Value, Value) -> f64;
    result "callResult" () -> Value;
    has_method "hasMethod" (Value, Text) -> i32;
    /// Writes a data property that exists; whether it took the value.
    write_field "writeField" (Value, Text, Value) -> i32;
    /// 0 pending, 1 fulfilled, 2 rejected.
    promise_state "promiseStateOf" (Value) -> f64;
    promise_value "promiseValueOf" (Value) -> Value;
    /// How many bodies of files wait at a top-level `await` that has not settled.
    unsettled "unsettledBodies" () -> f64;
}
