;; Shapes: which properties an object has and where. Objects that got the same properties in the same order share one, until
;; there are too many or one is removed: then an object has a shape of its own (a dictionary), changed in place. Prototypes
;; always have their own.

;; Changes whenever a prototype gets or loses a property: what sites remember about prototypes ends.
(global $epoch (mut i32) (i32.const 1))
;; Of objects that inherit from nothing.
(global $null_root (mut (ref null $Shape)) (ref.null $Shape))

(func $new_root (param $proto (ref null $Object)) (param $bits i32) (result (ref $Shape))
  (struct.new $Shape (local.get $proto) (i32.const 0) (array.new_default $Any (i32.const 4)) (array.new_default $Bytes (i32.const 4))
    (array.new_default $Ints (i32.const 4)) (ref.null $Ints) (local.get $bits) (ref.null eq) (i32.const 0) (ref.null $Any)
    (i32.const 0) (ref.null $Layout) (i32.const 0) (ref.null $Shape) (ref.null $Shape)))

;; The empty shape of what inherits from `$proto`.
(func $root_of (param $proto (ref null $Object)) (result (ref null $Shape))
  (local $s (ref null $Shape))
  (if (ref.is_null (local.get $proto))
    (then
      (if (ref.is_null (global.get $null_root)) (then (global.set $null_root (call $new_root (ref.null $Object) (i32.const 0)))))
      (return (global.get $null_root))))
  (local.set $s (struct.get $Object $shape (local.get $proto)))
  (if (i32.eqz (i32.and (struct.get $Shape $bits (local.get $s)) (i32.const 2)))
    (then
      (local.set $s (call $own_shape (local.get $proto)))
      (struct.set $Shape $bits (local.get $s) (i32.or (struct.get $Shape $bits (local.get $s)) (i32.const 2)))))
  (if (ref.is_null (struct.get $Shape $children (local.get $s)))
    (then (struct.set $Shape $children (local.get $s) (call $new_root (local.get $proto) (i32.const 0)))))
  (struct.get $Shape $children (local.get $s)))

;; The first shape of functions that inherit from `$proto`: `length`, `name` and `prototype` are made when someone asks.
(func $lazy_root_of (param $proto (ref null $Object)) (result (ref null $Shape))
  (local $s (ref null $Shape))
  (drop (call $root_of (local.get $proto)))
  (local.set $s (struct.get $Object $shape (local.get $proto)))
  (if (ref.is_null (struct.get $Shape $lazy (local.get $s)))
    (then (struct.set $Shape $lazy (local.get $s) (call $new_root (local.get $proto) (i32.const 32)))))
  (struct.get $Shape $lazy (local.get $s)))

(func $grow_any (param $row (ref null $Any)) (param $used i32) (param $size i32) (result (ref $Any))
  (local $new (ref $Any))
  (local.set $new (array.new_default $Any (local.get $size)))
  (if (i32.eqz (ref.is_null (local.get $row)))
    (then (array.copy $Any $Any (local.get $new) (i32.const 0) (local.get $row) (i32.const 0) (local.get $used))))
  (local.get $new))

(func $grow_bytes (param $row (ref null $Bytes)) (param $used i32) (param $size i32) (result (ref $Bytes))
  (local $new (ref $Bytes))
  (local.set $new (array.new_default $Bytes (local.get $size)))
  (array.copy $Bytes $Bytes (local.get $new) (i32.const 0) (local.get $row) (i32.const 0) (local.get $used))
  (local.get $new))

(func $grow_ints (param $row (ref null $Ints)) (param $used i32) (param $size i32) (result (ref $Ints))
  (local $new (ref $Ints))
  (local.set $new (array.new_default $Ints (local.get $size)))
  (array.copy $Ints $Ints (local.get $new) (i32.const 0) (local.get $row) (i32.const 0) (local.get $used))
  (local.get $new))

