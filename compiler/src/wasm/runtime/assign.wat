;; Writing properties: `[[Set]]` as the standard has it, and what MOSL keeps fixed.

(func $set (export "set_key") (param $target eqref) (param $key eqref) (param $value eqref)
  (call $set_with (local.get $target) (local.get $key) (local.get $value) (local.get $target)))

(func $set_with (param $target eqref) (param $key eqref) (param $value eqref) (param $receiver eqref)
  (local $start (ref null $Object)) (local $holder (ref null $Object)) (local $old eqref) (local $flags i32)
  (if (call $is_nullish (local.get $target)) (then (call $nullish_access (local.get $target) (local.get $key) (i32.const 1))))
  (if (i32.eqz (ref.test (ref $Object) (local.get $target)))
    (then
      (if (i32.eqz (i32.or (ref.eq (call $own_of_primitive (local.get $target) (local.get $key)) (global.get $absent))
                           (i32.ne (call $array_index (local.get $key)) (i32.const -1))))
        (then (call $throw_read_only (local.get $target) (local.get $key))))))
  (local.set $start (call $start_of (local.get $target)))
  (if (ref.test (ref $Typed) (local.get $start))
    (then
      (if (i32.and (ref.eq (local.get $start) (local.get $receiver)) (call $is_element (local.get $start) (local.get $key)))
        (then
          (call $set_typed (ref.cast (ref $Typed) (local.get $start)) (call $array_index (local.get $key)) (local.get $value))
          (return)))))
  (call $find (local.get $start) (local.get $key))
  (local.set $flags)
  (local.set $old)
  (local.set $holder)
  (if (i32.eqz (ref.is_null (local.get $holder)))
    (then
      (if (i32.and (local.get $flags) (i32.const 8))
        (then
          (call $call_setter (ref.cast (ref $Accessor) (local.get $old)) (local.get $target) (local.get $key) (local.get $value)
            (local.get $receiver))
          (return)))
      (if (i32.or (i32.eqz (i32.and (local.get $flags) (i32.const 1))) (call $is_namespace (local.get $holder)))
        (then (call $throw_read_only (local.get $target) (local.get $key))))
      (if (ref.eq (local.get $holder) (local.get $receiver))
        (then (call $overwrite (local.get $holder) (local.get $key) (local.get $value) (local.get $flags)) (return)))
      (if (i32.and (call $bits_of (local.get $holder)) (i32.const 128))
        (then (call $keep_method (local.get $old) (local.get $key) (local.get $receiver)))))
    (else
      (if (call $is_absent_element (local.get $start) (local.get $key)) (then (return)))))
  (call $set_new (local.get $receiver) (local.get $key) (local.get $value)))

(func $call_setter (param $a (ref null $Accessor)) (param $target eqref) (param $key eqref) (param $value eqref) (param $receiver eqref)
  (if (ref.is_null (struct.get $Accessor $set (local.get $a)))
    (then (call $throw_type (call $str_concat
      (call $cat3 (global.get $m.cannot_set) (call $key_text (local.get $key)) (global.get $m.of))
      (call $str_concat (call $brief (local.get $target)) (global.get $m.only_getter))))))
  (drop (call $call_1 (struct.get $Accessor $set (local.get $a)) (local.get $receiver) (local.get $value))))

;; A method of a class is not replaced on an instance.
(func $keep_method (param $old eqref) (param $key eqref) (param $receiver eqref)
  (if (i32.and (call $is_callable (local.get $old)) (call $is_instance_object (local.get $receiver)))
    (then (call $refuse (i32.const 11) (global.get $m.method_replace) (call $key_text (local.get $key)) (global.get $m.method_replace2)))))

;; Whether it is an object of no special kind.
(func $is_instance_object (param $v eqref) (result i32)
  (i32.and (ref.test (ref $Object) (local.get $v))
    (i32.eqz (i32.or (i32.or (ref.test (ref $Array) (local.get $v)) (ref.test (ref $Box) (local.get $v)))
                     (i32.or (ref.test (ref $Function) (local.get $v)) (ref.test (ref $Typed) (local.get $v)))))))

