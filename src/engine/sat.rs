//! A query in, the answer of a SAT solver out: the general path of the engine.

use fixedbitset::FixedBitSet;

use super::count::Counters;
use super::{Assumption, Corrections, Count, EngineQuery, Maximal};
use crate::encode::{Encoding, Lit, Scope, Var};
use crate::matrix::Level;
use crate::solve::{Deadline, Optimum, Solver, Varisat, minimal_core, optimise};
use crate::target::{Atom, CellRef, Configuration, PartialConfiguration, Target};

/// Answers with a SAT solver.
///
/// Verdicts come from one solver that is kept from query to query. Enumerations, which add
/// clauses, and cores each work on solvers of their own.
pub(super) struct Sat<'p> {
    pub(super) target: &'p Target<'p>,
    scope: Scope,
    pub(super) encoding: Encoding,
    /// Built when first asked.
    solver: Option<Varisat>,
    /// The counters, with all that earlier counts have learnt.
    pub(super) counters: Option<Counters>,
    pub(super) deadline: Deadline,
}

/// The literal that an assumption comes to, or its verdict where it needs none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AssumedLiteral {
    Literal(Lit),
    /// It holds whatever is on.
    Holds,
    /// Nothing can make it hold.
    Fails,
}

impl<'p> Sat<'p> {
    /// Encodes a target as far as it is in a scope.
    pub(super) fn new(target: &'p Target<'p>, scope: Scope) -> Self {
        let encoding = Encoding::new(target, &scope);
        let deadline = Deadline::default();
        Sat { target, scope, encoding, solver: None, counters: None, deadline }
    }

    /// The same, whose searches end when a deadline passes.
    pub(super) fn until(self, deadline: Deadline) -> Self {
        Sat { deadline, ..self }
    }

    /// An engine that knows only what matters to one query.
    fn narrow(&self, query: &EngineQuery) -> Self {
        let asked = query.mentioned(self.target);
        Self::new(self.target, self.scope.narrow(self.target, asked))
    }

    fn core_here(&self, query: &EngineQuery) -> Option<FixedBitSet> {
        let assumptions = self.assumptions(query);
        let mut core = FixedBitSet::with_capacity(assumptions.len());
        if let Some(fails) =
            assumptions.iter().position(|&assumption| assumption == AssumedLiteral::Fails)
        {
            core.insert(fails);
            return Some(core);
        }
        let soft = assumptions.iter().filter_map(|assumption| match assumption {
            AssumedLiteral::Literal(literal) => Some(*literal),
            _ => None,
        });
        let accept = self.encoding.accepting(query.accept);
        let soft: Vec<Lit> = soft.collect();
        let failed = minimal_core::<Varisat>(self.encoding.cnf(), &accept, &soft)?;
        core.extend((0..assumptions.len()).filter(
            |&i| matches!(assumptions[i], AssumedLiteral::Literal(literal) if failed.contains(&literal)),
        ));
        Some(core)
    }

    fn assumption(&self, assumption: Assumption) -> AssumedLiteral {
        let literal = match assumption {
            Assumption::Met => return AssumedLiteral::Holds,
            Assumption::Choice(choice) => {
                return self
                    .encoding
                    .pattern(choice)
                    .map_or(AssumedLiteral::Holds, AssumedLiteral::Literal);
            }
            Assumption::Literal(literal) => literal,
        };
        match (self.encoding.var(literal.atom), literal.atom) {
            (Some(var), _) => AssumedLiteral::Literal(var.literal(literal.negated)),
            (None, Atom::Fact(_)) => AssumedLiteral::Holds,
            (None, _) if literal.negated => AssumedLiteral::Holds,
            (None, _) => AssumedLiteral::Fails,
        }
    }

    /// The literal or verdict of each assumption of a query.
    fn assumptions(&self, query: &EngineQuery) -> Vec<AssumedLiteral> {
        query.assumptions.iter().map(|&assumption| self.assumption(assumption)).collect()
    }

    /// The literals that ask a whole query; `None` where an assumption can never hold.
    pub(super) fn literals(&self, query: &EngineQuery) -> Option<Vec<Lit>> {
        let mut literals = self.encoding.accepting(query.accept);
        for assumption in self.assumptions(query) {
            match assumption {
                AssumedLiteral::Literal(literal) => literals.push(literal),
                AssumedLiteral::Holds => {}
                AssumedLiteral::Fails => return None,
            }
        }
        Some(literals)
    }

