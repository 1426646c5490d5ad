//! Fills the holes of rules: keeps what is in scope, how deep the tree is, and how much room is left. A rule whose holes cannot be filled
//! here gives nothing, and another is tried.

use super::Mode;
use super::grammar::{ASYNC, FUNCTION, GENERATOR, GRAMMAR, LOOP, METHOD, Rule, TYPED};
use crate::random::Random;

/// How deep expressions nest within a statement, and statements within each other.
const EXPRESSION_DEPTH: usize = 4;
const STATEMENT_DEPTH: usize = 3;

#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    pub kind: String,
    changes: bool,
}

#[derive(Debug)]
struct Scope {
    variables: Vec<Variable>,
    /// The bits of [`super::grammar::NEEDS`] that hold here.
    context: u8,
}

pub struct Expander {
    pub random: Random,
    scopes: Vec<Scope>,
    names: usize,
    marks: usize,
    /// How many more rules may grow.
    pub room: usize,
    nesting: usize,
}

impl Expander {
    pub fn new(random: Random, mode: Mode, room: usize) -> Self {
        let typed = if mode == Mode::Typed { TYPED } else { 0 };
        let top = Scope { variables: Vec::new(), context: ASYNC | typed };
        Self { random, scopes: vec![top], names: 0, marks: 0, room, nesting: 0 }
    }

    /// What the innermost scope declares.
    pub fn variables(&self) -> &[Variable] {
        &self.innermost().variables
    }

    /// Statements, one a line.
    pub fn statements(&mut self, count: usize) -> String {
        let made: Vec<_> = (0..count).filter_map(|_| self.make("stmt", 0, EXPRESSION_DEPTH)).collect();
        made.join("\n")
    }

    /// Something of that kind, in parentheses if it binds less tightly than `level`.
    pub fn make(&mut self, kind: &str, level: u8, depth: usize) -> Option<String> {
        let rules = GRAMMAR.get(kind).unwrap_or_else(|| panic!("no rule makes {kind}"));
        let is_end = depth == 0 || self.room == 0 || (kind == "stmt" && self.nesting >= STATEMENT_DEPTH);
        self.room = self.room.saturating_sub(1);
        for _ in 0..60 {
            let rule = self.choose(rules, is_end)?;
            let (scopes, count) = (self.scopes.len(), self.innermost().variables.len());
            if let Some(text) = self.expand(&rule.text, depth.saturating_sub(1)) {
                return Some(if rule.level < level { format!("({text})") } else { text });
            }
            self.scopes.truncate(scopes);
            self.innermost_mut().variables.truncate(count);
        }
        None
    }

