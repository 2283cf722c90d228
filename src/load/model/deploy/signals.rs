//! The file of what shows that a deployment switches a feature on.

use super::super::document::repository;
use super::super::fields::TableFields;
use super::super::files;
use super::super::placed::Placed;
use super::super::rules;
use super::super::suggest::shown;
use super::flags::confidence;
use super::values::table;
use super::{releases, settings, sources, text, texts};
use crate::load::problems::Problems;
use crate::matrix::Vocabulary;
use crate::matrix::deploy::{
    DeploySettings, NumberTest, ProcessCondition, Setting, Signal, SignalPlaces, SignalState,
    SignalSubject, SignalTest,
};

/// The first line of such a file.
const FORMAT: &str = "dynamo-plan/signals/v1";

/// The keys of a `[[signal]]`.
const KEYS: [&str; 34] = [
    "id",
    "feature",
    "fact",
    "request",
    "backend",
    "releases",
    "api",
    "on",
    "flag",
    "env",
    "module",
    "engine",
    "field",
    "kind",
    "values",
    "contains",
    "json",
    "json-not",
    "json-has",
    "json-positive",
    "number",
    "truthy",
    "present",
    "absent",
    "with",
    "unless",
    "needs",
    "not-on",
    "state",
    "alone",
    "overrides",
    "source",
    "confidence",
    "write",
];

