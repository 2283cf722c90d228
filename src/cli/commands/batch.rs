//! `batch`: JSON Lines requests in, answers out, in order; or a table of all of them.

use std::io::{self, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::analysis::fleet::{Fleet, FleetMember};
use dynamo_plan::batch::{Batch, BlockReader, Field, Fields, LineBlock, RequestReader};
use dynamo_plan::load::bundle;
use dynamo_plan::render::PageView;
use dynamo_plan::render::fleet::page;
use dynamo_plan::{DEFAULT_RELEASE, Query, RequestError};

use crate::args::{AnswerFormat, OutputArgs, SourceArgs};
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
    #[arg(short, long, value_name = "COUNT", help_heading = "Output", display_order = 400)]
    limit: Option<usize>,

    #[command(flatten)]
    output: OutputArgs,
}

/// How much is written at once while input is at hand.
const CHUNK: usize = 64 << 10;

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
    let batch = open_batch(args, store, defaults)?;
    let mut input = BlockReader::new(requests::open(&args.file, args.output.quiet)?);
    let mut stream = Stream { batch, out: Vec::new(), bad: false };
    match stream.pump(&mut input, &mut io::stdout().lock()) {
        Err(Broken::Input(error)) => Err(requests::unreadable(&args.file, &error)),
        Err(Broken::Output(error)) if error.kind() != ErrorKind::BrokenPipe => {
            let message = format!("cannot write the answers: {error}");
            Err(RequestError::new(UNWRITABLE_ANSWER, None, message).into())
        }
        _ => {
            let remarks = args.output.remarks(store.remarks.clone());
            Ok(Answer { text: String::new(), remarks, status: status(stream.bad) })
        }
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
    while let Some(line) = next(&mut input)? {
        let count = line.as_ref().map_or(1, |line| line.count());
        is_default &= line.as_ref().map_or(true, |line| line.releases().is_none());
        match line.and_then(|line| resolver.resolve(line)) {
            Ok(resolved) => {
                let member = FleetMember { name: resolved.line.title(), count };
                fleet.add(member, &resolved.planner, &resolved.request);
            }
            Err(error) => {
                let member = FleetMember { name: error.title(), count };
                let at = error.position(&requests::shown(&args.file));
                fleet.add_unread(member, &format!("{at}: {}", error.reason().message));
            }
        }
    }
    let limit = super::plan::limit(args.limit, format);
    let view = PageView { limit, quiet: args.output.quiet, full: false };
    let drawn = form(format, args.output.color());
    let text = drawn.draw_page(&page(&fleet, &store.origin(is_default), view));
    let remarks = args.output.remarks(store.remarks.clone());
    Ok(Answer { text, remarks, status: status(fleet.has_unread()) })
}

/// How a batch ends, of which a line may have been bad.
fn status(bad: bool) -> Status {
    if bad { Status::Wrong } else { Status::Done }
}

/// A batch that answers as the flags say. The first line that chooses no release makes it say which one
/// is asked, where nobody else chose it either.
fn open_batch<'b>(
    args: &BatchArgs,
    store: &'b MatrixStore,
    defaults: Query,
) -> Result<Batch<'b>, Failure> {
    let mut first = Some(store.planner(&[])?);
    // A rule set that nobody knows is said before anything is read.
    source::rule_sets(args.query.request.rules.chosen().as_deref())?;
    let is_unchosen = !args.output.quiet && store.is_default()?;
    let fields = if args.fields.is_empty() {
        Fields::default()
    } else {
        args.fields.iter().copied().collect()
    };
    let limit = args.limit.filter(|&limit| limit > 0);
    let open = move |words: &[String]| match first.take_if(|_| words.is_empty()) {
        Some(planner) => {
            if is_unchosen {
                output::remark(&default_release());
            }
            Ok(planner)
        }
        None => store.planner(words).map_err(Failure::into_request_error),
    };
    let batch = Batch::of(requests::resolver(open, defaults, store), fields);
    let budget = args.output.timeout().unwrap_or(LINE_BUDGET);
    let batch = batch.with_limit(limit).with_budget(Some(budget));
    Ok(batch.with_input(&requests::shown(&args.file)))
}

/// Says which release is asked where nobody chose one.
fn default_release() -> String {
    let newest = bundle::newest().map_or_else(String::new, |it| format!("; newest bundled: {it}"));
    format!("Dynamo {DEFAULT_RELEASE} (default{newest}); --release or a line's `release` chooses")
}

/// Why a batch ends before its input does.
enum Broken {
    Input(io::Error),
    Output(io::Error),
}

/// Requests on their way through a batch.
struct Stream<'b> {
    batch: Batch<'b>,
    /// What is not written yet.
    out: Vec<u8>,
    /// Whether a line could not be understood.
    bad: bool,
}

impl Stream<'_> {
    /// Answers line after line. What is answered is written before more input is waited for.
    fn pump<R: Read>(
        &mut self,
        input: &mut BlockReader<R>,
        output: &mut impl Write,
    ) -> Result<(), Broken> {
        let mut block = LineBlock::default();
        while input.next_block(CHUNK, &mut block).map_err(Broken::Input)? {
            while let Some(line) = block.next_line() {
                self.bad |= !self.batch.answer_raw(&line, &mut self.out);
                if self.out.len() >= CHUNK {
                    self.hand_out(output)?;
                }
            }
            self.hand_out(output)?;
        }
        Ok(())
    }

    /// Writes what is answered.
    fn hand_out(&mut self, output: &mut impl Write) -> Result<(), Broken> {
        let written = output.write_all(&self.out).and_then(|()| output.flush());
        self.out.clear();
        written.map_err(Broken::Output)
    }
}
