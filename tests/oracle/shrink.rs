//! Makes a failing case smaller, so that a person can read it.

use super::case::Case;
use dynamo_plan::matrix::Level;

/// The smallest case found, by one change at a time, that still fails.
pub fn shrink(case: &Case, fails: impl Fn(&Case) -> bool) -> Case {
    let mut smallest = case.clone();
    while let Some(smaller) = smaller(&smallest).into_iter().find(|case| fails(case)) {
        smallest = smaller;
    }
    smallest
}

/// Every case that is one step smaller, the largest steps first.
fn smaller(case: &Case) -> Vec<Case> {
    let mut found = Vec::new();
    let mut attempt = |change: &dyn Fn(&mut Case)| {
        let mut smaller = case.clone();
        change(&mut smaller);
        if smaller != *case {
            found.push(smaller);
        }
    };
    if case.matrices.len() > 1 {
        for number in 0..case.matrices.len() {
            attempt(&|it| {
                let gone = it.matrices.remove(number);
                it.request.releases.retain(|release| *release != gone.release);
            });
        }
    }
    for id in case.request.backends.iter().filter(|_| case.request.backends.len() > 1) {
        attempt(&|it| it.request.backends.retain(|backend| backend != id));
    }
    for number in 0..case.request.need.len() {
        attempt(&|it| drop(it.request.need.remove(number)));
    }
    for number in 0..case.request.avoid.len() {
        attempt(&|it| drop(it.request.avoid.remove(number)));
    }
    for number in 0..case.request.want.len() {
        attempt(&|it| drop(it.request.want.remove(number)));
    }
    attempt(&|it| it.request.pattern = None);
    attempt(&|it| it.request.all = false);
    for (m, matrix) in case.matrices.iter().enumerate() {
        for (b, backend) in matrix.backends.iter().enumerate() {
            attempt(&|it| it.matrices[m].backends[b].cells.clear());
            for (c, cell) in backend.cells.iter().enumerate() {
                if cell.terms.len() > 2 || cell.terms.iter().any(|term| term.is_negated()) {
                    attempt(&|it| drop(it.matrices[m].backends[b].cells.remove(c)));
                }
                attempt(&|it| it.matrices[m].backends[b].cells[c].level = Level::Supported);
                attempt(&|it| it.matrices[m].backends[b].cells[c].notes.clear());
                attempt(&|it| it.matrices[m].backends[b].cells[c].caveat = false);
            }
        }
    }
    found
}
