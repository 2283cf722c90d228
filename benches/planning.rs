//! How long the steps of an answer take: load, encode, plan, explain.
//!
//! Compare figures of one run with each other, not with those of another machine.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dynamo_plan::encode::{Encoding, Scope};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::Release;
use dynamo_plan::target::{Catalog, Target};
use dynamo_plan::{DEFAULT_RELEASE, Planner, Query};

fn load(c: &mut Criterion) {
    let release = Release::new(DEFAULT_RELEASE);
    c.bench_function("load/bundled release", |b| b.iter(|| bundle::matrix(black_box(&release))));
    let matrix = bundle::matrix(&release).expect("bundled");
    c.bench_function("load/planner", |b| b.iter(|| Planner::new(vec![matrix.clone()])));
}

fn encode(c: &mut Criterion) {
    let matrix = bundle::matrix(&Release::new(DEFAULT_RELEASE)).expect("bundled");
    let catalog = Catalog::new([&matrix]);
    let backend = &matrix.backends[0];
    c.bench_function("encode/target", |b| b.iter(|| Target::new(&catalog, &matrix, backend)));
    let target = Target::new(&catalog, &matrix, backend);
    let mut every = catalog.no_features();
    every.insert_range(..);
    c.bench_function("encode/every feature", |b| {
        b.iter(|| Encoding::new(&target, &Scope::new(&target, black_box(every.clone()))));
    });
}

fn ask(c: &mut Criterion, name: &str, query: &Query) {
    let planner = Planner::bundled();
    let request = planner.resolve(query).expect("a known request");
    c.bench_function(name, |b| b.iter(|| planner.answer(black_box(&request))));
}

fn plan(c: &mut Criterion) {
    ask(c, "plan/two needs", &Query::needing(["kvbm", "migration"]));
    ask(c, "plan/patterns", &Query::needing(["image", "disagg"]));
    ask(c, "plan/every plan", &Query { all: true, ..Query::needing(["lora"]) });
}

fn explain(c: &mut Criterion) {
    ask(c, "explain/one conflict", &Query::needing(["video", "lora"]));
    let planner = Planner::bundled();
    let all = planner.catalog().features().iter().map(|feature| feature.id.to_string());
    ask(c, "explain/every feature", &Query::needing(all));
}

criterion_group!(benches, load, encode, plan, explain);
criterion_main!(benches);
