//! What changed from release to release, and since when requests have had plans: typed by hand.

#![allow(clippy::unwrap_used)]

use dynamo_plan::analysis::{self, Diff, Witness};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Level, Matrix, Release, Term};
use dynamo_plan::{Planner, Query};

/// Each release after the first and its changes: backend, cell, old and new level; `none` where
/// there is no such cell.
const CHANGES: [(&str, &[[&str; 4]]); 17] = [
    ("0.8.1", &[]),
    ("0.9.0", &[["vllm", "request-migration", "supported", "experimental"]]),
    ("0.9.1", &[]),
    (
        "1.0.0",
        &[
            ["sglang", "dynamo-snapshot", "none", "supported"],
            ["trtllm", "dynamo-snapshot", "none", "unsupported"],
            ["trtllm", "disaggregated-serving+request-migration", "experimental", "supported"],
            ["vllm", "dynamo-snapshot", "none", "supported"],
            ["vllm", "request-migration", "experimental", "supported"],
        ],
    ),
    ("1.0.1", &[]),
    ("1.0.2", &[["sglang", "multimodal-video", "unsupported", "experimental"]]),
    ("1.1.0", &[]),
    ("1.1.1", &[["sglang", "multimodal-video", "experimental", "supported"]]),
    (
        "1.2.0",
        &[
            ["sglang", "multimodal+pattern=EPD", "unsupported", "supported"],
            ["trtllm", "kv-aware-routing+multimodal", "unsupported", "supported"],
            ["trtllm", "multimodal+pattern=E/P/D", "experimental", "supported"],
            ["vllm", "kv-aware-routing+multimodal", "unsupported", "supported"],
        ],
    ),
    ("1.2.1", &[]),
    ("1.3.0", &[]),
    (
        "1.3.1",
        &[
            ["sglang", "gpu-memory-service", "none", "supported"],
            ["sglang", "shadow-engine-failover", "none", "experimental"],
            ["sglang", "kv-aware-routing+multimodal", "unsupported", "supported"],
            ["sglang", "kv-block-manager+lora", "experimental", "unsupported"],
            ["trtllm", "dynamo-snapshot", "unsupported", "experimental"],
            ["trtllm", "gpu-memory-service", "none", "experimental"],
            ["trtllm", "request-migration", "experimental", "supported"],
            ["trtllm", "shadow-engine-failover", "none", "experimental"],
            ["vllm", "gpu-memory-service", "none", "supported"],
            ["vllm", "shadow-engine-failover", "none", "supported"],
        ],
    ),
    ("1.4.0", &[]),
    ("1.4.1", &[]),
    (
        "1.4.2",
        &[
            ["sglang", "lora", "unsupported", "experimental"],
            ["sglang", "disaggregated-serving+lora", "unsupported", "experimental"],
            ["sglang", "kv-aware-routing+lora", "unsupported", "experimental"],
            ["sglang", "kv-block-manager+lora", "unsupported", "experimental"],
            ["sglang", "lora+multimodal", "unsupported", "not-applicable"],
            ["sglang", "lora+request-cancellation", "unsupported", "experimental"],
            ["sglang", "lora+request-migration", "unsupported", "experimental"],
            ["sglang", "lora+sla-based-planner", "unsupported", "not-applicable"],
            ["sglang", "lora+speculative-decoding", "unsupported", "experimental"],
            ["sglang", "lora+tool-calling", "unsupported", "experimental"],
        ],
    ),
    (
        "1.5.0",
        &[
            ["sglang", "speculative-decoding", "experimental", "supported"],
            ["sglang", "disaggregated-serving+speculative-decoding", "experimental", "supported"],
            ["sglang", "kv-aware-routing+speculative-decoding", "experimental", "supported"],
        ],
    ),
    ("1.5.1", &[]),
];

/// Every caveat that came or went at the same level: release, backend, cell, whether it came.
const CAVEATS: [(&str, &str, &str, bool); 10] = [
    ("0.9.0", "trtllm", "disaggregated-serving+request-cancellation", true),
    ("0.9.0", "trtllm", "kv-aware-routing+request-cancellation", true),
    ("0.9.0", "trtllm", "kv-block-manager+request-cancellation", true),
    ("0.9.0", "trtllm", "multimodal+request-cancellation", true),
    ("0.9.0", "trtllm", "request-cancellation+request-migration", true),
    ("0.9.0", "trtllm", "request-cancellation+sla-based-planner", true),
    ("1.4.0", "sglang", "dynamo-snapshot", true),
    ("1.4.0", "trtllm", "request-cancellation", true),
    ("1.4.0", "vllm", "dynamo-snapshot", true),
    ("1.4.0", "vllm", "shadow-engine-failover", true),
];

fn matrix(label: &str) -> Matrix {
    bundle::matrix(&Release::new(label)).unwrap()
}

fn joined(terms: &[Term]) -> String {
    terms.iter().map(ToString::to_string).collect::<Vec<_>>().join("+")
}

fn id(level: Option<Level>) -> &'static str {
    level.map_or("none", Level::id)
}

fn diff(old: &str, new: &str) -> Diff {
    analysis::diff(&matrix(old), &matrix(new), Level::Experimental, &[])
}

fn witness(need: &[&str], backends: &[&str]) -> Witness {
    let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    Witness { need: owned(need), backends: owned(backends) }
}

#[test]
fn consecutive_releases_differ_in_what_the_list_says() {
    let mut old = "0.8.0";
    for (new, wanted) in CHANGES {
        let diff = diff(old, new);
        let found: Vec<[String; 4]> = diff
            .cells
            .iter()
            .map(|cell| {
                let levels = [id(cell.old).to_owned(), id(cell.new).to_owned()];
                let [old, new] = levels;
                [cell.backend.clone(), joined(&cell.terms), old, new]
            })
            .collect();
        assert_eq!(found, wanted, "{old} to {new}");
        old = new;
    }
    assert_eq!(bundle::releases().count(), 1 + CHANGES.len());
}

