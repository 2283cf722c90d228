//! Real published pages against the bundled releases, where `DYNAMO_PLAN_PAGES` names a folder of
//! them. Without it there is nothing to check.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dynamo_plan::analysis::{diff, stated};
use dynamo_plan::load::{Loaded, PageOptions, bundle, file, file_with, merge};
use dynamo_plan::matrix::{Backend, Level, Matrix, Platform, Release};

/// Cells of real pages that differ from the release that they are compared with, and are right
/// about the page: page, backend, cell, level on the page.
const DIFFERENCES: [(&str, &str, &str, Level); 2] = [
    ("compatibility-1.3.0.mdx", "trtllm", "request-migration", Level::Supported),
    ("backend-page-sglang-1.4.0.md", "sglang", "kv-block-manager+lora", Level::Experimental),
];

fn folder() -> Option<PathBuf> {
    std::env::var_os("DYNAMO_PLAN_PAGES").map(PathBuf::from)
}

/// The pages of the folder whose names tell which release they are of.
fn pages() -> Vec<(PathBuf, String, Release)> {
    let Some(folder) = folder() else { return Vec::new() };
    let entries = std::fs::read_dir(&folder).expect("the folder can be read");
    let mut pages: Vec<_> = entries
        .filter_map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name()?.to_str()?.to_owned();
            let label = name.split(['-', '_']).find(|part| {
                part.starts_with(|c: char| c.is_ascii_digit()) && part.contains('.')
            })?;
            let label = label.trim_end_matches(".md").trim_end_matches(".mdx");
            let release = Release::new(label.trim_end_matches(".txt"));
            bundle::matrix(&release).is_some().then_some((path, name, release))
        })
        .collect();
    pages.sort();
    assert!(!pages.is_empty(), "no page in {} names a bundled release", folder.display());
    pages
}

