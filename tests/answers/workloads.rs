//! Classes of workloads, against an exhaustive search of set partitions.
#![allow(clippy::unwrap_used)]

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use crate::oracle::{
    Ids, Rng, Seen, Shares, best_choice, partitions, planner, random_matrices, random_request, rank,
};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Level, Matrix, Release};
use dynamo_plan::plan::{Class, Plan, SplitScore, Workload, WorkloadsRequest};
use dynamo_plan::request::{Request, Want};
use dynamo_plan::{Planner, Query};
use itertools::Itertools;

#[test]
fn random_workloads_of_random_matrices() {
    let mut seen = Seen::default();
    for seed in 0..300 {
        let (matrices, request, workloads) = random_workloads(seed);
        let mut brute = Shares::new(&matrices, &request);
        seen.add("backends of their own", request.backends != workloads[0].request.backends);
        seen.add("levels of their own", request.accept != workloads[0].request.accept);
        seen.add("wants of their own", workloads.iter().any(|it| !it.request.want.is_empty()));
        seen.add("patterns of their own", workloads.iter().any(|it| it.request.pattern.is_some()));
        let asked = WorkloadsRequest { request, workloads, deadline: None };
        let outcome = planner(&matrices).classes(&asked);
        let wrong = || format!("seed {seed}: {asked:?} {outcome:#?}");
        let (served, unserved): (Vec<usize>, Vec<usize>) =
            (0..asked.workloads.len()).partition(|&it| can(&mut brute, &[&asked.workloads[it]]));
        let left_out: Vec<&String> = outcome.unserved.iter().map(|it| &it.name).collect();
        let names = unserved.iter().map(|&it| &asked.workloads[it].name).collect_vec();
        assert_eq!(left_out, names, "{}", wrong());
        let Some(best) = best_classes(&mut brute, &asked.workloads, &served) else { continue };
        let (classes, score) = best;
        assert!(outcome.complete, "{}", wrong());
        assert_eq!(outcome.lower_bound, classes.len(), "{}", wrong());
        assert_eq!(outcome.classes, classes, "{}", wrong());
        assert_eq!(outcome.score, (!classes.is_empty()).then_some(score), "{}", wrong());
        assert_eq!(planner(&matrices).classes(&asked), outcome);
        seen.add("two classes", classes.len() == 2);
        seen.add("three classes", classes.len() > 2);
        seen.add("unserved", !unserved.is_empty());
        seen.add("counts", classes.len() > 1 && classes.iter().any(|class| class.count > 2));
        seen.add("fewer backends than classes", score.backends < classes.len());
        seen.add("alternatives", classes.iter().any(|class| !class.alternatives.is_empty()));
        seen.add("a plan that is not its class's first", classes.iter().any(|it| it.plan.rank > 1));
    }
    for (kind, least) in [
        ("two classes", 50),
        ("three classes", 5),
        ("unserved", 50),
        ("counts", 20),
        ("fewer backends than classes", 20),
        ("alternatives", 20),
        ("a plan that is not its class's first", 1),
        ("backends of their own", 20),
        ("levels of their own", 20),
        ("wants of their own", 50),
        ("patterns of their own", 10),
    ] {
        seen.assert(kind, least);
    }
}

/// Workloads of some features of random matrices, with what is common to all of them. Half of the fleets
/// differ in backends, levels, patterns and wants too.
fn random_workloads(seed: u64) -> (Vec<Matrix>, Request, Vec<Workload>) {
    let rng = Rng::new(seed);
    let matrices = random_matrices(&rng);
    let mut request = random_request(&rng, &matrices);
    (request.all, request.pattern) = (false, None);
    request.want.clear();
    request.avoid.clear();
    request.need.clear();
    let ids: Vec<String> = matrices[0].features.iter().map(|f| f.id.to_string()).collect();
    let options = matrices[0].dimension.iter().flat_map(|dimension| &dimension.options);
    let mut options: Vec<String> = options.map(|option| option.id.clone()).collect();
    rng.shuffle(&mut options);
    // One for all that ask for any: a matrix without patterns meets several at once.
    options.truncate(1);
    let differ = rng.percent(50);
    let workload = |number: usize| {
        let needs = rng.within(1, 3);
        let need: Ids = rng.some(&ids, needs).into_iter().collect();
        let avoid = if rng.percent(20) { rng.some(&ids, 1) } else { Vec::new() };
        let avoid = avoid.into_iter().filter(|id| !need.contains(id)).collect();
        let count = if rng.percent(50) { 1 } else { rng.within(2, 9) as u64 };
        let need = need.into_iter().collect();
        let mut request = Request { need, avoid, ..request.clone() };
        if differ {
            narrow(&mut request, &rng, (&ids, &options));
        }
        Workload { name: format!("w{number}"), request, count }
    };
    let count = rng.within(1, 6);
    let workloads: Vec<Workload> = (0..count).map(workload).collect();
    let common = WorkloadsRequest::common(Vec::new(), &workloads).unwrap();
    (matrices, common, workloads)
}

