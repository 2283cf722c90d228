//! An [`Outcome`] as a page for people: what was asked, the plans or why there is none, what to
//! know before deploying, what is out, and what to try next.
//!
//! The first lines hold the answer; everything after them may be skipped.

pub(in crate::render) mod asked;
mod documents;
mod every_plan;
mod headroom;
mod hints;
mod notes;
pub(in crate::render) mod plans;
mod rejection;
mod run;
mod targets;
mod verdict;

pub(super) use asked::request as asked;
pub(crate) use every_plan::{EveryPlan, PlanBounds};
pub(super) use hints::explain;
pub use hints::manifest_command;
pub(super) use run::role_lines;

use crate::plan::{Addition, Effort, Outcome, Price, Reason, Sensitivity};

use super::origin::Origin;
use super::origin::{newest_differs, other_notices};
use super::page::Page;
use super::page::text::Text;

/// The look of an answer, and what the caller knows of where it comes from.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Where the matrices come from.
    pub origin: Origin,
    /// The detail to show.
    pub detail: Detail,
    /// The most plans to show; all where `None`.
    pub limit: Option<usize>,
    /// How much of the answer is worked out.
    pub effort: Effort,
    /// Whether to list every cell that a plan touches.
    pub all_cells: bool,
    /// Whether to leave out notices, hints and explanations of columns.
    pub quiet: bool,
    /// The words of the command line that a suggested command repeats, such as `--release latest`,
    /// each as [`shell_word`](super::shell_word) and [`shell_path`](super::shell_path) quote it.
    pub keep: Vec<String>,
}

/// Findings beside an outcome, for people; each part is empty where it is not to be shown.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// The reasons that each conflict fails, target by target.
    pub reasons: Vec<Vec<Reason>>,
    /// The features that could still be added to the best plan, and the cost of each.
    pub headroom: Vec<Addition>,
    /// The cells that keep missed wants out, plan by plan.
    pub prices: Vec<Vec<Price>>,
    /// The printed names of backends, by id.
    pub names: Vec<(String, String)>,
    /// The variants of groups, each with its group.
    pub variants: Vec<(String, String)>,
    /// The features and groups that serving patterns are for, so that a suggested command names a
    /// pattern only where one is asked for.
    pub patterned: Vec<String>,
    /// Whether the best plan can be written as a manifest.
    pub is_best_writable: bool,
}

/// The detail that an answer shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// As much as a first screen needs; what is cut is said.
    #[default]
    Brief,
    /// Everything, with every note and source.
    Full,
}

/// The answer as a page.
#[must_use]
pub fn page(outcome: &Outcome, extras: &Extras, view: &View) -> Page {
    let mut page = head(outcome, extras, view);
    if outcome.satisfiable {
        plans::add(&mut page, outcome, extras, view);
        add_after_plans(&mut page, outcome, extras, view);
    } else if view.detail == Detail::Full {
        rejection::add(&mut page, outcome, extras, view);
    } else {
        rejection::add_brief(&mut page, outcome, extras, view);
    }
    add_end(&mut page, outcome, extras, view);
    page
}

/// What was asked of what, and the answer in a sentence.
fn head(outcome: &Outcome, extras: &Extras, view: &View) -> Page {
    let releases = outcome.matrices.iter().map(|matrix| matrix.release.as_ref());
    let mut page = Page::new(view.origin.title(releases));
    page.paragraph(newest_differs(&outcome.notices));
    page.paragraph(asked(&outcome.request));
    page.heading(&verdict::verdict(outcome, extras));
    page
}

/// Adds what to know of the plans, and why other targets have none.
fn add_after_plans(page: &mut Page, outcome: &Outcome, extras: &Extras, view: &View) {
    let full = view.detail == Detail::Full;
    if full {
        headroom::add(page, outcome, &extras.headroom);
    }
    let mut remarks = notes::Remarks::of(outcome, view);
    run::add(page, outcome, &mut remarks, view);
    notes::add(page, &mut remarks, view);
    if view.all_cells || full {
        notes::add_conditional(page, outcome, view);
    }
    targets::add_rejected(page, outcome, extras, view);
}

/// Adds what would be otherwise, what to try next, and notices.
fn add_end(page: &mut Page, outcome: &Outcome, extras: &Extras, view: &View) {
    if view.detail == Detail::Full {
        page.paragraph(sensitivity(outcome));
    }
    if !view.quiet {
        hints::add(page, outcome, extras, view);
        page.list("Notices", other_notices(&outcome.notices));
    }
}

impl Extras {
    /// The printed name of a backend, or its id where none is known.
    fn name<'n>(&'n self, id: &'n str) -> &'n str {
        self.names.iter().find(|(known, _)| known == id).map_or(id, |(_, name)| name)
    }
}

/// Says what worse accept levels would give, where that is anything else.
fn sensitivity(outcome: &Outcome) -> Text {
    let steps = &outcome.sensitivity;
    if outcome.satisfiable {
        let other = steps.iter().filter(|step| step.plans != outcome.total);
        return Text::new().each(other, " ", with_accept);
    }
    let Some(first) = steps.iter().position(|step| step.plans > 0) else {
        return Text::plain(match steps.is_empty() {
            // Nothing is known of other levels.
            _ if outcome.lacks("sensitivity") => "",
            true => "The request already accepts every level that a plan may rest on.",
            false => "No accept level gives a plan.",
        });
    };
    let short = match first {
        0 => Text::new(),
        _ => Text::plain("No accept level short of ")
            .id(steps[first].accept.id())
            .and(" gives a plan. "),
    };
    short.each(&steps[first..], " ", with_accept)
}

/// Says what one worse accept level would give.
fn with_accept(text: Text, step: &Sensitivity) -> Text {
    let text = text.and("With ").id("--accept ").more(step.accept.id());
    text.and(": ").count(step.plans, "plan").and(".")
}