#[test]
fn consecutive_releases_gain_the_caveats_that_the_list_says() {
    let mut old = "0.8.0";
    let mut found = Vec::new();
    for (new, _) in CHANGES {
        for change in diff(old, new).caveats {
            assert_ne!(change.old, change.new);
            found.push((new, change.backend, joined(&change.terms), change.new));
        }
        old = new;
    }
    let wanted = CAVEATS
        .map(|(release, backend, cell, came)| (release, backend.to_owned(), cell.to_owned(), came));
    assert_eq!(found, wanted);
}

#[test]
fn requests_are_won_with_the_smallest_witnesses() {
    let won = diff("1.1.1", "1.2.0").won;
    assert_eq!(
        won,
        [
            witness(&["kv-aware-routing", "multimodal-audio"], &["vllm"]),
            witness(&["kv-aware-routing", "multimodal-image"], &["trtllm", "vllm"]),
            witness(&["kv-aware-routing", "multimodal-video"], &["vllm"]),
        ]
    );
    let back = diff("1.2.0", "1.1.1");
    assert_eq!(back.lost, won);
    assert!(back.won.is_empty());
    let stable = analysis::diff(&matrix("0.8.1"), &matrix("0.9.0"), Level::Supported, &[]);
    assert_eq!(stable.lost, [witness(&["request-migration"], &["vllm"])]);
    assert_eq!(diff("0.8.1", "0.9.0").lost, []);
}

#[test]
fn a_difference_can_be_narrowed_to_one_request() {
    let query = Query::needing(["image", "kv-routing"]);
    let diff = analysis::diff_of(&matrix("1.1.1"), &matrix("1.2.0"), &query).unwrap();
    let cells: Vec<String> = diff.cells.iter().map(|cell| joined(&cell.terms)).collect();
    assert!(cells.contains(&"kv-aware-routing+multimodal".to_owned()), "{cells:?}");
    assert!(cells.contains(&"multimodal+pattern=E/P/D".to_owned()), "{cells:?}");
    let need = &["kv-aware-routing", "multimodal-image"];
    assert_eq!(diff.won, [witness(need, &["trtllm", "vllm"])]);
    assert!(diff.before.is_some_and(|before| !before.satisfiable));
    assert_eq!(diff.after.unwrap().plans.len(), 3);
    let other = Query::needing(["lora", "tools"]);
    let diff = analysis::diff_of(&matrix("1.1.1"), &matrix("1.2.0"), &other).unwrap();
    assert!(diff.cells.is_empty() && diff.won.is_empty() && diff.lost.is_empty());
}

/// The first release per backend, and every change since then.
fn since(needs: &[&str], backend: &str) -> Vec<(String, Option<Level>)> {
    let matrices = bundle::releases().map(|release| bundle::matrix(&release).unwrap());
    let planner = Planner::of_matrices(matrices.collect());
    let query = Query { backends: vec![backend.to_owned()], ..Query::needing(needs.to_vec()) };
    let found = analysis::since(&planner, &planner.resolve(&query).unwrap());
    let history = &found.backends[0];
    assert_eq!(history.first, history.history.first().and_then(|change| change.release.clone()));
    let change = |change: &analysis::LevelChange| {
        (change.release.clone().unwrap().to_string(), change.level)
    };
    history.history.iter().map(change).collect()
}

fn changes(list: &[(&str, Level)]) -> Vec<(String, Option<Level>)> {
    list.iter().map(|(release, level)| ((*release).to_owned(), Some(*level))).collect()
}

#[test]
fn images_are_routed_since_1_2_0_and_on_sglang_since_1_3_1() {
    let needs = ["multimodal-image", "kv-aware-routing"];
    assert_eq!(since(&needs, "vllm"), changes(&[("1.2.0", Level::Supported)]));
    assert_eq!(since(&needs, "trtllm"), changes(&[("1.2.0", Level::Supported)]));
    assert_eq!(since(&needs, "sglang"), changes(&[("1.3.1", Level::Supported)]));
}

#[test]
fn video_and_migration_came_and_went_as_the_pages_say() {
    assert_eq!(
        since(&["multimodal-video"], "sglang"),
        changes(&[("1.0.2", Level::Experimental), ("1.1.1", Level::Supported)])
    );
    assert_eq!(
        since(&["request-migration"], "vllm"),
        changes(&[
            ("0.8.0", Level::Supported),
            ("0.9.0", Level::Experimental),
            ("1.0.0", Level::Supported)
        ])
    );
    assert_eq!(since(&["lora"], "sglang"), changes(&[("1.4.2", Level::Experimental)]));
}

#[test]
fn new_pins_are_changes_too() {
    let changed = diff("1.2.1", "1.3.0");
    assert!(changed.cells.is_empty());
    let vllm = changed.pins.iter().find(|change| change.backend == "vllm").unwrap();
    assert_eq!(vllm.old.engine.as_deref(), Some("0.20.1"));
    assert_eq!(vllm.new.engine.as_deref(), Some("0.23.0"));
    let drivers = |pins: &dynamo_plan::analysis::Pins| -> Vec<u32> {
        pins.platforms.iter().map(|platform| platform.min_driver).collect()
    };
    assert!(drivers(&vllm.old).contains(&575) && !drivers(&vllm.new).contains(&575));
    let page = dynamo_plan::render::diff::page(&changed).to_markdown();
    assert!(!page.contains("Nothing changed") && page.contains("0.23.0"), "{page}");
    assert!(diff("1.2.1", "1.2.1").pins.is_empty());
}
