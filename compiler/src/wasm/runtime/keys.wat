;; Property keys: one string for each text that is a key somewhere, so that keys are compared by identity; symbols; indices.

(global $interned (mut (ref null $Any)) (ref.null $Any))
(global $interned_count (mut i32) (i32.const 0))
;; The keys of small indices.
(global $index_keys (mut (ref null $Any)) (ref.null $Any))

;; FNV-1a over UTF-16 units, never 0.
(func $hash_str (param $s (ref null $Str)) (result i32)
  (local $hash i32) (local $i i32) (local $n i32) (local $ext externref)
  (local.set $hash (struct.get $Str $hash (local.get $s)))
  (if (local.get $hash) (then (return (local.get $hash))))
  (local.set $ext (struct.get $Str $ext (local.get $s)))
  (local.set $n (call $js_length (local.get $ext)))
  (local.set $hash (i32.const 0x811c9dc5))
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $hash (i32.mul (i32.const 0x01000193)
        (i32.xor (local.get $hash) (call $js_char_code_at (local.get $ext) (local.get $i)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
  (local.set $hash (select (local.get $hash) (i32.const 1) (local.get $hash)))
  (struct.set $Str $hash (local.get $s) (local.get $hash))
  (local.get $hash))

;; The place of a string in the table: of its equal, or an empty one.
(func $intern_place (param $s (ref null $Str)) (result i32)
  (local $mask i32) (local $at i32) (local $hash i32) (local $other (ref null $Str))
  (local.set $hash (call $hash_str (local.get $s)))
  (local.set $mask (i32.sub (array.len (global.get $interned)) (i32.const 1)))
  (local.set $at (i32.xor (local.get $hash) (i32.shr_u (local.get $hash) (i32.const 16))))
  (loop $next (result i32)
    (local.set $at (i32.and (local.get $at) (local.get $mask)))
    (local.set $other (ref.cast (ref null $Str) (array.get $Any (global.get $interned) (local.get $at))))
    (if (ref.is_null (local.get $other)) (then (return (local.get $at))))
    (if (i32.eq (struct.get $Str $hash (local.get $other)) (local.get $hash))
      (then
        (if (call $js_equals (struct.get $Str $ext (local.get $other)) (struct.get $Str $ext (local.get $s)))
          (then (return (local.get $at))))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br $next)))

(func $intern_grow
  (local $old (ref null $Any)) (local $i i32) (local $s eqref)
  (local.set $old (global.get $interned))
  (if (ref.is_null (local.get $old))
    (then (global.set $interned (array.new_default $Any (i32.const 256))) (return)))
  (global.set $interned (array.new_default $Any (i32.mul (array.len (local.get $old)) (i32.const 2))))
  (loop $next
    (local.set $s (array.get $Any (local.get $old) (local.get $i)))
    (if (i32.eqz (ref.is_null (local.get $s)))
      (then (array.set $Any (global.get $interned) (call $intern_place (ref.cast (ref $Str) (local.get $s))) (local.get $s))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $i) (array.len (local.get $old))))))

(func $intern_room
  (if (ref.is_null (global.get $interned)) (then (call $intern_grow) (return)))
  (if (i32.ge_u (i32.mul (global.get $interned_count) (i32.const 2)) (array.len (global.get $interned)))
    (then (call $intern_grow))))

;; The string that stands for this text as a key.
(func $key_of_str (export "internStr") (param $s (ref null $Str)) (result (ref null $Str))
  (if (i32.eqz (ref.is_null (struct.get $Str $key (local.get $s)))) (then (return (struct.get $Str $key (local.get $s)))))
  (call $intern (local.get $s)))

(func $intern (param $s (ref null $Str)) (result (ref null $Str))
  (local $at i32) (local $known eqref)
  (call $intern_room)
  (local.set $at (call $intern_place (local.get $s)))
  (local.set $known (array.get $Any (global.get $interned) (local.get $at)))
  (if (ref.is_null (local.get $known))
    (then
      (local.set $known (local.get $s))
      (array.set $Any (global.get $interned) (local.get $at) (local.get $s))
      (global.set $interned_count (i32.add (global.get $interned_count) (i32.const 1)))))
  (struct.set $Str $key (local.get $s) (ref.cast (ref $Str) (local.get $known)))
  (struct.get $Str $key (local.get $s)))

;; Constant strings of the module are keys: called at start, once for each text.
(func $register_keys (export "register_keys") (param $row (ref null $Any))
  (local $i i32)
  (loop $next
    (drop (call $intern (ref.cast (ref $Str) (array.get $Any (local.get $row) (local.get $i)))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $i) (array.len (local.get $row))))))

(func $index_key (param $i i32) (result (ref null $Str))
  (local $known eqref)
  (if (i32.ge_u (local.get $i) (i32.const 1024)) (then (return (call $key_of_str (call $u32_to_str (local.get $i))))))
  (if (ref.is_null (global.get $index_keys))
    (then (global.set $index_keys (array.new_default $Any (i32.const 1024)))))
  (local.set $known (array.get $Any (global.get $index_keys) (local.get $i)))
  (if (ref.is_null (local.get $known))
    (then
      (local.set $known (call $key_of_str (call $i32_to_str (local.get $i))))
      (array.set $Any (global.get $index_keys) (local.get $i) (local.get $known))))
  (ref.cast (ref $Str) (local.get $known)))

(func $u32_to_str (param $n i32) (result (ref null $Str))
  (call $f64_to_str (f64.convert_i32_u (local.get $n))))

;; `ToPropertyKey`: a symbol, or the string that stands for its text.
(func $to_key (export "to_key") (param $v eqref) (result eqref)
  (local $n i32)
  (if (ref.test (ref $Str) (local.get $v)) (then (return (call $key_of_str (ref.cast (ref $Str) (local.get $v))))))
  (if (ref.test (ref i31) (local.get $v))
    (then
      (local.set $n (i31.get_s (ref.cast (ref i31) (local.get $v))))
      (if (i32.ge_s (local.get $n) (i32.const 0)) (then (return (call $index_key (local.get $n)))))))
  (if (ref.test (ref $Sym) (local.get $v)) (then (return (local.get $v))))
  (call $to_key_slow (local.get $v)))

(func $to_key_slow (param $v eqref) (result eqref)
  (if (call $is_object (local.get $v))
    (then
      (local.set $v (call $to_primitive (local.get $v) (i32.const 2)))
      (if (ref.test (ref $Sym) (local.get $v)) (then (return (local.get $v))))))
  (call $key_of_str (call $to_str (local.get $v))))

(func $key_hash (export "key_hash") (param $key eqref) (result i32)
  (if (ref.test (ref $Str) (local.get $key)) (then (return (call $hash_str (ref.cast (ref $Str) (local.get $key))))))
  (struct.get $Sym $hash (ref.cast (ref $Sym) (local.get $key))))

;; The array index that a key is the canonical text of; -1 (which is none) else.
(func $array_index (param $key eqref) (result i32)
  (local $s (ref null $Str)) (local $n i32) (local $i i32) (local $digit i32) (local $value i64)
  (if (i32.eqz (ref.test (ref $Str) (local.get $key))) (then (return (i32.const -1))))
  (local.set $s (ref.cast (ref $Str) (local.get $key)))
  (local.set $n (call $str_length (local.get $s)))
  (if (i32.gt_u (i32.sub (local.get $n) (i32.const 1)) (i32.const 9)) (then (return (i32.const -1))))
  (local.set $digit (i32.sub (call $unit (local.get $s) (i32.const 0)) (i32.const 48)))
  (if (i32.eqz (local.get $digit)) (then (return (select (i32.const 0) (i32.const -1) (i32.eq (local.get $n) (i32.const 1))))))
  (loop $next
    (local.set $digit (i32.sub (call $unit (local.get $s) (local.get $i)) (i32.const 48)))
    (if (i32.gt_u (local.get $digit) (i32.const 9)) (then (return (i32.const -1))))
    (local.set $value (i64.add (i64.mul (local.get $value) (i64.const 10)) (i64.extend_i32_u (local.get $digit))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
  (if (i64.ge_u (local.get $value) (i64.const 0xffffffff)) (then (return (i32.const -1))))
  (i32.wrap_i64 (local.get $value)))

(func $is_private (param $key eqref) (result i32)
  (if (ref.test (ref $Sym) (local.get $key))
    (then (return (i32.eq (i32.const 1) (struct.get $Sym $kind (ref.cast (ref $Sym) (local.get $key)))))))
  (i32.const 0))

(global $symbol_count (mut i32) (i32.const 0))

(func $symbol_hash (result i32)
  (global.set $symbol_count (i32.add (global.get $symbol_count) (i32.const 1)))
  (i32.or (i32.const 1) (i32.mul (global.get $symbol_count) (i32.const 0x9e3779b1))))

(func $new_symbol (export "newSymbol") (param $description eqref) (result eqref)
  (struct.new $Sym (local.get $description) (call $symbol_hash) (i32.const 0)))

(func $new_private_name (export "new_private_name") (param $description (ref null $Str)) (result eqref)
  (struct.new $Sym (local.get $description) (call $symbol_hash) (i32.const 1)))

(func (export "symbolDescription") (param $v eqref) (result eqref)
  (struct.get $Sym $description (ref.cast (ref $Sym) (local.get $v))))

;; The key as messages show it.
(func $key_text (param $key eqref) (result (ref null $Str))
  (local $text (ref null $Str))
  (if (i32.eqz (ref.test (ref $Sym) (local.get $key))) (then (return (call $to_str (local.get $key)))))
  (local.set $text (call $as_str (struct.get $Sym $description (ref.cast (ref $Sym) (local.get $key)))))
  (if (ref.is_null (local.get $text)) (then (local.set $text (global.get $s.empty))))
  (if (call $is_private (local.get $key)) (then (return (local.get $text))))
  (call $cat3 (global.get $m.Symbol_open) (local.get $text) (global.get $m.close)))
