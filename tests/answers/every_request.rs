//! Every request for some of the 12 features of release 0.9.0, at every accept level: the planner
//! answers as the brute force does.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::oracle::{Oracle, Sums, ask, ask_for, bundled, difference, planner};
use dynamo_plan::matrix::Level;

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
