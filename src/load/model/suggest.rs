//! Wrong names: the names that were probably meant, and how a message quotes them.

/// `did you mean …?` with the names nearest to a wrong one, or else what to do.
pub(super) fn suggest<'n>(
    wrong: &str,
    names: impl IntoIterator<Item = &'n str>,
    otherwise: &str,
) -> String {
    let near = nearest(wrong, names);
    if near.is_empty() {
        return otherwise.to_owned();
    }
    let quoted: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("did you mean {}?", quoted.join(" or "))
}

/// Up to three names that look like a wrong one, best first.
pub(crate) fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wrong = wrong.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (likeness(&wrong, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Measures how alike two names are, from 0 to 1; a name that is part of the other counts as alike.
fn likeness(wrong: &str, name: &str) -> f64 {
    if wrong.len() > 200 {
        return 0.0;
    }
    let part = wrong.len() >= 3 && (name.contains(wrong) || wrong.contains(name));
    let score = strsim::jaro_winkler(wrong, name);
    if part { score.max(0.9) } else { score }
}

/// A wrong name as a message may quote it: one line, not too long.
pub(super) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}
