//! Reading: cells are made from their heads, then shapes, then what the cells hold. Nothing read is trusted.

use super::heads::{self, Head};
use super::{RestoreError, bodies, check, parts, roots, tag};
use crate::heap::{CellKind, Gc};
use crate::host::HandlerId;
use crate::interp::coroutine::Coroutine;
use crate::object::Object;
use crate::object::property::array_index;
use crate::object::shape::{Attrs, Root, ShapeId};
use crate::string::Str;
use crate::value::Value;
use crate::vm::Vm;

pub(crate) type Loaded<T> = Result<T, RestoreError>;

/// Breaks off: the snapshot breaks a rule.
pub(crate) fn refuse<T>(what: &'static str) -> Loaded<T> {
    Err(RestoreError::Invalid(what))
}

/// A snapshot that is being read.
pub(crate) struct Loader<'a, 'b> {
    pub vm: &'a mut Vm,
    input: &'b [u8],
    pub cells: Vec<Value>,
    pub shapes: Vec<ShapeId>,
}

pub(super) fn load(vm: &mut Vm, bytes: &[u8]) -> Loaded<()> {
    let [shape_bytes, head_bytes, body_bytes, weak_bytes, root_bytes] = parts(vm, bytes)?;
    let mut loader = Loader { vm, input: head_bytes, cells: Vec::new(), shapes: Vec::new() };
    let count = loader.part_count()?;
    let heads: Vec<Head> = (0..count).map(|_| heads::read(&mut loader)).collect::<Loaded<_>>()?;
    loader.end()?;
    heads::make(&mut loader, &heads)?;
    loader.within_limit()?;
    loader.input = shape_bytes;
    loader.read_shapes()?;
    loader.input = body_bytes;
    for (number, head) in heads.iter().enumerate() {
        bodies::load(&mut loader, number, head)?;
        loader.within_limit()?;
    }
    loader.end()?;
    loader.input = weak_bytes;
    bodies::load_weak(&mut loader)?;
    loader.input = root_bytes;
    roots::load(&mut loader)?;
    loader.end()?;
    check::check(&mut loader, &heads)?;
    // Counts what the cells hold, too.
    loader.vm.collect();
    loader.within_limit()
}

/// Plain data.
impl<'b> Loader<'_, 'b> {
    pub fn take(&mut self, length: usize) -> Loaded<&'b [u8]> {
        let Some((taken, rest)) = self.input.split_at_checked(length) else { return refuse("it ends too early") };
        self.input = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Loaded<[u8; N]> {
        let Some((taken, rest)) = self.input.split_first_chunk() else { return refuse("it ends too early") };
        self.input = rest;
        Ok(*taken)
    }

    pub fn byte(&mut self) -> Loaded<u8> {
        self.array().map(|[byte]| byte)
    }

    pub fn flag(&mut self) -> Loaded<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => refuse("a flag is neither 0 nor 1"),
        }
    }

    pub fn count(&mut self) -> Loaded<u64> {
        let mut count = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            count |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(count);
            }
        }
        refuse("a count is too long")
    }

    /// A count that fits.
    pub fn number<T: TryFrom<u64>>(&mut self) -> Loaded<T> {
        let count = self.count()?;
        T::try_from(count).or(refuse("a count is too large"))
    }

    /// How many items follow, each of which takes at least a byte.
    pub fn items(&mut self) -> Loaded<usize> {
        let items = self.number()?;
        if items <= self.input.len() { Ok(items) } else { refuse("there are more items than bytes") }
    }

    fn part_count(&mut self) -> Loaded<u32> {
        let count = u32::from_le_bytes(self.array()?);
        if count as usize <= self.input.len() { Ok(count) } else { refuse("there are more items than bytes") }
    }

    pub fn bytes(&mut self) -> Loaded<&'b [u8]> {
        let length = self.items()?;
        self.take(length)
    }

    pub fn text(&mut self) -> Loaded<String> {
        String::from_utf8(self.bytes()?.to_vec()).or(refuse("a text is not UTF-8"))
    }

    pub fn f64(&mut self) -> Loaded<f64> {
        Ok(Value::number(f64::from_le_bytes(self.array()?)).to_f64())
    }

    pub fn u128(&mut self) -> Loaded<u128> {
        Ok(u128::from_le_bytes(self.array()?))
    }

    pub fn optional(&mut self) -> Loaded<Option<u64>> {
        Ok((self.flag()?, self.count()?)).map(|(is_there, count)| is_there.then_some(count))
    }

    pub fn handler(&mut self) -> Loaded<Option<HandlerId>> {
        Ok(self.optional()?.map(HandlerId))
    }

    /// One of a list, by its number.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> Loaded<T> {
        match all.get(usize::from(self.byte()?)) {
            Some(item) => Ok(*item),
            None => refuse("there is nothing of that number"),
        }
    }

    pub fn is_at_end(&self) -> bool {
        self.input.is_empty()
    }

    fn end(&self) -> Loaded<()> {
        if self.is_at_end() { Ok(()) } else { refuse("a part is too long") }
    }

    pub fn within_limit(&self) -> Loaded<()> {
        if self.vm.heap.over_limit() { Err(RestoreError::Memory) } else { Ok(()) }
    }
}

