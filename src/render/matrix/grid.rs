//! The pairs of a backend as the lower triangle of a grid.

use crate::matrix::{Backend, Cell, Level, Matrix};

use super::is_feature;
use super::notes::NumberedNotes;
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Page, Table};
use crate::render::words;

/// The most features that a grid can be read with.
const WIDEST: usize = 20;

/// Adds the grid, or a list of the pairs where there are too many features for one.
pub(super) fn add(page: &mut Page, matrix: &Matrix, backend: &Backend, notes: &NumberedNotes<'_>) {
    let ids = ids(matrix, backend);
    if ids.len() <= WIDEST {
        page.push(Block::Table(grid(&ids, backend, notes)));
        page.push(Block::Paragraph(legend()));
    } else {
        add_list(page, backend, notes);
    }
}

/// The ids in a backend's pair cells, in the order of the page: a group where its first variant is.
pub(super) fn ids<'m>(matrix: &'m Matrix, backend: &'m Backend) -> Vec<&'m str> {
    let listed = matrix
        .features
        .iter()
        .flat_map(|feature| [feature.group.as_deref(), Some(&*feature.id)].into_iter().flatten());
    let in_pairs = pairs(backend).flat_map(|cell| cell.terms.iter().map(|term| term.id()));
    let paired: std::collections::BTreeSet<&str> = in_pairs.clone().collect();
    let mut ids: Vec<&str> = Vec::new();
    for id in listed.filter(|id| paired.contains(id)).chain(in_pairs) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// The cells of two features.
pub(super) fn pairs(backend: &Backend) -> impl Iterator<Item = &Cell> + Clone {
    let is_pair = |cell: &&Cell| cell.terms.len() == 2 && cell.terms.iter().all(is_feature);
    backend.cells.iter().filter(is_pair)
}

/// The cell of two features.
pub(super) fn pair<'b>(backend: &'b Backend, a: &str, b: &str) -> Option<&'b Cell> {
    let (first, second) = if a < b { (a, b) } else { (b, a) };
    pairs(backend).find(|cell| cell.terms[0].id() == first && cell.terms[1].id() == second)
}

fn grid(ids: &[&str], backend: &Backend, notes: &NumberedNotes<'_>) -> Table {
    let numbers: Vec<String> = (1..ids.len()).map(|number| number.to_string()).collect();
    let titles = ["", "feature"].into_iter().chain(numbers.iter().map(String::as_str));
    let mut table = Table::new(titles);
    for (row, id) in ids.iter().enumerate() {
        let mut cells = vec![Text::of(Tone::Faint, &(row + 1).to_string()), words::id(id)];
        cells.extend(ids[..row].iter().map(|other| mark(pair(backend, id, other), notes)));
        table.row(cells, Vec::new());
    }
    table
}

/// A cell of the grid: the mark, `!` for a caveat, the letters of its notes.
fn mark(cell: Option<&Cell>, notes: &NumberedNotes<'_>) -> Text {
    let level = cell.map_or(Level::Undocumented, |cell| cell.level);
    let mut text = Text::of(words::tone(level), words::mark(level));
    if let Some(cell) = cell {
        text.push(Tone::Fair, if cell.caveat { "!" } else { "" });
        text.push(Tone::Plain, &notes.letters(cell));
    }
    text
}

/// Explains the marks.
fn legend() -> Text {
    let marks = Text::new().each(Level::ALL, ", ", |text, level| {
        text.with(words::tone(level), words::mark(level)).and(" ").and(level.id())
    });
    marks.and(", ").with(Tone::Fair, "!").and(" caveat; letters are notes.")
}

/// Adds the pairs that are more than plainly supported, and the number of the others.
fn add_list(page: &mut Page, backend: &Backend, notes: &NumberedNotes<'_>) {
    let (plain, telling): (Vec<&Cell>, Vec<&Cell>) =
        pairs(backend).partition(|cell| cell.is_plain());
    page.push(Block::Table(super::listing(telling, notes)));
    let rest = words::count(plain.len(), "more pair");
    page.paragraph(Text::plain(&format!("{rest} supported without a note.")));
}
