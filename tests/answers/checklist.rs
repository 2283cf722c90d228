//! Checklists of upgrades against an independent reading of the matrices and rules: for random pairs of releases
//! and random needs, what comes and goes is what only one of the two releases has.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use dynamo_plan::analysis::whatif::{ChecklistItem, Side, WhatIf, compare};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{
    DEFAULT_RULES, Matrix, Note, NoteKind, Release, Term, UpgradeCode, UpgradeEffect,
};
use dynamo_plan::plan::Plan;
use dynamo_plan::{Planner, Query};

use crate::oracle::Rng;

/// The features that requests are drawn from.
const FEATURES: [&str; 12] = [
    "disaggregated-serving",
    "kv-aware-routing",
    "kv-block-manager",
    "sla-based-planner",
    "multimodal-image",
    "multimodal-video",
    "request-migration",
    "lora",
    "tool-calling",
    "speculative-decoding",
    "dynamo-snapshot",
    "shadow-engine-failover",
];

/// The facts that requests state or deny.
const FACTS: [&str; 5] =
    ["hybrid-attention", "!kubernetes", "load-scaling", "!blackwell", "!multi-node"];

fn matrix(release: &Release) -> Matrix {
    bundle::matrix(release).unwrap()
}

fn upgraded(query: &Query, from: &Release, to: &Release) -> Option<WhatIf> {
    let matrices = [from, to].map(matrix);
    let planner = |matrix: Matrix| Planner::of_matrices(vec![matrix]).knowing(&matrices);
    let [old, new] = matrices.clone().map(planner);
    let (before, after) = (old.resolve(query).ok()?, new.resolve(query).ok()?);
    let before = Side { planner: &old, request: &before };
    Some(compare(before, Side { planner: &new, request: &after }, Vec::new(), None))
}

/// Whether terms may hold in a plan's configuration.
fn holds(terms: &[Term], plan: &Plan, matrix: &Matrix, facts: &[String]) -> bool {
    terms.iter().all(|term| {
        if let Some(fact) = term.fact() {
            return !facts.contains(&format!("!{fact}"));
        }
        let is_on = match term.id().split_once('=') {
            Some((_, option)) => plan.pattern.as_deref() == Some(option),
            None => plan.features.iter().any(|id| {
                let group = matrix.feature(id).and_then(|feature| feature.group.as_deref());
                id == term.id() || group == Some(term.id())
            }),
        };
        is_on != term.is_negated()
    })
}

/// Every note of a kind, and every rule that reads as one, about some configurations of a backend.
fn notes(
    kind: NoteKind,
    plans: &[&Plan],
    backend: &str,
    matrix: &Matrix,
    facts: &[String],
) -> Vec<Note> {
    let own = matrix.backend(backend).unwrap();
    let mut found: Vec<Note> = Vec::new();
    for plan in plans {
        let holds = |terms: &[Term]| holds(terms, plan, matrix, facts);
        let cells = own.cells.iter().filter(|cell| holds(&cell.terms));
        let noted = cells.flat_map(|cell| &cell.notes).chain(&own.notes);
        found.extend(noted.filter(|note| holds(&note.when)).cloned());
        for set in bundle::rule_sets() {
            assert!(DEFAULT_RULES.contains(&set.id.as_str()));
            let about =
                set.rules.iter().filter(|it| it.applies_to(matrix.release.as_ref(), backend));
            found.extend(about.filter(|it| holds(&it.terms)).map(|rule| rule.note(&set.id)));
        }
    }
    found.retain(|note| note.kind == kind);
    found
}

fn texts<'n>(notes: impl IntoIterator<Item = &'n Note>) -> BTreeSet<String> {
    notes.into_iter().map(|note| note.text.clone()).collect()
}

/// The configurations of a backend that a checklist compares, as the documents of the module say.
fn compared<'w>(whatif: &'w WhatIf, backend: &str) -> (Vec<&'w Plan>, Vec<&'w Plan>) {
    let of = |plans: &'w [Plan]| plans.iter().filter(|plan| plan.backend == backend).collect();
    let (old, new): (Vec<&Plan>, Vec<&Plan>) = (of(&whatif.before.plans), of(&whatif.after.plans));
    let key = |plan: &&Plan| (plan.pattern.clone(), plan.features.clone());
    let both: Vec<&Plan> =
        new.iter().filter(|plan| old.iter().any(|it| key(it) == key(plan))).copied().collect();
    match (both.is_empty(), old.is_empty()) {
        (false, _) => (both.clone(), both),
        (true, true) => (new.clone(), new),
        (true, false) => (old, new),
    }
}

/// What lines of some kinds say of a backend at one end.
fn told(
    whatif: &WhatIf,
    backend: &str,
    is_of: impl Fn(&ChecklistItem) -> bool,
    end: impl Fn(&ChecklistItem) -> Option<String>,
) -> BTreeSet<String> {
    let own = whatif.checklist.iter().filter(|it| it.backend.0.iter().any(|id| id == backend));
    own.filter(|item| is_of(item)).filter_map(end).collect()
}

