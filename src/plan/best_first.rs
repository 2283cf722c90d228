//! Queries in, their valid configurations out one by one, the best first: nothing but what is next in line
//! is held.
//!
//! Best-first search: a node is a configuration of which some features are still open, its score the best
//! that any completion may have. A feature that comes on never makes the bound better, so that a node
//! which comes first with nothing open is the next in the ranking.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use super::Score;
use super::rank::{Candidate, rank};
use super::search::Search;
use crate::engine::{Assumption, EngineQuery};
use crate::matrix::Level;
use crate::target::{Atom, Configuration, Literal, PartialConfiguration, Target};

/// The most nodes in line: some 100 MB.
const MOST_NODES: usize = 500_000;

/// One target with one option, or without.
struct SearchRoot {
    site: usize,
    /// The place of the target in the listing order of equal scores.
    place: usize,
    choice: Option<usize>,
    facts: FixedBitSet,
    /// The features that are open at first, in the order in which they are settled.
    order: Vec<usize>,
    /// How many of them change a bound by being off; they come first.
    telling: usize,
}

/// A configuration in which the first `settled` features of a root's order are settled.
struct OpenConfiguration {
    score: Score,
    root: usize,
    place: usize,
    choice: Option<usize>,
    features: FixedBitSet,
    settled: usize,
    /// Whether it is valid with all that is open off.
    is_valid: bool,
}

impl<'p> Search<'p> {
    /// Shows the valid configurations that meet the query of each target, best first, until the visitor has
    /// seen enough. `false` where the line grew too long, so that there are more than were shown.
    pub(super) fn best_first(
        &mut self,
        queries: &[EngineQuery],
        visit: &mut dyn FnMut(Candidate<'p>) -> ControlFlow<()>,
    ) -> bool {
        let roots = self.roots(queries);
        let mut line: BinaryHeap<Reverse<OpenConfiguration>> = BinaryHeap::new();
        for (number, root) in roots.iter().enumerate() {
            let features = queries[root.site].assumed(self.sites[root.site].target);
            let features = root.with_required(self.sites[root.site].target, features);
            let start = features.and_then(|on| self.node(&roots, queries, number, on, 0));
            line.extend(start.map(Reverse));
        }
        while let Some(Reverse(node)) = line.pop() {
            let root = &roots[node.root];
            let Some(settled) = self.settle(&roots, queries, node, &mut line) else { continue };
            let on = root.configuration(settled.features);
            let target = self.sites[root.site].target;
            if visit(Candidate { target, on, score: settled.score }).is_break() {
                return true;
            }
            if line.len() > MOST_NODES || self.deadline.has_passed() {
                return false;
            }
        }
        true
    }

    /// Settles feature after feature as off, as long as the bound stays as it is, and puts each node with one
    /// of them on in line. Gives the node once nothing is open.
    fn settle(
        &mut self,
        roots: &[SearchRoot],
        queries: &[EngineQuery],
        mut node: OpenConfiguration,
        line: &mut BinaryHeap<Reverse<OpenConfiguration>>,
    ) -> Option<OpenConfiguration> {
        let root = &roots[node.root];
        while let Some(&feature) = root.order.get(node.settled) {
            node.settled += 1;
            let mut with = node.features.clone();
            with.insert(feature);
            let with = self.node(roots, queries, node.root, with, node.settled);
            line.extend(with.map(Reverse));
            if node.is_valid && node.settled > root.telling {
                continue;
            }
            let OpenConfiguration { score, features, settled, .. } = node;
            node = self.node(roots, queries, node.root, features, settled)?;
            if rank(&node.score) != rank(&score) {
                line.push(Reverse(node));
                return None;
            }
        }
        Some(node)
    }

    /// The node of some features that are on and so many that are settled; `None` where no valid
    /// configuration completes it.
    fn node(
        &mut self,
        roots: &[SearchRoot],
        queries: &[EngineQuery],
        number: usize,
        features: FixedBitSet,
        settled: usize,
    ) -> Option<OpenConfiguration> {
        let (root, query) = (&roots[number], &queries[roots[number].site]);
        let site = &mut self.sites[root.site];
        let mut open = site.target.catalog().no_features();
        open.extend(root.order[settled..].iter().copied());
        open.difference_with(&features);
        let partial = PartialConfiguration { on: root.configuration(features), open };
        let score = bound(site.target, query, &partial)?;
        let is_valid = query.is_met_by(site.target, &partial.on);
        if !is_valid && !site.engine.completes(query, &partial) {
            return None;
        }
        let (place, choice) = (root.place, root.choice);
        let features = partial.on.features;
        Some(OpenConfiguration { score, root: number, place, choice, features, settled, is_valid })
    }

    /// Every target with every option that its query allows, and without.
    fn roots(&self, queries: &[EngineQuery]) -> Vec<SearchRoot> {
        let listed = |&site: &usize| {
            let target = self.sites[site].target;
            (Reverse(target.release()), &target.backend().id)
        };
        let places = (0..self.sites.len()).sorted_by_key(listed);
        let roots = places.enumerate().flat_map(|(place, site)| {
            let (target, query) = (self.sites[site].target, &queries[site]);
            query
                .choices(target)
                .map(move |choice| SearchRoot::new(target, query, site, place, choice))
        });
        roots.collect()
    }
}

impl SearchRoot {
    fn new(
        target: &Target<'_>,
        query: &EngineQuery,
        site: usize,
        place: usize,
        choice: Option<usize>,
    ) -> Self {
        let catalog = target.catalog();
        let mut open = catalog.no_features();
        open.insert_range(..);
        open.difference_with(&query.assumed(target));
        let mut off = Vec::new();
        for assumption in &query.assumptions {
            if let Assumption::Literal(Literal { atom, negated: true }) = assumption {
                off.push(*atom);
            }
        }
        match choice {
            None => off.extend(target.when()),
            Some(choice) => {
                let requires = target.choices()[choice].requires.iter();
                off.extend(requires.filter(|literal| literal.negated).map(|literal| literal.atom));
            }
        }
        for atom in off {
            open.difference_with(&catalog.features_of(atom));
        }
        let mut root =
            SearchRoot { site, place, choice, facts: query.facts(), order: Vec::new(), telling: 0 };
        if let Some(required) = root.with_required(target, catalog.no_features()) {
            open.difference_with(&required);
        }
        let telling = telling(target, query);
        let (first, then): (Vec<usize>, Vec<usize>) =
            open.ones().partition(|&feature| telling.contains(feature));
        root.telling = first.len();
        root.order = [first, then].concat();
        root
    }

