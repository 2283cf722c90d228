//! Rule files: facts beyond the published tables.

use super::document::releases;
use super::entries::{self, TermNames};
use super::fields::{TableFields, terms};
use super::files;
use super::placed::Placed;
use super::suggest::shown;
use crate::load::problems::Problems;
use crate::matrix::{Rule, RuleSet, Vocabulary};

/// The first line of a rule file.
pub(super) const FORMAT: &str = "dynamo-plan/rules/v1";

impl TermNames for Vocabulary {
    fn knows(&self, id: &str) -> bool {
        self.ids().any(|known| known == id)
    }

    fn unknown(&self, name: &Placed<String>, problems: &Problems) {
        let otherwise = "write the id of a feature that the vocabulary lists";
        let what = "feature or group";
        super::grid::unknown(name, "unknown-feature", what, self.ids(), otherwise, problems);
    }
}

/// Reads a rule set; `None` where something is wrong with it, which has been noted.
pub(super) fn read(text: &str, vocabulary: &Vocabulary, problems: &Problems) -> Option<RuleSet> {
    let table = files::parse(text, 0, problems)?;
    let root =
        TableFields::new(&table, files::whole(0), &["format", "id", "summary", "rule"], problems);
    files::check_format(&root, FORMAT, problems);
    let id = root.required_text("id");
    let summary = root.required_text("summary");
    let keys = ["id", "backend", "terms", "level", "releases", "reason", "source"];
    let entries = root.tables("rule", &keys);
    let rules: Vec<Rule> =
        entries.iter().filter_map(|entry| rule(entry, vocabulary, problems)).collect();
    for (i, rule) in rules.iter().enumerate() {
        if rules[..i].iter().any(|earlier| earlier.id == rule.id) {
            let message = format!("two rules are called `{}`", shown(&rule.id));
            problems.error("duplicate-rule", entries[i].place(), message, "rename one of the two");
        }
    }
    Some(RuleSet { id: id?.value, summary: summary?.value, rules })
}

fn rule(entry: &TableFields<'_>, vocabulary: &Vocabulary, problems: &Problems) -> Option<Rule> {
    let id = entry.required_text("id");
    let reason = entry.required_text("reason");
    let source = entry.required_text("source");
    let level = entry.required_text("level");
    let level = level.and_then(|level| entries::level(&level, false, problems));
    let releases = releases(entry, problems);
    let written = entry.value("terms");
    if written.is_none() {
        entry.missing("terms");
    }
    let held = written.and_then(|value| {
        let written = terms(&value, problems)?;
        entries::terms(&written, vocabulary, Some(&vocabulary.dimension), problems)
    });
    let backends = entry.texts("backend").into_iter().filter_map(|name| {
        let known = vocabulary.backend(&name.value).map(|backend| backend.id.clone());
        if known.is_none() {
            let known = vocabulary.backends.iter().map(|backend| backend.id.as_str());
            let otherwise = "write the id of a backend that the vocabulary lists";
            super::grid::unknown(&name, "unknown-backend", "backend", known, otherwise, problems);
        }
        known
    });
    Some(Rule {
        backends: backends.collect(),
        id: id?.value,
        terms: held?,
        level: level?,
        releases: releases.map(|range| range.value).unwrap_or_default(),
        reason: reason?.value,
        source: source?.value,
    })
}
