//! The file of what is wrong or worth knowing of deployments.

use super::super::fields::TableFields;
use super::super::files;
use super::super::suggest::shown;
use super::{releases, text, texts};
use crate::load::problems::Problems;
use crate::matrix::UpgradeEffect;
use crate::matrix::deploy::{CheckRule, RuleProcess, RuleSeverity};

/// The first line of such a file.
const FORMAT: &str = "dynamo-plan/findings/v1";

/// The keys of a `[[finding]]`.
const KEYS: [&str; 16] = [
    "code",
    "severity",
    "effect",
    "releases",
    "backend",
    "api",
    "feature",
    "without-feature",
    "sign",
    "without-sign",
    "not-part",
    "process",
    "tag",
    "message",
    "fix",
    "source",
];

/// Reads the findings; `None` where the text is no TOML.
pub(in crate::load::model) fn read(text: &str, problems: &Problems) -> Option<Vec<CheckRule>> {
    let table = files::parse(text, 0, problems)?;
    let root =
        TableFields::new(&table, files::whole(0), &["format", "repository", "finding"], problems);
    files::check_format(&root, FORMAT, problems);
    let rows = root.tables("finding", &KEYS);
    Some(rows.iter().filter_map(|row| rule(row, problems)).collect())
}

fn rule(row: &TableFields<'_>, problems: &Problems) -> Option<CheckRule> {
    let (code, message) = (row.filled_text("code"), row.filled_text("message"));
    let severity = severity(row, problems);
    Some(CheckRule {
        code: code?.value,
        severity: severity?,
        effect: effect(row, problems),
        releases: releases(row, problems),
        backend: text(row, "backend"),
        api: text(row, "api"),
        features: texts(row, "feature"),
        without_features: texts(row, "without-feature"),
        signs: texts(row, "sign"),
        without_signs: texts(row, "without-sign"),
        not_part: text(row, "not-part"),
        process: row.table("process", &["role", "part", "module", "flag", "without"]).map(|row| {
            RuleProcess {
                role: text(&row, "role"),
                part: text(&row, "part"),
                modules: texts(&row, "module"),
                flags: texts(&row, "flag"),
                without: texts(&row, "without"),
            }
        }),
        tag: text(row, "tag"),
        message: message?.value,
        fix: text(row, "fix"),
        sources: texts(row, "source"),
    })
}

/// How a finding fails, where it says so.
fn effect(row: &TableFields<'_>, problems: &Problems) -> Option<UpgradeEffect> {
    let written = row.text("effect")?;
    let known = UpgradeEffect::ALL.into_iter().find(|effect| effect.id() == written.value);
    if known.is_none() {
        let message = format!("`{}` is no effect", shown(&written.value));
        let names = UpgradeEffect::ALL.map(|effect| format!("`{}`", effect.id())).join(", ");
        problems.error("unknown-effect", &written.place, message, format!("write one of {names}"));
    }
    known
}

fn severity(row: &TableFields<'_>, problems: &Problems) -> Option<RuleSeverity> {
    let written = row.required_text("severity")?;
    match written.value.as_str() {
        "note" => Some(RuleSeverity::Note),
        "warning" => Some(RuleSeverity::Warning),
        "error" => Some(RuleSeverity::Error),
        other => {
            let message = format!("`{}` is no severity", shown(other));
            let help = "write `note`, `warning` or `error`";
            problems.error("unknown-severity", &written.place, message, help);
            None
        }
    }
}
