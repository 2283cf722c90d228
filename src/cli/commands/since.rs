//! `since`: when a request first had a plan.

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::analysis;
use dynamo_plan::render::since;

use super::plan::effort;
use crate::ask::AskArgs;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "since",
    group: Group::Maintain,
    about: "When a request first had a plan",
    examples: &[
        ("dynamo-plan since --need image,kv-routing", "The first release that routes images"),
        ("dynamo-plan since --need video --backend sglang", "How one backend came to do it"),
    ],
    args: SinceArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `since`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct SinceArgs {
    #[command(flatten)]
    ask: AskArgs,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let SinceArgs { mut ask } = SinceArgs::from_arg_matches_mut(matches)?;
    let query = ask.query(false)?;
    if ask.source.release.is_empty() {
        ask.source.release.push("all".to_owned());
    }
    let source = ask.open_source()?;
    let request = source.planner.resolve(&query)?;
    let found = analysis::since_within(&source.planner, &request, effort(None, &ask.output));
    let possible = found.backends.iter().any(|backend| !backend.history.is_empty());
    let text = ask.form().draw(|| since::page(&found, &source.origin), &found);
    let remarks = ask.output.remarks(source.remarks);
    let status = match (possible, found.complete) {
        (true, _) => Status::Done,
        (false, true) => Status::No,
        (false, false) => Status::TimedOut,
    };
    Ok(Answer { text, remarks, status })
}
