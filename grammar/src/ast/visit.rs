//! A walk over the whole tree, in the order of the text: implement [`Visit`], override what matters, and call the `walk_…`
//! function of the same name to go on below. Recursion is bounded by [`crate::MAX_DEPTH`].

use super::*;

/// Called for every node; each method goes on to the node's children unless overridden.
pub trait Visit<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        walk_expr(self, expr);
    }

    fn visit_pat(&mut self, pat: &'a Pat) {
        walk_pat(self, pat);
    }

    fn visit_type(&mut self, ty: &'a Type) {
        walk_type(self, ty);
    }

    fn visit_function(&mut self, function: &'a Function) {
        walk_function(self, function);
    }

    fn visit_class(&mut self, class: &'a Class) {
        walk_class(self, class);
    }

    fn visit_member(&mut self, member: &'a ClassMember) {
        walk_member(self, member);
    }

    fn visit_interface_member(&mut self, member: &'a InterfaceMember) {
        walk_interface_member(self, member);
    }

    fn visit_block(&mut self, block: &'a Block) {
        walk_stmts(self, &block.body);
    }

    fn visit_var_decl(&mut self, decl: &'a VarDecl) {
        walk_var_decl(self, decl);
    }

    fn visit_key(&mut self, key: &'a PropKey) {
        if let PropKey::Computed(expr) = key {
            self.visit_expr(expr);
        }
    }
}

pub fn walk_stmts<'a, V: Visit<'a> + ?Sized>(v: &mut V, stmts: &'a [Stmt]) {
    for stmt in stmts {
        v.visit_stmt(stmt);
    }
}

pub fn walk_stmt<'a, V: Visit<'a> + ?Sized>(v: &mut V, stmt: &'a Stmt) {
    crate::deep(|| walk_stmt_parts(v, stmt));
}

fn walk_stmt_parts<'a, V: Visit<'a> + ?Sized>(v: &mut V, stmt: &'a Stmt) {
    match &stmt.kind {
        StmtKind::Empty
        | StmtKind::Break(_)
        | StmtKind::Continue(_)
        | StmtKind::Debugger
        | StmtKind::Import(_)
        | StmtKind::Error => {}
        StmtKind::Block(block) => v.visit_block(block),
        StmtKind::Var(decl) => v.visit_var_decl(decl),
        StmtKind::Function(function) => v.visit_function(function),
        StmtKind::Class(class) => v.visit_class(class),
        StmtKind::Expr(expr) | StmtKind::Throw(expr) => v.visit_expr(expr),
        StmtKind::Return(expr) => expr.iter().for_each(|expr| v.visit_expr(expr)),
        StmtKind::If { test, then, otherwise } => {
            v.visit_expr(test);
            v.visit_stmt(then);
            otherwise.iter().for_each(|stmt| v.visit_stmt(stmt));
        }
        StmtKind::While { test, body } => {
            v.visit_expr(test);
            v.visit_stmt(body);
        }
        StmtKind::DoWhile { body, test } => {
            v.visit_stmt(body);
            v.visit_expr(test);
        }
        StmtKind::For { .. } | StmtKind::ForIn { .. } | StmtKind::ForOf { .. } => walk_for(v, &stmt.kind),
        StmtKind::Try(stmt) => walk_try(v, stmt),
        StmtKind::Switch { subject, cases } => {
            v.visit_expr(subject);
            for case in cases {
                case.test.iter().for_each(|test| v.visit_expr(test));
                walk_stmts(v, &case.body);
            }
        }
        StmtKind::Labeled { body, .. } | StmtKind::Declare(body) => v.visit_stmt(body),
        StmtKind::Export(export) => walk_export(v, export),
        StmtKind::TypeAlias(alias) => {
            walk_type_params(v, &alias.params);
            v.visit_type(&alias.ty);
        }
        StmtKind::Interface(interface) => walk_interface(v, interface),
        StmtKind::Enum(decl) => {
            for init in decl.members.iter().filter_map(|member| member.init.as_ref()) {
                v.visit_expr(init);
            }
        }
        StmtKind::With { object, body } => {
            v.visit_expr(object);
            v.visit_stmt(body);
        }
        StmtKind::Namespace { body, .. } => walk_stmts(v, body),
    }
}

