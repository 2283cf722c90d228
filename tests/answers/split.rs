//! Splits of needs, against an exhaustive search of set partitions.
#![allow(clippy::unwrap_used)]

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use crate::oracle::{
    Ids, Rng, Seen, Shares, best_choice, partitions, planner, random_matrices, random_request, rank,
};
use dynamo_plan::load::bundle as releases;
use dynamo_plan::matrix::{Matrix, Release};
use dynamo_plan::plan::{
    Deployment, Plan, Split, SplitRequest, SplitScore, Workload, WorkloadsRequest,
};
use dynamo_plan::request::Request;
use dynamo_plan::{Planner, Query};

/// Every set of shares of these needs that keeps together what must stay so, smallest first.
fn all_splits(needs: &Ids, together: &[Ids]) -> Vec<Vec<Ids>> {
    let needs: Vec<&String> = needs.iter().collect();
    let named = |part: &Vec<usize>| part.iter().map(|&need| needs[need].clone()).collect::<Ids>();
    let whole = |share: &Ids, group: &Ids| {
        let here = needs.iter().filter(|id| group.contains(**id)).count();
        let shared = share.intersection(group).count();
        shared == 0 || shared == here
    };
    let mut all_splits: Vec<Vec<Ids>> =
        partitions(needs.len()).iter().map(|parts| parts.iter().map(named).collect()).collect();
    all_splits.retain(|shares: &Vec<Ids>| {
        shares.iter().all(|share| together.iter().all(|group| whole(share, group)))
    });
    all_splits.sort_by_key(Vec::len);
    all_splits
}

/// How many shares some needs take; `None` where they cannot be shared out.
fn fewest(brute: &mut Shares, needs: &Ids, together: &[Ids], every: &Ids) -> Option<usize> {
    let none = Ids::new();
    let mut can = |share: &Ids| brute.can(&(share | every), &none);
    all_splits(needs, together).iter().find(|shares| shares.iter().all(&mut can)).map(Vec::len)
}

/// Every split, best first; `None` where there are too many choices of plans.
fn splits(brute: &mut Shares, needs: &Ids, together: &[Ids], every: &Ids) -> Option<Vec<Split>> {
    let Some(fewest) = fewest(brute, needs, together, every) else { return Some(Vec::new()) };
    let none = Ids::new();
    let mut found = Vec::new();
    for mut shares in all_splits(needs, together) {
        let mut can = |share: &Ids| brute.can(&(share | every), &none);
        if shares.len() != fewest || !shares.iter().all(&mut can) {
            continue;
        }
        shares.sort_by_key(|share| (Reverse(share.len()), share.clone()));
        let mut plans = |share: &Ids| (brute.plans(&(share | every), &none).to_vec(), 1);
        let plans: Vec<(Vec<Plan>, u64)> = shares.iter().map(&mut plans).collect();
        let (served, score) = best_choice(&plans)?;
        let deployments = shares.iter().zip(&served).map(|(share, served)| {
            let mut value = serde_json::to_value(&served.plan).unwrap();
            value["share"] = share.iter().cloned().collect();
            value["alternatives"] = serde_json::to_value(&served.alternatives).unwrap();
            serde_json::from_value(value).unwrap()
        });
        found.push(split_of(&deployments.collect::<Vec<Deployment>>(), score));
    }
    let shares = |split: &Split| -> Vec<Vec<String>> {
        split.deployments.iter().map(|it| it.share.clone()).collect()
    };
    found.sort_by_key(|split| (rank(&split.score), shares(split)));
    for (index, split) in found.iter_mut().enumerate() {
        split.rank = index + 1;
    }
    Some(found)
}

/// Every minimal part of the needs that takes so many shares or cannot be shared out at all.
fn because(
    brute: &mut Shares,
    needs: &Ids,
    together: &[Ids],
    every: &Ids,
    shares: usize,
) -> Vec<Vec<String>> {
    let needs: Vec<String> = needs.iter().cloned().collect();
    let mut found: Vec<Ids> = Vec::new();
    let mut masks: Vec<u32> = (1..1 << needs.len()).collect();
    masks.sort_by_key(|mask| mask.count_ones());
    for mask in masks {
        let part: Ids =
            (0..needs.len()).filter(|bit| mask >> bit & 1 == 1).map(|i| needs[i].clone()).collect();
        if !found.iter().any(|smaller| smaller.is_subset(&part))
            && fewest(brute, &part, together, every).is_none_or(|fewest| fewest >= shares)
        {
            found.push(part);
        }
    }
    let mut found: Vec<Vec<String>> =
        found.into_iter().map(|part| part.into_iter().collect()).collect();
    found.sort_by_key(|part| (part.len(), part.clone()));
    found
}