fn read(path: &Path) -> Loaded {
    file(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every cell's level by backend and terms, but for rule cells.
fn levels(matrix: &Matrix) -> BTreeMap<(String, String), Level> {
    let mut levels = BTreeMap::new();
    for backend in &matrix.backends {
        for cell in &backend.cells {
            let terms: Vec<String> = cell.terms.iter().map(ToString::to_string).collect();
            if !terms.iter().any(|term| term.contains('=')) {
                levels.insert((backend.id.clone(), terms.join("+")), cell.level);
            }
        }
    }
    levels
}

#[test]
fn every_page_says_what_its_bundled_release_says() {
    for (path, name, release) in pages() {
        let loaded = read(&path);
        let mut expected = levels(&bundle::matrix(&release).expect("a bundled release"));
        if !loaded.is_complete() {
            let backend = &loaded.matrix.backends[0].id;
            expected.retain(|(id, terms), _| id == backend && terms.contains('+'));
        }
        for (page, backend, terms, level) in DIFFERENCES {
            if page == name {
                expected.insert((backend.to_owned(), terms.to_owned()), level);
            }
        }
        assert_eq!(levels(&loaded.matrix), expected, "{name}");
    }
}

#[test]
fn every_page_names_its_release() {
    for (path, name, release) in pages() {
        let loaded = read(&path);
        let label = loaded.matrix.release.as_ref().map(Release::as_str);
        let expected = match name.as_str() {
            "feature-matrix-0.8.1.md" => Some("0.8.0"),
            _ if !loaded.is_complete() => None,
            _ => Some(release.as_str()),
        };
        assert_eq!(label, expected, "{name}");
        let codes = crate::support::codes(&loaded.reports[0]);
        let differs = name == "feature-matrix-0.8.1.md";
        assert_eq!(codes.contains(&"release-label-differs"), differs, "{name}: {codes:?}");
    }
}

#[test]
fn the_page_without_line_breaks_says_what_the_page_says() {
    let Some(folder) = folder() else { return };
    let (whole, lost) = ("feature-matrix-0.9.0.md", "feature-matrix-0.9.0-one-line.txt");
    if !folder.join(whole).exists() || !folder.join(lost).exists() {
        return;
    }
    let (whole, lost) = (read(&folder.join(whole)).matrix, read(&folder.join(lost)).matrix);
    assert_eq!(crate::support::bare(&whole), crate::support::bare(&lost));
}

#[test]
fn footnotes_reach_the_cells_of_0_9_0() {
    let Some(folder) = folder() else { return };
    let path = folder.join("feature-matrix-0.9.0.md");
    if !path.exists() {
        return;
    }
    let loaded = read(&path);
    let notes = |backend: &str| {
        let backend = loaded.matrix.backend(backend).expect("a backend");
        let noted = backend.cells.iter().filter(|cell| !cell.notes.is_empty()).count();
        let footnote_only =
            backend.cells.iter().filter(|c| c.mark.as_deref() == Some("") && !c.notes.is_empty());
        (noted, footnote_only.count(), backend.notes.len())
    };
    assert_eq!(notes("vllm"), (2, 1, 3));
    assert_eq!(notes("sglang"), (3, 1, 1));
    assert_eq!(notes("trtllm"), (9, 1, 1));
}

/// What each backend is built for: its engine and, by toolkit, the least driver.
fn pins(matrix: &Matrix) -> BTreeMap<String, (Option<String>, Vec<Platform>)> {
    let pins = |backend: &Backend| (backend.engine.clone(), backend.platforms.clone());
    matrix.backends.iter().map(|backend| (backend.id.clone(), pins(backend))).collect()
}

#[test]
fn every_row_of_a_compatibility_page_says_what_its_bundled_release_says() {
    let mut compared = 0;
    for (path, name, own) in pages().into_iter().filter(|(_, name, _)| name.starts_with("compat")) {
        for release in bundle::releases().filter(|release| *release <= own) {
            let options = PageOptions { release: Some(release.clone()), ..PageOptions::default() };
            let loaded = file_with(&path, &options).expect("the page can be read");
            let codes = crate::support::codes(&loaded.reports[0]);
            assert!(!codes.contains(&"unclear-platform"), "{name}, {release}: {codes:?}");
            // The page of a release does not list the patches of older ones that came after it.
            if codes.contains(&"no-platform-row") {
                assert_ne!(release, own, "{name}");
                continue;
            }
            let bundled = bundle::matrix(&release).expect("a bundled release");
            assert_eq!(pins(&loaded.matrix), pins(&bundled), "{name}, {release}");
            compared += 1;
        }
    }
    assert!(compared == 0 || compared >= 11, "{compared} releases were compared");
}

#[test]
fn a_page_has_no_difference_to_its_release_as_far_as_a_page_can_state_it() {
    for (path, name, release) in pages() {
        let bundled = Loaded::of(bundle::matrix(&release).expect("a bundled release"));
        let both = stated(&bundled, &read(&path)).expect("a release and a page");
        let diff = diff(&both.old, &both.new, Level::Experimental, &[]);
        let own = DIFFERENCES.iter().filter(|(page, ..)| *page == name).count();
        assert_eq!(diff.cells.len(), own, "{name}");
        if own == 0 {
            assert_eq!(diff.caveats, [], "{name}");
        }
        assert_eq!((&*diff.pins, &*diff.won, &*diff.lost), (&[][..], &[][..], &[][..]), "{name}");
        assert_eq!(diff.added, diff.removed, "{name}: nothing is listed by one side alone");
    }
}

#[test]
fn a_backend_page_and_a_compatibility_page_make_one_matrix() {
    let Some(folder) = folder() else { return };
    let (backend, all) = ("backend-page-sglang-1.4.0.md", "compatibility-1.4.0.mdx");
    if !folder.join(backend).exists() || !folder.join(all).exists() {
        return;
    }
    let parts = vec![read(&folder.join(backend)), read(&folder.join(all))];
    let merged = merge(parts, false).expect("they are of one release");
    assert!(merged.is_complete());
    assert_eq!(merged.matrix.release, Some(Release::new("1.4.0")));
    let disagree: Vec<_> = merged.reports.iter().flat_map(crate::support::codes).collect();
    assert_eq!(disagree.iter().filter(|code| **code == "copies-disagree").count(), 1);
    let level = crate::support::level(&merged.matrix, "sglang", &["kv-block-manager", "lora"]);
    assert_eq!(level, "experimental", "the first one read counts");
}
