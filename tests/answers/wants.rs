//! Wants: the least weight is missed, on matrices too large to list too, and what a plan could
//! still take is named.
#![allow(clippy::unwrap_used)]

use crate::oracle::{
    Case, MatrixOutline, Oracle, Profile, Rng, Seen, ask_for, check, forge, planner,
    random_matrices, random_request,
};
use dynamo_plan::analysis::whatif::{CellEdit, Side, apply, compare};
use dynamo_plan::matrix::{Level, Matrix};
use dynamo_plan::plan::Plan;
use dynamo_plan::request::{Request, Want};
use itertools::Itertools;

#[test]
fn many_wants_of_random_matrices() {
    let mut seen = Seen::default();
    for seed in 1000..1250 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let mut request = random_request(&rng, &matrices);
        request.need.truncate(1);
        request.all = rng.percent(10);
        let ids = matrices[0].features.iter().map(|feature| feature.id.to_string()).collect_vec();
        let taken = |id: &String| request.need.contains(id) || request.avoid.contains(id);
        let wanted = rng.some(&ids, 6).into_iter().filter(|id| !taken(id)).sorted();
        let want = |feature| Want { feature, weight: rng.within(1, 4) as u64 };
        request.want = wanted.map(want).collect();
        if request.avoid.iter().any(|id| matrices[0].groups.iter().any(|group| group.id == *id)) {
            request.avoid.clear();
        }
        request.pattern = None;
        let answer = check(seed, &Case { matrices, rule_sets: Vec::new(), request });
        let missed = answer.plans.first().map_or(0, |plan| plan.score.missed_weight);
        seen.add("a missed want", missed > 0);
        seen.add(
            "two ways to miss as much",
            answer.plans.iter().map(|p| &p.missed).unique().count() > 1,
        );
    }
    seen.assert("a missed want", 80);
    seen.assert("two ways to miss as much", 40);
}

/// A matrix of 60 features without groups.
fn wide(rng: &Rng, profile: Profile) -> Matrix {
    let features = (0..60).map(|number| format!("feature-{number:02}")).collect();
    let outline = MatrixOutline { features, ..MatrixOutline::default() };
    let cells = outline.tables().into_iter().map(|terms| (terms, profile.level(rng))).collect();
    forge(&outline, vec![("one", cells)])
}

/// The least weight of wants that a set of features without a blocking cell misses, by branch and
/// bound on the features.
fn least_missed(matrix: &Matrix, wants: &[Want]) -> u64 {
    let cells = &matrix.backends[0].cells;
    let rejected = |terms: &[&str]| {
        let same = |cell: &&dynamo_plan::matrix::Cell| {
            cell.terms.iter().map(|term| term.id()).sorted().eq(terms.iter().copied().sorted())
        };
        cells.iter().find(same).is_none_or(|cell| cell.level > Level::Experimental)
    };
    let wants: Vec<&Want> = wants
        .iter()
        .filter(|it| !rejected(&[&it.feature]))
        .sorted_by_key(|it| std::cmp::Reverse(it.weight))
        .collect();
    let conflict: Vec<u64> = wants
        .iter()
        .map(|a| {
            let beside = wants.iter().enumerate();
            let conflicting = beside
                .filter(|(_, b)| a.feature != b.feature && rejected(&[&a.feature, &b.feature]));
            conflicting.fold(0, |all, (b, _)| all | 1 << b)
        })
        .collect();
    let weights: Vec<u64> = wants.iter().map(|it| it.weight).collect();
    let mut best = 0;
    grow(&weights, &conflict, 0, (1 << weights.len()) - 1, &mut best);
    best
}

/// The most weight of open wants that do not conflict.
fn grow(weights: &[u64], conflict: &[u64], sum: u64, open: u64, best: &mut u64) {
    *best = (*best).max(sum);
    let left: u64 =
        (0..weights.len()).filter(|bit| open >> bit & 1 == 1).map(|bit| weights[bit]).sum();
    if open == 0 || sum + left <= *best {
        return;
    }
    let first = open.trailing_zeros() as usize;
    grow(weights, conflict, sum + weights[first], open & !conflict[first] & !(1 << first), best);
    grow(weights, conflict, sum, open & !(1 << first), best);
}

#[test]
fn forty_wants_of_sixty_features_are_optimal_in_seconds() {
    for (seed, profile) in [(1, Profile::KIND), (2, Profile::MIXED), (3, Profile::HARSH)] {
        let rng = Rng::new(seed);
        let matrix = wide(&rng, profile);
        let ids = matrix.features.iter().map(|feature| feature.id.to_string()).collect_vec();
        let want = |feature| Want { feature, weight: rng.within(1, 1000) as u64 };
        let want: Vec<Want> = rng.some(&ids, 40).into_iter().sorted().map(want).collect();
        let all: u64 = want.iter().map(|want| want.weight).sum();
        let matrices = [matrix];
        let request = Request { want: want.clone(), ..ask_for(&matrices, &[]) };
        let start = std::time::Instant::now();
        let (_, best) = planner(&matrices).best(&request).unwrap();
        let took = start.elapsed();
        assert_eq!(
            all - best.score.missed_weight,
            least_missed(&matrices[0], &want),
            "seed {seed}"
        );
        assert!(took.as_secs() < 10, "{took:?}");
    }
}

