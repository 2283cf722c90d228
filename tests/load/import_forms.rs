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
        assert_eq!(*turned.matrix.backends[1].cells[0].source, format!("page.md:{line}"));
    }
    let lost =
        read(&TRANSPOSED.split('\n').filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" "));
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
    let drivers =
        format!("{USUAL}\n| Backend | CUDA 12 | CUDA 13 |\n|-|-|-|\n| vLLM | ✅ | ✅ |\n");
    assert_eq!(bare(&read(&drivers).matrix), bare(&read(USUAL).matrix));
}

/// A page with the given legend, feature table and pair table of vLLM.
fn page(legend: &str, features: &str, pairs: &str) -> String {
    format!(
        "*Updated for Dynamo v1.0.0*\n\n{legend}\n\n| Feature | vLLM | SGLang |\n|-|-|-|\n{features}\n\
         ## 1. vLLM Backend\n\n| Feature | LoRA | KVBM | Video | Tools |\n|-|-|-|-|-|\n{pairs}"
    )
}

const FULL: &str = "| LoRA | ✅ | 🚧 |\n| KVBM | ✅ | |\n| Video | | ✅ |\n";
const PAIRS: &str = "| LoRA | — | | | |\n| KVBM | ✅ | — | | |\n| Video | | 🚧 | — | |\n\
    | Tools | ✅ | — | ✅<sup>1</sup> | — |\n\n> **Notes:**\n> 1. Why.\n";

#[test]
fn copies_that_lost_their_marks_are_refused() {
    let whole = page("**Legend:** ✅ Supported | 🚧 WIP", FULL, PAIRS);
    read(&whole);
    let all = ["✅", "🚧", "—"];
    for lost in [&all[..1], &all[..2], &all[..], &all[2..]] {
        let copy = lost.iter().fold(whole.clone(), |text, mark| text.replace(mark, ""));
        let report = import(&copy).expect_err("the copy is refused");
        let (_, message) = found(&report, "marks-lost");
        assert!(message.contains("lost marks"), "{message}");
        let problem = report.errors().next().expect("an error");
        let help = problem.help.as_deref().expect("what to do");
        assert!(help.contains("source Markdown"), "{help}");
    }
}

#[test]
fn a_legend_that_lost_its_marks_does_not_explain_the_blank() {
    let copy = page("**Legend:**\n* ✅ : Supported\n* 🚧 : WIP", FULL, PAIRS).replace('✅', "");
    let report = import(&copy).expect_err("the copy is refused");
    assert!(codes(&report).contains(&"marks-lost"), "{:?}", codes(&report));
    assert!(codes(&report).contains(&"unreadable-legend"));
}

