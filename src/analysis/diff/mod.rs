//! Two matrices in, their differences out: the cells, and the requests that were won and lost by
//! it.

use itertools::Itertools;

mod issues;
mod request_diff;
mod since;
mod stated;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::load::bundle;
use crate::matrix::{Cell, Level, Matrix, Note, NoteKind, Platform, RuleSet, Term};
use crate::plan::{MatrixRef, Notice, Outcome, Planner, unrecorded_issues};
use crate::request::{PlatformFacts, Request};

pub use issues::{IssueChange, IssueChanges};
pub use request_diff::diff_of;
pub use since::{History, LevelChange, Since, since, since_within};
pub use stated::{Stated, stated};

/// The differences between two matrices. Serialises as `dynamo-plan/diff/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Diff {
    /// The name of the shape and its version.
    pub schema: String,
    /// The version of this tool.
    pub tool: String,
    /// The two matrices, the old one first.
    pub matrices: Vec<MatrixRef>,
    /// The old matrix.
    pub old: MatrixRef,
    /// The new matrix.
    pub new: MatrixRef,
    /// The features and backends that only the new matrix lists.
    pub added: Listed,
    /// The features and backends that only the old matrix lists.
    pub removed: Listed,
    /// Every cell whose level changed, by backend, then in listing order.
    pub cells: Vec<CellChange>,
    /// Every cell that gained or lost its caveat at the same level, in the same order.
    pub caveats: Vec<CaveatChange>,
    /// Every backend whose engine version or CUDA toolkits changed, by backend; none where either
    /// matrix states no such facts.
    pub pins: Vec<PinChange>,
    /// The rules, known issues and deprecations of one of the two releases only.
    pub issues: IssueChanges,
    /// The smallest requests that have a plan now and had none.
    pub won: Vec<Witness>,
    /// The smallest requests that had a plan and have none now.
    pub lost: Vec<Witness>,
    /// The one request that the changes were narrowed to.
    pub request: Option<Request>,
    /// Its answer before.
    pub before: Option<Outcome>,
    /// Its answer now.
    pub after: Option<Outcome>,
    /// Remarks that are no part of the answer itself.
    pub notices: Vec<Notice>,
}

/// Features and backends, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The features.
    pub features: Vec<String>,
    /// The backends.
    pub backends: Vec<String>,
}

/// A cell that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CellChange {
    /// The backend's id.
    pub backend: String,
    /// The cell's terms.
    pub terms: Vec<Term>,
    /// Its level before; `None` where there was no such cell.
    pub old: Option<Level>,
    /// Its level now; `None` where there is no such cell.
    pub new: Option<Level>,
    /// Whether it got better or worse.
    pub change: Direction,
}

/// A cell that gained or lost its caveat at the same level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaveatChange {
    /// The backend's id.
    pub backend: String,
    /// The cell's terms.
    pub terms: Vec<Term>,
    /// Whether it had a known limit.
    pub old: bool,
    /// Whether it has one now.
    pub new: bool,
    /// What the limit is, where the matrix that has it says so.
    pub text: Option<String>,
}

/// A backend whose engine version or CUDA toolkits changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinChange {
    /// The backend's id.
    pub backend: String,
    /// The pins of the old matrix.
    pub old: Pins,
    /// The pins of the new matrix.
    pub new: Pins,
}

/// The pins of a release for a backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// The engine version, where one is stated.
    pub engine: Option<String>,
    /// The CUDA toolkits that it is built for, and the drivers that they need.
    pub platforms: Vec<Platform>,
}

/// The direction in which a cell changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// A better level.
    Better,
    /// A worse level.
    Worse,
    /// There was no such cell.
    New,
    /// There is no such cell now.
    Gone,
}

/// A smallest request that was won or lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Witness {
    /// The features that it needs together.
    pub need: Vec<String>,
    /// The backends on which it was won or lost.
    pub backends: Vec<String>,
}

/// What changed from one matrix to another at an accept level, where these rules count.
#[must_use]
pub fn diff(old: &Matrix, new: &Matrix, accept: Level, rules: &[RuleSet]) -> Diff {
    let both = [old.clone(), new.clone()];
    let [before, after] = [old, new].map(|matrix| {
        Planner::new(vec![matrix.clone()])
            .knowing(&both)
            .with_rules(rules.to_vec())
            .with_newest_known(bundle::newest_known())
    });
    let mut diff = changed_cells(old, new);
    diff.issues = IssueChanges::between(&before, &after);
    let changed = changed_ids(&diff, &both, rules);
    let features = before.catalog().features().iter().map(|feature| feature.id.clone());
    let features = features.filter(|feature| changed.contains(feature)).collect_vec();
    diff.won = witnesses(&before, &after, accept, &features);
    diff.lost = witnesses(&after, &before, accept, &features);
    diff
}

