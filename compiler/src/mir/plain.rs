//! The instructions that are nothing but operands: one line each, named as in the bytecode's table, from which the text form is
//! taken. `pure` ones have no effect, cannot throw and may be dropped when their results are not used.

use super::Repr;

/// Hands the table to the macro `$use`, as lines `Name pure|effect (operand: repr, …) -> (result: repr, …);`.
#[macro_export]
#[doc(hidden)]
macro_rules! for_each_plain {
    ($use:ident) => {
        $use! {
            LoadThis pure () -> (dst: Any);
            LoadCallee pure () -> (dst: Any);
            LoadNewTarget pure () -> (dst: Any);
            F64ToI32 pure (src: F64) -> (dst: I32);
            I32ToF64 pure (src: I32) -> (dst: F64);
            U32ToF64 pure (src: I32) -> (dst: F64);
            ToNumber effect (src: Any) -> (dst: F64);
            ToNumeric effect (src: Any) -> (dst: Any);
            ToStr effect (src: Any) -> (dst: Str);
            ToKey effect (src: Any) -> (dst: Any);
            Truthy pure (src: Any) -> (dst: Bool);
            F64Add pure (a: F64, b: F64) -> (dst: F64);
            F64Sub pure (a: F64, b: F64) -> (dst: F64);
            F64Mul pure (a: F64, b: F64) -> (dst: F64);
            F64Div pure (a: F64, b: F64) -> (dst: F64);
            F64Rem pure (a: F64, b: F64) -> (dst: F64);
            F64Pow pure (a: F64, b: F64) -> (dst: F64);
            F64Neg pure (src: F64) -> (dst: F64);
            F64Abs pure (src: F64) -> (dst: F64);
            F64Sqrt pure (src: F64) -> (dst: F64);
            F64Floor pure (src: F64) -> (dst: F64);
            F64Ceil pure (src: F64) -> (dst: F64);
            F64Trunc pure (src: F64) -> (dst: F64);
            F64Min pure (a: F64, b: F64) -> (dst: F64);
            F64Max pure (a: F64, b: F64) -> (dst: F64);
            F64Eq pure (a: F64, b: F64) -> (dst: Bool);
            F64Ne pure (a: F64, b: F64) -> (dst: Bool);
            F64Lt pure (a: F64, b: F64) -> (dst: Bool);
            F64Le pure (a: F64, b: F64) -> (dst: Bool);
            F64Gt pure (a: F64, b: F64) -> (dst: Bool);
            F64Ge pure (a: F64, b: F64) -> (dst: Bool);
            I32Add pure (a: I32, b: I32) -> (dst: I32);
            I32Sub pure (a: I32, b: I32) -> (dst: I32);
            I32Mul pure (a: I32, b: I32) -> (dst: I32);
            I32And pure (a: I32, b: I32) -> (dst: I32);
            I32Or pure (a: I32, b: I32) -> (dst: I32);
            I32Xor pure (a: I32, b: I32) -> (dst: I32);
            I32Shl pure (a: I32, b: I32) -> (dst: I32);
            I32Shr pure (a: I32, b: I32) -> (dst: I32);
            I32Ushr pure (a: I32, b: I32) -> (dst: I32);
            I32Not pure (src: I32) -> (dst: I32);
            I32Eq pure (a: I32, b: I32) -> (dst: Bool);
            I32Lt pure (a: I32, b: I32) -> (dst: Bool);
            BoolNot pure (src: Bool) -> (dst: Bool);
            BoolEq pure (a: Bool, b: Bool) -> (dst: Bool);
            StrConcat effect (a: Str, b: Str) -> (dst: Str);
            StrEq pure (a: Str, b: Str) -> (dst: Bool);
            StrLt pure (a: Str, b: Str) -> (dst: Bool);
            StrLen pure (src: Str) -> (dst: F64);
            AnyAdd effect (a: Any, b: Any) -> (dst: Any);
            AnySub effect (a: Any, b: Any) -> (dst: Any);
            AnyMul effect (a: Any, b: Any) -> (dst: Any);
            AnyDiv effect (a: Any, b: Any) -> (dst: Any);
            AnyRem effect (a: Any, b: Any) -> (dst: Any);
            AnyPow effect (a: Any, b: Any) -> (dst: Any);
            AnyNeg effect (src: Any) -> (dst: Any);
            AnyBitNot effect (src: Any) -> (dst: Any);
            AnyAnd effect (a: Any, b: Any) -> (dst: Any);
            AnyOr effect (a: Any, b: Any) -> (dst: Any);
            AnyXor effect (a: Any, b: Any) -> (dst: Any);
            AnyShl effect (a: Any, b: Any) -> (dst: Any);
            AnyShr effect (a: Any, b: Any) -> (dst: Any);
            AnyUshr effect (a: Any, b: Any) -> (dst: Any);
            AnyLt effect (a: Any, b: Any) -> (dst: Bool);
            AnyLe effect (a: Any, b: Any) -> (dst: Bool);
            AnyGt effect (a: Any, b: Any) -> (dst: Bool);
            AnyGe effect (a: Any, b: Any) -> (dst: Bool);
            StrictEq pure (a: Any, b: Any) -> (dst: Bool);
            LooseEq effect (a: Any, b: Any) -> (dst: Bool);
            Typeof pure (src: Any) -> (dst: Str);
            InstanceOf effect (value: Any, class: Any) -> (dst: Bool);
            In effect (key: Any, object: Any) -> (dst: Bool);
            NewObject effect () -> (dst: Any);
            GetIndex effect (object: Any, key: Any) -> (dst: Any);
            SetIndex effect (object: Any, key: Any, value: Any) -> ();
            DeleteProp effect (object: Any, key: Any) -> (dst: Bool);
            DefineField effect (object: Any, key: Any, value: Any) -> ();
            DefineUnset effect (object: Any, key: Any) -> ();
            CopyProps effect (target: Any, source: Any) -> ();
            RequireObject effect (src: Any) -> ();
            GetPrivate effect (object: Any, name: Any) -> (dst: Any);
            SetPrivate effect (object: Any, name: Any, value: Any) -> ();
            HasPrivate effect (object: Any, name: Any) -> (dst: Bool);
            ArrayPush effect (array: Any, value: Any) -> ();
            ArrayHole effect (array: Any) -> ();
            ArraySpread effect (array: Any, source: Any) -> ();
            IterInit effect (source: Any) -> (dst: Any);
            IterInitAsync effect (source: Any) -> (dst: Any);
            IterInitKeys effect (source: Any) -> (dst: Any);
            IterNext effect (iter: Any) -> (value: Any, done: Bool);
            IterMissing pure (result: Any) -> (dst: Bool);
            IterRequire effect (result: Any) -> ();
            IterComplete effect (result: Any) -> (done: Bool);
            IterValue effect (result: Any) -> (dst: Any);
            IterRest effect (iter: Any) -> (dst: Any);
            IterClose effect (iter: Any) -> ();
            IterCloseQuiet effect (iter: Any) -> ();
            NewCell pure (value: Any) -> (dst: Any);
            GetCell pure (cell: Any) -> (dst: Any);
            SetCell effect (cell: Any, value: Any) -> ();
            NewClass effect (ctor: Any, superclass: Any) -> (proto: Any);
            SetFieldInit effect (ctor: Any, init: Any) -> ();
            RunFieldInit effect (object: Any, ctor: Any) -> ();
            NewSpread effect (callee: Any, array: Any) -> (dst: Any);
            ImportMeta effect () -> (dst: Any);
            GeneratorStart effect () -> ();
            Await effect (value: Any) -> (dst: Any);
            Yield effect (value: Any) -> (dst: Any, returning: Bool);
            YieldResult effect (value: Any) -> (dst: Any, returning: Bool);
            Catch effect () -> (dst: Any);
        }
    };
}

