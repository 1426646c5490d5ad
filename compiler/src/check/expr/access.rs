//! Reading members and elements.

use mosl_syntax::ast::{Expr, ExprKind, Name, SmolStr};

use crate::check::Checker;
use crate::check::members::Member;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{MISSING_MEMBER, POSSIBLY_NULLISH, PRIVATE_MEMBER, UNKNOWN_MEMBER, UNKNOWN_NARROW};
use crate::diagnostics::suggest::nearest;
use crate::program::ClassId;
use crate::types::{Type, TypeId, Types};

/// Of so many mistakes it is said what was meant; looking for it costs as much as there are names.
const MANY: usize = 200;

impl<'a> Checker<'a> {
    /// The object of a member access: reported and stripped where it may be nullish.
    pub(in crate::check) fn infer_object_of(&mut self, object: &'a Expr, optional: bool) -> TypeId {
        let ty = self.infer(object, None);
        self.present(ty, object, optional)
    }

    pub(in crate::check) fn present(&mut self, ty: TypeId, object: &'a Expr, optional: bool) -> TypeId {
        let ty = self.expand(ty);
        if ty == Types::UNKNOWN {
            if !optional {
                let source = self.text(object.span).to_owned();
                let message = format!("nothing is known about `{source}`: it must be checked before it is used");
                let diagnostic = Diagnostic::new(&UNKNOWN_NARROW, self.file, object.span, message, "this is `unknown`");
                self.report(diagnostic.help("narrow it with `typeof` or `instanceof`"));
            }
            return Types::ANY;
        }
        let plain = self.without_nullish(ty);
        if plain == ty {
            return ty;
        }
        if !optional && self.strict {
            let source = self.text(object.span).to_owned();
            let shown = if source.len() > 40 || source.is_empty() { "this".to_owned() } else { format!("`{source}`") };
            let parts = self.types.parts(ty);
            let what =
                match (parts.contains(&Types::NULL), parts.contains(&Types::UNDEFINED) || parts.contains(&Types::VOID))
                {
                    (true, true) => "`null` or `undefined`",
                    (true, false) => "`null`",
                    _ => "`undefined`",
                };
            let (verb, help) = if plain == Types::NEVER {
                ("is", "give it a value first")
            } else {
                ("may be", "check it first, or write `?.`")
            };
            let message = format!("{shown} {verb} {what} here");
            let label = format!("this is `{}`", self.types.print(ty));
            self.report(Diagnostic::new(&POSSIBLY_NULLISH, self.file, object.span, message, label).help(help));
        }
        if plain == Types::NEVER { Types::ANY } else { plain }
    }

    pub(super) fn infer_member(&mut self, expr: &'a Expr, object: &'a Expr, name: &Name, optional: bool) -> TypeId {
        let found = self.infer(object, None);
        let of = self.present(found, object, optional);
        if name.missing || of == Types::ANY || of == Types::NEVER {
            return if of == Types::NEVER { Types::NEVER } else { self.narrowed(expr, Types::ANY) };
        }
        // `super.add(…)` yields the `this` that it is called on.
        let this = if found == Types::THIS || matches!(object.kind, ExprKind::Super) { Types::THIS } else { of };
        match self.member_of(of, &name.text, this) {
            Some(member) => {
                self.check_visible(&member, of, name);
                self.read_member(expr, object, &name.text, member.ty)
            }
            None => {
                let known = self.reference(expr).and_then(|id| self.env.get(id));
                if known.is_none() {
                    self.report_missing_member(of, name);
                }
                known.unwrap_or(Types::ANY)
            }
        }
    }

    pub(in crate::check) fn check_visible(&mut self, member: &Member, of: TypeId, name: &Name) {
        let Some((class, private)) = member.hidden else { return };
        let around = self
            .class_stack
            .iter()
            .rev()
            .copied()
            .find(|around| if private { *around == class } else { self.descends(*around, class) });
        let of_own = match (around, self.types.get(of)) {
            // Another class that extends the same one keeps its own.
            (Some(around), Type::Class { class: of, .. }) if !private && self.strict => self.descends(*of, around),
            (around, _) => around.is_some(),
        };
        if !of_own {
            let word = if private { "private" } else { "protected" };
            let message = format!("`{}` of `{}` is {word}", name.text, self.types.print(of));
            let label = if private { "used outside of its class" } else { "used outside of its class and subclasses" };
            self.report(Diagnostic::new(&PRIVATE_MEMBER, self.file, name.span, message, label));
        }
    }

