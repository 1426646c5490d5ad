//! Between the protocol's types and plain ones.

use mosl_compiler::analysis::{Analysis, SourceId};
use mosl_compiler::program::FileId;
use mosl_syntax::Span;
use rustc_hash::FxHashMap;
use tower_lsp::lsp_types::*;

use super::library;
use crate::ide::Place;
use crate::ide::outline::SymbolKind as Kind;
use crate::ide::text::source_text;
use crate::text::{self, Encoding, LineColumn, LineIndex};

/// The name under which a document is known: an absolute path with `/`, or the address of what is no file.
pub fn name_of(uri: &Url) -> String {
    match uri.to_file_path() {
        Ok(path) if uri.scheme() == "file" => {
            library::name_of(&path).unwrap_or_else(|| path.to_string_lossy().replace('\\', "/"))
        }
        _ => uri.to_string(),
    }
}

pub fn uri_of(name: &str) -> Option<Url> {
    library::module(name).or_else(|| Url::from_file_path(name).ok()).or_else(|| Url::parse(name).ok())
}

pub fn plain(position: Position) -> LineColumn {
    LineColumn { line: position.line, column: position.character }
}

/// One text and the places in it.
pub struct Lines<'t> {
    pub text: &'t str,
    index: LineIndex,
    encoding: Encoding,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str, encoding: Encoding) -> Self {
        Self { text, index: LineIndex::new(text), encoding }
    }

    pub fn offset(&self, position: Position) -> u32 {
        self.index.offset(self.text, plain(position), self.encoding)
    }

    pub fn position(&self, offset: u32) -> Position {
        let LineColumn { line, column } = self.index.position(self.text, offset, self.encoding);
        Position::new(line, column)
    }

    pub fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    pub fn span(&self, range: Range) -> Span {
        let (a, b) = (self.offset(range.start), self.offset(range.end));
        Span::new(a.min(b), a.max(b))
    }

    pub fn edit(&self, edit: &text::TextEdit) -> TextEdit {
        TextEdit::new(self.range(edit.span), edit.text.clone())
    }
}

/// Places in any file of a program as locations.
pub struct Places<'p, 'a> {
    analysis: &'p Analysis<'a>,
    encoding: Encoding,
    known: FxHashMap<SourceId, Option<(Url, Lines<'a>)>>,
}

impl<'p, 'a> Places<'p, 'a> {
    pub fn new(analysis: &'p Analysis<'a>, encoding: Encoding) -> Self {
        Self { analysis, encoding, known: FxHashMap::default() }
    }

    fn source(&mut self, source: SourceId) -> Option<&(Url, Lines<'a>)> {
        let (analysis, encoding) = (self.analysis, self.encoding);
        let find = || {
            let uri = match source {
                SourceId::File(file) => uri_of(&analysis.loaded.files.get(usize::from(file.0))?.name)?,
                SourceId::Library(file) => library::built_in(file)?,
            };
            Some((uri, Lines::new(source_text(analysis, source), encoding)))
        };
        self.known.entry(source).or_insert_with(find).as_ref()
    }

    pub fn location(&mut self, place: Place) -> Option<Location> {
        let (uri, lines) = self.source(place.source)?;
        Some(Location::new(uri.clone(), lines.range(place.span)))
    }

    pub fn uri_and_range(&mut self, source: SourceId, span: Span) -> Option<(Url, Range)> {
        let (uri, lines) = self.source(source)?;
        Some((uri.clone(), lines.range(span)))
    }

    /// Edits by file as the protocol's.
    pub fn workspace_edit(&mut self, edits: &[(FileId, Vec<text::TextEdit>)]) -> WorkspaceEdit {
        let mut changes = std::collections::HashMap::new();
        for (file, edits) in edits {
            let Some((uri, lines)) = self.source(SourceId::File(*file)) else { continue };
            let edits: Vec<TextEdit> = edits.iter().map(|edit| lines.edit(edit)).collect();
            changes.insert(uri.clone(), edits);
        }
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    }
}

pub fn symbol_kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::Function => SymbolKind::FUNCTION,
        Kind::Class => SymbolKind::CLASS,
        Kind::Interface => SymbolKind::INTERFACE,
        Kind::TypeAlias => SymbolKind::STRUCT,
        Kind::Enum => SymbolKind::ENUM,
        Kind::EnumMember => SymbolKind::ENUM_MEMBER,
        Kind::Constant => SymbolKind::CONSTANT,
        Kind::Variable => SymbolKind::VARIABLE,
        Kind::Field => SymbolKind::FIELD,
        Kind::Property => SymbolKind::PROPERTY,
        Kind::Method => SymbolKind::METHOD,
        Kind::Constructor => SymbolKind::CONSTRUCTOR,
    }
}

/// MOSL code and its documentation as Markdown.
pub fn markdown(code: &str, docs: Option<&str>) -> MarkupContent {
    let mut value = format!("```mosl\n{code}\n```");
    if let Some(docs) = docs {
        value.push_str("\n\n---\n\n");
        value.push_str(docs);
    }
    MarkupContent { kind: MarkupKind::Markdown, value }
}
