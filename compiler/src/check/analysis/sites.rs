//! Where members are declared: in a class, an interface, an object literal or type of the program, or in the library.

use std::cmp::Ordering;

use mosl_syntax::Span;
use mosl_syntax::ast::visit::{Visit, walk_expr, walk_type};
use mosl_syntax::ast::{
    Expr, ExprKind, InterfaceMember, NodeId, PatKind, PropKind, SmolStr, StmtKind, Type as Notation, TypeKind,
};
use rustc_hash::FxHashMap;

use super::super::members::key_name;
use super::Analysis;
use crate::library;
use crate::program::{BindingKind, ClassId, FileId};
use crate::resolve::{Origin, TypeDecl, TypeDeclId, TypeDeclKind, TypeName};
use crate::types::{DeclId, Type, TypeId, Types};

/// A text that a declaration stands in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum SourceId {
    File(FileId),
    /// Index into [`mosl_stdlib::lib_sources`].
    Library(usize),
}

/// Where something is declared. Its name's place says which declaration it is.
#[derive(Clone, Copy, Eq, Debug)]
pub struct Site {
    pub source: SourceId,
    /// The declared name.
    pub name: Span,
    /// The whole declaration, as far as it is known.
    pub whole: Span,
}

impl Site {
    fn identity(&self) -> (SourceId, Span) {
        (self.source, self.name)
    }
}

