//! What `mosl explain` prints: a page for each code, in the creator's words, with an example that earns it and one that does not. The
//! pages are Markdown, one file a family; `tests/tests/spec.rs` runs every example in them.

use super::suggest::nearest;

/// By family, in the order of their codes; run-time refusals last.
const FILES: [&str; 7] = [
    include_str!("pages/syntax.md"),
    include_str!("pages/files.md"),
    include_str!("pages/names.md"),
    include_str!("pages/left-out.md"),
    include_str!("pages/types.md"),
    include_str!("pages/warnings.md"),
    include_str!("pages/run-time.md"),
];

/// The explanation of one code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    /// What its family has in common.
    pub family: &'static str,
    /// `E0123`, `W0100`, `R0012`.
    pub code: &'static str,
    /// The code in words: `assign-to-const`.
    pub name: &'static str,
    /// Markdown.
    pub text: &'static str,
}

/// Every page, by family and code.
pub fn pages() -> impl Iterator<Item = Page> {
    FILES.into_iter().flat_map(|file| {
        let mut parts = file.split("\n## ");
        let family = parts.next().unwrap_or_default().trim_start_matches("# ").trim();
        parts.map(move |part| {
            let (head, text) = part.split_once('\n').unwrap_or((part, ""));
            let (code, name) = head.split_once(' ').unwrap_or((head, ""));
            Page { family, code, name, text: text.trim() }
        })
    })
}

/// The page of a code in either case, or of its name.
pub fn page(wanted: &str) -> Option<Page> {
    pages().find(|page| page.code.eq_ignore_ascii_case(wanted) || page.name == wanted)
}

/// The code that was probably meant: `0123` and `E123` mean `E0123`; else the nearest code or name.
pub fn near_page(wanted: &str) -> Option<Page> {
    let letter = wanted.chars().next()?.to_ascii_uppercase();
    let number: Option<u32> = wanted.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().ok();
    let same_number = |page: &Page| page.code[1..].parse().ok() == number && number.is_some();
    let same_letter = |page: &Page| page.code.starts_with(letter) || letter.is_ascii_digit();
    pages().find(|page| same_number(page) && same_letter(page)).or_else(|| {
        let names = || pages().flat_map(|page| [page.code, page.name]);
        page(nearest(&wanted.to_ascii_uppercase(), names()).or_else(|| nearest(wanted, names()))?)
    })
}

impl Page {
    /// For a terminal: the Markdown without fences, programs set in, what they print behind a `>`.
    pub fn to_text(self) -> String {
        let mut out = format!("{} {}\n\n", self.code, self.name);
        let mut fence = None;
        for line in self.text.lines() {
            match (line.strip_prefix("```"), fence) {
                (Some(_), Some(_)) => fence = None,
                (Some(info), None) => fence = Some(if info.starts_with("mosl") { "    " } else { "    > " }),
                (None, Some(margin)) => out.push_str(&format!("{margin}{line}\n").replace("    \n", "\n")),
                (None, None) => out.push_str(&format!("{line}\n")),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use mosl_syntax::ErrorCode;

    use super::{near_page, page, pages};
    use crate::diagnostics::CATALOGUE;

    #[test]
    fn every_diagnostic_has_its_page_in_order() {
        let syntax = ErrorCode::ALL.iter().map(|code| format!("{code} {}", code.name()));
        let known = syntax.chain(CATALOGUE.iter().map(|entry| format!("{} {}", entry.code, entry.name)));
        let known: Vec<String> = known.collect();
        let own = pages().filter(|page| !page.code.starts_with('R'));
        assert_eq!(own.map(|page| format!("{} {}", page.code, page.name)).collect::<Vec<_>>(), known);
    }

    #[test]
    fn pages_fit_into_80_columns() {
        for page in pages() {
            let text = page.to_text();
            // What a program prints is as wide as it is.
            let is_prose = |line: &&str| !line.trim_start().starts_with('>');
            let wide = text.lines().filter(is_prose).find(|line| line.chars().count() > 80);
            assert_eq!(wide, None, "{}", page.code);
        }
    }

    #[test]
    fn codes_are_found_however_they_are_written() {
        assert_eq!(page("e0123").map(|page| page.name), Some("assign-to-const"));
        assert_eq!(page("assign-to-const").map(|page| page.code), Some("E0123"));
        for (wanted, code) in [("E123", "E0123"), ("123", "E0123"), ("W100", "W0100"), ("asign-to-const", "E0123")] {
            assert_eq!(near_page(wanted).map(|page| page.code), Some(code), "{wanted}");
        }
        assert_eq!(near_page("nonsense"), None);
    }
}
