//! The built-in functions and the native table that is generated from `stdlib/` name the same functions.

#[test]
fn every_declared_native_is_implemented_and_nothing_else() {
    let mismatches = mosl_vm::native::mismatches();
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n"));
}
