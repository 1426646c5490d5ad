//! The first pass: pulls logos over the text and decides what depends on what came before: regular expression or division,
//! the parts of templates, the `in` of a `for` header. Brackets leave this file balanced: a missing closer is supplied where
//! the next outer bracket closes, or at the end of the file; a closer that nothing opened is dropped. Linear in the text.

use super::{NO_MATE, RawToken, Tokens};
use crate::errors::{ErrorCode, SyntaxError};
use crate::scan::{self, Extras};
use crate::tokens::TokenKind as K;
use crate::{Comment, Span};
use logos::{Lexer, Logos};

pub struct Scanned {
    pub tokens: Tokens,
    pub comments: Vec<Comment>,
    pub errors: Vec<SyntaxError>,
}

/// Reads all tokens of `source`.
pub fn scan(source: &str) -> Scanned {
    let mut scanner = Scanner {
        lexer: K::lexer(source),
        source,
        out: Vec::with_capacity(source.len() / 4 + 1),
        open: Vec::new(),
        open_counts: [0; 3],
        misaligned: None,
        top_level: Level::default(),
        newline: false,
    };
    scanner.skip_hashbang();
    while scanner.step() {}
    scanner.finish()
}

struct Scanner<'s> {
    lexer: Lexer<'s, K>,
    source: &'s str,
    out: Vec<RawToken>,
    open: Vec<Open>,
    /// Open parentheses, square brackets, braces: a stray closer is known without searching.
    open_counts: [u32; 3],
    /// The first `{` whose `}` stands further left than the line of the `{`: it took what belongs to a `{` around it.
    misaligned: Option<u32>,
    top_level: Level,
    newline: bool,
}

struct Open {
    index: u32,
    kind: K,
    level: Level,
}

/// What is known about the tokens between a bracket and its mate.
#[derive(Default)]
struct Level {
    /// `?` that wait for their `:`.
    questions: u32,
    /// The last `:` belonged to a `?`.
    ternary_colon: bool,
    for_header: bool,
    /// Where a `for` header's `in` stands.
    for_in: Option<u32>,
    semicolon: bool,
    block: bool,
}

impl<'s> Scanner<'s> {
    fn skip_hashbang(&mut self) {
        let start = if self.source.starts_with('\u{feff}') { 3 } else { 0 };
        if self.source[start..].starts_with("#!") {
            let length = start + scan::line_length(&self.source[start..]);
            self.lexer.bump(length);
            self.lexer.extras.comments.push(Comment { span: Span::new(start as u32, length as u32), block: false });
        }
    }

    /// Reads one token; false at the end of the text.
    fn step(&mut self) -> bool {
        let Some(result) = self.lexer.next() else { return false };
        self.newline |= std::mem::take(&mut self.lexer.extras.newline);
        let kind = self.lexer.extras.kind.take().or(result.ok()).unwrap_or(K::Unknown);
        if self.html_comment(kind) {
            return true;
        }
        match kind {
            K::Unknown => self.unknown_character(),
            K::Slash | K::SlashEq => {
                let regex = !self.divides() && scan::scan_regex(&mut self.lexer);
                self.push(if regex { K::Regex } else { kind });
            }
            K::RBrace if self.open.last().is_some_and(|open| open.kind == K::TemplateHead) => self.template_part(),
            K::RBrace | K::RParen | K::RBracket => self.close(kind),
            K::LBrace | K::LParen | K::LBracket | K::TemplateHead => self.open(kind),
            K::QuestionDot if self.lexer.remainder().starts_with(|c: char| c.is_ascii_digit()) => self.split_question(),
            K::Question | K::Colon | K::Semicolon | K::In => self.steer(kind),
            _ if kind.is_word() && matches!(self.previous(), K::Dot | K::QuestionDot) => self.push(K::Ident),
            _ => self.push(kind),
        }
        true
    }

    fn push(&mut self, kind: K) {
        let span = Span::new(self.lexer.span().start as u32, self.lexer.span().end as u32);
        self.push_at(kind, span, false);
    }

