//! A profile as a page that needs nothing beside itself: a flame graph, the source with the heat of its lines, and what stayed dynamic.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::summary::{Call, Summary};

const PAGE: &str = include_str!("page.html");

/// Calls that used less than this part of all fuel are not drawn.
const LEAST: u64 = 2000;

pub fn html(what: &str, summary: &Summary) -> String {
    let tree = tree("everything", &summary.tree, summary.total / LEAST).to_string().replace('<', "\\u003c");
    PAGE.replace("{{what}}", &escape(what))
        .replace("{{fuel}}", &summary.total.to_string())
        .replace("{{functions}}", &functions(summary))
        .replace("{{dynamic}}", &dynamic(summary))
        .replace("{{sources}}", &sources(summary))
        .replace("{{tree}}", &tree)
}

fn tree(name: &str, call: &Call, least: u64) -> Value {
    let calls: Vec<Value> =
        call.calls.iter().filter(|(_, call)| call.total > least).map(|(name, call)| tree(name, call, least)).collect();
    json!({ "name": name, "own": call.own, "total": call.total, "calls": calls })
}

fn functions(summary: &Summary) -> String {
    let mut out = String::new();
    for row in summary.functions.iter().take(40) {
        let (own, all) = (summary.percent(row.own), summary.percent(row.with_calls));
        let name = escape(&row.name);
        let _ = writeln!(out, "<tr><td>{own:.1} %</td><td>{all:.1} %</td><td>{name}</td></tr>");
    }
    out
}

fn dynamic(summary: &Summary) -> String {
    let mut out = String::new();
    for hot in summary.dynamic.iter().take(100) {
        let (place, heat) = (&hot.place, summary.percent(hot.fuel));
        let text = escape(summary.line_text(&place.file, place.line));
        let at = escape(&format!("{}:{}", place.file, place.line));
        let _ = write!(out, "<li><b>{heat:.1} %</b> <a href=\"#{at}\">{at}</a> <code>{text}</code>");
        let _ = write!(out, "<p>{}</p><ul>", escape(&place.headline));
        for source in &place.sources {
            let _ = write!(out, "<li>{}</li>", escape(source));
        }
        out.push_str("</ul></li>\n");
    }
    if out.is_empty() { "<li>Nothing on a line that was sampled.</li>".to_owned() } else { out }
}

fn sources(summary: &Summary) -> String {
    let mut heat: BTreeMap<(&str, u32), u64> = BTreeMap::new();
    for row in &summary.lines {
        *heat.entry((&row.file, row.line)).or_default() += row.own;
    }
    let most = heat.values().copied().max().unwrap_or(0).max(1);
    let mut out = String::new();
    for file in &summary.files {
        let name = escape(&file.name);
        let _ = writeln!(out, "<h3>{name}</h3>\n<table class=\"source\">");
        for (index, line) in file.text.lines().enumerate() {
            let number = index as u32 + 1;
            let fuel = heat.get(&(file.name.as_str(), number)).copied().unwrap_or(0);
            let share = if fuel == 0 { String::new() } else { format!("{:.1} %", summary.percent(fuel)) };
            let shade = fuel as f64 / most as f64;
            let _ = writeln!(
                out,
                "<tr id=\"{name}:{number}\" style=\"--heat:{shade:.3}\"><td>{share}</td><td>{number}</td><td><pre>{}</pre></td></tr>",
                escape(line)
            );
        }
        out.push_str("</table>\n");
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace("{{", "&#123;{")
}
