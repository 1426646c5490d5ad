//! The rules that programs are drawn from, read from the files under `grammar/`.
//!
//! A rule begins at the start of a line: `kind [level] [words]: text`; indented lines carry its text on. The level tells how tightly
//! the text binds (0 a comma, 1 an assignment, … 18 a primary expression); a hole that wants more gets parentheses. Words: `x3` makes
//! a rule three times as likely, `leaf` lets it end a deep tree, and the names of [`NEEDS`] say where alone it may stand.
//!
//! In the text `@` marks holes: `@num12` a number that binds at least as tightly as level 12; `@fresh` a new name, which `@1` (or `@2`, for
//! the rule's second) repeats; `@def1.num` and `@let1.num` declare it from there on, constant or not; `@param.num` is `@fresh` and
//! `@let` in one; `@var.num` a variable in scope and `@lval.num` one that may change; `@T.num` an annotation. `@Fn`, `@Async`,
//! `@Gen`, `@AsyncGen`, `@Method`, `@Arrow`, `@Loop`, `@Block` open a scope of that sort and `@End` closes it. `@stmts` and `@few` are statements.

use std::collections::HashMap;
use std::sync::LazyLock;

const FILES: &[&str] = &[
    include_str!("grammar/numbers.txt"),
    include_str!("grammar/strings.txt"),
    include_str!("grammar/booleans.txt"),
    include_str!("grammar/arrays.txt"),
    include_str!("grammar/objects.txt"),
    include_str!("grammar/collections.txt"),
    include_str!("grammar/values.txt"),
    include_str!("grammar/functions.txt"),
    include_str!("grammar/classes.txt"),
    include_str!("grammar/statements.txt"),
    include_str!("grammar/control.txt"),
    include_str!("grammar/exceptions.txt"),
    include_str!("grammar/patterns.txt"),
    include_str!("grammar/iterators.txt"),
    include_str!("grammar/async.txt"),
    include_str!("grammar/types.txt"),
];

/// Where a rule may stand: a bit for each word.
pub const NEEDS: &[&str] = &["async", "gen", "loop", "function", "method", "typed"];
pub const ASYNC: u8 = 1;
pub const GENERATOR: u8 = 2;
pub const LOOP: u8 = 4;
pub const FUNCTION: u8 = 8;
pub const METHOD: u8 = 16;
pub const TYPED: u8 = 32;

/// One way to write something.
#[derive(Debug)]
pub struct Rule {
    pub level: u8,
    pub weight: usize,
    pub leaf: bool,
    pub needs: u8,
    pub text: String,
}

/// The rules by what they make.
pub type Grammar = HashMap<&'static str, Vec<Rule>>;

pub static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    let mut grammar = Grammar::new();
    for file in FILES {
        let mut kind = "";
        for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(more) = line.strip_prefix("  ") {
                let rule = grammar.get_mut(kind).and_then(|rules| rules.last_mut()).expect("a rule to carry on");
                rule.text.push_str(if rule.text.is_empty() { "" } else { "\n" });
                rule.text.push_str(more);
            } else {
                let (head, text) = line.split_once(':').unwrap_or_else(|| panic!("no rule: {line}"));
                kind = head.split(' ').next().expect("a kind");
                grammar.entry(kind).or_default().push(parse_rule(head, text.trim_start()));
            }
        }
    }
    grammar
});

fn parse_rule(head: &str, text: &str) -> Rule {
    let mut rule = Rule { level: 18, weight: 2, leaf: false, needs: 0, text: text.to_owned() };
    for word in head.split(' ').skip(1) {
        if let Ok(level) = word.parse() {
            rule.level = level;
        } else if let Some(times) = word.strip_prefix('x') {
            rule.weight = 2 * times.parse::<usize>().unwrap_or_else(|_| panic!("no weight: {head}"));
        } else if word == "rare" {
            rule.weight = 1;
        } else if word == "leaf" {
            rule.leaf = true;
        } else {
            let need = NEEDS.iter().position(|need| *need == word).unwrap_or_else(|| panic!("no such word: {head}"));
            rule.needs |= 1 << need;
        }
    }
    rule
}
