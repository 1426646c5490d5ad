//! What is kept from keystroke to keystroke changes nothing: after random edits, a project that has been open all the time says the
//! same about its files, and offers the same, as one that has never been seen before. `MOSL_EDITS=10000` tries for longer,
//! `MOSL_SEED=7` something else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mosl_compiler::analysis::{Analysis, analyse};
use mosl_compiler::diagnostics::Diagnostic;
use mosl_compiler::program::FileId;
use mosl_compiler::project::{Manifest, MemoryFiles, ParseCache};
use mosl_lsp::ide::completion::complete;
use mosl_lsp::ide::hover::hover;
use mosl_lsp::workspace::{Refused, Workspace};

use crate::random::Random;

/// Modules that see much of each other: results that are inferred, classes that extend others', variables that change, a cycle,
/// re-exports, namespaces, payments that go from hand to hand.
const PROJECT: [(&str, &str); 9] = [
    (
        "main.mosl",
        "import { Lamp, Kind } from \"./lamp.mosl\";\nimport * as shop from \"./shop.mosl\";\nimport { size, twice, first } from \"./all.mosl\";\nimport { even } from \"./even.mosl\";\nconst lamp = new Lamp(\"a\");\nlamp.glow(twice(size));\nif (lamp.kind === Kind.Tall && even(4)) console.log(lamp.label, shop.prices.get(\"tea\")?.toFixed(1), first([1, 2]));\n",
    ),
    (
        "lamp.mosl",
        "import { Part } from \"./part.mosl\";\nimport type { Named } from \"./shapes.mosl\";\nexport enum Kind { Small, Tall }\nexport class Lamp extends Part implements Named {\n  kind = Kind.Small;\n  on = false;\n  glow(by: number): number {\n    this.on = by > 0;\n    return this.weight * by;\n  }\n  get label() {\n    return `${this.name} ${this.on ? this.weight : \"off\"}`;\n  }\n}\n",
    ),
    (
        "part.mosl",
        "export class Part {\n  name;\n  weight = 1;\n  constructor(name: string) {\n    this.name = name;\n  }\n  heavier(by: number): this {\n    this.weight += by;\n    return this;\n  }\n}\n",
    ),
    (
        "shapes.mosl",
        "export interface Named {\n  name: string;\n  label: string;\n}\nexport interface Box<T> {\n  value: T;\n  old?: T;\n}\nexport type Either = { tag: \"left\"; left: number } | { tag: \"right\"; right: string };\n",
    ),
    (
        "all.mosl",
        "export * from \"./numbers.mosl\";\nexport { Part as Piece } from \"./part.mosl\";\nexport function first<T>(list: T[]) {\n  return list[0];\n}\n",
    ),
    (
        "numbers.mosl",
        "import type { Either } from \"./shapes.mosl\";\nexport let size = 2;\nexport function grow(): void {\n  const by = 1;\n  size = size + by;\n}\nexport function twice(n: number) {\n  return n * 2;\n}\nexport function which(of: Either): number {\n  if (of.tag === \"left\") return of.left;\n  return of.right.length;\n}\n",
    ),
    (
        "even.mosl",
        "import { odd } from \"./odd.mosl\";\nexport function even(n: number): boolean {\n  return n === 0 || odd(n - 1);\n}\n",
    ),
    (
        "odd.mosl",
        "import { even } from \"./even.mosl\";\nexport const start = 1;\nexport function odd(n: number): boolean {\n  return n !== 0 && even(n - start);\n}\n",
    ),
    (
        "shop.mosl",
        "import type { Payment } from \"mark:mrk\";\nimport { settle } from \"./settle.mosl\";\nexport const prices = new Map<string, number>([[\"tea\", 2]]);\nexport async function sell(payment: Payment): Promise<void> {\n  settle(payment);\n}\n",
    ),
];
const SETTLE: (&str, &str) = (
    "settle.mosl",
    "import type { Payment } from \"mark:mrk\";\nexport function settle(payment: Payment): void {\n  payment.accept();\n}\n",
);
const MANIFEST: &str =
    "{\"name\": \"edited\", \"strict\": true, \"capabilities\": {\"payments\": {\"receive\": true}}}";

