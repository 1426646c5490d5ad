//! `mosl inspect`: what a module contains, asks for and costs, before it runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mosl_bytecode::{Function, Module as Contents, StrId, disassemble};
use mosl_vm::{Instance, Limits, Module};

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::compile_path;

pub const COMMAND: Command = Command {
    name: "inspect",
    usage: "PROJECT|FILE [--code]",
    summary: "Says what a module contains, asks for and costs",
    about: "\
Reads a module that `mosl build` wrote (FILE.mvm), or compiles a project or a
file, and says what is in it without running it: its hash, the capabilities it
asks for, the host functions it calls, what it keeps, where its bytes are, how
much memory an instance takes before its first turn, and its largest functions.",
    options: &[Opt { name: "code", value: "", about: "print the instructions, too, with their source lines" }],
    operands: (1, 1),
    run: |args| super::on_large_stack(args, run),
};

/// As many functions are listed by size.
const LARGEST: usize = 10;

fn run(args: &Args) -> Exit {
    let program = match compile_path(&args.operands[0]).shown() {
        Ok(program) => program,
        Err(exit) => return exit,
    };
    print!("{}", overview(&program.module));
    if args.has("code") {
        print!("\n{}", disassemble(program.module.contents()));
    }
    Exit::Success
}

fn overview(module: &Module) -> String {
    let contents = module.contents();
    let mut out = format!("SHA-256 {}\n", module.hash());
    section(&mut out, "Asks for", module.capabilities());
    section(&mut out, "Calls the host", host_calls(contents));
    section(&mut out, "Exports", module.exports());
    section(
        &mut out,
        "Keeps",
        module.persisted().into_iter().map(|(class, field, persist, synced)| {
            let marks = [(persist, "persist"), (synced, "synced")];
            let marks: Vec<_> = marks.iter().filter(|(on, _)| *on).map(|(_, mark)| *mark).collect();
            format!("{class}.{field} ({})", marks.join(", "))
        }),
    );
    section(
        &mut out,
        "Files",
        contents.files.iter().map(|file| format!("{} ({} lines)", file.name, file.line_starts.len())),
    );
    section(&mut out, "Costs", costs(module));
    section(&mut out, "Largest functions", largest(contents));
    out
}

fn section(out: &mut String, title: &str, lines: impl IntoIterator<Item = String>) {
    let mut lines = lines.into_iter().peekable();
    if lines.peek().is_some() {
        let _ = writeln!(out, "\n{title}");
        lines.for_each(|line| {
            let _ = writeln!(out, "  {line}");
        });
    }
}

/// A line for each host module with what is called in it.
fn host_calls(contents: &Contents) -> Vec<String> {
    let mut calls: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for import in &contents.imports {
        calls.entry(&import.module).or_default().push(&import.name);
    }
    calls.into_iter().map(|(module, names)| format!("{module}: {}", names.join(", "))).collect()
}

fn costs(module: &Module) -> Vec<String> {
    let contents = module.contents();
    let instructions: usize = contents.functions.iter().map(|function| function.code.len()).sum();
    let places: usize = contents.functions.iter().map(|function| function.locs.len()).sum();
    let texts: usize = contents.strings.iter().map(|units| units.len()).sum();
    let instance = Instance::new(module, Limits::default());
    vec![
        format!("{} bytes as a file", module.to_bytes().len()),
        format!("{instructions} instructions in {} functions, {places} source places", contents.functions.len()),
        format!("{} strings of {texts} characters, {} classes", contents.strings.len(), contents.classes.len()),
        format!("{} bytes of heap in an instance before its first turn", instance.heap_used()),
    ]
}

fn largest(contents: &Contents) -> Vec<String> {
    let mut by_size: Vec<&Function> = contents.functions.iter().collect();
    by_size.sort_by_key(|function| std::cmp::Reverse(function.code.len()));
    by_size.truncate(LARGEST);
    let line = |function: &Function| {
        let name = function.name.map_or_else(String::new, |name| text(contents, name));
        let name = if name.is_empty() { "(no name)" } else { &name };
        let place = contents.place(function, 0).unwrap_or_default();
        format!("{:>7} instructions  {name}  {place}", function.code.len()).trim_end().to_owned()
    };
    by_size.into_iter().map(line).collect()
}

fn text(contents: &Contents, id: StrId) -> String {
    contents.strings.get(id.0 as usize).map_or_else(String::new, |units| String::from_utf16_lossy(units))
}