fn check(whatif: &WhatIf, facts: &[String], from: &Release, to: &Release) -> usize {
    let (old_matrix, new_matrix) = (matrix(from), matrix(to));
    let mut lines = 0;
    let backends: BTreeSet<&String> = whatif.after.plans.iter().map(|plan| &plan.backend).collect();
    for backend in backends.iter().copied() {
        let (old, new) = compared(whatif, backend);
        let of = |kind| {
            (
                notes(kind, &old, backend, &old_matrix, facts),
                notes(kind, &new, backend, &new_matrix, facts),
            )
        };
        let from_of = |item: &ChecklistItem| item.from.clone();
        let to_of = |item: &ChecklistItem| item.to.clone();
        let at = format!("{backend} {from} {to} {:?}", whatif.after.request.need);

        let (was, is) = of(NoteKind::Requirement);
        let (was, is) = (texts(&was), texts(&is));
        let is_requirement = |item: &ChecklistItem| item.code.id().starts_with("requirement-");
        assert_eq!(told(whatif, backend, is_requirement, from_of), &was - &is, "{at}");
        assert_eq!(told(whatif, backend, is_requirement, to_of), &is - &was, "{at}");

        let (was, is) = of(NoteKind::Limit);
        let (was, is) = (texts(&was), texts(&is));
        let is_limit = |item: &ChecklistItem| {
            item.code == UpgradeCode::LimitLifted || item.text.starts_with("Limit: ")
        };
        assert_eq!(told(whatif, backend, is_limit, from_of), &was - &is, "{at}");
        assert_eq!(told(whatif, backend, is_limit, to_of), &is - &was, "{at}");

        let (was_known, is_known) = of(NoteKind::KnownIssue);
        let (was_leaving, is_leaving) = of(NoteKind::Deprecated);
        let was = &texts(&was_known) | &texts(&was_leaving);
        let is = &texts(&is_known) | &texts(&is_leaving);
        let is_gained = |item: &ChecklistItem| {
            item.code == UpgradeCode::IssueGained && !item.text.starts_with("Limit: ")
        };
        assert_eq!(told(whatif, backend, is_gained, to_of), &is - &was, "{at}");
        let is_fixed =
            |note: &&Note| note.fixed_in.as_deref().is_some_and(|fixed| Release::new(fixed) <= *to);
        let fixed = &texts(was_known.iter().filter(is_fixed)) - &is;
        let of_fixed = |item: &ChecklistItem| item.code == UpgradeCode::IssueFixed;
        assert_eq!(told(whatif, backend, of_fixed, from_of), fixed, "{at}");
        lines += whatif.checklist.len();
    }
    let unrecorded = whatif.checklist.iter().any(|it| it.code == UpgradeCode::IssuesNotRecorded);
    let complete = bundle::recorded(to).is_some_and(|recorded| recorded.is_complete());
    assert_eq!(unrecorded, !complete && !backends.is_empty(), "{from} {to}");
    lines
}

#[test]
fn what_comes_and_goes_is_what_one_release_alone_has() {
    let releases: Vec<Release> = bundle::releases().collect();
    let rng = Rng::new(0x5eed_c4ec);
    let mut lines = 0;
    for _ in 0..150 {
        let [from, to] = [(); 2].map(|()| &releases[rng.below(releases.len())]);
        let need: BTreeSet<&str> =
            (0..1 + rng.below(3)).map(|_| FEATURES[rng.below(FEATURES.len())]).collect();
        let facts: Vec<String> =
            FACTS.iter().filter(|_| rng.below(4) == 0).map(|fact| (*fact).to_owned()).collect();
        let query = Query { facts: facts.clone(), ..Query::needing(need) };
        let Some(whatif) = upgraded(&query, from, to) else { continue };
        if from == to {
            assert!(whatif.checklist.is_empty());
            continue;
        }
        assert_ordered(&whatif.checklist);
        lines += check(&whatif, &facts, from, to);
    }
    assert!(lines > 500, "{lines}");
}

/// What fails silently comes first, what does not fail last, and no line is there twice.
fn assert_ordered(items: &[ChecklistItem]) {
    let rank = |item: &ChecklistItem| item.effect.map_or(4, |effect| effect as usize);
    assert!(items.is_sorted_by_key(rank));
    let distinct: BTreeSet<_> =
        items.iter().map(|it| (it.code, &it.text, &it.role, &it.backend.0, &it.features)).collect();
    assert_eq!(distinct.len(), items.len(), "{items:#?}");
}

fn asked(needs: &[&str], backend: &str, from: &str, to: &str) -> WhatIf {
    let query =
        Query { backends: vec![backend.to_owned()], ..Query::needing(needs.iter().copied()) };
    upgraded(&query, &Release::new(from), &Release::new(to)).unwrap()
}

/// The effect of the line that has this in what it says to write or to have, or in its text.
fn effect_of(whatif: &WhatIf, says: &str) -> Option<UpgradeEffect> {
    let says_it = |item: &&ChecklistItem| {
        item.text.contains(says) || item.instead.as_ref().is_some_and(|it| it.contains(says))
    };
    let found = whatif.checklist.iter().find(says_it);
    found.unwrap_or_else(|| panic!("{says}: {:#?}", whatif.checklist)).effect
}

