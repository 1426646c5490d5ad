//! `mosl.json`: what a project is called, where it starts, how strictly it is checked and what it asks the host for.

mod settings;

use mosl_syntax::Span;
use serde_json::{Map, Value};

pub use settings::schema;
use settings::{Amount, CAPABILITIES, Capability, Grant, Holds, LINT_WORDS, SETTINGS, Takes, is_per_day, lints};

use crate::diagnostics::catalogue::{BAD_MANIFEST, UNKNOWN_SETTING};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Entry};
use crate::program::FileId;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    pub name: Option<String>,
    /// What the object is, in a sentence.
    pub description: Option<String>,
    /// Relative to the manifest's folder.
    pub entry: String,
    pub strict: bool,
    /// `name` or `name:argument`: `space`, `payments`, `payments:spend=25mrk/day`, `net:api.example.com`.
    pub capabilities: Vec<String>,
    /// What becomes of the lints that are named.
    pub lints: Vec<(String, LintLevel)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LintLevel {
    Off,
    Warn,
    Error,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            name: None,
            description: None,
            entry: "main.mosl".into(),
            strict: false,
            capabilities: Vec::new(),
            lints: Vec::new(),
        }
    }
}

impl Manifest {
    /// Reads the text of a `mosl.json`. What is wrong is reported and left at its default.
    pub fn parse(text: &str, file: FileId) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader { text, file, diagnostics: Vec::new() };
        let mut manifest = Self::default();
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(fields)) => reader.fields(&mut manifest, &fields),
            Ok(_) => {
                reader.report(Span::new(0, 1), "`mosl.json` must hold one object: `{ … }`", "");
            }
            Err(error) => {
                let at = offset(text, error.line(), error.column());
                let what = error.to_string();
                let what = what.split(" at line").next().unwrap_or(&what).to_owned();
                reader.report(Span::at(at), "`mosl.json` is no valid JSON", &what);
            }
        }
        (manifest, reader.diagnostics)
    }

    pub fn allows(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|granted| granted == capability)
    }
}

