//! A deployment as its file writes it: components, containers and command lines, each with its place, without
//! any meaning.

use std::sync::Arc;

use super::yaml::YamlNode;
use crate::load::Position;

/// A manifest or launch script that was read.
#[derive(Clone, Debug)]
pub struct ManifestFile {
    /// The name, as the user gave it.
    pub path: String,
    /// The text, in which every place of the deployments is a byte.
    pub text: String,
    /// Where its lines begin.
    pub lines: Vec<usize>,
    /// The deployments, in the order of the file.
    pub deployments: Vec<ManifestDeployment>,
    /// The other objects that the file holds: they go with each of its deployments.
    pub objects: Vec<ManifestObject>,
}

/// A deployment.
#[derive(Clone, Debug)]
pub struct ManifestDeployment {
    /// The name; that of the file for a script.
    pub name: String,
    /// The version of the API, such as `v1alpha1`; `None` for a script.
    pub api: Option<String>,
    /// Where it begins.
    pub at: usize,
    /// Whether no container has a command or an image, so that it completes another file.
    pub is_patch: bool,
    /// The backend that the deployment names itself.
    pub backend_framework: Option<Word>,
    /// The components; of a script one for each process.
    pub components: Vec<Component>,
}

/// A component of a deployment.
#[derive(Clone, Debug)]
pub struct Component {
    /// The name.
    pub name: String,
    /// Where it begins.
    pub at: usize,
    /// Its fields; `None` in a script.
    pub fields: Option<YamlNode>,
    /// The number of replicas, where it is written as a number.
    pub replicas: Option<u64>,
    /// The containers, the main one first.
    pub containers: Vec<Container>,
}

/// A container of a component, or the shell that a script is.
#[derive(Clone, Debug, Default)]
pub struct Container {
    /// The name; `main` for the main one.
    pub name: String,
    /// Where it begins.
    pub at: usize,
    /// The image.
    pub image: Option<Word>,
    /// Whether a command or arguments are written.
    pub has_command: bool,
    /// The processes that its command runs, in order.
    pub processes: Vec<Process>,
    /// The ConfigMaps that are mounted.
    pub mounts: Vec<ConfigMapMount>,
    /// The files that its script writes itself.
    pub written: Vec<TextFile>,
    /// Whether the component names it as the frontend beside its worker.
    pub is_frontend_sidecar: bool,
}

/// A known program with its words and variables.
#[derive(Clone, Debug)]
pub struct Process {
    /// The module or program, as `dynamo.vllm`; `None` where the command is that of the image.
    pub module: Option<String>,
    /// Where it stands.
    pub at: usize,
    /// The words after it.
    pub words: Vec<Word>,
    /// The variables, those that hide others first.
    pub env: Environment,
    /// Whether it runs only on a condition of its script.
    pub is_conditional: bool,
    /// What could not be read where a flag may stand.
    pub gaps: Vec<Gap>,
    /// What could not be read after a flag, whose value it may be.
    pub unknown_values: Vec<Gap>,
}

/// A word of a command line or a value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as the program gets it; as it is written where it is unresolved.
    pub text: String,
    /// Where it stands.
    pub at: usize,
    /// How sure it is.
    pub state: WordState,
}

/// How sure a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordState {
    /// The program gets it as it is.
    Plain,
    /// The program gets it on a condition of the script.
    Conditional,
    /// A part of it is not known.
    Unresolved,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The reason.
    pub reason: GapReason,
    /// The text as it is written.
    pub text: String,
    /// Where it stands.
    pub at: usize,
}

/// The reason for which something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GapReason {
    /// A variable has no value in the file.
    Variable,
    /// The output of another command.
    Output,
    /// The arguments that a script is started with.
    Arguments,
    /// Text that is to be substituted before.
    Template,
    /// Quotes or brackets that do not end.
    Syntax,
}

/// The variables of a process: lists of which an earlier one hides the later ones.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The lists.
    pub layers: Vec<Arc<Vec<EnvVariable>>>,
}

