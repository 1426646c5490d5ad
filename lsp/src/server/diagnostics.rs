//! Diagnostics: pushed to clients that wait for them, pulled by those that ask.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use mosl_compiler::diagnostics::{Diagnostic as Found, Label, Severity};
use mosl_compiler::program::FileId;
use tower_lsp::Client;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::*;

use super::context::{gather, unwrap};
use super::convert::{Lines, name_of, uri_of};
use super::{Server, library, progress};
use crate::text::Encoding;
use crate::workspace::{Event, Report, Workspace};

/// Sends what the programs report, in order, until the workspace is gone.
pub async fn publish(
    client: Client,
    workspace: Weak<Workspace>,
    mut events: tokio::sync::mpsc::UnboundedReceiver<Event>,
    shows_progress: Arc<AtomicBool>,
) {
    let mut bar = progress::Bar::default();
    while let Some(event) = events.recv().await {
        // Whoever holds the workspace keeps its programs' threads alive, which hold the other end of the queue.
        let Some(encoding) = workspace.upgrade().map(|workspace| workspace.encoding()) else { return };
        match event {
            Event::Report(report) if library::is_library(&report.name) => {}
            Event::Report(report) => {
                let Some(uri) = uri_of(&report.name) else { continue };
                let diagnostics = of_report(&report, encoding);
                client.publish_diagnostics(uri, diagnostics, report.version).await;
            }
            Event::Progress(progress) => {
                if shows_progress.load(Ordering::Relaxed) {
                    bar.show(&client, progress).await;
                }
            }
            Event::Closed { name } => {
                if let Some(uri) = uri_of(&name).filter(|_| !library::is_library(&name)) {
                    client.publish_diagnostics(uri, Vec::new(), None).await;
                }
            }
        }
    }
}

fn of_report(report: &Report, encoding: Encoding) -> Vec<Diagnostic> {
    let lines = Lines::new(&report.text, encoding);
    let file_of = |file: FileId| report.files.get(usize::from(file.0)).cloned();
    report.diagnostics.iter().map(|found| convert(found, &report.name, &lines, &file_of, encoding)).collect()
}

/// One diagnostic in the protocol's terms.
pub fn convert(
    found: &Found,
    name: &str,
    lines: &Lines<'_>,
    file_of: &dyn Fn(FileId) -> Option<(String, Arc<str>)>,
    encoding: Encoding,
) -> Diagnostic {
    let related = |label: &Label| {
        let (name, range) = match label.file {
            None => (name.to_owned(), lines.range(label.span)),
            Some(file) => {
                let (name, text) = file_of(file)?;
                let range = Lines::new(&text, encoding).range(label.span);
                (name, range)
            }
        };
        let location = Location::new(uri_of(&name)?, range);
        Some(DiagnosticRelatedInformation { location, message: label.text.clone() })
    };
    let related: Vec<_> = found.secondary.iter().filter_map(related).collect();
    let mut message = found.message.clone();
    if let Some(help) = &found.help {
        message.push('\n');
        message.push_str(help);
    }
    Diagnostic {
        range: lines.range(found.primary.span),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(found.code.to_owned())),
        source: Some("mosl".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: found.name.starts_with("unused").then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..Diagnostic::default()
    }
}

/// Names a set of diagnostics, so that an unchanged one need not be sent again.
fn result_id(items: &[Diagnostic]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

impl Server {
    pub(super) async fn pull_document(
        &self,
        params: DocumentDiagnosticParams,
    ) -> Result<DocumentDiagnosticReportResult> {
        let uri = params.text_document.uri;
        let name = name_of(&uri);
        let items = if library::is_library(&name) {
            Vec::new()
        } else if name.ends_with("/mosl.json") {
            self.workspace
                .manifest_report(&name)
                .map(|report| of_report(&report, self.workspace.encoding()))
                .unwrap_or_default()
        } else {
            let report = unwrap(self.workspace.diagnostics(&name).await)?;
            report.map(|report| of_report(&report, self.workspace.encoding())).unwrap_or_default()
        };
        let id = result_id(&items);
        let report = if params.previous_result_id.as_deref() == Some(&id) {
            DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
            })
        } else {
            DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
                related_documents: None,
                full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items },
            })
        };
        Ok(DocumentDiagnosticReportResult::Report(report))
    }

    pub(super) async fn pull_workspace(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        let encoding = self.workspace.encoding();
        let reports = gather(self.workspace.all_diagnostics()).await;
        let mut items = Vec::new();
        for report in reports.into_iter().flatten() {
            let (name, diagnostics) = (&report.name, of_report(&report, encoding));
            let Some(uri) = uri_of(name) else { continue };
            let version = self.workspace.version_of(name).map(i64::from);
            let id = result_id(&diagnostics);
            let known = params.previous_result_ids.iter().any(|previous| previous.uri == uri && previous.value == id);
            items.push(if known {
                let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id: id };
                WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
                    uri,
                    version,
                    unchanged_document_diagnostic_report,
                })
            } else {
                let full_document_diagnostic_report =
                    FullDocumentDiagnosticReport { result_id: Some(id), items: diagnostics };
                WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                    uri,
                    version,
                    full_document_diagnostic_report,
                })
            });
        }
        Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
    }
}
