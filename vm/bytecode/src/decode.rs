//! A module from bytes: the inverse of [`crate::encode`]. Any bytes yield a module or an error; memory is bounded by a
//! constant times the input's size, because every item of every list takes at least one byte.

use std::fmt;

use crate::encode::{MAGIC, VERSION};
use crate::module::*;
use crate::table::{Instr, Operand, Reg};

/// The bytes are no module: what was expected, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DecodeError {
    pub what: &'static str,
    /// Byte offset.
    pub at: usize,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a module: {} at byte {}", self.what, self.at)
    }
}

impl std::error::Error for DecodeError {}

type Result<T> = std::result::Result<T, DecodeError>;

/// The module that the bytes hold. It is well-formed, but not verified.
pub fn decode(bytes: &[u8]) -> Result<Module> {
    let mut r = Reader { bytes, at: 0 };
    if r.take(4)? != MAGIC {
        return Err(DecodeError { what: "the magic number is missing", at: 0 });
    }
    if r.num()? != VERSION {
        return Err(r.error("another version of the format"));
    }
    let module = Module {
        files: r.list(Reader::file)?,
        strings: r.list(Reader::string)?,
        consts: r.list(Reader::constant)?,
        imports: r.list(|r| Ok(HostImport { module: r.text()?, name: r.text()?, is_async: r.flag()? }))?,
        classes: r.list(|r| Ok(Class { name: r.id()?, superclass: r.option()?, fields: r.list(Reader::field)? }))?,
        functions: r.list(Reader::function)?,
        globals: r.list(Reader::id)?,
        namespaces: r.list(|r| Ok(Namespace { entries: r.list(Reader::export)? }))?,
        entry: r.small()?,
        exports: r.list(Reader::export)?,
        persisted: r
            .list(|r| Ok(PersistedField { class: r.id()?, field: r.id()?, persist: r.flag()?, synced: r.flag()? }))?,
        capabilities: r.list(Reader::id)?,
    };
    if r.at != bytes.len() {
        return Err(r.error("bytes behind the end"));
    }
    Ok(module)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn error(&self, what: &'static str) -> DecodeError {
        DecodeError { what, at: self.at }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let Some(taken) = rest.get(..count) else { return Err(self.error("the end is missing")) };
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| self.error("the end is missing"))
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn num(&mut self) -> Result<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7F);
            if shift == 63 && part > 1 {
                break;
            }
            n |= part << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(self.error("a number is too long"))
    }

    /// A number that fits the field it is for.
    fn small<T: TryFrom<u64>>(&mut self) -> Result<T> {
        let n = self.num()?;
        T::try_from(n).map_err(|_| self.error("a number is too big"))
    }

    fn flag(&mut self) -> Result<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.error("a flag is neither 0 nor 1")),
        }
    }

    fn id(&mut self) -> Result<StrId> {
        Ok(StrId(self.small()?))
    }

    fn option<T: TryFrom<u64>>(&mut self) -> Result<Option<T>> {
        match self.num()? {
            0 => Ok(None),
            n => T::try_from(n - 1).map(Some).map_err(|_| self.error("a number is too big")),
        }
    }

    /// The number of items that follow, each of at least one byte.
    fn count(&mut self) -> Result<usize> {
        let count: usize = self.small()?;
        if count > self.bytes.len() - self.at {
            return Err(self.error("a list is longer than the module"));
        }
        Ok(count)
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let count = self.count()?;
        let mut items = Vec::with_capacity(count.min(1024));
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn ascending(&mut self) -> Result<Vec<u32>> {
        let mut last = 0u32;
        self.list(|r| {
            last = last.wrapping_add(r.small()?);
            Ok(last)
        })
    }

    fn text(&mut self) -> Result<String> {
        let count = self.count()?;
        let bytes = self.take(count)?.to_vec();
        String::from_utf8(bytes).map_err(|_| self.error("a name is not UTF-8"))
    }

    fn string(&mut self) -> Result<Box<[u16]>> {
        let head = self.num()?;
        let count = usize::try_from(head >> 1).map_err(|_| self.error("a number is too big"))?;
        if count > self.bytes.len() - self.at {
            return Err(self.error("a string is longer than the module"));
        }
        if head & 1 == 1 {
            return Ok(self.take(count)?.iter().map(|&b| u16::from(b)).collect());
        }
        (0..count).map(|_| self.small()).collect()
    }

    fn ty(&mut self) -> Result<RegType> {
        Ok(match self.num()? {
            0 => RegType::Any,
            1 => RegType::F64,
            2 => RegType::I32,
            3 => RegType::Bool,
            4 => RegType::Str,
            n => RegType::Obj(u16::try_from(n - 5).map_err(|_| self.error("a number is too big"))?),
        })
    }

    fn field(&mut self) -> Result<Field> {
        Ok(Field { name: self.id()?, ty: self.ty()? })
    }

    fn export(&mut self) -> Result<(StrId, u32)> {
        Ok((self.id()?, self.small()?))
    }

    fn constant(&mut self) -> Result<Const> {
        Ok(match self.byte()? {
            0 => Const::F64(f64::from_le_bytes(self.array()?)),
            1 => Const::Str(self.id()?),
            2 => Const::Mrk(u128::from_le_bytes(self.array()?)),
            3 => Const::RegExp { pattern: self.id()?, flags: self.id()? },
            4 => Const::Template { cooked: self.list(|r| Ok(r.option()?.map(StrId)))?, raw: self.list(Self::id)? },
            5 => Const::Bool(false),
            6 => Const::Bool(true),
            7 => Const::Undefined,
            8 => Const::Null,
            _ => return Err(self.error("an unknown kind of constant")),
        })
    }

    fn file(&mut self) -> Result<SourceFile> {
        Ok(SourceFile {
            name: self.text()?,
            line_starts: self.ascending()?,
            text: if self.flag()? { Some(self.text()?) } else { None },
        })
    }

    fn source(&mut self) -> Result<Option<SourceRange>> {
        let Some(file) = self.option()? else { return Ok(None) };
        Ok(Some(SourceRange { file, start: self.small()?, end: self.small()? }))
    }

    fn function(&mut self) -> Result<Function> {
        let name = self.option()?.map(StrId);
        let kind = self.choice(&[
            FunctionKind::Normal,
            FunctionKind::Generator,
            FunctionKind::Async,
            FunctionKind::AsyncGenerator,
        ])?;
        let role = self.choice(&[
            FunctionRole::Plain,
            FunctionRole::Arrow,
            FunctionRole::Method,
            FunctionRole::BaseConstructor,
            FunctionRole::DerivedConstructor,
        ])?;
        let mut function = Function {
            name,
            kind,
            role,
            length: self.small()?,
            params: self.list(Self::ty)?,
            rest: self.flag()?,
            result: if self.flag()? { Some(self.ty()?) } else { None },
            captures: self.small()?,
            class: self.option()?,
            source: self.source()?,
            registers: self.list(Self::ty)?,
            constants: self.list(|r| Ok((Reg(r.small()?), r.small()?)))?,
            code: self.list(Self::instr)?,
            blocks: self.list(|r| Ok(Block { start: r.small()?, fuel: r.small()?, handler: r.option()? }))?,
            lists: self.list(|r| Ok(r.list(|r| Ok(Reg(r.small()?)))?.into_boxed_slice()))?,
            sites: self.list(Self::id)?,
            checks: self.list(|r| Ok(CheckSite { expr: r.id()?, expected: r.id()? }))?,
            locs: Vec::new(),
        };
        for pc in self.ascending()? {
            let (file, start): (u16, u32) = (self.small()?, self.small()?);
            function.locs.push(Loc { pc, file, start, end: start.wrapping_add(self.small()?) });
        }
        Ok(function)
    }

    fn choice<T: Copy>(&mut self, all: &[T]) -> Result<T> {
        let n = self.byte()?;
        all.get(usize::from(n)).copied().ok_or_else(|| self.error("an unknown kind of function"))
    }

    fn instr(&mut self) -> Result<Instr> {
        let opcode = self.byte()?;
        let mut failed = None;
        let instr = Instr::from_operands(opcode, |kind| match self.small::<u32>() {
            Ok(word) if kind == Operand::int => Some((word >> 1) ^ (word & 1).wrapping_neg()),
            Ok(word) => Some(word),
            Err(error) => {
                failed = Some(error);
                None
            }
        });
        instr.ok_or_else(|| {
            failed.unwrap_or_else(|| self.error("an unknown instruction or an operand that does not fit"))
        })
    }
}
