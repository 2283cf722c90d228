//! Stored pages that what is drawn is compared with.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// The text of a stored answer or matrix.
#[allow(dead_code, reason = "some tests store pages alone")]
pub(crate) fn fixture(name: &str) -> String {
    fs::read_to_string(tests().join(format!("outcomes/{name}.json"))).unwrap()
}

/// Compares with the stored page of this name, or stores it where `UPDATE_SNAPSHOTS` is set.
pub(crate) fn check(name: &str, actual: &str) {
    let path = tests().join("snapshots").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        return fs::write(path, actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == actual, "{name} is drawn differently:\n{actual}");
}
