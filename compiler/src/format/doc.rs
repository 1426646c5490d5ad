//! A document: text with the places where it may break into lines, and the printer that decides where it does.
//!
//! The algebra and the algorithm are Prettier's (a descendant of P. Wadler, "A prettier printer", 2003): a group is printed on
//! one line if that fits, else its own lines break. Printing is linear in the document but for expanded groups.

use std::collections::HashMap;
use std::rc::Rc;

#[derive(Clone)]
pub struct Doc(Rc<Node>);

/// Ties what depends on it ([`Doc::if_broken`], [`Doc::indent_if_broken`]) to a group.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct GroupId(pub u32);

struct Node {
    kind: Kind,
    /// Holds a hard line, so that every group around it breaks.
    breaks: bool,
}

enum Kind {
    Nil,
    Text(Box<str>),
    Concat(Vec<Doc>),
    Indent(Doc),
    Group { states: Vec<Doc>, id: Option<GroupId> },
    Line(LineKind),
    IfBroken { broken: Doc, flat: Doc, id: Option<GroupId> },
    IndentIfBroken { doc: Doc, id: GroupId },
    LineSuffix(Doc),
    LineSuffixBoundary,
    BreakParent,
    Fill(Vec<Doc>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineKind {
    /// Nothing, or a new line.
    Soft,
    /// A space, or a new line.
    Space,
    Hard,
    /// A new line without indentation, in the middle of a token.
    Literal,
}

impl Doc {
    fn new(kind: Kind, breaks: bool) -> Self {
        Self(Rc::new(Node { kind, breaks }))
    }

    pub fn nil() -> Self {
        Self::new(Kind::Nil, false)
    }

    pub fn concat(parts: Vec<Self>) -> Self {
        let breaks = parts.iter().any(Self::will_break);
        Self::new(Kind::Concat(parts), breaks)
    }

    pub fn join(separator: &Self, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for part in parts {
            if !all.is_empty() {
                all.push(separator.clone());
            }
            all.push(part);
        }
        Self::concat(all)
    }

    /// A text of several lines whose lines stay as they are.
    pub fn literal(text: &str) -> Self {
        let line = Self::new(Kind::Line(LineKind::Literal), true);
        Self::join(&line, text.split('\n').map(Self::from))
    }

    pub fn indent(self) -> Self {
        let breaks = self.0.breaks;
        Self::new(Kind::Indent(self), breaks)
    }

    pub fn group(self) -> Self {
        let breaks = self.0.breaks;
        Self::new(Kind::Group { states: vec![self], id: None }, breaks)
    }

    pub fn group_if(self, must_break: bool) -> Self {
        let breaks = self.0.breaks || must_break;
        Self::new(Kind::Group { states: vec![self], id: None }, breaks)
    }

    pub fn group_with_id(self, id: GroupId) -> Self {
        let breaks = self.0.breaks;
        Self::new(Kind::Group { states: vec![self], id: Some(id) }, breaks)
    }

    /// The first of the states that fits; the last one if none does.
    pub fn first_that_fits(states: Vec<Self>) -> Self {
        Self::new(Kind::Group { states, id: None }, false)
    }

    /// Depends on the group of that name, or on the one around.
    pub fn if_broken(broken: impl Into<Self>, flat: impl Into<Self>, id: Option<GroupId>) -> Self {
        let (broken, flat) = (broken.into(), flat.into());
        let breaks = broken.0.breaks || flat.0.breaks;
        Self::new(Kind::IfBroken { broken, flat, id }, breaks)
    }

    pub fn indent_if_broken(self, id: GroupId) -> Self {
        let breaks = self.0.breaks;
        Self::new(Kind::IndentIfBroken { doc: self, id }, breaks)
    }

    /// Waits for the end of the line: a comment behind what it belongs to.
    pub fn line_suffix(self) -> Self {
        let breaks = self.0.breaks;
        Self::new(Kind::LineSuffix(self), breaks)
    }

    /// As many of the parts on a line as fit; every other part is the separator.
    pub fn fill(parts: Vec<Self>) -> Self {
        let breaks = parts.iter().any(Self::will_break);
        Self::new(Kind::Fill(parts), breaks)
    }

    /// Holds a line that breaks for certain.
    pub fn will_break(&self) -> bool {
        self.0.breaks
    }

    pub fn is_nil(&self) -> bool {
        match &self.0.kind {
            Kind::Nil => true,
            Kind::Concat(parts) => parts.iter().all(Self::is_nil),
            _ => false,
        }
    }

    /// The same without its soft places to break: on one line come what may.
    pub fn flat(&self) -> Self {
        match &self.0.kind {
            Kind::Line(LineKind::Soft) => Self::nil(),
            Kind::Line(LineKind::Space) => Self::from(" "),
            Kind::Concat(parts) => Self::concat(parts.iter().map(Self::flat).collect()),
            Kind::Fill(parts) => Self::concat(parts.iter().map(Self::flat).collect()),
            Kind::Group { states, .. } => states[0].flat(),
            Kind::Indent(doc) | Kind::IndentIfBroken { doc, .. } => doc.flat(),
            Kind::IfBroken { flat, .. } => flat.flat(),
            _ => self.clone(),
        }
    }
}

impl From<&str> for Doc {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::nil() } else { Self::new(Kind::Text(text.into()), false) }
    }
}

