//! What the bundled models say, against values typed from the published pages.

use std::collections::{BTreeMap, BTreeSet};

use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Backend, Level, Matrix, NoteKind, Release, Term, slug};

use super::cell;

fn matrix(release: &str) -> Matrix {
    bundle::matrix(&Release::new(release)).unwrap()
}

/// Supported, experimental, undocumented, not-applicable and unsupported cells with so many terms.
fn counts(backend: &Backend, terms: usize) -> [usize; 5] {
    Level::ALL.map(|level| {
        backend.cells.iter().filter(|cell| cell.terms.len() == terms && cell.level == level).count()
    })
}

/// The cells with a caveat, as `backend: terms`.
fn caveats(matrix: &Matrix) -> BTreeSet<String> {
    let of = |backend: &Backend| -> Vec<String> {
        let flagged = backend.cells.iter().filter(|cell| cell.caveat);
        flagged.map(|cell| format!("{}: {}", backend.id, joined(&cell.terms))).collect()
    };
    matrix.backends.iter().flat_map(of).collect()
}

fn joined(terms: &[Term]) -> String {
    terms.iter().map(Term::to_string).collect::<Vec<_>>().join(" × ")
}

#[test]
fn releases_are_listed_oldest_first_and_named_like_their_files() {
    let labels: Vec<String> = bundle::releases().map(|release| release.to_string()).collect();
    let wanted = "0.8.0 0.8.1 0.9.0 0.9.1 1.0.0 1.0.1 1.0.2 1.1.0 1.1.1 1.2.0 1.2.1 1.3.0 1.3.1 \
                  1.4.0 1.4.1 1.4.2 1.5.0 1.5.1";
    assert_eq!(labels.join(" "), wanted);
    assert_eq!(bundle::newest(), Some(Release::new("1.5.1")));
    assert_eq!(bundle::newest_known(), Some(Release::new("1.7.0")));
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/model/releases")).unwrap();
    let stems = files.map(|file| file.unwrap().path().file_stem().unwrap().display().to_string());
    assert_eq!(stems.collect::<BTreeSet<_>>(), labels.into_iter().collect());
    assert_eq!(bundle::matrix(&Release::new("0.7.0")), None);
}

#[test]
fn the_matrix_of_0_9_0_has_the_levels_of_its_page() {
    let matrix = matrix("0.9.0");
    let names: Vec<&str> = matrix.backends.iter().map(|backend| &*backend.name).collect();
    assert_eq!(names, ["vLLM", "TensorRT-LLM", "SGLang"]);
    assert_eq!(matrix.features.len(), 12);
    for (id, features, pairs, patterns) in [
        ("vllm", [10, 2, 0, 0, 0], [38, 0, 0, 6, 1], [4, 0, 0, 0, 0]),
        ("trtllm", [8, 1, 0, 0, 3], [30, 2, 0, 3, 10], [2, 1, 0, 0, 1]),
        ("sglang", [6, 3, 0, 0, 3], [17, 15, 0, 4, 9], [2, 0, 0, 0, 2]),
    ] {
        let backend = matrix.backend(id).unwrap();
        assert_eq!(counts(backend, 1), features, "{id}");
        let options = backend.cells.iter().filter(|cell| joined(&cell.terms).contains('='));
        let option_levels: Vec<Level> = options.map(|cell| cell.level).collect();
        let counted = Level::ALL.map(|level| option_levels.iter().filter(|l| **l == level).count());
        assert_eq!(counted, patterns, "{id}");
        let pairs_alone: Vec<usize> =
            counts(backend, 2).iter().zip(counted).map(|(all, options)| all - options).collect();
        assert_eq!(pairs_alone, pairs, "{id}");
    }
}

