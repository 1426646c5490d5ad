//! Expressions for the type that a place wants.

use super::Maker;
use super::types::{Member, Ty, Variable};

const NUMBERS: &[&str] = &["0", "1", "-1", "2.5", "7", "1e3", "0.1", "255"];
const TEXTS: &[&str] = &["\"\"", "\"a\"", "\"own text\"", "\"é\"", "\"0\""];

impl Maker {
    /// An expression of a type; `depth`: how much larger it may become.
    pub(super) fn expr(&mut self, ty: &Ty, depth: usize) -> String {
        self.room = self.room.saturating_sub(1);
        if self.blurs && self.chance(9) {
            return self.blurred(ty, depth);
        }
        let small = depth == 0 || self.room == 0;
        for _ in 0..3 {
            let found = match self.random.below(if small { 4 } else { 9 }) {
                0..=2 => self.known(ty),
                3 if small => None,
                3 | 4 => self.taken_out(ty, depth),
                5 => Some(self.handed_on(ty, depth - 1)),
                _ => self.computed(ty, depth - 1),
            };
            if let Some(found) = found {
                return found;
            }
        }
        self.made(ty, depth.saturating_sub(1))
    }

    /// A value that passes through `any`: of the right type, or of another.
    fn blurred(&mut self, ty: &Ty, depth: usize) -> String {
        let wrong = self.chance(3);
        let other = if wrong { self.world.any_type(&mut self.random, 1) } else { ty.clone() };
        self.blurs = false;
        let inner = self.expr(&other, depth.min(1));
        self.blurs = true;
        if self.chance(2) { format!("blur({inner})") } else { format!("(blur({inner}) as {})", ty.text()) }
    }

    /// A variable of the type, or of a class that extends it.
    fn known(&mut self, ty: &Ty) -> Option<String> {
        let fits = |of: &&Variable| {
            of.ty == *ty
                || match (&of.ty, ty) {
                    (Ty::Class(class), Ty::Class(base)) => self.world.extends(*class, *base),
                    (Ty::Num | Ty::Str, Ty::Mix) | (Ty::Text(_), Ty::Str) => true,
                    (inner, Ty::Opt(of) | Ty::Null(of)) => *inner == **of,
                    _ => false,
                }
        };
        let fitting: Vec<String> = self.scope.iter().filter(fits).map(|of| of.name.clone()).collect();
        if fitting.is_empty() { None } else { Some(fitting[self.random.below(fitting.len())].clone()) }
    }

