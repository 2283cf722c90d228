//! From byte ranges to lines and columns, for many findings at once.

use super::subject::Found;
use super::{At, Finding};
use crate::load::Report;

/// The files of a document with the starts of their lines.
pub(super) struct FileLines<'r> {
    files: Vec<(&'r Report, Vec<usize>)>,
}

impl<'r> FileLines<'r> {
    pub(super) fn new(reports: &'r [Report]) -> Self {
        let starts = |report: &Report| {
            let breaks = report.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        };
        FileLines { files: reports.iter().map(|report| (report, starts(report))).collect() }
    }

    fn at(&self, found: &Found) -> At {
        let Some((report, starts)) = self.files.get(found.file) else {
            return At { file: String::new(), line: None, column: None };
        };
        let Some(span) = &found.problem.span else {
            let bundled = found.source.as_deref().filter(|_| report.text.is_empty());
            let file = bundled.unwrap_or(&report.file).to_owned();
            return At { file, line: None, column: None };
        };
        let mut offset = span.start.min(report.text.len());
        while !report.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = starts.partition_point(|&start| start <= offset);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let column = report.text[start..offset].chars().count() + 1;
        At { file: report.file.clone(), line: Some(line), column: Some(column) }
    }
}

/// The findings as they are handed on.
pub(super) fn findings(found: &[Found], files: &FileLines<'_>) -> Vec<Finding> {
    let finding = |found: &Found| Finding {
        code: found.problem.code.to_owned(),
        severity: found.problem.severity,
        message: found.problem.message.clone(),
        at: files.at(found),
        cell: found.cell.clone(),
        help: found.problem.help.clone(),
    };
    found.iter().map(finding).collect()
}
