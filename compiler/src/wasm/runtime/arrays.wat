;; Arrays: elements in a row as long as they are dense; access by index to arrays, typed arrays and strings.

(global $array_shape (mut (ref null $Shape)) (ref.null $Shape))

(func $get_index (export "get_index") (param $o eqref) (param $key eqref) (result eqref)
  (local $i i32) (local $value eqref) (local $elems (ref null $Any))
  (if (ref.test (ref i31) (local.get $key))
    (then
      (if (ref.test (ref $Array) (local.get $o))
        (then
          (local.set $i (i31.get_s (ref.cast (ref i31) (local.get $key))))
          (local.set $elems (struct.get $Array $elems (ref.cast (ref $Array) (local.get $o))))
          (if (i32.lt_u (local.get $i) (array.len (local.get $elems)))
            (then
              (local.set $value (array.get $Any (local.get $elems) (local.get $i)))
              (if (i32.eqz (ref.eq (local.get $value) (global.get $hole))) (then (return (local.get $value))))))))))
  (call $get_index_slow (local.get $o) (local.get $key)))

(func $get_index_f64 (export "get_index_f64") (param $o eqref) (param $index f64) (result eqref)
  (local $i i32) (local $value eqref) (local $elems (ref null $Any))
  (if (ref.test (ref $Array) (local.get $o))
    (then
      (local.set $i (i32.trunc_sat_f64_s (local.get $index)))
      (if (f64.eq (f64.convert_i32_s (local.get $i)) (local.get $index))
        (then
          (local.set $elems (struct.get $Array $elems (ref.cast (ref $Array) (local.get $o))))
          (if (i32.lt_u (local.get $i) (array.len (local.get $elems)))
            (then
              (local.set $value (array.get $Any (local.get $elems) (local.get $i)))
              (if (i32.eqz (ref.eq (local.get $value) (global.get $hole))) (then (return (local.get $value))))))))))
  (call $get_index_slow (local.get $o) (call $box_f64 (local.get $index))))

(func $get_index_slow (param $o eqref) (param $key eqref) (result eqref)
  (local $i i32)
  (local.set $i (call $small_index (local.get $key)))
  (if (i32.ge_s (local.get $i) (i32.const 0))
    (then
      (if (ref.test (ref $Str) (local.get $o))
        (then
          (if (i32.lt_u (local.get $i) (call $str_length (ref.cast (ref $Str) (local.get $o))))
            (then (return (call $unit_string (call $unit (ref.cast (ref $Str) (local.get $o)) (local.get $i))))))))
      (if (ref.test (ref $Typed) (local.get $o))
        (then (return (call $get_typed (ref.cast (ref $Typed) (local.get $o)) (local.get $i)))))
      (if (i32.ge_u (local.get $i) (global.get $index_limit))
        (then (if (call $is_all_plain (local.get $o)) (then (return (ref.null eq))))))))
  (if (call $is_nullish (local.get $o)) (then (call $nullish_index (local.get $o) (local.get $key) (i32.const 0))))
  (call $get (local.get $o) (call $to_key (local.get $key))))

;; Whether neither an object nor what it inherits from has elements by nature.
(func $is_all_plain (param $o eqref) (result i32)
  (loop $up
    (if (i32.eqz (call $is_instance_object (local.get $o))) (then (return (i32.const 0))))
    (local.set $o (call $proto (ref.cast (ref $Object) (local.get $o))))
    (br_if $up (i32.eqz (ref.is_null (local.get $o)))))
  (i32.const 1))

;; An index as a number below 2^30; -1 where it is none.
(func $small_index (param $key eqref) (result i32)
  (if (ref.test (ref i31) (local.get $key)) (then (return (i31.get_s (ref.cast (ref i31) (local.get $key))))))
  (i32.const -1))

(func $nullish_index (param $o eqref) (param $key eqref) (param $set i32)
  (call $nullish_access (local.get $o)
    (if (result eqref) (call $is_object (local.get $key)) (then (global.get $s.empty)) (else (call $to_key (local.get $key))))
    (local.get $set)))

