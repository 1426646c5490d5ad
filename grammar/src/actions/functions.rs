//! Functions, their parameters and signatures.

use super::{E, Span, T, Tok, unbox};
use crate::ast::*;
use crate::context::Context;
use crate::errors::{ErrorCode, SyntaxError};

/// A parameter as read, before `this` and the rest parameter are told apart.
pub enum RawParam {
    Plain(Param),
    Rest(Param),
    This(Span, Option<Type>),
    Error,
}

/// Everything between a function's name and its body.
pub struct Sig {
    pub type_params: Vec<TypeParam>,
    pub this_type: Option<Type>,
    pub params: Vec<Param>,
    pub rest: Option<Box<Param>>,
    pub ret: Option<Type>,
}

/// A parameter; its modifiers (`public x`) are kept as a span only.
pub fn param(
    span: Span,
    decorators: Vec<Decorator>,
    modifiers: Vec<Tok>,
    pat: Pat,
    optional: bool,
    ty: Option<T>,
    default: Option<E>,
) -> Param {
    let property = modifiers.first().zip(modifiers.last()).map(|(first, last)| first.1.to(last.1));
    Param { pat, optional, ty: unbox(ty), default: unbox(default), property, decorators, span }
}

impl Context<'_> {
    pub fn rest_param(
        &self,
        span: Span,
        decorators: Vec<Decorator>,
        modifiers: Vec<Tok>,
        pat: Pat,
        ty: Option<T>,
        default: Option<E>,
    ) -> Param {
        if let Some(default) = default {
            self.error(ErrorCode::MisplacedRest, default.span, "a rest parameter cannot have a default value");
        }
        param(span, decorators, modifiers, pat, false, ty, None)
    }

    pub fn signature(&self, type_params: Option<Vec<TypeParam>>, raw: Vec<RawParam>, ret: Option<T>) -> Sig {
        let mut sig = Sig {
            type_params: type_params.unwrap_or_default(),
            this_type: None,
            params: Vec::with_capacity(raw.len()),
            rest: None,
            ret: unbox(ret),
        };
        let count = raw.len();
        for (at, raw) in raw.into_iter().enumerate() {
            match raw {
                RawParam::Plain(param) => sig.params.push(param),
                RawParam::Error => {}
                RawParam::This(span, ty) => {
                    if at > 0 {
                        self.error(ErrorCode::UnexpectedToken, span, "a `this` type must be the first parameter");
                    }
                    if ty.is_none() {
                        let text = "`this` is no parameter: only its type can be written here, as in `this: Door`";
                        self.error(ErrorCode::UnexpectedToken, span, text);
                    }
                    sig.this_type = ty;
                }
                RawParam::Rest(param) => {
                    self.check_rest_last(at + 1 == count, param.span);
                    sig.rest = Some(Box::new(param));
                }
            }
        }
        sig
    }

    pub fn function_type(&self, sig: Sig) -> Box<FunctionType> {
        let Sig { type_params, this_type, params, rest, ret } = sig;
        self.nest();
        Box::new(FunctionType { type_params, this_type, params, rest, ret })
    }

    #[expect(clippy::too_many_arguments, reason = "one per part of the function's head, in the order of the grammar")]
    pub fn function(
        &self,
        span: Span,
        kind: FunctionKind,
        is_async: Option<Tok>,
        generator: Option<Tok>,
        name: Option<Name>,
        sig: Sig,
        body: FunctionBody,
    ) -> Box<Function> {
        let Sig { type_params, this_type, params, rest, ret } = sig;
        self.check_use_strict(&body, &params, rest.is_some());
        self.nest();
        Box::new(Function {
            id: self.id(),
            kind,
            is_async: is_async.is_some(),
            is_generator: generator.is_some(),
            name,
            type_params,
            this_type,
            params,
            rest,
            ret,
            body,
            span,
        })
    }

    /// ECMAScript 15.1.1: a "use strict" directive does not go with parameters beyond plain names.
    fn check_use_strict(&self, body: &FunctionBody, params: &[Param], has_rest: bool) {
        let FunctionBody::Block(block) = body else { return };
        let Some(Stmt { kind: StmtKind::Expr(Expr { kind: ExprKind::Str(_), span, .. }), .. }) = block.body.first()
        else {
            return;
        };
        let simple = |param: &Param| matches!(param.pat.kind, PatKind::Ident(_)) && param.default.is_none();
        let directive = matches!(self.text(*span), "\"use strict\"" | "'use strict'");
        if directive && (has_rest || !params.iter().all(simple)) {
            self.report(
                SyntaxError::new(
                    ErrorCode::UnexpectedToken,
                    *span,
                    "\"use strict\" cannot stand in a function with default, rest or destructured parameters",
                )
                .help("remove it: MOSL is always strict"),
            );
        }
    }

    pub fn arrow(&self, span: Span, is_async: Option<Tok>, sig: Sig, body: FunctionBody) -> E {
        if let Some(ty) = &sig.this_type {
            self.error(ErrorCode::UnexpectedToken, ty.span, "an arrow function has no `this` of its own");
        }
        let function = self.function(span, FunctionKind::Arrow, is_async, None, None, sig, body);
        self.expr(span.start, span.end, ExprKind::Function(function))
    }

    /// `x => …`
    pub fn short_arrow(&self, span: Span, is_async: bool, name: Tok, body: FunctionBody) -> E {
        let pat = *self.binding_ident(name);
        let plain = param(name.1, Vec::new(), Vec::new(), pat, false, None, None);
        let sig = self.signature(None, vec![RawParam::Plain(plain)], None);
        self.arrow(span, is_async.then_some(name), sig, body)
    }
}
