//! The built program: what it prints where, in which shape, and how it ends.

mod decisions;
mod deployment;
mod deployments;
mod help;
mod maintain;
mod mistakes;
mod pages;
mod program;
mod releases;
mod request_lines;
mod rules;
mod run;
mod schemas;
mod screens;
#[path = "../snapshot/mod.rs"]
mod snapshot;
mod words;
