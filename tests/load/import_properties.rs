//! Random matrices, written in each published format and imported back; and pages that were
//! tampered with, which may be refused but never harm.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

use dynamo_plan::load::{PageOptions, Report};
use dynamo_plan::matrix::{Level, Matrix};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// What a random cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) level: Level,
    pub(super) caveat: bool,
    pub(super) note: bool,
}

/// A random matrix: what its tables say, by index.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub(super) features: Vec<&'static str>,
    /// The names of the pair tables: variants under their group's.
    pub(super) paired: Vec<&'static str>,
    pub(super) backends: Vec<&'static str>,
    pub(super) cells: BTreeMap<(usize, usize), Said>,
    pub(super) pairs: BTreeMap<(usize, usize, usize), Said>,
    padded: bool,
    columns_reversed: bool,
}

const FEATURES: [&str; 8] = [
    "Disaggregated Serving",
    "KV-Aware Routing",
    "Multimodal (Image)",
    "Multimodal (Video)",
    "LoRA",
    "Tool Calling",
    "GPU PlannerCache Service",
    "Quite Unknown: a_b",
];

fn said() -> impl Strategy<Value = Said> {
    let levels = [Level::Supported, Level::Experimental, Level::NotApplicable, Level::Unsupported];
    (select(levels.to_vec()), any::<bool>(), prop::bool::weighted(0.2)).prop_map(
        |(level, caveat, note)| Said { level, caveat: caveat && level == Level::Supported, note },
    )
}

pub(super) fn spec() -> impl Strategy<Value = Spec> {
    let features = subsequence(FEATURES.to_vec(), 2..=8).prop_shuffle();
    let backends = subsequence(vec!["vLLM", "SGLang", "TensorRT-LLM"], 1..=3).prop_shuffle();
    (features, backends, prop::collection::vec(said(), 8 * 3 + 3 * 64), any::<(bool, bool)>())
        .prop_map(|(features, backends, said, (padded, columns_reversed))| {
            let mut paired: Vec<&'static str> = Vec::new();
            for name in &features {
                let name = name.split(" (").next().unwrap_or(name);
                if !paired.contains(&name) {
                    paired.push(name);
                }
            }
            let mut said = said.into_iter().cycle();
            let mut next = || said.next().expect("it goes on for ever");
            let mut cells = BTreeMap::new();
            let mut pairs = BTreeMap::new();
            for backend in 0..backends.len() {
                for feature in 0..features.len() {
                    cells.insert((backend, feature), next());
                }
                for low in 0..paired.len() {
                    for high in 0..low {
                        pairs.insert((backend, low, high), next());
                    }
                }
            }
            let mut spec =
                Spec { features, paired, backends, cells, pairs, padded, columns_reversed };
            spec.show_support();
            spec
        })
}

/// How a format writes.
#[derive(Clone, Copy)]
struct Style {
    mark: fn(Said) -> &'static str,
    /// Writes a reference to, or the text of, the note that a cell carries.
    note: fn(usize) -> String,
    footnotes: bool,
    symmetric: bool,
    /// Whether backends are rows and features columns.
    transposed: bool,
    /// Whether a row of words stands between the features.
    words_row: bool,
}

fn symbol(said: Said) -> &'static str {
    match said.level {
        Level::Supported if said.caveat => "✅!",
        level => level.mark(),
    }
}

fn badge(said: Said) -> &'static str {
    match said.level {
        Level::Supported if said.caveat => "<span className=\"b b--amber\">!</span>",
        Level::Supported => "<span className=\"b b--green\">✓</span>",
        Level::Experimental => "<span className='b b--wip'>WIP</span>",
        Level::NotApplicable => "—",
        _ => "",
    }
}

fn word(said: Said) -> &'static str {
    match said.level {
        Level::Supported if said.caveat => "Supported with caveat",
        Level::Supported => "Yes",
        Level::Experimental => "Experimental",
        Level::NotApplicable => "n/a",
        _ => "No",
    }
}

/// A symbol with a marker after it where there is a caveat.
fn marked(said: Said) -> &'static str {
    if said.caveat { "✅*" } else { symbol(said) }
}

