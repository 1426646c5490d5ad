//! The command from outside: what it prints, and how it exits.

mod folder;

use folder::{Folder, text};

/// Runs a script; checks the exit code, standard output, and what standard error contains.
#[track_caller]
fn check_run(name: &str, source: &str, options: &str, code: i32, out: &str, err: &str) {
    let folder = Folder::new(name);
    folder.write("a.mosl", source);
    let output = folder.mosl(&format!("run a.mosl {options}"));
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!((output.status.code(), stdout.as_str()), (Some(code), out), "{stderr}");
    assert!(stderr.contains(err), "{err:?} in {stderr:?}");
    if err.is_empty() {
        assert_eq!(stderr, "");
    }
}

#[test]
fn a_script_that_ends_well_exits_with_0() {
    check_run("fine", "console.log('hello', 1 + 1);", "", 0, "hello 2\n", "");
    check_run("empty", "", "", 0, "", "");
}

#[test]
fn timers_run_in_order_before_the_end() {
    let source = "setTimeout(() => console.log('b'), 20); setTimeout(() => console.log('a'), 1); console.log('0');";
    check_run("timers", source, "", 0, "0\na\nb\n", "");
}

#[test]
fn an_uncaught_exception_exits_with_1_and_a_trace() {
    check_run("throw", "console.log('before');\nthrow new TypeError('boom');", "", 1, "before\n", "TypeError: boom");
    check_run(
        "trace",
        "console.log('x');\nfunction f() {\n  throw new Error('deep');\n}\nf();",
        "",
        1,
        "x\n",
        "a.mosl:3",
    );
    check_run("reject", "await Promise.reject(new Error('later'));", "", 1, "", "Error: later");
}

#[test]
fn an_uncaught_error_shows_its_line() {
    let shows = |name: &str, source: &str, err: &str| check_run(name, source, "", 1, "", err);
    shows("line", "const o = {};\no.f();", "a.mosl:2:1\n2 | o.f();\n  | ^^^^^\n\nTypeError:");
    shows(
        "thrown",
        "function f() {\n  throw { odd: 1 };\n}\nf();",
        "2 |   throw { odd: 1 };\n  |   ^^^^^^^^^^^^^^^^^\n\nUncaught { odd: 1 }",
    );
    shows("rejected", "(async () => {\n  null.x;\n})();", "2 |   null.x;\n  |   ^^^^^^\n\nTypeError:");
    let limited = "let n = 0;\nwhile (true) n++;";
    check_run("limited", limited, "--fuel 1000", 3, "", "2 | while (true) n++;\n  |              ^^^");
    let folder = Folder::new("imported");
    folder.write("a.mosl", "import './b.mosl';\nconsole.log('never');");
    folder.write("b.mosl", "console.log('b');\nawait 0;\nthrow new Error('from b');");
    let output = folder.mosl("run a.mosl");
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), "b\n"));
    let err = text(&output.stderr);
    assert!(
        err.starts_with("b.mosl:3:7\n3 | throw new Error('from b');\n  |       ^^^^^^^^^^^^^^^^^^^\n\nError: from b\n"),
        "{err}"
    );
}

#[test]
fn a_top_level_await_that_never_settles_exits_with_13() {
    let source =
        "console.log('a');\nsetTimeout(() => console.log('b'), 1);\nawait new Promise(() => {});\nconsole.log('c');";
    let err = "3 | await new Promise(() => {});\n  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n\nWarning:";
    check_run("unsettled", source, "", 13, "a\nb\n", err);
    check_run("settled", "await new Promise((r) => setTimeout(r, 1));\nnew Promise(() => {});", "", 0, "", "");
}

#[test]
fn what_does_not_compile_exits_with_2() {
    check_run("refused", "let x = ;", "", 2, "", "a.mosl");
    check_run("with", "with (a) {}", "", 2, "", "with");
}

