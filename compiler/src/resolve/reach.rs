//! Which files' bodies were resolved. Who asks about one file (the language server, at each keystroke) needs the bodies of few: what
//! other files declare at their top is known of all of them. Whoever reads what only the resolution of a body yields, of a file whose
//! body was left out, is noted: what it has found out is then void, and it asks again with that file resolved too.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;
use std::ops::{Index, IndexMut};
use std::rc::Rc;

use mosl_syntax::ast::Class;
use rustc_hash::FxHashMap;

use super::{Origin, TypeDecl, TypeName};
use crate::program::{Binding, ClassInfo, Facts, FileId};

/// What was left out, and whether somebody wanted it.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// By file, once resolution is over, if it left anything out.
    resolved: OnceCell<Vec<bool>>,
    missed: RefCell<BTreeSet<FileId>>,
    missed_all: Cell<bool>,
}

impl Reach {
    /// Says which files were resolved; before, nothing counts as left out.
    pub fn close(&self, resolved: Vec<bool>) {
        if resolved.contains(&false) {
            let _ = self.resolved.set(resolved);
        }
    }

    /// What the resolution of a file's body yields is read.
    pub fn touch(&self, file: usize) {
        if self.resolved.get().is_some_and(|resolved| resolved.get(file) == Some(&false)) {
            self.missed.borrow_mut().insert(FileId(u16::try_from(file).expect("files are numbered by u16")));
        }
    }

    pub fn touch_all(&self) {
        if self.resolved.get().is_some() {
            self.missed_all.set(true);
        }
    }

    /// The files that were missed; `None` for all.
    pub fn missed(&self) -> Option<BTreeSet<FileId>> {
        (!self.missed_all.get()).then(|| self.missed.borrow().clone())
    }

    pub fn is_whole(&self) -> bool {
        self.resolved.get().is_none()
    }

    pub fn lacks(&self) -> bool {
        self.missed_all.get() || !self.missed.borrow().is_empty()
    }
}

/// Something that resolution yields; it may belong to the body of a file.
pub trait Part {
    /// The file, given the place in its list.
    fn file(&self, at: usize) -> Option<usize>;
}

/// A list whose readers are noted: see [`Reach`].
#[derive(Debug)]
pub struct Parts<T> {
    list: Vec<T>,
    reach: Rc<Reach>,
}

impl<T> Parts<T> {
    pub(super) fn new(reach: &Rc<Reach>) -> Self {
        Self { list: Vec::new(), reach: reach.clone() }
    }

    pub(super) fn push(&mut self, part: T) {
        self.list.push(part);
    }

    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.list.iter_mut()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All there is, of every file.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.reach.touch_all();
        self.list.iter()
    }

    /// What is known so far, for who wants nothing of bodies that were left out.
    pub fn so_far(&self) -> &[T] {
        &self.list
    }

    /// A part as it is declared: its name, kind, file and place, which no body changes.
    pub fn declared(&self, at: usize) -> &T {
        &self.list[at]
    }

    pub fn into_vec(self) -> Vec<T> {
        self.list
    }
}

impl<T: Part> Parts<T> {
    /// Those of one file, with their places.
    pub fn of(&self, file: FileId) -> impl Iterator<Item = (usize, &T)> {
        let file = usize::from(file.0);
        self.reach.touch(file);
        self.list.iter().enumerate().filter(move |(at, part)| part.file(*at) == Some(file))
    }
}

impl<T: Part> Index<usize> for Parts<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        let part = &self.list[at];
        if let Some(file) = part.file(at) {
            self.reach.touch(file);
        }
        part
    }
}

impl<T: Part> IndexMut<usize> for Parts<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut self.list[at]
    }
}

impl<'p, T> IntoIterator for &'p Parts<T> {
    type Item = &'p T;
    type IntoIter = std::slice::Iter<'p, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Part for Binding {
    fn file(&self, _: usize) -> Option<usize> {
        Some(usize::from(self.file.0))
    }
}

impl Part for ClassInfo {
    fn file(&self, _: usize) -> Option<usize> {
        Some(usize::from(self.file.0))
    }
}

impl Part for TypeDecl<'_> {
    fn file(&self, _: usize) -> Option<usize> {
        Some(usize::from(self.file.0))
    }
}

/// Syntax: a body adds to the list, but changes nothing of what is in it.
impl Part for &Class {
    fn file(&self, _: usize) -> Option<usize> {
        None
    }
}

impl Part for Origin<'_> {
    fn file(&self, _: usize) -> Option<usize> {
        None
    }
}

/// One for each file.
impl Part for Facts {
    fn file(&self, at: usize) -> Option<usize> {
        Some(at)
    }
}

impl<K> Part for FxHashMap<K, TypeName> {
    fn file(&self, at: usize) -> Option<usize> {
        Some(at)
    }
}

impl<T> Part for Vec<(u32, T)> {
    fn file(&self, at: usize) -> Option<usize> {
        Some(at)
    }
}
