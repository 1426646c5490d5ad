//! Parser from regex patterns to IR

use crate::{
    api, charclasses,
    codepointset::{CodePoint, CodePointSet, Interval, interval_contains},
    insn::MAX_CHAR_SET_LENGTH,
    ir,
    types::{
        BracketContents, CaptureGroupID, CaptureGroupName, CharacterClassType, MAX_CAPTURE_GROUPS,
        MAX_LOOPS, MAX_NESTING_DEPTH,
    },
    unicode::{
        self, PropertyEscapeKind, unicode_property_from_str, unicode_property_name_from_str,
    },
    unicodetables::{id_continue_ranges, id_start_ranges},
    util::to_char_sat,
};
use core::{fmt, iter::Peekable, mem};
#[cfg(feature = "std")]
use std::collections::{HashMap, HashSet};
#[cfg(all(not(feature = "std"), feature = "alloc"))]
use {
    alloc::{
        boxed::Box,
        string::{String, ToString},
        vec::Vec,
    },
    hashbrown::{HashMap, HashSet},
};

/// Represents an error encountered during regex compilation.
///
/// The text contains a human-readable error message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Error {
    pub text: String,
    /// The pattern is no wrong one: it is more than this engine takes.
    pub limit: bool,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(feature = "std")]
impl std::error::Error for Error {}

enum ClassAtom {
    CodePoint(CodePoint),
    CharacterClass {
        class_type: CharacterClassType,
        positive: bool,
    },
    Range {
        iv: CodePointSet,
        negate: bool,
    },
}

/// What a class of the `v` mode stands for. With `i`, the code points are closed over case and the strings are folded, so
/// that the operations on sets are those on folded ones.
#[derive(Debug, Clone, Default)]
struct ClassSet {
    codepoints: CodePointSet,
    /// The strings that are not of one code point.
    strings: Vec<Box<[CodePoint]>>,
    /// MayContainStrings: what stands there could contain some, even where it does not.
    may_contain_strings: bool,
}

impl ClassSet {
    fn of_codepoints(codepoints: CodePointSet, flags: &api::Flags) -> Self {
        let codepoints = if flags.icase {
            unicode::close_over_case(codepoints, true)
        } else {
            codepoints
        };
        ClassSet {
            codepoints,
            ..Self::default()
        }
    }

    fn of_strings(strings: impl IntoIterator<Item = Box<[CodePoint]>>, flags: &api::Flags) -> Self {
        let mut codepoints = CodePointSet::new();
        let mut longer = Vec::new();
        for mut string in strings {
            if let [c] = *string {
                codepoints.add_one(c);
                continue;
            }
            if flags.icase {
                string.iter_mut().for_each(|c| *c = unicode::fold(*c));
            }
            longer.push(string);
        }
        let may_contain_strings = !longer.is_empty();
        ClassSet {
            strings: longer,
            may_contain_strings,
            ..Self::of_codepoints(codepoints, flags)
        }
    }

    /// The longest strings are tried first, then single code points, then the empty string.
    fn node(mut self, icase: bool, negate_set: bool) -> ir::Node {
        let bracket = ir::Node::Bracket(BracketContents {
            invert: negate_set,
            cps: self.codepoints,
        });
        if self.strings.is_empty() {
            return bracket;
        }
        self.strings
            .sort_by_key(|string| core::cmp::Reverse(string.len()));
        self.strings.dedup();
        let has_empty = self.strings.pop_if(|string| string.is_empty()).is_some();
        let mut nodes = Vec::new();
        if !self.strings.is_empty() {
            nodes.push(ir::Node::StringSet {
                alternatives: self.strings,
                icase,
            });
        }
        nodes.push(bracket);
        if has_empty {
            nodes.push(ir::Node::Empty);
        }
        make_alt(nodes)
    }

    fn unite(&mut self, other: ClassSet) {
        self.codepoints.add_set(other.codepoints);
        self.strings.extend(other.strings);
        self.may_contain_strings |= other.may_contain_strings;
    }

    fn intersect(&mut self, other: ClassSet) {
        self.codepoints.intersect(other.codepoints.intervals());
        let others: HashSet<_> = other.strings.into_iter().collect();
        self.strings.retain(|string| others.contains(string));
        self.may_contain_strings &= other.may_contain_strings;
    }

    fn subtract(&mut self, other: ClassSet) {
        self.codepoints = {
            let mut kept = other.codepoints.inverted();
            kept.intersect(self.codepoints.intervals());
            kept
        };
        let others: HashSet<_> = other.strings.into_iter().collect();
        self.strings.retain(|string| !others.contains(string));
    }
}

/// An operand within a class of the `v` mode. Only characters bound a range.
#[derive(Debug, Clone)]
enum ClassSetOperand {
    Character(CodePoint),
    Set(ClassSet),
}

impl ClassSetOperand {
    fn into_set(self, flags: &api::Flags) -> ClassSet {
        match self {
            Self::Set(set) => set,
            Self::Character(c) => {
                let interval = Interval { first: c, last: c };
                ClassSet::of_codepoints(
                    CodePointSet::from_sorted_disjoint_intervals(vec![interval]),
                    flags,
                )
            }
        }
    }
}

fn error<S, T>(text: S) -> Result<T, Error>
where
    S: ToString,
{
    Err(Error {
        text: text.to_string(),
        limit: false,
    })
}

/// The error of a pattern that is right, and more than this engine takes.
pub(crate) fn too_much<T>(text: &str) -> Result<T, Error> {
    Err(Error {
        text: text.to_string(),
        limit: true,
    })
}

fn make_cat(nodes: ir::NodeList) -> ir::Node {
    match nodes.len() {
        0 => ir::Node::Empty,
        1 => nodes.into_iter().next().unwrap(),
        _ => ir::Node::Cat(nodes),
    }
}

/// Alternatives as a balanced tree: it tries them in the same order as a list, and is never deep.
fn make_alt(mut nodes: ir::NodeList) -> ir::Node {
    match nodes.len() {
        0 => ir::Node::Empty,
        1 => nodes.remove(0),
        count => {
            let right = nodes.split_off(count / 2);
            ir::Node::Alt(Box::new(make_alt(nodes)), Box::new(make_alt(right)))
        }
    }
}

/// The code points of a class escape. Word characters have more members under `u` or `v` with `i`: WordCharacters.
fn codepoints_from_class(
    ct: CharacterClassType,
    positive: bool,
    flags: &api::Flags,
) -> CodePointSet {
    let mut cps;
    match ct {
        CharacterClassType::Digits => {
            cps = CodePointSet::from_sorted_disjoint_intervals(charclasses::DIGITS.to_vec())
        }
        CharacterClassType::Words => {
            cps = CodePointSet::from_sorted_disjoint_intervals(charclasses::WORD_CHARS.to_vec());
            if flags.icase && flags.unicode {
                cps = unicode::close_over_case(cps, true);
            }
        }
        CharacterClassType::Spaces => {
            cps = CodePointSet::from_sorted_disjoint_intervals(charclasses::WHITESPACE.to_vec());
            for &iv in charclasses::LINE_TERMINATOR.iter() {
                cps.add(iv)
            }
        }
    }
    if positive { cps } else { cps.inverted() }
}

