//! The bundled records, against the files that it was made from.

use std::path::{Path, PathBuf};

use dynamo_plan::load::{self, bundle};

/// Reads a file of `model/` as it is read where a user names it.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

#[test]
fn what_is_bundled_is_what_the_files_say() {
    let path = Path::new("model/vocabulary.toml");
    let vocabulary = load::vocabulary(read(path).unwrap(), path).unwrap();
    assert_eq!(bundle::vocabulary(), vocabulary);
    for release in bundle::releases() {
        let path = PathBuf::from(format!("model/releases/{release}.toml"));
        let written = load::model(read(&path).unwrap(), &path, &vocabulary, &read).unwrap();
        assert_eq!(bundle::matrix(&release), Some(written.matrix), "{release}");
    }
    let path = Path::new("model/rules/deployability.toml");
    let rules = load::rule_set(read(path).unwrap(), path, &vocabulary).unwrap();
    assert_eq!(bundle::rule_sets(), [rules]);
}
