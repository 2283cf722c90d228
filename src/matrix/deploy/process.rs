//! The processes that deployments are made of.

use serde::{Deserialize, Serialize};

use super::ReleaseRanges;

/// What runs in deployments, and as what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processes {
    /// The address of the repository that paths of sources are of.
    pub repository: Option<String>,
    /// The modules and programs.
    pub modules: Vec<ProcessModule>,
    /// The images, by pattern.
    pub images: Vec<ImagePattern>,
    /// The roles of components.
    pub roles: Vec<ComponentRole>,
    /// The roles of multimodal workers, the first that fits.
    pub pattern_roles: Vec<PatternRole>,
    /// The flags that name files with more flags or options.
    pub option_files: Vec<OptionFile>,
    /// What tags of images say beside a release.
    pub tags: TagWords,
}

/// Words in the tags of images.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagWords {
    /// Beginnings of tags that stand for one to be filled in.
    pub placeholders: Vec<String>,
    /// Words of builds that come before a release or stand beside it.
    pub previews: Vec<String>,
}

/// A flag that names a file with more flags or options, or holds them itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionFile {
    /// The id of the program.
    pub program: String,
    /// The flag.
    pub flag: String,
    /// The variables that stand for it.
    pub variables: Vec<String>,
    /// What the file holds.
    pub holds: OptionForm,
    /// Whether the value may be the text itself.
    pub is_inline: bool,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// What a file of options holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OptionForm {
    /// Flags without their dashes, each with its value.
    Flags,
    /// Options of the engine.
    Options,
    /// The value of the flag.
    Value,
}

/// A module or program that a process runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessModule {
    /// Its name, as `dynamo.vllm`.
    pub name: String,
    /// The role of the process.
    pub role: String,
    /// The backend of the process.
    pub backend: Option<String>,
    /// Whether the engine runs as a program of its own beside it.
    pub has_engine_beside: bool,
    /// The releases that have it.
    pub releases: ReleaseRanges,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// Images that tell what runs in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImagePattern {
    /// A regular expression over the last part of the name, before the tag.
    pub pattern: String,
    /// The backend.
    pub backend: Option<String>,
    /// The role.
    pub role: Option<String>,
    /// The releases that have it.
    pub releases: ReleaseRanges,
}

/// A role of components.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentRole {
    /// The role.
    pub name: String,
    /// The fields that say so in v1alpha1.
    pub v1alpha1: Vec<(String, String)>,
    /// The fields that say so in v1beta1.
    pub v1beta1: Vec<(String, String)>,
    /// The command that runs where a component names none.
    pub default_command: Vec<String>,
    /// The releases that have it.
    pub releases: ReleaseRanges,
}

impl ComponentRole {
    /// The fields that say so in a version of the API, given with or without its group.
    #[must_use]
    pub fn fields_of(&self, api: &str) -> &[(String, String)] {
        match api.rsplit('/').next() {
            Some("v1alpha1") => &self.v1alpha1,
            Some("v1beta1") => &self.v1beta1,
            _ => &[],
        }
    }
}

/// The role of a multimodal worker, by its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatternRole {
    /// The role; `none` for a process that is none of the workers.
    pub role: String,
    /// Flags, one of which it has.
    pub flags: Vec<String>,
    /// Variables with their value, one of which it has.
    pub variables: Vec<String>,
    /// Modules, one of which it runs.
    pub modules: Vec<String>,
}
