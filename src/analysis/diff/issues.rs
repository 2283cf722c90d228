//! What is known to break, be limited or be deprecated in one of two releases only: rules, and notes that
//! change no level.

use itertools::Itertools;
use serde::{Deserialize, Serialize};

use crate::matrix::{Backend, Level, Matrix, Note, NoteKind, Release, Rule, Term};
use crate::plan::{OneOrMany, Planner};

/// The rules, known issues and deprecations of one of two releases only, for each backend of both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueChanges {
    /// Those of the new release only.
    pub gained: Vec<IssueChange>,
    /// Those of the old release that a release up to the new one is stated to fix.
    pub fixed: Vec<IssueChange>,
    /// The others of the old release only: what became of them, or whether the new release has them
    /// too, is not known.
    pub unknown: Vec<IssueChange>,
}

/// A rule or a note of one of two releases only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IssueChange {
    /// The rule's id; `None` for a note, which changes no level.
    pub rule: Option<String>,
    /// The id of the rule's set.
    pub set: Option<String>,
    /// The kind of note that it is, or that shows the rule.
    pub kind: NoteKind,
    /// The backend.
    pub backend: String,
    /// What must hold for it to count; `fact=…` is a fact of the deployment.
    pub terms: Vec<Term>,
    /// The level of support that the rule sets.
    pub level: Option<Level>,
    /// Whether it works then with a known limit.
    pub caveat: bool,
    /// Why.
    pub text: String,
    /// What helps, where something does.
    pub workaround: Option<String>,
    /// The release that is stated to fix it.
    pub fixed_in: Option<String>,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses in the same order, `None` where one is not known; empty where none is.
    pub url: OneOrMany<Option<String>>,
}

impl IssueChanges {
    /// The changes from one planner's matrix to the other's, by backend, then by rule and terms.
    pub(super) fn between(before: &Planner, after: &Planner) -> Self {
        let mut changes = IssueChanges::default();
        let [old, new] = [before, after].map(|planner| planner.matrices().first());
        let (Some(old), Some(new)) = (old, new) else { return changes };
        for is in &new.backends {
            let Some(was) = old.backend(&is.id) else { continue };
            let was = issues(before, old, was);
            let is = issues(after, new, is);
            let only = |these: &[IssueChange], those: &[IssueChange]| {
                let known = |issue: &&IssueChange| !those.iter().any(|other| issue.says_as(other));
                these.iter().filter(known).cloned().collect::<Vec<_>>()
            };
            changes.gained.extend(only(&is, &was));
            for issue in only(&was, &is) {
                let is_fixed = issue.is_fixed_by(new.release.as_ref());
                let list = if is_fixed { &mut changes.fixed } else { &mut changes.unknown };
                list.push(issue);
            }
        }
        for list in [&mut changes.gained, &mut changes.fixed, &mut changes.unknown] {
            list.sort_by(|a, b| a.listing_key().cmp(&b.listing_key()));
        }
        changes
    }

    /// Every change.
    pub fn all(&self) -> impl Iterator<Item = &IssueChange> {
        self.gained.iter().chain(&self.fixed).chain(&self.unknown)
    }
}

/// What is known to break on a backend, be limited by a rule, or be deprecated.
fn issues(planner: &Planner, matrix: &Matrix, backend: &Backend) -> Vec<IssueChange> {
    let rules = planner.every_rule(&backend.id).into_iter();
    let rules = rules.map(|(set, rule)| IssueChange::of_rule(&set, &rule, matrix, &backend.id));
    let of_cells = backend.cells.iter().flat_map(|cell| {
        let terms: &[Term] = &cell.terms;
        cell.notes.iter().map(move |note| (terms, note))
    });
    let of_backend = backend.notes.iter().map(|note| (&[][..], note));
    let is_issue = |note: &Note| matches!(note.kind, NoteKind::KnownIssue | NoteKind::Deprecated);
    let notes = of_cells.chain(of_backend).filter(|(_, note)| is_issue(note));
    let notes = notes.map(|(terms, note)| IssueChange::of_note(terms, note, matrix, &backend.id));
    rules.chain(notes).collect()
}

impl IssueChange {
    fn of_rule(set: &str, rule: &Rule, matrix: &Matrix, backend: &str) -> Self {
        let note = rule.note(set);
        IssueChange {
            rule: Some(rule.id.clone()),
            set: Some(set.to_owned()),
            level: Some(rule.level),
            caveat: rule.caveat,
            ..IssueChange::of_note(&rule.terms, &note, matrix, backend)
        }
    }

    fn of_note(terms: &[Term], note: &Note, matrix: &Matrix, backend: &str) -> Self {
        IssueChange {
            rule: None,
            set: None,
            kind: note.kind,
            backend: backend.to_owned(),
            terms: terms.iter().chain(&note.when).cloned().sorted().dedup().collect(),
            level: None,
            caveat: false,
            text: note.text.clone(),
            workaround: note.workaround.clone(),
            fixed_in: note.fixed_in.clone(),
            source: OneOrMany(note.sources.clone()),
            url: OneOrMany(matrix.urls(&note.sources, note.repository.as_deref())),
        }
    }

    /// Whether two say the same of the same terms, wherever they were read.
    fn says_as(&self, other: &IssueChange) -> bool {
        let key = |it: &IssueChange| (it.rule.clone(), it.level, it.caveat, it.kind);
        key(self) == key(other) && self.terms == other.terms && self.text == other.text
    }

    /// Whether a release up to this one is stated to fix it.
    fn is_fixed_by(&self, release: Option<&Release>) -> bool {
        let fixed = self.fixed_in.as_deref().map(Release::new);
        fixed.zip(release).is_some_and(|(fixed, release)| fixed <= *release)
    }

    /// Whether it makes something worse than without it, rather than say that a companion helps.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        let by_rule = self.caveat || self.level.is_some_and(|level| level > Level::Supported);
        by_rule || (self.rule.is_none() && self.kind == NoteKind::KnownIssue)
    }

    fn listing_key(&self) -> (&str, bool, Option<&str>, &[Term], &str) {
        (&self.backend, self.rule.is_none(), self.rule.as_deref(), &self.terms, &self.text)
    }
}
