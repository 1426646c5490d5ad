;; Throwing the errors of the runtime, with the texts and refusal codes of the virtual machine.

;; An error object without properties; the prototype's root is its shape.
(func $error_of (param $proto (ref null $Object)) (result (ref null $Object))
  (struct.new $Box (call $root_of (local.get $proto)) (ref.null $Any) (i32.const 1) (ref.null eq)))

;; `stack` is made of name and message when it is first read.
(func $make_error (export "make_error") (param $proto (ref null $Object)) (param $message eqref) (result (ref null $Object))
  (local $e (ref null $Object))
  (local.set $e (call $error_of (local.get $proto)))
  (call $add_stack (local.get $e))
  (call $add_property (local.get $e) (global.get $s.message) (local.get $message) (i32.const 5))
  (local.get $e))

(func $add_stack (export "addStack") (param $e eqref)
  (call $add_property (ref.cast (ref $Object) (local.get $e)) (global.get $s.stack) (global.get $uninit) (i32.const 5)))

;; Runs no script: getters count as missing.
(func $settle_stack (param $e (ref null $Object)) (result eqref)
  (local $name (ref null $Str)) (local $message (ref null $Str)) (local $s (ref null $Shape))
  (local.set $name (call $text_of (local.get $e) (global.get $s.name)))
  (if (ref.is_null (local.get $name)) (then (local.set $name (global.get $s.Error))))
  (local.set $message (call $text_of (local.get $e) (global.get $s.message)))
  (if (i32.eqz (ref.is_null (local.get $message)))
    (then
      (if (call $str_length (local.get $message))
        (then
          (local.set $name (select (result (ref null $Str))
            (call $cat3 (local.get $name) (global.get $m.colon) (local.get $message))
            (local.get $message) (call $str_length (local.get $name))))))))
  (call $store_at (local.get $e) (call $shape_find (struct.get $Object $shape (local.get $e)) (global.get $s.stack)) (local.get $name))
  (local.get $name))

;; The string that the object has under the key, directly or by inheritance; null where it has none.
(func $text_of (param $o (ref null $Object)) (param $key eqref) (result (ref null $Str))
  (local $value eqref)
  (call $find (local.get $o) (local.get $key))
  (drop)
  (local.set $value)
  (drop)
  (call $as_str (local.get $value)))

(func $throw_type (export "throwType") (param $message (ref null $Str))
  (throw $throw (call $make_error (global.get $TypeError.prototype) (local.get $message))))
(func $throw_range (export "throwRange") (param $message (ref null $Str))
  (throw $throw (call $make_error (global.get $RangeError.prototype) (local.get $message))))
(func $throw_reference (export "throwReference") (param $message (ref null $Str))
  (throw $throw (call $make_error (global.get $ReferenceError.prototype) (local.get $message))))
(func $throw_syntax (export "throwSyntax") (param $message (ref null $Str))
  (throw $throw (call $make_error (global.get $SyntaxError.prototype) (local.get $message))))

(func $throw_error (export "throw_error") (param $kind i32) (param $message (ref null $Str))
  (throw $throw (call $new_error (local.get $kind) (local.get $message))))

(func (export "throwValue") (param $v eqref) (throw $throw (local.get $v)))

;; By the bytecode's `ErrorKind`.
(func $new_error (export "newError") (param $kind i32) (param $message (ref null $Str)) (result eqref)
  (block $error (block $uri (block $eval (block $syntax (block $reference (block $range (block $type
    (br_table $error $type $range $reference $syntax $eval $uri $error (local.get $kind)))
    (return (call $make_error (global.get $TypeError.prototype) (local.get $message))))
    (return (call $make_error (global.get $RangeError.prototype) (local.get $message))))
    (return (call $make_error (global.get $ReferenceError.prototype) (local.get $message))))
    (return (call $make_error (global.get $SyntaxError.prototype) (local.get $message))))
    (return (call $make_error (global.get $EvalError.prototype) (local.get $message))))
    (return (call $make_error (global.get $URIError.prototype) (local.get $message))))
  (call $make_error (global.get $Error.prototype) (local.get $message)))

;; A refusal: a TypeError whose name carries the code.
(func $refuse (param $code i32) (param $before (ref null $Str)) (param $detail (ref null $Str)) (param $after (ref null $Str))
  (call $refuse_text (local.get $code) (call $cat3 (local.get $before) (local.get $detail) (local.get $after))))