struct Reader<'a> {
    text: &'a str,
    file: FileId,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn fields(&mut self, manifest: &mut Manifest, fields: &Map<String, Value>) {
        for (key, value) in fields {
            match SETTINGS.iter().find(|known| known.name == key).map(|known| known.holds) {
                Some(Holds::Text) => {
                    let text = self.string(key, value);
                    match (key.as_str(), text) {
                        ("name", Some(name)) => manifest.name = Some(name),
                        ("description", Some(description)) => manifest.description = Some(description),
                        ("entry", Some(entry)) => manifest.entry = super::normalize(&entry),
                        _ => {}
                    }
                }
                Some(Holds::Flag) => manifest.strict = self.boolean(key, value).unwrap_or(manifest.strict),
                Some(Holds::Capabilities) => manifest.capabilities = self.capabilities(value),
                Some(Holds::Lints) => manifest.lints = self.lints(value),
                Some(Holds::Anything) => {}
                None => self.unknown(
                    &UNKNOWN_SETTING,
                    key,
                    SETTINGS.iter().map(|known| known.name),
                    "setting of `mosl.json`",
                ),
            }
        }
    }

    fn string(&mut self, key: &str, value: &Value) -> Option<String> {
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(key, "a text in quotes");
        }
        text
    }

    fn boolean(&mut self, key: &str, value: &Value) -> Option<bool> {
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong(key, "`true` or `false`");
        }
        flag
    }

    /// A list of names, or an object from names to `true`, a list or settings.
    fn capabilities(&mut self, value: &Value) -> Vec<String> {
        let mut all = Vec::new();
        match value {
            Value::Array(names) => {
                for name in names {
                    match name.as_str() {
                        Some(name) => self.capability(&mut all, name, &Value::Bool(true)),
                        None => self.wrong("capabilities", "a list of names"),
                    }
                }
            }
            Value::Object(map) => map.iter().for_each(|(name, value)| self.capability(&mut all, name, value)),
            _ => self.wrong(
                "capabilities",
                "a list of names, or an object such as `{ \"payments\": { \"receive\": true } }`",
            ),
        }
        all
    }

    fn capability(&mut self, all: &mut Vec<String>, name: &str, value: &Value) {
        let Some(capability) = CAPABILITIES.iter().find(|known| known.name == name) else {
            self.unknown(&BAD_MANIFEST, name, CAPABILITIES.iter().map(|known| known.name), "capability");
            return;
        };
        match (value, capability.takes) {
            (Value::Bool(false), _) => return,
            (Value::Bool(true), _) => {}
            (Value::Array(items), Takes::Hosts) => {
                if items.iter().any(|item| !item.is_string()) {
                    self.wrong(name, "a list of names in quotes");
                }
                all.extend(items.iter().filter_map(Value::as_str).map(|item| format!("{name}:{item}")));
            }
            (Value::Object(settings), Takes::Grants(grants)) => {
                for (key, value) in settings {
                    self.grant(all, capability, grants, key, value);
                }
            }
            (_, Takes::Nothing) => self.wrong(name, "`true` or `false`"),
            (_, Takes::Hosts) => self.wrong(name, "`true`, `false` or a list of names: `[\"api.example.com\"]`"),
            (_, Takes::Grants(grants)) => {
                let names: Vec<&str> = grants.iter().map(|grant| grant.name).collect();
                self.wrong(name, &format!("`true`, `false` or an object with `{}`", names.join("`, `")));
            }
        }
        all.push(name.to_owned());
        all.sort();
    }

    /// One key of a capability's object.
    fn grant(&mut self, all: &mut Vec<String>, of: &Capability, grants: &[Grant], key: &str, value: &Value) {
        let name = of.name;
        let Some(known) = grants.iter().find(|known| known.name == key) else {
            let known = grants.iter().map(|known| known.name);
            self.unknown(&BAD_MANIFEST, key, known, &format!("setting of `{name}`"));
            return;
        };
        match (known.holds, value) {
            (Amount::Flag, Value::Bool(false)) => {}
            (Amount::Flag, Value::Bool(true)) => all.push(format!("{name}:{key}")),
            (Amount::Flag, _) => self.wrong(key, "`true` or `false`"),
            (Amount::PerDay, Value::String(text)) if is_per_day(text) => all.push(format!("{name}:{key}={text}")),
            (Amount::PerDay, _) => self.wrong(key, "an amount a day: `\"25mrk/day\"`"),
            (Amount::Count, Value::Number(number)) if number.is_u64() => all.push(format!("{name}:{key}={number}")),
            (Amount::Count, _) => self.wrong(key, "a whole number"),
        }
    }

    fn lints(&mut self, value: &Value) -> Vec<(String, LintLevel)> {
        let Some(map) = value.as_object() else {
            self.wrong("lints", "an object such as `{ \"prefer-let\": \"off\" }`");
            return Vec::new();
        };
        let mut set = Vec::new();
        for (name, value) in map {
            if !lints().any(|known| known == name) {
                self.unknown(&UNKNOWN_SETTING, name, lints(), "lint");
                continue;
            }
            let word = LINT_WORDS.iter().find(|(word, _)| value.as_str() == Some(word)).map(|(_, level)| *level);
            let flag = value.as_bool().map(|on| if on { LintLevel::Warn } else { LintLevel::Off });
            match flag.or(word) {
                Some(level) => set.push((name.clone(), level)),
                None => self.wrong(name, "`\"off\"`, `\"warn\"` or `\"error\"`"),
            }
        }
        set
    }

    fn wrong(&mut self, key: &str, expected: &str) {
        let span = self.key_span(key);
        self.report(span, format!("`{key}` in `mosl.json` should be {expected}"), "");
    }

    fn unknown(
        &mut self,
        entry: &'static Entry,
        key: &str,
        known: impl Iterator<Item = &'static str> + Clone,
        what: &str,
    ) {
        let span = self.key_span(key);
        let message = format!("there is no {what} called `{key}`");
        let diagnostic = Diagnostic::new(entry, self.file, span, message, "");
        let near = nearest(key, known.clone());
        self.diagnostics.push(match near {
            Some(near) => {
                let fixed = format!("\"{near}\"");
                diagnostic.help(format!("did you mean `{near}`?")).fix(format!("change to `{near}`"), span, fixed)
            }
            None if CAPABILITIES.iter().any(|known| known.name == key) => diagnostic
                .help(format!("a project asks for it under `capabilities`: `\"capabilities\": {{ \"{key}\": … }}`")),
            None => diagnostic.help(format!("there are `{}`", known.collect::<Vec<_>>().join("`, `"))),
        });
    }

    fn report(&mut self, span: Span, message: impl Into<String>, label: &str) {
        self.diagnostics.push(Diagnostic::new(&BAD_MANIFEST, self.file, span, message, label));
    }

    /// Where the key stands, or else the name in a list: its first occurrence in quotes, with a colon if there is such a one.
    fn key_span(&self, key: &str) -> Span {
        let quoted = serde_json::to_string(key).unwrap_or_default();
        let is_key = |at: &usize| self.text[at + quoted.len()..].trim_start().starts_with(':');
        let mut places = self.text.match_indices(&quoted).map(|(at, _)| at);
        let found = places.clone().find(is_key).or_else(|| places.next());
        let (start, len) = found.map_or((0, 1), |at| (at, quoted.len()));
        Span::new(u32::try_from(start).unwrap_or(0), u32::try_from(start + len).unwrap_or(0))
    }
}