fn walk_for<'a, V: Visit<'a> + ?Sized>(v: &mut V, kind: &'a StmtKind) {
    match kind {
        StmtKind::For { init, test, update, body } => {
            match init {
                Some(ForInit::Var(decl)) => v.visit_var_decl(decl),
                Some(ForInit::Expr(expr)) => v.visit_expr(expr),
                None => {}
            }
            test.iter().chain(update).for_each(|expr| v.visit_expr(expr));
            v.visit_stmt(body);
        }
        StmtKind::ForIn { left, right, body } | StmtKind::ForOf { left, right, body, .. } => {
            match left {
                ForHead::Var(decl) => walk_var_decl(v, decl),
                ForHead::Pat(pat) => v.visit_pat(pat),
            }
            v.visit_expr(right);
            v.visit_stmt(body);
        }
        _ => {}
    }
}

fn walk_try<'a, V: Visit<'a> + ?Sized>(v: &mut V, stmt: &'a Try) {
    v.visit_block(&stmt.block);
    if let Some(handler) = &stmt.handler {
        handler.param.iter().for_each(|pat| v.visit_pat(pat));
        handler.ty.iter().for_each(|ty| v.visit_type(ty));
        v.visit_block(&handler.body);
    }
    stmt.finalizer.iter().for_each(|block| v.visit_block(block));
}

pub fn walk_var_decl<'a, V: Visit<'a> + ?Sized>(v: &mut V, decl: &'a VarDecl) {
    for declarator in &decl.declarators {
        v.visit_pat(&declarator.pat);
        declarator.ty.iter().for_each(|ty| v.visit_type(ty));
        declarator.init.iter().for_each(|init| v.visit_expr(init));
    }
}

fn walk_export<'a, V: Visit<'a> + ?Sized>(v: &mut V, export: &'a Export) {
    match export {
        Export::Decl(stmt) => v.visit_stmt(stmt),
        Export::Named { .. } | Export::All { .. } => {}
        Export::Default(DefaultExport::Expr(expr)) => v.visit_expr(expr),
        Export::Default(DefaultExport::Function(function)) => v.visit_function(function),
        Export::Default(DefaultExport::Class(class)) => v.visit_class(class),
        Export::Default(DefaultExport::Interface(interface)) => walk_interface(v, interface),
    }
}

pub fn walk_expr<'a, V: Visit<'a> + ?Sized>(v: &mut V, expr: &'a Expr) {
    crate::deep(|| walk_expr_parts(v, expr));
}

fn walk_expr_parts<'a, V: Visit<'a> + ?Sized>(v: &mut V, expr: &'a Expr) {
    match &expr.kind {
        ExprKind::Template(template) => template.exprs.iter().for_each(|expr| v.visit_expr(expr)),
        ExprKind::TaggedTemplate { tag, type_args, template } => {
            v.visit_expr(tag);
            walk_types(v, type_args);
            template.exprs.iter().for_each(|expr| v.visit_expr(expr));
        }
        ExprKind::Array(elems) => {
            for elem in elems {
                match elem {
                    ArrayElem::Hole => {}
                    ArrayElem::Expr(expr) | ArrayElem::Spread(expr) => v.visit_expr(expr),
                }
            }
        }
        ExprKind::Object(props) => props.iter().for_each(|prop| walk_prop(v, prop)),
        ExprKind::Function(function) => v.visit_function(function),
        ExprKind::Class(class) => v.visit_class(class),
        ExprKind::Update { target, .. } => v.visit_pat(target),
        ExprKind::Binary { left, right, .. } | ExprKind::Logical { left, right, .. } => {
            v.visit_expr(left);
            v.visit_expr(right);
        }
        ExprKind::Assign { target, value, .. } => {
            v.visit_pat(target);
            v.visit_expr(value);
        }
        ExprKind::Conditional { test, then, otherwise } => {
            v.visit_expr(test);
            v.visit_expr(then);
            v.visit_expr(otherwise);
        }
        ExprKind::Call { callee, type_args, args, .. } | ExprKind::New { callee, type_args, args } => {
            v.visit_expr(callee);
            walk_types(v, type_args);
            args.iter().for_each(|arg| v.visit_expr(arg.expr()));
        }
        ExprKind::Index { object, index, .. } => {
            v.visit_expr(object);
            v.visit_expr(index);
        }
        ExprKind::Sequence(exprs) | ExprKind::ImportCall(exprs) => exprs.iter().for_each(|expr| v.visit_expr(expr)),
        ExprKind::Yield { value, .. } => value.iter().for_each(|expr| v.visit_expr(expr)),
        ExprKind::Unary { operand: inner, .. }
        | ExprKind::PrivateIn { object: inner, .. }
        | ExprKind::Member { object: inner, .. }
        | ExprKind::PrivateMember { object: inner, .. }
        | ExprKind::OptionalChain(inner)
        | ExprKind::Await(inner)
        | ExprKind::AsConst(inner)
        | ExprKind::NonNull(inner)
        | ExprKind::Paren(inner) => v.visit_expr(inner),
        ExprKind::As { expr, ty } | ExprKind::Satisfies { expr, ty } | ExprKind::TypeAssertion { expr, ty } => {
            v.visit_expr(expr);
            v.visit_type(ty);
        }
        ExprKind::Instantiation { expr, type_args } => {
            v.visit_expr(expr);
            walk_types(v, type_args);
        }
        ExprKind::Ident(_)
        | ExprKind::This
        | ExprKind::Super
        | ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Num(_)
        | ExprKind::Unit { .. }
        | ExprKind::BigInt
        | ExprKind::Str(_)
        | ExprKind::Regex { .. }
        | ExprKind::NewTarget
        | ExprKind::ImportMeta
        | ExprKind::Missing => {}
    }
}

