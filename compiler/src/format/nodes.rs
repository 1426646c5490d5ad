//! The tree as comments see it: every node that a comment can belong to, with its children in the order of the text.

use mosl_syntax::Span;
use mosl_syntax::ast::*;

/// A node of any family. Parentheses are not nodes: the style decides about them.
#[derive(Clone, Copy)]
pub enum Node<'a> {
    Stmt(&'a Stmt),
    Block(&'a Block),
    Expr(&'a Expr),
    Pat(&'a Pat),
    PatProp(&'a PatProp),
    Type(&'a Type),
    TypeParam(&'a TypeParam),
    TupleElem(&'a TupleElem),
    Param(&'a Param),
    Prop(&'a Prop),
    Member(&'a ClassMember),
    InterfaceMember(&'a InterfaceMember),
    EnumMember(&'a EnumMember),
    Declarator(&'a Declarator),
    Case(&'a Case),
    ImportName(&'a ImportName),
    ExportName(&'a ExportName),
}

/// A node's identity while its tree lives: its family and its address (a node and its first field share theirs).
pub type Key = (u8, usize);

impl<'a> Node<'a> {
    pub fn key(self) -> Key {
        match self {
            Self::Stmt(node) => (0, std::ptr::from_ref(node) as usize),
            Self::Block(node) => (1, std::ptr::from_ref(node) as usize),
            Self::Expr(node) => (2, std::ptr::from_ref(node) as usize),
            Self::Pat(node) => (3, std::ptr::from_ref(node) as usize),
            Self::PatProp(node) => (4, std::ptr::from_ref(node) as usize),
            Self::Type(node) => (5, std::ptr::from_ref(node) as usize),
            Self::TypeParam(node) => (6, std::ptr::from_ref(node) as usize),
            Self::TupleElem(node) => (7, std::ptr::from_ref(node) as usize),
            Self::Param(node) => (8, std::ptr::from_ref(node) as usize),
            Self::Prop(node) => (9, std::ptr::from_ref(node) as usize),
            Self::Member(node) => (10, std::ptr::from_ref(node) as usize),
            Self::InterfaceMember(node) => (11, std::ptr::from_ref(node) as usize),
            Self::EnumMember(node) => (12, std::ptr::from_ref(node) as usize),
            Self::Declarator(node) => (13, std::ptr::from_ref(node) as usize),
            Self::Case(node) => (14, std::ptr::from_ref(node) as usize),
            Self::ImportName(node) => (15, std::ptr::from_ref(node) as usize),
            Self::ExportName(node) => (16, std::ptr::from_ref(node) as usize),
        }
    }

    pub fn span(self) -> Span {
        match self {
            Self::Stmt(node) => node.span,
            Self::Block(node) => node.span,
            Self::Expr(node) => node.span,
            Self::Pat(node) => node.span,
            Self::PatProp(node) => node.span,
            Self::Type(node) => node.span,
            Self::TypeParam(node) => node.span,
            Self::TupleElem(node) => node.span,
            Self::Param(node) => node.span,
            Self::Prop(node) => node.span,
            Self::Member(node) => node.span,
            Self::InterfaceMember(node) => node.span,
            Self::EnumMember(node) => node.span,
            Self::Declarator(node) => node.span,
            Self::Case(node) => node.span,
            Self::ImportName(node) => node.span,
            Self::ExportName(node) => node.span,
        }
    }

    /// In the order of the text.
    pub fn children(self) -> Vec<Node<'a>> {
        let mut all = Children(Vec::new());
        match self {
            Self::Stmt(stmt) => all.of_stmt(stmt),
            Self::Block(block) => all.stmts(&block.body),
            Self::Expr(expr) => all.of_expr(expr),
            Self::Pat(pat) => all.of_pat(pat),
            Self::PatProp(prop) => {
                if !prop.shorthand {
                    all.key(&prop.key);
                }
                all.elem(&prop.value);
            }
            Self::Type(ty) => all.of_type(ty),
            Self::TypeParam(param) => {
                all.types(&param.constraint);
                all.types(&param.default);
            }
            Self::TupleElem(elem) => all.ty(&elem.ty),
            Self::Param(param) => {
                all.decorators(&param.decorators);
                all.pat(&param.pat);
                all.types(&param.ty);
                all.exprs(&param.default);
            }
            Self::Prop(prop) => all.of_prop(prop),
            Self::Member(member) => all.of_member(member),
            Self::InterfaceMember(member) => all.of_interface_member(member),
            Self::EnumMember(member) => all.exprs(&member.init),
            Self::Declarator(declarator) => {
                all.pat(&declarator.pat);
                all.types(&declarator.ty);
                all.exprs(&declarator.init);
            }
            Self::Case(case) => {
                all.exprs(&case.test);
                all.stmts(&case.body);
            }
            Self::ImportName(_) | Self::ExportName(_) => {}
        }
        all.0.sort_by_key(|node| (node.span().start, node.span().end));
        all.0
    }
}

/// The type inside any parentheses.
pub fn bare_type(mut ty: &Type) -> &Type {
    while let TypeKind::Paren(inner) = &ty.kind {
        ty = inner;
    }
    ty
}

struct Children<'a>(Vec<Node<'a>>);

impl<'a> Children<'a> {
    fn expr(&mut self, expr: &'a Expr) {
        self.0.push(Node::Expr(expr.without_parens()));
    }

    fn exprs(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn stmts(&mut self, stmts: &'a [Stmt]) {
        self.0.extend(stmts.iter().map(Node::Stmt));
    }

    fn pat(&mut self, pat: &'a Pat) {
        match &pat.kind {
            PatKind::Expr(expr) => self.expr(expr),
            _ => self.0.push(Node::Pat(pat)),
        }
    }

    fn ty(&mut self, ty: &'a Type) {
        self.0.push(Node::Type(bare_type(ty)));
    }

    fn types(&mut self, types: impl IntoIterator<Item = &'a Type>) {
        types.into_iter().for_each(|ty| self.ty(ty));
    }

    fn key(&mut self, key: &'a PropKey) {
        if let PropKey::Computed(expr) = key {
            self.expr(expr);
        }
    }

    fn elem(&mut self, elem: &'a PatElem) {
        self.pat(&elem.pat);
        self.exprs(&elem.default);
    }

    fn decorators(&mut self, decorators: &'a [Decorator]) {
        self.exprs(decorators.iter().map(|decorator| &decorator.expr));
    }

    fn var(&mut self, decl: &'a VarDecl) {
        self.0.extend(decl.declarators.iter().map(Node::Declarator));
    }

    fn head(&mut self, head: &'a ForHead) {
        match head {
            ForHead::Var(decl) => self.var(decl),
            ForHead::Pat(pat) => self.pat(pat),
        }
    }

    fn params(&mut self, params: &'a [Param], rest: Option<&'a Param>) {
        self.0.extend(params.iter().chain(rest).map(Node::Param));
    }

    fn type_params(&mut self, params: &'a [TypeParam]) {
        self.0.extend(params.iter().map(Node::TypeParam));
    }

    fn function(&mut self, function: &'a Function) {
        self.type_params(&function.type_params);
        self.types(&function.this_type);
        self.params(&function.params, function.rest.as_deref());
        self.types(&function.ret);
        match &function.body {
            FunctionBody::Block(block) => self.0.push(Node::Block(block)),
            FunctionBody::Expr(expr) => self.expr(expr),
            FunctionBody::None => {}
        }
    }

    fn signature(&mut self, signature: &'a FunctionType) {
        self.type_params(&signature.type_params);
        self.types(&signature.this_type);
        self.params(&signature.params, signature.rest.as_deref());
        self.types(&signature.ret);
    }

    fn class(&mut self, class: &'a Class) {
        self.decorators(&class.decorators);
        self.type_params(&class.type_params);
        self.exprs(class.superclass.as_deref());
        self.types(&class.super_args);
        self.types(&class.implements);
        self.0.extend(class.members.iter().map(Node::Member));
    }

    fn interface(&mut self, interface: &'a InterfaceDecl) {
        self.type_params(&interface.params);
        self.types(&interface.extends);
        self.0.extend(interface.members.iter().map(Node::InterfaceMember));
    }

    fn template(&mut self, template: &'a Template) {
        self.exprs(&template.exprs);
    }

    fn index(&mut self, index: &'a IndexSignature) {
        self.ty(&index.key);
        self.ty(&index.value);
    }

    fn of_stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Block(block) => self.stmts(&block.body),
            StmtKind::Var(decl) => self.var(decl),
            StmtKind::Function(function) => self.function(function),
            StmtKind::Class(class) => self.class(class),
            StmtKind::Expr(expr) | StmtKind::Throw(expr) => self.expr(expr),
            StmtKind::Return(expr) => self.exprs(expr),
            StmtKind::If { test, then, otherwise } => {
                self.expr(test);
                self.0.push(Node::Stmt(then));
                self.0.extend(otherwise.iter().map(|stmt| Node::Stmt(stmt)));
            }
            StmtKind::While { test, body } | StmtKind::DoWhile { body, test } => {
                self.expr(test);
                self.0.push(Node::Stmt(body));
            }
            StmtKind::For { init, test, update, body } => {
                match init {
                    Some(ForInit::Var(decl)) => self.var(decl),
                    Some(ForInit::Expr(expr)) => self.expr(expr),
                    None => {}
                }
                self.exprs(test);
                self.exprs(update);
                self.0.push(Node::Stmt(body));
            }
            StmtKind::ForIn { left, right, body } | StmtKind::ForOf { left, right, body, .. } => {
                self.head(left);
                self.expr(right);
                self.0.push(Node::Stmt(body));
            }
            StmtKind::Try(node) => {
                self.0.push(Node::Block(&node.block));
                if let Some(catch) = &node.handler {
                    catch.param.iter().for_each(|pat| self.pat(pat));
                    self.types(&catch.ty);
                    self.0.push(Node::Block(&catch.body));
                }
                self.0.extend(node.finalizer.iter().map(Node::Block));
            }
            StmtKind::Switch { subject, cases } => {
                self.expr(subject);
                self.0.extend(cases.iter().map(Node::Case));
            }
            StmtKind::Labeled { body, .. } | StmtKind::Declare(body) => self.0.push(Node::Stmt(body)),
            StmtKind::With { object, body } => {
                self.expr(object);
                self.0.push(Node::Stmt(body));
            }
            StmtKind::Namespace { body, .. } => self.stmts(body),
            StmtKind::Import(import) => self.0.extend(import.named.iter().map(Node::ImportName)),
            StmtKind::Export(export) => self.export(export),
            StmtKind::TypeAlias(alias) => {
                self.type_params(&alias.params);
                self.ty(&alias.ty);
            }
            StmtKind::Interface(interface) => self.interface(interface),
            StmtKind::Enum(node) => self.0.extend(node.members.iter().map(Node::EnumMember)),
            StmtKind::Empty | StmtKind::Break(_) | StmtKind::Continue(_) | StmtKind::Debugger | StmtKind::Error => {}
        }
    }

    fn export(&mut self, export: &'a Export) {
        match export {
            Export::Decl(stmt) => self.0.push(Node::Stmt(stmt)),
            Export::Named { names, .. } => self.0.extend(names.iter().map(Node::ExportName)),
            Export::All { .. } => {}
            Export::Default(DefaultExport::Expr(expr)) => self.expr(expr),
            Export::Default(DefaultExport::Function(function)) => self.function(function),
            Export::Default(DefaultExport::Class(class)) => self.class(class),
            Export::Default(DefaultExport::Interface(interface)) => self.interface(interface),
        }
    }

    fn of_expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Template(template) => self.template(template),
            ExprKind::TaggedTemplate { tag, type_args, template } => {
                self.expr(tag);
                self.types(type_args);
                self.template(template);
            }
            ExprKind::Array(elems) => {
                for elem in elems {
                    match elem {
                        ArrayElem::Hole => {}
                        ArrayElem::Expr(expr) | ArrayElem::Spread(expr) => self.expr(expr),
                    }
                }
            }
            ExprKind::Object(props) => self.0.extend(props.iter().map(Node::Prop)),
            ExprKind::Function(function) => self.function(function),
            ExprKind::Class(class) => self.class(class),
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Update { target, .. } => self.pat(target),
            ExprKind::Binary { left, right, .. } | ExprKind::Logical { left, right, .. } => {
                self.exprs([&**left, &**right]);
            }
            ExprKind::PrivateIn { object, .. } => self.expr(object),
            ExprKind::Assign { target, value, .. } => {
                self.pat(target);
                self.expr(value);
            }
            ExprKind::Conditional { test, then, otherwise } => self.exprs([&**test, &**then, &**otherwise]),
            ExprKind::Call { callee, type_args, args, .. } | ExprKind::New { callee, type_args, args } => {
                self.expr(callee);
                self.types(type_args);
                self.exprs(args.iter().map(Arg::expr));
            }
            ExprKind::Member { object, .. } | ExprKind::PrivateMember { object, .. } => self.expr(object),
            ExprKind::Index { object, index, .. } => self.exprs([&**object, &**index]),
            ExprKind::OptionalChain(inner)
            | ExprKind::Await(inner)
            | ExprKind::AsConst(inner)
            | ExprKind::NonNull(inner)
            | ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::Sequence(exprs) | ExprKind::ImportCall(exprs) => self.exprs(exprs),
            ExprKind::Yield { value, .. } => self.exprs(value.as_deref()),
            ExprKind::As { expr, ty } | ExprKind::Satisfies { expr, ty } | ExprKind::TypeAssertion { expr, ty } => {
                self.expr(expr);
                self.ty(ty);
            }
            ExprKind::Instantiation { expr, type_args } => {
                self.expr(expr);
                self.types(type_args);
            }
            _ => {}
        }
    }

    fn of_prop(&mut self, prop: &'a Prop) {
        match &prop.kind {
            PropKind::Value { key, value } => {
                self.key(key);
                self.expr(value);
            }
            PropKind::Shorthand(expr) | PropKind::Spread(expr) => self.expr(expr),
            PropKind::ShorthandDefault { name, default } => self.exprs([name, default]),
            PropKind::Method { key, function } => {
                self.key(key);
                self.function(function);
            }
        }
    }

    fn of_pat(&mut self, pat: &'a Pat) {
        match &pat.kind {
            PatKind::Array { elems, rest } => {
                elems.iter().flatten().for_each(|elem| self.elem(elem));
                rest.iter().for_each(|pat| self.pat(pat));
            }
            PatKind::Object { props, rest } => {
                self.0.extend(props.iter().map(Node::PatProp));
                rest.iter().for_each(|pat| self.pat(pat));
            }
            PatKind::Expr(expr) => self.expr(expr),
            PatKind::Ident(_) | PatKind::Missing => {}
        }
    }

    fn of_member(&mut self, member: &'a ClassMember) {
        self.decorators(&member.decorators);
        match &member.kind {
            MemberKind::Field { key, ty, init, .. } => {
                self.key(key);
                self.types(ty);
                self.exprs(init);
            }
            MemberKind::Method { key, function, .. } => {
                self.key(key);
                self.function(function);
            }
            MemberKind::StaticBlock(block) => self.0.push(Node::Block(block)),
            MemberKind::IndexSignature(index) => self.index(index),
            MemberKind::Error => {}
        }
    }

    fn of_interface_member(&mut self, member: &'a InterfaceMember) {
        match &member.kind {
            InterfaceMemberKind::Property { key, ty, .. } | InterfaceMemberKind::Getter { key, ty } => {
                self.key(key);
                self.types(ty);
            }
            InterfaceMemberKind::Method { key, signature, .. } => {
                self.key(key);
                self.signature(signature);
            }
            InterfaceMemberKind::Setter { key, param } => {
                self.key(key);
                self.0.push(Node::Param(param));
            }
            InterfaceMemberKind::Call(signature) | InterfaceMemberKind::Construct(signature) => {
                self.signature(signature);
            }
            InterfaceMemberKind::Index(index) => self.index(index),
            InterfaceMemberKind::Error => {}
        }
    }

    fn of_type(&mut self, ty: &'a Type) {
        match &ty.kind {
            TypeKind::Ref { args, .. } | TypeKind::Typeof { args, .. } | TypeKind::Import { args, .. } => {
                self.types(args)
            }
            TypeKind::Template { types, .. } | TypeKind::Union(types) | TypeKind::Intersection(types) => {
                self.types(types)
            }
            TypeKind::Array(inner) | TypeKind::Keyof(inner) | TypeKind::Readonly(inner) | TypeKind::Paren(inner) => {
                self.ty(inner);
            }
            TypeKind::Tuple(elems) => self.0.extend(elems.iter().map(Node::TupleElem)),
            TypeKind::Object(members) => self.0.extend(members.iter().map(Node::InterfaceMember)),
            TypeKind::Function(signature) | TypeKind::Constructor { signature, .. } => self.signature(signature),
            TypeKind::Indexed { object, index } => self.types([&**object, &**index]),
            TypeKind::Predicate { ty, .. } => self.types(ty.as_deref()),
            TypeKind::Conditional { check, extends, then, otherwise } => {
                self.types([&**check, &**extends, &**then, &**otherwise]);
            }
            TypeKind::Mapped { constraint, name_type, ty, .. } => {
                self.ty(constraint);
                self.types(name_type.as_deref());
                self.types(ty.as_deref());
            }
            TypeKind::Infer(param) => self.0.push(Node::TypeParam(param)),
            _ => {}
        }
    }
}
