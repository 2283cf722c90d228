//! The file of flags, variables and keys that programs know.

use toml::de::DeValue;

use super::super::document::repository;
use super::super::fields::TableFields;
use super::super::files;
use super::super::suggest::{shown, suggest};
use super::{ranges, releases, sources, text, texts};
use crate::load::problems::Problems;
use crate::matrix::Release;
use crate::matrix::deploy::{
    Confidence, EngineFlags, Flag, FlagTable, FlagUse, FlagValues, FlagVariable, HandedOn,
    NameHistory, ParserReading, PlannerKey, Program, ReleaseRanges, Replacement, Variable,
};

/// The first line of such a file.
const FORMAT: &str = "dynamo-plan/flags/v1";

/// The keys of such a file.
const KEYS: [&str; 8] =
    ["format", "repository", "read", "program", "flag", "engine-flags", "variable", "planner-key"];

/// The keys of a `[[program]]`.
const PROGRAM_KEYS: [&str; 7] =
    ["id", "modules", "abbreviations", "complete", "keys", "releases", "hands-on"];

/// The keys of a `[[flag]]`.
const FLAG_KEYS: [&str; 21] = [
    "program",
    "name",
    "variable",
    "negatable",
    "values",
    "alias-of",
    "known",
    "engine",
    "refused",
    "deprecated",
    "silent",
    "ignored",
    "needs",
    "excludes",
    "instead",
    "planner-key",
    "advice",
    "text",
    "source",
    "confidence",
    "seen",
];

/// The keys of a `[[variable]]`.
const VARIABLE_KEYS: [&str; 13] = [
    "name",
    "programs",
    "known",
    "refused",
    "required",
    "deprecated",
    "silent",
    "warns",
    "instead",
    "advice",
    "text",
    "source",
    "confidence",
];

/// The keys of a `[[planner-key]]`.
const PLANNER_KEYS: [&str; 7] =
    ["name", "known", "deprecated", "silent", "instead", "source", "confidence"];

/// Reads the table; `None` where the text is no TOML.
pub(in crate::load::model) fn read(text: &str, problems: &Problems) -> Option<FlagTable> {
    let table = files::parse(text, 0, problems)?;
    let root = TableFields::new(&table, files::whole(0), &KEYS, problems);
    files::check_format(&root, FORMAT, problems);
    let programs: Vec<Program> = root
        .tables("program", &PROGRAM_KEYS)
        .iter()
        .filter_map(|entry| program(entry, problems))
        .collect();
    let flags = root.tables("flag", &FLAG_KEYS);
    let read = |entry: &TableFields<'_>| flag(entry, &programs, problems);
    let flags: Vec<Flag> = flags.iter().filter_map(read).collect();
    let engine_flags = root.tables("engine-flags", &["program", "names", "switches"]).into_iter();
    let variables = root.tables("variable", &VARIABLE_KEYS).into_iter();
    let planner_keys = root.tables("planner-key", &PLANNER_KEYS).into_iter();
    let readings = root.tables("read", &["release", "commit", "at"]).into_iter();
    Some(FlagTable {
        repository: root.text("repository").and_then(|at| repository(&at, problems)),
        readings: readings.filter_map(|entry| reading(&entry)).collect(),
        engine_flags: engine_flags
            .filter_map(|entry| {
                let program = known_program(&entry, &programs, problems)?;
                let (names, switches) = (texts(&entry, "names"), texts(&entry, "switches"));
                Some(EngineFlags { program, names, switches })
            })
            .collect(),
        variables: variables.filter_map(|entry| variable(&entry, problems)).collect(),
        planner_keys: planner_keys.filter_map(|entry| planner_key(&entry, problems)).collect(),
        programs,
        flags,
    })
}

fn reading(entry: &TableFields<'_>) -> Option<ParserReading> {
    let (release, commit) = (entry.required_text("release"), entry.required_text("commit"));
    let at = entry.required_text("at")?.value;
    Some(ParserReading { release: Release::new(&release?.value), commit: commit?.value, at })
}

fn program(entry: &TableFields<'_>, problems: &Problems) -> Option<Program> {
    let keys = ["to", "releases", "flag", "values", "prefix", "excludes"];
    let hands_on = entry.tables("hands-on", &keys).into_iter().filter_map(|entry| {
        let every = ReleaseRanges::every;
        let with = |flag| FlagUse { flag, values: texts(&entry, "values"), releases: every() };
        Some(HandedOn {
            to: entry.required_text("to")?.value,
            releases: releases(&entry, problems),
            with: text(&entry, "flag").map(with),
            prefix: text(&entry, "prefix"),
            excludes: text(&entry, "excludes"),
        })
    });
    Some(Program {
        id: entry.required_text("id")?.value,
        modules: texts(entry, "modules"),
        abbreviations: entry.flag("abbreviations"),
        is_complete: entry.flag("complete"),
        keys: text(entry, "keys"),
        releases: releases(entry, problems),
        hands_on: hands_on.collect(),
    })
}

