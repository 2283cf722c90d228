//! Names that were asked for as features and mean something else: a fact, a backend, a serving pattern,
//! a release, several features, or what no table lists.

use super::RequestError;
use super::names::{Names, Resolution};
use super::resolve::{Known, option_key};
use crate::matrix::{Release, ReleaseRange, Term, UnlistedTopic};

/// Says of an unknown feature what its name means instead, and how to ask for that. Any other error, and
/// one about a name that means nothing, is given back.
#[must_use]
pub fn explain_unknown(error: RequestError, known: &Known<'_>) -> RequestError {
    let name = error.at.as_deref().filter(|_| error.code == "unknown-feature");
    let meant = name.and_then(|name| {
        fact(name, known)
            .or_else(|| backend(name, known))
            .or_else(|| pattern(name, known))
            .or_else(|| release(name))
            .or_else(|| several(name, known))
            .or_else(|| unlisted(name, known).map(|topic| not_in_matrix(name, topic)))
    });
    meant.unwrap_or(error)
}

fn fact(name: &str, known: &Known<'_>) -> Option<RequestError> {
    let bare = name.trim().strip_prefix("fact=").unwrap_or(name);
    let facts = (known.facts)();
    let Resolution::Id(id) = Names::of_facts(facts).resolve(bare) else { return None };
    // The names of the others are names of their features too: it is the feature that is unknown here.
    facts.iter().find(|fact| fact.id == id && fact.feature.is_none())?;
    let message =
        format!("{name:?} is no feature but a fact of a deployment; state it with --fact {id}");
    let suggestions = vec![Term::of_fact(&id).to_string()];
    let error = RequestError::new("fact-as-feature", Some(name), message);
    Some(error.with_suggestions(suggestions))
}

fn backend(name: &str, known: &Known<'_>) -> Option<RequestError> {
    let Resolution::Id(id) = Names::of_backends(known.matrices).resolve(name) else { return None };
    let message = format!("{name:?} is no feature but a backend; choose it with --backend {id}");
    let error = RequestError::new("backend-as-feature", Some(name), message);
    Some(error.with_suggestions(vec![id]))
}

fn pattern(name: &str, known: &Known<'_>) -> Option<RequestError> {
    let bare = name.trim().strip_prefix("pattern=").unwrap_or(name);
    let stated = known.matrices.iter().filter_map(|matrix| matrix.dimension.as_ref());
    let (dimension, option) = stated.chain(known.dimension).find_map(|dimension| {
        let option =
            dimension.options.iter().find(|option| option_key(&option.id) == option_key(bare))?;
        Some((dimension, option))
    })?;
    let message = format!(
        "{name:?} is no feature but a {}; choose it with --pattern {}",
        dimension.name, option.id
    );
    let error = RequestError::new("pattern-as-feature", Some(name), message);
    Some(error.with_suggestions(vec![option.id.clone()]))
}

/// A word that chooses releases. A number without a dot may be anything.
fn release(name: &str) -> Option<RequestError> {
    let name = name.trim();
    let is_range = name.contains('.') && name.parse::<ReleaseRange>().is_ok();
    let label = Release::new(name);
    if !is_range && !label.is_choosing_word() {
        return None;
    }
    // A shell takes the signs of a range for its own.
    let quote = if label.as_str().contains(['<', '>', '=', ' ']) { "'" } else { "" };
    let message = format!(
        "{name:?} is no feature but chooses releases; write --release {quote}{label}{quote}"
    );
    let error = RequestError::new("release-as-feature", Some(name), message);
    Some(error.with_suggestions(vec![label.to_string()]))
}

/// Words between several features, and whether any one of these would do.
const BETWEEN: [(&str, bool); 9] = [
    (" or ", true),
    (" | ", true),
    ("|", true),
    ("/", true),
    (" and ", false),
    (" & ", false),
    ("&", false),
    ("+", false),
    (",", false),
];

/// Several features in one name, such as `image or video`.
fn several(name: &str, known: &Known<'_>) -> Option<RequestError> {
    let features = Names::of_features(known.catalog);
    let lower = name.to_lowercase();
    let (ids, is_choice) = BETWEEN.iter().find_map(|(between, is_choice)| {
        let parts: Vec<&str> = lower.split(between).collect();
        let ids = parts.iter().map(|part| match features.resolve(part) {
            Resolution::Id(id) => Some(id),
            _ => None,
        });
        let ids = ids.collect::<Option<Vec<String>>>()?;
        (ids.len() > 1).then_some((ids, *is_choice))
    })?;
    let group_of = |id: &String| {
        let feature = known.catalog.features().iter().find(|feature| feature.id == *id)?;
        feature.group.as_deref()
    };
    let group = group_of(&ids[0]).filter(|group| ids.iter().all(|id| group_of(id) == Some(group)));
    let list = ids.join(",");
    let (message, suggestion) = match (is_choice, group) {
        (true, Some(group)) => {
            let message = format!(
                "{name:?} is several features of which any will do; write --need {group}, which \
                 each of them meets"
            );
            (message, group.to_owned())
        }
        (true, None) => {
            let message = format!(
                "{name:?} is a choice, and every need must be on: ask for one at a time, or write \
                 --want {list} for what comes nearest"
            );
            (message, list)
        }
        (false, _) => (format!("{name:?} is several features; write --need {list}"), list),
    };
    let error = RequestError::new("several-features", Some(name), message);
    Some(error.with_suggestions(vec![suggestion]))
}

/// What no table lists and goes by this name.
pub(super) fn unlisted<'k>(name: &str, known: &Known<'k>) -> Option<&'k UnlistedTopic> {
    let topics = (known.unlisted)();
    let Resolution::Id(id) = Names::of_unlisted(topics).resolve(name) else { return None };
    topics.iter().find(|topic| topic.id == id)
}

fn not_in_matrix(name: &str, topic: &UnlistedTopic) -> RequestError {
    let mut message = format!("{name:?} is not in the matrix: {}.", topic.text);
    let flag = |term: &Term| match term.fact() {
        Some(fact) => format!("--fact {fact}"),
        None => term.to_string(),
    };
    let nearest: Vec<String> = topic.nearest.iter().map(flag).collect();
    match &nearest[..] {
        [] => {}
        [one] => message += &format!(" The nearest is {one}."),
        [first @ .., last] => {
            message += &format!(" The nearest are {} and {last}.", first.join(", "));
        }
    }
    if let Some(url) = topic.url() {
        message += &format!(" See {url}");
    }
    let suggestions = topic.nearest.iter().map(Term::to_string).collect();
    RequestError::new("not-in-matrix", Some(name), message).with_suggestions(suggestions)
}
