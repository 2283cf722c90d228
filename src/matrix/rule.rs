//! Rules: what holds beyond the published tables, counted only when asked for.

use serde::{Deserialize, Serialize};

use super::{Cell, Level, Note, NoteKind, Release, ReleaseRange, Term};

/// Rules that are switched on together, such as `deployability`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSet {
    /// The id that a request names.
    pub id: String,
    /// The subject of the rules, in one sentence.
    pub summary: String,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// One fact beyond the published tables: where its terms hold together, support is at this level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The id, unique in its set.
    pub id: String,
    /// The backends that it is about; every one where empty.
    pub backends: Vec<String>,
    /// The terms that must hold for the rule to count, sorted and without repeats.
    pub terms: Vec<Term>,
    /// The level of support then.
    pub level: Level,
    /// The releases that it is about.
    pub releases: ReleaseRange,
    /// The reason.
    pub reason: String,
    /// The document that says so.
    pub source: String,
}

impl Rule {
    /// Whether the rule is about this backend in this release. A rule for some releases says
    /// nothing about a model that names none.
    #[must_use]
    pub fn applies_to(&self, release: Option<&Release>, backend: &str) -> bool {
        let in_range = match release {
            Some(release) => self.releases.contains(release),
            None => self.releases.is_unbounded(),
        };
        in_range && (self.backends.is_empty() || self.backends.iter().any(|b| b == backend))
    }

    /// The rule as a cell, with its reason as a note.
    #[must_use]
    pub fn cell(&self) -> Cell {
        let mut cell = Cell::new(self.terms.iter().cloned(), self.level, self.source.clone());
        cell.notes.push(Note {
            kind: NoteKind::Limit,
            text: self.reason.clone(),
            source: Some(self.source.clone()),
        });
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_about_its_backends_and_releases_alone() {
        let rule = Rule {
            id: "x".to_owned(),
            backends: vec!["vllm".to_owned()],
            terms: vec![Term::on("lora")],
            level: Level::Unsupported,
            releases: "<1.3.0".parse().unwrap(),
            reason: "because".into(),
            source: "docs/x.md".into(),
        };
        let old = Release::new("1.2.1");
        assert!(rule.applies_to(Some(&old), "vllm"));
        assert!(!rule.applies_to(Some(&old), "sglang"));
        assert!(!rule.applies_to(Some(&Release::new("1.3.0")), "vllm"));
        assert!(!rule.applies_to(None, "vllm"));
        let anywhere = Rule { backends: Vec::new(), releases: ReleaseRange::default(), ..rule };
        assert!(anywhere.applies_to(None, "sglang"));
        assert_eq!(anywhere.cell().notes[0].text, "because");
    }
}