(func $throw_read_only (param $target eqref) (param $key eqref)
  (if (call $is_value_type (local.get $target))
    (then (call $refuse (i32.const 17) (global.get $m.value_type_write) (call $brief (local.get $target)) (global.get $m.value_type_write2))))
  (call $throw_type (call $str_concat
    (call $cat3 (global.get $m.read_only) (call $key_text (local.get $key)) (global.get $m.of_object))
    (call $str_concat (call $brief (local.get $target)) (global.get $m.quote)))))

;; Whether a prototype among these is a typed array of which the key would be an element.
(func $is_absent_element (param $at (ref null $Object)) (param $key eqref) (result i32)
  (block $none
    (loop $up
      (br_if $none (ref.is_null (local.get $at)))
      (if (call $is_element (local.get $at) (local.get $key)) (then (return (i32.const 1))))
      (local.set $at (call $proto (local.get $at)))
      (br $up)))
  (i32.const 0))

;; Built-ins and prototypes of classes are not written.
(func $require_changeable (param $o (ref null $Object)) (param $key eqref) (param $verb (ref null $Str))
  (local $bits i32)
  (local.set $bits (call $bits_of (local.get $o)))
  (if (i32.and (local.get $bits) (i32.const 136))
    (then
      (if (i32.and (local.get $bits) (i32.const 8)) (then (call $throw_intrinsic (local.get $key))))
      (call $refuse (i32.const 10) (global.get $m.fixed_prototypes)
        (call $cat3 (global.get $m.prototype_dot) (call $key_text (local.get $key)) (local.get $verb)) (global.get $m.with_extends)))))

(func $throw_intrinsic (param $key eqref)
  (call $refuse (i32.const 8) (global.get $m.intrinsic)
    (call $cat3 (global.get $m.tick) (call $key_text (local.get $key)) (global.get $m.cannot_be_written)) (global.get $s.empty)))

;; Writes an own, writable data property that is there.
(func $overwrite (param $o (ref null $Object)) (param $key eqref) (param $value eqref) (param $flags i32)
  (call $require_changeable (local.get $o) (local.get $key) (global.get $m.be_assigned))
  (if (i32.and (ref.test (ref $Array) (local.get $o)) (ref.eq (local.get $key) (global.get $s.length)))
    (then (call $set_array_length (ref.cast (ref $Array) (local.get $o)) (local.get $value)) (return)))
  (if (call $is_fixed_prototype (local.get $o) (local.get $key)) (then (call $throw_fixed_prototype (local.get $o))))
  (call $put_own (local.get $o) (local.get $key) (local.get $value) (i32.and (local.get $flags) (i32.const 15))))

;; The `prototype` of a plain function is there, but makes nothing.
(func $is_fixed_prototype (param $o (ref null $Object)) (param $key eqref) (result i32)
  (if (i32.eqz (ref.eq (local.get $key) (global.get $s.prototype))) (then (return (i32.const 0))))
  (if (i32.eqz (ref.test (ref $Function) (local.get $o))) (then (return (i32.const 0))))
  (i32.eqz (struct.get $Info $flags (struct.get $Function $info (ref.cast (ref $Function) (local.get $o))))))

(func $throw_fixed_prototype (param $o (ref null $Object))
  (call $refuse (i32.const 9) (global.get $m.function_prototype) (call $function_name (local.get $o)) (global.get $m.function_prototype2)))

