//! One answer, with the fields that were asked for.

use std::sync::Arc;

use serde::Serialize;

use super::line_error::{LabelKeys, LineLabel, write_line};
use super::{Field, Fields};
use crate::matrix::{Level, Platform, Release, Term};
use crate::plan::Planner;
use crate::plan::{
    CellDetail, Closest, ConditionalRule, Correction, Effort, Hint, Notice, Outcome, Plan,
    Rejected, Run, Score, Sensitivity, TIMED_OUT, TouchedCell, Unlocks, Verdict,
};
use crate::request::Request;

/// An answer with what it needs to hold.
pub(super) struct Answer {
    request: Request,
    satisfiable: bool,
    complete: bool,
    total: usize,
    plans: Vec<Plan>,
    /// The whole answer, where plans are not enough.
    whole: Option<Outcome>,
    fields: Fields,
}

impl Answer {
    /// `None` where a deadline passed before the answer was whole.
    pub(super) fn new(
        planner: &Planner,
        request: Request,
        fields: Fields,
        limit: Option<usize>,
        effort: Effort,
    ) -> Option<Self> {
        let cells = if fields.has(Field::Cells) { CellDetail::Notable } else { CellDetail::None };
        let limit = if fields.has(Field::Plans) { limit } else { Some(0) };
        let (total, mut plans, complete, whole) = if fields.are_plain() {
            let (total, plans, complete) = planner.plans_within(&request, cells, limit, effort)?;
            (total, plans, complete, None)
        } else {
            let mut whole = planner.search_within(&request, cells, limit, effort);
            if whole.notices.iter().any(|notice| notice.code == TIMED_OUT) {
                return None;
            }
            (whole.total, std::mem::take(&mut whole.plans), whole.complete, Some(whole))
        };
        let satisfiable = whole.as_ref().map_or(total > 0, |whole| whole.satisfiable);
        if fields.has(Field::Run) {
            planner.add_runs(&request, &mut plans);
        }
        Some(Answer { request, satisfiable, complete, total, plans, whole, fields })
    }

    /// Writes the answer as one line.
    pub(super) fn write(&self, label: &LineLabel, out: &mut Vec<u8>) {
        let fields = self.fields;
        let whole = |field| self.whole.as_ref().filter(|_| fields.has(field));
        let plans = || self.plans.iter().map(|plan| PlanShown::new(plan, fields)).collect();
        write_line(
            &AnswerLine {
                label: label.into(),
                request: fields.has(Field::Request).then_some(&self.request),
                satisfiable: fields.has(Field::Satisfiable).then_some(self.satisfiable),
                verdict: whole(Field::Verdict).map(|it| it.verdict),
                complete: fields.has(Field::Complete).then_some(self.complete),
                total: fields.has(Field::Total).then_some(self.total),
                plans: fields.has(Field::Plans).then(plans),
                rejected: whole(Field::Rejected).map(|it| &it.rejected[..]),
                conflicts: whole(Field::Conflicts).map(|it| &it.conflicts[..]),
                corrections: whole(Field::Corrections).map(|it| &it.corrections[..]),
                unlocks: whole(Field::Unlocks).map(|it| &it.unlocks[..]),
                closest: whole(Field::Closest).map(|it| &it.closest[..]),
                sensitivity: whole(Field::Sensitivity).map(|it| &it.sensitivity[..]),
                hints: whole(Field::Hints).map(|it| &it.hints[..]),
                notices: whole(Field::Notices).map(|it| &it.notices[..]),
            },
            out,
        );
    }
}

/// The JSON of an answer.
#[derive(Serialize)]
struct AnswerLine<'a> {
    #[serde(flatten)]
    label: LabelKeys<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a Request>,
    #[serde(skip_serializing_if = "Option::is_none")]
    satisfiable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plans: Option<Vec<PlanShown<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<&'a [Rejected]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conflicts: Option<&'a [Vec<Term>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corrections: Option<&'a [Correction]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unlocks: Option<&'a [Unlocks]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closest: Option<&'a [Closest]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitivity: Option<&'a [Sensitivity]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hints: Option<&'a [Hint]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notices: Option<&'a [Notice]>,
}

/// A plan, with its cells and how to run it where they were asked for.
#[derive(Serialize)]
struct PlanShown<'a> {
    rank: usize,
    standing: usize,
    release: Option<&'a Release>,
    backend: &'a str,
    pattern: Option<&'a str>,
    features: &'a [String],
    added: &'a [String],
    missed: &'a [String],
    level: Level,
    score: &'a Score,
    #[serde(skip_serializing_if = "Option::is_none")]
    cells: Option<&'a [Arc<TouchedCell>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conditional: Option<&'a [ConditionalRule]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platforms: Option<&'a [Platform]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<Option<&'a Run>>,
}

impl<'a> PlanShown<'a> {
    fn new(plan: &'a Plan, fields: Fields) -> Self {
        let with_run = fields.has(Field::Run);
        PlanShown {
            rank: plan.rank,
            standing: plan.standing,
            release: plan.release.as_ref(),
            backend: &plan.backend,
            pattern: plan.pattern.as_deref(),
            features: &plan.features,
            added: &plan.added,
            missed: &plan.missed,
            level: plan.level,
            score: &plan.score,
            cells: fields.has(Field::Cells).then_some(&plan.cells[..]),
            conditional: fields.has(Field::Cells).then_some(&plan.conditional[..]),
            engine: with_run.then_some(plan.engine.as_deref()),
            platforms: with_run.then_some(&plan.platforms[..]),
            run: with_run.then_some(plan.run.as_ref()),
        }
    }
}
