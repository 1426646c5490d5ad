//! The members of interfaces, the library's and the program's.

use std::rc::Rc;

use mosl_syntax::ast::{InterfaceDecl, InterfaceMember, InterfaceMemberKind, SmolStr};
use rustc_hash::FxHashSet;

use super::Member;
use crate::check::{Checker, DeclKind};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::PROGRAM_TOO_LARGE;
use crate::types::{DeclId, Signature, Substitution, Type, TypeId, Types};

/// How many an interface may extend, directly or not: a member is looked for in each.
const MAX_LINE: usize = 256;

impl<'a> Checker<'a> {
    /// A member of a library interface; `this`: what has it.
    pub(in crate::check) fn library_member(
        &mut self,
        interface: &str,
        args: &[TypeId],
        name: &str,
        this: TypeId,
    ) -> Option<Member> {
        let decl = self.library_decl(interface)?;
        let found = self.interface_member(decl, args, name, this);
        found.or_else(|| match interface {
            "Object" => None,
            _ => {
                let object = self.library_decl("Object")?;
                self.interface_member(object, &[], name, this)
            }
        })
    }

    /// A member that an interface or one of its bases declares.
    pub(super) fn interface_member(
        &mut self,
        decl: DeclId,
        args: &[TypeId],
        name: &str,
        this: TypeId,
    ) -> Option<Member> {
        if let Some(member) = self.declared_member(decl, args, name, this) {
            return Some(member);
        }
        let by = Substitution::new(&self.decls[decl.0 as usize].params.clone(), args);
        for base in self.interface_line(decl).iter() {
            let base = self.types.instantiate(*base, &by);
            let found = match self.types.get(base).clone() {
                Type::Interface { decl, args } => self.declared_member(decl, &args, name, this),
                Type::Object(object) if object.prop(name).is_none() => None,
                _ => self.member_of(base, name, this),
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// A member that an interface itself declares.
    fn declared_member(&mut self, decl: DeclId, args: &[TypeId], name: &str, this: TypeId) -> Option<Member> {
        let key = (decl, SmolStr::from(name));
        let generic = match self.member_cache.get(&key) {
            Some(known) => *known,
            None => {
                // A member whose type leads back to itself is `any` on the way.
                self.member_cache.insert(key.clone(), Some(Member::of(Types::ANY)));
                let member = self.own_interface_member(decl, name);
                self.member_cache.insert(key, member);
                member
            }
        };
        let params = self.decls[decl.0 as usize].params.clone();
        generic.map(|member| self.instantiate_member(member, &Substitution::with_this(&params, args, this)))
    }

    pub(in crate::check) fn interface_parts(&self, decl: DeclId) -> Vec<&'a InterfaceDecl> {
        match &self.decls[decl.0 as usize].kind {
            DeclKind::Interface(parts) => parts.clone(),
            DeclKind::Alias(_) => Vec::new(),
        }
    }

    pub(in crate::check) fn interface_bases(&mut self, decl: DeclId) -> Vec<TypeId> {
        if let Some(bases) = &self.decls[decl.0 as usize].bases {
            return bases.clone();
        }
        // An interface that extends itself has no bases on the way.
        self.decls[decl.0 as usize].bases = Some(Vec::new());
        let file = self.decls[decl.0 as usize].file;
        let outer = self.enter_decl(decl);
        let mut bases = Vec::new();
        for part in self.interface_parts(decl) {
            for base in &part.extends {
                let base = self.type_of_notation(base, file);
                let base = self.expand(base);
                bases.push(base);
            }
        }
        self.library_params = outer;
        self.decls[decl.0 as usize].bases = Some(bases.clone());
        bases
    }

    /// All that an interface extends, what is nearest first and each once, in terms of its own type parameters.
    pub(super) fn interface_line(&mut self, decl: DeclId) -> Rc<[TypeId]> {
        let mut open = vec![decl];
        let mut passed = FxHashSet::default();
        while let Some(&top) = open.last() {
            if self.decls[top.0 as usize].line.is_none() {
                let bases = self.interface_bases(top);
                let next = bases.iter().find_map(|base| match self.types.get(*base) {
                    Type::Interface { decl, .. } if self.decls[decl.0 as usize].line.is_none() => Some(*decl),
                    _ => None,
                });
                if let Some(next) = next.filter(|next| passed.insert(*next)) {
                    open.push(next);
                    continue;
                }
                let line = self.line_of(top, &bases);
                self.decls[top.0 as usize].line = Some(line);
            }
            open.pop();
        }
        self.decls[decl.0 as usize].line.clone().expect("just worked out")
    }

    /// The bases of an interface, each followed by what it extends.
    fn line_of(&mut self, decl: DeclId, bases: &[TypeId]) -> Rc<[TypeId]> {
        let mut line = Vec::new();
        let mut seen = FxHashSet::default();
        let mut reported = false;
        for base in bases {
            let mut part = vec![*base];
            if let Type::Interface { decl, args } = self.types.get(*base).clone()
                && let Some(above) = self.decls[decl.0 as usize].line.clone()
            {
                reported |= above.len() >= MAX_LINE;
                let by = Substitution::new(&self.decls[decl.0 as usize].params.clone(), &args);
                part.extend(above.iter().map(|base| self.types.instantiate(*base, &by)));
            }
            line.extend(part.into_iter().filter(|base| seen.insert(*base)));
        }
        line.truncate(MAX_LINE);
        if line.len() == MAX_LINE && !reported {
            self.report_long_line(decl);
        }
        line.into()
    }

    /// Said once and for all, whoever asks first.
    fn report_long_line(&mut self, decl: DeclId) {
        let (Some(file), Some(part)) = (self.decls[decl.0 as usize].file, self.interface_parts(decl).first().copied())
        else {
            return;
        };
        let message = format!("`{}` extends too many interfaces, one through another", part.name.text);
        let diagnostic = Diagnostic::new(&PROGRAM_TOO_LARGE, file, part.name.span, message, "one too many");
        let help =
            format!("an interface extends fewer than {MAX_LINE}: hold one object in a member of another instead");
        self.diagnostics.push(diagnostic.help(help));
    }

    /// The members of that name which an interface writes itself.
    fn members_named(&mut self, decl: DeclId, name: &str) -> Vec<&'a InterfaceMember> {
        let parts = self.interface_parts(decl);
        self.interface_tables.get(decl.0, || parts.iter().flat_map(|part| &part.members), InterfaceMember::key, name)
    }

    fn own_interface_member(&mut self, decl: DeclId, name: &str) -> Option<Member> {
        let file = self.decls[decl.0 as usize].file;
        let outer = self.enter_decl(decl);
        let mut found: Option<Member> = None;
        let mut signatures: Vec<Signature> = Vec::new();
        let mut any_optional = false;
        for member in self.members_named(decl, name) {
            match &member.kind {
                InterfaceMemberKind::Property { readonly, optional, ty, .. } => {
                    let mut of = ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                    if *optional {
                        of = self.types.optional(of);
                    }
                    found = Some(Member { optional: *optional, readonly: *readonly, ..Member::of(of) });
                }
                InterfaceMemberKind::Getter { ty, .. } => {
                    let of = ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                    found = Some(match found {
                        Some(setter) => Member { write: Some(setter.ty), readonly: false, ..Member::of(of) },
                        None => Member { readonly: true, ..Member::of(of) },
                    });
                }
                InterfaceMemberKind::Setter { param, .. } => {
                    let of = param.ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                    found = Some(match found {
                        Some(getter) => Member { write: Some(of), readonly: false, ..getter },
                        None => Member::of(of),
                    });
                }
                InterfaceMemberKind::Method { optional, signature, .. } => {
                    any_optional |= *optional;
                    let signature = self.signature_of(signature, file);
                    signatures.push(signature);
                }
                _ => {}
            }
        }
        self.library_params = outer;
        if !signatures.is_empty() {
            let mut ty = self.types.method(signatures);
            if any_optional {
                ty = self.types.optional(ty);
            }
            found = Some(Member { is_method: true, optional: any_optional, ..Member::of(ty) });
        }
        found.map(|member| Member { library: file.is_none(), ..member })
    }

    pub(super) fn interface_index(&mut self, decl: DeclId, args: &[TypeId]) -> (Option<TypeId>, Option<TypeId>) {
        let mut result = self.declared_index(decl, args);
        if result == (None, None) {
            let by = Substitution::new(&self.decls[decl.0 as usize].params.clone(), args);
            for base in self.interface_line(decl).iter() {
                let base = self.types.instantiate(*base, &by);
                let found = match self.types.get(base).clone() {
                    Type::Interface { decl, args } => self.declared_index(decl, &args),
                    _ => self.index_types(base),
                };
                result = (result.0.or(found.0), result.1.or(found.1));
            }
        }
        result
    }

    /// The index signatures that an interface itself declares.
    fn declared_index(&mut self, decl: DeclId, args: &[TypeId]) -> (Option<TypeId>, Option<TypeId>) {
        let file = self.decls[decl.0 as usize].file;
        let outer = self.enter_decl(decl);
        let (mut string, mut number) = (None, None);
        for part in self.interface_parts(decl) {
            for member in &part.members {
                if let InterfaceMemberKind::Index(index) = &member.kind {
                    let key = self.type_of_notation(&index.key, file);
                    let value = self.type_of_notation(&index.value, file);
                    *if key == Types::NUMBER { &mut number } else { &mut string } = Some(value);
                }
            }
        }
        self.library_params = outer;
        let params = self.decls[decl.0 as usize].params.clone();
        let by = Substitution::new(&params, args);
        (string.map(|ty| self.types.instantiate(ty, &by)), number.map(|ty| self.types.instantiate(ty, &by)))
    }

    pub(super) fn interface_signatures(&mut self, decl: DeclId, args: &[TypeId], construct: bool) -> Vec<Signature> {
        let mut signatures = self.declared_signatures(decl, args, construct);
        if signatures.is_empty() {
            let by = Substitution::new(&self.decls[decl.0 as usize].params.clone(), args);
            for base in self.interface_line(decl).iter() {
                let base = self.types.instantiate(*base, &by);
                signatures.extend(match self.types.get(base).clone() {
                    Type::Interface { decl, args } => self.declared_signatures(decl, &args, construct),
                    _ => self.signatures_of(base, construct),
                });
            }
        }
        signatures
    }

    /// The signatures that an interface itself declares.
    fn declared_signatures(&mut self, decl: DeclId, args: &[TypeId], construct: bool) -> Vec<Signature> {
        let file = self.decls[decl.0 as usize].file;
        let outer = self.enter_decl(decl);
        let mut signatures = Vec::new();
        for part in self.interface_parts(decl) {
            for member in &part.members {
                match &member.kind {
                    InterfaceMemberKind::Call(signature) if !construct => {
                        signatures.push(self.signature_of(signature, file))
                    }
                    InterfaceMemberKind::Construct(signature) if construct => {
                        signatures.push(self.signature_of(signature, file))
                    }
                    _ => {}
                }
            }
        }
        self.library_params = outer;
        let params = self.decls[decl.0 as usize].params.clone();
        let by = Substitution::new(&params, args);
        self.types.instantiate_signatures(&signatures, &by)
    }
}
