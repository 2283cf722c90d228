//! Pages in the forms in which other projects publish their matrices: footnotes with names, markers
//! after a mark, a diagonal of claims, pages that name no backend, tables written as lists.

use std::fmt::Write;
use std::time::{Duration, Instant};

use dynamo_plan::load::{Loaded, PageOptions, Report};

use crate::support::{codes, import, import_with, level};

/// A page of one engine: pairs with every kind of mark, and what runs on which boards.
const ENGINE: &str = include_str!("../pages/other-engine.md");
/// Two tables written as lists, in text directives of their own.
const LISTS: &str = include_str!("../pages/list-tables.md");

fn given(page: &str, backends: &[&str]) -> Result<Loaded, Report> {
    let backends = backends.iter().map(|&name| name.to_owned()).collect();
    import_with(page, &PageOptions { backends, ..PageOptions::default() })
}

fn engine(backend: &str) -> Loaded {
    given(ENGINE, &[backend]).unwrap_or_else(|report| panic!("{:#?}", report.diagnostics))
}

/// The notes of a cell of the first backend.
fn notes(loaded: &Loaded, terms: &[&str]) -> Vec<String> {
    let mut terms = terms.to_vec();
    terms.sort_unstable();
    let cell = crate::cell(&loaded.matrix.backends[0], &terms).expect("there is such a cell");
    cell.notes.iter().map(|note| note.text.to_string()).collect()
}

/// A page of two features and their pair, with one cell and what stands below the table.
fn pair(cell: &str, below: &str) -> String {
    format!(
        "# Pairs\n\n| Feature | LoRA | Tool Calling |\n| --- | --- | --- |\n| LoRA | --- | |\n\
         | Tool Calling | {cell} | --- |\n\n{below}\n"
    )
}

/// The level and the notes of that pair, and the codes that are not about a page of this form.
fn read_pair(cell: &str, below: &str) -> (String, Vec<String>, Vec<&'static str>) {
    let loaded = given(&pair(cell, below), &["vllm"]);
    let loaded = loaded.unwrap_or_else(|report| panic!("{cell}: {:#?}", report.diagnostics));
    let found = level(&loaded.matrix, "vllm", &["lora", "tool-calling"]);
    let told = if found == "none" { vec![] } else { notes(&loaded, &["lora", "tool-calling"]) };
    let mut codes = codes(&loaded.reports[0]);
    codes.retain(|code| !["no-release", "no-feature-column"].contains(code));
    (found, told, codes)
}

#[test]
fn every_mark_of_the_page_is_read_by_its_own_legend() {
    let loaded = engine("mill");
    let of = |terms: &[&str]| level(&loaded.matrix, "mill", terms);
    assert_eq!(of(&["batching", "caching"]), "supported");
    assert_eq!(of(&["caching", "lora"]), "experimental");
    assert_eq!(of(&["batching", "lora"]), "unsupported");
    assert_eq!(of(&["batching", "drafts"]), "none");
    assert_eq!(of(&["drafts", "lora"]), "supported!");
    assert_eq!(of(&["caching", "drafts"]), "unsupported");
    let note = "Only where a batch shares its first words, and only on one node.";
    assert_eq!(notes(&loaded, &["caching", "lora"]), [note]);
    assert_eq!(notes(&loaded, &["drafts", "lora"]), ["Small drafts only."]);
    assert_eq!(notes(&loaded, &["caching", "drafts"]), ["drafts are cached apart"]);
}

#[test]
fn a_diagonal_of_claims_says_nothing_and_is_no_slip() {
    let loaded = engine("mill");
    assert!(!codes(&loaded.reports[0]).contains(&"diagonal-claim"));
    let features = &loaded.matrix.backends[0].cells;
    let single: Vec<_> = features.iter().filter(|cell| cell.terms.len() == 1).collect();
    assert_eq!(single.len(), 4);
    assert!(single.iter().all(|cell| cell.level.id() == "undocumented"), "{single:?}");
    let half = ENGINE.replace("| Caching | ✅ | | | |", "| Caching | — | | | |");
    let codes = codes(&given(&half, &["mill"]).unwrap().reports[0]);
    assert_eq!(codes.iter().filter(|code| **code == "diagonal-claim").count(), 3);
}

