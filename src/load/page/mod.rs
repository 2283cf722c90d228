//! Published pages: Markdown in, a [`Matrix`] and diagnostics out.
//!
//! One pipeline reads every format: the page's [visible](hidden) text, its line breaks
//! [restored](lost_lines) where they were lost; its [outline] of tables, legends, footnotes and
//! link definitions; tables [recognised](recognise) by their shape; their cells
//! [read](reading) into a [draft]; the matrix [assembled](assemble) from it. A copy that lost its
//! marks is [refused](damage), and tables that say the same twice are [compared](copies). Every range
//! points into the page as it was given, so a diagnostic can underline the cell it is about. Tables
//! of what releases are built for are [kept](platform_table) row by row, and read when a matrix takes
//! those of its release.

mod assemble;
mod context;
mod copies;
mod damage;
mod draft;
mod feature_table;
mod footnotes;
mod labels;
mod legend;
mod markdown;
mod markers;
mod nameless;
mod names;
mod one_backend;
mod outline;
mod pair_table;
mod platform_table;
mod reading;
mod recognise;
mod skipped_rows;
mod table;
mod tabs;
mod words;

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest, Sha256};

use crate::load::bidi::is_bidi_control;
use crate::matrix::{Matrix, Provenance, Release, Vocabulary};

use super::pins::PlatformTables;
use super::problems::Problems;
use super::{DocumentKind, Loaded, Origins, Report, variant_pairs};
use context::{PageContext, line_starts};
use damage::CountedTable;
use draft::Draft;
pub(super) use draft::disagreement;
use feature_table::Rows;
use footnotes::{FootnoteList, PageKeys};
use legend::Legends;
use markers::MarkerList;
use names::{NameLookup, PageName};
use outline::Outline;
use recognise::{Recognised, TableKind, recognise};

/// Options for reading a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageOptions {
    /// The release to label the matrix with, whatever the page says.
    pub release: Option<Release>,
    /// The tab to read where tabs hold several tables of one kind; the first by default.
    pub tab: Option<String>,
    /// Whether a page will do that says only what releases are built for: it has no features, so it
    /// can be [merged](super::merge()) with pages that have, and not planned on.
    pub platforms_alone: bool,
    /// The name of the backend that a page is about which names none: that of its tables of pairs,
    /// and of the column of marks that has this name or is called `Status`. Several are an error
    /// there. A page that names its backends does not need it, and does not heed it.
    pub backends: Vec<String>,
    /// Whether warnings are errors.
    pub strict: bool,
}

/// Reads a published page of any known format.
///
/// # Errors
///
/// The bytes are no text, the page holds no matrix or one that cannot be read, or there are
/// warnings and the options are strict. The report lists every problem.
pub fn page(
    bytes: impl Into<Vec<u8>>,
    file: &str,
    options: &PageOptions,
    vocabulary: &Vocabulary,
) -> Result<Loaded, Vec<Report>> {
    let mut problems = Problems::of_page();
    let text = match String::from_utf8(bytes.into()) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let message = "the file is not UTF-8 text".to_owned();
            let place = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
            problems.error("not-text", place, message, "give a page, saved as UTF-8");
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
    };
    let found = if !problems.has_errors() && check_text(&text, &mut problems) {
        read(&text, file, options, vocabulary, &mut problems)
    } else {
        None
    };
    let diagnostics = problems.into_diagnostics(options.strict);
    let report = Report { file: file.to_owned(), text, diagnostics };
    match found {
        Some((matrix, origins, platforms)) if !report.has_errors() => {
            let kind = DocumentKind::Page;
            Ok(Loaded { matrix, origins, reports: vec![report], platforms, kind })
        }
        _ => Err(vec![report]),
    }
}

/// Whether the text can be a page; says what is odd about its characters.
fn check_text(text: &str, problems: &mut Problems) -> bool {
    if let Some(at) = text.find('\0') {
        problems.error(
            "not-text",
            at..at + 1,
            "the file holds a NUL character, so it is no page".to_owned(),
            "give a Markdown page or a model file",
        );
        return false;
    }
    let mut marks = text.char_indices().filter(|(_, c)| is_bidi_control(*c));
    if let Some((at, c)) = marks.next() {
        problems.warning(
            "direction-mark",
            at..at + c.len_utf8(),
            format!("{} characters that turn the direction of writing", 1 + marks.count()),
            "they are passed over, so the page may look unlike what is read; remove them",
        );
    }
    true
}

