//! A query as it was typed in, the request that it means out.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use super::facts::facts;
use super::names::{NameCache, Names, Resolution, has_foreign_sign};
use super::other_meaning::explain_unknown;
use super::{Query, Request, RequestError, Want};
use crate::matrix::{Dimension, Fact, Matrix, RuleSet, UnlistedTopic, slug};
use crate::target::Catalog;

/// The most distinct names that a request may hold.
pub const MOST_NAMES: usize = 1000;

/// The matrices, features and rules that a query can be about.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "it holds a function")]
pub struct Known<'k> {
    /// The chosen matrices.
    pub matrices: &'k [Matrix],
    /// Every feature and group of theirs.
    pub catalog: &'k Catalog,
    /// Tells the patterns where no matrix states any.
    pub dimension: Option<&'k Dimension>,
    /// The rule sets that can be asked for.
    pub rule_sets: &'k [RuleSet],
    /// Gives the facts that can be stated, which few queries do.
    pub facts: &'k dyn Fn() -> &'k [Fact],
    /// Gives what no table lists, which is looked at only where a name is unknown.
    pub unlisted: &'k dyn Fn() -> &'k [UnlistedTopic],
    /// Names of features and groups that were understood before.
    pub name_cache: &'k NameCache,
}

/// Understands a query.
///
/// # Errors
///
/// Where the query asks for nothing, contradicts itself or names what is not known.
pub fn resolve(query: &Query, known: &Known<'_>) -> Result<Request, RequestError> {
    let Known { matrices, catalog, dimension, .. } = *known;
    check_size(query)?;
    check_no_name_is_empty(query)?;
    check_something_is_asked(query, known)?;
    check_negation(query)?;
    let features = Names::of_features(catalog);
    let feature = |name: &String| {
        let meant = known.name_cache.recall(name, || id("feature", name, &features, matrices));
        meant.map_err(|error| explain_unknown(error, known))
    };
    let need: BTreeSet<String> = query.need.iter().map(feature).collect::<Result<_, _>>()?;
    let avoid: BTreeSet<String> = query.avoid.iter().map(feature).collect::<Result<_, _>>()?;
    let mut want = BTreeMap::new();
    for (name, weight) in &query.want {
        check_weight(name, *weight)?;
        let heaviest = want.entry(feature(name)?).or_insert(*weight);
        *heaviest = (*heaviest).max(*weight);
    }
    check_contradiction(need.iter().chain(want.keys()), &avoid, catalog)?;
    want.retain(|id, _| !need.contains(id));
    let asked: Vec<&String> = need.iter().chain(want.keys()).collect();
    let pattern = pattern(query, matrices, dimension, catalog, &asked)?;
    Ok(Request {
        backends: backends(query, known)?,
        releases: releases(matrices),
        pattern,
        accept: query.accept,
        rules: rules(query, known.rule_sets)?,
        facts: facts(query, known)?,
        platform: super::platform::resolve(&query.platform, |name| {
            id("backend", name, &Names::of_backends(matrices), matrices)
        })?,
        all: query.all,
        want: want.into_iter().map(|(feature, weight)| Want { feature, weight }).collect(),
        need: need.into_iter().collect(),
        avoid: avoid.into_iter().collect(),
    })
}

fn check_size(query: &Query) -> Result<(), RequestError> {
    let wants = query.want.iter().map(|(name, _)| name);
    let names: BTreeSet<&String> = query.need.iter().chain(&query.avoid).chain(wants).collect();
    if names.len() <= MOST_NAMES {
        return Ok(());
    }
    let message = format!(
        "the request names {} features; at most {MOST_NAMES} can be asked for at once. Name fewer, \
         or split the request",
        names.len()
    );
    Err(RequestError::new("too-many-names", None, message))
}

/// Rejects what a comma too many leaves in a list.
fn check_no_name_is_empty(query: &Query) -> Result<(), RequestError> {
    let wants = query.want.iter().map(|(name, _)| name);
    let names = query.need.iter().map(|name| ("--need", name));
    let names = names.chain(wants.map(|name| ("--want", name)));
    let names = names.chain(query.avoid.iter().map(|name| ("--avoid", name)));
    let names = names.chain(query.backends.iter().map(|name| ("--backend", name)));
    let mut names = names.chain(query.facts.iter().map(|name| ("--fact", name)));
    let Some((flag, name)) = names.find(|(_, name)| name.trim().is_empty()) else { return Ok(()) };
    let message = format!(
        "{flag} has an empty name, as a comma too many leaves one behind; drop that comma, or write \
         the name that is missing"
    );
    Err(RequestError::new("empty-name", Some(name), message))
}

