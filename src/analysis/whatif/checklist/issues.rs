//! Known issues and deprecations that an upgrade brings and ends, and how completely they are recorded.

use crate::matrix::{NoteKind, Release, UpgradeCode};

use super::ChecklistItem;
use super::draft::{ItemDraft, only_for};
use super::told::{Told, only};
use crate::analysis::whatif::Side;

/// Adds the known issues and deprecations that come, and those that a release up to the new one is stated to
/// fix. Gives how many others go: what became of them is not known.
pub(super) fn add(old: &[Told], new: &[Told], to: &Release, drafts: &mut Vec<ItemDraft>) -> usize {
    for kind in [NoteKind::KnownIssue, NoteKind::Deprecated] {
        let text = |told: &Told| match kind {
            NoteKind::Deprecated => format!("On its way out: {}", only_for(&told.note)),
            _ => only_for(&told.note),
        };
        let gained = only(new, old, kind).into_iter();
        drafts.extend(
            gained.map(|told| ItemDraft::of_told(UpgradeCode::IssueGained, None, Some(told), text)),
        );
    }
    let (fixed, unknown): (Vec<&Told>, Vec<&Told>) =
        only(old, new, NoteKind::KnownIssue).into_iter().partition(|told| is_fixed(told, to));
    let fixed = fixed.into_iter();
    let text = |told: &Told| format!("Stated to be fixed: {}", only_for(&told.note));
    drafts.extend(
        fixed.map(|told| ItemDraft::of_told(UpgradeCode::IssueFixed, Some(told), None, text)),
    );
    unknown.len()
}

/// Whether a release up to this one is stated to fix an issue.
fn is_fixed(told: &Told, to: &Release) -> bool {
    told.note.fixed_in.as_deref().is_some_and(|fixed| Release::new(fixed) <= *to)
}

/// A line where the known issues of the new release are not recorded completely. `unexplained` of the old
/// release are not among its own.
pub(super) fn not_recorded(
    after: Side<'_>,
    to: &Release,
    unexplained: usize,
) -> Option<ChecklistItem> {
    let notice = after.planner.unrecorded_issues(std::iter::once(to)).into_iter().next()?;
    let text = match unexplained {
        0 => notice.text,
        1 => format!("{} 1 of the old release may last: no fix of it is stated.", notice.text),
        more => format!("{} {more} of the old release may last: no fix is stated.", notice.text),
    };
    let mut item = ItemDraft::new(UpgradeCode::IssuesNotRecorded, text).item;
    item.to = Some(to.to_string());
    Some(item)
}
