//! More plans than a table holds, as a page of which each row is drawn once its plan is known.

use super::plans::{self, CRITERIA, Criterion, RankColumns, RankLegend};
use super::{Extras, View, add_after_plans, add_end, head};
use crate::matrix::Level;
use crate::plan::{Outcome, Plan, Price};
use crate::render::Form;
use crate::render::page::rows::RowWriter;
use crate::render::page::text::Text;
use crate::render::page::{Column, Page};
use crate::render::words;
use crate::request::Request;

/// The most plans that are held to draw those together that differ in nothing but their releases.
const MOST_HELD: usize = 10_000;

/// The most digits of a standing that a column has room for: nobody reads further.
const MOST_DIGITS: usize = 8;

/// What is known of plans before the first of them is.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlanBounds {
    /// The ids of the serving patterns that they may have.
    pub(crate) patterns: Vec<String>,
    /// The number of features that there are.
    pub(crate) features: usize,
    /// The number of plans, as far as it is known.
    pub(crate) plans: usize,
}

/// A page of every plan, drawn in the order in which the plans are found.
pub(crate) struct EveryPlan<'v> {
    form: Form,
    view: &'v View,
    request: Request,
    columns: RankColumns,
    writer: RowWriter,
    legend: RankLegend,
    /// Plans that are equal in all but their releases, with what keeps their missed wants out: each may
    /// yet join the row of another.
    held: Vec<Plan>,
    prices: Vec<Vec<Price>>,
    most_held: usize,
    /// The standing of the last row.
    last: Option<usize>,
    rows: usize,
    /// How many plans the rows stand for.
    plans: usize,
}

impl<'v> EveryPlan<'v> {
    /// A page about the plans of this request, of which so much is known.
    pub(crate) fn new(request: &Request, bounds: &PlanBounds, view: &'v View, form: Form) -> Self {
        let several = request.releases.len() > 1;
        let patterns = !bounds.patterns.is_empty();
        let may_tell = |criterion: &&Criterion| match criterion.title {
            "missed" => !request.want.is_empty(),
            "n/a" => request.accept >= Level::NotApplicable,
            "undoc" => request.accept >= Level::Undocumented,
            "exp" => request.accept >= Level::Experimental,
            "roles" => patterns,
            _ => true,
        };
        let criteria = CRITERIA.iter().filter(may_tell).collect();
        let columns = RankColumns { several, patterns, criteria };
        let titled = columns.titled().into_iter().map(|column| {
            let least = least_width(&column, request, bounds);
            (column, least)
        });
        EveryPlan {
            form,
            view,
            request: request.clone(),
            writer: RowWriter::new(form, titled.collect(), "rests on"),
            columns,
            legend: RankLegend::default(),
            held: Vec::new(),
            prices: Vec::new(),
            // Plans of one release have no others to join.
            most_held: if several { MOST_HELD } else { 1 },
            last: None,
            rows: 0,
            plans: 0,
        }
    }

    /// The page in front of the rows, and their titles.
    pub(crate) fn head(&self, outcome: &Outcome, extras: &Extras) -> String {
        let between = if self.form == Form::Markdown { "\n" } else { "" };
        self.form.draw_page(&head(outcome, extras, self.view)) + between + &self.writer.titles()
    }

    /// Takes in the next plan, with what keeps its missed wants out. Gives the rows that are known by now.
    pub(crate) fn add(&mut self, plan: Plan, prices: Vec<Price>) -> String {
        let joins = |first: &Plan| first.score == plan.score;
        let is_held = self.held.len() < self.most_held && self.held.first().is_none_or(joins);
        let rows = if is_held { String::new() } else { self.write(Some(plan.standing)) };
        self.held.push(plan);
        self.prices.push(prices);
        rows
    }

    /// The rows of the plans that are still held.
    pub(crate) fn end(&mut self) -> String {
        self.write(None)
    }

    /// Whether there are as many rows as are wanted.
    pub(crate) fn is_full(&self) -> bool {
        self.view.limit.is_some_and(|most| self.rows >= most)
    }

