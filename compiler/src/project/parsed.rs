//! Files as read and parsed, and a store of them: who checks a program again and again (the language server) parses a file only
//! after its text has changed.

use std::sync::{Arc, Mutex, PoisonError};

use mosl_syntax::ast::Module;
use mosl_syntax::{Comment, SyntaxError, Token};
use rustc_hash::FxHashMap;

/// A file's text and all that parsing says about it.
#[derive(Debug)]
pub struct ParsedFile {
    pub source: Arc<str>,
    pub ast: Arc<Module>,
    pub errors: Vec<SyntaxError>,
    pub comments: Vec<Comment>,
    pub tokens: Vec<Token>,
}

impl ParsedFile {
    pub fn new(source: Arc<str>) -> Self {
        let parsed = mosl_syntax::parse(&source);
        let ast = Arc::new(parsed.module);
        Self { source, ast, errors: parsed.errors, comments: parsed.comments, tokens: parsed.tokens }
    }
}

/// The last parse of each file, by name.
#[derive(Debug, Default)]
pub struct ParseCache {
    files: Mutex<FxHashMap<String, Arc<ParsedFile>>>,
    /// Tokens and comments are dropped: a check needs the trees alone.
    trees_only: bool,
}

impl ParseCache {
    /// For one check, after which nobody asks about tokens or comments: they are a tenth of the memory.
    pub fn trees_only() -> Self {
        Self { trees_only: true, ..Self::default() }
    }

    /// The parse of a file; made anew if the text is not the one that is stored.
    pub fn parse(&self, name: &str, source: Arc<str>) -> Arc<ParsedFile> {
        let known = self.lock().get(name).cloned();
        if let Some(known) = known.filter(|known| Arc::ptr_eq(&known.source, &source) || known.source == source) {
            return known;
        }
        let mut parsed = ParsedFile::new(source);
        if self.trees_only {
            (parsed.tokens, parsed.comments) = (Vec::new(), Vec::new());
        }
        let parsed = Arc::new(parsed);
        self.lock().insert(name.to_owned(), parsed.clone());
        parsed
    }

    /// Forgets the files for which `keep` is false.
    pub fn retain(&self, keep: impl Fn(&str) -> bool) {
        self.lock().retain(|name, _| keep(name));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, FxHashMap<String, Arc<ParsedFile>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
