;; Making the built-in objects: the program's start does that for those that it uses.

;; 0 plain, 1 a function, 2 an array, 3 a wrapper object, of a kind that its data will tell, 4 a function that does nothing
(func $make_intrinsic (export "make_intrinsic") (param $kind i32) (param $info (ref null $Info)) (param $proto (ref null $Object))
  (result (ref null $Object))
  (if (i32.eq (local.get $kind) (i32.const 1))
    (then (return (struct.new $Function (call $lazy_root_of (local.get $proto)) (ref.null $Any) (local.get $info) (ref.null $Any) (ref.null $Class)))))
  (if (i32.eq (local.get $kind) (i32.const 2))
    (then (return (struct.new $Array (call $root_of (local.get $proto)) (ref.null $Any) (array.new_fixed $Any 0) (i32.const 0) (i32.const 0)))))
  (if (i32.eq (local.get $kind) (i32.const 3)) (then (return (ref.cast (ref $Object) (call $new_box (i32.const 0) (local.get $proto) (ref.null eq))))))
  (if (i32.eq (local.get $kind) (i32.const 4)) (then (return (call $idle_function (local.get $proto)))))
  (call $object_of (local.get $proto)))

;; `Function.prototype`: a bound function without target.
(func $idle_function (param $proto (ref null $Object)) (result (ref null $Object))
  (local $o (ref null $Object))
  (local.set $o (ref.cast (ref $Object) (call $new_box (i32.const 27) (local.get $proto) (array.new_default $Any (i32.const 2)))))
  (call $add_property (local.get $o) (global.get $s.length) (ref.i31 (i32.const 0)) (i32.const 4))
  (call $add_property (local.get $o) (global.get $s.name) (global.get $s.empty) (i32.const 4))
  (local.get $o))

;; 0 a method or value, 1 a getter, 2 a setter, 3 a constant, 4 a value that is not to be written
(func $define_builtin (export "define_builtin") (param $holder eqref) (param $key eqref) (param $value eqref) (param $kind i32)
  (local $o (ref null $Object))
  (local.set $o (ref.cast (ref $Object) (local.get $holder)))
  (local.set $key (call $to_key (local.get $key)))
  (if (i32.or (i32.eq (local.get $kind) (i32.const 1)) (i32.eq (local.get $kind) (i32.const 2)))
    (then
      (call $put_accessor (local.get $o) (local.get $key) (local.get $value) (i32.eq (local.get $kind) (i32.const 1)) (i32.const 4))
      (return)))
  (call $put_own (local.get $o) (local.get $key) (local.get $value) (call $builtin_flags (local.get $key) (local.get $kind))))

;; What stands under a symbol can be configured but for `Symbol.hasInstance`, and written where it is a method but for that and
;; `Symbol.toPrimitive`.
(func $builtin_flags (param $key eqref) (param $kind i32) (result i32)
  (if (ref.eq (local.get $key) (global.get $sym.hasInstance)) (then (return (i32.const 0))))
  (if (ref.eq (local.get $key) (global.get $sym.toPrimitive)) (then (return (i32.const 4))))
  (if (i32.eq (local.get $kind) (i32.const 3)) (then (return (i32.shl (ref.test (ref $Sym) (local.get $key)) (i32.const 2)))))
  (select (i32.const 4) (i32.const 5) (i32.eq (local.get $kind) (i32.const 4))))

;; Built-ins never change.
(func $seal_builtin (export "seal_builtin") (param $holder eqref)
  (call $set_bits (ref.cast (ref $Object) (local.get $holder)) (i32.const 8)))
