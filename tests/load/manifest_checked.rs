//! The project's own manifests and scripts, whole and cut off, hold what the fuzzers hold.

use std::fs;
use std::path::Path;

use crate::inspect_check::check_twice;

#[test]
fn manifests_and_scripts_are_checked_alike_wherever_they_break_off() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests");
    let mut checked = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy();
        check_twice(&bytes, &name);
        check_twice(&bytes[..bytes.len() * 2 / 3], &name);
        checked += 1;
    }
    assert!(checked > 5, "{checked}");
}
