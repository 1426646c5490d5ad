//! Which variables some use may see before their initialisation ran. Straight-line code is decided by source order. A use in a closure
//! is decided by where the closure comes to be: a function expression where it stands, a hoisted function at the first place that
//! can reach a mention of it. Conservative: what cannot be told is "may be early".

use mosl_syntax::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::scope::Lifetime;
use crate::program::{Binding, BindingId, BindingKind};

/// A function, for the question when it can first run.
#[derive(Debug)]
pub(super) struct FunctionMeta {
    pub start: u32,
    /// The binding of a hoisted declaration.
    pub hoisted: Option<BindingId>,
}

/// A use of a binding from inside functions: the outermost of them that the binding's own function encloses.
#[derive(Debug)]
struct InnerUse {
    binding: BindingId,
    through: u32,
}

/// Where a hoisted function is mentioned, seen from the function that declares it.
#[derive(Clone, Copy, Debug)]
enum Mention {
    At(u32),
    Inside(u32),
}

#[derive(Debug, Default)]
pub(super) struct EarlyUse {
    pub functions: Vec<FunctionMeta>,
    inner_uses: Vec<InnerUse>,
    mentions: FxHashMap<BindingId, Vec<Mention>>,
    /// Used early for certain, or in a way that cannot be told.
    early: Vec<BindingId>,
}

impl EarlyUse {
    pub fn add_function(&mut self, start: u32, hoisted: Option<BindingId>) -> u32 {
        self.functions.push(FunctionMeta { start, hoisted });
        u32::try_from(self.functions.len() - 1).expect("fewer than 2^32 functions")
    }

    /// `through`: the outermost function between the binding's own and the use. Says whether the use is early for certain.
    pub fn note_use(
        &mut self,
        id: BindingId,
        binding: &Binding,
        life: &Lifetime,
        at: Span,
        through: Option<u32>,
    ) -> bool {
        if binding.kind == BindingKind::Function {
            let mention = through.map_or(Mention::At(at.start), Mention::Inside);
            self.mentions.entry(id).or_default().push(mention);
            return false;
        }
        if life.ready == 0 {
            return false;
        }
        match through {
            Some(through) => self.inner_uses.push(InnerUse { binding: id, through }),
            None if at.start < life.ready => {
                self.early.push(id);
                return true;
            }
            None if life.case.is_some_and(|case| !case.contains(at.start)) => self.early.push(id),
            None => {}
        }
        false
    }

    /// A use from another file of the same import cycle.
    pub fn note_cyclic_use(&mut self, id: BindingId, kind: BindingKind) {
        if kind == BindingKind::Function {
            self.mentions.entry(id).or_default().push(Mention::At(0));
        } else {
            self.early.push(id);
        }
    }

    /// The bindings with an early use.
    pub fn finish(mut self, lives: &[Lifetime]) -> Vec<BindingId> {
        let mut reach = Reach { functions: &self.functions, mentions: &self.mentions, known: FxHashMap::default() };
        for inner in &self.inner_uses {
            let life = &lives[inner.binding.0 as usize];
            if life.case.is_some() || reach.first_run(inner.through) < life.ready {
                self.early.push(inner.binding);
            }
        }
        self.early.sort_unstable();
        self.early.dedup();
        self.early
    }
}

struct Reach<'a> {
    functions: &'a [FunctionMeta],
    mentions: &'a FxHashMap<BindingId, Vec<Mention>>,
    known: FxHashMap<u32, u32>,
}

impl Reach<'_> {
    /// The first source position, in the function around it, at which the function may be called. A hoisted one is as early as its
    /// first mention; those mentioned in other hoisted functions as early as these (least fixed point by depth-first search: every
    /// path from a mention that stands in plain code is followed).
    fn first_run(&mut self, function: u32) -> u32 {
        if let Some(known) = self.known.get(&function) {
            return *known;
        }
        let mut least = u32::MAX;
        let mut seen = FxHashSet::from_iter([function]);
        let mut stack = vec![function];
        while let Some(at) = stack.pop() {
            let meta = &self.functions[at as usize];
            let Some(hoisted) = meta.hoisted else {
                least = least.min(meta.start);
                continue;
            };
            for mention in self.mentions.get(&hoisted).into_iter().flatten() {
                match *mention {
                    Mention::At(position) => least = least.min(position),
                    Mention::Inside(inner) if seen.insert(inner) => {
                        stack.push(inner);
                    }
                    Mention::Inside(_) => {}
                }
            }
        }
        self.known.insert(function, least);
        least
    }
}
