//! Modules that the embedding is given: what follows the contract runs, what does not is told so, and the process lives on. The modules
//! are written by hand; what the compiler makes is tested in `tests/`.

use std::time::Duration;

use mosl_host::wasm::{WasmInstance, WasmLimits, WasmModule};
use mosl_vm::{Host, HostCall, HostResult, HostValue, Stream, Turn, TurnEnd};

/// Keeps what is printed.
#[derive(Default)]
struct Recorder(String);

impl Host for Recorder {
    fn call(&mut self, call: HostCall<'_>, args: &[HostValue]) -> HostResult {
        self.0.push_str(&format!("{} {args:?}\n", call.name));
        HostResult::Value(HostValue::Number(2.0))
    }

    fn print(&mut self, _: Stream, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn now_ms(&mut self) -> f64 {
        0.0
    }

    fn monotonic_ms(&mut self) -> f64 {
        0.0
    }

    fn random(&mut self) -> f64 {
        0.5
    }
}

const LIMITS: WasmLimits =
    WasmLimits { memory: 64 << 20, deadline: Some(Duration::from_millis(300)), fuel: None, timers: 3 };

fn run(text: &str) -> (String, Turn) {
    let bytes = wat::parse_str(text).unwrap();
    let module = match WasmModule::compile(&bytes) {
        Ok(module) => module,
        Err(error) => panic!("{error}"),
    };
    let mut host = Recorder::default();
    let mut instance = WasmInstance::new(&module, LIMITS);
    let turn = instance.start(&mut host);
    (host.0, turn)
}

/// What a module's start prints.
#[track_caller]
fn prints(text: &str, expect: &str) {
    let (out, turn) = run(text);
    if let TurnEnd::Trapped(trap) = &turn.end {
        panic!("{}\n{out}", trap.text);
    }
    assert_eq!(out, expect);
}

/// How a module's start ends.
#[track_caller]
fn ends(text: &str, expect: &str) {
    let (_, turn) = run(text);
    let TurnEnd::Trapped(trap) = turn.end else { panic!("it ran") };
    assert!(trap.text.starts_with(expect), "{}", trap.text);
}

/// Why bytes are no module that may run.
#[track_caller]
fn refused(bytes: &[u8], expect: &str) {
    let Err(error) = WasmModule::compile(bytes).map(drop) else { panic!("it compiles") };
    assert!(error.to_string().starts_with(expect), "{error}");
}

#[track_caller]
fn refused_text(text: &str, expect: &str) {
    refused(&wat::parse_str(text).unwrap(), expect);
}

/// The functions of strings, and what they are to say.
fn with_strings(body: &str) -> String {
    format!(
        r#"(module
  (type $units (array (mut i16)))
  (import "wasm:js-string" "length" (func $length (param externref) (result i32)))
  (import "wasm:js-string" "concat" (func $concat (param externref externref) (result (ref extern))))
  (import "wasm:js-string" "substring" (func $substring (param externref i32 i32) (result (ref extern))))
  (import "wasm:js-string" "charCodeAt" (func $charCodeAt (param externref i32) (result i32)))
  (import "wasm:js-string" "codePointAt" (func $codePointAt (param externref i32) (result i32)))
  (import "wasm:js-string" "fromCharCode" (func $fromCharCode (param i32) (result (ref extern))))
  (import "wasm:js-string" "fromCodePoint" (func $fromCodePoint (param i32) (result (ref extern))))
  (import "wasm:js-string" "fromCharCodeArray" (func $fromArray (param (ref null $units) i32 i32) (result (ref extern))))
  (import "wasm:js-string" "intoCharCodeArray" (func $intoArray (param externref (ref null $units) i32) (result i32)))
  (import "wasm:js-string" "equals" (func $equals (param externref externref) (result i32)))
  (import "wasm:js-string" "compare" (func $compare (param externref externref) (result i32)))
  (import "wasm:js-string" "test" (func $test (param externref) (result i32)))
  (import "mosl:host" "print" (func $print (param f64 externref)))
  (import "mosl:host" "numberToString" (func $number (param f64) (result externref)))
  (import "mosl:host" "toUpper" (func $toUpper (param externref) (result externref)))
  (import "mosl:host" "regexNew" (func $regexNew (param externref externref) (result f64)))
  (import "mosl:host" "regexExec" (func $regexExec (param f64 externref f64) (result f64)))
  (import "mosl:host" "regexStart" (func $regexStart (param f64) (result f64)))
  (import "mosl:host" "regexError" (func $regexError (result externref)))
  (import "_" "spring" (global $spring (ref extern)))
  (import "_" "time ist schön" (global $time (ref extern)))
  (import "_" "" (global $empty (ref extern)))
  (import "_" "(?<a>i)|n" (global $pattern (ref extern)))
  (import "_" "(" (global $open (ref extern)))
  (func $say (param externref) (call $print (f64.const 0) (local.get 0)))
  (func $tell (param i32) (call $say (call $number (f64.convert_i32_s (local.get 0)))))
  (func (export "start") (local $s externref) (local $i i32) (local $r f64)
    {body}))"#
    )
}

