//! The tables of releases and what they pin. Releases in a row that pin the same of a backend share a row.

use super::Listing;
use crate::matrix::{KnownRelease, Platform, Release};
use crate::render::page::Table;
use crate::render::page::text::Text;
use crate::render::words;

/// What some releases in a row pin of a backend.
#[derive(PartialEq, Eq)]
struct PinnedSpan<'m> {
    releases: (Option<&'m Release>, Option<&'m Release>),
    days: (Option<&'m str>, Option<&'m str>),
    /// The position of the last of the releases.
    last: usize,
    kind: &'m str,
    backend: &'m str,
    engine: Option<&'m str>,
    platforms: &'m [Platform],
    issues: Option<Text>,
}

/// The releases with a matrix.
pub(super) fn release_table(listing: &Listing<'_>) -> Table {
    let mut rows = Vec::new();
    for (at, matrix) in listing.releases.iter().enumerate() {
        let release = matrix.release.as_ref();
        let mut backends: Vec<_> = matrix.backends.iter().collect();
        backends.sort_by_key(|backend| &backend.id);
        for backend in backends {
            let day = matrix.released.as_deref();
            let issues =
                (!listing.recorded.is_empty()).then(|| words::recorded(listing.recorded(release)));
            let row = PinnedSpan {
                releases: (release, release),
                days: (day, day),
                last: at,
                kind: "",
                backend: &backend.id,
                engine: backend.engine.as_deref(),
                platforms: &backend.platforms,
                issues,
            };
            add(&mut rows, row);
        }
    }
    let mut columns = vec!["release", "released", "backend", "engine", "CUDA (least driver)"];
    columns.extend((!listing.recorded.is_empty()).then_some("recorded"));
    table(columns, &rows)
}

/// The releases without one.
pub(super) fn known_table(known: &[KnownRelease]) -> Table {
    let mut rows = Vec::new();
    for (at, release) in known.iter().enumerate() {
        let mut pins: Vec<_> = release.pins.iter().collect();
        pins.sort_by_key(|pins| &pins.backend);
        for pins in pins {
            let day = release.released.as_deref();
            let row = PinnedSpan {
                releases: (Some(&release.release), Some(&release.release)),
                days: (day, day),
                last: at,
                kind: &release.kind,
                backend: &pins.backend,
                engine: pins.engine.as_deref(),
                platforms: &pins.platforms,
                issues: None,
            };
            add(&mut rows, row);
        }
    }
    let columns = vec!["release", "released", "kind", "backend", "engine", "CUDA (least driver)"];
    table(columns, &rows).spilling("CUDA (least driver)")
}

/// Adds a row, or its release to the row of the release before it that says the same.
fn add<'m>(rows: &mut Vec<PinnedSpan<'m>>, row: PinnedSpan<'m>) {
    let same = |known: &PinnedSpan<'_>| {
        let of = |row: &PinnedSpan<'m>| (row.kind, row.backend, row.engine, row.platforms);
        known.last + 1 == row.last
            && !row.is_preview()
            && (known.kind, known.backend, known.engine, known.platforms) == of(&row)
            && known.issues == row.issues
    };
    match rows.iter_mut().find(|known| same(known)) {
        Some(known) => {
            known.last = row.last;
            known.releases.1 = row.releases.1;
            known.days.1 = row.days.1.or(known.days.1);
        }
        None => rows.push(row),
    }
}

impl PinnedSpan<'_> {
    /// Whether the release is a preview or a build for one model, which stand for themselves.
    fn is_preview(&self) -> bool {
        self.releases.0.is_some_and(|release| release.as_str().contains('-'))
    }
}

fn table(columns: Vec<&str>, rows: &[PinnedSpan<'_>]) -> Table {
    let has_kind = columns.contains(&"kind");
    let mut table = Table::new(columns);
    for row in rows {
        let (first, last) = row.releases;
        let [first_day, last_day] = [row.days.0, row.days.1].map(Option::unwrap_or_default);
        let days = match first_day == last_day || first_day.is_empty() {
            true => last_day.to_owned(),
            false => format!("{first_day} to {last_day}"),
        };
        let mut cells = vec![Text::plain(&words::releases(first, last)), Text::plain(&days)];
        cells.extend(has_kind.then(|| Text::plain(row.kind)));
        cells.push(words::id(row.backend));
        cells.push(Text::plain(row.engine.unwrap_or("not stated")));
        cells.push(Text::new().each(row.platforms, ", ", Text::platform));
        cells.extend(row.issues.clone());
        table.row(cells, Vec::new());
    }
    table
}
