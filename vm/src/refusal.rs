//! What MOSL does not do at run time, by code: the text names what was refused and what to write instead. A refusal is a
//! `TypeError` whose printed form carries its code, and it is recorded in the run's report even when the script catches it.

macro_rules! refusals {
    ($($name:ident $code:literal $text:literal;)*) => {
        /// Something that MOSL refuses to do.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Refusal { $($name,)* }

        impl Refusal {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The number behind the `R`.
            pub const fn code(self) -> u16 {
                match self { $(Self::$name => $code,)* }
            }

            /// The message; `{}` stands for the detail.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

refusals! {
    MixedArithmetic 1 "arithmetic needs two numbers, but got {}; convert with Number(x) first";
    MixedAdd 2 "`+` joins strings or adds numbers, but got {}; convert with Number(x) or String(x) first";
    MixedCompare 3 "`<` and its kin compare two numbers or two strings, but got {}; convert with Number(x) or String(x) first";
    LooseEquality 4 "`==` compares values of one type, but got {}; use === or convert first";
    CheckFailed 5 "{}";
    FieldType 6 "{}";
    ConstructFunction 7 "`new` needs a class, but {} is a plain function; write a class";
    IntrinsicWrite 8 "built-ins are shared by all objects and never change: {}";
    FunctionPrototype 9 "the `prototype` of {}, a plain function, is fixed; write a class";
    PrototypeSurgery 10 "prototypes are fixed: {}; write a class with `extends`";
    MethodReplace 11 "the method {} of an instance cannot be replaced; store the function in a field of another name";
    ToNumber 12 "{} is not a number; convert with Number(x) first";
    MissingBuiltin 13 "the built-in {} is not available in this version";
    ValueTypeOperator 16 "this operator is not defined for {}";
    ValueTypeWrite 17 "values of type {} cannot be changed; make a new one";
    UninitialisedField 18 "the field {} has no value here: it was read before the constructor gave it one, or it was deleted";
    MixedMoney 21 "Mrk amounts do not mix with {}; multiply by a whole number or use ratio and percent";
    Unsupported 22 "{} is not supported";
    JsonMismatch 23 "{}";
}

impl Refusal {
    /// The message with its detail filled in.
    pub fn message(self, detail: &str) -> String {
        self.text().replacen("{}", detail, 1)
    }

    /// The message as an error's text shows it: `TypeError [R0012]: …` prints the code between name and message.
    pub fn tag(self) -> String {
        format!("[R{:04}]", self.code())
    }
}
