//! Pages of every format, with the traps that published pages hold.

use dynamo_plan::load::{Loaded, PageOptions, Report, Severity, merge};
use dynamo_plan::matrix::{Matrix, Note, NoteKind, Release, Term};

use crate::support::{bare, codes, import, import_with, level};

const FEATURE_MATRIX: &str = include_str!("../pages/feature-matrix.md");
const FIRST_MARKS: &str = include_str!("../pages/first-marks.md");
const TABS: &str = include_str!("../pages/compatibility-tabs.mdx");
const WORDS: &str = include_str!("../pages/compatibility-words.mdx");
const BACKEND: &str = include_str!("../pages/backend.mdx");

fn read(text: &str) -> Loaded {
    import(text).unwrap_or_else(|report| panic!("{:#?}", report.diagnostics))
}

fn refused(text: &str) -> Report {
    import(text).expect_err("the page is refused")
}

fn notes(matrix: &Matrix, backend: &str, terms: &[&str]) -> Vec<Note> {
    let mut terms: Vec<Term> = terms.iter().map(|term| Term::from(*term)).collect();
    terms.sort();
    let backend = matrix.backend(backend).expect("a backend");
    backend.cells.iter().find(|cell| *cell.terms == terms).expect("a cell").notes.clone()
}

fn info(text: &str, source: Option<&str>) -> Note {
    Note::new(NoteKind::Info, text, source.map(str::to_owned))
}

fn ids(matrix: &Matrix) -> Vec<&str> {
    matrix.features.iter().map(|feature| &*feature.id).collect()
}

/// A page with one column and the given rows below its head.
fn one_column(rows: &str) -> String {
    format!(
        "*Updated for Dynamo v1.0.0*\n\n## Quick Comparison\n\n| Feature | vLLM |\n| --- | --- |\n{rows}"
    )
}

/// The pair table of vLLM with the given rows below its head.
fn pairs(rows: &str) -> String {
    let features = one_column("| LoRA | ✅ |\n| Tool Calling | ✅ |\n| Request Migration | ✅ |\n");
    format!(
        "{features}\n## 1. vLLM Backend\n\n| Feature | LoRA | Tool Calling | Request Migration |\n\
         | --- | --- | --- | --- |\n{rows}"
    )
}

#[test]
fn the_feature_matrix_page_is_read() {
    let loaded = read(FEATURE_MATRIX);
    let matrix = &loaded.matrix;
    assert!(loaded.is_complete());
    assert_eq!(matrix.release, Some(Release::new("7.1.0")));
    assert_eq!(matrix.provenance.date.as_deref(), Some("2026-03-01"));
    assert_eq!(matrix.provenance.source, "page.md");
    assert_eq!(
        ids(matrix),
        [
            "disaggregated-serving",
            "kv-aware-routing",
            "multimodal-image",
            "multimodal-video",
            "lora"
        ]
    );
    assert_eq!(matrix.groups[0].id, "multimodal");
    assert_eq!(matrix.features[2].group.as_deref(), Some("multimodal"));
    assert_eq!(matrix.features[2].aliases, ["image"]);
    assert_eq!(matrix.dimension, None);
    let backends: Vec<_> = matrix.backends.iter().map(|b| (&*b.id, &*b.name)).collect();
    assert_eq!(backends, [("sglang", "SGLang"), ("vllm", "vLLM"), ("trtllm", "TensorRT-LLM")]);
}

#[test]
fn columns_come_in_any_order_and_blanks_say_no() {
    let matrix = read(FEATURE_MATRIX).matrix;
    assert_eq!(level(&matrix, "trtllm", &["disaggregated-serving"]), "experimental");
    assert_eq!(level(&matrix, "vllm", &["multimodal-video"]), "experimental");
    assert_eq!(level(&matrix, "sglang", &["multimodal-video"]), "unsupported");
    assert_eq!(level(&matrix, "sglang", &["kv-aware-routing", "multimodal"]), "experimental");
    assert_eq!(level(&matrix, "sglang", &["disaggregated-serving", "lora"]), "supported");
    assert_eq!(level(&matrix, "sglang", &["kv-aware-routing", "lora"]), "unsupported");
    assert_eq!(level(&matrix, "vllm", &["kv-aware-routing", "lora"]), "not-applicable");
    assert_eq!(level(&matrix, "vllm", &["multimodal", "lora"]), "unsupported");
    assert_eq!(level(&matrix, "trtllm", &["disaggregated-serving", "lora"]), "supported");
    assert_eq!(level(&matrix, "trtllm", &["kv-aware-routing", "lora"]), "none");
}