    /// The best configurations: a formula of them, where wants add to it, what to assume, and the
    /// weight of the wants that they miss.
    fn optimum(&self, query: &EngineQuery) -> Option<Optimum<'_>> {
        let hard = self.literals(query)?;
        let (mut soft, mut unmeetable) = (Vec::new(), 0);
        for &(literal, weight) in &query.wants {
            match self.assumption(Assumption::Literal(literal)) {
                AssumedLiteral::Literal(literal) => soft.push((literal, weight)),
                AssumedLiteral::Holds => {}
                AssumedLiteral::Fails => unmeetable += weight,
            }
        }
        let mut optimum = optimise::<Varisat>(self.encoding.cnf(), &hard, &soft, &self.deadline)?;
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
            // What is off stays off: what the set needs now, a smaller one needs too.
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
        // The model at hand settles this branch first, without a solve.
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

    /// Adds assumptions one by one as long as all can be met, and gives those that could not.
    fn grow(
        &mut self,
        solver: &mut Varisat,
        accept: &[Lit],
        assumptions: &[AssumedLiteral],
    ) -> FixedBitSet {
        let mut dropped = FixedBitSet::with_capacity(assumptions.len());
        let mut kept = accept.to_vec();
        for (i, assumption) in assumptions.iter().enumerate() {
            match assumption {
                AssumedLiteral::Holds => {}
                AssumedLiteral::Fails => dropped.insert(i),
                AssumedLiteral::Literal(literal) => {
                    kept.push(*literal);
                    // A model that meets the assumption already spares the solve.
                    let meets = solver.is_true(literal.var()) != literal.is_negated();
                    if !meets && !solver.solve(&kept) {
                        kept.pop();
                        dropped.insert(i);
                        // The next assumptions are read off a model: find one again.
                        solver.solve(&kept);
                    }
                }
            }
        }
        dropped
    }
}

/// Adds the clause that one of these assumptions must be met after all; `false` where none can be.
fn keep_one(solver: &mut Varisat, dropped: &FixedBitSet, assumptions: &[AssumedLiteral]) -> bool {
    let mut clause = Vec::new();
    for assumption in dropped.ones().map(|i| assumptions[i]) {
        match assumption {
            AssumedLiteral::Holds => return true,
            AssumedLiteral::Fails => {}
            AssumedLiteral::Literal(literal) => clause.push(literal),
        }
    }
    solver.add_clause(&clause);
    !clause.is_empty()
}