/// Values and cells.
impl Loader<'_, '_> {
    /// Whatever a register may hold.
    pub fn any(&mut self) -> Loaded<Value> {
        Ok(match self.byte()? {
            tag::UNDEFINED => Value::UNDEFINED,
            tag::NULL => Value::NULL,
            tag::FALSE => Value::FALSE,
            tag::TRUE => Value::TRUE,
            tag::UNINIT => Value::UNINIT,
            tag::ABSENT => Value::ABSENT,
            tag::WHOLE => Value::number(f64::from(self.number::<u32>()?)),
            tag::NUMBER => Value::number(self.f64()?),
            tag::CELL => self.cell()?,
            _ => return refuse("a value of no kind"),
        })
    }

    /// What scripts may have in their hands.
    pub fn value(&mut self) -> Loaded<Value> {
        let value = self.any()?;
        let is_hidden = value.is_absent() || value == Value::UNINIT || value.is_internal() || value.is_private_name();
        if is_hidden { refuse("a script would see what is the VM's") } else { Ok(value) }
    }

    /// As [`Self::value`], or absent.
    pub fn value_or_absent(&mut self) -> Loaded<Value> {
        if self.input.first() == Some(&tag::ABSENT) { self.any() } else { self.value() }
    }

    pub fn values(&mut self) -> Loaded<Vec<Value>> {
        (0..self.items()?).map(|_| self.value()).collect()
    }

    pub fn all(&mut self) -> Loaded<Vec<Value>> {
        (0..self.items()?).map(|_| self.any()).collect()
    }

    /// `undefined` or something that can be called.
    pub fn callable(&mut self) -> Loaded<Value> {
        let value = self.value()?;
        if value.is_undefined() || value.is_callable() { Ok(value) } else { refuse("a function is none") }
    }

    /// The cell of a number.
    pub fn cell(&mut self) -> Loaded<Value> {
        let number: usize = self.number()?;
        self.cell_at(number)
    }

    pub fn cell_at(&self, number: usize) -> Loaded<Value> {
        match self.cells.get(number) {
            Some(cell) if !cell.is_absent() => Ok(*cell),
            _ => refuse("there is no cell of that number"),
        }
    }

    pub fn object(&mut self) -> Loaded<Gc<Object>> {
        self.cell()?.as_object().map_or_else(|| refuse("a cell is no object"), Ok)
    }

    pub fn string_at(&self, number: usize) -> Loaded<Gc<Str>> {
        self.cell_at(number)?.as_string().map_or_else(|| refuse("a cell is no string"), Ok)
    }

    pub fn coroutine_at(&self, number: usize) -> Loaded<Gc<Coroutine>> {
        self.cell_at(number)?.internal(CellKind::Coroutine).map_or_else(|| refuse("a cell is no suspended call"), Ok)
    }