;; Copies what a shape knows of its properties into rows of its own.
(func $copy_rows (param $s (ref null $Shape)) (param $size i32)
  (local $n i32)
  (local.set $n (struct.get $Shape $count (local.get $s)))
  (struct.set $Shape $keys (local.get $s) (call $grow_any (struct.get $Shape $keys (local.get $s)) (local.get $n) (local.get $size)))
  (struct.set $Shape $flags (local.get $s) (call $grow_bytes (struct.get $Shape $flags (local.get $s)) (local.get $n) (local.get $size)))
  (struct.set $Shape $places (local.get $s) (call $grow_ints (struct.get $Shape $places (local.get $s)) (local.get $n) (local.get $size)))
  (struct.set $Shape $table (local.get $s) (ref.null $Ints)))

(func $clone_shape (param $s (ref null $Shape)) (result (ref $Shape))
  (struct.new $Shape (struct.get $Shape $proto (local.get $s)) (struct.get $Shape $count (local.get $s))
    (struct.get $Shape $keys (local.get $s)) (struct.get $Shape $flags (local.get $s)) (struct.get $Shape $places (local.get $s))
    (struct.get $Shape $table (local.get $s)) (struct.get $Shape $bits (local.get $s)) (ref.null eq) (i32.const 0) (ref.null $Any)
    (i32.const 0) (struct.get $Shape $layout (local.get $s)) (struct.get $Shape $slots (local.get $s)) (ref.null $Shape)
    (ref.null $Shape)))

;; Gives the object a shape of its own.
(func $own_shape (param $o (ref null $Object)) (result (ref null $Shape))
  (local $s (ref null $Shape))
  (call $materialise (local.get $o))
  (local.set $s (struct.get $Object $shape (local.get $o)))
  (if (i32.and (struct.get $Shape $bits (local.get $s)) (i32.const 1)) (then (return (local.get $s))))
  (local.set $s (call $clone_shape (local.get $s)))
  (struct.set $Shape $bits (local.get $s) (i32.or (struct.get $Shape $bits (local.get $s)) (i32.const 1)))
  (call $copy_rows (local.get $s) (i32.add (struct.get $Shape $count (local.get $s)) (i32.const 4)))
  (struct.set $Object $shape (local.get $o) (local.get $s))
  (local.get $s))

;; Where the key is among the shape's properties; -1: nowhere.
(func $shape_find (param $s (ref null $Shape)) (param $key eqref) (result i32)
  (local $keys (ref null $Any)) (local $i i32)
  (local.set $i (struct.get $Shape $count (local.get $s)))
  (if (i32.gt_u (local.get $i) (i32.const 8)) (then (return (call $table_find (local.get $s) (local.get $key)))))
  (local.set $keys (struct.get $Shape $keys (local.get $s)))
  (loop $next
    (local.set $i (i32.sub (local.get $i) (i32.const 1)))
    (if (i32.lt_s (local.get $i) (i32.const 0)) (then (return (i32.const -1))))
    (br_if $next (i32.eqz (ref.eq (array.get $Any (local.get $keys) (local.get $i)) (local.get $key)))))
  (local.get $i))

(func $table_find (param $s (ref null $Shape)) (param $key eqref) (result i32)
  (local $table (ref null $Ints)) (local $keys (ref null $Any)) (local $mask i32) (local $at i32) (local $i i32)
  (if (ref.is_null (struct.get $Shape $table (local.get $s))) (then (call $make_table (local.get $s))))
  (local.set $table (struct.get $Shape $table (local.get $s)))
  (local.set $keys (struct.get $Shape $keys (local.get $s)))
  (local.set $mask (i32.sub (array.len (local.get $table)) (i32.const 1)))
  (local.set $at (call $key_hash (local.get $key)))
  (loop $next
    (local.set $at (i32.and (local.get $at) (local.get $mask)))
    (local.set $i (i32.sub (array.get $Ints (local.get $table) (local.get $at)) (i32.const 1)))
    (if (i32.lt_s (local.get $i) (i32.const 0)) (then (return (i32.const -1))))
    (if (ref.eq (array.get $Any (local.get $keys) (local.get $i)) (local.get $key))
      ;; The table may be shared with shapes that have more.
      (then (return (select (local.get $i) (i32.const -1) (i32.lt_u (local.get $i) (struct.get $Shape $count (local.get $s)))))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br $next))
  (unreachable))

;; Room for as many keys as the rows have.
(func $make_table (param $s (ref null $Shape))
  (local $size i32) (local $i i32)
  (local.set $size (i32.shl (i32.const 2)
    (i32.sub (i32.const 32) (i32.clz (array.len (struct.get $Shape $keys (local.get $s)))))))
  (struct.set $Shape $table (local.get $s) (array.new_default $Ints (local.get $size)))
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (struct.get $Shape $count (local.get $s))))
      (call $table_put (local.get $s) (local.get $i))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))))

