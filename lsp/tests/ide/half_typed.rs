//! Code in the state in which it spends most of its life: every example and conformance program, cut short.

use std::path::{Path, PathBuf};

use mosl_compiler::analysis::analyse;
use mosl_compiler::project::{Manifest, MemoryFiles, ParseCache, ParsedFile};
use mosl_lsp::ide::completion::complete;
use mosl_lsp::ide::{hover, outline, signature};
use mosl_syntax::TokenKind;
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{Expr, ExprKind};

fn programs() -> Vec<PathBuf> {
    fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                collect(&path, out);
            } else if path.extension().is_some_and(|extension| extension == "mosl") {
                out.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut all = Vec::new();
    collect(&root.join("examples"), &mut all);
    collect(&root.join("tests/conformance"), &mut all);
    all
}

/// Runs `work` with the programs split between two threads, each of which has the stack to compile on.
fn on_all<T: Send>(work: impl Fn(&str) -> T + Sync) -> Vec<T> {
    let all: Vec<String> = programs().iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    let (left, right) = all.split_at(all.len() / 2);
    let work = &work;
    std::thread::scope(|scope| {
        let start = |part: Vec<String>| {
            let thread = std::thread::Builder::new().stack_size(mosl_compiler::STACK_BYTES);
            let run = move || part.iter().map(|text| work(text)).collect::<Vec<T>>();
            thread.spawn_scoped(scope, run).expect("a thread")
        };
        let threads = [start(left.to_vec()), start(right.to_vec())];
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

fn with_text<T>(text: &str, work: impl FnOnce(&mosl_compiler::analysis::Analysis<'_>) -> T) -> T {
    let fs = MemoryFiles::new([("main.mosl", text)]);
    analyse(&fs, &["main.mosl".to_owned()], &Manifest::default(), &ParseCache::default(), work)
}

/// Member accesses: behind the dot, and the member.
struct Accesses(Vec<(u32, String)>);

impl<'a> Visit<'a> for Accesses {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Member { name, .. } = &expr.kind
            && !name.missing
        {
            self.0.push((name.span.start, name.text.to_string()));
        }
        visit::walk_expr(self, expr);
    }
}

/// So many cuts of each program are tried; they are spread over it.
const CUTS: usize = 6;

#[test]
fn the_member_that_stood_behind_a_dot_is_offered() {
    let counts = on_all(|text| {
        let parsed = ParsedFile::new(text.into());
        let mut accesses = Accesses(Vec::new());
        visit::walk_stmts(&mut accesses, &parsed.ast.body);
        // What the whole program does not know either, nobody can offer.
        let known = with_text(text, |analysis| {
            let file = analysis.loaded.files[0].id;
            let offered = |(at, name): &(u32, String)| {
                let found = complete(analysis, file, *at).map_or_else(Vec::new, |found| found.items);
                found.iter().any(|item| item.label == *name)
            };
            let step = (accesses.0.len() / CUTS).max(1);
            accesses.0.iter().step_by(step).filter(|access| offered(access)).cloned().collect::<Vec<_>>()
        });
        let mut missed = Vec::new();
        // A constructor's `this.x` that declares the field is no access to what is known.
        let declares = |(at, name): &(u32, String)| {
            let cut = &text[..*at as usize];
            cut.ends_with("this.") && !cut.contains(name.as_str())
        };
        let known: Vec<(u32, String)> = known.into_iter().filter(|access| !declares(access)).collect();
        for (at, name) in &known {
            let cut = &text[..*at as usize];
            let found = with_text(cut, |analysis| complete(analysis, analysis.loaded.files[0].id, *at));
            if !found.is_some_and(|found| found.items.iter().any(|item| item.label == *name)) {
                missed.push(format!("{}|{name}", cut.lines().last().unwrap_or("")));
            }
        }
        (known.len(), missed)
    });
    let all: usize = counts.iter().map(|(all, _)| all).sum();
    let missed: Vec<&String> = counts.iter().flat_map(|(_, missed)| missed).collect();
    let share = 100.0 - 100.0 * missed.len() as f64 / all as f64;
    println!("{share:.2} % of {all}");
    assert!(share >= 98.0, "{share:.2} % of {all}; missed:\n{missed:#?}");
}

#[test]
fn cuts_anywhere_panic_nowhere_and_complain_near_the_cut() {
    let far: Vec<String> = on_all(|text| {
        let parsed = ParsedFile::new(text.into());
        let ends: Vec<u32> =
            parsed.tokens.iter().filter(|token| token.kind != TokenKind::Newline).map(|token| token.span.end).collect();
        let step = (ends.len() / CUTS).max(1);
        let mut far = Vec::new();
        for end in ends.iter().skip(step / 2).step_by(step) {
            let cut = &text[..*end as usize];
            with_text(cut, |analysis| {
                let file = analysis.loaded.files[0].id;
                let _ = complete(analysis, file, *end);
                let _ = hover::hover(analysis, file, *end);
                let _ = signature::signature_help(analysis, file, *end);
                let _ = outline::outline(&analysis.loaded.files[0]);
                let errors = &analysis.loaded.files[0].parsed.errors;
                let whole = &parsed.errors;
                // A cut leaves things open, and private names undeclared: that is said there, or close to the end.
                for error in errors.iter().filter(|error| whole.iter().all(|of| of.span != error.span)) {
                    let opener = cut[error.span.start as usize..].starts_with(['(', '[', '{', '`', '$', '<', '#'])
                        || cut[error.span.start as usize..].starts_with("try");
                    let near = cut[error.span.end as usize..].trim_end().lines().count() <= 2;
                    if !opener && !near {
                        far.push(format!(
                            "{:?} at {:?} after {:?}",
                            error.message,
                            error.span,
                            cut.lines().last().unwrap_or("")
                        ));
                    }
                }
            });
        }
        far
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(far.is_empty(), "{far:#?}");
}
