//! Which features go with a feature or group.

use serde::{Deserialize, Serialize};

use super::{CardSources, CardSubject};
use crate::matrix::{Feature, Level};
use crate::request::Request;

/// The features that go with another one at a level, on a backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partners {
    /// The backend.
    pub backend: String,
    /// The best level that a plan with both can rest on; `unsupported` where there is no plan.
    pub level: Level,
    /// The features, sorted.
    pub features: Vec<String>,
}

/// The partners of a feature or group on each backend of the release that supports it at all, by
/// backend, then level, best first. Variants of its own group are none: they always go together.
pub(super) fn of(sources: &CardSources<'_>, subject: &CardSubject<'_>) -> Vec<Partners> {
    let Some(matrix) = sources.matrix() else { return Vec::new() };
    let own_group = match subject {
        CardSubject::Feature(feature) => feature.group.as_deref(),
        _ => Some(subject.id()),
    };
    let is_partner = |feature: &&Feature| {
        let is_variant = feature.group.is_some() && feature.group.as_deref() == own_group;
        feature.id != subject.id() && !is_variant
    };
    let mut found = Vec::new();
    for backend in sources.backends() {
        let level = |with: Option<&str>| {
            let need = [Some(subject.id()), with].into_iter().flatten().map(str::to_owned);
            let request = sources.request(need.collect(), vec![backend.clone()], Level::Supported);
            best_level(sources, &request)
        };
        if level(None) == Level::Unsupported {
            continue;
        }
        let partners = matrix.features.iter().filter(is_partner);
        let levels: Vec<(Level, &str)> =
            partners.map(|partner| (level(Some(&partner.id)), partner.id.as_str())).collect();
        for level in Level::ALL {
            let at = levels.iter().filter(|(of, _)| *of == level);
            let mut features: Vec<String> = at.map(|(_, id)| (*id).to_owned()).collect();
            features.sort();
            if !features.is_empty() {
                found.push(Partners { backend: backend.clone(), level, features });
            }
        }
    }
    found
}

/// The best level that a plan of a request can rest on.
fn best_level(sources: &CardSources<'_>, request: &Request) -> Level {
    let accepts = |accept: &Level| {
        sources.every.is_satisfiable(&Request { accept: *accept, ..request.clone() })
    };
    let mut levels = Level::ACCEPTABLE.into_iter();
    levels.find(accepts).unwrap_or(Level::Unsupported)
}
