//! How long a line of a batch takes: where every request is another, and where all are one; and how many times
//! as long where serde reads and writes everything.
//!
//! Compare figures of one run with each other, not with those of another machine.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dynamo_plan::batch::{Batch, Fields};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::Release;
use dynamo_plan::{DEFAULT_RELEASE, Planner};

/// So many requests, no two alike: each set of up to four features, with one wanted or avoided.
fn distinct(count: usize) -> Vec<String> {
    let matrix = bundle::matrix(&Release::new(DEFAULT_RELEASE)).expect("bundled");
    let ids: Vec<&str> = matrix.features.iter().map(|feature| &*feature.id).collect();
    let features = ids.len() as u32;
    let sets = (1_u32..1 << features).filter(|set| (2..=5).contains(&set.count_ones()));
    let lines = sets.flat_map(|set| {
        let mut needs: Vec<&str> =
            (0..features).filter(|bit| set >> bit & 1 == 1).map(|bit| ids[bit as usize]).collect();
        let last = needs.pop().unwrap_or_default().to_owned();
        let needs = needs.join("\",\"");
        let line = move |key: &str| format!(r#"{{"need":["{needs}"],"{key}":["{last}"]}}"#);
        [line("want"), line("avoid")]
    });
    lines.take(count).collect()
}

fn batch(c: &mut Criterion) {
    let lines = distinct(2000);
    let one = vec![lines[lines.len() / 2].clone(); lines.len()];
    let mut group = c.benchmark_group("batch");
    group.throughput(Throughput::Elements(lines.len() as u64));
    for (name, lines) in [("distinct requests", &lines), ("one request", &one)] {
        let batch = || Batch::new(Fields::default(), |_| Ok(Planner::bundled()));
        for (way, mut batch) in [("", batch()), (", by serde", batch().by_serde())] {
            let mut out = Vec::new();
            group.bench_function(format!("{name}{way}"), |b| {
                b.iter(|| {
                    for line in lines {
                        out.clear();
                        assert!(batch.answer(1, black_box(line), &mut out));
                    }
                });
            });
        }
    }
}

criterion_group!(benches, batch);
criterion_main!(benches);
