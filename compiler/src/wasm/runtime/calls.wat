;; Calls: of any value with any number of arguments, of methods, of constructors. Code takes its parameters one by one (up to
;; four) or an array of arguments; what is given is fitted to that.

(func $call_0 (export "call_0") (param $callee eqref) (param $this eqref) (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info))
  (if (ref.test (ref $Function) (local.get $callee))
    (then
      (local.set $f (ref.cast (ref $Function) (local.get $callee)))
      (local.set $info (struct.get $Function $info (local.get $f)))
      (if (i32.and (i32.eq (struct.get $Info $arity (local.get $info)) (i32.const 0))
                   (i32.eqz (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 11))))
        (then (return (call_indirect $code (type $code0) (local.get $f) (local.get $this)
          (struct.get $Info $code (local.get $info))))))))
  (call $call_other (local.get $callee) (local.get $this) (ref.null eq) (ref.null eq) (ref.null eq) (ref.null eq) (i32.const 0)))

(func $call_1 (export "call_1") (param $callee eqref) (param $this eqref) (param $a eqref) (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info))
  (if (ref.test (ref $Function) (local.get $callee))
    (then
      (local.set $f (ref.cast (ref $Function) (local.get $callee)))
      (local.set $info (struct.get $Function $info (local.get $f)))
      (if (i32.and (i32.eq (struct.get $Info $arity (local.get $info)) (i32.const 1))
                   (i32.eqz (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 11))))
        (then (return (call_indirect $code (type $code1) (local.get $f) (local.get $this) (local.get $a)
          (struct.get $Info $code (local.get $info))))))))
  (call $call_other (local.get $callee) (local.get $this) (local.get $a) (ref.null eq) (ref.null eq) (ref.null eq) (i32.const 1)))

(func $call_2 (export "call_2") (param $callee eqref) (param $this eqref) (param $a eqref) (param $b eqref) (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info))
  (if (ref.test (ref $Function) (local.get $callee))
    (then
      (local.set $f (ref.cast (ref $Function) (local.get $callee)))
      (local.set $info (struct.get $Function $info (local.get $f)))
      (if (i32.and (i32.eq (struct.get $Info $arity (local.get $info)) (i32.const 2))
                   (i32.eqz (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 11))))
        (then (return (call_indirect $code (type $code2) (local.get $f) (local.get $this) (local.get $a) (local.get $b)
          (struct.get $Info $code (local.get $info))))))))
  (call $call_other (local.get $callee) (local.get $this) (local.get $a) (local.get $b) (ref.null eq) (ref.null eq) (i32.const 2)))

(func $call_3 (export "call_3") (param $callee eqref) (param $this eqref) (param $a eqref) (param $b eqref) (param $c eqref) (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info))
  (if (ref.test (ref $Function) (local.get $callee))
    (then
      (local.set $f (ref.cast (ref $Function) (local.get $callee)))
      (local.set $info (struct.get $Function $info (local.get $f)))
      (if (i32.and (i32.eq (struct.get $Info $arity (local.get $info)) (i32.const 3))
                   (i32.eqz (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 11))))
        (then (return (call_indirect $code (type $code3) (local.get $f) (local.get $this) (local.get $a) (local.get $b) (local.get $c)
          (struct.get $Info $code (local.get $info))))))))
  (call $call_other (local.get $callee) (local.get $this) (local.get $a) (local.get $b) (local.get $c) (ref.null eq) (i32.const 3)))

(func $call_4 (export "call_4") (param $callee eqref) (param $this eqref) (param $a eqref) (param $b eqref) (param $c eqref) (param $d eqref) (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info))
  (if (ref.test (ref $Function) (local.get $callee))
    (then
      (local.set $f (ref.cast (ref $Function) (local.get $callee)))
      (local.set $info (struct.get $Function $info (local.get $f)))
      (if (i32.and (i32.eq (struct.get $Info $arity (local.get $info)) (i32.const 4))
                   (i32.eqz (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 11))))
        (then (return (call_indirect $code (type $code4) (local.get $f) (local.get $this) (local.get $a) (local.get $b) (local.get $c) (local.get $d)
          (struct.get $Info $code (local.get $info))))))))
  (call $call_other (local.get $callee) (local.get $this) (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i32.const 4)))

