//! The formatter: what single constructs come to, and what holds for every program there is.

use std::path::{Path, PathBuf};

use mosl_compiler::format::{Formatted, WIDTH, format};

#[track_caller]
fn text(source: &str) -> String {
    match format(source) {
        Formatted::Text(text) => text,
        Formatted::Unsafe { change, text } => panic!("changes {change}:\n{text}\n-- of --\n{source}"),
    }
}

/// The source comes to the expectation, which stays as it is.
#[track_caller]
fn check(source: &str, expect: &str) {
    let expect = expect.trim_start_matches('\n');
    assert_eq!(text(source), expect);
    assert_eq!(text(expect), expect, "it does not stay");
}

#[test]
fn statements_get_semicolons_and_lines_of_their_own() {
    check("let a=1;let b\n;;c()", "let a = 1;\nlet b;\nc();\n");
    check("if(a)b;else if(c){d}else{}", "if (a) b;\nelse if (c) {\n  d;\n} else {}\n");
    check("for(;;){}for(let i=0;i<3;i++)f(i)", "for (;;) {}\nfor (let i = 0; i < 3; i++) f(i);\n");
    check("a: for (const x of xs) continue a", "a: for (const x of xs) continue a;\n");
    check("do x()\nwhile(y)", "do x();\nwhile (y);\n");
    check(
        "switch(a){case 1:case 2:b();break;default:c()}",
        "
switch (a) {
  case 1:
  case 2:
    b();
    break;
  default:
    c();
}
",
    );
    check(
        "try{a()}catch{b()}finally{c()}",
        "
try {
  a();
} catch {
  b();
} finally {
  c();
}
",
    );
}

#[test]
fn targets_keep_what_asserts_their_type() {
    check("(x  as any)=5\nx!+=1", "(x as any) = 5;\nx! += 1;\n");
    check("o.a! ++;--(o.b as number)", "o.a!++;\n--(o.b as number);\n");
    check("[(x as any),o.a!]=[1,2]", "[(x as any), o.a!] = [1, 2];\n");
    check("for((x as any) of xs)f(x)", "for ((x as any) of xs) f(x);\n");
    check("({a:x!}=o)", "({ a: x! } = o);\n");
    check("(x /* why */ as any)=5", "(x /* why */ as any) = 5;\n");
}

#[test]
fn an_in_before_the_first_semicolon_of_a_for_keeps_its_parentheses() {
    check(
        "for (let v = (\"a\" in b ? 1 : 2); v < 3; v++) f();",
        "for (let v = (\"a\" in b) ? 1 : 2; v < 3; v++) f();\n",
    );
    check("for (let v = [(k in b)]; v < (k in c); v++) f();", "for (let v = [(k in b)]; v < (k in c); v++) f();\n");
    check("for (v = (k in b); ; ) f();", "for (v = (k in b); ;) f();\n");
}

#[test]
fn one_empty_line_stays_where_there_were_some() {
    check("a()\n\n\n\nb()\nc()", "a();\n\nb();\nc();\n");
    check("class A{\n\n\nx=1\n\n\ny=2\n}", "class A {\n  x = 1;\n\n  y = 2;\n}\n");
}

#[test]
fn literals_are_written_one_way() {
    check(
        "f('it', 'say \"so\"', 0XFF, .5, 1.50, 5mrk, 90deg)",
        "f(\"it\", 'say \"so\"', 0xff, 0.5, 1.5, 5mrk, 90deg);\n",
    );
    check("x = { 'a': 1, 'b-c': 2 }", "x = { a: 1, \"b-c\": 2 };\n");
    check("x = `a${ b+1 }c`", "x = `a${b + 1}c`;\n");
}

#[test]
fn needless_parentheses_go_and_helpful_ones_come() {
    check("x = ((a)) + (b * c)", "x = a + b * c;\n");
    check("x = a && b || c", "x = (a && b) || c;\n");
    check("x = a % b * c", "x = (a % b) * c;\n");
    check("while (m = next()) ;", "while ((m = next()));\n");
    check("(() => {})(); (function () {})(); ({}).a", "(() => {})();\n(function () {})();\n({}).a;\n");
    check("f = () => ({ a: 1 })", "f = () => ({ a: 1 });\n");
    check("new (f())(); (a?.b).c; (-1) ** 2", "new (f())();\n(a?.b).c;\n(-1) ** 2;\n");
}

#[test]
fn long_lines_break_where_prettier_breaks_them() {
    check(
        "const total = items.filter((item) => item.price > 0).map((item) => item.price * item.count).reduce((a, b) => a + b, 0)",
        "
const total = items
  .filter((item) => item.price > 0)
  .map((item) => item.price * item.count)
  .reduce((a, b) => a + b, 0);
",
    );
    check(
        "someObject.someMethod(firstArgumentOfTheCall, secondArgumentOfTheCall, (result) => { use(result) })",
        "
someObject.someMethod(
  firstArgumentOfTheCall,
  secondArgumentOfTheCall,
  (result) => {
    use(result);
  },
);
",
    );
    check(
        "const message = count === 0 ? 'nothing at all in the basket' : count === 1 ? 'one thing' : `${count} things`",
        "
const message =
  count === 0
    ? \"nothing at all in the basket\"
    : count === 1
      ? \"one thing\"
      : `${count} things`;
",
    );
    check(
        "if (someCondition && anotherCondition || yetAnotherCondition && theLastConditionOfThemAll) go()",
        "
if (
  (someCondition && anotherCondition) ||
  (yetAnotherCondition && theLastConditionOfThemAll)
)
  go();
",
    );
}

