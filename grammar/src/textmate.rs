//! The TextMate grammar for editors, derived from the token table. `textmate/mosl.tmLanguage.json` is its committed output;
//! a test proves it fresh. Colours only: nobody else reads it.

use crate::ast::Unit;
use crate::tokens::{Class, TokenKind};
use std::fmt::Write;

/// The grammar as JSON.
pub fn grammar() -> String {
    let mut out =
        String::from("{\n  \"name\": \"MOSL\",\n  \"scopeName\": \"source.mosl\",\n  \"fileTypes\": [\"mosl\"],\n");
    out.push_str(
        "  \"patterns\": [{ \"include\": \"#code\" }],\n  \"repository\": {\n    \"code\": {\n      \"patterns\": [\n",
    );
    let rules = rules();
    for (at, rule) in rules.iter().enumerate() {
        let comma = if at + 1 < rules.len() { "," } else { "" };
        let _ = writeln!(out, "        {rule}{comma}");
    }
    out.push_str("      ]\n    }\n  }\n}\n");
    out
}

fn rules() -> Vec<String> {
    let units: Vec<&str> = Unit::ALL.iter().map(|unit| unit.text()).collect();
    let mut rules = vec![
        matching("comment.line.shebang.mosl", r"\A#!.*$"),
        matching("comment.line.double-slash.mosl", r"//.*$"),
        spanning("comment.block.mosl", r"/\*", r"\*/", "[]"),
        spanning("string.quoted.double.mosl", "\"", "\"|$", ESCAPES),
        spanning("string.quoted.single.mosl", "'", "'|$", ESCAPES),
        spanning("string.template.mosl", "`", "`", SUBSTITUTIONS),
        matching(
            "string.regexp.mosl",
            r"(?<=[=(,:?\[!&|{};]|\breturn|\btypeof|\bcase|^)\s*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[])+/[dgimsuvy]*",
        ),
        matching(
            "constant.numeric.unit.mosl",
            &format!(r"(?<![\w$.])(?:\d[\d_]*)?\.?\d[\d_]*(?:{})\b", units.join("|")),
        ),
        matching(
            "constant.numeric.mosl",
            r"(?<![\w$])(?:0[xX][\da-fA-F_]+n?|0[oO][0-7_]+n?|0[bB][01_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?n?)",
        ),
        matching("storage.modifier.decorator.mosl", r"@[\w$.]+"),
        matching("variable.other.property.private.mosl", r"#[\w$]+"),
        matching("variable.other.property.mosl", r"(?<=\.)[A-Za-z_$][\w$]*"),
    ];
    for (class, scope) in WORD_SCOPES {
        rules.push(matching(scope, &format!(r"(?<![\w$.])(?:{})(?![\w$]|\s*:(?!:))", words(*class).join("|"))));
    }
    rules.push(matching(
        "support.type.primitive.mosl",
        r"(?<![\w$.])(?:any|unknown|never|undefined|number|string|boolean|symbol|object|Mrk|Vec2|Vec3|Quat|Color)(?![\w$])",
    ));
    rules.push(matching("entity.name.function.mosl", r"[A-Za-z_$][\w$]*(?=\s*\()"));
    rules.push(matching("entity.name.type.mosl", r"\b[A-Z][\w$]*"));
    rules.push(matching("variable.other.mosl", r"[\p{L}_$][\p{L}\p{N}_$]*"));
    rules.push(matching("keyword.operator.mosl", &marks(Class::Operator)));
    rules.push(matching("punctuation.mosl", &marks(Class::Punctuation)));
    rules
}

const WORD_SCOPES: &[(Class, &str)] = &[
    (Class::Control, "keyword.control.mosl"),
    (Class::Declare, "storage.type.mosl"),
    (Class::WordOperator, "keyword.operator.word.mosl"),
    (Class::Constant, "constant.language.mosl"),
    (Class::Contextual, "storage.modifier.mosl"),
];

const ESCAPES: &str = r#"[{ "name": "constant.character.escape.mosl", "match": "\\\\(?:u\\{[\\da-fA-F]+\\}|u[\\da-fA-F]{4}|x[\\da-fA-F]{2}|.)" }]"#;
const SUBSTITUTIONS: &str = r##"[{ "name": "constant.character.escape.mosl", "match": "\\\\." }, { "name": "meta.template.expression.mosl", "begin": "\\$\\{", "end": "\\}", "patterns": [{ "include": "#code" }] }]"##;

fn words(class: Class) -> Vec<&'static str> {
    texts(class).collect()
}

/// The marks of a class, longest first.
fn marks(class: Class) -> String {
    let mut marks: Vec<&str> = texts(class).collect();
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.len()));
    let escaped: Vec<String> =
        marks.into_iter().map(|mark| mark.chars().flat_map(|c| ['\\', c]).collect::<String>()).collect();
    escaped.join("|")
}

fn texts(class: Class) -> impl Iterator<Item = &'static str> {
    TokenKind::ALL.iter().filter(move |kind| kind.class() == class).filter_map(|kind| kind.text())
}

fn matching(name: &str, regex: &str) -> String {
    format!("{{ \"name\": {}, \"match\": {} }}", quote(name), quote(regex))
}

fn spanning(name: &str, begin: &str, end: &str, patterns: &str) -> String {
    format!(
        "{{ \"name\": {}, \"begin\": {}, \"end\": {}, \"patterns\": {patterns} }}",
        quote(name),
        quote(begin),
        quote(end)
    )
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
