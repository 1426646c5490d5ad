//! A whole program: a few helpers, statements, and at the end everything that is still alive, printed.

use super::Mode;
use super::expand::Expander;
use crate::random::Random;

const PRELUDE: &str = r#"const trace = [];
const $ = (id, value) => (trace.push(id), value);
const cut = (text) => (text.length > 40 ? text.slice(0, 12) : text);
const cap = (items) => items.slice(0, items.length > 8 ? 4 : 8);
let steps = 0;
const show = (e) => (e instanceof Error ? (e.message.startsWith("own") ? `${e}` : e.name) : e);
const sleep = (ms, value) => new Promise((resolve) => setTimeout(() => resolve(value), ms));
const loud = (id, count) => {
  let i = 0;
  return {
    [Symbol.iterator]() { return this; },
    next() { trace.push(`${id}n`); return { done: i >= count, value: i++ }; },
    return(value) { trace.push(`${id}r`); return { done: true, value }; },
  };
};
const sum = (text) => {
  let hash = 7;
  for (const unit of text) hash = (Math.imul(hash, 31) + unit.charCodeAt(0)) | 0;
  return hash;
};
"#;

/// Kinds whose variables are declared first, so that everything has something to work on.
const FIRST: &[&str] = &["num", "str", "bool", "nums", "strs", "obj"];

/// Kinds that print the same wherever they are printed.
const PRINTED: &[&str] = &[
    "num", "str", "bool", "nums", "strs", "obj", "map", "set", "any", "inst", "date", "typed", "fn", "cls", "gfn",
    "afn", "agfn",
];

/// The program of a seed.
pub fn program(seed: u64, mode: Mode) -> String {
    let mut random = Random::new(seed);
    let room = 60 + random.below(500);
    let mut expander = Expander::new(random, mode, room);
    let mut lines = vec![PRELUDE.to_owned()];
    for (at, kind) in FIRST.iter().enumerate() {
        let name = format!("g{at}");
        let value = expander.make(kind, 1, 2).expect("every kind has a leaf");
        let keyword = if expander.random.below(5) == 0 { "var" } else { "let" };
        lines.push(format!("{keyword} {name} = {value};"));
        expander.declare(&name, kind, true);
    }
    let share = expander.random.below(12);
    for _ in 0..6 + share {
        lines.push(expander.statements(1));
        if expander.room == 0 {
            break;
        }
    }
    lines.push(ending(&expander));
    lines.join("\n")
}

/// Prints what is alive, then once more when all timers have run.
fn ending(expander: &Expander) -> String {
    let alive = expander.variables().iter().filter(|variable| PRINTED.contains(&variable.kind.as_str()));
    let prints: String = alive.map(|variable| format!("  console.log(\"{0}\", {0});\n", variable.name)).collect();
    let trace = "  console.log(trace.join(\" \"), sum(trace.join()));\n";
    format!("const report = () => {{\n{prints}{trace}}};\nreport();\nsetTimeout(report, 1000);\n")
}
