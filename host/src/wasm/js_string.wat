;; `wasm:js-string` for wasmtime: strings as rows of UTF-16 units, with ropes for concatenation and views for long parts. A string is a
;; $Text that was made an `externref`; null and whatever else the host may hold are no strings, and all functions but `test` and `equals`
;; trap at them. The host reaches the units through $memory.
(module
  ;; As compiled programs declare it, alone in its group.
  (type $Units (array (mut i16)))
  ;; $units: null in a rope, which $left and $right make up; then flat, from $start on.
  (rec (type $Text (struct
    (field $length i32)
    (field $start (mut i32))
    (field $units (mut (ref null $Units)))
    (field $left (mut (ref null $Text)))
    (field $right (mut (ref null $Text))))))
  ;; Parts of a rope that are still to be copied, while one is made flat.
  (rec (type $Rest (struct (field $text (ref $Text)) (field $next (ref null $Rest)))))

  (memory $memory (export "memory") 1)

  (func $flat (param $units (ref $Units)) (result (ref $Text))
    (struct.new $Text (array.len (local.get $units)) (i32.const 0) (local.get $units) (ref.null $Text) (ref.null $Text)))

  (func $out (param $text (ref $Text)) (result (ref extern))
    (ref.as_non_null (extern.convert_any (local.get $text))))

  (func $text (param $string externref) (result (ref $Text))
    (ref.cast (ref $Text) (any.convert_extern (local.get $string))))

  ;; The units of a string; a rope is made flat in place, from its end, without recursion.
  (func $units (param $text (ref $Text)) (result (ref $Units))
    (block $rope
      (return (br_on_null $rope (struct.get $Text $units (local.get $text)))))
    (return_call $flatten (local.get $text)))

  (func $flatten (param $text (ref $Text)) (result (ref $Units))
    (local $out (ref $Units)) (local $at i32) (local $node (ref $Text)) (local $rest (ref null $Rest)) (local $part (ref null $Units))
    (local.set $at (struct.get $Text $length (local.get $text)))
    (local.set $out (array.new_default $Units (local.get $at)))
    (local.set $node (local.get $text))
    (loop $next
      (local.set $part (struct.get $Text $units (local.get $node)))
      (if (ref.is_null (local.get $part))
        (then
          (local.set $rest (struct.new $Rest (ref.as_non_null (struct.get $Text $left (local.get $node))) (local.get $rest)))
          (local.set $node (ref.as_non_null (struct.get $Text $right (local.get $node))))
          (br $next)))
      (local.set $at (i32.sub (local.get $at) (struct.get $Text $length (local.get $node))))
      (array.copy $Units $Units (local.get $out) (local.get $at)
        (local.get $part) (struct.get $Text $start (local.get $node)) (struct.get $Text $length (local.get $node)))
      (if (ref.is_null (local.get $rest))
        (then)
        (else
          (local.set $node (struct.get $Rest $text (local.get $rest)))
          (local.set $rest (struct.get $Rest $next (local.get $rest)))
          (br $next))))
    (struct.set $Text $units (local.get $text) (local.get $out))
    (struct.set $Text $start (local.get $text) (i32.const 0))
    (struct.set $Text $left (local.get $text) (ref.null $Text))
    (struct.set $Text $right (local.get $text) (ref.null $Text))
    (local.get $out))

  (func (export "test") (param $string externref) (result i32)
    (ref.test (ref $Text) (any.convert_extern (local.get $string))))

  (func (export "cast") (param $string externref) (result (ref extern))
    (call $out (call $text (local.get $string))))

  (func (export "length") (param $string externref) (result i32)
    (struct.get $Text $length (call $text (local.get $string))))

  (func $unit (param $text (ref $Text)) (param $at i32) (result i32)
    (local $units (ref $Units))
    (if (i32.ge_u (local.get $at) (struct.get $Text $length (local.get $text))) (then (unreachable)))
    ;; Before the field: a rope that is made flat begins at 0.
    (local.set $units (call $units (local.get $text)))
    (array.get_u $Units (local.get $units) (i32.add (struct.get $Text $start (local.get $text)) (local.get $at))))

  (func (export "charCodeAt") (param $string externref) (param $at i32) (result i32)
    (call $unit (call $text (local.get $string)) (local.get $at)))

  (func (export "codePointAt") (param $string externref) (param $at i32) (result i32)
    (local $text (ref $Text)) (local $first i32) (local $second i32)
    (local.set $text (call $text (local.get $string)))
    (local.set $first (call $unit (local.get $text) (local.get $at)))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (if (i32.and
          (i32.eq (i32.and (local.get $first) (i32.const 0xfc00)) (i32.const 0xd800))
          (i32.lt_u (local.get $at) (struct.get $Text $length (local.get $text))))
      (then
        (local.set $second (call $unit (local.get $text) (local.get $at)))
        (if (i32.eq (i32.and (local.get $second) (i32.const 0xfc00)) (i32.const 0xdc00))
          (then (return (i32.add (i32.const 0x10000)
            (i32.add
              (i32.shl (i32.and (local.get $first) (i32.const 0x3ff)) (i32.const 10))
              (i32.and (local.get $second) (i32.const 0x3ff)))))))))
    (local.get $first))

  (func $one (param $unit i32) (result (ref $Text))
    (call $flat (array.new $Units (local.get $unit) (i32.const 1))))

  (func (export "fromCharCode") (param $unit i32) (result (ref extern))
    (call $out (call $one (local.get $unit))))

  (func (export "fromCodePoint") (param $point i32) (result (ref extern))
    (if (i32.gt_u (local.get $point) (i32.const 0x10ffff)) (then (unreachable)))
    (if (i32.lt_u (local.get $point) (i32.const 0x10000)) (then (return (call $out (call $one (local.get $point))))))
    (local.set $point (i32.sub (local.get $point) (i32.const 0x10000)))
    (call $out (call $flat (array.new_fixed $Units 2
      (i32.or (i32.const 0xd800) (i32.shr_u (local.get $point) (i32.const 10)))
      (i32.or (i32.const 0xdc00) (i32.and (local.get $point) (i32.const 0x3ff)))))))

  (func (export "fromCharCodeArray") (param $from (ref null $Units)) (param $start i32) (param $end i32) (result (ref extern))
    (local $units (ref $Units)) (local $length i32)
    (if (i32.or
          (i32.gt_u (local.get $start) (local.get $end))
          (i32.gt_u (local.get $end) (array.len (local.get $from))))
      (then (unreachable)))
    (local.set $length (i32.sub (local.get $end) (local.get $start)))
    (local.set $units (array.new_default $Units (local.get $length)))
    (array.copy $Units $Units (local.get $units) (i32.const 0) (local.get $from) (local.get $start) (local.get $length))
    (call $out (call $flat (local.get $units))))

  (func (export "intoCharCodeArray") (param $string externref) (param $to (ref null $Units)) (param $start i32) (result i32)
    (local $text (ref $Text)) (local $units (ref $Units))
    (local.set $text (call $text (local.get $string)))
    (local.set $units (call $units (local.get $text)))
    (array.copy $Units $Units (local.get $to) (local.get $start)
      (local.get $units) (struct.get $Text $start (local.get $text)) (struct.get $Text $length (local.get $text)))
    (struct.get $Text $length (local.get $text)))

  ;; Short ones are copied; longer ones become a rope.
  (func (export "concat") (param $a externref) (param $b externref) (result (ref extern))
    (local $left (ref $Text)) (local $right (ref $Text)) (local $length i32) (local $units (ref $Units)) (local $part (ref $Units))
    (local.set $left (call $text (local.get $a)))
    (local.set $right (call $text (local.get $b)))
    (if (i32.eqz (struct.get $Text $length (local.get $right))) (then (return (call $out (local.get $left)))))
    (if (i32.eqz (struct.get $Text $length (local.get $left))) (then (return (call $out (local.get $right)))))
    (local.set $length (i32.add (struct.get $Text $length (local.get $left)) (struct.get $Text $length (local.get $right))))
    ;; No string is longer than (1 << 29) - 24 units; programs look before they join.
    (if (i32.gt_u (local.get $length) (i32.const 536870888)) (then (unreachable)))
    (if (i32.gt_u (local.get $length) (i32.const 24))
      (then (return (call $out (struct.new $Text (local.get $length) (i32.const 0) (ref.null $Units) (local.get $left) (local.get $right))))))
    (local.set $units (array.new_default $Units (local.get $length)))
    (local.set $part (call $units (local.get $left)))
    (array.copy $Units $Units (local.get $units) (i32.const 0)
      (local.get $part) (struct.get $Text $start (local.get $left)) (struct.get $Text $length (local.get $left)))
    (local.set $part (call $units (local.get $right)))
    (array.copy $Units $Units (local.get $units) (struct.get $Text $length (local.get $left))
      (local.get $part) (struct.get $Text $start (local.get $right)) (struct.get $Text $length (local.get $right)))
    (call $out (call $flat (local.get $units))))

  ;; As `String.prototype.substring` without the exchange of its bounds: what lies outside is cut off. Long parts share the units.
  (func (export "substring") (param $string externref) (param $start i32) (param $end i32) (result (ref extern))
    (local $text (ref $Text)) (local $units (ref $Units)) (local $part (ref $Units)) (local $length i32)
    (local.set $text (call $text (local.get $string)))
    (if (i32.gt_u (local.get $end) (struct.get $Text $length (local.get $text)))
      (then (local.set $end (struct.get $Text $length (local.get $text)))))
    (if (i32.ge_u (local.get $start) (local.get $end))
      (then (return (call $out (call $flat (array.new_default $Units (i32.const 0)))))))
    (local.set $length (i32.sub (local.get $end) (local.get $start)))
    (if (i32.eq (local.get $length) (struct.get $Text $length (local.get $text)))
      (then (return (call $out (local.get $text)))))
    (local.set $units (call $units (local.get $text)))
    (local.set $start (i32.add (local.get $start) (struct.get $Text $start (local.get $text))))
    (if (i32.gt_u (local.get $length) (i32.const 24))
      (then (return (call $out
        (struct.new $Text (local.get $length) (local.get $start) (local.get $units) (ref.null $Text) (ref.null $Text))))))
    (local.set $part (array.new_default $Units (local.get $length)))
    (array.copy $Units $Units (local.get $part) (i32.const 0) (local.get $units) (local.get $start) (local.get $length))
    (call $out (call $flat (local.get $part))))

  (func (export "equals") (param $a externref) (param $b externref) (result i32)
    (local $left (ref $Text)) (local $right (ref $Text))
    (if (ref.is_null (local.get $a)) (then (return (ref.is_null (local.get $b)))))
    (if (ref.is_null (local.get $b)) (then (return (i32.const 0))))
    (local.set $left (call $text (local.get $a)))
    (local.set $right (call $text (local.get $b)))
    (if (ref.eq (local.get $left) (local.get $right)) (then (return (i32.const 1))))
    (if (i32.ne (struct.get $Text $length (local.get $left)) (struct.get $Text $length (local.get $right)))
      (then (return (i32.const 0))))
    (i32.eqz (call $order (local.get $left) (local.get $right))))

  (func (export "compare") (param $a externref) (param $b externref) (result i32)
    (call $order (call $text (local.get $a)) (call $text (local.get $b))))

  ;; -1, 0 or 1, by units and then by length.
  (func $order (param $a (ref $Text)) (param $b (ref $Text)) (result i32)
    (local $left (ref $Units)) (local $right (ref $Units)) (local $i i32) (local $j i32) (local $end i32) (local $x i32) (local $y i32)
    (local.set $left (call $units (local.get $a)))
    (local.set $right (call $units (local.get $b)))
    (local.set $i (struct.get $Text $start (local.get $a)))
    (local.set $j (struct.get $Text $start (local.get $b)))
    (local.set $x (struct.get $Text $length (local.get $a)))
    (local.set $y (struct.get $Text $length (local.get $b)))
    (local.set $end (i32.add (local.get $i) (select (local.get $x) (local.get $y) (i32.lt_u (local.get $x) (local.get $y)))))
    (block $shorter
      (loop $next
        (br_if $shorter (i32.ge_u (local.get $i) (local.get $end)))
        (local.set $x (array.get_u $Units (local.get $left) (local.get $i)))
        (local.set $y (array.get_u $Units (local.get $right) (local.get $j)))
        (if (i32.ne (local.get $x) (local.get $y))
          (then (return (select (i32.const -1) (i32.const 1) (i32.lt_u (local.get $x) (local.get $y))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (br $next)))
    (local.set $x (struct.get $Text $length (local.get $a)))
    (local.set $y (struct.get $Text $length (local.get $b)))
    (i32.sub (i32.gt_u (local.get $x) (local.get $y)) (i32.lt_u (local.get $x) (local.get $y))))

  ;; The string of the first $length units in memory.
  (func (export "wrap") (param $length i32) (result (ref extern))
    (local $units (ref $Units)) (local $at i32)
    (local.set $units (array.new_default $Units (local.get $length)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (array.set $Units (local.get $units) (local.get $at) (i32.load16_u (i32.shl (local.get $at) (i32.const 1))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (call $out (call $flat (local.get $units))))

  ;; Makes room for so many units; 0 where there is none to be had.
  (func $room (export "room") (param $length i32) (result i32)
    (local $pages i32)
    (local.set $pages (i32.shr_u (i32.add (local.get $length) (i32.const 32767)) (i32.const 15)))
    (if (i32.le_u (local.get $pages) (memory.size)) (then (return (i32.const 1))))
    (i32.ge_s (memory.grow (i32.sub (local.get $pages) (memory.size))) (i32.const 0)))

  ;; Puts a string's units at the start of memory; their number, or -1 for what is no string, -2 where there is no room.
  (func (export "unwrap") (param $string externref) (result i32)
    (local $text (ref $Text)) (local $units (ref $Units)) (local $at i32) (local $length i32) (local $start i32)
    (if (i32.eqz (ref.test (ref $Text) (any.convert_extern (local.get $string)))) (then (return (i32.const -1))))
    (local.set $text (call $text (local.get $string)))
    (local.set $length (struct.get $Text $length (local.get $text)))
    (if (i32.eqz (call $room (local.get $length))) (then (return (i32.const -2))))
    (local.set $units (call $units (local.get $text)))
    (local.set $start (struct.get $Text $start (local.get $text)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (i32.store16 (i32.shl (local.get $at) (i32.const 1))
          (array.get_u $Units (local.get $units) (i32.add (local.get $start) (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (local.get $length)))
