//! `list`: what can be asked for, with every name.

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use dynamo_plan::load::bundle;
use dynamo_plan::render::ToJson;
use dynamo_plan::render::list::{ListKind, ListView, Listing, page};

use crate::args::{OutputArgs, RulesArgs, SourceArgs};
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::release_choice::choose_listed;
use crate::source::{self, Source};
use crate::terminal::{Stream, style};

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "list",
    group: Group::Look,
    about: "Features, backends, releases, patterns, rules, facts",
    examples: &[
        ("dynamo-plan list features", "Every feature and the names that it goes by"),
        ("dynamo-plan list releases", "Engine versions, CUDA toolkits and drivers per release"),
    ],
    args: ListArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `list`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct ListArgs {
    /// What to list; everything where nothing is said
    #[arg(value_name = "WHAT", ignore_case = true)]
    what: Option<What>,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    rules: RulesArgs,

    /// The form of the list
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    #[arg(ignore_case = true, help_heading = "Output")]
    format: ListFormat,

    #[command(flatten)]
    output: OutputArgs,
}

/// The forms of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// For people
    Table,
    /// For a page or a ticket
    Markdown,
    /// For programs: one object with stable keys
    Json,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Features and groups, with the names that they go by, and what is in no table
    Features,
    /// Backends
    Backends,
    /// Releases with engine versions, CUDA toolkits and drivers
    Releases,
    /// Multimodal serving patterns
    Patterns,
    /// Rules: what counts beside the published tables
    Rules,
    /// Facts of deployments, which some rules wait for
    Facts,
}

impl From<What> for ListKind {
    fn from(what: What) -> Self {
        match what {
            What::Features => ListKind::Features,
            What::Backends => ListKind::Backends,
            What::Releases => ListKind::Releases,
            What::Patterns => ListKind::Patterns,
            What::Rules => ListKind::Rules,
            What::Facts => ListKind::Facts,
        }
    }
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let mut args = ListArgs::from_arg_matches_mut(matches)?;
    args.format = args.output.format(args.format);
    // Releases are listed where others are looked into, so that a choice only narrows their own list.
    let narrows = args.what == Some(What::Releases) && !args.source.release.is_empty();
    let narrowed = narrows.then(|| std::mem::take(&mut args.source.release));
    let mut source = Source::open_part(&args.source)?;
    let is_bundled = args.source.matrix.is_empty();
    let mut releases = source.every_release();
    let mut known = if is_bundled { bundle::known_releases() } else { Vec::new() };
    if let Some(words) = &narrowed {
        let labels: Vec<_> = releases.iter().map(|matrix| matrix.release.clone()).collect();
        let pinned: Vec<_> = known.iter().map(|known| Some(known.release.clone())).collect();
        let (with_matrix, without) = choose_listed(words, &labels, &pinned)?;
        retain(&mut releases, with_matrix);
        retain(&mut known, without);
        source.origin.is_default = false;
    }
    let dimension = bundle::vocabulary().dimension;
    let rule_sets = source::rule_sets(args.rules.chosen().as_deref())?;
    let recorded = if is_bundled { bundle::recorded_ranges() } else { Vec::new() };
    let looked_at = is_bundled.then(bundle::looked_at);
    let has_features = matches!(args.what, None | Some(What::Features));
    let unlisted = if is_bundled && has_features { bundle::unlisted_topics() } else { Vec::new() };
    let listing = Listing {
        release_defaulted: source.origin.is_default,
        newest: source.origin.newest_to_choose(),
        unlisted: &unlisted,
        known: &known,
        recorded: &recorded,
        looked_at: looked_at.as_deref(),
        facts: source.planner.facts(),
        chosen: if narrows { &releases } else { source.planner.matrices() },
        releases: &releases,
        dimension: Some(&dimension),
        rule_sets: &rule_sets,
        kind: args.what.map(ListKind::from),
    };
    let text = match args.format {
        ListFormat::Table => {
            page(&listing, &source.origin).to_terminal(&style(args.output.color(), Stream::Stdout))
        }
        ListFormat::Markdown => page(&listing, &source.origin).to_markdown(),
        ListFormat::Json => ListView::new(&listing).to_json(),
    };
    let remarks = args.output.remarks(source.remarks);
    Ok(Answer { text, remarks, status: Status::Done })
}

/// Keeps what is chosen.
fn retain<T>(entries: &mut Vec<T>, chosen: Vec<bool>) {
    let mut chosen = chosen.into_iter();
    entries.retain(|_| chosen.next() == Some(true));
}
