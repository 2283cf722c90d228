//! A [`Card`] as a page.

use super::answer::role_lines;
use super::origin::Origin;
use super::page::style::Tone;
use super::page::text::Text;
use super::page::{Block, Page, Table};
use super::words;
use crate::analysis::{Card, CardKind, CardRun, CardStatement, EnginePin, LevelSpan};
use crate::matrix::{DEFAULT_RELEASE, Level, NoteKind, Release, Term};

/// The most statements of a kind that a page shows, so that a card fits a screen.
const MOST_STATEMENTS: usize = 2;

/// The card as a page.
#[must_use]
pub fn page(card: &Card, origin: &Origin) -> Page {
    let releases = card.matrices.iter().map(|matrix| matrix.release.as_ref());
    let mut page = Page::new(origin.title(releases));
    page.paragraph(what_it_is(card));
    page.paragraph(names(card));
    if !card.levels.is_empty() {
        page.heading("Levels by release");
        page.push(Block::Table(levels(card)));
    }
    if !card.engines.is_empty() {
        page.heading("Engine by release");
        page.push(Block::Table(engines(&card.engines)));
    }
    let release = card.matrices.first().and_then(|matrix| matrix.release.as_ref());
    add_partners(&mut page, card, release);
    add_run(&mut page, card, release);
    add_statements(&mut page, card);
    for notice in &card.notices {
        page.paragraph(Text::of(Tone::Faint, &notice.text));
    }
    let commands = commands(card, release, origin);
    if !commands.is_empty() {
        page.push(Block::Commands(commands));
    }
    page
}

/// The name, the kind and the sentence.
fn what_it_is(card: &Card) -> Text {
    let kind = match (card.kind, &card.group, &card.feature) {
        (CardKind::Feature, Some(group), _) => Text::plain("a variant of ").id(group),
        (CardKind::Feature, None, _) => Text::plain("a feature"),
        (CardKind::Group, ..) => Text::plain("any of ").listed(&card.variants, " or "),
        (CardKind::Backend, ..) => Text::plain("a backend"),
        (CardKind::Fact, _, Some(feature)) => {
            Text::plain("a fact of a deployment, and a kind of ").id(feature)
        }
        (CardKind::Fact, ..) => Text::plain("a fact of a deployment"),
        (CardKind::Pattern, ..) => Text::plain("a serving pattern"),
    };
    let text = Text::of(Tone::Strong, &card.name);
    let text = if card.id == card.name { text } else { text.and(" (").id(&card.id).and(")") };
    let text = text.and(", ").joined(&kind).and(".");
    let text = match &card.text {
        Some(sentence) => text.and(" ").and(sentence),
        None => text,
    };
    text.first_sources(2, &card.source.0, &card.url.0)
}

/// Its other names, and what a serving pattern means by definition.
fn names(card: &Card) -> Text {
    let names = Text::new().listed(&card.aliases, ", ").after("Also known as ");
    let roles = card.roles.map(|roles| words::count(usize::from(roles), "worker role"));
    let roles = roles.as_deref().map(Text::plain);
    let requires = Text::new().each(&card.requires, ", ", Text::signed);
    let parts = [Some(names), roles, Some(requires)].into_iter().flatten();
    let text = Text::join(parts.filter(|part| !part.is_empty()), ", ");
    if text.is_empty() { text } else { text.and(".") }
}

/// A row for each feature and backend: its levels, the oldest first.
fn levels(card: &Card) -> Table {
    let of_one = !matches!(card.kind, CardKind::Group | CardKind::Backend);
    let mut rows: Vec<(&str, &str, Vec<&LevelSpan>)> = Vec::new();
    for span in &card.levels {
        match rows.last_mut().filter(|row| (row.0, row.1) == (&span.feature, &span.backend)) {
            Some((_, _, spans)) => spans.push(span),
            None => rows.push((&span.feature, &span.backend, vec![span])),
        }
    }
    rows.sort_by_key(|(feature, backend, _)| (*feature, *backend));
    let titles: &[&str] = match card.kind {
        CardKind::Group => &["feature", "backend", "levels"],
        CardKind::Backend => &["feature", "levels"],
        _ => &["backend", "levels"],
    };
    let mut table = Table::new(titles.iter().copied()).without_titles();
    for (feature, backend, spans) in rows {
        let mut cells = Vec::new();
        if !of_one {
            cells.push(words::id(feature));
        }
        if card.kind != CardKind::Backend {
            cells.push(words::id(backend));
        }
        cells.push(Text::join(spans.into_iter().map(span), ", "));
        table.row(cells, Vec::new());
    }
    table
}