#[test]
fn a_column_of_the_given_name_is_what_the_backend_supports() {
    let loaded = engine("Board B");
    let of = |terms: &[&str]| level(&loaded.matrix, "board-b", terms);
    assert_eq!((of(&["caching"]), of(&["drafts"])), ("supported".into(), "unsupported".into()));
    assert_eq!(of(&["lora"]), "none");
    assert_eq!(of(&["batching", "caching"]), "supported");
    assert!(loaded.is_complete());
    let elsewhere = engine("mill");
    assert!(codes(&elsewhere.reports[0]).contains(&"ignored-column"));
}

#[test]
fn a_page_without_a_backend_asks_for_its_name() {
    for (names, told) in [(&[][..], "--backend NAME"), (&["a", "b"][..], "give --backend once")] {
        let report = given(ENGINE, names).unwrap_err();
        let problem = report.diagnostics.iter().find(|it| it.code == "unnamed-backend").unwrap();
        assert!(problem.help.as_ref().unwrap().contains(told), "{problem:?}");
        assert_eq!(&ENGINE[problem.span.clone().unwrap()], "Feature");
    }
    // A page that names its backends does not heed the name.
    let page = "| Feature | vLLM |\n|-|-|\n| LoRA | ✅ |\n";
    let loaded = given(page, &["sglang"]).unwrap();
    assert_eq!(loaded.matrix.backends.len(), 1);
    assert_eq!(loaded.matrix.backends[0].id, "vllm");
}

#[test]
fn tables_without_a_backend_are_left_out_where_others_have_one() {
    let page = "| Feature | vLLM |\n|-|-|\n| LoRA | ✅ |\n\n## More\n\n\
                | Together | Level |\n|-|-|\n| `lora` + `tools` | ✅ |\n\n\
                | Feature | LoRA | Tools |\n|-|-|-|\n| LoRA | — | |\n| Tools | ✅ | — |\n";
    let loaded = given(page, &["mill"]).unwrap();
    let codes = codes(&loaded.reports[0]);
    assert_eq!(codes.iter().filter(|code| **code == "unnamed-backend").count(), 2);
}

#[test]
fn a_table_of_states_is_that_of_the_given_backend() {
    let page = "# What works\n\n| Feature | Status | Next |\n|---|---|---|\n| LoRA | 🟢 Functional | more |\n\
                | Tool Calling | 🔵 Experimental | |\n| Drafts | 🟡 Planned | |\n\n\
                - 🟢 Functional: It works.\n- 🔵 Experimental: May change.\n\
                - 🟡 Planned: Comes later.\n";
    let loaded = given(page, &["mill"]).unwrap();
    let of = |term: &str| level(&loaded.matrix, "mill", &[term]);
    assert_eq!((of("lora"), of("tool-calling")), ("supported".into(), "experimental".into()));
    assert_eq!(of("drafts"), "unsupported");
    assert_eq!(notes(&loaded, &["lora"]), [""; 0]);
    assert!(codes(&import(page).unwrap_err()).contains(&"unnamed-backend"));
}

#[test]
fn words_for_what_is_not_known_say_nothing() {
    for word in ["❔", "?", "Untested", "TBD", "Unknown", "not tested"] {
        assert_eq!(read_pair(word, "").0, "none", "{word}");
    }
    for (word, expected) in [
        ("Yes", "supported"),
        ("No", "unsupported"),
        ("Known issues", "supported!"),
        ("WIP", "experimental"),
    ] {
        assert_eq!(read_pair(word, "").0, expected, "{word}");
    }
    assert!(given(&pair("---", ""), &["vllm"]).is_err(), "off the diagonal it has no level");
}

