//! A [`Since`] as a page: the first release with a plan per backend and each change
//! after it.

use crate::analysis::{History, LevelChange, Since};
use crate::plan::Notice;

use super::answer::asked;
use super::origin::Origin;
use super::page::text::Text;
use super::page::{Block, Page, Table};
use super::words;

/// The histories as a page.
#[must_use]
pub fn page(since: &Since, origin: &Origin) -> Page {
    let releases = since.matrices.iter().map(|matrix| matrix.release.as_ref());
    let mut page = Page::new(origin.title(releases));
    page.paragraph(asked(&since.request));
    page.heading(&verdict(since));
    if since.backends.iter().any(|backend| !backend.history.is_empty()) {
        page.push(Block::Table(table(&since.backends)));
    }
    let notices = since.notices.iter().map(|notice| Text::plain(&notice.text));
    page.list("Notices", notices.collect());
    page
}

/// The answer in one sentence.
fn verdict(since: &Since) -> String {
    let ended = words::ended(&since.notices);
    if since.backends.is_empty() && !since.complete {
        return format!("{ended} before anything was proved.");
    }
    let answer = first_possible(since);
    let names: Vec<&str> = since.backends.iter().map(|it| it.backend.as_str()).collect();
    match since.complete {
        true => answer,
        false => {
            let (first, rest) = answer.split_at(1);
            let answer = first.to_lowercase() + rest;
            let looked_at = words::names(&names, " and ");
            format!("On {looked_at} alone: {answer} {ended} before the others.")
        }
    }
}

fn first_possible(since: &Since) -> String {
    let first = since.backends.iter().filter(|backend| !backend.history.is_empty());
    let Some(earliest) = first.min_by(|a, b| a.first.cmp(&b.first)) else {
        let is_platform = |notice: &Notice| notice.code == Since::PLATFORM_NOTICE;
        return match since.notices.iter().any(is_platform) {
            true => format!(
                "No release that was looked at runs this on {}.",
                since.request.platform.in_words()
            ),
            false => "No release that was looked at has a plan.".to_owned(),
        };
    };
    let at_once = since
        .backends
        .iter()
        .filter(|backend| !backend.history.is_empty() && backend.first == earliest.first);
    let backends: Vec<&str> = at_once.map(|backend| backend.backend.as_str()).collect();
    let release = words::release(earliest.first.as_ref());
    let oldest = since.matrices.first().is_some_and(|oldest| oldest.release == earliest.first);
    let of = if oldest { ", the oldest that was looked at" } else { "" };
    format!("First possible in {release}{of}, on {}.", words::names(&backends, " and "))
}

fn table(backends: &[History]) -> Table {
    let mut table = Table::new(["backend", "first", "best plan since then"]);
    for History { backend, first, history } in backends {
        let first = match history.is_empty() {
            true => Text::plain("never"),
            false => Text::plain(words::release(first.as_ref())),
        };
        let changes = Text::new().each(history, ", ", change);
        table.row(vec![words::id(backend), first, changes], Vec::new());
    }
    table
}

/// `1.2.0 ✅ supported (2 plans)`.
fn change(text: Text, change: &LevelChange) -> Text {
    let text = text.and(words::release(change.release.as_ref())).and(" ");
    match change.level {
        Some(level) => text.level(level).and(" (").count(change.plans, "plan").and(")"),
        None => text.and("no plan"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Planner;
    use crate::request::Query;

    #[test]
    fn an_answer_of_some_backends_reads_as_one_sentence() {
        let planner = Planner::bundled();
        let request = planner.resolve(&Query::needing(["lora", "video"])).unwrap();
        let mut since = crate::analysis::since(&planner, &request);
        since.complete = false;
        let start = "On sglang, trtllm and vllm alone: no release that was looked at has a plan. ";
        assert!(verdict(&since).starts_with(start), "{}", verdict(&since));
    }
}
