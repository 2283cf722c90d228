//! Every source of the bundled models can be opened: a path that exists at the release, a path at a
//! commit, or an address.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{DEFAULT_RULES, Matrix, Release, source_url};

/// The paths that sources name without a commit, with the releases at which they exist.
pub(crate) fn paths() -> BTreeMap<String, Vec<Release>> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/model/paths.toml");
    let table: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let entries = table["path"].as_array().unwrap().iter().map(|entry| {
        let releases = entry["releases"].as_array().unwrap().iter();
        let releases = releases.map(|label| Release::new(label.as_str().unwrap()));
        (entry["path"].as_str().unwrap().to_owned(), releases.collect())
    });
    entries.collect()
}

/// What is wrong with a source of a matrix.
pub(crate) fn problem(
    source: &str,
    matrix: &Matrix,
    paths: &BTreeMap<String, Vec<Release>>,
) -> Option<String> {
    if source.starts_with("https://") {
        return source.contains(char::is_whitespace).then(|| "blanks in an address".to_owned());
    }
    let (place, position) = match source.find(['#']) {
        Some(at) => source.split_at(at),
        None => match source.rsplit_once(':') {
            Some((place, lines)) if !lines.contains(|c: char| !c.is_ascii_digit() && c != '-') => {
                (place, "")
            }
            Some(_) => return Some("neither a line nor an anchor".to_owned()),
            None => (source, ""),
        },
    };
    if source.contains(char::is_whitespace) || source.contains([',', ';', '{']) || position == "#" {
        return Some("no path".to_owned());
    }
    match place.split_once('@') {
        Some((_, commit)) => {
            let is_commit = (7..=40).contains(&commit.len())
                && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            (!is_commit).then(|| format!("{commit} is no commit"))
        }
        None if place == matrix.provenance.source => {
            matrix.provenance.commit.is_none().then(|| "a document without a commit".to_owned())
        }
        None => {
            let release = matrix.release.as_ref().unwrap();
            let minor = |release: &Release| {
                release.as_str().rsplit_once('.').map(|(minor, _)| minor.to_owned())
            };
            let exists = paths.get(place).is_some_and(|releases| {
                releases.iter().any(|known| known <= release && minor(known) == minor(release))
            });
            (!exists).then(|| format!("{place} is not known to exist at {release}"))
        }
    }
}

#[test]
fn every_source_can_be_opened() {
    let paths = paths();
    let sets = bundle::rule_sets();
    assert_eq!(sets.len(), DEFAULT_RULES.len());
    for release in bundle::releases() {
        let matrix = bundle::matrix(&release).unwrap();
        let mut checked = 0;
        for backend in &matrix.backends {
            let cells = backend.cells.iter();
            let of_cells = cells.clone().map(|cell| &*cell.source);
            let notes = cells.flat_map(|cell| &cell.notes).chain(&backend.notes);
            let rules = sets.iter().flat_map(|set| &set.rules);
            let rules = rules.filter(|rule| rule.applies_to(Some(&release), &backend.id));
            let sources = of_cells.chain(notes.flat_map(|note| &note.sources).map(String::as_str));
            for source in sources.chain(rules.flat_map(|rule| &rule.sources).map(String::as_str)) {
                let problem = problem(source, &matrix, &paths);
                assert!(problem.is_none(), "{release} {}: {source}: {problem:?}", backend.id);
                let url = source_url(source, &matrix.provenance, Some(&release));
                assert!(url.is_some_and(|url| url.starts_with("https://")), "{source}");
                checked += 1;
            }
        }
        assert!(checked > 300, "{release}: {checked}");
    }
}

#[test]
fn what_is_no_source_is_found() {
    let matrix = bundle::matrix(&Release::new("1.0.0")).unwrap();
    let paths = paths();
    for wrong in [
        "frontend args",
        "docs/x.md",
        "docs/x.md@main",
        "docs/x.md@1a2b3c4: 7",
        "a.md; b.md",
        "engine/{prefill,decode}.yaml@76c1889ae",
        "docs/planner/sla_planner.md",
    ] {
        assert!(problem(wrong, &matrix, &paths).is_some(), "{wrong}");
    }
    for right in ["docs/x.md@76c1889ae:7-9", "https://example.com/a", "docs/x.md@76c1889ae#a"] {
        assert!(problem(right, &matrix, &paths).is_none(), "{right}");
    }
}

#[test]
fn an_address_is_never_made_up() {
    let matrix = bundle::matrix(&Release::new("1.0.0")).unwrap();
    let url = |source: &str, repository: Option<&str>, commit: Option<&str>| {
        let mut provenance = matrix.provenance.clone();
        provenance.repository = repository.map(str::to_owned);
        provenance.commit = commit.map(str::to_owned);
        source_url(source, &provenance, Some(&Release::new("1.0.0")))
    };
    let own = Some("https://example.com/own");
    assert!(url("docs/x.md@76c1889ae", own, None).is_some());
    assert!(url("docs/x.md", None, None).is_none());
    for wrong in ["../x.md", "a b.md", "a\"b.md", "/x.md", "https://x/<script>", "a.md@../../evil"]
    {
        assert!(url(wrong, own, None).is_none(), "{wrong}");
    }
    assert!(url(&matrix.provenance.source, own, Some("../../evil")).is_none());
}

#[test]
fn a_repository_is_the_address_of_a_web_page() {
    let model = |repository: &str| {
        let text = format!(
            "format = \"dynamo-plan/model/v1\"\nfeatures = '''\n| Feature | vLLM |\n| LoRA | ✅ |\n'''\n\
             [source]\nrepository = {repository:?}\n[pairs]\nvllm = '''\n| Feature |\n'''\n"
        );
        let path = std::path::Path::new("own.toml");
        dynamo_plan::load::from_bytes(text.into_bytes(), path, &Default::default())
    };
    assert!(model("https://github.com/ai-dynamo/dynamo").is_ok());
    for wrong in ["javascript:alert(1)", "https://a b", "https://x/\"><script>", "", "git@x:y"] {
        let error = model(wrong).unwrap_err().to_string();
        assert!(error.contains("repository"), "{wrong}: {error}");
    }
}