    fn push_at(&mut self, kind: K, span: Span, supplied: bool) {
        if self.previous() == K::Question && matches!(kind, K::Colon | K::Comma | K::RParen | K::Eq | K::Semicolon) {
            // The `?` marked something optional.
            let level = self.level();
            level.questions = level.questions.saturating_sub(1);
        }
        let ternary = self.level().questions > 0;
        let newline = std::mem::take(&mut self.newline);
        self.out.push(RawToken { kind, span, newline, supplied, flag: false, ternary, mate: NO_MATE });
    }

    fn previous(&self) -> K {
        self.out.last().map_or(K::Eof, |token| token.kind)
    }

    fn before_previous(&self) -> K {
        self.out.len().checked_sub(2).map_or(K::Eof, |at| self.out[at].kind)
    }

    fn level(&mut self) -> &mut Level {
        self.open.last_mut().map_or(&mut self.top_level, |open| &mut open.level)
    }

    /// Whether a `/` here divides (rather than starting a regular expression).
    fn divides(&self) -> bool {
        let Some(previous) = self.out.last() else { return false };
        match previous.kind {
            K::RParen | K::RBrace => self.out.get(previous.mate as usize).is_none_or(|opener| !opener.flag),
            K::Bang => !previous.newline && self.before_previous().ends_operand(),
            K::Of => {
                !(self.open.last().is_some_and(|open| open.level.for_header) && self.before_previous().ends_operand())
            }
            kind => kind.ends_operand(),
        }
    }

    /// `?.` before a digit is a `?` and a number.
    fn split_question(&mut self) {
        let start = self.lexer.span().start;
        let extras = std::mem::take(&mut self.lexer.extras);
        self.lexer = K::lexer_with_extras(self.source, extras);
        self.lexer.bump(start + 1);
        self.push_at(K::Question, Span::new(start as u32, start as u32 + 1), false);
        self.level().questions += 1;
    }

    fn steer(&mut self, kind: K) {
        let after_question = self.previous() == K::Question;
        if kind == K::In && !matches!(self.previous(), K::Dot | K::QuestionDot) {
            self.for_in();
            return;
        }
        self.push(if kind == K::In { K::Ident } else { kind });
        let level = self.level();
        match kind {
            K::Question => level.questions += 1,
            K::Colon => {
                level.ternary_colon = level.questions > 0 && !after_question;
                if level.ternary_colon {
                    level.questions -= 1;
                }
            }
            K::Semicolon => {
                level.questions = 0;
                level.semicolon = true;
            }
            _ => {}
        }
    }

    /// The first `in` directly in a `for` header without `;` is that of a for-in.
    fn for_in(&mut self) {
        let at = self.out.len() as u32;
        let level = self.level();
        let heads = level.for_header && !level.semicolon && level.for_in.is_none();
        if heads {
            level.for_in = Some(at);
        }
        self.push(if heads { K::ForIn } else { K::In });
    }

    fn open(&mut self, kind: K) {
        let (flag, level) = match kind {
            K::LParen => self.classify_paren(),
            K::LBrace => {
                let block = self.opens_block();
                (block, Level { block, ..Level::default() })
            }
            _ => (false, Level::default()),
        };
        let index = self.out.len() as u32;
        self.push(kind);
        self.out[index as usize].flag = flag;
        self.open_counts[bracket_family(kind)] += 1;
        self.open.push(Open { index, kind, level });
    }

    fn classify_paren(&self) -> (bool, Level) {
        let mut before = self.previous();
        let mut at = self.out.len().wrapping_sub(2);
        if before == K::Await {
            before = self.before_previous();
            at = at.wrapping_sub(1);
        }
        // `x.if (…)` is a call: its `if` has become a name already; so has a method's that follows a modifier or comma.
        let method = matches!(self.out.get(at).map(|token| token.kind), Some(K::Comma)) && !self.in_block();
        let control = matches!(before, K::If | K::While | K::For | K::With) && !method;
        (control, Level { for_header: control && before == K::For, ..Level::default() })
    }

    fn in_block(&self) -> bool {
        self.open.last().is_none_or(|open| open.level.block)
    }

