//! Surveys of matrices equal a listing of every feature set.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use crate::oracle::{
    Listing, MatrixOutline, Oracle, Profile, Rng, ask_for, bundled, forge, planner,
    random_matrices, random_request,
};
use dynamo_plan::analysis::survey::{
    Analysis, CountChange, Survey, Valued, Wanted, Worth, analyze,
};
use dynamo_plan::matrix::{Level, Matrix, Term};
use dynamo_plan::request::Request;
use itertools::Itertools;

fn survey(matrices: &[Matrix], request: &Request, wanted: &Wanted) -> Analysis {
    analyze(&planner(matrices), request, wanted)
}

/// A random request without what a survey takes no notice of.
fn asked(rng: &Rng, matrices: &[Matrix]) -> Request {
    let mut request = random_request(rng, matrices);
    request.want.clear();
    request.pattern = None;
    request.need.truncate(rng.below(3));
    request
}

#[test]
fn the_known_counts_of_0_9_0() {
    let counts = |accept| {
        let matrices = [bundled()];
        let request = Request { accept, ..ask_for(&matrices, &[]) };
        let found = survey(&matrices, &request, &Wanted::default());
        ["vllm", "trtllm", "sglang"].map(|id| {
            let target = found.backends.iter().find(|target| target.id == id).unwrap();
            assert!(target.exact);
            (target.feature_sets, target.configurations)
        })
    };
    assert_eq!(counts(Level::Supported), [(176, 224), (112, 112), (40, 40)]);
    assert_eq!(counts(Level::Experimental), [(480, 704), (224, 240), (192, 192)]);
    assert_eq!(counts(Level::Undocumented), [(480, 704), (224, 240), (192, 192)]);
    assert_eq!(counts(Level::NotApplicable), [(2304, 4096), (384, 448), (384, 384)]);
}

#[test]
fn surveys_equal_the_listing() {
    let (mut core, mut dead, mut conditional, mut covers) = (0, 0, 0, 0);
    for seed in 0..150 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let request = asked(&rng, &matrices);
        let wanted = Wanted { cover: true, ..Wanted::default() };
        let found = survey(&matrices, &request, &wanted);
        let oracle = Oracle::new(&matrices);
        let targets = oracle.chosen(&request);
        assert_eq!(targets.len(), found.backends.len());
        for (target, found) in targets.into_iter().zip(&found.backends) {
            let listing = Listing::new(&oracle.universe, target, &request);
            check_survey(seed, &listing, found);
            check_cover(seed, &listing, found);
            core += usize::from(found.core.len() > request.need.len());
            dead += usize::from(!found.dead.is_empty());
            conditional += usize::from(!found.conditionally_dead.is_empty());
            covers += usize::from(found.cover.as_ref().unwrap().deployments.len() > 2);
        }
    }
    assert!(
        core > 0 && dead > 50 && conditional > 50 && covers > 20,
        "{core} {dead} {conditional} {covers}"
    );
}

fn check_survey(seed: u64, listing: &Listing<'_>, found: &Survey) {
    assert!(found.exact && found.maximal_complete);
    let sizes = (found.feature_sets, found.configurations);
    assert_eq!(sizes, Listing::size(&listing.all), "seed {seed}");
    let sizes = (found.matching.feature_sets, found.matching.configurations);
    assert_eq!(sizes, Listing::size(&listing.matching), "seed {seed}");
    assert_eq!(found.core, listing.core(), "seed {seed}");
    assert_eq!(found.dead, listing.dead(), "seed {seed}");
    assert_eq!(found.conditionally_dead, listing.conditionally_dead(), "seed {seed}");
    let maximal: BTreeSet<_> = found.maximal.iter().map(|set| set.features.clone()).collect();
    assert_eq!(maximal, listing.maximal(), "seed {seed}");
    assert!(found.maximal.is_sorted_by(|a, b| a.features.len() >= b.features.len()));
    let mut exclusions: Vec<_> = found.exclusions.clone();
    assert!(exclusions.is_sorted_by(|a, b| a.excludes.len() >= b.excludes.len()));
    exclusions.sort_by(|a, b| a.feature.cmp(&b.feature));
    let expected = listing.live_features();
    for (found, (bit, id)) in exclusions.iter().zip_eq(expected) {
        assert_eq!(found.feature, id, "seed {seed}");
        assert_eq!(found.excludes, listing.excluded(bit), "seed {seed}");
        assert!(found.exact);
        assert_eq!(found.feature_sets, listing.with(bit) as u128, "seed {seed}");
    }
}

