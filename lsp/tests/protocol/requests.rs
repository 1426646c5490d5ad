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
    let start = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    client.change(FILE, 2, json!([{"range": start, "text": "\n\n"}])).await;
    let symbol = json!({"name": "add", "kind": 12, "location": {"uri": FILE}});
    let symbol = client.request("workspaceSymbol/resolve", symbol).await.expect("a symbol");
    assert_eq!(symbol["location"]["range"]["start"]["line"], 3);
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

#[tokio::test]
async fn completing() {
    let capabilities = json!({"textDocument": {"completion": {"completionItem": {"snippetSupport": true}}}});
    let mut client = Client::ready(capabilities).await;
    client.open(FILE, "const xs = [1];\nxs.in\n").await;
    let list = client.request("textDocument/completion", at(FILE, 1, 5)).await.expect("a list");
    let items = list["items"].as_array().expect("items");
    let item = items.iter().find(|item| item["label"] == "includes").expect("includes").clone();
    assert_eq!(item["textEdit"]["range"]["start"], json!({"line": 1, "character": 3}));
    let item = client.request("completionItem/resolve", item).await.expect("an item");
    assert_eq!(item["documentation"]["value"], "Whether a value is among the elements; finds NaN too.");
    client.stop().await;
}

#[tokio::test]
async fn looking() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "function f(a: number) {\n  return a;\n}\nconst c = \"#ff0000\";\nconst n = f(1);\n").await;
    let document = json!({"textDocument": {"uri": FILE}});
    let tokens = client.request("textDocument/semanticTokens/full", document.clone()).await.expect("tokens");
    assert_eq!(tokens["data"].as_array().map(|data| data.len() % 5), Some(0));
    let start = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    client.change(FILE, 2, json!([{"range": start, "text": "let q = 1;\n"}])).await;
    let mut params = document.clone();
    params["previousResultId"] = tokens["resultId"].clone();
    let delta = client.request("textDocument/semanticTokens/full/delta", params).await.expect("a delta");
    assert_eq!(delta["edits"].as_array().map(Vec::len), Some(1), "{delta}");
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let ranged = json!({"textDocument": {"uri": FILE}, "range": whole});
    for (method, params) in [
        ("textDocument/semanticTokens/range", ranged.clone()),
        ("textDocument/inlayHint", ranged),
        ("textDocument/foldingRange", document.clone()),
        ("textDocument/documentColor", document.clone()),
        ("textDocument/codeLens", document.clone()),
        (
            "textDocument/selectionRange",
            json!({"textDocument": {"uri": FILE}, "positions": [{"line": 1, "character": 10}]}),
        ),
    ] {
        let answer = client.request(method, params).await.unwrap_or_else(|error| panic!("{method}: {error}"));
        let something = answer.as_array().map(|list| !list.is_empty()).unwrap_or(answer["data"].is_array());
        assert!(something, "{method}: {answer}");
    }
    let lenses = client.request("textDocument/codeLens", document).await.expect("lenses");
    let lens = client.request("codeLens/resolve", lenses[0].clone()).await.expect("a lens");
    assert_eq!(lens["command"]["title"], "1 use");
    client.stop().await;
}

#[tokio::test]
async fn hierarchies() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "function low() {}\nfunction top() { low(); }\nclass A {}\nclass B extends A {}\n").await;
    let items = client.request("textDocument/prepareCallHierarchy", at(FILE, 0, 10)).await.expect("items");
    let calls = client.request("callHierarchy/incomingCalls", json!({"item": items[0]})).await.expect("calls");
    assert_eq!(calls[0]["from"]["name"], "top");
    let calls = client.request("callHierarchy/outgoingCalls", json!({"item": calls[0]["from"]})).await.expect("calls");
    assert_eq!(calls[0]["to"]["name"], "low");
    let items = client.request("textDocument/prepareTypeHierarchy", at(FILE, 3, 6)).await.expect("items");
    let above = client.request("typeHierarchy/supertypes", json!({"item": items[0]})).await.expect("types");
    assert_eq!(above[0]["name"], "A");
    let below = client.request("typeHierarchy/subtypes", json!({"item": above[0]})).await.expect("types");
    assert_eq!(below[0]["name"], "B");
    client.stop().await;
}