#[test]
fn a_limit_exits_with_3() {
    check_run("fuel", "for (;;) {}", "--fuel 100000", 3, "", "fuel");
    check_run("memory", "const all = []; for (;;) all.push([1, 2, 3, 4]);", "--memory 8", 3, "", "memory");
}

#[test]
fn a_report_lists_refusals_also_where_the_script_caught_them() {
    let folder = Folder::new("report");
    folder.write("a.mosl", "const x = JSON.parse('\"a\"');\ntry { x * 2; } catch {}\nconsole.log('done');");
    let output = folder.mosl("run a.mosl --report r.json");
    assert_eq!(text(&output.stdout), "done\n", "{}", text(&output.stderr));
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.0.join("r.json")).unwrap()).unwrap();
    assert_eq!((&report["exit"], &report["refusalCount"]), (&0.into(), &1.into()), "{report}");
    assert!(report["refusals"][0]["code"].as_str().unwrap().starts_with('R'), "{report}");
    assert!(report["fuel"].as_u64().unwrap() > 0);
}

#[test]
fn a_new_project_checks_and_plays() {
    let folder = Folder::new("new");
    assert_eq!(folder.mosl("new my-lamp").status.code(), Some(0));
    let check = folder.mosl("check my-lamp");
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stderr));
    let play = folder.mosl("play my-lamp --deltas --visitor Ann=3 --click MyLamp --ticks 60");
    let out = text(&play.stdout);
    assert_eq!(play.status.code(), Some(0), "{out}{}", text(&play.stderr));
    assert!(out.contains("Ann clicked\n") && out.contains("Ann has 3 MRK\n") && out.contains("Clicked once"), "{out}");
    // A second time it is there already.
    assert_eq!(folder.mosl("new my-lamp").status.code(), Some(1));
}

#[test]
fn files_are_written_in_the_canonical_style() {
    let folder = Folder::new("fmt");
    folder.write("a.mosl", "let a=1 // one\n");
    folder.write("b.mosl", "let b = 2;\n");
    folder.write("c.txt", "not=mine");
    let check = folder.mosl("fmt --check");
    assert_eq!((check.status.code(), text(&check.stdout).as_str()), (Some(1), "./a.mosl\n"));
    let done = folder.mosl("fmt .");
    assert_eq!((done.status.code(), text(&done.stdout).as_str()), (Some(0), "./a.mosl\n"));
    assert_eq!(std::fs::read_to_string(folder.0.join("a.mosl")).unwrap(), "let a = 1; // one\n");
    assert_eq!(folder.mosl("fmt --check").status.code(), Some(0));
    let missing = folder.mosl("fmt nowhere.mosl");
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).contains("There is no file or folder `nowhere.mosl`"), "{}", text(&missing.stderr));
}

#[test]
fn the_examples_and_a_new_project_are_in_the_canonical_style() {
    let folder = Folder::new("canonical");
    assert_eq!(folder.mosl("new my-lamp").status.code(), Some(0));
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");
    let check = folder.mosl(&format!("fmt --check my-lamp {examples}"));
    assert_eq!((check.status.code(), text(&check.stdout).as_str()), (Some(0), ""), "run `mosl fmt examples`");
}

#[test]
fn codes_are_explained() {
    let folder = Folder::new("explain");
    let explained = folder.mosl("explain e0123");
    assert_eq!(explained.status.code(), Some(0));
    assert!(text(&explained.stdout).starts_with("E0123 assign-to-const\n\n"), "{}", text(&explained.stdout));
    let all = text(&folder.mosl("explain").stdout);
    assert!(["E0001", "E0123", "W0100", "R0012"].iter().all(|code| all.contains(code)), "{all}");
    let unknown = folder.mosl("explain E123");
    assert_eq!(unknown.status.code(), Some(64));
    assert!(text(&unknown.stderr).contains("Did you mean E0123 assign-to-const?"), "{}", text(&unknown.stderr));
    check_run("explain-refused", "let x = ;", "", 2, "", "`mosl explain E0003` says");
    check_run("explain-run", "JSON.parse('\"a\"') * 2;", "", 1, "", "`mosl explain R0001` says");
}

