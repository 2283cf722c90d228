//! Findings as workflow commands of GitHub Actions, which shows them beside the lines of a change.

use std::fmt::Write;

use super::FileFinding;
use super::page::text::sanitize_char;
use crate::load::Severity;

/// A line for each finding: `::warning file=page.md,line=3,col=7,title=code::message`.
#[must_use]
pub fn github(findings: &[FileFinding]) -> String {
    let mut out = String::new();
    for found in findings {
        let command = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let _ = write!(out, "::{command} file={}", property(&found.path));
        for (name, number) in [("line", found.line), ("col", found.column)] {
            if let Some(number) = number {
                let _ = write!(out, ",{name}={number}");
            }
        }
        let _ = writeln!(out, ",title={}::{}", property(&found.code), message(&found.in_full()));
    }
    out
}

/// The text of a command, in which the signs are written as GitHub reads them back: `%`, CR and LF.
fn message(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            c => escaped.push(sanitize_char(c)),
        }
    }
    escaped
}

/// The value of a property, in which `:` and `,` end it as well.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_part_is_escaped() {
        let found = FileFinding {
            code: "a-code".to_owned(),
            severity: Severity::Note,
            message: "50%: a, b\r\n::error::no\x1b".to_owned(),
            help: Some("write c".to_owned()),
            url: None,
            path: "a,b:c%.md".to_owned(),
            line: Some(3),
            column: None,
        };
        assert_eq!(
            github(&[found]),
            "::notice file=a%2Cb%3Ac%25.md,line=3,title=a-code::\
             50%25: a, b%0D%0A::error::no\u{fffd}; write c\n"
        );
    }
}
