//! Operators and assignments. JavaScript's conversions between primitives are left out: what would convert is refused.

use mosl_syntax::Span;
use mosl_syntax::ast::{AssignOp, BinaryOp, Expr, ExprKind, LogicalOp, Pat, PatKind, UnaryOp};

use super::Checker;
use super::members::key_name;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{BAD_OPERANDS, NO_LOOSE_EQUALITY, NO_OVERLAP, READONLY_MEMBER, WIDENED};
use crate::program::{BindingId, BindingKind, Resolved};
use crate::types::{Type, TypeId, Types, ValueType};

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
            | Type::Indexed(..)
            | Type::Alias { .. } => Operand::Any,
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
        self.assign_to(target, result, None);
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
        self.binary_type(op, a, b, expr.span, (left.span, right.span))
    }

    fn binary_type(&mut self, op: BinaryOp, a: TypeId, b: TypeId, span: Span, spans: (Span, Span)) -> TypeId {
        use BinaryOp as B;
        let (left, right) = (self.operand(a), self.operand(b));
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
        if let Some(ty) = found {
            return ty;
        }
        self.report_operands(op, (a, left), (b, right), span, spans);
        if matches!(op, B::Lt | B::Le | B::Gt | B::Ge) { Types::BOOLEAN } else { Types::ANY }
    }

    fn report_operands(
        &mut self,
        op: BinaryOp,
        a: (TypeId, Operand),
        b: (TypeId, Operand),
        span: Span,
        spans: (Span, Span),
    ) {
        if !self.strict {
            // It is refused when it runs; a program may be waiting for that.
            return;
        }
        let (left, right) = (self.types.print(a.0), self.types.print(b.0));
        let sign = symbol(op);
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
        let mut diagnostic = Diagnostic::new(&BAD_OPERANDS, self.file, span, message, "");
        diagnostic = diagnostic.also(spans.0, format!("this is `{left}`")).also(spans.1, format!("this is `{right}`"));
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
            let sign = symbol(op);
            let message = format!(
                "`{sign}` would compare a `{}` with a `{}` by converting one of them",
                self.types.print(a),
                self.types.print(b)
            );
            let at = self.operator_span(left, expr, sign);
            let strict = format!("{sign}=");
            let diagnostic = Diagnostic::new(&NO_LOOSE_EQUALITY, self.file, at, message, "converts");
            self.report(diagnostic.fix(format!("write `{strict}`"), at, strict));
            return;
        }
        if !loose && self.strict && !super::binding::may_be_absent(left) && !self.comparable(a, b) {
            let (left, right) = (self.types.print(a), self.types.print(b));
            let message = format!("these are never equal: `{left}` and `{right}` have no value in common");
            self.report(Diagnostic::new(
                &NO_OVERLAP,
                self.file,
                expr.span,
                message,
                format!("always `{}`", op == BinaryOp::StrictNe),
            ));
        }
    }

    fn operator_span(&self, left: &Expr, expr: &Expr, sign: &str) -> Span {
        let between = Span::new(left.span.end, expr.span.end);
        let at = self.text(between).find(sign).and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
        let start = between.start + at;
        Span::new(start, start + u32::try_from(sign.len()).unwrap_or(2))
    }

    pub(super) fn infer_assign(&mut self, op: AssignOp, target: &'a Pat, value: &'a Expr, span: Span) -> TypeId {
        match op {
            AssignOp::Assign => {
                let wanted = self.target_type(target, false);
                let found = self.infer(value, Some(wanted));
                self.assign_to(target, found, Some(value));
                found
            }
            AssignOp::Binary(op) => {
                let before = self.target_type(target, true);
                let found = self.infer(value, None);
                let ty = self.binary_type(op, before, found, span, (target.span, value.span));
                self.assign_to(target, ty, None);
                ty
            }
            AssignOp::Logical(op) => {
                let before = self.target_type(target, true);
                let declared = self.target_type(target, false);
                let skipped = self.env.clone();
                let found = self.infer(value, Some(declared));
                self.assign_to(target, found, Some(value));
                let assigned = std::mem::take(&mut self.env);
                self.env = self.join(assigned, skipped);
                let kept = match op {
                    LogicalOp::Or => self.truthy_part(before),
                    LogicalOp::And => self.falsy_part(before),
                    LogicalOp::Nullish => self.without_nullish(before),
                };
                let ty = self.types.union2(kept, found);
                if let PatKind::Ident(_) = &target.kind
                    && let Some(id) = self.target_binding(target)
                {
                    let reference = self.binding_ref(id);
                    self.env.set(reference, ty);
                }
                ty
            }
        }
    }

    fn target_binding(&self, target: &Pat) -> Option<BindingId> {
        match self.res.facts[usize::from(self.file.0)].names.get(&target.id) {
            Some(Resolved::Binding(id)) => Some(*id),
            _ => None,
        }
    }

    /// The type that a target holds (`reads`), or the one that it takes.
    fn target_type(&mut self, target: &'a Pat, reads: bool) -> TypeId {
        let ty = match &target.kind {
            PatKind::Ident(_) => match self.target_binding(target) {
                Some(id) if reads => {
                    let reference = self.binding_ref(id);
                    match self.env.get(reference) {
                        Some(narrowed) => narrowed,
                        None => self.type_of_binding(id),
                    }
                }
                Some(id) => self.type_of_binding(id),
                None => Types::ANY,
            },
            PatKind::Expr(place) => self.place_type(place, reads),
            PatKind::Array { .. } | PatKind::Object { .. } | PatKind::Missing => Types::ANY,
        };
        self.set_type(target.id, ty)
    }

    fn place_type(&mut self, place: &'a Expr, reads: bool) -> TypeId {
        if reads {
            return self.infer(place, None);
        }
        // The declared type, whatever the flow knows about the present value.
        let ty = match &place.kind {
            ExprKind::Member { object, name, .. } => {
                let of = self.infer_object_of(object, false);
                match self.member(of, &name.text) {
                    Some(member) => {
                        self.check_visible(&member, of, name);
                        if self.check_writable(member.readonly, object, name) { member.ty } else { Types::ANY }
                    }
                    None if name.missing => Types::ANY,
                    None => {
                        let own = matches!(object.kind, ExprKind::This) && !self.strict;
                        if !own {
                            self.report_missing_member(of, name);
                        }
                        Types::ANY
                    }
                }
            }
            ExprKind::PrivateMember { object, name, .. } => {
                let of = self.infer_object_of(object, false);
                let key = mosl_syntax::ast::SmolStr::from(format!("#{}", name.text.trim_start_matches('#')));
                self.member(of, &key).map_or(Types::ANY, |member| member.ty)
            }
            ExprKind::Index { object, index, .. } => {
                let of = self.infer_object_of(object, false);
                let key = self.infer(index, None);
                self.index_read(of, key, index)
            }
            ExprKind::Paren(inner) | ExprKind::NonNull(inner) => self.place_type(inner, reads),
            _ => self.infer(place, None),
        };
        self.set_type(place.id, ty)
    }

    /// Says whether the member may be written; reports if not.
    fn check_writable(&mut self, readonly: bool, object: &Expr, name: &mosl_syntax::ast::Name) -> bool {
        let in_constructor = matches!(object.kind, ExprKind::This)
            && self.functions.last().is_some_and(|context| context.in_constructor);
        if readonly && !in_constructor && self.strict {
            let message = format!("`{}` is readonly: it cannot be assigned to", name.text);
            self.report(Diagnostic::new(&READONLY_MEMBER, self.file, name.span, message, "readonly"));
            return false;
        }
        true
    }

    /// Notes that a target now holds a value of type `ty`, and checks that it may. `value`: the expression to blame.
    pub(super) fn assign_to(&mut self, target: &'a Pat, ty: TypeId, value: Option<&'a Expr>) {
        match &target.kind {
            PatKind::Ident(_) => {
                if let Some(id) = self.target_binding(target) {
                    self.assign_binding(id, ty, target, value);
                }
            }
            PatKind::Expr(place) => {
                let wanted =
                    self.node_types[usize::from(self.file.0)].get(place.id.0 as usize).copied().unwrap_or(Types::ANY);
                if let Some(value) = value
                    && (self.strict || self.is_enforced(place))
                {
                    self.check_flow(ty, wanted, value);
                }
                if let Some(id) = self.reference(place) {
                    self.forget(id);
                    if self.strict {
                        let narrowed = self.assigned_type(wanted, ty);
                        self.env.set(id, narrowed);
                    }
                }
            }
            PatKind::Array { elems, rest } => {
                for (index, elem) in elems.iter().enumerate() {
                    let Some(elem) = elem else { continue };
                    let (of, _) = self.array_part(ty, index);
                    self.assign_part(elem, of);
                }
                if let Some(rest) = rest {
                    self.target_type(rest, false);
                    let elem = self.element_of(ty).unwrap_or(Types::ANY);
                    let of = self.types.array(elem);
                    self.assign_to(rest, of, None);
                }
            }
            PatKind::Object { props, rest } => {
                for prop in props {
                    if let mosl_syntax::ast::PropKey::Computed(key) = &prop.key {
                        self.infer(key, None);
                    }
                    let of = match key_name(&prop.key) {
                        Some(name) => self.property_for_pattern(ty, &name, prop.key.span()),
                        None => Types::ANY,
                    };
                    self.assign_part(&prop.value, of);
                }
                if let Some(rest) = rest {
                    self.target_type(rest, false);
                    self.assign_to(rest, Types::ANY, None);
                }
            }
            PatKind::Missing => {}
        }
    }

    /// A place whose type someone wrote: a field of a class, a member of an interface. Methods and getters refuse when it runs.
    fn is_enforced(&mut self, place: &'a Expr) -> bool {
        let (object, name) = match &place.kind {
            ExprKind::Member { object, name, .. } => (object, name.text.clone()),
            ExprKind::PrivateMember { object, name, .. } => {
                (object, format!("#{}", name.text.trim_start_matches('#')).into())
            }
            _ => return false,
        };
        let of = self.node_types[usize::from(self.file.0)].get(object.id.0 as usize).copied().unwrap_or(Types::ANY);
        let of = self.without_nullish(of);
        self.member(of, &name).is_some_and(|member| !member.is_method && !member.readonly && !member.library)
    }

    fn assign_part(&mut self, elem: &'a mosl_syntax::ast::PatElem, ty: TypeId) {
        let mut ty = ty;
        if let Some(default) = &elem.default {
            let found = self.infer(default, None);
            let present = self.without_undefined(ty);
            ty = self.types.union2(present, found);
        }
        self.target_type(&elem.pat, false);
        self.assign_to(&elem.pat, ty, None);
    }

    fn assign_binding(&mut self, id: BindingId, ty: TypeId, target: &'a Pat, value: Option<&'a Expr>) {
        let declared = self.type_of_binding(id);
        let binding = &self.res.bindings[id.0 as usize];
        if !matches!(
            binding.kind,
            BindingKind::Let | BindingKind::Var | BindingKind::Param | BindingKind::Catch | BindingKind::Function
        ) {
            // Resolution has said that it never changes.
            return;
        }
        let fits = self.assignable(ty, declared);
        // `any` fits, but would make the variable's checks throw in a program that never asked for a type.
        let dynamic = ty == Types::ANY && declared != Types::ANY;
        if self.assumed.contains(&id) && (!fits || dynamic || value.is_some_and(super::binding::may_be_absent)) {
            let (name, span) = (binding.name.clone(), binding.span);
            self.conflicts.push(id);
            if !dynamic && !fits {
                let (was, now) = (self.types.print(declared), self.types.print(ty));
                let message =
                    format!("`{name}` holds a `{was}` at first and a `{now}` later, so nothing is known about it");
                let diagnostic = Diagnostic::new(&WIDENED, self.file, target.span, message, format!("a `{now}` now"));
                self.report(diagnostic.also(span, format!("a `{was}` at first")));
            }
        } else if !fits {
            match value {
                Some(value) => {
                    self.check_flow(ty, declared, value);
                }
                None => self.report_mismatch_at(ty, declared, target.span),
            }
        } else if let Some(value) = value {
            self.check_flow(ty, declared, value);
        }
        let reference = self.binding_ref(id);
        self.forget(reference);
        let narrowed = self.assigned_type(declared, ty);
        if narrowed != declared || declared == Types::ANY {
            self.env.set(reference, narrowed);
        }
    }

    /// What a variable of a declared type is known to hold after an assignment.
    pub(super) fn assigned_type(&mut self, declared: TypeId, assigned: TypeId) -> TypeId {
        if declared == Types::ANY {
            return self.widen(assigned);
        }
        if assigned == Types::ANY {
            return declared;
        }
        let declared_parts = self.types.parts(declared);
        if declared_parts.len() < 2 {
            return declared;
        }
        let parts: Vec<TypeId> = declared_parts
            .into_iter()
            .filter(|part| {
                let assigned = self.types.parts(assigned);
                assigned.iter().any(|of| self.assignable(*of, *part))
            })
            .collect();
        if parts.is_empty() { declared } else { self.types.union(parts) }
    }

    /// A property that destructuring takes from an object.
    pub(super) fn property_for_pattern(&mut self, ty: TypeId, name: &str, span: Span) -> TypeId {
        if ty == Types::ANY {
            return Types::ANY;
        }
        let plain = self.without_nullish(ty);
        if plain != ty && self.strict {
            let message = format!("`{}` may have no value, so nothing can be taken out of it", self.types.print(ty));
            self.report(Diagnostic::new(
                &crate::diagnostics::catalogue::POSSIBLY_NULLISH,
                self.file,
                span,
                message,
                "taken from here",
            ));
        }
        match self.member(plain, name) {
            Some(member) => member.ty,
            None => {
                let (string, _) = self.index_types(plain);
                if string.is_none() && plain != Types::NEVER && plain != Types::UNKNOWN {
                    let name = mosl_syntax::ast::Name::new(name, span);
                    self.report_missing_member(plain, &name);
                }
                string.unwrap_or(Types::ANY)
            }
        }
    }
}

