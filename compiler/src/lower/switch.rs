//! `switch`.

use mosl_syntax::ast::{Case, Expr, SmolStr, Stmt};

use super::Lowerer;
use super::binary::Operand;
use super::control::Exit;
use super::declare::{Lexical, lexical_names};
use mosl_syntax::ast::BinaryOp;

impl Lowerer<'_> {
    pub(super) fn switch_stmt(&mut self, subject: &Expr, cases: &[Case], labels: Vec<SmolStr>) {
        let value = self.expr(subject);
        let local = self.new_local("subject", self.repr(value));
        self.set(local, value);
        self.enter_cases(cases);
        let end = self.new_block();
        let bodies: Vec<_> = cases.iter().map(|_| self.new_block()).collect();
        for (case, &body) in cases.iter().zip(&bodies) {
            let Some(test) = &case.test else { continue };
            let left = Operand { value: self.get(local), ty: self.type_of(subject.id), span: subject.span };
            let right = Operand { value: self.expr(test), ty: self.type_of(test.id), span: test.span };
            self.at(test.span);
            let equal = self.binary(BinaryOp::StrictEq, left, right);
            let next = self.new_block();
            self.branch(equal, body, next);
            self.switch(next);
        }
        let default = cases.iter().position(|case| case.test.is_none());
        self.jump(default.map_or(end, |index| bodies[index]));
        self.f().exits.push(Exit::Target { labels, break_to: end, continue_to: None, is_breakable: true });
        for (index, case) in cases.iter().enumerate() {
            self.switch(bodies[index]);
            self.stmts(&case.body);
            self.jump(bodies.get(index + 1).copied().unwrap_or(end));
        }
        self.f().exits.pop();
        self.switch(end);
    }

    /// All cases share one scope.
    fn enter_cases(&mut self, cases: &[Case]) {
        let stmts = || cases.iter().flat_map(|case| &case.body);
        let mut nodes = vec![];
        let mut functions = vec![];
        let mut collect = |stmt| {
            lexical_names(stmt, &mut |name| match name {
                Lexical::Pat(pat) => nodes.push(pat.id),
                Lexical::Node(node) => nodes.push(node),
                Lexical::Function(function) => functions.push(function),
            });
        };
        stmts().for_each(|stmt: &Stmt| collect(stmt));
        for node in nodes {
            if let Some(id) = self.declared(node) {
                self.declare_binding(id);
            }
        }
        self.hoist(&functions);
    }
}
