//! Splits of needs and classes of workloads, against an exhaustive search of set partitions.
#![allow(clippy::unwrap_used)]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::oracle::{Oracle, Rng, Seen, planner, random_matrices, random_request};
use dynamo_plan::load::bundle as releases;
use dynamo_plan::matrix::{Matrix, Release};
use dynamo_plan::plan::{Deployment, Plan, Score, Split, SplitRequest, Workload, WorkloadsRequest};
use dynamo_plan::request::Request;
use dynamo_plan::{Planner, Query};

/// A set of ids.
type Ids = BTreeSet<String>;

/// The best plan of every request, by the brute force.
struct Brute {
    oracle: Oracle,
    known: BTreeMap<(Ids, Ids), Option<Plan>>,
    request: Request,
}

impl Brute {
    fn new(matrices: &[Matrix], request: &Request) -> Self {
        let request = request.clone();
        Brute { oracle: Oracle::new(matrices), known: BTreeMap::new(), request }
    }

    /// The best plan for these needs and avoids beside those of the request.
    fn best(&mut self, need: &Ids, avoid: &Ids) -> Option<Plan> {
        let (oracle, request) = (&self.oracle, &self.request);
        let found = || {
            let mut avoid = avoid.clone();
            avoid.extend(request.avoid.iter().cloned());
            let need = need.iter().cloned().collect();
            let asked = Request { need, avoid: avoid.into_iter().collect(), ..request.clone() };
            oracle.answer(&asked).plans.into_iter().next()
        };
        self.known.entry((need.clone(), avoid.clone())).or_insert_with(found).clone()
    }
}

/// Every partition of items into non-empty parts.
fn partitions(items: usize) -> Vec<Vec<Vec<usize>>> {
    let Some(last) = items.checked_sub(1) else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for smaller in partitions(last) {
        for part in 0..smaller.len() {
            let mut larger = smaller.clone();
            larger[part].push(last);
            all.push(larger);
        }
        let mut larger = smaller;
        larger.push(vec![last]);
        all.push(larger);
    }
    all
}

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
fn fewest(brute: &mut Brute, needs: &Ids, together: &[Ids], every: &Ids) -> Option<usize> {
    let none = Ids::new();
    let mut can = |share: &Ids| brute.best(&(share | every), &none).is_some();
    all_splits(needs, together).iter().find(|shares| shares.iter().all(&mut can)).map(Vec::len)
}

fn rank(score: &Score) -> impl Ord + use<> {
    let counts = (score.not_applicable, score.undocumented, score.experimental, score.caveat);
    (score.missed_weight, counts, score.roles, Reverse(score.headroom))
}

/// Every split, best first.
fn splits(brute: &mut Brute, needs: &Ids, together: &[Ids], every: &Ids) -> Vec<Split> {
    let Some(fewest) = fewest(brute, needs, together, every) else { return Vec::new() };
    let none = Ids::new();
    let mut found = Vec::new();
    for shares in all_splits(needs, together).into_iter().filter(|shares| shares.len() == fewest) {
        let plan = |share: &Ids| Some((share.clone(), brute.best(&(share | every), &none)?));
        let Some(mut shares) = shares.iter().map(plan).collect::<Option<Vec<(Ids, Plan)>>>() else {
            continue;
        };
        shares.sort_by_key(|(share, _)| (Reverse(share.len()), share.clone()));
        let deployment =
            |(share, plan): (Ids, Plan)| deployment_of(share.into_iter().collect(), &plan);
        let deployments: Vec<Deployment> = shares.into_iter().map(deployment).collect();
        let score = deployments.iter().map(|it| it.plan.score).sum();
        found.push(split_of(&deployments, score));
    }
    let shares = |split: &Split| -> Vec<Vec<String>> {
        split.deployments.iter().map(|it| it.share.clone()).collect()
    };
    found.sort_by_key(|split| (rank(&split.score), shares(split)));
    for (index, split) in found.iter_mut().enumerate() {
        split.rank = index + 1;
    }
    found
}

/// Every minimal part of the needs that takes so many shares or cannot be shared out at all.
fn because(
    brute: &mut Brute,
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
        let mut brute = Brute::new(&matrices, &request);
        let needs: Ids = ids.into_iter().collect();
        let expected = splits(&mut brute, &needs, &together, &every);
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
    ] {
        seen.assert(kind, least);
    }
}

