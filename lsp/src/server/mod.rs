//! The protocol. Handlers do three things: take the parameters apart, ask the workspace, put the answer together; the work is done in
//! [`crate::ide`]. Edits are applied at the very start of their handlers, before anything is awaited: tower-lsp runs handlers
//! concurrently, and starts them in the order of the messages.

mod actions;
mod capabilities;
mod context;
mod convert;
mod diagnostics;
mod formatting;
mod frames;
mod hierarchies;
mod library;
mod navigation;
mod progress;
mod reading;
mod sync;
mod writing;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::request::{
    GotoDeclarationParams, GotoDeclarationResponse, GotoImplementationParams, GotoImplementationResponse,
    GotoTypeDefinitionParams, GotoTypeDefinitionResponse,
};
use tower_lsp::lsp_types::*;
use tower_lsp::{Client, LanguageServer, LspService, Server as Transport};

use crate::workspace::{Event, Workspace};
use actions::Settings;
use capabilities::ClientAbilities;
use reading::SentTokens;

/// How many requests may be on their way at once; messages behind them are read all the same.
const CONCURRENT: usize = 256;

/// What may wait between the client's pipes and the server.
const PIPE_BYTES: usize = 1 << 16;

/// Serves one client until it says `exit` or its connection ends. Whether it said `shutdown` before, as the protocol wants it.
pub async fn serve(input: impl AsyncRead + Unpin, output: impl AsyncWrite + Unpin) -> bool {
    let (to_server, from_client) = tokio::io::duplex(PIPE_BYTES);
    let (to_client, from_server) = tokio::io::duplex(PIPE_BYTES);
    let (errors, complaints) = tokio::sync::mpsc::unbounded_channel();
    let (service, socket) =
        LspService::build(Server::new).custom_method("workspace/textDocumentContent", Server::content).finish();
    let served = Transport::new(from_client, to_client, socket).concurrency_level(CONCURRENT).serve(service);
    let passed = frames::pass_in(input, to_server, errors);
    tokio::join!(passed, served, frames::pass_out(from_server, output, complaints)).0
}

/// Serves a client whose connection keeps messages apart by itself, as a WebSocket does, until it is gone.
pub async fn serve_messages(mut from_client: UnboundedReceiver<Vec<u8>>, to_client: UnboundedSender<Vec<u8>>) {
    let (mut write, input) = tokio::io::duplex(PIPE_BYTES);
    let (output, read) = tokio::io::duplex(PIPE_BYTES);
    let pass_in = async move {
        while let Some(message) = from_client.recv().await {
            if frames::write_frame(&mut write, &message).await.is_err() {
                return;
            }
        }
    };
    let pass_out = async move {
        let mut read = BufReader::new(read);
        while let Some(message) = frames::read_frame(&mut read).await {
            if to_client.send(message).is_err() {
                return;
            }
        }
    };
    tokio::join!(pass_in, serve(input, output), pass_out);
}

/// Serves the client at standard input and output; see [`serve`].
pub fn serve_stdio() -> std::io::Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let in_order = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout()));
    // The thread that reads standard input would keep the process alive.
    runtime.shutdown_background();
    Ok(in_order)
}

pub(crate) struct Server {
    client: Client,
    workspace: Arc<Workspace>,
    abilities: OnceLock<ClientAbilities>,
    settings: Mutex<Settings>,
    sent_tokens: SentTokens,
    /// The client shows how far a long check has got.
    shows_progress: Arc<AtomicBool>,
}

impl Server {
    fn new(client: Client) -> Self {
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel::<Event>();
        let workspace = Arc::new(Workspace::new(move |event| drop(sender.send(event))));
        let shows_progress = Arc::new(AtomicBool::new(false));
        tokio::spawn(diagnostics::publish(
            client.clone(),
            Arc::downgrade(&workspace),
            receiver,
            shows_progress.clone(),
        ));
        Self {
            shows_progress,
            client,
            workspace,
            abilities: OnceLock::new(),
            settings: Mutex::default(),
            sent_tokens: SentTokens::default(),
        }
    }

    fn abilities(&self) -> ClientAbilities {
        self.abilities.get().cloned().unwrap_or_default()
    }
}

fn folder_path(uri: &Url) -> Option<PathBuf> {
    uri.to_file_path().ok()
}

