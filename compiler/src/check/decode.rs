//! `JSON.parse<T>`: which calls decode into a type, and the schema that the run holds the value to.

use mosl_bytecode::schema::{Form, Node, Prop, Record, Schema, Tuple};
use mosl_syntax::Span;
use mosl_syntax::ast::{Expr, ExprKind, Type as Notation};
use rustc_hash::FxHashMap;

use super::Checker;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::NO_JSON_FORM;
use crate::program::Resolved;
use crate::types::{EnumValue, ObjectType, TupleType, Type, TypeId, Types};

/// A type with more parts is not decoded into.
const MAX_NODES: usize = 10_000;
/// Longer types are cut in messages.
const MAX_SHOWN: usize = 60;

/// Why a type has no schema: the part that JSON has no notation for.
struct NoForm {
    /// `.items[].price`; empty for the type itself.
    path: String,
    why: String,
    help: Option<&'static str>,
}

impl<'a> Checker<'a> {
    /// Whether a call is `JSON.parse(…)` of the library.
    pub(super) fn is_json_parse(&self, callee: &Expr) -> bool {
        let ExprKind::Member { object, name, optional: false } = &callee.kind else { return false };
        let names = &self.res.facts[usize::from(self.file.0)].names;
        name.text == "parse"
            && matches!(&object.kind, ExprKind::Ident(of) if of.text == "JSON")
            && matches!(names.get(&object.id), Some(Resolved::Intrinsic(_)))
    }

    /// Notes that a call decodes into a written type argument, or into the type that its place asks for.
    pub(super) fn note_decoder(&mut self, call: &'a Expr, type_args: &'a [Notation], ty: TypeId) {
        if self.frozen > 0 {
            return;
        }
        let key = (self.file, call.id);
        self.decoders.remove(&key);
        if matches!(self.types.get(ty), Type::Any | Type::Unknown) {
            return;
        }
        match self.schema_of(ty) {
            Ok(schema) => {
                self.decoders.insert(key, schema.write().into());
            }
            Err(no_form) => {
                if let Some(written) = type_args.first() {
                    self.report_no_form(ty, no_form, written.span);
                }
            }
        }
    }

    /// Where a value with a written type comes straight from `JSON.parse(…)`, it is decoded into that type.
    pub(super) fn decode_into(&mut self, ty: TypeId, value: &'a Expr) {
        match &value.kind {
            ExprKind::Paren(inner) => self.decode_into(ty, inner),
            ExprKind::Call { callee, type_args, optional: false, .. }
                if type_args.is_empty() && self.is_json_parse(callee) =>
            {
                self.note_decoder(value, type_args, ty);
            }
            _ => {}
        }
    }

    fn report_no_form(&mut self, ty: TypeId, no_form: NoForm, span: Span) {
        let shown = self.types.print(ty);
        let message = match &*no_form.path {
            "" => format!("JSON text cannot hold a `{shown}`: {}", no_form.why),
            path => format!("JSON text cannot hold a `{shown}`: `{}` is {}", path.trim_start_matches('.'), no_form.why),
        };
        let mut diagnostic = Diagnostic::new(&NO_JSON_FORM, self.file, span, message, "nothing to decode into");
        if let Some(help) = no_form.help {
            diagnostic = diagnostic.help(help);
        }
        self.report(diagnostic);
    }

    fn schema_of(&mut self, ty: TypeId) -> Result<Schema, NoForm> {
        let mut build = Build { nodes: Vec::new(), known: FxHashMap::default(), path: String::new() };
        self.schema_node(&mut build, ty)?;
        Ok(Schema { nodes: build.nodes })
    }

    fn schema_node(&mut self, build: &mut Build, ty: TypeId) -> Result<u32, NoForm> {
        let expanded = self.expand(ty);
        if let Some(known) = build.known.get(&expanded) {
            return Ok(*known);
        }
        if build.nodes.len() >= MAX_NODES {
            return Err(build.no_form("too large a type", None));
        }
        let mut expected = self.types.print(ty);
        if expected.chars().count() > MAX_SHOWN {
            expected = expected.chars().take(MAX_SHOWN).collect::<String>() + "…";
        }
        let id = u32::try_from(build.nodes.len()).expect("bounded just before");
        build.nodes.push(Node { expected, form: Form::Nothing });
        build.known.insert(expanded, id);
        let form = mosl_syntax::deep(|| self.schema_form(build, expanded))?;
        build.nodes[id as usize].form = form;
        Ok(id)
    }