;; Adds a property that assignment found nowhere, or only in a prototype.
(func $set_new (param $receiver eqref) (param $key eqref) (param $value eqref)
  (local $o (ref null $Object)) (local $flags i32)
  (if (i32.eqz (ref.test (ref $Object) (local.get $receiver)))
    (then (call $throw_no_room (local.get $receiver) (local.get $key))))
  (local.set $o (ref.cast (ref $Object) (local.get $receiver)))
  (call $require_changeable (local.get $o) (local.get $key) (global.get $m.be_assigned))
  (local.set $flags (call $own_flags (local.get $o) (local.get $key)))
  (if (i32.ge_s (local.get $flags) (i32.const 0))
    (then
      (if (i32.ne (i32.and (local.get $flags) (i32.const 9)) (i32.const 1))
        (then (call $throw_read_only (local.get $receiver) (local.get $key))))
      (call $overwrite (local.get $o) (local.get $key) (local.get $value) (local.get $flags))
      (return)))
  (if (ref.eq (local.get $key) (global.get $s.__proto__)) (then (call $throw_left_out (local.get $key))))
  (call $add_checked (local.get $o) (local.get $key) (local.get $value) (i32.const 7)))

(func $throw_no_room (param $receiver eqref) (param $key eqref)
  (if (call $is_value_type (local.get $receiver)) (then (call $throw_not_extensible (local.get $key))))
  (call $throw_type (call $str_concat
    (call $cat3 (global.get $m.cannot_create) (call $key_text (local.get $key)) (global.get $m.quote_on))
    (call $brief (local.get $receiver)))))

(func $throw_not_extensible (param $key eqref)
  (call $throw_type (call $cat3 (global.get $m.cannot_add) (call $key_text (local.get $key)) (global.get $m.not_extensible))))

;; Adds a property that is not there, if the object takes new ones.
(func $add_checked (param $o (ref null $Object)) (param $key eqref) (param $value eqref) (param $flags i32)
  (if (i32.and (call $bits_of (local.get $o)) (i32.const 20))
    (then
      (if (i32.and (call $bits_of (local.get $o)) (i32.const 4)) (then (call $throw_not_extensible (local.get $key))))
      ;; An array's length is fixed.
      (if (i32.ge_u (call $array_index (local.get $key)) (struct.get $Array $length (ref.cast (ref $Array) (local.get $o))))
        (then
          (if (i32.ne (call $array_index (local.get $key)) (i32.const -1))
            (then (call $throw_not_extensible (local.get $key))))))))
  (call $put_own (local.get $o) (local.get $key) (local.get $value) (local.get $flags)))

;; Adds an own property, or overwrites value and attributes of one: no checks but those of declared fields.
(func $put_own (export "put_own") (param $o (ref null $Object)) (param $key eqref) (param $value eqref) (param $flags i32)
  (local $s (ref null $Shape)) (local $i i32) (local $old i32)
  (if (ref.test (ref $Array) (local.get $o))
    (then
      (local.set $i (call $array_index (local.get $key)))
      (if (i32.ne (local.get $i) (i32.const -1))
        (then
          (call $put_element (ref.cast (ref $Array) (local.get $o)) (local.get $i) (local.get $value) (local.get $flags))
          (return)))))
  (if (i32.and (call $bits_of (local.get $o)) (i32.const 32)) (then (call $materialise (local.get $o))))
  (local.set $s (struct.get $Object $shape (local.get $o)))
  (local.set $i (call $shape_find (local.get $s) (local.get $key)))
  (if (i32.lt_s (local.get $i) (i32.const 0))
    (then (call $add_property (local.get $o) (local.get $key) (local.get $value) (local.get $flags)) (return)))
  (local.set $i (call $order_field (local.get $o) (local.get $i)))
  (local.set $old (call $flags_at (local.get $o) (local.get $i)))
  (if (i32.ne (i32.and (local.get $old) (i32.const 15)) (local.get $flags))
    (then (call $reconfigure (local.get $o) (local.get $i) (local.get $flags))))
  (call $store_at (local.get $o) (local.get $i) (local.get $value)))

