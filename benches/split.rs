//! How long it takes to share needs out, and to put workloads on classes.
//!
//! Compare figures of one run with each other, not with those of another machine.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::Release;
use dynamo_plan::plan::{SplitRequest, Workload, WorkloadsRequest};
use dynamo_plan::{Planner, Query};

/// A planner for a release, and the ids of all of its features.
fn release(label: &str) -> (Planner, Vec<String>) {
    let matrix = bundle::matrix(&Release::new(label)).expect("bundled");
    let ids = matrix.features.iter().map(|feature| feature.id.to_string()).collect();
    (Planner::of_matrices(vec![matrix]), ids)
}

fn split(c: &mut Criterion) {
    let (planner, ids) = release("1.4.0");
    for (name, ids) in [("three needs", &ids[..3]), ("every feature", &ids[..])] {
        let query = Query::needing(ids.iter().cloned());
        let request = planner.resolve(&query).expect("a known request");
        let asked = SplitRequest { limit: Some(20), ..SplitRequest::of(request) };
        c.bench_function(&format!("split/{name}"), |b| b.iter(|| planner.split(black_box(&asked))));
    }
}

fn workloads(c: &mut Criterion) {
    let (planner, ids) = release("1.4.0");
    let workload = |number: usize| {
        let need = [1, 3, 7].map(|step| ids[number * step % ids.len()].clone());
        let request = planner.resolve(&Query::needing(need)).expect("a known request");
        Workload { name: number.to_string(), request, count: 1 }
    };
    let workloads: Vec<Workload> = (0..200).map(workload).collect();
    let request = WorkloadsRequest::common(Vec::new(), &workloads).expect("workloads");
    let asked = WorkloadsRequest { request, workloads, deadline: None };
    c.bench_function("split/200 workloads", |b| b.iter(|| planner.classes(black_box(&asked))));
}

criterion_group!(benches, split, workloads);
criterion_main!(benches);
