//! Forms of pages that are met beside the published ones: transposed tables, rows and marks of
//! other kinds, pages of one backend, copies that disagree.

use dynamo_plan::load::{Loaded, PageOptions, Report, Severity};

use crate::support::{bare, codes, import, import_with, level};

fn read(text: &str) -> Loaded {
    import(text).unwrap_or_else(|report| panic!("{:#?}", report.diagnostics))
}

/// The text that a report's first problem of a code underlines, and its message.
fn found<'r>(report: &'r Report, code: &str) -> (&'r str, &'r str) {
    let problem = report.diagnostics.iter().find(|it| it.code == code);
    let problem = problem.unwrap_or_else(|| panic!("{:#?}", report.diagnostics));
    (&report.text[problem.span.clone().expect("a place")], &problem.message)
}

const USUAL: &str = "*Updated for Dynamo v1.0.0*\n\n\
    | Feature | vLLM | SGLang (new) | Source |\n| --- | --- | --- | --- |\n\
    | **LoRA** | ✅<sup>1</sup> | | a |\n| Tool Calling | 🚧 | — | b |\n| KVBM | ✅ | ✅ | c |\n\n\
    > **Notes:**\n> 1. Only one.\n";

const TRANSPOSED: &str = "*Updated for Dynamo v1.0.0*\n\n\
    | Backend | **LoRA** | Tool Calling | KVBM | Notes |\n| --- | --- | --- | --- | --- |\n\
    | **vLLM** | ✅<sup>1</sup> | 🚧 | ✅ | a |\n| [SGLang (new)](s.md) | | — | ✅ | b |\n\n\
    > **Notes:**\n> 1. Only one.\n";

#[test]
fn a_transposed_table_says_the_same() {
    let usual = read(USUAL);
    for corner in ["Backend", "Engine", "", "Feature", "Backend \\\\ Feature"] {
        let page = TRANSPOSED.replace("| Backend |", &format!("| {corner} |"));
        let turned = read(&page);
        let plain = |loaded: &Loaded| {
            let mut matrix = bare(&loaded.matrix);
            matrix.features.iter_mut().for_each(|feature| feature.name = feature.id.clone());
            matrix
        };
        assert_eq!(plain(&turned), plain(&usual), "{corner}");
        assert_eq!(codes(&turned.reports[0]), codes(&usual.reports[0]), "{corner}");
        let line = TRANSPOSED.lines().position(|line| line.contains("new")).expect("a row") + 1;
        assert_eq!(turned.matrix.backends[1].cells[0].source, format!("page.md:{line}"));
    }
    let lost = read(&TRANSPOSED.split('\n').filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" "));
    assert_eq!(level(&lost.matrix, "sglang", &["tool-calling"]), "not-applicable");
}

#[test]
fn a_transposed_table_with_a_wrong_row_is_underlined_as_it_was_written() {
    let page = TRANSPOSED.replace("| 🚧 | ✅ | a |", "| 🚧 | a |");
    let report = import(&page).expect_err("a row is too short");
    let (row, message) = found(&report, "ragged-table");
    assert!(row.starts_with("| **vLLM**"), "{row}");
    assert!(message.contains("4 cells, the head has 5"), "{message}");
}

#[test]
fn rows_of_backends_under_other_names_are_no_features() {
    let drivers = format!("{USUAL}\n| Backend | CUDA 12 | CUDA 13 |\n|-|-|-|\n| vLLM | ✅ | ✅ |\n");
    assert_eq!(bare(&read(&drivers).matrix), bare(&read(USUAL).matrix));
}