/// The byte offset of a line and column, both from 1.
fn offset(text: &str, line: usize, column: usize) -> u32 {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    u32::try_from((start + column.saturating_sub(1)).min(text.len())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Manifest;
    use crate::program::FileId;

    fn messages(text: &str) -> Vec<String> {
        Manifest::parse(text, FileId(0)).1.into_iter().map(|d| d.message).collect()
    }

    #[test]
    fn capabilities_flatten_to_names_and_arguments() {
        let text = r#"{ "entry": "./a.mosl", "strict": true, "capabilities": { "payments": { "receive": true, "spend": "25mrk/day" },
            "space": true, "net": ["api.example.com"], "render": false } }"#;
        let (manifest, diagnostics) = Manifest::parse(text, FileId(0));
        assert_eq!(diagnostics, []);
        assert_eq!((manifest.entry.as_str(), manifest.strict), ("a.mosl", true));
        let expect =
            ["net", "net:api.example.com", "payments", "payments:receive", "payments:spend=25mrk/day", "space"];
        assert_eq!(manifest.capabilities, expect);
        assert!(manifest.allows("space") && !manifest.allows("render"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(messages("[]"), ["`mosl.json` must hold one object: `{ … }`"]);
        assert_eq!(messages("{ \"strict\": 1 }"), ["`strict` in `mosl.json` should be `true` or `false`"]);
        assert_eq!(messages("{ \"stict\": true }"), ["there is no setting of `mosl.json` called `stict`"]);
        assert_eq!(messages("{ \"capabilities\": [\"spcae\"] }"), ["there is no capability called `spcae`"]);
        assert_eq!(messages("{ \"a\" }"), ["`mosl.json` is no valid JSON"]);
        assert_eq!(messages("{ \"lints\": { \"prefer-lett\": 1 } }"), ["there is no lint called `prefer-lett`"]);
        let payments = |inside: &str| messages(&format!("{{ \"capabilities\": {{ \"payments\": {inside} }} }}"));
        assert_eq!(payments("{ \"recieve\": true }"), ["there is no setting of `payments` called `recieve`"]);
        let amount = "`spend` in `mosl.json` should be an amount a day: `\"25mrk/day\"`";
        assert_eq!(payments("{ \"spend\": 25 }"), [amount]);
    }

    #[test]
    fn a_key_is_pointed_at_rather_than_a_value_of_the_same_text() {
        let text = "{ \"name\": \"strict\", \"strict\": 1 }";
        let span = Manifest::parse(text, FileId(0)).1[0].primary.span;
        assert_eq!(&text[span.start as usize..], "\"strict\": 1 }");
    }

    /// Whether the schema accepts a value: the keywords that [`super::schema`] uses, and no other.
    fn accepts(schema: &Value, value: &Value) -> bool {
        schema.as_object().unwrap().iter().all(|(keyword, rule)| match keyword.as_str() {
            "$schema" | "title" | "description" => true,
            "type" => match rule.as_str().unwrap() {
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64() || value.is_u64(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                other => panic!("a type {other}"),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "anyOf" => rule.as_array().unwrap().iter().any(|one| accepts(one, value)),
            "minimum" => value.as_i64().unwrap_or(i64::MAX) >= rule.as_i64().unwrap(),
            "pattern" => {
                regress::Regex::new(rule.as_str().unwrap()).unwrap().find(value.as_str().unwrap_or("")).is_some()
            }
            "items" => value.as_array().is_none_or(|items| items.iter().all(|item| accepts(rule, item))),
            "properties" => value.as_object().is_none_or(|fields| {
                fields.iter().all(|(key, value)| rule.get(key).is_none_or(|rule| accepts(rule, value)))
            }),
            "additionalProperties" => {
                assert_eq!(rule, &Value::Bool(false));
                let known = &schema["properties"];
                value.as_object().is_none_or(|fields| fields.keys().all(|key| known.get(key).is_some()))
            }
            other => panic!("a keyword {other}"),
        })
    }

    /// Values of every kind that a setting, a capability or a grant may have, right ones and wrong ones.
    fn values() -> Vec<Value> {
        let plain = json!([
            null, true, false, 0, -1, 1.5, 1024, "", "main.mosl", "warn", "off", "on", "25mrk/day", "0.25 mrk/day", "25mrk",
            "mrk/day", "1.mrk/day", "0.1234567890123456789mrk/day", "space", [], ["space"], ["payments", "net"], [true],
            ["payments:receive"], ["api.example.com"], {}, { "space": true }, { "x": 1 }, { "prefer-let": false },
            { "prefer-let": "off" }, { "prefer-let": "error" }, { "W0101": true }
        ]);
        let mut all = plain.as_array().unwrap().clone();
        for capability in &super::CAPABILITIES {
            for value in plain.as_array().unwrap() {
                all.push(json!({ capability.name: value }));
                for grant in ["receive", "spend", "bytes", "other"] {
                    all.push(json!({ capability.name: { grant: value } }));
                }
            }
        }
        all
    }

    #[test]
    fn the_schema_accepts_what_the_reader_reads_without_a_word() {
        let schema = super::schema();
        let keys = super::SETTINGS.iter().map(|setting| setting.name).chain(["stict", "Name", ""]);
        let mut accepted = 0;
        for key in keys {
            for value in values() {
                let manifest = json!({ key: value });
                let silent = messages(&manifest.to_string()).is_empty();
                assert_eq!(accepts(&schema, &manifest), silent, "{manifest}");
                accepted += usize::from(silent);
            }
        }
        assert!(accepted > 100, "{accepted}");
    }
}
