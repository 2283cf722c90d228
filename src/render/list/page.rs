//! A list as a page.

use super::view::backends;
use super::{ListKind, Listing};
use crate::matrix::{Backend, Matrix, RuleSet};
use crate::render::origin::Origin;
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Table};
use crate::render::words;
use crate::target::Catalog;

/// The list as a page. Releases are listed in full only where they alone are asked for.
#[must_use]
pub fn page(listing: &Listing<'_>, origin: &Origin) -> Page {
    let releases = listing.chosen.iter().map(|matrix| matrix.release.as_ref());
    let mut page = Page::new(origin.title(releases));
    if listing.has(ListKind::Features) {
        add_features(&mut page, listing);
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
        section(&mut page, "Rules", rule_table(listing.rule_sets));
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
        return section(page, "Releases", release_table(listing.releases));
    }
    let labels: Vec<&str> =
        listing.releases.iter().map(|matrix| words::release(matrix.release.as_ref())).collect();
    if !labels.is_empty() {
        page.heading("Releases");
        page.push(Block::List(vec![Text::new().listed(&labels, ", ")]));
    }
}

fn release_table(releases: &[Matrix]) -> Table {
    let mut table = Table::new(["release", "backend", "engine", "CUDA (least driver)"]);
    for matrix in releases {
        for backend in &matrix.backends {
            let release = Text::plain(words::release(matrix.release.as_ref()));
            let engine = Text::plain(&engine(backend));
            let platforms = Text::new().each(&backend.platforms, ", ", Text::platform);
            table.row(vec![release, words::id(&backend.id), engine, platforms], Vec::new());
        }
    }
    table
}

fn engine(backend: &Backend) -> String {
    backend.engine.clone().unwrap_or_else(|| "not stated".to_owned())
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

fn rule_table(sets: &[RuleSet]) -> Table {
    let mut table = Table::new(["set", "rule", "level", "holds for"]);
    table.remarks = "why";
    for (set, rule) in sets.iter().flat_map(|set| set.rules.iter().map(move |rule| (set, rule))) {
        let releases = match rule.releases.is_unbounded() {
            true => "every release".to_owned(),
            false => rule.releases.to_string(),
        };
        let mut holds = Text::plain(&releases);
        if !rule.backends.is_empty() {
            holds = holds.and(" on ").listed(&rule.backends, " and ");
        }
        let level = words::level_in_column(rule.level);
        let why = Text::plain(&rule.reason).source(&rule.source);
        let cells = vec![words::id(&set.id), words::id(&rule.id), level, holds];
        table.row(cells, vec![Text::new().together(&rule.terms), why]);
    }
    table
}
