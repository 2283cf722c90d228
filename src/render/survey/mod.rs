//! An [`Analysis`] as a page for people: counts, largest feature sets, what excludes most, and what
//! was asked for besides.

mod backends;
mod cover;
mod missing;

use crate::analysis::survey::{Analysis, Survey};
use crate::matrix::{Level, Release};

use super::PageView;
use super::origin::Origin;
use super::page::style::Tone;
use super::page::text::Text;
use super::page::{Column, Page};
use super::words;

/// The analysis as a page: what each target supports, and what was asked for besides or, where nothing
/// was, the missing cells that are worth most. A full one has every count too.
#[must_use]
pub fn page(analysis: &Analysis, origin: &Origin, view: PageView) -> Page {
    if view.full {
        return full_page(analysis, origin, view);
    }
    let covers = analysis.backends.iter().any(|it| it.cover.is_some());
    let requests = analysis.missing.as_ref().and_then(|missing| missing.requests);
    let mut page = titled(analysis, origin);
    if requests.is_none() {
        page.paragraph(asked(analysis));
        backends::add_overview(&mut page, analysis, view);
    }
    if let Some(missing) = &analysis.missing {
        missing::add(&mut page, analysis, missing, view);
    }
    cover::add(&mut page, analysis, view);
    if !view.quiet && !covers {
        let flag = Text::new().id("--full");
        page.paragraph(flag.with(
            Tone::Faint,
            " counts what is valid, and lists the largest feature sets and what excludes most.",
        ));
    }
    closed(page, analysis, view)
}

/// The analysis as a page with every count, the largest feature sets and what excludes most.
fn full_page(analysis: &Analysis, origin: &Origin, view: PageView) -> Page {
    let mut page = titled(analysis, origin);
    page.paragraph(asked(analysis));
    backends::add_counts(&mut page, analysis, view);
    if let Some(missing) = &analysis.missing {
        missing::add(&mut page, analysis, missing, view);
    }
    cover::add(&mut page, analysis, view);
    backends::add_maximal(&mut page, analysis, view);
    backends::add_exclusions(&mut page, analysis, view);
    closed(page, analysis, view)
}

/// A page that starts with the matrices that were looked at.
fn titled(analysis: &Analysis, origin: &Origin) -> Page {
    Page::new(origin.title(analysis.matrices.iter().map(|matrix| matrix.release.as_ref())))
}

/// The same page with the notices.
fn closed(mut page: Page, analysis: &Analysis, view: PageView) -> Page {
    if !view.quiet {
        let notices = analysis.notices.iter().map(|notice| Text::plain(&notice.text));
        page.list("Notices", notices.collect());
    }
    page
}

/// Says what counts as valid, in one sentence.
fn asked(analysis: &Analysis) -> Text {
    let request = &analysis.request;
    let mut text = Text::plain("Sets of listed features that are valid");
    if !request.rules.is_empty() {
        text = text.and(" under the rules ").listed(&request.rules, " and ");
    }
    text = match request.accept {
        Level::Supported => text.and(" on supported cells only"),
        level => text.and(" at ").and(level.id()).and(" or better"),
    };
    if !request.need.is_empty() {
        text = text.and("; with ").listed(&request.need, " and ");
    }
    if !request.avoid.is_empty() {
        text = text.and("; without ").listed(&request.avoid, " or ");
    }
    text.and(".")
}

/// Whether several matrices are shown, so that rows name the release.
fn several(analysis: &Analysis) -> bool {
    analysis.matrices.len() > 1
}

/// The columns that name a target.
fn target_columns(analysis: &Analysis) -> Vec<Column> {
    let mut columns = vec![Column::left("backend")];
    columns.extend(several(analysis).then(|| Column::left("release")));
    columns
}

/// The cells that name a target.
fn target_cells(analysis: &Analysis, backend: &str, release: Option<&Release>) -> Vec<Text> {
    let mut cells = vec![words::id(backend)];
    cells.extend(several(analysis).then(|| Text::plain(words::release(release))));
    cells
}

/// The surveys in the order of every table: by release, then backend.
fn surveys(analysis: &Analysis) -> Vec<&Survey> {
    let releases = &analysis.matrices;
    let at = |survey: &Survey| releases.iter().position(|it| it.release == survey.release);
    let mut surveys: Vec<&Survey> = analysis.backends.iter().collect();
    surveys.sort_by_key(|survey| (at(survey), &survey.id));
    surveys
}

/// The cells that name a survey's target.
fn of(analysis: &Analysis, survey: &Survey) -> Vec<Text> {
    target_cells(analysis, &survey.id, survey.release.as_ref())
}

/// A remark on what a list leaves out.
fn cut(left: usize, noun: &str) -> Text {
    if left == 0 {
        return Text::new();
    }
    let text = Text::of(Tone::Faint, &words::count(left, noun)).more(" not shown; ");
    text.id("--limit 0").with(Tone::Faint, " shows all.")
}

/// A number, with a word where it is only a bound.
fn number(number: u128, exact: bool) -> Text {
    Text::plain(if exact { "" } else { "at least " }).and(&number.to_string())
}
