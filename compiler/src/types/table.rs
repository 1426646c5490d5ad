//! The table of types: interning, unions, and the representation of each type. It never looks into a declaration's members.

use mosl_bytecode::ValueKind;
use mosl_syntax::ast::SmolStr;
use rustc_hash::FxHashMap;

use super::{
    DeclId, EnumId, FunctionType, ObjectType, ParamId, Repr, Signature, TupleElemType, TupleType, Type, TypeId,
    ValueType,
};
use crate::program::ClassId;

/// A union with more members than this is `any`: a bound on time and memory, far beyond what people write. Where it is written, the
/// checker says so.
pub const MAX_UNION: usize = 512;
/// The same for unions of literals, which cost less and which generators write.
pub const MAX_LITERALS: usize = 4096;

/// All types of a program.
#[derive(Debug)]
pub struct Types {
    list: Vec<Type>,
    /// Whether the type mentions a type parameter or `this`.
    generic: Vec<bool>,
    index: FxHashMap<Type, TypeId>,
    /// Names of interfaces and recursive aliases.
    pub decls: Vec<SmolStr>,
    pub params: Vec<ParamInfo>,
    pub enums: Vec<EnumInfo>,
    /// By [`ClassId`]: name, and whether instances have a fixed layout.
    pub classes: Vec<(SmolStr, bool)>,
    /// The name that a structural type was given by an alias, for messages.
    pub alias_names: FxHashMap<TypeId, SmolStr>,
    /// What object types were made of: the type that was instantiated, or that `Partial` and its kin were given. Kept only for who asks
    /// where members are declared.
    pub origins: Option<FxHashMap<TypeId, Vec<TypeId>>>,
    /// Interfaces of which some member is read through an index signature: it may be absent.
    pub indexed: rustc_hash::FxHashSet<DeclId>,
    /// Type parameters whose bounds were written in terms of others, by what these stand for.
    bound_params: FxHashMap<(ParamId, Option<TypeId>, Option<TypeId>), ParamId>,
}

#[derive(Debug, Clone)]
pub struct ParamInfo {
    pub name: SmolStr,
    pub constraint: Option<TypeId>,
    pub default: Option<TypeId>,
}

#[derive(Debug, Clone)]
pub struct EnumInfo {
    pub name: SmolStr,
    /// Name and value; `None` where the value is computed.
    pub members: Vec<(SmolStr, EnumValue)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum EnumValue {
    Number(f64),
    String(String),
    /// Computed at run time; a number.
    Computed,
}

impl Default for Types {
    fn default() -> Self {
        Self::new()
    }
}

impl Types {
    pub const ANY: TypeId = TypeId(0);
    pub const UNKNOWN: TypeId = TypeId(1);
    pub const NEVER: TypeId = TypeId(2);
    pub const VOID: TypeId = TypeId(3);
    pub const UNDEFINED: TypeId = TypeId(4);
    pub const NULL: TypeId = TypeId(5);
    pub const BOOLEAN: TypeId = TypeId(6);
    pub const NUMBER: TypeId = TypeId(7);
    pub const STRING: TypeId = TypeId(8);
    pub const SYMBOL: TypeId = TypeId(9);
    pub const NON_PRIMITIVE: TypeId = TypeId(10);
    pub const TRUE: TypeId = TypeId(11);
    pub const FALSE: TypeId = TypeId(12);
    pub const MRK: TypeId = TypeId(13);
    pub const VEC2: TypeId = TypeId(14);
    pub const VEC3: TypeId = TypeId(15);
    pub const QUAT: TypeId = TypeId(16);
    pub const COLOR: TypeId = TypeId(17);
    pub const THIS: TypeId = TypeId(18);
    pub const ANY_ARRAY: TypeId = TypeId(19);

