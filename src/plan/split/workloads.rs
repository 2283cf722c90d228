//! Workloads: the fewest classes of deployments, each workload whole on one of them, those that ask for
//! the same on the same.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use super::super::rank::stability;
use super::super::search::Search;
use super::super::terms::terms;
use super::super::{Notice, Planner};
use super::class_search::{ClassSearch, Classes, Kind, PlannedClass, planned};
use super::element::Element;
use super::family::Family;
use super::fewest::{Bounds, Ordered};
use super::workload_elements::WorkloadElements;
use super::{
    Class, Clock, DeadlinePassed, Unfinished, Unserved, Workload, WorkloadsOutcome,
    WorkloadsRequest,
};
use crate::request::Request;

impl Planner {
    /// The fewest classes of deployments that serve all workloads, each whole on one class: of all such
    /// classes the best, where they are few enough to be compared.
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
        let common = &asked.request;
        let own = {
            let targets = self.targets(common);
            let mut elements = WorkloadElements::new(self, common, &targets);
            asked.workloads.iter().map(|workload| elements.of(&workload.request)).collect_vec()
        };
        let elements = own.iter().flatten().cloned().sorted().dedup().collect_vec();
        let whole = together(asked);
        let targets = self.targets(&whole);
        let search = Search::new(&targets, &whole, Vec::new());
        let clock = Clock(asked.deadline);
        let fixed = (terms(common), common.want.clone());
        let family = Family::new(search, fixed, elements, clock);
        let outcome = self.nothing_served_yet(asked);
        let mut work = ClassesRun { planner: self, asked, own, family, outcome, watch };
        let done = work.run();
        if let Err(Unfinished::TooMany) = done {
            work.outcome.notices.push(not_compared());
        }
        work.outcome.complete = done.is_ok();
        work.outcome
    }

    fn nothing_served_yet(&self, asked: &WorkloadsRequest) -> WorkloadsOutcome {
        WorkloadsOutcome {
            schema: "dynamo-plan/workloads/v1".to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            matrices: self.references(&asked.request),
            request: asked.request.clone(),
            release_defaulted: false,
            newest: None,
            satisfiable: false,
            complete: false,
            lower_bound: 0,
            classes: Vec::new(),
            score: None,
            unserved: Vec::new(),
            notices: Vec::new(),
        }
    }
}

/// Everything that any workload asks for, which no class need have at once: it says which features
/// matter and which facts are stated.
fn together(asked: &WorkloadsRequest) -> Request {
    let mut whole = asked.request.clone();
    for Workload { request, .. } in &asked.workloads {
        whole.need.extend(request.need.iter().cloned());
        whole.want.extend(request.want.iter().cloned());
        whole.facts.extend(request.facts.iter().cloned());
    }
    whole.need = whole.need.into_iter().sorted().dedup().collect();
    whole.want = whole.want.into_iter().unique_by(|want| want.feature.clone()).collect();
    whole.facts = whole.facts.into_iter().sorted().dedup().collect();
    // What one denies and another states counts for the other.
    let stated = whole.facts.iter().filter(|fact| !fact.starts_with('!')).cloned().collect_vec();
    whole
        .facts
        .retain(|fact| fact.strip_prefix('!').is_none_or(|id| !stated.iter().any(|it| it == id)));
    whole
}

/// Workloads being put on classes.
struct ClassesRun<'w, 'p> {
    planner: &'p Planner,
    asked: &'w WorkloadsRequest,
    /// What each workload asks for besides what all do.
    own: Vec<Vec<Element>>,
    family: Family<'p>,
    outcome: WorkloadsOutcome,
    watch: &'w mut dyn FnMut(&WorkloadsOutcome),
}

