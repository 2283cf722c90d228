//! What is said of a request in flags, said in the keys of a line.

use crate::request::RequestError;

/// The flags that stand in messages, the key that says the same, and whether its value is a list.
const KEYS: [(&str, &str, bool); 9] = [
    ("--need", "need", true),
    ("--want", "want", true),
    ("--avoid", "avoid", true),
    ("--backend", "backends", true),
    ("--fact", "facts", true),
    ("--rules", "rules", true),
    ("--release", "release", false),
    ("--pattern", "pattern", false),
    ("--engine", "engine", false),
];

/// The words of a sentence that go on after a flag: no values.
const NO_VALUES: [&str; 7] = ["or", "and", "out", "of", "in", "has", "for"];

/// The same error with `"facts": ["moe"]` where its message says `--fact moe`. What it repeats of the line
/// stays as it is.
pub(super) fn in_keys(mut error: RequestError) -> RequestError {
    let typed = error.at.as_ref().map(|at| format!("{at:?}"));
    error.message = match typed.as_ref().and_then(|typed| error.message.split_once(&**typed)) {
        Some((before, after)) => {
            rewritten(before) + typed.as_deref().unwrap_or_default() + &rewritten(after)
        }
        None => rewritten(&error.message),
    };
    error
}

fn rewritten(message: &str) -> String {
    let mut out = String::new();
    let mut rest = message;
    while let Some((at, (flag, key, is_list))) = first_flag(rest) {
        out.push_str(&rest[..at]);
        rest = &rest[at + flag.len()..];
        out.push_str(&format!("{key:?}"));
        if let Some((value, after)) = value(rest) {
            out.push_str(&written(value, is_list));
            rest = after;
        }
    }
    out + rest
}

/// The first flag of a text, and where it stands.
fn first_flag(text: &str) -> Option<(usize, (&'static str, &'static str, bool))> {
    let found = KEYS.into_iter().filter_map(|it| Some((text.find(it.0)?, it)));
    found.min_by_key(|(at, _)| *at)
}

/// The value that a flag has in a sentence, without the sentence's own signs, and what follows it.
fn value(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.strip_prefix(' ')?;
    if let Some(quoted) = rest.strip_prefix('\'') {
        return quoted.split_once('\'');
    }
    let word = rest.split([' ', ';']).next().unwrap_or_default().trim_end_matches(['.', ',']);
    let is_value = !word.is_empty() && !NO_VALUES.contains(&word);
    is_value.then(|| rest.split_at(word.len()))
}

/// A value in JSON, after its key.
fn written(value: &str, is_list: bool) -> String {
    match is_list {
        true => format!(": {:?}", value.split(',').collect::<Vec<_>>()),
        false => format!(": {value:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_become_keys_and_the_rest_stays() {
        for (said, wanted) in [
            ("state it with --fact moe", r#"state it with "facts": ["moe"]"#),
            ("deny it with --fact '!a'. See x", r#"deny it with "facts": ["!a"]. See x"#),
            (
                "write with --need, as in --need a,b. `list` shows",
                r#"write with "need", as in "need": ["a", "b"]. `list` shows"#,
            ),
            (
                "--pattern E/PD is. Add with --need or --want, or leave --pattern out",
                r#""pattern": "E/PD" is. Add with "need" or "want", or leave "pattern" out"#,
            ),
            ("write --release '>=1.2'", r#"write "release": ">=1.2""#),
            ("choose a release with --release", r#"choose a release with "release""#),
            ("are --fact a and --fact b.", r#"are "facts": ["a"] and "facts": ["b"]."#),
        ] {
            assert_eq!(rewritten(said), wanted);
        }
    }

    #[test]
    fn what_was_typed_is_repeated_as_it_is() {
        let error = RequestError::new("x", Some("--need a"), "\"--need a\" is no --need a");
        assert_eq!(in_keys(error).message, r#""--need a" is no "need": ["a"]"#);
    }
}