impl PartialEq for Site {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Ord for Site {
    fn cmp(&self, other: &Self) -> Ordering {
        self.identity().cmp(&other.identity())
    }
}

impl PartialOrd for Site {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The names of properties, where each is written, and the whole property.
type Props = Vec<(SmolStr, Span, Span)>;

/// Object types and literals of the program, by their type.
pub(super) type Shapes<'a> = FxHashMap<TypeId, Vec<(FileId, Props)>>;

impl<'a> Analysis<'a> {
    /// Where a member of a type is declared: several places for a union, for overloads and for merged interfaces.
    pub fn member_sites(&self, ty: TypeId, name: &str) -> Vec<Site> {
        let mut found = Vec::new();
        self.collect_sites(ty, name, 0, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether the program is where a member of a type is declared: not the library, which has object types of its own.
    pub fn declares(&self, ty: TypeId, name: &str) -> bool {
        let ty = self.checker.borrow_mut().expand(ty);
        let kind = self.kind(ty);
        match kind {
            Type::Union(parts) | Type::Intersection(parts) => parts.iter().any(|part| self.declares(*part, name)),
            Type::Object(_) => {
                let origins = self.types().origins_of(ty).to_vec();
                let has = |(_, props): &(FileId, Props)| props.iter().any(|(of, ..)| of == name);
                let own = self.with_shapes(|shapes| shapes.get(&ty).into_iter().flatten().any(has));
                own || origins.into_iter().any(|of| self.declares(of, name))
            }
            _ => !self.member_sites(ty, name).is_empty(),
        }
    }

    fn collect_sites(&self, ty: TypeId, name: &str, depth: u32, out: &mut Vec<Site>) {
        // An interface may extend itself in broken source.
        if depth > 16 {
            return;
        }
        let ty = self.checker.borrow_mut().expand(ty);
        let known = self.types().get(ty).clone();
        match known {
            Type::Union(parts) | Type::Intersection(parts) => {
                parts.iter().for_each(|part| self.collect_sites(*part, name, depth + 1, out));
            }
            Type::Object(_) => {
                // What it was made of declares its members; literals of exactly this type are what it is used for.
                let origins = self.types().origins_of(ty).to_vec();
                origins.into_iter().for_each(|of| self.collect_sites(of, name, depth + 1, out));
                self.shape_sites(ty, name, out);
            }
            Type::Interface { decl, .. } => self.interface_sites(decl, name, depth, out),
            Type::Class { class, .. } => self.class_sites(class, false, name, depth, out),
            Type::ClassValue(class) => self.class_sites(class, true, name, depth, out),
            Type::EnumValue(of) => self.enum_sites(&self.types().enums[of.0 as usize].name.clone(), name, out),
            Type::Namespace(file) => {
                let export = self.names.exports[usize::from(file.0)].iter().find(|(export, _)| export == name);
                out.extend(export.map(|(_, id)| self.binding_site(*id)));
            }
            Type::Param(param) => {
                let constraint = self.types().params[param.0 as usize].constraint;
                constraint.into_iter().for_each(|of| self.collect_sites(of, name, depth + 1, out));
            }
            _ => {}
        }
        if out.is_empty() {
            let bases = library_bases(&self.types(), ty);
            for base in bases {
                library_sites(base, name, out);
                if !out.is_empty() {
                    return;
                }
            }
        }
    }

    /// Where a binding is declared.
    pub fn binding_site(&self, id: crate::program::BindingId) -> Site {
        let binding = self.names.bindings.declared(id.0 as usize);
        let whole = match &self.names.origins[id.0 as usize] {
            Origin::Declarator { declarator, .. } | Origin::ForHead { declarator, .. } => declarator.span,
            Origin::Function(parts) => parts.first().map_or(binding.span, |part| part.span),
            Origin::Class(class) => self.names.class_nodes[class.0 as usize].span,
            Origin::Param { function, index } => {
                let param = function.params.get(*index as usize).or(function.rest.as_deref());
                param.map_or(binding.span, |param| param.span)
            }
            Origin::Enum(decl) => decl.span,
            Origin::Catch(_) | Origin::Namespace | Origin::Default(_) => binding.span,
        };
        Site { source: SourceId::File(binding.file), name: binding.span, whole }
    }

    fn interface_sites(&self, decl: DeclId, name: &str, depth: u32, out: &mut Vec<Site>) {
        let (file, parts, bases) = {
            let mut checker = self.checker.borrow_mut();
            let bases = checker.interface_bases(decl);
            (checker.decls[decl.0 as usize].file, checker.interface_parts(decl), bases)
        };
        match file {
            Some(file) => {
                let members = parts.iter().flat_map(|part| &part.members);
                out.extend(members.filter_map(|member| interface_site(member, name, SourceId::File(file), 0)));
            }
            None => {
                let interface = self.types().decls[decl.0 as usize].clone();
                library_sites(&interface, name, out);
            }
        }
        if out.is_empty() {
            bases.into_iter().for_each(|base| self.collect_sites(base, name, depth + 1, out));
        }
    }

    fn class_sites(&self, class: ClassId, is_static: bool, name: &str, depth: u32, out: &mut Vec<Site>) {
        let node = self.names.class_nodes[class.0 as usize];
        let source = SourceId::File(self.names.classes[class.0 as usize].file);
        for member in &node.members {
            let Some(key) = member.key() else { continue };
            if member.modifiers.is_static == is_static && key_name(key).as_deref() == Some(name) {
                out.push(Site { source, name: key.span(), whole: member.span });
            }
        }
        if out.is_empty() && !is_static {
            let mut finder = AssignedField { name, found: None };
            if let Some(constructor) = crate::resolve::constructor_of(node) {
                finder.visit_function(constructor);
            }
            out.extend(finder.found.map(|(name, whole)| Site { source, name, whole }));
        }
        if out.is_empty()
            && let Some(base) = self.class_base(class)
        {
            let parent = match self.types().get(base) {
                Type::Class { class, .. } => Some(*class),
                _ => None,
            };
            match parent {
                Some(parent) => self.class_sites(parent, is_static, name, depth + 1, out),
                None => self.collect_sites(base, name, depth + 1, out),
            }
        }
    }

    fn enum_sites(&self, of: &str, name: &str, out: &mut Vec<Site>) {
        for (binding, origin) in self.names.bindings.so_far().iter().zip(self.names.origins.so_far()) {
            if let (Origin::Enum(decl), BindingKind::Enum) = (origin, binding.kind)
                && binding.name == of
            {
                let source = SourceId::File(binding.file);
                let members = decl.members.iter().filter(|member| member.name.text.to_utf8_lossy() == name);
                out.extend(members.map(|member| Site { source, name: member.name.span, whole: member.span }));
            }
        }
    }

    /// Structural types do not know where they were written: the literals and notations of exactly this type tell, or else those with
    /// the same names.
    fn shape_sites(&self, ty: TypeId, name: &str, out: &mut Vec<Site>) {
        let names = |ty: TypeId| -> Vec<SmolStr> {
            match self.types().get(ty) {
                Type::Object(object) => object.props.iter().map(|prop| prop.name.clone()).collect(),
                _ => Vec::new(),
            }
        };
        self.with_shapes(|shapes| {
            let before = out.len();
            out.extend(shapes.get(&ty).into_iter().flatten().flat_map(|shape| named(shape, name)));
            if out.len() == before && before == 0 {
                let wanted = names(ty);
                let alike = shapes.iter().filter(|(other, _)| names(**other) == wanted).flat_map(|(_, all)| all);
                out.extend(alike.flat_map(|shape| named(shape, name)));
            }
        });
    }

    /// All declarations of a member that an object type or literal declares at a place: those of one form are one type.
    pub fn sites_beside(&self, file: FileId, place: Span, name: &str) -> Vec<Site> {
        let is_here = |(of, props): &(FileId, Props)| *of == file && props.iter().any(|(_, at, _)| *at == place);
        self.with_shapes(|shapes| {
            let forms = shapes.values().filter(|all| all.iter().any(is_here));
            let mut found: Vec<Site> = forms.flatten().flat_map(|shape| named(shape, name)).collect();
            found.sort_unstable();
            found.dedup();
            found
        })
    }

    fn with_shapes<T>(&self, look: impl FnOnce(&Shapes<'a>) -> T) -> T {
        let shapes = self.shapes.borrow_mut().take().unwrap_or_else(|| self.collect_shapes());
        let result = look(&shapes);
        *self.shapes.borrow_mut() = Some(shapes);
        result
    }

    fn collect_shapes(&self) -> Shapes<'a> {
        let mut shapes = Shapes::default();
        for file in &self.loaded.files {
            self.check(file.id);
            let mut found = Found::default();
            file.ast.body.iter().for_each(|stmt| found.visit_stmt(stmt));
            for (node, props) in found.literals {
                let ty = self.type_of(file.id, node);
                let widened = self.checker.borrow_mut().widen(ty);
                shapes.entry(ty).or_default().push((file.id, props.clone()));
                if widened != ty {
                    shapes.entry(widened).or_default().push((file.id, props));
                }
            }
        }
        let aliases = self.alias_bodies();
        for file in &self.loaded.files {
            let mut notations = Notations(Vec::new());
            file.ast.body.iter().for_each(|stmt| notations.visit_stmt(stmt));
            for (node, props) in notations.0 {
                let known = self.type_of(file.id, node.id);
                let ty = match aliases.get(&(file.id, node.id)) {
                    Some(body) => *body,
                    None if known == Types::ANY => self.notation(file.id, node),
                    None => known,
                };
                shapes.entry(ty).or_default().push((file.id, props));
            }
        }
        shapes
    }

    /// What aliases stand for, by their notation: read again, one that names itself would be another type.
    fn alias_bodies(&self) -> FxHashMap<(FileId, NodeId), TypeId> {
        let alias = |(at, decl): (usize, &TypeDecl<'a>)| match &decl.kind {
            TypeDeclKind::Alias(alias) => {
                let id = TypeDeclId(u32::try_from(at).expect("numbered by u32"));
                Some(((decl.file, alias.ty.id), self.named_type(TypeName::Decl(id))))
            }
            TypeDeclKind::Interface(_) => None,
        };
        self.names.type_decls.iter().enumerate().filter_map(alias).collect()
    }
}

/// Where one shape declares a member.
fn named<'s>((file, props): &'s (FileId, Props), name: &'s str) -> impl Iterator<Item = Site> + 's {
    let source = SourceId::File(*file);
    props.iter().filter(move |(of, ..)| of == name).map(move |(_, name, whole)| Site {
        source,
        name: *name,
        whole: *whole,
    })
}

/// The library's interfaces that give a value its members, nearest first.
fn library_bases(types: &Types, ty: TypeId) -> Vec<&'static str> {
    let own = match types.get(ty) {
        Type::Array { readonly: true, .. } => "ReadonlyArray",
        Type::Array { .. } | Type::Tuple(_) => "Array",
        Type::Function(_) | Type::ClassValue(_) => "Function",
        Type::String | Type::StrLit(_) => "String",
        Type::Number | Type::NumLit(_) | Type::Enum(_) | Type::EnumMember(..) => "Number",
        Type::Boolean | Type::BoolLit(_) => "Boolean",
        Type::Symbol => "Symbol",
        Type::Value(value) => value.name(),
        Type::Any | Type::Unknown | Type::Never | Type::Void | Type::Undefined | Type::Null => return Vec::new(),
        _ => return vec!["Object"],
    };
    vec![own, "Object"]
}

/// Where a library interface, or one that it extends, declares a member.
fn library_sites(interface: &str, name: &str, out: &mut Vec<Site>) {
    for placed in library::placed(interface).filter(|placed| placed.is_type) {
        for stmt in &placed.tree.body {
            let StmtKind::Interface(decl) = &stmt.kind else { continue };
            let source = SourceId::Library(placed.file);
            let members = decl.members.iter();
            out.extend(members.filter_map(|member| interface_site(member, name, source, placed.offset)));
            if out.is_empty() {
                for base in &decl.extends {
                    if let TypeKind::Ref { path, .. } = &base.kind {
                        library_sites(&path[0].text, name, out);
                    }
                }
            }
        }
    }
}

fn interface_site(member: &InterfaceMember, name: &str, source: SourceId, offset: u32) -> Option<Site> {
    let key = member.key()?;
    let moved = |span: Span| Span::new(span.start + offset, span.end + offset);
    (key_name(key).as_deref() == Some(name)).then(|| Site {
        source,
        name: moved(key.span()),
        whole: moved(member.span),
    })
}

fn member_place(member: &InterfaceMember) -> Option<(SmolStr, Span, Span)> {
    let key = member.key()?;
    Some((key_name(key)?, key.span(), member.span))
}

/// Object literals by node, with the names, places of the names and extents of their properties.
#[derive(Default)]
struct Found {
    literals: Vec<(NodeId, Props)>,
}

impl<'a> Visit<'a> for Found {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Object(props) = &expr.kind {
            let place = |prop: &mosl_syntax::ast::Prop| match &prop.kind {
                PropKind::Value { key, .. } | PropKind::Method { key, .. } => {
                    Some((key_name(key)?, key.span(), prop.span))
                }
                PropKind::Shorthand(value) => match &value.kind {
                    ExprKind::Ident(name) => Some((name.text.clone(), name.span, prop.span)),
                    _ => None,
                },
                _ => None,
            };
            self.literals.push((expr.id, props.iter().filter_map(place).collect()));
        }
        walk_expr(self, expr);
    }
}

/// Object types as they are written.
struct Notations<'a>(Vec<(&'a Notation, Props)>);

impl<'a> Visit<'a> for Notations<'a> {
    fn visit_type(&mut self, ty: &'a Notation) {
        if let TypeKind::Object(members) = &ty.kind {
            self.0.push((ty, members.iter().filter_map(member_place).collect()));
        }
        walk_type(self, ty);
    }
}

/// The first `this.name = …` of a constructor.
struct AssignedField<'n> {
    name: &'n str,
    found: Option<(Span, Span)>,
}

impl<'a> Visit<'a> for AssignedField<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Assign { target, .. } = &expr.kind
            && let PatKind::Expr(place) = &target.kind
            && let ExprKind::Member { object, name, .. } = &place.kind
            && matches!(object.kind, ExprKind::This)
            && name.text == self.name
            && self.found.is_none()
        {
            self.found = Some((name.span, expr.span));
        }
        walk_expr(self, expr);
    }
}
