;; Operators on value types: linear algebra on vectors and rotations, checked arithmetic on money.

(func $as_vec (param $v eqref) (result (ref null $Vec))
  (if (ref.test (ref $Vec) (local.get $v)) (then (return (ref.cast (ref $Vec) (local.get $v)))))
  (ref.null $Vec))

(func $vec_kind (param $v (ref null $Vec)) (result i32)
  (if (ref.is_null (local.get $v)) (then (return (i32.const -1))))
  (struct.get $Vec $kind (local.get $v)))

;; `a op b` where at least one is a value type; operators as in `arith_slow`, 0 is `+`.
(func $value_arith (param $op i32) (param $a eqref) (param $b eqref) (result eqref)
  (local $v (ref null $Vec)) (local $w (ref null $Vec)) (local $kind i32) (local $other i32)
  (if (i32.or (ref.test (ref $Mrk) (local.get $a)) (ref.test (ref $Mrk) (local.get $b)))
    (then (return (call $money (local.get $op) (local.get $a) (local.get $b)))))
  (local.set $v (call $as_vec (local.get $a)))
  (local.set $w (call $as_vec (local.get $b)))
  (local.set $kind (call $vec_kind (local.get $v)))
  (local.set $other (call $vec_kind (local.get $w)))
  (if (i32.and (i32.le_u (local.get $op) (i32.const 1)) (i32.and (i32.eq (local.get $kind) (local.get $other)) (i32.le_u (local.get $kind) (i32.const 1))))
    (then (return (call $vec_add (local.get $v) (local.get $w)
      (select (f64.const -1) (f64.const 1) (local.get $op))))))
  (if (i32.eq (local.get $op) (i32.const 2))
    (then
      (if (i32.and (i32.le_u (local.get $kind) (i32.const 1)) (call $is_number (local.get $b)))
        (then (return (call $vec_scale (local.get $v) (call $unbox_f64 (local.get $b))))))
      (if (i32.and (i32.le_u (local.get $other) (i32.const 1)) (call $is_number (local.get $a)))
        (then (return (call $vec_scale (local.get $w) (call $unbox_f64 (local.get $a))))))
      (if (i32.eq (local.get $kind) (i32.const 2))
        (then
          (if (i32.eq (local.get $other) (i32.const 2)) (then (return (call $quat_mul (local.get $v) (local.get $w)))))
          (if (i32.eq (local.get $other) (i32.const 1)) (then (return (call $quat_rotate (local.get $v) (local.get $w)))))))))
  (if (i32.and (i32.eq (local.get $op) (i32.const 3)) (i32.and (i32.le_u (local.get $kind) (i32.const 1)) (call $is_number (local.get $b))))
    (then (return (call $vec_divide (local.get $v) (call $unbox_f64 (local.get $b))))))
  (call $refuse (i32.const 16) (global.get $m.value_operator) (call $pair (local.get $a) (local.get $b)) (global.get $s.empty))
  (ref.null eq))

;; A component that a Vec2 does not have stays 0.
(func $new_vec (param $kind i32) (param $x f64) (param $y f64) (param $z f64) (param $w f64) (result eqref)
  (struct.new $Vec (local.get $kind) (local.get $x) (local.get $y)
    (select (local.get $z) (f64.const 0) (local.get $kind))
    (select (local.get $w) (f64.const 0) (i32.ge_u (local.get $kind) (i32.const 2)))))

;; `$sign` is 1 or -1: x + -y is x - y.
(func $vec_add (param $v (ref null $Vec)) (param $w (ref null $Vec)) (param $sign f64) (result eqref)
  (call $new_vec (struct.get $Vec $kind (local.get $v))
    (f64.add (struct.get $Vec $x (local.get $v)) (f64.mul (local.get $sign) (struct.get $Vec $x (local.get $w))))
    (f64.add (struct.get $Vec $y (local.get $v)) (f64.mul (local.get $sign) (struct.get $Vec $y (local.get $w))))
    (f64.add (struct.get $Vec $z (local.get $v)) (f64.mul (local.get $sign) (struct.get $Vec $z (local.get $w))))
    (f64.const 0)))

(func $vec_scale (param $v (ref null $Vec)) (param $n f64) (result eqref)
  (call $new_vec (struct.get $Vec $kind (local.get $v)) (f64.mul (struct.get $Vec $x (local.get $v)) (local.get $n))
    (f64.mul (struct.get $Vec $y (local.get $v)) (local.get $n)) (f64.mul (struct.get $Vec $z (local.get $v)) (local.get $n)) (f64.const 0)))

