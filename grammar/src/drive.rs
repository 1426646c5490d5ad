//! The loop that feeds tokens to lalrpop's tables. It owns what only the parser's state can decide: which terminal a token
//! stands for, automatic semicolon insertion (ECMAScript 2025, 12.10, by its own rule: where the grammar does not allow the
//! next token), the end of an `if` without `else`, splitting `>>` in types, and how deep a tree may get. What happens on an
//! error is in [`recover`]. It never looks at text.

mod habits;
mod recover;
mod supposed;

use crate::context::{Context, MAX_DEPTH};
use crate::errors::{ErrorCode, SyntaxError};
use crate::generated::RENAMES;
use crate::layout::{RawToken, Tokens};
use crate::tokens::TokenKind as K;
use crate::{Span, Tok, Token};
use lalrpop_util::state_machine::{ParseResult, ParserAction, ParserDefinition, SimulatedReduce, SymbolTriple};

/// Called by the generated parser in place of lalrpop's own loop; takes the tokens from the context.
pub fn drive<D, I>(cx: &Context<'_>, definition: D, _tokens: I) -> ParseResult<D>
where
    D: ParserDefinition<Location = u32, Token = Tok, Error = (), TokenIndex = usize, ReduceIndex = i16>,
{
    let indices = K::ALL.iter().map(|&kind| definition.token_to_index(&Tok(kind, Span::default()))).collect();
    let start = definition.start_state();
    let tokens = cx.take_tokens();
    let mut driver = Driver {
        cx,
        definition,
        indices,
        states: vec![start],
        symbols: Vec::new(),
        marks: Vec::new(),
        full: 0,
        brackets: Vec::new(),
        probe: Vec::new(),
        out: Vec::with_capacity(tokens.raw.len()),
        tokens,
        at: 0,
        previous: K::Eof,
        last_end: 0,
        quiet_until: 0,
        panicked_at: None,
    };
    let result = driver.run();
    cx.give_tokens(driver.out);
    result
}

struct Driver<'c, 'e, D: ParserDefinition> {
    cx: &'c Context<'e>,
    definition: D,
    /// By token kind: lalrpop's index of the terminal.
    indices: Vec<Option<usize>>,
    /// One longer than `symbols`.
    states: Vec<D::StateIndex>,
    symbols: Vec<SymbolTriple<D>>,
    /// By symbol: what the stack must know about its tree.
    marks: Vec<Mark>,
    /// How many of them are as deep as a tree may get.
    full: usize,
    /// The open brackets on the stack.
    brackets: Vec<OpenBracket>,
    /// Scratch for [`Self::accepts_from`].
    probe: Vec<D::StateIndex>,
    tokens: Tokens,
    /// The index of the next token.
    at: usize,
    out: Vec<Token>,
    /// The last terminal that was shifted.
    previous: K,
    last_end: u32,
    /// No syntax error is reported before this token, as it would echo one that was.
    quiet_until: usize,
    panicked_at: Option<usize>,
}

#[derive(Clone, Copy, Default)]
struct Mark {
    /// How deep the tree is.
    depth: u32,
    /// Brackets that it opens minus brackets that it closes.
    opens: i32,
}

struct OpenBracket {
    /// Index of the opening token.
    token: usize,
    /// Symbols on the stack up to and including it.
    height: usize,
}

/// What the tables are asked about.
#[derive(Clone, Copy)]
enum Terminal {
    Index(usize),
    Eof,
    Error,
    /// No terminal of the grammar.
    None,
}

enum Advance<S> {
    Shifted,
    /// The tables do not allow the terminal here.
    Refused,
    Done(S),
}

impl<D> Driver<'_, '_, D>
where
    D: ParserDefinition<Location = u32, Token = Tok, Error = (), TokenIndex = usize, ReduceIndex = i16>,
{
    fn run(&mut self) -> ParseResult<D> {
        loop {
            let token = self.tokens.raw[self.at];
            if token.newline {
                self.insert_restricted_semicolon(&token);
            }
            let plain = !token.newline && is_plain(token.kind);
            if plain && let Advance::Shifted = self.advance(token.kind, token.span) {
                self.consumed(token.kind);
                continue;
            }
            let Some(kind) = self.choose(&token) else {
                let rest = self.tokens.raw[self.at];
                self.cope(&rest);
                continue;
            };
            match self.advance(kind, token.span) {
                Advance::Shifted => self.consumed(kind),
                Advance::Done(result) => return result,
                Advance::Refused => unreachable!("the tables accepted the terminal"),
            }
        }
    }

    /// The token at `at` was shifted as `kind`.
    fn consumed(&mut self, kind: K) {
        let token = self.tokens.raw[self.at];
        if kind.is_opener() {
            self.brackets.push(OpenBracket { token: self.at, height: self.symbols.len() });
        } else if kind.is_closer() {
            self.brackets.pop();
        } else if kind == K::TemplateMiddle
            && let Some(bracket) = self.brackets.last_mut()
        {
            // The mate of a template's end is the last part before it.
            bracket.token = self.at;
        }
        self.emit(kind, &token);
        self.previous = kind;
        self.last_end = token.span.end;
        self.at += 1;
    }

    fn emit(&mut self, kind: K, token: &RawToken) {
        if !token.supplied && kind != K::Eof {
            self.out.push(Token { kind, span: token.span, newline_before: token.newline });
        }
    }

    // ── Which terminal ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// The first candidate that the grammar accepts here.
    fn choose(&mut self, token: &RawToken) -> Option<K> {
        let candidates = self.tokens.candidates(self.at);
        for &kind in candidates.as_slice() {
            if !self.accepts(&[kind]) {
                continue;
            }
            let operator_possible = kind == K::TypeLt && self.accepts(&[K::Lt]);
            if self.tokens.confirms(kind, self.at, operator_possible) {
                return Some(kind);
            }
        }
        self.split_angle(token)
    }

    /// In types, `>>` closes twice: leaves the rest as the next token.
    fn split_angle(&mut self, token: &RawToken) -> Option<K> {
        let (first, rest) = match token.kind {
            K::Shr => (K::Gt, K::Gt),
            K::Ushr => (K::Gt, K::Shr),
            K::GtEq => (K::Gt, K::Eq),
            K::ShrEq => (K::Gt, K::GtEq),
            K::UshrEq => (K::Gt, K::ShrEq),
            K::Shl => (K::TypeLt, K::Lt),
            _ => return None,
        };
        if !self.accepts(&[first]) {
            return None;
        }
        let middle = token.span.start + 1;
        let raw = &mut self.tokens.raw[self.at];
        (raw.kind, raw.span.start, raw.newline) = (rest, middle, false);
        let Advance::Shifted = self.advance(first, Span::new(token.span.start, middle)) else {
            unreachable!("the tables accepted the terminal")
        };
        self.out.push(Token { kind: first, span: Span::new(middle - 1, middle), newline_before: token.newline });
        self.previous = first;
        self.last_end = middle;
        let rest = self.tokens.raw[self.at];
        self.choose(&rest)
    }

    // ── Terminals without text ──────────────────────────────────────────────────────────────────────────────────────────

    /// No candidate fits: the end of an `if`, an automatic semicolon, or an error.
    fn cope(&mut self, token: &RawToken) {
        if self.insert(K::NoElse) || self.insert_semicolon(token) {
            return;
        }
        self.recover(token);
    }

    /// 12.10.1: before an offending token on a new line, `}` or the end of the file; and after `do … while (…)`.
    fn insert_semicolon(&mut self, token: &RawToken) -> bool {
        let allowed = token.newline || token.kind == K::RBrace || token.kind == K::Eof;
        allowed && self.insert(K::InsertedSemicolon) || self.previous == K::RParen && self.insert(K::DoWhileSemicolon)
    }

    /// 12.10.1, restricted productions: these words end at the end of their line.
    fn insert_restricted_semicolon(&mut self, token: &RawToken) {
        match self.previous {
            K::Return | K::Break | K::Continue | K::Yield if token.kind != K::Semicolon => {
                self.insert(K::InsertedSemicolon);
            }
            K::Throw if token.kind != K::Semicolon => self.cx.report(
                SyntaxError::new(
                    ErrorCode::MisplacedNewline,
                    Span::at(self.last_end),
                    "`throw` needs its value on the same line",
                )
                .help("JavaScript ends the statement at the end of the line: move the value up"),
            ),
            _ => {}
        }
        if token.kind == K::Arrow && self.accepts(&[K::Arrow]) {
            self.cx.report(
                SyntaxError::new(
                    ErrorCode::MisplacedNewline,
                    token.span,
                    "`=>` must stand on the line where the parameters end",
                )
                .help("move the `=>` up"),
            );
        }
    }

    /// Shifts a terminal without text, if the grammar accepts it here.
    fn insert(&mut self, kind: K) -> bool {
        if !self.accepts(&[kind]) {
            return false;
        }
        let Advance::Shifted = self.advance(kind, Span::at(self.last_end)) else {
            unreachable!("the tables accepted the terminal")
        };
        self.previous = kind;
        true
    }

    // ── The tables ──────────────────────────────────────────────────────────────────────────────────────────────────────

    fn terminal(&self, kind: K) -> Terminal {
        match kind {
            K::Eof => Terminal::Eof,
            _ => self.indices[kind as usize].map_or(Terminal::None, Terminal::Index),
        }
    }

    fn action(&self, state: D::StateIndex, terminal: Terminal) -> Option<D::Action> {
        match terminal {
            Terminal::Index(index) => Some(self.definition.action(state, index)),
            Terminal::Eof => Some(self.definition.eof_action(state)),
            Terminal::Error => Some(self.definition.error_action(state)),
            Terminal::None => None,
        }
    }

    /// Reduces and shifts the terminal, or stops where the tables refuse it.
    fn advance(&mut self, kind: K, span: Span) -> Advance<ParseResult<D>> {
        let terminal = self.terminal(kind);
        loop {
            let Some(action) = self.action(self.top(), terminal) else { return Advance::Refused };
            if let Some(state) = action.as_shift() {
                let Terminal::Index(index) = terminal else { unreachable!("only tokens are shifted") };
                let symbol = self.definition.token_to_symbol(index, Tok(kind, span));
                let opens = i32::from(kind.is_opener()) - i32::from(kind.is_closer());
                self.push(state, (span.start, symbol, span.end), Mark { depth: 0, opens });
                return Advance::Shifted;
            }
            let Some(reduction) = action.as_reduce() else { return Advance::Refused };
            if let Some(result) = self.reduce(reduction, span.start) {
                return Advance::Done(result);
            }
        }
    }

    fn push(&mut self, state: D::StateIndex, symbol: SymbolTriple<D>, mark: Mark) {
        self.states.push(state);
        self.symbols.push(symbol);
        self.marks.push(mark);
    }

    fn top(&self) -> D::StateIndex {
        *self.states.last().expect("the start state is never popped")
    }

    /// Runs one action. A tree's depth is that of its deepest part plus the nodes which the action built; where that would
    /// pass [`MAX_DEPTH`], the context builds a hole instead, so that no later station overflows its stack.
    fn reduce(&mut self, reduction: D::ReduceIndex, start: u32) -> Option<ParseResult<D>> {
        if RENAMES[reduction as usize] {
            self.rename(reduction);
            return None;
        }
        let before = self.symbols.len();
        self.cx.start_action(self.full > 0 && self.is_full(reduction));
        let result = self.definition.reduce(reduction, Some(&start), &mut self.states, &mut self.symbols);
        let (built, holed) = self.cx.end_action();
        if result.is_some() {
            return result;
        }
        let kept = self.symbols.len() - 1;
        let mut mark = Mark::default();
        for popped in self.marks.drain(kept..before) {
            mark.depth = mark.depth.max(popped.depth);
            mark.opens += popped.opens;
            self.full -= usize::from(popped.depth >= MAX_DEPTH);
        }
        mark.depth = if holed { built } else { mark.depth + built };
        self.full += usize::from(mark.depth >= MAX_DEPTH);
        self.marks.push(mark);
        None
    }

    /// The symbol on top stands for another nonterminal from now on.
    fn rename(&mut self, reduction: D::ReduceIndex) {
        let SimulatedReduce::Reduce { states_to_pop: 1, nonterminal_produced } =
            self.definition.simulate_reduce(reduction)
        else {
            unreachable!("it takes one symbol")
        };
        self.states.pop();
        let state = self.definition.goto(self.top(), nonterminal_produced);
        self.states.push(state);
    }

    /// Whether a part of what the action takes is as deep as a tree may get.
    fn is_full(&self, reduction: D::ReduceIndex) -> bool {
        let popped = match self.definition.simulate_reduce(reduction) {
            SimulatedReduce::Reduce { states_to_pop, .. } => states_to_pop,
            SimulatedReduce::Accept => self.symbols.len(),
        };
        self.marks[self.marks.len() - popped..].iter().any(|mark| mark.depth >= MAX_DEPTH)
    }

    /// Whether the grammar accepts the terminals, one after the other, here.
    fn accepts(&mut self, kinds: &[K]) -> bool {
        let base = self.states.len();
        let mut terminals = [Terminal::None; 8];
        for (terminal, &kind) in terminals.iter_mut().zip(kinds) {
            *terminal = self.terminal(kind);
        }
        self.accepts_from(base, &terminals[..kinds.len()])
    }

    /// The same with the stack cut to `base` states. Nothing is built.
    fn accepts_from(&mut self, mut base: usize, terminals: &[Terminal]) -> bool {
        let mut probe = std::mem::take(&mut self.probe);
        probe.clear();
        let accepted = terminals.iter().all(|&terminal| self.simulate(&mut base, &mut probe, terminal));
        self.probe = probe;
        accepted
    }

    fn simulate(&self, base: &mut usize, probe: &mut Vec<D::StateIndex>, terminal: Terminal) -> bool {
        loop {
            let top = probe.last().copied().unwrap_or_else(|| self.states[*base - 1]);
            let Some(action) = self.action(top, terminal) else { return false };
            if let Some(state) = action.as_shift() {
                probe.push(state);
                return true;
            }
            let Some(reduction) = action.as_reduce() else { return false };
            let SimulatedReduce::Reduce { states_to_pop, nonterminal_produced } =
                self.definition.simulate_reduce(reduction)
            else {
                return true;
            };
            let from_probe = states_to_pop.min(probe.len());
            probe.truncate(probe.len() - from_probe);
            *base -= states_to_pop - from_probe;
            let top = probe.last().copied().unwrap_or_else(|| self.states[*base - 1]);
            probe.push(self.definition.goto(top, nonterminal_produced));
        }
    }
}

/// Tokens that stand for one terminal only, so that the tables need not be asked beforehand.
fn is_plain(kind: K) -> bool {
    let ambiguous = matches!(
        kind,
        K::LBrace | K::LParen | K::LBracket | K::PlusPlus | K::MinusMinus | K::Bang | K::Pipe | K::Amp | K::Lt | K::Eof
    );
    !(ambiguous || kind.is_reserved() || kind.is_contextual())
}
