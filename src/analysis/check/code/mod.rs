//! The codes of findings: what each means, how it fails, and what to do.

mod deployment;
mod file;

use serde::Serialize;

use crate::load::Severity;

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FindingCode {
    /// The stable id, such as `flag-refused`.
    pub id: &'static str,
    /// How bad it is; where that depends on what is found, the worst that it can be.
    pub severity: Severity,
    /// What it is, as the end of a sentence.
    pub title: &'static str,
    /// What it means and how it fails, in a few sentences.
    pub meaning: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// Lines that are found so.
    pub example: &'static str,
}

/// Codes as JSON: the shape `dynamo-plan/check-codes/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FindingCodes {
    /// The name of the shape and its version.
    pub schema: &'static str,
    /// The version of this tool.
    pub tool: &'static str,
    /// The codes.
    pub codes: Vec<FindingCode>,
}

impl FindingCodes {
    /// Some codes.
    #[must_use]
    pub fn new(codes: Vec<FindingCode>) -> Self {
        let (schema, tool) = ("dynamo-plan/check-codes/v1", env!("CARGO_PKG_VERSION"));
        FindingCodes { schema, tool, codes }
    }
}

/// Every code: those of the matrix first, then those of flags, routing, other features, reading, releases and
/// interfaces.
pub fn finding_codes() -> impl Iterator<Item = &'static FindingCode> {
    deployment::CODES.iter().chain(&file::CODES)
}

/// The code with this id.
#[must_use]
pub fn finding_code(id: &str) -> Option<&'static FindingCode> {
    finding_codes().find(|code| code.id == id)
}

/// The codes that look like a wrong one, best first.
#[must_use]
pub fn nearest_codes(wrong: &str) -> Vec<String> {
    let known = finding_codes().map(|code| code.id);
    crate::load::nearest(wrong, known).into_iter().map(str::to_owned).collect()
}

const fn code(
    id: &'static str,
    severity: Severity,
    title: &'static str,
    [meaning, fix, example]: [&'static str; 3],
) -> FindingCode {
    FindingCode { id, severity, title, meaning, fix, example }
}
