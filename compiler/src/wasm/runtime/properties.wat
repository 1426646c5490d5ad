;; Own properties of objects, and finding them along the prototypes: no script runs but getters in `get`.

(func $call_field_get (param $o (ref null $Object)) (param $field i32) (result eqref)
  (if (ref.is_null (struct.get $Shape $layout (struct.get $Object $shape (local.get $o))))
    (then (return (call $namespace_value (local.get $o) (local.get $field)))))
  (call_indirect $code (type $field_get) (local.get $o) (local.get $field)
    (struct.get $Layout $get (struct.get $Shape $layout (struct.get $Object $shape (local.get $o))))))

(func $call_field_set (param $o (ref null $Object)) (param $field i32) (param $value eqref)
  (call_indirect $code (type $field_set) (local.get $o) (local.get $field) (local.get $value)
    (struct.get $Layout $set (struct.get $Shape $layout (struct.get $Object $shape (local.get $o))))))

(func $flags_at (param $o (ref null $Object)) (param $i i32) (result i32)
  (array.get_u $Bytes (struct.get $Shape $flags (struct.get $Object $shape (local.get $o))) (local.get $i)))

(func $place_at (param $o (ref null $Object)) (param $i i32) (result i32)
  (array.get $Ints (struct.get $Shape $places (struct.get $Object $shape (local.get $o))) (local.get $i)))

;; What the property at a place of the object's shape holds: $absent where it is a field without a value, which is not there.
(func $value_at (param $o (ref null $Object)) (param $i i32) (result eqref)
  (local $value eqref)
  (if (i32.and (call $flags_at (local.get $o) (local.get $i)) (i32.const 16))
    (then
      (local.set $value (call $call_field_get (local.get $o) (call $place_at (local.get $o) (local.get $i))))
      (if (ref.eq (local.get $value) (global.get $absent))
        (then
          (if (i32.and (call $flags_at (local.get $o) (local.get $i)) (i32.const 32)) (then (return (ref.null eq))))))
      (return (local.get $value))))
  (array.get $Any (struct.get $Object $slots (local.get $o)) (call $place_at (local.get $o) (local.get $i))))

;; The own property: its value (or $Accessor) and flags; flags -1: there is none.
(func $own (param $o (ref null $Object)) (param $key eqref) (result eqref i32)
  (local $s (ref null $Shape)) (local $i i32) (local $value eqref)
  (local.set $s (struct.get $Object $shape (local.get $o)))
  (if (i32.and (struct.get $Shape $bits (local.get $s)) (i32.const 32))
    (then
      (if (call $is_lazy_key (local.get $key))
        (then (call $materialise (local.get $o)) (local.set $s (struct.get $Object $shape (local.get $o)))))))
  (local.set $i (call $shape_find (local.get $s) (local.get $key)))
  (if (i32.ge_s (local.get $i) (i32.const 0))
    (then
      (local.set $value (call $value_at (local.get $o) (local.get $i)))
      (if (ref.eq (local.get $value) (global.get $absent)) (then (return (ref.null eq) (i32.const -1))))
      (return (local.get $value) (call $flags_at (local.get $o) (local.get $i)))))
  (if (ref.test (ref $Array) (local.get $o))
    (then (return (call $own_of_array (ref.cast (ref $Array) (local.get $o)) (local.get $key)))))
  (if (ref.test (ref $Typed) (local.get $o))
    (then (return (call $own_of_typed (ref.cast (ref $Typed) (local.get $o)) (local.get $key)))))
  (if (i32.eq (call $box_tag (local.get $o)) (i32.const 4))
    (then (return (call $own_of_string (call $box_data (local.get $o)) (local.get $key)))))
  (return (ref.null eq) (i32.const -1)))

(func $box_data (export "boxData") (param $v eqref) (result eqref)
  (struct.get $Box $data (ref.cast (ref $Box) (local.get $v))))

(func $own_flags (param $o (ref null $Object)) (param $key eqref) (result i32)
  (local $flags i32)
  (call $own (local.get $o) (local.get $key))
  (local.set $flags)
  (drop)
  (local.get $flags))

