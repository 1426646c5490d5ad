//! What can be folded away, and how a selection grows.

use mosl_compiler::project::LoadedFile;
use mosl_syntax::Span;
use mosl_syntax::ast::StmtKind;

use super::syntax::{path_at, word_at};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoldKind {
    Code,
    Comment,
    Imports,
    Region,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fold {
    /// From the end of the line that stays visible to the place that is shown again.
    pub span: Span,
    pub kind: FoldKind,
}

/// Brackets, comments, runs of line comments and imports, and `// #region`s that go over more than one line; outer before inner.
pub fn folds(file: &LoadedFile) -> Vec<Fold> {
    let source: &str = &file.source;
    let mut folds = Vec::new();
    brackets(file, &mut folds);
    comments(file, &mut folds);
    let imports: Vec<Span> = file
        .ast
        .body
        .iter()
        .take_while(|stmt| matches!(stmt.kind, StmtKind::Import(_)))
        .map(|stmt| stmt.span)
        .collect();
    if let [first, .., last] = imports[..] {
        folds.push(Fold { span: Span::new(first.start + 6, last.end), kind: FoldKind::Imports });
    }
    folds.retain(|fold| source.get(fold.span.range()).is_some_and(|text| text.contains('\n')));
    folds.sort_by_key(|fold| (fold.span.start, std::cmp::Reverse(fold.span.end)));
    folds
}

fn brackets(file: &LoadedFile, folds: &mut Vec<Fold>) {
    let mut open = Vec::new();
    for token in &file.parsed.tokens {
        match file.source.get(token.span.range()).unwrap_or("") {
            "{" | "[" | "(" => open.push(token.span.end),
            "}" | "]" | ")" => {
                if let Some(start) = open.pop() {
                    folds.push(Fold { span: Span::new(start, token.span.start), kind: FoldKind::Code });
                }
            }
            _ => {}
        }
    }
}

fn comments(file: &LoadedFile, folds: &mut Vec<Fold>) {
    let source: &str = &file.source;
    let comments = &file.parsed.comments;
    let mut regions = Vec::new();
    let mut run: Option<Span> = None;
    for comment in comments {
        let text = source.get(comment.span.range()).unwrap_or("");
        if comment.block {
            folds.push(Fold { span: Span::new(comment.span.start + 2, comment.span.end), kind: FoldKind::Comment });
            continue;
        }
        let body = text.trim_start_matches('/').trim_start();
        if body.starts_with("#region") {
            regions.push(comment.span.end);
        } else if body.starts_with("#endregion") {
            folds.extend(
                regions.pop().map(|start| Fold { span: Span::new(start, comment.span.end), kind: FoldKind::Region }),
            );
        }
        let joins = run.is_some_and(|run| {
            let gap = source.get(run.end as usize..comment.span.start as usize).unwrap_or("x");
            gap.trim().is_empty() && gap.matches('\n').count() == 1
        });
        run = match run.filter(|_| joins) {
            Some(before) => Some(before.to(comment.span)),
            None => {
                folds.extend(run.map(of_run));
                Some(comment.span)
            }
        };
    }
    folds.extend(run.map(of_run));
}

fn of_run(run: Span) -> Fold {
    Fold { span: Span::new(run.start + 2, run.end), kind: FoldKind::Comment }
}

/// The spans that a selection at a position grows through, innermost first, each larger than the one before.
pub fn selections(file: &LoadedFile, offset: u32) -> Vec<Span> {
    let word = word_at(file, offset);
    let mut spans = vec![if word.is_empty() { Span::at(offset) } else { word }];
    let tokens = &file.parsed.tokens;
    // Strings and brackets: inside, then with their delimiters.
    let literal =
        tokens.iter().find(|token| token.span.start < offset && offset < token.span.end && token.span.len() > 1);
    if let Some(token) = literal.filter(|token| file.source[token.span.range()].starts_with(['"', '\''])) {
        spans.extend([Span::new(token.span.start + 1, token.span.end - 1), token.span]);
        spans.dedup();
    }
    let mut around = brackets_around(file, offset);
    around.extend(path_at(&file.ast, offset).iter().map(super::syntax::Node::span));
    around.push(Span::new(0, file.source.len() as u32));
    around.sort_by_key(|span| span.len());
    for span in around {
        let last = spans[spans.len() - 1];
        if span.start <= last.start && last.end <= span.end && span != last {
            spans.push(span);
        }
    }
    spans
}

fn brackets_around(file: &LoadedFile, offset: u32) -> Vec<Span> {
    let mut open = Vec::new();
    let mut around = Vec::new();
    for token in &file.parsed.tokens {
        match file.source.get(token.span.range()).unwrap_or("") {
            "{" | "[" | "(" => open.push(token.span),
            "}" | "]" | ")" => {
                if let Some(start) = open.pop()
                    && start.end <= offset
                    && offset <= token.span.start
                {
                    around.push(Span::new(start.end, token.span.start));
                    around.push(start.to(token.span));
                }
            }
            _ => {}
        }
    }
    around
}
