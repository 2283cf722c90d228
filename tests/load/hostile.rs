//! Large nonsense ends in a diagnostic, soon and in little memory.

use std::time::{Duration, Instant};

use super::{SMALL, read};

/// Far more than any model has, and little enough for a test.
const LARGE: usize = 12 << 20;

/// The codes of the problems of a text, which must be found quickly.
fn codes(text: &str) -> Vec<&'static str> {
    let start = Instant::now();
    let reports = read(text).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 }));
    assert!(reports.iter().all(|report| report.has_errors()));
    reports
        .iter()
        .flat_map(|report| report.diagnostics.iter().map(|problem| problem.code))
        .collect()
}

#[test]
fn nonsense_is_refused_before_it_is_parsed() {
    let repeated = |piece: &str| piece.repeat(LARGE / piece.len());
    assert_eq!(codes(&repeated("\n")), ["empty-file"]);
    assert_eq!(codes(&repeated("# x\n")), ["empty-file"]);
    assert_eq!(codes(&repeated("a = 1\n")), ["too-much-text"]);
    assert_eq!(codes(&repeated("lorem ipsum ")), ["too-much-text"]);
    assert_eq!(codes(&repeated("x")), ["too-much-text"]);
    assert_eq!(codes(&repeated("=")), ["too-much-text"]);
    assert_eq!(codes(&repeated("[a]\n")), ["too-much-text"]);
    assert_eq!(codes(&repeated("[[a]]\n")), ["too-much-text"]);
    assert_eq!(codes(&repeated("[")), ["too-deep"]);
    assert_eq!(codes(&repeated("a={")), ["too-deep"]);
    assert_eq!(codes(&repeated("a.")), ["too-deep"]);
    assert_eq!(codes(&format!("a = {}", repeated("["))), ["too-deep"]);
    assert_eq!(codes(&format!("a = [{}", repeated("1,"))), ["too-much-text"]);
    assert_eq!(codes(&format!("a = \"{}", repeated("y"))), ["too-much-text"]);
    assert_eq!(codes(&format!("a = '''{}", repeated("y"))), ["truncated-file"]);
    assert_eq!(codes(&format!("{}\0", repeated("a"))), ["binary-file"]);
}

#[test]
fn what_passes_the_first_checks_is_bounded_too() {
    for piece in ["a = 1\n", "a b ", "= = ", "[a]\n", "[[a]]\n", "\"\n", "a.b.c = 1\n"] {
        let found = codes(&piece.repeat(100_000 / piece.len() * 4));
        assert!(found.len() <= 1_001, "{piece}: {}", found.len());
    }
}

#[test]
fn large_grids_are_cut_short() {
    let grid = |piece: &str| {
        let body = piece.repeat(LARGE / piece.len());
        SMALL.replacen("| Caching ", &format!("{body}| Caching "), 1)
    };
    for piece in ["| x | ✅ | ✅ |\n", "nonsense\n", "| ", "|\n", "x"] {
        let found = codes(&grid(piece));
        assert!(!found.is_empty() && found.len() < 100, "{piece}: {} problems", found.len());
    }
    let wide = format!("| Feature {} |\n", "| b ".repeat(1_025));
    let found = codes(&SMALL.replacen("| Feature    | Alpha | Beta |\n", &wide, 1));
    assert_eq!(found, ["too-many-backends"]);
    let rows: String = (0..1001).map(|i| format!("| f{i} | ✅ | ✅ |\n")).collect();
    let found = codes(&SMALL.replacen("| Caching ", &format!("{rows}| Caching "), 1));
    assert_eq!(found, ["too-many-features"]);
}

/// A model of so many features and backends, with the same grid of pairs for each backend.
fn model(features: &[String], backends: usize, grid: &str, rest: &str) -> String {
    let names: String = (0..backends).map(|i| format!(" b{i} |")).collect();
    let mut text = format!("format = \"dynamo-plan/model/v1\"\nfeatures = '''\n| F |{names}\n");
    let marks = " ✅ |".repeat(backends);
    features.iter().for_each(|name| text.push_str(&format!("| {name} |{marks}\n")));
    text.push_str("'''\n[pairs]\n");
    (0..backends).for_each(|i| text.push_str(&format!("b{i} = '''\n{grid}\n'''\n")));
    text + rest
}

#[test]
fn a_model_has_at_most_1024_backends() {
    let features = ["f0".to_owned(), "f1".to_owned()];
    let read = read(&model(&features, 1_024, "| F |", "")).unwrap();
    assert_eq!(read.matrix.backends.len(), 1_024);
    assert_eq!(codes(&model(&features, 1_025, "| F |", "")), ["too-many-backends"]);
}

