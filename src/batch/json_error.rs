//! Why a line of JSON could not be read, in words.

/// The column, from 1, and the reason: with the nearest of the known keys where a key is unknown and one
/// is near, and with how to write a line otherwise.
pub(super) fn json_error(error: &serde_json::Error, how_to_write: &str) -> (usize, String) {
    let text = error.to_string();
    // A line is parsed by itself, so that the line number says nothing.
    let reason = text.split(" at line ").next().unwrap_or_default();
    // What is no object is noticed before anything of it is read.
    let column = error.column().max(1);
    let reason = match nearest_key(reason) {
        Some((wrong, near)) => format!("unknown field `{wrong}`; did you mean {near}?"),
        None => format!("{}; {how_to_write}", without_types(reason)),
    };
    (column, reason)
}

/// An unknown key and the known ones that it looks like, if there are any.
fn nearest_key(reason: &str) -> Option<(&str, String)> {
    let names = reason.strip_prefix("unknown field")?;
    let mut quoted = names.split('`').skip(1).step_by(2);
    let wrong = quoted.next()?;
    let near = nearest(wrong, quoted);
    (!near.is_empty()).then(|| (wrong, format!("`{}`", near.join("` or `"))))
}

/// A reason without the names of Rust types.
fn without_types(reason: &str) -> String {
    let reason = reason.replace("expected u32", "expected a whole number");
    // These are counts and weights.
    let reason = reason.replace("expected u64", "expected a whole number from 1 to 1000000000");
    reason.replace("expected a sequence", "expected a list")
}

/// Up to two of some words that look like a wrong one, best first.
pub(super) fn nearest<'w>(wrong: &str, words: impl Iterator<Item = &'w str>) -> Vec<&'w str> {
    const ENOUGH: f64 = 0.8;
    let wrong = wrong.trim().to_lowercase();
    let alike = words.map(|word| (strsim::jaro_winkler(&wrong, word), word));
    let mut near: Vec<(f64, &str)> = alike.filter(|(likeness, _)| *likeness > ENOUGH).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(2).map(|(_, word)| word).collect()
}
