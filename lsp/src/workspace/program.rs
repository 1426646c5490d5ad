//! A thread per program. It holds the checked program of the newest snapshot it knows, answers questions about it, and, while nobody
//! asks, checks file after file and reports what it finds. A newer snapshot overtakes everything: what was asked before is refused
//! as out of date, and the check of files not yet looked at never happens.
//!
//! What a keystroke costs: the names that all files declare at their top, the bodies of the files that questions about the open ones
//! have needed, and the check of the files that the edit concerns ([`Known`]).

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};

use mosl_compiler::analysis::{Analysis, Wanted, analyse_part};
use mosl_compiler::diagnostics::Diagnostic;
use mosl_compiler::program::FileId;
use mosl_compiler::project::{Manifest, ParseCache};
use tokio::sync::oneshot;

use super::Document;
use super::disk::{Overlay, Texts};
use super::known::Known;
use super::projects::AboutManifest;

/// What to check.
pub(super) struct Snapshot {
    pub entries: Vec<String>,
    pub manifest: Manifest,
    pub about_manifest: Option<AboutManifest>,
    pub open: Arc<BTreeMap<String, Document>>,
}

/// Why a question got no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// An edit came before the answer.
    Outdated,
    /// Our bug.
    Failed,
}

pub type Outcome<T> = Result<T, Refused>;

/// What programs tell by themselves.
pub enum Event {
    Report(Report),
    /// How far the first check of a large program has got.
    Progress(Progress),
    /// The document's program is no more: what was reported about it no longer holds.
    Closed {
        name: String,
    },
}

/// The check of a program that has many files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    Begin {
        files: usize,
    },
    /// So many files have been checked.
    Done {
        checked: usize,
        files: usize,
    },
    End,
}

/// From so many files on, a first check is worth telling of.
const MANY_FILES: usize = 40;

/// What the compiler says about one file.
pub struct Report {
    pub name: String,
    pub text: Arc<str>,
    /// Of an open document.
    pub version: Option<i32>,
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics' labels point into, by [`FileId`]: name and text.
    pub files: Arc<Vec<(String, Arc<str>)>>,
}

/// So many files are not worth the rest of the program.
const FEW_FILES: usize = 4;

/// What a question is asked of.
pub(super) struct Desk<'d, 'a> {
    pub analysis: &'d Analysis<'a>,
    pub known: &'d mut Known,
}

impl Desk<'_, '_> {
    /// What the compiler says about a file.
    pub fn report(&mut self, file: FileId) -> Report {
        let loaded = &self.analysis.loaded.files[usize::from(file.0)];
        let diagnostics = self.known.diagnostics(self.analysis, file);
        let files = files_of(self.analysis, &diagnostics);
        Report { name: loaded.name.clone(), text: loaded.source.clone(), version: None, diagnostics, files }
    }

    /// What the compiler says about all files, the library's excepted.
    pub fn reports(&mut self) -> Vec<Report> {
        let own = self.analysis.loaded.files.iter().filter(|file| !file.is_library);
        let unknown = own.clone().filter(|file| self.known.get(&file.name).is_none()).count();
        if unknown > FEW_FILES && !self.analysis.wants_everything() {
            return Vec::new();
        }
        own.map(|file| self.report(file.id)).collect()
    }
}

/// What became of a question.
pub(super) enum Asked {
    Done,
    /// Our bug.
    Failed,
    /// It needs more than was resolved: to be asked again.
    Lacks,
}

/// A question, run with the reason if it is not to be answered.
type Query = Box<dyn FnMut(Result<&mut Desk<'_, '_>, Refused>) -> Asked + Send>;

/// How the service of a snapshot ends.
enum Step {
    Newer(Box<Snapshot>),
    /// A question failed; the checker may have been left in the middle of something.
    Again,
    End,
}

impl Step {
    fn of(next: Option<Box<Snapshot>>) -> Self {
        next.map_or(Self::End, Self::Newer)
    }
}

pub(super) enum Job {
    Refresh(Box<Snapshot>),
    Query(Query),
}

