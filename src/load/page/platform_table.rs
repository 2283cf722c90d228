//! Tables of what releases are built for: the engine that each pins, or the CUDA toolkits and the
//! drivers that these need.
//!
//! Both have a row per release. A table of engines has a column per backend; one of toolkits names
//! the backend in a column of its own, and a blank release or backend in it goes on with the one above.

use std::ops::Range;

use crate::matrix::{Release, slug};

use super::context::PageContext;
use super::names::PageName;
use super::outline::PageTable;
use crate::load::pins::{PinRow, StatedPin};

/// Names of the column of backends in a table of toolkits.
const BACKEND_COLUMNS: [&str; 3] = ["backend", "engine", "framework"];
/// Names of the column of remarks in a table of toolkits.
const REMARK_COLUMNS: [&str; 6] = ["note", "notes", "remark", "remarks", "status", "support"];
/// Words behind a release that say that its row is not final.
const NOT_FINAL: [&str; 4] = ["planned", "progress", "tentative", "unreleased"];

/// The most pins that the tables of one page may state together.
const MOST_PINS: usize = 100_000;

/// What the columns of a platform table hold.
enum PlatformColumns {
    /// The engine of each backend.
    Engines(Vec<(usize, PageName)>),
    /// One toolkit of one backend.
    Toolkits { backend: usize, cuda: usize, driver: usize, remark: Option<usize> },
}

/// What the first cell of a row says.
enum ReleaseCell {
    /// It goes on with the release above.
    Blank,
    /// A release.
    Label(Release),
    /// Something that is no release: the head of development.
    NoRelease,
    /// What may be one release, several, or one that is not final.
    Unclear,
}

/// Reads the rows of every table of platforms.
pub(super) fn read(tables: &[PageTable], context: &mut PageContext<'_>) -> Vec<PinRow> {
    let mut rows = Vec::new();
    for table in tables {
        read_table(table, &mut rows, context);
        if let Some(row) = rows.get(MOST_PINS) {
            let message = format!("the page states more than {MOST_PINS} engines and toolkits");
            let help = "is this the right file?";
            context.problems.error("too-large", row.span.clone(), message, help);
            break;
        }
    }
    rows
}

/// Reads the rows of a table, if it is one of platforms, as long as there are not too many.
fn read_table(table: &PageTable, rows: &mut Vec<PinRow>, context: &mut PageContext<'_>) {
    let Some(columns) = columns(table, context) else { return };
    if let Some((row, found)) = table.ragged.first() {
        context.problems.warning(
            "ragged-table",
            row.clone(),
            format!("this row has {found} cells, the head has {}", table.head.len()),
            "the table is left out, so what it says of engines or CUDA toolkits is not read; give \
             every row a cell for each column",
        );
        return;
    }
    super::table::warn_cut_off(table, context);
    match columns {
        PlatformColumns::Engines(columns) => engines(table, &columns, rows, context),
        PlatformColumns::Toolkits { backend, cuda, driver, remark } => {
            let pin = |row: &[Range<usize>], context: &PageContext<'_>| {
                let text = |at: usize| plain(&row[at], context);
                let remark = remark.map(text).unwrap_or_default();
                StatedPin::Toolkit { cuda: text(cuda), driver: text(driver), remark }
            };
            toolkits(table, backend, pin, rows, context);
        }
    }
}

/// What the columns of a table hold, if it is one of platforms. One that names toolkits and lacks
/// what makes them usable is left out, with a warning.
fn columns(table: &PageTable, context: &mut PageContext<'_>) -> Option<PlatformColumns> {
    let heads: Vec<String> = table.head.iter().map(|cell| context.plain(cell)).collect();
    let slugs: Vec<String> = heads.iter().map(|head| slug(head)).collect();
    let find = |is: &dyn Fn(&str) -> bool| (1..slugs.len()).find(|&at| is(&slugs[at]));
    let Some(cuda) = find(&|name| name.starts_with("cuda")) else {
        let known = |at: usize| context.names.known_backend(&heads[at]).is_some();
        if !(1..heads.len()).any(known) {
            return None;
        }
        // A column of another name may be that of a backend that only this page knows.
        let named = |at: usize| context.names.backend(&heads[at]).map(|name| (at, name));
        return Some(PlatformColumns::Engines((1..heads.len()).filter_map(named).collect()));
    };
    let backend = find(&|name| BACKEND_COLUMNS.contains(&name));
    let driver = find(&|name| name.contains("driver") && !name.contains("windows"));
    let (Some(backend), Some(driver)) = (backend, driver) else {
        let missing = if backend.is_none() { "backends" } else { "drivers" };
        context.problems.warning(
            "ignored-table",
            table.head[cuda].clone(),
            format!("this table names CUDA toolkits and has no column of {missing}"),
            "the table is left out; give it the columns `Backend` and `Min Driver`",
        );
        return None;
    };
    let remark = find(&|name| REMARK_COLUMNS.contains(&name));
    Some(PlatformColumns::Toolkits { backend, cuda, driver, remark })
}

