//! What happens at a token that fits nowhere: one error is reported, and parsing goes on with as much of the tree as can be
//! kept. First by supposing a few missing tokens (a name, a comma, a semicolon), so that `foo.` and `f(a, ` keep what is
//! there; else by skipping tokens up to where a list element, member or statement ends. Every call makes progress.

use super::supposed::{SUPPOSED, Supposed, When};
use super::{Advance, Driver, Mark, OpenBracket, Terminal};
use crate::MAX_DEPTH;
use crate::errors::{ErrorCode, SyntaxError};
use crate::layout::RawToken;
use crate::tokens::TokenKind as K;
use crate::{Span, Tok};
use lalrpop_util::state_machine::{ParserAction, ParserDefinition};
use lalrpop_util::{ErrorRecovery, ParseError};

/// The index that stands for the opening token of a bracket that was supposed.
const SUPPOSED_BRACKET: usize = u32::MAX as usize - 1;

impl<D> Driver<'_, '_, D>
where
    D: ParserDefinition<Location = u32, Token = Tok, Error = (), TokenIndex = usize, ReduceIndex = i16>,
{
    pub(super) fn recover(&mut self, token: &RawToken) {
        if self.drop_superfluous_closer(token) || self.suppose_missing(token) {
            return;
        }
        self.report_unexpected(token);
        if self.drop_one(token) {
            return;
        }
        self.skip_to_safety();
    }

    /// The closer of a bracket that is no longer on the stack (it was supposed, or skipped).
    fn drop_superfluous_closer(&mut self, token: &RawToken) -> bool {
        let open = self.brackets.last().map(|bracket| bracket.token as u32);
        let superfluous = token.kind.is_closer() && Some(token.mate) != open && !self.is_open(token.mate);
        if superfluous {
            self.emit(token.kind, token);
            self.at += 1;
        }
        superfluous
    }

    fn is_open(&self, opener: u32) -> bool {
        self.brackets.binary_search_by_key(&opener, |bracket| bracket.token as u32).is_ok()
    }

    /// Supposes missing tokens after which the token fits.
    fn suppose_missing(&mut self, token: &RawToken) -> bool {
        let unclosed = self.brackets.last().is_some_and(|bracket| {
            if bracket.token == SUPPOSED_BRACKET {
                return true;
            }
            let mate = self.tokens.raw[bracket.token].mate as usize;
            self.tokens.raw.get(mate).is_some_and(|closer| closer.supplied && mate > self.at)
        });
        let candidates = self.tokens.candidates(self.at);
        for &Supposed { kinds: supposed, when } in SUPPOSED {
            let header = matches!(self.previous, K::If | K::While | K::Switch | K::For | K::With | K::Catch);
            let closes = matches!(when, When::Unclosed | When::UnclosedLine);
            if supposed == [K::Comma] && self.ends_case() {
                continue;
            }
            if closes && !unclosed || when == When::UnclosedLine && !token.newline || when == When::Header && !header {
                continue;
            }
            let fits = candidates.as_slice().iter().any(|&kind| {
                let mut all = supposed.to_vec();
                all.push(kind);
                self.accepts(&all) && self.tokens.confirms(kind, self.at, true)
            });
            if fits {
                self.report_missing(supposed, closes, token);
                self.shift_supposed(supposed, closes);
                if when == When::Header {
                    self.brackets.push(OpenBracket { token: SUPPOSED_BRACKET, height: self.symbols.len() });
                }
                return true;
            }
        }
        false
    }

    fn shift_supposed(&mut self, supposed: &[K], closes: bool) {
        for &kind in supposed {
            self.insert(kind);
            if closes && matches!(kind, K::RParen | K::RBracket) {
                self.brackets.pop();
            }
        }
        self.quiet_until = self.at + 1;
    }

    fn report_missing(&mut self, supposed: &[K], closes: bool, token: &RawToken) {
        let expects_value = supposed[0] == K::Ident && self.accepts(&[K::Number]);
        if closes && supposed[0] != K::Ident {
            return; // The bracket that is never closed is reported already.
        }
        let found = self.describe(token);
        let (code, wanted) = match supposed[0] {
            K::Ident if expects_value => (ErrorCode::MissingExpression, "an expression".to_owned()),
            K::Ident => (ErrorCode::MissingName, "a name".to_owned()),
            K::InsertedSemicolon => (ErrorCode::MissingToken, "`;` or a new line".to_owned()),
            kind => (ErrorCode::MissingToken, kind.word().to_owned()),
        };
        let mut error = SyntaxError::new(code, token.span, format!("expected {wanted}, found {found}"));
        if token.kind == K::Eof {
            error.span = Span::at(self.last_end);
        }
        if let (K::Comma | K::Colon | K::Eq | K::Arrow, Some(text)) = (supposed[0], supposed[0].text()) {
            error = error.help(format!("add the missing `{text}`"));
            if supposed.len() == 1 {
                error = error.fix(Span::at(self.last_end), text);
            }
        }
        self.report(error);
    }

    fn report_unexpected(&mut self, token: &RawToken) {
        let found = self.describe(token);
        let mut expected: Vec<&str> = Vec::new();
        for &kind in K::ALL {
            let speakable = kind.text().is_some() || matches!(kind, K::Ident | K::Str);
            if expected.len() < 5 && speakable && self.accepts(&[kind]) && !expected.contains(&kind.word()) {
                expected.push(kind.word());
            }
        }
        let message = match expected.as_slice() {
            [] => format!("{found} cannot stand here"),
            [one] => format!("expected {one}, found {found}"),
            [first @ .., last] if expected.len() < 5 => {
                format!("expected {} or {last}, found {found}", first.join(", "))
            }
            _ => format!("{found} cannot stand here"),
        };
        self.report(SyntaxError::new(ErrorCode::UnexpectedToken, token.span, message));
    }

    fn report(&mut self, error: SyntaxError) {
        if self.at >= self.quiet_until {
            let error = self.explained(&error).unwrap_or(error);
            self.cx.report(error);
        }
        self.quiet_until = self.at + 1;
    }

    fn describe(&self, token: &RawToken) -> String {
        let text = self.cx.text(token.span);
        match token.kind {
            K::Ident | K::PrivateName | K::Number | K::Unit | K::BigInt if text.len() <= 40 => format!("`{text}`"),
            // A bracket's end that is only supposed to be here.
            kind if kind.is_closer() && text.is_empty() => "nothing".to_owned(),
            kind => kind.word().to_owned(),
        }
    }

    /// Drops the token if the next one fits.
    fn drop_one(&mut self, token: &RawToken) -> bool {
        if token.kind.is_opener()
            || token.kind.is_closer()
            || token.kind.is_reserved()
            || token.kind == K::Eof
            || token.newline
        {
            return false;
        }
        let next = self.tokens.candidates(self.at + 1);
        let fits = next.as_slice().iter().any(|&kind| self.accepts(&[kind]));
        if fits {
            self.emit(token.kind, token);
            self.at += 1;
            self.quiet_until = self.at + 1;
        }
        fits
    }

    /// Skips to where an enclosing element, member or statement ends, and puts an error in its place.
    fn skip_to_safety(&mut self) {
        let start = self.at;
        if self.tokens.kind(start) == K::Eof {
            // Layout has supplied every closer: what is still open was opened by supposition.
            self.brackets.clear();
        }
        let must_move = self.panicked_at == Some(start);
        self.panicked_at = Some(start);
        if must_move && self.tokens.kind(start) == K::Eof {
            return self.give_up();
        }
        loop {
            let harbours = self.find_harbours();
            if let Some(height) = self.skip_within_bracket(&harbours, start, must_move) {
                self.place_error(height, start);
                self.quiet_until = self.at + 1;
                return;
            }
            // Not even the bracket's end helps: give the bracket up.
            let bracket = self.brackets.pop().expect("a module's statements always recover");
            self.cut(bracket.height - 1);
            if bracket.token != SUPPOSED_BRACKET {
                self.skip_one();
            }
        }
    }

    /// At the end of the file with something still open: keeps the module's complete statements.
    fn give_up(&mut self) {
        let end = self.terminal(K::ErrorEnd);
        let keeps = self.symbols.len() > 1 && self.accepts_from(2, &[Terminal::Error, end, Terminal::Eof]);
        self.place_error(usize::from(keeps), self.at);
    }

    /// Stack heights within the innermost bracket where an error can be put: elements of lists, then the innermost statement
    /// or member.
    fn find_harbours(&mut self) -> Vec<(usize, bool)> {
        let floor = self.brackets.last().map_or(0, |bracket| bracket.height);
        let end = self.terminal(K::ErrorEnd);
        let mut found = Vec::new();
        let mut closed = 0;
        for height in (floor..=self.symbols.len()).rev() {
            // Never between a bracket and its closer.
            let opens = self.marks.get(height).map_or(0, |mark| mark.opens);
            closed = (closed - opens).max(0);
            if closed > 0 || !self.accepts_from(height + 1, &[Terminal::Error]) {
                continue;
            }
            let statement = self.accepts_from(height + 1, &[Terminal::Error, end]);
            if statement || found.len() < 4 {
                found.push((height, statement));
            }
            if statement {
                break;
            }
        }
        found
    }

    /// Skips until one of the harbours can be reached; none at the bracket's end.
    fn skip_within_bracket(&mut self, harbours: &[(usize, bool)], start: usize, must_move: bool) -> Option<usize> {
        loop {
            let token = self.tokens.raw[self.at];
            let end = token.kind.is_closer()
                && self.brackets.last().is_some_and(|open| open.token as u32 == token.mate)
                || token.kind == K::Eof;
            let may_stop = !must_move || self.at > start || end;
            for &(height, statement) in harbours {
                let reached = if statement {
                    end || token.kind == K::Semicolon || (token.newline && starts_statement(token.kind))
                } else {
                    let terminal = self.terminal(token.kind);
                    (end || matches!(token.kind, K::Comma | K::Semicolon))
                        && self.accepts_from(height + 1, &[Terminal::Error, terminal])
                };
                if reached && may_stop {
                    if statement && token.kind == K::Semicolon {
                        self.skip_one();
                    }
                    return Some(height);
                }
            }
            if end {
                return None;
            }
            self.skip_pair_or_one();
        }
    }

    fn skip_pair_or_one(&mut self) {
        let behind = self.tokens.behind_pair(self.at).unwrap_or(self.at + 1);
        while self.at < behind && self.tokens.kind(self.at) != K::Eof {
            self.skip_one();
        }
    }

    fn skip_one(&mut self) {
        let token = self.tokens.raw[self.at];
        self.emit(token.kind, &token);
        if token.kind != K::Eof {
            self.last_end = self.last_end.max(token.span.end);
            self.at += 1;
        }
    }

    fn cut(&mut self, height: usize) {
        self.states.truncate(height + 1);
        self.symbols.truncate(height);
        self.marks.truncate(height);
        self.full = self.marks.iter().filter(|mark| mark.depth >= MAX_DEPTH).count();
    }

    /// Cuts the stack and shifts the error symbol (with the end of the statement, where it is one).
    fn place_error(&mut self, height: usize, start: usize) {
        let begin = self.symbols.get(height).map_or(self.tokens.raw[start].span.start, |symbol| symbol.0);
        self.cut(height);
        loop {
            let action = self.definition.error_action(self.top());
            if let Some(state) = action.as_shift() {
                let recovery = ErrorRecovery { error: ParseError::User { error: () }, dropped_tokens: Vec::new() };
                let symbol = self.definition.error_recovery_symbol(recovery);
                self.push(state, (begin, symbol, self.last_end.max(begin)), Mark::default());
                break;
            }
            let reduction = action.as_reduce().expect("the tables accepted the error");
            self.reduce(reduction, begin);
        }
        self.previous = K::Unknown;
        if self.accepts(&[K::ErrorEnd]) {
            let Advance::Shifted = self.advance(K::ErrorEnd, Span::at(self.last_end.max(begin))) else {
                unreachable!("the tables accepted the terminal")
            };
        }
    }
}

/// Whether a token at the start of a line looks like a new statement or member.
fn starts_statement(kind: K) -> bool {
    kind.is_word() && !matches!(kind, K::In | K::Instanceof | K::Else | K::Catch | K::Finally | K::Extends)
        || matches!(kind, K::At | K::PrivateName)
}
