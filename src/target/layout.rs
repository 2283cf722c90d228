//! A matrix and its catalog in, a [`MatrixLayout`] out: what the targets of all its backends share.

use fixedbitset::FixedBitSet;

use super::{Atom, Catalog, Literal, TargetChoice};
use crate::matrix::{Matrix, Term};

/// The layout that the targets of a matrix share: the slots of the pair table, the options of the
/// dimension, and what terms mean.
#[derive(Debug)]
pub struct MatrixLayout {
    /// The slot of each feature: its own, or its group's.
    pub(super) slot_of: Vec<usize>,
    /// The feature or group that each slot is.
    pub(super) slots: Vec<Atom>,
    /// The features that the matrix lists.
    pub(super) listed: FixedBitSet,
    pub(super) when: Option<Atom>,
    pub(super) choices: Vec<TargetChoice>,
}

impl MatrixLayout {
    /// The layout of a matrix that the catalog was made from.
    #[must_use]
    pub fn new(catalog: &Catalog, matrix: &Matrix) -> Self {
        let (slots, slot_of) = slots(catalog);
        let mut listed = catalog.no_features();
        for feature in &matrix.features {
            if let Some(Atom::Feature(f)) = catalog.atom(&feature.id) {
                listed.insert(f);
            }
        }
        let options = matrix.dimension.iter().flat_map(|dimension| &dimension.options);
        let choices = options.map(|option| TargetChoice {
            requires: literals(catalog, matrix, &option.requires).unwrap_or_default(),
            roles: usize::from(option.roles),
        });
        let choices = choices.collect();
        let when = matrix.dimension.as_ref().and_then(|d| catalog.atom(&d.when));
        MatrixLayout { slot_of, slots, listed, when, choices }
    }
}

/// The literals of some terms, or `None` where a term can never hold. A negated term that always
/// holds is left out.
pub(super) fn literals(catalog: &Catalog, matrix: &Matrix, terms: &[Term]) -> Option<Vec<Literal>> {
    let mut literals = Vec::with_capacity(terms.len());
    for term in terms {
        let atom = catalog.atom(term.id()).or_else(|| choice(matrix, term.id()));
        let negated = term.is_negated();
        if atom.is_none() && !negated {
            return None;
        }
        literals.extend(atom.map(|atom| Literal { atom, negated }));
    }
    Some(literals)
}

/// The atom of an option, by its term.
fn choice(matrix: &Matrix, id: &str) -> Option<Atom> {
    let (dimension, option) = id.split_once('=')?;
    let known = matrix.dimension.as_ref().filter(|known| known.id == dimension)?;
    known.options.iter().position(|known| known.id == option).map(Atom::Choice)
}

/// Groups and the features of no group, in the order of the features, and the slot of each feature.
fn slots(catalog: &Catalog) -> (Vec<Atom>, Vec<usize>) {
    let mut slots = Vec::with_capacity(catalog.features().len());
    let mut slot_of = Vec::with_capacity(catalog.features().len());
    for feature in 0..catalog.features().len() {
        let atom = catalog.group_of(feature).map_or(Atom::Feature(feature), Atom::Group);
        // Only a group can have a slot already: each feature comes up once.
        let known = matches!(atom, Atom::Group(_))
            .then(|| slots.iter().position(|&slot| slot == atom))
            .flatten();
        slot_of.push(known.unwrap_or_else(|| {
            slots.push(atom);
            slots.len() - 1
        }));
    }
    (slots, slot_of)
}