fn check_something_is_asked(query: &Query, known: &Known<'_>) -> Result<(), RequestError> {
    let Query { need, want, avoid, pattern, all, .. } = query;
    if *all || pattern.is_some() || !(need.is_empty() && want.is_empty() && avoid.is_empty()) {
        return Ok(());
    }
    let mut message =
        "nothing is asked: name what must work with --need, as in --need lora,tools. \
                       `dynamo-plan list` shows the features"
            .to_owned();
    if !query.backends.is_empty() {
        let backends = backends(query, known)?.join(",");
        message += &format!(", `dynamo-plan matrix {backends}` what is supported");
    }
    Err(RequestError::new("nothing-asked", None, message))
}

/// Rejects `!lora`. Spelling is forgiven, so that it would mean `lora`, and answers write what is
/// off like that.
fn check_negation(query: &Query) -> Result<(), RequestError> {
    let asked = query.need.iter().chain(query.want.iter().map(|(name, _)| name));
    let asked = asked.map(|name| (name, "to keep it off, write --avoid"));
    let avoided = query.avoid.iter().map(|name| (name, "what is avoided is off, so write"));
    for (name, help) in asked.chain(avoided) {
        if let Some(bare) = negated(name) {
            let message = format!("{name:?} is written as a feature that is off; {help} {bare}");
            return Err(RequestError::new("negated-name", Some(name), message));
        }
    }
    Ok(())
}

/// The name in `!name` or `¬name`.
fn negated(name: &str) -> Option<String> {
    let bare = name.trim().strip_prefix(['!', '¬'])?;
    Some(slug(bare)).filter(|bare| !bare.is_empty())
}

/// The weights that a want can have.
pub(crate) const WEIGHTS: std::ops::RangeInclusive<u64> = 1..=1_000_000_000;

fn check_weight(name: &str, weight: u64) -> Result<(), RequestError> {
    if WEIGHTS.contains(&weight) {
        return Ok(());
    }
    let message = format!(
        "the weight of {name:?} is {weight}; a weight is a whole number from 1 to 1000000000"
    );
    Err(RequestError::new("invalid-weight", Some(name), message))
}

/// The id that a name means.
fn id(
    what: &str,
    name: &str,
    names: &Names<'_>,
    matrices: &[Matrix],
) -> Result<String, RequestError> {
    match names.resolve(name) {
        Resolution::Id(id) => Ok(id),
        Resolution::Ambiguous(ids) => {
            let message =
                format!("{name:?} could mean {}; say which {what} is meant", ids.join(" or "));
            Err(RequestError::new(&format!("ambiguous-{what}"), Some(name), message)
                .with_suggestions(ids))
        }
        Resolution::Unknown(nearest) => {
            let help = match &nearest[..] {
                [] if what == "backend" => {
                    format!("the backends are {}", names.listed().join(", "))
                }
                [] => format!("`dynamo-plan list` shows every {what}"),
                nearest => format!("did you mean {}?", nearest.join(" or ")),
            };
            let message =
                format!("no {what} is called {name:?} in {}; {help}", described(matrices));
            Err(RequestError::new(&format!("unknown-{what}"), Some(name), message)
                .with_suggestions(nearest))
        }
    }
}

/// The chosen matrices in a few words.
fn described(matrices: &[Matrix]) -> String {
    match matrices {
        [one] => match &one.release {
            Some(release) => format!("Dynamo {release}"),
            None => one.provenance.source.clone(),
        },
        several => format!("the {} chosen matrices", several.len()),
    }
}

/// Rejects a feature that is asked for and avoided, itself or by its group.
fn check_contradiction<'r>(
    asked: impl Iterator<Item = &'r String>,
    avoid: &BTreeSet<String>,
    catalog: &Catalog,
) -> Result<(), RequestError> {
    for id in asked {
        let feature = catalog.features().iter().find(|f| f.id == *id);
        let group = feature.and_then(|feature| feature.group.as_deref());
        let avoided =
            [Some(id.as_str()), group].into_iter().flatten().find(|id| avoid.contains(*id));
        if let Some(avoided) = avoided {
            let message = format!(
                "{id} is asked for, and {avoided} is avoided: both cannot hold. Drop one of them"
            );
            return Err(RequestError::new("need-and-avoid", Some(id), message));
        }
    }
    Ok(())
}

fn rules(query: &Query, rule_sets: &[RuleSet]) -> Result<Vec<String>, RequestError> {
    let is_called = |id: &str, name: &str| id == slug(name) && !has_foreign_sign(name);
    let known = |name: &String| match rule_sets.iter().find(|set| is_called(&set.id, name)) {
        Some(set) => Ok(set.id.clone()),
        None => {
            let ids: Vec<String> = rule_sets.iter().map(|set| set.id.clone()).collect();
            let message =
                format!("no rule set is called {name:?}; the rule sets are: {}", ids.join(", "));
            Err(RequestError::new("unknown-rules", Some(name), message).with_suggestions(ids))
        }
    };
    let Some(names) = &query.rules else {
        return Ok(rule_sets.iter().map(|set| set.id.clone()).collect());
    };
    let none = names.iter().find(|name| is_called(NO_RULES, name));
    if let (Some(none), true) = (none, names.len() > 1) {
        let message = format!("{none:?} switches every rule off, so it stands alone");
        return Err(RequestError::new("contradictory-rules", Some(none), message));
    }
    let named = names.iter().filter(|name| !is_called(NO_RULES, name));
    let chosen: BTreeSet<String> = named.map(known).collect::<Result<_, _>>()?;
    Ok(chosen.into_iter().collect())
}