/// A variable of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvVariable {
    /// The name.
    pub name: String,
    /// The value; `None` where the file does not hold it.
    pub value: Option<String>,
    /// Where it is set.
    pub at: usize,
    /// Whether the process gets it in any case; else on a condition of its script.
    pub is_sure: bool,
}

/// A ConfigMap that is mounted in a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigMapMount {
    /// The path.
    pub path: String,
    /// The name of the ConfigMap.
    pub config_map: String,
    /// The keys with the paths below that of the mount; every key by its name where there is none.
    pub items: Vec<(String, String)>,
    /// The path within the volume that alone is mounted.
    pub sub_path: Option<String>,
}

/// A file whose text stands in the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// The path, or the key of a ConfigMap.
    pub path: String,
    /// The text.
    pub text: String,
    /// Where the text begins.
    pub at: usize,
    /// The byte of the manifest that each byte of the text is from; empty where they run in step.
    pub places: Vec<u32>,
}

/// An object beside the deployments.
#[derive(Clone, Debug)]
pub struct ManifestObject {
    /// The kind, such as `ConfigMap`.
    pub kind: String,
    /// The name.
    pub name: String,
    /// Where it begins.
    pub at: usize,
    /// Its fields.
    pub fields: YamlNode,
    /// The files of a ConfigMap.
    pub files: Vec<TextFile>,
}

impl Environment {
    /// The variable of this name that counts.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&EnvVariable> {
        // The last one of a list wins, as in Kubernetes and shells.
        let of_layer =
            |layer: &'_ Arc<Vec<EnvVariable>>| layer.iter().rposition(|it| it.name == name);
        self.layers.iter().find_map(|layer| of_layer(layer).map(|at| &layer[at]))
    }

    /// The same variables with others that hide them.
    #[must_use]
    pub fn under(&self, variables: Vec<EnvVariable>) -> Self {
        if variables.is_empty() {
            return self.clone();
        }
        let layers = std::iter::once(Arc::new(variables)).chain(self.layers.iter().cloned());
        Environment { layers: layers.collect() }
    }
}

impl TextFile {
    /// The byte of the manifest that a byte of the text is from.
    #[must_use]
    pub fn place(&self, offset: usize) -> usize {
        match self.places.get(offset.min(self.places.len().saturating_sub(1))) {
            Some(at) => *at as usize,
            None => self.at + offset,
        }
    }
}

impl ManifestFile {
    /// The line and column of a place.
    #[must_use]
    pub fn position(&self, at: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= at).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..at).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// The file that a process of a container finds at a path: one that its script wrote, else a key of a ConfigMap
    /// that is mounted there, else the only file of that name among the mounted ConfigMaps.
    #[must_use]
    pub fn file_at<'f>(&'f self, container: &'f Container, path: &str) -> Option<&'f TextFile> {
        if let Some(written) = container.written.iter().rev().find(|file| file.path == path) {
            return Some(written);
        }
        if let Some(mounted) = container.mounts.iter().find_map(|mount| self.mounted(mount, path)) {
            return Some(mounted);
        }
        let name = path.rsplit('/').next()?;
        let mut named = container.mounts.iter().filter_map(|mount| {
            self.config_map(&mount.config_map)?.files.iter().find(|file| file.path == name)
        });
        let only = named.next()?;
        named.all(|other| std::ptr::eq(other, only)).then_some(only)
    }

    fn mounted(&self, mount: &ConfigMapMount, path: &str) -> Option<&TextFile> {
        let below = match path.strip_prefix(mount.path.trim_end_matches('/'))? {
            "" => mount.sub_path.as_deref()?,
            rest => rest.strip_prefix('/')?,
        };
        let key = match mount.items.is_empty() {
            true => below,
            false => &mount.items.iter().find(|(_, path)| path == below)?.0,
        };
        self.config_map(&mount.config_map)?.files.iter().find(|file| file.path == key)
    }

    /// The ConfigMap of this name.
    #[must_use]
    pub fn config_map(&self, name: &str) -> Option<&ManifestObject> {
        self.objects.iter().find(|object| !object.files.is_empty() && object.name == name)
    }
}
