//! The JSON of what the program answers, one document per answer.

use serde::Serialize;

use super::list::ListView;
use super::matrix::MatrixView;
use crate::audit::analyze::Analysis;
use crate::audit::whatif::WhatIf;
use crate::audit::{Diff, Lint, Since};
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
fn document(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a document of texts and lists");
    text.push('\n');
    text
}
