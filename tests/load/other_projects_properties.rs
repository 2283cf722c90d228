//! Random matrices, written in the forms of other projects and imported back: pages of pairs that
//! name no backend, with markers, named footnotes and a legend announced in words, and pages whose
//! tables are written as lists.

use std::fmt::Write;

use dynamo_plan::load::PageOptions;
use dynamo_plan::matrix::Level;
use proptest::prelude::*;
use proptest::sample::select;

use crate::import_properties::{Said, Spec, check_spans, found, hostile, spec};

/// How the page explains the notes of its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `[^name]`, explained anywhere, over several lines.
    Named,
    /// `<sup>a</sup>`, explained right below the table.
    Raised,
    /// A title over the mark.
    Title,
}

/// The footnotes of one table, in the making.
struct Notes {
    form: Form,
    text: String,
    count: usize,
}

impl Notes {
    /// A cell of these forms: a note of a plain ✅ has a number, since a marker would be a caveat.
    fn cell(&mut self, said: Said) -> String {
        let mark = match said.level {
            Level::Supported if said.caveat && !said.note => return "Known issues".to_owned(),
            Level::Supported => "✅",
            Level::Experimental => "🟠",
            Level::NotApplicable => "N/A",
            _ => "❌",
        };
        if !said.note {
            return mark.to_owned();
        }
        self.count += 1;
        let n = self.count;
        if said.level == Level::Supported && !said.caveat {
            writeln!(self.text, "- <sup>{n}</sup> So it is.").expect("a string");
            return format!("{mark}<sup>{n}</sup>");
        }
        match self.form {
            Form::Named => {
                writeln!(self.text, "\n[^n-{n}]: So it is,\nand so on.\n\n    More of it.\n")
                    .expect("a string");
                format!("{mark}[^N-{n}]")
            }
            Form::Raised => {
                writeln!(self.text, "<sup>x{n}</sup> So it is.  ").expect("a string");
                format!("{mark}<sup>x{n}</sup>")
            }
            Form::Title => format!("<abbr title=\"So it is\">{mark}</abbr>"),
        }
    }
}

/// A table between pipes, or as a list.
fn table(out: &mut String, rows: &[Vec<String>], listed: bool) {
    if listed {
        out.push_str("```{list-table}\n:header-rows: 1\n\n");
        for row in rows {
            for (at, cell) in row.iter().enumerate() {
                let bullet = if at == 0 { "* -" } else { "  -" };
                writeln!(out, "{}", format!("{bullet} {cell}").trim_end()).expect("a string");
            }
        }
        out.push_str("```\n");
        return;
    }
    for (at, row) in rows.iter().enumerate() {
        writeln!(out, "| {} |", row.join(" | ")).expect("a string");
        if at == 0 {
            writeln!(out, "|{}", " - |".repeat(row.len())).expect("a string");
        }
    }
}

fn head(names: &[&str]) -> Vec<String> {
    std::iter::once("Feature").chain(names.iter().copied()).map(str::to_owned).collect()
}

const LEGEND: &str = "The symbols mean:\n\n- ✅ = Full compatibility\n- 🟠 = Partial compatibility\n\
                      - ❌ = No compatibility\n- ❔ = Unknown\n\n";