/// The text of a binary operator.
pub(super) fn symbol(op: BinaryOp) -> &'static str {
    use BinaryOp as B;
    match op {
        B::Add => "+",
        B::Sub => "-",
        B::Mul => "*",
        B::Div => "/",
        B::Rem => "%",
        B::Pow => "**",
        B::BitAnd => "&",
        B::BitOr => "|",
        B::BitXor => "^",
        B::Shl => "<<",
        B::Shr => ">>",
        B::Ushr => ">>>",
        B::Eq => "==",
        B::Ne => "!=",
        B::StrictEq => "===",
        B::StrictNe => "!==",
        B::Lt => "<",
        B::Le => "<=",
        B::Gt => ">",
        B::Ge => ">=",
        B::In => "in",
        B::Instanceof => "instanceof",
    }
}

fn dynamic(operand: Operand) -> bool {
    matches!(operand, Operand::Any | Operand::Object)
}

/// `+`: joins as soon as one side is text, else adds numbers, amounts or vectors. `None`: refused.
fn add(left: Operand, right: Operand) -> Option<TypeId> {
    match (left, right) {
        (Operand::Symbol, _) | (_, Operand::Symbol) => None,
        (Operand::String, _) | (_, Operand::String) => Some(Types::STRING),
        (Operand::Number, Operand::Number) => Some(Types::NUMBER),
        (Operand::Value(a), Operand::Value(b)) if a == b && a != ValueType::Color => Some(value_type(a)),
        (a, b) if dynamic(a) || dynamic(b) => Some(Types::ANY),
        _ => None,
    }
}