/// A level and the releases that have it: `1.2.0-1.5.1 ✅ supported`.
fn span(span: &LevelSpan) -> Text {
    let releases = words::releases(span.first.as_ref(), span.last.as_ref());
    let text = Text::plain(&releases).and(" ").level(span.level);
    let text = if span.caveat { text.with(Tone::Fair, " !") } else { text };
    match span.published {
        Some(published) => text.and(" (published ").and(words::mark(published)).and(")"),
        None => text,
    }
}

fn engines(pins: &[EnginePin]) -> Table {
    let mut table = Table::new(["releases", "engine", "CUDA (least driver)", ""]);
    for pin in pins {
        let releases = words::releases(pin.first.as_ref(), pin.last.as_ref());
        let engine = pin.engine.as_deref().unwrap_or("not stated");
        let matrix = if pin.matrix { "" } else { "no matrix" };
        table.row(
            vec![
                Text::plain(&releases),
                Text::plain(engine),
                Text::new().each(&pin.platforms, ", ", Text::platform),
                Text::of(Tone::Faint, matrix),
            ],
            Vec::new(),
        );
    }
    table
}

fn add_partners(page: &mut Page, card: &Card, release: Option<&Release>) {
    if card.partners.is_empty() {
        return;
    }
    page.heading(&format!("Together with other features on {}", words::release(release)));
    let mut table = Table::new(["backend", "level", "features"]).without_titles();
    let is_said = |level: Level| level != Level::Undocumented;
    for it in card.partners.iter().filter(|it| is_said(it.level)) {
        let features = Text::new().listed(&it.features, ", ");
        table.row(
            vec![words::id(&it.backend), words::level_in_column(it.level), features],
            Vec::new(),
        );
    }
    page.push(Block::Table(table));
    if card.partners.iter().any(|it| !is_said(it.level)) {
        page.paragraph(Text::of(Tone::Faint, "Of the others the matrix says nothing."));
    }
}

/// Adds what to set for each backend and role.
fn add_run(page: &mut Page, card: &Card, release: Option<&Release>) {
    if card.run.is_empty() {
        return;
    }
    page.heading(&format!("To switch it on in {}", words::release(release)));
    let mut table = Table { remarks: "set", ..Table::new(["backend", "role"]) }.without_titles();
    for run in &card.run {
        let with = with_it(run, card);
        if run.set.is_empty() {
            let nothing = Text::of(Tone::Faint, "nothing to set is recorded");
            let nothing = nothing.joined(&with.clone().after(" "));
            table.row(vec![words::id(&run.backend), Text::new()], vec![nothing]);
        }
        for (i, role) in run.set.iter().enumerate() {
            let lines = role_lines(role).into_iter();
            let with = (i == 0 && !with.is_empty()).then(|| with.clone());
            let name = Text::of(Tone::Strong, &role.role);
            table.row(vec![words::id(&run.backend), name], lines.chain(with).collect());
        }
    }
    page.push(Block::Table(table));
}

/// What is on beside the thing itself in the plan that is set up.
fn with_it(run: &CardRun, card: &Card) -> Text {
    let own_pattern = card.kind == CardKind::Pattern;
    let pattern = run.pattern.as_ref().filter(|_| !own_pattern);
    let pattern = pattern.map(|pattern| Text::plain("pattern ").id(pattern));
    let added = Text::new().listed(&run.added, " and ").after("with ");
    let parts = pattern.into_iter().chain(Some(added)).filter(|part| !part.is_empty());
    let text = Text::join(parts, ", ");
    if text.is_empty() { text } else { Text::plain("(").joined(&text).and(")") }
}