#[test]
fn objects_stay_spread_out_as_they_were_written() {
    check("x = { a, b }", "x = { a, b };\n");
    check("x = {\na, b }", "x = {\n  a,\n  b,\n};\n");
}

#[test]
fn types_and_decorators() {
    check(
        "class Shop extends Container implements Named{@persist sold:number=0;#door:Box|null=null;get open():boolean{return true}}",
        "
class Shop extends Container implements Named {
  @persist sold: number = 0;
  #door: Box | null = null;
  get open(): boolean {
    return true;
  }
}
",
    );
    check(
        "type Kind='a'|'b';interface P<T extends object={}>{readonly a?:T;b(x:number):void;[k:string]:unknown}",
        "
type Kind = \"a\" | \"b\";
interface P<T extends object = {}> {
  readonly a?: T;
  b(x: number): void;
  [k: string]: unknown;
}
",
    );
    check(
        "function f<T>(this:A,x?:T,...r:T[]):x is T{return x as T}",
        "function f<T>(this: A, x?: T, ...r: T[]): x is T {\n  return x as T;\n}\n",
    );
}

#[test]
fn comments_stay_with_what_they_speak_of() {
    check(
        "// one\nlet a = 1 // two\n/* three */ b()\n// four",
        "// one\nlet a = 1; // two\n/* three */ b();\n// four\n",
    );
    check("f(/* none */); g(a /* x */, /* y */ b)", "f(/* none */);\ng(a /* x */, /* y */ b);\n");
    check("x = {\n  // nothing yet\n}", "x = {\n  // nothing yet\n};\n");
    check("return_(a + // plus\n  b)", "return_(\n  a + // plus\n    b,\n);\n");
    check("function f(/* a, b */) {\n  // later\n}", "function f(/* a, b */) {\n  // later\n}\n");
    check("/**\n   * Doc.\n      */\nclass A {}", "/**\n * Doc.\n */\nclass A {}\n");
    check("switch (x) {\n  default: // why\n    y()\n}", "switch (x) {\n  default: // why\n    y();\n}\n");
}

#[test]
fn an_index_signature_is_readonly_once() {
    let source = "class A {\n  readonly [key: string]: number;\n}\n";
    check(source, source);
    let source = "interface A {\n  readonly [key: string]: number;\n}\n";
    check(source, source);
}

#[test]
fn a_broken_statement_stays_and_the_rest_is_formatted() {
    check("let a=1\nlet b = = 2\nlet c=3", "let a = 1;\nlet b = = 2\nlet c = 3;\n");
    check("class A{\nm(){ x=1\ny = * 2\nz=3 } }", "class A {\n  m() {\n    x = 1;\n    y = * 2\n    z = 3;\n  }\n}\n");
}

#[test]
fn a_statement_without_its_beginning_does_not_move_down() {
    let once = text("switch (1) {\n  case 2:\n    {\n      a: 1, b: 2\n    }\n\n    .c.d()\n  case 3: e()\n}\n");
    assert_eq!(text(&once), once);
    assert!(once.contains("    }\n    .c.d()\n  case 3:\n    e();"), "{once}");
}

fn programs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut all = Vec::new();
    let mut folders: Vec<PathBuf> = ["tests", "examples", "stdlib"].iter().map(|name| root.join(name)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "mosl") {
                all.push(path);
            }
        }
    }
    all.sort();
    all
}

#[test]
fn every_program_keeps_its_meaning_and_its_second_form() {
    let programs = programs();
    assert!(programs.len() > 200, "the programs have moved: {}", programs.len());
    for path in programs {
        let Ok(source) = std::fs::read_to_string(&path) else { continue };
        let once = text(&source);
        assert_eq!(text(&once), once, "{} does not settle", path.display());
    }
}

/// Half-written files: cut off anywhere, or with a piece missing. Whatever comes out has the same words, or the file stays.
#[test]
fn damaged_programs_never_lose_anything() {
    for path in programs().iter().step_by(9) {
        let Ok(source) = std::fs::read_to_string(path) else { continue };
        let places: Vec<usize> = source.char_indices().map(|(at, _)| at).collect();
        for step in 1..12 {
            let at = places[places.len() * step / 12];
            let end = places.get(places.len() * step / 12 + 5).copied().unwrap_or(source.len());
            for damaged in [source[..at].to_owned(), format!("{}{}", &source[..at], &source[end..])] {
                if let Formatted::Text(text) = format(&damaged) {
                    let words = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
                    assert_eq!(words(&text), words(&damaged), "{} cut at {at}:\n{text}", path.display());
                }
            }
        }
    }
}

#[test]
fn lines_of_plain_code_stay_within_the_width() {
    let source = "call(aaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccc, dddddddddddddddddd, eeeeeeeeeeeee)";
    assert!(text(source).lines().all(|line| line.len() <= WIDTH));
}
