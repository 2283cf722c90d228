//! `since`: when a request first had a plan.

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::analysis;
use dynamo_plan::render::since;

use super::{Group, Topic};
use crate::args::{AnswerFormat, OutputArgs, PlatformArgs, RequestArgs, SourceArgs};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::output::form;
use crate::query::query;
use crate::source::Source;

pub(super) const TOPIC: Topic = Topic {
    name: "since",
    group: Group::Maintain,
    about: "When a request first had a plan on each backend, and each change since then",
    examples: &[
        ("dynamo-plan since --need image,kv-routing", "The first release that routes images"),
        ("dynamo-plan since --need video --backend sglang", "How one backend came to do it"),
    ],
    args: SinceArgs::augment_args,
    run,
};

// The flags of `since`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct SinceArgs {
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
    let args = SinceArgs::from_arg_matches_mut(matches)?;
    let query = query(&args.request, &args.platform, false)?;
    let mut wanted = args.source;
    if wanted.release.is_empty() {
        wanted.release.push("all".to_owned());
    }
    let source = Source::open(&wanted)?;
    let request = source.planner.resolve(&query)?;
    let found = analysis::since(source.planner, &request);
    let possible = found.backends.iter().any(|backend| !backend.history.is_empty());
    let form = form(args.format, args.output.color());
    let text = form.draw(|| since::page(&found, &source.origin), &found);
    let remarks = if args.output.quiet { String::new() } else { source.remarks };
    Ok(Answer { text, remarks, status: if possible { Status::Done } else { Status::No } })
}