(func $refuse_text (export "refuse") (param $code i32) (param $message (ref null $Str))
  (local $e (ref null $Object)) (local $digits (ref null $Str))
  (call $host_record_refusal (f64.convert_i32_s (local.get $code)) (struct.get $Str $ext (local.get $message)))
  (local.set $e (call $make_error (global.get $TypeError.prototype) (local.get $message)))
  (struct.set $Box $data (ref.cast (ref $Box) (local.get $e)) (ref.i31 (local.get $code)))
  (local.set $digits (call $i32_to_str (local.get $code)))
  (if (i32.lt_u (local.get $code) (i32.const 10)) (then (local.set $digits (call $str_concat (global.get $s.0) (local.get $digits)))))
  (call $add_property (local.get $e) (global.get $s.name)
    (call $cat3 (global.get $m.TypeError_R) (local.get $digits) (global.get $m.bracket)) (i32.const 5))
  (throw $throw (local.get $e)))

;; A check site's failure.
(func $check_failed (export "check_failed") (param $value eqref) (param $expr (ref null $Str)) (param $expected (ref null $Str))
  (call $refuse_text (i32.const 5) (call $str_concat
    (call $cat3 (global.get $m.tick) (local.get $expr) (global.get $m.should_be))
    (call $cat3 (local.get $expected) (global.get $m.but_is) (call $brief (local.get $value))))))

;; A value that a declared field does not take.
(func $field_type_failed (export "field_type_failed") (param $value eqref) (param $name (ref null $Str)) (param $expected (ref null $Str))
  (call $refuse_text (i32.const 6) (call $str_concat
    (call $cat3 (global.get $m.the_field_tick) (local.get $name) (global.get $m.should_be))
    (call $cat3 (local.get $expected) (global.get $m.but_is) (call $brief (local.get $value))))))

(func $check_init (export "check_init") (param $value eqref) (param $name (ref null $Str))
  (if (ref.eq (local.get $value) (global.get $uninit)) (then (call $throw_uninitialised (local.get $name)))))

(func $throw_uninitialised (param $name (ref null $Str))
  (if (call $str_eq (local.get $name) (global.get $s.this)) (then (call $throw_reference (global.get $m.no_super))))
  (call $throw_reference (call $cat3 (global.get $m.cannot_access) (local.get $name) (global.get $m.before_init))))

;; A declared field that is read where it has no value. One of no particular type, which takes the mark of such, may be in a prototype.
(func $field_absent (export "field_absent") (param $v eqref) (param $key (ref null $Str)) (result eqref)
  (local $o (ref null $Object)) (local $i i32)
  (local.set $o (call $as_object (local.get $v)))
  (local.set $key (call $key_of_str (local.get $key)))
  (local.set $i (call $shape_find (struct.get $Object $shape (local.get $o)) (local.get $key)))
  ;; What was a field is an accessor now.
  (if (i32.eqz (i32.and (call $flags_at (local.get $o) (local.get $i)) (i32.const 16))) (then (return (call $get (local.get $v) (local.get $key)))))
  (local.set $i (call $place_at (local.get $o) (local.get $i)))
  (call $call_field_set (local.get $o) (local.get $i) (global.get $uninit))
  (if (ref.eq (call $call_field_get (local.get $o) (local.get $i)) (global.get $absent))
    (then (call $refuse (i32.const 18) (global.get $m.the_field) (local.get $key) (global.get $m.no_value_here))))
  (call $call_field_set (local.get $o) (local.get $i) (global.get $absent))
  (call $get (local.get $v) (local.get $key)))

;; Making the error takes calls too.
(func $stack_overflow (export "stack_overflow")
  (local $e eqref)
  (global.set $depth (i32.add (global.get $depth) (i32.const 100)))
  (local.set $e (call $make_error (global.get $RangeError.prototype) (global.get $m.stack)))
  (global.set $depth (i32.sub (global.get $depth) (i32.const 100)))
  (throw $throw (local.get $e)))

(func $throw_left_out (param $key eqref)
  (call $refuse (i32.const 10) (global.get $m.fixed_prototypes)
    (call $str_concat (call $key_text (local.get $key)) (global.get $m.not_available)) (global.get $m.with_extends)))