    /// A part of some variable: a member, an element, what narrowing leaves of it.
    fn taken_out(&mut self, ty: &Ty, depth: usize) -> Option<String> {
        let mut ways: Vec<(String, bool)> = Vec::new();
        for Variable { name, ty: of, .. } in self.scope.clone() {
            match &of {
                Ty::Rec(record) => self.member_ways(&name, &self.world.records[*record], ty, &mut ways),
                Ty::Class(class) => {
                    self.member_ways(&name, &self.world.classes[*class].fields, ty, &mut ways);
                    for method in self.world.methods(*class) {
                        if method.ret == *ty {
                            let args: Vec<String> = method.params.iter().map(|ty| self.made(ty, 1)).collect();
                            ways.push((format!("{name}.{}({})", method.name, args.join(", ")), false));
                        }
                    }
                }
                Ty::Arr(elem) if **elem == *ty => {
                    ways.push((format!("{name}[{}]", self.random.below(4)), true));
                    ways.push((format!("{name}.at(-1)"), true));
                    ways.push((format!("{name}.find(() => true)"), true));
                }
                Ty::Pair(a, b) => {
                    ways.extend((**a == *ty).then(|| (format!("{name}[0]"), false)));
                    ways.extend((**b == *ty).then(|| (format!("{name}[1]"), false)));
                }
                Ty::Map(value) if **value == *ty => ways.push((format!("{name}.get(\"a\")"), true)),
                Ty::Box(value) if **value == *ty => {
                    ways.push((format!("{name}.value"), false));
                    ways.push((format!("{name}.get()"), false));
                    ways.push((format!("{name}.map((x) => x).value"), false));
                }
                Ty::Opt(inner) | Ty::Null(inner) if **inner == *ty => ways.push((name, true)),
                Ty::Fn(params, ret) if **ret == *ty => {
                    let args: Vec<String> = params.iter().map(|ty| self.made(ty, 1)).collect();
                    ways.push((format!("{name}({})", args.join(", ")), false));
                }
                Ty::Sum(sum) => {
                    for (tag, members) in self.world.sums[*sum].clone().iter().enumerate() {
                        let mut inside = Vec::new();
                        self.member_ways(&name, members, ty, &mut inside);
                        for (part, optional) in inside {
                            let otherwise = self.made(ty, 1);
                            let part = if optional { format!("({part} ?? {otherwise})") } else { part };
                            ways.push((format!("({name}.kind === \"k{tag}\" ? {part} : {otherwise})"), false));
                        }
                    }
                }
                Ty::Mix if matches!(ty, Ty::Num | Ty::Str) => {
                    let kind = ty.text();
                    let otherwise = self.made(ty, 0);
                    ways.push((format!("(typeof {name} === \"{kind}\" ? {name} : {otherwise})"), false));
                    ways.push((format!("(typeof {name} !== \"{kind}\" ? {otherwise} : {name})"), false));
                }
                _ => {}
            }
        }
        for function in self.world.functions.clone() {
            if function.ret == *ty {
                let args: Vec<String> = function.params.iter().map(|ty| self.made(ty, 1)).collect();
                ways.push((format!("{}({})", function.name, args.join(", ")), false));
            }
        }
        if ways.is_empty() {
            return None;
        }
        let (way, may_be_absent) = ways.swap_remove(self.random.below(ways.len()));
        if !may_be_absent {
            return Some(way);
        }
        // What the type itself admits need not be told apart.
        if matches!(ty, Ty::Opt(_)) {
            return Some(way);
        }
        let otherwise = self.expr(ty, depth.saturating_sub(1).min(1));
        let simple = way.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
        Some(match self.random.below(3) {
            0 if simple => format!("({way} != null ? {way} : {otherwise})"),
            _ => format!("({way} ?? {otherwise})"),
        })
    }

    fn member_ways(&self, of: &str, members: &[Member], ty: &Ty, out: &mut Vec<(String, bool)>) {
        let fitting = members.iter().filter(|member| member.ty == *ty);
        out.extend(fitting.map(|member| (format!("{of}.{}", member.name), member.optional)));
    }

    /// What hands its argument on.
    fn handed_on(&mut self, ty: &Ty, depth: usize) -> String {
        let way = self.random.below(11);
        // Inside of functions that are not async nothing is awaited.
        let is_async = self.is_async;
        self.is_async &= !matches!(way, 3 | 9);
        let inner = self.expr(ty, depth);
        self.is_async = is_async;
        let shown = ty.text();
        match way {
            0 => format!("id<{shown}>({inner})"),
            1 => {
                let test = self.expr(&Ty::Bool, depth.min(1));
                let other = self.expr(ty, depth.min(1));
                format!("({test} ? {inner} : {other})")
            }
            2 => {
                let other = self.made(ty, 0);
                format!("pick<{shown}>([{inner}], {}, {other})", self.random.below(5))
            }
            3 => format!("((): {shown} => {inner})()"),
            4 => {
                let name = self.name("x");
                format!("(({name}: {shown}): {shown} => {name})({inner})")
            }
            5 => format!("both<{shown}, number>({inner}, 1)[0]"),
            6 => format!("new Box<{shown}>({inner}).get()"),
            7 => format!("apply<{shown}, {shown}>({inner}, (x) => x)"),
            8 => {
                let name = self.name("d");
                format!("(({{ {name} }}: {{ {name}: {shown} }}): {shown} => {name})({{ {name}: {inner} }})")
            }
            9 => {
                let name = self.name("x");
                format!(
                    "((...{name}: {}): {shown} => {name}[0] ?? {inner})({inner})",
                    Ty::Arr(ty.clone().boxed()).text()
                )
            }
            _ if self.is_async => format!("(await later<{shown}>({inner}))"),
            _ => format!("({inner} satisfies {shown})"),
        }
    }

