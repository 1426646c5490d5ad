//! Payments that some path forgets (language.md, must-use resources). Who asks for a payment, or takes one over, settles it on every path:
//! accepts it, refunds it, holds it with `await using`, hands it to someone who takes it over, or stores it. A forward analysis over each
//! function: a state knows the payments that may still be open, and which branches led there.
//!
//! A call that throws is no path of its own: what is open when a handler ends is refunded by the host. Inside `try` it is one, since the
//! handler goes on from there.

mod flow;
mod uses;

use mosl_syntax::Span;
use mosl_syntax::ast::visit::{Visit, walk_function};
use mosl_syntax::ast::{Block, Expr, Function, FunctionBody, PatKind, SmolStr};
use rustc_hash::FxHashMap;

use crate::check::Checker;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::FORGOTTEN_PAYMENT;
use crate::program::{BindingId, ClassId, FileId};
use crate::types::{Type, TypeId, Types};

/// Statements and expressions looked at for one function; nothing is said about larger ones.
const MAX_STEPS: u32 = 200_000;

/// What is said about the payments of a file.
pub(super) fn forgotten(checker: &Checker<'_>, file: FileId) -> Vec<Diagnostic> {
    let Some(payment) = payment_class(checker) else { return Vec::new() };
    let mut functions = Functions(Vec::new());
    let ast = &checker.loaded.files[usize::from(file.0)].ast;
    ast.body.iter().for_each(|stmt| functions.visit_stmt(stmt));
    let mut duties = Duties::default();
    let mut found = Vec::new();
    for function in functions.0 {
        let mut paths = Paths::new(checker, file, payment, &mut duties, function.is_async);
        paths.function(function);
        found.append(&mut paths.found);
    }
    let mut paths = Paths::new(checker, file, payment, &mut duties, true);
    paths.block(&ast.body, ast.span);
    found.append(&mut paths.found);
    found
}

/// The class `Payment` of `mark:mrk`, where the program has it.
fn payment_class(checker: &Checker<'_>) -> Option<ClassId> {
    let of_money = |file: FileId| {
        let file = &checker.loaded.files[usize::from(file.0)];
        file.is_library && file.name == "mark:mrk"
    };
    let at = checker.res.classes.so_far().iter().position(|class| class.name == "Payment" && of_money(class.file))?;
    u32::try_from(at).ok().map(ClassId)
}

struct Functions<'a>(Vec<&'a Function>);

impl<'a> Visit<'a> for Functions<'a> {
    fn visit_function(&mut self, function: &'a Function) {
        self.0.push(function);
        walk_function(self, function);
    }
}

/// Whether a function takes over the payment that it is given: it settles it somewhere. `None` while that is being found out.
type Duties = FxHashMap<BindingId, Option<bool>>;

/// A payment that may still be open.
#[derive(Clone)]
struct Debt {
    binding: BindingId,
    /// How many scopes are around its variable.
    depth: usize,
    arrived: Span,
    /// The branches on the way that it was not settled on.
    via: Vec<(Span, &'static str)>,
}

#[derive(Clone, Default)]
struct State {
    /// Control never gets here.
    dead: bool,
    open: Vec<Debt>,
}

impl State {
    fn dead() -> Self {
        Self { dead: true, open: Vec::new() }
    }

    /// Where two paths meet, each payment is open that is open on one of them. A branch matters only where the other one settled.
    fn join(self, other: Self) -> Self {
        if self.dead {
            return other;
        }
        if other.dead {
            return self;
        }
        let mut open = self.open;
        for debt in other.open {
            match open.iter_mut().find(|known| known.binding == debt.binding) {
                Some(known) => {
                    let same = known.via.iter().zip(&debt.via).take_while(|(a, b)| a == b).count();
                    known.via.truncate(same);
                }
                None => open.push(debt),
            }
        }
        Self { dead: false, open }
    }
}

/// What a jump meets on its way out.
enum Frame<'a> {
    /// A statement that `break` or `continue` can aim at.
    Target { labels: Vec<SmolStr>, is_loop: bool, plain: bool, depth: usize, breaks: State, continues: State },
    /// A block with a handler.
    Handler { thrown: State },
    /// A block with a finalizer, which runs on every way out; what calls in it threw, and what it threw itself.
    Finalizer { block: &'a Block, thrown: State, thrown_here: State },
}

struct Paths<'c, 'a> {
    checker: &'c Checker<'a>,
    file: FileId,
    payment: ClassId,
    duties: &'c mut Duties,
    is_async: bool,
    state: State,
    frames: Vec<Frame<'a>>,
    depth: usize,
    steps: u32,
    /// Variables that some path settles.
    settled: Vec<BindingId>,
    /// How deep the variables were declared that were passed so far.
    depths: Vec<(BindingId, usize)>,
    reported: Vec<Span>,
    found: Vec<Diagnostic>,
}

impl<'c, 'a> Paths<'c, 'a> {
    fn new(checker: &'c Checker<'a>, file: FileId, payment: ClassId, duties: &'c mut Duties, is_async: bool) -> Self {
        Self {
            checker,
            file,
            payment,
            duties,
            is_async,
            state: State::default(),
            frames: Vec::new(),
            depth: 0,
            steps: 0,
            settled: Vec::new(),
            depths: Vec::new(),
            reported: Vec::new(),
            found: Vec::new(),
        }
    }

    /// A function owes what it makes, and those of its parameters that it settles on some path.
    fn function(&mut self, function: &'a Function) {
        for param in &function.params {
            if let Some(id) = self.declared(param.pat.id)
                && matches!(param.pat.kind, PatKind::Ident(_))
                && self.holds_payment(self.node_type(param.pat.id))
                && self.takes_over(function, id)
            {
                self.open(id, param.pat.span);
            }
        }
        self.body(function);
    }

