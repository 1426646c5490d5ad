//! language.md's "Out" list, as tables: what is refused, why, and what to write instead.

use mosl_syntax::Span;
use mosl_syntax::ast::{Expr, ExprKind, Name};

use super::declare::Walk;
use super::expr::Use;
use crate::diagnostics::catalogue::{
    NO_ARGUMENTS, NO_DESCRIPTORS, NO_EVAL, NO_GLOBAL, NO_PROTO, UNDECLARED_READ, UNRESOLVED_NAME,
};
use crate::diagnostics::{Diagnostic, Entry};

/// Global names of JavaScript that MOSL leaves out: name, entry, reason, what to do instead.
static GLOBALS: &[(&str, &Entry, &str, &str)] = &[
    ("arguments", &NO_ARGUMENTS, "`arguments` is left out of MOSL", "use a rest parameter: `function f(...args)`"),
    ("eval", &NO_EVAL, "`eval` is left out of MOSL: code made from text cannot be checked", ""),
    (
        "Proxy",
        &NO_GLOBAL,
        "`Proxy` is left out of MOSL: an object is what its type says",
        "write a class with getters and setters",
    ),
    ("Reflect", &NO_GLOBAL, "`Reflect` is left out of MOSL", "use `Object.keys`, `in` and plain member access"),
    ("Intl", &NO_GLOBAL, "`Intl` is left out of MOSL: texts are the same for every reader", "write the text yourself"),
    ("Atomics", &NO_GLOBAL, "`Atomics` is left out of MOSL: scripts share no memory", ""),
    (
        "SharedArrayBuffer",
        &NO_GLOBAL,
        "`SharedArrayBuffer` is left out of MOSL: scripts share no memory",
        "use `ArrayBuffer`",
    ),
    (
        "WeakRef",
        &NO_GLOBAL,
        "`WeakRef` is left out of MOSL: when memory is freed must not be observable",
        "use `WeakMap`",
    ),
    (
        "FinalizationRegistry",
        &NO_GLOBAL,
        "`FinalizationRegistry` is left out of MOSL: when memory is freed must not be observable",
        "use `using`",
    ),
    (
        "BigInt",
        &crate::diagnostics::catalogue::NO_BIGINT,
        "`BigInt` is left out of MOSL",
        "for money there is `Mrk`: `5mrk`",
    ),
    (
        "BigInt64Array",
        &crate::diagnostics::catalogue::NO_BIGINT,
        "`BigInt64Array` is left out of MOSL",
        "use `Float64Array`",
    ),
    (
        "BigUint64Array",
        &crate::diagnostics::catalogue::NO_BIGINT,
        "`BigUint64Array` is left out of MOSL",
        "use `Float64Array`",
    ),
];

/// Names that pasted programs expect from a browser or from Node.js: what to do instead.
static FOREIGN: &[(&str, &str)] = &[
    ("window", "a MOSL script has no page: what it shows comes from `mark:scene`"),
    ("document", "a MOSL script has no page: what it shows comes from `mark:scene`"),
    ("alert", "show a `Text`, or write `console.log(…)`"),
    ("require", "modules are imported: `import { x } from \"./file.mosl\"`"),
    ("module", "a file exports with `export`"),
    ("exports", "a file exports with `export`"),
    ("process", "a MOSL script sees only what its host grants it"),
    ("Buffer", "use `Uint8Array`"),
    ("fetch", "import it: `import { fetch } from \"mark:net\"`"),
    ("localStorage", "use `@persist` fields or `mark:storage`"),
    ("requestAnimationFrame", "write an `onTick(dt)` handler"),
    ("Temporal", "use `Date`"),
    ("global", "there is `globalThis`, but a module's variables are its own"),
    ("self", "inside a class, `this` is the object itself"),
    ("print", "write `console.log(…)`"),
    ("println", "write `console.log(…)`"),
    ("printf", "write `console.log(…)`"),
    ("echo", "write `console.log(…)`"),
    ("range", "count with `for (let i = 0; i < n; i++)`"),
    ("len", "a list or a text has its own `length`: `names.length`"),
    ("str", "write `String(…)`"),
    ("int", "write `Math.trunc(…)`, or `Number(…)` for a text"),
    ("float", "write `Number(…)`"),
    ("None", "write `null`"),
    ("nil", "write `null`"),
    ("True", "write `true`"),
    ("False", "write `false`"),
    ("elif", "write `else if (…)`"),
];

/// What else browsers or Node.js have: programs that ask for it run into no `ReferenceError` there.
static HOSTED: &[&str] = &[
    "AbortController",
    "AbortSignal",
    "Blob",
    "BroadcastChannel",
    "CompressionStream",
    "CustomEvent",
    "DOMException",
    "DecompressionStream",
    "Event",
    "EventTarget",
    "File",
    "FormData",
    "Headers",
    "MessageChannel",
    "ReadableStream",
    "Request",
    "Response",
    "ShadowRealm",
    "TextDecoder",
    "TextEncoder",
    "TransformStream",
    "URL",
    "URLPattern",
    "URLSearchParams",
    "WebAssembly",
    "WebSocket",
    "Worker",
    "WritableStream",
    "XMLHttpRequest",
    "__dirname",
    "__filename",
    "atob",
    "btoa",
    "confirm",
    "crypto",
    "history",
    "location",
    "navigator",
    "prompt",
    "sessionStorage",
];

