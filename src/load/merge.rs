//! Several pages or models that each say a part of one release: in come their matrices, out goes one.
//!
//! What is read first counts; a later copy that disagrees is reported where it stands.

use sha2::{Digest, Sha256};

use super::cell_set::CellSet;
use super::page::disagreement;
use super::pins::PlatformTables;
use super::{
    Diagnostic, DocumentKind, FileSpan, Loaded, Report, Severity, placed_cells, variant_pairs,
};
use crate::matrix::{Backend, Cell, CellList, Feature, Level, Matrix, Provenance, Release};

/// Makes one matrix of several of the same release, of which some may name none.
///
/// Pages that are to be merged are best read without `strict`: only together do they say which
/// release they are of.
///
/// # Errors
///
/// They are of different releases, there is none, or there are warnings and `strict` is set.
pub fn merge(parts: Vec<Loaded>, strict: bool) -> Result<Loaded, Vec<Report>> {
    let mut merger = Merger::default();
    for part in parts {
        merger.add(part);
    }
    merger.finish(strict)
}

/// Joins pages that say only what releases are built for to the other matrices: each takes the rows of
/// its release.
///
/// # Errors
///
/// As [`merge`].
pub fn join_platforms(parts: Vec<Loaded>) -> Result<Vec<Loaded>, Vec<Report>> {
    let (mut pages, others): (Vec<Loaded>, Vec<Loaded>) =
        parts.into_iter().partition(Loaded::is_platforms_alone);
    let mut joined = Vec::with_capacity(others.len());
    let releases: Vec<Option<Release>> =
        others.iter().map(|it| it.matrix.release.clone()).collect();
    for other in others {
        let release = other.matrix.release.clone();
        let mut parts = vec![other];
        for page in pages.iter_mut().filter(|page| page.platforms.lists(release.as_ref())) {
            parts.push(page.clone());
            // What is odd about the page itself is said once.
            page.reports.iter_mut().for_each(|report| report.diagnostics.clear());
        }
        joined.push(if parts.len() == 1 { parts.remove(0) } else { merge(parts, false)? });
    }
    let lists_none = |page: &Loaded| !releases.iter().any(|it| page.platforms.lists(it.as_ref()));
    for mut page in pages.into_iter().filter(lists_none) {
        let (Some(first), Some(report)) = (joined.first_mut(), page.reports.first_mut()) else {
            continue;
        };
        report.diagnostics.push(page.platforms.without(first.matrix.release.as_ref()));
        first.reports.append(&mut page.reports);
    }
    Ok(joined)
}

#[derive(Default)]
struct Merger {
    matrix: Option<Matrix>,
    reports: Vec<Report>,
    /// The cells so far, by backend.
    cells: Vec<CellSet>,
    /// The features that each part lists, and whether it is complete.
    features: Vec<(bool, Vec<Feature>)>,
    /// The platform tables of each part, and its first file.
    platforms: Vec<(usize, PlatformTables)>,
}

impl Merger {
    fn add(&mut self, part: Loaded) {
        let first_file = self.reports.len();
        let complete = part.is_complete();
        self.platforms.push((first_file, part.platforms));
        self.reports.extend(part.reports);
        let Matrix { release, released, provenance, features, groups, dimension, backends } =
            part.matrix;
        let matrix = self.matrix.get_or_insert_with(|| empty(provenance.clone()));
        if first_file > 0 {
            join_provenance(&mut matrix.provenance, &provenance);
        }
        match (&matrix.release, release) {
            (Some(ours), Some(theirs)) if *ours != theirs => {
                let message =
                    format!("this is of release {theirs}, what was read before of {ours}");
                let problem = Diagnostic::error("releases-differ", message, None)
                    .with_help("merge documents of one release, or say with --release which it is");
                self.reports[first_file].diagnostics.push(problem);
            }
            (None, theirs) => {
                matrix.release = theirs;
                matrix.released = released;
            }
            _ => {}
        }
        matrix.dimension = matrix.dimension.take().or(dimension);
        add_new(&mut matrix.groups, groups, |group| &group.id);
        self.features.push((complete, features));
        for (at, backend) in backends.into_iter().enumerate() {
            let places = (0..backend.cells.len()).map(|cell| {
                let nowhere = FileSpan { file: 0, span: 0..0 };
                let FileSpan { file, span } = part.origins.of(at, cell).unwrap_or(nowhere);
                FileSpan { file: first_file + file, span }
            });
            self.backend(backend, places);
        }
    }

    fn backend(&mut self, backend: Backend, places: impl Iterator<Item = FileSpan>) {
        let Some(matrix) = &mut self.matrix else { return };
        let found = matrix.backends.iter().position(|known| known.id == backend.id);
        let at = found.unwrap_or_else(|| {
            matrix.backends.push(Backend {
                id: backend.id.clone(),
                name: backend.name.clone(),
                aliases: backend.aliases.clone(),
                cells: CellList::default(),
                notes: Vec::new(),
                engine: None,
                platforms: Vec::new(),
            });
            self.cells.push(CellSet::default());
            matrix.backends.len() - 1
        });
        let ours = &mut matrix.backends[at];
        ours.engine = ours.engine.take().or(backend.engine);
        if ours.platforms.is_empty() {
            ours.platforms = backend.platforms;
        }
        for note in backend.notes {
            if !ours.notes.contains(&note) {
                ours.notes.push(note);
            }
        }
        for (cell, place) in backend.cells.into_iter().zip(places) {
            self.cell(at, cell, &place);
        }
    }

