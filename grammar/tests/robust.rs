//! Any bytes yield a tree and errors: nothing panics, overflows the stack or takes more than linear time.

use mosl_syntax::{TokenKind, parse, parse_bytes};

const SAMPLE: &str = include_str!("programs/everything.mosl");

/// A small generator of numbers, so that failures repeat.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// The tree's spans lie in the text, tokens and errors are in order.
fn check(source: &str) {
    let parsed = parse(source);
    let end = source.len() as u32;
    assert!(parsed.tokens.iter().all(|token| token.span.start < token.span.end && token.span.end <= end), "{source:?}");
    assert!(parsed.tokens.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{source:?}");
    assert!(
        parsed.errors.iter().all(|error| error.span.start <= error.span.end && error.span.end <= end),
        "{source:?}"
    );
    assert!(parsed.errors.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start), "{source:?}");
}

#[test]
fn every_prefix_of_a_program() {
    assert_eq!(parse(SAMPLE).errors, []);
    for (at, _) in SAMPLE.char_indices() {
        check(&SAMPLE[..at]);
    }
}

#[test]
fn every_suffix_of_a_program() {
    for (at, _) in SAMPLE.char_indices() {
        check(&SAMPLE[at..]);
    }
}

#[test]
fn every_program_without_one_token() {
    for token in parse(SAMPLE).tokens {
        let range = token.span.range();
        check(&format!("{}{}", &SAMPLE[..range.start], &SAMPLE[range.end..]));
    }
}

#[test]
fn every_program_with_one_token_replaced() {
    let mut random = Random(7);
    for token in parse(SAMPLE).tokens {
        let range = token.span.range();
        check(&format!("{}{}{}", &SAMPLE[..range.start], random_token(&mut random), &SAMPLE[range.end..]));
    }
}

fn random_token(random: &mut Random) -> &'static str {
    const VALUES: &[&str] = &[
        "x", "#p", "1", "5mrk", "10n", "\"s\"", "`t`", "`a${", "}b`", "/r/g", "\n", "\n", " ", "\u{e9}", "\\u0041",
        "0x", "'",
    ];
    match random.below(3) {
        0 => VALUES[random.below(VALUES.len())],
        _ => {
            let kinds = TokenKind::ALL;
            kinds[random.below(kinds.len())].text().unwrap_or("y")
        }
    }
}

#[test]
fn token_soup() {
    let mut random = Random(1);
    for _ in 0..3000 {
        let count = random.below(60);
        let soup: Vec<&str> = (0..count).map(|_| random_token(&mut random)).collect();
        check(&soup.join(if random.below(2) == 0 { " " } else { "" }));
    }
}

#[test]
fn random_bytes() {
    let mut random = Random(2);
    for _ in 0..3000 {
        let count = random.below(80);
        let bytes: Vec<u8> = (0..count).map(|_| random.below(256) as u8).collect();
        parse_bytes(&bytes);
        let ascii: String = bytes.iter().map(|byte| (byte % 128) as char).collect();
        check(&ascii);
    }
}

#[test]
fn invalid_utf8_is_reported_at_its_place_and_the_rest_is_parsed() {
    let parsed = parse_bytes(b"let a = 1;\nlet b = \"\xff\xfe\";\nlet c = 3;");
    assert_eq!(parsed.module.body.len(), 3);
    let codes: Vec<String> = parsed.errors.iter().map(mosl_syntax::SyntaxError::code).collect();
    assert_eq!(codes, ["E0017"]);
    assert_eq!(parsed.errors[0].span.start, 20);
}

/// Parses, prints and drops on a stack of 1 MiB.
fn on_small_stack(source: String) -> usize {
    let run = move || {
        let parsed = parse(&source);
        let printed = mosl_syntax::print::module(&parsed.module);
        assert!(printed.matches('(').count() >= parsed.module.body.len());
        parsed.errors.len()
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).expect("a thread starts").join().expect("no overflow")
}

