;; Making objects and classes; private elements.

(global $object_shape (mut (ref null $Shape)) (ref.null $Shape))

(func $new_object (export "new_object") (result eqref)
  (if (ref.is_null (global.get $object_shape)) (then (global.set $object_shape (call $root_of (global.get $Object.prototype)))))
  (struct.new $Object (global.get $object_shape) (ref.null $Any)))

(func $object_of (param $proto (ref null $Object)) (result (ref null $Object))
  (struct.new $Object (call $root_of (local.get $proto)) (ref.null $Any)))

(func $as_object (param $v eqref) (result (ref null $Object))
  (if (ref.test (ref $Object) (local.get $v)) (then (return (ref.cast (ref $Object) (local.get $v)))))
  (ref.null $Object))

;; Creates or overwrites an own, enumerable data property: literals and fields.
(func $define_field (export "define_field") (param $v eqref) (param $key eqref) (param $value eqref)
  (local $o (ref null $Object)) (local $s (ref null $Shape))
  (local.set $o (ref.cast (ref $Object) (local.get $v)))
  (local.set $key (call $to_key (local.get $key)))
  (local.set $s (struct.get $Object $shape (local.get $o)))
  ;; A fresh object that does not have it.
  (if (i32.and (i32.eqz (i32.and (struct.get $Shape $bits (local.get $s)) (i32.const 189))) (call $is_instance_object (local.get $v)))
    (then
      (if (i32.lt_s (call $shape_find (local.get $s) (local.get $key)) (i32.const 0))
        (then (call $add_property (local.get $o) (local.get $key) (local.get $value) (i32.const 7)) (return)))))
  (call $require_no_prototype (local.get $v) (local.get $key))
  (call $define_data (local.get $o) (local.get $key) (local.get $value) (i32.const 7)))

(func $require_no_prototype (param $v eqref) (param $key eqref)
  (if (i32.and (ref.eq (local.get $key) (global.get $s.prototype)) (call $is_class (local.get $v)))
    (then (call $throw_type (global.get $m.static_prototype)))))

;; A field without initialiser. One with a type is there too, undefined to whoever looks without knowing the type.
(func $define_unset (export "define_unset") (param $v eqref) (param $key eqref)
  (local $o (ref null $Object)) (local $i i32)
  (local.set $key (call $to_key (local.get $key)))
  (local.set $o (call $as_object (local.get $v)))
  (local.set $i (call $shape_find (struct.get $Object $shape (local.get $o)) (local.get $key)))
  (if (i32.ge_s (local.get $i) (i32.const 0))
    (then
      (if (i32.and (call $flags_at (local.get $o) (local.get $i)) (i32.const 16))
        (then
          (call $call_field_set (local.get $o) (call $place_at (local.get $o) (local.get $i)) (global.get $uninit))
          (if (ref.eq (call $value_at (local.get $o) (local.get $i)) (global.get $absent))
            (then (call $note_unset (local.get $o) (local.get $key) (local.get $i))))
          (return)))))
  (call $define_field (local.get $v) (local.get $key) (ref.null eq)))

;; The same where the place remembers a step from shape to shape.
(func (export "define_unset_at") (param $v eqref) (param $key eqref) (param $site (ref null $Site))
  (local $before (ref null $Shape)) (local $after (ref null $Shape))
  (local.set $before (struct.get $Object $shape (call $as_object (local.get $v))))
  (call $define_unset (local.get $v) (local.get $key))
  (local.set $after (struct.get $Object $shape (call $as_object (local.get $v))))
  (if (i32.and (i32.const 1) (i32.or (struct.get $Shape $bits (local.get $before)) (struct.get $Shape $bits (local.get $after))))
    (then (return)))
  (struct.set $Site $shape (local.get $site) (local.get $before))
  (struct.set $Site $next (local.get $site) (local.get $after)))

;; The field at a place of the object's shape is there though it has no value: by a step to a shape that says so.
(func $note_unset (param $o (ref null $Object)) (param $key eqref) (param $i i32)
  (local $s (ref null $Shape)) (local $next (ref null $Shape))
  (local.set $s (struct.get $Object $shape (local.get $o)))
  (local.set $next (local.get $s))
  (if (i32.eqz (i32.and (struct.get $Shape $bits (local.get $s)) (i32.const 1)))
    (then
      (local.set $next (call $known_branch (local.get $s) (local.get $key) (i32.const 256)))
      (if (i32.eqz (ref.is_null (local.get $next)))
        (then (struct.set $Object $shape (local.get $o) (local.get $next)) (return)))
      (local.set $next (call $clone_shape (local.get $s)))
      (call $copy_rows (local.get $next) (i32.add (struct.get $Shape $count (local.get $s)) (i32.const 4)))
      (call $add_branch (local.get $s) (local.get $next) (local.get $key) (i32.const 256))
      (struct.set $Object $shape (local.get $o) (local.get $next))))
  (array.set $Bytes (struct.get $Shape $flags (local.get $next)) (local.get $i)
    (i32.or (i32.const 32) (array.get_u $Bytes (struct.get $Shape $flags (local.get $next)) (local.get $i)))))