const SYMBOLS: Style = Style {
    mark: symbol,
    note: |n| format!("<sup>{n}</sup>"),
    footnotes: true,
    symmetric: false,
    transposed: false,
    words_row: false,
};
const BADGES: Style = Style { mark: badge, ..SYMBOLS };
const WORDS: Style = Style {
    mark: word,
    note: |_| " — Because (so it is). (https://example.org/why)".to_owned(),
    footnotes: false,
    symmetric: true,
    ..SYMBOLS
};

impl Spec {
    /// Keeps the pages apart from copies that lost their marks, which say the same: tables with
    /// several cells and no mark, and pages without any ✅.
    fn show_support(&mut self) {
        let supported = |said: &mut Said| {
            said.level = Level::Supported;
            said.caveat = false;
        };
        let blank = |said: &&mut Said| said.level == Level::Unsupported;
        for backend in 0..self.backends.len() {
            let pairs = self.pairs.iter_mut().filter(|(key, _)| key.0 == backend);
            let mut table: Vec<&mut Said> = pairs.map(|(_, said)| said).collect();
            if table.len() > 1 && table.iter().all(&blank) {
                supported(table[0]);
            }
        }
        let is_plain = |said: &Said| said.level == Level::Supported && !said.caveat;
        let no_mark = self.cells.values_mut().all(|said| blank(&said));
        if no_mark || !self.cells.values().chain(self.pairs.values()).any(is_plain) {
            self.cells.values_mut().take(1).for_each(supported);
        }
    }

    fn feature_table(&self, out: &mut String, style: Style) {
        let head = self.backends.iter().map(|name| (*name).to_owned());
        let mut rows = vec![["Feature".to_owned()].into_iter().chain(head).collect::<Vec<_>>()];
        let mut notes = 0;
        for (feature, name) in self.features.iter().enumerate() {
            let mut row = vec![format!("**{name}**")];
            for backend in 0..self.backends.len() {
                row.push(cell(self.cells[&(backend, feature)], style, &mut notes));
            }
            rows.push(row);
        }
        if style.words_row {
            let words = vec!["High throughput".to_owned(); self.backends.len()];
            rows.insert(1, ["Best For".to_owned()].into_iter().chain(words).collect());
        }
        if style.transposed {
            let turned = |at: usize| rows.iter().map(|row| row[at].clone()).collect();
            rows = (0..rows[0].len()).map(turned).collect();
            rows[0][0] = "Backend".to_owned();
        }
        self.table(out, &rows);
        footnotes(out, style, notes);
    }

    fn pair_table(&self, out: &mut String, backend: usize, style: Style) {
        let mut order: Vec<usize> = (0..self.paired.len()).collect();
        if self.columns_reversed {
            order.reverse();
        }
        let head = order.iter().map(|at| self.paired[*at].to_owned());
        let mut rows = vec![["Feature".to_owned()].into_iter().chain(head).collect::<Vec<_>>()];
        let mut notes = 0;
        for (low, &row_name) in order.iter().enumerate() {
            let mut row = vec![self.paired[row_name].to_owned()];
            for (high, &column_name) in order.iter().enumerate() {
                let key = (backend, row_name.max(column_name), row_name.min(column_name));
                row.push(match high.cmp(&low) {
                    std::cmp::Ordering::Less => cell(self.pairs[&key], style, &mut notes),
                    std::cmp::Ordering::Equal => "—".to_owned(),
                    std::cmp::Ordering::Greater if style.symmetric => {
                        cell(self.pairs[&key], style, &mut notes)
                    }
                    std::cmp::Ordering::Greater => String::new(),
                });
            }
            rows.push(row);
        }
        self.table(out, &rows);
        footnotes(out, style, notes);
    }

