//! A model file and the files that it includes: bytes in, one merged [`Document`] out.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use toml::de::DeTable;

use super::document::Document;
use super::fields::TableFields;
use super::guard;
use super::include::{self, RefusedInclude};
use super::placed::{Placed, place};
use super::suggest::shown;
use crate::load::problems::{Input, Problems};
use crate::load::{Diagnostic, FileSpan, MAX_BYTES};

/// The most files that one model may be made of.
const MAX_FILES: usize = 64;

/// Reads a file that another includes.
pub type ReadFile<'r> = dyn Fn(&Path) -> io::Result<Vec<u8>> + 'r;

/// The files of one model.
pub(super) struct ModelFiles<'r> {
    read: &'r ReadFile<'r>,
    problems: &'r Problems,
    open: Vec<PathBuf>,
    seen: Vec<PathBuf>,
    bytes: usize,
    hash: Sha256,
    /// The texts, in the order in which they were read.
    pub(super) inputs: Vec<Input>,
    /// Whether every file could be read. Where one could not, whatever else seems to be missing
    /// may be in it.
    pub(super) complete: bool,
}

impl<'r> ModelFiles<'r> {
    /// No file yet.
    pub(super) fn new(read: &'r ReadFile<'r>, problems: &'r Problems) -> Self {
        ModelFiles {
            read,
            problems,
            open: Vec::new(),
            seen: Vec::new(),
            bytes: 0,
            hash: Sha256::new(),
            inputs: Vec::new(),
            complete: true,
        }
    }

    /// Takes in a file and whatever it includes; `None` where a file is no TOML at all.
    pub(super) fn add(&mut self, path: &Path, bytes: Vec<u8>) -> Option<Document> {
        let file = self.inputs.len();
        self.bytes += bytes.len();
        self.hash.update(&bytes);
        self.seen.push(path.to_owned());
        let name = path.display().to_string();
        let (text, document) = match open(bytes, file, self.problems) {
            Ok(text) => {
                let whole = place(file, 0..0);
                let table = parse(&text, file, self.problems);
                let document =
                    table.map(|table| Document::read(&table, whole, &text, self.problems));
                (text, document)
            }
            Err(text) => (text, None),
        };
        self.inputs.push(Input { name, text });
        let mut document = document?;
        self.open.push(path.to_owned());
        for include in std::mem::take(&mut document.include) {
            match self.include(path, &include) {
                Some(included) => document.include(included, self.problems),
                None => self.complete = false,
            }
        }
        self.open.pop();
        Some(document)
    }

    fn include(&mut self, from: &Path, include: &Placed<String>) -> Option<Document> {
        let path = match include::resolve(from, &include.value) {
            Ok(path) => path,
            Err(refused) => {
                self.report_unreadable(include, &include.value, &refused.into());
                return None;
            }
        };
        if let Some((code, message)) = self.repeated(&path) {
            self.problems.error(code, &include.place, message, "remove this include");
            return None;
        }
        match (self.read)(&path) {
            Ok(bytes) if self.bytes + bytes.len() > MAX_BYTES => {
                let message = format!("with `{}` the model is too large", path.display());
                let help = "all files of a model may have 64 MiB together";
                self.problems.error("too-large-file", &include.place, message, help);
                None
            }
            Ok(bytes) => self.add(&path, bytes),
            Err(error) => {
                self.report_unreadable(include, &path.display().to_string(), &error);
                None
            }
        }
    }

    fn report_unreadable(&self, include: &Placed<String>, name: &str, error: &io::Error) {
        let refused = error.get_ref().and_then(|inner| inner.downcast_ref::<RefusedInclude>());
        let (code, what, help) = match refused {
            Some(refused) => ("forbidden-include", "include", refused.help),
            None => (
                "include-not-found",
                "read",
                "an include is a path relative to the file that it stands in",
            ),
        };
        let message = format!("cannot {what} `{name}`: {error}");
        self.problems.error(code, &include.place, message, help);
    }

    fn repeated(&self, path: &Path) -> Option<(&'static str, String)> {
        let name = shown(&path.display().to_string());
        if self.open.iter().any(|open| open == path) {
            return Some(("include-cycle", format!("`{name}` includes itself")));
        }
        if self.seen.iter().any(|seen| seen == path) {
            return Some(("duplicate-include", format!("`{name}` is included a second time")));
        }
        let full = self.inputs.len() >= MAX_FILES;
        full.then(|| ("too-many-files", format!("a model of more than {MAX_FILES} files")))
    }

    /// The SHA-256 over the bytes of every file, in the order in which they were read.
    pub(super) fn sha256(&self) -> String {
        self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The text of a file that may be parsed; otherwise notes why not, and hands on what to show.
pub(super) fn open(bytes: Vec<u8>, file: usize, problems: &Problems) -> Result<String, String> {
    guard::check(bytes).map_err(|(text, problem)| {
        problems.push(file, problem);
        text
    })
}

/// Parses TOML, noting the first mistake of every line.
pub(super) fn parse<'t>(text: &'t str, file: usize, problems: &Problems) -> Option<DeTable<'t>> {
    let (table, mut errors) = DeTable::parse_recoverable(text);
    let end = text.trim_end().len();
    let start = |error: &toml::de::Error| error.span().map_or(end, |span| span.start);
    errors.sort_by_key(start);
    // A parser that has lost its way finds more mistakes in the same line; they only distract.
    let mut next_line = 0;
    for error in &errors {
        let at = start(error);
        if at >= next_line {
            problems.push(file, mistake(error, end));
            next_line = text[at..].find('\n').map_or(usize::MAX, |length| at + length + 1);
        }
    }
    errors.is_empty().then(|| table.into_inner())
}

fn mistake(error: &toml::de::Error, end: usize) -> Diagnostic {
    let span = error.span().unwrap_or(end..end);
    let (code, help) = if error.message().starts_with("duplicate key") {
        ("duplicate-key", "remove one of the two")
    } else if span.start >= end {
        ("truncated-file", "finish the line; if the file was cut off, fetch it again")
    } else {
        ("invalid-toml", "a model file is TOML: lines `key = value` below [table] lines")
    };
    Diagnostic::error(code, error.message(), span).with_help(help)
}

/// The place of a whole file.
pub(super) fn whole(file: usize) -> FileSpan {
    place(file, 0..0)
}

/// Reports a file whose first line does not name the format that is wanted.
pub(super) fn check_format(root: &TableFields<'_>, wanted: &str, problems: &Problems) {
    check_written_format(root.text("format").as_ref(), wanted, problems);
}

/// Reports a format, read already, that is not the one that is wanted.
pub(super) fn check_written_format(
    format: Option<&Placed<String>>,
    wanted: &str,
    problems: &Problems,
) {
    match format {
        Some(format) if format.value == wanted => {}
        Some(format) => problems.error(
            "unknown-format",
            &format.place,
            format!("`{}` is not the format of such a file", shown(&format.value)),
            format!("write `format = \"{wanted}\"`"),
        ),
        None => problems.error(
            "missing-format",
            &whole(0),
            "the file does not say what it is",
            format!("start it with the line `format = \"{wanted}\"`"),
        ),
    }
}
