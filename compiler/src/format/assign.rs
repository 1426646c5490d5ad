//! Assignments, initialisers, fields and properties: what stands left of a sign and right of it, and where the line breaks.

use mosl_syntax::ast::*;

use super::Formatter;
use super::doc::{Doc, docs, line, line_suffix_boundary};
use super::operators::{is_inline_logical, is_operation};
use super::parens::Place;

/// What is assigned to.
#[derive(Clone, Copy)]
pub(super) enum Side<'s> {
    Declarator(&'s Declarator),
    Assign { target: &'s Pat, place: Place },
    Field,
    Property,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// The right side goes to the next line if it does not fit.
    BreakAfterOperator,
    NeverBreakAfterOperator,
    /// The right side goes to the next line if its own beginning does not fit.
    Fluid,
    BreakLeft,
    /// `a = b = c`
    Chain,
    ChainTail,
    ChainTailArrow,
}

impl Formatter<'_> {
    pub(super) fn assignment(&self, left: Doc, operator: impl Into<Doc>, right: &Expr, side: Side<'_>) -> Doc {
        let layout = self.layout(&left, right, side);
        let place = match side {
            Side::Assign { place: Place::ChainValue(around), .. } => Place::ChainValue(around + 1),
            Side::Assign { .. } => Place::ChainValue(1),
            _ => Place::Value,
        };
        let value = self.expr(right, place);
        let operator = operator.into();
        match layout {
            Layout::BreakAfterOperator => docs![left.group(), operator, docs![line(), value].indent().group()].group(),
            Layout::NeverBreakAfterOperator => docs![left.group(), operator, " ", value].group(),
            Layout::Fluid => {
                let id = self.group_id();
                docs![
                    left.group(),
                    operator,
                    line().indent().group_with_id(id),
                    line_suffix_boundary(),
                    value.indent_if_broken(id),
                ]
                .group()
            }
            Layout::BreakLeft => docs![left, operator, " ", value.group()].group(),
            Layout::Chain => docs![left.group(), operator, line(), value],
            Layout::ChainTail => docs![left.group(), operator, docs![line(), value].indent()],
            Layout::ChainTailArrow => docs![left.group(), operator, value.group()],
        }
    }

    fn layout(&self, left: &Doc, right: &Expr, side: Side<'_>) -> Layout {
        let right = right.without_parens();
        let is_tail = !matches!(right.kind, ExprKind::Assign { .. });
        if let Some(layout) = chain_layout(side, right, is_tail) {
            return layout;
        }
        let is_head_of_long_chain = !is_tail && {
            let ExprKind::Assign { value, .. } = &right.kind else { unreachable!("it is no tail") };
            matches!(value.without_parens().kind, ExprKind::Assign { .. })
        };
        if is_head_of_long_chain {
            return Layout::BreakAfterOperator;
        }
        if is_complex_destructuring(side) {
            return Layout::BreakLeft;
        }
        let short_key = self.has_short_key(side, left);
        if self.breaks_after_operator(right, short_key) {
            return Layout::BreakAfterOperator;
        }
        if matches!(&right.kind, ExprKind::Function(function) if is_arrow_of_arrow(function)) {
            return Layout::ChainTailArrow;
        }
        if never_breaks(right) || short_key && is_lone(right) {
            return Layout::NeverBreakAfterOperator;
        }
        if is_arrow_declarator(side, right) {
            return Layout::BreakLeft;
        }
        if self.is_poorly_breakable(right, false) {
            return Layout::BreakAfterOperator;
        }
        let simple = matches!(right.kind, ExprKind::Num(_) | ExprKind::Bool(_) | ExprKind::Class(_));
        if simple { Layout::NeverBreakAfterOperator } else { Layout::Fluid }
    }

    fn breaks_after_operator(&self, right: &Expr, short_key: bool) -> bool {
        if is_operation(right) && !is_inline_logical(right) {
            return true;
        }
        match &right.kind {
            ExprKind::Str(_) | ExprKind::Sequence(_) => !short_key,
            ExprKind::Conditional { test, .. } => {
                let test = test.without_parens();
                is_operation(test) && !is_inline_logical(test)
            }
            _ if short_key => false,
            _ => {
                let inner = without_prefix(right);
                matches!(inner.kind, ExprKind::Str(_)) || is_member_chain(inner)
            }
        }
    }

    /// `{ a: … }`: a key so short that a break after it gains nothing.
    fn has_short_key(&self, side: Side<'_>, left: &Doc) -> bool {
        let Side::Property = side else { return false };
        super::doc::print(left, super::WIDTH).chars().count() <= 2
    }

    /// A chain of members and calls with no or one short argument: breaking inside it helps little.
    fn is_poorly_breakable(&self, expr: &Expr, deep: bool) -> bool {
        let expr = expr.without_parens();
        match &expr.kind {
            ExprKind::OptionalChain(inner) | ExprKind::NonNull(inner) => self.is_poorly_breakable(inner, deep),
            ExprKind::Member { object, .. }
            | ExprKind::PrivateMember { object, .. }
            | ExprKind::Index { object, .. } => self.is_poorly_breakable(object, true),
            ExprKind::Call { callee, type_args, args, .. } => {
                let poor = match args.as_slice() {
                    [] => true,
                    [Arg::Expr(only)] => self.is_short(only),
                    _ => false,
                };
                poor && type_args.is_empty() && self.call_groups(expr) <= 2 && self.is_poorly_breakable(callee, true)
            }
            ExprKind::Ident(_) | ExprKind::This => deep,
            _ => false,
        }
    }

    fn is_short(&self, expr: &Expr) -> bool {
        let expr = expr.without_parens();
        let limit = super::WIDTH / 4;
        match &expr.kind {
            ExprKind::This | ExprKind::Null | ExprKind::Bool(_) | ExprKind::Num(_) | ExprKind::Unit { .. } => true,
            ExprKind::Ident(_) | ExprKind::Str(_) => expr.span.len() as usize <= limit,
            ExprKind::Regex { pattern, .. } => pattern.0.len() <= 5,
            ExprKind::Template(template) => template.exprs.is_empty() && expr.span.len() as usize <= limit,
            ExprKind::Unary { operand, .. } => self.is_short(operand),
            _ => false,
        }
    }
}

