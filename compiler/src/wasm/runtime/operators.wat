;; The dynamic operators: ECMAScript's meaning on numbers, strings, objects and value types; other mixes are refused.

;; ToInt32
(func $f64_to_i32 (export "f64_to_i32") (param $x f64) (result i32)
  (local $n i32)
  (local.set $n (i32.trunc_sat_f64_s (local.get $x)))
  (if (f64.eq (f64.convert_i32_s (local.get $n)) (local.get $x)) (then (return (local.get $n))))
  (call $f64_to_i32_slow (local.get $x)))

(func $f64_to_i32_slow (param $x f64) (result i32)
  (local $bits i64) (local $shift i64) (local $m i64)
  (if (f64.lt (f64.abs (local.get $x)) (f64.const 9.2e18)) (then (return (i32.wrap_i64 (i64.trunc_f64_s (local.get $x))))))
  (local.set $bits (i64.reinterpret_f64 (local.get $x)))
  ;; The whole part is 53 bits shifted left by this many.
  (local.set $shift (i64.sub (i64.and (i64.shr_u (local.get $bits) (i64.const 52)) (i64.const 2047)) (i64.const 1075)))
  (if (i64.gt_s (local.get $shift) (i64.const 31)) (then (return (i32.const 0))))
  (local.set $m (i64.shl (i64.or (i64.and (local.get $bits) (i64.const 0xfffffffffffff)) (i64.const 0x10000000000000)) (local.get $shift)))
  (if (i64.lt_s (local.get $bits) (i64.const 0)) (then (local.set $m (i64.sub (i64.const 0) (local.get $m)))))
  (i32.wrap_i64 (local.get $m)))

;; The remainder, exactly, with the sign of the dividend.
(func $f64_rem (export "f64_rem") (param $a f64) (param $b f64) (result f64)
  (local $m i64) (local $n i64)
  (if (i32.and (f64.lt (f64.abs (local.get $a)) (f64.const 9e15)) (f64.lt (f64.abs (local.get $b)) (f64.const 9e15)))
    (then
      (local.set $m (i64.trunc_f64_s (local.get $a)))
      (local.set $n (i64.trunc_f64_s (local.get $b)))
      (if (i32.and (i32.and (f64.eq (f64.convert_i64_s (local.get $m)) (local.get $a)) (f64.eq (f64.convert_i64_s (local.get $n)) (local.get $b)))
                   (i64.ne (local.get $n) (i64.const 0)))
        (then (return (f64.copysign (f64.convert_i64_s (i64.rem_s (local.get $m) (local.get $n))) (local.get $a)))))))
  (call $lib_f64_rem (local.get $a) (local.get $b)))

(func $f64_pow (export "f64_pow") (param $a f64) (param $b f64) (result f64)
  (if (f64.eq (local.get $b) (f64.const 2)) (then (return (f64.mul (local.get $a) (local.get $a)))))
  (call $lib_f64_pow (local.get $a) (local.get $b)))

;; `ToPrimitive`: hints 0 default, 1 number, 2 string.
(func $to_primitive (export "toPrimitive") (param $v eqref) (param $hint i32) (result eqref)
  (local $f eqref)
  (if (i32.eqz (call $is_object (local.get $v))) (then (return (local.get $v))))
  (if (i32.and (ref.test (ref $Mrk) (local.get $v)) (i32.ne (local.get $hint) (i32.const 2))) (then (return (local.get $v))))
  (local.set $f (call $get_method (local.get $v) (global.get $sym.toPrimitive)))
  (if (ref.is_null (local.get $f)) (then (return (call $ordinary_to_primitive (local.get $v) (local.get $hint)))))
  (local.set $f (call $call_1 (local.get $f) (local.get $v)
    (select (result (ref $Str)) (global.get $s.default)
      (select (result (ref $Str)) (global.get $s.number) (global.get $s.string) (i32.eq (local.get $hint) (i32.const 1)))
      (i32.eqz (local.get $hint)))))
  (if (call $is_object (local.get $f)) (then (call $throw_type (global.get $m.to_primitive))))
  (local.get $f))

(func $ordinary_to_primitive (export "ordinaryToPrimitive") (param $v eqref) (param $hint i32) (result eqref)
  (local $result eqref)
  (local.set $result (call $try_primitive (local.get $v)
    (select (result (ref $Str)) (global.get $s.toString) (global.get $s.valueOf) (i32.eq (local.get $hint) (i32.const 2)))))
  (if (i32.eqz (call $is_object (local.get $result))) (then (return (local.get $result))))
  (local.set $result (call $try_primitive (local.get $v)
    (select (result (ref $Str)) (global.get $s.valueOf) (global.get $s.toString) (i32.eq (local.get $hint) (i32.const 2)))))
  (if (call $is_object (local.get $result)) (then (call $throw_type (global.get $m.to_primitive))))
  (local.get $result))

