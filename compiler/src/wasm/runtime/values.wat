;; Values that are not objects: the marks and constants, boxes of numbers, what kind a value is, truth.

(tag $throw (param eqref))
;; `new.target` for the constructor that is being entered, which takes it and leaves null.
(global $new_target (mut eqref) (ref.null eq))

;; How many calls may still be nested.
(global $depth (mut i32) (i32.const 10000))

(global $null (ref $Odd) (struct.new $Odd (i32.const 0)))
(global $false (ref $Odd) (struct.new $Odd (i32.const 1)))
(global $true (ref $Odd) (struct.new $Odd (i32.const 2)))
;; No element here.
(global $hole (ref $Odd) (struct.new $Odd (i32.const 3)))
;; A variable before its initialisation.
(global $uninit (ref $Odd) (struct.new $Odd (i32.const 4)))
;; A field without a value.
(global $absent (ref $Odd) (struct.new $Odd (i32.const 5)))
;; No argument, no method.
(global $missing (ref $Odd) (struct.new $Odd (i32.const 6)))

(func $box_i32 (export "box_i32") (param $n i32) (result eqref)
  (if (i32.eq (i32.shr_s (i32.shl (local.get $n) (i32.const 1)) (i32.const 1)) (local.get $n))
    (then (return (ref.i31 (local.get $n)))))
  (struct.new $Num (f64.convert_i32_s (local.get $n))))

(func $box_u32 (export "box_u32") (param $n i32) (result eqref)
  (if (i32.lt_u (local.get $n) (i32.const 0x40000000)) (then (return (ref.i31 (local.get $n)))))
  (struct.new $Num (f64.convert_i32_u (local.get $n))))

(func $box_f64 (export "box_f64") (param $x f64) (result eqref)
  (local $n i32)
  (local.set $n (i32.trunc_sat_f64_s (local.get $x)))
  (if (i32.and (f64.eq (f64.convert_i32_s (local.get $n)) (local.get $x))
               (i32.eq (i32.shr_s (i32.shl (local.get $n) (i32.const 1)) (i32.const 1)) (local.get $n)))
    (then
      (if (i32.or (local.get $n) (i64.eqz (i64.reinterpret_f64 (local.get $x))))
        (then (return (ref.i31 (local.get $n)))))))
  (struct.new $Num (local.get $x)))

(func $box_bool (export "box_bool") (param $b i32) (result eqref)
  (select (result (ref $Odd)) (global.get $true) (global.get $false) (local.get $b)))

(func $unbox_f64 (export "unbox_f64") (param $v eqref) (result f64)
  (if (ref.test (ref i31) (local.get $v))
    (then (return (f64.convert_i32_s (i31.get_s (ref.cast (ref i31) (local.get $v)))))))
  (struct.get $Num $value (ref.cast (ref $Num) (local.get $v))))

;; A value in two parts: a number and the mark (an i31), or the value itself, which is no number.
(func $split_number (export "split_number") (param $v eqref) (result f64 eqref)
  (if (ref.test (ref i31) (local.get $v))
    (then (return (f64.convert_i32_s (i31.get_s (ref.cast (ref i31) (local.get $v)))) (ref.i31 (i32.const 0)))))
  (if (ref.test (ref $Num) (local.get $v))
    (then (return (struct.get $Num $value (ref.cast (ref $Num) (local.get $v))) (ref.i31 (i32.const 0)))))
  (f64.const 0)
  (local.get $v))

(func $is_number (export "is_number") (param $v eqref) (result i32)
  (i32.or (ref.test (ref i31) (local.get $v)) (ref.test (ref $Num) (local.get $v))))

(func $is_nullish (export "isNullish") (param $v eqref) (result i32)
  (i32.or (ref.is_null (local.get $v)) (ref.eq (local.get $v) (global.get $null))))

(func $is_bool (param $v eqref) (result i32)
  (i32.or (ref.eq (local.get $v) (global.get $true)) (ref.eq (local.get $v) (global.get $false))))

;; Whether it is `Vec2 Vec3 Quat Color Mrk`: objects that are compared by value.
(func $is_value_type (export "isValueType") (param $v eqref) (result i32)
  (i32.or (ref.test (ref $Vec) (local.get $v)) (ref.test (ref $Mrk) (local.get $v))))

(func $is_object (export "isObject") (param $v eqref) (result i32)
  (i32.or (ref.test (ref $Object) (local.get $v)) (call $is_value_type (local.get $v))))

(func $is_callable (export "isCallable") (param $v eqref) (result i32)
  (i32.or (ref.test (ref $Function) (local.get $v)) (i32.eq (call $box_tag (local.get $v)) (i32.const 27))))

(func $is_array (export "isArray") (param $v eqref) (result i32) (ref.test (ref $Array) (local.get $v)))

;; The tag of an object with something inside, or -1.
(func $box_tag (param $v eqref) (result i32)
  (if (ref.test (ref $Box) (local.get $v)) (then (return (struct.get $Box $tag (ref.cast (ref $Box) (local.get $v))))))
  (i32.const -1))

