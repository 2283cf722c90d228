//! The built program's `import`, `lint`, `diff` and `since`: what they write where, and how they end.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn page(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "pages", name].iter().collect();
    path.display().to_string()
}

fn program(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    command.args(words).env_remove("DYNAMO_PLAN_RELEASE").env_remove("COLUMNS");
    command
}

fn run(words: &[&str]) -> Output {
    program(words).output().unwrap()
}

fn piped(words: &[&str], input: &str) -> Output {
    let mut command = program(words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The status, stdout and stderr of a command.
fn ended(words: &[&str]) -> (i32, String, String) {
    let output = run(words);
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_page_is_imported_to_stdout_or_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.toml");
    let model = model.to_str().unwrap();
    let (status, out, err) = ended(&["import", &page("feature-matrix.md")]);
    assert_eq!(status, 0, "{err}");
    assert!(out.starts_with("format = \"dynamo-plan/model/v1\"\nrelease = \"7.1.0\"\n"), "{out}");
    assert!(out.contains("date = \"2026-03-01\"") && out.contains("sha256 = "), "{out}");
    assert!(err.contains("warning[unused-footnote]"), "{err}");
    let (status, nothing, quiet) =
        ended(&["import", &page("feature-matrix.md"), "-o", model, "--quiet"]);
    assert_eq!((status, &*nothing, &*quiet), (0, "", ""));
    assert_eq!(fs::read_to_string(model).unwrap(), out);
    assert_eq!(files(folder.path()), ["model.toml"]);
    let (status, plan, _) = ended(&["--need", "lora", "--matrix", model]);
    assert_eq!(status, 0, "{plan}");
    assert!(plan.starts_with("Dynamo 7.1.0 from "), "{plan}");
    let (_, same, _) = ended(&["diff", &page("feature-matrix.md"), model]);
    assert!(same.contains("Nothing changed."), "{same}");
}

#[test]
fn the_backend_of_a_page_that_names_none_is_given() {
    let engine = page("other-engine.md");
    let (status, out, err) = ended(&["import", &engine]);
    assert_eq!((status, &*out), (2, ""));
    assert!(err.contains("error[unnamed-backend]") && err.contains("--backend NAME"), "{err}");
    let (status, out, err) = ended(&["import", &engine, "--backend", "Board B"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("| Caching  | ✅      |") && out.contains("board-b = "), "{out}");
    let (status, plan, err) =
        ended(&["--matrix", &engine, "--backend", "board-b", "--need", "caching,batching"]);
    assert_eq!(status, 0, "{plan}{err}");
    assert!(plan.contains("board-b can: ✅ supported."), "{plan}");
    let (status, shown, _) = ended(&["matrix", "mill", "--matrix", &engine, "--format", "csv"]);
    assert!(status == 0 && shown.contains("mill"), "{shown}");
    let (status, _, err) = ended(&["lint", &engine, "--backend", "mill"]);
    assert_eq!(status, 0, "{err}");
    // Nothing alone is documented of the features of such a backend, which can be accepted.
    let ask = ["--matrix", &engine, "-b", "mill", "--need", "caching,batching"];
    assert_eq!(ended(&ask).0, 1);
    assert_eq!(ended(&[&ask[..], &["--accept", "undocumented"]].concat()).0, 0);
    let named = page("feature-matrix.md");
    let (status, _, err) = ended(&["import", &named, "-q", "--backend", "mill"]);
    assert!(status == 2 && err.contains("leave --backend out"), "{err}");
    assert_eq!(ended(&["import", &named, "-q", "--backend", "vllm"]).0, 0);
}

#[test]
#[cfg(unix)]
fn an_imported_model_goes_where_a_link_leads() {
    let folder = tempfile::tempdir().unwrap();
    let [link, circle] = ["link", "circle"].map(|name| folder.path().join(name));
    std::os::unix::fs::symlink("target", &link).unwrap();
    std::os::unix::fs::symlink("circle", &circle).unwrap();
    let import = |out: &Path| {
        ended(&["import", &page("feature-matrix.md"), "-q", "-o", out.to_str().unwrap()])
    };
    assert_eq!(import(&link).0, 0);
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("target"));
    assert!(fs::read_to_string(folder.path().join("target")).unwrap().starts_with("format"));
    let (status, _, stderr) = import(&circle);
    assert_eq!(status, 2, "{stderr}");
    assert!(stderr.contains("circle") && fs::read_link(&circle).is_ok(), "{stderr}");
}

#[test]
#[cfg(unix)]
fn what_an_interrupted_import_left_is_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    // The shell hands its process id on to the program.
    let script = r#": > .model.toml.$$.part; exec "$0" import "$1" -q -o model.toml"#;
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_dynamo-plan"), &page("feature-matrix.md")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let left = files(folder.path());
    assert!(left.len() == 2 && left[1] == "model.toml", "{left:?}");
}

#[test]
fn an_imported_model_may_have_a_long_name() {
    let folder = tempfile::tempdir().unwrap();
    let name = "m".repeat(250);
    let model = folder.path().join(&name);
    let (status, _, stderr) =
        ended(&["import", &page("feature-matrix.md"), "-q", "-o", model.to_str().unwrap()]);
    assert_eq!(status, 0, "{stderr}");
    assert_eq!(files(folder.path()), [name]);
}

#[test]
#[cfg(unix)]
fn an_imported_model_keeps_the_permissions_of_its_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let [new, old] = ["new", "old"].map(|name| folder.path().join(name));
    fs::write(&old, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let usual = mode(&old);
    fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
    for path in [&new, &old] {
        let path = path.to_str().unwrap();
        assert_eq!(ended(&["import", &page("feature-matrix.md"), "-q", "-o", path]).0, 0);
    }
    assert_eq!((mode(&new), mode(&old)), (usual, 0o640));
}

#[test]
fn what_cannot_be_imported_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.toml");
    fs::write(&model, "as it was").unwrap();
    let bad = folder.path().join("bad.md");
    let good = fs::read_to_string(page("feature-matrix.md")).unwrap();
    fs::write(&bad, good.replacen("| 🚧 |", "| perhaps |", 1)).unwrap();
    let (bad, out) = (bad.to_str().unwrap(), model.to_str().unwrap());
    let (status, stdout, stderr) = ended(&["import", bad, "-o", out]);
    assert_eq!((status, &*stdout), (2, ""));
    assert!(stderr.contains("error[unreadable-cell]") && stderr.contains("perhaps"), "{stderr}");
    assert_eq!(fs::read_to_string(&model).unwrap(), "as it was");
    assert_eq!(files(folder.path()), ["bad.md", "model.toml"]);
    // Warnings reject a page where that is asked for.
    let strict = ended(&["import", &page("feature-matrix.md"), "--strict", "-o", out]);
    assert_eq!(strict.0, 2);
    assert_eq!(fs::read_to_string(&model).unwrap(), "as it was");
    let nowhere = folder.path().join("no/such/folder/model.toml");
    let (status, _, stderr) =
        ended(&["import", &page("first-marks.md"), "-q", "-o", nowhere.to_str().unwrap()]);
    assert_eq!(status, 2);
    // It is the file of the user that cannot be written, not the one that was to be renamed to it.
    assert!(stderr.contains("cannot write") && !stderr.contains(".part"), "{stderr}");
    assert_eq!(ended(&["import", "no-such-page.md"]).0, 2);
    assert_eq!(ended(&["import"]).0, 2);
}

