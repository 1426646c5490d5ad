//! Literate pages: Markdown whose fenced blocks are programs and what they do. Splits a page into [`Example`]s and writes new
//! expectations back into its text; runs nothing.
//!
//! A ```` ```mosl ```` block is a program. Words behind `mosl` say how it is read: `strict` (as in a strict project), `only` (it uses
//! what MOSL adds to JavaScript), `play` (an object in a scene). A line that names a file (`` `door.mosl`: ``) before a block makes
//! the block a further file of the section's next program. The blocks behind a program are what is expected of it: `output` (what it
//! prints), `throws` (the heading of the error that ends it), `error` (the rendered diagnostics), `play` (what visitors do).
//! A comment `// error: [E0123] "words of the headline"` stands in the line of the diagnostic, or alone in the line before.

use std::ops::Range;

/// A program of a page with what is expected of it.
#[derive(Clone, Debug)]
pub struct Example {
    /// The headings above it, innermost last.
    pub section: String,
    /// Which of the section's programs it is, from 1.
    pub number: usize,
    /// Where its fence opens, from 1.
    pub line: usize,
    /// The words behind `mosl`.
    pub words: Vec<String>,
    /// Names and texts; the program itself last.
    pub files: Vec<(String, String)>,
    pub expected: Vec<Expected>,
}

/// A block that says what a program does.
#[derive(Clone, Debug)]
pub struct Expected {
    pub kind: Kind,
    pub text: String,
    /// The lines of the page between its fences.
    pub lines: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// What visitors do, for a program that is played.
    Play,
    Output,
    Throws,
    Error,
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        [(Self::Play, "play"), (Self::Output, "output"), (Self::Throws, "throws"), (Self::Error, "error")]
            .into_iter()
            .find_map(|(kind, name)| (name == word).then_some(kind))
    }
}

impl Example {
    pub fn is(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }

    pub fn expects(&self, kind: Kind) -> Option<&Expected> {
        self.expected.iter().find(|expected| expected.kind == kind)
    }

    /// The program's own text.
    pub fn source(&self) -> &str {
        self.files.last().map_or("", |(_, text)| text)
    }
}

/// A fenced block of a page.
struct Block<'a> {
    info: &'a str,
    /// Between the fences, by line numbers from 0.
    lines: Range<usize>,
}

/// The programs of a page, in its order; `Err` names a block that belongs to none.
pub fn examples(text: &str) -> Result<Vec<Example>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut examples: Vec<Example> = Vec::new();
    let mut headings: Vec<(usize, &str)> = Vec::new();
    let mut files = Vec::new();
    let (mut number, mut at) = (0, 0);
    while at < lines.len() {
        let line = lines[at];
        if let Some((level, title)) = heading(line) {
            headings.retain(|(above, _)| *above < level);
            headings.push((level, title));
            number = 0;
            files.clear();
        }
        let Some(block) = block_at(&lines, at) else {
            at += 1;
            continue;
        };
        let body = lines[block.lines.clone()].iter().map(|line| format!("{line}\n")).collect::<String>();
        let mut words = block.info.split_whitespace();
        let named = file_name(&lines[..at]);
        match (words.next().unwrap_or(""), named) {
            (_, Some(name)) => files.push((name.to_owned(), body)),
            ("mosl", None) => {
                number += 1;
                files.push(("main.mosl".to_owned(), body));
                let section = headings.iter().map(|(_, title)| *title).collect::<Vec<_>>().join(" › ");
                let words = words.map(str::to_owned).collect();
                let files = std::mem::take(&mut files);
                examples.push(Example { section, number, line: at + 1, words, files, expected: Vec::new() });
            }
            (word, None) => match (Kind::of(word), examples.last_mut()) {
                (Some(kind), Some(example)) => {
                    example.expected.push(Expected { kind, text: body, lines: block.lines.clone() });
                }
                (None, _) if matches!(word, "sh" | "text") => {}
                _ => return Err(format!("line {}: a block `{word}` that no test reads", at + 1)),
            },
        }
        at = block.lines.end + 1;
    }
    Ok(examples)
}

/// A page's text with other lines in its expectations: ranges of lines with what stands there now, in the page's order.
pub fn rewrite(text: &str, changes: &[(Range<usize>, String)]) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    let mut at = 0;
    let kept = |range: Range<usize>| lines[range].iter().map(|line| format!("{line}\n")).collect::<String>();
    for (range, new) in changes {
        out.push_str(&kept(at..range.start));
        out.push_str(new);
        at = range.end;
    }
    out.push_str(&kept(at..lines.len()));
    out
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    (level > 0).then(|| line[level..].strip_prefix(' ').map(|title| (level, title.trim()))).flatten()
}

fn block_at<'a>(lines: &[&'a str], at: usize) -> Option<Block<'a>> {
    let info = lines[at].strip_prefix("```")?;
    let length = lines[at + 1..].iter().position(|line| *line == "```").unwrap_or(lines.len() - at - 1);
    Some(Block { info, lines: at + 1..at + 1 + length })
}

/// The file that the last line but blank ones names: `` `door.mosl`: ``.
fn file_name<'a>(before: &[&'a str]) -> Option<&'a str> {
    let line = before.iter().rev().find(|line| !line.trim().is_empty())?;
    line.strip_prefix('`')?.strip_suffix("`:")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A\n\n```mosl strict\nx;\n```\n```output\n1\n```\n\n## B\n\n`b.mosl`:\n\n```mosl\ny;\n```\n\n```mosl\nz;\n```\n";

    #[test]
    fn programs_have_their_files_and_expectations() {
        let found = examples(PAGE).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].section.as_str(), found[0].is("strict"), found[0].line), ("A", true, 3));
        assert_eq!(found[0].expects(Kind::Output).map(|expected| expected.text.as_str()), Some("1\n"));
        let names: Vec<_> = found[1].files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((found[1].section.as_str(), names), ("A › B", vec!["b.mosl", "main.mosl"]));
    }

    #[test]
    fn expectations_are_rewritten_in_place() {
        let found = examples(PAGE).unwrap();
        let lines = found[0].expects(Kind::Output).unwrap().lines.clone();
        assert_eq!(rewrite(PAGE, &[(lines, "2\n3\n".into())]), PAGE.replace("1\n", "2\n3\n"));
    }

    #[test]
    fn a_block_that_no_test_reads_is_an_error() {
        assert!(examples("```json\n{}\n```\n").is_err());
    }
}
