//! The border: what must hold of a module before anything of it runs. One linear pass, whose cost and memory are bounded by
//! the module's size.
//!
//! Of the module: every index is in range; a class comes after its superclass; the entry takes nothing and captures nothing.
//! Of a function ([`function`]): blocks partition the code and each ends with its only terminator; every operand names a
//! register of the right type or an entry of the right table; `catch` begins handler blocks and nothing else; no jump leads
//! to a handler block; each block's fuel is the sum over its instructions. Of single instructions ([`rules`]): what their
//! line in the instruction table leaves to "a rule of its own".
//!
//! What verification cannot know it leaves to checks at run time: whether a dynamic value is a cell or an iterator record, and
//! whether an `Obj` register was written (such a register starts as "no object", which
//! reads as `undefined` where a dynamic value is asked for).

mod function;
mod rules;

use std::fmt;
use std::ops::Deref;

use crate::module::*;

/// A module that [`verify`] has accepted: the only thing that the VM runs.
#[derive(Clone, PartialEq, Debug)]
pub struct VerifiedModule(Module);

impl Deref for VerifiedModule {
    type Target = Module;

    fn deref(&self) -> &Module {
        &self.0
    }
}

impl VerifiedModule {
    pub fn into_inner(self) -> Module {
        self.0
    }
}

/// Why a module was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// The function it was found in, with the instruction.
    pub place: Option<(usize, usize)>,
    pub what: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((function, pc)) => write!(f, "function {function}, instruction {pc}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for VerifyError {}

type Check = Result<(), VerifyError>;

/// The fuel of a block: the sum over its instructions.
pub fn block_fuel(code: &[crate::Instr]) -> u32 {
    code.iter().fold(0u32, |sum, instr| sum.saturating_add(instr.info().fuel))
}

/// Checks a module.
pub fn verify(module: Module) -> Result<VerifiedModule, VerifyError> {
    let facts = Facts::of(&module)?;
    facts.tables()?;
    // All signatures come first: calls and closures ask for those of functions further on.
    for (index, function) in module.functions.iter().enumerate() {
        function::verify_signature(&facts, index, function)?;
    }
    for (index, function) in module.functions.iter().enumerate() {
        function::verify_function(&facts, index, function)?;
    }
    Ok(VerifiedModule(module))
}

/// The module, with what the rules ask of it.
struct Facts<'a> {
    module: &'a Module,
    /// By class: the types of all fields, inherited ones first.
    fields: Vec<usize>,
}

fn fail<T>(what: impl Into<String>) -> Result<T, VerifyError> {
    Err(VerifyError { place: None, what: what.into() })
}

fn require(condition: bool, what: &str) -> Check {
    if condition { Ok(()) } else { fail(what) }
}

impl<'a> Facts<'a> {
    /// Classes first: a superclass comes before, the number of slots is bounded.
    fn of(module: &'a Module) -> Result<Self, VerifyError> {
        let mut fields: Vec<usize> = Vec::with_capacity(module.classes.len());
        require(module.classes.len() < usize::from(u16::MAX), "there are too many classes")?;
        for class in &module.classes {
            let inherited = match class.superclass {
                None => 0,
                Some(index) => match fields.get(usize::from(index)) {
                    Some(&count) => count,
                    None => return fail("a class comes before its superclass"),
                },
            };
            let count = inherited + class.fields.len();
            require(count <= usize::from(u16::MAX), "a class has too many fields")?;
            fields.push(count);
        }
        Ok(Self { module, fields })
    }

    /// Everything outside the functions' code.
    fn tables(&self) -> Check {
        let m = self.module;
        for constant in &m.consts {
            self.constant(constant)?;
        }
        for class in &m.classes {
            self.string(class.name)?;
            for field in &class.fields {
                self.string(field.name)?;
                self.ty(field.ty)?;
            }
        }
        m.globals.iter().chain(&m.capabilities).try_for_each(|name| self.string(*name))?;
        let exports = m.namespaces.iter().flat_map(|namespace| &namespace.entries).chain(&m.exports);
        for (name, slot) in exports {
            self.string(*name)?;
            require((*slot as usize) < m.globals.len(), "an export names no global slot")?;
        }
        for field in &m.persisted {
            self.string(field.class)?;
            self.string(field.field)?;
        }
        require(m.functions.len() <= usize::from(u16::MAX), "there are too many functions")?;
        let mut sources = m.functions.iter().filter_map(|function| function.source);
        let within = sources.all(|source| m.source_text(source).is_some());
        require(within, "a function's source is no part of a file's text")?;
        let Some(entry) = m.functions.get(usize::from(m.entry)) else { return fail("the entry is no function") };
        let kind_fits = matches!(entry.kind, FunctionKind::Normal | FunctionKind::Async);
        require(entry.params.is_empty() && entry.captures == 0 && kind_fits, "the entry takes something")?;
        require(matches!(entry.role, FunctionRole::Plain | FunctionRole::Arrow), "the entry is no plain function")?;
        require(entry.result_type() == RegType::Any, "the entry's result is not dynamic")
    }

    fn constant(&self, constant: &Const) -> Check {
        match constant {
            Const::F64(_) | Const::Mrk(_) | Const::Bool(_) | Const::Undefined | Const::Null => Ok(()),
            Const::Str(id) => self.string(*id),
            Const::RegExp { pattern, flags } => self.string(*pattern).and_then(|()| self.string(*flags)),
            Const::Template { cooked, raw } => {
                require(cooked.len() == raw.len(), "a template's cooked and raw parts differ in number")?;
                cooked.iter().flatten().chain(raw).try_for_each(|id| self.string(*id))
            }
        }
    }

    fn string(&self, id: StrId) -> Check {
        require((id.0 as usize) < self.module.strings.len(), "a string is out of range")
    }

    fn ty(&self, ty: RegType) -> Check {
        match ty {
            RegType::Obj(class) => require(usize::from(class) < self.module.classes.len(), "a class is out of range"),
            _ => Ok(()),
        }
    }

    /// The type of a field by slot.
    fn field(&self, class: u16, slot: usize) -> Option<RegType> {
        let mut class = usize::from(class);
        if slot >= *self.fields.get(class)? {
            return None;
        }
        loop {
            let own = &self.module.classes[class];
            let inherited = self.fields[class] - own.fields.len();
            if slot >= inherited {
                return Some(own.fields[slot - inherited].ty);
            }
            class = usize::from(own.superclass?);
        }
    }

    /// Whether a value of type `from` may stand where `to` is asked for: the same type, an instance of a subclass, or anything
    /// with the bits of a dynamic value where one is asked for.
    fn assignable(&self, from: RegType, to: RegType) -> bool {
        if from == to || (to == RegType::Any && from.is_dynamic()) {
            return true;
        }
        let (RegType::Obj(mut class), RegType::Obj(wanted)) = (from, to) else { return false };
        while let Some(superclass) = self.module.classes[usize::from(class)].superclass {
            if superclass == wanted {
                return true;
            }
            class = superclass;
        }
        false
    }
}

#[cfg(test)]
mod tests;