(func $set_index (export "set_index") (param $o eqref) (param $key eqref) (param $value eqref)
  (local $i i32) (local $a (ref null $Array))
  (if (ref.test (ref i31) (local.get $key))
    (then
      (if (ref.test (ref $Array) (local.get $o))
        (then
          (local.set $i (i31.get_s (ref.cast (ref i31) (local.get $key))))
          (local.set $a (ref.cast (ref $Array) (local.get $o)))
          (if (i32.and (i32.lt_u (local.get $i) (struct.get $Array $length (local.get $a)))
                       (i32.lt_u (local.get $i) (array.len (struct.get $Array $elems (local.get $a)))))
            (then
              (array.set $Any (struct.get $Array $elems (local.get $a)) (local.get $i) (local.get $value))
              (return)))))))
  (call $set_index_slow (local.get $o) (local.get $key) (local.get $value)))

(func $set_index_f64 (export "set_index_f64") (param $o eqref) (param $index f64) (param $value eqref)
  (local $i i32) (local $a (ref null $Array))
  (if (ref.test (ref $Array) (local.get $o))
    (then
      (local.set $i (i32.trunc_sat_f64_s (local.get $index)))
      (if (f64.eq (f64.convert_i32_s (local.get $i)) (local.get $index))
        (then
          (local.set $a (ref.cast (ref $Array) (local.get $o)))
          (if (i32.and (i32.lt_u (local.get $i) (struct.get $Array $length (local.get $a)))
                       (i32.lt_u (local.get $i) (array.len (struct.get $Array $elems (local.get $a)))))
            (then
              (array.set $Any (struct.get $Array $elems (local.get $a)) (local.get $i) (local.get $value))
              (return)))))))
  (call $set_index_slow (local.get $o) (call $box_f64 (local.get $index)) (local.get $value)))

(func $set_index_slow (param $o eqref) (param $key eqref) (param $value eqref)
  (local $i i32)
  (local.set $i (call $small_index (local.get $key)))
  (if (i32.ge_s (local.get $i) (i32.const 0))
    (then
      (if (ref.test (ref $Array) (local.get $o))
        (then
          (if (i32.eq (local.get $i) (struct.get $Array $length (ref.cast (ref $Array) (local.get $o))))
            (then
              (if (call $try_push (ref.cast (ref $Array) (local.get $o)) (local.get $value)) (then (return)))))))
      (if (ref.test (ref $Typed) (local.get $o))
        (then (call $set_typed (ref.cast (ref $Typed) (local.get $o)) (local.get $i) (local.get $value)) (return)))))
  (if (call $is_nullish (local.get $o)) (then (call $nullish_index (local.get $o) (local.get $key) (i32.const 1))))
  (call $set (local.get $o) (call $to_key (local.get $key)) (local.get $value)))

;; Appends where the elements are a row that may grow; yields whether it could.
(func $try_push (param $a (ref null $Array)) (param $value eqref) (result i32)
  (local $n i32)
  (if (i32.and (struct.get $Shape $bits (struct.get $Array $shape (local.get $a))) (i32.const 84)) (then (return (i32.const 0))))
  (local.set $n (struct.get $Array $length (local.get $a)))
  (if (i32.gt_u (local.get $n) (array.len (struct.get $Array $elems (local.get $a)))) (then (return (i32.const 0))))
  (call $push (local.get $a) (local.get $value))
  (i32.const 1))

;; `array.push(value)` on a plain array: the new length, or -1 where it is none.
(func (export "quick_push") (param $o eqref) (param $value eqref) (result i32)
  (local $a (ref null $Array))
  (if (i32.eqz (ref.test (ref $Array) (local.get $o))) (then (return (i32.const -1))))
  (local.set $a (ref.cast (ref $Array) (local.get $o)))
  (if (i32.eqz (ref.eq (struct.get $Array $shape (local.get $a)) (global.get $array_shape))) (then (return (i32.const -1))))
  (if (i32.eqz (call $try_push (local.get $a) (local.get $value))) (then (return (i32.const -1))))
  (struct.get $Array $length (local.get $a)))

