//! Conflicts and corrections, by trying every subset of the request's terms.

use dynamo_plan::matrix::Term;

use super::ask::{Ask, Test};
use super::target::Target;
use super::universe::{bits, singles};

/// A set of terms of a request.
pub type Terms = Vec<Term>;

/// Which subsets of a request's terms can be had somewhere.
pub struct Cores {
    terms: Terms,
    /// For each subset, one bit per term, whether some target has a plan for it.
    satisfiable: Vec<bool>,
}

impl Cores {
    pub fn of(targets: &[&Target], ask: &Ask) -> Self {
        let terms = ask.terms();
        let mut met = vec![false; subsets(&terms)];
        for target in targets {
            mark_met(target, ask, &terms, &mut met);
        }
        Cores::from_met(terms, met)
    }

    /// What can be had if these corrections are all there are.
    pub fn from_corrections(mut terms: Terms, corrections: &[Terms]) -> Self {
        terms.sort();
        let mut met = vec![false; subsets(&terms)];
        for drop in corrections {
            let left = terms.iter().enumerate().filter(|(_, term)| !drop.contains(term));
            met[left.fold(0, |left, (bit, _)| left | 1 << bit)] = true;
        }
        Cores::from_met(terms, met)
    }

    /// What can be had where these subsets can, and so every part of one.
    fn from_met(terms: Terms, mut met: Vec<bool>) -> Self {
        for term in (0..terms.len()).map(|bit| 1 << bit) {
            for subset in 0..met.len() {
                if subset & term == 0 && met[subset | term] {
                    met[subset] = true;
                }
            }
        }
        Cores { terms, satisfiable: met }
    }

    /// Every minimal subset that fails everywhere.
    pub fn conflicts(&self) -> Vec<Terms> {
        self.listed(|subset| {
            !self.can(subset) && singles(subset).all(|term| self.can(subset & !term))
        })
    }

    /// Every minimal subset whose removal makes a plan possible.
    pub fn corrections(&self) -> Vec<Terms> {
        let full = (self.satisfiable.len() - 1) as u32;
        self.listed(|drop| {
            let left = full & !drop;
            self.can(left) && singles(drop).all(|term| !self.can(left | term))
        })
    }

    /// The terms.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Whether some target has a plan for these of the terms.
    pub fn can_have(&self, terms: &[Term]) -> bool {
        let bits = self.terms.iter().enumerate().filter(|(_, term)| terms.contains(term));
        self.can(bits.fold(0, |subset, (bit, _)| subset | 1 << bit))
    }

    fn can(&self, subset: u32) -> bool {
        self.satisfiable[subset as usize]
    }

    /// The subsets that pass, by size, then terms.
    fn listed(&self, passes: impl Fn(u32) -> bool) -> Vec<Terms> {
        let subsets = (0..self.satisfiable.len() as u32).filter(|&subset| passes(subset));
        let named = |subset| bits(subset).map(|bit| self.terms[bit].clone()).collect();
        let mut listed: Vec<Terms> = subsets.map(named).collect();
        listed.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        listed
    }
}

/// How many subsets these terms have.
fn subsets(terms: &[Term]) -> usize {
    assert!(terms.len() <= 22, "{} terms: too many subsets to list", terms.len());
    1 << terms.len()
}

/// Marks the subset of terms that each valid configuration of a target meets.
fn mark_met(target: &Target, ask: &Ask, terms: &[Term], satisfiable: &mut [bool]) {
    let tests: Vec<Test> = terms.iter().map(|term| ask.test(target, term)).collect();
    for set in target.valid(ask.accept) {
        for option in singles(set.options) {
            let met = tests.iter().enumerate().fold(0, |met, (bit, test)| {
                met | usize::from(test.passes(set.features, option)) << bit
            });
            satisfiable[met] = true;
        }
    }
}