    fn table(&self, out: &mut String, rows: &[Vec<String>]) {
        let width = if self.padded { 12 } else { 0 };
        for (at, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|cell| format!(" {cell:width$} ")).collect();
            writeln!(out, "|{}|", cells.join("|")).expect("a string");
            if at == 0 {
                writeln!(out, "|{}", " :---: |".repeat(row.len())).expect("a string");
            }
        }
    }

    /// The feature-matrix page, in symbols or in badges.
    fn feature_matrix(&self, style: Style) -> String {
        let mut out = String::from(
            "# A page\n\n*Updated for Dynamo v3.2.1*\n\n**Legend:**\n* ✅ : Supported\n* 🚧 : WIP\n\n\
             ## Quick Comparison\n\n",
        );
        self.feature_table(&mut out, style);
        for (at, name) in self.backends.iter().enumerate() {
            write!(out, "\n## {}. {name} Backend\n\nWords on {name}.\n\n", at + 1)
                .expect("a string");
            self.pair_table(&mut out, at, style);
        }
        out + "\n---\n\n[why]: docs/why.md\n"
    }

    /// The compatibility page in words.
    fn words(&self) -> String {
        let mut out = String::from(
            "---\ntitle: Compatibility\n---\n\n<llms-only>\n\n| Driver | vLLM | SGLang |\n|---|---|---|\n\
             | 580 | 1.0 | 1.0 |\n\n**Feature support by backend (v3.2.1)**\n\n",
        );
        self.feature_table(&mut out, WORDS);
        for (at, name) in self.backends.iter().enumerate() {
            write!(out, "\n*{name}*\n\n").expect("a string");
            self.pair_table(&mut out, at, WORDS);
        }
        out + "\n</llms-only>\n"
    }

    /// The page of the first backend.
    fn backend_page(&self) -> String {
        let mut out = format!(
            "---\ntitle: {}\n---\n\n| Feature | Status | Notes |\n|---|---|---|\n| LoRA | ✅ | y |\n\n\
             ## Feature Interactions\n\n",
            self.backends[0],
        );
        self.pair_table(&mut out, 0, SYMBOLS);
        out
    }

    /// What an import should find, by backend and terms.
    pub(super) fn expected(&self, pairs_of_first_only: bool) -> BTreeMap<(String, String), Said> {
        let id = dynamo_plan::matrix::slug;
        let backend_id = |at: usize| match self.backends[at] {
            "TensorRT-LLM" => "trtllm".to_owned(),
            name => id(name),
        };
        let mut expected = BTreeMap::new();
        for ((backend, feature), said) in &self.cells {
            expected.insert((backend_id(*backend), id(self.features[*feature])), *said);
        }
        for ((backend, low, high), said) in &self.pairs {
            let mut terms = [id(self.paired[*low]), id(self.paired[*high])];
            terms.sort();
            expected.insert((backend_id(*backend), terms.join("+")), *said);
        }
        if pairs_of_first_only {
            expected.retain(|(id, terms), _| *id == backend_id(0) && terms.contains('+'));
        }
        expected
    }
}

fn cell(said: Said, style: Style, notes: &mut usize) -> String {
    let mark = (style.mark)(said);
    if !said.note {
        return mark.to_owned();
    }
    *notes += 1;
    format!("{mark}{}", (style.note)(*notes))
}

fn footnotes(out: &mut String, style: Style, notes: usize) {
    if style.footnotes && notes > 0 {
        out.push_str("\n> **Notes:**\n");
        for number in 1..=notes {
            writeln!(out, "> {number}. **Because**: so it is. ([Source][why])").expect("a string");
        }
    }
}

pub(super) fn found(matrix: &Matrix) -> BTreeMap<(String, String), Said> {
    let mut found = BTreeMap::new();
    for backend in &matrix.backends {
        for cell in &backend.cells {
            let terms: Vec<String> = cell.terms.iter().map(ToString::to_string).collect();
            let said =
                Said { level: cell.level, caveat: cell.caveat, note: !cell.notes.is_empty() };
            found.insert((backend.id.clone(), terms.join("+")), said);
        }
    }
    found
}

