//! Asking the workspace from a handler.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::lsp_types::{Position, Url};

use super::Server;
use super::convert::{Lines, Places, name_of};
use crate::text::Encoding;
use crate::workspace::{Answer, Outcome, Refused};

/// A file of a checked program, and what it takes to speak about it in the protocol's terms.
pub struct Context<'c, 'a> {
    pub analysis: &'c Analysis<'a>,
    pub file: FileId,
    pub lines: Lines<'c>,
    pub encoding: Encoding,
}

impl<'c, 'a> Context<'c, 'a> {
    pub fn places(&self) -> Places<'c, 'a> {
        Places::new(self.analysis, self.encoding)
    }

    pub fn offset(&self, position: Position) -> u32 {
        self.lines.offset(position)
    }
}

impl Server {
    /// Asks about a document. `None` if no program holds it.
    pub async fn ask<T: Send + 'static>(
        &self,
        uri: &Url,
        question: impl Fn(&Context<'_, '_>) -> T + Send + 'static,
    ) -> Result<Option<T>> {
        let encoding = self.workspace.encoding();
        let answer = self.workspace.ask(&name_of(uri), move |analysis, file| {
            let source = &analysis.loaded.files[usize::from(file.0)].source;
            question(&Context { analysis, file, lines: Lines::new(source, encoding), encoding })
        });
        unwrap(answer.await)
    }

    /// Asks every program of the workspace; what cannot answer is left out.
    pub async fn ask_all<T: Send + 'static>(
        &self,
        question: impl Fn(&Analysis<'_>) -> T + Send + Sync + 'static,
    ) -> Vec<T> {
        gather(self.workspace.ask_all(question)).await
    }
}

/// The answers of several programs; what cannot answer is left out.
pub async fn gather<T>(answers: Vec<Answer<T>>) -> Vec<T> {
    let mut all = Vec::new();
    for answer in answers {
        all.extend(unwrap(answer.await).ok());
    }
    all
}

pub fn unwrap<T>(answer: std::result::Result<Outcome<T>, tokio::sync::oneshot::error::RecvError>) -> Result<T> {
    match answer {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(Refused::Outdated)) => Err(outdated()),
        Ok(Err(Refused::Failed)) | Err(_) => Err(Error::internal_error()),
    }
}

/// What was asked about is no more.
pub fn outdated() -> Error {
    Error { message: "the content was modified".into(), ..Error::new(ErrorCode::ContentModified) }
}

/// An error that tells the user why.
pub fn refused(reason: String) -> Error {
    Error { message: reason.into(), ..Error::new(ErrorCode::ServerError(-32803)) }
}
