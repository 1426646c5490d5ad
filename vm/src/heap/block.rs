//! Memory for cells: blocks of equal cells by size, handed out by bumping through runs of free cells; bigger cells one by one.
//!
//! After marking, blocks are swept one at a time: by the collector's slices, or when an allocation needs room in one.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

use super::barrier::FIRST_WHITE;
use super::kind::{CellKind, Header};

/// Cells up to this size share blocks.
const MAX_SMALL: usize = 512;
const CLASSES: usize = MAX_SMALL / 16;
const FIRST_BLOCK: usize = 1 << 10;
const MAX_BLOCK: usize = 32 << 10;
/// Blocks that an allocation sweeps at most before it takes a new one.
const SWEPT_FOR_ROOM: usize = 2;
/// Empty blocks that are kept for whoever needs one next.
const SPARE_BLOCKS: usize = 32;

/// All cells of one heap.
#[derive(Debug)]
pub(super) struct Space {
    classes: [Class; CLASSES],
    large: Vec<Large>,
    /// The next large cell to sweep.
    large_at: usize,
    sweep: Sweep,
}

/// What a sweep knows and finds out.
#[derive(Debug)]
struct Sweep {
    /// The mark of cells that die.
    dead: u8,
    /// The mark that the others get.
    white: u8,
    /// Logical bytes of the cells that lived already when marking ended.
    live: usize,
    spare: Vec<usize>,
}

#[derive(Clone, Debug, Default)]
struct Class {
    cursor: usize,
    limit: usize,
    /// The next run of free cells; see [`FreeRun`].
    next_run: usize,
    blocks: Vec<Block>,
    /// The next block to sweep, and where those end that this sweep covers.
    sweep_at: usize,
    sweep_end: usize,
}

/// A block that was given back has no bytes.
#[derive(Clone, Copy, Debug)]
struct Block {
    start: usize,
    bytes: usize,
}

#[derive(Debug)]
struct Large {
    at: NonNull<Header>,
    bytes: usize,
}

/// Written over the first cell of a run of free cells (16 bytes: the smallest cell has room).
#[repr(C)]
struct FreeRun {
    /// The word is the run's length in bytes.
    header: Header,
    /// Address of the next run, 0 at the end.
    next: usize,
}

impl Default for Space {
    fn default() -> Self {
        Self {
            classes: std::array::from_fn(|_| Class::default()),
            large: Vec::new(),
            large_at: 0,
            sweep: Sweep { dead: FIRST_WHITE, white: FIRST_WHITE, live: 0, spare: Vec::new() },
        }
    }
}

impl Space {
    /// `size` is a multiple of 16, not 0. The result is aligned to 16; its content is stale.
    #[inline]
    pub fn alloc(&mut self, size: usize) -> NonNull<u8> {
        if size > MAX_SMALL {
            return self.alloc_large(size);
        }
        let class = &mut self.classes[size / 16 - 1];
        if class.cursor == class.limit {
            class.refill(size, &mut self.sweep);
        }
        let at = class.cursor;
        class.cursor += size;
        // SAFETY: the cursor lies inside a block, which is not at address 0.
        unsafe { NonNull::new_unchecked(at as *mut u8) }
    }

    #[cold]
    fn alloc_large(&mut self, bytes: usize) -> NonNull<u8> {
        let at = allocate(bytes);
        self.large.push(Large { at: at.cast(), bytes });
        at
    }

    /// Begins to sweep: cells marked `dead` go, all others get the mark `white`.
    pub fn begin_sweep(&mut self, dead: u8, white: u8) {
        (self.sweep.dead, self.sweep.white, self.sweep.live) = (dead, white, 0);
        self.large_at = 0;
        for (index, class) in self.classes.iter_mut().enumerate() {
            class.retire((index + 1) * 16);
            (class.sweep_at, class.sweep_end) = (0, class.blocks.len());
        }
    }

    /// Sweeps about that many bytes and yields what is left of them; some are left only where the sweep has ended.
    pub fn sweep(&mut self, mut bytes: usize) -> usize {
        for (index, class) in self.classes.iter_mut().enumerate() {
            while class.sweep_at < class.sweep_end {
                if bytes == 0 {
                    return 0;
                }
                bytes = bytes.saturating_sub(class.blocks[class.sweep_at].bytes);
                class.sweep_next((index + 1) * 16, &mut self.sweep, false);
            }
        }
        while self.large_at < self.large.len() {
            if bytes == 0 {
                return 0;
            }
            bytes = bytes.saturating_sub(MAX_SMALL);
            self.sweep_large();
        }
        bytes
    }

    /// Logical bytes of what the sweep found alive; what was made since marking ended does not count.
    pub fn live(&self) -> usize {
        self.sweep.live
    }

    fn sweep_large(&mut self) {
        let Large { at, bytes } = self.large[self.large_at];
        // SAFETY: the cell is allocated.
        if unsafe { self.sweep.keeps(at.as_ptr(), bytes) } {
            self.large_at += 1;
        } else {
            self.large.swap_remove(self.large_at);
            // SAFETY: it was allocated with this size and is not used again.
            unsafe { dealloc(at.as_ptr().cast(), layout(bytes)) };
        }
    }

    /// Visits every cell.
    pub fn each(&self, mut visit: impl FnMut(*mut Header)) {
        for (index, class) in self.classes.iter().enumerate() {
            let size = (index + 1) * 16;
            for block in &class.blocks {
                for at in block.cells(size).filter(|at| !(class.cursor..class.limit).contains(at)) {
                    let header = at as *mut Header;
                    // SAFETY: every cell of a block that is not in the current run has a header.
                    if unsafe { (*header).kind != CellKind::Free } {
                        visit(header);
                    }
                }
            }
        }
        self.large.iter().for_each(|cell| visit(cell.at.as_ptr()));
    }