impl Job {
    pub fn query<T: Send + 'static>(
        answer: oneshot::Sender<Outcome<T>>,
        question: impl Fn(&mut Desk<'_, '_>) -> T + Send + 'static,
    ) -> Self {
        let mut answer = Some(answer);
        Self::Query(Box::new(move |desk| {
            // Nobody waits any more: the request was cancelled.
            if answer.as_ref().is_none_or(oneshot::Sender::is_closed) {
                return Asked::Done;
            }
            let result = match desk {
                Ok(desk) => {
                    let result = catch_unwind(AssertUnwindSafe(|| question(desk))).map_err(|_| Refused::Failed);
                    if desk.analysis.lacks() {
                        return Asked::Lacks;
                    }
                    result
                }
                Err(refused) => Err(refused),
            };
            let failed = matches!(result, Err(Refused::Failed));
            if let Some(answer) = answer.take() {
                let _ = answer.send(result);
            }
            if failed { Asked::Failed } else { Asked::Done }
        }))
    }
}

/// The workspace's end of a program's thread, which ends when this is dropped.
pub(super) struct Handle {
    jobs: mpsc::Sender<Job>,
    /// The thread does not know the newest text.
    pub stale: bool,
}

impl Handle {
    pub fn start(events: Arc<dyn Fn(Event) + Send + Sync>, reporting: bool) -> Self {
        let (jobs, queue) = mpsc::channel();
        let thread = std::thread::Builder::new().name("mosl-program".into()).stack_size(mosl_compiler::STACK_BYTES);
        thread
            .spawn(move || {
                Program {
                    queue,
                    events,
                    reporting,
                    cache: ParseCache::default(),
                    texts: Texts::default(),
                    known: Known::default(),
                    wanted: Wanted::default(),
                    looked_at: Vec::new(),
                    told: BTreeMap::new(),
                    told_of_progress: false,
                }
                .run();
            })
            .expect("the system has room for one more thread");
        Self { jobs, stale: true }
    }

    pub fn send(&self, job: Job) {
        // A thread that is gone answers nothing: the question's receiver sees that.
        let _ = self.jobs.send(job);
    }
}

struct Program {
    queue: mpsc::Receiver<Job>,
    events: Arc<dyn Fn(Event) + Send + Sync>,
    reporting: bool,
    cache: ParseCache,
    texts: Texts,
    known: Known,
    /// What questions about the files that are open have needed.
    wanted: Wanted,
    /// The files that were open then.
    looked_at: Vec<String>,
    /// The last report of each file, so that only changes are told.
    told: BTreeMap<String, (Option<i32>, Vec<Diagnostic>)>,
    /// A first check is over, or was too short to tell of.
    told_of_progress: bool,
}

impl Program {
    fn run(mut self) {
        let mut waiting = Vec::new();
        let Some(mut snapshot) = self.next_snapshot(None, &mut waiting) else { return };
        loop {
            let work = AssertUnwindSafe(|| self.serve(&snapshot, &mut waiting));
            // A panic is our bug. What waits is refused, lest the same source fails for ever; the next edit starts anew.
            let step = catch_unwind(work).unwrap_or_else(|_| {
                refuse(&mut waiting, Refused::Failed);
                Step::of(self.next_snapshot_after_failure(&mut waiting))
            });
            match step {
                Step::Newer(next) => snapshot = next,
                Step::Again => {}
                Step::End => return,
            }
        }
    }

    /// Serves one snapshot until there is a newer one.
    fn serve(&mut self, snapshot: &Snapshot, waiting: &mut Vec<Query>) -> Step {
        let (cache, texts) = (std::mem::take(&mut self.cache), std::mem::take(&mut self.texts));
        let mut wanted = self.take_wanted(snapshot);
        let fs = Overlay { open: &snapshot.open, known: Some(&texts) };
        let mut is_new = true;
        let next = analyse_part(&fs, &snapshot.entries, &snapshot.manifest, &cache, &mut wanted, |analysis| {
            if std::mem::take(&mut is_new) {
                self.known.update(analysis);
                if self.reporting {
                    self.report_manifest(snapshot);
                    self.forget_gone(analysis, snapshot);
                }
            }
            self.attend(analysis, snapshot, waiting)
        });
        (self.cache, self.texts, self.wanted) = (cache, texts, wanted);
        next
    }

