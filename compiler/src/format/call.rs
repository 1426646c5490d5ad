//! Calls and their arguments.

use mosl_syntax::ast::*;

use super::Formatter;
use super::doc::{Doc, break_parent, docs, line, softline};
use super::function::Hug;
use super::nodes::{Node, bare_type};
use super::parens::Place;

impl Formatter<'_> {
    pub(super) fn call(&self, expr: &Expr, place: Place) -> Doc {
        let ExprKind::Call { callee, type_args, args, optional } = &expr.kind else { return Doc::nil() };
        if super::chain::is_member(callee.without_parens())
            || matches!(callee.without_parens().kind, ExprKind::Call { .. })
        {
            return self.chain(expr, place);
        }
        docs![
            self.expr(callee, Place::Callee),
            if *optional { "?." } else { "" },
            self.type_args(type_args),
            self.args(Node::Expr(expr), args)
        ]
    }

    /// The arguments in their parentheses; the first or last one may stretch over lines while the list stays on one.
    pub(super) fn args(&self, call: Node<'_>, args: &[Arg]) -> Doc {
        if args.is_empty() {
            return self.empty("(", ")", call);
        }
        if let [Arg::Expr(only)] = args
            && self.is_template_on_its_own_line(only.without_parens())
        {
            return docs!["(", self.expr(only, Place::Argument), ")"];
        }
        let printed: Vec<Doc> = args.iter().map(|arg| self.arg(arg, Hug::No)).collect();
        let empty_lines = args.iter().skip(1).any(|arg| self.empty_line_above(Node::Expr(arg.expr().without_parens())));
        if empty_lines || is_composition(args) {
            return self.args_broken_out(args, &printed);
        }
        if self.hugs_last(args) {
            return self.args_with_last_hugged(args, &printed);
        }
        if self.hugs_first(args) {
            return self.args_with_first_hugged(args, &printed);
        }
        let breaks = printed.iter().any(Doc::will_break);
        let inside = docs![softline(), Doc::join(&docs![",", line()], printed)];
        docs!["(", inside.indent(), Doc::if_broken(",", "", None), softline(), ")"].group_if(breaks)
    }

    fn arg(&self, arg: &Arg, hug: Hug) -> Doc {
        match arg {
            Arg::Expr(expr) => self.expr_hugged(expr, Place::Argument, hug),
            Arg::Spread(expr) => docs!["...", self.expr(expr, Place::Spread)],
        }
    }

    /// Every argument on a line of its own.
    fn args_broken_out(&self, args: &[Arg], printed: &[Doc]) -> Doc {
        let mut parts = vec![softline()];
        for (at, (arg, doc)) in args.iter().zip(printed).enumerate() {
            if at > 0 {
                parts.push(docs![",", line()]);
                if self.empty_line_above(Node::Expr(arg.expr().without_parens())) {
                    parts.push(softline());
                }
            }
            parts.push(doc.clone());
        }
        docs!["(", Doc::concat(parts).indent(), ",", softline(), ")"].group_if(true)
    }

    fn args_with_last_hugged(&self, args: &[Arg], printed: &[Doc]) -> Doc {
        let (last, before) = printed.split_last().expect("there are arguments");
        if before.iter().any(Doc::will_break) {
            return self.args_broken_out(args, printed);
        }
        let hugged = self.arg(args.last().expect("there are arguments"), Hug::Yes);
        if before.is_empty() && self.fits_better_below(args.last().expect("there are arguments"), last) {
            let flat = docs!["(", last.clone(), ")"];
            return Doc::first_that_fits(vec![flat, self.args_broken_out(args, printed)]);
        }
        let with = |last: Doc| {
            let all = before.iter().cloned().chain([last]);
            docs!["(", Doc::join(&", ".into(), all), ")"]
        };
        let breaks = printed.iter().any(Doc::will_break) || hugged.will_break();
        stretched(with, hugged, breaks, self.args_broken_out(args, printed))
    }

    fn args_with_first_hugged(&self, args: &[Arg], printed: &[Doc]) -> Doc {
        let (_, after) = printed.split_first().expect("there are arguments");
        if after.iter().any(Doc::will_break) {
            return self.args_broken_out(args, printed);
        }
        let hugged = self.arg(&args[0], Hug::Yes);
        let with =
            |first: Doc| docs!["(", Doc::join(&", ".into(), std::iter::once(first).chain(after.iter().cloned())), ")"];
        let breaks = hugged.will_break();
        stretched(with, hugged, breaks, self.args_broken_out(args, printed))
    }

    /// An arrow whose body is one expression that could not break well: on a line of its own it may fit whole.
    fn fits_better_below(&self, arg: &Arg, printed: &Doc) -> bool {
        let ExprKind::Function(function) = &arg.expr().without_parens().kind else { return false };
        let FunctionBody::Expr(body) = &function.body else { return false };
        let breaks_well = matches!(
            body.without_parens().kind,
            ExprKind::Array(_)
                | ExprKind::Object(_)
                | ExprKind::Call { .. }
                | ExprKind::OptionalChain(_)
                | ExprKind::Function(_)
                | ExprKind::Template(_)
                | ExprKind::TaggedTemplate { .. }
                | ExprKind::Conditional { .. }
        );
        !breaks_well && !printed.will_break()
    }

    fn hugs_last(&self, args: &[Arg]) -> bool {
        let Some((Arg::Expr(last), before)) = args.split_last() else { return false };
        let last = last.without_parens();
        if !self.can_stretch(last, false) || self.comments.has_any(Node::Expr(last)) {
            return false;
        }
        let Some(penultimate) = before.last() else { return true };
        let penultimate = penultimate.expr().without_parens();
        let alike = std::mem::discriminant(&penultimate.kind) == std::mem::discriminant(&last.kind)
            && is_arrow(penultimate) == is_arrow(last);
        let array = matches!(&last.kind, ExprKind::Array(_));
        let numbers = matches!(&last.kind, ExprKind::Array(elems) if elems.len() > 1 && elems.iter().all(|e| matches!(e, ArrayElem::Expr(e) if matches!(e.without_parens().kind, ExprKind::Num(_)))));
        !(alike || numbers || args.len() == 2 && is_arrow(penultimate) && array)
    }

    fn hugs_first(&self, args: &[Arg]) -> bool {
        let [Arg::Expr(first), Arg::Expr(second)] = args else { return false };
        let (first, second) = (first.without_parens(), second.without_parens());
        let block = match &first.kind {
            ExprKind::Function(function) => matches!(function.body, FunctionBody::Block(_)),
            _ => false,
        };
        let plain = !matches!(second.kind, ExprKind::Function(_) | ExprKind::Conditional { .. });
        block
            && plain
            && !self.comments.has_any(Node::Expr(first))
            && !self.can_stretch(second, false)
            && is_hopefully_short(second)
    }

    /// Objects, arrays and functions can stretch over lines as an argument.
    fn can_stretch(&self, expr: &Expr, in_arrow: bool) -> bool {
        let node = Node::Expr(expr);
        match &expr.kind {
            ExprKind::Object(props) => !props.is_empty() || !self.comments.dangling(node).is_empty(),
            ExprKind::Array(elems) => !elems.is_empty() || !self.comments.dangling(node).is_empty(),
            ExprKind::As { expr, .. } | ExprKind::Satisfies { expr, .. } | ExprKind::AsConst(expr) => {
                self.can_stretch(expr.without_parens(), false)
            }
            ExprKind::Function(function) if function.kind != FunctionKind::Arrow => true,
            ExprKind::Function(function) => {
                let plain_result = function.ret.as_ref().is_none_or(|ty| {
                    matches!(bare_type(ty).kind, TypeKind::Ref { .. } | TypeKind::Keyword(_))
                        || matches!(function.body, FunctionBody::Block(_))
                });
                let body = match &function.body {
                    FunctionBody::Block(_) => true,
                    FunctionBody::Expr(body) => {
                        let body = body.without_parens();
                        match &body.kind {
                            ExprKind::Function(inner) if inner.kind == FunctionKind::Arrow => {
                                self.can_stretch(body, true)
                            }
                            ExprKind::Object(_)
                            | ExprKind::Array(_)
                            | ExprKind::As { .. }
                            | ExprKind::Satisfies { .. } => true,
                            ExprKind::Call { .. } | ExprKind::OptionalChain(_) | ExprKind::Conditional { .. } => {
                                !in_arrow
                            }
                            _ => false,
                        }
                    }
                    FunctionBody::None => false,
                };
                plain_result && body
            }
            _ => false,
        }
    }

    /// A template of several lines that begins on the line of its call keeps its place.
    pub(super) fn is_template_on_its_own_line(&self, expr: &Expr) -> bool {
        let quasis = match &expr.kind {
            ExprKind::Template(template) | ExprKind::TaggedTemplate { template, .. } => &template.quasis,
            _ => return false,
        };
        let line = self.source[..expr.span.start as usize].rsplit('\n').next().unwrap_or_default();
        quasis.iter().any(|quasi| self.slice(quasi.span).contains('\n')) && !line.trim().is_empty()
    }
}