    fn schema_form(&mut self, build: &mut Build, ty: TypeId) -> Result<Form, NoForm> {
        Ok(match self.types.get(ty).clone() {
            Type::Any | Type::Unknown => Form::Anything,
            Type::Never | Type::Undefined => Form::Nothing,
            Type::Null => Form::Null,
            Type::Boolean => Form::Boolean,
            Type::Number => Form::Number,
            Type::String => Form::String,
            Type::NonPrimitive => Form::Composite,
            Type::BoolLit(value) => Form::ThisBoolean(value),
            Type::NumLit(bits) => Form::ThisNumber(f64::from_bits(bits)),
            Type::StrLit(text) => Form::ThisString(text.to_string()),
            Type::Enum(_) => {
                let parts = self.enum_parts(ty);
                self.schema_parts(build, &parts).map(Form::Union)?
            }
            Type::EnumMember(of, at) => match &self.types.enums[of.0 as usize].members[at as usize].1 {
                EnumValue::Number(value) => Form::ThisNumber(*value),
                EnumValue::String(text) => Form::ThisString(text.to_string()),
                EnumValue::Computed => Form::Number,
            },
            Type::Array { elem, .. } => Form::Array(self.schema_inside(build, "[]", elem)?),
            Type::Tuple(tuple) => self.schema_tuple(build, &tuple)?,
            Type::Union(parts) => {
                let parts: Vec<TypeId> = parts.iter().copied().filter(|part| *part != Types::UNDEFINED).collect();
                self.schema_parts(build, &parts).map(Form::Union)?
            }
            Type::Intersection(parts) => self.schema_parts(build, &parts).map(Form::All)?,
            Type::Object(object) => self.schema_record(build, &object)?,
            Type::Interface { decl, .. } if self.decls[decl.0 as usize].file.is_some() => {
                match self.as_object(ty).filter(|_| self.callable(ty).is_empty() && self.constructors(ty).is_empty()) {
                    Some(object) => self.schema_record(build, &object)?,
                    None => return Err(build.no_form("a function", None)),
                }
            }
            other => return Err(self.why_no_form(build, &other, ty)),
        })
    }

    fn why_no_form(&self, build: &Build, of: &Type, ty: TypeId) -> NoForm {
        let shown = self.types.print(ty);
        match of {
            Type::Function(_) | Type::ClassValue(_) => build.no_form("a function", None),
            Type::Class { .. } => {
                let help = "decode into an interface, and make the instance from it with `new`";
                build.no_form(&format!("an instance of the class `{shown}`"), Some(help))
            }
            Type::Param(_) | Type::This | Type::Keyof(_) | Type::Indexed(..) | Type::Utility(..) => {
                let help = "types are gone when the program runs: name the whole type where the text is parsed";
                build.no_form(&format!("a type that is not known here, `{shown}`"), Some(help))
            }
            Type::Value(_) => {
                build.no_form(&format!("a `{shown}`"), Some("decode the text or numbers that it is made of"))
            }
            Type::Interface { .. } => build.no_form(&format!("a `{shown}`"), None),
            _ => build.no_form(&format!("`{shown}`"), None),
        }
    }

    fn schema_inside(&mut self, build: &mut Build, step: &str, ty: TypeId) -> Result<u32, NoForm> {
        let length = build.path.len();
        build.path.push_str(step);
        let node = self.schema_node(build, ty)?;
        build.path.truncate(length);
        Ok(node)
    }

    fn schema_parts(&mut self, build: &mut Build, parts: &[TypeId]) -> Result<Vec<u32>, NoForm> {
        parts.iter().map(|part| self.schema_node(build, *part)).collect()
    }

    fn schema_tuple(&mut self, build: &mut Build, tuple: &TupleType) -> Result<Form, NoForm> {
        let mut form = Tuple::default();
        for (at, elem) in tuple.elems.iter().enumerate() {
            let node = self.schema_inside(build, &format!("[{at}]"), elem.ty)?;
            if elem.rest {
                if at + 1 < tuple.elems.len() {
                    return Err(build.no_form("a tuple whose end comes after a rest", None));
                }
                form.rest = Some(node);
            } else {
                form.elems.push(node);
                form.required += u32::from(!elem.optional);
            }
        }
        Ok(Form::Tuple(form))
    }

    fn schema_record(&mut self, build: &mut Build, object: &ObjectType) -> Result<Form, NoForm> {
        if !object.call.is_empty() || !object.construct.is_empty() {
            return Err(build.no_form("a function", None));
        }
        let index = object.string_index.or(object.number_index);
        if object.props.is_empty() && index.is_none() {
            return Ok(Form::Present);
        }
        let mut record = Record::default();
        for prop in &object.props {
            let node = self.schema_inside(build, &format!(".{}", prop.name.trim_start_matches("@@")), prop.ty)?;
            let optional = prop.optional || self.types.parts(prop.ty).contains(&Types::UNDEFINED);
            record.props.push(Prop { name: prop.name.to_string(), node, optional });
        }
        if let Some(index) = index {
            record.index = Some(self.schema_inside(build, "[…]", index)?);
        }
        Ok(Form::Record(record))
    }
}

struct Build {
    nodes: Vec<Node>,
    known: FxHashMap<TypeId, u32>,
    path: String,
}

impl Build {
    fn no_form(&self, why: &str, help: Option<&'static str>) -> NoForm {
        NoForm { path: self.path.clone(), why: why.to_owned(), help }
    }
}