#[test]
fn footnotes_become_notes_of_their_cells() {
    let loaded = read(FEATURE_MATRIX);
    let matrix = &loaded.matrix;
    assert_eq!(level(matrix, "vllm", &["kv-aware-routing", "multimodal"]), "unsupported");
    assert_eq!(
        notes(matrix, "vllm", &["kv-aware-routing", "multimodal"]),
        [info("Images and routes: the route is chosen without the image.", Some("docs/router.md"))]
    );
    assert_eq!(
        notes(matrix, "vllm", &["disaggregated-serving", "multimodal"]),
        [info("Set a flag.", Some("flags.md")), info("Set `another_flag`.", None)]
    );
    assert_eq!(
        notes(matrix, "vllm", &["multimodal-image"]),
        [info("Images: one at a time.", None)]
    );
    assert_eq!(matrix.backend("vllm").expect("vLLM").notes, [info("Nobody refers to this.", None)]);
    assert_eq!(
        codes(&loaded.reports[0]),
        ["unused-footnote", "unresolved-link", "missing-footnote"],
    );
}

#[test]
fn cells_know_their_mark_and_their_place() {
    let loaded = read(FEATURE_MATRIX);
    let (at, vllm) =
        loaded.matrix.backends.iter().enumerate().find(|(_, b)| b.id == "vllm").expect("vLLM");
    let marked: Vec<_> = vllm.cells.iter().filter_map(|cell| cell.mark.as_deref()).collect();
    assert_eq!(marked.len(), vllm.cells.len());
    let line =
        FEATURE_MATRIX.lines().position(|l| l.contains("<sup>2,3</sup>")).expect("a row") + 1;
    let terms = [Term::on("disaggregated-serving"), Term::on("multimodal")];
    let cell = vllm.cells.iter().position(|cell| *cell.terms == terms).expect("a cell");
    assert_eq!(vllm.cells[cell].mark.as_deref(), Some("🚧"));
    assert_eq!(*vllm.cells[cell].source, format!("page.md:{line}"));
    assert_eq!(loaded.position(at, cell).expect("a target").1.line, line);
    assert!(vllm.cells.is_sorted_by(|a, b| a.listing_order(b).is_lt()));
}

#[test]
fn the_legend_says_what_a_mark_means() {
    let matrix = read(FIRST_MARKS).matrix;
    assert_eq!(level(&matrix, "sglang", &["kv-aware-routing"]), "experimental");
    assert_eq!(level(&matrix, "vllm", &["lora"]), "experimental");
    assert_eq!(level(&matrix, "sglang", &["lora"]), "unsupported");
    assert_eq!(level(&matrix, "vllm", &["kv-aware-routing", "lora"]), "experimental");
    let without_limited = FIRST_MARKS.replace("*   ⚠️ : Limited Support (see notes)\n", "");
    let matrix = read(&without_limited).matrix;
    assert_eq!(level(&matrix, "sglang", &["kv-aware-routing"]), "supported!");
    let with_caveat =
        FIRST_MARKS.replace("Limited Support (see notes)", "Supported, with a caveat");
    assert_eq!(level(&read(&with_caveat).matrix, "sglang", &["kv-aware-routing"]), "supported!");
}

