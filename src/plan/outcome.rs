//! The planner's answers: plans, or why there is none. These types are the JSON, key for key.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::notices::in_words;
use super::{ConditionalRule, Run, Streamed, TouchedCell};
use crate::matrix::{Level, Matrix, Platform, Release, Term};
use crate::request::Request;
use crate::solve::Deadline;

/// The code of the notice that a deadline passed.
pub(crate) const TIMED_OUT: &str = "timed-out";

/// The code of the notice that the search was interrupted, as by Ctrl-C.
pub(crate) const INTERRUPTED: &str = "interrupted";

/// The answer to a request. "No plan" is an answer like any other: then the fields from
/// `conflicts` to `closest` say why and what would help.
///
/// Serialises as the shape `dynamo-plan/plan/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// The name of the shape and its version.
    pub schema: String,
    /// The version of this tool.
    pub tool: String,
    /// The matrices that were chosen, oldest release first.
    pub matrices: Vec<MatrixRef>,
    /// The request as it was understood: ids, sorted, without repeats.
    pub request: Request,
    /// Whether nobody chose the release.
    pub release_defaulted: bool,
    /// The newest release that could have been chosen, where it is one of those that the program was
    /// built with.
    pub newest: Option<Release>,
    /// Whether there is a plan.
    pub satisfiable: bool,
    /// The answer in a word.
    pub verdict: Verdict,
    /// Whether everything was found and proved.
    pub complete: bool,
    /// The keys whose lists are not whole, or whose numbers are only known to be at least so large.
    #[serde(default)]
    pub incomplete: Vec<String>,
    /// The number of plans, before any limit.
    pub total: usize,
    /// The plans, best first.
    pub plans: Vec<Plan>,
    /// Every chosen target without a plan and the cells that keep it out, nearest first.
    pub rejected: Vec<Rejected>,
    /// Every minimal set of the request's terms that fails everywhere (MUS), by size, then terms.
    pub conflicts: Vec<Vec<Term>>,
    /// Every minimal set of terms whose removal helps (MCS), by size, then terms.
    pub corrections: Vec<Correction>,
    /// Per target, every smallest set of cells that would have to be supported, nearest target
    /// first.
    pub unlocks: Vec<Unlocks>,
    /// The targets, nearest to a plan first.
    pub closest: Vec<Closest>,
    /// The number of plans that each worse accept level would give, mildest first.
    pub sensitivity: Vec<Sensitivity>,
    /// The next things to try.
    pub hints: Vec<Hint>,
    /// Remarks that are no part of the answer itself.
    pub notices: Vec<Notice>,
}

/// An answer in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There is a plan.
    Plan,
    /// There is none, but nothing published rules it out either: accepting what nobody makes a claim
    /// about would give one.
    Unclaimed,
    /// What is published rules it out.
    RuledOut,
}

/// A reference to a matrix that an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MatrixRef {
    /// The release, where the matrix names one.
    pub release: Option<Release>,
    /// The document that the matrix was published as.
    pub source: String,
    /// The commit of that document.
    pub commit: Option<String>,
    /// The SHA-256 of the file that the matrix was read from, in hexadecimal.
    pub sha256: Option<String>,
}

/// One configuration that satisfies the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The position in the ranking, from 1.
    pub rank: usize,
    /// 1 plus the number of plans that are strictly better, so that equal plans share it.
    pub standing: usize,
    /// The release, where its matrix names one.
    pub release: Option<Release>,
    /// The engine version that the release pins.
    pub engine: Option<String>,
    /// The CUDA toolkits that the release is built for, each with the driver that it needs.
    pub platforms: Vec<Platform>,
    /// The backend's id.
    pub backend: String,
    /// The serving pattern, where the dimension applies.
    pub pattern: Option<String>,
    /// Every feature that is on, sorted.
    pub features: Vec<String>,
    /// The features that are on without being named as a need, sorted.
    pub added: Vec<String>,
    /// The wants that the plan does not meet, sorted.
    pub missed: Vec<String>,
    /// The worst level that the plan rests on.
    pub level: Level,
    /// The values that the ranking compares.
    pub score: Score,
    /// The cells that the plan touches: those with something to say, or all, as asked.
    pub cells: Vec<Arc<TouchedCell>>,
    /// The rules that would count if facts were stated that the request leaves open, by id.
    pub conditional: Vec<ConditionalRule>,
    /// What to do to run it; worked out for the plans of a full answer alone.
    pub run: Option<Run>,
}

