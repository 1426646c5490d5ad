//! Functions: type parameters, parameters' types, `this`, the type of the result.

use mosl_syntax::ast::visit::Visit;
use mosl_syntax::ast::{Function, FunctionBody, FunctionKind, Param, Type};

use super::Eraser;

impl Eraser<'_> {
    /// A function with a body; those without are taken out where they stand.
    pub(super) fn function(&mut self, function: &Function) {
        let is_arrow = function.kind == FunctionKind::Arrow;
        if let (Some(first), Some(last)) = (function.type_params.first(), function.type_params.last()) {
            let angles = self.angles(first.span.start, last.span.end);
            if is_arrow && self.text.has_newline(angles.start, angles.end) {
                // `async` and the parenthesis stay on one line.
                let open = self.text.past(angles.end, "(");
                self.text.take(open - 1, open);
                self.text.put(angles.start, "(");
            }
        }
        if let Some(ty) = &function.this_type {
            self.this_parameter(ty);
        }
        let params = function.params.iter().chain(function.rest.as_deref());
        params.for_each(|param| self.parameter(param));
        if let Some(ret) = &function.ret {
            self.result_type(ret, is_arrow);
        }
        match &function.body {
            FunctionBody::Block(block) => self.visit_block(block),
            FunctionBody::Expr(expr) => self.visit_expr(expr),
            FunctionBody::None => {}
        }
    }

    fn this_parameter(&mut self, ty: &Type) {
        let colon = self.text.before(ty.span.start, ":");
        let start = self.text.before(colon, "this");
        self.text.take(start, self.text.past(ty.span.end, ","));
    }

    fn parameter(&mut self, param: &Param) {
        self.visit_pat(&param.pat);
        if param.ty.is_some() || param.optional {
            self.annotation(param.pat.span.end, param.ty.as_ref());
        }
        param.default.iter().for_each(|default| self.visit_expr(default));
    }

    /// No line may end before `=>`: the parenthesis moves behind the type instead.
    fn result_type(&mut self, ret: &Type, is_arrow: bool) {
        let colon = self.text.before(ret.span.start, ":");
        self.text.take(colon, ret.span.end);
        let close = self.text.before(colon, ")");
        if is_arrow && self.text.has_newline(close, ret.span.end) {
            self.text.take(close, close + 1);
            let last = self.text.previous(ret.span.end).map_or(colon, |token| token.end - 1);
            self.text.put(last, ")");
        }
    }
}
