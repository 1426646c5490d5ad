//! A checked program that answers questions about its types: what the language server stands on. The checker stays alive after the
//! check, so that members, signatures and declarations are looked up only when someone asks. Where every file is strict, files are
//! checked one by one, each when it is first asked about: a keystroke costs the names of the program and the check of one file.

mod sites;

use std::cell::{Ref, RefCell};
use std::collections::BTreeSet;

use mosl_syntax::ast::{NodeId, SmolStr, Type as Notation};

use super::{Checker, settle};
use crate::diagnostics::Diagnostic;
use crate::front;
use crate::program::{BindingId, ClassId, FileId, Resolved};
use crate::project::{self, FileSystem, Loaded, Manifest, ParseCache};
use crate::resolve::{self, Resolution, TypeDeclId, TypeName};
use crate::types::{Signature, Type, TypeId, Types};
pub use sites::{Site, SourceId};

/// Loads and resolves `entries` (see [`project::load_all`]) and hands the program to `serve`. Call it on a thread with
/// [`crate::STACK_BYTES`] of stack: deeply nested source recurses.
pub fn analyse<T>(
    fs: &dyn FileSystem,
    entries: &[String],
    manifest: &Manifest,
    cache: &ParseCache,
    serve: impl FnOnce(&Analysis<'_>) -> T,
) -> T {
    let mut serve = Some(serve);
    let mut whole = Wanted { everything: true, ..Wanted::default() };
    analyse_part(fs, entries, manifest, cache, &mut whole, |analysis| serve.take().map(|serve| serve(analysis)))
}

/// The files that are resolved in full, by name.
#[derive(Debug, Default)]
pub struct Wanted {
    pub files: BTreeSet<String>,
    pub everything: bool,
}

/// How often what is wanted may grow before everything is.
const MAX_GROWTH: usize = 4;

/// The same, with only the bodies of `wanted` resolved. Where `serve` has read more than that ([`Analysis::lacks`]), what it found is
/// void: it yields `None`, and is called again with all that it missed, which is `wanted` from then on.
pub fn analyse_part<T>(
    fs: &dyn FileSystem,
    entries: &[String],
    manifest: &Manifest,
    cache: &ParseCache,
    wanted: &mut Wanted,
    mut serve: impl FnMut(&Analysis<'_>) -> Option<T>,
) -> T {
    let loaded = project::load_all(fs, entries, manifest, cache);
    let is_strict = |file: FileId| manifest.strict || loaded.files[usize::from(file.0)].is_strict();
    let lazy = loaded.files.iter().all(|file| is_strict(file.id));
    for round in 0.. {
        wanted.everything |= !lazy || round > MAX_GROWTH;
        let is_wanted =
            |file: FileId| wanted.everything || wanted.files.contains(&loaded.files[usize::from(file.0)].name);
        let names = resolve::resolve_part(&loaded, &is_strict, &is_wanted);
        if !names.reach.lacks() {
            let (checker, notes) = if lazy {
                let mut checker = Checker::new(&loaded, &names, &is_strict, Default::default());
                checker.keep_for_questions();
                (checker, Vec::new())
            } else {
                settle(&loaded, &names, &is_strict, true)
            };
            let analysis = Analysis {
                loaded: &loaded,
                names: &names,
                manifest,
                checker: RefCell::new(checker),
                checked: RefCell::new(vec![!lazy; loaded.files.len()]),
                notes,
                shapes: RefCell::new(None),
            };
            if let Some(result) = serve(&analysis) {
                return result;
            }
        }
        match names.reach.missed() {
            Some(files) => wanted.files.extend(files.iter().map(|file| loaded.files[usize::from(file.0)].name.clone())),
            None => wanted.everything = true,
        }
    }
    unreachable!("where everything is resolved, nothing is missed")
}

/// A program between two edits.
pub struct Analysis<'a> {
    pub loaded: &'a Loaded,
    pub names: &'a Resolution<'a>,
    pub manifest: &'a Manifest,
    checker: RefCell<Checker<'a>>,
    checked: RefCell<Vec<bool>>,
    notes: Vec<Diagnostic>,
    shapes: RefCell<Option<sites::Shapes<'a>>>,
}

/// What is known of a type's member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    pub ty: TypeId,
    pub optional: bool,
    pub readonly: bool,
    pub is_method: bool,
    /// `private` (true) or `protected` (false) in this class.
    pub hidden: Option<(ClassId, bool)>,
}