#[test]
fn each_way_of_losing_marks_is_told_apart() {
    let features = |rows: &str| page("", rows, PAIRS);
    let pairs = |rows: &str| page("", FULL, rows);
    let cases = [
        (features("| LoRA | | |\n| KVBM | | <sup>1</sup> |\n"), "none of the 4 cells"),
        (
            pairs("| LoRA | | | | |\n| KVBM | | | | |\n| Video | | | | |\n| Tools | | | | |\n"),
            "none of the 6",
        ),
        (pairs(&PAIRS.replace('—', "")), "the diagonal of this table is blank"),
        (
            pairs(
                &PAIRS
                    .replace("| KVBM | ✅ | — | | |", "| KVBM | ✅ | — | ✅ | ✅ |")
                    .replace("🚧", ""),
            ),
            "Video + KVBM is marked here, but blank below",
        ),
        (
            page(
                "",
                "| LoRA | 🚧 | |\n| KVBM | | |\n",
                "| LoRA | — | | | |\n| KVBM | 🚧 | — | | |\n\
                | Video | | 🚧 | — | |\n| Tools | | | | — |\n",
            ),
            "3 of the 4 cells of this table are blank, and no ✅ is left",
        ),
    ];
    for (page, words) in cases {
        let report = import(&page).expect_err(words);
        let (_, message) = found(&report, "marks-lost");
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn sparse_tables_of_whole_pages_are_read() {
    let sparse =
        "| LoRA | — | | | |\n| KVBM | | — | | |\n| Video | | 🚧 | — | |\n| Tools | | | | — |\n";
    let matrix = read(&page("", FULL, sparse)).matrix;
    assert_eq!(
        level(&matrix, "vllm", &["lora", "tool-calling"]),
        "unsupported",
        "a ✅ is elsewhere"
    );
    let explained = page(
        "**Legend:** 🚧 Experimental | (blank) Not supported",
        "| LoRA | | |\n| KVBM | | |\n",
        "| LoRA | | | | |\n| KVBM | | | | |\n| Video | | 🚧 | | |\n| Tools | | | | |\n",
    );
    let matrix = read(&explained).matrix;
    assert_eq!(level(&matrix, "sglang", &["lora"]), "unsupported", "the legend says so");
    let words = "| LoRA | No | Experimental |\n| KVBM | Experimental | No |\n";
    assert_eq!(level(&read(&page("", words, PAIRS)).matrix, "vllm", &["lora"]), "unsupported");
}

#[test]
fn words_do_not_vouch_for_symbols() {
    let words = "| LoRA | Supported | Yes |\n| KVBM | Yes | No |\n";
    read(&page("", words, PAIRS));
    let report = import(&page("", words, &PAIRS.replace('✅', ""))).expect_err("symbols were lost");
    assert!(codes(&report).contains(&"marks-lost"), "{:?}", codes(&report));
}

#[test]
fn a_row_without_any_mark_is_skipped() {
    let with = |row: &str| page("", &format!("{FULL}{row}\n"), PAIRS);
    for row in [
        "| Best For | High throughput | Low latency |",
        "| Best For | High throughput<sup>9</sup> | Long documents, agents |",
        "| LoRA Adapters | up to 8 | up to 16 |",
    ] {
        let loaded = read(&with(row));
        assert_eq!(bare(&loaded.matrix), bare(&read(&with("")).matrix), "{row}");
        let (span, message) = found(&loaded.reports[0], "skipped-row");
        assert!(message.contains(span), "{message}");
        assert!(!codes(&loaded.reports[0]).contains(&"missing-footnote"));
    }
    for row in ["| Tools | ✅ | maybe |", "| Tools | maybe | |", "| Tools | — | maybe |"] {
        assert_eq!(codes(&import(&with(row)).expect_err(row)), ["unreadable-cell"], "{row}");
    }
    let few = page("", "| LoRA | ✅ | 🚧 |\n| Best For | a | b |\n| Not For | c | d |\n", PAIRS);
    let report = import(&few).expect_err("one row is too few");
    assert_eq!(report.errors().filter(|problem| problem.code == "unreadable-cell").count(), 4);
    let one = "| Feature | vLLM |\n|-|-|\n| LoRA | ✅ |\n| KVBM | ✅ |\n";
    assert!(
        codes(&read(&format!("{one}| Best For | speed |\n")).reports[0]).contains(&"skipped-row")
    );
    let odd = import(&format!("{one}| Video | maybe |\n")).expect_err("a known feature");
    assert_eq!(found(&odd, "unreadable-cell").0, "maybe");
}

const ONE_BACKEND: &str = "# vLLM\n\n## Feature Support\n\n| Feature | Status | Notes |\n|-|-|-|\n\
    | LoRA | ✅ | |\n| KVBM | ✅ | |\n\n";

#[test]
fn a_page_of_one_backend_says_that_its_features_do_not_count() {
    let pairs = "## Feature Interactions\n\n| Feature | LoRA | KVBM |\n|-|-|-|\n| LoRA | — | |\n| KVBM | ✅ | — |\n";
    let loaded = read(&format!("{ONE_BACKEND}{pairs}"));
    let (span, message) = found(&loaded.reports[0], "one-backend-page");
    assert_eq!(span, "Feature");
    assert!(message.contains("vLLM alone"), "{message}");
    let problem = loaded.reports[0].diagnostics.iter().find(|it| it.code == "one-backend-page");
    assert_eq!(problem.expect("a note").severity, Severity::Note);
    for status in ["Status", "vLLM"] {
        let report = import(&ONE_BACKEND.replace("Status", status)).expect_err("nothing counts");
        assert_eq!(codes(&report), ["no-matrix-table"]);
        let (_, message) = found(&report, "no-matrix-table");
        assert!(message.contains("vLLM alone"), "{message}");
    }
}

#[test]
fn copies_on_one_page_that_disagree_are_found_with_both_places() {
    let tab = |rows: &str| {
        format!(
            "<Tabs>\n<Tab title=\"SGLang\">\n\n*Source: here*\n\n| Feature | Supported? | Notes |\n|-|-|-|\n\
             {rows}\n</Tab>\n</Tabs>\n\n{}",
            page("", FULL, PAIRS)
        )
    };
    let same =
        tab("| LoRA | 🚧 | x |\n| KVBM | — | Not supported |\n| Video | ✓ | |\n| Other | ✅ | |\n");
    assert!(!codes(&read(&same).reports[0]).contains(&"copies-disagree"));
    let other = tab("| LoRA | ✅ | x |\n| Video | — | |\n");
    let loaded = read(&other);
    let problems = codes(&loaded.reports[0]);
    assert_eq!(problems.iter().filter(|code| **code == "copies-disagree").count(), 2);
    let (span, message) = found(&loaded.reports[0], "copies-disagree");
    assert_eq!(span, "✅");
    let line = other.lines().position(|line| line.starts_with("| LoRA | ✅ | 🚧")).expect("it") + 1;
    let place = format!("lora is supported here, but experimental at page.md:{line}:14");
    assert!(message.contains(&place), "{message}");
    assert_eq!(level(&loaded.matrix, "sglang", &["lora"]), "experimental", "the comparison counts");
    let elsewhere = other.replace("title=\"SGLang\"", "title=\"Big GPU\"");
    assert!(!codes(&read(&elsewhere).reports[0]).contains(&"copies-disagree"));
}

#[test]
fn a_mark_with_a_marker_is_never_plain() {
    let cells = [
        "✅*",
        "✅ *",
        "✅ (*)",
        "✅(*)",
        "✅\\*",
        "✅<sup>*</sup>",
        "**✅***",
        "✅†",
        "✅ [*]",
        "Yes*",
        "✅ (partial)",
        "⚠️ (partial)",
        "✅ (with limits)",
        "Supported (limited)",
        "✅**",
        "✅* (on A)",
    ];
    for cell in cells {
        let loaded = read(&page("", &format!("| LoRA | {cell} | ✅ |\n"), PAIRS));
        assert_eq!(level(&loaded.matrix, "vllm", &["lora"]), "supported!", "{cell}");
    }
    let plain = ["**✅**", "*✅*", "✅ *only A*", "✅ (only A)", "✅<sup>1</sup>"];
    for cell in plain {
        let features = format!("| LoRA | {cell} | ✅ |\n\n> **Notes:**\n> 1. Why.\n");
        let loaded = read(&page("", &features, PAIRS));
        assert_eq!(level(&loaded.matrix, "vllm", &["lora"]), "supported", "{cell}");
    }
    let others = [("🚧*", "experimental"), ("❌*", "unsupported"), ("—*", "not-applicable")];
    for (cell, wanted) in others {
        let loaded = read(&page("", &format!("| LoRA | {cell} | ✅ |\n"), PAIRS));
        assert_eq!(level(&loaded.matrix, "vllm", &["lora"]), wanted, "{cell}");
        assert!(codes(&loaded.reports[0]).contains(&"missing-footnote"));
    }
}

#[test]
fn what_explains_a_marker_becomes_a_note() {
    let notes = |text: &str| {
        let loaded = read(text);
        assert!(!codes(&loaded.reports[0]).contains(&"missing-footnote"), "{text}");
        let cell = &loaded.matrix.backend("vllm").expect("vLLM").cells[0];
        assert!(cell.caveat && cell.mark.as_deref() == Some("✅*"), "{cell:?}");
        let note = cell.notes.first().expect("a note");
        (note.text.clone(), note.sources.clone())
    };
    let rows = |after: &str| page("", &format!("| LoRA | ✅* | ✅ |\n\n{after}\n"), PAIRS);
    for line in [
        "\\* Only on A.",
        "(*) Only on A.",
        "<sup>*</sup> Only on A.",
        "* Only on A.",
        "*Only on A.",
        "> \\*: Only\n> on A.",
        "**Notes:**\n\\* Only on A.",
    ] {
        assert_eq!(notes(&rows(line)).0, "Only on A.", "{line}");
    }
    assert_eq!(
        notes(&rows("\\* Why. ([Source](a.md))")),
        ("Why.".to_owned(), vec!["a.md".to_owned()])
    );
    let features = "| LoRA | ✅* | ✅ |\n";
    for legend in [
        "**Legend:** ✅ Supported | * Only on A.",
        "**Legend:** ✅ Supported | ✅* Only on A.",
        "**Legend:**\n* ✅ : Supported\n* ✅* : Only on A.",
        "**Legend:**\n* ✅ : Supported\n* (*) : Only on A.",
    ] {
        assert_eq!(notes(&page(legend, features, PAIRS)).0, "Only on A.", "{legend}");
    }
}

#[test]
fn the_legend_may_say_that_a_marked_cell_does_not_work() {
    let with = |legend: &str| page(legend, "| LoRA | ✅* | ✅ |\n", PAIRS);
    let wip = read(&with("**Legend:** ✅ Supported | ✅* Experimental")).matrix;
    assert_eq!(level(&wip, "vllm", &["lora"]), "experimental");
    let limited = read(&with("**Legend:** ✅ Supported | ✅* Supported on some machines")).matrix;
    assert_eq!(level(&limited, "vllm", &["lora"]), "supported!");
    assert_eq!(level(&limited, "sglang", &["lora"]), "supported");
    let report =
        import(&with("**Legend:** ✅ Supported | * Not supported yet")).expect_err("refused");
    assert_eq!(found(&report, "unreadable-cell").0, "✅*");
}

#[test]
fn a_bulleted_list_below_a_table_explains_no_marker() {
    let text = page("", "| LoRA | ✅* | ✅ |\n\n* One thing.\n* Another thing.\n", PAIRS);
    assert!(codes(&read(&text).reports[0]).contains(&"missing-footnote"));
}

#[test]
fn a_thousand_features_in_a_row_are_read_soon() {
    let names: Vec<String> = (0..500).map(|n| format!("LoRA | F{n}x*")).collect();
    let marks = " ✅* | 🚧 |".repeat(500);
    let head = names
        .iter()
        .enumerate()
        .map(|(n, name)| name.replace("LoRA", if n == 0 { "LoRA" } else { "KVBM" }));
    let page = format!(
        "| Backend | {} |\n{}\n| vLLM |{marks}\n| SGLang |{marks}\n\n\\* Why.\n",
        head.collect::<Vec<_>>().join(" | "),
        "|-".repeat(1_001) + "|",
    );
    let start = std::time::Instant::now();
    let read = import_with(&page, &PageOptions::default()).expect("it is read");
    assert!(start.elapsed() < std::time::Duration::from_secs(10));
    assert_eq!(read.matrix.backends.len(), 2);
}