;; A field without value that is about to get one comes after every property that is there. Yields its place in the shape.
(func $order_field (param $o (ref null $Object)) (param $i i32) (result i32)
  (local $s (ref null $Shape)) (local $j i32)
  (if (i32.eqz (i32.and (call $flags_at (local.get $o) (local.get $i)) (i32.const 16))) (then (return (local.get $i))))
  (if (i32.eqz (ref.eq (call $value_at (local.get $o) (local.get $i)) (global.get $absent))) (then (return (local.get $i))))
  (local.set $s (struct.get $Object $shape (local.get $o)))
  (local.set $j (local.get $i))
  (loop $next
    (local.set $j (i32.add (local.get $j) (i32.const 1)))
    (if (i32.ge_u (local.get $j) (struct.get $Shape $count (local.get $s))) (then (return (local.get $i))))
    (br_if $next (i32.eqz (call $is_there (local.get $o) (local.get $j)))))
  (call $move_last (local.get $o) (local.get $i)))

;; Whether the property at a place of the shape is one that a program sees.
(func $is_there (param $o (ref null $Object)) (param $i i32) (result i32)
  (local $key eqref)
  (local.set $key (array.get $Any (struct.get $Shape $keys (struct.get $Object $shape (local.get $o))) (local.get $i)))
  (if (i32.or (ref.is_null (local.get $key)) (call $is_private (local.get $key))) (then (return (i32.const 0))))
  (i32.eqz (ref.eq (call $value_at (local.get $o) (local.get $i)) (global.get $absent))))

(func $move_last (param $o (ref null $Object)) (param $i i32) (result i32)
  (local $s (ref null $Shape)) (local $key eqref)
  (local.set $s (call $own_shape (local.get $o)))
  (local.set $key (array.get $Any (struct.get $Shape $keys (local.get $s)) (local.get $i)))
  (call $copy_rows (local.get $s) (i32.add (struct.get $Shape $count (local.get $s)) (i32.const 4)))
  (array.set $Any (struct.get $Shape $keys (local.get $s)) (local.get $i) (ref.null eq))
  (call $shape_append (local.get $s) (local.get $key) (call $flags_at (local.get $o) (local.get $i)) (call $place_at (local.get $o) (local.get $i)))
  (call $note_prototype (local.get $s))
  (i32.sub (struct.get $Shape $count (local.get $s)) (i32.const 1)))

(func $store_at (param $o (ref null $Object)) (param $i i32) (param $value eqref)
  (if (i32.and (call $flags_at (local.get $o) (local.get $i)) (i32.const 16))
    (then (call $call_field_set (local.get $o) (call $place_at (local.get $o) (local.get $i)) (local.get $value)))
    (else (array.set $Any (struct.get $Object $slots (local.get $o)) (call $place_at (local.get $o) (local.get $i)) (local.get $value)))))

;; Gives the property at a place other attributes. A declared field that becomes an accessor is one no more.
(func $reconfigure (param $o (ref null $Object)) (param $i i32) (param $flags i32)
  (local $s (ref null $Shape)) (local $old i32) (local $slot i32)
  (local.set $s (call $own_shape (local.get $o)))
  (local.set $old (call $flags_at (local.get $o) (local.get $i)))
  (if (i32.and (local.get $old) (i32.const 16))
    (then
      (if (i32.and (local.get $flags) (i32.const 8))
        (then
          (call $call_field_set (local.get $o) (call $place_at (local.get $o) (local.get $i)) (global.get $absent))
          (local.set $slot (struct.get $Shape $slots (local.get $s)))
          (struct.set $Shape $slots (local.get $s) (i32.add (local.get $slot) (i32.const 1)))
          (call $put_slot (local.get $o) (local.get $slot) (ref.null eq))
          (array.set $Ints (struct.get $Shape $places (local.get $s)) (local.get $i) (local.get $slot)))
        (else (local.set $flags (i32.or (local.get $flags) (i32.const 16)))))))
  (array.set $Bytes (struct.get $Shape $flags (local.get $s)) (local.get $i) (local.get $flags))
  (call $note_prototype (local.get $s)))

;; `super[key]`
(func $super_get (export "super_get") (param $home eqref) (param $this eqref) (param $key eqref) (result eqref)
  (local $value eqref) (local $flags i32) (local $holder (ref null $Object))
  (local.set $key (call $to_key (local.get $key)))
  (call $find (call $super_of (local.get $home)) (local.get $key))
  (local.set $flags)
  (local.set $value)
  (local.set $holder)
  (if (ref.is_null (local.get $holder)) (then (return (ref.null eq))))
  (call $read (local.get $holder) (local.get $key) (local.get $value) (local.get $flags) (local.get $this)))

