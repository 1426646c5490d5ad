//! Classes: their members' frames, private names, decorators, and afterwards the layout of their instances.

use mosl_syntax::ast::{
    Class, ClassMember, Decorator, Expr, ExprKind, Function, FunctionBody, FunctionKind, MemberKind, PatKind, PropKey,
    SmolStr, Stmt, StmtKind,
};
use rustc_hash::FxHashSet;

use super::declare::Walk;
use super::scope::{Frame, FrameRole, ScopeKind};
use super::{Origin, Resolution, TypeName};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{NO_AUTO_ACCESSOR, PROGRAM_TOO_LARGE};
use crate::program::{BindingKind, ClassId, ClassInfo, FieldInfo};
use crate::types::Types;

/// A member is looked for class by class: with chains of bounded length the cost of a program grows with its size alone.
const MAX_CHAIN: usize = 256;

impl<'a> Walk<'_, 'a> {
    /// Numbers a class; its layout is computed once all names are known.
    pub(super) fn add_class(&mut self, class: &'a Class) -> ClassId {
        let file = usize::from(self.file.0);
        if let Some(id) = self.linker.out.facts[file].classes.get(&class.id) {
            return *id;
        }
        let id = ClassId(u32::try_from(self.linker.out.classes.len()).expect("fewer than 2^32 classes"));
        let name = class.name.as_ref().map_or_else(|| SmolStr::from("class"), |name| name.text.clone());
        let once = self.frames.len() == 1 && self.frame().loops == 0;
        self.linker.out.classes.push(ClassInfo {
            file: self.file,
            node: class.id,
            name,
            superclass: None,
            fixed_layout: once,
            fields: Vec::new(),
        });
        self.linker.out.class_nodes.push(class);
        self.linker.out.facts[file].classes.insert(class.id, id);
        id
    }

    pub(super) fn class_expr(&mut self, class: &'a Class) {
        self.add_class(class);
        self.class(class);
    }

    pub(super) fn class(&mut self, class: &'a Class) {
        let id = self.add_class(class);
        // Declared where hoisting saw it outside of any loop; the walk knows better.
        let once = self.frames.len() == 1 && self.frame().loops == 0;
        self.linker.out.classes[id.0 as usize].fixed_layout &= once;
        self.scoped(ScopeKind::Head, |walk| {
            if let Some(name) = &class.name {
                walk.declare_type(name, TypeName::Class(id));
                let inner = walk.declare(name, BindingKind::ClassInner, class.body_span.start, Origin::Class(id));
                if let (Some(inner), None) = (inner, walk.binding_of(class.id)) {
                    walk.name_node(class.id, inner);
                }
                if let Some(inner) = inner {
                    let facts = &mut walk.linker.out.facts[usize::from(walk.file.0)];
                    facts.class_inner.insert(class.id, inner);
                }
            }
            walk.type_params(&class.type_params);
            walk.exprs(class.superclass.as_deref());
            walk.types(&class.super_args);
            walk.types(&class.implements);
            class.decorators.iter().for_each(|decorator| walk.report_decorator(decorator.span));
            walk.link_superclass(class, id);
            walk.members(class);
        });
    }

    fn link_superclass(&mut self, class: &Class, id: ClassId) {
        let Some(superclass) = &class.superclass else { return };
        let mut parent = None;
        if let ExprKind::Ident(_) = &superclass.kind
            && let Some(binding) = self.binding_of(superclass.id)
            && let Origin::Class(of) = self.linker.out.origins[binding.0 as usize]
            && of != id
        {
            parent = Some(of);
        }
        self.linker.out.classes[id.0 as usize].superclass = parent;
        self.linker.out.classes[id.0 as usize].fixed_layout &= parent.is_some();
    }

    /// Instance fields' initialisers run together as one function, under the class's node; static ones each by itself.
    fn members(&mut self, class: &'a Class) {
        let meta = self.linker.early.add_function(class.body_span.start, None);
        let mut instance = Some(Frame::new(Some(class.id), FrameRole::Initializer, meta));
        for member in &class.members {
            self.decorators(member);
            match &member.kind {
                MemberKind::Field { key, ty, init, .. } => {
                    self.prop_key(key);
                    self.types(ty);
                    if member.modifiers.is_accessor {
                        let message = "`accessor` is left out of MOSL: write a getter and a setter";
                        self.report(Diagnostic::new(&NO_AUTO_ACCESSOR, self.file, member.span, message, "not in MOSL"));
                    }
                    let Some(init) = init else { continue };
                    if member.modifiers.is_static {
                        self.static_part(member, |walk| walk.expr(init));
                    } else {
                        self.frames.push(instance.take().expect("given back below"));
                        self.scoped(ScopeKind::Head, |walk| walk.expr(init));
                        instance = self.frames.pop();
                    }
                }
                MemberKind::Method { key, function, .. } => {
                    self.prop_key(key);
                    let is_constructor = function.kind == FunctionKind::Constructor;
                    self.method(function, if is_constructor { FrameRole::Constructor } else { FrameRole::Method });
                }
                MemberKind::StaticBlock(block) => self.static_part(member, |walk| {
                    walk.scoped(ScopeKind::Body, |walk| {
                        walk.hoist_vars(&block.body, false);
                        walk.declare_lexical(&block.body);
                        walk.stmts(&block.body);
                    });
                }),
                MemberKind::IndexSignature(index) => {
                    self.ty(&index.key);
                    self.ty(&index.value);
                }
                MemberKind::Error => {}
            }
        }
        self.frames.push(instance.expect("given back above"));
        self.leave_frame(class.id);
    }

    /// Runs at once, where the class stands: uses inside it are as early as their place.
    fn static_part(&mut self, member: &'a ClassMember, walk: impl FnOnce(&mut Self)) {
        let meta = self.linker.early.add_function(member.span.start, None);
        self.frames.push(Frame::new(Some(member.id), FrameRole::Initializer, meta));
        self.scoped(ScopeKind::Head, walk);
        self.leave_frame(member.id);
    }

    fn decorators(&mut self, member: &'a ClassMember) {
        for decorator in &member.decorators {
            let on_field = matches!(member.kind, MemberKind::Field { .. }) && !member.modifiers.is_static;
            if !on_field || !matches!(decorator_name(decorator), Some("persist" | "synced")) {
                self.report_decorator(decorator.span);
            }
        }
    }
}

