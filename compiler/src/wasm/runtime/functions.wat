;; Function objects: making closures, and what `name`, `length` and `prototype` say, made when someone asks.

(global $function_shape (mut (ref null $Shape)) (ref.null $Shape))
(global $builtin_shape (mut (ref null $Shape)) (ref.null $Shape))

(func $new_closure (export "new_closure") (param $captures (ref null $Any)) (param $info (ref null $Info)) (result eqref)
  (if (ref.is_null (global.get $function_shape)) (then (call $make_function_shapes)))
  (struct.new $Function
    (select (result (ref null $Shape)) (global.get $builtin_shape) (global.get $function_shape)
      (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 4)))
    (ref.null $Any) (local.get $info) (local.get $captures) (ref.null $Class)))

;; Built-in functions never change.
(func $make_function_shapes
  (global.set $function_shape (call $lazy_root_of (global.get $Function.prototype)))
  (global.set $builtin_shape (call $new_root (global.get $Function.prototype) (i32.const 40))))

;; Closures of generators and async functions, which have prototypes of their own.
(func $closure_under (param $proto (ref null $Object)) (param $captures (ref null $Any)) (param $info (ref null $Info)) (result eqref)
  (struct.new $Function (call $lazy_root_of (local.get $proto)) (ref.null $Any) (local.get $info) (local.get $captures) (ref.null $Class)))

(func $new_generator_closure (export "new_generator_closure") (param $captures (ref null $Any)) (param $info (ref null $Info)) (result eqref)
  (call $closure_under (global.get $GeneratorFunction.prototype) (local.get $captures) (local.get $info)))
(func $new_async_closure (export "new_async_closure") (param $captures (ref null $Any)) (param $info (ref null $Info)) (result eqref)
  (call $closure_under (global.get $AsyncFunction.prototype) (local.get $captures) (local.get $info)))
(func $new_async_generator_closure (export "new_async_generator_closure") (param $captures (ref null $Any)) (param $info (ref null $Info)) (result eqref)
  (call $closure_under (global.get $AsyncGeneratorFunction.prototype) (local.get $captures) (local.get $info)))

(func $is_lazy_key (param $key eqref) (result i32)
  (i32.or (ref.eq (local.get $key) (global.get $s.name))
    (i32.or (ref.eq (local.get $key) (global.get $s.length)) (ref.eq (local.get $key) (global.get $s.prototype)))))

;; Makes the properties that a function has by nature, if that has not been done.
(func $materialise (param $o (ref null $Object))
  (local $f (ref null $Function)) (local $info (ref null $Info)) (local $bits i32) (local $s (ref null $Shape))
  (local.set $s (struct.get $Object $shape (local.get $o)))
  (local.set $bits (struct.get $Shape $bits (local.get $s)))
  (if (i32.eqz (i32.and (local.get $bits) (i32.const 32))) (then (return)))
  (local.set $f (ref.cast (ref $Function) (local.get $o)))
  (local.set $info (struct.get $Function $info (local.get $f)))
  (struct.set $Object $shape (local.get $o)
    (if (result (ref null $Shape)) (i32.and (local.get $bits) (i32.const 8))
      (then (call $new_root (struct.get $Shape $proto (local.get $s)) (i32.const 9)))
      (else (call $root_of (struct.get $Shape $proto (local.get $s))))))
  (call $add_property (local.get $o) (global.get $s.length) (call $box_i32 (struct.get $Info $length (local.get $info))) (i32.const 4))
  (call $add_property (local.get $o) (global.get $s.name) (call $declared_name (local.get $info)) (i32.const 4))
  (call $add_prototype (local.get $f) (struct.get $Info $flags (local.get $info))))

(func $declared_name (param $info (ref null $Info)) (result (ref null $Str))
  (local $name (ref null $Str))
  (local.set $name (struct.get $Info $name (local.get $info)))
  (if (ref.is_null (local.get $name)) (then (return (global.get $s.empty))))
  (local.get $name))

