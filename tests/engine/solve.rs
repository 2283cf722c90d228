//! The solver's verdicts, cores and optima, held against brute force.

pub(crate) mod small {
    //! Small random formulas and what brute force says of them.

    use dynamo_plan::encode::{Cause, Cnf, Lit, Meaning, Var};

    /// A tiny generator of repeatable numbers (xorshift).
    pub(crate) struct Numbers(u64);

    impl Numbers {
        pub(crate) fn new(seed: u64) -> Self {
            Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
        }

        pub(crate) fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            ((self.0 >> 20) % limit as u64) as usize
        }
    }

    pub(crate) fn literal(numbers: &mut Numbers, variables: usize) -> Lit {
        Var::new(numbers.below(variables)).literal(numbers.below(2) == 0)
    }

    pub(crate) fn formula(numbers: &mut Numbers, variables: usize, clauses: usize) -> Cnf {
        let mut cnf = Cnf::default();
        for _ in 0..variables {
            cnf.variable(Meaning::Auxiliary);
        }
        for _ in 0..clauses {
            let length = 1 + numbers.below(3);
            let clause: Vec<Lit> = (0..length).map(|_| literal(numbers, variables)).collect();
            cnf.add(Cause::Optimum, clause);
        }
        cnf
    }

    fn holds(literal: Lit, assignment: usize) -> bool {
        (assignment >> literal.var().index() & 1 == 1) != literal.is_negated()
    }

    /// Every assignment in which the formula and the literals hold.
    pub(crate) fn models(cnf: &Cnf, variables: usize, literals: &[Lit]) -> Vec<usize> {
        (0..1usize << variables)
            .filter(|&assignment| {
                let clauses = cnf.clauses().iter();
                clauses.map(|c| &c.literals).all(|c| c.iter().any(|&l| holds(l, assignment)))
                    && literals.iter().all(|&l| holds(l, assignment))
            })
            .collect()
    }

    pub(crate) fn cost(soft: &[(Lit, u64)], assignment: usize) -> u64 {
        soft.iter().filter(|(l, _)| !holds(*l, assignment)).map(|(_, weight)| weight).sum()
    }
}

use dynamo_plan::encode::{Cause, Cnf, Lit, Meaning, Var};
use dynamo_plan::solve::{Deadline, Solver, Varisat, minimal_core, optimise};
use small::{Numbers, cost, formula, literal, models};

const VARIABLES: usize = 6;

fn dimacs(number: isize) -> Lit {
    Var::new(number.unsigned_abs() - 1).literal(number < 0)
}

/// A history after which varisat's own core is wrong: three steps of clauses, each with a solve.
/// It then claims that `2` alone fails, which is satisfiable; the true core is `2, -5`.
#[test]
fn a_core_is_right_where_a_used_solver_errs() {
    let steps: [(&[&[isize]], &[isize]); 3] = [
        (&[&[-4, -1], &[3], &[-5, -2, -4, -3], &[-4, 2]], &[-3]),
        (&[&[-4, -3, -5, -1], &[-1, 2, -4], &[-3, -1, 5, -4]], &[2]),
        (&[&[5, 6, 1], &[2, 3], &[-2, -1, 6, -3], &[-1, 5], &[5, -2]], &[-4, -5, 2]),
    ];
    let mut used = Varisat::empty();
    let mut cnf = Cnf::default();
    for _ in 0..6 {
        cnf.variable(Meaning::Auxiliary);
    }
    let mut verdict = true;
    for (clauses, assumptions) in steps {
        for clause in clauses {
            let clause: Vec<Lit> = clause.iter().copied().map(dimacs).collect();
            used.add_clause(&clause);
            cnf.add(Cause::Optimum, clause);
        }
        let assumptions: Vec<Lit> = assumptions.iter().copied().map(dimacs).collect();
        verdict = used.solve(&assumptions);
    }
    assert!(!verdict, "the verdict of a used solver is right");
    assert_eq!(used.failed_assumptions(), [dimacs(2)], "its core is still wrong");
    assert!(Varisat::with(&cnf).solve(&[dimacs(2)]), "what it claims to fail can hold");

    let core = minimal_core::<Varisat>(&cnf, &[], &[-4, -5, 2].map(dimacs)).expect("they fail");
    assert_eq!(core, [-5, 2].map(dimacs));
}

#[test]
fn cores_fail_and_no_member_can_be_spared() {
    let mut failing = 0;
    for seed in 0..3000 {
        let mut numbers = Numbers::new(seed);
        let cnf = formula(&mut numbers, VARIABLES, 8);
        let hard = [literal(&mut numbers, VARIABLES)];
        let soft: Vec<Lit> = (0..4).map(|_| literal(&mut numbers, VARIABLES)).collect();
        let all: Vec<Lit> = hard.iter().chain(&soft).copied().collect();
        let satisfiable = !models(&cnf, VARIABLES, &all).is_empty();
        match minimal_core::<Varisat>(&cnf, &hard, &soft) {
            None => assert!(satisfiable, "seed {seed}"),
            Some(core) => {
                failing += 1;
                let fails = |kept: &[Lit]| {
                    let assumed: Vec<Lit> = hard.iter().chain(kept).copied().collect();
                    models(&cnf, VARIABLES, &assumed).is_empty()
                };
                assert!(fails(&core), "seed {seed}: {core:?} can hold");
                for spared in 0..core.len() {
                    let mut rest = core.clone();
                    rest.remove(spared);
                    assert!(!fails(&rest), "seed {seed}: {core:?} is not minimal");
                }
            }
        }
    }
    assert!(failing > 500, "only {failing} cases failed");
}

#[test]
fn the_optimum_costs_least_and_its_models_are_the_best_ones() {
    let mut costly = 0;
    for seed in 0..2000 {
        let mut numbers = Numbers::new(seed);
        let cnf = formula(&mut numbers, VARIABLES, 7);
        let soft: Vec<(Lit, u64)> = (0..5)
            .map(|_| (literal(&mut numbers, VARIABLES), 1 + numbers.below(4) as u64))
            .collect();
        let best = models(&cnf, VARIABLES, &[]).iter().map(|&a| cost(&soft, a)).min();
        let found = optimise::<Varisat>(&cnf, &[], &soft, &Deadline::default());
        assert_eq!(found.as_ref().map(|optimum| optimum.cost), best, "seed {seed}");
        let Some(found) = found else { continue };
        costly += usize::from(found.cost > 0);
        let mut solver = Varisat::with(&found.cnf);
        for assignment in 0..1usize << VARIABLES {
            let fixed = (0..VARIABLES).map(|v| Var::new(v).literal(assignment >> v & 1 == 0));
            let assumed: Vec<Lit> = found.assume.iter().copied().chain(fixed).collect();
            let is_best = models(&cnf, VARIABLES, &[]).contains(&assignment)
                && cost(&soft, assignment) == found.cost;
            assert_eq!(solver.solve(&assumed), is_best, "seed {seed}, assignment {assignment:b}");
        }
    }
    assert!(costly > 500, "only {costly} cases cost anything");
}