    /// What is wanted at first: what the files that are open have needed so far.
    fn take_wanted(&mut self, snapshot: &Snapshot) -> Wanted {
        let looked_at: Vec<String> = snapshot.open.keys().cloned().collect();
        let files = std::mem::take(&mut self.wanted).files;
        if self.looked_at == looked_at {
            return Wanted { files, everything: false };
        }
        self.looked_at.clone_from(&looked_at);
        Wanted { files: looked_at.into_iter().collect(), everything: false }
    }

    /// Answers and checks until there is a newer snapshot. `None` where more of the program is needed than is resolved.
    fn attend(&mut self, analysis: &Analysis<'_>, snapshot: &Snapshot, waiting: &mut Vec<Query>) -> Option<Step> {
        while !waiting.is_empty() {
            let mut query = waiting.remove(0);
            match query(Ok(&mut Desk { analysis, known: &mut self.known })) {
                Asked::Done => {}
                Asked::Failed => return Some(Step::Again),
                Asked::Lacks => {
                    waiting.insert(0, query);
                    return None;
                }
            }
        }
        let mut unchecked = if self.reporting { self.report_known(analysis, snapshot) } else { Vec::new() };
        // Else it soon comes to an end, and what is worth telling of begins.
        let long = if analysis.is_whole() { unchecked.len() } else { 0 };
        let mut progress = Advance::new(self, long);
        loop {
            let job = match unchecked.last() {
                None => self.queue.recv().ok(),
                Some(file) => match self.queue.try_recv() {
                    Err(mpsc::TryRecvError::Empty) => {
                        self.report_file(analysis, snapshot, *file)?;
                        unchecked.pop();
                        progress.advance(self, unchecked.len());
                        continue;
                    }
                    job => job.ok(),
                },
            };
            match job {
                None => return Some(Step::End),
                Some(Job::Refresh(next)) => return Some(Step::of(self.next_snapshot(Some(next), waiting))),
                Some(Job::Query(mut query)) => match query(Ok(&mut Desk { analysis, known: &mut self.known })) {
                    Asked::Done => {}
                    Asked::Failed => return Some(Step::Again),
                    Asked::Lacks => {
                        waiting.push(query);
                        return None;
                    }
                },
            }
        }
    }

    /// The newest snapshot in the queue. Questions before it are out of date; those after it wait.
    fn next_snapshot(&mut self, first: Option<Box<Snapshot>>, waiting: &mut Vec<Query>) -> Option<Box<Snapshot>> {
        let mut newest = first;
        loop {
            let job = match &newest {
                Some(_) => match self.queue.try_recv() {
                    Ok(job) => job,
                    Err(_) => return newest,
                },
                None => self.queue.recv().ok()?,
            };
            match job {
                Job::Refresh(snapshot) => {
                    refuse(waiting, Refused::Outdated);
                    newest = Some(snapshot);
                }
                Job::Query(query) => waiting.push(query),
            }
        }
    }

    /// Refuses questions until there is something new to check.
    fn next_snapshot_after_failure(&mut self, waiting: &mut Vec<Query>) -> Option<Box<Snapshot>> {
        loop {
            match self.queue.recv().ok()? {
                Job::Query(mut query) => _ = query(Err(Refused::Failed)),
                Job::Refresh(snapshot) => return self.next_snapshot(Some(snapshot), waiting),
            }
        }
    }

    /// Reports on the files about which all is known. Yields the others in the reverse of the order in which they are to be checked.
    fn report_known(&mut self, analysis: &Analysis<'_>, snapshot: &Snapshot) -> Vec<FileId> {
        let mut unchecked = order_of_checks(analysis, snapshot);
        unchecked.retain(|file| {
            let loaded = &analysis.loaded.files[usize::from(file.0)];
            let Some(found) = self.known.get(&loaded.name).cloned() else { return true };
            self.tell(snapshot, &loaded.name, &loaded.source, found, |found| files_of(analysis, found));
            false
        });
        unchecked
    }

