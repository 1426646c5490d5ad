//! The file of a program as WebAssembly: what stands in it for embedders, and what of it takes how many bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use mosl_host::stage::persisted_fields;
use mosl_vm::Module;
use serde_json::json;

/// The custom section that describes the program.
const SECTION: &str = "mosl";

/// The name of a file without its extension.
pub fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "object".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// Adds what embedders want to know: the program's name, what it asks for, which fields of which classes are persisted.
pub fn describe(bytes: &mut Vec<u8>, name: &str, module: &Module) {
    let persisted: BTreeMap<_, _> = persisted_fields(module).into_iter().collect();
    let text = json!({ "name": name, "capabilities": module.capabilities(), "persisted": persisted }).to_string();
    push_custom(bytes, SECTION, text.as_bytes());
}

/// Tells debuggers where the source map is, beside the file.
pub fn link_source_map(bytes: &mut Vec<u8>, url: &str) {
    let mut body = Vec::new();
    push_length(&mut body, url.len());
    body.extend(url.as_bytes());
    push_custom(bytes, "sourceMappingURL", &body);
}

fn push_custom(bytes: &mut Vec<u8>, name: &str, body: &[u8]) {
    let mut section = Vec::new();
    push_length(&mut section, name.len());
    section.extend(name.as_bytes());
    section.extend(body);
    bytes.push(0);
    push_length(bytes, section.len());
    bytes.extend(section);
}

/// The file without the names of functions, which only debuggers show.
pub fn without_names(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes[..8.min(bytes.len())].to_vec();
    for (id, body) in sections(bytes).into_iter().filter(|(id, body)| custom_name(*id, body) != Some("name")) {
        out.push(id);
        push_length(&mut out, body.len());
        out.extend(body);
    }
    out
}

/// Unsigned LEB128.
fn push_length(out: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
}

/// What the sections are called, by their numbers.
const SECTIONS: [&str; 14] = [
    "custom",
    "types",
    "imports",
    "functions",
    "tables",
    "memories",
    "globals",
    "exports",
    "start",
    "elements",
    "code",
    "data",
    "data count",
    "tags",
];

/// So many functions are listed.
const LARGEST: usize = 10;

/// Sections and the largest functions with their sizes, for people to read.
pub fn sizes(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut functions = Vec::new();
    let mut names = BTreeMap::new();
    let mut imported = 0;
    for (id, body) in sections(bytes) {
        let name = custom_name(id, body);
        let label = name.map_or_else(
            || SECTIONS.get(usize::from(id)).copied().unwrap_or("other").to_owned(),
            |name| format!("custom {name}"),
        );
        let _ = writeln!(out, "  {:>9}  {label}", body.len());
        match (id, name) {
            (2, _) => imported = imported_functions(body),
            (10, _) => functions = function_sizes(body),
            (0, Some("name")) => names = function_names(body),
            _ => {}
        }
    }
    let mut largest: Vec<(usize, usize)> =
        functions.into_iter().enumerate().map(|(at, size)| (size, at + imported)).collect();
    largest.sort_unstable_by_key(|(size, at)| (std::cmp::Reverse(*size), *at));
    if !largest.is_empty() {
        out.push_str("Largest functions:\n");
    }
    for (size, at) in largest.into_iter().take(LARGEST) {
        let name = names.get(&at).cloned().unwrap_or_else(|| format!("function {at}"));
        let _ = writeln!(out, "  {size:>9}  {name}");
    }
    out
}

/// Reads pieces of a section; ends early where the bytes do.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<usize> {
        let (mut value, mut shift) = (0usize, 0);
        loop {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
            shift += 7;
        }
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

fn sections(bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut reader = Reader(bytes.get(8..).unwrap_or_default());
    std::iter::from_fn(|| {
        let id = reader.byte()?;
        let length = reader.number()?;
        Some((id, reader.take(length)?))
    })
    .collect()
}

fn custom_name(id: u8, body: &[u8]) -> Option<&str> {
    if id == 0 { Reader(body).text() } else { None }
}

fn function_sizes(body: &[u8]) -> Vec<usize> {
    let mut reader = Reader(body);
    let count = reader.number().unwrap_or(0);
    (0..count)
        .map_while(|_| {
            let length = reader.number()?;
            reader.take(length).map(<[u8]>::len)
        })
        .collect()
}

/// How many functions are imported: the numbers of the module's own begin behind them.
fn imported_functions(body: &[u8]) -> usize {
    let mut reader = Reader(body);
    let mut functions = 0;
    let count = reader.number().unwrap_or(0);
    for _ in 0..count {
        let Some(kind) = reader.text().and_then(|_| reader.text()).and_then(|_| reader.byte()) else { break };
        match kind {
            0 => {
                functions += 1;
                reader.number();
            }
            3 => {
                // A global of strings: (ref extern) or externref, then whether it changes.
                if reader.byte() == Some(0x64) {
                    reader.byte();
                }
                reader.byte();
            }
            _ => break,
        }
    }
    functions
}

fn function_names(body: &[u8]) -> BTreeMap<usize, String> {
    let mut names = BTreeMap::new();
    let mut reader = Reader(body);
    reader.text();
    while let (Some(kind), Some(length)) = (reader.byte(), reader.number()) {
        let Some(part) = reader.take(length) else { break };
        if kind != 1 {
            continue;
        }
        let mut part = Reader(part);
        for _ in 0..part.number().unwrap_or(0) {
            let (Some(at), Some(name)) = (part.number(), part.text()) else { break };
            names.insert(at, name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_have_sizes() {
        for bytes in [
            &b""[..],
            b"\0asm\x01\0\0\0",
            b"\0asm\x01\0\0\0\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\0asm\x01\0\0\0\x0a\x02\x05\x09",
        ] {
            let _ = sizes(bytes);
        }
        let module =
            b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x04\x01\x02\0\x0b\0\x0b\x04name\x01\x04\x01\0\x01f";
        assert_eq!(
            sizes(module),
            "          4  types\n          2  functions\n          4  code\n         11  custom name\nLargest functions:\n          2  f\n"
        );
    }
}
