//! `mosl bench` from outside. Times are the machine's; fuel and memory are the same everywhere.

mod folder;

use std::process::Output;

use folder::{Folder, text};
use serde_json::Value;

const IMPORT: &str = "import { bench } from 'mark:test';\n";

/// A folder with one file of benches.
fn folder(name: &str, source: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("a.bench.mosl", &format!("{IMPORT}{source}"));
    folder
}

#[track_caller]
fn check_fails(name: &str, source: &str, options: &str, code: i32, says: &[&str]) {
    let output = folder(name, source).mosl(&format!("bench {options}"));
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(code), ""), "{stderr}");
    for part in says {
        assert!(stderr.contains(part), "{part:?} in {stderr}");
    }
}

#[track_caller]
fn figures(output: &Output) -> Vec<Value> {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    all["benches"].as_array().expect("a list").clone()
}

#[test]
fn fuel_and_memory_of_a_call_are_exact() {
    let source = "
        bench('nothing', () => {});
        bench('sums', () => { let sum = 0; for (let i = 0; i < 1000; i++) sum += i; return sum; });
        bench('sums twice', () => { let sum = 0; for (let i = 0; i < 2000; i++) sum += i; return sum; });
        bench('one object', () => ({ a: 1 }));
        bench('two objects', () => ({ a: { a: 1 } }));";
    let found = figures(&folder("bench-exact", source).mosl("bench --json"));
    let names: Vec<&str> = found.iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["nothing", "sums", "sums twice", "one object", "two objects"]);
    let of = |at: usize, what: &str| found[at][what].as_f64().unwrap();
    assert_eq!((of(0, "fuel"), of(0, "bytes")), (0.0, 0.0));
    assert_eq!((of(2, "fuel") - of(1, "fuel")) % 1000.0, 0.0, "each round takes the same");
    assert!(of(1, "fuel") >= 1000.0 && of(1, "bytes") == 0.0, "{found:?}");
    assert!(of(3, "bytes") > 0.0 && of(4, "bytes") == 2.0 * of(3, "bytes"), "{found:?}");
    assert!(of(2, "nanoseconds") > of(1, "nanoseconds"), "{found:?}");
}

#[test]
fn a_promise_is_awaited_and_timers_do_not_wait() {
    let source = "
        let ended = 0;
        bench('sleeps', async () => {
            await new Promise((done) => setTimeout(done, 3_600_000));
            ended++;
        });
        bench('saw them end', () => { if (ended === 0) throw new Error('none ended'); });";
    assert_eq!(figures(&folder("bench-sleeps", source).mosl("bench --json")).len(), 2);
}

#[test]
fn the_table_fits_a_terminal_and_the_filter_chooses() {
    let folder =
        folder("bench-table", "bench('one', () => 1); bench('two', () => 2); console.log('to the other stream');");
    let output = folder.mosl("bench --filter tw --save figures.json");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!((lines.len(), lines[1], stderr.as_str()), (3, "a.bench.mosl", "to the other stream\n"), "{stdout}");
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{stdout}");
    assert!(lines[2].starts_with("  two ") && lines[2].contains('±'), "{stdout}");

    let stdout = text(&folder.mosl("bench a.bench.mosl --against figures.json").stdout);
    let lines: Vec<&str> = stdout.lines().collect();
    assert!(lines[0].contains("change") && lines[2].contains(" new ") && !lines[3].contains(" new "), "{stdout}");
    assert!(lines[3].matches('%').count() == 2, "{stdout}");
}

#[test]
fn where_nothing_is_measured_it_says_what_to_write() {
    check_fails("bench-none", "", "", 1, &["`a.bench.mosl` measures nothing", "bench(\"a name\", () => {"]);
    check_fails("bench-filter", "bench('one', () => 1);", "--filter two", 1, &["`--filter two` is in none", "`one`"]);
    check_fails("bench-missing", "", "nowhere", 1, &["There is no file or folder `nowhere`."]);
    let empty = Folder::new("bench-empty");
    let stderr = text(&empty.mosl("bench").stderr);
    assert!(stderr.contains("There is no file `*.bench.mosl` here. Write one:"), "{stderr}");
}

#[test]
fn what_fails_while_it_is_measured_is_named() {
    let thrown = ["Error: no", "a.bench.mosl:2:", "while `breaks` was measured"];
    check_fails("bench-throws", "bench('breaks', () => { throw new Error('no'); });", "", 1, &thrown);
    check_fails("bench-rejects", "bench('breaks', async () => { throw new Error('no'); });", "", 1, &thrown);
    let hangs = "bench('hangs', () => new Promise(() => {}));";
    check_fails("bench-hangs", hangs, "", 1, &["`hangs` never ends: it returns a promise that nothing settles."]);
    let twice = "bench('one', () => 1); bench('one', () => 2);";
    check_fails("bench-twice", twice, "", 1, &["two benches `one`"]);
    let inside = "bench('one', () => bench('two', () => 2));";
    check_fails("bench-inside", inside, "", 1, &["called by the file itself"]);
    check_fails("bench-refused", "const a: number = 'b';", "", 2, &["E0300"]);
    let floods = "const kept = []; bench('floods', () => { for (;;) kept.push([1]); });";
    check_fails("bench-floods", floods, "", 3, &["limit reached: memory", "while `floods` was measured"]);
}

#[test]
fn a_file_that_holds_no_figures_is_named() {
    let folder = folder("bench-against", "bench('one', () => 1);");
    folder.write("bad.json", "{}");
    for (file, says) in [("bad.json", "`bad.json` holds no figures"), ("no.json", "`no.json` cannot be read")] {
        let stderr = text(&folder.mosl(&format!("bench --against {file}")).stderr);
        assert!(stderr.contains(says), "{stderr}");
    }
}

#[test]
fn elsewhere_nobody_measures() {
    let folder = folder("bench-elsewhere", "bench('one', () => 1);");
    let output = folder.mosl("run a.bench.mosl");
    let stderr = text(&output.stderr);
    assert!(output.status.code() == Some(1) && stderr.contains("try `mosl bench`"), "{stderr}");
}