#[test]
fn pages_come_from_a_pipe_and_get_another_label() {
    let good = fs::read_to_string(page("feature-matrix.md")).unwrap();
    let output = piped(&["import", "-", "--release", "v7.1.5", "--format", "json"], &good);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let matrix: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(matrix["release"], "7.1.5");
    let codes: Vec<&str> = matrix["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"release-label-differs"), "{codes:?}");
    assert_eq!(matrix["diagnostics"][0]["at"]["file"], "standard input");
    assert_eq!(ended(&["import", &page("first-marks.md"), "--release", "latest"]).0, 2);
}

#[test]
fn the_page_of_one_backend_is_merged_before_it_is_planned_on() {
    let (status, _, stderr) = ended(&["--need", "lora", "--matrix", &page("backend.mdx")]);
    assert_eq!(status, 2);
    assert!(stderr.contains("dynamo-plan import") && stderr.contains("-o model.toml"), "{stderr}");
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("m.toml");
    let model = model.to_str().unwrap();
    let pages = [page("backend.mdx"), page("compatibility-words.mdx")];
    let (status, _, stderr) = ended(&["import", &pages[0], &pages[1], "-o", model]);
    assert_eq!(status, 0, "{stderr}");
    let (status, _, stderr) = ended(&["--need", "kv-routing", "--matrix", model]);
    assert_eq!(status, 0, "{stderr}");
    // A part can be written, looked at and compared, and stays a part.
    assert_eq!(ended(&["import", &pages[0], "-q", "-o", model]).0, 0);
    assert_eq!(ended(&["--need", "lora", "--matrix", model]).0, 2);
    assert_eq!(ended(&["lint", model]).0, 0);
    assert_eq!(ended(&["diff", &pages[0], model]).0, 0);
}

#[test]
fn lint_is_a_gate_where_one_is_asked_for() {
    let odd = page("oddities.md");
    let (status, out, err) = ended(&["lint", &odd]);
    assert_eq!((status, &*err), (0, ""));
    assert!(out.contains("warning[unreachable-cell]: SGLang: kv-block-manager + lora"), "{out}");
    assert!(out.contains("oddities.md:45:14"), "{out}");
    assert!(out.contains("45 | | **LoRA** | 🚧 | — | |"), "{out}");
    assert!(out.trim_end().ends_with("10 findings: 5 warnings, 5 notes."), "{out}");
    assert_eq!(ended(&["lint", &odd, "--deny", "warning"]).0, 1);
    assert_eq!(ended(&["lint", &odd, "--deny", "note"]).0, 1);
    assert_eq!(ended(&["lint", &odd, "--deny", "error"]).0, 0);
    let words = page("compatibility-words.mdx");
    assert_eq!(ended(&["lint", &words, "--deny", "warning"]).0, 0);
    assert_eq!(ended(&["lint", &words, "--deny", "note"]).0, 1);
    // Notes from elsewhere are no footnotes of the page.
    let (status, out, _) = ended(&["lint", "--release", "1.4.0"]);
    assert_eq!(status, 0);
    assert!(
        !out.contains("SGLang: lora has a footnote") && !out.contains("unused-footnote"),
        "{out}"
    );
    assert_eq!(ended(&["lint", &odd, "--release", "7.2.1", "--deny", "warning"]).0, 1);
    let text = fs::read_to_string(&odd).unwrap().replacen("| 🚧 |", "| perhaps |", 1);
    let broken = piped(&["lint", "-"], &text);
    assert_eq!(broken.status.code(), Some(1));
    assert!(self::text(&broken.stdout).contains("error[unreadable-cell]"));
    assert_eq!(piped(&["lint", "-"], "Nothing here.").status.code(), Some(2));
    assert_eq!(ended(&["lint", "no-such-page.md"]).0, 2);
    let (_, out, _) = ended(&["lint", &odd, &page("backend.mdx"), "--format", "json"]);
    let lint: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(lint["matrices"].as_array().unwrap().len(), 2);
}

#[test]
fn diff_is_a_gate_where_one_is_asked_for() {
    let lost = ["diff", "1.1.1", "1.2.0", "--fail-on", "lost"];
    assert_eq!(ended(&[&lost[..], &["--tables-only"]].concat()).0, 0);
    // 1.2.0 breaks the block manager on one backend, which no table says.
    assert_eq!(ended(&lost).0, 1);
    let (status, out, _) = ended(&["diff", "1.2.0", "1.1.1", "--fail-on", "lost"]);
    assert_eq!(status, 1);
    assert!(out.contains("Requests lost"), "{out}");
    assert_eq!(ended(&["diff", "1.2.0", "1.1.1"]).0, 0);
    // A cell got worse, and no request was lost by it at the usual accept level.
    assert_eq!(ended(&["diff", "0.8.1", "0.9.0", "--fail-on", "lost"]).0, 0);
    assert_eq!(ended(&["diff", "0.8.1", "0.9.0", "--fail-on", "worse"]).0, 1);
    assert_eq!(ended(&["diff", "0.8.1", "0.9.0", "--fail-on", "lost", "--stable"]).0, 1);
    let narrowed = ["diff", "0.8.1", "0.9.0", "--fail-on", "worse", "--need", "lora"];
    assert_eq!(ended(&narrowed).0, 0);
    assert_eq!(ended(&["diff", "0.9.0", "latest", "--need", "lorra"]).0, 2);
    let (status, _, stderr) = ended(&["diff", "0.9.0", "9.9"]);
    assert_eq!(status, 2);
    assert!(stderr.contains("neither a bundled release nor a file"), "{stderr}");
    assert_eq!(ended(&["diff", "0.9.0", &page("first-marks.md")]).0, 0);
}

#[test]
fn since_looks_at_every_release_unless_told_otherwise() {
    let (status, out, _) = ended(&["since", "--need", "image,kv-routing"]);
    assert_eq!(status, 0);
    assert!(out.starts_with("Dynamo 0.8.0 to 1.5.1, 18 releases"), "{out}");
    assert!(out.contains("First possible in 1.2.0, on trtllm and vllm."), "{out}");
    let (status, out, _) = ended(&["since", "--need", "image,kv-routing", "-r", "<1.2"]);
    assert_eq!(status, 1);
    assert!(out.contains("No release that was looked at has a plan."), "{out}");
    let (_, out, _) = ended(&["since", "--need", "lora", "--format", "markdown"]);
    assert!(out.contains("| `vllm` | 0.8.0 |"), "{out}");
    let mine = page("feature-matrix.md");
    assert_eq!(ended(&["since", "--need", "lora", "--matrix", &mine, "-q"]).0, 0);
}

#[test]
fn since_names_the_machines_that_rule_everything_out() {
    let (status, out, _) = ended(&["since", "--need", "lora", "--driver", "550"]);
    assert_eq!(status, 1);
    assert!(out.contains("No release that was looked at runs this on driver 550."), "{out}");
    assert!(out.contains("first possible in 0.8.0, on vllm"), "{out}");
    let (_, out, _) = ended(&["since", "--need", "lora,video", "--driver", "550"]);
    assert!(out.contains("No release that was looked at has a plan."), "{out}");
}

#[test]
fn diff_of_a_request_points_to_its_checklist() {
    let words = ["diff", "1.0.2", "1.1.0", "--need", "kv-routing", "-b", "vllm", "--fact", "!efa"];
    let (_, out, _) = ended(&[&words[..], &["--format", "json"]].concat());
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    let notices = answer["notices"].as_array().unwrap();
    let notice = notices.iter().find(|notice| notice["code"] == "checklist").unwrap();
    let command = notice["text"].as_str().unwrap().split_once(": ").unwrap().1;
    assert_eq!(
        command,
        "dynamo-plan whatif --upgrade 1.1.0 --release 1.0.2 --need kv-routing --backend vllm --fact '!efa'"
    );
    let words: Vec<&str> = command.split(' ').skip(1).map(|word| word.trim_matches('\'')).collect();
    assert_eq!(ended(&words).0, 0);
    let (_, out, _) = ended(&["diff", "1.0.2", "1.1.0"]);
    assert!(!out.contains("whatif"), "{out}");
}

#[test]
fn the_model_that_the_readme_shows_is_one() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let model = readme.split("```toml\n").find(|block| block.starts_with("format = ")).unwrap();
    let model = model.split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.toml");
    fs::write(&path, model).unwrap();
    let path = path.to_str().unwrap();
    let (status, plan, err) = ended(&["--need", "disagg,kvbm", "--matrix", path]);
    assert_eq!((status, &*err), (0, ""), "{plan}");
    assert!(plan.contains("vllm"), "{plan}");
    let (_, _, lint) = ended(&["lint", path]);
    let (_, found, _) = ended(&["lint", path, "--format", "json"]);
    assert!(!found.contains("rule-never-fires"), "{found}{lint}");
}

