//! Flags, variables and keys of Dynamo's programs: in which releases each is known, refused or ignored, and
//! what takes its place.

use serde::{Deserialize, Serialize};

use super::ReleaseRanges;
use crate::matrix::Release;

/// The flags and variables that programs know, by release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagTable {
    /// The address of the repository that paths of sources are of.
    pub repository: Option<String>,
    /// Where the parsers of each release were read, oldest first.
    pub readings: Vec<ParserReading>,
    /// The programs.
    pub programs: Vec<Program>,
    /// The flags, each of one program.
    pub flags: Vec<Flag>,
    /// Flags of the engines that deployments use.
    pub engine_flags: Vec<EngineFlags>,
    /// The variables that are no mere twin of a flag.
    pub variables: Vec<Variable>,
    /// The keys of the JSON that the planner is configured by.
    pub planner_keys: Vec<PlannerKey>,
}

/// The place where the parsers of a release were read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParserReading {
    /// The release.
    pub release: Release,
    /// The commit.
    pub commit: String,
    /// `tag` for the release itself, `cut` for main on the day on which its branch was cut, `main` for main
    /// before that.
    pub at: String,
}

/// A program with a parser of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// The id; of a worker that of its backend.
    pub id: String,
    /// The Python modules that start it.
    pub modules: Vec<String>,
    /// Whether it takes unambiguous beginnings of flags.
    pub abbreviations: bool,
    /// Whether every flag of its parser is recorded, so that any other one is refused.
    pub is_complete: bool,
    /// The flag whose JSON has the recorded keys.
    pub keys: Option<String>,
    /// The releases that have it.
    pub releases: ReleaseRanges,
    /// Where it hands on flags that its own parser does not know; with any other it ends.
    pub hands_on: Vec<HandedOn>,
}

/// A way in which a program hands on flags to an engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOn {
    /// The engine.
    pub to: String,
    /// The releases in which it does so.
    pub releases: ReleaseRanges,
    /// The flag beside which alone it does so.
    pub with: Option<FlagUse>,
    /// The beginning that such flags have.
    pub prefix: Option<String>,
    /// The flag beside which it refuses them.
    pub excludes: Option<String>,
}

/// A flag as another one needs or excludes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagUse {
    /// The flag.
    pub flag: String,
    /// The values that count; any where there are none.
    pub values: Vec<String>,
    /// The releases in which this is so.
    pub releases: ReleaseRanges,
}

/// A flag of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// The program's id.
    pub program: String,
    /// The flag, such as `--router-mode`.
    pub name: String,
    /// The variables that stand for it.
    pub variables: Vec<FlagVariable>,
    /// Whether `--no-x` negates `--x`.
    pub negatable: bool,
    /// The values that it takes; any where there are none.
    pub values: Vec<FlagValues>,
    /// The flag that it is another name of.
    pub alias_of: Option<String>,
    /// The releases in which it counts.
    pub history: NameHistory,
    /// The flags that must all stand beside it.
    pub needs: Vec<FlagUse>,
    /// The flags beside which the program ends.
    pub excludes: Vec<FlagUse>,
    /// What to write where it does not count.
    pub replacement: Replacement,
    /// What else to know, in a sentence or two.
    pub text: Option<String>,
    /// Where it was read.
    pub sources: Vec<String>,
    /// How sure that is.
    pub confidence: Confidence,
    /// The number of published manifests and scripts that use it.
    pub seen: u32,
}

/// A variable that stands for a flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagVariable {
    /// The name.
    pub name: String,
    /// The releases in which it does.
    pub releases: ReleaseRanges,
}

/// Values that a flag takes in some releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagValues {
    /// The values.
    pub names: Vec<String>,
    /// The releases.
    pub releases: ReleaseRanges,
}

/// The releases in which a flag, variable or key counts, and those in which it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameHistory {
    /// The program's own parser takes it.
    pub known: ReleaseRanges,
    /// The parser of the engine takes it.
    pub engine: ReleaseRanges,
    /// It is read and then refused.
    pub refused: ReleaseRanges,
    /// It works and is on its way out.
    pub deprecated: ReleaseRanges,
    /// Whether nothing is said where it is on its way out.
    pub silent: bool,
    /// It is read and has no effect.
    pub ignored: ReleaseRanges,
}

