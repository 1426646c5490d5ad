//! What the compiler says about a creator's source. Data only: [`render`] turns it into text, [`json`] into JSON.

pub mod catalogue;
pub(crate) mod echo;
pub mod explain;
pub mod json;
pub mod render;
pub mod suggest;

use std::sync::LazyLock;

use mosl_syntax::{Span, SyntaxError};

pub use catalogue::{CATALOGUE, Entry};

use crate::program::FileId;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic {
    /// `E0100` for errors, `W0100` for warnings.
    pub code: &'static str,
    /// The same in words: `unresolved-name`.
    pub name: &'static str,
    pub severity: Severity,
    /// The headline: enough on its own, names the culprit.
    pub message: String,
    /// Index into [`crate::Compiled::sources`].
    pub file: FileId,
    pub primary: Label,
    pub secondary: Vec<Label>,
    pub help: Option<String>,
    pub fix: Option<Fix>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The file, where it is not the diagnostic's own.
    pub file: Option<FileId>,
    pub span: Span,
    pub text: String,
}

/// A change of the source that tools can apply as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    pub title: String,
    /// All in the diagnostic's file.
    pub edits: Vec<Edit>,
    /// Nothing else can have been meant, and no program that ran does anything else afterwards: `mosl fix` applies it unasked. The others
    /// are guesses, for a person to choose.
    pub certain: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// A text that diagnostics point into.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub text: std::sync::Arc<str>,
}

/// The codes `E0000` to `E0099`, as text that lives as long as the program.
static SYNTAX_CODES: LazyLock<Vec<String>> = LazyLock::new(|| (0..100).map(|code| format!("E{code:04}")).collect());

impl Diagnostic {
    /// `label` says what is at `span`, in a few words.
    pub fn new(
        entry: &'static Entry,
        file: FileId,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self {
            code: entry.code,
            name: entry.name,
            severity: entry.severity,
            message: message.into(),
            file,
            primary: Label { file: None, span, text: label.into() },
            secondary: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// What the grammar says about a file.
    pub fn of_syntax(error: &SyntaxError, file: FileId) -> Self {
        let code = error.code();
        let code = SYNTAX_CODES.iter().find(|known| **known == code).expect("syntax errors are numbered below 100");
        Self {
            code,
            name: error.name(),
            severity: Severity::Error,
            message: error.message.clone(),
            file,
            primary: Label { file: None, span: error.span, text: error.label.clone().unwrap_or_default() },
            secondary: Vec::new(),
            help: error.help.clone(),
            fix: error.fix.as_ref().map(|fix| Fix {
                title: if fix.text.is_empty() { "remove this".into() } else { format!("write `{}`", fix.text.trim()) },
                edits: vec![Edit { span: fix.span, text: fix.text.clone() }],
                certain: fix.certain,
            }),
        }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { file: None, span, text: text.into() });
        self
    }

    #[must_use]
    pub fn also_in(mut self, file: FileId, span: Span, text: impl Into<String>) -> Self {
        let file = (file != self.file).then_some(file);
        self.secondary.push(Label { file, span, text: text.into() });
        self
    }

    /// A fix that replaces `span` by `text`; a guess, until [`Self::certain`] says otherwise.
    #[must_use]
    pub fn fix(self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.fix_all(title, [(span, text.into())])
    }

    /// A fix of several places.
    #[must_use]
    pub fn fix_all(mut self, title: impl Into<String>, edits: impl IntoIterator<Item = (Span, String)>) -> Self {
        let edits = edits.into_iter().map(|(span, text)| Edit { span, text }).collect();
        self.fix = Some(Fix { title: title.into(), edits, certain: false });
        self
    }

    /// Nothing but the fix can have been meant: see [`Fix::certain`].
    #[must_use]
    pub fn certain(mut self) -> Self {
        if let Some(fix) = &mut self.fix {
            fix.certain = true;
        }
        self
    }

    /// "Did you mean" with its fix, where a near name is known.
    #[must_use]
    pub fn suggest(self, span: Span, near: Option<&str>) -> Self {
        match near {
            Some(near) => self.help(format!("did you mean `{near}`?")).fix(format!("change to `{near}`"), span, near),
            None => self,
        }
    }

    /// What is legal and yet a mistake, in strict projects.
    pub fn is_lint(&self) -> bool {
        self.code == "W0101" || ("W0105"..="W0112").contains(&self.code)
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The file could not be read where this points.
    pub fn is_syntax(&self) -> bool {
        self.code.starts_with('E') && self.code < "E0100"
    }
}
