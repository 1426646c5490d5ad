//! Object types and signatures in type notation.

use mosl_syntax::ast::{
    FunctionType as FunctionNode, InterfaceMember, InterfaceMemberKind, SmolStr, Type as Node, TypeKind,
};

use crate::check::Checker;
use crate::check::members::key_name;
use crate::program::FileId;
use crate::types::{ObjectType, ParamType, Predicate, PropType, Signature, TypeId, Types};

impl<'a> Checker<'a> {
    pub(in crate::check) fn object_type(&mut self, members: &'a [InterfaceMember], file: Option<FileId>) -> TypeId {
        let mut object = ObjectType::default();
        let mut methods: Vec<(SmolStr, bool, Vec<Signature>)> = Vec::new();
        for member in members {
            match &member.kind {
                InterfaceMemberKind::Property { key, readonly, optional, ty } => {
                    let Some(name) = key_name(key) else { continue };
                    let ty = ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                    object.props.push(PropType { optional: *optional, readonly: *readonly, ..PropType::new(name, ty) });
                }
                InterfaceMemberKind::Method { key, optional, signature } => {
                    let Some(name) = key_name(key) else { continue };
                    let signature = self.signature_of(signature, file);
                    match methods.iter_mut().find(|(of, ..)| *of == name) {
                        Some((.., signatures)) => signatures.push(signature),
                        None => methods.push((name, *optional, vec![signature])),
                    }
                }
                InterfaceMemberKind::Getter { key, ty } => {
                    let Some(name) = key_name(key) else { continue };
                    let ty = ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                    let setter = object.props.iter_mut().find(|prop| prop.name == name);
                    match setter {
                        Some(prop) => prop.ty = ty,
                        None => object.props.push(PropType { readonly: true, ..PropType::new(name, ty) }),
                    }
                }
                InterfaceMemberKind::Call(signature) => {
                    let signature = self.signature_of(signature, file);
                    object.call.push(signature);
                }
                InterfaceMemberKind::Construct(signature) => {
                    let signature = self.signature_of(signature, file);
                    object.construct.push(signature);
                }
                InterfaceMemberKind::Index(index) => {
                    let key = self.type_of_notation(&index.key, file);
                    let value = self.type_of_notation(&index.value, file);
                    let slot = if key == Types::NUMBER { &mut object.number_index } else { &mut object.string_index };
                    *slot = Some(value);
                    object.readonly_index |= index.readonly;
                }
                InterfaceMemberKind::Setter { key, param } => {
                    let Some(name) = key_name(key) else { continue };
                    let ty = param.ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                    match object.props.iter_mut().find(|prop| prop.name == name) {
                        Some(prop) => (prop.readonly, prop.write) = (false, Some(ty)),
                        None => object.props.push(PropType { write: Some(ty), ..PropType::new(name, ty) }),
                    }
                }
                InterfaceMemberKind::Error => {}
            }
        }
        for (name, optional, signatures) in methods {
            let ty = self.types.method(signatures);
            object.props.push(PropType { optional, ..PropType::new(name, ty) });
        }
        self.types.object(object)
    }

    pub(in crate::check) fn signature_of(&mut self, node: &'a FunctionNode, file: Option<FileId>) -> Signature {
        let depth = self.library_params.len();
        let type_params = self.type_params(&node.type_params, file);
        let mut params = Vec::with_capacity(node.params.len());
        for param in &node.params {
            let ty = param.ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
            params.push(ParamType { name: crate::check::function::param_name(param), ty, optional: param.optional });
        }
        let rest = node.rest.as_ref().map(|param| {
            let ty = param.ty.as_ref().map_or(Types::ANY_ARRAY, |ty| self.type_of_notation(ty, file));
            if let Some(written) = &param.ty {
                self.check_rest(ty, written, file);
            }
            ParamType { name: crate::check::function::param_name(param), ty, optional: false }
        });
        let ret = node.ret.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
        let predicate = node.ret.as_ref().and_then(|ty| self.predicate_of(ty, &params, file));
        self.library_params.truncate(depth);
        Signature { type_params, params, rest, ret, predicate }
    }

    pub(in crate::check) fn predicate_of(
        &mut self,
        node: &'a Node,
        params: &[ParamType],
        file: Option<FileId>,
    ) -> Option<Predicate> {
        let TypeKind::Predicate { asserts, param, ty } = &node.kind else { return None };
        let index = params.iter().position(|of| of.name == param.text).and_then(|index| u32::try_from(index).ok());
        if index.is_none() && param.text != "this" {
            return None;
        }
        let ty = ty.as_ref().map(|ty| self.type_of_notation(ty, file));
        Some(Predicate { asserts: *asserts, param: index, ty })
    }
}