#[test]
fn single_cells_of_0_9_0() {
    let matrix = matrix("0.9.0");
    for (backend, terms, level) in [
        ("vllm", &["request-migration"][..], Level::Experimental),
        ("vllm", &["lora", "multimodal"], Level::NotApplicable),
        ("vllm", &["kv-aware-routing", "multimodal"], Level::Unsupported),
        ("vllm", &["kv-aware-routing", "lora"], Level::Supported),
        ("sglang", &["kv-block-manager", "lora"], Level::Experimental),
        ("sglang", &["multimodal", "pattern=EPD"], Level::Unsupported),
        ("sglang", &["multimodal", "pattern=E/PD"], Level::Supported),
        ("trtllm", &["multimodal", "pattern=E/P/D"], Level::Experimental),
        ("trtllm", &["multimodal", "pattern=E/PD"], Level::Unsupported),
        ("trtllm", &["multimodal-video"], Level::Unsupported),
        ("trtllm", &["disaggregated-serving", "request-migration"], Level::Experimental),
    ] {
        let found = cell(matrix.backend(backend).unwrap(), terms).map(|cell| cell.level);
        assert_eq!(found, Some(level), "{backend} {terms:?}");
    }
}

#[test]
fn caveats_are_those_that_a_footnote_states() {
    let pairs = |release: &str| caveats(&matrix(release));
    let sglang =
        ["sglang: speculative-decoding", "sglang: disaggregated-serving × request-cancellation"];
    let migration = "trtllm: disaggregated-serving × request-migration";
    let cancellation = [
        "trtllm: disaggregated-serving × request-cancellation",
        "trtllm: kv-aware-routing × request-cancellation",
        "trtllm: request-cancellation × sla-based-planner",
        "trtllm: kv-block-manager × request-cancellation",
        "trtllm: multimodal × request-cancellation",
        "trtllm: request-cancellation × request-migration",
    ];
    let set = |parts: &[&[&str]]| -> BTreeSet<String> {
        parts.concat().into_iter().map(str::to_owned).collect()
    };
    let routing = "sglang: kv-aware-routing × multimodal";
    let machine = [
        "trtllm: request-cancellation",
        "vllm: shadow-engine-failover",
        "vllm: dynamo-snapshot",
        "sglang: dynamo-snapshot",
    ];
    for release in ["0.8.0", "0.8.1"] {
        assert_eq!(pairs(release), set(&[&sglang, &[migration]]), "{release}");
    }
    for release in ["0.9.0", "0.9.1"] {
        assert_eq!(pairs(release), set(&[&sglang, &[migration], &cancellation]), "{release}");
    }
    for release in ["1.0.0", "1.0.1", "1.0.2", "1.1.0", "1.1.1", "1.2.0", "1.2.1", "1.3.0"] {
        assert_eq!(pairs(release), set(&[&sglang, &cancellation]), "{release}");
    }
    assert_eq!(pairs("1.3.1"), set(&[&sglang, &cancellation, &[routing]]));
    assert_eq!(pairs("1.4.0"), set(&[&sglang, &cancellation, &[routing], &machine]));
}

