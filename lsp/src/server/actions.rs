//! Code actions, commands, files that move, settings.

use std::collections::HashMap;

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::*;

use super::Server;
use super::context::{Context, outdated};
use super::convert::{Places, name_of};
use crate::ide::actions::{self, Action, ActionKind};
use crate::ide::inlay::HintOptions;

/// Commands that the server runs; each takes the address of a document.
pub const COMMANDS: [&str; 2] = ["mosl.fixAll", "mosl.organizeImports"];

/// What the user chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    pub hints: HintOptions,
    pub lenses: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { hints: HintOptions { types: true, parameters: true }, lenses: true }
    }
}

impl Settings {
    /// Reads `{ "inlayHints": { "types": …, "parameters": … }, "codeLens": … }`; what is missing keeps its default.
    pub fn read(value: &Value) -> Self {
        let default = Self::default();
        let flag = |path: &str, otherwise: bool| value.pointer(path).and_then(Value::as_bool).unwrap_or(otherwise);
        let types = flag("/inlayHints/types", default.hints.types);
        let parameters = flag("/inlayHints/parameters", default.hints.parameters);
        Self { hints: HintOptions { types, parameters }, lenses: flag("/codeLens", default.lenses) }
    }
}

fn code_action_kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::QuickFix => CodeActionKind::QUICKFIX,
        ActionKind::Extract => CodeActionKind::REFACTOR_EXTRACT,
        ActionKind::Inline => CodeActionKind::REFACTOR_INLINE,
        ActionKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
        ActionKind::OrganizeImports => CodeActionKind::SOURCE_ORGANIZE_IMPORTS,
        ActionKind::FixAll => CodeActionKind::SOURCE_FIX_ALL,
    }
}

/// All kinds, for the announcement.
pub fn kinds() -> Vec<CodeActionKind> {
    use ActionKind::{Extract, FixAll, Inline, OrganizeImports, QuickFix, Rewrite};
    [QuickFix, Extract, Inline, Rewrite, OrganizeImports, FixAll].map(code_action_kind).to_vec()
}

/// Whether a kind was asked for: `refactor` asks for `refactor.extract` too.
fn wanted(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    only.is_none_or(|only| {
        only.iter().any(|asked| {
            let rest = kind.as_str().strip_prefix(asked.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) || asked.as_str().is_empty()
        })
    })
}

fn changes(context: &Context<'_, '_>, uri: &Url, edits: &[crate::text::TextEdit]) -> WorkspaceEdit {
    let edits: Vec<TextEdit> = edits.iter().map(|edit| context.lines.edit(edit)).collect();
    WorkspaceEdit { changes: Some(HashMap::from([(uri.clone(), edits)])), ..WorkspaceEdit::default() }
}

fn convert(context: &Context<'_, '_>, uri: &Url, action: &Action, known: &[Diagnostic]) -> CodeAction {
    let answers = |diagnostic: &&Diagnostic| {
        action.fixes.is_some_and(|(code, span)| {
            let same = diagnostic.code == Some(NumberOrString::String(code.to_owned()));
            same && diagnostic.range == context.lines.range(span)
        })
    };
    let diagnostics: Vec<Diagnostic> = known.iter().filter(answers).cloned().collect();
    CodeAction {
        title: action.title.clone(),
        kind: Some(code_action_kind(action.kind)),
        diagnostics: (!diagnostics.is_empty()).then_some(diagnostics),
        edit: Some(changes(context, uri, &action.edits)),
        is_preferred: action.preferred.then_some(true),
        ..CodeAction::default()
    }
}

/// What an action carries, so that it can be asked for again.
#[derive(serde::Deserialize)]
struct ActionData {
    uri: Url,
    range: Range,
    whole: bool,
}

/// The actions at a range; with those on the `whole` file, which come where they are asked for.
fn all_actions(context: &Context<'_, '_>, range: Range, whole: bool) -> Vec<Action> {
    let mut all = actions::actions(context.analysis, context.file, context.lines.span(range));
    if whole {
        let organized = actions::organize_imports(context.analysis, context.file);
        if !organized.is_empty() {
            all.push(Action::new("Organise imports", ActionKind::OrganizeImports, organized));
        }
        let fixes = actions::fix_all(context.analysis, context.file);
        if !fixes.is_empty() {
            all.push(Action::new("Fix everything that has a certain fix", ActionKind::FixAll, fixes));
        }
    }
    all
}

