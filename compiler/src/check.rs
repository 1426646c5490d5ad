//! Types: local, flow-sensitive inference and checking. What is not known is `any`, which silences further errors and is checked at run
//! time. A type is handed on to lowering only where it holds in every execution, given that lowering checks what flows from `any`.
//!
//! In a file that is not strict, nothing is assumed that an untyped program could break: unannotated parameters, elements of array
//! literals and properties are `any`, and a variable has a type only if all its assignments agree (found by checking again without
//! the assumption where one fails).

pub mod analysis;
mod annotation;
mod binding;
mod call;
mod class;
mod decode;
mod env;
mod expr;
mod finish;
mod fresh;
mod function;
mod generic;
mod lint;
mod literal;
mod members;
mod narrow;
mod operators;
mod relate;
mod report;
mod stmt;
mod utility;

use mosl_syntax::Span;
use mosl_syntax::ast::{ClassMember, InterfaceDecl, InterfaceMember, NodeId, SmolStr, TypeAlias};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostics::Diagnostic;
use crate::program::{BindingId, ClassId, FileId, FunctionInfo};
use crate::project::Loaded;
use crate::resolve::Resolution;
use crate::types::{DeclId, EnumId, ParamId, Signature, TypeId, Types};

pub(crate) use finish::Findings;

/// How often a program that is not strict is checked again after an assumption about a variable failed, before all are given up.
const MAX_ROUNDS: usize = 4;

/// Checks a resolved program.
pub(crate) fn check(loaded: &Loaded, resolution: &Resolution, strict: &dyn Fn(FileId) -> bool) -> Findings {
    let (checker, mut notes) = settle(loaded, resolution, strict, false);
    let mut findings = checker.into_findings();
    findings.diagnostics.append(&mut notes);
    findings
}

/// Checks all files, again and again until no assumption about a variable fails; yields the checker of the last round, and why
/// variables lost their types in the rounds before.
fn settle<'a>(
    loaded: &'a Loaded,
    resolution: &'a Resolution<'a>,
    strict: &dyn Fn(FileId) -> bool,
    keep_contexts: bool,
) -> (Checker<'a>, Vec<Diagnostic>) {
    let mut widened = FxHashSet::default();
    let mut notes: Vec<Diagnostic> = Vec::new();
    for round in 0.. {
        let mut checker = Checker::new(loaded, resolution, strict, widened.clone());
        checker.assume = round < MAX_ROUNDS;
        if keep_contexts {
            checker.keep_for_questions();
        }
        checker.run();
        if checker.conflicts.is_empty() || !checker.assume {
            return (checker, notes);
        }
        // Why a variable lost its type is known only in the round in which it still had one.
        let is_note = |diagnostic: &Diagnostic| diagnostic.code == crate::diagnostics::catalogue::WIDENED.code;
        notes.extend(checker.diagnostics.drain(..).filter(is_note));
        widened.extend(checker.conflicts.drain(..));
    }
    unreachable!("the last round assumes nothing")
}

/// What is known of a binding's type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    Not,
    /// Its initialiser is being checked: a use in there is `any`.
    Busy,
    Type(TypeId),
}

/// A named type declaration: the program's or the library's.
struct Decl<'a> {
    kind: DeclKind<'a>,
    /// `None` for the library.
    file: Option<FileId>,
    params: Vec<ParamId>,
    /// Of an alias, once known: its type in terms of its parameters.
    body: Option<TypeId>,
    busy: bool,
    bases: Option<Vec<TypeId>>,
    /// All that an interface extends, directly or not.
    line: Option<std::rc::Rc<[TypeId]>>,
}