    /// Draws the plans that are held, of which the next one has this standing.
    fn write(&mut self, next: Option<usize>) -> String {
        let held = std::mem::take(&mut self.held);
        let prices = std::mem::take(&mut self.prices);
        let mut out = String::new();
        let rows = plans::rows(&held);
        for (i, row) in rows.iter().enumerate() {
            if self.is_full() {
                break;
            }
            let after = rows.get(i + 1).map(|row| row.best.standing).or(next);
            let own = Some(row.best.standing);
            let is_shared = self.last == own || after == own;
            self.legend.see(row.best, is_shared);
            let row_of = self.columns.row(row, is_shared, &prices[row.position], &self.request);
            self.writer.write(&mut out, &row_of);
            self.last = own;
            self.rows += 1;
            self.plans += row.releases.len();
        }
        out
    }

    /// The page after the rows: how much they are of all, how they are ranked, and what there is to know of
    /// the first plans, which the outcome holds.
    pub(crate) fn tail(&self, outcome: &Outcome, extras: &Extras) -> String {
        let mut page = Page::default();
        page.paragraph(self.whole(outcome));
        if !self.view.quiet {
            page.paragraph(self.legend.text());
        }
        let first = outcome.plans.len();
        if self.view.all_cells {
            page.heading(&format!("Every cell that the first {first} plans touch"));
            plans::add_cells(&mut page, &outcome.plans);
            page.paragraph(Text::plain("Those of all plans: ").id("--format json").and("."));
        }
        let view = View { limit: Some(first), ..self.view.clone() };
        add_after_plans(&mut page, outcome, extras, &view);
        add_end(&mut page, outcome, extras, &view);
        format!("\n{}", self.form.draw_page(&page))
    }

    /// Says whether the rows stand for all plans.
    fn whole(&self, outcome: &Outcome) -> Text {
        let left = outcome.total.saturating_sub(self.plans);
        if !outcome.lacks("plans") && left == 0 {
            return every(self.plans);
        }
        if self.is_full() {
            return plans::cut(left);
        }
        let at_least = if outcome.lacks("total") { "at least " } else { "" };
        best(self.plans).and(&match left {
            0 => ", and there may be more.".to_owned(),
            _ => format!("; {at_least}{left} more are not shown."),
        })
    }
}

/// Says that so many plans are all that there are.
fn every(plans: usize) -> Text {
    match plans {
        1 => Text::plain("This is the only plan."),
        _ => Text::plain("These are all ").count(plans, "plan").and("."),
    }
}

/// Says that so many plans are the best, as the start of a sentence.
fn best(plans: usize) -> Text {
    match plans {
        1 => Text::plain("This is the best plan"),
        _ => Text::plain("These are the best ").count(plans, "plan"),
    }
}

/// The columns of a terminal that the values of a column take at most, as far as one can tell.
fn least_width(column: &Column, request: &Request, bounds: &PlanBounds) -> usize {
    let widest = |names: &mut dyn Iterator<Item = &str>| {
        names.map(|name| words::id(name).width()).max().unwrap_or(0)
    };
    match column.title.as_str() {
        "#" => 1 + digits(bounds.plans as u64).min(MOST_DIGITS),
        "backend" => widest(&mut request.backends.iter().map(String::as_str)),
        "release" => {
            let releases = request.releases.iter();
            let widest = widest(&mut releases.map(|release| words::release(release.as_ref())));
            // Two runs: `0.8.0–1.1.1, 1.3.0–1.5.1`.
            4 * widest + 4
        }
        "pattern" => widest(&mut bounds.patterns.iter().map(String::as_str)),
        "stability" => {
            let accepted = Level::ALL.into_iter().filter(|level| *level <= request.accept);
            accepted.map(|level| words::level_in_column(level).width()).max().unwrap_or(0)
        }
        "missed" => {
            digits(request.want.iter().map(|want| want.weight).fold(0, u64::saturating_add))
        }
        "headroom" | "roles" => digits(bounds.features as u64),
        // Every feature and every pair of them may be a cell.
        _ => digits(bounds.features as u64 * (bounds.features as u64 + 1) / 2),
    }
}

fn digits(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plan_is_not_counted() {
        assert_eq!(best(1).as_str(), "This is the best plan");
        assert_eq!(best(2).as_str(), "These are the best 2 plans");
        assert_eq!(every(1).as_str(), "This is the only plan.");
        assert_eq!(every(3).as_str(), "These are all 3 plans.");
    }
}