;; `array.pop()` likewise: `$missing` where it is none, or has no last element in its row.
(func (export "quick_pop") (param $o eqref) (result eqref)
  (local $a (ref null $Array)) (local $n i32) (local $value eqref)
  (if (i32.eqz (ref.test (ref $Array) (local.get $o))) (then (return (global.get $missing))))
  (local.set $a (ref.cast (ref $Array) (local.get $o)))
  (local.set $n (i32.sub (struct.get $Array $length (local.get $a)) (i32.const 1)))
  (if (i32.or (i32.eqz (ref.eq (struct.get $Array $shape (local.get $a)) (global.get $array_shape)))
              (i32.ge_u (local.get $n) (array.len (struct.get $Array $elems (local.get $a)))))
    (then (return (global.get $missing))))
  (local.set $value (array.get $Any (struct.get $Array $elems (local.get $a)) (local.get $n)))
  (if (ref.eq (local.get $value) (global.get $hole)) (then (return (global.get $missing))))
  (array.set $Any (struct.get $Array $elems (local.get $a)) (local.get $n) (global.get $hole))
  (struct.set $Array $length (local.get $a) (local.get $n))
  (local.get $value))

(func $push (param $a (ref null $Array)) (param $value eqref)
  (local $n i32)
  (local.set $n (struct.get $Array $length (local.get $a)))
  (if (i32.eq (local.get $n) (array.len (struct.get $Array $elems (local.get $a))))
    (then (call $grow_elements (local.get $a)
      (i32.add (i32.const 4) (i32.add (local.get $n) (i32.shr_u (local.get $n) (i32.const 1)))))))
  (array.set $Any (struct.get $Array $elems (local.get $a)) (local.get $n) (local.get $value))
  (struct.set $Array $length (local.get $a) (i32.add (local.get $n) (i32.const 1))))

(func $grow_elements (param $a (ref null $Array)) (param $size i32)
  (local $new (ref $Any)) (local $old (ref null $Any))
  (local.set $old (struct.get $Array $elems (local.get $a)))
  (local.set $new (array.new $Any (global.get $hole) (local.get $size)))
  (array.copy $Any $Any (local.get $new) (i32.const 0) (local.get $old) (i32.const 0) (array.len (local.get $old)))
  (struct.set $Array $elems (local.get $a) (local.get $new)))

;; Appends to an array under construction.
(func $array_push (export "array_push") (param $a eqref) (param $value eqref)
  (call $push (ref.cast (ref $Array) (local.get $a)) (local.get $value)))

(func $array_hole (export "array_hole") (param $v eqref)
  (local $a (ref null $Array))
  (local.set $a (ref.cast (ref $Array) (local.get $v)))
  (call $push (local.get $a) (global.get $hole))
  (struct.set $Array $holey (local.get $a) (i32.const 1)))

;; The new array takes the row over.
(func $new_array (export "new_array") (param $items (ref null $Any)) (param $length i32) (result eqref)
  (if (ref.is_null (global.get $array_shape)) (then (global.set $array_shape (call $root_of (global.get $Array.prototype)))))
  (if (ref.is_null (local.get $items)) (then (local.set $items (array.new_fixed $Any 0))))
  (if (i32.lt_u (local.get $length) (array.len (local.get $items)))
    (then (array.fill $Any (local.get $items) (local.get $length) (global.get $hole)
      (i32.sub (array.len (local.get $items)) (local.get $length)))))
  (struct.new $Array (global.get $array_shape) (ref.null $Any) (local.get $items) (local.get $length) (i32.const 0)))

(func $array_length_fast (export "array_length_fast") (param $v eqref) (result i32)
  (struct.get $Array $length (ref.cast (ref $Array) (local.get $v))))

