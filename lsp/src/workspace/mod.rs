//! What the editor has open and what that belongs to. The only part that reads files and runs threads.

mod disk;
mod documents;
mod known;
mod program;
mod projects;

pub use documents::Document;
pub use program::{Event, Outcome, Progress, Refused, Report};

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use documents::Documents;
use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use program::{Desk, Handle, Job};
use projects::{ProjectKey, Projects};

use crate::text::{Encoding, LineColumn};

/// A change of a document: a range (`None`: the whole text) and what stands there now.
pub type Change = (Option<(LineColumn, LineColumn)>, String);

/// Where the answer to a question comes.
pub type Answer<T> = tokio::sync::oneshot::Receiver<Outcome<T>>;

/// Everything open, behind one lock that is held only for moments: never while something is checked.
pub struct Workspace {
    state: Mutex<State>,
    events: Arc<dyn Fn(Event) + Send + Sync>,
}

struct State {
    documents: Documents,
    projects: Projects,
    programs: BTreeMap<ProjectKey, Handle>,
    encoding: Encoding,
    /// Programs report by themselves; else they only answer.
    reporting: bool,
}

impl Workspace {
    /// `events` is told what the programs find out by themselves; it is called from their threads.
    pub fn new(events: impl Fn(Event) + Send + Sync + 'static) -> Self {
        let state = State {
            documents: Documents::default(),
            projects: Projects::default(),
            programs: BTreeMap::new(),
            encoding: Encoding::default(),
            reporting: true,
        };
        Self { state: Mutex::new(state), events: Arc::new(events) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_encoding(&self, encoding: Encoding) {
        self.lock().encoding = encoding;
    }

    /// Whether programs check by themselves and report what they find. To be said before anything is opened.
    pub fn set_reporting(&self, reporting: bool) {
        self.lock().reporting = reporting;
    }

    pub fn encoding(&self) -> Encoding {
        self.lock().encoding
    }

    pub fn add_roots(&self, roots: impl IntoIterator<Item = PathBuf>) {
        self.lock().projects.add_roots(roots);
    }

    pub fn remove_roots(&self, roots: &[PathBuf]) {
        self.lock().projects.remove_roots(roots);
    }

    pub fn open(&self, name: &str, version: i32, text: String) {
        let mut state = self.lock();
        state.documents.open(name, version, text);
        state.projects.noticed(name);
        self.changed(&mut state, name);
    }

    /// Applies changes in order. A document that is not open is left alone.
    pub fn change(&self, name: &str, version: i32, changes: Vec<Change>) {
        let mut state = self.lock();
        let encoding = state.encoding;
        if state.documents.change(name, version, changes, encoding) {
            self.changed(&mut state, name);
        }
    }

    pub fn close(&self, name: &str) {
        let mut state = self.lock();
        state.documents.close(name);
        state.projects.noticed(name);
        self.changed(&mut state, name);
        let key = ProjectKey::Single(name.to_owned());
        if state.programs.remove(&key).is_some() {
            (self.events)(Event::Closed { name: name.to_owned() });
        }
        // A project's files are reported on also when none is open: as they are on the disk.
        let key = state.projects.key_of(name);
        if state.programs.contains_key(&key) {
            self.refresh(&mut state, &key);
        }
    }

    /// Files appeared, changed or went outside of the editor.
    pub fn files_changed(&self, names: &[String]) {
        let mut state = self.lock();
        state.projects.forget_lists();
        for name in names {
            self.changed(&mut state, name);
        }
    }

    /// Marks the programs that may hold a file as out of date, and has the open ones checked again.
    fn changed(&self, state: &mut State, name: &str) {
        for (key, handle) in &mut state.programs {
            handle.stale |= key.may_hold(name);
        }
        for open in state.documents.names() {
            let key = state.projects.key_of(&open);
            // A manifest that is not on the disk yet is no program.
            if open.ends_with(".json") && matches!(key, ProjectKey::Single(_)) {
                continue;
            }
            let stale = state.programs.get(&key).is_none_or(|handle| handle.stale);
            if stale {
                self.refresh(state, &key);
            }
        }
    }

    /// The program's thread, told of the newest text.
    fn refresh<'s>(&self, state: &'s mut State, key: &ProjectKey) -> &'s Handle {
        let stale = state.programs.get(key).is_none_or(|handle| handle.stale);
        let snapshot = stale.then(|| state.projects.snapshot(key, &state.documents));
        let reporting = state.reporting;
        let start = || Handle::start(self.events.clone(), reporting);
        let handle = state.programs.entry(key.clone()).or_insert_with(start);
        if let Some(snapshot) = snapshot {
            handle.stale = false;
            handle.send(Job::Refresh(Box::new(snapshot)));
        }
        handle
    }