impl From<String> for Doc {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Vec<Doc>> for Doc {
    fn from(parts: Vec<Doc>) -> Self {
        Self::concat(parts)
    }
}

pub fn softline() -> Doc {
    Doc::new(Kind::Line(LineKind::Soft), false)
}

pub fn line() -> Doc {
    Doc::new(Kind::Line(LineKind::Space), false)
}

pub fn hardline() -> Doc {
    Doc::new(Kind::Line(LineKind::Hard), true)
}

pub fn break_parent() -> Doc {
    Doc::new(Kind::BreakParent, true)
}

pub fn line_suffix_boundary() -> Doc {
    Doc::new(Kind::LineSuffixBoundary, false)
}

/// Documents one after the other.
macro_rules! docs {
    ($($part:expr),* $(,)?) => {
        $crate::format::doc::Doc::concat(vec![$($crate::format::doc::Doc::from($part)),*])
    };
}
pub(super) use docs;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Flat,
    Broken,
}

type Command<'d> = (usize, Mode, &'d Doc);

/// Lays a document out in lines of at most `width` characters where its breaks allow it. Ends without a line's end.
pub fn print(doc: &Doc, width: usize) -> String {
    let mut printer = Printer { width, out: String::new(), column: 0, groups: HashMap::new() };
    printer.run(doc);
    printer.out
}

struct Printer {
    width: usize,
    out: String,
    column: usize,
    groups: HashMap<GroupId, Mode>,
}

