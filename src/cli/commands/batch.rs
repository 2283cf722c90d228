//! `batch`: JSON Lines requests in, answers out, in order; or a table of all of them.

use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::analysis::fleet::{Fleet, FleetMember};
use dynamo_plan::batch::{
    Batch, Field, Fields, LineError, RequestReader, StreamError, answer_stream, answer_stream_on,
};
use dynamo_plan::load::bundle;
use dynamo_plan::plan::Effort;
use dynamo_plan::render::PageView;
use dynamo_plan::render::fleet::page;
use dynamo_plan::{DEFAULT_RELEASE, Planner, Query, RequestError};

use crate::args::{AnswerFormat, OutputArgs, SourceArgs, whole};
use crate::ask::QueryArgs;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::matrix_store::MatrixStore;
use crate::output::{self, UNWRITABLE_ANSWER};
use crate::requests;
use crate::source;
use crate::terminal::form;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "batch",
    group: Group::Ask,
    about: "JSON Lines requests in, JSON Lines answers out",
    examples: &[
        ("dynamo-plan batch fleet.jsonl --format table", "A fleet, a row for each workload"),
        ("dynamo-plan batch requests.jsonl > answers.jsonl", "A file of requests"),
        (
            "dynamo-plan batch requests.jsonl --fields total,conflicts -r latest --stable",
            "Only some keys of each answer, on supported cells only",
        ),
    ],
    args: BatchArgs::augment_args,
    run: Run::KeepsTime(run),
};

// The flags of `batch`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct BatchArgs {
    /// The file of requests; stdin where there is none, or `-`
    ///
    /// One JSON object a line: `{"name": "chat", "need": ["lora", "tools"]}`, optionally with `id`, `want`,
    /// `avoid`, `backends`, `releases`, `accept`, `pattern`, `rules`, `facts`, `platform`, `all` and
    /// `count`, and any key that takes a list also in the singular. What a line leaves out is as the
    /// request flags say; a key of the line wins. Each is answered by one object with `line` and the
    /// line's `id` and `name`; a line that cannot be understood by `{"id", "line", "error": {"code",
    /// "message"}}`. `split --workloads` and `analyze --requests` read the same files.
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,

    #[command(flatten)]
    query: QueryArgs,

    #[command(flatten)]
    source: SourceArgs,

    /// What each answer holds; satisfiable, total and plans (without cells) where nothing is said
    ///
    /// Any of request, satisfiable, verdict, complete, total, plans, cells, run, rejected, conflicts,
    /// corrections, unlocks, closest, sensitivity, hints and notices. The line, its id and its name are
    /// always there.
    #[arg(long, value_name = "FIELD", value_delimiter = ',', help_heading = "Output")]
    fields: Vec<Field>,

    /// The form of the answers: json (a line each, as they come), or table or markdown for all at once
    #[arg(short, long, value_name = "FORMAT", ignore_case = true, help_heading = "Output")]
    #[arg(hide_possible_values = true, display_order = 300)]
    format: Option<AnswerFormat>,

    /// Show at most this many plans in an answer, or rows in a table; 0 for all
    ///
    /// 20 rows in tables and all plans in JSON where nothing is said.
    #[arg(short, long, value_name = "COUNT", value_parser = crate::args::limit, help_heading = "Output", display_order = 400)]
    #[arg(allow_negative_numbers = true)]
    limit: Option<usize>,

    /// Answer on so many threads at once; 0 for one on each core
    ///
    /// One where nothing is said. The answers and their order are the same. A table is always made by one.
    #[arg(short, long, value_name = "COUNT", help_heading = "Output", display_order = 401)]
    #[arg(default_value_t = 1, hide_default_value = true, value_parser = jobs)]
    #[arg(allow_negative_numbers = true)]
    jobs: u16,

    #[command(flatten)]
    output: OutputArgs,
}

/// The time that a line gets where nothing is said.
const LINE_BUDGET: Duration = Duration::from_secs(10);

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = BatchArgs::from_arg_matches_mut(matches)?;
    let store = MatrixStore::open(&args.source.with_backends(&args.query.request.backend))?;
    let defaults = args.query.query(false)?;
    match args.output.format(args.format.unwrap_or(AnswerFormat::Json)) {
        AnswerFormat::Json => stream(&args, &store, defaults),
        format => table(&args, &store, defaults, format),
    }
}

/// Answers each line as it comes.
fn stream(args: &BatchArgs, store: &MatrixStore, defaults: Query) -> Result<Answer, Failure> {
    let opener = BatchOpener::new(args, store, defaults)?;
    let input = requests::open(&args.file, args.output.quiet)?;
    let output = &mut io::stdout().lock();
    let answered = match threads(args.jobs) {
        1 => answer_stream(&mut opener.open(), input, output),
        several => answer_stream_on(several, || opener.open(), input, output),
    };
    let all_understood = match answered {
        Ok(all_understood) => all_understood,
        Err(StreamError::Input(error)) => return Err(requests::unreadable(&args.file, &error)),
        Err(StreamError::Output { error, all_understood }) => match error.kind() {
            // Nobody reads on, as where `head` has enough.
            ErrorKind::BrokenPipe => all_understood,
            _ => {
                let message = format!("cannot write the answers: {error}");
                return Err(RequestError::new(UNWRITABLE_ANSWER, None, message).into());
            }
        },
    };
    let status = status(!all_understood);
    Ok(Answer { text: String::new(), remarks: args.output.remarks(store.remarks.clone()), status })
}