/// Makes a workload differ from others in more than its needs and avoids.
fn narrow(request: &mut Request, rng: &Rng, (ids, options): (&[String], &[String])) {
    if rng.percent(30) {
        request.backends = vec![rng.pick(&request.backends).clone()];
    }
    if rng.percent(30) {
        request.accept = *rng.pick(&[Level::Supported, Level::Experimental, Level::Undocumented]);
    }
    if rng.percent(20) && !options.is_empty() {
        request.pattern = Some(rng.pick(options).clone());
    }
    if rng.percent(40) {
        let is_open = |id: &&String| !request.need.contains(id) && !request.avoid.contains(id);
        let open: Vec<String> = ids.iter().filter(is_open).cloned().collect();
        let want = |feature| Want { feature, weight: *rng.pick(&[1, 2, 3]) };
        request.want = rng.some(&open, 1).into_iter().map(want).collect();
    }
}

/// What some workloads ask for together; `None` where they contradict each other.
fn together(workloads: &[&Workload]) -> Option<Request> {
    let requests = || workloads.iter().map(|workload| &workload.request);
    let all = |list: fn(&Request) -> &Vec<String>| -> Vec<String> {
        requests().flat_map(list).sorted().dedup().cloned().collect()
    };
    let first = &workloads[0].request;
    let in_all = |id: &&String| requests().all(|request| request.backends.contains(id));
    let patterns: Vec<&String> = requests().flat_map(|it| &it.pattern).unique().collect();
    let (need, avoid) = (all(|it| &it.need), all(|it| &it.avoid));
    let mut want = requests().flat_map(|it| &it.want).cloned().collect_vec();
    want.sort_by(|a, b| a.feature.cmp(&b.feature).then(b.weight.cmp(&a.weight)));
    want.dedup_by(|a, b| a.feature == b.feature);
    want.retain(|want| !need.contains(&want.feature));
    if patterns.len() > 1 || need.iter().any(|id| avoid.contains(id)) {
        return None;
    }
    Some(Request {
        backends: first.backends.iter().filter(in_all).cloned().collect(),
        accept: requests().map(|it| it.accept).min().unwrap(),
        pattern: patterns.first().map(|id| (*id).clone()),
        need,
        avoid,
        want,
        ..first.clone()
    })
}

/// Whether one class can serve some workloads.
fn can(brute: &mut Shares, workloads: &[&Workload]) -> bool {
    together(workloads).is_some_and(|request| !brute.plans_for(&request).is_empty())
}

/// The best of the fewest classes that serve these workloads, those that ask for the same on one;
/// `None` where there are too many choices of plans.
fn best_classes(
    brute: &mut Shares,
    workloads: &[Workload],
    served: &[usize],
) -> Option<(Vec<Class>, SplitScore)> {
    let kind = |&it: &usize| format!("{:?}", workloads[it].request);
    let kinds = served.iter().copied().into_group_map_by(kind);
    let kinds = kinds.into_values().collect_vec();
    let mut partitions = partitions(kinds.len());
    partitions.sort_by_key(Vec::len);
    let (mut fewest, mut found) = (usize::MAX, Vec::new());
    for parts in partitions {
        if parts.len() > fewest {
            break;
        }
        let members = |part: &Vec<usize>| part.iter().flat_map(|&it| &kinds[it]).copied().sorted();
        let mut classes: Vec<Vec<usize>> = parts.iter().map(|it| members(it).collect()).collect();
        let of = |members: &[usize]| members.iter().map(|&it| &workloads[it]).collect_vec();
        if !classes.iter().all(|members| can(brute, &of(members))) {
            continue;
        }
        let count = |members: &[usize]| members.iter().map(|&it| workloads[it].count).sum::<u64>();
        classes.sort_by_key(|members| (Reverse(count(members)), members.clone()));
        let mut plans = |members: &Vec<usize>| {
            let request = together(&of(members)).unwrap();
            (brute.plans_for(&request).to_vec(), count(members))
        };
        let plans: Vec<(Vec<Plan>, u64)> = classes.iter().map(&mut plans).collect();
        let (served, score) = best_choice(&plans)?;
        fewest = parts.len();
        found.push(((rank(&score), classes), plans, served, score));
    }
    let (best, plans, served, score) = found.into_iter().min_by(|(a, ..), (b, ..)| a.cmp(b))?;
    let shown = best.1.iter().zip(plans).zip(served).map(|((members, (_, count)), served)| {
        let members = members.iter().map(|&it| &workloads[it]).collect_vec();
        let Request { need, avoid, .. } = together(&members).unwrap();
        let class = serde_json::json!({
            "workloads": members.iter().map(|it| &it.name).collect_vec(), "count": count,
            "need": need, "avoid": avoid, "alternatives": served.alternatives, "plan": served.plan,
        });
        serde_json::from_value(class).unwrap()
    });
    Some((shown.collect(), score))
}

