//! `explain`: why there is no plan, or why not on some backend.

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::explain_as_text;

use crate::ask::AskArgs;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "explain",
    group: Group::Ask,
    about: "Why there is no plan, and what would help",
    examples: &[
        ("dynamo-plan explain --need multimodal-video,lora", "Every conflict, cell and way out"),
        ("dynamo-plan explain --need lora,tools --backend sglang", "Why not on one backend"),
    ],
    args: ExplainArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `explain`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct ExplainArgs {
    #[command(flatten)]
    ask: AskArgs,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = ExplainArgs::from_arg_matches_mut(matches)?;
    let query = args.ask.query(false)?;
    let source = args.ask.open_source()?;
    let view = args.ask.view(source.origin);
    let (outcome, text) = explain_as_text(&source.planner, &query, &view, args.ask.form())?;
    let remarks = args.ask.output.remarks(source.remarks);
    Ok(Answer { text, remarks, status: Status::of(&outcome) })
}
