//! A [`Matrix`] in, a model file out: the grids drawn as grids, then everything that they cannot
//! say.
//!
//! Reading the file again gives the same matrix, but for what only a page has: the marks as they
//! were printed and the line of each cell, of which a grid keeps the first.

mod entries;
mod grids;
mod names;
mod toml;

use std::collections::BTreeSet;

use crate::matrix::{Backend, Cell, Matrix, Term, Vocabulary};
use names::PrintedNames;
use toml::{TomlWriter, text};

/// A matrix to write, with the names that its parts look up.
struct ModelWriter<'m> {
    matrix: &'m Matrix,
    vocabulary: &'m Vocabulary,
    names: PrintedNames<'m>,
    /// Per backend, the features and groups of its pair grid, in order.
    paired: Vec<Vec<&'m str>>,
}

/// A matrix as a model file; what the vocabulary says of names is left out.
#[must_use]
pub fn write_model(matrix: &Matrix, vocabulary: &Vocabulary) -> String {
    let names = PrintedNames::of(matrix);
    let paired: Vec<Vec<&str>> =
        matrix.backends.iter().map(|backend| names.paired(backend)).collect();
    let writer = ModelWriter { matrix, vocabulary, names, paired };
    let mut out = TomlWriter::default();
    writer.head(&mut out);
    out.grid("features", &writer.features());
    if let Some(patterns) = writer.patterns() {
        out.grid("patterns", &patterns);
    }
    writer.source(&mut out);
    entries::anchors(&writer, &mut out);
    out.line("\n[pairs]");
    for (at, backend) in matrix.backends.iter().enumerate() {
        out.grid(&toml::key(&backend.id), &writer.pairs(at, backend));
    }
    entries::identities(&writer, &mut out);
    entries::dimension(&writer, &mut out);
    entries::pins(&writer, &mut out);
    entries::cells(&writer, &mut out);
    entries::notes(matrix, &mut out);
    out.finish()
}

impl ModelWriter<'_> {
    fn head(&self, out: &mut TomlWriter) {
        out.line("format = \"dynamo-plan/model/v1\"");
        if let Some(release) = &self.matrix.release {
            out.entry("release", &text(release.as_str()));
        }
        if let Some(released) = &self.matrix.released {
            out.entry("released", &text(released));
        }
        out.line("");
    }

    fn source(&self, out: &mut TomlWriter) {
        let provenance = &self.matrix.provenance;
        let known = [
            ("path", Some(&provenance.source).filter(|path| !path.is_empty())),
            ("commit", provenance.commit.as_ref()),
            ("date", provenance.date.as_ref()),
            ("sha256", provenance.sha256.as_ref()),
            ("repository", provenance.repository.as_ref()),
        ];
        if known.iter().any(|(_, value)| value.is_some()) {
            out.line("\n[source]");
        }
        for (key, value) in known {
            if let Some(value) = value {
                out.entry(key, &text(value));
            }
        }
    }

    /// Whether a grid holds a cell.
    fn is_drawn(&self, at: usize, cell: &Cell) -> bool {
        match &cell.terms[..] {
            [term] => !term.is_negated() && self.matrix.feature(term.id()).is_some(),
            [a, b] => self.is_pair(at, a, b) || self.is_pattern(cell),
            _ => false,
        }
    }

    fn is_pair(&self, at: usize, a: &Term, b: &Term) -> bool {
        let drawn = |term: &Term| self.paired[at].contains(&term.id());
        self.names.is_pair(a, b) && drawn(a) && drawn(b)
    }

    /// Whether a cell is about an option of the dimension alone.
    fn is_pattern(&self, cell: &Cell) -> bool {
        let Some(dimension) = &self.matrix.dimension else { return false };
        dimension.options.iter().any(|option| {
            let mut terms = [Term::on(&dimension.when), Term::on(dimension.term(option))];
            terms.sort();
            *cell.terms == terms
        })
    }

    /// Every id over some pair grid.
    fn all_paired(&self) -> BTreeSet<&str> {
        self.paired.iter().flatten().copied().collect()
    }
}

/// The cell of a backend with these terms.
fn find(backend: &Backend, mut terms: Vec<Term>) -> Option<&Cell> {
    // Cells are in listing order, by the number of their terms and then by these.
    terms.sort();
    let key = (terms.len(), &terms[..]);
    let found = backend.cells.binary_search_by(|cell| (cell.terms.len(), &*cell.terms).cmp(&key));
    found.ok().and_then(|at| backend.cells.get(at))
}
