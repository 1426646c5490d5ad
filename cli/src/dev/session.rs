//! One open page: its account, and the queue of what is to be sent to it.

use axum::body::Bytes;
use axum::extract::ws::{Message, Utf8Bytes};
use tokio::sync::mpsc;

use super::protocol::ToPage;

/// Frames that may wait for a slow page; past that it is cut off, reconnects, and gets the whole scene again.
const QUEUED_FRAMES: usize = 2048;

pub type SessionId = u64;

/// The sending half, held by the stage.
#[derive(Clone, Debug)]
pub struct Outbox {
    queue: mpsc::Sender<Message>,
}

impl Outbox {
    pub fn new() -> (Self, mpsc::Receiver<Message>) {
        let (queue, frames) = mpsc::channel(QUEUED_FRAMES);
        (Self { queue }, frames)
    }

    /// False if the page is gone or too slow.
    pub fn say(&self, message: &ToPage) -> bool {
        let text = serde_json::to_string(message).expect("plain data");
        self.queue.try_send(Message::Text(Utf8Bytes::from(text))).is_ok()
    }

    /// Sends one batch of scene deltas. False if the page is gone or too slow.
    pub fn deltas(&self, bytes: Bytes) -> bool {
        self.queue.try_send(Message::Binary(bytes)).is_ok()
    }
}

/// The account of a page: what its local storage remembers, if it looks like an id that the page makes.
pub fn account_of(visitor: &str) -> Option<String> {
    let sane =
        (8..=64).contains(&visitor.len()) && visitor.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    sane.then(|| visitor.to_owned())
}
