//! Ranked configurations in, the JSON of an answer out: put together from parts that are written once.

use std::rc::Rc;

use super::Field;
use super::Fields;
use super::line_setting::Asked;
use super::numbered_names::NumberedNames;
use super::plain_line::PlainLine;
use crate::engine::{RankedColumn, Ranking};
use crate::plan::{Planner, Ranker};
use crate::render::sanitize_json;

/// The JSON of what answers repeat.
#[derive(Default)]
pub(super) struct Fragments {
    /// The release, backend and pattern of each column of a table that was written so far.
    targets: Vec<Option<Box<[u8]>>>,
}

/// An answer that is to be written.
pub(super) struct RankedAnswer<'a> {
    /// The number of plans.
    pub(super) total: usize,
    pub(super) number: usize,
    pub(super) text: &'a [u8],
    pub(super) line: &'a PlainLine,
    pub(super) asked: &'a Asked,
    pub(super) names: &'a NumberedNames,
    pub(super) ranker: &'a Ranker<Rc<Planner>>,
    /// The plans, where they are written.
    pub(super) ranking: &'a Ranking,
}

impl RankedAnswer<'_> {
    /// Whether these fields are known here.
    pub(super) fn knows(fields: Fields) -> bool {
        let known = [Field::Satisfiable, Field::Complete, Field::Total, Field::Plans];
        Field::ALL.into_iter().all(|field| known.contains(&field) || !fields.has(field))
    }

    /// Writes the answer as one line, with at most so many plans.
    pub(super) fn write(
        &self,
        fields: Fields,
        limit: Option<usize>,
        fragments: &mut Fragments,
        out: &mut Vec<u8>,
    ) {
        self.write_label(out);
        let total = self.total;
        if fields.has(Field::Satisfiable) {
            let satisfiable: &[u8] =
                if total > 0 { b",\"satisfiable\":true" } else { b",\"satisfiable\":false" };
            out.extend_from_slice(satisfiable);
        }
        if fields.has(Field::Complete) {
            out.extend_from_slice(b",\"complete\":true");
        }
        if fields.has(Field::Total) {
            out.extend_from_slice(b",\"total\":");
            write_number(total as u64, out);
        }
        if fields.has(Field::Plans) {
            self.write_plans(limit.unwrap_or(total).min(total), fragments, out);
        }
        out.extend_from_slice(b"}\n");
    }

    /// Begins the line as every line of the output does.
    fn write_label(&self, out: &mut Vec<u8>) {
        let PlainLine { id, name, .. } = self.line;
        match (id, name) {
            (Some(id), _) => {
                out.extend_from_slice(b"{\"id\":");
                out.extend_from_slice(&self.text[id.clone()]);
                out.push(b',');
            }
            (None, None) => out.extend_from_slice(b"{\"id\":null,"),
            (None, Some(_)) => out.push(b'{'),
        }
        if let Some(name) = name {
            out.extend_from_slice(b"\"name\":");
            out.extend_from_slice(&self.text[name.clone()]);
            out.push(b',');
        }
        out.extend_from_slice(b"\"line\":");
        write_number(self.number as u64, out);
    }

    fn write_plans(&self, count: usize, fragments: &mut Fragments, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"plans\":[");
        let columns = &self.ranking.columns()[..count];
        let mut standing = 1;
        for (position, ranked) in columns.iter().enumerate() {
            if position > 0 {
                out.push(b',');
                if !self.ranker.are_level(&columns[position - 1], ranked) {
                    standing = position + 1;
                }
            }
            out.extend_from_slice(b"{\"rank\":");
            write_number(position as u64 + 1, out);
            out.extend_from_slice(b",\"standing\":");
            write_number(standing as u64, out);
            out.extend_from_slice(fragments.target(self.ranker, ranked));
            self.write_features(ranked, out);
            self.write_score(ranked, out);
        }
        out.push(b']');
    }

    /// Writes what is on, what of it was not named, and which wants are missed.
    fn write_features(&self, ranked: &RankedColumn, out: &mut Vec<u8>) {
        let features = || self.ranker.features(self.ranking, ranked);
        out.extend_from_slice(b",\"features\":[");
        self.write_ids(features(), out);
        out.extend_from_slice(b",\"added\":[");
        self.write_ids(features().filter(|&it| !self.asked.needed.contains(it)), out);
        out.extend_from_slice(b",\"missed\":[");
        let is_met = |want: usize| {
            let meets = &self.names.entries()[want].features;
            features().any(|feature| meets.contains(&feature))
        };
        let wants = self.asked.wants.iter().map(|&(want, _)| want);
        self.write_ids(wants.filter(|&want| !is_met(want)), out);
    }

    /// Writes the ids of some entries and the end of the list.
    fn write_ids(&self, entries: impl Iterator<Item = usize>, out: &mut Vec<u8>) {
        let before = out.len();
        for entry in entries {
            out.extend_from_slice(&self.names.entries()[entry].json);
        }
        // Each id is written with a comma after it.
        if out.len() > before {
            out.pop();
        }
        out.push(b']');
    }

    fn write_score(&self, ranked: &RankedColumn, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"level\":\"");
        out.extend_from_slice(self.ranker.level(ranked).id().as_bytes());
        out.extend_from_slice(b"\",\"score\":{\"missed_weight\":");
        write_number(ranked.missed, out);
        let [not_applicable, undocumented, experimental, caveat] = ranked.counts;
        let counted: [(&[u8], u32); 6] = [
            (b",\"not_applicable\":", not_applicable),
            (b",\"undocumented\":", undocumented),
            (b",\"experimental\":", experimental),
            (b",\"caveat\":", caveat),
            (b",\"roles\":", ranked.roles),
            (b",\"headroom\":", ranked.headroom),
        ];
        for (key, count) in counted {
            out.extend_from_slice(key);
            write_number(u64::from(count), out);
        }
        out.extend_from_slice(b"}}");
    }
}

impl Fragments {
    /// The release, backend and pattern of a configuration.
    fn target(&mut self, ranker: &Ranker<Rc<Planner>>, ranked: &RankedColumn) -> &[u8] {
        let column = ranked.column as usize;
        if self.targets.len() <= column {
            self.targets.resize(column + 1, None);
        }
        self.targets[column].get_or_insert_with(|| {
            let (matrix, backend, choice) = ranker.target(ranked);
            let option = matrix.dimension.as_ref().zip(choice).map(|(it, at)| &it.options[at]);
            let release = json(matrix.release.as_ref().map(|release| release.as_str()));
            let backend = json(Some(&matrix.backends[backend].id));
            let pattern = json(option.map(|option| &*option.id));
            format!(",\"release\":{release},\"backend\":{backend},\"pattern\":{pattern}")
                .into_bytes()
                .into()
        })
    }
}

/// The JSON of a text, or `null`, as an answer shows it.
pub(super) fn json(text: Option<&str>) -> String {
    let json = serde_json::to_string(&text);
    debug_assert!(json.is_ok(), "a text has a JSON form");
    sanitize_json(&json.unwrap_or_default()).into_owned()
}

fn write_number(number: u64, out: &mut Vec<u8>) {
    match number {
        // Most numbers of an answer have one digit.
        0..=9 => out.push(b'0' + number as u8),
        _ => out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes()),
    }
}
