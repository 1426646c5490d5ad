//! `mosl.json`: what a project is called, where it starts, how strictly it is checked and what it asks the host for.

use mosl_syntax::Span;
use serde_json::{Map, Value};

use crate::diagnostics::catalogue::{BAD_MANIFEST, UNKNOWN_SETTING};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Entry};
use crate::program::FileId;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    pub name: Option<String>,
    /// Relative to the manifest's folder.
    pub entry: String,
    pub strict: bool,
    /// `name` or `name:argument`: `space`, `payments`, `payments:spend=25mrk/day`, `net:api.example.com`.
    pub capabilities: Vec<String>,
    /// Lints by name, and whether each is on.
    pub lints: Vec<(String, bool)>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { name: None, entry: "main.mosl".into(), strict: false, capabilities: Vec::new(), lints: Vec::new() }
    }
}

/// The keys of `mosl.json`; the last ones are the tools' own and are not read here.
const KEYS: [&str; 12] = [
    "name",
    "entry",
    "strict",
    "capabilities",
    "lints",
    "version",
    "description",
    "author",
    "license",
    "assets",
    "icon",
    "$schema",
];

/// What `capabilities` can name (platform.md).
pub const CAPABILITIES: [&str; 8] = ["payments", "space", "directory", "render", "storage", "net", "social", "service"];

impl Manifest {
    /// Reads the text of a `mosl.json`. What is wrong is reported and left at its default.
    pub fn parse(text: &str, file: FileId) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader { text, file, diagnostics: Vec::new() };
        let mut manifest = Self::default();
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(fields)) => reader.fields(&mut manifest, &fields),
            Ok(_) => {
                reader.report(&BAD_MANIFEST, Span::new(0, 1), "`mosl.json` must hold one object: `{ … }`", "", None)
            }
            Err(error) => {
                let at = offset(text, error.line(), error.column());
                let what = error.to_string();
                let what = what.split(" at line").next().unwrap_or(&what).to_owned();
                reader.report(&BAD_MANIFEST, Span::at(at), "`mosl.json` is no valid JSON", &what, None);
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
            match key.as_str() {
                "name" => manifest.name = self.string(key, value).or(manifest.name.take()),
                "entry" => {
                    if let Some(entry) = self.string(key, value) {
                        manifest.entry = super::normalize(&entry);
                    }
                }
                "strict" => manifest.strict = self.boolean(key, value).unwrap_or(manifest.strict),
                "capabilities" => manifest.capabilities = self.capabilities(value),
                "lints" => manifest.lints = self.lints(value),
                key if KEYS.contains(&key) => {}
                key => self.unknown(&UNKNOWN_SETTING, key, &KEYS, "setting of `mosl.json`"),
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
        if !CAPABILITIES.contains(&name) {
            self.unknown(&BAD_MANIFEST, name, &CAPABILITIES, "capability");
            return;
        }
        match value {
            Value::Bool(false) | Value::Null => return,
            Value::Array(items) => {
                all.extend(items.iter().filter_map(Value::as_str).map(|item| format!("{name}:{item}")));
            }
            Value::Object(settings) => {
                for (key, value) in settings {
                    match value {
                        Value::Bool(false) | Value::Null => {}
                        Value::Bool(true) => all.push(format!("{name}:{key}")),
                        Value::String(text) => all.push(format!("{name}:{key}={text}")),
                        other => all.push(format!("{name}:{key}={other}")),
                    }
                }
            }
            _ => {}
        }
        all.push(name.to_owned());
        all.sort();
    }

    fn lints(&mut self, value: &Value) -> Vec<(String, bool)> {
        let Some(map) = value.as_object() else {
            self.wrong("lints", "an object such as `{ \"prefer-let\": false }`");
            return Vec::new();
        };
        let mut lints = Vec::new();
        for (name, value) in map {
            match value {
                Value::Bool(on) => lints.push((name.clone(), *on)),
                Value::String(text) if matches!(text.as_str(), "off" | "warn") => {
                    lints.push((name.clone(), text == "warn"))
                }
                _ => self.wrong(name, "`true`, `false`, `\"warn\"` or `\"off\"`"),
            }
        }
        lints
    }

    fn wrong(&mut self, key: &str, expected: &str) {
        let span = self.key_span(key);
        self.report(&BAD_MANIFEST, span, format!("`{key}` in `mosl.json` should be {expected}"), "", None);
    }

    fn unknown(&mut self, entry: &'static Entry, key: &str, known: &[&'static str], what: &str) {
        let span = self.key_span(key);
        let message = format!("there is no {what} called `{key}`");
        let help = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if CAPABILITIES.contains(&key) => {
                format!("a project asks for it under `capabilities`: `\"capabilities\": {{ \"{key}\": … }}`")
            }
            None => format!("there are `{}`", known.join("`, `")),
        };
        self.report(entry, span, message, "", Some(help));
    }

    fn report(
        &mut self,
        entry: &'static Entry,
        span: Span,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) {
        let mut diagnostic = Diagnostic::new(entry, self.file, span, message, label);
        diagnostic.help = help;
        self.diagnostics.push(diagnostic);
    }

    /// Where the key stands: its first quoted occurrence.
    fn key_span(&self, key: &str) -> Span {
        let quoted = format!("\"{key}\"");
        let start = self.text.find(&quoted).unwrap_or(0);
        let len = if start == 0 && !self.text.starts_with(&quoted) { 1 } else { quoted.len() };
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
    }
}
