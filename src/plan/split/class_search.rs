//! The best way to put workloads on so many classes: branch and bound over kinds of workloads.

use std::cmp::Reverse;

use fixedbitset::FixedBitSet;

use super::choice::{CountedShare, PlanChoice, choose};
use super::family::Family;
use super::{Clock, DeadlinePassed, SplitScore, Unfinished};

/// The most times that a kind is found to fit a class before the search ends with the best so far: the
/// ways grow exponentially with the kinds.
const MOST_STEPS: usize = 100_000;

/// The most kinds that are searched at all, each a level of recursion.
const MOST_KINDS: usize = 400;

/// Workloads that ask for the same: they go on one class.
pub(super) struct Kind {
    /// What they ask for.
    pub(super) set: FixedBitSet,
    /// How many they are, each taken as many times as it counts.
    pub(super) count: u64,
    /// Their positions, ascending.
    pub(super) workloads: Vec<usize>,
}

/// The kinds on one class.
#[derive(Clone)]
struct OpenClass {
    set: FixedBitSet,
    count: u64,
    kinds: Vec<usize>,
}

/// Classes with a plan each, the largest first.
pub(super) struct Classes<'p> {
    pub(super) classes: Vec<PlannedClass<'p>>,
    pub(super) choice: PlanChoice,
}

/// A class that has a plan.
pub(super) struct PlannedClass<'p> {
    pub(super) share: CountedShare<'p>,
    /// The positions of its workloads, ascending.
    pub(super) workloads: Vec<usize>,
}

/// A search for the best way to put kinds on classes.
pub(super) struct ClassSearch<'s, 'p> {
    family: &'s mut Family<'p>,
    /// In the order in which they are put on classes.
    kinds: &'s [Kind],
    most_classes: usize,
    /// Per kind, what it and those after it sum up to at least.
    floors: Vec<SplitScore>,
    open: Vec<OpenClass>,
    steps: usize,
    /// Takes up something better than the best so far.
    found: &'s mut dyn FnMut(&Family<'p>, &Classes<'p>),
    best: Classes<'p>,
}

impl<'s, 'p> ClassSearch<'s, 'p> {
    /// A search for classes that are better than these, which are as few as can be.
    pub(super) fn new(
        family: &'s mut Family<'p>,
        kinds: &'s [Kind],
        first: Classes<'p>,
        found: &'s mut dyn FnMut(&Family<'p>, &Classes<'p>),
    ) -> Self {
        let mut floors = vec![SplitScore::default(); kinds.len() + 1];
        for (i, kind) in kinds.iter().enumerate().rev() {
            floors[i] = floors[i + 1];
            if let Some(share) = family.share(&kind.set) {
                floors[i].add(share.floor(), kind.count);
            }
        }
        let (most_classes, open) = (first.classes.len(), Vec::new());
        ClassSearch { family, kinds, most_classes, floors, open, steps: 0, found, best: first }
    }

    /// Looks at every way that can be the best.
    pub(super) fn run(mut self) -> Result<(), Unfinished> {
        match (self.most_classes, self.kinds.len()) {
            // There is one way to put them all on one.
            (0 | 1, _) => Ok(()),
            (_, kinds) if kinds > MOST_KINDS => Err(Unfinished::TooMany),
            _ => self.descend(0),
        }
    }

    /// Puts the next kind on each class that can take it, and on a new one; then the rest.
    fn descend(&mut self, next: usize) -> Result<(), Unfinished> {
        let kinds = self.kinds;
        let Some(kind) = kinds.get(next) else { return Ok(self.consider()?) };
        self.family.clock().check()?;
        let mut ways = Vec::new();
        // New classes are alike until they hold something, so that one is tried.
        for class in 0..(self.open.len() + 1).min(self.most_classes) {
            let with = self.with(class, kind);
            if self.family.serves(&with)? {
                ways.push((self.floor(class, &with, next), class, with));
            }
        }
        self.steps += ways.len();
        if self.steps > MOST_STEPS {
            return Err(Unfinished::TooMany);
        }
        // The best first, so that much is known soon to be worse.
        ways.sort_by_key(|(floor, class, _)| (floor.stability(), *class));
        for (floor, class, with) in ways {
            // Whatever is put where from here on, the sum is no less than this.
            if floor.stability() > self.best.choice.score.stability() {
                break;
            }
            let before = self.open.get(class).cloned();
            self.put(next, class, with);
            self.descend(next + 1)?;
            match before {
                Some(before) => self.open[class] = before,
                None => self.open.truncate(class),
            }
        }
        Ok(())
    }

