//! Findings in the Static Analysis Results Interchange Format (SARIF 2.1.0, an OASIS standard), which code
//! hosts and editors read.

use std::fmt::Write;

use serde::Serialize;

use super::{FileFinding, json};
use crate::load::Severity;

/// The schema that the standard publishes for its documents.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A document of one run, whose rules are the codes of its findings.
#[derive(Debug, Serialize)]
struct SarifLog<'f> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'f>; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'f> {
    tool: SarifTool<'f>,
    column_kind: &'static str,
    results: Vec<SarifResult<'f>>,
}

#[derive(Debug, Serialize)]
struct SarifTool<'f> {
    driver: SarifDriver<'f>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifDriver<'f> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<SarifRule<'f>>,
}

#[derive(Debug, Serialize)]
struct SarifRule<'f> {
    id: &'f str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'f> {
    rule_id: &'f str,
    rule_index: usize,
    level: &'static str,
    message: SarifMessage,
    locations: [SarifLocation; 1],
}

#[derive(Debug, Serialize)]
struct SarifMessage {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation {
    physical_location: SarifPlace,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifPlace {
    artifact_location: SarifArtifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<SarifRegion>,
}

#[derive(Debug, Serialize)]
struct SarifArtifact {
    uri: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRegion {
    start_line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<usize>,
}

/// The findings as a SARIF document.
#[must_use]
pub fn sarif(findings: &[FileFinding]) -> String {
    let mut codes: Vec<&str> = findings.iter().map(|found| found.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let results = findings.iter().map(|found| result(found, &codes)).collect();
    let driver = SarifDriver {
        name: "dynamo-plan",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: codes.iter().map(|id| SarifRule { id }).collect(),
    };
    json::document(&SarifLog {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [SarifRun { tool: SarifTool { driver }, column_kind: "unicodeCodePoints", results }],
    })
}

fn result<'f>(found: &'f FileFinding, codes: &[&str]) -> SarifResult<'f> {
    let region =
        found.line.map(|start_line| SarifRegion { start_line, start_column: found.column });
    let artifact_location = SarifArtifact { uri: reference(&found.path) };
    SarifResult {
        rule_id: &found.code,
        rule_index: codes.binary_search(&found.code.as_str()).unwrap_or_default(),
        level: match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: SarifMessage { text: found.in_full() },
        locations: [SarifLocation { physical_location: SarifPlace { artifact_location, region } }],
    }
}

/// A path as a reference (RFC 3986): relative to where the program ran, unless it is absolute or an
/// address. What may not stand in one as it is becomes the codes of its bytes.
fn reference(path: &str) -> String {
    if path.starts_with("https://") || path.starts_with("http://") {
        return path.to_owned();
    }
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'\\' if cfg!(windows) => out.push('/'),
            byte if byte.is_ascii_alphanumeric() || b"-._~/#".contains(&byte) => {
                out.push(char::from(byte));
            }
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn paths_are_references() {
        assert_eq!(reference("docs/a b:c.md"), "docs/a%20b%3Ac.md");
        assert_eq!(reference("docs/x.md#part-1"), "docs/x.md#part-1");
        assert_eq!(reference("https://a.b/c?d"), "https://a.b/c?d");
    }
}