/// Some of the many ways to put workloads of two features each on few classes.
fn fleet(planner: &Planner, workloads: usize) -> WorkloadsRequest {
    let ids = planner.matrices()[0].features.iter().map(|feature| feature.id.to_string());
    let pairs = ids.array_combinations::<2>().map(Vec::from);
    let workload = |(number, need): (usize, Vec<String>)| {
        let count = number as u64 % 5 + 1;
        let request = planner.resolve(&Query::needing(need)).unwrap();
        Workload { name: number.to_string(), request, count }
    };
    let workloads: Vec<Workload> = pairs.take(workloads).enumerate().map(workload).collect();
    let request = WorkloadsRequest::common(Vec::new(), &workloads).unwrap();
    WorkloadsRequest { request, workloads, deadline: None }
}

fn newest() -> Planner {
    Planner::of_matrices(vec![bundle::matrix(&Release::new("1.4.0")).unwrap()])
}

/// The deadline passes while one snapshot after the other is looked at.
#[test]
fn a_deadline_leaves_the_best_classes_so_far() {
    let planner = newest();
    let asked = fleet(&planner, 30);
    let mut snapshots = 0;
    let whole = planner.classes_watched(&asked, &mut |so_far| {
        snapshots += 1;
        assert!(!so_far.complete);
    });
    assert!(whole.complete && snapshots > 1, "{snapshots} snapshots");
    for late in 1..=snapshots {
        let deadline = Instant::now() + Duration::from_millis(300);
        let asked = WorkloadsRequest { deadline: Some(deadline), ..asked.clone() };
        let (mut seen, mut last) = (0, None);
        let outcome = planner.classes_watched(&asked, &mut |so_far| {
            seen += 1;
            last = Some(so_far.classes.clone());
            if seen == late {
                std::thread::sleep(deadline.saturating_duration_since(Instant::now()));
            }
        });
        assert!(!outcome.complete || outcome == whole, "stopped at snapshot {late}");
        assert_eq!(Some(outcome.classes), last, "stopped at snapshot {late}");
    }
}

/// Audio is experimental on 1.4.0. Workloads that can do without go where nothing is, also where there
/// are too many kinds for a search.
#[test]
fn many_workloads_go_on_the_most_stable_class_that_has_all_they_ask_for() {
    let planner = newest();
    let shared = ["disagg", "kv-routing", "kvbm", "cancellation", "migration", "tools"];
    let ids =
        |names: &[&str]| planner.resolve(&Query::needing(names.iter().copied())).unwrap().need;
    let workload = |need: Vec<String>, avoid: Vec<String>| {
        let name = format!("{need:?} {avoid:?}");
        let request = planner.resolve(&Query { need, avoid, ..Query::default() }).unwrap();
        Workload { name, request, count: 1 }
    };
    let media = ids(&[&["audio", "image", "video"], &shared[..]].concat());
    let mut workloads = vec![workload(media, Vec::new())];
    let needs = ids(&[&["lora"], &shared[..]].concat()).into_iter().powerset();
    for (need, avoid) in
        needs.cartesian_product(ids(&["planner", "spec-decode"]).into_iter().powerset())
    {
        workloads.extend((!need.is_empty()).then(|| workload(need, avoid)));
    }
    assert!(workloads.len() > 400);
    let request = WorkloadsRequest::common(Vec::new(), &workloads).unwrap();
    let outcome = planner.classes(&WorkloadsRequest { request, workloads, deadline: None });
    assert!(!outcome.complete);
    assert_eq!((outcome.classes.len(), outcome.classes[1].workloads.len()), (2, 1));
    assert_eq!(outcome.score.unwrap().experimental, 1);
}

#[test]
fn too_many_ways_to_compare_are_said_to_be() {
    let planner = newest();
    let asked = fleet(&planner, 105);
    let outcome = planner.classes(&asked);
    assert!(!outcome.complete);
    assert_eq!(outcome.lower_bound, outcome.classes.len());
    let code = "classes-not-compared";
    assert_eq!(outcome.notices.iter().filter(|notice| notice.code == code).count(), 1);
    assert_eq!(planner.classes(&asked), outcome);
}