#[tower_lsp::async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let abilities = ClientAbilities::read(&params.capabilities, params.initialization_options.as_ref());
        self.workspace.set_encoding(abilities.encoding);
        self.workspace.set_reporting(!abilities.pulls_diagnostics);
        let folders = params.workspace_folders.unwrap_or_default();
        self.workspace.add_roots(folders.iter().filter_map(|folder| folder_path(&folder.uri)));
        let root = params.root_uri.filter(|_| folders.is_empty());
        self.workspace.add_roots(root.iter().filter_map(folder_path));
        self.shows_progress.store(abilities.progress, Ordering::Relaxed);
        let capabilities = capabilities::server(&abilities);
        // A second `initialize` is refused before it gets here.
        let _ = self.abilities.set(abilities);
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        Ok(InitializeResult { capabilities, server_info: Some(ServerInfo { name: "mosl".into(), version }) })
    }

    async fn initialized(&self, _: InitializedParams) {
        self.load_settings(None).await;
        self.watch_files().await;
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.opened(params);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.changed(params);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.closed(&params.text_document.uri);
        self.sent_tokens.forget(&params.text_document.uri);
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.files_changed(params.changes.iter().map(|change| &change.uri));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.load_settings(Some(&params.settings)).await;
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let paths =
            |folders: &[WorkspaceFolder]| folders.iter().filter_map(|of| folder_path(&of.uri)).collect::<Vec<_>>();
        self.workspace.remove_roots(&paths(&params.event.removed));
        self.workspace.add_roots(paths(&params.event.added));
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        self.pull_document(params).await
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        self.pull_workspace(params).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.on_hover(params).await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        self.on_signature_help(params).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.go_to(params, crate::ide::definition::definition).await
    }

    async fn goto_declaration(&self, params: GotoDeclarationParams) -> Result<Option<GotoDeclarationResponse>> {
        self.go_to(params, crate::ide::definition::definition).await
    }

    async fn goto_type_definition(
        &self,
        params: GotoTypeDefinitionParams,
    ) -> Result<Option<GotoTypeDefinitionResponse>> {
        self.go_to(params, crate::ide::definition::type_definition).await
    }

    async fn goto_implementation(
        &self,
        params: GotoImplementationParams,
    ) -> Result<Option<GotoImplementationResponse>> {
        self.go_to(params, crate::ide::definition::implementation).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        self.on_references(params).await
    }

    async fn document_highlight(&self, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        self.on_highlight(params).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.on_document_symbol(params).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<Vec<SymbolInformation>>> {
        self.on_workspace_symbol(params).await
    }

    async fn symbol_resolve(&self, params: WorkspaceSymbol) -> Result<WorkspaceSymbol> {
        self.on_symbol_resolve(params).await
    }

    async fn prepare_rename(&self, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
        self.on_prepare_rename(params).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        self.on_rename(params).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.on_completion(params).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        self.on_completion_resolve(item).await
    }

    async fn semantic_tokens_full(&self, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
        self.on_tokens_full(params).await
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: SemanticTokensDeltaParams,
    ) -> Result<Option<SemanticTokensFullDeltaResult>> {
        self.on_tokens_delta(params).await
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        self.on_tokens_range(params).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.on_folding(params).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        self.on_selection(params).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.on_inlay_hint(params).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.on_code_lens(params).await
    }

    async fn code_lens_resolve(&self, params: CodeLens) -> Result<CodeLens> {
        self.on_code_lens_resolve(params).await
    }

    async fn document_color(&self, params: DocumentColorParams) -> Result<Vec<ColorInformation>> {
        self.on_document_color(params).await
    }

    async fn color_presentation(&self, params: ColorPresentationParams) -> Result<Vec<ColorPresentation>> {
        self.on_color_presentation(params).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.on_document_link(params).await
    }

    async fn linked_editing_range(&self, params: LinkedEditingRangeParams) -> Result<Option<LinkedEditingRanges>> {
        self.on_linked_editing(params).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        self.on_prepare_calls(params).await
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        self.on_incoming(params).await
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        self.on_outgoing(params).await
    }

    async fn prepare_type_hierarchy(
        &self,
        params: TypeHierarchyPrepareParams,
    ) -> Result<Option<Vec<TypeHierarchyItem>>> {
        self.on_prepare_types(params).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.on_code_action(params).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<serde_json::Value>> {
        self.on_command(params).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        self.on_code_action_resolve(action).await
    }

    async fn inlay_hint_resolve(&self, hint: InlayHint) -> Result<InlayHint> {
        self.on_inlay_hint_resolve(hint).await
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        self.on_will_rename(params).await
    }

    async fn supertypes(&self, params: TypeHierarchySupertypesParams) -> Result<Option<Vec<TypeHierarchyItem>>> {
        self.type_lines(params.item, crate::ide::hierarchy::supertypes).await
    }

    async fn subtypes(&self, params: TypeHierarchySubtypesParams) -> Result<Option<Vec<TypeHierarchyItem>>> {
        self.type_lines(params.item, crate::ide::hierarchy::subtypes_at).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.on_formatting(params).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.on_range_formatting(params).await
    }

    async fn on_type_formatting(&self, params: DocumentOnTypeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.on_finished(params).await
    }
}
