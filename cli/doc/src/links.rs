//! Where names lead: every module's page, every item and member on it.

use std::collections::HashMap;

use crate::model::{Family, Item, Module};

pub(crate) struct Links<'a> {
    modules: &'a [Module],
    /// By module and name: the item's index.
    items: HashMap<(usize, &'a str), usize>,
}

/// The file of a module's page.
pub(crate) fn page(module: &Module) -> String {
    format!("{}.html", slug(module))
}

/// The file of a module's source.
pub(crate) fn source_page(module: &Module) -> String {
    format!("source-{}.html", slug(module))
}

/// A name for files: no two modules of a site share one, as the family comes first.
fn slug(module: &Module) -> String {
    let family = match module.family {
        Family::Project => "project",
        Family::Platform | Family::Language => "",
    };
    let mut out = family.to_owned();
    for c in module.name.strip_suffix(".mosl").unwrap_or(&module.name).chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => {
                if out == family && !family.is_empty() {
                    out.push('-');
                }
                out.push(c);
            }
            // Distinct for distinct names: what is no letter or digit is written as its number.
            ':' if module.family == Family::Platform => out.push('-'),
            c => out.push_str(&format!("-{:x}-", c as u32)),
        }
    }
    out
}

/// The anchor of an item, or of its member.
pub(crate) fn anchor(item: &str, member: Option<&str>) -> String {
    let mut out = String::new();
    for c in item.chars().chain(member.iter().flat_map(|_| ".".chars())).chain(member.unwrap_or("").chars()) {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '$' | '.' => out.push(c),
            c => out.push_str(&format!("-{:x}", c as u32)),
        }
    }
    out
}

impl<'a> Links<'a> {
    pub fn new(modules: &'a [Module]) -> Self {
        let mut items = HashMap::new();
        for (at, module) in modules.iter().enumerate() {
            for (index, item) in module.items.iter().enumerate() {
                // A type before a value of its name.
                let known = items.entry((at, item.name.as_str())).or_insert(index);
                if item.kind.is_type() && !module.items[*known].kind.is_type() {
                    *known = index;
                }
            }
        }
        Self { modules, items }
    }

    /// The item that a name means in a module: its own, one that it imports, one that is there for all; on a page of the platform
    /// or the library, also one of another module.
    pub fn resolve(&self, from: usize, name: &str) -> Option<(&'a Module, &'a Item)> {
        self.item(from, name).or_else(|| self.imported(from, name)).or_else(|| {
            let any = |family: Family| {
                let of_family = self.modules.iter().enumerate().filter(move |(_, module)| module.family == family);
                of_family.map(|(at, _)| at).find_map(|at| self.item(at, name))
            };
            any(Family::Language).or_else(|| any(Family::Platform))
        })
    }

    fn item(&self, module: usize, name: &str) -> Option<(&'a Module, &'a Item)> {
        let index = *self.items.get(&(module, name))?;
        Some((&self.modules[module], &self.modules[module].items[index]))
    }

    fn imported(&self, from: usize, name: &str) -> Option<(&'a Module, &'a Item)> {
        let (_, module, there) = self.modules.get(from)?.imports.iter().find(|(local, ..)| local == name)?;
        let at = self.modules.iter().position(|one| one.name == *module)?;
        if there == "default" {
            let module = &self.modules[at];
            return module.items.iter().find(|item| item.is_default).map(|item| (module, item));
        }
        self.item(at, there)
    }

    /// The address of a type's name.
    pub fn type_url(&self, from: usize, name: &str) -> Option<String> {
        let (module, item) = self.resolve(from, name).filter(|(_, item)| item.kind.is_type())?;
        Some(format!("{}#{}", page(module), anchor(&item.name, None)))
    }

    /// The address of what a comment names: `Door`, `Door.open`, `open()` of the item around it, `mark:scene`.
    pub fn url(&self, from: usize, within: Option<&Item>, text: &str) -> Option<String> {
        let text = text.strip_suffix("()").unwrap_or(text);
        if let Some(module) =
            self.modules.iter().find(|module| module.name == text && module.family != Family::Language)
        {
            return Some(page(module));
        }
        if let Some(item) = within.filter(|item| has_member(item, text)) {
            return Some(format!("{}#{}", page(&self.modules[from]), anchor(&item.name, Some(text))));
        }
        let (head, member) = text.split_once('.').map_or((text, None), |(head, member)| (head, Some(member)));
        let (module, item) = self.resolve(from, head)?;
        match member {
            Some(member) => {
                let (module, item) = self.owner(module, item, member)?;
                Some(format!("{}#{}", page(module), anchor(&item.name, Some(member))))
            }
            None => Some(format!("{}#{}", page(module), anchor(&item.name, None))),
        }
    }

    /// The item itself or the base that declares the member.
    fn owner(&self, module: &'a Module, item: &'a Item, member: &str) -> Option<(&'a Module, &'a Item)> {
        if has_member(item, member) {
            return Some((module, item));
        }
        self.bases(module, item).into_iter().find(|(_, base)| has_member(base, member))
    }

    /// What an item extends, the nearest first.
    pub fn bases(&self, module: &'a Module, item: &'a Item) -> Vec<(&'a Module, &'a Item)> {
        let mut found: Vec<(&Module, &Item)> = Vec::new();
        let mut queue = vec![(module, item)];
        while let Some((module, item)) = queue.pop() {
            let at = self.modules.iter().position(|one| std::ptr::eq(one, module)).unwrap_or(0);
            for base in &item.bases {
                let Some((module, base)) = self.resolve(at, base) else { continue };
                if std::ptr::eq(base, item) || found.iter().any(|(_, known)| std::ptr::eq(*known, base)) {
                    continue;
                }
                found.push((module, base));
                queue.push((module, base));
            }
        }
        found
    }
}

fn has_member(item: &Item, name: &str) -> bool {
    item.members.iter().any(|member| member.name == name)
}