/// The argument that may stretch over lines: flat, stretched, or the whole list broken out, whichever fits first.
fn stretched(with: impl Fn(Doc) -> Doc, hugged: Doc, breaks: bool, broken_out: Doc) -> Doc {
    docs![
        if breaks { break_parent() } else { Doc::nil() },
        Doc::first_that_fits(vec![with(hugged.clone()), with(hugged.group_if(true)), broken_out]),
    ]
}

fn is_arrow(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Function(function) if function.kind == FunctionKind::Arrow)
}

/// `compose((a) => …, (b) => …)`: functions that are put together stand below each other.
fn is_composition(args: &[Arg]) -> bool {
    if args.len() < 2 {
        return false;
    }
    let is_function = |expr: &Expr| matches!(expr.without_parens().kind, ExprKind::Function(_));
    let functions = args.iter().filter(|arg| is_function(arg.expr())).count();
    let in_call = args.iter().any(|arg| match (arg, &arg.expr().without_parens().kind) {
        (Arg::Expr(_), ExprKind::Call { args, .. }) => args.iter().any(|inner| is_function(inner.expr())),
        _ => false,
    });
    functions > 1 || in_call
}

fn is_hopefully_short(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary { left, right, .. } | ExprKind::Logical { left, right, .. } => {
            let simple = |side: &Expr| {
                matches!(side.without_parens().kind, ExprKind::Ident(_) | ExprKind::Num(_) | ExprKind::Str(_))
            };
            simple(left) && simple(right)
        }
        ExprKind::Call { args, .. } | ExprKind::New { args, .. } => args.len() < 2,
        _ => true,
    }
}
