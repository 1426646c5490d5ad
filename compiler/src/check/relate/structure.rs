//! Structural comparison: members and index signatures.

use mosl_syntax::ast::SmolStr;
use rustc_hash::FxHashSet;

use super::signatures::Kind;
use crate::check::Checker;
use crate::types::{ObjectType, PropType, Type, TypeId};

impl Checker<'_> {
    /// Every member that the target requires is there and fits.
    pub(super) fn relate_structure(&mut self, from: TypeId, to: TypeId) -> bool {
        if matches!(self.types.get(from), Type::Object(object) if object.open) {
            return true;
        }
        if self.is_library(to, "Function") {
            return !self.callable(from).is_empty()
                || matches!(self.types.get(from), Type::ClassValue(_) | Type::Function(_));
        }
        let (calls, constructs) = (self.callable(to), self.constructors(to));
        if !calls.is_empty() && !self.relate_callable(from, &calls, Kind::CALL) {
            return false;
        }
        if !constructs.is_empty() && !self.relate_callable(from, &constructs, Kind::NEW) {
            return false;
        }
        (!self.is_weak(to) || self.shares_member(from, to)) && self.relate_members(from, to)
    }

    /// Of a type whose members are all optional, a value has at least one (or none of its own).
    pub(super) fn shares_member(&mut self, from: TypeId, to: TypeId) -> bool {
        let names: FxHashSet<SmolStr> = self.member_names(from).into_iter().collect();
        names.is_empty() || self.member_names(to).iter().any(|name| names.contains(name))
    }

    pub(super) fn relate_members(&mut self, from: TypeId, to: TypeId) -> bool {
        for name in self.member_names(to) {
            let Some(wanted) = self.member(to, &name) else { continue };
            match self.member(from, &name) {
                Some(found) => {
                    if found.hidden.is_some()
                        || (found.optional && !wanted.optional)
                        || !self.assignable(found.ty, wanted.ty)
                    {
                        return false;
                    }
                }
                None if wanted.optional => {}
                None => return false,
            }
        }
        self.relate_index(from, to)
    }

    /// All members optional: something must be in common with it.
    pub(super) fn is_weak(&mut self, ty: TypeId) -> bool {
        match self.types.get(ty).clone() {
            Type::Object(object) => {
                let ObjectType { props, call, construct, string_index, number_index, .. } = &*object;
                !props.is_empty()
                    && props.iter().all(|prop| prop.optional)
                    && call.is_empty()
                    && construct.is_empty()
                    && string_index.is_none()
                    && number_index.is_none()
            }
            Type::Interface { decl, .. } if self.decls[decl.0 as usize].file.is_some() => {
                let names = self.member_names(ty);
                !names.is_empty()
                    && names.iter().all(|name| self.member(ty, name).is_some_and(|member| member.optional))
                    && self.index_types(ty) == (None, None)
                    && self.callable(ty).is_empty()
                    && self.constructors(ty).is_empty()
            }
            _ => false,
        }
    }

    pub(super) fn relate_index(&mut self, from: TypeId, to: TypeId) -> bool {
        let (string, number) = self.index_types(to);
        if string.is_none() && number.is_none() {
            return true;
        }
        let (from_string, from_number) = self.index_types(from);
        if let Some(wanted) = string {
            match from_string {
                Some(found) => {
                    if !self.assignable(found, wanted) {
                        return false;
                    }
                }
                // A literal or alias is known in full; an interface or class may have more.
                None => match self.types.get(from).clone() {
                    Type::Object(object) => {
                        let fits = |checker: &mut Self, prop: &PropType| {
                            let ty = if prop.optional { checker.types.optional(prop.ty) } else { prop.ty };
                            checker.assignable(ty, wanted)
                        };
                        if !object.props.iter().all(|prop| fits(self, prop)) {
                            return false;
                        }
                    }
                    _ => return false,
                },
            }
        }
        match (number, from_number.or(from_string)) {
            (Some(wanted), Some(found)) => self.assignable(found, wanted),
            (Some(_), None) => matches!(self.types.get(from), Type::Object(_)),
            (None, _) => true,
        }
    }
}
