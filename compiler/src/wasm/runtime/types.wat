;; The types that the runtime and compiled programs share. A dynamic value is an `eqref`:
;;
;;   undefined             the null reference
;;   number                i31 where it is a whole number of 31 bits that is not -0, else $Num (always so: one form per number)
;;   true false null       immutable globals $true $false $null of type $Odd; also $hole $uninit $absent $missing, which no program sees
;;   string                $Str; symbol: $Sym; amount: $Mrk; vector, quaternion, colour: $Vec
;;   object                a subtype of $Object
;;
;; Typed values: f64 is f64, i32 and bool are i32, str is (ref null $Str), an instance of a class is (ref null $Object) or its own type.

(rec
  ;; Values in a row: elements, slots, captures, arguments. `undefined` by default.
  (type $Any (array (mut eqref)))
  (type $Nums (array (mut f64)))
  (type $Ints (array (mut i32)))
  (type $Bytes (array (mut i8)))
  (type $Num (struct (field $value f64)))
  (type $Odd (struct (field $kind i32)))
  ;; $key: itself or the one string of equal text that stands for it as a property key, once it was asked for. $hash: 0 until asked.
  (type $Str (struct (field $ext externref) (field $hash (mut i32)) (field $key (mut (ref null $Str)))))
  ;; $kind: 0 a symbol, 1 a private name.
  (type $Sym (struct (field $description eqref) (field $hash i32) (field $kind i32)))
  ;; $kind: 0 Vec2, 1 Vec3, 2 Quat, 3 Color (r g b a).
  (type $Vec (struct (field $kind i32) (field $x f64) (field $y f64) (field $z f64) (field $w f64)))
  ;; Unsigned 128 bits, 18 decimals.
  (type $Mrk (struct (field $high i64) (field $low i64)))
  (type $Cell (struct (field $value (mut eqref))))
  (type $Accessor (struct (field $get (mut eqref)) (field $set (mut eqref))))

  ;; What objects of one form share. Owned by the runtime; grown by transitions.
  (type $Shape (struct
    (field $proto (mut (ref null $Object)))
    (field $count (mut i32))                    ;; properties, deleted ones in a dictionary included
    (field $keys (mut (ref null $Any)))         ;; $Str (canonical) or $Sym, in order of creation; null where deleted
    (field $flags (mut (ref null $Bytes)))      ;; 1 writable, 2 enumerable, 4 configurable, 8 accessor, 16 in a field of the class,
                                                ;; 32 undefined though the field has no value
    (field $places (mut (ref null $Ints)))      ;; index into slots, or the number of the class's field
    (field $table (mut (ref null $Ints)))       ;; a hash table over the keys, made when there are many
    (field $bits (mut i32))                     ;; 1 dictionary (one object's own), 2 is a prototype, 4 not extensible, 8 built-in: never changes,
                                                ;; 16 an array's fixed length, 32 a function's name and length are not made yet,
                                                ;; 64 an array has elements among its properties, 128 a class's prototype
    (field $parent_key (mut eqref))             ;; the transition that made it
    (field $parent_flags (mut i32))
    (field $transitions (mut (ref null $Any)))  ;; an open hash table of shapes
    (field $branches (mut i32))                 ;; how many there are
    (field $layout (mut (ref null $Layout)))
    (field $slots (mut i32))                    ;; slots in use
    (field $children (mut (ref null $Shape)))   ;; of a prototype's shape: the empty shape of the objects that inherit from it
    (field $lazy (mut (ref null $Shape)))))     ;; likewise, of functions whose own properties nobody has asked for

  (type $Object (sub (struct
    (field $shape (mut (ref null $Shape)))
    (field $slots (mut (ref null $Any))))))

  ;; Elements: $elems, where $hole marks holes and all beyond $length. Elements past its end are among the properties, under the
  ;; text of their index, as are all elements of a frozen array. $length is unsigned; $holey: a hole may be among the elements.
  (type $Array (sub final $Object (struct
    (field $shape (mut (ref null $Shape)))
    (field $slots (mut (ref null $Any)))
    (field $elems (mut (ref null $Any)))
    (field $length (mut i32))
    (field $holey (mut i32)))))

  ;; An object with something inside: what, says $tag.
  (type $Box (sub final $Object (struct
    (field $shape (mut (ref null $Shape)))
    (field $slots (mut (ref null $Any)))
    (field $tag (mut i32))
    (field $data (mut eqref)))))

  ;; Typed arrays; $element: 0 i8, 1 u8, 2 u8 clamped, 3 i16, 4 u16, 5 i32, 6 u32, 7 f32, 8 f64, 9 f16. $buffer is a $Box (tag 20) whose data is $Bytes.
  (type $Typed (sub final $Object (struct
    (field $shape (mut (ref null $Shape)))
    (field $slots (mut (ref null $Any)))
    (field $element i32)
    (field $buffer (mut (ref null $Box)))
    (field $offset (mut i32))
    (field $length (mut i32)))))                ;; elements; -1: to the end of the buffer

  ;; What all closures of one function share: a constant of the module.
  (type $Info (struct
    (field $name (ref null $Str))
    (field $length i32)
    ;; Parameters, where the code takes them one by one (0 to 4); -1: the code takes an array of arguments.
    (field $arity i32)
    ;; 1 class constructor, 2 of a derived class, 4 built in, 8 can be constructed though it is no class (built-in constructors),
    ;; 16 arrow, 32 method, 64 generator, 128 async
    (field $flags i32)
    ;; Its place in the function table.
    (field $code i32)
    (field $layout (ref null $Layout))))

  ;; A class with fixed fields: a constant of the module.
  (type $Layout (struct
    ;; Keys of all fields, superclasses' first ($Str each).
    (field $keys (mut (ref null $Any)))
    ;; Places in the function table: (type $alloc), (type $field_get), (type $field_set).
    (field $alloc i32)
    (field $get i32)
    (field $set i32)
    ;; The layout of the class that it extends.
    (field $parent (ref null $Layout))))

  (type $Function (sub final $Object (struct
    (field $shape (mut (ref null $Shape)))
    (field $slots (mut (ref null $Any)))
    (field $info (ref null $Info))
    (field $captures (mut (ref null $Any)))
    (field $class (mut (ref null $Class))))))

  ;; What a constructor closure has besides, once it is a class.
  (type $Class (struct
    (field $prototype (ref null $Object))
    (field $instances (mut (ref null $Shape)))   ;; shape of a new instance
    (field $layout (ref null $Layout))
    (field $fields (mut eqref))))                ;; the function that defines the fields, or undefined

  ;; A function that waits: generators and async functions. $signal after a step: 0 returned, 1 awaits, 2 yields, 3 yields a whole
  ;; result object, 4 has bound its parameters (generators).
  (type $Frame (struct
    (field $state (mut i32))
    (field $resume i32)                          ;; place in the function table of (type $resume)
    (field $callee (ref null $Function))
    (field $this eqref)
    (field $target eqref)
    (field $anys (mut (ref null $Any)))
    (field $nums (mut (ref null $Nums)))
    (field $signal (mut i32))))

  ;; The cache of a place that names a property; made empty, owned by the runtime.
  (type $Site (struct
    (field $shape (mut (ref null $Shape)))
    (field $holder (mut (ref null $Object)))     ;; null: the object itself
    (field $place (mut i32))                     ;; a slot; negative: ~ a field of the class, with a holder ~ the slot of an accessor
    (field $next (mut (ref null $Shape)))        ;; set: the shape after the property is added
    (field $epoch (mut i32))
    ;; What was seen before that.
    (field $shape2 (mut (ref null $Shape)))
    (field $holder2 (mut (ref null $Object)))
    (field $place2 (mut i32))
    (field $next2 (mut (ref null $Shape)))
    (field $epoch2 (mut i32))
    (field $misses (mut i32))
    ;; Of a call of a method: the form of the object that was seen last, the function that it inherits, its place in the function table
    ;; and its number of parameters (-1: an array).
    (field $call_shape (mut (ref null $Shape)))
    (field $call_epoch (mut i32))
    (field $callee (mut (ref null $Function)))
    (field $code (mut i32))
    (field $arity (mut i32))))

  ;; How code is called: the closure, `this`, the arguments. Missing ones are undefined. `new.target` is in $new_target at entry.
  (type $code0 (func (param (ref null $Function) eqref) (result eqref)))
  (type $code1 (func (param (ref null $Function) eqref eqref) (result eqref)))
  (type $code2 (func (param (ref null $Function) eqref eqref eqref) (result eqref)))
  (type $code3 (func (param (ref null $Function) eqref eqref eqref eqref) (result eqref)))
  (type $code4 (func (param (ref null $Function) eqref eqref eqref eqref eqref) (result eqref)))
  (type $codev (func (param (ref null $Function) eqref (ref null $Any)) (result eqref)))
  (type $alloc (func (param (ref null $Shape)) (result (ref null $Object))))
  (type $field_get (func (param (ref null $Object) i32) (result eqref)))
  (type $field_set (func (param (ref null $Object) i32 eqref)))
  ;; A module namespace object's property, by number.
  (type $namespace_get (func (param i32) (result eqref)))
  ;; $mode: 0 go on with the value, 1 throw it, 2 return it.
  (type $resume (func (param (ref null $Frame) i32 eqref) (result eqref)))
)
;; The module of the runtime is linked, function by function, with what a program uses. A function is used by its name.
(table $code (import "mosl:link" "code") 0 funcref)
