//! Members of a declaration by their name. Few are looked at one by one; of many, a table is made when the first is asked for.

use mosl_syntax::ast::{PropKey, SmolStr};
use rustc_hash::FxHashMap;

use super::key_name;

/// So many members are looked at as fast as a table.
const FEW: usize = 24;

/// By declaration (its number) and name.
pub(in crate::check) struct ByName<'a, M>(FxHashMap<u32, FxHashMap<SmolStr, Vec<&'a M>>>);

impl<M> Default for ByName<'_, M> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<'a, M> ByName<'a, M> {
    /// The members of a declaration with that name, in their order.
    pub fn get<I: Iterator<Item = &'a M>>(
        &mut self,
        declaration: u32,
        members: impl Fn() -> I,
        key: fn(&M) -> Option<&PropKey>,
        name: &str,
    ) -> Vec<&'a M> {
        let name_of = |member: &M| key(member).and_then(key_name);
        if members().nth(FEW).is_none() {
            return members().filter(|member| name_of(member).as_deref() == Some(name)).collect();
        }
        let table = self.0.entry(declaration).or_insert_with(|| {
            let mut table: FxHashMap<SmolStr, Vec<&'a M>> = FxHashMap::default();
            for member in members() {
                if let Some(name) = name_of(member) {
                    table.entry(name).or_default().push(member);
                }
            }
            table
        });
        table.get(name).cloned().unwrap_or_default()
    }
}