/// The features that a request won or lost can name: those of changed cells, of rules that count on one
/// side only, and of their groups. A minimal conflict that is proved by one cell names features of that
/// cell alone; one that takes several cells is held together by [linking ids](linking_ids), so where a
/// changed cell has one of these, the features of every cell with one count too.
fn changed_ids(diff: &Diff, matrices: &[Matrix; 2], rules: &[RuleSet]) -> BTreeSet<String> {
    let changed_rules = diff.issues.all().filter(|issue| issue.rule.is_some());
    let changed = diff.cells.iter().flat_map(|cell| &cell.terms);
    let changed = changed.chain(changed_rules.flat_map(|rule| &rule.terms));
    let mut ids: BTreeSet<&str> = changed.map(Term::id).collect();
    let linking = linking_ids(matrices, rules);
    if !ids.is_disjoint(&linking) {
        let backends = matrices.iter().flat_map(|matrix| &matrix.backends);
        let cells = backends.flat_map(|backend| &backend.cells).map(|cell| &cell.terms[..]);
        let rules = rules.iter().flat_map(|set| &set.rules).map(|rule| &rule.terms[..]);
        for terms in cells.chain(rules) {
            if terms.len() > 1 && terms.iter().any(|term| linking.contains(term.id())) {
                ids.extend(terms.iter().map(Term::id));
            }
        }
    }
    let features = matrices.iter().flat_map(|matrix| &matrix.features);
    let touched = features.filter(|feature| {
        ids.contains(&*feature.id)
            || feature.group.as_deref().is_some_and(|group| ids.contains(group))
    });
    touched.map(|feature| feature.id.to_string()).collect()
}

/// The ids through which one cell bears on the features of another: what the dimension depends on,
/// its options and what they require, and every negated term.
fn linking_ids<'i>(matrices: &'i [Matrix; 2], rules: &'i [RuleSet]) -> BTreeSet<&'i str> {
    let mut ids = BTreeSet::new();
    for matrix in matrices {
        if let Some(dimension) = &matrix.dimension {
            ids.insert(dimension.when.as_str());
            ids.extend(dimension.options.iter().flat_map(|o| o.requires.iter().map(Term::id)));
        }
        let groups =
            matrix.features.iter().filter(|f| ids.contains(f.group.as_deref().unwrap_or_default()));
        let variants: Vec<&str> = groups.map(|feature| feature.id.as_str()).collect();
        ids.extend(variants);
    }
    let backends = matrices.iter().flat_map(|matrix| &matrix.backends);
    let cells = backends.flat_map(|backend| &backend.cells).flat_map(|cell| &cell.terms);
    let rules = rules.iter().flat_map(|set| &set.rules).flat_map(|rule| &rule.terms);
    let terms = cells.chain(rules);
    ids.extend(terms.filter(|t| t.is_negated() || t.id().contains('=')).map(Term::id));
    ids
}

/// Compares the cells alone.
pub(super) fn changed_cells(old: &Matrix, new: &Matrix) -> Diff {
    let recorded = bundle::recorded_ranges();
    Diff {
        schema: "dynamo-plan/diff/v1".to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        matrices: [old, new].map(MatrixRef::of).to_vec(),
        old: MatrixRef::of(old),
        new: MatrixRef::of(new),
        added: listed_only(new, old),
        removed: listed_only(old, new),
        cells: changes(old, new, cell_change),
        caveats: changes(old, new, caveat_change),
        pins: pin_changes(old, new),
        issues: IssueChanges::default(),
        won: Vec::new(),
        lost: Vec::new(),
        request: None,
        before: None,
        after: None,
        notices: unrecorded_issues(|| &recorded, new.release.iter()),
    }
}

/// Compares the pins of the backends that both matrices list.
fn pin_changes(old: &Matrix, new: &Matrix) -> Vec<PinChange> {
    let mut changes = Vec::new();
    let mut backends: Vec<_> = old.backends.iter().collect();
    backends.sort_by(|a, b| a.id.cmp(&b.id));
    for backend in backends {
        let Some(now) = new.backend(&backend.id) else { continue };
        let [old, new] = [backend, now].map(|backend| Pins {
            engine: backend.engine.clone(),
            // Pages list toolkits in orders of their own.
            platforms: backend.platforms.iter().sorted_by(by_toolkit).cloned().collect(),
        });
        let stated = |pins: &Pins| pins.engine.is_some() || !pins.platforms.is_empty();
        if old != new && stated(&old) && stated(&new) {
            changes.push(PinChange { backend: backend.id.clone(), old, new });
        }
    }
    changes
}

/// Older toolkits first; versions of the same length compare as text.
fn by_toolkit(a: &&Platform, b: &&Platform) -> Ordering {
    (a.cuda.len(), &a.cuda, a.min_driver).cmp(&(b.cuda.len(), &b.cuda, b.min_driver))
}

/// Lists the features and backends that one matrix has and the other has not.
fn listed_only(here: &Matrix, there: &Matrix) -> Listed {
    let features = here.features.iter().filter(|feature| there.feature(&feature.id).is_none());
    let backends = here.backends.iter().filter(|backend| there.backend(&backend.id).is_none());
    Listed {
        features: features.map(|feature| feature.id.to_string()).sorted().collect_vec(),
        backends: backends.map(|backend| backend.id.clone()).sorted().collect_vec(),
    }
}

