//! Every note of the bundled models is on its cells in the releases of its range, and on none in the
//! others.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Matrix, Release, ReleaseRange};
use toml::{Table, Value};

/// The notes of all files below a folder.
fn notes(folder: &Path) -> Vec<Table> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut found = Vec::new();
    for path in files {
        if path.is_dir() {
            found.extend(notes(&path));
            continue;
        }
        let table: Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let entries = table.get("note").and_then(Value::as_array);
        found.extend(entries.into_iter().flatten().map(|note| note.as_table().unwrap().clone()));
    }
    found
}

/// A text, or each text of a list.
fn texts(note: &Table, key: &str) -> Vec<String> {
    match note.get(key) {
        None => Vec::new(),
        Some(Value::Array(list)) => {
            list.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
        }
        Some(one) => vec![one.as_str().unwrap().to_owned()],
    }
}

/// How often a matrix holds a note on the backends that it is about, and how often on others.
fn count(matrix: &Matrix, note: &Table) -> (usize, usize) {
    let text = note["text"].as_str().unwrap();
    let backends = texts(note, "backend");
    let mut counts = (0, 0);
    for backend in &matrix.backends {
        let notes = backend.cells.iter().flat_map(|cell| &cell.notes).chain(&backend.notes);
        let when = texts(note, "when");
        let same = notes.filter(|known| {
            let conditions: BTreeSet<&str> = known.when.iter().map(|term| term.as_str()).collect();
            known.text == text
                && conditions == when.iter().map(String::as_str).collect()
                && known.sources.iter().all(|source| !source.is_empty())
        });
        let is_about = backends.is_empty() || backends.contains(&backend.id);
        let counted = if is_about { &mut counts.0 } else { &mut counts.1 };
        *counted += same.count();
    }
    counts
}

#[test]
fn every_note_is_in_its_releases_and_in_no_others() {
    let all = notes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("model/notes"));
    assert!(all.len() > 250, "{}", all.len());
    let matrices: Vec<Matrix> =
        bundle::releases().map(|release| bundle::matrix(&release).unwrap()).collect();
    let in_range = |note: &Table, release: &Release| {
        let ranges = texts(note, "releases");
        let mut ranges = ranges.iter().map(|range| range.parse::<ReleaseRange>().unwrap());
        ranges.len() == 0 || ranges.any(|range| range.contains(release))
    };
    for note in &all {
        // Notes with the same words are told apart by their ranges.
        let alike = |other: &&Table| {
            ["text", "backend", "when"].iter().all(|key| other.get(*key) == note.get(*key))
        };
        for matrix in &matrices {
            let release = matrix.release.as_ref().unwrap();
            let wanted = all.iter().filter(alike).any(|other| in_range(other, release));
            let (found, _) = count(matrix, note);
            assert_eq!(found > 0, wanted, "{} on {release}: {found}", note["text"]);
        }
        let known = bundle::known_releases();
        let mut releases = bundle::releases().chain(known.into_iter().map(|known| known.release));
        assert!(releases.any(|it| in_range(note, &it)), "no known release has {}", note["text"]);
    }
}

#[test]
fn every_note_and_rule_has_an_id_of_its_own() {
    let all = notes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("model/notes"));
    let ids = all.iter().map(|note| note["id"].as_str().unwrap().to_owned());
    let rules = bundle::rule_sets().into_iter().flat_map(|set| set.rules).map(|rule| rule.id);
    let mut seen = BTreeSet::new();
    for id in ids.chain(rules) {
        assert!(seen.insert(id.clone()), "{id} stands for two");
    }
}