#[test]
fn notes_of_0_9_0_are_on_the_cells_that_the_footnotes_are_about() {
    let matrix = matrix("0.9.0");
    for (backend, terms, kind, word) in [
        ("vllm", &["kv-aware-routing", "multimodal"][..], NoteKind::Limit, "tokens"),
        ("vllm", &["kv-aware-routing", "lora"], NoteKind::Info, "adapter"),
        ("vllm", &["multimodal-audio"], NoteKind::Info, "Qwen2-Audio"),
        ("vllm", &["multimodal-video"], NoteKind::Info, "frames"),
        ("vllm", &["speculative-decoding"], NoteKind::Info, "EAGLE"),
        ("sglang", &["disaggregated-serving", "multimodal"], NoteKind::Limit, "E/PD and E/P/D"),
        ("sglang", &["disaggregated-serving", "request-cancellation"], NoteKind::Limit, "prefill"),
        ("sglang", &["speculative-decoding"], NoteKind::Limit, "hooks"),
        ("trtllm", &["disaggregated-serving", "multimodal"], NoteKind::Limit, "embeddings"),
        ("trtllm", &["kv-aware-routing", "multimodal"], NoteKind::Limit, "tokens"),
        ("trtllm", &["disaggregated-serving", "request-migration"], NoteKind::Limit, "prefill"),
        ("trtllm", &["speculative-decoding"], NoteKind::Info, "Llama 4"),
        ("trtllm", &["kv-block-manager", "request-cancellation"], NoteKind::Limit, "cancelled"),
        ("vllm", &["sla-based-planner"], NoteKind::Requirement, "Prometheus"),
        ("sglang", &["kv-aware-routing"], NoteKind::Requirement, "KV events"),
        ("trtllm", &["kv-block-manager"], NoteKind::Requirement, "PyTorch"),
        ("vllm", &["request-migration"], NoteKind::Requirement, "worker"),
    ] {
        let notes = &cell(matrix.backend(backend).unwrap(), terms).unwrap().notes;
        let found = notes.iter().any(|note| note.kind == kind && note.text.contains(word));
        assert!(found, "{backend} {terms:?}: {notes:?}");
    }
}

#[test]
fn every_cell_and_note_has_a_source() {
    for release in bundle::releases() {
        let matrix = bundle::matrix(&release).unwrap();
        assert!(matrix.provenance.sha256.is_some_and(|hash| hash.len() == 64));
        for backend in &matrix.backends {
            assert!(backend.engine.is_some() && !backend.platforms.is_empty(), "{release}");
            assert!(backend.cells.is_sorted_by(|a, b| a.listing_order(b).is_lt()), "{release}");
            for cell in &backend.cells {
                assert!(!cell.source.is_empty() && cell.mark.is_none());
                assert!(!cell.caveat || !cell.notes.is_empty(), "a caveat says what it is");
            }
            let notes = backend.cells.iter().flat_map(|cell| &cell.notes).chain(&backend.notes);
            for note in notes {
                assert!(!note.sources.is_empty() && note.sources.iter().all(|it| !it.is_empty()));
            }
        }
    }
}

#[test]
fn sources_of_0_9_0() {
    let matrix = matrix("0.9.0");
    let page = "fern/pages-v0.9.0/reference/feature-matrix.md";
    assert_eq!(matrix.provenance.source, page);
    assert_eq!(matrix.provenance.commit.as_deref(), Some("0a9a0d1d4"));
    let source = |backend: &str, terms: &[&str]| {
        cell(matrix.backend(backend).unwrap(), terms).unwrap().source.to_string()
    };
    assert_eq!(source("vllm", &["lora"]), format!("{page}#quick-comparison"));
    assert_eq!(source("vllm", &["lora", "multimodal"]), format!("{page}#1-vllm-backend"));
    let index = "docs/multimodal/index.md@76c1889ae";
    assert_eq!(source("vllm", &["multimodal", "pattern=EPD"]), index);
    assert!(source("sglang", &["multimodal", "pattern=EPD"]).contains("#2-sglang-backend"));
    assert!(source("trtllm", &["multimodal", "pattern=EPD"]).contains("#3-tensorrt-llm-backend"));
}

#[test]
fn platforms_and_engines() {
    let old = matrix("0.8.1");
    let rows: Vec<_> = old.backend("vllm").unwrap().platforms.iter().collect();
    assert_eq!(
        (rows[0].cuda.as_str(), rows[0].min_driver, rows[0].experimental),
        ("12.9", 575, false)
    );
    assert_eq!(
        (rows[1].cuda.as_str(), rows[1].min_driver, rows[1].experimental),
        ("13.0", 580, true)
    );
    let new = matrix("1.4.0");
    assert_eq!(new.backend("trtllm").unwrap().engine.as_deref(), Some("1.3.0rc22"));
    assert_eq!(new.backend("trtllm").unwrap().platforms[0].cuda, "13.1");
}

