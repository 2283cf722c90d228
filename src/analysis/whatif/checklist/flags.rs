//! Flags and variables that the notes of the old release name, and what becomes of them on the new one.

use crate::load::bundle;
use crate::matrix::deploy::{FlagTable, NameState, Replacement};
use crate::matrix::{NoteKind, Provenance, Release, UpgradeCode, UpgradeEffect, source_urls};
use crate::plan::OneOrMany;

use super::draft::ItemDraft;
use super::scope::BackendScope;
use super::told::Told;

/// What becomes of a flag or variable.
struct NameFate<'t> {
    code: UpgradeCode,
    effect: Option<UpgradeEffect>,
    replacement: &'t Replacement,
    sources: &'t [String],
}

/// A flag or variable that the old release's notes or settings name.
struct NameUse {
    program: String,
    role: Option<String>,
    name: String,
    features: Vec<String>,
    /// The text of the requirement that names it, where one does.
    requirement: Option<String>,
    /// Whether a plan needs it; a remark only tells of it.
    is_required: bool,
}

/// Adds the flags and variables that the old release takes and the new one does not, or not without a
/// warning. Those of a requirement that changes or goes are told with that; those of a remark, which is no
/// requirement, only where they fail.
pub(super) fn add(
    old: &[Told],
    scope: &BackendScope<'_>,
    from: &Release,
    to: &Release,
    drafts: &mut Vec<ItemDraft>,
) {
    let table = bundle::flags();
    let uses = uses(old, scope);
    let own = drafts.len();
    for used in &uses {
        let Some(fate) = fate(&table, &used.program, &used.name, from, to) else { continue };
        let fails = fate.effect.is_some_and(|effect| effect < UpgradeEffect::Warning);
        if !used.is_required && !fails {
            continue;
        }
        let from_here = |draft: &&mut ItemDraft| {
            used.requirement.is_some() && draft.item.from == used.requirement
        };
        if let Some(draft) = drafts[..own].iter_mut().find(from_here) {
            tell_with(draft, &fate);
        } else if !drafts.iter().any(|draft| is_told(draft, used, &scope.backend)) {
            let urls = urls(&table, fate.sources, to);
            push(drafts, own, used, &fate, urls);
        }
    }
}

/// Tells what becomes of a flag or variable with the requirement that names it.
fn tell_with(draft: &mut ItemDraft, fate: &NameFate<'_>) {
    let Some(effect) = fate.effect else { return };
    if draft.item.code == UpgradeCode::RequirementRemoved && draft.item.effect.is_none() {
        draft.item.text.push_str(" Left in place, it fails.");
    }
    draft.fails(effect);
    draft.item.instead = draft.item.instead.take().or_else(|| instead(fate.replacement));
}

/// Every flag and variable of the old release's notes, for each requirement that names it, then of its
/// settings, each once for a program.
fn uses(old: &[Told], scope: &BackendScope<'_>) -> Vec<NameUse> {
    let mut uses = Vec::new();
    let mut add = |used: NameUse| {
        let is_same = |known: &NameUse| {
            (&known.program, &known.name) == (&used.program, &used.name)
                && (used.requirement.is_none() || known.requirement == used.requirement)
        };
        if !uses.iter().any(is_same) {
            uses.push(used);
        }
    };
    for kind in [NoteKind::Requirement, NoteKind::Info] {
        for told in old.iter().filter(|told| told.note.kind == kind) {
            let role = told.note.role.as_deref();
            let Some(program) = role.and_then(|role| program(role, &scope.backend)) else {
                continue;
            };
            let is_required = kind == NoteKind::Requirement;
            told.note.names.iter().for_each(|name| {
                add(NameUse {
                    program: program.to_owned(),
                    role: told.note.role.clone(),
                    name: name.clone(),
                    features: told.features(),
                    requirement: is_required.then(|| told.note.text.clone()),
                    is_required,
                });
            });
        }
    }
    let before = scope.before.end;
    for plan in &scope.before.plans {
        for set in before.planner.run(before.request, plan).set {
            let Some(program) = program(&set.role, &scope.backend) else { continue };
            let flags = set.args.iter().filter(|word| word.starts_with("--"));
            let flags = flags.map(|word| word.split('=').next().unwrap_or(word));
            flags.chain(set.env.keys().map(String::as_str)).for_each(|name| {
                add(NameUse {
                    program: program.to_owned(),
                    role: Some(set.role.clone()),
                    name: name.to_owned(),
                    features: plan.features.clone(),
                    requirement: None,
                    is_required: true,
                });
            });
        }
    }
    uses
}

/// Whether a line about the same name of the same program says what to do.
fn is_told(draft: &ItemDraft, used: &NameUse, backend: &str) -> bool {
    let role = draft.item.role.as_deref();
    role.and_then(|role| program(role, backend)) == Some(&used.program)
        && draft.names.contains(&used.name)
}

/// The program whose parser takes the flags of a role.
fn program<'n>(role: &str, backend: &'n str) -> Option<&'n str> {
    match role {
        "frontend" => Some("frontend"),
        "planner" => Some("planner"),
        "worker" | "prefill" | "decode" | "encode" | "processor" => Some(backend),
        _ => None,
    }
}

