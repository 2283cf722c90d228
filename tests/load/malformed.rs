//! Every kind of mistake, its code and its target. SMALL is the model that each test breaks.

use std::path::Path;

use dynamo_plan::load;

use super::{SMALL, problems, read, read_with};

/// The problems of a text that is no model, without the file's name.
fn wrong(text: &str) -> Vec<String> {
    let reports = read(text).expect_err("a mistake");
    let problems_found = reports.iter().flat_map(|report| &report.diagnostics);
    problems_found
        .for_each(|problem| assert!(problem.help.is_some(), "no fix: {}", problem.message));
    let short = |line: String| line.trim_start_matches("models/mine.toml").to_owned();
    problems(&reports)
        .into_iter()
        .map(|line| short(line).trim_start_matches(':').to_owned())
        .collect()
}

/// The problems of the small model with a text replaced.
fn broken(from: &str, to: &str) -> Vec<String> {
    assert!(SMALL.contains(from), "{from}");
    wrong(&SMALL.replacen(from, to, 1))
}

/// The problems of the small model with more at its end, whose first line is 18.
fn extended(text: &str) -> Vec<String> {
    wrong(&format!("{SMALL}{text}"))
}

/// The fix for the only problem of a text.
fn fix(text: &str) -> String {
    let reports = read(text).expect_err("a mistake");
    reports[0].diagnostics[0].help.clone().unwrap_or_default()
}

#[test]
fn what_is_no_text_or_no_toml() {
    assert_eq!(wrong(""), [" empty-file"]);
    assert_eq!(wrong("\n \n# only a remark\n"), [" empty-file"]);
    assert_eq!(broken("🚧", "\0"), ["4:23 binary-file"]);
    let vocabulary = load::bundle::vocabulary();
    let bytes = SMALL.replacen("Beta", "B\u{e9}ta", 1).into_bytes();
    let latin: Vec<u8> = bytes.into_iter().filter(|byte| *byte != 0xC3).collect();
    let none = |_: &Path| Err(std::io::Error::other("none"));
    let reports = load::model(latin, Path::new("x"), &vocabulary, &none).unwrap_err();
    assert_eq!(problems(&reports), ["x:3:25 not-utf8"]);
    assert_eq!(broken("format = ", "format "), ["1:8 invalid-toml"]);
    assert_eq!(broken("[pairs]", "[pairs"), ["8:7 invalid-toml"]);
    assert_eq!(broken("[pairs]", "format = 'x'\n[pairs]"), ["8:1 duplicate-key"]);
    assert_eq!(broken("[pairs]", "a = \"x\n[pairs]").len(), 1);
}

#[test]
fn files_that_were_cut_off() {
    let cut = |text: &str| wrong(&SMALL[..SMALL.find(text).unwrap()]);
    assert_eq!(cut("| Batching   |"), ["2:12 truncated-file"]);
    assert_eq!(cut("= '''\n| Feature  |"), ["9:7 truncated-file"]);
    assert_eq!(extended("include = [\n\"x\",\n"), ["18:11 truncated-file"]);
    assert_eq!(extended("release ="), ["18:10 truncated-file"]);
    assert_eq!(extended(&format!("a = {}", "[".repeat(17))), ["18:21 too-deep"]);
}

#[test]
fn every_mistake_is_listed() {
    let text = SMALL.replace("🚧", "maybe").replace("[pairs]", "colour = 1\n[pairs]");
    assert_eq!(wrong(&text), ["4:23 unknown-level", "6:16 unknown-level", "8:1 unknown-key"]);
    assert_eq!(
        wrong("a = \nb = 1\nc = = 2\n"),
        ["1:5 invalid-toml", "3:5 invalid-toml"],
        "every line that is no TOML"
    );
}

