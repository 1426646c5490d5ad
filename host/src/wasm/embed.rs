//! The functions by which the host reaches into a program: what `wasm:embed` (`stdlib/wasm/embed.mosl`) exports. All are optional:
//! a program carries those that it can be asked for.

use wasmtime::{EqRef, Instance, Rooted, TypedFunc, WasmParams, WasmResults, format_err};

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
            $($(#[$doc])* pub $field: Export<($($param,)*), $result>,)*
        }

        impl Embed {
            pub fn find(store: &mut Scope<'_>, instance: &Instance) -> wasmtime::Result<Self> {
                Ok(Self { $($field: Export::find(store, instance, $name)?,)* })
            }
        }
    };
}

exports! {
    /// Runs the module's files.
    start "start" () -> ();
    drain_microtasks "drainMicrotasks" () -> ();
    /// What nobody caught.
    uncaught "uncaught" (Value) -> ();
    /// Its text, as reports show it.
    describe "describe" (Value) -> Text;
    fire_timer "fireTimer" (f64) -> ();
    settle_host "settleHost" (f64, i32, Value) -> ();
    /// The present host call throws: name and message.
    fail_host "failHost" (Text, Text) -> ();
    make_error "makeError" (Text, Text) -> Value;

    /// See [`super::values`].
    kind "kind" (Value) -> f64;
    as_number "asNumber" (Value) -> f64;
    as_boolean "asBoolean" (Value) -> i32;
    brief "brief" (Value) -> Text;
    as_string "asString" (Value) -> Text;
    /// Of a vector, quaternion or colour; of an amount, 32 bits of it, highest first.
    part "part" (Value, f64) -> f64;
    /// Of an array.
    length "length" (Value) -> f64;
    item "item" (Value, f64) -> Value;
    /// Names of an object's own enumerable properties, as an array.
    keys "keys" (Value) -> Value;
    /// A property that is no accessor's; `blocked` for others.
    entry "entry" (Value, Text) -> Value;

    of_null "ofNull" () -> Value;
    of_boolean "ofBoolean" (i32) -> Value;
    of_number "ofNumber" (f64) -> Value;
    of_string "ofString" (Text) -> Value;
    of_vec "ofVec" (f64, f64, f64, f64, f64) -> Value;
    of_mrk "ofMrk" (f64, f64, f64, f64) -> Value;
    new_list "newList" () -> Value;
    push "push" (Value, Value) -> ();
    new_record "newRecord" () -> Value;
    put "put" (Value, Text, Value) -> ();

    /// What the entry file exports under a name; undefined where there is nothing.
    exported "exported" (Text) -> Value;
    /// An instance of a class with these arguments; undefined where it threw, which is reported.
    construct "constructWith" (Value, Value) -> Value;
    /// 0 no such method, 1 returned, 2 returned a promise, 3 threw, which is reported. Then `result`.
    call_method "callMethod" (Value, Text, Value) -> f64;
    /// Calls a function, with what it yields as [`Self::call_method`].
    call_function "callFunction" (Value, Value) -> f64;
    result "result" () -> Value;
    has_method "hasMethod" (Value, Text) -> i32;
    /// Writes a data property that exists; whether it took the value.
    write_field "writeField" (Value, Text, Value) -> i32;
    /// 0 pending, 1 fulfilled, 2 rejected.
    promise_state "promiseState" (Value) -> f64;
    promise_value "promiseValue" (Value) -> Value;
    /// How many bodies of files wait at a top-level `await` that has not settled.
    unsettled "unsettled" () -> f64;
}
