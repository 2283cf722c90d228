//! The fast path of the engine: where a query leaves few features open, their configurations are
//! listed over the cells.
//!
//! Most queries leave few open: all that is not asked for is off, but for variants, what an option
//! requires and what a rule with negated terms could ask for. Then a handful of configurations
//! decides, and no formula need be built.

use fixedbitset::FixedBitSet;

use super::{Assumption, EngineQuery};
use crate::encode::Scope;
use crate::target::{Atom, Configuration, Target};

/// The most features that may be open.
const MOST_OPEN: usize = 6;

/// The most assumptions of which it is tried to spare each.
const MOST_SPARED: usize = 63;

/// The most assumptions of which every subset is tried.
const MOST_ASSUMPTIONS: usize = 4;
const _: () = assert!(MOST_ASSUMPTIONS <= MOST_OPEN);

/// Answers queries about one target by listing configurations of the features in a scope; `None` where
/// too much is open.
pub(super) struct ConfigurationLister<'e> {
    pub(super) target: &'e Target<'e>,
    pub(super) scope: &'e Scope,
}

impl ConfigurationLister<'_> {
    /// The features that a query leaves open beside those that it assumes to be on; `None` where
    /// they are too many to list.
    fn open(
        &self,
        query: &EngineQuery,
        assumed: &FixedBitSet,
        wanting: bool,
    ) -> Option<Vec<usize>> {
        if self.scope.features().is_subset(assumed) {
            return Some(Vec::new());
        }
        let mut mentioned = query.mentioned(self.target);
        if wanting {
            for (want, _) in &query.wants {
                self.target.catalog().add_features_of(want.atom, &mut mentioned);
            }
        }
        let open = self.scope.narrow(self.target, mentioned);
        let mut larger = assumed.clone();
        // More features touch more cells: what fails beside the assumed ones fails in every set.
        let may_be_on = |feature: &usize| {
            larger.insert(*feature);
            let may = self.target.may_admit(&larger, query.accept);
            larger.remove(*feature);
            may
        };
        let open: Vec<usize> = open.features().difference(assumed).filter(may_be_on).collect();
        (open.len() <= MOST_OPEN).then_some(open)
    }

    /// The inclusion-minimal feature sets of those that miss the least weight of a query's wants.
    /// `None` where too much is open.
    pub(super) fn minimal(&self, query: &EngineQuery) -> Option<Vec<FixedBitSet>> {
        let assumed = query.assumed(self.target);
        let mut found: Vec<FixedBitSet> = Vec::new();
        if !self.target.may_admit(&assumed, query.accept) {
            return Some(found);
        }
        let open = self.open(query, &assumed, true)?;
        let mut least = u64::MAX;
        let mut on = query.undeployed(assumed.clone());
        for added in by_size(open.len()) {
            switch(&mut on, &assumed, &open, added);
            let missed = self.missed(query, &on);
            // Smaller sets come first, so a set with a known one in it is not minimal.
            let known =
                missed == least && found.iter().any(|smaller| smaller.is_subset(&on.features));
            if known || missed > least || !self.is_valid(query, &mut on) {
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

    /// Whether any set of features meets every assumption; `None` where too much is open.
    pub(super) fn any(&self, query: &EngineQuery) -> Option<bool> {
        let assumed = query.assumed(self.target);
        if !self.target.may_admit(&assumed, query.accept) {
            return Some(false);
        }
        let open = self.open(query, &assumed, false)?;
        if open.is_empty() {
            return Some(self.is_valid(query, &mut query.undeployed(assumed)));
        }
        let mut on = query.undeployed(assumed.clone());
        Some(by_size(open.len()).any(|added| {
            switch(&mut on, &assumed, &open, added);
            self.is_valid(query, &mut on)
        }))
    }

    /// Whether a set of features meets every assumption in some valid configuration. The option is left
    /// at any.
    fn is_valid(&self, query: &EngineQuery, on: &mut Configuration) -> bool {
        // The quickest check first: it fails for most sets, whatever the option.
        self.target.may_admit(&on.features, query.accept)
            && self.is_met(query, on)
            && query.choices(self.target).any(|choice| query.admits(self.target, on, choice))
    }

    /// The weight of the wants that a set of features misses.
    fn missed(&self, query: &EngineQuery, on: &Configuration) -> u64 {
        let missed = query.wants.iter().filter(|(want, _)| !self.target.holds(*want, on));
        missed.map(|(_, weight)| weight).sum()
    }

    /// Whether a set of features meets the assumptions on features and groups.
    fn is_met(&self, query: &EngineQuery, on: &Configuration) -> bool {
        query.assumptions.iter().all(|assumption| match assumption {
            Assumption::Literal(literal) if !matches!(literal.atom, Atom::Fact(_)) => {
                self.target.holds(*literal, on)
            }
            _ => true,
        })
    }

    /// A minimal set of assumptions that fails, by leaving out what can be; `None` where too much is
    /// open, and no set where all can be met.
    pub(super) fn core(&self, query: &EngineQuery) -> Option<Option<FixedBitSet>> {
        let assumptions = query.assumptions.len();
        // Each assumption is a bit of `spared`.
        if assumptions > MOST_SPARED {
            return None;
        }
        if self.any(query)? {
            return Some(None);
        }
        // Deletion: an assumption without which the others still fail is spared for good.
        let mut spared = 0;
        let mut others = query.clone();
        for i in 0..assumptions {
            let more = spared | 1 << i;
            leave_out(&mut others, query, more);
            if !self.any(&others)? {
                spared = more;
            }
        }
        let mut core = FixedBitSet::with_capacity(assumptions);
        core.extend((0..assumptions).filter(|i| spared >> i & 1 == 0));
        Some(Some(core))
    }

    /// Every minimal set of assumptions to drop, by trying all; `None` where too much is open.
    pub(super) fn corrections(&self, query: &EngineQuery) -> Option<Vec<FixedBitSet>> {
        let assumptions = query.assumptions.len();
        if assumptions > MOST_ASSUMPTIONS {
            return None;
        }
        let mut found: Vec<usize> = Vec::new();
        let mut others = query.clone();
        for dropped in by_size(assumptions) {
            // Smaller sets come first, so a set with a known one in it is not minimal.
            if found.iter().any(|smaller| smaller & dropped == *smaller) {
                continue;
            }
            leave_out(&mut others, query, dropped);
            if self.any(&others)? {
                found.push(dropped);
            }
        }
        let set = |dropped: usize| {
            let mut set = FixedBitSet::with_capacity(assumptions);
            set.extend((0..assumptions).filter(|i| dropped >> i & 1 == 1));
            set
        };
        Some(found.into_iter().map(set).collect())
    }
}

/// Switches on what is assumed and some of what is open.
fn switch(on: &mut Configuration, assumed: &FixedBitSet, open: &[usize], added: usize) {
    on.features.clone_from(assumed);
    on.features.extend((0..open.len()).filter(|i| added >> i & 1 == 1).map(|i| open[i]));
}

/// Makes of one query another one without some of its assumptions.
fn leave_out(others: &mut EngineQuery, query: &EngineQuery, dropped: usize) {
    let kept = query.assumptions.iter().enumerate().filter(|(i, _)| dropped >> i & 1 == 0);
    others.assumptions.clear();
    others.assumptions.extend(kept.map(|(_, assumption)| *assumption));
}

/// Every set over at most [`MOST_OPEN`] members as bits, smaller ones first.
fn by_size(members: usize) -> impl Iterator<Item = usize> {
    // A set with a bit at `members` or above has a member too many.
    BY_SIZE.iter().map(|&set| usize::from(set)).filter(move |set| set >> members == 0)
}

const BY_SIZE: [u8; 1 << MOST_OPEN] = {
    let mut sets = [0; 1 << MOST_OPEN];
    // One pass for each size, while compiling: there are only 64 sets.
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
