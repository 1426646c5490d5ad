;; Property access by names in the program: each place remembers the shapes that it met last.

(func $get_prop (export "get_prop") (param $v eqref) (param $key (ref null $Str)) (param $site (ref null $Site)) (result eqref)
  (local $o (ref null $Object)) (local $holder (ref null $Object)) (local $place i32)
  (if (ref.test (ref $Object) (local.get $v))
    (then
      (local.set $o (ref.cast (ref $Object) (local.get $v)))
      (if (ref.eq (struct.get $Object $shape (local.get $o)) (struct.get $Site $shape (local.get $site)))
        (then
          (local.set $place (struct.get $Site $place (local.get $site)))
          (if (i32.ge_s (local.get $place) (i32.const 0))
            (then
              (local.set $holder (struct.get $Site $holder (local.get $site)))
              (if (ref.is_null (local.get $holder))
                (then (return (array.get $Any (struct.get $Object $slots (local.get $o)) (local.get $place)))))
              (if (i32.eq (struct.get $Site $epoch (local.get $site)) (global.get $epoch))
                (then (return (array.get $Any (struct.get $Object $slots (local.get $holder)) (local.get $place))))))
            (else (return_call $get_noted (local.get $v) (local.get $key) (local.get $site) (struct.get $Object $shape (local.get $o)))))))))
  (call $get_prop_slow (local.get $v) (local.get $key) (local.get $site)))

;; What the site remembers is looked at in full; then what came before it.
(func $get_prop_slow (param $v eqref) (param $key (ref null $Str)) (param $site (ref null $Site)) (result eqref)
  (local $s (ref null $Shape))
  (if (ref.test (ref $Object) (local.get $v))
    (then (local.set $s (struct.get $Object $shape (ref.cast (ref $Object) (local.get $v)))))
    (else
      (if (ref.test (ref $Str) (local.get $v))
        (then
          (if (ref.eq (local.get $key) (global.get $s.length))
            (then (return (call $box_i32 (call $str_length (ref.cast (ref $Str) (local.get $v)))))))))
      (if (ref.test (ref $Vec) (local.get $v)) (then (return (call $get (local.get $v) (local.get $key)))))
      (if (call $is_nullish (local.get $v)) (then (call $nullish_access (local.get $v) (local.get $key) (i32.const 0))))
      (local.set $s (call $root_of (call $proto_of_primitive (local.get $v))))))
  (if (i32.eqz (ref.eq (local.get $s) (struct.get $Site $shape (local.get $site))))
    (then
      (if (ref.eq (local.get $s) (struct.get $Site $shape2 (local.get $site)))
        (then (call $swap_site (local.get $site)))
        (else (return (call $get_and_note (local.get $v) (local.get $key) (local.get $site) (local.get $s)))))))
  (call $get_noted (local.get $v) (local.get $key) (local.get $site) (local.get $s)))

;; A property whose shape the site remembers first.
(func $get_noted (param $v eqref) (param $key (ref null $Str)) (param $site (ref null $Site)) (param $s (ref null $Shape)) (result eqref)
  (local $holder (ref null $Object)) (local $place i32) (local $value eqref) (local $o (ref null $Object))
  (local.set $holder (struct.get $Site $holder (local.get $site)))
  (local.set $place (struct.get $Site $place (local.get $site)))
  (if (ref.is_null (local.get $holder))
    (then
      (local.set $o (ref.cast (ref $Object) (local.get $v)))
      (if (i32.ge_s (local.get $place) (i32.const 0))
        (then (return (array.get $Any (struct.get $Object $slots (local.get $o)) (local.get $place)))))
      (local.set $value (call $call_field_get (local.get $o) (i32.xor (local.get $place) (i32.const -1))))
      (if (i32.eqz (ref.eq (local.get $value) (global.get $absent))) (then (return (local.get $value))))
      (return (call $get (local.get $v) (local.get $key)))))
  (if (i32.ne (struct.get $Site $epoch (local.get $site)) (global.get $epoch))
    (then (return (call $get_and_note (local.get $v) (local.get $key) (local.get $site) (local.get $s)))))
  (if (i32.ge_s (local.get $place) (i32.const 0))
    (then (return (array.get $Any (struct.get $Object $slots (local.get $holder)) (local.get $place)))))
  (call $read (local.get $holder) (local.get $key)
    (array.get $Any (struct.get $Object $slots (local.get $holder)) (i32.xor (local.get $place) (i32.const -1))) (i32.const 8) (local.get $v)))

