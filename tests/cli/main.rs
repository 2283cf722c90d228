//! The built program: what it prints where, in which shape, and how it ends.

mod decisions;
mod deployment;
mod deployments;
mod maintain;
mod program;
mod rules;
mod run;
mod schemas;
mod words;
