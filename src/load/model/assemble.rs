//! Works out what the entries of a model mean together: a [`Document`] in, a [`Matrix`] out.

use std::collections::HashSet;
use std::sync::Arc;

use super::cells::Cells;
use super::context::{MAX_FEATURES, ModelContext};
use super::document::{Document, FORMAT};
use super::entries;
use super::grid::{self, Grid, Limits};
use super::name_table::NameTable;
use super::names::RawDimension;
use super::pairs;
use super::placed::Placed;
use super::suggest::shown;
use crate::load::problems::{Input, Problems};
use crate::load::{Origins, variant_pairs};
use crate::matrix::{Choice, Dimension, Matrix, Provenance, Release, Term, Vocabulary, slug};

/// The most backends of a model.
const MAX_BACKENDS: usize = 1_024;

const FEATURE_GRID: Limits = Limits {
    columns: MAX_BACKENDS,
    rows: MAX_FEATURES,
    codes: ("too-many-backends", "too-many-features"),
};
const PATTERN_GRID: Limits =
    Limits { columns: MAX_BACKENDS, rows: 64, codes: ("too-many-backends", "too-many-options") };

/// The matrix that a document describes, and where each cell was written; `None` where it
/// describes none.
pub(super) fn matrix(
    document: &Document,
    inputs: &[Input],
    sha256: String,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<(Matrix, Origins)> {
    super::files::check_written_format(document.format.as_ref(), FORMAT, problems);
    let context = ModelContext {
        document,
        inputs,
        problems,
        release: release(document, problems),
        source: source(document, &inputs[0].name),
    };
    let grid = context.feature_grid()?;
    let mut names = NameTable::new(&grid, document, &context.pair_names(), vocabulary, problems);
    let mut cells = Cells::new(names.backends.len());
    context.feature_cells(&grid, &names, &mut cells);
    pairs::cells(&context, &names, &grid.head, &mut cells);
    let dimension = context.dimension(&names, vocabulary);
    if let Some(dimension) = &dimension {
        context.pattern_cells(dimension, &names, &mut cells);
    }
    entries::rule_cells(&context, &names, dimension.as_ref(), &mut cells);
    // Notes look their cells up by binary search.
    cells.sort(&names, problems);
    entries::notes(&context, &mut names, dimension.as_ref(), vocabulary, &mut cells);
    cells.report_text(problems);
    entries::platforms(&context, &mut names);
    let origins = cells.deal_out(&mut names.backends);
    let provenance = provenance(document, &context.source, sha256);
    let released = document.released.as_ref().map(|at| at.value.clone());
    let NameTable { features, groups, backends, .. } = names;
    let matrix = Matrix {
        release: context.release,
        released,
        provenance,
        features,
        groups,
        dimension,
        backends,
    };
    if let Some((message, help)) = variant_pairs::too_many(&matrix) {
        problems.error("too-many-cells", &grid.head, message, help);
    }
    Some((matrix, origins))
}

fn release(document: &Document, problems: &Problems) -> Option<Release> {
    let label = document.release.as_ref()?;
    let release = Release::new(&label.value);
    if slug(release.as_str()).is_empty() || label.value.len() > 100 {
        problems.error(
            "bad-release",
            &label.place,
            "a release without a label, or with a very long one",
            "write a label such as `0.9.0`, or leave the line out",
        );
    }
    if release.is_choosing_word() {
        problems.error(
            "bad-release",
            &label.place,
            format!("`{release}` chooses releases and is the label of none"),
            "write a label such as `0.9.0`, or leave the line out",
        );
    }
    Some(release)
}

/// The path of the document that the model was taken from; the file itself where none is named.
fn source(document: &Document, file: &str) -> Arc<str> {
    let source = document.source.as_ref().and_then(|source| source.value.path.as_ref());
    source.map_or(file, |path| &path.value).into()
}

fn provenance(document: &Document, path: &str, sha256: String) -> Provenance {
    let source = document.source.as_ref().map(|source| &source.value);
    Provenance {
        source: path.to_owned(),
        commit: source.and_then(|source| source.commit.clone()),
        date: source.and_then(|source| source.date.clone()),
        sha256: Some(sha256),
        repository: source.and_then(|source| source.repository.clone()),
    }
}

impl ModelContext<'_> {
    fn feature_grid(&self) -> Option<Grid> {
        let Some(place) = &self.document.features else {
            self.report_no_features();
            return None;
        };
        let grid = grid::read(self.text(place), place, FEATURE_GRID, self.problems);
        let Some(grid) = grid.filter(|grid| !grid.rows.is_empty() && !grid.columns.is_empty())
        else {
            if !self.problems.has_errors() {
                let help = "write a head `| Feature | vLLM |` and a row per feature";
                self.problems.error("empty-grid", place, "the grid lists nothing", help);
            }
            return None;
        };
        grid.check_names(("duplicate-backend", "duplicate-feature"), slug, self.problems);
        Some(grid)
    }

    /// Reports that no grid lists features, unless anything else was wrong: a grid that could not be
    /// read is not a missing one.
    fn report_no_features(&self) {
        if !self.problems.has_errors() {
            self.problems.error(
                "missing-features",
                &super::files::whole(0),
                "the model lists no features",
                "add `features = '''…'''` with a row per feature and a column per backend",
            );
        }
    }

    /// The slugs of all names over pair grids.
    fn pair_names(&self) -> HashSet<String> {
        let grids = self.document.pairs.iter().flat_map(|pairs| &pairs.value);
        grids.flat_map(|(_, place)| grid::names(self.text(place), place)).collect()
    }

    fn feature_cells(&self, grid: &Grid, names: &NameTable, cells: &mut Cells) {
        let mut ids = HashSet::new();
        let anchor = self.anchors().map(|anchors| &anchors.features);
        let sources: Vec<Arc<str>> =
            names.backends.iter().map(|backend| self.anchored(anchor, &backend.id)).collect();
        for (row, feature) in grid.rows.iter().zip(&names.features) {
            grid.check_complete(row, grid.columns.len(), self.problems);
            if !ids.insert(&feature.id) {
                continue;
            }
            let term = Term::on(&feature.id);
            for (b, (mark, source)) in row.marks.iter().zip(&sources).enumerate() {
                cells.mark(b, [term.clone()], mark, source);
            }
        }
    }

    /// The dimension, where the model has one: its own, or the vocabulary's for a pattern grid.
    fn dimension(&self, names: &NameTable, vocabulary: &Vocabulary) -> Option<Dimension> {
        if let Some(raw) = &self.document.dimension {
            return self.own_dimension(&raw.value, names);
        }
        let place = self.document.patterns.as_ref()?;
        let dimension = &vocabulary.dimension;
        let required = dimension.options.iter().flat_map(|option| &option.requires);
        let mut ids = required.map(Term::id).chain([dimension.when.as_str()]);
        if let Some(id) = ids.find(|id| !names.knows(id)) {
            self.problems.error(
                "unknown-feature",
                place,
                format!("patterns need the feature or group `{id}`, which the model does not list"),
                "list it in the `features` grid, or write a [dimension] of your own",
            );
            return None;
        }
        Some(dimension.clone())
    }

    fn own_dimension(&self, raw: &RawDimension, names: &NameTable) -> Option<Dimension> {
        if let Some(option) = raw.options.get(PATTERN_GRID.rows) {
            let message = format!("more than {} options", PATTERN_GRID.rows);
            let help = "every option is a way to serve; keep those that differ";
            self.problems.error("too-many-options", &option.id.place, message, help);
            return None;
        }
        let required = raw.options.iter().flat_map(|option| &option.requires);
        let bare = |term: &Placed<String>| {
            term.clone().map(|text| text.strip_prefix('!').unwrap_or(&text).to_owned())
        };
        let unknown: Vec<Placed<String>> = required
            .chain([&raw.when])
            .map(bare)
            .filter(|term| !names.knows(&term.value))
            .collect();
        for name in &unknown {
            names.unknown(name, self.problems);
        }
        let mut seen = HashSet::new();
        for option in raw.options.iter().filter(|option| !seen.insert(&option.id.value)) {
            let message = format!("the option `{}` is defined twice", shown(&option.id.value));
            self.problems.error("duplicate-option", &option.id.place, message, "remove one");
        }
        unknown.is_empty().then(|| unchecked_dimension(raw))
    }

    fn pattern_cells(&self, dimension: &Dimension, names: &NameTable, cells: &mut Cells) {
        let Some(place) = &self.document.patterns else { return };
        let grid = grid::read(self.text(place), place, PATTERN_GRID, self.problems);
        let Some(grid) = grid else { return };
        let option = |name: &str| name.to_owned();
        grid.check_names(("duplicate-backend", "duplicate-option"), option, self.problems);
        let columns: Vec<Option<usize>> =
            grid.columns.iter().map(|name| names.backend(name, self.problems)).collect();
        self.check_patterns_complete(&grid, &columns, dimension, names);
        for row in &grid.rows {
            grid.check_complete(row, grid.columns.len(), self.problems);
            let Some(choice) = dimension.options.iter().find(|o| o.id == row.name.value) else {
                let known = dimension.options.iter().map(|option| option.id.as_str());
                let help = "write one of the options, slashes included";
                grid::unknown(&row.name, "unknown-option", "option", known, help, self.problems);
                continue;
            };
            for (mark, b) in row.marks.iter().zip(&columns) {
                let Some(b) = *b else { continue };
                let anchor = self.anchors().map(|anchors| &anchors.patterns);
                let source = self.anchored(anchor, &names.backends[b].id);
                let terms = [Term::on(&dimension.when), Term::on(dimension.term(choice))];
                cells.mark(b, terms, mark, &source);
            }
        }
    }

    fn check_patterns_complete(
        &self,
        grid: &Grid,
        columns: &[Option<usize>],
        dimension: &Dimension,
        names: &NameTable,
    ) {
        let columns_missing = names.backends.iter().enumerate();
        let columns_missing = columns_missing
            .filter(|(b, _)| !columns.contains(&Some(*b)))
            .map(|(_, backend)| format!("no column for the backend `{}`", backend.id));
        let rows_missing = dimension
            .options
            .iter()
            .filter(|option| !grid.rows.iter().any(|row| row.name.value == option.id));
        let rows_missing = rows_missing.map(|option| format!("no row for `{}`", option.id));
        for what in columns_missing.chain(rows_missing) {
            self.problems.error(
                "missing-cell",
                &grid.head,
                format!("the pattern grid has {what}"),
                "write every cell; what nobody documented is written `?`",
            );
        }
    }
}

fn choice(raw: &super::names::RawOption) -> Choice {
    let mut requires: Vec<Term> =
        raw.requires.iter().map(|term| Term::from(term.value.as_str())).collect();
    requires.sort();
    requires.dedup();
    let summary = raw.summary.clone();
    Choice { id: raw.id.value.clone(), roles: raw.roles, requires, summary }
}

/// The dimension of a file that lists no features to check it against.
pub(super) fn unchecked_dimension(raw: &RawDimension) -> Dimension {
    Dimension {
        id: raw.id.value.clone(),
        name: raw.name.clone(),
        when: raw.when.value.clone(),
        options: raw.options.iter().map(choice).collect(),
    }
}