/// The reasons that an outcome should give.
fn reasons(
    brute: &mut Brute,
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
                brute.best(&(&share | every), &none).is_none()
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
fn random_workloads_of_random_matrices() {
    let mut seen = Seen::default();
    for seed in 0..300 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let mut request = random_request(&rng, &matrices);
        request.all = false;
        request.pattern = None;
        request.want.clear();
        request.avoid.clear();
        request.need.clear();
        let ids: Vec<String> = matrices[0].features.iter().map(|f| f.id.to_string()).collect();
        let workload = |number: usize| {
            let needs = rng.within(1, 3);
            let need: Ids = rng.some(&ids, needs).into_iter().collect();
            let avoid = if rng.percent(20) { rng.some(&ids, 1) } else { Vec::new() };
            let avoid = avoid.into_iter().filter(|id| !need.contains(id)).collect();
            Workload { name: format!("w{number}"), need: need.into_iter().collect(), avoid }
        };
        let count = rng.within(1, 6);
        let workloads: Vec<Workload> = (0..count).map(workload).collect();
        let asked = WorkloadsRequest { request: request.clone(), workloads, deadline: None };
        let outcome = planner(&matrices).classes(&asked);
        let mut brute = Brute::new(&matrices, &request);
        let mut best = |members: &[&Workload]| {
            let all = |list: fn(&Workload) -> &Vec<String>| -> Ids {
                members.iter().flat_map(|&it| list(it)).cloned().collect()
            };
            let (need, avoid) = (all(|it| &it.need), all(|it| &it.avoid));
            if need.is_disjoint(&avoid) { brute.best(&need, &avoid) } else { None }
        };
        let (served, unserved): (Vec<&Workload>, Vec<&Workload>) =
            asked.workloads.iter().partition(|it| best(&[it]).is_some());
        let names = |list: &[&Workload]| list.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
        let left_out: Vec<String> = outcome.unserved.iter().map(|it| it.name.clone()).collect();
        assert_eq!(left_out, names(&unserved), "seed {seed}");
        let members = |part: &Vec<usize>| part.iter().map(|&it| served[it]).collect::<Vec<_>>();
        let mut all_splits = partitions(served.len());
        all_splits.sort_by_key(Vec::len);
        let found =
            all_splits.iter().find(|it| it.iter().all(|part| best(&members(part)).is_some()));
        let wrong = || format!("seed {seed}: {asked:?} {outcome:#?}");
        assert_eq!(outcome.classes.len(), found.unwrap().len(), "{}", wrong());
        assert_eq!(outcome.lower_bound, outcome.classes.len());
        let mut placed: Vec<String> =
            outcome.classes.iter().flat_map(|class| class.workloads.clone()).collect();
        placed.sort();
        assert_eq!(placed, names(&served));
        for class in &outcome.classes {
            let members: Vec<&Workload> =
                served.iter().copied().filter(|it| class.workloads.contains(&it.name)).collect();
            assert_eq!(Some(&class.plan), best(&members).as_ref(), "seed {seed}");
        }
        seen.add("two classes", outcome.classes.len() == 2);
        seen.add("three classes", outcome.classes.len() > 2);
        seen.add("unserved", !outcome.unserved.is_empty());
    }
    for (kind, least) in [("two classes", 50), ("three classes", 5), ("unserved", 50)] {
        seen.assert(kind, least);
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
    let workload = Workload { name: "a".to_owned(), need: request.need.clone(), avoid: Vec::new() };
    let request = Request { need: Vec::new(), ..request };
    let asked = WorkloadsRequest { request, workloads: vec![workload], deadline: None };
    let done = planner.classes_watched(&asked, &mut |so_far| assert!(!so_far.complete));
    assert!(done.complete);
}

/// The splits of 16 needs of which two exclude each other are 2 to the power of 14. The deadline
/// passes while one snapshot after the other is looked at, so that it always comes before the last
/// split.
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
        assert!(outcome.total < whole.total, "stopped at snapshot {late}: {}", outcome.total);
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

/// A deployment: a plan with its share beside its own keys.
fn deployment_of(share: Vec<String>, plan: &Plan) -> Deployment {
    let mut value = serde_json::to_value(plan).unwrap();
    value["share"] = share.into();
    serde_json::from_value(value).unwrap()
}

/// A split that has no rank yet.
fn split_of(deployments: &[Deployment], score: Score) -> Split {
    let value = serde_json::json!({ "rank": 0, "deployments": deployments, "score": score });
    serde_json::from_value(value).unwrap()
}
