//! The containers of a component: images, variables, mounts, and the processes that their commands run.

use super::deployment::{
    Component, ConfigMapMount, Container, Environment, Process, TextFile, Word, WordState,
};
use super::env::{EnvReader, VARIABLES};
use super::program::ProgramNames;
use super::shell::{self, ShellReading};
use super::yaml::{YamlNode, YamlStyle, YamlValue};

/// Reads containers.
pub(super) struct ContainerReader<'r> {
    pub(super) source: &'r str,
    pub(super) env: EnvReader<'r>,
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
        let own = self.env.variables(fields.get("envs"), env);
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
        // The operator adds the main one where none is written.
        if containers.is_empty() {
            let main = YamlNode { value: YamlValue::Table(Vec::new()), span: fields.span.clone() };
            containers.push(self.container("main", &main, &main, &env));
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
                    let env = env.under(self.env.variables(sidecar.get("envs"), &env));
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
        let from = self.env.of_config_maps(fields);
        let env = env.under(from);
        let env = env.under(self.env.variables(fields.get("env"), &env));
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
        let words: Vec<Word> = nodes.iter().map(|node| self.env.element(node, env)).collect();
        let read = match self.script(&nodes) {
            // The word after the script is its name.
            Some((at, script)) => {
                let arguments = words.get(at + 2..).unwrap_or_default();
                shell::script(&script, Some(arguments), env, self.programs)
            }
            None => shell::words(&words, env, self.programs),
        };
        let ShellReading { mut processes, files } = read;
        if processes.is_empty() && command.is_empty() {
            let (gaps, unknown_values) = shell::word_gaps(&words);
            processes.push(Process {
                module: None,
                at: words.first().map_or(fields.span.start, |word| word.at),
                gaps,
                unknown_values,
                words,
                env: env.clone(),
                is_conditional: false,
            });
        }
        (processes, files)
    }

    /// The number of the word that the command gives to a shell as its script, and the script with the place of each
    /// byte.
    fn script(&self, nodes: &[&YamlNode]) -> Option<(usize, TextFile)> {
        let words: Vec<&str> = nodes.iter().filter_map(|node| node.text()).collect();
        let at = self.programs.script(&words)?;
        let node = nodes[at];
        let places = node.places(self.source);
        let text = words[at].to_owned();
        Some((at, TextFile { path: String::new(), text, at: node.span.start, places }))
    }
}

/// The length of the quote that a text begins with.
pub(super) fn quote_length(node: &YamlNode) -> usize {
    let is_quoted = matches!(node.value, YamlValue::Text(_, YamlStyle::Single | YamlStyle::Double));
    usize::from(is_quoted)
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
