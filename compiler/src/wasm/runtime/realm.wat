;; Making the built-in objects: the program's start does that for those that it uses.

(func (export "make_plain") (param $proto (ref null $Object)) (result (ref null $Object)) (call $object_of (local.get $proto)))

(func (export "make_function") (param $info (ref null $Info)) (param $proto (ref null $Object)) (result (ref null $Object))
  (struct.new $Function (call $lazy_root_of (local.get $proto)) (ref.null $Any) (local.get $info) (ref.null $Any) (ref.null $Class)))

(func (export "make_array") (param $proto (ref null $Object)) (result (ref null $Object))
  (struct.new $Array (call $root_of (local.get $proto)) (ref.null $Any) (array.new_fixed $Any 0) (i32.const 0) (i32.const 0)))

;; A wrapper object, of a kind that its data will tell.
(func (export "make_wrapper") (param $proto (ref null $Object)) (result (ref null $Object))
  (ref.cast (ref $Object) (call $new_box (i32.const 0) (local.get $proto) (ref.null eq))))

;; `Function.prototype`: a bound function without target.
(func (export "make_idle_function") (param $proto (ref null $Object)) (result (ref null $Object))
  (local $o (ref null $Object))
  (local.set $o (ref.cast (ref $Object) (call $new_box (i32.const 27) (local.get $proto) (array.new_default $Any (i32.const 2)))))
  (call $add_property (local.get $o) (global.get $s.length) (ref.i31 (i32.const 0)) (i32.const 4))
  (call $add_property (local.get $o) (global.get $s.name) (global.get $s.empty) (i32.const 4))
  (local.get $o))

;; A method, with its flags.
(func (export "define_builtin_method") (param $holder (ref null $Object)) (param $key eqref) (param $info (ref null $Info)) (param $flags i32)
  (call $put_own (local.get $holder) (local.get $key) (call $new_closure (ref.null $Any) (local.get $info)) (local.get $flags)))

(func (export "define_builtin_accessor") (param $holder (ref null $Object)) (param $key eqref) (param $info (ref null $Info)) (param $getter i32)
  (call $put_accessor (local.get $holder) (local.get $key) (call $new_closure (ref.null $Any) (local.get $info)) (local.get $getter) (i32.const 4)))

;; Built-ins never change.
(func $seal_builtin (export "seal_builtin") (param $holder (ref null $Object))
  (call $set_bits (local.get $holder) (i32.const 8)))
