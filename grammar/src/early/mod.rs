//! Early errors: what the grammar cannot refuse because it depends on where a node stands (ECMAScript 2025's "Static
//! Semantics: Early Errors"). `return`, `await`, `yield`, `super` and `new.target` outside their functions; labels
//! ([`labels`]); private names ([`privates`]); declarations and module items in the wrong place. What depends on which name
//! means what (duplicate declarations, unknown exports) is left to the resolver.

mod labels;
mod privates;

use crate::Span;
use crate::ast::visit::{self, Visit};
use crate::ast::*;
use crate::errors::{ErrorCode, SyntaxError};
use labels::Labels;
use privates::PrivateScope;

/// Finds the early errors of a module.
pub fn check(body: &[Stmt]) -> Vec<SyntaxError> {
    let mut checker = Checker {
        errors: Vec::new(),
        place: Place { awaits: true, ..Place::default() },
        labels: Labels::default(),
        classes: Vec::new(),
        derived: false,
        top_level: true,
        ambient: false,
    };
    visit::walk_stmts(&mut checker, body);
    checker.errors
}

struct Checker {
    errors: Vec<SyntaxError>,
    place: Place,
    labels: Labels,
    /// The private names of the enclosing classes, innermost last.
    classes: Vec<PrivateScope>,
    /// The innermost class has a superclass.
    derived: bool,
    /// The statement stands directly in the module.
    top_level: bool,
    /// Within `declare`.
    ambient: bool,
}

/// What the innermost function (or field initialiser, or static block, or the module) allows.
#[derive(Clone, Copy, Default)]
struct Place {
    returns: bool,
    awaits: bool,
    yields: bool,
    super_property: bool,
    super_call: bool,
    new_target: bool,
    parameters: bool,
}

impl Checker {
    fn error(&mut self, code: ErrorCode, span: Span, message: impl Into<String>) {
        self.errors.push(SyntaxError::new(code, span, message));
    }

    fn error_help(&mut self, code: ErrorCode, span: Span, message: impl Into<String>, help: &str) {
        self.errors.push(SyntaxError::new(code, span, message).help(help));
    }

    /// Runs `inside` in another place, with no labels around.
    fn within(&mut self, place: Place, inside: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.place, place);
        let labels = std::mem::take(&mut self.labels);
        let top_level = std::mem::replace(&mut self.top_level, false);
        inside(self);
        self.place = outer;
        self.labels = labels;
        self.top_level = top_level;
    }

    fn place_of(&self, function: &Function) -> Place {
        let arrow = function.kind == FunctionKind::Arrow;
        let method = matches!(
            function.kind,
            FunctionKind::Method | FunctionKind::Getter | FunctionKind::Setter | FunctionKind::Constructor
        );
        Place {
            returns: true,
            awaits: function.is_async,
            yields: function.is_generator,
            super_property: method || arrow && self.place.super_property,
            super_call: function.kind == FunctionKind::Constructor && self.derived || arrow && self.place.super_call,
            new_target: !arrow || self.place.new_target,
            parameters: false,
        }
    }

    fn check_await(&mut self, span: Span, what: &str) {
        if self.place.parameters {
            self.error(ErrorCode::MisplacedAwait, span, format!("{what} cannot stand in parameters"));
        } else if !self.place.awaits {
            self.error_help(
                ErrorCode::MisplacedAwait,
                span,
                format!("{what} needs an `async` function around it"),
                "write `async` before the innermost function",
            );
        }
    }

    fn check_yield(&mut self, span: Span) {
        if self.place.parameters {
            self.error(ErrorCode::MisplacedYield, span, "`yield` cannot stand in parameters");
        } else if !self.place.yields {
            self.error_help(
                ErrorCode::MisplacedYield,
                span,
                "`yield` needs a generator function around it",
                "write `function*` (arrow functions cannot be generators)",
            );
        }
    }

    fn check_super(&mut self, object: &Expr, call: bool) {
        if !matches!(object.kind, ExprKind::Super) {
            return;
        }
        if call && !self.place.super_call {
            self.error(
                ErrorCode::MisplacedSuper,
                object.span,
                "`super(…)` can be called only in the constructor of a class that extends another",
            );
        } else if !call && !self.place.super_property {
            self.error(ErrorCode::MisplacedSuper, object.span, "`super` can stand only in methods");
        }
    }

    /// The body of an `if`, a loop or a label is a statement, not a declaration.
    fn check_body(&mut self, body: &Stmt) {
        let what = match &body.kind {
            StmtKind::Function(_) => "a function declaration",
            StmtKind::Class(_) => "a class declaration",
            StmtKind::Var(decl) if decl.kind != VarKind::Var => "a declaration",
            StmtKind::TypeAlias(_) | StmtKind::Interface(_) | StmtKind::Enum(_) | StmtKind::Declare(_) => {
                "a type declaration"
            }
            _ => return,
        };
        self.error_help(
            ErrorCode::MisplacedDeclaration,
            body.span,
            format!("{what} cannot stand here without a block"),
            "put it in braces: `{ … }`",
        );
    }

    fn check_switch(&mut self, cases: &[Case]) {
        for case in cases.iter().filter(|case| case.test.is_none()).skip(1) {
            self.error(
                ErrorCode::DuplicateDefault,
                Span::new(case.span.start, case.span.start + 7),
                "a `switch` has one `default`",
            );
        }
        for stmt in cases.iter().flat_map(|case| &case.body) {
            if is_using(stmt) {
                self.error_help(
                    ErrorCode::MisplacedDeclaration,
                    stmt.span,
                    "a `using` declaration cannot stand directly in a `case`",
                    "put the case's statements in braces: `{ … }`",
                );
            }
        }
    }

    fn check_module_item(&mut self, stmt: &Stmt) {
        if let StmtKind::Export(export) = &stmt.kind
            && let Export::Decl(decl) = &**export
            && is_using(decl)
        {
            self.error_help(
                ErrorCode::MisplacedDeclaration,
                decl.span,
                "a `using` declaration cannot be exported: its resource is disposed of when the file has run",
                "export a `const`",
            );
        }
        let word = match stmt.kind {
            StmtKind::Import(_) => "import",
            StmtKind::Export(_) => "export",
            _ => return,
        };
        if !self.top_level {
            let span = Span::new(stmt.span.start, stmt.span.start + 6);
            self.error(
                ErrorCode::MisplacedModuleItem,
                span,
                format!("`{word}` can stand only at the top level of a file"),
            );
        }
    }
}

