//! The table of requests in `editors/README.md` names what the server answers, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::client::Client;

const FILE: &str = "untitled:Untitled-1";

/// Every request that a client may make by the protocol's version 3.17, and those of 3.18 that are in use.
const REQUESTS: [&str; 59] = [
    "textDocument/declaration",
    "textDocument/definition",
    "textDocument/typeDefinition",
    "textDocument/implementation",
    "textDocument/references",
    "textDocument/prepareCallHierarchy",
    "callHierarchy/incomingCalls",
    "callHierarchy/outgoingCalls",
    "textDocument/prepareTypeHierarchy",
    "typeHierarchy/supertypes",
    "typeHierarchy/subtypes",
    "textDocument/documentHighlight",
    "textDocument/documentLink",
    "documentLink/resolve",
    "textDocument/hover",
    "textDocument/codeLens",
    "codeLens/resolve",
    "textDocument/foldingRange",
    "textDocument/selectionRange",
    "textDocument/documentSymbol",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/full/delta",
    "textDocument/semanticTokens/range",
    "textDocument/inlineValue",
    "textDocument/inlayHint",
    "inlayHint/resolve",
    "textDocument/moniker",
    "textDocument/completion",
    "completionItem/resolve",
    "textDocument/diagnostic",
    "workspace/diagnostic",
    "textDocument/signatureHelp",
    "textDocument/codeAction",
    "codeAction/resolve",
    "textDocument/documentColor",
    "textDocument/colorPresentation",
    "textDocument/formatting",
    "textDocument/rangeFormatting",
    "textDocument/rangesFormatting",
    "textDocument/onTypeFormatting",
    "textDocument/rename",
    "textDocument/prepareRename",
    "textDocument/linkedEditingRange",
    "textDocument/inlineCompletion",
    "textDocument/willSaveWaitUntil",
    "workspace/symbol",
    "workspaceSymbol/resolve",
    "workspace/willCreateFiles",
    "workspace/willRenameFiles",
    "workspace/willDeleteFiles",
    "workspace/executeCommand",
    "workspace/textDocumentContent",
    "notebookDocument/diagnostic",
    "textDocument/semanticTokens",
    "textDocument/inlineHint",
    "workspace/inlayHint",
    "workspace/codeLens",
    "workspace/semanticTokens",
    "mosl/unheardOf",
];

/// Parameters that suit all of them: whoever does not know a field leaves it.
fn parameters(method: &str) -> Value {
    let position = json!({"line": 0, "character": 6});
    let range = json!({"start": position, "end": position});
    let item = json!({"name": "x", "kind": 12, "uri": FILE, "range": range, "selectionRange": range});
    let mut all = json!({
        "textDocument": {"uri": FILE}, "uri": FILE, "position": position, "positions": [position], "range": range,
        "ranges": [range], "context": {"includeDeclaration": true, "diagnostics": [], "triggerKind": 1, "frameId": 1, "isRetrigger": false,
        "stoppedLocation": range}, "item": item, "previousResultId": "1", "previousResultIds": [], "ch": ";",
        "options": {"tabSize": 2, "insertSpaces": true}, "newName": "y", "reason": 1,
        "color": {"red": 1, "green": 0, "blue": 0, "alpha": 1}, "query": "x", "arguments": [FILE],
        "files": [{"uri": FILE, "oldUri": "file:///a.mosl", "newUri": "file:///b.mosl"}],
        "label": "x", "title": "x", "name": "x", "location": {"uri": FILE, "range": range},
    });
    if method == "workspaceSymbol/resolve" {
        all["kind"] = json!(12);
    }
    if method == "workspace/executeCommand" {
        all["command"] = json!("mosl.organizeImports");
    }
    all
}

fn table() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../editors/README.md");
    let text = std::fs::read_to_string(path).expect("the table");
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let code = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    code.filter(|name| REQUESTS.contains(name)).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_table_of_requests_is_complete_and_true() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "const x = 1;\nx;\n").await;
    let mut answered = BTreeSet::new();
    for method in REQUESTS {
        match client.request(method, parameters(method)).await {
            Err(error) if error["code"] == -32601 => {}
            Err(error) if error["code"] == -32602 && method != "workspace/textDocumentContent" => {
                panic!("the test's parameters do not suit {method}: {error}")
            }
            _ => _ = answered.insert(method.to_owned()),
        }
    }
    let table = table();
    let untold: Vec<&String> = answered.difference(&table).collect();
    let unkept: Vec<&String> = table.difference(&answered).collect();
    assert!(
        untold.is_empty() && unkept.is_empty(),
        "answered but not in the table: {untold:?}; in it but not answered: {unkept:?}"
    );
    client.stop().await;
}
