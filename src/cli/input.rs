//! Documents as a user names them: a model file, a published page, `-` for the standard input, or a
//! bundled release.

use std::io::{self, Read};
use std::path::Path;

use dynamo_plan::RequestError;
use dynamo_plan::load::{self, LoadError, Loaded, MAX_BYTES, PageOptions, bundle};
use dynamo_plan::matrix::Release;

use crate::error::Failure;
use crate::release_choice::{choose, known_without_matrix};

/// What the standard input is called in messages.
const STDIN: &str = "standard input";

/// Reads the file of this name, or the standard input.
pub(crate) fn file(path: &Path, options: &PageOptions) -> Result<Loaded, LoadError> {
    if path != Path::new("-") {
        return load::file_with(path, options);
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
    match read {
        Err(source) => Err(LoadError::Read { file: STDIN.to_owned(), source }),
        Ok(_) if bytes.len() > MAX_BYTES => Err(LoadError::TooLarge { file: STDIN.to_owned() }),
        Ok(_) => load::from_bytes(bytes, Path::new(STDIN), options),
    }
}

/// Reads what a word means: a bundled release, `latest`, or a file.
pub(crate) fn document(word: &str) -> Result<Loaded, Failure> {
    if let Some(release) = release(word) {
        let matrix = bundle::matrix(&release).ok_or_else(|| unknown(word))?;
        return Ok(Loaded::of(matrix));
    }
    let path = Path::new(word);
    let names_a_file = path.extension().is_some_and(|it| it.to_str().is_some_and(is_extension));
    if word == "-" || word.contains(['/', '\\']) || names_a_file || path.exists() {
        return Ok(file(path, &PageOptions::default())?);
    }
    Err(unknown(word))
}

/// The one bundled release that a word means.
fn release(word: &str) -> Option<Release> {
    let known: Vec<Option<Release>> = bundle::releases().map(Some).collect();
    let chosen = choose(&[word.to_owned()], &known).ok()?;
    let mut chosen = known.into_iter().zip(chosen).filter_map(|(it, chosen)| it.filter(|_| chosen));
    chosen.next().filter(|_| chosen.next().is_none())
}

/// Whether what follows the last dot is an extension and no part of a version.
fn is_extension(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn unknown(word: &str) -> Failure {
    let known: Vec<Option<Release>> = bundle::releases().map(Some).collect();
    if let Some(pinned) = known_without_matrix(word, &known) {
        return pinned;
    }
    let labels: Vec<String> = bundle::releases().map(|release| release.to_string()).collect();
    let message = format!(
        "`{word}` is neither a bundled release nor a file; the releases are {} and latest. \
         `dynamo-plan list releases` shows what each one pins",
        labels.join(", ")
    );
    RequestError::new("unknown-release", Some(word), message).with_suggestions(labels).into()
}

/// The label that one `--release` gives to what is read.
pub(crate) fn label(words: &[String]) -> Result<Option<Release>, Failure> {
    let word = match words {
        [] => return Ok(None),
        [word] => word,
        [_, second, ..] => {
            let message = "a document has one label; give --release once";
            return Err(RequestError::new("several-releases", Some(second), message).into());
        }
    };
    let release = Release::new(word);
    if release.as_str().starts_with(|c: char| c.is_ascii_digit()) && word.len() <= 100 {
        return Ok(Some(release));
    }
    let message = format!("`{word}` is no label of a release; write one like 1.4.0");
    Err(RequestError::new("invalid-release", Some(word), message).into())
}
