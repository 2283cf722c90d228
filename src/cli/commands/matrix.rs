//! `matrix`: the matrix itself.

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Backend, Matrix};
use dynamo_plan::render::matrix::{MatrixView, backend, csv, markdown, overview};
use dynamo_plan::render::{Origin, ToJson};
use dynamo_plan::{Query, RequestError};

use crate::args::{OutputArgs, RulesArgs, SourceArgs};
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::source::{self, Source};
use crate::terminal::{Stream, style};

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "matrix",
    group: Group::Look,
    about: "The matrix itself: features and pairs by backend",
    examples: &[
        ("dynamo-plan matrix", "What each backend supports, side by side"),
        ("dynamo-plan matrix vllm", "Which features go together on one backend"),
        ("dynamo-plan matrix --format csv > matrix.csv", "Every cell, for a spreadsheet"),
    ],
    args: MatrixArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `matrix`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct MatrixArgs {
    /// Show these backends, each with its pairs: sglang, trtllm, vllm
    #[arg(value_name = "BACKEND", value_delimiter = ',')]
    backends: Vec<String>,

    /// The same as naming the backends without the flag
    #[arg(short, long, value_name = "BACKEND", value_delimiter = ',', help_heading = "Matrix")]
    backend: Vec<String>,

    #[command(flatten)]
    rules: RulesArgs,

    #[command(flatten)]
    source: SourceArgs,

    /// The form of the matrix
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    #[arg(ignore_case = true, help_heading = "Output")]
    format: MatrixFormat,

    #[command(flatten)]
    output: OutputArgs,
}

/// The forms of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MatrixFormat {
    /// For people
    Table,
    /// In the form of the published page
    Markdown,
    /// One line per cell
    Csv,
    /// For programs: one object with stable keys
    Json,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let mut args = MatrixArgs::from_arg_matches_mut(matches)?;
    args.format = args.output.format(args.format);
    let named: Vec<String> = args.backends.iter().chain(&args.backend).cloned().collect();
    let source = Source::open_part(&args.source.with_backends(&named))?;
    let ids = backend_ids(&source, &named)?;
    let matrix = only(source.planner.matrices())?;
    let chosen = |backend: &&Backend| ids.contains(&backend.id);
    let mut backends: Vec<&Backend> = matrix.backends.iter().filter(chosen).collect();
    // Tables stand in one order everywhere; Markdown and JSON follow the page.
    if matches!(args.format, MatrixFormat::Table | MatrixFormat::Csv) {
        backends.sort_by_key(|backend| &backend.id);
    }
    let mut rules = source::rule_sets(args.rules.chosen().as_deref())?;
    // Nothing is known of a release that is newer than every known one.
    if matrix.release > bundle::newest_known() {
        rules.clear();
    }
    let text = match args.format {
        MatrixFormat::Table if named.is_empty() => overview(matrix, &source.origin)
            .to_terminal(&style(args.output.color(), Stream::Stdout)),
        MatrixFormat::Table => pages(matrix, &backends, &source.origin, &args.output),
        MatrixFormat::Markdown => markdown(matrix, &backends),
        MatrixFormat::Csv => csv(matrix, &backends),
        MatrixFormat::Json => MatrixView::new(matrix, backends, &rules).to_json(),
    };
    let remarks = args.output.remarks(source.remarks);
    Ok(Answer { text, remarks, status: Status::Done })
}

/// A page per backend, with a blank line between them.
fn pages(matrix: &Matrix, backends: &[&Backend], origin: &Origin, output: &OutputArgs) -> String {
    let style = style(output.color(), Stream::Stdout);
    let page = |of: &&Backend| backend(matrix, of, origin).to_terminal(&style);
    backends.iter().map(page).collect::<Vec<_>>().join("\n")
}

/// The ids of the backends that names mean; all where there are none.
fn backend_ids(source: &Source, names: &[String]) -> Result<Vec<String>, Failure> {
    let query = Query { backends: names.to_vec(), all: true, ..Query::default() };
    Ok(source.planner.resolve(&query)?.backends)
}

/// The one matrix that was chosen.
fn only(matrices: &[Matrix]) -> Result<&Matrix, Failure> {
    match matrices {
        [matrix] => Ok(matrix),
        several => Err(RequestError::new(
            "several-releases",
            None,
            format!(
                "{} matrices are chosen and one can be shown; name one release with --release",
                several.len()
            ),
        )
        .into()),
    }
}
