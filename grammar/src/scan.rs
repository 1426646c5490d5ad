//! What a regular expression cannot say about tokens: the callbacks that finish numbers, strings, templates, comments and
//! regular expressions. They find where a token ends and report what is wrong in it; values are read later
//! ([`crate::literal`]). ECMAScript 2025, sections 12.1 to 12.9.

use crate::ast::Unit;
use crate::errors::{ErrorCode, SyntaxError};
use crate::tokens::TokenKind;
use crate::{Comment, Span};
use logos::{Lexer, Skip};

/// What the lexer gathers beside tokens.
#[derive(Default)]
pub struct Extras {
    /// A line terminator (also one inside a comment) came since the last token.
    pub newline: bool,
    /// What a callback found the token to be after all.
    pub kind: Option<TokenKind>,
    pub comments: Vec<Comment>,
    pub errors: Vec<SyntaxError>,
}

type Lex<'s> = Lexer<'s, TokenKind>;

pub fn newline(lex: &mut Lex<'_>) -> Skip {
    lex.extras.newline = true;
    Skip
}

pub fn line_comment(lex: &mut Lex<'_>) -> Skip {
    let length = line_length(lex.remainder());
    lex.bump(length);
    push_comment(lex, false);
    Skip
}

pub fn block_comment(lex: &mut Lex<'_>) -> Skip {
    let rest = lex.remainder();
    match rest.find("*/") {
        Some(at) => {
            lex.extras.newline |= rest[..at].contains(['\n', '\r', '\u{2028}', '\u{2029}']);
            lex.bump(at + 2);
        }
        None => {
            let opener = Span::at(lex.span().start as u32).to(Span::at(lex.span().end as u32));
            lex.bump(rest.len());
            lex.extras.errors.push(
                SyntaxError::new(ErrorCode::UnterminatedComment, opener, "this comment is never closed")
                    .help("end the comment with `*/`"),
            );
        }
    }
    push_comment(lex, true);
    Skip
}

fn push_comment(lex: &mut Lex<'_>, block: bool) {
    let span = Span::new(lex.span().start as u32, lex.span().end as u32);
    lex.extras.comments.push(Comment { span, block });
}

/// Bytes up to the next line terminator.
pub fn line_length(text: &str) -> usize {
    text.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(text.len())
}

pub fn string(lex: &mut Lex<'_>) {
    let quote = lex.slice().as_bytes()[0];
    let rest = lex.remainder();
    let bytes = rest.as_bytes();
    let mut at = 0;
    let closed = loop {
        match bytes.get(at) {
            None | Some(b'\n' | b'\r') => break false,
            Some(&byte) if byte == quote => break true,
            Some(b'\\') => at += escape_length(&bytes[at..]),
            Some(_) => at += 1,
        }
    };
    // An escape may have stepped into a multi-byte character; none of its bytes is a quote or a newline.
    lex.bump(at + usize::from(closed));
    if !closed {
        let span = Span::new(lex.span().start as u32, lex.span().end as u32);
        let quote = quote as char;
        // `'it's me'`: the last quotation mark begins a string.
        let before = lex.source()[..lex.span().start].chars().next_back();
        let help = if before.is_some_and(char::is_alphanumeric) {
            format!("a `{quote}` inside a string is written `\\{quote}`, or the string stands in other quotation marks")
        } else {
            format!("end it with `{quote}` on the same line, or use a template in backquotes for text of several lines")
        };
        let error = SyntaxError::new(ErrorCode::UnterminatedString, span, "this string is never closed");
        lex.extras.errors.push(error.help(help));
    }
}

/// The bytes to step over at a backslash: itself and what it escapes.
fn escape_length(bytes: &[u8]) -> usize {
    match bytes {
        [_, b'\r', b'\n', ..] => 3,
        [_] => 1,
        _ => 2,
    }
}

/// The opening backquote: a whole template or its head.
pub fn template(lex: &mut Lex<'_>) {
    let head = scan_template_part(lex);
    lex.extras.kind = Some(if head { TokenKind::TemplateHead } else { TokenKind::Template });
}

