//! What shows that a deployment switches a feature on.

use serde::{Deserialize, Serialize};

use super::{Confidence, FieldValue, ReleaseRanges};

/// Something that tells of a deployment whether a feature is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// The id.
    pub id: String,
    /// What is learnt.
    pub subject: SignalSubject,
    /// The backends that it is about; every one where there is none.
    pub backends: Vec<String>,
    /// The releases that it is about.
    pub releases: ReleaseRanges,
    /// The version of the API that it is about.
    pub api: Option<String>,
    /// The process roles that it is looked for on, or `component`, `object` or `image`, which is the tag.
    pub on: Vec<String>,
    /// The places where it is looked for; several are alternatives.
    pub places: SignalPlaces,
    /// What must be there.
    pub test: SignalTest,
    /// What must stand on the same process.
    pub with: Option<ProcessCondition>,
    /// What must not.
    pub unless: Option<ProcessCondition>,
    /// The feature that must be on.
    pub needs: Option<String>,
    /// The role on which it does not count, and in which releases.
    pub not_on: Option<(String, ReleaseRanges)>,
    /// What it says of its subject.
    pub state: SignalState,
    /// What it says where only these say so.
    pub alone: Vec<(String, SignalState)>,
    /// The feature of which it takes the place of another signal of the same process, and what it says.
    pub overrides: Option<(String, SignalState)>,
    /// Where it was read.
    pub sources: Vec<String>,
    /// How sure that is.
    pub confidence: Confidence,
}

/// What a signal tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignalSubject {
    /// A feature or group, by id.
    Feature(String),
    /// A sign that a process shows, by id: no feature, but findings are made of it.
    Fact(String),
    /// A fact that a request would state, by id.
    Request(String),
}

/// The places where a signal is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalPlaces {
    /// Flags, such as `--router-mode`, or with a value as `--disaggregation-mode=encode`.
    pub flags: Vec<String>,
    /// Variables.
    pub variables: Vec<String>,
    /// Modules; `*` is any of the role.
    pub modules: Vec<String>,
    /// A dotted path in the engine's options.
    pub engine: Option<String>,
    /// Dotted paths in the component; `role` is its role in either version of the API.
    pub fields: Vec<String>,
    /// Kinds of objects.
    pub kinds: Vec<String>,
}

/// What must be at a place; being there is enough where nothing else is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalTest {
    /// One of these values.
    pub values: Vec<String>,
    /// One of these texts within the value.
    pub contains: Vec<String>,
    /// A JSON value with these entries.
    pub json: Vec<(String, FieldValue)>,
    /// A JSON value without these entries.
    pub json_not: Vec<(String, FieldValue)>,
    /// A JSON value with these keys.
    pub json_has: Vec<String>,
    /// A JSON value in which this key is a number above 0.
    pub json_positive: Option<String>,
    /// A number.
    pub number: Option<NumberTest>,
    /// A value that means yes, or one that means no.
    pub truthy: Option<bool>,
    /// The field is there, whatever it holds.
    pub present: bool,
    /// None of these flags.
    pub absent: Vec<String>,
}

/// What is asked of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NumberTest {
    /// It is 0.
    Zero,
    /// It is above 0.
    Positive,
    /// It is above 1.
    Several,
}

/// A condition on the process that a signal is on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessCondition {
    /// A flag.
    pub flag: Option<String>,
    /// A variable.
    pub variable: Option<String>,
    /// A fact that another signal tells of.
    pub fact: Option<String>,
    /// A module.
    pub module: Option<String>,
    /// The values that count; any where there are none.
    pub values: Vec<String>,
}

/// What a signal says of its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignalState {
    /// It is on.
    On,
    /// It is off.
    Off,
    /// It may be on.
    Maybe,
}
