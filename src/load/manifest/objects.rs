//! The documents of a manifest: deployments, and the objects that go with them.

use super::components;
use super::deployment::{ManifestDeployment, ManifestObject, TextFile};
use super::program::ProgramNames;
use super::yaml::{YamlNode, yaml};
use crate::load::Diagnostic;

/// The most objects that are read of one file.
const OBJECTS: usize = 1_000;

/// The deployments and the other objects of a manifest.
pub(super) fn read(
    text: &str,
    programs: &ProgramNames,
) -> Result<(Vec<ManifestDeployment>, Vec<ManifestObject>), Diagnostic> {
    let mut deployments = Vec::new();
    let mut objects = Vec::new();
    for document in yaml(text)? {
        for node in opened(document) {
            if deployments.len() + objects.len() >= OBJECTS {
                let message = format!("the file holds more than {OBJECTS} objects");
                let error = Diagnostic::error("too-many-objects", message, node.span);
                return Err(error.with_help("split the file"));
            }
            match node.get("kind").and_then(YamlNode::text) {
                Some("DynamoGraphDeployment") => deployments.push(node),
                Some(kind) => objects.push(object(kind.to_owned(), node, text)),
                None => {}
            }
        }
    }
    let read = |node: YamlNode| components::deployment(text, node, &objects, programs);
    let deployments = deployments.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok((deployments, objects))
}

/// A document, or the entries of a `List`.
fn opened(document: YamlNode) -> Vec<YamlNode> {
    let is_list = document
        .get("kind")
        .and_then(YamlNode::text)
        .is_some_and(|kind| kind == "List" || kind.ends_with("DeploymentList"));
    match document.get("items").filter(|_| is_list) {
        Some(items) => items.items().to_vec(),
        None => vec![document],
    }
}

fn object(kind: String, fields: YamlNode, source: &str) -> ManifestObject {
    let name = fields.path("metadata.name").and_then(YamlNode::text).unwrap_or_default();
    let data = fields.get("data").filter(|_| kind == "ConfigMap");
    let file = |(key, value): &(super::yaml::YamlKey, YamlNode)| {
        let text = value.text()?.to_owned();
        let places = value.places(source);
        Some(TextFile { path: key.text.clone(), text, at: value.span.start, places })
    };
    ManifestObject {
        name: name.to_owned(),
        at: fields.span.start,
        files: data.map_or(&[][..], YamlNode::entries).iter().filter_map(file).collect(),
        kind,
        fields,
    }
}