;; What the method yields; the object itself where there is none.
(func $try_primitive (param $v eqref) (param $name (ref null $Str)) (result eqref)
  (local $f eqref)
  (local.set $f (call $get (local.get $v) (local.get $name)))
  (if (i32.eqz (call $is_callable (local.get $f))) (then (return (local.get $v))))
  (call $call_0 (local.get $f) (local.get $v)))

;; `ToNumber`, as built-ins convert.
(func $to_number_std (export "toNumber") (param $v eqref) (result f64)
  (if (call $is_number (local.get $v)) (then (return (call $unbox_f64 (local.get $v)))))
  (if (ref.test (ref $Str) (local.get $v))
    (then (return (call $host_string_to_number (struct.get $Str $ext (ref.cast (ref $Str) (local.get $v)))))))
  (if (i32.or (ref.eq (local.get $v) (global.get $null)) (ref.eq (local.get $v) (global.get $false))) (then (return (f64.const 0))))
  (if (ref.eq (local.get $v) (global.get $true)) (then (return (f64.const 1))))
  (if (ref.test (ref $Sym) (local.get $v)) (then (call $throw_type (global.get $m.symbol_to_number))))
  (if (i32.eqz (call $is_object (local.get $v))) (then (return (f64.const nan))))
  (local.set $v (call $to_primitive (local.get $v) (i32.const 1)))
  (if (call $is_object (local.get $v)) (then (call $refuse (i32.const 21) (global.get $m.mixed_money) (call $brief (local.get $v)) (global.get $m.mixed_money2))))
  (call $to_number_std (local.get $v)))

;; `+a`: converts what plainly has a number in it.
(func $to_number (export "to_number") (param $v eqref) (result f64)
  (if (call $is_number (local.get $v)) (then (return (call $unbox_f64 (local.get $v)))))
  (if (call $is_value_type (local.get $v)) (then (call $refuse_number (local.get $v))))
  (call $to_number_std (local.get $v)))

(func $refuse_number (param $v eqref)
  (call $refuse (i32.const 12) (global.get $s.empty) (call $brief (local.get $v)) (global.get $m.not_a_number)))

;; What `++` and `--` work on.
(func $to_numeric (export "to_numeric") (param $v eqref) (result eqref)
  (if (i32.or (call $is_number (local.get $v)) (call $is_value_type (local.get $v))) (then (return (local.get $v))))
  (call $box_f64 (call $operand_number (local.get $v))))

;; The operand of a unary operator: refused unless it becomes a number as a primitive.
(func $operand_number (param $v eqref) (result f64)
  (if (call $is_number (local.get $v)) (then (return (call $unbox_f64 (local.get $v)))))
  (local.set $v (call $to_primitive (local.get $v) (i32.const 1)))
  (if (i32.eqz (call $is_number (local.get $v)))
    (then
      (call $refuse_symbols (local.get $v) (local.get $v))
      (call $refuse_number (local.get $v))))
  (call $unbox_f64 (local.get $v)))

;; A symbol is no number in ECMAScript either.
(func $refuse_symbols (param $a eqref) (param $b eqref)
  (if (i32.or (ref.test (ref $Sym) (local.get $a)) (ref.test (ref $Sym) (local.get $b)))
    (then (call $throw_type (global.get $m.symbol_to_number)))))

(func $pair (param $a eqref) (param $b eqref) (result (ref null $Str))
  (call $cat3 (call $brief (local.get $a)) (global.get $m.and) (call $brief (local.get $b))))

;; An operand as a primitive or value type.
(func $operand (param $v eqref) (param $hint i32) (result eqref)
  (if (call $is_value_type (local.get $v)) (then (return (local.get $v))))
  (call $to_primitive (local.get $v) (local.get $hint)))

(func $any_add (export "any_add") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (call $box_i32
      (i32.add (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b))))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_f64 (f64.add (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b)))))))
  (if (i32.and (ref.test (ref $Str) (local.get $a)) (ref.test (ref $Str) (local.get $b)))
    (then (return (call $str_concat (ref.cast (ref $Str) (local.get $a)) (ref.cast (ref $Str) (local.get $b))))))
  (call $add_slow (local.get $a) (local.get $b)))

