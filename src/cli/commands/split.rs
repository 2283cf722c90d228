//! `split`: the fewest deployments that together satisfy all needs, or serve all workloads.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::answer::{add_newest_to_classes, add_newest_to_split};
use dynamo_plan::batch::ResolvedLine;
use dynamo_plan::plan::{SplitOutcome, SplitRequest, Workload, WorkloadsOutcome, WorkloadsRequest};
use dynamo_plan::render::answer::{Detail, View};
use dynamo_plan::render::split as pages;
use dynamo_plan::{Notice, Planner, Query, RequestError};

use super::plan::limit;
use crate::ask::AskArgs;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::deadline::{WaitOptions, wait};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::interrupt;
use crate::matrix_store::MatrixStore;
use crate::requests::{self, Requests};
use crate::source::Source;

/// How long a split may take where nothing is said.
const LONGEST: Duration = Duration::from_secs(60);

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "split",
    group: Group::Ask,
    about: "The fewest deployments that satisfy all needs",
    examples: &[
        ("dynamo-plan split --need multimodal-video,lora,planner", "How few deployments do it"),
        (
            "dynamo-plan split video lora tools --together lora,tools --every disagg",
            "With needs that stay together, and one that every deployment has",
        ),
        (
            "dynamo-plan split --workloads fleet.jsonl --release latest",
            "Classes for many workloads",
        ),
    ],
    args: SplitArgs::augment_args,
    run: Run::KeepsTime(run),
};

// The flags of `split`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct SplitArgs {
    #[command(flatten)]
    ask: AskArgs,

    /// Needs that must share a deployment
    ///
    /// May be repeated, for another share each.
    #[arg(long, value_name = "FEATURES", help_heading = "Request", display_order = 50)]
    together: Vec<String>,

    /// Needs that every deployment must meet
    #[arg(long, value_name = "FEATURE", value_delimiter = ',', help_heading = "Request")]
    #[arg(display_order = 51)]
    every: Vec<String>,

    /// The fewest classes for the workloads in a file; stdin where none is named, or `-`
    ///
    /// One JSON object a line, as `batch` reads: `{"name": "chat", "need": ["lora", "tools"]}`, with
    /// `count` where it stands for several. What a line leaves out is as the other flags say. Each
    /// workload is put whole on one class.
    #[arg(long, value_name = "FILE", help_heading = "Request", num_args = 0..=1)]
    #[arg(default_missing_value = "-")]
    #[arg(conflicts_with_all = ["features", "need", "together"], display_order = 52)]
    workloads: Option<PathBuf>,

    /// Show at most this many splits: 20 in tables and all in JSON by default; 0 for all
    #[arg(short, long, value_name = "COUNT", value_parser = crate::args::limit, help_heading = "Output", display_order = 400)]
    #[arg(allow_negative_numbers = true)]
    #[arg(hide_short_help = true)]
    limit: Option<usize>,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = SplitArgs::from_arg_matches_mut(matches)?;
    match &args.workloads {
        Some(file) => classes(&args, file),
        None => split(&args),
    }
}

/// Shares needs out.
fn split(args: &SplitArgs) -> Result<Answer, Failure> {
    let mut query = args.ask.query(false)?;
    let source = args.ask.open_source()?;
    let lists = args.together.iter().map(|list| list.split(',').map(str::to_owned).collect());
    let lists: Vec<Vec<String>> = lists.collect();
    let together = lists.iter().map(|list| ids(&source.planner, list)).collect::<Result<_, _>>()?;
    let every = ids(&source.planner, &args.every)?;
    query.need.extend(lists.concat());
    query.need.extend(args.every.iter().cloned());
    let request = source.planner.resolve(&query)?;
    let limit = limit(args.limit, args.ask.format());
    let deadline = deadline(args);
    let asked = SplitRequest { request, together, every, limit, deadline };
    let Source { planner, origin, remarks, .. } = source;
    let about = origin.clone();
    let outcome = wait(
        &wait_options(args, deadline),
        move |watch| {
            let mut outcome = planner.split_watched(&asked, watch);
            add_newest_to_split(&planner, &about, &asked, &mut outcome);
            outcome
        },
        |outcome: &SplitOutcome| {
            progress(
                outcome.lower_bound,
                outcome.deployments(),
                "listing every way and every reason",
            )
        },
    );
    let Some(mut outcome) = outcome else { return Ok(Answer::too_late()) };
    outcome.notices.extend(cut_short(outcome.complete, &outcome.notices));
    let view = View { detail: Detail::Brief, limit, ..args.ask.view(origin) };
    let text = args.ask.form().draw(|| pages::page(&outcome, &view), &outcome);
    Ok(Answer { text, remarks: args.ask.output.remarks(remarks), status: status_of(&outcome) })
}