    fn body(&mut self, function: &'a Function) {
        match &function.body {
            FunctionBody::Block(block) => self.block(&block.body, block.span),
            FunctionBody::Expr(expr) => {
                self.value(expr, uses::Sink::Take);
                let end = Span::new(expr.span.end.saturating_sub(1), expr.span.end);
                self.leave_scope(end, "the function ends here");
            }
            FunctionBody::None => {}
        }
    }

    /// Whether a function settles a parameter somewhere, so that its callers need not.
    fn takes_over(&mut self, function: &'a Function, param: BindingId) -> bool {
        if let Some(known) = self.duties.get(&param) {
            return known.unwrap_or(false);
        }
        self.duties.insert(param, None);
        let file = self.checker.res.bindings[param.0 as usize].file;
        let takes = mosl_syntax::deep(|| {
            let mut inner = Paths::new(self.checker, file, self.payment, &mut *self.duties, function.is_async);
            inner.open(param, Span::at(0));
            inner.body(function);
            inner.settled.contains(&param) || self.checker.res.bindings[param.0 as usize].captured
        });
        self.duties.insert(param, Some(takes));
        takes
    }

    fn declared(&self, node: mosl_syntax::ast::NodeId) -> Option<BindingId> {
        self.checker.res.facts[usize::from(self.file.0)].binding(node)
    }

    fn node_type(&self, node: mosl_syntax::ast::NodeId) -> TypeId {
        self.checker.node_types[usize::from(self.file.0)].get(node.0 as usize).copied().unwrap_or(Types::ANY)
    }

    fn type_of(&self, expr: &Expr) -> TypeId {
        self.node_type(expr.id)
    }

    /// A payment, or one that may be missing, or the promise of one.
    fn holds_payment(&self, ty: TypeId) -> bool {
        let types = &self.checker.types;
        types.parts(ty).into_iter().any(|part| match types.get(part) {
            Type::Class { class, .. } => *class == self.payment,
            Type::Interface { decl, args } => {
                types.decls[decl.0 as usize] == "Promise" && args.first().is_some_and(|of| self.holds_payment(*of))
            }
            _ => false,
        })
    }

    fn is_payment_itself_type(&self, ty: TypeId) -> bool {
        let types = &self.checker.types;
        let is_payment = |part: TypeId| matches!(types.get(part), Type::Class { class, .. } if *class == self.payment);
        types.parts(ty).into_iter().any(is_payment)
    }

    /// Variables that closures use may be settled by them, at any time.
    fn is_tracked(&self, id: BindingId) -> bool {
        let binding = &self.checker.res.bindings[id.0 as usize];
        !binding.captured && !binding.is_global
    }

    fn open(&mut self, binding: BindingId, arrived: Span) {
        if !self.state.dead && self.is_tracked(binding) {
            self.state.open.retain(|debt| debt.binding != binding);
            self.state.open.push(Debt { binding, depth: self.depth, arrived, via: Vec::new() });
        }
    }

    fn settle(&mut self, binding: BindingId) {
        self.settled.push(binding);
        self.state.open.retain(|debt| debt.binding != binding);
    }

    fn is_open(&self, binding: BindingId) -> bool {
        self.state.open.iter().any(|debt| debt.binding == binding)
    }

    /// The end of a scope: what it declared and left open is forgotten.
    fn leave_scope(&mut self, end: Span, what: &'static str) {
        let depth = self.depth;
        let forgotten: Vec<Debt> = self.state.open.iter().filter(|debt| debt.depth >= depth).cloned().collect();
        self.state.open.retain(|debt| debt.depth < depth);
        forgotten.iter().for_each(|debt| self.forget(debt, end, what));
    }

    /// One report for each payment: its first forgetful path.
    fn forget(&mut self, debt: &Debt, end: Span, what: &str) {
        if self.reported.contains(&debt.arrived) || self.steps > MAX_STEPS {
            return;
        }
        self.reported.push(debt.arrived);
        let name = &self.checker.res.bindings[debt.binding.0 as usize].name;
        let message = format!("the payment `{name}` is forgotten on some path: neither accepted nor refunded");
        let mut diagnostic =
            Diagnostic::new(&FORGOTTEN_PAYMENT, self.file, debt.arrived, message, "here the payment arrives");
        for (span, label) in &debt.via {
            diagnostic = diagnostic.also(*span, *label);
        }
        let is_promise = !self.is_payment_itself_type(self.checker.binding_type(debt.binding));
        let help = if is_promise {
            "wait for it with `await`, then settle what comes"
        } else {
            "hold it with `await using`: what is not accepted by the end of its block is refunded"
        };
        diagnostic = diagnostic.also(end, format!("{what} without `accept()` or `refund()`")).help(help);
        if let Some(keyword) = self.keyword_of(debt.binding).filter(|_| !is_promise) {
            diagnostic = diagnostic.fix("hold it with `await using`", keyword, "await using");
        }
        self.found.push(diagnostic);
    }

    /// The `const` or `let` that declares a payment alone, where `await using` may stand instead.
    fn keyword_of(&self, binding: BindingId) -> Option<Span> {
        let info = &self.checker.res.bindings[binding.0 as usize];
        let source = &self.checker.loaded.files[usize::from(self.file.0)].source;
        let before = source.get(..info.span.start as usize)?.trim_end();
        let word = ["const", "let"].into_iter().find(|word| before.ends_with(word))?;
        let line = source.get(info.span.start as usize..)?.split(['\n', ';']).next()?;
        let alone = line.contains('=') && !info.reassigned && self.is_async;
        let end = u32::try_from(before.len()).ok()?;
        alone.then(|| Span::new(end - u32::try_from(word.len()).unwrap_or(0), end))
    }
}
