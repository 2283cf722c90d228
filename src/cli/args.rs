//! The flags that several commands share, as typed values. Nothing is decided here: the
//! [`source`](crate::source) and the library say what the names mean.
//!
//! The help and the manual page show flags by their display order, so that a command's own flags can
//! stand between these: platform facts begin at 100, matrices at 200, the form of an answer at 300,
//! and colour and notices at 1000.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::{Duration, Instant};

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args, Command, ValueEnum};
use dynamo_plan::matrix::Level;
use dynamo_plan::render::shorten_name;

// What is asked. (No doc comment: clap would show it as the command's description.)
#[derive(Debug, Clone, Args)]
#[group(skip)]
#[command(next_help_heading = "Request")]
pub(crate) struct RequestArgs {
    /// Features that must be on
    ///
    /// Ids, printed names and aliases all work, in any case: `kv-aware-routing`, `KV routing`,
    /// `video`, `disagg`. A group such as `multimodal` is met by any of its variants. Lists take
    /// commas or repeats. `dynamo-plan list features` shows every name.
    #[arg(short, long, value_name = "FEATURE", value_delimiter = ',')]
    pub(crate) need: Vec<String>,

    /// Features that should be on, such as `kv-routing=3`
    ///
    /// Plans that miss the least weight are shown. A weight is a whole number from 1, and 1 where
    /// none is given.
    #[arg(short, long, value_name = "FEATURE[=N]", value_delimiter = ',', value_parser = want)]
    pub(crate) want: Vec<(String, u64)>,

    /// Features that must be off
    ///
    /// Avoiding a group avoids all its variants.
    #[arg(short = 'x', long, value_name = "FEATURE", value_delimiter = ',')]
    pub(crate) avoid: Vec<String>,

    /// Only these backends: sglang, trtllm, vllm
    ///
    /// It also names the backend of a page given with `--matrix` that names none itself.
    #[arg(short, long, value_name = "BACKEND", value_delimiter = ',')]
    pub(crate) backend: Vec<String>,

    /// How multimodal is served: EPD, E/PD, EP/D or E/P/D
    ///
    /// The slashes count; hyphens, underscores and blanks stand for them. `dynamo-plan list patterns` says what each one means.
    #[arg(short, long, value_name = "PATTERN")]
    pub(crate) pattern: Option<String>,

    /// The worst level that a plan may rest on
    ///
    /// `supported`, `experimental`, `undocumented` or `not-applicable`; `experimental` where nothing is
    /// said. `undocumented` and `not-applicable` take a risk
    /// knowingly: the matrix does not claim that such a combination works.
    #[arg(short, long, value_name = "LEVEL", value_parser = LevelParser, hide_possible_values = true)]
    pub(crate) accept: Option<Level>,

    /// Rest on supported cells only (--accept supported)
    #[arg(long)]
    pub(crate) stable: bool,

    #[command(flatten)]
    pub(crate) rules: RulesArgs,

    /// A fact of the deployment, such as `multi-node`; `'!multi-node'` denies one
    ///
    /// Some rules and notes hold only for some deployments. Stated, their rules count; denied, they
    /// do not; left open, the answer names them. `dynamo-plan list facts` shows all.
    #[arg(long = "fact", value_name = "FACT", value_delimiter = ',', hide_short_help = true)]
    pub(crate) facts: Vec<String>,
}

// Which rules count.
#[derive(Debug, Clone, Args)]
#[group(skip)]
pub(crate) struct RulesArgs {
    /// Rule sets that count: `deployability`, `known-issues`, or `none`; both by default
    ///
    /// Rules say more than the published tables do: what does not deploy, and what is known to break
    /// in a release. A plan that breaks a rule of a set that does not count says so.
    #[arg(long, value_name = "SET", value_delimiter = ',', hide_short_help = true)]
    rules: Vec<String>,

    /// Answer from the published tables alone, as `--rules none` does
    #[arg(long, conflicts_with = "rules", hide_short_help = true)]
    tables_only: bool,
}

