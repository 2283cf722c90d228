//! What matrices, lists and diagnostics look like.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test render` stores what is drawn now.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use crate::snapshot::{check, fixture};
use dynamo_plan::load::{self, Diagnostic, PageOptions, Report, bundle};
use dynamo_plan::matrix::{Backend, Cell, Level, Matrix, Note, Release, Rule, RuleSet, Term};
use dynamo_plan::render::list::{self, ListKind, ListView, Listing};
use dynamo_plan::render::matrix::{self, MatrixView};
use dynamo_plan::render::{self, Origin, Style, ToJson};

fn sample() -> Matrix {
    serde_json::from_str(&fixture("matrix")).unwrap()
}

fn origin() -> Origin {
    Origin {
        newest: Some(Release::new("1.4.0")),
        files: vec!["my.toml".into()],
        ..Origin::default()
    }
}

const NARROW: Style = Style { width: Some(80), ..Style::PLAIN };

#[test]
fn matrices_in_every_form() {
    let sample = sample();
    let backends: Vec<&Backend> = sample.backends.iter().collect();
    check("matrix-80.txt", &matrix::overview(&sample, &origin()).to_terminal(&NARROW));
    for backend in &backends {
        let page = matrix::backend(&sample, backend, &origin());
        check(&format!("matrix-{}-80.txt", backend.id), &page.to_terminal(&NARROW));
    }
    check("matrix.md", &matrix::markdown(&sample, &backends));
    check("matrix.csv", &matrix::csv(&sample, &backends));
    check("matrix.json", &MatrixView::new(&sample, backends, &[]).to_json());
}

#[test]
fn a_matrix_of_many_features_is_listed_and_not_drawn() {
    let mut sample = sample();
    let cell = sample.backends[0].cells.last().unwrap().clone();
    for i in 0..30 {
        let mut cell = cell.clone();
        cell.terms = vec![Term::on("lora"), Term::on(format!("z{i:02}"))].into();
        cell.level = if i % 2 == 0 { Level::Supported } else { Level::Experimental };
        sample.backends[0].cells.push(cell);
    }
    let page = matrix::backend(&sample, &sample.backends[0], &origin()).to_terminal(&NARROW);
    assert!(page.contains("lora + z01"), "{page}");
    assert!(page.contains("more pairs supported without a note."), "{page}");
}

#[test]
fn lists_in_every_form() {
    let matrices = [sample()];
    let rule = Rule {
        id: "planner-needs-disaggregation".into(),
        backends: vec![],
        terms: vec![Term::off("disaggregated-serving"), Term::on("sla-based-planner")],
        level: Level::Unsupported,
        releases: vec!["<=0.9.1".parse().unwrap()],
        reason: "The planner scales prefill and decode workers apart.".into(),
        caveat: false,
        workaround: None,
        fixed_in: None,
        sources: vec!["docs/planner/sla_planner.md".into()],
        repository: None,
    };
    let set = RuleSet { id: "deployability".into(), summary: "x".into(), rules: vec![rule] };
    let mut listing =
        Listing { chosen: &matrices, releases: &matrices, rule_sets: &[set], ..Listing::default() };
    check("list-80.txt", &list::page(&listing, &origin()).to_terminal(&NARROW));
    check("list.json", &ListView::new(&listing).to_json());
    listing.kind = Some(ListKind::Releases);
    check("list-releases-80.txt", &list::page(&listing, &origin()).to_terminal(&NARROW));
}

#[test]
fn diagnostics_point_into_the_file() {
    let text = "[grid]\nlora = \"perhaps\" # ✅ \u{202e}odd\n";
    let target = text.find("\"perhaps\"").unwrap();
    let report = Report {
        file: "my.toml".into(),
        text: text.into(),
        diagnostics: vec![
            Diagnostic::error("unknown-level", "`perhaps` is not a level", target..target + 9)
                .with_help("write one of supported, experimental, not-applicable, unsupported"),
            Diagnostic::warning("no-release", "the file names no release", None),
        ],
    };
    check("diagnostics.txt", &render::report(&report, &NARROW, usize::MAX));
}

#[test]
fn a_matrix_printed_as_markdown_reads_back_as_the_same_matrix() {
    for release in bundle::releases() {
        let matrix = bundle::matrix(&release).unwrap();
        let backends: Vec<&Backend> = matrix.backends.iter().collect();
        let page = matrix::markdown(&matrix, &backends);
        let options = PageOptions::default();
        let read = load::from_bytes(page.into_bytes(), Path::new("page.md"), &options).unwrap();
        let found: Vec<&Diagnostic> = read.reports.iter().flat_map(|r| &r.diagnostics).collect();
        // A note on a backend as a whole is a footnote that no cell refers to.
        let whole = backends.iter().map(|backend| backend.notes.len()).sum::<usize>();
        assert_eq!(found.len(), whole, "{release}: {found:?}");
        assert!(found.iter().all(|it| it.code == "unused-footnote"), "{release}: {found:?}");
        assert_eq!(read.matrix.release, matrix.release);
        assert_eq!(read.matrix.features, matrix.features, "{release}");
        assert_eq!(read.matrix.groups, matrix.groups, "{release}");
        assert_eq!(read.matrix.dimension, matrix.dimension, "{release}");
        for (read, written) in read.matrix.backends.iter().zip(&matrix.backends) {
            let notes = written.notes.iter().map(|note| on_a_page(note, &matrix));
            let notes: Vec<Note> = notes.collect();
            assert_eq!((&read.id, &read.notes), (&written.id, &notes), "{release}");
            assert_eq!(published(read, &matrix), published(written, &matrix), "{release}");
        }
    }
}