(func $add_slow (param $a eqref) (param $b eqref) (result eqref)
  (local.set $a (call $operand (local.get $a) (i32.const 0)))
  (local.set $b (call $operand (local.get $b) (i32.const 0)))
  (if (i32.or (ref.test (ref $Str) (local.get $a)) (ref.test (ref $Str) (local.get $b)))
    (then (return (call $str_concat (call $to_str (local.get $a)) (call $to_str (local.get $b))))))
  (if (i32.or (call $is_value_type (local.get $a)) (call $is_value_type (local.get $b)))
    (then (return (call $value_arith (i32.const 0) (local.get $a) (local.get $b)))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_f64 (f64.add (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b)))))))
  (call $refuse_symbols (local.get $a) (local.get $b))
  (call $refuse (i32.const 2) (global.get $m.mixed_add) (call $pair (local.get $a) (local.get $b)) (global.get $m.mixed_add2))
  (ref.null eq))

;; What the operands are as numbers, where `arith_slow` yields undefined.
(global $left (mut f64) (f64.const 0))
(global $right (mut f64) (f64.const 0))

;; The other operators where an operand is no number: 1 - 2 * 3 / 4 % 5 ** 6 & 7 | 8 ^ 9 << 10 >> 11 >>>
;; Yields the result, or undefined: then the operands became numbers.
(func $arith_slow (param $op i32) (param $a eqref) (param $b eqref) (result eqref)
  (local.set $a (call $operand (local.get $a) (i32.const 1)))
  (local.set $b (call $operand (local.get $b) (i32.const 1)))
  (if (i32.or (call $is_value_type (local.get $a)) (call $is_value_type (local.get $b)))
    (then (return (call $value_arith (local.get $op) (local.get $a) (local.get $b)))))
  (if (i32.eqz (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b))))
    (then
      (call $refuse_symbols (local.get $a) (local.get $b))
      (call $refuse (i32.const 1) (global.get $m.mixed_arithmetic) (call $pair (local.get $a) (local.get $b)) (global.get $m.mixed_arithmetic2))))
  (global.set $left (call $unbox_f64 (local.get $a)))
  (global.set $right (call $unbox_f64 (local.get $b)))
  (ref.null eq))

(func $any_sub (export "any_sub") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (call $box_i32
      (i32.sub (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b))))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_f64 (f64.sub (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b)))))))
  (local.set $a (call $arith_slow (i32.const 1) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_f64 (f64.sub (global.get $left) (global.get $right))))

(func $any_mul (export "any_mul") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_f64 (f64.mul (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b)))))))
  (local.set $a (call $arith_slow (i32.const 2) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_f64 (f64.mul (global.get $left) (global.get $right))))

(func $any_div (export "any_div") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_f64 (f64.div (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b)))))))
  (local.set $a (call $arith_slow (i32.const 3) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_f64 (f64.div (global.get $left) (global.get $right))))

(func $any_rem (export "any_rem") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_f64 (call $f64_rem (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b)))))))
  (local.set $a (call $arith_slow (i32.const 4) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_f64 (call $f64_rem (global.get $left) (global.get $right))))

(func $any_pow (export "any_pow") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_f64 (call $f64_pow (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b)))))))
  (local.set $a (call $arith_slow (i32.const 5) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_f64 (call $f64_pow (global.get $left) (global.get $right))))

(func $any_and (export "any_and") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (call $box_i32
      (i32.and (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b))))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_i32 (i32.and (call $f64_to_i32 (call $unbox_f64 (local.get $a))) (call $f64_to_i32 (call $unbox_f64 (local.get $b))))))))
  (local.set $a (call $arith_slow (i32.const 6) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_i32 (i32.and (call $f64_to_i32 (global.get $left)) (call $f64_to_i32 (global.get $right)))))

(func $any_or (export "any_or") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (call $box_i32
      (i32.or (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b))))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_i32 (i32.or (call $f64_to_i32 (call $unbox_f64 (local.get $a))) (call $f64_to_i32 (call $unbox_f64 (local.get $b))))))))
  (local.set $a (call $arith_slow (i32.const 7) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_i32 (i32.or (call $f64_to_i32 (global.get $left)) (call $f64_to_i32 (global.get $right)))))

(func $any_xor (export "any_xor") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (call $box_i32
      (i32.xor (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b))))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_i32 (i32.xor (call $f64_to_i32 (call $unbox_f64 (local.get $a))) (call $f64_to_i32 (call $unbox_f64 (local.get $b))))))))
  (local.set $a (call $arith_slow (i32.const 8) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_i32 (i32.xor (call $f64_to_i32 (global.get $left)) (call $f64_to_i32 (global.get $right)))))

(func $any_shl (export "any_shl") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (call $box_i32
      (i32.shl (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b))))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_i32 (i32.shl (call $f64_to_i32 (call $unbox_f64 (local.get $a))) (call $f64_to_i32 (call $unbox_f64 (local.get $b))))))))
  (local.set $a (call $arith_slow (i32.const 9) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_i32 (i32.shl (call $f64_to_i32 (global.get $left)) (call $f64_to_i32 (global.get $right)))))

