//! Defaults, images and interfaces that an upgrade changes.

use crate::load::bundle;
use crate::matrix::{Provenance, Release, Term, UpgradeChange, source_urls};
use crate::plan::OneOrMany;

use super::draft::ItemDraft;
use super::scope::{BackendScope, ScopeEnd};

/// Adds the changes between two releases that are about a backend's plans. One that is about the names of
/// a requirement which comes or changes is told with that.
pub(super) fn add(
    scope: &BackendScope<'_>,
    from: &Release,
    to: &Release,
    drafts: &mut Vec<ItemDraft>,
) {
    for change in bundle::upgrade_changes() {
        let is_between = change.before.contains(from) && change.after.contains(to);
        if !is_between || !change.is_of_backend(&scope.backend) || !holds(&scope.after, to, &change)
        {
            continue;
        }
        let mut asking =
            drafts.iter_mut().filter(|it| it.asks_for(change.role.as_deref(), &change.names));
        match asking.next() {
            Some(draft) => tell_with(draft, &change, to),
            None => drafts.push(draft_of(&change, to)),
        }
    }
}

/// Whether the terms of a change hold in one of the plans.
fn holds(after: &ScopeEnd<'_>, to: &Release, change: &UpgradeChange) -> bool {
    let end = after.end;
    let knows = |term: &Term| term.fact().map(|fact| end.request.knows_fact(fact));
    let is_stated = |term: &Term| knows(term).is_none_or(|known| known == Some(true));
    let is_denied = |term: &Term| knows(term) == Some(Some(false));
    let in_plan = |plan| end.planner.holds_in_plan(end.request, Some(to), plan, &change.terms);
    change.terms.iter().all(is_stated)
        && !change.assumes.iter().any(is_denied)
        && after.plans.iter().any(in_plan)
}

fn tell_with(draft: &mut ItemDraft, change: &UpgradeChange, to: &Release) {
    draft.item.text = format!("{} {}", draft.item.text, change.text);
    draft.item.instead = draft.item.instead.take().or_else(|| change.instead.clone());
    draft.fails(change.effect);
    draft.read_in(&change.sources, &urls(change, to));
}

fn draft_of(change: &UpgradeChange, to: &Release) -> ItemDraft {
    let mut draft = ItemDraft::new(change.code, change.text.clone());
    let features = change.terms.iter().filter(|term| !term.id().contains('='));
    let features = features.filter(|term| !term.is_negated());
    draft.item.features = features.map(|term| term.id().to_owned()).collect();
    draft.item.role.clone_from(&change.role);
    draft.item.from.clone_from(&change.old);
    draft.item.to.clone_from(&change.new);
    draft.item.instead.clone_from(&change.instead);
    draft.item.effect = Some(change.effect);
    draft.item.source = OneOrMany(change.sources.clone());
    draft.item.url = OneOrMany(urls(change, to));
    draft.names.clone_from(&change.names);
    draft
}

fn urls(change: &UpgradeChange, to: &Release) -> Vec<Option<String>> {
    source_urls(&change.sources, change.repository.as_deref(), &Provenance::default(), Some(to))
}