/// The kinds of statements that a page shows, each with its heading.
const KINDS: [(NoteKind, &str); 5] = [
    (NoteKind::Requirement, "What else must be there"),
    (NoteKind::Limit, "Limits"),
    (NoteKind::KnownIssue, "Known issues"),
    (NoteKind::Deprecated, "Deprecated"),
    (NoteKind::Disputed, "Disputed"),
];

fn add_statements(page: &mut Page, card: &Card) {
    let mut shown = 0;
    for (kind, heading) in KINDS {
        let own = card.statements.iter().filter(|it| it.kind == kind && !is_done(it, card));
        let most = if card.kind == CardKind::Fact { usize::MAX } else { MOST_STATEMENTS };
        let items: Vec<Text> = own.take(most).map(|it| statement(it, card)).collect();
        shown += items.len();
        page.list(heading, items);
    }
    let left = card.statements.iter().filter(|it| !is_done(it, card)).count() - shown;
    if left > 0 {
        let more = words::count(left, "more note");
        page.paragraph(Text::of(Tone::Faint, &more).and(": ").id("--format json"));
    }
}

/// Whether what a statement asks for is set on each of its backends already.
fn is_done(statement: &CardStatement, card: &Card) -> bool {
    let sets = |backend: &String| {
        let run = card.run.iter().find(|run| run.backend == *backend);
        run.is_some_and(|run| statement.set_by.iter().any(|it| run.signals.contains(it)))
    };
    statement.backends.iter().all(sets)
}

fn statement(it: &CardStatement, card: &Card) -> Text {
    let own = own_fact(card);
    let others: Vec<Term> =
        it.terms.iter().filter(|term| term.id() != card.id && term.id() != own).cloned().collect();
    let about = match (&it.rule, &others[..]) {
        (rule, []) => Text::new().id(rule.as_deref().unwrap_or_default()),
        (None, _) => Text::new().together(&it.terms),
        (Some(rule), _) => Text::new().id(rule).and(", ").together(&it.terms),
    };
    let about = if about.is_empty() { about } else { about.and(" on ") };
    let text = about.listed(&it.backends, " and ");
    let text = match &it.releases.0[..] {
        [] => text,
        ranges => text.and(", ").and(&ranges.join(" or ")),
    };
    let text = match (it.level, it.caveat) {
        (Some(_), true) => text.and(", ").with(Tone::Fair, "! caveat"),
        (Some(level), false) => text.and(", ").level(level),
        (None, _) => text,
    };
    let when = it.when.iter().filter(|term| term.as_str() != own);
    let when = Text::new().each(when, " and ", |text, term| match term.fact() {
        Some(fact) => text.id(fact),
        None => text.signed(term),
    });
    let text = if when.is_empty() { text } else { text.and(", only for ").joined(&when) };
    let text = text.and(": ").and(&it.text);
    words::with_workaround(text, it.workaround.as_ref(), it.fixed_in.as_ref()).first_sources(
        1,
        &it.source.0,
        &it.url.0,
    )
}

/// The term of a card's own fact; of no other card any.
fn own_fact(card: &Card) -> String {
    if card.kind == CardKind::Fact { format!("fact={}", card.id) } else { String::new() }
}

/// The commands to go on with.
fn commands(card: &Card, release: Option<&Release>, origin: &Origin) -> Vec<(String, Text)> {
    let mut rest = String::new();
    for file in &origin.files {
        rest += &format!(" --matrix {}", words::shell_path(file));
    }
    let other = release.map(Release::as_str).filter(|label| *label != DEFAULT_RELEASE);
    if let Some(label) = other.filter(|_| origin.files.len() != 1) {
        rest += &format!(" --release {}", words::shell_word(label));
    }
    if !card.notices.is_empty() {
        return Vec::new();
    }
    let ask = match card.kind {
        CardKind::Feature | CardKind::Group => format!("--need {}", card.id),
        CardKind::Pattern => format!("--need multimodal --pattern {}", card.id),
        CardKind::Backend => format!("matrix {}", card.id),
        CardKind::Fact => return Vec::new(),
    };
    let what = match card.kind {
        CardKind::Backend => "which features go together",
        _ => "every plan, with what to know of it",
    };
    vec![(format!("dynamo-plan {ask}{rest}"), Text::plain(what))]
}