/// `(open, inside, close)`: `open` and `close` are repeated.
const NESTINGS: &[(&str, &str, &str)] = &[
    ("(", "x", ")"),
    ("[", "x", "]"),
    ("{", "x", "}"),
    ("f(", "x", ")"),
    ("a[", "x", "]"),
    ("({a:", "x", "})"),
    ("`${", "x", "}`"),
    ("!", "x", ""),
    ("-", "x", ""),
    ("typeof ", "x", ""),
    ("await ", "x", ""),
    ("", "x", "+x"),
    ("", "x", "&&x"),
    ("", "x", ".y"),
    ("", "x", "?.y"),
    ("", "x", "()"),
    ("", "x", "[0]"),
    ("", "x", "!"),
    ("", "x", "`t`"),
    ("", "x", " as T"),
    ("x ** ", "x", ""),
    ("x = ", "x", ""),
    ("x ? x : ", "x", ""),
    ("x ? ", "x", " : x"),
    ("x => ", "x", ""),
    ("(x) => ", "x", ""),
    ("(x): T => ", "x", ""),
    ("x => {", "x", "}"),
    ("function f() {", "x", "}"),
    ("(function () {", "x", "})"),
    ("class A { m() {", "x", "} }"),
    ("class A { x = ", "x", " }"),
    ("if (x) x; else ", "x", ""),
    ("if (x) ", "x", ""),
    ("if (x) {", "x", "}"),
    ("while (x) ", "x", ""),
    ("for (;;) ", "x", ""),
    ("do ", "x", " while (x)"),
    ("try {", "x", "} finally {}"),
    ("switch (x) { case 1: ", "x", "}"),
    ("x: ", "x", ""),
    ("new ", "x", ""),
    ("new x(", "x", ")"),
    ("let x: A<", "x", ">"),
    ("x<", "x", ">"),
    ("f<A<", "x", ">>()"),
    ("export ", "x", ""),
    ("declare ", "x", ""),
    ("namespace N {", "x", "}"),
    ("@", "x", ""),
    ("/", "x", "/"),
    ("<", "x", ""),
    ("<T>", "x", ""),
];

/// The same within one statement around them.
const WRAPPED: &[(&str, &str, &str, &str, &str)] = &[
    ("let x: ", "(", "T", ")", ";"),
    ("let x: ", "[", "T", "]", ";"),
    ("let x: ", "{a: ", "T", "}", ";"),
    ("let x: ", "", "T", "[]", ";"),
    ("let x: ", "", "T", "[U]", ";"),
    ("let x: ", "A<", "T", ">", ";"),
    ("let x: ", "keyof ", "T", "", ";"),
    ("let x: ", "() => ", "T", "", ";"),
    ("let x: ", "(x: ", "T", ") => U", ";"),
    ("let x: ", "A extends B ? C : ", "T", "", ";"),
    ("let x: ", "`${", "T", "}`", ";"),
    ("let ", "[", "x", "]", " = y;"),
    ("let ", "{a: ", "x", "}", " = y;"),
    ("", "[", "x", "]", " = y;"),
    ("(", "{a: ", "x", "}", " = y);"),
    ("for (", "[", "x", "]", " of y);"),
    ("((", "[", "x", "]", ") => 1);"),
    ("class A extends ", "(class extends ", "B", " {})", " {}"),
    ("let x = ", "a + (", "b", ") + c", ";"),
    ("import ", "{", "a", "}", " from 'b';"),
    ("x = y", "\n(", "z", ")", ";"),
    ("f(", "a, ", "b", "", ")"),
    ("f(", "a < ", "b", "", ")"),
    ("x = ", "a < b, ", "c", "", ""),
    ("(", "a ? (b) : ", "c", "", ")"),
];

#[test]
fn deep_nesting_is_bounded() {
    for depth in [10, 400, 5_000] {
        for (open, inside, close) in NESTINGS {
            on_small_stack(format!("{}{inside}{}", open.repeat(depth), close.repeat(depth)));
            on_small_stack(open.repeat(depth));
        }
        for (before, open, inside, close, after) in WRAPPED {
            on_small_stack(format!("{before}{}{inside}{}{after}", open.repeat(depth), close.repeat(depth)));
        }
    }
}

#[test]
fn shallow_nesting_is_accepted_and_deep_nesting_refused_once() {
    let chain = |count: usize| format!("x = a{};\nlet y = 2;", " + a".repeat(count));
    assert_eq!(parse(&chain(300)).errors, []);
    let parsed = parse(&chain(100_000));
    assert_eq!(parsed.errors.iter().map(mosl_syntax::SyntaxError::code).collect::<Vec<_>>(), ["E0035"]);
    assert_eq!(parsed.module.body.len(), 2);
}

/// Each would take hours if any pass were quadratic.
#[test]
fn long_files_take_linear_time() {
    let pieces = [
        "a < b; ",
        "f(a < b, c); ",
        "(a) ? (b) : c; ",
        "x => x; ",
        "if (a) b; else c\n",
        "]",
        "}",
        "(",
        "(}",
        "let ",
        "`${",
        "1 + * 2;\n",
        "a b c ",
        "@ ",
        "a\n",
        "x = {a: 1};\n",
        "{ ) ",
        "( { ] ",
        "/* x */ ",
        "\"",
        "\\",
        "<!--\n",
        "?",
        "a ? b ",
        "=> ",
        "case ",
        "class A { ",
        "type T = A<",
        "async (",
        "a<b,",
        "for (x in ",
        "for (;;) ",
        "// c\n",
        "0x ",
        "import {",
        "a?.",
        "=",
        "\u{20ac}",
        "a,",
        "a;",
        "a:",
        "(a,",
        "[a,",
        "({a,",
    ];
    for piece in pieces {
        parse(&piece.repeat(50_000 / piece.len()));
    }
}
