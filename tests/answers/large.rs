//! 150 features on eight backends, rules of three terms, and 20 needs: there is no listing of
//! subsets here. Each answer proves itself.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::oracle::{Case, Cores, Flavour, Probe, Terms, ask, large, planner};
use dynamo_plan::matrix::Term;
use dynamo_plan::plan::Outcome;
use dynamo_plan::request::Request;

#[test]
fn a_satisfiable_request() {
    let answer = proved(Flavour::Satisfiable, 1);
    assert!(answer.satisfiable);
    assert_eq!(answer.plans[0].backend, "b5");
}

#[test]
fn one_rule_on_every_backend() {
    let answer = proved(Flavour::OneRuleEach, 1);
    assert_eq!(answer.conflicts.len(), 1);
    assert!(answer.conflicts[0].len() > 5);
}

#[test]
fn many_conflicts() {
    assert!(proved(Flavour::ManyConflicts, 1).conflicts.len() > 200);
}

#[test]
fn a_dense_matrix() {
    assert!(proved(Flavour::Dense, 1).conflicts.len() > 1000);
}

#[test]
fn a_crowded_matrix() {
    assert!(proved(Flavour::Crowded, 1).conflicts.len() > 5000);
}

#[test]
fn a_group_with_patterns_and_negated_rules() {
    let answer = proved(Flavour::Patterns, 1);
    assert!(answer.conflicts.iter().flatten().any(|term| term.id() == "multimodal"));
}

#[test]
fn no_pair_tables() {
    assert!(!proved(Flavour::NoPairs, 1).satisfiable);
}

/// The answer to a large request, once it has been proved by the cells.
fn proved(flavour: Flavour, seed: u64) -> Outcome {
    let case = large(flavour, seed);
    let answer = ask(&planner(&case.matrices), &case.request);
    let probes = probes(&case);
    assert_eq!(can(&probes, &terms(&case.request)), answer.satisfiable);
    plans_are_valid(&probes, &answer);
    if !answer.satisfiable {
        conflicts_and_corrections_are_all(&case, &probes, &answer);
    }
    answer
}

fn plans_are_valid(probes: &[(String, Probe)], answer: &Outcome) {
    let best = answer.corrections.iter().map(|correction| &correction.best);
    for plan in answer.plans.iter().chain(best) {
        let (_, probe) = probes
            .iter()
            .find(|(backend, _)| *backend == plan.backend)
            .expect("a backend that was asked");
        assert!(probe.is_valid(&plan.features, plan.pattern.as_deref()), "{plan:?}");
    }
}

/// Every conflict fails, every correction helps, and the conflicts are exactly the minimal sets
/// that every correction meets: by duality neither list can then lack a set or hold one that is
/// not minimal.
fn conflicts_and_corrections_are_all(case: &Case, probes: &[(String, Probe)], answer: &Outcome) {
    let asked = terms(&case.request);
    for conflict in &answer.conflicts {
        assert!(!can(probes, conflict), "{conflict:?} can be had");
    }
    let drops: Vec<Terms> = answer.corrections.iter().map(|it| it.drop.clone()).collect();
    for drop in &drops {
        let left: Terms = asked.iter().filter(|term| !drop.contains(term)).cloned().collect();
        assert!(can(probes, &left), "dropping {drop:?} does not help");
    }
    let implied = Cores::from_corrections(asked, &drops);
    assert_eq!(answer.conflicts, implied.conflicts());
    assert_eq!(drops, implied.corrections());
}

fn probes(case: &Case) -> Vec<(String, Probe)> {
    let matrix = &case.matrices[0];
    let probe = |backend| Probe::new(matrix, backend, case.request.accept);
    matrix.backends.iter().map(|backend| (backend.id.clone(), probe(backend))).collect()
}

fn can(probes: &[(String, Probe)], terms: &[Term]) -> bool {
    probes.iter().any(|(_, probe)| probe.can(terms))
}

fn terms(request: &Request) -> Terms {
    let needs = request.need.iter().map(Term::on);
    let pattern = request.pattern.iter().map(|id| Term::on(format!("pattern={id}")));
    needs.chain(pattern).collect()
}