impl RulesArgs {
    /// The chosen rule sets; `None` where nothing is chosen, so that every set counts.
    pub(crate) fn chosen(&self) -> Option<Vec<String>> {
        match (self.tables_only, self.rules.is_empty()) {
            (true, _) => Some(Vec::new()),
            (false, true) => None,
            (false, false) => Some(self.rules.clone()),
        }
    }
}

// Which matrices are asked.
#[derive(Debug, Clone, Args)]
#[group(skip)]
#[command(next_help_heading = "Matrix", next_display_order = 200)]
pub(crate) struct SourceArgs {
    /// The Dynamo release: `1.4.0`, `1.4`, `latest`, `all`
    ///
    /// `1.4` is the newest 1.4.x that there is. Lists take commas or repeats; bounds that must all
    /// hold stand between commas: `'>=1.0, <1.3'`. 0.9.0 where nothing is said and the environment
    /// variable DYNAMO_PLAN_RELEASE is not set. `--dynamo` means the same.
    #[arg(short, long, alias = "dynamo", value_name = "RELEASE")]
    pub(crate) release: Vec<String>,

    /// A model file or page instead of the bundled matrices
    ///
    /// May be repeated. Every release in the files is chosen, unless `--release` selects
    /// among them. A page that says only what releases are built for (engines, CUDA toolkits,
    /// drivers) gives each of the others what it says of its release.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) matrix: Vec<PathBuf>,

    /// What `--backend` names: the backend of a page that names none.
    #[arg(skip)]
    pub(crate) page_backends: Vec<String>,
}

impl SourceArgs {
    /// The same, with the names that `--backend` gives.
    pub(crate) fn with_backends(&self, names: &[String]) -> Self {
        SourceArgs { page_backends: names.to_vec(), ..self.clone() }
    }
}

// What the machines are.
#[derive(Debug, Clone, Args)]
#[group(skip)]
#[command(next_help_heading = "Platform", next_display_order = 100)]
pub(crate) struct PlatformArgs {
    /// The installed NVIDIA driver, such as 575 or 580.126; its first number counts
    #[arg(long, value_name = "VERSION", value_parser = driver, hide_short_help = true)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) driver: Option<u32>,

    /// The CUDA toolkit version that the release is built for, such as 12.9; `12` is any 12.x
    #[arg(long, value_name = "VERSION", hide_short_help = true)]
    pub(crate) cuda: Option<String>,

    /// The engine version that must be pinned, such as `'vllm>=0.16'`
    #[arg(long, value_name = "CONSTRAINT", hide_short_help = true)]
    pub(crate) engine: Option<String>,
}

// How the answer looks.
#[derive(Debug, Clone, Args)]
#[group(skip)]
#[command(next_help_heading = "Output", next_display_order = 1000)]
pub(crate) struct OutputArgs {
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format", display_order = 301, hide_short_help = true)]
    json: bool,

    /// Whether to draw in colour
    ///
    /// `auto`, the default, also heeds the environment variables NO_COLOR and CLICOLOR_FORCE.
    #[arg(long, value_name = "WHEN", ignore_case = true, hide_short_help = true)]
    color: Option<When>,

    /// Stop then, with what is found and proved
    ///
    /// What is not whole is said. Without anything to say, the exit status is 3. `batch` gives this
    /// time to each line, and 10 seconds where nothing is said.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, hide_short_help = true)]
    #[arg(allow_negative_numbers = true)]
    timeout: Option<Duration>,

    /// Leave out notices, hints and warnings
    #[arg(short, long, hide_short_help = true)]
    pub(crate) quiet: bool,
}

impl OutputArgs {
    /// The form that was chosen, which `--json` stands for too.
    pub(crate) fn format<F: ValueEnum>(&self, chosen: F) -> F {
        let json = if self.json { F::from_str("json", false).ok() } else { None };
        json.unwrap_or(chosen)
    }

