//! The instruction table. One line declares an instruction: its name, printed text, fuel, operands and meaning. The enum
//! [`Instr`], the encoder, the decoder, the disassembler and the operand checks of the verifier are derived from it.
//!
//! Operand kinds (each is one field of the decoded instruction):
//!
//! | kind | Rust type | meaning |
//! | --- | --- | --- |
//! | `def_any def_f64 def_i32 def_bool def_str` | [`Reg`] | register written; must have that type |
//! | `def_dep` | [`Reg`] | register written; its type depends on the instruction (the verifier has a rule of its own) |
//! | `use_any use_f64 use_i32 use_bool use_str` | [`Reg`] | register read; must have that type (for `use_any`, also `F64`, `Str` or `Obj`: their bits are those of a dynamic value) |
//! | `use_dep` | [`Reg`] | register read; type checked by a rule of its own |
//! | `konst` | `u32` | index into [`Module::consts`] |
//! | `site` | `u16` | index into [`Function::sites`]: a property name with its inline cache |
//! | `check` | `u16` | index into [`Function::checks`]: what a failed check says |
//! | `list` | `u16` | index into [`Function::lists`]: registers read; all `Any` unless the verifier has a rule of its own |
//! | `block` | `u16` | index into [`Function::blocks`] |
//! | `func` `class` | `u16` | index into [`Module::functions`], [`Module::classes`] |
//! | `native` `intrinsic` | `u16` | index into the native table, the table of intrinsic globals (`natives.rs`) |
//! | `host` | `u16` | index into [`Module::imports`] |
//! | `global` | `u32` | index of a module-level variable |
//! | `index` | `u16` | a small number: a capture, a field slot |
//! | `flag` | `u8` | a small number whose values the line explains |
//! | `int` | `i32` | an immediate |
//!
//! # What the verifier asks
//!
//! Of every operand: what its row says exists, and a register has the row's type. Beyond that, of single instructions
//! (`verify/rules.rs`):
//!
//! | instruction | rule |
//! | --- | --- |
//! | `move`, `return`, `set_field` | the source may stand where the target's type is asked for: the same type, an instance of a subclass, or anything with a dynamic value's bits for `Any` |
//! | `const`, registers' initial constants | the constant exists and is of the register's type; a parameter holds none |
//! | `check.class` | writes an `Obj` register |
//! | `check.kind`, `throw_error`, `define_method`, `private.define`, `function.name` | the flag is one of those that the line names |
//! | `get_field`, `set_field` | the object's register is `Obj`, its class has the slot, the field has the register's type |
//! | `check.init`, `private.name`, `throw_error` / `template_object` / `regexp` | the constant is a string / a template / a regular expression |
//! | `capture` | below the function's number of captures |
//! | `closure` | the function takes only dynamic values, yields one, and gets as many captures as it has |
//! | `call_direct` | the function captures nothing and constructs nothing; arguments and result are assignable, one by one |
//! | lists of `super_get` (3), `super_set` (4), `iter.call` (3), `call_spread` (2), `super_call_spread` (3), `call`, `call_method`, `call_native`, `super_call` (1 or more) | that many registers, all dynamic |
//! | `generator.start`, `yield`, `yield.result` / `await` | only in generators / in async functions |
//! | `catch` | first in each block that some block names as handler, and nowhere else |
//!
//! Of functions: blocks partition the code, in order, each with its only terminator at its end; a jump leads to the start of a block
//! that is no handler; a handler is a block, and not the first; a block's fuel is the sum over its instructions; the first registers are
//! the parameters; a rest parameter is dynamic; what suspends or constructs has a dynamic result. Of modules: a class comes after its superclass and has
//! at most 65,535 fields; strings, constants, globals and files that are named exist; the entry is plain and takes nothing.
//!
//! What is left to checks at run time, each of which ends in an error or a fault: whether a dynamic value is a cell, an iterator record
//! or a class; whether an `Obj` register was written.

/// A register of the running function.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Reg(pub u16);

