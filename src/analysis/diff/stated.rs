//! A bundled release and a page in, both as far as a page can state it out.
//!
//! A bundled release says more than any page of it: serving patterns, rules, notes, and the limits that
//! notes set as caveats. None of that is a difference of the page.

use itertools::Itertools;

use crate::load::{DocumentKind, Loaded};
use crate::matrix::{Cell, Matrix, Note, NoteKind, Term};
use crate::plan::Notice;

/// A bundled release and a page of it, or the other way round, to be compared without rules.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stated {
    /// The old matrix, as far as a page can state it.
    pub old: Matrix,
    /// The new one, likewise.
    pub new: Matrix,
    /// Says in one line what is left out of the comparison.
    pub left_out: Notice,
}

/// How much of a bundled release its page cannot state.
struct LeftOut {
    /// Cells of serving patterns, and others of which a feature or pair table has none.
    patterns: usize,
    /// Caveats that the page does not mark.
    caveats: usize,
    /// Whether the page is a part, of which only the backends and kinds of cells are compared that it has.
    is_part: bool,
}

/// A bundled release and a page, whichever comes first, as far as a page can state it; `None` where the
/// two documents are something else.
#[must_use]
pub fn stated(old: &Loaded, new: &Loaded) -> Option<Stated> {
    let [mut old_matrix, mut new_matrix] = [old.matrix.clone(), new.matrix.clone()];
    let left_out = match (old.kind(), new.kind()) {
        (DocumentKind::Bundled, DocumentKind::Page) => {
            reduce(&mut old_matrix, &new_matrix, !new.is_complete())
        }
        (DocumentKind::Page, DocumentKind::Bundled) => {
            reduce(&mut new_matrix, &old_matrix, !old.is_complete())
        }
        _ => return None,
    };
    [&mut old_matrix, &mut new_matrix].into_iter().for_each(keep_notes_of_tables);
    Some(Stated { old: old_matrix, new: new_matrix, left_out: left_out.notice() })
}

/// Takes from a bundled release what its page cannot state.
fn reduce(bundled: &mut Matrix, page: &Matrix, is_part: bool) -> LeftOut {
    if is_part {
        keep_part(bundled, page);
    }
    let has_patterns = page.backends.iter().flat_map(|it| &it.cells).any(|cell| !is_tabled(cell));
    let mut left_out = LeftOut { patterns: 0, caveats: 0, is_part };
    if !has_patterns {
        bundled.dimension = None;
    }
    for backend in &mut bundled.backends {
        let before = backend.cells.len();
        backend.cells.retain(|cell| has_patterns || is_tabled(cell));
        left_out.patterns += before - backend.cells.len();
        let Some(theirs) = page.backend(&backend.id) else { continue };
        for cell in backend.cells.iter_mut().filter(|cell| cell.caveat) {
            let marked = theirs.cells.iter().any(|it| it.caveat && it.terms == cell.terms);
            cell.caveat = marked;
            left_out.caveats += usize::from(!marked);
        }
    }
    left_out
}

/// Leaves the notes out that no table states: known issues, requirements and the like.
fn keep_notes_of_tables(matrix: &mut Matrix) {
    let of_tables = |note: &Note| matches!(note.kind, NoteKind::Info | NoteKind::Limit);
    for backend in &mut matrix.backends {
        backend.notes.retain(of_tables);
        backend.cells.iter_mut().for_each(|cell| cell.notes.retain(of_tables));
    }
}

/// Keeps the backends, and of each the kinds of cells, that a page of a single backend has.
fn keep_part(bundled: &mut Matrix, page: &Matrix) {
    bundled.backends.retain(|backend| page.backend(&backend.id).is_some());
    for backend in &mut bundled.backends {
        let theirs = page.backend(&backend.id).into_iter().flat_map(|it| &it.cells);
        let sizes = theirs.map(|cell| cell.terms.len()).unique().collect_vec();
        backend.cells.retain(|cell| sizes.contains(&cell.terms.len()));
    }
    bundled.features.clone_from(&page.features);
    bundled.groups.clone_from(&page.groups);
}

/// Whether a table of features or pairs can have a cell.
fn is_tabled(cell: &Cell) -> bool {
    let is_feature = |term: &Term| !term.is_negated() && !term.id().contains('=');
    cell.terms.len() <= 2 && cell.terms.iter().all(is_feature)
}

impl LeftOut {
    fn notice(&self) -> Notice {
        let count = |number: usize, one: &str, many: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            number => Some(format!("{number} {many}")),
        };
        let parts = [
            self.is_part.then(|| "what this page has no table for".to_owned()),
            count(self.patterns, "serving-pattern cell", "serving-pattern cells"),
            count(self.caveats, "caveat set by notes", "caveats set by notes"),
            Some("rules and notes".to_owned()),
        ];
        let parts = parts.into_iter().flatten().join(", ");
        let text = format!("Compared as far as a page can state it; left out: {parts}.");
        Notice { code: "left-out".to_owned(), text }
    }
}
