//! What pages say of engines, CUDA toolkits and drivers, by release.

use std::path::Path;

use dynamo_plan::load::{self, Loaded, PageOptions, bundle, join_platforms, merge};
use dynamo_plan::matrix::{Backend, Matrix, Release};
use dynamo_plan::render::ToJson;
use dynamo_plan::render::matrix::MatrixView;

use crate::support::{codes, import, import_with};

/// Features, engines and toolkits of several releases on one page.
const BOTH: &str = include_str!("../pages/compatibility-platforms.mdx");
/// Engines and toolkits alone.
const ALONE: &str = include_str!("../pages/platforms.md");
/// Features alone, of 7.4.0.
const WORDS: &str = include_str!("../pages/compatibility-words.mdx");

fn read(text: &str) -> Loaded {
    import(text).unwrap_or_else(|report| panic!("{:#?}", report.diagnostics))
}

/// A page read as a part that may list no features, of a release if one is given.
fn part(text: &str, release: Option<&str>) -> Loaded {
    let release = release.map(Release::new);
    let options = PageOptions { release, platforms_alone: true, ..PageOptions::default() };
    import_with(text, &options).unwrap_or_else(|report| panic!("{:#?}", report.diagnostics))
}

/// What a backend is built for, such as `2.5.1: 14.2 602, 15.1 615 experimental`.
fn pins(matrix: &Matrix, backend: &str) -> String {
    let Backend { engine, platforms, .. } = matrix.backend(backend).expect("a backend");
    let each = platforms.iter().map(|platform| {
        let experimental = if platform.experimental { " experimental" } else { "" };
        format!("{} {}{experimental}", platform.cuda, platform.min_driver)
    });
    let each: Vec<String> = each.collect();
    format!("{}: {}", engine.as_deref().unwrap_or("none"), each.join(", "))
}

fn messages(loaded: &Loaded, report: usize) -> Vec<String> {
    let found = loaded.reports[report].diagnostics.iter();
    found.map(|problem| format!("{}: {}", problem.code, problem.message)).collect()
}

#[test]
fn a_page_states_what_its_own_release_is_built_for() {
    let loaded = read(BOTH);
    assert_eq!(
        codes(&loaded.reports[0]),
        [""; 0],
        "what other releases leave unclear is no matter"
    );
    assert_eq!(pins(&loaded.matrix, "sglang"), "2.5.1: 15.1 615 experimental, 14.2 602");
    assert_eq!(pins(&loaded.matrix, "trtllm"), "3.0rc2: 15.1 615");
    assert_eq!(pins(&loaded.matrix, "vllm"), "1.26.0: 15.0 610");
    let notes = &loaded.matrix.backend("vllm").expect("vLLM").notes;
    assert_eq!(notes[0].text, "CUDA 15.0: Images end in -cu15");
    assert_eq!(notes[0].sources, ["page.md:23"]);
}

#[test]
fn what_a_row_leaves_unclear_is_skipped_and_said() {
    let release = Some(Release::new("7.3.1"));
    let options = PageOptions { release, ..PageOptions::default() };
    let loaded = import_with(BOTH, &options).expect("the page can be read");
    assert_eq!(pins(&loaded.matrix, "sglang"), "none: ");
    assert_eq!(pins(&loaded.matrix, "trtllm"), "3.0rc1: ");
    assert_eq!(pins(&loaded.matrix, "vllm"), "1.24.0: ");
    let expected = [
        "release-label-differs: the page calls itself 7.4.0",
        "unclear-platform: SGLang of 7.3.1: `upstream trial` is no version of an engine",
        "unclear-platform: SGLang of 7.3.1: `14` is no CUDA version",
        "unclear-platform: vLLM of 7.3.1: `Not recorded` is no least driver",
        "unclear-platform: vLLM of 7.3.1: `610 or 615` is no least driver",
        "unclear-platform: vLLM of 7.3.1: `ARM64 only` leaves open what holds",
        "unclear-platform: Other of 7.3.1: no table of features names such a backend",
    ];
    let mut found = messages(&loaded, 0);
    found.sort_by_key(|message| expected.iter().position(|it| it == message));
    assert_eq!(found, expected);
    let strict = PageOptions { strict: true, ..options };
    assert!(import_with(BOTH, &strict).is_err());
}

#[test]
fn a_page_without_a_row_for_its_release_says_so() {
    let options = PageOptions { release: Some(Release::new("7.9")), ..PageOptions::default() };
    let loaded = import_with(BOTH, &options).expect("the page can be read");
    assert_eq!(pins(&loaded.matrix, "vllm"), "none: ");
    assert_eq!(codes(&loaded.reports[0]), ["no-platform-row", "release-label-differs"]);
}