fn read(
    text: &str,
    file: &str,
    options: &PageOptions,
    vocabulary: &Vocabulary,
    problems: &mut Problems,
) -> Option<(Matrix, Origins, PlatformTables)> {
    let visible = markdown::visible(text);
    for (span, what) in visible.unclosed {
        let message = format!("this {what} is never closed");
        let help = "everything after it is hidden; close it";
        problems.warning("unclosed", span, message, help);
    }
    let shown = visible.text;
    let names = NameLookup::new(vocabulary);
    let outline = outline::outline(&shown, &names, problems);
    let mut context = PageContext {
        file,
        text: &shown,
        definitions: &outline.definitions,
        names,
        problems,
        lines: line_starts(text),
    };
    let front_matter = &text[visible.front_matter];
    let title = labels::title(front_matter, &outline, &context);
    let given = options.backends.iter().filter_map(|name| context.names.backend(name));
    // A name that the reader gives is no misspelling of the page's.
    let given: Vec<PageName> = given.map(|name| PageName { known: true, ..name }).collect();
    let mut recognised = recognise(&outline, &title, &given, &mut context);
    tabs::choose(&mut recognised.kinds, &outline, options.tab.as_deref(), &mut context);
    let mut draft = tables(&outline, &recognised, &mut context);
    if let Some(backend) = &recognised.given {
        nameless::state_undocumented(
            backend,
            &outline,
            &recognised.kinds,
            &mut draft,
            &mut context,
        );
    }
    let mut platforms =
        PlatformTables::new(platform_table::read(&outline.platform_tables, &mut context));
    let empty = draft.listed.is_empty() && draft.paired.is_empty();
    let has_no_matrix = empty || draft.backends.is_empty();
    let stands_alone = has_no_matrix && options.platforms_alone && !platforms.is_empty();
    if has_no_matrix && !stands_alone && !context.problems.has_errors() {
        if !one_backend::refuse(&outline, &recognised, &mut context) {
            no_table(&outline, &platforms, &mut context);
        }
        return None;
    }
    // Tables of platforms are about many releases: which one is meant, other pages say.
    let release = if stands_alone {
        options.release.clone()
    } else {
        one_backend::explain(&outline, &recognised, &mut context);
        check_halves(&draft, &recognised, &mut context);
        release(options, &recognised, &mut context)
    };
    let (date, commit) = labels::date_and_commit(front_matter, text);
    let sha256 = Some(sha256(text.as_bytes()));
    let provenance = Provenance { source: file.to_owned(), commit, date, sha256, repository: None };
    let (mut matrix, origins) = assemble::assemble(draft, release, provenance, &context);
    if let Some((message, help)) = variant_pairs::too_many(&matrix) {
        context.problems.error("too-large", None, message, help);
    }
    if !stands_alone && matrix.release.is_some() {
        let odd = platforms.give_to(&mut matrix).into_iter();
        odd.for_each(|problem| context.problems.push(0, problem));
    }
    Some((matrix, origins, platforms))
}

/// Reads every table that is a part of the matrix.
fn tables(outline: &Outline, recognised: &Recognised, context: &mut PageContext<'_>) -> Draft {
    let mut draft = Draft::default();
    let everywhere = std::iter::once(&outline.footnotes);
    let lists: Vec<_> =
        outline.lists.iter().chain(everywhere).map(|list| FootnoteList::new(list)).collect();
    let legends = Legends::new(context.text, &outline.legends, context.problems);
    let of_backend = lists_of_backends(outline, recognised);
    let mut owners: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); lists.len()];
    let markers = MarkerList::new(&outline.markers);
    let mut keys = PageKeys { legends, lists, markers };
    let mut counted = Vec::new();
    for (table, kind) in outline.tables.iter().zip(&recognised.kinds) {
        if matches!(kind, TableKind::Other) {
            continue;
        }
        table::warn_cut_off(table, context);
        if table::is_ragged(table, context) {
            continue;
        }
        let mut key = keys.of(table);
        let explains_blank = key.legend.marks.contains_key("");
        let (names, count): (Vec<&PageName>, _) = match kind {
            TableKind::Columns(rows, columns) => {
                let (key, draft) = (&mut key, &mut draft);
                let count =
                    feature_table::read(table, *rows, columns, &of_backend, key, draft, context);
                let names = columns.iter().map(|(_, name)| name).collect();
                (names, Some(count).filter(|_| *rows == Rows::Features))
            }
            TableKind::Pairs(backend) => {
                (vec![backend], pair_table::read(table, backend, &mut key, &mut draft, context))
            }
            TableKind::Other => (Vec::new(), None),
        };
        let count = count.filter(|_| !explains_blank);
        counted.extend(count.map(|count| CountedTable { table, count }));
        for name in names {
            owners[table.list].extend(draft.backends.iter().position(|b| b.name.id == name.id));
        }
    }
    // The page of one backend writes its other tables in the same marks; what a page that compares
    // backends says in its tabs may be written in others, which outlive a ✅.
    let of_one = recognised.backend.is_some() || recognised.given.is_some();
    let others: Vec<_> = outline.tables.iter().filter(|_| of_one).collect();
    damage::check(&counted, &others, context);
    copies::compare(outline, recognised, &mut keys, &draft, context);
    owners[outline.lists.len()].extend(0..draft.backends.len());
    for (list, owners) in keys.lists.iter().zip(owners).filter(|(_, owners)| !owners.is_empty()) {
        let unused = list.unused(context);
        for owner in owners {
            draft.backends[owner].notes.extend(unused.iter().cloned());
        }
    }
    let unused = keys.markers.unused(context);
    for backend in &mut draft.backends {
        backend.notes.extend(unused.iter().cloned());
    }
    draft
}

