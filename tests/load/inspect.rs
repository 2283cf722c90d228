//! What must hold of whatever is read as a page or a model. The seeded fuzzing beside this file and
//! the coverage-guided one in `fuzz/` both hold inputs to it.
#![allow(dead_code, unreachable_pub, reason = "each target in `fuzz/` uses a part of it")]

use std::io;
use std::path::Path;

use dynamo_plan::analysis::lint;
use dynamo_plan::load::{self, Loaded, PageOptions, Report, bundle};
use dynamo_plan::matrix::{Cell, Matrix};
use dynamo_plan::render::{Style, report};

/// What was read, or why nothing was.
pub type Read = Result<Loaded, Vec<Report>>;

/// Reads a model that includes nothing.
pub fn model(bytes: Vec<u8>) -> Read {
    let nothing = |_: &Path| Err(io::Error::from(io::ErrorKind::NotFound));
    load::model(bytes, Path::new("fuzz.toml"), &bundle::vocabulary(), &nothing)
}

/// Reads a page.
pub fn page(bytes: Vec<u8>) -> Read {
    // A page that names its backends does not heed the name.
    let options = PageOptions { backends: vec!["Mill".to_owned()], ..PageOptions::default() };
    load::page(bytes, "fuzz.md", &options, &bundle::vocabulary())
}

/// The cells, without what a model file cannot keep. A link within the page is one into its document,
/// whose own path is taken for such a link where it starts like one.
fn said(matrix: &Matrix) -> Vec<(String, Vec<Cell>)> {
    let bare = |cell: &Cell| {
        let mut cell = Cell { mark: None, source: "".into(), ..cell.clone() };
        for source in cell.notes.iter_mut().map(|note| &mut note.sources) {
            source.retain(|at| !at.is_empty());
            for at in source.iter_mut().filter(|at| at.starts_with('#')) {
                *at = format!("{}{at}", matrix.provenance.source);
            }
        }
        cell
    };
    let cells = |b: &dynamo_plan::matrix::Backend| b.cells.iter().map(bare).collect();
    matrix.backends.iter().map(|backend| (backend.id.clone(), cells(backend))).collect()
}

/// What must hold of whatever was read.
pub fn inspect(read: Read) {
    let reports = match &read {
        Ok(loaded) => &loaded.reports,
        Err(reports) => {
            assert!(reports.iter().any(Report::has_errors), "refused without a reason");
            reports
        }
    };
    for found in reports {
        for problem in &found.diagnostics {
            let span = problem.span.clone().unwrap_or(0..0);
            assert!(span.start <= span.end && span.end <= found.text.len(), "{problem:?}");
            assert!(found.text.get(span).is_some(), "a target inside a character: {problem:?}");
        }
        let _ = report(found, &Style { width: Some(80), ..Style::PLAIN }, 20);
    }
    if let Ok(loaded) = &read {
        let text = load::write_model(&loaded.matrix, &bundle::vocabulary());
        match model(text.clone().into_bytes()) {
            Ok(again) => {
                assert!(said(&loaded.matrix) == said(&again.matrix), "another matrix:\n{text}");
            }
            Err(reports) => panic!("{:#?}\n{text}", reports[0].diagnostics),
        }
    }
    let _ = lint(&[read], &bundle::rule_sets(), None);
}

/// Reads the same bytes twice, which must give the same, and inspects it.
pub fn read_twice(bytes: &[u8], read: fn(Vec<u8>) -> Read) {
    let [first, second] = [read(bytes.to_vec()), read(bytes.to_vec())];
    assert_eq!(format!("{first:?}"), format!("{second:?}"), "read in two ways");
    inspect(first);
}
