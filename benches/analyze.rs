//! How long it takes to survey matrices: a bundled one, and one of 60 features.
//!
//! Compare figures of one run with each other, not with those of another machine.
#![allow(missing_docs)]

#[path = "wide/mod.rs"]
mod wide;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dynamo_plan::analysis::survey::{Wanted, analyze};
use dynamo_plan::{Planner, Query};

fn survey(c: &mut Criterion, name: &str, planner: &Planner, wanted: &Wanted) {
    let query = Query { all: true, ..Query::default() };
    let request = planner.resolve(&query).expect("a known request");
    c.bench_function(name, |b| b.iter(|| analyze(planner, black_box(&request), wanted)));
}

fn bundled(c: &mut Criterion) {
    let planner = Planner::bundled();
    survey(c, "analyze/bundled", &planner, &Wanted::default());
    let missing = Wanted { cells: 1, ..Wanted::default() };
    survey(c, "analyze/bundled, missing cells", &planner, &missing);
    let pairs = Wanted { cells: 2, ..Wanted::default() };
    survey(c, "analyze/bundled, missing pairs of cells", &planner, &pairs);
    let cover = Wanted { cover: true, ..Wanted::default() };
    survey(c, "analyze/bundled, pair cover", &planner, &cover);
}

fn wide(c: &mut Criterion) {
    let planner = Planner::of_matrices(vec![wide::matrix(60, 20)]);
    survey(c, "analyze/60 features", &planner, &Wanted::default());
    let missing = Wanted { cells: 1, ..Wanted::default() };
    survey(c, "analyze/60 features, missing cells", &planner, &missing);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = bundled, wide
}
criterion_main!(benches);