/// \return a Bracket for a given character escape (positive or negative).
fn make_bracket_class(ct: CharacterClassType, positive: bool, flags: &api::Flags) -> ir::Node {
    let cps = codepoints_from_class(ct, positive, flags);
    ir::Node::Bracket(BracketContents { invert: false, cps })
}

fn add_class_atom(bc: &mut BracketContents, atom: ClassAtom, flags: &api::Flags) {
    match atom {
        ClassAtom::CodePoint(c) => bc.cps.add_one(c),
        ClassAtom::CharacterClass {
            class_type,
            positive,
        } => {
            bc.cps
                .add_set(codepoints_from_class(class_type, positive, flags));
        }
        ClassAtom::Range { iv, negate } => {
            if negate {
                bc.cps.add_set(iv.inverted());
            } else {
                bc.cps.add_set(iv);
            }
        }
    }
}

struct LookaroundParams {
    negate: bool,
    backwards: bool,
}

/// Represents the state used to parse a regex.
struct Parser<I>
where
    I: Iterator<Item = u32>,
{
    /// The remaining input.
    input: Peekable<I>,

    /// Flags used.
    flags: api::Flags,

    /// Number of loops.
    loop_count: u32,

    /// Number of capturing groups.
    group_count: CaptureGroupID,

    /// Maximum number of capturing groups.
    group_count_max: u32,

    /// A map each from capture group name to corresponding group indices in order.
    /// Note duplicate names may appear in distinct alternations, per the TC39 proposal.
    /// See <https://github.com/tc39/proposal-duplicate-named-capturing-groups>
    named_group_indices: HashMap<CaptureGroupName, Vec<u32>>,

    /// Whether a lookbehind was encountered.
    has_lookbehind: bool,

    /// Current recursion nesting depth.
    depth: u32,

    /// Work done on sets of characters.
    work: usize,

    /// Names of the groups within the disjunction that is being read, and those of its alternative.
    names_in_scope: Vec<HashSet<CaptureGroupName>>,
}

/// The most work on sets of characters that a pattern may make, in intervals looked at.
const MAX_CLASS_WORK: usize = 5_000_000;

