//! What a model may include: regular files in its folder or its tree, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use dynamo_plan::load::{self, LoadError, PageOptions, Report};

use super::SMALL;

/// A text that no report may show.
const SECRET: &str = "root:x:0:0\n";

/// A folder with `inner/model.toml`, which includes `include`, and with `secret` beside `inner`.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new(include: &str) -> Self {
        let tree = Tree(tempfile::tempdir().unwrap());
        fs::create_dir(tree.path("inner")).unwrap();
        fs::write(tree.path("secret"), SECRET).unwrap();
        fs::write(tree.path("inner/model.toml"), including(include)).unwrap();
        tree
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn reports(&self) -> Vec<Report> {
        reports(load::file(&self.path("inner/model.toml")).unwrap_err())
    }
}

fn including(include: &str) -> String {
    SMALL.replacen('\n', &format!("\ninclude = [{include:?}]\n"), 1)
}

fn reports(error: LoadError) -> Vec<Report> {
    match error {
        LoadError::Invalid { reports } => reports,
        other => panic!("{other}"),
    }
}

/// Checks that the include is refused at its place for a reason, and that no other file is shown.
fn assert_refused(reports: &[Report], reason: &str) {
    assert_eq!(reports.len(), 1, "no other file is read: {reports:?}");
    assert!(!format!("{reports:?}").contains("root:x"));
    let [problem] = &reports[0].diagnostics[..] else { panic!("{reports:?}") };
    assert_eq!(problem.code, "forbidden-include");
    assert!(problem.message.contains(reason), "{}", problem.message);
    assert!(problem.help.is_some());
    assert_eq!(reports[0].position(problem).unwrap().to_string(), "2:12");
}

#[test]
fn a_path_out_of_the_folder_is_refused() {
    assert_refused(&Tree::new("../secret").reports(), "outside of the folder");
}

#[test]
fn a_missing_file_of_the_tree_is_not_found() {
    for include in ["missing.toml", "missing/part.toml", "./missing.toml", "../inner/missing.toml"]
    {
        for marked in [false, true] {
            let tree = Tree::new(include);
            if marked {
                fs::write(tree.path("vocabulary.toml"), "").unwrap();
            }
            let reports = tree.reports();
            let problems = reports.iter().flat_map(|report| &report.diagnostics);
            let codes: Vec<&str> = problems.map(|problem| problem.code).collect();
            assert_eq!(codes, ["include-not-found"], "{include}");
        }
    }
}

#[test]
fn an_absolute_path_is_refused_even_into_the_folder() {
    let tree = Tree::new("");
    let inside = tree.path("inner/part.toml");
    fs::write(&inside, "release = '1'\n").unwrap();
    for path in [inside, tree.path("secret")] {
        let text = including(path.to_str().unwrap());
        fs::write(tree.path("inner/model.toml"), text).unwrap();
        assert_refused(&tree.reports(), "absolute path");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused_and_one_within_it_is_followed() {
    use std::os::unix::fs::symlink;
    let tree = Tree::new("part.toml");
    symlink(tree.path("secret"), tree.path("inner/part.toml")).unwrap();
    assert_refused(&tree.reports(), "outside of the folder");
    fs::remove_file(tree.path("inner/part.toml")).unwrap();
    fs::write(tree.path("inner/real.toml"), "release = '1'\n").unwrap();
    symlink("real.toml", tree.path("inner/part.toml")).unwrap();
    let loaded = load::file(&tree.path("inner/model.toml")).unwrap();
    assert_eq!(loaded.matrix.release.unwrap().as_str(), "1");
}

#[cfg(unix)]
#[test]
fn a_fifo_is_refused_without_waiting_for_its_writer() {
    let tree = Tree::new("part.toml");
    let made = std::process::Command::new("mkfifo").arg(tree.path("inner/part.toml")).status();
    assert!(made.unwrap().success());
    let (send, receive) = std::sync::mpsc::channel();
    let path = tree.path("inner/model.toml");
    std::thread::spawn(move || drop(send.send(load::file(&path))));
    let answer = receive.recv_timeout(std::time::Duration::from_secs(20));
    assert_refused(&reports(answer.expect("an answer").unwrap_err()), "no regular file");
}

#[test]
fn a_folder_is_refused() {
    let tree = Tree::new("part");
    fs::create_dir(tree.path("inner/part")).unwrap();
    assert_refused(&tree.reports(), "no regular file");
}

#[test]
fn a_tree_that_a_vocabulary_marks_may_include_across_its_folders() {
    let tree = Tree::new("../grids/part.toml");
    fs::create_dir(tree.path("grids")).unwrap();
    fs::write(tree.path("grids/part.toml"), "include = [\"../rest.toml\"]\n").unwrap();
    fs::write(tree.path("rest.toml"), "release = '1'\n").unwrap();
    assert_refused(&tree.reports(), "outside of the folder");
    fs::write(tree.path("vocabulary.toml"), "").unwrap();
    let loaded = load::file(&tree.path("inner/model.toml")).unwrap();
    assert_eq!(loaded.matrix.release.unwrap().as_str(), "1");
    fs::write(tree.path("inner/vocabulary.toml"), "").unwrap();
    assert_refused(&tree.reports(), "outside of the folder");
}

#[test]
fn the_bundled_models_include_from_their_tree() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("model/releases/1.3.1.toml");
    assert!(load::file(&path).is_ok());
}

#[cfg(unix)]
#[test]
fn a_model_from_no_file_includes_from_the_current_folder_only() {
    let read = |include: &str| {
        let bytes = including(include).into_bytes();
        load::from_bytes(bytes, Path::new("standard input"), &PageOptions::default())
    };
    let tree = Tree::new("");
    let up = "../".repeat(std::env::current_dir().unwrap().components().count() - 1);
    let secret = fs::canonicalize(tree.path("secret")).unwrap();
    let outside = format!("{up}{}", secret.to_str().unwrap().trim_start_matches('/'));
    assert_refused(&reports(read(&outside).unwrap_err()), "outside of the folder");
    let codes: Vec<&str> = reports(read("model/patterns/1.2.0.toml").unwrap_err())[0]
        .diagnostics
        .iter()
        .map(|problem| problem.code)
        .collect();
    assert!(!codes.contains(&"forbidden-include"), "{codes:?}");
}
