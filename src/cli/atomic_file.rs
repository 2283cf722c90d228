//! A text into a file, whole or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};
use tempfile::{Builder, NamedTempFile};

use crate::deadline;
use crate::error::{Failure, unwritable};

/// The most links that are followed to a file that is not there yet.
const MOST_LINKS: usize = 40;

/// Writes a text to the file that `--output` names and leaves nothing for stdout, or keeps it for stdout.
pub(crate) fn write_or_keep(output: Option<&Path>, text: String) -> Result<String, Failure> {
    match output {
        Some(path) if path != Path::new("-") => {
            write(path, &text).map_err(|error| unwritable(path, &error))?;
            Ok(String::new())
        }
        _ => Ok(text),
    }
}

/// Writes a file whole or not at all: next to it first, then in its place. What is no regular file,
/// such as a pipe, is written to directly.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let existing = fs::metadata(path).ok();
    if existing.as_ref().is_some_and(|existing| !existing.is_file()) {
        return File::options().write(true).open(path)?.write_all(text.as_bytes());
    }
    let path = followed(path)?;
    let put = || uninterrupted(|| replace(&path, text, existing.as_ref()));
    let late = || io::Error::from(ErrorKind::TimedOut);
    let (written, signal) = deadline::put(put).ok_or_else(late)??;
    if let Some(signal) = signal {
        low_level::emulate_default_handler(signal)?;
    }
    written
}

/// Where a path leads, be it through links to a file that is not there yet.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its links lead in a circle"))
}

fn replace(path: &Path, text: &str, existing: Option<&fs::Metadata>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = new_file(folder.unwrap_or(Path::new(".")))?;
    if let Some(existing) = existing {
        file.as_file().set_permissions(existing.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_| ()).map_err(|failed| failed.error)
}

/// An empty file with a short random name, which goes away unless it is persisted.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".dynamo-plan-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As every new file: the umask takes away what the user does not grant.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // The rest of the error names a file that the user never asked for.
    builder.tempfile_in(folder).map_err(|error| match error.kind() {
        ErrorKind::NotFound => io::Error::new(
            ErrorKind::NotFound,
            format!("there is no folder `{}`", folder.display()),
        ),
        kind => kind.into(),
    })
}

/// Does some work to its end even where a signal such as Ctrl-C ends the program meanwhile; gives
/// that signal beside the result. Later signals end the program at once, as they do by default.
fn uninterrupted<T>(work: impl FnOnce() -> T) -> io::Result<(T, Option<i32>)> {
    let (done, arrived) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_default(signal, Arc::clone(&done))?;
        flag::register_usize(signal, Arc::clone(&arrived), signal.unsigned_abs() as usize)?;
    }
    let result = work();
    // Before the look at what arrived: a signal in between ends the program itself.
    done.store(true, Ordering::SeqCst);
    let signal = i32::try_from(arrived.load(Ordering::SeqCst)).ok();
    Ok((result, signal.filter(|&signal| signal != 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_signal_waits_until_the_file_is_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.toml");
        let (written, signal) = uninterrupted(|| {
            low_level::raise(SIGTERM)?;
            replace(&path, "whole", None)
        })
        .unwrap();
        assert!(written.is_ok());
        assert_eq!(signal, Some(SIGTERM));
        assert_eq!(fs::read_to_string(&path).unwrap(), "whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
