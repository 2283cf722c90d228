//! A plan as the objects that run it: what its settings say, in the shape that the API of its release has.
//!
//! A plan and what only the user knows come in, a [`PlanManifest`] goes out, or every reason why it cannot be
//! written. Which API there is, what components are called and what cannot be written stands in the model.

mod component;
mod node;
mod objects;
mod remarks;
mod schema;
mod scope;
mod values;

use std::collections::BTreeMap;

use component::ComponentWriter;
use remarks::OpenRemarks;
use scope::ManifestScope;
use values::FilledValues;

use super::run::roles;
use super::search::{configuration, touched};
use super::{OneOrMany, Plan, Planner};
use crate::load::{bundle, nearest};
use crate::matrix::deploy::{ManifestModel, RemarkSeverity};
use crate::matrix::{NoteKind, Provenance, Release, source_urls};
use crate::request::{Request, RequestError};

pub use node::{ManifestEntry, ManifestItem, ManifestNode};
pub use schema::schema_problems;

/// What the user says of a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestOptions {
    /// The values of what only the user knows, by id.
    fills: BTreeMap<String, String>,
    /// The tag of the backend's image, or a whole image.
    image: Option<String>,
    /// The name of the deployment.
    name: Option<String>,
}

/// A plan as the objects that run it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanManifest {
    /// The release.
    pub release: Release,
    /// Whether nobody chose it.
    pub is_default_release: bool,
    /// What it is of: the backend, the features, the pattern.
    pub subject: String,
    /// What is to be known before all else, a paragraph each.
    pub notices: Vec<String>,
    /// What breaks by what is written, a paragraph each.
    pub warnings: Vec<String>,
    /// What only the user knows and has not said, a paragraph each.
    pub asks: Vec<String>,
    /// What must be there that no line of it brings.
    pub requirements: Vec<String>,
    /// What else is known of the plan that is about no line of it.
    pub remarks: Vec<String>,
    /// The objects, in the order in which they are created.
    pub objects: Vec<ManifestNode>,
}

/// Why a plan cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestRefusal {
    /// The reason, in a sentence.
    pub text: String,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses in the same order, `None` where one is not known; empty where none is.
    pub url: OneOrMany<Option<String>>,
}

impl ManifestOptions {
    /// Fills in what only the user knows, by its id.
    ///
    /// # Errors
    ///
    /// Where there is no such id, with the nearest ones, or the value is empty or has control characters.
    pub fn fill(&mut self, id: &str, value: &str) -> Result<(), RequestError> {
        let asks = bundle::manifests().asks;
        let ids: Vec<&str> =
            asks.iter().filter(|ask| ask.stands.is_some()).map(|ask| ask.id.as_str()).collect();
        if !ids.contains(&id) {
            let message =
                format!("nothing called `{id}` can be filled in; there are {}", ids.join(", "));
            let near = nearest(id, ids.iter().copied());
            let near = near.into_iter().map(str::to_owned).collect();
            return Err(
                RequestError::new("unknown-placeholder", Some(id), message).with_suggestions(near)
            );
        }
        check_value(value)?;
        self.fills.insert(id.to_owned(), value.to_owned());
        Ok(())
    }

    /// Uses this tag of the backend's image, or this image where it is a whole one.
    ///
    /// # Errors
    ///
    /// Where it is empty or has blanks or control characters.
    pub fn use_image(&mut self, image: &str) -> Result<(), RequestError> {
        check_value(image)?;
        if image.contains(char::is_whitespace) {
            let message = format!("`{image}` is no image: it has blanks");
            return Err(RequestError::new("invalid-value", Some(image), message));
        }
        self.image = Some(image.to_owned());
        Ok(())
    }

    /// Names the deployment.
    ///
    /// # Errors
    ///
    /// Where Kubernetes takes no such name.
    pub fn use_name(&mut self, name: &str) -> Result<(), RequestError> {
        let is_name = !name.is_empty()
            && name.len() <= MOST_NAME
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !name.starts_with('-')
            && !name.ends_with('-');
        if !is_name {
            let message = format!(
                "`{name}` is no name of a deployment; write at most {MOST_NAME} small letters, digits and hyphens that begin and end with no hyphen"
            );
            return Err(RequestError::new("invalid-value", Some(name), message));
        }
        self.name = Some(name.to_owned());
        Ok(())
    }
}

/// The most characters of a deployment's name: Kubernetes takes 63 for what is made of it and a component's.
const MOST_NAME: usize = 45;

fn check_value(value: &str) -> Result<(), RequestError> {
    if value.trim().is_empty() || value.contains(char::is_control) {
        let message = "a value is empty or has control characters; write what is to stand there";
        return Err(RequestError::new("invalid-value", Some(value), message));
    }
    Ok(())
}

impl Planner {
    /// Writes a plan of a request as the objects that run it.
    ///
    /// # Errors
    ///
    /// Every reason why it cannot be written.
    pub fn manifest(
        &self,
        request: &Request,
        plan: &Plan,
        options: &ManifestOptions,
    ) -> Result<PlanManifest, Vec<ManifestRefusal>> {
        let model = bundle::manifests();
        self.with_scope(request, plan, &model, |scope| self.write(request, plan, options, scope))
    }