(func $own_of_array (param $a (ref $Array)) (param $key eqref) (result eqref i32)
  (local $i i32) (local $value eqref)
  (if (ref.eq (local.get $key) (global.get $s.length))
    (then (return (call $box_u32 (struct.get $Array $length (local.get $a)))
      (i32.eqz (i32.and (call $bits_of (local.get $a)) (i32.const 16))))))
  (local.set $i (call $array_index (local.get $key)))
  (if (i32.lt_u (local.get $i) (array.len (struct.get $Array $elems (local.get $a))))
    (then
      (local.set $value (array.get $Any (struct.get $Array $elems (local.get $a)) (local.get $i)))
      (if (i32.eqz (ref.eq (local.get $value) (global.get $hole))) (then (return (local.get $value) (i32.const 7))))))
  (return (ref.null eq) (i32.const -1)))

;; Of a String object, as of a string.
(func $own_of_string (param $v eqref) (param $key eqref) (result eqref i32)
  (local $s (ref null $Str)) (local $i i32)
  (local.set $s (call $as_str (local.get $v)))
  (if (i32.eqz (ref.is_null (local.get $s)))
    (then
      (if (ref.eq (local.get $key) (global.get $s.length))
        (then (return (call $box_i32 (call $str_length (local.get $s))) (i32.const 0))))
      (local.set $i (call $array_index (local.get $key)))
      (if (i32.lt_u (local.get $i) (call $str_length (local.get $s)))
        (then (return (call $unit_string (call $unit (local.get $s) (local.get $i))) (i32.const 2))))))
  (return (ref.null eq) (i32.const -1)))

;; The component of a vector, quaternion or colour that the key names; $absent where it names none.
(func $component (param $v eqref) (param $key eqref) (result eqref)
  (local $vec (ref null $Vec)) (local $kind i32)
  (local.set $vec (ref.cast (ref $Vec) (local.get $v)))
  (local.set $kind (struct.get $Vec $kind (local.get $vec)))
  (if (i32.eq (local.get $kind) (i32.const 3))
    (then
      (if (ref.eq (local.get $key) (global.get $s.r)) (then (return (call $box_f64 (struct.get $Vec $x (local.get $vec))))))
      (if (ref.eq (local.get $key) (global.get $s.g)) (then (return (call $box_f64 (struct.get $Vec $y (local.get $vec))))))
      (if (ref.eq (local.get $key) (global.get $s.b)) (then (return (call $box_f64 (struct.get $Vec $z (local.get $vec))))))
      (if (ref.eq (local.get $key) (global.get $s.a)) (then (return (call $box_f64 (struct.get $Vec $w (local.get $vec))))))
      (return (global.get $absent))))
  (if (ref.eq (local.get $key) (global.get $s.x)) (then (return (call $box_f64 (struct.get $Vec $x (local.get $vec))))))
  (if (ref.eq (local.get $key) (global.get $s.y)) (then (return (call $box_f64 (struct.get $Vec $y (local.get $vec))))))
  (if (i32.and (i32.ge_u (local.get $kind) (i32.const 1)) (ref.eq (local.get $key) (global.get $s.z)))
    (then (return (call $box_f64 (struct.get $Vec $z (local.get $vec))))))
  (if (i32.and (i32.eq (local.get $kind) (i32.const 2)) (ref.eq (local.get $key) (global.get $s.w)))
    (then (return (call $box_f64 (struct.get $Vec $w (local.get $vec))))))
  (global.get $absent))

;; The property, from this object up: its holder (null: nowhere), value (or $Accessor) and flags.
(func $find (param $at (ref null $Object)) (param $key eqref) (result (ref null $Object) eqref i32)
  (local $value eqref) (local $flags i32)
  (block $nowhere
    (loop $up
      (br_if $nowhere (ref.is_null (local.get $at)))
      (call $own (local.get $at) (local.get $key))
      (local.set $flags)
      (local.set $value)
      (if (i32.ge_s (local.get $flags) (i32.const 0)) (then (return (local.get $at) (local.get $value) (local.get $flags))))
      (br_if $nowhere (call $is_element (local.get $at) (local.get $key)))
      (local.set $at (call $proto (local.get $at)))
      (br $up)))
  (return (ref.null $Object) (ref.null eq) (i32.const -1)))

;; Where the properties of a primitive are: its prototype. Null for undefined and null.
(func $proto_of_primitive (param $v eqref) (result (ref null $Object))
  (if (ref.test (ref $Str) (local.get $v)) (then (return (global.get $String.prototype))))
  (if (call $is_number (local.get $v)) (then (return (global.get $Number.prototype))))
  (if (call $is_bool (local.get $v)) (then (return (global.get $Boolean.prototype))))
  (if (ref.test (ref $Sym) (local.get $v)) (then (return (global.get $Symbol.prototype))))
  (if (ref.test (ref $Vec) (local.get $v)) (then (return (call $proto_of_vec (ref.cast (ref $Vec) (local.get $v))))))
  (if (ref.test (ref $Mrk) (local.get $v)) (then (return (global.get $Mrk.prototype))))
  (ref.null $Object))

