//! One round trip per request: the shape of the answers. What they say is tested in `ide`.

use serde_json::json;

use crate::client::{Client, at};

const FILE: &str = "untitled:Untitled-1";

#[tokio::test]
async fn reading_and_going() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "/** Adds. */\nfunction add(a: number) { return a; }\nadd(1);\n").await;
    let hover = client.request("textDocument/hover", at(FILE, 2, 1)).await.expect("a hover");
    assert_eq!(hover["contents"]["value"], "```mosl\nfunction add(a: number): number\n```\n\n---\n\nAdds.");
    let help = client.request("textDocument/signatureHelp", at(FILE, 2, 4)).await.expect("help");
    assert_eq!(help["signatures"][0]["parameters"][0]["label"], "a: number");
    let to = client.request("textDocument/definition", at(FILE, 2, 1)).await.expect("a place");
    assert_eq!(to[0]["range"]["start"], json!({"line": 1, "character": 9}));
    let mut params = at(FILE, 2, 1);
    params["context"] = json!({"includeDeclaration": true});
    let all = client.request("textDocument/references", params).await.expect("places");
    assert_eq!(all.as_array().map(Vec::len), Some(2));
    let all = client.request("textDocument/documentHighlight", at(FILE, 2, 1)).await.expect("places");
    assert_eq!(all.as_array().map(Vec::len), Some(2));
    let all =
        client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": FILE}})).await.expect("symbols");
    assert_eq!(all[0]["name"], "add");
    let all = client.request("workspace/symbol", json!({"query": "ad"})).await.expect("symbols");
    assert_eq!(all[0]["name"], "add");
    client.stop().await;
}

#[tokio::test]
async fn the_librarys_texts_can_be_opened() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "import { Box } from \"mark:scene\";\nnew Box();\n[1].map(x => x);\n").await;
    for (line, character) in [(1, 5), (2, 5)] {
        let to = client.request("textDocument/definition", at(FILE, line, character)).await.expect("a place");
        let uri = to[0]["uri"].as_str().expect("an address").to_owned();
        let text = std::fs::read_to_string(uri.strip_prefix("file://").expect("a file")).expect("it exists");
        client.open(&uri, &text).await;
        let start = &to[0]["range"]["start"];
        let (line, character) =
            (start["line"].as_u64().expect("a line"), start["character"].as_u64().expect("a column"));
        let hover =
            client.request("textDocument/hover", at(&uri, line as u32, character as u32)).await.expect("a hover");
        assert!(hover["contents"]["value"].is_string(), "{hover}");
    }
    client.stop().await;
}

#[tokio::test]
async fn renaming() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "let apple = 1;\napple;\n").await;
    let range = client.request("textDocument/prepareRename", at(FILE, 1, 2)).await.expect("a range");
    assert_eq!(range["placeholder"], "apple");
    let mut params = at(FILE, 1, 2);
    params["newName"] = json!("pear");
    let edit = client.request("textDocument/rename", params.clone()).await.expect("an edit");
    assert_eq!(edit["changes"][FILE].as_array().map(Vec::len), Some(2));
    params["newName"] = json!("while");
    let error = client.request("textDocument/rename", params).await.expect_err("a refusal");
    assert_eq!(error["message"], "`while` is a word of the language");
    client.stop().await;
}
