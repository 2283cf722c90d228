//! The matrices that a command is about: the bundled ones, or those of the named files.

use std::path::Path;

use dynamo_plan::load::{self, LoadError, Loaded, PageOptions, Severity, bundle};
use dynamo_plan::matrix::{Matrix, Release, RuleSet};
use dynamo_plan::render::{Origin, shell_path, shell_word};
use dynamo_plan::{DEFAULT_RELEASE, Planner, Query, RequestError};

use crate::args::SourceArgs;
use crate::error::Failure;
use crate::input;
use crate::release_choice::choose;

/// The environment variable that chooses a release where no flag does.
const RELEASE_VARIABLE: &str = "DYNAMO_PLAN_RELEASE";

/// The chosen matrices, ready to be asked.
#[derive(Debug)]
pub(crate) struct Source {
    /// A planner for the chosen matrices.
    pub(crate) planner: Planner,
    /// Where they come from.
    pub(crate) origin: Origin,
    /// What was found while reading files, for stderr.
    pub(crate) remarks: String,
}

impl Source {
    /// Reads the files that were named, or takes the bundled matrices, to plan on them.
    pub(crate) fn open(args: &SourceArgs) -> Result<Self, Failure> {
        if args.matrix.is_empty() { bundled_source(args) } else { named_source(args, true) }
    }

    /// The same to look at: what is named may be a part of a matrix.
    pub(crate) fn open_part(args: &SourceArgs) -> Result<Self, Failure> {
        if args.matrix.is_empty() { bundled_source(args) } else { named_source(args, false) }
    }

    /// Every release that could be chosen, oldest first.
    pub(crate) fn every_release(&self) -> Vec<Matrix> {
        if self.origin.files.is_empty() {
            bundle::releases().filter_map(|release| bundle::matrix(&release)).collect()
        } else {
            self.planner.matrices().to_vec()
        }
    }
}

/// The bundled matrices that the flag, the environment or else the default chooses.
fn bundled_source(args: &SourceArgs) -> Result<Source, Failure> {
    let (matrices, is_default) = bundled_matrices(&args.release)?;
    let origin = Origin {
        newest: bundle::newest(),
        newest_known: bundle::newest_known(),
        is_default,
        files: Vec::new(),
    };
    Ok(Source { planner: Planner::of_matrices(matrices), origin, remarks: String::new() })
}

/// The bundled matrices that some words, the environment or else the default chooses; and whether it
/// was the default.
pub(crate) fn bundled_matrices(words: &[String]) -> Result<(Vec<Matrix>, bool), Failure> {
    let variable = if words.is_empty() { of_environment()? } else { None };
    if words.is_empty() && variable.is_none() {
        let default = bundle::matrix(&Release::new(DEFAULT_RELEASE));
        return Ok((default.into_iter().collect(), true));
    }
    let known: Vec<Option<Release>> = bundle::releases().map(Some).collect();
    let chosen = match variable {
        Some(text) => choose(&[text], &known).map_err(in_environment)?,
        None => choose(words, &known)?,
    };
    let matrices = known.iter().zip(chosen).filter(|(_, chosen)| *chosen);
    let matrices = matrices.filter_map(|(release, _)| bundle::matrix(release.as_ref()?)).collect();
    Ok((matrices, false))
}

/// The bundled rule sets that are chosen; all where nothing is.
pub(crate) fn rule_sets(chosen: Option<&[String]>) -> Result<Vec<RuleSet>, Failure> {
    let mut sets = bundle::rule_sets();
    if let Some(names) = chosen {
        let rules = Some(names.to_vec());
        let request =
            Planner::bundled().resolve(&Query { rules, all: true, ..Query::default() })?;
        sets.retain(|set| request.rules.contains(&set.id));
    }
    Ok(sets)
}

/// The release that the environment chooses, if any.
fn of_environment() -> Result<Option<String>, Failure> {
    let Some(value) = std::env::var_os(RELEASE_VARIABLE) else { return Ok(None) };
    match value.into_string() {
        Ok(text) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
        Err(value) => {
            let message = "the value is not UTF-8; write a release like 1.4.0, or unset it";
            let at = value.to_string_lossy();
            Err(in_environment(RequestError::new("invalid-release", Some(&at), message).into()))
        }
    }
}

/// The same failure, which would else be looked for on the command line.
fn in_environment(failure: Failure) -> Failure {
    match failure {
        Failure::Request(error) => {
            let message = format!("{RELEASE_VARIABLE}: {}", error.message);
            Failure::Request(RequestError { message, ..error })
        }
        failure => failure,
    }
}

