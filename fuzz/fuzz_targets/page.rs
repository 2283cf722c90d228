//! Bytes as a published page: it reads twice alike, and what is read writes as a model of
//! the same cells.
//!
//! Nothing is bounded but the length, which libFuzzer bounds: reading is to be quick whatever comes in.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/load/inspect.rs"]
mod inspect;

fuzz_target!(|bytes: &[u8]| inspect::read_twice(bytes, inspect::page));