/// What old engines gave every object, and what to write instead.
static ACCESSOR_MEMBERS: &[(&str, &str)] = &[
    ("__defineGetter__", "write `get name() { … }`, or use `Object.defineProperty`"),
    ("__defineSetter__", "write `set name(value) { … }`, or use `Object.defineProperty`"),
    ("__lookupGetter__", "use `Object.getOwnPropertyDescriptor`"),
    ("__lookupSetter__", "use `Object.getOwnPropertyDescriptor`"),
];

/// Whether ECMAScript has a global of that name and MOSL has not: then even `typeof` would give another answer.
pub(super) fn is_left_out(name: &Name) -> bool {
    GLOBALS.iter().any(|(known, ..)| *known == name.text)
}

/// So many names are compared with all that are declared; of further ones nobody reads what was meant.
const MANY: usize = 100;

impl Walk<'_, '_> {
    /// Reports a value name that nothing declares. Outside of strict projects, reading one in a function or a `try` is JavaScript's
    /// own run-time error and a warning here, unless it looks misspelt or is known from elsewhere.
    pub(super) fn report_unresolved(&mut self, name: &Name, how: Use) {
        let text = name.text.as_str();
        if let Some((_, entry, message, help)) = GLOBALS.iter().find(|(known, ..)| *known == text) {
            let mut diagnostic = Diagnostic::new(entry, self.file, name.span, *message, "not in MOSL");
            if !help.is_empty() {
                diagnostic = diagnostic.help(*help);
            }
            self.report(diagnostic);
            return;
        }
        let message = format!("nothing called `{text}` is declared here");
        let foreign = FOREIGN.iter().find(|(known, _)| *known == text).map(|(_, help)| *help);
        let foreign = foreign.or_else(|| HOSTED.contains(&text).then_some("browsers or Node.js have it, MOSL has not"));
        let few = foreign.is_none() && self.linker.undeclared.len() < MANY;
        let near = if few { self.nearest_value(text) } else { None };
        if foreign.is_none() {
            let assigned = how == Use::Assign && near.is_none();
            self.linker.undeclared.push((self.file, name.text.clone(), name.span, assigned));
        }
        let may_be_meant = foreign.is_none() && near.is_none() && (self.frames.len() > 1 || self.tries > 0);
        if !self.strict && may_be_meant && matches!(how, Use::Read | Use::Call) {
            self.report(Diagnostic::new(&UNDECLARED_READ, self.file, name.span, message, "throws a ReferenceError"));
            return;
        }
        let diagnostic = Diagnostic::new(&UNRESOLVED_NAME, self.file, name.span, message, "not found");
        self.report(match foreign {
            Some(help) => diagnostic.help(help),
            None if how == Use::Assign && near.is_none() => {
                diagnostic.help(format!("declare it first: `let {text} = …`"))
            }
            None => diagnostic.suggest(name.span, near.as_deref()),
        });
    }

    /// `object.name`, where the name alone tells that it is refused.
    pub(super) fn check_member(&mut self, object: &Expr, name: &Name) {
        if name.text == "__proto__" {
            self.report_proto(name.span);
        } else if let Some((member, help)) = ACCESSOR_MEMBERS.iter().find(|(member, _)| *member == name.text) {
            let message = format!("`{member}` is left out of MOSL");
            self.report(Diagnostic::new(&NO_DESCRIPTORS, self.file, name.span, message, "not in MOSL").help(*help));
        } else if name.text == "setPrototypeOf" && self.is_intrinsic(object, "Object") {
            let message = "`Object.setPrototypeOf` is left out of MOSL";
            let diagnostic = Diagnostic::new(&NO_PROTO, self.file, name.span, message, "not in MOSL");
            self.report(diagnostic.help("write a class with `extends`"));
        }
    }

    pub(super) fn report_proto(&mut self, span: Span) {
        let message = "`__proto__` is left out of MOSL: what an object inherits never changes";
        self.report(
            Diagnostic::new(&NO_PROTO, self.file, span, message, "not in MOSL").help("write a class with `extends`"),
        );
    }

    /// `X.prototype.name = …`
    pub(super) fn check_prototype_assignment(&mut self, target: &Expr) {
        let ExprKind::Member { object, name, .. } = &target.kind else { return };
        let on_prototype = matches!(&object.kind, ExprKind::Member { name, .. } if name.text == "prototype");
        if on_prototype || (name.text == "prototype" && matches!(object.kind, ExprKind::Ident(_))) {
            let message = "prototypes never change in MOSL";
            let help = "write a class: its methods are what its instances share";
            self.report(Diagnostic::new(&NO_PROTO, self.file, target.span, message, "assigned here").help(help));
        }
    }

    /// `Function(…)`, `new Function(…)`.
    pub(super) fn check_function_constructor(&mut self, callee: &Expr, span: Span) {
        if self.is_intrinsic(callee, "Function") {
            let message = "`Function(…)` is left out of MOSL: code made from text cannot be checked";
            self.report(
                Diagnostic::new(&NO_EVAL, self.file, span, message, "code from text").help("write the function itself"),
            );
        }
    }

    fn is_intrinsic(&self, expr: &Expr, name: &str) -> bool {
        matches!(&expr.kind, ExprKind::Ident(ident) if ident.text == name) && self.lookup(name).is_none()
    }
}
