//! Rule files: what holds beyond the published tables.

use super::document::{releases, repository};
use super::entries::{self, TermNames};
use super::fields::{TableFields, terms};
use super::files;
use super::placed::Placed;
use super::suggest::shown;
use crate::load::problems::Problems;
use crate::matrix::{Level, Rule, RuleSet, Vocabulary};

/// The first line of a rule file.
pub(super) const FORMAT: &str = "dynamo-plan/rules/v1";

/// The keys of a `[[rule]]`.
const RULE_KEYS: [&str; 9] =
    ["id", "backend", "terms", "level", "releases", "reason", "workaround", "fixed-in", "source"];

/// The level of a rule that says that something works with a known limit.
const CAVEAT: &str = "caveat";

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
    let root = TableFields::new(
        &table,
        files::whole(0),
        &["format", "id", "summary", "repository", "rule"],
        problems,
    );
    files::check_format(&root, FORMAT, problems);
    let id = root.required_text("id");
    let summary = root.required_text("summary");
    let entries = root.tables("rule", &RULE_KEYS);
    let repository = root.text("repository").and_then(|at| repository(&at, problems));
    let rule = |entry: &TableFields<'_>| {
        let rule = rule(entry, vocabulary, problems)?;
        Some(Rule { repository: repository.clone(), ..rule })
    };
    let rules: Vec<Rule> = entries.iter().filter_map(rule).collect();
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
    let reason = entry.filled_text("reason");
    let level = entry.required_text("level").and_then(|level| level_of(&level, problems));
    let releases = releases(entry, problems);
    for key in ["terms", "source"].into_iter().filter(|key| entry.value(key).is_none()) {
        entry.missing(key);
    }
    let held = entry.value("terms").and_then(|value| {
        let written = terms(&value, problems)?;
        let Vocabulary { dimension, facts, .. } = vocabulary;
        entries::terms(&written, vocabulary, Some(dimension), Some(facts), problems)
    });
    let (level, caveat) = level?;
    Some(Rule {
        backends: backends(entry, vocabulary, problems),
        id: id?.value,
        terms: held?,
        level,
        caveat,
        releases: releases.into_iter().map(|range| range.value).collect(),
        reason: reason?.value,
        workaround: entry.text("workaround").map(|at| at.value),
        fixed_in: entry.text("fixed-in").map(|at| at.value),
        sources: entry.texts("source").into_iter().map(|at| at.value).collect(),
        repository: None,
    })
}

/// The level that a rule writes, and whether it is a caveat.
fn level_of(written: &Placed<String>, problems: &Problems) -> Option<(Level, bool)> {
    if written.value.trim() == CAVEAT {
        return Some((Level::Supported, true));
    }
    entries::level(written, false, problems).map(|level| (level, false))
}

/// The backends that an entry is about; every one where it does not say.
pub(super) fn backends(
    entry: &TableFields<'_>,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Vec<String> {
    let backends = entry.texts("backend").into_iter().filter_map(|name| {
        let known = vocabulary.backend(&name.value).map(|backend| backend.id.clone());
        if known.is_none() {
            let known = vocabulary.backends.iter().map(|backend| backend.id.as_str());
            let otherwise = "write the id of a backend that the vocabulary lists";
            super::grid::unknown(&name, "unknown-backend", "backend", known, otherwise, problems);
        }
        known
    });
    backends.collect()
}
