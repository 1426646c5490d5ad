//! Functions that wait (generators, async functions): the code runs from one wait to the next. It is a loop over numbered segments of
//! blocks; at a wait, what is needed later goes to the frame. Control flow that does not nest runs by the same loop.

use wasm_encoder::{BlockType, Instruction, RefType, ValType};

use super::body::{Body, Call};
use super::build::{ANY, EQ};
use crate::mir::{BlockId, Op, Plain, Temp, Terminator};

#[derive(Debug)]
pub(super) struct Dispatch {
    /// The local that holds the number of the next segment.
    label: u32,
    /// How many constructs enclose the loop.
    around: u32,
    segments: Vec<Segment>,
    /// Where what outlives a wait is kept: by local, in which row of the frame and at what index.
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Segment {
    /// The start of a function that waits: parameters come from the frame.
    Start,
    Block(BlockId),
    /// After the wait at that instruction.
    After(BlockId, usize),
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    local: u32,
    ty: ValType,
    index: i32,
}

pub(super) fn is_wait(op: Op) -> bool {
    matches!(op, Op::Plain(Plain::Await | Plain::Yield | Plain::YieldResult | Plain::GeneratorStart))
}

/// What a frame says of a wait.
fn signal(plain: Plain) -> i32 {
    match plain {
        Plain::Await => 1,
        Plain::Yield => 2,
        Plain::YieldResult => 3,
        _ => 4,
    }
}

impl<'a> Body<'_, 'a, '_> {
    /// Control flow that does not nest.
    pub fn dispatched(&mut self) {
        let segments = self.blocks().map(Segment::Block).collect();
        self.run(segments, vec![]);
    }

    /// A function that waits, as its frame's `resume`.
    pub fn resumed(&mut self) {
        let mut segments = vec![Segment::Start];
        segments.extend(self.blocks().map(Segment::Block));
        let f = self.f;
        for block in self.blocks() {
            let waits = f.block(block).insts.iter().enumerate().filter(|(_, inst)| is_wait(inst.op));
            segments.extend(waits.map(|(at, _)| Segment::After(block, at)));
        }
        // The first places of the frame's rows hold the parameters.
        let (mut anys, mut nums) = (self.f.params as i32, 0);
        let slots = self.kept().into_iter().map(|(local, ty)| {
            let next = if matches!(ty, ValType::Ref(_)) { &mut anys } else { &mut nums };
            *next += 1;
            Slot { local, ty, index: *next - 1 }
        });
        let slots = slots.collect();
        self.make_room(anys, nums);
        self.run(segments, slots);
    }

    fn blocks(&self) -> impl Iterator<Item = BlockId> + use<> {
        let reached: Vec<BlockId> =
            (0..self.f.blocks.len() as u32).map(BlockId).filter(|&block| self.is_reached(block)).collect();
        reached.into_iter()
    }

    /// The frame's rows grow at the first run: only this code knows how long they are.
    fn make_room(&mut self, anys: i32, nums: i32) {
        let [frame, any, numbers] = ["Frame", "Any", "Nums"].map(|name| self.b.ty(name));
        let [anys_field, nums_field, state] = ["anys", "nums", "state"].map(|name| self.b.field("Frame", name));
        self.sink().local_get(0).struct_get(frame, state).i32_eqz().if_(BlockType::Empty);
        let row = self.new_local(self.reference_to(any));
        let params = self.f.params as i32;
        self.sink().i32_const(anys).array_new_default(any).local_set(row);
        if params > 0 {
            self.sink().local_get(row).i32_const(0).local_get(0).struct_get(frame, anys_field);
            self.sink().i32_const(0).i32_const(params).array_copy(any, any);
        }
        self.sink().local_get(0).local_get(row).struct_set(frame, anys_field);
        if nums > 0 {
            self.sink().local_get(0).i32_const(nums).array_new_default(numbers).struct_set(frame, nums_field);
        }
        self.sink().end();
    }

    fn run(&mut self, segments: Vec<Segment>, slots: Vec<Slot>) {
        let label = self.new_local(ValType::I32);
        if self.call == Call::Resume {
            self.frame_field("state");
            self.sink().local_set(label);
        }
        let around = self.depth_of_around();
        let count = segments.len();
        self.dispatch = Some(Dispatch { label, around, segments: segments.clone(), slots });
        self.around_other(&Instruction::Loop(BlockType::Empty));
        for _ in 0..count {
            self.around_other(&Instruction::Block(BlockType::Empty));
        }
        let labels: Vec<u32> = (0..count as u32).collect();
        self.sink().local_get(label).br_table(labels, 0);
        for segment in segments {
            self.close_around();
            self.segment(segment);
        }
        self.close_around();
    }

    fn segment(&mut self, segment: Segment) {
        match segment {
            Segment::Start => {
                self.parameters_from_frame();
                self.dispatch_to(BlockId(0));
            }
            Segment::Block(block) => self.part(block, None),
            Segment::After(block, at) => self.part(block, Some(at)),
        }
    }

    fn parameters_from_frame(&mut self) {
        let any = self.b.ty("Any");
        for index in 0..self.f.params as usize {
            self.frame_field("anys");
            let local = self.variables[index];
            self.sink().i32_const(index as i32).array_get(any).local_set(local);
        }
    }

