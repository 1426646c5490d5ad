//! Types as a creator writes them, for messages, hovers and `mosl debug types`.

use super::{EnumId, FunctionType, ObjectType, Signature, Type, TypeId, Types};

/// Deeper than this, a type prints as `…`.
const MAX_DEPTH: u32 = 6;
/// A union or object with more members prints the first ones and `…`.
const MAX_MEMBERS: usize = 8;

impl Types {
    pub fn print(&self, id: TypeId) -> String {
        let mut out = String::new();
        self.write(&mut out, id, 0);
        out
    }

    fn write(&self, out: &mut String, id: TypeId, depth: u32) {
        if depth > MAX_DEPTH {
            out.push('…');
            return;
        }
        if let Some(name) = self.alias_names.get(&id) {
            out.push_str(name);
            return;
        }
        match self.get(id) {
            Type::Any => out.push_str("any"),
            Type::Unknown => out.push_str("unknown"),
            Type::Never => out.push_str("never"),
            Type::Void => out.push_str("void"),
            Type::Undefined => out.push_str("undefined"),
            Type::Null => out.push_str("null"),
            Type::Boolean => out.push_str("boolean"),
            Type::Number => out.push_str("number"),
            Type::String => out.push_str("string"),
            Type::Symbol => out.push_str("symbol"),
            Type::NonPrimitive => out.push_str("object"),
            Type::This => out.push_str("this"),
            Type::BoolLit(value) => out.push_str(if *value { "true" } else { "false" }),
            Type::NumLit(bits) => out.push_str(&format!("{}", f64::from_bits(*bits))),
            Type::StrLit(text) => out.push_str(&format!("{text:?}")),
            Type::Value(value) => out.push_str(value.name()),
            Type::Array { elem, readonly } => {
                out.push_str(if *readonly { "readonly " } else { "" });
                self.write_postfix(out, *elem, depth);
                out.push_str("[]");
            }
            Type::Tuple(tuple) => {
                out.push_str(if tuple.readonly { "readonly [" } else { "[" });
                self.separated(out, &tuple.elems, ", ", |types, out, elem| {
                    out.push_str(if elem.rest { "..." } else { "" });
                    if elem.rest {
                        types.write_postfix(out, elem.ty, depth);
                        out.push_str("[]");
                    } else {
                        types.write(out, elem.ty, depth + 1);
                    }
                    out.push_str(if elem.optional { "?" } else { "" });
                });
                out.push(']');
            }
            Type::Function(function) => self.write_function(out, function, depth),
            Type::Object(object) => self.write_object(out, object, depth),
            Type::Interface { decl, args } | Type::Alias { decl, args } => {
                out.push_str(&self.decls[decl.0 as usize]);
                self.write_args(out, args, depth);
            }
            Type::Class { class, args } => {
                out.push_str(&self.classes[class.0 as usize].0);
                self.write_args(out, args, depth);
            }
            Type::ClassValue(class) => out.push_str(&format!("typeof {}", self.classes[class.0 as usize].0)),
            Type::Enum(of) => out.push_str(self.enum_name(*of)),
            Type::EnumValue(of) => out.push_str(&format!("typeof {}", self.enum_name(*of))),
            Type::EnumMember(of, member) => {
                let info = &self.enums[of.0 as usize];
                out.push_str(&format!("{}.{}", info.name, info.members[*member as usize].0));
            }
            Type::Namespace(_) => out.push_str("module"),
            Type::Union(parts) => self.write_union(out, parts, depth),
            Type::Intersection(parts) => {
                self.separated(out, parts, " & ", |t, out, part| t.write_postfix(out, *part, depth))
            }
            Type::Param(param) => out.push_str(&self.params[param.0 as usize].name),
            Type::Utility(utility, args) => {
                out.push_str(utility.name());
                self.write_args(out, args, depth);
            }
            Type::Keyof(of) => {
                out.push_str("keyof ");
                self.write_postfix(out, *of, depth);
            }
            Type::Indexed(object, index) => {
                self.write_postfix(out, *object, depth);
                out.push('[');
                self.write(out, *index, depth + 1);
                out.push(']');
            }
        }
    }

    fn enum_name(&self, of: EnumId) -> &str {
        &self.enums[of.0 as usize].name
    }

    fn write_args(&self, out: &mut String, args: &[TypeId], depth: u32) {
        if !args.is_empty() {
            out.push('<');
            self.separated(out, args, ", ", |types, out, arg| types.write(out, *arg, depth + 1));
            out.push('>');
        }
    }

