//! Errors that repeat what somebody typed, however long that is.

/// The most letters of a name that an error repeats.
const LONGEST_NAME: usize = 200;

/// The most letters of a whole message.
const LONGEST_MESSAGE: usize = 2000;

/// Stands for what is left out.
const GAP: &str = "[…]";

/// A name without its middle where nobody would read it to its end.
#[must_use]
pub fn shorten_name(name: &str) -> String {
    shortened(name, LONGEST_NAME)
}

/// A message without the middle of each long name in it: the names that are known to be repeated, and
/// every other run of letters without a blank.
#[must_use]
pub fn shorten_message<N: AsRef<str>>(message: &str, names: &[N]) -> String {
    let mut message = message.to_owned();
    // A message may have trimmed what it repeats.
    let names = names.iter().map(|name| name.as_ref().trim());
    for name in names.filter(|name| name.len() > LONGEST_NAME) {
        message = message.replace(name, &shorten_name(name));
    }
    let words = message.split_inclusive(char::is_whitespace);
    let message: String = words.map(shorten_name).collect();
    shortened(&message, LONGEST_MESSAGE)
}

fn shortened(text: &str, longest: usize) -> String {
    // No text has more letters than bytes.
    let letters = if text.len() <= longest { 0 } else { text.chars().count() };
    if letters <= longest {
        return text.to_owned();
    }
    let start = text.chars().take(longest / 2);
    let end = text.chars().skip(letters - longest / 2);
    start.chain(GAP.chars()).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_lose_their_middle_and_nothing_else() {
        let short = "no feature is called `lorra`; did you mean lora?";
        assert_eq!(shorten_message(short, &["lorra"]), short);
        for name in ["é".repeat(100_000), "a b ".repeat(25_000)] {
            let message =
                shorten_message(&format!("no feature is called `{name}`; list"), &[&name]);
            assert!(message.chars().count() < 300, "{message}");
            assert!(message.starts_with("no feature is called `"), "{message}");
            assert!(message.ends_with("`; list"), "{message}");
        }
        let unknown = shorten_message::<&str>(&"a b ".repeat(25_000), &[]);
        assert!(unknown.chars().count() <= LONGEST_MESSAGE + GAP.len(), "{unknown}");
    }
}
