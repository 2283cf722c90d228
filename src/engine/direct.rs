//! The direct engine: where a question leaves few features open, list them over the cells.
//!
//! Most questions do: all that is not asked for is off, but for variants, what an option requires
//! and what a rule with negated terms could ask for. Then a handful of configurations decides, and
//! no formula need be built. Every other question goes to the [`SatEngine`], and so does every
//! [proof](Engine::refutes) that demands fail together.

use fixedbitset::FixedBitSet;

use super::{Count, Demand, Engine, Maximal, Question, SatEngine};
use crate::encode::Scope;
use crate::target::{Atom, CellRef, Configuration, Literal, Target};

/// The most features that may be open.
const MOST_OPEN: usize = 6;

/// The most demands of which it is tried to spare each.
const MOST_SPARED: usize = 63;

/// The most demands of which every subset is tried.
const MOST_DEMANDS: usize = 4;
const _: () = assert!(MOST_DEMANDS <= MOST_OPEN);

/// Answers by listing where that is quick, and with a SAT solver elsewhere.
pub struct DirectEngine<'p> {
    target: &'p Target<'p>,
    asked: FixedBitSet,
    scope: Scope,
    /// Built when first needed.
    sat: Option<SatEngine<'p>>,
}

impl<'p> DirectEngine<'p> {
    /// An engine for a target in which no features but these are asked for.
    #[must_use]
    pub fn new(target: &'p Target<'p>, asked: FixedBitSet) -> Self {
        let scope = Scope::new(target, asked.clone());
        DirectEngine { target, asked, scope, sat: None }
    }

    fn sat(&mut self) -> &mut SatEngine<'p> {
        let (target, asked) = (self.target, &self.asked);
        self.sat.get_or_insert_with(|| SatEngine::new(target, asked.clone()))
    }

    /// The features that a question leaves open beside those that it demands to be on; `None` where
    /// they are too many to list.
    fn open(
        &self,
        question: &Question,
        demanded: &FixedBitSet,
        wanting: bool,
    ) -> Option<Vec<usize>> {
        if self.scope.features().is_subset(demanded) {
            return Some(Vec::new());
        }
        let mut mentioned = question.mentioned(self.target);
        if wanting {
            for (want, _) in &question.wants {
                self.target.catalog().add_features_of(want.atom, &mut mentioned);
            }
        }
        let open = self.scope.narrow(self.target, mentioned);
        let mut larger = demanded.clone();
        let may_be_on = |feature: &usize| {
            larger.insert(*feature);
            let may = self.target.may_admit(&larger, question.accept);
            larger.remove(*feature);
            may
        };
        let open: Vec<usize> = open.features().difference(demanded).filter(may_be_on).collect();
        (open.len() <= MOST_OPEN).then_some(open)
    }

    /// The inclusion-minimal feature sets of those that miss the least weight of a question's wants.
    /// `None` where too much is open.
    fn list(&self, question: &Question) -> Option<Vec<FixedBitSet>> {
        let demanded = question.demanded(self.target);
        let mut found: Vec<FixedBitSet> = Vec::new();
        if !self.target.may_admit(&demanded, question.accept) {
            return Some(found);
        }
        let open = self.open(question, &demanded, true)?;
        let mut least = u64::MAX;
        let mut on = question.undeployed(demanded.clone());
        for added in by_size(open.len()) {
            switch(&mut on, &demanded, &open, added);
            let missed = self.missed(question, &on);
            let known =
                missed == least && found.iter().any(|smaller| smaller.is_subset(&on.features));
            if known || missed > least || !self.is_valid(question, &mut on) {
                continue;
            }
            if missed < least {
                found.clear();
                least = missed;
            }
            found.push(on.features.clone());
        }
        Some(found)
    }

    /// Whether any set of features meets every demand; `None` where too much is open.
    fn list_any(&self, question: &Question) -> Option<bool> {
        let demanded = question.demanded(self.target);
        if !self.target.may_admit(&demanded, question.accept) {
            return Some(false);
        }
        let open = self.open(question, &demanded, false)?;
        if open.is_empty() {
            return Some(self.is_valid(question, &mut question.undeployed(demanded)));
        }
        let mut on = question.undeployed(demanded.clone());
        Some(by_size(open.len()).any(|added| {
            switch(&mut on, &demanded, &open, added);
            self.is_valid(question, &mut on)
        }))
    }

    /// Whether a set of features meets every demand in some valid configuration. The option is left
    /// at any.
    fn is_valid(&self, question: &Question, on: &mut Configuration) -> bool {
        self.target.may_admit(&on.features, question.accept)
            && self.is_met(question, on)
            && question.choices(self.target).any(|choice| question.admits(self.target, on, choice))
    }

    /// The weight of the wants that a set of features misses.
    fn missed(&self, question: &Question, on: &Configuration) -> u64 {
        let missed = question.wants.iter().filter(|(want, _)| !self.target.holds(*want, on));
        missed.map(|(_, weight)| weight).sum()
    }

    /// Whether a set of features meets the demands on features and groups.
    fn is_met(&self, question: &Question, on: &Configuration) -> bool {
        question.demands.iter().all(|demand| match demand {
            Demand::Literal(literal) if !matches!(literal.atom, Atom::Fact(_)) => {
                self.target.holds(*literal, on)
            }
            _ => true,
        })
    }

    /// A minimal set of demands that fails, by leaving out what can be; `None` where too much is
    /// open, and no set where all can be met.
    fn list_core(&self, question: &Question) -> Option<Option<FixedBitSet>> {
        let demands = question.demands.len();
        if demands > MOST_SPARED {
            return None;
        }
        if self.list_any(question)? {
            return Some(None);
        }
        let mut spared = 0;
        let mut others = question.clone();
        for i in 0..demands {
            let more = spared | 1 << i;
            leave_out(&mut others, question, more);
            if !self.list_any(&others)? {
                spared = more;
            }
        }
        let mut core = FixedBitSet::with_capacity(demands);
        core.extend((0..demands).filter(|i| spared >> i & 1 == 0));
        Some(Some(core))
    }

    /// Every minimal set of demands to drop, by trying all; `None` where too much is open.
    fn list_corrections(&self, question: &Question) -> Option<Vec<FixedBitSet>> {
        let demands = question.demands.len();
        if demands > MOST_DEMANDS {
            return None;
        }
        let mut found: Vec<usize> = Vec::new();
        let mut others = question.clone();
        for dropped in by_size(demands) {
            if found.iter().any(|smaller| smaller & dropped == *smaller) {
                continue;
            }
            leave_out(&mut others, question, dropped);
            if self.list_any(&others)? {
                found.push(dropped);
            }
        }
        let set = |dropped: usize| {
            let mut set = FixedBitSet::with_capacity(demands);
            set.extend((0..demands).filter(|i| dropped >> i & 1 == 1));
            set
        };
        Some(found.into_iter().map(set).collect())
    }
}

