//! Which kinds of cases occurred, so that a test can tell that it tested something.

use std::sync::Arc;

use std::collections::BTreeMap;

use dynamo_plan::matrix::{Level, Term};
use dynamo_plan::plan::{Outcome, TouchedCell};

use super::case::Case;

/// How often each kind of case occurred.
#[derive(Clone, Debug, Default)]
pub struct Seen(BTreeMap<&'static str, usize>);

impl Seen {
    /// Counts a kind of case, where it occurred.
    pub fn add(&mut self, kind: &'static str, occurred: bool) {
        *self.0.entry(kind).or_default() += usize::from(occurred);
    }

    /// Fails where a kind occurred less often.
    pub fn assert(&self, kind: &str, least: usize) {
        let count = self.0.get(kind).copied().unwrap_or_default();
        assert!(count >= least, "{kind}: {count} cases where {least} are wanted, of {self:#?}");
    }

    /// Counts what a case is and what its answer shows.
    pub fn add_case(&mut self, case: &Case, answer: &Outcome) {
        self.add_request(case);
        self.add_plans(answer);
        self.add_explanation(answer);
        let targets = case.matrices.iter().flat_map(|matrix| &matrix.backends).count();
        self.add("some targets in, some out", answer.satisfiable && !answer.rejected.is_empty());
        self.add("three targets or more", targets >= 3);
        self.add("two releases", case.matrices.len() > 1);
        self.add(
            "a matrix without patterns",
            case.matrices.iter().any(|it| it.dimension.is_none()),
        );
    }

    fn add_request(&mut self, case: &Case) {
        let request = &case.request;
        let is_group = |id: &String| {
            case.matrices.iter().any(|matrix| matrix.groups.iter().any(|group| group.id == *id))
        };
        self.add("needs a group", request.need.iter().any(is_group));
        self.add("avoids", !request.avoid.is_empty());
        self.add("avoids a group", request.avoid.iter().any(is_group));
        self.add("wants", !request.want.is_empty());
        self.add("a pattern", request.pattern.is_some());
        self.add("everything", request.all);
        self.add("rules that count", !request.rules.is_empty());
        self.add("a stated fact", request.stated_facts().next().is_some());
        self.add("a denied fact", request.facts.iter().any(|fact| fact.starts_with('!')));
    }

    fn add_plans(&mut self, answer: &Outcome) {
        let plans = || answer.plans.iter();
        self.add("a plan", answer.satisfiable);
        self.add("no plan", !answer.satisfiable);
        self.add("an addition", plans().any(|plan| !plan.added.is_empty()));
        self.add("a missed want", plans().any(|plan| !plan.missed.is_empty()));
        self.add("a plan with a pattern", plans().any(|plan| plan.pattern.is_some()));
        self.add("headroom", plans().any(|plan| plan.score.headroom > 0));
        let blocking = answer.rejected.iter().flat_map(|target| &target.blocking);
        let cells: Vec<&Arc<TouchedCell>> =
            plans().flat_map(|plan| &plan.cells).chain(blocking).collect();
        let touched = |test: fn(&TouchedCell) -> bool| cells.iter().any(|cell| test(cell));
        self.add("a missing cell", touched(|it| it.level == Level::Undocumented));
        self.add("a rule", touched(|it| it.terms.len() > 2));
        self.add("a negated term", touched(|it| it.terms.iter().any(Term::is_negated)));
        self.add("a caveat", touched(|it| it.caveat));
        self.add("a rule that changes a level", touched(|it| it.published.is_some()));
        let waits = plans().any(|plan| !plan.conditional.is_empty());
        self.add("a rule that waits for a fact", waits);
    }

    fn add_explanation(&mut self, answer: &Outcome) {
        let sizes = answer.conflicts.iter().map(Vec::len);
        self.add("a conflict of one term", sizes.clone().any(|size| size == 1));
        self.add("a conflict of two terms", sizes.clone().any(|size| size == 2));
        self.add("a conflict of three terms", sizes.clone().any(|size| size >= 3));
        self.add("several conflicts", answer.conflicts.len() > 1);
        let terms = || answer.conflicts.iter().flatten();
        self.add("a conflict with an avoid", terms().any(Term::is_negated));
        self.add("a conflict with a pattern", terms().any(|it| it.id().starts_with("pattern=")));
        self.add("a conflict with a fact", terms().any(|it| it.fact().is_some()));
        let drops = answer.corrections.iter().map(|it| it.drop.len());
        self.add("a correction of two terms", drops.clone().any(|size| size >= 2));
        self.add(
            "an unlock of several cells",
            answer.unlocks.iter().any(|it| it.sets.iter().any(|set| set.len() > 1)),
        );
        self.add("several unlocks", answer.unlocks.iter().any(|it| it.sets.len() > 1));
        self.add("only a definition", answer.unlocks.iter().any(|it| it.sets.is_empty()));
        let gains = answer.sensitivity.iter().any(|row| row.plans > answer.total);
        self.add("more plans at a worse level", gains);
    }
}
