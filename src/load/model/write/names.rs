//! The names of features, groups and backends in grids.

use std::collections::{HashMap, HashSet};

use crate::load::text::bounded;
use crate::matrix::{Backend, Matrix, Term, slug};

/// The longest printed name of a grid, in bytes.
const LONGEST_NAME: usize = 200;

/// The features and groups of a matrix.
pub(super) struct PrintedNames<'m> {
    /// Position and printed name by id; a group stands where its first variant does.
    known: HashMap<&'m str, (usize, &'m str)>,
    group_of: HashMap<&'m str, &'m str>,
}

impl<'m> PrintedNames<'m> {
    pub(super) fn of(matrix: &'m Matrix) -> Self {
        let mut known: HashMap<&str, (usize, &str)> = HashMap::new();
        for (at, feature) in matrix.features.iter().enumerate() {
            known.entry(&feature.id).or_insert((at, &feature.name));
        }
        for group in &matrix.groups {
            let variant = |group: &str| {
                let of = |f: &crate::matrix::Feature| f.group.as_deref() == Some(group);
                matrix.features.iter().position(of)
            };
            let at = variant(&group.id).unwrap_or(matrix.features.len());
            known.entry(&group.id).or_insert((at, &group.name));
        }
        let grouped = matrix.features.iter();
        let group_of = grouped.filter_map(|f| Some((&*f.id, f.group.as_deref()?))).collect();
        PrintedNames { known, group_of }
    }

    /// Whether two terms are a pair that a grid can hold.
    pub(super) fn is_pair(&self, a: &Term, b: &Term) -> bool {
        let known = |term: &Term| !term.is_negated() && self.known.contains_key(term.id());
        known(a) && known(b) && self.family(a.id()) != self.family(b.id())
    }

    fn family<'t>(&self, id: &'t str) -> &'t str
    where
        'm: 't,
    {
        self.group_of.get(id).copied().unwrap_or(id)
    }

    /// The ids of a backend's pair grid, in the order of the features.
    pub(super) fn paired(&self, backend: &'m Backend) -> Vec<&'m str> {
        let mut ids: HashSet<&str> = HashSet::new();
        for cell in &backend.cells {
            if let [a, b] = &cell.terms[..]
                && self.is_pair(a, b)
            {
                ids.extend([a.id(), b.id()]);
            }
        }
        let mut ids: Vec<&str> = ids.into_iter().collect();
        // A hash set has no order; names that are not listed come first, by id.
        ids.sort_by_key(|id| (self.known.get(id).map(|(at, _)| *at), *id));
        ids
    }

    /// A name that a pair grid can hold and that means this id.
    pub(super) fn in_pairs(&self, id: &str) -> String {
        let name = self.known.get(id).map_or(id, |(_, name)| name);
        let printed = printed(name);
        if slug(&printed) == id { printed } else { id.to_owned() }
    }
}

/// A printed name as a grid can hold it: on one line, without bars and not too long.
pub(super) fn printed(name: &str) -> String {
    let line = name.replace("'''", " ");
    let line: String =
        line.chars().map(|c| if c == '|' || c.is_control() { ' ' } else { c }).collect();
    bounded(&line, LONGEST_NAME).trim().trim_matches('*').trim().to_owned()
}