(func $vec_divide (param $v (ref null $Vec)) (param $n f64) (result eqref)
  (call $new_vec (struct.get $Vec $kind (local.get $v)) (f64.div (struct.get $Vec $x (local.get $v)) (local.get $n))
    (f64.div (struct.get $Vec $y (local.get $v)) (local.get $n)) (f64.div (struct.get $Vec $z (local.get $v)) (local.get $n)) (f64.const 0)))

;; The rotation `v` after `w` (Hamilton product).
(func $quat_mul (export "quatMul") (param $v (ref null $Vec)) (param $w (ref null $Vec)) (result eqref)
  (call $new_vec (i32.const 2)
    (f64.sub (f64.add (f64.add (f64.mul (struct.get $Vec $w (local.get $v)) (struct.get $Vec $x (local.get $w))) (f64.mul (struct.get $Vec $x (local.get $v)) (struct.get $Vec $w (local.get $w)))) (f64.mul (struct.get $Vec $y (local.get $v)) (struct.get $Vec $z (local.get $w)))) (f64.mul (struct.get $Vec $z (local.get $v)) (struct.get $Vec $y (local.get $w))))
    (f64.add (f64.add (f64.sub (f64.mul (struct.get $Vec $w (local.get $v)) (struct.get $Vec $y (local.get $w))) (f64.mul (struct.get $Vec $x (local.get $v)) (struct.get $Vec $z (local.get $w)))) (f64.mul (struct.get $Vec $y (local.get $v)) (struct.get $Vec $w (local.get $w)))) (f64.mul (struct.get $Vec $z (local.get $v)) (struct.get $Vec $x (local.get $w))))
    (f64.add (f64.sub (f64.add (f64.mul (struct.get $Vec $w (local.get $v)) (struct.get $Vec $z (local.get $w))) (f64.mul (struct.get $Vec $x (local.get $v)) (struct.get $Vec $y (local.get $w)))) (f64.mul (struct.get $Vec $y (local.get $v)) (struct.get $Vec $x (local.get $w)))) (f64.mul (struct.get $Vec $z (local.get $v)) (struct.get $Vec $w (local.get $w))))
    (f64.sub (f64.sub (f64.sub (f64.mul (struct.get $Vec $w (local.get $v)) (struct.get $Vec $w (local.get $w))) (f64.mul (struct.get $Vec $x (local.get $v)) (struct.get $Vec $x (local.get $w)))) (f64.mul (struct.get $Vec $y (local.get $v)) (struct.get $Vec $y (local.get $w)))) (f64.mul (struct.get $Vec $z (local.get $v)) (struct.get $Vec $z (local.get $w))))))

;; `v` turned by the unit quaternion `q`.
(func $quat_rotate (export "quatRotate") (param $q (ref null $Vec)) (param $v (ref null $Vec)) (result eqref)
  (local $tx f64) (local $ty f64) (local $tz f64)
  (local.set $tx (f64.mul (f64.sub (f64.mul (struct.get $Vec $y (local.get $q)) (struct.get $Vec $z (local.get $v))) (f64.mul (struct.get $Vec $z (local.get $q)) (struct.get $Vec $y (local.get $v)))) (f64.const 2)))
  (local.set $ty (f64.mul (f64.sub (f64.mul (struct.get $Vec $z (local.get $q)) (struct.get $Vec $x (local.get $v))) (f64.mul (struct.get $Vec $x (local.get $q)) (struct.get $Vec $z (local.get $v)))) (f64.const 2)))
  (local.set $tz (f64.mul (f64.sub (f64.mul (struct.get $Vec $x (local.get $q)) (struct.get $Vec $y (local.get $v))) (f64.mul (struct.get $Vec $y (local.get $q)) (struct.get $Vec $x (local.get $v)))) (f64.const 2)))
  (call $new_vec (i32.const 1)
    (f64.add (f64.add (struct.get $Vec $x (local.get $v)) (f64.mul (struct.get $Vec $w (local.get $q)) (local.get $tx))) (f64.sub (f64.mul (struct.get $Vec $y (local.get $q)) (local.get $tz)) (f64.mul (struct.get $Vec $z (local.get $q)) (local.get $ty))))
    (f64.add (f64.add (struct.get $Vec $y (local.get $v)) (f64.mul (struct.get $Vec $w (local.get $q)) (local.get $ty))) (f64.sub (f64.mul (struct.get $Vec $z (local.get $q)) (local.get $tx)) (f64.mul (struct.get $Vec $x (local.get $q)) (local.get $tz))))
    (f64.add (f64.add (struct.get $Vec $z (local.get $v)) (f64.mul (struct.get $Vec $w (local.get $q)) (local.get $tz))) (f64.sub (f64.mul (struct.get $Vec $x (local.get $q)) (local.get $ty)) (f64.mul (struct.get $Vec $y (local.get $q)) (local.get $tx))))
    (f64.const 0)))