fn decorator_name(decorator: &Decorator) -> Option<&str> {
    match &decorator.expr.kind {
        ExprKind::Ident(name) => Some(&name.text),
        _ => None,
    }
}

/// Decides which classes of the chosen files have a fixed layout, and lists their fields.
pub(super) fn lay_out(out: &mut Resolution, chosen: &[bool]) {
    let reassigned: Vec<ClassId> = out
        .origins
        .iter()
        .zip(out.bindings.so_far())
        .filter_map(|(origin, binding)| match origin {
            Origin::Class(id) if binding.reassigned => Some(*id),
            _ => None,
        })
        .collect();
    let is_chosen = |class: &ClassInfo| chosen[usize::from(class.file.0)];
    for (info, node) in out.classes.iter_mut().zip(out.class_nodes.so_far()).filter(|(info, _)| is_chosen(info)) {
        info.fixed_layout &= !constructor(node).is_some_and(|function| returns_value(&function.body));
        info.fixed_layout &= !node.members.iter().any(is_computed_field);
    }
    for id in reassigned {
        out.classes[id.0 as usize].fixed_layout = false;
    }
    let mut depths = vec![0; out.classes.len()];
    for index in 0..out.classes.len() {
        if is_chosen(&out.classes[index]) {
            lay_out_class(out, index, &mut depths);
        }
    }
}