#[test]
fn a_legend_may_come_last_and_may_explain_anything() {
    let page = one_column("| LoRA | ~ |\n| Tool Calling | ? |\n| Request Migration | |\n")
        + "\n**Legend:** ~ Experimental · ? Undocumented · (blank) Not applicable\n";
    let matrix = read(&page).matrix;
    assert_eq!(level(&matrix, "vllm", &["lora"]), "experimental");
    assert_eq!(level(&matrix, "vllm", &["tool-calling"]), "none");
    assert_eq!(level(&matrix, "vllm", &["request-migration"]), "not-applicable");
    let odd = page.replace("~ Experimental", "~ Whatever");
    let report = refused(&odd);
    assert!(codes(&report).contains(&"unreadable-legend"));
    assert!(codes(&report).contains(&"unreadable-cell"));
}

#[test]
fn the_compatibility_page_with_tabs_and_badges_is_read() {
    let loaded = read(TABS);
    let matrix = &loaded.matrix;
    assert_eq!(codes(&loaded.reports[0]), ["copies-disagree"]);
    assert_eq!(matrix.release, Some(Release::new("7.3.0")));
    assert_eq!(ids(matrix), ["kv-aware-routing", "multimodal-image", "multimodal-video", "lora"]);
    assert_eq!(matrix.groups.len(), 1);
    assert_eq!(level(matrix, "vllm", &["multimodal-image"]), "supported!");
    assert_eq!(level(matrix, "sglang", &["multimodal-image"]), "experimental");
    assert_eq!(level(matrix, "vllm", &["lora"]), "supported", "the tab's table says otherwise");
    assert_eq!(level(matrix, "vllm", &["multimodal"]), "none");
    assert_eq!(level(matrix, "vllm", &["kv-aware-routing", "multimodal"]), "supported");
    assert_eq!(level(matrix, "sglang", &["kv-aware-routing", "multimodal"]), "experimental");
    assert_eq!(notes(matrix, "sglang", &["multimodal-image"]), [info("Some (few) models", None)]);
    assert_eq!(
        notes(matrix, "vllm", &["kv-aware-routing", "multimodal"]),
        [info("Only some models.", Some("../mm.md"))]
    );
}

#[test]
fn the_compatibility_page_in_words_is_read() {
    let loaded = read(WORDS);
    let matrix = &loaded.matrix;
    assert!(codes(&loaded.reports[0]).is_empty());
    assert_eq!(matrix.release, Some(Release::new("7.4.0")));
    assert_eq!(level(matrix, "sglang", &["dynamo-snapshot"]), "supported!");
    assert_eq!(level(matrix, "vllm", &["dynamo-snapshot"]), "unsupported");
    assert_eq!(level(matrix, "vllm", &["dynamo-snapshot", "lora"]), "none");
    assert_eq!(level(matrix, "vllm", &["multimodal", "lora"]), "not-applicable");
    assert_eq!(level(matrix, "sglang", &["multimodal", "lora"]), "unsupported");
    let source = Some("https://example.org/mm");
    assert_eq!(
        notes(matrix, "vllm", &["kv-aware-routing", "multimodal"]),
        [info("With `events` — only.", source)]
    );
    assert_eq!(
        notes(matrix, "sglang", &["kv-aware-routing", "multimodal"]),
        [info("Text (prefix) only.", None)]
    );
}

#[test]
fn halves_that_contradict_are_reported_and_the_lower_counts() {
    let page = WORDS.replacen(
        "| KV-Aware Routing | n/a | Yes — With `events` — only. (https://example.org/mm) | Yes |",
        "| KV-Aware Routing | n/a | No | Yes |",
        1,
    );
    let loaded = read(&page);
    assert_eq!(codes(&loaded.reports[0]), ["halves-contradict"]);
    assert_eq!(level(&loaded.matrix, "vllm", &["kv-aware-routing", "multimodal"]), "supported");
    let report = &loaded.reports[0];
    let span = report.diagnostics[0].span.clone().expect("a target");
    assert_eq!(&report.text[span], "No");
}