fn walk_prop<'a, V: Visit<'a> + ?Sized>(v: &mut V, prop: &'a Prop) {
    match &prop.kind {
        PropKind::Value { key, value } => {
            v.visit_key(key);
            v.visit_expr(value);
        }
        PropKind::Shorthand(expr) | PropKind::Spread(expr) => v.visit_expr(expr),
        PropKind::ShorthandDefault { name, default } => {
            v.visit_expr(name);
            v.visit_expr(default);
        }
        PropKind::Method { key, function } => {
            v.visit_key(key);
            v.visit_function(function);
        }
    }
}

pub fn walk_pat<'a, V: Visit<'a> + ?Sized>(v: &mut V, pat: &'a Pat) {
    crate::deep(|| walk_pat_parts(v, pat));
}

fn walk_pat_parts<'a, V: Visit<'a> + ?Sized>(v: &mut V, pat: &'a Pat) {
    match &pat.kind {
        PatKind::Ident(_) | PatKind::Missing => {}
        PatKind::Array { elems, rest } => {
            elems.iter().flatten().for_each(|elem| walk_pat_elem(v, elem));
            rest.iter().for_each(|pat| v.visit_pat(pat));
        }
        PatKind::Object { props, rest } => {
            for prop in props {
                v.visit_key(&prop.key);
                walk_pat_elem(v, &prop.value);
            }
            rest.iter().for_each(|pat| v.visit_pat(pat));
        }
        PatKind::Expr(expr) => v.visit_expr(expr),
    }
}

fn walk_pat_elem<'a, V: Visit<'a> + ?Sized>(v: &mut V, elem: &'a PatElem) {
    v.visit_pat(&elem.pat);
    elem.default.iter().for_each(|default| v.visit_expr(default));
}

pub fn walk_function<'a, V: Visit<'a> + ?Sized>(v: &mut V, function: &'a Function) {
    walk_type_params(v, &function.type_params);
    function.this_type.iter().for_each(|ty| v.visit_type(ty));
    function.params.iter().chain(function.rest.as_deref()).for_each(|param| walk_param(v, param));
    function.ret.iter().for_each(|ty| v.visit_type(ty));
    match &function.body {
        FunctionBody::Block(block) => v.visit_block(block),
        FunctionBody::Expr(expr) => v.visit_expr(expr),
        FunctionBody::None => {}
    }
}

pub fn walk_param<'a, V: Visit<'a> + ?Sized>(v: &mut V, param: &'a Param) {
    param.decorators.iter().for_each(|decorator| v.visit_expr(&decorator.expr));
    v.visit_pat(&param.pat);
    param.ty.iter().for_each(|ty| v.visit_type(ty));
    param.default.iter().for_each(|default| v.visit_expr(default));
}

pub fn walk_class<'a, V: Visit<'a> + ?Sized>(v: &mut V, class: &'a Class) {
    class.decorators.iter().for_each(|decorator| v.visit_expr(&decorator.expr));
    walk_type_params(v, &class.type_params);
    class.superclass.iter().for_each(|expr| v.visit_expr(expr));
    walk_types(v, &class.super_args);
    walk_types(v, &class.implements);
    class.members.iter().for_each(|member| v.visit_member(member));
}

pub fn walk_member<'a, V: Visit<'a> + ?Sized>(v: &mut V, member: &'a ClassMember) {
    member.decorators.iter().for_each(|decorator| v.visit_expr(&decorator.expr));
    match &member.kind {
        MemberKind::Field { key, ty, init, .. } => {
            v.visit_key(key);
            ty.iter().for_each(|ty| v.visit_type(ty));
            init.iter().for_each(|init| v.visit_expr(init));
        }
        MemberKind::Method { key, function, .. } => {
            v.visit_key(key);
            v.visit_function(function);
        }
        MemberKind::StaticBlock(block) => v.visit_block(block),
        MemberKind::IndexSignature(signature) => walk_index_signature(v, signature),
        MemberKind::Error => {}
    }
}