#[test]
fn formats_and_keys() {
    let first = "format = \"dynamo-plan/model/v1\"\n";
    assert_eq!(broken(first, ""), ["1:1 missing-format"]);
    assert_eq!(broken("model/v1", "model/v2"), ["1:10 unknown-format"]);
    assert_eq!(broken(first, &format!("{first}relaese = '1'\n")), ["2:1 unknown-key"]);
    assert_eq!(
        fix(&SMALL.replacen('\n', "\nrelaese = '1'\n", 1)),
        "did you mean `release` or `released`?"
    );
    assert_eq!(broken(first, &format!("{first}release = 1.0\n")), ["2:11 wrong-type"]);
    assert_eq!(broken(first, &format!("{first}release = ' '\n")), ["2:11 bad-release"]);
    assert_eq!(extended("[[note]]\n"), ["18:1 missing-key"]);
    assert_eq!(extended("[[note]]\ntext = 'x'\nkind = 'rant'\n"), ["20:8 unknown-kind"]);
    let kinds = fix(&format!("{SMALL}[[note]]\ntext = 'x'\nkind = 'rant'\n"));
    for kind in ["requirement", "limit", "known-issue", "deprecated", "disputed", "info"] {
        assert!(kinds.contains(kind), "{kinds}");
    }
    assert_eq!(extended("[[note]]\ntext = ''\n"), ["19:8 empty-text"]);
    assert_eq!(extended("[[note]]\ntext = '  '\n"), ["19:8 empty-text"]);
    assert_eq!(extended("[[cell]]\nlevel = '?'\n"), ["18:1 missing-key"]);
    assert_eq!(extended("[source]\npaht = 'x'\n"), ["19:1 unknown-key"]);
    assert_eq!(extended("[[platform]]\ncuda = '1'\nmin-driver = -1\n"), ["20:14 wrong-type"]);
    assert_eq!(extended("[note]\ntext = 'x'\n"), ["18:1 wrong-type"]);
    assert_eq!(wrong(first), ["1:1 missing-features"]);
    assert_eq!(wrong(&format!("{first}features = 'x'\n")), ["2:12 grid-quotes"]);
}

#[test]
fn days_and_labels_of_releases() {
    let first = "format = \"dynamo-plan/model/v1\"\n";
    let released = |day: &str| format!("{first}released = '{day}'\n");
    for day in ["soon", "2026-2-11", "2026-13-01", "2026-02-30", "2025-02-29", "11.02.2026", ""] {
        assert_eq!(broken(first, &released(day)), ["2:12 bad-date"], "{day}");
    }
    for day in ["2026-02-11", "2024-02-29", "2000-12-31"] {
        assert!(read(&SMALL.replacen(first, &released(day), 1)).is_ok(), "{day}");
    }
    for word in ["all", "latest", "Newest"] {
        let release = format!("{first}release = '{word}'\n");
        assert_eq!(broken(first, &release), ["2:11 bad-release"], "{word}");
    }
    assert!(read(&SMALL.replacen(first, &format!("{first}release = 'nightly'\n"), 1)).is_ok());
}

#[test]
fn marks_and_levels() {
    assert_eq!(broken("🚧   |\n", "-   |\n"), ["4:23 unknown-level"]);
    assert_eq!(broken("| —    |\n", "| — !  |\n"), ["6:23 caveat-level"]);
    assert_eq!(
        extended("[[cell]]\nterms = ['caching', '!batching']\nlevel = 'suported'\n"),
        ["20:9 unknown-level"]
    );
    assert_eq!(
        extended("[[cell]]\nterms = ['caching', '!batching']\nlevel = '?'\ncaveat = true\n"),
        ["20:9 caveat-level"]
    );
    assert_eq!(
        extended("[[note]]\nterms = ['media-3d']\ntext = 'x'\ncaveat = true\n"),
        ["19:9 caveat-level"],
        "not-applicable on one of the two backends"
    );
}

#[test]
fn names_that_stand_twice_or_nowhere() {
    assert_eq!(broken("| Batching   | ✅", "| caching    | ✅")[0], "5:3 duplicate-feature");
    assert_eq!(broken("| Beta |", "| alpha |")[0], "3:24 duplicate-backend");
    assert_eq!(
        broken("beta = '''", "\"Alpha\" = '''"),
        ["8:1 missing-cell", "15:1 duplicate-backend"]
    );
    assert_eq!(
        broken("| Feature  | Caching | Batching", "| Feature  | Caching | Caching")[0],
        "10:24 duplicate-feature"
    );
    assert_eq!(
        broken("| Media    |", "| Medium   |"),
        ["10:35 missing-cell", "13:3 unknown-feature"]
    );
    assert_eq!(broken("beta = '''", "gamma = '''"), ["8:1 missing-cell", "15:1 unknown-backend"]);
    assert_eq!(broken("| Caching    |", "| —          |")[0], "4:3 no-name");
    let terms = "[[cell]]\nterms = ['cachin', 'batching']\nlevel = '?'\n";
    assert_eq!(extended(terms), ["19:10 unknown-feature"]);
    assert_eq!(fix(&format!("{SMALL}{terms}")), "did you mean `caching`?");
    assert_eq!(
        extended("[[cell]]\nbackend = 'alhpa'\nterms = ['!caching']\nlevel = '?'\n"),
        ["19:11 unknown-backend"]
    );
    assert_eq!(
        extended("[[cell]]\nterms = ['caching', 'pattern=EPD']\nlevel = '?'\n"),
        ["19:21 unknown-option"]
    );
    assert_eq!(extended("[[feature]]\nname = 'Cache'\n"), ["19:8 unknown-feature"]);
    assert_eq!(extended("[[group]]\nname = 'Cache'\n"), ["19:8 unknown-group"]);
    assert_eq!(extended("[[backend]]\nname = 'Alphabet'\n"), ["19:8 unknown-backend"]);
    assert_eq!(
        extended("[[feature]]\nname = 'Caching'\naliases = ['Batching']\n"),
        ["20:12 duplicate-alias"]
    );
    assert_eq!(
        extended("[[feature]]\nname = 'Caching'\ngroup = 'batching'\n"),
        ["20:9 group-is-feature"]
    );
}