enum DeclKind<'a> {
    Alias(&'a TypeAlias),
    Interface(Vec<&'a InterfaceDecl>),
}

/// What is known about a class beside its syntax.
#[derive(Clone, Debug, Default)]
struct ClassFacts {
    params: Option<Vec<ParamId>>,
    base: Option<TypeId>,
    base_busy: bool,
}

/// The function whose body is being checked.
#[derive(Clone, Debug)]
struct FunctionContext {
    /// The return type, written or asked for by the context, without its promise.
    expected: Option<TypeId>,
    /// It is written: each `return` is checked against it.
    enforced: bool,
    returns: Vec<TypeId>,
    yields: Vec<TypeId>,
    /// What each `yield` of a generator with a written type is checked against.
    yields_expected: Option<TypeId>,
    /// What `yield` comes back with.
    sent: TypeId,
    is_async: bool,
    is_generator: bool,
    in_constructor: bool,
    /// Of a constructor: the fields that it is to assign.
    awaited: Vec<(env::RefId, SmolStr)>,
    /// Of a field's initialiser: the class, whether it is static, and where it begins in the text.
    field: Option<(ClassId, bool, u32)>,
    /// The literals that are returned as they are written, and widen where the result may change.
    fresh: Vec<TypeId>,
}

pub(crate) struct Checker<'a> {
    loaded: &'a Loaded,
    res: &'a Resolution<'a>,
    strict_files: Vec<bool>,
    types: Types,
    /// By file and node.
    node_types: Vec<Vec<TypeId>>,
    function_infos: FxHashMap<(FileId, NodeId), FunctionInfo>,
    bindings: Vec<Known>,
    /// By file.
    bindings_of: Vec<Vec<BindingId>>,
    /// Bindings whose value may be absent at run time though their type does not say so: they hold what an index read yields.
    absent: FxHashSet<BindingId>,
    /// Variables whose type is an assumption that each assignment must confirm.
    assumed: FxHashSet<BindingId>,
    widened: FxHashSet<BindingId>,
    conflicts: Vec<BindingId>,
    assume: bool,
    early_vars: FxHashSet<BindingId>,
    decls: Vec<Decl<'a>>,
    user_decls: FxHashMap<u32, DeclId>,
    library_decls: FxHashMap<SmolStr, Option<DeclId>>,
    library_values: FxHashMap<SmolStr, TypeId>,
    library_params: Vec<(SmolStr, ParamId)>,
    params: FxHashMap<(FileId, NodeId), ParamId>,
    member_cache: FxHashMap<(DeclId, SmolStr), Option<members::Member>>,
    class_cache: FxHashMap<(ClassId, bool, SmolStr), Option<members::Member>>,
    class_busy: FxHashSet<(ClassId, bool, SmolStr)>,
    class_tables: members::ByName<'a, ClassMember>,
    interface_tables: members::ByName<'a, InterfaceMember>,
    classes: Vec<ClassFacts>,
    enums: FxHashMap<BindingId, EnumId>,
    signatures: FxHashMap<(FileId, NodeId), Signature>,
    bodies_done: FxHashSet<(FileId, NodeId)>,
    bodies_busy: FxHashSet<(FileId, NodeId)>,
    /// Method names that more than one class declares: a call may reach either, which matters where a file is not strict.
    overridden: FxHashSet<SmolStr>,
    related: FxHashMap<(TypeId, TypeId), bool>,
    relating: Vec<(TypeId, TypeId)>,
    /// The outermost pair in `relating` that a conclusion has assumed so far.
    assumed_at: usize,
    // Where the walk is.
    file: FileId,
    strict: bool,
    env: env::Env,
    refs: env::References,
    functions: Vec<FunctionContext>,
    this_types: Vec<TypeId>,
    class_stack: Vec<ClassId>,
    /// The classes that call `super(…)` somewhere.
    super_calls: FxHashSet<ClassId>,
    /// The fields that some path through the constructor leaves without a value.
    unassigned: FxHashSet<(ClassId, SmolStr)>,
    /// The literals that a generic call hands on as they are written.
    fresh_calls: FxHashMap<(FileId, NodeId), Vec<TypeId>>,
    /// By function without a written result: the literals that it yields as they are written.
    fresh_results: FxHashMap<(FileId, NodeId), Vec<TypeId>>,
    jumps: Vec<stmt::Jump>,
    /// The loops around the place.
    loops: Vec<Span>,
    const_context: bool,
    /// The type parameters of the calls whose arguments are being looked at.
    inferring: Vec<ParamId>,
    /// What a call says of an argument where it yields `true`.
    predicates: FxHashMap<(FileId, NodeId), crate::types::Predicate>,
    /// What `JSON.parse` calls hold their values to.
    decoders: FxHashMap<(FileId, NodeId), std::sync::Arc<str>>,
    diagnostics: Vec<Diagnostic>,
    /// Diagnostics are dropped while this is not zero.
    silent: u32,
    /// The types that nodes get are noted in the journal while this is not zero, and taken back.
    frozen: u32,
    journal: Vec<(FileId, NodeId, TypeId)>,
    /// Patterns over unions, and which of them took out a variable.
    destructured: Vec<narrow::Destructured>,
    destructured_by: FxHashMap<BindingId, usize>,
    /// How many constants a condition was followed through.
    aliases: u32,
    /// What the place of each expression wants, for who asks afterwards (`analysis`); not kept otherwise.
    contexts: Option<FxHashMap<(FileId, NodeId), TypeId>>,
}

