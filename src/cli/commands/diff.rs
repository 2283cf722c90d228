//! `diff`: what changed between two releases, model files or pages.

use std::path::Path;

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use dynamo_plan::analysis::{self, Diff, Direction, IssueChange};
use dynamo_plan::load::{DocumentKind, Loaded};
use dynamo_plan::render::{diff as drawing, shell_word};
use dynamo_plan::{Notice, Planner, Query};

use crate::args::{AnswerFormat, OutputArgs};
use crate::ask::QueryArgs;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::input::document;
use crate::source::{self, remark};
use crate::terminal::form;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "diff",
    group: Group::Maintain,
    about: "What changed between two releases",
    examples: &[
        ("dynamo-plan diff 0.9.0 latest", "Everything that changed since a release"),
        ("dynamo-plan diff 1.3.0 1.3.1 --need lora,kvbm", "What it means for one request"),
        ("dynamo-plan diff 0.9.0 page.md --fail-on worse", "A gate for a changed page"),
    ],
    args: DiffArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `diff`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct DiffArgs {
    /// A bundled release, `latest`, a model file or a published page
    #[arg(value_name = "OLD")]
    old: String,

    /// What to compare it with, likewise
    ///
    /// A bundled release and a page are compared as far as a page can state it: without serving
    /// patterns, rules, notes, and caveats that the page does not mark.
    #[arg(value_name = "NEW")]
    new: String,

    /// Features that must be on, as with `--need`
    #[arg(value_name = "FEATURE", value_delimiter = ',')]
    features: Vec<String>,

    /// End with status 1 where something was lost, or where anything got worse
    #[arg(long, value_name = "WHAT", value_delimiter = ',', ignore_case = true)]
    fail_on: Vec<FailOn>,

    #[command(flatten)]
    query: QueryArgs,

    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    #[arg(ignore_case = true, help_heading = "Output")]
    format: AnswerFormat,

    #[command(flatten)]
    output: OutputArgs,
}

/// What a gate is closed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A request that had a plan has none now
    Lost,
    /// A request was lost, a cell got worse, went away or gained a caveat, or a known issue came
    Worse,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let mut args = DiffArgs::from_arg_matches_mut(matches)?;
    args.format = args.output.format(args.format);
    args.query.request.need.append(&mut args.features);
    let mut query = args.query.query(false)?;
    let [mut old, mut new] = [document(&args.old)?, document(&args.new)?];
    let mut left_out = None;
    if let Some(stated) = analysis::stated(&old, &new) {
        (old.matrix, new.matrix) = (stated.old, stated.new);
        query.rules = Some(Vec::new());
        left_out = Some(stated.left_out);
    }
    let asks = !(query.need.is_empty() && query.want.is_empty() && query.avoid.is_empty());
    let narrowed = asks || query.pattern.is_some() || args.narrows();
    let only = if narrowed { None } else { keep_backends(&query, &mut old, &mut new)? };
    let mut diff = if narrowed {
        analysis::diff_of(&old.matrix, &new.matrix, &query)?
    } else {
        let rules = source::rule_sets(query.rules.as_deref())?;
        analysis::diff(&old.matrix, &new.matrix, query.accept, &rules)
    };
    if let Some(left_out) = left_out {
        // How completely known issues are recorded is no matter where rules are left out.
        diff.notices = vec![left_out];
    }
    diff.notices.extend(only);
    if narrowed {
        diff.notices.extend(args.checklist_notice(&old, &new));
    }
    let form = form(args.format, args.output.color());
    let text = form.draw(|| drawing::page(&diff), &diff);
    let found = [(&old, &args.old), (&new, &args.new)];
    let found = found.map(|(loaded, word)| remark(loaded, Path::new(word), &[])).concat();
    let remarks = args.output.remarks(found);
    let closed = args.fail_on.iter().any(|what| what.happened(&diff));
    Ok(Answer { text, remarks, status: if closed { Status::No } else { Status::Done } })
}

/// Leaves in both matrices the backends that are named alone, where any are: then everything that is
/// compared is about these. Gives the notice that says so.
fn keep_backends(
    query: &Query,
    old: &mut Loaded,
    new: &mut Loaded,
) -> Result<Option<Notice>, Failure> {
    if query.backends.is_empty() {
        return Ok(None);
    }
    let both = Planner::of_matrices(vec![old.matrix.clone(), new.matrix.clone()]);
    let kept = both.resolve(&Query { all: true, ..query.clone() })?.backends;
    for loaded in [old, new] {
        loaded.matrix.backends.retain(|backend| kept.contains(&backend.id));
    }
    let text = format!("Compared on {} alone.", kept.join(" and "));
    Ok(Some(Notice::new("only-backends", text)))
}

impl DiffArgs {
    /// Says how to see what a move between two bundled releases asks of the request.
    fn checklist_notice(&self, old: &Loaded, new: &Loaded) -> Option<Notice> {
        let label = |loaded: &Loaded| match loaded.kind() {
            DocumentKind::Bundled => loaded.matrix.release.clone(),
            _ => None,
        };
        let (old, new) = label(old).zip(label(new)).filter(|(old, new)| old != new)?;
        let mut words = format!("dynamo-plan whatif --upgrade {new} --release {old}");
        for word in self.query.words() {
            words.push(' ');
            words.push_str(&shell_word(&word));
        }
        Some(Notice::new("checklist", format!("What the move asks of a deployment: {words}")))
    }

    /// Whether a flag that says more about a request is given, which then lacks its needs.
    fn narrows(&self) -> bool {
        let QueryArgs { request, platform } = &self.query;
        !request.facts.is_empty()
            || platform.driver.is_some()
            || platform.cuda.is_some()
            || platform.engine.is_some()
    }
}

impl FailOn {
    fn happened(self, diff: &Diff) -> bool {
        let worse = || {
            let cells = diff.cells.iter();
            let gone = !(diff.removed.features.is_empty() && diff.removed.backends.is_empty());
            cells.map(|cell| cell.change).any(|c| matches!(c, Direction::Worse | Direction::Gone))
                || diff.caveats.iter().any(|caveat| caveat.new)
                || diff.issues.gained.iter().any(IssueChange::is_worse)
                || gone
        };
        !diff.lost.is_empty() || self == FailOn::Worse && worse()
    }
}
