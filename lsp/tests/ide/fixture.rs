//! Sources with marks. Several files in one text are told apart by lines `//- name`.

use mosl_compiler::analysis::{Analysis, analyse};
use mosl_compiler::program::FileId;
use mosl_compiler::project::{Manifest, MemoryFiles, ParseCache};
use mosl_syntax::Span;

pub struct Fixture {
    pub files: Vec<(String, String)>,
    /// Index of the file that holds the cursor, and its offset there.
    pub cursor: (usize, u32),
    /// Marked spans by file, with what is written behind the carets.
    pub marks: Vec<(usize, Span, String)>,
}

pub fn parse(text: &str) -> Fixture {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.trim_start_matches('\n').split_inclusive('\n') {
        match line.strip_prefix("//- ") {
            Some(name) => files.push((name.trim().to_owned(), String::new())),
            None => {
                if files.is_empty() {
                    files.push(("main.mosl".to_owned(), String::new()));
                }
                files.last_mut().expect("just pushed").1.push_str(line);
            }
        }
    }
    let mut fixture = Fixture { files: Vec::new(), cursor: (0, 0), marks: Vec::new() };
    for (index, (name, text)) in files.into_iter().enumerate() {
        let mut out = String::new();
        let mut last_line = 0;
        for line in text.split_inclusive('\n') {
            let carets = line.trim_start().strip_prefix("//").map(str::trim_start).filter(|rest| rest.starts_with('^'));
            match carets {
                Some(carets) => {
                    let column = (line.len() - carets.len()) as u32;
                    let count = carets.bytes().take_while(|byte| *byte == b'^').count() as u32;
                    let start = last_line + column;
                    let what = carets.trim_start_matches('^').trim().to_owned();
                    fixture.marks.push((index, Span::new(start, start + count), what));
                }
                None => {
                    last_line = out.len() as u32;
                    match line.find("$0") {
                        Some(at) => {
                            fixture.cursor = (index, last_line + at as u32);
                            out.push_str(&line.replacen("$0", "", 1));
                        }
                        None => out.push_str(line),
                    }
                }
            }
        }
        fixture.files.push((name, out));
    }
    fixture
}

impl Fixture {
    /// Runs a question over the strict program of these files; the file is the one with the cursor.
    pub fn ask<T: Send>(&self, question: impl FnOnce(&Analysis<'_>, FileId, u32) -> T + Send) -> T {
        self.ask_in(true, question)
    }

    pub fn ask_in<T: Send>(&self, strict: bool, question: impl FnOnce(&Analysis<'_>, FileId, u32) -> T + Send) -> T {
        let fs = MemoryFiles::new(self.files.clone());
        let entries: Vec<String> = self.files.iter().map(|(name, _)| name.clone()).collect();
        let capabilities = ["payments", "space", "directory", "render", "storage"].map(str::to_owned).to_vec();
        let manifest = Manifest { strict, capabilities, ..Manifest::default() };
        let (file, offset) = self.cursor;
        let name = &self.files[file].0;
        std::thread::scope(|scope| {
            let work = || {
                analyse(&fs, &entries, &manifest, &ParseCache::default(), |analysis| {
                    let file = analysis.loaded.files.iter().find(|of| of.name == *name).expect("it is loaded").id;
                    question(analysis, file, offset)
                })
            };
            let thread = std::thread::Builder::new().stack_size(mosl_compiler::STACK_BYTES);
            thread.spawn_scoped(scope, work).expect("a thread").join().expect("no panic")
        })
    }
}
