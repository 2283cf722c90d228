//! Includes: the path of an include in, the bytes of a file inside the model's folder out.
//!
//! Whoever is sent a model file reads it without looking, and a problem in a file is shown with
//! its lines. An include must therefore not reach the rest of the file system.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use crate::load::MAX_BYTES;

/// The file that marks a folder whose models may include each other's files across its folders.
const MARKER: &str = "vocabulary.toml";

/// The folder that the includes of one model must be in.
#[derive(Clone, Debug)]
pub struct IncludeFolder {
    folder: PathBuf,
    marked: bool,
}

/// The reason for which an include is refused, although there may be such a file.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub(super) struct RefusedInclude {
    /// What is wrong with the file.
    reason: &'static str,
    /// What to do about it.
    pub(super) help: &'static str,
}

impl IncludeFolder {
    /// The folder for the model in this file: that of the file or, where a folder above holds a
    /// `vocabulary.toml`, the nearest such folder.
    #[must_use]
    pub fn of_file(model: &Path) -> Self {
        IncludeFolder { marked: true, ..Self::of_text(model) }
    }

    /// The folder for a model that was not read from a file, such as the standard input: that of
    /// its name, which is the current folder for a bare name.
    #[must_use]
    pub fn of_text(name: &Path) -> Self {
        let folder = name.parent().filter(|folder| !folder.as_os_str().is_empty());
        IncludeFolder { folder: folder.unwrap_or(Path::new(".")).to_owned(), marked: false }
    }

    /// The bytes of a file in the folder, at most one more than a model may have.
    ///
    /// # Errors
    ///
    /// There is no such file, it cannot be read, it is no regular file, or it is outside of the
    /// folder once links are resolved. What is refused is never opened.
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = fs::canonicalize(path)?;
        if !path.starts_with(self.root()?) {
            return Err(refused(
                "it is outside of the folder that the model may include from",
                "keep included files in the folder of the model or below it; a tree of models is \
                 marked by a `vocabulary.toml` in its top folder",
            ));
        }
        // Opening a FIFO waits for its writer, and reading a device may never end.
        if !fs::metadata(&path)?.is_file() {
            return Err(refused("it is no regular file", "include a model file (TOML)"));
        }
        let mut bytes = Vec::new();
        // One byte more than is allowed tells a file that is too large.
        File::open(&path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn root(&self) -> io::Result<PathBuf> {
        let folder = fs::canonicalize(&self.folder)?;
        let mut above = folder.ancestors().filter(|_| self.marked);
        let tree = above.find(|folder| folder.join(MARKER).is_file()).map(Path::to_owned);
        Ok(tree.unwrap_or(folder))
    }
}

impl From<RefusedInclude> for io::Error {
    fn from(refused: RefusedInclude) -> Self {
        io::Error::new(io::ErrorKind::PermissionDenied, refused)
    }
}

fn refused(reason: &'static str, help: &'static str) -> io::Error {
    RefusedInclude { reason, help }.into()
}

/// Whether the path of an include says where to start by itself.
fn is_absolute(include: &Path) -> bool {
    let first = include.components().next();
    matches!(first, Some(Component::RootDir | Component::Prefix(_)))
}

/// The path of an include: relative to the file that it stands in, without detours.
pub(super) fn resolve(from: &Path, include: &str) -> Result<PathBuf, RefusedInclude> {
    if is_absolute(Path::new(include)) {
        return Err(RefusedInclude {
            reason: "an include is never an absolute path",
            help: "write the path relative to the file that includes it",
        });
    }
    let joined = from.parent().unwrap_or(Path::new("")).join(include);
    let mut path = PathBuf::new();
    for part in joined.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(path.components().next_back(), Some(Component::Normal(_))) =>
            {
                path.pop();
            }
            part => path.push(part),
        }
    }
    Ok(path)
}
