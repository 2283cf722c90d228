//! What is asked of a column in, the least sets of features that are valid there out.
//!
//! A rejected cell that counts where a feature is off asks for that feature once its other terms hold. So the
//! asked features are completed, one forced feature after the other; where one of several would do, each is
//! tried. Every valid set that holds what is asked holds one of the completions.

use super::bits::{contains, insert, intersects, is_subset, ones};
use super::query::TableQuery;
use super::target_table::{TableColumn, TargetTable};
use super::wishes::Wishes;

/// The most sets that are completed for one request at one target: a request for many groups of many variants
/// could have more than anyone can wait for, and goes to the solver.
const MOST_TRIED: usize = 4_096;

/// So few wants are settled one by one.
const FEW_WANTS: usize = 4;

/// Completes sets of features in a column.
pub(super) struct Completion<'t> {
    pub(super) table: &'t TargetTable,
    pub(super) column: &'t TableColumn,
    pub(super) query: &'t TableQuery,
    pub(super) progress: &'t mut CompletionProgress,
}

/// How far the search at one target has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct CompletionProgress {
    /// How many more sets may be tried.
    left: usize,
    /// The least weight of wants that a set found so far misses.
    pub(super) least: u64,
}

impl Default for CompletionProgress {
    fn default() -> Self {
        CompletionProgress { left: MOST_TRIED, least: u64::MAX }
    }
}

/// What a set of features still lacks.
enum Lacks {
    Nothing,
    /// One of these.
    OneOf(Vec<usize>),
    /// It can never be valid.
    TooMuch,
}

