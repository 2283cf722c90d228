//! Every request for some of the features of release 0.9.0, at every accept level, and of 0.9.0 and
//! 1.2.0 under the bundled rules: the planner answers as the brute force does.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::oracle::{Case, Oracle, Sums, ask, ask_for, bundled, difference, planner};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{DEFAULT_RULES, Level, Release};
use dynamo_plan::request::Request;

#[test]
fn at_supported() {
    assert_eq!(sums(Level::Supported), (195, 17, 18_432, 11_732));
}

#[test]
fn at_experimental() {
    assert_eq!(sums(Level::Experimental), (479, 15, 15_360, 9_536));
}

#[test]
fn at_undocumented() {
    assert_eq!(sums(Level::Undocumented), (479, 15, 15_360, 9_536));
}

#[test]
fn at_not_applicable() {
    assert_eq!(sums(Level::NotApplicable), (2_303, 3, 3_072, 3_584));
}

#[test]
fn with_rules_on_0_9_0() {
    assert_eq!(ruled_sums("0.9.0", Level::Supported, &["mtp"]), (179, 18, 19_456, 11_888));
}

#[test]
fn with_rules_on_1_2_0() {
    let facts = ["arm64", "aws-efa", "!moe", "sla-scaling"];
    assert_eq!(ruled_sums("1.2.0", Level::Experimental, &facts), (352, 27, 57_344, 42_269));
}

/// The same for every request under both bundled rule sets and these facts. Notes are left out: which
/// of them are shown is held elsewhere.
fn ruled_sums(release: &str, accept: Level, facts: &[&str]) -> (usize, usize, usize, usize) {
    let mut matrix = bundle::matrix(&Release::new(release)).unwrap();
    let cells = matrix.backends.iter_mut().flat_map(|backend| &mut backend.cells);
    cells.for_each(|cell| cell.notes.clear());
    let matrices = vec![matrix];
    let mut first = Case::new(matrices.clone(), ask_for(&matrices, &[]));
    first.rule_sets = bundle::rule_sets();
    first.request.rules = DEFAULT_RULES.map(str::to_owned).to_vec();
    first.request.accept = accept;
    first.request.facts = facts.iter().map(|fact| (*fact).to_owned()).collect();
    first.request.facts.sort();
    let oracle = Oracle::of(&first);
    let planner = planner(&matrices).with_rules(first.rule_sets.clone());
    let mut sums = Sums::default();
    for needs in oracle.universe.every_request() {
        if needs.iter().any(|need| need.starts_with("fact=")) {
            continue;
        }
        let request = Request { need: ask_for(&matrices, &needs).need, ..first.request.clone() };
        let answer = ask(&planner, &request);
        if let Some(difference) = difference(&oracle.answer(&request), &answer) {
            panic!("{needs:?}: {difference}");
        }
        sums += &answer;
    }
    sums.row()
}

/// Asks every request and returns the satisfiable ones, the distinct conflicts, the conflicts and
/// the corrections.
fn sums(accept: Level) -> (usize, usize, usize, usize) {
    let matrices = [bundled()];
    let (oracle, planner) = (Oracle::new(&matrices), planner(&matrices));
    let mut sums = Sums::default();
    for needs in oracle.universe.every_request() {
        let mut request = ask_for(&matrices, &needs);
        request.accept = accept;
        let answer = ask(&planner, &request);
        if let Some(difference) = difference(&oracle.answer(&request), &answer) {
            panic!("{needs:?}: {difference}");
        }
        sums += &answer;
    }
    sums.row()
}
