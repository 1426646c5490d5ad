//! The standard library and the `mark:*` modules as the model has them. A constructor and what it makes are declared apart there (`Map`
//! and `MapConstructor`); here they are one class.

use crate::Warning;
use crate::model::{Family, Group, Item, Kind, Module};
use crate::read::library_module;

/// Every module of the platform, then every file of the standard library.
pub fn library(warnings: &mut Vec<Warning>) -> Vec<Module> {
    let platform = mosl_stdlib::module_names().filter_map(|name| Some((name, mosl_stdlib::module_source(name)?)));
    let mut modules: Vec<Module> =
        platform.map(|(name, text)| library_module(name, name, Family::Platform, text, warnings)).collect();
    for (file, text) in mosl_stdlib::lib_sources() {
        let name = file.strip_suffix(".mosl").unwrap_or(file);
        let mut module = library_module(name, file, Family::Language, text, warnings);
        join_constructors(&mut module);
        modules.push(module);
    }
    modules
}

/// `declare const Map: MapConstructor` makes the interface `Map` a class with the members of `MapConstructor` as static ones;
/// `declare const Math: Math` is the interface's only value.
fn join_constructors(module: &mut Module) {
    let constants: Vec<(String, String)> = module
        .items
        .iter()
        .filter(|item| item.kind == Kind::Constant)
        .filter_map(|item| Some((item.name.clone(), item.signatures[0].split_once(": ")?.1.to_owned())))
        .collect();
    for (name, ty) in constants {
        let is_interface = |item: &Item, name: &str| item.kind == Kind::Interface && item.name == name;
        let has_instances = module.items.iter().any(|item| is_interface(item, &name));
        if !has_instances || (ty != name && ty != format!("{name}Constructor")) {
            continue;
        }
        let constant = take(&mut module.items, |item| item.kind == Kind::Constant && item.name == name);
        let constructor = if ty == name { None } else { take(&mut module.items, |item| is_interface(item, &ty)) };
        let Some(item) = module.items.iter_mut().find(|item| is_interface(item, &name)) else { continue };
        if item.doc.is_empty() {
            item.doc = constant.map(|constant| constant.doc).unwrap_or_default();
        }
        let Some(constructor) = constructor else { continue };
        item.kind = Kind::Class;
        item.signatures[0] = item.signatures[0].replacen("interface", "class", 1);
        for mut member in constructor.members {
            if member.name == "prototype" {
                continue;
            }
            let makes = member.group == Group::Constructor || member.name == "()";
            member.group = if makes { Group::Constructor } else { Group::Static };
            if member.name == "()" {
                member.name.clone_from(&item.name);
            }
            item.members.push(member);
        }
    }
}

fn take(items: &mut Vec<Item>, is_it: impl Fn(&Item) -> bool) -> Option<Item> {
    items.iter().position(is_it).map(|at| items.remove(at))
}