(func $call_method_0 (export "call_method_0") (param $o eqref) (param $key (ref null $Str)) (param $site (ref null $Site))
  (result eqref)
  (local $f eqref)
  (local.set $f (call $get_prop (local.get $o) (local.get $key) (local.get $site)))
  (if (i32.eqz (ref.test (ref $Function) (local.get $f)))
    (then (call $require_method (local.get $f) (local.get $o) (local.get $key)))
    (else (call $note_call (local.get $site) (local.get $o) (local.get $f))))
  (call $call_0 (local.get $f) (local.get $o)))

(func $call_method_1 (export "call_method_1") (param $o eqref) (param $a eqref) (param $key (ref null $Str)) (param $site (ref null $Site))
  (result eqref)
  (local $f eqref)
  (local.set $f (call $get_prop (local.get $o) (local.get $key) (local.get $site)))
  (if (i32.eqz (ref.test (ref $Function) (local.get $f)))
    (then (call $require_method (local.get $f) (local.get $o) (local.get $key)))
    (else (call $note_call (local.get $site) (local.get $o) (local.get $f))))
  (call $call_1 (local.get $f) (local.get $o) (local.get $a)))

(func $call_method_2 (export "call_method_2") (param $o eqref) (param $a eqref) (param $b eqref) (param $key (ref null $Str)) (param $site (ref null $Site))
  (result eqref)
  (local $f eqref)
  (local.set $f (call $get_prop (local.get $o) (local.get $key) (local.get $site)))
  (if (i32.eqz (ref.test (ref $Function) (local.get $f)))
    (then (call $require_method (local.get $f) (local.get $o) (local.get $key)))
    (else (call $note_call (local.get $site) (local.get $o) (local.get $f))))
  (call $call_2 (local.get $f) (local.get $o) (local.get $a) (local.get $b)))

(func $call_method_3 (export "call_method_3") (param $o eqref) (param $a eqref) (param $b eqref) (param $c eqref) (param $key (ref null $Str)) (param $site (ref null $Site))
  (result eqref)
  (local $f eqref)
  (local.set $f (call $get_prop (local.get $o) (local.get $key) (local.get $site)))
  (if (i32.eqz (ref.test (ref $Function) (local.get $f)))
    (then (call $require_method (local.get $f) (local.get $o) (local.get $key)))
    (else (call $note_call (local.get $site) (local.get $o) (local.get $f))))
  (call $call_3 (local.get $f) (local.get $o) (local.get $a) (local.get $b) (local.get $c)))

(func $call_method_4 (export "call_method_4") (param $o eqref) (param $a eqref) (param $b eqref) (param $c eqref) (param $d eqref) (param $key (ref null $Str)) (param $site (ref null $Site))
  (result eqref)
  (local $f eqref)
  (local.set $f (call $get_prop (local.get $o) (local.get $key) (local.get $site)))
  (if (i32.eqz (ref.test (ref $Function) (local.get $f)))
    (then (call $require_method (local.get $f) (local.get $o) (local.get $key)))
    (else (call $note_call (local.get $site) (local.get $o) (local.get $f))))
  (call $call_4 (local.get $f) (local.get $o) (local.get $a) (local.get $b) (local.get $c) (local.get $d)))

;; The place remembers a method that is inherited from a class's prototype or a built-in one: those keep their functions.
(func $note_call (param $site (ref null $Site)) (param $o eqref) (param $f eqref)
  (local $s (ref null $Shape)) (local $info (ref null $Info)) (local $holder (ref null $Object))
  (if (i32.eqz (ref.test (ref $Object) (local.get $o))) (then (return)))
  (local.set $s (struct.get $Object $shape (ref.cast (ref $Object) (local.get $o))))
  (if (i32.eqz (ref.eq (local.get $s) (struct.get $Site $shape (local.get $site)))) (then (return)))
  (local.set $holder (struct.get $Site $holder (local.get $site)))
  (if (ref.is_null (local.get $holder)) (then (return)))
  (if (i32.or (i32.lt_s (struct.get $Site $place (local.get $site)) (i32.const 0))
              (i32.ne (struct.get $Site $epoch (local.get $site)) (global.get $epoch)))
    (then (return)))
  (if (i32.eqz (i32.and (call $bits_of (local.get $holder)) (i32.const 136))) (then (return)))
  (local.set $info (struct.get $Function $info (ref.cast (ref $Function) (local.get $f))))
  (if (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 11)) (then (return)))
  (call $move_call (local.get $site) (local.get $s) (local.get $info) (ref.cast (ref $Function) (local.get $f))))