/// Compares the cells of the two matrices with the same backend and terms, and keeps what is found.
fn changes<T>(
    old: &Matrix,
    new: &Matrix,
    compare: impl Fn(&str, Option<&Cell>, Option<&Cell>) -> Option<T>,
) -> Vec<T> {
    let backends = old.backends.iter().chain(&new.backends).map(|backend| &backend.id);
    let mut found = Vec::new();
    for backend in backends.into_iter().sorted().dedup() {
        let (old, new) = (cells(old, backend), cells(new, backend));
        for key in old.keys().chain(new.keys()).sorted().dedup() {
            found.extend(compare(backend, old.get(key).copied(), new.get(key).copied()));
        }
    }
    found
}

/// A backend's cells in listing order.
fn cells<'m>(matrix: &'m Matrix, backend: &str) -> BTreeMap<(usize, &'m [Term]), &'m Cell> {
    let cells = matrix.backend(backend).map(|backend| backend.cells.iter());
    cells.into_iter().flatten().map(|cell| ((cell.terms.len(), &cell.terms[..]), cell)).collect()
}

fn cell_change(backend: &str, old: Option<&Cell>, new: Option<&Cell>) -> Option<CellChange> {
    let terms = old.or(new)?.terms.to_vec();
    let (old, new) = (old.map(|cell| cell.level), new.map(|cell| cell.level));
    let change = match (old, new) {
        (Some(old), Some(new)) if new < old => Direction::Better,
        (Some(old), Some(new)) if new > old => Direction::Worse,
        (None, Some(_)) => Direction::New,
        (Some(_), None) => Direction::Gone,
        _ => return None,
    };
    Some(CellChange { backend: backend.to_owned(), terms, old, new, change })
}

fn caveat_change(backend: &str, old: Option<&Cell>, new: Option<&Cell>) -> Option<CaveatChange> {
    let (old, new) = (old?, new?);
    let limited = if new.caveat { new } else { old };
    let limits = |note: &&Note| matches!(note.kind, NoteKind::Limit | NoteKind::Info);
    (old.level == new.level && old.caveat != new.caveat).then(|| CaveatChange {
        backend: backend.to_owned(),
        terms: new.terms.to_vec(),
        old: old.caveat,
        new: new.caveat,
        text: limited.notes.iter().find(limits).map(|note| note.text.clone()),
    })
}

/// The smallest requests that fail before and have a plan after, with the backends on which that is
/// so.
///
/// A request that was won holds a minimal conflict of before, which itself has a plan after, so
/// these conflicts are the smallest.
fn witnesses(
    before: &Planner,
    after: &Planner,
    accept: Level,
    features: &[String],
) -> Vec<Witness> {
    if features.is_empty() {
        return Vec::new();
    }
    let mut won: BTreeMap<(usize, Vec<String>), Vec<String>> = BTreeMap::new();
    let backends = after.matrices().iter().flat_map(|matrix| &matrix.backends);
    for backend in backends.map(|backend| &backend.id).sorted() {
        let conflicts = conflicts(before, backend, accept, features).into_iter();
        // A backend that rejects everything has the empty conflict: no request was won by its end.
        for need in conflicts.filter(|need| !need.is_empty()) {
            let request = counted(after, everything(after, backend, need.clone(), accept));
            if after.is_satisfiable(&request) {
                won.entry((need.len(), need)).or_default().push(backend.clone());
            }
        }
    }
    won.into_iter().map(|((_, need), backends)| Witness { need, backends }).collect()
}

/// Every minimal set of these features that fails on a backend.
fn conflicts(
    planner: &Planner,
    backend: &str,
    accept: Level,
    features: &[String],
) -> Vec<Vec<String>> {
    if !planner.matrices().iter().any(|matrix| matrix.backend(backend).is_some()) {
        return features.iter().map(|feature| vec![feature.clone()]).collect();
    }
    let features = features.to_vec();
    let request = counted(planner, everything(planner, backend, features, accept));
    let conflicts = planner.conflicts(&request);
    let ids = |conflict: Vec<Term>| conflict.into_iter().map(|term| term.to_string()).collect();
    conflicts.into_iter().map(ids).collect()
}

/// The same request, for which every rule of the planner counts.
pub(super) fn counted(planner: &Planner, request: Request) -> Request {
    let rules = planner.rule_sets().iter().map(|set| set.id.clone()).collect();
    Request { rules, ..request }
}

/// The request for these features on one backend, by the tables alone.
pub(super) fn everything(
    planner: &Planner,
    backend: &str,
    need: Vec<String>,
    accept: Level,
) -> Request {
    Request {
        need,
        want: Vec::new(),
        avoid: Vec::new(),
        backends: vec![backend.to_owned()],
        releases: planner.matrices().iter().map(|matrix| matrix.release.clone()).collect(),
        pattern: None,
        accept,
        rules: Vec::new(),
        facts: Vec::new(),
        platform: PlatformFacts::default(),
        all: false,
    }
}
