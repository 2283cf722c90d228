//! What is recorded of a configuration beside levels: the notes on its cells and backend, and the rules about
//! it.

use super::search::configuration;
use super::{Plan, Planner};
use crate::matrix::{Note, Release, RuleSet, Term};
use crate::request::Request;
use crate::target::{Configuration, Target};

/// A note, or a rule as a note.
#[derive(Clone, Debug)]
pub(crate) struct CellStatement {
    /// The note; that of a rule has its facts among the conditions.
    pub(crate) note: Note,
    /// The terms of the cell or rule, without facts; none of a backend as a whole.
    pub(crate) terms: Vec<Term>,
    /// The addresses of the note's sources in the same order; empty where none is known.
    pub(crate) urls: Vec<Option<String>>,
}

impl Planner {
    /// Every note that holds in the configuration of a plan in a release, valid there or not, and every
    /// counting rule. One that waits for a fact which the request leaves open is among them; none where
    /// the planner has no such release or backend.
    pub(crate) fn statements(
        &self,
        request: &Request,
        release: Option<&Release>,
        plan: &Plan,
    ) -> Vec<CellStatement> {
        let here = Request {
            backends: vec![plan.backend.clone()],
            releases: vec![release.cloned()],
            ..request.clone()
        };
        let targets = self.targets(&here);
        let Some(target) = targets.first() else { return Vec::new() };
        let on = configuration(target, request, plan);
        let holds = |terms: &[Term]| may_hold(target, request, &on, terms);
        let (backend, matrix) = (target.backend(), target.matrix());
        let of_backend = backend.notes.iter().map(|note| (&[][..], note));
        let cells = backend.cells.iter().filter(|cell| holds(&cell.terms));
        let of_cells = cells.flat_map(|cell| cell.notes.iter().map(|note| (&cell.terms[..], note)));
        let of_note = |(terms, note): (&[Term], &Note)| CellStatement {
            note: note.clone(),
            terms: terms.to_vec(),
            urls: matrix.urls(&note.sources, note.repository.as_deref()),
        };
        let mut found: Vec<CellStatement> =
            of_backend.chain(of_cells).filter(|(_, note)| holds(&note.when)).map(of_note).collect();
        let counts = |set: &RuleSet| request.rules.contains(&set.id);
        let rules = self.rules(release, &plan.backend, counts);
        found.extend(rules.filter(|(_, rule)| holds(&rule.terms)).map(|(set, rule)| {
            let (when, terms) = rule.terms.iter().cloned().partition(|term| term.fact().is_some());
            CellStatement {
                note: Note { when, ..rule.note(set) },
                terms,
                urls: matrix.urls(&rule.sources, rule.repository.as_deref()),
            }
        }));
        found
    }

    /// Whether terms may all hold in the configuration of a plan in a release: no fact among them is denied,
    /// and the others do.
    pub(crate) fn holds_in_plan(
        &self,
        request: &Request,
        release: Option<&Release>,
        plan: &Plan,
        terms: &[Term],
    ) -> bool {
        let here = Request {
            backends: vec![plan.backend.clone()],
            releases: vec![release.cloned()],
            ..request.clone()
        };
        let targets = self.targets(&here);
        targets.first().is_some_and(|target| {
            may_hold(target, request, &configuration(target, request, plan), terms)
        })
    }
}

fn may_hold(target: &Target<'_>, request: &Request, on: &Configuration, terms: &[Term]) -> bool {
    let (facts, others): (Vec<Term>, Vec<Term>) =
        terms.iter().cloned().partition(|term| term.fact().is_some());
    let denied = |term: &Term| term.fact().is_some_and(|it| request.knows_fact(it) == Some(false));
    !facts.iter().any(denied) && target.terms_hold(&others, on)
}