    /// `None` where more of the program is needed than is resolved: all of it, for files at which nobody looks.
    fn report_file(&mut self, analysis: &Analysis<'_>, snapshot: &Snapshot, file: FileId) -> Option<()> {
        let loaded = &analysis.loaded.files[usize::from(file.0)];
        if !snapshot.open.contains_key(&loaded.name) && !analysis.wants_everything() {
            return None;
        }
        let found = self.known.diagnostics(analysis, file);
        if analysis.lacks() {
            return None;
        }
        self.tell(snapshot, &loaded.name, &loaded.source, found, |found| files_of(analysis, found));
        Some(())
    }

    fn report_manifest(&mut self, snapshot: &Snapshot) {
        if let Some((name, text, diagnostics)) = &snapshot.about_manifest {
            self.tell(snapshot, name, text, diagnostics.clone(), |_| Arc::default());
        }
    }

    fn tell(
        &mut self,
        snapshot: &Snapshot,
        name: &str,
        text: &Arc<str>,
        diagnostics: Vec<Diagnostic>,
        files: impl FnOnce(&[Diagnostic]) -> Arc<Vec<(String, Arc<str>)>>,
    ) {
        let version = snapshot.open.get(name).map(|document| document.version);
        let known = self.told.get(name);
        let nothing_to_say = known.is_none() && diagnostics.is_empty() && version.is_none();
        if nothing_to_say || known.is_some_and(|(of, told)| *of == version && *told == diagnostics) {
            return;
        }
        self.told.insert(name.to_owned(), (version, diagnostics.clone()));
        let (name, text, files) = (name.to_owned(), text.clone(), files(&diagnostics));
        (self.events)(Event::Report(Report { name, text, version, diagnostics, files }));
    }

    /// Files that left the program are no longer complained about.
    fn forget_gone(&mut self, analysis: &Analysis<'_>, snapshot: &Snapshot) {
        let there = |name: &str| {
            let manifest = snapshot.about_manifest.as_ref().is_some_and(|(of, ..)| of == name);
            manifest || analysis.loaded.files.iter().any(|file| file.name == name)
        };
        let gone: Vec<String> = self.told.keys().filter(|name| !there(name)).cloned().collect();
        for name in gone {
            self.told.remove(&name);
            (self.events)(Event::Closed { name });
        }
    }
}

/// Tells of a first check's progress, and of its end however that comes.
struct Advance {
    events: Option<Arc<dyn Fn(Event) + Send + Sync>>,
    files: usize,
}

impl Advance {
    fn new(program: &Program, files: usize) -> Self {
        let events = (files >= MANY_FILES && !program.told_of_progress).then(|| program.events.clone());
        if let Some(events) = &events {
            events(Event::Progress(Progress::Begin { files }));
        }
        Self { events, files }
    }

    fn advance(&mut self, program: &mut Program, left: usize) {
        let checked = self.files.saturating_sub(left);
        if left == 0 {
            program.told_of_progress = true;
            self.end();
        } else if checked.is_multiple_of(16)
            && let Some(events) = &self.events
        {
            events(Event::Progress(Progress::Done { checked, files: self.files }));
        }
    }

    fn end(&mut self) {
        if let Some(events) = self.events.take() {
            events(Event::Progress(Progress::End));
        }
    }
}

impl Drop for Advance {
    fn drop(&mut self) {
        self.end();
    }
}

fn refuse(waiting: &mut Vec<Query>, reason: Refused) {
    for mut query in waiting.drain(..) {
        query(Err(reason));
    }
}

/// The files of the program in the reverse of the order in which they are checked: open ones come first, the library's never.
fn order_of_checks(analysis: &Analysis<'_>, snapshot: &Snapshot) -> Vec<FileId> {
    let mut files: Vec<&mosl_compiler::project::LoadedFile> =
        analysis.loaded.files.iter().filter(|file| !file.is_library).collect();
    files.sort_by_key(|file| snapshot.open.contains_key(&file.name));
    files.into_iter().map(|file| file.id).collect()
}

/// The files that labels may point into; none where no label points elsewhere.
fn files_of(analysis: &Analysis<'_>, found: &[Diagnostic]) -> Arc<Vec<(String, Arc<str>)>> {
    if found.iter().flat_map(|of| &of.secondary).all(|label| label.file.is_none()) {
        return Arc::default();
    }
    Arc::new(analysis.loaded.files.iter().map(|file| (file.name.clone(), file.source.clone())).collect())
}
