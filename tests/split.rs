//! Splits of needs and classes of workloads, against an exhaustive search of set partitions.
#![allow(clippy::unwrap_used)]

mod oracle;

use std::time::Instant;

use dynamo_plan::load::bundled as releases;
use dynamo_plan::matrix::Release;
use dynamo_plan::plan::SplitRequest;
use dynamo_plan::{Planner, Query};

#[test]
fn all_features_of_the_newest_release() {
    let matrix = releases::matrix(&Release::new("1.4.0")).unwrap();
    let ids: Vec<String> = matrix.features.iter().map(|f| f.id.clone()).collect();
    let planner = Planner::of_matrices(vec![matrix]);
    let request = planner.resolve(&Query::needing(ids)).unwrap();
    for _ in 0..3 {
        let start = Instant::now();
        let outcome = planner.split(&SplitRequest::of(request.clone()));
        eprintln!(
            "{:?}: {} splits into {}, {} because, {} conflicts",
            start.elapsed(),
            outcome.total,
            outcome.deployments(),
            outcome.minimal_because.len(),
            outcome.conflicts.len()
        );
        eprintln!("{:?}", outcome.minimal_because);
    }
}
