//! Lists the files of `wasm/`, so that a new one needs no other line.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=wasm");
    let folder = fs::canonicalize("wasm").expect("the folder of the library for WebAssembly");
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder).expect("it can be read").map(|entry| entry.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "mosl"));
    files.sort();
    let line = |path: &PathBuf| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy();
        format!("    (\"wasm:{name}\", include_str!({:?})),\n", path.display().to_string())
    };
    let lines: String = files.iter().map(line).collect();
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("wasm.rs");
    fs::write(out, format!("&[\n{lines}]\n")).expect("OUT_DIR can be written");
}