;; A place that meets many forms keeps to one for some time.
(func $move_call (param $site (ref null $Site)) (param $s (ref null $Shape)) (param $info (ref null $Info)) (param $f (ref null $Function))
  (struct.set $Site $misses (local.get $site) (i32.add (struct.get $Site $misses (local.get $site)) (i32.const 1)))
  (if (i32.and (i32.gt_u (struct.get $Site $misses (local.get $site)) (i32.const 64))
               (i32.ne (i32.and (struct.get $Site $misses (local.get $site)) (i32.const 255)) (i32.const 0)))
    (then (return)))
  (struct.set $Site $call_shape (local.get $site) (local.get $s))
  (struct.set $Site $call_epoch (local.get $site) (global.get $epoch))
  (struct.set $Site $callee (local.get $site) (local.get $f))
  (struct.set $Site $code (local.get $site) (struct.get $Info $code (local.get $info)))
  (struct.set $Site $arity (local.get $site) (struct.get $Info $arity (local.get $info))))

(func $call_method_v (export "call_method_v") (param $o eqref) (param $args (ref null $Any)) (param $key (ref null $Str))
  (param $site (ref null $Site)) (result eqref)
  (local $f eqref)
  (local.set $f (call $get_prop (local.get $o) (local.get $key) (local.get $site)))
  (call $require_method (local.get $f) (local.get $o) (local.get $key))
  (call $call_v (local.get $f) (local.get $o) (local.get $args)))

(func $new_0 (export "new_0") (param $callee eqref) (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info)) (local $this eqref)
  (if (ref.test (ref $Function) (local.get $callee))
    (then
      (local.set $f (ref.cast (ref $Function) (local.get $callee)))
      (local.set $info (struct.get $Function $info (local.get $f)))
      (if (i32.and (i32.eq (struct.get $Info $arity (local.get $info)) (i32.const 0))
                   (i32.ne (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 3)) (i32.const 0)))
        (then
          (local.set $this (call $this_of_new (local.get $f) (struct.get $Info $flags (local.get $info))))
          (global.set $new_target (local.get $callee))
          (return (call $constructed
            (call_indirect $code (type $code0) (local.get $f) (local.get $this) (struct.get $Info $code (local.get $info)))
            (local.get $this)))))))
  (call $construct (local.get $callee) (array.new_fixed $Any 0) (local.get $callee)))

(func $new_1 (export "new_1") (param $callee eqref) (param $a eqref) (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info)) (local $this eqref)
  (if (ref.test (ref $Function) (local.get $callee))
    (then
      (local.set $f (ref.cast (ref $Function) (local.get $callee)))
      (local.set $info (struct.get $Function $info (local.get $f)))
      (if (i32.and (i32.eq (struct.get $Info $arity (local.get $info)) (i32.const 1))
                   (i32.ne (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 3)) (i32.const 0)))
        (then
          (local.set $this (call $this_of_new (local.get $f) (struct.get $Info $flags (local.get $info))))
          (global.set $new_target (local.get $callee))
          (return (call $constructed
            (call_indirect $code (type $code1) (local.get $f) (local.get $this) (local.get $a) (struct.get $Info $code (local.get $info)))
            (local.get $this)))))))
  (call $construct (local.get $callee) (array.new_fixed $Any 1 (local.get $a)) (local.get $callee)))

(func $new_2 (export "new_2") (param $callee eqref) (param $a eqref) (param $b eqref) (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info)) (local $this eqref)
  (if (ref.test (ref $Function) (local.get $callee))
    (then
      (local.set $f (ref.cast (ref $Function) (local.get $callee)))
      (local.set $info (struct.get $Function $info (local.get $f)))
      (if (i32.and (i32.eq (struct.get $Info $arity (local.get $info)) (i32.const 2))
                   (i32.ne (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 3)) (i32.const 0)))
        (then
          (local.set $this (call $this_of_new (local.get $f) (struct.get $Info $flags (local.get $info))))
          (global.set $new_target (local.get $callee))
          (return (call $constructed
            (call_indirect $code (type $code2) (local.get $f) (local.get $this) (local.get $a) (local.get $b) (struct.get $Info $code (local.get $info)))
            (local.get $this)))))))
  (call $construct (local.get $callee) (array.new_fixed $Any 2 (local.get $a) (local.get $b)) (local.get $callee)))