impl<'p> ClassesRun<'_, 'p> {
    fn run(&mut self) -> Result<(), Unfinished> {
        let served = self.served()?;
        self.outcome.satisfiable = self.outcome.unserved.is_empty();
        let sets = served.iter().map(|(_, set)| set.clone()).collect_vec();
        let ordered = Ordered::new(&mut self.family, &largest(&sets))?;
        let kinds = self.kinds(&served, &ordered);
        let mut best = ordered.first_fit(&mut self.family)?;
        self.outcome.lower_bound = ordered.clique;
        let mut classes = self.publish(&kinds, &best)?;
        let mut bounds = Bounds::new(self.outcome.lower_bound, best.len());
        while let Some(colours) = bounds.next() {
            let coloured = ordered.coloured_with(&mut self.family, colours)?;
            bounds.learn(colours, coloured.as_deref());
            best = coloured.unwrap_or(best);
            self.outcome.lower_bound = bounds.lower;
            classes = self.publish(&kinds, &best)?;
        }
        self.improve(&kinds, classes)
    }

    /// The workloads that can be served, each with its terms as a set of elements.
    fn served(&mut self) -> Result<Vec<(usize, FixedBitSet)>, DeadlinePassed> {
        let mut served = Vec::new();
        for (workload, set) in self.sets().into_iter().enumerate() {
            match self.family.conflict(&set)? {
                None => served.push((workload, set)),
                Some(conflict) => {
                    let conflict = self.family.element_terms(&conflict);
                    let name = self.asked.workloads[workload].name.clone();
                    self.outcome.unserved.push(Unserved { name, conflict });
                }
            }
        }
        Ok(served)
    }

    /// What each workload asks for, as a set of elements.
    fn sets(&self) -> Vec<FixedBitSet> {
        let elements = self.family.elements.iter().enumerate();
        let position: HashMap<&Element, usize> = elements.map(|(i, it)| (it, i)).collect();
        let set = |own: &Vec<Element>| {
            let mut set = self.family.nothing();
            set.extend(own.iter().filter_map(|element| position.get(element).copied()));
            set
        };
        self.own.iter().map(set).collect()
    }

    /// Workloads by what they ask for: the items in their order, then the sets that are part of one,
    /// the largest first.
    fn kinds(&self, served: &[(usize, FixedBitSet)], ordered: &Ordered) -> Vec<Kind> {
        let by_set = served.iter().map(|(workload, set)| (set, *workload)).into_group_map();
        let count = |workload: &usize| self.asked.workloads[*workload].count;
        let kind = |(set, workloads): (&FixedBitSet, Vec<usize>)| Kind {
            set: set.clone(),
            count: workloads.iter().map(count).fold(0, u64::saturating_add),
            workloads,
        };
        let item = |kind: &Kind| ordered.items.iter().position(|item| *item == kind.set);
        let order = |kind: &Kind| {
            let size = kind.set.count_ones(..);
            (item(kind).unwrap_or(usize::MAX), usize::MAX - size, kind.workloads[0])
        };
        by_set.into_iter().map(kind).sorted_by_cached_key(order).collect()
    }

    /// Shows these classes: each kind of workloads on the most stable that has all it asks for.
    fn publish(
        &mut self,
        kinds: &[Kind],
        classes: &[FixedBitSet],
    ) -> Result<Classes<'p>, DeadlinePassed> {
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); classes.len()];
        let mut best_first = (0..classes.len()).collect_vec();
        best_first.sort_by_cached_key(|&class| {
            let share = self.family.share(&classes[class]);
            share.map(|share| stability(&share.offer(0).candidate.score))
        });
        for (number, kind) in kinds.iter().enumerate() {
            let has_all = |class: &&usize| kind.set.is_subset(&classes[**class]);
            if let Some(&class) = best_first.iter().find(has_all) {
                groups[class].push(number);
            }
        }
        // A single choice is made even where the time is over: what was found is shown.
        let classes = planned(&mut self.family, kinds, &groups, Clock(None))?;
        show(&mut self.outcome, self.planner, self.asked, &self.family, &classes);
        (self.watch)(&self.outcome);
        Ok(classes)
    }

    /// Looks for better classes of the same number.
    fn improve(&mut self, kinds: &[Kind], classes: Classes<'p>) -> Result<(), Unfinished> {
        let ClassesRun { planner, asked, family, outcome, watch, .. } = self;
        let mut found = |family: &Family<'p>, better: &Classes<'p>| {
            show(outcome, planner, asked, family, better);
            watch(outcome);
        };
        ClassSearch::new(family, kinds, classes, &mut found).run()
    }
}

/// Makes classes those of an outcome.
fn show<'p>(
    outcome: &mut WorkloadsOutcome,
    planner: &Planner,
    asked: &WorkloadsRequest,
    family: &Family<'p>,
    planned: &Classes<'p>,
) {
    let offers = &planned.choice.offers;
    let classes = planned.classes.iter().zip(offers);
    let name = |&workload: &usize| asked.workloads[workload].name.clone();
    let class = |(class, &offer): (&PlannedClass<'p>, &usize)| {
        let (share, count) = &class.share;
        Class {
            workloads: class.workloads.iter().map(name).collect(),
            count: *count,
            need: family.named(&share.set, false),
            avoid: family.named(&share.set, true),
            alternatives: share.alternatives(offer),
            plan: family.plan(&share.set, share.offer(offer)),
        }
    };
    outcome.classes = classes.clone().map(class).collect();
    outcome.score = (!planned.classes.is_empty()).then_some(planned.choice.score);
    let candidate =
        |(class, &offer): (&PlannedClass<'p>, &usize)| class.share.0.offer(offer).candidate.clone();
    let candidates = classes.map(candidate).collect_vec();
    outcome.notices = planner.remarks(&candidates, family.search.request);
}

/// A remark that the classes are the fewest, and that others may be better.
fn not_compared() -> Notice {
    Notice {
        code: "classes-not-compared".to_owned(),
        text:
            "There are too many ways to put these workloads on so few classes to compare them all: \
               others may rest on better cells or on fewer backends."
                .to_owned(),
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
