//! Writes what is generated from the declarations: the VM's native table.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vm/bytecode/src/natives.rs");
    std::fs::write(path, mosl_stdlib::natives::rust_table())
}