#[test]
fn a_page_of_one_backend_gives_its_pairs_alone() {
    let loaded = read(BACKEND);
    let matrix = &loaded.matrix;
    assert!(!loaded.is_complete());
    assert_eq!(codes(&loaded.reports[0]), ["no-release", "one-backend-page", "several-tabs"]);
    assert_eq!(matrix.release, None);
    assert_eq!(ids(matrix), ["kv-aware-routing", "multimodal", "lora"]);
    assert!(matrix.groups.is_empty(), "no variants, no group");
    assert_eq!(level(matrix, "vllm", &["multimodal", "lora"]), "unsupported", "the legend says so");
    assert_eq!(level(matrix, "vllm", &["kv-aware-routing", "lora"]), "experimental");
    assert_eq!(
        notes(matrix, "vllm", &["kv-aware-routing", "multimodal"]),
        [info("Both: over two lines.", Some("../mm.md"))]
    );
    assert!(matrix.backends[0].notes.is_empty());
}

#[test]
fn a_tab_can_be_chosen() {
    let tab = |name: &str| PageOptions { tab: Some(name.to_owned()), ..PageOptions::default() };
    let loaded = import_with(BACKEND, &tab("small gpu")).expect("there is such a tab");
    assert_eq!(level(&loaded.matrix, "vllm", &["kv-aware-routing", "multimodal"]), "unsupported");
    assert_eq!(codes(&loaded.reports[0]), ["no-release", "one-backend-page"]);
    let report = import_with(BACKEND, &tab("no gpu")).expect_err("there is none");
    assert_eq!(codes(&report)[0], "unknown-tab");
    let help = report.diagnostics[0].help.as_deref().expect("the help");
    assert!(help.contains("`Big GPU`, `Small GPU`"), "{help}");
}

#[test]
fn the_release_can_be_given() {
    let options = PageOptions {
        release: Some(Release::new("7.1.1")),
        strict: true,
        ..PageOptions::default()
    };
    let clean = FIRST_MARKS;
    let loaded = import_with(clean, &options).expect("a note is no warning");
    assert_eq!(loaded.matrix.release, Some(Release::new("7.1.1")));
    assert_eq!(codes(&loaded.reports[0]), ["release-label-differs"]);
    assert_eq!(loaded.reports[0].diagnostics[0].severity, Severity::Note);
    let unlabelled = clean.replace("*Updated for Dynamo v7.0.0*", "");
    assert_eq!(read(&unlabelled).matrix.release, None);
    assert_eq!(codes(&read(&unlabelled).reports[0]), ["no-release"]);
    let linked = format!("{clean}\n[a]: /dynamo/v-7-0-1/x\n[b]: /dynamo/v-7-0-1/y\n");
    assert_eq!(codes(&read(&linked).reports[0]), ["release-label-differs"]);
}

#[test]
fn strict_makes_warnings_errors() {
    let strict = PageOptions { strict: true, ..PageOptions::default() };
    let report = import_with(FEATURE_MATRIX, &strict).expect_err("there are warnings");
    assert!(report.errors().count() == 3);
    assert!(import_with(TABS, &strict).is_err());
    assert!(import_with(WORDS, &strict).is_ok());
}

#[test]
fn pages_that_lost_their_line_breaks_say_the_same() {
    for page in [FEATURE_MATRIX, FIRST_MARKS, TABS, WORDS] {
        let whole = read(page);
        let visible = without_hidden(page);
        let lines: Vec<&str> =
            visible.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let lost = lines.join(" ");
        let mut read = read(&lost);
        assert_eq!(read.reports[0].text, lost);
        read.matrix.provenance.date = whole.matrix.provenance.date.clone();
        assert_eq!(bare(&read.matrix), bare(&whole.matrix), "{lost}");
        let without_tags = lost.replace("<sup>", "").replace("</sup>", "");
        assert_eq!(bare(&self::read(&without_tags).matrix), bare(&whole.matrix), "{without_tags}");
    }
}