    /// A property's name: a symbol, or the one copy of a string that is no array index.
    pub fn key(&mut self) -> Loaded<Value> {
        let key = self.any()?;
        let fits = match key.as_string() {
            Some(name) => name.is_interned() && array_index(name.view()).is_none(),
            None => key.is_symbol(),
        };
        if fits { Ok(key) } else { refuse("a key is none") }
    }

    /// The value of a property with these attributes.
    pub fn property(&mut self, attrs: Attrs) -> Loaded<Value> {
        if !attrs.has(Attrs::ACCESSOR) {
            return self.value();
        }
        let pair = self.any()?;
        if pair.as_accessor().is_some() { Ok(pair) } else { refuse("an accessor is none") }
    }

    pub fn attrs(&mut self) -> Loaded<Attrs> {
        let bits = self.byte()?;
        let known = Attrs::PLAIN.0 | Attrs::ACCESSOR.0 | Attrs::FIELD.0;
        let attrs = Attrs(bits);
        let two = attrs.has(Attrs::ACCESSOR) && (attrs.has(Attrs::FIELD) || attrs.has(Attrs::WRITABLE));
        if bits & !known == 0 && !two { Ok(attrs) } else { refuse("a property is of no kind") }
    }

    pub fn shape(&mut self) -> Loaded<ShapeId> {
        let number: usize = self.number()?;
        self.shapes.get(number).map_or_else(|| refuse("there is no shape of that number"), |shape| Ok(*shape))
    }
}

/// Shapes.
impl Loader<'_, '_> {
    fn read_shapes(&mut self) -> Loaded<()> {
        for _ in 0..self.part_count()? {
            let shape = if self.flag()? { self.step()? } else { self.root()? };
            self.shapes.push(shape);
        }
        self.end()
    }

    fn root(&mut self) -> Loaded<ShapeId> {
        let proto = self.any()?;
        let proto = if proto.is_null() { None } else { Some(proto.as_object()) };
        let Some(proto) = proto.map_or(Some(None), |proto| proto.map(Some)) else {
            return refuse("a prototype is no object");
        };
        let (inline, class) = (self.byte()?, self.number()?);
        let (dictionary, fixed) = (self.flag()?, self.flag()?);
        if class != Root::NO_CLASS && usize::from(class) >= self.vm.code.module.classes.len() {
            return refuse("there is no class of that number");
        }
        Ok(self.vm.shapes.root(Root { proto, inline, class, dictionary, fixed }))
    }

    /// A class's fields come first and in their order; nothing else is a field; a dictionary's shape has nothing else.
    fn step(&mut self) -> Loaded<ShapeId> {
        let parent = self.shape()?;
        let sealed = self.input.first() == Some(&tag::ABSENT);
        let key = if sealed { self.any()? } else { self.key()? };
        let attrs = self.attrs()?;
        if sealed {
            return Ok(self.vm.shapes.seal(parent));
        }
        let Root { class, inline, dictionary, .. } = self.vm.shapes.get(parent).root;
        let at = self.vm.shapes.get(parent).count as usize;
        let declared = self.vm.code.fields.get(usize::from(class)).and_then(|fields| fields.get(at)).map(|f| f.name);
        match declared.map(|name| self.vm.module_string(name)) {
            Some(name) if name != key || !attrs.has(Attrs::FIELD) => return refuse("a class has other fields"),
            Some(_) => {}
            None => {
                let most = at <= crate::object::shape::MAX_PROPERTIES as usize + usize::from(inline);
                let fields = self.vm.code.fields.get(usize::from(class)).map_or(0, Vec::len);
                if attrs.has(Attrs::FIELD) || dictionary || !(most || at <= fields + 512) {
                    return refuse("a shape has properties that it cannot have");
                }
            }
        }
        if self.vm.shapes.find(parent, key).is_some() {
            return refuse("a shape has a property twice");
        }
        Ok(self.vm.shapes.force_property(parent, key, attrs))
    }
}
