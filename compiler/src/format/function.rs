//! Functions: heads, parameters, arrows.

use mosl_syntax::ast::*;

use super::Formatter;
use super::doc::{Doc, docs, line, softline};
use super::nodes::{Node, bare_type};
use super::parens::Place;

/// How a function stands in a list of arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hug {
    No,
    /// The last or first argument, whose body may stretch over lines while the list stays on one.
    Yes,
}

impl Formatter<'_> {
    /// A declaration or an expression.
    pub(super) fn function(&self, function: &Function) -> Doc {
        self.function_hugged(function, Hug::No)
    }

    pub(super) fn function_hugged(&self, function: &Function, hug: Hug) -> Doc {
        let name = function.name.as_ref().map_or("", |name| self.slice(name.span));
        let word = match (function.is_async, function.is_generator) {
            (false, false) => "function ",
            (true, false) => "async function ",
            (false, true) => "function* ",
            (true, true) => "async function* ",
        };
        docs![word, name, self.head_and_body(function, hug)]
    }

    pub(super) fn method(&self, key: &PropKey, mark: &'static str, function: &Function) -> Doc {
        let word = match function.kind {
            FunctionKind::Getter => "get ",
            FunctionKind::Setter => "set ",
            _ => match (function.is_async, function.is_generator) {
                (false, false) => "",
                (true, false) => "async ",
                (false, true) => "*",
                (true, true) => "async *",
            },
        };
        docs![word, self.key(key), mark, self.head_and_body(function, Hug::No)]
    }

    fn head_and_body(&self, function: &Function, hug: Hug) -> Doc {
        let params = self.params_of(function, hug);
        let ret = function.ret.as_ref().map_or_else(Doc::nil, |ty| docs![": ", self.ty(ty)]);
        let params = if self.groups_params(function, &ret) { params.group() } else { params };
        let head = docs![self.type_params(&function.type_params), params, ret].group();
        match &function.body {
            FunctionBody::Block(block) => docs![head, " ", self.block(block)],
            FunctionBody::Expr(_) => head,
            FunctionBody::None => docs![head, ";"],
        }
    }

    /// A single object parameter breaks on its own account while the return type stays behind it.
    fn groups_params(&self, function: &Function, ret: &Doc) -> bool {
        let one = function.params.len() == 1 && function.rest.is_none() && function.type_params.is_empty();
        one && (is_object_param(&function.params[0]) || ret.will_break())
    }

    fn params_of(&self, function: &Function, hug: Hug) -> Doc {
        let body = match &function.body {
            FunctionBody::Block(block) => Some(Node::Block(block)),
            FunctionBody::Expr(body) => Some(Node::Expr(body.without_parens())),
            FunctionBody::None => None,
        };
        if let Some(comments) = body.and_then(|body| self.comments.params(self.source, body)) {
            return docs!["(", comments, ")"];
        }
        self.params(function.this_type.as_ref(), &function.params, function.rest.as_deref(), hug)
    }

    pub(super) fn params(&self, this: Option<&Type>, params: &[Param], rest: Option<&Param>, hug: Hug) -> Doc {
        let mut printed: Vec<Doc> = this.iter().map(|ty| docs!["this: ", self.ty(ty)]).collect();
        printed.extend(params.iter().map(|param| self.param(param)));
        printed.extend(rest.iter().map(|param| {
            let doc = docs!["...", self.param_inside(param)];
            self.with_comments(Node::Param(param), doc)
        }));
        if printed.is_empty() {
            return "()".into();
        }
        if hug == Hug::Yes && !printed.iter().any(Doc::will_break) {
            let flat = printed.iter().map(Doc::flat);
            return docs!["(", Doc::join(&", ".into(), flat), ")"];
        }
        if this.is_none() && rest.is_none() && params.len() == 1 && is_object_param(&params[0]) {
            return docs!["(", printed.remove(0), ")"];
        }
        let comma = if rest.is_some() { Doc::nil() } else { Doc::if_broken(",", "", None) };
        let inside = docs![softline(), Doc::join(&docs![",", line()], printed)];
        docs!["(", inside.indent(), comma, softline(), ")"]
    }

    pub(super) fn param(&self, param: &Param) -> Doc {
        self.with_comments(Node::Param(param), self.param_inside(param))
    }

    fn param_inside(&self, param: &Param) -> Doc {
        let decorators = param.decorators.iter().map(|d| docs!["@", self.expr(&d.expr, Place::Item), " "]).collect();
        let property = param.property.map_or_else(String::new, |span| format!("{} ", self.slice(span).trim_end()));
        let mark = if param.optional { "?" } else { "" };
        let ty = param.ty.as_ref().map_or_else(Doc::nil, |ty| docs![": ", self.ty(ty)]);
        let default = param.default.as_ref().map_or_else(Doc::nil, |value| docs![" = ", self.expr(value, Place::Item)]);
        docs![Doc::concat(decorators), property, self.pat(&param.pat), mark, ty, default]
    }

    /// `(a, b) => …`; a body that is an arrow itself makes a chain.
    pub(super) fn arrow(&self, function: &Function, place: Place, hug: Hug) -> Doc {
        let mut heads = vec![self.arrow_head(function, hug)];
        let mut last = function;
        let mut complex = is_complex_head(function);
        while let FunctionBody::Expr(body) = &last.body
            && let ExprKind::Function(inner) = &body.without_parens().kind
            && inner.kind == FunctionKind::Arrow
            && !self.comments.has_any(Node::Expr(body.without_parens()))
        {
            heads.push(self.arrow_head(inner, hug));
            complex |= is_complex_head(inner);
            last = inner;
        }
        if heads.len() == 1 {
            return docs![heads.remove(0), " =>", self.arrow_body(last, hug)].group();
        }
        let is_callee = matches!(place, Place::Callee | Place::Tag);
        let is_value = matches!(place, Place::Value | Place::ChainValue(_));
        let stays = self.body_stays_behind(last);
        let heads = Doc::join(&docs![" =>", line()], heads).group_if(complex);
        let heads = match (is_callee, is_value) {
            (true, _) => docs![softline(), heads].indent().group_if(!stays),
            (_, true) => docs![line(), heads].indent().group(),
            _ => heads.group(),
        };
        let id = self.group_id();
        let body = if stays { self.arrow_body(last, hug) } else { self.arrow_body_below(last, hug) };
        let end = if is_callee { softline() } else { Doc::nil() };
        docs![heads.group_with_id(id), " =>", body.indent_if_broken(id), end].group()
    }

    fn arrow_head(&self, function: &Function, hug: Hug) -> Doc {
        let word = if function.is_async { "async " } else { "" };
        let ret = function.ret.as_ref().map_or_else(Doc::nil, |ty| docs![": ", self.ty(ty)]);
        let params = self.params_of(function, hug);
        let params = if self.groups_params(function, &ret) { params.group() } else { params };
        docs![word, docs![self.type_params(&function.type_params), params, ret].group()]
    }

    fn arrow_body(&self, function: &Function, hug: Hug) -> Doc {
        let body = match &function.body {
            FunctionBody::Block(block) => return docs![" ", self.block(block)],
            FunctionBody::Expr(body) => body.without_parens(),
            FunctionBody::None => return Doc::nil(),
        };
        if let ExprKind::Sequence(_) = body.kind {
            let printed = self.head(body, Place::ArrowBody);
            return docs![" (", docs![softline(), printed].indent(), softline(), ")"].group();
        }
        if self.body_stays_behind(function) {
            return docs![" ", self.head(body, Place::ArrowBody)];
        }
        self.arrow_body_below(function, hug).group()
    }

    /// The body on the next line, if the group around breaks.
    fn arrow_body_below(&self, function: &Function, hug: Hug) -> Doc {
        let FunctionBody::Expr(body) = &function.body else { return Doc::nil() };
        let body = body.without_parens();
        let mut printed = self.head(body, Place::ArrowBody);
        if matches!(body.kind, ExprKind::Conditional { .. }) && !super::parens::starts_with_object(body) {
            printed = docs![Doc::if_broken("", "(", None), printed, Doc::if_broken("", ")", None)];
        }
        let end = if hug == Hug::Yes { docs![Doc::if_broken(",", "", None), softline()] } else { Doc::nil() };
        docs![docs![line(), printed].indent(), end]
    }

    /// Whether the body begins on the line of its arrow come what may.
    fn body_stays_behind(&self, function: &Function) -> bool {
        let FunctionBody::Expr(body) = &function.body else { return true };
        let body = body.without_parens();
        let commented = !self.comments.leading(Node::Expr(body)).is_empty();
        let stays = match &body.kind {
            ExprKind::Array(_) | ExprKind::Object(_) | ExprKind::Sequence(_) => true,
            ExprKind::Function(inner) => inner.kind == FunctionKind::Arrow,
            _ => self.is_template_on_its_own_line(body),
        };
        stays && !commented
    }
}

/// A head that makes a chain of arrows stand below each other.
fn is_complex_head(function: &Function) -> bool {
    let plain = |param: &Param| {
        matches!(param.pat.kind, PatKind::Ident(_)) && param.default.is_none() && param.decorators.is_empty()
    };
    let any = !function.params.is_empty() || function.rest.is_some();
    function.ret.is_some() && any || function.rest.is_some() || !function.params.iter().all(plain)
}

/// `({ a, b }) => …`, `({ a }: Options) => …`: the braces hug the parentheses.
pub(super) fn is_object_param(param: &Param) -> bool {
    match &param.pat.kind {
        PatKind::Object { .. } => param.default.as_ref().is_none_or(|value| {
            matches!(&value.without_parens().kind, ExprKind::Object(props) if props.is_empty())
                || matches!(value.without_parens().kind, ExprKind::Ident(_))
        }),
        PatKind::Ident(_) => {
            let object = param.ty.as_ref().is_some_and(|ty| matches!(bare_type(ty).kind, TypeKind::Object(_)));
            object && param.default.is_none()
        }
        _ => false,
    }
}
