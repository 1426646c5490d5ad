//! The module graph: evaluation order (ECMAScript 16.2.1.6, depth first in order of the imports) and its cycles (Tarjan 1972). Neither
//! recurses, so that a chain of any length is fine.

use crate::program::FileId;

#[derive(Debug, Default)]
pub struct Graph {
    /// Every file that is evaluated, in that order.
    pub evaluation_order: Vec<FileId>,
    /// By file: the number of its cycle; files of one cycle share it.
    pub component: Vec<u32>,
    /// In the order of evaluation: the places therein of what must be done before a file's body runs, should it await.
    pub waits_for: Vec<Vec<u16>>,
    /// In the order of evaluation: the place of the last file of each file's cycle, with which the cycle is done.
    pub cycle_end: Vec<u16>,
}

impl Graph {
    /// `edges[file]` lists what the file imports for evaluation, in order.
    pub fn new(edges: &[Vec<FileId>], entry: FileId) -> Self {
        let mut walk = Walk {
            edges,
            index: vec![None; edges.len()],
            low: vec![0; edges.len()],
            open: Vec::new(),
            is_open: vec![false; edges.len()],
            next: 0,
            order: Vec::new(),
            component: vec![u32::MAX; edges.len()],
            components: 0,
        };
        walk.visit(entry);
        let order = walk.order.len();
        for file in 0..edges.len() {
            walk.visit(FileId(u16::try_from(file).expect("files are numbered by u16")));
        }
        // What only type imports reach is part of the program but is never evaluated.
        walk.order.truncate(order);
        let (waits_for, cycle_end) = dependencies(edges, &walk.order, &walk.component);
        Self { evaluation_order: walk.order, component: walk.component, waits_for, cycle_end }
    }

    /// The number of a file's cycle.
    pub fn cycle_of(&self, file: FileId) -> u32 {
        self.component[usize::from(file.0)]
    }

    /// Both may be evaluated in either order, because they import each other.
    pub fn in_one_cycle(&self, a: FileId, b: FileId) -> bool {
        self.cycle_of(a) == self.cycle_of(b)
    }
}

/// `waits_for` and `cycle_end` (InnerModuleEvaluation, 16.2.1.6.1.3.1): an import of another cycle means the end of that cycle; within
/// a cycle nothing waits for what is evaluated later.
fn dependencies(edges: &[Vec<FileId>], order: &[FileId], component: &[u32]) -> (Vec<Vec<u16>>, Vec<u16>) {
    let number = |at: usize| u16::try_from(at).expect("files are numbered by u16");
    let mut place = vec![u16::MAX; edges.len()];
    let mut end = vec![0; edges.len()];
    for (at, file) in order.iter().enumerate() {
        place[usize::from(file.0)] = number(at);
        end[component[usize::from(file.0)] as usize] = number(at);
    }
    let end_of = |file: FileId| end[component[usize::from(file.0)] as usize];
    let waits_for = |file: &FileId| {
        let own = place[usize::from(file.0)];
        let mut places: Vec<u16> = Vec::new();
        for &to in &edges[usize::from(file.0)] {
            let same = component[usize::from(to.0)] == component[usize::from(file.0)];
            let at = if same { place[usize::from(to.0)] } else { end_of(to) };
            if at < own && !places.contains(&at) {
                places.push(at);
            }
        }
        places
    };
    (order.iter().map(waits_for).collect(), order.iter().map(|&file| end_of(file)).collect())
}

struct Walk<'a> {
    edges: &'a [Vec<FileId>],
    index: Vec<Option<u32>>,
    low: Vec<u32>,
    open: Vec<usize>,
    is_open: Vec<bool>,
    next: u32,
    order: Vec<FileId>,
    component: Vec<u32>,
    components: u32,
}

impl Walk<'_> {
    fn visit(&mut self, root: FileId) {
        let root = usize::from(root.0);
        if self.index[root].is_some() {
            return;
        }
        let mut path = vec![(root, 0)];
        self.enter(root);
        while let Some((file, at)) = path.last_mut() {
            let file = *file;
            let Some(to) = self.edges[file].get(*at).map(|to| usize::from(to.0)) else {
                path.pop();
                self.leave(file);
                if let Some((parent, _)) = path.last() {
                    self.low[*parent] = self.low[*parent].min(self.low[file]);
                }
                continue;
            };
            *at += 1;
            match self.index[to] {
                None => {
                    self.enter(to);
                    path.push((to, 0));
                }
                Some(index) if self.is_open[to] => self.low[file] = self.low[file].min(index),
                Some(_) => {}
            }
        }
    }

    fn enter(&mut self, file: usize) {
        self.index[file] = Some(self.next);
        self.low[file] = self.next;
        self.next += 1;
        self.open.push(file);
        self.is_open[file] = true;
    }

    fn leave(&mut self, file: usize) {
        self.order.push(FileId(u16::try_from(file).expect("files are numbered by u16")));
        if Some(self.low[file]) != self.index[file] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.is_open[member] = false;
            self.component[member] = self.components;
            if member == file {
                break;
            }
        }
        self.components += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::Graph;
    use crate::program::FileId;

    #[track_caller]
    fn check(edges: &[&[u16]], order: &[u16]) -> Graph {
        let edges: Vec<Vec<FileId>> = edges.iter().map(|to| to.iter().map(|id| FileId(*id)).collect()).collect();
        let graph = Graph::new(&edges, FileId(0));
        assert_eq!(graph.evaluation_order.iter().map(|id| id.0).collect::<Vec<_>>(), order);
        graph
    }

    #[test]
    fn imports_run_before_their_importer_in_order() {
        check(&[&[1, 2], &[3], &[3], &[]], &[3, 1, 2, 0]);
    }

    #[test]
    fn cycles_run_once_and_are_known() {
        let graph = check(&[&[1], &[2], &[1, 3], &[]], &[3, 2, 1, 0]);
        assert!(graph.in_one_cycle(FileId(1), FileId(2)));
        assert!(!graph.in_one_cycle(FileId(0), FileId(1)));
    }

    #[test]
    fn what_is_imported_from_a_cycle_waits_for_its_end() {
        // 0 imports 2; 2, 3 and 1 are a cycle that 2 ends; 4 stands alone.
        let graph = check(&[&[2, 1, 4], &[2], &[3], &[1, 4], &[]], &[1, 4, 3, 2, 0]);
        assert_eq!(graph.cycle_end, [3, 1, 3, 3, 4]);
        assert_eq!(graph.waits_for, [vec![], vec![], vec![0, 1], vec![2], vec![3, 1]]);
    }

    #[test]
    fn a_long_chain_does_not_recurse() {
        let edges: Vec<Vec<FileId>> =
            (0..60_000u16).map(|id| if id < 59_999 { vec![FileId(id + 1)] } else { vec![] }).collect();
        assert_eq!(Graph::new(&edges, FileId(0)).evaluation_order.len(), 60_000);
    }
}