/// What a type is called.
#[derive(Clone, PartialEq, Debug)]
pub enum Named {
    /// In the program.
    Type(TypeName),
    /// In the standard library.
    Library(SmolStr),
}

impl<'a> Analysis<'a> {
    /// Whether something was read that was not resolved: all answers since are void.
    pub fn lacks(&self) -> bool {
        self.names.reach.lacks()
    }

    /// Whether the whole program is resolved.
    pub fn is_whole(&self) -> bool {
        self.names.reach.is_whole()
    }

    /// Says that the whole program is wanted; whether it is there.
    pub fn wants_everything(&self) -> bool {
        self.names.reach.touch_all();
        !self.lacks()
    }

    /// Checks a file now, unless that has been done; the answers about its nodes do so by themselves.
    pub fn check(&self, file: FileId) {
        self.names.reach.touch(usize::from(file.0));
        let slot = self.checked.borrow().get(usize::from(file.0)).copied();
        if slot == Some(false) {
            self.checked.borrow_mut()[usize::from(file.0)] = true;
            self.checker.borrow_mut().check_file(file);
        }
    }

    /// What the compiler says about one file.
    pub fn diagnostics(&self, file: FileId) -> Vec<Diagnostic> {
        self.check(file);
        let checker = self.checker.borrow();
        let all = self.loaded.diagnostics.iter().chain(&self.names.diagnostics).chain(&checker.diagnostics);
        let mut found: Vec<Diagnostic> =
            all.chain(&self.notes).filter(|diagnostic| diagnostic.file == file).cloned().collect();
        front::sort(&mut found, self.manifest);
        found
    }

