//! What the words of a command line say where they may not parse.

use std::ffi::OsString;

/// Whether the words ask for JSON, even where they cannot be parsed.
pub(crate) fn asks_for_json(words: &[OsString]) -> bool {
    let format = value_of(words, "--format", Some("-f"));
    let mut flags = words.iter().take_while(|word| *word != "--");
    format.is_some_and(|format| format.eq_ignore_ascii_case("json"))
        || flags.any(|word| word == "--json")
}

/// The last value of a flag in words that may not parse.
pub(crate) fn value_of<'w>(
    words: &'w [OsString],
    long: &str,
    short: Option<&str>,
) -> Option<&'w str> {
    let mut value = None;
    let mut words = words.iter().map(|word| word.to_str().unwrap_or_default());
    while let Some(word) = words.next() {
        if word == "--" {
            break;
        }
        if word == long || Some(word) == short {
            value = words.next();
        } else if let Some(rest) = word.strip_prefix(long).and_then(|rest| rest.strip_prefix('=')) {
            value = Some(rest);
        } else if let Some(rest) = short.and_then(|short| after_short(word, short)) {
            value = if rest.is_empty() {
                words.next()
            } else {
                Some(rest.strip_prefix('=').unwrap_or(rest))
            };
        }
    }
    value
}

/// Short flags that take no value, which may stand before another one in the same word.
const SWITCHES: [char; 3] = ['q', 'h', 'V'];

/// What follows a short flag in a word, such as `json` in `-fjson` and `-qfjson`.
fn after_short<'w>(word: &'w str, short: &str) -> Option<&'w str> {
    let letters = word.strip_prefix('-')?.trim_start_matches(SWITCHES);
    letters.strip_prefix(short.strip_prefix('-')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_in_every_spelling() {
        let asks = |line: &str| {
            let words: Vec<OsString> = line.split(' ').skip(1).map(OsString::from).collect();
            asks_for_json(&words)
        };
        for line in [
            "p --format json",
            "p --format=json",
            "p -f json",
            "p -fjson",
            "p x -f=JSON --no",
            "p -qf json",
            "p -qfjson",
            "p -qf=json",
            "p --json",
            "p lora --json --no",
        ] {
            assert!(asks(line), "{line}");
        }
        for line in [
            "p",
            "p --format",
            "p --format table",
            "p -- --format json",
            "p -- --json",
            "p -nfjson",
            "p --qfjson",
            "p --format json -f table",
        ] {
            assert!(!asks(line), "{line}");
        }
    }
}
