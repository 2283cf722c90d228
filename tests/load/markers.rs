//! Markers after marks: wherever a page explains them, and whatever form its table has.

use dynamo_plan::load::{Loaded, PageOptions};

use crate::support::{codes, import, import_with, level};

fn read(text: &str) -> Loaded {
    import(text).unwrap_or_else(|report| panic!("{text}\n{:#?}", report.diagnostics))
}

/// A page with one cell to look at, what stands above the table and what stands below it.
fn page(above: &str, cell: &str, below: &str) -> String {
    format!(
        "*Updated for Dynamo v1.0.0*\n\n{above}\n\n| Feature | vLLM | SGLang |\n|-|-|-|\n\
         | LoRA | {cell} | ✅ |\n| KVBM | ✅ | ✅ |\n\n{below}\n"
    )
}

/// The level and the notes of that cell, and whether a marker in it is said to be unexplained.
fn cell(above: &str, cell: &str, below: &str) -> (String, Vec<String>, bool) {
    let loaded = read(&page(above, cell, below));
    let found = level(&loaded.matrix, "vllm", &["lora"]);
    let terms = crate::cell(&loaded.matrix.backends[0], &["lora"]).expect("the cell is there");
    let notes = terms.notes.iter().map(|note| note.text.to_string()).collect();
    (found, notes, codes(&loaded.reports[0]).contains(&"missing-footnote"))
}

fn explained(level: &str, notes: &[&str]) -> (String, Vec<String>, bool) {
    (level.to_owned(), notes.iter().map(|&note| note.to_owned()).collect(), false)
}

#[test]
fn a_legend_explains_any_marker() {
    let list = "**Legend:**\n- ✅ : Works\n- <sup>a</sup> : on C\n- \\* : on D\n- (†) on E";
    assert_eq!(cell(list, "✅<sup>a</sup>", ""), explained("supported!", &["on C"]));
    assert_eq!(cell(list, "✅\\*", ""), explained("supported!", &["on D"]));
    assert_eq!(cell(list, "✅ (*), †", ""), explained("supported!", &["on D", "on E"]));
    let line = "**Legend:** ✅ works · † on B";
    assert_eq!(cell(line, "Yes, †", ""), explained("supported!", &["on B"]));
    // What stands below the table is nearer; a legend below it is better than none.
    assert_eq!(cell(line, "✅†", "† Here."), explained("supported!", &["Here."]));
    assert_eq!(cell("**Legend:** ✅ works", "✅†", line), explained("supported!", &["on B"]));
}

#[test]
fn a_legend_may_give_a_marked_mark_any_level() {
    for (words, expected) in [
        ("Not supported", "unsupported"),
        ("Experimental", "experimental"),
        ("Works", "supported!"),
    ] {
        let legend = format!("**Legend:**\n* ✅ : Yes\n* ✅† : {words}");
        for mark in ["✅†", "✅ †", "✅ (†)", "✅<sup>†</sup>"] {
            assert_eq!(cell(&legend, mark, ""), explained(expected, &[words]), "{mark}");
        }
        assert_eq!(cell(&legend, "✅", ""), explained("supported", &[]));
    }
    // The letter of a marker is no mark of the legend, though it looks like one.
    let (found, _, unexplained) = cell("**Legend:** ✅ Yes | x : No", "✅<sup>x</sup>", "");
    assert_eq!((found.as_str(), unexplained), ("supported!", true));
}

#[test]
fn a_mark_in_words_beside_its_symbol_may_have_a_marker() {
    let below = "\\* Only so.";
    for mark in ["✅ Supported*", "✅ Supported (*)", "✅* Supported"] {
        assert_eq!(cell("", mark, below), explained("supported!", &["Only so."]), "{mark}");
    }
    let (found, notes, _) = cell("", "✅ 2*2 boards", below);
    assert_eq!((found.as_str(), notes), ("supported", vec!["2*2 boards".to_owned()]));
}

#[test]
fn emphasis_explains_no_marker() {
    for below in ["*Only so.*", "**Only** so.", "***", "## More\n\n*Only\nso.*"] {
        assert_eq!(cell("", "✅*", below), ("supported!".to_owned(), vec![], true), "{below}");
    }
}

#[test]
fn a_bullet_may_explain_the_asterisk_of_its_own_table_alone() {
    let pairs = "## vLLM Backend\n\n| Feature | LoRA | KVBM |\n|-|-|-|\n| LoRA | — | |\n\
                 | KVBM | ✅* | — |\n";
    let loaded = read(&page("", "✅", &format!("* Of the features.\n\n{pairs}")));
    assert!(codes(&loaded.reports[0]).contains(&"missing-footnote"));
    let loaded = read(&page("", "✅*", &format!("{pairs}\n* Of the pairs.\n")));
    assert!(!codes(&loaded.reports[0]).contains(&"missing-footnote"));
}

#[test]
fn a_name_may_have_any_marker() {
    for name in ["LoRA*", "LoRA\\*", "LoRA†", "**LoRA**<sup>*</sup>"] {
        let text = page("", "✅", "\\* Of the name.\n† Of the name.")
            .replace("| LoRA", &format!("| {name}"));
        let loaded = read(&text);
        assert_eq!(loaded.matrix.features[0].name, "LoRA");
        for backend in &loaded.matrix.backends {
            let found = crate::cell(backend, &["lora"]).expect("the cell is there");
            assert_eq!(found.notes[0].text, "Of the name.", "{name}");
            assert!(!found.caveat, "{name}");
        }
    }
}

#[test]
fn a_transposed_table_may_be_written_as_a_list() {
    let text = "*Updated for Dynamo v1.0.0*\n\n:::{list-table}\n* - Backend\n  - LoRA\n  - KVBM\n\
                * - vLLM\n  - ✅[^so]\n  - ✅\n* - SGLang\n  - 🚧\n  - ❌\n:::\n\n[^so]: Only so.\n";
    let matrix = read(text).matrix;
    assert_eq!(level(&matrix, "vllm", &["lora"]), "supported!");
    assert_eq!(level(&matrix, "sglang", &["lora"]), "experimental");
}

#[test]
fn marks_with_markers_show_that_none_were_lost() {
    for mark in ["✅[^so]", "✅†", "<abbr title=\"Only so.\">✅</abbr>"] {
        let text = page("", "MARK", "† Only so.\n\n[^so]: Only so.").replace(" ✅ |", " |");
        let text = text.replace("MARK", mark);
        assert_eq!(level(&read(&text).matrix, "sglang", &["kv-block-manager"]), "unsupported");
    }
    // A lone ⚠ is no ✅: the blanks beside it may be what is left of one.
    let text = page("", "⚠️", "").replace("✅", "");
    assert!(codes(&import(&text).expect_err("marks were lost")).contains(&"marks-lost"));
}

#[test]
fn the_features_of_one_backend_are_read_where_its_name_is_given() {
    let text = "# vLLM\n\n| Feature | Status |\n|-|-|\n| LoRA | ✅ |\n| KVBM | 🚧 |\n";
    let report = import(text).expect_err("its features alone do not count");
    assert_eq!(codes(&report), ["no-matrix-table"]);
    assert!(report.diagnostics[0].help.as_deref().expect("help").contains("--backend"));
    let options = PageOptions { backends: vec!["vllm".to_owned()], ..PageOptions::default() };
    let loaded = import_with(text, &options).expect("it is read");
    assert_eq!(level(&loaded.matrix, "vllm", &["kv-block-manager"]), "experimental");
}