(func $any_shr (export "any_shr") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (call $box_i32
      (i32.shr_s (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b))))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_i32 (i32.shr_s (call $f64_to_i32 (call $unbox_f64 (local.get $a))) (call $f64_to_i32 (call $unbox_f64 (local.get $b))))))))
  (local.set $a (call $arith_slow (i32.const 10) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_i32 (i32.shr_s (call $f64_to_i32 (global.get $left)) (call $f64_to_i32 (global.get $right)))))

(func $any_ushr (export "any_ushr") (param $a eqref) (param $b eqref) (result eqref)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (call $box_u32
      (i32.shr_u (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b))))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (call $box_u32 (i32.shr_u (call $f64_to_i32 (call $unbox_f64 (local.get $a))) (call $f64_to_i32 (call $unbox_f64 (local.get $b))))))))
  (local.set $a (call $arith_slow (i32.const 11) (local.get $a) (local.get $b)))
  (if (i32.eqz (ref.is_null (local.get $a))) (then (return (local.get $a))))
  (call $box_u32 (i32.shr_u (call $f64_to_i32 (global.get $left)) (call $f64_to_i32 (global.get $right)))))

;; `-a`
(func $any_neg (export "any_neg") (param $v eqref) (result eqref)
  (if (call $is_value_type (local.get $v)) (then (return (call $value_negate (local.get $v)))))
  (call $box_f64 (f64.neg (call $operand_number (local.get $v)))))

;; `~a`
(func $any_bit_not (export "any_bit_not") (param $v eqref) (result eqref)
  (call $box_i32 (i32.xor (i32.const -1) (call $f64_to_i32 (call $operand_number (local.get $v))))))

(func $any_lt (export "any_lt") (param $a eqref) (param $b eqref) (result i32)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (i32.lt_s (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b)))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (f64.lt (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b))))))
  (local.set $a (call $operand (local.get $a) (i32.const 1)))
  (local.set $b (call $operand (local.get $b) (i32.const 1)))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (f64.lt (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b))))))
  (i32.lt_s (call $order (local.get $a) (local.get $b)) (i32.const 0)))

(func $any_le (export "any_le") (param $a eqref) (param $b eqref) (result i32)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (i32.le_s (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b)))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (f64.le (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b))))))
  (local.set $a (call $operand (local.get $a) (i32.const 1)))
  (local.set $b (call $operand (local.get $b) (i32.const 1)))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (f64.le (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b))))))
  (i32.le_s (call $order (local.get $a) (local.get $b)) (i32.const 0)))

(func $any_gt (export "any_gt") (param $a eqref) (param $b eqref) (result i32)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (i32.gt_s (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b)))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (f64.gt (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b))))))
  (local.set $a (call $operand (local.get $a) (i32.const 1)))
  (local.set $b (call $operand (local.get $b) (i32.const 1)))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (f64.gt (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b))))))
  (i32.gt_s (call $order (local.get $a) (local.get $b)) (i32.const 0)))

(func $any_ge (export "any_ge") (param $a eqref) (param $b eqref) (result i32)
  (if (i32.and (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
    (then (return (i32.ge_s (i31.get_s (ref.cast (ref i31) (local.get $a))) (i31.get_s (ref.cast (ref i31) (local.get $b)))))))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (f64.ge (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b))))))
  (local.set $a (call $operand (local.get $a) (i32.const 1)))
  (local.set $b (call $operand (local.get $b) (i32.const 1)))
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (f64.ge (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b))))))
  (i32.ge_s (call $order (local.get $a) (local.get $b)) (i32.const 0)))

;; Which of two primitives that are not both numbers comes first: negative, 0, positive.
(func $order (param $a eqref) (param $b eqref) (result i32)
  (if (i32.and (ref.test (ref $Str) (local.get $a)) (ref.test (ref $Str) (local.get $b)))
    (then (return (call $str_compare (ref.cast (ref $Str) (local.get $a)) (ref.cast (ref $Str) (local.get $b))))))
  (if (i32.and (ref.test (ref $Mrk) (local.get $a)) (ref.test (ref $Mrk) (local.get $b)))
    (then (return (call $mrk_compare (ref.cast (ref $Mrk) (local.get $a)) (ref.cast (ref $Mrk) (local.get $b))))))
  (call $refuse_symbols (local.get $a) (local.get $b))
  (call $refuse (i32.const 3) (global.get $m.mixed_compare) (call $pair (local.get $a) (local.get $b)) (global.get $m.mixed_compare2))
  (i32.const 0))
