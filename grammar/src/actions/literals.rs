//! Names and literals.

use super::{Span, Tok};
use crate::ast::*;
use crate::context::Context;
use crate::errors::{ErrorCode, SyntaxError};
use crate::literal;
use crate::tokens::TokenKind as K;
use logos::Logos;

/// Names that strict mode reserves without being keywords to the lexer.
const STRICT_RESERVED: &[&str] =
    &["implements", "interface", "package", "private", "protected", "public", "static", "let", "yield"];

impl Context<'_> {
    pub fn span_of(&self, token: Tok) -> Span {
        token.1
    }

    /// A name as written anywhere; an empty one is missing.
    pub fn name(&self, Tok(_, span): Tok) -> Name {
        if span.is_empty() {
            return Name::missing(span.start);
        }
        let text = self.text(span);
        if text.contains('\\') {
            return self.escaped_name(text, span);
        }
        Name::new(text, span)
    }

    fn escaped_name(&self, text: &str, span: Span) -> Name {
        let decoded = literal::name(text);
        let valid = decoded.as_ref().is_some_and(|name| {
            let bare = name.strip_prefix('#').unwrap_or(name);
            let mut lexer = K::lexer(bare);
            lexer.next().is_some_and(|kind| kind.is_ok_and(K::is_word)) && lexer.remainder().is_empty()
        });
        // `\u` escapes in names stand for whole characters, never for halves of a surrogate pair.
        let halves = text.match_indices("\\u").any(|(at, _)| {
            text.get(at + 2..at + 6)
                .and_then(|hex| u16::from_str_radix(hex, 16).ok())
                .is_some_and(|code| code >> 11 == 0x1b)
        });
        if !valid || halves {
            self.error(ErrorCode::InvalidEscape, span, format!("the escape in `{text}` is not a character of a name"));
        }
        Name::new(decoded.unwrap_or_else(|| SmolStr::new(text)), span)
    }

    /// A name that refers to or declares a variable.
    pub fn variable_name(&self, token: Tok) -> Name {
        let name = self.name(token);
        self.check_reserved(&name);
        name
    }

    /// Labels and variables are no reserved words, however they are spelled.
    pub fn check_reserved(&self, name: &Name) {
        let escaped = !name.missing && name.text.len() != name.span.len() as usize;
        let reserved = STRICT_RESERVED.contains(&name.text.as_str())
            || escaped && K::lexer(&name.text).next().is_some_and(|kind| kind.is_ok_and(K::is_reserved));
        if reserved && escaped {
            self.error(
                ErrorCode::EscapedKeyword,
                name.span,
                format!("the keyword `{}` must be written without escapes", name.text),
            );
        } else if reserved {
            self.report(
                SyntaxError::new(ErrorCode::ReservedWord, name.span, format!("`{}` is a reserved word", name.text))
                    .help("choose another name"),
            );
        }
    }

    pub fn declared_name(&self, token: Tok) -> Name {
        let name = self.variable_name(token);
        self.check_assignable(&name);
        name
    }

    pub fn ident(&self, token: Tok) -> Box<Expr> {
        let name = self.variable_name(token);
        let kind = if name.missing { ExprKind::Missing } else { ExprKind::Ident(name) };
        self.expr(token.1.start, token.1.end, kind)
    }

    pub fn number(&self, Tok(_, span): Tok) -> f64 {
        literal::number(self.text(span))
    }

    pub fn unit(&self, Tok(_, span): Tok) -> ExprKind {
        let text = self.text(span);
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = Unit::ALL.into_iter().find(|unit| unit.text() == &text[digits.len()..]).unwrap_or(Unit::S);
        ExprKind::Unit { digits: digits.replace('_', "").into(), unit }
    }

    pub fn string(&self, Tok(_, span): Tok) -> Text {
        let text = self.text(span);
        let Some(quote) = text.chars().next() else { return Text::default() };
        let inside = text[1..].strip_suffix(quote).unwrap_or(&text[1..]);
        match literal::cook(inside, false) {
            Ok(value) => value,
            Err(bad) => {
                self.report_escape(bad, span.start + 1);
                Text::from(inside)
            }
        }
    }

    fn report_escape(&self, bad: literal::BadEscape, offset: u32) {
        let span = Span::new(offset + bad.start as u32, offset + bad.end as u32);
        let text = self.text(span);
        let help = if bad.octal {
            "write `\\x…` with two hexadecimal digits"
        } else {
            "write `\\u0041` or `\\u{1F600}`, or `\\\\` for a backslash"
        };
        self.report(
            SyntaxError::new(ErrorCode::InvalidEscape, span, format!("`{text}` starts no valid escape")).help(help),
        );
    }

    pub fn regex(&self, Tok(_, span): Tok) -> ExprKind {
        let text = self.text(span);
        let end = text.rfind('/').filter(|&at| at > 0).unwrap_or(text.len());
        let pattern = text.get(1..end).unwrap_or_default();
        let flags = text.get(end + 1..).unwrap_or_default();
        ExprKind::Regex { pattern: Text::from(pattern), flags: Text::from(flags) }
    }

    /// A part of a template, without its delimiters.
    pub fn quasi(&self, Tok(kind, span): Tok) -> Quasi {
        let text = self.text(span);
        let inside = text.strip_prefix(['`', '}']).unwrap_or(text);
        let inside = match kind {
            K::TemplateHead | K::TemplateMiddle => inside.strip_suffix("${").unwrap_or(inside),
            _ => inside.strip_suffix('`').unwrap_or(inside),
        };
        Quasi { cooked: literal::cook(inside, true).ok(), raw: literal::raw(inside), span }
    }

    pub fn quasi_text(&self, token: Tok) -> Text {
        self.quasi(token).cooked.unwrap_or_default()
    }

    pub fn template_expr(&self, span: Span, template: Template) -> Box<Expr> {
        for quasi in template.quasis.iter().filter(|quasi| quasi.cooked.is_none()) {
            let offset = quasi.span.start + 1;
            let inside = self.text(Span::new(offset, quasi.span.end.max(offset)));
            if let Err(bad) = literal::cook(inside, true) {
                self.report_escape(bad, offset);
            }
        }
        self.expr(span.start, span.end, ExprKind::Template(template))
    }

    pub fn template_more(&self, mut template: Template, quasi: Tok, expr: Box<Expr>) -> Template {
        template.quasis.push(self.quasi(quasi));
        template.exprs.push(*expr);
        template
    }

    pub fn template_end(&self, mut template: Template, quasi: Tok) -> Template {
        template.quasis.push(self.quasi(quasi));
        template
    }

    /// BigInts are refused by a later station; as a key their digits are as good as a number.
    pub fn bigint_key(&self, Tok(_, span): Tok) -> PropKey {
        PropKey::Num(literal::number(self.text(span).trim_end_matches('n')), span)
    }

    pub fn bigint_type(&self, _token: Tok) -> TypeKind {
        TypeKind::Keyword(TypeKeyword::BigInt)
    }
}
