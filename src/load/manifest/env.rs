//! The variables of containers, with what Kubernetes puts into them.

use std::cell::Cell;
use std::sync::Arc;

use super::containers::quote_length;
use super::deployment::{EnvVariable, Environment, ManifestObject, Word, WordState};
use super::yaml::YamlNode;

/// The most variables that are read of one list.
pub(super) const VARIABLES: usize = 1_000;
/// The longest value that a variable gets by others, in bytes.
const VALUE: usize = 64 << 10;
/// The most that values are copied in one file, in bytes; what is beyond is not known.
const COPIED: usize = 32 << 20;

/// Reads variables; ConfigMaps are those of the file.
pub(super) struct EnvReader<'o> {
    objects: &'o [ManifestObject],
    left: Cell<usize>,
}

impl<'o> EnvReader<'o> {
    pub(super) fn new(objects: &'o [ManifestObject]) -> Self {
        EnvReader { objects, left: Cell::new(COPIED) }
    }

    /// Takes a text, unless too much was taken already.
    fn copied(&self, text: &str) -> Option<String> {
        self.left.set(self.left.get().checked_sub(text.len() + 1)?);
        Some(text.to_owned())
    }

    /// A word of a list, with the variables that Kubernetes puts in.
    pub(super) fn element(&self, node: &YamlNode, env: &Environment) -> Word {
        let (text, is_known) = self.substituted(node.text().unwrap_or_default(), env);
        let is_template = text.contains("${") || text.contains("{{");
        let state = if is_known && !is_template { WordState::Plain } else { WordState::Unresolved };
        Word { text, at: node.span.start + quote_length(node), state }
    }

    /// A text with each `$(NAME)` replaced, and whether all of them are known.
    fn substituted(&self, text: &str, env: &Environment) -> (String, bool) {
        let (mut done, mut rest, mut is_known) = (String::new(), text, true);
        while let Some(start) = rest.find("$(") {
            let Some(end) = rest[start..].find(')').map(|end| start + end) else { break };
            let name = &rest[start + 2..end];
            done.push_str(&rest[..start]);
            let value = env.get(name).and_then(|variable| variable.value.as_deref());
            let value = value.filter(|value| done.len() + value.len() <= VALUE);
            match value.and_then(|value| self.copied(value)) {
                Some(value) => done.push_str(&value),
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
        &self,
        list: Option<&YamlNode>,
        over: &Environment,
    ) -> Vec<EnvVariable> {
        let mut env = Environment { layers: vec![Arc::default()] };
        env.layers.extend(over.layers.iter().cloned());
        for node in list.map_or(&[][..], YamlNode::items).iter().take(VARIABLES) {
            let Some(name) = node.get("name").and_then(YamlNode::text) else { continue };
            let at = node.get("value").map_or(node.span.start, |value| value.span.start);
            let value = match node.get("value").and_then(YamlNode::text) {
                Some(text) => {
                    let (text, is_known) = self.substituted(text, &env);
                    (is_known && !text.contains("${") && !text.contains("{{")).then_some(text)
                }
                None if node.get("valueFrom").is_some() => self.config_value(node),
                None => Some(String::new()),
            };
            let variable = EnvVariable { name: name.to_owned(), value, at, is_sure: true };
            Arc::make_mut(&mut env.layers[0]).push(variable);
        }
        Arc::unwrap_or_clone(env.layers.swap_remove(0))
    }

    /// The value of a variable that a ConfigMap of the file holds.
    fn config_value(&self, node: &YamlNode) -> Option<String> {
        let text = |path: &str| node.path(path).and_then(YamlNode::text);
        let map = text("valueFrom.configMapKeyRef.name")?;
        let key = text("valueFrom.configMapKeyRef.key")?;
        let file = self.config_map(map)?.files.iter().find(|file| file.path == key)?;
        self.copied(&file.text)
    }

    fn config_map(&self, name: &str) -> Option<&'o ManifestObject> {
        self.objects.iter().find(|object| object.name == name && object.kind == "ConfigMap")
    }

    /// The variables that a container takes from ConfigMaps as a whole.
    pub(super) fn of_config_maps(&self, fields: &YamlNode) -> Vec<EnvVariable> {
        let sources = fields.get("envFrom").map_or(&[][..], YamlNode::items).iter();
        let maps = sources.filter_map(|source| {
            let map = self.config_map(source.path("configMapRef.name")?.text()?)?;
            let prefix = source.get("prefix").and_then(YamlNode::text).unwrap_or_default();
            Some((map, prefix, source.span.start))
        });
        let variables = maps.flat_map(|(map, prefix, at)| {
            map.files.iter().map(move |file| EnvVariable {
                name: format!("{prefix}{}", file.path),
                value: self.copied(&file.text),
                at,
                is_sure: true,
            })
        });
        variables.take(VARIABLES).collect()
    }
}
