;; Iteration: records over anything iterable. Arrays and strings with the built-in iterator, which cannot change, are stepped
;; directly; everything else by the protocol.

;; $kind: 0 finished, 1 an array, 2 a string by code point, 3 an iterator object with its `next`, 4 the keys of `for-in`, 5 as 3, of
;; a sync iterator whose results are awaited.
(type $Iter (struct (field $kind (mut i32)) (field $source (mut eqref)) (field $index (mut i32)) (field $next (mut eqref))))

(func $iter_init (export "iter_init") (param $source eqref) (result eqref)
  (if (ref.test (ref $Array) (local.get $source))
    (then
      (if (call $has_usual_iterator (ref.cast (ref $Array) (local.get $source)))
        (then (return (struct.new $Iter (i32.const 1) (local.get $source) (i32.const 0) (ref.null eq)))))))
  (if (ref.test (ref $Str) (local.get $source))
    (then (return (struct.new $Iter (i32.const 2) (local.get $source) (i32.const 0) (ref.null eq)))))
  (call $open_iterator (local.get $source) (i32.const 3)))

;; Whether an array is iterated as arrays are.
(func $has_usual_iterator (param $a (ref null $Array)) (result i32)
  (local $s (ref null $Shape))
  (local.set $s (struct.get $Array $shape (local.get $a)))
  (if (i32.eqz (ref.eq (struct.get $Shape $proto (local.get $s)) (global.get $Array.prototype))) (then (return (i32.const 0))))
  (if (i32.eqz (struct.get $Shape $count (local.get $s))) (then (return (i32.const 1))))
  (i32.lt_s (call $shape_find (local.get $s) (global.get $sym.iterator)) (i32.const 0)))

(func $open_iterator (param $source eqref) (param $kind i32) (result eqref)
  (local $f eqref)
  (if (i32.eqz (call $is_nullish (local.get $source)))
    (then (local.set $f (call $get_method (local.get $source) (global.get $sym.iterator)))))
  (if (ref.is_null (local.get $f))
    (then (call $throw_type (call $str_concat (call $brief (local.get $source)) (global.get $m.not_iterable)))))
  (call $iter_from_method (local.get $source) (local.get $f) (local.get $kind)))

(func $iter_from_method (export "iterFromMethod") (param $source eqref) (param $f eqref) (param $kind i32) (result eqref)
  (call $iter_of_object (call $call_0 (local.get $f) (local.get $source)) (local.get $kind)))

;; The results of a sync iterator are awaited: a promise for the one that the method yields.
(func $call_async_from_sync (param $r (ref null $Iter)) (param $name (ref null $Str)) (param $arg eqref) (result eqref)
  (call $lib_async_from_sync (struct.get $Iter $source (local.get $r))
    (if (result eqref) (call $str_eq (local.get $name) (global.get $s.next)) (then (ref.null eq)) (else (local.get $name)))
    (struct.get $Iter $next (local.get $r))
    (if (result eqref) (ref.eq (local.get $arg) (global.get $uninit))
      (then (array.new_fixed $Any 0)) (else (array.new_fixed $Any 1 (local.get $arg))))))

(func (export "iterObject") (param $iterator eqref) (call $require_iterator (local.get $iterator)))

(func $require_iterator (param $iterator eqref)
  (if (i32.eqz (call $is_object (local.get $iterator)))
    (then (call $throw_type (call $cat3 (global.get $m.iterator_result) (call $brief (local.get $iterator)) (global.get $m.is_not_object))))))

;; A record over an iterator object, which must be one.
(func $iter_of_object (param $iterator eqref) (param $kind i32) (result eqref)
  (call $require_iterator (local.get $iterator))
  (struct.new $Iter (local.get $kind) (local.get $iterator) (i32.const 0)
    (call $get (local.get $iterator) (global.get $s.next))))

