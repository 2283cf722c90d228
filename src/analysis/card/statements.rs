//! What is said of a feature, group, backend, fact or serving pattern: notes, and rules that name it.

use serde::{Deserialize, Serialize};

use super::{CardSources, CardSubject};
use crate::matrix::{Cell, Level, Matrix, Note, NoteKind, Release, Rule, Term, source_urls};
use crate::plan::OneOrMany;

/// What a note or a rule says of the thing that a card is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CardStatement {
    /// The id of the rule that says so; `None` for a note.
    pub rule: Option<String>,
    /// The kind of statement.
    pub kind: NoteKind,
    /// The level that the rule gives; `None` for a note, which changes none.
    pub level: Option<Level>,
    /// Whether the rule says that it works with a known limit.
    pub caveat: bool,
    /// The backends that it is about, by id.
    pub backends: Vec<String>,
    /// The terms that hold together.
    pub terms: Vec<Term>,
    /// What must hold beside them.
    pub when: Vec<Term>,
    /// The releases that it is about, as ranges; empty where it is told of the release of the card alone.
    pub releases: OneOrMany,
    /// What is said.
    pub text: String,
    /// What helps, where something does.
    pub workaround: Option<String>,
    /// The release that is stated to fix it.
    pub fixed_in: Option<String>,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses in the same order, `None` where one is not known; empty where none is.
    pub url: OneOrMany<Option<String>>,
    /// The signals whose settings do all that it asks for. No part of the JSON.
    #[serde(skip)]
    pub set_by: Vec<String>,
}

/// What is said of a subject: by kind, rules first, then in the order of the matrix.
pub(super) fn about(sources: &CardSources<'_>, subject: &CardSubject<'_>) -> Vec<CardStatement> {
    let ids = ids(subject);
    let is_of_release = |matrix: &&Matrix| matrix.release.as_ref() == sources.release;
    let everywhere = matches!(subject, CardSubject::Fact(_)) && !sources.is_chosen;
    let matrices = sources.every.matrices().iter();
    let matrices: Vec<&Matrix> =
        matrices.filter(|matrix| everywhere || is_of_release(matrix)).collect();
    let mut found = rules(sources, subject, &ids, &matrices);
    for matrix in matrices {
        let release = matrix.release.as_ref().filter(|_| everywhere);
        for backend in &matrix.backends {
            if matches!(subject, CardSubject::Backend(of) if of.id == backend.id) {
                backend.notes.iter().for_each(|note| {
                    add(
                        &mut found,
                        CardStatement::of_note(note, &[], matrix, &backend.id),
                        release,
                    );
                });
            }
            for cell in &backend.cells {
                for note in cell.notes.iter().filter(|note| is_about(note, cell, &ids)) {
                    let statement = CardStatement::of_note(note, &cell.terms, matrix, &backend.id);
                    add(&mut found, statement, release);
                }
            }
        }
    }
    found.iter_mut().for_each(|statement| statement.backends.sort());
    // The sort is stable: rules stay before notes.
    found.sort_by_key(|statement| statement.kind);
    found
}

/// The ids by which terms name a subject: a variant is meant by its group too.
fn ids(subject: &CardSubject<'_>) -> Vec<Term> {
    match subject {
        CardSubject::Feature(feature) => {
            let group = feature.group.iter().map(Term::on);
            [Term::on(&feature.id)].into_iter().chain(group).collect()
        }
        CardSubject::Group(group) => vec![Term::on(&group.id)],
        CardSubject::Fact(fact) => vec![Term::of_fact(&fact.id)],
        CardSubject::Pattern(dimension, choice) => vec![Term::on(dimension.term(choice))],
        CardSubject::Backend(_) => Vec::new(),
    }
}

