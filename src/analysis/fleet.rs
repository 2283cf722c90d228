//! Fleets: many workloads in, the best plan of each by itself out, summed up by backend.

use std::collections::{BTreeSet, HashMap};

use crate::matrix::{Release, Term};
use crate::plan::{CellDetail, Effort, Plan, Planner, Rejected, TIMED_OUT, Verdict};
use crate::request::Request;

/// A workload as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetMember {
    /// What it is called.
    pub name: String,
    /// How many times it counts, at least 1.
    pub count: u64,
}

/// Workloads, each with the best plan for it alone, in the order in which they came.
#[derive(Debug, Default)]
pub struct Fleet {
    /// One for each workload.
    pub rows: Vec<(FleetMember, FleetAnswer)>,
    /// The releases that any of them was asked of, oldest first.
    pub releases: BTreeSet<Option<Release>>,
    /// The answers so far: many workloads of a fleet ask for the same.
    known: HashMap<String, FleetAnswer>,
}

/// The answer for one workload.
#[derive(Clone, Debug)]
pub enum FleetAnswer {
    /// There is a plan.
    Planned {
        /// The best one.
        best: Box<Plan>,
        /// How many share its standing, itself included.
        equal: usize,
        /// How many plans there are.
        total: usize,
    },
    /// There is none.
    Unplanned {
        /// Whether anything published rules it out.
        verdict: Verdict,
        /// Every minimal set of its terms that fails everywhere.
        conflicts: Vec<Vec<Term>>,
        /// The place that is nearest to a plan, and what is blocked there.
        nearest: Option<Rejected>,
    },
    /// The line could not be understood, and why.
    Unread(String),
    /// There was no answer in time, and what helps.
    TimedOut(String),
}

/// A backend of a release; `None` where a workload has no plan.
pub type FleetPlace = Option<(Option<Release>, String)>;

/// What runs at one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FleetSum {
    /// The number of workloads.
    pub workloads: usize,
    /// Their counts, summed up.
    pub count: u64,
}

impl Fleet {
    /// Adds a workload with the answer to its request.
    ///
    /// # Errors
    ///
    /// Gives the workload back where the deadline passes before its answer is whole.
    pub fn add(
        &mut self,
        member: FleetMember,
        planner: &Planner,
        request: &Request,
        effort: Effort,
    ) -> Result<(), FleetMember> {
        self.releases.extend(request.releases.iter().cloned());
        let key = format!("{request:?}{}", request.all);
        if let Some(known) = self.known.get(&key) {
            self.rows.push((member, known.clone()));
            return Ok(());
        }
        let Some(answer) = FleetAnswer::new(planner, request, effort) else { return Err(member) };
        self.known.insert(key, answer.clone());
        self.rows.push((member, answer));
        Ok(())
    }

    /// Adds a workload whose answer took too long.
    pub fn add_timed_out(&mut self, member: FleetMember, reason: &str) {
        self.rows.push((member, FleetAnswer::TimedOut(reason.to_owned())));
    }

    /// Adds a workload whose line could not be understood.
    pub fn add_unread(&mut self, member: FleetMember, reason: &str) {
        self.rows.push((member, FleetAnswer::Unread(reason.to_owned())));
    }

    /// Whether a line could not be understood or answered.
    #[must_use]
    pub fn has_unanswered(&self) -> bool {
        use FleetAnswer::{TimedOut, Unread};
        self.rows.iter().any(|(_, answer)| matches!(answer, Unread(_) | TimedOut(_)))
    }

    /// What the workloads that were understood sum up to by the place of their best plan: what counts
    /// most first, and what has no plan last.
    #[must_use]
    pub fn sums(&self) -> Vec<(FleetPlace, FleetSum)> {
        let mut sums: HashMap<FleetPlace, FleetSum> = HashMap::new();
        for (member, answer) in &self.rows {
            let place = match answer {
                FleetAnswer::Planned { best, .. } => {
                    Some((best.release.clone(), best.backend.clone()))
                }
                FleetAnswer::Unplanned { .. } => None,
                FleetAnswer::Unread(_) | FleetAnswer::TimedOut(_) => continue,
            };
            let sum = sums.entry(place).or_default();
            sum.workloads += 1;
            sum.count = sum.count.saturating_add(member.count);
        }
        let mut sums: Vec<(FleetPlace, FleetSum)> = sums.into_iter().collect();
        sums.sort_by(|(a, of_a), (b, of_b)| {
            let by_count = of_b.count.cmp(&of_a.count);
            a.is_none().cmp(&b.is_none()).then(by_count).then_with(|| a.cmp(b))
        });
        sums
    }
}

impl FleetAnswer {
    /// `None` where a deadline passes before the answer is whole.
    fn new(planner: &Planner, request: &Request, effort: Effort) -> Option<Self> {
        let (total, plans, _) = planner.plans_within(request, CellDetail::None, None, effort)?;
        let equal = plans.iter().take_while(|plan| plan.standing == 1).count();
        if let Some(best) = plans.into_iter().next() {
            return Some(FleetAnswer::Planned { best: Box::new(best), equal, total });
        }
        let outcome = planner.search_within(request, CellDetail::None, None, effort);
        if outcome.notices.iter().any(|notice| notice.code == TIMED_OUT) {
            return None;
        }
        Some(FleetAnswer::Unplanned {
            verdict: outcome.verdict,
            conflicts: outcome.conflicts,
            nearest: outcome.rejected.into_iter().next(),
        })
    }
}