    /// What a class asks for with a kind added; a new class where there is none yet.
    fn with(&self, class: usize, kind: &Kind) -> FixedBitSet {
        self.open.get(class).map_or_else(|| kind.set.clone(), |open| &open.set | &kind.set)
    }

    /// Puts a kind on a class.
    fn put(&mut self, kind: usize, class: usize, with: FixedBitSet) {
        if class == self.open.len() {
            self.open.push(OpenClass { set: FixedBitSet::new(), count: 0, kinds: Vec::new() });
        }
        let open = &mut self.open[class];
        open.set = with;
        open.count = open.count.saturating_add(self.kinds[kind].count);
        open.kinds.push(kind);
    }

    /// What all classes sum up to at least once a kind is put on this one.
    fn floor(&mut self, class: usize, with: &FixedBitSet, kind: usize) -> SplitScore {
        let mut floor = self.floors[kind + 1];
        let new = (class == self.open.len()).then_some((with, self.kinds[kind].count));
        let open = self.open.iter().enumerate().map(|(i, open)| match i == class {
            true => (with, open.count.saturating_add(self.kinds[kind].count)),
            false => (&open.set, open.count),
        });
        for (set, count) in open.chain(new) {
            if let Some(share) = self.family.share(set) {
                floor.add(share.floor(), count);
            }
        }
        floor
    }

    /// Takes up the classes where they are better than the best so far.
    fn consider(&mut self) -> Result<(), DeadlinePassed> {
        let groups: Vec<Vec<usize>> = self.open.iter().map(|open| open.kinds.clone()).collect();
        let classes = planned(self.family, self.kinds, &groups, self.family.clock())?;
        if classes.rank() < self.best.rank() {
            (self.found)(self.family, &classes);
            self.best = classes;
        }
        Ok(())
    }
}

impl Classes<'_> {
    /// As they are compared: less is better.
    fn rank(&self) -> impl Ord + '_ {
        let workloads = self.classes.iter().map(|class| &class.workloads);
        (self.choice.score.rank(), workloads.collect::<Vec<_>>())
    }
}

/// Groups of kinds as classes, each with the plan that goes best with those of the others.
pub(super) fn planned<'p>(
    family: &mut Family<'p>,
    kinds: &[Kind],
    groups: &[Vec<usize>],
    clock: Clock,
) -> Result<Classes<'p>, DeadlinePassed> {
    let mut classes = Vec::new();
    for group in groups.iter().filter(|group| !group.is_empty()) {
        let mut set = family.nothing();
        group.iter().for_each(|&kind| set.union_with(&kinds[kind].set));
        let count = group.iter().fold(0u64, |sum, &kind| sum.saturating_add(kinds[kind].count));
        let mut workloads: Vec<usize> =
            group.iter().flat_map(|&kind| kinds[kind].workloads.iter().copied()).collect();
        workloads.sort_unstable();
        if let Some(share) = family.share(&set) {
            classes.push(PlannedClass { share: (share, count), workloads });
        }
    }
    classes.sort_by(|a, b| {
        (Reverse(a.share.1), &a.workloads).cmp(&(Reverse(b.share.1), &b.workloads))
    });
    let shares: Vec<CountedShare<'p>> = classes.iter().map(|class| class.share.clone()).collect();
    Ok(Classes { choice: choose(&shares, clock)?, classes })
}
