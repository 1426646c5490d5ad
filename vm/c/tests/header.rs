//! The header is what cbindgen makes of the sources; the example in C builds against it without a warning, and prints what it should.

use std::path::{Path, PathBuf};
use std::process::Command;

use mosl_compiler::Options;
use mosl_compiler::project::MemoryFiles;

#[expect(dead_code, reason = "its `main` reads a file")]
#[path = "../../examples/embed.rs"]
mod embed;

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_header_is_current() {
    let bindings = cbindgen::generate(folder()).expect("the sources have bindings");
    let mut made = Vec::new();
    bindings.write(&mut made);
    let (made, path) = (String::from_utf8(made).expect("headers are text"), folder().join("include/mosl_vm.h"));
    if std::env::var_os("MOSL_UPDATE").is_some() {
        std::fs::write(&path, &made).expect("the header is writable");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, made, "run MOSL_UPDATE=1 cargo test -p mosl-vm-c");
}

/// The static library that this test was built with.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let deps = test.parent().expect("it is in a folder");
    let places = [deps.join("libmosl_vm_c.a"), deps.parent().expect("the profile's folder").join("libmosl_vm_c.a")];
    places.into_iter().find(|path| path.exists()).expect("the static library is built with the test")
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && err.is_empty(), "{command:?}: {}\n{out}{err}", output.status);
    out.into_owned()
}

/// The module that both examples run, and what they print.
fn example() -> (Vec<u8>, &'static str) {
    let text = include_str!("../examples/embed.mosl");
    let compiled = mosl_compiler::compile(&MemoryFiles::new([("main.mosl", text)]), "main.mosl", &Options::default());
    let module = compiled.module.expect("the example compiles");
    (mosl_bytecode::encode(&module), include_str!("../examples/embed.out"))
}

#[test]
fn the_example_in_rust_runs() {
    let (bytes, out) = example();
    assert_eq!(embed::run(&bytes).expect("the module loads"), out);
}

#[test]
fn the_example_in_c_runs() {
    let (bytes, expected) = example();
    let scratch = std::env::temp_dir().join(format!("mosl-vm-c-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).expect("a folder can be made");
    let (file, program) = (scratch.join("embed.mvm"), scratch.join("embed"));
    std::fs::write(&file, bytes).expect("the module is written");
    let mut cc = Command::new("cc");
    cc.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-I"]).arg(folder().join("include"));
    cc.arg(folder().join("examples/embed.c")).arg(library()).args(["-lm", "-lpthread", "-ldl", "-o"]).arg(&program);
    run(&mut cc);
    let out = run(Command::new(&program).arg(&file));
    std::fs::remove_dir_all(&scratch).expect("the folder can be removed");
    assert_eq!(out, expected);
}
