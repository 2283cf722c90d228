//! Checked deployments for people: file by file the verdict on each deployment and what an upgrade changes, then the
//! findings, each at its line.

use std::collections::HashMap;

use super::finding::FileFinding;
use super::page::style::Tone;
use super::page::text::Text;
use super::page::{Block, Page, Table};
use super::{Style, report, words};
use crate::analysis::check::{
    CheckReport, CheckedDeployment, CheckedFile, CheckedUpgrade, DeploymentChange, FindingCode,
    KindLevel, ReportedFinding, finding_code, finding_codes,
};
use crate::load::{Diagnostic, Report, Severity};
use crate::matrix::deploy::SignalState;
use crate::matrix::{Level, UpgradeEffect};
use crate::plan::{Outcome, Verdict};

/// The code of the note that there is no verdict.
const NO_VERDICT: &str = "release-unmatched";

/// How much of a report is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckView {
    /// Whether to show every feature with the line that says so, what was not read, and every note with its line.
    pub full: bool,
    /// Whether to leave out notes.
    pub quiet: bool,
}

/// The report as text. Findings are drawn in the texts of their files, where these are given.
#[must_use]
pub fn text(
    checked: &CheckReport,
    texts: &HashMap<String, String>,
    view: CheckView,
    style: &Style,
) -> String {
    let mut out = String::new();
    let mut notes = 0;
    let mut shown: HashMap<&str, Vec<&ReportedFinding>> = HashMap::new();
    for finding in &checked.findings {
        shown.entry(&finding.path).or_default().push(finding);
    }
    let in_files = checked.files.iter().map(|file| (file.path.as_str(), Some(file)));
    let is_unread = |path: &&str| !checked.files.iter().any(|file| file.path == **path);
    let mut unread: Vec<&str> = shown.keys().copied().filter(is_unread).collect();
    unread.sort_unstable();
    for (path, file) in in_files.chain(unread.into_iter().map(|path| (path, None))) {
        let mut page = Page::new(Text::of(Tone::Strong, path));
        if let Some(file) = file {
            add_file(&mut page, file, view);
        }
        let findings = shown.remove(path).unwrap_or_default();
        let (drawn, brief): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|it| view.full || it.severity > Severity::Note);
        notes += drawn.iter().filter(|it| it.severity == Severity::Note).count();
        if !view.quiet {
            let said = brief.iter().filter(|it| !is_said_by_another(it, &brief));
            let said: Vec<Text> = said.map(|it| note(it)).collect();
            notes += said.len();
            page.list("Notes", said);
        }
        out.push_str(&page.to_terminal(style));
        out.push('\n');
        if !drawn.is_empty() {
            let text = texts.get(path).cloned().unwrap_or_default();
            out.push_str(&report(&drawing(path, text, &drawn), style, usize::MAX));
        }
    }
    let mut sum = Page::default();
    sum.paragraph(Text::plain(&summary(checked, notes, view)));
    out + &sum.to_terminal(style)
}

/// Whether a note says only that there is no verdict, where another one at the same place says why.
fn is_said_by_another(finding: &ReportedFinding, others: &[&ReportedFinding]) -> bool {
    let is_reason =
        |it: &&ReportedFinding| it.code.starts_with("release-") && it.code != NO_VERDICT;
    let same = |it: &&ReportedFinding| (it.line, it.column) == (finding.line, finding.column);
    finding.code == NO_VERDICT && others.iter().any(|it| is_reason(it) && same(it))
}

/// The report as a page, with every finding as a line.
#[must_use]
pub fn page(checked: &CheckReport, view: CheckView) -> Page {
    let shown: Vec<&ReportedFinding> =
        checked.findings.iter().filter(|it| !view.quiet || it.severity > Severity::Note).collect();
    let notes = shown.iter().filter(|it| it.severity == Severity::Note).count();
    let mut page = Page::new(Text::plain(&summary(checked, notes, view)));
    for file in &checked.files {
        page.push(Block::Heading(Text::plain(&file.path)));
        add_file(&mut page, file, view);
    }
    let finding = |it: &&ReportedFinding| {
        let place = it.line.map_or_else(String::new, |line| format!(":{line}"));
        let text = Text::of(tone(it.severity), severity(it.severity));
        text.and(" ").and(&format!("{}{place}: ", it.path)).joined(&said(it))
    };
    page.list("Findings", shown.iter().map(finding).collect());
    page
}

/// What a code of a finding means, as a page.
#[must_use]
pub fn code_page(code: &FindingCode) -> Page {
    let title = Text::of(Tone::Strong, code.id).and(": ").and(code.title).and(".");
    let mut page = Page::new(title);
    page.paragraph(Text::plain(&format!(
        "At worst {}.",
        match code.severity {
            Severity::Error => "an error",
            Severity::Warning => "a warning",
            Severity::Note => "a note",
        }
    )));
    page.heading("What it means");
    page.paragraph(Text::plain(code.meaning));
    page.heading("What to do");
    page.paragraph(Text::plain(code.fix));
    page.list("Found so", code.example.lines().map(Text::plain).collect());
    page
}

