//! The difference that a change of matrices makes to one request: its answers before and after, and
//! the cells of its own that changed.

use std::collections::BTreeSet;

use super::{Diff, IssueChange, IssueChanges, Listed, Witness, changed_cells};
use crate::matrix::{Matrix, RuleSet, Term};
use crate::plan::{Outcome, Planner};
use crate::request::{Query, Request, RequestError};

/// Compares two matrices for one request.
///
/// # Errors
///
/// Where the request cannot be understood with the names of both matrices.
pub fn diff_of(old: &Matrix, new: &Matrix, query: &Query) -> Result<Diff, RequestError> {
    let both = [old.clone(), new.clone()];
    let request = Planner::of_matrices(both.to_vec()).resolve(query)?;
    let planners = [old, new].map(|matrix| {
        let planner = Planner::of_matrices(vec![matrix.clone()]).knowing(&both);
        let counts = |set: &&RuleSet| request.rules.contains(&set.id);
        let sets = planner.rule_sets().iter().filter(counts).cloned().collect();
        planner.with_rules(sets)
    });
    let [before, after] = planners.each_ref().map(|planner| {
        let releases = planner.matrices().iter().map(|matrix| matrix.release.clone()).collect();
        planner.answer(&Request { releases, ..request.clone() })
    });
    let touched = touched(&request, [&before, &after], &both);
    let about = |terms: &[Term]| terms.iter().all(|term| touched.contains(base(term)));
    let mut diff = changed_cells(old, new);
    diff.cells.retain(|cell| request.backends.contains(&cell.backend) && about(&cell.terms));
    diff.caveats.retain(|cell| request.backends.contains(&cell.backend) && about(&cell.terms));
    diff.pins.retain(|pin| request.backends.contains(&pin.backend));
    diff.issues = IssueChanges::between(&planners[0], &planners[1]);
    let concerns = |issue: &IssueChange| {
        let mut terms = issue.terms.iter().filter(|term| term.fact().is_none());
        let is_denied = |fact| request.knows_fact(fact) == Some(false);
        request.backends.contains(&issue.backend)
            && terms.all(|term| touched.contains(base(term)))
            && !issue.terms.iter().filter_map(Term::fact).any(is_denied)
    };
    let IssueChanges { gained, fixed, unknown } = &mut diff.issues;
    [gained, fixed, unknown].into_iter().for_each(|list| list.retain(concerns));
    for listed in [&mut diff.added, &mut diff.removed] {
        retain(listed, &touched, &request);
    }
    diff.won = turned(&request, &before, &after);
    diff.lost = turned(&request, &after, &before);
    diff.request = Some(request);
    diff.before = Some(before);
    diff.after = Some(after);
    Ok(diff)
}

/// The subject of a term: its id, and of an option its dimension.
fn base(term: &Term) -> &str {
    term.id().split('=').next().unwrap_or_default()
}

/// The ids that a request names or its plans have on, with their groups and variants, and the
/// dimensions that apply to them.
fn touched(request: &Request, outcomes: [&Outcome; 2], matrices: &[Matrix; 2]) -> BTreeSet<String> {
    let wants = request.want.iter().map(|want| &want.feature);
    let asked = request.need.iter().chain(&request.avoid).chain(wants);
    let plans = outcomes.into_iter().flat_map(|outcome| &outcome.plans);
    let mut ids: BTreeSet<String> = asked.chain(plans.flat_map(|p| &p.features)).cloned().collect();
    for feature in matrices.iter().flat_map(|matrix| &matrix.features) {
        let Some(group) = &feature.group else { continue };
        if request.need.iter().any(|need| need == group) {
            ids.insert(feature.id.to_string());
        }
        if ids.contains(&*feature.id) {
            ids.insert(group.to_string());
        }
    }
    let dimensions = matrices.iter().filter_map(|matrix| matrix.dimension.as_ref());
    for dimension in dimensions {
        if ids.contains(&dimension.when) {
            ids.insert(dimension.id.clone());
            ids.extend(
                dimension
                    .options
                    .iter()
                    .flat_map(|option| option.requires.iter().map(|term| term.id().to_owned())),
            );
        }
    }
    ids
}

fn retain(listed: &mut Listed, touched: &BTreeSet<String>, request: &Request) {
    listed.features.retain(|feature| touched.contains(feature));
    listed.backends.retain(|backend| request.backends.contains(backend));
}

/// The request itself, with the backends that have a plan for it in the second answer alone.
fn turned(request: &Request, without: &Outcome, with: &Outcome) -> Vec<Witness> {
    let has = |outcome: &Outcome, backend: &String| {
        outcome.plans.iter().any(|plan| plan.backend == *backend)
    };
    let backends = request.backends.iter();
    let backends: Vec<String> =
        backends.filter(|backend| has(with, backend) && !has(without, backend)).cloned().collect();
    if backends.is_empty() {
        return Vec::new();
    }
    vec![Witness { need: request.need.clone(), backends }]
}
