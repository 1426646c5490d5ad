//! Expressions: who looks at a payment, and who takes it over.

use mosl_syntax::ast::visit::{Visit, walk_expr};
use mosl_syntax::ast::{
    Arg, ArrayElem, AssignOp, Expr, ExprKind, Function, FunctionBody, FunctionKind, MemberKind, Pat, PatKind, Prop,
    PropKind, Stmt, StmtKind, UnaryOp,
};

use super::{MAX_STEPS, Paths, State};
use crate::check::members::key_name;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::FORGOTTEN_PAYMENT;
use crate::program::{BindingId, BindingKind, ClassId};
use crate::resolve::Origin;
use crate::types::Type;

/// What settles a payment.
const SETTLING: [&str; 3] = ["accept", "refund", "keep"];

/// What becomes of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sink {
    /// It is looked at.
    Look,
    /// It moves to someone who answers for it from then on.
    Take,
}

/// Without parentheses and casts.
pub(super) fn strip(mut expr: &Expr) -> &Expr {
    while let Some(inner) = wrapped(expr) {
        expr = inner;
    }
    expr
}

/// What stands in parentheses or under a cast: the same value.
fn wrapped(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Paren(inner)
        | ExprKind::NonNull(inner)
        | ExprKind::OptionalChain(inner)
        | ExprKind::AsConst(inner)
        | ExprKind::As { expr: inner, .. }
        | ExprKind::Satisfies { expr: inner, .. } => Some(inner),
        _ => None,
    }
}

