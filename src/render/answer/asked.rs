//! What was asked, in one sentence.

use crate::matrix::Level;
use crate::request::{PlatformFacts, Request, Want};

use crate::render::style::Tone;
use crate::render::text::Text;
use crate::render::words;

/// What was asked, in one sentence.
pub(in crate::render) fn request(request: &Request) -> Text {
    let mut text = Text::plain("Asked for ");
    text.append(wish(request));
    text.append(machines(&request.platform));
    if !request.rules.is_empty() {
        text.push(Tone::Plain, "; under the rules ");
        text.append(words::listed(&request.rules, " and "));
    }
    text.push(Tone::Plain, "; on ");
    text.append(words::listed(&request.backends, " or "));
    text.and(match request.accept {
        Level::Supported => "; supported cells only.".to_owned(),
        level => format!("; {level} or better."),
    })
}

/// Needs, wants, avoids and the pattern.
fn wish(request: &Request) -> Text {
    let needs = Text::join(request.need.iter().map(|id| words::id(id)), " + ");
    let wants = Text::join(request.want.iter().map(want), ", ");
    let avoids = words::listed(&request.avoid, " or ");
    let pattern = request.pattern.as_deref().map_or_else(Text::new, words::id);
    let parts = [("", needs), ("if possible ", wants), ("pattern ", pattern), ("without ", avoids)];
    let parts: Vec<Text> = parts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(word, text)| Text::plain(word).joined(&text))
        .collect();
    match (parts.is_empty(), request.all) {
        (true, _) => Text::plain("every plan"),
        (false, true) => Text::plain("every plan with ").joined(&Text::join(parts, "; ")),
        (false, false) => Text::join(parts, "; "),
    }
}

/// A want, with its weight where that says something.
fn want(want: &Want) -> Text {
    let text = words::id(&want.feature);
    if want.weight == 1 { text } else { text.and(format!(" (weight {})", want.weight)) }
}

/// The platform facts.
fn machines(platform: &PlatformFacts) -> Text {
    let driver = platform.driver.map(|driver| format!("; driver {driver}"));
    let cuda = platform.cuda.as_ref().map(|cuda| format!("; CUDA {cuda}"));
    let engine = platform.engine.as_ref().map(|engine| format!("; engine {engine}"));
    Text::plain([driver, cuda, engine].into_iter().flatten().collect::<String>())
}