(func $new_3 (export "new_3") (param $callee eqref) (param $a eqref) (param $b eqref) (param $c eqref) (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info)) (local $this eqref)
  (if (ref.test (ref $Function) (local.get $callee))
    (then
      (local.set $f (ref.cast (ref $Function) (local.get $callee)))
      (local.set $info (struct.get $Function $info (local.get $f)))
      (if (i32.and (i32.eq (struct.get $Info $arity (local.get $info)) (i32.const 3))
                   (i32.ne (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 3)) (i32.const 0)))
        (then
          (local.set $this (call $this_of_new (local.get $f) (struct.get $Info $flags (local.get $info))))
          (global.set $new_target (local.get $callee))
          (return (call $constructed
            (call_indirect $code (type $code3) (local.get $f) (local.get $this) (local.get $a) (local.get $b) (local.get $c) (struct.get $Info $code (local.get $info)))
            (local.get $this)))))))
  (call $construct (local.get $callee) (array.new_fixed $Any 3 (local.get $a) (local.get $b) (local.get $c)) (local.get $callee)))

(func $new_4 (export "new_4") (param $callee eqref) (param $a eqref) (param $b eqref) (param $c eqref) (param $d eqref) (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info)) (local $this eqref)
  (if (ref.test (ref $Function) (local.get $callee))
    (then
      (local.set $f (ref.cast (ref $Function) (local.get $callee)))
      (local.set $info (struct.get $Function $info (local.get $f)))
      (if (i32.and (i32.eq (struct.get $Info $arity (local.get $info)) (i32.const 4))
                   (i32.ne (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 3)) (i32.const 0)))
        (then
          (local.set $this (call $this_of_new (local.get $f) (struct.get $Info $flags (local.get $info))))
          (global.set $new_target (local.get $callee))
          (return (call $constructed
            (call_indirect $code (type $code4) (local.get $f) (local.get $this) (local.get $a) (local.get $b) (local.get $c) (local.get $d) (struct.get $Info $code (local.get $info)))
            (local.get $this)))))))
  (call $construct (local.get $callee) (array.new_fixed $Any 4 (local.get $a) (local.get $b) (local.get $c) (local.get $d)) (local.get $callee)))

;; Calls what does not take just these arguments, or is not to be called so.
(func $call_other (param $callee eqref) (param $this eqref) (param $a eqref) (param $b eqref) (param $c eqref) (param $d eqref) (param $n i32)
  (result eqref)
  (local $f (ref null $Function)) (local $info (ref null $Info))
  (if (i32.eqz (ref.test (ref $Function) (local.get $callee)))
    (then (return (call $call_bound (local.get $callee) (local.get $this)
      (call $row_of (local.get $a) (local.get $b) (local.get $c) (local.get $d) (local.get $n))))))
  (local.set $f (ref.cast (ref $Function) (local.get $callee)))
  (local.set $info (struct.get $Function $info (local.get $f)))
  (if (i32.and (struct.get $Info $flags (local.get $info)) (i32.const 11)) (then (call $enter_constructor (local.get $f))))
  (if (i32.lt_s (struct.get $Info $arity (local.get $info)) (i32.const 0))
    (then (return (call_indirect $code (type $codev) (local.get $f) (local.get $this)
      (call $row_of (local.get $a) (local.get $b) (local.get $c) (local.get $d) (local.get $n)) (struct.get $Info $code (local.get $info))))))
  (call $call_fixed (local.get $f) (local.get $this) (local.get $a) (local.get $b) (local.get $c) (local.get $d)))

;; Code with a fixed number of parameters, given four arguments.
(func $call_fixed (param $f (ref null $Function)) (param $this eqref) (param $a eqref) (param $b eqref) (param $c eqref) (param $d eqref)
  (result eqref)
  (local $info (ref null $Info)) (local $code i32)
  (local.set $info (struct.get $Function $info (local.get $f)))
  (local.set $code (struct.get $Info $code (local.get $info)))
  (block $4 (block $3 (block $2 (block $1 (block $0
    (br_table $0 $1 $2 $3 $4 (struct.get $Info $arity (local.get $info))))
    (return (call_indirect $code (type $code0) (local.get $f) (local.get $this) (local.get $code))))
    (return (call_indirect $code (type $code1) (local.get $f) (local.get $this) (local.get $a) (local.get $code))))
    (return (call_indirect $code (type $code2) (local.get $f) (local.get $this) (local.get $a) (local.get $b) (local.get $code))))
    (return (call_indirect $code (type $code3) (local.get $f) (local.get $this) (local.get $a) (local.get $b) (local.get $c) (local.get $code))))
  (call_indirect $code (type $code4) (local.get $f) (local.get $this) (local.get $a) (local.get $b) (local.get $c) (local.get $d)
    (local.get $code)))

