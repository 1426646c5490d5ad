//! Narrowing by `===`, `typeof` and `switch`.

use mosl_syntax::ast::{Expr, ExprKind, UnaryOp};

use super::{member_place, unchain};
use crate::check::Checker;
use crate::check::env::Env;
use crate::types::{Type, TypeId, Types, Utility};

impl<'a> Checker<'a> {
    /// `place === value` and `typeof place === "…"`.
    pub(super) fn narrow_equal(
        &mut self,
        (left, a): (&'a Expr, TypeId),
        b: TypeId,
        loose: bool,
        yes: &mut Env,
        no: &mut Env,
    ) {
        let left = left.without_parens();
        if let (ExprKind::Unary { op: UnaryOp::Typeof, operand }, Type::StrLit(kind)) =
            (&left.kind, self.types.get(b).clone())
        {
            self.narrow_typeof(operand, &kind, yes, no);
            return;
        }
        let unit = self.is_unit(b);
        if let Some(place) = self.reference(left) {
            let (same, other) = self.split_equal(a, b, loose, unit);
            if a != Types::ANY || unit {
                self.set_narrowed(yes, place, a, same);
            }
            if unit {
                self.set_narrowed(no, place, a, other);
            }
        }
        if !matches!(b, Types::UNDEFINED | Types::NULL) && unit {
            self.narrow_chain(left, yes);
        } else if unit {
            // `a?.b !== undefined`
            self.narrow_chain(left, no);
        }
        // `shape.kind === "circle"`
        if unit && let Some((object, name)) = member_place(unchain(left)) {
            self.narrow_by_member(object, &name, yes, |checker, ty| {
                let overlap = checker.split_equal(ty, b, loose, true).0;
                overlap != Types::NEVER
            });
            self.narrow_by_member(object, &name, no, |checker, ty| {
                checker.split_equal(ty, b, loose, true).1 != Types::NEVER
            });
        }
        if unit {
            self.narrow_destructured(left, yes, &mut |checker, ty| {
                checker.split_equal(ty, b, loose, true).0 != Types::NEVER
            });
            self.narrow_destructured(left, no, &mut |checker, ty| {
                checker.split_equal(ty, b, loose, true).1 != Types::NEVER
            });
        }
    }

    /// One case of a `switch` is `subject === test`.
    pub(in crate::check) fn narrow_case(
        &mut self,
        subject: &'a Expr,
        of: TypeId,
        test: &'a Expr,
        ty: TypeId,
        yes: &mut Env,
        no: &mut Env,
    ) {
        self.narrow_equal((subject, of), ty, false, yes, no);
        let _ = test;
    }

    /// A type with one value.
    pub(in crate::check) fn is_unit(&self, ty: TypeId) -> bool {
        matches!(
            self.types.get(ty),
            Type::Undefined | Type::Null | Type::StrLit(_) | Type::NumLit(_) | Type::BoolLit(_) | Type::EnumMember(..)
        )
    }

    /// The parts of `ty` that can be equal to `value`, and the parts that can differ from it.
    pub(super) fn split_equal(&mut self, ty: TypeId, value: TypeId, loose: bool, unit: bool) -> (TypeId, TypeId) {
        let ty = self.expand(ty);
        if ty == Types::ANY || ty == Types::UNKNOWN {
            let same = if unit && !loose { value } else { ty };
            return (same, ty);
        }
        if value == Types::ANY || value == Types::UNKNOWN {
            return (ty, ty);
        }
        let nullish =
            |checker: &Self, part: TypeId| matches!(checker.types.get(part), Type::Undefined | Type::Null | Type::Void);
        let (mut same, mut other) = (Vec::new(), Vec::new());
        let mut parts = self.types.parts(ty);
        if let Some(at) = parts.iter().position(|part| *part == Types::BOOLEAN) {
            parts.swap_remove(at);
            parts.extend([Types::TRUE, Types::FALSE]);
        }
        for part in parts {
            let part_of_enum = match (self.types.get(part), self.types.get(value)) {
                (Type::Enum(of), Type::EnumMember(other_of, at)) if of == other_of => Some((*of, *at)),
                _ => None,
            };
            if let Some((of, at)) = part_of_enum {
                same.push(value);
                let count = self.types.enums[of.0 as usize].members.len();
                for index in 0..u32::try_from(count).unwrap_or(0) {
                    if index != at {
                        other.push(self.types.intern(Type::EnumMember(of, index)));
                    }
                }
            } else if loose && nullish(self, value) {
                if nullish(self, part) { same.push(part) } else { other.push(part) }
            } else if part == value {
                same.push(part);
                if !unit {
                    other.push(part);
                }
            } else if part == Types::VOID && value == Types::UNDEFINED {
                same.push(part);
            } else if self.is_unit(part) && self.is_unit(value) {
                other.push(part);
            } else {
                // `string` may be equal to `"a"`, and then is `"a"`.
                if self.assignable(value, part) {
                    same.push(if unit { value } else { part });
                } else if !(unit && nullish(self, value)) && self.comparable(part, value) {
                    same.push(part);
                }
                other.push(part);
            }
        }
        (self.types.union(same), self.types.union(other))
    }

    pub(super) fn narrow_typeof(&mut self, operand: &'a Expr, kind: &str, yes: &mut Env, no: &mut Env) {
        let Some(place) = self.reference(operand) else { return };
        let ty = no.get(place).unwrap_or_else(|| self.type_at(operand));
        let ty = self.expand(ty);
        let (same, other) = self.split_typeof(ty, kind);
        self.set_narrowed(yes, place, ty, same);
        self.set_narrowed(no, place, ty, other);
        if kind != "undefined" {
            self.narrow_chain(operand, yes);
        }
        // A member that discriminates by its kind.
        if let Some((object, name)) = member_place(unchain(operand.without_parens())) {
            self.narrow_by_member(object, &name, yes, |checker, ty| checker.split_typeof(ty, kind).0 != Types::NEVER);
            self.narrow_by_member(object, &name, no, |checker, ty| checker.split_typeof(ty, kind).1 != Types::NEVER);
        }
    }

    pub(super) fn split_typeof(&mut self, ty: TypeId, kind: &str) -> (TypeId, TypeId) {
        let ty = self.expand(ty);
        if let Type::Param(param) = *self.types.get(ty)
            && let Some(constraint) = self.types.params[param.0 as usize].constraint
        {
            let (same, other) = self.split_typeof(constraint, kind);
            if same != constraint || other != constraint {
                return (self.intersection(&[ty, same]), self.intersection(&[ty, other]));
            }
        }
        if matches!(self.types.get(ty), Type::Any | Type::Unknown | Type::Param(_)) {
            let same = match kind {
                "string" => Types::STRING,
                "number" => Types::NUMBER,
                "boolean" => Types::BOOLEAN,
                "symbol" => Types::SYMBOL,
                "undefined" => Types::UNDEFINED,
                "object" if ty == Types::UNKNOWN => self.types.union2(Types::NON_PRIMITIVE, Types::NULL),
                "function" if ty == Types::UNKNOWN => self.library_ref("Function", &[]),
                _ => ty,
            };
            let same = if matches!(self.types.get(ty), Type::Param(_)) && same != ty {
                self.intersection(&[ty, same])
            } else {
                same
            };
            return (same, ty);
        }
        let (mut same, mut other) = (Vec::new(), Vec::new());
        for part in self.types.parts(ty) {
            match self.typeof_kind(part) {
                Some(found) if found == kind => same.push(part),
                Some(_) => other.push(part),
                None => {
                    same.push(part);
                    other.push(part);
                }
            }
        }
        (self.types.union(same), self.types.union(other))
    }

    /// What `typeof` yields, where it is certain.
    pub(super) fn typeof_kind(&mut self, ty: TypeId) -> Option<&'static str> {
        let ty = self.expand(ty);
        Some(match self.types.get(ty) {
            Type::String | Type::StrLit(_) => "string",
            Type::Number | Type::NumLit(_) => "number",
            Type::Boolean | Type::BoolLit(_) => "boolean",
            Type::Symbol => "symbol",
            Type::Undefined | Type::Void => "undefined",
            Type::Null | Type::Value(_) | Type::Array { .. } | Type::Tuple(_) | Type::Class { .. } => "object",
            Type::Function(_) | Type::ClassValue(_) => "function",
            Type::Intersection(parts) => {
                let parts = parts.clone();
                return parts.iter().find_map(|part| self.typeof_kind(*part));
            }
            Type::Enum(_) | Type::EnumMember(..) => match self.enum_base(ty) {
                Types::NUMBER => "number",
                Types::STRING => "string",
                _ => return None,
            },
            Type::Utility(
                Utility::Partial
                | Utility::Required
                | Utility::Readonly
                | Utility::Pick
                | Utility::Omit
                | Utility::Record,
                _,
            ) => "object",
            Type::Object(object) if object.open => return None,
            Type::Object(_) | Type::Interface { .. } => {
                if !self.callable(ty).is_empty() || self.is_library(ty, "Function") { "function" } else { "object" }
            }
            _ => return None,
        })
    }
}
