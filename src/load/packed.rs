//! Records: what the program is built with, as the build leaves it. What many records say, texts and
//! the terms of cells, stands once in a [`Stock`] that all of them borrow from; a record is a row of
//! numbers. So reading one is little more than to place what is borrowed. The build packs, the
//! program unpacks.

use std::borrow::Cow;
use std::collections::HashMap;
use std::slice::Iter;

use crate::matrix::{
    Backend, BackendName, Bound, Cell, Choice, Dimension, Feature, Group, Level, Matrix, Note,
    NoteKind, Operator, Platform, Provenance, Release, ReleaseRange, Rule, RuleSet, Term, Text,
    Vocabulary,
};

/// What a record can hold.
pub(crate) trait Packed: Sized {
    /// Writes the value to the end of a record.
    #[allow(dead_code, reason = "the build packs")]
    fn pack(&self, packer: &mut Packer);

    /// Reads the value that comes next in a record.
    fn unpack(record: &mut Record) -> Self;
}

/// Packs values into records that share a stock.
#[derive(Default)]
#[allow(dead_code, reason = "the build packs")]
pub(crate) struct Packer {
    /// Every text, one after another.
    pub(crate) text: String,
    /// Where each text but the first starts, and where the last ends.
    pub(crate) ends: Vec<usize>,
    /// The terms of every cell, each list once.
    pub(crate) terms: Vec<Vec<Term>>,
    texts: HashMap<String, usize>,
    record: Vec<usize>,
}

#[allow(dead_code, reason = "the build packs")]
impl Packer {
    /// The record that holds a value.
    pub(crate) fn record(&mut self, value: &impl Packed) -> Vec<usize> {
        value.pack(self);
        std::mem::take(&mut self.record)
    }

    fn number(&mut self, number: usize) {
        self.record.push(number);
    }

    fn text(&mut self, text: &str) {
        let next = self.ends.len();
        let number = *self.texts.entry(text.to_owned()).or_insert(next);
        if number == next {
            self.text.push_str(text);
            self.ends.push(self.text.len());
        }
        self.number(number);
    }

    fn terms(&mut self, terms: &[Term]) {
        let number = self.terms.iter().position(|known| known == terms).unwrap_or_else(|| {
            self.terms.push(terms.to_vec());
            self.terms.len() - 1
        });
        self.number(number);
    }
}

/// What records borrow, as a [`Packer`] leaves it.
pub(crate) struct Stock {
    /// Every text, one after another.
    pub(crate) text: &'static str,
    /// Where each text but the first starts, and where the last ends.
    pub(crate) ends: &'static [u32],
    /// The terms of every cell, each list once.
    pub(crate) terms: &'static [&'static [Term]],
}

impl Stock {
    fn text(&self, number: usize) -> &'static str {
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.text[start as usize..self.ends[number] as usize]
    }
}

/// What is left to read of a record.
pub(crate) struct Record {
    numbers: Iter<'static, u16>,
    stock: &'static Stock,
}

impl Record {
    /// A record to be read from its start.
    pub(crate) fn new(numbers: &'static [u16], stock: &'static Stock) -> Self {
        Record { numbers: numbers.iter(), stock }
    }

    fn number(&mut self) -> usize {
        usize::from(*self.numbers.next().expect("a record that the build packed"))
    }

    fn text(&mut self) -> &'static str {
        let number = self.number();
        self.stock.text(number)
    }

    fn terms(&mut self) -> &'static [Term] {
        let number = self.number();
        self.stock.terms[number]
    }
}

/// A struct is packed as its fields, one after another.
macro_rules! pack_fields {
    ($($name:ident { $($field:ident),+ })+) => { $(
        impl Packed for $name {
            fn pack(&self, packer: &mut Packer) {
                $(self.$field.pack(packer);)+
            }

            fn unpack(record: &mut Record) -> Self {
                $name { $($field: Packed::unpack(record)),+ }
            }
        }
    )+ };
}

pack_fields! {
    Matrix { release, provenance, features, groups, dimension, backends }
    Provenance { source, commit, date, sha256 }
    Feature { id, name, group, aliases }
    Group { id, name, aliases }
    Backend { id, name, aliases, cells, notes, engine, platforms }
    Platform { cuda, min_driver, experimental }
    Cell { terms, level, caveat, mark, notes, source }
    Note { kind, text, source }
    Dimension { id, name, when, options }
    Choice { id, roles, requires, summary }
    Vocabulary { features, groups, backends, dimension }
    BackendName { id, name, aliases }
    RuleSet { id, summary, rules }
    ReleaseRange { bounds }
    Bound { operator, release }
    Rule { id, backends, terms, level, releases, reason, source }
}

/// Anything small is packed as a number.
macro_rules! pack_number {
    ($($name:ty: |$value:ident| $pack:expr, |$number:ident| $unpack:expr;)+) => { $(
        impl Packed for $name {
            fn pack(&self, packer: &mut Packer) {
                let $value = *self;
                packer.number($pack);
            }

            fn unpack(record: &mut Record) -> Self {
                let $number = record.number();
                $unpack
            }
        }
    )+ };
}

const NOTE_KINDS: [NoteKind; 3] = [NoteKind::Requirement, NoteKind::Limit, NoteKind::Info];

pack_number! {
    bool: |value| usize::from(value), |number| number == 1;
    u8: |value| usize::from(value), |number| number as u8;
    u32: |value| value as usize, |number| number as u32;
    Level: |level| level as usize, |number| Level::ALL[number];
    Operator: |operator| operator as usize, |number| Operator::ALL[number];
    NoteKind: |kind| kind as usize, |number| NOTE_KINDS[number];
}

/// What is written in a matrix is packed as a text.
macro_rules! pack_text {
    ($($name:ty: |$value:ident| $pack:expr, |$text:ident| $unpack:expr;)+) => { $(
        impl Packed for $name {
            fn pack(&self, packer: &mut Packer) {
                let $value = self;
                packer.text($pack);
            }

            fn unpack(record: &mut Record) -> Self {
                let $text = record.text();
                $unpack
            }
        }
    )+ };
}

pack_text! {
    String: |text| text, |text| text.to_owned();
    Text: |text| text, |text| Text::Borrowed(text);
    Term: |term| term.as_str(), |text| Term::borrowed(text);
    Release: |release| release.as_str(), |text| Release::new(text);
}

impl Packed for Cow<'static, [Term]> {
    fn pack(&self, packer: &mut Packer) {
        packer.terms(self);
    }

    fn unpack(record: &mut Record) -> Self {
        Cow::Borrowed(record.terms())
    }
}

impl<T: Packed> Packed for Option<T> {
    fn pack(&self, packer: &mut Packer) {
        self.is_some().pack(packer);
        self.iter().for_each(|value| value.pack(packer));
    }

    fn unpack(record: &mut Record) -> Self {
        bool::unpack(record).then(|| T::unpack(record))
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn pack(&self, packer: &mut Packer) {
        packer.number(self.len());
        self.iter().for_each(|value| value.pack(packer));
    }

    fn unpack(record: &mut Record) -> Self {
        let count = record.number();
        (0..count).map(|_| T::unpack(record)).collect()
    }
}

/// What a cell is known by in the list of those that changed.
pub(crate) fn cell_key(backend: &str, terms: &[Term]) -> String {
    let mut key = backend.to_owned();
    for term in terms {
        key.push(' ');
        key.push_str(term.as_str());
    }
    key
}