(func $row_of (param $a eqref) (param $b eqref) (param $c eqref) (param $d eqref) (param $n i32) (result (ref $Any))
  (local $row (ref $Any))
  (local.set $row (array.new_default $Any (local.get $n)))
  (block $end
    (br_if $end (i32.lt_u (local.get $n) (i32.const 1)))
    (array.set $Any (local.get $row) (i32.const 0) (local.get $a))
    (br_if $end (i32.lt_u (local.get $n) (i32.const 2)))
    (array.set $Any (local.get $row) (i32.const 1) (local.get $b))
    (br_if $end (i32.lt_u (local.get $n) (i32.const 3)))
    (array.set $Any (local.get $row) (i32.const 2) (local.get $c))
    (br_if $end (i32.lt_u (local.get $n) (i32.const 4)))
    (array.set $Any (local.get $row) (i32.const 3) (local.get $d)))
  (local.get $row))

;; A call, not `new`, of a class (which throws) or of a built-in constructor.
(func $enter_constructor (param $f (ref null $Function))
  (if (i32.and (struct.get $Info $flags (struct.get $Function $info (local.get $f))) (i32.const 3))
    (then (call $throw_type (call $cat3 (global.get $m.class_constructor) (call $function_name (local.get $f)) (global.get $m.without_new)))))
  (global.set $new_target (ref.null eq)))

(func $call_v (export "call_v") (param $callee eqref) (param $this eqref) (param $args (ref null $Any)) (result eqref)
  (local $f (ref null $Function))
  (if (i32.eqz (ref.test (ref $Function) (local.get $callee)))
    (then (return (call $call_bound (local.get $callee) (local.get $this) (local.get $args)))))
  (local.set $f (ref.cast (ref $Function) (local.get $callee)))
  (if (i32.and (struct.get $Info $flags (struct.get $Function $info (local.get $f))) (i32.const 11))
    (then (call $enter_constructor (local.get $f))))
  (call $enter_v (local.get $f) (local.get $this) (local.get $args)))

;; Enters a closure's code with the arguments of a row.
(func $enter_v (param $f (ref null $Function)) (param $this eqref) (param $args (ref null $Any)) (result eqref)
  (local $info (ref null $Info))
  (local.set $info (struct.get $Function $info (local.get $f)))
  (if (i32.lt_s (struct.get $Info $arity (local.get $info)) (i32.const 0))
    (then (return (call_indirect $code (type $codev) (local.get $f) (local.get $this) (local.get $args)
      (struct.get $Info $code (local.get $info))))))
  (call $call_fixed (local.get $f) (local.get $this) (call $arg (local.get $args) (i32.const 0)) (call $arg (local.get $args) (i32.const 1))
    (call $arg (local.get $args) (i32.const 2)) (call $arg (local.get $args) (i32.const 3))))

(func $arg (param $args (ref null $Any)) (param $i i32) (result eqref)
  (if (i32.ge_u (local.get $i) (array.len (local.get $args))) (then (return (ref.null eq))))
  (array.get $Any (local.get $args) (local.get $i)))

;; What is called is no closure: a bound function, whose row has target, `this` and arguments, or nothing to call.
(func $call_bound (param $callee eqref) (param $this eqref) (param $args (ref null $Any)) (result eqref)
  (local $row (ref null $Any))
  (if (i32.ne (call $box_tag (local.get $callee)) (i32.const 27)) (then (call $throw_not_callable (local.get $callee))))
  (local.set $row (ref.cast (ref $Any) (call $box_data (local.get $callee))))
  (if (ref.is_null (array.get $Any (local.get $row) (i32.const 0))) (then (return (ref.null eq))))
  (call $call_v (array.get $Any (local.get $row) (i32.const 0)) (array.get $Any (local.get $row) (i32.const 1))
    (call $bound_args (local.get $row) (local.get $args))))