(func $swap_site (param $site (ref null $Site))
  (local $shape (ref null $Shape)) (local $holder (ref null $Object)) (local $place i32) (local $next (ref null $Shape)) (local $epoch i32)
  (local.set $shape (struct.get $Site $shape (local.get $site)))
  (local.set $holder (struct.get $Site $holder (local.get $site)))
  (local.set $place (struct.get $Site $place (local.get $site)))
  (local.set $next (struct.get $Site $next (local.get $site)))
  (local.set $epoch (struct.get $Site $epoch (local.get $site)))
  (struct.set $Site $shape (local.get $site) (struct.get $Site $shape2 (local.get $site)))
  (struct.set $Site $holder (local.get $site) (struct.get $Site $holder2 (local.get $site)))
  (struct.set $Site $place (local.get $site) (struct.get $Site $place2 (local.get $site)))
  (struct.set $Site $next (local.get $site) (struct.get $Site $next2 (local.get $site)))
  (struct.set $Site $epoch (local.get $site) (struct.get $Site $epoch2 (local.get $site)))
  (struct.set $Site $shape2 (local.get $site) (local.get $shape))
  (struct.set $Site $holder2 (local.get $site) (local.get $holder))
  (struct.set $Site $place2 (local.get $site) (local.get $place))
  (struct.set $Site $next2 (local.get $site) (local.get $next))
  (struct.set $Site $epoch2 (local.get $site) (local.get $epoch)))

(func $note_site (param $site (ref null $Site)) (param $s (ref null $Shape)) (param $holder (ref null $Object)) (param $place i32)
  (param $next (ref null $Shape))
  (if (ref.is_null (local.get $site)) (then (return)))
  ;; A place that meets many shapes remembers one only now and then.
  (struct.set $Site $misses (local.get $site) (i32.add (struct.get $Site $misses (local.get $site)) (i32.const 1)))
  (if (i32.and (i32.gt_u (struct.get $Site $misses (local.get $site)) (i32.const 64))
               (i32.ne (i32.and (struct.get $Site $misses (local.get $site)) (i32.const 31)) (i32.const 0)))
    (then (return)))
  (if (i32.eqz (ref.eq (struct.get $Site $shape (local.get $site)) (local.get $s))) (then (call $swap_site (local.get $site))))
  (struct.set $Site $shape (local.get $site) (local.get $s))
  (struct.set $Site $holder (local.get $site) (local.get $holder))
  (struct.set $Site $place (local.get $site) (local.get $place))
  (struct.set $Site $next (local.get $site) (local.get $next))
  (struct.set $Site $epoch (local.get $site) (global.get $epoch)))

;; Whether an object's kind may have the named property though its shape has not, or has it not as the shape says.
(func $by_nature (param $o (ref null $Object)) (param $key eqref) (result i32)
  (if (i32.and (i32.ne (i32.const 0) (i32.and (call $bits_of (local.get $o)) (i32.const 32))) (call $is_lazy_key (local.get $key)))
    (then (return (i32.const 1))))
  (if (call $is_instance_object (local.get $o)) (then (return (i32.const 0))))
  (if (ref.test (ref $Function) (local.get $o)) (then (return (i32.const 0))))
  (i32.or (i32.or (ref.eq (local.get $key) (global.get $s.length)) (ref.eq (local.get $key) (global.get $s.stack)))
    (i32.or (ref.test (ref $Typed) (local.get $o)) (i32.ne (call $array_index (local.get $key)) (i32.const -1)))))