/// The levels of a matrix by backend and terms, without the pattern cells.
fn levels(release: &str) -> BTreeMap<String, Level> {
    let matrix = matrix(release);
    let of = |backend: &Backend| -> Vec<(String, Level)> {
        let cells = backend.cells.iter().filter(|cell| !joined(&cell.terms).contains('='));
        cells.map(|cell| (format!("{} {}", backend.id, joined(&cell.terms)), cell.level)).collect()
    };
    matrix.backends.iter().flat_map(of).collect()
}

/// What changed from the release before, as `backend terms: old → new`.
fn changes(old: &str, new: &str) -> BTreeSet<String> {
    let (old, new) = (levels(old), levels(new));
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let id = |level: Option<&Level>| level.map_or("nothing", |level| level.id());
    keys.into_iter()
        .filter(|key| old.get(*key) != new.get(*key))
        .map(|key| format!("{key}: {} → {}", id(old.get(key)), id(new.get(key))))
        .collect()
}

#[test]
fn releases_differ_in_what_the_pages_changed() {
    let wanted: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("0.9.0", &["vllm request-migration: supported → experimental"][..]),
        (
            "1.0.0",
            &[
                "sglang dynamo-snapshot: nothing → supported",
                "vllm dynamo-snapshot: nothing → supported",
                "trtllm dynamo-snapshot: nothing → unsupported",
                "trtllm disaggregated-serving × request-migration: experimental → supported",
                "vllm request-migration: experimental → supported",
            ],
        ),
        ("1.0.2", &["sglang multimodal-video: unsupported → experimental"]),
        ("1.1.1", &["sglang multimodal-video: experimental → supported"]),
        (
            "1.2.0",
            &[
                "trtllm kv-aware-routing × multimodal: unsupported → supported",
                "vllm kv-aware-routing × multimodal: unsupported → supported",
            ],
        ),
        (
            "1.3.1",
            &[
                "sglang gpu-memory-service: nothing → supported",
                "vllm gpu-memory-service: nothing → supported",
                "trtllm gpu-memory-service: nothing → experimental",
                "sglang shadow-engine-failover: nothing → experimental",
                "trtllm shadow-engine-failover: nothing → experimental",
                "vllm shadow-engine-failover: nothing → supported",
                "sglang kv-aware-routing × multimodal: unsupported → supported",
                "sglang kv-block-manager × lora: experimental → unsupported",
                "trtllm dynamo-snapshot: unsupported → experimental",
                "trtllm request-migration: experimental → supported",
            ],
        ),
        (
            "1.4.2",
            &[
                "sglang lora: unsupported → experimental",
                "sglang disaggregated-serving × lora: unsupported → experimental",
                "sglang kv-aware-routing × lora: unsupported → experimental",
                "sglang kv-block-manager × lora: unsupported → experimental",
                "sglang lora × multimodal: unsupported → not-applicable",
                "sglang lora × request-cancellation: unsupported → experimental",
                "sglang lora × request-migration: unsupported → experimental",
                "sglang lora × sla-based-planner: unsupported → not-applicable",
                "sglang lora × speculative-decoding: unsupported → experimental",
                "sglang lora × tool-calling: unsupported → experimental",
            ],
        ),
        (
            "1.5.0",
            &[
                "sglang speculative-decoding: experimental → supported",
                "sglang disaggregated-serving × speculative-decoding: experimental → supported",
                "sglang kv-aware-routing × speculative-decoding: experimental → supported",
            ],
        ),
    ]);
    let releases: Vec<String> = bundle::releases().map(|release| release.to_string()).collect();
    for pair in releases.windows(2) {
        let wanted = wanted.get(pair[1].as_str()).copied().unwrap_or_default();
        let wanted: BTreeSet<String> = wanted.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(changes(&pair[0], &pair[1]), wanted, "{}", pair[1]);
    }
}