/// A page without front matter, comments and code blocks, and with every row closed by a pipe.
fn without_hidden(page: &str) -> String {
    let mut text = page.to_owned();
    for (open, close) in
        [("---\n#", "---\n"), ("---\ntitle", "---\n"), ("<!--", "-->"), ("```", "```\n")]
    {
        while let Some(start) = text.find(open) {
            let inside = start + open.len();
            let end = inside + text[inside..].find(close).expect("it closes") + close.len();
            text.replace_range(start..end, "");
        }
    }
    let close = |line: &str| {
        let row = line.contains(" | ") && !line.starts_with(['|', '*']) && !line.starts_with("- ");
        if row { format!("| {line} |") } else { line.to_owned() }
    };
    text.lines().map(close).collect::<Vec<_>>().join("\n")
}

#[test]
fn unreadable_cells_are_all_reported_with_their_places() {
    let page =
        one_column("| LoRA | perhaps |\n| Tool Calling | ✅ |\n| Request Migration | 99 |\n");
    let report = refused(&page);
    assert_eq!(codes(&report), ["unreadable-cell", "unreadable-cell"]);
    let cells: Vec<&str> = report
        .diagnostics
        .iter()
        .map(|problem| &report.text[problem.span.clone().expect("a target")])
        .collect();
    assert_eq!(cells, ["perhaps", "99"]);
    assert_eq!(report.position(&report.diagnostics[0]).expect("a target").line, 7);
    assert!(report.diagnostics[0].help.is_some());
}

#[test]
fn rows_and_columns_that_disagree_are_errors() {
    let sound =
        "| LoRA | — | | |\n| Tool Calling | ✅ | — | |\n| Request Migration | ✅ | 🚧 | — |\n";
    assert_eq!(codes(&read(&pairs(sound)).reports[0]), [""; 0]);
    let cases = [
        (sound.replace("| — | |\n| Req", "| — |\n| Req"), "ragged-table"),
        (sound.replace("| ✅ | — | |", "| ✅ | ✅ | — | |"), "ragged-table"),
        (sound.replace("| LoRA | — | | |\n", ""), "rows-columns-disagree"),
        (sound.replace("Tool Calling", "Tool Use"), "rows-columns-disagree"),
        (sound.replace("Tool Calling", "LoRA"), "rows-columns-disagree"),
        (sound.replace("Tool Calling", ""), "unreadable-cell"),
    ];
    for (rows, code) in cases {
        let found = codes(&refused(&pairs(&rows)));
        assert!(found.contains(&code), "{rows}: {found:?}");
    }
    let ragged = one_column("| LoRA | ✅ | ✅ |\n");
    assert_eq!(codes(&refused(&ragged)), ["ragged-table"]);
}

#[test]
fn a_column_without_a_row_is_underlined_beside_one_without_a_name() {
    let page = "# vLLM\n\n## vLLM Backend\n\n| Feature | | LoRA | Tool Calling | Video |\n\
                | --- | --- | --- | --- | --- |\n| LoRA | | — | | |\n| Tool Calling | | | — | |\n";
    let report = refused(page);
    let rowless = report.diagnostics.iter().find(|it| it.message.contains("has no row"));
    let rowless = rowless.expect("a column without a row");
    assert_eq!(rowless.message, "the column `Video` has no row");
    assert_eq!(&report.text[rowless.span.clone().expect("a place")], "Video");
}

#[test]
fn a_slipped_row_and_an_upper_triangle_are_noticed() {
    let slipped =
        pairs("| LoRA | — | | |\n| Tool Calling | | ✅ | |\n| Request Migration | ✅ | 🚧 | — |\n");
    assert_eq!(codes(&read(&slipped).reports[0]), ["diagonal-claim"]);
    let upper = pairs(
        "| LoRA | — | ✅ | 🚧 |\n| Tool Calling | | — | ✅ |\n| Request Migration | | | — |\n",
    );
    let loaded = read(&upper);
    assert_eq!(codes(&loaded.reports[0]), ["upper-triangle"]);
    assert_eq!(level(&loaded.matrix, "vllm", &["lora", "request-migration"]), "experimental");
}

#[test]
fn copies_that_disagree_are_reported_and_the_first_counts() {
    let page =
        one_column("| LoRA | ✅ |\n| LoRA | 🚧 |\n| Tool Calling | ✅ |\n| Tool Calling | ✅ |\n");
    let loaded = read(&page);
    assert_eq!(codes(&loaded.reports[0]), ["no-pair-table", "copies-disagree"]);
    assert_eq!(level(&loaded.matrix, "vllm", &["lora"]), "supported");
}