;; A method (0) or accessor (1 get, 2 set; +4 enumerable) of a class or literal, named after its key.
(func $define_method (export "define_method") (param $kind i32) (param $v eqref) (param $key eqref) (param $f eqref)
  (local $o (ref null $Object)) (local $flags i32)
  (local.set $o (ref.cast (ref $Object) (local.get $v)))
  (local.set $key (call $to_key (local.get $key)))
  (call $require_no_prototype (local.get $v) (local.get $key))
  (call $set_function_name (i32.and (local.get $kind) (i32.const 3)) (local.get $f) (local.get $key))
  (local.set $flags (select (i32.const 7) (i32.const 5) (i32.and (local.get $kind) (i32.const 4))))
  (if (i32.eqz (i32.and (local.get $kind) (i32.const 3)))
    (then (call $put_own (local.get $o) (local.get $key) (local.get $f) (local.get $flags)))
    (else (call $put_accessor (local.get $o) (local.get $key) (local.get $f)
      (i32.eq (i32.and (local.get $kind) (i32.const 3)) (i32.const 1)) (local.get $flags)))))

;; Adds an accessor, or the missing half of one.
(func $put_accessor (param $o (ref null $Object)) (param $key eqref) (param $f eqref) (param $is_getter i32) (param $flags i32)
  (local $old eqref) (local $old_flags i32) (local $get eqref) (local $set eqref)
  (call $own (local.get $o) (local.get $key))
  (local.set $old_flags)
  (local.set $old)
  (if (i32.and (i32.ge_s (local.get $old_flags) (i32.const 0)) (i32.ne (i32.const 0) (i32.and (local.get $old_flags) (i32.const 8))))
    (then
      (local.set $get (struct.get $Accessor $get (ref.cast (ref $Accessor) (local.get $old))))
      (local.set $set (struct.get $Accessor $set (ref.cast (ref $Accessor) (local.get $old))))))
  (if (local.get $is_getter) (then (local.set $get (local.get $f))) (else (local.set $set (local.get $f))))
  (call $put_own (local.get $o) (local.get $key) (struct.new $Accessor (local.get $get) (local.get $set))
    (i32.or (i32.and (local.get $flags) (i32.const 6)) (i32.const 8))))

;; Makes a constructor closure a class; yields its prototype.
(func $new_class (export "new_class") (param $ctor eqref) (param $super eqref) (result eqref)
  (local $f (ref null $Function)) (local $proto (ref null $Object)) (local $layout (ref null $Layout)) (local $base eqref)
  (local.set $f (ref.cast (ref $Function) (local.get $ctor)))
  (local.set $layout (struct.get $Info $layout (struct.get $Function $info (local.get $f))))
  (if (ref.is_null (local.get $super))
    (then (local.set $proto (call $object_of (global.get $Object.prototype))))
    (else
      (local.set $proto (call $object_of (call $super_prototype (local.get $super))))
      (if (i32.eqz (ref.eq (local.get $super) (global.get $null)))
        (then
          (call $set_proto (local.get $f) (ref.cast (ref $Object) (local.get $super)))
          (if (ref.is_null (local.get $layout)) (then (local.set $layout (call $layout_of_class (local.get $super)))))))))
  (call $add_property (local.get $proto) (global.get $s.constructor) (local.get $ctor) (i32.const 5))
  (call $set_bits (local.get $proto) (i32.const 128))
  (struct.set $Function $class (local.get $f)
    (struct.new $Class (local.get $proto) (call $instance_shape (local.get $proto) (local.get $layout)) (local.get $layout) (ref.null eq)))
  (call $late_prototype (local.get $f))
  (local.get $proto))

;; A class whose properties were made before it was one gets its `prototype` now.
(func $late_prototype (param $f (ref null $Function))
  (if (i32.and (call $bits_of (local.get $f)) (i32.const 32)) (then (return)))
  (if (i32.lt_s (call $own_flags (local.get $f) (global.get $s.prototype)) (i32.const 0))
    (then (call $add_prototype (local.get $f) (i32.const 1)))))