/// The list of footnotes below the pairs of each backend.
fn lists_of_backends(outline: &Outline, recognised: &Recognised) -> HashMap<String, usize> {
    let mut lists = HashMap::new();
    for (table, kind) in outline.tables.iter().zip(&recognised.kinds) {
        if let TableKind::Pairs(backend) = kind {
            lists.entry(backend.id.clone()).or_insert(table.list);
        }
    }
    lists
}

fn no_table(outline: &Outline, platforms: &PlatformTables, context: &mut PageContext<'_>) {
    let message = match outline.tables_seen {
        0 => "the page has no table".to_owned(),
        1 => "the page's one table is no matrix of features".to_owned(),
        n => format!("none of the page's {n} tables is a matrix of features"),
    };
    let help = match platforms.is_empty() {
        true => "give a page with a table of features by backend, or of the pairs of one backend",
        false => {
            "it says what releases are built for: give it beside a page or model of features, as in \
             `dynamo-plan import FEATURES.md PLATFORMS.md`, or with one --matrix for each"
        }
    };
    context.problems.error("no-matrix-table", None, message, help);
}

/// Says which backends lack a half of the matrix.
fn check_halves(draft: &Draft, recognised: &Recognised, context: &mut PageContext<'_>) {
    if recognised.backend.is_some() || context.problems.has_errors() {
        return;
    }
    for backend in &draft.backends {
        let name = &backend.name.printed;
        if !backend.has_pairs {
            let message = format!("the page has no table of pairs for {name}");
            let help = "its pairs are read as undocumented; import the backend's own page as well";
            context.problems.warning("no-pair-table", None, message, help);
        }
        if !backend.has_features {
            let message = format!("no table of features has a column for {name}");
            let help =
                "its features are read as undocumented; import a page that lists them as well";
            context.problems.warning("no-feature-column", None, message, help);
        }
    }
}

/// The release to label the matrix with, and what is odd about it.
fn release(
    options: &PageOptions,
    recognised: &Recognised,
    context: &mut PageContext<'_>,
) -> Option<Release> {
    let stated = labels::release(context).filter(|_| recognised.backend.is_none());
    if let (Some(wanted), Some((label, span))) = (&options.release, &stated)
        && wanted != label
    {
        context.problems.note(
            "release-label-differs",
            span.clone(),
            format!("the page calls itself {label}"),
            format!("it is read as {wanted}, as asked"),
        );
    }
    if options.release.is_some() {
        return options.release.clone();
    }
    let Some((label, span)) = stated else {
        let help = "the matrix has no release; name one with --release";
        context.problems.warning("no-release", None, "the page names no release".to_owned(), help);
        return None;
    };
    if let Some(linked) = labels::release_of_links(context).filter(|linked| *linked != label) {
        context.problems.warning(
            "release-label-differs",
            span,
            format!("the page calls itself {label}, but links to the documents of {linked}"),
            format!("it is read as {label}; if that is wrong, use --release {linked}"),
        );
    }
    Some(label)
}

/// The SHA-256 of a page, in hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
