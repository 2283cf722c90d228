//! The facts that a query states or denies.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Names, Resolution};
use super::other_meaning::unlisted;
use super::resolve::Known;
use super::{Query, RequestError};

/// The facts that a query states and denies, sorted, each once.
pub(super) fn facts(query: &Query, known: &Known<'_>) -> Result<Vec<String>, RequestError> {
    if query.facts.is_empty() {
        return Ok(Vec::new());
    }
    let names = Names::of_facts((known.facts)());
    let mut chosen: BTreeMap<String, bool> = BTreeMap::new();
    for typed in &query.facts {
        let name = typed.trim();
        let name = name.strip_prefix("fact=").unwrap_or(name).trim();
        let bare = name.strip_prefix(['!', '¬']);
        let name = bare.unwrap_or(name).trim();
        let name = name.strip_prefix("fact=").unwrap_or(name);
        if name.starts_with(['!', '¬', '=']) {
            return Err(unknown_fact(typed, Vec::new()));
        }
        let id = match names.resolve(name) {
            Resolution::Id(id) => id,
            Resolution::Ambiguous(ids) => return Err(unknown_fact(typed, ids)),
            Resolution::Unknown(nearest) => {
                let other = other_meaning(typed, name, known);
                return Err(other.unwrap_or_else(|| unknown_fact(typed, nearest)));
            }
        };
        let is_stated = bare.is_none();
        if *chosen.entry(id.clone()).or_insert(is_stated) != is_stated {
            let message = format!("the fact {id} is both stated and denied; drop one of the two");
            return Err(RequestError::new("contradictory-facts", Some(typed), message));
        }
    }
    let signed = |(id, stated): (String, bool)| if stated { id } else { format!("!{id}") };
    Ok(chosen.into_iter().map(signed).collect::<BTreeSet<_>>().into_iter().collect())
}

/// What a name is that no fact has: a feature, or something that no table lists either.
fn other_meaning(typed: &str, name: &str, known: &Known<'_>) -> Option<RequestError> {
    if let Resolution::Id(id) = Names::of_features(known.catalog).resolve(name) {
        let message = format!("{typed:?} is a feature and no fact; write --need {id}");
        let error = RequestError::new("feature-as-fact", Some(typed), message);
        return Some(error.with_suggestions(vec![id]));
    }
    let topic = unlisted(name, known)?;
    let facts = topic.nearest.iter().filter_map(|term| term.fact());
    let facts: Vec<String> = facts.map(str::to_owned).collect();
    let message =
        format!("no fact is called {typed:?}: {}. {SHOWS_FACTS}", topic.text.trim_end_matches('.'));
    Some(RequestError::new("unknown-fact", Some(typed), message).with_suggestions(facts))
}

const SHOWS_FACTS: &str = "`dynamo-plan list facts` shows every fact";

fn unknown_fact(typed: &str, nearest: Vec<String>) -> RequestError {
    let help = match &nearest[..] {
        [] => SHOWS_FACTS.to_owned(),
        nearest => format!("did you mean {}?", nearest.join(" or ")),
    };
    RequestError::new("unknown-fact", Some(typed), format!("no fact is called {typed:?}; {help}"))
        .with_suggestions(nearest)
}