/// The kind of an operand; see the module's table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(non_camel_case_types, reason = "the names are the words of the instruction table")]
pub enum Operand {
    def_any,
    def_f64,
    def_i32,
    def_bool,
    def_str,
    def_dep,
    use_any,
    use_f64,
    use_i32,
    use_bool,
    use_str,
    use_dep,
    konst,
    site,
    check,
    list,
    block,
    func,
    class,
    native,
    intrinsic,
    host,
    global,
    index,
    flag,
    int,
}

/// What is known of an instruction without looking at its operands.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    pub name: &'static str,
    pub fuel: u32,
    pub operands: &'static [(&'static str, Operand)],
    pub doc: &'static str,
}

/// The Rust type that holds an operand of a kind in a decoded instruction.
#[macro_export]
macro_rules! operand_type {
    (konst) => {
        u32
    };
    (global) => {
        u32
    };
    (int) => {
        i32
    };
    (flag) => {
        u8
    };
    (site) => {
        u16
    };
    (check) => {
        u16
    };
    (list) => {
        u16
    };
    (block) => {
        u16
    };
    (func) => {
        u16
    };
    (class) => {
        u16
    };
    (native) => {
        u16
    };
    (intrinsic) => {
        u16
    };
    (host) => {
        u16
    };
    (index) => {
        u16
    };
    ($register:ident) => {
        $crate::table::Reg
    };
}