macro_rules! define_plain {
    ($($name:ident $effect:ident ($($arg:ident : $repr:ident),*) -> ($($res:ident : $res_repr:ident),*);)*) => {
        /// An instruction without immediates; its meaning is that of the bytecode instruction of the same name.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Plain { $($name,)* }

        impl Plain {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub const fn args(self) -> &'static [Repr] {
                match self { $(Self::$name => &[$(Repr::$repr),*],)* }
            }

            pub const fn results(self) -> &'static [Repr] {
                match self { $(Self::$name => &[$(Repr::$res_repr),*],)* }
            }

            pub const fn is_pure(self) -> bool {
                match self { $(Self::$name => define_plain!(@pure $effect),)* }
            }

            /// The bytecode instruction of the same name; `arg` and `result` give its registers in order.
            pub fn instr(
                self,
                mut arg: impl FnMut() -> mosl_bytecode::Reg,
                mut result: impl FnMut() -> mosl_bytecode::Reg,
            ) -> mosl_bytecode::Instr {
                let _ = (&mut arg, &mut result);
                match self { $(Self::$name => mosl_bytecode::Instr::$name { $($arg: arg(),)* $($res: result(),)* },)* }
            }

            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$name => mosl_bytecode::table::OPS[mosl_bytecode::table::Opcode::$name as usize].name,)*
                }
            }
        }
    };
    (@pure pure) => { true };
    (@pure effect) => { false };
}

for_each_plain!(define_plain);