#[test]
fn unknown_names_are_kept_by_their_slugs() {
    let page = "*Updated for Dynamo v1.0.0*\n\n| Feature | vLLM | New Engine | Source |\n\
                | --- | --- | --- | --- |\n| Brand New (Thing) | ✅ | 🚧 | x |\n\n\
                ## 4. New Engine Backend\n\n| Feature | LoRA | Brand New |\n|-|-|-|\n\
                | LoRA | — | |\n| Brand New | ✅ | — |\n\n\
                ## 5. Newest Backend\n\n| Feature | LoRA | Brand New |\n|-|-|-|\n\
                | LoRA | — | |\n| Brand New | ✅ | — |\n";
    let loaded = read(page);
    let matrix = &loaded.matrix;
    assert_eq!(level(matrix, "new-engine", &["brand-new-thing"]), "experimental");
    assert_eq!(level(matrix, "new-engine", &["lora", "brand-new"]), "supported");
    assert_eq!(level(matrix, "newest", &["lora", "brand-new"]), "supported");
    assert_eq!(matrix.features[0].group.as_deref(), Some("brand-new"));
    assert_eq!(matrix.groups[0].name, "Brand New");
    let unknown = codes(&loaded.reports[0]).iter().filter(|c| **c == "unknown-name").count();
    assert_eq!(unknown, 4, "two backends, a feature and a group");
}

#[test]
fn columns_that_hold_no_marks_are_no_backends() {
    let page = "*Updated for Dynamo v1.0.0*\n\n| Feature | Since | vLLM | Mine |\n|-|-|-|-|\n\
                | LoRA | v0.3 | ✅ | Supported (x) |\n| Tool Calling | | ✅ | |\n";
    let loaded = read(page);
    assert!(codes(&loaded.reports[0]).contains(&"ignored-column"));
    let backends: Vec<_> = loaded.matrix.backends.iter().map(|b| b.id.as_str()).collect();
    assert_eq!(backends, ["vllm", "mine"]);
}

#[test]
fn a_table_of_pairs_without_a_backend_is_left_out() {
    let page = one_column("| LoRA | ✅ |\n| Tool Calling | ✅ |\n")
        + "\n## More\n\n| Feature | LoRA | Tool Calling |\n|-|-|-|\n| LoRA | — | |\n| Tool Calling | ✅ | — |\n";
    assert_eq!(codes(&read(&page).reports[0]), ["no-pair-table", "unnamed-backend"]);
}

#[test]
fn a_page_without_a_matrix_is_refused() {
    let no_table = refused("# Hello\n\nNothing here.\n");
    assert_eq!(codes(&no_table), ["no-matrix-table"]);
    let others = refused("| Dynamo | vLLM | SGLang |\n|---|---|---|\n| 1.0.0 | 0.1 | 0.2 |\n");
    assert_eq!(codes(&others), ["no-matrix-table"]);
    assert_eq!(codes(&refused("")), ["no-matrix-table"]);
    let hidden = refused(&format!("<!-- {}", one_column("| LoRA | ✅ |\n")));
    assert_eq!(codes(&hidden), ["no-matrix-table", "unclosed"]);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let options = PageOptions::default();
    let read = |bytes: &[u8]| {
        let read =
            dynamo_plan::load::page(bytes, "page.md", &options, &crate::support::vocabulary());
        codes(&read.expect_err("no text")[0])
    };
    assert_eq!(read(b"| Feature \xff\xfe |"), ["not-text"]);
    assert_eq!(read(b"| Feature \0 |"), ["not-text"]);
}

#[test]
fn direction_marks_and_other_invisible_characters_are_passed_over() {
    let page = one_column("| Lo\u{202e}RA\u{202c} | \u{200f}✅\u{fe0f}\u{200b} |\n");
    let loaded = read(&page);
    assert_eq!(level(&loaded.matrix, "vllm", &["lora"]), "supported");
    assert_eq!(loaded.matrix.features[0].name, "LoRA");
    assert_eq!(codes(&loaded.reports[0]), ["no-pair-table", "direction-mark"]);
}