    /// Drops every cell and returns the memory.
    pub fn drop_all(&mut self) {
        // SAFETY: each cell is dropped once, here.
        self.each(|at| unsafe { drop_cell(at) });
        for block in self.classes.iter_mut().flat_map(|class| class.blocks.drain(..)).filter(|block| block.bytes > 0) {
            // SAFETY: it was allocated with this size and is not used again.
            unsafe { dealloc(block.start as *mut u8, layout(block.bytes)) };
        }
        for cell in self.large.drain(..) {
            // SAFETY: as above.
            unsafe { dealloc(cell.at.as_ptr().cast(), layout(cell.bytes)) };
        }
        for spare in self.sweep.spare.drain(..) {
            // SAFETY: as above; spare blocks have the full size.
            unsafe { dealloc(spare as *mut u8, layout(MAX_BLOCK)) };
        }
    }
}

fn layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes, 16).expect("a cell's size fits")
}

fn allocate(bytes: usize) -> NonNull<u8> {
    let layout = layout(bytes);
    // SAFETY: the size is not 0.
    let Some(at) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
    at
}

/// # Safety
/// `at` is an allocated cell that is not used again.
unsafe fn drop_cell(at: *mut Header) {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(drop) = (*at).kind.info().drop {
            drop(at);
        }
    }
}

impl Block {
    fn cells(self, size: usize) -> impl Iterator<Item = usize> {
        (0..self.bytes / size).map(move |index| self.start + index * size)
    }
}

impl Sweep {
    /// Whether a cell lives: then it is white again. Drops it else.
    ///
    /// # Safety
    /// `at` is an allocated cell.
    unsafe fn keeps(&mut self, at: *mut Header, size: usize) -> bool {
        // SAFETY: the caller's promise; what has the dead mark is reached by nothing, so that it is dropped once, here.
        unsafe {
            let mark = (*at).mark;
            if mark == self.dead {
                drop_cell(at);
                return false;
            }
            if mark != self.white {
                (*at).mark = self.white;
                self.live += size + ((*at).kind.info().external_size)(at);
            }
            true
        }
    }

    fn give_back(&mut self, block: Block) {
        if block.bytes == MAX_BLOCK && self.spare.len() < SPARE_BLOCKS {
            self.spare.push(block.start);
        } else {
            // SAFETY: it was allocated with this size and no cell of it is live.
            unsafe { dealloc(block.start as *mut u8, layout(block.bytes)) };
        }
    }
}

impl Class {
    /// Finds the next run of free cells: what is known, what a little sweeping finds, or a new block.
    #[cold]
    #[inline(never)]
    fn refill(&mut self, size: usize, sweep: &mut Sweep) {
        let mut swept = 0;
        while self.next_run == 0 && swept < SWEPT_FOR_ROOM && self.sweep_at < self.sweep_end {
            self.sweep_next(size, sweep, true);
            swept += 1;
        }
        if self.next_run != 0 {
            let run = self.next_run as *mut FreeRun;
            // SAFETY: the sweep wrote a run here, and its cells have not been handed out.
            unsafe {
                self.cursor = run as usize;
                self.limit = self.cursor + (*run).header.word as usize;
                self.next_run = (*run).next;
            }
            return;
        }
        let bytes = (FIRST_BLOCK << self.blocks.len().min(5)).min(MAX_BLOCK);
        let spare = if bytes == MAX_BLOCK { sweep.spare.pop() } else { None };
        let start = spare.unwrap_or_else(|| allocate(bytes).as_ptr() as usize);
        self.blocks.push(Block { start, bytes });
        self.cursor = start;
        self.limit = start + bytes / size * size;
    }

    /// Marks what is left of the current run as free: it may hold stale bytes.
    fn retire(&mut self, size: usize) {
        for at in (self.cursor..self.limit).step_by(size) {
            // SAFETY: the cell lies in a block and was not handed out.
            unsafe { (at as *mut Header).write(Header::new(0, 0, 0)) };
        }
        (self.cursor, self.limit, self.next_run) = (0, 0, 0);
    }

    /// Sweeps the next block. One without live cells is given back, unless it is wanted here.
    fn sweep_next(&mut self, size: usize, sweep: &mut Sweep, wanted: bool) {
        let block = self.blocks[self.sweep_at];
        let runs_before = self.next_run;
        let (mut run, mut live) = (0usize, false);
        for at in block.cells(size) {
            let header = at as *mut Header;
            // SAFETY: every cell of the block has a header, written by an allocation, a sweep or `retire`.
            if unsafe { (*header).kind != CellKind::Free && sweep.keeps(header, size) } {
                (run, live) = (0, true);
            } else if run == 0 {
                run = at;
                let record = FreeRun { header: Header::new(0, 0, size as u32), next: self.next_run };
                // SAFETY: the cell is free and at least 16 bytes long.
                unsafe { (at as *mut FreeRun).write(record) };
                self.next_run = at;
            } else {
                // SAFETY: the cell is free; `run` is the record written above.
                unsafe {
                    (*header).kind = CellKind::Free;
                    (*(run as *mut FreeRun)).header.word += size as u32;
                }
            }
        }
        if !live && !wanted {
            self.next_run = runs_before;
            sweep.give_back(block);
            self.blocks[self.sweep_at].bytes = 0;
        }
        self.sweep_at += 1;
        if self.sweep_at == self.sweep_end {
            self.blocks.retain(|block| block.bytes > 0);
            (self.sweep_at, self.sweep_end) = (0, 0);
        }
    }
}
