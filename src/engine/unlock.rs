//! Largest valid sets, and the cells that would have to be supported for anything to be valid.

use fixedbitset::FixedBitSet;

use super::sat::Sat;
use super::{EngineQuery, Maximal};
use crate::encode::{Cause, Cnf, Lit, Meaning, Var};
use crate::solve::{Solver, Varisat, minimal_core};
use crate::target::CellRef;

impl Sat<'_> {
    pub(super) fn maximal_sets(&self, query: &EngineQuery, most: usize) -> Maximal {
        let mut found = Maximal::default();
        let Some(assume) = self.literals(query) else {
            return Maximal { complete: true, ..found };
        };
        let mut solver = Varisat::with(self.encoding.cnf());
        while solver.solve(&assume) {
            if found.sets.len() == most {
                return found;
            }
            let features = self.maximise(&mut solver, &assume);
            // Blocks this set and every smaller one: something outside of it must be on.
            let others = self.encoding.features().filter(|&(f, _)| !features.contains(f));
            let another: Vec<Lit> = others.map(|(_, var)| var.positive()).collect();
            found.sets.push(features);
            if another.is_empty() {
                break;
            }
            solver.add_clause(&another);
        }
        Maximal { complete: true, ..found }
    }

    /// Switches on what a model leaves open, one feature at a time, and gives what is on.
    fn maximise(&self, solver: &mut Varisat, assume: &[Lit]) -> FixedBitSet {
        let on = |solver: &Varisat| self.encoding.configuration(|v| solver.is_true(v)).features;
        let mut features = on(solver);
        for (candidate, var) in self.encoding.features() {
            if features.contains(candidate) {
                continue;
            }
            // What is on stays on: what the set excludes now, a larger one excludes too.
            let kept = self.encoding.features().filter(|&(f, _)| features.contains(f));
            let kept = kept.map(|(_, var)| var.positive());
            let trial: Vec<Lit> =
                assume.iter().copied().chain(kept).chain([var.positive()]).collect();
            if solver.solve(&trial) {
                features = on(solver);
            }
        }
        features
    }

    pub(super) fn unlocking_sets(&self, query: &EngineQuery, most: usize) -> Vec<Vec<CellRef>> {
        let Some(hard) = self.literals(query) else { return Vec::new() };
        let mut relaxed = Relaxed::new(self, query);
        let mut path = Vec::new();
        relaxed.search(&hard, &mut path, most);
        relaxed.found
    }
}

/// The formula with a switch on each blocking cell that lets it be touched, and what was found.
struct Relaxed {
    cnf: Cnf,
    switches: Vec<(CellRef, Var)>,
    found: Vec<Vec<CellRef>>,
    /// Sets of unlocked cells that were looked at.
    seen: Vec<Vec<CellRef>>,
}

impl Relaxed {
    fn new(engine: &Sat<'_>, query: &EngineQuery) -> Self {
        let target = engine.target;
        let known = engine.encoding.cnf();
        let mut cnf = Cnf::default();
        for &meaning in known.meanings() {
            cnf.variable(meaning);
        }
        let mut switches = Vec::new();
        for clause in known.clauses() {
            let mut literals = clause.literals.clone();
            if let Cause::Cell(cell) = clause.cause
                && target.level(cell) > query.accept
            {
                let switch = cnf.variable(Meaning::Auxiliary);
                literals.push(switch.positive());
                switches.push((cell, switch));
            }
            cnf.add(clause.cause, literals);
        }
        Relaxed { cnf, switches, found: Vec::new(), seen: Vec::new() }
    }

    /// Finds every minimal set that holds the path: whatever helps must unlock a cell of each core
    /// (Reiter's hitting-set tree).
    fn search(&mut self, hard: &[Lit], path: &mut Vec<CellRef>, most: usize) {
        let mut unlocked = path.clone();
        unlocked.sort_unstable();
        let contains = |smaller: &Vec<CellRef>| smaller.iter().all(|cell| unlocked.contains(cell));
        // A set with a known one in it is not minimal, and one set need be searched but once.
        if self.found.iter().any(contains) || self.seen.contains(&unlocked) {
            return;
        }
        let closed = self.switches.iter().filter(|(cell, _)| !path.contains(cell));
        let closed: Vec<Lit> = closed.map(|(_, switch)| switch.negative()).collect();
        let Some(core) = minimal_core::<Varisat>(&self.cnf, hard, &closed) else {
            // Depth first, a larger set may have been found before a smaller one.
            self.found.retain(|larger| !unlocked.iter().all(|cell| larger.contains(cell)));
            self.found.push(unlocked);
            return;
        };
        self.seen.push(unlocked);
        if path.len() == most {
            return;
        }
        let in_core = |switch: &Var| core.contains(&switch.negative());
        let cells = self.switches.iter().filter(|(_, switch)| in_core(switch));
        let cells: Vec<CellRef> = cells.map(|&(cell, _)| cell).collect();
        for cell in cells {
            path.push(cell);
            self.search(hard, path, most);
            path.pop();
        }
    }
}