fn check(page: &str, expected: &BTreeMap<(String, String), Said>) -> Result<(), TestCaseError> {
    match crate::support::import(page) {
        Ok(loaded) => prop_assert_eq!(&found(&loaded.matrix), expected, "{}", page),
        Err(report) => prop_assert!(false, "{:#?}\n{page}", report.diagnostics),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_feature_matrix_format_round_trips(spec in spec()) {
        check(&spec.feature_matrix(SYMBOLS), &spec.expected(false))?;
        check(&spec.feature_matrix(BADGES), &spec.expected(false))?;
    }

    #[test]
    fn the_format_in_words_round_trips(spec in spec()) {
        check(&spec.words(), &spec.expected(false))?;
    }

    #[test]
    fn a_transposed_table_round_trips(spec in spec()) {
        let transposed = Style { transposed: true, ..SYMBOLS };
        check(&spec.feature_matrix(transposed), &spec.expected(false))?;
        check(&spec.feature_matrix(Style { transposed: true, ..BADGES }), &spec.expected(false))?;
    }

    #[test]
    fn a_row_of_words_changes_nothing(spec in spec()) {
        let with_row = Style { words_row: true, ..SYMBOLS };
        check(&spec.feature_matrix(with_row), &spec.expected(false))?;
        check(&spec.feature_matrix(Style { words_row: true, ..BADGES }), &spec.expected(false))?;
    }

    #[test]
    fn marks_with_markers_round_trip_as_caveats(spec in spec()) {
        let page = spec.feature_matrix(Style { mark: marked, ..SYMBOLS });
        check(&page, &spec.expected(false))?;
        check(&page.replace("✅*", "✅ (*)"), &spec.expected(false))?;
        check(&page.replace("✅*", "⚠️"), &spec.expected(false))?;
        let mut noted = spec.expected(false);
        noted.values_mut().for_each(|said| said.note |= said.caveat);
        check(&page.replace("✅*", "⚠️ (partial)"), &noted)?;
        let explained = page.replace("* 🚧 : WIP\n", "* 🚧 : WIP\n* \\* : Only on some machines\n");
        check(&explained, &noted)?;
    }

    #[test]
    fn a_copy_that_lost_its_marks_is_refused(spec in spec()) {
        let page = spec.feature_matrix(SYMBOLS);
        for lost in [page.replace('✅', ""), page.replace(['✅', '🚧'], "")] {
            let report = crate::support::import(&lost);
            let codes = report.map_or_else(|report| crate::support::codes(&report), |_| Vec::new());
            prop_assert!(codes.contains(&"marks-lost"), "{codes:?}\n{lost}");
        }
    }

    #[test]
    fn the_page_of_a_backend_round_trips(spec in spec()) {
        check(&spec.backend_page(), &spec.expected(true))?;
    }

    #[test]
    fn lost_line_breaks_and_tags_change_nothing(spec in spec()) {
        let page = spec.feature_matrix(SYMBOLS);
        let lines: Vec<&str> = page.lines().filter(|line| !line.is_empty()).collect();
        let lost = lines.join(" ").replace("<sup>", "").replace("</sup>", "");
        check(&lost, &spec.expected(false))?;
        let words = spec.words();
        let words = words.split_once("---\n\n").expect("front matter").1;
        let lines: Vec<&str> = words.lines().filter(|line| !line.is_empty()).collect();
        check(&lines.join(" "), &spec.expected(false))?;
    }

    #[test]
    fn tampered_pages_are_read_or_refused_without_harm(
        spec in spec(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..60, select(vec![
            "", "|", "\n", "<!--", "```\n", "[", "](", "<sup>", "{/*", "\u{202e}", "✅", "| :--- |",
            "<Tab title=\"", "</Tab>", "> 1. ", "**", "## ", "&#x1F6A7;", "\\", "[^1]", "\r",
        ])), 1..12),
        lost in any::<bool>(),
    ) {
        let mut page = spec.feature_matrix(BADGES) + &spec.words();
        if lost {
            page = page.replace('\n', " ");
        }
        for (at, length, insert) in cuts {
            let characters: Vec<usize> = page.char_indices().map(|(i, _)| i).collect();
            if characters.is_empty() {
                break;
            }
            let start = at.index(characters.len());
            let end = characters.get(start + length).copied().unwrap_or(page.len());
            page.replace_range(characters[start]..end, insert);
        }
        let (Ok(report) | Err(report)) =
            crate::support::import(&page).map(|mut loaded| loaded.reports.remove(0));
        check_spans(&report)?;
    }

    #[test]
    fn any_text_is_read_or_refused_without_harm(page in "(?s)[|\\-: \n<>!*#`\\[\\](){}/✅a1^&;T]{0,400}") {
        let (Ok(report) | Err(report)) =
            crate::support::import(&page).map(|mut loaded| loaded.reports.remove(0));
        check_spans(&report)?;
    }
}

