//! What is known of a function before its translation: straight pieces of code ("nodes"), where machine code may be entered, and by
//! data flow which registers live, which are in machine registers at the start of a node, and which of those are newer than the
//! frame's memory.
//!
//! A node ends at the end of its block or behind a call, since a call leaves the function: the callee's `return` enters it again.
//! Nothing here must be exact for the code to be right: edges of the graph write back and load what the two sides disagree about.

use mosl_bytecode::table::{Operand, Reg};
use mosl_bytecode::{Function, Instr, RegType};

/// Functions beyond these stay with the interpreter.
const MAX_CODE: usize = 40_000;
const MAX_REGISTERS: usize = 4_000;
const MAX_BLOCKS: usize = 8_000;
/// Beyond this many words of data flow (registers times nodes), every register is written through to the frame at once, which needs
/// none: time and memory stay linear.
const MAX_FLOW: usize = 1 << 16;

/// Registers of a frame that are cleared late, at most: each way to the interpreter must do it.
const MAX_STALE: usize = 24;

/// A set of registers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub fn new(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)])
    }

    pub fn full(size: usize) -> Self {
        Self(vec![u64::MAX; size.div_ceil(64)])
    }

    pub fn has(&self, bit: usize) -> bool {
        self.0[bit / 64] >> (bit % 64) & 1 != 0
    }

    pub fn insert(&mut self, bit: usize) {
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    pub fn remove(&mut self, bit: usize) {
        self.0[bit / 64] &= !(1 << (bit % 64));
    }

    pub fn union(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    pub fn intersect(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }

    pub fn subtract(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= !b);
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            let mut left = *bits;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros() as usize;
                    left &= left - 1;
                    word * 64 + bit
                })
            })
        })
    }
}

/// A straight piece of code.
#[derive(Debug)]
pub(super) struct Node {
    pub start: usize,
    /// Behind its last instruction.
    pub end: usize,
    /// Its number among the places of entry; 0 where it is none.
    pub entry: u16,
    /// The node that a throw in it continues at.
    pub handler: Option<usize>,
    /// Nodes that it goes to by itself.
    pub next: Vec<usize>,
    /// Object registers that hold an instance for certain, at its start.
    pub objects: Bits,
    /// On every way to it, the collector can read all of the frame's registers.
    pub cleared: bool,
    /// It ends with a call of other code, across which nothing stays in machine registers but the result.
    pub forgets: bool,
    /// Registers whose content is still wanted, at its start.
    pub live: Bits,
    /// Registers that are in machine registers at its start.
    pub cached: Bits,
    /// Of those, registers that are newer than the frame's memory.
    pub dirty: Bits,
}

/// The plan of one function.
#[derive(Debug)]
pub(super) struct Plan {
    pub nodes: Vec<Node>,
    /// By block.
    pub node_of_block: Vec<usize>,
    /// How many places of entry there are; their numbers begin with 1.
    pub entries: u16,
    /// Registers are in machine registers across nodes, and written back only where someone else looks.
    pub lazy: bool,
    /// By register: written nowhere, so that it holds what it held at the start.
    pub constant: Bits,
    /// Registers of which a fresh frame's memory is stale: see [`Node::cleared`].
    pub stale: Bits,
}

/// Why a function stays with the interpreter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// It suspends: a generator or async function.
    Suspends,
    /// It writes to a register that holds a constant, which the compiler never does.
    Odd,
    TooLong,
    /// Cranelift's answer to code that this module made: a defect, but no reason to stop.
    Backend,
    /// There is no machine code for this machine.
    Machine,
}

impl Refused {
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Suspends => "it suspends (generator or async)",
            Self::Odd => "it writes to a register of a constant",
            Self::TooLong => "it is too long",
            Self::Backend => "the code generator refused it",
            Self::Machine => "there is no code generator for this machine",
        }
    }
}

/// Whether an instruction hands over to another function, whose return comes back behind it.
pub(super) fn is_call(instr: Instr) -> bool {
    matches!(
        instr,
        Instr::Call { .. }
            | Instr::CallMethod { .. }
            | Instr::CallDirect { .. }
            | Instr::CallNative { .. }
            | Instr::New { .. }
            | Instr::SuperCall { .. }
    )
}