/// Reads a number of threads.
fn jobs(text: &str) -> Result<u16, String> {
    whole(text, 0..=256, "a number of threads; give one up to 256, or 0 for one on each core")
}

/// The number of threads that answer; all that there are for 0.
fn threads(jobs: u16) -> usize {
    match usize::from(jobs) {
        0 => thread::available_parallelism().map_or(1, usize::from),
        jobs => jobs,
    }
}

/// Answers all lines in one table.
fn table(
    args: &BatchArgs,
    store: &MatrixStore,
    defaults: Query,
    format: AnswerFormat,
) -> Result<Answer, Failure> {
    let mut input = RequestReader::new(requests::open(&args.file, args.output.quiet)?);
    let open = |words: &[String]| store.planner(words).map_err(Failure::into_request_error);
    let mut resolver = requests::resolver(open, defaults, store);
    let (mut fleet, mut is_default) = (Fleet::default(), store.is_default()?);
    let next = |input: &mut RequestReader<_>| {
        input.next_request().map_err(|error| requests::unreadable(&args.file, &error))
    };
    let budget = budget(args);
    let placed = |error: &LineError| {
        let at = error.position(&requests::shown(&args.file));
        format!("{at}: {}", error.reason().message)
    };
    while let Some(line) = next(&mut input)? {
        let count = line.as_ref().map_or(1, |line| line.count());
        is_default &= line.as_ref().map_or(true, |line| line.releases().is_none());
        match line.and_then(|line| resolver.resolve(line)) {
            Ok(resolved) => {
                let member = FleetMember { name: resolved.line.title(), count };
                let deadline = Instant::now().checked_add(budget);
                let effort = Effort { deadline, ..Effort::default() };
                let added = fleet.add(member, &resolved.planner, &resolved.request, effort);
                if let Err(member) = added {
                    let late = resolved.line.timed_out(budget);
                    fleet.add_timed_out(member, &placed(&late));
                }
            }
            Err(error) => {
                let member = FleetMember { name: error.title(), count };
                fleet.add_unread(member, &placed(&error));
            }
        }
    }
    if fleet.releases.is_empty() {
        // Nothing was asked of any release; the page is about those that would have been.
        let planner = store.planner(&[])?;
        fleet.releases.extend(planner.matrices().iter().map(|matrix| matrix.release.clone()));
    }
    let limit = super::plan::limit(args.limit, format);
    let view = PageView { limit, quiet: args.output.quiet, full: false };
    let drawn = form(format, args.output.color());
    let text = drawn.draw_page(&page(&fleet, &store.origin(is_default), view));
    let remarks = args.output.remarks(store.remarks.clone());
    Ok(Answer { text, remarks, status: status(fleet.has_unanswered()) })
}

/// How a batch ends, of which a line may have been bad.
fn status(bad: bool) -> Status {
    if bad { Status::Wrong } else { Status::Done }
}

/// The time that a line gets.
fn budget(args: &BatchArgs) -> Duration {
    args.output.timeout().unwrap_or(LINE_BUDGET)
}

/// Opens batches that answer as the flags say, one for each thread.
struct BatchOpener<'b> {
    args: &'b BatchArgs,
    store: &'b MatrixStore,
    defaults: Query,
    /// A planner for lines that choose no release, opened before anything is read.
    first: Mutex<Option<Planner>>,
    /// Whether the first line that chooses no release makes it said which one is asked, as nobody else chose
    /// it either.
    is_unsaid: AtomicBool,
}

impl<'b> BatchOpener<'b> {
    fn new(args: &'b BatchArgs, store: &'b MatrixStore, defaults: Query) -> Result<Self, Failure> {
        let first = Mutex::new(Some(store.planner(&[])?));
        // A rule set that nobody knows is said before anything is read.
        source::rule_sets(args.query.request.rules.chosen().as_deref())?;
        let is_unsaid = AtomicBool::new(!args.output.quiet && store.is_default()?);
        Ok(BatchOpener { args, store, defaults, first, is_unsaid })
    }

    fn open(&self) -> Batch<'_> {
        let fields = &self.args.fields;
        let fields = match fields.is_empty() {
            true => Fields::default(),
            false => fields.iter().copied().collect(),
        };
        let open = |words: &[String]| self.planner(words);
        let batch = Batch::of(requests::resolver(open, self.defaults.clone(), self.store), fields);
        let batch = batch.with_limit(self.args.limit.filter(|&limit| limit > 0));
        let batch = batch.with_budget(Some(budget(self.args)));
        batch.with_input(&requests::shown(&self.args.file))
    }

    /// A planner for the releases that some words choose.
    fn planner(&self, words: &[String]) -> Result<Planner, RequestError> {
        if words.is_empty() && self.is_unsaid.swap(false, Ordering::Relaxed) {
            output::remark(&default_release());
        }
        let first = || self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let first = if words.is_empty() { first() } else { None };
        let opened = first.map_or_else(|| self.store.planner(words), Ok);
        opened.map_err(Failure::into_request_error)
    }
}

/// Says which release is asked where nobody chose one.
fn default_release() -> String {
    let newest = bundle::newest().map_or_else(String::new, |it| format!("; newest bundled: {it}"));
    format!("Dynamo {DEFAULT_RELEASE} (default{newest}); --release or a line's `release` chooses")
}