/// Every target is a stretch of whole characters of the text.
pub(super) fn check_spans(report: &Report) -> Result<(), TestCaseError> {
    for problem in &report.diagnostics {
        if let Some(span) = &problem.span {
            prop_assert!(report.text.get(span.clone()).is_some(), "{span:?} {problem:?}");
        }
        prop_assert!(problem.help.is_some(), "{problem:?}");
    }
    Ok(())
}

/// Reads a large page, which must not take long even without optimisation.
pub(super) fn hostile(page: &str) -> Vec<&'static str> {
    let start = Instant::now();
    let read = dynamo_plan::load::page(
        page,
        "p.md",
        &PageOptions::default(),
        &crate::support::vocabulary(),
    );
    let reports = match read {
        Ok(loaded) => loaded.reports,
        Err(reports) => reports,
    };
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(20), "{taken:?} for {}…", &page[..40.min(page.len())]);
    assert!(reports[0].diagnostics.len() <= 201);
    crate::support::codes(&reports[0])
}

#[test]
fn hostile_pages_end_in_a_diagnostic() {
    const MB: usize = 1 << 20;
    let head = |columns: usize| {
        let names: Vec<String> = (0..columns).map(|n| format!("f{n}")).collect();
        format!("| Feature | {} |\n|{}\n", names.join(" | "), "---|".repeat(columns + 1))
    };
    let start = "*Updated for Dynamo v1.0.0*\n\n| Feature | vLLM |\n|---|---|\n| LoRA | ";
    let pages = [
        "a\n".repeat(2 * MB),
        "<".repeat(4 * MB),
        "<!--".repeat(MB),
        "{/*".repeat(MB),
        "`".repeat(4 * MB),
        "` `` ``` ```` ".repeat(MB / 4),
        "|".repeat(4 * MB),
        "| ".repeat(2 * MB),
        "|---".repeat(MB),
        "| --- |\n".repeat(MB / 2),
        "| a | |---|---| ".repeat(MB / 8),
        "| |---|---|---|---|---| x".repeat(MB / 16),
        "|a|b|\n|-|-|\n".repeat(MB / 4),
        "| Feature | vLLM |\n|-|-|\n".repeat(MB / 16),
        "<Tab title=\"".repeat(MB / 4),
        "<Tab title=\"x\">\n".repeat(MB / 4),
        "# x\n".repeat(MB),
        "**Legend:** ✅ Yes\n\n".repeat(MB / 16),
        "[a]: b\n".repeat(MB / 2),
        ">".repeat(4 * MB),
        "\u{202e}".repeat(MB),
        format!("{start}{}|\n", "[".repeat(7_000)),
        format!("{start}{}|\n", "<sup>".repeat(1_500)),
        format!("{start}{}|\n", "x".repeat(4 * MB)),
        format!("{start}✅ |\n{}", "| x | y |\n".repeat(MB / 4)),
        format!("{start}✅ |\n\n{}", "> 1. a\n".repeat(MB / 4)),
        format!("{start}✅ |\n\n{}", "[^1]: a\n".repeat(MB / 4)),
        format!("{start}✅ |\n{}", "| LoRA | ✅ |\n".repeat(MB / 8)),
        head(5_000),
        format!("{}{}", head(5_000), "| f1 |\n".repeat(100_000)),
    ];
    for page in pages {
        let codes = hostile(&page);
        assert!(!codes.is_empty(), "{}…", &page[..20]);
    }
}
