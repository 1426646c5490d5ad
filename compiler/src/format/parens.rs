//! Which expressions need parentheses where. Those that the source has and nothing needs go; those that help to read mixed
//! operators come.

use mosl_syntax::ast::*;

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Statement,
    /// An argument, element, initialiser, key: anything but a comma may stand there bare.
    Item,
    Argument,
    /// The condition of `if`, `while`, `do`, `switch`.
    Test,
    ForInit,
    /// The test and update of a `for`.
    ForPart,
    /// After `return` and `throw`.
    Jump,
    ArrowBody,
    ExportDefault,
    /// What a declaration, a field or a property begins with.
    Value,
    Superclass,
    Callee,
    NewCallee,
    Tag,
    Object,
    Spread,
    Unary(UnaryOp),
    Await,
    Yield,
    /// Before `as`, `satisfies`.
    Cast,
    NonNull,
    Binary {
        op: BinaryOp,
        right: bool,
    },
    Logical {
        op: LogicalOp,
        right: bool,
    },
    ConditionalTest,
    ConditionalBranch,
    /// Between the commas of a sequence.
    Part,
    /// Between the commas of a sequence in the head of a `for`.
    LoopPart,
    /// The right side of an assignment, and how many assignments there are around it.
    ChainValue(u32),
}

/// Higher binds tighter.
pub(super) fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::BitOr => 4,
        BinaryOp::BitXor => 5,
        BinaryOp::BitAnd => 6,
        BinaryOp::Eq | BinaryOp::Ne | BinaryOp::StrictEq | BinaryOp::StrictNe => 7,
        BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge | BinaryOp::In | BinaryOp::Instanceof => 8,
        BinaryOp::Shl | BinaryOp::Shr | BinaryOp::Ushr => 9,
        BinaryOp::Add | BinaryOp::Sub => 10,
        BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => 11,
        BinaryOp::Pow => 12,
    }
}

fn is_bitwise(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::BitOr | BinaryOp::BitXor | BinaryOp::BitAnd | BinaryOp::Shl | BinaryOp::Shr | BinaryOp::Ushr)
}

/// Whether `a op b other c` reads well without parentheses: the operators make one flat chain.
pub(super) fn flattens(outer: BinaryOp, inner: BinaryOp) -> bool {
    use BinaryOp::{Pow, Rem};
    let equality = |op| precedence(op) == 7;
    let shift = |op| precedence(op) == 9;
    if precedence(outer) != precedence(inner) || outer == Pow || equality(outer) && equality(inner) {
        return false;
    }
    let multiplicative = precedence(outer) == 11;
    if multiplicative && (outer != inner || outer == Rem) {
        return false;
    }
    !(shift(outer) && shift(inner))
}

pub(super) fn needs_parens(expr: &Expr, place: Place) -> bool {
    match &expr.kind {
        ExprKind::Sequence(_) => !matches!(place, Place::ForInit | Place::ForPart | Place::ArrowBody),
        ExprKind::Assign { target, .. } => assign_needs(target, place),
        ExprKind::Conditional { .. } => !matches!(place, Place::ExportDefault) && tighter_than_conditional(place),
        ExprKind::Function(function) if function.kind == FunctionKind::Arrow => {
            !matches!(place, Place::ExportDefault | Place::Spread) && tighter_than_conditional(place)
        }
        ExprKind::Function(_) => matches!(place, Place::Callee | Place::NewCallee | Place::Tag),
        ExprKind::Class(_) => matches!(place, Place::NewCallee),
        ExprKind::Yield { .. } => tighter_than_conditional(place),
        ExprKind::Await(_) => !matches!(place, Place::Await) && (tighter_than_unary(place) || in_operator(place)),
        ExprKind::Unary { op, .. } => match place {
            Place::Unary(outer) => outer == *op && matches!(op, UnaryOp::Plus | UnaryOp::Neg),
            Place::Binary { op: BinaryOp::Pow | BinaryOp::In | BinaryOp::Instanceof, right: false, .. } => true,
            place => tighter_than_postfix(place),
        },
        ExprKind::Update { prefix, op, .. } => match place {
            Place::Unary(outer) => {
                *prefix
                    && matches!((op, outer), (UpdateOp::Increment, UnaryOp::Plus) | (UpdateOp::Decrement, UnaryOp::Neg))
            }
            Place::Binary { op: BinaryOp::Pow, right: false, .. } => true,
            place => tighter_than_postfix(place),
        },
        ExprKind::Binary { op, .. } => binary_needs(*op, place),
        ExprKind::PrivateIn { .. } => binary_needs(BinaryOp::In, place),
        ExprKind::Logical { op, .. } => match place {
            Place::Logical { op: outer, right, .. } => outer != *op || right,
            Place::ConditionalBranch | Place::ConditionalTest if *op == LogicalOp::Nullish => true,
            place => tighter_than_unary(place) || matches!(place, Place::Binary { .. } | Place::Spread),
        },
        ExprKind::As { .. } | ExprKind::AsConst(_) | ExprKind::Satisfies { .. } => match place {
            Place::Cast => false,
            Place::Binary { .. } | Place::ConditionalTest | Place::ConditionalBranch => true,
            place => tighter_than_unary(place),
        },
        ExprKind::OptionalChain(_) => {
            matches!(place, Place::Callee | Place::Object | Place::Tag | Place::NewCallee | Place::NonNull)
        }
        ExprKind::Num(_) | ExprKind::Unit { .. } => matches!(place, Place::Object),
        ExprKind::TypeAssertion { .. } => tighter_than_unary(place) || in_operator(place),
        ExprKind::Instantiation { .. } => matches!(place, Place::Object),
        _ => matches!(place, Place::NewCallee) && has_call(expr),
    }
}