;; A property of undefined or null is read (0) or set (1).
(func $nullish_access (param $v eqref) (param $key eqref) (param $set i32)
  (call $throw_type (call $str_concat
    (call $cat3
      (select (result (ref $Str)) (global.get $m.cannot_set_of) (global.get $m.cannot_read_of) (local.get $set))
      (call $to_str (local.get $v))
      (select (result (ref $Str)) (global.get $m.setting) (global.get $m.reading) (local.get $set)))
    (call $str_concat (call $key_text (local.get $key)) (global.get $m.quote_close)))))

;; A value as short text for messages: never runs script.
(func $brief (export "brief") (param $v eqref) (result (ref null $Str))
  (local $text (ref null $Str)) (local $sym (ref null $Sym))
  (if (ref.test (ref $Str) (local.get $v)) (then (return (call $quoted (ref.cast (ref $Str) (local.get $v))))))
  (if (ref.test (ref $Sym) (local.get $v))
    (then
      (local.set $text (call $as_str (struct.get $Sym $description (ref.cast (ref $Sym) (local.get $v)))))
      (return (call $cat3 (global.get $m.Symbol_open)
        (select (result (ref null $Str)) (global.get $s.empty) (local.get $text) (ref.is_null (local.get $text))) (global.get $m.close)))))
  (if (call $is_object (local.get $v)) (then (return (call $brief_object (local.get $v)))))
  (call $to_str (local.get $v)))

(func $brief_object (param $v eqref) (result (ref null $Str))
  (local $kind i32)
  (local.set $kind (call $kind_of (local.get $v)))
  (if (i32.eq (local.get $kind) (i32.const 7)) (then (return (call $brief_function (ref.cast (ref $Object) (local.get $v))))))
  (if (i32.eq (local.get $kind) (i32.const 8)) (then (return (global.get $s.Vec2))))
  (if (i32.eq (local.get $kind) (i32.const 9)) (then (return (global.get $s.Vec3))))
  (if (i32.eq (local.get $kind) (i32.const 10)) (then (return (global.get $s.Quat))))
  (if (i32.eq (local.get $kind) (i32.const 11)) (then (return (global.get $s.Color))))
  (if (i32.eq (local.get $kind) (i32.const 12)) (then (return (global.get $s.Mrk))))
  (if (ref.test (ref $Array) (local.get $v)) (then (return (global.get $s.Array))))
  (if (ref.test (ref $Typed) (local.get $v)) (then (return (global.get $s.Foreign))))
  (if (ref.test (ref $Box) (local.get $v)) (then (return (call $brief_box (call $box_tag (local.get $v))))))
  (call $brief_plain (ref.cast (ref $Object) (local.get $v))))

(func $brief_box (param $tag i32) (result (ref null $Str))
  (if (i32.eq (local.get $tag) (i32.const 1)) (then (return (global.get $s.Error))))
  (if (i32.le_u (local.get $tag) (i32.const 5)) (then (return (global.get $s.Wrapper))))
  (if (i32.eq (local.get $tag) (i32.const 6)) (then (return (global.get $s.Date))))
  (if (i32.eq (local.get $tag) (i32.const 7)) (then (return (global.get $s.RegExp))))
  (if (i32.eq (local.get $tag) (i32.const 8)) (then (return (global.get $s.Map))))
  (if (i32.eq (local.get $tag) (i32.const 9)) (then (return (global.get $s.Set))))
  (if (i32.eq (local.get $tag) (i32.const 12)) (then (return (global.get $s.Promise))))
  (if (i32.eq (local.get $tag) (i32.const 13)) (then (return (global.get $s.Generator))))
  (global.get $s.Foreign))

;; An instance of a class shows its name.
(func $brief_plain (param $o (ref null $Object)) (result (ref null $Str))
  (local $at (ref null $Object)) (local $ctor eqref)
  (local.set $at (call $proto (local.get $o)))
  (if (ref.is_null (local.get $at)) (then (return (global.get $m.an_object))))
  (if (i32.eqz (i32.and (call $bits_of (local.get $at)) (i32.const 128))) (then (return (global.get $m.an_object))))
  (call $find (local.get $o) (global.get $s.constructor))
  (drop)
  (local.set $ctor)
  (drop)
  (call $cat3 (global.get $m.instance_open)
    (if (result (ref null $Str)) (call $is_callable (local.get $ctor))
      (then (call $function_name (ref.cast (ref $Object) (local.get $ctor)))) (else (global.get $s.Object)))
    (global.get $m.angle)))