#[test]
fn strings_are_joined_cut_and_compared() {
    prints(
        &with_strings(
            r#"
    (local.set $s (call $concat (global.get $spring) (global.get $time)))
    (call $say (local.get $s))
    (call $tell (call $length (local.get $s)))
    (call $say (call $substring (local.get $s) (i32.const 3) (i32.const 8)))
    (call $say (call $substring (local.get $s) (i32.const 15) (i32.const 99)))
    (call $tell (call $equals (local.get $s) (global.get $spring)))
    (call $tell (call $equals (ref.null extern) (ref.null extern)))
    (call $tell (call $equals (call $substring (local.get $s) (i32.const 0) (i32.const 6)) (global.get $spring)))
    (call $tell (call $compare (global.get $spring) (global.get $time)))
    (call $tell (call $compare (local.get $s) (global.get $spring)))
    (call $tell (call $test (ref.null extern)))
    (call $tell (call $charCodeAt (local.get $s) (i32.const 18)))
    (call $say (call $toUpper (local.get $s)))"#,
        ),
        "springtime ist schön\n20\ningti\nschön\n0\n1\n1\n-1\n1\n0\n246\nSPRINGTIME IST SCHÖN\n",
    );
}

#[test]
fn a_long_rope_is_made_flat() {
    prints(
        &with_strings(
            r#"
    (local.set $s (global.get $empty))
    (loop $next
      (local.set $s (call $concat (local.get $s) (call $fromCharCode (i32.add (i32.const 65) (i32.rem_u (local.get $i) (i32.const 26))))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100000))))
    (call $tell (call $length (local.get $s)))
    (call $say (call $substring (local.get $s) (i32.const 99990) (i32.const 100000)))
    ;; One that leans to the right, and a view of it.
    (local.set $i (i32.const 0))
    (local.set $s (global.get $empty))
    (loop $next
      (local.set $s (call $concat (call $fromCharCode (i32.add (i32.const 65) (i32.rem_u (local.get $i) (i32.const 26)))) (local.get $s)))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100000))))
    (call $say (call $substring (call $substring (local.get $s) (i32.const 10) (i32.const 60)) (i32.const 40) (i32.const 46)))"#,
        ),
        "100000\nUVWXYZABCD\nFEDCBA\n",
    );
}

#[test]
fn units_go_to_arrays_and_back() {
    prints(
        &with_strings(
            r#"
    (call $tell (call $codePointAt (call $fromCodePoint (i32.const 0x1F600)) (i32.const 0)))
    (call $tell (call $length (call $fromCodePoint (i32.const 0x1F600))))
    (call $tell (call $charCodeAt (call $fromCharCode (i32.const 0xD800)) (i32.const 0)))
    (call $say (call $fromArray (array.new_fixed $units 3 (i32.const 97) (i32.const 98) (i32.const 0xFC)) (i32.const 1) (i32.const 3)))
    (call $tell (call $intoArray (global.get $spring) (array.new_default $units (i32.const 8)) (i32.const 2)))"#,
        ),
        "128512\n2\n55296\nbü\n6\n",
    );
}

#[test]
fn expressions_match_by_number() {
    prints(
        &with_strings(
            r#"
    (local.set $r (call $regexNew (global.get $pattern) (global.get $empty)))
    (call $say (call $number (call $regexExec (local.get $r) (global.get $spring) (f64.const 0))))
    (call $say (call $number (call $regexStart (f64.const 1))))
    (call $say (call $number (call $regexExec (local.get $r) (global.get $spring) (f64.const 4))))
    (call $say (call $number (call $regexStart (f64.const 1))))
    (call $say (call $number (call $regexExec (local.get $r) (global.get $spring) (f64.const 5))))
    (call $say (call $number (call $regexExec (f64.const 7) (global.get $spring) (f64.const 5))))
    (call $say (call $number (call $regexNew (global.get $open) (global.get $empty))))
    (call $say (call $regexError))"#,
        ),
        "2\n3\n2\n-1\n0\n0\n-1\nInvalid regular expression: /(/: Unbalanced parenthesis\n",
    );
}

