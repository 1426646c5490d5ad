//! From a comment's text to its parts: prose, tags, programs.

use mosl_syntax::Comment;

use crate::Warning;
use crate::model::{Doc, Example};

/// Notes of the library's generator: a word and a number, anywhere.
const NOTES: [&str; 2] = ["@length ", "@fuel "];

/// A line of a comment: without the star, and its number in the file.
struct Line {
    text: String,
    number: usize,
}

/// Reads `/** … */`; the text between delimiters begins in line `line` of `file`.
pub(crate) fn read(inner: &str, file: &str, line: usize, warnings: &mut Vec<Warning>) -> Doc {
    let lines: Vec<Line> = inner
        .lines()
        .enumerate()
        .map(|(at, text)| Line { text: without_notes(without_star(text)), number: line + at })
        .collect();
    let mut doc = Doc { line, ..Doc::default() };
    let mut reader = Reader { file, warnings, doc: &mut doc };
    let mut at = 0;
    let mut fenced = false;
    let mut tag: Option<(String, usize)> = None;
    let mut start = 0;
    while at <= lines.len() {
        let text = lines.get(at).map_or("", |line| line.text.trim());
        fenced ^= text.starts_with("```");
        let new_tag = if fenced { None } else { tag_of(text) };
        if at == lines.len() || new_tag.is_some() {
            reader.part(tag.take(), &lines[start..at]);
            tag = new_tag.map(|name| (name.to_owned(), at));
            start = at;
        }
        at += 1;
    }
    doc
}

/// The comment's text without `*` at its start.
fn without_star(line: &str) -> &str {
    let trimmed = line.trim_start();
    match trimmed.strip_prefix('*') {
        Some(rest) => rest.strip_prefix(' ').unwrap_or(rest),
        None => trimmed,
    }
}

fn without_notes(line: &str) -> String {
    let mut line = line.trim_end().to_owned();
    for note in NOTES {
        if let Some(at) = line.find(note) {
            let rest = line[at + note.len()..].trim_start_matches(|c: char| c.is_ascii_digit());
            line = format!("{}{}", &line[..at], rest.trim_start());
        }
    }
    line.trim_end().to_owned()
}

/// `@param …` at a line's start.
fn tag_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('@')?;
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    (end > 0 && rest[end..].chars().next().is_none_or(char::is_whitespace)).then_some(&rest[..end])
}

struct Reader<'a> {
    file: &'a str,
    warnings: &'a mut Vec<Warning>,
    doc: &'a mut Doc,
}

impl Reader<'_> {
    /// The prose at the start, or what a tag says.
    fn part(&mut self, tag: Option<(String, usize)>, lines: &[Line]) {
        let Some((name, _)) = tag else {
            self.doc.text = self.prose(lines);
            return;
        };
        let line = lines.first().map_or(self.doc.line, |line| line.number);
        if name == "example" {
            self.example(lines);
            return;
        }
        let text = self.prose(lines);
        let text = text.trim_start()[1 + name.len()..].trim().to_owned();
        match name.as_str() {
            "param" => {
                let (param, about) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
                let about = about.trim_start().trim_start_matches("- ");
                self.doc.params.push((param.to_owned(), about.to_owned()));
            }
            "returns" | "return" => self.doc.returns = Some(text),
            "throws" => self.doc.throws.push(text),
            "deprecated" => self.doc.deprecated = Some(text),
            "see" => self.doc.see.push(text),
            "internal" => self.doc.internal = true,
            _ => self.warn(line, format!("there is no tag `@{name}`")),
        }
    }

    /// Markdown; its `mosl` blocks are programs.
    fn prose(&mut self, lines: &[Line]) -> String {
        let mut program: Option<Example> = None;
        for line in lines {
            let text = line.text.trim();
            match (&mut program, text.strip_prefix("```")) {
                (None, Some(info)) => {
                    let mut words = info.split_whitespace();
                    if words.next() == Some("mosl") {
                        let no_run = words.any(|word| word == "no-run");
                        program = Some(Example { code: String::new(), no_run, line: line.number + 1 });
                    }
                }
                (Some(_), Some(_)) => self.doc.examples.extend(program.take()),
                (Some(example), None) => {
                    example.code.push_str(&line.text);
                    example.code.push('\n');
                }
                (None, None) => {}
            }
        }
        if let Some(example) = program {
            self.warn(example.line - 1, "the block of code does not end".to_owned());
        }
        let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        text.join("\n").trim().to_owned()
    }

    /// `@example`: what follows is a program, or prose with programs in fences.
    fn example(&mut self, lines: &[Line]) {
        if lines.iter().any(|line| line.text.trim().starts_with("```")) {
            let lines: Vec<Line> = lines
                .iter()
                .map(|line| Line {
                    text: line.text.trim_start().strip_prefix("@example").unwrap_or(&line.text).to_owned(),
                    number: line.number,
                })
                .collect();
            let text = self.prose(&lines);
            self.doc.text = format!("{}\n\n{text}", self.doc.text).trim().to_owned();
            return;
        }
        let code: Vec<&str> = lines.iter().skip(1).map(|line| line.text.as_str()).collect();
        let first = lines[0].text.trim()["@example".len()..].trim().to_owned();
        let inline = (!first.is_empty()).then_some(first.as_str());
        let code: Vec<&str> = inline.into_iter().chain(code).collect();
        let code = code.join("\n").trim_matches('\n').to_owned() + "\n";
        let line = lines[0].number + usize::from(inline.is_none());
        self.doc.text = format!("{}\n\n```mosl\n{code}```", self.doc.text).trim().to_owned();
        self.doc.examples.push(Example { code, no_run: false, line });
    }

    fn warn(&mut self, line: usize, message: String) {
        self.warnings.push(Warning { file: self.file.to_owned(), line, message });
    }
}

