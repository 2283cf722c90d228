//! Pages given to the built program: beside one another, and as what a release is compared with.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

fn page(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "pages", name].iter().collect();
    path.display().to_string()
}

/// The status, stdout and stderr of a command.
fn ended(words: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    let output = command.args(words).env_remove("DYNAMO_PLAN_RELEASE").output().unwrap();
    outcome(&output)
}

fn outcome(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn json_of(words: &[&str]) -> Value {
    let (_, out, err) = ended(&[words, &["--format", "json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{words:?}: {error}: {err}"))
}

/// The page of a release, without what no published page has: a table of serving patterns, notes, and
/// the marks of caveats that notes set.
fn published(release: &str, folder: &TempDir) -> String {
    let (status, out, err) = ended(&["matrix", "--release", release, "--format", "markdown"]);
    assert_eq!(status, 0, "{err}");
    let mut lines = Vec::new();
    let mut in_patterns = false;
    for line in out.lines() {
        in_patterns = line.starts_with("| Together") || in_patterns && line.starts_with('|');
        let mut line = line.to_owned();
        if line.starts_with('|') {
            line = line.replace("🚧⚠️", "🚧").replace("⚠️", "✅");
        }
        if !in_patterns {
            lines.push(line);
        }
    }
    let path = folder.path().join(format!("{release}.md"));
    fs::write(&path, lines.join("\n")).unwrap();
    path.display().to_string()
}

/// A page with another mark for adapters on the one backend that has them.
fn with_lora(page: &str, mark: &str) -> String {
    let row = page.lines().find(|line| line.starts_with("| **LoRA**")).unwrap();
    page.replacen(row, &row.replace("✅", mark), 1)
}

#[test]
fn a_page_of_platforms_is_planned_on_with_the_page_of_features_beside_it() {
    let both = ["--matrix", &page("platforms.md"), "--matrix", &page("compatibility-words.mdx")];
    let ask = |words: &[&str]| ended(&[&["--need", "kv-routing"], &both[..], words].concat());
    let (status, out, err) = ask(&["--engine", "vllm>=1.26"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("vLLM can: ✅ supported."), "{out}");
    assert_eq!(ask(&["--engine", "vllm<1.26"]).0, 1);
    let alone = ended(&["--need", "lora", "--matrix", &page("platforms.md")]);
    assert_eq!(alone.0, 2);
    assert!(alone.2.contains("give it beside a page or model of features"), "{}", alone.2);
    let twice = [&["--need", "lora"], &both[..2], &both[..2]].concat();
    let (status, _, err) = ended(&twice);
    assert_eq!(status, 2);
    assert!(err.contains("lists no features"), "{err}");
}

#[test]
fn drivers_and_toolkits_of_a_page_are_planned_on() {
    let name = page("compatibility-platforms.mdx");
    let backends = |words: &[&str]| {
        let words = [&["--need", "kv-routing", "--matrix", &name], words].concat();
        let plans = json_of(&words)["plans"].clone();
        let of = |plan: &Value| format!("{} {}", plan["backend"], plan["level"]).replace('"', "");
        plans.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(backends(&["--driver", "601"]), [""; 0]);
    assert_eq!(backends(&["--driver", "602"]), ["sglang supported"]);
    assert_eq!(backends(&["--cuda", "15.0"]), ["vllm supported"]);
    assert_eq!(backends(&["--cuda", "15.1"]), ["trtllm supported", "sglang experimental"]);
    assert_eq!(backends(&["--engine", "trtllm>=3.0rc2"]), ["trtllm supported"]);
}

#[test]
fn an_imported_model_holds_what_several_pages_state() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("m.toml").display().to_string();
    let pages = [page("compatibility-words.mdx"), page("platforms.md")];
    let (status, _, err) = ended(&["import", &pages[0], &pages[1], "-o", &model, "--strict"]);
    assert_eq!((status, &*err), (0, ""));
    let text = fs::read_to_string(&model).unwrap();
    assert!(text.contains("[engines]\nsglang = \"2.5.1\"\nvllm = \"1.26.0\"\n"), "{text}");
    let imported = json_of(&["import", &pages[0], &pages[1]]);
    let read = json_of(&["matrix", "--matrix", &model]);
    for (at, engine) in ["2.5.1", "1.26.0"].iter().enumerate() {
        for matrix in [&imported, &read] {
            assert_eq!(matrix["backends"][at]["engine"], *engine);
            assert_eq!(matrix["backends"][at]["platforms"], json!([]));
        }
    }
    assert_eq!(ended(&["import", &pages[1]]).0, 2);
    assert_eq!(ended(&["import", &pages[1], &pages[1]]).0, 2);
}

#[test]
fn the_page_of_a_release_has_no_difference_to_it() {
    let folder = tempfile::tempdir().unwrap();
    for release in ["0.8.1", "0.9.0", "1.2.0", "1.3.1", "1.4.0"] {
        let page = published(release, &folder);
        for words in [["diff", release, &page], ["diff", &page, release]] {
            let (status, out, _) = ended(&[&words[..], &["--fail-on", "worse"]].concat());
            assert_eq!(status, 0, "{out}");
            assert!(out.contains("\nNothing changed.\n"), "{out}");
            let said: Vec<&str> = out.lines().filter(|line| line.contains("left out")).collect();
            let start =
                "  - Compared as far as a page can state it; left out: 12 serving-pattern cells, ";
            assert!(said.len() == 1 && said[0].starts_with(start), "{out}");
            assert!(said[0].ends_with("caveats set by notes, rules and notes."), "{out}");
            let diff = json_of(&words);
            for list in ["cells", "caveats", "won", "lost", "pins"] {
                assert_eq!(diff[list], json!([]), "{list}");
            }
            for list in ["gained", "fixed", "unknown"] {
                assert_eq!(diff["issues"][list], json!([]), "{list}");
            }
            assert_eq!(diff["notices"][0]["code"], "left-out");
        }
    }
}

#[test]
fn serving_patterns_are_compared_where_the_page_has_a_table_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.md").display().to_string();
    let (_, text, _) = ended(&["matrix", "--release", "1.4.0", "--format", "markdown"]);
    fs::write(&path, &text).unwrap();
    let diff = json_of(&["diff", "1.4.0", &path]);
    assert_eq!((&diff["cells"], &diff["caveats"]), (&json!([]), &json!([])));
    let said = "Compared as far as a page can state it; left out: rules and notes.";
    assert_eq!(diff["notices"][0]["text"], said);
    let row = "| `multimodal` + `pattern=EPD` | ✅ |";
    fs::write(&path, text.replacen(row, &row.replace("✅", "❌"), 1)).unwrap();
    let diff = json_of(&["diff", "1.4.0", &path]);
    assert_eq!(diff["cells"].as_array().unwrap().len(), 1);
    assert_eq!(diff["cells"][0]["change"], "worse");
}

#[test]
fn what_a_page_states_is_still_compared() {
    let folder = tempfile::tempdir().unwrap();
    let path = published("0.9.0", &folder);
    let text = fs::read_to_string(&path).unwrap();
    let edit = |mark: &str| fs::write(&path, with_lora(&text, mark)).unwrap();
    edit("🚧");
    let diff = json_of(&["diff", "0.9.0", &path]);
    let expected = json!({"backend": "vllm", "terms": ["lora"], "old": "supported",
                          "new": "experimental", "change": "worse"});
    assert_eq!(diff["cells"], json!([expected]));
    assert_eq!(ended(&["diff", "0.9.0", &path, "--fail-on", "worse"]).0, 1);
    assert_eq!(ended(&["diff", &path, "0.9.0", "--fail-on", "worse"]).0, 0);
    assert_eq!(ended(&["diff", "0.9.0", &path, "--fail-on", "worse", "--need", "tools"]).0, 0);
    assert_eq!(ended(&["diff", "0.9.0", &path, "--fail-on", "worse", "--need", "lora"]).0, 1);
    // A caveat that the page itself marks is one.
    edit("⚠️");
    let diff = json_of(&["diff", "0.9.0", &path]);
    assert_eq!(
        diff["caveats"],
        json!([{"backend": "vllm", "terms": ["lora"], "old": false, "new": true, "text": null}])
    );
    // Two releases, and two pages, are compared in full.
    let rules = json_of(&["diff", "1.3.1", "1.4.0"])["issues"]["gained"].clone();
    assert!(!rules.as_array().unwrap().is_empty());
    assert_eq!(json_of(&["diff", &path, &path])["notices"], json!([]));
}

#[test]
fn the_page_of_one_backend_is_compared_by_the_pairs_that_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read_to_string(published("1.4.0", &folder)).unwrap();
    let heading = whole.lines().position(|line| line.starts_with('#') && line.contains("SGLang"));
    let lines: Vec<&str> = whole.lines().skip(heading.unwrap() + 1).collect();
    let end = lines.iter().position(|line| line.starts_with('#')).unwrap_or(lines.len());
    let pairs = lines[..end].join("\n");
    let path = folder.path().join("sglang.md");
    fs::write(&path, format!("# SGLang\n\n## Feature Interactions\n\n{pairs}\n")).unwrap();
    let diff = json_of(&["diff", "1.4.0", path.to_str().unwrap()]);
    assert_eq!(diff["cells"], json!([]));
    assert_eq!(diff["removed"], json!({"features": [], "backends": []}));
    let said = diff["notices"][0]["text"].as_str().unwrap();
    assert!(said.contains("left out: what this page has no table for, "), "{said}");
}

#[cfg(unix)]
#[test]
fn the_gate_among_the_examples_closes_where_a_page_says_less() {
    let folder = tempfile::tempdir().unwrap();
    let path = published("0.9.0", &folder);
    let built = Path::new(env!("CARGO_BIN_EXE_dynamo-plan")).parent().unwrap();
    let places = std::env::var_os("PATH").unwrap_or_default();
    let places = std::iter::once(built.to_owned()).chain(std::env::split_paths(&places));
    let places = std::env::join_paths(places).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/page_gate.sh");
    let gate = |words: &[&str]| {
        let mut command = Command::new("bash");
        let command = command.arg(&script).args(words).env("PATH", &places);
        outcome(&command.env_remove("DYNAMO_PLAN_RELEASE").output().unwrap())
    };
    let (status, out, err) = gate(&["0.9.0", &path]);
    assert_eq!(status, 0, "{out}{err}");
    assert!(out.contains("Nothing changed."), "{out}");
    let worse = folder.path().join("worse.md");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&worse, with_lora(&text, "🚧")).unwrap();
    let (status, out, _) = gate(&["0.9.0", &path, worse.to_str().unwrap()]);
    assert_eq!(status, 1);
    assert!(out.contains("1 worse"), "{out}");
    assert_eq!(gate(&["0.9.0", "no-such-page.md", &path]).0, 2);
    assert_eq!(gate(&["0.9.0"]).0, 2);
}

#[test]
fn a_page_that_is_planned_on_says_in_one_line_what_was_found_in_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages");
    let said = |words: &[&str]| {
        let program = std::process::Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
            .args(words)
            .current_dir(folder)
            .output()
            .unwrap();
        String::from_utf8(program.stderr).unwrap()
    };
    let page = "feature-matrix.md";
    let line = "feature-matrix.md: 3 warnings; `dynamo-plan lint feature-matrix.md` shows each\n";
    assert_eq!(said(&["lora", "--matrix", page]), line);
    assert_eq!(said(&["diff", "0.9.0", page]), line);
    assert_eq!(said(&["lora", "--matrix", page, "--quiet"]), "");
    let two = said(&["lora", "--matrix", page, "--matrix", "oddities.md"]);
    assert_eq!(two.lines().count(), 2, "{two}");
    let named = said(&["lora", "--matrix", page, "--backend", "vllm"]);
    assert!(named.contains("`dynamo-plan lint feature-matrix.md --backend vllm`"), "{named}");
}
