//! Fields that switch a feature on in other releases, or in the other version of the API, and not in this one.

use super::interpret::evidence;
use super::reading::{CheckFinding, ReleaseKind, ReleaseReading};
use super::signals::{field, passes_field};
use super::tables::CheckTables;
use crate::load::Severity;
use crate::load::manifest::{Component, ManifestDeployment, ManifestFile};
use crate::matrix::deploy::{Signal, SignalState, SignalSubject};
use crate::matrix::{Provenance, Release, UpgradeEffect, source_url};

/// The fields of a deployment that its release does not know. Nothing is said where the release is not known for sure.
pub(super) fn findings(
    tables: &CheckTables,
    file: &ManifestFile,
    deployment: &ManifestDeployment,
    number: usize,
    release: &ReleaseReading,
) -> Vec<CheckFinding> {
    let is_sure =
        matches!(release.kind, ReleaseKind::Override | ReleaseKind::Exact | ReleaseKind::Given);
    let (Some(api), Some(release)) = (&deployment.api, release.id.as_ref().filter(|_| is_sure))
    else {
        return Vec::new();
    };
    let fields = SwitchFields { tables, api, release };
    let mut found = Vec::new();
    for component in &deployment.components {
        for signal in fields.of_others() {
            let Some((path, at)) = written(signal, component) else { continue };
            let mut own = fields.own(signal);
            let is_own = |signal: &Signal| {
                signal
                    .places
                    .fields
                    .iter()
                    .any(|known| is_within(known, path) && field(component, known).is_some())
            };
            if own.clone().any(is_own) {
                continue;
            }
            let fix = match own.next().and_then(|signal| signal.places.fields.first()) {
                Some(known) if is_within(path, known) => {
                    format!("Remove it: `{known}` alone switches the feature on.")
                }
                Some(known) => format!("Write `{known}`."),
                None => format!("Remove it: {release} has no field for the feature."),
            };
            let text = format!(
                "`{path}` is no field of {api} in {release}: the manifest is refused, or loses it where nothing checks fields"
            );
            let source = signal.sources.first().cloned();
            let repository = tables.flags.repository.clone();
            let provenance = Provenance { repository, ..Provenance::default() };
            found.push(CheckFinding {
                code: "field-unknown".to_owned(),
                severity: Severity::Error,
                effect: Some(UpgradeEffect::Refused),
                message: text,
                fix: Some(fix),
                url: source.as_ref().and_then(|source| source_url(source, &provenance, None)),
                source,
                deployment: number,
                at: evidence(file, &component.name, path, at),
            });
        }
    }
    found
}

/// The fields of components by which one version of the API switches features on.
struct SwitchFields<'t> {
    tables: &'t CheckTables,
    api: &'t str,
    release: &'t Release,
}

impl<'t> SwitchFields<'t> {
    fn holds(&self, signal: &Signal) -> bool {
        signal.api.as_deref() == Some(self.api) && signal.releases.contains(self.release)
    }

    fn all(&self) -> impl Iterator<Item = &'t Signal> + Clone {
        self.tables.signals.iter().filter(|signal| {
            signal.api.is_some()
                && signal.state == SignalState::On
                && signal.on.iter().any(|place| place == "component")
                && matches!(signal.subject, SignalSubject::Feature(_))
        })
    }

    /// Those of other releases and versions.
    fn of_others(&self) -> impl Iterator<Item = &'t Signal> {
        self.all().filter(|signal| !self.holds(signal))
    }

    /// Those that count here and switch on what another one does elsewhere.
    fn own(&self, other: &'t Signal) -> impl Iterator<Item = &'t Signal> + Clone {
        self.all().filter(move |signal| signal.subject == other.subject && self.holds(signal))
    }
}

/// The first field of a signal that a component has and that passes its test, and where it stands.
fn written<'t>(signal: &'t Signal, component: &Component) -> Option<(&'t str, usize)> {
    let places = signal.places.fields.iter();
    places
        .filter_map(|path| Some((path.as_str(), field(component, path)?)))
        .find(|(_, node)| passes_field(signal, node))
        .map(|(path, node)| (path, node.span.start))
}

/// Whether a dotted path is another one, or is within it.
fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
