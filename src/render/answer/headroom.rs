//! The headroom of the best plan by name, in a line or two.

use crate::matrix::Level;
use crate::plan::{Addition, Outcome};
use crate::render::page::Page;
use crate::render::page::text::Text;
use crate::render::words;

/// Adds the names of what the best plan has room for, the cheapest first.
pub(super) fn add(page: &mut Page, outcome: &Outcome, additions: &[Addition]) {
    let Some(best) = outcome.plans.first().filter(|_| !additions.is_empty()) else { return };
    let text = match outcome.total {
        1 => Text::plain("Room for more: "),
        _ => Text::plain("Room for more in plan 1 (").id(&best.backend).and("): "),
    };
    page.paragraph(text.each(additions, ", ", addition).and("."));
}

/// `+lora ✅`, or with what it costs: `+multimodal-audio 🚧 1 experimental`.
fn addition(text: Text, addition: &Addition) -> Text {
    let text = text.id("+").more(&addition.feature).and(" ");
    let text = text.with(words::tone(addition.level), words::mark(addition.level));
    let at = |level| addition.cells.iter().filter(|cell| cell.level == level).count();
    let levels = [Level::NotApplicable, Level::Undocumented, Level::Experimental];
    let worse = levels.into_iter().map(|level| (at(level), level.id()));
    let caveats = addition.cells.iter().filter(|cell| cell.caveat).count();
    let costs = worse.chain([(caveats, if caveats == 1 { "caveat" } else { "caveats" })]);
    let costs = costs.filter(|(number, _)| *number > 0);
    let text = text.each(costs, " and", |text, (number, of)| {
        text.and(" ").and(&number.to_string()).and(" ").and(of)
    });
    match &addition.pattern {
        Some(pattern) => text.and(" with pattern ").id(pattern),
        None => text,
    }
}