;; Looks the property up, and lets the site remember where it was.
(func $get_and_note (param $v eqref) (param $key (ref null $Str)) (param $site (ref null $Site)) (param $s (ref null $Shape)) (result eqref)
  (local $at (ref null $Object)) (local $i i32) (local $value eqref) (local $flags i32) (local $own i32)
  (local.set $at (call $start_of (local.get $v)))
  (local.set $own (ref.eq (local.get $at) (local.get $v)))
  (if (ref.test (ref $Array) (local.get $v))
    (then
      (if (ref.eq (local.get $key) (global.get $s.length))
        (then (return (call $box_u32 (struct.get $Array $length (ref.cast (ref $Array) (local.get $v)))))))))
  (block $generic
    ;; An object's own shape may change under the site, unless it is built in or a prototype's, whose changes count.
    (br_if $generic (i32.eq (i32.and (struct.get $Shape $bits (local.get $s)) (i32.const 11)) (i32.const 1)))
    (loop $up
      (br_if $generic (ref.is_null (local.get $at)))
      (br_if $generic (call $by_nature (local.get $at) (local.get $key)))
      (local.set $i (call $shape_find (struct.get $Object $shape (local.get $at)) (local.get $key)))
      (if (i32.lt_s (local.get $i) (i32.const 0))
        (then
          (local.set $at (call $proto (local.get $at)))
          (local.set $own (i32.const 0))
          (br $up))))
    (local.set $flags (call $flags_at (local.get $at) (local.get $i)))
    (local.set $value (call $value_at (local.get $at) (local.get $i)))
    (br_if $generic (ref.eq (local.get $value) (global.get $absent)))
    (if (local.get $own)
      (then
        (if (i32.eq (i32.and (call $bits_of (local.get $at)) (i32.const 3)) (i32.const 3)) (then (local.set $own (i32.const 0))))))
    (if (local.get $own)
      (then
        (br_if $generic (i32.and (local.get $flags) (i32.const 8)))
        (call $note_site (local.get $site) (local.get $s) (ref.null $Object)
          (i32.xor (call $place_at (local.get $at) (local.get $i)) (i32.sub (i32.const 0) (i32.shr_u (i32.and (local.get $flags) (i32.const 16)) (i32.const 4))))
          (ref.null $Shape))
        (return (local.get $value))))
    (br_if $generic (i32.and (local.get $flags) (i32.const 16)))
    (br_if $generic (ref.eq (local.get $value) (global.get $uninit)))
    (call $note_site (local.get $site) (local.get $s) (local.get $at)
      (i32.xor (call $place_at (local.get $at) (local.get $i)) (i32.sub (i32.const 0) (i32.shr_u (i32.and (local.get $flags) (i32.const 8)) (i32.const 3))))
      (ref.null $Shape))
    (return (call $read (local.get $at) (local.get $key) (local.get $value) (local.get $flags) (local.get $v))))
  (call $get (local.get $v) (local.get $key)))

(func $set_prop (export "set_prop") (param $v eqref) (param $value eqref) (param $key (ref null $Str)) (param $site (ref null $Site))
  (local $o (ref null $Object)) (local $place i32)
  (if (ref.test (ref $Object) (local.get $v))
    (then
      (local.set $o (ref.cast (ref $Object) (local.get $v)))
      (if (ref.eq (struct.get $Object $shape (local.get $o)) (struct.get $Site $shape (local.get $site)))
        (then
          (local.set $place (struct.get $Site $place (local.get $site)))
          (if (i32.and (ref.is_null (struct.get $Site $next (local.get $site))) (i32.ge_s (local.get $place) (i32.const 0)))
            (then
              (array.set $Any (struct.get $Object $slots (local.get $o)) (local.get $place) (local.get $value))
              (return)))))))
  (call $set_prop_slow (local.get $v) (local.get $value) (local.get $key) (local.get $site)))

(func $set_prop_slow (param $v eqref) (param $value eqref) (param $key (ref null $Str)) (param $site (ref null $Site))
  (local $o (ref null $Object)) (local $s (ref null $Shape))
  (if (i32.eqz (ref.test (ref $Object) (local.get $v)))
    (then (call $set (local.get $v) (local.get $key) (local.get $value)) (return)))
  (local.set $o (ref.cast (ref $Object) (local.get $v)))
  (local.set $s (struct.get $Object $shape (local.get $o)))
  (if (i32.eqz (ref.eq (local.get $s) (struct.get $Site $shape (local.get $site))))
    (then
      (if (ref.eq (local.get $s) (struct.get $Site $shape2 (local.get $site))) (then (call $swap_site (local.get $site))))))
  (if (ref.eq (local.get $s) (struct.get $Site $shape (local.get $site)))
    (then
      (if (call $set_noted (local.get $o) (local.get $value) (local.get $site)) (then (return)))))
  (call $set_and_note (local.get $o) (local.get $value) (local.get $key) (local.get $site)))