;; The prototypes of vectors, quaternions and colours, once one was made.
(global $vec_prototypes (mut (ref null $Any)) (ref.null $Any))

(func $proto_of_vec (param $v (ref $Vec)) (result (ref null $Object))
  (ref.cast (ref null $Object) (array.get $Any (global.get $vec_prototypes) (struct.get $Vec $kind (local.get $v)))))

;; The first way to such a value: only who goes it needs the prototypes.
(func (export "vecNew") (param $kind i32) (param $x f64) (param $y f64) (param $z f64) (param $w f64) (result eqref)
  (if (ref.is_null (global.get $vec_prototypes))
    (then (global.set $vec_prototypes (array.new_fixed $Any 4 (global.get $Vec2.prototype) (global.get $Vec3.prototype)
      (global.get $Quat.prototype) (global.get $Color.prototype)))))
  (call $new_vec (local.get $kind) (local.get $x) (local.get $y) (local.get $z) (local.get $w)))

;; Where the look-up of a property of a value starts.
(func $start_of (param $v eqref) (result (ref null $Object))
  (if (ref.test (ref $Object) (local.get $v)) (then (return (ref.cast (ref $Object) (local.get $v)))))
  (call $proto_of_primitive (local.get $v)))

;; `target[key]` for a key that is one.
(func $get (export "get_key") (param $target eqref) (param $key eqref) (result eqref)
  (call $get_for (local.get $target) (local.get $key) (local.get $target)))

(func $get_for (param $target eqref) (param $key eqref) (param $receiver eqref) (result eqref)
  (local $holder (ref null $Object)) (local $value eqref) (local $flags i32)
  (if (i32.eqz (ref.test (ref $Object) (local.get $target)))
    (then
      (local.set $value (call $own_of_primitive (local.get $target) (local.get $key)))
      (if (i32.eqz (ref.eq (local.get $value) (global.get $absent))) (then (return (local.get $value))))))
  (call $find (call $start_of (local.get $target)) (local.get $key))
  (local.set $flags)
  (local.set $value)
  (local.set $holder)
  (if (ref.is_null (local.get $holder)) (then (return (call $get_missing (local.get $target) (local.get $key)))))
  (call $read (local.get $holder) (local.get $key) (local.get $value) (local.get $flags) (local.get $receiver)))

;; What a primitive has by itself: $absent where that is nothing. Throws for undefined and null.
(func $own_of_primitive (param $v eqref) (param $key eqref) (result eqref)
  (local $value eqref) (local $flags i32)
  (if (ref.test (ref $Str) (local.get $v))
    (then
      (call $own_of_string (local.get $v) (local.get $key))
      (local.set $flags)
      (local.set $value)
      (return (select (result eqref) (local.get $value) (global.get $absent) (i32.ge_s (local.get $flags) (i32.const 0))))))
  (if (ref.test (ref $Vec) (local.get $v)) (then (return (call $component (local.get $v) (local.get $key)))))
  (if (call $is_nullish (local.get $v)) (then (call $nullish_access (local.get $v) (local.get $key) (i32.const 0))))
  (global.get $absent))

;; The value of a property that was found.
(func $read (param $holder (ref null $Object)) (param $key eqref) (param $value eqref) (param $flags i32) (param $receiver eqref)
  (result eqref)
  (local $get eqref)
  (if (i32.and (local.get $flags) (i32.const 8))
    (then
      (local.set $get (struct.get $Accessor $get (ref.cast (ref $Accessor) (local.get $value))))
      (if (ref.is_null (local.get $get)) (then (return (ref.null eq))))
      (return (call $call_0 (local.get $get) (local.get $receiver)))))
  (if (ref.eq (local.get $value) (global.get $uninit))
    (then (return (call $read_late (local.get $holder) (local.get $key)))))
  (local.get $value))

