//! Statements: declarations, writes, and every form of narrowing that the flow of control makes.

use super::Maker;
use super::types::{Ty, Variable};

impl Maker {
    pub(super) fn stmt(&mut self, depth: usize) -> String {
        self.room = self.room.saturating_sub(1);
        if depth > 3 || self.room == 0 {
            return self.write();
        }
        match self.random.below(13) {
            0..=2 => {
                let ty = self.world.any_type(&mut self.random, 2);
                self.variable(&ty)
            }
            3 | 4 => self.write(),
            5 => self.narrowed(depth),
            6 => self.branch(depth),
            7 => self.each(depth),
            8 => self.switched(depth),
            9 => self.caught(depth),
            10 => self.closure(depth),
            11 => self.destructured(),
            _ => self.late(depth),
        }
    }

    /// Statements in a scope of their own.
    fn block(&mut self, depth: usize) -> String {
        let before = self.scope.len();
        let count = 1 + self.random.below(2);
        let text = (0..count).map(|_| self.stmt(depth + 1)).collect();
        self.scope.truncate(before);
        text
    }

    /// An expression of which nothing more is known than its type, so that it narrows nothing.
    fn wide(&mut self, ty: &Ty, depth: usize) -> String {
        let value = self.expr(ty, depth);
        match ty {
            Ty::Mix | Ty::Text(_) | Ty::Enum(_) | Ty::Opt(_) | Ty::Null(_) | Ty::Sum(_) | Ty::Bool => {
                format!("id<{}>({value})", ty.text())
            }
            _ => value,
        }
    }

    pub(super) fn variable(&mut self, ty: &Ty) -> String {
        let value = self.wide(ty, 3);
        let name = self.name("v");
        let keyword = if self.chance(2) { "let" } else { "const" };
        self.scope.push(Variable { name: name.clone(), ty: ty.clone(), assignable: keyword == "let" });
        format!("{keyword} {name}: {} = {value};\n", ty.text())
    }

    /// A write to something in scope, or a value printed.
    fn write(&mut self) -> String {
        if self.scope.is_empty() {
            return String::new();
        }
        let at = self.random.below(self.scope.len());
        let Variable { name, ty, assignable } = self.scope[at].clone();
        match &ty {
            _ if assignable && self.chance(2) => format!("{name} = {};\n", self.wide(&ty, 2)),
            Ty::Num if assignable => format!("{name} += {};\n", self.expr(&Ty::Num, 1)),
            Ty::Rec(record) => {
                let members = self.world.records[*record].clone();
                let member = &members[self.random.below(members.len())];
                if member.readonly {
                    return String::new();
                }
                format!("{name}.{} = {};\n", member.name, self.wide(&member.ty, 2))
            }
            Ty::Class(class) => {
                let fields = self.world.classes[*class].fields.clone();
                let Some(field) = fields.iter().find(|field| !field.readonly) else { return String::new() };
                let value = self.wide(&field.ty, 2);
                // Through `any`, a declared field is checked all the same.
                if self.blurs && self.chance(2) {
                    format!("blur({name}).{} = {value};\n", field.name)
                } else {
                    format!("{name}.{} = {value};\n", field.name)
                }
            }
            Ty::Arr(elem) => match self.random.below(3) {
                0 => format!("{name}.push({});\n", self.expr(elem, 2)),
                2 if !name.contains('.') => format!("{name}.reverse();\n"),
                _ => format!("{name}[0] = {};\n", self.wide(elem, 1)),
            },
            Ty::Map(value) => format!("{name}.set(\"b\", {});\n", self.expr(value, 2)),
            Ty::Box(value) => format!("{name}.value = {};\n", self.wide(value, 2)),
            _ if ty.prints() => format!("console.log({name});\n"),
            _ => String::new(),
        }
    }

    /// A constant that may have no value, tested in one of the ways that narrow.
    fn narrowed(&mut self, depth: usize) -> String {
        let inner = loop {
            let ty = self.world.any_type(&mut self.random, 1);
            if !matches!(ty, Ty::Opt(_) | Ty::Null(_)) {
                break ty;
            }
        };
        let nullable = self.chance(2);
        let ty = if nullable { Ty::Null(inner.clone().boxed()) } else { Ty::Opt(inner.clone().boxed()) };
        let value = self.wide(&ty, 2);
        let name = self.name("n");
        let literal = if nullable { "null" } else { "undefined" };
        self.scope.push(Variable { name: name.clone(), ty: inner, assignable: false });
        let (test, there_first) = match self.random.below(4) {
            0 => (format!("{name} !== {literal}"), true),
            1 => (format!("{name} == null"), false),
            2 => (format!("{name} === {literal}"), false),
            _ => (format!("{name} != null"), true),
        };
        let there = self.block(depth);
        self.scope.pop();
        let absent = self.block(depth);
        let (first, second) = if there_first { (there, absent) } else { (absent, there) };
        format!("const {name}: {} = {value};\nif ({test}) {{\n{first}}} else {{\n{second}}}\n", ty.text())
    }

