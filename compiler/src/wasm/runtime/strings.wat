;; Strings: around those of `wasm:js-string`, which are sequences of UTF-16 code units.

(type $Units (array (mut i16)))

(func $mk_str (export "str_from_extern") (param $ext externref) (result (ref $Str))
  (struct.new $Str (local.get $ext) (i32.const 0) (ref.null $Str)))

(func $ext (export "str_to_extern") (param $s (ref null $Str)) (result externref) (struct.get $Str $ext (local.get $s)))

(func $str_length (param $s (ref null $Str)) (result i32) (call $js_length (struct.get $Str $ext (local.get $s))))

(func $str_len (export "str_len") (param $s (ref null $Str)) (result f64)
  (f64.convert_i32_u (call $str_length (local.get $s))))

(func $unit (param $s (ref null $Str)) (param $i i32) (result i32)
  (call $js_char_code_at (struct.get $Str $ext (local.get $s)) (local.get $i)))

;; Strings of one unit below 256, made once.
(global $unit_strings (mut (ref null $Any)) (ref.null $Any))

(func $unit_string (export "strFromCode") (param $unit i32) (result (ref null $Str))
  (local $known eqref)
  (if (i32.ge_u (local.get $unit) (i32.const 256)) (then (return (call $mk_str (call $js_from_char_code (local.get $unit))))))
  (if (ref.is_null (global.get $unit_strings))
    (then (global.set $unit_strings (array.new_default $Any (i32.const 256)))))
  (local.set $known (array.get $Any (global.get $unit_strings) (local.get $unit)))
  (if (ref.is_null (local.get $known))
    (then
      (local.set $known (call $mk_str (call $js_from_char_code (local.get $unit))))
      (array.set $Any (global.get $unit_strings) (local.get $unit) (local.get $known))))
  (ref.cast (ref $Str) (local.get $known)))

;; `text.charCodeAt(x)`: -1 where it is no text or the place is not in it.
(func $quick_code_at (export "quick_code_at") (param $v eqref) (param $x f64) (result i32)
  (local $i i32) (local $ext externref)
  (if (i32.eqz (ref.test (ref $Str) (local.get $v))) (then (return (i32.const -1))))
  (local.set $ext (struct.get $Str $ext (ref.cast (ref $Str) (local.get $v))))
  (local.set $i (i32.trunc_sat_f64_s (local.get $x)))
  (if (f64.ne (f64.convert_i32_s (local.get $i)) (local.get $x)) (then (return (i32.const -1))))
  (if (i32.ge_u (local.get $i) (call $js_length (local.get $ext))) (then (return (i32.const -1))))
  (call $js_char_code_at (local.get $ext) (local.get $i)))

;; `text.charAt(x)`: null likewise.
(func (export "quick_char_at") (param $v eqref) (param $x f64) (result eqref)
  (local $unit i32)
  (local.set $unit (call $quick_code_at (local.get $v) (local.get $x)))
  (if (i32.lt_s (local.get $unit) (i32.const 0)) (then (return (ref.null eq))))
  (call $unit_string (local.get $unit)))

(func $substr (param $s (ref null $Str)) (param $from i32) (param $to i32) (result (ref null $Str))
  (if (i32.eq (i32.sub (local.get $to) (local.get $from)) (i32.const 1))
    (then (return (call $unit_string (call $unit (local.get $s) (local.get $from))))))
  (call $mk_str (call $js_substring (struct.get $Str $ext (local.get $s)) (local.get $from) (local.get $to))))

(func $str_concat (export "str_concat") (param $a (ref null $Str)) (param $b (ref null $Str)) (result (ref null $Str))
  (local $x externref) (local $y externref) (local $m i32) (local $n i32)
  (local.set $x (struct.get $Str $ext (local.get $a)))
  (local.set $y (struct.get $Str $ext (local.get $b)))
  (local.set $m (call $js_length (local.get $x)))
  (if (i32.eqz (local.get $m)) (then (return (local.get $b))))
  (local.set $n (call $js_length (local.get $y)))
  (if (i32.eqz (local.get $n)) (then (return (local.get $a))))
  (if (i32.gt_u (i32.add (local.get $m) (local.get $n)) (i32.const 536870888)) (then (call $string_too_long)))
  (call $mk_str (call $js_concat (local.get $x) (local.get $y))))

(func $string_too_long (call $throw_range (global.get $m.string_length)))

(func $str_eq (export "str_eq") (param $a (ref null $Str)) (param $b (ref null $Str)) (result i32)
  (if (ref.eq (local.get $a) (local.get $b)) (then (return (i32.const 1))))
  (if (i32.or (ref.is_null (local.get $a)) (ref.is_null (local.get $b))) (then (return (i32.const 0))))
  (call $equal_texts (ref.as_non_null (local.get $a)) (ref.as_non_null (local.get $b))))

