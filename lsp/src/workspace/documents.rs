//! The open documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Change;
use crate::text::{Encoding, apply_change};

/// A document as the editor shows it.
#[derive(Clone, Debug)]
pub struct Document {
    pub version: i32,
    pub text: Arc<str>,
}

#[derive(Debug, Default)]
pub(super) struct Documents {
    by_name: BTreeMap<String, Document>,
}

impl Documents {
    pub fn open(&mut self, name: &str, version: i32, text: String) {
        self.by_name.insert(name.to_owned(), Document { version, text: text.into() });
    }

    /// Whether the document is open.
    pub fn change(&mut self, name: &str, version: i32, changes: Vec<Change>, encoding: Encoding) -> bool {
        let Some(document) = self.by_name.get_mut(name) else { return false };
        let mut text = document.text.to_string();
        for (range, new) in changes {
            apply_change(&mut text, range, &new, encoding);
        }
        *document = Document { version, text: text.into() };
        true
    }

    pub fn close(&mut self, name: &str) {
        self.by_name.remove(name);
    }

    pub fn get(&self, name: &str) -> Option<&Document> {
        self.by_name.get(name)
    }

    pub fn text(&self, name: &str) -> Option<Arc<str>> {
        self.get(name).map(|document| document.text.clone())
    }

    pub fn names(&self) -> impl Iterator<Item = String> + use<> {
        self.by_name.keys().cloned().collect::<Vec<_>>().into_iter()
    }

    pub fn all(&self) -> BTreeMap<String, Document> {
        self.by_name.clone()
    }
}
