//! The SAT engine: encode, then solve.

use fixedbitset::FixedBitSet;

use super::count::Counters;
use super::{Count, Demand, Engine, Maximal, Question};
use crate::encode::{Encoding, Lit, Scope, Var};
use crate::matrix::Level;
use crate::solve::{Optimum, Solver, Varisat, minimal_core, optimise};
use crate::target::{Atom, CellRef, Configuration, Target};

/// Answers with a SAT solver.
///
/// Verdicts come from one solver that is kept from question to question. Enumerations, which add
/// clauses, and cores each work on solvers of their own.
pub struct SatEngine<'p> {
    pub(super) target: &'p Target<'p>,
    scope: Scope,
    pub(super) encoding: Encoding,
    /// Built when first asked.
    solver: Option<Varisat>,
    /// What counting has learnt.
    pub(super) counters: Option<Counters>,
}

/// What to assume for a demand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Assumption {
    Literal(Lit),
    /// It holds whatever is on.
    Holds,
    /// Nothing can make it hold.
    Fails,
}

impl<'p> SatEngine<'p> {
    /// An engine for a target in which no features but these are asked for.
    #[must_use]
    pub fn new(target: &'p Target<'p>, asked: FixedBitSet) -> Self {
        Self::with_scope(target, Scope::new(target, asked))
    }

    /// An engine that knows only what is in a scope.
    pub(super) fn with_scope(target: &'p Target<'p>, scope: Scope) -> Self {
        let encoding = Encoding::new(target, &scope);
        SatEngine { target, scope, encoding, solver: None, counters: None }
    }

    /// An engine that knows only what matters to one question.
    fn narrowed(&self, question: &Question) -> Self {
        let asked = question.mentioned(self.target);
        Self::with_scope(self.target, self.scope.narrow(self.target, asked))
    }

    fn core_here(&self, question: &Question) -> Option<FixedBitSet> {
        let demands = self.assumptions(question);
        let mut core = FixedBitSet::with_capacity(demands.len());
        if let Some(fails) = demands.iter().position(|&demand| demand == Assumption::Fails) {
            core.insert(fails);
            return Some(core);
        }
        let soft = demands.iter().filter_map(|demand| match demand {
            Assumption::Literal(literal) => Some(*literal),
            _ => None,
        });
        let accept = self.encoding.accepting(question.accept);
        let soft: Vec<Lit> = soft.collect();
        let failed = minimal_core::<Varisat>(self.encoding.cnf(), &accept, &soft)?;
        core.extend((0..demands.len()).filter(
            |&i| matches!(demands[i], Assumption::Literal(literal) if failed.contains(&literal)),
        ));
        Some(core)
    }

    fn assumption(&self, demand: Demand) -> Assumption {
        let literal = match demand {
            Demand::Met => return Assumption::Holds,
            Demand::Choice(choice) => {
                return self
                    .encoding
                    .pattern(choice)
                    .map_or(Assumption::Holds, Assumption::Literal);
            }
            Demand::Literal(literal) => literal,
        };
        match (self.encoding.var(literal.atom), literal.atom) {
            (Some(var), _) => Assumption::Literal(var.literal(literal.negated)),
            (None, Atom::Fact(_)) => Assumption::Holds,
            (None, _) if literal.negated => Assumption::Holds,
            (None, _) => Assumption::Fails,
        }
    }

    /// What to assume for each demand of a question.
    fn assumptions(&self, question: &Question) -> Vec<Assumption> {
        question.demands.iter().map(|&demand| self.assumption(demand)).collect()
    }

    /// The literals that ask a whole question; `None` where a demand can never hold.
    pub(super) fn literals(&self, question: &Question) -> Option<Vec<Lit>> {
        let mut literals = self.encoding.accepting(question.accept);
        for assumption in self.assumptions(question) {
            match assumption {
                Assumption::Literal(literal) => literals.push(literal),
                Assumption::Holds => {}
                Assumption::Fails => return None,
            }
        }
        Some(literals)
    }

