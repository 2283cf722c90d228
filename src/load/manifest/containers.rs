//! The containers of a component: images, variables, mounts, and the processes that their commands run.

use std::sync::Arc;

use super::deployment::{
    Component, ConfigMapMount, Container, EnvVariable, Environment, ManifestObject, Process,
    TextFile, Word, WordState,
};
use super::program::ProgramNames;
use super::shell::{self, ShellReading};
use super::yaml::{YamlNode, YamlStyle, YamlValue};

/// The most variables that are read of one list.
const VARIABLES: usize = 1_000;
/// The longest value that a variable gets by others.
const VALUE: usize = 64 << 10;

/// Reads containers; the objects are those of the file.
pub(super) struct ContainerReader<'r> {
    pub(super) source: &'r str,
    pub(super) objects: &'r [ManifestObject],
    pub(super) programs: &'r ProgramNames,
}

impl ContainerReader<'_> {
    /// Reads a component with its containers, the main one first.
    pub(super) fn component(
        &self,
        name: String,
        at: usize,
        fields: &YamlNode,
        env: &Environment,
    ) -> Component {
        let own = variables(fields.get("envs"), self.objects, env);
        let env = env.under(own);
        let replicas = fields.get("replicas").and_then(YamlNode::text);
        let mut containers = Vec::new();
        if let Some(pod) = fields.get("extraPodSpec") {
            let main = pod.get("mainContainer").map(|main| self.container("main", main, pod, &env));
            containers.extend(main);
            self.others(pod, &env, &mut containers);
        }
        if let Some(pod) = fields.path("podTemplate.spec") {
            self.others(pod, &env, &mut containers);
        }
        // The main one has that name, else it is the first.
        if let Some(main) = containers.iter().position(|container| container.name == "main") {
            containers[..=main].rotate_right(1);
        }
        if let Some(sidecar) = fields.get("frontendSidecar") {
            match sidecar.text() {
                // In v1beta1 it names one of the containers.
                Some(name) => {
                    let named = containers.iter_mut().find(|container| container.name == name);
                    named.into_iter().for_each(|container| container.is_frontend_sidecar = true);
                }
                None => {
                    let env = env.under(variables(sidecar.get("envs"), self.objects, &env));
                    let mut read = self.container("frontendSidecar", sidecar, sidecar, &env);
                    read.is_frontend_sidecar = true;
                    containers.push(read);
                }
            }
        }
        Component {
            name,
            at,
            replicas: replicas.and_then(|replicas| replicas.parse().ok()),
            fields: Some(fields.clone()),
            containers,
        }
    }

    /// Reads the containers of a pod, and the first ones that go on running.
    fn others(&self, pod: &YamlNode, env: &Environment, containers: &mut Vec<Container>) {
        let read = |node: &YamlNode| {
            let name = node.get("name").and_then(YamlNode::text).unwrap_or_default();
            self.container(name, node, pod, env)
        };
        containers.extend(pod.get("containers").map_or(&[][..], YamlNode::items).iter().map(read));
        let lasting =
            |node: &&YamlNode| node.get("restartPolicy").and_then(YamlNode::text) == Some("Always");
        let first = pod.get("initContainers").map_or(&[][..], YamlNode::items).iter();
        containers.extend(first.filter(lasting).map(read));
    }

    fn container(
        &self,
        name: &str,
        fields: &YamlNode,
        pod: &YamlNode,
        env: &Environment,
    ) -> Container {
        let from = from_config_maps(fields, self.objects);
        let env = env.under(from);
        let env = env.under(variables(fields.get("env"), self.objects, &env));
        let (processes, written) = self.processes(fields, &env);
        Container {
            name: name.to_owned(),
            at: fields.span.start,
            image: fields.get("image").and_then(|image| {
                let text = image.text()?.to_owned();
                Some(Word { text, at: image.span.start, state: WordState::Plain })
            }),
            has_command: fields.get("command").is_some_and(|command| !command.items().is_empty()),
            processes,
            mounts: mounts(fields, pod),
            written,
            is_frontend_sidecar: false,
        }
    }

    /// The processes of a container's command: what no program is named for runs as the image's own.
    fn processes(&self, fields: &YamlNode, env: &Environment) -> (Vec<Process>, Vec<TextFile>) {
        let list = |key: &str| fields.get(key).map_or(&[][..], YamlNode::items);
        let (command, args) = (list("command"), list("args"));
        let nodes: Vec<&YamlNode> =
            command.iter().chain(args).filter(|node| node.text().is_some()).collect();
        let words: Vec<Word> = nodes.iter().map(|node| element(node, env)).collect();
        let read = match self.script(&nodes) {
            Some(script) => shell::script(&script, env, self.programs),
            None => shell::words(&words, env, self.programs),
        };
        let ShellReading { mut processes, files } = read;
        if processes.is_empty() && command.is_empty() {
            processes.push(Process {
                module: None,
                at: words.first().map_or(fields.span.start, |word| word.at),
                gaps: shell::word_gaps(&words),
                words,
                env: env.clone(),
                is_conditional: false,
            });
        }
        (processes, files)
    }

    /// The script that the command gives to a shell, with the place of each byte.
    fn script(&self, nodes: &[&YamlNode]) -> Option<TextFile> {
        let words: Vec<&str> = nodes.iter().filter_map(|node| node.text()).collect();
        let at = self.programs.script(&words)?;
        let node = nodes[at];
        let places = node.places(self.source);
        let text = words[at].to_owned();
        Some(TextFile { path: String::new(), text, at: node.span.start, places })
    }
}

