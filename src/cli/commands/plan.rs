//! `plan`, the default command: every backend and configuration that satisfies the request.

use std::io::ErrorKind;

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::answer::{stream_every_plan, streams};
use dynamo_plan::plan::Effort;
use dynamo_plan::render::answer::View;
use dynamo_plan::{Planner, Query, RequestError, plan_as_text};

use crate::args::{AnswerFormat, Cells, OutputArgs};
use crate::ask::AskArgs;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::interrupt;
use crate::output::{AnswerStream, UNWRITABLE_ANSWER};

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "plan",
    group: Group::Ask,
    about: "Every backend that can, best first (the default)",
    examples: &[
        ("dynamo-plan disagg kv-routing planner", "Which backends can do these together"),
        ("dynamo-plan --need multimodal-video,lora", "Why nothing can, and what to change"),
        ("dynamo-plan --need image --pattern EP/D --stable", "Only what is fully supported"),
        ("dynamo-plan --need lora,tools --json | jq .plans", "For a script"),
    ],
    args: PlanArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `plan`. (No doc comment: the parser would show it as the program's description.)
#[derive(Debug, Args)]
#[group(skip)]
struct PlanArgs {
    #[command(flatten)]
    ask: AskArgs,

    /// Every valid plan with the needs, not only the minimal ones
    ///
    /// JSON, and a table of more than 10,000, is written as the plans are found. The columns of such a table
    /// are as wide as their values may be, and what follows it is about the first 20 plans.
    #[arg(long, help_heading = "Request", display_order = 50, hide_short_help = true)]
    all: bool,

    /// Show at most this many plans: 20 in tables and all in JSON by default; 0 for all
    #[arg(short, long, value_name = "COUNT", value_parser = crate::args::limit, help_heading = "Output", display_order = 400)]
    #[arg(allow_negative_numbers = true)]
    #[arg(hide_short_help = true)]
    limit: Option<usize>,

    /// Which cells of the plans to list
    ///
    /// `notable`, the default, are limited or carry a note; tables tell them as remarks and notes.
    #[arg(long, value_name = "WHICH", ignore_case = true, help_heading = "Output")]
    #[arg(display_order = 401, hide_short_help = true)]
    cells: Option<Cells>,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = PlanArgs::from_arg_matches_mut(matches)?;
    let query = args.ask.query(args.all)?;
    let source = args.ask.open_source()?;
    let view = View {
        limit: limit(args.limit, args.ask.format()),
        effort: effort(args.limit, &args.ask.output),
        all_cells: args.cells == Some(Cells::All),
        ..args.ask.view(source.origin)
    };
    let form = args.ask.form();
    if streams(&source.planner, &query, &view, form)? {
        return stream(&args, &source.planner, &query, &view, source.remarks);
    }
    let (outcome, text) = plan_as_text(&source.planner, &query, &view, form)?;
    let remarks = args.ask.output.remarks(source.remarks);
    Ok(Answer { text, remarks, status: Status::of(&outcome) })
}

/// Writes every plan as it is found.
fn stream(
    args: &PlanArgs,
    planner: &Planner,
    query: &Query,
    view: &View,
    remarks: String,
) -> Result<Answer, Failure> {
    let mut out = AnswerStream::new();
    let status = match stream_every_plan(planner, query, view, args.ask.form(), &mut out)? {
        Ok(outcome) => Status::of(&outcome),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Status::Done,
        Err(error) => {
            let message = format!("cannot write the answer: {error}");
            return Err(RequestError::new(UNWRITABLE_ANSWER, None, message).into());
        }
    };
    Ok(Answer { text: String::new(), remarks: args.ask.output.remarks(remarks), status })
}

/// The most conflicts, corrections and unlock sets to list, and the time to find them in.
pub(super) fn effort(limit: Option<usize>, output: &OutputArgs) -> Effort {
    let usual = Effort::default();
    let most_sets = if limit == Some(0) { None } else { usual.most_sets };
    Effort { most_sets, deadline: output.deadline(), stop: interrupt::flag() }
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