/// The comments of a file, so that the one above a place is found.
pub(crate) struct Comments<'a> {
    pub text: &'a str,
    pub file: &'a str,
    pub comments: &'a [Comment],
}

impl Comments<'_> {
    /// The documentation right above an offset, where only blanks and words such as `export` stand between.
    pub fn above(&self, at: u32, warnings: &mut Vec<Warning>) -> Doc {
        let before = self.comments.partition_point(|comment| comment.span.end <= at);
        let Some(comment) = before.checked_sub(1).map(|last| self.comments[last]) else { return Doc::default() };
        let between = &self.text[comment.span.end as usize..at as usize];
        if between.split_whitespace().any(|word| !matches!(word, "export" | "default" | "declare" | "async")) {
            return Doc::default();
        }
        self.read(comment, warnings).unwrap_or_default()
    }

    /// What the comments at the file's start say of the module: `//` lines, or a `/** … */` that a blank line follows.
    pub fn of_module(&self, warnings: &mut Vec<Warning>) -> Doc {
        let Some(first) =
            self.comments.first().filter(|first| self.text[..first.span.start as usize].trim().is_empty())
        else {
            return Doc::default();
        };
        if first.block {
            let gap = self.text[first.span.end as usize..].split(|c: char| !c.is_whitespace()).next().unwrap_or("");
            let apart = gap.matches('\n').count() > 1;
            return apart.then(|| self.read(*first, warnings)).flatten().unwrap_or_default();
        }
        let lines = self.text[first.span.start as usize..].lines();
        let lines = lines.map_while(|line| line.strip_prefix("//").map(|text| text.strip_prefix(' ').unwrap_or(text)));
        let inner = lines.collect::<Vec<_>>().join("\n");
        read(&inner, self.file, line_of(self.text, first.span.start), warnings)
    }

    fn read(&self, comment: Comment, warnings: &mut Vec<Warning>) -> Option<Doc> {
        let inner = self.text[comment.span.range()].strip_prefix("/**")?.strip_suffix("*/")?;
        Some(read(inner, self.file, line_of(self.text, comment.span.start), warnings))
    }
}

/// The line of an offset, from 1.
pub(crate) fn line_of(text: &str, at: u32) -> usize {
    text.as_bytes()[..at as usize].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn doc(inner: &str) -> (Doc, Vec<String>) {
        let mut warnings = Vec::new();
        let doc = read(inner, "a.mosl", 1, &mut warnings);
        (doc, warnings.into_iter().map(|warning| format!("{}: {}", warning.line, warning.message)).collect())
    }

    #[test]
    fn tags_are_taken_apart() {
        let (doc, warnings) = doc(
            "\n * Opens it.\n * Slowly.\n *\n * @param door - which one,\n *   of many\n * @param speed how fast\n * @returns when open\n * @throws if locked\n * @see Door.close\n * @deprecated use `swing`\n ",
        );
        assert_eq!(warnings, Vec::<String>::new());
        assert_eq!((doc.text.as_str(), doc.summary().as_str()), ("Opens it.\nSlowly.", "Opens it. Slowly."));
        let params: Vec<(&str, &str)> = doc.params.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(params, [("door", "which one,\n  of many"), ("speed", "how fast")]);
        assert_eq!((doc.returns.as_deref(), doc.throws.len(), doc.see.len()), (Some("when open"), 1, 1));
        assert_eq!(doc.deprecated.as_deref(), Some("use `swing`"));
    }

    #[test]
    fn programs_are_found_with_their_lines() {
        let (doc, _) =
            doc("\n * Says so.\n * @example\n * console.log(1); // => 1\n *\n * console.log(2); // => 2\n * @see x\n");
        assert_eq!(doc.examples[0].code, "console.log(1); // => 1\n\nconsole.log(2); // => 2\n");
        assert_eq!((doc.examples[0].line, doc.examples[0].expected()), (4, Some(vec!["1", "2"])));
        let (doc, _) = self::doc("\n * ```mosl no-run\n * @persist\n * x;\n * ```\n");
        assert_eq!((doc.examples[0].no_run, doc.examples[0].code.as_str()), (true, "@persist\nx;\n"));
    }

    #[test]
    fn mistakes_are_told() {
        assert_eq!(doc("\n * @parm x\n").1, ["2: there is no tag `@parm`"]);
        assert_eq!(doc("\n * ```mosl\n * x\n").1, ["2: the block of code does not end"]);
    }

    #[test]
    fn notes_of_the_generator_are_left_out() {
        assert_eq!(doc(" How many. @length 2 @fuel 5 ").0.text, "How many.");
    }
}
