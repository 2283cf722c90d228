//! `plan`, the default command: every backend and configuration that satisfies the request.

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::plan_as_text;
use dynamo_plan::render::answer::View;

use super::{Group, Topic};
use crate::args::{AnswerFormat, Cells, OutputArgs, PlatformArgs, RequestArgs, SourceArgs};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::output::form;
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
    ///
    /// `notable`, the default, are limited or carry a note; tables tell them as remarks and notes.
    #[arg(long, value_name = "WHICH", ignore_case = true, help_heading = "Output")]
    cells: Option<Cells>,

    #[command(flatten)]
    output: OutputArgs,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = PlanArgs::from_arg_matches_mut(matches)?;
    let query = query(&args.request, &args.platform, args.all)?;
    let source = Source::open(&args.source)?;
    let format = args.format.unwrap_or(AnswerFormat::Table);
    let view = View {
        origin: source.origin,
        limit: limit(args.limit, format),
        all_cells: args.cells == Some(Cells::All),
        quiet: args.output.quiet,
        keep: kept(&args.request, &args.source),
        ..View::default()
    };
    let form = form(format, args.output.color());
    let (outcome, text) = plan_as_text(source.planner, &query, &view, form)?;
    let remarks = if args.output.quiet { String::new() } else { source.remarks };
    Ok(Answer { text, remarks, status: Status::of(&outcome) })
}

/// How many plans a table shows where nothing is said.
const TABLE_LIMIT: usize = 20;

/// The most plans to show. 0 stands for all, as does nothing where programs read.
pub(super) fn limit(given: Option<usize>, format: AnswerFormat) -> Option<usize> {
    match (given, format) {
        (Some(0), _) | (None, AnswerFormat::Json) => None,
        (Some(limit), _) => Some(limit),
        (None, _) => Some(TABLE_LIMIT),
    }
}
