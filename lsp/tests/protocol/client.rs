//! A client: writes and reads JSON-RPC messages with their headers.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};

pub struct Client {
    input: WriteHalf<DuplexStream>,
    output: BufReader<ReadHalf<DuplexStream>>,
    next_id: i64,
    /// Messages that were read while something else was waited for.
    pub inbox: VecDeque<Value>,
    server: tokio::task::JoinHandle<bool>,
}

/// No answer takes that long, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Client {
    pub fn start() -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (read, write) = tokio::io::split(theirs);
        let server = tokio::spawn(mosl_lsp::serve(read, write));
        let (read, write) = tokio::io::split(ours);
        Self { input: write, output: BufReader::new(read), next_id: 0, inbox: VecDeque::new(), server }
    }

    /// A client that has shaken hands with these abilities.
    pub async fn ready(capabilities: Value) -> Self {
        Self::ready_in(capabilities, Value::Null).await
    }

    pub async fn ready_in(capabilities: Value, folders: Value) -> Self {
        let mut client = Self::start();
        let params =
            json!({"processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders});
        client.request("initialize", params).await.expect("it initialises");
        client.notify("initialized", json!({})).await;
        client
    }

    pub async fn send(&mut self, message: &Value) {
        self.send_raw(&message.to_string()).await;
    }

    pub async fn send_raw(&mut self, body: &str) {
        let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        self.send_bytes(frame.as_bytes()).await;
    }

    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        self.input.write_all(bytes).await.expect("the server listens");
    }

    pub async fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params})).await;
    }

    /// Sends a request without waiting.
    pub async fn start_request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message).await;
        id
    }

    pub async fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.start_request(method, params).await;
        self.answer(id).await
    }

    /// Asks again where an edit overtook the question.
    pub async fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let message = self.wait(|message| message["id"] == id && message.get("method").is_none()).await;
        match message.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(message["result"].clone()),
        }
    }

    /// The next message for which `wanted` holds; others go to the inbox. Requests of the server are granted.
    pub async fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.inbox.iter().position(&wanted) {
            return self.inbox.remove(at).expect("just found");
        }
        loop {
            let message = tokio::time::timeout(PATIENCE, self.read()).await.expect("an answer in time");
            self.grant(&message).await;
            if wanted(&message) {
                return message;
            }
            self.inbox.push_back(message);
        }
    }

    async fn grant(&mut self, message: &Value) {
        if message.get("method").is_some() && message.get("id").is_some() {
            let reply = json!({"jsonrpc": "2.0", "id": message["id"], "result": null});
            self.send(&reply).await;
        }
    }

    async fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).await.expect("readable") > 0, "the server hung up");
            match line.trim() {
                "" => break,
                header => {
                    if let Some(value) = header.strip_prefix("Content-Length: ") {
                        length = value.parse().expect("a length");
                    }
                }
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).await.expect("a body");
        serde_json::from_slice(&body).expect("JSON")
    }

    pub async fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "mosl", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document})).await;
    }

    pub async fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let params = json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes});
        self.notify("textDocument/didChange", params).await;
    }

    /// The diagnostics that are pushed for a version of a document.
    pub async fn diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let message = self
            .wait(|message| {
                message["method"] == "textDocument/publishDiagnostics"
                    && message["params"]["uri"] == uri
                    && message["params"]["version"] == version
            })
            .await;
        message["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    pub async fn hang_up(&mut self) {
        self.input.shutdown().await.expect("the connection is open");
    }

    /// `shutdown` and `exit`; the server ends.
    pub async fn stop(mut self) {
        self.request("shutdown", Value::Null).await.expect("it shuts down");
        self.notify("exit", Value::Null).await;
        assert!(self.ended().await, "it ended in order");
    }

    /// How the server ends: in order, or without `shutdown`.
    pub async fn ended(&mut self) -> bool {
        tokio::time::timeout(PATIENCE, &mut self.server).await.expect("it ends").expect("without a panic")
    }
}

/// The parameters of a request about a position.
pub fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
}
