//! The engine answers every kind of query with its fast path as it does by SAT alone.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use crate::oracle::{Rng, random_matrices};
use dynamo_plan::engine::{Assumption, Engine, EngineQuery, refuted_by_pairs};
use dynamo_plan::matrix::Level;
use dynamo_plan::target::{Atom, Catalog, Configuration, Literal, Target};

#[test]
fn table_and_sat_agree_on_random_queries() {
    for seed in 0..400 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let catalog = Catalog::new(&matrices);
        for matrix in &matrices {
            for backend in &matrix.backends {
                let target = Target::new(&catalog, matrix, backend);
                (0..4).for_each(|_| compare(&rng, &target, seed));
            }
        }
    }
}

#[test]
fn what_pairs_refute_at_once_fails_at_every_target() {
    let (mut at_once, mut missed) = (0, 0);
    for seed in 0..400 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let catalog = Catalog::new(&matrices);
        let backends = matrices.iter().flat_map(|m| m.backends.iter().map(move |b| (m, b)));
        let targets: Vec<Target<'_>> = backends.map(|(m, b)| Target::new(&catalog, m, b)).collect();
        let targets: Vec<&Target<'_>> = targets.iter().collect();
        for _ in 0..8 {
            let EngineQuery { mut assumptions, accept, .. } = random_query(&rng, targets[0]);
            assumptions.retain(|assumption| matches!(assumption, Assumption::Literal(_)));
            let query = EngineQuery { assumptions, wants: Vec::new(), accept };
            let fails = targets.iter().all(|target| {
                let asked = literals(&query).map(|it| catalog.features_of(it.atom));
                let asked = asked.fold(catalog.no_features(), |all, some| &all | &some);
                !Engine::without_table(target, asked).feasible(&query)
            });
            let refuted = refuted_by_pairs(&targets, &query.assumptions, accept);
            assert!(fails || !refuted, "seed {seed}: {query:?}");
            at_once += usize::from(refuted);
            missed += usize::from(fails && !refuted);
        }
    }
    assert!(at_once > 100 && missed > 10, "{at_once} refuted at once, {missed} not");
}

/// Asks both engines everything about one random query.
fn compare(rng: &Rng, target: &Target<'_>, seed: u64) {
    let query = random_query(rng, target);
    let mut asked = target.catalog().no_features();
    for literal in literals(&query) {
        asked.union_with(&target.catalog().features_of(literal.atom));
    }
    let mut direct = Engine::new(target, asked.clone());
    let mut sat = Engine::without_table(target, asked);
    let context = format!("seed {seed}: {query:?}");
    assert_eq!(direct.feasible(&query), sat.feasible(&query), "{context}");
    assert_eq!(direct.optimise(&query), sat.optimise(&query), "{context}");
    let set = |found: Vec<fixedbitset::FixedBitSet>| -> BTreeSet<Vec<usize>> {
        let count = found.len();
        let set: BTreeSet<Vec<usize>> = found.iter().map(|it| it.ones().collect()).collect();
        assert_eq!(set.len(), count, "{context}");
        set
    };
    assert_eq!(set(direct.minimal(&query)), set(sat.minimal(&query)), "{context}");
    let plain = EngineQuery { wants: Vec::new(), ..query.clone() };
    assert_eq!(set(direct.minimal(&plain)), set(sat.minimal(&plain)), "{context}");
    let all = |engine: &mut Engine<'_>| {
        let mut found = BTreeSet::new();
        engine.enumerate(&query, &mut |on: Configuration| {
            found.insert((on.features.ones().collect::<Vec<_>>(), on.choice));
        });
        found
    };
    assert_eq!(all(&mut direct), all(&mut sat), "{context}");
    let corrections = set(direct.corrections(&query, &[], usize::MAX).sets);
    assert_eq!(corrections, set(sat.corrections(&query, &[], usize::MAX).sets), "{context}");
    let maximal = |engine: &mut Engine<'_>| {
        let found = engine.maximal(&plain, usize::MAX);
        assert!(found.complete, "{context}");
        set(found.sets)
    };
    let largest = maximal(&mut direct);
    assert_eq!(largest, maximal(&mut sat), "{context}");
    // How many there are, where not all are listed.
    let some = direct.maximal(&plain, 1);
    assert!(some.sets.len() <= 1 && some.complete == (largest.len() <= 1), "{context}");
    let all = largest.len() as u128;
    assert!(if some.exact { some.total == all } else { some.total <= all }, "{context}");
    let refuted = !sat.feasible(&query);
    assert_eq!([direct.refutes(&query), sat.refutes(&query)], [refuted; 2], "{context}");
    let cores = [direct.core(&query), sat.core(&query)];
    assert_eq!(cores[0].is_some(), !sat.feasible(&query), "{context}");
    assert_eq!(cores[0].is_some(), cores[1].is_some(), "{context}");
    for core in cores.into_iter().flatten() {
        let kept = |spared: Option<usize>| {
            let kept = core.ones().filter(|&i| Some(i) != spared);
            EngineQuery {
                assumptions: kept.map(|i| query.assumptions[i]).collect(),
                ..query.clone()
            }
        };
        assert!(!sat.feasible(&kept(None)), "{context}: {core}");
        assert!(core.ones().all(|i| sat.feasible(&kept(Some(i)))), "{context}: {core}");
    }
    assert_eq!(direct.count(&query, &[]), sat.count(&query, &[]), "{context}");
}

fn literals(query: &EngineQuery) -> impl Iterator<Item = Literal> + '_ {
    let assumptions = query.assumptions.iter().filter_map(|assumption| match assumption {
        Assumption::Literal(literal) if !literal.negated => Some(*literal),
        _ => None,
    });
    assumptions.chain(query.wants.iter().map(|(want, _)| *want))
}

fn random_query(rng: &Rng, target: &Target<'_>) -> EngineQuery {
    let catalog = target.catalog();
    let mut atoms: Vec<Atom> = (0..catalog.features().len()).map(Atom::Feature).collect();
    atoms.extend((0..catalog.groups().len()).map(Atom::Group));
    rng.shuffle(&mut atoms);
    let mut atoms = atoms.into_iter();
    let mut assumptions: Vec<Assumption> = (0..rng.within(0, 4))
        .filter_map(|_| atoms.next())
        .map(|atom| Assumption::Literal(Literal { atom, negated: rng.percent(25) }))
        .collect();
    if !target.choices().is_empty() && rng.percent(25) {
        assumptions.push(Assumption::Choice(rng.below(target.choices().len())));
    }
    let wants = (0..*rng.pick(&[0, 0, 1, 2, 3, 5, 7]))
        .filter_map(|_| atoms.next())
        .map(|atom| (Literal { atom, negated: false }, rng.within(1, 3) as u64))
        .collect();
    EngineQuery { assumptions, wants, accept: *rng.pick(&Level::ACCEPTABLE) }
}