fn arithmetic(op: BinaryOp, left: Operand, right: Operand) -> Option<TypeId> {
    use ValueType as V;
    match (left, right) {
        (Operand::Number, Operand::Number) => Some(Types::NUMBER),
        (Operand::Value(a), Operand::Value(b)) if a == b => match (op, a) {
            (BinaryOp::Sub, V::Mrk | V::Vec2 | V::Vec3 | V::Quat) => Some(value_type(a)),
            (BinaryOp::Mul, V::Quat) => Some(Types::QUAT),
            _ => None,
        },
        (Operand::Value(V::Quat), Operand::Value(V::Vec3)) if op == BinaryOp::Mul => Some(Types::VEC3),
        (Operand::Value(value), Operand::Number) => match (op, value) {
            (BinaryOp::Mul, V::Mrk | V::Vec2 | V::Vec3 | V::Quat | V::Color) => Some(value_type(value)),
            (BinaryOp::Div, V::Vec2 | V::Vec3) => Some(value_type(value)),
            _ => None,
        },
        (Operand::Number, Operand::Value(value)) if op == BinaryOp::Mul => Some(value_type(value)),
        (a, b) if dynamic(a) || dynamic(b) => {
            let other = if dynamic(a) { b } else { a };
            matches!(other, Operand::Any | Operand::Object | Operand::Number | Operand::Value(_)).then_some(Types::ANY)
        }
        _ => None,
    }
}

/// `%`, `**` and the bit operators work on numbers only.
fn numeric(left: Operand, right: Operand) -> Option<()> {
    let fits = |operand| operand == Operand::Number || dynamic(operand);
    (fits(left) && fits(right)).then_some(())
}

fn compare(left: Operand, right: Operand) -> Option<TypeId> {
    let fits = match (left, right) {
        (Operand::Number, Operand::Number) | (Operand::String, Operand::String) => true,
        (Operand::Value(a), Operand::Value(b)) => a == b && a == ValueType::Mrk,
        (a, b) => {
            let other = if dynamic(a) { b } else { a };
            (dynamic(a) || dynamic(b)) && !matches!(other, Operand::Symbol | Operand::Nullish | Operand::Boolean)
        }
    };
    fits.then_some(Types::BOOLEAN)
}

fn value_type(value: ValueType) -> TypeId {
    match value {
        ValueType::Mrk => Types::MRK,
        ValueType::Vec2 => Types::VEC2,
        ValueType::Vec3 => Types::VEC3,
        ValueType::Quat => Types::QUAT,
        ValueType::Color => Types::COLOR,
    }
}
