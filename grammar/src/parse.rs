//! The way through the station: text, tokens, layout, grammar, tree. Parsing never fails and never panics: it yields a tree
//! and a list of errors, in the order of the text.

use crate::ast::Module;
use crate::context::Context;
use crate::errors::{ErrorCode, SyntaxError};
use crate::layout::brackets;
use crate::{Comment, Span, Token};

/// What a file's text says.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    pub module: Module,
    /// By position; empty for correct source.
    pub errors: Vec<SyntaxError>,
    /// By position, hashbang included.
    pub comments: Vec<Comment>,
    /// Every token of the text as the grammar understood it, by position; comments and inserted semicolons are not among them.
    pub tokens: Vec<Token>,
}

/// The longest file, in bytes: positions are 32 bits wide and doubled on the way.
pub const MAX_LENGTH: usize = 256 << 20;

/// Parses one file. Time and memory are linear in its length.
pub fn parse(source: &str) -> Parsed {
    if source.len() > MAX_LENGTH {
        return refuse_large_file();
    }
    crate::deep::deepest(|| parse_text(source))
}

fn parse_text(source: &str) -> Parsed {
    let brackets::Scanned { tokens, comments, errors } = brackets::scan(source);
    let cx = Context::new(source, tokens, errors);
    let nothing = std::iter::empty::<(u32, crate::Tok, u32)>();
    let body = crate::generated::ModuleParser::new().parse(&cx, nothing).expect("the driver recovers from every error");
    let (mut errors, tokens, node_count) = cx.into_parts();
    let module = Module { body, span: Span::new(0, source.len() as u32), node_count };
    errors.extend(crate::early::check(&module.body));
    errors.sort_by_key(|error| (error.span.start, error.code));
    Parsed { module, errors, comments, tokens }
}

/// Parses bytes that should be UTF-8. Where they are not, an error tells the place, and the rest is parsed all the same:
/// each bad byte sequence counts as a character that can stand in strings and comments only.
pub fn parse_bytes(bytes: &[u8]) -> Parsed {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => return parse(text),
        Err(_) => same_length_text(bytes),
    };
    let mut parsed = parse(&text);
    let at = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len) as u32;
    let error = SyntaxError::new(
        ErrorCode::InvalidUtf8,
        Span::new(at, at + 1),
        format!("the file is not UTF-8: byte {at} is wrong"),
    )
    .help("save the file as UTF-8");
    let place = parsed.errors.partition_point(|other| other.span.start < at);
    parsed.errors.insert(place, error);
    parsed
}

/// The text with every byte that is not UTF-8 replaced by one of the same length, so that positions stay true.
fn same_length_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{1a}'));
    }
    text
}

fn refuse_large_file() -> Parsed {
    let span = Span::at(0);
    let message = format!("the file is larger than {} MiB", MAX_LENGTH >> 20);
    Parsed {
        module: Module { body: Vec::new(), span, node_count: 0 },
        errors: vec![SyntaxError::new(ErrorCode::FileTooLarge, span, message).help("split it into modules")],
        comments: Vec::new(),
        tokens: Vec::new(),
    }
}