impl<'a> Paths<'_, 'a> {
    /// The variable with a payment that an expression is.
    pub(super) fn payment_of(&self, expr: &Expr) -> Option<BindingId> {
        let expr = strip(expr);
        let ExprKind::Ident(_) = &expr.kind else { return None };
        self.declared(expr.id).filter(|id| self.is_tracked(*id))
    }

    pub(super) fn value(&mut self, expr: &'a Expr, sink: Sink) {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return;
        }
        mosl_syntax::deep(|| self.value_parts(expr, sink));
    }

    fn value_parts(&mut self, expr: &'a Expr, sink: Sink) {
        if let Some(inner) = wrapped(expr) {
            return self.value(inner, sink);
        }
        match &expr.kind {
            ExprKind::Ident(_) => {
                if let Some(id) = self.payment_of(expr).filter(|_| sink == Sink::Take) {
                    self.settle(id);
                }
            }
            ExprKind::Await(inner) => {
                // The promise of a payment has done its duty where it is awaited.
                let inside = if self.is_payment_itself(inner) { Sink::Look } else { Sink::Take };
                self.value(inner, inside);
                self.may_throw();
            }
            ExprKind::Call { callee, args, .. } => self.call(callee, args),
            ExprKind::New { callee, args, .. } => {
                self.value(callee, Sink::Look);
                args.iter().for_each(|arg| self.value(arg.expr(), Sink::Take));
                self.may_throw();
            }
            ExprKind::Member { object, name, .. } => match self.payment_of(object) {
                Some(id) if SETTLING.contains(&name.text.as_str()) => self.settle(id),
                _ => self.value(object, Sink::Look),
            },
            ExprKind::Conditional { test, then, otherwise } => {
                let (yes, no) = self.branches(test);
                self.state = yes;
                self.value(then, sink);
                let after = std::mem::replace(&mut self.state, no);
                self.value(otherwise, sink);
                self.join(after);
            }
            ExprKind::Logical { op, left, right } => {
                use mosl_syntax::ast::LogicalOp as L;
                let (yes, no) = match op {
                    L::Nullish => {
                        self.value(left, sink);
                        (self.state.clone(), std::mem::take(&mut self.state))
                    }
                    _ => {
                        if sink == Sink::Take {
                            self.value(left, sink);
                        }
                        self.branches(left)
                    }
                };
                let (go_on, short) = if *op == L::And { (yes, no) } else { (no, yes) };
                self.state = go_on;
                self.value(right, sink);
                self.join(short);
            }
            ExprKind::Assign { op, target, value } => self.assign(*op, target, value),
            ExprKind::Array(elems) => elems.iter().for_each(|elem| match elem {
                ArrayElem::Expr(item) => self.value(item, Sink::Take),
                ArrayElem::Spread(items) => self.value(items, Sink::Look),
                ArrayElem::Hole => {}
            }),
            ExprKind::Object(props) => props.iter().for_each(|prop| self.prop(prop)),
            ExprKind::Sequence(exprs) => {
                if let Some((last, first)) = exprs.split_last() {
                    first.iter().for_each(|expr| self.value(expr, Sink::Look));
                    self.value(last, sink);
                }
            }
            ExprKind::Yield { value, .. } => value.iter().for_each(|value| self.value(value, Sink::Take)),
            ExprKind::Function(_) | ExprKind::Class(_) => {}
            _ => self.inner_values(expr),
        }
    }

    /// Operators and templates look at their operands.
    fn inner_values(&mut self, expr: &'a Expr) {
        struct Inner<'a>(Vec<&'a Expr>, bool);
        impl<'a> Visit<'a> for Inner<'a> {
            fn visit_expr(&mut self, expr: &'a Expr) {
                if std::mem::replace(&mut self.1, false) {
                    walk_expr(self, expr);
                } else {
                    self.0.push(expr);
                }
            }
        }
        let mut inner = Inner(Vec::new(), true);
        inner.visit_expr(expr);
        inner.0.into_iter().for_each(|expr| self.value(expr, Sink::Look));
    }

    fn join(&mut self, other: State) {
        let state = std::mem::take(&mut self.state);
        self.state = state.join(other);
    }

    fn prop(&mut self, prop: &'a Prop) {
        match &prop.kind {
            PropKind::Value { value, .. } | PropKind::Shorthand(value) => self.value(value, Sink::Take),
            PropKind::Spread(value) => self.value(value, Sink::Look),
            PropKind::ShorthandDefault { .. } | PropKind::Method { .. } => {}
        }
    }

    fn is_payment_itself(&self, expr: &Expr) -> bool {
        self.is_payment_itself_type(self.type_of(expr))
    }

    fn call(&mut self, callee: &'a Expr, args: &'a [Arg]) {
        if let ExprKind::Member { object, name, .. } = &strip(callee).kind
            && let Some(id) = self.payment_of(object)
            && SETTLING.contains(&name.text.as_str())
        {
            return self.settle(id);
        }
        self.value(callee, Sink::Look);
        let function = self.callee_function(callee);
        let looks_only = is_console(callee);
        for (index, arg) in args.iter().enumerate() {
            let sink =
                if looks_only || !self.hands_over(function, index, arg.expr()) { Sink::Look } else { Sink::Take };
            self.value(arg.expr(), sink);
        }
        self.may_throw();
    }

    /// Whether a function takes over what it is given. What is not known does.
    fn hands_over(&mut self, function: Option<&'a Function>, index: usize, arg: &Expr) -> bool {
        let Some(param) = function.and_then(|function| function.params.get(index)) else { return true };
        if self.payment_of(arg).is_none() {
            return true;
        }
        let (Some(function), PatKind::Ident(_)) = (function, &param.pat.kind) else { return true };
        let file = self.file_of(function);
        match self.checker.res.facts[usize::from(file.0)].binding(param.pat.id) {
            Some(id) => self.takes_over(function, id),
            None => true,
        }
    }

    fn file_of(&self, function: &Function) -> crate::program::FileId {
        let here = self.file;
        let of_param = |(at, origin): (usize, &Origin<'a>)| match origin {
            Origin::Param { function: of, .. } if std::ptr::eq(*of, function) => {
                Some(self.checker.res.bindings[at].file)
            }
            _ => None,
        };
        let origins = &self.checker.res.origins;
        // A parameter that is not there yet is in a body that was left out.
        let known = origins.so_far().iter().enumerate().find_map(of_param);
        known.or_else(|| origins.iter().enumerate().find_map(of_param)).unwrap_or(here)
    }

    /// The function of the program that a call surely reaches: declared, or a method of a class.
    fn callee_function(&self, callee: &'a Expr) -> Option<&'a Function> {
        let callee = strip(callee);
        match &callee.kind {
            ExprKind::Ident(_) => {
                let id = self.declared(callee.id)?;
                match &self.checker.res.origins[id.0 as usize] {
                    Origin::Function(parts)
                        if self.checker.res.bindings[id.0 as usize].kind == BindingKind::Function =>
                    {
                        parts.iter().copied().find(|part| !matches!(part.body, FunctionBody::None))
                    }
                    _ => None,
                }
            }
            ExprKind::Member { object, name, .. } => match self.checker.types.get(self.type_of(object)) {
                Type::Class { class, .. } => self.method(*class, &name.text),
                _ => None,
            },
            ExprKind::PrivateMember { object, name, .. } => match self.checker.types.get(self.type_of(object)) {
                Type::Class { class, .. } => self.method(*class, &format!("#{}", name.text.trim_start_matches('#'))),
                _ => None,
            },
            _ => None,
        }
    }

    fn method(&self, class: ClassId, name: &str) -> Option<&'a Function> {
        let mut next = Some(class);
        for _ in 0..self.checker.res.classes.len() {
            let at = next?;
            let (info, node) = (&self.checker.res.classes[at.0 as usize], self.checker.res.class_nodes[at.0 as usize]);
            let found = node.members.iter().find_map(|member| match &member.kind {
                MemberKind::Method { key, function, .. }
                    if !member.modifiers.is_static
                        && function.kind == FunctionKind::Method
                        && key_name(key).as_deref() == Some(name) =>
                {
                    Some(&**function)
                }
                _ => None,
            });
            if found.is_some() {
                return found.filter(|function| !matches!(function.body, FunctionBody::None));
            }
            next = info.superclass;
        }
        None
    }

    fn assign(&mut self, op: AssignOp, target: &'a Pat, value: &'a Expr) {
        let local = match &target.kind {
            PatKind::Ident(_) => self.declared(target.id).filter(|id| self.is_tracked(*id)),
            _ => None,
        };
        self.pattern(target);
        let Some(id) = local.filter(|_| op == AssignOp::Assign) else {
            return self.value(value, Sink::Take);
        };
        let fresh = self.is_fresh(value);
        self.value(value, Sink::Take);
        if self.is_open(id) {
            let debt = self.state.open.iter().find(|debt| debt.binding == id).cloned();
            debt.iter().for_each(|debt| self.forget(debt, target.span, "another value takes its place here"));
            self.state.open.retain(|debt| debt.binding != id);
        }
        if fresh {
            let depth = self.depth;
            self.open(id, target.span);
            // The variable was declared further out: it is not over with this block.
            let outer = self.scope_of(id);
            if let Some(debt) = self.state.open.iter_mut().find(|debt| debt.binding == id) {
                debt.depth = outer.unwrap_or(depth).min(depth);
            }
        }
    }

    /// How deep a variable's declaration stands.
    fn scope_of(&self, id: BindingId) -> Option<usize> {
        self.depths.iter().rev().find(|(of, _)| *of == id).map(|(_, depth)| *depth)
    }

    pub(super) fn pattern(&mut self, pat: &'a Pat) {
        match &pat.kind {
            PatKind::Expr(place) => self.inner_values(place),
            PatKind::Array { elems, .. } => elems.iter().flatten().for_each(|elem| self.pattern(&elem.pat)),
            PatKind::Object { props, .. } => props.iter().for_each(|prop| self.pattern(&prop.value.pat)),
            PatKind::Ident(_) | PatKind::Missing => {}
        }
    }

    /// Whether an expression yields a payment that its place has to answer for: what a call or a variable hands over.
    pub(super) fn is_fresh(&self, expr: &'a Expr) -> bool {
        match &expr.kind {
            ExprKind::Ident(_) => self.payment_of(expr).is_some_and(|id| self.is_open(id)),
            ExprKind::Await(inner) => match &strip(inner).kind {
                ExprKind::Ident(_) => {
                    let own = self.payment_of(inner).is_none_or(|id| self.is_open(id));
                    own && self.holds_payment(self.type_of(expr))
                }
                _ => self.is_fresh(inner) || self.is_fresh_list(inner),
            },
            ExprKind::Call { callee, .. } => self.holds_payment(self.type_of(expr)) && self.hands_out(callee),
            ExprKind::New { .. } => self.is_payment_itself(expr),
            ExprKind::Conditional { then, otherwise, .. } => self.is_fresh(then) || self.is_fresh(otherwise),
            ExprKind::Logical { left, right, .. } => self.is_fresh(left) || self.is_fresh(right),
            _ => wrapped(expr).is_some_and(|inner| self.is_fresh(inner)),
        }
    }

    /// `Promise.all([…])`: its parts are told apart by their pattern.
    fn is_fresh_list(&self, expr: &Expr) -> bool {
        matches!(&expr.kind, ExprKind::Call { callee, .. }
            if matches!(&callee.kind, ExprKind::Member { object, .. } if matches!(&object.kind, ExprKind::Ident(of) if of.text == "Promise")))
    }

    /// Whether the caller answers for what a function returns: not where the library or a getter-like function shows what is kept.
    fn hands_out(&self, callee: &'a Expr) -> bool {
        if let ExprKind::Member { object, name, .. } = &strip(callee).kind {
            let types = &self.checker.types;
            let of = self.type_of(object);
            let kept = name.text == "keep" && self.is_payment_itself(object);
            let library = match types.get(of) {
                Type::Interface { decl, .. } => self.checker.decls[decl.0 as usize].file.is_none(),
                Type::Array { .. } | Type::Tuple(_) => true,
                _ => false,
            };
            if kept || library {
                return false;
            }
        }
        let Some(function) = self.callee_function(callee) else { return true };
        match &function.body {
            FunctionBody::Expr(value) => !shows_member(value),
            FunctionBody::Block(block) => !matches!(
                &block.body[..],
                [Stmt { kind: StmtKind::Return(Some(value)), .. }] if shows_member(value)
            ),
            FunctionBody::None => true,
        }
    }

    /// A value that nobody takes.
    pub(super) fn dropped(&mut self, expr: &'a Expr) {
        let inner = match &strip(expr).kind {
            ExprKind::Unary { op: UnaryOp::Void, operand } => operand,
            _ => expr,
        };
        let is_call = matches!(strip(inner).kind, ExprKind::Await(_) | ExprKind::Call { .. } | ExprKind::New { .. });
        if is_call && self.is_fresh(inner) && self.holds_payment(self.type_of(inner)) {
            let message = "this payment is dropped: neither accepted nor refunded";
            let diagnostic =
                Diagnostic::new(&FORGOTTEN_PAYMENT, self.file, inner.span, message, "here the payment arrives");
            self.found.push(diagnostic.help("keep it: `await using payment = await …`, then `payment.accept()`"));
        }
        self.value(expr, Sink::Look);
    }
}

fn shows_member(expr: &Expr) -> bool {
    matches!(strip(expr).kind, ExprKind::Member { .. } | ExprKind::PrivateMember { .. } | ExprKind::Index { .. })
}

fn is_console(callee: &Expr) -> bool {
    match &strip(callee).kind {
        ExprKind::Member { object, .. } => matches!(&object.kind, ExprKind::Ident(name) if name.text == "console"),
        _ => false,
    }
}
