//! `import`: published pages to a model file.

use std::io;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use dynamo_plan::RequestError;
use dynamo_plan::load::{self, LoadError, Loaded, PageOptions, bundle};
use dynamo_plan::matrix::{Matrix, slug};
use dynamo_plan::render::matrix::MatrixView;
use dynamo_plan::render::{ToJson, report};

use crate::args::OutputArgs;
use crate::atomic_file;
use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::input;
use crate::terminal::{Stream, style};

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "import",
    group: Group::Maintain,
    about: "Published pages to a model file",
    examples: &[
        ("dynamo-plan import feature-matrix.md -o model.toml", "A page as a model file"),
        ("dynamo-plan import vllm.md sglang.md trtllm.md compatibility.md", "Several as one"),
        ("dynamo-plan import pairs.md --backend vllm", "A page of pairs that names no backend"),
        ("dynamo-plan import - --release 1.4.0 --format json", "From a pipe, for a script"),
    ],
    args: ImportArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `import`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct ImportArgs {
    /// Published pages, or model files; `-` for the standard input
    ///
    /// Several are merged; what the first one says counts. One of them may say only what releases are
    /// built for: engines, CUDA toolkits and drivers.
    #[arg(value_name = "PAGE", required = true)]
    pages: Vec<PathBuf>,

    /// Label the matrix with this release, whatever the pages say
    #[arg(short, long, alias = "dynamo", value_name = "RELEASE")]
    release: Vec<String>,

    /// The tab to read where tabs hold several tables of one kind; the first by default
    #[arg(long, value_name = "TAB")]
    tab: Option<String>,

    /// The backend that the pages are about, where they name none
    ///
    /// It takes their tables of pairs, and of their tables of features the column of this name or the
    /// one called `Status`.
    #[arg(short, long, value_name = "BACKEND")]
    backend: Option<String>,

    /// Refuse whatever gives rise to a warning
    #[arg(long)]
    strict: bool,

    /// Write to this file, whole or not at all, instead of stdout
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,

    /// The form of the matrix
    #[arg(short, long, value_name = "FORMAT", default_value = "model", hide_default_value = true)]
    #[arg(ignore_case = true, help_heading = "Output")]
    format: ImportFormat,

    #[command(flatten)]
    look: OutputArgs,
}

/// The forms of an imported matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ImportFormat {
    /// A model file
    Model,
    /// For programs: one object with stable keys
    Json,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let mut args = ImportArgs::from_arg_matches_mut(matches)?;
    args.format = args.look.format(args.format);
    let loaded = read(&args)?;
    check_backend(args.backend.as_deref(), &loaded.matrix)?;
    let text = match args.format {
        ImportFormat::Model => model(&loaded.matrix)?,
        ImportFormat::Json => {
            let backends = loaded.matrix.backends.iter().collect();
            MatrixView::new(&loaded.matrix, backends, &[]).with_reports(&loaded.reports).to_json()
        }
    };
    // What JSON says of the pages it says itself.
    let quiet = args.look.quiet || args.format == ImportFormat::Json && args.output.is_none();
    let style = style(args.look.color(), Stream::Stderr);
    let drawn = loaded.reports.iter().map(|found| report(found, &style, usize::MAX));
    let remarks = if quiet { String::new() } else { drawn.collect() };
    let text = atomic_file::write_or_keep(args.output.as_deref(), text)?;
    Ok(Answer { text, remarks, status: Status::Done })
}

/// Reads every page and makes one matrix of them.
fn read(args: &ImportArgs) -> Result<Loaded, Failure> {
    let release = input::label(&args.release)?;
    let several = args.pages.len() > 1;
    let strict = args.strict && !several;
    let options = PageOptions {
        release: release.clone(),
        tab: args.tab.clone(),
        platforms_alone: several,
        backends: args.backend.iter().cloned().collect(),
        strict,
    };
    let (mut parts, mut rejected) = (Vec::new(), Vec::new());
    for page in &args.pages {
        match input::file(page, &options) {
            Ok(part) => parts.push(part),
            Err(LoadError::Invalid { reports }) => rejected.extend(reports),
            Err(error) => return Err(error.into()),
        }
    }
    if !rejected.is_empty() {
        return Err(LoadError::Invalid { reports: rejected }.into());
    }
    for part in &mut parts {
        part.matrix.release = release.clone().or(part.matrix.release.take());
    }
    if parts.len() == 1 {
        return Ok(parts.remove(0));
    }
    load::merge(parts, args.strict).map_err(|reports| LoadError::Invalid { reports }.into())
}

/// A name that nothing was read for is an error: the pages name their backends themselves.
fn check_backend(given: Option<&str>, matrix: &Matrix) -> Result<(), Failure> {
    let Some(name) = given else { return Ok(()) };
    let id =
        bundle::vocabulary().backend(name).map_or_else(|| slug(name), |known| known.id.clone());
    if matrix.backends.iter().any(|backend| backend.id == id) {
        return Ok(());
    }
    let named: Vec<&str> = matrix.backends.iter().map(|backend| backend.id.as_str()).collect();
    let message = format!(
        "the pages name their backends, {}, and `{name}` is none of them; leave --backend out",
        named.join(", ")
    );
    Err(RequestError::new("unknown-backend", Some(name), message).into())
}

/// The matrix as a model file that was read back and found to say the same.
fn model(matrix: &Matrix) -> Result<String, Failure> {
    let vocabulary = bundle::vocabulary();
    let text = load::write_model(matrix, &vocabulary);
    let no_file = |_: &Path| Err(io::Error::from(io::ErrorKind::NotFound));
    let path = Path::new("model.toml");
    let read = load::model(text.clone().into_bytes(), path, &vocabulary, &no_file);
    let problem = match read {
        Ok(read) if says_the_same(matrix, &read.matrix) => return Ok(text),
        Ok(_) => "it would read as another matrix".to_owned(),
        Err(reports) => LoadError::Invalid { reports }.to_string(),
    };
    let message = format!(
        "this matrix cannot be written as a model file: {problem}. Use --format json, or fix the page"
    );
    Err(RequestError::new("no-model", None, message).into())
}

fn says_the_same(a: &Matrix, b: &Matrix) -> bool {
    a.backends.len() == b.backends.len()
        && a.backends.iter().zip(&b.backends).all(|(a, b)| {
            let same = |(a, b): (&dynamo_plan::matrix::Cell, &dynamo_plan::matrix::Cell)| {
                (&a.terms, a.level, a.caveat) == (&b.terms, b.level, b.caveat)
            };
            (&a.id, &a.engine, &a.platforms) == (&b.id, &b.engine, &b.platforms)
                && a.cells.len() == b.cells.len()
                && a.cells.iter().zip(&b.cells).all(same)
        })
}