#[test]
fn findings_as_json() {
    let folder = Folder::new("json");
    folder.write("a.mosl", "let x = ;");
    let output = folder.mosl("check a.mosl --json");
    assert_eq!(output.status.code(), Some(2));
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(findings[0]["file"], "a.mosl");
    assert_eq!(findings[0]["severity"], "error");
}

#[test]
fn certain_fixes_are_applied_and_others_only_if_asked_for() {
    let folder = Folder::new("fix");
    let source = "const [a, ...b,] = [1, 2];\nconst price = a;\nconsole.log(prise, b);\n";
    folder.write("main.mosl", source);
    let check = folder.mosl("fix --check");
    assert_eq!(check.status.code(), Some(1));
    assert!(text(&check.stdout).starts_with("main.mosl:1:15: E0037 remove this\nWould apply 1 fix in 1 file."));
    assert_eq!(std::fs::read_to_string(folder.0.join("main.mosl")).unwrap(), source);
    let done = folder.mosl("fix main.mosl");
    assert_eq!(done.status.code(), Some(2), "an error is left");
    let left = "1 error and 0 warnings left: `mosl check` shows them.\nOne of them has a fix that is a guess";
    assert!(text(&done.stdout).contains(left), "{}", text(&done.stdout));
    assert_eq!(folder.mosl("fix --check").status.code(), Some(2), "nothing to fix, but it does not compile");
    assert_eq!(folder.mosl("fix --unsafe").status.code(), Some(0));
    let expect = source.replace("b,]", "b]").replace("prise", "price");
    assert_eq!(std::fs::read_to_string(folder.0.join("main.mosl")).unwrap(), expect);
    let again = folder.mosl("fix --check --unsafe");
    assert_eq!((again.status.code(), text(&again.stdout).as_str()), (Some(0), "Nothing to fix.\n"));
    assert_eq!(folder.mosl("fix nowhere").status.code(), Some(1));
}

#[test]
fn programs_in_comments_do_what_they_say() {
    let folder = Folder::new("doc");
    let library = folder.mosl("doc --std --test");
    assert_eq!(library.status.code(), Some(0), "{}{}", text(&library.stdout), text(&library.stderr));
    let own = "/**\n * Doubles.\n * @example\n * import { twice } from \"./main.mosl\";\n * console.log(twice(2)); // => 4\n */\nexport \
               const twice = (n: number) => n * 2;\n";
    folder.write("main.mosl", own);
    let fine = folder.mosl("doc --test");
    assert_eq!(text(&fine.stdout), "1 program in comments: all do what they say.\n", "{}", text(&fine.stderr));
    folder.write("main.mosl", &own.replace("=> 4", "=> 5"));
    let wrong = folder.mosl("doc . --test");
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("it should print\n  5\nand prints\n  4"), "{}", text(&wrong.stderr));
    let written = folder.mosl("doc --out reference");
    assert_eq!(written.status.code(), Some(0), "{}", text(&written.stderr));
    let page = std::fs::read_to_string(folder.0.join("reference/project-main.html")).unwrap();
    assert!(page.contains("id=\"twice\"") && page.contains("Doubles."), "{page}");
    folder.write("main.mosl", "let x = ;");
    assert_eq!(folder.mosl("doc").status.code(), Some(2));
}

#[test]
fn the_schema_of_the_manifest_is_what_editors_have() {
    let folder = Folder::new("schema");
    let printed = text(&folder.mosl("schema").stdout);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../editors/vscode/schemas/mosl.schema.json");
    if std::env::var_os("MOSL_UPDATE").is_some() {
        std::fs::write(path, &printed).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap(),
        printed,
        "run `mosl schema > editors/vscode/schemas/mosl.schema.json`"
    );
}

