//! A request in, as it bears on one target: assumptions that must hold and wants that should.

use fixedbitset::FixedBitSet;

use crate::matrix::Level;
use crate::target::{Atom, Configuration, Literal, Target};

/// One term of a request, as it bears on one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assumption {
    /// A feature, group or platform fact must be on or off.
    Literal(Literal),
    /// This option must be chosen where the dimension applies.
    Choice(usize),
    /// The target meets the term whatever is on.
    Met,
}

impl Assumption {
    /// Whether a configuration meets the assumption.
    #[must_use]
    pub fn is_met_by(self, target: &Target<'_>, on: &Configuration) -> bool {
        match self {
            Assumption::Met => true,
            Assumption::Choice(wanted) => on.choice.is_none_or(|choice| choice == wanted),
            Assumption::Literal(literal) => target.holds(literal, on),
        }
    }
}

/// A request, as it bears on one target.
#[derive(Clone, Debug)]
pub struct EngineQuery {
    /// The assumptions that must hold.
    pub assumptions: Vec<Assumption>,
    /// The literals that should hold, each with the cost of missing it.
    pub wants: Vec<(Literal, u64)>,
    /// The worst accepted level.
    pub accept: Level,
}

impl EngineQuery {
    /// The platform facts that are asked for.
    #[must_use]
    pub fn facts(&self) -> FixedBitSet {
        let mut facts = FixedBitSet::new();
        for assumption in &self.assumptions {
            if let Assumption::Literal(Literal { atom: Atom::Fact(fact), negated: false }) =
                assumption
            {
                facts.grow_and_insert(*fact);
            }
        }
        facts
    }

    /// Every valid configuration of a set of features at a target, with the assumed option or,
    /// where none is assumed, with any. Read off the cells, not off a formula.
    #[must_use]
    pub fn deployments(&self, target: &Target<'_>, features: FixedBitSet) -> Vec<Configuration> {
        let mut on = self.undeployed(features);
        let mut deployments = Vec::new();
        for choice in self.choices(target) {
            if self.admits(target, &mut on, choice) {
                deployments.push(on.clone());
            }
        }
        deployments
    }

    /// Whether a configuration is valid at a target and meets every assumption.
    #[must_use]
    pub fn is_met_by(&self, target: &Target<'_>, on: &Configuration) -> bool {
        let mut assumptions = self.assumptions.iter();
        assumptions.all(|it| it.is_met_by(target, on)) && target.admits(on, self.accept)
    }

    /// A set of features with the facts that are asked for, before an option is chosen.
    #[must_use]
    pub fn undeployed(&self, features: FixedBitSet) -> Configuration {
        Configuration { features, choice: None, facts: self.facts() }
    }

    /// No option, and each that is not assumed otherwise.
    pub fn choices<'a>(
        &'a self,
        target: &'a Target<'_>,
    ) -> impl Iterator<Item = Option<usize>> + use<'a> {
        let assumed = |choice: usize| {
            self.assumptions.iter().all(|assumption| match assumption {
                Assumption::Choice(wanted) => *wanted == choice,
                _ => true,
            })
        };
        let options = (0..target.choices().len()).map(Some);
        std::iter::once(None).chain(options).filter(move |choice| choice.is_none_or(assumed))
    }

    /// Whether a configuration is valid with an option, with which it is left.
    pub(super) fn admits(
        &self,
        target: &Target<'_>,
        on: &mut Configuration,
        choice: Option<usize>,
    ) -> bool {
        on.choice = choice;
        target.admits(on, self.accept)
    }
}

impl EngineQuery {
    /// The features that the query itself assumes to be on.
    #[must_use]
    pub fn assumed(&self, target: &Target<'_>) -> FixedBitSet {
        let mut assumed = target.catalog().no_features();
        for assumption in &self.assumptions {
            if let Assumption::Literal(Literal { atom: Atom::Feature(feature), negated: false }) =
                assumption
            {
                assumed.insert(*feature);
            }
        }
        assumed
    }

    /// The features that the query assumes to be on, with the variants of assumed groups.
    pub(super) fn mentioned(&self, target: &Target<'_>) -> FixedBitSet {
        let mut mentioned = target.catalog().no_features();
        for assumption in &self.assumptions {
            if let Assumption::Literal(Literal { atom, negated: false }) = assumption {
                target.catalog().add_features_of(*atom, &mut mentioned);
            }
        }
        mentioned
    }
}
