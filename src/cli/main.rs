//! The `dynamo-plan` program.
fn main() {}
