//! What the tests of the importer share: a small vocabulary, written by hand.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

use dynamo_plan::load::{Loaded, PageOptions, Report};
use dynamo_plan::matrix::{
    BackendName, Choice, Dimension, Feature, Group, Matrix, Term, Vocabulary,
};

/// Printed name, aliases.
const FEATURES: [(&str, &[&str]); 15] = [
    ("Disaggregated Serving", &["disagg"]),
    ("KV-Aware Routing", &["kv-routing"]),
    ("SLA-Based Planner", &["planner"]),
    ("KV Block Manager", &["kvbm"]),
    ("Multimodal (Image)", &["image"]),
    ("Multimodal (Video)", &["video"]),
    ("Multimodal (Audio)", &["audio"]),
    ("Request Migration", &["migration"]),
    ("Request Cancellation", &["cancellation"]),
    ("LoRA", &[]),
    ("Tool Calling", &["tools"]),
    ("Speculative Decoding", &["spec-decode"]),
    ("Dynamo Snapshot", &["snapshot"]),
    ("GPU PlannerCache Service", &["gms"]),
    ("Shadow Engine Failover", &["failover"]),
];

fn texts(names: &[&'static str]) -> Vec<String> {
    names.iter().copied().map(String::from).collect()
}

/// The names that the tests' pages use.
pub fn vocabulary() -> Vocabulary {
    let feature = |&(name, aliases): &(&'static str, &[&'static str])| Feature {
        id: dynamo_plan::matrix::slug(name),
        name: name.into(),
        group: name.starts_with("Multimodal").then(|| "multimodal".into()),
        aliases: texts(aliases),
    };
    let backend = |id: &str, name: &'static str, aliases: &[&'static str]| BackendName {
        id: id.to_owned(),
        name: name.into(),
        aliases: texts(aliases),
    };
    let choice = |id: &str, roles| Choice {
        id: id.to_owned(),
        roles,
        requires: vec![if roles > 1 && id.contains("P/D") {
            Term::on("disaggregated-serving")
        } else {
            Term::off("disaggregated-serving")
        }],
        summary: "".into(),
    };
    Vocabulary {
        facts: Vec::new(),
        features: FEATURES.iter().map(feature).collect(),
        groups: vec![Group {
            id: "multimodal".into(),
            name: "Multimodal".into(),
            aliases: texts(&["mm"]),
        }],
        backends: vec![
            backend("vllm", "vLLM", &[]),
            backend("sglang", "SGLang", &[]),
            backend("trtllm", "TensorRT-LLM", &["trt-llm"]),
        ],
        dimension: Dimension {
            id: "pattern".to_owned(),
            name: "serving pattern".into(),
            when: "multimodal".to_owned(),
            options: vec![
                choice("EPD", 1),
                choice("E/PD", 2),
                choice("EP/D", 2),
                choice("E/P/D", 3),
            ],
        },
    }
}

/// Reads a page with the default options.
pub fn import(text: &str) -> Result<Loaded, Report> {
    import_with(text, &PageOptions::default())
}

/// Reads a page.
pub fn import_with(text: &str, options: &PageOptions) -> Result<Loaded, Report> {
    let read = dynamo_plan::load::page(text, "page.md", options, &vocabulary());
    read.map_err(|mut reports| reports.remove(0))
}

/// The codes of a report's problems, in its order.
pub fn codes(report: &Report) -> Vec<&'static str> {
    report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

/// One cell, as `supported`, `supported!` with a caveat, `none` where there is no such cell.
pub fn level(matrix: &Matrix, backend: &str, terms: &[&str]) -> String {
    let mut terms: Vec<Term> = terms.iter().map(|term| Term::from(*term)).collect();
    terms.sort();
    let backend = matrix.backend(backend).expect("the backend is listed");
    backend.cells.iter().find(|cell| cell.terms == terms).map_or("none".to_owned(), |cell| {
        format!("{}{}", cell.level, if cell.caveat { "!" } else { "" })
    })
}

/// A matrix without what tells where it was read.
pub fn bare(matrix: &Matrix) -> Matrix {
    let mut matrix = matrix.clone();
    matrix.provenance = Default::default();
    for cell in matrix.backends.iter_mut().flat_map(|backend| &mut backend.cells) {
        cell.source = "".into();
    }
    matrix
}
