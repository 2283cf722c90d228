//! The cells that a backend does not have and that a plan may touch all the same.

use std::collections::{BTreeSet, HashSet};

use dynamo_plan::matrix::{Backend, Cell, Level, Matrix, Term};

use super::universe::Names;

/// The ids of a cell whose terms are all positive, sorted.
type Ids = Vec<String>;

/// A slot of the pair tables: a group with its variants, or a feature without a group.
struct Slot<'a> {
    id: &'a str,
    variants: Vec<&'a str>,
}

/// The undocumented cells of a backend.
pub fn missing_cells(names: &Names, matrix: &Matrix, backend: &Backend) -> Vec<Cell> {
    let present: HashSet<Ids> = backend.cells.iter().filter_map(positive_ids).collect();
    let features = names.features.keys().map(|id| vec![id.clone()]);
    let wanted: BTreeSet<Ids> =
        features.chain(pairs(names, &present)).chain(options(matrix)).collect();
    wanted
        .into_iter()
        .filter(|ids| !present.contains(ids))
        .map(|ids| {
            let source = matrix.provenance.source.clone();
            Cell::new(ids.into_iter().map(Term::on), Level::Undocumented, source)
        })
        .collect()
}

/// The ids of a cell; none where a term is negated.
fn positive_ids(cell: &Cell) -> Option<Ids> {
    let positive = cell.terms.iter().all(|term| !term.is_negated());
    positive.then(|| sorted(cell.terms.iter().map(|term| term.id())))
}

fn sorted<'a>(ids: impl IntoIterator<Item = &'a str>) -> Ids {
    let mut ids: Ids = ids.into_iter().map(str::to_owned).collect();
    ids.sort();
    ids
}

/// The pairs that ought to have a cell of their own.
fn pairs(names: &Names, present: &HashSet<Ids>) -> Vec<Ids> {
    let slots = slots(names);
    let mut wanted = Vec::new();
    for (i, a) in slots.iter().enumerate() {
        for b in &slots[i + 1..] {
            wanted.extend(pairs_between(present, a, b));
        }
    }
    wanted
}

/// The pair of two slots, or one pair for each variant where the tables tell the variants apart.
fn pairs_between(present: &HashSet<Ids>, a: &Slot<'_>, b: &Slot<'_>) -> Vec<Ids> {
    let shared = sorted([a.id, b.id]);
    if !present.contains(&shared) {
        for (group, other) in [(a, b), (b, a)] {
            let own: Vec<Ids> = group.variants.iter().map(|v| sorted([v, other.id])).collect();
            if own.iter().any(|ids| present.contains(ids)) {
                return own;
            }
        }
    }
    vec![shared]
}

fn slots(names: &Names) -> Vec<Slot<'_>> {
    let alone = names.features.iter().filter(|(_, group)| group.is_none());
    let alone = alone.map(|(id, _)| Slot { id, variants: Vec::new() });
    let groups = names
        .groups
        .iter()
        .map(|id| Slot { id, variants: names.variants(id).map(String::as_str).collect() });
    alone.chain(groups).collect()
}

/// What every option says of the feature or group that it is chosen for.
fn options(matrix: &Matrix) -> Vec<Ids> {
    let terms = matrix.dimension.iter().flat_map(|dimension| {
        dimension.options.iter().map(|choice| sorted([&dimension.when, &*dimension.term(choice)]))
    });
    terms.collect()
}