/// Puts workloads on classes.
fn classes(args: &SplitArgs, file: &Path) -> Result<Answer, Failure> {
    let quiet = args.ask.output.quiet;
    let store = MatrixStore::open(&args.ask.source_args())?;
    let Requests { lines, planner, origin } =
        requests::read(file, &store, args.ask.query(false)?, quiet)?;
    let workloads = workloads(lines, file)?;
    let every = ids(&planner, &args.every)?;
    let request = WorkloadsRequest::common(every, &workloads).ok_or_else(|| {
        RequestError::new("no-requests", None, "no workload is left to put on a class")
    })?;
    let deadline = deadline(args);
    let asked = WorkloadsRequest { request, workloads, deadline };
    let remarks = store.remarks.clone();
    let about = origin.clone();
    let outcome = wait(
        &wait_options(args, deadline),
        move |watch| {
            let mut outcome = planner.classes_watched(&asked, watch);
            add_newest_to_classes(&planner, &about, &asked, &mut outcome);
            outcome
        },
        |outcome: &WorkloadsOutcome| {
            progress(outcome.lower_bound, outcome.classes.len(), "comparing the ways")
        },
    );
    let Some(mut outcome) = outcome else { return Ok(Answer::too_late()) };
    outcome.notices.extend(cut_short(outcome.complete, &outcome.notices));
    let limit = limit(args.limit, args.ask.format());
    let view = View { detail: Detail::Brief, limit, ..args.ask.view(origin) };
    let text = args.ask.form().draw(|| pages::workloads(&outcome, &view), &outcome);
    let status = match (outcome.unserved.is_empty(), outcome.classes.is_empty()) {
        (true, true) => Status::TimedOut,
        (true, false) => Status::Done,
        (false, _) => Status::No,
    };
    Ok(Answer { text, remarks: args.ask.output.remarks(remarks), status })
}

/// Says of an answer that is not whole that Ctrl-C or the time cut it short, where it is not too much that did.
fn cut_short(complete: bool, notices: &[Notice]) -> Option<Notice> {
    match (complete, interrupt::was_pressed()) {
        (true, _) => None,
        (false, true) => Some(Notice::interrupted()),
        (false, false) => (!notices.iter().any(Notice::is_about_the_end)).then(Notice::timed_out),
    }
}

/// When to end: after a minute where nothing is said, since a proof that fewer are not enough may take any time.
fn deadline(args: &SplitArgs) -> Option<Instant> {
    let given = args.ask.output.deadline();
    given.or_else(|| Instant::now().checked_add(LONGEST))
}

/// The ids of some names.
fn ids(planner: &Planner, names: &[String]) -> Result<Vec<String>, RequestError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    planner.resolve(&Query::needing(names.iter().cloned())).map(|request| request.need)
}

/// Lines as workloads. Classes that several share cannot count the rules of one and not those of another.
fn workloads(lines: Vec<ResolvedLine>, file: &Path) -> Result<Vec<Workload>, RequestError> {
    let rules = lines.first().map(|first| first.request.rules.clone()).unwrap_or_default();
    let workload = |ResolvedLine { line, request, .. }: ResolvedLine| {
        if request.rules != rules {
            let at = format!("{}:{}", requests::shown(file), line.number());
            let message = format!(
                "{at}: the line counts other rules than the first one, and workloads on one class \
                 share them; leave `rules` out of the lines and say --rules"
            );
            return Err(RequestError::new("rules-differ", Some(&at), message));
        }
        Ok(Workload { name: line.title(), count: line.count(), request })
    };
    lines.into_iter().map(workload).collect()
}

fn status_of(outcome: &SplitOutcome) -> Status {
    match (outcome.satisfiable, outcome.is_undecided()) {
        (true, _) => Status::Done,
        (false, true) => Status::TimedOut,
        (false, false) => Status::No,
    }
}

fn wait_options(args: &SplitArgs, deadline: Option<Instant>) -> WaitOptions {
    WaitOptions { deadline, quiet: args.ask.output.quiet }
}

/// What is known so far, and what is left to do once the number is known, in words.
fn progress(lower_bound: usize, found: usize, left: &str) -> String {
    if lower_bound < found {
        format!("at least {lower_bound} are needed, {found} are enough")
    } else {
        format!("{found} are needed; {left}")
    }
}
