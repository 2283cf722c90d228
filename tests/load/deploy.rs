//! What is known of deployments: every source can be opened, every name that a row refers to exists, and what is
//! wrong with such a file is told with its place.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use dynamo_plan::load::{self, bundle};
use dynamo_plan::matrix::deploy::{ApiSchema, FlagTable, NameState, Setting};
use dynamo_plan::matrix::{NoteKind, Release, UpgradeEffect};

use super::problems;
use super::sources::{paths, problem};

fn state(program: &str, name: &str, release: &str) -> NameState {
    bundle::flags().state(program, name, &Release::new(release))
}

/// The sources of every row of the flags.
fn flag_sources(table: &FlagTable) -> impl Iterator<Item = &String> {
    let flags = table.flags.iter().flat_map(|flag| &flag.sources);
    let variables = table.variables.iter().flat_map(|variable| &variable.sources);
    flags.chain(variables).chain(table.planner_keys.iter().flat_map(|key| &key.sources))
}

#[test]
fn every_source_of_a_flag_can_be_opened() {
    let (matrix, paths) = (bundle::matrix(&bundle::newest().unwrap()).unwrap(), paths());
    let table = bundle::flags();
    assert!(flag_sources(&table).count() > 400);
    for source in flag_sources(&table) {
        assert_eq!(problem(source, &matrix, &paths), None, "{source}");
    }
}

#[test]
fn a_flag_is_listed_once_and_refers_to_flags_that_are_known() {
    let table = bundle::flags();
    assert!(table.flags.len() > 250, "{}", table.flags.len());
    let mut seen = BTreeSet::new();
    for flag in &table.flags {
        let (program, name) = (flag.program.as_str(), flag.name.as_str());
        assert!(seen.insert((program, name)), "{program} {name} is listed twice");
        let uses = flag.needs.iter().chain(&flag.excludes).map(|other| &other.flag);
        for other in uses {
            let known = |release: &Release| table.state(program, other, release);
            assert!(
                bundle::releases().any(|release| known(&release) != NameState::Unknown),
                "{program} {name}: {other}"
            );
        }
    }
}

#[test]
fn what_becomes_of_a_flag_follows_the_release() {
    use NameState::{Deprecated, Ignored, Known, OfEngine, Refused, Unknown};
    for (program, name, release, wanted) in [
        ("frontend", "--router-mode", "0.8.0", Known),
        ("router", "--router-mode", "1.1.1", Unknown),
        ("frontend", "--migration-limit", "0.9.1", Unknown),
        ("vllm", "--migration-limit", "0.9.1", Known),
        ("vllm", "--is-prefill-worker", "0.9.0", Known),
        ("vllm", "--is-prefill-worker", "1.3.1", Deprecated),
        ("vllm", "--is-prefill-worker", "1.4.0", Unknown),
        ("vllm", "--connector", "1.0.0", Refused),
        ("vllm", "--enable-lora", "1.0.0", OfEngine),
        ("vllm", "--never-heard-of", "1.0.0", Unknown),
        ("sglang", "--enable-multimodal", "1.2.0", OfEngine),
        ("sglang", "--enable-multimodal", "1.3.0", Known),
        ("frontend", "--enforce-disagg", "1.0.0", Unknown),
        ("frontend", "--no-enforce-disagg", "1.2.0", Known),
        ("frontend", "--enforce-disagg", "1.4.0", Ignored),
        ("frontend", "--no-router-mode", "1.4.0", Unknown),
    ] {
        assert_eq!(state(program, name, release), wanted, "{program} {name} {release}");
    }
}

/// The problems of a file of flags.
fn wrong(rows: &str) -> Vec<String> {
    let text = format!("format = \"dynamo-plan/flags/v1\"\n[[program]]\nid = 'p'\n{rows}");
    let read = load::flag_table(text.into_bytes(), Path::new("x"));
    problems(&read.expect_err("a mistake"))
}

#[test]
fn a_wrong_file_of_flags_is_told_what_is_wrong() {
    let flag = "[[flag]]\nprogram = 'p'\nname = '--x'\nknown = '>=1.0'\nsource = 'a.py@0123456'\n";
    let right = format!("{flag}confidence = 'high'\n");
    assert_eq!(wrong(flag), ["x:4:1 missing-key"]);
    assert_eq!(wrong(&format!("{right}knwon = []\n")), ["x:10:1 unknown-key"]);
    assert_eq!(wrong(&right.replace("'p'", "'q'")), ["x:5:11 unknown-program"]);
    assert_eq!(wrong(&right.replace(">=1.0", "one")), ["x:7:9 bad-range"]);
    assert_eq!(wrong(&right.replace("high", "hihg")), ["x:9:14 unknown-confidence"]);
    assert_eq!(wrong(&right.replace("known = '>=1.0'\n", "")), ["x:4:1 missing-key"]);
    assert_eq!(wrong(&format!("{right}needs = [{{ flg = '--y' }}]\n")).len(), 2);
}

