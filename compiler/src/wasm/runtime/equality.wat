;; Equality: `===`, `==`, SameValue, SameValueZero, and hashes that agree with them; `instanceof`.

(func $strict_eq (export "strict_eq") (param $a eqref) (param $b eqref) (result i32)
  (if (ref.eq (local.get $a) (local.get $b))
    (then
      ;; NaN alone is not itself.
      (if (ref.test (ref $Num) (local.get $a))
        (then (return (f64.eq (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $a))))))
      (return (i32.const 1))))
  (if (i32.or (ref.is_null (local.get $a)) (ref.is_null (local.get $b))) (then (return (i32.const 0))))
  (call $equal_cells (local.get $a) (local.get $b)))

;; Numbers in boxes, strings and value types, by content.
(func $equal_cells (param $a eqref) (param $b eqref) (result i32)
  (if (ref.test (ref $Str) (local.get $a))
    (then
      (if (ref.test (ref $Str) (local.get $b))
        (then (return (call $equal_texts (ref.cast (ref $Str) (local.get $a)) (ref.cast (ref $Str) (local.get $b))))))
      (return (i32.const 0))))
  (if (call $is_number (local.get $a))
    (then
      ;; -0 is boxed and 0 is not.
      (if (call $is_number (local.get $b)) (then (return (f64.eq (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b))))))
      (return (i32.const 0))))
  (if (ref.test (ref $Vec) (local.get $a)) (then (return (call $equal_vecs (local.get $a) (local.get $b) (i32.const 0)))))
  (if (ref.test (ref $Mrk) (local.get $a)) (then (return (call $equal_mrks (local.get $a) (local.get $b)))))
  (i32.const 0))

;; Component by component; with `$nan`, NaN equals itself.
(func $equal_vecs (param $v eqref) (param $w eqref) (param $nan i32) (result i32)
  (local $a (ref null $Vec)) (local $b (ref null $Vec))
  (if (i32.eqz (ref.test (ref $Vec) (local.get $w))) (then (return (i32.const 0))))
  (local.set $a (ref.cast (ref $Vec) (local.get $v)))
  (local.set $b (ref.cast (ref $Vec) (local.get $w)))
  (if (i32.ne (struct.get $Vec $kind (local.get $a)) (struct.get $Vec $kind (local.get $b))) (then (return (i32.const 0))))
  (i32.and
    (i32.and (call $equal_f64 (struct.get $Vec $x (local.get $a)) (struct.get $Vec $x (local.get $b)) (local.get $nan))
             (call $equal_f64 (struct.get $Vec $y (local.get $a)) (struct.get $Vec $y (local.get $b)) (local.get $nan)))
    (i32.and (call $equal_f64 (struct.get $Vec $z (local.get $a)) (struct.get $Vec $z (local.get $b)) (local.get $nan))
             (call $equal_f64 (struct.get $Vec $w (local.get $a)) (struct.get $Vec $w (local.get $b)) (local.get $nan)))))

(func $equal_f64 (param $x f64) (param $y f64) (param $nan i32) (result i32)
  (i32.or (f64.eq (local.get $x) (local.get $y))
    (i32.and (local.get $nan) (i32.and (f64.ne (local.get $x) (local.get $x)) (f64.ne (local.get $y) (local.get $y))))))

(func $equal_mrks (param $a eqref) (param $b eqref) (result i32)
  (if (i32.eqz (ref.test (ref $Mrk) (local.get $b))) (then (return (i32.const 0))))
  (i32.eqz (call $mrk_compare (ref.cast (ref $Mrk) (local.get $a)) (ref.cast (ref $Mrk) (local.get $b)))))

(func $mrk_compare (param $a (ref null $Mrk)) (param $b (ref null $Mrk)) (result i32)
  (if (i64.ne (struct.get $Mrk $high (local.get $a)) (struct.get $Mrk $high (local.get $b)))
    (then (return (select (i32.const -1) (i32.const 1)
      (i64.lt_u (struct.get $Mrk $high (local.get $a)) (struct.get $Mrk $high (local.get $b)))))))
  (i32.sub (i64.gt_u (struct.get $Mrk $low (local.get $a)) (struct.get $Mrk $low (local.get $b)))
           (i64.lt_u (struct.get $Mrk $low (local.get $a)) (struct.get $Mrk $low (local.get $b)))))

