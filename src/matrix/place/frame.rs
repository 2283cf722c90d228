//! A matrix and its catalog in, a [`Frame`] out: what the places of all its backends share.

use std::borrow::Cow;
use std::ops::Range;

use fixedbitset::FixedBitSet;

use super::{Atom, Catalog, Literal, Matrix, PlacedChoice, Term};

/// What the places of a matrix share: the slots of the pair table, the options of the dimension, and
/// what terms mean.
#[derive(Debug)]
pub struct Frame {
    /// The slot of each feature: its own, or its group's.
    pub(super) slot_of: Vec<usize>,
    /// What each slot is.
    pub(super) slots: Vec<Atom>,
    /// The features that the matrix lists.
    pub(super) listed: FixedBitSet,
    pub(super) when: Option<Atom>,
    pub(super) choices: Vec<PlacedChoice>,
    known: Vec<Known>,
    /// The literals of what is known, one after another.
    literals: Vec<Literal>,
}

/// The terms of a cell of the first backend, which others borrow from the program as it does.
#[derive(Debug)]
struct Known {
    terms: &'static [Term],
    /// Where the literals are; `None` where a term can never hold.
    literals: Option<Range<usize>>,
}

impl Frame {
    /// The frame of a matrix that the catalog was made from.
    #[must_use]
    pub fn new(catalog: &Catalog, matrix: &Matrix) -> Self {
        let (slots, slot_of) = slots(catalog);
        let (mut listed, mut last) = (catalog.no_features(), 0);
        for feature in &matrix.features {
            if let Some(Atom::Feature(f)) = catalog.atom_near(&feature.id, &mut last) {
                listed.insert(f);
            }
        }
        let mut reader = Reader::new(catalog, matrix);
        let mut choices = Vec::new();
        for option in matrix.dimension.iter().flat_map(|dimension| &dimension.options) {
            let requires = reader.read(&option.requires).map(<[_]>::to_vec).unwrap_or_default();
            choices.push(PlacedChoice { requires, roles: usize::from(option.roles) });
        }
        let when = matrix.dimension.as_ref().and_then(|d| catalog.atom(&d.when));
        let (known, literals) = (Vec::new(), Vec::new());
        let mut frame = Frame { slot_of, slots, listed, when, choices, known, literals };
        frame.read_first(&mut reader, matrix);
        frame
    }

    /// Reads what the first backend says with the program's own terms, where there are others.
    fn read_first(&mut self, reader: &mut Reader<'_>, matrix: &Matrix) {
        let [first, _, ..] = matrix.backends.as_slice() else { return };
        for cell in &first.cells {
            let Cow::Borrowed(terms) = cell.terms else { continue };
            let start = self.literals.len();
            let literals = reader.read(terms).map(|literals| {
                self.literals.extend_from_slice(literals);
                start..self.literals.len()
            });
            self.known.push(Known { terms, literals });
        }
    }

    /// The literals of a cell's terms, or `None` where a term can never hold; read anew where they
    /// are not known. Quick for cells in listing order: `next` is where the one after the last was
    /// known.
    pub(super) fn literals<'a>(
        &'a self,
        terms: &[Term],
        next: &mut usize,
        reader: &'a mut Reader<'_>,
    ) -> Option<&'a [Literal]> {
        let mut later = self.known.iter().skip(*next);
        match later.position(|known| std::ptr::eq(known.terms, terms)) {
            Some(ahead) => {
                *next += ahead + 1;
                self.known[*next - 1].literals.clone().map(|range| &self.literals[range])
            }
            None => reader.read(terms),
        }
    }
}

/// Reads terms as literals.
pub(super) struct Reader<'m> {
    catalog: &'m Catalog,
    matrix: &'m Matrix,
    /// What was found last at the first position of some terms, and at others.
    last: [usize; 2],
    literals: Vec<Literal>,
}

impl<'m> Reader<'m> {
    pub(super) fn new(catalog: &'m Catalog, matrix: &'m Matrix) -> Self {
        Reader { catalog, matrix, last: [0; 2], literals: Vec::new() }
    }

    /// The literals of some terms, or `None` where a term can never hold. A negated term that
    /// always holds is left out.
    pub(super) fn read(&mut self, terms: &[Term]) -> Option<&[Literal]> {
        self.literals.clear();
        for (position, term) in terms.iter().enumerate() {
            let known = self.catalog.atom_near(term.id(), &mut self.last[position.min(1)]);
            let atom = known.or_else(|| self.choice(term.id()));
            let negated = term.is_negated();
            if atom.is_none() && !negated {
                return None;
            }
            self.literals.extend(atom.map(|atom| Literal { atom, negated }));
        }
        Some(&self.literals)
    }

    /// The atom of an option, by its term.
    fn choice(&self, id: &str) -> Option<Atom> {
        let (dimension, option) = id.split_once('=')?;
        let known = self.matrix.dimension.as_ref().filter(|known| known.id == dimension)?;
        known.options.iter().position(|known| known.id == option).map(Atom::Choice)
    }
}

/// Groups and the features of no group, in the order of the features, and the slot of each feature.
fn slots(catalog: &Catalog) -> (Vec<Atom>, Vec<usize>) {
    let mut slots = Vec::with_capacity(catalog.features().len());
    let mut slot_of = Vec::with_capacity(catalog.features().len());
    for feature in 0..catalog.features().len() {
        let atom = catalog.group_of(feature).map_or(Atom::Feature(feature), Atom::Group);
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