    /// When to draw in colour.
    pub(crate) fn color(&self) -> When {
        self.color.unwrap_or(When::Auto)
    }

    /// How long an answer may take.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The moment when a search ends with what it has.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.timeout.and_then(|timeout| Instant::now().checked_add(timeout))
    }

    /// What is said on stderr beside an answer, unless that is not wanted.
    pub(crate) fn remarks(&self, remarks: String) -> String {
        if self.quiet { String::new() } else { remarks }
    }
}

/// The forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// For people
    Table,
    /// For a page or a ticket
    Markdown,
    /// For programs: one object with stable keys
    Json,
}

/// Which cells of a plan are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cells {
    /// Cells that are limited or carry a note
    Notable,
    /// Every cell that the plan touches
    All,
}

/// When to draw in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Even into a file
    Always,
    /// Not at all
    Never,
}

/// Reads `feature` or `feature=weight`.
fn want(text: &str) -> Result<(String, u64), String> {
    let Some((feature, weight)) = text.rsplit_once('=') else {
        return Ok((text.to_owned(), 1));
    };
    match weight.trim().parse() {
        Ok(0) | Err(_) => {
            Err(format!("the weight `{}` is not a whole number from 1", shorten_name(weight)))
        }
        Ok(weight) => Ok((feature.to_owned(), weight)),
    }
}

/// Reads a number of seconds such as `2` or `0.5`.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.trim().parse().map_err(|_| "not a number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if !time.is_zero() => Ok(time),
        Err(_) if seconds > 0.0 => {
            Err("longer than can be waited; leave it out to wait for the whole answer".to_owned())
        }
        _ => Err("give a number of seconds above 0".to_owned()),
    }
}

/// Reads how many rows of a list to show.
pub(crate) fn limit(text: &str) -> Result<usize, String> {
    whole(text, 0..=usize::MAX, "a number of rows; give 20, say, or 0 for all")
}

/// Reads a whole number in a range; `wanted` says in an error what it should have been.
pub(crate) fn whole<N: FromStr + PartialOrd>(
    text: &str,
    range: RangeInclusive<N>,
    wanted: &str,
) -> Result<N, String> {
    let number = text.trim().parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("not {wanted}"))
}

/// Reads the major version of a driver from `575` or `575.57.08`.
pub(crate) fn driver(text: &str) -> Result<u32, String> {
    let major = text.trim().split('.').next().unwrap_or_default();
    major.parse().map_err(|_| "not a driver version; give its first number, such as 575".to_owned())
}

/// What is unsupported can never be accepted; no level is near to what was meant.
fn never(command: &Command, arg: Option<&Arg>, text: &str) -> clap::Error {
    let mut error = clap::Error::new(ErrorKind::InvalidValue).with_cmd(command);
    let levels = Level::ACCEPTABLE.map(|level| level.id().to_owned()).to_vec();
    error.insert(
        ContextKind::InvalidArg,
        ContextValue::String(arg.map_or_else(String::new, ToString::to_string)),
    );
    error.insert(ContextKind::InvalidValue, ContextValue::String(text.to_owned()));
    error.insert(ContextKind::ValidValue, ContextValue::Strings(levels));
    error
}

/// Reads a level that may be accepted, in any spelling.
#[derive(Debug, Clone)]
pub(crate) struct LevelParser;

impl TypedValueParser for LevelParser {
    type Value = Level;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Level, clap::Error> {
        let text = value.to_string_lossy();
        match text.parse::<Level>() {
            Ok(Level::Unsupported) => Err(never(command, arg, &text)),
            Ok(level) => Ok(level),
            _ => {
                let ids =
                    clap::builder::PossibleValuesParser::new(Level::ACCEPTABLE.map(Level::id));
                ids.parse_ref(command, arg, value).and(Ok(Level::Supported))
            }
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Level::ACCEPTABLE.into_iter().map(|level| PossibleValue::new(level.id()))))
    }
}
