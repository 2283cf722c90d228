//! Model files that the program writes: what is read back is the matrix that was written.

#![allow(clippy::unwrap_used)]

use std::io;
use std::path::Path;

use crate::oracle::{Rng, random_matrices};
use dynamo_plan::load::{self, Loaded, PageOptions, bundle};
use dynamo_plan::matrix::{Feature, Group, Level, Matrix, Note, NoteKind, Platform, Release, Term};

fn written(matrix: &Matrix) -> String {
    load::write_model(matrix, &bundle::vocabulary())
}

fn read(text: &str) -> Loaded {
    let nothing = |_: &Path| Err(io::Error::from(io::ErrorKind::NotFound));
    let bytes = text.as_bytes().to_vec();
    let path = Path::new("written.toml");
    load::model(bytes, path, &bundle::vocabulary(), &nothing).unwrap_or_else(|reports| {
        panic!("{:#?}\n{text}", reports.iter().map(|r| &r.diagnostics).collect::<Vec<_>>())
    })
}

/// A matrix without the hash of its file, the sources of its cells and the names that reading adds.
fn essence(matrix: &Matrix) -> Matrix {
    let mut matrix = matrix.clone();
    matrix.provenance.sha256 = None;
    matrix.features.iter_mut().for_each(|feature| feature.aliases.clear());
    matrix.groups.iter_mut().for_each(|group| group.aliases.clear());
    for backend in &mut matrix.backends {
        backend.aliases.clear();
        for cell in &mut backend.cells {
            cell.source = "".into();
            cell.mark = None;
        }
    }
    matrix
}

/// What the oracle's matrices have not: pins, notes without a source and notes on no cell.
fn furnish(rng: &Rng, matrix: &mut Matrix) {
    let note = |text: String| Note::new(NoteKind::Info, text, None);
    for (at, backend) in matrix.backends.iter_mut().enumerate() {
        backend.engine = rng.percent(50).then(|| format!("0.{at}.0"));
        if rng.percent(50) {
            let cuda = "12.9".to_owned();
            backend.platforms.push(Platform { cuda, min_driver: 575, experimental: at == 0 });
        }
        if rng.percent(50) {
            backend.notes.push(note("on \"no\" cell\\\n\tat all \u{1}".to_owned()));
        }
        for cell in backend.cells.iter_mut().filter(|_| rng.percent(20)) {
            cell.notes.push(note(format!("{} of {}", rng.below(3), rng.below(2))));
        }
    }
}

#[test]
fn random_matrices_survive_being_written() {
    for seed in 0..400 {
        let rng = Rng::new(seed);
        for mut matrix in random_matrices(&rng) {
            furnish(&rng, &mut matrix);
            let text = written(&matrix);
            let again = read(&text).matrix;
            assert_eq!(essence(&again), essence(&matrix), "seed {seed}\n{text}");
        }
    }
}

#[test]
fn every_bundled_matrix_is_written_and_read_back_with_its_sources() {
    for release in bundle::releases() {
        let matrix = bundle::matrix(&release).unwrap();
        let mut again = read(&written(&matrix)).matrix;
        again.provenance.sha256.clone_from(&matrix.provenance.sha256);
        assert_eq!(again, matrix, "{release}");
    }
}

#[test]
fn a_part_of_a_matrix_stays_a_part() {
    let page = "# vLLM\n\n## Feature Interactions\n\n| Feature | LoRA | Multimodal |\n\
                |---|---|---|\n| LoRA | — | ✅ |\n| Multimodal | ✅ | — |\n";
    let part = load::page(page, "vllm.md", &PageOptions::default(), &bundle::vocabulary());
    let part = part.unwrap();
    let again = read(&written(&part.matrix));
    assert!(!part.is_complete() && !again.is_complete());
    assert_eq!(essence(&again.matrix), essence(&part.matrix));
}

#[test]
fn names_of_ones_own_are_kept() {
    let mut matrix = bundle::matrix(&Release::new("0.9.0")).unwrap();
    matrix.features[0].aliases.push("split serving".into());
    matrix.features.push(Feature {
        id: "warp".into(),
        name: "Warp | Drive '''".into(),
        group: Some("drives".into()),
        aliases: vec!["w".into()],
    });
    matrix.groups.push(Group {
        id: "drives".into(),
        name: "All Drives".into(),
        aliases: Vec::new(),
    });
    let again = read(&written(&matrix)).matrix;
    assert_eq!(again.features[0].aliases, matrix.features[0].aliases);
    let warp = again.feature("warp").unwrap();
    assert_eq!((warp.group.as_deref(), &warp.aliases[..]), (Some("drives"), &["w".into()][..]));
    assert_eq!(again.groups.iter().find(|g| g.id == "drives").unwrap().name, "All Drives");
    // It has no cell on any backend, and none is made up.
    assert!(
        again
            .backends
            .iter()
            .all(|backend| { !backend.cells.iter().any(|cell| *cell.terms == [Term::on("warp")]) })
    );
}

#[test]
fn a_cell_that_is_not_there_is_not_an_undocumented_one() {
    let mut matrix = bundle::matrix(&Release::new("0.9.0")).unwrap();
    let cells = &mut matrix.backends[0].cells;
    cells[0].level = Level::Undocumented;
    cells[0].caveat = false;
    cells.remove(1);
    let again = read(&written(&matrix)).matrix;
    assert_eq!(essence(&again), essence(&matrix));
}