/// Whether a solver that has answered nothing yet proves at once that assumptions cannot be met
/// together at any of these targets, by the cells of the assumed features and of their pairs alone.
/// Where it does not, they may fail all the same.
#[must_use]
pub fn refuted_by_pairs(
    targets: &[&Target<'_>],
    assumptions: &[Assumption],
    accept: Level,
) -> bool {
    let Some(target) = targets.first() else { return true };
    let query = EngineQuery { assumptions: assumptions.to_vec(), wants: Vec::new(), accept };
    let catalog = target.catalog();
    let encoding = Encoding::somewhere(catalog, targets, query.mentioned(target));
    let literals = assumptions.iter().filter_map(|assumption| match assumption {
        Assumption::Literal(literal) => Some(encoding.var(literal.atom)?.literal(literal.negated)),
        Assumption::Choice(_) | Assumption::Met => None,
    });
    let assume: Vec<Lit> = encoding.accepting(accept).into_iter().chain(literals).collect();
    !Varisat::with(encoding.cnf()).solve(&assume)
}

impl Sat<'_> {
    pub(super) fn feasible(&mut self, query: &EngineQuery) -> bool {
        let Some(literals) = self.literals(query) else { return false };
        let encoding = &self.encoding;
        self.solver.get_or_insert_with(|| Varisat::with(encoding.cnf())).solve(&literals)
    }

    pub(super) fn completes(
        &mut self,
        query: &EngineQuery,
        partial: &PartialConfiguration,
    ) -> bool {
        let Some(mut literals) = self.literals(query) else { return false };
        let encoding = &self.encoding;
        let settled = encoding.features().filter(|&(feature, _)| !partial.open.contains(feature));
        literals.extend(
            settled.map(|(feature, var)| var.literal(!partial.on.features.contains(feature))),
        );
        for choice in 0..self.target.choices().len() {
            let is_chosen = partial.on.choice == Some(choice);
            match encoding.var(Atom::Choice(choice)) {
                Some(var) => literals.push(var.literal(!is_chosen)),
                None if is_chosen => return false,
                None => {}
            }
        }
        self.solver.get_or_insert_with(|| Varisat::with(encoding.cnf())).solve(&literals)
    }

    pub(super) fn optimise(&mut self, query: &EngineQuery) -> Option<u64> {
        self.optimum(query).map(|optimum| optimum.cost)
    }

    pub(super) fn minimal(&mut self, query: &EngineQuery) -> Vec<FixedBitSet> {
        if !self.feasible(query) {
            return Vec::new();
        }
        let optimum = if query.wants.is_empty() {
            self.literals(query).map(|hard| Optimum::of_anything(self.encoding.cnf(), hard))
        } else {
            self.optimum(query)
        };
        let Some(optimum) = optimum else { return Vec::new() };
        let assumed = query.assumed(self.target);
        let mut solver = Varisat::with(&optimum.cnf);
        let mut found = Vec::new();
        while !self.deadline.has_passed() && solver.solve(&optimum.assume) {
            let features = self.minimise(&mut solver, &optimum.assume, &assumed);
            let others = self
                .encoding
                .features()
                .filter(|&(f, _)| features.contains(f) && !assumed.contains(f));
            // Blocks this set and every larger one; what is assumed is in all of them.
            let not_all: Vec<Lit> = others.map(|(_, var)| var.negative()).collect();
            found.push(features);
            if not_all.is_empty() {
                break;
            }
            solver.add_clause(&not_all);
        }
        found
    }

    pub(super) fn enumerate(&mut self, query: &EngineQuery, visit: &mut dyn FnMut(Configuration)) {
        let Some(mut prefix) = self.literals(query) else { return };
        let mut solver = Varisat::with(self.encoding.cnf());
        let undecided: Vec<Var> = self.encoding.features().map(|(_, var)| var).collect();
        if !solver.solve(&prefix) {
            return;
        }
        let target = self.target;
        self.descend(&mut solver, &mut prefix, &undecided, &mut |features| {
            for on in query.deployments(target, features) {
                visit(on);
            }
        });
    }

    pub(super) fn corrections(
        &mut self,
        query: &EngineQuery,
        known: &[FixedBitSet],
        most: usize,
    ) -> Corrections {
        let assumptions = self.assumptions(query);
        let accept = self.encoding.accepting(query.accept);
        let mut solver = Varisat::with(self.encoding.cnf());
        let mut found = Corrections { sets: Vec::new(), complete: true };
        if !known.iter().all(|dropped| keep_one(&mut solver, dropped, &assumptions)) {
            return found;
        }
        while solver.solve(&accept) {
            if found.sets.len() == most || self.deadline.has_passed() {
                return Corrections { complete: false, ..found };
            }
            let dropped = self.grow(&mut solver, &accept, &assumptions);
            let more = keep_one(&mut solver, &dropped, &assumptions);
            found.sets.push(dropped);
            if !more {
                break;
            }
        }
        found
    }

    pub(super) fn core(&mut self, query: &EngineQuery) -> Option<FixedBitSet> {
        // Shrinking solves again and again, so that a smaller formula pays.
        self.narrow(query).core_here(query)
    }

    pub(super) fn count(&mut self, query: &EngineQuery, unlocked: &[CellRef]) -> Count {
        self.count_models(query, unlocked)
    }

    pub(super) fn maximal(&mut self, query: &EngineQuery, most: usize) -> Maximal {
        let Maximal { sets, complete, .. } = self.maximal_sets(query, most);
        Maximal { total: sets.len() as u128, exact: complete, sets, complete }
    }

    pub(super) fn unlocks(&mut self, query: &EngineQuery, most: usize) -> Vec<Vec<CellRef>> {
        self.unlocking_sets(query, most)
    }
}
