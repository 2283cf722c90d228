//! A second solver, batsat, as a witness of what the first one says: verdicts, cores and optima of
//! random formulas that are too large for a listing of assignments.
#![allow(clippy::unwrap_used)]

use dynamo_plan::encode::{Cnf, Lit, Var};
use dynamo_plan::solve::{
    Deadline, MarcoMap, Solver, Varisat, minimal_core, minimal_hitting_sets, optimise,
};
use fixedbitset::FixedBitSet;
use rustsat::solvers::{Solve, SolveIncremental, SolverResult};
use rustsat::types::{Clause, TernaryVal};
use rustsat_batsat::BasicSolver;

use crate::solve::small::{Numbers, formula, literal};

const VARIABLES: usize = 25;

/// Batsat behind the trait of the crate, so that cores and optima can be found with it too.
struct Batsat {
    solver: BasicSolver,
    /// The values that the last call found.
    model: Vec<bool>,
    failed: Vec<Lit>,
}

fn to_batsat(literal: Lit) -> rustsat::types::Lit {
    let index = u32::try_from(literal.var().index()).unwrap();
    rustsat::types::Lit::new(index, literal.is_negated())
}

fn from_batsat(literal: rustsat::types::Lit) -> Lit {
    Var::new(literal.vidx()).literal(literal.is_neg())
}

impl Solver for Batsat {
    fn empty() -> Self {
        Batsat { solver: BasicSolver::default(), model: Vec::new(), failed: Vec::new() }
    }

    fn add_clause(&mut self, literals: &[Lit]) {
        let clause: Clause = literals.iter().copied().map(to_batsat).collect();
        self.solver.add_clause(clause).unwrap();
    }

    fn solve(&mut self, assumptions: &[Lit]) -> bool {
        let assumptions: Vec<_> = assumptions.iter().copied().map(to_batsat).collect();
        match self.solver.solve_assumps(&assumptions).unwrap() {
            SolverResult::Sat => {
                let assignment = self.solver.full_solution().unwrap();
                self.model = (0..=assignment.max_var().map_or(0, |var| var.idx()))
                    .map(|index| {
                        let var = rustsat::types::Var::new(u32::try_from(index).unwrap());
                        assignment.var_value(var) == TernaryVal::True
                    })
                    .collect();
                true
            }
            SolverResult::Unsat => {
                // The core is a clause: the negations of assumptions that fail together.
                let core = self.solver.core().unwrap();
                self.failed = core.into_iter().map(|literal| from_batsat(!literal)).collect();
                false
            }
            SolverResult::Interrupted => unreachable!("nothing interrupts it"),
        }
    }

    fn is_true(&self, var: Var) -> bool {
        self.model.get(var.index()).copied().unwrap_or(false)
    }

    fn failed_assumptions(&mut self) -> Vec<Lit> {
        self.failed.clone()
    }
}

/// A formula near the border between satisfiable and not, and literals to assume.
fn case(seed: u64) -> (Cnf, Vec<Lit>) {
    let mut numbers = Numbers::new(seed);
    let clauses = 8 + numbers.below(22);
    let cnf = formula(&mut numbers, VARIABLES, clauses);
    let mut soft: Vec<Lit> = (0..8).map(|_| literal(&mut numbers, VARIABLES)).collect();
    soft.sort_unstable();
    soft.dedup();
    (cnf, soft)
}

fn fails(cnf: &Cnf, literals: &[Lit]) -> bool {
    !Batsat::with(cnf).solve(literals)
}

#[test]
fn both_solvers_give_the_same_verdicts_however_often_they_are_asked() {
    let (mut holding, mut failing) = (0, 0);
    for seed in 0..1_000 {
        let (cnf, soft) = case(seed);
        let (mut ours, mut other) = (Varisat::with(&cnf), Batsat::with(&cnf));
        for count in (0..=soft.len()).rev() {
            let verdict = other.solve(&soft[..count]);
            assert_eq!(ours.solve(&soft[..count]), verdict, "seed {seed}");
            if verdict { holding += 1 } else { failing += 1 }
        }
    }
    assert!(holding > 500 && failing > 500, "{holding} hold, {failing} fail");
}

/// Holds a core against the second solver: it fails, and none of its members can be spared.
fn check_core(seed: u64, cnf: &Cnf, soft: &[Lit], core: Option<Vec<Lit>>) {
    let Some(core) = core else { return assert!(!fails(cnf, soft), "seed {seed}: no core") };
    assert!(fails(cnf, &core), "seed {seed}: {core:?} holds");
    for spared in 0..core.len() {
        let kept: Vec<Lit> = [&core[..spared], &core[spared + 1..]].concat();
        assert!(!fails(cnf, &kept), "seed {seed}: {core:?} without {:?} fails", core[spared]);
    }
}

#[test]
fn every_core_fails_and_is_minimal_by_the_second_solver() {
    for seed in 0..1_000 {
        let (cnf, soft) = case(seed);
        check_core(seed, &cnf, &soft, minimal_core::<Varisat>(&cnf, &[], &soft));
        check_core(seed, &cnf, &soft, minimal_core::<Batsat>(&cnf, &[], &soft));
    }
}