#[tokio::test]
async fn acting() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "const apple = 1;\nappel;\n").await;
    let found = client.diagnostics(FILE, 1).await;
    let params = json!({
        "textDocument": {"uri": FILE},
        "range": found[0]["range"],
        "context": {"diagnostics": found},
    });
    let actions = client.request("textDocument/codeAction", params).await.expect("actions");
    let fix = actions.as_array().and_then(|all| all.iter().find(|action| action["kind"] == "quickfix")).expect("a fix");
    assert_eq!(fix["edit"]["changes"][FILE][0]["newText"], "apple");
    assert_eq!(fix["diagnostics"][0]["code"], found[0]["code"]);
    // A guess is nothing that a command applies.
    let all = json!({"command": "mosl.fixAll", "arguments": [FILE]});
    client.request("workspace/executeCommand", all.clone()).await.expect("done");
    assert!(client.inbox.iter().all(|message| message["method"] != "workspace/applyEdit"));
    let folder = crate::documents::Folder::new("fixed");
    folder.write("mosl.json", r#"{ "name": "fixed", "strict": true }"#);
    folder.write("main.mosl", "var apple = 1;\nconsole.log(apple);\n");
    let file = folder.uri("main.mosl");
    client.open(&file, "var apple = 1;\nconsole.log(apple);\n").await;
    let all = json!({"command": "mosl.fixAll", "arguments": [file]});
    // The server asks the client to apply what a command changes.
    let id = client.start_request("workspace/executeCommand", all).await;
    let edit = client.wait(|message| message["method"] == "workspace/applyEdit").await;
    assert_eq!(edit["params"]["edit"]["changes"][&file][0]["newText"], "const");
    client.answer(id).await.expect("done");
    let error = client
        .request("workspace/executeCommand", json!({"command": "rm", "arguments": []}))
        .await
        .expect_err("refused");
    assert_eq!(error["code"], -32602);
    client.stop().await;
}

#[tokio::test]
async fn settings_are_asked_for_and_heard() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "const xs = [1].map((x) => x);\n").await;
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let params = json!({"textDocument": {"uri": FILE}, "range": whole});
    let hints = client.request("textDocument/inlayHint", params.clone()).await.expect("hints");
    assert_ne!(hints, json!([]));
    let settings = json!({"settings": {"mosl": {"inlayHints": {"types": false}}}});
    client.notify("workspace/didChangeConfiguration", settings).await;
    let hints = client.request("textDocument/inlayHint", params).await.expect("hints");
    assert_eq!(hints, json!([]));
    client.stop().await;
}