/// A backend's cells without what a page does not state: where a cell is written.
fn published(backend: &Backend, of: &Matrix) -> Vec<Cell> {
    let cells = backend.cells.iter();
    let notes = |cell: &Cell| cell.notes.iter().map(|note| on_a_page(note, of)).collect();
    let cells = cells.map(|cell| Cell {
        mark: None,
        source: "".into(),
        notes: notes(cell),
        ..cell.clone()
    });
    cells.collect()
}

/// A note as a page keeps it: all of it in its text, with one source, by address where it is known.
fn on_a_page(note: &Note, of: &Matrix) -> Note {
    let urls = of.urls(&note.sources, note.repository.as_deref());
    let source = urls.into_iter().next().flatten().or(note.sources.first().cloned());
    Note::new(note.kind, note.in_full(), source)
}

#[test]
fn no_text_of_a_matrix_breaks_out_of_its_line() {
    let mut sample = sample();
    let text = "One.\n\n## 9. Vendor says\r\n> 2. planted\u{1b}[2J";
    let cell = sample.backends[0].cells.iter_mut().find(|cell| !cell.notes.is_empty()).unwrap();
    cell.notes[0].text = text.into();
    cell.notes[0].sources = vec!["a.md\n## 10.".into()];
    sample.backends[0].name += "\n## Odd";
    let backends: Vec<&Backend> = sample.backends.iter().collect();
    let page = matrix::markdown(&sample, &backends);
    assert!(page.contains("One. ## 9. Vendor says > 2. planted\u{fffd}\\[2J"), "{page}");
    let planted = |line: &str| line.starts_with("## 9") || line.starts_with("## Odd");
    assert!(!page.lines().any(|line| planted(line) || line.starts_with("## 10")), "{page}");
    let csv = matrix::csv(&sample, &backends);
    let cells: usize = backends.iter().map(|backend| backend.cells.len()).sum();
    assert_eq!(csv.lines().count(), cells + 1);
    for form in [page, csv] {
        assert!(!form.chars().any(|c| c.is_control() && c != '\n'), "{form}");
    }
}

/// A matrix of one backend that says one thing about a group alone.
fn with_a_group_cell() -> Matrix {
    let text = "format = \"dynamo-plan/model/v1\"\nrelease = \"1.0\"\nfeatures = '''\n\
                | Feature | vLLM |\n| Multimodal (Image) | ✅ |\n| LoRA | ✅ |\n'''\n\
                [pairs]\nvllm = '''\n| Feature | Multimodal | LoRA |\n| Multimodal | — | |\n\
                | LoRA | ✅ | — |\n'''\n\
                [[cell]]\nbackend = \"vllm\"\nterms = [\"multimodal\"]\nlevel = \"experimental\"\n";
    let no_file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let path = Path::new("own.toml");
    load::model(text.into(), path, &bundle::vocabulary(), &no_file).unwrap().matrix
}

#[test]
fn a_cell_of_a_group_alone_is_drawn_and_survives_the_round_trip() {
    let own = with_a_group_cell();
    let page = matrix::overview(&own, &origin()).to_terminal(&NARROW);
    assert!(page.contains("Serving patterns and rules"), "{page}");
    let backends: Vec<&Backend> = own.backends.iter().collect();
    let drawn = matrix::markdown(&own, &backends);
    let options = PageOptions::default();
    let read = load::page(drawn.as_str(), "own.md", &options, &bundle::vocabulary());
    let read = read.unwrap_or_else(|reports| panic!("{reports:?}\n{drawn}")).matrix;
    let cells = |matrix: &Matrix| -> Vec<(Vec<Term>, Level)> {
        matrix.backends[0].cells.iter().map(|cell| (cell.terms.to_vec(), cell.level)).collect()
    };
    assert_eq!(cells(&read), cells(&own), "{drawn}");
}

#[test]
fn nothing_in_a_matrix_becomes_markup() {
    let mut own = with_a_group_cell();
    own.release = Some(Release::new("<img src=x>"));
    own.provenance.commit = Some("<b>[x](javascript:alert)".to_owned());
    own.provenance.date = Some("*2026*".to_owned());
    own.backends[0].name = "<script>".to_owned();
    let kind = dynamo_plan::matrix::NoteKind::Info;
    let note = |source: &str| dynamo_plan::matrix::Note::new(kind, "note", Some(source.to_owned()));
    let sources = ["javascript:alert(1)", "docs/a.md) <b>", "README.md:12", "https://x.org/a#b"];
    own.backends[0].notes = sources.map(note).to_vec();
    let drawn = matrix::markdown(&own, &own.backends.iter().collect::<Vec<_>>());
    for wrong in ["<img", "<b>", "<script", "](javascript", " *2026*"] {
        let at = drawn.match_indices(wrong).find(|(at, _)| !drawn[..*at].ends_with('\\'));
        assert!(at.is_none(), "{wrong}: {drawn}");
    }
    for right in ["(README.md:12)", "(https://x.org/a#b)", "(./javascript:alert%281%29)"] {
        assert!(drawn.contains(right), "{right}: {drawn}");
    }
}

#[test]
fn no_csv_field_is_a_formula() {
    let mut own = with_a_group_cell();
    for (cell, start) in own.backends[0].cells.iter_mut().zip(["=1+1", "+x", "-x", "@x"]) {
        cell.source = format!("{start},\"y\"").into();
    }
    let drawn = matrix::csv(&own, &own.backends.iter().collect::<Vec<_>>());
    for start in ["=1+1", "+x", "-x", "@x"] {
        assert!(drawn.contains(&format!(",\"'{start},\"\"y\"\"\"")), "{drawn}");
    }
}
