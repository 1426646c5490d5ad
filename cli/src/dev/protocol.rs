//! What the page and this server say to each other in JSON (scene deltas travel as binary frames). The other half is
//! web/src/dev/protocol.ts. What comes from a page is untrusted: anything that does not parse here closes the connection.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ToPage {
    Welcome {
        version: &'static str,
        project: String,
        visitor: VisitorInfo,
        balance: String,
    },
    Balance {
        amount: String,
    },
    Prompt {
        id: String,
        amount: String,
        payee: String,
        memo: String,
        object: ObjectInfo,
        affordable: bool,
    },
    PromptClosed {
        id: String,
    },
    Log {
        level: &'static str,
        text: String,
        source: Option<String>,
    },
    Diagnostics {
        text: String,
        errors: usize,
        running: bool,
    },
    Compiled {
        milliseconds: f64,
        reloaded: bool,
    },
    Fault {
        text: String,
        restarting: bool,
    },
    AssetsChanged,
    /// The object runs in the page: the file's address, new with each version, and what it may do with money.
    Object {
        url: String,
        identity: String,
        receives: bool,
        #[serde(rename = "perDay")]
        per_day: Option<String>,
    },
}

#[derive(Clone, Debug, Serialize)]
pub struct VisitorInfo {
    pub id: String,
    pub name: String,
}

/// Which object asks for money: its name, and what it runs.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectInfo {
    pub name: String,
    pub identity: String,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromPage {
    Click {
        node: u32,
    },
    Hover {
        node: u32,
        over: bool,
    },
    Move {
        position: [f64; 3],
    },
    Answer {
        id: String,
        accept: bool,
    },
    /// The object printed this in the page.
    Log {
        level: PageLevel,
        text: String,
    },
    /// The browser cannot run the object: let it see the one on the server.
    RunOnServer,
}

/// How the object in the page says something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageLevel {
    Log,
    Error,
    Fault,
}

impl PageLevel {
    pub fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Error => "error",
            Self::Fault => "fault",
        }
    }
}

impl FromPage {
    /// Reads one message; `None` for anything that is none.
    pub fn parse(text: &str) -> Option<Self> {
        let message: Self = serde_json::from_str(text).ok()?;
        let sane = match &message {
            Self::Move { position } => position.iter().all(|part| part.is_finite() && part.abs() < 1e6),
            _ => true,
        };
        sane.then_some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_message_is_read_with_whatever_else_it_carries() {
        let click = FromPage::parse(r#"{"type":"click","node":4,"point":[0,1,2]}"#);
        assert_eq!(click, Some(FromPage::Click { node: 4 }));
    }

    #[test]
    fn what_makes_no_sense_is_no_message() {
        for text in [
            "",
            "{}",
            "[1]",
            r#"{"type":"click"}"#,
            r#"{"type":"click","node":-1}"#,
            r#"{"type":"move","position":[1e9,0,0]}"#,
            r#"{"type":"log","level":"loud","text":"a"}"#,
        ] {
            assert_eq!(FromPage::parse(text), None, "{text}");
        }
    }
}