/// What becomes of a name that the old release takes; `None` where it stays as it was.
fn fate<'t>(
    table: &'t FlagTable,
    program: &str,
    name: &str,
    from: &Release,
    to: &Release,
) -> Option<NameFate<'t>> {
    if let Some(flag) = table.flag(program, name) {
        let (was, is) = (flag.history.state(from), flag.history.state(to));
        let (code, effect) = flag_effect(was, is, flag.history.silent)?;
        return Some(NameFate {
            code,
            effect,
            replacement: &flag.replacement,
            sources: &flag.sources,
        });
    }
    let is_read = |it: &&crate::matrix::deploy::Variable| {
        it.name == name && (it.programs.is_empty() || it.programs.iter().any(|it| it == program))
    };
    let variable = table.variables.iter().find(is_read)?;
    let (was, is) = (variable.history.state(from), variable.history.state(to));
    let (code, effect) = match is {
        _ if !is_taken(was) || is_taken(is) => return None,
        NameState::Refused => (UpgradeCode::FlagRefused, UpgradeEffect::Exit),
        _ => (UpgradeCode::EnvIgnored, UpgradeEffect::Silent),
    };
    let (replacement, sources) = (&variable.replacement, &variable.sources[..]);
    Some(NameFate { code, effect: Some(effect), replacement, sources })
}

fn is_taken(state: NameState) -> bool {
    matches!(state, NameState::Known | NameState::Deprecated | NameState::OfEngine)
}

/// What a flag's change is called, and how it fails.
fn flag_effect(
    was: NameState,
    is: NameState,
    silent: bool,
) -> Option<(UpgradeCode, Option<UpgradeEffect>)> {
    if !is_taken(was) {
        return None;
    }
    match is {
        NameState::Known | NameState::OfEngine => None,
        NameState::Deprecated if was == NameState::Deprecated => None,
        NameState::Deprecated => {
            Some((UpgradeCode::FlagRenamed, (!silent).then_some(UpgradeEffect::Warning)))
        }
        NameState::Refused => Some((UpgradeCode::FlagRefused, Some(UpgradeEffect::Exit))),
        NameState::Ignored => Some((UpgradeCode::FlagRemoved, Some(UpgradeEffect::Silent))),
        NameState::Unknown => Some((UpgradeCode::FlagRemoved, Some(UpgradeEffect::Exit))),
    }
}

/// Adds a flag or variable to the line of those that change alike, or a line of its own.
fn push(
    drafts: &mut Vec<ItemDraft>,
    own: usize,
    used: &NameUse,
    fate: &NameFate<'_>,
    urls: Vec<Option<String>>,
) {
    let instead = instead(fate.replacement);
    let is_alike = |draft: &&mut ItemDraft| {
        let item = &draft.item;
        (item.code, item.effect, &item.role, &item.instead)
            == (fate.code, fate.effect, &used.role, &instead)
    };
    if let Some(draft) = drafts[own..].iter_mut().find(is_alike) {
        draft.names.push(used.name.clone());
        draft.item.from = Some(draft.names.join(", "));
        draft.item.text = text(&draft.names, fate);
        draft.read_in(fate.sources, &urls);
        return;
    }
    let names = vec![used.name.clone()];
    let mut draft = ItemDraft::new(fate.code, text(&names, fate));
    draft.item.role.clone_from(&used.role);
    draft.item.features.clone_from(&used.features);
    draft.item.from = Some(used.name.clone());
    draft.item.instead = instead;
    draft.item.effect = fate.effect;
    draft.item.source = OneOrMany(fate.sources.to_vec());
    draft.item.url = OneOrMany(urls);
    draft.names = names;
    drafts.push(draft);
}

/// What to write instead: the advice, or the names that take the place.
fn instead(replacement: &Replacement) -> Option<String> {
    let names = (!replacement.instead.is_empty()).then(|| replacement.instead.join(", "));
    replacement.advice.clone().or(names)
}

/// `` `--a`, `--b`: gone. … ``
fn text(names: &[String], fate: &NameFate<'_>) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let (is, are) = match names.len() {
        1 => ("is", "ends"),
        _ => ("are", "end"),
    };
    let what = match (fate.code, fate.effect) {
        (UpgradeCode::EnvIgnored, _) => format!("{is} no longer read"),
        (_, Some(UpgradeEffect::Silent)) => format!("{is} taken and without effect"),
        (UpgradeCode::FlagRenamed, _) => format!("{is} on the way out"),
        _ => format!("{are} the process"),
    };
    let instead = match (&fate.replacement.advice, &fate.replacement.instead[..]) {
        (Some(advice), _) => format!(" {advice}"),
        (None, []) => String::new(),
        (None, names) => format!(" Write `{}`.", names.join("`, `")),
    };
    format!("{} {what}.{instead}", names.join(", "))
}

fn urls(table: &FlagTable, sources: &[String], to: &Release) -> Vec<Option<String>> {
    source_urls(sources, table.repository.as_deref(), &Provenance::default(), Some(to))
}
