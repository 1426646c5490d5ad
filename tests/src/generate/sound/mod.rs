//! Programs that are well typed by construction, for strict files: every expression is made for the type that its place wants. Without
//! `any` none of them may end in a failed check; with `any` sprinkled in, wrong values meet types everywhere, and the engines must agree
//! on what is thrown. Left out is what is unsound by habit and checked where it is used: writing through a wider alias, narrowing that
//! a call makes stale, elements out of range.

mod declare;
mod expr;
mod stmt;
mod types;

use crate::random::Random;
use types::{Ty, Variable, World};

const PRELUDE: &str = r#"const id = <T>(value: T): T => value;
const pick = <T>(list: T[], at: number, otherwise: T): T => list[Math.abs(Math.trunc(at)) % (list.length || 1)] ?? otherwise;
const both = <A, B>(a: A, b: B): [A, B] => [a, b];
const apply = <A, B>(value: A, f: (value: A) => B): B => f(value);
const later = async <T>(value: T): Promise<T> => value;
function* repeat<T>(value: T, count: number): Generator<T, void, undefined> {
  for (let i = 0; i < count; i++) yield value;
}
class Box<T> {
  value: T;
  constructor(value: T) {
    this.value = value;
  }
  get(): T {
    return this.value;
  }
  map<U>(f: (value: T) => U): Box<U> {
    return new Box(f(this.value));
  }
}
const show = (error: unknown): string => (error instanceof Error ? error.name : "other");
"#;

/// Lets any value into any place.
const BLUR: &str = "const blur = (value: any): any => value;\n";

pub(super) struct Maker {
    random: Random,
    world: World,
    /// What is in scope, innermost last.
    scope: Vec<Variable>,
    names: usize,
    /// Pieces that may still be made.
    room: usize,
    /// Whether values pass through `any` here and there, some of them wrong.
    blurs: bool,
    /// Whether statements may suspend.
    is_async: bool,
}

/// The program of a seed.
pub fn sound_program(seed: u64, blurs: bool) -> String {
    let mut random = Random::new(seed ^ 0x5eed);
    let room = 40 + random.below(260);
    let mut maker =
        Maker { random, world: World::default(), scope: Vec::new(), names: 0, room, blurs, is_async: false };
    let mut text = PRELUDE.to_owned();
    if blurs {
        text.push_str(BLUR);
    }
    text.push_str(&maker.declarations());
    maker.is_async = true;
    for ty in [Ty::Num, Ty::Str, Ty::Bool, Ty::Arr(Box::new(Ty::Num))] {
        text.push_str(&maker.variable(&ty));
    }
    let count = 6 + maker.random.below(14);
    for _ in 0..count {
        let stmt = maker.guarded(0);
        text.push_str(&stmt);
    }
    let alive: Vec<String> = maker.scope.iter().filter(|of| of.ty.prints()).map(|of| of.name.clone()).collect();
    for name in alive {
        text.push_str(&format!("console.log(\"{name}\", {name});\n"));
    }
    text
}

impl Maker {
    fn chance(&mut self, one_in: usize) -> bool {
        self.random.below(one_in) == 0
    }

    fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    /// Brings parameters of these types into scope; yields how they are written.
    fn parameters(&mut self, types: &[Ty], assignable: bool) -> Vec<String> {
        let mut all = Vec::with_capacity(types.len());
        for ty in types {
            let name = self.name("a");
            all.push(format!("{name}: {}", ty.text()));
            self.scope.push(Variable { name, ty: ty.clone(), assignable });
        }
        all
    }

    /// A statement; where wrong values are about, what it throws is caught.
    fn guarded(&mut self, depth: usize) -> String {
        let before = self.scope.len();
        if !self.blurs || self.chance(3) {
            return if self.blurs { self.plain(depth) } else { self.stmt(depth) };
        }
        let inner = self.stmt(depth + 1);
        self.scope.truncate(before);
        format!("try {{\n{inner}}} catch (error) {{\n  console.log(show(error));\n}}\n")
    }

    /// A declaration without blurred values.
    fn plain(&mut self, depth: usize) -> String {
        self.blurs = false;
        let stmt = self.stmt(depth);
        self.blurs = true;
        stmt
    }
}