impl<'a> Visit<'a> for Checker {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.check_module_item(stmt);
        let namespace = matches!(stmt.kind, StmtKind::Namespace { .. });
        let top_level = std::mem::replace(&mut self.top_level, namespace);
        match &stmt.kind {
            StmtKind::Return(_) if !self.place.returns => {
                let span = Span::new(stmt.span.start, stmt.span.start + 6);
                self.error(ErrorCode::MisplacedReturn, span, "`return` can stand only in a function");
                visit::walk_stmt(self, stmt);
            }
            StmtKind::Break(label) => self.check_break(stmt.span, label.as_ref()),
            StmtKind::Continue(label) => self.check_continue(stmt.span, label.as_ref()),
            StmtKind::Labeled { label, body } => self.labeled(label, body),
            StmtKind::If { then, otherwise, .. } => {
                self.check_body(then);
                otherwise.iter().for_each(|body| self.check_body(body));
                visit::walk_stmt(self, stmt);
            }
            StmtKind::While { body, .. }
            | StmtKind::DoWhile { body, .. }
            | StmtKind::For { body, .. }
            | StmtKind::ForIn { body, .. }
            | StmtKind::ForOf { body, .. } => {
                if let StmtKind::ForOf { is_await: true, .. } = stmt.kind {
                    self.check_await(Span::new(stmt.span.start, stmt.span.start + 3), "`for await`");
                }
                if let StmtKind::ForIn { left: ForHead::Var(decl), .. }
                | StmtKind::ForOf { left: ForHead::Var(decl), .. } = &stmt.kind
                {
                    self.check_await_using(decl);
                }
                self.check_body(body);
                self.in_loop(|checker| visit::walk_stmt(checker, stmt));
            }
            StmtKind::With { body, .. } => {
                self.check_body(body);
                visit::walk_stmt(self, stmt);
            }
            StmtKind::Switch { cases, .. } => {
                self.check_switch(cases);
                self.in_switch(|checker| visit::walk_stmt(checker, stmt));
            }
            StmtKind::Declare(_) => {
                let ambient = std::mem::replace(&mut self.ambient, true);
                visit::walk_stmt(self, stmt);
                self.ambient = ambient;
            }
            _ => visit::walk_stmt(self, stmt),
        }
        self.top_level = top_level;
    }

    fn visit_var_decl(&mut self, decl: &'a VarDecl) {
        self.check_await_using(decl);
        if matches!(decl.kind, VarKind::Const | VarKind::Using | VarKind::AwaitUsing) && !self.ambient {
            let is_const = decl.kind == VarKind::Const;
            let empty = decl.declarators.iter().find(|d| d.init.is_none() && matches!(d.pat.kind, PatKind::Ident(_)));
            if let Some(declarator) = empty {
                let (message, help) = if is_const {
                    ("a `const` needs a value", "add `= …`, or write `let` if the value comes later")
                } else {
                    ("a `using` needs the resource that it holds", "add `= …`")
                };
                self.error_help(ErrorCode::MissingInitializer, declarator.span, message, help);
            }
        }
        visit::walk_var_decl(self, decl);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Await(_) => self.check_await(Span::new(expr.span.start, expr.span.start + 5), "`await`"),
            ExprKind::Yield { .. } => self.check_yield(Span::new(expr.span.start, expr.span.start + 5)),
            ExprKind::NewTarget if !self.place.new_target => {
                self.error(ErrorCode::MisplacedNewTarget, expr.span, "`new.target` can stand only in a function");
            }
            ExprKind::Call { callee, .. } => self.check_super(callee, true),
            ExprKind::TaggedTemplate { tag, .. } if matches!(tag.kind, ExprKind::Super) => {
                self.error(ErrorCode::MisplacedSuper, tag.span, "`super` alone is no function");
            }
            ExprKind::Member { object, .. } | ExprKind::Index { object, .. } => self.check_super(object, false),
            ExprKind::PrivateMember { name, .. } | ExprKind::PrivateIn { name, .. } => self.check_private_use(name),
            ExprKind::Object(props) => {
                let protos = props.iter().filter_map(|prop| match &prop.kind {
                    PropKind::Value { key, .. } if is_proto(key) => Some(key),
                    _ => None,
                });
                for key in protos.skip(1) {
                    self.error(ErrorCode::DuplicateProto, key.span(), "`__proto__` is set twice");
                }
                for prop in props {
                    if let PropKind::ShorthandDefault { default, .. } = &prop.kind {
                        self.error_help(
                            ErrorCode::ShorthandDefault,
                            prop.span.to(default.span),
                            "`name = value` can stand only in a pattern",
                            "in an object literal write `name: value`",
                        );
                    }
                }
            }
            _ => {}
        }
        visit::walk_expr(self, expr);
    }

    fn visit_type(&mut self, _ty: &'a Type) {}

    fn visit_function(&mut self, function: &'a Function) {
        let place = self.place_of(function);
        self.within(Place { parameters: true, ..place }, |checker| {
            function.params.iter().chain(function.rest.as_deref()).for_each(|param| visit::walk_param(checker, param));
        });
        self.within(place, |checker| match &function.body {
            FunctionBody::Block(block) => checker.visit_block(block),
            FunctionBody::Expr(expr) => checker.visit_expr(expr),
            FunctionBody::None => {}
        });
    }

    fn visit_class(&mut self, class: &'a Class) {
        class.decorators.iter().for_each(|decorator| self.visit_expr(&decorator.expr));
        class.superclass.iter().for_each(|expr| self.visit_expr(expr));
        let derived = std::mem::replace(&mut self.derived, class.superclass.is_some());
        let scope = self.declare_privates(class);
        self.classes.push(scope);
        class.members.iter().for_each(|member| self.visit_member(member));
        self.classes.pop();
        self.derived = derived;
    }

    fn visit_member(&mut self, member: &'a ClassMember) {
        let place = Place { super_property: true, new_target: true, ..Place::default() };
        match &member.kind {
            MemberKind::Field { key, init: Some(init), .. } => {
                self.visit_key(key);
                self.within(place, |checker| checker.visit_expr(init));
            }
            MemberKind::StaticBlock(block) => self.within(place, |checker| checker.visit_block(block)),
            _ => visit::walk_member(self, member),
        }
    }
}

impl Checker {
    fn check_await_using(&mut self, decl: &VarDecl) {
        if decl.kind == VarKind::AwaitUsing {
            self.check_await(Span::new(decl.span.start, decl.span.start + 5), "`await using`");
        }
    }
}

fn is_proto(key: &PropKey) -> bool {
    match key {
        PropKey::Ident(name) => name.text == "__proto__",
        PropKey::Str(text, _) => *text == Text::from("__proto__"),
        _ => false,
    }
}

fn is_using(stmt: &Stmt) -> bool {
    matches!(&stmt.kind, StmtKind::Var(decl) if matches!(decl.kind, VarKind::Using | VarKind::AwaitUsing))
}
