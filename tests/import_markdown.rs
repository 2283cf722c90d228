//! The round trip: every bundled matrix, printed as Markdown, imports to itself.

use dynamo_plan::load::{self, Loaded, PageOptions, bundled};
use dynamo_plan::matrix::Matrix;
use dynamo_plan::render::matrix::markdown;

fn printed(matrix: &Matrix) -> String {
    let backends: Vec<_> = matrix.backends.iter().collect();
    markdown(matrix, &backends)
}

fn read(page: &str) -> Loaded {
    load::page(page, "page.md", &PageOptions::default(), &bundled::vocabulary())
        .unwrap_or_else(|reports| panic!("{:#?}\n{page}", reports[0].diagnostics))
}

/// A matrix without what a page does not print: where it was read, engines, platforms.
fn essence(matrix: &Matrix) -> Matrix {
    let mut matrix = matrix.clone();
    matrix.provenance = Default::default();
    for backend in &mut matrix.backends {
        backend.engine = None;
        backend.platforms.clear();
        for cell in &mut backend.cells {
            cell.mark = None;
            cell.source.clear();
        }
    }
    matrix
}

#[test]
fn every_bundled_matrix_survives_being_printed() {
    for release in bundled::releases() {
        let matrix = bundled::matrix(&release).expect("a bundled release");
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

#[test]
fn a_page_survives_being_printed() {
    let page = include_str!("pages/compatibility-words.mdx");
    let before = read(page).matrix;
    let after = read(&printed(&before)).matrix;
    assert_eq!(essence(&before), essence(&after));
}