#[test]
fn names_mean_one_thing() {
    let vocabulary = bundle::vocabulary();
    let mut meanings: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let features = vocabulary.features.iter().map(|f| (&f.id, &f.name, &f.aliases));
    let groups = vocabulary.groups.iter().map(|g| (&g.id, &g.name, &g.aliases));
    for (id, name, aliases) in features.chain(groups) {
        for text in aliases.iter().chain([name]).map(|text| &**text).chain([&**id]) {
            meanings.entry(slug(text)).or_default().insert(id);
        }
    }
    assert!(meanings.values().all(|ids| ids.len() == 1), "{meanings:?}");
    for (alias, id) in [
        ("video", "multimodal-video"),
        ("kv-routing", "kv-aware-routing"),
        ("kvbm", "kv-block-manager"),
        ("disagg", "disaggregated-serving"),
        ("planner", "sla-based-planner"),
        ("migration", "request-migration"),
        ("cancellation", "request-cancellation"),
        ("tools", "tool-calling"),
        ("spec-decode", "speculative-decoding"),
        ("gms", "gpu-memory-service"),
        ("mm", "multimodal"),
    ] {
        assert_eq!(meanings[alias], BTreeSet::from([id]), "{alias}");
    }
    for alias in ["TensorRT-LLM", "trt-llm", "trt", "TRTLLM"] {
        assert_eq!(vocabulary.backend(alias).map(|b| b.id.as_str()), Some("trtllm"), "{alias}");
    }
    assert_eq!(vocabulary.backend("sgl").map(|b| b.id.as_str()), Some("sglang"));
}

#[test]
fn the_vocabulary_knows_every_bundled_name() {
    let vocabulary = bundle::vocabulary();
    assert_eq!(vocabulary.features.len(), 15);
    for release in bundle::releases() {
        let matrix = bundle::matrix(&release).unwrap();
        assert_eq!(matrix.dimension.as_ref(), Some(&vocabulary.dimension));
        for feature in &matrix.features {
            assert!(vocabulary.features.contains(feature), "{release}: {feature:?}");
        }
        assert_eq!(matrix.groups, vocabulary.groups);
    }
    let roles: Vec<(&str, u8, String)> = vocabulary
        .dimension
        .options
        .iter()
        .map(|option| (option.id.as_str(), option.roles, joined(&option.requires)))
        .collect();
    let off = "!disaggregated-serving".to_owned();
    let on = "disaggregated-serving".to_owned();
    assert_eq!(
        roles,
        [("EPD", 1, off.clone()), ("E/PD", 2, off), ("EP/D", 2, on.clone()), ("E/P/D", 3, on)]
    );
}

#[test]
fn rules_have_reasons_ranges_and_ids_of_their_own() {
    let sets = bundle::rule_sets();
    let ids: Vec<&str> = sets.iter().map(|set| set.id.as_str()).collect();
    assert_eq!(ids, dynamo_plan::matrix::DEFAULT_RULES);
    let rules = || sets.iter().flat_map(|set| &set.rules);
    assert!(rules().all(|rule| !rule.reason.is_empty() && !rule.sources.is_empty()));
    let unique: BTreeSet<&str> = rules().map(|rule| rule.id.as_str()).collect();
    assert_eq!(unique.len(), rules().count());
    let applied = |release: &str, backend: &str| -> Vec<&str> {
        let release = Release::new(release);
        let rules = sets[0].rules.iter();
        let rules = rules.filter(|rule| rule.applies_to(Some(&release), backend));
        rules.map(|rule| rule.id.as_str()).collect()
    };
    assert_eq!(applied("0.9.0", "sglang"), ["planner-needs-disaggregation"]);
    let vllm = ["planner-needs-disaggregation", "lora-not-on-prefill"];
    assert_eq!(applied("0.9.1", "vllm"), vllm);
    assert!(!applied("1.3.0", "vllm").contains(&"lora-not-on-prefill"));
    let planner = &sets[0].rules[0];
    assert_eq!(joined(&planner.terms), "!disaggregated-serving × sla-based-planner");
    assert_eq!(planner.level, Level::Unsupported);
}
