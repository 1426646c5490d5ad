//! What can be told before anything flows: names of accessors and of what is deleted, and which properties of instances and of
//! literals are there before anyone else sees the object.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::super::{FuncId, Function, Inst, Op, Plain, Program, StrId, Temp};
use super::constructors::Made;
use super::solver::{Place, is_constructor};

pub struct Scan {
    /// Names of getters and setters.
    pub accessors: FxHashSet<StrId>,
    pub deleted: FxHashSet<StrId>,
    /// Members with names that are computed: any, or symbols.
    pub has_computed_members: bool,
    /// Members whose names may be any text.
    pub has_wild_members: bool,
    /// Something called `constructor` is assigned, which arrays ask for.
    pub changes_species: bool,
    /// Of object literals: the names that follow at once.
    pub literals: FxHashMap<Place, Vec<StrId>>,
    constructors: FxHashMap<FuncId, Made>,
    pub length: Option<StrId>,
    pub constructor_name: Option<StrId>,
    pub prototype_name: Option<StrId>,
    /// `toString` and `valueOf`.
    pub conversions: [Option<StrId>; 2],
}

impl Scan {
    pub fn of(program: &Program) -> Self {
        let find = |text: &str| program.strings.find(text);
        let mut scan = Self {
            accessors: FxHashSet::default(),
            deleted: FxHashSet::default(),
            has_computed_members: false,
            has_wild_members: false,
            changes_species: false,
            literals: FxHashMap::default(),
            constructors: FxHashMap::default(),
            length: find("length"),
            constructor_name: find("constructor"),
            prototype_name: find("prototype"),
            conversions: [find("toString"), find("valueOf")],
        };
        let mut inits: FxHashMap<FuncId, FuncId> = FxHashMap::default();
        let mut place = 0;
        for func in &program.functions {
            let makers = Makers::of(func);
            for block in &func.blocks {
                for (index, inst) in block.insts.iter().enumerate() {
                    scan.inst(program, &makers, inst);
                    if inst.op == Op::Plain(Plain::NewObject) {
                        scan.literals.insert(place, literal_names(&makers, &block.insts[index..]));
                    }
                    if inst.op == Op::Plain(Plain::SetFieldInit)
                        && let [Some(Op::NewClosure(class)), Some(Op::NewClosure(init))] =
                            [makers.op(inst.args[0]), makers.op(inst.args[1])]
                    {
                        inits.insert(class, init);
                    }
                    place += 1;
                }
                place += 1;
            }
        }
        for (index, func) in program.functions.iter().enumerate().filter(|(_, func)| is_constructor(func)) {
            let id = FuncId(index as u32);
            let init = inits.get(&id).map(|init| &program.functions[init.0 as usize]);
            let made = super::constructors::made(program, &scan, func, init);
            scan.constructors.insert(id, made);
        }
        scan
    }

    fn inst(&mut self, program: &Program, makers: &Makers, inst: &Inst) {
        let key = || inst.args.get(1).and_then(|&key| makers.text(key));
        match inst.op {
            Op::DefineMethod(kind) => match key().filter(|&name| !self.is_index(program, name)) {
                Some(name) if kind & 3 != 0 => _ = self.accessors.insert(name),
                Some(_) => {}
                None => {
                    self.has_computed_members = true;
                    self.has_wild_members |= !makers.is_symbol(inst.args[1]);
                }
            },
            Op::Plain(Plain::DeleteProp) => _ = key().map(|name| self.deleted.insert(name)),
            Op::SetProp(name) => self.changes_species |= Some(name) == self.constructor_name,
            Op::Plain(Plain::DefineField | Plain::SetIndex | Plain::DefineUnset) => {
                let name = key();
                self.changes_species |= name.is_some() && name == self.constructor_name;
            }
            _ => {}
        }
    }

    pub fn constructor(&self, class: FuncId) -> Option<&Made> {
        self.constructors.get(&class)
    }

    /// Whether a name may be that of an element: it is a number's text, more or less.
    #[expect(clippy::unused_self, reason = "asked beside the other questions about names")]
    pub fn is_index(&self, program: &Program, name: StrId) -> bool {
        let units = program.strings.units(name);
        let first = units.first().copied().unwrap_or(0);
        let text = |text: &str| units.iter().copied().eq(text.encode_utf16());
        (u16::from(b'0')..=u16::from(b'9')).contains(&first)
            || first == u16::from(b'-')
            || text("Infinity")
            || text("NaN")
    }
}

/// The instruction that makes each temporary of a function.
pub struct Makers(Vec<Option<(Op, Option<Temp>)>>);

impl Makers {
    pub fn of(func: &Function) -> Self {
        let mut makers = vec![None; func.temps.len()];
        for inst in func.blocks.iter().flat_map(|block| &block.insts) {
            if let [result] = inst.results[..] {
                makers[result.0 as usize] = Some((inst.op, inst.args.first().copied()));
            }
        }
        Self(makers)
    }

    /// What makes it; `box` is looked through.
    pub fn op(&self, temp: Temp) -> Option<Op> {
        match self.0[temp.0 as usize]? {
            (Op::Box, Some(source)) => self.op(source),
            (op, _) => Some(op),
        }
    }

    /// Whether it is read from `Symbol` by a name, as `Symbol.iterator` is.
    fn is_symbol(&self, temp: Temp) -> bool {
        let Some((Op::GetProp(_), Some(of))) = self.0[temp.0 as usize] else { return false };
        let is_symbols = |number: u16| mosl_bytecode::natives::GLOBALS[usize::from(number)] == "Symbol";
        matches!(self.op(of), Some(Op::Intrinsic(number)) if is_symbols(number))
    }

    pub fn text(&self, temp: Temp) -> Option<StrId> {
        if let Some(Op::Str(text)) = self.op(temp) { Some(text) } else { None }
    }
}

/// The names that an object literal is given before it is used otherwise; the first instruction makes it.
fn literal_names(makers: &Makers, insts: &[Inst]) -> Vec<StrId> {
    let object = insts[0].results[0];
    let mut names = vec![];
    for inst in &insts[1..] {
        if !inst.args.contains(&object) {
            continue;
        }
        let name = match inst.op {
            Op::SetProp(name) => Some(name),
            Op::Plain(Plain::DefineField) | Op::DefineMethod(_) => makers.text(inst.args[1]),
            _ => None,
        };
        let Some(name) = name.filter(|_| !inst.args[1..].contains(&object)) else { break };
        names.push(name);
    }
    names
}
