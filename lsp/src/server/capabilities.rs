//! What the client can do, and what the server says it can do: only what it really does.

use tower_lsp::lsp_types::*;

use crate::ide::semantic;
use crate::text::Encoding;

/// What the client announced, as far as it matters here.
#[derive(Clone, Debug, Default)]
pub struct ClientAbilities {
    pub encoding: Encoding,
    pub pulls_diagnostics: bool,
    pub hierarchical_symbols: bool,
    pub definition_links: bool,
    pub snippets: bool,
    pub watches_files: bool,
    pub label_offsets: bool,
    pub configuration: bool,
    pub progress: bool,
    /// An action's edit may come when the action is looked at.
    pub resolves_actions: bool,
    /// Commands that the client runs itself, named in its initialization options (`{"commands": […]}`).
    pub commands: Vec<String>,
}

impl ClientAbilities {
    pub fn read(client: &ClientCapabilities, options: Option<&serde_json::Value>) -> Self {
        let offered = client.general.as_ref().and_then(|general| general.position_encodings.clone());
        let document = client.text_document.clone().unwrap_or_default();
        let workspace = client.workspace.clone().unwrap_or_default();
        let item = document.completion.as_ref().and_then(|completion| completion.completion_item.clone());
        let signature = document.signature_help.as_ref().and_then(|help| help.signature_information.clone());
        let parameter = signature.and_then(|signature| signature.parameter_information);
        Self {
            encoding: choose(&offered.unwrap_or_default()),
            pulls_diagnostics: document.diagnostic.is_some(),
            hierarchical_symbols: document
                .document_symbol
                .and_then(|symbol| symbol.hierarchical_document_symbol_support)
                .unwrap_or(false),
            definition_links: document.definition.and_then(|of| of.link_support).unwrap_or(false),
            snippets: item.and_then(|item| item.snippet_support).unwrap_or(false),
            watches_files: workspace
                .did_change_watched_files
                .and_then(|watch| watch.dynamic_registration)
                .unwrap_or(false),
            configuration: workspace.configuration.unwrap_or(false),
            progress: client.window.as_ref().and_then(|window| window.work_done_progress).unwrap_or(false),
            resolves_actions: document
                .code_action
                .and_then(|action| action.resolve_support)
                .is_some_and(|resolves| resolves.properties.iter().any(|property| property == "edit")),
            commands: commands(options),
            label_offsets: parameter.and_then(|of| of.label_offset_support).unwrap_or(false),
        }
    }
}

fn commands(options: Option<&serde_json::Value>) -> Vec<String> {
    let list = options.and_then(|options| options.get("commands")).and_then(serde_json::Value::as_array);
    list.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// UTF-8 where the client knows it: no counting then.
fn choose(offered: &[PositionEncodingKind]) -> Encoding {
    let known = |encoding: &PositionEncodingKind| match encoding.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-32" => Some(Encoding::Utf32),
        "utf-16" => Some(Encoding::Utf16),
        _ => None,
    };
    let all: Vec<Encoding> = offered.iter().filter_map(known).collect();
    if all.contains(&Encoding::Utf8) { Encoding::Utf8 } else { all.first().copied().unwrap_or_default() }
}

/// Source files, and folders, which may hold some.
fn filter(glob: &str) -> FileOperationFilter {
    let kind = if glob == "**" { FileOperationPatternKind::Folder } else { FileOperationPatternKind::File };
    let pattern = FileOperationPattern { glob: glob.into(), matches: Some(kind), options: None };
    FileOperationFilter { scheme: Some("file".into()), pattern }
}

pub fn server(client: &ClientAbilities) -> ServerCapabilities {
    let encoding = match client.encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    };
    ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: Some([".", "\"", "'", "/", "@", "#"].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: Some(vec!["(".into(), ",".into(), "<".into()]),
            retrigger_characters: Some(vec![")".into()]),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        definition_provider: Some(OneOf::Left(true)),
        declaration_provider: Some(DeclarationCapability::Simple(true)),
        type_definition_provider: Some(TypeDefinitionProviderCapability::Simple(true)),
        implementation_provider: Some(ImplementationProviderCapability::Simple(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Right(WorkspaceSymbolOptions {
            resolve_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(super::actions::kinds()),
            work_done_progress_options: WorkDoneProgressOptions::default(),
            resolve_provider: Some(true),
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: super::actions::COMMANDS.map(str::to_owned).to_vec(),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        semantic_tokens_provider: Some(SemanticTokensServerCapabilities::SemanticTokensOptions(
            SemanticTokensOptions {
                legend: SemanticTokensLegend {
                    token_types: semantic::KINDS.map(SemanticTokenType::new).to_vec(),
                    token_modifiers: semantic::MODIFIERS.map(SemanticTokenModifier::new).to_vec(),
                },
                range: Some(true),
                full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            },
        )),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        document_on_type_formatting_provider: Some(DocumentOnTypeFormattingOptions {
            first_trigger_character: ";".into(),
            more_trigger_character: Some(vec!["}".into()]),
        }),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        inlay_hint_provider: Some(OneOf::Right(InlayHintServerCapabilities::Options(InlayHintOptions {
            resolve_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }))),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(true) }),
        color_provider: Some(ColorProviderCapability::Simple(true)),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: None,
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        linked_editing_range_provider: Some(LinkedEditingRangeServerCapabilities::Simple(true)),
        call_hierarchy_provider: Some(CallHierarchyServerCapability::Simple(true)),
        diagnostic_provider: Some(DiagnosticServerCapabilities::Options(DiagnosticOptions {
            identifier: Some("mosl".into()),
            inter_file_dependencies: true,
            workspace_diagnostics: true,
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: Some(WorkspaceFileOperationsServerCapabilities {
                will_rename: Some(FileOperationRegistrationOptions {
                    filters: ["**/*.mosl", "**"].map(filter).to_vec(),
                }),
                ..WorkspaceFileOperationsServerCapabilities::default()
            }),
        }),
        ..ServerCapabilities::default()
    }
}
