//! What many lines share, and what each of them asks beside.

use std::rc::Rc;

use fixedbitset::FixedBitSet;

use super::numbered_names::{Entry, NumberedNames};
use super::plain_line::{PlainLine, Span};
use crate::engine::TableQuery;
use crate::plan::{Planner, Ranker};
use crate::request::{MOST_NAMES, Query, Request, WEIGHTS};
use crate::target::{Atom, Literal};

/// All that some lines have in common: everything but what they need, want and avoid.
pub(super) struct LineSetting {
    /// The names of its planner, by number.
    pub(super) names: usize,
    pub(super) ranker: Ranker<Rc<Planner>>,
    /// With a serving pattern, the entries that it can be about.
    patterned: Option<FixedBitSet>,
    defaults: Defaults,
    /// The query that requests are put into, one after the other.
    pub(super) query: TableQuery,
}

/// What lines need, want and avoid that do not say it; `None` where that is not known here.
struct Defaults {
    need: Option<Vec<usize>>,
    want: Option<Vec<(usize, u64)>>,
    avoid: Option<Vec<usize>>,
}

/// What one line needs, wants and avoids, by entries of its planner's names. It is used again for the next line.
#[derive(Default)]
pub(super) struct Asked {
    /// Without repeats.
    pub(super) needs: Vec<usize>,
    pub(super) needed: FixedBitSet,
    /// In the order of ids, without repeats and needs.
    pub(super) wants: Vec<(usize, u64)>,
    avoids: Vec<usize>,
    avoided: FixedBitSet,
    literals: Vec<(Literal, u64)>,
}

impl LineSetting {
    /// The setting of lines that mean requests like this one; `None` where a table cannot answer them.
    pub(super) fn new(
        number: usize,
        names: &mut NumberedNames,
        request: &Request,
        defaults: &Query,
    ) -> Option<Self> {
        if request.all {
            return None;
        }
        let mut number_of = |name: &String| names.number(name.as_bytes());
        let weighed = |weight: &u64| Some(*weight).filter(|weight| is_weight(*weight));
        let defaults = Defaults {
            need: defaults.need.iter().map(&mut number_of).collect(),
            avoid: defaults.avoid.iter().map(&mut number_of).collect(),
            want: {
                let wants = defaults.want.iter();
                wants.map(|(name, weight)| Some((number_of(name)?, weighed(weight)?))).collect()
            },
        };
        let ranker = Ranker::new(Rc::clone(&names.planner), request)?;
        let query = ranker.empty_query();
        let patterned = request.pattern.as_ref().map(|pattern| patterned(names, pattern));
        Some(LineSetting { names: number, ranker, patterned, defaults, query })
    }

    /// Understands what a line asks, and makes it the query; `None` where it is an error or nothing that is
    /// known here.
    pub(super) fn ask(
        &mut self,
        line: &PlainLine,
        text: &[u8],
        names: &mut NumberedNames,
        asked: &mut Asked,
    ) -> Option<()> {
        asked.clear(names.entries().len());
        self.read_names(line, text, names, asked)?;
        let entries = names.entries();
        asked.check(entries)?;
        if let Some(patterned) = &self.patterned {
            asked.all().any(|entry| patterned.contains(entry)).then_some(())?;
        }
        asked.settle(entries);
        self.ranker.reset(&mut self.query);
        asked.put(entries, &mut self.query);
        self.query.add_wants(names.planner.catalog(), &asked.literals)
    }

