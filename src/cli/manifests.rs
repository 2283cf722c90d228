//! Manifests and launch scripts as a user names them: files, folders of them, `-` for the standard input.

use std::io::Read;
use std::path::{Path, PathBuf};

use dynamo_plan::RequestError;
use dynamo_plan::load::LoadError;
use dynamo_plan::load::manifest::MAX_MANIFEST_BYTES;

use crate::error::Failure;

/// What the standard input is called in messages.
const STDIN: &str = "standard input";
/// The ends of the names of files that are read in a folder.
const EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "sh"];
/// The most folders within each other that are opened.
const DEPTH: usize = 64;

/// A file to check, which is read when its turn comes.
#[derive(Debug)]
pub(crate) struct InputFile {
    pub(crate) path: PathBuf,
    /// Whether the user named it, and not a folder that it is in.
    pub(crate) is_named: bool,
}

impl InputFile {
    /// The name in answers, and the bytes.
    pub(crate) fn read(&self) -> Result<(PathBuf, Vec<u8>), Failure> {
        if self.path == Path::new("-") {
            return Ok((PathBuf::from(STDIN), bytes(std::io::stdin().lock(), STDIN)?));
        }
        let name = self.path.display().to_string();
        let opened = std::fs::File::open(&self.path);
        let opened = opened.map_err(|source| LoadError::Read { file: name.clone(), source })?;
        Ok((self.path.clone(), bytes(opened, &name)?))
    }
}

/// The named files, and those of named folders by name.
pub(crate) fn list(named: &[PathBuf]) -> Result<Vec<InputFile>, Failure> {
    if named.is_empty() {
        let message =
            "name manifests, launch scripts or folders of them, or `-` for the standard input";
        return Err(RequestError::new("nothing-to-check", None, message).into());
    }
    let mut files = Vec::new();
    for path in named {
        if path != Path::new("-") && path.is_dir() {
            let mut found = Vec::new();
            walk(path, 0, &mut found)?;
            files.extend(found.into_iter().map(|path| InputFile { path, is_named: false }));
        } else {
            files.push(InputFile { path: path.clone(), is_named: true });
        }
    }
    Ok(files)
}

/// The files of a folder and of those in it, in the order of their names. Hidden ones are left out, and links to
/// folders are not followed.
fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |source| LoadError::Read { file: folder.display().to_string(), source };
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        let path = entry.path();
        let kind = entry.file_type().map_err(failed)?;
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        if is_hidden {
            continue;
        } else if kind.is_dir() && depth < DEPTH {
            walk(&path, depth + 1, found)?;
        } else if EXTENSIONS.contains(&extension) && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// The bytes of an input: one more than a manifest may have, so that the reader says that it is too large.
fn bytes(input: impl Read, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = input.take(MAX_MANIFEST_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|source| LoadError::Read { file: name.to_owned(), source })?;
    Ok(bytes)
}