#[test]
fn random_needs_of_random_matrices() {
    let mut seen = Seen::default();
    for seed in 0..800 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let mut request = random_request(&rng, &matrices);
        request.all = false;
        if request.need.is_empty() {
            continue;
        }
        let mut ids = request.need.clone();
        rng.shuffle(&mut ids);
        let every: Ids = if rng.percent(30) { ids.drain(..1).collect() } else { Ids::new() };
        let mut together = Vec::new();
        if ids.len() > 2 && rng.percent(40) {
            together.push(ids[..2].iter().cloned().collect::<Ids>());
        }
        let asked = SplitRequest {
            together: together.iter().map(|group| group.iter().cloned().collect()).collect(),
            every: every.iter().cloned().collect(),
            ..SplitRequest::of(request.clone())
        };
        if ids.is_empty() {
            continue;
        }
        let outcome = planner(&matrices).split(&asked);
        let mut brute = Shares::new(&matrices, &request);
        let needs: Ids = ids.into_iter().collect();
        let Some(expected) = splits(&mut brute, &needs, &together, &every) else { continue };
        assert_eq!(outcome.splits, expected, "seed {seed}");
        assert_eq!(outcome.total, expected.len());
        assert_eq!(outcome.satisfiable, !expected.is_empty());
        assert!(outcome.complete);
        let shares = outcome.deployments();
        let reasons = reasons(&mut brute, &needs, &together, &every, shares);
        assert_eq!(outcome.minimal_because, reasons, "seed {seed}");
        if outcome.satisfiable {
            assert_eq!(outcome.lower_bound, shares);
        }
        let best = outcome.splits.first();
        let (split, score) = (shares > 1, best.map(|best| best.score).unwrap_or_default());
        let deployments = best.map(|best| &*best.deployments).unwrap_or_default();
        seen.add("fewer backends than deployments", split && score.backends < shares);
        seen.add("several backends", split && score.backends > 1);
        seen.add("several releases", split && matrices.len() > 1);
        seen.add("alternatives", split && deployments.iter().any(|it| !it.alternatives.is_empty()));
        seen.add(
            "a plan that is not its share's first",
            deployments.iter().any(|it| it.plan.rank > 1),
        );
        seen.add("one is enough", shares == 1);
        seen.add("two", shares == 2);
        seen.add("three", shares == 3);
        seen.add("none", shares == 0);
        seen.add("several splits", outcome.total > 1);
        seen.add("together", shares > 1 && !together.is_empty());
        seen.add("every", shares > 1 && !every.is_empty());
        seen.add("cannot stay together", reasons.iter().any(|it| it.len() > 1) && shares == 0);
        seen.add("several reasons", shares > 1 && reasons.len() > 1);
        seen.add("a large reason", shares > 1 && reasons.iter().any(|it| it.len() > 2));
    }
    for (kind, least) in [
        ("one is enough", 50),
        ("two", 40),
        ("three", 4),
        ("none", 50),
        ("several splits", 20),
        ("together", 8),
        ("every", 5),
        ("several reasons", 10),
        ("a large reason", 8),
        ("fewer backends than deployments", 20),
        ("several backends", 20),
        ("several releases", 20),
        ("alternatives", 20),
        ("a plan that is not its share's first", 5),
    ] {
        seen.assert(kind, least);
    }
}

/// The reasons that an outcome should give.
fn reasons(
    brute: &mut Shares,
    needs: &Ids,
    together: &[Ids],
    every: &Ids,
    shares: usize,
) -> Vec<Vec<String>> {
    match shares {
        1 => Vec::new(),
        0 => {
            let none = Ids::new();
            let alone = |id: &&String| {
                let share: Ids = [(*id).clone()].into();
                !brute.can(&(&share | every), &none)
            };
            let alone: Vec<Vec<String>> =
                needs.iter().filter(alone).map(|id| vec![id.clone()]).collect();
            if alone.is_empty() {
                because(brute, needs, together, every, usize::MAX)
            } else {
                alone
            }
        }
        several => because(brute, needs, together, every, several),
    }
}

#[test]
fn all_features_of_the_newest_release() {
    let (planner, request) = everything("1.4.0");
    let outcome = planner.split(&SplitRequest { limit: Some(5), ..SplitRequest::of(request) });
    assert_eq!(outcome.deployments(), 7);
    assert_eq!(outcome.splits.len(), 5);
    assert_eq!(outcome.total, 4096);
    assert!(outcome.minimal_because.iter().all(|set| set.len() == 7));
}

/// A request for all features of a release.
fn everything(release: &str) -> (Planner, Request) {
    let matrix = releases::matrix(&Release::new(release)).unwrap();
    let ids: Vec<String> = matrix.features.iter().map(|f| f.id.to_string()).collect();
    let planner = Planner::of_matrices(vec![matrix]);
    let tables = Some(Vec::new());
    let query = Query { rules: tables, ..Query::needing(ids) };
    let request = planner.resolve(&query).unwrap();
    (planner, request)
}

