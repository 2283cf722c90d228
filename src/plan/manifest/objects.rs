//! The objects of a plan: the deployment, the ConfigMap of engine options, and what settings name.

use serde_json::Value;

use super::node::{ManifestNode, item, map};
use super::scope::ManifestScope;
use super::values::FilledValues;
use crate::plan::run::roles::{RoleDraft, table};

/// The kind of a deployment.
pub(super) const KIND: &str = "DynamoGraphDeployment";

/// Every object, in the order in which they are created.
pub(super) fn all(
    scope: &ManifestScope<'_>,
    values: &FilledValues,
    drafts: &[RoleDraft],
    components: Vec<(String, ManifestNode)>,
) -> Vec<ManifestNode> {
    let mut objects: Vec<ManifestNode> =
        engine_options(scope, values, drafts).into_iter().collect();
    objects.push(deployment(scope, values, drafts, components));
    objects.extend(companions(scope, values, drafts));
    objects
}

/// The ConfigMap with the engine options of every role that has any.
fn engine_options(
    scope: &ManifestScope<'_>,
    values: &FilledValues,
    drafts: &[RoleDraft],
) -> Option<ManifestNode> {
    let file = scope.engine_file()?;
    let mut data = ManifestNode::map();
    for draft in drafts.iter().filter(|draft| !draft.engine.is_empty()) {
        let options = ManifestNode::from(draft.engine.clone());
        let options = options.map_texts(&|text| values.fill(text));
        let name = file.file.replace("{role}", &draft.role);
        data.put(&[name], Vec::new(), ManifestNode::Document(Box::new(options)));
    }
    let metadata = map([("name", values.fill(&file.config_map).into())]);
    let is_empty = data == ManifestNode::map();
    (!is_empty).then(|| {
        map([
            ("apiVersion", "v1".into()),
            ("kind", "ConfigMap".into()),
            ("metadata", metadata),
            ("data", data),
        ])
    })
}

fn deployment(
    scope: &ManifestScope<'_>,
    values: &FilledValues,
    drafts: &[RoleDraft],
    components: Vec<(String, ManifestNode)>,
) -> ManifestNode {
    let mut metadata = map([("name", values.value("name").into())]);
    let annotations = drafts.iter().filter_map(|draft| draft.beside.get("annotations"));
    for (key, value) in annotations.filter_map(Value::as_object).flatten() {
        metadata.put(&["annotations", key], Vec::new(), value.clone().into());
    }
    let list = if scope.api.by_name {
        let mut by_name = ManifestNode::map();
        for (name, component) in components {
            by_name.put(&[name], Vec::new(), component);
        }
        by_name
    } else {
        ManifestNode::List(components.into_iter().map(|(_, component)| item(component)).collect())
    };
    map([
        ("apiVersion", scope.api.version.clone().into()),
        ("kind", KIND.into()),
        ("metadata", metadata),
        ("spec", map([(&scope.api.components, list)])),
    ])
}

/// The objects beside the deployment that settings name.
fn companions(
    scope: &ManifestScope<'_>,
    values: &FilledValues,
    drafts: &[RoleDraft],
) -> Vec<ManifestNode> {
    let named = drafts.iter().filter_map(|draft| draft.beside.get("objects"));
    let kinds: Vec<&str> =
        named.filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect();
    let own = scope.model.objects.iter().filter(|object| kinds.contains(&object.kind.as_str()));
    let written = own.map(|object| {
        let spec = ManifestNode::from(table(&object.spec, &scope.plan.backend));
        map([
            ("apiVersion", object.api.clone().into()),
            ("kind", object.kind.clone().into()),
            ("metadata", map([("name", values.fill(&object.name).into())])),
            ("spec", spec.map_texts(&|text| values.fill(text))),
        ])
    });
    written.collect()
}