impl Server {
    pub(super) async fn on_code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let uri = params.text_document.uri;
        let of = uri.clone();
        let later = self.abilities().resolves_actions;
        let found = self.ask(&of, move |context| {
            let only = params.context.only.as_deref();
            let all = all_actions(context, params.range, only.is_some());
            let asked = all.iter().filter(|action| wanted(only, &code_action_kind(action.kind)));
            let known = &params.context.diagnostics;
            let answer = |action: &Action| {
                let mut answer = convert(context, &uri, action, known);
                if later {
                    answer.edit = None;
                    answer.data = Some(json!({"uri": uri, "range": params.range, "whole": only.is_some()}));
                }
                CodeActionOrCommand::CodeAction(answer)
            };
            asked.map(answer).collect()
        });
        found.await
    }

    /// The edit of the one action that is looked at.
    pub(super) async fn on_code_action_resolve(&self, mut action: CodeAction) -> Result<CodeAction> {
        let Some(of) = action.data.clone().and_then(|data| serde_json::from_value::<ActionData>(data).ok()) else {
            return Ok(action);
        };
        let uri = of.uri.clone();
        let (title, kind) = (action.title.clone(), action.kind.clone());
        let found = self.ask(&uri, move |context| {
            let all = all_actions(context, of.range, of.whole);
            let same = |action: &&Action| action.title == title && Some(code_action_kind(action.kind)) == kind;
            all.iter().find(same).map(|action| changes(context, &of.uri, &action.edits))
        });
        action.edit = Some(found.await?.flatten().ok_or_else(outdated)?);
        Ok(action)
    }

    /// Runs a command of [`COMMANDS`]: the edit is sent to the client.
    pub(super) async fn on_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        let uri = params.arguments.first().and_then(|value| serde_json::from_value::<Url>(value.clone()).ok());
        let Some(uri) = uri.filter(|_| COMMANDS.contains(&params.command.as_str())) else {
            return Err(tower_lsp::jsonrpc::Error::invalid_params(format!("no such command: {}", params.command)));
        };
        let of = uri.clone();
        let found = self.ask(&of, move |context| {
            let edits = match params.command.as_str() {
                "mosl.fixAll" => actions::fix_all(context.analysis, context.file),
                _ => actions::organize_imports(context.analysis, context.file),
            };
            (!edits.is_empty()).then(|| changes(context, &uri, &edits))
        });
        if let Some(edit) = found.await?.flatten() {
            // Whether it was applied is the client's business.
            let _ = self.client.apply_edit(edit).await;
        }
        Ok(None)
    }

    pub(super) async fn on_will_rename(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        let name = |uri: &str| Url::parse(uri).ok().map(|uri| name_of(&uri));
        let moves: Vec<(String, String)> =
            params.files.iter().filter_map(|file| Some((name(&file.old_uri)?, name(&file.new_uri)?))).collect();
        let encoding = self.workspace.encoding();
        let found = self.ask_all(move |analysis| {
            let edits = actions::moved_files(analysis, &moves);
            Places::new(analysis, encoding).workspace_edit(&edits).changes.unwrap_or_default()
        });
        let mut all = HashMap::new();
        found.await.into_iter().for_each(|changes| all.extend(changes));
        Ok((!all.is_empty()).then(|| WorkspaceEdit { changes: Some(all), ..WorkspaceEdit::default() }))
    }

    pub(super) fn settings(&self) -> Settings {
        *self.settings.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn set_settings(&self, settings: Settings) {
        *self.settings.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = settings;
    }

    /// Asks the client for the settings, where it can be asked; else takes what it sent.
    pub(super) async fn load_settings(&self, sent: Option<&Value>) {
        if self.abilities().configuration {
            let item = ConfigurationItem { scope_uri: None, section: Some("mosl".into()) };
            if let Ok(answer) = self.client.configuration(vec![item]).await {
                self.set_settings(Settings::read(answer.first().unwrap_or(&Value::Null)));
            }
        } else if let Some(sent) = sent {
            self.set_settings(Settings::read(sent.get("mosl").unwrap_or(sent)));
        }
    }
}