(func $truthy (export "truthy") (param $v eqref) (result i32)
  (local $x f64)
  (if (ref.is_null (local.get $v)) (then (return (i32.const 0))))
  (if (ref.test (ref i31) (local.get $v))
    (then (return (i32.ne (i31.get_s (ref.cast (ref i31) (local.get $v))) (i32.const 0)))))
  (if (ref.test (ref $Odd) (local.get $v)) (then (return (ref.eq (local.get $v) (global.get $true)))))
  (if (ref.test (ref $Str) (local.get $v))
    (then (return (i32.ne (call $js_length (struct.get $Str $ext (ref.cast (ref $Str) (local.get $v)))) (i32.const 0)))))
  (if (ref.test (ref $Num) (local.get $v))
    (then
      (local.set $x (struct.get $Num $value (ref.cast (ref $Num) (local.get $v))))
      (return (f64.gt (f64.abs (local.get $x)) (f64.const 0)))))
  (i32.const 1))

;; 0 undefined 1 null 2 boolean 3 number 4 string 5 symbol 6 object 7 function 8 Vec2 9 Vec3 10 Quat 11 Color 12 Mrk
(func $kind_of (param $v eqref) (result i32)
  (if (ref.is_null (local.get $v)) (then (return (i32.const 0))))
  (if (ref.eq (local.get $v) (global.get $null)) (then (return (i32.const 1))))
  (if (call $is_bool (local.get $v)) (then (return (i32.const 2))))
  (if (call $is_number (local.get $v)) (then (return (i32.const 3))))
  (if (ref.test (ref $Str) (local.get $v)) (then (return (i32.const 4))))
  (if (ref.test (ref $Sym) (local.get $v)) (then (return (i32.const 5))))
  (if (ref.test (ref $Vec) (local.get $v))
    (then (return (i32.add (i32.const 8) (struct.get $Vec $kind (ref.cast (ref $Vec) (local.get $v)))))))
  (if (ref.test (ref $Mrk) (local.get $v)) (then (return (i32.const 12))))
  (if (ref.test (ref $Odd) (local.get $v)) (then (return (i32.const 0))))
  (select (i32.const 7) (i32.const 6) (call $is_callable (local.get $v))))

(func $typeof (export "typeof") (param $v eqref) (result (ref null $Str))
  (if (call $is_number (local.get $v)) (then (return (global.get $s.number))))
  (if (ref.test (ref $Str) (local.get $v)) (then (return (global.get $s.string))))
  (if (call $is_bool (local.get $v)) (then (return (global.get $s.boolean))))
  (if (ref.is_null (local.get $v)) (then (return (global.get $s.undefined))))
  (if (ref.test (ref $Sym) (local.get $v)) (then (return (global.get $s.symbol))))
  (if (call $is_callable (local.get $v)) (then (return (global.get $s.function))))
  (global.get $s.object))

;; `check.kind`: the numbers are those of the bytecode's `ValueKind`.
(func $check_kind (export "check_kind") (param $kind i32) (param $v eqref) (result i32)
  (block $color (block $quat (block $vec3 (block $vec2 (block $mrk (block $not_nullish (block $value_type (block $tagged
    (block $null (block $undefined (block $symbol (block $function (block $array (block $object
      (br_table $object $array $function $symbol $undefined $null $tagged $tagged $tagged $mrk $vec2 $vec3 $quat $color
        $not_nullish $value_type $tagged $tagged (local.get $kind)))
    (return (call $is_object (local.get $v))))
    (return (ref.test (ref $Array) (local.get $v))))
    (return (call $is_callable (local.get $v))))
    (return (ref.test (ref $Sym) (local.get $v))))
    (return (ref.is_null (local.get $v))))
    (return (ref.eq (local.get $v) (global.get $null))))
    ;; Map 6, Set 7, Promise 8, RegExp 16, Date 17, by the tags of their boxes.
    (return (i32.eq (call $box_tag (local.get $v))
      (select (i32.sub (i32.const 23) (local.get $kind))
        (select (i32.const 12) (i32.add (local.get $kind) (i32.const 2)) (i32.eq (local.get $kind) (i32.const 8)))
        (i32.ge_u (local.get $kind) (i32.const 16))))))
    (return (call $is_value_type (local.get $v))))
    (return (i32.eqz (call $is_nullish (local.get $v)))))
    (return (ref.test (ref $Mrk) (local.get $v))))
    (return (i32.eq (call $kind_of (local.get $v)) (i32.const 8))))
    (return (i32.eq (call $kind_of (local.get $v)) (i32.const 9))))
    (return (i32.eq (call $kind_of (local.get $v)) (i32.const 10))))
  (i32.eq (call $kind_of (local.get $v)) (i32.const 11)))

;; Whether it is an instance of the class of this layout, or of one that extends it.
(func $is_instance (export "is_instance") (param $v eqref) (param $layout (ref null $Layout)) (result i32)
  (local $at (ref null $Layout))
  (if (i32.eqz (ref.test (ref $Object) (local.get $v))) (then (return (i32.const 0))))
  (local.set $at (struct.get $Shape $layout (struct.get $Object $shape (ref.cast (ref $Object) (local.get $v)))))
  (loop $up
    (if (ref.is_null (local.get $at)) (then (return (i32.const 0))))
    (if (ref.eq (local.get $at) (local.get $layout)) (then (return (i32.const 1))))
    (local.set $at (struct.get $Layout $parent (local.get $at)))
    (br $up))
  (unreachable))
