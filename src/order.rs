//! Sorting, compiled once: items and an order in, the same items sorted out.
//!
//! The standard library compiles its sort anew for every type and every order, some 10 KB each. With
//! nearly a hundred of them that was a fifth of the program, spread over what every answer runs
//! through, and a program is read from disk by the page. Here numbers are sorted, by one copy of
//! that very sort, and the items then put in their places; equal ones keep their order.

use std::cmp::Ordering;

/// Sorts items.
pub(crate) fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Sorts items by a key.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts items by an order.
pub(crate) fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut places = places(items.len(), &|a, b| compare(&items[a], &items[b]));
    for at in 0..places.len() {
        while places[at] != at {
            let place = places[at];
            items.swap(at, place);
            places.swap(at, place);
        }
    }
}

/// The items of an iterator, sorted.
pub(crate) fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    sort(&mut items);
    items
}

/// The same, each once.
pub(crate) fn distinct<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items = sorted(items);
    items.dedup();
    items
}

/// Where each of so many items belongs; nothing where each is in its place.
fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    if (1..count).all(|i| compare(i - 1, i).is_le()) {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| compare(a, b));
    let mut places = vec![0; count];
    for (place, item) in order.into_iter().enumerate() {
        places[item] = place;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(items in prop::collection::vec((0_u8..9, any::<u8>()), 0..80)) {
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            let mut found = items;
            sort_by_key(&mut found, |(key, _)| *key);
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn distinct_items_are_sorted_and_kept_once() {
        assert_eq!(distinct(["b", "a", "b"]), ["a", "b"]);
    }
}
