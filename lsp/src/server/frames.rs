//! The messages' frames. tower-lsp ends at the first message that it cannot read, and waits after `exit` until the client hangs up; so
//! what comes in is looked at here first: what is no message is answered with an error, and nothing comes after `exit`.

use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::jsonrpc::{Request, Response};

/// A longer message is not read: the client has lost its way.
const MAX_LENGTH: usize = 1 << 30;

/// The next frame's body; `None` at the end. Headers that give no length are skipped.
pub async fn read_frame(input: &mut (impl AsyncBufRead + Unpin)) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if let Some((name, value)) = line.split_once(':') {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().ok().filter(|length| *length <= MAX_LENGTH);
            }
        } else if line.is_empty()
            && let Some(length) = length.take()
        {
            let mut body = vec![0; length];
            input.read_exact(&mut body).await.ok()?;
            return Some(body);
        }
    }
}

pub async fn write_frame(output: &mut (impl AsyncWrite + Unpin), body: &[u8]) -> std::io::Result<()> {
    output.write_all(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes()).await?;
    output.write_all(body).await?;
    output.flush().await
}

/// Passes messages on to the server until `exit` or the end; what is none goes back as an error. Whether `shutdown` was among them.
pub async fn pass_in(
    input: impl AsyncRead + Unpin,
    mut server: impl AsyncWrite + Unpin,
    errors: UnboundedSender<Vec<u8>>,
) -> bool {
    let mut input = BufReader::new(input);
    let mut shut_down = false;
    while let Some(body) = read_frame(&mut input).await {
        let request = serde_json::from_slice::<Request>(&body);
        let says = |method: &str| request.as_ref().is_ok_and(|request| request.method() == method);
        shut_down |= says("shutdown");
        if request.is_ok() || serde_json::from_slice::<Response>(&body).is_ok() {
            if write_frame(&mut server, &body).await.is_err() || says("exit") {
                break;
            }
        } else if errors.send(complaint(&body)).is_err() {
            break;
        }
    }
    shut_down
}

/// Passes answers on to the client, and the errors between them.
pub async fn pass_out(
    server: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
    mut errors: tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>,
) {
    let (frames, mut answers) = tokio::sync::mpsc::channel(64);
    let read = async move {
        let mut server = BufReader::new(server);
        while let Some(body) = read_frame(&mut server).await {
            if frames.send(body).await.is_err() {
                return;
            }
        }
    };
    let write = async {
        loop {
            let body = tokio::select! {
                Some(body) = errors.recv() => body,
                body = answers.recv() => match body {
                    Some(body) => body,
                    None => return,
                },
            };
            if write_frame(&mut output, &body).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(read, write);
}

/// JSON-RPC 2.0, section 5.1.
fn complaint(body: &[u8]) -> Vec<u8> {
    let (code, message, id) = match serde_json::from_slice::<Value>(body) {
        Ok(value) => (-32600, "invalid request", value.get("id").cloned().unwrap_or(Value::Null)),
        Err(_) => (-32700, "parse error", Value::Null),
    };
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}).to_string().into_bytes()
}
