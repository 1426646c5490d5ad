//! Renames.

use mosl_lsp::ide::rename::{prepare, rename};
use mosl_lsp::text::TextEdit;

use crate::fixture::parse;

#[track_caller]
fn renames(before: &str, new: &str, after: &str) {
    let fixture = parse(before);
    let files = fixture.files.clone();
    let result = fixture.ask(|analysis, file, offset| {
        let edits = rename(analysis, file, offset, new).expect("it can be renamed");
        let name = |file: mosl_compiler::program::FileId| analysis.loaded.files[usize::from(file.0)].name.clone();
        edits.into_iter().map(|(file, edits)| (name(file), edits)).collect::<Vec<_>>()
    });
    let mut out = String::new();
    for (name, text) in &files {
        if files.len() > 1 {
            out.push_str(&format!("//- {name}\n"));
        }
        let edits = result.iter().find(|(of, _)| of == name).map_or(&[][..], |(_, edits)| edits);
        out.push_str(&TextEdit::apply_all(edits, text));
    }
    assert_eq!(out, after);
}

#[track_caller]
fn refuses(text: &str, new: &str, reason: &str) {
    let result = parse(text).ask(|analysis, file, offset| rename(analysis, file, offset, new));
    assert_eq!(result, Err(reason.to_owned()));
}

#[test]
fn locals() {
    renames("let a$0 = 1;\na = a + 1;\n", "b", "let b = 1;\nb = b + 1;\n");
    renames("function f(a$0: number) { return { a }; }\n", "b", "function f(b: number) { return { a: b }; }\n");
    renames("const { a$0 } = { a: 1 };\na;\n", "b", "const { a: b } = { a: 1 };\nb;\n");
}

#[test]
fn members_through_types_made_of_types() {
    renames(
        "interface P { x$0: number; y: number }\nconst p: Partial<P> = { x: 1 };\nconst q: Pick<P, \"x\"> = { x: 2 };\nlet n: P[\"x\"] = 1;\np.x; q.x; q[\"x\"];\n",
        "z",
        "interface P { z: number; y: number }\nconst p: Partial<P> = { z: 1 };\nconst q: Pick<P, \"z\"> = { z: 2 };\nlet n: P[\"z\"] = 1;\np.z; q.z; q[\"z\"];\n",
    );
    renames(
        "type Tree<T> = { value$0: T; below: Tree<T>[] };\nconst t: Tree<number> = { value: 1, below: [{ value: 2, below: [] }] };\nt.below[0]?.value;\n",
        "held",
        "type Tree<T> = { held: T; below: Tree<T>[] };\nconst t: Tree<number> = { held: 1, below: [{ held: 2, below: [] }] };\nt.below[0]?.held;\n",
    );
    renames(
        "function pluck<T, K extends keyof T>(items: T[], key: K): T[K][] { return items.map((item) => item[key]); }\ninterface P { x: number }\nconst ps: P[] = [{ x: 1 }];\npluck(ps, \"x\");\nps.map((p) => p.x$0);\n",
        "z",
        "function pluck<T, K extends keyof T>(items: T[], key: K): T[K][] { return items.map((item) => item[key]); }\ninterface P { z: number }\nconst ps: P[] = [{ z: 1 }];\npluck(ps, \"z\");\nps.map((p) => p.z);\n",
    );
}

#[test]
fn members() {
    renames(
        "interface P { x$0: number }\nconst x = 1;\nconst p: P = { x };\nconst { x: y } = p;\np.x;\n",
        "z",
        "interface P { z: number }\nconst x = 1;\nconst p: P = { z: x };\nconst { z: y } = p;\np.z;\n",
    );
    renames(
        "class A { go() {} }\nclass B extends A { go() { super.go(); } }\nnew B().g$0o();\n",
        "run",
        "class A { run() {} }\nclass B extends A { run() { super.run(); } }\nnew B().run();\n",
    );
    renames(
        "class A { #x = 1; get() { return this.#x$0; } }\n",
        "y",
        "class A { #y = 1; get() { return this.#y; } }\n",
    );
}

#[test]
fn members_of_aliases() {
    renames(
        "type P = { x$0: number };\nconst p: P = { x: 1 };\np.x;\n",
        "z",
        "type P = { z: number };\nconst p: P = { z: 1 };\np.z;\n",
    );
    renames(
        "type P<T> = { x: T };\nconst p: P<number> = { x$0: 1 };\np.x;\n",
        "z",
        "type P<T> = { z: T };\nconst p: P<number> = { z: 1 };\np.z;\n",
    );
    // Two of one form are one type.
    renames(
        "const a: Pick<{ x: number; y: string }, \"x\"> = { x: 1 };\ntype P = { x$0: number; y: string };\n",
        "z",
        "const a: Pick<{ z: number; y: string }, \"z\"> = { z: 1 };\ntype P = { z: number; y: string };\n",
    );
    renames(
        "type P<T> = { x: T; next?: P<T> };\ntype Q<T> = { x: T; next?: Q<T> };\nfunction f(p: P<number>, q: Q<number>) { p.next?.x$0; q.x; }\n",
        "z",
        "type P<T> = { z: T; next?: P<T> };\ntype Q<T> = { x: T; next?: Q<T> };\nfunction f(p: P<number>, q: Q<number>) { p.next?.z; q.x; }\n",
    );
    renames(
        "type P = Partial<{ x$0: number }>;\nconst p: P = { x: 1 };\nconst q: Pick<P, \"x\"> = p;\n",
        "z",
        "type P = Partial<{ z: number }>;\nconst p: P = { z: 1 };\nconst q: Pick<P, \"z\"> = p;\n",
    );
}

#[test]
fn across_files() {
    renames(
        "//- main.mosl\nimport { door } from \"./door.mosl\";\ndoor;\n//- door.mosl\nexport const do$0or = 1;\n",
        "gate",
        "//- main.mosl\nimport { gate } from \"./door.mosl\";\ngate;\n//- door.mosl\nexport const gate = 1;\n",
    );
    renames(
        "//- main.mosl\nimport { door as d } from \"./door.mosl\";\nd;\n//- door.mosl\nexport const do$0or = 1;\n",
        "gate",
        "//- main.mosl\nimport { gate as d } from \"./door.mosl\";\nd;\n//- door.mosl\nexport const gate = 1;\n",
    );
    renames(
        "//- main.mosl\nimport { door as d } from \"./door.mosl\";\nd$0;\n//- door.mosl\nexport const door = 1;\n",
        "e",
        "//- main.mosl\nimport { door as e } from \"./door.mosl\";\ne;\n//- door.mosl\nexport const door = 1;\n",
    );
}

#[test]
fn names_of_other_modules_get_an_alias() {
    renames(
        "import { Box } from \"mark:scene\";\nnew Bo$0x();\n",
        "Crate",
        "import { Box as Crate } from \"mark:scene\";\nnew Crate();\n",
    );
}

#[test]
fn refusals() {
    refuses("let a$0 = 1;\n", "class", "`class` is a word of the language");
    refuses("let a$0 = 1;\n", "1a", "`1a` is not a name");
    refuses("let a$0 = 1, b = 2;\n", "b", "`b` already means something else here");
    refuses("[1].pu$0sh(1);\n", "b", "`push` is declared by the platform");
    refuses("Mat$0h;\n", "b", "`Math` is part of the language");
    assert!(parse("let x = 1 +$0 2;\n").ask(prepare).is_err());
}