    pub fn new() -> Self {
        let mut types = Self {
            list: Vec::with_capacity(64),
            generic: Vec::with_capacity(64),
            index: FxHashMap::default(),
            decls: Vec::new(),
            params: Vec::new(),
            enums: Vec::new(),
            classes: Vec::new(),
            alias_names: FxHashMap::default(),
            origins: None,
            indexed: rustc_hash::FxHashSet::default(),
            bound_params: FxHashMap::default(),
        };
        let well_known = [
            Type::Any,
            Type::Unknown,
            Type::Never,
            Type::Void,
            Type::Undefined,
            Type::Null,
            Type::Boolean,
            Type::Number,
            Type::String,
            Type::Symbol,
            Type::NonPrimitive,
            Type::BoolLit(true),
            Type::BoolLit(false),
            Type::Value(ValueType::Mrk),
            Type::Value(ValueType::Vec2),
            Type::Value(ValueType::Vec3),
            Type::Value(ValueType::Quat),
            Type::Value(ValueType::Color),
            Type::This,
            Type::Array { elem: Self::ANY, readonly: false },
        ];
        for ty in well_known {
            types.intern(ty);
        }
        types
    }

    pub fn get(&self, id: TypeId) -> &Type {
        &self.list[id.0 as usize]
    }

    pub fn intern(&mut self, ty: Type) -> TypeId {
        if let Some(&id) = self.index.get(&ty) {
            return id;
        }
        let id = TypeId(u32::try_from(self.list.len()).expect("fewer than 2^32 types"));
        let generic = self.mentions_param(&ty);
        self.list.push(ty.clone());
        self.generic.push(generic);
        self.index.insert(ty, id);
        id
    }

    pub fn is_generic(&self, id: TypeId) -> bool {
        self.generic[id.0 as usize]
    }

    pub fn array(&mut self, elem: TypeId) -> TypeId {
        self.intern(Type::Array { elem, readonly: false })
    }

    pub fn tuple(&mut self, elems: Vec<TupleElemType>, readonly: bool) -> TypeId {
        self.intern(Type::Tuple(TupleType { elems, readonly }.into()))
    }

    pub fn function(&mut self, signatures: Vec<Signature>) -> TypeId {
        self.callable(signatures, false)
    }

    pub fn method(&mut self, signatures: Vec<Signature>) -> TypeId {
        self.callable(signatures, true)
    }

    fn callable(&mut self, signatures: Vec<Signature>, method: bool) -> TypeId {
        let function = FunctionType { signatures, construct: false, is_abstract: false, method };
        self.intern(Type::Function(function.into()))
    }

    pub fn object(&mut self, object: ObjectType) -> TypeId {
        self.intern(Type::Object(object.into()))
    }

    pub(crate) fn note_origin(&mut self, ty: TypeId, from: TypeId) {
        if let Some(origins) = self.origins.as_mut().filter(|_| ty != from) {
            let known = origins.entry(ty).or_default();
            if !known.contains(&from) {
                known.push(from);
            }
        }
    }

    /// What an object type was made of.
    pub fn origins_of(&self, ty: TypeId) -> &[TypeId] {
        self.origins.as_ref().and_then(|origins| origins.get(&ty)).map_or(&[], Vec::as_slice)
    }

    pub fn str_lit(&mut self, text: impl Into<SmolStr>) -> TypeId {
        self.intern(Type::StrLit(text.into()))
    }

    pub fn num_lit(&mut self, value: f64) -> TypeId {
        // NaN is no literal type; -0 and 0 are one.
        if value.is_nan() {
            return Self::NUMBER;
        }
        let value = if value == 0.0 { 0.0 } else { value };
        self.intern(Type::NumLit(value.to_bits()))
    }

    pub fn new_param(&mut self, name: SmolStr) -> ParamId {
        self.params.push(ParamInfo { name, constraint: None, default: None });
        ParamId(u32::try_from(self.params.len() - 1).expect("fewer than 2^32 type parameters"))
    }

    /// The same parameter under other bounds; one for each combination.
    pub(super) fn bound_param(
        &mut self,
        param: ParamId,
        constraint: Option<TypeId>,
        default: Option<TypeId>,
    ) -> ParamId {
        if let Some(known) = self.bound_params.get(&(param, constraint, default)) {
            return *known;
        }
        let name = self.params[param.0 as usize].name.clone();
        let id = self.new_param(name);
        self.params[id.0 as usize] = ParamInfo { constraint, default, ..self.params[id.0 as usize].clone() };
        self.bound_params.insert((param, constraint, default), id);
        id
    }

