//! The direct engine answers every kind of question as the SAT engine does.
#![allow(clippy::unwrap_used)]

mod oracle;

use std::collections::BTreeSet;

use dynamo_plan::engine::{Demand, DirectEngine, Engine, Question, SatEngine, refuted_by_pairs};
use dynamo_plan::matrix::Level;
use dynamo_plan::target::{Atom, Catalog, Configuration, Literal, Target};
use oracle::{Rng, random_matrices};

#[test]
fn both_engines_agree_on_random_questions() {
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
fn what_pairs_refute_at_once_fails_at_every_place() {
    let (mut at_once, mut missed) = (0, 0);
    for seed in 0..400 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let catalog = Catalog::new(&matrices);
        let backends = matrices.iter().flat_map(|m| m.backends.iter().map(move |b| (m, b)));
        let targets: Vec<Target<'_>> = backends.map(|(m, b)| Target::new(&catalog, m, b)).collect();
        let targets: Vec<&Target<'_>> = targets.iter().collect();
        for _ in 0..8 {
            let Question { mut demands, accept, .. } = random_question(&rng, targets[0]);
            demands.retain(|demand| matches!(demand, Demand::Literal(_)));
            let question = Question { demands, wants: Vec::new(), accept };
            let fails = targets.iter().all(|target| {
                let asked = literals(&question).map(|it| catalog.features_of(it.atom));
                let asked = asked.fold(catalog.no_features(), |all, some| &all | &some);
                !SatEngine::new(target, asked).feasible(&question)
            });
            let refuted = refuted_by_pairs(&targets, &question.demands, accept);
            assert!(fails || !refuted, "seed {seed}: {question:?}");
            at_once += usize::from(refuted);
            missed += usize::from(fails && !refuted);
        }
    }
    assert!(at_once > 100 && missed > 10, "{at_once} refuted at once, {missed} not");
}

/// Asks both engines everything about one random question.
fn compare(rng: &Rng, target: &Target<'_>, seed: u64) {
    let question = random_question(rng, target);
    let mut asked = target.catalog().no_features();
    for literal in literals(&question) {
        asked.union_with(&target.catalog().features_of(literal.atom));
    }
    let mut direct = DirectEngine::new(target, asked.clone());
    let mut sat = SatEngine::new(target, asked);
    let context = format!("seed {seed}: {question:?}");
    assert_eq!(direct.feasible(&question), sat.feasible(&question), "{context}");
    assert_eq!(direct.optimise(&question), sat.optimise(&question), "{context}");
    let set = |found: Vec<fixedbitset::FixedBitSet>| -> BTreeSet<Vec<usize>> {
        let count = found.len();
        let set: BTreeSet<Vec<usize>> = found.iter().map(|it| it.ones().collect()).collect();
        assert_eq!(set.len(), count, "{context}");
        set
    };
    assert_eq!(set(direct.minimal(&question)), set(sat.minimal(&question)), "{context}");
    let plain = Question { wants: Vec::new(), ..question.clone() };
    assert_eq!(set(direct.minimal(&plain)), set(sat.minimal(&plain)), "{context}");
    let all = |engine: &mut dyn Engine| {
        let mut found = BTreeSet::new();
        engine.enumerate(&question, &mut |on: Configuration| {
            found.insert((on.features.ones().collect::<Vec<_>>(), on.choice));
        });
        found
    };
    assert_eq!(all(&mut direct), all(&mut sat), "{context}");
    let corrections = set(direct.corrections(&question, &[]));
    assert_eq!(corrections, set(sat.corrections(&question, &[])), "{context}");
    let refuted = !sat.feasible(&question);
    assert_eq!([direct.refutes(&question), sat.refutes(&question)], [refuted; 2], "{context}");
    let cores = [direct.core(&question), sat.core(&question)];
    assert_eq!(cores[0].is_some(), !sat.feasible(&question), "{context}");
    assert_eq!(cores[0].is_some(), cores[1].is_some(), "{context}");
    for core in cores.into_iter().flatten() {
        let kept = |spared: Option<usize>| {
            let kept = core.ones().filter(|&i| Some(i) != spared);
            Question { demands: kept.map(|i| question.demands[i]).collect(), ..question.clone() }
        };
        assert!(!sat.feasible(&kept(None)), "{context}: {core}");
        assert!(core.ones().all(|i| sat.feasible(&kept(Some(i)))), "{context}: {core}");
    }
    assert_eq!(direct.count(&question, &[]), sat.count(&question, &[]), "{context}");
}

fn literals(question: &Question) -> impl Iterator<Item = Literal> + '_ {
    let demands = question.demands.iter().filter_map(|demand| match demand {
        Demand::Literal(literal) if !literal.negated => Some(*literal),
        _ => None,
    });
    demands.chain(question.wants.iter().map(|(want, _)| *want))
}

fn random_question(rng: &Rng, target: &Target<'_>) -> Question {
    let catalog = target.catalog();
    let mut atoms: Vec<Atom> = (0..catalog.features().len()).map(Atom::Feature).collect();
    atoms.extend((0..catalog.groups().len()).map(Atom::Group));
    rng.shuffle(&mut atoms);
    let mut atoms = atoms.into_iter();
    let mut demands: Vec<Demand> = (0..rng.within(0, 4))
        .filter_map(|_| atoms.next())
        .map(|atom| Demand::Literal(Literal { atom, negated: rng.percent(25) }))
        .collect();
    if !target.choices().is_empty() && rng.percent(25) {
        demands.push(Demand::Choice(rng.below(target.choices().len())));
    }
    let wants = (0..*rng.pick(&[0, 0, 1, 2, 3]))
        .filter_map(|_| atoms.next())
        .map(|atom| (Literal { atom, negated: false }, rng.within(1, 3) as u64))
        .collect();
    Question { demands, wants, accept: *rng.pick(&Level::ACCEPTABLE) }
}
