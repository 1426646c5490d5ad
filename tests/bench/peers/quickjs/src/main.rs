//! QuickJS as a command, for benchmarks: `qjs FILE` runs a module with `console.log`.
use rquickjs::{CatchResultExt, Context, Function, Module, Runtime};
fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let source = std::fs::read_to_string(&path).expect("readable");
    let runtime = Runtime::new().unwrap();
    let context = Context::full(&runtime).unwrap();
    context.with(|cx| {
        let globals = cx.globals();
        globals.set("__print", Function::new(cx.clone(), |s: String| println!("{s}")).unwrap()).unwrap();
        let _: () = cx.eval("globalThis.console = { log: (...a) => __print(a.map(String).join(' ')) }").unwrap();
        if let Err(e) = Module::evaluate(cx.clone(), path, source).and_then(|p| p.finish::<()>()).catch(&cx) { eprintln!("{e}"); }
    });
    while runtime.is_job_pending() { let _ = runtime.execute_pending_job(); }
}