;; A property without a value yet: an error's `stack` gets it now; others are variables of modules.
(func $read_late (param $holder (ref null $Object)) (param $key eqref) (result eqref)
  (if (i32.eq (call $box_tag (local.get $holder)) (i32.const 1)) (then (return (call $settle_stack (local.get $holder)))))
  (call $check_init (global.get $uninit) (call $key_text (local.get $key)))
  (ref.null eq))

;; A property that is nowhere: undefined, unless the question is refused.
(func $get_missing (param $target eqref) (param $key eqref) (result eqref)
  (if (call $is_left_out (local.get $key))
    (then
      (if (i32.eqz (call $is_bare (local.get $target))) (then (call $throw_left_out (local.get $key))))))
  (ref.null eq))

;; What `Object.prototype` has in JavaScript and not here: `__proto__`, `__defineGetter__` and their kin.
(func $is_left_out (param $key eqref) (result i32)
  (local $s (ref null $Str))
  (local.set $s (call $as_str (local.get $key)))
  (if (ref.is_null (local.get $s)) (then (return (i32.const 0))))
  (if (i32.lt_u (call $str_length (local.get $s)) (i32.const 9)) (then (return (i32.const 0))))
  (if (i32.ne (call $unit (local.get $s) (i32.const 0)) (i32.const 95)) (then (return (i32.const 0))))
  (call $is_left_out_text (local.get $s)))

(func $is_left_out_text (param $s (ref null $Str)) (result i32)
  (i32.or
    (i32.or (call $str_eq (local.get $s) (global.get $s.__proto__)) (call $str_eq (local.get $s) (global.get $s.__defineGetter__)))
    (i32.or (call $str_eq (local.get $s) (global.get $s.__defineSetter__))
      (i32.or (call $str_eq (local.get $s) (global.get $s.__lookupGetter__))
              (call $str_eq (local.get $s) (global.get $s.__lookupSetter__))))))

;; Whether the chain of prototypes of an object does not end in `Object.prototype`.
(func $is_bare (param $v eqref) (result i32)
  (local $at (ref null $Object)) (local $next (ref null $Object))
  (if (i32.eqz (ref.test (ref $Object) (local.get $v))) (then (return (i32.const 0))))
  (local.set $at (ref.cast (ref $Object) (local.get $v)))
  (loop $up
    (local.set $next (call $proto (local.get $at)))
    (if (i32.eqz (ref.is_null (local.get $next))) (then (local.set $at (local.get $next)) (br $up))))
  (i32.eqz (ref.eq (local.get $at) (global.get $Object.prototype))))

;; GetMethod: null where it is undefined or null.
(func $get_method (param $v eqref) (param $key eqref) (result eqref)
  (local $f eqref)
  (local.set $f (call $get (local.get $v) (local.get $key)))
  (if (call $is_nullish (local.get $f)) (then (return (ref.null eq))))
  (if (i32.eqz (call $is_callable (local.get $f)))
    (then (call $throw_type (call $str_concat (call $key_text (local.get $key)) (global.get $m.not_function)))))
  (local.get $f))

(func $has (param $v eqref) (param $key eqref) (result i32)
  (local $holder (ref null $Object))
  (if (ref.test (ref $Vec) (local.get $v))
    (then
      (if (i32.eqz (ref.eq (call $component (local.get $v) (local.get $key)) (global.get $absent))) (then (return (i32.const 1))))))
  (call $find (call $start_of (local.get $v)) (local.get $key))
  (drop)
  (drop)
  (local.set $holder)
  (if (i32.eqz (ref.is_null (local.get $holder))) (then (return (i32.const 1))))
  (drop (call $get_missing (local.get $v) (local.get $key)))
  (i32.const 0))

;; `key in object`
(func $in (export "in") (param $key eqref) (param $o eqref) (result i32)
  (if (i32.eqz (call $is_object (local.get $o)))
    (then (call $throw_type (call $str_concat
      (call $cat3 (global.get $m.cannot_use_in) (call $brief (local.get $key)) (global.get $m.in)) (call $brief (local.get $o))))))
  (call $has (local.get $o) (call $to_key (local.get $key))))

(func $require_object (export "require_object") (param $v eqref)
  (local $what (ref null $Str))
  (if (i32.eqz (call $is_nullish (local.get $v))) (then (return)))
  (local.set $what (call $to_str (local.get $v)))
  (call $throw_type (call $str_concat
    (call $str_concat (call $cat3 (global.get $m.cannot_destructure) (local.get $what) (global.get $m.as_it_is)) (local.get $what))
    (global.get $m.dot))))
