//! The nodes and tokens around a position.

use mosl_compiler::project::LoadedFile;
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{Block, Class, ClassMember, Expr, Function, InterfaceMember, Module, Pat, Stmt, Type};
use mosl_syntax::{Comment, Span, Token, TokenKind};

#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    Stmt(&'a Stmt),
    Expr(&'a Expr),
    Pat(&'a Pat),
    Type(&'a Type),
    Function(&'a Function),
    Class(&'a Class),
    Member(&'a ClassMember),
    InterfaceMember(&'a InterfaceMember),
    Block(&'a Block),
}

impl Node<'_> {
    pub fn span(&self) -> Span {
        match self {
            Self::Stmt(node) => node.span,
            Self::Expr(node) => node.span,
            Self::Pat(node) => node.span,
            Self::Type(node) => node.span,
            Self::Function(node) => node.span,
            Self::Class(node) => node.span,
            Self::Member(node) => node.span,
            Self::InterfaceMember(node) => node.span,
            Self::Block(node) => node.span,
        }
    }
}

/// Whether a span holds an offset, its end included: a cursor behind a name is at the name.
pub fn touches(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}

/// The nodes that touch a position, outermost first. Where two neighbours meet, the one that starts there.
pub fn path_at(module: &Module, offset: u32) -> Vec<Node<'_>> {
    let mut finder = Finder { wanted: Span::at(offset), path: Vec::new(), best: Vec::new() };
    visit::walk_stmts(&mut finder, &module.body);
    finder.best
}

/// The nodes that cover a whole span, outermost first.
pub fn path_over(module: &Module, span: Span) -> Vec<Node<'_>> {
    let mut finder = Finder { wanted: span, path: Vec::new(), best: Vec::new() };
    visit::walk_stmts(&mut finder, &module.body);
    finder.best
}

struct Finder<'a> {
    wanted: Span,
    path: Vec<Node<'a>>,
    best: Vec<Node<'a>>,
}

impl<'a> Finder<'a> {
    fn enter(&mut self, node: Node<'a>, walk: impl FnOnce(&mut Self)) {
        let span = node.span();
        if span.start > self.wanted.start || self.wanted.end > span.end {
            return;
        }
        self.path.push(node);
        // A later node of the same depth starts where the former ends.
        if self.path.len() >= self.best.len() || self.best.get(self.path.len() - 1).is_some_and(|of| of.span() != span)
        {
            self.best.clone_from(&self.path);
        }
        walk(self);
        self.path.pop();
    }
}

impl<'a> Visit<'a> for Finder<'a> {
    fn visit_stmt(&mut self, node: &'a Stmt) {
        self.enter(Node::Stmt(node), |finder| visit::walk_stmt(finder, node));
    }
    fn visit_expr(&mut self, node: &'a Expr) {
        self.enter(Node::Expr(node), |finder| visit::walk_expr(finder, node));
    }
    fn visit_pat(&mut self, node: &'a Pat) {
        self.enter(Node::Pat(node), |finder| visit::walk_pat(finder, node));
    }
    fn visit_type(&mut self, node: &'a Type) {
        self.enter(Node::Type(node), |finder| visit::walk_type(finder, node));
    }
    fn visit_function(&mut self, node: &'a Function) {
        self.enter(Node::Function(node), |finder| visit::walk_function(finder, node));
    }
    fn visit_class(&mut self, node: &'a Class) {
        self.enter(Node::Class(node), |finder| visit::walk_class(finder, node));
    }
    fn visit_member(&mut self, node: &'a ClassMember) {
        self.enter(Node::Member(node), |finder| visit::walk_member(finder, node));
    }
    fn visit_interface_member(&mut self, node: &'a InterfaceMember) {
        self.enter(Node::InterfaceMember(node), |finder| visit::walk_interface_member(finder, node));
    }
    fn visit_block(&mut self, node: &'a Block) {
        self.enter(Node::Block(node), |finder| visit::walk_stmts(finder, &node.body));
    }
}

/// The last token that starts before a position.
pub fn token_before(tokens: &[Token], offset: u32) -> Option<&Token> {
    let after = tokens.partition_point(|token| token.span.start < offset);
    tokens[..after].last()
}

/// The first token at or behind a position.
pub fn token_from(tokens: &[Token], offset: u32) -> Option<&Token> {
    let at = tokens.partition_point(|token| token.span.start < offset);
    tokens.get(at)
}

/// The comment that holds a position strictly inside; behind a line comment counts too.
pub fn comment_at(comments: &[Comment], offset: u32) -> Option<&Comment> {
    let after = comments.partition_point(|comment| comment.span.start < offset);
    comments[..after]
        .last()
        .filter(|comment| offset < comment.span.end || (!comment.block && offset == comment.span.end))
}

/// Whether a token is a word: a name, or a keyword, which may be half a name.
pub fn is_word(token: &Token, source: &str) -> bool {
    let text = source.get(token.span.range()).unwrap_or("");
    token.kind == TokenKind::Ident || text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
}

/// The name or keyword that a cursor stands in or behind; empty at the cursor where there is none.
pub fn word_at(file: &LoadedFile, offset: u32) -> Span {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '#';
    let source: &str = &file.source;
    let mut at = (offset as usize).min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    let before = source[..at].chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    let after = source[at..].chars().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    Span::new((at - before) as u32, (at + after) as u32)
}