#[test]
fn a_marker_is_tied_to_its_text_and_makes_a_claim_no_plain_one() {
    let text = vec!["Only so.".to_owned()];
    for (cell, below) in [
        ("✅\\*", "\\* Only so."),
        ("✅†", "† Only so."),
        ("✅ ‡", "‡ Only so."),
        ("✅<sup>†</sup>", "<sup>†</sup> Only so."),
        ("[✅](https://example.org/1)<sup>^</sup>", "<sup>^</sup> Only\nso."),
        ("Yes<sup>a</sup>", "- <sup>a</sup> Only so."),
        ("✅[^why]", "[^why]: Only so."),
        ("Yes [^Why-2]", "Words.\n\n## More\n\n[^why-2]: Only so."),
        ("✅&dagger;", "† Only so."),
        ("<abbr title=\"Only so.\">✅</abbr>", ""),
        ("✅<abbr title=\"Only so.\">*</abbr>", ""),
    ] {
        let (found, notes, codes) = read_pair(cell, below);
        assert_eq!((found.as_str(), notes, codes), ("supported!", text.clone(), vec![]), "{cell}");
    }
    let (found, notes, _) = read_pair("🚧\\*", "\\* Only so.");
    assert_eq!((found.as_str(), notes), ("experimental", text.clone()));
    let (found, notes, _) = read_pair("<abbr title=\"Only so.\">✗</abbr>", "");
    assert_eq!((found.as_str(), notes), ("unsupported", text.clone()));
    // A number is a footnote: a note, and no caveat.
    let (found, notes, codes) = read_pair("✅<sup>1</sup>", "- <sup>1</sup> Only so.");
    assert_eq!((found.as_str(), notes, codes), ("supported", text, vec![]));
}

#[test]
fn a_marker_that_is_not_explained_is_said_so_and_is_no_plain_claim_either() {
    for cell in ["✅†", "✅[^no]", "✅<sup>b</sup>", "✅\\*\\*"] {
        let found = read_pair(cell, "\\* Another.");
        assert_eq!(found, ("supported!".to_owned(), vec![], vec!["missing-footnote"]), "{cell}");
    }
    for cell in ["†", "<sup>b</sup>", "[^no]", "abc†"] {
        let report = given(&pair(cell, ""), &["vllm"]).unwrap_err();
        assert!(codes(&report).contains(&"unreadable-cell"), "{cell}");
    }
    // A cell of nothing but a marker that the page explains is one of nothing but a footnote.
    assert_eq!(read_pair("†", "† Why not.").0, "unsupported");
}

#[test]
fn the_legend_overrides_what_a_marker_means() {
    let with_legend = |legend: &str, cell: &str| {
        let page = pair(cell, "† Why.").replace("# Pairs\n", &format!("# Pairs\n\n{legend}\n"));
        given(&page, &["vllm"]).map(|loaded| {
            let codes = codes(&loaded.reports[0]).contains(&"unreadable-legend");
            (level(&loaded.matrix, "vllm", &["lora", "tool-calling"]), codes)
        })
    };
    let entry = |text: &str, cell| with_legend(&format!("**Legend:**\n* ✅ : Yes\n{text}\n"), cell);
    let read = |text, cell| entry(text, cell).unwrap();
    assert_eq!(read("* ✅† : Work in progress", "✅†"), ("experimental".to_owned(), false));
    assert_eq!(read("* † : Experimental", "✅†"), ("experimental".to_owned(), false));
    assert_eq!(read("* † : on one board", "✅†"), ("supported!".to_owned(), false));
}

#[test]
fn a_title_that_is_the_mark_in_words_adds_nothing() {
    assert_eq!(
        read_pair("<abbr title=\"Supported\">✅</abbr>", ""),
        ("supported".into(), vec![], vec![])
    );
    let report =
        given(&pair("<abbr title=\"Not supported\">✅</abbr>", ""), &["vllm"]).unwrap_err();
    assert!(codes(&report).contains(&"unreadable-cell"));
}

#[test]
fn a_footnote_of_a_name_is_about_all_its_cells() {
    let page = "| Feature | vLLM | SGLang |\n|-|-|-|\n| LoRA[^a] | ✅ | ❌ |\n| Tool Calling\\* | ✅ | ✅ |\n\n\
                \\* Two.\n\n[^a]: One,\n    and more.\n\n    And more still.\n\nNot of it.\n";
    let loaded = import(page).unwrap();
    assert_eq!(loaded.matrix.features[1].name, "Tool Calling");
    assert_eq!(notes(&loaded, &["lora"]), ["One, and more. And more still."]);
    assert_eq!(notes(&loaded, &["tool-calling"]), ["Two."]);
    assert_eq!(level(&loaded.matrix, "vllm", &["lora"]), "supported");
    assert!(!codes(&loaded.reports[0]).contains(&"unused-footnote"));
    let page = page.replace("LoRA[^a]", "LoRA");
    let loaded = import(&page).unwrap();
    assert!(codes(&loaded.reports[0]).contains(&"unused-footnote"));
    assert_eq!(loaded.matrix.backends[1].notes.len(), 1);
}