/// Hands the whole table to the macro `$use`, as lines `Name "text" fuel { operand: kind, … } "meaning";`.
#[macro_export]
macro_rules! for_each_op {
    ($use:ident) => { $use! {
        // Moves and constants
        Move "move" 1 { dst: def_dep, src: use_dep } "dst = src; both registers have one type";
        LoadConst "const" 1 { dst: def_dep, value: konst } "dst = a constant; its type is F64 or Str by the constant's kind, or Any";
        LoadInt "int" 1 { dst: def_f64, value: int } "dst = a small whole number";
        LoadI32 "i32.const" 1 { dst: def_i32, value: int } "dst = value";
        LoadBool "bool" 1 { dst: def_bool, value: flag } "dst = value != 0";
        LoadUndefined "undefined" 1 { dst: def_any } "dst = undefined";
        LoadNull "null" 1 { dst: def_any } "dst = null";
        LoadUninit "uninit" 1 { dst: def_any } "dst = the mark of a variable that is not initialised yet";
        LoadIntrinsic "intrinsic" 1 { dst: def_any, intrinsic: intrinsic } "dst = a built-in global such as Array or Math";
        LoadThis "this" 1 { dst: def_any } "dst = the receiver of this call";
        LoadCallee "callee" 1 { dst: def_any } "dst = the running closure";
        LoadNewTarget "new.target" 1 { dst: def_any } "dst = the constructor that `new` named, or undefined";
        // Between representations
        Box "box" 1 { dst: def_any, src: use_dep } "dst = src as a dynamic value; needed only for Bool and I32, whose bits differ";
        CheckF64 "check.f64" 1 { dst: def_f64, src: use_any, check: check } "dst = src if it is a number, else throw TypeError";
        CheckBool "check.bool" 1 { dst: def_bool, src: use_any, check: check } "dst = src if it is a boolean, else throw TypeError";
        CheckStr "check.str" 1 { dst: def_str, src: use_any, check: check } "dst = src if it is a string, else throw TypeError";
        CheckClass "check.class" 2 { dst: def_dep, src: use_any, check: check } "dst = src if it is an instance of dst's class, else throw TypeError";
        CheckKind "check.kind" 2 { src: use_any, kind: flag, check: check } "throw TypeError unless src is of the ValueKind `kind`";
        CheckInit "check.init" 1 { src: use_any, name: konst } "throw ReferenceError if src is the mark of an uninitialised variable";
        F64ToI32 "i32.from_f64" 1 { dst: def_i32, src: use_f64 } "dst = ToInt32(src)";
        I32ToF64 "f64.from_i32" 1 { dst: def_f64, src: use_i32 } "dst = src";
        U32ToF64 "f64.from_u32" 1 { dst: def_f64, src: use_i32 } "dst = src read as unsigned";
        ToNumber "to_number" 2 { dst: def_f64, src: use_any } "dst = +src (ToNumber; refused where MOSL refuses)";
        ToNumeric "to_numeric" 2 { dst: def_any, src: use_any } "dst = src made ready for ++ and --: a number or a value type";
        ToStr "to_str" 2 { dst: def_str, src: use_any } "dst = ToString(src), as in a template";
        ToKey "to_key" 2 { dst: def_any, src: use_any } "dst = ToPropertyKey(src)";
        Truthy "truthy" 1 { dst: def_bool, src: use_any } "dst = ToBoolean(src)";
        // Numbers
        F64Add "f64.add" 1 { dst: def_f64, a: use_f64, b: use_f64 } "dst = a + b";
        F64Sub "f64.sub" 1 { dst: def_f64, a: use_f64, b: use_f64 } "dst = a - b";
        F64Mul "f64.mul" 1 { dst: def_f64, a: use_f64, b: use_f64 } "dst = a * b";
        F64Div "f64.div" 1 { dst: def_f64, a: use_f64, b: use_f64 } "dst = a / b";
        F64Rem "f64.rem" 2 { dst: def_f64, a: use_f64, b: use_f64 } "dst = a % b";
        F64Pow "f64.pow" 4 { dst: def_f64, a: use_f64, b: use_f64 } "dst = a ** b";
        F64Neg "f64.neg" 1 { dst: def_f64, src: use_f64 } "dst = -src";
        F64Abs "f64.abs" 1 { dst: def_f64, src: use_f64 } "dst = |src|";
        F64Sqrt "f64.sqrt" 1 { dst: def_f64, src: use_f64 } "dst = the square root of src";
        F64Floor "f64.floor" 1 { dst: def_f64, src: use_f64 } "dst = Math.floor(src)";
        F64Ceil "f64.ceil" 1 { dst: def_f64, src: use_f64 } "dst = Math.ceil(src)";
        F64Trunc "f64.trunc" 1 { dst: def_f64, src: use_f64 } "dst = Math.trunc(src)";
        F64Min "f64.min" 1 { dst: def_f64, a: use_f64, b: use_f64 } "dst = Math.min(a, b)";
        F64Max "f64.max" 1 { dst: def_f64, a: use_f64, b: use_f64 } "dst = Math.max(a, b)";
        F64Eq "f64.eq" 1 { dst: def_bool, a: use_f64, b: use_f64 } "dst = a === b";
        F64Ne "f64.ne" 1 { dst: def_bool, a: use_f64, b: use_f64 } "dst = a !== b";
        F64Lt "f64.lt" 1 { dst: def_bool, a: use_f64, b: use_f64 } "dst = a < b";
        F64Le "f64.le" 1 { dst: def_bool, a: use_f64, b: use_f64 } "dst = a <= b";
        F64Gt "f64.gt" 1 { dst: def_bool, a: use_f64, b: use_f64 } "dst = a > b";
        F64Ge "f64.ge" 1 { dst: def_bool, a: use_f64, b: use_f64 } "dst = a >= b";
        I32Add "i32.add" 1 { dst: def_i32, a: use_i32, b: use_i32 } "dst = a + b, wrapping";
        I32Sub "i32.sub" 1 { dst: def_i32, a: use_i32, b: use_i32 } "dst = a - b, wrapping";
        I32Mul "i32.mul" 1 { dst: def_i32, a: use_i32, b: use_i32 } "dst = a * b, wrapping (Math.imul)";
        I32And "i32.and" 1 { dst: def_i32, a: use_i32, b: use_i32 } "dst = a & b";
        I32Or "i32.or" 1 { dst: def_i32, a: use_i32, b: use_i32 } "dst = a | b";
        I32Xor "i32.xor" 1 { dst: def_i32, a: use_i32, b: use_i32 } "dst = a ^ b";
        I32Shl "i32.shl" 1 { dst: def_i32, a: use_i32, b: use_i32 } "dst = a << (b & 31)";
        I32Shr "i32.shr" 1 { dst: def_i32, a: use_i32, b: use_i32 } "dst = a >> (b & 31)";
        I32Ushr "i32.ushr" 1 { dst: def_i32, a: use_i32, b: use_i32 } "dst = the bits of a >>> (b & 31); read them with f64.from_u32";
        I32Not "i32.not" 1 { dst: def_i32, src: use_i32 } "dst = ~src";
        I32Eq "i32.eq" 1 { dst: def_bool, a: use_i32, b: use_i32 } "dst = a === b";
        I32Lt "i32.lt" 1 { dst: def_bool, a: use_i32, b: use_i32 } "dst = a < b, signed";
        // Booleans and strings
        BoolNot "bool.not" 1 { dst: def_bool, src: use_bool } "dst = !src";
        BoolEq "bool.eq" 1 { dst: def_bool, a: use_bool, b: use_bool } "dst = a === b";
        StrConcat "str.concat" 2 { dst: def_str, a: use_str, b: use_str } "dst = a + b";
        StrEq "str.eq" 2 { dst: def_bool, a: use_str, b: use_str } "dst = a === b";
        StrLt "str.lt" 2 { dst: def_bool, a: use_str, b: use_str } "dst = a < b by UTF-16 code units";
        StrLen "str.len" 1 { dst: def_f64, src: use_str } "dst = src.length";
        // Dynamic operators: ECMAScript's meaning on numbers, strings, value types and objects; refused mixes throw
        AnyAdd "any.add" 2 { dst: def_any, a: use_any, b: use_any } "dst = a + b";
        AnySub "any.sub" 2 { dst: def_any, a: use_any, b: use_any } "dst = a - b";
        AnyMul "any.mul" 2 { dst: def_any, a: use_any, b: use_any } "dst = a * b";
        AnyDiv "any.div" 2 { dst: def_any, a: use_any, b: use_any } "dst = a / b";
        AnyRem "any.rem" 3 { dst: def_any, a: use_any, b: use_any } "dst = a % b";
        AnyPow "any.pow" 5 { dst: def_any, a: use_any, b: use_any } "dst = a ** b";
        AnyNeg "any.neg" 2 { dst: def_any, src: use_any } "dst = -src";
        AnyBitNot "any.not" 2 { dst: def_any, src: use_any } "dst = ~src";
        AnyAnd "any.and" 2 { dst: def_any, a: use_any, b: use_any } "dst = a & b";
        AnyOr "any.or" 2 { dst: def_any, a: use_any, b: use_any } "dst = a | b";
        AnyXor "any.xor" 2 { dst: def_any, a: use_any, b: use_any } "dst = a ^ b";
        AnyShl "any.shl" 2 { dst: def_any, a: use_any, b: use_any } "dst = a << b";
        AnyShr "any.shr" 2 { dst: def_any, a: use_any, b: use_any } "dst = a >> b";
        AnyUshr "any.ushr" 2 { dst: def_any, a: use_any, b: use_any } "dst = a >>> b";
        AnyLt "any.lt" 2 { dst: def_bool, a: use_any, b: use_any } "dst = a < b";
        AnyLe "any.le" 2 { dst: def_bool, a: use_any, b: use_any } "dst = a <= b";
        AnyGt "any.gt" 2 { dst: def_bool, a: use_any, b: use_any } "dst = a > b";
        AnyGe "any.ge" 2 { dst: def_bool, a: use_any, b: use_any } "dst = a >= b";
        StrictEq "any.eq" 1 { dst: def_bool, a: use_any, b: use_any } "dst = a === b; value types by value";
        LooseEq "any.loose_eq" 2 { dst: def_bool, a: use_any, b: use_any } "dst = a == b where one type or null/undefined meets; else refused";
        Typeof "typeof" 1 { dst: def_str, src: use_any } "dst = typeof src";
        InstanceOf "instanceof" 4 { dst: def_bool, value: use_any, class: use_any } "dst = value instanceof class";
        In "in" 4 { dst: def_bool, key: use_any, object: use_any } "dst = key in object";
        // Objects
        NewObject "object" 4 { dst: def_any } "dst = {}";
        GetProp "get" 3 { dst: def_any, object: use_any, site: site } "dst = object.name";
        SetProp "set" 3 { object: use_any, value: use_any, site: site } "object.name = value";
        GetIndex "get_index" 3 { dst: def_any, object: use_any, key: use_any } "dst = object[key]";
        SetIndex "set_index" 3 { object: use_any, key: use_any, value: use_any } "object[key] = value";
        DeleteProp "delete" 4 { dst: def_bool, object: use_any, key: use_any } "dst = delete object[key]";
        DefineField "define" 3 { object: use_any, key: use_any, value: use_any } "create or overwrite an own, enumerable data property (CreateDataPropertyOrThrow)";
        DefineMethod "define_method" 3 { kind: flag, object: use_any, key: use_any, func: use_any } "define an accessor or method and name the function; kind bits: 0 method, 1 getter, 2 setter; +4 enumerable";
        CopyProps "copy_props" 4 { target: use_any, source: use_any } "CopyDataProperties: spread source's own enumerable properties into target";
        ObjectRest "object_rest" 6 { dst: def_any, source: use_any, except: list } "dst = a new object with source's own enumerable properties but the named keys";
        RequireObject "require_object" 1 { src: use_any } "throw TypeError if src is undefined or null (destructuring)";
        GetField "get_field" 2 { dst: def_dep, object: use_dep, slot: index } "dst = a declared field of an instance of a known class";
        SetField "set_field" 2 { object: use_dep, value: use_dep, slot: index } "set a declared field of an instance of a known class";
        DefineUnset "define_unset" 2 { object: use_any, key: use_any } "define a field without initialiser: undefined even where it has a type, which get_field refuses then";
        SuperGet "super_get" 4 { dst: def_any, args: list } "args: home object, this, key; dst = super[key]";
        SuperSet "super_set" 4 { args: list } "args: home object, this, key, value; super[key] = value";
        // Private names
        NewPrivateName "private.name" 2 { dst: def_any, description: konst } "dst = a fresh private name";
        GetPrivate "private.get" 3 { dst: def_any, object: use_any, name: use_any } "dst = object.#name; throws if it has none";
        SetPrivate "private.set" 3 { object: use_any, name: use_any, value: use_any } "object.#name = value; throws if it has none or it is a method";
        DefinePrivate "private.define" 3 { kind: flag, object: use_any, name: use_any, value: use_any } "add a private element; throws if there is one; kind: 0 method, 1 getter, 2 setter, 3 field";
        HasPrivate "private.has" 2 { dst: def_bool, object: use_any, name: use_any } "dst = #name in object";
        // Arrays and iteration
        NewArray "array" 4 { dst: def_any, items: list } "dst = [items…]";
        ArrayPush "array.push" 2 { array: use_any, value: use_any } "append to an array literal under construction";
        ArrayHole "array.hole" 2 { array: use_any } "append a hole to an array literal under construction";
        ArraySpread "array.spread" 4 { array: use_any, source: use_any } "append all that source iterates over";
        IterInit "iter" 4 { dst: def_any, source: use_any } "dst = an iterator record over source (Symbol.iterator)";
        IterInitAsync "iter.async" 4 { dst: def_any, source: use_any } "dst = an iterator record over source (Symbol.asyncIterator, else Symbol.iterator)";
        IterInitKeys "iter.keys" 4 { dst: def_any, source: use_any } "dst = an iterator record over the keys that for-in visits";
        IterNext "iter.next" 3 { value: def_any, done: def_bool, iter: use_any } "step; at the end done = true and value = undefined; a record remembers its end and a throw of next: then this yields the end again and closing does nothing";
        IterCall "iter.call" 4 { dst: def_any, args: list } "args: record, method name, argument (or the mark of none); dst = result of calling next/return/throw, or a mark where return/throw is missing";
        IterMissing "iter.missing" 1 { dst: def_bool, result: use_any } "dst = whether iter.call found no method";
        IterRequire "iter.require" 1 { result: use_any } "throw TypeError if an iterator's result is no object";
        IterComplete "iter.complete" 2 { done: def_bool, result: use_any } "done = whether an iterator's result is the last; throws if it is no object";
        IterValue "iter.value" 2 { dst: def_any, result: use_any } "dst = the value of an iterator's result";
        IterRest "iter.rest" 4 { dst: def_any, iter: use_any } "dst = an array of what is left";
        IterClose "iter.close" 3 { iter: use_any } "call `return` after an early exit";
        IterCloseQuiet "iter.close_quiet" 3 { iter: use_any } "call `return` after a throw: its own errors are dropped";
        // Variables that closures share, and module-level variables
        NewCell "cell" 3 { dst: def_any, value: use_any } "dst = a fresh cell that holds value";
        GetCell "cell.get" 1 { dst: def_any, cell: use_any } "dst = what the cell holds";
        SetCell "cell.set" 1 { cell: use_any, value: use_any } "store into a cell";
        GetCapture "capture" 1 { dst: def_any, index: index } "dst = what the running closure captured at index";
        GetGlobal "global.get" 1 { dst: def_any, global: global } "dst = a module-level variable";
        SetGlobal "global.set" 1 { src: use_any, global: global } "store into a module-level variable";
        // Functions and classes
        NewClosure "closure" 4 { dst: def_any, func: func, captures: list } "dst = a function object";
        SetFunctionName "function.name" 2 { flag: flag, func: use_any, key: use_any } "name an anonymous function after a computed key; flag 1: get, 2: set";
        NewClass "class" 8 { proto: def_any, ctor: use_any, superclass: use_any } "make closure ctor a class; superclass is undefined where none is written; proto = its prototype";
        SetFieldInit "class.fields" 2 { ctor: use_any, init: use_any } "init runs with a new instance as this to define its fields";
        RunFieldInit "class.run_fields" 3 { object: use_any, ctor: use_any } "define the fields that ctor's class declares on object";
        Call "call" 5 { dst: def_any, callee: use_any, args: list } "args: this, then the arguments; dst = result";
        CallMethod "call_method" 6 { dst: def_any, args: list, site: site } "args: receiver, then the arguments; dst = receiver.name(…)";
        CallDirect "call_direct" 4 { dst: def_dep, func: func, args: list } "args: the parameters, typed; func captures nothing and takes no this";
        CallNative "call_native" 4 { dst: def_any, native: native, args: list } "args: this, then the arguments";
        CallHost "call_host" 8 { dst: def_any, host: host, args: list } "call a host function; an async one yields a promise";
        CallSpread "call_spread" 6 { dst: def_any, callee: use_any, args: list } "args: this, an array of arguments";
        New "new" 8 { dst: def_any, callee: use_any, args: list } "args: the arguments; dst = new callee(…)";
        NewSpread "new_spread" 8 { dst: def_any, callee: use_any, array: use_any } "dst = new callee(...array)";
        SuperCall "super_call" 8 { dst: def_any, ctor: use_any, args: list } "dst = super(…) with args [new.target, …]: construct ctor's superclass";
        SuperCallSpread "super_call_spread" 8 { dst: def_any, args: list } "args [ctor, new.target, array]: dst = super(...array)";
        TemplateObject "template_object" 2 { dst: def_any, template: konst } "dst = the strings object of a tagged template, one for each site";
        NewRegExp "regexp" 8 { dst: def_any, regexp: konst } "dst = a fresh RegExp";
        ImportMeta "import.meta" 2 { dst: def_any } "dst = import.meta";
        ModuleNamespace "namespace" 4 { dst: def_any, index: index } "dst = the namespace object of Module::namespaces[index]";
        // Suspension
        GeneratorStart "generator.start" 2 { } "end of a generator's parameter binding: hand out the generator object and wait for the first next";
        Await "await" 6 { dst: def_any, value: use_any } "suspend until value settles; dst = its value, or its reason is thrown here";
        YieldResult "yield.result" 4 { dst: def_any, returning: def_bool, value: use_any } "as yield, of an iterator's whole result object";
        Yield "yield" 4 { dst: def_any, returning: def_bool, value: use_any } "suspend; dst = what next/return was given; a throw is thrown here; returning: leave through the finally blocks";
        // Control; every block ends with one of these
        Jump "jump" 1 { target: block } "continue at target";
        Branch "branch" 1 { cond: use_bool, then: block, otherwise: block } "continue at then if cond, else at otherwise";
        Return "return" 2 { value: use_dep } "end the call; the value has the function's result type";
        Throw "throw" 4 { value: use_any } "throw value";
        ThrowError "throw_error" 4 { kind: flag, message: konst } "throw a new error of the ErrorKind `kind`";
        Unreachable "unreachable" 1 { } "ends the turn with a fault: the compiler proved that this is never reached";
        // First instruction of a handler block only
        Catch "catch" 1 { dst: def_any } "dst = the thrown value";
    } };
}

