//! Rules: what holds beyond the published tables.

use serde::{Deserialize, Serialize};

use super::{Level, Note, NoteKind, Release, ReleaseRange, Term};

/// Rules that count together, such as `deployability`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSet {
    /// The id that a request names.
    pub id: String,
    /// The subject of the rules, in one sentence.
    pub summary: String,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// One statement beyond the published tables: where its terms hold together, support is at this level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The id, unique over all sets.
    pub id: String,
    /// The backends that it is about; every one where empty.
    pub backends: Vec<String>,
    /// What must hold for the rule to count, sorted and without repeats. A `fact=…` among them holds
    /// where a request states the fact.
    pub terms: Vec<Term>,
    /// The level of support then.
    pub level: Level,
    /// Whether it works then with a known limit.
    pub caveat: bool,
    /// The releases that it is about: those of any of the ranges, all where there is none.
    pub releases: Vec<ReleaseRange>,
    /// Why this is so.
    pub reason: String,
    /// What helps, where something does.
    pub workaround: Option<String>,
    /// The release that is stated to fix it.
    pub fixed_in: Option<String>,
    /// The documents that say so.
    pub sources: Vec<String>,
    /// The repository that paths among them are of, where it is not the matrix's.
    pub repository: Option<String>,
}

impl Rule {
    /// Whether the rule is about this backend in this release. A model that names no release meets
    /// only rules for every release.
    #[must_use]
    pub fn applies_to(&self, release: Option<&Release>, backend: &str) -> bool {
        self.applies_to_backend(backend) && self.is_in_range(release)
    }

    /// Whether the rule is about this backend, in some release.
    #[must_use]
    pub fn applies_to_backend(&self, backend: &str) -> bool {
        self.backends.is_empty() || self.backends.iter().any(|known| known == backend)
    }

    /// Whether the rule is about this release, on some backend.
    #[must_use]
    pub fn is_in_range(&self, release: Option<&Release>) -> bool {
        self.releases.is_empty()
            || self.releases.iter().any(|range| match release {
                Some(release) => range.contains(release),
                None => range.is_unbounded(),
            })
    }

    /// The ids of the facts that a request must state for the rule to count.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(Term::fact)
    }

    /// The reason as a note: of a rule of `known-issues` it is a known issue, else a limit or, where
    /// the rule says that something works, a remark.
    #[must_use]
    pub fn note(&self, set: &str) -> Note {
        let kind = match (set, self.level) {
            (KNOWN_ISSUES, _) => NoteKind::KnownIssue,
            (_, Level::Supported) if !self.caveat => NoteKind::Info,
            _ => NoteKind::Limit,
        };
        Note {
            kind,
            text: self.reason.clone(),
            workaround: self.workaround.clone(),
            fixed_in: self.fixed_in.clone(),
            sources: self.sources.clone(),
            repository: self.repository.clone(),
            ..Note::default()
        }
    }
}

/// The bundled sets, which all count unless a request chooses others.
pub const DEFAULT_RULES: [&str; 2] = ["deployability", KNOWN_ISSUES];

/// The set of breakages that are stated for a release.
pub const KNOWN_ISSUES: &str = "known-issues";

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
            caveat: false,
            releases: vec!["<1.3.0".parse().unwrap()],
            reason: "because".into(),
            workaround: None,
            fixed_in: None,
            sources: vec!["docs/x.md".into()],
            repository: None,
        };
        let old = Release::new("1.2.1");
        assert!(rule.applies_to(Some(&old), "vllm"));
        assert!(!rule.applies_to(Some(&old), "sglang"));
        assert!(!rule.applies_to(Some(&Release::new("1.3.0")), "vllm"));
        assert!(!rule.applies_to(None, "vllm"));
        let anywhere = Rule { backends: Vec::new(), releases: Vec::new(), ..rule };
        assert!(anywhere.applies_to(None, "sglang"));
        assert_eq!(anywhere.note("deployability").kind, NoteKind::Limit);
        assert_eq!(anywhere.note(KNOWN_ISSUES).kind, NoteKind::KnownIssue);
    }
}