/// The registers that an instruction writes and reads.
pub(super) fn registers(function: &Function, instr: Instr, mut write: impl FnMut(usize), mut read: impl FnMut(usize)) {
    use Operand::*;
    instr.for_each_operand(|kind, word| match kind {
        def_any | def_f64 | def_i32 | def_bool | def_str | def_dep => write(word as usize),
        use_any | use_f64 | use_i32 | use_bool | use_str | use_dep => read(word as usize),
        list => function.lists[word as usize].iter().for_each(|reg| read(usize::from(reg.0))),
        _ => {}
    });
}

impl Plan {
    /// Plans a function; `goes_on` says whether the call at a place may also be done without leaving the function.
    pub fn new(function: &Function, goes_on: impl Fn(usize) -> bool) -> Result<Self, Refused> {
        if function.kind != mosl_bytecode::FunctionKind::Normal {
            return Err(Refused::Suspends);
        }
        let (code, registers) = (&function.code, function.registers.len());
        if code.len() > MAX_CODE || registers > MAX_REGISTERS || function.blocks.len() > MAX_BLOCKS {
            return Err(Refused::TooLong);
        }
        let mut plan = Self::split(function, goes_on);
        if function.constants.iter().any(|(reg, _)| !plan.constant.has(usize::from(reg.0))) {
            return Err(Refused::Odd);
        }
        plan.lazy = plan.nodes.len() * registers.div_ceil(64) <= MAX_FLOW
            && plan.nodes.iter().map(|node| node.end - node.start).max().unwrap_or(0) * registers.div_ceil(64)
                <= MAX_FLOW;
        plan.mark_entries(function);
        if plan.lazy {
            plan.find_live(function);
            plan.find_cached(function);
            plan.find_cleared(function);
            plan.find_objects(function);
        } else {
            // Empty sets are all that the translation asks for then.
            let none = Bits::new(registers);
            for node in &mut plan.nodes {
                (node.live, node.cached, node.dirty) = (none.clone(), none.clone(), none.clone());
            }
        }
        Ok(plan)
    }

    /// The same with every register in a machine register alone; `None` where that cannot be.
    pub fn in_registers(mut self) -> Option<Self> {
        for node in &mut self.nodes {
            (node.cached, node.dirty) = (node.live.clone(), node.live.clone());
        }
        self.lazy.then_some(self)
    }

    fn split(function: &Function, goes_on: impl Fn(usize) -> bool) -> Self {
        let mut plan = Self {
            nodes: Vec::new(),
            node_of_block: Vec::new(),
            entries: 0,
            lazy: false,
            constant: Bits::full(function.registers.len()),
            stale: Bits::new(function.registers.len()),
        };
        let mut handlers = Vec::new();
        for (number, block) in function.blocks.iter().enumerate() {
            plan.node_of_block.push(plan.nodes.len());
            let end = function.blocks.get(number + 1).map_or(function.code.len(), |next| next.start as usize);
            let first = block.start as usize;
            let mut start = first;
            for pc in first..end {
                registers(function, function.code[pc], |reg| plan.constant.remove(reg), |_| {});
                if is_call(function.code[pc]) || pc + 1 == end {
                    plan.nodes.push(Node {
                        start,
                        end: pc + 1,
                        entry: 0,
                        handler: None,
                        next: Vec::new(),
                        objects: Bits::new(function.registers.len()),
                        cleared: true,
                        forgets: is_call(function.code[pc]) && !goes_on(pc),
                        live: Bits::default(),
                        cached: Bits::default(),
                        dirty: Bits::default(),
                    });
                    handlers.push(block.handler);
                    start = pc + 1;
                }
            }
        }
        for param in 0..function.params.len() {
            plan.constant.remove(param);
        }
        for (at, handler) in handlers.into_iter().enumerate() {
            plan.nodes[at].handler = handler.map(|block| plan.node_of_block[usize::from(block)]);
            let last = function.code[plan.nodes[at].end - 1];
            let to = |block: u16| plan.node_of_block[usize::from(block)];
            plan.nodes[at].next = match last {
                Instr::Jump { target } => vec![to(target)],
                Instr::Branch { then, otherwise, .. } => vec![to(then), to(otherwise)],
                _ if is_call(last) => vec![at + 1],
                _ => Vec::new(),
            };
        }
        plan
    }