/// A call somewhere in the chain that `new` would take for its own.
fn has_call(expr: &Expr) -> bool {
    match &expr.without_parens().kind {
        ExprKind::Call { .. } | ExprKind::ImportCall(_) => true,
        ExprKind::Member { object, .. } | ExprKind::PrivateMember { object, .. } | ExprKind::Index { object, .. } => {
            has_call(object)
        }
        ExprKind::OptionalChain(inner) | ExprKind::NonNull(inner) => has_call(inner),
        ExprKind::TaggedTemplate { tag, .. } => has_call(tag),
        _ => false,
    }
}

fn assign_needs(target: &Pat, place: Place) -> bool {
    match place {
        Place::Statement => matches!(target.kind, PatKind::Object { .. }),
        Place::ForInit | Place::ForPart | Place::ChainValue(_) | Place::LoopPart | Place::ExportDefault => false,
        _ => true,
    }
}

fn binary_needs(op: BinaryOp, place: Place) -> bool {
    match place {
        Place::Binary { op: outer, right, .. } => {
            let (po, no) = (precedence(outer), precedence(op));
            po > no
                || po == no && right
                || po == no && !flattens(outer, op)
                || po < no && op == BinaryOp::Rem && matches!(outer, BinaryOp::Add | BinaryOp::Sub)
                || is_bitwise(outer)
        }
        place => tighter_than_unary(place) || matches!(place, Place::Spread),
    }
}

/// Operands of unary operators, and what binds tighter still.
fn tighter_than_unary(place: Place) -> bool {
    matches!(place, Place::Unary(_) | Place::Await | Place::Cast) || tighter_than_postfix(place)
}

fn tighter_than_postfix(place: Place) -> bool {
    matches!(place, Place::Callee | Place::NewCallee | Place::Tag | Place::Object | Place::NonNull | Place::Superclass)
}

fn in_operator(place: Place) -> bool {
    matches!(place, Place::Binary { .. } | Place::Logical { .. } | Place::Spread | Place::ConditionalTest)
}

fn tighter_than_conditional(place: Place) -> bool {
    in_operator(place) || tighter_than_unary(place)
}

/// Whether the leftmost token of the expression is one that a statement or a body would take for something else.
pub(super) fn head_of(expr: &Expr) -> &Expr {
    let expr = expr.without_parens();
    match &expr.kind {
        ExprKind::Call { callee: inner, .. }
        | ExprKind::Member { object: inner, .. }
        | ExprKind::PrivateMember { object: inner, .. }
        | ExprKind::Index { object: inner, .. }
        | ExprKind::OptionalChain(inner)
        | ExprKind::TaggedTemplate { tag: inner, .. }
        | ExprKind::NonNull(inner)
        | ExprKind::AsConst(inner)
        | ExprKind::As { expr: inner, .. }
        | ExprKind::Satisfies { expr: inner, .. }
        | ExprKind::Binary { left: inner, .. }
        | ExprKind::Logical { left: inner, .. }
        | ExprKind::Instantiation { expr: inner, .. }
        | ExprKind::Conditional { test: inner, .. } => head_of(inner),
        ExprKind::Sequence(exprs) => exprs.first().map_or(expr, head_of),
        ExprKind::Update { prefix: false, target, .. } | ExprKind::Assign { target, .. } => match &target.kind {
            PatKind::Expr(inner) => head_of(inner),
            _ => expr,
        },
        _ => expr,
    }
}

pub(super) fn starts_with_object(expr: &Expr) -> bool {
    matches!(head_of(expr).kind, ExprKind::Object(_))
}
