//! The notes and rules about the configurations of a backend at two ends, and what only one end says.

use crate::matrix::{Note, NoteKind, Term, UpgradeCode};

use super::draft::{ItemDraft, only_for};
use super::scope::ScopeEnd;

/// A note or rule about some configurations, told once for all of its cells.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) note: Note,
    /// The terms of each cell that it is on.
    pub(super) cells: Vec<Vec<Term>>,
    pub(super) urls: Vec<Option<String>>,
}

impl Told {
    /// Whether two say the same, wherever it was read.
    pub(super) fn says_as(&self, other: &Told) -> bool {
        let key = |told: &Told| (told.note.kind, told.note.text.clone(), told.note.when.clone());
        key(self) == key(other)
    }

    /// Whether it is in a list.
    fn is_in(&self, list: &[Told]) -> bool {
        list.iter().any(|other| self.says_as(other))
    }

    /// The features and groups of its terms, sorted.
    pub(super) fn features(&self) -> Vec<String> {
        let terms = self.cells.iter().flatten().chain(&self.note.when);
        let features = terms.filter(|term| !term.is_negated() && !term.id().contains('='));
        let mut features: Vec<String> = features.map(|term| term.id().to_owned()).collect();
        features.sort_unstable();
        features.dedup();
        features
    }

    fn shares_a_cell(&self, other: &Told) -> bool {
        self.cells.iter().any(|cell| other.cells.contains(cell))
    }

    fn shares_a_name(&self, other: &Told) -> bool {
        self.note.names.iter().any(|name| other.note.names.contains(name))
    }
}

/// What is told of the configurations of one end.
pub(super) fn told(end: &ScopeEnd<'_>) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    let release = end.matrix().and_then(|matrix| matrix.release.as_ref());
    for plan in &end.plans {
        for found in end.end.planner.statements(end.end.request, release, plan) {
            let told = Told { note: found.note, cells: vec![found.terms], urls: found.urls };
            match all.iter_mut().find(|known| known.says_as(&told)) {
                Some(known) if known.cells.contains(&told.cells[0]) => {}
                Some(known) => known.cells.extend(told.cells),
                None => all.push(told),
            }
        }
    }
    all
}

/// Those of a kind that only the first list has.
pub(super) fn only<'t>(these: &'t [Told], those: &[Told], kind: NoteKind) -> Vec<&'t Told> {
    these.iter().filter(|told| told.note.kind == kind && !told.is_in(those)).collect()
}

/// The requirements that change, come and go.
pub(super) fn requirements(old: &[Told], new: &[Told]) -> Vec<ItemDraft> {
    let drafts = pairs(old, new, NoteKind::Requirement).into_iter().map(|(was, is)| {
        let code = match (was, is) {
            (Some(_), Some(_)) => UpgradeCode::RequirementChanged,
            (None, _) => UpgradeCode::RequirementAdded,
            (Some(_), None) => UpgradeCode::RequirementRemoved,
        };
        ItemDraft::of_told(code, was, is, |told| match code {
            UpgradeCode::RequirementRemoved => format!("No longer needed: {}", told.note.text),
            _ => only_for(&told.note),
        })
    });
    drafts.collect()
}

/// The limits that change, come and go.
pub(super) fn limits(old: &[Told], new: &[Told]) -> Vec<ItemDraft> {
    let drafts = pairs(old, new, NoteKind::Limit).into_iter().map(|(was, is)| match is {
        Some(_) => ItemDraft::of_told(UpgradeCode::IssueGained, was, is, |told| {
            format!("Limit: {}", only_for(&told.note))
        }),
        None => ItemDraft::of_told(UpgradeCode::LimitLifted, was, is, |told| {
            format!("Limit lifted: {}", told.note.text)
        }),
    });
    drafts.collect()
}

/// What only one end says, each with what takes its place at the other: what shares a cell and a name, or
/// is the only one left of that cell and role on either side.
fn pairs<'t>(
    old: &'t [Told],
    new: &'t [Told],
    kind: NoteKind,
) -> Vec<(Option<&'t Told>, Option<&'t Told>)> {
    let (mut gone, come) = (only(old, new, kind), only(new, old, kind));
    let mut pairs: Vec<(Option<&Told>, Option<&Told>)> = Vec::new();
    let mut left: Vec<&Told> = Vec::new();
    for is in come {
        let found = gone.iter().position(|was| was.shares_a_cell(is) && was.shares_a_name(is));
        match found {
            Some(at) => pairs.push((Some(gone.remove(at)), Some(is))),
            None => left.push(is),
        }
    }
    let of_place = |list: &[&Told], told: &Told| -> Vec<usize> {
        let is_there =
            |other: &Told| other.shares_a_cell(told) && other.note.role == told.note.role;
        (0..list.len()).filter(|&at| is_there(list[at])).collect()
    };
    for is in &left {
        let alone = of_place(&left, is).len() == 1;
        match of_place(&gone, is)[..] {
            [at] if alone => pairs.push((Some(gone.remove(at)), Some(is))),
            _ => pairs.push((None, Some(is))),
        }
    }
    pairs.extend(gone.into_iter().map(|was| (Some(was), None)));
    pairs
}
