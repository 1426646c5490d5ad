//! What no client should do.

use serde_json::{Value, json};

use crate::client::{Client, at};
use crate::random::Random;

const FILE: &str = "untitled:Untitled-1";

#[tokio::test]
async fn requests_before_the_handshake_and_unknown_methods_are_errors() {
    let mut client = Client::start();
    let error = client.request("textDocument/hover", at(FILE, 0, 0)).await.expect_err("too early");
    assert_eq!(error["code"], -32002);
    client.request("initialize", json!({"capabilities": {}})).await.expect("an answer");
    client.notify("initialized", json!({})).await;
    let error = client.request("mosl/nonsense", json!({})).await.expect_err("unknown");
    assert_eq!(error["code"], -32601);
    let error = client.request("textDocument/hover", json!({"textDocument": 5})).await.expect_err("malformed");
    assert_eq!(error["code"], -32602);
    client.notify("mosl/nonsense", json!({})).await;
    client.stop().await;
}

#[tokio::test]
async fn malformed_messages_do_not_end_the_server() {
    let mut client = Client::ready(json!({})).await;
    for body in
        ["{", "[]", "null", "{\"jsonrpc\":\"2.0\"}", "\"text\"", "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"x\"}"]
    {
        client.send_raw(body).await;
    }
    client.send_bytes(b"Content-Type: nonsense\r\nContent-Length: 2\r\n\r\n{}").await;
    client.open(FILE, "let x = 1;\n").await;
    let hover = client.request("textDocument/hover", at(FILE, 0, 4)).await.expect("a hover");
    assert!(hover["contents"]["value"].is_string());
    client.stop().await;
}

#[tokio::test]
async fn positions_anywhere_and_documents_nowhere() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "const é = \"𝒳\";\né.le\n").await;
    for (line, character) in [(0, 11), (0, 9999), (9999, 0), (u32::MAX, u32::MAX), (1, 4)] {
        for method in ["hover", "definition", "completion", "signatureHelp", "documentHighlight", "prepareRename"] {
            let answer = client.request(&format!("textDocument/{method}"), at(FILE, line, character)).await;
            let internal = matches!(&answer, Err(error) if error["code"] == -32603);
            assert!(!internal, "{method} at {line}:{character}: {answer:?}");
        }
    }
    let answer = client.request("textDocument/hover", at("untitled:nowhere", 0, 0)).await;
    assert_eq!(answer, Ok(Value::Null));
    let range = json!({"start": {"line": 77, "character": 3}, "end": {"line": 0, "character": 0}});
    client.change(FILE, 2, json!([{"range": range, "text": "let y = 2;"}])).await;
    client.change("untitled:nowhere", 2, json!([{"text": "x"}])).await;
    let hover = client.request("textDocument/hover", at(FILE, 0, 4)).await.expect("a hover");
    assert!(hover["contents"]["value"].is_string());
    client.stop().await;
}

/// Random edits, applied piece by piece, give the text that they give as a whole; and a burst of them is survived.
#[tokio::test]
async fn incremental_edits_equal_full_ones() {
    let mut client = Client::ready(json!({})).await;
    let pieces = ["let x = 1;\n", "é", "𝒳", "}", "{", "foo.", "\r\n", "function f(", "`${", "\"", "/*", " ", "x", "\n"];
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut text = String::from("const start = 1;\n");
    client.open(FILE, &text).await;
    for version in 2..10_002 {
        let boundaries: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        let a = boundaries[random.below(boundaries.len())];
        let b = boundaries[(boundaries.partition_point(|at| *at < a) + random.below(6)).min(boundaries.len() - 1)];
        let new = pieces[random.below(pieces.len())];
        // A position between `\r` and `\n` is no position of its own.
        let splits = |at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
        if splits(a) || splits(b) {
            continue;
        }
        let range = json!({"start": position(&text, a), "end": position(&text, b)});
        text.replace_range(a..b, new);
        if text.len() > 600 {
            // Or else most of the time goes into what nobody reads.
            let whole = json!({"start": position(&text, 0), "end": {"line": 99_999, "character": 0}});
            text = String::from("const again = 1;\n");
            client.change(FILE, version, json!([{"range": range, "text": new}, {"range": whole, "text": text}])).await;
            continue;
        }
        client.change(FILE, version, json!([{"range": range, "text": new}])).await;
    }
    client.change(FILE, 20_000, json!([{"text": format!("{text}\nconst last_of_all = 1;\n")}])).await;
    let again = "untitled:Untitled-2";
    client.open(again, &format!("{text}\nconst last_of_all = 1;\n")).await;
    let strip =
        |list: Vec<Value>| list.into_iter().map(|d| (d["range"].clone(), d["message"].clone())).collect::<Vec<_>>();
    let one = strip(client.diagnostics(FILE, 20_000).await);
    let other = strip(client.diagnostics(again, 1).await);
    assert_eq!(one, other);
    client.stop().await;
}

fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let mut line = 0;
    let mut start = 0;
    let bytes = before.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let next = text.as_bytes().get(at + 1);
        if *byte == b'\n' || (*byte == b'\r' && next != Some(&b'\n')) {
            line += 1;
            start = at + 1;
        }
    }
    json!({"line": line, "character": before[start..].encode_utf16().count()})
}

/// The order of the messages is the order of the edits, whatever versions they name.
#[tokio::test]
async fn edits_out_of_order_are_applied_as_they_come() {
    let mut client = Client::ready(json!({})).await;
    client.change(FILE, 7, json!([{"text": "never opened"}])).await;
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": FILE}})).await;
    client.open(FILE, "let x = 1;\n").await;
    client.open(FILE, "let apple = 1;\n").await;
    let start = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    client.change(FILE, 9, json!([{"range": start, "text": "appel;\n"}])).await;
    client.change(FILE, 3, json!([{"range": start, "text": "\n"}])).await;
    let found = client.diagnostics(FILE, 3).await;
    assert_eq!(found[0]["range"]["start"], json!({"line": 1, "character": 0}), "{found:?}");
    let hover = client.request("textDocument/hover", at(FILE, 2, 5)).await.expect("a hover");
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("let apple: number")), "{hover}");
    client.stop().await;
}

#[tokio::test]
async fn a_cancelled_request_is_answered_as_such() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, &"let x = 1;\n".repeat(2000)).await;
    let id = client.start_request("textDocument/hover", at(FILE, 0, 4)).await;
    client.notify("$/cancelRequest", json!({"id": id})).await;
    // It may have been answered before the cancellation was read.
    if let Err(error) = client.answer(id).await {
        assert!(error["code"] == -32800 || error["code"] == -32801, "{error}");
    }
    client.stop().await;
}

#[tokio::test]
async fn a_shutdown_in_the_middle_of_requests_ends_in_order() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, &"function f() { return 1; }\n".repeat(500)).await;
    for _ in 0..20 {
        client.start_request("textDocument/documentSymbol", json!({"textDocument": {"uri": FILE}})).await;
    }
    client.stop().await;
}

#[tokio::test]
async fn an_exit_that_no_shutdown_announced_is_no_success() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "let x = 1;\n").await;
    client.notify("exit", Value::Null).await;
    assert!(!client.ended().await);
}

#[tokio::test]
async fn a_client_that_hangs_up_in_the_middle_of_a_message_ends_the_server() {
    let mut client = Client::ready(json!({})).await;
    client.open(FILE, "let x = 1;\n").await;
    client.send_bytes(b"Content-Length: 500\r\n\r\n{\"jsonrpc\"").await;
    client.hang_up().await;
    assert!(!client.ended().await);
}

/// Resident memory in bytes; nothing where the system does not tell.
fn resident() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    pages.split(' ').nth(1)?.parse::<usize>().ok().map(|pages| pages * 4096)
}

/// Memory does not grow with the number of edits. `MOSL_EDITS=1000000` makes it hours of typing.
#[tokio::test]
async fn memory_is_flat_over_many_edits() {
    let edits: usize = std::env::var("MOSL_EDITS").ok().and_then(|count| count.parse().ok()).unwrap_or(1500);
    let mut client = Client::ready(json!({})).await;
    let line = "class Part { size = 1; grow(by: number) { return this.size + by; } }\n";
    client.open(FILE, &line.repeat(100)).await;
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let (mut version, mut early) = (1, 0);
    for round in 0..edits {
        version += 1;
        let at_line = random.below(100);
        let place = json!({"line": at_line, "character": 24 + random.below(20)});
        let typed = ["x", " ", ";", "(", "this.", "\"", "}"][random.below(7)];
        client.change(FILE, version, json!([{"range": {"start": place, "end": place}, "text": typed}])).await;
        let wanted = at(FILE, at_line as u32, 30);
        // What an edit overtakes is refused, and that is as good here.
        let _ = client.request("textDocument/completion", wanted).await;
        let _ = client.request("textDocument/semanticTokens/full", json!({"textDocument": {"uri": FILE}})).await;
        client.inbox.clear();
        if round % 20 == 19 {
            version += 1;
            client.change(FILE, version, json!([{"text": line.repeat(100)}])).await;
        }
        if round == edits / 3 {
            early = resident().unwrap_or(0);
        }
    }
    let late = resident().unwrap_or(0);
    println!("{edits} edits: {} MB after a third, {} MB at the end", early >> 20, late >> 20);
    assert!(late < early + early / 4 + (16 << 20), "{early} bytes became {late}");
    client.stop().await;
}