    fn read_names(
        &self,
        line: &PlainLine,
        text: &[u8],
        names: &mut NumberedNames,
        asked: &mut Asked,
    ) -> Option<()> {
        match line.needs() {
            Some(spans) => {
                for span in spans {
                    asked.needs.push(names.number(&text[span.clone()])?);
                }
            }
            None => asked.needs.extend_from_slice(self.defaults.need.as_ref()?),
        }
        match line.wants() {
            Some(spans) => {
                for span in spans {
                    let (name, weight) = weighed(text, span)?;
                    asked.wants.push((names.number(name)?, weight));
                }
            }
            None => asked.wants.extend_from_slice(self.defaults.want.as_ref()?),
        }
        match line.avoids() {
            Some(spans) => {
                for span in spans {
                    asked.avoids.push(names.number(&text[span.clone()])?);
                }
            }
            None => asked.avoids.extend_from_slice(self.defaults.avoid.as_ref()?),
        }
        let named = asked.needs.len() + asked.wants.len() + asked.avoids.len();
        (1..=MOST_NAMES).contains(&named).then_some(())
    }
}

/// A want with its weight: `lora`, or `lora=3`.
fn weighed<'t>(text: &'t [u8], span: &Span) -> Option<(&'t [u8], u64)> {
    let want = &text[span.clone()];
    let Some(equals) = want.iter().rposition(|&byte| byte == b'=') else { return Some((want, 1)) };
    let digits = &want[equals + 1..];
    let weight = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let is_plain = digits.iter().all(u8::is_ascii_digit) && is_weight(weight);
    is_plain.then_some((&want[..equals], weight))
}

/// Whether a want may weigh so much.
fn is_weight(weight: u64) -> bool {
    WEIGHTS.contains(&weight)
}

/// The entries that a serving pattern can be about: a request for one of them resolves with it.
fn patterned(names: &NumberedNames, pattern: &str) -> FixedBitSet {
    let entries = names.entries();
    let mut patterned = FixedBitSet::with_capacity(entries.len());
    patterned.extend((0..entries.len()).filter(|&entry| {
        let query = Query {
            pattern: Some(pattern.to_owned()),
            ..Query::needing([entries[entry].id.as_str()])
        };
        names.planner.resolve(&query).is_ok()
    }));
    patterned
}

impl Asked {
    fn clear(&mut self, entries: usize) {
        self.needs.clear();
        self.wants.clear();
        self.avoids.clear();
        self.literals.clear();
        for set in [&mut self.needed, &mut self.avoided] {
            set.clear();
            set.grow(entries);
        }
    }

    /// Everything that should be on.
    fn all(&self) -> impl Iterator<Item = usize> {
        self.needs.iter().copied().chain(self.wants.iter().map(|&(want, _)| want))
    }

    /// Whether nothing is asked for and avoided, itself or by its group.
    fn check(&mut self, entries: &[Entry]) -> Option<()> {
        self.avoided.extend(self.avoids.iter().copied());
        let is_avoided = |entry: usize| {
            let group = entries[entry].group;
            [Some(entry), group].into_iter().flatten().any(|it| self.avoided.contains(it))
        };
        let contradicts = !self.avoids.is_empty() && self.all().any(is_avoided);
        (!contradicts).then_some(())
    }

    /// Merges what is named more than once. Of a want, the largest weight counts; one that is needed does not.
    fn settle(&mut self, entries: &[Entry]) {
        let Asked { needs, needed, wants, .. } = self;
        needs.retain(|&need| !needed.put(need));
        wants.retain(|&(want, _)| !needed.contains(want));
        if wants.len() > 1 {
            wants.sort_by_key(|&(want, weight)| (entries[want].order, std::cmp::Reverse(weight)));
            wants.dedup_by_key(|&mut (want, _)| want);
        }
    }

    /// Makes a query ask for all of it but the wants, whose literals are listed.
    fn put(&mut self, entries: &[Entry], query: &mut TableQuery) {
        for &need in &self.needs {
            match entries[need].atom {
                Atom::Feature(feature) => query.require(feature),
                Atom::Group(group) => query.require_group(group),
                Atom::Choice(_) | Atom::Fact(_) => {}
            }
        }
        for &avoid in &self.avoids {
            entries[avoid].features.iter().for_each(|&feature| query.exclude(feature));
        }
        let literal = |entry: usize| Literal { atom: entries[entry].atom, negated: false };
        self.literals.extend(self.wants.iter().map(|&(want, weight)| (literal(want), weight)));
    }
}