macro_rules! define_instr {
    ($($name:ident $text:literal $fuel:literal { $($field:ident : $kind:ident),* } $doc:literal;)*) => {
        /// A decoded instruction: 8 bytes.
        #[derive(Clone, Copy, PartialEq, Debug)]
        #[repr(u8)]
        pub enum Instr {
            $(#[doc = $doc] $name { $($field: $crate::operand_type!($kind)),* },)*
        }

        /// The number of an instruction in the encoded form: its place in the table.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Opcode { $($name,)* }

        /// Facts about each instruction, by opcode.
        pub static OPS: &[OpInfo] = &[
            $(OpInfo { name: $text, fuel: $fuel, operands: &[$((stringify!($field), Operand::$kind)),*], doc: $doc },)*
        ];

        impl Instr {
            pub const fn opcode(self) -> Opcode {
                match self { $(Self::$name { .. } => Opcode::$name,)* }
            }

            /// Calls `visit` with each operand's kind and value, in the table's order.
            pub fn for_each_operand(self, mut visit: impl FnMut(Operand, u32)) {
                let _ = &mut visit;
                match self {
                    $(Self::$name { $($field),* } => { $(visit(Operand::$kind, $crate::table::AsWord::word($field));)* })*
                }
            }

            /// The instruction with that opcode whose operands `next` yields in the table's order; `None` for an unknown opcode or
            /// an operand that does not fit.
            pub fn from_operands(opcode: u8, mut next: impl FnMut(Operand) -> Option<u32>) -> Option<Self> {
                let _ = &mut next;
                $(if opcode == Opcode::$name as u8 {
                    return Some(Self::$name { $($field: $crate::table::AsWord::from_word(next(Operand::$kind)?)?),* });
                })*
                None
            }
        }
    };
}

for_each_op!(define_instr);

const _: () = assert!(size_of::<Instr>() == 8);

impl Instr {
    pub fn info(self) -> &'static OpInfo {
        &OPS[self.opcode() as usize]
    }

    /// Whether a block ends with this instruction.
    pub const fn is_terminator(self) -> bool {
        use Instr::*;
        matches!(self, Jump { .. } | Branch { .. } | Return { .. } | Throw { .. } | ThrowError { .. } | Unreachable {})
    }
}

/// An operand as the 32 bits that the encoder writes.
pub trait AsWord: Sized {
    fn word(self) -> u32;
    fn from_word(word: u32) -> Option<Self>;
}

impl AsWord for Reg {
    fn word(self) -> u32 {
        u32::from(self.0)
    }
    fn from_word(word: u32) -> Option<Self> {
        u16::try_from(word).ok().map(Reg)
    }
}

impl AsWord for u8 {
    fn word(self) -> u32 {
        u32::from(self)
    }
    fn from_word(word: u32) -> Option<Self> {
        Self::try_from(word).ok()
    }
}

impl AsWord for u16 {
    fn word(self) -> u32 {
        u32::from(self)
    }
    fn from_word(word: u32) -> Option<Self> {
        Self::try_from(word).ok()
    }
}

impl AsWord for u32 {
    fn word(self) -> u32 {
        self
    }
    fn from_word(word: u32) -> Option<Self> {
        Some(word)
    }
}

impl AsWord for i32 {
    fn word(self) -> u32 {
        self.cast_unsigned()
    }
    fn from_word(word: u32) -> Option<Self> {
        Some(word.cast_signed())
    }
}
