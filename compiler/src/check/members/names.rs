//! The names of a type's members.

use mosl_syntax::ast::{InterfaceMember, SmolStr};
use rustc_hash::FxHashSet;

use super::key_name;
use crate::check::Checker;
use crate::types::{DeclId, EnumId, Type, TypeId};

/// Names, each once, in the order in which they came.
#[derive(Default)]
pub(in crate::check) struct Names {
    list: Vec<SmolStr>,
    known: FxHashSet<SmolStr>,
}

impl Names {
    pub fn add(&mut self, name: SmolStr) {
        if self.known.insert(name.clone()) {
            self.list.push(name);
        }
    }

    pub fn into_list(self) -> Vec<SmolStr> {
        self.list
    }
}

impl<'a> Checker<'a> {
    /// The names of a type's members, for `keyof`, suggestions and structural comparison. Private names begin with `#`, symbols with `@@`.
    pub(in crate::check) fn member_names(&mut self, ty: TypeId) -> Vec<SmolStr> {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Object(object) => object.props.iter().map(|prop| prop.name.clone()).collect(),
            Type::Interface { decl, .. } => self.interface_names(decl),
            Type::Class { class, .. } => self.class_names(class, false),
            Type::ClassValue(class) => self.class_names(class, true),
            Type::Array { .. } | Type::Tuple(_) => self.library_names("Array"),
            Type::String | Type::StrLit(_) => self.library_names("String"),
            Type::Number | Type::NumLit(_) => self.library_names("Number"),
            Type::Function(_) => self.library_names("Function"),
            Type::Value(value) => self.library_names(value.name()),
            Type::EnumValue(EnumId(of)) => {
                self.types.enums[of as usize].members.iter().map(|(name, _)| name.clone()).collect()
            }
            Type::Namespace(file) => {
                self.res.exports[usize::from(file.0)].iter().map(|(name, _)| name.clone()).collect()
            }
            Type::Param(param) => match self.types.params[param.0 as usize].constraint {
                Some(constraint) => self.member_names(constraint),
                None => Vec::new(),
            },
            Type::Intersection(parts) => {
                let mut all: Vec<SmolStr> = parts.iter().flat_map(|part| self.member_names(*part)).collect();
                all.sort_unstable();
                all.dedup();
                all
            }
            Type::Union(parts) => {
                let mut common = self.member_names(parts[0]);
                for part in &parts[1..] {
                    let names: FxHashSet<SmolStr> = self.member_names(*part).into_iter().collect();
                    common.retain(|name| names.contains(name));
                }
                common
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn library_names(&mut self, interface: &str) -> Vec<SmolStr> {
        self.library_decl(interface).map_or_else(Vec::new, |decl| self.interface_names(decl))
    }

    pub(super) fn interface_names(&mut self, decl: DeclId) -> Vec<SmolStr> {
        let mut names = Names::default();
        self.add_declared_names(decl, &mut names);
        for base in self.interface_line(decl).iter() {
            match self.types.get(*base) {
                Type::Interface { decl, .. } => self.add_declared_names(*decl, &mut names),
                _ => self.member_names(*base).into_iter().for_each(|name| names.add(name)),
            }
        }
        names.into_list()
    }

    /// Those that an interface itself declares.
    fn add_declared_names(&self, decl: DeclId, names: &mut Names) {
        let members = self.interface_parts(decl).into_iter().flat_map(|part| &part.members);
        members.filter_map(InterfaceMember::key).filter_map(key_name).for_each(|name| names.add(name));
    }
}
