;; `[[DefineOwnProperty]]`: descriptors, and what of them an object accepts; freezing and sealing.
;;
;; A descriptor is a value (or getter and setter), flags (1 writable, 2 enumerable, 4 configurable) and a mask of what it says: the
;; same bits, 16 a value, 32 a getter, 64 a setter.

(func $define_data (param $o (ref null $Object)) (param $key eqref) (param $value eqref) (param $flags i32)
  (if (i32.and (i32.lt_s (call $own_flags (local.get $o) (local.get $key)) (i32.const 0))
               (i32.eqz (call $is_element (local.get $o) (local.get $key))))
    (then
      (if (i32.and (call $bits_of (local.get $o)) (i32.const 8)) (then (call $throw_intrinsic (local.get $key))))
      (call $add_checked (local.get $o) (local.get $key) (local.get $value) (local.get $flags))
      (return)))
  (call $define_own (local.get $o) (local.get $key) (local.get $value) (ref.null eq) (ref.null eq) (local.get $flags) (i32.const 23)))

;; Throws where the answer is false, and refuses what MOSL keeps fixed.
(func $define_own (param $o (ref null $Object)) (param $key eqref) (param $value eqref) (param $get eqref) (param $set eqref)
  (param $flags i32) (param $mask i32)
  (local $old eqref) (local $old_flags i32) (local $accessor i32) (local $new_flags i32)
  (if (i32.and (ref.test (ref $Array) (local.get $o)) (ref.eq (local.get $key) (global.get $s.length)))
    (then
      (call $define_length (ref.cast (ref $Array) (local.get $o)) (local.get $value) (local.get $flags) (local.get $mask))
      (return)))
  (call $own (local.get $o) (local.get $key))
  (local.set $old_flags)
  (local.set $old)
  (if (i32.lt_s (local.get $old_flags) (i32.const 0))
    (then
      (call $define_new (local.get $o) (local.get $key) (local.get $value) (local.get $get) (local.get $set)
        (i32.and (local.get $flags) (local.get $mask)) (local.get $mask))
      (return)))
  (if (i32.eqz (call $accepts (local.get $old) (local.get $old_flags) (local.get $value) (local.get $get) (local.get $set) (local.get $flags) (local.get $mask)))
    (then (call $throw_redefine (local.get $key))))
  ;; An accessor stays one unless the descriptor is of data.
  (local.set $accessor (i32.or (i32.ne (i32.const 0) (i32.and (local.get $mask) (i32.const 96)))
    (i32.and (i32.shr_u (local.get $old_flags) (i32.const 3)) (i32.eqz (i32.and (local.get $mask) (i32.const 17))))))
  (local.set $new_flags (i32.and (i32.const 7)
    (i32.or (i32.and (local.get $flags) (local.get $mask)) (i32.and (local.get $old_flags) (i32.xor (local.get $mask) (i32.const -1))))))
  (if (local.get $accessor)
    (then
      (local.set $new_flags (i32.or (i32.const 8) (i32.and (local.get $new_flags) (i32.const 6))))
      (local.set $value (call $merged_accessor (local.get $old) (local.get $old_flags) (local.get $get) (local.get $set) (local.get $mask))))
    (else
      (if (i32.and (local.get $old_flags) (i32.const 8))
        (then
          (if (i32.eqz (i32.and (local.get $mask) (i32.const 1))) (then (local.set $new_flags (i32.and (local.get $new_flags) (i32.const 6))))))
        (else
          (if (i32.eqz (i32.and (local.get $mask) (i32.const 16))) (then (local.set $value (local.get $old))))))
      (if (i32.and (i32.eq (local.get $new_flags) (i32.and (local.get $old_flags) (i32.const 15)))
            (call $same_value (local.get $value) (local.get $old)))
        (then (return)))))
  (call $may_define (local.get $o) (local.get $key))
  (if (call $is_namespace (local.get $o)) (then (call $throw_redefine (local.get $key))))
  (if (ref.test (ref $Typed) (local.get $o))
    (then
      (if (i32.ne (call $array_index (local.get $key)) (i32.const -1))
        (then
          (if (i32.ne (local.get $new_flags) (i32.const 7)) (then (call $throw_redefine (local.get $key))))
          (call $set_typed (ref.cast (ref $Typed) (local.get $o)) (call $array_index (local.get $key)) (local.get $value))
          (return)))))
  (call $put_own (local.get $o) (local.get $key) (local.get $value) (local.get $new_flags))
  (if (i32.and (i32.xor (local.get $new_flags) (local.get $old_flags)) (i32.const 8))
    (then (call $note_prototype (struct.get $Object $shape (local.get $o))))))

