//! Exact covers against every partition of few items.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use crate::oracle::{Rng, Seen};
use dynamo_plan::solve::{Allowance, CoverColumn, Deadline, ExactCover, ItemSet, SearchEnd};

/// Columns of random sets with all of their parts, at random costs.
fn random_columns(rng: &Rng, items: usize) -> Vec<CoverColumn> {
    let mut costs: HashMap<ItemSet, i64> = HashMap::new();
    let most = *rng.pick(&[0, 3, 50, 100_000]);
    let largest: Vec<ItemSet> = (0..rng.within(2, 6))
        .map(|_| (0..items).filter(|_| rng.percent(45)).fold(0, |set, item| set | 1 << item))
        .chain((0..items).map(|item| 1 << item))
        .collect();
    for set in 1..1 << items {
        if largest.iter().any(|whole| set & !whole == 0) {
            costs.insert(set, rng.within(0, most) as i64);
        }
    }
    let mut columns: Vec<CoverColumn> =
        costs.into_iter().map(|(items, cost)| CoverColumn { items, cost }).collect();
    columns.sort_by_key(|column| column.items);
    columns
}

/// Every exact cover with its cost.
fn covers(columns: &[CoverColumn], left: ItemSet) -> Vec<(i64, Vec<ItemSet>)> {
    if left == 0 {
        return vec![(0, Vec::new())];
    }
    let first = 1 << left.trailing_zeros();
    let fits = |column: &&CoverColumn| column.items & first != 0 && column.items & !left == 0;
    let mut found = Vec::new();
    for column in columns.iter().filter(fits) {
        for (cost, mut cover) in covers(columns, left & !column.items) {
            cover.push(column.items);
            cover.sort_unstable();
            found.push((cost + column.cost, cover));
        }
    }
    found
}

fn allowance() -> Allowance {
    Allowance::new(u64::MAX, Deadline::default())
}

#[test]
fn random_covers() {
    let mut seen = Seen::default();
    for seed in 0..1500 {
        let rng = Rng::new(seed);
        let items = rng.within(1, 8);
        let columns = random_columns(&rng, items);
        let all: ItemSet = (1 << items) - 1;
        let mut every = covers(&columns, all);
        let fewest = every.iter().map(|(_, cover)| cover.len()).min().unwrap();
        every.retain(|(_, cover)| cover.len() == fewest);
        every.sort();
        let cover = ExactCover::new(columns, all, &mut allowance()).unwrap();
        assert!(cover.at_least() <= fewest, "seed {seed}");
        assert_eq!(cover.cover_with(fewest - 1, &mut allowance()), Ok(None), "seed {seed}");
        let found = cover.cover_with(fewest, &mut allowance()).unwrap().unwrap();
        assert_eq!(found.iter().fold(0, |sum, set| sum | set), all, "seed {seed}");
        assert_eq!(found.len(), fewest, "seed {seed}");
        let mut counted = Vec::new();
        cover
            .each(fewest, &mut allowance(), &mut |sets| {
                let mut sets = sets.to_vec();
                sets.sort_unstable();
                counted.push(sets);
            })
            .unwrap();
        counted.sort();
        let mut expected: Vec<_> = every.iter().map(|(_, cover)| cover.clone()).collect();
        expected.sort();
        assert_eq!(counted, expected, "seed {seed}");
        let wanted = rng.within(1, 4);
        let last = every.get(wanted - 1).map(|(cost, _)| *cost);
        every.retain(|(cost, _)| last.is_none_or(|last| *cost <= last));
        let expected: Vec<_> = every.iter().map(|(_, cover)| cover.clone()).collect();
        for known in [None, last] {
            let best = cover.best(fewest, (wanted, usize::MAX), known, &mut allowance());
            assert_eq!(best.covers, expected, "seed {seed}");
            assert!(best.is_whole && best.is_first_proved, "seed {seed}");
        }
        let best = cover.best(fewest, (wanted, wanted), None, &mut allowance());
        assert!(expected.contains(&best.covers[0]), "seed {seed}");
        assert_eq!(best.is_whole, expected.len() <= wanted, "seed {seed}");
        seen.add("several columns", fewest > 2);
        seen.add("several covers", expected.len() > 1);
        seen.add("more that cost the same", expected.len() > wanted);
        seen.add("the bound is met", fewest > 1 && cover.at_least() == fewest);
    }
    for kind in ["several columns", "several covers", "more that cost the same", "the bound is met"]
    {
        seen.assert(kind, 50);
    }
}

#[test]
fn a_search_keeps_to_its_steps() {
    let rng = Rng::new(3);
    let columns = random_columns(&rng, 8);
    let cover = ExactCover::new(columns, 255, &mut allowance()).unwrap();
    let mut few = Allowance::new(10, Deadline::default());
    assert_eq!(cover.each(8, &mut few, &mut |_| ()), Err(SearchEnd::Steps));
    let best = cover.best(4, (1, 1), None, &mut Allowance::new(10, Deadline::default()));
    assert_eq!(best.ended, Some(SearchEnd::Steps));
    assert!(!best.is_whole && !best.is_first_proved);
}