    pub fn types(&self) -> Ref<'_, Types> {
        Ref::map(self.checker.borrow(), |checker| &checker.types)
    }

    /// What a type is. A copy, so that one may go on asking.
    pub fn kind(&self, ty: TypeId) -> Type {
        self.types().get(ty).clone()
    }

    pub fn print(&self, ty: TypeId) -> String {
        self.types().print(ty)
    }

    /// The type of an expression, pattern, function or class node.
    pub fn type_of(&self, file: FileId, node: NodeId) -> TypeId {
        self.check(file);
        let checker = self.checker.borrow();
        let types = checker.node_types.get(usize::from(file.0));
        types.and_then(|types| types.get(node.0 as usize)).copied().unwrap_or(Types::ANY)
    }

    /// What the place of an expression wants.
    pub fn context_of(&self, file: FileId, node: NodeId) -> Option<TypeId> {
        self.check(file);
        let checker = self.checker.borrow();
        checker.contexts.as_ref().and_then(|contexts| contexts.get(&(file, node))).copied()
    }

    pub fn binding_type(&self, id: BindingId) -> TypeId {
        let binding = &self.names.bindings[id.0 as usize];
        // What a module declares is inferred by itself; what a function declares, where the function is checked.
        if !binding.is_global {
            self.check(binding.file);
        }
        self.checker.borrow_mut().type_of_binding(id)
    }

    /// What an identifier means; see [`crate::program::Facts::names`].
    pub fn resolved(&self, file: FileId, node: NodeId) -> Option<Resolved> {
        let at = usize::from(file.0);
        (at < self.names.facts.len()).then(|| self.names.facts[at].names.get(&node).copied())?
    }

    /// The type that a piece of notation names.
    pub fn notation(&self, file: FileId, node: &'a Notation) -> TypeId {
        self.checker.borrow_mut().type_of_notation(node, Some(file))
    }

    /// The type that a name stands for, with its own parameters as arguments; for an alias, what it abbreviates.
    pub fn named_type(&self, name: TypeName) -> TypeId {
        let mut checker = self.checker.borrow_mut();
        match name {
            TypeName::Decl(id) => checker.declared_type(id),
            TypeName::Class(class) => checker.class_instance(class),
            TypeName::Enum(binding) => {
                let id = checker.enum_of(binding);
                checker.types.intern(Type::Enum(id))
            }
            TypeName::Param(_) | TypeName::Library | TypeName::Namespace(_) | TypeName::Unresolved => Types::ANY,
        }
    }

    /// The declarations that a type's name leads to: several for a union or intersection, none for what has no name.
    pub fn declarations_of(&self, ty: TypeId) -> Vec<Named> {
        let checker = self.checker.borrow();
        let types = &checker.types;
        if let Some(alias) = types.alias_names.get(&ty) {
            let found = self.names.type_decls.so_far().iter().position(|decl| decl.name == *alias);
            if let Some(at) = found.and_then(|at| u32::try_from(at).ok()) {
                return vec![Named::Type(TypeName::Decl(TypeDeclId(at)))];
            }
        }
        match types.get(ty).clone() {
            Type::Interface { decl, .. } | Type::Alias { decl, .. } => {
                let own = checker.user_decls.iter().find(|(_, of)| **of == decl);
                match own {
                    Some((id, _)) => vec![Named::Type(TypeName::Decl(TypeDeclId(*id)))],
                    None => vec![Named::Library(types.decls[decl.0 as usize].clone())],
                }
            }
            Type::Class { class, .. } | Type::ClassValue(class) => vec![Named::Type(TypeName::Class(class))],
            Type::Enum(of) | Type::EnumMember(of, _) | Type::EnumValue(of) => {
                let found = checker.enums.iter().find(|(_, id)| **id == of);
                found.map(|(binding, _)| Named::Type(TypeName::Enum(*binding))).into_iter().collect()
            }
            Type::Value(value) => vec![Named::Library(value.name().into())],
            Type::Array { elem, .. } => {
                drop(checker);
                self.declarations_of(elem)
            }
            Type::Union(parts) | Type::Intersection(parts) => {
                drop(checker);
                parts.iter().flat_map(|part| self.declarations_of(*part)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The type of a built-in global.
    pub fn global_type(&self, name: &str) -> TypeId {
        self.checker.borrow_mut().intrinsic(name)
    }

    pub fn class_constructors(&self, class: ClassId) -> Vec<Signature> {
        self.checker.borrow_mut().class_constructors(class)
    }

    /// The type of a class's instances, or of the class itself.
    pub fn class_type(&self, class: ClassId, itself: bool) -> TypeId {
        let mut checker = self.checker.borrow_mut();
        if itself { checker.types.intern(Type::ClassValue(class)) } else { checker.class_instance(class) }
    }

    /// What the class extends, as a type of instances.
    pub fn class_base(&self, class: ClassId) -> Option<TypeId> {
        let mut checker = self.checker.borrow_mut();
        let params = checker.class_params(class);
        let args: Vec<TypeId> = params.into_iter().map(|param| checker.types.intern(Type::Param(param))).collect();
        checker.class_base(class, &args)
    }

    /// A member by name; `undefined` and `null` in a union do not count.
    pub fn member(&self, ty: TypeId, name: &str) -> Option<Member> {
        let mut checker = self.checker.borrow_mut();
        let ty = checker.without_nullish(ty);
        let found = checker.member(ty, name)?;
        // An object literal of a file that is not strict may have anything; what it was written with is known all the same.
        let ty = match checker.types.get(ty) {
            Type::Object(object) if object.open => object.prop(name).map_or(found.ty, |prop| prop.ty),
            _ => found.ty,
        };
        let super::members::Member { optional, readonly, is_method, hidden, .. } = found;
        Some(Member { ty, optional, readonly, is_method, hidden })
    }

    /// The members of a type by name, inherited ones included; names of symbols (`@@iterator`) left out.
    pub fn members(&self, ty: TypeId) -> Vec<(SmolStr, Member)> {
        let names = {
            let mut checker = self.checker.borrow_mut();
            let ty = checker.without_nullish(ty);
            let mut names = checker.member_names(ty);
            names.extend(checker.inherited_names(ty));
            names
        };
        let mut seen = rustc_hash::FxHashSet::default();
        let names = names.into_iter().filter(|name| !name.starts_with("@@") && seen.insert(name.clone()));
        names.filter_map(|name| self.member(ty, &name).map(|member| (name, member))).collect()
    }

    /// The names that an object of this type is asked for: no inherited ones of `Object`.
    pub fn own_names(&self, ty: TypeId) -> Vec<SmolStr> {
        let mut checker = self.checker.borrow_mut();
        let ty = checker.expand(ty);
        checker.member_names(ty)
    }

    pub fn call_signatures(&self, ty: TypeId) -> Vec<Signature> {
        let mut checker = self.checker.borrow_mut();
        let ty = checker.without_nullish(ty);
        checker.callable(ty)
    }

    /// The signatures of `new` on a value of this type, classes of the program included.
    pub fn new_signatures(&self, ty: TypeId) -> Vec<Signature> {
        let class = match self.types().get(ty) {
            Type::ClassValue(class) => Some(*class),
            _ => None,
        };
        match class {
            Some(class) => self.class_constructors(class),
            None => self.checker.borrow_mut().constructors(ty),
        }
    }

    /// The members of a union (aliases opened), or the type itself.
    pub fn parts(&self, ty: TypeId) -> Vec<TypeId> {
        let mut checker = self.checker.borrow_mut();
        let ty = checker.expand(ty);
        checker.types.parts(ty)
    }

    pub fn without_nullish(&self, ty: TypeId) -> TypeId {
        self.checker.borrow_mut().without_nullish(ty)
    }

    pub fn without_undefined(&self, ty: TypeId) -> TypeId {
        self.checker.borrow_mut().without_undefined(ty)
    }

    /// What a call of a signature yields, as it is written behind the colon.
    pub fn signature_result(&self, signature: &Signature) -> String {
        let Some(predicate) = &signature.predicate else { return self.print(signature.ret) };
        let param = predicate.param.and_then(|index| signature.params.get(index as usize));
        let asserts = if predicate.asserts { "asserts " } else { "" };
        let is = predicate.ty.map_or_else(String::new, |ty| format!(" is {}", self.print(ty)));
        format!("{asserts}{}{is}", param.map_or("this", |param| &param.name))
    }

    /// A literal's type as a variable that starts with it has it.
    pub fn widened(&self, ty: TypeId) -> TypeId {
        self.checker.borrow_mut().widen(ty)
    }

    pub fn awaited(&self, ty: TypeId) -> TypeId {
        self.checker.borrow_mut().awaited(ty)
    }

    pub fn assignable(&self, from: TypeId, to: TypeId) -> bool {
        self.checker.borrow_mut().assignable(from, to)
    }

    /// What a class says that it implements, by its place in the list.
    pub fn implemented_type(&self, class: ClassId, index: usize) -> Option<TypeId> {
        let node = self.names.class_nodes[class.0 as usize];
        Some(self.notation(self.names.classes[class.0 as usize].file, node.implements.get(index)?))
    }

    /// The abstract members that a class inherits and does not have yet.
    pub fn abstract_members(&self, class: ClassId) -> Vec<(SmolStr, Member)> {
        let mut found: Vec<(SmolStr, Member)> = Vec::new();
        let (mut have, mut next) = (Vec::new(), Some(class));
        while let Some(at) = next.filter(|_| have.len() <= 1 << 16) {
            let node = self.names.class_nodes[at.0 as usize];
            for member in &node.members {
                let Some(key) = member.key() else { continue };
                let Some(name) = super::members::key_name(key).filter(|_| !member.modifiers.is_static) else {
                    continue;
                };
                if member.modifiers.is_abstract && !have.contains(&name) {
                    let base = self.class_type(at, false);
                    found.extend(self.member(base, &name).map(|member| (name.clone(), member)));
                }
                have.push(name);
            }
            next = self.names.classes[at.0 as usize].superclass.filter(|parent| *parent != class);
        }
        found
    }

    /// The members that one type needs to have the structure of another.
    pub fn missing_members(&self, from: TypeId, wanted: TypeId) -> Vec<(SmolStr, Member)> {
        let known = self.own_names(from);
        let wanted =
            self.own_names(wanted).into_iter().filter_map(|name| Some((name.clone(), self.member(wanted, &name)?)));
        wanted
            .filter(|(name, member)| !member.optional && !name.starts_with(['@', '#']) && !known.contains(name))
            .collect()
    }
}

impl Checker<'_> {
    fn declared_type(&mut self, id: TypeDeclId) -> TypeId {
        let decl = self.program_decl(id);
        if let Some(body) = self.alias_body(decl) {
            return body;
        }
        let params = self.decls[decl.0 as usize].params.clone();
        let args: Vec<TypeId> = params.into_iter().map(|param| self.types.intern(Type::Param(param))).collect();
        self.types.intern(Type::Interface { decl, args: args.into() })
    }

    /// The names that values of a type have from the library's own interface for it.
    fn inherited_names(&mut self, ty: TypeId) -> Vec<SmolStr> {
        let ty = self.expand(ty);
        let base = match &self.types.get(ty).clone() {
            Type::Boolean | Type::BoolLit(_) => "Boolean",
            Type::Symbol => "Symbol",
            Type::ClassValue(_) => "Function",
            Type::Enum(_) | Type::EnumMember(..) => {
                let base = self.enum_base(ty);
                return self.member_names(base);
            }
            Type::Object(object) if !object.call.is_empty() => "Function",
            _ if !self.callable(ty).is_empty() => "Function",
            _ => return Vec::new(),
        };
        match self.library_decl(base) {
            Some(decl) => {
                let interface = self.types.intern(Type::Interface { decl, args: Box::default() });
                self.member_names(interface)
            }
            None => Vec::new(),
        }
    }
}
