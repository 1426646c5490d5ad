//! What is generated from the declarations is what is committed.

#[test]
fn native_table_is_fresh() {
    let committed = include_str!("../../vm/bytecode/src/natives.rs");
    assert!(
        committed == mosl_stdlib::natives::rust_table(),
        "vm/bytecode/src/natives.rs is stale: run `cargo run -p mosl-stdlib --bin generate`"
    );
}