/// The sets of soft literals, by position, without which the others hold together, smallest first
/// and none in another, by trying every set with the second solver.
fn corrections(cnf: &Cnf, soft: &[Lit]) -> Vec<FixedBitSet> {
    let mut solver = Batsat::with(cnf);
    let mut dropped: Vec<usize> = (0..1 << soft.len()).collect();
    dropped.sort_by_key(|set| set.count_ones());
    let mut found: Vec<usize> = Vec::new();
    for set in dropped {
        let kept: Vec<Lit> = at(soft, |i| set >> i & 1 == 0);
        if !found.iter().any(|smaller| smaller & set == *smaller) && solver.solve(&kept) {
            found.push(set);
        }
    }
    let bits = |set: usize| (0..soft.len()).filter(|i| set >> i & 1 == 1).collect();
    found.into_iter().map(bits).collect()
}

/// Every minimal core by MARCO's map, with the first solver's verdicts.
fn cores_by_marco(cnf: &Cnf, soft: &[Lit]) -> Vec<Vec<Lit>> {
    let mut map = MarcoMap::new(&(0..soft.len()).collect());
    let mut found = Vec::new();
    while let Some(set) = map.maximal() {
        match minimal_core::<Varisat>(cnf, &[], &at(soft, |i| set.contains(i))) {
            None => map.holds(&set),
            Some(core) => {
                map.fails(&(0..soft.len()).filter(|&i| core.contains(&soft[i])).collect());
                found.push(core);
            }
        }
    }
    found
}

/// The soft literals at some positions.
fn at(soft: &[Lit], wanted: impl Fn(usize) -> bool) -> Vec<Lit> {
    (0..soft.len()).filter(|&i| wanted(i)).map(|i| soft[i]).collect()
}

#[test]
fn what_the_second_solver_claims_to_fail_does() {
    let mut smaller = 0;
    for seed in 0..1_000 {
        let (cnf, soft) = case(seed);
        let mut fresh = Batsat::with(&cnf);
        if fresh.solve(&soft) {
            continue;
        }
        let claimed = fresh.failed_assumptions();
        assert!(claimed.iter().all(|literal| soft.contains(literal)), "seed {seed}: {claimed:?}");
        assert!(fails(&cnf, &claimed), "seed {seed}: {claimed:?} holds");
        smaller += usize::from(claimed.len() < soft.len());
    }
    assert!(smaller > 100, "{smaller} claims leave anything out");
}

#[test]
fn every_listed_core_is_minimal_by_the_second_solver() {
    let mut several = 0;
    for seed in 0..300 {
        let (cnf, soft) = case(seed);
        let hitting = minimal_hitting_sets(&corrections(&cnf, &soft), soft.len());
        let mut by_duality: Vec<Vec<Lit>> =
            hitting.iter().map(|set| at(&soft, |i| set.contains(i))).collect();
        for core in &by_duality {
            check_core(seed, &cnf, &soft, Some(core.clone()));
        }
        let mut by_marco = cores_by_marco(&cnf, &soft);
        by_marco.sort();
        by_duality.sort();
        assert_eq!(by_marco, by_duality, "seed {seed}");
        several += usize::from(by_duality.len() > 1);
    }
    assert!(several > 50, "{several} formulas have several cores");
}

/// The least weight of soft literals that fail, by trying every set of them with the second solver.
fn least_cost(cnf: &Cnf, soft: &[(Lit, u64)]) -> Option<u64> {
    let mut solver = Batsat::with(cnf);
    let sets = 0..1_usize << soft.len();
    let costs = sets.filter_map(|dropped| {
        let kept = (0..soft.len()).filter(|i| dropped >> i & 1 == 0).map(|i| soft[i].0);
        let cost = (0..soft.len()).filter(|i| dropped >> i & 1 == 1).map(|i| soft[i].1).sum();
        solver.solve(&kept.collect::<Vec<_>>()).then_some(cost)
    });
    costs.min()
}

#[test]
fn the_optimum_is_that_of_the_second_solver() {
    let mut paid = 0;
    for seed in 0..300 {
        let (cnf, soft) = case(seed);
        let mut numbers = Numbers::new(seed + 1);
        let soft: Vec<(Lit, u64)> =
            soft.into_iter().map(|literal| (literal, 1 + numbers.below(4) as u64)).collect();
        let expected = least_cost(&cnf, &soft);
        let cost = |found: Option<dynamo_plan::solve::Optimum<'_>>| found.map(|it| it.cost);
        assert_eq!(
            cost(optimise::<Varisat>(&cnf, &[], &soft, &Deadline::default())),
            expected,
            "seed {seed}"
        );
        assert_eq!(
            cost(optimise::<Batsat>(&cnf, &[], &soft, &Deadline::default())),
            expected,
            "seed {seed}"
        );
        paid += usize::from(expected.is_some_and(|cost| cost > 0));
    }
    assert!(paid > 50, "{paid} optima cost anything");
}