(func $iter_init_async (export "iter_init_async") (param $source eqref) (result eqref)
  (local $f eqref)
  (if (i32.eqz (call $is_nullish (local.get $source)))
    (then (local.set $f (call $get_method (local.get $source) (global.get $sym.asyncIterator)))))
  (if (ref.is_null (local.get $f)) (then (return (call $open_iterator (local.get $source) (i32.const 5)))))
  (call $iter_from_method (local.get $source) (local.get $f) (i32.const 3)))

(func $iter_init_keys (export "iter_init_keys") (param $source eqref) (result eqref)
  (local $keys (ref null $Any))
  (if (call $is_nullish (local.get $source))
    (then (return (struct.new $Iter (i32.const 0) (ref.null eq) (i32.const 0) (ref.null eq)))))
  (local.set $source (call $to_object (local.get $source)))
  (local.set $keys (call $for_in_keys (local.get $source)))
  (call $pay (i32.shl (array.len (local.get $keys)) (i32.const 3)))
  (struct.new $Iter (i32.const 4) (local.get $source) (i32.const 0) (local.get $keys)))

;; The next item, and whether there is none.
(func $iter_next (export "iter_next") (param $record eqref) (result eqref i32)
  (local $r (ref null $Iter)) (local $i i32) (local $a (ref null $Array)) (local $value eqref)
  (local.set $r (ref.cast (ref $Iter) (local.get $record)))
  (if (i32.eq (struct.get $Iter $kind (local.get $r)) (i32.const 1))
    (then
      (local.set $a (ref.cast (ref $Array) (struct.get $Iter $source (local.get $r))))
      (local.set $i (struct.get $Iter $index (local.get $r)))
      (if (i32.and (i32.lt_u (local.get $i) (array.len (struct.get $Array $elems (local.get $a))))
                   (i32.lt_u (local.get $i) (struct.get $Array $length (local.get $a))))
        (then
          (local.set $value (array.get $Any (struct.get $Array $elems (local.get $a)) (local.get $i)))
          (if (i32.eqz (ref.eq (local.get $value) (global.get $hole)))
            (then
              (struct.set $Iter $index (local.get $r) (i32.add (local.get $i) (i32.const 1)))
              (return (local.get $value) (i32.const 0))))))))
  (return_call $iter_next_slow (local.get $r)))

(func $iter_next_slow (param $r (ref null $Iter)) (result eqref i32)
  (local $value eqref)
  (block $object (block $keys (block $string (block $array (block $finished
    (br_table $finished $array $string $object $keys $object (struct.get $Iter $kind (local.get $r))))
    (return (ref.null eq) (i32.const 1)))
    (return (call $next_of_array (local.get $r))))
    (return (call $next_of_string (local.get $r))))
    (return (call $next_of_keys (local.get $r))))
  ;; While `next` runs and after it throws, the record is finished.
  (local.set $value (struct.get $Iter $source (local.get $r)))
  (struct.set $Iter $kind (local.get $r) (i32.const 0))
  (local.set $value (call $call_0 (struct.get $Iter $next (local.get $r)) (local.get $value)))
  (if (call $iter_complete (local.get $value)) (then (return (ref.null eq) (i32.const 1))))
  (local.set $value (call $iter_value (local.get $value)))
  (struct.set $Iter $kind (local.get $r) (i32.const 3))
  (return (local.get $value) (i32.const 0)))

;; An array with holes or elements among its properties.
(func $next_of_array (param $r (ref null $Iter)) (result eqref i32)
  (local $i i32)
  (local.set $i (struct.get $Iter $index (local.get $r)))
  (if (i32.ge_u (local.get $i) (struct.get $Array $length (ref.cast (ref $Array) (struct.get $Iter $source (local.get $r)))))
    (then
      (struct.set $Iter $kind (local.get $r) (i32.const 0))
      (return (ref.null eq) (i32.const 1))))
  (struct.set $Iter $index (local.get $r) (i32.add (local.get $i) (i32.const 1)))
  (return (call $get_index (struct.get $Iter $source (local.get $r)) (call $box_u32 (local.get $i))) (i32.const 0)))