;; Copies as many elements as the row takes; holes are undefined.
(func $copy_elements (param $row (ref null $Any)) (param $a (ref null $Array))
  (local $i i32) (local $value eqref)
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (array.len (local.get $row))))
      (br_if $end (i32.ge_u (local.get $i) (array.len (struct.get $Array $elems (local.get $a)))))
      (local.set $value (array.get $Any (struct.get $Array $elems (local.get $a)) (local.get $i)))
      (if (i32.eqz (ref.eq (local.get $value) (global.get $hole)))
        (then (array.set $Any (local.get $row) (local.get $i) (local.get $value))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))))

;; Adds or overwrites an element, whatever its attributes.
(func $put_element (param $a (ref null $Array)) (param $i i32) (param $value eqref) (param $flags i32)
  (local $size i32) (local $bits i32)
  (local.set $bits (struct.get $Shape $bits (struct.get $Array $shape (local.get $a))))
  (local.set $size (array.len (struct.get $Array $elems (local.get $a))))
  (if (i32.eq (local.get $flags) (i32.const 7))
    (then
      (if (i32.lt_u (local.get $i) (local.get $size))
        (then (call $put_dense (local.get $a) (local.get $i) (local.get $value)) (return)))
      (if (i32.eqz (i32.and (local.get $bits) (i32.const 68)))
        (then
          (if (i32.lt_u (local.get $i) (i32.add (local.get $size) (i32.const 1024)))
            (then
              (call $grow_elements (local.get $a)
                (i32.add (i32.const 4) (i32.add (local.get $i) (i32.shr_u (local.get $i) (i32.const 1)))))
              (call $put_dense (local.get $a) (local.get $i) (local.get $value))
              (return)))))))
  (call $put_sparse (local.get $a) (local.get $i) (local.get $value) (local.get $flags)))

(func $put_dense (param $a (ref null $Array)) (param $i i32) (param $value eqref)
  (local $n i32)
  (local.set $n (struct.get $Array $length (local.get $a)))
  (array.set $Any (struct.get $Array $elems (local.get $a)) (local.get $i) (local.get $value))
  (if (i32.ge_u (local.get $i) (local.get $n))
    (then
      (if (i32.gt_u (local.get $i) (local.get $n)) (then (struct.set $Array $holey (local.get $a) (i32.const 1))))
      (struct.set $Array $length (local.get $a) (i32.add (local.get $i) (i32.const 1))))))

;; An element among the properties: the row ends before it.
(func $put_sparse (param $a (ref null $Array)) (param $i i32) (param $value eqref) (param $flags i32)
  (local $key eqref) (local $at i32)
  (call $spill (local.get $a) (local.get $i))
  (local.set $key (call $index_key (local.get $i)))
  (local.set $at (call $shape_find (struct.get $Array $shape (local.get $a)) (local.get $key)))
  (if (i32.lt_s (local.get $at) (i32.const 0))
    (then (call $add_property (local.get $a) (local.get $key) (local.get $value) (local.get $flags)))
    (else
      (call $reconfigure (local.get $a) (local.get $at) (local.get $flags))
      (call $store_at (local.get $a) (local.get $at) (local.get $value))))
  (if (i32.ge_u (local.get $i) (struct.get $Array $length (local.get $a)))
    (then (struct.set $Array $length (local.get $a) (i32.add (local.get $i) (i32.const 1))))))

;; Moves the elements from `from` on to the properties.
(func $spill (param $a (ref null $Array)) (param $from i32)
  (local $old (ref null $Any)) (local $new (ref $Any)) (local $i i32) (local $value eqref)
  (call $set_bits (local.get $a) (i32.const 64))
  (struct.set $Array $holey (local.get $a) (i32.const 1))
  (local.set $old (struct.get $Array $elems (local.get $a)))
  (if (i32.ge_u (local.get $from) (array.len (local.get $old))) (then (return)))
  (local.set $new (array.new $Any (global.get $hole) (local.get $from)))
  (array.copy $Any $Any (local.get $new) (i32.const 0) (local.get $old) (i32.const 0) (local.get $from))
  (struct.set $Array $elems (local.get $a) (local.get $new))
  (local.set $i (local.get $from))
  (loop $next
    (local.set $value (array.get $Any (local.get $old) (local.get $i)))
    (if (i32.eqz (ref.eq (local.get $value) (global.get $hole)))
      (then (call $add_property (local.get $a) (call $index_key (local.get $i)) (local.get $value) (i32.const 7))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $i) (array.len (local.get $old))))))

