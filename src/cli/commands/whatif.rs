//! `whatif`: the same request before and after changes.

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, FromArgMatches};
use dynamo_plan::analysis::whatif::{CellEdit, Change, RequestEdit, Side, apply, compare};
use dynamo_plan::answer::{add_newest, add_release};
use dynamo_plan::matrix::{Level, Matrix};
use dynamo_plan::render::PageView;
use dynamo_plan::render::whatif::page;
use dynamo_plan::request::PlatformFacts;
use dynamo_plan::{Planner, RequestError, load};

use super::plan::limit;
use crate::args::{AnswerFormat, LevelParser, SourceArgs, driver};
use crate::ask::AskArgs;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::source::Source;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "whatif",
    group: Group::Ask,
    about: "The same request before and after a change",
    examples: &[
        (
            "dynamo-plan whatif lora video --set 'vllm:lora+multimodal=supported'",
            "What one cell would open up",
        ),
        ("dynamo-plan whatif --need image,kv-routing --upgrade 1.2.0", "What an upgrade gives"),
        (
            "dynamo-plan whatif --upgrade 1.1.0 -r 1.0.2 --need kv-routing -b vllm",
            "What an upgrade asks of a deployment, what fails silently first",
        ),
        ("dynamo-plan whatif --need lora,video --drop video --add image", "Another request"),
    ],
    args: WhatIfArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `whatif`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct WhatIfArgs {
    #[command(flatten)]
    changes: ChangeArgs,

    #[command(flatten)]
    ask: AskArgs,

    /// Every valid plan with the needs, not only the minimal ones
    #[arg(long, help_heading = "Request", display_order = 50, hide_short_help = true)]
    all: bool,

    /// Show every text and source of a long checklist
    #[arg(long, help_heading = "Output", display_order = 390)]
    full: bool,

    /// Show at most this many plans of a list: 20 in tables and all in JSON by default; 0 for all
    #[arg(short, long, value_name = "COUNT", value_parser = crate::args::limit, help_heading = "Output", display_order = 400)]
    #[arg(allow_negative_numbers = true)]
    #[arg(hide_short_help = true)]
    limit: Option<usize>,
}

// What is changed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Changes")]
struct ChangeArgs {
    /// Change a cell: `'vllm: lora+audio = supported'`
    ///
    /// May be repeated. The backend may be `*` for all, with a release as in `1.4.0/vllm`; the
    /// level is a word or a mark, with a `!` for a caveat. A cell that there is not is added.
    #[arg(long, value_name = "EDIT")]
    set: Vec<String>,

    /// Change the cells that a file lists
    ///
    /// One edit a line, comments after `#`.
    #[arg(long, value_name = "FILE")]
    patch: Vec<PathBuf>,

    /// Also need these features
    #[arg(long, value_name = "FEATURE", value_delimiter = ',')]
    add: Vec<String>,

    /// No longer ask for these
    ///
    /// Whether needed, wanted or avoided; also `pattern`, `driver`, `cuda` and `engine`.
    #[arg(long, value_name = "TERM", value_delimiter = ',')]
    drop: Vec<String>,

    /// Accept another level than `--accept`
    #[arg(long, value_name = "LEVEL", value_parser = LevelParser, hide_possible_values = true)]
    to_accept: Option<Level>,

    /// Ask another release than `--release`
    ///
    /// Beside the plans before and after, a checklist: requirements that come, change or go, flags and
    /// variables that are no longer taken, defaults, images and interfaces that change, known issues.
    /// What fails silently comes first. `--to-release` means the same.
    #[arg(long, alias = "to-release", value_name = "RELEASE")]
    upgrade: Option<String>,

    /// Serve multimodal features by another pattern
    #[arg(long, value_name = "PATTERN")]
    to_pattern: Option<String>,

    /// Have another NVIDIA driver than `--driver`
    ///
    /// `--driver` describes both sides otherwise.
    #[arg(long, value_name = "VERSION", value_parser = driver)]
    to_driver: Option<u32>,

    /// Have another CUDA toolkit than `--cuda`
    ///
    /// `--cuda` describes both sides otherwise.
    #[arg(long, value_name = "VERSION")]
    to_cuda: Option<String>,

    /// Have another engine version than `--engine`
    ///
    /// `--engine` describes both sides otherwise.
    #[arg(long, value_name = "CONSTRAINT")]
    to_engine: Option<String>,
}

