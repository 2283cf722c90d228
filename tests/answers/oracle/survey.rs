//! What a target allows as a whole, by listing every feature set.

use std::collections::BTreeSet;

use dynamo_plan::request::Request;

use super::ask::Ask;
use super::target::{Target, ValidSet};
use super::universe::{Set, Universe, bits, singles};

/// The valid sets of listed features of a target, and those of them that meet a request.
pub struct Listing<'a> {
    universe: &'a Universe,
    pub listed: Set,
    pub all: Vec<ValidSet>,
    pub matching: Vec<ValidSet>,
    avoided: Set,
}

impl<'a> Listing<'a> {
    pub fn new(universe: &'a Universe, target: &Target, request: &Request) -> Self {
        let ask = Ask::of(universe, request);
        let listed =
            target.valid(ask.accept).iter().filter(|set| set.features & !target.listed == 0);
        let all: Vec<ValidSet> = listed.copied().collect();
        let matching = all.iter().filter(|set| ask.admits(set.features)).copied().collect();
        Listing { universe, listed: target.listed, all, matching, avoided: ask.avoided }
    }

    /// How many sets there are, and how many configurations of them.
    pub fn size(sets: &[ValidSet]) -> (u128, u128) {
        let options = sets.iter().map(|set| u128::from(set.options.count_ones()));
        (sets.len() as u128, options.sum())
    }

    fn union(sets: &[ValidSet]) -> Set {
        sets.iter().fold(0, |all, set| all | set.features)
    }

    pub fn live(&self) -> Set {
        Self::union(&self.matching)
    }

    pub fn core(&self) -> Vec<String> {
        if self.matching.is_empty() {
            return Vec::new();
        }
        self.universe.ids(self.matching.iter().fold(self.listed, |all, set| all & set.features))
    }

    pub fn dead(&self) -> Vec<String> {
        self.universe.ids(self.listed & !Self::union(&self.all))
    }

    pub fn conditionally_dead(&self) -> Vec<String> {
        self.universe.ids(Self::union(&self.all) & !self.live() & !self.avoided)
    }

    pub fn maximal(&self) -> BTreeSet<Vec<String>> {
        let within = |a: Set, b: Set| a & b == a && a != b;
        let larger = |set: Set| self.matching.iter().any(|other| within(set, other.features));
        let largest = self.matching.iter().filter(|set| !larger(set.features));
        largest.map(|set| self.universe.ids(set.features)).collect()
    }

    /// The sets with all of these features.
    pub fn with(&self, features: Set) -> usize {
        self.matching.iter().filter(|set| set.features & features == features).count()
    }

    /// The features that no set has beside this one.
    pub fn excluded(&self, feature: Set) -> Vec<String> {
        let beside = self.matching.iter().filter(|set| set.features & feature != 0);
        let beside = beside.fold(0, |all, set| all | set.features);
        self.universe.ids(self.live() & !beside)
    }

    /// Every pair of features that some set has.
    pub fn pairs(&self) -> BTreeSet<[String; 2]> {
        let id = |bit: usize| self.universe.features[bit].clone();
        let mut pairs = BTreeSet::new();
        for a in bits(self.live()) {
            for b in bits(self.live()).filter(|&b| b > a) {
                if self.with(1 << a | 1 << b) > 0 {
                    pairs.insert([id(a), id(b)]);
                }
            }
        }
        pairs
    }

    /// The least number of sets that hold every pair, where no more than `most` are needed.
    pub fn smallest_cover(&self, most: usize) -> Option<usize> {
        let pairs: Vec<Set> = self.pairs().iter().map(|pair| self.set(pair)).collect();
        let largest: Vec<Set> = self.maximal().iter().map(|ids| self.set(ids)).collect();
        (0..=most).find(|&size| covers(&largest, &pairs, size))
    }

    fn set(&self, ids: &[String]) -> Set {
        ids.iter().filter_map(|id| self.universe.feature(id)).fold(0, |all, bit| all | bit)
    }

    /// The features that some set has, one at a time.
    pub fn live_features(&self) -> impl Iterator<Item = (Set, String)> {
        singles(self.live()).map(|bit| (bit, self.universe.ids(bit).remove(0)))
    }
}

/// Whether so many of the sets hold every pair.
fn covers(sets: &[Set], pairs: &[Set], size: usize) -> bool {
    let Some(first) = pairs.first() else { return true };
    size > 0
        && sets.iter().filter(|&set| set & first == *first).any(|set| {
            let rest: Vec<Set> = pairs.iter().copied().filter(|pair| set & pair != *pair).collect();
            covers(sets, &rest, size - 1)
        })
}