#[test]
fn a_backend_may_state_what_holds_for_terms_together() {
    let page = pairs(
        "| LoRA | — | | |\n| Tool Calling | ✅ | — | |\n| Request Migration | | | — |\n",
    ) + "\n| Together | Level |\n| --- | --- |\n| `multimodal` + `pattern=EP/D` | 🚧!<sup>1</sup> |\n\
         | `lora` + `!tool-calling` | |\n\n> **Notes:**\n> 1. *limit*: Not \\*all\\*. ([Source](a.md))\n";
    let matrix = read(&page).matrix;
    assert_eq!(level(&matrix, "vllm", &["multimodal", "pattern=EP/D"]), "experimental!");
    assert_eq!(level(&matrix, "vllm", &["!tool-calling", "lora"]), "unsupported");
    let limit = Note { kind: NoteKind::Limit, ..info("Not *all*.", Some("a.md")) };
    assert_eq!(notes(&matrix, "vllm", &["multimodal", "pattern=EP/D"]), [limit]);
    assert_eq!(matrix.dimension, Some(crate::support::vocabulary().dimension));
}

#[test]
fn a_comparison_without_footnotes_refers_to_those_of_the_backends() {
    let page = one_column("| LoRA | ✅<sup>1</sup> |\n| Tool Calling | ✅ |\n")
        + "\n## 1. vLLM Backend\n\n| Feature | LoRA | Tool Calling |\n|-|-|-|\n| LoRA | — | |\n\
           | Tool Calling | ✅<sup>2</sup> | — |\n\n> **Notes:**\n> 1. One.\n> 2. Two.\n";
    let loaded = read(&page);
    assert_eq!(codes(&loaded.reports[0]), [""; 0]);
    assert_eq!(notes(&loaded.matrix, "vllm", &["lora"]), [info("One.", None)]);
}

#[test]
fn pages_of_one_release_are_merged() {
    let parts = vec![read(BACKEND), read(WORDS)];
    let merged = merge(parts, false).expect("one of them names no release");
    let matrix = &merged.matrix;
    assert_eq!(matrix.release, Some(Release::new("7.4.0")));
    assert!(merged.is_complete());
    assert_eq!(ids(matrix), ["kv-aware-routing", "multimodal-image", "lora", "dynamo-snapshot"]);
    assert_eq!(level(matrix, "vllm", &["kv-aware-routing", "lora"]), "experimental", "the first");
    assert_eq!(level(matrix, "sglang", &["lora", "multimodal"]), "unsupported");
    assert_eq!(codes(&merged.reports[0]), ["several-tabs"], "the release is known by now");
    assert_eq!(codes(&merged.reports[1]), ["copies-disagree", "copies-disagree"]);
    assert_eq!(matrix.provenance.source, "page.md, page.md");
    let at = matrix.backends.iter().position(|backend| backend.id == "sglang").expect("SGLang");
    assert_eq!(merged.origins.of(at, 0).expect("a target").file, 1);
    assert!(merge(vec![read(BACKEND), read(WORDS)], true).is_err());
}

#[test]
fn pages_of_different_releases_are_not_merged() {
    let reports = merge(vec![read(WORDS), read(TABS)], false).expect_err("two releases");
    assert!(codes(&reports[1]).contains(&"releases-differ"));
    assert!(merge(Vec::new(), false).is_err());
}

