//! `batch`: JSON Lines requests in, answers out, in order.

use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::batch::{Batch, Field, Fields, LineReader};
use dynamo_plan::load::bundle;
use dynamo_plan::{DEFAULT_RELEASE, Planner, RequestError};

use crate::args::{RulesArgs, SourceArgs};
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::matrix_store::MatrixStore;
use crate::output::{self, UNWRITABLE_ANSWER};
use crate::source;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "batch",
    group: Group::Ask,
    about: "JSON Lines requests in, JSON Lines answers out",
    examples: &[
        ("dynamo-plan batch requests.jsonl > answers.jsonl", "A file of requests"),
        (
            "dynamo-plan batch requests.jsonl --fields total,conflicts -r latest",
            "Only some keys of each answer",
        ),
    ],
    args: BatchArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `batch`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct BatchArgs {
    /// The file of requests; stdin where there is none, or `-`
    ///
    /// One JSON object a line: `{"id": 1, "need": ["lora", "tools"]}`, optionally with `want`,
    /// `avoid`, `backends`, `release`, `accept`, `pattern`, `rules`, `facts`, `platform` and `all`. Each is
    /// answered by one object with the same `id`; a line that cannot be understood by
    /// `{"id", "error": {"code", "message"}}`.
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,

    /// What each answer holds; satisfiable, total and plans (without cells) where nothing is said
    ///
    /// Any of request, satisfiable, complete, total, plans, cells, run, rejected, conflicts,
    /// corrections, unlocks, closest, sensitivity, hints and notices. The id is always there.
    #[arg(long, value_name = "FIELD", value_delimiter = ',', help_heading = "Output")]
    fields: Vec<Field>,

    /// Show at most this many plans in an answer; 0 for all, as where nothing is said
    #[arg(short, long, value_name = "COUNT", help_heading = "Output")]
    limit: Option<usize>,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    rules: RulesArgs,

    /// Say nothing on stderr of the release that is used where nobody chose one
    #[arg(short, long, help_heading = "Output", display_order = 1000)]
    quiet: bool,
}

/// How much is written at once while input is at hand.
const CHUNK: usize = 64 << 10;

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = BatchArgs::from_arg_matches_mut(matches)?;
    let store = MatrixStore::open(&args.source)?;
    let batch = open_batch(&args, &store)?;
    if !args.quiet && args.file == Path::new("-") && io::stdin().is_terminal() {
        output::remark("waiting for requests, one JSON object a line; Ctrl-D ends them");
    }
    let mut input = input(&args.file)?;
    let mut stream = Stream { batch, out: Vec::new(), bad: false };
    match stream.pump(&mut input, &mut io::stdout().lock()) {
        Err(Broken::Input(error)) => Err(broken(&args.file, &error)),
        Err(Broken::Output(error)) if error.kind() != ErrorKind::BrokenPipe => {
            let message = format!("cannot write the answers: {error}");
            Err(RequestError::new(UNWRITABLE_ANSWER, None, message).into())
        }
        _ => {
            let remarks = store.remarks.clone();
            Ok(Answer { text: String::new(), remarks, status: stream.status() })
        }
    }
}

/// A batch that answers as the flags say. The first line that chooses no release makes it say which one
/// is asked, where nobody else chose it either.
fn open_batch<'b>(args: &BatchArgs, store: &'b MatrixStore) -> Result<Batch<'b>, Failure> {
    let mut first = Some(store.planner(&[])?);
    let is_unchosen = !args.quiet && store.is_default()?;
    let fields = if args.fields.is_empty() {
        Fields::default()
    } else {
        args.fields.iter().copied().collect()
    };
    let rules = source::rule_sets(args.rules.chosen().as_deref())?;
    let rules = rules.into_iter().map(|set| set.id).collect();
    let limit = args.limit.filter(|&limit| limit > 0);
    let batch = Batch::new(fields, move |releases| match first.take_if(|_| releases.is_empty()) {
        Some(planner) => {
            if is_unchosen {
                output::remark(&default_release());
            }
            Ok(planner)
        }
        None => open(store, releases),
    });
    Ok(batch.with_limit(limit).with_rules(rules))
}

/// Says which release is asked where nobody chose one.
fn default_release() -> String {
    let newest = bundle::newest().map_or_else(String::new, |it| format!("; newest bundled: {it}"));
    format!("Dynamo {DEFAULT_RELEASE} (default{newest}); --release or a line's `release` chooses")
}

/// A planner for the releases that a line chooses, or else the command.
fn open(store: &MatrixStore, releases: &[String]) -> Result<Planner, RequestError> {
    store.planner(releases).map_err(|failure| match failure {
        Failure::Request(error) => error,
        failure => RequestError::new("unreadable-matrix", None, failure.summary()),
    })
}

fn input(file: &Path) -> Result<LineReader<Box<dyn Read>>, Failure> {
    let reader: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(file).map_err(|error| broken(file, &error))?)
    };
    Ok(LineReader::new(reader))
}

fn broken(file: &Path, error: &io::Error) -> Failure {
    let shown = file.display().to_string();
    RequestError::new("unreadable-file", Some(&shown), format!("{shown}: {error}")).into()
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
        input: &mut LineReader<R>,
        output: &mut impl Write,
    ) -> Result<(), Broken> {
        loop {
            if self.out.len() >= CHUNK || !input.is_ready() {
                self.hand_out(output)?;
            }
            match input.next_line().map_err(Broken::Input)? {
                None => return Ok(()),
                Some((_, Ok(line))) => self.answer(line.trim()),
                Some((_, Err(bad))) => {
                    self.batch.write_error(bad.code(), bad.message(), &mut self.out);
                    self.bad = true;
                }
            }
        }
    }

    /// Writes what is answered.
    fn hand_out(&mut self, output: &mut impl Write) -> Result<(), Broken> {
        let written = output.write_all(&self.out).and_then(|()| output.flush());
        self.out.clear();
        written.map_err(Broken::Output)
    }

    fn answer(&mut self, line: &str) {
        if !line.is_empty() {
            self.bad |= !self.batch.answer(line, &mut self.out);
        }
    }

    fn status(&self) -> Status {
        if self.bad { Status::Wrong } else { Status::Done }
    }
}