(func $next_of_string (param $r (ref null $Iter)) (result eqref i32)
  (local $s (ref null $Str)) (local $i i32) (local $n i32)
  (local.set $s (ref.cast (ref $Str) (struct.get $Iter $source (local.get $r))))
  (local.set $i (struct.get $Iter $index (local.get $r)))
  (if (i32.ge_u (local.get $i) (call $str_length (local.get $s))) (then (return (ref.null eq) (i32.const 1))))
  (local.set $n (i32.add (local.get $i) (call $point_length (local.get $s) (local.get $i))))
  (struct.set $Iter $index (local.get $r) (local.get $n))
  (return (call $substr (local.get $s) (local.get $i) (local.get $n)) (i32.const 0)))

;; Keys that were deleted meanwhile are passed by.
(func $next_of_keys (param $r (ref null $Iter)) (result eqref i32)
  (local $row (ref null $Any)) (local $i i32) (local $key eqref) (local $holder (ref null $Object))
  (local.set $row (ref.cast (ref $Any) (struct.get $Iter $next (local.get $r))))
  (block $end
    (loop $next
      (local.set $i (struct.get $Iter $index (local.get $r)))
      (br_if $end (i32.ge_u (local.get $i) (array.len (local.get $row))))
      (struct.set $Iter $index (local.get $r) (i32.add (local.get $i) (i32.const 1)))
      (local.set $key (array.get $Any (local.get $row) (local.get $i)))
      (br_if $next (i32.eqz (call $has_plainly (struct.get $Iter $source (local.get $r)) (local.get $key))))
      (return (local.get $key) (i32.const 0))))
  (return (ref.null eq) (i32.const 1)))

(func $has_plainly (param $v eqref) (param $key eqref) (result i32)
  (local $holder (ref null $Object))
  (if (i32.eqz (ref.test (ref $Object) (local.get $v))) (then (return (i32.const 1))))
  (call $find (ref.cast (ref $Object) (local.get $v)) (local.get $key))
  (drop)
  (drop)
  (local.set $holder)
  (i32.eqz (ref.is_null (local.get $holder))))

;; Calls `next`, `return` or `throw`; $missing where there is no such method. $uninit as the argument stands for none.
(func $iter_call (export "iter_call") (param $record eqref) (param $name (ref null $Str)) (param $arg eqref) (result eqref)
  (local $r (ref null $Iter)) (local $f eqref)
  (local.set $r (ref.cast (ref $Iter) (local.get $record)))
  (if (i32.lt_u (i32.sub (struct.get $Iter $kind (local.get $r)) (i32.const 1)) (i32.const 2))
    (then
      (local.set $r (ref.cast (ref $Iter) (call $open_iterator (struct.get $Iter $source (local.get $r)) (i32.const 3))))
      (call $iter_copy (ref.cast (ref $Iter) (local.get $record)) (local.get $r))))
  (if (i32.eqz (struct.get $Iter $kind (local.get $r))) (then (return (global.get $missing))))
  (if (i32.eq (struct.get $Iter $kind (local.get $r)) (i32.const 5))
    (then (return (call $call_async_from_sync (local.get $r) (local.get $name) (local.get $arg)))))
  (if (call $str_eq (local.get $name) (global.get $s.next))
    (then (local.set $f (struct.get $Iter $next (local.get $r))))
    (else
      (local.set $f (call $get_method (struct.get $Iter $source (local.get $r)) (call $key_of_str (local.get $name))))
      (if (ref.is_null (local.get $f)) (then (return (global.get $missing))))))
  (if (ref.eq (local.get $arg) (global.get $uninit))
    (then (return (call $call_0 (local.get $f) (struct.get $Iter $source (local.get $r))))))
  (call $call_1 (local.get $f) (struct.get $Iter $source (local.get $r)) (local.get $arg)))