fn check_cover(seed: u64, listing: &Listing<'_>, found: &Survey) {
    let cover = found.cover.as_ref().unwrap();
    let tried: Vec<_> = cover.deployments.iter().flat_map(|it| it.pairs.clone()).collect();
    assert_eq!(tried.len(), cover.pairs, "seed {seed}");
    assert_eq!(tried.into_iter().collect::<BTreeSet<_>>(), listing.pairs(), "seed {seed}");
    let valid = listing.maximal();
    for deployment in &cover.deployments {
        assert!(valid.contains(&deployment.plan.features), "seed {seed}");
        let on = |id: &String| deployment.plan.features.contains(id);
        assert!(deployment.pairs.iter().flatten().all(on), "seed {seed}");
    }
    assert!(cover.minimal && cover.at_least == cover.deployments.len());
    assert_eq!(listing.smallest_cover(cover.at_least), Some(cover.at_least), "seed {seed}");
    let lonely = |(bit, _): &(u32, String)| {
        listing.excluded(*bit).len() + 1 == listing.live().count_ones() as usize
    };
    let alone: Vec<String> = listing.live_features().filter(lonely).map(|(_, id)| id).collect();
    assert_eq!(cover.alone, alone, "seed {seed}");
}

/// Every change is worth what the changed matrix says, and none is left out.
#[test]
fn missing_cells_are_worth_what_editing_the_matrix_gives() {
    let (mut pairs, mut won) = (0, 0);
    for seed in 0..25 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng)[..1].to_vec();
        let request = asked(&rng, &matrices);
        let requests: Vec<Valued> = (0..4)
            .map(|_| {
                let asked = asked(&rng, &matrices);
                let same = Request { need: asked.need, avoid: asked.avoid, ..request.clone() };
                Valued { request: same, weight: rng.within(1, 3) as u64 }
            })
            .collect();
        let wanted = Wanted { cells: 2, requests: requests.clone(), cover: false };
        let missing = survey(&matrices, &request, &wanted).missing.unwrap();
        assert!(missing.complete);
        let before = served(&matrices, &requests);
        for worth in &missing.changes {
            let changed = supported(&matrices[0], worth, request.accept);
            let matrices = [changed];
            let oracle = Oracle::new(&matrices);
            let target = oracle.targets.iter().find(|it| it.backend == worth.backend).unwrap();
            let listing = Listing::new(&oracle.universe, target, &request);
            let after = Listing::size(&listing.matching);
            assert_eq!(
                (worth.feature_sets.after, worth.configurations.after),
                after,
                "seed {seed}: {worth:?}"
            );
            let requests = CountChange { before, after: served(&matrices, &requests) };
            assert_eq!(worth.requests, Some(requests), "seed {seed}: {worth:?}");
            pairs += usize::from(worth.cells.len() == 2);
            won += usize::from(requests.after > before);
        }
        check_nothing_is_left_out(seed, &matrices[0], &request, &requests, &missing.changes);
        let gains = missing.changes.iter().map(|worth| {
            let gain = |change: &CountChange| change.after - change.before;
            (gain(&worth.requests.unwrap()), gain(&worth.feature_sets), gain(&worth.configurations))
        });
        assert!(gains.collect_vec().is_sorted_by(|a, b| a >= b), "seed {seed}");
    }
    assert!(pairs > 1000 && won > 100, "{pairs} {won}");
}

fn served(matrices: &[Matrix], requests: &[Valued]) -> u128 {
    let oracle = Oracle::new(matrices);
    let served = requests.iter().filter(|it| oracle.answer(&it.request).satisfiable);
    served.map(|it| u128::from(it.weight)).sum()
}

/// The matrix with the cells of a change at an accepted level.
fn supported(matrix: &Matrix, worth: &Worth, level: Level) -> Matrix {
    let mut matrix = matrix.clone();
    let backend = matrix.backends.iter_mut().find(|it| it.id == worth.backend).unwrap();
    for cell in &worth.cells {
        set(backend, &cell.terms, level);
    }
    matrix
}

fn set(backend: &mut dynamo_plan::matrix::Backend, terms: &[Term], level: Level) {
    match backend.cells.iter_mut().find(|it| it.terms == terms) {
        Some(cell) => cell.level = level,
        None => backend.cells.push(dynamo_plan::matrix::Cell::new(terms.to_vec(), level, "")),
    }
    backend.cells.sort_by(|a, b| a.listing_order(b));
}

