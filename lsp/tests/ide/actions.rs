//! Code actions: the text before and after.

use mosl_compiler::program::FileId;
use mosl_lsp::ide::actions::{Action, actions, fix_all, moved_files, organize_imports};
use mosl_lsp::text::TextEdit;
use mosl_syntax::Span;

use crate::fixture::{Fixture, parse};

/// The selection is from `$0` to `$1`, or the cursor alone.
fn select(text: &str) -> (Fixture, u32) {
    let end = text.find("$1").map(|end| end - text[..end].matches("$0").count() * 2);
    let fixture = parse(&text.replace("$1", ""));
    let cursor = fixture.cursor.1;
    (fixture, end.map_or(cursor, |end| end as u32))
}

fn all(text: &str) -> (Fixture, Vec<Action>) {
    let (fixture, end) = select(text);
    let found = fixture.ask(|analysis, file, start| actions(analysis, file, Span::new(start, end)));
    (fixture, found)
}

#[track_caller]
fn does(title: &str, before: &str, after: &str) {
    let (fixture, found) = all(before);
    let titles: Vec<&str> = found.iter().map(|action| action.title.as_str()).collect();
    let action = found.iter().find(|action| action.title == title).unwrap_or_else(|| panic!("only {titles:?}"));
    let changed = TextEdit::apply_all(&action.edits, &fixture.files[0].1);
    assert_eq!(changed, after);
}

#[track_caller]
fn offers_not(title: &str, text: &str) {
    let (_, found) = all(text);
    assert!(!found.iter().any(|action| action.title == title), "{title} is offered");
}

#[test]
fn the_compilers_fixes() {
    does("Change to `apple`", "const apple = 1;\nap$0ple2;\n", "const apple = 1;\napple;\n");
}

#[test]
fn imports_for_unknown_names() {
    does("Import `Box` from \"mark:scene\"", "new Bo$0x();\n", "import { Box } from \"mark:scene\";\n\nnew Box();\n");
}

#[test]
fn everything_at_once() {
    let fixture = parse("import { Box } from \"mark:scene\";\nvar apple = 1;\nconsole.log(apple);\n");
    let edits = fixture.ask(|analysis, file, _| fix_all(analysis, file));
    let fixed = TextEdit::apply_all(&edits, &fixture.files[0].1);
    assert_eq!(fixed, "const apple = 1;\nconsole.log(apple);\n");
    // What was probably meant is for the one who wrote it to say.
    let fixture = parse("const apple = 1;\nappel;\nappl;\n");
    assert_eq!(fixture.ask(|analysis, file, _| fix_all(analysis, file)), []);
}

#[track_caller]
fn organizes(before: &str, after: &str) {
    let fixture = parse(before);
    let edits = fixture.ask(|analysis, file, _| organize_imports(analysis, file));
    assert_eq!(TextEdit::apply_all(&edits, &fixture.files[0].1), after);
}

#[test]
fn imports_in_order() {
    organizes(
        "import { z, a } from \"./b.mosl\";\nimport { Text, Box } from \"mark:scene\";\nimport { unused } from \"./c.mosl\";\nimport { b } from \"./b.mosl\";\nBox; Text; a; b; z;\n",
        "import { Box, Text } from \"mark:scene\";\nimport { a, b, z } from \"./b.mosl\";\nBox; Text; a; b; z;\n",
    );
    organizes("import { Box } from \"mark:scene\";\nBox;\n", "import { Box } from \"mark:scene\";\nBox;\n");
    organizes("import { Box } from \"mark:scene\";\n\nlet x = 1;\n", "let x = 1;\n");
}

#[test]
fn extracting_a_constant() {
    does(
        "Extract to a constant",
        "function f(a: number) {\n  return $0a * 2$1 + 1;\n}\n",
        "function f(a: number) {\n  const value = a * 2;\n  return value + 1;\n}\n",
    );
    does("Extract to a constant", "$0Math.max(1, 2)$1;\n", "const max = Math.max(1, 2);\n");
    offers_not("Extract to a constant", "let i = 0;\nwhile ($0i < 3$1) i++;\n");
}

