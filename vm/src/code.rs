//! A verified module made ready to run: what all instances share.

use std::sync::OnceLock;

use mosl_bytecode::{Block, FunctionKind, FunctionRole, RegType, VerifiedModule};

use crate::digest::Digest;

/// Code and constants, shared by all instances of a module.
#[derive(Debug)]
pub struct Code {
    pub module: VerifiedModule,
    /// By class: all fields, inherited ones first.
    pub(crate) fields: Vec<Vec<FieldInfo>>,
    pub(crate) blocks: Vec<Box<[BlockInfo]>>,
    digest: OnceLock<Digest>,
    /// Machine code of the functions that some instance found worth it.
    pub(crate) machine: crate::jit::MachineCode,
}

/// A field of a class with fixed slots.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldInfo {
    pub name: mosl_bytecode::StrId,
    pub ty: RegType,
}

/// Where a block starts and what entering it costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockInfo {
    pub start: u32,
    pub fuel: u32,
}

impl From<&Block> for BlockInfo {
    fn from(block: &Block) -> Self {
        Self { start: block.start, fuel: block.fuel }
    }
}

impl Code {
    pub fn new(module: VerifiedModule) -> Self {
        let mut fields: Vec<Vec<FieldInfo>> = Vec::with_capacity(module.classes.len());
        for class in &module.classes {
            let mut all = class.superclass.map_or_else(Vec::new, |index| fields[usize::from(index)].clone());
            all.extend(class.fields.iter().map(|field| FieldInfo { name: field.name, ty: field.ty }));
            fields.push(all);
        }
        let blocks = module.functions.iter().map(|f| f.blocks.iter().map(BlockInfo::from).collect()).collect();
        let machine = crate::jit::MachineCode::new(module.functions.len());
        Self { fields, blocks, digest: OnceLock::new(), machine, module }
    }

    /// The digest of the module's bytes, made when it is first asked for.
    pub(crate) fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| Digest::of(&mosl_bytecode::encode(&self.module)))
    }

    /// Whether `class` is `wanted` or one of its subclasses.
    pub(crate) fn is_subclass(&self, mut class: u16, wanted: u16) -> bool {
        while class != wanted {
            match self.module.classes.get(usize::from(class)).and_then(|c| c.superclass) {
                Some(superclass) => class = superclass,
                None => return false,
            }
        }
        true
    }

    pub(crate) fn role(&self, func: u16) -> FunctionRole {
        self.module.functions[usize::from(func)].role
    }

    pub(crate) fn kind(&self, func: u16) -> FunctionKind {
        self.module.functions[usize::from(func)].kind
    }
}