    fn branch(&mut self, depth: usize) -> String {
        let test = self.expr(&Ty::Bool, 2);
        let (yes, no) = (self.block(depth), self.block(depth));
        format!("if ({test}) {{\n{yes}}} else {{\n{no}}}\n")
    }

    fn each(&mut self, depth: usize) -> String {
        let ty = self.world.any_type(&mut self.random, 1);
        let whole = Ty::Arr(ty.clone().boxed());
        let (value, list) = (self.expr(&whole, 2), self.name("w"));
        let first = format!("const {list}: {} = {value};\n", whole.text());
        let name = self.name("e");
        let before = self.scope.len();
        self.scope.push(Variable { name: name.clone(), ty, assignable: false });
        let body = self.block(depth);
        self.scope.truncate(before);
        match self.random.below(3) {
            0 => {
                let counter = self.name("i");
                format!(
                    "{first}for (let {counter} = 0; {counter} < 2; {counter}++) {{\nfor (const {name} of {list}.slice(0, 2)) {{\n{body}}}\n}}\n"
                )
            }
            _ => format!("{first}for (const {name} of {list}.slice(0, 3)) {{\n{body}}}\n"),
        }
    }

    /// A `switch` over a union's `kind`; in each case the members are at hand.
    fn switched(&mut self, depth: usize) -> String {
        if self.world.sums.is_empty() {
            return self.branch(depth);
        }
        let sum = self.random.below(self.world.sums.len());
        let value = self.wide(&Ty::Sum(sum), 2);
        let name = self.name("u");
        let mut text = format!("const {name}: U{sum} = {value};\nswitch ({name}.kind) {{\n");
        for (tag, members) in self.world.sums[sum].clone().iter().enumerate() {
            let before = self.scope.len();
            for member in members.iter().filter(|member| !member.optional) {
                let part = format!("{name}.{}", member.name);
                self.scope.push(Variable { name: part, ty: member.ty.clone(), assignable: !member.readonly });
            }
            let body = self.block(depth);
            self.scope.truncate(before);
            text.push_str(&format!("case \"k{tag}\": {{\n{body}break;\n}}\n"));
        }
        self.scope.push(Variable { name, ty: Ty::Sum(sum), assignable: false });
        text + "}\n"
    }

    fn caught(&mut self, depth: usize) -> String {
        let body = self.block(depth);
        let test = self.expr(&Ty::Bool, 1);
        let ending = if self.chance(2) { "console.log(\"done\");\n" } else { "" };
        format!(
            "try {{\n{body}if ({test}) throw new Error(\"own\");\n}} catch (error) {{\nconsole.log(show(error));\n}} finally {{\n{ending}}}\n"
        )
    }

    /// A function of its own, which may write to what is around it.
    fn closure(&mut self, depth: usize) -> String {
        let params: Vec<Ty> = (0..self.random.below(3)).map(|_| self.world.any_type(&mut self.random, 1)).collect();
        let ret = self.world.any_type(&mut self.random, 1);
        let before = self.scope.len();
        let shown = self.parameters(&params, true);
        let is_async = std::mem::replace(&mut self.is_async, false);
        let body = self.block(depth);
        let result = self.expr(&ret, 2);
        self.is_async = is_async;
        self.scope.truncate(before);
        let name = self.name("h");
        self.scope.push(Variable { name: name.clone(), ty: Ty::Fn(params, ret.clone().boxed()), assignable: false });
        format!("const {name} = ({}): {} => {{\n{body}return {result};\n}};\n", shown.join(", "), ret.text())
    }

    fn destructured(&mut self) -> String {
        let (a, b) = (self.world.any_type(&mut self.random, 1), self.world.any_type(&mut self.random, 1));
        let value = self.expr(&Ty::Pair(a.clone().boxed(), b.clone().boxed()), 2);
        let (x, y) = (self.name("x"), self.name("y"));
        let otherwise = self.made(&a, 1);
        let pattern = match &a {
            Ty::Opt(_) | Ty::Null(_) => format!("[{x}, {y}]"),
            _ if self.chance(2) => format!("[{x} = {otherwise}, {y}]"),
            _ => format!("[{x}, {y}]"),
        };
        self.scope.push(Variable { name: x, ty: a.clone(), assignable: false });
        self.scope.push(Variable { name: y, ty: b.clone(), assignable: false });
        format!("const {pattern}: [{}, {}] = {value};\n", a.text(), b.text())
    }

    /// A variable that gets its value on every path, after its declaration.
    fn late(&mut self, depth: usize) -> String {
        let ty = self.world.any_type(&mut self.random, 1);
        let name = self.name("l");
        let (first, second) = (self.wide(&ty, 2), self.wide(&ty, 2));
        let test = self.expr(&Ty::Bool, 1);
        let inside = self.block(depth);
        self.scope.push(Variable { name: name.clone(), ty: ty.clone(), assignable: true });
        format!("let {name}: {};\nif ({test}) {{\n{inside}{name} = {first};\n}} else {name} = {second};\n", ty.text())
    }
}
