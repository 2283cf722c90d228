//! Planners of every release and a request in, one history of its plans per backend out.

use serde::{Deserialize, Serialize};

use crate::matrix::{Level, Release};
use crate::plan::{CellDetail, Effort, MatrixRef, Notice, Planner};
use crate::request::{PlatformFacts, Request};

/// The histories of a request's plans. Serialises as `dynamo-plan/since/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Since {
    /// The name of the shape and its version.
    pub schema: String,
    /// The version of this tool.
    pub tool: String,
    /// The matrices that were looked at, oldest release first.
    pub matrices: Vec<MatrixRef>,
    /// The request as it was understood.
    pub request: Request,
    /// Whether every backend was looked at in every release.
    pub complete: bool,
    /// The keys that are not whole: `backends` where the time ran out.
    pub incomplete: Vec<String>,
    /// One history for each backend; where not all could be looked at, those that are whole.
    pub backends: Vec<History>,
    /// Remarks that are no part of the answer itself.
    pub notices: Vec<Notice>,
}

/// The history of a request's plans on one backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct History {
    /// The backend's id.
    pub backend: String,
    /// The first release with a plan.
    pub first: Option<Release>,
    /// The first release with a plan, and each later one whose best plan rests on another level or
    /// that has none.
    pub history: Vec<LevelChange>,
}

/// A release in which the level of a request's best plan changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelChange {
    /// The release.
    pub release: Option<Release>,
    /// The number of plans in it.
    pub plans: usize,
    /// The level that its best plan rests on; `None` without a plan.
    pub level: Option<Level>,
}

/// Finds when a request first had a plan on each backend, and each later change of its level or
/// loss. Every release of the request is looked at, oldest first.
#[must_use]
pub fn since(planner: &Planner, request: &Request) -> Since {
    since_within(planner, request, Effort::default())
}

/// The same, as far as the effort allows: then of some backends alone.
#[must_use]
pub fn since_within(planner: &Planner, request: &Request, effort: Effort) -> Since {
    let history = |backend: &String| history(planner, request, backend, effort);
    let backends: Vec<History> = request.backends.iter().map_while(history).collect();
    let complete = backends.len() == request.backends.len();
    let first = backends.iter().filter_map(|history| history.first.as_ref());
    let mut notices = planner.unrecorded_issues(first);
    if !complete {
        notices.extend(effort.ended());
    } else if backends.iter().all(|history| history.history.is_empty()) {
        notices.extend(platform_notice(planner, request, effort));
    }
    Since {
        schema: "dynamo-plan/since/v1".to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        matrices: planner.references(request),
        request: request.clone(),
        complete,
        incomplete: if complete { Vec::new() } else { vec!["backends".to_owned()] },
        backends,
        notices,
    }
}

/// Says when a request that has no plan anywhere would first have one, if it did not have to run on the
/// machines that it states.
fn platform_notice(planner: &Planner, request: &Request, effort: Effort) -> Option<Notice> {
    let platform = request.platform.in_words();
    let anywhere = Request { platform: PlatformFacts::default(), ..request.clone() };
    let history = |backend: &String| history(planner, &anywhere, backend, effort);
    let histories: Vec<History> = request.backends.iter().map(history).collect::<Option<_>>()?;
    let possible: Vec<&History> = histories.iter().filter(|it| it.first.is_some()).collect();
    let first = possible.iter().filter_map(|history| history.first.as_ref()).min()?;
    let at_once = possible.iter().filter(|history| history.first.as_ref() == Some(first));
    let backends: Vec<&str> = at_once.map(|history| history.backend.as_str()).collect();
    (!platform.is_empty()).then(|| Notice {
        code: Since::PLATFORM_NOTICE.to_owned(),
        text: format!(
            "It is {platform} that rules every release out: without that, this is first possible in \
             {first}, on {}.",
            backends.join(" and ")
        ),
    })
}

impl Since {
    /// The code of the notice that the machines alone rule every release out.
    pub const PLATFORM_NOTICE: &str = "platform-rules-out";
}

/// `None` where the search has to end before every release was looked at.
fn history(planner: &Planner, request: &Request, backend: &str, effort: Effort) -> Option<History> {
    let mut history: Vec<LevelChange> = Vec::new();
    for release in &request.releases {
        let here = Request {
            backends: vec![backend.to_owned()],
            releases: vec![release.clone()],
            ..request.clone()
        };
        let (total, best, _) = planner.plans_within(&here, CellDetail::Notable, Some(1), effort)?;
        let level = best.first().map(|plan| plan.level);
        let before = history.last().and_then(|change| change.level);
        if level != before {
            history.push(LevelChange { release: release.clone(), plans: total, level });
        }
    }
    let first = history.first().and_then(|change| change.release.clone());
    Some(History { backend: backend.to_owned(), first, history })
}
