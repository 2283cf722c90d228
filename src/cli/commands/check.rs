//! `check`: what deployments switch on, whether that is supported, and what an upgrade breaks.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use dynamo_plan::RequestError;
use dynamo_plan::analysis::check::{
    CheckOptions, CheckReport, Checker, FindingCodes, ReportedFinding, VerdictOptions,
    finding_code, finding_codes, nearest_codes,
};
use dynamo_plan::load::{Severity, bundle, manifest};
use dynamo_plan::matrix::Release;
use dynamo_plan::render::check::{self as drawing, CheckView};
use dynamo_plan::render::{ToJson, github, sarif};
use dynamo_plan::{Planner, Query};

use crate::args::{OutputArgs, RulesArgs};
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::manifests;
use crate::release_choice::choose;
use crate::terminal::{Stream, style};

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "check",
    group: Group::Ask,
    about: "What manifests switch on, and whether it is supported",
    examples: &[
        ("dynamo-plan check deploy/", "Every manifest and launch script in a folder"),
        ("dynamo-plan check agg.yaml --upgrade 1.5.1", "The lines that an upgrade breaks"),
        ("helm template . | dynamo-plan check -", "What a template makes"),
        ("dynamo-plan check --explain kv-events-missing", "What a finding means"),
    ],
    args: CheckArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `check`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct CheckArgs {
    /// Manifests (YAML or JSON), launch scripts (.sh) and folders of both; `-` for the standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The Dynamo release that runs, in place of what the images say
    #[arg(short, long, alias = "dynamo", value_name = "RELEASE")]
    release: Option<String>,

    /// Also look at this release: the verdict there, and every line that must change
    #[arg(long, value_name = "RELEASE")]
    upgrade: Option<String>,

    /// A fact of the deployments, such as `multi-node`; `'!multi-node'` denies one
    #[arg(long = "fact", value_name = "FACT", value_delimiter = ',', hide_short_help = true)]
    facts: Vec<String>,

    #[command(flatten)]
    rules: RulesArgs,

    /// End with status 1 where something at this level or above is found
    #[arg(long, value_name = "LEVEL", default_value = "error", ignore_case = true)]
    deny: DenyLevel,

    /// Say what a code of a finding means; every code where none is named
    #[arg(long, value_name = "CODE", num_args = 0..=1, default_missing_value = "")]
    #[arg(conflicts_with_all = ["files", "release", "upgrade"])]
    explain: Option<String>,

    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    #[arg(ignore_case = true, help_heading = "Output")]
    format: CheckFormat,

    /// Show every feature with its line, what was not read, and the lines of notes
    #[arg(long, help_heading = "Output", display_order = 390)]
    full: bool,

    #[command(flatten)]
    output: OutputArgs,
}

/// From which level on a finding closes the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DenyLevel {
    /// Anything at all
    Note,
    /// What silently does not happen
    Warning,
    /// What ends a process or is refused
    Error,
}

/// The forms of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people, with the lines of the files
    Table,
    /// For a page or a ticket
    Markdown,
    /// For programs: one object with stable keys
    Json,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// Workflow commands of GitHub Actions, which show findings beside the lines of a change
    Github,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let mut args = CheckArgs::from_arg_matches_mut(matches)?;
    args.format = args.output.format(args.format);
    if let Some(code) = &args.explain {
        return explain(code, &args);
    }
    let inputs = manifests::list(&args.files)?;
    let mut checker = Checker::new(options(&args)?);
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    let mut texts = HashMap::new();
    let mut is_unread = false;
    for input in inputs {
        let (path, bytes) = input.read()?;
        match manifest::manifest(bytes, &path, &checker.tables().programs) {
            Ok(file) => {
                let (checked, found) = checker.check(&file);
                if !checked.deployments.is_empty() {
                    files.push(checked);
                } else if input.is_named {
                    findings.push(without_deployment(&file.path));
                }
                if !found.is_empty() {
                    texts.insert(file.path, file.text);
                }
                findings.extend(found);
            }
            Err(report) => {
                let problems = ReportedFinding::of_report(&report);
                is_unread |= problems.iter().any(|problem| problem.severity == Severity::Error);
                findings.extend(problems);
                texts.insert(report.file, report.text);
            }
        }
    }
    if files.is_empty() && !is_unread {
        return Err(nothing_found(&args.files, &findings));
    }
    let report = CheckReport::new(files, findings);
    let view = CheckView { full: args.full, quiet: args.output.quiet };
    let text = match args.format {
        CheckFormat::Table => {
            drawing::text(&report, &texts, view, &style(args.output.color(), Stream::Stdout))
        }
        CheckFormat::Markdown => drawing::page(&report, view).to_markdown(),
        CheckFormat::Json => report.to_json(),
        CheckFormat::Sarif => sarif(&drawing::file_findings(&report)),
        CheckFormat::Github => github(&drawing::file_findings(&report)),
    };
    let from = Severity::from(args.deny);
    let status = match report.findings.iter().any(|finding| finding.severity >= from) {
        _ if is_unread => Status::Wrong,
        true => Status::No,
        false => Status::Done,
    };
    Ok(Answer { text, remarks: String::new(), status })
}

