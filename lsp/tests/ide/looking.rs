//! Highlighting, folding, hints, lenses, colours, hierarchies.

use mosl_lsp::ide::colors::{Rgba, colors, presentations};
use mosl_lsp::ide::folding::{folds, selections};
use mosl_lsp::ide::hierarchy;
use mosl_lsp::ide::inlay::{HintOptions, hints};
use mosl_lsp::ide::lens::{Lens, lenses, uses};
use mosl_lsp::ide::links::{linked, links};
use mosl_lsp::ide::semantic::{KINDS, MODIFIERS, semantic_tokens};
use mosl_syntax::Span;

use crate::fixture::parse;

#[track_caller]
fn colours(text: &str, expect: &[(&str, &str)]) {
    let found = parse(text).ask(|analysis, file, _| {
        let source = analysis.loaded.files[usize::from(file.0)].source.clone();
        let tokens = semantic_tokens(analysis, file, None);
        assert!(tokens.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "tokens overlap");
        let show = |token: &mosl_lsp::ide::semantic::SemanticToken| {
            let mut kind = KINDS[token.kind as usize].to_owned();
            for (bit, modifier) in MODIFIERS.iter().enumerate() {
                if token.modifiers & (1 << bit) != 0 {
                    kind.push_str(&format!(".{modifier}"));
                }
            }
            (source[token.span.range()].to_owned(), kind)
        };
        tokens.iter().map(show).collect::<Vec<_>>()
    });
    let found: Vec<(&str, &str)> = found.iter().map(|(name, kind)| (name.as_str(), kind.as_str())).collect();
    assert_eq!(found, expect);
}

#[test]
fn names_have_kinds() {
    colours(
        "class Door<T> { static n = 1; open(fast: boolean) { return this.open(fast); } }\n",
        &[
            ("Door", "class.declaration"),
            ("T", "typeParameter.declaration"),
            ("n", "property.declaration.static"),
            ("open", "method.declaration"),
            ("fast", "parameter.declaration"),
            ("open", "method"),
            ("fast", "parameter"),
        ],
    );
    colours(
        "enum E { A }\nconst e = E.A;\nMath.max(90deg);\n",
        &[
            ("E", "enum.declaration"),
            ("A", "enumMember.declaration.readonly"),
            ("e", "variable.declaration.readonly"),
            ("E", "enum"),
            ("A", "enumMember.readonly"),
            ("Math", "variable.defaultLibrary"),
            ("max", "method.defaultLibrary"),
            ("90deg", "number"),
        ],
    );
    colours(
        "class A { @persist x = 1 }\n",
        &[("A", "class.declaration"), ("persist", "decorator"), ("x", "property.declaration")],
    );
}

#[test]
fn folding() {
    let fixture = parse(
        "import { Box } from \"mark:scene\";\nimport { a } from \"./a.mosl\";\n// one\n// two\nfunction f() {\n  g([\n    1,\n  ]);\n}\n/*\n * x\n */\n",
    );
    let found = fixture.ask(|analysis, file, _| folds(&analysis.loaded.files[usize::from(file.0)]).len());
    assert_eq!(found, 6);
}

#[test]
fn growing_selections() {
    let fixture = parse("f(\"so$0me\", 1);\n");
    let found = fixture.ask(|analysis, file, offset| {
        let loaded = &analysis.loaded.files[usize::from(file.0)];
        let spans = selections(loaded, offset);
        spans.iter().map(|span| loaded.source[span.range()].to_owned()).collect::<Vec<_>>()
    });
    assert_eq!(
        found,
        ["some", "\"some\"", "\"some\", 1", "(\"some\", 1)", "f(\"some\", 1)", "f(\"some\", 1);", "f(\"some\", 1);\n"]
    );
}

#[track_caller]
fn hinted(text: &str, after: &str) {
    let fixture = parse(text);
    let options = HintOptions { types: true, parameters: true };
    let found = fixture.ask(|analysis, file, _| hints(analysis, file, Span::new(0, u32::MAX), options));
    let mut out = fixture.files[0].1.clone();
    for hint in found.iter().rev() {
        out.insert_str(hint.at as usize, &format!("«{}»", hint.text));
    }
    assert_eq!(out, after);
}