/// The fields of a class depend on those of its superclasses: notes these as read.
pub(super) fn reach_superclasses(out: &Resolution) {
    for parent in out.classes.so_far().iter().filter_map(|class| class.superclass) {
        let _ = &out.classes[parent.0 as usize];
    }
}

/// A field whose name is only known when the class is evaluated: it comes between others, so that no slots can be fixed before.
fn is_computed_field(member: &ClassMember) -> bool {
    !member.modifiers.is_static && matches!(member.kind, MemberKind::Field { key: PropKey::Computed(_), .. })
}

/// Superclasses first. A chain that leads back to itself (an error at run time) has no fixed layout. A depth is the number of classes in
/// a chain down to a class, 0 while that is not known.
fn lay_out_class(out: &mut Resolution, index: usize, depths: &mut [usize]) {
    let mut chain = vec![index];
    while let Some(parent) = out.classes[*chain.last().expect("not empty")].superclass {
        let parent = parent.0 as usize;
        if depths[parent] > 0 {
            break;
        }
        if chain.contains(&parent) {
            chain.iter().for_each(|class| out.classes[*class].fixed_layout = false);
            out.classes[index].superclass = None;
            break;
        }
        chain.push(parent);
    }
    chain.retain(|class| depths[*class] == 0);
    for class in chain.into_iter().rev() {
        let parent = out.classes[class].superclass.map(|parent| parent.0 as usize);
        depths[class] = parent.map_or(0, |parent| depths[parent]) + 1;
        out.classes[class].fixed_layout &= parent.is_none_or(|parent| out.classes[parent].fixed_layout);
        if depths[class] > MAX_CHAIN {
            cut(out, class, depths[class] == MAX_CHAIN + 1);
        }
        out.classes[class].fields = fields(out, class);
    }
}

/// Ends a chain of classes at one: nothing is known of what it extends.
fn cut(out: &mut Resolution, class: usize, is_first: bool) {
    let info = &mut out.classes[class];
    (info.superclass, info.fixed_layout) = (None, false);
    out.cut_classes.insert(ClassId(u32::try_from(class).expect("as many as classes")));
    if is_first {
        let (info, node) = (&out.classes[class], out.class_nodes[class]);
        let span = node.superclass.as_ref().map_or(node.body_span, |superclass| superclass.span);
        let message = format!("`{}` is the end of too long a chain of classes that extend one another", info.name);
        let diagnostic = Diagnostic::new(&PROGRAM_TOO_LARGE, info.file, span, message, "one class too many");
        let help = format!("a chain has at most {MAX_CHAIN} classes: hold one object in a field of another instead");
        out.diagnostics.push(diagnostic.help(help));
    }
}

fn fields(out: &Resolution, class: usize) -> Vec<FieldInfo> {
    let node = out.class_nodes[class];
    let mut fields: Vec<FieldInfo> = Vec::new();
    let mut taken = inherited_names(out, class);
    for member in &node.members {
        match &member.kind {
            MemberKind::Field { key, ty, .. } if !member.modifiers.is_static && !member.modifiers.is_declare => {
                let Some(name) = key_text(key) else { continue };
                if !taken.insert(name.clone()) {
                    continue;
                }
                let has = |wanted| member.decorators.iter().any(|decorator| decorator_name(decorator) == Some(wanted));
                let (persist, synced) = (has("persist"), has("synced"));
                fields.push(FieldInfo {
                    name,
                    ty: Types::ANY,
                    declared: true,
                    annotated: ty.is_some(),
                    persist,
                    synced,
                });
            }
            MemberKind::Method { key, .. } if !member.modifiers.is_static => taken.extend(key_text(key)),
            _ => {}
        }
    }
    if let Some(Function { body: FunctionBody::Block(block), .. }) = constructor(node) {
        let mut assigned = Vec::new();
        block.body.iter().for_each(|stmt| assigned_fields(stmt, &mut assigned));
        for name in assigned {
            if taken.insert(name.clone()) {
                fields.push(FieldInfo {
                    name,
                    ty: Types::ANY,
                    declared: false,
                    annotated: false,
                    persist: false,
                    synced: false,
                });
            }
        }
    }
    fields
}

