//! The grids: features by backend, pairs of one backend, serving patterns by backend.

use super::names::printed;
use super::toml::Drawing;
use super::{ModelWriter, find};
use crate::matrix::{Backend, Cell, Level, Term};

/// The most features of a pair grid whose blank upper half is drawn.
const MOST_SQUARE: usize = 64;

impl ModelWriter<'_> {
    /// A row per feature, a column per backend.
    pub(super) fn features(&self) -> Drawing {
        let mut rows = vec![self.over_columns("Feature")];
        for feature in &self.matrix.features {
            let mut row = vec![printed(&feature.name)];
            let cell = |backend| mark(find(backend, vec![Term::on(&feature.id)]));
            row.extend(self.matrix.backends.iter().map(cell));
            rows.push(row);
        }
        rows
    }

    /// A row per serving pattern, a column per backend, where the matrix has the dimension.
    pub(super) fn patterns(&self) -> Option<Drawing> {
        let dimension = self.matrix.dimension.as_ref()?;
        let mut rows = vec![self.over_columns("Pattern")];
        for option in &dimension.options {
            let mut row = vec![option.id.clone()];
            let terms = || vec![Term::on(&dimension.when), Term::on(dimension.term(option))];
            row.extend(self.matrix.backends.iter().map(|backend| mark(find(backend, terms()))));
            rows.push(row);
        }
        Some(rows)
    }

    /// The names over the columns of a grid by backend.
    fn over_columns(&self, first: &str) -> Vec<String> {
        let names = self.matrix.backends.iter().map(|backend| printed(&backend.name));
        [first.to_owned()].into_iter().chain(names).collect()
    }

    /// The lower triangle of a backend's pairs.
    pub(super) fn pairs(&self, at: usize, backend: &Backend) -> Drawing {
        let ids = &self.paired[at];
        let names = || ids.iter().map(|id| self.names.in_pairs(id));
        let mut rows = vec![["Feature".to_owned()].into_iter().chain(names()).collect::<Vec<_>>()];
        for (row, (id, name)) in ids.iter().zip(names()).enumerate() {
            let mut cells = vec![name];
            for other in &ids[..row] {
                let terms = [Term::on(*id), Term::on(*other)];
                let blank = !self.names.is_pair(&terms[0], &terms[1]);
                cells.push(if blank { String::new() } else { mark(find(backend, terms.into())) });
            }
            cells.push("—".to_owned());
            if ids.len() <= MOST_SQUARE {
                cells.resize(ids.len() + 1, String::new());
            }
            rows.push(cells);
        }
        rows
    }
}

/// The mark with which a grid writes a cell.
fn mark(cell: Option<&Cell>) -> String {
    let Some(cell) = cell else { return "~".to_owned() };
    let mark = match cell.level {
        Level::Unsupported => "❌",
        level => level.mark(),
    };
    if cell.caveat { format!("{mark} !") } else { mark.to_owned() }
}
