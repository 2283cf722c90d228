//! Holds the planner against the brute force: the only file here that calls it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dynamo_plan::Planner;
use dynamo_plan::engine::{Engine, EngineQuery};
use dynamo_plan::matrix::{Backend, Level, Matrix};
use dynamo_plan::plan::{CellDetail, Effort, Outcome};
use dynamo_plan::request::Request;
use dynamo_plan::target::{Catalog, Target};

use super::{Case, Oracle, difference, shrink};

/// A planner for these matrices.
pub fn planner(matrices: &[Matrix]) -> Planner {
    Planner::new(matrices.to_vec())
}

/// A planner that knows the rules of a case.
pub fn planner_of(case: &Case) -> Planner {
    planner(&case.matrices).with_rules(case.rule_sets.clone())
}

/// The planner's answer.
pub fn ask(planner: &Planner, request: &Request) -> Outcome {
    // As many conflicts as there are.
    let effort = Effort { most_sets: None, ..Effort::default() };
    planner.answer_within(request, CellDetail::Notable, None, effort)
}

/// The planner's count of the valid sets of a backend's listed features, and of configurations.
pub fn count(matrix: &Matrix, backend: &Backend, accept: Level) -> (usize, usize) {
    let catalog = Catalog::new([matrix]);
    let target = Target::new(&catalog, matrix, backend);
    let mut listed = catalog.no_features();
    listed.insert_range(..);
    let query = EngineQuery { assumptions: Vec::new(), wants: Vec::new(), accept };
    let count = Engine::new(&target, listed).count(&query, &[]);
    (count.feature_sets as usize, count.configurations as usize)
}

/// The brute force's answer to a case, once the planner is known to give the same. Fails with the
/// smallest such case found where they differ.
pub fn check(seed: u64, case: &Case) -> Outcome {
    let expected = Oracle::of(case).answer(&case.request);
    if catch(&expected, case).is_some() {
        let smallest = shrink(case, |case| mismatch(case).is_some());
        let how = mismatch(&smallest).unwrap_or_default();
        panic!("seed {seed}: {how}\n{}", serde_json::to_string(&smallest).unwrap());
    }
    expected
}

/// How the planner's answer to a case differs from the brute force's.
fn mismatch(case: &Case) -> Option<String> {
    let expected = catch_unwind(|| Oracle::of(case).answer(&case.request)).ok()?;
    catch(&expected, case)
}

/// How the planner's answer differs from the expected one; a panic differs.
fn catch(expected: &Outcome, case: &Case) -> Option<String> {
    let answer = || ask(&planner_of(case), &case.request);
    match catch_unwind(AssertUnwindSafe(answer)) {
        Ok(actual) => difference(expected, &actual),
        Err(_) => Some("the planner panicked".to_owned()),
    }
}
