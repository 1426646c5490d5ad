//! The token table: every token and every terminal of the grammar, declared once, and the logos lexer that reads them.
//!
//! Three groups: what logos reads by itself (words and punctuators), what a callback in [`crate::scan`] finishes (numbers,
//! strings, comments, names), and *terminals* that no text spells by itself: the layout station picks them where the text is
//! ambiguous (is this `{` a block or an object?). The words for error messages and the TextMate grammar derive from here.
//! ECMAScript 2025, section 12.

use crate::scan::{self, Extras};
use logos::Logos;

/// What a token is to the editor: decides its TextMate scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Reserved words that steer control flow.
    Control,
    /// Reserved words that declare.
    Declare,
    /// Operators spelled as words.
    WordOperator,
    /// `true`, `null`, `this`, …
    Constant,
    /// Words that are keywords in some places only.
    Contextual,
    Operator,
    Punctuation,
    /// Names, literals.
    Value,
    /// Terminals picked by the layout station.
    Layout,
}

macro_rules! token_table {
    (
        words { $($word:ident $word_text:literal $word_class:ident,)* }
        marks { $($mark:ident $mark_text:literal $mark_class:ident,)* }
        values { $($(#[$attr:meta])* $value:ident $value_word:literal,)* }
        terminals { $($term:ident $term_word:literal,)* }
    ) => {
        /// The kinds of tokens, and the grammar's terminals.
        #[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[logos(extras = Extras)]
        pub enum TokenKind {
            $(#[token($word_text)] $word,)*
            $(#[token($mark_text)] $mark,)*
            $($(#[$attr])* $value,)*
            $($term,)*
        }

        impl TokenKind {
            /// All kinds in table order.
            pub const ALL: &[Self] = &[$(Self::$word,)* $(Self::$mark,)* $(Self::$value,)* $(Self::$term,)*];

            /// The text of fixed tokens.
            pub const fn text(self) -> Option<&'static str> {
                match self {
                    $(Self::$word => Some($word_text),)*
                    $(Self::$mark => Some($mark_text),)*
                    _ => None,
                }
            }

            /// How messages call it.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$word => concat!("`", $word_text, "`"),)*
                    $(Self::$mark => concat!("`", $mark_text, "`"),)*
                    $(Self::$value => $value_word,)*
                    $(Self::$term => $term_word,)*
                }
            }

            pub const fn class(self) -> Class {
                match self {
                    $(Self::$word => Class::$word_class,)*
                    $(Self::$mark => Class::$mark_class,)*
                    $(Self::$value => Class::Value,)*
                    $(Self::$term => Class::Layout,)*
                }
            }
        }
    };
}

token_table! {
    words {
        Await "await" Control,
        Break "break" Control,
        Case "case" Control,
        Catch "catch" Control,
        Class "class" Declare,
        Const "const" Declare,
        Continue "continue" Control,
        Debugger "debugger" Control,
        Default "default" Control,
        Delete "delete" WordOperator,
        Do "do" Control,
        Else "else" Control,
        Enum "enum" Declare,
        Export "export" Control,
        Extends "extends" Declare,
        False "false" Constant,
        Finally "finally" Control,
        For "for" Control,
        Function "function" Declare,
        If "if" Control,
        Import "import" Control,
        In "in" WordOperator,
        Instanceof "instanceof" WordOperator,
        Let "let" Declare,
        New "new" WordOperator,
        Null "null" Constant,
        Return "return" Control,
        Super "super" Constant,
        Switch "switch" Control,
        This "this" Constant,
        Throw "throw" Control,
        True "true" Constant,
        Try "try" Control,
        Typeof "typeof" WordOperator,
        Var "var" Declare,
        Void "void" WordOperator,
        While "while" Control,
        With "with" Control,
        Yield "yield" Control,
        Abstract "abstract" Contextual,
        Accessor "accessor" Contextual,
        As "as" Contextual,
        Asserts "asserts" Contextual,
        Async "async" Contextual,
        Declare "declare" Contextual,
        From "from" Contextual,
        Get "get" Contextual,
        Implements "implements" Contextual,
        Infer "infer" Contextual,
        Interface "interface" Contextual,
        Is "is" Contextual,
        Keyof "keyof" Contextual,
        Module "module" Contextual,
        Namespace "namespace" Contextual,
        Of "of" Contextual,
        Out "out" Contextual,
        Override "override" Contextual,
        Private "private" Contextual,
        Protected "protected" Contextual,
        Public "public" Contextual,
        Readonly "readonly" Contextual,
        Satisfies "satisfies" Contextual,
        Set "set" Contextual,
        Static "static" Contextual,
        Type "type" Contextual,
        Unique "unique" Contextual,
        Using "using" Contextual,
    }
    marks {
        LBrace "{" Punctuation,
        RBrace "}" Punctuation,
        LParen "(" Punctuation,
        RParen ")" Punctuation,
        LBracket "[" Punctuation,
        RBracket "]" Punctuation,
        Dot "." Punctuation,
        Ellipsis "..." Operator,
        Semicolon ";" Punctuation,
        Comma "," Punctuation,
        QuestionDot "?." Punctuation,
        Question "?" Operator,
        Colon ":" Punctuation,
        At "@" Punctuation,
        Arrow "=>" Operator,
        Lt "<" Operator,
        Gt ">" Operator,
        LtEq "<=" Operator,
        GtEq ">=" Operator,
        EqEq "==" Operator,
        NotEq "!=" Operator,
        EqEqEq "===" Operator,
        NotEqEq "!==" Operator,
        Plus "+" Operator,
        Minus "-" Operator,
        Star "*" Operator,
        StarStar "**" Operator,
        Slash "/" Operator,
        Percent "%" Operator,
        PlusPlus "++" Operator,
        MinusMinus "--" Operator,
        Shl "<<" Operator,
        Shr ">>" Operator,
        Ushr ">>>" Operator,
        Amp "&" Operator,
        Pipe "|" Operator,
        Caret "^" Operator,
        Bang "!" Operator,
        Tilde "~" Operator,
        AmpAmp "&&" Operator,
        PipePipe "||" Operator,
        QuestionQuestion "??" Operator,
        Eq "=" Operator,
        PlusEq "+=" Operator,
        MinusEq "-=" Operator,
        StarEq "*=" Operator,
        StarStarEq "**=" Operator,
        SlashEq "/=" Operator,
        PercentEq "%=" Operator,
        ShlEq "<<=" Operator,
        ShrEq ">>=" Operator,
        UshrEq ">>>=" Operator,
        AmpEq "&=" Operator,
        PipeEq "|=" Operator,
        CaretEq "^=" Operator,
        AmpAmpEq "&&=" Operator,
        PipePipeEq "||=" Operator,
        QuestionQuestionEq "??=" Operator,
    }
    values {
        #[regex(r"(?:[\p{ID_Start}$_]|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\})(?:[\p{ID_Continue}$\u{200c}\u{200d}]|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\})*")]
        Ident "a name",
        #[regex(r"#(?:[\p{ID_Start}$_]|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\})(?:[\p{ID_Continue}$\u{200c}\u{200d}]|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\})*")]
        PrivateName "a private name",
        #[regex(r"[0-9]|\.[0-9]", scan::number)]
        Number "a number",
        BigInt "a BigInt",
        Unit "a number with a unit",
        #[regex("[\"']", scan::string)]
        Str "a string",
        #[regex("`", scan::template)]
        Template "a template",
        TemplateHead "a template",
        TemplateMiddle "`}`",
        TemplateTail "`}`",
        Regex "a regular expression",
        #[regex(r"[ \t\u{b}\u{c}\u{feff}\p{Zs}]+", logos::skip)]
        Space "white space",
        #[regex("[\n\r\u{2028}\u{2029}]+", scan::newline)]
        Newline "a new line",
        #[token("//", scan::line_comment)]
        #[token("/*", scan::block_comment)]
        Comment "a comment",
    }
    terminals {
        FunctionExpr "`function`",
        ClassExpr "`class`",
        ObjectBrace "`{`",
        ArrowParen "`(`",
        TypeBracket "`[`",
        TypeLt "`<`",
        ArrowLt "`<`",
        TypePipe "`|`",
        TypeAmp "`&`",
        PostIncrement "`++`",
        PostDecrement "`--`",
        NonNull "`!`",
        ForIn "`in`",
        MappedIn "`in`",
        AsyncMethod "`async`",
        AsName "`as`",
        Modifier "a modifier",
        ReservedName "a name",
        InsertedSemicolon "`;`",
        DoWhileSemicolon "`;`",
        NoElse "the end of the `if`",
        ErrorEnd "the end of the statement",
        Unknown "an unknown character",
        Eof "the end of the file",
    }
}

impl TokenKind {
    /// ECMAScript's reserved words (in modules, so strict and with `await`).
    pub fn is_reserved(self) -> bool {
        self <= Self::Yield
    }

    /// Words that are keywords in some places and names elsewhere.
    pub fn is_contextual(self) -> bool {
        self > Self::Yield && self <= Self::Using
    }

    /// Anything spelled as a name.
    pub fn is_word(self) -> bool {
        self <= Self::Using || self == Self::Ident
    }

    /// A name that is no reserved word.
    pub fn is_name(self) -> bool {
        self.is_contextual() || self == Self::Ident
    }

    pub fn is_opener(self) -> bool {
        matches!(
            self,
            Self::LBrace
                | Self::LParen
                | Self::LBracket
                | Self::TemplateHead
                | Self::ObjectBrace
                | Self::ArrowParen
                | Self::TypeBracket
        )
    }

    pub fn is_closer(self) -> bool {
        matches!(self, Self::RBrace | Self::RParen | Self::RBracket | Self::TemplateTail)
    }

    /// Whether an operand can end here, so that a `/` after it divides.
    pub fn ends_operand(self) -> bool {
        self.is_name()
            || matches!(
                self,
                Self::This
                    | Self::Super
                    | Self::Null
                    | Self::True
                    | Self::False
                    | Self::PrivateName
                    | Self::Number
                    | Self::BigInt
                    | Self::Unit
                    | Self::Str
                    | Self::Template
                    | Self::TemplateTail
                    | Self::Regex
                    | Self::RBracket
                    | Self::RParen
                    | Self::RBrace
                    | Self::PlusPlus
                    | Self::MinusMinus
            )
    }
}