#[test]
fn grids_of_too_many_pairs_are_refused_before_any_is_read() {
    let features: Vec<String> = (0..1_000).map(|i| format!("f{i}")).collect();
    let head = format!("| F | {} |", features.join(" | "));
    // Four times 499,500 pairs and 4,000 features are more than two million.
    let found = codes(&model(&features, 4, &head, ""));
    assert!(found.starts_with(&["too-many-cells"]), "{found:?}");
    let found = codes(&model(&features, 3, &head, ""));
    assert!(!found.contains(&"too-many-cells"), "{found:?}");
}

#[test]
fn pairs_of_variants_that_are_left_out_count_as_cells() {
    let variant = |i: usize| format!("{} ({i})", if i.is_multiple_of(2) { "Even" } else { "Odd" });
    let features: Vec<String> = (0..1_000).map(variant).collect();
    let groups = "[[group]]\nname = \"Even\"\n[[group]]\nname = \"Odd\"\n";
    let one = "[[cell]]\nterms = [\"even-0\", \"odd-1\"]\nlevel = \"supported\"\n";
    let whole = "[[cell]]\nterms = [\"even\", \"odd\"]\nlevel = \"supported\"\n";
    // Each of the backends lacks all of 250,000 pairs but one.
    assert!(read(&model(&features, 7, "| F |", &format!("{groups}{one}"))).is_ok());
    assert!(read(&model(&features, 8, "| F |", &format!("{groups}{whole}"))).is_ok());
    let found = codes(&model(&features, 8, "| F |", &format!("{groups}{one}")));
    assert_eq!(found, ["too-many-cells"]);
}

#[test]
fn a_large_model_is_read() {
    let n = 300;
    let mut text = "format = \"dynamo-plan/model/v1\"\nfeatures = '''\n| F | A |\n".to_owned();
    (0..n).for_each(|i| text.push_str(&format!("| f{i} | ✅ |\n")));
    text.push_str("'''\n[pairs]\na = '''\n| F |");
    (0..n).for_each(|i| text.push_str(&format!(" f{i} |")));
    for i in 0..n {
        text.push_str(&format!("\n| f{i} |{}", " ✅ |".repeat(i)));
    }
    text.push_str("\n'''\n");
    let matrix = read(&text).unwrap().matrix;
    assert_eq!(matrix.backends[0].cells.len(), n + n * (n - 1) / 2);
}

#[test]
fn text_that_every_cell_would_repeat_is_bounded() {
    let n = 120;
    let mut text = "format = \"dynamo-plan/model/v1\"\nfeatures = '''\n| F | A |\n".to_owned();
    (0..n).for_each(|i| text.push_str(&format!("| f{i} | ✅ |\n")));
    let pairs = |text: &mut String| {
        text.push_str("[pairs]\na = '''\n| F |");
        (0..n).for_each(|i| text.push_str(&format!(" f{i} |")));
        for i in 0..n {
            text.push_str(&format!("\n| f{i} |{}", " ✅ |".repeat(i)));
        }
        text.push_str("\n'''\n");
    };
    text.push_str("'''\n");
    let long = "x".repeat(60_000);
    let anchor = format!("[anchors]\npairs = \"{long}\"\n");
    let of_one = format!("[anchors]\npairs = {{ a = \"{long}\" }}\n");
    for source in [anchor, of_one, format!("[source]\npath = \"{long}\"\n")] {
        let mut sourced = format!("{text}{source}");
        pairs(&mut sourced);
        assert_eq!(codes(&sourced), ["too-long"]);
    }
    pairs(&mut text);
    let cells: Vec<String> = (1..n).map(|i| format!("[\"f0\", \"f{i}\"]")).collect();
    let note = |text: &str| format!("[[note]]\ntext = \"{text}\"\ncells = [{}]\n", cells.join(","));
    assert!(read(&format!("{text}{}", note("short"))).is_ok());
    let notes = note(&long).repeat(6);
    assert_eq!(codes(&format!("{text}{notes}")), ["too-much-text"]);
}

#[test]
fn a_dimension_has_as_many_options_as_a_grid_may_have() {
    let options = |count: usize| -> String {
        let option = |i| format!("[[dimension.option]]\nid = \"o{i}\"\nroles = 1\nrequires = []\n");
        (0..count).map(option).collect()
    };
    let model =
        |count| format!("{SMALL}[dimension]\nid = \"d\"\nwhen = \"media\"\n{}", options(count));
    assert!(read(&model(64)).is_ok());
    assert_eq!(codes(&model(65)), ["too-many-options"]);
}