(func $bound_args (param $row (ref null $Any)) (param $args (ref null $Any)) (result (ref null $Any))
  (local $n i32) (local $m i32) (local $all (ref $Any))
  (local.set $n (i32.sub (array.len (local.get $row)) (i32.const 2)))
  (local.set $m (array.len (local.get $args)))
  (local.set $all (array.new_default $Any (i32.add (local.get $n) (local.get $m))))
  (call $pay (array.len (local.get $all)))
  (array.copy $Any $Any (local.get $all) (i32.const 0) (local.get $row) (i32.const 2) (local.get $n))
  (array.copy $Any $Any (local.get $all) (local.get $n) (local.get $args) (i32.const 0) (local.get $m))
  (local.get $all))

(func $throw_not_callable (param $callee eqref)
  (call $throw_type (call $str_concat (call $brief (local.get $callee)) (global.get $m.not_function))))

(func $require_method (export "require_method") (param $f eqref) (param $o eqref) (param $key (ref null $Str))
  (if (call $is_callable (local.get $f)) (then (return)))
  (call $throw_type (call $str_concat
    (call $cat3 (local.get $key) (global.get $m.not_function) (global.get $m.called_on))
    (call $str_concat
      (if (result (ref null $Str)) (i32.and (call $is_object (local.get $o)) (i32.eqz (call $is_callable (local.get $o))))
        (then (global.get $s.it)) (else (call $brief (local.get $o))))
      (global.get $m.close)))))

;; `callee.call(this, ...array)`
(func $call_spread (export "call_spread") (param $callee eqref) (param $this eqref) (param $array eqref) (result eqref)
  (call $call_v (local.get $callee) (local.get $this) (call $spread_args (local.get $array))))

(func $spread_args (param $array eqref) (result (ref null $Any))
  (local $a (ref null $Array)) (local $n i32) (local $row (ref $Any))
  (local.set $a (ref.cast (ref $Array) (local.get $array)))
  (local.set $n (struct.get $Array $length (local.get $a)))
  (if (i32.gt_u (local.get $n) (i32.const 120000)) (then (call $throw_range (global.get $m.many_arguments))))
  (call $pay (local.get $n))
  (local.set $row (array.new_default $Any (local.get $n)))
  (if (struct.get $Array $holey (local.get $a))
    (then (call $copy_elements (local.get $row) (local.get $a)))
    (else (array.copy $Any $Any (local.get $row) (i32.const 0) (struct.get $Array $elems (local.get $a)) (i32.const 0) (local.get $n))))
  (local.get $row))

;; Without a target the callee is it.
(func $new_v (export "new_v") (param $callee eqref) (param $args (ref null $Any)) (param $target eqref) (result eqref)
  (call $construct (local.get $callee) (local.get $args)
    (select (result eqref) (local.get $callee) (local.get $target) (ref.is_null (local.get $target)))))

(func $new_spread (export "new_spread") (param $callee eqref) (param $array eqref) (result eqref)
  (call $construct (local.get $callee) (call $spread_args (local.get $array)) (local.get $callee)))

(func $super_call_v (export "super_call_v") (param $ctor eqref) (param $target eqref) (param $args (ref null $Any)) (result eqref)
  (call $construct (call $super_constructor (local.get $ctor)) (local.get $args) (local.get $target)))

(func $super_call_spread (export "super_call_spread") (param $ctor eqref) (param $target eqref) (param $array eqref) (result eqref)
  (local $super eqref)
  (local.set $super (call $super_constructor (local.get $ctor)))
  (call $construct (local.get $super) (call $spread_args (local.get $array)) (local.get $target)))

(func $super_constructor (param $ctor eqref) (result eqref)
  (local $parent (ref null $Object))
  (local.set $parent (call $proto (ref.cast (ref $Object) (local.get $ctor))))
  (if (i32.eqz (call $constructs (local.get $parent))) (then (call $throw_type (global.get $m.super_constructor))))
  (local.get $parent))