impl<'a> Checker<'a> {
    fn new(
        loaded: &'a Loaded,
        res: &'a Resolution<'a>,
        strict: &dyn Fn(FileId) -> bool,
        widened: FxHashSet<BindingId>,
    ) -> Self {
        let mut types = Types::new();
        types.classes = res.classes.so_far().iter().map(|class| (class.name.clone(), class.fixed_layout)).collect();
        Self {
            loaded,
            res,
            strict_files: loaded.files.iter().map(|file| strict(file.id)).collect(),
            types,
            node_types: loaded.files.iter().map(|file| vec![Types::ANY; file.ast.node_count as usize]).collect(),
            function_infos: FxHashMap::default(),
            bindings: vec![Known::Not; res.bindings.len()],
            bindings_of: bindings_of(loaded.files.len(), res),
            absent: FxHashSet::default(),
            assumed: FxHashSet::default(),
            widened,
            conflicts: Vec::new(),
            assume: true,
            early_vars: res.early_vars.iter().copied().collect(),
            decls: Vec::new(),
            user_decls: FxHashMap::default(),
            library_decls: FxHashMap::default(),
            library_values: FxHashMap::default(),
            library_params: Vec::new(),
            params: FxHashMap::default(),
            member_cache: FxHashMap::default(),
            class_cache: FxHashMap::default(),
            class_busy: FxHashSet::default(),
            class_tables: members::ByName::default(),
            interface_tables: members::ByName::default(),
            classes: vec![ClassFacts::default(); res.classes.len()],
            enums: FxHashMap::default(),
            signatures: FxHashMap::default(),
            bodies_done: FxHashSet::default(),
            bodies_busy: FxHashSet::default(),
            overridden: FxHashSet::default(),
            related: FxHashMap::default(),
            relating: Vec::new(),
            assumed_at: usize::MAX,
            file: FileId(0),
            strict: false,
            env: env::Env::default(),
            refs: env::References::default(),
            functions: Vec::new(),
            this_types: vec![Types::UNDEFINED],
            class_stack: Vec::new(),
            super_calls: FxHashSet::default(),
            unassigned: FxHashSet::default(),
            fresh_calls: FxHashMap::default(),
            fresh_results: FxHashMap::default(),
            jumps: Vec::new(),
            loops: Vec::new(),
            const_context: false,
            inferring: Vec::new(),
            predicates: FxHashMap::default(),
            decoders: FxHashMap::default(),
            diagnostics: Vec::new(),
            silent: 0,
            frozen: 0,
            journal: Vec::new(),
            destructured: Vec::new(),
            destructured_by: FxHashMap::default(),
            aliases: 0,
            contexts: None,
        }
    }

