//! The program as a whole: global slots, classes, host imports, namespaces, and the entry function that runs the files.

use mosl_bytecode::natives::EVALUATE_MODULES;
use mosl_bytecode::{FunctionKind, HostImport, Namespace, PersistedField};
use mosl_syntax::ast::{Function, FunctionBody, FunctionKind as SyntaxKind, StmtKind, Type, TypeKeyword, TypeKind};
use rustc_hash::FxHashSet;

use super::Lowerer;
use super::declare::{Lexical, lexical_names};
use crate::mir::{ClassDef, FieldDef, FuncId, HostTypes, Local, Op, Repr, Temp, Terminator};
use crate::program::{BindingId, BindingKind, ClassId, FileId};

impl Lowerer<'_> {
    pub(super) fn program_entry(&mut self) {
        self.define_classes();
        self.assign_globals();
        let entry = self.new_function();
        self.out.entry = entry;
        self.begin_function(SyntaxKind::Declaration);
        let apart = self.files_run_apart();
        let is_async = !apart && self.awaits(self.program.entry);
        self.describe_body(is_async);
        self.expose_host_values();
        self.announce_functions();
        for &file in &self.program.evaluation_order {
            self.set_file(file);
            let ast = self.file.ast.clone();
            self.at(ast.span);
            self.declare_vars(&ast.body);
            self.enter_scope(&ast.body);
        }
        let result = if apart {
            self.evaluate_apart()
        } else {
            for &file in &self.program.evaluation_order {
                self.set_file(file);
                self.file_body();
            }
            self.undefined()
        };
        self.f().end(Terminator::Return(result));
        self.end_function(entry);
        self.collect_exports();
    }

    fn awaits(&self, file: FileId) -> bool {
        self.program.files[usize::from(file.0)].facts.top_level_await
    }

    /// Whether a file that others wait for awaits: the bodies are then functions of their own, which the VM runs as their
    /// dependencies are done.
    fn files_run_apart(&self) -> bool {
        let dependencies = self.program.evaluation_order.split_last().map_or(&[][..], |(_, rest)| rest);
        dependencies.iter().any(|&file| self.awaits(file))
    }

    fn describe_body(&mut self, is_async: bool) {
        let name = self.str("(module)");
        let f = self.f();
        f.is_async = is_async;
        f.func.name = Some(name);
        f.func.kind = if is_async { FunctionKind::Async } else { FunctionKind::Normal };
    }

    /// Hands each file's body to the VM: `[body, whether it awaits, where its cycle ends, what it waits for…]`.
    fn evaluate_apart(&mut self) -> Temp {
        let mut operands = vec![self.undefined()];
        for (at, &file) in self.program.evaluation_order.iter().enumerate() {
            self.set_file(file);
            let is_async = self.awaits(file);
            let body = self.body_apart(is_async);
            let is_async = self.bool(is_async);
            let mut items = vec![body, self.as_any(is_async)];
            for &place in std::iter::once(&self.program.cycle_end[at]).chain(&self.program.waits_for[at]) {
                let place = self.number(f64::from(place));
                items.push(self.as_any(place));
            }
            operands.push(self.any(Op::NewArray, &items));
        }
        let native = self.natives[EVALUATE_MODULES];
        self.any(Op::CallNative(native), &operands)
    }

    fn body_apart(&mut self, is_async: bool) -> Temp {
        let (func, loc) = (self.new_function(), self.loc_of(self.file.ast.span));
        self.begin_function(SyntaxKind::Declaration);
        self.f().loc = loc;
        self.describe_body(is_async);
        self.file_body();
        let nothing = self.undefined();
        self.f().end(Terminator::Return(nothing));
        let captured = self.end_function(func);
        self.closure(func, captured)
    }

    /// Functions call those of files that are entered later: all are known before any body is lowered.
    fn announce_functions(&mut self) {
        for &file in &self.program.evaluation_order {
            self.set_file(file);
            let ast = self.file.ast.clone();
            for stmt in &ast.body {
                lexical_names(stmt, &mut |name| {
                    if let Lexical::Function(function) = name {
                        self.announce(function);
                    }
                });
            }
        }
    }

    fn file_body(&mut self) {
        let ast = self.file.ast.clone();
        let resources = ast.body.iter().map(super::stmt::using_count).sum();
        if resources == 0 {
            self.stmts(&ast.body);
        } else {
            self.with_resources(resources, |lower| lower.stmts(&ast.body));
        }
    }

    /// Global slots for the module-level variables that functions, other files or the host reach; the others stay locals of the
    /// entry function.
    fn assign_globals(&mut self) {
        for file in &self.program.files {
            self.exported.extend(file.exports.iter().map(|&(_, id)| id));
        }
        let targets = self.namespace_targets();
        let apart = self.files_run_apart();
        for (index, binding) in self.program.bindings.iter().enumerate() {
            let id = BindingId(u32::try_from(index).unwrap_or(u32::MAX));
            let exported = self.exported.contains(&id);
            let seen = match binding.kind {
                BindingKind::HostFunction | BindingKind::Namespace(_) => exported && targets.contains(&binding.file),
                BindingKind::DefaultExport => true,
                _ => binding.is_global && (apart || exported || binding.captured || binding.needs_init_check),
            };
            if seen {
                let name = self.str(&binding.name);
                let slot = u32::try_from(self.out.globals.len()).unwrap_or(u32::MAX);
                self.out.globals.push(name);
                self.globals.insert(id, slot);
            }
        }
    }

    fn namespace_targets(&self) -> FxHashSet<FileId> {
        let target = |binding: &crate::program::Binding| match binding.kind {
            BindingKind::Namespace(file) => Some(file),
            _ => None,
        };
        self.program.bindings.iter().filter_map(target).collect()
    }

    /// Host functions and namespaces that a namespace object shows get values in their slots.
    fn expose_host_values(&mut self) {
        let mut slots: Vec<(BindingId, u32)> = self.globals.iter().map(|(&id, &slot)| (id, slot)).collect();
        slots.sort_unstable();
        for (id, slot) in slots {
            let binding = self.binding(id);
            let value = match binding.kind {
                BindingKind::HostFunction => self.host_closure(id),
                BindingKind::Namespace(file) => self.namespace(file),
                _ => continue,
            };
            self.effect(Op::SetGlobal(slot), &[value]);
        }
    }

    fn collect_exports(&mut self) {
        self.set_file(self.program.entry);
        for (name, id) in &self.file.exports {
            if let Some(&slot) = self.globals.get(id) {
                let name = self.str(name);
                self.out.exports.push((name, slot));
            }
        }
    }

    /// The namespace object of a file.
    pub(super) fn namespace(&mut self, file: FileId) -> Temp {
        if let Some(&index) = self.namespaces.get(&file) {
            return self.any(Op::Namespace(index), &[]);
        }
        let mut entries: Vec<(Vec<u16>, u32)> = vec![];
        for (name, id) in &self.program.files[usize::from(file.0)].exports {
            if let Some(&slot) = self.globals.get(id) {
                entries.push((name.encode_utf16().collect(), slot));
            }
        }
        entries.sort();
        let entries = entries.iter().map(|(name, slot)| (self.out.strings.intern_units(name), *slot)).collect();
        let index = u16::try_from(self.out.namespaces.len()).unwrap_or(u16::MAX);
        self.out.namespaces.push(Namespace { entries });
        self.namespaces.insert(file, index);
        self.any(Op::Namespace(index), &[])
    }

    /// Classes with a fixed layout, superclasses first, and the fields that outlive an instance.
    fn define_classes(&mut self) {
        let mut done = FxHashSet::default();
        for (index, info) in self.program.classes.iter().enumerate() {
            for field in info.fields.iter().filter(|field| field.persist || field.synced) {
                let (class, name) = (self.out.strings.intern(&info.name), self.out.strings.intern(&field.name));
                let (persist, synced) = (field.persist, field.synced);
                self.out.persisted.push(PersistedField { class, field: name, persist, synced });
            }
            let mut chain = vec![];
            let mut next = Some(ClassId(u32::try_from(index).unwrap_or(u32::MAX)));
            while let Some(id) = next.filter(|id| !done.contains(id)) {
                chain.push(id);
                done.insert(id);
                next = self.program.classes[id.0 as usize].superclass;
            }
            chain.into_iter().rev().for_each(|id| self.define_class(id));
        }
    }

    fn define_class(&mut self, id: ClassId) {
        let info = &self.program.classes[id.0 as usize];
        if !info.fixed_layout {
            return;
        }
        let mut fields = vec![];
        for field in &info.fields {
            let repr = if field.annotated { self.program.types.repr(field.ty) } else { Repr::Any };
            fields.push(FieldDef { name: self.str(&field.name), repr });
        }
        let name = self.str(&info.name);
        self.out.classes.push(ClassDef { id, name, superclass: info.superclass, fields });
    }

    /// The number of a host function in the table of imports.
    pub(super) fn host_import(&mut self, id: BindingId) -> u16 {
        if let Some(&index) = self.host.get(&id) {
            return index;
        }
        let binding = self.binding(id);
        let file = &self.program.files[usize::from(binding.file.0)];
        let decl = self.host_declaration(id);
        let is_async = decl.is_some_and(|function| function.is_async || returns_promise(function));
        let import = HostImport { module: file.name.clone(), name: binding.name.to_string(), is_async };
        let types = decl.map(host_types).unwrap_or_default();
        let index = u16::try_from(self.out.imports.len()).unwrap_or(u16::MAX);
        self.out.imports.push(import);
        self.out.host_types.push(types);
        self.host.insert(id, index);
        index
    }

    fn host_declaration(&self, id: BindingId) -> Option<&Function> {
        let binding = self.binding(id);
        let file = &self.program.files[usize::from(binding.file.0)];
        file.ast.body.iter().find_map(|stmt| {
            let mut stmt = stmt;
            loop {
                match &stmt.kind {
                    StmtKind::Declare(inner) => stmt = inner,
                    StmtKind::Export(export) => match &**export {
                        mosl_syntax::ast::Export::Decl(inner) => stmt = inner,
                        _ => return None,
                    },
                    StmtKind::Function(function) if matches!(function.body, FunctionBody::None) => {
                        let own = function.name.as_ref().is_some_and(|name| name.text == binding.name);
                        return own.then_some(&**function);
                    }
                    _ => return None,
                }
            }
        })
    }

    /// A host function as a value: a function that passes its arguments on.
    pub(super) fn host_closure(&mut self, id: BindingId) -> Temp {
        let host = self.host_import(id);
        let count = self.host_declaration(id).map_or(0, |function| function.params.len());
        let func: FuncId = self.new_function();
        let (name, arg) = (self.binding_name(id), self.str("arg"));
        let name = self.str(&name);
        let loc = self.ctx().loc;
        self.begin_function(SyntaxKind::Declaration);
        let f = self.f();
        f.loc = loc;
        f.func.name = Some(name);
        f.func.length = u16::try_from(count).unwrap_or(u16::MAX);
        f.func.params = u32::try_from(count).unwrap_or(u32::MAX);
        f.func.locals = vec![Local { repr: Repr::Any, name: arg }; count];
        let args: Vec<Temp> = (0..f.func.params).map(|index| self.get(crate::mir::LocalId(index))).collect();
        let result = self.any(Op::CallHost(host), &args);
        self.f().end(Terminator::Return(result));
        let captured = self.end_function(func);
        self.closure(func, captured)
    }
}

fn returns_promise(function: &Function) -> bool {
    let Some(ty) = &function.ret else { return false };
    matches!(&ty.kind, TypeKind::Ref { path, .. } if path.len() == 1 && path[0].text == "Promise")
}

/// What a host function takes and answers at the border, by its written types.
fn host_types(function: &Function) -> HostTypes {
    let params = function.params.iter().map(|param| border_repr(param.ty.as_ref()).unwrap_or(Repr::Any)).collect();
    HostTypes { params, result: border_repr(function.ret.as_ref()) }
}

fn border_repr(ty: Option<&Type>) -> Option<Repr> {
    match ty.map(|ty| &ty.kind) {
        Some(TypeKind::Keyword(TypeKeyword::Number)) => Some(Repr::F64),
        Some(TypeKind::Keyword(TypeKeyword::String)) => Some(Repr::Str),
        Some(TypeKind::Keyword(TypeKeyword::Boolean)) => Some(Repr::Bool),
        Some(TypeKind::Keyword(TypeKeyword::Void)) => None,
        _ => Some(Repr::Any),
    }
}