;; Writes a property whose shape the site remembers first; yields whether that could be.
(func $set_noted (param $o (ref null $Object)) (param $value eqref) (param $site (ref null $Site)) (result i32)
  (local $place i32)
  (local.set $place (struct.get $Site $place (local.get $site)))
  (if (i32.lt_s (local.get $place) (i32.const 0))
    (then
      (local.set $place (i32.xor (local.get $place) (i32.const -1)))
      ;; A field without value may be written where no prototype has a say: the next shape is the same then.
      (if (i32.eqz (i32.and (ref.eq (struct.get $Site $next (local.get $site)) (struct.get $Site $shape (local.get $site)))
                            (i32.eq (struct.get $Site $epoch (local.get $site)) (global.get $epoch))))
        (then
          (if (ref.eq (call $call_field_get (local.get $o) (local.get $place)) (global.get $absent)) (then (return (i32.const 0)))))
        (else (drop (call $order_field (local.get $o) (local.get $place)))))
      (call $call_field_set (local.get $o) (local.get $place) (local.get $value))
      (return (i32.const 1))))
  (if (ref.is_null (struct.get $Site $next (local.get $site)))
    (then
      (array.set $Any (struct.get $Object $slots (local.get $o)) (local.get $place) (local.get $value))
      (return (i32.const 1))))
  (if (i32.ne (struct.get $Site $epoch (local.get $site)) (global.get $epoch)) (then (return (i32.const 0))))
  (call $put_slot (local.get $o) (local.get $place) (local.get $value))
  (struct.set $Object $shape (local.get $o) (struct.get $Site $next (local.get $site)))
  (i32.const 1))

(func $set_and_note (param $o (ref null $Object)) (param $value eqref) (param $key (ref null $Str)) (param $site (ref null $Site))
  (local $before (ref null $Shape)) (local $after (ref null $Shape)) (local $i i32) (local $flags i32) (local $was_absent i32)
  (local.set $before (struct.get $Object $shape (local.get $o)))
  (local.set $i (call $shape_find (local.get $before) (local.get $key)))
  (if (i32.ge_s (local.get $i) (i32.const 0))
    (then (local.set $was_absent (ref.eq (call $value_at (local.get $o) (local.get $i)) (global.get $absent)))))
  (call $set (local.get $o) (local.get $key) (local.get $value))
  (local.set $after (struct.get $Object $shape (local.get $o)))
  ;; Not what is its own, built in, lazy, or there by nature.
  (if (i32.and (i32.or (struct.get $Shape $bits (local.get $before)) (struct.get $Shape $bits (local.get $after))) (i32.const 169)) (then (return)))
  (if (call $by_nature (local.get $o) (local.get $key)) (then (return)))
  (local.set $i (call $shape_find (local.get $after) (local.get $key)))
  (if (i32.lt_s (local.get $i) (i32.const 0)) (then (return)))
  (local.set $flags (call $flags_at (local.get $o) (local.get $i)))
  (if (i32.ne (i32.and (local.get $flags) (i32.const 9)) (i32.const 1)) (then (return)))
  (if (ref.eq (local.get $before) (local.get $after))
    (then
      (call $note_site (local.get $site) (local.get $before) (ref.null $Object)
        (i32.xor (call $place_at (local.get $o) (local.get $i)) (i32.sub (i32.const 0) (i32.shr_u (i32.and (local.get $flags) (i32.const 16)) (i32.const 4))))
        ;; A setter of a prototype leaves the field without value.
        (select (result (ref null $Shape)) (local.get $before) (ref.null $Shape)
          (i32.and (local.get $was_absent) (i32.eqz (ref.eq (call $value_at (local.get $o) (local.get $i)) (global.get $absent))))))
      (return)))
  (if (i32.ne (struct.get $Shape $count (local.get $after)) (i32.add (struct.get $Shape $count (local.get $before)) (i32.const 1)))
    (then (return)))
  (if (i32.and (ref.eq (struct.get $Shape $parent_key (local.get $after)) (local.get $key))
               (ref.eq (call $shape_add (local.get $before) (local.get $key) (local.get $flags)) (local.get $after)))
    (then
      (call $note_site (local.get $site) (local.get $before) (ref.null $Object) (call $place_at (local.get $o) (local.get $i)) (local.get $after)))))
