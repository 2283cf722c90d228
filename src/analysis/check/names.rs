//! The flags, variables and keys of a process that its release refuses, passes over or will not take for long.

use serde_json::Value;

use super::flags::FlagRead;
use super::interpret::evidence;
use super::processes::ProcessView;
use super::reading::{CheckFinding, Evidence};
use super::tables::CheckTables;
use crate::load::Severity;
use crate::load::manifest::{EnvVariable, ManifestFile};
use crate::matrix::deploy::{CheckRule, Flag, FlagTable, FlagUse, NameState, Program, Replacement};
use crate::matrix::{Provenance, Release, source_url};

/// The flags that every parser takes.
const OF_EVERY_PARSER: [&str; 2] = ["--help", "--version"];

/// What the names of a process are found to be, in no order.
pub(super) fn findings(
    tables: &CheckTables,
    file: &ManifestFile,
    deployment: usize,
    release: Option<&Release>,
    view: &ProcessView<'_>,
) -> Vec<CheckFinding> {
    let reading = &view.reading;
    let program =
        tables.program(reading.module.as_deref(), reading.backend.as_deref(), &reading.role);
    let releases = match release {
        // What is older than all that is recorded is read as the oldest is.
        Some(release) => {
            vec![tables.oldest().map_or(release, |oldest| release.max(oldest)).clone()]
        }
        None => tables.flags.readings.iter().map(|reading| reading.release.clone()).collect(),
    };
    let names =
        ProcessNames { table: &tables.flags, rules: &tables.rules, file, view, program, releases };
    let mut found = Vec::new();
    let sure = view.flags.flags.iter().filter(|flag| flag.is_sure && flag.damage.is_none());
    found.extend(sure.flat_map(|flag| names.flag(flag)));
    let layers = view.process.env.layers.iter().flat_map(|layer| layer.iter());
    found.extend(layers.filter_map(|variable| names.variable(variable)));
    found.extend(names.keys());
    found.iter_mut().for_each(|finding| finding.deployment = deployment);
    found
}

/// The names of one process, and the releases that it may be of.
struct ProcessNames<'n> {
    table: &'n FlagTable,
    rules: &'n [CheckRule],
    file: &'n ManifestFile,
    view: &'n ProcessView<'n>,
    program: &'n str,
    /// The one release that runs; every recorded one where it is not known.
    releases: Vec<Release>,
}

