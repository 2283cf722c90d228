//! A request in bits.

use dynamo_plan::matrix::{Level, Term};
use dynamo_plan::request::{Request, Want};

use super::target::{Target, option_bit};
use super::universe::{Set, Universe};

/// A request in bits of the universe.
pub struct Ask {
    /// For each need, the features of which one must be on.
    pub needs: Vec<(String, Set)>,
    /// For each avoid, the features that must be off.
    pub avoids: Vec<(String, Set)>,
    /// For each want, the features of which one should be on, and what missing it costs.
    pub wants: Vec<(String, Set, u64)>,
    /// The features that are needed by their own id.
    pub named: Set,
    /// Everything that must be off.
    pub avoided: Set,
    pub pattern: Option<String>,
    pub accept: Level,
    pub all: bool,
}

impl Ask {
    pub fn of(universe: &Universe, request: &Request) -> Self {
        let members = |id: &String| (id.clone(), universe.members(id));
        let want =
            |want: &Want| (want.feature.clone(), universe.members(&want.feature), want.weight);
        let avoids: Vec<_> = request.avoid.iter().map(members).collect();
        let facts: Vec<String> = request.stated_facts().map(|id| format!("fact={id}")).collect();
        let needs = || request.need.iter().chain(&facts);
        let named = needs().filter_map(|id| universe.feature(id)).fold(0, |all, bit| all | bit);
        let dropped = universe.facts() & !named;
        Ask {
            needs: needs().map(members).collect(),
            named,
            avoided: avoids.iter().fold(dropped, |all, (_, set)| all | set),
            avoids,
            wants: request.want.iter().map(want).collect(),
            pattern: request.pattern.clone(),
            accept: request.accept,
            all: request.all,
        }
    }

    /// The terms that conflicts and corrections are made of. Facts are needs; platform facts would come
    /// here.
    pub fn terms(&self) -> Vec<Term> {
        let needs = self.needs.iter().map(|(id, _)| Term::on(id));
        let avoids = self.avoids.iter().map(|(id, _)| Term::off(id));
        let pattern = self.pattern.iter().map(|id| Term::on(format!("pattern={id}")));
        let mut terms: Vec<Term> = needs.chain(avoids).chain(pattern).collect();
        terms.sort();
        terms
    }

    /// What a term of the request asks of a configuration of a target.
    pub fn test(&self, target: &Target, term: &Term) -> Test {
        let named = |list: &[(String, Set)]| {
            list.iter().find(|(id, _)| id == term.id()).map(|(_, set)| *set).unwrap_or_default()
        };
        if term.is_negated() {
            Test::NoneOf(named(&self.avoids))
        } else if term.id().starts_with("pattern=") {
            Test::Option(self.allowed_options(target))
        } else {
            Test::OneOf(named(&self.needs))
        }
    }

    /// Whether a feature set has what is needed and nothing that is avoided.
    pub fn admits(&self, features: Set) -> bool {
        features & (self.named | self.avoided) == self.named
            && self.needs.iter().all(|(_, need)| features & need != 0)
    }

    /// The options that a requested pattern leaves, as bits.
    pub fn allowed_options(&self, target: &Target) -> u32 {
        target
            .options()
            .filter(|&option| match (&self.pattern, target.option(option)) {
                (Some(wanted), Some(fact)) => fact.id == *wanted,
                _ => true,
            })
            .fold(0, |all, option| all | option_bit(option))
    }

    /// The summed weight of the wants that a feature set misses.
    pub fn missed_weight(&self, features: Set) -> u64 {
        self.wants
            .iter()
            .filter(|(_, set, _)| features & set == 0)
            .map(|(_, _, weight)| weight)
            .sum()
    }
}

/// What a term of a request asks of a configuration.
#[derive(Clone, Copy)]
pub enum Test {
    OneOf(Set),
    NoneOf(Set),
    /// One of these options, or none where there is none to choose.
    Option(u32),
}

impl Test {
    /// Whether a feature set meets the term in the configuration with this option.
    pub fn passes(self, features: Set, option: u32) -> bool {
        match self {
            Test::OneOf(set) => features & set != 0,
            Test::NoneOf(set) => features & set == 0,
            Test::Option(options) => option & options != 0,
        }
    }
}
