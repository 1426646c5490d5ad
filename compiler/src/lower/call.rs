//! Calls, `new`, `super(…)`.

use mosl_bytecode::ErrorKind;
use mosl_syntax::Span;
use mosl_syntax::ast::{Arg, Expr, ExprKind};

use super::Lowerer;
use super::names::Key;
use crate::mir::{Op, Plain, Repr, Temp};
use crate::program::{BindingId, BindingKind, Resolved};

impl Lowerer<'_> {
    pub(super) fn call(&mut self, expr: &Expr) -> Temp {
        let ExprKind::Call { callee, args, optional, .. } = &expr.kind else { unreachable!("only calls come here") };
        if matches!(callee.kind, ExprKind::Super) {
            return self.super_call(expr.span, args);
        }
        if !optional && let Some(result) = self.known_call(expr, callee, args) {
            return result;
        }
        if !optional
            && let ExprKind::Member { object, name, optional } = &callee.kind
            && !matches!(object.kind, ExprKind::Super)
            && args.iter().all(|arg| matches!(arg, Arg::Expr(arg) if self.is_inert(arg)))
        {
            let receiver = self.chain_object(object, *optional);
            let mut operands = vec![receiver];
            self.arguments(args, &mut operands);
            self.at(expr.span);
            let name = self.str(&name.text);
            return self.any(Op::CallMethod(name), &operands);
        }
        let (func, this) = self.callee(callee);
        self.end_chain_if_nullish(func, *optional);
        self.call_value(expr.span, func, this, args)
    }

    /// Calls a function value; evaluates the arguments.
    fn call_value(&mut self, span: Span, func: Temp, this: Temp, args: &[Arg]) -> Temp {
        if args.iter().any(|arg| matches!(arg, Arg::Spread(_))) {
            let array = self.argument_array(args);
            self.at(span);
            return self.any(Op::CallSpread, &[func, this, array]);
        }
        let mut operands = vec![func, this];
        self.arguments(args, &mut operands);
        self.at(span);
        self.any(Op::Call, &operands)
    }

    fn arguments(&mut self, args: &[Arg], operands: &mut Vec<Temp>) {
        for arg in args {
            let value = self.expr_any(arg.expr());
            operands.push(value);
        }
    }

    /// The arguments of a call with spread as one array.
    fn argument_array(&mut self, args: &[Arg]) -> Temp {
        let array = self.any(Op::NewArray, &[]);
        for arg in args {
            let value = self.expr_any(arg.expr());
            self.at(arg.expr().span);
            let op = if matches!(arg, Arg::Spread(_)) { Plain::ArraySpread } else { Plain::ArrayPush };
            self.plain_effect(op, &[array, value]);
        }
        array
    }

    /// Whether evaluating an argument before its call's function is looked up makes no difference.
    fn is_inert(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Num(_) | ExprKind::Str(_) | ExprKind::Bool(_) | ExprKind::Null | ExprKind::Function(_) => true,
            ExprKind::This => self.ctx().syntax != mosl_syntax::ast::FunctionKind::Constructor,
            ExprKind::Ident(_) => match self.resolved(expr.id) {
                Resolved::Binding(id) => self.stays_as_it_is(id),
                _ => true,
            },
            ExprKind::Paren(inner) => self.is_inert(inner),
            ExprKind::Binary { left, right, .. } => {
                let number = |side: &Expr| match &side.kind {
                    ExprKind::Num(_) => true,
                    ExprKind::Ident(_) => self.is_inert(side) && self.holds_number(side),
                    _ => false,
                };
                number(left) && number(right)
            }
            _ => false,
        }
    }

    /// Whether no code but that at hand assigns a variable: a getter of the callee does not.
    fn stays_as_it_is(&self, id: BindingId) -> bool {
        let binding = self.binding(id);
        let elsewhere = binding.captured || binding.file != self.file.id;
        !(binding.needs_init_check || binding.reassigned && elsewhere)
    }

    /// Whether a variable surely holds a number, so that arithmetic on it cannot throw.
    fn holds_number(&self, expr: &Expr) -> bool {
        match self.resolved(expr.id) {
            Resolved::Binding(id) => matches!(self.binding_repr(id), Repr::F64) && self.static_repr(expr) == Repr::F64,
            _ => false,
        }
    }

    /// The function and receiver of a call: `a.b` passes `a` as `this`.
    pub(super) fn callee(&mut self, callee: &Expr) -> (Temp, Temp) {
        match &callee.kind {
            ExprKind::Paren(inner) | ExprKind::NonNull(inner) | ExprKind::Instantiation { expr: inner, .. } => {
                self.callee(inner)
            }
            ExprKind::OptionalChain(inner) => self.optional_callee(inner),
            ExprKind::Member { object, .. }
            | ExprKind::Index { object, .. }
            | ExprKind::PrivateMember { object, .. } => {
                let is_super = matches!(object.kind, ExprKind::Super);
                let target = self.target_expr(callee);
                let func = self.read_target(&target);
                let func = self.as_any(func);
                use super::member::Target;
                let this = match target {
                    Target::Prop { object, .. } | Target::Index { object, .. } | Target::Private { object, .. } => {
                        object
                    }
                    Target::Field { object, .. } => self.as_any(object),
                    Target::Super { this, .. } if is_super => this,
                    _ => self.undefined(),
                };
                (func, this)
            }
            _ => {
                let func = self.expr_any(callee);
                (func, self.undefined())
            }
        }
    }

    /// `(a?.b)()`: the chain ends at the parentheses, the receiver does not.
    fn optional_callee(&mut self, inner: &Expr) -> (Temp, Temp) {
        let receiver = self.new_local("receiver", Repr::Any);
        let nothing = self.undefined();
        self.set(receiver, nothing);
        let func = self.short_circuited(
            |lower| {
                let (func, this) = lower.callee(inner);
                lower.set(receiver, this);
                func
            },
            Self::undefined,
        );
        (func, self.get(receiver))
    }

    pub(super) fn new_expr(&mut self, callee: &Expr, args: &[Arg]) -> Temp {
        let span = self.ctx().loc;
        let class = self.expr_any(callee);
        if args.iter().any(|arg| matches!(arg, Arg::Spread(_))) {
            let array = self.argument_array(args);
            self.f().loc = span;
            self.plain(Plain::NewSpread, &[class, array])
        } else {
            let mut operands = vec![class];
            self.arguments(args, &mut operands);
            self.f().loc = span;
            self.any(Op::New, &operands)
        }
    }

    /// `super(…)`: constructs, binds `this`, defines this class's own fields.
    fn super_call(&mut self, span: Span, args: &[Arg]) -> Temp {
        let ctor = match self.read(&Key::Callee) {
            Some(ctor) => ctor,
            None => self.plain(Plain::LoadCallee, &[]),
        };
        let target = self.new_target();
        let object = if args.iter().any(|arg| matches!(arg, Arg::Spread(_))) {
            let array = self.argument_array(args);
            self.at(span);
            self.any(Op::SuperCallSpread, &[ctor, target, array])
        } else {
            let mut operands = vec![ctor, target];
            self.arguments(args, &mut operands);
            self.at(span);
            self.any(Op::SuperCall, &operands)
        };
        self.bind_this(object, ctor);
        object
    }

    /// What `super(…)` made becomes `this`; its fields are defined.
    pub(super) fn bind_this(&mut self, object: Temp, ctor: Temp) {
        self.check_first_super();
        self.write(&Key::This, object);
        if self.classes.last().is_some_and(|scope| scope.has_instance_elements) {
            self.plain_effect(Plain::RunFieldInit, &[object, ctor]);
        }
    }

    /// `super(…)` a second time: `this` is bound already.
    fn check_first_super(&mut self) {
        let Some(before) = self.read(&Key::This) else { return };
        let mark = self.any(Op::Uninit, &[]);
        let before = self.as_any(before);
        let first = self.plain(Plain::StrictEq, &[before, mark]);
        let (bound, free) = (self.new_block(), self.new_block());
        self.branch(first, free, bound);
        self.switch(bound);
        self.throw_error(ErrorKind::ReferenceError, "Super constructor may only be called once");
        self.switch(free);
    }

    /// Calls whose target is known now: functions of the program, host functions, built-ins.
    fn known_call(&mut self, expr: &Expr, callee: &Expr, args: &[Arg]) -> Option<Temp> {
        let spread = args.iter().any(|arg| matches!(arg, Arg::Spread(_)));
        match &callee.kind {
            ExprKind::Ident(_) => match self.resolved(callee.id) {
                Resolved::Binding(id) if self.binding(id).kind == BindingKind::HostFunction && !spread => {
                    Some(self.host_call(expr.span, id, args))
                }
                Resolved::Binding(id) if self.direct.contains_key(&id) && !spread => {
                    Some(self.direct_call(expr, id, args))
                }
                Resolved::Intrinsic(_) if !spread => {
                    let name = self.intrinsic_name(callee)?;
                    let native = self.natives.get(name).copied()?;
                    Some(self.native_call(expr.span, native, None, args))
                }
                _ => None,
            },
            ExprKind::Member { object, name, optional: false } if !spread => {
                let global = self.intrinsic_name(object)?;
                if let Some(schema) = self.facts().decoders.get(&expr.id).cloned() {
                    return Some(self.decoding_call(expr.span, object, args, &schema));
                }
                if global == "Math"
                    && let Some(result) = self.math_call(&name.text, args)
                {
                    return Some(result);
                }
                let native = self.natives.get(format!("{global}.{}", name.text).as_str()).copied()?;
                Some(self.native_call(expr.span, native, Some(object), args))
            }
            _ => None,
        }
    }

    fn native_call(&mut self, span: Span, native: u16, this: Option<&Expr>, args: &[Arg]) -> Temp {
        let this = match this {
            Some(expr) => self.expr_any(expr),
            None => self.undefined(),
        };
        let mut operands = vec![this];
        self.arguments(args, &mut operands);
        self.at(span);
        self.any(Op::CallNative(native), &operands)
    }

    /// `JSON.parse<T>(text, reviver)`: the schema of `T` is one more argument.
    fn decoding_call(&mut self, span: Span, json: &Expr, args: &[Arg], schema: &str) -> Temp {
        let mut operands = vec![self.expr_any(json)];
        self.arguments(args, &mut operands);
        operands.truncate(3);
        while operands.len() < 3 {
            operands.push(self.undefined());
        }
        let schema = self.str(schema);
        let schema = self.emit(Op::Str(schema), &[], Repr::Str);
        operands.push(self.as_any(schema));
        self.at(span);
        self.any(Op::CallNative(self.natives["JSONDecoder.parse"]), &operands)
    }

    /// `Math.sqrt(x)` and its kin on numbers.
    fn math_call(&mut self, name: &str, args: &[Arg]) -> Option<Temp> {
        let unary = match name {
            "sqrt" => Plain::F64Sqrt,
            "abs" => Plain::F64Abs,
            "floor" => Plain::F64Floor,
            "ceil" => Plain::F64Ceil,
            "trunc" => Plain::F64Trunc,
            "min" => Plain::F64Min,
            "max" => Plain::F64Max,
            "imul" => Plain::I32Mul,
            _ => return None,
        };
        let wanted = if matches!(name, "min" | "max" | "imul") { 2 } else { 1 };
        if args.len() != wanted || args.iter().any(|arg| self.static_repr(arg.expr()) != Repr::F64) {
            return None;
        }
        let operands: Vec<Temp> = args.iter().map(|arg| self.expr_static(arg.expr())).collect();
        if unary == Plain::I32Mul {
            let operands: Vec<Temp> = operands.iter().map(|&value| self.as_i32(value)).collect();
            let product = self.plain(unary, &operands);
            return Some(self.i32_to_f64(product, false));
        }
        Some(self.plain(unary, &operands))
    }

    /// A call of a function of the program by its number: arguments are converted to its parameters.
    fn direct_call(&mut self, expr: &Expr, id: BindingId, args: &[Arg]) -> Temp {
        let direct = self.direct[&id].clone();
        let fixed = direct.params.len() - usize::from(direct.rest);
        let mut operands = vec![];
        let mut further = vec![];
        for (index, arg) in args.iter().enumerate() {
            let arg = arg.expr();
            let value = self.expr(arg);
            match direct.params.get(index) {
                Some(&(repr, ty)) if index < fixed => {
                    operands.push(self.coerce_to_repr(value, repr, arg.span, ty));
                }
                _ => further.push(self.as_any(value)),
            }
        }
        for &(repr, ty) in direct.params.iter().take(fixed).skip(args.len()) {
            let missing = self.undefined();
            operands.push(self.coerce_to_repr(missing, repr, expr.span, ty));
        }
        self.at(expr.span);
        if direct.rest {
            operands.push(self.any(Op::NewArray, &further));
        }
        self.emit(Op::CallDirect(direct.func), &operands, direct.result)
    }

    fn host_call(&mut self, span: Span, id: BindingId, args: &[Arg]) -> Temp {
        let host = self.host_import(id);
        let mut operands = vec![];
        self.arguments(args, &mut operands);
        self.at(span);
        self.any(Op::CallHost(host), &operands)
    }
}
