//! Round trips: what the program prints and writes is read back as the same matrix.

use std::path::Path;

use dynamo_plan::load::{self, Loaded, PageOptions, bundle};
use dynamo_plan::matrix::{Backend, Cell, Level, Matrix, Note};
use dynamo_plan::render::matrix::markdown;

fn printed(matrix: &Matrix) -> String {
    let backends: Vec<_> = matrix.backends.iter().collect();
    markdown(matrix, &backends)
}

fn read(page: &str) -> Loaded {
    load::page(page, "page.md", &PageOptions::default(), &bundle::vocabulary())
        .unwrap_or_else(|reports| panic!("{:#?}\n{page}", reports[0].diagnostics))
}

/// A matrix without what a page does not print: where it was read, engines, platforms. A note
/// without a source of its own has that of its cell in a model.
fn essence(matrix: &Matrix) -> Matrix {
    let original = matrix;
    let mut matrix = matrix.clone();
    matrix.provenance = Default::default();
    matrix.released = None;
    for backend in &mut matrix.backends {
        backend.engine = None;
        backend.platforms.clear();
        for cell in &mut backend.cells {
            cell.mark = None;
            cell.source = "".into();
        }
        let of_cells = backend.cells.iter_mut().flat_map(|cell| &mut cell.notes);
        for note in of_cells.chain(&mut backend.notes) {
            // A page says all of a note in its text, and links one source, by address where it is known.
            let urls = original.urls(&note.sources, note.repository.as_deref());
            let source = urls.into_iter().next().flatten().or(note.sources.first().cloned());
            *note = Note::new(note.kind, note.in_full(), source);
            note.sources.retain(|source| !source.starts_with("page.md"));
        }
    }
    matrix
}

#[test]
fn every_bundled_matrix_survives_being_printed() {
    for release in bundle::releases() {
        let matrix = bundle::matrix(&release).expect("a bundled release");
        let page = printed(&matrix);
        let (before, after) = (essence(&matrix), essence(&read(&page).matrix));
        assert_eq!(before.features, after.features, "{release}");
        assert_eq!(before.groups, after.groups, "{release}");
        assert_eq!(before.dimension, after.dimension, "{release}");
        for (before, after) in before.backends.iter().zip(&after.backends) {
            for (before, after) in before.cells.iter().zip(&after.cells) {
                assert_eq!(before, after, "{release}");
            }
        }
        assert_eq!(before, after, "{release}");
    }
}

/// A matrix read back from the model file that it is written as.
fn rewritten(matrix: &Matrix) -> Loaded {
    let model = load::write_model(matrix, &bundle::vocabulary());
    let read = |_: &Path| Err(std::io::Error::other("nothing is included"));
    load::model(model.clone().into_bytes(), Path::new("m.toml"), &bundle::vocabulary(), &read)
        .unwrap_or_else(|reports| panic!("{:#?}\n{model}", reports[0].diagnostics))
}

/// A matrix without the cells that say nothing.
fn documented(mut matrix: Matrix) -> Matrix {
    for backend in &mut matrix.backends {
        let says = |cell: &Cell| cell.level != Level::Undocumented || !cell.notes.is_empty();
        backend.cells.retain(says);
    }
    matrix
}

#[test]
fn every_bundled_matrix_survives_being_written() {
    for release in bundle::releases() {
        let mut matrix = bundle::matrix(&release).expect("a bundled release");
        let mut after = rewritten(&matrix).matrix;
        matrix.provenance.sha256 = None;
        after.provenance.sha256 = None;
        assert_eq!(matrix, after, "{release}");
    }
}

#[test]
fn an_imported_page_survives_being_written() {
    let pages = [
        include_str!("../pages/feature-matrix.md"),
        include_str!("../pages/first-marks.md"),
        include_str!("../pages/compatibility-tabs.mdx"),
        include_str!("../pages/compatibility-words.mdx"),
        include_str!("../pages/compatibility-platforms.mdx"),
        include_str!("../pages/backend.mdx"),
    ];
    for page in pages {
        let before = read(page);
        let after = rewritten(&before.matrix);
        assert_eq!(before.is_complete(), after.is_complete());
        let (before, after) = (essence(&before.matrix), documented(essence(&after.matrix)));
        for (before, after) in before.backends.iter().zip(&after.backends) {
            assert_eq!(before, after);
        }
        assert_eq!(before, after);
    }
}

#[test]
fn odd_names_survive_being_written() {
    let page = "| Feature | vLLM | En'gine 2 |\n|---|---|---|\n| a \\| ''' \"b\" (C) | ✅ | ✅! |\n\
                | KVBM | 🚧 | |\n| Ünïcode | — | — |\n\n## 1. vLLM Backend\n\n\
                | Feature | KVBM | a ''' b |\n|-|-|-|\n| KVBM | — | |\n| a ''' b | ✅ | — |\n";
    let before = read(page).matrix;
    let after = documented(rewritten(&before).matrix);
    let levels = |matrix: &Matrix| {
        let cells = |b: &Backend| {
            let id = b.id.clone();
            let each = move |c: &Cell| (id.clone(), c.terms.clone(), c.level);
            b.cells.iter().map(each).collect::<Vec<_>>()
        };
        matrix.backends.iter().flat_map(cells).collect::<Vec<_>>()
    };
    assert_eq!(levels(&before), levels(&after));
}

#[test]
fn a_page_survives_being_printed() {
    let page = include_str!("../pages/compatibility-words.mdx");
    let before = read(page).matrix;
    let after = read(&printed(&before)).matrix;
    assert_eq!(essence(&before), essence(&after));
}

#[test]
fn a_backend_of_which_nothing_is_documented_is_no_part_of_a_matrix() {
    let model = "format = \"dynamo-plan/model/v1\"\nrelease = \"9.0.0\"\nfeatures = '''\n\
                 | Feature | vLLM | SGLang |\n| LoRA | ✅ | ? |\n| KVBM | ✅ | ? |\n'''\n\
                 [source]\npath = \"x.md\"\n[pairs]\nvllm = '''\n| Feature |\n'''\n\
                 sglang = '''\n| Feature |\n'''\n";
    let load = |model: &str| {
        let read = |_: &Path| Err(std::io::Error::other("nothing is included"));
        load::model(model.as_bytes().to_vec(), Path::new("m.toml"), &bundle::vocabulary(), &read)
            .unwrap_or_else(|reports| panic!("{:#?}", reports[0].diagnostics))
    };
    assert!(load(model).is_complete());
    assert!(!load(&model.replace("| ? |", "| ~ |")).is_complete());
}
