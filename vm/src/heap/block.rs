//! Memory for cells: blocks of equal cells by size, handed out by bumping through runs of free cells; bigger cells one by one.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::NonNull;

use super::kind::{CellKind, Header};

/// Cells up to this size share blocks.
const MAX_SMALL: usize = 512;
const CLASSES: usize = MAX_SMALL / 16;
const FIRST_BLOCK: usize = 1 << 10;
const MAX_BLOCK: usize = 32 << 10;

/// All cells of one heap.
#[derive(Debug)]
pub(super) struct Space {
    classes: [Class; CLASSES],
    large: Vec<Large>,
}

#[derive(Clone, Debug, Default)]
struct Class {
    cursor: usize,
    limit: usize,
    /// The next run of free cells; see [`FreeRun`].
    next_run: usize,
    blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
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
    header: Header,
    /// Address of the next run, 0 at the end. The run's length follows from the block's cells being free.
    next: usize,
}

impl Default for Space {
    fn default() -> Self {
        Self { classes: std::array::from_fn(|_| Class::default()), large: Vec::new() }
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
            class.refill(size);
        }
        let at = class.cursor;
        class.cursor += size;
        // SAFETY: the cursor lies inside a block, which is not at address 0.
        unsafe { NonNull::new_unchecked(at as *mut u8) }
    }

    fn alloc_large(&mut self, bytes: usize) -> NonNull<u8> {
        let layout = layout(bytes);
        // SAFETY: the size is not 0.
        let at = unsafe { alloc(layout) };
        let Some(at) = NonNull::new(at) else { handle_alloc_error(layout) };
        self.large.push(Large { at: at.cast(), bytes });
        at
    }

    /// Visits every cell; what `keep` refuses is freed (the caller has dropped it).
    pub fn sweep(&mut self, mut keep: impl FnMut(*mut Header, usize) -> bool) {
        for (index, class) in self.classes.iter_mut().enumerate() {
            class.sweep((index + 1) * 16, &mut keep);
        }
        self.large.retain(|cell| {
            let kept = keep(cell.at.as_ptr(), cell.bytes);
            if !kept {
                // SAFETY: it was allocated with this layout and is not used again.
                unsafe { dealloc(cell.at.as_ptr().cast(), layout(cell.bytes)) };
            }
            kept
        });
    }

    /// Drops every cell and returns the memory.
    pub fn drop_all(&mut self) {
        self.sweep(|at, _| {
            // SAFETY: `at` is a cell that is dropped once, here.
            unsafe { super::collect::drop_cell(at) };
            false
        });
    }
}

fn layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes, 16).expect("a cell's size fits")
}

impl Class {
    /// Takes the next run of free cells, or a new block.
    #[cold]
    fn refill(&mut self, size: usize) {
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
        let wanted = (FIRST_BLOCK << self.blocks.len().min(5)).min(MAX_BLOCK);
        let bytes = (wanted / size).max(2) * size;
        let layout = layout(bytes);
        // SAFETY: the size is not 0.
        let start = unsafe { alloc_zeroed(layout) } as usize;
        if start == 0 {
            handle_alloc_error(layout);
        }
        self.blocks.push(Block { start, bytes });
        self.cursor = start;
        self.limit = start + bytes;
    }

    fn sweep(&mut self, size: usize, keep: &mut impl FnMut(*mut Header, usize) -> bool) {
        // What is left of the current run may hold stale bytes: mark its cells as free.
        for at in (self.cursor..self.limit).step_by(size) {
            // SAFETY: the cell lies in a block and was not handed out.
            unsafe { (*(at as *mut Header)).kind = CellKind::Free };
        }
        (self.cursor, self.limit, self.next_run) = (0, 0, 0);
        let mut runs = 0usize;
        self.blocks.retain(|block| {
            let first_run_before = runs;
            let (mut run, mut live) = (0usize, false);
            for at in (block.start..block.start + block.bytes).step_by(size) {
                let header = at as *mut Header;
                // SAFETY: every cell of a block has a valid header: written by an allocation, by a sweep, or zero (free).
                let free = unsafe { (*header).kind == CellKind::Free } || {
                    let kept = keep(header, size);
                    if !kept {
                        // SAFETY: as above.
                        unsafe { (*header).kind = CellKind::Free };
                    }
                    !kept
                };
                if !free {
                    live = true;
                    run = 0;
                } else if run == 0 {
                    run = at;
                    let record = FreeRun { header: Header::new(0, 0, size as u32), next: runs };
                    // SAFETY: the cell is free and at least 16 bytes long.
                    unsafe { (at as *mut FreeRun).write(record) };
                    runs = at;
                } else {
                    // SAFETY: `run` is the record written above.
                    unsafe { (*(run as *mut FreeRun)).header.word += size as u32 };
                }
            }
            if !live {
                runs = first_run_before;
                // SAFETY: it was allocated with this layout and no cell of it is live.
                unsafe { dealloc(block.start as *mut u8, layout(block.bytes)) };
            }
            live
        });
        self.next_run = runs;
    }
}