impl Completion<'_> {
    /// Shows each completion of what the query asks that misses no more weight than those before; more than
    /// the minimal ones, and one more than once. `None` where there is too much to try.
    pub(super) fn run(&mut self, found: &mut dyn FnMut(&[u64], u64)) -> Option<()> {
        if self.column.is_void || self.query.is_contradictory() {
            return Some(());
        }
        let mut on = self.table.no_features();
        for feature in self.query.members.iter().copied().chain(ones(&self.column.required)) {
            if !self.switch_on(&mut on, feature) {
                return Some(());
            }
        }
        match self.wishes(&on) {
            Some((wishes, wanted)) => self.grant(&on, &wishes, &wanted, found),
            None => self.choose(on, 0, 0, found),
        }
    }

    /// The wants that can be met beside these features, with the feature of each; `None` where there are few,
    /// or where more than features and pairs decides.
    fn wishes(&self, on: &[u64]) -> Option<(Wishes, Vec<usize>)> {
        let wants = &self.query.wants;
        let decided = self.column.rejecting.is_empty() && matches!(self.lacks(on), Lacks::Nothing);
        if wants.len() < FEW_WANTS || !decided {
            return None;
        }
        let mut open: Vec<(u64, usize)> = Vec::new();
        for (want, weight) in wants {
            let mut features = ones(want);
            // A group has several, or none.
            let (Some(feature), None) = (features.next(), features.next()) else { return None };
            if !contains(on, feature) && self.fits(on, feature) {
                open.push((*weight, feature));
            }
        }
        // The heaviest first: that makes for good bounds.
        open.sort_unstable_by(|a, b| b.cmp(a));
        let (weights, wanted): (Vec<u64>, Vec<usize>) = open.into_iter().unzip();
        let mut wishes = Wishes::new(weights);
        for (a, &feature) in wanted.iter().enumerate() {
            let excluded = self.table.rejected_with.row(feature);
            (0..a).filter(|&b| contains(excluded, wanted[b])).for_each(|b| wishes.exclude(a, b));
        }
        Some((wishes, wanted))
    }

    /// Shows the sets that meet the most weight of wants beside these features.
    fn grant(
        &mut self,
        on: &[u64],
        wishes: &Wishes,
        wanted: &[usize],
        found: &mut dyn FnMut(&[u64], u64),
    ) -> Option<()> {
        let open: u64 = wishes.weights.iter().sum();
        let missed = self.query.missed(on);
        // No more may be missed than by what was found before.
        let least = missed.saturating_sub(self.progress.least).min(open);
        for chosen in wishes.heaviest(least)? {
            let mut on = on.to_vec();
            ones(&chosen).for_each(|want| insert(&mut on, wanted[want]));
            let met: u64 = ones(&chosen).map(|want| wishes.weights[want]).sum();
            let missed = missed - met;
            if missed <= self.progress.least {
                self.progress.least = missed;
                found(&on, missed);
            }
        }
        Some(())
    }

    /// Settles whether each want from a position on is met: branch and bound over the weight that is missed.
    fn choose(
        &mut self,
        on: Vec<u64>,
        next: usize,
        missed: u64,
        found: &mut dyn FnMut(&[u64], u64),
    ) -> Option<()> {
        let Some((want, weight)) = self.query.wants.get(next) else {
            return self.complete(on, found);
        };
        self.progress.left = self.progress.left.checked_sub(1)?;
        if intersects(want, &on) {
            return self.choose(on, next + 1, missed, found);
        }
        for feature in ones(want) {
            let mut with = on.clone();
            if self.switch_on(&mut with, feature) {
                self.choose(with, next + 1, missed, found)?;
            }
        }
        // What is skipped is missed for good, unless a completion may switch it on by itself.
        let is_forceable = intersects(want, &self.column.forceable);
        let missed = if is_forceable { missed } else { missed + weight };
        if missed > self.progress.least {
            return Some(());
        }
        self.choose(on, next + 1, missed, found)
    }

    fn complete(&mut self, mut on: Vec<u64>, found: &mut dyn FnMut(&[u64], u64)) -> Option<()> {
        self.progress.left = self.progress.left.checked_sub(1)?;
        loop {
            match self.lacks(&on) {
                Lacks::TooMuch => return Some(()),
                Lacks::Nothing => {
                    let missed = self.query.missed(&on);
                    if missed <= self.progress.least {
                        self.progress.least = missed;
                        found(&on, missed);
                    }
                    return Some(());
                }
                Lacks::OneOf(features) => match features[..] {
                    [feature] => {
                        if !self.switch_on(&mut on, feature) {
                            return Some(());
                        }
                    }
                    _ => {
                        for feature in features {
                            let mut with = on.clone();
                            if self.switch_on(&mut with, feature) {
                                self.complete(with, found)?;
                            }
                        }
                        return Some(());
                    }
                },
            }
        }
    }

    /// Adds a feature, unless it must be off or is rejected beside the others.
    fn switch_on(&self, on: &mut [u64], feature: usize) -> bool {
        if contains(on, feature) {
            return true;
        }
        let fits = self.fits(on, feature);
        if fits {
            insert(on, feature);
        }
        fits
    }

    /// Whether a feature may be on, and is not rejected beside others.
    fn fits(&self, on: &[u64], feature: usize) -> bool {
        !contains(&self.column.rejected, feature)
            && !contains(&self.query.off, feature)
            && !intersects(self.table.rejected_with.row(feature), on)
    }

    fn lacks(&self, on: &[u64]) -> Lacks {
        for condition in &self.column.rejecting {
            if condition.holds(on, &self.table.variants) {
                if condition.off.is_empty() {
                    return Lacks::TooMuch;
                }
                // A fact is not switched on by a plan.
                let off = condition.off.iter().map(|&feature| feature as usize);
                return Lacks::OneOf(off.filter(|&it| it < self.table.features).collect());
            }
        }
        let groups = self.query.groups.iter().map(|&group| self.table.variants.row(group));
        let any = self.column.required_any.iter().map(|set| &set[..]);
        let missing = groups.chain(any).find(|set| !intersects(set, on));
        missing.map_or(Lacks::Nothing, |set| Lacks::OneOf(ones(set).collect()))
    }
}

/// Keeps of some sets those that hold no other one, each once in a column.
pub(super) fn keep_minimal(found: &mut Vec<(usize, Vec<u64>)>) {
    found.sort_unstable();
    found.dedup();
    let holds_another =
        |set: &[u64]| found.iter().any(|(_, other)| other[..] != *set && is_subset(other, set));
    let minimal: Vec<bool> = found.iter().map(|(_, set)| !holds_another(set)).collect();
    let mut minimal = minimal.into_iter();
    found.retain(|_| minimal.next().unwrap_or(false));
}
