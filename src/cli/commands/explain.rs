//! `explain`: why there is no plan, or why not on some backend.

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::plan::{CellDetail, Reason};
use dynamo_plan::render::answer::{Detail, View};
use dynamo_plan::{Outcome, Planner};

use super::answer::draw;
use super::{Group, Topic};
use crate::args::{AnswerFormat, OutputArgs, PlatformArgs, RequestArgs, SourceArgs};
use crate::elsewhere;
use crate::exit::{Answer, Status};
use crate::failure::Failure;
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
    let request = source.planner.resolve(&query)?;
    let mut outcome = source.planner.answer_with(&request, CellDetail::Notable, Some(0));
    outcome.schema = "dynamo-plan/explain/v1".to_owned();
    elsewhere::add_notices(&source, &request, &mut outcome);
    let view = View {
        reasons: reasons(source.planner, &outcome),
        origin: source.origin,
        detail: Detail::Full,
        quiet: args.output.quiet,
        keep: kept(&args.request, &args.source),
        ..View::default()
    };
    let text = draw(&outcome, &view, args.format, &args.output)?;
    let remarks = if args.output.quiet { String::new() } else { source.remarks };
    Ok(Answer { text, remarks, status: Status::of(&outcome) })
}

/// Why each of several conflicts fails; a single one fails by the cells that are shown anyway.
fn reasons(planner: &Planner, outcome: &Outcome) -> Vec<Vec<Reason>> {
    if outcome.conflicts.len() < 2 {
        return Vec::new();
    }
    let graph = planner.conflict_graph(&outcome.request, &outcome.conflicts);
    (0..outcome.conflicts.len()).map(|conflict| graph.reasons(conflict)).collect()
}
