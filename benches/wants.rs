//! How long it takes to meet wants: a few on a bundled matrix, and 40 on one of 60 features.
//!
//! Compare figures of one run with each other, not with those of another machine.
#![allow(missing_docs)]

#[path = "wide/mod.rs"]
mod wide;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dynamo_plan::{Planner, Query};

fn ask(c: &mut Criterion, name: &str, planner: &Planner, query: &Query) {
    let request = planner.resolve(query).expect("a known request");
    c.bench_function(name, |b| b.iter(|| planner.best(black_box(&request))));
}

fn wants(c: &mut Criterion) {
    let want = ["kv-routing", "migration", "video", "planner"].map(|id| (id.to_owned(), 1));
    let query = Query { want: want.to_vec(), ..Query::needing(["lora"]) };
    ask(c, "wants/bundled, 4 wants", &Planner::bundled(), &query);
    let want = (0..40).map(|i| (format!("feature-{:03}", i * 3 % 60), 1 + i * 7 % 50));
    let query = Query { want: want.collect(), ..Query::default() };
    for unsupported in [5, 20, 40] {
        let planner = Planner::of_matrices(vec![wide::matrix(60, unsupported)]);
        let name = format!("wants/60 features, 40 wants, {unsupported} % unsupported");
        ask(c, &name, &planner, &query);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = wants
}
criterion_main!(benches);
