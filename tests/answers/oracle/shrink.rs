//! Makes a failing case smaller, so that a person can read it.

use dynamo_plan::matrix::{Level, Matrix};

use super::case::Case;

/// A change that makes a case smaller.
type Step = Box<dyn Fn(&mut Case)>;

/// The smallest case found, by one change at a time, that still fails.
pub fn shrink(case: &Case, fails: impl Fn(&Case) -> bool) -> Case {
    let mut smallest = case.clone();
    loop {
        let smaller = smaller(&smallest).find(|case| fails(case));
        match smaller {
            Some(case) => smallest = case,
            None => return smallest,
        }
    }
}

/// Every case that is one step smaller, the largest steps first.
fn smaller(case: &Case) -> impl Iterator<Item = Case> + '_ {
    let steps = fewer_targets(case)
        .into_iter()
        .chain(fewer_features(case))
        .chain(shorter_request(case))
        .chain(fewer_rules(case))
        .chain(plainer_cells(case));
    steps.filter_map(|step| {
        let mut smaller = case.clone();
        step(&mut smaller);
        (smaller != *case).then_some(smaller)
    })
}

fn fewer_targets(case: &Case) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let several = case.matrices.len() > 1;
    for number in (0..case.matrices.len()).filter(|_| several) {
        steps.push(Box::new(move |it| {
            let gone = it.matrices.remove(number);
            it.request.releases.retain(|release| *release != gone.release);
        }));
    }
    for id in case.request.backends.iter().filter(|_| case.request.backends.len() > 1).cloned() {
        steps.push(Box::new(move |it| {
            it.request.backends.retain(|backend| *backend != id);
            for matrix in &mut it.matrices {
                matrix.backends.retain(|backend| backend.id != id);
            }
        }));
    }
    steps
}

/// Drops features that the request and the dimension do not name.
fn fewer_features(case: &Case) -> Vec<Step> {
    let ids = case.matrices.iter().flat_map(|matrix| &matrix.features).map(|feature| &feature.id);
    let free = ids.filter(|id| !is_named(case, id)).cloned();
    let steps = free.map(|id| -> Step {
        Box::new(move |it| it.matrices.iter_mut().for_each(|matrix| drop_feature(matrix, &id)))
    });
    steps.collect()
}

fn is_named(case: &Case, id: &str) -> bool {
    let request = &case.request;
    let names = |matrix: &Matrix| {
        matrix.dimension.as_ref().is_some_and(|it| {
            it.when == id || it.options.iter().any(|o| o.requires.iter().any(|t| t.id() == id))
        })
    };
    request.need.iter().chain(&request.avoid).any(|name| name == id)
        || request.want.iter().any(|want| want.feature == id)
        || case.matrices.iter().any(names)
}

fn drop_feature(matrix: &mut Matrix, id: &str) {
    matrix.features.retain(|feature| feature.id != id);
    for backend in &mut matrix.backends {
        backend.cells.retain(|cell| cell.terms.iter().all(|term| term.id() != id));
    }
}

fn shorter_request(case: &Case) -> Vec<Step> {
    let request = &case.request;
    let needs = (0..request.need.len())
        .map(|at| -> Step { Box::new(move |it| drop(it.request.need.remove(at))) });
    let avoids = (0..request.avoid.len())
        .map(|at| -> Step { Box::new(move |it| drop(it.request.avoid.remove(at))) });
    let wants = (0..request.want.len())
        .map(|at| -> Step { Box::new(move |it| drop(it.request.want.remove(at))) });
    let rest: [Step; 2] =
        [Box::new(|it| it.request.pattern = None), Box::new(|it| it.request.all = false)];
    needs.chain(avoids).chain(wants).chain(rest).collect()
}

/// Drops rules of the sets, and facts.
fn fewer_rules(case: &Case) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (s, set) in case.rule_sets.iter().enumerate() {
        for r in 0..set.rules.len() {
            steps.push(Box::new(move |it| drop(it.rule_sets[s].rules.remove(r))));
        }
    }
    for f in 0..case.request.facts.len() {
        steps.push(Box::new(move |it| drop(it.request.facts.remove(f))));
    }
    steps
}

/// Drops rule cells, and makes other cells plainly supported.
fn plainer_cells(case: &Case) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (m, matrix) in case.matrices.iter().enumerate() {
        for (b, backend) in matrix.backends.iter().enumerate() {
            for (c, cell) in backend.cells.iter().enumerate() {
                if cell.terms.len() > 2 || cell.terms.iter().any(|term| term.is_negated()) {
                    steps.push(Box::new(move |it| {
                        drop(it.matrices[m].backends[b].cells.remove(c));
                    }));
                }
                steps.push(Box::new(move |it| {
                    let cell = &mut it.matrices[m].backends[b].cells[c];
                    (cell.level, cell.caveat) = (Level::Supported, false);
                    cell.notes.clear();
                }));
            }
        }
    }
    steps
}
