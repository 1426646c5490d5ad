;; The keys of an object in the language's order: integer keys ascending, then strings, then symbols, each by age.

;; A row that grows.
(type $List (struct (field $row (mut (ref null $Any))) (field $n (mut i32))))

(func $list_push (param $l (ref null $List)) (param $v eqref)
  (local $n i32)
  (local.set $n (struct.get $List $n (local.get $l)))
  (if (i32.eq (local.get $n) (array.len (struct.get $List $row (local.get $l))))
    (then (struct.set $List $row (local.get $l)
      (call $grow_any (struct.get $List $row (local.get $l)) (local.get $n) (i32.add (i32.const 8) (i32.mul (i32.const 2) (local.get $n)))))))
  (array.set $Any (struct.get $List $row (local.get $l)) (local.get $n) (local.get $v))
  (struct.set $List $n (local.get $l) (i32.add (local.get $n) (i32.const 1))))

(func $new_list (result (ref null $List)) (struct.new $List (array.new_default $Any (i32.const 8)) (i32.const 0)))

;; The items, as a row of just that length.
(func $list_row (param $l (ref null $List)) (result (ref null $Any))
  (if (i32.eq (struct.get $List $n (local.get $l)) (array.len (struct.get $List $row (local.get $l))))
    (then (return (struct.get $List $row (local.get $l)))))
  (call $grow_any (struct.get $List $row (local.get $l)) (struct.get $List $n (local.get $l)) (struct.get $List $n (local.get $l))))

;; Strings, then symbols; private names are not among them.
(func $own_keys (param $o (ref null $Object)) (result (ref null $Any))
  (local $l (ref null $List))
  (call $materialise (local.get $o))
  (local.set $l (call $new_list))
  (call $push_indices (local.get $l) (local.get $o))
  (call $push_names (local.get $l) (local.get $o) (i32.const 0))
  (call $push_names (local.get $l) (local.get $o) (i32.const 1))
  (call $list_row (local.get $l)))

(func $push_indices (param $l (ref null $List)) (param $o (ref null $Object))
  (local $a (ref null $Array)) (local $i i32) (local $n i32) (local $key eqref) (local $s (ref null $Shape))
  (if (ref.test (ref $Array) (local.get $o))
    (then (call $push_elements (local.get $l) (ref.cast (ref $Array) (local.get $o)))))
  (if (ref.test (ref $Typed) (local.get $o))
    (then (call $push_counted (local.get $l) (call $typed_count (local.get $o)))))
  (if (i32.eq (call $box_tag (local.get $o)) (i32.const 4))
    (then
      (call $push_counted (local.get $l) (call $str_length (ref.cast (ref $Str) (call $box_data (local.get $o)))))))
  (local.set $s (struct.get $Object $shape (local.get $o)))
  (local.set $n (struct.get $List $n (local.get $l)))
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (struct.get $Shape $count (local.get $s))))
      (local.set $key (array.get $Any (struct.get $Shape $keys (local.get $s)) (local.get $i)))
      (if (i32.ne (call $array_index (local.get $key)) (i32.const -1)) (then (call $list_push (local.get $l) (local.get $key))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
  (call $sort_indices (struct.get $List $row (local.get $l)) (local.get $n) (struct.get $List $n (local.get $l)))
  ;; `length` comes before every name.
  (if (i32.or (ref.test (ref $Array) (local.get $o)) (i32.eq (call $box_tag (local.get $o)) (i32.const 4)))
    (then (call $list_push (local.get $l) (global.get $s.length)))))

(func $push_elements (param $l (ref null $List)) (param $a (ref null $Array))
  (local $i i32)
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (array.len (struct.get $Array $elems (local.get $a)))))
      (if (i32.and (i32.lt_u (local.get $i) (struct.get $Array $length (local.get $a)))
            (i32.eqz (ref.eq (array.get $Any (struct.get $Array $elems (local.get $a)) (local.get $i)) (global.get $hole))))
        (then (call $list_push (local.get $l) (call $index_key (local.get $i)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))))

(func $push_counted (param $l (ref null $List)) (param $n i32)
  (local $i i32)
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (call $list_push (local.get $l) (call $index_key (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))))

