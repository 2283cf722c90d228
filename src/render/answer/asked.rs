//! A request in one sentence.

use crate::matrix::{DEFAULT_RULES, Level};
use crate::request::{PlatformFacts, Request, Want};

use crate::render::page::text::Text;
use crate::render::words;

/// Says in one sentence what was asked.
pub(in crate::render) fn request(request: &Request) -> Text {
    let text = Text::plain("Asked for ").joined(&wanted(request));
    let text = machines(text, &request.platform);
    let (denied, stated): (Vec<&str>, Vec<&str>) =
        request.facts.iter().map(String::as_str).partition(|fact| fact.starts_with('!'));
    let denied: Vec<&str> = denied.iter().map(|fact| fact.trim_start_matches('!')).collect();
    let text = text.joined(&Text::new().listed(&stated, " and ").after("; with "));
    let text = text.joined(&Text::new().listed(&denied, " or ").after("; without "));
    let text = match &request.rules[..] {
        [] => text.and("; by the published tables alone"),
        all if all == DEFAULT_RULES => text,
        some => text.and("; under the rules ").listed(some, " and "),
    };
    let text = text.and("; on ").listed(&request.backends, " or ");
    match request.accept {
        Level::Supported => text.and("; supported cells only."),
        level => text.and("; ").and(level.id()).and(" or better."),
    }
}

/// Needs, wants, avoids and the pattern: `lora + multimodal-video, if possible with tool-calling`.
fn wanted(request: &Request) -> Text {
    let needs = Text::new().each(&request.need, " + ", |text, id| text.id(id));
    let rest = [
        Text::new().each(&request.want, ", ", want).after("if possible with "),
        request.pattern.as_deref().map_or_else(Text::new, words::id).after("pattern "),
        Text::new().listed(&request.avoid, " or ").after("without "),
    ];
    let rest = Text::join(rest.into_iter().filter(|part| !part.is_empty()), "; ");
    // Without needs there is nothing that the rest could be said of but plans.
    match (needs.is_empty(), rest.is_empty()) {
        (true, true) => Text::plain("every plan"),
        (true, false) => rest.after(if request.all { "every plan, " } else { "plans, " }),
        (false, _) => {
            let needs = if request.all { needs.after("every plan with ") } else { needs };
            needs.joined(&rest.after("; "))
        }
    }
}

/// A want, with its weight where that says something.
fn want(text: Text, want: &Want) -> Text {
    let text = text.id(&want.feature);
    match want.weight {
        1 => text,
        weight => text.and(" (weight ").and(&weight.to_string()).and(")"),
    }
}

/// The platform facts.
fn machines(text: Text, platform: &PlatformFacts) -> Text {
    let driver = platform.driver.map(|driver| driver.to_string());
    let facts = [
        ("; driver ", driver.as_ref()),
        ("; CUDA ", platform.cuda.as_ref()),
        ("; engine ", platform.engine.as_ref()),
    ];
    let stated = facts.into_iter().filter_map(|(name, fact)| Some((name, fact?)));
    text.each(stated, "", |text, (name, fact)| text.and(name).and(fact))
}