;; `-a`
(func $value_negate (param $a eqref) (result eqref)
  (local $v (ref null $Vec))
  (local.set $v (call $as_vec (local.get $a)))
  (if (i32.le_u (call $vec_kind (local.get $v)) (i32.const 1))
    (then (return (call $new_vec (struct.get $Vec $kind (local.get $v)) (f64.neg (struct.get $Vec $x (local.get $v))) (f64.neg (struct.get $Vec $y (local.get $v)))
      (f64.neg (struct.get $Vec $z (local.get $v))) (f64.const 0)))))
  (call $refuse (i32.const 16) (global.get $m.value_operator) (call $brief (local.get $a)) (global.get $s.empty))
  (ref.null eq))

(func $as_mrk (param $v eqref) (result (ref null $Mrk))
  (if (ref.test (ref $Mrk) (local.get $v)) (then (return (ref.cast (ref $Mrk) (local.get $v)))))
  (ref.null $Mrk))

(func $money (param $op i32) (param $a eqref) (param $b eqref) (result eqref)
  (local $m (ref null $Mrk)) (local $n (ref null $Mrk))
  (local.set $m (call $as_mrk (local.get $a)))
  (local.set $n (call $as_mrk (local.get $b)))
  (if (i32.eqz (i32.or (ref.is_null (local.get $m)) (ref.is_null (local.get $n))))
    (then
      (if (i32.eqz (local.get $op)) (then (return (call $mrk_add (local.get $m) (local.get $n)))))
      (if (i32.eq (local.get $op) (i32.const 1)) (then (return (call $mrk_sub (local.get $m) (local.get $n)))))
      (call $refuse (i32.const 16) (global.get $m.value_operator) (global.get $m.two_amounts) (global.get $s.empty))))
  (if (i32.ne (local.get $op) (i32.const 2))
    (then (call $refuse_money (select (result eqref) (local.get $b) (local.get $a) (ref.is_null (local.get $n))))))
  (if (ref.is_null (local.get $n)) (then (return (call $mrk_times (local.get $m) (local.get $b)))))
  (call $mrk_times (local.get $n) (local.get $a)))

(func $refuse_money (param $other eqref)
  (call $refuse (i32.const 21) (global.get $m.mixed_money) (call $brief (local.get $other)) (global.get $m.mixed_money2)))

(func $mrk_add (param $m (ref null $Mrk)) (param $n (ref null $Mrk)) (result eqref)
  (local $sum (ref null $Mrk))
  (local.set $sum (call $mrk_sum (local.get $m) (local.get $n)))
  (if (ref.is_null (local.get $sum)) (then (call $throw_range (global.get $m.mrk_large))))
  (local.get $sum))

;; Null where it is too large.
(func $mrk_sum (param $m (ref null $Mrk)) (param $n (ref null $Mrk)) (result (ref null $Mrk))
  (local $low i64) (local $high i64) (local $carry i64)
  (local.set $low (i64.add (struct.get $Mrk $low (local.get $m)) (struct.get $Mrk $low (local.get $n))))
  (local.set $carry (i64.extend_i32_u (i64.lt_u (local.get $low) (struct.get $Mrk $low (local.get $m)))))
  (local.set $high (i64.add (struct.get $Mrk $high (local.get $m)) (struct.get $Mrk $high (local.get $n))))
  (if (i32.or (i64.lt_u (local.get $high) (struct.get $Mrk $high (local.get $m)))
              (i64.lt_u (i64.add (local.get $high) (local.get $carry)) (local.get $high)))
    (then (return (ref.null $Mrk))))
  (struct.new $Mrk (i64.add (local.get $high) (local.get $carry)) (local.get $low)))