/// A word of a list, with the variables that Kubernetes puts in.
fn element(node: &YamlNode, env: &Environment) -> Word {
    let (text, is_known) = substituted(node.text().unwrap_or_default(), env);
    let is_template = text.contains("${") || text.contains("{{");
    let state = if is_known && !is_template { WordState::Plain } else { WordState::Unresolved };
    Word { text, at: node.span.start + quote_length(node), state }
}

/// The length of the quote that a text begins with.
fn quote_length(node: &YamlNode) -> usize {
    let is_quoted = matches!(node.value, YamlValue::Text(_, YamlStyle::Single | YamlStyle::Double));
    usize::from(is_quoted)
}

/// A text with each `$(NAME)` replaced, and whether all of them are known.
fn substituted(text: &str, env: &Environment) -> (String, bool) {
    let (mut done, mut rest, mut is_known) = (String::new(), text, true);
    while let Some(start) = rest.find("$(") {
        let Some(end) = rest[start..].find(')').map(|end| start + end) else { break };
        let name = &rest[start + 2..end];
        done.push_str(&rest[..start]);
        let value = env.get(name).and_then(|variable| variable.value.as_deref());
        match value.filter(|value| done.len() + value.len() <= VALUE) {
            Some(value) => done.push_str(value),
            None => {
                done.push_str(&rest[start..=end]);
                let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                is_known &= !is_name;
            }
        }
        rest = &rest[end + 1..];
    }
    done.push_str(rest);
    (done, is_known)
}

/// The variables of a list, with those that it is over put in.
pub(super) fn variables(
    list: Option<&YamlNode>,
    objects: &[ManifestObject],
    over: &Environment,
) -> Vec<EnvVariable> {
    let mut env = Environment { layers: vec![Arc::default()] };
    env.layers.extend(over.layers.iter().cloned());
    for node in list.map_or(&[][..], YamlNode::items).iter().take(VARIABLES) {
        let Some(name) = node.get("name").and_then(YamlNode::text) else { continue };
        let at = node.get("value").map_or(node.span.start, |value| value.span.start);
        let value = match node.get("value").and_then(YamlNode::text) {
            Some(text) => {
                let (text, is_known) = substituted(text, &env);
                (is_known && !text.contains("${") && !text.contains("{{")).then_some(text)
            }
            None if node.get("valueFrom").is_some() => config_value(node, objects),
            None => Some(String::new()),
        };
        let variable = EnvVariable { name: name.to_owned(), value, at };
        Arc::make_mut(&mut env.layers[0]).push(variable);
    }
    Arc::unwrap_or_clone(env.layers.swap_remove(0))
}

/// The value of a variable that a ConfigMap of the file holds.
fn config_value(node: &YamlNode, objects: &[ManifestObject]) -> Option<String> {
    let text = |path: &str| node.path(path).and_then(YamlNode::text);
    let map = text("valueFrom.configMapKeyRef.name")?;
    let key = text("valueFrom.configMapKeyRef.key")?;
    let map = config_map(map, objects)?;
    map.files.iter().find(|file| file.path == key).map(|file| file.text.clone())
}

fn config_map<'o>(name: &str, objects: &'o [ManifestObject]) -> Option<&'o ManifestObject> {
    objects.iter().find(|object| object.name == name && object.kind == "ConfigMap")
}

/// The variables that a container takes from ConfigMaps as a whole.
fn from_config_maps(fields: &YamlNode, objects: &[ManifestObject]) -> Vec<EnvVariable> {
    let sources = fields.get("envFrom").map_or(&[][..], YamlNode::items).iter();
    let maps = sources.filter_map(|source| {
        let map = config_map(source.path("configMapRef.name")?.text()?, objects)?;
        let prefix = source.get("prefix").and_then(YamlNode::text).unwrap_or_default();
        Some((map, prefix, source.span.start))
    });
    let variables = maps.flat_map(|(map, prefix, at)| {
        map.files.iter().map(move |file| EnvVariable {
            name: format!("{prefix}{}", file.path),
            value: Some(file.text.clone()),
            at,
        })
    });
    variables.take(VARIABLES).collect()
}

/// The ConfigMaps that a container mounts.
fn mounts(fields: &YamlNode, pod: &YamlNode) -> Vec<ConfigMapMount> {
    let volumes = pod.get("volumes").map_or(&[][..], YamlNode::items);
    let mounted = fields.get("volumeMounts").map_or(&[][..], YamlNode::items).iter();
    let mount = |mount: &YamlNode| {
        let text = |key: &str| mount.get(key).and_then(YamlNode::text);
        let (name, path) = (text("name")?, text("mountPath")?);
        let is_named =
            |volume: &&YamlNode| volume.get("name").and_then(YamlNode::text) == Some(name);
        let map = volumes.iter().find(is_named)?.get("configMap")?;
        let item = |item: &YamlNode| {
            let text = |key: &str| item.get(key).and_then(YamlNode::text).map(str::to_owned);
            Some((text("key")?, text("path")?))
        };
        Some(ConfigMapMount {
            path: path.to_owned(),
            config_map: map.get("name")?.text()?.to_owned(),
            items: map
                .get("items")
                .map_or(&[][..], YamlNode::items)
                .iter()
                .filter_map(item)
                .collect(),
            sub_path: text("subPath").map(str::to_owned),
        })
    };
    mounted.take(VARIABLES).filter_map(mount).collect()
}
