//! Plain data across the border, both ways, through what `wasm:embed` exports. No script runs here: getters do not cross.

use mosl_vm::HostValue;
use wasmtime::{AsContextMut, format_err};

use super::embed::{Embed, Value};
use super::strings::Strings;

/// Nesting past this is refused: cycles end here.
const MAX_DEPTH: usize = 64;

/// The kinds that `kind` tells apart.
mod kind {
    pub const UNDEFINED: u32 = 0;
    pub const NULL: u32 = 1;
    pub const BOOLEAN: u32 = 2;
    pub const NUMBER: u32 = 3;
    pub const STRING: u32 = 4;
    pub const ARRAY: u32 = 5;
    pub const RECORD: u32 = 6;
    pub const VEC2: u32 = 7;
    pub const VEC3: u32 = 8;
    pub const QUAT: u32 = 9;
    pub const COLOR: u32 = 10;
    pub const MRK: u32 = 11;
}

/// The ways across of one instance.
#[derive(Clone, Copy)]
pub struct Border<'a> {
    pub embed: &'a Embed,
    pub strings: &'a Strings,
}

impl Border<'_> {
    /// Plain data, or `None`.
    pub fn read(self, store: &mut impl AsContextMut, value: Value) -> wasmtime::Result<Option<HostValue>> {
        self.read_at(store, value, 0)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "kinds are small; others are none")]
    fn read_at(self, store: &mut impl AsContextMut, value: Value, depth: usize) -> wasmtime::Result<Option<HostValue>> {
        if value.is_none() {
            return Ok(Some(HostValue::Undefined));
        }
        let embed = self.embed;
        Ok(Some(match embed.kind.call(&mut *store, (value,))? as u32 {
            kind::UNDEFINED => HostValue::Undefined,
            kind::NULL => HostValue::Null,
            kind::BOOLEAN => HostValue::Bool(embed.as_boolean.call(store, (value,))? != 0),
            kind::NUMBER => HostValue::Number(embed.as_number.call(store, (value,))?),
            kind::STRING => {
                let text = embed.as_string.call(&mut *store, (value,))?;
                HostValue::Str(self.strings.text(store, text)?)
            }
            kind::VEC2 => HostValue::Vec2(self.parts(store, value)?),
            kind::VEC3 => HostValue::Vec3(self.parts(store, value)?),
            kind::QUAT => HostValue::Quat(self.parts(store, value)?),
            kind::COLOR => HostValue::Color(self.parts(store, value)?),
            kind::MRK => {
                let words: [f64; 4] = self.parts(store, value)?;
                HostValue::Mrk(words.iter().fold(0, |amount, word| amount << 32 | u128::from(*word as u32)))
            }
            kind::ARRAY if depth < MAX_DEPTH => return self.read_array(store, value, depth),
            kind::RECORD if depth < MAX_DEPTH => return self.read_record(store, value, depth),
            _ => return Ok(None),
        }))
    }

    fn parts<const N: usize>(self, store: &mut impl AsContextMut, value: Value) -> wasmtime::Result<[f64; N]> {
        let mut parts = [0.0; N];
        for (at, part) in parts.iter_mut().enumerate() {
            *part = self.embed.part.call(&mut *store, (value, at as f64))?;
        }
        Ok(parts)
    }

    fn read_array(
        self,
        store: &mut impl AsContextMut,
        value: Value,
        depth: usize,
    ) -> wasmtime::Result<Option<HostValue>> {
        let mut items = Vec::new();
        let length = self.embed.length.call(&mut *store, (value,))?;
        let mut at = 0.0;
        while at < length {
            let item = self.embed.item.call(&mut *store, (value, at))?;
            let Some(item) = self.read_at(store, item, depth + 1)? else { return Ok(None) };
            items.push(item);
            at += 1.0;
        }
        Ok(Some(HostValue::Array(items)))
    }

    fn read_record(
        self,
        store: &mut impl AsContextMut,
        value: Value,
        depth: usize,
    ) -> wasmtime::Result<Option<HostValue>> {
        let mut entries = Vec::new();
        for name in self.keys(store, value)? {
            let key = self.strings.of(&mut *store, &name)?;
            let found = self.embed.entry.call(&mut *store, (value, Some(key)))?;
            let Some(found) = self.read_at(store, found, depth + 1)? else { return Ok(None) };
            entries.push((name, found));
        }
        Ok(Some(HostValue::Record(entries)))
    }

    fn keys(self, store: &mut impl AsContextMut, value: Value) -> wasmtime::Result<Vec<String>> {
        let keys = self.embed.keys.call(&mut *store, (value,))?;
        match self.read_array(store, keys, MAX_DEPTH - 1)? {
            Some(HostValue::Array(names)) => {
                let text = |name| {
                    if let HostValue::Str(text) = name { Ok(text) } else { Err(format_err!("a key is no text")) }
                };
                names.into_iter().map(text).collect()
            }
            _ => Err(format_err!("keys are no texts")),
        }
    }

    /// Fields of an object that hold plain data.
    pub fn fields(self, store: &mut impl AsContextMut, object: Value) -> wasmtime::Result<Vec<(String, HostValue)>> {
        let mut fields = Vec::new();
        for name in self.keys(store, object)? {
            let key = self.strings.of(&mut *store, &name)?;
            let found = self.embed.entry.call(&mut *store, (object, Some(key)))?;
            if let Some(plain) = self.read_at(store, found, 1)? {
                fields.push((name, plain));
            }
        }
        Ok(fields)
    }

    /// A value of the script's.
    pub fn make(self, store: &mut impl AsContextMut, value: &HostValue) -> wasmtime::Result<Value> {
        let embed = self.embed;
        match value {
            HostValue::Undefined => Ok(None),
            HostValue::Null => embed.of_null.call(store, ()),
            HostValue::Bool(flag) => embed.of_boolean.call(store, (i32::from(*flag),)),
            HostValue::Number(number) => embed.of_number.call(store, (*number,)),
            HostValue::Str(text) => {
                let text = self.strings.of(&mut *store, text)?;
                embed.of_string.call(store, (Some(text),))
            }
            HostValue::Vec2([x, y]) => embed.of_vec.call(store, (0.0, *x, *y, 0.0, 0.0)),
            HostValue::Vec3([x, y, z]) => embed.of_vec.call(store, (1.0, *x, *y, *z, 0.0)),
            HostValue::Quat([x, y, z, w]) => embed.of_vec.call(store, (2.0, *x, *y, *z, *w)),
            HostValue::Color([r, g, b, a]) => embed.of_vec.call(store, (3.0, *r, *g, *b, *a)),
            HostValue::Mrk(amount) => {
                let word = |shift: u32| f64::from((amount >> shift) as u32);
                embed.of_mrk.call(store, (word(96), word(64), word(32), word(0)))
            }
            HostValue::Array(items) => {
                let list = embed.new_list.call(&mut *store, ())?;
                for item in items {
                    let item = self.make(store, item)?;
                    embed.push.call(&mut *store, (list, item))?;
                }
                Ok(list)
            }
            HostValue::Record(entries) => {
                let record = embed.new_record.call(&mut *store, ())?;
                for (name, value) in entries {
                    let (name, value) = (self.strings.of(&mut *store, name)?, self.make(store, value)?);
                    embed.put.call(&mut *store, (record, Some(name), value))?;
                }
                Ok(record)
            }
        }
    }
}
