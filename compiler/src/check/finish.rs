//! What the check hands on: types of nodes, bindings, functions and fields.

use mosl_syntax::ast::NodeId;
use rustc_hash::FxHashMap;

use super::{Checker, Known};
use crate::diagnostics::Diagnostic;
use crate::program::{BindingId, BindingKind, ClassId, FileId, FunctionInfo};
use crate::types::{Type, TypeId, Types};

#[derive(Debug)]
pub(crate) struct Findings {
    pub types: Types,
    /// By file and node.
    pub node_types: Vec<Vec<TypeId>>,
    pub binding_types: Vec<TypeId>,
    pub function_infos: FxHashMap<(FileId, NodeId), FunctionInfo>,
    /// By class: the types of its fields.
    pub field_types: Vec<Vec<TypeId>>,
    /// By call: the schema of what `JSON.parse` decodes into.
    pub decoders: FxHashMap<(FileId, NodeId), std::sync::Arc<str>>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Checker<'_> {
    pub(super) fn into_findings(mut self) -> Findings {
        let field_types = (0..self.res.classes.len()).map(|index| self.field_types(index)).collect();
        let count = self.bindings.len();
        let mut binding_types = Vec::with_capacity(count);
        for index in 0..count {
            let id = BindingId(u32::try_from(index).expect("fewer than 2^32 bindings"));
            let known = match self.bindings[index] {
                Known::Type(ty) => ty,
                Known::Busy | Known::Not => Types::ANY,
            };
            let binding = &self.res.bindings[index];
            let may_be_undefined =
                self.absent.contains(&id) || (binding.kind == BindingKind::Var && self.early_vars.contains(&id));
            binding_types.push(if may_be_undefined { Types::ANY } else { known });
        }
        Findings {
            types: self.types,
            node_types: self.node_types,
            binding_types,
            function_infos: self.function_infos,
            field_types,
            decoders: self.decoders,
            diagnostics: self.diagnostics,
        }
    }

    /// Only a written type is enforced at every write; the others hold anything.
    fn field_types(&mut self, class: usize) -> Vec<TypeId> {
        let id = ClassId(u32::try_from(class).expect("fewer than 2^32 classes"));
        let fields = &self.res.classes[class].fields;
        let mut all = Vec::with_capacity(fields.len());
        for field in fields {
            let ty = if field.annotated {
                self.class_member(id, &[], false, &field.name, Types::THIS).map_or(Types::ANY, |member| member.ty)
            } else {
                Types::ANY
            };
            // In terms of the class's own parameters it says nothing at run time.
            all.push(if matches!(self.types.get(ty), Type::Param(_)) { Types::ANY } else { ty });
        }
        all
    }
}
