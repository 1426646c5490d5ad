//! What a program declares: unions of texts, enums, interfaces, classes that extend each other, unions with a `kind`, functions.

use super::Maker;
use super::types::{Class, Member, Method, Ty, Variable};

const WORDS: &[&str] = &["red", "green", "blue", "on", "off", "up"];

impl Maker {
    pub(super) fn declarations(&mut self) -> String {
        let mut text = String::new();
        for at in 0..self.random.below(2) + 1 {
            let from = self.random.below(3);
            let words: Vec<&'static str> = WORDS[from..from + 2 + self.random.below(2)].to_vec();
            let shown: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
            text.push_str(&format!("type L{at} = {};\n", shown.join(" | ")));
            self.world.texts.push(words);
        }
        if self.chance(2) {
            let texts = self.chance(3);
            let value = |word: &str| if texts { format!(" = {word:?}") } else { String::new() };
            let members: Vec<String> = ["A", "B", "C"].iter().map(|name| format!("{name}{}", value(name))).collect();
            text.push_str(&format!("enum E0 {{ {} }}\n", members.join(", ")));
            self.world.enums.push(3);
        }
        for at in 0..1 + self.random.below(3) {
            let members = self.members("p", 1);
            text.push_str(&format!("interface I{at} {{\n{}}}\n", fields(&members)));
            self.world.records.push(members);
        }
        for at in 0..1 + self.random.below(3) {
            text.push_str(&self.class(at));
        }
        for at in 0..self.random.below(3) {
            text.push_str(&self.sum(at));
        }
        for at in 0..1 + self.random.below(4) {
            text.push_str(&self.function(at));
        }
        text
    }

    fn members(&mut self, prefix: &str, least: usize) -> Vec<Member> {
        let count = least + self.random.below(4);
        (0..count)
            .map(|_| {
                let ty = self.world.any_type(&mut self.random, 1);
                let optional = self.chance(5) && !matches!(ty, Ty::Opt(_));
                Member { name: self.name(prefix), ty, optional, readonly: self.chance(5) }
            })
            .collect()
    }

    fn class(&mut self, at: usize) -> String {
        let base = if at > 0 && self.chance(2) { Some(self.random.below(at)) } else { None };
        let own: Vec<Member> =
            self.members("f", 0).into_iter().map(|member| Member { optional: false, ..member }).collect();
        let inherited = base.map_or_else(Vec::new, |base| self.world.classes[base].fields.clone());
        let all: Vec<Member> = inherited.iter().chain(&own).cloned().collect();
        let class = Class { base, fields: all.clone(), methods: Vec::new(), is_abstract: self.chance(6) };
        let mut text = format!(
            "{}class C{at}{} {{\n{}",
            if class.is_abstract { "abstract " } else { "" },
            base.map_or_else(String::new, |base| format!(" extends C{base}")),
            fields(&own)
        );
        let params: Vec<String> = all.iter().map(|field| format!("{}: {}", field.name, field.ty.text())).collect();
        text.push_str(&format!("  constructor({}) {{\n", params.join(", ")));
        if base.is_some() {
            let names: Vec<&str> = inherited.iter().map(|field| field.name.as_str()).collect();
            text.push_str(&format!("    super({});\n", names.join(", ")));
        }
        own.iter().for_each(|field| text.push_str(&format!("    this.{0} = {0};\n", field.name)));
        text.push_str("  }\n");
        self.world.classes.push(class);
        let overridden = base.map_or_else(Vec::new, |base| self.world.methods(base));
        let mut methods = Vec::new();
        for _ in 0..self.random.below(3) {
            // An override has the signature of what it overrides.
            let method = match overridden.get(self.random.below(overridden.len() + 2)) {
                Some(method) if methods.iter().all(|own: &Method| own.name != method.name) => method.clone(),
                _ => self.signature("m"),
            };
            text.push_str(&format!("  {}", self.body_of(&method, Some(at))));
            methods.push(method);
        }
        self.world.classes[at].methods = methods;
        text.push_str("}\n");
        text
    }

    fn signature(&mut self, prefix: &str) -> Method {
        let params = (0..self.random.below(3)).map(|_| self.world.any_type(&mut self.random, 1)).collect();
        Method { name: self.name(prefix), params, ret: self.world.any_type(&mut self.random, 1) }
    }

    /// `name(a: A): R { … }`; in a method, the fields of `this` are at hand.
    fn body_of(&mut self, method: &Method, class: Option<usize>) -> String {
        let outer = std::mem::take(&mut self.scope);
        let params = self.parameters(&method.params, false);
        if let Some(class) = class {
            for field in self.world.classes[class].fields.clone() {
                let name = format!("this.{}", field.name);
                self.scope.push(Variable { name, ty: field.ty, assignable: !field.readonly });
            }
        }
        let blurs = self.blurs;
        self.blurs &= self.chance(4);
        let inside: String = (0..self.random.below(3)).map(|_| self.stmt(2)).collect();
        let result = self.expr(&method.ret, 2);
        self.blurs = blurs;
        self.scope = outer;
        format!("{}({}): {} {{\n{inside}return {result};\n}}\n", method.name, params.join(", "), method.ret.text())
    }

    fn sum(&mut self, at: usize) -> String {
        let count = 2 + self.random.below(2);
        let variants: Vec<Vec<Member>> = (0..count).map(|_| self.members("q", 0)).collect();
        let shown: Vec<String> = variants
            .iter()
            .enumerate()
            .map(|(tag, members)| format!("{{ kind: \"k{tag}\"; {} }}", fields(members).replace('\n', " ")))
            .collect();
        self.world.sums.push(variants);
        format!("type U{at} =\n  | {};\n", shown.join("\n  | "))
    }

    fn function(&mut self, at: usize) -> String {
        let method = Method { name: format!("g{at}"), ..self.signature("g") };
        let body = self.body_of(&method, None);
        self.world.functions.push(method);
        format!("function {body}")
    }
}

fn fields(members: &[Member]) -> String {
    let line = |member: &Member| {
        let readonly = if member.readonly { "readonly " } else { "" };
        let optional = if member.optional { "?" } else { "" };
        format!("  {readonly}{}{optional}: {};\n", member.name, member.ty.text())
    };
    members.iter().map(line).collect()
}