/// The layout of an assignment inside a chain; the head of a chain of three lays it out as a whole.
fn chain_layout(side: Side<'_>, right: &Expr, is_tail: bool) -> Option<Layout> {
    let Side::Assign { place: Place::ChainValue(around), .. } = side else { return None };
    if !is_tail {
        return Some(Layout::Chain);
    }
    let arrow_chain = matches!(&right.kind, ExprKind::Function(function) if is_arrow_of_arrow(function));
    (around > 1).then_some(if arrow_chain { Layout::ChainTailArrow } else { Layout::ChainTail })
}

fn is_arrow_of_arrow(function: &Function) -> bool {
    let FunctionBody::Expr(body) = &function.body else { return false };
    let is_arrow = |kind: &ExprKind| matches!(kind, ExprKind::Function(inner) if inner.kind == FunctionKind::Arrow);
    function.kind == FunctionKind::Arrow && is_arrow(&body.without_parens().kind)
}

fn never_breaks(right: &Expr) -> bool {
    match &right.kind {
        ExprKind::Template(_) | ExprKind::TaggedTemplate { .. } => true,
        ExprKind::Class(class) => !class.decorators.is_empty(),
        _ => false,
    }
}

fn is_lone(right: &Expr) -> bool {
    let inner = without_prefix(right);
    matches!(inner.kind, ExprKind::Str(_)) || is_member_chain(inner)
}

/// `a.b.c`: names only.
fn is_member_chain(expr: &Expr) -> bool {
    match &expr.without_parens().kind {
        ExprKind::Member { object, .. } | ExprKind::PrivateMember { object, .. } => {
            matches!(object.without_parens().kind, ExprKind::Ident(_)) || is_member_chain(object)
        }
        _ => false,
    }
}

fn without_prefix(mut expr: &Expr) -> &Expr {
    loop {
        expr = expr.without_parens();
        match &expr.kind {
            ExprKind::Unary { operand, .. } => expr = operand,
            ExprKind::NonNull(inner) => expr = inner,
            _ => return expr,
        }
    }
}

/// `const { a, b = 1 } = …` with more than two names, one of which does more than take a property.
fn is_complex_destructuring(side: Side<'_>) -> bool {
    let pat = match side {
        Side::Declarator(declarator) => &declarator.pat,
        Side::Assign { target, .. } => target,
        Side::Field | Side::Property => return false,
    };
    let PatKind::Object { props, rest } = &pat.kind else { return false };
    let plain = |prop: &PatProp| {
        prop.value.default.is_none() && (prop.shorthand || matches!(prop.value.pat.kind, PatKind::Ident(_)))
    };
    props.len() + usize::from(rest.is_some()) > 2
        && props.iter().any(|prop| !plain(prop) || !prop.shorthand && prop.value.default.is_some())
}

/// `const f = <T>(x: T) => …`
fn is_arrow_declarator(side: Side<'_>, right: &Expr) -> bool {
    let Side::Declarator(_) = side else { return false };
    matches!(&right.kind, ExprKind::Function(function) if function.kind == FunctionKind::Arrow && !function.type_params.is_empty())
}