#[test]
fn inlay_hints() {
    hinted("const xs = [1].map((x) => x * 2);\n", "const xs«: number[]» = [1].map((x«: number») => x * 2);\n");
    hinted(
        "function f(width: number, height: number) { return width; }\nf(1, 2);\n",
        "function f(width: number, height: number)«: number» { return width; }\nf(«width:»1, «height:»2);\n",
    );
    hinted(
        "const a = 1, b = \"x\", c = new Map<string, number>();\n",
        "const a = 1, b = \"x\", c = new Map<string, number>();\n",
    );
}

#[test]
fn code_lenses() {
    let fixture = parse("fun$0ction f() {}\nf();\nf();\n");
    let found = fixture.ask(|analysis, file, _| {
        let all = lenses(analysis, file);
        (all.len(), uses(analysis, file, all[all.len() - 1].span()).len())
    });
    assert_eq!(found, (2, 2));
    let lenses_of = |text: &str| parse(text).ask(|analysis, file, _| lenses(analysis, file));
    let example =
        "/**\n * Adds.\n * @example\n * console.log(f()); // => 1\n */\nexport function $0f() { return 1; }\n";
    assert!(lenses_of(example).iter().any(|lens| matches!(lens, Lens::Test(_))));
    let object = "import { Box } from \"mark:scene\";\nexport default class $0B extends Box {}\n";
    assert!(lenses_of(object).iter().any(|lens| matches!(lens, Lens::Preview(_))));
    assert!(
        lenses_of("/** Plain. */\nfunction $0f() {}\n")
            .iter()
            .all(|lens| !matches!(lens, Lens::Test(_) | Lens::Preview(_)))
    );
}

#[test]
fn colour_values() {
    let fixture = parse("const c = color(1, 0.5, 0), s = \"#ff8800\";\n");
    let found = fixture.ask(|analysis, file, _| colors(analysis, file));
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].color, Rgba { red: 1.0, green: 0.5, blue: 0.0, alpha: 1.0 });
    let texts = presentations(&fixture.files[0].1, found[1].span, Rgba { red: 0.0, green: 0.0, blue: 1.0, alpha: 1.0 });
    assert_eq!(texts, ["\"#0000ff\"", "color(0, 0, 1)"]);
}

#[test]
fn links_and_labels() {
    let fixture = parse("import { Box } from \"mark:scene\";\nou$0ter: for (;;) { break outer; }\n");
    let found =
        fixture.ask(|analysis, file, offset| (links(analysis, file).len(), linked(analysis, file, offset).len()));
    assert_eq!(found, (1, 2));
}

#[test]
fn calls() {
    let fixture = parse("function low() {}\nfunction mi$0d() { low(); low(); }\nfunction top() { mid(); }\nmid();\n");
    let (prepared, incoming, outgoing) = fixture.ask(|analysis, file, offset| {
        let name = |calls: hierarchy::Calls| (calls.entry.name, calls.spans.len());
        (
            hierarchy::prepare_calls(analysis, file, offset).map(|entry| entry.name),
            hierarchy::incoming(analysis, file, offset).into_iter().map(name).collect::<Vec<_>>(),
            hierarchy::outgoing(analysis, file, offset).into_iter().map(name).collect::<Vec<_>>(),
        )
    });
    assert_eq!(prepared.as_deref(), Some("mid"));
    assert_eq!(incoming, [("top".to_owned(), 1), ("main.mosl".to_owned(), 1)]);
    assert_eq!(outgoing, [("low".to_owned(), 2)]);
}

#[test]
fn types_above_and_below() {
    let fixture = parse("interface Shape {}\nclass Bas$0e implements Shape {}\nclass Square extends Base {}\n");
    let found = fixture.ask(|analysis, file, offset| {
        let names = |entries: Vec<hierarchy::Entry>| entries.into_iter().map(|entry| entry.name).collect::<Vec<_>>();
        (names(hierarchy::supertypes(analysis, file, offset)), names(hierarchy::subtypes_at(analysis, file, offset)))
    });
    assert_eq!(found, (vec!["Shape".to_owned()], vec!["Square".to_owned()]));
}