(func $merged_accessor (param $old eqref) (param $old_flags i32) (param $get eqref) (param $set eqref) (param $mask i32) (result eqref)
  (if (i32.and (local.get $old_flags) (i32.const 8))
    (then
      (if (i32.eqz (i32.and (local.get $mask) (i32.const 32))) (then (local.set $get (struct.get $Accessor $get (ref.cast (ref $Accessor) (local.get $old))))))
      (if (i32.eqz (i32.and (local.get $mask) (i32.const 64))) (then (local.set $set (struct.get $Accessor $set (ref.cast (ref $Accessor) (local.get $old))))))))
  (struct.new $Accessor (local.get $get) (local.get $set)))

;; ValidateAndApplyPropertyDescriptor's rules for a property that is there.
(func $accepts (param $old eqref) (param $old_flags i32) (param $value eqref) (param $get eqref) (param $set eqref) (param $flags i32)
  (param $mask i32) (result i32)
  (if (i32.and (local.get $old_flags) (i32.const 4)) (then (return (i32.const 1))))
  (if (i32.and (i32.and (local.get $flags) (local.get $mask)) (i32.const 4)) (then (return (i32.const 0))))
  (if (i32.and (i32.and (i32.xor (local.get $flags) (local.get $old_flags)) (local.get $mask)) (i32.const 2)) (then (return (i32.const 0))))
  (if (i32.and (local.get $old_flags) (i32.const 8))
    (then
      (if (i32.and (local.get $mask) (i32.const 17)) (then (return (i32.const 0))))
      (return (i32.and
        (i32.or (i32.eqz (i32.and (local.get $mask) (i32.const 32)))
          (ref.eq (local.get $get) (struct.get $Accessor $get (ref.cast (ref $Accessor) (local.get $old)))))
        (i32.or (i32.eqz (i32.and (local.get $mask) (i32.const 64)))
          (ref.eq (local.get $set) (struct.get $Accessor $set (ref.cast (ref $Accessor) (local.get $old)))))))))
  (if (i32.and (local.get $mask) (i32.const 96)) (then (return (i32.const 0))))
  (if (i32.and (local.get $old_flags) (i32.const 1)) (then (return (i32.const 1))))
  (if (i32.and (i32.and (local.get $flags) (local.get $mask)) (i32.const 1)) (then (return (i32.const 0))))
  (i32.or (i32.eqz (i32.and (local.get $mask) (i32.const 16))) (call $same_value (local.get $value) (local.get $old))))

(func $throw_redefine (param $key eqref)
  (call $throw_type (call $str_concat (global.get $m.cannot_redefine) (call $key_text (local.get $key)))))

;; Defines a property that is not there.
(func $define_new (param $o (ref null $Object)) (param $key eqref) (param $value eqref) (param $get eqref) (param $set eqref)
  (param $flags i32) (param $mask i32)
  (if (call $is_element (local.get $o) (local.get $key)) (then (call $throw_type (global.get $m.typed_index))))
  (if (i32.eq (i32.and (call $bits_of (local.get $o)) (i32.const 12)) (i32.const 4))
    (then (call $throw_type (call $cat3 (global.get $m.cannot_define) (call $key_text (local.get $key)) (global.get $m.not_extensible)))))
  (call $may_define (local.get $o) (local.get $key))
  (if (i32.and (local.get $mask) (i32.const 96))
    (then
      (local.set $value (struct.new $Accessor (local.get $get) (local.get $set)))
      (local.set $flags (i32.or (i32.const 8) (i32.and (local.get $flags) (i32.const 6))))))
  (call $add_checked (local.get $o) (local.get $key) (local.get $value) (i32.and (local.get $flags) (i32.const 15))))

;; Built-ins, prototypes of classes and the methods of instances stay as they are.
(func $may_define (param $o (ref null $Object)) (param $key eqref)
  (local $holder (ref null $Object)) (local $old eqref)
  (call $require_changeable (local.get $o) (local.get $key) (global.get $m.be_defined))
  (if (call $is_fixed_prototype (local.get $o) (local.get $key)) (then (call $throw_fixed_prototype (local.get $o))))
  (if (i32.eqz (call $is_instance_object (local.get $o))) (then (return)))
  (call $find (local.get $o) (local.get $key))
  (drop)
  (local.set $old)
  (local.set $holder)
  (if (ref.is_null (local.get $holder)) (then (return)))
  (if (i32.and (call $bits_of (local.get $holder)) (i32.const 128))
    (then
      (if (i32.or (call $is_callable (local.get $old)) (ref.test (ref $Accessor) (local.get $old)))
        (then (call $refuse (i32.const 11) (global.get $m.method_replace) (call $key_text (local.get $key)) (global.get $m.method_replace2)))))))

