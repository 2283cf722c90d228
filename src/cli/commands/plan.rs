//! `plan`, the default command: every backend and configuration that satisfies the request.

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::plan::{Addition, CellDetail, Price};
use dynamo_plan::render::answer::{Detail, View};
use dynamo_plan::{Outcome, Planner};

use super::answer::{draw, limit};
use super::{Group, Topic};
use crate::args::{AnswerFormat, Cells, OutputArgs, PlatformArgs, RequestArgs, SourceArgs};
use crate::elsewhere;
use crate::exit::{Answer, Status};
use crate::failure::Failure;
use crate::query::{kept, query};
use crate::source::Source;

pub(super) const TOPIC: Topic = Topic {
    name: "plan",
    group: Group::Ask,
    about: "Every backend and configuration that satisfies the request, ranked (the default)",
    examples: &[
        ("dynamo-plan --need disagg,kv-routing,planner", "Which backends can do these together"),
        ("dynamo-plan --need multimodal-video,lora", "Why nothing can, and what to change"),
        ("dynamo-plan --need image --pattern EP/D --stable", "Only what is fully supported"),
        ("dynamo-plan --need lora,tools --format json | jq .plans", "For a script"),
    ],
    args: PlanArgs::augment_args,
    run,
};

// The flags of `plan`. (No doc comment: the parser would show it as the program's description.)
// What is not given is left open here: filling in defaults costs the parser more than it saves us.
#[derive(Debug, Args)]
#[group(skip)]
struct PlanArgs {
    #[command(flatten)]
    request: RequestArgs,

    /// Every valid plan with the needs, not only the minimal ones
    #[arg(long, help_heading = "Request")]
    all: bool,

    #[command(flatten)]
    platform: PlatformArgs,

    #[command(flatten)]
    source: SourceArgs,

    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", ignore_case = true, help_heading = "Output")]
    format: Option<AnswerFormat>,

    /// Show at most this many plans: 20 in tables and all in JSON by default; 0 for all
    #[arg(short, long, value_name = "COUNT", help_heading = "Output")]
    limit: Option<usize>,

    /// Which cells of the plans to list
    #[arg(long, value_name = "WHICH", ignore_case = true, help_heading = "Output")]
    cells: Option<Cells>,

    #[command(flatten)]
    output: OutputArgs,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = PlanArgs::from_arg_matches_mut(matches)?;
    let query = query(&args.request, &args.platform, args.all)?;
    let source = Source::open(&args.source)?;
    let request = source.planner.resolve(&query)?;
    let format = args.format.unwrap_or(AnswerFormat::Table);
    let limit = limit(args.limit, format);
    let all_cells = args.cells == Some(Cells::All);
    let detail = if all_cells { CellDetail::All } else { CellDetail::Notable };
    let mut outcome = source.planner.answer_with(&request, detail, limit);
    elsewhere::add_notices(&source, &request, &mut outcome);
    let view = View {
        headroom: headroom(&args, source.planner, &outcome),
        prices: prices(&args, source.planner, &outcome),
        origin: source.origin,
        detail: Detail::Brief,
        limit,
        all_cells,
        quiet: args.output.quiet,
        keep: kept(&args.request, &args.source),
        ..View::default()
    };
    let text = draw(&outcome, &view, format, &args.output)?;
    let remarks = if args.output.quiet { String::new() } else { source.remarks };
    Ok(Answer { text, remarks, status: Status::of(&outcome) })
}

/// What could still be added to the best plan, where people read and no wants say what should be.
fn headroom(args: &PlanArgs, planner: &Planner, outcome: &Outcome) -> Vec<Addition> {
    let shows = args.format != Some(AnswerFormat::Json) && !args.output.quiet && !args.all;
    match outcome.plans.first() {
        Some(best) if shows && outcome.request.want.is_empty() => {
            planner.headroom(&outcome.request, best)
        }
        _ => Vec::new(),
    }
}

/// What keeps each missed want out of the plans, where people read.
fn prices(args: &PlanArgs, planner: &Planner, outcome: &Outcome) -> Vec<Vec<Price>> {
    if args.format == Some(AnswerFormat::Json) {
        return Vec::new();
    }
    outcome.plans.iter().map(|plan| planner.prices(&outcome.request, plan)).collect()
}
