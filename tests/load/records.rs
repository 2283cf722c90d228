//! What is bundled, against the files that it was made from.

use std::path::{Path, PathBuf};

use dynamo_plan::DEFAULT_RELEASE;
use dynamo_plan::load::{self, bundled};
use dynamo_plan::matrix::{Cell, Matrix, Release};

/// Reads a file of `model/` as it is read where a user names it.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

#[test]
fn what_is_bundled_is_what_the_files_say() {
    let path = Path::new("model/vocabulary.toml");
    let vocabulary = load::vocabulary(read(path).unwrap(), path).unwrap();
    assert_eq!(bundled::vocabulary(), vocabulary);
    for release in bundled::releases() {
        let path = PathBuf::from(format!("model/releases/{release}.toml"));
        let written = load::model(read(&path).unwrap(), &path, &vocabulary, &read).unwrap();
        assert_eq!(bundled::matrix(&release), Some(written.matrix), "{release}");
    }
    let path = Path::new("model/rules/deployability.toml");
    let rules = load::rule_set(read(path).unwrap(), path, &vocabulary).unwrap();
    assert_eq!(bundled::rule_sets(), [rules]);
}

#[test]
fn the_newest_levels_are_those_of_the_newest_release() {
    let newest = bundled::matrix(&bundled::newest().unwrap()).unwrap();
    let levels = bundled::newest_levels();
    assert_eq!((&levels.release, &levels.groups), (&newest.release, &newest.groups));
    assert_eq!(levels.backends.len(), newest.backends.len());
    let said = |cell: &Cell| (cell.terms.clone(), cell.level, cell.caveat);
    for (bare, whole) in levels.backends.iter().zip(&newest.backends) {
        assert_eq!(bare.id, whole.id);
        assert!(bare.cells.iter().map(said).eq(whole.cells.iter().map(said)), "{}", bare.id);
    }
}

#[test]
fn a_cell_has_changed_where_its_levels_differ() {
    let matrix = |release: &Release| bundled::matrix(release).unwrap();
    let old = matrix(&Release::new(DEFAULT_RELEASE));
    let new = matrix(&bundled::newest().unwrap());
    for backend in old.backends.iter().chain(&new.backends) {
        for terms in backend.cells.iter().map(|cell| &cell.terms) {
            let level = |matrix: &Matrix| {
                let cells = &matrix.backend(&backend.id).unwrap().cells;
                cells.iter().find(|cell| cell.terms == *terms).map(|cell| cell.level)
            };
            let changed = bundled::changed_since_default(&backend.id, terms);
            assert_eq!(changed, level(&old) != level(&new), "{} {terms:?}", backend.id);
        }
    }
}
