//! The tables are complete and what is generated from them is fresh.

use mosl_syntax::{ErrorCode, TokenKind, textmate};
use std::{collections::HashSet, env, fs, path::PathBuf};

/// `MOSL_UPDATE=1 cargo test -p mosl-syntax` writes the file anew.
#[test]
fn the_textmate_grammar_is_fresh() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("textmate/mosl.tmLanguage.json");
    let generated = textmate::grammar();
    if env::var_os("MOSL_UPDATE").is_some() {
        fs::write(&path, &generated).expect("the file is writable");
    }
    assert!(fs::read_to_string(&path).expect("the file is there") == generated, "run with MOSL_UPDATE=1");
}

#[test]
fn error_codes_and_names_are_unique_and_below_100() {
    let codes: HashSet<String> = ErrorCode::ALL.iter().map(ToString::to_string).collect();
    let names: HashSet<&str> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!((codes.len(), names.len()), (ErrorCode::ALL.len(), ErrorCode::ALL.len()));
    assert!(codes.iter().all(|code| code.as_str() < "E0100"));
}

#[test]
fn every_fixed_token_reads_as_itself() {
    for kind in TokenKind::ALL.iter().filter(|kind| kind.text().is_some()) {
        let text = kind.text().expect("filtered");
        let parsed = mosl_syntax::parse(&format!("a {text}"));
        let found =
            parsed.tokens.iter().any(|token| token.span.len() as usize == text.len()) || parsed.tokens.len() > 2;
        let closer = matches!(text, ")" | "]" | "}");
        assert!(found || closer, "{text}: {:?}", parsed.tokens);
        assert!(kind.word().contains(text));
    }
}

/// Every terminal of the table is one of the grammar's, or is replaced before the grammar sees it.
#[test]
fn the_grammar_names_every_terminal() {
    let grammar = include_str!("../src/mosl.lalrpop");
    const REPLACED: &[&str] = &[
        "Accessor",
        "Out",
        "Override",
        "Private",
        "Protected",
        "Public",
        "Static",
        "Space",
        "Newline",
        "Comment",
        "Unknown",
        "Eof",
    ];
    for kind in TokenKind::ALL {
        let name = format!("{kind:?}");
        assert!(grammar.contains(&format!("Tok(K::{name}, _)")) || REPLACED.contains(&name.as_str()), "{name}");
    }
}
