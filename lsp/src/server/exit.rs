//! The end of a session: tower-lsp refuses what comes after `exit`, but waits for the client to hang up; not every client does.

use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::Notify;
use tower_lsp::jsonrpc::Request;
use tower_service::Service;

/// A service that tells when `exit` has passed.
pub struct UntilExit<S> {
    inner: S,
    left: Arc<Notify>,
}

impl<S> UntilExit<S> {
    pub fn new(inner: S, left: Arc<Notify>) -> Self {
        Self { inner, left }
    }
}

impl<S: Service<Request>> Service<Request> for UntilExit<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.method() == "exit" {
            self.left.notify_one();
        }
        self.inner.call(request)
    }
}
