//! Models of one's own: any backends, features, groups, dimensions and cells.

use dynamo_plan::load::{self, LoadError};
use dynamo_plan::matrix::{Level, NoteKind};

use super::{SMALL, cell, read, read_with};

#[test]
fn names_that_nobody_knows_simply_work() {
    let loaded = read(SMALL).unwrap();
    let matrix = &loaded.matrix;
    assert_eq!(matrix.release, None);
    assert_eq!(matrix.provenance.source, "models/mine.toml");
    let ids: Vec<&str> = matrix.features.iter().map(|feature| &*feature.id).collect();
    assert_eq!(ids, ["caching", "batching", "media-3d"]);
    assert_eq!(matrix.feature("media-3d").unwrap().group.as_deref(), Some("media"));
    assert_eq!(matrix.groups[0].name, "Media");
    assert!(matrix.dimension.is_none());
    let [alpha, beta] = &*matrix.backends else { panic!("two backends") };
    assert_eq!((&*alpha.id, &*alpha.name), ("alpha", "Alpha"));
    assert_eq!(alpha.cells.len(), 6);
    assert_eq!(cell(alpha, &["caching", "media"]).unwrap().level, Level::Undocumented);
    let limited = cell(alpha, &["batching", "media"]).unwrap();
    assert_eq!((limited.level, limited.caveat), (Level::Supported, true));
    assert_eq!(&*limited.source, "models/mine.toml");
    assert_eq!(limited.mark, None);
    assert_eq!(beta.cells.len(), 3);
    assert_eq!(cell(beta, &["media-3d"]).unwrap().level, Level::NotApplicable);
    assert_eq!(cell(beta, &["batching"]).unwrap().level, Level::Unsupported);
}

#[test]
fn every_cell_knows_where_it_was_written() {
    let loaded = read(SMALL).unwrap();
    let alpha = &loaded.matrix.backends[0];
    let at = alpha.cells.iter().position(|cell| cell.caveat).unwrap();
    let (file, position) = loaded.position(0, at).unwrap();
    assert_eq!((file, position.to_string().as_str()), ("models/mine.toml", "13:24"));
}