;; By insertion: they are nearly always in order.
(func $sort_indices (param $row (ref null $Any)) (param $from i32) (param $to i32)
  (local $i i32) (local $at i32) (local $key eqref) (local $index i32)
  (local.set $i (local.get $from))
  (block $end
    (loop $next
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $end (i32.ge_u (local.get $i) (local.get $to)))
      (local.set $key (array.get $Any (local.get $row) (local.get $i)))
      (local.set $index (call $array_index (local.get $key)))
      (local.set $at (local.get $i))
      (block $placed
        (loop $down
          (br_if $placed (i32.eq (local.get $at) (local.get $from)))
          (br_if $placed (i32.lt_u
            (call $array_index (array.get $Any (local.get $row) (i32.sub (local.get $at) (i32.const 1)))) (local.get $index)))
          (array.set $Any (local.get $row) (local.get $at) (array.get $Any (local.get $row) (i32.sub (local.get $at) (i32.const 1))))
          (local.set $at (i32.sub (local.get $at) (i32.const 1)))
          (br $down)))
      (array.set $Any (local.get $row) (local.get $at) (local.get $key))
      (br $next))))

;; Names that are strings and no indices (0), or symbols (1).
(func $push_names (param $l (ref null $List)) (param $o (ref null $Object)) (param $symbols i32)
  (local $i i32) (local $s (ref null $Shape)) (local $key eqref)
  (local.set $s (struct.get $Object $shape (local.get $o)))
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (struct.get $Shape $count (local.get $s))))
      (local.set $key (array.get $Any (struct.get $Shape $keys (local.get $s)) (local.get $i)))
      (if (i32.eqz (ref.is_null (local.get $key)))
        (then
          (if (i32.and (i32.eq (local.get $symbols) (ref.test (ref $Sym) (local.get $key)))
                (i32.eqz (i32.or (call $is_private (local.get $key)) (i32.ne (call $array_index (local.get $key)) (i32.const -1)))))
            (then
              (if (i32.eqz (ref.eq (call $value_at (local.get $o) (local.get $i)) (global.get $absent)))
                (then (call $list_push (local.get $l) (local.get $key))))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))))