#[test]
fn command_lines_that_make_no_sense_exit_with_64() {
    let folder = Folder::new("usage");
    for (line, expect) in [
        ("", "First steps"),
        ("rnu a.mosl", "Did you mean `mosl run`?"),
        ("a.mosl", "To run a file: mosl run a.mosl"),
        ("run", "needs more"),
        ("run a.mosl --fast", "no option `--fast`"),
        ("debug tokns a.mosl", "did you mean `tokens`?"),
        ("dev no-such-folder", "There is no folder"),
    ] {
        let output = folder.mosl(line);
        assert_eq!(output.status.code(), Some(64), "{line}");
        assert!(text(&output.stderr).contains(expect), "{expect:?} in {}", text(&output.stderr));
    }
}

#[test]
fn help_and_version() {
    let folder = Folder::new("help");
    for line in ["--help", "help", "help run", "run --help", "--version"] {
        let output = folder.mosl(line);
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{line}");
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn every_station_prints() {
    let folder = Folder::new("debug");
    folder.write("a.mosl", "const answer = 42;\nconsole.log(answer);");
    for (station, expect) in
        [("tokens", "answer"), ("ast", "answer"), ("types", "answer"), ("mir", "42"), ("bytecode", "42")]
    {
        let output = folder.mosl(&format!("debug {station} a.mosl"));
        assert!(text(&output.stdout).contains(expect), "{station}: {}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn a_port_in_use_is_named() {
    let folder = Folder::new("port");
    folder.write("main.mosl", "");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let output = folder.mosl(&format!("dev . --port {port}"));
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains(&format!("Port {port} is in use")), "{}", text(&output.stderr));
}

/// `printf 'hello 7\n' | sha256sum`
const HELLO_7: &str = "784a1caa860c3f3d61f9a61518cd94ed8e25461543cf857a20fa6778792aef6f";

#[test]
fn a_built_module_runs_like_its_source_and_is_known_by_its_hash() {
    let folder = Folder::new("module");
    folder.write("b.mosl", "export const base = 6;");
    folder.write("a.mosl", "import { base } from './b.mosl';\nconsole.log('hello', base + 1);");
    let built = folder.mosl("build --target mvm a.mosl");
    assert_eq!(built.status.code(), Some(0), "{}", text(&built.stderr));
    let said = text(&built.stdout);
    assert!(said.starts_with("a.mvm: "), "{said}");

    let reports = ["a.mosl", "a.mvm"].map(|file| {
        let output = folder.mosl(&format!("run {file} --report r.json"));
        assert_eq!(text(&output.stdout), "hello 7\n", "{}", text(&output.stderr));
        let report = std::fs::read(folder.0.join("r.json")).unwrap();
        serde_json::from_slice::<serde_json::Value>(&report).unwrap()
    });
    assert_eq!(reports[0], reports[1]);
    assert!(said.contains(reports[0]["moduleHash"].as_str().unwrap()), "{said}");
    assert_eq!(reports[0]["outputHash"], HELLO_7);
    assert_eq!(reports[0]["engine"], "interpreter");

    let first = std::fs::read(folder.0.join("a.mvm")).unwrap();
    folder.mosl("build --target mvm a.mosl --out other.mvm");
    assert_eq!(first, std::fs::read(folder.0.join("other.mvm")).unwrap(), "the same program gives the same bytes");
}

/// Machine code is made for what runs much, and for nothing else unless it is asked for.
#[test]
fn functions_become_machine_code_when_they_run_much() {
    let folder = Folder::new("machine-code");
    folder.write("short.mosl", "const f = (n) => n + 1;\nconsole.log(f(1));");
    folder.write("long.mosl", "let n = 0;\nfor (let i = 0; i < 200_000; i++) n += i % 3;\nconsole.log(n);");
    let engine = |line: &str| {
        let output = folder.mosl(&format!("run {line} --report r.json"));
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let report: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder.0.join("r.json")).unwrap()).unwrap();
        (report["engine"].as_str().unwrap().to_owned(), report["fuel"].as_u64().unwrap())
    };
    assert_eq!(engine("short.mosl").0, "interpreter");
    assert_eq!(engine("short.mosl --jit=eager").0, "jit");
    let (lazy, off) = (engine("long.mosl"), engine("long.mosl --jit=off"));
    assert_eq!((lazy.0.as_str(), off.0.as_str()), ("jit", "interpreter"));
    assert_eq!(lazy.1, off.1, "fuel is the same");
}

#[test]
fn a_broken_module_is_refused_with_its_reason() {
    let folder = Folder::new("broken-module");
    folder.write("a.mosl", "console.log('hello');");
    folder.mosl("build --target mvm a.mosl");
    let whole = std::fs::read(folder.0.join("a.mvm")).unwrap();
    std::fs::write(folder.0.join("cut.mvm"), &whole[..whole.len() / 2]).unwrap();
    folder.write("text.mvm", "console.log('hello');");
    for (line, reason) in [
        ("run cut.mvm", "cannot run: not a module: "),
        ("run text.mvm", "not a module: the magic number is missing at byte 0"),
        ("inspect text.mvm", "not a module: the magic number is missing at byte 0"),
        ("run none.mvm", "cannot be read"),
    ] {
        let output = folder.mosl(line);
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), said.contains(reason)), (Some(2), true), "{line}: {said}");
    }
}

