//! Making the iterators of arrays, Maps, Sets and strings (the interpreter steps them), and the iterator over the matches of a
//! regular expression.

use super::super::coerce::this_string;
use crate::heap::{Gc, Tracer};
use crate::interp::iterator::{Cursor, Part};
use crate::native::{Args, Completion};
use crate::object::Object;
use crate::object::data::{Foreign, ForeignData, MapData, SetData};
use crate::realm::Intrinsic;
use crate::snapshot::{ForeignKind, Loaded, Loader, Saver, refuse};
use crate::value::Value;
use crate::vm::Vm;

pub(crate) fn array_iterator(vm: &mut Vm, object: Gc<Object>, part: Part) -> Value {
    vm.new_list_iterator(Cursor::Array { array: object.into(), next: 0, part }, Intrinsic::ArrayIteratorPrototype)
}

pub(crate) fn map_iterator(vm: &mut Vm, args: Args, name: &str, part: Part) -> Completion {
    let Some(map) = args.this.of::<MapData>() else {
        return Err(super::super::collections::incompatible(vm, args, &format!("Map.prototype.{name}")));
    };
    let cursor = map.cursor();
    Ok(vm.new_list_iterator(Cursor::Map { map, cursor, part }, Intrinsic::MapIteratorPrototype))
}

pub(crate) fn set_iterator(vm: &mut Vm, args: Args, name: &str, part: Part) -> Completion {
    let Some(set) = args.this.of::<SetData>() else {
        return Err(super::super::collections::incompatible(vm, args, &format!("Set.prototype.{name}")));
    };
    let cursor = set.cursor();
    Ok(vm.new_list_iterator(Cursor::Set { set, cursor, part }, Intrinsic::SetIteratorPrototype))
}

/// `String.prototype[Symbol.iterator]`
pub(crate) fn string_values(vm: &mut Vm, args: Args) -> Completion {
    let string = this_string(vm, args, "[Symbol.iterator]")?.into();
    Ok(vm.new_list_iterator(Cursor::Str { string, next: 0 }, Intrinsic::StringIteratorPrototype))
}

/// What `matchAll` yields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matches {
    regexp: Value,
    text: Value,
    global: bool,
    unicode: bool,
    done: bool,
}

impl Foreign for Matches {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.values(&[self.regexp, self.text]);
    }
    fn size(&self) -> usize {
        size_of::<Self>()
    }
    fn class_name(&self) -> &'static str {
        "RegExp String Iterator"
    }
    fn kind(&self) -> ForeignKind {
        ForeignKind::Matches
    }
    fn save(&self, saver: &mut Saver) {
        saver.cell(self.regexp);
        saver.value(self.text);
        [self.global, self.unicode, self.done].into_iter().for_each(|flag| saver.flag(flag));
    }
}

impl Matches {
    pub(crate) fn load(loader: &mut Loader) -> Loaded<Self> {
        let (regexp, text) = (loader.object()?.into(), loader.value()?);
        if !text.is_string() {
            return refuse("matches are sought in no text");
        }
        Ok(Self { regexp, text, global: loader.flag()?, unicode: loader.flag()?, done: loader.flag()? })
    }
}

pub(crate) fn matches_iterator(vm: &mut Vm, regexp: Value, text: Value, global: bool, unicode: bool) -> Value {
    let shape = vm.shape_of_proto(Intrinsic::RegExpStringIteratorPrototype);
    let matches = Matches { regexp, text, global, unicode, done: false };
    vm.heap.object(shape, ForeignData(Box::new(matches))).into()
}

pub(super) fn next_match(vm: &mut Vm, args: Args) -> Completion {
    let foreign = args.this.of::<ForeignData>();
    let Some((mut foreign, matches)) = foreign.and_then(|f| f.data.get::<Matches>().map(|m| (f, *m))) else {
        return Err(super::super::collections::incompatible(vm, args, "%RegExpStringIterator.prototype%.next"));
    };
    if matches.done {
        return Ok(vm.iter_result(Value::UNDEFINED, true));
    }
    let found = super::super::regexp::next_match(vm, matches.regexp, matches.text, matches.global, matches.unicode);
    if let Some(matches) = foreign.data.get_mut::<Matches>() {
        matches.done = !matches.global || !matches!(found, Ok(Some(_)));
    }
    match found? {
        Some(value) => Ok(vm.iter_result(value, false)),
        None => Ok(vm.iter_result(Value::UNDEFINED, true)),
    }
}