    /// A block from its start, or from after a wait, up to the next wait or its end.
    fn part(&mut self, block: BlockId, after: Option<usize>) {
        let f = self.f;
        let this = f.block(block);
        let first = after.map_or(0, |at| at + 1);
        let mut waited = false;
        self.guarded(block, |body| {
            if let Some(at) = after {
                body.go_on(block, at);
            }
            for (index, inst) in this.insts.iter().enumerate().skip(first) {
                if let Op::Plain(plain) = inst.op
                    && is_wait(inst.op)
                {
                    body.wait(plain, &inst.args, Segment::After(block, index));
                    waited = true;
                    return;
                }
                body.inst(inst);
            }
            body.mark(this.end_loc);
            body.throws(&this.end);
        });
        if !waited {
            self.mark(this.end_loc);
            self.end_by_dispatch(&this.end);
        }
    }

    fn wait(&mut self, plain: Plain, args: &[Temp], then: Segment) {
        if args.is_empty() {
            self.sink().ref_null(EQ);
        } else {
            self.operands(args);
        }
        let value = self.new_local(ANY);
        self.sink().local_set(value);
        self.spill();
        self.keep(true);
        let number = self.number_of(then);
        self.set_frame("state", number);
        self.set_frame("signal", signal(plain));
        self.sink().local_get(value).return_();
    }

    fn set_frame(&mut self, field: &str, value: i32) {
        let (frame, field) = (self.b.ty("Frame"), self.b.field("Frame", field));
        self.sink().local_get(0).i32_const(value).struct_set(frame, field);
    }

    /// Moves what outlives a wait to the frame, or back.
    fn keep(&mut self, to_frame: bool) {
        let slots = std::mem::take(&mut self.dispatch.as_mut().expect("it waits").slots);
        let [any, numbers] = ["Any", "Nums"].map(|name| self.b.ty(name));
        for slot in &slots {
            let is_ref = matches!(slot.ty, ValType::Ref(_));
            self.frame_field(if is_ref { "anys" } else { "nums" });
            self.sink().i32_const(slot.index);
            match (slot.ty, to_frame) {
                (ValType::Ref(_), true) => {
                    self.sink().local_get(slot.local).array_set(any);
                }
                (ValType::I32, true) => {
                    self.sink().local_get(slot.local).f64_convert_i32_s().array_set(numbers);
                }
                (_, true) => {
                    self.sink().local_get(slot.local).array_set(numbers);
                }
                (ValType::Ref(ty), false) => {
                    self.sink().array_get(any);
                    if ty != RefType::EQREF {
                        self.sink().ref_cast_nullable(ty.heap_type);
                    }
                    self.sink().local_set(slot.local);
                }
                (ValType::I32, false) => {
                    self.sink().array_get(numbers).i32_trunc_sat_f64_s().local_set(slot.local);
                }
                (_, false) => {
                    self.sink().array_get(numbers).local_set(slot.local);
                }
            }
        }
        self.dispatch.as_mut().expect("it waits").slots = slots;
    }

    /// What a wait yields when the function goes on.
    fn go_on(&mut self, block: BlockId, at: usize) {
        self.keep(false);
        let inst = &self.f.block(block).insts[at];
        self.sink().local_get(1).i32_const(1).i32_eq().if_(BlockType::Empty);
        self.sink().local_get(2).throw(0).end();
        if !inst.results.is_empty() {
            self.sink().local_get(2);
        }
        if inst.results.len() == 2 {
            self.sink().local_get(1).i32_const(2).i32_eq();
        }
        self.take_results(&inst.results);
    }

    fn number_of(&self, segment: Segment) -> i32 {
        let dispatch = self.dispatch.as_ref().expect("it runs by the loop");
        dispatch.segments.iter().position(|&known| known == segment).expect("every reached segment has a number") as i32
    }

    /// Goes on at a block's start.
    pub fn dispatch_to(&mut self, block: BlockId) {
        let number = self.number_of(Segment::Block(block));
        self.sink().i32_const(number);
        self.dispatch_on();
    }

    fn dispatch_on(&mut self) {
        let dispatch = self.dispatch.as_ref().expect("it runs by the loop");
        let (label, out) = (dispatch.label, self.depth_of_around() - dispatch.around - 1);
        self.sink().local_set(label).br(out);
    }

    fn end_by_dispatch(&mut self, end: &Terminator) {
        match end {
            Terminator::Jump { target, args } => {
                self.pass(*target, args);
                self.dispatch_to(*target);
            }
            Terminator::Branch { cond, then, otherwise } => {
                self.operands(&[*cond]);
                let [then, otherwise] = [then, otherwise].map(|&block| self.number_of(Segment::Block(block)));
                self.sink().if_(BlockType::Result(ValType::I32)).i32_const(then).else_().i32_const(otherwise).end();
                self.dispatch_on();
            }
            Terminator::Return(value) => {
                if self.call == Call::Resume {
                    self.set_frame_done();
                }
                self.return_value(*value);
            }
            Terminator::Throw(_) | Terminator::ThrowError(..) | Terminator::Unreachable => {
                self.sink().unreachable();
            }
        }
    }

    fn set_frame_done(&mut self) {
        self.spill();
        self.set_frame("signal", 0);
    }
}
