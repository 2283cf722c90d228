//! A capacity plan for 10,000 workloads: each is planned by itself, then all are put on the fewest
//! classes of deployments, and a table says how many replicas each class takes.
//!
//! ```sh
//! cargo run --release --example capacity
//! ```
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;

use dynamo_plan::batch::{Batch, Fields};
use dynamo_plan::load::bundle;
use dynamo_plan::plan::{Workload, WorkloadsRequest};
use dynamo_plan::{Planner, Query};
use serde_json::{Value, json};

/// What a service may be made of. Ten thousand workloads are drawn from these.
const PARTS: [&[&str]; 6] = [
    &["kv-routing"],
    &["tools"],
    &["lora"],
    &["image", "disagg"],
    &["video"],
    &["planner", "migration"],
];

/// The workload of this number: what it needs, and how many replicas.
fn workload(number: usize) -> (Vec<&'static str>, u64) {
    let mixed = number.wrapping_mul(2_654_435_761) >> 7;
    let first = PARTS[mixed % PARTS.len()];
    let second = if mixed.is_multiple_of(3) { PARTS[mixed / 7 % PARTS.len()] } else { &[] };
    ([first, second].concat(), 1 + (mixed % 4) as u64)
}

/// How many of the workloads have a plan by themselves, by the backend of the best one.
fn planned(workloads: &[(Vec<&str>, u64)]) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let mut batch = Batch::new(Fields::default(), |_| Ok(newest()));
    let mut backends = BTreeMap::new();
    for (name, (need, _)) in workloads.iter().enumerate() {
        let mut answer = Vec::new();
        let line = json!({"name": name, "need": need}).to_string();
        batch.answer(name + 1, &line, &mut answer);
        let answer: Value = serde_json::from_slice(&answer)?;
        let backend = answer["plans"][0]["backend"].as_str().unwrap_or("none");
        *backends.entry(backend.to_owned()).or_default() += 1;
    }
    Ok(backends)
}

/// A planner for the newest bundled release.
fn newest() -> Planner {
    let matrix = bundle::newest().and_then(|release| bundle::matrix(&release));
    matrix.map_or_else(Planner::bundled, |matrix| Planner::of_matrices(vec![matrix]))
}

fn main() -> Result<(), Box<dyn Error>> {
    let workloads: Vec<(Vec<&str>, u64)> = (0..10_000).map(workload).collect();
    println!("best backend of each workload by itself: {:?}", planned(&workloads)?);

    let planner = newest();
    let resolve = |(name, (need, replicas)): (usize, &(Vec<&str>, u64))| {
        let request = planner.resolve(&Query::needing(need.iter().copied()))?;
        Ok(Workload { name: name.to_string(), request, count: *replicas })
    };
    let named = workloads.iter().enumerate().map(resolve);
    let named = named.collect::<Result<Vec<Workload>, dynamo_plan::RequestError>>()?;
    let request = WorkloadsRequest::common(Vec::new(), &named).ok_or("no workloads")?;
    let outcome = planner.classes(&WorkloadsRequest { request, workloads: named, deadline: None });

    println!("{:>9} {:>9} {:<8} {:<8} needs", "workloads", "replicas", "backend", "pattern");
    for class in &outcome.classes {
        let replicas = class.count;
        let pattern = class.plan.pattern.as_deref().unwrap_or("-");
        let (count, backend) = (class.workloads.len(), &class.plan.backend);
        println!("{count:>9} {replicas:>9} {backend:<8} {pattern:<8} {}", class.need.join(", "));
    }
    println!("nothing can serve {} workloads", outcome.unserved.len());
    Ok(())
}