(func $super_of (param $home eqref) (result (ref null $Object))
  (local $parent (ref null $Object))
  (local.set $parent (call $proto (ref.cast (ref $Object) (local.get $home))))
  (if (ref.is_null (local.get $parent)) (then (call $throw_type (global.get $m.super_nothing))))
  (local.get $parent))

;; `super[key] = value`
(func $super_set (export "super_set") (param $home eqref) (param $this eqref) (param $key eqref) (param $value eqref)
  (local.set $key (call $to_key (local.get $key)))
  (call $set_with (call $super_of (local.get $home)) (local.get $key) (local.get $value) (local.get $this)))

;; `delete object[key]`: throws where it fails.
(func $delete_prop (export "delete_prop") (param $target eqref) (param $key eqref) (result i32)
  (if (call $is_nullish (local.get $target)) (then (drop (call $to_object (local.get $target)))))
  (local.set $key (call $to_key (local.get $key)))
  (if (i32.eqz (ref.test (ref $Object) (local.get $target)))
    (then
      (if (i32.eqz (ref.eq (call $own_of_primitive (local.get $target) (local.get $key)) (global.get $absent)))
        (then (call $throw_not_deleted (local.get $target) (local.get $key))))
      (return (i32.const 1))))
  (call $delete (ref.cast (ref $Object) (local.get $target)) (local.get $key)))

(func $throw_not_deleted (param $o eqref) (param $key eqref)
  (call $throw_type (call $str_concat
    (call $cat3 (global.get $m.cannot_delete) (call $key_text (local.get $key)) (global.get $m.quote_of)) (call $brief (local.get $o)))))

(func $delete (param $o (ref null $Object)) (param $key eqref) (result i32)
  (local $flags i32)
  (local.set $flags (call $own_flags (local.get $o) (local.get $key)))
  (if (i32.lt_s (local.get $flags) (i32.const 0)) (then (return (i32.const 1))))
  (if (i32.or (i32.eqz (i32.and (local.get $flags) (i32.const 4))) (call $is_element (local.get $o) (local.get $key)))
    (then (call $throw_not_deleted (local.get $o) (local.get $key))))
  (if (i32.and (call $bits_of (local.get $o)) (i32.const 8)) (then (call $throw_intrinsic (local.get $key))))
  (if (i32.and (call $bits_of (local.get $o)) (i32.const 128))
    (then (call $refuse (i32.const 10) (global.get $m.fixed_prototypes) (global.get $m.method_deleted) (global.get $m.with_extends))))
  (call $remove_own (local.get $o) (local.get $key))
  (i32.const 1))

;; Removes an own property: no checks.
(func $remove_own (param $o (ref null $Object)) (param $key eqref)
  (local $s (ref null $Shape)) (local $i i32)
  (if (ref.test (ref $Array) (local.get $o))
    (then (if (call $make_hole (ref.cast (ref $Array) (local.get $o)) (call $array_index (local.get $key))) (then (return)))))
  (local.set $s (call $own_shape (local.get $o)))
  (local.set $i (call $shape_find (local.get $s) (local.get $key)))
  (if (i32.and (call $flags_at (local.get $o) (local.get $i)) (i32.const 16))
    (then
      (call $store_at (local.get $o) (local.get $i) (global.get $absent))
      (array.set $Bytes (struct.get $Shape $flags (local.get $s)) (local.get $i)
        (i32.and (i32.const 31) (call $flags_at (local.get $o) (local.get $i)))))
    (else
      (call $store_at (local.get $o) (local.get $i) (ref.null eq))
      (array.set $Any (struct.get $Shape $keys (local.get $s)) (local.get $i) (ref.null eq))))
  (call $note_prototype (local.get $s)))
