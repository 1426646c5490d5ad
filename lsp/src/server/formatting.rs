//! Formatting: whole documents, ranges, and what was just finished. The style has no options.

use mosl_compiler::project::LoadedFile;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::*;

use super::Server;
use super::context::Context;
use crate::ide::formatting;

impl Server {
    async fn format(
        &self,
        uri: &Url,
        edits: impl Fn(&LoadedFile, &Context<'_, '_>) -> Vec<crate::text::TextEdit> + Send + 'static,
    ) -> Result<Option<Vec<TextEdit>>> {
        let found = self.ask(uri, move |context| {
            let file = &context.analysis.loaded.files[usize::from(context.file.0)];
            edits(file, context).iter().map(|edit| context.lines.edit(edit)).collect()
        });
        found.await
    }

    pub(super) async fn on_formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.format(&params.text_document.uri, |file, _| formatting::format_file(file)).await
    }

    pub(super) async fn on_range_formatting(
        &self,
        params: DocumentRangeFormattingParams,
    ) -> Result<Option<Vec<TextEdit>>> {
        let range = params.range;
        let part = move |file: &LoadedFile, context: &Context<'_, '_>| {
            formatting::format_part(file, context.lines.span(range))
        };
        self.format(&params.text_document.uri, part).await
    }

    pub(super) async fn on_finished(&self, params: DocumentOnTypeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let finished = move |file: &LoadedFile, context: &Context<'_, '_>| {
            formatting::format_finished(file, context.offset(position))
        };
        self.format(&text_document.uri, finished).await
    }
}
