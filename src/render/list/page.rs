//! A list as a page.

use super::releases::{known_table, release_table};
use super::view::backends;
use super::{ListKind, Listing};
use crate::matrix::{Fact, Matrix};
use crate::render::origin::Origin;
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Table};
use crate::render::words;
use crate::target::Catalog;

/// The list as a page. Releases are listed in full only where they alone are asked for.
#[must_use]
pub fn page(listing: &Listing<'_>, origin: &Origin) -> Page {
    let chosen = listing.chosen.iter().map(|matrix| matrix.release.as_ref());
    // Releases without a matrix are listed where no other is asked for.
    let known = listing.known.iter().filter(|_| listing.chosen.is_empty());
    let releases = chosen.chain(known.map(|known| Some(&known.release)));
    let mut page = Page::new(origin.title(releases));
    if listing.has(ListKind::Features) {
        add_features(&mut page, listing);
        add_unlisted(&mut page, listing);
    }
    if listing.has(ListKind::Backends) {
        section(&mut page, "Backends", backend_table(listing.chosen));
    }
    if listing.has(ListKind::Releases) {
        add_releases(&mut page, listing);
    }
    if listing.has(ListKind::Patterns) {
        add_patterns(&mut page, listing);
    }
    if listing.has(ListKind::Rules) && !listing.rule_sets.is_empty() {
        section(&mut page, "Rules", rule_table(listing));
    }
    if listing.has(ListKind::Facts) && !listing.facts.is_empty() {
        section(&mut page, "Facts of deployments", fact_table(listing.facts));
    }
    page
}

fn section(page: &mut Page, heading: &str, table: Table) {
    page.heading(heading);
    page.push(Block::Table(table));
}

fn add_features(page: &mut Page, listing: &Listing<'_>) {
    let catalog = Catalog::new(listing.chosen);
    let mut features = Table::new(["feature", "name", "also known as"]);
    for feature in catalog.features() {
        let name = Text::plain(&feature.name);
        let aliases = Text::new().listed(&feature.aliases, ", ");
        features.row(vec![words::id(&feature.id), name, aliases], Vec::new());
    }
    section(page, "Features", features);
    if catalog.groups().is_empty() {
        return;
    }
    let mut groups = Table::new(["group", "any of"]);
    for group in catalog.groups() {
        let of = catalog.features().iter().filter(|f| f.group.as_ref() == Some(&group.id));
        let variants: Vec<&str> = of.map(|feature| &*feature.id).collect();
        groups.row(vec![words::id(&group.id), Text::new().listed(&variants, " or ")], Vec::new());
    }
    section(page, "Groups", groups);
}

/// The names of what no table lists; what is known of each is told to who asks for it.
fn add_unlisted(page: &mut Page, listing: &Listing<'_>) {
    if listing.unlisted.is_empty() {
        return;
    }
    let names: Vec<&str> = listing.unlisted.iter().map(|topic| topic.name.as_str()).collect();
    page.heading("Not in the matrix (asked for with --need, each says what it is)");
    page.push(Block::List(vec![Text::new().listed(&names, ", ")]));
}

fn backend_table(chosen: &[Matrix]) -> Table {
    let mut table = Table::new(["backend", "name", "also known as"]);
    for backend in backends(chosen) {
        let name = Text::plain(backend.name);
        let aliases = Text::new().listed(backend.aliases, ", ");
        table.row(vec![words::id(backend.id), name, aliases], Vec::new());
    }
    table
}

fn add_releases(page: &mut Page, listing: &Listing<'_>) {
    if listing.kind == Some(ListKind::Releases) {
        return add_releases_in_full(page, listing);
    }
    let labels: Vec<&str> =
        listing.releases.iter().map(|matrix| words::release(matrix.release.as_ref())).collect();
    if !labels.is_empty() {
        page.heading("Releases");
        page.push(Block::List(vec![Text::new().listed(&labels, ", ")]));
    }
}

fn add_releases_in_full(page: &mut Page, listing: &Listing<'_>) {
    if !listing.releases.is_empty() {
        section(page, "Releases", release_table(listing));
    }
    if !listing.recorded.is_empty() && !listing.releases.is_empty() {
        let meaning = "recorded: how many known issues of the release are written down here; where not all \
                       are, a plan may break in ways that nobody wrote down here.";
        page.paragraph(Text::of(Tone::Faint, meaning));
    }
    if !listing.known.is_empty() {
        section(
            page,
            "Known by what they pin alone, so not to plan on",
            known_table(listing.known),
        );
        let said = listing.known.iter().flat_map(|known| {
            known.statements.iter().map(move |statement| {
                let start = Text::plain(known.release.as_str()).and(": ");
                let source = &statement.source;
                let url = listing.url(source, &known.release);
                start.and(&statement.text).sources(&[source], &[url])
            })
        });
        page.list("What their documents say", said.collect());
    }
    if let Some(day) = listing.looked_at {
        page.paragraph(Text::plain("Last compared with what is published on ").and(day).and("."));
    }
}

fn add_patterns(page: &mut Page, listing: &Listing<'_>) {
    let Some(dimension) = listing.patterns() else { return };
    let mut table = Table {
        columns: vec![Column::left("pattern"), Column::right("roles"), Column::left("meaning")],
        ..Table::default()
    };
    for choice in &dimension.options {
        let roles = Text::plain(&choice.roles.to_string());
        let mut meaning = Text::plain(&choice.summary);
        if !choice.requires.is_empty() {
            meaning = meaning.and(" (").each(&choice.requires, ", ", Text::signed).and(")");
        }
        table.row(vec![words::id(&choice.id), roles, meaning], Vec::new());
    }
    let heading =
        format!("Options of the {}, chosen when {} is on", dimension.name, dimension.when);
    section(page, &heading, table);
}

fn rule_table(listing: &Listing<'_>) -> Table {
    let mut table = Table::new(["set", "rule", "level", "holds for"]);
    table.remarks = "why";
    let sets = listing.rule_sets.iter();
    for (set, rule) in sets.flat_map(|set| set.rules.iter().map(move |rule| (set, rule))) {
        let releases = match &rule.releases[..] {
            [] => "every release".to_owned(),
            ranges => ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
        };
        let mut holds = Text::plain(&releases);
        if !rule.backends.is_empty() {
            holds = holds.and(" on ").listed(&rule.backends, " and ");
        }
        let level = words::level_in_column(rule.level);
        let level = if rule.caveat { level.and(", caveat") } else { level };
        let why = Text::plain(&rule.reason);
        let why = words::with_workaround(why, rule.workaround.as_ref(), rule.fixed_in.as_ref());
        let urls = listing.rule_urls(rule);
        let why = why.sources(&rule.sources, &urls);
        let cells = vec![words::id(&set.id), words::id(&rule.id), level, holds];
        table.row(cells, vec![Text::new().together(&rule.terms), why]);
    }
    table
}

fn fact_table(facts: &[Fact]) -> Table {
    let mut table = Table::new(["fact", "name", "also known as"]);
    table.remarks = "applies where";
    for fact in facts {
        let aliases = Text::new().listed(&fact.aliases, ", ");
        let cells = vec![words::id(&fact.id), Text::plain(&fact.name), aliases];
        table.row(cells, vec![Text::plain(&fact.summary)]);
    }
    table
}
