//! Source maps: which instruction of the file comes from which place of the program's text, as the debuggers of browsers read it
//! (ECMA-426, version 3; a WebAssembly file is one line, whose columns are its bytes).

use std::collections::BTreeMap;

use wasmparser::{BinaryReader, FunctionBody, Parser, Payload};

use super::SourceFile;
use super::assemble::OURS;
use super::build::{Builder, Code};
use crate::mir::Loc;

/// An instruction of a function and where it is from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Its first byte, in the function's instructions.
    pub at: u32,
    pub loc: Loc,
}

/// An instruction of the file, by its first byte there, and where it is from; nothing where a function of the program ends.
type Mapping = (usize, Option<Place>);

#[derive(Clone, Copy, Debug)]
struct Place {
    file: u16,
    /// Both from 0; the column counts UTF-16 units.
    line: usize,
    column: usize,
}

impl Builder<'_> {
    /// The source map of the assembled file: its functions stand in the order in which they were written.
    pub fn source_map(&self, bytes: &[u8]) -> String {
        let bodies: Vec<FunctionBody<'_>> = Parser::new(0)
            .parse_all(bytes)
            .filter_map(|payload| match payload.expect(OURS) {
                Payload::CodeSectionEntry(body) => Some(body),
                _ => None,
            })
            .collect();
        let own: Vec<&Code> = self.codes().collect();
        let first = bodies.len() - own.len();
        let mut mappings = vec![];
        for (code, body) in own.into_iter().zip(&bodies[first..]) {
            if !code.marks.is_empty() {
                self.map_body(code, body, &mut mappings);
            }
        }
        json(self.files, &mappings)
    }

    /// Numbers were put in, so that instructions moved; but they are as many as before.
    fn map_body(&self, code: &Code, body: &FunctionBody<'_>, mappings: &mut Vec<Mapping>) {
        let whole = code.whole();
        let first = whole.len() - code.bytes.len();
        let before = FunctionBody::new(BinaryReader::new(&whole, 0));
        let [before, after] = [&before, body].map(|body| body.get_operators_reader().expect(OURS));
        let [before, after] =
            [before, after].map(|reader| reader.into_iter_with_offsets().map(|operator| operator.expect(OURS).1));
        let mut marks = code.marks.iter().peekable();
        for (before, after) in before.zip(after) {
            let mut here = None;
            while let Some(mark) = marks.next_if(|mark| first + mark.at as usize <= before) {
                here = Some(mark.loc);
            }
            mappings.extend(here.and_then(|loc| self.place_of(loc)).map(|place| (after, Some(place))));
        }
        mappings.push((body.range().end, None));
    }

    fn place_of(&self, loc: Loc) -> Option<Place> {
        let file = self.files.get(usize::from(loc.file))?;
        let (text, start) = (file.text, loc.start as usize);
        let line = file.line_starts.partition_point(|&first| first <= loc.start).checked_sub(1)?;
        let column = text.get(file.line_starts[line] as usize..start)?.encode_utf16().count();
        Some(Place { file: loc.file, line, column })
    }
}

/// The map's text; only files that something is from are in it.
fn json(files: &[SourceFile<'_>], mappings: &[Mapping]) -> String {
    let places = mappings.iter().filter_map(|(_, place)| *place);
    let mut numbers: BTreeMap<u16, usize> = places.map(|place| (place.file, 0)).collect();
    numbers.values_mut().enumerate().for_each(|(at, number)| *number = at);
    let named: Vec<&SourceFile<'_>> = numbers.keys().map(|&file| &files[usize::from(file)]).collect();
    serde_json::json!({
        "version": 3,
        "sources": named.iter().map(|file| file.name).collect::<Vec<_>>(),
        "sourcesContent": named.iter().map(|file| file.text).collect::<Vec<_>>(),
        "names": [],
        "mappings": segments(mappings, &numbers),
    })
    .to_string()
}

/// Each segment says by how much its byte, file, line and column differ from those of the segment before; one of a byte alone ends what
/// comes from anywhere.
fn segments(mappings: &[Mapping], numbers: &BTreeMap<u16, usize>) -> String {
    let mut out = String::new();
    let mut last = [0; 4];
    for (at, place) in mappings {
        if !out.is_empty() {
            out.push(',');
        }
        let place = place.map(|place| [numbers[&place.file], place.line, place.column]);
        let next = std::iter::once(*at).chain(place.into_iter().flatten());
        for (next, last) in next.zip(&mut last) {
            push_vlq(&mut out, next as i64 - *last as i64);
            *last = next;
        }
    }
    out
}

/// A whole number in digits of base 64, five bits each, the lowest first; the sign is the lowest bit.
fn push_vlq(out: &mut String, value: i64) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut rest = value.unsigned_abs() << 1 | u64::from(value < 0);
    loop {
        let more = rest >> 5 != 0;
        out.push(char::from(DIGITS[(rest & 31) as usize | usize::from(more) << 5]));
        rest >>= 5;
        if !more {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::push_vlq;

    #[test]
    fn numbers_are_as_the_standard_writes_them() {
        for (value, text) in [(0, "A"), (1, "C"), (-1, "D"), (15, "e"), (16, "gB"), (-123, "3H"), (1000, "w+B")] {
            let mut out = String::new();
            push_vlq(&mut out, value);
            assert_eq!(out, text, "{value}");
        }
    }
}
