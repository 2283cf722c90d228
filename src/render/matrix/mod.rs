//! A [`Matrix`] for people and programs: as a page, as Markdown in the form that NVIDIA publishes
//! it in, as CSV and as JSON.

mod csv;
mod grid;
mod markdown;
mod notes;
mod view;

use crate::matrix::{Backend, Cell, DEFAULT_RELEASE, Matrix, Release, Term};

use super::origin::Origin;
use super::page::style::Tone;
use super::page::text::Text;
use super::page::{Block, Page, Table};
use super::words;

pub use csv::csv;
pub use markdown::markdown;
pub use view::{DiagnosticPosition, DiagnosticView, MatrixView};

/// The matrix as a page: what each backend supports, side by side, and nothing of pairs.
#[must_use]
pub fn overview(matrix: &Matrix, origin: &Origin) -> Page {
    let mut page = Page::new(origin.title([matrix.release.as_ref()]));
    page.paragraph(source(matrix));
    page.heading("Features by backend");
    let ids = matrix.features.iter().map(|feature| vec![Term::on(&feature.id)]);
    page.push(Block::Table(levels(matrix, "feature", ids.collect())));
    let rules = rules(matrix);
    if !rules.is_empty() {
        page.heading("Serving patterns and rules");
        page.push(Block::Table(levels(matrix, "together", rules)));
    }
    if let Some(backend) = backends(matrix).first() {
        let command = command(matrix, &backend.id, origin);
        let what = Text::plain("which features go together");
        page.push(Block::Commands(vec![(command, what)]));
    }
    page
}

/// The command that shows one backend of a matrix.
fn command(matrix: &Matrix, backend: &str, origin: &Origin) -> String {
    let mut words = vec!["dynamo-plan".to_owned(), "matrix".to_owned(), backend.to_owned()];
    let mut flag = |name: &str, value: String| words.extend([name.to_owned(), value]);
    origin.files.iter().for_each(|file| flag("--matrix", words::shell_path(file)));
    let release = matrix.release.as_ref().map(Release::as_str);
    let is_clear = match origin.files.len() {
        0 => release == Some(DEFAULT_RELEASE),
        files => files == 1,
    };
    if let Some(release) = release.filter(|_| !is_clear) {
        flag("--release", words::shell_word(release).into_owned());
    }
    words.join(" ")
}

/// One backend as a page: its features, which of them go together, and its notes.
#[must_use]
pub fn backend(matrix: &Matrix, backend: &Backend, origin: &Origin) -> Page {
    let mut page = Page::new(origin.title([matrix.release.as_ref()]));
    page.paragraph(source(matrix));
    let notes = notes::NumberedNotes::of(backend);
    page.heading(&format!("{}: features", backend.name));
    let cells = matrix.features.iter().filter_map(|feature| single(backend, &feature.id));
    page.push(Block::Table(listing(cells.collect(), &notes)));
    page.heading(&format!("{}: which features go together", backend.name));
    grid::add(&mut page, matrix, backend, &notes);
    let rules = rule_cells(matrix, backend);
    if !rules.is_empty() {
        page.heading(&format!("{}: serving patterns and rules", backend.name));
        page.push(Block::Table(listing(rules, &notes)));
    }
    page.list("Notes", notes.items(matrix));
    page
}

/// Names the document.
fn source(matrix: &Matrix) -> Text {
    let provenance = &matrix.provenance;
    let details = [provenance.commit.as_deref(), provenance.date.as_deref()];
    let details: Vec<&str> = details.into_iter().flatten().collect();
    let url = matrix.url(&provenance.source);
    let mut text = Text::new().linked(Tone::Faint, &provenance.source, url.as_deref());
    if !details.is_empty() {
        text.push(Tone::Faint, &format!(" ({})", details.join(", ")));
    }
    text
}

/// The backends in the order of every table: by id.
fn backends(matrix: &Matrix) -> Vec<&Backend> {
    let mut backends: Vec<&Backend> = matrix.backends.iter().collect();
    backends.sort_by_key(|backend| &backend.id);
    backends
}

