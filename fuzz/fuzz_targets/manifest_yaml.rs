//! Bytes as a Kubernetes manifest: it is checked to its end, twice alike, and every place is one of the file.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/load/inspect_check.rs"]
mod inspect_check;

fuzz_target!(|bytes: &[u8]| inspect_check::check_twice(bytes, "fuzz.yaml"));
