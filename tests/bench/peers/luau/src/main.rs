//! Luau's interpreter as a command, for benchmarks: `luau FILE` runs a file at optimisation level 2, without native code.
fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let source = std::fs::read_to_string(&path).expect("readable");
    let lua = mlua::Lua::new();
    lua.sandbox(true).expect("a sandbox, in which Luau optimises its imports");
    let compiler = mlua::chunk::Compiler::new().set_optimization_level(2).set_debug_level(1);
    if let Err(error) = lua.load(source).set_name(path).set_compiler(compiler).exec() {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
