//! How to run plans: what is set is known to the programs, every setting is reached by some plan, and what is
//! said beside it is what the plan's cells say.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use dynamo_plan::load::bundle;
use dynamo_plan::matrix::deploy::{NameState, Setting};
use dynamo_plan::matrix::{Level, NoteKind, Release, Term};
use dynamo_plan::plan::{CellDetail, Plan, Run};
use dynamo_plan::request::PlatformFacts;
use dynamo_plan::{Planner, Query};

const BACKENDS: [&str; 3] = ["sglang", "trtllm", "vllm"];

/// Flags that are set where no parser is known to take them, each with the reason.
const NOT_LISTED: [(&str, &str, &str); 1] = [(
    "spec-sglang",
    "--speculative-draft-model-path",
    "a flag of SGLang's own parser that none of the deployments uses which the list of those was made from",
)];

/// Settings that no plan reaches, by signal and what must hold, each with the reason.
const UNREACHED: [(&str, &str, &str); 0] = [];

fn planner(release: &Release) -> Planner {
    Planner::of_matrices(vec![bundle::matrix(release).unwrap()])
}

/// A planner for a release that knows the features of every release.
fn knowing_all(release: &Release) -> Planner {
    let every: Vec<_> = bundle::releases().filter_map(|release| bundle::matrix(&release)).collect();
    planner(release).knowing(&every)
}

fn plans(planner: &Planner, query: &Query) -> Vec<Plan> {
    let request = planner.resolve(query).unwrap();
    planner.answer_with(&request, CellDetail::All, None).plans
}

/// The settings of a release on a backend.
fn settings<'s>(
    settings: &'s [Setting],
    release: &Release,
    backend: &str,
) -> impl Iterator<Item = &'s Setting> {
    let release = release.clone();
    let backend = backend.to_owned();
    settings.iter().filter(move |setting| {
        setting.releases.contains(&release)
            && (setting.backends.is_empty() || setting.backends.contains(&backend))
    })
}

/// The program that a role runs.
fn program<'a>(role: &'a str, backend: &'a str) -> &'a str {
    if matches!(role, "frontend" | "planner") { role } else { backend }
}