/// A row per set of terms, a column of levels per backend.
fn levels(matrix: &Matrix, title: &'static str, rows: Vec<Vec<Term>>) -> Table {
    let backends = backends(matrix);
    let ids = backends.iter().map(|backend| backend.id.as_str());
    let mut table = Table::new([title].into_iter().chain(ids));
    for terms in rows {
        let mut cells = vec![Text::new().together(&terms)];
        cells.extend(backends.iter().map(|backend| level(find(backend, &terms))));
        table.row(cells, Vec::new());
    }
    table
}

/// The level of a cell, which is undocumented where it is missing.
fn level(cell: Option<&Cell>) -> Text {
    let level = cell.map_or(crate::matrix::Level::Undocumented, |cell| cell.level);
    let text = words::level_in_column(level);
    if cell.is_some_and(|cell| cell.caveat) { text.with(Tone::Fair, " !") } else { text }
}

/// A row per cell, with the numbers of its notes.
fn listing(cells: Vec<&Cell>, notes: &notes::NumberedNotes<'_>) -> Table {
    let mut table = Table::new(["cell", "level", "notes"]);
    for cell in cells {
        let numbers = Text::plain(&notes.letters(cell));
        table.row(vec![Text::new().together(&cell.terms), level(Some(cell)), numbers], Vec::new());
    }
    table
}

/// The terms of every rule cell of any backend, in the order of the serving patterns.
fn rules(matrix: &Matrix) -> Vec<Vec<Term>> {
    let cells = matrix.backends.iter().flat_map(|backend| &backend.cells);
    let mut rules: Vec<&Cell> = cells.filter(|cell| is_rule(matrix, cell)).collect();
    rules.sort_by(|a, b| a.listing_order(b));
    rules.sort_by_key(|cell| choice(matrix, cell));
    rules.dedup_by(|a, b| a.terms == b.terms);
    rules.into_iter().map(|cell| cell.terms.to_vec()).collect()
}

/// The position of a cell's serving pattern among the options; cells without one come last.
fn choice(matrix: &Matrix, cell: &Cell) -> usize {
    let options = matrix.dimension.iter().flat_map(|d| d.options.iter().map(|o| d.term(o)));
    let mut options = options.enumerate();
    let found = options.find(|(_, option)| cell.terms.iter().any(|term| term.id() == option));
    found.map_or(usize::MAX, |(position, _)| position)
}

/// A backend's cells that are more than a feature or a pair of features, in the order of the
/// serving patterns.
fn rule_cells<'b>(matrix: &Matrix, backend: &'b Backend) -> Vec<&'b Cell> {
    let mut cells: Vec<&Cell> = backend.cells.iter().filter(|cell| is_rule(matrix, cell)).collect();
    cells.sort_by_key(|cell| choice(matrix, cell));
    cells
}

/// Whether a cell is in neither the table of features nor a table of pairs: it has more terms,
/// terms of another kind, or is about a group alone.
fn is_rule(matrix: &Matrix, cell: &Cell) -> bool {
    let is_unlisted = || matches!(&cell.terms[..], [term] if matrix.feature(term.id()).is_none());
    cell.terms.len() > 2 || !cell.terms.iter().all(is_feature) || is_unlisted()
}

/// Whether a term is a feature or group that is on.
fn is_feature(term: &Term) -> bool {
    !term.is_negated() && !term.id().contains('=')
}

fn single<'b>(backend: &'b Backend, id: &str) -> Option<&'b Cell> {
    let is =
        |cell: &&Cell| matches!(&cell.terms[..], [term] if is_feature(term) && term.id() == id);
    backend.cells.iter().find(is)
}

fn find<'b>(backend: &'b Backend, terms: &[Term]) -> Option<&'b Cell> {
    backend.cells.iter().find(|cell| cell.terms == terms)
}
