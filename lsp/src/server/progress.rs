//! How far a long check has got, shown by clients that can.

use std::time::Duration;

use tower_lsp::Client;
use tower_lsp::lsp_types::notification::Progress as ProgressNotification;
use tower_lsp::lsp_types::request::WorkDoneProgressCreate;
use tower_lsp::lsp_types::*;

use crate::workspace::Progress;

/// A client that does not answer so long gets no bar.
const PATIENCE: Duration = Duration::from_secs(2);

/// At most one bar is shown; what several programs check at once counts as one.
#[derive(Default)]
pub struct Bar {
    /// How many checks go on, and the token of the bar that they share.
    running: usize,
    token: Option<NumberOrString>,
    shown: i32,
}

impl Bar {
    pub async fn show(&mut self, client: &Client, progress: Progress) {
        match progress {
            Progress::Begin { files } => {
                self.running += 1;
                if self.running == 1 {
                    self.begin(client, files).await;
                }
            }
            Progress::Done { checked, files } => {
                let percentage = u32::try_from(100 * checked / files.max(1)).ok();
                let message = Some(format!("{checked} of {files} files"));
                let report = WorkDoneProgressReport { cancellable: Some(false), message, percentage };
                self.tell(client, WorkDoneProgress::Report(report)).await;
            }
            Progress::End => {
                self.running = self.running.saturating_sub(1);
                if self.running == 0 {
                    self.tell(client, WorkDoneProgress::End(WorkDoneProgressEnd { message: None })).await;
                    self.token = None;
                }
            }
        }
    }

    async fn begin(&mut self, client: &Client, files: usize) {
        self.shown += 1;
        let token = NumberOrString::String(format!("mosl-check-{}", self.shown));
        let create =
            client.send_request::<WorkDoneProgressCreate>(WorkDoneProgressCreateParams { token: token.clone() });
        if !matches!(tokio::time::timeout(PATIENCE, create).await, Ok(Ok(()))) {
            return;
        }
        self.token = Some(token);
        let begin = WorkDoneProgressBegin {
            title: "Checking".to_owned(),
            cancellable: Some(false),
            message: Some(format!("{files} files")),
            percentage: Some(0),
        };
        self.tell(client, WorkDoneProgress::Begin(begin)).await;
    }

    async fn tell(&self, client: &Client, value: WorkDoneProgress) {
        if let Some(token) = self.token.clone() {
            let params = ProgressParams { token, value: ProgressParamsValue::WorkDone(value) };
            client.send_notification::<ProgressNotification>(params).await;
        }
    }
}