fn flag(entry: &TableFields<'_>, programs: &[Program], problems: &Problems) -> Option<Flag> {
    let program = known_program(entry, programs, problems);
    let name = entry.filled_text("name");
    let (sources, confidence) = (sources(entry), confidence(entry, problems));
    let values = entry.tables("values", &["names", "releases"]).into_iter();
    Some(Flag {
        program: program?,
        name: name?.value,
        variables: variables(entry, problems),
        negatable: entry.flag("negatable"),
        values: values
            .map(|row| FlagValues {
                names: texts(&row, "names"),
                releases: releases(&row, problems),
            })
            .collect(),
        alias_of: text(entry, "alias-of"),
        history: history(entry, problems),
        needs: uses(entry, "needs", problems),
        excludes: uses(entry, "excludes", problems),
        replacement: replacement(entry),
        text: text(entry, "text"),
        sources,
        confidence: confidence?,
        seen: entry.number("seen").unwrap_or(0),
    })
}

/// The variables that stand for a flag: one name, or a table for each.
fn variables(entry: &TableFields<'_>, problems: &Problems) -> Vec<FlagVariable> {
    let Some(value) = entry.value("variable") else { return Vec::new() };
    if let DeValue::String(_) = value.value {
        let name = text(entry, "variable").unwrap_or_default();
        return vec![FlagVariable { name, releases: ReleaseRanges::every() }];
    }
    let rows = entry.tables("variable", &["name", "releases"]).into_iter();
    let row = |row: TableFields<'_>| {
        let name = row.required_text("name")?.value;
        Some(FlagVariable { name, releases: releases(&row, problems) })
    };
    rows.filter_map(row).collect()
}

fn uses(entry: &TableFields<'_>, key: &str, problems: &Problems) -> Vec<FlagUse> {
    let rows = entry.tables(key, &["flag", "values", "releases"]).into_iter();
    let row = |row: TableFields<'_>| {
        let flag = row.required_text("flag")?.value;
        Some(FlagUse { flag, values: texts(&row, "values"), releases: releases(&row, problems) })
    };
    rows.filter_map(row).collect()
}

fn variable(entry: &TableFields<'_>, problems: &Problems) -> Option<Variable> {
    let (sources, confidence) = (sources(entry), confidence(entry, problems));
    Some(Variable {
        name: entry.filled_text("name")?.value,
        programs: texts(entry, "programs"),
        history: history(entry, problems),
        required: ranges(entry, "required", problems),
        warns: ranges(entry, "warns", problems),
        replacement: replacement(entry),
        text: text(entry, "text"),
        sources,
        confidence: confidence?,
    })
}

fn planner_key(entry: &TableFields<'_>, problems: &Problems) -> Option<PlannerKey> {
    let (sources, confidence) = (sources(entry), confidence(entry, problems));
    Some(PlannerKey {
        name: entry.filled_text("name")?.value,
        history: history(entry, problems),
        replacement: replacement(entry),
        sources,
        confidence: confidence?,
    })
}

/// The releases in which the name of an entry counts. Where it is known must be written: `[]` for none.
fn history(entry: &TableFields<'_>, problems: &Problems) -> NameHistory {
    if entry.value("known").is_none() {
        entry.missing("known");
    }
    NameHistory {
        known: ranges(entry, "known", problems),
        engine: ranges(entry, "engine", problems),
        refused: ranges(entry, "refused", problems),
        deprecated: ranges(entry, "deprecated", problems),
        silent: entry.flag("silent"),
        ignored: ranges(entry, "ignored", problems),
    }
}

fn replacement(entry: &TableFields<'_>) -> Replacement {
    Replacement {
        instead: texts(entry, "instead"),
        planner_key: text(entry, "planner-key"),
        advice: text(entry, "advice"),
    }
}

/// The program that an entry is about.
fn known_program(
    entry: &TableFields<'_>,
    programs: &[Program],
    problems: &Problems,
) -> Option<String> {
    let written = entry.required_text("program")?;
    if !programs.iter().any(|program| program.id == written.value) {
        let known = programs.iter().map(|program| program.id.as_str());
        let message = format!("no program is called `{}`", shown(&written.value));
        let help = suggest(&written.value, known, "write the id of a [[program]]");
        problems.error("unknown-program", &written.place, message, help);
        return None;
    }
    Some(written.value)
}

/// How sure an entry is, which must be written.
pub(super) fn confidence(entry: &TableFields<'_>, problems: &Problems) -> Option<Confidence> {
    let written = entry.required_text("confidence")?;
    match written.value.as_str() {
        "high" => Some(Confidence::High),
        "medium" => Some(Confidence::Medium),
        other => {
            let message = format!("`{}` is no degree of confidence", shown(other));
            problems.error(
                "unknown-confidence",
                &written.place,
                message,
                "write `high` or `medium`",
            );
            None
        }
    }
}