(func $equal_texts (param $a (ref $Str)) (param $b (ref $Str)) (result i32)
  (local $x externref) (local $y externref) (local $n i32)
  (local.set $x (struct.get $Str $ext (local.get $a)))
  (local.set $y (struct.get $Str $ext (local.get $b)))
  (local.set $n (call $js_length (local.get $x)))
  (if (i32.ne (local.get $n) (call $js_length (local.get $y))) (then (return (i32.const 0))))
  (if (i32.eq (local.get $n) (i32.const 1))
    (then (return (i32.eq (call $js_char_code_at (local.get $x) (i32.const 0)) (call $js_char_code_at (local.get $y) (i32.const 0))))))
  (call $js_equals (local.get $x) (local.get $y)))

(func $str_compare (param $a (ref null $Str)) (param $b (ref null $Str)) (result i32)
  (call $js_compare (struct.get $Str $ext (local.get $a)) (struct.get $Str $ext (local.get $b))))

(func $str_lt (export "str_lt") (param $a (ref null $Str)) (param $b (ref null $Str)) (result i32)
  (i32.lt_s (call $str_compare (local.get $a) (local.get $b)) (i32.const 0)))

(func $cat3 (param $a (ref null $Str)) (param $b (ref null $Str)) (param $c (ref null $Str)) (result (ref null $Str))
  (call $str_concat (call $str_concat (local.get $a) (local.get $b)) (local.get $c)))

;; The decimal text of a whole number.
(func $i32_to_str (param $n i32) (result (ref null $Str))
  (local $units (ref null $Units)) (local $at i32) (local $rest i32)
  (if (i32.lt_u (local.get $n) (i32.const 10))
    (then (return (call $unit_string (i32.add (local.get $n) (i32.const 48))))))
  (local.set $units (array.new_default $Units (i32.const 11)))
  (local.set $at (i32.const 11))
  (local.set $rest (select (i32.sub (i32.const 0) (local.get $n)) (local.get $n) (i32.lt_s (local.get $n) (i32.const 0))))
  (loop $digit
    (local.set $at (i32.sub (local.get $at) (i32.const 1)))
    (array.set $Units (local.get $units) (local.get $at)
      (i32.add (i32.const 48) (i32.rem_u (local.get $rest) (i32.const 10))))
    (local.set $rest (i32.div_u (local.get $rest) (i32.const 10)))
    (br_if $digit (local.get $rest)))
  (if (i32.lt_s (local.get $n) (i32.const 0))
    (then
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (array.set $Units (local.get $units) (local.get $at) (i32.const 45))))
  (call $mk_str (call $js_from_char_code_array (local.get $units) (local.get $at) (i32.const 11))))

(func $f64_to_str (param $x f64) (result (ref null $Str))
  (local $n i32)
  (local.set $n (i32.trunc_sat_f64_s (local.get $x)))
  (if (f64.eq (f64.convert_i32_s (local.get $n)) (local.get $x)) (then (return (call $i32_to_str (local.get $n)))))
  (call $mk_str (call $host_number_to_string (local.get $x))))

(func $number_to_str (param $v eqref) (result (ref null $Str))
  (if (ref.test (ref i31) (local.get $v))
    (then (return (call $i32_to_str (i31.get_s (ref.cast (ref i31) (local.get $v)))))))
  (call $f64_to_str (call $unbox_f64 (local.get $v))))

;; `ToString`.
(func $to_str (export "to_str") (param $v eqref) (result (ref null $Str))
  (if (ref.test (ref $Str) (local.get $v)) (then (return (ref.cast (ref $Str) (local.get $v)))))
  (if (call $is_number (local.get $v)) (then (return (call $number_to_str (local.get $v)))))
  (call $to_str_slow (local.get $v)))

(func $to_str_slow (param $v eqref) (result (ref null $Str))
  (if (i32.or (ref.is_null (local.get $v)) (ref.test (ref $Odd) (local.get $v))) (then (return (call $odd_text (local.get $v)))))
  (if (ref.test (ref $Sym) (local.get $v)) (then (call $throw_type (global.get $m.symbol_to_string))))
  (call $to_str (call $to_primitive (local.get $v) (i32.const 2))))

;; The text of undefined, null or a truth value.
(func $odd_text (export "primitiveText") (param $v eqref) (result (ref null $Str))
  (if (ref.eq (local.get $v) (global.get $null)) (then (return (global.get $s.null))))
  (if (ref.eq (local.get $v) (global.get $true)) (then (return (global.get $s.true))))
  (if (ref.eq (local.get $v) (global.get $false)) (then (return (global.get $s.false))))
  (global.get $s.undefined))

;; A string whose content is that of `$v`, an own or primitive string; null where it is none.
(func $as_str (param $v eqref) (result (ref null $Str))
  (if (ref.test (ref $Str) (local.get $v)) (then (return (ref.cast (ref $Str) (local.get $v)))))
  (ref.null $Str))