;; The enumerable string keys of an object and its prototypes, each name once.
(func $for_in_keys (param $v eqref) (result (ref null $Any))
  (local $l (ref null $List)) (local $start (ref null $Object)) (local $at (ref null $Object)) (local $row (ref null $Any)) (local $i i32)
  (local $key eqref)
  (if (i32.eqz (ref.test (ref $Object) (local.get $v))) (then (return (call $component_keys (local.get $v)))))
  (local.set $l (call $new_list))
  (local.set $start (ref.cast (ref $Object) (local.get $v)))
  (local.set $at (local.get $start))
  (loop $up
    ;; Built-in prototypes have no enumerable properties.
    (if (i32.eqz (i32.and (call $bits_of (local.get $at)) (i32.const 8)))
      (then
        (local.set $row (call $own_keys (local.get $at)))
        (local.set $i (i32.const 0))
        (block $end
          (loop $next
            (br_if $end (i32.ge_u (local.get $i) (array.len (local.get $row))))
            (local.set $key (array.get $Any (local.get $row) (local.get $i)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $next (i32.eqz (ref.test (ref $Str) (local.get $key))))
            (br_if $next (i32.eqz (i32.and (call $own_flags (local.get $at) (local.get $key)) (i32.const 2))))
            (br_if $next (call $is_hidden (local.get $start) (local.get $at) (local.get $key)))
            (call $list_push (local.get $l) (local.get $key))
            (br $next)))))
    (local.set $at (call $proto (local.get $at)))
    (br_if $up (i32.eqz (ref.is_null (local.get $at)))))
  (call $list_row (local.get $l)))

;; Whether an object before `$to` in the chain has the key.
(func $is_hidden (param $at (ref null $Object)) (param $to (ref null $Object)) (param $key eqref) (result i32)
  (loop $up
    (if (ref.eq (local.get $at) (local.get $to)) (then (return (i32.const 0))))
    (if (i32.ge_s (call $own_flags (local.get $at) (local.get $key)) (i32.const 0)) (then (return (i32.const 1))))
    (local.set $at (call $proto (local.get $at)))
    (br $up))
  (unreachable))

;; The names of the components of a value type.
(func $component_keys (param $v eqref) (result (ref null $Any))
  (local $kind i32)
  (local.set $kind (call $kind_of (local.get $v)))
  (if (i32.eq (local.get $kind) (i32.const 8)) (then (return (array.new_fixed $Any 2 (global.get $s.x) (global.get $s.y)))))
  (if (i32.eq (local.get $kind) (i32.const 9)) (then (return (array.new_fixed $Any 3 (global.get $s.x) (global.get $s.y) (global.get $s.z)))))
  (if (i32.eq (local.get $kind) (i32.const 10))
    (then (return (array.new_fixed $Any 4 (global.get $s.x) (global.get $s.y) (global.get $s.z) (global.get $s.w)))))
  (if (i32.eq (local.get $kind) (i32.const 11))
    (then (return (array.new_fixed $Any 4 (global.get $s.r) (global.get $s.g) (global.get $s.b) (global.get $s.a)))))
  (array.new_fixed $Any 0))

(func $row_has (param $row (ref null $Any)) (param $key eqref) (result i32)
  (local $i i32)
  (if (ref.is_null (local.get $row)) (then (return (i32.const 0))))
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (array.len (local.get $row))))
      (if (ref.eq (array.get $Any (local.get $row) (local.get $i)) (local.get $key)) (then (return (i32.const 1))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
  (i32.const 0))

;; CopyDataProperties: the source's own enumerable properties, but the named ones, into the target.
(func $copy_data (param $target (ref null $Object)) (param $source eqref) (param $except (ref null $Any))
  (local $row (ref null $Any)) (local $i i32) (local $key eqref) (local $flags i32) (local $value eqref) (local $from (ref null $Object))
  (if (ref.test (ref $Object) (local.get $source))
    (then
      (local.set $from (ref.cast (ref $Object) (local.get $source)))
      (local.set $row (call $own_keys (local.get $from)))
      (call $pay (i32.shl (array.len (local.get $row)) (i32.const 3))))
    (else
      (local.set $row (call $keys_of_primitive (local.get $source)))
      (call $pay (array.len (local.get $row)))))
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (array.len (local.get $row))))
      (local.set $key (array.get $Any (local.get $row) (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (call $row_has (local.get $except) (local.get $key)))
      (if (ref.is_null (local.get $from))
        (then (local.set $value (call $get (local.get $source) (local.get $key))))
        (else
          (call $own (local.get $from) (local.get $key))
          (local.set $flags)
          (local.set $value)
          (br_if $next (i32.lt_s (local.get $flags) (i32.const 0)))
          (br_if $next (i32.eqz (i32.and (local.get $flags) (i32.const 2))))
          (local.set $value (call $read (local.get $from) (local.get $key) (local.get $value) (local.get $flags) (local.get $source)))))
      (call $define_data (local.get $target) (local.get $key) (local.get $value) (i32.const 7))
      (br $next))))

;; The own keys of what is no object: the places of a string, the components of a value type.
(func $keys_of_primitive (param $v eqref) (result (ref null $Any))
  (local $l (ref null $List))
  (if (i32.eqz (ref.test (ref $Str) (local.get $v))) (then (return (call $component_keys (local.get $v)))))
  (local.set $l (call $new_list))
  (call $push_counted (local.get $l) (call $str_length (ref.cast (ref $Str) (local.get $v))))
  (call $list_row (local.get $l)))

(func $copy_props (export "copy_props") (param $target eqref) (param $source eqref)
  (call $copy_data (ref.cast (ref $Object) (local.get $target)) (local.get $source) (ref.null $Any)))

;; A new object with the source's own enumerable properties but the named ones.
(func $object_rest (export "object_rest") (param $source eqref) (param $except (ref null $Any)) (result eqref)
  (local $o eqref) (local $keys (ref $Any)) (local $i i32)
  (local.set $keys (array.new_default $Any (array.len (local.get $except))))
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (array.len (local.get $except))))
      (array.set $Any (local.get $keys) (local.get $i) (call $to_key (array.get $Any (local.get $except) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
  (local.set $o (call $new_object))
  (call $copy_data (ref.cast (ref $Object) (local.get $o)) (local.get $source) (local.get $keys))
  (local.get $o))