impl ProcessNames<'_> {
    fn flag(&self, flag: &FlagRead) -> Vec<CheckFinding> {
        if !flag.name.starts_with("--") || OF_EVERY_PARSER.contains(&flag.name.as_str()) {
            return Vec::new();
        }
        let Some(row) = self.table.flag(self.program, &flag.name) else {
            return self.unrecorded(flag).into_iter().collect();
        };
        let Some(state) = self.common(|release| row.history.state(release)) else {
            return Vec::new();
        };
        if state == NameState::Unknown && self.is_beginning(&flag.name) {
            return Vec::new();
        }
        let (code, severity, says) = match state {
            NameState::Refused => ("flag-refused", Severity::Error, "is refused by"),
            NameState::Unknown if self.is_handed_on() => return Vec::new(),
            NameState::Unknown => ("flag-refused", Severity::Error, "is not known to"),
            NameState::Ignored => ("flag-ignored", Severity::Warning, "has no effect on"),
            NameState::Deprecated => ("flag-deprecated", Severity::Note, "is on its way out of"),
            NameState::Known | NameState::OfEngine => {
                return self.usage(row, flag).into_iter().collect();
            }
        };
        let ends = if severity == Severity::Error { ": the process ends" } else { "" };
        let text = format!("`{}` {says} {}{ends}", flag.name, self.whose());
        let mut found = vec![self.finding(
            code,
            severity,
            text,
            &self.replacement(row, flag),
            &row.sources,
            self.at_flag(flag),
        )];
        if state == NameState::Deprecated {
            found.extend(self.usage(row, flag));
        }
        found
    }

    /// Whether the parser takes a name that it does not know for the beginning of one that it does, in any of the
    /// releases.
    fn is_beginning(&self, name: &str) -> bool {
        if !self.table.program(self.program).is_some_and(|it| it.abbreviations) {
            return false;
        }
        let own = self.table.flags.iter().filter(|flag| flag.program == self.program);
        let longer = own.filter(|flag| flag.name.starts_with(name));
        self.releases.iter().any(|release| {
            let is_known = |flag: &&Flag| flag.history.state(release) != NameState::Unknown;
            longer.clone().filter(is_known).count() == 1
        })
    }

    /// What takes the place of a flag; of one that is negated, what does negated.
    fn replacement(&self, row: &Flag, flag: &FlagRead) -> Replacement {
        let is_negated = flag.name != row.name && flag.name.starts_with("--no-");
        if !is_negated {
            return row.replacement.clone();
        }
        let negated = |name: &String| {
            let own = self.table.flag(self.program, name).filter(|own| own.negatable)?;
            Some(own.name.replacen("--", "--no-", 1))
        };
        let instead: Vec<String> = row.replacement.instead.iter().filter_map(negated).collect();
        let advice = instead.is_empty().then(|| "Remove it.".to_owned());
        Replacement { instead, advice, planner_key: None }
    }

    /// A flag that is known: whether its value is, and whether what it needs stands beside it.
    fn usage(&self, row: &Flag, flag: &FlagRead) -> Option<CheckFinding> {
        let at = || self.at_flag(flag);
        let values = |release: &Release| {
            let rows = row.values.iter().filter(|values| values.releases.contains(release));
            rows.flat_map(|values| &values.names).collect::<Vec<&String>>()
        };
        let value = flag
            .values
            .first()
            .filter(|_| flag.has_known_values && !flag.name.starts_with("--no-"));
        let is_refused = |value: &String| {
            !row.values.is_empty()
                && self.releases.iter().all(|release| !values(release).contains(&value))
        };
        if let Some(value) = value.filter(|value| is_refused(value)) {
            let known = self.releases.last().map(values).unwrap_or_default();
            let known: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
            let text = format!(
                "{} takes no `{value}` for `{}`: the process ends",
                self.whose(),
                flag.name
            );
            let replacement = Replacement {
                advice: Some(format!("Write one of {}.", known.join(", "))),
                ..Replacement::default()
            };
            return Some(self.finding(
                "value-refused",
                Severity::Error,
                text,
                &replacement,
                &row.sources,
                at(),
            ));
        }
        let counts =
            |it: &&FlagUse| self.releases.iter().all(|release| it.releases.contains(release));
        let missing = row.needs.iter().filter(counts).find(|it| self.has(it) == Some(false));
        let beside = row
            .excludes
            .iter()
            .filter(counts)
            .find(|it| self.has(it) == Some(true) && !self.has_rule(&row.name, &it.flag));
        let text = match (missing, beside) {
            (Some(missing), _) => {
                format!("`{}` works only beside {}: the process ends", flag.name, written(missing))
            }
            (_, Some(beside)) => {
                format!("`{}` does not go with `{}`: the process ends", flag.name, beside.flag)
            }
            _ => return None,
        };
        let replacement = match missing {
            Some(missing) => Replacement {
                advice: Some(format!("Add {}, or remove the flag.", written(missing))),
                ..Replacement::default()
            },
            None => row.replacement.clone(),
        };
        Some(self.finding("flag-refused", Severity::Error, text, &replacement, &row.sources, at()))
    }

    /// Whether a flag stands on the process with one of the values that count; `None` where that is hidden.
    fn has(&self, it: &FlagUse) -> Option<bool> {
        match self.view.flags.get(&it.flag) {
            Some(flag) if flag.damage.is_some() || !flag.is_sure => None,
            Some(_) if it.values.is_empty() => Some(true),
            Some(flag) if !flag.has_known_values => None,
            Some(flag) => Some(flag.values.iter().any(|value| it.values.contains(value))),
            None if self.view.flags.may_hide_flags() => None,
            None => {
                let variables = self.table.flag(self.program, &it.flag);
                let variables = variables.into_iter().flat_map(|row| &row.variables);
                let set = variables.filter_map(|row| self.view.process.env.get(&row.name)).next();
                match set.map(|variable| variable.value.as_ref().filter(|_| variable.is_sure)) {
                    None => Some(false),
                    Some(None) => None,
                    Some(Some(value)) => Some(it.values.is_empty() || it.values.contains(value)),
                }
            }
        }
    }

    /// Whether a rule of its own is about two flags beside each other.
    fn has_rule(&self, a: &String, b: &String) -> bool {
        let flags = self.rules.iter().filter_map(|rule| rule.process.as_ref().map(|it| &it.flags));
        flags.into_iter().any(|flags| flags.contains(a) && flags.contains(b))
    }

    /// A flag of which nothing is recorded, where the parser is Dynamo's alone.
    fn unrecorded(&self, flag: &FlagRead) -> Option<CheckFinding> {
        let is_complete = self.table.program(self.program).is_some_and(|it| it.is_complete);
        if !is_complete || flag.name.contains('.') || self.is_handed_on() {
            return None;
        }
        let text = format!("`{}` is not known to {}: the process ends", flag.name, self.whose());
        let replacement =
            Replacement { advice: Some("Remove it.".to_owned()), ..Replacement::default() };
        Some(self.finding(
            "flag-refused",
            Severity::Error,
            text,
            &replacement,
            &[],
            self.at_flag(flag),
        ))
    }

    /// Whether the program hands on to an engine what its own parser does not know.
    fn is_handed_on(&self) -> bool {
        let Some(Program { hands_on, .. }) = self.table.program(self.program) else { return true };
        hands_on.iter().any(|handed| {
            let is_beside = handed.with.as_ref().is_none_or(|with| self.has(with) != Some(false));
            let is_there = self.releases.iter().any(|release| handed.releases.contains(release));
            handed.prefix.is_none() && is_beside && is_there && handed.with.is_some()
        })
    }

    fn variable(&self, variable: &EnvVariable) -> Option<CheckFinding> {
        if !variable.is_sure {
            return None;
        }
        let at = || {
            let rest = self.file.text.get(variable.at..).unwrap_or_default();
            // A field is shown by the value, as its name stands elsewhere.
            let value = variable.value.as_ref().filter(|value| rest.starts_with(value.as_str()));
            let text = value.filter(|_| !rest.starts_with(&variable.name));
            let component = &self.view.component.name;
            evidence(self.file, component, text.unwrap_or(&variable.name), variable.at)
        };
        let is_read = |programs: &[String]| programs.iter().any(|it| it == self.program);
        let row = self
            .table
            .variables
            .iter()
            .find(|row| row.name == variable.name && is_read(&row.programs));
        if let Some(row) = row {
            let state = self.common(|release| row.history.state(release))?;
            return match state {
                NameState::Refused if is_off(variable) => None,
                NameState::Refused => {
                    let text =
                        format!("`{}` is refused by {}: the process ends", row.name, self.whose());
                    Some(self.finding(
                        "env-refused",
                        Severity::Error,
                        text,
                        &row.replacement,
                        &row.sources,
                        at(),
                    ))
                }
                NameState::Unknown | NameState::Ignored => {
                    let text = format!("`{}` is not read by {}", row.name, self.whose());
                    Some(self.finding(
                        "env-ignored",
                        Severity::Warning,
                        text,
                        &row.replacement,
                        &row.sources,
                        at(),
                    ))
                }
                _ => None,
            };
        }
        let mut own = self.table.flags.iter().filter(|flag| flag.program == self.program);
        let (flag, twin) = own.find_map(|flag| {
            Some((flag, flag.variables.iter().find(|it| it.name == variable.name)?))
        })?;
        let counts = |release: &Release| {
            let is_taken =
                !matches!(flag.history.state(release), NameState::Unknown | NameState::Ignored);
            twin.releases.contains(release) && is_taken
        };
        if self.releases.iter().any(counts) {
            return None;
        }
        let text = format!("`{}` is not read by {}", twin.name, self.whose());
        Some(self.finding(
            "env-ignored",
            Severity::Warning,
            text,
            &flag.replacement,
            &flag.sources,
            at(),
        ))
    }

    /// The keys of the program's JSON that it passes over.
    fn keys(&self) -> Vec<CheckFinding> {
        let keys = self.table.program(self.program).and_then(|program| program.keys.as_ref());
        let flag = keys.and_then(|name| self.view.flags.get(name));
        let Some(flag) = flag.filter(|flag| flag.has_known_values) else { return Vec::new() };
        let written = flag.values.first().and_then(|text| serde_json::from_str(text).ok());
        let Some(Value::Object(entries)) = written else { return Vec::new() };
        let rows = self.table.planner_keys.iter().filter(|row| entries.contains_key(&row.name));
        let ignored = rows.filter(|row| {
            let state = self.common(|release| row.history.state(release));
            matches!(state, Some(NameState::Unknown | NameState::Ignored))
        });
        let found = ignored.map(|row| {
            let text = format!("the key `{}` has no effect on {}", row.name, self.whose());
            self.finding(
                "planner-key-ignored",
                Severity::Warning,
                text,
                &row.replacement,
                &row.sources,
                self.at_flag(flag),
            )
        });
        found.collect()
    }

    /// What is so in every release that it may be; `None` where they differ.
    fn common(&self, state: impl Fn(&Release) -> NameState) -> Option<NameState> {
        let mut states = self.releases.iter().map(state);
        let first = states.next()?;
        states.all(|other| other == first).then_some(first)
    }

    /// The program and its release in words.
    fn whose(&self) -> String {
        let name = self.view.reading.module.as_deref().unwrap_or(self.program);
        match &self.releases[..] {
            [release] => format!("{name} of {release}"),
            _ => format!("{name} of any release"),
        }
    }

    fn at_flag(&self, flag: &FlagRead) -> Evidence {
        evidence(self.file, &self.view.component.name, &flag.text, flag.at)
    }

    fn finding(
        &self,
        code: &str,
        severity: Severity,
        message: String,
        replacement: &Replacement,
        sources: &[String],
        at: Evidence,
    ) -> CheckFinding {
        let source = sources.first().cloned();
        let repository = self.table.repository.clone();
        let provenance = Provenance { repository, ..Provenance::default() };
        CheckFinding {
            code: code.to_owned(),
            severity,
            effect: None,
            message,
            fix: instead(replacement),
            url: source.as_ref().and_then(|source| source_url(source, &provenance, None)),
            source,
            deployment: 0,
            at,
        }
    }
}

/// What to write instead, as a sentence.
fn instead(replacement: &Replacement) -> Option<String> {
    let names = replacement.instead.iter().map(|name| format!("`{name}`"));
    let names = names.collect::<Vec<_>>().join(" or ");
    let key =
        replacement.planner_key.as_ref().map(|key| format!("Write the key `{key}` of `--config`."));
    let written = (!names.is_empty()).then(|| format!("Write {names}."));
    replacement.advice.clone().or(key).or(written)
}

/// A flag with its values as it is written.
fn written(it: &FlagUse) -> String {
    match &it.values[..] {
        [] => format!("`{}`", it.flag),
        values => format!("`{} {}`", it.flag, values.join("|")),
    }
}

/// Whether a variable is set to what means no.
fn is_off(variable: &EnvVariable) -> bool {
    let value = variable.value.as_deref().map(str::to_ascii_lowercase);
    matches!(value.as_deref(), Some("" | "0" | "false" | "no" | "off"))
}
