//! What an upgrade asks of a request: its plans on two releases in, a checklist out.
//!
//! The checklist is about the backends and features of the request's plans alone. Its lines come from
//! three places: requirements, limits and known issues that only one of the releases has ([`told`]);
//! flags and variables that the old release's notes name and the new release does not take ([`flags`]);
//! and defaults, images and interfaces that changed in between ([`changes`]). What says the same as a
//! requirement is told with it.

mod changes;
mod draft;
mod flags;
mod issues;
mod pins;
mod scope;
mod told;

use serde::{Deserialize, Serialize};

use super::Side;
use crate::matrix::{Release, UpgradeCode, UpgradeEffect};
use crate::plan::OneOrMany;

use draft::ItemDraft;
use scope::{BackendScope, scopes};

/// A line of a checklist: something that an upgrade changes for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChecklistItem {
    /// The kind of change.
    pub code: UpgradeCode,
    /// The backends of the request's plans that it is about.
    pub backend: OneOrMany,
    /// The role whose flags, variables or fields it is about, where it is about one's.
    pub role: Option<String>,
    /// The features and groups that it is about; none where it is about every deployment.
    pub features: Vec<String>,
    /// What was so on the old release, where something was.
    pub from: Option<String>,
    /// What is so on the new release, where something is.
    pub to: Option<String>,
    /// What to write or to have instead, where that is known.
    pub instead: Option<String>,
    /// What changes and what to do, in a sentence or two.
    pub text: String,
    /// How what was right before fails if nothing is done; `None` where nothing fails, or where how is not
    /// known.
    pub effect: Option<UpgradeEffect>,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses in the same order, `None` where one is not known; empty where none is.
    pub url: OneOrMany<Option<String>>,
    /// The flags, variables, fields and images that it is about.
    #[serde(skip)]
    pub(in crate::analysis) names: Vec<String>,
}

/// What an upgrade changes for the plans of a request, what fails silently first. Nothing unless the
/// request is of one release before and of one other after.
pub(in crate::analysis) fn checklist(before: Side<'_>, after: Side<'_>) -> Vec<ChecklistItem> {
    let (Some(from), Some(to)) = (release(before), release(after)) else { return Vec::new() };
    if from == to {
        return Vec::new();
    }
    let scopes = scopes(before, after);
    let mut drafts: Vec<ItemDraft> = Vec::new();
    let mut unexplained = 0;
    for scope in &scopes {
        let (own, unknown) = drafts_of(scope, from, to);
        unexplained = unexplained.max(unknown);
        for draft in own {
            match drafts.iter_mut().find(|known| known.item.says_as(&draft.item)) {
                Some(known) => known.item.backend.0.push(scope.backend.clone()),
                None => drafts.push(draft),
            }
        }
    }
    let item = |draft: ItemDraft| ChecklistItem { names: draft.names, ..draft.item };
    let mut items: Vec<ChecklistItem> = drafts.into_iter().map(item).collect();
    items.extend(
        (!scopes.is_empty()).then(|| issues::not_recorded(after, to, unexplained)).flatten(),
    );
    items.sort_by(|a, b| a.listing_key().cmp(&b.listing_key()));
    items
}

/// The lines about one backend, and how many known issues of the old release are neither on the new one
/// nor stated to be fixed.
fn drafts_of(scope: &BackendScope<'_>, from: &Release, to: &Release) -> (Vec<ItemDraft>, usize) {
    let [old, new] = [told::told(&scope.before), told::told(&scope.after)];
    let mut drafts = told::requirements(&old, &new);
    changes::add(scope, from, to, &mut drafts);
    flags::add(&old, scope, from, to, &mut drafts);
    drafts.extend(told::limits(&old, &new));
    let unknown = issues::add(&old, &new, to, &mut drafts);
    drafts.extend(pins::drafts(scope, from, to));
    for draft in &mut drafts {
        draft.item.backend = OneOrMany(vec![scope.backend.clone()]);
    }
    (drafts, unknown)
}

/// The release of a request, where it is a single one.
fn release(side: Side<'_>) -> Option<&Release> {
    match &side.request.releases[..] {
        [release] => release.as_ref(),
        _ => None,
    }
}

impl ChecklistItem {
    /// Whether somebody has to do something, or look at it, before the upgrade.
    #[must_use]
    pub fn is_to_do(&self) -> bool {
        let is_needed =
            matches!(self.code, UpgradeCode::RequirementAdded | UpgradeCode::RequirementChanged);
        self.effect.is_some() || is_needed
    }

    /// Whether two lines differ in their backends at most.
    fn says_as(&self, other: &ChecklistItem) -> bool {
        let key = |it: &ChecklistItem| {
            let ChecklistItem { code, role, features, from, to, instead, text, effect, .. } = it;
            let parts = [role, from, to, instead].map(Clone::clone);
            (*code, parts, features.clone(), text.clone(), *effect)
        };
        key(self) == key(other)
    }

    /// Lines without an effect come last; else those come first that are noticed last.
    fn listing_key(
        &self,
    ) -> (bool, Option<UpgradeEffect>, UpgradeCode, &[String], &[String], &str) {
        let ChecklistItem { effect, code, backend, features, text, .. } = self;
        (effect.is_none(), *effect, *code, &backend.0, features, text)
    }
}
