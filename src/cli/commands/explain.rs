//! `explain`: why there is no plan, or why not on some backend.

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::explain_as_text;
use dynamo_plan::render::answer::View;

use super::{Group, Topic};
use crate::args::{AnswerFormat, OutputArgs, PlatformArgs, RequestArgs, SourceArgs};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::output::form;
use crate::query::{kept, query};
use crate::source::Source;

pub(super) const TOPIC: Topic = Topic {
    name: "explain",
    group: Group::Ask,
    about: "Why there is no plan, or why not on some backend, and what would help",
    examples: &[
        ("dynamo-plan explain --need multimodal-video,lora", "Every conflict, cell and way out"),
        ("dynamo-plan explain --need lora,tools --backend sglang", "Why not on one backend"),
    ],
    args: ExplainArgs::augment_args,
    run,
};

// The flags of `explain`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct ExplainArgs {
    #[command(flatten)]
    request: RequestArgs,

    #[command(flatten)]
    platform: PlatformArgs,

    #[command(flatten)]
    source: SourceArgs,

    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    #[arg(ignore_case = true, help_heading = "Output")]
    format: AnswerFormat,

    #[command(flatten)]
    output: OutputArgs,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = ExplainArgs::from_arg_matches_mut(matches)?;
    let query = query(&args.request, &args.platform, false)?;
    let source = Source::open(&args.source)?;
    let view = View {
        origin: source.origin,
        quiet: args.output.quiet,
        keep: kept(&args.request, &args.source),
        ..View::default()
    };
    let form = form(args.format, args.output.color());
    let (outcome, text) = explain_as_text(source.planner, &query, &view, form)?;
    let remarks = if args.output.quiet { String::new() } else { source.remarks };
    Ok(Answer { text, remarks, status: Status::of(&outcome) })
}
