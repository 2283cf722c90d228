//! The components of a deployment, in either version of the API.

use super::containers::ContainerReader;
use super::deployment::{
    Component, Environment, ManifestDeployment, ManifestObject, Word, WordState,
};
use super::env::EnvReader;
use super::program::ProgramNames;
use super::yaml::YamlNode;
use crate::load::Diagnostic;

/// The most components that a deployment may have.
const COMPONENTS: usize = 1_000;

/// Reads a deployment; the objects are those of its file.
pub(super) fn deployment(
    source: &str,
    node: YamlNode,
    objects: &[ManifestObject],
    programs: &ProgramNames,
) -> Result<ManifestDeployment, Diagnostic> {
    let text = |path: &str| node.path(path).and_then(YamlNode::text);
    let api = text("apiVersion").map(|api| api.rsplit('/').next().unwrap_or(api).to_owned());
    let spec = node.get("spec");
    let field = |key: &str| spec.and_then(|spec| spec.get(key));
    let mut env = Environment::default();
    let reader = ContainerReader { source, env: EnvReader::new(objects), programs };
    for key in ["envs", "env"] {
        env = env.under(reader.env.variables(field(key), &Environment::default()));
    }
    // A map of names in v1alpha1, a list in v1beta1.
    let services = field("services").map_or(&[][..], YamlNode::entries);
    let listed = field("components").map_or(&[][..], YamlNode::items);
    if services.len() + listed.len() > COMPONENTS {
        let message = format!("the deployment has more than {COMPONENTS} components");
        let error = Diagnostic::error("too-many-components", message, node.span);
        return Err(error.with_help("split the deployment"));
    }
    let mut components = Vec::new();
    for (key, fields) in services {
        components.push(reader.component(key.text.clone(), key.at, fields, &env));
    }
    for fields in listed {
        let name = fields.get("name").and_then(YamlNode::text).unwrap_or_default().to_owned();
        components.push(reader.component(name, fields.span.start, fields, &env));
    }
    Ok(ManifestDeployment {
        name: text("metadata.name").unwrap_or_default().to_owned(),
        at: node.span.start,
        is_patch: !components.iter().any(names_program),
        backend_framework: field("backendFramework").and_then(|framework| {
            let text = framework.text()?.to_owned();
            Some(Word { text, at: framework.span.start, state: WordState::Plain })
        }),
        api: Some(api.unwrap_or_default()),
        components,
    })
}

/// Whether a container of a component has an image or a command.
fn names_program(component: &Component) -> bool {
    component.containers.iter().any(|container| container.image.is_some() || container.has_command)
}
