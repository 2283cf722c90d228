//! The JSON of what the program answers, one document per answer.

use std::borrow::Cow;
use std::fmt::Write;

use serde::Serialize;

use super::list::ListView;
use super::matrix::MatrixView;
use super::page::text::is_unsafe;
use crate::analysis::survey::Analysis;
use crate::analysis::whatif::WhatIf;
use crate::analysis::{Card, Diff, Lint, Since};
use crate::plan::{Outcome, SplitOutcome, WorkloadsOutcome};

/// A document that programs read.
pub trait ToJson {
    /// The document as indented JSON with stable keys, which ends with a line break.
    fn to_json(&self) -> String;
}

macro_rules! documents {
    ($($name:ty),+ $(,)?) => { $(
        impl ToJson for $name {
            fn to_json(&self) -> String {
                document(self)
            }
        }
    )+ };
}

documents! {
    Analysis,
    Card,
    Diff,
    Lint,
    ListView<'_>,
    MatrixView<'_>,
    Outcome,
    Since,
    SplitOutcome,
    WhatIf,
    WorkloadsOutcome,
}

/// Only a map with other keys than texts has no JSON, and no document holds one.
pub(super) fn document(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a document of texts and lists");
    text.push('\n');
    match sanitize_json(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(sanitized) => sanitized,
    }
}

/// JSON in which what could steer a terminal or reorder a line is escaped; it stands for the same.
#[must_use]
pub fn sanitize_json(json: &str) -> Cow<'_, str> {
    let steers = |c: char| is_unsafe(c) && !matches!(c, '\n' | '\t' | '\r');
    if json.bytes().all(|byte| byte.is_ascii() && byte != 0x7f) || !json.contains(steers) {
        return Cow::Borrowed(json);
    }
    let mut sanitized = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if steers(c) {
            let _ = write!(sanitized, "\\u{:04x}", u32::from(c));
        } else {
            sanitized.push(c);
        }
    }
    Cow::Owned(sanitized)
}
