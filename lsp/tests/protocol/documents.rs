//! Synchronisation, encodings, diagnostics, projects.

use serde_json::{Value, json};

use crate::client::{Client, at};

const FILE: &str = "untitled:Untitled-1";

#[tokio::test]
async fn the_handshake_chooses_an_encoding() {
    for (offered, chosen) in
        [(json!(["utf-16", "utf-8"]), "utf-8"), (json!(["utf-16"]), "utf-16"), (Value::Null, "utf-16")]
    {
        let mut client = Client::start();
        let capabilities = json!({"general": {"positionEncodings": offered}});
        let answer = client.request("initialize", json!({"capabilities": capabilities})).await.expect("an answer");
        assert_eq!(answer["capabilities"]["positionEncoding"], chosen);
        client.stop().await;
    }
}

#[tokio::test]
async fn diagnostics_follow_edits() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "const a = 1;\na = 2;\n").await;
    let found = client.diagnostics(FILE, 1).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["range"]["start"], json!({"line": 1, "character": 0}));
    assert_eq!(found[0]["source"], "mosl");
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}});
    client.change(FILE, 2, json!([{"range": range, "text": "let"}])).await;
    assert_eq!(client.diagnostics(FILE, 2).await, Vec::<Value>::new());
    client.stop().await;
}

#[tokio::test]
async fn columns_are_counted_as_agreed() {
    for (encoding, column) in [("utf-8", 23), ("utf-16", 21)] {
        let mut client = Client::ready(json!({"general": {"positionEncodings": [encoding]}})).await;
        client.open(FILE, "const s = \"𝒳\"; missing_name;\n").await;
        let found = client.diagnostics(FILE, 1).await;
        let start = found[0]["range"]["start"]["character"].as_u64().expect("a number");
        assert_eq!(start, column - 5, "{encoding}");
        client.stop().await;
    }
}

#[tokio::test]
async fn a_project_is_checked_as_a_whole() {
    let folder = Folder::new("whole");
    folder.write("mosl.json", r#"{ "name": "whole", "strict": true }"#);
    folder.write("main.mosl", "import { door } from \"./door.mosl\";\nexport const n: string = door;\n");
    folder.write("door.mosl", "export const door = \"oak\";\n");
    let folders = json!([{"uri": folder.uri(""), "name": "whole"}]);
    let mut client = Client::ready_in(json!({}), folders).await;
    let (main, door) = (folder.uri("main.mosl"), folder.uri("door.mosl"));
    client.open(&door, "export const door = \"oak\";\n").await;
    client.open(&main, "import { door } from \"./door.mosl\";\nexport const n: string = door;\n").await;
    assert_eq!(client.diagnostics(&main, 1).await, Vec::<Value>::new());
    // An unsaved change of one file shows in the other.
    client.change(&door, 2, json!([{"text": "export const door = 1;\n"}])).await;
    let message = client
        .wait(|message| {
            message["params"]["uri"] == main.as_str()
                && message["params"]["diagnostics"].as_array().is_some_and(|list| !list.is_empty())
        })
        .await;
    assert_eq!(
        message["params"]["diagnostics"][0]["message"].as_str().map(|m| m.contains("expected `string`")),
        Some(true)
    );
    let place = client.request("textDocument/definition", at(&main, 1, 26)).await.expect("an answer");
    assert_eq!(place[0]["uri"], door);
    client.stop().await;
}

#[tokio::test]
async fn diagnostics_can_be_pulled() {
    let mut client = Client::ready(json!({"textDocument": {"diagnostic": {}}})).await;
    client.open(FILE, "missing_name;\n").await;
    let params = json!({"textDocument": {"uri": FILE}});
    let report = client.request("textDocument/diagnostic", params.clone()).await.expect("a report");
    assert_eq!(report["kind"], "full");
    assert_eq!(report["items"].as_array().map(Vec::len), Some(1));
    let again = json!({"textDocument": {"uri": FILE}, "previousResultId": report["resultId"]});
    let report = client.request("textDocument/diagnostic", again).await.expect("a report");
    assert_eq!(report["kind"], "unchanged");
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []})).await.expect("a report");
    assert_eq!(report["items"][0]["uri"], FILE);
    assert!(client.inbox.iter().all(|message| message["method"] != "textDocument/publishDiagnostics"));
    client.stop().await;
}

/// A folder that goes with the test.
pub struct Folder(std::path::PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mosl-lsp-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("a file");
    }

    pub fn uri(&self, name: &str) -> String {
        format!("file://{}", self.0.join(name).display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
