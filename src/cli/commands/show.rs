//! `show`: everything about one feature, backend, fact, group or serving pattern.

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::analysis::{self, CardSources};
use dynamo_plan::matrix::{DEFAULT_RULES, Matrix};
use dynamo_plan::{Planner, render};

use crate::args::{AnswerFormat, OutputArgs, RulesArgs, SourceArgs};
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::source::{self, Source};
use crate::terminal::form;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "show",
    group: Group::Look,
    about: "One feature: levels, partners, settings, known issues",
    examples: &[
        ("dynamo-plan show lora", "Where it works, with what, and how it is switched on"),
        ("dynamo-plan show vllm --release latest", "A backend: its engines and its features"),
        ("dynamo-plan show hybrid-attention", "A fact, and the rules that wait for it"),
    ],
    args: ShowArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `show`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct ShowArgs {
    /// A feature, backend, fact, group or serving pattern, by any of its names
    #[arg(value_name = "NAME", required = true, num_args = 1..)]
    name: Vec<String>,

    #[command(flatten)]
    rules: RulesArgs,

    #[command(flatten)]
    source: SourceArgs,

    /// The form of the card
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    #[arg(ignore_case = true, help_heading = "Output")]
    format: AnswerFormat,

    #[command(flatten)]
    output: OutputArgs,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let mut args = ShowArgs::from_arg_matches_mut(matches)?;
    args.format = args.output.format(args.format);
    let source = Source::open_part(&args.source)?;
    let is_bundled = args.source.matrix.is_empty();
    let every = Planner::of_matrices(source.every_release());
    let rules = match args.rules.chosen() {
        Some(names) => source::rule_sets(Some(&names))?.into_iter().map(|set| set.id).collect(),
        None => DEFAULT_RULES.map(str::to_owned).to_vec(),
    };
    let newest = source.planner.matrices().last();
    let card = analysis::card(
        &args.name.join(" "),
        &CardSources {
            every: &every,
            release: newest.and_then(|matrix: &Matrix| matrix.release.as_ref()),
            is_chosen: !(is_bundled && source.origin.is_default),
            rules: &rules,
        },
    )?;
    let form = form(args.format, args.output.color());
    let text = form.draw(|| render::card::page(&card, &source.origin), &card);
    let remarks = args.output.remarks(source.remarks);
    Ok(Answer { text, remarks, status: Status::Done })
}