/// The name that switches every rule off.
const NO_RULES: &str = "none";

fn backends(query: &Query, known: &Known<'_>) -> Result<Vec<String>, RequestError> {
    let matrices = known.matrices;
    let names = Names::of_backends(matrices);
    let chosen: BTreeSet<String> = if query.backends.is_empty() {
        matrices.iter().flat_map(|m| &m.backends).map(|backend| backend.id.clone()).collect()
    } else {
        let chosen = query.backends.iter().map(|name| id("backend", name, &names, matrices));
        chosen.collect::<Result<_, _>>()?
    };
    Ok(chosen.into_iter().collect())
}

fn releases(matrices: &[Matrix]) -> Vec<Option<crate::matrix::Release>> {
    let mut releases: Vec<_> = matrices.iter().map(|matrix| matrix.release.clone()).collect();
    releases.sort();
    releases.dedup();
    releases
}

/// The id of the requested option, in which what stands for slashes is significant.
fn pattern(
    query: &Query,
    matrices: &[Matrix],
    fallback: Option<&Dimension>,
    catalog: &Catalog,
    asked: &[&String],
) -> Result<Option<String>, RequestError> {
    let Some(typed) = &query.pattern else { return Ok(None) };
    let mut dimensions: Vec<&Dimension> =
        matrices.iter().filter_map(|matrix| matrix.dimension.as_ref()).collect();
    if dimensions.is_empty() {
        dimensions.extend(fallback);
    }
    let name = typed.trim();
    let option = |it: &&Dimension| name.strip_prefix(&*it.id)?.trim_start().strip_prefix('=');
    let name = dimensions.iter().find_map(option).unwrap_or(name);
    let known = dimensions.iter().flat_map(|d| &d.options).map(|option| &option.id);
    let Some(id) = known.clone().find(|id| option_key(id) == option_key(name)) else {
        let mut known: Vec<&str> = known.map(String::as_str).collect();
        known.dedup();
        return Err(unknown_pattern(typed, name, &known));
    };
    let when = dimensions.iter().filter_map(|dimension| catalog.atom(&dimension.when));
    let mut multimodal = catalog.no_features();
    when.for_each(|atom| catalog.add_features_of(atom, &mut multimodal));
    if asked.iter().any(|id| concerns(catalog, id, &multimodal)) {
        return Ok(Some(id.clone()));
    }
    let when = dimensions.first().map_or("multimodal", |dimension| dimension.when.as_str());
    let message = format!(
        "--pattern {id} is how {when} features are served, and none is asked for. Add one with \
         --need or --want, or leave --pattern out"
    );
    Err(RequestError::new("pattern-without-multimodal", Some(typed), message))
}

/// Whether an id is one of these features, or a group with one of them.
fn concerns(catalog: &Catalog, id: &str, features: &FixedBitSet) -> bool {
    catalog.atom(id).is_some_and(|atom| !catalog.features_of(atom).is_disjoint(features))
}

fn unknown_pattern(typed: &str, name: &str, known: &[&str]) -> RequestError {
    let near = nearest_options(name, known);
    let meant = match &near[..] {
        [] => "the".to_owned(),
        near => format!("did you mean {}? The", near.join(" or ")),
    };
    let listed = match known {
        [] => "not stated by any chosen matrix".to_owned(),
        known => known.join(", "),
    };
    let message = format!("no serving pattern is called {typed:?}; {meant} patterns are {listed}");
    let suggested = if near.is_empty() { known } else { &near };
    let suggestions = suggested.iter().map(|option| (*option).to_owned()).collect();
    RequestError::new("unknown-pattern", Some(typed), message).with_suggestions(suggestions)
}

/// What two spellings of an option share: case does not count, and hyphens, underscores and blanks stand for
/// slashes, so that `ep-d` is EP/D and never EPD.
pub(crate) fn option_key(option: &str) -> String {
    let parts = option.trim().split(['/', '-', '_']);
    // A blank beside another separator says nothing of its own.
    let key = parts.map(|part| part.split_whitespace().join("/")).join("/");
    key.to_uppercase()
}

/// The options that look most like a wrong one, if any does.
fn nearest_options<'o>(wrong: &str, options: &[&'o str]) -> Vec<&'o str> {
    const ENOUGH: f64 = 0.6;
    let wrong = option_key(wrong);
    let likeness =
        |option: &str| strsim::normalized_damerau_levenshtein(&wrong, &option_key(option));
    let best = options.iter().map(|option| likeness(option)).fold(ENOUGH, f64::max);
    options.iter().copied().filter(|option| likeness(option) >= best).collect()
}
