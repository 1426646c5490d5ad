//! The heads of cells: what has to be known of a cell to make it. Strings, symbols and built-ins are whole in their heads, so that
//! whatever names them finds them.

use std::cell::RefCell;
use std::rc::Rc;

use mosl_bytecode::natives::NATIVES;
use mosl_bytecode::{FunctionKind, Instr};

use super::save::Saver;
use super::{Loaded, Loader, refuse, tag};
use crate::heap::{CellKind, Gc};
use crate::interp::coroutine::{Coroutine, State};
use crate::interp::iterator::{Cursor, IterKind, ListIteratorData};
use crate::natives::Inner;
use crate::natives::regexp;
use crate::natives::typed_array::buffer::{Buffer, MAX_BYTES};
use crate::natives::typed_array::element::Storage;
use crate::object::data::*;
use crate::object::property::{PropKey, array_index};
use crate::object::shape::ShapeId;
use crate::object::{Accessor, Object, VarCell};
use crate::promise::PromiseData;
use crate::realm::{Intrinsic, owner_path};
use crate::string::rope::{Form, form};
use crate::string::{MAX_LENGTH, StrView};
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

/// Bits of a head's flags: a string's, a symbol's.
const INTERNED: u8 = 1;
const PRIVATE: u8 = 1;
const REGISTERED: u8 = 2;

/// What a native's own kind of object is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForeignKind {
    Buffer,
    TypedArray,
    View,
    DisposableStack,
    Matches,
    WrappedIterator,
    IteratorHelper,
}

const FOREIGN: [ForeignKind; 7] = [
    ForeignKind::Buffer,
    ForeignKind::TypedArray,
    ForeignKind::View,
    ForeignKind::DisposableStack,
    ForeignKind::Matches,
    ForeignKind::WrappedIterator,
    ForeignKind::IteratorHelper,
];

const STATES: [State; 3] = [State::Start, State::Suspended, State::Done];

