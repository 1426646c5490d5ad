//! What `mosl.json` can hold, once: the reader, the suggestions for misspelt names and the JSON schema that editors use all come from
//! these tables.

use serde_json::{Map, Value, json};

use super::LintLevel;
use crate::diagnostics::{CATALOGUE, Severity};

/// A key of `mosl.json`.
pub(super) struct Setting {
    pub name: &'static str,
    pub holds: Holds,
    pub about: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Flag,
    Capabilities,
    Lints,
    /// For tools that know what it means.
    Anything,
}

const fn setting(name: &'static str, holds: Holds, about: &'static str) -> Setting {
    Setting { name, holds, about }
}

/// Those that the compiler reads come first; the last ones are the tools' own.
pub(super) static SETTINGS: [Setting; 12] = [
    setting("name", Holds::Text, "What the project is called."),
    setting(
        "entry",
        Holds::Text,
        "The file where the program starts, relative to this one; `main.mosl` if nothing is said.",
    ),
    setting("strict", Holds::Flag, "Types count also where they are only inferred, and every parameter needs one."),
    setting("capabilities", Holds::Capabilities, "What the object asks its host for."),
    setting("lints", Holds::Lints, "Warnings by name: left out, given, or taken for errors."),
    setting("version", Holds::Text, "The project's own version."),
    setting("description", Holds::Text, "What the object is, in a sentence."),
    setting("author", Holds::Text, "Who made it."),
    setting("license", Holds::Text, "Under which licence others may use it."),
    setting("assets", Holds::Anything, "Files that the object loads."),
    setting("icon", Holds::Text, "A picture of the object: a path relative to this file."),
    setting("$schema", Holds::Text, "Where this file's schema is, for editors."),
];

/// What a project can ask its host for (platform.md).
pub(super) struct Capability {
    pub name: &'static str,
    pub takes: Takes,
    pub about: &'static str,
}

#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// `true`
    Nothing,
    /// An object with these keys.
    Grants(&'static [Grant]),
    /// A list of names.
    Hosts,
}

pub(super) struct Grant {
    pub name: &'static str,
    pub holds: Amount,
    pub about: &'static str,
}

#[derive(Clone, Copy)]
pub(super) enum Amount {
    Flag,
    /// `25mrk/day`
    PerDay,
    Count,
}

/// What [`Amount::PerDay`] looks like, for the schema; [`is_per_day`] says the same.
const PER_DAY: &str = r"^[0-9]+(\.[0-9]{1,18})? ?mrk/day$";

const fn capability(name: &'static str, takes: Takes, about: &'static str) -> Capability {
    Capability { name, takes, about }
}

pub(super) static CAPABILITIES: [Capability; 8] = [
    capability(
        "payments",
        Takes::Grants(&[
            Grant { name: "receive", holds: Amount::Flag, about: "Ask visitors for payments." },
            Grant {
                name: "spend",
                holds: Amount::PerDay,
                about: "Send money of the owner's, up to so much: `25mrk/day`.",
            },
        ]),
        "Money: `mark:mrk`.",
    ),
    capability("space", Takes::Nothing, "Be a whole space: `mark:space`."),
    capability("directory", Takes::Nothing, "See and change what a person owns."),
    capability("render", Takes::Nothing, "Make pictures of views."),
    capability(
        "storage",
        Takes::Grants(&[Grant { name: "bytes", holds: Amount::Count, about: "How much it may keep." }]),
        "Keep data by key.",
    ),
    capability("net", Takes::Hosts, "Fetch from these hosts: `[\"api.example.com\"]`."),
    capability("social", Takes::Nothing, "Chat, gifts, messages."),
    capability("service", Takes::Nothing, "Run as a service on a node."),
];

/// What a lint's name can be set to.
pub(super) const LINT_WORDS: [(&str, LintLevel); 3] =
    [("off", LintLevel::Off), ("warn", LintLevel::Warn), ("error", LintLevel::Error)];

/// The names of all lints.
pub(super) fn lints() -> impl Iterator<Item = &'static str> + Clone {
    CATALOGUE.iter().filter(|entry| entry.severity == Severity::Warning).map(|entry| entry.name)
}

pub(super) fn is_per_day(text: &str) -> bool {
    let Some(amount) = text.strip_suffix("mrk/day") else { return false };
    let amount = amount.strip_suffix(' ').unwrap_or(amount);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match amount.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction) && fraction.len() <= 18,
        None => digits(amount),
    }
}

/// The JSON schema (draft 7) of `mosl.json`: what it accepts, the compiler reads without a word.
pub fn schema() -> Value {
    let properties =
        SETTINGS.iter().map(|setting| (setting.name, described(setting_schema(setting.holds), setting.about)));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A MOSL project",
        "description": "Written by `mosl schema` from what the compiler reads.",
        "type": "object",
        "additionalProperties": false,
        "properties": object(properties),
    })
}

fn setting_schema(holds: Holds) -> Value {
    match holds {
        Holds::Text => json!({ "type": "string" }),
        Holds::Flag => json!({ "type": "boolean" }),
        Holds::Anything => json!({}),
        Holds::Lints => {
            let words = LINT_WORDS.map(|(word, _)| json!(word));
            let values: Vec<Value> = [json!(true), json!(false)].into_iter().chain(words).collect();
            let all = lints().map(|name| (name, json!({ "enum": values })));
            json!({ "type": "object", "additionalProperties": false, "properties": object(all) })
        }
        Holds::Capabilities => {
            let names = CAPABILITIES.iter().map(|capability| capability.name).collect::<Vec<_>>();
            let each = CAPABILITIES.iter().map(|one| (one.name, described(capability_schema(one.takes), one.about)));
            json!({ "anyOf": [
                { "type": "array", "items": { "enum": names } },
                { "type": "object", "additionalProperties": false, "properties": object(each) },
            ] })
        }
    }
}

fn capability_schema(takes: Takes) -> Value {
    let flag = json!({ "type": "boolean" });
    match takes {
        Takes::Nothing => flag,
        Takes::Hosts => json!({ "anyOf": [flag, { "type": "array", "items": { "type": "string" } }] }),
        Takes::Grants(grants) => {
            let each = grants.iter().map(|grant| (grant.name, described(amount_schema(grant.holds), grant.about)));
            json!({ "anyOf": [flag, { "type": "object", "additionalProperties": false, "properties": object(each) }] })
        }
    }
}

fn amount_schema(holds: Amount) -> Value {
    match holds {
        Amount::Flag => json!({ "type": "boolean" }),
        Amount::PerDay => json!({ "type": "string", "pattern": PER_DAY }),
        Amount::Count => json!({ "type": "integer", "minimum": 0 }),
    }
}

fn described(mut schema: Value, about: &str) -> Value {
    schema["description"] = json!(about);
    schema
}

fn object<'a>(entries: impl Iterator<Item = (&'a str, Value)>) -> Map<String, Value> {
    entries.map(|(name, value)| (name.to_owned(), value)).collect()
}