/// The matrices in the files that were named.
fn named_source(args: &SourceArgs, complete: bool) -> Result<Source, Failure> {
    let (matrices, remarks) = named_matrices(args, complete)?;
    let files = args.matrix.clone();
    let origin = Origin {
        newest: bundle::newest(),
        newest_known: bundle::newest_known(),
        files,
        is_default: false,
    };
    let planner = Planner::of_matrices(among(matrices, &args.release)?);
    Ok(Source { planner, origin, remarks })
}

/// Every matrix in the files that were named, whatever the release, and what was found while reading
/// them. A complete one, to plan on, gets the notes that the bundle has of its release.
pub(crate) fn named_matrices(
    args: &SourceArgs,
    complete: bool,
) -> Result<(Vec<Matrix>, String), Failure> {
    // Beside others, a page may say only what releases are built for.
    let platforms_alone = args.matrix.len() > 1;
    let backends = args.page_backends.clone();
    let options = PageOptions { platforms_alone, backends, ..PageOptions::default() };
    let mut parts = Vec::new();
    for path in &args.matrix {
        let loaded = input::file(path, &options)?;
        if complete && !loaded.is_complete() && !loaded.is_platforms_alone() {
            return Err(incomplete(path));
        }
        parts.push(loaded);
    }
    if let Some(path) = args.matrix.first()
        && parts.iter().all(Loaded::is_platforms_alone)
    {
        return Err(without_features(path));
    }
    let remarks = parts
        .iter()
        .zip(&args.matrix)
        .map(|(part, path)| remark(part, path, &args.page_backends))
        .collect();
    let joined = load::join_platforms(parts).map_err(|reports| LoadError::Invalid { reports })?;
    let mut matrices = Vec::new();
    for Loaded { mut matrix, .. } in joined {
        if complete {
            bundle::add_notes(&mut matrix);
        }
        matrices.push(matrix);
    }
    Ok((matrices, remarks))
}

/// What was found in a file that is used all the same, as one line with the command that shows it; empty
/// where nothing was.
pub(crate) fn remark(loaded: &Loaded, path: &Path, backends: &[String]) -> String {
    let found = loaded.reports.iter().flat_map(|report| &report.diagnostics);
    let of = |severity| found.clone().filter(|problem| problem.severity == severity).count();
    let kinds = [(of(Severity::Warning), "warning"), (of(Severity::Note), "note")];
    let kinds = kinds.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {noun}{plural}")
    });
    let kinds: Vec<String> = kinds.collect();
    if kinds.is_empty() {
        return String::new();
    }
    let word = shell_path(path);
    let name = if word == "-" { "standard input" } else { &word };
    let backend = match backends {
        [backend] => format!(" --backend {}", shell_word(backend)),
        _ => String::new(),
    };
    format!("{name}: {}; `dynamo-plan lint {word}{backend}` shows each\n", kinds.join(", "))
}

/// The matrices whose releases some words choose; all where there are no words.
pub(crate) fn among(mut matrices: Vec<Matrix>, words: &[String]) -> Result<Vec<Matrix>, Failure> {
    if !words.is_empty() {
        let known: Vec<Option<Release>> = matrices.iter().map(|m| m.release.clone()).collect();
        let mut chosen = choose(words, &known)?.into_iter();
        matrices.retain(|_| chosen.next() == Some(true));
    }
    Ok(matrices)
}

/// A part of a matrix cannot be planned on: without feature cells every plan would rest on guesses.
fn incomplete(path: &Path) -> Failure {
    let file = path.display().to_string();
    let message = format!(
        "`{file}` is a part of a matrix: for some backend only pairs of features are stated. Of a page \
         of one backend its table of pairs alone counts, a table of its features does not. Merge it \
         with the page that compares the backends: `dynamo-plan import {} COMPARISON-PAGE -o \
         model.toml`, then plan with --matrix model.toml",
        shell_path(path)
    );
    RequestError::new("incomplete-matrix", Some(&file), message).into()
}

/// Pages that say only what releases are built for are no matrix together either.
fn without_features(path: &Path) -> Failure {
    let file = path.display().to_string();
    let message = format!(
        "`{file}` says what releases are built for and lists no features; name a page or model that \
         lists them with another --matrix"
    );
    RequestError::new("incomplete-matrix", Some(&file), message).into()
}
