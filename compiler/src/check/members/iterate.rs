//! What iterating over a value yields.

use crate::check::Checker;
use crate::types::{Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// What iterating over a value yields; `None` if it is not iterable.
    pub(in crate::check) fn element_of(&mut self, ty: TypeId) -> Option<TypeId> {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Any => Some(Types::ANY),
            Type::Array { elem, .. } => Some(elem),
            Type::Tuple(tuple) => Some(self.tuple_union(&tuple)),
            Type::String | Type::StrLit(_) => Some(Types::STRING),
            Type::Union(parts) => {
                let mut all = Vec::with_capacity(parts.len());
                for part in &parts {
                    all.push(self.element_of(*part)?);
                }
                Some(self.types.union(all))
            }
            _ => self.iterated(ty, "@@iterator", false),
        }
    }

    /// What `for await` yields.
    pub(in crate::check) fn async_element_of(&mut self, ty: TypeId) -> Option<TypeId> {
        if let Some(found) = self.iterated(ty, "@@asyncIterator", true) {
            return Some(found);
        }
        let element = self.element_of(ty)?;
        Some(self.awaited(element))
    }

    /// By the protocol: the `value` of what the iterator's `next` yields before the end.
    pub(super) fn iterated(&mut self, ty: TypeId, method: &str, is_async: bool) -> Option<TypeId> {
        let method = self.member(ty, method)?;
        let iterator = self.callable(method.ty).first().map_or(Types::ANY, |signature| signature.ret);
        let next = self.member(iterator, "next").map_or(Types::ANY, |member| member.ty);
        let mut result = self.callable(next).first().map_or(Types::ANY, |signature| signature.ret);
        if is_async {
            result = self.awaited(result);
        }
        let result = self.expand(result);
        let mut values = Vec::new();
        for part in self.types.parts(result) {
            let done = self.member(part, "done").map_or(Types::ANY, |member| member.ty);
            if done != Types::TRUE {
                values.push(self.member(part, "value").map_or(Types::ANY, |member| member.ty));
            }
        }
        Some(self.types.union(values))
    }
}