#[test]
fn cells_may_have_any_terms_and_notes() {
    let text = format!(
        "{SMALL}
[dimension]
id = \"size\"
when = \"media\"
[[dimension.option]]
id = \"S/M\"
roles = 2
requires = [\"!batching\"]
[[cell]]
backend = \"alpha\"
terms = [\"media\", \"!batching\", \"caching\"]
level = \"experimental\"
caveat = true
source = \"docs/x.md\"
[[cell]]
terms = [\"size=S/M\", \"media\"]
level = \"🚧\"
[[note]]
backend = [\"Alpha\", \"beta\"]
terms = [\"media\", \"size=S/M\"]
kind = \"requirement\"
text = \"Feed it.\"
[[note]]
backend = \"beta\"
text = \"Young.\"
source = \"docs/beta.md\"
"
    );
    let matrix = read(&text).unwrap().matrix;
    let [alpha, beta] = &*matrix.backends else { panic!("two backends") };
    let rule = cell(alpha, &["!batching", "caching", "media"]).unwrap();
    assert_eq!((rule.level, rule.caveat), (Level::Experimental, true));
    assert_eq!(&*rule.source, "docs/x.md");
    assert!(cell(beta, &["!batching", "caching", "media"]).is_none());
    for backend in [alpha, beta] {
        let option = cell(backend, &["media", "size=S/M"]).unwrap();
        assert_eq!(option.notes[0].kind, NoteKind::Requirement);
        assert_eq!(option.notes[0].sources, ["models/mine.toml"]);
    }
    assert_eq!(beta.notes[0].text, "Young.");
    assert!(alpha.notes.is_empty());
    let dimension = matrix.dimension.unwrap();
    assert_eq!((&*dimension.name, dimension.options[0].roles), ("size", 2));
    for backend in &matrix.backends {
        assert!(backend.cells.is_sorted_by(|a, b| a.listing_order(b).is_lt()));
    }
}

#[test]
fn the_vocabulary_adds_what_it_knows() {
    let text = r#"format = "dynamo-plan/model/v1"
release = "v9.9"
features = '''
| Feature               | TRT-LLM | Mine |
| --- | :---: | :---: |
| **Disaggregated Serving** | yes! | supported |
| Multimodal (Video)    | ✅      | wip |
'''
"#;
    let text = text.replace("yes!", "✅!").replace("wip", "experimental");
    let text = format!(
        "{text}
[pairs]
TensorRT-LLM = '''
| Feature | Disaggregated Serving | Multimodal |
| --- | --- | --- |
| Disaggregated Serving |
| Multimodal | ✅ |
'''
mine = \"\"\"
| Feature |
\"\"\"
[[backend]]
id = \"mine\"
name = \"Mine\"
aliases = [\"ours\"]
[[feature]]
name = \"Multimodal (Video)\"
aliases = [\"films\"]
[engines]
ours = \"1.0\"
[[platform]]
cuda = \"13.0\"
min-driver = 580
"
    );
    let matrix = read(&text).unwrap().matrix;
    assert_eq!(matrix.release.as_ref().unwrap().as_str(), "9.9");
    let video = matrix.feature("multimodal-video").unwrap();
    assert_eq!(video.group.as_deref(), Some("multimodal"));
    assert!(video.aliases.contains(&"films".into()));
    assert!(video.aliases.contains(&"video".into()));
    assert_eq!(matrix.features[0].name, "Disaggregated Serving");
    let trtllm = matrix.backend("trtllm").unwrap();
    assert_eq!(trtllm.name, "TRT-LLM");
    assert!(cell(trtllm, &["disaggregated-serving", "multimodal"]).is_some());
    assert_eq!(matrix.backend("mine").unwrap().engine.as_deref(), Some("1.0"));
    assert!(matrix.backends.iter().all(|backend| backend.platforms[0].min_driver == 580));
    assert!(matrix.dimension.is_none(), "no pattern grid, no patterns");
}

#[test]
fn an_alias_never_hides_another_name_of_the_model() {
    let text = r#"format = "dynamo-plan/model/v1"
features = '''
| Feature            | Mine |
| Video              | ✅   |
| Multimodal (Video) | ✅   |
| Multimodal (Audio) | ✅   |
'''
[pairs]
mine = '''
| Feature |
'''
"#;
    let matrix = read(text).unwrap().matrix;
    let aliases = |id: &str| matrix.feature(id).unwrap().aliases.clone();
    assert!(!aliases("multimodal-video").contains(&"video".into()));
    assert!(aliases("multimodal-audio").contains(&"audio".into()));
    assert_eq!(matrix.feature("video").unwrap().group, None);
}

#[test]
fn a_model_may_be_spread_over_files() {
    let (head, pairs) = SMALL.split_once("[pairs]").unwrap();
    let main = "format = \"dynamo-plan/model/v1\"\ninclude = [\"../parts/a.toml\", \"b.toml\"]\n\
                [[note]]\ntext = \"first\"\n";
    let grid = format!("{}[[note]]\ntext = \"second\"\n", head.split_once('\n').unwrap().1);
    let pairs = format!("[pairs]{pairs}[[note]]\ntext = \"third\"\n");
    let files = [("parts/a.toml", grid.as_str()), ("models/b.toml", pairs.as_str())];
    let loaded = read_with(main, &files).unwrap();
    let notes = &loaded.matrix.backends[0].notes;
    let texts: Vec<&str> = notes.iter().map(|note| note.text.as_ref()).collect();
    assert_eq!(texts, ["first", "second", "third"]);
    let names: Vec<&str> = loaded.reports.iter().map(|report| report.file.as_str()).collect();
    assert_eq!(names, ["models/mine.toml", "parts/a.toml", "models/b.toml"]);
    let alone = read(SMALL).unwrap().matrix;
    assert_eq!(alone.backends[0].cells.len(), loaded.matrix.backends[0].cells.len());
    let together = loaded.matrix.provenance.sha256.unwrap();
    assert_eq!(together.len(), 64);
    assert_ne!(Some(together), alone.provenance.sha256);
}

#[test]
fn the_hash_is_that_of_the_file() {
    use sha2::{Digest, Sha256};
    let wanted: String =
        Sha256::digest(SMALL.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(read(SMALL).unwrap().matrix.provenance.sha256, Some(wanted));
}

#[test]
fn entries_for_other_releases_are_passed_over() {
    let note = "[[note]]\nreleases = \">=2.0\"\ntext = \"late\"\n";
    let model = |release: &str| {
        let text = SMALL.replacen('\n', &format!("\nrelease = \"{release}\"\n"), 1);
        read(&format!("{text}{note}")).unwrap().matrix.backends[0].notes.len()
    };
    assert_eq!((model("1.9"), model("2.0.1")), (0, 1));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let plain = read(SMALL).unwrap().matrix;
    let windows = read(&SMALL.replace('\n', "\r\n")).unwrap();
    assert_eq!(windows.matrix.backends, plain.backends);
    let marked = read(&format!("\u{feff}{SMALL}")).unwrap();
    assert_eq!(marked.matrix.backends, plain.backends);
}

#[test]
fn files_are_read_by_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine");
    std::fs::write(&path, SMALL).unwrap();
    assert_eq!(load::file(&path).unwrap().matrix.backends.len(), 2);
    let missing = load::file(&folder.path().join("nowhere.toml")).unwrap_err();
    assert!(matches!(missing, LoadError::Read { .. }), "{missing}");
    assert_eq!(missing.code(), "unreadable-file");
    assert!(missing.to_string().contains("check the path"), "{missing}");
    let directory = load::file(folder.path()).unwrap_err();
    assert_eq!(directory.code(), "not-a-file");
    let large = folder.path().join("large.toml");
    std::fs::File::create(&large).unwrap().set_len((64 << 20) + 1).unwrap();
    let large = load::file(&large).unwrap_err();
    assert_eq!(large.code(), "too-large-file");
    std::fs::write(&path, SMALL.replace("🚧", "perhaps")).unwrap();
    let invalid = load::file(&path).unwrap_err();
    assert_eq!(invalid.code(), "unknown-level");
    let text = invalid.to_string();
    assert!(text.contains(":4:23: `perhaps` is no level"), "{text}");
    assert!(text.contains("(and 1 more problem)"), "{text}");
}
