//! The members of interfaces, the library's and the program's.

use mosl_syntax::ast::{InterfaceDecl, InterfaceMemberKind, SmolStr};

use super::{Member, key_name};
use crate::check::{Checker, DeclKind};
use crate::types::{DeclId, Signature, Substitution, Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// A member of a library interface.
    pub(in crate::check) fn library_member(&mut self, interface: &str, args: &[TypeId], name: &str) -> Option<Member> {
        let decl = self.library_decl(interface)?;
        let found = self.interface_member(decl, args, name);
        found.or_else(|| match interface {
            "Object" => None,
            _ => {
                let object = self.library_decl("Object")?;
                self.interface_member(object, &[], name)
            }
        })
    }

    /// A member that an interface or one of its bases declares.
    pub(super) fn interface_member(&mut self, decl: DeclId, args: &[TypeId], name: &str) -> Option<Member> {
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
        if let Some(member) = generic {
            return Some(self.instantiate_member(member, &Substitution::new(&params, args)));
        }
        for base in self.interface_bases(decl) {
            let base = self.types.instantiate(base, &Substitution::new(&params, args));
            let found = match self.types.get(base).clone() {
                Type::Interface { decl, args } => self.interface_member(decl, &args, name),
                Type::Object(object) => object.prop(name).map(|_| ()).and_then(|()| self.member(base, name)),
                _ => self.member(base, name),
            };
            if found.is_some() {
                return found;
            }
        }
        None
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

    pub(super) fn own_interface_member(&mut self, decl: DeclId, name: &str) -> Option<Member> {
        let file = self.decls[decl.0 as usize].file;
        let outer = self.enter_decl(decl);
        let mut found: Option<Member> = None;
        let mut signatures: Vec<Signature> = Vec::new();
        let mut any_optional = false;
        for part in self.interface_parts(decl) {
            for member in &part.members {
                match &member.kind {
                    InterfaceMemberKind::Property { key, readonly, optional, ty }
                        if key_name(key).as_deref() == Some(name) =>
                    {
                        let mut of = ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                        if *optional {
                            of = self.types.optional(of);
                        }
                        found = Some(Member { optional: *optional, readonly: *readonly, ..Member::of(of) });
                    }
                    InterfaceMemberKind::Getter { key, ty } if key_name(key).as_deref() == Some(name) => {
                        let of = ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                        found = Some(match found {
                            Some(setter) => Member { write: Some(setter.ty), readonly: false, ..Member::of(of) },
                            None => Member { readonly: true, ..Member::of(of) },
                        });
                    }
                    InterfaceMemberKind::Setter { key, param } if key_name(key).as_deref() == Some(name) => {
                        let of = param.ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                        found = Some(match found {
                            Some(getter) => Member { write: Some(of), readonly: false, ..getter },
                            None => Member::of(of),
                        });
                    }
                    InterfaceMemberKind::Method { key, optional, signature }
                        if key_name(key).as_deref() == Some(name) =>
                    {
                        any_optional |= *optional;
                        let signature = self.signature_of(signature, file);
                        signatures.push(signature);
                    }
                    _ => {}
                }
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
        let mut result =
            (string.map(|ty| self.types.instantiate(ty, &by)), number.map(|ty| self.types.instantiate(ty, &by)));
        if result == (None, None) {
            for base in self.interface_bases(decl) {
                let base = self.types.instantiate(base, &by);
                let found = self.index_types(base);
                result = (result.0.or(found.0), result.1.or(found.1));
            }
        }
        result
    }

    pub(super) fn interface_signatures(&mut self, decl: DeclId, args: &[TypeId], construct: bool) -> Vec<Signature> {
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
        let mut signatures = self.types.instantiate_signatures(&signatures, &by);
        if signatures.is_empty() {
            for base in self.interface_bases(decl) {
                let base = self.types.instantiate(base, &by);
                signatures.extend(self.signatures_of(base, construct));
            }
        }
        signatures
    }
}