#[test]
fn what_no_host_offers_is_refused_by_name() {
    refused(b"hello", "this is no WebAssembly that may run");
    refused(&[], "this is no WebAssembly that may run");
    refused_text(
        r#"(module (import "wasi_snapshot_preview1" "fd_write" (func)))"#,
        "it imports `fd_write` from `wasi_snapshot_preview1`, which is not offered here",
    );
    refused_text(r#"(module (import "env" "memory" (memory 1)))"#, "it imports `memory` from `env`");
    refused_text(r#"(module (import "_" "f" (func)))"#, "it imports `f` from `_`");
}

#[test]
fn what_has_other_types_is_refused() {
    ends(r#"(module (import "mosl:host" "launch" (func)))"#, "fault: it imports `launch` from `mosl:host`");
    ends(
        r#"(module (import "wasm:js-string" "wrap" (func (param i32) (result (ref extern)))))"#,
        "fault: it imports `wrap`",
    );
    ends(r#"(module (import "mosl:host" "print" (func (param i32))))"#, "fault: ");
    ends(r#"(module (import "_" "a" (global (mut externref))))"#, "fault: ");
    ends(r#"(module (import "_" "a" (global i32)))"#, "fault: ");
    ends(r#"(module (func (export "start") (param i32)))"#, "fault: ");
    ends(r#"(module)"#, "fault: the module has no `start`");
    ends(r#"(module (global (export "fuel") i64 (i64.const 1)))"#, "fault: `fuel` is no variable of 64 bits");
    ends(r#"(module (func (export "start")) (func (export "valueKind") (param i32)))"#, "fault: ");
    ends(
        r#"(module (import "mark:scene" "createNode" (func $f (param v128))) (func (export "start") (call $f (v128.const i64x2 0 0))))"#,
        "fault: an argument is of a type that does not cross the border",
    );
}

#[test]
fn what_is_no_string_is_no_string() {
    let with = |body: &str| {
        format!(
            r#"(module (import "mosl:host" "print" (func $print (param f64 externref))) (type $t (struct))
            (func (export "start") (call $print (f64.const 0) {body})))"#
        )
    };
    ends(&with("(ref.null extern)"), "fault: what should be a string is none");
    ends(&with("(extern.convert_any (struct.new $t))"), "fault: what should be a string is none");
    ends(&with("(extern.convert_any (ref.i31 (i32.const 1)))"), "fault: what should be a string is none");
}

#[test]
fn bombs_end_at_their_limits() {
    ends("(module (func (export \"start\") (loop $on (br $on))))", "limit reached: deadline");
    ends("(module (func $s (loop $on (br $on))) (start $s))", "limit reached: deadline");
    ends("(module (func $f (export \"start\") (call $f) (call $f)))", "limit reached: stack");
    ends(
        r#"(module (type $list (struct (field (ref null $list)) (field i64 i64 i64)))
        (func (export "start") (local $l (ref null $list))
          (loop $on (local.set $l (struct.new $list (local.get $l) (i64.const 0) (i64.const 0) (i64.const 0))) (br $on))))"#,
        "limit reached: memory",
    );
    ends(
        r#"(module (type $row (array i8)) (func (export "start") (drop (array.new_default $row (i32.const 0x7fffffff)))))"#,
        "limit reached: memory",
    );
    ends("(module (memory 60000) (func (export \"start\")))", "limit reached: memory");
    ends("(module (table 4000000 funcref) (func (export \"start\")))", "fault: ");
    ends("(module (func (export \"start\") (unreachable)))", "fault: wasm `unreachable` instruction executed");
    ends(
        r#"(module (import "mosl:host" "timerStart" (func $t (param f64 f64)))
        (func (export "start") (loop $on (call $t (f64.const 1) (f64.const 5)) (br $on))))"#,
        "fault: more than 3 timers wait",
    );
}

#[test]
fn fuel_ends_a_turn_of_a_metered_module() {
    // That a module has a counter does not mean that it counts.
    for counter in ["", r#"(global (export "fuel") (mut i64) (i64.const 0))"#] {
        fuel_ends(counter);
    }
}

fn fuel_ends(counter: &str) {
    let text = format!("(module {counter} (func (export \"start\") (loop $on (br $on))))");
    let bytes = wat::parse_str(text).unwrap();
    let module = WasmModule::compile_metered(&bytes).unwrap();
    let mut instance = WasmInstance::new(&module, WasmLimits { fuel: Some(100_000), ..WasmLimits::default() });
    let turn = instance.start(&mut Recorder::default());
    let TurnEnd::Trapped(trap) = turn.end else { panic!("it ran") };
    assert_eq!(trap.text.lines().next(), Some("limit reached: fuel (100000 of 100000)"));
    let again = instance.start(&mut Recorder::default());
    assert!(!again.is_completed(), "a dead instance stays dead");
}

#[test]
fn an_exception_of_another_tag_is_no_panic() {
    ends("(module (tag $t) (func (export \"start\") (throw $t)))", "fault: ");
}

#[test]
fn a_host_that_fails_ends_the_turn() {
    struct Failing;
    impl Host for Failing {
        fn call(&mut self, _: HostCall<'_>, _: &[HostValue]) -> HostResult {
            unreachable!("no such call")
        }
        fn print(&mut self, _: Stream, _: &str) {
            panic!("the disk is full")
        }
        fn now_ms(&mut self) -> f64 {
            0.0
        }
        fn monotonic_ms(&mut self) -> f64 {
            0.0
        }
        fn random(&mut self) -> f64 {
            0.0
        }
    }
    let bytes = wat::parse_str(with_strings("(call $say (global.get $spring))")).unwrap();
    let module = WasmModule::compile(&bytes).unwrap();
    let turn = WasmInstance::new(&module, LIMITS).start(&mut Failing);
    let TurnEnd::Trapped(trap) = turn.end else { panic!("it ran") };
    assert!(trap.text.starts_with("fault: the disk is full"), "{}", trap.text);
}
