//! Operators and assignments. JavaScript's conversions between primitives are left out: what would convert is refused.

mod assign;
mod table;

use mosl_syntax::Span;
use mosl_syntax::ast::{BinaryOp, Expr, ExprKind, Pat, UnaryOp};

use super::Checker;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{BAD_OPERANDS, NO_LOOSE_EQUALITY, NO_OVERLAP, READONLY_MEMBER, UNKNOWN_NARROW};
use crate::types::{Type, TypeId, Types, ValueType};
use table::{add, arithmetic, compare, numeric};

/// The kinds of operand that operators tell apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Operand {
    Any,
    Number,
    String,
    Boolean,
    Nullish,
    Value(ValueType),
    /// Has a `valueOf` or `toString` that decides at run time.
    Object,
    Symbol,
    /// A union of several of these.
    Mixed,
}

impl<'a> Checker<'a> {
    fn operand(&mut self, ty: TypeId) -> Operand {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Number | Type::NumLit(_) => Operand::Number,
            Type::String | Type::StrLit(_) => Operand::String,
            Type::Boolean | Type::BoolLit(_) => Operand::Boolean,
            Type::Undefined | Type::Null | Type::Void => Operand::Nullish,
            Type::Symbol => Operand::Symbol,
            Type::Value(value) => Operand::Value(value),
            Type::Enum(_) | Type::EnumMember(..) => match self.enum_base(ty) {
                Types::NUMBER => Operand::Number,
                Types::STRING => Operand::String,
                _ => Operand::Mixed,
            },
            Type::Union(parts) => {
                let first = self.operand(parts[0]);
                if parts[1..].iter().all(|part| self.operand(*part) == first) { first } else { Operand::Mixed }
            }
            Type::Any
            | Type::Never
            | Type::Unknown
            | Type::This
            | Type::Keyof(_)
            | Type::Utility(..)
            | Type::Indexed(..)
            | Type::Alias { .. } => Operand::Any,
            Type::Intersection(parts) => {
                let known = parts
                    .iter()
                    .map(|part| self.operand(*part))
                    .find(|operand| !matches!(operand, Operand::Any | Operand::Object | Operand::Mixed));
                known.unwrap_or(Operand::Object)
            }
            Type::Param(param) => match self.types.params[param.0 as usize].constraint {
                Some(constraint) => self.operand(constraint),
                None => Operand::Any,
            },
            _ => Operand::Object,
        }
    }

    pub(super) fn infer_unary(&mut self, op: UnaryOp, operand: &'a Expr, span: Span) -> TypeId {
        if op == UnaryOp::Not {
            let (yes, no) = self.condition(operand);
            self.env = self.join(yes, no);
            return Types::BOOLEAN;
        }
        let ty = self.infer(operand, None);
        match op {
            UnaryOp::Typeof => Types::STRING,
            UnaryOp::Void => Types::UNDEFINED,
            UnaryOp::Delete => {
                self.check_delete(operand);
                if let Some(id) = self.reference(operand) {
                    self.forget(id);
                }
                Types::BOOLEAN
            }
            UnaryOp::Not => Types::BOOLEAN,
            UnaryOp::Plus => Types::NUMBER,
            UnaryOp::Neg | UnaryOp::BitNot => match self.operand(ty) {
                Operand::Number => match (op, self.types.get(ty)) {
                    (UnaryOp::Neg, Type::NumLit(bits)) => {
                        let value = -f64::from_bits(*bits);
                        self.types.num_lit(value)
                    }
                    _ => Types::NUMBER,
                },
                Operand::Value(value)
                    if op == UnaryOp::Neg && matches!(value, ValueType::Vec2 | ValueType::Vec3 | ValueType::Quat) =>
                {
                    ty
                }
                Operand::Any | Operand::Object if op == UnaryOp::Neg => Types::ANY,
                Operand::Any | Operand::Object => Types::NUMBER,
                _ => {
                    if self.strict {
                        let sign = if op == UnaryOp::Neg { "-" } else { "~" };
                        let message = format!("`{sign}` does not work on `{}`", self.types.print(ty));
                        self.report(Diagnostic::new(
                            &BAD_OPERANDS,
                            self.file,
                            span,
                            message,
                            "a number is wanted here",
                        ));
                    }
                    Types::ANY
                }
            },
        }
    }

    /// What a type requires cannot be deleted.
    fn check_delete(&mut self, operand: &'a Expr) {
        if let ExprKind::Index { object, index, .. } = &operand.kind {
            let type_at = |expr: &Expr| self.node_types[usize::from(self.file.0)].get(expr.id.0 as usize).copied();
            let (of, key) = (type_at(object).unwrap_or(Types::ANY), type_at(index).unwrap_or(Types::ANY));
            let of = self.without_nullish(of);
            if self.is_readonly_element(of, key) {
                self.report_readonly_element(of, index.span);
            }
            return;
        }
        let ExprKind::Member { object, name, .. } = &operand.kind else { return };
        let of = self.node_types[usize::from(self.file.0)].get(object.id.0 as usize).copied().unwrap_or(Types::ANY);
        let of = self.without_nullish(of);
        if !self.strict || !self.member_names(of).contains(&name.text) {
            return;
        }
        let Some(member) = self.member(of, &name.text) else { return };
        if member.readonly || !(member.optional || self.admits_undefined(member.ty)) {
            let shown = self.types.print(of);
            let message = if member.readonly {
                format!("`{}` is readonly: it cannot be deleted", name.text)
            } else {
                format!("every `{shown}` has `{}`: it cannot be deleted", name.text)
            };
            let diagnostic = Diagnostic::new(&READONLY_MEMBER, self.file, name.span, message, "");
            self.report(diagnostic.help(format!("declare it as `{}?` if it may be missing", name.text)));
        }
    }

    pub(super) fn infer_update(&mut self, target: &'a Pat, span: Span) -> TypeId {
        let ty = self.target_type(target, true);
        let result = match self.operand(ty) {
            Operand::Number => Types::NUMBER,
            // `++` on what turns out to be no number is refused at run time.
            _ => {
                if self.strict && !matches!(self.operand(ty), Operand::Any) {
                    let message = format!("`++` and `--` do not work on `{}`", self.types.print(ty));
                    self.report(Diagnostic::new(&BAD_OPERANDS, self.file, span, message, "a number is wanted here"));
                }
                Types::ANY
            }
        };
        self.check_target_writable(target);
        self.assign_over(target, result);
        result
    }

    pub(super) fn infer_binary(&mut self, expr: &'a Expr, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> TypeId {
        use BinaryOp as B;
        if matches!(op, B::StrictEq | B::StrictNe | B::Eq | B::Ne | B::Instanceof | B::In) {
            let (yes, no) = self.condition(expr);
            self.env = self.join(yes, no);
            return Types::BOOLEAN;
        }
        let a = self.infer(left, None);
        let b = self.infer(right, None);
        self.binary_type(op, a, b, (left.span, right.span))
    }

    fn binary_type(&mut self, op: BinaryOp, a: TypeId, b: TypeId, spans: (Span, Span)) -> TypeId {
        use BinaryOp as B;
        let (left, right) = (self.operand(a), self.operand(b));
        for (ty, at) in [(a, spans.0), (b, spans.1)] {
            if ty == Types::UNKNOWN && self.strict {
                let message =
                    format!("nothing is known about `{}`: it must be checked before it is used", self.text(at));
                let diagnostic = Diagnostic::new(&UNKNOWN_NARROW, self.file, at, message, "this is `unknown`");
                self.report(diagnostic.help("narrow it with `typeof` or `instanceof`"));
                return Types::ANY;
            }
        }
        if self.reports_promise(op, [(a, spans.0, left), (b, spans.1, right)]) {
            return Types::ANY;
        }
        let found = match op {
            B::Add => add(left, right),
            B::Lt | B::Le | B::Gt | B::Ge => compare(left, right),
            B::Sub | B::Mul | B::Div => arithmetic(op, left, right),
            B::Rem | B::Pow => numeric(left, right).map(|()| Types::NUMBER),
            B::BitAnd | B::BitOr | B::BitXor | B::Shl | B::Shr | B::Ushr => {
                numeric(left, right).map(|()| Types::NUMBER)
            }
            B::Eq | B::Ne | B::StrictEq | B::StrictNe | B::In | B::Instanceof => Some(Types::BOOLEAN),
        };
        let mut object = |ty, operand| operand == Operand::Object && !self.has_primitive(ty);
        let joins = op == B::Add && (left == Operand::String || right == Operand::String);
        let computes = !matches!(op, B::Lt | B::Le | B::Gt | B::Ge) && !joins;
        let blind = computes && (object(a, left) || object(b, right)) && self.reports_strictly();
        if let (Some(ty), false) = (found, blind) {
            return ty;
        }
        self.report_operands(op, (a, left), (b, right), spans);
        if matches!(op, B::Lt | B::Le | B::Gt | B::Ge) { Types::BOOLEAN } else { Types::ANY }
    }

    /// Whether an object says what number or text it stands for, as dates do.
    fn has_primitive(&mut self, ty: TypeId) -> bool {
        let parts = self.types.parts(ty);
        parts.into_iter().any(|part| {
            let names = self.member_names(part);
            names.iter().any(|name| name == "valueOf" || name == "@@toPrimitive")
                || !matches!(
                    self.types.get(part),
                    Type::Object(_) | Type::Interface { .. } | Type::Class { .. } | Type::Array { .. } | Type::Tuple(_)
                )
        })
    }

    fn report_operands(&mut self, op: BinaryOp, a: (TypeId, Operand), b: (TypeId, Operand), spans: (Span, Span)) {
        if !self.strict {
            // It is refused when it runs; a program may be waiting for that.
            return;
        }
        let (left, right) = (self.types.print(a.0), self.types.print(b.0));
        let sign = op.text();
        let nullish = [a, b].into_iter().zip([spans.0, spans.1]).find(|((ty, operand), _)| {
            *operand == Operand::Nullish
                || self
                    .types
                    .parts(*ty)
                    .iter()
                    .any(|part| matches!(self.types.get(*part), Type::Null | Type::Undefined))
        });
        if let Some(((ty, _), at)) = nullish {
            let message = format!("`{}` may have no value here, and `{sign}` needs one", self.text(at));
            let label = format!("this is `{}`", self.types.print(ty));
            let help = "check it first, or give a fallback with `??`";
            self.report(Diagnostic::new(&BAD_OPERANDS, self.file, at, message, label).help(help));
            return;
        }
        let message = format!("`{sign}` does not work on `{left}` and `{right}`");
        let label = format!("this is `{left}`");
        let mut diagnostic = Diagnostic::new(&BAD_OPERANDS, self.file, spans.0, message, label);
        diagnostic = diagnostic.also(spans.1, format!("this is `{right}`"));
        let help = match (a.1, b.1) {
            (Operand::Value(ValueType::Mrk), Operand::Number) | (Operand::Number, Operand::Value(ValueType::Mrk)) => {
                Some("an amount is written with its unit: `5mrk`")
            }
            (Operand::String, Operand::Number) | (Operand::Number, Operand::String) => {
                Some("turn the text into a number with `Number(…)`")
            }
            _ => None,
        };
        if let Some(help) = help {
            diagnostic = diagnostic.help(help);
        }
        self.report(diagnostic);
    }

    /// `===` and its kin: whether the two sides can be equal at all, and whether `==` would convert.
    pub(super) fn check_equality(&mut self, op: BinaryOp, a: TypeId, b: TypeId, expr: &Expr, left: &Expr) {
        let loose = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
        let (x, y) = (self.operand(a), self.operand(b));
        let known = |operand| {
            matches!(
                operand,
                Operand::Number | Operand::String | Operand::Boolean | Operand::Symbol | Operand::Value(_)
            )
        };
        if loose && known(x) && known(y) && x != y && self.strict {
            let sign = op.text();
            let message = format!(
                "`{sign}` would compare a `{}` with a `{}` by converting one of them",
                self.print_widened(a),
                self.print_widened(b)
            );
            let at = self.operator_span(left, expr, sign);
            let strict = format!("{sign}=");
            let diagnostic = Diagnostic::new(&NO_LOOSE_EQUALITY, self.file, at, message, "converts");
            let help =
                format!("write `{strict}`, and where both types can come, convert one side: `Number(…)`, `String(…)`");
            self.report(diagnostic.help(help).fix(format!("write `{strict}`"), at, strict));
            return;
        }
        if self.is_unknown_kind(a, b, left, expr) {
            return;
        }
        if !loose && self.strict && !super::binding::may_be_absent(left) && !self.comparable(a, b) {
            let (left, right) = (self.types.print(a), self.types.print(b));
            let message = format!("these are never equal: `{left}` and `{right}` have no value in common");
            let label = format!("always `{}`", op == BinaryOp::StrictNe);
            let diagnostic = Diagnostic::new(&NO_OVERLAP, self.file, expr.span, message, label);
            let near = self.nearest_literal(b, a).or_else(|| self.nearest_literal(a, b));
            let ExprKind::Binary { left: first, right: second, .. } = &expr.kind else { return };
            let text = [second, first].into_iter().find(|side| matches!(side.kind, ExprKind::Str(_)));
            self.report(match (near, text) {
                (Some(near), Some(text)) => diagnostic.suggest(text.span, Some(&format!("\"{near}\""))),
                (Some(near), None) => diagnostic.help(format!("did you mean `\"{near}\"`?")),
                (None, _) => diagnostic,
            });
        }
    }

    /// A type as one speaks of it where its value does not matter: `number` for `3`.
    fn print_widened(&mut self, ty: TypeId) -> String {
        let ty = self.widen(ty);
        self.types.print(ty)
    }

    /// `load() + 1`, where `load()` is a promise; whether that was reported.
    fn reports_promise(&mut self, op: BinaryOp, sides: [(TypeId, Span, Operand); 2]) -> bool {
        // With a text beside it, `+` writes `[object Promise]`, as JavaScript does.
        let tolerant = |operand| matches!(operand, Operand::String | Operand::Any | Operand::Mixed);
        let [a, b] = sides;
        for ((ty, at, _), (_, _, other)) in [(a, b), (b, a)] {
            let is_promise = matches!(self.types.get(ty), Type::Interface { decl, .. } if self.types.decls[decl.0 as usize] == "Promise");
            if !is_promise || !self.strict || tolerant(other) {
                continue;
            }
            let message =
                format!("`{}` is a promise: `{}` needs the value that it will bring", self.text(at), op.text());
            let label = format!("this is `{}`", self.types.print(ty));
            let diagnostic = Diagnostic::new(&BAD_OPERANDS, self.file, at, message, label);
            self.report(diagnostic.help("wait for it with `await`").fix("wait for it", Span::at(at.start), "await "));
            return true;
        }
        false
    }

    /// `typeof x === "strng"`: none of the eight texts that `typeof` yields.
    fn is_unknown_kind(&mut self, a: TypeId, b: TypeId, left: &Expr, expr: &Expr) -> bool {
        const KINDS: [&str; 8] = ["string", "number", "boolean", "object", "function", "undefined", "symbol", "bigint"];
        let ExprKind::Binary { right, .. } = &expr.kind else { return false };
        let is_typeof = |side: &Expr| matches!(side.kind, ExprKind::Unary { op: UnaryOp::Typeof, .. });
        let (text, span) = match (self.types.get(a), self.types.get(b)) {
            (_, Type::StrLit(text)) if is_typeof(left) => (text.clone(), right.span),
            (Type::StrLit(text), _) if is_typeof(right) => (text.clone(), left.span),
            _ => return false,
        };
        if KINDS.contains(&text.as_str()) || !self.strict {
            return false;
        }
        let message = format!("`typeof` never yields `{text:?}`");
        let near = crate::diagnostics::suggest::nearest(&text, KINDS).map(|near| format!("\"{near}\""));
        let diagnostic = Diagnostic::new(&NO_OVERLAP, self.file, span, message, "never equal");
        self.report(diagnostic.suggest(span, near.as_deref()));
        true
    }

    fn operator_span(&self, left: &Expr, expr: &Expr, sign: &str) -> Span {
        let between = Span::new(left.span.end, expr.span.end);
        let at = self.text(between).find(sign).and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
        let start = between.start + at;
        Span::new(start, start + u32::try_from(sign.len()).unwrap_or(2))
    }
}