    /// Whether a `{` here opens a block or body (rather than an object literal).
    fn opens_block(&self) -> bool {
        let Some(previous) = self.out.last() else { return true };
        let ends_statement =
            previous.kind.ends_operand() || matches!(previous.kind, K::Return | K::Break | K::Continue | K::Debugger);
        match previous.kind {
            _ if self.newline && ends_statement => true,
            K::Colon => {
                let level = self.open.last().map_or(&self.top_level, |open| &open.level);
                self.in_block() && !level.ternary_colon
            }
            K::Semicolon
            | K::LBrace
            | K::RBrace
            | K::RParen
            | K::Arrow
            | K::Else
            | K::Do
            | K::Try
            | K::Finally
            | K::Gt => true,
            kind => kind.is_name() || kind == K::Eof,
        }
    }

    fn template_part(&mut self) {
        let more = scan::scan_template_part(&mut self.lexer);
        let at = self.out.len() as u32;
        let open = self.open.pop().expect("the caller saw it");
        self.push(if more { K::TemplateMiddle } else { K::TemplateTail });
        self.out[open.index as usize].mate = at;
        if more {
            // For skipping, each part is the mate of the one before it.
            self.open.push(Open { index: at, kind: K::TemplateHead, level: Level::default() });
        } else {
            self.open_counts[bracket_family(K::TemplateHead)] -= 1;
            self.out[at as usize].mate = open.index;
        }
    }

    fn close(&mut self, kind: K) {
        if self.open_counts[bracket_family(kind)] == 0 || !self.may_close(kind) {
            let span = Span::new(self.lexer.span().start as u32, self.lexer.span().end as u32);
            self.report(
                SyntaxError::new(ErrorCode::UnmatchedCloser, span, format!("this {} closes nothing", kind.word()))
                    .help("remove it, or add the bracket that it should close")
                    .fix(span, ""),
            );
            return;
        }
        while let Some(open) = self.open.pop() {
            if open.kind == K::TemplateHead && kind == K::RBrace {
                self.open.push(open);
                self.template_part();
                return;
            }
            if bracket_family(open.kind) == bracket_family(kind) {
                let at = self.out.len() as u32;
                self.open_counts[bracket_family(kind)] -= 1;
                self.note_alignment(kind, &open);
                self.push(kind);
                self.out[at as usize].mate = open.index;
                self.out[open.index as usize].mate = at;
                return;
            }
            self.supply_closer(&open);
        }
    }

    /// A `)` or `]` closes through an open `{` only at the start of a line; else it is the stray one. Looks at the innermost
    /// brackets only, so that a file of stray closers costs no more than its length.
    fn may_close(&self, kind: K) -> bool {
        let run_starts_line = || {
            let mut run = self.out.iter().rev().take_while(|token| token.kind.is_closer()).take(8);
            self.newline || run.any(|token| token.newline)
        };
        let mut crosses_brace = false;
        for open in self.open.iter().rev().take(64) {
            if bracket_family(open.kind) == bracket_family(kind) {
                return !crosses_brace || run_starts_line();
            }
            crosses_brace |= bracket_family(open.kind) == 2;
        }
        false
    }

    /// Whether a `}` that starts its line is where one expects that of its `{`.
    fn note_alignment(&mut self, kind: K, open: &Open) {
        if kind != K::RBrace || !self.newline || self.misaligned.is_some() {
            return;
        }
        let opener = self.out[open.index as usize].span.start as usize;
        let (own, other) = (self.indentation(self.lexer.span().start), self.indentation(opener));
        if let (Some(own), Some(other)) = (own, other)
            && own < other
        {
            self.misaligned = Some(open.index);
        }
    }

    /// How far the line of an offset is set in; not told of long lines.
    fn indentation(&self, offset: usize) -> Option<usize> {
        let before = &self.source.as_bytes()[offset.saturating_sub(200)..offset];
        let start = before.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
        let start = start.or((offset <= 200).then_some(0))?;
        let line = &self.source.as_bytes()[offset - (before.len() - start)..];
        Some(line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count())
    }