#[test]
fn rows_without_one_release_are_left_out_with_those_that_go_on_with_them() {
    let row = |first: &str, last: &str| BOTH.replacen(first, last, 1);
    let head = "| 7.4.0 | SGLang | 15.1 | 615.xx+ | Experimental |";
    for label in ["7.3.1, 7.4.0", "7.4.x", "7.4.0 (planned)", "v7.4.0 (in progress)", ""] {
        let page = row(head, &head.replace("7.4.0", label))
            .replace("| 7.4.0 | SGLang | 14.2", "| | | 14.2")
            .replace("| 7.4.0 | TensorRT-LLM |", "| v7.4.0 (stable) | TensorRT-LLM |");
        let loaded = read(&page);
        assert_eq!(codes(&loaded.reports[0]), ["unclear-platform"], "{label}");
        assert_eq!(pins(&loaded.matrix, "sglang"), "2.5.1: ", "{label}");
        assert_eq!(pins(&loaded.matrix, "trtllm"), "3.0rc2: 15.1 615", "{label}");
    }
    let loaded = read(&row("| 7.4.0 | TensorRT-LLM |", "| Dynamo 7.4.0 | |"));
    assert_eq!(
        messages(&loaded, 0),
        ["unclear-platform: this row of release 7.4.0 names no backend"]
    );
}

#[test]
fn of_rows_that_disagree_the_first_counts() {
    let page =
        BOTH.replace("| 7.4.0 | vLLM |", "| 7.4.0 | vLLM | 15.0 | 615+ | |\n| 7.4.0 | vLLM |");
    let loaded = read(&page);
    assert_eq!(pins(&loaded.matrix, "vllm"), "1.26.0: 15.0 615");
    let said = "copies-disagree: vLLM of 7.4.0: CUDA 15.0 with driver 610 or newer here, but CUDA 15.0 \
                with driver 615 or newer before";
    assert_eq!(messages(&loaded, 0), [said]);
}

#[test]
fn damaged_platform_tables_are_left_out_with_a_warning() {
    let damaged = |from: &str, to: &str| {
        let loaded = read(&BOTH.replacen(from, to, 1));
        let codes = codes(&loaded.reports[0]).join(" ");
        format!("{codes}; {}", pins(&loaded.matrix, "trtllm"))
    };
    assert_eq!(damaged("15.1 | 615.xx+ | Exp", "15.1, 615.xx+ Exp"), "ragged-table; 3.0rc2: ");
    assert_eq!(damaged("| Min Driver |", "| Mini |"), "ignored-table; 3.0rc2: ");
    assert_eq!(
        damaged("| 7.4.0 | SGLang | 14.2", "\n| 7.4.0 | SGLang | 14.2"),
        "cut-off-rows; 3.0rc2: "
    );
}

#[test]
fn a_page_that_states_too_much_is_refused() {
    let row = format!("| 7.2.0 |{}\n", " 1.0 |".repeat(900));
    let head = format!("| Dynamo | vLLM |{}\n", " other |".repeat(899));
    let rule = format!("|{}\n", " --- |".repeat(901));
    let page = format!("{BOTH}\n## More\n\n{head}{rule}{}", row.repeat(120));
    let report = import(&page).expect_err("it is too large");
    assert_eq!(codes(&report), ["too-large"]);
}

#[test]
fn tables_of_drivers_and_of_dates_are_no_platform_tables() {
    let other = "| Driver | SGLang | vLLM |\n| --- | --- | --- |\n| 602.xx+ | 7.3.1 | 7.4.0 |\n\n\
                 | Release | Date |\n| --- | --- |\n| 7.4.0 | soon |\n| | later |\n\n";
    let loaded = read(&BOTH.replace("**Engines", &format!("{other}**Engines")));
    assert_eq!(codes(&loaded.reports[0]), [""; 0]);
    assert_eq!(pins(&loaded.matrix, "vllm"), "1.26.0: 15.0 610");
}

#[test]
fn a_page_of_platforms_joins_a_page_of_features() {
    for order in [[0, 1], [1, 0]] {
        let parts = order.map(|at| part([WORDS, ALONE][at], None));
        let merged = merge(parts.to_vec(), true).expect("they are of one release");
        assert!(merged.is_complete());
        assert_eq!(merged.matrix.release, Some(Release::new("7.4.0")));
        assert_eq!(pins(&merged.matrix, "vllm"), "1.26.0: ");
        assert_eq!(pins(&merged.matrix, "sglang"), "2.5.1: ");
        assert_eq!(merged.matrix.provenance.source, "page.md, page.md");
    }
}

