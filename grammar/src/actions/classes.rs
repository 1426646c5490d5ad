//! Classes and their members; methods and accessors of object literals too.

use super::{E, Sig, Span, Tok};
use crate::ast::*;
use crate::context::Context;
use crate::errors::{ErrorCode, SyntaxError};
use crate::tokens::TokenKind as K;

/// What stands between a class's name and its body.
pub struct ClassHead {
    pub params: Option<Vec<TypeParam>>,
    pub superclass: Option<E>,
    pub implements: Option<Vec<Type>>,
}

/// What stands before a method's parameters.
pub struct MethodHead {
    pub key: PropKey,
    pub kind: FunctionKind,
    pub is_async: bool,
    pub is_generator: bool,
    pub optional: bool,
}

impl Default for MethodHead {
    fn default() -> Self {
        let key = PropKey::Ident(Name::missing(0));
        Self { key, kind: FunctionKind::Method, is_async: false, is_generator: false, optional: false }
    }
}

impl Context<'_> {
    pub fn class(
        &self,
        span: Span,
        decorators: Vec<Decorator>,
        is_abstract: bool,
        name: Option<Name>,
        head: ClassHead,
        (members, body_span): (Vec<ClassMember>, Span),
    ) -> Box<Class> {
        let (superclass, super_args) = match head.superclass.map(|expr| *expr) {
            Some(Expr { kind: ExprKind::Instantiation { expr, type_args }, .. }) => (Some(expr), type_args),
            other => (other.map(Box::new), Vec::new()),
        };
        let mut constructors = members.iter().filter(|member| is_constructor(member));
        constructors.next();
        for second in constructors {
            self.report(
                SyntaxError::new(ErrorCode::DuplicateConstructor, second.span, "a class has one constructor")
                    .help("merge them: give the parameters default values"),
            );
        }
        self.nest();
        Box::new(Class {
            id: self.id(),
            name,
            is_abstract,
            type_params: head.params.unwrap_or_default(),
            superclass,
            super_args,
            implements: head.implements.unwrap_or_default(),
            members,
            decorators,
            span,
            body_span,
        })
    }

    pub fn member(&self, span: Span, decorators: Vec<Decorator>, words: Vec<Tok>, kind: MemberKind) -> ClassMember {
        let mut modifiers = self.modifiers(&words);
        let kind = match kind {
            MemberKind::StaticBlock(block) => {
                if !(modifiers.is_static && words.len() == 1) {
                    self.error(ErrorCode::InvalidMember, span, "a block in a class must be `static { … }`");
                }
                modifiers.is_static = true;
                MemberKind::StaticBlock(block)
            }
            MemberKind::Method { key, optional, function } => self.finish_method(key, optional, function, &modifiers),
            MemberKind::Field { key, optional, definite, ty, init } => {
                self.check_field_name(&key, &modifiers);
                MemberKind::Field { key, optional, definite, ty, init }
            }
            MemberKind::IndexSignature(mut signature) => {
                signature.readonly = modifiers.is_readonly;
                MemberKind::IndexSignature(signature)
            }
            MemberKind::Error => MemberKind::Error,
        };
        self.nest();
        ClassMember { id: self.id(), span, decorators, modifiers, kind }
    }

    fn modifiers(&self, words: &[Tok]) -> Modifiers {
        let mut modifiers = Modifiers::default();
        for &Tok(_, span) in words {
            let text = self.text(span);
            let given = match text {
                "static" => std::mem::replace(&mut modifiers.is_static, true),
                "abstract" => std::mem::replace(&mut modifiers.is_abstract, true),
                "override" => std::mem::replace(&mut modifiers.is_override, true),
                "readonly" => std::mem::replace(&mut modifiers.is_readonly, true),
                "declare" => std::mem::replace(&mut modifiers.is_declare, true),
                "accessor" => std::mem::replace(&mut modifiers.is_accessor, true),
                _ => match access(text) {
                    Some(access) => modifiers.access.replace(access).is_some(),
                    None => true,
                },
            };
            if given {
                self.error(
                    ErrorCode::InvalidModifier,
                    span,
                    format!("the modifier `{text}` cannot stand here, or not twice"),
                );
            }
        }
        modifiers
    }

    /// A method named `constructor` is the constructor, unless it is static.
    fn finish_method(
        &self,
        key: PropKey,
        optional: bool,
        mut function: Box<Function>,
        modifiers: &Modifiers,
    ) -> MemberKind {
        let named = |text: &str| matches!(&key, PropKey::Ident(name) if name.text == text) || is_string(&key, text);
        if !modifiers.is_static && named("constructor") {
            if function.kind != FunctionKind::Method || function.is_async || function.is_generator {
                self.error(
                    ErrorCode::InvalidMember,
                    key.span(),
                    "the constructor cannot be a getter, a setter, a generator or `async`",
                );
            }
            function.kind = FunctionKind::Constructor;
        }
        if modifiers.is_static && named("prototype") {
            self.error(ErrorCode::InvalidMember, key.span(), "a class cannot have a static member called `prototype`");
        }
        self.check_private_constructor(&key);
        MemberKind::Method { key, optional, function }
    }

    fn check_field_name(&self, key: &PropKey, modifiers: &Modifiers) {
        let named = |text: &str| matches!(key, PropKey::Ident(name) if name.text == text) || is_string(key, text);
        if named("constructor") || modifiers.is_static && named("prototype") {
            self.error(ErrorCode::InvalidMember, key.span(), "a field cannot have this name");
        }
        self.check_private_constructor(key);
    }

    fn check_private_constructor(&self, key: &PropKey) {
        if matches!(key, PropKey::Private(name) if name.text == "#constructor") {
            self.error(ErrorCode::InvalidMember, key.span(), "`#constructor` is not allowed as a private name");
        }
    }

    pub fn method(&self, span: Span, head: MethodHead, sig: Sig, body: FunctionBody) -> MemberKind {
        let (key, optional, function) = self.method_function(span, head, sig, body);
        MemberKind::Method { key, optional, function }
    }

    pub fn object_method(&self, span: Span, head: MethodHead, sig: Sig, body: Block) -> PropKind {
        let (key, _, function) = self.method_function(span, head, sig, FunctionBody::Block(body));
        PropKind::Method { key, function }
    }

    fn method_function(
        &self,
        span: Span,
        head: MethodHead,
        sig: Sig,
        body: FunctionBody,
    ) -> (PropKey, bool, Box<Function>) {
        let count = sig.params.len();
        let error = match head.kind {
            FunctionKind::Getter if count > 0 || sig.rest.is_some() => Some("a getter takes no parameters"),
            FunctionKind::Setter if count != 1 || sig.rest.is_some() => Some("a setter takes exactly one parameter"),
            _ => None,
        };
        if let Some(message) = error {
            self.error(ErrorCode::InvalidAccessor, head.key.span(), message);
        }
        let word = Tok(K::Async, span);
        let function = self.function(
            span,
            head.kind,
            head.is_async.then_some(word),
            head.is_generator.then_some(word),
            None,
            sig,
            body,
        );
        (head.key, head.optional, function)
    }
}

fn access(text: &str) -> Option<Access> {
    match text {
        "public" => Some(Access::Public),
        "protected" => Some(Access::Protected),
        "private" => Some(Access::Private),
        _ => None,
    }
}

fn is_string(key: &PropKey, text: &str) -> bool {
    matches!(key, PropKey::Str(value, _) if *value == Text::from(text))
}

/// A constructor with a body: overload signatures have none.
fn is_constructor(member: &ClassMember) -> bool {
    matches!(&member.kind, MemberKind::Method { function, .. }
        if function.kind == FunctionKind::Constructor && !matches!(function.body, FunctionBody::None))
}