/// What is typed.
const TYPED: [&str; 24] = [
    "x",
    " ",
    ";",
    "{",
    "}",
    "(",
    ")",
    "\"",
    "1",
    ": number",
    ": string",
    "export ",
    "this.",
    "lamp.",
    "size",
    "size = 5;\n",
    "even",
    "return ",
    "const fresh = twice(1);\n",
    "import { odd } from \"./odd.mosl\";\n",
    "payment.accept();\n",
    "class Part {}\n",
    "?.",
    "// note\n",
];

struct Project {
    folder: PathBuf,
    originals: BTreeMap<String, String>,
    texts: BTreeMap<String, String>,
    manifest: Manifest,
    workspace: Workspace,
    version: i32,
}

impl Project {
    fn new(name: &str, files: impl IntoIterator<Item = (String, String)>, manifest: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("mosl-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("mosl.json"), manifest).expect("written");
        let path = |file: String| folder.join(file).to_string_lossy().into_owned();
        let originals: BTreeMap<String, String> = files.into_iter().map(|(file, text)| (path(file), text)).collect();
        originals.iter().for_each(|(path, text)| std::fs::write(path, text).expect("written"));
        let workspace = Workspace::new(|_| {});
        workspace.set_reporting(false);
        workspace.add_roots([folder.clone()]);
        for (path, text) in &originals {
            workspace.open(path, 1, text.clone());
        }
        let manifest = Manifest::parse(manifest, FileId(0)).0;
        Self { folder, texts: originals.clone(), originals, manifest, workspace, version: 1 }
    }

    fn set(&mut self, path: &str, text: String) {
        self.version += 1;
        self.workspace.change(path, self.version, vec![(None, text.clone())]);
        self.texts.insert(path.to_owned(), text);
    }

    fn edit(&mut self, random: &mut Random) -> String {
        let at = random.below(self.texts.len());
        let (path, text) = self.texts.iter().nth(at).map(|(path, text)| (path.clone(), text.clone())).expect("a file");
        let mut edited = text.clone();
        let boundary = |at: usize| (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        let place = boundary(random.below(text.len() + 1));
        match random.below(6) {
            0 | 1 => edited = self.originals[&path].clone(),
            2 => edited.replace_range(place..boundary(place + random.below(9)), ""),
            3 => {
                // A word becomes another one of the same file.
                let words: Vec<(usize, &str)> = text.match_indices(|c: char| !c.is_alphanumeric()).collect();
                let word = |of: usize| {
                    let start = words.get(of).map_or(0, |(at, gap)| at + gap.len());
                    start..words.get(of + 1).map_or(text.len(), |(at, _)| *at)
                };
                let (from, to) = (word(random.below(words.len())), word(random.below(words.len())));
                edited.replace_range(to, &text[from]);
            }
            _ => edited.insert_str(place, TYPED[random.below(TYPED.len())]),
        }
        self.set(&path, edited);
        path
    }

    fn cold<T>(&self, ask: impl FnOnce(&Analysis<'_>) -> T) -> T {
        let fs = MemoryFiles::new(self.texts.clone());
        let entry = self.folder.join("main.mosl").to_string_lossy().into_owned();
        let entries: Vec<String> = std::iter::once(entry).chain(self.texts.keys().cloned()).collect();
        analyse(&fs, &entries, &self.manifest, &ParseCache::default(), ask)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn id_of(analysis: &Analysis<'_>, path: &str) -> Option<FileId> {
    analysis.loaded.files.iter().find(|file| file.name == path).map(|file| file.id)
}

fn offered(analysis: &Analysis<'_>, file: FileId, at: u32) -> Vec<String> {
    let list = complete(analysis, file, at).map(|found| found.items).unwrap_or_default();
    list.into_iter().map(|item| format!("{} {:?}", item.label, item.detail)).collect()
}

fn shown(analysis: &Analysis<'_>, file: FileId, at: u32) -> Option<String> {
    hover(analysis, file, at).map(|found| format!("{} {:?}", found.code, found.docs))
}

fn wait<T>(answer: mosl_lsp::workspace::Answer<T>) -> Result<T, Refused> {
    answer.blocking_recv().expect("the program's thread lives")
}

fn compare(project: &Project, path: &str, at: u32) {
    let warm =
        |name: &str| wait(project.workspace.diagnostics(name)).expect("an answer").map(|report| report.diagnostics);
    // What is looked at first is what one types in.
    let first = warm(path);
    let every: BTreeMap<&String, Option<Vec<Diagnostic>>> =
        project.texts.keys().map(|name| (name, warm(name))).collect();
    let offers = wait(
        project.workspace.ask(path, move |analysis, file| (offered(analysis, file, at), shown(analysis, file, at))),
    );
    let (cold, cold_offers) = project.cold(|analysis| {
        let of = |name: &String| id_of(analysis, name).map(|file| analysis.diagnostics(file));
        let all: BTreeMap<&String, _> = project.texts.keys().map(|name| (name, of(name))).collect();
        (all, id_of(analysis, path).map(|file| (offered(analysis, file, at), shown(analysis, file, at))))
    });
    assert_eq!(first, cold[&path.to_owned()], "{path} first:\n{}", project.texts[path]);
    for (name, found) in every {
        assert_eq!(found, cold[name], "{name}, after an edit of {path}:\n{}", project.texts[path]);
    }
    assert_eq!(offers, Ok(cold_offers), "{path} at {at}:\n{}", project.texts[path]);
}

fn run(mut project: Project, edits: usize) {
    let thread = std::thread::Builder::new().stack_size(mosl_compiler::STACK_BYTES);
    let work = move || {
        let mut random = Random(seed());
        for _ in 0..edits {
            let path = project.edit(&mut random);
            let at = random.below(project.texts[&path].len()) as u32;
            compare(&project, &path, at);
        }
    };
    thread.spawn(work).expect("a thread").join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

fn edits() -> usize {
    std::env::var("MOSL_EDITS").ok().and_then(|count| count.parse().ok()).unwrap_or(150)
}

fn seed() -> u64 {
    std::env::var("MOSL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0x2545_F491_4F6C_DD1D)
}

#[test]
fn a_field_has_its_type_from_the_constructor_whoever_asks_first() {
    let counter = "export class Counter {\n  count;\n  constructor() {\n    this.count = 1;\n  }\n}\n";
    let user =
        "import { Counter } from \"./counter.mosl\";\nexport function set(of: Counter): void {\n  of.count = 5;\n}\n";
    let files = [("counter.mosl", counter), ("main.mosl", user)];
    let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let project = Project::new("fields", files, MANIFEST);
    let path = |name: &str| project.folder.join(name).to_string_lossy().into_owned();
    for first in ["main.mosl", "counter.mosl"] {
        let found = project.cold(|analysis| {
            let of = |name: &str| id_of(analysis, &path(name)).map(|file| analysis.diagnostics(file));
            of(first);
            ["main.mosl", "counter.mosl"].map(of)
        });
        assert_eq!(found, [Some(Vec::new()), Some(Vec::new())], "{first} first");
    }
}

#[test]
fn modules_that_see_much_of_each_other() {
    let files = PROJECT.into_iter().chain([SETTLE]).map(|(name, text)| (name.to_owned(), text.to_owned()));
    let project = Project::new("incremental", files, MANIFEST);
    let before = project.cold(|analysis| {
        let all = analysis.loaded.files.iter().filter(|file| !file.is_library);
        all.flat_map(|file| analysis.diagnostics(file.id)).filter(Diagnostic::is_error).collect::<Vec<_>>()
    });
    assert_eq!(before, [], "it begins without errors");
    run(project, edits());
}

#[test]
fn an_example_of_four_modules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/gallery");
    let entries = std::fs::read_dir(&folder).expect("the example").flatten();
    let read = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok().filter(|name| name.ends_with(".mosl"))?;
        Some((name, std::fs::read_to_string(entry.path()).ok()?))
    };
    let files: Vec<(String, String)> = entries.filter_map(read).collect();
    let manifest = std::fs::read_to_string(folder.join("mosl.json")).expect("a manifest");
    run(Project::new("gallery", files, &manifest), edits() / 3);
}
