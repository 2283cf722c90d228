//! The flags of the commands that answer a request, and what they mean together.

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use dynamo_plan::Query;
use dynamo_plan::matrix::Level;
use dynamo_plan::render::answer::View;
use dynamo_plan::render::{Form, Origin, shell_path, shell_word};
use dynamo_plan::request::PlatformFacts;

use crate::args::{AnswerFormat, OutputArgs, PlatformArgs, RequestArgs, SourceArgs};
use crate::error::Failure;
use crate::source::Source;
use crate::terminal::form;

// A request and the machines that it is for. (No doc comment: the parser would show it.)
#[derive(Debug, Clone, Args)]
#[group(skip)]
pub(crate) struct QueryArgs {
    #[command(flatten)]
    pub(crate) request: RequestArgs,

    #[command(flatten)]
    pub(crate) platform: PlatformArgs,
}

// What is asked of which matrices, and how the answer looks.
// What is not given is left open here: filling in defaults costs the parser more than it saves us.
// A command whose answers have more forms than those of others brings its own `F`.
#[derive(Debug, Clone, Args)]
#[group(skip)]
pub(crate) struct AskArgs<F: ValueEnum + Clone + Send + Sync + 'static = AnswerFormat> {
    /// Features that must be on, as with `--need`
    #[arg(
        value_name = "FEATURE",
        value_delimiter = ',',
        help_heading = "Request",
        hide_short_help = true
    )]
    features: Vec<String>,

    #[command(flatten)]
    pub(crate) query: QueryArgs,

    #[command(flatten)]
    pub(crate) source: SourceArgs,

    /// Answer as
    #[arg(short, long, value_name = "FORMAT", ignore_case = true, help_heading = "Output")]
    #[arg(display_order = 300)]
    format: Option<F>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl QueryArgs {
    /// The flags as words that ask the same.
    pub(crate) fn words(&self) -> Vec<String> {
        let QueryArgs { request, platform } = self;
        let wants = request.want.iter().map(|(name, weight)| match weight {
            1 => name.clone(),
            weight => format!("{name}={weight}"),
        });
        let lists = [
            ("--need", request.need.clone()),
            ("--want", wants.collect()),
            ("--avoid", request.avoid.clone()),
            ("--backend", request.backend.clone()),
            ("--fact", request.facts.clone()),
        ];
        let single = [
            ("--pattern", request.pattern.clone()),
            ("--accept", request.accept.map(|level| level.to_string())),
            ("--driver", platform.driver.map(|driver| driver.to_string())),
            ("--cuda", platform.cuda.clone()),
            ("--engine", platform.engine.clone()),
        ];
        let lists = lists.into_iter().filter(|(_, names)| !names.is_empty());
        let lists = lists.map(|(flag, names)| (flag, names.join(",")));
        let single = single.into_iter().filter_map(|(flag, value)| Some((flag, value?)));
        let mut words: Vec<String> =
            lists.chain(single).flat_map(|(flag, value)| [flag.to_owned(), value]).collect();
        words.extend(request.stable.then(|| "--stable".to_owned()));
        if let Some(rules) = request.rules.chosen() {
            let rules = if rules.is_empty() { "none".to_owned() } else { rules.join(",") };
            words.extend(["--rules".to_owned(), rules]);
        }
        words
    }

    /// The query that the flags ask, for every valid plan where `all` is set.
    pub(crate) fn query(&self, all: bool) -> Result<Query, Failure> {
        let QueryArgs { request, platform } = self;
        Ok(Query {
            need: request.need.clone(),
            want: request.want.clone(),
            avoid: request.avoid.clone(),
            backends: request.backend.clone(),
            pattern: request.pattern.clone(),
            accept: accept(request.stable, request.accept)?,
            rules: request.rules.chosen(),
            facts: request.facts.clone(),
            platform: PlatformFacts {
                driver: platform.driver,
                cuda: platform.cuda.clone(),
                engine: platform.engine.clone(),
            },
            all,
        })
    }
}

impl<F: ValueEnum + Clone + Send + Sync + 'static> AskArgs<F> {
    /// The query that the features and flags ask, for every valid plan where `all` is set.
    pub(crate) fn query(&self, all: bool) -> Result<Query, Failure> {
        let mut query = self.query.query(all)?;
        query.need.extend(self.features.iter().cloned());
        Ok(query)
    }

    /// The matrices that are asked.
    pub(crate) fn open_source(&self) -> Result<Source, Failure> {
        Source::open(&self.source_args())
    }

    /// The flags that choose matrices, with the names that `--backend` gives.
    pub(crate) fn source_args(&self) -> SourceArgs {
        self.source.with_backends(&self.query.request.backend)
    }

    /// The form of the answer; this one where nothing is said of it.
    pub(crate) fn format_or(&self, usual: F) -> F {
        self.output.format(self.format.clone().unwrap_or(usual))
    }

    /// A view of the answer with what the flags say of it.
    pub(crate) fn view(&self, origin: Origin) -> View {
        View { origin, quiet: self.output.quiet, keep: self.kept(), ..View::default() }
    }

    /// The words that choose backends and matrices, quoted for a shell, which a suggested command
    /// repeats.
    fn kept(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut keep = |flag: &str, value: String| words.extend([flag.to_owned(), value]);
        let backends = &self.query.request.backend;
        if !backends.is_empty() {
            keep("--backend", shell_word(&backends.join(",")).into_owned());
        }
        for release in &self.source.release {
            keep("--release", shell_word(release).into_owned());
        }
        for file in &self.source.matrix {
            keep("--matrix", shell_path(file));
        }
        words
    }
}

impl AskArgs {
    pub(crate) fn format(&self) -> AnswerFormat {
        self.format_or(AnswerFormat::Table)
    }

    /// The form of the answer, drawn for stdout.
    pub(crate) fn form(&self) -> Form {
        form(self.format(), self.output.color())
    }
}

/// The accept level that the flags say.
pub(crate) fn accept(stable: bool, accept: Option<Level>) -> Result<Level, Failure> {
    match (stable, accept) {
        (true, None | Some(Level::Supported)) => Ok(Level::Supported),
        (true, Some(level)) => Err(clap::Error::raw(
            ErrorKind::ArgumentConflict,
            format!("--stable means --accept supported and cannot go with --accept {level}; leave one of them out\n"),
        )
        .into()),
        (false, level) => Ok(level.unwrap_or(Level::Experimental)),
    }
}
