//! The components of a deployment: what a role always has, and what the plan sets for it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::node::{ManifestItem, ManifestNode, item, map};
use super::remarks::OpenRemarks;
use super::scope::ManifestScope;
use super::values::FilledValues;
use crate::load::bundle;
use crate::matrix::Release;
use crate::matrix::deploy::{BaseProcess, ComponentRole, EngineFile};
use crate::plan::run::roles::{ENGINE, REPLICAS, RoleDraft, flag, split, workers};

/// Writes the components of a plan.
pub(super) struct ComponentWriter<'a> {
    pub(super) scope: &'a ManifestScope<'a>,
    pub(super) values: &'a FilledValues,
    /// What is still to be told of the plan.
    pub(super) remarks: OpenRemarks,
    /// The image of the backend.
    pub(super) image: String,
}

/// A role as it is written.
struct RoleParts<'a> {
    role: &'a str,
    name: String,
    base: Vec<&'a BaseProcess>,
    draft: Option<&'a RoleDraft>,
}

impl<'a> ComponentWriter<'a> {
    /// The components by name, in the order in which roles are listed.
    pub(super) fn components(&mut self, drafts: &'a [RoleDraft]) -> Vec<(String, ManifestNode)> {
        let known = bundle::processes().roles;
        let settings = self.scope.chosen.settings;
        let mut written = Vec::new();
        for role in &settings.roles {
            let draft = drafts.iter().find(|draft| draft.role == *role);
            let base: Vec<_> = self.scope.base(role).collect();
            let is_there = draft.is_some()
                || workers(self.scope.chosen).contains(role)
                || base.iter().any(|row| row.in_every_plan);
            if is_there {
                let parts = RoleParts { role, name: self.name_of(role), base, draft };
                let fields = known.iter().find(|row| {
                    row.name == *role && row.releases.contains(self.scope.chosen.release)
                });
                written.push((parts.name.clone(), self.component(&parts, fields)));
            }
        }
        written
    }

    fn name_of(&self, role: &str) -> String {
        let names = self.scope.model.names.iter();
        let own = names.filter(|names| names.backend == self.scope.plan.backend);
        let mut named = own.flat_map(|names| &names.roles);
        named.find(|(known, _)| known == role).map_or_else(|| role.to_owned(), |it| it.1.clone())
    }

    fn component(&mut self, parts: &RoleParts<'_>, row: Option<&ComponentRole>) -> ManifestNode {
        let api = self.scope.api;
        let mut node = ManifestNode::map();
        if !api.by_name {
            node.put(&["name"], Vec::new(), parts.name.clone().into());
        }
        let of_role = row.map_or(&[][..], |row| row.fields_of(&api.version));
        for (field, value) in of_role {
            node.put(&[field], Vec::new(), value.clone().into());
        }
        let (replicas, why) = self.replicas(parts);
        node.put(&[REPLICAS], why, Value::from(replicas).into());
        let image = self.image_of(parts);
        if let Some(field) = self.release_field(&image) {
            let release = self.scope.chosen.release.as_str();
            node.put(&[field], Vec::new(), release.into());
        }
        self.put_fields(&mut node, parts, of_role);
        let volumes = self.put_container(&mut node, parts, image);
        if !volumes.is_empty() {
            node.put(&api.volumes, Vec::new(), ManifestNode::List(volumes));
        }
        node
    }

    /// The number of replicas, and why it is more than one.
    fn replicas(&mut self, parts: &RoleParts<'_>) -> (u64, Vec<String>) {
        let mut replicas = parts.beside(REPLICAS).and_then(Value::as_u64).unwrap_or(1);
        let mut why = Vec::new();
        if let Some(draft) = parts.draft.filter(|_| replicas > 1) {
            why.extend(draft.set_for.get(REPLICAS).map(|features| features.join(", ")));
        }
        for remark in self.scope.remarks().filter(|it| it.roles.iter().any(|it| it == parts.role)) {
            if let Some(wanted) = remark.replicas {
                replicas = replicas.max(wanted.into());
                why.push(remark.text.clone());
            }
        }
        (replicas, why)
    }

    fn image_of(&self, parts: &RoleParts<'_>) -> String {
        parts
            .beside("image")
            .and_then(Value::as_str)
            .map_or_else(|| self.image.clone(), str::to_owned)
    }