fn options(args: &CheckArgs) -> Result<CheckOptions, Failure> {
    let query = Query {
        rules: args.rules.chosen(),
        facts: args.facts.clone(),
        all: true,
        ..Query::default()
    };
    let request = Planner::bundled().resolve(&query)?;
    let release = |word: &Option<String>| word.as_deref().map(release).transpose();
    Ok(CheckOptions {
        release: release(&args.release)?,
        upgrade: release(&args.upgrade)?,
        verdict: VerdictOptions { rules: request.rules, facts: request.facts },
    })
}

/// A release by its number, whether its matrix is bundled or not; an incomplete one, or `latest`, is a bundled one.
fn release(word: &str) -> Result<Release, Failure> {
    let known: Vec<Option<Release>> = bundle::releases().map(Some).collect();
    let is_whole = word.split('.').count() >= 3;
    match choose(&[word.to_owned()], &known) {
        Ok(chosen) => {
            let chosen = known.into_iter().zip(chosen).filter(|(_, chosen)| *chosen);
            let mut chosen: Vec<Release> = chosen.filter_map(|(release, _)| release).collect();
            match (chosen.pop(), chosen.is_empty()) {
                (Some(only), true) => Ok(only),
                _ => {
                    let message = format!("`{word}` names several releases; a check is about one");
                    Err(RequestError::new("several-releases", Some(word), message).into())
                }
            }
        }
        Err(_) if is_whole && word.starts_with(|c: char| c.is_ascii_digit()) => {
            Ok(Release::new(word))
        }
        Err(failure) => Err(failure),
    }
}

fn explain(code: &str, args: &CheckArgs) -> Result<Answer, Failure> {
    let codes = match code {
        "" => finding_codes().copied().collect(),
        code => vec![*finding_code(&code.to_lowercase()).ok_or_else(|| unknown(code))?],
    };
    let page = || match &codes[..] {
        [one] => drawing::code_page(one),
        _ => drawing::codes_page(),
    };
    Ok(Answer::done(match args.format {
        CheckFormat::Table => page().to_terminal(&style(args.output.color(), Stream::Stdout)),
        CheckFormat::Markdown => page().to_markdown(),
        CheckFormat::Json => FindingCodes::new(codes).to_json(),
        CheckFormat::Sarif | CheckFormat::Github => {
            let message = "what a code means is told as a table, in Markdown or as JSON";
            return Err(RequestError::new("no-such-form", None, message).into());
        }
    }))
}

fn unknown(code: &str) -> Failure {
    let nearest = nearest_codes(code);
    let message = format!(
        "no finding has the code `{code}`; `dynamo-plan check --explain` lists every one{}",
        nearest.first().map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
    );
    RequestError::new("unknown-code", Some(code), message).with_suggestions(nearest).into()
}

fn without_deployment(path: &str) -> ReportedFinding {
    ReportedFinding::of_file(
        path,
        "no-deployment",
        "the file holds no DynamoGraphDeployment and starts no program of Dynamo",
    )
}

/// None of the inputs holds a deployment.
fn nothing_found(files: &[PathBuf], findings: &[ReportedFinding]) -> Failure {
    let at = files.first().map(|path| path.display().to_string());
    let template = findings.iter().find(|finding| finding.code == "template");
    let (code, message) = match template {
        Some(finding) => ("template", format!("{}: {}; {}", finding.path, finding.message, finding.fix.clone().unwrap_or_default())),
        None => (
            "no-deployment",
            "no deployment was found: no file holds a DynamoGraphDeployment or starts a program of Dynamo".to_owned(),
        ),
    };
    RequestError::new(code, at.as_deref(), message).into()
}

impl From<DenyLevel> for Severity {
    fn from(deny: DenyLevel) -> Self {
        match deny {
            DenyLevel::Note => Severity::Note,
            DenyLevel::Warning => Severity::Warning,
            DenyLevel::Error => Severity::Error,
        }
    }
}