    /// Operators and methods that yield the type.
    fn computed(&mut self, ty: &Ty, depth: usize) -> Option<String> {
        let of = self.world.any_type(&mut self.random, 1);
        let list = Ty::Arr(of.clone().boxed());
        Some(match ty {
            Ty::Num => match self.random.below(6) {
                0 => format!("({} + {})", self.expr(&Ty::Num, depth), self.expr(&Ty::Num, depth)),
                1 => format!("({} * {})", self.expr(&Ty::Num, depth), self.expr(&Ty::Num, depth)),
                2 => format!("{}.length", self.expr(&Ty::Str, depth)),
                3 => format!("({}).length", self.expr(&list, depth)),
                4 => format!("({}).reduce((n, x) => n + 1, {})", self.expr(&list, depth), self.expr(&Ty::Num, 0)),
                _ => format!("Math.max({}, {})", self.expr(&Ty::Num, depth), self.expr(&Ty::Num, depth)),
            },
            Ty::Str => match self.random.below(4) {
                0 => format!("({} + {})", self.expr(&Ty::Str, depth), self.expr(&Ty::Str, depth)),
                1 => format!("`${{{}}}`", self.expr(&Ty::Mix, depth)),
                2 => format!("{}.slice(0, 9)", self.expr(&Ty::Str, depth)),
                _ => format!("(typeof ({}))", self.expr(&of, depth)),
            },
            Ty::Bool => match self.random.below(5) {
                0 => format!("(id<number>({}) < {})", self.expr(&Ty::Num, depth), self.expr(&Ty::Num, depth)),
                1 => format!("(id<string>({}) === {})", self.expr(&Ty::Str, depth), self.expr(&Ty::Str, depth)),
                2 => format!("({}).some((x) => {})", self.expr(&list, depth), self.expr(&Ty::Bool, 0)),
                3 => format!("!{}", self.expr(&Ty::Bool, depth)),
                _ => format!("({} && {})", self.expr(&Ty::Bool, depth), self.expr(&Ty::Bool, depth)),
            },
            Ty::Arr(elem) => self.list(ty, elem, depth),
            Ty::Rec(record) if self.world.records[*record].iter().all(|member| !member.readonly) => {
                let first = self.world.records[*record][0].clone();
                format!("({{ ...{}, {}: {} }})", self.expr(ty, depth), first.name, self.expr(&first.ty, depth))
            }
            Ty::Opt(inner) => {
                format!("({}).find((x) => {})", self.expr(&Ty::Arr(inner.clone()), depth), self.expr(&Ty::Bool, 0))
            }
            Ty::Map(_) => format!("new Map({})", self.expr(ty, depth)),
            _ => return None,
        })
    }

    fn list(&mut self, ty: &Ty, elem: &Ty, depth: usize) -> String {
        let of = self.world.any_type(&mut self.random, 1);
        match self.random.below(6) {
            0 => format!("[...{}, {}]", self.expr(ty, depth), self.expr(elem, depth)),
            1 => {
                let list = self.expr(&Ty::Arr(of.clone().boxed()), depth);
                let name = self.name("x");
                self.scope.push(Variable { name: name.clone(), ty: of, assignable: false });
                let is_async = std::mem::replace(&mut self.is_async, false);
                let inner = self.expr(elem, depth.min(1));
                self.is_async = is_async;
                self.scope.pop();
                format!("({list}).map(({name}): {} => {inner})", elem.text())
            }
            2 => {
                let test = self.expr(&Ty::Bool, 0);
                format!("({}).filter(() => {test})", self.expr(ty, depth))
            }
            3 => format!("({}).slice(1)", self.expr(ty, depth)),
            4 => format!("[...{}.values()]", self.made(&Ty::Map(elem.clone().boxed()), 1)),
            _ => format!("[...repeat<{}>({}, {})]", elem.text(), self.expr(elem, depth), self.random.below(3)),
        }
    }