    /// The field that names the release, where it must: the operator reads no release from the image.
    fn release_field(&self, image: &str) -> Option<&'a str> {
        let (api, release) = (self.scope.api, self.scope.chosen.release);
        let field = api.release_field.as_deref()?;
        (api.release_field_from.contains(release) && !names_release(image, release))
            .then_some(field)
    }

    /// Writes what the plan sets for the component beside its container.
    fn put_fields(
        &mut self,
        node: &mut ManifestNode,
        parts: &RoleParts<'_>,
        of_role: &[(String, String)],
    ) {
        let Some(draft) = parts.draft else { return };
        let values = self.values;
        let fill =
            |value: &Value| ManifestNode::from(value.clone()).map_texts(&|text| values.fill(text));
        if let Some(model) = draft.beside.get("modelRef") {
            node.put(&["modelRef"], Vec::new(), fill(model));
        }
        for (key, value) in &draft.fields {
            if of_role.iter().any(|(field, _)| field == key) {
                continue;
            }
            let features = draft.set_for.get(key).cloned().unwrap_or_default();
            let comments = self.comments(&features);
            node.put(&[key], comments, fill(value));
        }
    }

    /// Writes the container, and gives the volumes that it mounts.
    fn put_container(
        &mut self,
        node: &mut ManifestNode,
        parts: &RoleParts<'_>,
        image: String,
    ) -> Vec<ManifestItem> {
        let api = self.scope.api;
        let values = self.values;
        let within = |key: &'static str| -> Vec<&str> {
            api.container.iter().map(String::as_str).chain([key]).collect()
        };
        let uses_gpus = parts.base.iter().any(|row| row.uses_gpus);
        let uses_secret = parts.base.iter().any(|row| row.uses_secret);
        if uses_secret && !api.secret.is_empty() {
            node.put(&api.secret, Vec::new(), values.value("secret").into());
        }
        // Below the container they stand after what runs in it.
        let is_in_container = api.gpus.first() == api.container.first();
        if uses_gpus && !is_in_container {
            node.put(&api.gpus, Vec::new(), values.value("gpus").into());
        }
        node.put(&within("image"), Vec::new(), image.into());
        let directory = parts.beside("workingDir").and_then(Value::as_str);
        if let Some(directory) = directory {
            node.put(&within("workingDir"), Vec::new(), directory.into());
        }
        let command = parts.command();
        if !command.is_empty() {
            node.put(&within("command"), Vec::new(), ManifestNode::texts(command));
        }
        let args = self.args(parts);
        if !args.is_empty() {
            node.put(&within("args"), Vec::new(), ManifestNode::List(args));
        }
        let env = self.env(parts);
        if !env.is_empty() {
            node.put(&within("env"), Vec::new(), ManifestNode::List(env));
        }
        if uses_secret && !api.secrets.is_empty() {
            let secret = map([("name", values.value("secret").into())]);
            let sources = vec![item(map([("secretRef", secret)]))];
            node.put(&api.secrets, Vec::new(), ManifestNode::List(sources));
        }
        if uses_gpus && is_in_container {
            node.put(&api.gpus, Vec::new(), values.value("gpus").into());
        }
        let (volumes, mounts) = self.volumes(parts);
        if !mounts.is_empty() {
            node.put(&within("volumeMounts"), Vec::new(), ManifestNode::List(mounts));
        }
        volumes
    }

    /// The volumes of the ConfigMaps that are mounted, and their mounts.
    fn volumes(&self, parts: &RoleParts<'_>) -> (Vec<ManifestItem>, Vec<ManifestItem>) {
        let mounts = self.mounts(parts);
        let (volumes, mounted): (Vec<_>, Vec<_>) = mounts
            .into_iter()
            .map(|(config_map, path)| {
                let source = map([("name", config_map.clone().into())]);
                let volume = map([("name", config_map.clone().into()), ("configMap", source)]);
                let mount = map([
                    ("name", config_map.into()),
                    ("mountPath", path.into()),
                    ("readOnly", Value::from(true).into()),
                ]);
                (item(volume), item(mount))
            })
            .unzip();
        (volumes, mounted)
    }

    /// The arguments: what the role always has, then what each feature sets, with what is known of it.
    fn args(&mut self, parts: &RoleParts<'_>) -> Vec<ManifestItem> {
        let set = parts.draft.map_or(&[][..], |draft| &draft.args);
        let is_set = |words: &[String]| set.iter().any(|it| flag(&it.words) == flag(words));
        let several = self.values.value("gpus") != "1";
        let base = parts.base.iter().flat_map(|row| {
            let gpu_args = row.gpu_args.iter().filter(|_| several);
            split(&row.args.iter().chain(gpu_args).cloned().collect::<Vec<_>>())
        });
        let mut items = Vec::new();
        let mut add = |values: &FilledValues, words: &[String], comments: Vec<String>| {
            for (number, word) in words.iter().enumerate() {
                let comments = if number == 0 { comments.clone() } else { Vec::new() };
                items.push(ManifestItem { comments, node: values.fill(word).into() });
            }
        };
        for words in base.filter(|words| !is_set(words)) {
            add(self.values, &words, Vec::new());
        }
        let mut last = None;
        for it in set {
            // One comment tells of all that follows for the same feature.
            let is_new = last != Some(&it.feature);
            let comments =
                if is_new { self.comments(std::slice::from_ref(&it.feature)) } else { Vec::new() };
            add(self.values, &it.words, comments);
            last = Some(&it.feature);
        }
        if let Some((draft, file)) = self.engine_file(parts) {
            let features = draft.set_for.get(ENGINE).cloned().unwrap_or_default();
            let comments = self.comments(&features);
            let path = format!("{}/{}", file.directory, file.file.replace("{role}", parts.role));
            add(self.values, &[file.flag.clone(), path], comments);
        }
        items
    }

    fn env(&mut self, parts: &RoleParts<'_>) -> Vec<ManifestItem> {
        let Some(draft) = parts.draft else { return Vec::new() };
        let mut last: Option<&Vec<String>> = None;
        let mut items = Vec::new();
        for (name, value) in &draft.env {
            let features = draft.set_for.get(name);
            let comments = match features {
                Some(features) if last != Some(features) => self.comments(features),
                _ => Vec::new(),
            };
            last = features;
            let node =
                map([("name", name.clone().into()), ("value", self.values.fill(value).into())]);
            items.push(ManifestItem { comments, node });
        }
        items
    }

    /// The ConfigMaps that are mounted, each with its path.
    fn mounts(&self, parts: &RoleParts<'_>) -> Vec<(String, String)> {
        let set = parts.beside("mounts").and_then(Value::as_array).into_iter().flatten();
        let text = |value: &Value, key: &str| Some(value.get(key)?.as_str()?.to_owned());
        let set = set.filter_map(|value| Some((text(value, "configMap")?, text(value, "path")?)));
        let engine = self
            .engine_file(parts)
            .map(|(_, file)| (self.values.fill(&file.config_map), file.directory.clone()));
        set.chain(engine).collect()
    }

    /// The file of a role's engine options, where it has any.
    fn engine_file<'p>(&self, parts: &RoleParts<'p>) -> Option<(&'p RoleDraft, &'a EngineFile)> {
        let draft = parts.draft.filter(|draft| !draft.engine.is_empty())?;
        Some((draft, self.scope.engine_file()?))
    }

    /// The features that a line is for, with what is known of them and was not told yet.
    fn comments(&mut self, features: &[String]) -> Vec<String> {
        let mut about: BTreeSet<String> = features.iter().cloned().collect();
        about.extend(features.iter().flat_map(|id| self.scope.features_of(id)));
        let about: Vec<String> = about.into_iter().collect();
        let mut comments = vec![features.join(", ")];
        comments.extend(self.remarks.take(&about));
        comments
    }
}

impl RoleParts<'_> {
    /// What the plan sets for the component beside its fields.
    fn beside(&self, key: &str) -> Option<&Value> {
        self.draft.and_then(|draft| draft.beside.get(key))
    }

    /// The command: the one that the plan sets, else the role's own.
    fn command(&self) -> Vec<String> {
        if let Some(words) = self.beside("command").and_then(Value::as_array) {
            return words.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        }
        let own = self.base.iter().find(|row| !row.command.is_empty());
        own.map(|row| row.command.clone()).unwrap_or_default()
    }
}

impl<'a> ManifestScope<'a> {
    /// The file that the backend's engine options are written to.
    pub(super) fn engine_file(&self) -> Option<&'a EngineFile> {
        self.model.engine_files.iter().find(|file| file.backend == self.plan.backend)
    }
}

/// Whether the tag of an image begins with a release, so that whoever reads it knows which one runs.
fn names_release(image: &str, release: &Release) -> bool {
    let name = image.split('@').next().unwrap_or(image);
    let tag = name.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
    let rest = tag.and_then(|tag| tag.strip_prefix(release.as_str()));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