(func $brief_function (param $f (ref null $Object)) (result (ref null $Str))
  (local $name (ref null $Str)) (local $what (ref null $Str))
  (local.set $what (select (result (ref null $Str)) (global.get $s.class) (global.get $s.function) (call $is_class (local.get $f))))
  (local.set $name (call $function_name (local.get $f)))
  (if (i32.eqz (call $str_length (local.get $name))) (then (return (local.get $what))))
  (call $cat3 (local.get $what) (global.get $s.space) (local.get $name)))

;; Text in double quotes, as messages show strings: 40 characters at most.
(func $quoted (param $s (ref null $Str)) (result (ref null $Str))
  (local $i i32) (local $n i32) (local $end i32) (local $unit i32) (local $out (ref null $Str))
  (local.set $n (call $str_length (local.get $s)))
  (local.set $end (local.get $n))
  (local.set $i (i32.const 0))
  (if (i32.gt_u (local.get $n) (i32.const 40)) (then (local.set $end (call $points_end (local.get $s) (i32.const 40)))))
  (local.set $out (global.get $m.double_quote))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $end)))
      (local.set $unit (call $unit (local.get $s) (local.get $i)))
      (local.set $out (call $str_concat (local.get $out) (call $escaped_unit (local.get $unit))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
  (if (i32.lt_u (local.get $end) (local.get $n)) (then (local.set $out (call $str_concat (local.get $out) (global.get $m.ellipsis)))))
  (call $str_concat (local.get $out) (global.get $m.double_quote)))

;; The place after so many characters, or the end.
(func $points_end (param $s (ref null $Str)) (param $points i32) (result i32)
  (local $i i32) (local $n i32)
  (local.set $n (call $str_length (local.get $s)))
  (loop $next
    (if (i32.or (i32.ge_u (local.get $i) (local.get $n)) (i32.eqz (local.get $points))) (then (return (local.get $i))))
    (local.set $i (i32.add (local.get $i) (call $point_length (local.get $s) (local.get $i))))
    (local.set $points (i32.sub (local.get $points) (i32.const 1)))
    (br $next))
  (unreachable))

;; 2 where a surrogate pair stands there.
(func $point_length (param $s (ref null $Str)) (param $i i32) (result i32)
  (if (i32.ne (i32.and (call $unit (local.get $s) (local.get $i)) (i32.const 0xfc00)) (i32.const 0xd800)) (then (return (i32.const 1))))
  (if (i32.ge_u (i32.add (local.get $i) (i32.const 1)) (call $str_length (local.get $s))) (then (return (i32.const 1))))
  (i32.add (i32.const 1)
    (i32.eq (i32.and (call $unit (local.get $s) (i32.add (local.get $i) (i32.const 1))) (i32.const 0xfc00)) (i32.const 0xdc00))))

(func $escaped_unit (param $unit i32) (result (ref null $Str))
  (local $letter i32)
  (if (i32.or (i32.eq (local.get $unit) (i32.const 34)) (i32.eq (local.get $unit) (i32.const 92))) (then (local.set $letter (local.get $unit))))
  (if (i32.eq (local.get $unit) (i32.const 10)) (then (local.set $letter (i32.const 110))))
  (if (i32.eq (local.get $unit) (i32.const 13)) (then (local.set $letter (i32.const 114))))
  (if (i32.eq (local.get $unit) (i32.const 9)) (then (local.set $letter (i32.const 116))))
  (if (i32.eqz (local.get $unit)) (then (local.set $letter (i32.const 48))))
  (if (local.get $letter) (then (return (call $str_concat (global.get $m.backslash) (call $unit_string (local.get $letter))))))
  (if (i32.or (i32.lt_u (local.get $unit) (i32.const 32)) (i32.lt_u (i32.sub (local.get $unit) (i32.const 127)) (i32.const 33)))
    (then (return (call $cat3 (global.get $m.u_open) (call $hex (local.get $unit)) (global.get $m.brace)))))
  (call $unit_string (local.get $unit)))

;; Of a number below 256, without leading zeros.
(func $hex (param $n i32) (result (ref null $Str))
  (local $low (ref null $Str)) (local $digit i32)
  (local.set $digit (i32.and (local.get $n) (i32.const 15)))
  (local.set $low (call $unit_string (i32.add (local.get $digit) (select (i32.const 48) (i32.const 87) (i32.lt_u (local.get $digit) (i32.const 10))))))
  (if (i32.lt_u (local.get $n) (i32.const 16)) (then (return (local.get $low))))
  (call $str_concat (call $hex (i32.shr_u (local.get $n) (i32.const 4))) (local.get $low)))