#[test]
fn a_numbered_footnote_goes_on_over_lines_too() {
    let (_, notes, _) = read_pair("✅[^1]", "[^1]: One\nand two.\n\nNot of it.");
    assert_eq!(notes, ["One and two."]);
}

#[test]
fn tables_written_as_lists_are_read() {
    let loaded = import(LISTS).unwrap_or_else(|report| panic!("{:#?}", report.diagnostics));
    let of = |backend: &str, terms: &[&str]| level(&loaded.matrix, backend, terms);
    assert_eq!(of("vllm", &["lora"]), "supported");
    assert_eq!(of("sglang", &["lora"]), "experimental");
    assert_eq!(of("vllm", &["tool-calling"]), "unsupported");
    assert_eq!(of("sglang", &["tool-calling"]), "supported!");
    assert_eq!(of("vllm", &["lora", "tool-calling"]), "supported");
    assert_eq!(notes(&loaded, &["lora"]), ["with one adapter at a time"]);
    let sglang = &loaded.matrix.backends[1];
    assert_eq!(sglang.cells[1].notes[0].text, "Needs a template.");
    let line = 1 + LISTS.lines().position(|line| line == "  - 🚧").unwrap();
    assert_eq!(*sglang.cells[0].source, format!("page.md:{line}"));
}

#[test]
fn a_list_table_with_a_short_row_points_at_it() {
    let page = LISTS.replace("  - 🚧\n", "");
    let report = import(&page).unwrap_err();
    let problem = report.diagnostics.iter().find(|it| it.code == "ragged-table").unwrap();
    assert!(page[problem.span.clone().unwrap()].starts_with("* - **LoRA**"), "{problem:?}");
}

#[test]
fn code_blocks_stay_hidden() {
    for fence in ["```", "```md", "```{code-block} md", "~~~{literal}"] {
        let close = &fence[..3];
        let page = format!("{fence}\n| Feature | vLLM |\n|-|-|\n| LoRA | ✅ |\n{close}\n");
        assert_eq!(import(&page).unwrap_err().diagnostics[0].code, "no-matrix-table", "{fence}");
    }
    let shown = "```{note}\n| Feature | vLLM |\n|-|-|\n| LoRA | ✅ |\n```\n";
    assert_eq!(import(shown).unwrap().matrix.features.len(), 1);
}

#[test]
fn a_page_of_a_thousand_features_is_read_within_seconds() {
    let names: Vec<String> = (0..1_000).map(|n| format!("f{n}")).collect();
    let mut page = String::from("| Feature | vLLM |\n|-|-|\n");
    for (at, name) in names.iter().enumerate() {
        writeln!(page, "| {name}[^n{at}] | ✅<sup>a{at}</sup> |").unwrap();
    }
    page.push('\n');
    for at in 0..1_000 {
        writeln!(page, "<sup>a{at}</sup> Of the cell.\n\n[^n{at}]: Of the name.\n").unwrap();
    }
    page.push_str("## vLLM Backend\n\n:::{list-table}\n");
    for (at, row) in std::iter::once("Feature").chain(names[..400].iter().map(|n| &**n)).enumerate()
    {
        writeln!(page, "* - {row}").unwrap();
        for (column, name) in names[..400].iter().enumerate() {
            let cell = if at == 0 {
                name
            } else if column < at {
                "✅"
            } else {
                ""
            };
            writeln!(page, "  - {cell}").unwrap();
        }
    }
    let start = Instant::now();
    let loaded = import(&page).unwrap_or_else(|report| panic!("{:#?}", report.diagnostics));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert_eq!(loaded.matrix.backends[0].cells.len(), 1_000 + 400 * 399 / 2);
}
