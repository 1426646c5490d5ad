//! Statements.

use mosl_syntax::Span;
use mosl_syntax::ast::*;

use super::Formatter;
use super::assign::Side;
use super::doc::{Doc, docs, hardline, line, softline};
use super::nodes::Node;
use super::parens::Place;

impl<'a> Formatter<'a> {
    pub(super) fn module(&self, module: &Module) -> Doc {
        if module.body.is_empty() {
            return super::comments::lines(self.source, &self.comments.alone);
        }
        docs![self.stmts(&module.body), self.lone_comments()]
    }

    /// Comments that found no node although there are some.
    fn lone_comments(&self) -> Doc {
        if self.comments.alone.is_empty() {
            return Doc::nil();
        }
        docs![hardline(), super::comments::lines(self.source, &self.comments.alone)]
    }

    /// Statements one below the other; stray semicolons go, what cannot be parsed stays as it is.
    pub(super) fn stmts(&self, body: &[Stmt]) -> Doc {
        let kept = body.iter().filter(|stmt| !self.is_needless(stmt));
        self.stacked(kept.map(|stmt| (Node::Stmt(stmt), self.stmt(stmt))))
    }

    fn is_needless(&self, stmt: &Stmt) -> bool {
        matches!(stmt.kind, StmtKind::Empty) && !self.comments.has_any(Node::Stmt(stmt)) && !self.is_broken(stmt)
    }

    pub(super) fn stmt(&self, stmt: &Stmt) -> Doc {
        if self.is_broken(stmt) {
            // Where its beginning is what is missing, its span starts at the blanks before it.
            let source = Doc::literal(self.slice(stmt.span).trim());
            return self.with_comments(Node::Stmt(stmt), source);
        }
        self.with_comments(Node::Stmt(stmt), self.stmt_kind(stmt))
    }

    /// A syntax error lies in the statement, and in none of the statements or members inside it.
    fn is_broken(&self, stmt: &Stmt) -> bool {
        if matches!(stmt.kind, StmtKind::Error) {
            return true;
        }
        let touches = |span: &Span, error: &Span| span.start <= error.end && error.start <= span.end;
        self.errors.iter().filter(|error| touches(&stmt.span, error)).any(|error| {
            let mut children = Node::Stmt(stmt).children();
            while let Some(child) = children.pop() {
                let span = child.span();
                if matches!(child, Node::Stmt(_)) && span.start <= error.start && error.end <= span.end {
                    return false;
                }
                children.extend(child.children());
            }
            true
        })
    }

    fn stmt_kind(&self, stmt: &Stmt) -> Doc {
        match &stmt.kind {
            StmtKind::Empty => ";".into(),
            StmtKind::Block(block) => self.block_of(block, Node::Stmt(stmt)),
            StmtKind::Var(decl) => docs![self.var(decl, false), ";"],
            StmtKind::Function(function) => self.function(function),
            StmtKind::Class(class) => self.class(class, Node::Stmt(stmt)),
            StmtKind::Expr(expr) => docs![self.head(expr, Place::Statement), ";"],
            StmtKind::If { test, then, otherwise } => self.if_stmt(test, then, otherwise.as_deref()),
            StmtKind::While { test, body } => docs!["while (", self.in_parens(test), ")", self.clause(body)].group(),
            StmtKind::DoWhile { body, test } => {
                let between = if is_block(body) { Doc::from(" ") } else { hardline() };
                docs!["do", self.clause(body).group(), between, docs!["while (", self.in_parens(test), ");"].group()]
            }
            StmtKind::For { init, test, update, body } => {
                self.for_stmt(init.as_ref(), test.as_ref(), update.as_ref(), body)
            }
            StmtKind::ForIn { left, right, body } => self.for_each("for (", left, " in ", right, body),
            StmtKind::ForOf { is_await, left, right, body } => {
                self.for_each(if *is_await { "for await (" } else { "for (" }, left, " of ", right, body)
            }
            StmtKind::Return(value) => self.jump("return", value.as_ref()),
            StmtKind::Throw(value) => self.jump("throw", Some(value)),
            StmtKind::Break(label) => self.labelled("break", label.as_ref()),
            StmtKind::Continue(label) => self.labelled("continue", label.as_ref()),
            StmtKind::Try(node) => self.try_stmt(node),
            StmtKind::Switch { subject, cases } => self.switch(stmt, subject, cases),
            StmtKind::Labeled { label, body } => match body.kind {
                StmtKind::Empty => docs![self.slice(label.span), ":;"],
                _ => docs![self.slice(label.span), ": ", self.stmt(body)],
            },
            StmtKind::Debugger => "debugger;".into(),
            StmtKind::Import(import) => self.import(stmt, import),
            StmtKind::Export(export) => self.export(stmt, export),
            StmtKind::TypeAlias(alias) => docs![self.type_alias(alias), ";"],
            StmtKind::Interface(interface) => self.interface(interface, Node::Stmt(stmt)),
            StmtKind::Enum(node) => self.enum_decl(node, Node::Stmt(stmt)),
            StmtKind::Declare(inner) => docs!["declare ", self.stmt(inner)],
            StmtKind::With { .. } | StmtKind::Namespace { .. } | StmtKind::Error => Doc::literal(self.slice(stmt.span)),
        }
    }