/// Reads the signals, and the settings that they name; `None` where the text is no TOML.
pub(in crate::load::model) fn read(
    text: &str,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<(Vec<Signal>, DeploySettings)> {
    let parsed = files::parse(text, 0, problems)?;
    let keys = ["format", "repository", "releases", "signal"];
    let root = TableFields::new(&parsed, files::whole(0), &keys, problems);
    files::check_format(&root, FORMAT, problems);
    let mut signals: Vec<Signal> = Vec::new();
    let mut settings: Vec<Setting> = Vec::new();
    for entry in root.tables("signal", &KEYS) {
        let Some(read) = signal(&entry, vocabulary, problems) else { continue };
        if signals.iter().any(|earlier| earlier.id == read.id) {
            let message = format!("two signals are called `{}`", shown(&read.id));
            problems.error("duplicate-signal", entry.place(), message, "rename one of the two");
        }
        settings.extend(settings::read(&entry, &read, vocabulary, problems));
        signals.push(read);
    }
    let settings = DeploySettings {
        repository: root.text("repository").and_then(|at| repository(&at, problems)),
        releases: releases(&root, problems),
        settings,
        ..DeploySettings::default()
    };
    Some((signals, settings))
}

fn signal(entry: &TableFields<'_>, vocabulary: &Vocabulary, problems: &Problems) -> Option<Signal> {
    let id = entry.filled_text("id");
    let subject = subject(entry, vocabulary, problems);
    let (sources, confidence) = (sources(entry), confidence(entry, problems));
    Some(Signal {
        id: id?.value,
        subject: subject?,
        backends: rules::backends(entry, vocabulary, problems),
        releases: releases(entry, problems),
        api: text(entry, "api"),
        on: texts(entry, "on"),
        places: SignalPlaces {
            flags: texts(entry, "flag"),
            variables: texts(entry, "env"),
            modules: texts(entry, "module"),
            engine: text(entry, "engine"),
            fields: texts(entry, "field"),
            kinds: texts(entry, "kind"),
        },
        test: test(entry, problems),
        with: condition(entry, "with"),
        unless: condition(entry, "unless"),
        needs: text(entry, "needs"),
        not_on: not_on(entry, problems),
        state: state(entry, "state", problems).unwrap_or(SignalState::On),
        alone: alone(entry, problems),
        overrides: overrides(entry, problems),
        sources,
        confidence: confidence?,
    })
}

/// What a signal tells of: a feature or group of the vocabulary, or a fact.
fn subject(
    entry: &TableFields<'_>,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<SignalSubject> {
    if let Some(fact) = entry.text("fact") {
        return Some(SignalSubject::Fact(fact.value));
    }
    if let Some(fact) = entry.text("request") {
        return known_fact(fact, vocabulary, problems).map(SignalSubject::Request);
    }
    let feature = entry.required_text("feature")?;
    if !vocabulary.ids().any(|known| known == feature.value) {
        let otherwise = "write the id of a feature that the vocabulary lists";
        let known = vocabulary.ids();
        let what = "feature or group";
        super::super::grid::unknown(&feature, "unknown-feature", what, known, otherwise, problems);
        return None;
    }
    Some(SignalSubject::Feature(feature.value))
}

/// The id of a fact, which the vocabulary must list.
pub(super) fn known_fact(
    fact: Placed<String>,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<String> {
    if vocabulary.facts.iter().any(|known| known.id == fact.value) {
        return Some(fact.value);
    }
    let message = format!("`{}` is no fact", shown(&fact.value));
    let help = "write the id of a fact that `facts.toml` lists";
    problems.error("unknown-fact", &fact.place, message, help);
    None
}

fn test(entry: &TableFields<'_>, problems: &Problems) -> SignalTest {
    SignalTest {
        values: texts(entry, "values"),
        contains: texts(entry, "contains"),
        json: table(entry, "json", problems),
        json_not: table(entry, "json-not", problems),
        json_has: texts(entry, "json-has"),
        json_positive: text(entry, "json-positive"),
        number: number(entry, problems),
        truthy: entry.value("truthy").map(|_| entry.flag("truthy")),
        present: entry.flag("present"),
        absent: texts(entry, "absent"),
    }
}

fn number(entry: &TableFields<'_>, problems: &Problems) -> Option<NumberTest> {
    let written = entry.text("number")?;
    match written.value.as_str() {
        "zero" => Some(NumberTest::Zero),
        "positive" => Some(NumberTest::Positive),
        "several" => Some(NumberTest::Several),
        other => {
            let message = format!("`{}` asks nothing of a number", shown(other));
            problems.error(
                "unknown-test",
                &written.place,
                message,
                "write `zero`, `positive` or `several`",
            );
            None
        }
    }
}

fn condition(entry: &TableFields<'_>, key: &str) -> Option<ProcessCondition> {
    let row = entry.table(key, &["flag", "env", "fact", "module", "values"])?;
    Some(ProcessCondition {
        flag: text(&row, "flag"),
        variable: text(&row, "env"),
        fact: text(&row, "fact"),
        module: text(&row, "module"),
        values: texts(&row, "values"),
    })
}

fn not_on(
    entry: &TableFields<'_>,
    problems: &Problems,
) -> Option<(String, crate::matrix::deploy::ReleaseRanges)> {
    let row = entry.table("not-on", &["role", "releases"])?;
    Some((row.required_text("role")?.value, releases(&row, problems)))
}

/// The state below a key.
fn state(entry: &TableFields<'_>, key: &str, problems: &Problems) -> Option<SignalState> {
    let written = entry.text(key)?;
    match written.value.as_str() {
        "on" => Some(SignalState::On),
        "off" => Some(SignalState::Off),
        "maybe" => Some(SignalState::Maybe),
        other => {
            let message = format!("`{}` is no state of a feature", shown(other));
            problems.error(
                "unknown-state",
                &written.place,
                message,
                "write `on`, `off` or `maybe`",
            );
            None
        }
    }
}

fn alone(entry: &TableFields<'_>, problems: &Problems) -> Vec<(String, SignalState)> {
    let Some(row) = entry.open_table("alone") else { return Vec::new() };
    let names = row.entries().into_iter().map(|(name, _)| name.value.to_owned());
    names.filter_map(|name| Some((name.clone(), state(&row, &name, problems)?))).collect()
}

fn overrides(entry: &TableFields<'_>, problems: &Problems) -> Option<(String, SignalState)> {
    let row = entry.table("overrides", &["feature", "state"])?;
    Some((row.required_text("feature")?.value, state(&row, "state", problems)?))
}
