//! The language's words and common pieces of code, where they can stand.

use super::{Cursor, Item, ItemKind, rank};
use crate::ide::syntax::Node;

/// Words that begin statements.
const STATEMENTS: &[&str] = &[
    "async",
    "await",
    "break",
    "case",
    "class",
    "const",
    "continue",
    "default",
    "do",
    "enum",
    "export",
    "for",
    "function",
    "if",
    "import",
    "interface",
    "let",
    "return",
    "switch",
    "throw",
    "try",
    "type",
    "using",
    "while",
];

/// Words that begin or join expressions.
const EXPRESSIONS: &[&str] = &[
    "as",
    "async",
    "await",
    "class",
    "delete",
    "else",
    "extends",
    "false",
    "finally",
    "catch",
    "function",
    "in",
    "instanceof",
    "new",
    "null",
    "of",
    "satisfies",
    "super",
    "this",
    "true",
    "typeof",
    "void",
    "yield",
];

/// Label, what it is, and the code.
const SNIPPETS: &[(&str, &str, &str)] = &[
    ("for", "for loop", "for (let ${1:i} = 0; $1 < ${2:count}; $1++) {\n\t$0\n}"),
    ("forof", "for-of loop", "for (const ${1:item} of ${2:items}) {\n\t$0\n}"),
    ("if", "if statement", "if (${1:condition}) {\n\t$0\n}"),
    ("ifelse", "if-else statement", "if (${1:condition}) {\n\t$2\n} else {\n\t$0\n}"),
    ("while", "while loop", "while (${1:condition}) {\n\t$0\n}"),
    ("switch", "switch statement", "switch (${1:value}) {\n\tcase ${2:one}:\n\t\t$0\n\t\tbreak;\n}"),
    ("try", "try-catch statement", "try {\n\t$1\n} catch (error) {\n\t$0\n}"),
    ("function", "function", "function ${1:name}($2) {\n\t$0\n}"),
    ("class", "class", "class ${1:Name} {\n\t$0\n}"),
    ("import", "import statement", "import { $0 } from \"${1:mark:scene}\";"),
    ("log", "print to the console", "console.log($0);"),
    (
        "object",
        "an object for the space",
        "import { Box, Container } from \"mark:scene\";\n\nexport default class ${1:Thing} extends Container {\n\tonStart() {\n\t\t$0\n\t}\n}\n",
    ),
];

pub fn at(cursor: &Cursor<'_, '_>) -> Vec<Item> {
    let starts_statement = matches!(cursor.text_before(0), "" | "{" | "}" | ";" | ")" | "else" | "=>" | ":" | "do")
        || cursor.path.last().is_none_or(|node| matches!(node, Node::Block(_) | Node::Stmt(_)))
        || cursor.before.is_some_and(|before| {
            let token = &cursor.tokens()[before];
            let gap = cursor.source().get(token.span.end as usize..cursor.word.start as usize);
            gap.is_some_and(|gap| gap.contains('\n'))
        });
    let keyword = |word: &&str| Item::new(*word, ItemKind::Keyword, rank::KEYWORD);
    let mut items: Vec<Item> = EXPRESSIONS.iter().map(keyword).collect();
    if starts_statement {
        items.extend(STATEMENTS.iter().filter(|word| !EXPRESSIONS.contains(word)).map(keyword));
        let top = !cursor.path.iter().any(|node| matches!(node, Node::Block(_)));
        for (label, about, code) in SNIPPETS {
            if top || !matches!(*label, "import" | "object") {
                let label = format!("{label}…");
                items.push(Item::new(label, ItemKind::Snippet, rank::SNIPPET).detail(*about).insert(*code, true));
            }
        }
    }
    items
}