    /// Whether a class is another one or extends it.
    fn descends(&self, class: ClassId, from: ClassId) -> bool {
        let mut next = Some(class);
        for _ in 0..=self.res.classes.len() {
            match next {
                Some(at) if at == from => return true,
                Some(at) => next = self.res.classes[at.0 as usize].superclass,
                None => return false,
            }
        }
        false
    }

    pub(in crate::check) fn report_missing_member(&mut self, of: TypeId, name: &Name) {
        let names = if self.diagnostics.len() < MANY { self.member_names(of) } else { Vec::new() };
        let near = nearest(&name.text, names.iter().map(SmolStr::as_str).filter(|name| !name.starts_with(['#', '@'])));
        let shown = self.types.print(of);
        // An untyped program may use any member of what it made itself; it is told only of what looks misspelt, which a member
        // that it assigns somewhere does not.
        let certain = self.strict || self.is_written_type(of);
        let assigned = &self.res.member_assignments[usize::from(self.file.0)];
        if !certain && (near.is_none() || assigned.iter().any(|(_, assigned)| *assigned == name.text)) {
            return;
        }
        let entry = if certain { &MISSING_MEMBER } else { &UNKNOWN_MEMBER };
        let message = format!("`{shown}` has no member `{}`", name.text);
        let mut diagnostic = Diagnostic::new(entry, self.file, name.span, message, "not known");
        if let Type::Union(parts) = self.types.get(of).clone()
            && near.is_none()
        {
            let lacking = parts.iter().copied().find(|part| self.member(*part, &name.text).is_none());
            if let Some(lacking) = lacking.map(|lacking| self.types.print(lacking)) {
                diagnostic = diagnostic.help(format!("`{lacking}` lacks it: tell the cases apart first"));
            }
        }
        self.report(diagnostic.suggest(name.span, near));
    }

    /// Types that someone wrote down, so that even an untyped program must keep to them.
    pub(super) fn is_written_type(&self, ty: TypeId) -> bool {
        match self.types.get(ty) {
            Type::Interface { decl, .. } => self.decls[decl.0 as usize].file.is_some(),
            Type::Class { class, .. } => {
                let file = self.res.classes[class.0 as usize].file;
                self.loaded.files[usize::from(file.0)].is_library
            }
            Type::Object(object) => !object.open && !object.fresh,
            Type::EnumValue(_) => true,
            _ => false,
        }
    }

    pub(super) fn infer_index(&mut self, expr: &'a Expr, object: &'a Expr, index: &'a Expr, optional: bool) -> TypeId {
        let of = self.infer_object_of(object, optional);
        let key = self.infer(index, None);
        // `list[Symbol.iterator]`
        let symbol = match &index.kind {
            ExprKind::Member { object, name, .. } if matches!(&object.kind, ExprKind::Ident(of) if of.text == "Symbol") => {
                self.member(of, &format!("@@{}", name.text)).filter(|_| self.strict)
            }
            _ => None,
        };
        let ty = match symbol {
            Some(member) => member.ty,
            None => self.index_read(of, key, index),
        };
        self.narrowed(expr, ty)
    }

