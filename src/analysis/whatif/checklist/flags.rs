//! Flags and variables that the notes of the old release name, and what becomes of them on the new one.

use crate::load::bundle;
use crate::matrix::{
    FlagTable, NameState, NoteKind, Provenance, Release, Replacement, UpgradeCode, UpgradeEffect,
    source_urls,
};
use crate::plan::OneOrMany;

use super::draft::Draft;
use super::told::Told;

/// What becomes of a flag or variable.
struct NameFate<'t> {
    code: UpgradeCode,
    effect: Option<UpgradeEffect>,
    replacement: &'t Replacement,
    sources: &'t [String],
}

/// Adds the flags and variables that the old release takes and the new one does not, or not without a
/// warning. Those of a requirement that changes or goes are told with that; those of a remark, which is no
/// requirement, only where they fail.
pub(super) fn add(
    old: &[Told],
    backend: &str,
    from: &Release,
    to: &Release,
    drafts: &mut Vec<Draft>,
) {
    let table = bundle::flags();
    let own = drafts.len();
    for told in old {
        let is_required = told.note.kind == NoteKind::Requirement;
        if !is_required && told.note.kind != NoteKind::Info {
            continue;
        }
        for name in &told.note.names {
            let Some(program) = program(told.note.role.as_deref(), backend) else { continue };
            let Some(fate) = fate(&table, program, name, from, to) else { continue };
            let fails = fate.effect.is_some_and(|effect| effect < UpgradeEffect::Warning);
            if !is_required && !fails {
                continue;
            }
            let urls = urls(&table, fate.sources, to);
            let from_here = |draft: &&mut Draft| draft.item.from.as_ref() == Some(&told.note.text);
            let names = std::slice::from_ref(name);
            if let Some(draft) = drafts[..own].iter_mut().find(from_here) {
                fate.effect.into_iter().for_each(|effect| draft.fails(effect));
                let instead = || instead(fate.replacement);
                draft.item.instead = draft.item.instead.take().or_else(instead);
            } else if drafts[..own].iter().any(|it| is_told(it, told, names)) {
                // A line about the same name says what to do.
            } else {
                push(drafts, own, told, name, &fate, urls);
            }
        }
    }
}

/// Whether a line is about one of these names of the same role.
fn is_told(draft: &Draft, told: &Told, names: &[String]) -> bool {
    draft.item.role == told.note.role && draft.names.iter().any(|name| names.contains(name))
}

/// The program whose parser takes the flags of a role.
fn program<'n>(role: Option<&str>, backend: &'n str) -> Option<&'n str> {
    match role? {
        "frontend" => Some("frontend"),
        "planner" => Some("planner"),
        "worker" | "prefill" | "decode" | "encode" => Some(backend),
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
    let is_read = |it: &&crate::matrix::Variable| {
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
    drafts: &mut Vec<Draft>,
    own: usize,
    told: &Told,
    name: &str,
    fate: &NameFate<'_>,
    urls: Vec<Option<String>>,
) {
    let instead = instead(fate.replacement);
    let is_alike = |draft: &&mut Draft| {
        let item = &draft.item;
        (item.code, item.effect, &item.role, &item.instead)
            == (fate.code, fate.effect, &told.note.role, &instead)
    };
    if let Some(draft) = drafts[own..].iter_mut().find(is_alike) {
        if !draft.names.iter().any(|known| known == name) {
            draft.names.push(name.to_owned());
            draft.item.from = Some(draft.names.join(", "));
            draft.item.text = text(&draft.names, fate);
            draft.read_in(fate.sources, &urls);
        }
        return;
    }
    let names = vec![name.to_owned()];
    let mut draft = Draft::new(fate.code, text(&names, fate));
    draft.item.role.clone_from(&told.note.role);
    draft.item.features = told.features();
    draft.item.from = Some(name.to_owned());
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
