//! Splits: the fewest deployments that together satisfy needs which no single one can.
//!
//! What one deployment can serve is a [`Family`] of sets; splitting needs among `k` deployments is
//! colouring them with `k` colours so that no conflict has one colour. [`Planner::split`] finds the
//! fewest colours, every split into no more, each with the choice of plans by which the fewest
//! different backends run, and every minimal reason why fewer are not enough; [`Planner::classes`]
//! finds the best classes for whole workloads.

mod choice;
mod class_search;
mod covering;
mod element;
mod family;
mod fewest;
mod listed_run;
mod lower_bound;
mod outcome;
mod partitions;
mod run;
mod served_share;
mod share_list;
mod workload_elements;
mod workloads;

use itertools::Itertools;

use std::time::{Duration, Instant};

use self::element::Element;
use self::family::Family;
use self::run::SplitRun;
use super::Planner;
use super::search::Search;
use super::terms::terms;
use crate::matrix::Term;
use crate::request::Request;
use crate::solve::{Deadline, SearchEnd};

pub(crate) use run::{NOT_COMPARED, TOO_MANY_SPLITS};

pub use outcome::{
    Alternative, Class, Deployment, Split, SplitOutcome, SplitRequest, SplitScore, Unserved,
    Workload, WorkloadsOutcome, WorkloadsRequest,
};

/// A deadline passed.
struct DeadlinePassed;

/// Why a search ended before everything was looked at.
enum Unfinished {
    /// The deadline passed.
    Late,
    /// There is too much to look at.
    TooMany,
}

impl From<DeadlinePassed> for Unfinished {
    fn from(_: DeadlinePassed) -> Self {
        Unfinished::Late
    }
}

impl From<SearchEnd> for Unfinished {
    fn from(end: SearchEnd) -> Self {
        match end {
            SearchEnd::Deadline => Unfinished::Late,
            SearchEnd::Steps => Unfinished::TooMany,
        }
    }
}

/// The moment to stop at, if any.
#[derive(Clone, Copy)]
struct Clock(Option<Instant>);

impl Clock {
    fn check(self) -> Result<(), DeadlinePassed> {
        match self.0 {
            Some(deadline) if Instant::now() >= deadline => Err(DeadlinePassed),
            _ => Ok(()),
        }
    }

    /// The same for a search.
    fn deadline(self) -> Deadline {
        Deadline::new(self.0)
    }

    /// A clock that stops at the same moment or earlier: with this part of the time that is left.
    fn part(self, percent: u32) -> Self {
        let now = Instant::now();
        Clock(self.0.map(|deadline| {
            let left: Duration = deadline.saturating_duration_since(now);
            // Divided first, since the longest waits times a percentage are no `Duration`.
            now + left / 100 * percent
        }))
    }
}

/// The keys of an outcome that can be not whole.
const KEYS: [&str; 5] = ["lower_bound", "total", "splits", "minimal_because", "conflicts"];

impl Planner {
    /// The fewest deployments that together satisfy all needs of a request, and every best split
    /// of the needs among them.
    ///
    /// ```
    /// # fn main() -> Result<(), dynamo_plan::RequestError> {
    /// use dynamo_plan::{Planner, Query, plan::SplitRequest};
    ///
    /// let planner = Planner::bundled();
    /// let request = planner.resolve(&Query::needing(["lora", "multimodal-video"]))?;
    /// let outcome = planner.split(&SplitRequest::of(request));
    /// assert_eq!(outcome.deployments(), 2);
    /// assert_eq!(outcome.minimal_because, [["lora", "multimodal-video"]]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn split(&self, asked: &SplitRequest) -> SplitOutcome {
        self.split_watched(asked, &mut |_| {})
    }

    /// Splits, showing what is known so far whenever more of it is proved or something better is
    /// found: between two such moments no deadline may be looked at for long.
    pub fn split_watched(
        &self,
        asked: &SplitRequest,
        watch: &mut dyn FnMut(&SplitOutcome),
    ) -> SplitOutcome {
        let mut outcome = self.nothing_split_yet(asked);
        let needs = std::mem::take(&mut outcome.request.need);
        let mut whole = outcome.request.clone();
        whole.need = needs.iter().chain(&outcome.every).cloned().sorted().dedup().collect_vec();
        let fixed = Request { need: outcome.every.clone(), ..outcome.request.clone() };
        let elements = needs.iter().map(Term::on).map(Element::of).collect();
        outcome.request.need = needs;
        let targets = self.targets(&whole);
        let search = Search::new(&targets, &whole, Vec::new());
        let clock = Clock(asked.deadline);
        let family = Family::new(search, (terms(&fixed), fixed.want.clone()), elements, clock);
        SplitRun { planner: self, family, fixed: &fixed, clock, limit: asked.limit, outcome, watch }
            .run()
    }

    /// A split of which nothing is known, with the request in order: what is to stay together is
    /// needed, and what every deployment needs is no share.
    fn nothing_split_yet(&self, asked: &SplitRequest) -> SplitOutcome {
        let sorted = |ids: &[String]| ids.iter().cloned().sorted().dedup().collect_vec();
        let every = sorted(&asked.every);
        let mut request = asked.request.clone();
        request.need = sorted(&[request.need, asked.together.concat()].concat());
        request.need.retain(|id| !every.contains(id));
        request.want.retain(|want| !request.need.contains(&want.feature));
        let together = asked.together.iter().map(|ids| sorted(ids)).sorted().dedup().collect_vec();
        SplitOutcome {
            schema: "dynamo-plan/split/v1".to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            matrices: self.references(&request),
            together,
            request,
            every,
            release_defaulted: false,
            newest: None,
            satisfiable: false,
            complete: false,
            // All is taken out as it is proved.
            incomplete: KEYS.map(str::to_owned).to_vec(),
            lower_bound: 1,
            total: 0,
            splits: Vec::new(),
            minimal_because: Vec::new(),
            conflicts: Vec::new(),
            notices: Vec::new(),
        }
    }
}