#[test]
fn a_deadline_that_has_passed_leaves_nothing_proved() {
    let (planner, request) = everything("0.9.0");
    let deadline = Some(Instant::now());
    let outcome = planner.split(&SplitRequest { deadline, ..SplitRequest::of(request) });
    assert!(outcome.is_undecided());
    assert!(outcome.splits.is_empty());
}

#[test]
fn forty_needs_keep_to_a_deadline() {
    let (planner, request) = forty();
    let start = Instant::now();
    let deadline = Some(start + Duration::from_secs(2));
    let limit = Some(3);
    let outcome = planner.split(&SplitRequest { deadline, limit, ..SplitRequest::of(request) });
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    assert!(outcome.satisfiable);
    assert!(outcome.lower_bound > 1 && outcome.lower_bound <= outcome.deployments());
}

/// A request for all of 40 features on five backends.
fn forty() -> (Planner, Request) {
    let matrices = crate::oracle::forty(7);
    let ids: Vec<&str> = matrices[0].features.iter().map(|f| &*f.id).collect();
    let request = crate::oracle::ask_for(&matrices, &ids);
    (planner(&matrices), request)
}

#[test]
fn nothing_is_said_to_be_whole_before_it_is() {
    let planner = Planner::bundled();
    let needs = ["lora", "multimodal-video", "kv-block-manager", "sla-based-planner"];
    let request = planner.resolve(&Query::needing(needs)).unwrap();
    let mut snapshots = 0;
    let done = planner.split_watched(&SplitRequest::of(request.clone()), &mut |so_far| {
        snapshots += 1;
        assert!(!so_far.complete, "{so_far:?}");
    });
    assert!(done.complete && snapshots > 2);
    let workloads = vec![Workload { name: "a".to_owned(), request, count: 1 }];
    let request = WorkloadsRequest::common(Vec::new(), &workloads).unwrap();
    let asked = WorkloadsRequest { request, workloads, deadline: None };
    let done = planner.classes_watched(&asked, &mut |so_far| assert!(!so_far.complete));
    assert!(done.complete);
}

/// The splits of 16 needs of which two exclude each other are 2 to the power of 14. The deadline
/// passes while one snapshot after the other is looked at, so that it always comes before the end.
#[test]
fn a_deadline_leaves_no_false_total() {
    let planner = planner(&[sixteen_of_which_two_exclude_each_other()]);
    let needs = (0..16).map(|feature| format!("feature-{feature:02}"));
    let asked = SplitRequest::of(planner.resolve(&Query::needing(needs)).unwrap());
    let mut snapshots = 0;
    let whole = planner.split_watched(&asked, &mut |_| snapshots += 1);
    assert!(whole.complete && snapshots > 2, "{snapshots} snapshots");
    assert_eq!((whole.total, whole.splits.len()), (1 << 14, 1 << 14));
    for late in 1..=snapshots {
        let deadline = Instant::now() + Duration::from_millis(300);
        let asked = SplitRequest { deadline: Some(deadline), ..asked.clone() };
        let mut seen = 0;
        let outcome = planner.split_watched(&asked, &mut |_| {
            seen += 1;
            if seen == late {
                std::thread::sleep(deadline.saturating_duration_since(Instant::now()));
            }
        });
        assert!(!outcome.complete, "stopped at snapshot {late}");
        assert_eq!(outcome.total, outcome.splits.len(), "stopped at snapshot {late}");
        let is_whole = outcome.total == whole.total;
        assert_eq!(is_whole, !outcome.lacks("total"), "stopped at snapshot {late}");
    }
}

fn sixteen_of_which_two_exclude_each_other() -> Matrix {
    let name = |feature: usize| format!("Feature {feature:02}");
    let mut text =
        "format = \"dynamo-plan/model/v1\"\nfeatures = '''\n| Feature | A |\n".to_owned();
    (0..16).for_each(|feature| text += &format!("| {} | ✅ |\n", name(feature)));
    text += "'''\n[pairs]\na = '''\n| Feature |";
    (0..16).for_each(|feature| text += &format!(" {} |", name(feature)));
    for row in 0..16 {
        text += &format!("\n| {} |", name(row));
        (0..row).for_each(|other| text += if row + other == 1 { " ❌ |" } else { " ✅ |" });
        text += " — |";
    }
    text += "\n'''\n";
    let no_file = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    let path = std::path::Path::new("own.toml");
    let read = dynamo_plan::load::model(text.into(), path, &releases::vocabulary(), &no_file);
    read.unwrap().matrix
}

/// A split that has no rank yet.
fn split_of(deployments: &[Deployment], score: SplitScore) -> Split {
    let value = serde_json::json!({ "rank": 0, "deployments": deployments, "score": score });
    serde_json::from_value(value).unwrap()
}