/// A head that was read.
#[derive(Debug)]
pub(super) enum Head<'b> {
    Latin1(u8, &'b [u8]),
    Wide(u8, Vec<u16>),
    Rope(usize, usize),
    Slice {
        whole: usize,
        start: usize,
        len: usize,
    },
    WellKnown(WellKnown),
    Symbol {
        flags: u8,
        description: Option<usize>,
    },
    BuiltinFunction(u16),
    BuiltinObject(&'static str),
    BuiltinAccessor {
        path: String,
        key: String,
        is_setter: bool,
    },
    Coroutine {
        func: u16,
        pc: u32,
        state: State,
    },
    Inline(CellKind, u8),
    Function(u16),
    Inner(Inner, u8),
    Generator(CellKind, usize),
    RegExp {
        source: usize,
        flags: usize,
    },
    Mrk(u128),
    Numbers(CellKind, [f64; 4]),
    Namespace(u16),
    ListIterator(Intrinsic),
    Buffer {
        bytes: &'b [u8],
        max: Option<u64>,
        detached: bool,
    },
    Foreign(ForeignKind),
    /// Of a kind that needs nothing more.
    Other(CellKind),
}

pub(super) fn save(saver: &mut Saver, cell: Value) {
    if let Some(string) = cell.as_string() {
        return save_string(saver, string);
    }
    if cell.is_symbol() {
        return save_symbol(saver, cell);
    }
    match cell.as_object() {
        Some(object) => save_object(saver, object),
        None => save_internal(saver, cell),
    }
}

fn save_string(saver: &mut Saver, string: Gc<crate::string::Str>) {
    match form(string) {
        Form::Halves(left, right) => {
            saver.byte(tag::ROPE);
            saver.cell(left.into());
            saver.cell(right.into());
        }
        Form::Slice(whole, start) => {
            saver.byte(tag::SLICE);
            saver.cell(whole.into());
            saver.size(start);
            saver.size(string.len());
        }
        Form::Flat => {
            let flags = if string.is_interned() { INTERNED } else { 0 };
            match string.view() {
                StrView::Latin1(units) => {
                    saver.byte(tag::LATIN1);
                    saver.byte(flags);
                    saver.bytes(units);
                }
                StrView::Wide(units) => {
                    saver.byte(tag::WIDE);
                    saver.byte(flags);
                    saver.bytes(&units.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<u8>>());
                }
            }
        }
    }
}

fn save_symbol(saver: &mut Saver, cell: Value) {
    if let Some(at) = well_known(saver.vm, cell) {
        saver.byte(tag::WELL_KNOWN);
        return saver.byte(at);
    }
    let Some(symbol) = cell.as_symbol() else { return };
    saver.byte(CellKind::Symbol as u8);
    saver.byte(if symbol.is_private { PRIVATE } else { 0 } | if symbol.is_registered { REGISTERED } else { 0 });
    saver.flag(symbol.description.is_string());
    if symbol.description.is_string() {
        saver.cell(symbol.description);
    }
}

/// The number of a well-known symbol.
pub(super) fn well_known(vm: &Vm, symbol: Value) -> Option<u8> {
    vm.pool.symbols.iter().position(|known| *known == symbol).map(|at| at as u8)
}

fn save_internal(saver: &mut Saver, cell: Value) {
    let Some(kind) = cell.as_cell().map(|cell| cell.kind) else { return };
    saver.byte(kind as u8);
    let Some(coroutine) = cell.internal::<Coroutine>(CellKind::Coroutine) else { return };
    let (func, pc) = coroutine.place();
    saver.count(func.into());
    saver.count(if coroutine.state == State::Done { 0 } else { pc.into() });
    match STATES.iter().position(|state| *state == coroutine.state) {
        Some(state) => saver.byte(state as u8),
        None => saver.cannot_move("a call that runs"),
    }
}

/// What a built-in is called among weak keys.
pub(super) fn builtin_name(saver: &Saver, object: Gc<Object>) -> Option<String> {
    match object.of::<NativeData>().filter(|native| native.data.native != NO_NATIVE) {
        Some(native) => Some(format!("#{}", native.data.native)),
        None => saver.owner_of(object).map(str::to_owned),
    }
}

fn save_object(saver: &mut Saver, object: Gc<Object>) {
    let native = object.of::<NativeData>();
    if let Some(native) = native.filter(|native| native.data.native != NO_NATIVE) {
        saver.byte(tag::BUILTIN_FUNCTION);
        return saver.count(native.data.native.into());
    }
    if let Some(path) = saver.owner_of(object) {
        saver.byte(tag::BUILTIN_OBJECT);
        return saver.bytes(path.as_bytes());
    }
    if let Some(inner) = native.and_then(|native| native.data.inner)
        && is_of_builtin(inner)
    {
        return save_accessor(saver, object);
    }
    saver.byte(object.kind() as u8);
    save_data(saver, object);
}

/// Whether such functions are only there as getters and setters of built-ins.
pub(super) fn is_of_builtin(inner: Inner) -> bool {
    matches!(inner, Inner::LeftOut | Inner::ThrowTypeError | Inner::WeirdGetter | Inner::WeirdSetter)
}

fn save_accessor(saver: &mut Saver, function: Gc<Object>) {
    let Some((owner, PropKey::Name(key), is_setter)) = saver.accessor_of(function.into()) else {
        return saver.cannot_move("a getter of a built-in that has been replaced");
    };
    // What a script gave it besides `length` and `name` would be lost.
    if saver.vm.shapes.get(function.shape()).count > 2 || saver.vm.shapes.is_dictionary(function.shape()) {
        return saver.cannot_move("a built-in's getter with properties of its own");
    }
    let path = owner.as_object().and_then(|owner| builtin_name(saver, owner)).unwrap_or_default();
    let key = match well_known(saver.vm, key) {
        Some(at) => format!("@{at}"),
        None => key.as_string().map(|name| name.to_rust()).unwrap_or_default(),
    };
    saver.byte(tag::BUILTIN_ACCESSOR);
    saver.bytes(path.as_bytes());
    saver.bytes(key.as_bytes());
    saver.flag(is_setter);
}

fn save_data(saver: &mut Saver, object: Gc<Object>) {
    let numbers: &[f64] = if let Some(function) = object.of::<FunctionData>() {
        return saver.count(function.data.func.into());
    } else if let Some(native) = object.of::<NativeData>() {
        saver.byte(native.data.inner.map_or(0, |inner| inner as u8));
        return saver.byte(native.data.length);
    } else if let Some(generator) = object.of::<GeneratorData>() {
        return saver.cell(Value::internal_cell(generator.data.coroutine));
    } else if let Some(generator) = object.of::<AsyncGeneratorData>() {
        return saver.cell(Value::internal_cell(generator.data.coroutine));
    } else if let Some(regexp) = object.of::<RegExpData>() {
        saver.cell(regexp.data.source.into());
        return saver.cell(regexp.data.flags.into());
    } else if let Some(amount) = object.of::<MrkData>() {
        return saver.u128(amount.data.0);
    } else if let Some(namespace) = object.of::<NamespaceData>() {
        return saver.count(namespace.data.0.into());
    } else if let Some(iterator) = object.of::<ListIteratorData>() {
        return saver.byte(iterator.data.proto as u8);
    } else if let Some(foreign) = object.of::<ForeignData>() {
        saver.byte(foreign.data.0.kind() as u8);
        let Some(buffer) = foreign.data.get::<Buffer>() else { return };
        let storage = buffer.0.borrow();
        saver.bytes(&storage.bytes);
        saver.optional(storage.max.map(|max| max as u64));
        return saver.flag(storage.detached);
    } else if let Some(v) = object.of::<Vec2Data>() {
        &[v.data.0[0], v.data.0[1], 0.0, 0.0]
    } else if let Some(v) = object.of::<Vec3Data>() {
        &[v.data.0[0], v.data.0[1], v.data.0[2], 0.0]
    } else if let Some(v) = object.of::<QuatData>() {
        &v.data.0.clone()
    } else if let Some(v) = object.of::<ColorData>() {
        &v.data.0.clone()
    } else if matches!(object.kind(), CellKind::Plain | CellKind::Instance) {
        return saver.byte(object.inline_slots() as u8);
    } else {
        return;
    };
    numbers.iter().for_each(|number| saver.f64(*number));
}

pub(super) fn read<'b>(loader: &mut Loader<'_, 'b>) -> Loaded<Head<'b>> {
    let code = loader.byte()?;
    Ok(match code {
        tag::LATIN1 => Head::Latin1(loader.byte()?, loader.bytes()?),
        tag::WIDE => {
            let (flags, bytes) = (loader.byte()?, loader.bytes()?);
            let (units, rest) = bytes.as_chunks::<2>();
            if !rest.is_empty() {
                return refuse("a text has half a unit");
            }
            Head::Wide(flags, units.iter().map(|unit| u16::from_le_bytes(*unit)).collect())
        }
        tag::ROPE => Head::Rope(loader.number()?, loader.number()?),
        tag::SLICE => Head::Slice { whole: loader.number()?, start: loader.number()?, len: loader.number()? },
        tag::WELL_KNOWN => Head::WellKnown(loader.one_of(WellKnown::ALL)?),
        tag::BUILTIN_FUNCTION => Head::BuiltinFunction(below(loader.number()?, NATIVES.len())?),
        tag::BUILTIN_OBJECT => match owner_path(&loader.text()?) {
            Some(path) => Head::BuiltinObject(path),
            None => return refuse("there is no such built-in"),
        },
        tag::BUILTIN_ACCESSOR => {
            Head::BuiltinAccessor { path: loader.text()?, key: loader.text()?, is_setter: loader.flag()? }
        }
        _ => match CellKind::ALL.get(usize::from(code)) {
            Some(kind) => return read_kind(loader, *kind),
            None => return refuse("a cell of no kind"),
        },
    })
}

fn below(number: u16, count: usize) -> Loaded<u16> {
    if usize::from(number) < count { Ok(number) } else { refuse("a number is out of range") }
}

fn read_kind<'b>(loader: &mut Loader<'_, 'b>, kind: CellKind) -> Loaded<Head<'b>> {
    let functions = loader.vm.code.module.functions.len();
    Ok(match kind {
        CellKind::Free | CellKind::Str => return refuse("a cell of no kind"),
        CellKind::Symbol => {
            let flags = loader.byte()?;
            let described = loader.flag()?;
            Head::Symbol { flags, description: if described { Some(loader.number()?) } else { None } }
        }
        CellKind::Coroutine => {
            let func = below(loader.number()?, functions)?;
            Head::Coroutine { func, pc: loader.number()?, state: loader.one_of(&STATES)? }
        }
        CellKind::Plain | CellKind::Instance => Head::Inline(kind, loader.byte()?),
        CellKind::Function => Head::Function(below(loader.number()?, functions)?),
        CellKind::Native => {
            let inner = loader.one_of(Inner::ALL)?;
            if is_of_builtin(inner) {
                return refuse("a built-in's getter is apart from it");
            }
            Head::Inner(inner, loader.byte()?)
        }
        CellKind::Generator | CellKind::AsyncGenerator => Head::Generator(kind, loader.number()?),
        CellKind::RegExp => Head::RegExp { source: loader.number()?, flags: loader.number()? },
        CellKind::Mrk => Head::Mrk(loader.u128()?),
        CellKind::Vec2 | CellKind::Vec3 | CellKind::Quat | CellKind::Color => {
            Head::Numbers(kind, [loader.f64()?, loader.f64()?, loader.f64()?, loader.f64()?])
        }
        CellKind::Namespace => Head::Namespace(below(loader.number()?, loader.vm.code.module.namespaces.len())?),
        CellKind::ListIterator => Head::ListIterator(loader.one_of(Intrinsic::ALL)?),
        CellKind::Foreign => match loader.one_of(&FOREIGN)? {
            ForeignKind::Buffer => {
                Head::Buffer { bytes: loader.bytes()?, max: loader.optional()?, detached: loader.flag()? }
            }
            other => Head::Foreign(other),
        },
        other => Head::Other(other),
    })
}

/// Makes the cells: what others need to be made comes first.
pub(super) fn make(loader: &mut Loader, heads: &[Head]) -> Loaded<()> {
    loader.cells = vec![Value::ABSENT; heads.len()];
    type Maker = fn(&mut Loader, &Head) -> Loaded<Option<Value>>;
    const MAKERS: [Maker; 5] = [make_text, |_, _| Ok(None), make_symbol, make_early, make_object];
    for (round, maker) in MAKERS.into_iter().enumerate() {
        for (number, head) in heads.iter().enumerate() {
            if let Some(made) = maker(loader, head)? {
                loader.cells[number] = made;
            }
            if round == 1 {
                make_ropes(loader, heads, number)?;
            }
        }
        loader.within_limit()?;
    }
    Ok(())
}

fn make_text(loader: &mut Loader, head: &Head) -> Loaded<Option<Value>> {
    let (flags, made) = match head {
        Head::Latin1(flags, units) if units.len() <= MAX_LENGTH => (flags, loader.vm.heap.str_latin1(units)),
        Head::Wide(flags, units) if units.len() <= MAX_LENGTH => (flags, loader.vm.heap.str_utf16(units)),
        Head::Latin1(..) | Head::Wide(..) => return refuse("a text is too long"),
        _ => return Ok(None),
    };
    if *flags & INTERNED == 0 {
        return Ok(Some(made.into()));
    }
    Ok(Some(loader.vm.names.intern(made).into()))
}

/// A rope after its halves, a slice after its whole; without recursion.
fn make_ropes(loader: &mut Loader, heads: &[Head], number: usize) -> Loaded<()> {
    let mut todo = vec![number];
    while let Some(&at) = todo.last() {
        // What waits for itself would be met again.
        if todo.len() > 2 * heads.len() + 2 {
            return refuse("a text is a part of itself");
        }
        let missing = |loader: &Loader, part: usize| loader.cells.get(part).is_none_or(|cell| cell.is_absent());
        match heads.get(at) {
            Some(Head::Rope(left, right)) if loader.cells[at].is_absent() => {
                let waits: Vec<usize> = [*right, *left].into_iter().filter(|part| missing(loader, *part)).collect();
                if waits.is_empty() {
                    loader.cells[at] = make_rope(loader, *left, *right)?;
                } else {
                    todo.extend(waits);
                    continue;
                }
            }
            Some(Head::Slice { whole, start, len }) if loader.cells[at].is_absent() => {
                loader.cells[at] = make_slice(loader, *whole, *start, *len)?;
            }
            Some(Head::Rope(..) | Head::Slice { .. }) => {}
            _ if at == number => {}
            _ if missing(loader, at) => return refuse("a text is made of something else"),
            _ => {}
        }
        todo.pop();
    }
    Ok(())
}

fn make_rope(loader: &mut Loader, left: usize, right: usize) -> Loaded<Value> {
    let (left, right) = (loader.string_at(left)?, loader.string_at(right)?);
    let len = left.len() + right.len();
    if left.is_empty() || right.is_empty() || len > MAX_LENGTH {
        return refuse("a text is joined of nothing, or too long");
    }
    Ok(loader.vm.heap.rope(left, right, len).into())
}

fn make_slice(loader: &mut Loader, whole: usize, start: usize, len: usize) -> Loaded<Value> {
    let whole = loader.string_at(whole)?;
    let is_within = start.checked_add(len).is_some_and(|end| end <= whole.len());
    if whole.is_rope() || whole.is_wide() || !is_within {
        return refuse("a part of a text is none");
    }
    loader.vm.heap.view_of(whole, start, len).map_or_else(|| refuse("a part of a text is too small"), |s| Ok(s.into()))
}

fn make_symbol(loader: &mut Loader, head: &Head) -> Loaded<Option<Value>> {
    Ok(Some(match head {
        Head::WellKnown(known) => loader.vm.well_known_value(*known),
        Head::Symbol { flags, description } => {
            let description = match description {
                Some(number) => Value::from(loader.string_at(*number)?),
                None => Value::UNDEFINED,
            };
            match *flags {
                0 => loader.vm.heap.symbol(description),
                PRIVATE if description.is_string() => loader.vm.heap.private_name(description),
                REGISTERED if description.is_string() => loader.vm.heap.registered_symbol(description),
                _ => return refuse("a symbol of no kind"),
            }
        }
        _ => return Ok(None),
    }))
}

/// Cells that objects need, and built-ins.
fn make_early(loader: &mut Loader, head: &Head) -> Loaded<Option<Value>> {
    let vm = &mut *loader.vm;
    Ok(Some(match head {
        Head::Other(CellKind::Var) => Value::internal_cell(vm.heap.alloc(VarCell::new(Value::UNDEFINED))),
        Head::Other(CellKind::Accessor) => {
            Value::internal_cell(vm.heap.alloc(Accessor::new(Value::UNDEFINED, Value::UNDEFINED)))
        }
        Head::Other(CellKind::Iterator) => vm.record(IterKind::Finished),
        Head::Coroutine { func, pc, state } => {
            let function = &vm.code.module.functions[usize::from(*func)];
            if !suspends(function.kind, function.code.get(*pc as usize).copied(), *state) {
                return refuse("a call is suspended where nothing suspends");
            }
            Value::internal_cell(vm.coroutine_at(*func, *pc, *state))
        }
        Head::BuiltinFunction(id) => vm.native_function(*id),
        Head::BuiltinObject(path) => vm.owner_object(path).into(),
        Head::BuiltinAccessor { path, key, is_setter } => return accessor(loader, path, key, *is_setter).map(Some),
        _ => return Ok(None),
    }))
}

/// Whether a call of such a function can be left at an instruction.
fn suspends(kind: FunctionKind, at: Option<Instr>, state: State) -> bool {
    let Some(at) = at else { return false };
    match (state, kind) {
        (_, FunctionKind::Normal) => false,
        (State::Done, _) => true,
        (State::Start, _) => matches!(at, Instr::GeneratorStart {}),
        (_, FunctionKind::Async) => matches!(at, Instr::Await { .. }),
        (_, FunctionKind::Generator) => matches!(at, Instr::Yield { .. } | Instr::YieldResult { .. }),
        (_, FunctionKind::AsyncGenerator) => {
            matches!(at, Instr::Await { .. } | Instr::Yield { .. } | Instr::YieldResult { .. })
        }
    }
}

fn accessor(loader: &mut Loader, path: &str, key: &str, is_setter: bool) -> Loaded<Value> {
    let vm = &mut *loader.vm;
    let owner = match path.strip_prefix('#') {
        Some(id) => match id.parse::<u16>().ok().filter(|id| usize::from(*id) < NATIVES.len()) {
            Some(id) => vm.native_function(id).as_object(),
            None => None,
        },
        None => owner_path(path).map(|path| vm.owner_object(path)),
    };
    let key = match key.strip_prefix('@').and_then(|at| WellKnown::ALL.get(at.parse::<usize>().ok()?)) {
        Some(known) => Some(vm.well_known(*known)),
        None if array_index(StrView::Latin1(key.as_bytes())).is_some() => None,
        None => Some(vm.key(key)),
    };
    let pair = owner.zip(key).and_then(|(owner, key)| vm.get_own(owner, key)?.accessor());
    match pair.map(|(getter, setter)| if is_setter { setter } else { getter }).filter(|half| half.is_object()) {
        Some(half) => Ok(half),
        None => refuse("a built-in has no such getter"),
    }
}

fn make_object(loader: &mut Loader, head: &Head) -> Loaded<Option<Value>> {
    let none = ShapeId::NONE;
    let coroutine = match head {
        Head::Generator(_, number) => Some(loader.coroutine_at(*number)?),
        _ => None,
    };
    let heap = &mut loader.vm.heap;
    let object = match head {
        Head::Inline(CellKind::Plain, inline) => heap.plain(none, *inline, Plain),
        Head::Inline(_, inline) => heap.plain(none, *inline, Instance),
        Head::Function(func) => {
            let data = FunctionData { func: *func, captures: Box::default(), name: Value::ABSENT, class: None };
            heap.object(none, data).base()
        }
        Head::Inner(inner, length) => {
            heap.object(none, NativeData::of_inner(*inner, *length, Value::UNDEFINED, &[])).base()
        }
        Head::Generator(kind, _) => {
            let Some(coroutine) = coroutine else { return Ok(None) };
            if *kind == CellKind::Generator {
                heap.object(none, GeneratorData { coroutine }).base()
            } else {
                heap.object(none, AsyncGeneratorData { coroutine, queue: Default::default(), busy: false }).base()
            }
        }
        Head::RegExp { source, flags } => return make_regexp(loader, *source, *flags).map(Some),
        Head::Mrk(amount) => heap.object(none, MrkData(*amount)).base(),
        Head::Numbers(CellKind::Vec2, [x, y, ..]) => heap.object(none, Vec2Data([*x, *y])).base(),
        Head::Numbers(CellKind::Vec3, [x, y, z, _]) => heap.object(none, Vec3Data([*x, *y, *z])).base(),
        Head::Numbers(CellKind::Quat, all) => heap.object(none, QuatData(*all)).base(),
        Head::Numbers(_, all) => heap.object(none, ColorData(*all)).base(),
        Head::Namespace(index) => heap.object(none, NamespaceData(*index)).base(),
        Head::ListIterator(proto) => heap.object(none, ListIteratorData { cursor: Cursor::Done, proto: *proto }).base(),
        Head::Buffer { bytes, max, detached } => {
            let max = match max.map(usize::try_from) {
                None => None,
                Some(Ok(max)) if max <= MAX_BYTES && bytes.len() <= max => Some(max),
                Some(_) => return refuse("a buffer is longer than it may be"),
            };
            if *detached && !bytes.is_empty() {
                return refuse("a buffer is detached and there");
            }
            let storage = Storage { bytes: bytes.to_vec(), max, detached: *detached };
            heap.object(none, ForeignData(Box::new(Buffer(Rc::new(RefCell::new(storage)))))).base()
        }
        Head::Foreign(_) => {
            heap.object(none, ForeignData(Box::new(crate::natives::iterator::protocol::Wrapped::default()))).base()
        }
        Head::Other(kind) => match make_other(loader.vm, *kind) {
            Some(object) => object,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    Ok(Some(object.into()))
}

fn make_other(vm: &mut Vm, kind: CellKind) -> Option<Gc<Object>> {
    let (none, heap) = (ShapeId::NONE, &mut vm.heap);
    Some(match kind {
        CellKind::Array => heap.object(none, ArrayData::default()).base(),
        CellKind::Bound => {
            let (target, this) = (Value::UNDEFINED, Value::UNDEFINED);
            heap.object(none, BoundData { target, this, args: Box::default() }).base()
        }
        CellKind::Error => heap.object(none, ErrorData { trace: None, refusal: None, lazy_stack: false }).base(),
        CellKind::Promise => heap.object(none, PromiseData::new()).base(),
        CellKind::Map => heap.object(none, MapData::default()).base(),
        CellKind::Set => heap.object(none, SetData::default()).base(),
        CellKind::WeakMap => heap.object(none, WeakMapData::default()).base(),
        CellKind::WeakSet => heap.object(none, WeakSetData::default()).base(),
        CellKind::Wrapper => heap.object(none, WrapperData { value: Value::UNDEFINED }).base(),
        CellKind::Date => heap.object(none, DateData { time: f64::NAN }).base(),
        _ => return None,
    })
}

fn make_regexp(loader: &mut Loader, source: usize, flags: usize) -> Loaded<Value> {
    let (source, flags) = (loader.string_at(source)?, loader.string_at(flags)?);
    let Some(regex) = regexp::compiled(loader.vm, source, flags) else { return refuse("a pattern is none") };
    Ok(loader.vm.heap.object(ShapeId::NONE, RegExpData { source, flags, regex }).into())
}
