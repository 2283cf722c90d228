//! Changes to a request: the request before in, the query after out.

use super::Change;
use crate::matrix::{Level, Term};
use crate::plan::Planner;
use crate::request::{Names, PlatformFacts, Query, Request, RequestError, Resolution};

/// Changes to a request, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestEdit {
    /// Needs to add.
    pub add: Vec<String>,
    /// Needs, wants, avoids and facts to drop; `pattern`, `driver`, `cuda` and `engine` drop these.
    pub drop: Vec<String>,
    /// Another accept level.
    pub accept: Option<Level>,
    /// Another pattern.
    pub pattern: Option<String>,
    /// Other platform facts, where given.
    pub platform: PlatformFacts,
}

impl RequestEdit {
    /// Changes a query that a planner understood as a request.
    ///
    /// # Errors
    ///
    /// Where something is dropped that the request does not hold.
    pub fn apply(
        &self,
        query: &Query,
        request: &Request,
        planner: &Planner,
    ) -> Result<Query, RequestError> {
        let wants = request.want.iter().map(|want| (want.feature.clone(), want.weight));
        let mut after = Query {
            need: request.need.clone(),
            want: wants.collect(),
            avoid: request.avoid.clone(),
            pattern: request.pattern.clone(),
            platform: request.platform.clone(),
            facts: request.facts.clone(),
            ..query.clone()
        };
        for name in &self.drop {
            drop_term(&mut after, name, planner)?;
        }
        after.need.extend_from_slice(&self.add);
        after.accept = self.accept.unwrap_or(after.accept);
        after.pattern = self.pattern.clone().or(after.pattern);
        let PlatformFacts { driver, cuda, engine } = &self.platform;
        after.platform = PlatformFacts {
            driver: driver.or(after.platform.driver),
            cuda: cuda.clone().or(after.platform.cuda),
            engine: engine.clone().or(after.platform.engine),
        };
        Ok(after)
    }

    /// Finds the differences of two requests.
    #[must_use]
    pub fn changes(before: &Request, after: &Request) -> Vec<Change> {
        let mut changes = Vec::new();
        let added = after.need.iter().filter(|id| !before.need.contains(id));
        changes.extend(added.map(|id| Change::Add { value: id.clone() }));
        let terms = |request: &Request| {
            let wants = request.want.iter().map(|want| Term::on(&want.feature));
            let needs = request.need.iter().map(Term::on);
            let avoids = request.avoid.iter().map(Term::off);
            let facts = request.stated_facts().map(Term::of_fact);
            needs.chain(wants).chain(avoids).chain(facts).collect::<Vec<Term>>()
        };
        let left = terms(after);
        let dropped = terms(before).into_iter().filter(|term| !left.contains(term));
        changes.extend(dropped.map(|value| Change::Drop { value }));
        if before.accept != after.accept {
            changes.push(Change::Accept { before: before.accept, after: after.accept });
        }
        if before.releases != after.releases {
            let (before, after) = (before.releases.clone(), after.releases.clone());
            changes.push(Change::Release { before, after });
        }
        for ((name, before), (_, after)) in facts(before).into_iter().zip(facts(after)) {
            if before != after {
                changes.push(Change::Fact { name: name.to_owned(), before, after });
            }
        }
        changes
    }
}

/// The pattern and the platform facts of a request.
fn facts(request: &Request) -> [(&'static str, Option<String>); 4] {
    let PlatformFacts { driver, cuda, engine } = request.platform.clone();
    [
        ("pattern", request.pattern.clone()),
        ("driver", driver.map(|driver| driver.to_string())),
        ("cuda", cuda),
        ("engine", engine),
    ]
}

/// Takes a term out of a query of ids.
fn drop_term(query: &mut Query, name: &str, planner: &Planner) -> Result<(), RequestError> {
    let had = match name.trim() {
        "pattern" => query.pattern.take().is_some(),
        "driver" => query.platform.driver.take().is_some(),
        "cuda" => query.platform.cuda.take().is_some(),
        "engine" => query.platform.engine.take().is_some(),
        name if drop_fact(query, name, planner) => true,
        name => {
            let name = name.strip_prefix('!').unwrap_or(name);
            let Resolution::Id(id) = Names::of_features(planner.catalog()).resolve(name) else {
                return Err(not_asked(query, name));
            };
            let asked = |query: &Query| query.need.len() + query.want.len() + query.avoid.len();
            let before = asked(query);
            query.need.retain(|asked| *asked != id);
            query.want.retain(|(asked, _)| *asked != id);
            query.avoid.retain(|asked| *asked != id);
            asked(query) < before
        }
    };
    if had { Ok(()) } else { Err(not_asked(query, name)) }
}

/// Takes a fact out of a query of ids, if it is one that the query states or denies.
fn drop_fact(query: &mut Query, name: &str, planner: &Planner) -> bool {
    let name = name.strip_prefix("fact=").unwrap_or(name);
    let name = name.strip_prefix('!').unwrap_or(name);
    let Resolution::Id(id) = Names::of_facts(planner.facts()).resolve(name) else { return false };
    let before = query.facts.len();
    query.facts.retain(|fact| fact.strip_prefix('!').unwrap_or(fact) != id);
    query.facts.len() < before
}

fn not_asked(query: &Query, name: &str) -> RequestError {
    let wants = query.want.iter().map(|(id, _)| id);
    let asked: Vec<String> = query.need.iter().chain(wants).chain(&query.avoid).cloned().collect();
    let message = format!(
        "{name:?} cannot be dropped: the request does not hold it. It holds {}",
        if asked.is_empty() { "no feature".to_owned() } else { asked.join(", ") }
    );
    RequestError::new("not-in-request", Some(name), message).with_suggestions(asked)
}