    /// Asks the program that holds a file; the answer comes by the receiver. The question is dropped if it is overtaken by an edit.
    pub fn ask<T: Send + 'static>(
        &self,
        name: &str,
        question: impl Fn(&Analysis<'_>, FileId) -> T + Send + 'static,
    ) -> Answer<Option<T>> {
        self.ask_desk(name, move |desk, file| question(desk.analysis, file))
    }

    /// What the compiler says about a file.
    pub fn diagnostics(&self, name: &str) -> Answer<Option<Report>> {
        self.ask_desk(name, |desk, file| desk.report(file))
    }

    fn ask_desk<T: Send + 'static>(
        &self,
        name: &str,
        question: impl Fn(&mut Desk<'_, '_>, FileId) -> T + Send + 'static,
    ) -> Answer<Option<T>> {
        let wanted = name.to_owned();
        let mut state = self.lock();
        let key = state.projects.key_of(name);
        self.ask_program(&mut state, &key, move |desk| {
            let file = desk.analysis.loaded.files.iter().find(|file| file.name == wanted)?.id;
            Some(question(desk, file))
        })
    }

    /// What the compiler says about all files of the programs that [`Self::ask_all`] asks, the library's excepted.
    pub fn all_diagnostics(&self) -> Vec<Answer<Vec<Report>>> {
        self.ask_all_desks(|desk| desk.reports())
    }

    /// Asks every program that is open, and each project under the roots.
    pub fn ask_all<T: Send + 'static>(
        &self,
        question: impl Fn(&Analysis<'_>) -> T + Send + Sync + 'static,
    ) -> Vec<Answer<T>> {
        self.ask_all_desks(move |desk| question(desk.analysis))
    }

    fn ask_all_desks<T: Send + 'static>(
        &self,
        question: impl Fn(&mut Desk<'_, '_>) -> T + Send + Sync + 'static,
    ) -> Vec<Answer<T>> {
        let question = Arc::new(question);
        let mut state = self.lock();
        let mut keys: Vec<ProjectKey> = state.documents.names().map(|name| state.projects.key_of(&name)).collect();
        keys.extend(state.projects.under_roots());
        keys.sort();
        keys.dedup();
        let ask = |key: ProjectKey| {
            let question = question.clone();
            self.ask_program(&mut state, &key, move |desk| question(desk))
        };
        keys.into_iter().map(ask).collect()
    }

    fn ask_program<T: Send + 'static>(
        &self,
        state: &mut State,
        key: &ProjectKey,
        question: impl Fn(&mut Desk<'_, '_>) -> T + Send + 'static,
    ) -> Answer<T> {
        let (answer, receiver) = tokio::sync::oneshot::channel();
        let handle = self.refresh(state, key);
        handle.send(Job::query(answer, question));
        receiver
    }

    /// What is wrong with a project's `mosl.json`.
    pub fn manifest_report(&self, name: &str) -> Option<Report> {
        let mut state = self.lock();
        let key = state.projects.key_of(name);
        let State { documents, projects, .. } = &mut *state;
        let (name, text, diagnostics) = projects.snapshot(&key, documents).about_manifest?;
        let version = documents.get(&name).map(|document| document.version);
        Some(Report { name, text, version, diagnostics, files: Arc::default() })
    }

    /// The text of an open document, or of a file on disk.
    pub fn text_of(&self, name: &str) -> Option<Arc<str>> {
        let state = self.lock();
        state.documents.text(name).or_else(|| disk::read(name).ok().map(Arc::from))
    }

    pub fn version_of(&self, name: &str) -> Option<i32> {
        self.lock().documents.get(name).map(|document| document.version)
    }

    pub fn is_open(&self, name: &str) -> bool {
        self.version_of(name).is_some()
    }
}
