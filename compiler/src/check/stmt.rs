//! Statements: the flow of control, and what is known where paths meet.

use mosl_syntax::Span;
use mosl_syntax::ast::{
    Case, DefaultExport, EnumDecl, Export, Expr, ExprKind, ForHead, ForInit, FunctionBody, InterfaceDecl,
    InterfaceMemberKind, Name, SmolStr, Stmt, StmtKind, Try, UnaryOp, VarDecl, VarKind,
};
use rustc_hash::FxHashSet;

use super::Checker;
use super::env::Env;
use super::members::key_name;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{BAD_OVERRIDE, NO_OVERLAP, TYPE_MISMATCH, UNREACHABLE_CODE};
use crate::program::Resolved;
use crate::resolve::Origin;
use crate::types::{TypeId, Types};

/// A statement that `break` or `continue` can aim at, and what holds where they arrive.
#[derive(Clone, Debug)]
pub(super) struct Jump {
    labels: Vec<SmolStr>,
    is_loop: bool,
    /// `break` without a label stops here.
    plain: bool,
    breaks: Env,
    continues: Env,
}

impl<'a> Checker<'a> {
    pub(super) fn stmts(&mut self, stmts: &'a [Stmt]) {
        let mut told = self.env.dead;
        for (at, stmt) in stmts.iter().enumerate() {
            if self.env.dead && !told && does_something(stmt) {
                told = true;
                self.report_unreachable(&stmts[at..]);
            }
            self.stmt(stmt, &[]);
        }
    }

    fn report_unreachable(&mut self, stmts: &[Stmt]) {
        let (Some(first), Some(last)) = (stmts.first(), stmts.iter().rev().find(|stmt| does_something(stmt))) else {
            return;
        };
        if !self.reports_strictly() {
            return;
        }
        let message = "this is never reached";
        let diagnostic = Diagnostic::new(&UNREACHABLE_CODE, self.file, first.span, message, "nothing leads here");
        // Declarations in between are used from elsewhere.
        let alone = stmts.iter().all(does_something);
        let span = Span::new(first.span.start, last.span.end);
        self.report(if alone { diagnostic.fix("remove it", span, "") } else { diagnostic });
    }

    fn stmt(&mut self, stmt: &'a Stmt, labels: &[SmolStr]) {
        mosl_syntax::deep(|| self.stmt_parts(stmt, labels));
    }

