//! What earlier checks said about the files of a program, and which of it still holds. A file is looked at again when its own text
//! changes, or what it can see of the files that it imports, directly or through others ([`surface`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use mosl_compiler::analysis::Analysis;
use mosl_compiler::diagnostics::Diagnostic;
use mosl_compiler::program::FileId;
use mosl_compiler::project::{Loaded, ParsedFile, surface};

/// The module whose presence makes payments a matter between functions.
const MONEY: &str = "mark:mrk";

#[derive(Debug, Default)]
pub(super) struct Known {
    /// What holds for the whole program: its files in order, its settings, whether it has payments.
    frame: (Vec<String>, String, bool),
    files: BTreeMap<String, File>,
}

#[derive(Debug)]
struct File {
    parsed: Arc<ParsedFile>,
    surface: u64,
    /// What loading said: it depends on the disk too.
    on_loading: Vec<Diagnostic>,
    found: Option<Vec<Diagnostic>>,
}

impl Known {
    /// Forgets what the newest text may have changed.
    pub fn update(&mut self, analysis: &Analysis<'_>) {
        let loaded = analysis.loaded;
        let money = loaded.files.iter().any(|file| file.name == MONEY);
        let names = loaded.files.iter().map(|file| file.name.clone()).collect();
        let frame = (names, format!("{:?}", analysis.manifest), money);
        // Where a file is not strict, what it assumes of a variable may fail anywhere: nothing is known for long.
        if self.frame != frame || !analysis.manifest.strict {
            *self = Self { frame, files: BTreeMap::new() };
        }
        let mut changed = vec![false; loaded.files.len()];
        let mut seen_changed = Vec::new();
        for (at, file) in loaded.files.iter().enumerate() {
            let on_loading = loaded.diagnostics.iter().filter(|of| of.file == file.id).cloned().collect::<Vec<_>>();
            let before = self.files.get(&file.name);
            let same_text = before.is_some_and(|before| Arc::ptr_eq(&before.parsed, &file.parsed));
            if same_text && before.is_some_and(|before| before.on_loading == on_loading) {
                continue;
            }
            changed[at] = true;
            let surface = surface(&file.parsed, money);
            if before.is_none_or(|before| before.surface != surface) || shares_cycle(loaded, file.id) {
                seen_changed.push(file.id);
            }
            let parsed = file.parsed.clone();
            self.files.insert(file.name.clone(), File { parsed, surface, on_loading, found: None });
        }
        self.forget(loaded, &changed, seen_changed);
    }

    /// Forgets what stands on other files that changed: on what they show, or on a place in one that a message points to.
    fn forget(&mut self, loaded: &Loaded, changed: &[bool], mut seen_changed: Vec<FileId>) {
        let mut importers: Vec<Vec<FileId>> = vec![Vec::new(); if seen_changed.is_empty() { 0 } else { changed.len() }];
        if !importers.is_empty() {
            for file in &loaded.files {
                file.imports.values().for_each(|to| importers[usize::from(to.0)].push(file.id));
            }
        }
        let mut reached = vec![false; changed.len()];
        while let Some(file) = seen_changed.pop() {
            if !std::mem::replace(&mut reached[usize::from(file.0)], true) {
                seen_changed.extend(&importers[usize::from(file.0)]);
            }
        }
        for (file, reached) in loaded.files.iter().zip(reached) {
            let Some(known) = self.files.get_mut(&file.name) else { continue };
            let points_to_changed = |of: &Diagnostic| {
                of.secondary.iter().filter_map(|label| label.file).any(|to| changed[usize::from(to.0)])
            };
            if reached || known.found.iter().flatten().any(points_to_changed) {
                known.found = None;
            }
        }
    }

    pub fn get(&self, name: &str) -> Option<&Vec<Diagnostic>> {
        self.files.get(name)?.found.as_ref()
    }

    /// What the compiler says about a file: from before if that still holds. Void if the analysis lacks something.
    pub fn diagnostics(&mut self, analysis: &Analysis<'_>, file: FileId) -> Vec<Diagnostic> {
        let name = &analysis.loaded.files[usize::from(file.0)].name;
        if let Some(found) = self.get(name) {
            return found.clone();
        }
        let found = analysis.diagnostics(file);
        if let Some(known) = self.files.get_mut(name).filter(|_| !analysis.lacks()) {
            known.found = Some(found.clone());
        }
        found
    }
}

/// Files that import each other see more of each other than their surfaces.
fn shares_cycle(loaded: &Loaded, file: FileId) -> bool {
    loaded.files.iter().any(|other| other.id != file && loaded.graph.in_one_cycle(other.id, file))
}