/// Steps over template characters to just behind `${` (true) or the closing backquote (false).
pub fn scan_template_part(lex: &mut Lex<'_>) -> bool {
    let bytes = lex.remainder().as_bytes();
    let mut at = 0;
    loop {
        match bytes.get(at) {
            None => {
                let span = Span::new(lex.span().start as u32, lex.span().end as u32);
                lex.bump(bytes.len());
                lex.extras.errors.push(
                    SyntaxError::new(ErrorCode::UnterminatedTemplate, span, "this template is never closed")
                        .help("end it with a backquote"),
                );
                return false;
            }
            Some(b'`') => {
                lex.bump(at + 1);
                return false;
            }
            Some(b'$') if bytes.get(at + 1) == Some(&b'{') => {
                lex.bump(at + 2);
                return true;
            }
            Some(b'\\') => at = (at + escape_length(&bytes[at..])).min(bytes.len()),
            Some(_) => at += 1,
        }
    }
}

/// After a `/` (or `/=`) where a regular expression may stand: steps over its body and flags. False if it does not end on
/// this line.
pub fn scan_regex(lex: &mut Lex<'_>) -> bool {
    let rest = lex.remainder();
    let mut in_class = false;
    let mut chars = rest.char_indices();
    let body = loop {
        match chars.next() {
            None | Some((_, '\n' | '\r' | '\u{2028}' | '\u{2029}')) => return false,
            Some((_, '[')) => in_class = true,
            Some((_, ']')) => in_class = false,
            Some((at, '/')) if !in_class => break at + 1,
            Some((_, '\\')) => match chars.next() {
                None | Some((_, '\n' | '\r' | '\u{2028}' | '\u{2029}')) => return false,
                Some(_) => {}
            },
            Some(_) => {}
        }
    };
    let flags = name_length(&rest[body..]);
    lex.bump(body + flags);
    let end = lex.span().end as u32;
    check_regex_flags(lex, Span::new(end - flags as u32, end));
    true
}

fn check_regex_flags(lex: &mut Lex<'_>, span: Span) {
    let flags = &lex.source()[span.range()];
    let bad = flags.char_indices().find(|&(at, flag)| !"dgimsuvy".contains(flag) || flags[..at].contains(flag));
    if let Some((_, flag)) = bad {
        let repeated = "dgimsuvy".contains(flag);
        let what = if repeated { "is given twice" } else { "does not exist" };
        lex.extras.errors.push(
            SyntaxError::new(
                ErrorCode::InvalidRegexFlags,
                span,
                format!("the regular expression flag `{flag}` {what}"),
            )
            .help("the flags are `d`, `g`, `i`, `m`, `s`, `u`, `v` and `y`, each at most once"),
        );
    } else if flags.contains('u') && flags.contains('v') {
        lex.extras.errors.push(SyntaxError::new(
            ErrorCode::InvalidRegexFlags,
            span,
            "the regular expression flags `u` and `v` exclude each other",
        ));
    }
}

/// Bytes of letters, digits, `_` and `$` at the start.
fn name_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len())
}

/// A number, a BigInt or a unit literal; the first character or two are read.
pub fn number(lex: &mut Lex<'_>) {
    let start = lex.span().start;
    let text = &lex.source()[start..];
    let numeral = Numeral::scan(text.as_bytes());
    let tail = &text[numeral.length..][..name_length(&text[numeral.length..])];
    let mut length = numeral.length + tail.len();
    let mut problem = numeral.problem;
    let kind = match tail {
        "" => TokenKind::Number,
        "n" if numeral.integer => TokenKind::BigInt,
        _ if numeral.plain && Unit::ALL.iter().any(|unit| unit.text() == tail) => TokenKind::Unit,
        _ => {
            problem = problem.or(Some(if numeral.plain { ErrorCode::UnknownUnit } else { ErrorCode::InvalidNumber }));
            TokenKind::Number
        }
    };
    // A `.` that ended up without digits before a name is member access on an integer: `1.toFixed()`.
    if problem == Some(ErrorCode::UnknownUnit) && text.as_bytes()[numeral.length - 1] == b'.' {
        problem = Some(ErrorCode::InvalidNumber);
        length = numeral.length + tail.len();
    }
    lex.bump(length - (lex.span().end - start));
    lex.extras.kind = Some(kind);
    if let Some(code) = problem {
        let span = Span::new(start as u32, (start + length) as u32);
        let error = number_error(code, &text[..length], tail, span);
        lex.extras.errors.push(error);
    }
}