/// What becomes of a flag, variable or key in a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameState {
    /// It counts.
    Known,
    /// It counts and is on its way out.
    Deprecated,
    /// The engine takes it.
    OfEngine,
    /// It is read and has no effect.
    Ignored,
    /// It is read and refused.
    Refused,
    /// Nothing takes it. A program ends with such a flag and passes over such a variable or key.
    Unknown,
}

/// What takes the place of a flag, variable or key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// The names that take its place; none where it is to be removed or the advice says more.
    pub instead: Vec<String>,
    /// The key of the planner's JSON that takes its place.
    pub planner_key: Option<String>,
    /// What to do, in a sentence, where the names alone do not say it.
    pub advice: Option<String>,
}

/// Flags of an engine that deployments use. That one is not among them says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineFlags {
    /// The program that hands them on.
    pub program: String,
    /// The flags.
    pub names: Vec<String>,
    /// Those of them that take no value.
    pub switches: Vec<String>,
}

/// A variable that was renamed, went away or means more than a flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The programs that read it.
    pub programs: Vec<String>,
    /// The releases in which it counts.
    pub history: NameHistory,
    /// The releases in which the program ends without it.
    pub required: ReleaseRanges,
    /// The releases in which the program warns that it has no effect.
    pub warns: ReleaseRanges,
    /// What to write where it does not count.
    pub replacement: Replacement,
    /// What else to know, in a sentence or two.
    pub text: Option<String>,
    /// Where it was read.
    pub sources: Vec<String>,
    /// How sure that is.
    pub confidence: Confidence,
}

/// A key of the JSON that the planner is configured by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannerKey {
    /// The name.
    pub name: String,
    /// The releases in which it counts.
    pub history: NameHistory,
    /// What to write where it does not count.
    pub replacement: Replacement,
    /// Where it was read.
    pub sources: Vec<String>,
    /// How sure that is.
    pub confidence: Confidence,
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Read in a parser or a schema.
    High,
    /// Read in an example, in notes or in documentation.
    Medium,
}

impl FlagTable {
    /// The program with this id.
    #[must_use]
    pub fn program(&self, id: &str) -> Option<&Program> {
        self.programs.iter().find(|program| program.id == id)
    }

    /// A program's flag of this name; `--no-x` is that of `--x` where it can be negated.
    #[must_use]
    pub fn flag(&self, program: &str, name: &str) -> Option<&Flag> {
        let mut own = self.flags.iter().filter(|flag| flag.program == program);
        own.clone().find(|flag| flag.name == name).or_else(|| {
            let positive = name.strip_prefix("--no-")?;
            own.find(|flag| flag.negatable && flag.name.strip_prefix("--") == Some(positive))
        })
    }

    /// Whether a program's flag is known to take no value.
    #[must_use]
    pub fn is_switch(&self, program: &str, name: &str) -> bool {
        if let Some(flag) = self.flag(program, name) {
            return flag.negatable && flag.values.is_empty();
        }
        let mut engines = self.engine_flags.iter().filter(|row| row.program == program);
        name.starts_with("--no-")
            || engines.any(|row| row.switches.iter().any(|switch| switch == name))
    }

    /// What becomes of a program's flag in a release. What is listed of the engine counts where the program
    /// hands on flags.
    #[must_use]
    pub fn state(&self, program: &str, name: &str, release: &Release) -> NameState {
        if let Some(flag) = self.flag(program, name) {
            return flag.history.state(release);
        }
        let hands_on = self.program(program).is_some_and(|program| {
            program.hands_on.iter().any(|handed| handed.releases.contains(release))
        });
        let of_engine = |flags: &EngineFlags| {
            flags.program == program && flags.names.iter().any(|known| known == name)
        };
        if hands_on && self.engine_flags.iter().any(of_engine) {
            NameState::OfEngine
        } else {
            NameState::Unknown
        }
    }
}

impl NameHistory {
    /// What becomes of the name in a release.
    #[must_use]
    pub fn state(&self, release: &Release) -> NameState {
        if self.refused.contains(release) {
            NameState::Refused
        } else if self.ignored.contains(release) {
            NameState::Ignored
        } else if self.engine.contains(release) {
            NameState::OfEngine
        } else if !self.known.contains(release) {
            NameState::Unknown
        } else if self.deprecated.contains(release) {
            NameState::Deprecated
        } else {
            NameState::Known
        }
    }
}
