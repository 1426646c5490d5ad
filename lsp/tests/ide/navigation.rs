//! Definitions, references, highlights, implementations.

use mosl_compiler::analysis::{Analysis, SourceId};
use mosl_compiler::program::FileId;
use mosl_lsp::ide::definition::{self, Jump};
use mosl_lsp::ide::{outline, references};

use crate::fixture::parse;

type Find = fn(&Analysis<'_>, FileId, u32) -> Option<Jump>;

#[track_caller]
fn goes(find: Find, text: &str) {
    let fixture = parse(text);
    let found = fixture.ask(|analysis, file, offset| {
        let sites = find(analysis, file, offset).map(|jump| jump.to).unwrap_or_default();
        let place = |site: mosl_compiler::analysis::Site| match site.source {
            SourceId::File(file) => (analysis.loaded.files[usize::from(file.0)].name.clone(), site.name),
            SourceId::Library(file) => (mosl_stdlib::lib_sources()[file].0.to_owned(), site.name),
        };
        let mut places: Vec<_> = sites.into_iter().map(place).collect();
        places.sort();
        places
    });
    let mut wanted: Vec<_> =
        fixture.marks.iter().map(|(file, span, _)| (fixture.files[*file].0.clone(), *span)).collect();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[track_caller]
fn defines(text: &str) {
    goes(definition::definition, text);
}

#[test]
fn variables() {
    defines("const apple = 1;\n//    ^^^^^\nconsole.log(ap$0ple);\n");
    defines("function f(pear: number) {\n//         ^^^^\n  return pear$0 + 1;\n}\n");
    defines("const { a, b: [c] } = { a: 1, b: [2] };\n//             ^\nc$0;\n");
    defines("for (const i of [1]) {\n//         ^\n  i$0;\n}\n");
    defines("try {} catch (error) { er$0ror; }\n//            ^^^^^\n");
}

#[test]
fn shadowed_variables() {
    defines("const x = 1;\n{\n  const x = 2;\n//      ^\n  x$0;\n}\n");
}

#[test]
fn functions_and_classes() {
    defines("f$0();\nfunction f() {}\n//       ^\n");
    defines("class Door {}\n//    ^^^^\nnew Do$0or();\n");
    defines("class Door {}\n//    ^^^^\nlet d: Doo$0r;\n");
    defines("class Door { twin = new Door(); open() { return Doo$0r; } }\n//    ^^^^\n");
}

#[test]
fn members() {
    defines("class Door {\n  width = 1;\n//^^^^^\n}\nnew Door().wid$0th;\n");
    defines("class A { go() {} }\n//        ^^\nclass B extends A {}\nnew B().g$0o();\n");
    defines("class A { static make() {} }\n//               ^^^^\nA.ma$0ke();\n");
    defines("class A { #x = 1; get() { return this.#$0x; } }\n//        ^^\n");
    defines("interface P { name: string }\n//            ^^^^\nfunction f(p: P) { p.na$0me; }\n");
    defines("const o = { size: 1 };\n//          ^^^^\no.si$0ze;\n");
    defines("type P = { size: number };\n//         ^^^^\nfunction f(p: P) { p.siz$0e; }\n");
    defines("enum E { Red, Blue }\n//            ^^^^\nE.Bl$0ue;\n");
    defines("interface P { size: number }\n//            ^^^^\nconst p: P = { si$0ze: 1 };\n");
    defines("interface P { size: number }\n//            ^^^^\nfunction f({ size$0: s }: P) {}\n");
}

#[test]
fn fields_that_a_constructor_assigns() {
    defines("class A {\n  constructor() { this.x = 1; }\n//                     ^\n  get() { return this.x$0; }\n}\n");
}

#[test]
fn imports() {
    defines(
        "//- main.mosl\nimport { door } from \"./door.mosl\";\ndo$0or;\n//- door.mosl\nexport const door = 1;\n//           ^^^^\n",
    );
    defines(
        "//- main.mosl\nimport { do$0or as d } from \"./door.mosl\";\n//- door.mosl\nexport const door = 1;\n//           ^^^^\n",
    );
    defines(
        "//- main.mosl\nimport * as all from \"./door.mosl\";\nall.do$0or;\n//- door.mosl\nexport const door = 1;\n//           ^^^^\n",
    );
    defines(
        "//- main.mosl\nimport door from \"./door.mosl\";\ndo$0or();\n//- door.mosl\nexport default function open() {}\n//                      ^^^^\n",
    );
}

#[test]
fn types_of_things() {
    goes(definition::type_definition, "class Door {}\n//    ^^^^\nconst d = new Door();\nd$0;\n");
    goes(definition::type_definition, "interface I { x: number }\n//        ^\nfunction f(i: I[]) { i$0; }\n");
}

#[test]
fn implementations() {
    goes(
        definition::implementation,
        "interface Shape$0 { area(): number }\nclass Square implements Shape { area() { return 1; } }\n//    ^^^^^^\n",
    );
    goes(
        definition::implementation,
        "abstract class Shape { abstract are$0a(): number; }\nclass Square extends Shape { area() { return 1; } }\n//                           ^^^^\n",
    );
}

#[track_caller]
fn refers(text: &str) {
    let fixture = parse(text);
    let found = fixture.ask(|analysis, file, offset| {
        let all = references::references(analysis, file, offset, true);
        let name = |file: FileId| analysis.loaded.files[usize::from(file.0)].name.clone();
        let mut places: Vec<_> = all.iter().map(|of| (name(of.file), of.occurrence.span)).collect();
        places.sort();
        places
    });
    let mut wanted: Vec<_> =
        fixture.marks.iter().map(|(file, span, _)| (fixture.files[*file].0.clone(), *span)).collect();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn references_in_files() {
    refers("function f() {\n  let x$0 = 1;\n//    ^\n  x = x + 1;\n//^\n//    ^\n}\n");
}

#[test]
fn references_across_files() {
    refers(
        "//- main.mosl\nimport { door } from \"./door.mosl\";\n//       ^^^^\nlog(door);\n//  ^^^^\n//- door.mosl\nexport const do$0or = 1;\n//           ^^^^\nexport function log(x: any) {}\n"
            .replace("import { door } from", "import { log } from \"./door.mosl\";\nimport { door } from")
            .as_str(),
    );
}

#[test]
fn references_of_overridden_methods() {
    refers(
        "interface Shape { area(): number }\n//                ^^^^\nclass Square implements Shape { area() { return 1; } }\n//                              ^^^^\nfunction f(s: Shape, q: Square) { s.area(); q.ar$0ea(); }\n//                                  ^^^^\n//                                            ^^^^\n",
    );
}

#[test]
fn outlines() {
    let fixture = parse("class A { x = 1; go() { function inner() {} } }\nconst f = () => 1, n = 2;\nenum E { A }\n");
    let text = fixture.ask(|analysis, file, _| {
        fn show(items: &[outline::OutlineItem], depth: usize, out: &mut String) {
            for item in items {
                out.push_str(&format!("{}{:?} {}\n", "  ".repeat(depth), item.kind, item.name));
                show(&item.children, depth + 1, out);
            }
        }
        let mut out = String::new();
        show(&outline::outline(&analysis.loaded.files[usize::from(file.0)]), 0, &mut out);
        out
    });
    let wanted =
        "Class A\n  Field x\n  Method go\n    Function inner\nFunction f\nConstant n\nEnum E\n  EnumMember A\n";
    assert_eq!(text, wanted);
}
