;; What only compiled programs ask for: checks at places with types, arguments in rows, values for the host, module namespaces.

(func $check_f64 (export "check_f64") (param $v eqref) (param $expr (ref null $Str)) (param $expected (ref null $Str)) (result f64)
  (if (i32.eqz (call $is_number (local.get $v))) (then (call $check_failed (local.get $v) (local.get $expr) (local.get $expected))))
  (call $unbox_f64 (local.get $v)))

(func $check_bool (export "check_bool") (param $v eqref) (param $expr (ref null $Str)) (param $expected (ref null $Str)) (result i32)
  (if (i32.eqz (call $is_bool (local.get $v))) (then (call $check_failed (local.get $v) (local.get $expr) (local.get $expected))))
  (ref.eq (local.get $v) (global.get $true)))

(func $check_str (export "check_str") (param $v eqref) (param $expr (ref null $Str)) (param $expected (ref null $Str)) (result (ref null $Str))
  (if (i32.eqz (ref.test (ref $Str) (local.get $v))) (then (call $check_failed (local.get $v) (local.get $expr) (local.get $expected))))
  (ref.cast (ref $Str) (local.get $v)))

(func $check_class (export "check_class") (param $v eqref) (param $layout (ref null $Layout)) (param $expr (ref null $Str))
  (param $expected (ref null $Str)) (result (ref null $Object))
  (if (i32.eqz (call $is_instance (local.get $v) (local.get $layout)))
    (then (call $check_failed (local.get $v) (local.get $expr) (local.get $expected))))
  (ref.cast (ref $Object) (local.get $v)))

(func $check_kind_of (export "check_kind_of") (param $v eqref) (param $kind i32) (param $expr (ref null $Str)) (param $expected (ref null $Str))
  (if (i32.eqz (call $check_kind (local.get $kind) (local.get $v)))
    (then (call $check_failed (local.get $v) (local.get $expr) (local.get $expected)))))

;; What a declared field takes.
(func (export "check_field_f64") (param $v eqref) (param $name (ref null $Str)) (param $expected (ref null $Str)) (result f64)
  (if (i32.eqz (call $is_number (local.get $v))) (then (call $field_type_failed (local.get $v) (local.get $name) (local.get $expected))))
  (call $unbox_f64 (local.get $v)))

(func (export "check_field_bool") (param $v eqref) (param $name (ref null $Str)) (param $expected (ref null $Str)) (result i32)
  (if (i32.eqz (call $is_bool (local.get $v))) (then (call $field_type_failed (local.get $v) (local.get $name) (local.get $expected))))
  (ref.eq (local.get $v) (global.get $true)))

(func (export "check_field_str") (param $v eqref) (param $name (ref null $Str)) (param $expected (ref null $Str)) (result (ref null $Str))
  (if (i32.eqz (ref.test (ref $Str) (local.get $v))) (then (call $field_type_failed (local.get $v) (local.get $name) (local.get $expected))))
  (ref.cast (ref $Str) (local.get $v)))

(func (export "check_field_class") (param $v eqref) (param $layout (ref null $Layout)) (param $name (ref null $Str))
  (param $expected (ref null $Str)) (result (ref null $Object))
  (if (i32.eqz (call $is_instance (local.get $v) (local.get $layout)))
    (then (call $field_type_failed (local.get $v) (local.get $name) (local.get $expected))))
  (ref.cast (ref $Object) (local.get $v)))

(func (export "argument") (param $args (ref null $Any)) (param $i i32) (result eqref) (call $arg (local.get $args) (local.get $i)))

;; A rest parameter: the arguments from a place on.
(func (export "argument_rest") (param $args (ref null $Any)) (param $from i32) (result eqref)
  (local $n i32) (local $row (ref $Any))
  (local.set $n (i32.sub (array.len (local.get $args)) (local.get $from)))
  (if (i32.le_s (local.get $n) (i32.const 0)) (then (return (call $new_array (ref.null $Any) (i32.const 0)))))
  (local.set $row (array.new_default $Any (local.get $n)))
  (array.copy $Any $Any (local.get $row) (i32.const 0) (local.get $args) (local.get $from) (local.get $n))
  (call $new_array (local.get $row) (local.get $n)))

(func (export "string_out") (param $v eqref) (result externref) (struct.get $Str $ext (call $to_str (local.get $v))))
(func (export "string_in") (param $ext externref) (result eqref) (call $mk_str (local.get $ext)))

;; A number or boolean for a 32-bit parameter.
(func (export "to_i32_param") (param $v eqref) (result i32)
  (if (call $is_number (local.get $v)) (then (return (call $f64_to_i32 (call $unbox_f64 (local.get $v))))))
  (call $truthy (local.get $v)))

;; A module namespace object: its properties are read through a function of the table, by number.
(func (export "namespace_object") (param $keys (ref null $Any)) (param $getter i32) (result eqref)
  (local $o (ref null $Object)) (local $s (ref null $Shape)) (local $i i32)
  (local.set $o (ref.cast (ref $Object) (call $new_box (i32.const 28) (ref.null eq) (ref.i31 (local.get $getter)))))
  (local.set $s (call $own_shape (local.get $o)))
  (call $clear_rows (local.get $s) (i32.add (array.len (local.get $keys)) (i32.const 1)))
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (array.len (local.get $keys))))
      (call $shape_append (local.get $s) (call $to_key (array.get $Any (local.get $keys) (local.get $i))) (i32.const 19) (local.get $i))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
  (call $add_property (local.get $o) (global.get $sym.toStringTag) (global.get $s.Module) (i32.const 0))
  (call $set_bits (local.get $o) (i32.const 4))
  (local.get $o))

(func $is_namespace (param $v eqref) (result i32) (i32.eq (call $box_tag (local.get $v)) (i32.const 28)))

(func $namespace_value (param $o (ref null $Object)) (param $i i32) (result eqref)
  (call_indirect $code (type $namespace_get) (local.get $i) (i31.get_s (ref.cast (ref i31) (call $box_data (local.get $o))))))

;; A module's exports stay writable for the module, so that they cannot be frozen.
(func $restrict_namespace (param $o (ref null $Object)) (param $level i32)
  (local $row (ref null $Any))
  (if (i32.ne (local.get $level) (i32.const 2)) (then (return)))
  (local.set $row (call $own_keys (local.get $o)))
  (if (i32.gt_u (array.len (local.get $row)) (i32.const 1))
    (then (call $throw_type (call $cat3 (global.get $m.read_only) (call $key_text (array.get $Any (local.get $row) (i32.const 0)))
      (global.get $m.of_namespace))))))