    /// The best configurations: a formula of them, where wants add to it, what to assume, and the
    /// weight of the wants that they miss.
    fn optimum(&self, question: &Question) -> Option<Optimum<'_>> {
        let hard = self.literals(question)?;
        let (mut soft, mut unmeetable) = (Vec::new(), 0);
        for &(literal, weight) in &question.wants {
            match self.assumption(Demand::Literal(literal)) {
                Assumption::Literal(literal) => soft.push((literal, weight)),
                Assumption::Holds => {}
                Assumption::Fails => unmeetable += weight,
            }
        }
        let mut optimum = optimise::<Varisat>(self.encoding.cnf(), &hard, &soft)?;
        optimum.cost += unmeetable;
        Some(optimum)
    }

    /// Switches off what a model does not need, one feature at a time, and gives what stays on.
    fn minimise(&self, solver: &mut Varisat, assume: &[Lit], kept: &FixedBitSet) -> FixedBitSet {
        let on = |solver: &Varisat| self.encoding.configuration(|v| solver.is_true(v)).features;
        let mut features = on(solver);
        for (candidate, var) in self.encoding.features() {
            if !features.contains(candidate) || kept.contains(candidate) {
                continue;
            }
            let off = self.encoding.features().filter(|&(f, _)| !features.contains(f));
            let off = off.map(|(_, var)| var.negative());
            let trial: Vec<Lit> =
                assume.iter().copied().chain(off).chain([var.negative()]).collect();
            if solver.solve(&trial) {
                features = on(solver);
            }
        }
        features
    }

    /// Visits every valid set of features below a prefix of decided ones. The solver holds a model
    /// of the prefix.
    fn descend(
        &self,
        solver: &mut Varisat,
        prefix: &mut Vec<Lit>,
        undecided: &[Var],
        visit: &mut dyn FnMut(FixedBitSet),
    ) {
        let Some((&var, rest)) = undecided.split_first() else {
            visit(self.encoding.configuration(|v| solver.is_true(v)).features);
            return;
        };
        let first = var.literal(!solver.is_true(var));
        prefix.push(first);
        self.descend(solver, prefix, rest, visit);
        prefix.pop();
        prefix.push(!first);
        if solver.solve(prefix) {
            self.descend(solver, prefix, rest, visit);
        }
        prefix.pop();
    }

    /// Adds demands one by one as long as all can be met, and gives those that could not.
    fn grow(
        &mut self,
        solver: &mut Varisat,
        accept: &[Lit],
        demands: &[Assumption],
    ) -> FixedBitSet {
        let mut dropped = FixedBitSet::with_capacity(demands.len());
        let mut kept = accept.to_vec();
        for (i, demand) in demands.iter().enumerate() {
            match demand {
                Assumption::Holds => {}
                Assumption::Fails => dropped.insert(i),
                Assumption::Literal(literal) => {
                    kept.push(*literal);
                    let meets = solver.is_true(literal.var()) != literal.is_negated();
                    if !meets && !solver.solve(&kept) {
                        kept.pop();
                        dropped.insert(i);
                        solver.solve(&kept);
                    }
                }
            }
        }
        dropped
    }
}

/// Adds the clause that one of these demands must be met after all; `false` where none can be.
fn keep_one(solver: &mut Varisat, dropped: &FixedBitSet, demands: &[Assumption]) -> bool {
    let mut clause = Vec::new();
    for demand in dropped.ones().map(|i| demands[i]) {
        match demand {
            Assumption::Holds => return true,
            Assumption::Fails => {}
            Assumption::Literal(literal) => clause.push(literal),
        }
    }
    solver.add_clause(&clause);
    !clause.is_empty()
}

