//! Assembles the WebAssembly that the embedding brings along.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=src/wasm/js_string.wat");
    let bytes = wat::parse_file("src/wasm/js_string.wat").unwrap_or_else(|error| panic!("{error}"));
    let out = std::env::var_os("OUT_DIR").expect("cargo sets it");
    std::fs::write(Path::new(&out).join("js_string.wasm"), bytes).expect("the build's folder is writable");
}
