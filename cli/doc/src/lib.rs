//! `mosl doc`: a static site from documentation comments: of a project, of the standard library and of the `mark:*` modules. Text in,
//! files out; it reads and writes nothing itself. Comments are not trusted: nothing in them becomes markup that [`markdown`] did not
//! write.
//!
//! - [`library`], [`project`]: what is declared, with its documentation ([`model`]).
//! - [`site`]: the pages.
//! - [`model::Module::examples`]: the programs in the comments, which `mosl doc --test` runs.

#![forbid(unsafe_code)]

mod comment;
mod library;
mod links;
mod markdown;
pub mod model;
mod page;
mod read;
mod signature;
mod site;
mod source;

pub use library::library;
pub use read::project;
pub use site::{Site, site};

/// Something in a comment that will not read as its author meant it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// Text as HTML text, also within an attribute's quotes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
