//! The terms of a cell: mostly one or two, so that these need no memory of their own.

use std::borrow::Borrow;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::Term;

/// Terms that hold together, sorted and without repeats. To be read it is a slice of [`Term`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Terms(SmallVec<[Term; 2]>);

impl FromIterator<Term> for Terms {
    fn from_iter<I: IntoIterator<Item = Term>>(terms: I) -> Self {
        let mut terms: SmallVec<[Term; 2]> = terms.into_iter().collect();
        terms.sort();
        terms.dedup();
        Terms(terms)
    }
}

impl From<Vec<Term>> for Terms {
    fn from(terms: Vec<Term>) -> Self {
        terms.into_iter().collect()
    }
}

impl Deref for Terms {
    type Target = [Term];

    fn deref(&self) -> &[Term] {
        &self.0
    }
}

impl Borrow<[Term]> for Terms {
    fn borrow(&self) -> &[Term] {
        &self.0
    }
}

impl<'t> IntoIterator for &'t Terms {
    type Item = &'t Term;
    type IntoIter = std::slice::Iter<'t, Term>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl IntoIterator for Terms {
    type Item = Term;
    type IntoIter = smallvec::IntoIter<[Term; 2]>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T: AsRef<[Term]>> PartialEq<T> for Terms {
    fn eq(&self, other: &T) -> bool {
        *self.0 == *other.as_ref()
    }
}

impl PartialEq<Terms> for Vec<Term> {
    fn eq(&self, other: &Terms) -> bool {
        **self == *other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_sorted_and_without_repeats() {
        let given = ["lora", "!lora", "a", "lora"].map(Term::from);
        let wanted = ["!lora", "a", "lora"].map(Term::from);
        let terms = Terms::from_iter(given.clone());
        assert_eq!(terms, wanted);
        assert_eq!(Terms::from(given.to_vec()), terms);
        assert_eq!(wanted.to_vec(), terms);
    }
}