#[test]
fn inspect_says_what_a_module_asks_for_and_holds() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/vending-machine");
    let folder = Folder::new("inspect");
    let output = folder.mosl(&format!("inspect {examples} --code"));
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for part in [
        "SHA-256 ",
        "Asks for\n  payments",
        "Calls the host\n",
        "mark:",
        "bytes as a file",
        "Largest functions",
        "entry function",
    ] {
        assert!(said.contains(part), "{part:?} in {said}");
    }
}

#[test]
fn a_profile_tells_where_fuel_goes_and_what_stayed_dynamic() {
    let folder = Folder::new("profile");
    let source = "\
class Body { constructor(x) { this.x = x; } }
function heavy(body) {
  let sum = 0;
  for (let i = 0; i < 20000; i += 1) sum += body.x * i;
  return sum;
}
function light(n) { return n + 1; }
console.log(heavy(new Body(1)) + heavy(new Body(JSON.parse(\"2\"))), light(1));
";
    folder.write("a.mosl", source);
    let output = folder.mosl("profile a.mosl --every 500");
    let (out, page) = (text(&output.stdout), std::fs::read_to_string(folder.0.join("profile.html")).unwrap());
    assert_eq!(output.status.code(), Some(0), "{out}{}", text(&output.stderr));
    let table = out.strip_prefix("599970000 2\n\n").expect(&out);
    let functions: Vec<&str> = table.lines().skip(3).take_while(|line| !line.is_empty()).collect();
    let share: f64 = functions[0].split('%').next().unwrap().trim().parse().unwrap();
    assert!(functions[0].ends_with("heavy a.mosl") && share > 90.0, "{out}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{out}");
    assert!(table.contains("a.mosl:4  for (let i = 0; i < 20000; i += 1)"), "{out}");
    // What is to blame, and where it comes from.
    assert!(table.contains("an operator on any: `body.x` may be anything"), "{out}");
    assert!(page.contains("a.mosl:1: anything is assigned: `this.x = x`"), "{page}");
    assert!(page.contains("const tree = {") && page.contains("id=\"a.mosl:4\"") && !page.contains("{{"), "{page}");
    // The same run gives the same profile.
    folder.mosl("profile a.mosl --every 500 --out again.html");
    assert_eq!(std::fs::read_to_string(folder.0.join("again.html")).unwrap(), page);
    assert_eq!(folder.mosl("profile a.mosl --every 0").status.code(), Some(64));
}

#[test]
fn a_project_is_profiled_while_it_plays() {
    let folder = Folder::new("profile-project");
    assert_eq!(folder.mosl("new my-lamp").status.code(), Some(0));
    let output = folder.mosl("profile my-lamp --every 20 --visitor Ann=3 --click MyLamp --ticks 60 --out lamp.html");
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}{}", text(&output.stderr));
    assert!(out.contains("Ann clicked\n") && out.contains("units of fuel") && out.contains("main.mosl"), "{out}");
    assert!(std::fs::read_to_string(folder.0.join("lamp.html")).unwrap().contains("class MyLamp"));
}

#[test]
fn webassembly_runs_like_bytecode() {
    let wasm = "--engine wasm";
    check_run("wasm-fine", "console.log('hello', 1 + 1);", wasm, 0, "hello 2\n", "");
    let source = "setTimeout(() => console.log('b'), 20); setTimeout(() => console.log('a'), 1); console.log('0');";
    check_run("wasm-timers", source, wasm, 0, "0\na\nb\n", "");
    let source = "console.log('before'); throw new TypeError('no');";
    check_run("wasm-uncaught", source, wasm, 1, "before\n", "TypeError: no");
    check_run("wasm-rejected", "Promise.reject(new Error('no'));", wasm, 1, "", "Error: no");
    check_run("wasm-engine", "", "--engine steam", 64, "", "`--engine steam` is none of mvm, wasm");
}

#[test]
fn webassembly_is_built_and_what_is_none_is_refused() {
    let folder = Folder::new("wasm-build");
    folder.write("a.mosl", "console.log('from a file');");
    let built = folder.mosl("build --target wasm a.mosl");
    assert!(text(&built.stdout).starts_with("a.wasm: "), "{}", text(&built.stderr));
    let first = std::fs::read(folder.0.join("a.wasm")).unwrap();
    folder.mosl("build --target wasm a.mosl --out b.wasm");
    assert_eq!(first, std::fs::read(folder.0.join("b.wasm")).unwrap(), "the same program, the same bytes");
    assert_eq!(text(&folder.mosl("run a.wasm").stdout), "from a file\n");
    folder.write("bad.wasm", "hello");
    let refused = folder.mosl("run bad.wasm");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("this is no WebAssembly that may run"), "{}", text(&refused.stderr));
}

#[test]
fn metered_webassembly_burns_what_the_mvm_burns() {
    let folder = Folder::new("metered");
    folder
        .write("a.mosl", "let sum = 0;\nfor (let i = 0; i < 1000; i++) sum += [i, 1].indexOf(1);\nconsole.log(sum);\n");
    folder.write("endless.mosl", "try { for (;;); } catch (error) { console.log('caught'); }\n");
    let fuel = |command: &str| {
        let ran = folder.mosl(&format!("{command} --report report.json"));
        assert_eq!(text(&ran.stdout), "999\n", "{}", text(&ran.stderr));
        let report: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder.0.join("report.json")).unwrap()).unwrap();
        report["fuel"].as_u64().unwrap()
    };
    let there = fuel("run a.mosl");
    assert!(there > 1000);
    assert_eq!(fuel("run --engine wasm a.mosl"), there);
    folder.mosl("build --target wasm --metered a.mosl");
    assert_eq!(fuel("run a.wasm"), there);
    folder.mosl("build --target wasm --metered endless.mosl");
    for file in ["endless.mosl", "endless.wasm"] {
        let ended = folder.mosl(&format!("run --engine wasm --fuel 10000 {file}"));
        assert_eq!((ended.status.code(), text(&ended.stdout)), (Some(3), String::new()));
        assert!(text(&ended.stderr).starts_with("limit reached: fuel (1000"), "{}", text(&ended.stderr));
    }
}