/// The values that plans are ranked by, in order of weight; all count against a plan but
/// `headroom`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Score {
    /// The summed weight of the wants that are missed.
    pub missed_weight: u64,
    /// The number of touched cells that are `not-applicable`.
    pub not_applicable: usize,
    /// The number of touched cells that are `undocumented`.
    pub undocumented: usize,
    /// The number of touched cells that are `experimental`.
    pub experimental: usize,
    /// The number of touched cells that carry a caveat.
    pub caveat: usize,
    /// The worker roles of the serving pattern; 0 without one.
    pub roles: usize,
    /// The number of listed features that could each be added alone and leave a valid plan.
    pub headroom: usize,
}

/// A target without a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The release.
    pub release: Option<Release>,
    /// The backend's id.
    pub backend: String,
    /// The cells that keep it out.
    pub blocking: Vec<Arc<TouchedCell>>,
}

/// A minimal set of terms whose removal makes a plan possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Correction {
    /// The terms to drop, sorted.
    pub drop: Vec<Term>,
    /// The number of plans that there are then.
    pub plans: usize,
    /// The first of them.
    pub best: Plan,
}

/// The cells that would have to be supported for a target to have a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlocks {
    /// The release.
    pub release: Option<Release>,
    /// The backend's id.
    pub backend: String,
    /// Every set of fewest cells that would have to be supported; none where a definition fails it.
    pub sets: Vec<Vec<UnlockCell>>,
}

/// A cell that would have to be at an accepted level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnlockCell {
    /// The cell's terms.
    pub terms: Vec<Term>,
    /// The level it has now.
    pub level: Level,
    /// The id of the rule that set it; `None` where the matrix says so.
    pub rule: Option<String>,
    /// The level that the matrix states, where a rule changed it.
    pub published: Option<Level>,
    /// The address of the source, where one is known.
    pub url: Option<String>,
}

/// The distance of a target from a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closest {
    /// The release.
    pub release: Option<Release>,
    /// The backend's id.
    pub backend: String,
    /// The number of cells that block its nearest minimal configuration.
    pub blocking: usize,
}

/// The number of plans that there would be if worse cells were accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sensitivity {
    /// The worse accept level.
    pub accept: Level,
    /// The number of plans with it.
    pub plans: usize,
}

/// Something to try next, kept apart from the causes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Hint {
    /// Accept a worse level.
    Accept {
        /// The mildest level that gives a plan.
        value: Level,
        /// The number of plans that it gives.
        plans: usize,
    },
    /// Drop terms of the request.
    Drop {
        /// The terms.
        value: Vec<Term>,
        /// The number of plans that are left then.
        plans: usize,
    },
    /// Move to a release that is stated to fix an issue which blocks.
    Release {
        /// The first such release that has a plan.
        value: Release,
        /// How many plans it has.
        plans: usize,
    },
    /// Install a newer NVIDIA driver.
    Driver {
        /// The least major version with which there is a plan.
        value: u32,
        /// How many plans there are with it.
        plans: usize,
    },
    /// Share the needs out among several deployments.
    Split {
        /// One split with the fewest: of all, the one in which the first need, then the
        /// second and so on is on the first deployment that it can be on.
        value: Vec<Vec<String>>,
        /// The number of deployments that it takes.
        deployments: usize,
    },
}

/// A remark with a stable code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Notice {
    /// The stable code, such as `newest-differs`.
    pub code: String,
    /// The remark.
    pub text: String,
}

impl std::iter::Sum for Score {
    /// The scores of several plans taken together.
    fn sum<I: Iterator<Item = Score>>(scores: I) -> Score {
        scores.fold(Score::default(), |a, b| Score {
            missed_weight: a.missed_weight + b.missed_weight,
            not_applicable: a.not_applicable + b.not_applicable,
            undocumented: a.undocumented + b.undocumented,
            experimental: a.experimental + b.experimental,
            caveat: a.caveat + b.caveat,
            roles: a.roles + b.roles,
            headroom: a.headroom + b.headroom,
        })
    }
}

impl Notice {
    /// A remark with a stable code.
    #[must_use]
    pub fn new(code: &str, text: String) -> Self {
        Notice { code: code.to_owned(), text }
    }
}

