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
    let mut vocabulary = load::vocabulary(read(path).unwrap(), path).unwrap();
    let path = Path::new("model/facts.toml");
    vocabulary.facts = load::facts(read(path).unwrap(), path).unwrap();
    assert_eq!(bundle::facts(), vocabulary.facts);
    let path = Path::new("model/known-releases.toml");
    let known = load::known_releases(read(path).unwrap(), path, &vocabulary).unwrap();
    assert_eq!(bundle::known_releases(), known);
    let path = Path::new("model/recorded.toml");
    let (looked_at, recorded) = load::recorded(read(path).unwrap(), path).unwrap();
    assert_eq!((bundle::looked_at(), bundle::recorded_ranges()), (looked_at, recorded));
    let path = Path::new("model/deploy/flags.toml");
    assert_eq!(bundle::flags(), load::flag_table(read(path).unwrap(), path).unwrap());
    assert_eq!(bundle::vocabulary(), vocabulary);
    for release in bundle::releases() {
        let path = PathBuf::from(format!("model/releases/{release}.toml"));
        let written = load::model(read(&path).unwrap(), &path, &vocabulary, &read).unwrap();
        assert_eq!(bundle::matrix(&release), Some(written.matrix), "{release}");
    }
    let rules = ["deployability", "known-issues"].map(|set| {
        let path = PathBuf::from(format!("model/rules/{set}.toml"));
        load::rule_set(read(&path).unwrap(), &path, &vocabulary).unwrap()
    });
    assert_eq!(bundle::rule_sets(), rules);
}

/// The reason of a rule is shown with the plans that it concerns; a note with the same words on a single
/// feature would say it again, also where it does not apply.
#[test]
fn what_a_rule_says_is_no_note_on_one_of_its_features() {
    for release in bundle::releases() {
        let matrix = bundle::matrix(&release).unwrap();
        for rule in bundle::rule_sets().into_iter().flat_map(|set| set.rules) {
            if rule.terms.iter().any(|term| term.is_negated()) {
                continue;
            }
            for backend in matrix.backends.iter().filter(|b| rule.applies_to(Some(&release), &b.id))
            {
                let about = |cell: &&dynamo_plan::matrix::Cell| {
                    cell.terms.len() < rule.terms.len()
                        && cell.terms.iter().all(|term| rule.terms.contains(term))
                };
                let notes = backend.cells.iter().filter(about).flat_map(|cell| &cell.notes);
                let mut same = notes.filter(|note| {
                    note.kind == dynamo_plan::matrix::NoteKind::Limit && note.text == rule.reason
                });
                assert!(same.next().is_none(), "{release} {}: {}", backend.id, rule.id);
            }
        }
    }
}
