//! Documents that open, change and close.

use tower_lsp::lsp_types::*;

use super::Server;
use super::convert::{name_of, plain};

impl Server {
    pub(super) fn opened(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.workspace.open(&name_of(&document.uri), document.version, document.text);
    }

    pub(super) fn changed(&self, params: DidChangeTextDocumentParams) {
        let change = |change: TextDocumentContentChangeEvent| {
            (change.range.map(|range| (plain(range.start), plain(range.end))), change.text)
        };
        let changes = params.content_changes.into_iter().map(change).collect();
        self.workspace.change(&name_of(&params.text_document.uri), params.text_document.version, changes);
    }

    pub(super) fn closed(&self, uri: &Url) {
        self.workspace.close(&name_of(uri));
    }

    pub(super) fn files_changed<'u>(&self, uris: impl Iterator<Item = &'u Url>) {
        let names: Vec<String> = uris.map(name_of).collect();
        self.workspace.files_changed(&names);
    }

    /// Asks the client to tell of files that change outside of it.
    pub(super) async fn watch_files(&self) {
        if !self.abilities().watches_files {
            return;
        }
        let watcher =
            |pattern: &str| FileSystemWatcher { glob_pattern: GlobPattern::String(pattern.into()), kind: None };
        let options =
            DidChangeWatchedFilesRegistrationOptions { watchers: vec![watcher("**/*.mosl"), watcher("**/mosl.json")] };
        let registration = Registration {
            id: "mosl-watch".into(),
            method: "workspace/didChangeWatchedFiles".into(),
            register_options: serde_json::to_value(options).ok(),
        };
        // A client that refuses is a client that does not watch.
        let _ = self.client.register_capability(vec![registration]).await;
    }
}
