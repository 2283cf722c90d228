//! Classes of workloads, against an exhaustive search of set partitions.
#![allow(clippy::unwrap_used)]

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use crate::oracle::{
    Ids, Rng, Seen, Shares, best_choice, partitions, planner, random_matrices, random_request, rank,
};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Matrix, Release};
use dynamo_plan::plan::{Class, Plan, SplitScore, Workload, WorkloadsRequest};
use dynamo_plan::request::Request;
use dynamo_plan::{Planner, Query};
use itertools::Itertools;

#[test]
fn random_workloads_of_random_matrices() {
    let mut seen = Seen::default();
    for seed in 0..300 {
        let (matrices, request, workloads) = random_workloads(seed);
        let mut brute = Shares::new(&matrices, &request);
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
    ] {
        seen.assert(kind, least);
    }
}

/// Workloads of some features of random matrices, with a request that asks for nothing else.
fn random_workloads(seed: u64) -> (Vec<Matrix>, Request, Vec<Workload>) {
    let rng = Rng::new(seed);
    let matrices = random_matrices(&rng);
    let mut request = random_request(&rng, &matrices);
    (request.all, request.pattern) = (false, None);
    request.want.clear();
    request.avoid.clear();
    request.need.clear();
    let ids: Vec<String> = matrices[0].features.iter().map(|f| f.id.to_string()).collect();
    let workload = |number: usize| {
        let needs = rng.within(1, 3);
        let need: Ids = rng.some(&ids, needs).into_iter().collect();
        let avoid = if rng.percent(20) { rng.some(&ids, 1) } else { Vec::new() };
        let avoid = avoid.into_iter().filter(|id| !need.contains(id)).collect();
        let count = if rng.percent(50) { 1 } else { rng.within(2, 9) as u64 };
        let need = need.into_iter().collect();
        Workload { name: format!("w{number}"), need, avoid, count }
    };
    let count = rng.within(1, 6);
    let workloads = (0..count).map(workload).collect();
    (matrices, request, workloads)
}

/// What some workloads need and avoid together.
fn together(workloads: &[&Workload]) -> (Ids, Ids) {
    let all = |list: fn(&Workload) -> &Vec<String>| -> Ids {
        workloads.iter().flat_map(|&it| list(it)).cloned().collect()
    };
    (all(|it| &it.need), all(|it| &it.avoid))
}

/// Whether one class can serve some workloads.
fn can(brute: &mut Shares, workloads: &[&Workload]) -> bool {
    let (need, avoid) = together(workloads);
    need.is_disjoint(&avoid) && brute.can(&need, &avoid)
}

/// The best of the fewest classes that serve these workloads, those that ask for the same on one;
/// `None` where there are too many choices of plans.
fn best_classes(
    brute: &mut Shares,
    workloads: &[Workload],
    served: &[usize],
) -> Option<(Vec<Class>, SplitScore)> {
    let kinds = served.iter().copied().into_group_map_by(|&it| together(&[&workloads[it]]));
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
            let (need, avoid) = together(&of(members));
            (brute.plans(&need, &avoid).to_vec(), count(members))
        };
        let plans: Vec<(Vec<Plan>, u64)> = classes.iter().map(&mut plans).collect();
        let (served, score) = best_choice(&plans)?;
        fewest = parts.len();
        found.push(((rank(&score), classes), plans, served, score));
    }
    let (best, plans, served, score) = found.into_iter().min_by(|(a, ..), (b, ..)| a.cmp(b))?;
    let shown = best.1.iter().zip(plans).zip(served).map(|((members, (_, count)), served)| {
        let members = members.iter().map(|&it| &workloads[it]).collect_vec();
        let (need, avoid) = together(&members);
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
        Workload { name: number.to_string(), need, avoid: Vec::new(), count }
    };
    let workloads: Vec<Workload> = pairs.take(workloads).enumerate().map(workload).collect();
    let all = workloads.iter().flat_map(|it| it.need.clone()).unique();
    let request = planner.resolve(&Query::needing(all)).unwrap();
    let request = Request { need: Vec::new(), ..request };
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
    let workload = |need: Vec<String>, avoid: Vec<String>| Workload {
        name: format!("{need:?} {avoid:?}"),
        need,
        avoid,
        count: 1,
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
    let all = ids(&[&["audio", "image", "video", "lora"], &shared[..]].concat());
    let request = Request { need: Vec::new(), ..planner.resolve(&Query::needing(all)).unwrap() };
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