impl<I> Parser<I>
where
    I: Iterator<Item = u32> + Clone,
{
    /// Consume a character, returning it.
    fn consume<C: Into<u32>>(&mut self, c: C) -> u32 {
        let nc = self.input.next();
        core::debug_assert!(nc == Some(c.into()), "char was not next");
        nc.unwrap()
    }

    /// If our contents begin with the char c, consume it from our contents
    /// and return true. Otherwise return false.
    fn try_consume<C: Into<u32>>(&mut self, c: C) -> bool {
        self.input.next_if_eq(&c.into()).is_some()
    }

    /// If our contents begin with the string \p s, consume it from our contents
    /// and return true. Otherwise return false.
    fn try_consume_str(&mut self, s: &str) -> bool {
        let mut cursor = self.input.clone();
        for c1 in s.chars() {
            if cursor.next() != Some(c1 as u32) {
                return false;
            }
        }
        self.input = cursor;
        true
    }

    /// Build a node matching a code point `c`, optionally with case-insensitivity.
    fn char_node(&self, c: u32) -> ir::Node {
        if !self.flags.icase {
            return ir::Node::Char { c };
        }
        let class = unicode::expand_code_point(c, self.flags.icase, self.flags.unicode);
        match class.len() {
            1 => ir::Node::Char { c: class[0] },
            2..=MAX_CHAR_SET_LENGTH => ir::Node::CharSet(class),
            _ => panic!("Unicode case fold exceeded maximum expansion"),
        }
    }

    /// Counts work on sets of characters, of which no pattern may make more than so much.
    fn work(&mut self, amount: usize) -> Result<(), Error> {
        self.work = self.work.saturating_add(amount);
        if self.work > MAX_CLASS_WORK {
            return too_much("Regular expression has too large classes");
        }
        Ok(())
    }

    /// Peek at the next character.
    fn peek(&mut self) -> Option<u32> {
        self.input.peek().copied()
    }

    /// \return the next character.
    fn next(&mut self) -> Option<u32> {
        self.input.next()
    }

    fn try_parse(&mut self) -> Result<ir::Regex, Error> {
        self.parse_capture_groups();

        // Parse a catenation. If we consume everything, it's success. If there's
        // something left, it's an error (for example, an excess closing paren).
        let body = self.consume_disjunction()?;
        match self.input.peek().copied() {
            Some(c) if c == ')' as u32 => error("Unbalanced parenthesis"),
            Some(c) => error(format!(
                "Unexpected char: {}",
                char::from_u32(c)
                    .map(String::from)
                    .unwrap_or_else(|| format!("\\u{c:04X}"))
            )),
            None => self.finalize(ir::Regex {
                node: make_cat(vec![body, ir::Node::Goal]),
                flags: self.flags,
            }),
        }
    }

    /// ES6 21.2.2.3 Disjunction.
    fn consume_disjunction(&mut self) -> Result<ir::Node, Error> {
        self.depth += 1;
        if self.depth > MAX_NESTING_DEPTH {
            return too_much("Regular expression is too deeply nested");
        }
        let mut terms = Vec::new();
        let mut all_names = HashSet::new();
        loop {
            self.names_in_scope.push(HashSet::new());
            terms.push(self.consume_term()?);
            let mut names = self.names_in_scope.pop().unwrap_or_default();
            if all_names.len() < names.len() {
                mem::swap(&mut all_names, &mut names);
            }
            all_names.extend(names);
            if !self.try_consume('|') {
                break;
            }
        }
        self.depth -= 1;
        for name in all_names {
            self.declare_group_name(name)?;
        }
        Ok(make_alt(terms))
    }

    /// A name of a group within the alternative that is being read: there must be no other. Two alternatives of a
    /// disjunction may have the same names, as only one of them takes part.
    fn declare_group_name(&mut self, name: CaptureGroupName) -> Result<(), Error> {
        let is_new = self
            .names_in_scope
            .last_mut()
            .is_none_or(|names| names.insert(name));
        if is_new {
            Ok(())
        } else {
            error("Duplicate capture group name")
        }
    }

    /// ES6 21.2.2.5 Term.
    fn consume_term(&mut self) -> Result<ir::Node, Error> {
        let mut result: Vec<ir::Node> = Vec::new();
        loop {
            let start_group = self.group_count;
            let mut start_offset = result.len();
            let mut quantifier_allowed = true;

            let nc = self.peek();
            if nc.is_none() {
                return Ok(make_cat(result));
            }
            let c = nc.unwrap();
            match to_char_sat(c) {
                // A concatenation is terminated by closing parens or vertical bar (alternations).
                ')' | '|' => break,
                // Term :: Assertion :: ^
                '^' => {
                    self.consume('^');
                    result.push(ir::Node::Anchor {
                        anchor_type: ir::AnchorType::StartOfLine,
                        multiline: self.flags.multiline,
                    });
                    quantifier_allowed = false;
                }
                // Term :: Assertion :: $
                '$' => {
                    self.consume('$');
                    result.push(ir::Node::Anchor {
                        anchor_type: ir::AnchorType::EndOfLine,
                        multiline: self.flags.multiline,
                    });
                    quantifier_allowed = false;
                }

                '\\' => {
                    self.consume('\\');
                    let Some(c) = self.peek() else {
                        return error("Incomplete escape");
                    };
                    match to_char_sat(c) {
                        // Term :: Assertion :: \b
                        'b' => {
                            self.consume('b');
                            quantifier_allowed = false;
                            result.push(ir::Node::WordBoundary {
                                invert: false,
                                unicode_icase: self.flags.unicode && self.flags.icase,
                            });
                        }
                        // Term :: Assertion :: \B
                        'B' => {
                            self.consume('B');
                            quantifier_allowed = false;
                            result.push(ir::Node::WordBoundary {
                                invert: true,
                                unicode_icase: self.flags.unicode && self.flags.icase,
                            });
                        }
                        // Term :: Atom :: \ AtomEscape :: CharacterEscape :: c AsciiLetter
                        // Term :: ExtendedAtom :: \ [lookahead = c]
                        'c' if !self.flags.unicode => {
                            self.consume('c');
                            if self
                                .peek()
                                .and_then(char::from_u32)
                                .map(|c| c.is_ascii_alphabetic())
                                == Some(true)
                            {
                                let cp = self.next().expect("char was not next") % 32;
                                result.push(self.char_node(cp));
                            } else {
                                start_offset += 1;
                                result.push(self.char_node(u32::from('\\')));
                                result.push(self.char_node(u32::from('c')));
                            }
                        }
                        // Term :: Atom :: \ AtomEscape
                        _ => {
                            result.push(self.consume_atom_escape()?);
                        }
                    }
                }

                // Term :: Atom :: .
                '.' => {
                    self.consume('.');
                    result.push(if self.flags.dot_all {
                        ir::Node::MatchAny
                    } else {
                        ir::Node::MatchAnyExceptLineTerminator
                    });
                }

                '(' => {
                    if self.try_consume_str("(?=") {
                        // Positive lookahead.
                        quantifier_allowed = !self.flags.unicode;
                        result.push(self.consume_lookaround_assertion(LookaroundParams {
                            negate: false,
                            backwards: false,
                        })?);
                    } else if self.try_consume_str("(?!") {
                        // Negative lookahead.
                        quantifier_allowed = !self.flags.unicode;
                        result.push(self.consume_lookaround_assertion(LookaroundParams {
                            negate: true,
                            backwards: false,
                        })?);
                    } else if self.try_consume_str("(?<=") {
                        // Positive lookbehind.
                        quantifier_allowed = false;
                        self.has_lookbehind = true;
                        result.push(self.consume_lookaround_assertion(LookaroundParams {
                            negate: false,
                            backwards: true,
                        })?);
                    } else if self.try_consume_str("(?<!") {
                        // Negative lookbehind.
                        quantifier_allowed = false;
                        self.has_lookbehind = true;
                        result.push(self.consume_lookaround_assertion(LookaroundParams {
                            negate: true,
                            backwards: true,
                        })?);
                    } else if self.try_consume_str("(?:") {
                        // Non-capturing group.
                        result.push(self.consume_disjunction()?);
                    } else if let Some(group) = self.try_consume_modifier_group()? {
                        result.push(group);
                    } else {
                        // Capturing group.
                        self.consume('(');
                        let group = self.group_count;
                        if self.group_count as usize >= MAX_CAPTURE_GROUPS {
                            return too_much("Regular expression has too many groups");
                        }
                        self.group_count += 1;

                        // Maybe the capture group has a name!
                        let mut group_name = None;
                        if self.try_consume_str("?") {
                            group_name = self.try_consume_named_capture_group_name();
                            if group_name.is_none() {
                                return error("Invalid capture group name");
                            };
                            if let Some(name) = group_name.clone() {
                                self.declare_group_name(name)?;
                            }
                        }
                        let contents = Box::new(self.consume_disjunction()?);
                        result.push(ir::Node::CaptureGroup {
                            id: group,
                            contents,
                            name: group_name,
                        })
                    }
                    if !self.try_consume(')') {
                        return error("Unbalanced parenthesis");
                    }
                }

                // CharacterClass :: ClassContents :: ClassSetExpression
                '[' if self.flags.unicode_sets => {
                    self.consume('[');
                    let negate_set = self.try_consume('^');
                    let set = self.consume_class_set_expression()?;
                    if negate_set && set.may_contain_strings {
                        return error("Negated character class may contain strings");
                    }
                    self.work(set.codepoints.intervals().len() + set.strings.len())?;
                    result.push(set.node(self.flags.icase, negate_set));
                }

                '[' => {
                    result.push(self.consume_bracket()?);
                }

                // Term :: ExtendedAtom :: InvalidBracedQuantifier
                '{' if !self.flags.unicode => {
                    if self.try_consume_braced_quantifier().is_some() {
                        return error("Invalid braced quantifier");
                    }

                    // Term :: ExtendedAtom :: ExtendedPatternCharacter
                    let cp = self.consume(c);
                    result.push(self.char_node(cp))
                }

                // Term :: Atom :: PatternCharacter :: SourceCharacter but not ^ $ \ . * + ? ( ) [ ] { } |
                '*' | '+' | '?' | ']' | '{' | '}' if self.flags.unicode => {
                    return error("Invalid atom character");
                }

                // Term :: ExtendedAtom :: SourceCharacter but not ^ $ \ . * + ? ( ) [ |
                '*' | '+' | '?' => {
                    return error("Invalid atom character");
                }

                // Term :: Atom :: PatternCharacter
                // Term :: ExtendedAtom :: ExtendedPatternCharacter
                _ => {
                    self.consume(c);
                    result.push(self.char_node(c))
                }
            }

            // We just parsed a term; try parsing a quantifier.
            if let Some(quant) = self.try_consume_quantifier()? {
                if !quantifier_allowed {
                    return error("Quantifier not allowed here");
                }
                // Validate the quantifier.
                // Note we don't want to do this as part of parsing the quantiifer in some cases
                // an incomplete quantifier is not recognized as a quantifier, e.g. `/{3/` is
                // valid.
                if matches!(quant.max, Some(max) if quant.min > max) {
                    return error("Invalid quantifier");
                }
                let quantifee = result.split_off(start_offset);
                if self.loop_count as usize >= MAX_LOOPS {
                    return too_much("Regular expression has too many loops");
                }
                self.loop_count += 1;
                result.push(ir::Node::Loop {
                    loopee: Box::new(make_cat(quantifee)),
                    quant,
                    enclosed_groups: start_group..self.group_count,
                });
            }
        }
        Ok(make_cat(result))
    }

    fn try_consume_modifier_group(&mut self) -> Result<Option<ir::Node>, Error> {
        let mut cursor = self.input.clone();
        if cursor.next() != Some('(' as u32) {
            return Ok(None);
        }
        if cursor.next() != Some('?' as u32) {
            return Ok(None);
        }
        let Some(mut current) = cursor.next() else {
            return Ok(None);
        };

        if to_char_sat(current) == '<' {
            return Ok(None);
        }

        let mut seen_hyphen = false;
        let mut saw_flag = false;
        let mut icase_override: Option<bool> = None;
        let mut multiline_override: Option<bool> = None;
        let mut dot_all_override: Option<bool> = None;

        loop {
            let ch = to_char_sat(current);
            match ch {
                'i' | 'm' | 's' => {
                    let value = !seen_hyphen;
                    let target = match ch {
                        'i' => &mut icase_override,
                        'm' => &mut multiline_override,
                        's' => &mut dot_all_override,
                        _ => unreachable!(),
                    };
                    if target.is_some() {
                        return error("Invalid group modifier");
                    }
                    *target = Some(value);
                    saw_flag = true;
                }
                '-' => {
                    if seen_hyphen {
                        return error("Invalid group modifier");
                    }
                    seen_hyphen = true;
                }
                ':' => {
                    if !saw_flag {
                        return error("Invalid group modifier");
                    }
                    self.input = cursor;
                    let mut new_flags = self.flags;
                    if let Some(value) = icase_override {
                        new_flags.icase = value;
                    }
                    if let Some(value) = multiline_override {
                        new_flags.multiline = value;
                    }
                    if let Some(value) = dot_all_override {
                        new_flags.dot_all = value;
                    }
                    let saved_flags = self.flags;
                    self.flags = new_flags;
                    let contents = match self.consume_disjunction() {
                        Ok(node) => node,
                        Err(err) => {
                            self.flags = saved_flags;
                            return Err(err);
                        }
                    };
                    self.flags = saved_flags;
                    return Ok(Some(contents));
                }
                _ => {
                    return error("Invalid group modifier");
                }
            }

            current = match cursor.next() {
                Some(next) => next,
                None => return error("Invalid group modifier"),
            };
        }
    }

    /// ES6 21.2.2.13 CharacterClass.
    fn consume_bracket(&mut self) -> Result<ir::Node, Error> {
        self.consume('[');
        let invert = self.try_consume('^');
        let mut result = BracketContents {
            invert,
            cps: CodePointSet::default(),
        };

        loop {
            match self.peek().map(to_char_sat) {
                None => {
                    return error("Unterminated character class");
                }
                Some(']') => {
                    self.consume(']');
                    if self.flags.icase {
                        result.cps = unicode::close_over_case(result.cps, self.flags.unicode);
                    }
                    self.work(result.cps.intervals().len())?;
                    return Ok(ir::Node::Bracket(result));
                }
                _ => {}
            }

            // Adding to the set may move all of it.
            self.work(result.cps.intervals().len() / 64 + 1)?;

            // Parse a code point or character class.
            let Some(first) = self.try_consume_bracket_class_atom()? else {
                continue;
            };

            // Check for a dash; we may have a range.
            if !self.try_consume('-') {
                add_class_atom(&mut result, first, &self.flags);
                continue;
            }

            let Some(second) = self.try_consume_bracket_class_atom()? else {
                // No second atom. For example: [a-].
                add_class_atom(&mut result, first, &self.flags);
                add_class_atom(
                    &mut result,
                    ClassAtom::CodePoint(u32::from('-')),
                    &self.flags,
                );
                continue;
            };

            // Ranges must also be in order: z-a is invalid.
            // ES6 21.2.2.15.1 "If i > j, throw a SyntaxError exception"
            if let (ClassAtom::CodePoint(c1), ClassAtom::CodePoint(c2)) = (&first, &second) {
                if c1 > c2 {
                    return error(
                        "Range values reversed, start char code is greater than end char code.",
                    );
                }
                result.cps.add(Interval {
                    first: *c1,
                    last: *c2,
                });

                continue;
            }

            if self.flags.unicode {
                return error("Invalid character range");
            }

            // If it does not match a range treat as any match single characters.
            add_class_atom(&mut result, first, &self.flags);
            add_class_atom(
                &mut result,
                ClassAtom::CodePoint(u32::from('-')),
                &self.flags,
            );
            add_class_atom(&mut result, second, &self.flags);
        }
    }

    fn try_consume_bracket_class_atom(&mut self) -> Result<Option<ClassAtom>, Error> {
        let c = self.peek();
        if c.is_none() {
            return Ok(None);
        }
        let c = c.unwrap();
        match to_char_sat(c) {
            // End of bracket.
            ']' => Ok(None),

            // ClassEscape
            '\\' => {
                self.consume('\\');
                let ec = if let Some(ec) = self.peek() {
                    ec
                } else {
                    return error("Unterminated escape");
                };
                match to_char_sat(ec) {
                    // ClassEscape :: b
                    'b' => {
                        self.consume('b');
                        Ok(Some(ClassAtom::CodePoint(u32::from('\x08'))))
                    }
                    // ClassEscape :: [+UnicodeMode] -
                    '-' if self.flags.unicode => {
                        self.consume('-');
                        Ok(Some(ClassAtom::CodePoint(u32::from('-'))))
                    }
                    'c' if !self.flags.unicode => {
                        let input = self.input.clone();
                        self.consume('c');
                        match self.peek().map(to_char_sat) {
                            // ClassEscape :: [~UnicodeMode] c ClassControlLetter
                            Some('0'..='9' | '_') => {
                                let next = self.next().expect("char was not next");
                                Ok(Some(ClassAtom::CodePoint(next & 0x1F)))
                            }
                            // CharacterEscape :: c AsciiLetter
                            Some('a'..='z' | 'A'..='Z') => {
                                let next = self.next().expect("char was not next");
                                Ok(Some(ClassAtom::CodePoint(next % 32)))
                            }
                            // ClassAtomNoDash :: \ [lookahead = c]
                            _ => {
                                self.input = input;
                                Ok(Some(ClassAtom::CodePoint(u32::from('\\'))))
                            }
                        }
                    }
                    // ClassEscape :: CharacterClassEscape :: d
                    'd' => {
                        self.consume('d');
                        Ok(Some(ClassAtom::CharacterClass {
                            class_type: CharacterClassType::Digits,
                            positive: true,
                        }))
                    }
                    // ClassEscape :: CharacterClassEscape :: D
                    'D' => {
                        self.consume('D');
                        Ok(Some(ClassAtom::CharacterClass {
                            class_type: CharacterClassType::Digits,
                            positive: false,
                        }))
                    }
                    // ClassEscape :: CharacterClassEscape :: s
                    's' => {
                        self.consume('s');
                        Ok(Some(ClassAtom::CharacterClass {
                            class_type: CharacterClassType::Spaces,
                            positive: true,
                        }))
                    }
                    // ClassEscape :: CharacterClassEscape :: S
                    'S' => {
                        self.consume('S');
                        Ok(Some(ClassAtom::CharacterClass {
                            class_type: CharacterClassType::Spaces,
                            positive: false,
                        }))
                    }
                    // ClassEscape :: CharacterClassEscape :: w
                    'w' => {
                        self.consume('w');
                        Ok(Some(ClassAtom::CharacterClass {
                            class_type: CharacterClassType::Words,
                            positive: true,
                        }))
                    }
                    // ClassEscape :: CharacterClassEscape :: W
                    'W' => {
                        self.consume('W');
                        Ok(Some(ClassAtom::CharacterClass {
                            class_type: CharacterClassType::Words,
                            positive: false,
                        }))
                    }
                    // ClassEscape :: CharacterClassEscape :: [+UnicodeMode] p{ UnicodePropertyValueExpression }
                    // ClassEscape :: CharacterClassEscape :: [+UnicodeMode] P{ UnicodePropertyValueExpression }
                    'p' | 'P' if self.flags.unicode => {
                        self.consume(ec);
                        let negate = ec == 'P' as u32;
                        match self.try_consume_unicode_property_escape()? {
                            PropertyEscapeKind::CharacterClass(s) => Ok(Some(ClassAtom::Range {
                                iv: CodePointSet::from_sorted_disjoint_intervals(s.to_vec()),
                                negate,
                            })),
                            PropertyEscapeKind::StringSet(_) => error("Invalid property escape"),
                        }
                    }
                    // ClassEscape :: CharacterEscape :: IdentityEscape but not k, where there are names
                    'k' if !self.named_group_indices.is_empty() => error("Invalid escape"),
                    // ClassEscape :: CharacterEscape
                    _ => {
                        let cc = self.consume_character_escape()?;
                        Ok(Some(ClassAtom::CodePoint(cc)))
                    }
                }
            }

            _ => Ok(Some(ClassAtom::CodePoint(self.consume(c)))),
        }
    }

    /// ClassContents of the `v` mode, up to and with the closing bracket.
    fn consume_class_set_expression(&mut self) -> Result<ClassSet, Error> {
        let mut result = ClassSet::default();
        if self.try_consume(']') {
            return Ok(result);
        }
        let mut operand = self.consume_class_set_operand()?;
        for (operator, intersects) in [("&&", true), ("--", false)] {
            if !self.try_consume_str(operator) {
                continue;
            }
            result = operand.into_set(&self.flags);
            loop {
                if intersects && self.peek() == Some('&' as u32) {
                    return error("Invalid character in character class");
                }
                let other = self.consume_class_set_operand()?.into_set(&self.flags);
                self.work(
                    result.codepoints.intervals().len()
                        + other.codepoints.intervals().len()
                        + other.strings.len(),
                )?;
                if intersects {
                    result.intersect(other);
                } else {
                    result.subtract(other);
                }
                if self.try_consume(']') {
                    return Ok(result);
                }
                if !self.try_consume_str(operator) {
                    return error("Invalid set operation in character class");
                }
            }
        }
        loop {
            let set = match operand {
                ClassSetOperand::Character(first) if self.try_consume('-') => {
                    match self.consume_class_set_operand()? {
                        ClassSetOperand::Character(last) if first <= last => {
                            let range = vec![Interval { first, last }];
                            ClassSet::of_codepoints(
                                CodePointSet::from_sorted_disjoint_intervals(range),
                                &self.flags,
                            )
                        }
                        ClassSetOperand::Character(_) => {
                            return error("Range out of order in character class");
                        }
                        ClassSetOperand::Set(_) => return error("Invalid character class"),
                    }
                }
                operand => operand.into_set(&self.flags),
            };
            self.work(
                result.codepoints.intervals().len() / 64
                    + set.codepoints.intervals().len()
                    + set.strings.len()
                    + 1,
            )?;
            result.unite(set);
            if self.try_consume(']') {
                return Ok(result);
            }
            operand = self.consume_class_set_operand()?;
        }
    }

    fn consume_class_set_operand(&mut self) -> Result<ClassSetOperand, Error> {
        use ClassSetOperand::{Character, Set};
        let Some(cp) = self.peek() else {
            return error("Unterminated character class");
        };
        match to_char_sat(cp) {
            '[' => {
                self.depth += 1;
                if self.depth > MAX_NESTING_DEPTH {
                    return too_much("Regular expression is too deeply nested");
                }
                self.consume('[');
                let negate_set = self.try_consume('^');
                let mut result = self.consume_class_set_expression()?;
                if negate_set {
                    if result.may_contain_strings {
                        return error("Negated character class may contain strings");
                    }
                    result.codepoints = result.codepoints.inverted();
                }
                self.depth -= 1;
                Ok(Set(result))
            }
            '\\' => {
                self.consume('\\');
                let Some(cp) = self.peek() else {
                    return error("\\ at end of pattern");
                };
                let class = |class_type, positive, parser: &Self| {
                    let set = codepoints_from_class(class_type, positive, &parser.flags);
                    Ok(Set(ClassSet {
                        codepoints: set,
                        ..ClassSet::default()
                    }))
                };
                let c = to_char_sat(cp);
                if matches!(c, 'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'p' | 'P' | 'q') {
                    self.consume(cp);
                }
                match c {
                    'd' | 'D' => class(CharacterClassType::Digits, c == 'd', self),
                    's' | 'S' => class(CharacterClassType::Spaces, c == 's', self),
                    'w' | 'W' => class(CharacterClassType::Words, c == 'w', self),
                    'p' | 'P' => Ok(Set(self.consume_property_set(c == 'P')?)),
                    'q' => Ok(Set(self.consume_class_strings()?)),
                    _ => Ok(Character(self.consume_class_set_escape()?)),
                }
            }
            _ => Ok(Character(self.consume_class_set_character()?)),
        }
    }

    /// What follows `\\p` or `\\P` in the `v` mode.
    fn consume_property_set(&mut self, negate: bool) -> Result<ClassSet, Error> {
        match self.try_consume_unicode_property_escape()? {
            PropertyEscapeKind::CharacterClass(intervals) => {
                self.work(intervals.len())?;
                let cps = CodePointSet::from_sorted_disjoint_intervals(intervals.to_vec());
                let mut set = ClassSet::of_codepoints(cps, &self.flags);
                if negate {
                    set.codepoints = set.codepoints.inverted();
                }
                Ok(set)
            }
            PropertyEscapeKind::StringSet(_) if negate => error("Invalid property name"),
            PropertyEscapeKind::StringSet(strings) => {
                self.work(strings.len() * 64)?;
                let mut set = ClassSet::of_strings(
                    strings.iter().map(|string| Box::from(*string)),
                    &self.flags,
                );
                set.may_contain_strings = true;
                Ok(set)
            }
        }
    }

    /// What follows `\\q`.
    fn consume_class_strings(&mut self) -> Result<ClassSet, Error> {
        if !self.try_consume('{') {
            return error("Invalid escape");
        }
        let mut strings = Vec::new();
        let mut string = Vec::new();
        loop {
            let ends = self.try_consume('}');
            if ends || self.try_consume('|') {
                strings.push(mem::take(&mut string).into_boxed_slice());
                if ends {
                    self.work(strings.len())?;
                    return Ok(ClassSet::of_strings(strings, &self.flags));
                }
                continue;
            }
            string.push(self.consume_class_set_character()?);
        }
    }

    /// ClassSetCharacter
    fn consume_class_set_character(&mut self) -> Result<u32, Error> {
        let Some(cp) = self.next() else {
            return error("Unterminated character class");
        };
        match to_char_sat(cp) {
            '\\' => self.consume_class_set_escape(),
            '(' | ')' | '[' | ']' | '{' | '}' | '/' | '-' | '|' => {
                error("Invalid character in character class")
            }
            _ if Self::is_class_set_reserved_double_punctuator(cp) && self.peek() == Some(cp) => {
                error("Invalid set operation in character class")
            }
            _ => Ok(cp),
        }
    }

    /// What follows the `\\` of a ClassSetCharacter.
    fn consume_class_set_escape(&mut self) -> Result<u32, Error> {
        let Some(cp) = self.peek() else {
            return error("\\ at end of pattern");
        };
        if self.try_consume('b') {
            return Ok(8);
        }
        if Self::is_class_set_reserved_punctuator(cp) {
            return Ok(self.consume(cp));
        }
        self.consume_character_escape()
    }

    // ClassSetReservedPunctuator
    fn is_class_set_reserved_punctuator(cp: u32) -> bool {
        match cp {
            0x26 /* & */ | 0x2D /* - */ | 0x21 /* ! */ | 0x23 /* # */ | 0x25 /* % */
            | 0x2C /* , */ | 0x3A /* : */ | 0x3B /* ; */ | 0x3C /* < */ | 0x3D /* = */
            | 0x3E /* > */ | 0x40 /* @ */ | 0x60 /* ` */ | 0x7E /* ~ */ => true,
            _ => false,
        }
    }

    fn is_class_set_reserved_double_punctuator(cp: u32) -> bool {
        match cp {
            0x26 /* & */ | 0x21 /* ! */ | 0x23 /* # */ | 0x24 /* $ */ | 0x25 /* % */
            | 0x2A /* * */ | 0x2B /* + */ | 0x2C /* , */ | 0x2E /* . */ | 0x3A /* : */
            | 0x3B /* ; */ | 0x3C /* < */ | 0x3D /* = */ | 0x3E /* > */ | 0x3F /* ? */
            | 0x40 /* @ */ | 0x5E /* ^ */ | 0x60 /* ` */ | 0x7E /* ~ */ => true,
            _ => false,
        }
    }

    fn try_consume_quantifier(&mut self) -> Result<Option<ir::Quantifier>, Error> {
        if let Some(mut quant) = self.try_consume_quantifier_prefix()? {
            quant.greedy = !self.try_consume('?');
            Ok(Some(quant))
        } else {
            Ok(None)
        }
    }

    fn try_consume_quantifier_prefix(&mut self) -> Result<Option<ir::Quantifier>, Error> {
        let nc = self.peek();
        if nc.is_none() {
            return Ok(None);
        }
        let c = nc.unwrap();
        match char::from_u32(c) {
            Some('+') => {
                self.consume('+');
                Ok(Some(ir::Quantifier {
                    min: 1,
                    max: None,
                    greedy: true,
                }))
            }
            Some('*') => {
                self.consume('*');
                Ok(Some(ir::Quantifier {
                    min: 0,
                    max: None,
                    greedy: true,
                }))
            }
            Some('?') => {
                self.consume('?');
                Ok(Some(ir::Quantifier {
                    min: 0,
                    max: Some(1),
                    greedy: true,
                }))
            }
            Some('{') => {
                if let Some(quantifier) = self.try_consume_braced_quantifier() {
                    Ok(Some(quantifier))
                } else if self.flags.unicode {
                    // if there was a brace '{' that doesn't parse into a valid quantifier,
                    // it's not valid with the unicode flag
                    error("Invalid quantifier")
                } else {
                    Ok(None)
                }
            }
            _ => Ok(None),
        }
    }

    fn try_consume_braced_quantifier(&mut self) -> Option<ir::Quantifier> {
        // if parsed input is actually invalid, keep the previous one for rollback
        let pre_input = self.input.clone();
        self.consume('{');
        let optmin = self.try_consume_decimal_integer_literal();
        let Some(optmin) = optmin else {
            // not a valid quantifier, rollback consumption
            self.input = pre_input;
            return None;
        };
        let mut quant = ir::Quantifier {
            min: optmin,
            max: Some(optmin),
            greedy: true,
        };
        if self.try_consume(',') {
            let max = self.try_consume_decimal_integer_literal();
            // Either like {3,4} in which case we want to set the max;
            // or like {3,} in which case the max should be None to indicate unbounded.
            quant.max = max;
        } else {
            // Like {3}.
        }
        if !self.try_consume('}') {
            // not a valid quantifier, rollback consumption
            self.input = pre_input;
            return None;
        }
        Some(quant)
    }

    /// ES6 11.8.3 DecimalIntegerLiteral.
    /// If the value would overflow, usize::MAX is returned.
    /// All decimal digits are consumed regardless.
    fn try_consume_decimal_integer_literal(&mut self) -> Option<usize> {
        let mut result: usize = 0;
        let mut char_count = 0;
        while let Some(c) = self.peek() {
            if let Some(digit) = char::from_u32(c).and_then(|c| char::to_digit(c, 10)) {
                self.consume(c);
                char_count += 1;
                result = result.saturating_mul(10);
                result = result.saturating_add(digit as usize);
            } else {
                break;
            }
        }
        if char_count > 0 { Some(result) } else { None }
    }

    fn consume_lookaround_assertion(
        &mut self,
        params: LookaroundParams,
    ) -> Result<ir::Node, Error> {
        let start_group = self.group_count;
        let contents = self.consume_disjunction()?;
        let end_group = self.group_count;
        Ok(ir::Node::LookaroundAssertion {
            negate: params.negate,
            backwards: params.backwards,
            start_group,
            end_group,
            contents: Box::new(contents),
        })
    }

    fn consume_character_escape(&mut self) -> Result<u32, Error> {
        let c = self.next().expect("Should have a character");
        let ch = to_char_sat(c);
        match ch {
            // CharacterEscape :: ControlEscape :: f
            'f' => Ok(0xC),
            // CharacterEscape :: ControlEscape :: n
            'n' => Ok(0xA),
            // CharacterEscape :: ControlEscape :: r
            'r' => Ok(0xD),
            // CharacterEscape :: ControlEscape :: t
            't' => Ok(0x9),
            // CharacterEscape :: ControlEscape :: v
            'v' => Ok(0xB),
            // CharacterEscape :: c AsciiLetter
            'c' => {
                if let Some(nc) = self.next().and_then(char::from_u32)
                    && (nc.is_ascii_lowercase() || nc.is_ascii_uppercase())
                {
                    return Ok((nc as u32) % 32);
                }
                error("Invalid character escape")
            }
            // CharacterEscape :: 0 [lookahead ∉ DecimalDigit]
            '0' if self
                .peek()
                .and_then(char::from_u32)
                .map(|c: char| c.is_ascii_digit())
                != Some(true) =>
            {
                Ok(0x0)
            }
            // CharacterEscape :: HexEscapeSequence :: x HexDigit HexDigit
            'x' => {
                let orig_input = self.input.clone();
                let hex_to_digit = |c: char| c.to_digit(16);
                let x1 = self.next().and_then(char::from_u32).and_then(hex_to_digit);
                let x2 = self.next().and_then(char::from_u32).and_then(hex_to_digit);
                match (x1, x2) {
                    (Some(x1), Some(x2)) => Ok(x1 * 16 + x2),
                    // CharacterEscape :: IdentityEscape :: SourceCharacterIdentityEscape
                    // Not a valid HexEscapeSequence. Restore the input.
                    _ if !self.flags.unicode => {
                        self.input = orig_input;
                        Ok(c)
                    }
                    _ => error("Invalid character escape"),
                }
            }
            // CharacterEscape :: RegExpUnicodeEscapeSequence
            'u' => {
                if let Some(c) = self.try_escape_unicode_sequence(self.flags.unicode) {
                    Ok(c)
                } else if !self.flags.unicode {
                    // CharacterEscape :: IdentityEscape :: SourceCharacterIdentityEscape
                    Ok(c)
                } else {
                    error("Invalid unicode escape")
                }
            }
            // CharacterEscape :: [~UnicodeMode] LegacyOctalEscapeSequence
            '0'..='7' if !self.flags.unicode => {
                let Some(c1) = self.peek() else {
                    return Ok(c - '0' as u32);
                };
                let ch1 = to_char_sat(c1);

                match ch {
                    // 0 [lookahead ∈ { 8, 9 }]
                    '0' if ('8'..='9').contains(&ch1) => Ok(0x0),
                    // NonZeroOctalDigit [lookahead ∉ OctalDigit]
                    _ if !('0'..='7').contains(&ch1) => Ok(c - '0' as u32),
                    // FourToSeven OctalDigit
                    '4'..='7' => {
                        self.consume(c1);
                        Ok((c - '0' as u32) * 8 + c1 - '0' as u32)
                    }
                    // ZeroToThree OctalDigit [lookahead ∉ OctalDigit]
                    // ZeroToThree OctalDigit OctalDigit
                    '0'..='3' => {
                        self.consume(c1);
                        if self.peek().map(|c2| ('0'..='7').contains(&to_char_sat(c2)))
                            == Some(true)
                        {
                            let c2 = self.next().expect("char was not next");
                            Ok((c - '0' as u32) * 64 + (c1 - '0' as u32) * 8 + c2 - '0' as u32)
                        } else {
                            Ok((c - '0' as u32) * 8 + c1 - '0' as u32)
                        }
                    }
                    _ => unreachable!(),
                }
            }
            // CharacterEscape :: IdentityEscape :: [+UnicodeMode] SyntaxCharacter
            // CharacterEscape :: IdentityEscape :: [+UnicodeMode] /
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|'
            | '/' => Ok(c),
            // CharacterEscape :: IdentityEscape :: SourceCharacterIdentityEscape
            _ if !self.flags.unicode => Ok(c),
            _ => error("Invalid character escape"),
        }
    }

    // AtomEscape
    fn consume_atom_escape(&mut self) -> Result<ir::Node, Error> {
        let Some(c) = self.peek() else {
            return error("Incomplete escape");
        };
        match to_char_sat(c) {
            'd' | 'D' => {
                self.consume(c);
                Ok(make_bracket_class(
                    CharacterClassType::Digits,
                    c == 'd' as u32,
                    &self.flags,
                ))
            }

            's' | 'S' => {
                self.consume(c);
                Ok(make_bracket_class(
                    CharacterClassType::Spaces,
                    c == 's' as u32,
                    &self.flags,
                ))
            }

            'w' | 'W' => {
                self.consume(c);
                Ok(make_bracket_class(
                    CharacterClassType::Words,
                    c == 'w' as u32,
                    &self.flags,
                ))
            }

            // ClassEscape :: CharacterClassEscape :: [+UnicodeMode] p{ UnicodePropertyValueExpression }
            // ClassEscape :: CharacterClassEscape :: [+UnicodeMode] P{ UnicodePropertyValueExpression }
            'p' | 'P' if self.flags.unicode => {
                self.consume(c);
                let negate = c == 'P' as u32;
                if self.flags.unicode_sets {
                    let set = self.consume_property_set(negate)?;
                    return Ok(set.node(self.flags.icase, false));
                }
                let PropertyEscapeKind::CharacterClass(s) =
                    self.try_consume_unicode_property_escape()?
                else {
                    return error("Invalid property name");
                };
                self.work(s.len())?;
                // Without `v`, the complement is taken before case is looked at.
                let mut cps = CodePointSet::from_sorted_disjoint_intervals(s.to_vec());
                if negate {
                    cps = cps.inverted();
                }
                if self.flags.icase {
                    cps = unicode::close_over_case(cps, true);
                }
                Ok(ir::Node::Bracket(BracketContents { invert: false, cps }))
            }

            // [+UnicodeMode] DecimalEscape
            // Note: This is a backreference.
            '1'..='9' if self.flags.unicode => {
                let group = self.try_consume_decimal_integer_literal().unwrap();
                if group <= self.group_count_max as usize {
                    Ok(ir::Node::BackRef {
                        groups: vec![group as u32],
                        icase: self.flags.icase,
                    })
                } else {
                    error("Invalid character escape")
                }
            }

            // [~UnicodeMode] DecimalEscape but only if the CapturingGroupNumber of DecimalEscape
            //    is ≤ CountLeftCapturingParensWithin(the Pattern containing DecimalEscape)
            // Note: This could be either a backreference, a legacy octal escape or an identity escape.
            '1'..='9' => {
                let input = self.input.clone();
                let group = self.try_consume_decimal_integer_literal().unwrap();

                if group <= self.group_count_max as usize {
                    Ok(ir::Node::BackRef {
                        groups: vec![group as u32],
                        icase: self.flags.icase,
                    })
                } else {
                    self.input = input;
                    let c = self.consume_character_escape()?;
                    Ok(self.char_node(c))
                }
            }

            // [+NamedCaptureGroups] k GroupName
            'k' if self.flags.unicode || !self.named_group_indices.is_empty() => {
                // The sequence `\k` must be the start of a backreference to a named capture group.
                // Note multiple capture groups may have the same name; we must map all of them to their indices.
                self.consume('k');
                // Must have a valid group name.
                let Some(group_name) = self.try_consume_named_capture_group_name() else {
                    return error("Invalid named backreference syntax");
                };
                // The group name must be the name of a previously defined capture group.
                let Some(group_indices) = self.named_group_indices.get(&group_name) else {
                    return error(format!(
                        "Backreference to invalid named capture group: {}",
                        group_name
                    ));
                };
                // Note backreferences are 1-based.
                Ok(ir::Node::BackRef {
                    groups: group_indices.iter().map(|index| index + 1).collect(),
                    icase: self.flags.icase,
                })
            }

            // [~NamedCaptureGroups] k GroupName
            'k' => {
                self.consume('k');
                Ok(self.char_node(c))
            }

            _ => {
                let c = self.consume_character_escape()?;
                Ok(self.char_node(c))
            }
        }
    }

    /// What follows `\\u`, else nothing is consumed. By code points, `{…}` is understood and two surrogates are one.
    fn try_escape_unicode_sequence(&mut self, by_code_points: bool) -> Option<u32> {
        let orig_input = self.input.clone();
        if by_code_points && self.try_consume('{') {
            let mut value = None;
            loop {
                match self.next().and_then(char::from_u32) {
                    Some('}') if value.is_some() => return value,
                    Some(c) => match c.to_digit(16) {
                        Some(digit) => value = Some(value.unwrap_or(0) * 16 + digit),
                        None => break,
                    },
                    None => break,
                }
                if value.is_some_and(|value| value > 0x10_FFFF) {
                    break;
                }
            }
            self.input = orig_input;
            return None;
        }
        let Some(first) = self.try_consume_hex4() else {
            self.input = orig_input;
            return None;
        };
        if by_code_points && (0xD800..0xDC00).contains(&first) {
            let after_first = self.input.clone();
            if self.try_consume_str("\\u") {
                if let Some(second @ 0xDC00..0xE000) = self.try_consume_hex4() {
                    return Some(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
                }
            }
            self.input = after_first;
        }
        Some(first)
    }

    /// Four hexadecimal digits; where it yields none, some may be consumed.
    fn try_consume_hex4(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value * 16 + self.next().and_then(char::from_u32)?.to_digit(16)?;
        }
        Some(value)
    }

    /// One code point of a group's name: surrogates are joined whatever the flags are.
    fn next_in_name(&mut self) -> Option<char> {
        let first = self.next()?;
        if first == u32::from('\\') {
            return if self.try_consume('u') {
                self.try_escape_unicode_sequence(true)
                    .and_then(char::from_u32)
            } else {
                None
            };
        }
        if (0xD800..0xDC00).contains(&first) {
            let second = self
                .input
                .next_if(|second| (0xDC00..0xE000).contains(second))?;
            return char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        }
        char::from_u32(first)
    }

    fn try_consume_named_capture_group_name(&mut self) -> Option<String> {
        let orig_input = self.input.clone();
        let name = self.consume_group_name();
        if name.is_none() {
            self.input = orig_input;
        }
        name
    }

    fn consume_group_name(&mut self) -> Option<String> {
        if !self.try_consume('<') {
            return None;
        }
        let mut name = String::new();
        loop {
            if !name.is_empty() && self.try_consume('>') {
                return Some(name);
            }
            let c = self.next_in_name()?;
            let ranges = if name.is_empty() {
                id_start_ranges()
            } else {
                id_continue_ranges()
            };
            let joiner = !name.is_empty() && matches!(c, '\u{200C}' | '\u{200D}');
            if !(interval_contains(ranges, c.into()) || c == '$' || c == '_' || joiner) {
                return None;
            }
            name.push(c);
        }
    }

    /// Finds all groups before the pattern is read, as references may come before what they refer to.
    fn parse_capture_groups(&mut self) {
        let orig_input = self.input.clone();
        loop {
            match self.next().map(to_char_sat) {
                Some('\\') => {
                    self.next();
                    continue;
                }
                Some('[') if self.flags.unicode_sets => {
                    // In unicode_sets (`v`) mode character classes can nest,
                    // e.g. `[[a][b]]`, so track bracket depth and stop only at
                    // the matching `]`.
                    let mut depth = 1usize;
                    loop {
                        match self.next().map(to_char_sat) {
                            Some('\\') => {
                                self.next();
                                continue;
                            }
                            Some('[') => depth += 1,
                            Some(']') => {
                                depth -= 1;
                                if depth == 0 {
                                    break;
                                }
                            }
                            Some(_) => continue,
                            None => break,
                        }
                    }
                }
                Some('[') => loop {
                    match self.next().map(to_char_sat) {
                        Some('\\') => {
                            self.next();
                            continue;
                        }
                        Some(']') => break,
                        Some(_) => continue,
                        None => break,
                    }
                },
                Some('(') => {
                    // Determine whether we're a capturing group, and optionally the name.
                    let is_capturing;
                    let group_name;
                    if self.try_consume_str("?") {
                        group_name = self.try_consume_named_capture_group_name();
                        is_capturing = group_name.is_some(); // (?:, (?=, (?!, etc. are non-capturing.
                    } else {
                        is_capturing = true;
                        group_name = None; // Unnamed capture group
                    }

                    if let Some(name) = group_name {
                        self.named_group_indices
                            .entry(name)
                            .or_default()
                            .push(self.group_count_max);
                    }

                    if is_capturing {
                        self.group_count_max =
                            if self.group_count_max + 1 > MAX_CAPTURE_GROUPS as u32 {
                                MAX_CAPTURE_GROUPS as u32
                            } else {
                                self.group_count_max + 1
                            };
                    }
                }
                Some(_) => continue,
                None => break,
            }
        }

        self.input = orig_input;
    }

    fn try_consume_unicode_property_escape(&mut self) -> Result<PropertyEscapeKind, Error> {
        if !self.try_consume('{') {
            return error("Invalid character at property escape start");
        }

        let mut buffer = String::new();
        let mut name = None;

        while let Some(c) = self.peek().and_then(char::from_u32) {
            match c {
                '}' => {
                    self.consume(c);
                    let Some(value) =
                        unicode_property_from_str(&buffer, name, self.flags.unicode_sets)
                    else {
                        break;
                    };
                    return Ok(value);
                }
                '=' if name.is_none() => {
                    self.consume(c);
                    let Some(n) = unicode_property_name_from_str(&buffer) else {
                        break;
                    };
                    name = Some(n);
                    buffer.clear();
                }
                c if c.is_ascii_alphanumeric() || c == '_' => {
                    self.consume(c);
                    buffer.push(c);
                }
                _ => break,
            }
        }

        error("Invalid property name")
    }

    fn finalize(&self, mut re: ir::Regex) -> Result<ir::Regex, Error> {
        debug_assert!(self.loop_count <= MAX_LOOPS as u32);
        debug_assert!(self.group_count as usize <= MAX_CAPTURE_GROUPS);
        if self.has_lookbehind {
            ir::walk_mut(
                false,
                re.flags.unicode,
                &mut re.node,
                &mut ir::Node::reverse_cats,
            );
        }
        Ok(re)
    }
}

/// Try parsing a given pattern.
/// Return the resulting IR regex, or an error.
pub fn try_parse<I>(pattern: I, flags: api::Flags) -> Result<ir::Regex, Error>
where
    I: Iterator<Item = u32> + Clone,
{
    let mut p = Parser {
        input: pattern.peekable(),
        flags,
        loop_count: 0,
        group_count: 0,
        named_group_indices: HashMap::new(),
        group_count_max: 0,
        has_lookbehind: false,
        depth: 0,
        work: 0,
        names_in_scope: Vec::new(),
    };
    p.try_parse()
}
