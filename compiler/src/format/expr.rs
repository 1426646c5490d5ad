//! Expressions: which printer prints what, and the small ones.

use mosl_syntax::ast::*;

use super::Formatter;
use super::assign::Side;
use super::doc::{Doc, docs, line, softline};
use super::function::Hug;
use super::literal;
use super::nodes::Node;
use super::parens::{Place, head_of, needs_parens};

impl Formatter<'_> {
    pub(super) fn expr(&self, expr: &Expr, place: Place) -> Doc {
        self.expr_hugged(expr, place, Hug::No)
    }

    /// An expression that begins a statement or a body: if its first token would be misread, that part gets parentheses.
    pub(super) fn head(&self, expr: &Expr, place: Place) -> Doc {
        if needs_parens(expr.without_parens(), place) {
            return self.expr(expr, place);
        }
        let head = head_of(expr);
        let misread = match (&head.kind, place) {
            (ExprKind::Object(_), Place::Statement | Place::ArrowBody) => true,
            (ExprKind::Function(function), Place::Statement | Place::ExportDefault) => {
                function.kind != FunctionKind::Arrow
            }
            (ExprKind::Class(_), Place::Statement | Place::ExportDefault) => true,
            (ExprKind::Ident(name), Place::Statement) => {
                name.text == "let" && !std::ptr::eq(head, expr.without_parens())
            }
            _ => false,
        };
        if misread {
            self.heads.borrow_mut().insert(Node::Expr(head).key());
        }
        self.expr(expr, place)
    }

    pub(super) fn expr_hugged(&self, expr: &Expr, place: Place, hug: Hug) -> Doc {
        let expr = expr.without_parens();
        let node = Node::Expr(expr);
        let doc = self.expr_kind(expr, place, hug);
        let is_head = self.heads.borrow().contains(&node.key()) && !matches!(place, Place::Callee if is_function(expr));
        let is_in = matches!(expr.kind, ExprKind::Binary { op: BinaryOp::In, .. } | ExprKind::PrivateIn { .. });
        let parens = is_head || is_in && self.in_for_init.get() || needs_parens(expr, place);
        let doc = if parens { docs!["(", doc, ")"] } else { doc };
        self.with_comments(node, doc)
    }

    fn expr_kind(&self, expr: &Expr, place: Place, hug: Hug) -> Doc {
        match &expr.kind {
            ExprKind::Num(_) | ExprKind::Unit { .. } | ExprKind::BigInt => {
                literal::number(self.slice(expr.span)).into()
            }
            ExprKind::Str(_) => literal::quoted(self.slice(expr.span)).into(),
            ExprKind::Template(template) => self.template(template),
            ExprKind::TaggedTemplate { tag, type_args, template } => {
                docs![self.expr(tag, Place::Tag), self.type_args(type_args), self.template(template)]
            }
            ExprKind::Array(elems) => self.array(expr, elems),
            ExprKind::Object(props) => self.object(expr, props),
            ExprKind::Function(function) if function.kind == FunctionKind::Arrow => self.arrow(function, place, hug),
            ExprKind::Function(function) => self.function_hugged(function, hug),
            ExprKind::Class(class) => self.class(class, Node::Expr(expr)),
            ExprKind::Unary { op, operand } => docs![unary(*op), self.expr(operand, Place::Unary(*op))],
            ExprKind::Update { op, prefix, target } => {
                let op = if *op == UpdateOp::Increment { "++" } else { "--" };
                let target = match &target.kind {
                    PatKind::Expr(bare) if target.asserted.is_none() => self.expr(bare, Place::Unary(UnaryOp::Not)),
                    _ => self.pat(target),
                };
                if *prefix { docs![op, target] } else { docs![target, op] }
            }
            ExprKind::Binary { .. } | ExprKind::Logical { .. } => self.operators(expr, place),
            ExprKind::PrivateIn { name, object } => {
                let right = self.expr(object, Place::Binary { op: BinaryOp::In, right: true });
                docs![self.slice(name.span), " in ", right]
            }
            ExprKind::Assign { op, target, value } => self.assign_expr(*op, target, value, place),
            ExprKind::Conditional { .. } => self.conditional(expr, place),
            ExprKind::Call { .. } => self.call(expr, place),
            ExprKind::New { callee, type_args, args } => {
                docs![
                    "new ",
                    self.expr(callee, Place::NewCallee),
                    self.type_args(type_args),
                    self.args(Node::Expr(expr), args)
                ]
            }
            ExprKind::ImportCall(args) => {
                docs!["import(", Doc::join(&", ".into(), args.iter().map(|arg| self.expr(arg, Place::Argument))), ")"]
            }
            ExprKind::Member { object, .. }
            | ExprKind::PrivateMember { object, .. }
            | ExprKind::Index { object, .. } => self.member_access(expr, object, place),
            ExprKind::OptionalChain(inner) => self.expr_kind(inner.without_parens(), place, hug),
            ExprKind::Sequence(exprs) => self.sequence(exprs, place),
            ExprKind::Await(inner) => docs!["await ", self.expr(inner, Place::Await)],
            ExprKind::Yield { delegate, value } => {
                let word = if *delegate { "yield*" } else { "yield" };
                match value {
                    Some(value) => docs![word, " ", self.expr(value, Place::Yield)],
                    None => word.into(),
                }
            }
            ExprKind::As { expr, ty } => docs![self.expr(expr, Place::Cast), " as ", self.ty(ty)],
            ExprKind::AsConst(inner) => docs![self.expr(inner, Place::Cast), " as const"],
            ExprKind::Satisfies { expr, ty } => docs![self.expr(expr, Place::Cast), " satisfies ", self.ty(ty)],
            ExprKind::NonNull(inner) => docs![self.expr(inner, Place::NonNull), "!"],
            ExprKind::TypeAssertion { expr, ty } => {
                docs!["<", self.ty(ty), ">", self.expr(expr, Place::Unary(UnaryOp::Not))]
            }
            ExprKind::Instantiation { expr, type_args } => {
                docs![self.expr(expr, Place::Callee), self.type_args(type_args)]
            }
            ExprKind::Paren(inner) => self.expr_kind(inner, place, hug),
            ExprKind::Ident(_)
            | ExprKind::This
            | ExprKind::Super
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Regex { .. }
            | ExprKind::NewTarget
            | ExprKind::ImportMeta
            | ExprKind::Missing => self.slice(expr.span).into(),
        }
    }

    /// A member of an object: the name may go to the next line unless the object is a short thing.
    fn member_access(&self, expr: &Expr, object: &Expr, place: Place) -> Doc {
        let (printed, lookup) = (self.expr(object, Place::Object), self.lookup(expr));
        let object = object.without_parens();
        let is_value = matches!(place, Place::Value | Place::ChainValue(_));
        let inline = match &object.kind {
            ExprKind::Ident(_) | ExprKind::This | ExprKind::Super => true,
            ExprKind::Call { args, .. } => is_value && !args.is_empty() || self.call_groups(object) > 2,
            ExprKind::NonNull(_) => is_value,
            _ => false,
        };
        if inline || matches!(expr.kind, ExprKind::Index { .. }) {
            return docs![printed, lookup];
        }
        docs![printed, docs![softline(), lookup].indent().group()]
    }

    /// `.name`, `?.name`, `[index]`: what a member expression adds to its object.
    pub(super) fn lookup(&self, expr: &Expr) -> Doc {
        match &expr.kind {
            ExprKind::Member { name, optional, .. } | ExprKind::PrivateMember { name, optional, .. } => {
                docs![if *optional { "?." } else { "." }, self.slice(name.span)]
            }
            ExprKind::Index { index, optional, .. } => {
                let open = if *optional { "?.[" } else { "[" };
                let index = index.without_parens();
                let printed = self.expr(index, Place::Item);
                if matches!(index.kind, ExprKind::Num(_) | ExprKind::Str(_) | ExprKind::Ident(_)) {
                    return docs![open, printed, "]"];
                }
                docs![open, docs![softline(), printed].indent(), softline(), "]"].group()
            }
            _ => Doc::nil(),
        }
    }

    fn template(&self, template: &Template) -> Doc {
        let mut parts: Vec<Doc> = vec!["`".into()];
        for (at, quasi) in template.quasis.iter().enumerate() {
            parts.push(Doc::literal(self.quasi(quasi)));
            if let Some(expr) = template.exprs.get(at) {
                let printed = self.expr(expr, Place::Item);
                let text = super::doc::print(&printed, usize::MAX >> 8);
                parts.push(docs!["${", if text.contains('\n') { printed } else { text.into() }, "}"]);
            }
        }
        parts.push("`".into());
        Doc::concat(parts)
    }

    /// The text of a quasi without the delimiters that its span holds.
    fn quasi(&self, quasi: &Quasi) -> &str {
        let text = self.slice(quasi.span);
        let text = text.strip_prefix(['`', '}']).unwrap_or(text);
        text.strip_suffix("${").or_else(|| text.strip_suffix('`')).unwrap_or(text)
    }

    fn sequence(&self, exprs: &[Expr], place: Place) -> Doc {
        let in_loop = matches!(place, Place::ForInit | Place::ForPart);
        let part = if in_loop { Place::LoopPart } else { Place::Part };
        let printed = exprs.iter().map(|expr| self.expr(expr, part));
        if in_loop || matches!(place, Place::Statement) {
            let mut printed = printed;
            let first = printed.next().unwrap_or_else(Doc::nil);
            let rest = printed.map(|doc| docs![",", docs![line(), doc].indent()]).collect();
            return docs![first, Doc::concat(rest)].group();
        }
        Doc::join(&docs![",", line()], printed).group()
    }

    fn conditional(&self, expr: &Expr, place: Place) -> Doc {
        let ExprKind::Conditional { test, then, otherwise } = &expr.kind else { return Doc::nil() };
        let nested = |branch: &Expr| matches!(branch.without_parens().kind, ExprKind::Conditional { .. });
        let printed_then = self.expr(then, Place::ConditionalBranch).indent();
        let printed_then = if nested(then) {
            docs![Doc::if_broken("", "(", None), printed_then, Doc::if_broken("", ")", None)]
        } else {
            printed_then
        };
        let branches =
            docs![line(), "? ", printed_then, line(), ": ", self.expr(otherwise, Place::ConditionalBranch).indent(),];
        let test = self.expr(test, Place::ConditionalTest);
        if matches!(place, Place::ConditionalBranch) {
            return docs![test, branches];
        }
        match place {
            Place::Object => docs![test, branches.indent(), softline()].group(),
            Place::Callee | Place::NewCallee => {
                let doc = docs![test, branches.indent()].group();
                docs![docs![softline(), doc].indent(), softline()].group()
            }
            _ => docs![test, branches.indent()].group(),
        }
    }

    fn assign_expr(&self, op: AssignOp, target: &Pat, value: &Expr, place: Place) -> Doc {
        let op = match op {
            AssignOp::Assign => " =".to_owned(),
            AssignOp::Binary(op) => format!(" {}=", op.text()),
            AssignOp::Logical(op) => format!(" {}=", op.text()),
        };
        self.assignment(self.outer_pat(target), op, value, Side::Assign { target, place })
    }
}

fn is_function(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Function(function) if function.kind != FunctionKind::Arrow)
}

fn unary(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Neg => "-",
        UnaryOp::Plus => "+",
        UnaryOp::Not => "!",
        UnaryOp::BitNot => "~",
        UnaryOp::Typeof => "typeof ",
        UnaryOp::Void => "void ",
        UnaryOp::Delete => "delete ",
    }
}