impl Notice {
    /// Which of the reasons are more than are listed, of the keys that are not whole.
    pub(super) fn more_than_listed(incomplete: &[String]) -> Option<Self> {
        let reasons = ["conflicts", "corrections", "unlocks"];
        let cut = reasons.into_iter().filter(|key| incomplete.iter().any(|it| it == key));
        let cut = in_words(&cut.collect::<Vec<_>>());
        let text = format!("There are more {cut} than are listed.");
        (!cut.is_empty()).then(|| Notice::new("more-than-listed", text))
    }

    /// There are more plans than the search can keep in order.
    pub(super) fn more_than_ranked() -> Self {
        let text = "There are more plans than can be put in order at once: these are the best. Ask for more \
                    features, or avoid some, to see others.";
        Notice::new("more-than-ranked", text.to_owned())
    }

    /// The time ran out before everything was found.
    #[must_use]
    pub fn timed_out() -> Self {
        let text = "The time ran out before everything was found; what is said here is proved.";
        Notice::new(TIMED_OUT, text.to_owned())
    }

    /// The search was interrupted before everything was found.
    #[must_use]
    pub fn interrupted() -> Self {
        let text = "Interrupted before everything was found; what is said here is proved.";
        Notice::new(INTERRUPTED, text.to_owned())
    }

    /// A search that was told to end found less than everything.
    pub(super) fn cut_short(deadline: &Deadline) -> Self {
        if deadline.was_interrupted() { Notice::interrupted() } else { Notice::timed_out() }
    }

    /// Whether this says that a search ended before it had found everything.
    pub(crate) fn is_cut_short(&self) -> bool {
        [TIMED_OUT, INTERRUPTED].contains(&self.code.as_str())
    }
}

impl Outcome {
    /// The answer in a word, as the number of plans and the sensitivity tell it.
    pub(super) fn verdict(&self) -> Verdict {
        let unclaimed =
            |worse: &Sensitivity| worse.accept == Level::NotApplicable && worse.plans > 0;
        if self.satisfiable {
            Verdict::Plan
        } else if self.sensitivity.iter().any(unclaimed) {
            Verdict::Unclaimed
        } else {
            Verdict::RuledOut
        }
    }

    /// Says of a key that what it holds is not all, where that is so.
    pub(super) fn not_whole(&mut self, key: &str, is_so: bool) {
        if is_so && !self.lacks(key) {
            self.complete = false;
            self.incomplete.push(key.to_owned());
        }
    }

    /// Takes in what there is to say of plans that were shown as they were found, and leaves no plan in.
    pub(crate) fn take_in(&mut self, streamed: Streamed) {
        let Streamed { shown, whole, notices } = streamed;
        self.plans.clear();
        self.incomplete.retain(|key| key != "plans" && !(whole && key == "total"));
        self.complete = self.incomplete.is_empty();
        self.total = if whole { shown } else { self.total.max(shown) };
        self.not_whole("plans", !whole && (shown < self.total || self.lacks("total")));
        // They stand before those of the answer as a whole.
        self.notices.retain(|notice| !notices.contains(notice));
        self.notices.splice(0..0, notices);
    }

    /// Says that nothing was found of what is worked out after the plans.
    pub(super) fn leave_out_the_rest(&mut self, deadline: &Deadline) {
        let rest = ["rejected", "conflicts", "corrections", "unlocks", "closest", "sensitivity"];
        for key in rest {
            self.not_whole(key, true);
        }
        for key in ["satisfiable", "verdict"] {
            self.not_whole(key, !self.satisfiable);
        }
        self.notices.push(Notice::cut_short(deadline));
    }

    /// Whether what a key holds is not all, as far as is known.
    #[must_use]
    pub fn lacks(&self, key: &str) -> bool {
        self.incomplete.iter().any(|it| it == key)
    }

    /// Whether a deadline passed before it was known whether there is a plan.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        !self.satisfiable && !self.complete && self.rejected.is_empty()
    }
}

impl MatrixRef {
    /// Refers to a matrix.
    #[must_use]
    pub fn of(matrix: &Matrix) -> Self {
        MatrixRef {
            release: matrix.release.clone(),
            source: matrix.provenance.source.clone(),
            commit: matrix.provenance.commit.clone(),
            sha256: matrix.provenance.sha256.clone(),
        }
    }
}

impl UnlockCell {
    /// A cell that blocks.
    #[must_use]
    pub(super) fn of(cell: &TouchedCell) -> Self {
        UnlockCell {
            terms: cell.terms.clone(),
            level: cell.level,
            rule: cell.rule.clone(),
            published: cell.published,
            url: cell.url.clone(),
        }
    }
}