#[tokio::test]
async fn formatting() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "let a=1\nlet b = 2;\nlet c=3\n").await;
    let options = json!({"tabSize": 2, "insertSpaces": true});
    let params = json!({"textDocument": {"uri": FILE}, "options": options});
    let edits = client.request("textDocument/formatting", params).await.expect("edits");
    assert_eq!(edits.as_array().map(Vec::len), Some(2), "{edits}");
    assert_eq!(edits[0]["newText"], "let a = 1;\n");
    let range = json!({"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 7}});
    let params = json!({"textDocument": {"uri": FILE}, "options": options, "range": range});
    let edits = client.request("textDocument/rangeFormatting", params).await.expect("edits");
    assert_eq!(edits.as_array().map(Vec::len), Some(1), "{edits}");
    client.change(FILE, 2, json!([{"text": "let a=1;\n let b=2\n"}])).await;
    let mut params = at(FILE, 0, 8);
    params["ch"] = json!(";");
    params["options"] = options;
    let edits = client.request("textDocument/onTypeFormatting", params).await.expect("edits");
    assert_eq!(edits.as_array().map(Vec::len), Some(1), "{edits}");
    client.stop().await;
}

#[tokio::test]
async fn an_actions_edit_comes_when_it_is_looked_at() {
    let resolves = json!({"textDocument": {"codeAction": {"resolveSupport": {"properties": ["edit"]}}}});
    let mut client = Client::ready(resolves).await;
    client.open(FILE, "const apple = 1;\nappel;\n").await;
    let found = client.diagnostics(FILE, 1).await;
    let context = json!({"diagnostics": found});
    let params = json!({"textDocument": {"uri": FILE}, "range": found[0]["range"], "context": context});
    let actions = client.request("textDocument/codeAction", params).await.expect("actions");
    let fix = actions.as_array().and_then(|all| all.iter().find(|action| action["kind"] == "quickfix")).expect("a fix");
    assert!(fix.get("edit").is_none(), "{fix}");
    let fix = client.request("codeAction/resolve", fix.clone()).await.expect("an action");
    assert_eq!(fix["edit"]["changes"][FILE][0]["newText"], "apple");
    client.change(FILE, 2, json!([{"text": "const apple = 1;\napple;\n"}])).await;
    let error = client.request("codeAction/resolve", fix).await.expect_err("it is no more");
    assert_eq!(error["code"], -32801);
    client.stop().await;
}

#[tokio::test]
async fn a_hint_says_more_when_it_is_looked_at() {
    let mut client = Client::ready(json!({})).await;
    let text = "/** Makes a box. */\nfunction box(width: number, height: number) { return { width, height }; }\n\
                const made = box(1, 2);\nmade;\n";
    client.open(FILE, text).await;
    let part = json!({"start": {"line": 2, "character": 0}, "end": {"line": 3, "character": 0}});
    let params = json!({"textDocument": {"uri": FILE}, "range": part});
    let hints = client.request("textDocument/inlayHint", params).await.expect("hints");
    for hint in hints.as_array().expect("a list") {
        let told = client.request("inlayHint/resolve", hint.clone()).await.expect("a hint");
        let text = told["tooltip"]["value"].as_str().unwrap_or("").to_owned();
        let expected = if hint["kind"] == 1 { "const made:" } else { "Makes a box." };
        assert!(text.contains(expected), "{hint}: {text}");
    }
    assert_eq!(hints.as_array().map(Vec::len), Some(3), "{hints}");
    client.stop().await;
}

#[tokio::test]
async fn the_librarys_texts_come_over_the_wire_and_no_others() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "import { Box } from \"mark:scene\";\nnew Box();\n").await;
    let to = client.request("textDocument/definition", at(FILE, 1, 5)).await.expect("a place");
    let params = json!({"uri": to[0]["uri"]});
    let content = client.request("workspace/textDocumentContent", params).await.expect("a text");
    assert!(content["text"].as_str().is_some_and(|text| text.contains("class Box")));
    let error = client.request("workspace/textDocumentContent", json!({"uri": "file:///etc/passwd"})).await;
    assert_eq!(error.expect_err("refused")["code"], -32602);
    client.stop().await;
}

#[tokio::test]
async fn a_long_first_check_tells_how_far_it_has_got() {
    let folder = crate::documents::Folder::new("progress");
    folder.write("mosl.json", r#"{ "name": "many", "strict": true }"#);
    for number in 0..60 {
        folder.write(&format!("part{number}.mosl"), "export const size = 1;\n");
    }
    folder.write("main.mosl", "let x = 1;\nx = 2;\n");
    let folders = json!([{"uri": folder.uri(""), "name": "many"}]);
    let mut client = Client::ready_in(json!({"window": {"workDoneProgress": true}}), folders).await;
    client.open(&folder.uri("main.mosl"), "let x = 1;\nx = 2;\n").await;
    for kind in ["begin", "report", "end"] {
        let told = client
            .wait(|message| message["method"] == "$/progress" && message["params"]["value"]["kind"] == kind)
            .await;
        assert_eq!(told["params"]["token"], "mosl-check-1");
    }
    client.stop().await;
}
