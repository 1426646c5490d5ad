//! What people write who come from another language, or from the text around: a table from a few tokens at the place of an error to
//! what they meant. It words errors better; it never changes how the parser goes on.

use super::Driver;
use crate::errors::SyntaxError;
use crate::tokens::TokenKind as K;
use crate::{Span, Tok};
use lalrpop_util::state_machine::ParserDefinition;

/// A token that a row asks for.
#[derive(Clone, Copy)]
enum Part {
    /// One of these texts.
    Of(&'static [&'static str]),
    /// A name, or a word that may be one.
    Name,
    /// A word that is never a name.
    Reserved,
    Text,
    Any,
}

/// What else has to hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Anywhere,
    /// No blank before the last token of the row.
    Touching,
    /// A member of a class could end here.
    ClassBody,
    EnumBody,
    ForHead,
}

struct Habit {
    parts: &'static [Part],
    /// Which of them is the token that does not fit.
    at: usize,
    place: Where,
    /// Which of them is underlined.
    mark: usize,
    /// `{0}` is the text of the first part.
    message: &'static str,
    help: &'static str,
    /// The parts from … to before … become this text; those that go take the blanks behind them along.
    fix: Option<(usize, usize, &'static str)>,
}

use Part::{Any, Name, Of, Reserved, Text};
use Where::{Anywhere, ClassBody, EnumBody, ForHead, Touching};

const DECLARES: Part = Of(&["let", "const", "var"]);
const NUMBERS: Part = Of(&["int", "float", "double", "long", "short", "number", "Number", "Int", "Float"]);
const TEXTS: Part = Of(&["string", "String", "str", "char"]);
const TRUTHS: Part = Of(&["bool", "boolean", "Boolean"]);
const BEFORE_PARAM: Part = Of(&["(", ","]);
/// What stands before a value.
const BEFORE_VALUE: Part = Of(&["=", "(", ",", "=>", ":", "?", "return", "&&"]);

const fn habit(parts: &'static [Part], at: usize, mark: usize, message: &'static str, help: &'static str) -> Habit {
    Habit { parts, at, place: Anywhere, mark, message, help, fix: None }
}

impl Habit {
    const fn fix(mut self, from: usize, to: usize, text: &'static str) -> Self {
        self.fix = Some((from, to, text));
        self
    }