/// Names that are no new field of a subclass: the fields and methods of its superclasses.
fn inherited_names(out: &Resolution, class: usize) -> FxHashSet<SmolStr> {
    let mut names = FxHashSet::default();
    let mut next = out.classes[class].superclass;
    while let Some(parent) = next {
        let info = &out.classes[parent.0 as usize];
        names.extend(info.fields.iter().map(|field| field.name.clone()));
        for member in &out.class_nodes[parent.0 as usize].members {
            if let (MemberKind::Method { key, .. }, false) = (&member.kind, member.modifiers.is_static) {
                names.extend(key_text(key));
            }
        }
        next = info.superclass;
    }
    names
}

/// The name of a public, not computed member.
pub(crate) fn key_text(key: &PropKey) -> Option<SmolStr> {
    match key {
        PropKey::Ident(name) if !name.missing => Some(name.text.clone()),
        PropKey::Str(text, _) => text.to_utf8().map(SmolStr::from),
        _ => None,
    }
}

/// The constructor's implementation.
pub(crate) fn constructor(class: &Class) -> Option<&Function> {
    class.members.iter().find_map(|member| match &member.kind {
        MemberKind::Method { function, .. }
            if function.kind == FunctionKind::Constructor && !matches!(function.body, FunctionBody::None) =>
        {
            Some(&**function)
        }
        _ => None,
    })
}

fn returns_value(body: &FunctionBody) -> bool {
    fn in_stmt(stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Return(value) => value.is_some(),
            _ => children(stmt).into_iter().any(in_stmt),
        }
    }
    matches!(body, FunctionBody::Block(block) if block.body.iter().any(in_stmt))
}

/// `this.name = …` as a statement of the constructor, in source order.
fn assigned_fields(stmt: &Stmt, out: &mut Vec<SmolStr>) {
    if let StmtKind::Expr(expr) = &stmt.kind {
        assigned_in(expr, out);
    }
    children(stmt).into_iter().for_each(|child| assigned_fields(child, out));
}

fn assigned_in(expr: &Expr, out: &mut Vec<SmolStr>) {
    match &expr.kind {
        ExprKind::Assign { target, value, .. } => {
            if let PatKind::Expr(place) = &target.kind
                && let ExprKind::Member { object, name, .. } = &place.kind
                && matches!(object.kind, ExprKind::This)
                && !name.missing
                && !out.contains(&name.text)
            {
                out.push(name.text.clone());
            }
            assigned_in(value, out);
        }
        ExprKind::Sequence(exprs) => exprs.iter().for_each(|expr| assigned_in(expr, out)),
        ExprKind::Paren(inner) => assigned_in(inner, out),
        _ => {}
    }
}

/// The statements directly inside a statement, functions excepted.
pub(crate) fn children(stmt: &Stmt) -> Vec<&Stmt> {
    match &stmt.kind {
        StmtKind::Block(block) => block.body.iter().collect(),
        StmtKind::If { then, otherwise, .. } => std::iter::once(&**then).chain(otherwise.as_deref()).collect(),
        StmtKind::While { body, .. }
        | StmtKind::DoWhile { body, .. }
        | StmtKind::For { body, .. }
        | StmtKind::ForIn { body, .. }
        | StmtKind::ForOf { body, .. }
        | StmtKind::Labeled { body, .. }
        | StmtKind::With { body, .. } => vec![body],
        StmtKind::Try(r#try) => {
            let handler = r#try.handler.iter().flat_map(|handler| &handler.body.body);
            let finalizer = r#try.finalizer.iter().flat_map(|block| &block.body);
            r#try.block.body.iter().chain(handler).chain(finalizer).collect()
        }
        StmtKind::Switch { cases, .. } => cases.iter().flat_map(|case| &case.body).collect(),
        _ => Vec::new(),
    }
}
