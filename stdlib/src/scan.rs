//! Reads the shape of declaration files: which names are declared, and which members interfaces have. It relies on how the
//! files are laid out (a declaration begins at the line's start, a member two columns in), which its tests hold them to;
//! it is no parser of MOSL.

/// A member of an interface, or a top-level declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<'a> {
    /// The interface it is in; `None` at top level.
    pub interface: Option<&'a str>,
    pub kind: ItemKind,
    /// The property name, with brackets where it is a symbol; empty for signatures.
    pub name: &'a str,
    /// Parameters that are neither optional nor rest.
    pub required: u8,
    /// The comment in front, without its marks.
    pub doc: &'a str,
    /// For constants: the type's name.
    pub ty: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    Method,
    Getter,
    Property,
    /// `new (…)`
    Construct,
    /// `(…)`
    Call,
    /// `[n: number]: T`
    Index,
    /// `declare const`
    Const,
    /// `declare function`
    Function,
}

/// The names that a file declares: interfaces, types, constants, functions.
pub fn declared_names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        ["interface ", "type ", "declare const ", "declare function "]
            .iter()
            .find_map(|prefix| line.strip_prefix(prefix))
            .map(identifier)
    })
}

/// All members and top-level constants and functions of a file, in order; overloads one by one.
pub fn items(text: &str) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut interface = None;
    let mut doc = "";
    let mut rest = text;
    while let Some((line, after)) = next_statement(rest) {
        rest = after;
        let body = line.trim();
        if let Some(comment) = body.strip_prefix("/**") {
            doc = comment.trim_end_matches("*/").trim();
            continue;
        }
        if let Some(head) = line.strip_prefix("interface ") {
            interface = (!body.ends_with('}')).then(|| identifier(head));
        } else if line.starts_with('}') {
            interface = None;
        } else if let Some(item) = read_item(body, interface, doc) {
            items.push(item);
        }
        doc = "";
    }
    items
}

/// A line, together with its continuations if it ends inside parentheses; or a whole comment.
fn next_statement(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    if text.trim_start_matches(' ').starts_with("/**") {
        let end = text.find("*/").map_or(text.len(), |at| at + 2);
        let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
        return Some((&text[..line_end], text.get(line_end + 1..).unwrap_or("")));
    }
    let mut depth = 0i32;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\n' if depth <= 0 || text[..at].trim_start().starts_with('/') => {
                return Some((&text[..at], &text[at + 1..]));
            }
            _ => {}
        }
    }
    Some((text, ""))
}

fn read_item<'a>(body: &'a str, interface: Option<&'a str>, doc: &'a str) -> Option<Item<'a>> {
    let item = |kind, name, signature: &str, ty| {
        Some(Item { interface, kind, name, required: required_params(signature), doc, ty })
    };
    if let Some(rest) = body.strip_prefix("declare function ") {
        return item(ItemKind::Function, identifier(rest), rest, "");
    }
    if let Some(rest) = body.strip_prefix("declare const ") {
        let ty = rest.split(": ").nth(1).unwrap_or("").trim_end_matches(';');
        return item(ItemKind::Const, identifier(rest), "", ty);
    }
    interface?;
    if let Some(rest) = body.strip_prefix("get ") {
        return item(ItemKind::Getter, property_name(rest), "", "");
    }
    if body.starts_with("new ") {
        return item(ItemKind::Construct, "", body, "");
    }
    if body.starts_with(['(', '<']) {
        return item(ItemKind::Call, "", body, "");
    }
    let body = body.strip_prefix("readonly ").unwrap_or(body);
    let name = property_name(body);
    match body[name.len()..].chars().next()? {
        '(' | '<' => item(ItemKind::Method, name, body, ""),
        _ if name.starts_with('[') && name.contains(':') => item(ItemKind::Index, name, "", ""),
        ':' | '?' => item(ItemKind::Property, name, "", ""),
        _ => None,
    }
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(text.len());
    &text[..end]
}

/// `name` or `[Symbol.name]`.
fn property_name(text: &str) -> &str {
    if text.starts_with('[') { text.find(']').map_or(text, |end| &text[..=end]) } else { identifier(text) }
}

/// Counts the parameters of the first parenthesised list up to the first that is optional or rest.
fn required_params(signature: &str) -> u8 {
    let mut count = 0;
    let mut depth = 0i32;
    let mut start = 0;
    for (at, c) in signature.char_indices() {
        let angle = match c {
            '<' => 1,
            '>' if !signature[..at].ends_with('=') => -1,
            _ => 0,
        };
        if depth == 0 && c == '(' {
            start = at + 1;
        }
        if depth == 1 && start > 0 && matches!(c, ',' | ')') {
            let param = signature[start..at].trim();
            let name = identifier(param);
            if name.is_empty() || param[name.len()..].starts_with('?') {
                return count;
            }
            count += 1;
            start = at + 1;
            if c == ')' {
                return count;
            }
        }
        depth += angle + i32::from(matches!(c, '(' | '[' | '{')) - i32::from(matches!(c, ')' | ']' | '}'));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_required(signature: &str, expect: u8) {
        assert_eq!(required_params(signature), expect, "{signature}");
    }

    #[test]
    fn counts_required_parameters() {
        check_required("f(): void", 0);
        check_required("f(a: number, b?: number)", 1);
        check_required("f(...items: T[]): number", 0);
        check_required("f<T, U>(test: (value: T, index: number) => U, initial: Map<K, V>): U", 2);
        check_required("new <T = any>(run: (a?: T) => void): Promise<T>", 1);
        check_required("f(parts: { x?: number; y?: number }): Vec2", 1);
    }

    #[test]
    fn reads_members_of_every_kind() {
        let text = "/** A list. */\ninterface List<T> {\n  /** How many. */\n  readonly length: number;\n  get size(): number;\n  \
                    [n: number]: T;\n  new (a: T): List;\n  (): List;\n  /**\n   * Waits (\n   * for it.\n   * @length 2\n   */\n  then(\n    a: T,\n    b?: T,\n  ): T;\n  \
                    [Symbol.iterator](): T;\n}\ndeclare const List: ListConstructor;\ndeclare function f(a: T): T;\n";
        let read: Vec<_> = items(text).iter().map(|i| (i.kind, i.name, i.required, i.doc, i.ty)).collect();
        let expect = [
            (ItemKind::Property, "length", 0, "How many.", ""),
            (ItemKind::Getter, "size", 0, "", ""),
            (ItemKind::Index, "[n: number]", 0, "", ""),
            (ItemKind::Construct, "", 1, "", ""),
            (ItemKind::Call, "", 0, "", ""),
            (ItemKind::Method, "then", 1, "* Waits (\n   * for it.\n   * @length 2", ""),
            (ItemKind::Method, "[Symbol.iterator]", 0, "", ""),
            (ItemKind::Const, "List", 0, "", "ListConstructor"),
            (ItemKind::Function, "f", 1, "", ""),
        ];
        assert_eq!(read, expect);
    }
}