    const fn only(mut self, place: Where) -> Self {
        self.place = place;
        self
    }
}

const TYPE_BEHIND: &str = "the type of a parameter stands behind its name";
const VARIABLE: &str = "a variable is declared with `let` or `const`, its type behind its name";
const JSX: &str = "markup in a program (JSX) is left out of MOSL";
const JSX_HELP: &str = "make objects with `new`, from what `mark:scene` exports";

/// The first that fits is the one.
static HABITS: &[Habit] = &[
    habit(
        &[Of(&["def", "func", "fn", "fun", "sub"]), Name],
        1,
        0,
        "a function begins with `function`, not with `{0}`",
        "write `function {1}(…) { … }`",
    )
    .fix(0, 1, "function "),
    habit(&[BEFORE_PARAM, NUMBERS, Name], 2, 1, TYPE_BEHIND, "write `{2}: number`").fix(1, 3, "{2}: number"),
    habit(&[BEFORE_PARAM, TEXTS, Name], 2, 1, TYPE_BEHIND, "write `{2}: string`").fix(1, 3, "{2}: string"),
    habit(&[BEFORE_PARAM, TRUTHS, Name], 2, 1, TYPE_BEHIND, "write `{2}: boolean`").fix(1, 3, "{2}: boolean"),
    habit(&[NUMBERS, Name], 1, 0, VARIABLE, "write `let {1}: number`").fix(0, 2, "let {1}: number"),
    habit(&[TEXTS, Name], 1, 0, VARIABLE, "write `let {1}: string`").fix(0, 2, "let {1}: string"),
    habit(&[TRUTHS, Name], 1, 0, VARIABLE, "write `let {1}: boolean`").fix(0, 2, "let {1}: boolean"),
    habit(
        &[DECLARES, Of(&["mut"]), Name],
        2,
        1,
        "there is no `mut`: what `let` declares can change",
        "write `let {2}`",
    )
    .fix(1, 2, ""),
    habit(&[Of(&["auto", "val", "final", "mut", "local", "my", "dim"]), Name], 1, 0, VARIABLE, "write `let {1}`")
        .fix(0, 1, "let "),
    habit(&[DECLARES, Name, Of(&["?"])], 2, 2, "a variable is never optional", "write `{1}: … | undefined`"),
    habit(&[DECLARES, Reserved], 1, 1, "`{1}` is a word of the language and cannot be a name", "choose another name"),
    habit(&[DECLARES, Name], 1, 0, "a field is written without `{0}`", "write `{1} = …;`").fix(0, 1, ""),
    habit(&[Of(&["function"]), Name], 1, 0, "a method is written without `function`", "write `{1}(…) { … }`")
        .fix(0, 1, ""),
    habit(
        &[Of(&["function"]), Of(&["{"])],
        1,
        0,
        "a function has parentheses, also where it takes nothing",
        "add `()`",
    )
    .fix(1, 1, "() "),
    habit(
        &[Of(&["get", "set"]), Name, Of(&["{"])],
        2,
        1,
        "a `{0}` accessor has parentheses",
        "write `{0} {1}() { … }`",
    )
    .fix(2, 2, "() "),
    habit(&[Of(&["is"]), Of(&["not"])], 0, 0, "`is not` is written `!==`", "").fix(0, 2, "!== "),
    habit(&[Of(&["is"])], 0, 0, "`is` is written `===`", "").fix(0, 1, "=== "),
    habit(&[Of(&["and"])], 0, 0, "`and` is written `&&`", "").fix(0, 1, "&& "),
    habit(&[Of(&["or"])], 0, 0, "`or` is written `||`", "").fix(0, 1, "|| "),
    habit(&[Of(&["not"]), Any], 1, 0, "`not` is written `!`", "").fix(0, 1, "!"),
    habit(&[Of(&["then"]), Of(&["{"])], 1, 0, "nothing stands between a condition and its block", "take `then` out")
        .fix(0, 1, ""),
    habit(
        &[Of(&["foreach"]), Of(&["("]), DECLARES],
        2,
        0,
        "`foreach` is written `for`",
        "write `for (const x of list)`",
    )
    .fix(0, 1, "for "),
    habit(&[Of(&["}"]), Of(&["until"])], 1, 1, "a `do` loop ends with `while (…)`, as long as it should go on", ""),
    habit(
        &[Of(&["echo", "print", "puts", "println"]), Any],
        1,
        0,
        "`{0}` prints nothing here",
        "write `console.log(…)`",
    ),
    habit(
        &[Of(&["if", "while", "switch"]), Any],
        1,
        1,
        "what `{0}` asks stands in parentheses",
        "write `{0} (…) { … }`",
    ),
    habit(&[Of(&["else"])], 0, 0, "this `else` has no `if` before it", ""),
    habit(&[Of(&[")"]), Of(&["-"]), Of(&[">"])], 1, 1, "the type of a result is written with `:`", "").fix(1, 3, ": "),
    habit(&[Of(&["-"]), Of(&[">"])], 1, 0, "an arrow function is written with `=>`", "")
        .only(Touching)
        .fix(0, 2, "=> "),
    habit(&[Of(&[":"]), Of(&["="])], 1, 0, "`:=` is written `=`", "write `let` before the name of a new variable")
        .only(Touching),
    habit(&[Of(&[","]), Name, Of(&["=>"])], 2, 1, "several parameters stand in parentheses", "write `(a, b) => …`"),
    habit(&[Of(&["interface"]), Name, Of(&["="])], 2, 2, "an interface has no `=`", "write `interface {1} { … }`")
        .fix(2, 3, ""),
    habit(&[Name, Of(&[":"])], 1, 1, "a member of an enum gets its value with `=`", "write `{0} = …`")
        .only(EnumBody)
        .fix(1, 2, " = "),
    habit(&[Of(&[","])], 0, 0, "a field ends with `;`, not with `,`", "").only(ClassBody).fix(0, 1, ";"),
    habit(
        &[Of(&["<", "<=", ">", ">="])],
        0,
        0,
        "the parts of a `for` end with `;`",
        "write `for (let i = 0; i < n; i++)`",
    )
    .only(ForHead),
    habit(&[BEFORE_VALUE, Of(&["<"]), Name, Any], 3, 1, JSX, JSX_HELP),
    habit(&[Of(&["f"]), Text], 1, 1, "text with values in it stands in backquotes", "write `${…}` for a value in it")
        .only(Touching),
    habit(&[Text, Name], 1, 1, "the string ends before `{1}`", "a quotation mark in a string has a `\\` before it")
        .only(Touching),
    habit(
        &[Of(&["from"]), Name, Of(&["import"])],
        1,
        0,
        "an import names first what it takes",
        "write `import { … } from \"…\"`",
    ),
    habit(&[Of(&["}"]), Of(&["from"]), Name], 2, 2, "the name of a module stands in quotes", "write `from \"…\"`"),
];

/// Words before a condition and a block that other languages have: what is meant.
static HEADS: &[(&str, &str, &str)] = &[
    ("elif", "`elif` is written `else if`", "else if"),
    ("elseif", "`elseif` is written `else if`", "else if"),
    ("elsif", "`elsif` is written `else if`", "else if"),
    ("unless", "`unless (x)` is written `if (!x)`", ""),
    ("until", "`until (x)` is written `while (!x)`", ""),
    ("foreach", "`foreach` is written `for (const x of list)`", ""),
];

impl<D> Driver<'_, '_, D>
where
    D: ParserDefinition<Location = u32, Token = Tok, Error = (), TokenIndex = usize, ReduceIndex = i16>,
{
    /// A better word for an error at the current token, where a habit explains it.
    pub(super) fn explained(&mut self, error: &SyntaxError) -> Option<SyntaxError> {
        if let Some(found) = self.head_of_block(error).or_else(|| self.end_of_case(error)) {
            return Some(found);
        }
        for habit in HABITS {
            let Some(first) = self.at.checked_sub(habit.at) else { continue };
            if self.fits(habit, first) && self.holds(habit.place, first + habit.parts.len() - 1) {
                return Some(self.word(habit, first, error));
            }
        }
        None
    }

    /// `elif (x) {`, and the body of an arrow function without its `=>`.
    fn head_of_block(&self, error: &SyntaxError) -> Option<SyntaxError> {
        let closer = self.at.checked_sub(1).filter(|closer| self.tokens.kind(*closer) == K::RParen)?;
        if self.tokens.kind(self.at) != K::LBrace {
            return None;
        }
        let before = (self.tokens.raw[closer].mate as usize).checked_sub(1)?;
        let (span, text) = (self.tokens.raw.get(before)?.span, self.text_of(before));
        if let Some((_, message, fix)) = HEADS.iter().find(|(word, ..)| *word == text) {
            let found = SyntaxError::new(error.code, span, *message);
            return Some(if fix.is_empty() { found } else { found.fix(span, *fix) });
        }
        matches!(text, "(" | "," | "=" | "return").then(|| {
            let start = self.tokens.raw[self.at].span;
            SyntaxError::new(error.code, start, "an arrow function has `=>` before its body")
                .help("add the missing `=>`")
                .fix(Span::at(start.start), "=> ")
        })
    }

    /// `case 1` and its first statement on the next line.
    fn end_of_case(&self, error: &SyntaxError) -> Option<SyntaxError> {
        self.ends_case().then(|| {
            let end = Span::at(self.last_end);
            SyntaxError::new(error.code, end, "a `case` ends with `:`").help("add the missing `:`").fix(end, ":")
        })
    }

    /// The line before the current token begins with `case`, and the token begins the next.
    pub(super) fn ends_case(&self) -> bool {
        let Some(last) = self.at.checked_sub(1).filter(|_| self.tokens.newline(self.at)) else { return false };
        let first = (0..=last).rev().find(|at| self.tokens.newline(*at));
        self.tokens.kind(first.unwrap_or(0)) == K::Case
    }

    fn text_of(&self, at: usize) -> &str {
        self.tokens.raw.get(at).map_or("", |token| self.cx.text(token.span))
    }

    fn fits(&self, habit: &Habit, first: usize) -> bool {
        habit.parts.iter().enumerate().all(|(index, part)| {
            let at = first + index;
            let (kind, text) = (self.tokens.kind(at), self.text_of(at));
            let here = index == 0 || !self.tokens.newline(at);
            here && match part {
                Of(texts) => texts.contains(&text),
                Name => kind.is_name(),
                Reserved => kind.is_reserved(),
                Text => kind == K::Str,
                Any => kind != K::Eof && text != "(",
            }
        })
    }

    fn holds(&mut self, place: Where, last: usize) -> bool {
        let head = self.brackets.last().map_or(0, |open| open.token);
        match place {
            Anywhere => true,
            Touching => self.tokens.raw[last].span.start == self.tokens.raw[last - 1].span.end,
            ClassBody => self.accepts(&[K::Semicolon, K::PrivateName, K::Semicolon]),
            EnumBody => head >= 2 && self.tokens.kind(head - 2) == K::Enum,
            ForHead => {
                let inside = head.min(self.at)..self.at;
                head >= 1
                    && self.tokens.kind(head - 1) == K::For
                    && inside.clone().any(|at| self.tokens.kind(at) == K::Comma)
                    && !inside.clone().any(|at| self.tokens.kind(at) == K::Semicolon)
            }
        }
    }

    fn word(&self, habit: &Habit, first: usize, error: &SyntaxError) -> SyntaxError {
        let filled = |text: &str| {
            (0..habit.parts.len())
                .fold(text.to_owned(), |text, at| text.replace(&format!("{{{at}}}"), self.text_of(first + at)))
        };
        let mut found = SyntaxError::new(error.code, self.tokens.raw[first + habit.mark].span, filled(habit.message));
        if !habit.help.is_empty() {
            found = found.help(filled(habit.help));
        }
        if let Some((from, to, text)) = habit.fix {
            let start = self.tokens.raw[first + from].span.start;
            // Blanks before the next token go with what they stood behind, unless the row ends there.
            let end = match self.tokens.raw.get(first + to) {
                Some(next) if to > from && (to < habit.parts.len() || text.ends_with(' ') || text == "!") => {
                    next.span.start
                }
                _ if to > from => self.tokens.raw[first + to - 1].span.end,
                _ => start,
            };
            found = found.fix(Span::new(start, end), filled(text));
        }
        found
    }
}