;; `===`, but NaN equals itself.
(func $same_value_zero (export "sameValueZero") (param $a eqref) (param $b eqref) (result i32)
  (if (ref.eq (local.get $a) (local.get $b)) (then (return (i32.const 1))))
  (if (i32.and (ref.test (ref $Num) (local.get $a)) (ref.test (ref $Num) (local.get $b)))
    (then (return (call $equal_f64 (call $unbox_f64 (local.get $a)) (call $unbox_f64 (local.get $b)) (i32.const 1)))))
  (if (ref.test (ref $Vec) (local.get $a)) (then (return (call $equal_vecs (local.get $a) (local.get $b) (i32.const 1)))))
  (call $strict_eq (local.get $a) (local.get $b)))

(func $same_value (export "sameValue") (param $a eqref) (param $b eqref) (result i32)
  ;; Numbers of one form: only -0 and 0 are told apart here that are not there.
  (if (i32.and (call $is_number (local.get $a)) (call $is_number (local.get $b)))
    (then (return (i32.and (i32.eq (ref.test (ref i31) (local.get $a)) (ref.test (ref i31) (local.get $b)))
      (call $same_value_zero (local.get $a) (local.get $b))))))
  (call $same_value_zero (local.get $a) (local.get $b)))

;; `==` where both have one type or one is undefined or null.
(func $loose_eq (export "loose_eq") (param $a eqref) (param $b eqref) (result i32)
  (if (i32.or (call $is_nullish (local.get $a)) (call $is_nullish (local.get $b)))
    (then (return (i32.and (call $is_nullish (local.get $a)) (call $is_nullish (local.get $b))))))
  (if (i32.or (i32.and (call $is_object (local.get $a)) (call $is_object (local.get $b)))
              (i32.eq (call $kind_of (local.get $a)) (call $kind_of (local.get $b))))
    (then (return (call $strict_eq (local.get $a) (local.get $b)))))
  (call $refuse (i32.const 4) (global.get $m.loose) (call $pair (local.get $a) (local.get $b)) (global.get $m.loose2))
  (i32.const 0))

(func $mix (param $x i64) (result i32)
  (local.set $x (i64.mul (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 32))) (i64.const 0x9e3779b97f4a7c15)))
  (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 33))))

(func $hash_f64 (param $x f64) (result i32)
  (if (f64.ne (local.get $x) (local.get $x)) (then (return (i32.const 7))))
  ;; -0 hashes as 0 does.
  (call $mix (i64.reinterpret_f64 (f64.add (local.get $x) (f64.const 0)))))

;; Equal by SameValueZero, equal hashes; from 0 to 2^31 - 1.
(func $hash_of (param $v eqref) (result i32)
  (if (ref.test (ref $Str) (local.get $v))
    (then (return (i32.and (i32.const 0x7fffffff) (call $hash_str (ref.cast (ref $Str) (local.get $v)))))))
  (if (call $is_number (local.get $v)) (then (return (call $hash_f64 (call $unbox_f64 (local.get $v))))))
  (if (ref.is_null (local.get $v)) (then (return (i32.const 1))))
  (if (ref.test (ref $Odd) (local.get $v)) (then (return (i32.add (i32.const 2) (struct.get $Odd $kind (ref.cast (ref $Odd) (local.get $v)))))))
  (if (ref.test (ref $Sym) (local.get $v))
    (then (return (i32.and (i32.const 0x7fffffff) (struct.get $Sym $hash (ref.cast (ref $Sym) (local.get $v)))))))
  (if (ref.test (ref $Object) (local.get $v)) (then (return (call $identity_hash (ref.cast (ref $Object) (local.get $v))))))
  (call $hash_value_type (local.get $v)))

(func $hash_value_type (param $v eqref) (result i32)
  (local $vec (ref null $Vec))
  (if (ref.test (ref $Mrk) (local.get $v))
    (then (return (call $mix (i64.xor (struct.get $Mrk $low (ref.cast (ref $Mrk) (local.get $v)))
      (struct.get $Mrk $high (ref.cast (ref $Mrk) (local.get $v))))))))
  (local.set $vec (ref.cast (ref $Vec) (local.get $v)))
  (i32.and (i32.const 0x7fffffff)
    (i32.add (call $hash_f64 (struct.get $Vec $x (local.get $vec)))
      (i32.add (i32.mul (i32.const 3) (call $hash_f64 (struct.get $Vec $y (local.get $vec))))
        (i32.add (i32.mul (i32.const 5) (call $hash_f64 (struct.get $Vec $z (local.get $vec))))
                 (i32.mul (i32.const 7) (call $hash_f64 (struct.get $Vec $w (local.get $vec)))))))))

