//! Splits by lists of all shares, against the search that puts one share after the other to a solver; and splits
//! that are too many to be listed.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use crate::oracle::{Rng, Seen, ask_for, dense, planner, random_matrices, random_request};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::Matrix;
use dynamo_plan::plan::{SplitOutcome, SplitRequest};

/// A request to share out what a random one needs, with more needs, and maybe with some that stay together or
/// that every deployment has.
fn random_split(rng: &Rng, matrices: &[Matrix]) -> SplitRequest {
    let mut request = random_request(rng, matrices);
    request.all = rng.percent(5);
    let mut ids: Vec<String> =
        matrices.iter().flat_map(|it| &it.features).map(|it| it.id.to_string()).collect();
    ids.sort();
    ids.dedup();
    rng.shuffle(&mut ids);
    ids.truncate(rng.within(2, 7));
    ids.retain(|id| !request.avoid.contains(id) && !request.need.contains(id));
    request.need.append(&mut ids);
    request.need.sort();
    request.want.retain(|want| !request.need.contains(&want.feature));
    let mut needs = request.need.clone();
    rng.shuffle(&mut needs);
    let every =
        if needs.len() > 1 && rng.percent(20) { needs.drain(..1).collect() } else { Vec::new() };
    let mut together = Vec::new();
    while rng.percent(35) && needs.len() > 2 {
        together.push(needs.drain(..2).collect());
    }
    let limit = rng.percent(50).then(|| rng.within(1, 6));
    SplitRequest { together, every, limit, ..SplitRequest::of(request) }
}

#[test]
fn lists_give_what_a_solver_gives() {
    let mut seen = Seen::default();
    for seed in 0..1500 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let asked = random_split(&rng, &matrices);
        if asked.request.need.is_empty() {
            continue;
        }
        let listed = planner(&matrices).split(&asked);
        let asked_one_by_one = planner(&matrices).by_solver().split(&asked);
        assert_eq!(
            serde_json::to_string(&listed).unwrap(),
            serde_json::to_string(&asked_one_by_one).unwrap(),
            "seed {seed}"
        );
        assert!(listed.complete && listed.incomplete.is_empty(), "seed {seed}");
        let several = listed.deployments() > 1;
        seen.add("several deployments", several);
        seen.add("several splits", several && listed.total > 1);
        seen.add("more splits than listed", several && listed.total > listed.splits.len());
        seen.add("together", several && !asked.together.is_empty());
        seen.add("every", several && !asked.every.is_empty());
        seen.add("wants", several && !asked.request.want.is_empty());
        seen.add("a pattern", several && asked.request.pattern.is_some());
        seen.add("several reasons", several && listed.minimal_because.len() > 1);
    }
    for (kind, least) in [
        ("several deployments", 300),
        ("several splits", 200),
        ("more splits than listed", 50),
        ("together", 50),
        ("every", 20),
        ("wants", 30),
        ("a pattern", 10),
        ("several reasons", 100),
    ] {
        seen.assert(kind, least);
    }
}

fn split_all(matrices: &[Matrix], limit: Option<usize>) -> SplitOutcome {
    let ids: Vec<&str> = matrices[0].features.iter().map(|it| &*it.id).collect();
    let request = ask_for(matrices, &ids);
    planner(matrices).split(&SplitRequest { limit, ..SplitRequest::of(request) })
}

#[test]
fn the_best_split_of_forty_dense_needs_is_proved() {
    let outcome = split_all(&dense(7, 40, 60, 10), Some(1));
    assert!(outcome.satisfiable);
    assert_eq!(outcome.lower_bound, outcome.deployments());
    assert!(!outcome.lacks("splits") && !outcome.lacks("lower_bound"), "{:?}", outcome.incomplete);
    assert!(!outcome.minimal_because.is_empty());
    for set in &outcome.minimal_because {
        assert!(set.len() >= outcome.deployments(), "{set:?}");
    }
    assert_eq!(outcome.complete, outcome.incomplete.is_empty());
}

/// Features on one backend of which the first two exclude each other, and which pairs of the others are experimental.
fn two_exclude_each_other(features: usize, experimental: impl Fn(usize, usize) -> bool) -> Matrix {
    let name = |feature: usize| format!("Feature {feature:02}");
    let mut text =
        "format = \"dynamo-plan/model/v1\"\nfeatures = '''\n| Feature | A |\n".to_owned();
    (0..features).for_each(|feature| text += &format!("| {} | ✅ |\n", name(feature)));
    text += "'''\n[pairs]\na = '''\n| Feature |";
    (0..features).for_each(|feature| text += &format!(" {} |", name(feature)));
    for row in 0..features {
        text += &format!("\n| {} |", name(row));
        for other in 0..row {
            text += match (row + other, experimental(other, row)) {
                (1, _) => " ❌ |",
                (_, true) => " 🚧 |",
                (_, false) => " ✅ |",
            };
        }
        text += " — |";
    }
    text += "\n'''\n";
    let no_file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let read = dynamo_plan::load::model(
        text.into(),
        Path::new("own.toml"),
        &bundle::vocabulary(),
        &no_file,
    );
    read.unwrap().matrix
}

/// The splits of 17 needs of which two exclude each other are 2 to the power of 15: each other need goes with one
/// of the two.
#[test]
fn the_best_of_more_splits_than_are_listed() {
    let features = 17;
    let is_experimental = |a: usize, b: usize| (a * 7 + b * 5) % 11 < 4;
    let matrices = [two_exclude_each_other(features, is_experimental)];
    let pairs = || (0..features).flat_map(|b| (0..b).map(move |a| (a, b)));
    let sum = |with_first: u32| {
        let shares_one = |a: usize, b: usize| (with_first >> a & 1) == (with_first >> b & 1);
        let rests_on = |&(a, b): &(usize, usize)| is_experimental(a, b) && shares_one(a, b);
        pairs().filter(rests_on).count() as u64
    };
    // The first need is in the one share, the second in the other.
    let mut sums: Vec<u64> = (0..1 << (features - 2)).map(|rest: u32| sum(rest << 2 | 1)).collect();
    sums.sort_unstable();
    let outcome = split_all(&matrices, Some(5));
    assert_eq!(outcome.total, 1 << 15);
    assert_eq!(outcome.incomplete, Vec::<String>::new());
    let found: Vec<u64> = outcome.splits.iter().map(|it| it.score.experimental).collect();
    assert_eq!(found, sums[..5]);
    let all = split_all(&matrices, None);
    assert_eq!(all.incomplete, ["splits"], "not all are listed");
    assert!(!all.complete);
    assert_eq!(all.splits[..5], outcome.splits[..]);
    let found: Vec<u64> = all.splits.iter().map(|it| it.score.experimental).collect();
    assert_eq!(found, sums[..found.len()]);
}

/// Where no cell tells splits apart, they are too many to be compared by what tells them apart besides.
#[test]
fn more_equal_splits_than_are_compared() {
    let outcome = split_all(&[two_exclude_each_other(17, |_, _| false)], Some(5));
    assert_eq!(outcome.total, 1 << 15);
    assert_eq!(outcome.splits.len(), 5);
    assert_eq!(outcome.incomplete, ["splits"]);
    assert!(outcome.notices.iter().any(|it| it.code == "splits-not-compared"), "{outcome:?}");
}