#[test]
fn every_flag_that_is_set_is_known_to_its_program() {
    let (all, table) = (bundle::settings(), bundle::flags());
    let mut unknown = BTreeSet::new();
    for release in bundle::releases() {
        for backend in BACKENDS {
            for setting in settings(&all.settings, &release, backend) {
                for part in &setting.roles {
                    let flags = part.args.iter().filter(|word| word.starts_with('-'));
                    for flag in flags.map(|word| word.split('=').next().unwrap()) {
                        let state = table.state(program(&part.role, backend), flag, &release);
                        let is_known = matches!(
                            state,
                            NameState::Known | NameState::Deprecated | NameState::OfEngine
                        );
                        let excused = NOT_LISTED
                            .iter()
                            .any(|(signal, name, _)| *signal == setting.signal && *name == flag);
                        if !is_known && !excused {
                            unknown.insert(format!(
                                "{} {backend} {flag} {release} {state:?}",
                                setting.signal
                            ));
                        }
                    }
                }
            }
            for options in all.engine_options.iter().filter(|it| it.backend == backend) {
                assert_eq!(table.state(backend, &options.flag, &release), NameState::Known);
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn settings_for_one_role_do_not_contradict_each_other() {
    let all = bundle::settings().settings;
    let excluded = |a: &Setting, b: &Setting| {
        a.terms.iter().any(|term| {
            let other = b
                .terms
                .iter()
                .find(|other| other.id().split('=').next() == term.id().split('=').next());
            other.is_some_and(|other| other != term)
        })
    };
    let values = |setting: &Setting, role: &str| -> Vec<(String, Vec<String>)> {
        let part = setting.roles.iter().find(|part| part.role == role);
        let mut flags: Vec<(String, Vec<String>)> = Vec::new();
        for word in part.into_iter().flat_map(|part| &part.args) {
            match flags.last_mut().filter(|_| !word.starts_with('-')) {
                Some((_, values)) => values.push(word.clone()),
                None => flags.push((word.clone(), Vec::new())),
            }
        }
        flags
    };
    for release in bundle::releases() {
        for backend in BACKENDS {
            let here: Vec<&Setting> = settings(&all, &release, backend).collect();
            for (i, a) in here.iter().enumerate() {
                for b in here[i + 1..].iter().filter(|b| !excluded(a, b) && b.choice.is_none()) {
                    for part in a.roles.iter().filter(|_| a.choice.is_none()) {
                        for (flag, values_a) in values(a, &part.role) {
                            let other = values(b, &part.role).into_iter().find(|it| it.0 == flag);
                            let Some((_, values_b)) = other else { continue };
                            assert!(
                                values_a == values_b || b.replaces.as_ref() == Some(&flag),
                                "{release} {backend} {}: {flag} of {} and {}",
                                part.role,
                                a.signal,
                                b.signal
                            );
                        }
                    }
                }
            }
        }
    }
}

/// Whether what a setting says for one of its roles is in what is set.
fn is_in(setting: &Setting, run: &Run) -> bool {
    run.signals.contains(&setting.signal)
        && setting.roles.iter().any(|part| {
            run.set.iter().filter(|set| set.role == part.role).any(|set| {
                let args = part.args.iter().map(|word| word.replace("{backend}", "vllm"));
                let has = |word: &String| {
                    set.args
                        .iter()
                        .any(|own| own.replace("sglang", "vllm").replace("trtllm", "vllm") == *word)
                };
                args.into_iter().all(|word| has(&word))
                    && setting.env.iter().all(|(name, value)| set.env.get(name) == Some(value))
                    && setting.fields.iter().all(|(name, _)| set.fields.contains_key(name))
            }) || part.args.is_empty() && setting.fields.is_empty()
        })
}

/// What a setting needs to be reached by a plan.
fn query(setting: &Setting, backend: &str) -> Query {
    let group = |id: &str| if id == "multimodal" { "multimodal-image" } else { id }.to_owned();
    let mut query = Query::needing([group(&setting.feature)]);
    query.backends = vec![backend.to_owned()];
    query.accept = Level::NotApplicable;
    query.rules = Some(Vec::new());
    for term in &setting.terms {
        match term.id().split_once('=') {
            Some((_, pattern)) => query.pattern = Some(pattern.to_owned()),
            None if term.is_negated() => query.avoid.push(term.id().to_owned()),
            None => query.need.push(group(term.id())),
        }
    }
    query
}

#[test]
fn every_setting_is_reached_by_some_plan() {
    let all = bundle::settings().settings;
    assert!(all.len() > 60, "{}", all.len());
    let releases: Vec<(Release, Planner)> =
        bundle::releases().map(|release| (release.clone(), knowing_all(&release))).collect();
    let mut missed = Vec::new();
    for setting in all.iter().filter(|setting| setting.choice.is_none()) {
        let reached = releases.iter().any(|(release, planner)| {
            BACKENDS.into_iter().any(|backend| {
                let is_about =
                    setting.backends.is_empty() || setting.backends.iter().any(|it| it == backend);
                is_about && setting.releases.contains(release) && {
                    let disaggregated = Query {
                        need: [
                            query(setting, backend).need,
                            vec!["disaggregated-serving".to_owned()],
                        ]
                        .concat(),
                        ..query(setting, backend)
                    };
                    let is_off = setting.terms.contains(&Term::off("disaggregated-serving"));
                    let queries = [query(setting, backend), disaggregated]
                        .into_iter()
                        .take(if is_off { 1 } else { 2 });
                    queries
                        .flat_map(|query| plans(planner, &query))
                        .any(|plan| is_in(setting, plan.run.as_ref().unwrap()))
                }
            })
        });
        let excused = UNREACHED.iter().any(|(signal, range, _)| {
            *signal == setting.signal
                && setting.releases.0.iter().any(|it| it.to_string() == *range)
        });
        if reached == excused {
            missed.push(format!(
                "{} {:?} {:?} reached: {reached}",
                setting.signal,
                setting.releases.0.iter().map(ToString::to_string).collect::<Vec<_>>(),
                setting.terms
            ));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn what_is_said_of_running_a_plan_is_what_its_cells_say() {
    let mut issues = 0;
    for release in bundle::releases() {
        let planner = planner(&release);
        let features = planner.matrices()[0].features.clone();
        let rules: Vec<String> =
            bundle::rule_sets().into_iter().flat_map(|set| set.rules).map(|rule| rule.id).collect();
        for (i, first) in features.iter().enumerate() {
            for second in &features[i..] {
                let query = Query::needing([first.id.as_str(), second.id.as_str()]);
                for plan in plans(&planner, &query) {
                    let run = plan.run.as_ref().unwrap();
                    let notes = |kind| {
                        let notes = plan.cells.iter().flat_map(|cell| &cell.notes);
                        let mut texts: Vec<&str> = Vec::new();
                        for note in notes.filter(|note| note.kind == kind) {
                            if !texts.contains(&note.text.as_str()) {
                                texts.push(&note.text);
                            }
                        }
                        texts
                    };
                    let needs: Vec<&str> =
                        run.needs.iter().map(|note| note.text.as_str()).collect();
                    assert_eq!(
                        needs,
                        notes(NoteKind::Requirement),
                        "{release} {:?}",
                        plan.features
                    );
                    let limits: Vec<&str> =
                        run.limits.iter().map(|note| note.text.as_str()).collect();
                    assert_eq!(limits, notes(NoteKind::Limit), "{release} {:?}", plan.features);
                    let known: Vec<&str> =
                        run.known_issues.iter().map(|issue| issue.text.as_str()).collect();
                    assert_eq!(known, notes(NoteKind::KnownIssue), "{release} {:?}", plan.features);
                    for issue in &run.known_issues {
                        assert_eq!(issue.id.is_some(), issue.level.is_some());
                        assert!(issue.id.iter().all(|id| rules.contains(id)));
                        issues += usize::from(issue.id.is_some());
                    }
                    for role in &run.set {
                        let mut flags: Vec<&String> =
                            role.args.iter().filter(|word| word.starts_with('-')).collect();
                        let count = flags.len();
                        flags.sort();
                        flags.dedup();
                        assert_eq!(flags.len(), count, "{release} {}: {:?}", role.role, role.args);
                        assert_eq!(role.source.0.len(), role.url.0.len());
                        assert!(
                            role.url.0.iter().all(|url| url
                                .as_ref()
                                .is_some_and(|it| it.starts_with("https://")))
                        );
                    }
                    assert!(run.unrecorded.iter().all(|id| plan.features.contains(id)));
                    assert!(
                        run.image
                            .as_ref()
                            .is_some_and(|image| image.ends_with(&format!("-runtime:{release}")))
                    );
                }
            }
        }
    }
    assert!(issues > 0);
}

#[test]
fn the_image_is_the_one_for_the_version_of_cuda() {
    let image = |release: &str, backend: &str, cuda: Option<&str>| {
        let platform = PlatformFacts { cuda: cuda.map(str::to_owned), ..PlatformFacts::default() };
        let query =
            Query { backends: vec![backend.to_owned()], platform, ..Query::needing(["tools"]) };
        let planner = planner(&Release::new(release));
        let plans = plans(&planner, &query);
        plans[0].run.as_ref().unwrap().image.clone().unwrap()
    };
    let name = |image: String| image.rsplit('/').next().unwrap().to_owned();
    assert_eq!(name(image("1.1.1", "vllm", None)), "vllm-runtime:1.1.1");
    assert_eq!(name(image("1.1.1", "vllm", Some("12.9"))), "vllm-runtime:1.1.1");
    assert_eq!(name(image("1.1.1", "vllm", Some("13.0"))), "vllm-runtime:1.1.1-cuda13");
    assert_eq!(name(image("1.2.1", "sglang", Some("13.0"))), "sglang-runtime:1.2.1-cuda13");
    assert_eq!(name(image("1.4.0", "trtllm", Some("13.1"))), "tensorrtllm-runtime:1.4.0");
    assert_eq!(name(image("1.5.1", "sglang", Some("13.0"))), "sglang-runtime:1.5.1");
}

#[test]
fn what_is_bundled_of_a_release_holds_for_a_matrix_of_its_number_and_for_no_other() {
    let release = Release::new("1.4.0");
    let run = |label: Option<&str>| {
        let mut matrix = bundle::matrix(&release).unwrap();
        matrix.release = label.map(Release::new);
        let planner = Planner::of_matrices(vec![matrix]);
        plans(&planner, &Query::needing(["disagg", "kv-routing"])).remove(0).run.unwrap()
    };
    let own = run(Some("1.4.0"));
    assert!(own.image.is_some() && own.set.len() == 3, "{own:?}");
    for nothing in [None, Some("99.0.0"), Some("nightly")] {
        let run = run(nothing);
        assert_eq!((run.image, run.set.len(), run.unrecorded.len()), (None, 0, 0), "{nothing:?}");
    }
}

#[test]
fn roles_get_their_own_settings_in_order() {
    let release = Release::new("1.4.0");
    let planner = planner(&release);
    let query = Query {
        backends: vec!["vllm".to_owned()],
        ..Query::needing(["disagg", "kvbm", "kv-routing"])
    };
    let run = plans(&planner, &query).remove(0).run.unwrap();
    let roles: Vec<&str> = run.set.iter().map(|set| set.role.as_str()).collect();
    assert_eq!(roles, ["frontend", "prefill", "decode"]);
    let args = |role: &str| run.set.iter().find(|set| set.role == role).unwrap().args.join(" ");
    assert_eq!(args("frontend"), "--router-mode kv");
    // The connector of the block manager takes the place of the one that only moves the cache.
    assert!(args("prefill").contains("PdConnector") && !args("decode").contains("PdConnector"));
    assert_eq!(args("prefill").matches("--kv-transfer-config").count(), 1);
    assert_eq!(run.set[1].env["DYN_KVBM_CPU_CACHE_GB"], "20");
    assert_eq!(run.set[2].fields["type"], "decode");
}