/// Whether a solver that has answered nothing yet proves at once that demands cannot be met together
/// at any of these targets, by the cells of the demanded features and of their pairs alone. Where it
/// does not, they may fail all the same.
#[must_use]
pub fn refuted_by_pairs(targets: &[&Target<'_>], demands: &[Demand], accept: Level) -> bool {
    let Some(target) = targets.first() else { return true };
    let question = Question { demands: demands.to_vec(), wants: Vec::new(), accept };
    let catalog = target.catalog();
    let encoding = Encoding::somewhere(catalog, targets, question.mentioned(target));
    let literals = demands.iter().filter_map(|demand| match demand {
        Demand::Literal(literal) => Some(encoding.var(literal.atom)?.literal(literal.negated)),
        Demand::Choice(_) | Demand::Met => None,
    });
    let assume: Vec<Lit> = encoding.accepting(accept).into_iter().chain(literals).collect();
    !Varisat::with(encoding.cnf()).solve(&assume)
}

impl Engine for SatEngine<'_> {
    fn feasible(&mut self, question: &Question) -> bool {
        let Some(literals) = self.literals(question) else { return false };
        let encoding = &self.encoding;
        self.solver.get_or_insert_with(|| Varisat::with(encoding.cnf())).solve(&literals)
    }

    fn optimise(&mut self, question: &Question) -> Option<u64> {
        self.optimum(question).map(|optimum| optimum.cost)
    }

    fn minimal(&mut self, question: &Question) -> Vec<FixedBitSet> {
        if !self.feasible(question) {
            return Vec::new();
        }
        let optimum = if question.wants.is_empty() {
            self.literals(question).map(|hard| Optimum::of_anything(self.encoding.cnf(), hard))
        } else {
            self.optimum(question)
        };
        let Some(optimum) = optimum else { return Vec::new() };
        let demanded = question.demanded(self.target);
        let mut solver = Varisat::with(&optimum.cnf);
        let mut found = Vec::new();
        while solver.solve(&optimum.assume) {
            let features = self.minimise(&mut solver, &optimum.assume, &demanded);
            let others = self
                .encoding
                .features()
                .filter(|&(f, _)| features.contains(f) && !demanded.contains(f));
            let not_all: Vec<Lit> = others.map(|(_, var)| var.negative()).collect();
            found.push(features);
            if not_all.is_empty() {
                break;
            }
            solver.add_clause(&not_all);
        }
        found
    }

    fn enumerate(&mut self, question: &Question, visit: &mut dyn FnMut(Configuration)) {
        let Some(mut prefix) = self.literals(question) else { return };
        let mut solver = Varisat::with(self.encoding.cnf());
        let undecided: Vec<Var> = self.encoding.features().map(|(_, var)| var).collect();
        if !solver.solve(&prefix) {
            return;
        }
        let target = self.target;
        self.descend(&mut solver, &mut prefix, &undecided, &mut |features| {
            for on in question.deployments(target, features) {
                visit(on);
            }
        });
    }

    fn corrections(&mut self, question: &Question, known: &[FixedBitSet]) -> Vec<FixedBitSet> {
        let demands = self.assumptions(question);
        let accept = self.encoding.accepting(question.accept);
        let mut solver = Varisat::with(self.encoding.cnf());
        let mut found = Vec::new();
        if !known.iter().all(|dropped| keep_one(&mut solver, dropped, &demands)) {
            return found;
        }
        while solver.solve(&accept) {
            let dropped = self.grow(&mut solver, &accept, &demands);
            let more = keep_one(&mut solver, &dropped, &demands);
            found.push(dropped);
            if !more {
                break;
            }
        }
        found
    }

    fn core(&mut self, question: &Question) -> Option<FixedBitSet> {
        self.narrowed(question).core_here(question)
    }

    fn refutes(&mut self, question: &Question) -> bool {
        !self.narrowed(question).feasible(question)
    }

    fn count(&mut self, question: &Question, raised: &[CellRef]) -> Count {
        self.count_models(question, raised)
    }

    fn maximal(&mut self, question: &Question, most: usize) -> Maximal {
        self.maximal_sets(question, most)
    }

    fn unlocks(&mut self, question: &Question, most: usize) -> Vec<Vec<CellRef>> {
        self.unlocking_sets(question, most)
    }
}