;; `new`: the object that a base class starts with is made here.
(func $construct (param $callee eqref) (param $args (ref null $Any)) (param $target eqref) (result eqref)
  (local $f (ref null $Function)) (local $flags i32) (local $this eqref)
  (if (i32.eqz (ref.test (ref $Function) (local.get $callee)))
    (then (return (call $construct_bound (local.get $callee) (local.get $args) (local.get $target)))))
  (local.set $f (ref.cast (ref $Function) (local.get $callee)))
  (local.set $flags (struct.get $Info $flags (struct.get $Function $info (local.get $f))))
  (if (i32.eqz (i32.and (local.get $flags) (i32.const 11))) (then (call $throw_not_constructor (local.get $callee))))
  (if (i32.and (local.get $flags) (i32.const 8))
    (then
      (global.set $new_target (local.get $target))
      (return (call $enter_v (local.get $f) (ref.null eq) (local.get $args)))))
  (local.set $this (call $this_of_new (local.get $target) (local.get $flags)))
  (global.set $new_target (local.get $target))
  (call $constructed (call $enter_v (local.get $f) (local.get $this) (local.get $args)) (local.get $this)))

;; What a class's constructor starts with; a derived one's `this` is made by its superclass.
(func $this_of_new (param $target eqref) (param $flags i32) (result eqref)
  (if (i32.and (local.get $flags) (i32.const 2)) (then (return (global.get $uninit))))
  (call $new_instance (local.get $target)))

;; What `new` yields of what the constructor returned.
(func $constructed (export "constructed") (param $result eqref) (param $this eqref) (result eqref)
  (if (i32.and (ref.is_null (local.get $result)) (i32.eqz (ref.eq (local.get $this) (global.get $uninit)))) (then (return (local.get $this))))
  (if (call $is_object (local.get $result)) (then (return (local.get $result))))
  (if (i32.eqz (ref.eq (local.get $this) (global.get $uninit))) (then (return (local.get $this))))
  (if (i32.or (ref.is_null (local.get $result)) (ref.eq (local.get $result) (global.get $uninit)))
    (then (call $throw_reference (global.get $m.no_super))))
  (call $throw_type (global.get $m.derived_result))
  (ref.null eq))

(func $construct_bound (param $callee eqref) (param $args (ref null $Any)) (param $target eqref) (result eqref)
  (local $row (ref null $Any)) (local $inner eqref)
  (if (i32.ne (call $box_tag (local.get $callee)) (i32.const 27)) (then (call $throw_not_constructor (local.get $callee))))
  (local.set $row (ref.cast (ref $Any) (call $box_data (local.get $callee))))
  (local.set $inner (array.get $Any (local.get $row) (i32.const 0)))
  (call $construct (local.get $inner) (call $bound_args (local.get $row) (local.get $args))
    (select (result eqref) (local.get $inner) (local.get $target) (ref.eq (local.get $target) (local.get $callee)))))

(func $throw_not_constructor (param $callee eqref)
  (if (call $is_plain_function (local.get $callee))
    (then (call $refuse (i32.const 7) (global.get $m.new_needs) (call $function_name (ref.cast (ref $Object) (local.get $callee)))
      (global.get $m.new_needs2))))
  (call $throw_type (call $str_concat (call $brief (local.get $callee)) (global.get $m.not_constructor))))

;; What JavaScript could `new` and MOSL does not: neither arrow, method nor class.
(func $is_plain_function (param $v eqref) (result i32)
  (if (ref.test (ref $Function) (local.get $v))
    (then (return (i32.eqz (struct.get $Info $flags (struct.get $Function $info (ref.cast (ref $Function) (local.get $v))))))))
  (i32.const 0))

(func $is_constructor (export "isConstructor") (param $v eqref) (result i32)
  (loop $bound
    (if (ref.test (ref $Function) (local.get $v))
      (then (return (i32.ne (i32.const 0)
        (i32.and (i32.const 11) (struct.get $Info $flags (struct.get $Function $info (ref.cast (ref $Function) (local.get $v)))))))))
    (if (i32.eq (call $box_tag (local.get $v)) (i32.const 27))
      (then
        (local.set $v (array.get $Any (ref.cast (ref $Any) (call $box_data (local.get $v))) (i32.const 0)))
        (br $bound))))
  (i32.const 0))

;; Whether one may construct with it; a plain function is refused.
(func $constructs (export "constructs") (param $v eqref) (result i32)
  (if (call $is_plain_function (local.get $v)) (then (call $throw_not_constructor (local.get $v))))
  (call $is_constructor (local.get $v)))

(func $is_class (export "isClass") (param $v eqref) (result i32)
  (if (ref.test (ref $Function) (local.get $v))
    (then (return (i32.ne (i32.const 0)
      (i32.and (i32.const 3) (struct.get $Info $flags (struct.get $Function $info (ref.cast (ref $Function) (local.get $v)))))))))
  (i32.const 0))