    /// Code is entered at its start, behind calls, at loop heads and at handlers.
    fn mark_entries(&mut self, function: &Function) {
        let mut is_entry = vec![false; self.nodes.len()];
        is_entry[0] = true;
        for at in 0..self.nodes.len() {
            if is_call(function.code[self.nodes[at].end - 1]) {
                is_entry[at + 1] = true;
            }
            for &next in &self.nodes[at].next {
                is_entry[next] |= next <= at;
            }
            if let Some(handler) = self.nodes[at].handler {
                is_entry[handler] = true;
            }
        }
        for (node, is_entry) in self.nodes.iter_mut().zip(is_entry) {
            if is_entry {
                self.entries += 1;
                node.entry = self.entries;
            }
        }
    }

    /// What is live before an instruction, from what is live behind it.
    pub fn before(function: &Function, instr: Instr, live: &mut Bits) {
        registers(function, instr, |reg| live.remove(reg), |_| {});
        registers(function, instr, |_| {}, |reg| live.insert(reg));
    }

    /// What is live at a node's end: what its successors want, those behind its call, and those of its handler.
    pub fn live_at_end(&self, function: &Function, at: usize) -> Bits {
        let mut live = Bits::new(function.registers.len());
        for &next in &self.nodes[at].next {
            live.union(&self.nodes[next].live);
        }
        if is_call(function.code[self.nodes[at].end - 1]) {
            live.union(&self.nodes[at + 1].live);
        }
        if let Some(handler) = self.nodes[at].handler {
            live.union(&self.nodes[handler].live);
        }
        live
    }

    fn find_live(&mut self, function: &Function) {
        let size = function.registers.len();
        for node in &mut self.nodes {
            node.live = Bits::new(size);
        }
        let mut changed = true;
        while changed {
            changed = false;
            for at in (0..self.nodes.len()).rev() {
                let mut live = self.live_at_end(function, at);
                let wanted_by_handler = self.nodes[at].handler.map(|handler| self.nodes[handler].live.clone());
                for pc in (self.nodes[at].start..self.nodes[at].end).rev() {
                    Self::before(function, function.code[pc], &mut live);
                    if let Some(wanted) = &wanted_by_handler {
                        live.union(wanted);
                    }
                }
                live.subtract(&self.constant);
                if live != self.nodes[at].live {
                    self.nodes[at].live = live;
                    changed = true;
                }
            }
        }
    }

    /// What an instruction does to the registers that hold an instance for certain. One that was never written holds none, at which
    /// field accesses end the turn: so behind one it does.
    pub fn pass(function: &Function, instr: Instr, objects: &mut Bits) {
        let is_object = |reg: Reg| matches!(function.registers[usize::from(reg.0)], RegType::Obj(_));
        let found = match instr {
            Instr::GetField { object, .. } | Instr::SetField { object, .. } => Some(object),
            Instr::CheckClass { dst, .. } => Some(dst),
            Instr::Move { dst, src } => objects.has(usize::from(src.0)).then_some(dst),
            _ => None,
        };
        let is_written = !matches!(instr, Instr::CheckClass { .. } | Instr::Move { .. });
        registers(
            function,
            instr,
            |reg| {
                objects.remove(reg);
            },
            |_| {},
        );
        if let Some(reg) = found.filter(|reg| is_object(*reg)) {
            let mut overwritten = false;
            registers(function, instr, |written| overwritten |= is_written && written == usize::from(reg.0), |_| {});
            if !overwritten {
                objects.insert(usize::from(reg.0));
            }
        }
    }

