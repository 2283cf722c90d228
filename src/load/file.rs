//! Files that a user names: a path in, a matrix out, whichever kind of file it is.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{IncludeFolder, LoadError, Loaded, PageOptions, bundle, model, page};

/// The largest file that is read, and the most that the files of one model may have together.
pub const MAX_BYTES: usize = 64 << 20;

/// The kind of a file, by its name or else by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    /// A model file.
    Model,
    /// A published page.
    Page,
}

/// Reads a model file or a published page.
///
/// # Errors
///
/// As [`file_with`].
pub fn file(path: &Path) -> Result<Loaded, LoadError> {
    file_with(path, &PageOptions::default())
}

/// Reads a model file or a published page; the options are for pages.
///
/// # Errors
///
/// When the file cannot be read, is too large, or says something that is wrong; the error then
/// holds every problem.
pub fn file_with(path: &Path, options: &PageOptions) -> Result<Loaded, LoadError> {
    parsed(read_bytes(path)?, path, options, &IncludeFolder::of_file(path))
}

/// Reads a model file or a published page whose bytes are at hand, such as those of the standard
/// input; `path` names it. What a model includes must be in the folder of that name or below it.
///
/// # Errors
///
/// When it says something that is wrong; the error holds every problem.
pub fn from_bytes(bytes: Vec<u8>, path: &Path, options: &PageOptions) -> Result<Loaded, LoadError> {
    parsed(bytes, path, options, &IncludeFolder::of_text(path))
}

fn parsed(
    bytes: Vec<u8>,
    path: &Path,
    options: &PageOptions,
    folder: &IncludeFolder,
) -> Result<Loaded, LoadError> {
    let vocabulary = bundle::vocabulary();
    let loaded = match FileKind::of(path, &bytes) {
        FileKind::Model => model(bytes, path, &vocabulary, &|path| folder.read(path)),
        FileKind::Page => page(bytes, &path.display().to_string(), options, &vocabulary),
    };
    loaded.map_err(|reports| LoadError::Invalid { reports })
}

/// The bytes of a file that is not too large.
///
/// # Errors
///
/// When the file cannot be read or is too large.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, LoadError> {
    let name = || path.display().to_string();
    let unreadable = |source| LoadError::Read { file: name(), source };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(LoadError::Directory { file: name() });
    }
    if metadata.is_file() && metadata.len() > MAX_BYTES as u64 {
        return Err(LoadError::TooLarge { file: name() });
    }
    let mut bytes = Vec::new();
    // A pipe tells no length beforehand: one byte too many shows that it is too large.
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_BYTES {
        return Err(LoadError::TooLarge { file: name() });
    }
    Ok(bytes)
}

impl FileKind {
    fn of(path: &Path, bytes: &[u8]) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("toml") => FileKind::Model,
            Some("md" | "mdx" | "markdown") => FileKind::Page,
            _ if looks_like_toml(bytes) => FileKind::Model,
            _ => FileKind::Page,
        }
    }
}

/// Whether the first line that is neither blank nor a comment opens a table or sets a key. What is
/// no text, or says nothing, is refused best by the reader of model files.
fn looks_like_toml(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let mut lines = start.trim_start_matches('\u{feff}').lines().map(str::trim);
    let Some(line) = lines.find(|line| !line.is_empty() && !line.starts_with('#')) else {
        return !start.contains('#');
    };
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let key = line.trim_start_matches(['[', ' ', '"']).trim_start_matches(bare);
    let rest = key.trim_start_matches(['"', ' ', '\t']);
    line.contains('\0')
        || (line.starts_with('[') && rest.trim_end_matches([']', ' ']).is_empty())
        || (!line.starts_with('[') && rest.starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, text: &str) -> FileKind {
        FileKind::of(Path::new(name), text.as_bytes())
    }

    #[test]
    fn the_name_or_the_first_line_tells_models_from_pages() {
        assert_eq!(kind("a.toml", "# Title"), FileKind::Model);
        assert_eq!(kind("a.md", "a = 1"), FileKind::Page);
        assert_eq!(kind("a", "# comment\n\nformat = \"x\""), FileKind::Model);
        assert_eq!(kind("a", "[source]\npath = 1"), FileKind::Model);
        assert_eq!(kind("a", "[[note]] "), FileKind::Model);
        assert_eq!(kind("a.txt", "# Title\n\nThis document provides"), FileKind::Page);
        assert_eq!(kind("a.txt", "# Title and the whole page in one line"), FileKind::Page);
        assert_eq!(kind("a", "---\ntitle: x\n---"), FileKind::Page);
        assert_eq!(kind("a", "[link]: docs/x.md"), FileKind::Page);
        assert_eq!(kind("a", "| Feature | vLLM |"), FileKind::Page);
        assert_eq!(kind("a", ""), FileKind::Model);
    }
}