#[test]
fn terms_that_cannot_be() {
    let cell = |terms: &str| extended(&format!("[[cell]]\nterms = {terms}\nlevel = '?'\n"));
    assert_eq!(cell("['caching', 'caching']"), ["19:21 self-pair"]);
    assert_eq!(cell("['caching', '!caching']"), ["19:21 contradictory-terms"]);
    assert_eq!(cell("[]"), ["19:9 no-terms"]);
    assert_eq!(cell("['caching', 3]"), ["19:21 wrong-type"]);
    assert_eq!(cell("['batching', 'caching']"), ["19:9 duplicate-cell"], "on alpha alone");
    assert_eq!(cell("['caching', 'fact=moe']"), ["19:21 fact-in-cell"]);
    let note = "[[note]]\nterms = ['caching', 'fact=moe']\ntext = 'x'\n";
    assert_eq!(extended(note), ["19:21 fact-in-cell"]);
    let help = fix(&format!("{SMALL}{note}"));
    assert!(help.contains("`when = [\"fact=moe\"]`"), "{help}");
    let twice = "[[cell]]\nterms = ['!caching']\nlevel = '?'\n";
    assert_eq!(extended(&twice.repeat(2)), ["22:9 duplicate-cell"; 2], "on both backends");
    assert_eq!(
        extended("[[note]]\nterms = ['caching', 'media']\ntext = 'x'\n"),
        ["19:9 unknown-cell"],
        "beta has no such pair"
    );
}

#[test]
fn every_cell_must_be_written() {
    assert_eq!(
        broken("| Batching   | ✅    |      |", "| Batching   | ✅    |"),
        ["5:3 missing-cell"]
    );
    assert_eq!(
        broken("| Media    | ?       | ✅ !     | —     |", "| Media    | ?       |"),
        ["13:3 missing-cell"]
    );
    assert_eq!(broken("| Media    | ?       | ✅ !     | —     |\n", ""), ["10:35 missing-cell"]);
    assert_eq!(broken("beta = '''\n| Feature |\n'''\n", ""), ["8:1 missing-cell"]);
    assert_eq!(broken("| Feature |\n", ""), ["15:11 empty-grid"]);
    assert_eq!(broken("| Feature |\n", "Feature\n"), ["16:1 no-row"]);
    assert_eq!(broken("| 🚧   |\n", "| 🚧   | ✅ |\n"), ["4:29 extra-cell"]);
    let (head, pairs) = SMALL.split_once("[pairs]").unwrap();
    assert_eq!(wrong(head), ["3:3 missing-cell", "3:3 missing-cell"], "no pair grid for either");
    assert!(!pairs.is_empty());
}