;; ArraySetLength
(func $define_length (param $a (ref null $Array)) (param $value eqref) (param $flags i32) (param $mask i32)
  (local $n i32) (local $fixes i32) (local $is_fixed i32)
  (local.set $n (struct.get $Array $length (local.get $a)))
  (if (i32.and (local.get $mask) (i32.const 16)) (then (local.set $n (call $length_of_value (local.get $value)))))
  (local.set $is_fixed (i32.ne (i32.const 0) (i32.and (call $bits_of (local.get $a)) (i32.const 16))))
  (if (i32.eqz (call $accepts (call $box_u32 (struct.get $Array $length (local.get $a))) (i32.eqz (local.get $is_fixed)) (call $box_u32 (local.get $n))
        (ref.null eq) (ref.null eq) (local.get $flags) (local.get $mask)))
    (then (call $throw_redefine (global.get $s.length))))
  (local.set $fixes (i32.and (i32.and (local.get $mask) (i32.const 1)) (i32.eqz (i32.and (local.get $flags) (i32.const 1)))))
  (if (i32.and (i32.eq (local.get $n) (struct.get $Array $length (local.get $a))) (i32.or (local.get $is_fixed) (i32.eqz (local.get $fixes))))
    (then (return)))
  (call $may_define (local.get $a) (global.get $s.length))
  (if (local.get $fixes) (then (call $set_bits (local.get $a) (i32.const 16))))
  (call $cut_array (local.get $a) (local.get $n)))

;; Makes an object take no new properties; `$level` 0 that alone, 1 sealed, 2 frozen.
(func $restrict (export "restrict") (param $v eqref) (param $level i32)
  (local $o (ref null $Object)) (local $s (ref null $Shape))
  (if (i32.eqz (ref.test (ref $Object) (local.get $v))) (then (return)))
  (local.set $o (ref.cast (ref $Object) (local.get $v)))
  (if (i32.and (call $bits_of (local.get $o)) (i32.const 8))
    (then (call $refuse_text (i32.const 8) (call $str_concat (global.get $m.intrinsic) (global.get $m.cannot_be_frozen)))))
  (if (i32.and (ref.test (ref $Typed) (local.get $o)) (i32.ne (local.get $level) (i32.const 0)))
    (then (if (call $typed_count (local.get $o)) (then (call $throw_type (global.get $m.cannot_freeze_views))))))
  (if (call $is_namespace (local.get $o)) (then (call $restrict_namespace (local.get $o) (local.get $level)) (return)))
  (local.set $s (call $own_shape (local.get $o)))
  (if (ref.test (ref $Array) (local.get $o)) (then (call $spill (ref.cast (ref $Array) (local.get $o)) (i32.const 0))))
  (call $set_bits (local.get $o)
    (select (i32.const 20) (i32.const 4) (i32.and (ref.test (ref $Array) (local.get $o)) (i32.eq (local.get $level) (i32.const 2)))))
  (if (local.get $level) (then (call $restrict_flags (local.get $s) (local.get $level))))
  (call $note_prototype (local.get $s)))

;; Private names are passed by.
(func $restrict_flags (param $s (ref null $Shape)) (param $level i32)
  (local $i i32) (local $flags i32)
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (struct.get $Shape $count (local.get $s))))
      (local.set $flags (array.get_u $Bytes (struct.get $Shape $flags (local.get $s)) (local.get $i)))
      (if (i32.eqz (call $is_private (array.get $Any (struct.get $Shape $keys (local.get $s)) (local.get $i))))
        (then
          (local.set $flags (i32.and (local.get $flags) (i32.const 0xfb)))
          (if (i32.and (i32.eq (local.get $level) (i32.const 2)) (i32.eqz (i32.and (local.get $flags) (i32.const 8))))
            (then (local.set $flags (i32.and (local.get $flags) (i32.const 0xfe)))))
          (array.set $Bytes (struct.get $Shape $flags (local.get $s)) (local.get $i) (local.get $flags))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))))

;; The strings object of a tagged template: frozen, with the raw strings.
(func $template_object (export "template_object") (param $cooked (ref null $Any)) (param $raw (ref null $Any)) (result eqref)
  (local $a eqref) (local $b eqref)
  (local.set $a (call $new_array (local.get $cooked) (array.len (local.get $cooked))))
  (local.set $b (call $new_array (local.get $raw) (array.len (local.get $raw))))
  (call $add_property (ref.cast (ref $Object) (local.get $a)) (global.get $s.raw) (local.get $b) (i32.const 0))
  (call $restrict (local.get $b) (i32.const 2))
  (call $restrict (local.get $a) (i32.const 2))
  (local.get $a))