    /// Keeps what only those ask for who look at a program afterwards (`analysis`).
    fn keep_for_questions(&mut self) {
        self.contexts = Some(FxHashMap::default());
        self.types.origins = Some(FxHashMap::default());
    }

    fn run(&mut self) {
        let loaded = self.loaded;
        self.overridden = class::overridden_methods(self.res);
        for file in &loaded.files {
            self.check_file(file.id);
        }
    }

    /// Checks the body of one file; what it uses of others is inferred as far as needed.
    fn check_file(&mut self, file: FileId) {
        let loaded = self.loaded;
        self.enter_file(file);
        self.env = env::Env::default();
        // What is known of a variable is known inside its file.
        self.refs = env::References::default();
        self.destructured.clear();
        self.destructured_by.clear();
        self.stmts(&loaded.files[usize::from(file.0)].ast.body);
        self.lint(file);
    }

    fn enter_file(&mut self, file: FileId) {
        self.file = file;
        self.strict = self.strict_files[usize::from(file.0)];
    }

    /// Runs `work` as if at the start of a function (or file) elsewhere: nothing is narrowed, and the place is restored after.
    fn elsewhere<T>(&mut self, file: FileId, this: TypeId, work: impl FnOnce(&mut Self) -> T) -> T {
        let place = (self.file, self.strict);
        let env = std::mem::take(&mut self.env);
        let functions = std::mem::take(&mut self.functions);
        let jumps = std::mem::take(&mut self.jumps);
        let params = std::mem::take(&mut self.library_params);
        let const_context = std::mem::replace(&mut self.const_context, false);
        self.enter_file(file);
        self.this_types.push(this);
        let result = work(self);
        self.this_types.pop();
        (self.file, self.strict) = place;
        (self.env, self.functions, self.jumps, self.library_params) = (env, functions, jumps, params);
        self.const_context = const_context;
        result
    }

    /// In a strict file of the program's own.
    fn reports_strictly(&self) -> bool {
        self.strict && !self.loaded.files[usize::from(self.file.0)].is_library
    }

    /// The variable that a node of the file at hand names.
    fn binding_at(&self, node: NodeId) -> Option<BindingId> {
        self.res.facts[usize::from(self.file.0)].binding(node)
    }

    fn set_type(&mut self, node: NodeId, ty: TypeId) -> TypeId {
        if let Some(slot) = self.node_types[usize::from(self.file.0)].get_mut(node.0 as usize) {
            if self.frozen > 0 {
                self.journal.push((self.file, node, *slot));
            }
            *slot = ty;
        }
        ty
    }

    /// Looks at nodes once more: nothing is reported, and they get back the types that they had.
    fn speculate<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let start = self.journal.len();
        self.frozen += 1;
        let result = self.silently(work);
        self.frozen -= 1;
        for (file, node, ty) in self.journal.drain(start..).rev() {
            self.node_types[usize::from(file.0)][node.0 as usize] = ty;
        }
        result
    }

    fn this_type(&self) -> TypeId {
        self.this_types.last().copied().unwrap_or(Types::ANY)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if self.silent == 0 {
            self.diagnostics.push(diagnostic);
        }
    }

    /// The source of a span of the current file.
    fn text(&self, span: Span) -> &'a str {
        let loaded = self.loaded;
        loaded.files[usize::from(self.file.0)].source.get(span.range()).unwrap_or("")
    }
}

fn bindings_of(files: usize, res: &Resolution) -> Vec<Vec<BindingId>> {
    let mut all = vec![Vec::new(); files];
    for (at, binding) in res.bindings.so_far().iter().enumerate() {
        all[usize::from(binding.file.0)].push(BindingId(u32::try_from(at).expect("as many as bindings")));
    }
    all
}
