//! A file's text on its way to JavaScript: what is taken out becomes blanks, so that lines and columns stay what they were.

use std::collections::BTreeMap;

use mosl_syntax::{Span, Token};

pub(super) struct Text<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    taken: Vec<bool>,
    /// What stands in the place of the character at an offset.
    puts: BTreeMap<u32, String>,
}

impl<'s> Text<'s> {
    pub fn new(source: &'s str) -> Self {
        let tokens = mosl_syntax::parse(source).tokens;
        Self { source, tokens, taken: vec![false; source.len()], puts: BTreeMap::new() }
    }

    pub fn at(&self, span: Span) -> &'s str {
        &self.source[span.range()]
    }

    /// Blanks a part of the text.
    pub fn take(&mut self, start: u32, end: u32) {
        if start < end {
            self.taken[start as usize..end as usize].fill(true);
        }
    }

    /// Writes over the character at `at`.
    pub fn put(&mut self, at: u32, text: impl Into<String>) {
        self.puts.insert(at, text.into());
    }

    /// Replaces a part by a text, which may be longer; lines stay where they were.
    pub fn replace(&mut self, span: Span, text: impl Into<String>) {
        self.take(span.start, span.end);
        for (at, c) in self.at(span).char_indices() {
            let is_newline = matches!(c, '\n' | '\r');
            self.put(span.start + at as u32, if is_newline { c.to_string() } else { String::new() });
        }
        self.put(span.start, text);
    }

    /// The first token that begins at `at` or later.
    pub fn next(&self, at: u32) -> Option<Span> {
        self.tokens.get(self.index(at)).map(|token| token.span)
    }

    /// The last token that ends at `at` or earlier.
    pub fn previous(&self, at: u32) -> Option<Span> {
        let index = self.tokens.partition_point(|token| token.span.end <= at);
        index.checked_sub(1).map(|index| self.tokens[index].span)
    }

    /// The tokens inside a span.
    pub fn tokens_in(&self, span: Span) -> Vec<Span> {
        let tokens = self.tokens[self.index(span.start)..].iter().map(|token| token.span);
        tokens.take_while(|token| token.end <= span.end).collect()
    }

    fn index(&self, at: u32) -> usize {
        self.tokens.partition_point(|token| token.span.start < at)
    }

    /// The end of the next token, if it is `text`; else `at`.
    pub fn past(&self, at: u32, text: &str) -> u32 {
        self.next(at).filter(|token| self.at(*token) == text).map_or(at, |token| token.end)
    }

    /// The start of the token before, if it is `text`; else `at`.
    pub fn before(&self, at: u32, text: &str) -> u32 {
        self.previous(at).filter(|token| self.at(*token) == text).map_or(at, |token| token.start)
    }

    /// Blanks `!` and `as T` behind what is assigned to: the tree does not keep them. A type is said of a target inside
    /// parentheses alone: that of `++x as number` is said of the whole.
    pub fn take_assertions(&mut self, target: Span) {
        let (mut at, mut first, mut depth) = (target.end, target.start, 0);
        while let open = self.before(first, "(")
            && open != first
        {
            (first, depth) = (open, depth + 1);
        }
        while let Some(token) = self.next(at) {
            at = match self.at(token) {
                ")" if depth > 0 => {
                    (at, depth) = (token.end, depth - 1);
                    continue;
                }
                "!" => token.end,
                "as" | "satisfies" if depth > 0 => match self.type_end(token.end) {
                    Some(end) => end,
                    None => return,
                },
                _ => return,
            };
            self.take(token.start, at);
        }
    }

    /// Where a type ends that begins at `at` and stands in a target: such a type is in parentheses with what it is said of.
    fn type_end(&self, at: u32) -> Option<u32> {
        let (mut depth, mut end) = (0, at);
        for token in &self.tokens[self.index(at)..] {
            match self.at(token.span) {
                "(" | "[" | "{" | "<" => depth += 1,
                ")" | "]" | "}" | ">" if depth > 0 => depth -= 1,
                ")" | "!" | "as" | "satisfies" if depth == 0 => return Some(end),
                "]" | "}" | "," | "=" | ";" if depth == 0 => return None,
                _ => {}
            }
            end = token.span.end;
        }
        None
    }

    pub fn has_newline(&self, start: u32, end: u32) -> bool {
        self.source[start as usize..end as usize].contains(['\n', '\r', '\u{2028}', '\u{2029}'])
    }

    /// Blanks a whole statement or class member. A semicolon takes its place where what follows could be read as part of what
    /// comes before.
    pub fn take_whole(&mut self, span: Span) {
        self.take(span.start, span.end);
        let separated = self.previous(span.start).is_none_or(|token| matches!(self.at(token), ";" | "{"));
        if !separated {
            self.put(span.start, ";");
        }
    }

    /// Ends a statement or class member whose last tokens were taken out: without them the next line could carry it on.
    pub fn end_after_taken(&mut self, span: Span) {
        let taken = |token: &Span| self.taken[token.start as usize];
        let tokens = self.tokens_in(span);
        if let Some(first) = tokens.iter().rev().take_while(|token| taken(token)).last()
            && !self.puts.contains_key(&first.start)
        {
            self.put(first.start, ";");
        }
    }

    /// The text as it has become.
    pub fn finish(self) -> String {
        self.shown(Span::new(0, self.source.len() as u32))
    }

    /// What a part of the text has become so far.
    pub fn shown(&self, span: Span) -> String {
        let mut out = String::with_capacity(span.len() as usize);
        for (at, c) in self.source[span.range()].char_indices().map(|(at, c)| (at + span.start as usize, c)) {
            let is_newline = matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
            if let Some(text) = u32::try_from(at).ok().and_then(|at| self.puts.get(&at)) {
                out.push_str(text);
            } else if !self.taken[at] || is_newline {
                out.push(c);
            } else {
                out.extend(std::iter::repeat_n(' ', c.len_utf16()));
            }
        }
        out
    }
}
