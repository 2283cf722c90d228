//! `analyze`: what the matrices allow as a whole.

use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::Query;
use dynamo_plan::analysis::survey::{Wanted, analyze};
use dynamo_plan::matrix::Level;
use dynamo_plan::render::PageView;
use dynamo_plan::render::survey::page;

use crate::args::{AnswerFormat, LevelParser, OutputArgs, RulesArgs, SourceArgs};
use crate::ask::accept;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::source::Source;
use crate::terminal::form;
use crate::workload;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "analyze",
    group: Group::Look,
    about: "Counts, core and dead features, missing cells",
    examples: &[
        ("dynamo-plan analyze --need lora", "What goes with LoRA, and what it rules out"),
        ("dynamo-plan analyze --missing --limit 5", "Which cells to work on next"),
        ("dynamo-plan analyze --cover-pairs --backend vllm", "A test plan that tries every pair"),
    ],
    args: AnalyzeArgs::augment_args,
    run: Run::Plain(run),
};

/// How many rows of each list a table shows where nothing is said.
const TABLE_LIMIT: usize = 10;

// The flags of `analyze`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct AnalyzeArgs {
    #[command(flatten)]
    subject: Subject,

    /// Which blocked cells would add most at an accepted level
    #[arg(long, help_heading = "Analysis")]
    missing: bool,

    /// The same for two cells of one backend together
    #[arg(long, help_heading = "Analysis")]
    pairs: bool,

    /// The same by the requests of a file that would be satisfied
    ///
    /// JSON Lines such as `{"need": ["lora", "video"], "weight": 3}`. A line may also have `avoid`, `pattern`, `backends` and an `id`;
    /// `count` means the same as `weight`, and 1 is taken where neither is given.
    #[arg(long, value_name = "FILE", help_heading = "Analysis")]
    requests: Option<PathBuf>,

    /// The fewest deployments that try every pair of features
    ///
    /// In each pair, the features go together.
    #[arg(long, help_heading = "Analysis")]
    cover_pairs: bool,

    #[command(flatten)]
    source: SourceArgs,

    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    #[arg(ignore_case = true, help_heading = "Output")]
    format: AnswerFormat,

    /// Show at most this many rows of a list; 0 for all
    ///
    /// 10 in tables and all in JSON where nothing is said.
    #[arg(short, long, value_name = "COUNT", help_heading = "Output")]
    limit: Option<usize>,

    #[command(flatten)]
    output: OutputArgs,
}

// Which feature sets are looked at.
#[derive(Debug, Args)]
#[command(next_help_heading = "Request")]
struct Subject {
    /// Look at the feature sets that have these features, as with `--need`
    #[arg(value_name = "FEATURE", value_delimiter = ',', hide_short_help = true)]
    features: Vec<String>,

    /// Look at the feature sets that have these features
    #[arg(short, long, value_name = "FEATURE", value_delimiter = ',')]
    need: Vec<String>,

    /// Look at the feature sets without these features
    #[arg(short = 'x', long, value_name = "FEATURE", value_delimiter = ',')]
    avoid: Vec<String>,

    /// Look at these backends only: sglang, trtllm, vllm
    #[arg(short, long, value_name = "BACKEND", value_delimiter = ',')]
    backend: Vec<String>,

    /// The worst level that a feature set may rest on: supported, experimental, undocumented or
    /// not-applicable
    #[arg(short, long, value_name = "LEVEL", value_parser = LevelParser, hide_possible_values = true)]
    accept: Option<Level>,

    /// Rest on supported cells only (--accept supported)
    #[arg(long)]
    stable: bool,

    #[command(flatten)]
    rules: RulesArgs,

    /// A fact of the deployment, such as `multi-node`; `'!multi-node'` denies one
    #[arg(long = "fact", value_name = "FACT", value_delimiter = ',', hide_short_help = true)]
    facts: Vec<String>,
}

impl Subject {
    fn query(&self) -> Result<Query, Failure> {
        Ok(Query {
            need: self.need.iter().chain(&self.features).cloned().collect(),
            avoid: self.avoid.clone(),
            backends: self.backend.clone(),
            accept: accept(self.stable, self.accept)?,
            rules: self.rules.chosen(),
            facts: self.facts.clone(),
            all: true,
            ..Query::default()
        })
    }
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let mut args = AnalyzeArgs::from_arg_matches_mut(matches)?;
    args.format = args.output.format(args.format);
    let query = args.subject.query()?;
    let source = Source::open(&args.source.with_backends(&args.subject.backend))?;
    let request = source.planner.resolve(&query)?;
    let requests = match &args.requests {
        Some(file) => workload::read(file, &source.planner, &query)?,
        None => Vec::new(),
    };
    let missing = args.missing || args.requests.is_some();
    let cells = if args.pairs { 2 } else { usize::from(missing) };
    let wanted = Wanted { cells, requests, cover: args.cover_pairs };
    let mut analysis = analyze(&source.planner, &request, &wanted);
    let limit = match (args.limit, args.format) {
        (Some(0), _) | (None, AnswerFormat::Json) => None,
        (None, _) => Some(TABLE_LIMIT),
        (limit, _) => limit,
    };
    if let (Some(limit), AnswerFormat::Json) = (limit, args.format) {
        analysis.truncate(limit);
    }
    let view = PageView { limit, quiet: args.output.quiet };
    let form = form(args.format, args.output.color());
    let text = form.draw(|| page(&analysis, &source.origin, view), &analysis);
    let remarks = args.output.remarks(source.remarks);
    Ok(Answer { text, remarks, status: Status::Done })
}
