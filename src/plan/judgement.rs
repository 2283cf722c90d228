//! Judges one fixed configuration: whether what is on works together, and what to switch off or add where it
//! does not.

use std::sync::Arc;

use itertools::Itertools;

use super::rejection::nearest_cells;
use super::{Hint, Outcome, Planner, TouchedCell};
use crate::matrix::{Level, Release, Term};
use crate::request::{PlatformFacts, Request};

/// A configuration of a backend as it stands: what is on; everything else is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedConfiguration {
    /// The release; the planner needs its matrix.
    pub release: Release,
    /// The backend's id.
    pub backend: String,
    /// The features and groups that are on, by id. A group of which no variant is on is met by any.
    pub on: Vec<String>,
    /// The features of which nobody knows whether they are on.
    pub open: Vec<String>,
    /// The serving pattern, where it is known.
    pub pattern: Option<String>,
    /// The facts that hold, and as `!id` those that do not.
    pub facts: Vec<String>,
    /// The rule sets that count.
    pub rules: Vec<String>,
    /// The worst level that it may rest on.
    pub accept: Level,
}

/// Whether a configuration works.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Judgement {
    /// The answer for exactly this configuration. In its conflicts and corrections `+id` is a feature that is
    /// missing, and any other id one that is on.
    pub outcome: Outcome,
    /// Every cell that the configuration touches, whether it blocks or not; of several that it may be, that of the
    /// best one. Empty where definitions contradict it.
    pub cells: Vec<Arc<TouchedCell>>,
    /// What is on and has no row in the matrix of the release: the answer leaves it out.
    pub without_row: Vec<String>,
}

impl Planner {
    /// Judges a configuration. `None` where the planner has no matrix of its release with its backend.
    #[must_use]
    pub fn judge(&self, fixed: &FixedConfiguration) -> Option<Judgement> {
        let matrix =
            self.matrices().iter().find(|it| it.release.as_ref() == Some(&fixed.release))?;
        matrix.backend(&fixed.backend)?;
        let lists = |id: &String| {
            let mut features = matrix.features.iter().map(|it| &it.id);
            let mut groups = matrix.features.iter().filter_map(|it| it.group.as_ref());
            features.any(|known| known == id) || groups.any(|known| known == id)
        };
        let (need, without_row): (Vec<String>, Vec<String>) =
            fixed.on.iter().cloned().sorted().dedup().partition(lists);
        // A variant of a group that is on may be the one that is.
        let may_be_on = |id: &String, group: Option<&String>| {
            let group_is_on = group.is_some_and(|group| need.contains(group));
            need.contains(id) || group_is_on || fixed.open.contains(id)
        };
        let features = matrix.features.iter();
        let off = features.filter(|it| !may_be_on(&it.id, it.group.as_ref()));
        let request = Request {
            avoid: off.map(|it| it.id.clone()).sorted().collect(),
            need,
            want: Vec::new(),
            backends: vec![fixed.backend.clone()],
            releases: vec![Some(fixed.release.clone())],
            pattern: fixed.pattern.clone(),
            accept: fixed.accept,
            rules: fixed.rules.clone(),
            facts: fixed.facts.iter().cloned().sorted().dedup().collect(),
            platform: PlatformFacts::default(),
            all: false,
        };
        let mut outcome = self.answer(&request);
        self.add_runs_of_corrections(&mut outcome);
        let cells = match outcome.plans.first() {
            Some(best) => self.touched(&request, &best.release, best),
            None => {
                let targets = self.targets(&request);
                targets.first().map_or_else(Vec::new, |target| nearest_cells(target, &request))
            }
        };
        name_what_is_missing(&mut outcome);
        Some(Judgement { outcome, cells, without_row })
    }
}

/// Writes a feature that must not be off as one that is missing.
fn name_what_is_missing(outcome: &mut Outcome) {
    let name = |terms: &mut Vec<Term>| {
        for term in terms.iter_mut().filter(|term| term.is_negated()) {
            *term = Term::on(format!("+{}", term.id()));
        }
        terms.sort();
    };
    let order = |a: &Vec<Term>, b: &Vec<Term>| (a.len(), a).cmp(&(b.len(), b));
    outcome.conflicts.iter_mut().for_each(name);
    outcome.conflicts.sort_by(order);
    outcome.corrections.iter_mut().for_each(|correction| name(&mut correction.drop));
    outcome.corrections.sort_by(|a, b| order(&a.drop, &b.drop));
    for hint in &mut outcome.hints {
        if let Hint::Drop { value, .. } = hint {
            name(value);
        }
    }
}