#[test]
fn a_cell_with_marks_that_contradict_is_refused() {
    let cells = [
        "✅ ❌",
        "❌ ✅",
        "🚧 ✅",
        "✅<br>❌",
        "— ✅",
        "✅ —",
        "✅ no",
        "✅ (❌ on ARM)",
        "✅ ⚠️ ❌",
        "Yes — unsupported",
        "✅ ❌<sup>1</sup>",
    ];
    for cell in cells {
        let report = refused(&one_column(&format!("| LoRA | {cell} |\n")));
        assert_eq!(codes(&report), ["unreadable-cell"], "{cell}");
        let span = report.diagnostics[0].span.clone().expect("a target");
        assert_eq!(&report.text[span], cell);
    }
    let agreeing = [
        ("✅ ✅", "supported"),
        ("✅ Supported", "supported"),
        ("✅ ⚠️", "supported!"),
        ("🚧 ⚠️", "experimental!"),
        ("— Not supported", "unsupported"),
        ("✅ not on ARM — yet", "supported"),
    ];
    for (cell, wanted) in agreeing {
        let matrix = read(&one_column(&format!("| LoRA | {cell} |\n"))).matrix;
        assert_eq!(level(&matrix, "vllm", &["lora"]), wanted, "{cell}");
    }
}

#[test]
fn a_cell_that_only_shows_a_picture_is_no_blank() {
    let pictures = [
        "<Check/>",
        "<Icon icon=\"check\"/>",
        "<img alt=\"✅\">",
        "<svg></svg>",
        "![](yes.png)",
        "![✅](yes.png)",
        "<Check/><sup>1</sup>",
    ];
    for cell in pictures {
        let report = refused(&one_column(&format!("| LoRA | {cell} |\n| KVBM | ✅ |\n")));
        assert_eq!(codes(&report), ["unreadable-cell"], "{cell}");
        let span = report.diagnostics[0].span.clone().expect("a target");
        assert_eq!(&report.text[span], cell);
    }
    let sanitized = [
        ("<b>✅</b>", "supported"),
        ("<span title=\"x\">✅</span>", "supported"),
        ("<Badge>no</Badge>", "unsupported"),
        ("<Check/> ✅", "supported"),
        ("✅![^1]", "supported!"),
        ("<a id=\"x\"></a>", "unsupported"),
        ("<br/>", "unsupported"),
    ];
    for (cell, wanted) in sanitized {
        let matrix = read(&one_column(&format!("| LoRA | {cell} |\n"))).matrix;
        assert_eq!(level(&matrix, "vllm", &["lora"]), wanted, "{cell}");
    }
}

#[test]
fn rows_that_a_gap_cuts_off_are_noticed() {
    for gap in ["\n", "\t\n", "<!-- more -->\n", "see below\n", "---\n"] {
        let page = one_column(&format!(
            "| LoRA | ✅ |\n{gap}| Tool Calling | ✅ |\n| Request Migration | ✅ |\n"
        ));
        let loaded = read(&page);
        let report = &loaded.reports[0];
        assert_eq!(codes(report), ["no-pair-table", "cut-off-rows"], "{gap}");
        let problem = &report.diagnostics[1];
        assert_eq!(problem.severity, Severity::Warning);
        let span = problem.span.clone().expect("a target");
        assert_eq!(&report.text[span], "| Tool Calling | ✅ |");
        assert!(problem.message.contains("1 more"), "{}", problem.message);
        assert_eq!(level(&loaded.matrix, "vllm", &["tool-calling"]), "none");
    }
    let own_head =
        one_column("| LoRA | ✅ |\n\n| Feature | vLLM |\n|-|-|\n| Tool Calling | ✅ |\n");
    assert_eq!(codes(&read(&own_head).reports[0]), ["no-pair-table"]);
    let other = one_column("| LoRA | ✅ |\n\n| a | b | c |\n\n## More\n\n| a | b |\n");
    assert_eq!(codes(&read(&other).reports[0]), ["no-pair-table"]);
}

#[test]
fn a_table_of_very_many_rows_is_refused() {
    let rows = |count: usize| (0..count).map(|i| format!("| F{i} | ✅ |\n")).collect::<String>();
    let report = refused(&one_column(&rows(10_002)));
    assert_eq!(codes(&report), ["too-large"]);
    assert!(report.diagnostics[0].message.contains("rows"), "{}", report.diagnostics[0].message);
    assert!(import(&one_column(&"| LoRA | ✅ |\n".repeat(10_000))).is_ok());
}
