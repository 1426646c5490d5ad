//! What `new C(…)` takes, and what constructors assign to fields.

use mosl_syntax::ast::{ExprKind, Function, FunctionBody, FunctionKind, MemberKind, PatKind, SmolStr, Stmt, StmtKind};

use crate::check::Checker;
use crate::program::ClassId;
use crate::types::{Signature, Substitution, Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// The signatures of `new C(…)`; inherited where the class has no constructor of its own.
    pub(in crate::check) fn class_constructors(&mut self, class: ClassId) -> Vec<Signature> {
        let instance = self.class_instance(class);
        let type_params = self.class_params(class);
        let node = self.class_node(class);
        let mut own: Vec<&'a Function> = Vec::new();
        for member in &node.members {
            if let MemberKind::Method { function, .. } = &member.kind
                && function.kind == FunctionKind::Constructor
            {
                own.push(function);
            }
        }
        if own.len() > 1 {
            own.retain(|function| matches!(function.body, FunctionBody::None));
        }
        if !own.is_empty() {
            let mut signatures = Vec::new();
            for function in own {
                let mut signature =
                    self.inside_class(class, instance, |checker| checker.signature_of_function(function));
                signature.type_params.clone_from(&type_params);
                signature.ret = instance;
                signatures.push(signature);
            }
            return signatures;
        }
        let args: Vec<TypeId> = type_params.iter().map(|param| self.types.intern(Type::Param(*param))).collect();
        let inherited = match self.class_base(class, &args) {
            None => vec![Signature {
                type_params: Vec::new(),
                params: Vec::new(),
                rest: None,
                ret: instance,
                predicate: None,
            }],
            Some(base) => match self.types.get(base).clone() {
                Type::Class { class: parent, args } if parent != class => {
                    let params = self.class_params(parent);
                    let signatures = self.class_constructors(parent);
                    self.types.instantiate_signatures(&signatures, &Substitution::new(&params, &args))
                }
                Type::Any => vec![crate::check::function::any_signature()],
                _ => {
                    let superclass = node.superclass.as_ref().expect("it has a base");
                    let value = self.silently(|checker| checker.infer(superclass, None));
                    let file = self.res.classes[class.0 as usize].file;
                    let written: Vec<TypeId> =
                        node.super_args.iter().map(|arg| self.type_of_notation(arg, Some(file))).collect();
                    let mut all = Vec::new();
                    for signature in self.constructors(value) {
                        let args = self.fill_args(&signature.type_params, &written);
                        all.push(
                            self.types
                                .instantiate_signature(&signature, &Substitution::new(&signature.type_params, &args)),
                        );
                    }
                    all
                }
            },
        };
        inherited
            .into_iter()
            .map(|signature| Signature { type_params: type_params.clone(), ret: instance, ..signature })
            .collect()
    }

    /// The type of a field that only the constructor assigns: the union of what it assigns.
    pub(super) fn assigned_field(&mut self, class: ClassId, name: &str) -> TypeId {
        let Some(function) = crate::resolve::constructor_of(self.class_node(class)) else { return Types::ANY };
        let FunctionBody::Block(block) = &function.body else { return Types::ANY };
        let mut values = Vec::new();
        block.body.iter().for_each(|stmt| assigned_values(stmt, name, &mut values));
        let this = self.class_instance(class);
        let mut all = Vec::new();
        for value in values {
            // Widened there too: which literals are fresh is known by the nodes of that file.
            all.push(self.inside_class(class, this, |checker| {
                let ty = checker.silently(|checker| checker.infer(value, None));
                checker.widen_value(ty, value)
            }));
        }
        if all.is_empty() || all.contains(&Types::NULL) || all.contains(&Types::UNDEFINED) {
            Types::ANY
        } else {
            self.types.union(all)
        }
    }
}

/// What a constructor's statements assign to `this.name`.
pub(super) fn assigned_values<'s>(stmt: &'s Stmt, name: &str, out: &mut Vec<&'s mosl_syntax::ast::Expr>) {
    match &stmt.kind {
        StmtKind::Expr(expr) => assigned_value(expr, name, out),
        _ => crate::resolve::child_statements(stmt).into_iter().for_each(|child| assigned_values(child, name, out)),
    }
}

pub(super) fn assigned_value<'s>(
    expr: &'s mosl_syntax::ast::Expr,
    name: &str,
    out: &mut Vec<&'s mosl_syntax::ast::Expr>,
) {
    match &expr.kind {
        ExprKind::Assign { target, value, .. } => {
            if let PatKind::Expr(place) = &target.kind {
                let assigned = match &place.kind {
                    ExprKind::Member { object, name, .. } if matches!(object.kind, ExprKind::This) => {
                        Some(name.text.clone())
                    }
                    ExprKind::PrivateMember { object, name, .. } if matches!(object.kind, ExprKind::This) => {
                        Some(SmolStr::from(format!("#{}", name.text.trim_start_matches('#'))))
                    }
                    _ => None,
                };
                if assigned.as_deref() == Some(name) {
                    out.push(value);
                }
            }
            assigned_value(value, name, out);
        }
        ExprKind::Sequence(exprs) => exprs.iter().for_each(|expr| assigned_value(expr, name, out)),
        ExprKind::Paren(inner) => assigned_value(inner, name, out),
        _ => {}
    }
}