fn walk_index_signature<'a, V: Visit<'a> + ?Sized>(v: &mut V, signature: &'a IndexSignature) {
    v.visit_type(&signature.key);
    v.visit_type(&signature.value);
}

pub fn walk_types<'a, V: Visit<'a> + ?Sized>(v: &mut V, types: &'a [Type]) {
    types.iter().for_each(|ty| v.visit_type(ty));
}

pub fn walk_type_params<'a, V: Visit<'a> + ?Sized>(v: &mut V, params: &'a [TypeParam]) {
    for ty in params.iter().flat_map(|param| param.constraint.iter().chain(&param.default)) {
        v.visit_type(ty);
    }
}

pub fn walk_interface<'a, V: Visit<'a> + ?Sized>(v: &mut V, interface: &'a InterfaceDecl) {
    walk_type_params(v, &interface.params);
    walk_types(v, &interface.extends);
    interface.members.iter().for_each(|member| v.visit_interface_member(member));
}

fn walk_signature<'a, V: Visit<'a> + ?Sized>(v: &mut V, signature: &'a FunctionType) {
    walk_type_params(v, &signature.type_params);
    signature.this_type.iter().for_each(|ty| v.visit_type(ty));
    signature.params.iter().chain(signature.rest.as_deref()).for_each(|param| walk_param(v, param));
    signature.ret.iter().for_each(|ty| v.visit_type(ty));
}

pub fn walk_interface_member<'a, V: Visit<'a> + ?Sized>(v: &mut V, member: &'a InterfaceMember) {
    match &member.kind {
        InterfaceMemberKind::Property { key, ty, .. } | InterfaceMemberKind::Getter { key, ty } => {
            v.visit_key(key);
            ty.iter().for_each(|ty| v.visit_type(ty));
        }
        InterfaceMemberKind::Method { key, signature, .. } => {
            v.visit_key(key);
            walk_signature(v, signature);
        }
        InterfaceMemberKind::Setter { key, param } => {
            v.visit_key(key);
            walk_param(v, param);
        }
        InterfaceMemberKind::Call(signature) | InterfaceMemberKind::Construct(signature) => {
            walk_signature(v, signature)
        }
        InterfaceMemberKind::Index(signature) => walk_index_signature(v, signature),
        InterfaceMemberKind::Error => {}
    }
}

pub fn walk_type<'a, V: Visit<'a> + ?Sized>(v: &mut V, ty: &'a Type) {
    crate::deep(|| walk_type_parts(v, ty));
}

fn walk_type_parts<'a, V: Visit<'a> + ?Sized>(v: &mut V, ty: &'a Type) {
    match &ty.kind {
        TypeKind::Ref { args, .. } | TypeKind::Typeof { args, .. } | TypeKind::Import { args, .. } => {
            walk_types(v, args)
        }
        TypeKind::Template { types, .. } | TypeKind::Union(types) | TypeKind::Intersection(types) => {
            walk_types(v, types)
        }
        TypeKind::Tuple(elems) => elems.iter().for_each(|elem| v.visit_type(&elem.ty)),
        TypeKind::Object(members) => members.iter().for_each(|member| v.visit_interface_member(member)),
        TypeKind::Function(signature) | TypeKind::Constructor { signature, .. } => walk_signature(v, signature),
        TypeKind::Array(inner) | TypeKind::Keyof(inner) | TypeKind::Readonly(inner) | TypeKind::Paren(inner) => {
            v.visit_type(inner);
        }
        TypeKind::Indexed { object, index } => {
            v.visit_type(object);
            v.visit_type(index);
        }
        TypeKind::Predicate { ty, .. } => ty.iter().for_each(|ty| v.visit_type(ty)),
        TypeKind::Conditional { check, extends, then, otherwise } => {
            [check, extends, then, otherwise].into_iter().for_each(|ty| v.visit_type(ty));
        }
        TypeKind::Mapped { constraint, name_type, ty, .. } => {
            v.visit_type(constraint);
            name_type.iter().chain(ty).for_each(|ty| v.visit_type(ty));
        }
        TypeKind::Infer(param) => walk_type_params(v, std::slice::from_ref(param)),
        TypeKind::Keyword(_)
        | TypeKind::Str(_)
        | TypeKind::Num(_)
        | TypeKind::Bool(_)
        | TypeKind::UniqueSymbol
        | TypeKind::Missing => {}
    }
}