    /// A block with its braces; `node` is whose comments an empty one holds.
    pub(super) fn block_of(&self, block: &Block, node: Node<'_>) -> Doc {
        let inside = self.stmts(&block.body);
        match self.comments.inside(self.source, node) {
            Some(comments) => self.braced(docs![inside, comments]),
            None if inside.is_nil() => "{}".into(),
            None => self.braced(inside),
        }
    }

    pub(super) fn block(&self, block: &Block) -> Doc {
        let doc = self.block_of(block, Node::Block(block));
        self.with_comments(Node::Block(block), doc)
    }

    /// The body of a loop or branch: a block on the same line, else indented on the next where it does not fit.
    fn clause(&self, body: &Stmt) -> Doc {
        match &body.kind {
            StmtKind::Empty if !self.comments.has_any(Node::Stmt(body)) => ";".into(),
            StmtKind::Block(_) => docs![" ", self.stmt(body)],
            _ => docs![line(), self.stmt(body)].indent(),
        }
    }

    /// What stands in the parentheses of `if`, `while` and `switch`.
    fn in_parens(&self, test: &Expr) -> Doc {
        docs![docs![softline(), self.expr(test, Place::Test)].indent(), softline()].group()
    }

    fn if_stmt(&self, test: &Expr, then: &Stmt, otherwise: Option<&Stmt>) -> Doc {
        let mut parts = vec![docs!["if (", self.in_parens(test), ")", self.clause(then)].group()];
        if let Some(otherwise) = otherwise {
            let lines_up = !is_block(then) || !self.comments.trailing(Node::Stmt(then)).is_empty();
            parts.push(if lines_up { hardline() } else { " ".into() });
            let is_chain = matches!(otherwise.kind, StmtKind::If { .. });
            let clause = if is_chain { docs![" ", self.stmt(otherwise)] } else { self.clause(otherwise) };
            parts.push(docs!["else", clause.group()]);
        }
        Doc::concat(parts)
    }

    fn for_stmt(&self, init: Option<&ForInit>, test: Option<&Expr>, update: Option<&Expr>, body: &Stmt) -> Doc {
        let clause = self.clause(body);
        if init.is_none() && test.is_none() && update.is_none() {
            return docs!["for (;;)", clause];
        }
        let around = self.in_for_init.replace(true);
        let init = match init {
            Some(ForInit::Var(decl)) => self.var(decl, true),
            Some(ForInit::Expr(expr)) => self.expr(expr, Place::ForInit),
            None => Doc::nil(),
        };
        self.in_for_init.set(around);
        let part = |expr: Option<&Expr>| expr.map_or_else(Doc::nil, |expr| self.expr(expr, Place::ForPart));
        let update = update.map_or_else(softline, |update| docs![line(), self.expr(update, Place::ForPart)]);
        let head = docs![softline(), init, ";", line(), part(test), ";", update];
        docs!["for (", docs![head.indent(), softline()].group(), ")", clause].group()
    }

    fn for_each(&self, keyword: &'static str, left: &ForHead, word: &'static str, right: &Expr, body: &Stmt) -> Doc {
        let left = match left {
            ForHead::Var(decl) => self.var(decl, true),
            ForHead::Pat(pat) => self.pat(pat),
        };
        docs![keyword, left, word, self.expr(right, Place::Item), ")", self.clause(body)].group()
    }

    fn labelled(&self, word: &'static str, label: Option<&Name>) -> Doc {
        match label {
            Some(label) => docs![word, " ", self.slice(label.span), ";"],
            None => docs![word, ";"],
        }
    }

