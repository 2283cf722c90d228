//! Contradictions: targets for which the definitions leave no minimal configuration, and the terms of
//! the request that exclude each other.

use std::sync::Arc;

use itertools::Itertools;

use super::{Constraints, Nearness, Rejection};
use crate::matrix::{Level, Term};
use crate::plan::search::show;
use crate::plan::{CellKind, ShownNote, TouchedCell};
use crate::request::Request;
use crate::target::{Atom, CellRef, Configuration, Literal};

/// The rejection of a target without a minimal configuration: the blocking cells that the needs touch
/// without an option, and the terms that exclude each other.
pub(super) fn contradicted<'p>(constraints: &Constraints<'p>, accept: Level) -> Rejection<'p> {
    let target = constraints.target;
    let blocking = constraints.touched().into_iter().filter(|&cell| target.level(cell) > accept);
    let mut blocking = show(target, constraints.request, None, blocking);
    blocking.extend(constraints.contradictions().into_iter().map(|terms| {
        Arc::new(TouchedCell {
            kind: CellKind::Cell,
            terms: terms.into_iter().sorted().dedup().collect_vec(),
            level: Level::Unsupported,
            caveat: false,
            rule: None,
            published: None,
            notes: vec![ShownNote::by_definition(
                "by definition: these exclude each other on every backend",
            )],
            source: target.matrix().provenance.source.clone(),
            url: None,
        })
    }));
    blocking.sort_by(|a, b| a.listing_order(b));
    let nearest = blocking.len();
    Rejection { target, nearest, blocking, unlocks: Vec::new(), nearness: Nearness::CONTRADICTED }
}

impl Constraints<'_> {
    /// The cells that the needs touch without an option. A needed group counts as on, its variants
    /// do not.
    fn touched(&self) -> Vec<CellRef> {
        let target = self.target;
        let (features, facts) = (self.needs.clone(), self.facts.clone());
        let on = Configuration { features, choice: None, facts };
        let holds = |literal: &Literal| match literal.atom {
            Atom::Group(group) if self.groups.contains(&group) => !literal.negated,
            _ => target.holds(*literal, &on),
        };
        let groups = self.groups.iter().map(|&group| Atom::Group(group));
        let groups = groups.filter_map(|g| target.slots().iter().position(|&slot| slot == g));
        let slots = target.slots_on(&self.needs).into_iter().chain(groups).collect_vec();
        let pairs = slots.iter().array_combinations();
        let pairs = pairs.filter_map(|[&a, &b]| target.pair_cell(a, b));
        let features = self.needs.ones().map(|feature| target.feature_cell(feature));
        let others = target.conditionals().iter().filter(|c| c.literals.iter().all(holds));
        features.chain(pairs).chain(others.map(|c| c.cell)).collect()
    }

    /// The terms of the request that exclude each other by definition.
    fn contradictions(&self) -> Vec<Vec<Term>> {
        let mut contradictions =
            self.groups.iter().filter_map(|&g| self.without_variants(g)).collect_vec();
        if self.dimension_applies() {
            contradictions.extend(self.without_option());
        }
        // Where each option fails for another reason, no smaller set of terms is at hand.
        if contradictions.is_empty() {
            contradictions.push(self.all_terms());
        }
        contradictions
    }

    /// A needed group with all of its variants avoided.
    fn without_variants(&self, group: usize) -> Option<Vec<Term>> {
        let catalog = self.target.catalog();
        let variants = catalog.variants(group);
        variants.is_subset(&self.avoided).then(|| {
            let avoided = variants.ones().map(|variant| Term::off(&catalog.features()[variant].id));
            avoided.chain([Term::on(&catalog.groups()[group].id)]).collect()
        })
    }

    fn dimension_applies(&self) -> bool {
        let on = Configuration { features: self.needs.clone(), ..Configuration::default() };
        self.target.when().is_some_and(|when| match when {
            Atom::Group(group) if self.groups.contains(&group) => true,
            _ => self.target.is_on(when, &on),
        })
    }

    /// The terms that no allowed option goes with: with the requested option, each term of the request
    /// that it excludes; without one, the terms that together exclude every option.
    fn without_option(&self) -> Vec<Vec<Term>> {
        let excluded = self.allowed_choices().into_iter().map(|choice| self.excluded_by(choice));
        let excluded = excluded.collect_vec();
        if excluded.iter().any(Vec::is_empty) && !excluded.is_empty() {
            return Vec::new();
        }
        match &self.request.pattern {
            Some(pattern) => {
                let pattern = Term::on(format!("pattern={pattern}"));
                let terms = excluded.into_iter().flatten();
                terms.map(|term| vec![term, pattern.clone()]).collect()
            }
            None => vec![excluded.into_iter().flatten().chain(self.multimodal_need()).collect()],
        }
    }

    /// The terms of the request that an option excludes: avoids of what it requires, and needs of what
    /// it switches off, also of a group that it leaves no variant that is not avoided.
    fn excluded_by(&self, choice: usize) -> Vec<Term> {
        let catalog = self.target.catalog();
        let (mut on, mut off) = (catalog.no_features(), catalog.no_features());
        for &Literal { atom, negated } in &self.target.choices()[choice].requires {
            catalog.add_features_of(atom, if negated { &mut off } else { &mut on });
        }
        let features = |id: &str| catalog.atom(id).map(|atom| catalog.features_of(atom));
        let avoids = self
            .request
            .avoid
            .iter()
            .filter(|id| features(id).is_some_and(|features| !features.is_disjoint(&on)));
        let mut excluded: Vec<Term> = avoids.map(Term::off).collect();
        for id in &self.request.need {
            let Some(features) = features(id) else { continue };
            let named = features.intersection(&self.needs).any(|feature| off.contains(feature));
            let mut open = features.clone();
            open.difference_with(&self.avoided);
            // A group without any variant left is a contradiction of its own.
            let leaves_none =
                features.is_disjoint(&self.needs) && !open.is_clear() && open.is_subset(&off);
            if leaves_none {
                let avoided = features.intersection(&self.avoided);
                excluded.extend(avoided.map(|f| Term::off(&catalog.features()[f].id)));
            }
            if named || leaves_none {
                excluded.push(Term::on(id));
            }
        }
        excluded
    }

    /// All terms of the request but platform facts.
    fn all_terms(&self) -> Vec<Term> {
        let Request { need, avoid, pattern, .. } = self.request;
        let pattern = pattern.iter().map(|pattern| Term::on(format!("pattern={pattern}")));
        need.iter().map(Term::on).chain(avoid.iter().map(Term::off)).chain(pattern).collect()
    }

    /// A need that makes the dimension apply.
    fn multimodal_need(&self) -> Option<Term> {
        let catalog = self.target.catalog();
        let when = catalog.features_of(self.target.when()?);
        let applies = |id: &&String| {
            catalog.atom(id).is_some_and(|a| !catalog.features_of(a).is_disjoint(&when))
        };
        self.request.need.iter().find(applies).map(Term::on)
    }
}
