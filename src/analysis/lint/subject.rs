//! A matrix under inspection: its cells by terms, and what was found so far.

use std::collections::HashMap;

use super::{CellName, MOST_LISTED};
use crate::load::{Diagnostic, FileSpan, Loaded, Severity};
use crate::matrix::{Backend, Cell, Level, Matrix, Term};
use crate::plan::{Effort, Notice};

/// The most findings that are kept before they are only counted.
const MOST_KEPT: usize = 10 * MOST_LISTED;

/// Something found, the file that it is in, and the cell that it is about.
pub(super) struct Found {
    pub(super) problem: Diagnostic,
    pub(super) file: usize,
    pub(super) cell: Option<CellName>,
    /// The source of a bundled matrix's cell.
    pub(super) source: Option<String>,
}

/// A matrix under inspection.
pub(super) struct Subject<'l> {
    pub(super) loaded: &'l Loaded,
    pub(super) found: Vec<Found>,
    /// The number of findings that were not kept.
    pub(super) unlisted: usize,
    /// Why the search ended before everything was looked at, if it did.
    pub(super) ended: Option<Notice>,
    effort: Effort,
    /// The variants of each group.
    variants: HashMap<&'l str, Vec<&'l str>>,
    /// The position of each cell, by backend and terms.
    cells: Vec<HashMap<&'l [Term], usize>>,
}

/// The subject of a finding.
#[derive(Clone, Copy)]
pub(super) enum About<'t> {
    /// A cell of a backend by position, there or not.
    Cell(usize, &'t [Term]),
    /// The whole document.
    All,
}

impl<'l> Subject<'l> {
    pub(super) fn new(loaded: &'l Loaded, found: Vec<Found>, effort: Effort) -> Self {
        let index = |backend: &'l Backend| {
            backend.cells.iter().enumerate().map(|(at, cell)| (&cell.terms[..], at)).collect()
        };
        let cells = loaded.matrix.backends.iter().map(index).collect();
        let mut variants: HashMap<&str, Vec<&str>> = HashMap::new();
        for feature in &loaded.matrix.features {
            if let Some(group) = &feature.group {
                variants.entry(group).or_default().push(&feature.id);
            }
        }
        Subject { loaded, found, unlisted: 0, ended: None, effort, variants, cells }
    }

    /// Whether nothing more is to be looked at, as the time ran out.
    pub(super) fn is_over(&mut self) -> bool {
        if self.ended.is_none() {
            self.ended = self.effort.ended();
        }
        self.ended.is_some()
    }

    pub(super) fn matrix(&self) -> &'l Matrix {
        &self.loaded.matrix
    }

    /// The backends with their positions.
    pub(super) fn backends(&self) -> impl Iterator<Item = (usize, &'l Backend)> + use<'l> {
        self.loaded.matrix.backends.iter().enumerate()
    }

    /// The cell of a backend with these terms, sorted.
    pub(super) fn cell(&self, backend: usize, terms: &[Term]) -> Option<&'l Cell> {
        let at = *self.cells[backend].get(terms)?;
        self.loaded.matrix.backends[backend].cells.get(at)
    }

    /// The level of a feature on a backend, or the best of a group's variants.
    pub(super) fn level(&self, backend: usize, id: &str) -> Option<Level> {
        let own = |id: &str| self.cell(backend, &[Term::on(id)]).map(|cell| cell.level);
        let of_group = || self.variants.get(id)?.iter().filter_map(|variant| own(variant)).min();
        own(id).or_else(of_group)
    }

    /// Whether so much was found that more is only counted, as this is then; there is no need to word it.
    pub(super) fn only_counts(&mut self) -> bool {
        let is_full = self.found.len() >= MOST_KEPT;
        self.unlisted += usize::from(is_full);
        is_full
    }

    /// Notes a finding.
    pub(super) fn find(
        &mut self,
        severity: Severity,
        code: &'static str,
        about: About<'_>,
        message: String,
        help: &str,
    ) {
        if self.only_counts() {
            return;
        }
        let (span, cell, source) = match about {
            About::All => (None, None, None),
            About::Cell(backend, terms) => {
                let at = self.cells[backend].get(terms).copied();
                let span = at.and_then(|at| self.loaded.origins.of(backend, at));
                let source = self.cell(backend, terms).map(|cell| cell.source.to_string());
                let backend = self.matrix().backends[backend].id.clone();
                (span, Some(CellName { backend, terms: terms.to_vec() }), source)
            }
        };
        let (file, span) = span.map_or((0, None), |FileSpan { file, span }| (file, Some(span)));
        let problem = Diagnostic { severity, ..Diagnostic::warning(code, message, span) };
        self.found.push(Found { problem: problem.with_help(help), file, cell, source });
    }

    /// Whether reading the document already found something of this code.
    pub(super) fn has(&self, code: &str) -> bool {
        self.found.iter().any(|found| found.problem.code == code)
    }
}

/// Terms as a message names them.
pub(super) fn together(terms: &[Term]) -> String {
    terms.iter().map(Term::to_string).collect::<Vec<_>>().join(" + ")
}

/// Whether a cell is about one feature, or a pair of features or groups.
pub(super) fn is_plain(cell: &Cell) -> bool {
    let plain = |term: &Term| !term.is_negated() && !term.id().contains('=');
    cell.terms.len() <= 2 && cell.terms.iter().all(plain)
}
