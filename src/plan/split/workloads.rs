//! Workloads: the fewest classes of deployments, each workload whole on one of them.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use super::super::Planner;
use super::super::rank::Candidate;
use super::super::search::Search;
use super::super::terms::terms;
use super::family::Family;
use super::fewest::{Bounds, Ordered};
use super::{Class, Clock, DeadlinePassed, Unserved, Workload, WorkloadsOutcome, WorkloadsRequest};
use crate::matrix::Term;

impl Planner {
    /// The fewest classes of deployments that serve all workloads, each whole on one class. Of
    /// several such sets of classes, one.
    #[must_use]
    pub fn classes(&self, asked: &WorkloadsRequest) -> WorkloadsOutcome {
        self.classes_watched(asked, &mut |_| {})
    }

    /// Finds the classes, showing what is known so far whenever more of it is proved or something
    /// better is found.
    pub fn classes_watched(
        &self,
        asked: &WorkloadsRequest,
        watch: &mut dyn FnMut(&WorkloadsOutcome),
    ) -> WorkloadsOutcome {
        let every = asked.workloads.iter().flat_map(terms_of).sorted().dedup();
        let fixed = terms(&asked.request);
        let elements = every.filter(|term| !fixed.contains(term)).collect_vec();
        let mut whole = asked.request.clone();
        let needs =
            elements.iter().filter(|term| !term.is_negated()).map(|term| term.id().to_owned());
        whole.need = whole.need.into_iter().chain(needs).sorted().dedup().collect_vec();
        let targets = self.targets(&whole);
        let search = Search::new(&targets, &whole, Vec::new());
        let clock = Clock(asked.deadline);
        let family = Family::new(search, fixed, elements, clock);
        let outcome = self.nothing_served_yet(asked);
        let mut work = ClassesRun { planner: self, asked, family, outcome, watch };
        work.outcome.complete = work.run().is_ok();
        work.outcome
    }

    fn nothing_served_yet(&self, asked: &WorkloadsRequest) -> WorkloadsOutcome {
        WorkloadsOutcome {
            schema: "dynamo-plan/workloads/v1".to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            matrices: self.references(&asked.request),
            request: asked.request.clone(),
            satisfiable: false,
            complete: false,
            lower_bound: 0,
            classes: Vec::new(),
            unserved: Vec::new(),
            notices: Vec::new(),
        }
    }
}

/// The terms that a workload asks for.
fn terms_of(workload: &Workload) -> impl Iterator<Item = Term> + '_ {
    let needs = workload.need.iter().map(Term::on);
    needs.chain(workload.avoid.iter().map(Term::off))
}

/// Workloads being put on classes.
struct ClassesRun<'w, 'p> {
    planner: &'p Planner,
    asked: &'w WorkloadsRequest,
    family: Family<'p>,
    outcome: WorkloadsOutcome,
    watch: &'w mut dyn FnMut(&WorkloadsOutcome),
}

impl<'p> ClassesRun<'_, 'p> {
    fn run(&mut self) -> Result<(), DeadlinePassed> {
        let sets = self.sets();
        let mut served = Vec::new();
        for (workload, set) in self.asked.workloads.iter().zip(&sets) {
            match self.family.conflict(set)? {
                None => served.push(set.clone()),
                Some(conflict) => {
                    let conflict = conflict.ones().map(|e| self.family.elements[e].clone());
                    let (name, conflict) = (workload.name.clone(), conflict.collect());
                    self.outcome.unserved.push(Unserved { name, conflict });
                }
            }
        }
        self.outcome.satisfiable = self.outcome.unserved.is_empty();
        let kinds = largest(&served);
        let ordered = Ordered::new(&mut self.family, &kinds)?;
        let mut best = ordered.first_fit(&mut self.family)?;
        self.outcome.lower_bound = ordered.clique;
        self.publish(&sets, &best);
        let mut bounds = Bounds::new(self.outcome.lower_bound, best.len());
        while let Some(colours) = bounds.next() {
            let coloured = ordered.coloured_with(&mut self.family, colours)?;
            bounds.learn(colours, coloured.as_deref());
            best = coloured.unwrap_or(best);
            self.outcome.lower_bound = bounds.lower;
            self.publish(&sets, &best);
        }
        Ok(())
    }

    /// The terms of each workload, as a set of elements.
    fn sets(&self) -> Vec<FixedBitSet> {
        let elements = self.family.elements.iter().enumerate();
        let position: HashMap<&Term, usize> = elements.map(|(i, term)| (term, i)).collect();
        let set = |workload| {
            let mut set = self.family.nothing();
            set.extend(terms_of(workload).filter_map(|term| position.get(&term).copied()));
            set
        };
        self.asked.workloads.iter().map(set).collect()
    }

    /// Shows these classes: each workload on the first that has all it asks for, each class with
    /// what its workloads ask for.
    fn publish(&mut self, sets: &[FixedBitSet], classes: &[FixedBitSet]) {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); classes.len()];
        for (workload, set) in sets.iter().enumerate() {
            if let Some(class) = classes.iter().position(|class| set.is_subset(class)) {
                members[class].push(workload);
            }
        }
        let mut shown = Vec::new();
        let mut candidates = Vec::new();
        for members in members.iter().filter(|members| !members.is_empty()) {
            let mut union = self.family.nothing();
            members.iter().for_each(|&workload| union.union_with(&sets[workload]));
            let Some(best) = self.family.best(&union) else { continue };
            shown.push(self.class(members, &union, &best));
            candidates.push(best);
        }
        shown.sort_by(|a: &Class, b| {
            b.workloads.len().cmp(&a.workloads.len()).then_with(|| a.need.cmp(&b.need))
        });
        self.outcome.classes = shown;
        self.outcome.notices = self.planner.remarks(&candidates, self.family.search.request);
        (self.watch)(&self.outcome);
    }

    fn class(&self, members: &[usize], union: &FixedBitSet, best: &Candidate<'p>) -> Class {
        let names = members.iter().map(|&workload| self.asked.workloads[workload].name.clone());
        Class {
            workloads: names.collect(),
            need: self.family.named(union, false),
            avoid: self.family.named(union, true),
            plan: self.family.plan(union, best),
        }
    }
}

/// The sets that are no part of another one, each once: what serves these serves all.
fn largest(sets: &[FixedBitSet]) -> Vec<FixedBitSet> {
    let sets = sets.iter().unique().sorted_by_key(|set| usize::MAX - set.count_ones(..));
    let mut kept: Vec<FixedBitSet> = Vec::new();
    for set in sets {
        // Sorted by size, no later set can hold a kept one.
        if !kept.iter().any(|larger| set.is_subset(larger)) {
            kept.push(set.clone());
        }
    }
    kept
}
