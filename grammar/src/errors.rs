//! The syntax errors: one table of codes and names, and the error itself. It owns no wording beyond the table: whoever finds
//! an error words it.

use crate::Span;

/// A syntax error, worded for someone who knows JavaScript.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    pub code: ErrorCode,
    /// Enough on its own.
    pub message: String,
    pub span: Span,
    /// What to write at the span itself, where that says more than the message.
    pub label: Option<String>,
    pub help: Option<String>,
    /// Only where there is one obvious change.
    pub fix: Option<Fix>,
}

/// Replace the text at `span` by `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub span: Span,
    pub text: String,
    /// Nothing else can have been meant.
    pub certain: bool,
}

impl SyntaxError {
    pub fn new(code: ErrorCode, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, label: None, help: None, fix: None }
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, text: text.into(), certain: false });
        self
    }

    /// Nothing but the fix can have been meant.
    #[must_use]
    pub fn certain(mut self) -> Self {
        if let Some(fix) = &mut self.fix {
            fix.certain = true;
        }
        self
    }

    /// The code as printed: `E0001`.
    pub fn code(&self) -> String {
        self.code.to_string()
    }

    pub fn name(&self) -> &'static str {
        self.code.name()
    }
}

macro_rules! error_table {
    ($($variant:ident $code:literal $name:literal,)*) => {
        /// The codes of the syntax errors: `E0001` to `E0099`. A code never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ErrorCode {
            $($variant = $code,)*
        }

        impl ErrorCode {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

error_table! {
    UnexpectedToken 1 "unexpected-token",
    MissingToken 2 "missing-token",
    MissingExpression 3 "missing-expression",
    MissingName 4 "missing-name",
    UnclosedBracket 5 "unclosed-bracket",
    UnmatchedCloser 6 "unmatched-closer",
    UnexpectedCharacter 7 "unexpected-character",
    UnterminatedString 8 "unterminated-string",
    UnterminatedTemplate 9 "unterminated-template",
    UnterminatedComment 10 "unterminated-comment",
    InvalidEscape 12 "invalid-escape",
    InvalidNumber 13 "invalid-number",
    UnknownUnit 14 "unknown-unit",
    LegacyOctal 15 "legacy-octal",
    HtmlComment 16 "html-comment",
    InvalidUtf8 17 "invalid-utf8",
    InvalidRegexFlags 18 "invalid-regex-flags",
    InvalidTarget 19 "invalid-assignment-target",
    DuplicateProto 20 "duplicate-proto",
    UnknownLabel 21 "unknown-label",
    MisplacedBreak 22 "misplaced-break",
    MisplacedContinue 23 "misplaced-continue",
    MisplacedReturn 24 "misplaced-return",
    MisplacedAwait 25 "misplaced-await",
    MisplacedYield 26 "misplaced-yield",
    MixedNullish 27 "mixed-nullish",
    UnaryPower 28 "unary-power",
    MisplacedNewTarget 29 "misplaced-new-target",
    MisplacedSuper 30 "misplaced-super",
    UndeclaredPrivateName 31 "undeclared-private-name",
    DuplicateConstructor 32 "duplicate-constructor",
    ReservedWord 33 "reserved-word",
    EscapedKeyword 34 "escaped-keyword",
    TooDeep 35 "too-deep",
    OptionalChainMisuse 36 "optional-chain-misuse",
    MisplacedRest 37 "misplaced-rest",
    MisplacedNewline 38 "misplaced-newline",
    MissingInitializer 39 "missing-initializer",
    InvalidForHead 40 "invalid-for-head",
    DuplicateLabel 41 "duplicate-label",
    DuplicatePrivateName 42 "duplicate-private-name",
    InvalidAccessor 43 "invalid-accessor",
    ShorthandDefault 44 "shorthand-default",
    DuplicateDefault 45 "duplicate-default",
    IncompleteTry 46 "incomplete-try",
    InvalidModifier 47 "invalid-modifier",
    InvalidMember 48 "invalid-member",
    DeleteName 49 "delete-name",
    InvalidType 50 "invalid-type",
    FileTooLarge 51 "file-too-large",
    MisplacedModuleItem 52 "misplaced-module-item",
    MisplacedDeclaration 53 "misplaced-declaration",
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "E{:04}", *self as u16)
    }
}
