//! `explain`: why there is no plan, or why not on some backend.

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use dynamo_plan::explain_as_text;
use dynamo_plan::plan::{CellDetail, Effort};
use dynamo_plan::render::answer::View;
use dynamo_plan::render::dot;

use super::plan::effort;
use crate::args::AnswerFormat;
use crate::ask::AskArgs;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::terminal::form;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "explain",
    group: Group::Ask,
    about: "Why there is no plan, and what would help",
    examples: &[
        ("dynamo-plan explain --need multimodal-video,lora", "Every conflict, cell and way out"),
        ("dynamo-plan explain --need lora,tools --backend sglang", "Why not on one backend"),
        ("dynamo-plan explain disagg,lora,video --format dot | dot -Tsvg", "The conflicts, drawn"),
    ],
    args: ExplainArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `explain`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct ExplainArgs {
    #[command(flatten)]
    ask: AskArgs<ExplainFormat>,

    /// List at most this many conflicts, corrections and unlock sets: 10,000 by default; 0 for all
    #[arg(short, long, value_name = "COUNT", value_parser = crate::args::limit, help_heading = "Output", display_order = 400)]
    #[arg(allow_negative_numbers = true)]
    #[arg(hide_short_help = true)]
    limit: Option<usize>,
}

/// The forms of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    /// For people
    Table,
    /// For a page or a ticket
    Markdown,
    /// For programs: one object with stable keys
    Json,
    /// The graph of conflicts, terms, cells and backends, for Graphviz
    Dot,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = ExplainArgs::from_arg_matches_mut(matches)?;
    let query = args.ask.query(false)?;
    let source = args.ask.open_source()?;
    let mut remarks = source.remarks;
    let effort = effort(args.limit, &args.ask.output);
    let effort =
        Effort { most_sets: args.limit.filter(|&it| it > 0).or(effort.most_sets), ..effort };
    let format = match args.ask.format_or(ExplainFormat::Table) {
        ExplainFormat::Dot => {
            let request = source.planner.resolve(&query)?;
            let outcome = source.planner.answer_within(&request, CellDetail::None, Some(0), effort);
            if outcome.satisfiable {
                remarks.push_str("there is a plan, so there is no conflict to draw\n");
            }
            let remarks = args.ask.output.remarks(remarks);
            let text = dot(&source.planner.conflict_graph(&request, &outcome.conflicts));
            return Ok(Answer { text, remarks, status: Status::of(&outcome) });
        }
        ExplainFormat::Table => AnswerFormat::Table,
        ExplainFormat::Markdown => AnswerFormat::Markdown,
        ExplainFormat::Json => AnswerFormat::Json,
    };
    let remarks = args.ask.output.remarks(remarks);
    let form = form(format, args.ask.output.color());
    let view = View { effort, ..args.ask.view(source.origin) };
    let (outcome, text) = explain_as_text(&source.planner, &query, &view, form)?;
    Ok(Answer { text, remarks, status: Status::of(&outcome) })
}