fn number_error(code: ErrorCode, text: &str, tail: &str, span: Span) -> SyntaxError {
    match code {
        ErrorCode::UnknownUnit => {
            let units: Vec<String> = Unit::ALL.iter().map(|unit| format!("`{}`", unit.text())).collect();
            let unit = Span::new(span.end - tail.len() as u32, span.end);
            SyntaxError::new(code, unit, format!("`{tail}` is not a unit"))
                .help(format!("the units are {}: `5mrk`, `90deg`, `1.5s`", units.join(", ")))
        }
        ErrorCode::LegacyOctal => {
            let short = text.trim_start_matches('0');
            let short = if short.is_empty() { "0" } else { short };
            let thousands = if text == "000" { "; the thousands of `1,000` are written `1_000`" } else { "" };
            SyntaxError::new(code, span, "a number cannot start with a superfluous `0`")
                .help(format!("write `{short}`, or `0o…` for an octal number{thousands}"))
        }
        _ => SyntaxError::new(code, span, format!("`{text}` is not a number")).help(
            "a number is written like `12`, `1_000`, `1.5`, `1e-3`, `0xff`, `0b1010` or `0o17`; `_` stands between digits only",
        ),
    }
}

/// The extent of a numeric literal without its suffix.
struct Numeral {
    length: usize,
    /// No dot, no exponent: `n` may follow.
    integer: bool,
    /// Decimal, without exponent: a unit may follow.
    plain: bool,
    problem: Option<ErrorCode>,
}

impl Numeral {
    fn scan(bytes: &[u8]) -> Self {
        let radix = match bytes {
            [b'0', b'x' | b'X', ..] => 16,
            [b'0', b'o' | b'O', ..] => 8,
            [b'0', b'b' | b'B', ..] => 2,
            _ => return Self::scan_decimal(bytes),
        };
        let (digits, fine) = digits(&bytes[2..], radix);
        let problem = (digits == 0 || !fine).then_some(ErrorCode::InvalidNumber);
        Self { length: 2 + digits, integer: true, plain: false, problem }
    }

    fn scan_decimal(bytes: &[u8]) -> Self {
        let (mut length, mut fine) = digits(bytes, 10);
        let legacy = length > 1 && bytes[0] == b'0';
        let mut integer = !legacy;
        let mut plain = true;
        if bytes.get(length) == Some(&b'.') {
            let (fraction, good) = digits(&bytes[length + 1..], 10);
            length += 1 + fraction;
            fine &= good;
            integer = false;
        }
        if let Some(b'e' | b'E') = bytes.get(length) {
            let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
            let (exponent, good) = digits(&bytes[length + 1 + sign..], 10);
            if exponent > 0 {
                length += 1 + sign + exponent;
                fine &= good;
                (integer, plain) = (false, false);
            }
        }
        let problem = if !fine { Some(ErrorCode::InvalidNumber) } else { legacy.then_some(ErrorCode::LegacyOctal) };
        Self { length, integer, plain, problem }
    }
}

/// The length of a run of digits and separators, and whether each separator stands between two digits.
fn digits(bytes: &[u8], radix: u32) -> (usize, bool) {
    let is_digit = |byte: &u8| (*byte as char).is_digit(radix);
    let length = bytes.iter().take_while(|byte| is_digit(byte) || **byte == b'_').count();
    let run = &bytes[..length];
    let fine = run.first() != Some(&b'_') && run.last() != Some(&b'_') && !run.windows(2).any(|pair| pair == b"__");
    (length, fine)
}
