//! Counts in JSON. Readers of JSON commonly hold numbers as 64-bit floats, which are exact up to
//! 2^53 − 1 (RFC 8259, section 6); a larger count is written as a string of its digits.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

/// The largest number that every reader of JSON holds exactly.
const LARGEST: u128 = (1 << 53) - 1;

pub(super) fn serialize<S: Serializer>(number: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    match u64::try_from(*number) {
        Ok(small) if *number <= LARGEST => serializer.serialize_u64(small),
        _ => serializer.collect_str(number),
    }
}

pub(super) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<u128, D::Error> {
    struct BigNumber;
    impl Visitor<'_> for BigNumber {
        type Value = u128;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number or a string of its digits")
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<u128, E> {
            Ok(number.into())
        }

        fn visit_str<E: Error>(self, digits: &str) -> Result<u128, E> {
            digits.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_any(BigNumber)
}