    pub fn new_decl(&mut self, name: SmolStr) -> DeclId {
        self.decls.push(name);
        DeclId(u32::try_from(self.decls.len() - 1).expect("fewer than 2^32 declarations"))
    }

    pub fn union2(&mut self, a: TypeId, b: TypeId) -> TypeId {
        if a == b { a } else { self.union([a, b]) }
    }

    pub fn optional(&mut self, ty: TypeId) -> TypeId {
        self.union2(ty, Self::UNDEFINED)
    }

    /// The union: flat, without duplicates, literals absorbed by their primitive, `any` absorbing all.
    pub fn union(&mut self, members: impl IntoIterator<Item = TypeId>) -> TypeId {
        let mut flat = Vec::new();
        for member in members {
            match self.get(member) {
                Type::Any => return Self::ANY,
                Type::Never => {}
                Type::Union(parts) => flat.extend_from_slice(parts),
                _ => flat.push(member),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        let is_literal =
            |id: &TypeId| matches!(self.get(*id), Type::StrLit(_) | Type::NumLit(_) | Type::EnumMember(..));
        if flat.len() > MAX_UNION && (flat.len() > MAX_LITERALS || !flat.iter().all(is_literal)) {
            return Self::ANY;
        }
        if flat.contains(&Self::UNKNOWN) {
            return Self::UNKNOWN;
        }
        if flat.contains(&Self::TRUE) && flat.contains(&Self::FALSE) && !flat.contains(&Self::BOOLEAN) {
            flat.push(Self::BOOLEAN);
            flat.sort_unstable();
        }
        if flat.len() > 1 {
            let has = |primitive: TypeId| flat.binary_search(&primitive).is_ok();
            let (string, number, boolean) = (has(Self::STRING), has(Self::NUMBER), has(Self::BOOLEAN));
            let enums: Vec<EnumId> = flat
                .iter()
                .filter_map(|id| if let Type::Enum(of) = self.get(*id) { Some(*of) } else { None })
                .collect();
            flat.retain(|&id| match self.get(id) {
                Type::StrLit(_) => !string,
                Type::NumLit(_) => !number,
                Type::BoolLit(_) => !boolean,
                Type::EnumMember(of, _) => !enums.contains(of),
                _ => true,
            });
        }
        match flat[..] {
            [] => Self::NEVER,
            [only] => only,
            _ => self.intern(Type::Union(flat.into())),
        }
    }

    /// The members of a union, or the type itself.
    pub fn parts(&self, id: TypeId) -> Vec<TypeId> {
        match self.get(id) {
            Type::Union(parts) => parts.to_vec(),
            Type::Never => Vec::new(),
            _ => vec![id],
        }
    }

    pub fn repr(&self, id: TypeId) -> Repr {
        match self.get(id) {
            Type::Number | Type::NumLit(_) => Repr::F64,
            Type::Boolean | Type::BoolLit(_) => Repr::Bool,
            Type::String | Type::StrLit(_) => Repr::Str,
            Type::Class { class, .. } if self.has_fixed_layout(*class) => Repr::Obj(*class),
            Type::Enum(of) => self.enum_repr(*of),
            Type::EnumMember(of, member) => match self.enums[of.0 as usize].members[*member as usize].1 {
                EnumValue::String(_) => Repr::Str,
                EnumValue::Number(_) | EnumValue::Computed => Repr::F64,
            },
            Type::Union(parts) => {
                let first = self.repr(parts[0]);
                // Only literals and enums may share a representation; two classes do not.
                if matches!(first, Repr::F64 | Repr::Bool | Repr::Str)
                    && parts.iter().all(|&part| self.repr(part) == first)
                {
                    first
                } else {
                    Repr::Any
                }
            }
            _ => Repr::Any,
        }
    }

    fn enum_repr(&self, of: EnumId) -> Repr {
        let members = &self.enums[of.0 as usize].members;
        let strings = members.iter().filter(|(_, value)| matches!(value, EnumValue::String(_))).count();
        match strings {
            0 => Repr::F64,
            count if count == members.len() => Repr::Str,
            _ => Repr::Any,
        }
    }

    fn has_fixed_layout(&self, class: ClassId) -> bool {
        self.classes.get(class.0 as usize).is_some_and(|(_, fixed)| *fixed)
    }

    /// What `check.kind` can ask of a value that flows from `any` into this type; `None` where no check is made (or where
    /// [`Types::repr`] names a stronger one).
    pub fn kind_check(&self, id: TypeId) -> Option<ValueKind> {
        Some(match self.get(id) {
            Type::Undefined | Type::Void => ValueKind::Undefined,
            Type::Null => ValueKind::Null,
            Type::Symbol => ValueKind::Symbol,
            Type::NonPrimitive => ValueKind::Object,
            Type::Value(ValueType::Mrk) => ValueKind::Mrk,
            Type::Value(ValueType::Vec2) => ValueKind::Vec2,
            Type::Value(ValueType::Vec3) => ValueKind::Vec3,
            Type::Value(ValueType::Quat) => ValueKind::Quat,
            Type::Value(ValueType::Color) => ValueKind::Color,
            Type::Array { .. } | Type::Tuple(_) => ValueKind::Array,
            Type::Function(_) | Type::ClassValue(_) => ValueKind::Function,
            Type::Object(object) if !object.call.is_empty() || !object.construct.is_empty() => ValueKind::Function,
            // A structural type also admits primitives that have the members (`{ length: number }`).
            Type::Object(object) if !object.open => ValueKind::NotNullish,
            Type::Class { .. } => ValueKind::Object,
            Type::Interface { decl, .. } => match self.decls[decl.0 as usize].as_str() {
                "Map" => ValueKind::Map,
                "Set" => ValueKind::Set,
                "Promise" => ValueKind::Promise,
                "RegExp" => ValueKind::RegExp,
                "Date" => ValueKind::Date,
                _ => ValueKind::NotNullish,
            },
            Type::Union(parts) if !parts.iter().any(|&part| self.admits_nullish(part)) => ValueKind::NotNullish,
            _ => return None,
        })
    }

    fn admits_nullish(&self, id: TypeId) -> bool {
        match self.get(id) {
            Type::Any
            | Type::Unknown
            | Type::Void
            | Type::Undefined
            | Type::Null
            | Type::Param(_)
            | Type::This
            | Type::Keyof(_)
            | Type::Alias { .. }
            | Type::Intersection(_)
            | Type::Utility(..)
            | Type::Indexed(..) => true,
            Type::Union(parts) => parts.iter().any(|&part| self.admits_nullish(part)),
            _ => false,
        }
    }

    fn mentions_param(&self, ty: &Type) -> bool {
        let any = |ids: &[TypeId]| ids.iter().any(|&id| self.is_generic(id));
        let signature = |s: &Signature| {
            self.is_generic(s.ret)
                || s.params.iter().chain(&s.rest).any(|p| self.is_generic(p.ty))
                || s.predicate.as_ref().and_then(|p| p.ty).is_some_and(|id| self.is_generic(id))
        };
        match ty {
            Type::Param(_) | Type::This => true,
            Type::Array { elem, .. } | Type::Keyof(elem) => self.is_generic(*elem),
            Type::Tuple(tuple) => tuple.elems.iter().any(|elem| self.is_generic(elem.ty)),
            Type::Function(function) => function.signatures.iter().any(signature),
            Type::Object(object) => {
                object
                    .props
                    .iter()
                    .any(|prop| self.is_generic(prop.ty) || prop.write.is_some_and(|ty| self.is_generic(ty)))
                    || object.call.iter().chain(&object.construct).any(signature)
                    || object.string_index.iter().chain(&object.number_index).any(|&id| self.is_generic(id))
            }
            Type::Interface { args, .. } | Type::Alias { args, .. } | Type::Class { args, .. } => any(args),
            Type::Union(parts) | Type::Intersection(parts) | Type::Utility(_, parts) => any(parts),
            Type::Indexed(object, index) => self.is_generic(*object) || self.is_generic(*index),
            _ => false,
        }
    }
}