impl Printer {
    fn run<'d>(&mut self, doc: &'d Doc) {
        let mut commands: Vec<Command<'d>> = vec![(0, Mode::Broken, doc)];
        let mut suffixes: Vec<Command<'d>> = Vec::new();
        let mut remeasure = false;
        loop {
            let Some((indent, mode, doc)) = commands.pop() else {
                if suffixes.is_empty() {
                    return;
                }
                commands.extend(suffixes.drain(..).rev());
                continue;
            };
            match &doc.0.kind {
                Kind::Nil | Kind::BreakParent => {}
                Kind::Text(text) => self.text(text),
                Kind::Concat(parts) => commands.extend(parts.iter().rev().map(|part| (indent, mode, part))),
                Kind::Indent(inner) => commands.push((indent + 1, mode, inner)),
                Kind::IndentIfBroken { doc, id } => {
                    let deeper = usize::from(self.groups.get(id) == Some(&Mode::Broken));
                    commands.push((indent + deeper, mode, doc));
                }
                Kind::Group { states, id } => {
                    let chosen = self.choose(doc, states, indent, mode, &commands, &suffixes, &mut remeasure);
                    commands.push((indent, chosen.0, chosen.1));
                    if let Some(id) = id {
                        self.groups.insert(*id, chosen.0);
                    }
                }
                Kind::IfBroken { broken, flat, id } => {
                    let mode_of = id.map_or(mode, |id| self.groups.get(&id).copied().unwrap_or(Mode::Flat));
                    commands.push((indent, mode, if mode_of == Mode::Broken { broken } else { flat }));
                }
                Kind::LineSuffix(inner) => suffixes.push((indent, mode, inner)),
                Kind::LineSuffixBoundary => {
                    if !suffixes.is_empty() {
                        commands.push((indent, mode, doc));
                        self.newline(indent);
                        // The boundary comes again with nothing left to wait for.
                        commands.extend(suffixes.drain(..).rev());
                    }
                }
                Kind::Fill(parts) => self.fill(parts, indent, &mut commands),
                Kind::Line(kind) if mode == Mode::Flat && *kind != LineKind::Hard && *kind != LineKind::Literal => {
                    if *kind == LineKind::Space {
                        self.text(" ");
                    }
                }
                Kind::Line(kind) => {
                    if mode == Mode::Flat {
                        remeasure = true;
                    }
                    if suffixes.is_empty() {
                        if *kind == LineKind::Literal {
                            self.out.push('\n');
                            self.column = 0;
                        } else {
                            self.newline(indent);
                        }
                    } else {
                        commands.push((indent, mode, doc));
                        commands.extend(suffixes.drain(..).rev());
                    }
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(text);
        match text.rfind('\n') {
            Some(at) => self.column = text[at + 1..].chars().count(),
            None => self.column += text.chars().count(),
        }
    }

    fn newline(&mut self, indent: usize) {
        self.out.truncate(self.out.trim_end_matches([' ', '\t']).len());
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", indent));
        self.column = indent * 2;
    }

    #[expect(clippy::too_many_arguments, reason = "the printer's whole state meets in this decision")]
    fn choose<'d>(
        &self,
        group: &'d Doc,
        states: &'d [Doc],
        indent: usize,
        mode: Mode,
        rest: &[Command<'d>],
        suffixes: &[Command<'d>],
        remeasure: &mut bool,
    ) -> (Mode, &'d Doc) {
        if mode == Mode::Flat && !*remeasure {
            return (if group.0.breaks { Mode::Broken } else { Mode::Flat }, &states[0]);
        }
        *remeasure = false;
        let last = states.last().expect("a group has a state");
        let waiting = !suffixes.is_empty();
        if !group.0.breaks && self.fits((indent, Mode::Flat, &states[0]), rest, waiting, false) {
            return (Mode::Flat, &states[0]);
        }
        if states.len() == 1 || group.0.breaks {
            return (Mode::Broken, last);
        }
        for state in &states[1..] {
            if self.fits((indent, Mode::Flat, state), rest, waiting, false) {
                return (Mode::Flat, state);
            }
        }
        (Mode::Broken, last)
    }

    /// Whether what follows, up to the first line that can break, stays within the width.
    fn fits<'d>(&self, next: Command<'d>, rest: &[Command<'d>], suffix_waits: bool, must_be_flat: bool) -> bool {
        let mut room = self.width as isize - self.column as isize;
        let (mut waits, mut left) = (suffix_waits, rest.len());
        let mut commands = vec![(next.1, next.2)];
        while room >= 0 {
            let Some((mode, doc)) = commands.pop() else {
                if left == 0 {
                    return true;
                }
                left -= 1;
                commands.push((rest[left].1, rest[left].2));
                continue;
            };
            match &doc.0.kind {
                Kind::Nil | Kind::BreakParent => {}
                Kind::Text(text) => room -= text.chars().count() as isize,
                Kind::Concat(parts) | Kind::Fill(parts) => {
                    commands.extend(parts.iter().rev().map(|part| (mode, part)));
                }
                Kind::Indent(inner) | Kind::IndentIfBroken { doc: inner, .. } => commands.push((mode, inner)),
                Kind::Group { states, .. } => {
                    if must_be_flat && doc.0.breaks {
                        return false;
                    }
                    let mode = if doc.0.breaks { Mode::Broken } else { mode };
                    let state = if mode == Mode::Broken { states.last() } else { states.first() };
                    commands.push((mode, state.expect("a group has a state")));
                }
                Kind::IfBroken { broken, flat, id } => {
                    let mode_of = id.map_or(mode, |id| self.groups.get(&id).copied().unwrap_or(Mode::Flat));
                    commands.push((mode, if mode_of == Mode::Broken { broken } else { flat }));
                }
                Kind::Line(kind) => match kind {
                    LineKind::Hard | LineKind::Literal => return true,
                    _ if mode == Mode::Broken => return true,
                    LineKind::Space => room -= 1,
                    LineKind::Soft => {}
                },
                Kind::LineSuffix(_) => waits = true,
                Kind::LineSuffixBoundary => {
                    if waits {
                        return true;
                    }
                }
            }
        }
        false
    }

    fn fill<'d>(&mut self, parts: &'d [Doc], indent: usize, commands: &mut Vec<Command<'d>>) {
        let mut queue = Vec::new();
        // Decides left to right with an estimate of the column: content and separators of a fill are plain.
        let mut column = self.column;
        let width_of = |doc: &Doc| flat_width(doc);
        for (at, part) in parts.iter().enumerate() {
            if at % 2 == 0 {
                queue.push((indent, Mode::Flat, part));
                column += width_of(part);
                continue;
            }
            let next = parts.get(at + 1).map_or(0, width_of);
            let after = parts.get(at + 2).map_or(0, |_| 1);
            let broken = part.will_break() || column + 1 + next + after > self.width;
            queue.push((indent, if broken { Mode::Broken } else { Mode::Flat }, part));
            column = if broken { indent * 2 } else { column + 1 };
        }
        commands.extend(queue.into_iter().rev());
    }
}

/// Characters of a document printed flat.
fn flat_width(doc: &Doc) -> usize {
    match &doc.0.kind {
        Kind::Text(text) => text.chars().count(),
        Kind::Concat(parts) | Kind::Fill(parts) => parts.iter().map(flat_width).sum(),
        Kind::Indent(doc) | Kind::IndentIfBroken { doc, .. } => flat_width(doc),
        Kind::Group { states, .. } => flat_width(&states[0]),
        Kind::IfBroken { flat, .. } => flat_width(flat),
        Kind::Line(LineKind::Space) => 1,
        _ => 0,
    }
}