#[test]
fn halves_of_a_pair_grid() {
    assert_eq!(
        broken(
            "| Batching | ✅      | —        |       |",
            "| Batching | ✅      | ✅       |       |"
        ),
        ["12:23 self-pair"]
    );
    assert_eq!(
        broken("| Caching  | —       |          |", "| Caching  | —       | 🚧       |"),
        ["11:24 contradictory-cells"]
    );
    assert!(
        read(&SMALL.replacen(
            "| Caching  | —       |          |",
            "| Caching  | —       | ✅       |",
            1
        ))
        .is_ok()
    );
    let swapped = SMALL.replacen(
        "| Caching  | —       |          |       |\n| Batching | ✅      | —        |       |\n",
        "| Batching | —       |          |       |\n| Caching  | ✅      | —        |       |\n",
        1,
    );
    assert_eq!(wrong(&swapped), ["11:3 row-order"]);
    let variants = SMALL.replacen("| Batching   |", "| Media (2D) |", 1);
    let (head, pairs) = variants.split_once("[pairs]").unwrap();
    let pairs = pairs.replace("| Media ", "| Media (3D) ").replace("Batching", "Media (2D)");
    let variants = format!("{head}[pairs]{pairs}\n[[group]]\nname = 'Media'\n");
    assert_eq!(wrong(&variants.replace("✅ !", "🚧")), ["13:29 pair-within-group"]);
}

#[test]
fn patterns_and_dimensions() {
    let patterns = "[dimension]\nid = 'size'\nwhen = 'media'\n[[dimension.option]]\nid = 'S'\n[[dimension.option]]\nid = 'L'\n";
    let with = |grid: &str| {
        let text = SMALL.replacen("[pairs]", &format!("patterns = '''\n{grid}\n'''\n[pairs]"), 1);
        wrong(&format!("{text}{patterns}"))
    };
    assert_eq!(with("| P | Alpha | Beta |\n| S | ✅ | ✅ |"), ["9:3 missing-cell"]);
    assert_eq!(with("| P | Alpha |\n| S | ✅ |\n| L | ? |"), ["9:3 missing-cell"]);
    assert_eq!(with("| P | Alpha | Beta |\n| S | ✅ |\n| L | ? | ? |"), ["10:3 missing-cell"]);
    assert_eq!(
        with("| P | Alpha | Beta |\n| S | ✅ | ? |\n| L | ? | ? |\n| XL | ? | ? |"),
        ["12:3 unknown-option"]
    );
    assert_eq!(
        with("| P | Alpha | Beta |\n| S | ✅ | ? |\n| L | ? | ? |\n| S | ? | ? |")[0],
        "12:3 duplicate-option"
    );
    let bundled = broken("[pairs]", "patterns = '''\n| P | Alpha | Beta |\n'''\n[pairs]");
    assert_eq!(
        bundled,
        ["8:15 unknown-feature"],
        "the bundled patterns need what this model lacks"
    );
    assert_eq!(
        extended("[dimension]\nid = 'x'\nwhen = 'y'\n"),
        ["18:1 no-options", "20:8 unknown-feature"]
    );
    let requires = "[dimension]\nid = 'x'\nwhen = 'media'\n[[dimension.option]]\nid = 'o'\nrequires = ['!bathcing']\n";
    assert_eq!(extended(requires), ["23:13 unknown-feature"]);
}

#[test]
fn ranges_of_releases() {
    let note = |range: &str| format!("[[note]]\ntext = 'x'\nreleases = '{range}'\n");
    assert_eq!(extended(&note("newest")), ["20:12 bad-range"]);
    assert_eq!(extended(&note(">=1.0")), ["20:12 missing-release"]);
}

#[test]
fn includes() {
    let main = SMALL.replacen('\n', "\ninclude = [\"b.toml\", \"c.toml\"]\n", 1);
    let find = |files: &[(&str, &str)]| problems(&read_with(&main, files).unwrap_err());
    assert_eq!(
        find(&[("models/b.toml", "release = '1'\n")]),
        ["models/mine.toml:2:22 include-not-found"]
    );
    assert_eq!(
        find(&[
            ("models/b.toml", "include = ['../models/mine.toml']\n"),
            ("models/c.toml", "note = []")
        ]),
        ["models/b.toml:1:12 include-cycle"]
    );
    assert_eq!(
        find(&[("models/b.toml", "include = ['c.toml']\n"), ("models/c.toml", "note = []")]),
        ["models/mine.toml:2:22 duplicate-include"]
    );
    assert_eq!(
        find(&[("models/b.toml", "release = '1'"), ("models/c.toml", "\nrelease = '2'\n")]),
        ["models/c.toml:2:11 duplicate-table"]
    );
    assert_eq!(
        find(&[("models/b.toml", "[[note]]\ntext = 1\n"), ("models/c.toml", "x = 1")]),
        ["models/b.toml:2:8 wrong-type", "models/c.toml:1:1 unknown-key"],
        "mistakes point into the file that they are in"
    );
}