#[test]
fn every_source_of_a_signal_setting_process_and_image_can_be_opened() {
    let (matrix, paths) = (bundle::matrix(&bundle::newest().unwrap()).unwrap(), paths());
    let (signals, processes, settings) =
        (bundle::signals(), bundle::processes(), bundle::settings());
    assert!(signals.len() > 80 && settings.settings.len() > 60 && settings.images.len() > 8);
    let modules = processes.modules.iter().map(|module| &module.sources);
    let images = settings.images.iter().map(|image| &image.sources);
    let options = settings.engine_options.iter().map(|options| &options.sources);
    let own = settings.settings.iter().map(|setting| &setting.sources);
    let rows = signals.iter().map(|signal| &signal.sources).chain(modules);
    for sources in rows.chain(images).chain(options).chain(own) {
        assert!(!sources.is_empty());
        for source in sources {
            assert_eq!(problem(source, &matrix, &paths), None, "{source}");
        }
    }
}

#[test]
fn what_a_note_is_set_by_is_a_signal_with_settings() {
    let settings = bundle::settings().settings;
    let mut seen = 0;
    for release in bundle::releases() {
        for backend in bundle::matrix(&release).unwrap().backends {
            for cell in &backend.cells {
                for note in cell.notes.iter().filter(|note| !note.set_by.is_empty()) {
                    assert_eq!(note.kind, NoteKind::Requirement, "{}", note.text);
                    let mut own = settings.iter().filter(|it| note.set_by.contains(&it.signal));
                    let holds = |setting: &Setting| {
                        setting.releases.contains(&release)
                            && (setting.backends.is_empty()
                                || setting.backends.contains(&backend.id))
                    };
                    assert!(own.any(holds), "{release} {}: {}", backend.id, note.text);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 300, "{seen}");
}

#[test]
fn every_role_that_is_set_is_one_of_those_that_are_listed() {
    let settings = bundle::settings();
    let roles = settings.settings.iter().flat_map(|setting| &setting.roles);
    let workers = settings.workers.iter().flat_map(|workers| &workers.roles);
    for role in roles.map(|part| &part.role).chain(workers) {
        assert!(settings.roles.contains(role), "{role}");
    }
    assert!(settings.workers.last().unwrap().terms.is_empty(), "some row fits every plan");
}

/// The problems of a file of signals.
fn wrong_signals(rows: &str) -> Vec<String> {
    let text = format!("format = \"dynamo-plan/signals/v1\"\n{rows}");
    let read = load::signals(text.into_bytes(), Path::new("x"), &bundle::vocabulary());
    problems(&read.expect_err("a mistake"))
}

#[test]
fn a_wrong_file_of_signals_is_told_what_is_wrong() {
    let signal = "[[signal]]\nid = 's'\nfeature = 'lora'\nflag = ['--x']\nsource = 'a@0123456'\n";
    let right = format!("{signal}confidence = 'high'\n");
    assert_eq!(wrong_signals(signal), ["x:2:1 missing-key"]);
    assert_eq!(wrong_signals(&format!("{right}flags = []\n")), ["x:8:1 unknown-key"]);
    assert_eq!(wrong_signals(&right.replace("lora", "lorra")), ["x:4:11 unknown-feature"]);
    assert_eq!(wrong_signals(&format!("{right}backend = 'vlm'\n")), ["x:8:11 unknown-backend"]);
    assert_eq!(wrong_signals(&format!("{right}state = 'no'\n")), ["x:8:9 unknown-state"]);
    assert_eq!(wrong_signals(&format!("{right}number = '=0'\n")), ["x:8:10 unknown-test"]);
    assert_eq!(wrong_signals(&format!("{right}{right}")), ["x:8:1 duplicate-signal"]);
    let write = |rows: &str| format!("{right}[[signal.write]]\n{rows}");
    assert_eq!(wrong_signals(&write("args = ['--x']\n")), ["x:8:1 missing-key"]);
    assert_eq!(wrong_signals(&write("role = 'worker'\nagrs = []\n")), ["x:10:1 unknown-key"]);
    assert_eq!(
        wrong_signals(&write("role = 'worker'\nfacts = ['eagle4']\n")),
        ["x:10:10 unknown-fact"]
    );
    assert_eq!(
        wrong_signals(&write("role = 'worker'\nterms = ['pattern=XP']\n")),
        ["x:10:10 unknown-option"]
    );
    assert_eq!(
        wrong_signals(&write("role = 'worker'\nfields = { a = 1.5 }\n")),
        ["x:10:16 wrong-type"]
    );
    let of_fact = write("role = 'worker'\n").replace("feature = 'lora'", "fact = 'x'");
    assert_eq!(wrong_signals(&of_fact), ["x:2:1 write-of-fact"]);
}

/// What manifests are written by refers to roles, backends and objects that there are.
#[test]
fn what_manifests_are_written_by_refers_to_what_there_is() {
    let (matrix, paths) = (bundle::matrix(&bundle::newest().unwrap()).unwrap(), paths());
    let (model, settings, schemas) =
        (bundle::manifests(), bundle::settings(), bundle::api_schemas());
    let processes = model.processes.iter();
    let sources = processes.clone().flat_map(|row| &row.sources);
    let sources = sources.chain(model.remarks.iter().flat_map(|row| &row.sources));
    let sources = sources.chain(model.apis.iter().flat_map(|row| &row.sources));
    let sources = sources.chain(model.objects.iter().flat_map(|row| &row.sources));
    for source in sources.chain(schemas.iter().flat_map(|schema| &schema.sources)) {
        assert_eq!(problem(source, &matrix, &paths), None, "{source}");
    }
    let roles = processes.flat_map(|row| &row.roles);
    let roles = roles.chain(model.remarks.iter().flat_map(|remark| &remark.roles));
    let named = model.names.iter().flat_map(|names| names.roles.iter().map(|(role, _)| role));
    for role in roles.chain(named) {
        assert!(settings.roles.contains(role), "{role}");
    }
    for release in bundle::releases() {
        let api = model.apis.iter().find(|api| api.releases.contains(&release)).unwrap();
        let has =
            |schema: &&ApiSchema| schema.api == api.version && schema.releases.contains(&release);
        assert!(schemas.iter().any(|schema| has(&schema)), "{release}");
    }
    for setting in &settings.settings {
        for id in &setting.user {
            assert!(model.asks.iter().any(|ask| ask.id == *id), "{}: {id}", setting.signal);
        }
        for kind in &setting.objects {
            assert!(model.objects.iter().any(|object| object.kind == *kind), "{kind}");
        }
    }
}

#[test]
fn a_wrong_file_of_manifests_or_fields_is_told_what_is_wrong() {
    let wrong = |rows: &str| {
        let text = format!("format = \"dynamo-plan/manifests/v1\"\nnamespace = 'n'\n{rows}");
        let read = load::manifests(text.into_bytes(), Path::new("x"), &bundle::vocabulary());
        problems(&read.expect_err("a mistake"))
    };
    let remark = "[[remark]]\nseverity = 'note'\nterms = ['lora']\ntext = 't'\n";
    assert_eq!(wrong(&remark.replace("note", "error")), ["x:4:12 unknown-severity"]);
    assert_eq!(wrong(&remark.replace("lora", "lorra")), ["x:5:10 unknown-feature"]);
    assert_eq!(wrong(&remark.replace("text = 't'", "text = ''")), ["x:6:8 empty-text"]);
    assert_eq!(wrong(&format!("{remark}replicsa = 2\n")), ["x:7:1 unknown-key"]);
    assert_eq!(wrong("[[process]]\nsource = 'a@0123456'\n"), ["x:3:1 missing-key"]);
    let finding = |row: &str| {
        let text = format!(
            "format = \"dynamo-plan/findings/v1\"\n[[finding]]\ncode = 'c'\nseverity = 'error'\n{row}message = 'm'\n"
        );
        load::check_rules(text.into_bytes(), Path::new("x")).map_err(|found| problems(&found))
    };
    let rules = finding("effect = 'refused'\n").expect("a rule");
    assert_eq!(rules[0].effect, Some(UpgradeEffect::Refused));
    assert_eq!(finding("effect = 'fails'\n").expect_err("a mistake"), ["x:5:10 unknown-effect"]);
    let wrong = |rows: &str| {
        let text = format!("format = \"dynamo-plan/schema/v1\"\n{rows}");
        problems(&load::api_schemas(text.into_bytes(), Path::new("x")).expect_err("a mistake"))
    };
    let version = "[[version]]\napi = 'a/v1'\nsource = 'a@0123456'\nfields = [";
    assert_eq!(wrong(&format!("{version}{{ path = 'a' }}]\n")), ["x:5:11 missing-key"]);
    assert_eq!(
        wrong(&format!("{version}{{ path = 'a', type = 'txt' }}]\n")),
        ["x:5:32 unknown-type"]
    );
}

#[test]
fn a_wrong_file_of_processes_is_told_what_is_wrong() {
    let wrong = |rows: &str| {
        let text = format!("format = \"dynamo-plan/processes/v1\"\n{rows}");
        let read = load::processes(text.into_bytes(), Path::new("x"), &bundle::vocabulary());
        problems(&read.expect_err("a mistake"))
    };
    assert_eq!(wrong("[[modul]]\n"), ["x:2:3 unknown-key"]);
    assert_eq!(wrong("[[module]]\nname = 'm'\nrole = 'worker'\n"), ["x:2:1 missing-key"]);
    assert_eq!(
        wrong("[[release-image]]\nname = 'i'\nsource = 'a@0123456'\n"),
        ["x:2:1 missing-key"]
    );
    assert_eq!(wrong("[[workers]]\nterms = ['nothing']\n"), ["x:3:10 unknown-feature"]);
}
