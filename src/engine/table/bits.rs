//! Sets as words of 64 bits, and rows of them.

/// The bits of a word.
const BITS: usize = u64::BITS as usize;

/// The words that hold so many bits.
pub(super) const fn words(bits: usize) -> usize {
    bits.div_ceil(BITS)
}

/// Rows of bits, all of one width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BitRows {
    width: usize,
    words: Vec<u64>,
}

impl BitRows {
    /// So many empty rows of so many bits.
    pub(super) fn new(rows: usize, bits: usize) -> Self {
        BitRows { width: words(bits), words: vec![0; rows * words(bits)] }
    }

    pub(super) fn row(&self, row: usize) -> &[u64] {
        &self.words[row * self.width..(row + 1) * self.width]
    }

    /// One word of a row.
    pub(super) fn word(&self, row: usize, word: usize) -> u64 {
        self.words[row * self.width + word]
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [u64] {
        &mut self.words[row * self.width..(row + 1) * self.width]
    }
}

/// The number of pairs of so many things.
pub(super) const fn pairs(things: usize) -> usize {
    things * things.saturating_sub(1) / 2
}

/// The number of a pair of different things in a lower triangle.
pub(super) const fn pair(a: usize, b: usize) -> usize {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    // The rows before that of `high` hold 0 + 1 + … + (high - 1) pairs.
    pairs(high) + low
}

pub(super) fn contains(set: &[u64], bit: usize) -> bool {
    set[bit / BITS] >> (bit % BITS) & 1 == 1
}

pub(super) fn insert(set: &mut [u64], bit: usize) {
    set[bit / BITS] |= 1 << (bit % BITS);
}

pub(super) fn take_out(set: &mut [u64], bit: usize) {
    set[bit / BITS] &= !(1 << (bit % BITS));
}

pub(super) fn is_clear(set: &[u64]) -> bool {
    set.iter().all(|&word| word == 0)
}

pub(super) fn count(set: &[u64]) -> u32 {
    set.iter().map(|word| word.count_ones()).sum()
}

/// The number of bits that two sets share.
pub(super) fn count_common(a: &[u64], b: &[u64]) -> u32 {
    let shared = a.iter().zip(b).map(|(a, b)| a & b);
    // Few sets share anything, and to count bits takes a dozen steps where the processor may not be asked.
    shared.filter(|&word| word != 0).map(u64::count_ones).sum()
}

pub(super) fn intersects(a: &[u64], b: &[u64]) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

pub(super) fn is_subset(a: &[u64], b: &[u64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a & !b == 0)
}

pub(super) fn add(set: &mut [u64], more: &[u64]) {
    set.iter_mut().zip(more).for_each(|(set, more)| *set |= more);
}

pub(super) fn remove(set: &mut [u64], less: &[u64]) {
    set.iter_mut().zip(less).for_each(|(set, less)| *set &= !less);
}

pub(super) fn keep(set: &mut [u64], kept: &[u64]) {
    set.iter_mut().zip(kept).for_each(|(set, kept)| *set &= kept);
}

/// The positions of the bits, ascending.
pub(super) fn ones(set: &[u64]) -> impl Iterator<Item = usize> + '_ {
    set.iter().enumerate().flat_map(|(i, &word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let bit = rest.trailing_zeros() as usize;
                // Clears the lowest bit.
                rest &= rest - 1;
                i * BITS + bit
            })
        })
    })
}

/// The lowest bit of a set.
pub(super) fn first(set: &[u64]) -> Option<usize> {
    ones(set).next()
}

/// Words as so many, the rest of them empty.
pub(super) fn padded<const WORDS: usize>(words: &[u64]) -> [u64; WORDS] {
    let mut set = [0; WORDS];
    set[..words.len()].copy_from_slice(words);
    set
}