(func $mrk_sub (param $m (ref null $Mrk)) (param $n (ref null $Mrk)) (result eqref)
  (if (i32.lt_s (call $mrk_compare (local.get $m) (local.get $n)) (i32.const 0))
    (then (call $throw_range (call $str_concat
      (call $cat3 (call $to_str (local.get $m)) (global.get $m.minus) (call $to_str (local.get $n))) (global.get $m.below_zero)))))
  (struct.new $Mrk
    (i64.sub (i64.sub (struct.get $Mrk $high (local.get $m)) (struct.get $Mrk $high (local.get $n)))
      (i64.extend_i32_u (i64.lt_u (struct.get $Mrk $low (local.get $m)) (struct.get $Mrk $low (local.get $n)))))
    (i64.sub (struct.get $Mrk $low (local.get $m)) (struct.get $Mrk $low (local.get $n)))))

;; Only whole factors that are not negative.
(func $mrk_times (param $m (ref null $Mrk)) (param $factor eqref) (result eqref)
  (local $x f64)
  (if (i32.eqz (call $is_number (local.get $factor))) (then (call $refuse_money (local.get $factor))))
  (local.set $x (call $unbox_f64 (local.get $factor)))
  (if (i32.eqz (i32.and (f64.eq (f64.trunc (local.get $x)) (local.get $x)) (f64.lt (f64.abs (local.get $x)) (f64.const 3.4e38))))
    (then
      (if (f64.eq (local.get $x) (f64.const -inf)) (then (call $throw_range (global.get $m.mrk_negative))))
      (call $refuse_money (local.get $factor))))
  (if (f64.lt (local.get $x) (f64.const 0)) (then (call $throw_range (global.get $m.mrk_negative))))
  (call $mrk_scale (local.get $m) (local.get $x)))

;; The product with a whole number below 2^128: each half of the factor, the 64-bit pieces one by one.
(func $mrk_scale (param $m (ref null $Mrk)) (param $x f64) (result eqref)
  (local $high i64) (local $low i64) (local $a i64) (local $b i64) (local $h i64)
  (local.set $high (i64.trunc_f64_u (f64.div (local.get $x) (f64.const 0x1p64))))
  (local.set $low (i64.trunc_f64_u (f64.sub (local.get $x) (f64.mul (f64.convert_i64_u (local.get $high)) (f64.const 0x1p64)))))
  (local.set $a (struct.get $Mrk $high (local.get $m)))
  (local.set $b (struct.get $Mrk $low (local.get $m)))
  ;; (a 2^64 + b) (high 2^64 + low)
  (if (i32.or (i32.and (i64.ne (local.get $a) (i64.const 0)) (i64.ne (local.get $high) (i64.const 0)))
        (i32.or (i64.ne (call $mul_high (local.get $a) (local.get $low)) (i64.const 0))
                (i64.ne (call $mul_high (local.get $b) (local.get $high)) (i64.const 0))))
    (then (call $throw_range (global.get $m.mrk_large))))
  (local.set $h (call $mul_high (local.get $b) (local.get $low)))
  (local.set $a (i64.add (i64.mul (local.get $a) (local.get $low)) (i64.mul (local.get $b) (local.get $high))))
  (local.set $h (i64.add (local.get $h) (local.get $a)))
  (if (i64.lt_u (local.get $h) (local.get $a)) (then (call $throw_range (global.get $m.mrk_large))))
  (struct.new $Mrk (local.get $h) (i64.mul (local.get $b) (local.get $low))))

;; The upper half of a product of 64 by 64 bits.
(func $mul_high (export "mulHigh") (param $a i64) (param $b i64) (result i64)
  (local $al i64) (local $ah i64) (local $bl i64) (local $bh i64) (local $m i64) (local $n i64)
  (local.set $al (i64.and (local.get $a) (i64.const 0xffffffff)))
  (local.set $ah (i64.shr_u (local.get $a) (i64.const 32)))
  (local.set $bl (i64.and (local.get $b) (i64.const 0xffffffff)))
  (local.set $bh (i64.shr_u (local.get $b) (i64.const 32)))
  (local.set $m (i64.add (i64.mul (local.get $ah) (local.get $bl)) (i64.shr_u (i64.mul (local.get $al) (local.get $bl)) (i64.const 32))))
  (local.set $n (i64.add (i64.mul (local.get $al) (local.get $bh)) (i64.and (local.get $m) (i64.const 0xffffffff))))
  (i64.add (i64.add (i64.mul (local.get $ah) (local.get $bh)) (i64.shr_u (local.get $m) (i64.const 32)))
    (i64.shr_u (local.get $n) (i64.const 32))))