    /// A new value.
    pub(super) fn made(&mut self, ty: &Ty, depth: usize) -> String {
        match ty {
            Ty::Num => NUMBERS[self.random.below(NUMBERS.len())].into(),
            Ty::Str => TEXTS[self.random.below(TEXTS.len())].into(),
            Ty::Bool => if self.chance(2) { "true" } else { "false" }.into(),
            Ty::Mix => if self.chance(2) { "3" } else { "\"three\"" }.into(),
            Ty::Text(of) => {
                let words = &self.world.texts[*of];
                format!("{:?}", words[self.random.below(words.len())])
            }
            Ty::Enum(of) => format!("E{of}.{}", ["A", "B", "C"][self.random.below(3)]),
            Ty::Opt(of) => {
                if depth == 0 || self.chance(3) {
                    "undefined".into()
                } else {
                    self.made(of, depth - 1)
                }
            }
            Ty::Null(of) => {
                if depth == 0 || self.chance(3) {
                    "null".into()
                } else {
                    self.made(of, depth - 1)
                }
            }
            Ty::Arr(of) => {
                let count = if depth == 0 { 0 } else { self.random.below(3) };
                let elems: Vec<String> = (0..count).map(|_| self.expr(of, depth - 1)).collect();
                format!("[{}]", elems.join(", "))
            }
            Ty::Pair(a, b) => {
                format!("[{}, {}]", self.expr(a, depth.saturating_sub(1)), self.expr(b, depth.saturating_sub(1)))
            }
            Ty::Map(of) => {
                let value = self.expr(of, depth.saturating_sub(1));
                format!("new Map<string, {}>([[\"a\", {value}]])", of.text())
            }
            Ty::Box(of) => format!("new Box<{}>({})", of.text(), self.expr(of, depth.saturating_sub(1))),
            Ty::Rec(of) => {
                let members = self.world.records[*of].clone();
                format!("({{ {} }})", self.fields(&members, depth))
            }
            Ty::Sum(of) => {
                let variants = self.world.sums[*of].clone();
                let tag = self.random.below(variants.len());
                format!("({{ kind: \"k{tag}\", {} }})", self.fields(&variants[tag], depth))
            }
            Ty::Class(of) => self.instance(*of, depth),
            Ty::Fn(params, ret) => self.arrow(params, ret, depth),
        }
    }

    fn fields(&mut self, members: &[Member], depth: usize) -> String {
        let mut all = Vec::new();
        for member in members {
            if member.optional && self.chance(2) {
                continue;
            }
            all.push(format!("{}: {}", member.name, self.expr(&member.ty, depth.saturating_sub(1))));
        }
        all.join(", ")
    }

    /// An instance of a class or of one that extends it; of an abstract class without such, one made on the spot.
    fn instance(&mut self, class: usize, depth: usize) -> String {
        let count = self.world.classes.len();
        let concrete: Vec<usize> =
            (0..count).filter(|at| !self.world.classes[*at].is_abstract && self.world.extends(*at, class)).collect();
        // A class that extends this one may hold instances of this one: it has no end but for the depth.
        let of = if depth == 0 || concrete.is_empty() { class } else { concrete[self.random.below(concrete.len())] };
        let args: Vec<Member> = self.world.classes[of].fields.clone();
        let args: Vec<String> = args.iter().map(|field| self.made(&field.ty, depth.saturating_sub(1))).collect();
        if self.world.classes[of].is_abstract {
            format!("new (class extends C{of} {{}})({})", args.join(", "))
        } else {
            format!("new C{of}({})", args.join(", "))
        }
    }

    fn arrow(&mut self, params: &[Ty], ret: &Ty, depth: usize) -> String {
        let before = self.scope.len();
        let shown = self.parameters(params, false);
        // A function may take less than it is given.
        let taken = if self.chance(4) { self.random.below(shown.len() + 1) } else { shown.len() };
        self.scope.truncate(before + taken);
        let is_async = std::mem::replace(&mut self.is_async, false);
        let inner = self.expr(ret, depth);
        self.is_async = is_async;
        self.scope.truncate(before);
        format!("(({}): {} => {inner})", shown[..taken].join(", "), ret.text())
    }
}