(func $table_put (param $s (ref null $Shape)) (param $i i32)
  (local $table (ref null $Ints)) (local $at i32) (local $mask i32) (local $key eqref)
  (local.set $table (struct.get $Shape $table (local.get $s)))
  (local.set $key (array.get $Any (struct.get $Shape $keys (local.get $s)) (local.get $i)))
  (if (i32.or (ref.is_null (local.get $table)) (ref.is_null (local.get $key))) (then (return)))
  (local.set $mask (i32.sub (array.len (local.get $table)) (i32.const 1)))
  (local.set $at (i32.and (call $key_hash (local.get $key)) (local.get $mask)))
  (block $free
    (loop $next
      (br_if $free (i32.eqz (array.get $Ints (local.get $table) (local.get $at))))
      (local.set $at (i32.and (i32.add (local.get $at) (i32.const 1)) (local.get $mask)))
      (br $next)))
  (array.set $Ints (local.get $table) (local.get $at) (i32.add (local.get $i) (i32.const 1))))

;; Above every index that is a key of an object's named properties.
(global $index_limit (mut i32) (i32.const 0))

(func $note_index (param $key eqref)
  (local $i i32)
  (local.set $i (i32.add (call $array_index (local.get $key)) (i32.const 1)))
  (if (i32.gt_u (local.get $i) (global.get $index_limit)) (then (global.set $index_limit (local.get $i)))))

;; Writes a property at the end of the shape's rows, which have room.
(func $shape_append (param $s (ref null $Shape)) (param $key eqref) (param $flags i32) (param $place i32)
  (local $n i32)
  (call $note_index (local.get $key))
  (local.set $n (struct.get $Shape $count (local.get $s)))
  (array.set $Any (struct.get $Shape $keys (local.get $s)) (local.get $n) (local.get $key))
  (array.set $Bytes (struct.get $Shape $flags (local.get $s)) (local.get $n) (local.get $flags))
  (array.set $Ints (struct.get $Shape $places (local.get $s)) (local.get $n) (local.get $place))
  (struct.set $Shape $count (local.get $s) (i32.add (local.get $n) (i32.const 1)))
  (call $table_put (local.get $s) (local.get $n)))

