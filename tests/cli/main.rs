//! The built program: what it prints where, in which shape, and how it ends.

mod bounded;
mod check;
mod code_hosts;
mod completions;
mod decisions;
mod deployment;
mod deployments;
mod dot;
mod help;
mod maintain;
mod manifest;
mod mistakes;
mod order;
mod pages;
mod program;
mod releases;
mod request_lines;
mod rules;
mod run;
mod schemas;
mod screens;
mod show;
#[path = "../snapshot/mod.rs"]
mod snapshot;
mod spelling;
mod words;