;; Removes an element of the row; yields whether the index is there.
(func $make_hole (param $a (ref null $Array)) (param $i i32) (result i32)
  (if (i32.ge_u (local.get $i) (array.len (struct.get $Array $elems (local.get $a)))) (then (return (i32.const 0))))
  (array.set $Any (struct.get $Array $elems (local.get $a)) (local.get $i) (global.get $hole))
  (struct.set $Array $holey (local.get $a) (i32.const 1))
  (i32.const 1))

;; `array.length = value`
(func $set_array_length (param $a (ref null $Array)) (param $value eqref)
  (local $n i32)
  (local.set $n (call $length_of_value (local.get $value)))
  (if (i32.eq (local.get $n) (struct.get $Array $length (local.get $a))) (then (return)))
  (if (i32.and (call $bits_of (local.get $a)) (i32.const 16)) (then (call $throw_read_only (local.get $a) (global.get $s.length))))
  (call $cut_array (local.get $a) (local.get $n)))

(func $length_of_value (param $value eqref) (result i32)
  (local $n i32)
  (local.set $n (call $f64_to_i32 (call $to_number_std (local.get $value))))
  (if (f64.ne (f64.convert_i32_u (local.get $n)) (call $to_number_std (local.get $value)))
    (then (call $throw_range (global.get $m.array_length))))
  (local.get $n))

;; Cuts or extends an array; stops at an element that cannot be deleted.
(func $cut_array (param $a (ref null $Array)) (param $n i32)
  (local $size i32) (local $old i32)
  (local.set $old (struct.get $Array $length (local.get $a)))
  (if (i32.and (call $bits_of (local.get $a)) (i32.const 64)) (then (call $cut_sparse (local.get $a) (local.get $n))))
  (if (i32.gt_u (local.get $n) (local.get $old)) (then (struct.set $Array $holey (local.get $a) (i32.const 1))))
  (local.set $size (array.len (struct.get $Array $elems (local.get $a))))
  (if (i32.lt_u (local.get $n) (local.get $size))
    (then
      (if (i32.lt_u (local.get $n) (local.get $old))
        (then
          (array.fill $Any (struct.get $Array $elems (local.get $a)) (local.get $n) (global.get $hole)
            (i32.sub (select (local.get $old) (local.get $size) (i32.lt_u (local.get $old) (local.get $size))) (local.get $n)))))))
  (struct.set $Array $length (local.get $a) (local.get $n)))

;; Deletes elements among the properties, from the last down.
(func $cut_sparse (param $a (ref null $Array)) (param $n i32)
  (local $row (ref null $Any)) (local $at i32) (local $i i32) (local $key eqref)
  (local.set $row (call $own_keys (local.get $a)))
  (local.set $at (array.len (local.get $row)))
  (block $end
    (loop $next
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (br_if $end (i32.lt_s (local.get $at) (i32.const 0)))
      (local.set $key (array.get $Any (local.get $row) (local.get $at)))
      (local.set $i (call $array_index (local.get $key)))
      (br_if $next (i32.eq (local.get $i) (i32.const -1)))
      (br_if $end (i32.lt_u (local.get $i) (local.get $n)))
      (if (i32.eqz (i32.and (call $own_flags (local.get $a) (local.get $key)) (i32.const 4)))
        (then
          (struct.set $Array $length (local.get $a) (i32.add (local.get $i) (i32.const 1)))
          (call $throw_type (call $cat3 (global.get $m.cannot_delete) (call $u32_to_str (local.get $i)) (global.get $m.of_array)))))
      (call $remove_own (local.get $a) (local.get $key))
      (br $next))))