;; The name under which an object's identity hash is among its properties, made when it is first asked for.
(global $identity_key (mut eqref) (ref.null eq))
(global $identity_count (mut i32) (i32.const 0))

(func $identity_hash (param $o (ref null $Object)) (result i32)
  (local $i i32)
  (if (ref.is_null (global.get $identity_key)) (then (global.set $identity_key (call $new_private_name (ref.null $Str)))))
  (local.set $i (call $shape_find (struct.get $Object $shape (local.get $o)) (global.get $identity_key)))
  (if (i32.ge_s (local.get $i) (i32.const 0))
    (then (return (i31.get_u (ref.cast (ref i31)
      (array.get $Any (struct.get $Object $slots (local.get $o)) (call $place_at (local.get $o) (local.get $i))))))))
  (global.set $identity_count (i32.add (global.get $identity_count) (i32.const 1)))
  (local.set $i (i32.and (i32.const 0x3fffffff) (call $mix (i64.extend_i32_u (global.get $identity_count)))))
  (call $add_property (local.get $o) (global.get $identity_key) (ref.i31 (local.get $i)) (i32.const 0))
  (local.get $i))

(func $instance_of (export "instance_of") (param $v eqref) (param $class eqref) (result i32)
  (local $f eqref)
  (if (i32.eqz (call $is_object (local.get $class))) (then (call $throw_type (global.get $m.instanceof_object))))
  (local.set $f (call $get_method (local.get $class) (global.get $sym.hasInstance)))
  (if (i32.eqz (ref.is_null (local.get $f)))
    (then
      (if (i32.eqz (i32.and (call $is_callable (local.get $class)) (call $is_built_in (local.get $f))))
        (then (return (call $truthy (call $call_1 (local.get $f) (local.get $class) (local.get $v))))))))
  (if (i32.eqz (call $is_callable (local.get $class))) (then (call $throw_type (global.get $m.instanceof_callable))))
  (call $ordinary_has_instance (local.get $class) (local.get $v)))

(func $is_built_in (param $f eqref) (result i32)
  (if (ref.test (ref $Function) (local.get $f))
    (then (return (i32.and (i32.const 1) (i32.shr_u (struct.get $Info $flags (struct.get $Function $info (ref.cast (ref $Function) (local.get $f))))
      (i32.const 2))))))
  (i32.const 0))

(func $ordinary_has_instance (export "ordinaryHasInstance") (param $class eqref) (param $v eqref) (result i32)
  (local $p eqref) (local $at (ref null $Object))
  (if (i32.eq (call $box_tag (local.get $class)) (i32.const 27))
    (then (return (call $instance_of (local.get $v)
      (array.get $Any (ref.cast (ref $Any) (call $box_data (local.get $class))) (i32.const 0))))))
  (if (i32.eqz (call $is_callable (local.get $class))) (then (return (i32.const 0))))
  (if (i32.eqz (call $is_object (local.get $v))) (then (return (i32.const 0))))
  (local.set $p (call $get (local.get $class) (global.get $s.prototype)))
  (if (i32.eqz (ref.test (ref $Object) (local.get $p))) (then (call $throw_type (global.get $m.non_object_prototype))))
  (local.set $at (call $proto_of (local.get $v)))
  (block $end
    (loop $up
      (br_if $end (ref.is_null (local.get $at)))
      (if (ref.eq (local.get $at) (local.get $p)) (then (return (i32.const 1))))
      (local.set $at (call $proto (local.get $at)))
      (br $up)))
  (i32.const 0))

;; The prototype of an object or primitive.
(func $proto_of (param $v eqref) (result (ref null $Object))
  (if (ref.test (ref $Object) (local.get $v)) (then (return (call $proto (ref.cast (ref $Object) (local.get $v))))))
  (call $proto_of_primitive (local.get $v)))
