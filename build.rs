//! Compiles the bundled models.
fn main() {}