    /// Features with those that the option requires; `None` where it excludes one of them.
    fn with_required(&self, target: &Target<'_>, mut features: FixedBitSet) -> Option<FixedBitSet> {
        let requires = self.choice.map_or(&[][..], |choice| &target.choices()[choice].requires);
        for literal in requires {
            let own = target.catalog().features_of(literal.atom);
            match (literal.negated, literal.atom) {
                (true, _) if !own.is_disjoint(&features) => return None,
                (false, Atom::Feature(feature)) => features.insert(feature),
                _ => {}
            }
        }
        Some(features)
    }

    fn configuration(&self, features: FixedBitSet) -> Configuration {
        Configuration { features, choice: self.choice, facts: self.facts.clone() }
    }
}

/// The features that change a bound by being off: wants, and what a cell or an option asks to be off.
fn telling(target: &Target<'_>, query: &EngineQuery) -> FixedBitSet {
    let mut telling = target.catalog().no_features();
    let wanted = query.wants.iter().map(|(literal, _)| literal.atom);
    let cells = target.conditionals().iter().flat_map(|conditional| &conditional.literals);
    let negated = cells.filter(|literal| literal.negated).map(|literal| literal.atom);
    let requires = target.choices().iter().flat_map(|choice| &choice.requires);
    let required = requires.map(|literal| literal.atom).chain(target.when());
    for atom in wanted.chain(negated).chain(required) {
        target.catalog().add_features_of(atom, &mut telling);
    }
    telling
}

/// The best score that a completion may have; `None` where every completion is rejected.
fn bound(
    target: &Target<'_>,
    query: &EngineQuery,
    partial: &PartialConfiguration,
) -> Option<Score> {
    let mut score = Score::default();
    for cell in target.surely_touched(partial) {
        match target.level(cell) {
            level if level > query.accept => return None,
            Level::NotApplicable => score.not_applicable += 1,
            Level::Undocumented => score.undocumented += 1,
            Level::Experimental => score.experimental += 1,
            _ => {}
        }
        score.caveat += usize::from(target.caveat(cell));
    }
    let missed = query.wants.iter().filter(|(want, _)| !target.may_hold(*want, partial));
    score.missed_weight = missed.map(|&(_, weight)| weight).sum();
    score.roles = partial.on.choice.map_or(0, |choice| target.choices()[choice].roles);
    score.headroom = target.most_headroom(partial, query.accept);
    Some(score)
}

impl OpenConfiguration {
    /// Fewer features first, then by their ids, as in the listing order of plans.
    fn features(&self) -> (usize, impl Iterator<Item = usize>) {
        (self.features.count_ones(..), self.features.ones())
    }
}

impl Ord for OpenConfiguration {
    /// Best first, as [`Candidate::compare`].
    fn cmp(&self, other: &Self) -> Ordering {
        let ((size, ids), (other_size, other_ids)) = (self.features(), other.features());
        rank(&self.score)
            .cmp(&rank(&other.score))
            .then(self.place.cmp(&other.place))
            .then(size.cmp(&other_size))
            .then_with(|| ids.cmp(other_ids))
            .then(self.choice.cmp(&other.choice))
    }
}

impl PartialOrd for OpenConfiguration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for OpenConfiguration {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for OpenConfiguration {}
