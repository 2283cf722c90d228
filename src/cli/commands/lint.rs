//! `lint`: what in a model or page is worth a maintainer's look.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use dynamo_plan::analysis::{self, Lint};
use dynamo_plan::load::{LoadError, Loaded, PageOptions, Report, Severity, bundle};
use dynamo_plan::render::{FileFinding, Origin, ToJson, github, lint as drawing, sarif};

use super::plan::effort;
use crate::args::{OutputArgs, RulesArgs, SourceArgs};
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::input;
use crate::source::{self, Source};
use crate::terminal::{Stream, style};

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "lint",
    group: Group::Maintain,
    about: "Inconsistencies in a model or page",
    examples: &[
        ("dynamo-plan lint feature-matrix.md", "What in a page is worth a look"),
        ("dynamo-plan lint page.md --deny warning", "A gate for a documentation repository"),
        ("dynamo-plan lint page.md --format github", "In a workflow: findings beside the lines"),
        ("dynamo-plan lint --release latest", "The same for a bundled release"),
    ],
    args: LintArgs::augment_args,
    run: Run::Plain(run),
};

/// The codes of files that are neither a model nor a page: there is nothing in them to look at.
const NO_DOCUMENT: [&str; 7] = [
    "no-matrix-table",
    "not-text",
    "binary-file",
    "not-utf8",
    "empty-file",
    "truncated-file",
    "missing-format",
];

// The flags of `lint`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct LintArgs {
    /// Model files or published pages; `-` for the standard input, nothing for a bundled release
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The bundled release to look at, or the label that the files should have
    #[arg(short, long, alias = "dynamo", value_name = "RELEASE")]
    release: Vec<String>,

    /// The same as naming the files without the flag
    #[arg(short, long, value_name = "FILE")]
    matrix: Vec<PathBuf>,

    /// The tab to read where a page's tabs hold several tables of one kind
    #[arg(long, value_name = "TAB")]
    tab: Option<String>,

    /// The backend that a page is about which names none
    #[arg(short, long, value_name = "BACKEND")]
    backend: Option<String>,

    #[command(flatten)]
    rules: RulesArgs,

    /// End with status 1 where something at this level or above is found
    #[arg(long, value_name = "LEVEL", default_value = "error", ignore_case = true)]
    deny: Deny,

    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    #[arg(ignore_case = true, help_heading = "Output")]
    format: LintFormat,

    #[command(flatten)]
    output: OutputArgs,
}

/// From which level on a finding closes the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Anything at all
    Note,
    /// What may be wrong
    Warning,
    /// What cannot be read
    Error,
}

/// The forms of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LintFormat {
    /// For people, with the lines of the files
    Table,
    /// For programs: one object with stable keys
    Json,
    /// Workflow commands of GitHub Actions, which show findings beside the lines of a change
    Github,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let mut args = LintArgs::from_arg_matches_mut(matches)?;
    args.format = args.output.format(args.format);
    let effort = effort(None, &args.output);
    let files: Vec<&PathBuf> = args.files.iter().chain(&args.matrix).collect();
    let (documents, expected) = if files.is_empty() {
        (bundled_documents(&args.release)?, None)
    } else {
        let expected = input::label(&args.release)?;
        let options = PageOptions {
            release: expected.clone(),
            tab: args.tab.clone(),
            backends: args.backend.iter().cloned().collect(),
            ..PageOptions::default()
        };
        let read = files.iter().map(|path| document(path, &options));
        (read.collect::<Result<Vec<_>, _>>()?, expected)
    };
    let rules = source::rule_sets(args.rules.chosen().as_deref())?;
    let linted = analysis::lint_within(&documents, &rules, expected.as_ref(), effort);
    let text = match args.format {
        LintFormat::Table => {
            let files = files.into_iter().cloned().collect();
            let origin = Origin {
                newest: bundle::newest(),
                newest_known: bundle::newest_known(),
                files,
                is_default: false,
            };
            drawing::text(&linted, &origin, &style(args.output.color(), Stream::Stdout))
        }
        LintFormat::Json => linted.lint.to_json(),
        LintFormat::Github => github(&of_files(&linted.lint)),
        LintFormat::Sarif => sarif(&of_files(&linted.lint)),
    };
    let from = Severity::from(args.deny);
    let denied = linted.lint.findings.iter().any(|finding| finding.severity >= from);
    // A gate is open only where everything was looked at.
    let status = match (denied, linted.lint.complete) {
        (true, _) => Status::No,
        (false, true) => Status::Done,
        (false, false) => Status::TimedOut,
    };
    Ok(Answer { text, remarks: args.unsaid(&linted.lint), status })
}

impl LintArgs {
    /// What the forms for code hosts have no place for: that not everything was looked at.
    fn unsaid(&self, lint: &Lint) -> String {
        match self.format {
            LintFormat::Github | LintFormat::Sarif => {
                lint.notices.iter().map(|notice| format!("{}\n", notice.text)).collect()
            }
            _ => String::new(),
        }
    }
}

/// The findings as every form for code hosts takes them.
fn of_files(lint: &Lint) -> Vec<FileFinding> {
    lint.findings.iter().map(FileFinding::from).collect()
}

/// The bundled matrices that `--release` or else the environment or the default chooses.
fn bundled_documents(wanted: &[String]) -> Result<Vec<Result<Loaded, Vec<Report>>>, Failure> {
    let args =
        SourceArgs { release: wanted.to_vec(), matrix: Vec::new(), page_backends: Vec::new() };
    let source = Source::open(&args)?;
    let matrices = source.planner.matrices().iter();
    Ok(matrices.map(|matrix| Ok(Loaded::of(matrix.clone()))).collect())
}

/// A document, or what is wrong with it; what is no document at all is a failure.
fn document(path: &Path, options: &PageOptions) -> Result<Result<Loaded, Vec<Report>>, Failure> {
    match input::file(path, options) {
        Ok(loaded) => Ok(Ok(loaded)),
        Err(LoadError::Invalid { reports }) => {
            let mut problems = reports.iter().flat_map(|report| &report.diagnostics);
            if problems.any(|problem| NO_DOCUMENT.contains(&problem.code)) {
                return Err(LoadError::Invalid { reports }.into());
            }
            Ok(Err(reports))
        }
        Err(error) => Err(error.into()),
    }
}

impl From<Deny> for Severity {
    fn from(deny: Deny) -> Self {
        match deny {
            Deny::Note => Severity::Note,
            Deny::Warning => Severity::Warning,
            Deny::Error => Severity::Error,
        }
    }
}