    /// Supplies the closer of a bracket that nothing closes.
    fn supply_closer(&mut self, open: &Open) {
        // Of braces in one another, the indentation tells which one is meant.
        let is_brace = matches!(open.kind, K::LBrace);
        let meant = self.misaligned.take_if(|inner| is_brace && *inner > open.index).unwrap_or(open.index);
        let opener = self.out[open.index as usize].span;
        let kind = closer_of(open.kind);
        let end = self.out.last().map_or(0, |token| token.span.end);
        let newline = std::mem::take(&mut self.newline);
        let at = self.out.len() as u32;
        self.open_counts[bracket_family(open.kind)] -= 1;
        self.push_at(kind, Span::at(end), true);
        self.newline = newline;
        self.out[at as usize].mate = open.index;
        self.out[open.index as usize].mate = at;
        let (start, text) = if open.kind == K::TemplateHead {
            (Span::new(opener.end - 2, opener.end), "}")
        } else {
            (self.out[meant as usize].span, kind.text().expect("a closer has a text"))
        };
        let word = if open.kind == K::TemplateHead { "`${`" } else { open.kind.word() };
        self.report(
            SyntaxError::new(ErrorCode::UnclosedBracket, start, format!("this {word} is never closed"))
                .help(format!("add the missing `{text}`")),
        );
    }

    fn html_comment(&mut self, kind: K) -> bool {
        let first = self.newline || self.out.is_empty();
        let rest = self.lexer.remainder();
        // Within a line, `a<!--b` would compare with a negated decrement: no one means it, and browsers refuse it.
        let hit =
            (kind == K::Lt && rest.starts_with("!--")) || (first && kind == K::MinusMinus && rest.starts_with('>'));
        if hit {
            let length = scan::line_length(rest);
            self.lexer.bump(length);
            let span = Span::new(self.lexer.span().start as u32, self.lexer.span().end as u32);
            self.report(
                SyntaxError::new(ErrorCode::HtmlComment, span, "HTML comments do not exist in modules")
                    .help("write `//` for a comment"),
            );
        }
        hit
    }

    fn unknown_character(&mut self) {
        let span = Span::new(self.lexer.span().start as u32, self.lexer.span().end as u32);
        let text = self.lexer.slice();
        let message = match text.chars().next() {
            Some('\\') => {
                "a `\\` can stand only in strings, templates, regular expressions and as `\\u…` in names".to_owned()
            }
            Some('#') => "a `#` must be followed directly by a private name".to_owned(),
            Some(c) if c.is_control() => format!("the control character U+{:04X} cannot stand here", c as u32),
            Some(c) => format!("the character `{c}` cannot stand here"),
            None => "something unreadable stands here".to_owned(),
        };
        let error = SyntaxError::new(ErrorCode::UnexpectedCharacter, span, message);
        let straight = match text {
            "“" | "”" | "„" | "«" | "»" => "\"",
            "‘" | "’" | "‚" | "`" | "´" => "'",
            _ => return self.report(error),
        };
        let help = format!("quotation marks in a program are straight: `{straight}`");
        self.report(error.help(help).fix(span, straight));
    }

    fn report(&mut self, error: SyntaxError) {
        self.lexer.extras.errors.push(error);
    }

    fn finish(mut self) -> Scanned {
        self.newline |= self.lexer.extras.newline;
        while let Some(open) = self.open.pop() {
            self.supply_closer(&open);
        }
        let end = Span::at(self.source.len() as u32);
        self.newline = true;
        self.push_at(K::Eof, end, false);
        let Extras { comments, errors, .. } = std::mem::take(&mut self.lexer.extras);
        Scanned { tokens: Tokens { raw: self.out }, comments, errors }
    }
}

fn bracket_family(kind: K) -> usize {
    match kind {
        K::LParen | K::RParen => 0,
        K::LBracket | K::RBracket => 1,
        _ => 2,
    }
}

fn closer_of(opener: K) -> K {
    match opener {
        K::LParen => K::RParen,
        K::LBracket => K::RBracket,
        K::TemplateHead => K::TemplateTail,
        _ => K::RBrace,
    }
}