(func $super_prototype (param $super eqref) (result (ref null $Object))
  (local $p eqref)
  (if (ref.eq (local.get $super) (global.get $null)) (then (return (ref.null $Object))))
  (if (i32.eqz (call $constructs (local.get $super)))
    (then (call $throw_type (call $cat3 (global.get $m.class_extends) (call $brief (local.get $super)) (global.get $m.not_constructor_or_null)))))
  (local.set $p (call $get (local.get $super) (global.get $s.prototype)))
  (if (i32.eqz (i32.or (ref.test (ref $Object) (local.get $p)) (ref.eq (local.get $p) (global.get $null))))
    (then (call $throw_type (global.get $m.no_valid_prototype))))
  (call $as_object (local.get $p)))

(func $layout_of_class (param $v eqref) (result (ref null $Layout))
  (local $class (ref null $Class))
  (if (ref.test (ref $Function) (local.get $v))
    (then
      (local.set $class (struct.get $Function $class (ref.cast (ref $Function) (local.get $v))))
      (if (i32.eqz (ref.is_null (local.get $class))) (then (return (struct.get $Class $layout (local.get $class)))))))
  (ref.null $Layout))

;; The shape of a new instance: with the fields of its class.
(func $instance_shape (param $proto (ref null $Object)) (param $layout (ref null $Layout)) (result (ref null $Shape))
  (local $s (ref null $Shape)) (local $keys (ref null $Any)) (local $n i32) (local $i i32)
  (if (ref.is_null (local.get $layout)) (then (return (call $root_of (local.get $proto)))))
  (drop (call $root_of (local.get $proto)))
  (local.set $s (call $new_root (local.get $proto) (i32.const 0)))
  (struct.set $Shape $layout (local.get $s) (local.get $layout))
  (local.set $keys (struct.get $Layout $keys (local.get $layout)))
  (local.set $n (array.len (local.get $keys)))
  (call $clear_rows (local.get $s) (i32.add (local.get $n) (i32.const 4)))
  (block $end
    (loop $next
      (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
      (call $shape_append (local.get $s) (call $to_key (array.get $Any (local.get $keys) (local.get $i))) (i32.const 23) (local.get $i))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
  (local.get $s))

;; The object that a base constructor starts with.
(func $new_instance (param $target eqref) (result eqref)
  (local $class (ref null $Class)) (local $layout (ref null $Layout))
  (if (ref.test (ref $Function) (local.get $target))
    (then
      (local.set $class (struct.get $Function $class (ref.cast (ref $Function) (local.get $target))))
      (if (i32.eqz (ref.is_null (local.get $class)))
        (then
          (local.set $layout (struct.get $Class $layout (local.get $class)))
          (if (ref.is_null (local.get $layout))
            (then (return (struct.new $Object (struct.get $Class $instances (local.get $class)) (ref.null $Any)))))
          (return (call_indirect $code (type $alloc) (struct.get $Class $instances (local.get $class))
            (struct.get $Layout $alloc (local.get $layout))))))))
  (call $object_of (ref.cast (ref $Object) (call $proto_for (local.get $target) (global.get $Object.prototype)))))

;; GetPrototypeFromConstructor: undefined as the target stands for the usual constructor.
(func $proto_for (export "protoFor") (param $target eqref) (param $usual eqref) (result eqref)
  (local $p eqref)
  (if (ref.is_null (local.get $target)) (then (return (local.get $usual))))
  (local.set $p (call $get (local.get $target) (global.get $s.prototype)))
  (select (result eqref) (local.get $p) (local.get $usual) (ref.test (ref $Object) (local.get $p))))

(func $set_field_init (export "set_field_init") (param $ctor eqref) (param $init eqref)
  (struct.set $Class $fields (struct.get $Function $class (ref.cast (ref $Function) (local.get $ctor))) (local.get $init)))

(func $run_field_init (export "run_field_init") (param $o eqref) (param $ctor eqref)
  (local $init eqref)
  (local.set $init (struct.get $Class $fields (struct.get $Function $class (ref.cast (ref $Function) (local.get $ctor)))))
  (if (i32.eqz (ref.is_null (local.get $init))) (then (drop (call $call_0 (local.get $init) (local.get $o))))))

;; The place of a private element in the object's shape; -1: it has none.
(func $private_place (param $v eqref) (param $name eqref) (result i32)
  (local $o (ref null $Object))
  (local.set $o (call $as_object (local.get $v)))
  (if (ref.is_null (local.get $o)) (then (return (i32.const -1))))
  (call $shape_find (struct.get $Object $shape (local.get $o)) (local.get $name)))

(func $get_private (export "get_private") (param $v eqref) (param $name eqref) (result eqref)
  (local $i i32) (local $o (ref null $Object)) (local $value eqref)
  (local.set $i (call $private_place (local.get $v) (local.get $name)))
  (if (i32.lt_s (local.get $i) (i32.const 0))
    (then (call $no_private (local.get $name) (global.get $m.cannot_read_private) (global.get $m.private_from))))
  (local.set $o (ref.cast (ref $Object) (local.get $v)))
  (local.set $value (call $value_at (local.get $o) (local.get $i)))
  (if (i32.eqz (i32.and (call $flags_at (local.get $o) (local.get $i)) (i32.const 8))) (then (return (local.get $value))))
  (local.set $value (struct.get $Accessor $get (ref.cast (ref $Accessor) (local.get $value))))
  (if (ref.is_null (local.get $value)) (then (call $no_half (local.get $name) (global.get $m.without_getter))))
  (call $call_0 (local.get $value) (local.get $v)))

(func $no_private (param $name eqref) (param $before (ref null $Str)) (param $after (ref null $Str))
  (call $throw_type (call $cat3 (local.get $before) (call $key_text (local.get $name)) (local.get $after))))

(func $no_half (param $name eqref) (param $after (ref null $Str))
  (call $throw_type (call $cat3 (global.get $m.quote) (call $key_text (local.get $name)) (local.get $after))))

(func $set_private (export "set_private") (param $v eqref) (param $name eqref) (param $value eqref)
  (local $i i32) (local $o (ref null $Object)) (local $flags i32) (local $set eqref)
  (local.set $i (call $private_place (local.get $v) (local.get $name)))
  (if (i32.lt_s (local.get $i) (i32.const 0))
    (then (call $no_private (local.get $name) (global.get $m.cannot_write_private) (global.get $m.private_to))))
  (local.set $o (ref.cast (ref $Object) (local.get $v)))
  (local.set $flags (call $flags_at (local.get $o) (local.get $i)))
  (if (i32.and (local.get $flags) (i32.const 8))
    (then
      (local.set $set (struct.get $Accessor $set (ref.cast (ref $Accessor) (call $value_at (local.get $o) (local.get $i)))))
      (if (ref.is_null (local.get $set)) (then (call $no_half (local.get $name) (global.get $m.without_setter))))
      (drop (call $call_1 (local.get $set) (local.get $v) (local.get $value)))
      (return)))
  (if (i32.eqz (i32.and (local.get $flags) (i32.const 1)))
    (then (call $throw_type (call $cat3 (global.get $m.private_method) (call $key_text (local.get $name)) (global.get $m.not_writable)))))
  (call $store_at (local.get $o) (local.get $i) (local.get $value)))

;; Kinds: 0 method, 1 getter, 2 setter, 3 field.
(func $define_private (export "define_private") (param $kind i32) (param $v eqref) (param $name eqref) (param $value eqref)
  (local $o (ref null $Object)) (local $i i32)
  (local.set $o (ref.cast (ref $Object) (local.get $v)))
  (local.set $i (call $private_place (local.get $v) (local.get $name)))
  (if (i32.ge_s (local.get $i) (i32.const 0))
    (then
      (if (i32.eqz (call $lacks_half (local.get $kind) (call $value_at (local.get $o) (local.get $i))))
        (then (call $throw_type (global.get $m.private_twice))))))
  (if (i32.ne (local.get $kind) (i32.const 3)) (then (call $set_function_name (local.get $kind) (local.get $value) (local.get $name))))
  (if (i32.eq (local.get $kind) (i32.const 3))
    (then (call $add_property (local.get $o) (local.get $name) (local.get $value) (i32.const 1)) (return)))
  (if (local.get $kind)
    (then (call $put_accessor (local.get $o) (local.get $name) (local.get $value) (i32.eq (local.get $kind) (i32.const 1)) (i32.const 0)) (return)))
  (call $add_property (local.get $o) (local.get $name) (local.get $value) (i32.const 0)))

(func $lacks_half (param $kind i32) (param $value eqref) (result i32)
  (if (i32.eqz (ref.test (ref $Accessor) (local.get $value))) (then (return (i32.const 0))))
  (if (i32.eq (local.get $kind) (i32.const 1)) (then (return (ref.is_null (struct.get $Accessor $get (ref.cast (ref $Accessor) (local.get $value)))))))
  (if (i32.eq (local.get $kind) (i32.const 2)) (then (return (ref.is_null (struct.get $Accessor $set (ref.cast (ref $Accessor) (local.get $value)))))))
  (i32.const 0))

(func $has_private (export "has_private") (param $v eqref) (param $name eqref) (result i32)
  (if (i32.eqz (call $is_object (local.get $v))) (then (call $throw_type (global.get $m.private_in))))
  (i32.ge_s (call $private_place (local.get $v) (local.get $name)) (i32.const 0)))
