//! `analyze`: what the matrices allow as a whole.

use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::analysis::survey::{Valued, Wanted, analyze};
use dynamo_plan::matrix::Level;
use dynamo_plan::render::survey::page;
use dynamo_plan::render::{Origin, PageView};
use dynamo_plan::{Planner, Query};

use crate::args::{AnswerFormat, LevelParser, OutputArgs, RulesArgs, SourceArgs};
use crate::ask::accept;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::matrix_store::MatrixStore;
use crate::requests;
use crate::source::Source;
use crate::terminal::form;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "analyze",
    group: Group::Look,
    about: "What each backend supports, dead features, missing cells",
    examples: &[
        ("dynamo-plan analyze --need lora", "What goes with LoRA, and what it rules out"),
        ("dynamo-plan analyze --missing --limit 5", "Which cells to work on next"),
        ("dynamo-plan analyze --requests fleet.jsonl", "Which cells a fleet waits for"),
        ("dynamo-plan analyze --cover-pairs --backend vllm", "A test plan that tries every pair"),
    ],
    args: AnalyzeArgs::augment_args,
    run: Run::Plain(run),
};

/// How many rows of each list a table shows where nothing is said.
const TABLE_LIMIT: usize = 10;

/// How many missing cells the first screen shows.
const FIRST_SCREEN_LIMIT: usize = 5;

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
    /// Stdin where none is named, or `-`. One JSON object a line, as `batch` reads: `{"need": ["lora",
    /// "video"], "count": 3}`, with `count` where it stands for several. What a line leaves out is as the
    /// other flags say.
    #[arg(long, value_name = "FILE", help_heading = "Analysis", num_args = 0..=1)]
    #[arg(default_missing_value = "-")]
    requests: Option<PathBuf>,

    /// The fewest deployments that try every pair of features
    ///
    /// In each pair, the features go together.
    #[arg(long, help_heading = "Analysis")]
    cover_pairs: bool,

    /// Count what is valid, and list the largest feature sets and what excludes most
    ///
    /// JSON always has them.
    #[arg(long, help_heading = "Analysis")]
    full: bool,

    #[command(flatten)]
    source: SourceArgs,

    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    #[arg(ignore_case = true, help_heading = "Output")]
    format: AnswerFormat,

    /// Show at most this many rows of a list; 0 for all
    ///
    /// 10 in tables and all in JSON where nothing is said.
    #[arg(short, long, value_name = "COUNT", value_parser = crate::args::limit, help_heading = "Output")]
    #[arg(allow_negative_numbers = true)]
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

/// The matrices that are looked at, and the requests that changes of them should satisfy.
struct Surveyed {
    planner: Planner,
    origin: Origin,
    requests: Vec<Valued>,
    remarks: String,
}

/// Opens the matrices and reads the requests, where there are any: their lines may choose more releases.
fn surveyed(args: &AnalyzeArgs, query: &Query) -> Result<Surveyed, Failure> {
    let source = args.source.with_backends(&args.subject.backend);
    let Some(file) = &args.requests else {
        let Source { planner, origin, remarks } = Source::open(&source)?;
        return Ok(Surveyed { planner, origin, requests: Vec::new(), remarks });
    };
    let store = MatrixStore::open(&source)?;
    let defaults = Query { all: false, ..query.clone() };
    let read = requests::read(file, &store, defaults, args.output.quiet)?;
    let valued = read
        .lines
        .into_iter()
        .map(|resolved| Valued { weight: resolved.line.count(), request: resolved.request });
    let requests = valued.collect();
    Ok(Surveyed {
        planner: read.planner,
        origin: read.origin,
        requests,
        remarks: store.remarks.clone(),
    })
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let mut args = AnalyzeArgs::from_arg_matches_mut(matches)?;
    args.format = args.output.format(args.format);
    let query = args.subject.query()?;
    let Surveyed { planner, origin, requests, remarks } = surveyed(&args, &query)?;
    let request = planner.resolve(&query)?;
    let missing = args.missing || args.requests.is_some();
    // A reader of the first screen wants to know what would help, a program what it asked for.
    let is_first_screen = !(missing || args.pairs || args.cover_pairs || args.full)
        && args.format != AnswerFormat::Json;
    let cells = if args.pairs { 2 } else { usize::from(missing || is_first_screen) };
    let wanted = Wanted { cells, requests, cover: args.cover_pairs };
    let mut analysis = analyze(&planner, &request, &wanted);
    analysis.release_defaulted = origin.is_default;
    analysis.newest = origin.newest_to_choose();
    let limit = match (args.limit, args.format) {
        (Some(0), _) | (None, AnswerFormat::Json) => None,
        (None, _) if is_first_screen => Some(FIRST_SCREEN_LIMIT),
        (None, _) => Some(TABLE_LIMIT),
        (limit, _) => limit,
    };
    if let (Some(limit), AnswerFormat::Json) = (limit, args.format) {
        analysis.truncate(limit);
    }
    let view = PageView { limit, quiet: args.output.quiet, full: args.full };
    let form = form(args.format, args.output.color());
    let text = form.draw(|| page(&analysis, &origin, view), &analysis);
    let remarks = args.output.remarks(remarks);
    Ok(Answer { text, remarks, status: Status::Done })
}