impl ChangeArgs {
    /// Every edit of a cell, the patches first.
    fn edits(&self) -> Result<Vec<CellEdit>, Failure> {
        let mut edits = Vec::new();
        for file in &self.patch {
            edits.extend(CellEdit::read_patch(&text(file)?, &file.display().to_string())?);
        }
        for edit in &self.set {
            edits.push(CellEdit::read(edit)?);
        }
        Ok(edits)
    }

    fn request(&self) -> RequestEdit {
        RequestEdit {
            add: self.add.clone(),
            drop: self.drop.clone(),
            accept: self.to_accept,
            pattern: self.to_pattern.clone(),
            platform: PlatformFacts {
                driver: self.to_driver,
                cuda: self.to_cuda.clone(),
                engine: self.to_engine.clone(),
            },
        }
    }

    fn is_nothing(&self) -> bool {
        let no_edits = self.set.is_empty() && self.patch.is_empty() && self.upgrade.is_none();
        no_edits && self.request() == RequestEdit::default()
    }

    /// Rejects a comparison of a request with itself.
    fn check(&self) -> Result<(), Failure> {
        if !self.is_nothing() {
            return Ok(());
        }
        let message = "nothing is changed: change a cell with --set or --patch, the request with \
                       --add, --drop or --to-accept, the release with --upgrade, the machines with \
                       --to-driver, --to-cuda or --to-engine; --accept, --driver and their like hold \
                       before and after. `dynamo-plan explain` names the smallest changes that would \
                       help\n";
        Err(clap::Error::raw(ErrorKind::MissingRequiredArgument, message).into())
    }
}

fn text(file: &Path) -> Result<String, Failure> {
    let bytes = load::read_bytes(file)?;
    String::from_utf8(bytes).map_err(|_| {
        let name = file.display().to_string();
        RequestError::new("not-text", Some(&name), format!("{name} is not UTF-8 text")).into()
    })
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let args = WhatIfArgs::from_arg_matches_mut(matches)?;
    args.changes.check()?;
    let query = args.ask.query(args.all)?;
    let edits = args.changes.edits()?;
    let source = args.ask.open_source()?;
    let (planner, cells) = changed(&args, &source.planner, &edits)?;
    // A feature is known if either release lists it.
    let planner = planner.knowing(source.planner.matrices());
    let old = source.planner.clone().knowing(planner.matrices());
    let before = old.resolve(&query)?;
    let edited = args.changes.request().apply(&query, &before, &old)?;
    let after = planner.resolve(&edited)?;
    let mut changes = RequestEdit::changes(&before, &after);
    changes.extend(cells);
    let most = limit(args.limit, args.ask.format());
    let before = Side { planner: &old, request: &before };
    let after = Side { planner: &planner, request: &after };
    let mut whatif = compare(before, after, changes, most);
    add_release(&source.origin, &mut whatif.before);
    if args.changes.upgrade.is_none() && edits.is_empty() {
        add_newest(&planner, &source.origin, after.request, &mut whatif.after);
    }
    if args.ask.format() == AnswerFormat::Json {
        old.add_runs_of_corrections(&mut whatif.before);
        planner.add_runs_of_corrections(&mut whatif.after);
    }
    // A page to keep has room for all of it.
    let full = args.full || args.ask.format() == AnswerFormat::Markdown;
    let view = PageView { limit: most, quiet: args.ask.output.quiet, full };
    let text = args.ask.form().draw(|| page(&whatif, &source.origin, view), &whatif);
    let remarks = args.ask.output.remarks(source.remarks);
    Ok(Answer { text, remarks, status: Status::of(&whatif.after) })
}

/// The planner after the changes, and what they changed in the matrices.
fn changed(
    args: &WhatIfArgs,
    before: &Planner,
    edits: &[CellEdit],
) -> Result<(Planner, Vec<Change>), Failure> {
    let mut matrices: Vec<Matrix> = match &args.changes.upgrade {
        None => before.matrices().to_vec(),
        Some(release) => {
            let release = vec![release.clone()];
            let backends = &args.ask.query.request.backend;
            let source = SourceArgs { release, ..args.ask.source.with_backends(backends) };
            Source::open(&source)?.planner.matrices().to_vec()
        }
    };
    let mut rules = Planner::of_matrices(matrices.clone()).rule_sets().to_vec();
    let changes = apply(edits, &mut matrices, &mut rules);
    let changes = changes.map_err(|error| before.explain_unknown(error))?;
    Ok((Planner::of_matrices(matrices).with_rules(rules), changes))
}