    /// Why a plan of a request cannot be written; nothing where it can.
    #[must_use]
    pub fn manifest_refusals(&self, request: &Request, plan: &Plan) -> Vec<ManifestRefusal> {
        let model = bundle::manifests();
        let refusals =
            self.with_scope(request, plan, &model, |scope| Err::<(), _>(scope.refusals()));
        refusals.err().unwrap_or_default()
    }

    /// Does something with a plan whose release is known.
    fn with_scope<T>(
        &self,
        request: &Request,
        plan: &Plan,
        model: &ManifestModel,
        work: impl FnOnce(&ManifestScope<'_>) -> Result<T, Vec<ManifestRefusal>>,
    ) -> Result<T, Vec<ManifestRefusal>> {
        let backends = vec![plan.backend.clone()];
        let releases = vec![plan.release.clone()];
        let targets = self.targets(&Request { backends, releases, ..request.clone() });
        let target = targets.first();
        let chosen = target
            .and_then(|target| self.chosen(target, configuration(target, request, plan), request));
        let api = |release| model.apis.iter().find(|api| api.releases.contains(release));
        match chosen.as_ref().and_then(|chosen| Some((chosen, api(chosen.release)?))) {
            Some((chosen, api)) => work(&ManifestScope { model, chosen, api, plan }),
            None => Err(vec![unknown_release(plan)]),
        }
    }

    fn write(
        &self,
        request: &Request,
        plan: &Plan,
        options: &ManifestOptions,
        scope: &ManifestScope<'_>,
    ) -> Result<PlanManifest, Vec<ManifestRefusal>> {
        let refusals = scope.refusals();
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (chosen, model) = (scope.chosen, scope.model);
        let cells = touched(chosen.target, request, plan);
        let run = self.run_on(chosen.target, request, plan);
        let values = scope.values(options);
        let mut writer = ComponentWriter {
            scope,
            values: &values,
            remarks: OpenRemarks::of(&cells, &run),
            image: image(run.image.as_deref().unwrap_or_default(), options.image.as_deref()),
        };
        let drafts = roles::drafts(chosen, &chosen.settings());
        let components = writer.components(&drafts);
        let objects = objects::all(scope, &values, &drafts, components);
        let problems = scope.schema_problems(&objects);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut open = writer.remarks;
        let requirements = open.rest(&[NoteKind::Requirement]);
        let told = scope.remarks().filter(|remark| remark.replicas.is_none());
        let own = told.map(|remark| match remark.severity {
            RemarkSeverity::Warning => format!("warning: {}", remark.text),
            _ => remark.text.clone(),
        });
        let (brought, open_rules): (Vec<_>, Vec<_>) =
            plan.conditional.iter().partition(|rule| run.brings(rule));
        Ok(PlanManifest {
            release: chosen.release.clone(),
            is_default_release: false,
            subject: scope.subject(),
            notices: Vec::new(),
            warnings: brought.into_iter().map(remarks::told_brought).collect(),
            asks: model
                .asks
                .iter()
                .filter(|ask| scope.applies(ask.backend.as_ref(), &ask.releases, &ask.terms))
                .filter(|ask| match ask.stands {
                    Some(_) => values.is_used(&ask.id) && !options.fills.contains_key(&ask.id),
                    None => true,
                })
                .map(scope::told_ask)
                .collect(),
            requirements,
            remarks: own
                .chain(open.rest(&[NoteKind::Limit, NoteKind::KnownIssue]))
                .chain(open_rules.into_iter().map(remarks::told_rule))
                .collect(),
            objects,
        })
    }
}

/// The image of the backend with what the user says of it.
fn image(usual: &str, given: Option<&str>) -> String {
    match given {
        None => usual.to_owned(),
        Some(whole) if whole.contains(['/', ':', '@']) => whole.to_owned(),
        Some(tag) => format!("{}:{tag}", usual.rsplit_once(':').map_or(usual, |(name, _)| name)),
    }
}

fn unknown_release(plan: &Plan) -> ManifestRefusal {
    let text = match &plan.release {
        Some(release) => format!("Nothing is known of how Dynamo {release} is deployed."),
        None => "The matrix names no release, so that nothing is known of how it is deployed."
            .to_owned(),
    };
    ManifestRefusal { text, source: OneOrMany::default(), url: OneOrMany::default() }
}

impl ManifestScope<'_> {
    /// A reason why the plan cannot be written, with the documents that say so.
    fn refusal(&self, text: String, sources: &[String]) -> ManifestRefusal {
        let repository = self.model.repository.as_deref();
        let (none, release) = (Provenance::default(), Some(self.chosen.release));
        ManifestRefusal {
            text,
            url: OneOrMany(source_urls(sources, repository, &none, release)),
            source: OneOrMany(sources.to_vec()),
        }
    }

    /// The values of what stands in braces.
    fn values(&self, options: &ManifestOptions) -> FilledValues {
        let asks = self.model.asks.iter();
        let stands = asks.filter_map(|ask| Some((ask.id.clone(), ask.stands.clone()?)));
        let backend = &self.plan.backend;
        let name = options.name.clone().unwrap_or_else(|| format!("dynamo-{backend}"));
        let own = [
            ("backend".to_owned(), backend.clone()),
            ("name".to_owned(), name),
            ("namespace".to_owned(), self.model.namespace.clone()),
        ];
        FilledValues::new(stands.chain(own).chain(options.fills.clone()))
    }
}