;; The place of a transition in the table: of the shape that it leads to, or an empty one.
(func $branch_place (param $row (ref null $Any)) (param $key eqref) (param $flags i32) (result i32)
  (local $at i32) (local $mask i32) (local $next (ref null $Shape))
  (local.set $mask (i32.sub (array.len (local.get $row)) (i32.const 1)))
  (local.set $at (call $key_hash (local.get $key)))
  (loop $probe
    (local.set $at (i32.and (local.get $at) (local.get $mask)))
    (local.set $next (ref.cast (ref null $Shape) (array.get $Any (local.get $row) (local.get $at))))
    (if (ref.is_null (local.get $next)) (then (return (local.get $at))))
    (if (i32.and (ref.eq (struct.get $Shape $parent_key (local.get $next)) (local.get $key))
                 (i32.eq (struct.get $Shape $parent_flags (local.get $next)) (local.get $flags)))
      (then (return (local.get $at))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br $probe))
  (unreachable))

(func $grow_branches (param $s (ref null $Shape))
  (local $old (ref null $Any)) (local $new (ref null $Any)) (local $i i32) (local $child (ref null $Shape))
  (local.set $old (struct.get $Shape $transitions (local.get $s)))
  (if (ref.is_null (local.get $old))
    (then (struct.set $Shape $transitions (local.get $s) (array.new_default $Any (i32.const 2))) (return)))
  (local.set $new (array.new_default $Any (i32.mul (array.len (local.get $old)) (i32.const 2))))
  (loop $next
    (local.set $child (ref.cast (ref null $Shape) (array.get $Any (local.get $old) (local.get $i))))
    (if (i32.eqz (ref.is_null (local.get $child)))
      (then (array.set $Any (local.get $new)
        (call $branch_place (local.get $new) (struct.get $Shape $parent_key (local.get $child))
          (struct.get $Shape $parent_flags (local.get $child)))
        (local.get $child))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $i) (array.len (local.get $old)))))
  (struct.set $Shape $transitions (local.get $s) (local.get $new)))

;; The shape that a transition leads to, if there is one yet.
(func $known_branch (param $s (ref null $Shape)) (param $key eqref) (param $flags i32) (result (ref null $Shape))
  (local $row (ref null $Any))
  (local.set $row (struct.get $Shape $transitions (local.get $s)))
  (if (ref.is_null (local.get $row)) (then (return (ref.null $Shape))))
  (ref.cast (ref null $Shape)
    (array.get $Any (local.get $row) (call $branch_place (local.get $row) (local.get $key) (local.get $flags)))))

;; The shape with one property more; null where an object should rather have a shape of its own.
(func $shape_add (param $s (ref null $Shape)) (param $key eqref) (param $flags i32) (result (ref null $Shape))
  (local $next (ref null $Shape))
  (local.set $next (call $known_branch (local.get $s) (local.get $key) (local.get $flags)))
  (if (i32.eqz (ref.is_null (local.get $next))) (then (return (local.get $next))))
  (if (i32.or (i32.ge_u (struct.get $Shape $slots (local.get $s)) (i32.const 64))
              (i32.ge_u (struct.get $Shape $branches (local.get $s)) (i32.const 256)))
    (then (return (ref.null $Shape))))
  (call $new_branch (local.get $s) (local.get $key) (local.get $flags)))

(func $new_branch (param $s (ref null $Shape)) (param $key eqref) (param $flags i32) (result (ref null $Shape))
  (local $next (ref $Shape)) (local $n i32) (local $size i32)
  (local.set $next (call $clone_shape (local.get $s)))
  (local.set $n (struct.get $Shape $count (local.get $s)))
  (local.set $size (array.len (struct.get $Shape $keys (local.get $s))))
  (if (i32.ge_u (local.get $n) (local.get $size))
    (then (call $copy_rows (local.get $next) (i32.mul (local.get $size) (i32.const 2))))
    (else
      ;; The rows are shared with the shape that this one continues, if nothing else continues it.
      (if (i32.eqz (ref.is_null (array.get $Any (struct.get $Shape $keys (local.get $s)) (local.get $n))))
        (then (call $copy_rows (local.get $next) (i32.add (local.get $n) (i32.const 4)))))))
  (call $shape_append (local.get $next) (local.get $key) (local.get $flags) (struct.get $Shape $slots (local.get $s)))
  (struct.set $Shape $slots (local.get $next) (i32.add (struct.get $Shape $slots (local.get $s)) (i32.const 1)))
  (call $add_branch (local.get $s) (local.get $next) (local.get $key) (local.get $flags))
  (local.get $next))

