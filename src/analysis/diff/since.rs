//! Planners of every release and a request in, one history of its plans per backend out.

use serde::{Deserialize, Serialize};

use crate::matrix::{Level, Release};
use crate::plan::{MatrixRef, Notice, Planner};
use crate::request::Request;

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
    /// One history for each backend.
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
    let history = |backend: &String| history(planner, request, backend);
    let backends: Vec<History> = request.backends.iter().map(history).collect();
    let first = backends.iter().filter_map(|history| history.first.as_ref());
    let notices = planner.unrecorded_issues(first);
    Since {
        schema: "dynamo-plan/since/v1".to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        matrices: planner.references(request),
        request: request.clone(),
        backends,
        notices,
    }
}

fn history(planner: &Planner, request: &Request, backend: &str) -> History {
    let mut history: Vec<LevelChange> = Vec::new();
    for release in &request.releases {
        let here = Request {
            backends: vec![backend.to_owned()],
            releases: vec![release.clone()],
            ..request.clone()
        };
        let best = planner.best(&here);
        let level = best.as_ref().map(|(_, plan)| plan.level);
        let before = history.last().and_then(|change| change.level);
        if level != before {
            let plans = best.map_or(0, |(total, _)| total);
            history.push(LevelChange { release: release.clone(), plans, level });
        }
    }
    let first = history.first().and_then(|change| change.release.clone());
    History { backend: backend.to_owned(), first, history }
}