#[test]
fn source_maps_are_written_beside_files() {
    let folder = Folder::new("source-map");
    folder.write("a.mosl", "const greet = (who) => { console.log(`hello, ${who}`); };\ngreet('you');\n");
    assert_eq!(folder.mosl("build --target wasm --source-map a.mosl --out b.wasm").status.code(), Some(0));
    folder.mosl("build --target web --source-map a.mosl --out site");
    for (folder_of, name) in [(folder.0.clone(), "b.wasm"), (folder.0.join("site"), "a.wasm")] {
        let bytes = std::fs::read(folder_of.join(name)).unwrap();
        assert!(bytes.ends_with(format!("sourceMappingURL\x0a{name}.map").as_bytes()), "{name}");
        let map: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder_of.join(format!("{name}.map"))).unwrap()).unwrap();
        assert_eq!(map["sources"], serde_json::json!(["a.mosl"]));
    }
    assert_eq!(text(&folder.mosl("run b.wasm").stdout), "hello, you\n");
}

#[test]
fn a_page_is_a_folder_of_files() {
    let folder = Folder::new("web-build");
    std::fs::create_dir_all(folder.0.join("cube/assets")).unwrap();
    folder.write("cube/mosl.json", "{ \"name\": \"Cube\" }");
    folder.write("cube/assets/wood.png", "picture");
    folder.write(
        "cube/main.mosl",
        "import { Container } from \"mark:scene\";\nexport default class Cube extends Container {}\n",
    );
    let built = folder.mosl("build --target web cube --out site");
    assert_eq!(built.status.code(), Some(0), "{}", text(&built.stderr));
    for file in ["index.html", "Cube.wasm", "mark.js", "mark-worker.js", "manifest.json", "assets/wood.png"] {
        assert!(folder.0.join("site").join(file).is_file(), "{file} in {}", text(&built.stdout));
    }
    assert!(!folder.0.join("site/main.mosl").exists());
}

