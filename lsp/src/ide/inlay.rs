//! Types and parameter names that the source does not spell out.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use mosl_compiler::types::{Signature, Type, TypeId, Types};
use mosl_syntax::Span;
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{Arg, Expr, ExprKind, Function, FunctionBody, FunctionKind, Pat, PatKind, VarDecl};

use crate::text::TextEdit;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HintKind {
    Type,
    Parameter,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Hint {
    pub at: u32,
    /// `: number` or `width:`.
    pub text: String,
    pub kind: HintKind,
    /// What writes the type for good.
    pub edit: Option<TextEdit>,
}

/// Which hints are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HintOptions {
    pub types: bool,
    pub parameters: bool,
}

/// A longer type says more than a hint should.
const MAX_TYPE: usize = 40;

/// The hints within a part of a file, in order.
pub fn hints(analysis: &Analysis<'_>, file: FileId, part: Span, options: HintOptions) -> Vec<Hint> {
    let mut finder = Finder { analysis, file, part, options, out: Vec::new() };
    visit::walk_stmts(&mut finder, &analysis.loaded.files[usize::from(file.0)].ast.body);
    finder.out.sort_by_key(|hint| hint.at);
    finder.out
}

struct Finder<'f, 'a> {
    analysis: &'f Analysis<'a>,
    file: FileId,
    part: Span,
    options: HintOptions,
    out: Vec<Hint>,
}

impl Finder<'_, '_> {
    fn add_type(&mut self, at: u32, ty: TypeId) {
        let inside = self.part.start <= at && at <= self.part.end;
        let unknown = matches!(self.analysis.kind(ty), Type::Any | Type::Never);
        if !inside || unknown || !self.options.types {
            return;
        }
        let text = format!(": {}", self.analysis.print(ty));
        if text.len() <= MAX_TYPE && !text.contains('…') {
            let edit = Some(TextEdit::insert(at, text.clone()));
            self.out.push(Hint { at, text, kind: HintKind::Type, edit });
        }
    }

    fn variable(&mut self, pat: &Pat, init: Option<&Expr>) {
        // What is plain to see needs no hint.
        let plain = init.is_some_and(|init| {
            matches!(
                init.kind,
                ExprKind::Num(_)
                    | ExprKind::Str(_)
                    | ExprKind::Bool(_)
                    | ExprKind::Null
                    | ExprKind::Template(_)
                    | ExprKind::Unit { .. }
                    | ExprKind::New { .. }
                    | ExprKind::Function(_)
                    | ExprKind::Class(_)
                    | ExprKind::Regex { .. }
                    | ExprKind::As { .. }
            )
        });
        if let (PatKind::Ident(_), false) = (&pat.kind, plain)
            && let Some(mosl_compiler::program::Resolved::Binding(id)) = self.analysis.resolved(self.file, pat.id)
        {
            self.add_type(pat.span.end, self.analysis.binding_type(id));
        }
    }

    fn arguments(&mut self, signatures: &[Signature], args: &[Arg]) {
        let fits = |signature: &&Signature| signature.params.len() >= args.len() || signature.rest.is_some();
        let Some(signature) = signatures.iter().find(fits) else { return };
        for (arg, param) in args.iter().zip(&signature.params) {
            let Arg::Expr(expr) = arg else { return };
            let telling = match &expr.kind {
                ExprKind::Num(_)
                | ExprKind::Str(_)
                | ExprKind::Bool(_)
                | ExprKind::Null
                | ExprKind::Unary { .. }
                | ExprKind::Unit { .. } => true,
                ExprKind::Ident(name) => name.text == "undefined",
                _ => false,
            };
            // One parameter of a function that says what it takes.
            let obvious = param.name.len() < 2 || (args.len() == 1 && signature.params.len() == 1);
            let inside = self.part.start <= expr.span.start && expr.span.start <= self.part.end;
            if telling && !obvious && inside && self.options.parameters {
                let text = format!("{}:", param.name);
                self.out.push(Hint { at: expr.span.start, text, kind: HintKind::Parameter, edit: None });
            }
        }
    }
}

impl<'a> Visit<'a> for Finder<'_, '_> {
    fn visit_var_decl(&mut self, decl: &'a VarDecl) {
        for declarator in decl.declarators.iter().filter(|declarator| declarator.ty.is_none()) {
            self.variable(&declarator.pat, declarator.init.as_ref());
        }
        visit::walk_var_decl(self, decl);
    }

    fn visit_function(&mut self, function: &'a Function) {
        let context = matches!(function.kind, FunctionKind::Arrow | FunctionKind::Expression);
        for param in function.params.iter().filter(|param| context && param.ty.is_none() && param.default.is_none()) {
            self.variable(&param.pat, None);
        }
        let block = matches!(&function.body, FunctionBody::Block(_));
        let returns = !matches!(function.kind, FunctionKind::Constructor | FunctionKind::Setter);
        if block && function.ret.is_none() && returns && function.kind != FunctionKind::Arrow {
            let ty = self.analysis.type_of(self.file, function.id);
            let result = self.analysis.call_signatures(ty).first().map(|signature| signature.ret);
            let open = self.analysis.loaded.files[usize::from(self.file.0)].source[..body_start(function) as usize]
                .trim_end()
                .len();
            if let Some(result) = result.filter(|result| *result != Types::VOID) {
                self.add_type(open as u32, result);
            }
        }
        visit::walk_function(self, function);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Call { callee, args, .. } if !args.is_empty() => {
                let ty = self.analysis.type_of(self.file, callee.id);
                let signatures = self.analysis.call_signatures(ty);
                self.arguments(&signatures, args);
            }
            ExprKind::New { callee, args, .. } if !args.is_empty() => {
                let ty = self.analysis.type_of(self.file, callee.id);
                let signatures = self.analysis.new_signatures(ty);
                self.arguments(&signatures, args);
            }
            _ => {}
        }
        visit::walk_expr(self, expr);
    }
}

fn body_start(function: &Function) -> u32 {
    match &function.body {
        FunctionBody::Block(block) => block.span.start,
        FunctionBody::Expr(expr) => expr.span.start,
        FunctionBody::None => function.span.end,
    }
}