/// A model of so many features on one backend, every other pair of which is unsupported.
fn large_model(features: usize) -> String {
    let name = |feature: usize| format!("Feature {feature:02}");
    let mut text =
        "format = \"dynamo-plan/model/v1\"\nfeatures = '''\n| Feature | vLLM |\n".to_owned();
    (0..features).for_each(|feature| text += &format!("| {} | ✅ |\n", name(feature)));
    text += "'''\n[pairs]\nvllm = '''\n| Feature |";
    (0..features).for_each(|feature| text += &format!(" {} |", name(feature)));
    for row in 0..features {
        text += &format!("\n| {} |", name(row));
        (0..row).for_each(|other| text += if (row + other) % 3 == 0 { " ❌ |" } else { " ✅ |" });
        text += " — |";
    }
    text + "\n'''\n"
}

#[test]
fn a_large_file_has_no_difference_to_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.toml");
    fs::write(&path, large_model(60)).unwrap();
    let path = path.to_str().unwrap();
    let (status, out, err) = ended(&["diff", path, path, "--format", "json"]);
    assert_eq!(status, 0, "{err}");
    let diff: Value = serde_json::from_str(&out).unwrap();
    for key in ["cells", "won", "lost"] {
        assert_eq!(diff[key], serde_json::json!([]), "{key}");
    }
}

#[test]
fn the_empty_request_is_neither_won_nor_lost() {
    let folder = tempfile::tempdir().unwrap();
    let model = |name: &str, level: &str| {
        let path = folder.path().join(name);
        let rule = "\n[[cell]]\nbackend = \"vllm\"\nterms = [\"!feature-00\"]\nlevel = ";
        let text = large_model(2).replacen("| Feature 00 | ✅ |", "| Feature 00 | ❌ |", 1);
        fs::write(&path, format!("{text}{rule}\"{level}\"\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (old, new) = (model("old.toml", "unsupported"), model("new.toml", "supported"));
    let (status, out, err) = ended(&["diff", &old, &new, "--format", "json"]);
    assert_eq!(status, 0, "{err}");
    let diff: Value = serde_json::from_str(&out).unwrap();
    let won = diff["won"].as_array().unwrap();
    assert!(won.iter().all(|won| won["need"] != serde_json::json!([])), "{out}");
}
