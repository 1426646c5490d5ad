//! The types that the programs use, and what they declare.

use crate::random::Random;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ty {
    Num,
    Str,
    Bool,
    /// `number | string`
    Mix,
    /// A declared union of texts.
    Text(usize),
    /// A declared enum.
    Enum(usize),
    /// `T | undefined`
    Opt(Box<Self>),
    /// `T | null`
    Null(Box<Self>),
    Arr(Box<Self>),
    Pair(Box<Self>, Box<Self>),
    /// `Map<string, T>`
    Map(Box<Self>),
    Box(Box<Self>),
    /// A declared interface.
    Rec(usize),
    Class(usize),
    /// A declared union of records with a `kind`.
    Sum(usize),
    Fn(Vec<Self>, Box<Self>),
}

#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    pub ty: Ty,
    pub optional: bool,
    pub readonly: bool,
}

#[derive(Clone, Debug)]
pub struct Method {
    pub name: String,
    pub params: Vec<Ty>,
    pub ret: Ty,
}

#[derive(Clone, Debug)]
pub struct Class {
    pub base: Option<usize>,
    /// What the constructor takes: inherited fields first.
    pub fields: Vec<Member>,
    pub methods: Vec<Method>,
    pub is_abstract: bool,
}

#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    pub ty: Ty,
    pub assignable: bool,
}

#[derive(Default)]
pub struct World {
    pub texts: Vec<Vec<&'static str>>,
    pub enums: Vec<usize>,
    pub records: Vec<Vec<Member>>,
    pub classes: Vec<Class>,
    pub sums: Vec<Vec<Vec<Member>>>,
    pub functions: Vec<Method>,
}

impl Ty {
    pub fn boxed(self) -> Box<Self> {
        Box::new(self)
    }

    /// Whether its values print the same on every engine.
    pub fn prints(&self) -> bool {
        match self {
            Self::Fn(..) | Self::Class(_) | Self::Box(_) => false,
            Self::Opt(of) | Self::Null(of) | Self::Arr(of) | Self::Map(of) => of.prints(),
            Self::Pair(a, b) => a.prints() && b.prints(),
            Self::Rec(_) | Self::Sum(_) => false,
            _ => true,
        }
    }

    pub fn text(&self) -> String {
        match self {
            Self::Num => "number".into(),
            Self::Str => "string".into(),
            Self::Bool => "boolean".into(),
            Self::Mix => "number | string".into(),
            Self::Text(of) => format!("L{of}"),
            Self::Enum(of) => format!("E{of}"),
            Self::Opt(of) => format!("{} | undefined", of.inner()),
            Self::Null(of) => format!("{} | null", of.inner()),
            Self::Arr(of) => format!("{}[]", of.inner()),
            Self::Pair(a, b) => format!("[{}, {}]", a.text(), b.text()),
            Self::Map(of) => format!("Map<string, {}>", of.text()),
            Self::Box(of) => format!("Box<{}>", of.text()),
            Self::Rec(of) => format!("I{of}"),
            Self::Class(of) => format!("C{of}"),
            Self::Sum(of) => format!("U{of}"),
            Self::Fn(params, ret) => {
                let params: Vec<String> =
                    params.iter().enumerate().map(|(at, ty)| format!("p{at}: {}", ty.text())).collect();
                format!("({}) => {}", params.join(", "), ret.text())
            }
        }
    }

    /// Where a postfix follows.
    fn inner(&self) -> String {
        match self {
            Self::Mix | Self::Opt(_) | Self::Null(_) | Self::Fn(..) => format!("({})", self.text()),
            _ => self.text(),
        }
    }
}

impl World {
    /// A type over what is declared so far.
    pub fn any_type(&self, random: &mut Random, depth: usize) -> Ty {
        let leaf = depth == 0;
        loop {
            let inner = |random: &mut Random| self.any_type(random, depth - 1).boxed();
            return match random.below(if leaf { 9 } else { 17 }) {
                0 | 1 => Ty::Num,
                2 => Ty::Str,
                3 => Ty::Bool,
                4 => Ty::Mix,
                5 if !self.texts.is_empty() => Ty::Text(random.below(self.texts.len())),
                6 if !self.enums.is_empty() => Ty::Enum(random.below(self.enums.len())),
                7 if !self.records.is_empty() => Ty::Rec(random.below(self.records.len())),
                8 if !self.classes.is_empty() => Ty::Class(random.below(self.classes.len())),
                9 | 10 => Ty::Arr(inner(random)),
                11 => Ty::Pair(inner(random), inner(random)),
                12 => Ty::Map(inner(random)),
                13 => match *inner(random) {
                    of @ (Ty::Opt(_) | Ty::Null(_)) => of,
                    of => Ty::Opt(of.boxed()),
                },
                14 => match *inner(random) {
                    of @ (Ty::Opt(_) | Ty::Null(_)) => of,
                    of => Ty::Null(of.boxed()),
                },
                15 if !self.sums.is_empty() => Ty::Sum(random.below(self.sums.len())),
                16 if random.below(2) == 0 => Ty::Box(inner(random)),
                16 => {
                    let params = (0..random.below(3)).map(|_| *inner(random)).collect();
                    Ty::Fn(params, inner(random))
                }
                _ => continue,
            };
        }
    }

    /// Whether a class is another or extends it.
    pub fn extends(&self, class: usize, base: usize) -> bool {
        class == base || self.classes[class].base.is_some_and(|parent| self.extends(parent, base))
    }

    /// The methods of a class, inherited ones included.
    pub fn methods(&self, class: usize) -> Vec<Method> {
        let of = &self.classes[class];
        let mut all = of.base.map_or_else(Vec::new, |base| self.methods(base));
        all.retain(|method| of.methods.iter().all(|own| own.name != method.name));
        all.extend(of.methods.iter().cloned());
        all
    }
}