    /// The type of `of[key]`; that it may be absent is told by the syntax (`may_be_absent`).
    pub(in crate::check) fn index_read(&mut self, of: TypeId, key: TypeId, index: &'a Expr) -> TypeId {
        let of = self.expand(of);
        if of == Types::ANY || of == Types::NEVER {
            return Types::ANY;
        }
        if let Type::Union(parts) = self.types.get(of).clone() {
            let parts: Vec<TypeId> = parts.iter().map(|part| self.index_read(*part, key, index)).collect();
            return self.types.union(parts);
        }
        let key = self.expand(key);
        if self.types.is_generic(key) || matches!(self.types.get(of), Type::Param(_)) {
            return self.indexed_access(of, key);
        }
        let name = match self.types.get(key).clone() {
            Type::StrLit(text) => Some(text),
            Type::NumLit(bits) => Some(SmolStr::from(format!("{}", f64::from_bits(bits)))),
            Type::EnumMember(..) => self.key_text(key),
            Type::Enum(_) => {
                let all = self.enum_parts(key);
                let parts: Vec<TypeId> = all.into_iter().map(|part| self.index_read(of, part, index)).collect();
                return self.types.union(parts);
            }
            Type::Union(_) => {
                let all = self.types.parts(key);
                if all.iter().all(|part| self.wants_literal(*part)) {
                    let parts: Vec<TypeId> = all.into_iter().map(|part| self.index_read(of, part, index)).collect();
                    return self.types.union(parts);
                }
                None
            }
            _ => None,
        };
        let (string, number) = self.index_types(of);
        let is_list =
            matches!(self.types.get(of), Type::Array { .. } | Type::String | Type::StrLit(_) | Type::EnumValue(_));
        if let Some(name) = &name
            && !(is_list && name.parse::<f64>().is_ok())
        {
            if let Some(member) = self.member(of, name) {
                return member.ty;
            }
            if (string.is_none() && number.is_none()) || matches!(self.types.get(of), Type::Tuple(_)) {
                let name = Name::new(name.clone(), index.span);
                self.report_missing_member(of, &name);
                return Types::ANY;
            }
        }
        let numeric = self.assignable(key, Types::NUMBER);
        match (numeric, number, string) {
            (true, Some(number), _) => number,
            (_, _, Some(string)) => string,
            _ => {
                self.report_no_index(of, key, index);
                Types::ANY
            }
        }
    }

    /// A text or number of which nothing is known names no member of a type that lists its members.
    fn report_no_index(&mut self, of: TypeId, key: TypeId, index: &'a Expr) {
        let is_number = matches!(self.types.get(key), Type::StrLit(text) if text.parse::<f64>().is_ok());
        let is_key = key != Types::ANY
            && !is_number
            && (self.assignable(key, Types::STRING) || self.assignable(key, Types::NUMBER));
        let listed = match self.types.get(of) {
            Type::Object(object) => !object.open,
            Type::Interface { .. } | Type::Class { .. } | Type::Array { .. } | Type::Tuple(_) => true,
            _ => false,
        };
        if !self.reports_strictly() || !is_key || !listed {
            return;
        }
        let (shown, by) = (self.types.print(of), self.types.print(key));
        let message = format!("`{shown}` lists its members: which one a `{by}` names is not known");
        let diagnostic = Diagnostic::new(&MISSING_MEMBER, self.file, index.span, message, format!("this is `{by}`"));
        let help = "give the key a type such as `keyof T`, or keep the values in a `Map` or a `Record<string, …>`";
        self.report(diagnostic.help(help));
    }

    /// Whether a link of an optional chain can find nothing, so that the whole is `undefined`.
    pub(super) fn chain_may_stop(&mut self, expr: &Expr) -> bool {
        let (object, optional) = match &expr.kind {
            ExprKind::Member { object, optional, .. }
            | ExprKind::PrivateMember { object, optional, .. }
            | ExprKind::Index { object, optional, .. } => (object, *optional),
            ExprKind::Call { callee, optional, .. } => (callee, *optional),
            ExprKind::NonNull(inner) => return self.chain_may_stop(inner),
            _ => return false,
        };
        if optional {
            let ty = self.node_types[usize::from(self.file.0)].get(object.id.0 as usize).copied().unwrap_or(Types::ANY);
            let plain = self.without_nullish(ty);
            if plain != ty
                || matches!(self.types.get(ty), Type::Any | Type::Unknown)
                || crate::check::binding::may_be_absent(object)
            {
                return true;
            }
        }
        self.chain_may_stop(object)
    }
}
