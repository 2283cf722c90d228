//! A finding in a file, as the forms for code hosts take it: [`github`](super::github) and
//! [`sarif`](super::sarif).

use crate::analysis::Finding;
use crate::load::Severity;

/// Something found in a file, whatever command found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFinding {
    /// A stable code such as `unreachable-cell`.
    pub code: String,
    /// The severity.
    pub severity: Severity,
    /// The finding in one sentence.
    pub message: String,
    /// The fix, where one is known.
    pub help: Option<String>,
    /// The address of the document that says so.
    pub url: Option<String>,
    /// The file as the user named it.
    pub path: String,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
}

impl FileFinding {
    /// The message with the fix and the address, as one text.
    pub(super) fn in_full(&self) -> String {
        let mut text = self.message.clone();
        if let Some(help) = &self.help {
            text = format!("{text}; {help}");
        }
        match &self.url {
            Some(url) => format!("{text} ({url})"),
            None => text,
        }
    }
}

impl From<&Finding> for FileFinding {
    fn from(found: &Finding) -> Self {
        FileFinding {
            code: found.code.clone(),
            severity: found.severity,
            message: found.message.clone(),
            help: found.help.clone(),
            url: None,
            path: found.at.file.clone(),
            line: found.at.line,
            column: found.at.column,
        }
    }
}