/// Every code with its title, as a page.
#[must_use]
pub fn codes_page() -> Page {
    let mut page = Page::new(Text::plain("What `check` finds"));
    let mut table = Table::new(["code", "at worst", "what it is"]);
    for code in finding_codes() {
        let level = Text::of(tone(code.severity), severity(code.severity));
        table.row(vec![words::id(code.id), level, Text::plain(code.title)], Vec::new());
    }
    page.push(Block::Table(table));
    page
}

/// The findings as every form for code hosts takes them.
#[must_use]
pub fn file_findings(checked: &CheckReport) -> Vec<FileFinding> {
    let of = |found: &ReportedFinding| FileFinding {
        code: found.code.clone(),
        severity: found.severity,
        message: found.message.clone(),
        help: found.fix.clone(),
        url: found.url.clone(),
        path: found.path.clone(),
        line: found.line,
        column: found.column,
    };
    checked.findings.iter().map(of).collect()
}

fn add_file(page: &mut Page, file: &CheckedFile, view: CheckView) {
    for deployment in &file.deployments {
        page.paragraph(headline(deployment));
        if view.full {
            add_features(page, deployment);
        }
        if let Some(upgrade) = &deployment.upgrade {
            add_upgrade(page, upgrade);
        }
    }
}

/// `name, vllm on 0.9.1: ✅ supported: a + b; not known: c`.
fn headline(deployment: &CheckedDeployment) -> Text {
    let backend = deployment.backend.as_ref().map_or("no backend", |backend| &backend.id);
    let text = match deployment.name.as_str() {
        "" => Text::plain("A deployment without a name"),
        name => Text::new().id(name),
    };
    let text = text.and(", ").and(backend);
    let text = match &deployment.release.id {
        Some(release) => text.and(" on ").and(release.as_str()),
        None => text,
    };
    let of_state = |state| {
        let features = deployment.features.iter().filter(move |it| it.state == state);
        features.map(|it| it.id.as_str()).collect::<Vec<&str>>()
    };
    let on = of_state(SignalState::On);
    let text = match (&deployment.outcome, on.is_empty()) {
        (Some(outcome), _) => text.and(": ").joined(&verdict(outcome, &deployment.kinds)),
        (None, true) => text,
        (None, false) => text.and(": ").with(Tone::Faint, "no verdict"),
    };
    let text = match (on.is_empty(), &deployment.pattern) {
        (true, _) => text.and("; no feature is on"),
        (false, None) => text.and("; on: ").listed(&on, " and "),
        (false, Some(pattern)) => text.and("; on: ").listed(&on, " and ").and(", as ").id(pattern),
    };
    let maybe = of_state(SignalState::Maybe);
    match maybe.is_empty() {
        true => text,
        false => text.and("; maybe: ").listed(&maybe, " and "),
    }
}

/// The verdict in a word or two; where the kind of what is on decides and is not known, that of each.
fn verdict(outcome: &Outcome, kinds: &[KindLevel]) -> Text {
    if !kinds.is_empty() {
        return Text::plain("by kind, ").each(kinds, ", ", |text, kind| {
            text.level(kind.level.unwrap_or(Level::Unsupported)).and(" ").id(&kind.id)
        });
    }
    match (outcome.plans.first(), outcome.verdict) {
        (Some(plan), _) => Text::new().level(plan.level),
        (None, Verdict::Unclaimed) => Text::of(Tone::Faint, "— no published claim"),
        (None, _) => Text::new().level(Level::Unsupported),
    }
}

/// Every feature with what says so, and what was not read.
fn add_features(page: &mut Page, deployment: &CheckedDeployment) {
    if !deployment.features.is_empty() {
        let mut table = Table::new(["feature", "is", "level", "line", "because of"]);
        for feature in &deployment.features {
            let state = match feature.state {
                SignalState::On => "on",
                SignalState::Off => "off",
                SignalState::Maybe => "maybe",
            };
            let level = feature.level.map_or_else(Text::new, |level| Text::new().level(level));
            let place = &feature.evidence;
            let text = if place.component.is_empty() {
                Text::plain(&place.text)
            } else {
                Text::plain(&place.component).and(": ").and(&place.text)
            };
            let line = Text::plain(&place.line.to_string());
            table.row(
                vec![words::id(&feature.id), Text::plain(state), level, line, text],
                Vec::new(),
            );
        }
        page.push(Block::Table(table));
    }
    let unknown = deployment.unknown.iter().map(|it| {
        let text = Text::plain(&format!("line {}: {}", it.evidence.line, it.reason));
        match &it.feature {
            Some(id) => text.and(" (").id(id).and(")"),
            None => text,
        }
    });
    page.list("Not read", unknown.collect());
    if !deployment.facts.is_empty() {
        page.paragraph(Text::plain("Facts: ").listed(&deployment.facts, ", ").and("."));
    }
}

