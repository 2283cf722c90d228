//! Files of requests: where they are read from, and what their lines mean on the chosen matrices.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use dynamo_plan::batch::{ResolvedLine, Resolver};
use dynamo_plan::matrix::Release;
use dynamo_plan::plan::with_listing_release;
use dynamo_plan::render::Origin;
use dynamo_plan::{Planner, Query, RequestError};

use crate::error::Failure;
use crate::matrix_store::MatrixStore;
use crate::output;

/// What an input of requests is called in messages; `-` is the standard input.
pub(crate) fn shown(path: &Path) -> String {
    if is_stdin(path) { "stdin".to_owned() } else { path.display().to_string() }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Opens an input of requests. On a terminal it says that it waits, unless that is not wanted.
pub(crate) fn open(path: &Path, quiet: bool) -> Result<Box<dyn Read + Send>, Failure> {
    if !is_stdin(path) {
        let file = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
        return Ok(Box::new(file));
    }
    if !quiet && io::stdin().is_terminal() {
        output::remark("waiting for requests, one JSON object a line; Ctrl-D ends them");
    }
    Ok(Box::new(io::stdin()))
}

/// Why an input cannot be read.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let shown = shown(path);
    RequestError::new("unreadable-file", Some(&shown), format!("{shown}: {error}")).into()
}

/// Understands lines on the matrices of a store. What they leave out is as in `defaults`.
pub(crate) fn resolver<'s>(
    open: impl FnMut(&[String]) -> Result<Planner, RequestError> + 's,
    defaults: Query,
    store: &MatrixStore,
) -> Resolver<'s> {
    let resolver = Resolver::new(open).with_defaults(defaults);
    // A file may list what its release does not.
    if store.has_files() { resolver } else { resolver.explaining(with_listing_release) }
}

/// The requests of a file, and the matrices that any of them is about.
pub(crate) struct Requests {
    pub(crate) lines: Vec<ResolvedLine>,
    /// Knows every release that a line chooses.
    pub(crate) planner: Planner,
    pub(crate) origin: Origin,
}

/// Reads every request of a file.
pub(crate) fn read(
    path: &Path,
    store: &MatrixStore,
    defaults: Query,
    quiet: bool,
) -> Result<Requests, Failure> {
    let input = open(path, quiet)?;
    let open = |words: &[String]| store.planner(words).map_err(Failure::into_request_error);
    let lines = resolver(open, defaults, store).resolve_file(input, &shown(path))?;
    let releases = lines.iter().flat_map(|it| it.request.releases.iter().cloned());
    let releases: BTreeSet<Option<Release>> = releases.collect();
    let is_default =
        store.is_default()? && lines.iter().all(|resolved| resolved.line.releases().is_none());
    let (planner, origin) = (store.planner_of(&releases), store.origin(is_default));
    Ok(Requests { lines, planner, origin })
}