/// Switches on what is demanded and some of what is open.
fn switch(on: &mut Configuration, demanded: &FixedBitSet, open: &[usize], added: usize) {
    on.features.clone_from(demanded);
    on.features.extend((0..open.len()).filter(|i| added >> i & 1 == 1).map(|i| open[i]));
}

/// Makes of one question another one without some of its demands.
fn leave_out(others: &mut Question, question: &Question, dropped: usize) {
    let kept = question.demands.iter().enumerate().filter(|(i, _)| dropped >> i & 1 == 0);
    others.demands.clear();
    others.demands.extend(kept.map(|(_, demand)| *demand));
}

/// Every set over at most [`MOST_OPEN`] members as bits, smaller ones first.
fn by_size(members: usize) -> impl Iterator<Item = usize> {
    BY_SIZE.iter().map(|&set| usize::from(set)).filter(move |set| set >> members == 0)
}

const BY_SIZE: [u8; 1 << MOST_OPEN] = {
    let mut sets = [0; 1 << MOST_OPEN];
    let (mut size, mut count) = (0, 0);
    while size <= MOST_OPEN as u32 {
        let mut set: u8 = 0;
        while (set as usize) < sets.len() {
            if set.count_ones() == size {
                sets[count] = set;
                count += 1;
            }
            set += 1;
        }
        size += 1;
    }
    sets
};

impl Engine for DirectEngine<'_> {
    fn feasible(&mut self, question: &Question) -> bool {
        self.list_any(question).unwrap_or_else(|| self.sat().feasible(question))
    }

    fn optimise(&mut self, question: &Question) -> Option<u64> {
        self.sat().optimise(question)
    }

    fn minimal(&mut self, question: &Question) -> Vec<FixedBitSet> {
        self.list(question).unwrap_or_else(|| self.sat().minimal(question))
    }

    fn enumerate(&mut self, question: &Question, visit: &mut dyn FnMut(Configuration)) {
        self.sat().enumerate(question, visit);
    }

    fn corrections(&mut self, question: &Question, known: &[FixedBitSet]) -> Vec<FixedBitSet> {
        let Some(mut found) = self.list_corrections(question) else {
            return self.sat().corrections(question, known);
        };
        found.retain(|set| !known.iter().any(|smaller| smaller.is_subset(set)));
        found
    }

    fn core(&mut self, question: &Question) -> Option<FixedBitSet> {
        self.list_core(question).unwrap_or_else(|| self.sat().core(question))
    }

    fn refutes(&mut self, question: &Question) -> bool {
        let scope = self.scope.narrow(self.target, question.mentioned(self.target));
        !SatEngine::with_scope(self.target, scope).feasible(question)
    }

    fn count(&mut self, question: &Question, raised: &[CellRef]) -> Count {
        self.sat().count(question, raised)
    }

    fn maximal(&mut self, question: &Question, most: usize) -> Maximal {
        self.sat().maximal(question, most)
    }

    fn unlocks(&mut self, question: &Question, most: usize) -> Vec<Vec<CellRef>> {
        self.sat().unlocks(question, most)
    }
}

impl Question {
    /// The features that the question itself demands to be on.
    pub(super) fn demanded(&self, target: &Target<'_>) -> FixedBitSet {
        let mut demanded = target.catalog().no_features();
        for demand in &self.demands {
            if let Demand::Literal(Literal { atom: Atom::Feature(feature), negated: false }) =
                demand
            {
                demanded.insert(*feature);
            }
        }
        demanded
    }

    /// The same, with the variants of demanded groups.
    pub(super) fn mentioned(&self, target: &Target<'_>) -> FixedBitSet {
        let mut mentioned = target.catalog().no_features();
        for demand in &self.demands {
            if let Demand::Literal(Literal { atom, negated: false }) = demand {
                target.catalog().add_features_of(*atom, &mut mentioned);
            }
        }
        mentioned
    }
}