#[test]
fn worked_upgrades_come_out_right() {
    use UpgradeEffect::{Exit, Refused, Silent, Warning};
    let kvbm = asked(&["disagg", "kvbm"], "vllm", "0.9.1", "1.0.1");
    assert_eq!(effect_of(&kvbm, "--disaggregation-mode prefill"), Some(Exit));
    assert_eq!(effect_of(&kvbm, "PdConnector"), Some(Exit));
    assert_eq!(effect_of(&kvbm, "global.etcd.install"), Some(Exit));
    for backend in ["vllm", "sglang", "trtllm"] {
        let migration = asked(&["migration"], backend, "0.9.1", "1.0.0");
        assert_eq!(effect_of(&migration, "Give the frontend a `--migration-limit`"), Some(Exit));
    }
    let planner = asked(&["planner", "disagg"], "vllm", "0.9.1", "1.2.0");
    assert_eq!(effect_of(&planner, "python3 -m dynamo.planner"), Some(Exit));
    assert_eq!(effect_of(&planner, "`dynamo-planner` of the same release"), Some(Exit));
    let events = asked(&["kv-routing"], "vllm", "1.0.2", "1.1.0");
    assert_eq!(events.checklist[0].effect, Some(Silent));
    assert_eq!(events.checklist[0].code, UpgradeCode::RequirementChanged);
    assert!(events.checklist[0].text.contains("--kv-events-config"));
    let roles = asked(&["disagg"], "vllm", "1.3.1", "1.4.0");
    assert_eq!(effect_of(&roles, "`--is-prefill-worker`"), Some(Exit));
    let encoder = asked(&["image"], "vllm", "1.3.1", "1.4.0");
    assert_eq!(effect_of(&encoder, "--disaggregation-mode encode"), Some(Exit));
    let processor = asked(&["image"], "sglang", "1.0.2", "1.1.0");
    assert_eq!(effect_of(&processor, "the frontend does what the processor did"), Some(Exit));
    let renamed = asked(&["kv-routing"], "trtllm", "1.2.1", "1.3.1");
    assert_eq!(effect_of(&renamed, "--publish-kv-events"), Some(Warning));
    let endpoint = asked(&["image", "disagg"], "trtllm", "1.2.1", "1.3.1");
    assert_eq!(effect_of(&endpoint, "dyn://dynamo.encode.generate"), Some(Silent));
    let queue = asked(&["kv-routing"], "sglang", "1.3.1", "1.4.0");
    assert_eq!(effect_of(&queue, "--router-queue-threshold 16"), Some(Silent));
    let api = asked(&["failover"], "vllm", "1.1.1", "1.3.1");
    assert_eq!(effect_of(&api, "nvidia.com/v1beta1"), Some(Warning));
    let snapshot = asked(&["snapshot"], "vllm", "1.2.1", "1.3.1");
    assert_eq!(effect_of(&snapshot, "`enabled: true`"), Some(Refused));
    assert_eq!(effect_of(&snapshot, "CUDA 13 only"), Some(Exit));
    let tags = asked(&["tools"], "vllm", "1.3.1", "1.4.0");
    assert_eq!(effect_of(&tags, "runtimeVersionOverride"), Some(Refused));
}

#[test]
fn a_stated_driver_is_told_whether_it_does() {
    let told = |driver: u32, from: &str, to: &str| {
        let mut query = Query::needing(["kv-routing"]);
        query.platform.driver = Some(driver);
        let whatif = upgraded(&query, &Release::new(from), &Release::new(to)).unwrap();
        let is_driver = |item: &&ChecklistItem| item.code == UpgradeCode::Driver;
        let found = whatif.checklist.iter().find(is_driver).map(|it| (it.text.clone(), it.effect));
        found.unwrap()
    };
    let too_old = told(575, "1.2.1", "1.3.0");
    assert_eq!(too_old.1, Some(UpgradeEffect::Exit));
    assert!(too_old.0.starts_with("Driver 575 is too old: 1.3.0 needs 580"), "{}", too_old.0);
    assert!(told(550, "0.9.1", "1.5.1").0.contains("too old already"));
    let enough = told(580, "1.2.1", "1.3.0");
    assert!(enough.0.contains("still does") && enough.1.is_none(), "{}", enough.0);
}

#[test]
fn nothing_is_told_twice() {
    let whatif = asked(&["kv-routing", "disagg", "image"], "vllm", "0.9.1", "1.5.1");
    for name in ["--kv-events-config` with", "PYTHONHASHSEED", "--trust-remote-code", "NATS"] {
        let own = whatif.checklist.iter().filter(|item| item.text.contains(name));
        assert!(own.clone().count() <= 1, "{name}: {:#?}", own.collect::<Vec<_>>());
    }
    let texts: BTreeSet<&String> = whatif.checklist.iter().map(|item| &item.text).collect();
    assert_eq!(texts.len(), whatif.checklist.len());
}