/// Each cell that the matrix has and that would add something is among the changes.
fn check_nothing_is_left_out(
    seed: u64,
    matrix: &Matrix,
    request: &Request,
    requests: &[Valued],
    changes: &[Worth],
) {
    let size = |matrix: &Matrix, backend: &str| {
        let matrices = [matrix.clone()];
        let oracle = Oracle::new(&matrices);
        let target = oracle.targets.iter().find(|it| it.backend == backend).unwrap();
        let listing = Listing::new(&oracle.universe, target, request);
        (Listing::size(&listing.matching).1, served(&matrices, requests))
    };
    for backend in matrix.backends.iter().filter(|it| request.backends.contains(&it.id)) {
        let before = size(matrix, &backend.id);
        for cell in backend.cells.iter().filter(|cell| cell.level > request.accept) {
            let mut changed = matrix.clone();
            let here = changed.backends.iter_mut().find(|it| it.id == backend.id).unwrap();
            set(here, &cell.terms, request.accept);
            let named = changes.iter().any(|worth| {
                worth.backend == backend.id
                    && worth.cells.len() == 1
                    && worth.cells[0].terms == *cell.terms
            });
            assert_eq!(named, size(&changed, &backend.id) != before, "seed {seed}: {cell:?}");
        }
    }
}

/// One backend of so many features, of which each pair is rejected or not.
fn wide(features: usize, rejects: impl Fn(usize, usize) -> bool) -> Matrix {
    let id = |number: usize| format!("feature-{number:03}");
    let outline =
        MatrixOutline { features: (0..features).map(id).collect(), ..MatrixOutline::default() };
    let number = |term: &Term| term.id()[8..].parse::<usize>().unwrap();
    let level = |terms: &Vec<Term>| match terms[..] {
        [ref a, ref b] if rejects(number(a), number(b)) => Level::Unsupported,
        _ => Level::Supported,
    };
    let cells = outline.tables().into_iter().map(|terms| (terms.clone(), level(&terms))).collect();
    forge(&outline, vec![("one", cells)])
}

fn sets(matrix: Matrix) -> (u128, bool) {
    let matrices = [matrix];
    let found = survey(&matrices, &ask_for(&matrices, &[]), &Wanted::default());
    (found.backends[0].feature_sets, found.backends[0].exact)
}

/// Numbers that no listing could reach.
#[test]
fn large_matrices_are_counted_exactly() {
    assert_eq!(sets(wide(60, |_, _| false)), (1 << 60, true));
    assert_eq!(sets(wide(60, |a, b| a / 3 == b / 3)), (4_u128.pow(20), true));
    let mut fibonacci = (1_u128, 2_u128);
    (1..90).for_each(|_| fibonacci = (fibonacci.1, fibonacci.0 + fibonacci.1));
    assert_eq!(sets(wide(90, |a, b| a.abs_diff(b) == 1)), (fibonacci.1, true));
    let (number, exact) = sets(wide(130, |_, _| false));
    assert!(!exact && number == u128::MAX);
}

/// However many sets there are, the answer comes, and says what it did not prove.
#[test]
fn sixty_features_take_seconds() {
    for profile in [Profile::HARSH, Profile::MIXED, Profile::KIND] {
        let rng = Rng::new(5);
        let features = (0..60).map(|number| format!("feature-{number:02}")).collect();
        let outline = MatrixOutline { features, ..MatrixOutline::default() };
        let cells =
            outline.tables().into_iter().map(|terms| (terms, profile.level(&rng))).collect();
        let matrices = [forge(&outline, vec![("one", cells)])];
        let request = ask_for(&matrices, &[]);
        let start = std::time::Instant::now();
        let wanted = Wanted { cells: 1, cover: true, ..Wanted::default() };
        let found = survey(&matrices, &request, &wanted);
        let target = &found.backends[0];
        let cover = target.cover.as_ref().unwrap();
        assert_eq!(cover.deployments.iter().map(|it| it.pairs.len()).sum::<usize>(), cover.pairs);
        assert!(cover.at_least <= cover.deployments.len());
        assert!(target.exact || target.feature_sets > 1_000_000);
        assert!(start.elapsed().as_secs() < 120);
    }
}

#[test]
fn large_counts_are_strings_in_json() {
    let count = |number: u128| {
        let text = serde_json::to_string(&CountChange { before: number, after: number }).unwrap();
        assert_eq!(serde_json::from_str::<CountChange>(&text).unwrap().after, number);
        text
    };
    let exact = (1 << 53) - 1;
    assert_eq!(count(exact), r#"{"before":9007199254740991,"after":9007199254740991}"#);
    assert_eq!(count(exact + 1), r#"{"before":"9007199254740992","after":"9007199254740992"}"#);
    assert!(count(u128::MAX).contains(r#""340282366920938463463374607431768211455""#));
}