    fn choose(&mut self, rules: &'static [Rule], is_end: bool) -> Option<&'static Rule> {
        let context = self.innermost().context;
        let fits = |rule: &&Rule| (rule.leaf || !is_end) && rule.needs & !context == 0;
        let total: usize = rules.iter().filter(fits).map(|rule| rule.weight).sum();
        if total == 0 {
            return None;
        }
        let mut left = self.random.below(total);
        rules.iter().filter(fits).find(|rule| {
            let found = left < rule.weight;
            left = left.wrapping_sub(rule.weight);
            found
        })
    }

    /// The text with its holes filled.
    fn expand(&mut self, text: &str, depth: usize) -> Option<String> {
        let mut out = String::with_capacity(text.len() * 2);
        let mut names: Vec<String> = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('@') {
            out.push_str(&rest[..at]);
            let (hole, after) = Hole::parse(&rest[at + 1..]);
            rest = after;
            let filled = self.fill(&hole, &mut names, depth)?;
            // An object literal as an arrow's body would be a block.
            let is_body = filled.starts_with('{') && out.ends_with("=> ");
            push_indented(&mut out, &if is_body { format!("({filled})") } else { filled });
        }
        out.push_str(rest);
        Some(out)
    }

    fn fill(&mut self, hole: &Hole<'_>, names: &mut Vec<String>, depth: usize) -> Option<String> {
        match hole.word {
            "" => return Some(names[hole.number? - 1].clone()),
            "fresh" => {
                self.names += 1;
                names.push(format!("{}{}", hole.argument.unwrap_or("v"), self.names));
                return names.last().cloned();
            }
            "param" => {
                self.names += 1;
                names.push(format!("p{}", self.names));
                self.declare(names.last()?, hole.argument?, true);
                return names.last().cloned();
            }
            "def" | "let" => self.declare(&names[hole.number? - 1], hole.argument?, hole.word == "let"),
            "var" | "lval" => return self.variable(hole.argument?, hole.word == "lval"),
            "id" => {
                self.marks += 1;
                return Some(self.marks.to_string());
            }
            "T" => {
                let annotated = self.innermost().context & TYPED != 0 && self.random.below(3) > 0;
                return if annotated { self.make(&format!("T-{}", hole.argument?), 0, 1) } else { Some(String::new()) };
            }
            "End" => drop(self.scopes.pop()),
            "stmts" | "few" => return Some(self.nested_statements(hole.word == "few")),
            word => match self.inner_context(word) {
                Some(context) => self.scopes.push(Scope { variables: Vec::new(), context }),
                None => return self.make(word, u8::try_from(hole.number.unwrap_or(1)).ok()?, depth),
            },
        }
        Some(String::new())
    }

    /// The context inside a scope of that sort, if the word names one.
    fn inner_context(&self, word: &str) -> Option<u8> {
        let outer = self.innermost().context;
        let kept = outer & TYPED;
        Some(match word {
            "Fn" => kept | FUNCTION,
            "Arrow" => kept | FUNCTION | outer & METHOD,
            "Method" => kept | FUNCTION | METHOD,
            "Async" => kept | FUNCTION | ASYNC,
            "Gen" => kept | FUNCTION | GENERATOR,
            "AsyncGen" => kept | FUNCTION | GENERATOR | ASYNC,
            "Loop" => outer | LOOP,
            "Block" => outer,
            // No `await` or `yield`: parameters, fields, and where the order of things would be undone.
            "Plain" => kept,
            _ => return None,
        })
    }

    fn nested_statements(&mut self, few: bool) -> String {
        let count = 1 + self.random.below(if few { 2 } else { 4 });
        self.nesting += 1;
        let text = self.statements(count);
        self.nesting -= 1;
        text
    }

    pub fn declare(&mut self, name: &str, kind: &str, changes: bool) {
        let variable = Variable { name: name.to_owned(), kind: kind.to_owned(), changes };
        self.innermost_mut().variables.push(variable);
    }

    /// A variable in scope, more often one that was declared lately.
    fn variable(&mut self, kind: &str, changing: bool) -> Option<String> {
        let all = self.scopes.iter().flat_map(|scope| &scope.variables);
        let fitting: Vec<_> = all.filter(|variable| variable.kind == kind && (variable.changes || !changing)).collect();
        let count = fitting.len();
        if count == 0 {
            return None;
        }
        let (a, b) = (self.random.below(count), self.random.below(count));
        Some(fitting[a.max(b)].name.clone())
    }

    fn innermost(&self) -> &Scope {
        self.scopes.last().expect("the top scope stays")
    }

    fn innermost_mut(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("the top scope stays")
    }
}

/// `@word12.argument`
struct Hole<'t> {
    word: &'t str,
    number: Option<usize>,
    argument: Option<&'t str>,
}

impl<'t> Hole<'t> {
    /// The hole behind an `@`, and what follows it.
    fn parse(text: &'t str) -> (Self, &'t str) {
        let (word, rest) = split(text, |c| c.is_ascii_alphabetic());
        let (number, rest) = split(rest, |c| c.is_ascii_digit());
        let takes_argument = matches!(word, "def" | "let" | "var" | "lval" | "T" | "param" | "fresh");
        let (argument, rest) = match rest.strip_prefix('.').filter(|_| takes_argument) {
            Some(rest) => {
                let (argument, rest) = split(rest, |c| c.is_ascii_alphabetic());
                (Some(argument), rest)
            }
            None => (None, rest),
        };
        (Self { word, number: number.parse().ok(), argument }, rest)
    }
}

fn split(text: &str, fits: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !fits(c)).unwrap_or(text.len()))
}

/// Appends a text whose further lines are indented as the line that it continues.
fn push_indented(out: &mut String, text: &str) {
    let line = out.rsplit('\n').next().unwrap_or("");
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    out.push_str(&text.replace('\n', &format!("\n{indent}")));
}
