//! Assembles the runtime of WebAssembly programs (`src/wasm/runtime/*.wat`: the fields of one module, `types.wat` and `imports.wat` first) into the
//! binary that `wasm::link` takes apart.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let folder = Path::new("src/wasm/runtime");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the runtime's folder").map(|entry| entry.expect("a file").path()).collect();
    // Imports come before everything that is defined.
    files.sort_by_key(|path| (!path.ends_with("types.wat"), !path.ends_with("imports.wat"), path.clone()));
    let mut text = String::from("(module\n");
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        text.push_str(&fs::read_to_string(&file).expect("the runtime is UTF-8"));
        text.push('\n');
    }
    text.push(')');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    // Kept beside the binary: errors name lines of the joined text.
    fs::write(out.join("runtime.wat"), &text).expect("OUT_DIR can be written");
    let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("{}: {error}", out.join("runtime.wat").display()));
    fs::write(out.join("runtime.wasm"), bytes).expect("OUT_DIR can be written");
}