;; The `prototype` of a class, of a plain function (which makes nothing), of a generator.
(func $add_prototype (param $f (ref null $Function)) (param $flags i32)
  (local $o (ref null $Object)) (local $parent (ref null $Object))
  (if (i32.eqz (ref.is_null (struct.get $Function $class (local.get $f))))
    (then
      (call $add_property (local.get $f) (global.get $s.prototype)
        (struct.get $Class $prototype (struct.get $Function $class (local.get $f))) (i32.const 0))
      (return)))
  (if (i32.eqz (local.get $flags))
    (then
      (local.set $o (call $object_of (global.get $Object.prototype)))
      (call $add_property (local.get $o) (global.get $s.constructor) (local.get $f) (i32.const 5))
      (call $set_bits (local.get $o) (i32.const 128))
      (call $add_property (local.get $f) (global.get $s.prototype) (local.get $o) (i32.const 1))
      (return)))
  (if (i32.and (local.get $flags) (i32.const 64))
    (then
      ;; What generators inherit from is the `prototype` of what this function inherits from.
      (call $find (call $proto (local.get $f)) (global.get $s.prototype))
      (drop)
      (local.set $parent (ref.cast (ref null $Object)))
      (drop)
      (call $add_property (local.get $f) (global.get $s.prototype) (call $object_of (local.get $parent)) (i32.const 1)))))

;; The function's name as messages show it.
(func $function_name (export "funcName") (param $v eqref) (result (ref null $Str))
  (local $name eqref) (local $flags i32) (local $o (ref null $Object))
  (local.set $o (ref.cast (ref $Object) (local.get $v)))
  (if (i32.and (call $bits_of (local.get $o)) (i32.const 32))
    (then (return (call $declared_name (struct.get $Function $info (ref.cast (ref $Function) (local.get $o)))))))
  (call $own (local.get $o) (global.get $s.name))
  (drop)
  (local.set $name)
  (if (ref.test (ref $Str) (local.get $name)) (then (return (ref.cast (ref $Str) (local.get $name)))))
  (if (ref.test (ref $Function) (local.get $o))
    (then (return (call $declared_name (struct.get $Function $info (ref.cast (ref $Function) (local.get $o)))))))
  (global.get $s.empty))

;; Names an anonymous function after its key: `get x` (1), `set x` (2), `[description]` of a symbol.
(func $set_function_name (export "set_function_name") (param $flag i32) (param $f eqref) (param $key eqref)
  (local $name (ref null $Str)) (local $o (ref null $Object))
  (if (i32.eqz (ref.test (ref $Function) (local.get $f))) (then (return)))
  (local.set $o (ref.cast (ref $Object) (local.get $f)))
  (local.set $name (call $name_of_key (local.get $key)))
  (if (local.get $flag)
    (then (local.set $name (call $str_concat
      (select (result (ref $Str)) (global.get $m.get) (global.get $m.set) (i32.eq (local.get $flag) (i32.const 1))) (local.get $name)))))
  (if (i32.and (call $bits_of (local.get $o)) (i32.const 32))
    (then
      (if (call $str_eq (local.get $name) (call $function_name (local.get $o))) (then (return)))
      (call $materialise (local.get $o))))
  (call $put_name (local.get $o) (local.get $name)))

;; A class with a static member `name` keeps it.
(func $put_name (param $o (ref null $Object)) (param $name (ref null $Str))
  (local $flags i32)
  (local.set $flags (call $own_flags (local.get $o) (global.get $s.name)))
  (if (i32.or (i32.eq (local.get $flags) (i32.const -1)) (i32.eq (local.get $flags) (i32.const 4)))
    (then (call $put_own (local.get $o) (global.get $s.name) (local.get $name) (i32.const 4)))))

(func $name_of_key (param $key eqref) (result (ref null $Str))
  (local $text (ref null $Str))
  (if (i32.eqz (ref.test (ref $Sym) (local.get $key))) (then (return (call $to_str (local.get $key)))))
  (local.set $text (call $as_str (struct.get $Sym $description (ref.cast (ref $Sym) (local.get $key)))))
  (if (ref.is_null (local.get $text)) (then (return (global.get $s.empty))))
  (if (call $is_private (local.get $key)) (then (return (local.get $text))))
  (call $cat3 (global.get $m.bracket_open) (local.get $text) (global.get $m.bracket)))
