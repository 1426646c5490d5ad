//! Code in the state in which it spends most of its life: every example and conformance program, cut short. `MOSL_CUTS=all` tries
//! every cut, which takes a while; else a few are taken from each program.

use std::sync::Arc;

use mosl_compiler::analysis::Analysis;
use mosl_compiler::diagnostics::{Diagnostic, Severity};
use mosl_compiler::program::FileId;
use mosl_compiler::project::{Manifest, ParseCache, ParsedFile};
use mosl_lsp::ide::completion::complete;
use mosl_lsp::ide::{hover, inlay, outline, semantic, signature};
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{Expr, ExprKind};
use mosl_syntax::{Span, TokenKind};

use crate::corpus::{Program, conformance, examples, on_all};

/// How many cuts of a program are tried where not all are; they are spread over it.
const CUTS: usize = 6;

/// Every so many of `count` cuts is tried.
fn step(count: usize) -> usize {
    if std::env::var("MOSL_CUTS").is_ok_and(|cuts| cuts == "all") { 1 } else { (count / CUTS).max(1) }
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

/// How many accesses were tried, and the lines at whose end the member was not offered.
fn offered(program: &Program) -> (usize, Vec<String>) {
    let text = program.text();
    let parsed = ParsedFile::new(text.into());
    let mut accesses = Accesses(Vec::new());
    visit::walk_stmts(&mut accesses, &parsed.ast.body);
    // `this.x = 1` that declares the field makes up its name.
    accesses.0.retain(|(at, name)| !declares_field(text, *at, name));
    let step = step(accesses.0.len());
    let cache = ParseCache::default();
    let (mut tried, mut missed) = (0, Vec::new());
    for (at, name) in accesses.0.iter().step_by(step) {
        let cut = &text[..*at as usize];
        let found = program.with(cut, &cache, |analysis, file| complete(analysis, file, *at));
        tried += 1;
        if !found.is_some_and(|found| found.items.iter().any(|item| item.label == *name)) {
            missed.push(format!("{}: {}|{name}", short(&program.entry), cut.lines().last().unwrap_or("").trim()));
        }
    }
    (tried, missed)
}

fn short(path: &str) -> &str {
    path.rsplit_once("/conformance/").or_else(|| path.rsplit_once("/examples/")).map_or(path, |(_, rest)| rest)
}

fn declares_field(text: &str, at: u32, name: &str) -> bool {
    let (before, after) = text.split_at(at as usize);
    let assigned = after[name.len()..].trim_start().strip_prefix('=').is_some_and(|rest| !rest.starts_with(['=', '>']));
    before.ends_with("this.") && assigned
}

#[track_caller]
fn share_offered(programs: &[Program]) {
    let counts = on_all(programs, offered);
    let tried: usize = counts.iter().map(|(tried, _)| tried).sum();
    let missed: Vec<&String> = counts.iter().flat_map(|(_, missed)| missed).collect();
    let share = 100.0 - 100.0 * missed.len() as f64 / tried as f64;
    println!("{share:.2} % of {tried}; missed:\n{missed:#?}");
    assert!(share >= 98.0, "{share:.2} % of {tried}; missed:\n{missed:#?}");
}

#[test]
fn the_member_that_stood_behind_a_dot_is_offered_in_the_examples() {
    share_offered(&examples());
}

#[test]
fn the_member_that_stood_behind_a_dot_is_offered_in_the_conformance_programs() {
    share_offered(&conformance());
}

/// All that an editor asks while one types.
fn ask_everything(analysis: &Analysis<'_>, file: FileId, at: u32) {
    let _ = complete(analysis, file, at);
    let _ = hover::hover(analysis, file, at.saturating_sub(1));
    let _ = signature::signature_help(analysis, file, at);
    let _ = outline::outline(&analysis.loaded.files[0]);
    let _ = semantic::semantic_tokens(analysis, file, None);
    let _ = inlay::hints(analysis, file, Span::new(0, at), inlay::HintOptions { types: true, parameters: true });
}

fn errors(analysis: &Analysis<'_>, file: FileId) -> Vec<Diagnostic> {
    let mut found = analysis.diagnostics(file);
    found.retain(|found| found.severity == Severity::Error);
    found
}

/// Whether an error says what the cut did: it is at the cut's line or the one before, it is about what the cut left open, or it
/// misses a name that stood behind the cut.
fn is_of_the_cut(found: &Diagnostic, cut: &str, lost: &str) -> bool {
    let span = found.primary.span;
    let near = cut[span.end as usize..].trim_end().lines().count() <= 2;
    let opener = cut[span.start as usize..].starts_with(['(', '[', '{', '`', '$', '<']) || found.code < "E0100";
    let names = found.message.split('`').skip(1).step_by(2).chain([&cut[span.range()]]);
    let word = |name: &str| name.trim_start_matches('#').rsplit('.').next().unwrap_or("").to_owned();
    let lost_name = names.map(word).any(|name| !name.is_empty() && lost.contains(&name));
    near || (opener && found.code < "E0100") || lost_name
}

fn complaints_far_from_cuts(program: &Program) -> Vec<String> {
    let text = program.text();
    let parsed = ParsedFile::new(text.into());
    let cache = ParseCache::default();
    let whole = program.with(text, &cache, errors);
    let ends = parsed.tokens.iter().filter(|token| token.kind != TokenKind::Newline).map(|token| token.span.end);
    let ends: Vec<u32> = ends.collect();
    let step = step(ends.len());
    let mut far = Vec::new();
    for end in ends.iter().skip(step / 2).step_by(step) {
        let (cut, lost) = text.split_at(*end as usize);
        let found = program.with(cut, &cache, |analysis, file| {
            ask_everything(analysis, file, *end);
            errors(analysis, file)
        });
        let new = found.iter().filter(|found| whole.iter().all(|of| of.primary.span != found.primary.span));
        for found in new.filter(|found| !is_of_the_cut(found, cut, lost)) {
            let line = cut.lines().last().unwrap_or("");
            let of = short(&program.entry);
            far.push(format!("{of}: {} {:?} at {:?} after {line:?}", found.code, found.message, found.primary.span));
        }
    }
    far
}

#[test]
fn parameters_that_are_just_being_typed_may_be_any() {
    let manifest = Manifest { strict: true, ..Manifest::default() };
    let before = "class Lamp {\n  on(): void {\n    this.glow(1, 2);\n  }\n\n";
    for typed in ["  glow(", "  glow(paper: number", "  glow(paper = 1,", "  async glow"] {
        let files = Arc::new([("lamp.mosl".to_owned(), format!("{before}{typed}"))].into());
        let program = Program { files, entry: "lamp.mosl".to_owned(), manifest: manifest.clone() };
        let found = program.with(program.text(), &ParseCache::default(), errors);
        let far: Vec<&Diagnostic> = found.iter().filter(|found| found.code >= "E0100").collect();
        assert!(far.iter().all(|found| found.primary.span.start as usize >= before.len()), "{typed}: {far:#?}");
    }
}

#[test]
fn cuts_anywhere_panic_nowhere_and_complain_near_the_cut() {
    let mut programs = examples();
    programs.extend(conformance());
    let far: Vec<String> = on_all(&programs, complaints_far_from_cuts).into_iter().flatten().collect();
    println!("{} far from the cut:\n{far:#?}", far.len());
    assert!(far.is_empty(), "{} far from the cut:\n{far:#?}", far.len());
}
