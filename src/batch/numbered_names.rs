//! The features and groups of a planner, numbered, in the spellings that lines use.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use itertools::Itertools;

use super::fragments::json;
use crate::plan::Planner;
use crate::request::Query;
use crate::target::Atom;

/// The most spellings that are kept, and the longest: there is no end to them.
const MOST_SPELLINGS: usize = 4096;
const LONGEST_SPELLING: usize = 100;

/// The features and groups that a planner knows. Features are numbered as in its catalog, groups after them.
pub(super) struct NumberedNames {
    pub(super) planner: Rc<Planner>,
    entries: Vec<Entry>,
    /// What names mean; `None` where it is no one feature or group.
    spellings: HashMap<Box<[u8]>, Option<u32>, BuildHasherDefault<WordHasher>>,
}

/// A feature or group.
pub(super) struct Entry {
    pub(super) atom: Atom,
    pub(super) id: String,
    /// The id as JSON, with a comma after it.
    pub(super) json: Box<[u8]>,
    /// The features that it is or stands for.
    pub(super) features: Vec<usize>,
    /// The entry of its group.
    pub(super) group: Option<usize>,
    /// Its position in the order of ids.
    pub(super) order: usize,
}

impl NumberedNames {
    pub(super) fn new(planner: Rc<Planner>) -> Self {
        let catalog = planner.catalog();
        let features = catalog.features().iter().map(|feature| (&feature.id, &feature.group));
        let groups = catalog.groups().iter().map(|group| (&group.id, &None));
        let number = |id: &String| match catalog.atom(id) {
            Some(Atom::Feature(feature)) => Some(feature),
            Some(Atom::Group(group)) => Some(catalog.features().len() + group),
            _ => None,
        };
        let mut entries: Vec<Entry> = Vec::new();
        for (position, (id, group)) in features.chain(groups).enumerate() {
            let is_feature = position < catalog.features().len();
            let atom = match position.checked_sub(catalog.features().len()) {
                Some(group) => Atom::Group(group),
                None => Atom::Feature(position),
            };
            let group = group.as_ref().filter(|_| is_feature).and_then(number);
            let features = catalog.features_of(atom).ones().collect();
            let json = (json(Some(id)) + ",").into_bytes().into();
            entries.push(Entry { atom, id: id.clone(), json, features, group, order: 0 });
        }
        let by_id = (0..entries.len()).sorted_by(|&a, &b| entries[a].id.cmp(&entries[b].id));
        for (order, entry) in by_id.collect_vec().into_iter().enumerate() {
            entries[entry].order = order;
        }
        NumberedNames { planner, entries, spellings: HashMap::default() }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry that a name means as a request resolves it; `None` where that is an error.
    pub(super) fn number(&mut self, name: &[u8]) -> Option<usize> {
        match self.spellings.get(name) {
            Some(known) => known.map(|number| number as usize),
            None => self.look_up(name),
        }
    }

    #[cold]
    fn look_up(&mut self, name: &[u8]) -> Option<usize> {
        let number = self.resolve(name);
        // Half is kept free for names that are known, however many others come first.
        let most = if number.is_some() { MOST_SPELLINGS } else { MOST_SPELLINGS / 2 };
        if self.spellings.len() < most && name.len() <= LONGEST_SPELLING {
            self.spellings.insert(name.into(), number.map(|number| number as u32));
        }
        number
    }

    fn resolve(&self, name: &[u8]) -> Option<usize> {
        let name = std::str::from_utf8(name).ok()?;
        let request = self.planner.resolve(&Query::needing([name])).ok()?;
        let [id] = &request.need[..] else { return None };
        self.entries.iter().position(|entry| entry.id == *id)
    }
}

/// Hashes short names, eight bytes at a time. The number of names that are kept is bounded, so that those
/// who choose them cannot make looking one up slow.
#[derive(Default)]
struct WordHasher(u64);

impl WordHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|&word| self.add(u64::from_le_bytes(word)));
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.add(u64::from_le_bytes(last));
        }
    }

    fn write_usize(&mut self, length: usize) {
        self.add(length as u64);
    }

    fn finish(&self) -> u64 {
        // The last multiplication mixes upwards only.
        self.0 ^ self.0 >> 32
    }
}