fn engines(
    table: &PageTable,
    columns: &[(usize, PageName)],
    rows: &mut Vec<PinRow>,
    context: &mut PageContext<'_>,
) {
    for row in &table.rows {
        if rows.len() > MOST_PINS {
            return;
        }
        let release = match release_cell(&plain(&row[0], context)) {
            ReleaseCell::Label(release) => release,
            ReleaseCell::NoRelease => continue,
            ReleaseCell::Blank | ReleaseCell::Unclear => {
                warn_release(&row[0], context);
                continue;
            }
        };
        for (at, backend) in columns {
            let pin = StatedPin::Engine(plain(&row[*at], context));
            rows.push(stated(release.clone(), backend.clone(), pin, &row[*at], context));
        }
    }
}

fn toolkits(
    table: &PageTable,
    backend_column: usize,
    pin: impl Fn(&[Range<usize>], &PageContext<'_>) -> StatedPin,
    rows: &mut Vec<PinRow>,
    context: &mut PageContext<'_>,
) {
    // What a blank cell goes on with; a row that is left out leaves nothing to go on with.
    let mut release: Option<Release> = None;
    let mut backend: Option<PageName> = None;
    for (at, row) in table.rows.iter().enumerate() {
        let said = release_cell(&plain(&row[0], context));
        let is_unclear = match said {
            ReleaseCell::Blank => at == 0,
            ReleaseCell::Unclear => true,
            ReleaseCell::Label(_) | ReleaseCell::NoRelease => false,
        };
        if is_unclear {
            warn_release(&row[0], context);
        }
        if !matches!(said, ReleaseCell::Blank) {
            backend = None;
            release = if let ReleaseCell::Label(label) = said { Some(label) } else { None };
        }
        let Some(release) = &release else { continue };
        let cell = &row[backend_column];
        backend = context.names.backend(&plain(cell, context)).or(backend);
        match &backend {
            Some(backend) => {
                let pin = pin(row, context);
                rows.push(stated(release.clone(), backend.clone(), pin, cell, context));
            }
            None => context.problems.warning(
                "unclear-platform",
                cell.clone(),
                format!("this row of release {release} names no backend"),
                "the row is left out; write the backend's name into it",
            ),
        }
    }
}

fn stated(
    release: Release,
    backend: PageName,
    pin: StatedPin,
    span: &Range<usize>,
    context: &PageContext<'_>,
) -> PinRow {
    let PageName { id, printed, known } = backend;
    let source = context.source(span.start);
    PinRow { release, backend: id, printed, is_known: known, pin, span: span.clone(), source }
}

/// A cell as plain text; versions are often written as code.
fn plain(cell: &Range<usize>, context: &PageContext<'_>) -> String {
    context.plain(cell).replace('`', "")
}

fn release_cell(text: &str) -> ReleaseCell {
    let (label, remark) = text.split_once(" (").unwrap_or((text, ""));
    let label = label.trim();
    let label = label.strip_prefix("Dynamo ").unwrap_or(label);
    let release = Release::new(label);
    let remark = remark.to_lowercase();
    let is_final = !remark.split(|c: char| !c.is_alphanumeric()).any(|w| NOT_FINAL.contains(&w));
    let is_label = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    if text.is_empty() {
        ReleaseCell::Blank
    } else if !release.as_str().starts_with(|c: char| c.is_ascii_digit()) {
        ReleaseCell::NoRelease
    } else if is_final && label.chars().all(is_label) && !label.split('.').any(|part| part == "x") {
        ReleaseCell::Label(release)
    } else {
        ReleaseCell::Unclear
    }
}

fn warn_release(cell: &Range<usize>, context: &mut PageContext<'_>) {
    let text = plain(cell, context);
    let message = match text.as_str() {
        "" => "this row of a platform table names no release".to_owned(),
        text => format!("`{text}` is not the label of one release that is out"),
    };
    let help =
        "the row, and those below that go on with it, are left out; write a label like 1.4.0";
    context.problems.warning("unclear-platform", cell.clone(), message, help);
}