/// The pairs of a backend, with a diagonal of ✅, below or on both sides of it.
fn pair_table(out: &mut String, of: &Spec, backend: usize, form: Form, how: (bool, bool)) {
    let (listed, symmetric) = how;
    let mut notes = Notes { form, text: String::new(), count: 0 };
    let mut rows = vec![head(&of.paired)];
    for (row, name) in of.paired.iter().enumerate() {
        let mut cells = vec![(*name).to_owned()];
        for column in 0..of.paired.len() {
            let key = (backend, row.max(column), row.min(column));
            cells.push(match column.cmp(&row) {
                std::cmp::Ordering::Less => notes.cell(of.pairs[&key]),
                std::cmp::Ordering::Equal => "✅".to_owned(),
                std::cmp::Ordering::Greater if symmetric => {
                    notes.cell(Said { note: false, ..of.pairs[&key] })
                }
                std::cmp::Ordering::Greater => String::new(),
            });
        }
        rows.push(cells);
    }
    table(out, &rows, listed);
    write!(out, "\n{}\n", notes.text).expect("a string");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_page_of_pairs_that_names_no_backend_round_trips(
        of in spec(),
        form in select(vec![Form::Named, Form::Raised, Form::Title]),
        listed in any::<bool>(),
        symmetric in any::<bool>(),
    ) {
        // A claim on the diagonal of a single feature may be a slip.
        prop_assume!(of.paired.len() > 1);
        let mut page = format!("# Combinations\n\n{LEGEND}");
        pair_table(&mut page, &of, 0, form, (listed, symmetric));
        let options =
            PageOptions { backends: vec![of.backends[0].to_owned()], ..PageOptions::default() };
        let loaded = match crate::support::import_with(&page, &options) {
            Ok(loaded) => loaded,
            Err(report) => return Err(TestCaseError::fail(format!("{:#?}\n{page}", report.diagnostics))),
        };
        let mut found = found(&loaded.matrix);
        found.retain(|(_, terms), _| terms.contains('+'));
        prop_assert_eq!(found, of.expected(true), "{}", page);
        prop_assert!(loaded.is_complete());
        let codes = crate::support::codes(&loaded.reports[0]);
        prop_assert!(codes.iter().all(|code| ["no-feature-column", "no-release", "unknown-name"]
            .contains(code)), "{codes:?}\n{page}");
        prop_assert!(crate::support::import(&page).is_err());
    }

    #[test]
    fn tables_written_as_lists_round_trip(of in spec(), form in select(vec![Form::Named, Form::Raised])) {
        let mut page = format!("# A page\n\n*Updated for Dynamo v3.2.1*\n\n{LEGEND}## All\n\n");
        let mut notes = Notes { form, text: String::new(), count: 0 };
        let mut rows = vec![head(&of.backends)];
        for (feature, name) in of.features.iter().enumerate() {
            let cells = (0..of.backends.len()).map(|at| notes.cell(of.cells[&(at, feature)]));
            rows.push(std::iter::once(format!("**{name}**")).chain(cells).collect());
        }
        table(&mut page, &rows, true);
        write!(page, "\n{}", notes.text).expect("a string");
        for (at, name) in of.backends.iter().enumerate() {
            write!(page, "\n## {name} Backend\n\n").expect("a string");
            // Each name is one footnote of the page: only one table may use names.
            pair_table(&mut page, &of, at, Form::Raised, (true, false));
        }
        match crate::support::import(&page) {
            Ok(loaded) => prop_assert_eq!(found(&loaded.matrix), of.expected(false), "{}", page),
            Err(report) => prop_assert!(false, "{:#?}\n{page}", report.diagnostics),
        }
    }

    #[test]
    fn any_text_in_these_forms_is_read_or_refused_without_harm(
        parts in prop::collection::vec(select(vec![
            "```{list-table}\n", ":::{list-table} x\n", ".. list-table::\n", "* - Feature\n", "  - vLLM\n",
            "* - LoRA\n", "  - ✅\n", "  -\n", "    \n", "```\n", "```{note}\n", ":a: b\n", "[^a]: b\n",
            "[^a]", "  c\n", "\\* d\n", "† e\n", "<sup>", "</sup>", "<abbr title=\"f\">", "</abbr>", "✅",
            "🟠\\*", "| Feature | LoRA | vLLM |\n", "|-|-|-|\n", "| LoRA | ❔ | ✅† |\n", "The symbols mean:\n",
            "- ✅ = Yes\n", "\n", "# vLLM\n", "*-", "* ", "\t",
        ]), 0..40),
        given in any::<bool>(),
    ) {
        let page = parts.concat();
        let backends = if given { vec!["vLLM".to_owned()] } else { Vec::new() };
        let options = PageOptions { backends, ..PageOptions::default() };
        let (Ok(report) | Err(report)) = crate::support::import_with(&page, &options)
            .map(|mut loaded| loaded.reports.remove(0));
        check_spans(&report)?;
    }
}

#[test]
fn hostile_pages_in_these_forms_end_in_a_diagnostic() {
    const MB: usize = 1 << 20;
    let start = "| Feature | vLLM |\n|-|-|\n| LoRA | ";
    let cells = format!("| LoRA | {} |\n", "✅<sup>a</sup>".repeat(40));
    let pages = [
        "[^a]: b\n".repeat(MB / 2),
        "[^".repeat(MB),
        format!("[^a]: b\n{}", "    c\n".repeat(MB / 2)),
        "† b\n".repeat(MB / 2),
        ":::{list-table}\n".repeat(MB / 8),
        "```{list-table}\n".repeat(MB / 8),
        "```{note}\n".repeat(MB / 8),
        format!(":::{{list-table}}\n{}", "* - Feature\n".repeat(MB / 8)),
        format!(":::{{list-table}}\n* - Feature\n{}", "  - a\n".repeat(MB / 4)),
        format!(":::{{list-table}}\n* - Feature\n{}", "    a\n".repeat(MB / 4)),
        "The symbols mean:\n".repeat(MB / 16),
        format!("{start}✅ |\n\n{}", "- ✅ Works: so\n".repeat(MB / 8)),
        format!("{start}{}|\n", "<abbr title=\"".repeat(600)),
        format!("{start}{}|\n", "✅†*‡".repeat(700)),
        format!("{start}✅ |\n{}\n{}", cells.repeat(MB / 1024), "<sup>a</sup> b\n".repeat(MB / 16)),
    ];
    for page in pages {
        assert!(!hostile(&page).is_empty(), "{}…", &page[..20]);
    }
}