(func $iter_copy (param $to (ref null $Iter)) (param $from (ref null $Iter))
  (struct.set $Iter $source (local.get $to) (struct.get $Iter $source (local.get $from)))
  (struct.set $Iter $next (local.get $to) (struct.get $Iter $next (local.get $from)))
  (struct.set $Iter $kind (local.get $to) (struct.get $Iter $kind (local.get $from))))

(func $iter_missing (export "iter_missing") (param $result eqref) (result i32) (ref.eq (local.get $result) (global.get $missing)))

(func $iter_require (export "iter_require") (param $result eqref)
  (if (call $is_object (local.get $result)) (then (return)))
  (call $throw_type (call $cat3 (global.get $m.iterator_result_is) (call $brief (local.get $result)) (global.get $m.is_not_an_object))))

(func $iter_complete (export "iter_complete") (param $result eqref) (result i32)
  (call $iter_require (local.get $result))
  (call $truthy (call $get_prop (local.get $result) (global.get $s.done) (global.get $done_site))))

(func $iter_value (export "iter_value") (param $result eqref) (result eqref)
  (call $get_prop (local.get $result) (global.get $s.value) (global.get $value_site)))

(global $done_site (ref $Site) (struct.new_default $Site))
(global $value_site (ref $Site) (struct.new_default $Site))

;; `{ value, done }`
(func $iter_result (export "iterResult") (param $value eqref) (param $done i32) (result eqref)
  (local $o (ref null $Object))
  (local.set $o (ref.cast (ref $Object) (call $new_object)))
  (call $add_property (local.get $o) (global.get $s.value) (local.get $value) (i32.const 7))
  (call $add_property (local.get $o) (global.get $s.done) (call $box_bool (local.get $done)) (i32.const 7))
  (local.get $o))

;; What is left, as an array.
(func $iter_rest (export "iter_rest") (param $record eqref) (result eqref)
  (local $a eqref)
  (local.set $a (call $new_array (ref.null $Any) (i32.const 0)))
  (call $push_all (ref.cast (ref $Array) (local.get $a)) (local.get $record))
  (local.get $a))

(func $push_all (param $a (ref null $Array)) (param $record eqref)
  (local $value eqref) (local $done i32)
  (loop $next
    (call $iter_next (local.get $record))
    (local.set $done)
    (local.set $value)
    (if (local.get $done) (then (return)))
    (call $pay (i32.const 1))
    (call $push (local.get $a) (local.get $value))
    (br $next)))

;; Appends all that the source iterates over.
(func $array_spread (export "array_spread") (param $a eqref) (param $source eqref)
  (call $push_all (ref.cast (ref $Array) (local.get $a)) (call $iter_init (local.get $source))))

;; Calls `return` after an early exit.
(func $iter_close (export "iter_close") (param $record eqref)
  (local $r (ref null $Iter)) (local $kind i32)
  (local.set $r (ref.cast (ref $Iter) (local.get $record)))
  (local.set $kind (struct.get $Iter $kind (local.get $r)))
  (struct.set $Iter $kind (local.get $r) (i32.const 0))
  (if (i32.or (i32.eq (local.get $kind) (i32.const 3)) (i32.eq (local.get $kind) (i32.const 5)))
    (then (call $close_iterator (struct.get $Iter $source (local.get $r))))))

(func $close_iterator (export "closeIterator") (param $iterator eqref)
  (local $f eqref)
  (local.set $f (call $get_method (local.get $iterator) (global.get $s.return)))
  (if (ref.is_null (local.get $f)) (then (return)))
  (local.set $f (call $call_0 (local.get $f) (local.get $iterator)))
  (if (i32.eqz (call $is_object (local.get $f)))
    (then (call $throw_type (call $str_concat (call $brief (local.get $f)) (global.get $m.is_not_an_object))))))

;; After a throw: the errors of `return` are dropped.
(func $iter_close_quiet (export "iter_close_quiet") (param $record eqref)
  (local $depth i32)
  (local.set $depth (global.get $depth))
  (block $caught
    (try_table (catch_all $caught) (call $iter_close (local.get $record)))
    (return))
  (global.set $depth (local.get $depth)))