#[test]
fn extracting_a_function() {
    does(
        "Extract to a function",
        "function f(a: number) {\n  $0const b = a * 2;\n  const c = b + 1;$1\n  return c;\n}\n",
        "function f(a: number) {\n  const c = extracted(a);\n  return c;\n}\n\nfunction extracted(a: number): number {\n  const b = a * 2;\n  const c = b + 1;\n  return c;\n}\n",
    );
    does(
        "Extract to a function",
        "function f(a: number) {\n  return $0a * 2$1;\n}\n",
        "function f(a: number) {\n  return extracted(a);\n}\n\nfunction extracted(a: number): number {\n  return a * 2;\n}\n",
    );
    offers_not("Extract to a function", "function f() {\n  $0return 1;$1\n}\n");
}

#[test]
fn inlining() {
    does(
        "Inline `sum`",
        "function f(a: number) {\n  const su$0m = a + 1;\n  return sum * 2;\n}\n",
        "function f(a: number) {\n  return (a + 1) * 2;\n}\n",
    );
    offers_not("Inline `x`", "let x$0 = 1;\nx = 2;\nconsole.log(x);\n");
    offers_not("Inline `x`", "const x$0 = Math.random();\nconsole.log(x, x);\n");
}

#[test]
fn missing_members() {
    does(
        "Add the 2 missing members",
        "interface Shape { area(): number; name: string }\nclass Squ$0are implements Shape {\n}\n",
        "interface Shape { area(): number; name: string }\nclass Square implements Shape {\n  area(): number {\n    throw new Error(\"not written yet\");\n  }\n  name: string = \"\";\n}\n",
    );
    does(
        "Add the missing `area`",
        "abstract class Shape { abstract area(): number; }\nclass Squ$0are extends Shape {}\n",
        "abstract class Shape { abstract area(): number; }\nclass Square extends Shape {\n  area(): number {\n    throw new Error(\"not written yet\");\n  }\n}\n",
    );
    does(
        "Add the missing `y`",
        "interface P { x: number; y: number }\nconst p: P = { $0x: 1 };\n",
        "interface P { x: number; y: number }\nconst p: P = { x: 1, y: 0 };\n",
    );
}

#[test]
fn types_written_down() {
    does("Write the type `number[]`", "const xs$0 = [1].map(x => x);\n", "const xs: number[] = [1].map(x => x);\n");
    does(
        "Write the type `number`",
        "function f$0(a: number) {\n  return a;\n}\n",
        "function f(a: number): number {\n  return a;\n}\n",
    );
}

#[test]
fn functions_and_arrows() {
    does(
        "Convert to an arrow function",
        "function f$0(a: number) { return a; }\n",
        "const f = (a: number) => { return a; };\n",
    );
    does(
        "Convert to a function declaration",
        "const f$0 = (a: number) => a;\n",
        "function f(a: number) {\n  return a;\n}\n",
    );
    does(
        "Give the arrow function a block",
        "const f = (a: number) $0=> ({ a });\n",
        "const f = (a: number) => {\n  return { a };\n};\n",
    );
    does("Shorten to an expression", "const f = ($0a: number) => { return a; };\n", "const f = (a: number) => a;\n");
    offers_not("Convert to an arrow function", "class A { x = 1 }\nfunction f$0(this: A) { return this.x; }\n");
}

#[test]
fn resources() {
    does(
        "Hold by `await using`",
        "import { type Visitor } from \"mark:scene\";\nimport { Payment, requestFrom } from \"mark:mrk\";\nasync function f(visitor: Visitor) {\n  const p$0 = await requestFrom(visitor, 1mrk, \"a\");\n}\n",
        "import { type Visitor } from \"mark:scene\";\nimport { Payment, requestFrom } from \"mark:mrk\";\nasync function f(visitor: Visitor) {\n  await using p = await requestFrom(visitor, 1mrk, \"a\");\n}\n",
    );
}

#[test]
fn files_that_move() {
    let fixture = parse(
        "//- main.mosl\nimport { door } from \"./door.mosl\";\ndoor;\n//- door.mosl\nimport \"./main.mosl\";\nexport const door = 1;\n",
    );
    let edits = fixture.ask(|analysis, _, _| {
        let name = |file: FileId| analysis.loaded.files[usize::from(file.0)].name.clone();
        let moves = [("door.mosl".to_owned(), "parts/gate.mosl".to_owned())];
        let all = moved_files(analysis, &moves);
        all.into_iter().map(|(file, edits)| (name(file), edits[0].text.clone())).collect::<Vec<_>>()
    });
    assert_eq!(edits, [("main.mosl".into(), "./parts/gate.mosl".into()), ("door.mosl".into(), "../main.mosl".into())]);
}
