//! When a cell of more than a feature or a pair counts.

use smallvec::SmallVec;

use super::bits::{BitRows, contains, is_clear};

/// Features or groups by number: seldom more than a few.
pub(super) type Few = SmallVec<[u32; 4]>;

/// The features and groups that must be on, and the features that must be off, for a cell to count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Condition {
    /// All of these are on.
    pub(super) on: Few,
    /// A variant of each of these groups is on.
    pub(super) groups: Few,
    /// All of these are off.
    pub(super) off: Few,
}

impl Condition {
    /// Whether it holds whatever is on.
    pub(super) fn is_empty(&self) -> bool {
        self.on.is_empty() && self.groups.is_empty() && self.off.is_empty()
    }

    /// The feature or fact that alone decides whether it holds, where one does.
    pub(super) fn only_feature(&self) -> Option<usize> {
        let is_one = self.on.len() == 1 && self.groups.is_empty() && self.off.is_empty();
        is_one.then(|| self.on[0] as usize)
    }

    /// Features of which one must be asked for before it can hold, where these are on anyway; `None` where it
    /// may hold all the same.
    pub(super) fn trigger(&self, variants: &BitRows, anyway: &[u64]) -> Option<Vec<u64>> {
        let feature = |&feature: &u32| {
            let mut set = vec![0; anyway.len()];
            super::bits::insert(&mut set, feature as usize);
            set
        };
        let variants = |&group: &u32| variants.row(group as usize).to_vec();
        let mut needed = self.on.iter().map(feature).chain(self.groups.iter().map(variants));
        needed.find(|set| !super::bits::intersects(set, anyway))
    }

    /// Whether it holds with these features.
    pub(super) fn holds(&self, features: &[u64], variants: &BitRows) -> bool {
        let is_on = |&feature: &u32| contains(features, feature as usize);
        self.on.iter().all(is_on)
            && !self.off.iter().any(is_on)
            && self.groups.iter().all(|&group| has_variant(features, variants, group))
    }

    /// Takes away every candidate with which alone beside these features it would hold.
    pub(super) fn exclude(&self, features: &[u64], variants: &BitRows, candidates: &mut [u64]) {
        let is_on = |&feature: &u32| contains(features, feature as usize);
        if self.off.iter().any(is_on) {
            return;
        }
        let spared = |feature: usize| self.off.contains(&(feature as u32));
        let mut missing = self.on.iter().filter(|feature| !is_on(feature));
        let missing = (missing.next(), missing.next());
        let mut open = self.groups.iter().filter(|&&g| !has_variant(features, variants, g));
        let open = (open.next(), open.next());
        match (missing, open) {
            ((None, _), (None, _)) => retain(candidates, spared),
            ((Some(&feature), None), (None, _)) => {
                retain(candidates, |f| f != feature as usize || spared(f));
            }
            ((None, _), (Some(&group), None)) => {
                let variants = variants.row(group as usize);
                retain(candidates, |f| !contains(variants, f) || spared(f));
            }
            ((Some(&feature), None), (Some(&group), None)) => {
                let is_variant = contains(variants.row(group as usize), feature as usize);
                retain(candidates, |f| f != feature as usize || !is_variant || spared(f));
            }
            // One feature is not two others, nor a variant of two groups.
            _ => {}
        }
    }
}

fn has_variant(features: &[u64], variants: &BitRows, group: u32) -> bool {
    super::bits::intersects(features, variants.row(group as usize))
}

/// Keeps the bits that pass a test.
fn retain(set: &mut [u64], keep: impl Fn(usize) -> bool) {
    if is_clear(set) {
        return;
    }
    for (i, word) in set.iter_mut().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            let bit = rest.trailing_zeros();
            rest &= rest - 1;
            if !keep(i * u64::BITS as usize + bit as usize) {
                *word &= !(1 << bit);
            }
        }
    }
}