    fn jump(&self, word: &'static str, value: Option<&Expr>) -> Doc {
        let Some(value) = value else { return docs![word, ";"] };
        let value = value.without_parens();
        let doc = self.expr(value, Place::Jump);
        let breaks_line = self
            .comments
            .leading(Node::Expr(value))
            .iter()
            .any(|comment| !comment.block || super::comments::newline_after(self.source, comment.span.end) > 0);
        let doc = if breaks_line {
            docs!["(", docs![hardline(), doc].indent(), hardline(), ")"]
        } else if matches!(value.kind, ExprKind::Binary { .. } | ExprKind::Logical { .. } | ExprKind::Sequence(_)) {
            docs![
                Doc::if_broken("(", "", None),
                docs![softline(), doc].indent(),
                softline(),
                Doc::if_broken(")", "", None),
            ]
            .group()
        } else {
            doc
        };
        docs![word, " ", doc, ";"]
    }

    fn try_stmt(&self, node: &Try) -> Doc {
        let mut parts = vec![docs!["try ", self.block(&node.block)]];
        if let Some(catch) = &node.handler {
            parts.push(" catch ".into());
            if let Some(param) = &catch.param {
                let ty = catch.ty.as_ref().map_or_else(Doc::nil, |ty| docs![": ", self.ty(ty)]);
                parts.push(docs!["(", self.pat(param), ty, ") "]);
            }
            parts.push(self.block(&catch.body));
        }
        if let Some(finalizer) = &node.finalizer {
            parts.push(docs![" finally ", self.block(finalizer)]);
        }
        Doc::concat(parts)
    }

    fn switch(&self, stmt: &Stmt, subject: &Expr, cases: &[Case]) -> Doc {
        let inside = self.stacked(cases.iter().map(|case| (Node::Case(case), self.case(case))));
        let dangling = self.comments.inside(self.source, Node::Stmt(stmt));
        let body = match dangling {
            Some(comments) => self.braced(comments),
            None if cases.is_empty() => docs!["{", hardline(), "}"],
            None => self.braced(inside),
        };
        docs![docs!["switch (", self.in_parens(subject), ")"].group(), " ", body]
    }

    fn case(&self, case: &Case) -> Doc {
        let head = match &case.test {
            Some(test) => docs!["case ", self.expr(test, Place::Item), ":"],
            None => "default:".into(),
        };
        let body: Vec<&Stmt> = case.body.iter().filter(|stmt| !self.is_needless(stmt)).collect();
        let inside = match self.comments.inside(self.source, Node::Case(case)) {
            Some(comments) => docs![" ", comments],
            None => Doc::nil(),
        };
        let body = match body.as_slice() {
            [] => Doc::nil(),
            [only] if is_block(only) => docs![" ", self.stmt(only)],
            _ => docs![hardline(), self.stmts(&case.body)].indent(),
        };
        self.with_comments(Node::Case(case), docs![head, inside, body])
    }

    /// A declaration without its semicolon.
    fn var(&self, decl: &VarDecl, in_loop: bool) -> Doc {
        let word = match decl.kind {
            VarKind::Var => "var ",
            VarKind::Let => "let ",
            VarKind::Const => "const ",
            VarKind::Using => "using ",
            VarKind::AwaitUsing => "await using ",
        };
        let mut printed: Vec<Doc> = decl.declarators.iter().map(|one| self.declarator(one)).collect();
        if printed.len() == 1 {
            return docs![word, printed.remove(0)];
        }
        let any_value = decl.declarators.iter().any(|one| one.init.is_some());
        let first = printed.remove(0);
        let separator = if any_value && !in_loop { hardline() } else { line() };
        let rest = printed.into_iter().map(|one| docs![",", separator.clone(), one]).collect();
        docs![word, first, Doc::concat(rest).indent()].group()
    }

    fn declarator(&self, one: &Declarator) -> Doc {
        let mut left = vec![if one.init.is_some() { self.outer_pat(&one.pat) } else { self.inner_pat(&one.pat) }];
        if one.definite {
            left.push("!".into());
        }
        left.extend(one.ty.iter().map(|ty| docs![": ", self.ty(ty)]));
        let doc = match &one.init {
            Some(init) => self.assignment(Doc::concat(left), " =", init, Side::Declarator(one)),
            None => Doc::concat(left),
        };
        self.with_comments(Node::Declarator(one), doc)
    }
}

pub(super) fn is_block(stmt: &Stmt) -> bool {
    matches!(stmt.kind, StmtKind::Block(_))
}