/// The sections of an upgrade.
const UPGRADE_SECTIONS: [(&str, &[Option<UpgradeEffect>]); 4] = [
    ("Change, or it fails silently", &[Some(UpgradeEffect::Silent)]),
    ("Change, or it fails at once", &[Some(UpgradeEffect::Exit), Some(UpgradeEffect::Refused)]),
    ("Works, with a warning", &[Some(UpgradeEffect::Warning)]),
    ("Change or know as well", &[None]),
];

fn add_upgrade(page: &mut Page, upgrade: &CheckedUpgrade) {
    let title = Text::plain("On ").and(upgrade.release.as_str()).and(": ");
    let title = match &upgrade.outcome {
        Some(outcome) => title.joined(&verdict(outcome, &upgrade.kinds)),
        None => title.with(Tone::Faint, "no verdict"),
    };
    let changes = words::count(upgrade.changes.len(), "thing");
    page.paragraph(title.and(", ").and(&changes).and(" to change or to know."));
    for (heading, effects) in UPGRADE_SECTIONS {
        let own = upgrade.changes.iter().filter(|change| effects.contains(&change.effect));
        page.list(heading, alike(own).iter().map(|changes| change(changes)).collect());
    }
}

/// The changes, those of several lines that say the same together.
fn alike<'c>(
    changes: impl Iterator<Item = &'c DeploymentChange>,
) -> Vec<Vec<&'c DeploymentChange>> {
    let mut groups: Vec<Vec<&DeploymentChange>> = Vec::new();
    for change in changes {
        let says_it = |group: &&mut Vec<&DeploymentChange>| {
            (&group[0].text, &group[0].instead) == (&change.text, &change.instead)
        };
        match groups.iter_mut().find(says_it) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups
}

fn change(changes: &[&DeploymentChange]) -> Text {
    let change = changes[0];
    let lines: Vec<String> =
        changes.iter().filter_map(|it| it.line).map(|line| line.to_string()).collect();
    let place = match (&lines[..], change.component.as_str()) {
        ([], "") => String::new(),
        ([], role) => format!("{role}: "),
        ([line], "") => format!("line {line}: "),
        ([line], component) => format!("line {line}, {component}: "),
        (lines, _) => format!("lines {}: ", lines.join(", ")),
    };
    let text = Text::of(Tone::Strong, &place).and(&change.text);
    let text = match change.instead.as_deref().filter(|it| !change.text.contains(*it)) {
        Some(instead) => text.and(" → ").and(instead),
        None => text,
    };
    text.first_sources(1, &change.source.0, &change.url.0)
}

/// A note as a line.
fn note(finding: &ReportedFinding) -> Text {
    let place = finding.line.map_or_else(String::new, |line| format!("line {line}: "));
    Text::plain(&place).joined(&said(finding))
}

/// What a finding says, with its fix and its code.
fn said(finding: &ReportedFinding) -> Text {
    let text = Text::plain(finding.message.trim_end_matches('.'));
    let text = match &finding.fix {
        Some(fix) => text.and(". ").and(fix),
        None => text.and("."),
    };
    text.with(Tone::Faint, &format!(" [{}]", finding.code))
}

fn drawing(path: &str, text: String, findings: &[&ReportedFinding]) -> Report {
    let diagnostic = |finding: &&ReportedFinding| Diagnostic {
        code: finding_code(&finding.code).map_or("finding", |code| code.id),
        severity: finding.severity,
        message: finding.message.clone(),
        span: finding.span.map(|(start, end)| start..end).filter(|_| !text.is_empty()),
        help: finding.fix.clone(),
    };
    let diagnostics = findings.iter().map(diagnostic).collect();
    Report { file: path.to_owned(), text, diagnostics }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Note => Tone::Faint,
        Severity::Warning => Tone::Fair,
        Severity::Error => Tone::Bad,
    }
}

/// `2 deployments in 1 file: 1 error, 2 notes; 1 more note with --full.`, with as many notes as are shown.
fn summary(checked: &CheckReport, notes: usize, view: CheckView) -> String {
    let count = |kind| checked.findings.iter().filter(|it| it.severity == kind).count();
    let kinds =
        [(count(Severity::Error), "error"), (count(Severity::Warning), "warning"), (notes, "note")];
    let found = kinds.iter().filter(|(count, _)| *count > 0);
    let found: Vec<String> = found.map(|(count, noun)| words::count(*count, noun)).collect();
    let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(", ") };
    // Who asks for no notes is told of none.
    let more = match count(Severity::Note) - notes {
        0 => String::new(),
        _ if view.quiet => String::new(),
        more => format!("; {} with --full", words::count(more, "more note")),
    };
    let deployments: usize = checked.files.iter().map(|file| file.deployments.len()).sum();
    let files = words::count(checked.files.len(), "file");
    match deployments {
        0 => format!("Nothing could be checked: {found}{more}."),
        _ => format!("{} in {files}: {found}{more}.", words::count(deployments, "deployment")),
    }
}