/// The named additions are those that the rank counts, and each leads to a valid plan that touches
/// what it is said to cost.
#[test]
fn headroom_names_what_the_rank_counts() {
    let mut named = 0;
    for seed in 0..120 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let request = random_request(&rng, &matrices);
        let (planner, oracle) = (planner(&matrices), Oracle::new(&matrices));
        for plan in oracle.answer(&request).plans.iter().take(3) {
            let additions = planner.headroom(&request, plan);
            assert_eq!(additions.len(), plan.score.headroom, "seed {seed}");
            for addition in &additions {
                let with = plan.features.iter().chain([&addition.feature]).cloned().sorted();
                let more = Request {
                    need: with.collect(),
                    want: Vec::new(),
                    avoid: Vec::new(),
                    backends: vec![plan.backend.clone()],
                    releases: request.releases.clone(),
                    pattern: addition.pattern.clone().or(plan.pattern.clone()),
                    all: false,
                    ..request.clone()
                };
                let found = oracle.answer(&more).plans;
                let same = |it: &&Plan| it.release == plan.release && it.features == more.need;
                let found = found.iter().find(same).unwrap_or_else(|| panic!("seed {seed}"));
                let known = |terms| plan.cells.iter().any(|cell| cell.terms == terms);
                let added = found.cells.iter().filter(|cell| !known(cell.terms.clone()));
                let limited = added.filter(|cell| cell.level > Level::Supported || cell.caveat);
                let costs = limited.map(|cell| cell.terms.clone()).collect_vec();
                let shown = addition.cells.iter().map(|cell| cell.terms.clone()).collect_vec();
                assert_eq!(shown, costs, "seed {seed}");
                named += 1;
            }
        }
    }
    assert!(named > 300, "{named}");
}

/// A changed cell gives the answer that the changed matrix gives; what is gained, lost and moved is
/// the difference of the two answers.
#[test]
fn what_if_a_cell_were_different() {
    let (mut gained, mut lost, mut moved) = (0, 0, 0);
    for seed in 0..400 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng)[..1].to_vec();
        let request = random_request(&rng, &matrices);
        let backend = rng.pick(&matrices[0].backends).clone();
        let cells = rng.some(&backend.cells, 8);
        let (mut changed, mut by_hand) = (matrices.clone(), matrices.clone());
        let mut changes = Vec::new();
        for cell in &cells {
            let level = *rng.pick(&Level::ALL);
            let text = format!("{}: {} = {level}", backend.id, cell.terms.iter().join(" + "));
            let edit = CellEdit::read(&text).unwrap();
            changes.extend(apply(&[edit], &mut changed, &mut Vec::new()).unwrap());
            let here = by_hand[0].backends.iter_mut().find(|it| it.id == backend.id).unwrap();
            let here = here.cells.iter_mut().find(|it| it.terms == cell.terms).unwrap();
            (here.level, here.caveat) = (level, false);
        }
        assert_eq!(changes.len(), cells.len());
        assert_eq!(changed, by_hand, "seed {seed}");
        let planners = [planner(&matrices), planner(&changed)];
        let [before, after] =
            planners.each_ref().map(|planner| Side { planner, request: &request });
        let found = compare(before, after, changes, None);
        let expected = [&matrices, &by_hand].map(|it| Oracle::new(it).answer(&request).plans);
        let only = |a: &[Plan], b: &[Plan]| {
            let known = |plan: &&Plan| b.iter().any(|other| key(other) == key(plan));
            a.iter().filter(|plan| !known(plan)).map(key).collect_vec()
        };
        let keys = |found: &[dynamo_plan::analysis::whatif::Difference]| {
            found.iter().map(|it| key(&it.plan)).collect_vec()
        };
        assert_eq!(keys(&found.gained), only(&expected[1], &expected[0]), "seed {seed}");
        assert_eq!(keys(&found.lost), only(&expected[0], &expected[1]), "seed {seed}");
        for it in &found.moved {
            let key = (it.backend.clone(), it.pattern.clone(), it.features.clone());
            let [was, is] = expected
                .each_ref()
                .map(|plans| plans.iter().find(|plan| self::key(plan) == key).unwrap());
            assert_eq!((it.before.rank, it.after.rank), (was.rank, is.rank));
        }
        gained += found.gained.len();
        lost += found.lost.len();
        moved += found.moved.len();
    }
    assert!(gained > 20 && lost > 20 && moved > 20, "{gained} {lost} {moved}");
}

fn key(plan: &Plan) -> (String, Option<String>, Vec<String>) {
    (plan.backend.clone(), plan.pattern.clone(), plan.features.clone())
}