    /// Adds a cell. One that says nothing is no copy of what others say.
    fn cell(&mut self, at: usize, cell: Cell, place: &FileSpan) {
        if cell.level == Level::Undocumented && cell.notes.is_empty() {
            return;
        }
        let Some((first, _)) = self.cells[at].get(&cell.terms) else {
            self.cells[at].insert(cell, place);
            return;
        };
        let Some(matrix) = &self.matrix else { return };
        if (first.level, first.caveat) != (cell.level, cell.caveat)
            && let Some(report) = self.reports.get_mut(place.file)
        {
            let message = disagreement(&matrix.backends[at].name, first, &cell, &first.source);
            let problem = Diagnostic::warning("copies-disagree", message, place.span.clone())
                .with_help("the first one read counts; make the copies agree");
            report.diagnostics.push(problem);
        }
    }

    fn finish(mut self, strict: bool) -> Result<Loaded, Vec<Report>> {
        let Some(mut matrix) = self.matrix else { return Err(self.reports) };
        let cells = self.cells.into_iter().map(CellSet::into_sorted);
        let origins = placed_cells::deal_out(cells, &mut matrix.backends);
        // The sort is stable: complete parts give their order first, the rest keep theirs.
        self.features.sort_by_key(|(complete, _)| !complete);
        for (_, features) in self.features {
            add_new(&mut matrix.features, features, |feature| &feature.id);
        }
        for (file, tables) in &mut self.platforms {
            let odd = tables.give_to(&mut matrix);
            if let Some(report) = self.reports.get_mut(*file) {
                report.diagnostics.extend(odd);
            }
        }
        if let (true, Some(report)) = (matrix.backends.is_empty(), self.reports.first_mut()) {
            let message = "none of these pages has a matrix of features".to_owned();
            let help = "they say what releases are built for; give a page of features beside them";
            report
                .diagnostics
                .push(Diagnostic::error("no-matrix-table", message, None).with_help(help));
        }
        if let (Some((message, help)), Some(report)) =
            (variant_pairs::too_many(&matrix), self.reports.first_mut())
        {
            let problem = Diagnostic::error("too-large", message, None).with_help(help);
            report.diagnostics.push(problem);
        }
        let groups = &matrix.groups;
        matrix.features.retain(|feature| !groups.iter().any(|group| group.id == feature.id));
        for report in &mut self.reports {
            report.diagnostics.retain(|problem| !is_resolved(problem.code, &matrix));
        }
        if self.reports.len() > 1 {
            matrix.provenance.sha256 = Some(hash(&self.reports));
        }
        for problem in self.reports.iter_mut().flat_map(|report| &mut report.diagnostics) {
            if strict && problem.severity == Severity::Warning {
                problem.severity = Severity::Error;
            }
        }
        if self.reports.iter().any(Report::has_errors) {
            return Err(self.reports);
        }
        let kind = DocumentKind::Model;
        Ok(Loaded { origins, reports: self.reports, kind, ..Loaded::of(matrix) })
    }
}

/// Whether something that one part lacks is there in the whole.
fn is_resolved(code: &str, matrix: &Matrix) -> bool {
    let all_have = |terms: usize| {
        matrix.backends.iter().all(|b| b.cells.iter().any(|cell| cell.terms.len() == terms))
    };
    match code {
        "no-release" => matrix.release.is_some(),
        "no-feature-column" | "one-backend-page" => all_have(1),
        "no-pair-table" => all_have(2),
        _ => false,
    }
}

fn empty(provenance: Provenance) -> Matrix {
    Matrix {
        release: None,
        released: None,
        provenance,
        features: Vec::new(),
        groups: Vec::new(),
        dimension: None,
        backends: Vec::new(),
    }
}

/// Adds what is not there yet, by id.
fn add_new<T>(ours: &mut Vec<T>, theirs: Vec<T>, id: impl Fn(&T) -> &String) {
    for one in theirs {
        if !ours.iter().any(|known| id(known) == id(&one)) {
            ours.push(one);
        }
    }
}

/// Several documents are named one after the other; their commit and date only where they share it.
fn join_provenance(ours: &mut Provenance, theirs: &Provenance) {
    ours.source = format!("{}, {}", ours.source, theirs.source);
    if ours.commit != theirs.commit {
        ours.commit = None;
    }
    if ours.date != theirs.date {
        ours.date = None;
    }
}

/// The SHA-256 of the files one after the other, in hexadecimal.
fn hash(reports: &[Report]) -> String {
    let mut hash = Sha256::new();
    for report in reports {
        hash.update(report.text.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