    fn find_objects(&mut self, function: &Function) {
        let size = function.registers.len();
        let mut known = vec![Bits::full(size); self.nodes.len()];
        known[0] = Bits::new(size);
        for handler in self.nodes.iter().filter_map(|node| node.handler) {
            known[handler] = Bits::new(size);
        }
        let mut changed = true;
        while changed {
            changed = false;
            for (at, node) in self.nodes.iter().enumerate() {
                let mut out = known[at].clone();
                (node.start..node.end).for_each(|pc| Self::pass(function, function.code[pc], &mut out));
                for &next in &node.next {
                    let before = known[next].clone();
                    known[next].intersect(&out);
                    changed |= known[next] != before;
                }
            }
        }
        self.nodes.iter_mut().zip(known).for_each(|(node, known)| node.objects = known);
    }

    /// A fresh frame's registers are cleared before the first call, if they are few; what runs without one never pays.
    fn find_cleared(&mut self, function: &Function) {
        let mut held = vec![false; function.registers.len()];
        function.constants.iter().for_each(|(reg, _)| held[usize::from(reg.0)] = true);
        let (live, constant) = (&self.nodes[0].live, &self.constant);
        let stale = |at: &usize| held[*at] || !constant.has(*at) && !live.has(*at);
        let stale: Vec<usize> = (function.params.len()..held.len()).filter(stale).collect();
        if stale.len() > MAX_STALE {
            return;
        }
        stale.into_iter().for_each(|at| self.stale.insert(at));
        self.nodes[0].cleared = false;
        let mut changed = true;
        while changed {
            changed = false;
            for at in 0..self.nodes.len() {
                if self.nodes[at].cleared || self.nodes[at].forgets {
                    continue;
                }
                for next in self.nodes[at].next.clone() {
                    changed |= std::mem::replace(&mut self.nodes[next].cleared, false);
                }
            }
        }
        self.clear_early_in_loops();
    }

    /// Where the collector may look time and again, registers are cleared at once: what an earlier round left in them stays
    /// reachable as long as in the interpreter, whose collections come when these do.
    fn clear_early_in_loops(&mut self) {
        // A loop that begins no later than the last uncleared node may come by it again.
        let Some(last) = self.nodes.iter().rposition(|node| !node.cleared) else { return };
        if self.nodes.iter().enumerate().any(|(at, node)| node.next.iter().any(|next| *next <= at && *next <= last)) {
            self.nodes.iter_mut().for_each(|node| node.cleared = true);
            self.stale = Bits::new(self.constant.0.len() * 64);
        }
    }

    /// Registers are in machine registers at a node's start if they are at the end of all nodes before it.
    fn find_cached(&mut self, function: &Function) {
        let size = function.registers.len();
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            node.next.iter().for_each(|&next| before[next].push(at));
        }
        let mut touched = Vec::with_capacity(self.nodes.len());
        let mut results = Vec::with_capacity(self.nodes.len());
        for node in &mut self.nodes {
            let (mut reads, mut writes) = (Bits::new(size), Bits::new(size));
            for pc in node.start..node.end {
                registers(function, function.code[pc], |reg| writes.insert(reg), |reg| reads.insert(reg));
            }
            reads.union(&writes);
            touched.push((reads, writes));
            let mut result = Bits::new(size);
            registers(function, function.code[node.end - 1], |reg| result.insert(reg), |_| {});
            results.push(result);
            node.cached = Bits::full(size);
            node.dirty = Bits::new(size);
        }
        let mut changed = true;
        while changed {
            changed = false;
            for (at, before) in before.iter().enumerate() {
                let mut cached = if before.is_empty() { Bits::new(size) } else { self.nodes[at].live.clone() };
                let mut dirty = Bits::new(size);
                for &from in before {
                    if self.nodes[from].forgets {
                        cached.intersect(&results[from]);
                        dirty.union(&results[from]);
                        continue;
                    }
                    let mut out = self.nodes[from].cached.clone();
                    out.union(&touched[from].0);
                    cached.intersect(&out);
                    dirty.union(&self.nodes[from].dirty);
                    dirty.union(&touched[from].1);
                }
                dirty.intersect(&cached);
                if cached != self.nodes[at].cached || dirty != self.nodes[at].dirty {
                    (self.nodes[at].cached, self.nodes[at].dirty) = (cached, dirty);
                    changed = true;
                }
            }
        }
    }
}
