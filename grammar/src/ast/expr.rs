//! Expressions.

use super::{Class, Function, Name, NodeId, Pat, PropKey, Text, Type};
use crate::Span;

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub id: NodeId,
    pub span: Span,
    pub kind: ExprKind,
}

impl Expr {
    /// The expression inside any parentheses.
    #[must_use]
    pub fn without_parens(&self) -> &Self {
        let mut expr = self;
        while let ExprKind::Paren(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Ident(Name),
    This,
    /// Only as callee or member object.
    Super,
    Null,
    Bool(bool),
    Num(f64),
    /// `5mrk`, `90deg`, `1.5s`: the number as written (digits, separators removed) and the unit's name. The lexer checks the unit.
    Unit {
        digits: super::SmolStr,
        unit: Unit,
    },
    /// `10n` (refused later).
    BigInt,
    Str(Text),
    Regex {
        pattern: Text,
        flags: Text,
    },
    Template(Template),
    TaggedTemplate {
        tag: Box<Expr>,
        type_args: Vec<Type>,
        template: Template,
    },
    Array(Vec<ArrayElem>),
    Object(Vec<Prop>),
    Function(Box<Function>),
    Class(Box<Class>),
    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Update {
        op: UpdateOp,
        prefix: bool,
        target: Box<Pat>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `#x in object`
    PrivateIn {
        name: Name,
        object: Box<Expr>,
    },
    Logical {
        op: LogicalOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `=`: any pattern. Compound and logical assignments: an identifier or a member.
    Assign {
        op: AssignOp,
        target: Box<Pat>,
        value: Box<Expr>,
    },
    Conditional {
        test: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Call {
        callee: Box<Expr>,
        type_args: Vec<Type>,
        args: Vec<Arg>,
        optional: bool,
    },
    New {
        callee: Box<Expr>,
        type_args: Vec<Type>,
        args: Vec<Arg>,
    },
    /// `object.name`, `object?.name`; the name may be missing.
    Member {
        object: Box<Expr>,
        name: Name,
        optional: bool,
    },
    /// `object.#name`
    PrivateMember {
        object: Box<Expr>,
        name: Name,
        optional: bool,
    },
    /// `object[index]`
    Index {
        object: Box<Expr>,
        index: Box<Expr>,
        optional: bool,
    },
    /// The whole of a chain that holds a `?.`: where its short circuit ends.
    OptionalChain(Box<Expr>),
    Sequence(Vec<Expr>),
    Await(Box<Expr>),
    Yield {
        delegate: bool,
        value: Option<Box<Expr>>,
    },
    NewTarget,
    ImportMeta,
    /// `import(x)` (refused later).
    ImportCall(Vec<Expr>),
    As {
        expr: Box<Expr>,
        ty: Box<Type>,
    },
    AsConst(Box<Expr>),
    Satisfies {
        expr: Box<Expr>,
        ty: Box<Type>,
    },
    NonNull(Box<Expr>),
    /// `<T>expr` (refused later: the fix is `as`).
    TypeAssertion {
        expr: Box<Expr>,
        ty: Box<Type>,
    },
    /// `f<T>` without a call.
    Instantiation {
        expr: Box<Expr>,
        type_args: Vec<Type>,
    },
    /// Parentheses, kept for the formatter and for `(a?.b).c`.
    Paren(Box<Expr>),
    /// Where an expression should be.
    Missing,
}

/// The units of language.md. `mrk` makes a `Mrk`, the others a `number` in radians or seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Mrk,
    Deg,
    Ms,
    S,
    Min,
    H,
}

impl Unit {
    pub const ALL: [Self; 6] = [Self::Mrk, Self::Deg, Self::Ms, Self::S, Self::Min, Self::H];

    pub const fn text(self) -> &'static str {
        match self {
            Self::Mrk => "mrk",
            Self::Deg => "deg",
            Self::Ms => "ms",
            Self::S => "s",
            Self::Min => "min",
            Self::H => "h",
        }
    }
}

/// `quasis.len() == exprs.len() + 1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pub quasis: Vec<Quasi>,
    pub exprs: Vec<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Quasi {
    /// `None` where an escape is invalid (legal in tagged templates only).
    pub cooked: Option<Text>,
    /// Line ends normalised to `\n`.
    pub raw: Text,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ArrayElem {
    Hole,
    Expr(Expr),
    Spread(Expr),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Expr(Expr),
    Spread(Expr),
}

impl Arg {
    pub fn expr(&self) -> &Expr {
        match self {
            Self::Expr(expr) | Self::Spread(expr) => expr,
        }
    }
}

/// A member of an object literal.
#[derive(Clone, Debug, PartialEq)]
pub struct Prop {
    pub span: Span,
    pub kind: PropKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PropKind {
    Value {
        key: PropKey,
        value: Expr,
    },
    /// `{ x }`; the value is the identifier.
    Shorthand(Expr),
    /// `{ x = 1 }`: legal only where the literal turns into a pattern; reported otherwise.
    ShorthandDefault {
        name: Expr,
        default: Expr,
    },
    /// Methods, getters, setters.
    Method {
        key: PropKey,
        function: Box<Function>,
    },
    Spread(Expr),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Neg,
    Plus,
    Not,
    BitNot,
    Typeof,
    Void,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UpdateOp {
    Increment,
    Decrement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Pow,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    Ushr,
    Eq,
    Ne,
    StrictEq,
    StrictNe,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    Instanceof,
}

impl BinaryOp {
    pub const fn text(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
            Self::Pow => "**",
            Self::BitAnd => "&",
            Self::BitOr => "|",
            Self::BitXor => "^",
            Self::Shl => "<<",
            Self::Shr => ">>",
            Self::Ushr => ">>>",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::StrictEq => "===",
            Self::StrictNe => "!==",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::In => "in",
            Self::Instanceof => "instanceof",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogicalOp {
    And,
    Or,
    Nullish,
}

impl LogicalOp {
    pub const fn text(self) -> &'static str {
        match self {
            Self::And => "&&",
            Self::Or => "||",
            Self::Nullish => "??",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssignOp {
    Assign,
    Binary(BinaryOp),
    Logical(LogicalOp),
}