    fn stmt_parts(&mut self, stmt: &'a Stmt, labels: &[SmolStr]) {
        match &stmt.kind {
            StmtKind::Block(block) => self.labelled_block(labels, |checker| checker.stmts(&block.body)),
            StmtKind::Var(var) => self.var_decl(var),
            StmtKind::Function(function) => self.function_stmt(function),
            StmtKind::Class(class) => self.class_stmt(class),
            StmtKind::Expr(expr) => {
                self.infer(expr, None);
            }
            StmtKind::If { test, then, otherwise } => self.labelled_block(labels, |checker| {
                let (yes, no) = checker.condition(test);
                checker.env = yes;
                checker.stmt(then, &[]);
                let after = std::mem::replace(&mut checker.env, no);
                if let Some(otherwise) = otherwise {
                    checker.stmt(otherwise, &[]);
                }
                let other = std::mem::take(&mut checker.env);
                checker.env = checker.join(after, other);
            }),
            StmtKind::While { test, body } => self.repeat(stmt.span, labels, Some(test), None, body),
            StmtKind::DoWhile { body, test } => self.do_while(stmt.span, labels, body, test),
            StmtKind::For { init, test, update, body } => {
                match init {
                    Some(ForInit::Var(var)) => self.var_decl(var),
                    Some(ForInit::Expr(expr)) => {
                        self.infer(expr, None);
                    }
                    None => {}
                }
                self.repeat(stmt.span, labels, test.as_ref(), update.as_ref(), body);
            }
            StmtKind::ForIn { left, right, body } => {
                self.for_each(stmt.span, labels, left, right, body, (false, false))
            }
            StmtKind::ForOf { is_await, left, right, body } => {
                self.for_each(stmt.span, labels, left, right, body, (true, *is_await));
            }
            StmtKind::Return(value) => {
                let expected = self.functions.last().and_then(|context| context.expected);
                let ty = value.as_ref().map_or(Types::UNDEFINED, |value| self.infer(value, expected));
                self.return_value(ty, value.as_ref(), stmt.span);
                self.env.dead = true;
            }
            StmtKind::Break(label) => self.jump(label.as_ref(), true),
            StmtKind::Continue(label) => self.jump(label.as_ref(), false),
            StmtKind::Throw(expr) => {
                self.infer(expr, None);
                self.env.dead = true;
            }
            StmtKind::Try(r#try) => self.labelled_block(labels, |checker| checker.try_stmt(r#try, stmt.span)),
            StmtKind::Switch { subject, cases } => self.switch(labels, subject, cases),
            StmtKind::Labeled { label, body } => {
                let mut labels = labels.to_vec();
                labels.push(label.text.clone());
                self.stmt(body, &labels);
            }
            StmtKind::Export(export) => match &**export {
                Export::Decl(decl) => self.stmt(decl, &[]),
                Export::Default(DefaultExport::Expr(expr)) => {
                    let ty = self.infer(expr, None);
                    let ty = self.regular(ty);
                    if let Some(Resolved::Binding(id)) = self.res.facts[usize::from(self.file.0)].names.get(&stmt.id) {
                        self.bindings[id.0 as usize] = super::Known::Type(ty);
                    }
                }
                Export::Default(DefaultExport::Function(function)) => self.function_stmt(function),
                Export::Default(DefaultExport::Class(class)) => self.class_stmt(class),
                Export::Default(DefaultExport::Interface(_)) | Export::Named { .. } | Export::All { .. } => {}
            },
            StmtKind::Declare(inner) => self.stmt(inner, &[]),
            StmtKind::TypeAlias(alias) => {
                self.type_params(&alias.params, Some(self.file));
                self.annotation(&alias.ty);
            }
            StmtKind::Interface(decl) => {
                self.type_params(&decl.params, Some(self.file));
                let own = self.object_type(&decl.members, Some(self.file));
                self.check_index_members(decl, own);
                for base in &decl.extends {
                    let base = self.annotation(base);
                    self.check_extension(decl, base);
                }
            }
            StmtKind::Enum(decl) => self.enum_stmt(decl),
            StmtKind::With { object, body } => {
                self.infer(object, None);
                self.stmt(body, &[]);
            }
            StmtKind::Empty
            | StmtKind::Debugger
            | StmtKind::Import(_)
            | StmtKind::Namespace { .. }
            | StmtKind::Error => {}
        }
    }

    /// An index signature speaks of every member.
    fn check_index_members(&mut self, decl: &'a InterfaceDecl, own: TypeId) {
        let (Some(wanted), true) = (self.index_types(own).0, self.strict) else { return };
        for member in &decl.members {
            let (InterfaceMemberKind::Property { key, .. } | InterfaceMemberKind::Method { key, .. }) = &member.kind
            else {
                continue;
            };
            let Some(name) = key_name(key).filter(|name| !name.starts_with("@@")) else { continue };
            let Some(found) = self.member(own, &name).filter(|found| !self.assignable(found.ty, wanted)) else {
                continue;
            };
            let (expected, shown) = (self.types.print(wanted), self.types.print(found.ty));
            let message = format!("every member is to be `{expected}`, and `{name}` is `{shown}`");
            let label = format!("expected `{expected}`");
            self.report(Diagnostic::new(&TYPE_MISMATCH, self.file, member.span, message, label));
        }
    }

    /// The members of an interface fit those of the same name that it extends.
    fn check_extension(&mut self, decl: &'a InterfaceDecl, base: TypeId) {
        if !self.strict {
            return;
        }
        let own = self.object_type(&decl.members, Some(self.file));
        let names: FxHashSet<SmolStr> = self.member_names(base).into_iter().collect();
        for name in self.member_names(own) {
            let (Some(found), Some(wanted)) = (self.member(own, &name), self.member(base, &name)) else { continue };
            if names.contains(&name) && !self.assignable(found.ty, wanted.ty) {
                let (expected, found) = (self.types.print(wanted.ty), self.types.print(found.ty));
                let message = format!(
                    "`{}` cannot extend `{}`: `{name}` is `{found}` here and `{expected}` there",
                    decl.name.text,
                    self.types.print(base)
                );
                let label = format!("`{name}` should be `{expected}`");
                self.report(Diagnostic::new(&BAD_OVERRIDE, self.file, decl.name.span, message, label));
                return;
            }
        }
    }

    fn enum_stmt(&mut self, decl: &'a EnumDecl) {
        if let Some(Resolved::Binding(id)) = self.res.facts[usize::from(self.file.0)].names.get(&decl.id) {
            self.enum_of(*id);
        }
        for member in &decl.members {
            if let Some(init) = member.init.as_ref().filter(|init| !matches!(init.kind, ExprKind::Ident(_))) {
                self.infer(init, None);
            }
        }
    }

    fn function_stmt(&mut self, function: &'a mosl_syntax::ast::Function) {
        if let Some(Resolved::Binding(id)) = self.res.facts[usize::from(self.file.0)].names.get(&function.id) {
            self.type_of_binding(*id);
        }
        self.check_function_body(function, Types::ANY);
        if let Some(Resolved::Binding(id)) = self.res.facts[usize::from(self.file.0)].names.get(&function.id)
            && !matches!(function.body, FunctionBody::None)
            && let Origin::Function(parts) = &self.res.origins[id.0 as usize]
        {
            self.check_overloads(parts);
        }
    }

    fn class_stmt(&mut self, class: &'a mosl_syntax::ast::Class) {
        if let Some(id) = self.res.facts[usize::from(self.file.0)].classes.get(&class.id) {
            self.check_class(*id);
        }
    }

    fn var_decl(&mut self, var: &'a VarDecl) {
        for declarator in &var.declarators {
            let (declared, init) = self.declarator_types(declarator, var.kind);
            if let (Some(declared), Some(value)) = (declared, &declarator.init) {
                self.decode_into(declared, value);
                self.check_flow(init_type(self, value, init), declared, value);
            }
            self.declare_pattern(
                &declarator.pat,
                declared.unwrap_or(init),
                declared.is_some(),
                declarator.init.as_ref(),
            );
            self.after_declaration(declarator, var.kind, declared, init);
            if matches!(var.kind, VarKind::Using | VarKind::AwaitUsing)
                && let Some(value) = &declarator.init
            {
                self.check_disposable(declared.unwrap_or(init), value, var.kind == VarKind::AwaitUsing);
            }
        }
    }

    /// What `using` holds can be disposed of, or is nothing.
    fn check_disposable(&mut self, ty: TypeId, value: &'a Expr, is_await: bool) {
        let ty = self.without_nullish(ty);
        if !self.strict || matches!(ty, Types::ANY | Types::NEVER) {
            return;
        }
        let disposable =
            self.member(ty, "@@dispose").is_some() || (is_await && self.member(ty, "@@asyncDispose").is_some());
        if !disposable {
            let method = if is_await { "[Symbol.asyncDispose]()" } else { "[Symbol.dispose]()" };
            let message = format!("`using` needs something with a method `{method}`");
            let label = format!("`{}` has none", self.types.print(ty));
            self.report(Diagnostic::new(&TYPE_MISMATCH, self.file, value.span, message, label));
        }
    }

    /// What the flow knows about a variable just declared.
    fn after_declaration(
        &mut self,
        declarator: &'a mosl_syntax::ast::Declarator,
        kind: VarKind,
        declared: Option<TypeId>,
        init: TypeId,
    ) {
        let Some(Resolved::Binding(id)) =
            self.res.facts[usize::from(self.file.0)].names.get(&declarator.pat.id).copied()
        else {
            return;
        };
        let known = self.type_of_binding(id);
        let reference = self.binding_ref(id);
        self.forget(reference);
        match (&declarator.init, declared) {
            // What is written as `any` stays `any`, whatever it holds.
            (Some(_), Some(Types::ANY)) => {}
            (Some(_), Some(declared)) => {
                let narrowed = self.assigned_type(declared, init);
                if narrowed != declared {
                    self.env.set(reference, narrowed);
                }
            }
            // A `let` whose later values are not known still holds this one now.
            (Some(value), None)
                if known == Types::ANY
                    && !super::binding::may_be_absent(value)
                    && init != Types::ANY
                    && kind != VarKind::Var =>
            {
                self.env.set(reference, init);
            }
            (None, Some(_)) if kind == VarKind::Let && !declarator.definite => {
                self.env.set(reference, Types::UNDEFINED)
            }
            (None, None) if kind == VarKind::Let => self.env.set(reference, Types::UNDEFINED),
            _ => {}
        }
    }

    /// A statement that only `break` with its label leaves early.
    fn labelled_block(&mut self, labels: &[SmolStr], work: impl FnOnce(&mut Self)) {
        if labels.is_empty() {
            work(self);
            return;
        }
        self.jumps.push(Jump {
            labels: labels.to_vec(),
            is_loop: false,
            plain: false,
            breaks: Env::dead(),
            continues: Env::dead(),
        });
        work(self);
        let jump = self.jumps.pop().expect("pushed above");
        let env = std::mem::take(&mut self.env);
        self.env = self.join(env, jump.breaks);
    }

    fn push_loop(&mut self, labels: &[SmolStr]) {
        self.jumps.push(Jump {
            labels: labels.to_vec(),
            is_loop: true,
            plain: true,
            breaks: Env::dead(),
            continues: Env::dead(),
        });
    }

    fn repeat(
        &mut self,
        span: Span,
        labels: &[SmolStr],
        test: Option<&'a Expr>,
        update: Option<&'a Expr>,
        body: &'a Stmt,
    ) {
        self.forget_assigned(span);
        self.loops.push(span);
        let (yes, no) = match test {
            Some(test) => self.condition(test),
            None => (std::mem::take(&mut self.env), Env::dead()),
        };
        self.env = yes;
        self.push_loop(labels);
        self.stmt(body, &[]);
        let jump = self.jumps.pop().expect("pushed above");
        let env = std::mem::take(&mut self.env);
        self.env = self.join(env, jump.continues);
        if let Some(update) = update {
            self.infer(update, None);
        }
        self.loops.pop();
        self.env = self.join(no, jump.breaks);
    }

    fn do_while(&mut self, span: Span, labels: &[SmolStr], body: &'a Stmt, test: &'a Expr) {
        self.forget_assigned(span);
        self.loops.push(span);
        self.push_loop(labels);
        self.stmt(body, &[]);
        let jump = self.jumps.pop().expect("pushed above");
        let env = std::mem::take(&mut self.env);
        self.env = self.join(env, jump.continues);
        let (_, no) = self.condition(test);
        self.loops.pop();
        self.env = self.join(no, jump.breaks);
    }

    fn for_each(
        &mut self,
        span: Span,
        labels: &[SmolStr],
        left: &'a ForHead,
        right: &'a Expr,
        body: &'a Stmt,
        (is_of, is_await): (bool, bool),
    ) {
        let ty = self.infer(right, None);
        let elem = if !is_of {
            Types::STRING
        } else {
            let elem = if is_await { self.async_element_of(ty) } else { self.element_of(ty) };
            match elem {
                Some(elem) => elem,
                None => {
                    self.report_not_iterable(ty, right.span);
                    Types::ANY
                }
            }
        };
        if is_of {
            self.check_sends_nothing(ty, right.span);
        }
        self.forget_assigned(span);
        let before = self.env.clone();
        match left {
            ForHead::Var(var) => {
                for declarator in &var.declarators {
                    let declared = declarator.ty.as_ref().map(|ty| self.annotation(ty));
                    self.declare_pattern(&declarator.pat, declared.unwrap_or(elem), declared.is_some(), None);
                }
            }
            ForHead::Pat(pat) => self.assign_to(pat, elem, None),
        }
        self.push_loop(labels);
        self.loops.push(span);
        self.stmt(body, &[]);
        self.loops.pop();
        let jump = self.jumps.pop().expect("pushed above");
        self.env = self.join(before, jump.breaks);
    }

    fn jump(&mut self, label: Option<&Name>, is_break: bool) {
        let env = std::mem::replace(&mut self.env, Env::dead());
        let target = self.jumps.iter().rposition(|jump| match label {
            Some(label) => jump.labels.contains(&label.text),
            None => jump.plain && (is_break || jump.is_loop),
        });
        let Some(target) = target else { return };
        let jump = &mut self.jumps[target];
        let slot = if is_break { &mut jump.breaks } else { &mut jump.continues };
        let before = std::mem::take(slot);
        let joined = self.join(before, env);
        let jump = &mut self.jumps[target];
        *(if is_break { &mut jump.breaks } else { &mut jump.continues }) = joined;
    }

    /// A handler may start at any point of its block: it knows only what the block leaves alone.
    fn try_stmt(&mut self, r#try: &'a Try, span: Span) {
        let start = self.env.clone();
        self.stmts(&r#try.block.body);
        let after_block = std::mem::replace(&mut self.env, start.clone());
        let mut end = after_block;
        if let Some(handler) = &r#try.handler {
            self.forget_assigned(r#try.block.span);
            self.env.dead = start.dead;
            if let Some(param) = &handler.param {
                let ty = match &handler.ty {
                    Some(written) => {
                        let ty = self.annotation(written);
                        self.check_caught(ty, written.span);
                        ty
                    }
                    // Anything can be thrown.
                    None if self.strict => Types::UNKNOWN,
                    None => Types::ANY,
                };
                self.declare_pattern(param, ty, handler.ty.is_some(), None);
            }
            self.stmts(&handler.body.body);
            let after_handler = std::mem::take(&mut self.env);
            end = self.join(end, after_handler);
        }
        if let Some(finalizer) = &r#try.finalizer {
            // It runs from anywhere in the block and the handler; after it, what held at their ends holds but for what it assigns.
            self.env = start;
            self.forget_assigned(span);
            self.stmts(&finalizer.body);
            let after = std::mem::replace(&mut self.env, end.clone());
            self.forget_assigned(finalizer.span);
            // What it has assigned is known from it.
            for (id, ty) in after.facts() {
                if self.env.get(id) != end.get(id) {
                    self.env.set(id, ty);
                }
            }
            self.env.dead = after.dead || end.dead;
        } else {
            self.env = end;
        }
    }

    /// Anything can be thrown, so no type can be promised of what is caught.
    fn check_caught(&mut self, ty: TypeId, span: Span) {
        if !self.strict || matches!(ty, Types::ANY | Types::UNKNOWN) {
            return;
        }
        let message = format!("what is caught may be anything, not only `{}`", self.types.print(ty));
        let diagnostic = Diagnostic::new(&TYPE_MISMATCH, self.file, span, message, "not known");
        self.report(diagnostic.help("leave the type out, and ask with `instanceof` in the block"));
    }

    fn switch(&mut self, labels: &[SmolStr], subject: &'a Expr, cases: &'a [Case]) {
        let subject_type = self.infer(subject, None);
        let is_true = matches!(subject.kind, ExprKind::Bool(true));
        self.jumps.push(Jump {
            labels: labels.to_vec(),
            is_loop: false,
            plain: true,
            breaks: Env::dead(),
            continues: Env::dead(),
        });
        // What holds after the tests so far have failed, and at the start of each case.
        let mut starts: Vec<Env> = Vec::with_capacity(cases.len());
        for case in cases {
            match &case.test {
                Some(test) if is_true => {
                    let (yes, no) = self.condition(test);
                    starts.push(yes);
                    self.env = no;
                }
                Some(test) => {
                    let env = self.env.clone();
                    let ty = self.infer(test, None);
                    self.check_case(subject_type, ty, test);
                    let (yes, no) = self.case_envs(subject, subject_type, ty, test, env);
                    starts.push(yes);
                    self.env = no;
                }
                None => starts.push(Env::dead()),
            }
        }
        let none_matched = std::mem::take(&mut self.env);
        let mut has_default = false;
        self.env = Env::dead();
        for (case, start) in cases.iter().zip(starts) {
            let start = if case.test.is_none() {
                has_default = true;
                none_matched.clone()
            } else {
                start
            };
            let fallen = std::mem::take(&mut self.env);
            self.env = self.join(start, fallen);
            self.stmts(&case.body);
        }
        let jump = self.jumps.pop().expect("pushed above");
        let end = std::mem::take(&mut self.env);
        let end = self.join(end, jump.breaks);
        self.env = if has_default {
            end
        } else {
            // A switch over every member of a union needs no default.
            let exhausted = self.is_exhausted(subject, subject_type, &none_matched);
            if exhausted { end } else { self.join(end, none_matched) }
        };
    }

    /// A case that no value of the subject's type can reach.
    fn check_case(&mut self, subject: TypeId, ty: TypeId, test: &'a Expr) {
        if !self.strict || self.comparable(subject, ty) {
            return;
        }
        let (subject_text, text) = (self.types.print(subject), self.types.print(ty));
        let message = format!("this case is never reached: `{subject_text}` has no `{text}`");
        let diagnostic = Diagnostic::new(&NO_OVERLAP, self.file, test.span, message, "never equal");
        let near = self.nearest_literal(ty, subject).map(|near| format!("\"{near}\""));
        self.report(diagnostic.suggest(test.span, near.as_deref()));
    }

    /// The environments of `subject === test`, true and false.
    fn case_envs(
        &mut self,
        subject: &'a Expr,
        subject_type: TypeId,
        ty: TypeId,
        test: &'a Expr,
        env: Env,
    ) -> (Env, Env) {
        let (mut yes, mut no) = (env.clone(), env);
        let of = match self.reference(subject).and_then(|place| no.get(place)) {
            Some(narrowed) => narrowed,
            None => subject_type,
        };
        // The subject's type is what is left of it after the cases before.
        let kept = self.node_types[usize::from(self.file.0)].get(subject.id.0 as usize).copied();
        self.set_type(subject.id, of);
        self.narrow_case(subject, of, test, ty, &mut yes, &mut no);
        if let Some(kept) = kept {
            self.set_type(subject.id, kept);
        }
        (yes, no)
    }

    fn is_exhausted(&mut self, subject: &'a Expr, subject_type: TypeId, none_matched: &Env) -> bool {
        let inner = match &subject.kind {
            ExprKind::Unary { op: UnaryOp::Typeof, operand } => operand,
            _ => subject,
        };
        if subject_type == Types::ANY {
            return false;
        }
        if let Some(place) = self.reference(inner)
            && none_matched.get(place) == Some(Types::NEVER)
        {
            return true;
        }
        // `switch (shape.kind)`: nothing is left of `shape`.
        if let Some((object, _)) = super::narrow::member_place(inner)
            && let Some(place) = self.reference(object)
        {
            return none_matched.get(place) == Some(Types::NEVER);
        }
        false
    }
}

/// Not what is hoisted, and not the `break` that ends a case out of habit.
fn does_something(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Var(decl) => decl.kind != VarKind::Var || decl.declarators.iter().any(|of| of.init.is_some()),
        StmtKind::Empty
        | StmtKind::Break(_)
        | StmtKind::Function(_)
        | StmtKind::Import(_)
        | StmtKind::Export(_)
        | StmtKind::TypeAlias(_)
        | StmtKind::Interface(_)
        | StmtKind::Declare(_)
        | StmtKind::Error => false,
        _ => true,
    }
}

/// The type of an initialiser as the check against an annotation sees it: not widened.
fn init_type(checker: &Checker, value: &Expr, fallback: TypeId) -> TypeId {
    let ty = checker.node_types[usize::from(checker.file.0)].get(value.id.0 as usize).copied();
    ty.unwrap_or(fallback)
}