#[test]
fn a_recording_is_replayed_and_says_where_it_differs() {
    let folder = Folder::new("replay");
    folder
        .write("a.mosl", "let n = 1;\nconsole.log('now');\nsetTimeout(() => { n++; console.log('later', n); }, 5);\n");
    folder.write("b.mosl", "console.log('now');\n");
    assert_eq!(text(&folder.mosl("run a.mosl --record a.mrec").stdout), "now\nlater 2\n");

    let output = folder.mosl("replay a.mrec a.mosl");
    let lines = text(&output.stdout);
    assert!(output.status.success() && lines.starts_with("0: start: fuel "), "{lines}");
    assert!(lines.contains("\n1: timer by "), "{lines}");
    let verdict = text(&folder.mosl("replay a.mrec a.mosl --verify --jit off").stdout);
    assert!(verdict.ends_with(" inputs, all as recorded\n"), "{verdict}");

    let state = text(&folder.mosl("replay a.mrec a.mosl --turn 0").stdout);
    assert!(state.contains("  > now\n") && state.contains("  n = 1\n"), "{state}");
    let state = text(&folder.mosl("replay a.mrec a.mosl --turn 1").stdout);
    assert!(state.contains("  > later 2\n") && state.contains("  n = 2\n"), "{state}");
    assert!(text(&folder.mosl("replay a.mrec a.mosl --turn 9").stderr).contains("counted from 0"));

    let proof = text(&folder.mosl("replay a.mrec a.mosl --proof").stdout);
    assert!(proof.contains("\"inputHash\"") && proof.contains("\"fuel\""), "{proof}");
    assert!(text(&folder.mosl("replay a.mrec b.mosl").stderr).contains("another module"));

    // The last bytes are the hash of what the last turn left behind.
    let path = folder.0.join("a.mrec");
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let output = folder.mosl("replay a.mrec a.mosl --verify");
    assert_eq!(output.status.code(), Some(2));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("does not do what was recorded: what leaves the instance"), "{stderr}");
}

/// Small slices of fuel: machine code is left and entered everywhere, and nothing may come of that.
#[test]
fn examples_run_as_they_do_where_somebody_looks() {
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let folder = Folder::new("profiled-examples");
    let projects = std::fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path());
    for project in projects.filter(|path| path.join("mosl.json").is_file()) {
        for every in [50, 500] {
            let ran = folder.mosl(&format!("profile {} --every {every} --out page.html", project.display()));
            let said = text(&ran.stderr);
            assert!(ran.status.success() && !said.contains("Uncaught"), "{}: {said}", project.display());
        }
    }
}