/// Whether a note is about a subject: it stands on its own cell or waits for it, or it is a breakage of
/// it with something else. What else is said of pairs is for those who ask of the pair.
fn is_about(note: &Note, cell: &Cell, ids: &[Term]) -> bool {
    let names = |terms: &[Term]| terms.iter().any(|term| ids.contains(term));
    let is_own = names(&cell.terms) && cell.terms.iter().all(|term| ids.contains(term));
    let breaks = matches!(note.kind, NoteKind::KnownIssue | NoteKind::Deprecated);
    let pattern = ids.iter().any(|id| id.as_str().contains('='));
    is_own || names(&note.when) || names(&cell.terms) && (breaks || pattern)
}

/// The counting rules that name the subject, of the releases of some matrices.
fn rules(
    sources: &CardSources<'_>,
    subject: &CardSubject<'_>,
    ids: &[Term],
    matrices: &[&Matrix],
) -> Vec<CardStatement> {
    let Some(newest) = matrices.last() else { return Vec::new() };
    let mut found: Vec<CardStatement> = Vec::new();
    for matrix in matrices {
        for backend in &matrix.backends {
            let counts = |set: &crate::matrix::RuleSet| sources.rules.contains(&set.id);
            let rules = sources.every.rules(matrix.release.as_ref(), &backend.id, counts);
            for (set, rule) in rules {
                let names = |term: &Term| ids.iter().any(|id| id.id() == term.id());
                if !matches!(subject, CardSubject::Backend(_)) && rule.terms.iter().any(names) {
                    add(&mut found, CardStatement::of_rule(set, rule, newest, &backend.id), None);
                }
            }
        }
    }
    found
}

/// Adds a statement, or its backend and release to what says the same.
fn add(found: &mut Vec<CardStatement>, statement: CardStatement, release: Option<&Release>) {
    let at = found.iter().position(|known| known.says_as(&statement));
    let at = at.unwrap_or_else(|| {
        found.push(CardStatement { backends: Vec::new(), ..statement.clone() });
        found.len() - 1
    });
    let known = &mut found[at];
    for backend in statement.backends {
        if !known.backends.contains(&backend) {
            known.backends.push(backend);
        }
    }
    if let Some(release) = release.filter(|_| known.rule.is_none()) {
        known.extend_to(release);
    }
}

impl CardStatement {
    fn of_note(note: &Note, terms: &[Term], matrix: &Matrix, backend: &str) -> Self {
        CardStatement {
            rule: None,
            kind: note.kind,
            level: None,
            caveat: false,
            backends: vec![backend.to_owned()],
            terms: terms.to_vec(),
            when: note.when.clone(),
            releases: OneOrMany::default(),
            text: note.text.clone(),
            workaround: note.workaround.clone(),
            fixed_in: note.fixed_in.clone(),
            url: OneOrMany(matrix.urls(&note.sources, note.repository.as_deref())),
            source: OneOrMany(note.sources.clone()),
            set_by: note.set_by.clone(),
        }
    }

    fn of_rule(set: &str, rule: &Rule, newest: &Matrix, backend: &str) -> Self {
        let repository = rule.repository.as_deref();
        // A rule is about several releases, so that a path without a commit has no address.
        let url = source_urls(&rule.sources, repository, &newest.provenance, None);
        CardStatement {
            rule: Some(rule.id.clone()),
            level: Some(rule.level),
            caveat: rule.caveat,
            releases: OneOrMany(rule.releases.iter().map(ToString::to_string).collect()),
            url: OneOrMany(url),
            ..CardStatement::of_note(&rule.note(set), &rule.terms, newest, backend)
        }
    }

    /// Whether another statement says the same, perhaps of another backend or release.
    fn says_as(&self, other: &CardStatement) -> bool {
        let said =
            |it: &CardStatement| (it.rule.clone(), it.kind, it.text.clone(), it.when.clone());
        said(self) == said(other) && self.terms == other.terms
    }

    /// Takes in a release that is newer than those that it is about. A range goes from the first to the
    /// last.
    fn extend_to(&mut self, release: &Release) {
        let first = match self.releases.0.first() {
            None => release.to_string(),
            Some(range) => range.split(',').next().unwrap_or_default().replace(">=", ""),
        };
        let range = match first == release.as_str() {
            true => first,
            false => format!(">={first}, <={release}"),
        };
        self.releases = OneOrMany(vec![range]);
    }
}