(func $add_branch (param $s (ref null $Shape)) (param $next (ref null $Shape)) (param $key eqref) (param $flags i32)
  (struct.set $Shape $parent_key (local.get $next) (local.get $key))
  (struct.set $Shape $parent_flags (local.get $next) (local.get $flags))
  (if (ref.is_null (struct.get $Shape $transitions (local.get $s)))
    (then (call $grow_branches (local.get $s)))
    (else
      (if (i32.ge_u (i32.mul (struct.get $Shape $branches (local.get $s)) (i32.const 2))
                    (array.len (struct.get $Shape $transitions (local.get $s))))
        (then (call $grow_branches (local.get $s))))))
  (array.set $Any (struct.get $Shape $transitions (local.get $s))
    (call $branch_place (struct.get $Shape $transitions (local.get $s)) (local.get $key) (local.get $flags))
    (local.get $next))
  (struct.set $Shape $branches (local.get $s) (i32.add (struct.get $Shape $branches (local.get $s)) (i32.const 1))))

;; Room for a property more in a shape of one object's own: the rows grow, or lose what was deleted.
(func $dict_room (param $o (ref null $Object)) (param $s (ref null $Shape))
  (local $n i32) (local $size i32) (local $live i32) (local $i i32)
  (local.set $n (struct.get $Shape $count (local.get $s)))
  (local.set $size (array.len (struct.get $Shape $keys (local.get $s))))
  (if (i32.lt_u (local.get $n) (local.get $size)) (then (return)))
  (loop $next
    (local.set $live (i32.add (local.get $live)
      (i32.eqz (ref.is_null (array.get $Any (struct.get $Shape $keys (local.get $s)) (local.get $i))))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
  (if (i32.lt_u (i32.mul (local.get $live) (i32.const 2)) (local.get $n))
    (then (call $dict_compact (local.get $o) (local.get $s)))
    (else (call $copy_rows (local.get $s) (i32.mul (local.get $size) (i32.const 2))))))

(func $dict_compact (param $o (ref null $Object)) (param $s (ref null $Shape))
  (local $n i32) (local $i i32) (local $key eqref) (local $slots (ref null $Any)) (local $new (ref $Any)) (local $used i32)
  (local $keys (ref null $Any)) (local $flags (ref null $Bytes)) (local $places (ref null $Ints)) (local $place i32)
  (local.set $n (struct.get $Shape $count (local.get $s)))
  (local.set $keys (struct.get $Shape $keys (local.get $s)))
  (local.set $flags (struct.get $Shape $flags (local.get $s)))
  (local.set $places (struct.get $Shape $places (local.get $s)))
  (local.set $slots (struct.get $Object $slots (local.get $o)))
  (local.set $new (array.new_default $Any (i32.add (local.get $n) (i32.const 4))))
  (call $clear_rows (local.get $s) (i32.add (local.get $n) (i32.const 4)))
  (loop $next
    (local.set $key (array.get $Any (local.get $keys) (local.get $i)))
    (local.set $place (array.get $Ints (local.get $places) (local.get $i)))
    (if (i32.eqz (ref.is_null (local.get $key)))
      (then
        (if (i32.eqz (i32.and (array.get_u $Bytes (local.get $flags) (local.get $i)) (i32.const 16)))
          (then
            (array.set $Any (local.get $new) (local.get $used) (array.get $Any (local.get $slots) (local.get $place)))
            (local.set $place (local.get $used))
            (local.set $used (i32.add (local.get $used) (i32.const 1)))))
        (call $shape_append (local.get $s) (local.get $key) (array.get_u $Bytes (local.get $flags) (local.get $i)) (local.get $place))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
  (struct.set $Shape $slots (local.get $s) (local.get $used))
  (struct.set $Object $slots (local.get $o) (local.get $new)))

(func $clear_rows (param $s (ref null $Shape)) (param $size i32)
  (struct.set $Shape $count (local.get $s) (i32.const 0))
  (struct.set $Shape $keys (local.get $s) (array.new_default $Any (local.get $size)))
  (struct.set $Shape $flags (local.get $s) (array.new_default $Bytes (local.get $size)))
  (struct.set $Shape $places (local.get $s) (array.new_default $Ints (local.get $size)))
  (struct.set $Shape $table (local.get $s) (ref.null $Ints)))

(func $put_slot (param $o (ref null $Object)) (param $slot i32) (param $value eqref)
  (local $slots (ref null $Any))
  (local.set $slots (struct.get $Object $slots (local.get $o)))
  (if (ref.is_null (local.get $slots))
    (then
      (local.set $slots (array.new_default $Any (i32.add (local.get $slot) (i32.const 4))))
      (struct.set $Object $slots (local.get $o) (local.get $slots)))
    (else
      (if (i32.ge_u (local.get $slot) (array.len (local.get $slots)))
        (then
          (local.set $slots (call $grow_any (local.get $slots) (array.len (local.get $slots))
            (i32.add (i32.const 4) (i32.add (local.get $slot) (i32.shr_u (local.get $slot) (i32.const 1))))))
          (struct.set $Object $slots (local.get $o) (local.get $slots))))))
  (array.set $Any (local.get $slots) (local.get $slot) (local.get $value)))

;; Adds a property that the object does not have: no checks.
(func $add_property (param $o (ref null $Object)) (param $key eqref) (param $value eqref) (param $flags i32)
  (local $s (ref null $Shape)) (local $next (ref null $Shape)) (local $slot i32)
  (local.set $s (struct.get $Object $shape (local.get $o)))
  (if (i32.eqz (i32.and (struct.get $Shape $bits (local.get $s)) (i32.const 33)))
    (then
      (local.set $next (call $shape_add (local.get $s) (local.get $key) (local.get $flags)))
      (if (i32.eqz (ref.is_null (local.get $next)))
        (then
          (call $put_slot (local.get $o) (struct.get $Shape $slots (local.get $s)) (local.get $value))
          (struct.set $Object $shape (local.get $o) (local.get $next))
          (return)))))
  (if (i32.and (struct.get $Shape $bits (local.get $s)) (i32.const 32))
    (then
      (call $materialise (local.get $o))
      (call $add_property (local.get $o) (local.get $key) (local.get $value) (local.get $flags))
      (return)))
  (local.set $s (call $own_shape (local.get $o)))
  (call $note_prototype (local.get $s))
  (call $dict_room (local.get $o) (local.get $s))
  (local.set $slot (struct.get $Shape $slots (local.get $s)))
  (call $shape_append (local.get $s) (local.get $key) (local.get $flags) (local.get $slot))
  (struct.set $Shape $slots (local.get $s) (i32.add (local.get $slot) (i32.const 1)))
  (call $put_slot (local.get $o) (local.get $slot) (local.get $value)))

(func $note_prototype (param $s (ref null $Shape))
  (if (i32.and (struct.get $Shape $bits (local.get $s)) (i32.const 2))
    (then (global.set $epoch (i32.add (global.get $epoch) (i32.const 1))))))

(func $shape_of (param $o (ref null $Object)) (result (ref null $Shape)) (struct.get $Object $shape (local.get $o)))
(func $bits_of (param $o (ref null $Object)) (result i32) (struct.get $Shape $bits (struct.get $Object $shape (local.get $o))))
(func $set_bits (param $o (ref null $Object)) (param $bits i32)
  (local $s (ref null $Shape))
  (local.set $s (call $own_shape (local.get $o)))
  (struct.set $Shape $bits (local.get $s) (i32.or (struct.get $Shape $bits (local.get $s)) (local.get $bits))))
(func $proto (param $o (ref null $Object)) (result (ref null $Object))
  (struct.get $Shape $proto (struct.get $Object $shape (local.get $o))))

;; Gives an object another prototype.
(func $set_proto (param $o (ref null $Object)) (param $proto (ref null $Object))
  (local $s (ref null $Shape))
  (if (ref.eq (call $proto (local.get $o)) (local.get $proto)) (then (return)))
  (drop (call $root_of (local.get $proto)))
  (local.set $s (call $own_shape (local.get $o)))
  (struct.set $Shape $proto (local.get $s) (local.get $proto))
  (call $note_prototype (local.get $s)))