    /// With parentheses where `[]` or `&` would bind tighter.
    fn write_postfix(&self, out: &mut String, id: TypeId, depth: u32) {
        let wrap = matches!(self.get(id), Type::Union(_) | Type::Function(_) | Type::Intersection(_) | Type::Keyof(_))
            && !self.alias_names.contains_key(&id);
        out.push_str(if wrap { "(" } else { "" });
        self.write(out, id, depth + 1);
        out.push_str(if wrap { ")" } else { "" });
    }

    /// `null` and `undefined` come last, as people write them.
    fn write_union(&self, out: &mut String, parts: &[TypeId], depth: u32) {
        let nullish = |id: &TypeId| matches!(self.get(*id), Type::Undefined | Type::Null | Type::Void);
        let mut ordered: Vec<TypeId> = parts.iter().copied().filter(|id| !nullish(id)).collect();
        ordered.extend(parts.iter().rev().copied().filter(nullish));
        self.separated(out, &ordered, " | ", |types, out, part| {
            let wrap = matches!(types.get(*part), Type::Function(_)) && !types.alias_names.contains_key(part);
            out.push_str(if wrap { "(" } else { "" });
            types.write(out, *part, depth + 1);
            out.push_str(if wrap { ")" } else { "" });
        });
    }

    fn write_function(&self, out: &mut String, function: &FunctionType, depth: u32) {
        out.push_str(if function.construct { "new " } else { "" });
        match &function.signatures[..] {
            [only] => self.write_signature(out, only, " => ", depth),
            several => {
                out.push_str("{ ");
                self.separated(out, several, "; ", |types, out, s| types.write_signature(out, s, ": ", depth));
                out.push_str(" }");
            }
        }
    }

    fn write_signature(&self, out: &mut String, signature: &Signature, arrow: &str, depth: u32) {
        if !signature.type_params.is_empty() {
            let names: Vec<&str> =
                signature.type_params.iter().map(|p| self.params[p.0 as usize].name.as_str()).collect();
            out.push_str(&format!("<{}>", names.join(", ")));
        }
        out.push('(');
        let mut first = true;
        for (param, rest) in signature.params.iter().map(|p| (p, false)).chain(signature.rest.iter().map(|p| (p, true)))
        {
            out.push_str(if first { "" } else { ", " });
            first = false;
            out.push_str(if rest { "..." } else { "" });
            out.push_str(&param.name);
            out.push_str(if param.optional { "?: " } else { ": " });
            self.write(out, param.ty, depth + 1);
        }
        out.push(')');
        out.push_str(arrow);
        match &signature.predicate {
            Some(predicate) => {
                out.push_str(if predicate.asserts { "asserts " } else { "" });
                let param = predicate.param.and_then(|index| signature.params.get(index as usize));
                out.push_str(param.map_or("this", |param| &param.name));
                if let Some(ty) = predicate.ty {
                    out.push_str(" is ");
                    self.write(out, ty, depth + 1);
                }
            }
            None => self.write(out, signature.ret, depth + 1),
        }
    }

    fn write_object(&self, out: &mut String, object: &ObjectType, depth: u32) {
        let mut members: Vec<String> = Vec::new();
        for signature in &object.call {
            let mut text = String::new();
            self.write_signature(&mut text, signature, ": ", depth);
            members.push(text);
        }
        for signature in &object.construct {
            let mut text = String::from("new ");
            self.write_signature(&mut text, signature, ": ", depth);
            members.push(text);
        }
        for (key, value) in [("string", object.string_index), ("number", object.number_index)] {
            if let Some(value) = value {
                let readonly = if object.readonly_index { "readonly " } else { "" };
                let mut text = format!("{readonly}[key: {key}]: ");
                self.write(&mut text, value, depth + 1);
                members.push(text);
            }
        }
        for prop in &object.props {
            let mut text = String::from(if prop.readonly { "readonly " } else { "" });
            text.push_str(&prop.name);
            text.push_str(if prop.optional { "?: " } else { ": " });
            self.write(&mut text, prop.ty, depth + 1);
            members.push(text);
        }
        if members.is_empty() {
            out.push_str("{}");
            return;
        }
        out.push_str("{ ");
        self.separated(out, &members, "; ", |_, out, member| out.push_str(member));
        out.push_str(" }");
    }

    fn separated<T>(
        &self,
        out: &mut String,
        items: &[T],
        separator: &str,
        mut one: impl FnMut(&Self, &mut String, &T),
    ) {
        for (index, item) in items.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { separator });
            if index == MAX_MEMBERS {
                out.push('…');
                return;
            }
            one(self, out, item);
        }
    }
}