#[test]
fn cells_that_are_left_blank_go_on_with_those_above() {
    let parts = vec![part(WORDS, Some("9.0.0")), part(ALONE, Some("9.0.0"))];
    let merged = merge(parts, false).expect("they are of one release");
    assert_eq!(codes(&merged.reports[1]), [""; 0]);
    assert_eq!(pins(&merged.matrix, "sglang"), "3.0.0: 14.2 602, 15.0 610 experimental");
    assert_eq!(pins(&merged.matrix, "vllm"), "2.0.0: 14.2 602");
}

#[test]
fn what_one_page_says_first_of_a_release_counts() {
    let other = ALONE.replace("`1.26.0`", "`1.26.1`");
    let merged = merge(vec![read(BOTH), part(&other, None)], false).expect("one release");
    assert_eq!(pins(&merged.matrix, "vllm"), "1.26.0: 15.0 610");
    let said = "copies-disagree: vLLM of 7.4.0: 1.26.1 here, but 1.26.0 before";
    assert_eq!(messages(&merged, 1), [said]);
    assert!(merge(vec![read(BOTH), part(&other, None)], true).is_err());
}

#[test]
fn each_of_several_matrices_takes_the_rows_of_its_release() {
    let releases = ["7.4.0", "9.0.0", "8.0.0"];
    let mut parts = vec![part(ALONE, None)];
    parts.extend(releases.map(|release| part(WORDS, Some(release))));
    let joined = join_platforms(parts).expect("they can be joined");
    let stated: Vec<String> = joined.iter().map(|it| pins(&it.matrix, "vllm")).collect();
    assert_eq!(stated, ["1.26.0: ", "2.0.0: 14.2 602", "none: "]);
    assert_eq!(joined[2].matrix.provenance.source, "page.md", "it took nothing");
    let lost = join_platforms(vec![part(WORDS, Some("8.0.0")), part(ALONE, None)]).expect("joined");
    assert_eq!(lost[0].reports.len(), 2);
    assert_eq!(codes(&lost[0].reports[1]), ["no-platform-row"]);
}

#[test]
fn a_page_of_platforms_is_no_matrix_by_itself() {
    let report = import(ALONE).expect_err("there are no features");
    assert_eq!(codes(&report), ["no-matrix-table"]);
    let help = report.diagnostics[0].help.as_deref().expect("a help");
    assert!(help.contains("give it beside a page or model of features"), "{help}");
    let reports =
        merge(vec![part(ALONE, None), part(ALONE, None)], false).expect_err("no features");
    assert!(codes(&reports[0]).contains(&"no-matrix-table"));
    let nameless = WORDS.replace("(v7.4.0)", "");
    let merged = merge(vec![part(&nameless, None), part(ALONE, None)], false).expect("a matrix");
    assert_eq!(codes(&merged.reports[1]), ["no-platform-row"]);
    assert!(messages(&merged, 1)[0].contains("the matrix has no release"));
}

#[test]
fn what_releases_are_built_for_survives_being_written() {
    let before = read(BOTH).matrix;
    let vocabulary = bundle::vocabulary();
    let model = load::write_model(&before, &vocabulary);
    let nothing = |_: &Path| Err(std::io::Error::other("nothing is included"));
    let after = load::model(model.into_bytes(), Path::new("m.toml"), &vocabulary, &nothing)
        .unwrap_or_else(|reports| panic!("{:#?}", reports[0].diagnostics))
        .matrix;
    let json = |matrix: &Matrix| {
        let view = MatrixView::new(matrix, matrix.backends.iter().collect(), &[]).to_json();
        let view: serde_json::Value = serde_json::from_str(&view).expect("it is JSON");
        let pins = |backend: &serde_json::Value| {
            (backend["engine"].clone(), backend["platforms"].clone(), backend["notes"].clone())
        };
        view["backends"].as_array().expect("backends").iter().map(pins).collect::<Vec<_>>()
    };
    for (before, after) in before.backends.iter().zip(&after.backends) {
        assert_eq!(before.engine, after.engine);
        assert_eq!(before.platforms, after.platforms);
        assert_eq!(before.notes, after.notes);
    }
    assert_eq!(json(&before), json(&after));
    assert_eq!(json(&before)[0].1[0]["min_driver"], 615);
}
